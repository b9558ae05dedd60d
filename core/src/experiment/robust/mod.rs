//! Policy options against the uncertain numbers: which one does well whatever they are.
//!
//! Every option is run over the same rows of the unit cube, with the same random numbers.
//! [`measure`] makes of the counts what is to be said and knows nothing of scenarios; [`Rows`]
//! runs them. `docs/discovery.md` has the formulas.

pub mod measure;

mod map;
mod rows;

pub use map::{Best, BestMap, MapAxis};
pub use measure::{Aim, Tally};
pub use rows::{Asked, OptionRows, Rows, Size};

use serde::Serialize;

use crate::engine::Estimate;
use crate::scenario::Identity;

/// A figure that noise lets one know from two sides only: of few replicates what is best, or
/// worst, by itself looks better, or worse, than it is; what was picked by one half of the
/// replicates and is measured on the other looks less so.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// Picked on one half of the replicates, measured on the other: at least that, on average.
    pub least: f64,
    /// Picked and measured on all: at most that, on average.
    pub most: f64,
    /// Lower end of the 95 % interval of `least`.
    pub low: f64,
    /// Upper end of the 95 % interval of `most`.
    pub high: f64,
}

/// What is known of an option.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RobustOption {
    /// What it is called.
    pub label: String,
    /// Its scenario's key.
    pub scenario: String,
    /// What tells it from others.
    pub identity: Identity,
    /// Mean chance over the rows.
    pub mean: Estimate,
    /// The same less that of the first option, row by row; `None` of the first.
    pub difference: Option<Estimate>,
    /// Share of the rows whose chance is on the right side of the level.
    pub satisficing: Estimate,
    /// The same less that of the first option.
    pub satisficing_difference: Option<Estimate>,
    /// Mean chance over the tenth of the rows where it is worst.
    pub worst_tenth: Range,
    /// Mean over the rows of how much worse its chance is than that of the best option there.
    pub regret: Range,
    /// The same over the tenth of the rows where it is largest.
    pub regret_worst_tenth: Range,
    /// Share of the rows where it is the best, as far as their replicates tell; those of equal
    /// ones are shared.
    pub best_in: f64,
}

/// What a comparison of policy options over the uncertain numbers found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Robust {
    /// Version of this shape.
    pub format: u32,
    /// Program version that made it.
    pub version: String,
    /// The first scenario's key.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// What tells it from other runs of the scenario.
    pub identity: Identity,
    /// Root seed.
    #[serde(with = "crate::engine::seed")]
    pub seed: u64,
    /// How the rows are spread: `sobol`, `lhs` or `random`.
    pub design: String,
    /// The outcome's key.
    pub outcome: String,
    /// The name shown to a reader.
    pub label: String,
    /// Whether a low or a high chance of it is better.
    pub better: Aim,
    /// The chance that satisfies: not above it, or not below.
    pub level: f64,
    /// Rows.
    pub rows: usize,
    /// Replicates of each option at each row.
    pub replicates_per_row: u64,
    /// Replicates in all.
    pub replicates: u64,
    /// Those among them whose state stopped being finite; they don't count.
    pub failed: u64,
    /// Whether it was stopped before its end.
    pub partial: bool,
    /// The options; the first is what the others are compared with.
    pub options: Vec<RobustOption>,
    /// Which option is best where, over the two inputs on which that hangs most; `None` where
    /// there are not two inputs.
    pub map: Option<BestMap>,
}
