//! `simulate calibrate`

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::experiment::calibrate::{Calibration, Checkpoint, Settings, Task};
use crate::experiment::score::{Score, score};
use crate::foreign::words;
use crate::report::figures::letters;
use crate::report::page::Shown;
use crate::report::{
    calibration_screen, figures, posterior_csv, score_screen, scores_csv, to_json,
};
use crate::scenario::regular;
use crate::scenario::{Observation, Scenario};

use super::bar::Bar;
use super::ending::Ending;
use super::error::{CommandError, code};
use super::print::{self, PrintArguments};
use super::score::foretell;
use super::session::{Session, entry, notes};
use super::streams::tell;
use super::{
    INTERRUPTED, OutputArguments, ScenarioArguments, SessionArguments, as_asked, name_of,
    read_observed, say,
};

#[derive(Debug, Args)]
#[command(
    after_help = "posterior.toml can be laid under or over a scenario with `extends`; calibrated.toml is the whole scenario with it. See docs/evidence.md."
)]
pub(super) struct CalibrateArguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// What was observed: a table in CSV, as `simulate score` takes it
    #[arg(long, value_name = "FILE")]
    observed: PathBuf,
    /// An uncertain number to learn, or all whose keys begin with it, e.g. contest (repeatable)
    /// [default: every uncertain number]
    #[arg(long = "number", value_name = "KEY")]
    numbers: Vec<String>,
    /// Particles of the posterior
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(20..=5000))]
    particles: u32,
    /// Most simulations in all
    #[arg(long, default_value_t = 400_000, value_parser = clap::value_parser!(u64).range(1000..=1_000_000_000))]
    simulations: u64,
    /// Keep what was done in this file after every generation, and go on from it if it is there
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Replicates of the forecast that the posterior is shown with
    #[arg(long, short = 'n', default_value_t = 4000, value_parser = clap::value_parser!(u64).range(100..=1_000_000))]
    replicates: u64,
    #[command(flatten)]
    session: SessionArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    pub(super) print: PrintArguments,
}

/// What was found, as JSON.
#[derive(Serialize)]
struct Found<'a> {
    calibration: &'a Calibration,
    /// How the scenario fares as it was.
    prior: &'a Score,
    /// How it fares with the posterior, on what it was calibrated on.
    posterior: &'a Score,
}

pub(super) fn calibrate(arguments: &CalibrateArguments) -> u8 {
    code(run(arguments))
}

/// Whether a key is one that was asked for.
fn is_wanted(numbers: &[String], key: &str) -> bool {
    numbers.is_empty()
        || numbers.iter().any(|wanted| {
            let wanted = wanted.trim_end_matches(['*', '.']);
            key.strip_prefix(wanted)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
}

fn run(arguments: &CalibrateArguments) -> Result<u8, CommandError> {
    let own = &arguments.scenario;
    let (scenario, observations) = read_observed(&own.scenario, &own.settings, &arguments.observed)
        .map_err(|problems| CommandError::Said(say(&problems)))?;
    let scenario = as_asked(
        &scenario,
        &arguments.output,
        &arguments.session,
        Some(arguments.replicates),
    );
    let name = name_of(&own.scenario);
    if observations.iter().all(|o| o.is_known(&scenario)) {
        return Err(CommandError::Input(format!(
            "{} has no observation after {}, the first day of {name}: there is nothing to learn from",
            arguments.observed.display(),
            scenario.time.start,
        )));
    }
    for wanted in &arguments.numbers {
        let one = std::slice::from_ref(wanted);
        if !scenario
            .uncertain()
            .any(|number| is_wanted(one, &number.path))
        {
            return Err(CommandError::Input(format!(
                "--number {wanted}: {name} has no uncertain number whose key begins so; `simulate check --numbers` lists them"
            )));
        }
    }
    let session = Session::begin(&arguments.session)?;
    let wanted = |key: &str| is_wanted(&arguments.numbers, key);
    let Some(task) = Task::new(&scenario, &observations, wanted, session.path) else {
        return Err(CommandError::Input(format!(
            "{name} has no uncertain number to learn; give one a distribution, such as {{ dist = \"uniform\", low = 0.2, high = 0.6 }}"
        )));
    };
    session.must_fit(&scenario, 1, 0, "give fewer --threads")?;
    let settings = settings(arguments);
    let from = match &arguments.checkpoint {
        Some(file) => read_checkpoint(file, &task.identity(&settings))?,
        None => None,
    };
    let entry = entry(&scenario);
    let folder = session.folder_of(&arguments.output, &entry, "calibrate")?;
    let quiet = arguments.output.quiet;
    if !quiet {
        tell(&format!(
            "{} numbers to learn from {} observations, with at most {} simulations",
            task.numbers(),
            observations
                .iter()
                .filter(|o| !o.is_known(&scenario))
                .count(),
            arguments.simulations
        ));
    }
    let bar = Bar::begin(
        &session.progress,
        arguments.simulations,
        "simulations",
        quiet,
    );
    let mut unkept = None;
    let mut keep = |checkpoint: &Checkpoint| {
        if let Some(file) = &arguments.checkpoint {
            unkept = write_checkpoint(file, checkpoint).err();
        }
    };
    let progress = &session.progress;
    let found = session
        .threads
        .install(|| task.learn(&settings, progress, from, &mut keep));
    bar.end();
    if let Some(error) = unkept {
        return Err(error);
    }
    let (Some(found), false) = (found, session.stopped()) else {
        tell(match &arguments.checkpoint {
            Some(_) => {
                "interrupted; what was done is in the checkpoint, and the same command goes on from it"
            }
            None => "interrupted; nothing is saved, as there is no --checkpoint",
        });
        return Ok(INTERRUPTED);
    };
    let calibrated = found
        .posterior
        .laid_over(&scenario, &scenario.name, &source(arguments));
    let prior = scored(&session, &scenario, &observations)?;
    let posterior = scored(&session, &calibrated, &observations)?;
    let simulated = session.seconds();
    let seed = scenario.run.seed;
    let notes = notes(std::slice::from_ref(&entry), seed, arguments.replicates);
    let asked = arguments.print.print();
    let order = print::order(&asked, &notes);
    let pictures = session.threads.install(|| {
        let mut pictures = figures::draw_posterior(&found, order)?;
        pictures.extend(figures::draw_scores(&posterior, order)?);
        Ok::<_, CommandError>(pictures)
    })?;
    print::write(&folder, &pictures)?;
    let all = Found {
        calibration: &found,
        prior: &prior,
        posterior: &posterior,
    };
    folder.write("calibration.json", to_json(&all)?.as_bytes())?;
    folder.write(
        "posterior.csv",
        arguments.print.csv(posterior_csv(&found)).as_bytes(),
    )?;
    let overlay = overlay(arguments, &found, &scenario.name);
    folder.write("posterior.toml", overlay.as_bytes())?;
    let scores = arguments.print.csv(scores_csv(&posterior));
    folder.write("scores.csv", scores.as_bytes())?;
    folder.write("scenario.resolved.toml", scenario.resolved().as_bytes())?;
    folder.write("calibrated.toml", calibrated.resolved().as_bytes())?;
    Ending {
        command: "calibrate",
        found: &all,
        said: said(&found, &prior, &posterior),
        title: "What the observations taught",
        of: (&found.title, &found.identity),
        pictures: Shown::each(&pictures, described),
        names: letters::names(&scenario),
        again: again(arguments, seed) + &arguments.print.again(),
        scenarios: vec![entry],
        seed,
        replicates: (found.simulations, found.simulations),
        some_failed: false,
        failed: Vec::new(),
        simulated,
        interrupted: None,
    }
    .end(&session, folder, &arguments.output)
}

fn settings(arguments: &CalibrateArguments) -> Settings {
    Settings {
        particles: arguments.particles as usize,
        simulations: arguments.simulations,
        // Half of all, where that is less than usual.
        pilot: usize::try_from(arguments.simulations / 2)
            .map_or(Settings::default().pilot, |half| {
                half.min(Settings::default().pilot)
            }),
        ..Settings::default()
    }
}

/// What is in a checkpoint; none where there is no such file yet.
fn read_checkpoint(file: &Path, wanted: &str) -> Result<Option<Checkpoint>, CommandError> {
    if !file.exists() {
        return Ok(None);
    }
    let wrong = |what: &str| {
        Err(CommandError::Input(format!(
            "can't go on from {}: {what}; give another --checkpoint, or remove it",
            file.display()
        )))
    };
    let bytes = match regular::read(file, MOST_BYTES) {
        Ok(bytes) => bytes,
        Err(error) => return wrong(&error.to_string()),
    };
    match serde_json::from_slice::<Checkpoint>(&bytes) {
        Err(_) => wrong("it is no checkpoint of this version"),
        Ok(found) if found.of != wanted => wrong(
            "it is of another scenario, other observations, numbers or particles, another seed or version",
        ),
        Ok(found) => {
            tell(&format!(
                "going on after generation {} of {}",
                found.generations(),
                file.display()
            ));
            Ok(Some(found))
        }
    }
}

/// Most bytes of a checkpoint.
const MOST_BYTES: u64 = 1 << 30;

/// Writes a checkpoint in one piece: an older one stays until the new one is whole.
fn write_checkpoint(file: &Path, checkpoint: &Checkpoint) -> Result<(), CommandError> {
    let folder = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(std::io::BufWriter::new(&mut new), checkpoint)?;
    new.as_file().sync_all()?;
    new.persist(file).map_err(|error| error.error)?;
    Ok(())
}

fn again(arguments: &CalibrateArguments, seed: u64) -> String {
    let mut again = format!(
        "simulate calibrate scenario.resolved.toml --observed {} --seed {seed} --particles {} --simulations {} --replicates {}",
        words(arguments.observed.as_os_str()),
        arguments.particles,
        arguments.simulations,
        arguments.replicates
    );
    for number in &arguments.numbers {
        again.push_str(&format!(" --number {number}"));
    }
    again
}

/// How a scenario fares.
fn scored(
    session: &Session,
    scenario: &Scenario,
    observations: &[Observation],
) -> Result<Score, CommandError> {
    let (forecast, summary, _) = foretell(session, scenario, observations)?;
    Ok(score(scenario, observations, &forecast, &summary))
}

/// What stands as the source of each number.
fn source(arguments: &CalibrateArguments) -> String {
    let name = arguments
        .observed
        .file_name()
        .map_or_else(String::new, words);
    format!("calibrated on {name}")
}

fn overlay(arguments: &CalibrateArguments, found: &Calibration, name: &str) -> String {
    format!(
        "# The posterior of {} numbers of {name}, calibrated on {}: {} simulations, seed {}.\n\
         # Written by `simulate calibrate`. A scenario takes it with `extends`, or has it laid over it.\n\n{}",
        found.numbers.len(),
        words(arguments.observed.as_os_str()),
        found.simulations,
        found.seed,
        found.posterior.to_toml(name, &source(arguments))
    )
}

fn said(found: &Calibration, prior: &Score, posterior: &Score) -> String {
    let mut out = calibration_screen(found);
    let crps = |score: &Score| score.of_values.as_ref().map(|of| of.crps);
    let brier = |score: &Score| score.of_events.as_ref().map(|of| of.brier);
    for (what, of) in [
        (
            "mean CRPS, by the size of the quantity",
            [crps(prior), crps(posterior)],
        ),
        ("mean Brier score", [brier(prior), brier(posterior)]),
    ] {
        if let [Some(before), Some(after)] = of {
            out.push_str(&format!("{what}: {before:.3} before, {after:.3} after\n"));
        }
    }
    out.push_str("\nwith the posterior, on what it was calibrated on:\n");
    out + &score_screen(posterior)
}

/// What a picture shows, for who can't see it; and how to read it.
fn described(name: &str) -> (&'static str, &'static str) {
    match name {
        "posterior.png" => (
            "For each number its posterior beside its prior. posterior.csv has the particles.",
            "A bin is a twentieth of the prior: bars above the dashed line became likelier. A bit is what tells one half of the prior from the other; 0 where nothing was learned.",
        ),
        "pairs.png" => (
            "The pairs of numbers that go together most under the posterior.",
            "Where a pair lies along a line, observations tell a combination of the two, and neither by itself.",
        ),
        "taught.png" => (
            "For each observation what is reported under the prior and under the posterior, beside what was observed. calibration.json has the figures.",
            "Nearer to 0 and narrower is better. What hangs on none of the numbers can't teach of them.",
        ),
        "observed.png" => (
            "For each quantity the spread of the replicates under the posterior, with the reports on it.",
            "This is what the posterior was made from, and no test of it.",
        ),
        "events.png" => (
            "For each event its chance under the posterior, and whether it came about.",
            "A dot is the chance; the ring is at 1 if it came about and at 0 if it didn't.",
        ),
        _ => (
            "Where reports fall in their forecasts under the posterior, and how it fares beside its rivals.",
            "On what it was calibrated on: no test of it.",
        ),
    }
}
