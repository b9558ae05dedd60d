//! Runs the points of a grid, and takes each one's difference to the reference.

use std::convert::Infallible;

use super::super::histories::Histories;
use super::super::paired::{mean, paired_curve, paired_mean};
use super::{DesignPoint, Measured};
use crate::engine::{
    self, Batch, Estimate, Failure, LanePath, OutcomeLabel, Progress, Shard, Summary, memory,
};
use crate::parallel;
use crate::scenario::Scenario;

/// Points that run side by side, at least and at most: while one ends a block the
/// threads find work in another.
const SIDE_BY_SIDE: (usize, usize) = (4, 16);

/// What to run.
#[derive(Debug)]
pub struct Grid<'a> {
    /// The scenario, in which the swept numbers are replaced.
    pub scenario: &'a Scenario,
    /// The swept numbers: indices into [`Scenario::numbers`].
    pub numbers: &'a [usize],
    /// The points: a value for each of them.
    pub points: &'a [Vec<f64>],
    /// Index of the point to which differences are taken.
    pub reference: usize,
    /// Root seed of every point.
    pub seed: u64,
    /// Replicates at each point.
    pub replicates: u64,
    /// Lanes and instruction set.
    pub path: LanePath,
}

impl Grid<'_> {
    /// Points for which there is memory side by side, beside the reference; one at least.
    fn most_side_by_side(&self, threads: usize) -> usize {
        let history = memory::of_history(self.scenario).saturating_mul(self.replicates);
        let one = memory::of_batch(self.scenario, threads).saturating_add(history);
        let room = memory::budget().saturating_sub(history) / one.max(1);
        usize::try_from(room).unwrap_or(usize::MAX).max(1)
    }
}

/// What a grid gave.
#[derive(Debug)]
pub struct SweepResult {
    /// The outcomes, in the order of each point's figures.
    pub outcomes: Vec<OutcomeLabel>,
    /// The finished points, in the order of the grid.
    pub points: Vec<DesignPoint>,
    /// Replicates that stopped being finite.
    pub failures: Vec<Failure>,
}

/// One point's batch.
struct Done {
    summary: Summary,
    histories: Histories,
    failures: Vec<Failure>,
}

/// Runs a grid; `None` if it was stopped before the reference
/// point was done. Once stopped, points that are not whole are left out.
pub fn run_grid(grid: &Grid<'_>, progress: &Progress) -> Option<SweepResult> {
    let reference = run_point(grid, progress, grid.reference)?;
    let threads = parallel::threads();
    let others: Vec<usize> = (0..grid.points.len())
        .filter(|&k| k != grid.reference)
        .collect();
    let mut finished: Vec<(usize, DesignPoint, Vec<Failure>)> = Vec::new();
    let side_by_side = threads.clamp(SIDE_BY_SIDE.0, SIDE_BY_SIDE.1);
    for some in others.chunks(side_by_side.min(grid.most_side_by_side(threads))) {
        let measured = parallel::map(some.len(), |number| {
            let k = some[number];
            let done = run_point(grid, progress, k)?;
            let point = measure(&grid.points[k], &done, &reference);
            Some((k, point, done.failures))
        });
        finished.extend(measured.into_iter().flatten());
    }
    let own = measure(&grid.points[grid.reference], &reference, &reference);
    let outcomes = reference.summary.headline().map(|o| o.is.clone()).collect();
    finished.push((grid.reference, own, reference.failures));
    finished.sort_by_key(|(k, ..)| *k);
    let mut failures = Vec::new();
    let mut points = Vec::with_capacity(finished.len());
    for (_, point, mut failed) in finished {
        points.push(point);
        failures.append(&mut failed);
    }
    Some(SweepResult {
        outcomes,
        points,
        failures,
    })
}

/// Runs the points that fall to a shard, to be kept; the replicates that failed, or `None` if
/// it was stopped before all were done.
pub fn run_share(grid: &Grid<'_>, shard: Shard, progress: &Progress) -> Option<Vec<Failure>> {
    let all = 0..grid.points.len();
    let own: Vec<usize> = all.filter(|&k| shard.has(k as u64)).collect();
    let threads = parallel::threads();
    let side_by_side = threads.clamp(SIDE_BY_SIDE.0, SIDE_BY_SIDE.1);
    let mut failures = Vec::new();
    for some in own.chunks(side_by_side.min(grid.most_side_by_side(threads))) {
        let done = parallel::map(some.len(), |k| run_point(grid, progress, some[k]));
        for done in done {
            failures.append(&mut done?.failures);
        }
    }
    Some(failures)
}

fn run_point(grid: &Grid<'_>, progress: &Progress, point: usize) -> Option<Done> {
    // Made when it is run: a grid has thousands.
    let scenario = &grid.scenario.with_values(grid.numbers, &grid.points[point]);
    let mut histories = Histories::new(scenario);
    let batch = Batch::of(scenario)
        .seed(grid.seed)
        .replicates(grid.replicates)
        .path(grid.path)
        .kept_as(point as u64)
        .rows_alone();
    let result = engine::run(&batch, progress, |rows| {
        histories.add(rows);
        Ok::<(), Infallible>(())
    });
    let Ok((summary, failures)) = result;
    (summary.replicates + summary.failed == grid.replicates).then_some(Done {
        summary,
        histories,
        failures,
    })
}

fn measure(values: &[f64], done: &Done, reference: &Done) -> DesignPoint {
    let (of_reference, of_done) = both(&reference.histories, &done.histories);
    let draws: Vec<u64> = of_done.iter().map(|&r| done.histories.draws[r]).collect();
    let horizon = (done.summary.steps as f64 * done.summary.step_weeks) as u32;
    let outcomes = done.summary.headline().map(|outcome| {
        let first = reference.histories.of(&outcome.key, &of_reference, horizon);
        let other = done.histories.of(&outcome.key, &of_done, horizon);
        let difference = match (first, other) {
            (Some(first), Some(other)) => paired_curve(&first, &other, &draws, &[horizon])
                .over_time
                .first()
                .copied(),
            _ => None,
        };
        Measured {
            value: outcome.chance,
            difference: difference.unwrap_or(UNKNOWN),
        }
    });
    let cohesion = |histories: &Histories, rows: &[usize]| -> Vec<f64> {
        rows.iter().map(|&r| histories.cohesion[r]).collect()
    };
    DesignPoint {
        values: values.to_vec(),
        replicates: done.summary.replicates,
        failed: done.summary.failed,
        outcomes: outcomes.collect(),
        cohesion: Measured {
            value: mean(&done.histories.cohesion, &done.histories.draws, 0.0),
            difference: paired_mean(
                &cohesion(&reference.histories, &of_reference),
                &cohesion(&done.histories, &of_done),
                &draws,
            ),
        },
    }
}

const UNKNOWN: Estimate = Estimate {
    value: f64::NAN,
    low: -1.0,
    high: 1.0,
};

/// The replicates that both have, as indices into each.
fn both(first: &Histories, other: &Histories) -> (Vec<usize>, Vec<usize>) {
    let (mut a, mut b) = (0, 0);
    let (mut of_first, mut of_other) = (Vec::new(), Vec::new());
    while let (Some(left), Some(right)) = (first.replicates.get(a), other.replicates.get(b)) {
        if left == right {
            of_first.push(a);
            of_other.push(b);
        }
        let behind = left.cmp(right);
        a += usize::from(behind.is_le());
        b += usize::from(behind.is_ge());
    }
    (of_first, of_other)
}
