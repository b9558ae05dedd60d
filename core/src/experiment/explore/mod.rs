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
    run: ComparedRun,
    gathered: Gathered,
    failures: Vec<Failure>,
    /// In what the scenario differs from that of the run it is set beside; none there yet.
    differs: Option<Differs>,
}

impl Growing {
    /// None of the scenario's replicates yet; its seed is the scenario's.
    pub fn new(label: &str, scenario: Scenario) -> Self {
        let gathering = Gathering::new(&scenario);
        let gathered = gathering.none(0, true);
        let (summary, failures) = gathering.summary(gathered.clone(), asked(&scenario));
        Self {
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
    /// If one is no part of this run, or doesn't come next: says which.
    pub fn add<'a>(&mut self, parts: impl IntoIterator<Item = &'a [u8]>) -> Result<(), String> {
        let gathering = Gathering::new(&self.run.scenario);
        let mut gathered = self.gathered.clone();
        let mut histories = self.run.histories.clone();
        for bytes in parts {
            let part = Part::read(&gathering, bytes)?;
            gathering.merge(&mut gathered, &part.gathered)?;
            histories.append(part.histories)?;
        }
        let (summary, failures) = gathering.summary(gathered.clone(), asked(&self.run.scenario));
        (self.gathered, self.failures) = (gathered, failures);
        (self.run.summary, self.run.histories) = (summary, histories);
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
