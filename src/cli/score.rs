//! `simulate score`

use std::path::PathBuf;

use crate::engine::{self, Failure, Summary};
use crate::experiment::score::{Forecast, score as scored};
use crate::foreign::words;
use crate::report::figures::letters;
use crate::report::page::Shown;
use crate::report::{
    Ensemble, FinishedRun, ensemble_parquet, figures, score_screen, scores_csv, to_json,
};
use crate::scenario::{Observation, Scenario};

use super::bar::Bar;
use super::ending::{Ending, must_have_some};
use super::error::{CommandError, code};
use super::print;
use super::session::{Session, entry, notes};
use super::streams::tell;
use super::{INTERRUPTED, ScoreArguments, as_asked, is_stdin, read_observed, say};

pub(super) fn score(arguments: &ScoreArguments) -> u8 {
    code(run(arguments))
}

/// The scenario to be run, as its file or the finished run has it.
fn read(arguments: &ScoreArguments) -> Result<(Scenario, Vec<Observation>), CommandError> {
    let (path, run) = source(arguments)?;
    let (scenario, observations) = read_observed(&path, &arguments.settings, &arguments.observed)
        .map_err(|problems| CommandError::Said(say(&problems)))?;
    let batch = &arguments.batch;
    let replicates = batch.replicates.or(run.map(|(_, replicates)| replicates));
    let mut asked = as_asked(&scenario, &arguments.output, &batch.session, replicates);
    if let (Some((seed, _)), None) = (run, batch.session.seed) {
        asked = asked.as_run(seed, asked.run.replicates);
    }
    Ok((asked, observations))
}

/// Where the scenario is; of a finished run its seed and number of replicates too.
fn source(arguments: &ScoreArguments) -> Result<(PathBuf, Option<(u64, u64)>), CommandError> {
    let path = &arguments.scenario;
    if is_stdin(path) || !path.is_dir() {
        return Ok((path.clone(), None));
    }
    if !arguments.settings.is_empty() {
        return Err(CommandError::Input(format!(
            "--set can't change {}, which is a finished run; give its scenario file instead",
            path.display()
        )));
    }
    let run = FinishedRun::open(path)?;
    let size = (run.manifest.seed, run.manifest.replicates_asked);
    Ok((run.folder.join("scenario.resolved.toml"), Some(size)))
}

fn run(arguments: &ScoreArguments) -> Result<u8, CommandError> {
    let (scenario, observations) = read(arguments)?;
    if !observations.iter().any(|o| !o.is_known(&scenario)) {
        return Err(CommandError::Input(format!(
            "{} has no observation after {}, the first day of {}: there is nothing to be foretold",
            arguments.observed.display(),
            scenario.time.start,
            scenario.name
        )));
    }
    let session = Session::begin(&arguments.batch.session)?;
    let replicates = scenario.run.replicates;
    let kept = 8 * observations.len() as u64 * replicates;
    session.must_fit(&scenario, 1, kept, "give fewer --replicates or --threads")?;
    session.must_end(&scenario, replicates)?;
    let entry = entry(&scenario);
    let folder = session.folder_of(&arguments.output, &entry, "score")?;
    let bar = Bar::begin(
        &session.progress,
        replicates,
        "replicates",
        arguments.output.quiet,
    );
    let told = foretell(&session, &scenario, &observations);
    bar.end();
    let simulated = session.seconds();
    let (forecast, summary, failures) = told?;
    if session.stopped() {
        tell("interrupted before every replicate was run; nothing is saved");
        return Ok(INTERRUPTED);
    }
    must_have_some(&session, summary.replicates, &failures)?;
    for (index, of) in observations.iter().enumerate() {
        let undefined = forecast.undefined(index);
        if undefined > 0 {
            return Err(CommandError::Input(format!(
                "`{}` is no number on {} in {undefined} of {} replicates, as where something is divided by nothing; observe something that is always one",
                of.what,
                of.date,
                forecast.replicates()
            )));
        }
    }
    let found = scored(&scenario, &observations, &forecast, &summary);
    let seed = summary.seed;
    let notes = notes(std::slice::from_ref(&entry), seed, replicates);
    let asked = arguments.print.print();
    let order = print::order(&asked, &notes);
    let pictures = session
        .threads
        .install(|| figures::draw_scores(&found, order))?;
    print::write(&folder, &pictures)?;
    ensemble_parquet(
        folder.create("ensemble.parquet")?,
        Ensemble::of(&scenario, &observations, &forecast),
        &notes,
    )?;
    folder.write("score.json", to_json(&found)?.as_bytes())?;
    let csv = arguments.print.csv(scores_csv(&found));
    folder.write("scores.csv", csv.as_bytes())?;
    folder.write("scenario.resolved.toml", scenario.resolved().as_bytes())?;
    Ending {
        command: "score",
        found: &found,
        said: score_screen(&found),
        title: "How well it foretells what was observed",
        of: (&found.title, &found.identity),
        pictures: Shown::each(&pictures, described),
        names: letters::names(&scenario),
        again: format!(
            "simulate score scenario.resolved.toml --observed {} --seed {seed} --replicates {replicates}{}",
            words(arguments.observed.as_os_str()),
            arguments.print.again()
        ),
        scenarios: vec![entry],
        seed,
        replicates: (replicates, summary.replicates),
        some_failed: !failures.is_empty(),
        failed: failures,
        simulated,
        interrupted: None,
    }
    .end(&session, folder, &arguments.output)
}

/// Runs a scenario for what it says of observations.
pub(super) fn foretell(
    session: &Session,
    scenario: &Scenario,
    observations: &[Observation],
) -> Result<(Forecast, Summary, Vec<Failure>), CommandError> {
    let mut forecast = Forecast::new(scenario, observations);
    let batch = session.batch(scenario).with_series();
    let (summary, failures) = session.threads.install(|| {
        engine::run(&batch, &session.progress, |rows| {
            forecast.add(rows);
            Ok::<(), CommandError>(())
        })
    })?;
    Ok((forecast, summary, failures))
}

/// What a picture shows, for who can't see it; and how to read it.
fn described(name: &str) -> (&'static str, &'static str) {
    match name {
        "observed.png" => (
            "For each quantity the spread of the replicates over time, with the reports on it. scores.csv has the figures.",
            "Bands hold half and nine in ten of the histories. A circle is a report, its line nine in ten of the report's error.",
        ),
        "events.png" => (
            "For each event its chance, and whether it came about. scores.csv has the figures.",
            "A dot is the chance that the event comes about in its time; the ring is at 1 if it did and at 0 if it didn't.",
        ),
        _ => (
            "Where reports fall in their forecasts, how the forecast fares beside its rivals, and how often events of a chance came about. score.json has the figures.",
            "Left: a good forecast has reports all over the line. Middle: left of 0 the forecast beats its rival. Right: on the line chances mean what they say.",
        ),
    }
}
