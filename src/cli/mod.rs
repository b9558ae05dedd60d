//! The command line: one file per command, each thin: parse, call the library, print.

mod bar;
mod check;
mod error;
mod landscape;
mod run;
mod schema;
mod sensitivity;
mod session;
mod sweep;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand};

/// Exit codes.
const FAILED: u8 = 1;
const WRONG_INPUT: u8 = 2;
const SOME_REPLICATES_FAILED: u8 = 3;
const INTERRUPTED: u8 = 130;

/// Simulates coalitions against a common threat: what holds them together, and what
/// happens when the threat shrinks.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
#[command(
    after_help = "`simulate SCENARIO.toml` is the same as `simulate run SCENARIO.toml`.\n\nExit codes: 0 done; 1 failed; 2 the input is wrong; 3 done, but some replicates failed; 130 interrupted, what was finished is saved."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a scenario: many replicates, the headline table, the pictures
    Run(RunArguments),
    /// Run one or two numbers over a grid: curves, or a heat map
    Sweep(sweep::SweepArguments),
    /// Find the uncertain numbers that matter: Morris screening, Sobol indices, a tornado
    Sensitivity(sensitivity::SensitivityArguments),
    /// Say everything that is wrong with a scenario, without running it
    Check(CheckArguments),
    /// Weigh every alignment of the factions as the threat shrinks: who turns first
    Landscape(LandscapeArguments),
    /// Print the JSON Schema of the scenario format, for editors
    Schema(SchemaArguments),
}

/// A scenario and what is laid over it.
#[derive(Debug, Args)]
struct ScenarioArguments {
    /// The scenario file
    scenario: PathBuf,
    /// Lay a number over the scenario, e.g. --set patron.us.commitment=0.5 (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
}

/// How many replicates, from which seed, on how many threads.
#[derive(Debug, Args)]
struct BatchArguments {
    /// Number of replicates [default: the scenario's, 10000 where it gives none]
    #[arg(long, short = 'n', value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    replicates: Option<u64>,
    /// Root seed of all random numbers [default: the scenario's, 1 where it gives none]
    #[arg(long)]
    seed: Option<u64>,
    /// Number of threads [default: one a core]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

#[derive(Debug, Args)]
struct RunArguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    #[command(flatten)]
    batch: BatchArguments,
    #[command(flatten)]
    output: OutputArguments,
    /// Leave out the table of replicates
    #[arg(long)]
    no_replicates: bool,
}

/// Where results go, and how they are shown.
#[derive(Debug, Args)]
struct OutputArguments {
    /// The folder for the results [default: a new one below output/]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
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

#[derive(Debug, Args)]
struct LandscapeArguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// Steps in which the threat shrinks to nothing
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    levels: u16,
    /// Draws of the uncertain inputs
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    draws: u32,
    /// Root seed of the draws [default: the scenario's]
    #[arg(long)]
    seed: Option<u64>,
    /// Number of threads [default: one a core]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    #[command(flatten)]
    output: OutputArguments,
}

#[derive(Debug, Args)]
struct CheckArguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// List every number with its value, source and the file it came from
    #[arg(long)]
    numbers: bool,
}

#[derive(Debug, Args)]
struct SchemaArguments {
    /// Print the reference of the format as Markdown instead
    #[arg(long)]
    reference: bool,
}

/// Parses the command line and does what it says.
pub fn main() -> ExitCode {
    let cli = Cli::parse_from(with_run(std::env::args_os().collect()));
    let code = match cli.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Sweep(arguments) => sweep::sweep(&arguments),
        Command::Sensitivity(arguments) => sensitivity::sensitivity(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Landscape(arguments) => landscape::landscape(&arguments),
        Command::Schema(arguments) => schema::schema(&arguments),
    };
    ExitCode::from(code)
}

/// A bare scenario runs it: `simulate A.toml` becomes `simulate run A.toml`.
fn with_run(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let is_command = |word: &OsString| {
        let command = Cli::command();
        word == "help" || command.get_subcommands().any(|c| *word == *c.get_name())
    };
    let first = arguments.get(1);
    let bare =
        first.is_some_and(|word| !is_command(word) && !word.to_string_lossy().starts_with('-'));
    // Options may come first too: `simulate -n 100 A.toml`.
    let options_first = first.is_some_and(|word| {
        let word = word.to_string_lossy();
        word.starts_with('-') && !["-h", "--help", "-V", "--version"].contains(&word.as_ref())
    });
    if bare || options_first {
        arguments.insert(1, "run".into());
    }
    arguments
}

/// Prints to standard output; a closed pipe is not an error of ours.
fn print(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Prints what a command found, in the frame that `docs/json.md` describes.
fn print_json(
    command: &str,
    folder: Option<&std::path::Path>,
    result: &impl serde::Serialize,
) -> Result<(), error::CommandError> {
    let mut text = serde_json::to_string_pretty(&serde_json::json!({
        "format": 1,
        "command": command,
        "version": env!("CARGO_PKG_VERSION"),
        "folder": folder,
        "result": result,
    }))?;
    text.push('\n');
    print(&text);
    Ok(())
}

/// Reads a scenario, or says what is wrong with it.
fn load(arguments: &ScenarioArguments) -> Result<crate::scenario::Scenario, u8> {
    use std::io::IsTerminal;
    crate::scenario::Scenario::load_with(&arguments.scenario, &arguments.settings).map_err(
        |problems| {
            let color = std::io::stderr().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
            eprintln!("{}", problems.render(color));
            WRONG_INPUT
        },
    )
}
