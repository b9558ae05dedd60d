//! A batch: many replicates, in parallel, in blocks, the same whatever the threads.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use crate::model::step::{Model, Scratch, run as run_model};
use crate::model::{Inputs, Params, Plan, Record};
#[cfg(all(target_arch = "x86_64", not(test)))]
use crate::numeric::{Avx2, Avx512};
use crate::numeric::{Baseline, Isa, Mask, Streams};
use crate::parallel;
use crate::scenario::Scenario;

use super::accumulate::Tally;
use super::gathered::{Gathered, Gathering};
use super::inputs::Design;
use super::keep::{Keep, Unit};
use super::lanes::LanePath;
#[cfg(not(test))]
use super::lanes::WIDE;
use super::row::{Failure, Ran, Row};
use super::summary::Summary;

/// Version of the contract between seeds and draws.
pub const STREAMS: u32 = 1;

/// Replicates in a block: a stop, a progress line and a group of table rows come at
/// the end of one. A multiple of the lanes, so that none of them is idle.
const BLOCK: u64 = 1024;

/// What runs beside a batch: how far it is, whether it should stop, where it is kept.
#[derive(Debug, Default)]
pub struct Progress {
    /// Where batches with a [`Batch::unit`] are kept.
    pub keep: OnceLock<Arc<dyn Keep>>,
    /// Replicates done.
    pub done: AtomicU64,
    /// Set from outside to stop after the present block.
    pub stop: AtomicBool,
    /// Set where the replicates done are enough: the batch ends after the present block.
    pub enough: AtomicBool,
}

impl Progress {
    fn ended(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.enough.load(Ordering::Relaxed)
    }
}

/// What to run.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Batch<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Root seed.
    pub seed: u64,
    /// Number of replicates of the whole batch.
    pub replicates: u64,
    /// The first that is run: of a shard, replicates from here on alone.
    pub first: u64,
    /// Lanes and instruction set.
    pub path: LanePath,
    /// Whether rows hold watched quantities at every step.
    pub series: bool,
    /// Whether what rows don't have is gathered too, for all of the summary. Else it has
    /// nothing but what follows from rows.
    pub in_full: bool,
    /// Its number where a command's work is kept; `None`: it isn't.
    pub unit: Option<u64>,
}

impl<'a> Batch<'a> {
    /// The batch that a scenario asks for, on the best path of this machine.
    pub fn of(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            seed: scenario.run.seed,
            replicates: scenario.run.replicates,
            path: LanePath::best(),
            first: 0,
            series: false,
            in_full: true,
            unit: None,
        }
    }

    /// The same with another root seed.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The same with another number of replicates.
    #[must_use]
    pub fn replicates(self, replicates: u64) -> Self {
        Self { replicates, ..self }
    }

    /// The same from a replicate on; those before it are run elsewhere.
    #[must_use]
    pub fn beginning_at(self, first: u64) -> Self {
        Self { first, ..self }
    }

    /// The same on another path; the results are equal.
    #[must_use]
    pub fn path(self, path: LanePath) -> Self {
        Self { path, ..self }
    }

    /// The same as a unit of work that is kept.
    #[must_use]
    pub fn kept_as(self, unit: u64) -> Self {
        Self {
            unit: Some(unit),
            ..self
        }
    }

    /// The same with nothing gathered but what rows have.
    #[must_use]
    pub fn rows_alone(self) -> Self {
        Self {
            in_full: false,
            ..self
        }
    }

    /// The same with watched quantities at every step in its rows.
    #[must_use]
    pub fn with_series(self) -> Self {
        Self {
            series: true,
            ..self
        }
    }

    /// Runs it and keeps every row in memory. [`run`] hands them on block by block, and can be
    /// stopped.
    pub fn collect(&self) -> BatchResult {
        let mut rows = Vec::new();
        let keep = |more: &[Row]| {
            rows.extend_from_slice(more);
            Ok::<(), Infallible>(())
        };
        match run(self, &Progress::default(), keep) {
            Ok((summary, failures)) => BatchResult {
                summary,
                rows,
                failures,
            },
            Err(never) => match never {},
        }
    }
}

/// What a batch found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BatchResult {
    /// Chances, spreads and means over the replicates.
    pub summary: Summary,
    /// What became of each replicate, in order.
    pub rows: Vec<Row>,
    /// Replicates that stopped being finite; they are in no chance.
    pub failures: Vec<Failure>,
}

/// Runs a batch on rayon's current threads; `table` gets the rows of each block, in order.
///
/// # Errors
/// Whatever `table` returns: the batch then ends.
pub fn run<E: Send>(
    batch: &Batch<'_>,
    progress: &Progress,
    table: impl FnMut(&[Row]) -> Result<(), E> + Send,
) -> Result<(Summary, Vec<Failure>), E> {
    let design = Design::new(batch.scenario, batch.seed);
    run_design(batch, &design, progress, table)
}

/// As [`run`], with the inputs and the noise that `design` gives each replicate.
///
/// # Errors
/// Whatever `table` returns: the batch then ends.
pub fn run_design<E: Send>(
    batch: &Batch<'_>,
    design: &Design,
    progress: &Progress,
    table: impl FnMut(&[Row]) -> Result<(), E> + Send,
) -> Result<(Summary, Vec<Failure>), E> {
    run_in_blocks(batch, design, progress, BLOCK, table)
}

/// As [`run_design`], with `block` replicates (1 or more) in a block; the results are the same.
///
/// # Errors
/// Whatever `table` returns: the batch then ends.
pub fn run_in_blocks<E: Send>(
    batch: &Batch<'_>,
    design: &Design,
    progress: &Progress,
    block: u64,
    mut table: impl FnMut(&[Row]) -> Result<(), E> + Send,
) -> Result<(Summary, Vec<Failure>), E> {
    let gathering = Gathering::of_blocks(batch.scenario, design.draws_per_block());
    let work = Work {
        batch,
        design,
        progress,
        gathering: &gathering,
        block: block.max(1),
    };
    let mut gathered = gather_work(work, &mut table)?;
    Ok(gathering.summary(&mut gathered, (batch.seed, batch.replicates)))
}

/// As [`run`], and returns what the replicates came to before it is turned into chances: so can
/// parts of a batch be run apart, and put together by [`Gathering::merge`].
///
/// # Errors
/// Whatever `table` returns: the batch then ends.
pub fn gather<E: Send>(
    gathering: &Gathering<'_>,
    batch: &Batch<'_>,
    progress: &Progress,
    mut table: impl FnMut(&[Row]) -> Result<(), E> + Send,
) -> Result<Gathered, E> {
    let work = Work {
        batch,
        design: &Design::new(batch.scenario, batch.seed),
        progress,
        gathering,
        block: BLOCK,
    };
    gather_work(work, &mut table)
}

fn gather_work<E: Send>(
    work: Work<'_>,
    table: &mut (impl FnMut(&[Row]) -> Result<(), E> + Send),
) -> Result<Gathered, E> {
    let mut failed = None;
    let gathered = run_on_path(work, &mut |rows| match table(rows) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(gathered),
    }
}

/// What gets the rows of each block, and may end the batch.
type Table<'a> = dyn FnMut(&[Row]) -> ControlFlow<()> + Send + 'a;

/// Chooses the path. No caller's type comes further than here, so that the model is compiled
/// once for each path, whoever calls.
#[cfg(not(test))]
fn run_on_path(work: Work<'_>, table: &mut Table<'_>) -> Gathered {
    let path = work.batch.path;
    if path == LanePath::Scalar {
        return run_in_lanes::<1, _>(Baseline, work, table);
    }
    #[cfg(target_arch = "x86_64")]
    if path == LanePath::Avx512
        && let Some(isa) = Avx512::detect()
    {
        return run_in_lanes::<WIDE, _>(isa, work, table);
    }
    #[cfg(target_arch = "x86_64")]
    if path == LanePath::Avx2
        && let Some(isa) = Avx2::detect()
    {
        return run_in_lanes::<WIDE, _>(isa, work, table);
    }
    // A path that the machine lacks falls back to this one, which gives the same bits.
    run_in_lanes::<WIDE, _>(Baseline, work, table)
}

/// The unit tests of this crate run on one lane: to compile the model for more is most of what it
/// costs to build the crate. That all paths give the same bits is tested from outside.
#[cfg(test)]
fn run_on_path(work: Work<'_>, table: &mut Table<'_>) -> Gathered {
    run_in_lanes::<1, _>(Baseline, work, table)
}

/// What all paths are given.
#[derive(Clone, Copy)]
struct Work<'a> {
    batch: &'a Batch<'a>,
    design: &'a Design,
    progress: &'a Progress,
    gathering: &'a Gathering<'a>,
    block: u64,
}

/// What one thread keeps from group to group.
struct Workspace<'k, const N: usize> {
    inputs: Inputs<N>,
    scratch: Scratch<N>,
    streams: Streams<'k, N>,
    record: Record<N>,
    tally: Tally,
    rows: Vec<Row>,
}

fn run_in_lanes<const N: usize, I: Isa>(isa: I, work: Work<'_>, table: &mut Table<'_>) -> Gathered {
    let Work {
        batch,
        design,
        progress,
        gathering,
        block,
    } = work;
    let scenario = batch.scenario;
    let plan = &gathering.plan;
    let channels = plan.channels.keyed(batch.seed);
    let lanes = N as u64;
    // A thread may run all of a block, after one that was not taken yet.
    let block = block.min(Tally::MOST / 2);
    // One workspace a thread; each is used by one group at a time.
    let workspaces: Vec<Mutex<Workspace<'_, N>>> = (0..parallel::threads())
        .map(|_| {
            Mutex::new(Workspace {
                inputs: Inputs::central(scenario),
                scratch: Scratch::new(plan),
                streams: Streams::new(&channels, [0; N]),
                record: Record::new(plan),
                tally: gathering.tally(),
                rows: Vec::new(),
            })
        })
        .collect();
    // What the threads have counted goes into that of all.
    let take = |gathered: &mut Gathered| {
        for workspace in &workspaces {
            if let (Ok(mut workspace), Some(total)) = (workspace.lock(), &mut gathered.total) {
                total.take(&mut workspace.tally);
            }
        }
    };
    let keep = progress.keep.get().map(Arc::as_ref).zip(batch.unit);
    let keep = keep.map(|(keep, number)| {
        let unit = Unit {
            number,
            batch,
            design,
            gathering,
        };
        (keep, unit)
    });
    let mut refused = false;
    let mut again = |rows: &[Row]| {
        let taken = table(rows);
        refused |= taken.is_break();
        taken
    };
    let kept = keep.map(|(keep, unit)| keep.kept(&unit, &mut again));
    let kept = match kept {
        Some(ControlFlow::Continue(kept)) => kept,
        Some(ControlFlow::Break(())) => {
            refused = true;
            None
        }
        None => None,
    };
    let mut gathered = kept.unwrap_or_else(|| gathering.none(batch.first, batch.in_full));
    let mut first = gathered.end;
    let before = first - gathered.first;
    progress.done.fetch_add(before, Ordering::Relaxed);
    let mut taken = first;
    while first < batch.replicates && !refused && !progress.ended() {
        let last = (first + block).min(batch.replicates);
        let groups = (last - first).div_ceil(lanes);
        parallel::for_each(groups, |group| {
            let start = first + group * lanes;
            let thread = parallel::thread() % workspaces.len();
            // A poisoned lock means that another group panicked, which ends the program.
            let Ok(mut workspace) = workspaces[thread].lock() else {
                return;
            };
            run_group(isa, batch, plan, design, &mut workspace, start, last);
            progress
                .done
                .fetch_add((last - start).min(lanes), Ordering::Relaxed);
        });
        let mut rows: Vec<Row> = Vec::new();
        for workspace in &workspaces {
            if let Ok(mut workspace) = workspace.lock() {
                rows.append(&mut workspace.rows);
            }
        }
        rows.sort_unstable_by_key(|row| row.replicate);
        gathering.add(&mut gathered, &rows);
        first = last;
        if first - taken >= Tally::MOST / 2 {
            take(&mut gathered);
            taken = first;
        }
        let ended = table(&rows).is_break();
        let ended = ended
            | keep.is_some_and(|(keep, unit)| {
                keep.add(&unit, &rows) && {
                    take(&mut gathered);
                    keep.so_far(&unit, &gathered).is_break()
                }
            });
        if ended {
            break;
        }
    }
    take(&mut gathered);
    if let Some((keep, unit)) = keep {
        let enough = progress.enough.load(Ordering::Relaxed);
        keep.end(&unit, &gathered, enough || gathered.end == batch.replicates);
    }
    gathered
}

fn run_group<const N: usize, I: Isa>(
    isa: I,
    batch: &Batch<'_>,
    plan: &Plan,
    design: &Design,
    w: &mut Workspace<'_, N>,
    start: u64,
    end: u64,
) {
    let drawn = design.of_replicates(start, N);
    for (lane, (_, values)) in drawn.iter().enumerate() {
        for (number, value) in design.numbers().zip(values) {
            w.inputs.set(number, lane, *value);
        }
    }
    let params = Params::new(plan, batch.scenario, &w.inputs);
    let setting = Model {
        scenario: batch.scenario,
        plan,
        params: &params,
    };
    let noise: [u64; N] = std::array::from_fn(|lane| design.noise_of(start + lane as u64));
    // The last group has lanes beyond the batch; they are dropped.
    let within = Mask::from_fn(|lane| start + (lane as u64) < end);
    w.record.control.counted = within;
    let run = |w: &mut Workspace<'_, N>| {
        w.streams.restart(noise);
        run_model(isa, setting, &mut w.scratch, &mut w.streams, &mut w.record)
    };
    let (mut state, mut outcomes) = run(w);
    let sound = within & w.record.failed_part.le_s(0.0);
    if sound != within {
        // What has been summed on the way holds replicates that don't count: once more, the
        // same, without them.
        w.record.control.counted = sound;
        (state, outcomes) = run(w);
    }
    let mut whole = Vec::with_capacity(N);
    for (lane, (draw, inputs)) in drawn.into_iter().enumerate() {
        let replicate = start + lane as u64;
        if replicate >= end {
            break;
        }
        let run = Ran {
            plan,
            record: &w.record,
            state: &state,
            outcomes: &outcomes,
        };
        let row = run.row(lane, replicate, draw, inputs, batch.series);
        if row.failed.is_none() {
            whole.push(lane);
        }
        w.rows.push(row);
    }
    if batch.in_full {
        w.tally.add(plan, &w.record, &state, &whole);
    }
}
