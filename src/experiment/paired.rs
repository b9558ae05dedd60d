//! Differences between two scenarios' chances, with 95 % intervals.
//!
//! **Paired.** Replicate r of the two has the same random numbers. With d = +1 where only the
//! other one has the outcome (b of N replicates), -1 where only the first has it (c of N), 0
//! else, the difference is D = (b - c) / N. Replicates that share a draw of the inputs are
//! alike, so N, b and c are divided by the design effect of the d (one-way analysis of
//! variance over draws, as for a single chance). The interval is Bonett and Price's (2012)
//! adjusted Wald interval, which holds its level also where few or no replicates differ:
//!
//! ```text
//! n = N / effect    p = (b / effect + 1) / (n + 2)    q = (c / effect + 1) / (n + 2)
//! p - q ± z sqrt( (p + q - (p - q)²) / (n + 2) ),  z = 1.959964, kept within -1..1 and around D
//! ```
//!
//! **Unpaired.** Newcombe's (1998) hybrid score interval of two independent chances, from
//! their Wilson intervals (which hold the design effects already).
//!
//! Bonett, D. G., and Price, R. M. (2012). Adjusted Wald confidence interval for a difference
//! of binomial proportions based on paired data. *Journal of Educational and Behavioral
//! Statistics* 37(4), 479-488. Newcombe, R. G. (1998). Interval estimation for the difference
//! between independent proportions. *Statistics in Medicine* 17(8), 873-890.

use crate::engine::{DrawTally, Estimate, z95};

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

/// What changes at a point of the grid.
#[derive(Debug, Clone, Copy, Default)]
struct Change {
    gained: i64,
    lost: i64,
    between: f64,
}

/// The difference other - first in the share that has an outcome by each week of `grid`.
/// The weeks of the outcome are given replicate by replicate ([`super::NEVER`]: not at all);
/// replicates of one draw stand together.
pub fn paired_curve(first: &[u32], other: &[u32], draws: &[u64], grid: &[u32]) -> PairedCurve {
    let point = |week: u32| grid.partition_point(|&at| at < week);
    let mut changes = vec![Change::default(); grid.len() + 1];
    let mut tally = DrawTally::default();
    let mut start = 0;
    // What happens in a draw, in time: the change of the sum of its d, and where.
    let mut steps: Vec<(usize, i64)> = Vec::new();
    while start < draws.len() {
        let size = draws[start..].partition_point(|&d| d <= draws[start]);
        steps.clear();
        for r in start..start + size {
            let (a, b) = (point(first[r]), point(other[r]));
            let (begin, end, sign) = (a.min(b), a.max(b), if b < a { 1 } else { -1 });
            if begin == end {
                continue;
            }
            steps.extend([(begin, sign), (end, -sign)]);
            let kind = |change: &mut Change, by: i64| match sign {
                1 => change.gained += by,
                _ => change.lost += by,
            };
            kind(&mut changes[begin], 1);
            kind(&mut changes[end], -1);
        }
        steps.sort_unstable();
        let mut sum = 0;
        for &(at, by) in &steps {
            let before = sum;
            sum += by;
            changes[at].between += (sum * sum - before * before) as f64 / size as f64;
        }
        tally.add_values(0.0, 0.0, size as u64);
        start += size;
    }
    let (mut gained, mut lost) = (0, 0);
    let over_time = changes[..grid.len()]
        .iter()
        .map(|change| {
            gained += change.gained;
            lost += change.lost;
            tally.sum = (gained - lost) as f64;
            tally.squares = (gained + lost) as f64;
            tally.between += change.between;
            paired_interval(gained as f64, lost as f64, &tally)
        })
        .collect();
    PairedCurve {
        over_time,
        gained: gained.unsigned_abs(),
        lost: lost.unsigned_abs(),
    }
}

fn paired_interval(gained: f64, lost: f64, tally: &DrawTally) -> Estimate {
    let trials = tally.trials as f64;
    if tally.trials == 0 {
        return Estimate {
            value: f64::NAN,
            low: -1.0,
            high: 1.0,
        };
    }
    let effect = tally.design_effect().max(1.0);
    let n = trials / effect + 2.0;
    let (p, q) = ((gained / effect + 1.0) / n, (lost / effect + 1.0) / n);
    let centre = p - q;
    let half = z95() * ((p + q - centre * centre) / n).sqrt();
    let value = (gained - lost) / trials;
    Estimate {
        value,
        low: (centre - half).max(-1.0).min(value),
        high: (centre + half).min(1.0).max(value),
    }
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

/// The mean of the differences other - first of a number, with Student's interval over draws.
pub fn paired_mean(first: &[f64], other: &[f64], draws: &[u64]) -> Estimate {
    let differences: Vec<f64> = first.iter().zip(other).map(|(a, b)| b - a).collect();
    mean(&differences, draws)
}

/// A mean over replicates of which those of one draw stand together.
pub fn mean(values: &[f64], draws: &[u64]) -> Estimate {
    let mut tally = DrawTally::default();
    let mut start = 0;
    while start < draws.len() {
        let size = draws[start..].partition_point(|&d| d <= draws[start]);
        let values = &values[start..start + size];
        let squares = values.iter().map(|v| v * v).sum();
        tally.add_values(values.iter().sum(), squares, size as u64);
        start += size;
    }
    tally.mean()
}
