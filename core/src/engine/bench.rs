//! A batch without a table, compiled once with the library, for `benches/`; no part of
//! the program's interface.

use std::convert::Infallible;

pub use super::lanes::WIDE;

use super::{Batch, Failure, Progress, Row, Summary, run};

/// Runs a batch on rayon's current threads and shows the rows of each block.
pub fn without_table(
    batch: &Batch<'_>,
    see: &mut (dyn FnMut(&[Row]) + Send),
) -> (Summary, Vec<Failure>) {
    let table = |rows: &[Row]| {
        see(rows);
        Ok::<(), Infallible>(())
    };
    match run(batch, &Progress::default(), table) {
        Ok(result) => result,
        Err(never) => match never {},
    }
}
