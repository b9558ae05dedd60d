//! `simulate compare`

use std::path::PathBuf;

use crate::engine::{self, memory};
use crate::experiment::{self, Comparison, Histories};
use crate::report::figures::{MOST_RUNS, Picture, letters};
use crate::report::page::{Shown, of_comparison};
use crate::report::{
    FinishedError, FinishedRun, Folder, Named, Rows, ScenarioEntry, comparison_csv,
    comparison_screen, differences_csv, figures, labels, own_names, path_words, to_json,
};
use crate::scenario::{Identity, Scenario};

use super::bar::Bar;
use super::ending::{Ending, must_have_some};
use super::error::{CommandError, code};
use super::labels::{file_names, place, quoted};
use super::print::{self, PrintArguments};
use super::session::{STREAMS, Session, entry, keep_for_later, notes};
use super::streams::tell;
use super::{CompareArguments, INTERRUPTED, is_stdin, load_path};

pub(super) fn compare(arguments: &CompareArguments) -> u8 {
    code(compare_runs(arguments))
}

/// What an argument stands for.
enum Source {
    /// A scenario to be run.
    Scenario(Box<Scenario>),
    /// A run that is there already.
    Finished(Box<FinishedRun>),
}

fn compare_runs(arguments: &CompareArguments) -> Result<u8, CommandError> {
    let sources = sources(arguments)?;
    let plan = Size::new(arguments, &sources);
    let sources: Vec<Source> = sources.into_iter().map(|s| s.asked(&plan)).collect();
    let labels = labels_of(&arguments.runs, &sources);
    let session = Session::begin(&arguments.batch.session)?;
    for source in &sources {
        if let Source::Scenario(scenario) = source {
            let kept = memory::of_history(scenario).saturating_mul(plan.replicates);
            let kept = kept.saturating_mul(sources.len() as u64);
            session.must_fit(scenario, 1, kept, "give fewer --replicates or --threads")?;
        }
    }
    let batches = sources.iter().filter_map(|source| match source {
        Source::Scenario(scenario) => Some((&**scenario, plan.replicates)),
        Source::Finished(_) => None,
    });
    session.must_end_all(&batches.collect::<Vec<_>>())?;
    let entries: Vec<ScenarioEntry> = sources.iter().map(Source::entry).collect();
    let hashes = entries.iter().map(|e| e.identity.blake3.as_str());
    let (folder, parts) = session.work(
        &arguments.output,
        (
            &place(&entries[0].name, &entries[0].identity).join("compare"),
            &Identity::hash_of_all(hashes),
        ),
        &sources.iter().map(Source::scenario).collect::<Vec<_>>(),
        Rows::Again,
        None,
    )?;
    let bar = Bar::begin(
        &session.progress,
        plan.replicates * sources.iter().filter(|s| s.is_to_run()).count() as u64,
        "replicates",
        arguments.output.quiet,
    );
    let mut runs = Vec::new();
    let mut kept = Vec::new();
    let paths = arguments.runs.iter();
    let all = sources.into_iter().zip(labels).zip(entries).zip(paths);
    for (number, (((source, label), entry), path)) in all.enumerate() {
        let run = match source {
            Source::Finished(run) => read(*run, label)?,
            Source::Scenario(scenario) => {
                let run = simulate(&session, &plan, *scenario, label, number as u64)?;
                parts.trouble()?;
                match run {
                    Some(run) => run,
                    None => continue,
                }
            }
        };
        runs.push(run);
        kept.push((entry, path.clone()));
    }
    bar.end();
    let partial = runs.len() < arguments.runs.len();
    if runs.len() < 2 {
        tell("interrupted before two runs were done");
        return Ok(INTERRUPTED);
    }
    let simulated = session.seconds();
    let mut comparison = session
        .threads
        .install(|| experiment::compare(&runs, partial));
    comparison.label.clone_from(&arguments.output.label);
    if comparison.runs.iter().any(|run| run.used == 0) {
        return Err(CommandError::Input(
            "there is no replicate that ran through in all of the paired runs, so nothing can be compared"
                .to_owned(),
        ));
    }
    let (entries, paths): (Vec<ScenarioEntry>, Vec<PathBuf>) = kept.into_iter().unzip();
    let asked = &arguments.print;
    let pictures = write(&session, &folder, &comparison, &runs, &entries, asked)?;
    let shown = runs.iter().flat_map(|run| {
        let label = ("the labels of the runs".to_owned(), run.label.as_str());
        letters::names(&run.scenario).into_iter().chain([label])
    });
    if partial {
        keep_for_later(&folder, &parts)?;
    }
    let interrupted = partial.then(|| {
        let (done, asked) = (runs.len(), arguments.runs.len());
        format!("{done} of {asked} runs were done and are compared")
    });
    let first = &comparison.runs[0];
    Ending {
        command: "compare",
        found: &comparison,
        said: comparison_screen(&comparison),
        title: "Runs side by side",
        of: (&first.title, &comparison.identity()),
        pictures: Shown::each(&pictures, of_comparison),
        names: shown.collect(),
        again: again(&comparison, &paths) + &arguments.print.again(),
        scenarios: entries,
        seed: first.seed,
        replicates: (first.replicates + first.failed, first.used),
        // Each run's own folder lists its own.
        failed: Vec::new(),
        some_failed: runs.iter().any(|run| run.histories.failed > 0),
        simulated,
        interrupted,
    }
    .end(&session, folder, &arguments.output)
}

impl Source {
    /// A scenario with the seed and the number of replicates that all have.
    fn asked(self, plan: &Size) -> Self {
        match self {
            Self::Scenario(scenario) => {
                Self::Scenario(Box::new(scenario.as_run(plan.seed, plan.replicates)))
            }
            finished @ Self::Finished(_) => finished,
        }
    }

    fn entry(&self) -> ScenarioEntry {
        match self {
            Self::Scenario(scenario) => entry(scenario),
            Self::Finished(run) => ScenarioEntry {
                name: run.summary.scenario.clone(),
                identity: run.summary.identity.clone(),
            },
        }
    }

    fn scenario(&self) -> &Scenario {
        match self {
            Self::Scenario(scenario) => scenario,
            Self::Finished(run) => &run.scenario,
        }
    }

    fn is_to_run(&self) -> bool {
        matches!(self, Self::Scenario(_))
    }
}

/// What the scenarios are run with.
struct Size {
    seed: u64,
    replicates: u64,
}

impl Size {
    /// As the command line says, else as the first one has it: only then can all be paired.
    fn new(arguments: &CompareArguments, sources: &[Source]) -> Self {
        let (seed, replicates) = match &sources[0] {
            Source::Scenario(scenario) => (scenario.run.seed, scenario.run.replicates),
            Source::Finished(run) => (run.manifest.seed, run.manifest.replicates_asked),
        };
        Self {
            seed: arguments.batch.session.seed.unwrap_or(seed),
            replicates: arguments.batch.replicates.unwrap_or(replicates),
        }
    }
}

/// Reads what the arguments name; everything that can be refused is refused here.
fn sources(arguments: &CompareArguments) -> Result<Vec<Source>, CommandError> {
    let wrong = |what: String| Err(CommandError::Input(what));
    match arguments.runs.len() {
        1 => {
            return wrong(format!(
                "compare needs at least two runs, and {} is only one; give another scenario file or run folder after it",
                arguments.runs[0].display()
            ));
        }
        count if count > MOST_RUNS => {
            return wrong(format!("compare takes up to {MOST_RUNS} runs, not {count}"));
        }
        _ => {}
    }
    let mut sources = Vec::new();
    for path in &arguments.runs {
        let is_toml = path.extension().is_some_and(|e| e == "toml");
        sources.push(
            if is_stdin(path) || path.is_file() || (is_toml && !path.is_dir()) {
                let scenario = load_path(path, &arguments.settings).map_err(CommandError::Said)?;
                Source::Scenario(Box::new(scenario))
            } else {
                Source::Finished(Box::new(FinishedRun::open(path)?))
            },
        );
    }
    let mut both = arguments.runs.iter().zip(&sources);
    let finished = both.find(|(_, source)| !source.is_to_run());
    if let (Some((path, _)), false) = (finished, arguments.settings.is_empty()) {
        return wrong(format!(
            "--set can't change {}, which is a finished run; give its scenario file instead",
            path.display()
        ));
    }
    let asked = arguments.batch.session.seed.is_some() || arguments.batch.replicates.is_some();
    if asked && sources.iter().all(|source| !source.is_to_run()) {
        return wrong(
            "--seed and --replicates can't change finished runs; give scenario files instead"
                .to_owned(),
        );
    }
    Ok(sources)
}

fn labels_of(paths: &[PathBuf], sources: &[Source]) -> Vec<String> {
    let entries: Vec<ScenarioEntry> = sources.iter().map(Source::entry).collect();
    let of = own_names(&entries).into_iter().zip(&entries);
    let named: Vec<Named> = of
        .zip(paths.iter().zip(sources))
        .map(|((plain, entry), (path, source))| {
            let words = match source {
                Source::Scenario(_) => path_words(&path.with_extension("")),
                // Where its folder stands says nothing of what was run.
                Source::Finished(_) => vec![format!("{plain} {}", entry.identity.short())],
            };
            Named { plain, words }
        })
        .collect();
    labels(&named)
}

fn read(run: FinishedRun, label: String) -> Result<experiment::ComparedRun, CommandError> {
    let mut histories = Histories::new(&run.scenario);
    run.rows(|rows| histories.add(rows))?;
    Ok(experiment::ComparedRun {
        label,
        scenario: run.scenario,
        histories,
        streams: run.manifest.streams,
        summary: run.summary,
    })
}

/// Runs a scenario; none if it was interrupted.
fn simulate(
    session: &Session,
    plan: &Size,
    scenario: Scenario,
    label: String,
    unit: u64,
) -> Result<Option<experiment::ComparedRun>, CommandError> {
    let batch = session.batch(&scenario).kept_as(unit);
    let mut histories = Histories::new(&scenario);
    let (summary, failures) = session.threads.install(|| {
        engine::run(&batch, &session.progress, |rows| {
            histories.add(rows);
            Ok::<(), CommandError>(())
        })
    })?;
    if session.stopped() && summary.replicates + summary.failed < plan.replicates {
        return Ok(None);
    }
    must_have_some(session, summary.replicates, &failures)?;
    Ok(Some(experiment::ComparedRun {
        label,
        scenario,
        summary,
        histories,
        streams: STREAMS,
    }))
}

fn write(
    session: &Session,
    folder: &Folder,
    comparison: &Comparison,
    runs: &[experiment::ComparedRun],
    entries: &[ScenarioEntry],
    asked: &PrintArguments,
) -> Result<Vec<Picture>, CommandError> {
    folder.write("compare.json", to_json(comparison)?.as_bytes())?;
    folder.write(
        "compare.csv",
        asked.csv(comparison_csv(comparison)).as_bytes(),
    )?;
    folder.write(
        "differences.csv",
        asked.csv(differences_csv(comparison)).as_bytes(),
    )?;
    let names = file_names(runs.iter().map(|run| run.label.as_str()));
    for (run, name) in runs.iter().zip(&names) {
        let scenario = format!("scenarios/{name}.toml");
        folder.write(&scenario, run.scenario.resolved().as_bytes())?;
        let summary = format!("summaries/{name}.json");
        folder.write(&summary, to_json(&run.summary)?.as_bytes())?;
    }
    let first = &comparison.runs[0];
    let notes = notes(entries, first.seed, first.used);
    let summaries: Vec<_> = runs.iter().map(|run| &run.summary).collect();
    let asked = asked.print();
    let order = print::order(&asked, &notes);
    let pictures = session
        .threads
        .install(|| figures::draw_comparison(comparison, &summaries, order))?;
    print::write(folder, &pictures)?;
    Ok(pictures)
}

/// The command that makes the comparison again.
fn again(comparison: &Comparison, paths: &[PathBuf]) -> String {
    let first = &comparison.runs[0];
    let alike = |run: &experiment::Compared| {
        run.seed == first.seed && run.replicates + run.failed == first.replicates + first.failed
    };
    let label = comparison.label.as_ref();
    let label = label.map_or(String::new(), |label| format!(" --label {}", quoted(label)));
    let names = file_names(comparison.runs.iter().map(|run| run.label.as_str()));
    if comparison.runs.iter().all(alike) {
        let files: Vec<String> = names
            .iter()
            .map(|n| format!("scenarios/{n}.toml"))
            .collect();
        return format!(
            "simulate compare {} --seed {} --replicates {}{label}",
            files.join(" "),
            first.seed,
            first.replicates + first.failed
        );
    }
    // Runs of several seeds can't be run again by one command; they can be compared again.
    let again = |(path, name): (&PathBuf, String)| match is_stdin(path) {
        true => format!("scenarios/{name}.toml"),
        false => path.display().to_string(),
    };
    let paths: Vec<String> = paths.iter().zip(names).map(again).collect();
    format!("simulate compare {}{label}", paths.join(" "))
}

impl From<FinishedError> for CommandError {
    fn from(error: FinishedError) -> Self {
        match error {
            FinishedError::Read { source, .. } => Self::Read(source),
            error => Self::Input(error.to_string()),
        }
    }
}
