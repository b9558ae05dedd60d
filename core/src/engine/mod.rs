//! Batches of replicates: which draws they get, how they run side by side, what is kept.

mod accumulate;
mod batch;
#[doc(hidden)]
pub mod bench;
mod draws;
mod drivers;
mod gathered;
mod histogram;
mod inputs;
mod interval;
mod keep;
mod label;
mod lanes;
pub mod memory;
mod precision;
mod row;
pub mod seed;
mod sequences;
mod shard;
mod share;
mod single;
mod sparse;
mod summarise;
mod summary;
mod tallied;
mod together;
mod total;
mod trough;
mod watched;
pub mod work;

pub use batch::{Batch, BatchResult, Progress, run, run_design, run_in_blocks};
pub use draws::{CurveTally, DrawTally, MeanTally};
pub use gathered::{Gathered, Gathering};
pub use histogram::axis_high;
pub(crate) use inputs::How;
pub use inputs::{Design, Drawn};
pub use interval::{bonett_price, wilson, z95};
pub use keep::{Keep, Unit};
pub use label::OutcomeLabel;
pub use lanes::LanePath;
pub use precision::{half_width, run_until};
pub use row::{Came, Failure, Ran, Row, Seen};
pub use shard::{Shard, known_answer};
pub use share::InputShare;
pub use single::Single;
pub use summary::*;
