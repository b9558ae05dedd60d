//! `simulate sensitivity`

use std::sync::Arc;

use clap::{Args, ValueEnum};

use crate::engine::Progress;
use crate::experiment::sensitivity::{DesignSizes, Request, Study, StudyResult};
use crate::report::figures::letters;
use crate::report::page::{Shown, of_sensitivity};
use crate::report::{design_parquet, figures, sensitivity_csv, sensitivity_screen, to_json};
use crate::scenario::{Scenario, typed};

use super::bar::Bar;
use super::ending::{Ending, must_have_some};
use super::error::{CommandError, code};
use super::print::{self, PrintArguments};
use super::range::range;
use super::session::{Session, entry, keep_for_later, notes};
use super::shard::{self, Divided, ShardArguments};
use super::streams::tell;
use super::{
    INTERRUPTED, OutputArguments, ScenarioArguments, SessionArguments, as_asked, load,
    must_leave_design, name_of,
};

/// Replicates from which the speed is estimated.
const TRIAL: u64 = 256;

#[derive(Debug, Args)]
pub(super) struct SensitivityArguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// Let a number vary evenly over a range, besides the scenario's own uncertain numbers
    /// (repeatable)
    #[arg(long, value_name = "KEY=LOW:HIGH")]
    vary: Vec<String>,
    /// Do one of the two only
    #[arg(long, value_enum)]
    only: Option<Only>,
    /// Trajectories of Morris' screening
    #[arg(long, value_name = "R", default_value_t = 16, value_parser = clap::value_parser!(u32).range(4..=10_000))]
    trajectories: u32,
    /// Base rows of Saltelli's design; best a power of two [default: as many as the budget has room for]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(8..=65_536))]
    base: Option<u32>,
    /// Most numbers that get a Sobol' index and a bar of their own; the rest vary together
    #[arg(long, value_name = "K", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=1000))]
    top: u16,
    /// Number of replicates for each row of a design, an even one
    #[arg(long, short = 'n', default_value_t = 16, value_parser = even)]
    replicates: u64,
    /// Number of replicates in all
    #[arg(long, value_name = "REPLICATES", default_value_t = 200_000)]
    budget: u64,
    #[command(flatten)]
    pub(super) shard: ShardArguments,
    #[command(flatten)]
    pub(super) session: SessionArguments,
    #[command(flatten)]
    pub(super) output: OutputArguments,
    #[command(flatten)]
    pub(super) print: PrintArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Only {
    /// Elementary effects, to tell what matters from what doesn't
    Morris,
    /// First-order and total indices
    Sobol,
}

fn even(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(number) if (2..=1_000_000).contains(&number) && number % 2 == 0 => Ok(number),
        _ => Err(
            "give an even number from 2 to 1000000: noise is told apart by two halves".to_owned(),
        ),
    }
}

pub(super) fn sensitivity(arguments: &SensitivityArguments) -> u8 {
    code(run(arguments))
}

fn run(arguments: &SensitivityArguments) -> Result<u8, CommandError> {
    let scenario = with_variations(&arguments.scenario, &arguments.vary)?;
    let scenario = as_asked(&scenario, &arguments.output, &arguments.session, None);
    must_leave_design(&scenario, "a sensitivity analysis")?;
    let mut session = Session::begin(&arguments.session)?;
    let seed = scenario.run.seed;
    let study = Study::new(&scenario, seed, session.path);
    if study.is_empty() {
        return Err(CommandError::Input(format!(
            "{} has no uncertain number; give one a distribution, such as {{ dist = \"uniform\", low = 0.2, high = 0.6 }}, or name some with --vary key=low:high",
            name_of(&arguments.scenario.scenario)
        )));
    }
    let plan = plan(arguments, study.len())?.with_bars(study.alone());
    session.must_fit(
        &scenario,
        1,
        plan.bytes(study.len(), scenario.coalitions.len() + 6),
        "give a smaller --base, fewer --trajectories or fewer --threads",
    )?;
    session.must_end(&scenario, arguments.shard.share_of(plan.total()))?;
    let divided = Divided {
        command: "sensitivity",
        again: again(arguments, seed) + &arguments.print.again(),
        observations: None,
        scenario: &scenario,
    };
    let begun = shard::begin(&arguments.shard, &mut session, &arguments.output, divided)?;
    if let Some(begun) = &begun {
        if plan.base == 0 {
            return Err(CommandError::Input(
                "a screening is small and is not divided into shards: leave out --shard, or --only morris".to_owned(),
            ));
        }
        begun.must_have(plan.base as u64, "base rows")?;
    }
    let entry = entry(&scenario);
    let (folder, parts) =
        session.work_of(&arguments.output, &scenario, "sensitivity", begun.as_ref())?;
    let quiet = arguments.output.quiet;
    if let Some(begun) = begun {
        let count = plan.parts[0] + arguments.shard.share_of(plan.parts[1]);
        let bar = Bar::begin(&session.progress, count, "replicates", quiet);
        let share = session
            .threads
            .install(|| study.run_share(&plan, begun.shard(), &session.progress));
        bar.end();
        return begun.end(&session, (folder, &*parts), &scenario, count, share);
    }
    if !quiet {
        announce(&session, &scenario, seed, &study, &plan);
    }
    let bar = Bar::begin(&session.progress, plan.total(), "replicates", quiet);
    let found = session
        .threads
        .install(|| study.run(&plan, &session.progress));
    bar.end();
    let simulated = session.seconds();
    parts.trouble()?;
    let Some(found) = found else {
        tell("interrupted before anything was whole");
        return Ok(INTERRUPTED);
    };
    let StudyResult {
        sensitivity,
        table,
        failures,
    } = found;
    let done = sensitivity.replicates - sensitivity.failed;
    must_have_some(&session, done, &failures)?;
    let notes = notes(std::slice::from_ref(&entry), seed, sensitivity.replicates);
    let asked = arguments.print.print();
    let order = print::order(&asked, &notes);
    let pictures = session
        .threads
        .install(|| figures::draw_sensitivity(&sensitivity, order))?;
    print::write(&folder, &pictures)?;
    folder.write("sensitivity.json", to_json(&sensitivity)?.as_bytes())?;
    let csv = arguments.print.csv(sensitivity_csv(&sensitivity));
    folder.write("sensitivity.csv", csv.as_bytes())?;
    design_parquet(folder.create("design.parquet")?, &table, &notes)
        .map_err(|error| folder.failed_table("design.parquet", error))?;
    folder.write("scenario.resolved.toml", scenario.resolved().as_bytes())?;
    if sensitivity.partial {
        keep_for_later(&folder, &parts)?;
    }
    let interrupted = sensitivity.partial.then(|| {
        format!(
            "{} of {} replicates were done; what was whole is saved",
            sensitivity.replicates,
            plan.total()
        )
    });
    Ending {
        command: "sensitivity",
        found: &sensitivity,
        said: sensitivity_screen(&sensitivity),
        title: "Which numbers matter",
        of: (&scenario.title, &sensitivity.identity),
        pictures: Shown::each(&pictures, of_sensitivity),
        names: letters::names(&scenario),
        again: again(arguments, seed) + &arguments.print.again(),
        scenarios: vec![entry],
        seed,
        replicates: (plan.total(), done),
        some_failed: !failures.is_empty(),
        failed: failures,
        simulated,
        interrupted,
    }
    .end(&session, folder, &arguments.output)
}

/// The scenario with a distribution laid over each number named by `--vary`, and all settings.
pub(super) fn with_variations(
    arguments: &ScenarioArguments,
    variations: &[String],
) -> Result<Scenario, CommandError> {
    let mut settings = arguments.settings.clone();
    for vary in variations {
        let wrong = |what: &str| {
            CommandError::Input(format!(
                "--vary {vary}: {what}; a range is key=low:high, for instance 'patron.us.commitment=0.4:0.9'"
            ))
        };
        let (key, ends) = vary.split_once('=').ok_or_else(|| wrong("no `=` in it"))?;
        let [(low, least), (high, most)] = range(ends, wrong)?;
        settings.push(format!(
            "{}={{ dist = \"uniform\", low = {}, high = {}, source = \"--vary\" }}",
            key.trim(),
            typed(low, least),
            typed(high, most),
        ));
    }
    let loaded = load(&ScenarioArguments {
        scenario: arguments.scenario.clone(),
        settings,
    });
    loaded.map_err(CommandError::Said)
}

fn plan(arguments: &SensitivityArguments, numbers: usize) -> Result<DesignSizes, CommandError> {
    let request = Request {
        numbers,
        morris: arguments.only != Some(Only::Sobol),
        sobol: arguments.only != Some(Only::Morris),
        trajectories: arguments.trajectories as usize,
        base: arguments.base.map(|base| base as usize),
        // Without a screening nothing says which numbers to take.
        top: match arguments.only {
            Some(Only::Sobol) => numbers,
            _ => usize::from(arguments.top),
        },
        replicates: arguments.replicates,
        budget: arguments.budget,
    };
    DesignSizes::new(&request).map_err(|error| CommandError::Input(error.to_string()))
}

/// Says what is going to be run, and how long it will take by a short trial.
fn announce(
    session: &Session,
    scenario: &Scenario,
    seed: u64,
    study: &Study<'_>,
    plan: &DesignSizes,
) {
    let batch = crate::engine::Batch::of(scenario)
        .seed(seed)
        .replicates(TRIAL)
        .path(session.path);
    let began = std::time::Instant::now();
    let trial = Arc::new(Progress::default());
    let rows = |_: &[crate::engine::Row]| Ok::<(), std::convert::Infallible>(());
    let _ = session
        .threads
        .install(|| crate::engine::run(&batch, &trial, rows));
    let seconds = began.elapsed().as_secs_f64() / TRIAL as f64 * plan.total() as f64;
    tell(&format!(
        "{} uncertain {}. {} replicates: {} for {} trajectories, {} for {} base rows of {} factors, {} for the tornado; about {}",
        study.len(),
        if study.len() == 1 {
            "number"
        } else {
            "numbers"
        },
        plan.total(),
        plan.parts[0],
        plan.trajectories,
        plan.parts[1],
        plan.base,
        plan.factors,
        plan.parts[2],
        match seconds {
            s if s < 90.0 => format!("{} seconds", s.ceil()),
            s => format!("{} minutes", (s / 60.0).ceil()),
        }
    ));
}

fn again(arguments: &SensitivityArguments, seed: u64) -> String {
    let mut command = "simulate sensitivity scenario.resolved.toml".to_owned();
    match arguments.only {
        Some(Only::Morris) => command.push_str(" --only morris"),
        Some(Only::Sobol) => command.push_str(" --only sobol"),
        None => {}
    }
    if let Some(base) = arguments.base {
        command.push_str(&format!(" --base {base}"));
    }
    command.push_str(&format!(
        " --trajectories {} --top {} --replicates {} --budget {} --seed {seed}",
        arguments.trajectories, arguments.top, arguments.replicates, arguments.budget
    ));
    command
}
