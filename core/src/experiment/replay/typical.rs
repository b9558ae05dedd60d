//! The most typical history with an outcome: the medoid of the replicates that have it.

use serde::Serialize;

use crate::engine::Row;
use crate::scenario::Scenario;

/// Which histories are asked for: those with the outcome of this place in the scenario, or all.
pub type Wanted = Option<usize>;

/// What the weeks of outcomes are compared with beside each other.
const MEASURES: [&str; 4] = [
    "lowest strength",
    "strength at the end",
    "cohesion at the end",
    "mean cohesion",
];

/// The outcomes whose weeks are compared: those that have a place in orders.
fn compared(scenario: &Scenario) -> impl Iterator<Item = usize> + '_ {
    let outcomes = scenario.outcomes.iter().enumerate();
    outcomes.filter(|(_, o)| o.ordered).map(|(k, _)| k)
}

/// What histories are compared by, in words.
pub fn measures(scenario: &Scenario) -> Vec<String> {
    let weeks = compared(scenario).map(|k| format!("week of “{}”", scenario.outcomes[k].label));
    weeks.chain(MEASURES.map(str::to_owned)).collect()
}

/// A history as a point: its [`measures`], in steps where they are times. What did not
/// happen by the horizon counts as at the horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryPoint {
    /// The replicate.
    pub replicate: u64,
    measures: Vec<f64>,
}

impl HistoryPoint {
    /// The point of a row of a scenario.
    pub fn new(scenario: &Scenario, row: &Row) -> Self {
        let steps = scenario.time.steps() as f64;
        let week = |k: usize| row.outcomes[k].first.map_or(steps, f64::from);
        let others = [
            row.trough,
            row.final_strength,
            row.final_cohesion,
            row.mean_cohesion,
        ];
        Self {
            replicate: row.replicate,
            measures: compared(scenario)
                .map(week)
                .chain(others.map(f64::from))
                .collect(),
        }
    }
}

/// The typical replicate, and how it was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Typical {
    /// The key of the outcome that was asked for; none: any history.
    pub outcome: Option<String>,
    /// The replicate.
    pub replicate: u64,
    /// How many replicates have the outcome.
    pub among: u64,
    /// How many replicates there are that did not fail.
    pub of: u64,
    /// Its mean distance to the others.
    pub mean_distance: f64,
    /// The mean of that over all of them.
    pub usual_distance: Option<f64>,
}

/// The points scaled so that measures weigh alike: each is divided by its interquartile
/// range over 1.349 (the standard deviation, where it is normal); by its standard
/// deviation where half of all are alike; left out where all are alike.
pub fn points(all: &[HistoryPoint]) -> Vec<Vec<f64>> {
    let mut scaled: Vec<Vec<f64>> = all.iter().map(|p| p.measures.clone()).collect();
    for k in 0..scaled.first().map_or(0, Vec::len) {
        let mut values: Vec<f64> = scaled.iter().map(|p| p[k]).collect();
        values.sort_by(f64::total_cmp);
        let n = values.len();
        if n == 0 {
            continue;
        }
        let quantile = |q: f64| values[((n - 1) as f64 * q).round() as usize];
        let mean = values.iter().sum::<f64>() / n as f64;
        let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n as f64;
        let robust = (quantile(0.75) - quantile(0.25)) / 1.349;
        let scale = if robust > 0.0 {
            robust
        } else {
            libm::sqrt(variance)
        };
        let centre = quantile(0.5);
        for point in &mut scaled {
            point[k] = match scale > 0.0 {
                true => (point[k] - centre) / scale,
                false => 0.0,
            };
        }
    }
    scaled
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let squares = a.iter().zip(b).map(|(x, y)| (x - y) * (x - y));
    libm::sqrt(squares.sum())
}

/// The point with the least sum of Euclidean distances to all others, the first of equal
/// ones, and that sum. Points that can't be it, by the triangle inequality, are passed
/// over (Newling and Fleuret 2017), so that large batches are quick too.
pub fn medoid(points: &[Vec<f64>]) -> Option<(usize, f64)> {
    let n = points.len() as f64;
    let mut bounds = vec![0.0f64; points.len()];
    let mut best: Option<(usize, f64)> = None;
    for i in 0..points.len() {
        // A little slack: rounding must not pass over an equal one.
        if best.is_some_and(|(_, least)| bounds[i] > least * (1.0 + 1e-9)) {
            continue;
        }
        let distances: Vec<f64> = points.iter().map(|p| distance(&points[i], p)).collect();
        let sum: f64 = distances.iter().sum();
        if best.is_none_or(|(_, least)| sum < least) {
            best = Some((i, sum));
        }
        for (bound, d) in bounds.iter_mut().zip(&distances) {
            *bound = bound.max((sum - n * d).abs());
        }
    }
    best
}

/// The medoid of the points of those that have the outcome, `of` being all replicates.
pub fn typical(outcome: Option<&str>, all: &[HistoryPoint], of: u64) -> Option<Typical> {
    let scaled = points(all);
    let (index, sum) = medoid(&scaled)?;
    let n = scaled.len() as f64;
    // For the usual distance a sample is enough: the first few hundred.
    let sample = &scaled[..scaled.len().min(300)];
    let sums = sample
        .iter()
        .flat_map(|a| scaled.iter().map(|b| distance(a, b)));
    let usual = sums.sum::<f64>() / (sample.len() as f64 * n);
    Some(Typical {
        outcome: outcome.map(str::to_owned),
        replicate: all[index].replicate,
        among: all.len() as u64,
        of,
        mean_distance: sum / n,
        usual_distance: (all.len() > 1).then_some(usual),
    })
}
