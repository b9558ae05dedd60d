//! The model of coalition cohesion, the batch engine and the experiments: all of `simulate` that
//! needs neither a terminal nor a clock.
//!
//! Arrows run one way: [`experiment`] -> [`engine`] -> [`model`] -> [`scenario`], with [`numeric`]
//! below them all.
//!
//! - [`scenario`]: TOML turned into checked data, with every problem said at once
//! - [`model`]: the model of `docs/model.md`, one file per submodel
//! - [`engine`]: many replicates in parallel, and what is counted of them
//! - [`experiment`]: comparisons, sweeps, sensitivity, single histories
//! - [`numeric`]: arithmetic and random numbers for replicates side by side
//!
//! ```
//! use simulate_core::{Batch, Scenario};
//!
//! let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/afghanistan_1989.toml");
//! let scenario = Scenario::load(path.as_ref()).unwrap_or_else(|p| panic!("{}", p.render(false)));
//! let found = Batch::of(&scenario).replicates(64).collect();
//! for outcome in found.summary.headline() {
//!     println!("{:<36} {:.2}", outcome.is.label, outcome.chance.value);
//! }
//! let lowest = found.rows.iter().map(|row| row.trough).fold(1.0, f32::min);
//! assert!(found.failures.is_empty() && lowest < 1.0);
//! ```

// Tests compare with the platform's functions; only what is simulated must not use them.
#![cfg_attr(test, allow(clippy::disallowed_methods))]
// What is written to the standard streams is the caller's: these panic where it fails.
#![cfg_attr(not(test), deny(clippy::print_stdout, clippy::print_stderr))]

pub mod engine;
pub mod experiment;
pub mod foreign;
pub mod model;
pub mod numeric;
mod parallel;
pub mod scenario;

pub use engine::{Batch, BatchResult};
pub use scenario::Scenario;
