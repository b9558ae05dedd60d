//! The histories among which a typical one is looked for.

use std::convert::Infallible;

use super::{HistoryPoint, Wanted};
use crate::engine::{self, Batch, Failure, Progress, Summary};
use crate::scenario::Scenario;

/// What is asked for where the outcome doesn't matter.
pub const ANY: &str = "any";

/// The outcome of a key; of an id that several have, the first one; [`ANY`] is none.
///
/// # Errors
/// What is wrong, if there is no such outcome.
pub fn wanted(scenario: &Scenario, name: &str) -> Result<Wanted, String> {
    if name == ANY {
        return Ok(None);
    }
    scenario.outcome_called(name, &[ANY]).map(Some)
}

/// The histories of a batch that have an outcome.
#[derive(Debug)]
pub struct Candidates {
    /// Each as a point.
    pub points: Vec<HistoryPoint>,
    /// How many ran to the horizon, with it or without.
    pub all: u64,
    /// What the batch found.
    pub summary: Summary,
    /// Replicates that stopped being finite.
    pub failures: Vec<Failure>,
}

/// Runs a batch for its histories with an outcome.
pub fn candidates(batch: &Batch<'_>, progress: &Progress, wanted: Wanted) -> Candidates {
    let mut points = Vec::new();
    let mut all = 0;
    let result = engine::run(batch, progress, |rows| {
        let sound = rows.iter().filter(|row| row.failed.is_none());
        for row in sound {
            all += 1;
            if wanted.is_none_or(|k| row.outcomes[k].first.is_some()) {
                points.push(HistoryPoint::new(batch.scenario, row));
            }
        }
        Ok::<(), Infallible>(())
    });
    let Ok((summary, failures)) = result;
    Candidates {
        points,
        all,
        summary,
        failures,
    }
}
