//! What an option is worth to a faction: the number, as a batch needs it, or a formula over what
//! the faction weighs, for whoever asks why. Each utility is written once, in
//! [`super::allocation`].

use std::ops::{Add, Div, Mul, Sub};

use crate::numeric::{Lanes, Mask};

/// What a faction weighs in an option (docs/model.md, 7.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// How much it fears the threat.
    Fear,
    /// How much of what it sought it does not hold yet.
    Aims,
    /// Which share of the danger comes from there.
    Danger,
    /// How much it wants the place itself.
    Stake,
    /// How much of the place the threat holds.
    ThreatHolds,
    /// How much of the threat is there to be fought.
    Presence,
    /// How far the place is within its reach.
    Reach,
    /// Its own force.
    OwnForce,
    /// What all send against the threat there already.
    OthersSend,
    /// How strongly the threat defends.
    Defence,
    /// What its patrons give.
    Patrons,
    /// Its rivalry weight toward the other.
    Rivalry,
    /// How much it and its patrons want the place.
    Want,
    /// How much both want the place.
    BothWant,
    /// How much of the place the other holds.
    RivalHolds,
    /// How much of the place it does not hold itself.
    NotHeld,
    /// Whether the two are in open conflict.
    War,
    /// What it sends against the other already.
    AlreadySent,
    /// What the other has in the place.
    RivalPresence,
    /// How much it holds, of all it could guard or govern.
    Holdings,
    /// How endangered what it holds is.
    Peril,
    /// How aggrieved those are whom it rules.
    Grievance,
}

/// A number that says what it is made of, or doesn't.
pub trait Worth<const N: usize>:
    Clone + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// What never changes.
    fn constant(value: Lanes<N>) -> Self;
    /// What changes, and what it stands for.
    fn of(cause: Cause, value: Lanes<N>) -> Self;
    /// The same where it is an option at all, and less than anything elsewhere.
    fn where_possible(self, possible: Mask<N>) -> Self;
}

/// The utility of what is not an option.
pub const NEVER: f32 = f32::MIN;

/// The number alone: what it stands for is compiled away.
impl<const N: usize> Worth<N> for Lanes<N> {
    #[inline(always)]
    fn constant(value: Lanes<N>) -> Self {
        value
    }

    #[inline(always)]
    fn of(_: Cause, value: Lanes<N>) -> Self {
        value
    }

    #[inline(always)]
    fn where_possible(self, possible: Mask<N>) -> Self {
        possible.select(self, Lanes::splat(NEVER))
    }
}
