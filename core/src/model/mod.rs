//! The model: `docs/model.md` in code, one file per submodel.
//!
//! Every submodel is written once, generic over the number of lanes `N`: the same
//! source runs one replicate (the reference) or many side by side, and equal bits
//! hold by construction. [`step`](step::step) shows the order of a step.

mod allocation;
mod contest;
pub mod control;
mod events;
mod expression;
mod inputs;
mod ledger;
pub mod observe;
mod outcomes;
mod params;
mod perception;
mod plan;
mod polity;
mod quarrel;
mod record;
mod rivalry;
mod schedule;
mod standing;
mod state;
pub mod step;
mod strategy;
mod upkeep;
mod variable;
mod worth;

pub use allocation::worths;
pub use inputs::{Inputs, uncertain};
pub use ledger::{Ledger, TERMS, Term};
pub use outcomes::{Course, Outcomes, Watched};
pub use params::Params;
pub use plan::{
    Claim, Contact, Dispute, Membership, OptionKind, Pair, Plan, SharedPatrons, Theatre,
};
pub use record::{BySeries, Part, Record, SERIES, Series};
pub use schedule::{Timing, Turn};
pub use standing::weights_at;
pub use state::State;
pub use variable::value_of;
pub use worth::{Cause, Worth};

/// Weeks in a month, for figures given by the month.
pub(crate) const WEEKS_PER_MONTH: f32 = 52.0 / 12.0;
/// Weeks in a year, for hazards given by the year.
pub(crate) const WEEKS_PER_YEAR: f32 = 52.0;

impl<const N: usize> crate::numeric::Lanes<N> {
    /// Goes a share of the way to a target.
    #[inline(always)]
    pub(crate) fn approach(&mut self, target: Self, share: Self) {
        *self = *self + share * (target - *self);
    }

    /// Moves up by this share of the way to its target, and down to it at once.
    #[inline(always)]
    pub(crate) fn build_up(&mut self, target: Self, share: Self) {
        *self = target.min(*self + share * (target - *self));
    }
}
