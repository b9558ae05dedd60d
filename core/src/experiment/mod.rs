//! Questions put to a scenario that take more than one batch: what differs between two
//! scenarios, what a number does, which numbers matter, how one history went.
//!
//! Everything here returns plain data with intervals; `report` turns it into pictures,
//! tables and text.

pub mod backtest;
pub mod calibrate;
mod compare;
mod comparison;
mod cube;
mod differences;
pub mod discover;
pub mod explore;
mod first_day;
mod histories;
pub mod landscape;
mod notes;
mod paired;
pub mod replay;
pub mod robust;
mod run;
pub mod score;
pub mod sensitivity;
pub mod strict;
pub mod sweep;
mod transitions;

pub use compare::compare;
pub use comparison::{
    CohesionComparison, Compared, Comparison, Difference, Mean, OutcomeComparison, OutcomeOfRun,
    Pairing,
};
pub use cube::DesignKind;
pub use differences::{Differs, EntryDifference, EntryKind, Structure, differences};
pub use first_day::perceived_at_start;
pub use histories::{Histories, NEVER};
pub use paired::{PairedCurve, independent_difference, mean, paired_curve, paired_mean};
pub use run::ComparedRun;
pub use transitions::{Transition, Transitions, transitions};
