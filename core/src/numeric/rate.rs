//! Rates and hazards: what is lost at a rate, and whether a hazard strikes.

use super::{Lanes, Mask};

/// A rate kept as a fraction, so that what follows from it takes one division.
#[derive(Debug, Clone, Copy)]
pub struct Rate<const N: usize> {
    over: Lanes<N>,
    under: Lanes<N>,
}

impl<const N: usize> Rate<N> {
    /// The rate `over / under`, both 0 or more.
    #[inline(always)]
    pub fn new(over: Lanes<N>, under: Lanes<N>) -> Self {
        Self { over, under }
    }

    /// The rate itself.
    #[inline(always)]
    pub fn value(self) -> Lanes<N> {
        self.over / self.under
    }

    /// The share that is lost at that rate: r / (1 + r), never more than all.
    #[inline(always)]
    pub fn part(self) -> Lanes<N> {
        self.over / (self.over + self.under)
    }
}

impl<const N: usize> Lanes<N> {
    /// The share that is lost at this rate, 0 or more: r / (1 + r), never more than all.
    #[inline(always)]
    pub fn part(self) -> Self {
        self / (self + 1.0)
    }

    /// Whether this hazard of a step strikes: `drawn`, uniform, is below 1 - exp(-hazard) (7.0.1).
    #[inline(always)]
    pub fn strikes(self, drawn: Self) -> Mask<N> {
        // No chance is above its hazard: seldom does any lane's draw come as near as that.
        let near = drawn.lt(self);
        if !near.any() {
            return near;
        }
        near & drawn.lt(Self::ONE - (-self).exp())
    }
}
