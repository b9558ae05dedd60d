//! Two or more runs side by side: chances, differences to the first, and who changed.

use std::borrow::Borrow;

use crate::engine::{CurveTally, Estimate, OutcomeLabel};

use super::comparison::{
    CohesionComparison, Compared, Comparison, Difference, Mean, OutcomeComparison, OutcomeOfRun,
    Pairing,
};
use super::differences::{Differs, differences};
use super::histories::NEVER;
use super::notes::notes;
use super::paired::{independent_difference, mean, paired_curve, paired_mean, runs};
use super::run::ComparedRun;
use super::transitions::{Transitions, transitions};

/// A run with the replicates that are compared.
struct Side<'a> {
    run: &'a ComparedRun,
    rows: Vec<usize>,
    draws: Vec<u64>,
    pairing: Pairing,
}

impl Side<'_> {
    fn weeks(&self, key: &str, horizon: u32) -> Option<Vec<u32>> {
        self.run.histories.of(key, &self.rows, horizon)
    }

    /// The draws that pairs of replicates of this and `first` share: where the inputs of one
    /// of them are certain, each of its replicates counts as a draw of its own.
    fn shared_draws<'a>(&'a self, first: &'a Self) -> &'a [u64] {
        match self.run.scenario.uncertain().next() {
            Some(_) => &self.draws,
            None => &first.draws,
        }
    }

    fn cohesion(&self) -> Vec<f64> {
        let all = &self.run.histories.cohesion;
        self.rows.iter().map(|&row| all[row]).collect()
    }
}

/// Compares runs with the first of them.
pub fn compare<R: Borrow<ComparedRun>>(runs: &[R], partial: bool) -> Comparison {
    let runs: Vec<&ComparedRun> = runs.iter().map(Borrow::borrow).collect();
    let differs = runs
        .iter()
        .map(|run| differences(&runs[0].scenario, &run.scenario));
    compare_knowing(&runs, differs.collect(), partial)
}

/// The same where it is known in what each scenario differs from the first.
pub(super) fn compare_knowing(
    runs: &[&ComparedRun],
    differs: Vec<Differs>,
    partial: bool,
) -> Comparison {
    let sides = sides(runs);
    let horizon = runs.iter().map(|run| run.weeks()).min().unwrap_or(0);
    let grid = grid(runs, horizon);
    let outcomes: Vec<OutcomeComparison> = keys(runs)
        .into_iter()
        .map(|label| outcome(&sides, label, &grid))
        .collect();
    let cohesion = cohesion(&sides);
    let compared: Vec<Compared> = sides
        .iter()
        .zip(differs)
        .map(|(side, differs)| compared(side, &sides[0], differs, horizon))
        .collect();
    let mut comparison = Comparison {
        label: None,
        format: 1,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        same: compared[1..]
            .iter()
            .all(|run| run.differs.is_same() && run.same_results == Some(true)),
        partial,
        width_ratio: width_ratio(&outcomes, &cohesion),
        runs: compared,
        horizon_weeks: horizon,
        grid_weeks: grid,
        outcomes,
        cohesion,
        notes: Vec::new(),
    };
    comparison.notes = notes(runs, &comparison);
    comparison
}

/// Which replicates of each run are compared: all of an unpaired one; of the paired ones
/// those that all of them have.
fn sides<'a>(runs: &[&'a ComparedRun]) -> Vec<Side<'a>> {
    let first = runs[0];
    let reasons: Vec<Option<String>> = runs.iter().map(|run| run.unpaired(first)).collect();
    let paired: Vec<&ComparedRun> = runs
        .iter()
        .zip(&reasons)
        .filter_map(|(run, reason)| reason.is_none().then_some(*run))
        .collect();
    let has =
        |run: &ComparedRun, replicate: &u64| run.histories.replicates.binary_search(replicate).ok();
    let common: Vec<u64> = first
        .histories
        .replicates
        .iter()
        .copied()
        .filter(|replicate| paired.iter().all(|run| has(run, replicate).is_some()))
        .collect();
    runs.iter()
        .zip(reasons)
        .enumerate()
        .map(|(number, (run, reason))| {
            let rows: Vec<usize> = match &reason {
                None => common.iter().filter_map(|r| has(run, r)).collect(),
                Some(_) => (0..run.histories.replicates.len()).collect(),
            };
            Side {
                run,
                draws: rows.iter().map(|&row| run.histories.draws[row]).collect(),
                rows,
                pairing: match reason {
                    _ if number == 0 => Pairing::First,
                    None => Pairing::Paired,
                    Some(reason) => Pairing::Unpaired(reason),
                },
            }
        })
        .collect()
}

/// Points in time at which every run ends a step, up to the common horizon.
fn grid(runs: &[&ComparedRun], horizon: u32) -> Vec<u32> {
    let step = runs
        .iter()
        .map(|run| run.step_weeks())
        .max()
        .unwrap_or(1)
        .max(1);
    let mut grid: Vec<u32> = (0..=horizon / step).map(|k| k * step).collect();
    if grid.last() != Some(&horizon) {
        grid.push(horizon);
    }
    grid
}

/// The headline outcomes of all runs: the first's, then what only others have; those without a
/// date last.
fn keys(runs: &[&ComparedRun]) -> Vec<OutcomeLabel> {
    let mut keys: Vec<OutcomeLabel> = Vec::new();
    for run in runs {
        for outcome in run.summary.headline() {
            if keys.iter().all(|known| known.key != outcome.key) {
                keys.push(outcome.is.clone());
            }
        }
    }
    keys.sort_by_key(|label| !label.dated);
    keys
}

fn outcome(sides: &[Side<'_>], is: OutcomeLabel, grid: &[u32]) -> OutcomeComparison {
    let horizon = grid.last().copied().unwrap_or(0);
    let weeks: Vec<Option<Vec<u32>>> = sides.iter().map(|s| s.weeks(&is.key, horizon)).collect();
    let mut runs: Vec<Option<OutcomeOfRun>> = sides
        .iter()
        .zip(&weeks)
        .map(|(side, weeks)| Some(chance(weeks.as_ref()?, &side.draws, grid)))
        .collect();
    let first = runs[0].clone();
    for (number, side) in sides.iter().enumerate().skip(1) {
        if let (Some(first), Some(this), Some(a), Some(b)) =
            (&first, &mut runs[number], &weeks[0], &weeks[number])
        {
            this.difference = Some(match side.pairing {
                Pairing::Unpaired(_) => unpaired(first, this),
                _ => paired(
                    first,
                    this,
                    paired_curve(a, b, side.shared_draws(&sides[0]), grid),
                ),
            });
        }
    }
    if !is.dated {
        // It is known at the horizon only.
        for run in runs.iter_mut().flatten() {
            run.incidence.clear();
            if let Some(difference) = &mut run.difference {
                difference.over_time.clear();
            }
        }
    }
    OutcomeComparison { is, runs }
}

/// Chance and cumulative incidence, as in a run's summary.
fn chance(weeks: &[u32], draws: &[u64], grid: &[u32]) -> OutcomeOfRun {
    let mut tally = CurveTally::new(grid.len());
    let mut points = Vec::new();
    for of_draw in runs(draws) {
        points.clear();
        let size = of_draw.len() as u64;
        let of_draw = weeks[of_draw].iter();
        points.extend(of_draw.map(|&week| grid.partition_point(|&at| at < week)));
        tally.add(&mut points, size);
    }
    let incidence = tally.chances();
    OutcomeOfRun {
        chance: incidence
            .last()
            .copied()
            .unwrap_or(Estimate::unknown_chance(f64::NAN)),
        incidence,
        difference: None,
    }
}

fn unpaired(first: &OutcomeOfRun, this: &OutcomeOfRun) -> Difference {
    let horizon = independent_difference(&first.chance, &this.chance);
    let both = first.incidence.iter().zip(&this.incidence);
    Difference {
        horizon,
        over_time: both.map(|(a, b)| independent_difference(a, b)).collect(),
        unpaired: horizon,
        width_ratio: None,
        gained: None,
        lost: None,
    }
}

fn paired(
    first: &OutcomeOfRun,
    this: &OutcomeOfRun,
    curve: super::paired::PairedCurve,
) -> Difference {
    let unpaired = independent_difference(&first.chance, &this.chance);
    let horizon = curve.over_time.last().copied().unwrap_or(unpaired);
    Difference {
        horizon,
        over_time: curve.over_time,
        unpaired,
        width_ratio: ratio(&horizon, &unpaired),
        gained: Some(curve.gained),
        lost: Some(curve.lost),
    }
}

/// How wide an interval is beside another.
fn ratio(one: &Estimate, other: &Estimate) -> Option<f64> {
    let ratio = (one.high - one.low) / (other.high - other.low);
    ratio.is_finite().then_some(ratio)
}

fn cohesion(sides: &[Side<'_>]) -> CohesionComparison {
    let values: Vec<Vec<f64>> = sides.iter().map(Side::cohesion).collect();
    let means: Vec<Estimate> = sides
        .iter()
        .zip(&values)
        .map(|(side, values)| mean(values, &side.draws, 0.0))
        .collect();
    let runs = sides
        .iter()
        .enumerate()
        .map(|(number, side)| {
            let apart = independent_difference(&means[0], &means[number]);
            let (difference, width_ratio) = match side.pairing {
                Pairing::First => (None, None),
                Pairing::Unpaired(_) => (Some(apart), None),
                Pairing::Paired => {
                    let draws = side.shared_draws(&sides[0]);
                    let together = paired_mean(&values[0], &values[number], draws);
                    (Some(together), ratio(&together, &apart))
                }
            };
            Mean {
                mean: means[number],
                difference,
                width_ratio,
            }
        })
        .collect();
    CohesionComparison { runs }
}

/// The middle one of all width ratios of outcomes that happen at all.
fn width_ratio(outcomes: &[OutcomeComparison], cohesion: &CohesionComparison) -> Option<f64> {
    let happens = |outcome: &&OutcomeComparison| {
        let mut runs = outcome.runs.iter().flatten();
        runs.any(|run| run.chance.value > 0.0 && run.chance.value < 1.0)
    };
    let mut ratios: Vec<f64> = outcomes
        .iter()
        .filter(happens)
        .flat_map(|outcome| outcome.runs.iter().flatten())
        .filter_map(|run| run.difference.as_ref()?.width_ratio)
        .chain(cohesion.runs.iter().filter_map(|run| run.width_ratio))
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied()
}

fn compared(side: &Side<'_>, first: &Side<'_>, differs: Differs, horizon: u32) -> Compared {
    let run = side.run;
    let is_paired = side.pairing == Pairing::Paired;
    Compared {
        label: run.label.clone(),
        scenario: run.summary.scenario.clone(),
        title: run.summary.title.clone(),
        identity: run.summary.identity.clone(),
        start: run.summary.start.clone(),
        weeks: run.weeks(),
        seed: run.summary.seed,
        replicates: run.summary.replicates,
        used: side.rows.len() as u64,
        failed: run.histories.failed,
        pairing: side.pairing.clone(),
        differs,
        same_results: is_paired.then(|| same_results(first, side)),
        transitions: is_paired.then(|| changes(first, side, horizon)),
    }
}

/// Whether two runs' replicates agree in everything that is kept of them.
fn same_results(first: &Side<'_>, side: &Side<'_>) -> bool {
    let (a, b) = (&first.run.histories, &side.run.histories);
    let same = |(x, y): (&usize, &usize)| {
        a.cohesion[*x].to_bits() == b.cohesion[*y].to_bits()
            && a.weeks.iter().zip(&b.weeks).all(|(p, q)| p[*x] == q[*y])
    };
    a.outcomes == b.outcomes && first.rows.iter().zip(&side.rows).all(same)
}

fn changes(first: &Side<'_>, side: &Side<'_>, horizon: u32) -> Transitions {
    let is_in_both = |label: &&OutcomeLabel| {
        label.dated && label.is_headline() && side.run.histories.column(&label.key).is_some()
    };
    let outcomes = first.run.histories.outcomes.iter();
    let keys: Vec<String> = outcomes.filter(is_in_both).map(|o| o.key.clone()).collect();
    let had = |side: &Side<'_>| -> Vec<Vec<bool>> {
        let columns = keys.iter().filter_map(|key| side.weeks(key, horizon));
        columns
            .map(|weeks| weeks.iter().map(|&w| w != NEVER && w <= horizon).collect())
            .collect()
    };
    transitions(&keys, &had(first), &had(side), side.shared_draws(first))
}
