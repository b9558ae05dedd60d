//! What is kept of a batch's replicates so that it can be compared with another's.

use serde::{Deserialize, Serialize};

use crate::engine::{OutcomeLabel, Row};
use crate::scenario::Scenario;

/// The week of what never happens.
pub const NEVER: u32 = u32::MAX;

/// The replicates of a batch that did not fail: when each outcome came about. Column by
/// column, in the order of the replicates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histories {
    /// The scenario's outcomes, in the order of [`Histories::weeks`].
    pub outcomes: Vec<OutcomeLabel>,
    /// Index of each replicate.
    pub replicates: Vec<u64>,
    /// The draw of the inputs that each shares.
    pub draws: Vec<u64>,
    /// By outcome, then replicate: the week in which it came about, or [`NEVER`].
    pub weeks: Vec<Vec<u32>>,
    /// Mean cohesion of the first coalition.
    pub cohesion: Vec<f64>,
    /// How many replicates failed.
    pub failed: u64,
    step_weeks: u32,
}

impl Histories {
    /// None yet, of a scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let outcomes = OutcomeLabel::all(scenario);
        Self {
            weeks: vec![Vec::new(); outcomes.len()],
            outcomes,
            replicates: Vec::new(),
            draws: Vec::new(),
            cohesion: Vec::new(),
            failed: 0,
            step_weeks: u32::try_from(scenario.time.step_weeks).unwrap_or(1),
        }
    }

    /// Adds the rows of a block, in order.
    pub fn add(&mut self, rows: &[Row]) {
        for row in rows {
            if row.failed.is_some() {
                self.failed += 1;
                continue;
            }
            self.replicates.push(row.replicate);
            self.draws.push(row.draw);
            self.cohesion.push(f64::from(row.mean_cohesion));
            for (weeks, came) in self.weeks.iter_mut().zip(&row.outcomes) {
                let step = came.first;
                weeks.push(step.map_or(NEVER, |step| step * self.step_weeks));
            }
        }
    }

    /// Whether both are of the same outcomes, and the other has each replicate in every column.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let count = other.replicates.len();
        let mut columns = other.weeks.iter().map(Vec::len);
        columns.all(|len| len == count)
            && other.draws.len() == count
            && other.cohesion.len() == count
            && other.outcomes == self.outcomes
            && other.weeks.len() == self.weeks.len()
    }

    /// Adds those of the replicates that come next, which are like these.
    pub(super) fn append(&mut self, next: Self) {
        self.replicates.extend(next.replicates);
        self.draws.extend(next.draws);
        self.cohesion.extend(next.cohesion);
        for (weeks, more) in self.weeks.iter_mut().zip(next.weeks) {
            weeks.extend(more);
        }
        self.failed += next.failed;
    }

    /// Where an outcome's column is.
    pub fn column(&self, key: &str) -> Option<usize> {
        self.outcomes.iter().position(|outcome| outcome.key == key)
    }

    /// The week of an outcome in some of the replicates (indices into the columns).
    /// What is known at the horizon only, has the horizon for its week.
    pub fn of(&self, key: &str, rows: &[usize], horizon: u32) -> Option<Vec<u32>> {
        let column = self.column(key)?;
        if !self.outcomes[column].dated {
            let each = self.outcomes.iter().zip(&self.weeks);
            let counts: Vec<&Vec<u32>> = each
                .filter(|(outcome, _)| outcome.counts)
                .map(|(_, weeks)| weeks)
                .collect();
            let week = |row: usize| {
                let none = counts.iter().all(|weeks| weeks[row] > horizon);
                if none { horizon } else { NEVER }
            };
            return Some(rows.iter().map(|&row| week(row)).collect());
        }
        let weeks = &self.weeks[column];
        Some(rows.iter().map(|&row| weeks[row]).collect())
    }
}
