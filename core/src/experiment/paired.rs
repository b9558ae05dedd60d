//! Differences between two scenarios' chances, with 95 % intervals.
//!
//! **Paired.** Replicate r of the two has the same random numbers. With d = +1 where only the
//! other one has the outcome (b of N replicates), -1 where only the first has it (c of N), 0
//! else, the difference is D = (b - c) / N. Replicates that share a draw of the inputs are
//! alike, so that they count as n independent ones ([`MeanTally`]; as for a single chance).
//! The interval is Bonett and Price's (2012) adjusted Wald interval, which holds its level
//! also where few or no replicates differ:
//!
//! ```text
//! p = (n b / N + 1) / (n + 2)    q = (n c / N + 1) / (n + 2)
//! p - q ± z sqrt( (p + q - (p - q)²) / (n + 2) ),  z = 1.959964, kept within -1..1 and around D
//! ```
//!
//! **Unpaired.** Newcombe's (1998) hybrid score interval of two independent chances, from
//! their Wilson intervals (which allow for draws already).
//!
//! Bonett, D. G., and Price, R. M. (2012). Adjusted Wald confidence interval for a difference
//! of binomial proportions based on paired data. *Journal of Educational and Behavioral
//! Statistics* 37(4), 479-488. Newcombe, R. G. (1998). Interval estimation for the difference
//! between independent proportions. *Statistics in Medicine* 17(8), 873-890.

use std::cmp::Ordering;
use std::ops::Range;

use crate::engine::{CurveTally, Estimate, MeanTally};

/// A paired difference over time.
#[derive(Debug, Clone, PartialEq)]
pub struct PairedCurve {
    /// At each point of the grid.
    pub over_time: Vec<Estimate>,
    /// Replicates that have the outcome by the end in the other scenario only.
    pub gained: u64,
    /// Replicates that have it by the end in the first only.
    pub lost: u64,
}

/// The difference other - first in the share that has an outcome by each week of `grid`.
/// The weeks of the outcome are given replicate by replicate ([`super::NEVER`]: not at all);
/// replicates of one draw stand together.
pub fn paired_curve(first: &[u32], other: &[u32], draws: &[u64], grid: &[u32]) -> PairedCurve {
    let point = |week: u32| grid.partition_point(|&at| at < week);
    let mut tally = CurveTally::new(grid.len());
    let (mut gained, mut lost) = (0, 0);
    // What happens in a draw: where, and how many more or fewer have it in one of the two only.
    let mut changes: Vec<(usize, i64, i64)> = Vec::new();
    for of_draw in runs(draws) {
        changes.clear();
        let size = of_draw.len() as u64;
        for r in of_draw {
            let (a, b) = (point(first[r]), point(other[r]));
            match b.cmp(&a) {
                Ordering::Less => changes.extend([(b, 1, 0), (a, -1, 0)]),
                Ordering::Greater => changes.extend([(a, 0, 1), (b, 0, -1)]),
                Ordering::Equal => {}
            }
            let (had, has) = (a < grid.len(), b < grid.len());
            gained += u64::from(has && !had);
            lost += u64::from(had && !has);
        }
        tally.add_changes(&mut changes, size);
    }
    PairedCurve {
        over_time: tally.differences(),
        gained,
        lost,
    }
}

/// The places of the replicates of each draw, which stand together.
pub(super) fn runs(draws: &[u64]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut rest = 0..draws.len();
    std::iter::from_fn(move || {
        let draw = *draws.get(rest.start)?;
        let size = draws[rest.start..].partition_point(|&d| d <= draw);
        let run = rest.start..rest.start + size;
        rest.start = run.end;
        Some(run)
    })
}

/// The difference other - first of two independent chances.
pub fn independent_difference(first: &Estimate, other: &Estimate) -> Estimate {
    let value = other.value - first.value;
    let root = |a: f64, b: f64| (a * a + b * b).sqrt();
    let below = root(other.value - other.low, first.high - first.value);
    let above = root(other.high - other.value, first.value - first.low);
    Estimate {
        value,
        low: value - below,
        high: value + above,
    }
}

/// The mean of the differences other - first of a number between 0 and 1, with Student's
/// interval over draws.
pub fn paired_mean(first: &[f64], other: &[f64], draws: &[u64]) -> Estimate {
    let differences: Vec<f64> = first.iter().zip(other).map(|(a, b)| b - a).collect();
    mean(&differences, draws, -1.0)
}

/// The mean of a number between `low` and 1, with Student's interval over draws, whose
/// replicates stand together.
pub fn mean(values: &[f64], draws: &[u64], low: f64) -> Estimate {
    let mut tally = MeanTally::default();
    for of_draw in runs(draws) {
        let values = &values[of_draw];
        let squares = values.iter().map(|v| v * v).sum();
        tally.add(values.iter().sum(), squares, values.len() as u64);
    }
    tally.mean(low, 1.0)
}
