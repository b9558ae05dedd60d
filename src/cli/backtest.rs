//! `simulate backtest`

use std::path::PathBuf;

use clap::Args;

use crate::engine::{self, OutcomeLabel};
use crate::experiment::backtest::{Case, backtest as told};
use crate::foreign::words;
use crate::report::page::Shown;
use crate::report::{ScenarioEntry, backtest_csv, backtest_screen, figures, to_json};
use crate::scenario::{CaseObserved, Identity, LibraryObserved, Scenario, nearest};

use super::bar::Bar;
use super::ending::{Ending, must_have_some};
use super::error::{CommandError, code};
use super::print::{self, PrintArguments};
use super::session::{Session, entry, notes};
use super::streams::tell;
use super::{INTERRUPTED, OutputArguments, SessionArguments, load_path, observed_text, say};

#[derive(Debug, Args)]
#[command(
    after_help = "The columns of the observations: case,event,date,until,source, and a covariate in each further column; see docs/evidence.md."
)]
pub(super) struct BacktestArguments {
    /// The folder of the library: a scenario file for each case
    library: PathBuf,
    /// What came of each case: a table in CSV
    #[arg(long, value_name = "FILE")]
    observed: PathBuf,
    /// Lay a number over every case (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Horizons in years
    #[arg(long, value_name = "YEARS", value_delimiter = ',', default_values_t = [1.0, 2.0, 5.0], value_parser = years)]
    years: Vec<f64>,
    /// Replicates of each case
    #[arg(long, short = 'n', default_value_t = 2000, value_parser = clap::value_parser!(u64).range(100..=100_000_000))]
    replicates: u64,
    #[command(flatten)]
    session: SessionArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    pub(super) print: PrintArguments,
}

fn years(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(years) if years > 0.0 && years <= 1000.0 => Ok(years),
        _ => Err("years are numbers above 0".to_owned()),
    }
}

pub(super) fn backtest(arguments: &BacktestArguments) -> u8 {
    code(run(arguments))
}

/// The scenario of each case, checked against what is asked of it.
fn scenarios(
    arguments: &BacktestArguments,
    observed: &LibraryObserved,
) -> Result<Vec<Scenario>, CommandError> {
    let mut scenarios = Vec::new();
    let mut wrong = Vec::new();
    let horizon = arguments.years.iter().copied().fold(0.0, f64::max);
    for case in &observed.cases {
        let path = arguments.library.join(format!("{}.toml", case.case));
        if !path.is_file() {
            let message = format!(
                "{} has no case `{}`",
                arguments.library.display(),
                case.case
            );
            let help = format!("there must be a file {}.toml in it", case.case);
            wrong.push((case, message, "no such case", help));
            continue;
        }
        let scenario = load_path(&path, &arguments.settings).map_err(CommandError::Said)?;
        if let Some(problem) = unfit(case, &scenario, horizon) {
            wrong.push((case, problem.0, "this case", problem.1));
        }
        scenarios.push(scenario.as_run(
            arguments.session.seed.unwrap_or(scenario.run.seed),
            arguments.replicates,
        ));
    }
    match wrong.is_empty() {
        true => Ok(scenarios),
        false => Err(CommandError::Said(say(&observed.problems(wrong)))),
    }
}

/// Why a scenario can't answer what is asked of it, and what would be right.
fn unfit(case: &CaseObserved, scenario: &Scenario, horizon: f64) -> Option<(String, String)> {
    let outcomes = OutcomeLabel::all(scenario);
    let mut keys = outcomes.iter().filter(|o| o.dated).map(|o| o.key.as_str());
    if !keys.clone().any(|key| key == case.event) {
        let near = nearest(&case.event, keys.clone());
        return Some((
            format!("`{}` has no dated outcome `{}`", case.case, case.event),
            match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "it has, for instance, `{}`",
                    keys.next().unwrap_or_default()
                ),
            },
        ));
    }
    let time = &scenario.time;
    let length = time.days_to(time.date_after(time.steps())) as f64 / 365.25;
    if length < horizon - 0.01 {
        return Some((
            format!(
                "`{}` runs for {length:.1} years, less than the {horizon} asked for",
                case.case
            ),
            "give it a later `time.end`, or ask for fewer --years".to_owned(),
        ));
    }
    if let Some(date) = case.date.filter(|date| *date < time.start) {
        return Some((
            format!(
                "`{}` begins on {}, and it came on {date}, before that",
                case.case, time.start
            ),
            "a case begins before what it foretells".to_owned(),
        ));
    }
    (case.until < time.start).then(|| {
        (
            format!(
                "`{}` begins on {}, after {}, until when it was looked for",
                case.case, time.start, case.until
            ),
            "`until` is the last day on which it was looked for".to_owned(),
        )
    })
}

fn run(arguments: &BacktestArguments) -> Result<u8, CommandError> {
    let table = observed_text(&arguments.observed)
        .map_err(|problems| CommandError::Said(say(&problems)))?;
    let observed =
        LibraryObserved::read(&table).map_err(|problems| CommandError::Said(say(&problems)))?;
    let scenarios = scenarios(arguments, &observed)?;
    let session = Session::begin(&arguments.session)?;
    let batches: Vec<(&Scenario, u64)> = scenarios.iter().map(|s| (s, s.run.replicates)).collect();
    session.must_end_all(&batches)?;
    let entries: Vec<ScenarioEntry> = scenarios.iter().map(entry).collect();
    let library = library_name(arguments);
    let hashes: Vec<&str> = entries.iter().map(|e| e.identity.blake3.as_str()).collect();
    let identity = Identity {
        blake3: blake3::hash(hashes.join("\n").as_bytes())
            .to_hex()
            .to_string(),
        ..Identity::default()
    };
    let place = super::labels::place(&library, &identity).join("backtest");
    let folder = session.folder(&arguments.output, &place, &identity.blake3)?;
    let total = arguments.replicates * scenarios.len() as u64;
    let bar = Bar::begin(
        &session.progress,
        total,
        "replicates",
        arguments.output.quiet,
    );
    let (mut cases, mut failures) = (Vec::new(), Vec::new());
    let mut done = 0;
    for (scenario, case) in scenarios.iter().zip(&observed.cases) {
        let batch = session.batch(scenario);
        let (summary, failed) = session
            .threads
            .install(|| engine::run(&batch, &session.progress, |_| Ok::<(), CommandError>(())))?;
        if session.stopped() {
            break;
        }
        must_have_some(&session, summary.replicates, &failed)?;
        done += summary.replicates;
        failures.extend(failed);
        cases.extend(Case::new(
            case,
            scenario.time.start,
            &arguments.years,
            &summary,
        ));
    }
    bar.end();
    if session.stopped() {
        tell("interrupted before every case was run; nothing is saved");
        return Ok(INTERRUPTED);
    }
    let simulated = session.seconds();
    let seed = scenarios.first().map_or(1, |scenario| scenario.run.seed);
    let found = told(
        (&library, &identity),
        arguments.session.seed,
        &arguments.years,
        &observed.covariates,
        cases,
    );
    let notes = notes(&entries, seed, arguments.replicates);
    let asked = arguments.print.print();
    let picture = figures::draw_backtest(&found, print::order(&asked, &notes))?;
    print::write(&folder, std::slice::from_ref(&picture))?;
    folder.write("backtest.json", to_json(&found)?.as_bytes())?;
    folder.write(
        "backtest.csv",
        arguments.print.csv(backtest_csv(&found)).as_bytes(),
    )?;
    Ending {
        command: "backtest",
        found: &found,
        said: backtest_screen(&found),
        title: "What the library's cases foretold",
        of: (&library, &identity),
        pictures: vec![Shown {
            png: &picture.screen,
            words: "For each case its chances, and when it came; scores of the model and its rivals. backtest.csv has the figures.",
            caption: "Dots further right are chances by a later year. Rivals are fitted without the case itself.",
        }],
        names: Vec::new(),
        again: format!(
            "simulate backtest {} --observed {} --replicates {}{}",
            words(arguments.library.as_os_str()),
            words(arguments.observed.as_os_str()),
            arguments.replicates,
            arguments.print.again()
        ),
        scenarios: entries,
        seed,
        replicates: (total, done),
        some_failed: !failures.is_empty(),
        failed: failures,
        simulated,
        interrupted: None,
    }
    .end(&session, folder, &arguments.output)
}

/// What the library is called: its folder.
fn library_name(arguments: &BacktestArguments) -> String {
    let name = arguments.library.canonicalize().ok();
    let name = name.as_ref().and_then(|path| path.file_name());
    name.map_or_else(|| "library".to_owned(), words)
}
