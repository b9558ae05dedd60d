//! The command line: one file per command, each thin: parse, call the library, print.

mod backtest;
mod bar;
mod calibrate;
mod check;
mod compare;
mod completions;
mod discover;
mod ending;
mod error;
mod explore;
mod export;
mod interrupt;
mod labels;
mod landscape;
mod man;
mod merge;
mod new;
mod print;
mod problems;
mod range;
mod replay;
mod resume;
mod robust;
mod run;
mod runs;
mod schema;
mod score;
mod sensitivity;
mod session;
mod shard;
mod status;
mod streams;
mod submit;
mod sweep;
mod tables;
mod usage;
mod watch;
mod whole;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};

use crate::foreign::words;
use crate::report::to_json;
use crate::scenario::{
    Case, InputDesign, Observation, ObservedText, Problem, Problems, Scenario, WATCH, regular,
    wrong_with_label,
};

use streams::{print, tell_ready};

/// The greatest seed, of `--seed` as of `run.seed`: that of whole numbers in TOML, so that the
/// resolved scenario can hold it.
pub const SEED_MAX: u64 = i64::MAX.unsigned_abs();

/// Most replicates of a batch: their sums are right beyond it, and no machine gets there soon.
pub const REPLICATES_MAX: u64 = 10_000_000_000;

/// Exit codes.
const FAILED: u8 = 1;
const WRONG_INPUT: u8 = 2;
const SOME_REPLICATES_FAILED: u8 = 3;
const ODD: u8 = 4;
const INTERRUPTED: u8 = 130;

/// Simulates coalitions against a common threat: what holds them together, and what
/// happens when the threat shrinks.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
#[command(
    after_help = "`simulate SCENARIO.toml` is the same as `simulate run SCENARIO.toml`.\n\nExit codes: 0 done; 1 failed; 2 the input is wrong; 3 done, but some replicates failed; 4 nothing is wrong, but `check --strict` finds something odd; 130 interrupted, what was finished is saved. A reader of standard output that goes away, as `head` does, is not an error."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Say on standard error how the work is done: threads, lanes, speed
    #[arg(long, short, global = true)]
    verbose: bool,
    /// Begin even what takes more memory or time than is let pass without asking
    #[arg(long, global = true)]
    no_limit: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a scenario: many replicates, the headline table, the pictures
    Run(RunArguments),
    /// Go on with work that was interrupted, killed or stopped by a full disk
    Resume(resume::ResumeArguments),
    /// Add replicates to a finished run
    Extend(resume::ExtendArguments),
    /// Put shards together to the work of which each is a share
    Merge(merge::MergeArguments),
    /// List what there is: finished, partial and unfinished work
    Runs(runs::RunsArguments),
    /// Remove unfinished work, after asking
    Clean(runs::CleanArguments),
    /// Compare runs or scenario files with the first of them, replicate by replicate
    Compare(CompareArguments),
    /// Run one or two numbers over a grid: curves, or a heat map
    Sweep(sweep::SweepArguments),
    /// Find the uncertain numbers that matter: Morris screening, Sobol indices, a tornado
    Sensitivity(sensitivity::SensitivityArguments),
    /// Make a page with the engine inside: sliders, events and counterfactuals to be tried in a
    /// browser
    Explore(explore::ExploreArguments),
    /// Find the region of the uncertain numbers in which an outcome comes about: PRIM, and a tree
    Discover(discover::DiscoverArguments),
    /// Weigh policy options over the uncertain numbers: regret, satisficing, worst case, which is
    /// best where
    Robust(robust::RobustArguments),
    /// Write the scripts that split a run over a cluster, and submit them
    Submit(submit::SubmitArguments),
    /// Say how far the shards of a run are
    Status(status::StatusArguments),
    /// Learn a scenario's uncertain numbers from what was observed: their posterior by ABC-SMC
    Calibrate(calibrate::CalibrateArguments),
    /// Score what a scenario foretells against what was observed, beside honest baselines
    Score(ScoreArguments),
    /// Tell a library of cases beforehand: the chance of an event within years, beside what came
    Backtest(backtest::BacktestArguments),
    /// Put the tables of a finished folder into a workbook, Markdown, LaTeX or CSV
    Export(export::ExportArguments),
    /// Say everything that is wrong with a scenario, without running it
    Check(CheckArguments),
    /// Weigh every alignment of factions, or of a landscape file's actors: who stands with whom,
    /// who turns first as the threat shrinks
    Landscape(LandscapeArguments),
    /// Tell one history as dated events, and why it went that way
    Replay(ReplayArguments),
    /// Run a scenario again whenever it is saved, and say what changed
    Watch(WatchArguments),
    /// Write a commented scenario to start from, or make one of tables
    New(NewArguments),
    /// Print the JSON Schema of the scenario format, for editors
    Schema(SchemaArguments),
    /// Print a script that completes commands and options in a shell
    Completions(CompletionsArguments),
    /// Print or write the manual pages
    Man(ManArguments),
}

impl Command {
    /// How its pictures and tables are written; none where it draws nothing.
    fn print(&self) -> Option<&print::PrintArguments> {
        match self {
            Self::Run(run) => Some(&run.print),
            Self::Watch(watch) => Some(&watch.run.print),
            Self::Compare(compare) => Some(&compare.print),
            Self::Sweep(sweep) => Some(&sweep.print),
            Self::Sensitivity(sensitivity) => Some(&sensitivity.print),
            Self::Discover(discover) => Some(&discover.print),
            Self::Robust(robust) => Some(&robust.print),
            Self::Replay(replay) => Some(&replay.print),
            Self::Landscape(landscape) => Some(&landscape.print),
            Self::Score(score) => Some(&score.print),
            Self::Calibrate(calibrate) => Some(&calibrate.print),
            Self::Backtest(backtest) => Some(&backtest.print),
            _ => None,
        }
    }
}

/// A scenario and what is laid over it.
#[derive(Debug, Args)]
struct ScenarioArguments {
    /// The scenario file; `-` is standard input
    scenario: PathBuf,
    /// Lay a number over the scenario, e.g. --set patron.us.commitment=0.5 (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
}

/// The same, with what is watched in it.
#[derive(Debug, Args)]
struct WatchedArguments {
    #[command(flatten)]
    own: ScenarioArguments,
    /// Record an expression at every step, e.g. --watch 'control(mosul, threat)' (repeatable)
    #[arg(long = "watch", value_name = "EXPRESSION")]
    watches: Vec<String>,
}

impl WatchedArguments {
    /// All that is laid over the scenario.
    fn all(&self) -> ScenarioArguments {
        let watches = self.watches.iter().map(|what| format!("{WATCH}{what}"));
        ScenarioArguments {
            scenario: self.own.scenario.clone(),
            settings: self.own.settings.iter().cloned().chain(watches).collect(),
        }
    }
}

/// From which seed, on how many threads.
#[derive(Debug, Default, Args)]
struct SessionArguments {
    /// Root seed of all random numbers [default: the scenario's, 1 where it gives none]
    #[arg(long, value_parser = clap::value_parser!(u64).range(0..=SEED_MAX))]
    seed: Option<u64>,
    /// Number of threads [default: one a core]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Unfinished work that is gone on with, which no word of the command line says.
    #[arg(skip)]
    going_on: Option<resume::GoingOn>,
}

/// How many replicates, and the rest of a batch.
#[derive(Debug, Default, Args)]
struct BatchArguments {
    /// Number of replicates [default: the scenario's, 10000 where it gives none]
    #[arg(long, short = 'n', value_parser = clap::value_parser!(u64).range(1..=REPLICATES_MAX))]
    replicates: Option<u64>,
    #[command(flatten)]
    session: SessionArguments,
}

#[derive(Debug, Args)]
struct RunArguments {
    #[command(flatten)]
    scenario: WatchedArguments,
    #[command(flatten)]
    batch: BatchArguments,
    /// Where draws of the uncertain inputs lie: each by itself, or filling their range evenly
    /// [default: the scenario's, random where it gives none]
    #[arg(long, value_name = "DESIGN", value_parser = input_design())]
    design: Option<InputDesign>,
    #[command(flatten)]
    until: UntilArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    shard: shard::ShardArguments,
    /// Leave out the table of replicates
    #[arg(long)]
    no_replicates: bool,
    /// Write series.parquet as well: what is watched, of every replicate at every step
    #[arg(long)]
    series: bool,
    #[command(flatten)]
    print: print::PrintArguments,
}

/// How sure a batch has to be before it ends.
#[derive(Debug, Args)]
struct UntilArguments {
    /// Go on until the 95 % interval of every outcome's chance reaches at most this far to
    /// either side of its middle; instead of --replicates, e.g. 0.005
    #[arg(long, value_name = "HALF_WIDTH", conflicts_with = "replicates", value_parser = half_width)]
    precision: Option<f64>,
    /// Where --precision ends even if the intervals are wider
    #[arg(
        long,
        value_name = "REPLICATES",
        requires = "precision",
        default_value_t = 1_000_000
    )]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=REPLICATES_MAX))]
    max_replicates: u64,
}

fn label(text: &str) -> Result<String, String> {
    match wrong_with_label(text) {
        Some(wrong) => Err(wrong),
        None => Ok(text.to_owned()),
    }
}

/// One of the words that a scenario has for it.
fn input_design() -> impl TypedValueParser<Value = InputDesign> {
    PossibleValuesParser::new(InputDesign::WORDS).map(|word| {
        let all = InputDesign::ALL.into_iter();
        // The parser lets no other word through.
        all.rev()
            .find(|design| design.word() == word)
            .unwrap_or_default()
    })
}

fn half_width(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(width) if width > 0.0 && width < 0.5 => Ok(width),
        _ => Err("a half-width is a number above 0 and below 0.5".to_owned()),
    }
}

#[derive(Debug, Args)]
struct CompareArguments {
    /// Scenario files (`-` is standard input), or folders of finished runs; the others are
    /// compared with the first
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// Lay a number over every scenario file, e.g. --set patron.us.commitment=0.5 (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    #[command(flatten)]
    batch: BatchArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    print: print::PrintArguments,
}

/// Where results go, and how they are shown.
#[derive(Debug, Args)]
struct OutputArguments {
    /// The folder for the results [default: a new one below output/]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// What to call it, on its pictures and in the place of its folder
    #[arg(long, value_name = "TEXT", value_parser = label)]
    label: Option<String>,
    /// How the results are printed; the shape of the JSON is in docs/json.md
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Print nothing but problems
    #[arg(long, short)]
    quiet: bool,
}

/// The form of what is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For a reader.
    #[default]
    Text,
    /// For a program.
    Json,
}

/// Which history is told.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct WhichHistory {
    /// The replicate of the batch, counted from 0 as in replicates.parquet
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(..REPLICATES_MAX))]
    replicate: Option<u64>,
    /// The most typical of the batch's histories with this outcome (its id or key, such as regroup or collapse), or `any`
    #[arg(long, value_name = "OUTCOME")]
    typical: Option<String>,
}

#[derive(Debug, Args)]
struct ReplayArguments {
    #[command(flatten)]
    scenario: WatchedArguments,
    #[command(flatten)]
    which: WhichHistory,
    /// How much is told, from 1 (the most important) to 3
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=3), conflicts_with = "all")]
    detail: u8,
    /// Tell everything that was noticed
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    batch: BatchArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    print: print::PrintArguments,
}

#[derive(Debug, Args)]
struct LandscapeArguments {
    // A scenario, or a landscape file with actors and propensities of its own.
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// Steps in which the threat shrinks to nothing [default: 100, or the sizes that a landscape file gives]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    levels: Option<u16>,
    /// Draws of the uncertain inputs
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    draws: u32,
    #[command(flatten)]
    session: SessionArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    print: print::PrintArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The columns of the observations: date,quantity,label,value,low,high,sd,unit,since,base_rate,source; see docs/evidence.md."
)]
struct ScoreArguments {
    /// The scenario file (`-` is standard input), or the folder of a finished run, which is run
    /// again as it was
    scenario: PathBuf,
    /// Lay a number over the scenario, e.g. --set patron.us.commitment=0.5 (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// What was observed: a table in CSV
    #[arg(long, value_name = "FILE")]
    observed: PathBuf,
    #[command(flatten)]
    batch: BatchArguments,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    print: print::PrintArguments,
}

#[derive(Debug, Args)]
struct CheckArguments {
    #[command(flatten)]
    scenario: WatchedArguments,
    /// Check observations against it as well: a table in CSV, as `simulate score` takes it
    #[arg(long, value_name = "FILE")]
    observed: Option<PathBuf>,
    /// Say also what is legal but odd: effects that do nothing, thresholds out of reach, numbers
    /// on which nothing depends; takes some seconds, as it is tried on histories
    #[arg(long)]
    strict: bool,
    /// Let one kind of oddity pass (repeatable)
    #[arg(long, value_name = "KIND", requires = "strict", value_enum)]
    allow: Vec<check::AllowedKind>,
    /// List every number with its value, source and the file it came from
    #[arg(long)]
    numbers: bool,
    /// How what was found is printed; the shape of the JSON is in docs/json.md
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Print nothing but problems
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Every run has a folder of its own, and `latest` leads to the newest; with --out both are below that folder.

Ctrl-C ends the watch with exit code 0 between runs. A run under way is dropped, with exit code 130."
)]
struct WatchArguments {
    #[command(flatten)]
    run: RunArguments,
}

#[derive(Debug, Args)]
struct NewArguments {
    /// The scenario's name: letters, digits, _ and -
    name: String,
    /// Make it of the tables in this folder (factions.csv, arenas.csv, ties.csv, ...); the
    /// columns are in docs/columns.md
    #[arg(long, value_name = "FOLDER")]
    from: Option<PathBuf>,
    /// The file to be written [default: NAME.toml]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How what was made is printed; the shape of the JSON is in docs/json.md
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
#[command(
    after_help = "For bash: simulate completions bash > ~/.local/share/bash-completion/completions/simulate"
)]
struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
struct ManArguments {
    /// Write a page for each command into this folder, instead of printing the first
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct SchemaArguments {
    /// Print the reference of the format as Markdown instead
    #[arg(long)]
    reference: bool,
    /// Print the schema of landscape files instead
    #[arg(long, conflicts_with_all = ["reference", "table"])]
    landscape: bool,
    /// Print what the tables of `simulate new --from` hold instead: every column, as a page in
    /// Markdown
    #[arg(long, conflicts_with_all = ["reference", "table", "landscape"])]
    columns: bool,
    /// Print what the columns of the tables mean instead: of all, or of the one with this name
    #[arg(
        long,
        value_name = "NAME",
        num_args = 0..=1,
        default_missing_value = "",
        conflicts_with = "reference"
    )]
    table: Option<String>,
    /// The form in which --table prints: a page in Markdown, or JSON
    #[arg(long, value_enum, default_value_t, requires = "table")]
    format: Format,
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    ExitCode::from(main_of(std::env::args_os().collect()))
}

/// The same with the words of a command line, the program's own first: what the process was
/// started with may be another program that is host to this one. Returns the exit code.
pub fn main_of(words: Vec<OsString>) -> u8 {
    streams::say_panics();
    interrupt::begin();
    match usage::read(usage::keep(words)) {
        Ok(cli) => run_command(cli),
        Err(code) => code,
    }
}

fn run_command(cli: Cli) -> u8 {
    session::set_verbose(cli.verbose);
    session::set_unlimited(cli.no_limit);
    if let Some(Err(error)) = cli.command.print().map(print::PrintArguments::begin) {
        return error.say();
    }
    match cli.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Resume(arguments) => resume::resume(&arguments),
        Command::Extend(arguments) => resume::extend(&arguments),
        Command::Merge(arguments) => merge::merge(&arguments),
        Command::Runs(arguments) => runs::runs(&arguments),
        Command::Clean(arguments) => runs::clean(&arguments),
        Command::Compare(arguments) => compare::compare(&arguments),
        Command::Sweep(arguments) => sweep::sweep(&arguments),
        Command::Sensitivity(arguments) => sensitivity::sensitivity(&arguments),
        Command::Explore(arguments) => explore::explore(&arguments),
        Command::Discover(arguments) => discover::run(&arguments),
        Command::Robust(arguments) => robust::run(&arguments),
        Command::Submit(arguments) => submit::submit(&arguments),
        Command::Status(arguments) => status::status(&arguments),
        Command::Calibrate(arguments) => calibrate::calibrate(&arguments),
        Command::Backtest(arguments) => backtest::backtest(&arguments),
        Command::Score(arguments) => score::score(&arguments),
        Command::Export(arguments) => export::export(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Landscape(arguments) => landscape::landscape(&arguments),
        Command::Watch(arguments) => watch::watch(&arguments),
        Command::New(arguments) => new::new(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Schema(arguments) => schema::schema(&arguments),
        Command::Completions(arguments) => completions::completions(&arguments),
        Command::Man(arguments) => man::man(&arguments),
    }
}

/// What a command found, in the frame that `docs/json.md` describes.
fn frame(
    command: &str,
    folder: Option<&Path>,
    result: &impl serde::Serialize,
) -> serde_json::Value {
    serde_json::json!({
        "format": 3,
        "command": command,
        "version": env!("CARGO_PKG_VERSION"),
        "folder": folder.map(|folder| words(folder.as_os_str())),
        "result": result,
    })
}

/// Prints what a command found as JSON.
fn print_json(
    command: &str,
    folder: Option<&Path>,
    result: &impl serde::Serialize,
) -> Result<(), error::CommandError> {
    print(&to_json(&frame(command, folder, result))?)
}

/// Reads a scenario.
fn read(arguments: &ScenarioArguments) -> Result<Scenario, Problems> {
    read_path(&arguments.scenario, &arguments.settings)
}

/// Reads a scenario with settings laid over it; `-` is standard input.
fn read_path(path: &Path, settings: &[String]) -> Result<Scenario, Problems> {
    match is_stdin(path) {
        true => Scenario::load_text(STDIN, stdin()?, settings),
        false => Scenario::load_with(path, settings),
    }
}

/// Reads a scenario or a landscape, whichever it is.
fn read_case(arguments: &ScenarioArguments) -> Result<Case, Problems> {
    let (path, settings) = (&arguments.scenario, &arguments.settings);
    match is_stdin(path) {
        true => Case::load_text(STDIN, stdin()?, settings),
        false => Case::load_with(path, settings),
    }
}

/// Reads a table of observations as text.
fn observed_text(path: &Path) -> Result<ObservedText, Problems> {
    let name = words(path.as_os_str());
    let bytes = regular::read(path, regular::MOST_BYTES).map_err(|error| {
        let help = "give the path of a table in CSV";
        unread(format!("can't read {name}: {error}"), help)
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        unread(
            format!("{name} is not UTF-8 text"),
            "save the file as UTF-8",
        )
    })?;
    Ok(ObservedText { name, text })
}

/// Reads a scenario with the observations to be held against it.
fn read_observed(
    path: &Path,
    settings: &[String],
    observed: &Path,
) -> Result<(Scenario, Vec<Observation>), Problems> {
    let table = observed_text(observed)?;
    if !is_stdin(path) {
        return Scenario::load_observed(path, settings, &table);
    }
    Scenario::load_text_observed(STDIN, stdin()?, settings, &table)
}

/// What stands on standard input.
fn stdin() -> Result<Vec<u8>, Problems> {
    let bytes = streams::input().map_err(|error| {
        let message = format!("can't read standard input: {error}");
        unread(message, "pipe a scenario into it, or give the path of one")
    })?;
    Ok(bytes.to_vec())
}

/// A problem with what can't be read at all.
fn unread(message: String, help: &str) -> Problems {
    let problem = Problem {
        place: None,
        message,
        label: String::new(),
        help: Some(help.to_owned()),
    };
    Problems::new(Default::default(), problem.into())
}

/// What a scenario is called in what is said of it.
fn name_of(path: &Path) -> String {
    match is_stdin(path) {
        true => STDIN.to_owned(),
        false => words(path.as_os_str()),
    }
}

/// What standard input is called.
const STDIN: &str = "stdin";

/// Whether a scenario is read from standard input.
fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads a scenario, or says what is wrong with it.
fn load(arguments: &ScenarioArguments) -> Result<Scenario, u8> {
    load_path(&arguments.scenario, &arguments.settings)
}

/// Reads a scenario with settings laid over it, or says what is wrong with it.
fn load_path(path: &Path, settings: &[String]) -> Result<Scenario, u8> {
    read_path(path, settings).map_err(|problems| say(&problems))
}

/// The scenario as the command line has it run, as if its file had said so.
fn as_asked(
    scenario: &Scenario,
    output: &OutputArguments,
    session: &SessionArguments,
    replicates: Option<u64>,
) -> Scenario {
    let mut asked = scenario.as_run(
        session.seed.unwrap_or(scenario.run.seed),
        replicates.unwrap_or(scenario.run.replicates),
    );
    if let Some(label) = &output.label {
        asked.variant.label = Some(label.clone());
    }
    asked
}

/// Refuses a design of the inputs where what is done lays them out by itself.
fn must_leave_design(scenario: &Scenario, to: &str) -> Result<(), error::CommandError> {
    let left = scenario.must_leave_design(to);
    left.map_err(error::CommandError::Input)
}

/// Says what is wrong with a scenario, and gives the exit code.
fn say(problems: &Problems) -> u8 {
    tell_ready(&problems.render(streams::has_colours()));
    WRONG_INPUT
}
