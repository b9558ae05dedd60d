//! Batches of replicates: which draws they get, how they run side by side, what is kept.

mod accumulate;
mod batch;
#[doc(hidden)]
pub mod bench;
mod drivers;
mod inputs;
mod interval;
mod lanes;
mod precision;
mod row;
pub mod seed;
mod single;
mod summarise;
mod summary;

pub use batch::{Batch, Progress, run, run_design, run_in_blocks};
pub use inputs::Design;
pub use interval::{DrawTally, wilson, z95};
pub use lanes::LanePath;
pub use precision::{half_width, run_until};
pub use row::{Failure, Ran, Row};
pub use single::Single;
pub use summary::*;
