//! One or two numbers over a grid, on common random numbers.
//!
//! Every point of the grid is a scenario of its own, run from the same seed with the same
//! replicates: replicate r has the same draw of all other inputs and the same noise at
//! every point, so that two points differ by the swept numbers alone.

mod axis;
mod grid;
mod plan;

pub use axis::{Axis, AxisError};
pub use grid::{Grid, SweepResult, run_grid, run_share};
pub use plan::{Plan, PlanError, REPLICATES, split};

use serde::Serialize;

use crate::engine::{Estimate, OutcomeLabel};
use crate::scenario::Identity;

/// A swept number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Swept {
    /// Its key in the scenario.
    pub key: String,
    /// Its unit; `1` for a pure number.
    pub unit: String,
    /// What it means.
    pub about: String,
    /// The scenario's own value, the median where it is uncertain.
    pub own: Option<f64>,
    /// Whether it is uncertain in the scenario, so that `own` is a median.
    pub own_is_median: bool,
    /// The values on the axis.
    pub values: Vec<f64>,
}

/// A figure at one point.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measured {
    /// The chance, or the mean.
    pub value: Estimate,
    /// Its paired difference to the reference point.
    pub difference: Estimate,
}

/// One point of the grid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DesignPoint {
    /// The swept numbers' values, in the order of the axes.
    pub values: Vec<f64>,
    /// Replicates that ran to the horizon.
    pub replicates: u64,
    /// Replicates whose state stopped being finite; they don't count.
    pub failed: u64,
    /// The chance of each outcome by the horizon.
    pub outcomes: Vec<Measured>,
    /// Mean cohesion of the first coalition over all steps.
    pub cohesion: Measured,
}

/// What a sweep found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sweep {
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
    /// Replicates asked for at each point.
    pub replicates_per_point: u64,
    /// Points asked for; more than there are in a partial sweep.
    pub points_asked: usize,
    /// The one or two swept numbers.
    pub axes: Vec<Swept>,
    /// The headline outcomes, in the order of each point's figures.
    pub outcomes: Vec<OutcomeLabel>,
    /// Values of the point to which the differences are taken: the one nearest the
    /// scenario's own value, else the first.
    pub reference: Vec<f64>,
    /// The points; the first axis changes slowest.
    pub points: Vec<DesignPoint>,
}

impl Sweep {
    /// What the points of a plan gave, run with a seed and so many replicates each.
    pub fn new(
        plan: &Plan,
        identity: Identity,
        (seed, replicates): (u64, u64),
        found: SweepResult,
    ) -> Self {
        Self {
            format: 1,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: plan.base.name.clone(),
            title: plan.base.title.clone(),
            identity,
            seed,
            replicates_per_point: replicates,
            points_asked: plan.points.len(),
            axes: plan.swept.clone(),
            outcomes: found.outcomes,
            reference: plan.points[plan.reference].clone(),
            points: found.points,
        }
    }

    /// Whether it was stopped before all points were done.
    pub fn partial(&self) -> bool {
        self.points.len() < self.points_asked
    }

    /// The point with these places on the axes.
    pub fn at(&self, places: &[usize]) -> Option<&DesignPoint> {
        let axes = self.axes.iter().zip(places);
        let values: Option<Vec<f64>> = axes.map(|(a, &k)| a.values.get(k).copied()).collect();
        let values = values?;
        self.points.iter().find(|point| point.values == values)
    }
}
