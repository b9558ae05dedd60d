//! Scenario discovery: in which region of the uncertain numbers an outcome comes about.
//!
//! [`prim`] finds boxes and [`cart`] a tree in a table of points, [`choose`] says which box is
//! taken; they know nothing of scenarios. [`Study`] runs the model over a design of points, and
//! [`discover`] makes of the points, or of a run's draws, what there is to be said.
//! `docs/discovery.md` has the method and how to read it.

pub mod cart;
pub mod choose;
pub mod prim;
pub mod quasi;

mod cases;
mod counts;
mod find;
mod points;
mod region;
mod study;

pub use cases::Cases;
pub use choose::{Choice, on_halves};
pub use counts::{Counted, Counts};
pub use find::{Question, discover};
pub use points::{Points, Sorted, Sum};
pub use region::{Between, Region, Side};
pub use study::{Designed, Size, Study};

use serde::Serialize;

use crate::engine::Estimate;
use crate::experiment::sensitivity::Number;
use crate::scenario::Identity;

/// Whether a point is held out, by its number: every third is.
pub fn is_held_out(point: usize) -> bool {
    point % 3 == 2
}

/// Where the points come from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "from")]
pub enum Source {
    /// A design.
    Design {
        /// `sobol`, `lhs` or `random`.
        design: String,
    },
    /// The draws of a finished run.
    Run {
        /// The hash of the run.
        run: String,
    },
}

/// The outcome that is looked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
    /// Its key.
    pub key: String,
    /// The name shown to a reader.
    pub label: String,
    /// Whether it is looked for where it does not come about.
    pub absent: bool,
}

impl Target {
    /// What a case of interest is, in words.
    pub fn words(&self) -> String {
        match self.absent {
            true => format!("not: {}", self.label),
            false => self.label.clone(),
        }
    }
}

/// A region as the points that were learned from have it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Learned {
    /// Points in it.
    pub points: usize,
    /// Its share of all points.
    pub mass: f64,
    /// The mean chance in it, or the share of its points that are cases.
    pub density: f64,
    /// Its share of all that is of interest.
    pub coverage: f64,
}

/// The same on points that were held out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Checked {
    /// Points in it.
    pub points: usize,
    /// Its share of all points.
    pub mass: f64,
    /// Density.
    pub density: Estimate,
    /// Coverage.
    pub coverage: Estimate,
}

/// A limit of a box.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Limit {
    /// The value, which belongs to the box.
    pub at: f64,
    /// The share of the points, by the input alone, that lie below it.
    pub share_below: f64,
    /// How likely its gain is by chance, where it was found; `None` for a box on a trajectory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quasi_p: Option<f64>,
    /// The same on the points that were held out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quasi_p_held_out: Option<f64>,
}

/// The limits of an input.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Limits {
    /// The input, by its place.
    pub input: usize,
    /// The least value.
    pub low: Option<Limit>,
    /// The greatest value.
    pub high: Option<Limit>,
}

/// A box on a trajectory.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OnTheWay {
    /// How it came from the one before.
    pub phase: prim::Phase,
    /// Where it was found.
    #[serde(flatten)]
    pub learned: Learned,
    /// Inputs that it restricts.
    pub restricted: usize,
    /// Its limits.
    pub limits: Vec<Limits>,
}

/// A box that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoundBox {
    /// Every box on the way to it, the first with all points that boxes before it have left.
    pub trajectory: Vec<OnTheWay>,
    /// Which of them it was taken from.
    pub taken: usize,
    /// Limits of that one that were dropped: they can't be told from chance.
    pub dropped: usize,
    /// The limits that are left.
    pub limits: Vec<Limits>,
    /// Where it was found.
    pub learned: Learned,
    /// On points that were held out.
    pub held_out: Option<Checked>,
}

/// How often an input is restricted by boxes found on random halves of the points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Steadiness {
    /// The input, by its place.
    pub input: usize,
    /// Share of the halves whose box has a least value of it.
    pub low: f64,
    /// A greatest value.
    pub high: f64,
    /// Either.
    pub either: f64,
    /// 5 %, 50 % and 95 % quantile of the least value, as the share of points below it.
    pub low_at: Option<[f64; 3]>,
    /// The same of the greatest value.
    pub high_at: Option<[f64; 3]>,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TreeNode {
    /// Where it was found.
    pub learned: Learned,
    /// On points that were held out.
    pub held_out: Option<Checked>,
    /// How it is split; nothing of a leaf.
    pub split: Option<TreeSplit>,
}

/// A split of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TreeSplit {
    /// The input, by its place.
    pub input: usize,
    /// Points not above it go to the one, the others to the other.
    pub at: f64,
    /// The node of those not above, by its place.
    pub below: usize,
    /// The node of those above.
    pub above: usize,
}

/// What scenario discovery found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Discovery {
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
    /// Where the points come from.
    pub source: Source,
    /// What is looked for.
    pub outcome: Target,
    /// From which chance on a point is a case of interest; `None`: each counts by its chance.
    pub threshold: Option<f64>,
    /// With a threshold, the share of the points that must be expected to lie on its other side.
    pub misjudged: Option<f64>,
    /// Points that were learned from.
    pub points: usize,
    /// Points that were held out.
    pub points_held_out: usize,
    /// Points without a replicate that counts.
    pub points_left_out: usize,
    /// Replicates in all.
    pub replicates: u64,
    /// Those among them whose state stopped being finite; they don't count.
    pub failed: u64,
    /// Whether it was stopped before its end.
    pub partial: bool,
    /// How boxes are found.
    pub rules: prim::Rules,
    /// The largest quasi-p value of a limit that is kept.
    pub quasi_p: f64,
    /// The uncertain numbers.
    pub inputs: Vec<Number>,
    /// Density of all points.
    pub base: Estimate,
    /// Share of the variance of the points' chances that is noise: that of as many replicates
    /// about the chance of their point. `None` with a threshold, or of single replicates.
    pub noise_share: Option<f64>,
    /// The boxes, each of the points that those before it have left.
    pub boxes: Vec<FoundBox>,
    /// Why there are no more.
    pub ended: &'static str,
    /// All boxes together.
    pub together: Option<Checked>,
    /// Share of what the inputs do to the chance that the boxes tell, on points held out.
    pub told_by_boxes: Option<f64>,
    /// Random halves of the points.
    pub halves: usize,
    /// How often inputs are restricted on them by the first box, the most often first; those that
    /// never are, are left out.
    pub steadiness: Vec<Steadiness>,
    /// A tree beside the boxes; its root first.
    pub tree: Vec<TreeNode>,
    /// The same as `told_by_boxes` of the tree.
    pub told_by_tree: Option<f64>,
}
