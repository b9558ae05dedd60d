//! `simulate submit`: the scripts that split a run over a cluster.

mod answer;
mod fill;
mod hyperqueue;
mod kubernetes;
mod parallel;
mod plan;
mod size;
mod slurm;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::foreign::{line, words};
use crate::report::{FolderError, to_json};
use crate::scenario::Scenario;

use super::error::{CommandError, code};
use super::labels::quoted;
use super::run::together;
use super::session::{Session, entry};
use super::shard::must_have;
use super::streams::{print, tell};
use super::{
    FAILED, Format, OutputArguments, SEED_MAX, SessionArguments, WatchedArguments, as_asked, load,
    print_json,
};

use plan::{Plan, Scripts};
use size::{Size, threads};

/// Most shards of a run.
pub(super) const MOST_SHARDS: u64 = 100_000;

/// The file of the folder that says into how many shards it was split.
pub(super) const RECORD: &str = "submit.json";

#[derive(Debug, Args)]
#[command(
    after_help = "The folder has all that the shards need; it has to lie where every machine of the cluster sees it, and so has this program; another one for the shards is named by the variable SIMULATE. See docs/scale.md."
)]
pub(super) struct SubmitArguments {
    #[command(flatten)]
    scenario: WatchedArguments,
    /// Number of replicates, of all shards together [default: the scenario's, 10000 where it
    /// gives none]
    #[arg(long, short = 'n', value_parser = clap::value_parser!(u64).range(1..=super::REPLICATES_MAX))]
    replicates: Option<u64>,
    /// Root seed of all random numbers [default: the scenario's, 1 where it gives none]
    #[arg(long, value_parser = clap::value_parser!(u64).range(0..=SEED_MAX))]
    seed: Option<u64>,
    /// Into how many shards the replicates are split
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..=MOST_SHARDS))]
    shards: u64,
    /// What the shards are given to
    #[arg(long, value_enum)]
    engine: Engine,
    /// Number of threads of a shard
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: u16,
    /// Leave out the table of replicates
    #[arg(long)]
    no_replicates: bool,
    /// The image with `simulate` in it, for Kubernetes
    #[arg(long, value_name = "NAME", required_if_eq("engine", "kubernetes"))]
    image: Option<String>,
    /// The volume claim that the pods share, for Kubernetes [default: simulate]
    #[arg(long, value_name = "NAME")]
    claim: Option<String>,
    /// Submit it as well
    #[arg(long)]
    go: bool,
    #[command(flatten)]
    output: OutputArguments,
}

/// What runs many shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    /// An array job and a merge that depends on it
    Slurm,
    /// A task array, and the merge after it
    Hyperqueue,
    /// GNU parallel: this machine, or others by ssh
    Parallel,
    /// An Indexed Job whose pods share a volume
    Kubernetes,
}

impl Engine {
    fn name(self) -> &'static str {
        match self {
            Self::Slurm => "Slurm",
            Self::Hyperqueue => "HyperQueue",
            Self::Parallel => "GNU parallel",
            Self::Kubernetes => "Kubernetes",
        }
    }

    fn notes(self) -> &'static str {
        match self {
            Self::Slurm => slurm::NOTES,
            Self::Hyperqueue => hyperqueue::NOTES,
            Self::Parallel => parallel::NOTES,
            Self::Kubernetes => kubernetes::NOTES,
        }
    }
}

impl Engine {
    /// How to see how far it is, as the note in the folder has it.
    fn look(self) -> &'static str {
        match self {
            Self::Kubernetes => "kubectl get jobs     says how many shards are done",
            _ => "simulate status .    says which shards are done, begun and missing",
        }
    }

    /// What can be called without the engine, where the shards are on disks of this machine.
    fn by_hand(self) -> &'static str {
        match self {
            Self::Kubernetes => "",
            _ => {
                "  sh shard.sh 3        runs shard 3 here and now\n  \
                 sh merge.sh          puts the shards together in result/; exit code 2 where one is missing\n"
            }
        }
    }
}

/// What `status` has to know of the folder.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    /// Version of this shape.
    pub format: u32,
    /// Into how many shards.
    pub shards: u64,
    /// What a machine has to make of the first replicates.
    #[serde(default)]
    pub answer: Option<String>,
}

/// What was written.
#[derive(Serialize)]
struct Submitted {
    shards: u64,
    replicates: u64,
    #[serde(with = "crate::engine::seed")]
    seed: u64,
    threads: usize,
    minutes: u64,
    mebibytes: u64,
    files: Vec<String>,
    submitted: bool,
}

pub(super) fn submit(arguments: &SubmitArguments) -> u8 {
    match load(&arguments.scenario.all()) {
        Ok(scenario) => code(write(arguments, &scenario)),
        Err(code) => code,
    }
}

fn write(arguments: &SubmitArguments, scenario: &Scenario) -> Result<u8, CommandError> {
    let asked = SessionArguments {
        seed: arguments.seed,
        threads: Some(arguments.threads),
        ..Default::default()
    };
    let scenario = &as_asked(scenario, &arguments.output, &asked, arguments.replicates);
    let (replicates, seed) = (scenario.run.replicates, scenario.run.seed);
    check(arguments, scenario)?;
    let session = Session::begin(&asked)?;
    let own = entry(scenario);
    let folder = session.folder_of(&arguments.output, &own, "submit")?;
    let program = program()?;
    folder.write("scenario.resolved.toml", scenario.resolved().as_bytes())?;
    let plan = Plan {
        scenario,
        shards: arguments.shards,
        threads: session.threads.current_num_threads(),
        no_replicates: arguments.no_replicates,
        program: match arguments.engine {
            // The image's own.
            Engine::Kubernetes => "simulate".to_owned(),
            _ => shown(&program)?,
        },
        answer: answered(&program, scenario, arguments)?,
        size: Size::measure(
            &session,
            scenario,
            arguments.shards,
            !arguments.no_replicates,
        ),
    };
    for (name, text) in scripts(arguments, &plan)? {
        folder.write(name, text.as_bytes())?;
    }
    let record = Record {
        format: 1,
        shards: plan.shards,
        answer: Some(plan.answer.clone()),
    };
    folder.write(RECORD, to_json(&record)?.as_bytes())?;
    let files = folder.names();
    let mut manifest = session.manifest("submit", vec![own], seed, replicates);
    manifest.replicates = 0;
    manifest.again = "sh submit.sh".to_owned();
    let target = folder.finish(manifest)?;
    let mut submitted = Submitted {
        shards: plan.shards,
        replicates,
        seed,
        threads: plan.threads,
        minutes: plan.size.minutes(),
        mebibytes: plan.size.mebibytes(),
        files,
        submitted: false,
    };
    if arguments.output.format == Format::Text && !arguments.output.quiet {
        print(&next(arguments, &plan, &target))?;
    }
    let code = match arguments.go {
        true => go(&target, &arguments.output)?,
        false => 0,
    };
    submitted.submitted = arguments.go && code == 0;
    if arguments.output.format == Format::Json {
        print_json("submit", Some(&target), &submitted)?;
    }
    Ok(code)
}

/// What the parser can't see.
fn check(arguments: &SubmitArguments, scenario: &Scenario) -> Result<(), CommandError> {
    let (shards, replicates) = (arguments.shards, scenario.run.replicates);
    if shards > replicates {
        return Err(CommandError::Input(format!(
            "{shards} shards are more than the {replicates} replicates; give fewer --shards or more --replicates"
        )));
    }
    let (together, what) = together(scenario);
    must_have(shards, replicates.div_ceil(together), what)?;
    let is_for_kubernetes = arguments.image.is_some() || arguments.claim.is_some();
    if is_for_kubernetes && arguments.engine != Engine::Kubernetes {
        return Err(CommandError::Input(
            "--image and --claim go with --engine kubernetes; leave them away".to_owned(),
        ));
    }
    kubernetes::check(arguments.image.as_deref(), arguments.claim.as_deref())
}

/// Every file but the scenario.
fn scripts(arguments: &SubmitArguments, plan: &Plan<'_>) -> Result<Scripts, CommandError> {
    let engine = arguments.engine;
    let mut scripts = vec![
        ("shard.sh", plan.shard()),
        ("merge.sh", plan.merge()),
        (
            "README.txt",
            plan.fill(
                include_str!("templates/README.txt"),
                &[
                    ("ENGINE", engine.name().to_owned()),
                    ("NOTES", engine.notes().to_owned()),
                    ("LOOK", engine.look().to_owned()),
                    ("BY_HAND", engine.by_hand().to_owned()),
                    (
                        "END",
                        match arguments.no_replicates {
                            true => " --no-replicates".to_owned(),
                            false => String::new(),
                        },
                    ),
                ],
            ),
        ),
    ];
    scripts.extend(match engine {
        Engine::Slurm => slurm::scripts(plan),
        Engine::Hyperqueue => hyperqueue::scripts(plan),
        Engine::Parallel => parallel::scripts(plan),
        Engine::Kubernetes => kubernetes::scripts(
            plan,
            arguments.image.as_deref().unwrap_or("simulate"),
            arguments.claim.as_deref().unwrap_or("simulate"),
        )?,
    });
    Ok(scripts)
}

/// The program that the shards call: this one, or the one that the environment names.
fn program() -> Result<PathBuf, CommandError> {
    let named = std::env::var_os("SIMULATE").filter(|name| !name.is_empty());
    match named {
        // A name without a folder would be looked up on a node's own path, or not found there.
        Some(named) => std::fs::canonicalize(&named).map_err(|error| {
            CommandError::Input(format!(
                "SIMULATE names {}: {error}; give the path of the program that the shards are to call",
                Path::new(&named).display()
            ))
        }),
        None => Ok(std::env::current_exe()?),
    }
}

fn shown(program: &Path) -> Result<String, CommandError> {
    let shown = program.to_str().map(str::to_owned);
    shown.ok_or_else(|| {
        CommandError::Input(format!(
            "the path of the program, {}, is not UTF-8 text, which a script could not hold; name another by the variable SIMULATE",
            program.display()
        ))
    })
}

/// The known answer for the scenario as it is written out.
fn answered(
    program: &Path,
    scenario: &Scenario,
    arguments: &SubmitArguments,
) -> Result<String, CommandError> {
    let failed = |source| FolderError::Write {
        path: std::env::temp_dir(),
        source,
    };
    let mut file = tempfile::Builder::new()
        .suffix(".toml")
        .tempfile()
        .map_err(failed)?;
    std::io::Write::write_all(&mut file, scenario.resolved().as_bytes()).map_err(failed)?;
    let batch = (scenario.run.replicates, scenario.run.seed);
    let options = plan::options(arguments.no_replicates);
    answer::answer(program, file.path(), batch, arguments.shards, options)
}

/// Says what is there, and what comes next.
fn next(arguments: &SubmitArguments, plan: &Plan<'_>, target: &Path) -> String {
    let shown = |path: &Path| line(&quoted(&words(path.as_os_str()))).into_owned();
    let folder = shown(target);
    let size = &plan.size;
    let submit = match arguments.go {
        true => String::new(),
        false => format!(
            "submit them:        sh {}\n",
            shown(&target.join("submit.sh"))
        ),
    };
    let look = match arguments.engine {
        Engine::Kubernetes => "kubectl get jobs".to_owned(),
        _ => format!("simulate status {folder}"),
    };
    let limit = match arguments.engine {
        Engine::Slurm if plan.shards > slurm::USUAL_MOST => {
            "Slurm's own limit:  MaxArraySize - 1, which is 1000 unless the site has changed it\n"
        }
        _ => "",
    };
    format!(
        "{folder} is written: {} replicates in {} shards, for {}\n\
         a shard: {}, about {} here, at most {} minutes, {} MiB\n\n{limit}\
         {submit}see how far it is:  {look}\n\n\
         README.txt there says more, and what to do after failures\n",
        plan.scenario.run.replicates,
        plan.shards,
        arguments.engine.name(),
        threads(plan.threads),
        match size.seconds() {
            s if s <= 1.0 => "a second".to_owned(),
            s if s < 90.0 => format!("{} seconds", s.ceil()),
            s => format!("{} minutes", (s / 60.0).ceil()),
        },
        size.minutes(),
        size.mebibytes(),
    )
}

/// Submits what was written; the exit code of that.
fn go(target: &Path, output: &OutputArguments) -> Result<u8, CommandError> {
    let said = match output.format {
        _ if output.quiet => Stdio::null(),
        Format::Text => Stdio::inherit(),
        // Standard output has one object and nothing else.
        Format::Json => Stdio::from(std::io::stderr()),
    };
    let status = Command::new("sh")
        .arg("submit.sh")
        .current_dir(target)
        .stdin(Stdio::null())
        .stdout(said)
        .status()
        .map_err(|error| {
            CommandError::Input(format!(
                "{} can't be called: {error}; it needs a shell, sh",
                target.join("submit.sh").display()
            ))
        })?;
    match status.success() {
        true => Ok(0),
        false => {
            tell(&format!(
                "error: not submitted; {} is there: call submit.sh in it once what it said is put right",
                target.display()
            ));
            Ok(FAILED)
        }
    }
}
