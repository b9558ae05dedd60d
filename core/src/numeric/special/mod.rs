//! Special functions in double precision: normal, beta and Student's t distributions.
//!
//! They stand on the `libm` crate alone, so their bits are the same on every machine.

mod beta;
mod beta_table;
mod normal;

pub use beta::{beta_quantile, incomplete_beta, student_t_quantile};
pub use beta_table::BetaQuantile;
pub use normal::{normal_cdf, normal_quantile};
