//! A run that is set beside others.

use crate::engine::Summary;
use crate::scenario::Scenario;

use super::histories::Histories;

/// A run to be compared.
#[derive(Debug)]
pub struct ComparedRun {
    /// Its name, different from all others'.
    pub label: String,
    /// The scenario.
    pub scenario: Scenario,
    /// What it found.
    pub summary: Summary,
    /// Its replicates.
    pub histories: Histories,
    /// Version of the contract between seeds and draws.
    pub streams: u32,
}

impl ComparedRun {
    /// Weeks of a step.
    pub(super) fn step_weeks(&self) -> u32 {
        u32::try_from(self.scenario.time.step_weeks).unwrap_or(1)
    }

    /// Weeks to the horizon.
    pub(super) fn weeks(&self) -> u32 {
        let steps = u32::try_from(self.summary.steps).unwrap_or(u32::MAX);
        steps.saturating_mul(self.step_weeks())
    }

    /// Why its replicates can't be set beside those of `first`.
    pub(super) fn unpaired(&self, first: &Self) -> Option<String> {
        // Where nothing is uncertain, nothing is shared.
        let per_draw = |run: &Self| {
            let uncertain = run.scenario.uncertain().next().is_some();
            uncertain.then_some(run.scenario.run.replicates_per_draw)
        };
        if self.streams != first.streams {
            Some("its random numbers come from another version of the streams".to_owned())
        } else if self.summary.seed != first.summary.seed {
            Some(format!(
                "its seed is {}, not {}",
                self.summary.seed, first.summary.seed
            ))
        } else {
            let (own, other) = (per_draw(self)?, per_draw(first)?);
            if own != other {
                return Some(format!("{own} of its replicates share a draw, not {other}"));
            }
            let word = |run: &Self| run.scenario.run.design.word();
            let (own, other) = (word(self), word(first));
            (own != other).then(|| format!("its design is {own}, not {other}"))
        }
    }
}
