//! What happens, or not, in each replicate, counted draw by draw.

use serde::{Deserialize, Serialize};

use crate::model::Plan;

use super::draws::{CurveTally, DrawTally};
use super::row::Came;
use super::share::InputShare;
use super::summary::Estimate;

/// Something that happens, or not, in each replicate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tallied {
    draws: DrawTally,
    in_draw: u64,
}

impl Tallied {
    /// Nothing counted yet; `in_blocks`: draws hang together.
    pub(super) fn new(in_blocks: bool) -> Self {
        Self {
            draws: DrawTally::new(in_blocks),
            in_draw: 0,
        }
    }

    pub(super) fn add(&mut self, has: bool) {
        self.in_draw += u64::from(has);
    }

    /// Ends a draw of so many replicates; returns how many of them have it.
    pub(super) fn close_draw(&mut self, replicates: u64) -> u64 {
        self.draws.add(self.in_draw, replicates);
        std::mem::take(&mut self.in_draw)
    }

    /// Ends a block of draws.
    pub(super) fn end_block(&mut self) {
        self.draws.end_block();
    }

    /// Adds what another counted later, with the draw and the block that it has not ended; all
    /// here have.
    pub(super) fn merge(&mut self, later: &Self) {
        self.draws.merge(&later.draws);
        self.in_draw += later.in_draw;
    }

    /// How many replicates of the draws that have ended have it.
    pub(super) fn count(&self) -> u64 {
        self.draws.count()
    }

    /// The chance over the draws that have ended.
    pub(super) fn chance(&self) -> Estimate {
        self.draws.chance()
    }

    /// As [`Tallied::chance`], with the `open` replicates of a draw that has not ended.
    fn chance_so_far(&self, open: u64) -> Estimate {
        let mut draws = self.draws.clone();
        draws.add(self.in_draw, open);
        draws.end_block();
        draws.chance()
    }
}

/// When something first happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Dated {
    pub(super) tallied: Tallied,
    /// In how many replicates it first happened at each step; step 0 is never used.
    by_step: Vec<u64>,
}

impl Dated {
    pub(super) fn new(plan: &Plan, in_blocks: bool) -> Self {
        Self {
            tallied: Tallied::new(in_blocks),
            by_step: vec![0; plan.steps + 1],
        }
    }

    pub(super) fn add(&mut self, has: bool, step: Option<u32>) {
        self.tallied.add(has);
        if let Some(count) = step.and_then(|step| self.by_step.get_mut(step as usize)) {
            *count += 1;
        }
    }

    /// As [`Tallied::merge`].
    pub(super) fn merge(&mut self, later: &Self) {
        self.tallied.merge(&later.tallied);
        for (a, b) in self.by_step.iter_mut().zip(&later.by_step) {
            *a += b;
        }
    }

    /// Whether both count the same steps.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.by_step.len() == other.by_step.len()
    }

    /// The first step by which half of those replicates that have it have it.
    pub(super) fn median_of_those(&self) -> Option<f64> {
        self.step_of_half(self.by_step.iter().sum())
    }

    /// The first step by which half of all replicates have it, if there is one: the median of
    /// the survival curve (Kaplan and Meier 1958; all replicates are seen to the horizon).
    pub(super) fn median(&self, replicates: u64) -> Option<f64> {
        self.step_of_half(replicates)
    }

    fn step_of_half(&self, total: u64) -> Option<f64> {
        let mut below = 0;
        let mut steps = self.by_step.iter().map(|count| {
            below += count;
            below
        });
        let step = steps.position(|below| below > 0 && 2 * below >= total)?;
        Some(step as f64)
    }
}

/// Something that comes about in some replicates, and may be over again, being counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counted {
    pub(super) dated: Dated,
    pub(super) share: InputShare,
    pub(super) curve: CurveTally,
    /// Steps in which it held, over all replicates that have it.
    pub(super) steps_held: u64,
    /// In how many replicates it was over again before the horizon.
    pub(super) over: Tallied,
    steps_in_draw: Vec<usize>,
}

impl Counted {
    /// Nothing counted yet; `in_blocks`: draws hang together.
    pub(super) fn new(plan: &Plan, in_blocks: bool) -> Self {
        let points = plan.steps + 1;
        Self {
            dated: Dated::new(plan, in_blocks),
            share: InputShare::default(),
            curve: match in_blocks {
                true => CurveTally::in_blocks(points),
                false => CurveTally::new(points),
            },
            steps_held: 0,
            over: Tallied::new(in_blocks),
            steps_in_draw: Vec::new(),
        }
    }

    /// Counts a replicate.
    pub(super) fn add(&mut self, came: Came) {
        self.dated.add(came.first.is_some(), came.first);
        self.over.add(came.end.is_some());
        self.steps_held += u64::from(came.steps);
        self.steps_in_draw
            .extend(came.first.map(|step| step as usize));
    }

    /// Ends a draw of so many replicates; returns how many of them have it.
    pub(super) fn close_draw(&mut self, replicates: u64) -> u64 {
        let count = self.dated.tallied.close_draw(replicates);
        self.over.close_draw(replicates);
        self.share.add(count, replicates);
        self.curve.add(&mut self.steps_in_draw, replicates);
        self.steps_in_draw.clear();
        count
    }

    /// Ends a block of draws.
    pub(super) fn end_block(&mut self) {
        self.dated.tallied.end_block();
        self.over.end_block();
        self.curve.end_block();
    }

    /// As [`Tallied::merge`].
    pub(super) fn merge(&mut self, later: &Self) {
        self.dated.merge(&later.dated);
        self.share.merge(&later.share);
        self.curve.merge(&later.curve);
        self.steps_held += later.steps_held;
        self.over.merge(&later.over);
        self.steps_in_draw.extend_from_slice(&later.steps_in_draw);
    }

    /// Whether both count the same steps.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.dated.is_like(&other.dated) && self.curve.points() == other.curve.points()
    }

    /// Its chance by the horizon, with the `open` replicates of a draw that has not ended.
    pub(super) fn chance_so_far(&self, open: u64) -> Estimate {
        self.dated.tallied.chance_so_far(open)
    }
}
