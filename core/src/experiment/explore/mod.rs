//! A run that grows part by part beside the one that it is compared with: what a reader who moves
//! sliders is answered with. Parts may be worked out apart; what they come to is, bit for bit,
//! what one batch of as many replicates gives.

mod answer;
mod levers;
mod part;

use crate::engine::{Failure, Gathered, Gathering, Summary};
use crate::scenario::Scenario;

use super::differences::{Differs, differences};
use super::histories::{Histories, NEVER};
use super::run::ComparedRun;

pub use answer::{Against, Answer, OutcomeAgainst};
pub use levers::{Lever, Moves, screened};
pub use part::Part;

/// A run that grows.
#[derive(Debug)]
pub struct Growing {
    gathering: Gathering<'static>,
    gathered: Gathered,
    run: ComparedRun,
    failures: Vec<Failure>,
    /// In what the scenario differs from that of the run it is set beside; none there yet.
    differs: Option<Differs>,
}

impl Growing {
    /// None of the scenario's replicates yet; its seed is the scenario's.
    pub fn new(label: &str, gathering: Gathering<'static>) -> Self {
        let scenario = gathering.scenario().clone();
        let mut gathered = gathering.none(0, true);
        let (summary, failures) = gathering.summary(&mut gathered, asked(&scenario));
        Self {
            gathering,
            gathered,
            failures,
            differs: None,
            run: ComparedRun {
                label: label.to_owned(),
                histories: Histories::new(&scenario),
                summary,
                scenario,
                // Of one program.
                streams: 0,
            },
        }
    }

    /// The same, to be set beside a run: what the scenarios differ in is found once.
    #[must_use]
    pub fn beside(mut self, first: &Self) -> Self {
        self.differs = Some(differences(&first.run.scenario, &self.run.scenario));
        self
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.run.scenario
    }

    /// What the replicates so far came to.
    pub fn summary(&self) -> &Summary {
        &self.run.summary
    }

    /// The replicates that stopped being finite.
    pub fn failures(&self) -> Vec<Failure> {
        self.failures.clone()
    }

    /// Adds parts, the bytes of [`Part::bytes`] that come next.
    ///
    /// # Errors
    /// If one is no part of this run, or doesn't come next: says which; then none is added.
    pub fn add<'a>(&mut self, parts: impl IntoIterator<Item = &'a [u8]>) -> Result<(), String> {
        let mut parts = parts.into_iter();
        let Some(first) = parts.next() else {
            return Ok(());
        };
        let mut all = Part::read(&self.gathering, first)?;
        for bytes in parts {
            all.add(&self.gathering, Part::read(&self.gathering, bytes)?)?;
        }
        self.gathering.merge(&mut self.gathered, &all.gathered)?;
        self.run.histories.append(all.histories);
        let asked = asked(&self.run.scenario);
        (self.run.summary, self.failures) = self.gathering.summary(&mut self.gathered, asked);
        Ok(())
    }

    /// The replicate in which an outcome comes about nearest to a week, and that week; of
    /// several the first.
    pub fn nearest(&self, outcome: &str, week: u32) -> Option<(u64, u32)> {
        let rows: Vec<usize> = (0..self.run.histories.replicates.len()).collect();
        let weeks = self.run.histories.of(outcome, &rows, self.run.weeks())?;
        let came = weeks.iter().enumerate().filter(|(_, w)| **w != NEVER);
        let (row, at) = came.min_by_key(|(_, w)| w.abs_diff(week))?;
        Some((self.run.histories.replicates[row], *at))
    }
}

fn asked(scenario: &Scenario) -> (u64, u64) {
    (scenario.run.seed, scenario.run.replicates)
}

#[cfg(test)]
mod tests;
