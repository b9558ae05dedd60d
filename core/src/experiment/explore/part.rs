//! What some replicates of a run came to, as bytes that can be sent to whoever puts them
//! together.

use std::convert::Infallible;

use crate::engine::{Batch, Gathered, Gathering, Progress, gather};

use super::super::histories::Histories;

/// Some replicates after each other.
#[derive(Debug, Clone)]
pub struct Part {
    pub(super) gathered: Gathered,
    pub(super) histories: Histories,
}

impl Part {
    /// Runs a batch of the scenario that is gathered; if it is stopped, what is done of it.
    pub fn run(gathering: &Gathering<'_>, batch: &Batch<'_>, progress: &Progress) -> Self {
        let mut histories = Histories::new(gathering.scenario());
        let Ok(gathered) = gather(gathering, batch, progress, |rows| {
            histories.add(rows);
            Ok::<(), Infallible>(())
        });
        Self {
            gathered,
            histories,
        }
    }

    /// How many replicates ran through, and how many stopped being finite.
    pub fn replicates(&self) -> (u64, u64) {
        (
            self.histories.replicates.len() as u64,
            self.histories.failed,
        )
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let gathered = Gathering::bytes(&self.gathered);
        // Writing to memory fails for nothing that is in it.
        postcard::to_allocvec(&(gathered, &self.histories)).unwrap_or_default()
    }

    /// From bytes.
    pub(super) fn read(gathering: &Gathering<'_>, bytes: &[u8]) -> Result<Self, String> {
        let read: Result<(Vec<u8>, Histories), _> = postcard::from_bytes(bytes);
        let (gathered, histories) = read.map_err(|error| format!("no part: {error}"))?;
        let gathered = gathering.read(&gathered)?;
        if !Histories::new(gathering.scenario()).is_like(&histories) {
            return Err("its histories are of another scenario".to_owned());
        }
        let rows = histories.replicates.len() as u64 + histories.failed;
        match rows == gathered.end - gathered.first {
            true => Ok(Self {
                gathered,
                histories,
            }),
            false => Err("its histories are not those that were counted".to_owned()),
        }
    }

    /// Adds the part that comes next.
    ///
    /// # Errors
    /// If it doesn't come next: says which; then nothing is added.
    pub(super) fn add(&mut self, gathering: &Gathering<'_>, next: Self) -> Result<(), String> {
        gathering.merge(&mut self.gathered, &next.gathered)?;
        self.histories.append(next.histories);
        Ok(())
    }
}
