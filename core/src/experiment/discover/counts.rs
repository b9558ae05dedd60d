//! What the replicates of each point came to.

use crate::engine::Row;

/// A point with what its replicates came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// The values of the uncertain numbers.
    pub values: Vec<f64>,
    /// Replicates that were run.
    pub run: u64,
    /// Those among them that count: their state stayed finite.
    pub counted: u64,
    /// In how many of these each outcome came about.
    pub came: Vec<u64>,
}

impl Counted {
    /// The chance of an outcome; not a number where no replicate counts.
    pub fn chance(&self, outcome: usize) -> f64 {
        self.came[outcome] as f64 / self.counted as f64
    }

    /// How far the chance of an outcome is noise: the variance of the share of the replicates
    /// about it; `None` where there is but one.
    pub fn noise(&self, outcome: usize) -> Option<f64> {
        let n = self.counted as f64;
        let p = self.chance(outcome);
        (self.counted > 1).then(|| p * (1.0 - p) / (n - 1.0))
    }
}

/// Points, each with its replicates, from rows that come in order.
#[derive(Debug, Default)]
pub struct Counts {
    points: Vec<Counted>,
    draw: Option<u64>,
}

impl Counts {
    /// Adds a replicate.
    pub fn add(&mut self, row: &Row) {
        if self.draw != Some(row.draw) {
            self.draw = Some(row.draw);
            self.points.push(Counted {
                values: row.inputs.clone(),
                run: 0,
                counted: 0,
                came: vec![0; row.outcomes.len()],
            });
        }
        let Some(point) = self.points.last_mut() else {
            return;
        };
        point.run += 1;
        if row.failed.is_none() {
            point.counted += 1;
            for (came, outcome) in point.came.iter_mut().zip(&row.outcomes) {
                *came += u64::from(outcome.first.is_some());
            }
        }
    }

    /// The points of which at least so many replicates were run.
    pub fn whole(mut self, replicates: u64) -> Vec<Counted> {
        self.points.retain(|point| point.run >= replicates);
        self.points
    }
}
