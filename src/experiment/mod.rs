//! Questions put to a scenario that take more than one batch: what differs between two
//! scenarios, what a number does, which numbers matter, how one history went.
//!
//! Everything here returns plain data with intervals; `report` turns it into pictures,
//! tables and text.

pub mod replay;
