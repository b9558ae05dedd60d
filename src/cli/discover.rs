//! `simulate discover`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::engine::{Failure, OutcomeLabel};
use crate::experiment::DesignKind;
use crate::experiment::discover::{
    Cases, Choice, Counted, Counts, Discovery, Question, Size, Source, Study, Target, discover,
    prim::Rules,
};
use crate::foreign::words;
use crate::report::figures::letters;
use crate::report::page::Shown;
use crate::report::{
    DiscoveryPoints, FinishedRun, Folder, Parts, ScenarioEntry, discover_csv, discover_screen,
    figures, points_parquet, stability_csv, to_json, trajectory_csv, tree_csv,
};
use crate::scenario::Scenario;

use super::bar::Bar;
use super::ending::{Ending, must_have_some};
use super::error::{CommandError, code};
use super::labels::quoted;
use super::print::{self, PrintArguments};
use super::sensitivity::with_variations;
use super::session::{Session, entry, keep_for_later, notes};
use super::shard::{self, Divided, ShardArguments};
use super::streams::tell;
use super::{
    INTERRUPTED, OutputArguments, ScenarioArguments, SessionArguments, as_asked, must_leave_design,
    name_of,
};

/// Fewest points that anything is learned from.
const FEWEST: usize = 50;

#[derive(Debug, Args)]
pub(super) struct DiscoverArguments {
    /// The scenario file (`-` is standard input), or the folder of a finished run, whose draws
    /// are the points
    scenario: PathBuf,
    /// Lay a number over the scenario, e.g. --set patron.us.commitment=0.5 (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Let a number vary evenly over a range, besides the scenario's own uncertain numbers
    /// (repeatable)
    #[arg(long, value_name = "KEY=LOW:HIGH")]
    vary: Vec<String>,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    points: PointsArguments,
    #[command(flatten)]
    pub(super) shard: ShardArguments,
    #[command(flatten)]
    pub(super) session: SessionArguments,
    #[command(flatten)]
    pub(super) output: OutputArguments,
    #[command(flatten)]
    pub(super) print: PrintArguments,
}

/// What is looked for, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is looked for")]
struct Asked {
    /// The outcome (its id or key, such as regroup or collapse)
    #[arg(long, value_name = "OUTCOME")]
    outcome: String,
    /// Look for where it does not come about
    #[arg(long)]
    absent: bool,
    /// Count a point as a case where at least this share of its replicates has the outcome; give
    /// enough --replicates then [default: every point counts by its chance]
    #[arg(long, value_name = "CHANCE", value_parser = share)]
    threshold: Option<f64>,
    /// Take the largest box that is at least as dense [default: the one whose coverage is
    /// furthest above its mass]
    #[arg(long, value_name = "DENSITY", value_parser = share)]
    density: Option<f64>,
    /// Most boxes
    #[arg(long, value_name = "COUNT", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=9))]
    boxes: u8,
    /// Share of the points in a box that a peel takes away, and that a paste adds
    #[arg(long, value_name = "SHARE", default_value_t = 0.05, value_parser = small)]
    peel: f64,
    /// Least share of all points that a box has, and a leaf of the tree
    #[arg(long, value_name = "SHARE", default_value_t = 0.05, value_parser = small)]
    least_mass: f64,
    /// Largest quasi-p value of a limit that is kept, divided by the number of limits that a box
    /// may have
    #[arg(long, value_name = "P", default_value_t = 0.05, value_parser = share)]
    quasi_p: f64,
    /// Random halves of the points on which the first box is found again
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u16).range(0..=10_000))]
    halves: u16,
    /// Most splits above a leaf of the tree
    #[arg(long, value_name = "COUNT", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=12))]
    depth: u8,
}

/// The points of a design; those of a finished run are its own.
#[derive(Debug, Args)]
#[command(next_help_heading = "Points of a scenario")]
struct PointsArguments {
    /// How the points are spread [default: lhs]
    #[arg(long, value_enum)]
    design: Option<Spread>,
    /// Points to learn from; half as many more are held out [default: 4096]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(FEWEST as i64..=DesignKind::MOST as i64))]
    points: Option<u32>,
    /// Number of replicates at each point [default: 8, with --threshold 64]
    #[arg(long, short = 'n', value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    replicates: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Spread {
    /// A Latin hypercube
    Lhs,
    /// A Sobol' sequence with Owen's scrambling; best of a power of two of points
    Sobol,
    /// Independent points
    Random,
}

impl From<Spread> for DesignKind {
    fn from(spread: Spread) -> Self {
        match spread {
            Spread::Sobol => Self::Sobol,
            Spread::Lhs => Self::Lhs,
            Spread::Random => Self::Random,
        }
    }
}

/// A number above 0, and at most 1.
pub(super) fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if share > 0.0 && share <= 1.0 => Ok(share),
        _ => Err("give a number above 0 and at most 1".to_owned()),
    }
}

fn small(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.001..=0.4).contains(&share) => Ok(share),
        _ => Err("give a number from 0.001 to 0.4".to_owned()),
    }
}

pub(super) fn run(arguments: &DiscoverArguments) -> u8 {
    code(match arguments.scenario.is_dir() {
        true => of_run(arguments),
        false => of_scenario(arguments),
    })
}

/// Points that were had, with what they are of.
struct Had {
    points: Vec<Counted>,
    source: Source,
    failures: Vec<Failure>,
    /// Replicates that were asked for.
    asked: u64,
    /// Seconds after which nothing was left to be simulated.
    simulated: f64,
    /// The command that does it again, without what is asked.
    again: String,
}

fn of_scenario(arguments: &DiscoverArguments) -> Result<u8, CommandError> {
    let own = ScenarioArguments {
        scenario: arguments.scenario.clone(),
        settings: arguments.settings.clone(),
    };
    let scenario = with_variations(&own, &arguments.vary)?;
    let scenario = as_asked(&scenario, &arguments.output, &arguments.session, None);
    must_leave_design(&scenario, "a discovery")?;
    let cases = cases(arguments, &scenario)?;
    let mut session = Session::begin(&arguments.session)?;
    let seed = scenario.run.seed;
    let study = Study::new(&scenario, seed, session.path);
    let numbers = study.numbers().len();
    if numbers == 0 {
        return Err(nothing_uncertain(&name_of(&arguments.scenario)));
    }
    let size = size(arguments);
    session.must_fit(
        &scenario,
        1,
        size.bytes(numbers, scenario.outcomes.len()),
        "give fewer --points or --threads",
    )?;
    session.must_end(&scenario, arguments.shard.share_of(size.total()))?;
    let again = format!(
        "simulate discover scenario.resolved.toml --design {} --points {} --replicates {} --seed {seed}",
        size.kind, size.points, size.replicates
    );
    let divided = Divided {
        command: "discover",
        again: again.clone() + &asked(&arguments.asked) + &arguments.print.again(),
        observations: None,
        scenario: &scenario,
    };
    let begun = shard::begin(&arguments.shard, &mut session, &arguments.output, divided)?;
    if let Some(begun) = &begun {
        begun.must_have(size.all() as u64, "points")?;
    }
    let (folder, parts) =
        session.work_of(&arguments.output, &scenario, "discover", begun.as_ref())?;
    let quiet = arguments.output.quiet;
    if let Some(begun) = begun {
        let count = arguments.shard.share_of(size.total());
        let bar = Bar::begin(&session.progress, count, "replicates", quiet);
        let share = session
            .threads
            .install(|| study.run_share(&size, begun.shard(), &session.progress));
        bar.end();
        return begun.end(&session, (folder, &*parts), &scenario, count, share);
    }
    if !quiet {
        tell(&format!(
            "{numbers} uncertain numbers; {} points x {} replicates = {} replicates",
            size.all(),
            size.replicates,
            size.total()
        ));
    }
    let bar = Bar::begin(&session.progress, size.total(), "replicates", quiet);
    let found = session
        .threads
        .install(|| study.run(&size, &session.progress));
    bar.end();
    let simulated = session.seconds();
    parts.trouble()?;
    if found.points.len() < FEWEST.min(size.all()) {
        tell("interrupted before enough points were done");
        return Ok(INTERRUPTED);
    }
    let counted = found.points.iter().map(|point| point.counted).sum();
    must_have_some(&session, counted, &found.failures)?;
    let had = Had {
        points: found.points,
        source: Source::Design {
            design: size.kind.to_string(),
        },
        failures: found.failures,
        asked: size.total(),
        simulated,
        again,
    };
    let entry = entry(&scenario);
    end(
        arguments,
        &session,
        (folder, Some(&parts)),
        (&scenario, entry, seed),
        cases,
        had,
    )
}

fn of_run(arguments: &DiscoverArguments) -> Result<u8, CommandError> {
    let own = &arguments.points;
    let given = [
        ("--set", !arguments.settings.is_empty()),
        ("--vary", !arguments.vary.is_empty()),
        ("--design", own.design.is_some()),
        ("--points", own.points.is_some()),
        ("--replicates", own.replicates.is_some()),
        ("--seed", arguments.session.seed.is_some()),
        ("--shard", arguments.shard.shard.is_some()),
    ];
    if let Some((option, _)) = given.iter().find(|(_, given)| *given) {
        return Err(CommandError::Input(format!(
            "{option} can't be given with the folder of a finished run: its draws are the points; give the scenario file to have others"
        )));
    }
    let run = FinishedRun::open(&arguments.scenario)?;
    let cases = cases(arguments, &run.scenario)?;
    let session = Session::begin(&arguments.session)?;
    let seed = run.summary.seed;
    let study = Study::new(&run.scenario, seed, session.path);
    let place = words(run.folder.as_os_str());
    if study.numbers().is_empty() {
        return Err(nothing_uncertain(&place));
    }
    let mut counts = Counts::default();
    run.rows(|rows| rows.iter().for_each(|row| counts.add(row)))?;
    let points = counts.whole(1);
    if points.len() < FEWEST {
        return Err(CommandError::Input(format!(
            "{place} has {} draws of the uncertain numbers, and at least {FEWEST} are needed; run it with more --replicates",
            points.len()
        )));
    }
    let had = Had {
        asked: points.iter().map(|point| point.run).sum(),
        points,
        source: Source::Run {
            run: run.summary.identity.short().to_owned(),
        },
        failures: run.manifest.failed.clone(),
        simulated: session.seconds(),
        again: format!("simulate discover {}", quoted(&place)),
    };
    let entry = ScenarioEntry {
        name: run.summary.scenario.clone(),
        identity: run.summary.identity.clone(),
    };
    let folder = session.folder_of(&arguments.output, &entry, "discover")?;
    end(
        arguments,
        &session,
        (folder, None),
        (&run.scenario, entry, seed),
        cases,
        had,
    )
}

/// What is said where nothing is uncertain.
pub(super) fn nothing_uncertain(name: &str) -> CommandError {
    CommandError::Input(format!(
        "{name} has no uncertain number; give one a distribution, such as {{ dist = \"uniform\", low = 0.2, high = 0.6 }}"
    ))
}

fn cases(arguments: &DiscoverArguments, scenario: &Scenario) -> Result<Cases, CommandError> {
    Ok(Cases {
        outcome: scenario
            .outcome_called(&arguments.asked.outcome, &[])
            .map_err(CommandError::Input)?,
        absent: arguments.asked.absent,
        threshold: arguments.asked.threshold,
    })
}

fn size(arguments: &DiscoverArguments) -> Size {
    let own = &arguments.points;
    let usual = match arguments.asked.threshold {
        None => 8,
        // Fewer say too little of which side of it a chance is on.
        Some(_) => 64,
    };
    Size {
        kind: own.design.map_or_else(DesignKind::default, Into::into),
        points: own.points.unwrap_or(4096) as usize,
        replicates: own.replicates.unwrap_or(usual),
    }
}

/// What is asked, as the command line has it.
fn asked(asked: &Asked) -> String {
    let mut words = format!(" --outcome {}", asked.outcome);
    if asked.absent {
        words.push_str(" --absent");
    }
    for (option, value) in [("threshold", asked.threshold), ("density", asked.density)] {
        words.extend(value.map(|value| format!(" --{option} {value}")));
    }
    words.push_str(&format!(
        " --boxes {} --peel {} --least-mass {} --quasi-p {} --halves {} --depth {}",
        asked.boxes, asked.peel, asked.least_mass, asked.quasi_p, asked.halves, asked.depth
    ));
    words
}

fn end(
    arguments: &DiscoverArguments,
    session: &Session,
    (folder, parts): (Folder, Option<&Parts>),
    (scenario, entry, seed): (&Scenario, ScenarioEntry, u64),
    cases: Cases,
    had: Had,
) -> Result<u8, CommandError> {
    let own = &arguments.asked;
    let question = Question {
        cases,
        choice: Choice {
            rules: Rules {
                peel: own.peel,
                paste: own.peel,
                least_mass: own.least_mass,
            },
            density: own.density,
            quasi_p: own.quasi_p,
        },
        boxes: usize::from(own.boxes),
        halves: usize::from(own.halves),
        depth: usize::from(own.depth),
        seed,
    };
    let outcome = &scenario.outcomes[cases.outcome];
    let target = Target {
        key: outcome.key.clone(),
        label: outcome.label.clone(),
        absent: cases.absent,
    };
    let numbers = Study::new(scenario, seed, session.path).numbers();
    if !arguments.output.quiet {
        tell(&format!(
            "looking for boxes, and again on {} halves",
            own.halves
        ));
    }
    let mut found: Discovery = session.threads.install(|| {
        let source = had.source.clone();
        discover(scenario, (numbers, target), source, &had.points, &question)
    });
    found.identity = entry.identity.clone();
    found.partial = found.replicates < had.asked;
    let notes = notes(std::slice::from_ref(&entry), seed, found.replicates);
    let own_print = &arguments.print;
    let asked_print = own_print.print();
    let order = print::order(&asked_print, &notes);
    let pictures = session
        .threads
        .install(|| figures::draw_discovery(&found, &had.points, &cases, order))?;
    print::write(&folder, &pictures)?;
    folder.write("discover.json", to_json(&found)?.as_bytes())?;
    for (name, table) in [
        ("discover.csv", discover_csv(&found)),
        ("trajectory.csv", trajectory_csv(&found)),
        ("stability.csv", stability_csv(&found)),
        ("tree.csv", tree_csv(&found)),
    ] {
        folder.write(name, own_print.csv(table).as_bytes())?;
    }
    let labels = OutcomeLabel::all(scenario).into_iter();
    let outcomes: Vec<(String, String)> = labels.map(|o| (o.key, o.label)).collect();
    let points = DiscoveryPoints {
        found: &found,
        points: &had.points,
        outcomes: &outcomes,
    };
    points_parquet(folder.create("design.parquet")?, points, &notes)
        .map_err(|error| folder.failed_table("design.parquet", error))?;
    folder.write("scenario.resolved.toml", scenario.resolved().as_bytes())?;
    if let (true, Some(parts)) = (found.partial, parts) {
        keep_for_later(&folder, parts)?;
    }
    let interrupted = found.partial.then(|| {
        format!(
            "{} of {} replicates were done; what was whole is saved",
            found.replicates, had.asked
        )
    });
    Ending {
        command: "discover",
        found: &found,
        said: discover_screen(&found),
        title: "Where an outcome comes about",
        of: (&scenario.title, &entry.identity.clone()),
        pictures: Shown::each(&pictures, described),
        names: letters::names(scenario),
        again: had.again + &asked(own) + &own_print.again(),
        scenarios: vec![entry],
        seed,
        replicates: (had.asked, found.replicates - found.failed),
        some_failed: found.failed > 0,
        failed: had.failures,
        simulated: had.simulated,
        interrupted,
    }
    .end(session, folder, &arguments.output)
}

/// What a picture shows, for who can't see it; and how to read it.
fn described(name: &str) -> (&'static str, &'static str) {
    match name {
        "boxes.png" => (
            "Each box: which inputs it restricts, and to which part of their range. discover.csv has the figures.",
            "A bar is the part of the input's probability that the box keeps; the thin line below it shows how far its ends move on random halves of the points.",
        ),
        "trajectory.png" => (
            "For each box, density over coverage of every box on the way to it. trajectory.csv has the figures.",
            "Each point is a box: from all points at the right, peel by peel. The ring is the one that was taken, the square the same without limits that can't be told from chance, the cross that on points held out, with its 95 % intervals.",
        ),
        "pairs.png" => (
            "The points over pairs of the inputs that matter most, with the boxes.",
            "Colour is the mean chance of the points in a cell; frames are the boxes as far as these two inputs go.",
        ),
        _ => (
            "A tree that splits the points by the inputs. tree.csv has the figures.",
            "Each leaf says its density on points held out with its 95 % interval, and its share of all points.",
        ),
    }
}
