//! `simulate sweep`

use std::path::PathBuf;

use clap::Args;

use crate::engine::memory;
use crate::experiment::sweep::{
    Grid, Plan, PlanError, REPLICATES, Sweep, run_grid, run_share, split,
};
use crate::report::figures::letters;
use crate::report::page::of_sweep;
use crate::report::{figures, sweep_csv, sweep_parquet, sweep_screen, to_json};
use crate::scenario::Scenario;

use super::bar::Bar;
use super::ending::{Ending, must_have_some};
use super::error::{CommandError, code};
use super::print::{self, PrintArguments};
use super::session::{AT_ONES_RISK, Session, entry, is_unlimited, keep_for_later, notes};
use super::shard::{self, Divided, ShardArguments};
use super::streams::tell;
use super::{INTERRUPTED, OutputArguments, SessionArguments, as_asked, read_path, say};

#[derive(Debug, Args)]
pub(super) struct SweepArguments {
    /// The scenario file; `-` is standard input
    scenario: PathBuf,
    /// What to sweep: KEY=LOW:HIGH:COUNT or KEY=[A, B, C], for one or two keys; a plain value
    /// is laid over the scenario as in `simulate run`
    #[arg(long = "set", value_name = "KEY=VALUES")]
    settings: Vec<String>,
    /// Number of replicates at each point [default: 2000]
    #[arg(long, short = 'n', value_parser = clap::value_parser!(u64).range(1..=super::REPLICATES_MAX))]
    replicates: Option<u64>,
    #[command(flatten)]
    pub(super) shard: ShardArguments,
    #[command(flatten)]
    pub(super) session: SessionArguments,
    #[command(flatten)]
    pub(super) output: OutputArguments,
    #[command(flatten)]
    pub(super) print: PrintArguments,
}

pub(super) fn sweep(arguments: &SweepArguments) -> u8 {
    code(prepare(arguments).and_then(|prepared| run(arguments, &prepared)))
}

/// Everything checked, nothing run.
fn prepare(arguments: &SweepArguments) -> Result<Plan, CommandError> {
    let (axes, plain) = split(&arguments.settings).map_err(CommandError::Input)?;
    must_have_few(axes.iter().map(|axis| axis.values.len()).product())?;
    let load = |settings: &[String]| read_path(&arguments.scenario, settings);
    let asked = |base: &Scenario| as_asked(base, &arguments.output, &arguments.session, None);
    Plan::new(axes, &plain, load, asked).map_err(|error| match error {
        PlanError::Scenario(problems) => CommandError::Said(say(&problems)),
        PlanError::Wrong(wrong) => CommandError::Input(wrong),
    })
}

/// Most points of a grid: a picture of so many cells has 8 pixels for each.
const MOST_POINTS: usize = 10_000;

/// Refuses a grid that nobody can look at.
fn must_have_few(points: usize) -> Result<(), CommandError> {
    match points <= MOST_POINTS || is_unlimited() {
        true => Ok(()),
        false => Err(CommandError::Input(format!(
            "{points} points are more than {MOST_POINTS}; give the keys fewer values, {AT_ONES_RISK}"
        ))),
    }
}

fn run(arguments: &SweepArguments, prepared: &Plan) -> Result<u8, CommandError> {
    let Plan { base, points, .. } = prepared;
    let mut session = Session::begin(&arguments.session)?;
    let quiet = arguments.output.quiet;
    let grid = Grid {
        scenario: &prepared.first,
        numbers: &prepared.numbers,
        points,
        reference: prepared.reference,
        seed: base.run.seed,
        replicates: arguments.replicates.unwrap_or(REPLICATES),
        path: session.path,
    };
    let histories = memory::of_history(base).saturating_mul(2 * grid.replicates);
    session.must_fit(base, 1, histories, "give fewer --replicates or --threads")?;
    let total = grid.replicates.saturating_mul(points.len() as u64);
    session.must_end(base, arguments.shard.share_of(total))?;
    let swept: Vec<String> = prepared
        .axes
        .iter()
        .map(|axis| format!("--set '{axis}'"))
        .collect();
    let again = format!(
        "simulate sweep scenario.resolved.toml {} --seed {} --replicates {}",
        swept.join(" "),
        grid.seed,
        grid.replicates
    );
    let divided = Divided {
        command: "sweep",
        again: again.clone() + &arguments.print.again(),
        observations: None,
        scenario: base,
    };
    let begun = shard::begin(&arguments.shard, &mut session, &arguments.output, divided)?;
    if let Some(begun) = &begun {
        begun.must_have(points.len() as u64, "points")?;
    }
    let entry = entry(base);
    let (folder, parts) = session.work_of(&arguments.output, base, "sweep", begun.as_ref())?;
    if let Some(begun) = begun {
        let shard = begun.shard();
        let own = (0..points.len() as u64).filter(|&k| shard.has(k)).count() as u64;
        let count = own * grid.replicates;
        let bar = Bar::begin(&session.progress, count, "replicates", quiet);
        let share = session
            .threads
            .install(|| run_share(&grid, shard, &session.progress));
        bar.end();
        return begun.end(&session, (folder, &*parts), base, count, share);
    }
    if !quiet {
        tell(&format!(
            "{} points x {} replicates = {total} replicates",
            points.len(),
            grid.replicates
        ));
    }
    let bar = Bar::begin(&session.progress, total, "replicates", quiet);
    let found = session
        .threads
        .install(|| run_grid(&grid, &session.progress));
    bar.end();
    let simulated = session.seconds();
    parts.trouble()?;
    let Some(mut found) = found else {
        tell("interrupted before the first point was done");
        return Ok(INTERRUPTED);
    };
    let done = found.points.iter().map(|p| p.replicates).sum();
    must_have_some(&session, done, &found.failures)?;
    let failures = std::mem::take(&mut found.failures);
    let ran = (grid.seed, grid.replicates);
    let sweep = Sweep::new(prepared, entry.identity.clone(), ran, found);
    let notes = notes(std::slice::from_ref(&entry), grid.seed, grid.replicates);
    let asked = arguments.print.print();
    let picture = figures::draw_sweep(&sweep, print::order(&asked, &notes))?;
    print::write(&folder, std::slice::from_ref(&picture))?;
    folder.write("sweep.json", to_json(&sweep)?.as_bytes())?;
    folder.write(
        "sweep.csv",
        arguments.print.csv(sweep_csv(&sweep)).as_bytes(),
    )?;
    sweep_parquet(folder.create("sweep.parquet")?, &sweep, &notes)
        .map_err(|error| folder.failed_table("sweep.parquet", error))?;
    folder.write("scenario.resolved.toml", base.resolved().as_bytes())?;
    if sweep.partial() {
        keep_for_later(&folder, &parts)?;
    }
    let interrupted = sweep.partial().then(|| {
        let (done, asked) = (sweep.points.len(), sweep.points_asked);
        format!("{done} of {asked} points were done and are saved")
    });
    Ending {
        command: "sweep",
        found: &sweep,
        said: sweep_screen(&sweep),
        title: "What a number does to each outcome",
        of: (&sweep.title, &sweep.identity),
        pictures: vec![of_sweep(&picture.screen)],
        names: letters::names(base),
        again: again + &arguments.print.again(),
        scenarios: vec![entry],
        seed: grid.seed,
        replicates: (total, done),
        some_failed: !failures.is_empty(),
        failed: failures,
        simulated,
        interrupted,
    }
    .end(&session, folder, &arguments.output)
}
