//! Questions put to a scenario that take more than one batch: what differs between two
//! scenarios, what a number does, which numbers matter, how one history went.
//!
//! Everything here returns plain data with intervals; `report` turns it into pictures,
//! tables and text.

pub mod landscape;
pub mod sensitivity;
pub mod sweep;

mod histories;
mod paired;

pub use histories::{Histories, NEVER, OutcomeKey};
pub use paired::{PairedCurve, independent_difference, mean, paired_curve, paired_mean};
