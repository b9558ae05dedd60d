//! `simulate robust`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::experiment::DesignKind;
use crate::experiment::robust::{Aim, Asked, OptionRows, Robust, Rows, Size};
use crate::report::figures::letters;
use crate::report::page::Shown;
use crate::report::{
    Folder, Named, Rows as Kept, ScenarioEntry, figures, labels, own_names, path_words, robust_csv,
    robust_map_csv, robust_screen, to_json,
};
use crate::scenario::{Identity, Scenario};

use super::bar::Bar;
use super::discover::{Spread, nothing_uncertain, share};
use super::ending::{Ending, must_have_some};
use super::error::{CommandError, code};
use super::labels::{file_names, place};
use super::print::{self, PrintArguments};
use super::session::{Session, entry, keep_for_later, notes};
use super::streams::tell;
use super::{
    INTERRUPTED, OutputArguments, SessionArguments, as_asked, load_path, must_leave_design, name_of,
};

/// Most options that can still be told apart in a picture.
const MOST: usize = 9;
/// Fewest rows that say anything.
const FEWEST: usize = 50;

#[derive(Debug, Args)]
pub(super) struct RobustArguments {
    /// The scenario file as it is, with which every option is compared (`-` is standard input)
    scenario: PathBuf,
    /// A policy option: a file that extends the scenario (repeatable)
    #[arg(long = "option", value_name = "FILE", required = true)]
    options: Vec<PathBuf>,
    /// The outcome (its id or key, such as regroup or collapse)
    #[arg(long, value_name = "OUTCOME")]
    outcome: String,
    /// Whether a low or a high chance of it is better
    #[arg(long, value_enum, default_value_t)]
    better: Better,
    /// The chance that satisfies: not above it, or with --better high not below it [default: the
    /// mean chance of the scenario as it is]
    #[arg(long, value_name = "CHANCE", value_parser = share)]
    level: Option<f64>,
    /// Lay a number over the scenario and every option, e.g. --set patron.us.commitment=0.5
    /// (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// How the rows are spread over the uncertain numbers
    #[arg(long, value_enum, default_value_t = Spread::Lhs)]
    design: Spread,
    /// Rows of values of the uncertain numbers
    #[arg(long, value_name = "COUNT", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(FEWEST as i64..=DesignKind::MOST as i64))]
    rows: u32,
    /// Number of replicates of each option at each row, an even one
    #[arg(long, short = 'n', default_value_t = 16, value_parser = even)]
    replicates: u64,
    #[command(flatten)]
    pub(super) session: SessionArguments,
    #[command(flatten)]
    pub(super) output: OutputArguments,
    #[command(flatten)]
    pub(super) print: PrintArguments,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Better {
    /// The outcome is to be avoided
    #[default]
    Low,
    /// It is wanted
    High,
}

fn even(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(number) if (4..=1_000_000).contains(&number) && number % 2 == 0 => Ok(number),
        _ => Err(
            "give an even number from 4 to 1000000: what is picked by one half of the replicates is measured on the other".to_owned(),
        ),
    }
}

pub(super) fn run(arguments: &RobustArguments) -> u8 {
    code(weigh(arguments))
}

fn weigh(arguments: &RobustArguments) -> Result<u8, CommandError> {
    let paths: Vec<&PathBuf> = std::iter::once(&arguments.scenario)
        .chain(&arguments.options)
        .collect();
    if paths.len() > MOST {
        return Err(CommandError::Input(format!(
            "robust takes up to {} options, not {}",
            MOST - 1,
            arguments.options.len()
        )));
    }
    let scenarios = scenarios(arguments, &paths)?;
    let outcomes = scenarios
        .iter()
        .map(|scenario| {
            let found = scenario.outcome_called(&arguments.outcome, &[]);
            found.map_err(CommandError::Input)
        })
        .collect::<Result<Vec<usize>, CommandError>>()?;
    let entries: Vec<ScenarioEntry> = scenarios.iter().map(entry).collect();
    let session = Session::begin(&arguments.session)?;
    let seed = scenarios[0].run.seed;
    let size = Size {
        kind: arguments.design.into(),
        rows: arguments.rows as usize,
        replicates: arguments.replicates,
    };
    let all: Vec<&Scenario> = scenarios.iter().collect();
    let rows = Rows::new(&all, seed, session.path, size);
    if rows.dimensions() == 0 {
        return Err(nothing_uncertain(&name_of(&arguments.scenario)));
    }
    let kept = (size.rows * scenarios.len()) as u64 * (16 * rows.dimensions() + 200) as u64;
    session.must_fit(&scenarios[0], 1, kept, "give fewer --rows or --threads")?;
    session.must_end(&scenarios[0], rows.total())?;
    let hashes = entries.iter().map(|e| e.identity.blake3.as_str());
    let (folder, parts) = session.work(
        &arguments.output,
        (
            &place(&entries[0].name, &entries[0].identity).join("robust"),
            &Identity::hash_of_all(hashes),
        ),
        &all,
        Kept::Again,
        None,
    )?;
    let quiet = arguments.output.quiet;
    if !quiet {
        tell(&format!(
            "{} options x {} rows x {} replicates = {} replicates",
            all.len(),
            size.rows,
            size.replicates,
            rows.total()
        ));
    }
    let bar = Bar::begin(&session.progress, rows.total(), "replicates", quiet);
    let mut found: Vec<OptionRows> = Vec::new();
    for (option, &outcome) in outcomes.iter().enumerate() {
        let ran = session
            .threads
            .install(|| rows.run(option, outcome, &session.progress));
        parts.trouble()?;
        found.push(ran);
    }
    bar.end();
    let simulated = session.seconds();
    let counted = found.iter().flat_map(|option| &option.tallies);
    let counted: u64 = counted.map(|tally| tally.all().1).sum();
    let failures: Vec<_> = found.iter().flat_map(|o| o.failures.clone()).collect();
    let done: u64 = found.iter().map(|option| option.done).sum();
    if done == rows.total() {
        must_have_some(&session, counted, &failures)?;
    }
    let labels = names(&entries, &paths);
    let outcome = &scenarios[0].outcomes[outcomes[0]];
    let asked = Asked {
        labels: &labels,
        outcome: (&outcome.key, &outcome.label),
        aim: match arguments.better {
            Better::Low => Aim::Low,
            Better::High => Aim::High,
        },
        level: arguments.level,
    };
    if found.iter().any(|option| option.tallies.len() < FEWEST) {
        tell("interrupted before every option had enough rows");
        return Ok(INTERRUPTED);
    }
    let robust = session.threads.install(|| rows.robust(&found, &asked));
    if robust.rows < FEWEST {
        return Err(CommandError::Input(format!(
            "in {} of {} rows alone every option has replicates that stayed finite, and at least {FEWEST} are needed",
            robust.rows, size.rows
        )));
    }
    let again = write(arguments, &folder, &robust, &scenarios)?;
    let notes = notes(&entries, seed, robust.replicates);
    let asked_print = arguments.print.print();
    let order = print::order(&asked_print, &notes);
    let pictures = session
        .threads
        .install(|| figures::draw_robust(&robust, order))?;
    print::write(&folder, &pictures)?;
    if robust.partial {
        keep_for_later(&folder, &parts)?;
    }
    let interrupted = robust.partial.then(|| {
        format!(
            "{} of {} replicates were done; {} whole rows are compared",
            robust.replicates,
            rows.total(),
            robust.rows
        )
    });
    let shown = scenarios.iter().zip(&labels).flat_map(|(scenario, label)| {
        let label = ("the labels of the options".to_owned(), label.as_str());
        letters::names(scenario).into_iter().chain([label])
    });
    Ending {
        command: "robust",
        found: &robust,
        said: robust_screen(&robust),
        title: "Options against what is uncertain",
        of: (&robust.title, &robust.identity),
        pictures: Shown::each(&pictures, described),
        names: shown.collect(),
        again,
        scenarios: entries,
        seed,
        replicates: (rows.total(), robust.replicates - robust.failed),
        some_failed: robust.failed > 0,
        failed: failures,
        simulated,
        interrupted,
    }
    .end(&session, folder, &arguments.output)
}

/// The scenario as it is and its options, each as it is to be run.
fn scenarios(
    arguments: &RobustArguments,
    paths: &[&PathBuf],
) -> Result<Vec<Scenario>, CommandError> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    for path in paths {
        let scenario = load_path(path, &arguments.settings).map_err(CommandError::Said)?;
        let mut session = SessionArguments {
            seed: arguments.session.seed,
            ..SessionArguments::default()
        };
        // All have the seed of the first: only then are their random numbers the same.
        if let Some(first) = scenarios.first() {
            session.seed = Some(first.run.seed);
        }
        must_leave_design(&scenario, "a comparison of options")?;
        scenarios.push(as_asked(&scenario, &arguments.output, &session, None));
    }
    Ok(scenarios)
}

/// What the options are called.
fn names(entries: &[ScenarioEntry], paths: &[&PathBuf]) -> Vec<String> {
    let plain: Vec<ScenarioEntry> = entries
        .iter()
        .map(|entry| ScenarioEntry {
            name: entry.name.clone(),
            identity: Identity {
                // That is a name of the whole.
                label: None,
                ..entry.identity.clone()
            },
        })
        .collect();
    let named = own_names(&plain).into_iter().zip(paths);
    let named = named.map(|(plain, path)| Named {
        plain,
        words: path_words(&path.with_extension("")),
    });
    labels(&named.collect::<Vec<_>>())
}

/// Writes tables and scenarios; gives the command that does it again from inside the folder.
fn write(
    arguments: &RobustArguments,
    folder: &Folder,
    robust: &Robust,
    scenarios: &[Scenario],
) -> Result<String, CommandError> {
    folder.write("robust.json", to_json(robust)?.as_bytes())?;
    let csv = |table| arguments.print.csv(table);
    folder.write("robust.csv", csv(robust_csv(robust)).as_bytes())?;
    if let Some(map) = &robust.map {
        folder.write("map.csv", csv(robust_map_csv(robust, map)).as_bytes())?;
    }
    folder.write("scenario.resolved.toml", scenarios[0].resolved().as_bytes())?;
    let labels = robust.options.iter().skip(1);
    let files = file_names(labels.map(|option| option.label.as_str()));
    let mut again = "simulate robust scenario.resolved.toml".to_owned();
    for (file, option) in files.iter().zip(&scenarios[1..]) {
        let path = format!("options/{file}.toml");
        folder.write(&path, option.resolved().as_bytes())?;
        again.push_str(&format!(" --option {path}"));
    }
    let better = match arguments.better {
        Better::Low => "low",
        Better::High => "high",
    };
    again.push_str(&format!(
        " --outcome {} --better {better} --level {} --design {} --rows {} --replicates {} --seed {}",
        arguments.outcome,
        robust.level,
        robust.design,
        arguments.rows,
        arguments.replicates,
        robust.seed
    ));
    Ok(again + &arguments.print.again())
}

/// What a picture shows, for who can't see it; and how to read it.
fn described(name: &str) -> (&'static str, &'static str) {
    match name {
        "map.png" => (
            "Which option is best, over the two inputs on which that hangs most. map.csv has the figures.",
            "A cell has the colour of the best option; it is pale where that can't be told from the second best.",
        ),
        _ => (
            "For each option its mean chance, the share of rows on the right side of the level, its chance in the worst tenth, and its regret. robust.csv has the figures.",
            "Bars are 95 % intervals. Worst tenth and regret lie between two marks: noise makes what was picked for being worst look worse than it is.",
        ),
    }
}
