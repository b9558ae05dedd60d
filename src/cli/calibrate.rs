//! `simulate calibrate`

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};

use crate::experiment::calibrate::{Calibration, Checkpoint, Population, Settings, Task};
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
use super::shard::{self, Divided, ShardArguments};
use super::streams::tell;
use super::{
    INTERRUPTED, OutputArguments, ScenarioArguments, SessionArguments, as_asked, must_leave_design,
    name_of, read_observed, say,
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
    /// Independent populations that share the particles and simulations: they may be shards, and
    /// how far they are from each other says how well the posterior is known
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub(super) islands: u64,
    /// Keep what was done in this file after every generation, and go on from it if it is there;
    /// of several islands in FILE.1, FILE.2, ...
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Replicates of the forecast that the posterior is shown with
    #[arg(long, short = 'n', default_value_t = 4000, value_parser = clap::value_parser!(u64).range(100..=1_000_000))]
    replicates: u64,
    #[command(flatten)]
    pub(super) shard: ShardArguments,
    #[command(flatten)]
    pub(super) session: SessionArguments,
    #[command(flatten)]
    pub(super) output: OutputArguments,
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
    must_leave_design(&scenario, "a calibration")?;
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
    let mut session = Session::begin(&arguments.session)?;
    let wanted = |key: &str| is_wanted(&arguments.numbers, key);
    let Some(task) = Task::new(&scenario, &observations, wanted, session.path) else {
        return Err(CommandError::Input(format!(
            "{name} has no uncertain number to learn that hangs together with no other; give one a distribution, such as {{ dist = \"uniform\", low = 0.2, high = 0.6 }}"
        )));
    };
    session.must_fit(&scenario, 1, 0, "give fewer --threads")?;
    let settings = settings(arguments)?;
    // Of each generation, and the scores before and after.
    let simulations = arguments.shard.share_of(arguments.simulations);
    session.must_end(&scenario, simulations + 2 * arguments.replicates)?;
    let divided = Divided {
        command: "calibrate",
        again: again(arguments, scenario.run.seed),
        // Without an island: of all of them.
        observations: Some(task.identity(&settings, 0)),
        scenario: &scenario,
    };
    let begun = shard::begin(&arguments.shard, &mut session, &arguments.output, divided)?;
    if let Some(begun) = begun {
        return island(arguments, &session, begun, (&task, &settings), &scenario);
    }
    let entry = entry(&scenario);
    // What shards have learned is put together in a folder that says so.
    let folder = match session.shards() {
        Some(_) => {
            session
                .work_of(&arguments.output, &scenario, "calibrate", None)?
                .0
        }
        None => session.folder_of(&arguments.output, &entry, "calibrate")?,
    };
    let populations = match session.shards() {
        Some(shards) => Some(read_islands(shards, &task, &settings)?),
        None => learn(arguments, &session, &task, &settings, 1..=settings.islands)?,
    };
    let (Some(populations), false) = (populations, session.stopped()) else {
        return Ok(interrupted(arguments));
    };
    let found = task.together(&settings, &populations);
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

fn settings(arguments: &CalibrateArguments) -> Result<Settings, CommandError> {
    let islands = match arguments.shard.shard {
        Some(shard) if ![1, shard.of].contains(&arguments.islands) => {
            return Err(CommandError::Input(format!(
                "--shard {shard} is one of {} islands, and --islands is {}: leave that out",
                shard.of, arguments.islands
            )));
        }
        Some(shard) => shard.of,
        None => arguments.islands,
    };
    let (particles, simulations) = (u64::from(arguments.particles), arguments.simulations);
    let least = |what: &str, has: u64, least: u64| match has / islands >= least {
        true => Ok(()),
        false => Err(CommandError::Input(format!(
            "{has} {what} are too few for {islands} islands: each needs at least {least}; give --{what} {} or more",
            least * islands
        ))),
    };
    least("particles", particles, LEAST_PARTICLES)?;
    least("simulations", simulations, LEAST_SIMULATIONS)?;
    Ok(Settings {
        islands,
        particles: arguments.particles as usize,
        simulations,
        // Half of all, where that is less than usual.
        pilot: usize::try_from(simulations / islands / 2)
            .map_or(Settings::default().pilot, |half| {
                half.min(Settings::default().pilot)
            }),
        ..Settings::default()
    })
}

/// Fewest particles and simulations of a population.
const LEAST_PARTICLES: u64 = 20;
const LEAST_SIMULATIONS: u64 = 1000;

/// Learns with some of the populations; `None` where it was interrupted.
fn learn(
    arguments: &CalibrateArguments,
    session: &Session,
    task: &Task<'_>,
    settings: &Settings,
    islands: RangeInclusive<u64>,
) -> Result<Option<Vec<Population>>, CommandError> {
    let several = settings.islands > 1;
    let quiet = arguments.output.quiet;
    let count = islands.end() - islands.start() + 1;
    let simulations = arguments.simulations / settings.islands * count;
    if !quiet {
        tell(&format!(
            "{} numbers to learn from {} observations, with at most {simulations} simulations",
            task.numbers(),
            task.observations(),
        ));
    }
    let bar = Bar::begin(&session.progress, simulations, "simulations", quiet);
    let mut populations = Vec::new();
    for island in islands {
        let file = arguments.checkpoint.as_ref().map(|file| match several {
            true => numbered(file, island),
            false => file.clone(),
        });
        let from = match &file {
            Some(file) => read_checkpoint(file, &task.identity(settings, island))?,
            None => None,
        };
        let mut unkept = None;
        let mut keep = |checkpoint: &Checkpoint| {
            if let Some(file) = &file {
                unkept = write_checkpoint(file, checkpoint).err();
            }
        };
        let progress = &session.progress;
        let found = session
            .threads
            .install(|| task.learn(settings, island, progress, from, &mut keep));
        if let Some(error) = unkept {
            return Err(error);
        }
        let (Some(found), false) = (found, session.stopped()) else {
            bar.end();
            return Ok(None);
        };
        populations.push(found);
    }
    bar.end();
    Ok(Some(populations))
}

/// The checkpoint of one of several islands.
fn numbered(file: &Path, island: u64) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{island}"));
    name.into()
}

fn interrupted(arguments: &CalibrateArguments) -> u8 {
    tell(match &arguments.checkpoint {
        Some(_) => {
            "interrupted; what was done is in the checkpoint, and the same command goes on from it"
        }
        None => "interrupted; nothing is saved, as there is no --checkpoint",
    });
    INTERRUPTED
}

/// A population as a shard keeps it.
#[derive(Serialize, Deserialize)]
struct KeptIsland {
    /// What it is a population of.
    of: String,
    population: Population,
}

/// The file of a shard's population.
const ISLAND: &str = "island.json";

/// Learns with the population that is a shard, and leaves it for `simulate merge`.
fn island(
    arguments: &CalibrateArguments,
    session: &Session,
    begun: shard::Begun,
    (task, settings): (&Task<'_>, &Settings),
    scenario: &Scenario,
) -> Result<u8, CommandError> {
    let (folder, parts) =
        session.work_of(&arguments.output, scenario, "calibrate", Some(&begun))?;
    let own = begun.shard().index;
    let found = learn(arguments, session, task, settings, own..=own)?;
    let Some([population]) = found.as_deref() else {
        session.keep_nothing();
        return Ok(interrupted(arguments));
    };
    let simulations = population.simulations();
    let kept = KeptIsland {
        of: task.identity(settings, own),
        population: population.clone(),
    };
    folder.write(ISLAND, to_json(&kept)?.as_bytes())?;
    let none = Some(Vec::new());
    begun.end(session, (folder, &*parts), scenario, simulations, none)
}

/// The populations of shards, in order.
fn read_islands(
    shards: &[PathBuf],
    task: &Task<'_>,
    settings: &Settings,
) -> Result<Vec<Population>, CommandError> {
    let each = shards.iter().zip(1..).map(|(folder, island)| {
        let file = folder.join(ISLAND);
        let wrong =
            |what: String| CommandError::Input(format!("{}: {what}", words(file.as_os_str())));
        let bytes = regular::read(&file, MOST_BYTES).map_err(|error| wrong(error.to_string()))?;
        let kept: KeptIsland = serde_json::from_slice(&bytes)
            .map_err(|_| wrong("it is no population of this version".to_owned()))?;
        match kept.of == task.identity(settings, island) {
            true => Ok(kept.population),
            false => Err(wrong(
                "it is of other observations than those of --observed are now, or of other numbers"
                    .to_owned(),
            )),
        }
    });
    each.collect()
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
    // A shard says of how many it is.
    if arguments.islands > 1 && arguments.shard.shard.is_none() {
        again.push_str(&format!(" --islands {}", arguments.islands));
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
