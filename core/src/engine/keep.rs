//! Work that is kept while it goes on, so that it can be gone on with.

use std::fmt;
use std::ops::ControlFlow;

use super::batch::Batch;
use super::gathered::{Gathered, Gathering};
use super::inputs::Design;
use super::row::Row;

/// A batch whose work is kept.
#[derive(Debug, Clone, Copy)]
pub struct Unit<'a> {
    /// Its number among the batches of a command.
    pub number: u64,
    /// What is run.
    pub batch: &'a Batch<'a>,
    /// With which inputs and noise.
    pub design: &'a Design,
    /// How its replicates are gathered.
    pub gathering: &'a Gathering<'a>,
}

/// Where work is kept. What goes wrong there ends the work, and is said by who keeps it.
pub trait Keep: fmt::Debug + Send + Sync {
    /// What there is of a unit: its rows are handed on, in order, as long as they are taken,
    /// and what they came to is returned. `None`: nothing is there; a break: what is there
    /// can't be used, and the work ends.
    fn kept(
        &self,
        unit: &Unit<'_>,
        rows: &mut dyn FnMut(&[Row]) -> ControlFlow<()>,
    ) -> ControlFlow<(), Option<Gathered>>;

    /// A block more is done, with these rows; returns whether it is time for [`Keep::so_far`].
    fn add(&self, unit: &Unit<'_>, rows: &[Row]) -> bool;

    /// What all blocks so far came to; more may come.
    fn so_far(&self, unit: &Unit<'_>, gathered: &Gathered) -> ControlFlow<()>;

    /// No more comes of a unit now; `whole` where nothing is missing of it.
    fn end(&self, unit: &Unit<'_>, gathered: &Gathered, whole: bool);
}
