//! In how many replicates the threat falls so far that it can regroup.

use serde::{Deserialize, Serialize};

use crate::model::uncertain;
use crate::scenario::Scenario;

use super::row::Row;
use super::summary::Estimate;
use super::tallied::Tallied;

/// Counts them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Fallen {
    drop: Drop,
    tallied: Tallied,
}

/// How far it must fall below its start.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Drop {
    /// So far.
    By(f64),
    /// So far as this one of the replicate's inputs says.
    Input(usize),
}

impl Fallen {
    /// Nothing counted yet.
    pub(super) fn new(scenario: &Scenario, in_blocks: bool) -> Self {
        let drop = scenario.mechanisms.outcomes.drop;
        let input = uncertain(scenario).position(|(number, _)| number == drop.index());
        Self {
            drop: match input {
                Some(input) => Drop::Input(input),
                None => Drop::By(scenario.number(drop).central()),
            },
            tallied: Tallied::new(in_blocks),
        }
    }

    /// Counts a replicate.
    pub(super) fn add(&mut self, row: &Row) {
        let drop = match self.drop {
            Drop::By(drop) => drop,
            Drop::Input(input) => row.inputs.get(input).copied().unwrap_or(f64::NAN),
        };
        // In the precision in which the outcome is decided.
        self.tallied.add(row.trough <= 1.0 - drop as f32);
    }

    /// Ends a draw of so many replicates.
    pub(super) fn close_draw(&mut self, replicates: u64) {
        self.tallied.close_draw(replicates);
    }

    /// Ends a block of draws.
    pub(super) fn end_block(&mut self) {
        self.tallied.end_block();
    }

    /// As [`Tallied::merge`].
    pub(super) fn merge(&mut self, later: &Self) {
        self.tallied.merge(&later.tallied);
    }

    /// Whether both count the same fall.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.drop == other.drop
    }

    /// The chance of it.
    pub(super) fn chance(&self) -> Estimate {
        self.tallied.chance()
    }
}
