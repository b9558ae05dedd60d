//! Arithmetic on replicates side by side, and the functions and random numbers for it.
//!
//! Everything on [`Lanes`] gives the same bits for every number of lanes, instruction set
//! and machine: only the IEEE 754 operations + - * / and square root are used, never fused,
//! and the elementary functions are polynomials of our own.

mod chacha;
#[doc(hidden)]
pub mod count;
mod elementary;
mod generator;
mod isa;
mod lanes;
mod list;
pub mod matrix;
mod rate;
pub mod special;
mod streams;
mod sums;
mod variates;

pub use chacha::{Key, chacha8_block};
pub use generator::Generator;
#[cfg(target_arch = "x86_64")]
pub use isa::{Avx2, Avx512};
pub use isa::{Baseline, Isa, Lanewise, lanewise};
pub use lanes::{Lanes, Mask};
pub use list::List;
pub use rate::Rate;
pub use streams::{Channel, Streams, Variate, channel_key};
pub(crate) use sums::sum_over;
pub use sums::{dot, multiply, panel_size, sum};
pub use variates::{normal, uniform};
