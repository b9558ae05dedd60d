//! Batches of replicates: which draws they get, how they run side by side, what is kept.

mod accumulate;
mod batch;
#[doc(hidden)]
pub mod bench;
mod drivers;
mod inputs;
mod interval;
mod lanes;
mod row;
mod summarise;
mod summary;

pub use batch::{Batch, Progress, run};
pub use inputs::Design;
pub use interval::{wilson, z95};
pub use lanes::LanePath;
pub use row::{Failure, Row};
pub use summary::*;
