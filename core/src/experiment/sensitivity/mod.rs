//! Which uncertain numbers matter: Morris' screening, Sobol' indices, and a tornado.
//!
//! [`design`] says where in the unit cube the model is run, [`morris`] and [`sobol`] turn
//! the outputs into effects and indices, and know nothing of scenarios; `study` runs the
//! model in between. `docs/sensitivity.md` has the formulas and how to read them.

pub mod design;
pub mod morris;
pub mod sobol;

mod bootstrap;
mod plan;
mod points;
mod runs;
mod study;
mod subject;
mod table;
mod tornado;

pub use plan::{DesignError, DesignSizes, Request};
pub use points::Points;
pub use study::{Study, StudyResult};
pub(crate) use subject::Subject;
pub use subject::{coordinates, quantiles, uncertain_numbers};
pub use table::{DesignInput, DesignOutput, DesignRow, DesignTable};
pub use tornado::{Bar, Swing, Tornado};

use serde::Serialize;

use crate::scenario::Identity;

/// Numbers of the units of work, where it is kept.
mod unit {
    pub const MORRIS: u64 = 0;
    pub const SOBOL: u64 = 1;
    pub const TORNADO: u64 = 2;
}

/// An uncertain number, or several that hang together and count as one: what part each of them
/// has in what they do is not defined, as none moves without the others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Number {
    /// Its key in the scenario; of several what they are called together.
    pub key: String,
    /// Its unit, `1` for a pure number; empty of several.
    pub unit: String,
    /// What it means.
    pub about: String,
    /// The keys of several that hang together; empty of one number.
    pub members: Vec<String>,
    /// 5 % quantile; of a discrete number its least value; of several none.
    pub low: Option<f64>,
    /// Median; of several none.
    pub median: Option<f64>,
    /// 95 % quantile; of a discrete number its greatest value; of several none.
    pub high: Option<f64>,
}

/// What is measured: the chance of an outcome by the horizon, or mean cohesion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Output {
    /// Its key: that of the outcome, or `mean_cohesion`.
    pub key: String,
    /// The name shown to a reader.
    pub label: String,
    /// Whether it is the chance of an outcome, not mean cohesion.
    pub is_chance: bool,
}

/// Morris' screening.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Screening {
    /// Trajectories.
    pub trajectories: usize,
    /// Levels of the grid, of numbers that are not discrete.
    pub levels: usize,
    /// By output, then number.
    pub effects: Vec<Vec<morris::Effect>>,
}

/// Sobol' indices.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decomposition {
    /// Base rows.
    pub base: usize,
    /// The numbers of each factor. All that are not among the most influential go together
    /// as the last one.
    pub factors: Vec<Vec<usize>>,
    /// By output.
    pub outputs: Vec<sobol::Indices>,
}

/// What a sensitivity analysis found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sensitivity {
    /// Version of this shape.
    pub format: u32,
    /// Program version that made it.
    pub version: String,
    /// The scenario's key.
    pub scenario: String,
    /// The scenario's title.
    pub title: String,
    /// What tells it from other runs of the scenario.
    pub identity: Identity,
    /// Root seed.
    #[serde(with = "crate::engine::seed")]
    pub seed: u64,
    /// Replicates for each row of a design.
    pub replicates_per_row: u64,
    /// Replicates in all.
    pub replicates: u64,
    /// Those among them whose state stopped being finite; they don't count.
    pub failed: u64,
    /// Whether it was stopped before its end.
    pub partial: bool,
    /// The uncertain numbers, those that hang together as one.
    pub numbers: Vec<Number>,
    /// What is measured.
    pub outputs: Vec<Output>,
    /// Numbers by influence, the strongest first: by the largest mu* of any output, or by
    /// total index where nothing was screened.
    pub order: Vec<usize>,
    /// Morris' screening.
    pub morris: Option<Screening>,
    /// Sobol' indices.
    pub sobol: Option<Decomposition>,
    /// One number at a time.
    pub tornado: Option<Tornado>,
}
