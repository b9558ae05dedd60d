//! Who holds what, step by step, summed over the replicates side by side.

use crate::numeric::{Lanes, Mask};

use super::plan::Plan;
use super::state::State;

/// The cells of an arena: its claims in order, the threat, nobody.
pub fn cells_of(plan: &Plan, arena: usize) -> std::ops::Range<usize> {
    let claims = &plan.claims_on[arena];
    claims.start + 2 * arena..claims.end + 2 * arena + 2
}

/// Sums of shares held, in units of 1 / [`Lanes::SHARE_UNITS`].
#[derive(Debug, Clone)]
pub struct Control<const N: usize> {
    /// Which lanes are summed: those that count.
    pub counted: Mask<N>,
    /// By step, then cell.
    pub sums: Vec<u32>,
    cells: usize,
}

impl<const N: usize> Control<N> {
    /// Nothing summed yet; all lanes count.
    pub fn new(plan: &Plan) -> Self {
        let cells = plan.claims.len() + 2 * plan.arenas;
        Self {
            counted: Mask::ALL,
            sums: vec![0; (plan.steps + 1) * cells],
            cells,
        }
    }

    /// Takes in the state at the end of a step.
    #[inline(always)]
    pub(super) fn keep(&mut self, plan: &Plan, s: &State<N>, step: usize) {
        let sums = &mut self.sums[step * self.cells..][..self.cells];
        let sum = |share: Lanes<N>| share.sum_of_shares(self.counted);
        let mut cell = 0;
        for arena in 0..plan.arenas {
            for claim in plan.claims_on[arena].clone() {
                sums[cell] = sum(s.control[claim]);
                cell += 1;
            }
            sums[cell] = sum(s.threat_control[arena]);
            sums[cell + 1] = sum(s.nobody[arena]);
            cell += 2;
        }
    }
}
