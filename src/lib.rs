//! Scenarios of coalition cohesion: factions fight a common threat, and each other.
//!
//! The model, the batch engine and the experiments are `simulate_core`, whose modules are found
//! here as well; this crate makes files, pictures and a program of them.
//!
//! Arrows run one way: [`cli`] -> [`report`] -> [`experiment`] -> [`engine`] -> [`model`] -> [`scenario`],
//! with [`numeric`] below them all.
//!
//! - [`cli`]: the commands of the program
//! - [`report`]: pictures, tables and the run folder, from stored results alone
//!

// Tests compare with the platform's functions; only what is simulated must not use them.
#![cfg_attr(test, allow(clippy::disallowed_methods))]
// What is written to the standard streams goes through `cli::streams`: these panic where it fails.
#![cfg_attr(not(test), deny(clippy::print_stdout, clippy::print_stderr))]

pub mod cli;
pub mod report;

pub use simulate_core::{engine, experiment, foreign, model, numeric, scenario};
