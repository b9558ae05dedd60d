//! What the replicates of a design come to, row by row.

use super::Output;
use crate::engine::{Failure, MEAN_COHESION, OutcomeLabel, Row, Summary};
use crate::scenario::Scenario;

/// The outputs of rows of a design: by output, then row.
pub struct Ran {
    /// Values of the inputs, by row.
    pub rows: Vec<Vec<f64>>,
    /// Means over the first half of the replicates, and over the second.
    pub halves: Vec<[Vec<f64>; 2]>,
    /// Means over all.
    pub means: Vec<Vec<f64>>,
    /// Variance of single replicates within each row.
    pub within: Vec<Vec<f64>>,
    /// The batch as a whole.
    pub summary: Summary,
    /// Replicates that stopped being finite.
    pub failures: Vec<Failure>,
}

/// The outputs' names: the headline outcomes, then mean cohesion.
pub fn labels(summary: &Summary) -> Vec<Output> {
    let outcomes = summary.headline().map(|outcome| Output {
        key: outcome.key.clone(),
        label: outcome.label.clone(),
        is_chance: true,
    });
    let cohesion = Output {
        key: MEAN_COHESION.to_owned(),
        label: "Mean cohesion".to_owned(),
        is_chance: false,
    };
    outcomes.chain([cohesion]).collect()
}

/// Sums over the replicates of each row.
pub struct Sums {
    replicates: u64,
    /// The headline outcomes, by their places among the scenario's.
    headline: Vec<usize>,
    /// By row, then output: sum of the first half, of the second, and of squares.
    rows: Vec<Vec<[f64; 3]>>,
    /// By row: replicates of each half that count, and all that were run.
    counts: Vec<([f64; 2], u64)>,
}

impl Sums {
    /// Nothing summed yet; so many replicates make a row.
    pub fn new(scenario: &Scenario, replicates: u64) -> Self {
        let labels = OutcomeLabel::all(scenario);
        let headline = (0..labels.len()).filter(|&k| labels[k].is_headline());
        Self {
            replicates,
            headline: headline.collect(),
            rows: Vec::new(),
            counts: Vec::new(),
        }
    }

    /// The outputs of one replicate, in the order of [`labels`]: whether each outcome came
    /// about; mean cohesion.
    fn of(headline: &[usize], row: &Row) -> impl Iterator<Item = f64> {
        let came = headline.iter().map(|&k| row.outcomes[k].first.is_some());
        came.map(|has| f64::from(u8::from(has)))
            .chain([f64::from(row.mean_cohesion)])
    }

    /// Adds a replicate; they come in order.
    pub fn add(&mut self, row: &Row) {
        if row.replicate.is_multiple_of(self.replicates) {
            self.rows.push(vec![[0.0; 3]; self.headline.len() + 1]);
            self.counts.push(([0.0; 2], 0));
        }
        let (Some(sums), Some((counts, run))) = (self.rows.last_mut(), self.counts.last_mut())
        else {
            return;
        };
        *run += 1;
        if row.failed.is_some() {
            return;
        }
        let half = usize::from(row.replicate % self.replicates >= self.replicates / 2);
        counts[half] += 1.0;
        for (sum, y) in sums.iter_mut().zip(Self::of(&self.headline, row)) {
            sum[half] += y;
            sum[2] += y * y;
        }
    }

    /// The outputs of the rows whose block is whole.
    pub fn finish(
        self,
        mut rows: Vec<Vec<f64>>,
        block: usize,
        summary: Summary,
        failures: Vec<Failure>,
    ) -> Ran {
        let whole = self
            .counts
            .iter()
            .take_while(|(_, run)| *run == self.replicates);
        let whole = whole.count() / block * block;
        rows.truncate(whole);
        let outputs = self.rows.first().map_or(0, Vec::len);
        let by_output = |of: &dyn Fn(&[f64; 3], &[f64; 2]) -> f64| -> Vec<Vec<f64>> {
            let rows = || self.rows.iter().zip(&self.counts).take(whole);
            (0..outputs)
                .map(|k| rows().map(|(sums, (n, _))| of(&sums[k], n)).collect())
                .collect()
        };
        // Not a number where a half has no replicate that counts.
        let first = by_output(&|sum, n| sum[0] / n[0]);
        let second = by_output(&|sum, n| sum[1] / n[1]);
        let mean = |sum: &[f64; 3], n: &[f64; 2]| (sum[0] + sum[1]) / (n[0] + n[1]);
        Ran {
            rows,
            halves: first.into_iter().zip(second).map(|(a, b)| [a, b]).collect(),
            means: by_output(&mean),
            within: by_output(&|sum, n| {
                let (all, mean) = (n[0] + n[1], mean(sum, n));
                ((sum[2] - all * mean * mean) / (all - 1.0)).max(0.0)
            }),
            summary,
            failures,
        }
    }
}
