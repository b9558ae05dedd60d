//! `simulate explore`

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::engine::{Batch, Gathering, memory};
use crate::experiment::explore::{Growing, Lever, Part, screened};
use crate::experiment::sensitivity::{DesignSizes, Request, Sensitivity, Study};
use crate::foreign::words;
use crate::report::figures::{look, places};
use crate::report::page::{Choice, ExplorePage, MOST_BYTES, Switch, explore_page};
use crate::scenario::{Scenario, can_be_laid, nearest, typed};

use super::bar::Bar;
use super::ending::must_have_some;
use super::error::{CommandError, code};
use super::labels::quoted;
use super::range::range;
use super::session::{Session, entry};
use super::streams::{print, tell};
use super::{
    BatchArguments, Format, INTERRUPTED, OutputArguments, ScenarioArguments, as_asked, is_stdin,
    load, load_path, must_leave_design, print_json, read_path, say,
};

/// The page.
const PAGE: &str = "explore.html";

/// Replicates for each row of the screening.
const PER_ROW: u64 = 16;

/// Replicates from which the places of a counterfactual's actors are found.
const FEW: u64 = 16;

/// What lays out the inputs: parts of a run are as long as they take, and would cut blocks of
/// draws.
const LAID_OUT_BY: &str = "the page";

#[derive(Debug, Args)]
#[command(
    after_help = "The page opens in any browser of 2023 or later, from disk, without a network; it can be sent as it is."
)]
pub(super) struct ExploreArguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// Give a number a slider over a range (repeatable); an uncertain one may go without a range
    #[arg(long = "lever", value_name = "KEY=LOW:HIGH")]
    levers: Vec<String>,
    /// Most sliders for the uncertain numbers that matter most, by a screening
    #[arg(long, value_name = "K", default_value_t = 8, value_parser = clap::value_parser!(u16).range(0..=60))]
    top: u16,
    /// Trajectories of that screening
    #[arg(long, value_name = "R", default_value_t = 8, value_parser = clap::value_parser!(u32).range(4..=1000))]
    trajectories: u32,
    /// A counterfactual to choose, a scenario file (repeatable) [default: those that extend the
    /// scenario, in the folder beside it that has its name]
    #[arg(long = "overlay", value_name = "FILE")]
    overlays: Vec<PathBuf>,
    /// Offer no counterfactuals
    #[arg(long, conflicts_with = "overlays")]
    no_overlays: bool,
    #[command(flatten)]
    batch: BatchArguments,
    #[command(flatten)]
    output: OutputArguments,
}

/// What was put into the page, for a program.
#[derive(Serialize)]
struct Explored<'a> {
    page: &'static str,
    bytes: usize,
    replicates: u64,
    levers: &'a [Lever],
    events: usize,
    overlays: Vec<&'a Option<String>>,
}

pub(super) fn explore(arguments: &ExploreArguments) -> u8 {
    code(run(arguments))
}

fn run(arguments: &ExploreArguments) -> Result<u8, CommandError> {
    let path = &arguments.scenario.scenario;
    let own = load(&arguments.scenario).map_err(CommandError::Said)?;
    must_leave_design(&own, LAID_OUT_BY)?;
    let scenario = asked(arguments, &own);
    let levers = named(arguments, &scenario)?;
    let mut choices = vec![(path.clone(), scenario.clone())];
    choices.extend(overlays(arguments, &own)?);

    let session = Session::begin(&arguments.batch.session)?;
    let replicates = scenario.run.replicates;
    let kept = memory::of_history(&scenario).saturating_mul(replicates);
    session.must_end(&scenario, replicates)?;
    session.must_fit(&scenario, 1, kept, "give fewer --replicates or --threads")?;
    let entry = entry(&scenario);
    let folder = session.folder_of(&arguments.output, &entry, "explore")?;
    let screening = screen(arguments, &session, &scenario)?;
    let gathering = Gathering::keeping(scenario.clone());
    let base = base(arguments, &session, &gathering)?;
    let (done, failed) = base.replicates();
    let mut growing = Growing::new("base", gathering);
    let bytes = base.bytes();
    growing
        .add([bytes.as_slice()])
        .map_err(CommandError::Machine)?;
    let failures = growing.failures();
    must_have_some(&session, done, &failures)?;
    let simulated = session.seconds();

    let mut all = levers;
    if let Some(found) = &screening {
        let most = usize::from(arguments.top) + all.len();
        for lever in screened(&scenario, found, most) {
            match all.iter_mut().find(|known| known.key == lever.key) {
                Some(known) => known.moves = lever.moves,
                None => all.push(lever),
            }
        }
        all.truncate(most);
    }
    let page = ExplorePage {
        version: env!("CARGO_PKG_VERSION"),
        name: &scenario.name,
        title: &growing.summary().title,
        story: &scenario.story,
        evidence: scenario.evidence.as_deref(),
        replicates,
        levers: all,
        events: switches(&choices),
        screening: said_of(screening.as_ref()),
        look: look(
            choices
                .iter()
                .map(|(_, s)| s.factions.len())
                .max()
                .unwrap_or(0),
        ),
        texts: choices.iter().map(|(_, s)| s.resolved()).collect(),
        choices: choices
            .iter()
            .map(|(path, scenario)| choice(&session, path, scenario))
            .collect(),
        base: bytes,
    };
    let html = explore_page(&page)?;
    if html.len() > MOST_BYTES {
        return Err(CommandError::Input(format!(
            "the page would have {:.1} MB, more than the {} MB that go by mail; give fewer --replicates or fewer overlays",
            html.len() as f64 / 1e6,
            MOST_BYTES / 1_000_000
        )));
    }
    folder.write(PAGE, html.as_bytes())?;
    folder.write("scenario.resolved.toml", scenario.resolved().as_bytes())?;
    for (number, (_, overlay)) in choices.iter().enumerate().skip(1) {
        folder.write(&overlay_file(number), overlay.resolved().as_bytes())?;
    }
    let mut manifest = session.manifest("explore", vec![entry], scenario.run.seed, replicates);
    manifest.replicates = done;
    manifest.failed = failures;
    manifest.again = again(arguments, &scenario, choices.len() - 1);
    manifest.clock = session.clock(simulated);
    let target = folder.finish(manifest)?;
    let explored = Explored {
        page: PAGE,
        bytes: html.len(),
        replicates: done,
        levers: &page.levers,
        events: page.events.len(),
        overlays: page.choices[1..].iter().map(|c| &c.path).collect(),
    };
    match arguments.output.format {
        Format::Json => print_json("explore", Some(&target), &explored)?,
        Format::Text if arguments.output.quiet => {}
        Format::Text => print(&screen_of(&explored, &target, session.seconds()))?,
    }
    Ok(match failed {
        0 => 0,
        _ => super::SOME_REPLICATES_FAILED,
    })
}

fn asked(arguments: &ExploreArguments, scenario: &Scenario) -> Scenario {
    let batch = &arguments.batch;
    as_asked(
        scenario,
        &arguments.output,
        &batch.session,
        batch.replicates,
    )
}

/// The sliders that the command line names. Each of their ends is laid over the scenario, so that
/// what can't be is said now, and as of any setting.
fn named(arguments: &ExploreArguments, scenario: &Scenario) -> Result<Vec<Lever>, CommandError> {
    let mut levers: Vec<Lever> = Vec::new();
    for text in &arguments.levers {
        let wrong = |what: &str| {
            CommandError::Input(format!(
                "--lever {text}: {what}; a slider is key=low:high, for instance 'patron.us.commitment=0.4:0.9'"
            ))
        };
        let (key, ends) = match text.split_once('=') {
            Some((key, ends)) => (key.trim(), Some(ends)),
            None => (text.trim(), None),
        };
        let Some(number) = scenario.numbers.iter().find(|n| n.path == key) else {
            let known = scenario.numbers.iter().map(|n| n.path.as_str());
            let meant = nearest(key, known).map(|meant| format!(" (did you mean `{meant}`?)"));
            return Err(wrong(&format!(
                "the scenario has no number `{key}`{}",
                meant.unwrap_or_default()
            )));
        };
        if !can_be_laid(key) {
            return Err(wrong(
                "a number within an effect, a condition or an outcome can't be laid over a scenario by itself",
            ));
        }
        if levers.iter().any(|known| known.key == key) {
            return Err(wrong("it is named twice"));
        }
        let Some(ends) = ends else {
            let lever = Lever::uncertain(number);
            levers.push(lever.ok_or_else(|| wrong("the number is certain, so it wants a range"))?);
            continue;
        };
        let ends = range(ends, wrong)?;
        for (text, value) in ends {
            let mut settings = arguments.scenario.settings.clone();
            settings.push(format!("{key}={}", typed(text, value)));
            load_path(&arguments.scenario.scenario, &settings).map_err(CommandError::Said)?;
        }
        levers.push(Lever::new(number, ends[0].1, ends[1].1));
    }
    Ok(levers)
}

/// The counterfactuals: those named, or those that lie beside the scenario and extend it.
fn overlays(
    arguments: &ExploreArguments,
    own: &Scenario,
) -> Result<Vec<(PathBuf, Scenario)>, CommandError> {
    let path = &arguments.scenario.scenario;
    let beside = path.with_extension("");
    let looked_for = arguments.overlays.is_empty();
    let files = match looked_for {
        false => arguments.overlays.clone(),
        true if arguments.no_overlays || is_stdin(path) || !beside.is_dir() => Vec::new(),
        true => {
            let entries = std::fs::read_dir(&beside)?.filter_map(Result::ok);
            let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
            files.retain(|file| file.extension().is_some_and(|e| e == "toml"));
            files.sort();
            files
        }
    };
    let same = |a: &Path, b: &Path| match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    };
    let extends = |overlay: &Scenario| {
        let mut parents = overlay
            .files
            .iter()
            .skip(1)
            .filter_map(|f| f.path.as_deref());
        parents.any(|parent| same(parent, path))
    };
    let mut found = Vec::new();
    for file in files {
        let overlay = match read_path(&file, &arguments.scenario.settings) {
            Ok(overlay) if looked_for && !extends(&overlay) => continue,
            Ok(overlay) => overlay,
            // Nobody asked for it.
            Err(_) if looked_for => {
                let file = words(file.as_os_str());
                tell(&format!(
                    "note: {file} is left out: something is wrong with it; `simulate check {file}` says what"
                ));
                continue;
            }
            Err(problems) => return Err(CommandError::Said(say(&problems))),
        };
        must_leave_design(&overlay, LAID_OUT_BY)?;
        let mut overlay = asked(arguments, &overlay);
        // All are run from one seed, as often: that of the scenario.
        overlay = overlay.as_run(
            arguments.batch.session.seed.unwrap_or(own.run.seed),
            arguments.batch.replicates.unwrap_or(own.run.replicates),
        );
        found.push((file, overlay));
    }
    Ok(found)
}

/// A quick screening of the uncertain numbers; none where nothing is uncertain or asked for.
fn screen(
    arguments: &ExploreArguments,
    session: &Session,
    scenario: &Scenario,
) -> Result<Option<Sensitivity>, CommandError> {
    // A slider holds a number and leaves the others as they are.
    let study = Study::new(scenario, scenario.run.seed, session.path).apart();
    if study.is_empty() || arguments.top == 0 {
        return Ok(None);
    }
    let plan = DesignSizes::new(&Request {
        numbers: study.len(),
        morris: true,
        sobol: false,
        trajectories: arguments.trajectories as usize,
        base: None,
        top: 0,
        replicates: PER_ROW,
        budget: 0,
    });
    let plan = plan.map_err(|error| CommandError::Input(error.to_string()))?;
    if !arguments.output.quiet {
        tell(&format!(
            "screening {} uncertain numbers: {} replicates",
            study.len(),
            plan.total()
        ));
    }
    let bar = Bar::begin(
        &session.progress,
        plan.total(),
        "replicates",
        arguments.output.quiet,
    );
    let found = session
        .threads
        .install(|| study.run(&plan, &session.progress));
    bar.end();
    must_go_on(session)?;
    Ok(found.map(|found| found.sensitivity))
}

/// The replicates of the scenario as it stands.
fn base(
    arguments: &ExploreArguments,
    session: &Session,
    gathering: &Gathering<'_>,
) -> Result<Part, CommandError> {
    let batch = session.batch(gathering.scenario());
    let bar = Bar::begin(
        &session.progress,
        batch.replicates,
        "replicates",
        arguments.output.quiet,
    );
    let part = session
        .threads
        .install(|| Part::run(gathering, &batch, &session.progress));
    bar.end();
    must_go_on(session)?;
    Ok(part)
}

fn must_go_on(session: &Session) -> Result<(), CommandError> {
    match session.stopped() {
        true => {
            tell("interrupted before the page was made; nothing is saved");
            Err(CommandError::Said(INTERRUPTED))
        }
        false => Ok(()),
    }
}

fn choice(session: &Session, path: &Path, scenario: &Scenario) -> Choice {
    let few = Batch::of(scenario).path(session.path).replicates(FEW);
    let summary = session.threads.install(|| few.collect()).summary;
    Choice {
        title: scenario.title.clone(),
        path: (!is_stdin(path)).then(|| words(path.as_os_str())),
        settings: scenario.variant.settings.clone(),
        end: scenario.time.end.to_string(),
        places: places(&summary),
    }
}

/// The events of all choices, each with whether it is on in each of them.
fn switches(choices: &[(PathBuf, Scenario)]) -> Vec<Switch> {
    let mut switches: Vec<Switch> = Vec::new();
    for event in choices.iter().flat_map(|(_, scenario)| &scenario.events) {
        if switches.iter().any(|known| known.id == event.id) {
            continue;
        }
        let on = |(_, scenario): &(PathBuf, Scenario)| {
            let own = scenario.events.iter().find(|own| own.id == event.id);
            own.map(|own| own.enabled)
        };
        switches.push(Switch {
            id: event.id.clone(),
            name: event.name.clone(),
            date: match event.trigger {
                Some(crate::scenario::Trigger::Date(day)) => Some(day.to_string()),
                _ => None,
            },
            on: choices.iter().map(on).collect(),
        });
    }
    switches
}

fn said_of(screening: Option<&Sensitivity>) -> String {
    let morris = screening.and_then(|found| Some((found, found.morris.as_ref()?)));
    match morris {
        Some((found, morris)) => format!(
            "The uncertain numbers that matter most, by a screening of all {} (Morris, {} trajectories, {} replicates a row).",
            found.numbers.len(),
            morris.trajectories,
            found.replicates_per_row
        ),
        None => "No number was screened.".to_owned(),
    }
}

fn screen_of(explored: &Explored<'_>, target: &Path, seconds: f64) -> String {
    let mut lines = String::new();
    for lever in explored.levers {
        let (first, last) = (lever.places.first(), lever.places.last());
        if let (Some(first), Some(last)) = (first, last) {
            lines += &format!("  {}  {first} to {last}", lever.key);
            if let Some(moves) = &lever.moves {
                lines += &format!("  moves “{}” by {:.2}", moves.what, moves.by);
            }
            lines += "\n";
        }
    }
    let count = |n: usize, one: &str| match n {
        1 => format!("1 {one}"),
        n => format!("{n} {one}s"),
    };
    let page = words(target.join(explored.page).as_os_str());
    format!(
        "{}, {}, {}, {} replicates of the base case\n{lines}page: {page} ({:.1} MB, {seconds:.1} s); open it in a browser, or send it\n",
        count(explored.levers.len(), "slider"),
        count(explored.events, "event"),
        count(explored.overlays.len(), "counterfactual"),
        explored.replicates,
        explored.bytes as f64 / 1e6,
    )
}

/// Where a counterfactual is written out, by its number from 1.
fn overlay_file(number: usize) -> String {
    format!("overlay-{number}.resolved.toml")
}

/// The command that makes it again, from inside the folder. Settings and label are in the
/// resolved scenario.
fn again(arguments: &ExploreArguments, scenario: &Scenario, overlays: usize) -> String {
    let mut command = format!(
        "simulate explore scenario.resolved.toml --top {} --trajectories {} --seed {} --replicates {}",
        arguments.top, arguments.trajectories, scenario.run.seed, scenario.run.replicates
    );
    for lever in &arguments.levers {
        command.push_str(&format!(" --lever {}", quoted(lever)));
    }
    for number in 1..=overlays {
        command.push_str(&format!(" --overlay {}", overlay_file(number)));
    }
    command
}
