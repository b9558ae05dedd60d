//! Scenarios of coalition cohesion: factions fight a common threat, and each other.
//!
//! Arrows run one way: [`cli`] -> [`report`] -> [`experiment`] -> [`engine`] -> [`model`] -> [`scenario`],
//! with [`numeric`] below them all.
//!
//! - [`scenario`]: a TOML file turned into checked data, with every problem said at once
//! - [`model`]: the model of `docs/model.md`, one file per submodel
//! - [`engine`]: many replicates in parallel, and what is counted of them
//! - [`experiment`]: comparisons, sweeps, sensitivity, single histories
//! - [`report`]: pictures, tables and the run folder, from stored results alone
//! - [`numeric`]: arithmetic and random numbers for replicates side by side
//!
//! ```
//! use simulate::engine::{Batch, LanePath, Progress, run};
//! use simulate::scenario::Scenario;
//!
//! let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/afghanistan_1989.toml");
//! let scenario = Scenario::load(path.as_ref()).expect("it checks");
//! let batch = Batch { scenario: &scenario, seed: 1, replicates: 64, path: LanePath::best() , series: false};
//! let rows = |_: &[simulate::engine::Row]| Ok::<(), std::convert::Infallible>(());
//! let (summary, failures) = run(&batch, &Progress::default(), rows).expect("rows can't fail");
//! assert_eq!(summary.replicates + failures.len() as u64, 64);
//! ```

// Tests compare with the platform's functions; only what is simulated must not use them.
#![cfg_attr(test, allow(clippy::disallowed_methods))]
// What is written to the standard streams goes through `cli::streams`: these panic where it fails.
#![cfg_attr(not(test), deny(clippy::print_stdout, clippy::print_stderr))]

pub mod cli;
pub mod engine;
pub mod experiment;
mod foreign;
pub mod model;
pub mod numeric;
pub mod report;
pub mod scenario;
