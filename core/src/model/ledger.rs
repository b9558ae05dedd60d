//! What hostility is made of: the terms of its target, summed as a batch needs them, or kept
//! apart for whoever asks why. Each term is written once, in [`super::rivalry`].

use std::fmt::Debug;
use std::ops::{Add, AddAssign, DerefMut, Sub, SubAssign};

use crate::numeric::{Lanes, List};

/// A term of the target of hostility (docs/model.md, 7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// Ties and issues.
    Baseline,
    /// What events added.
    Events,
    /// The enemy that both fear.
    CommonEnemy,
    /// Earlier fighting.
    Memory,
    /// Being at war, or in a clash.
    OpenConflict,
    /// Being at feud.
    Feud,
    /// An agreement.
    Agreement,
    /// A ceasefire.
    Ceasefire,
    /// The political mood.
    Mood,
    /// Unpaid salaries within the bloc.
    Pay,
    /// The other's growth.
    Outgrowing,
    /// Enemies' friends and friends' enemies.
    Balance,
    /// Land that the other took.
    Land,
    /// Land that both want and the enemy leaves.
    Spoils,
    /// Contested institutions.
    Crisis,
    /// Patrons at odds.
    Patrons,
    /// A patron shared.
    SharedPatron,
    /// The noise of the pair. It is no term of the target: it moves hostility at once.
    Incidents,
}

/// Every term, each at its own place.
pub const TERMS: [Term; 18] = [
    Term::Baseline,
    Term::Events,
    Term::CommonEnemy,
    Term::Memory,
    Term::OpenConflict,
    Term::Feud,
    Term::Agreement,
    Term::Ceasefire,
    Term::Mood,
    Term::Pay,
    Term::Outgrowing,
    Term::Balance,
    Term::Land,
    Term::Spoils,
    Term::Crisis,
    Term::Patrons,
    Term::SharedPatron,
    Term::Incidents,
];

const _: () = {
    let mut place = 0;
    while place < TERMS.len() {
        assert!(TERMS[place] as usize == place);
        place += 1;
    }
};

/// A sum of terms.
pub trait Sum<const N: usize>:
    Copy + Debug + Add<Output = Self> + Sub<Output = Self> + AddAssign + SubAssign
{
    /// A list of sums.
    type List: DerefMut<Target = [Self]> + Clone + Debug;
    /// The sum of nothing.
    const NOTHING: Self;
    /// The sum of one term.
    fn of(term: Term, value: Lanes<N>) -> Self;
    /// What it comes to.
    fn total(self) -> Lanes<N>;
    /// A list of sums of nothing.
    fn list(length: usize) -> Self::List;
}

/// The sum alone: which term it comes from is compiled away.
impl<const N: usize> Sum<N> for Lanes<N> {
    type List = List<N>;
    const NOTHING: Self = Lanes::ZERO;

    #[inline(always)]
    fn of(_: Term, value: Lanes<N>) -> Self {
        value
    }

    #[inline(always)]
    fn total(self) -> Lanes<N> {
        self
    }

    fn list(length: usize) -> List<N> {
        List::filled(length, Lanes::ZERO)
    }
}

/// The sum of one replicate with what each term gives to it. The total is added up in the same
/// order as the sum alone, and has the same bits.
#[derive(Debug, Clone, Copy)]
pub struct Ledger {
    total: Lanes<1>,
    terms: [f32; TERMS.len()],
}

impl Ledger {
    /// What each term gives, in the order of [`TERMS`].
    pub fn terms(&self) -> [f64; TERMS.len()] {
        self.terms.map(f64::from)
    }
}

impl Sum<1> for Ledger {
    type List = Vec<Self>;
    const NOTHING: Self = Self {
        total: Lanes::ZERO,
        terms: [0.0; TERMS.len()],
    };

    fn of(term: Term, value: Lanes<1>) -> Self {
        let mut ledger = Self::NOTHING;
        ledger.total = value;
        ledger.terms[term as usize] = value.lane(0);
        ledger
    }

    fn total(self) -> Lanes<1> {
        self.total
    }

    fn list(length: usize) -> Vec<Self> {
        vec![Self::NOTHING; length]
    }
}

impl AddAssign for Ledger {
    fn add_assign(&mut self, other: Self) {
        self.total += other.total;
        for (term, more) in self.terms.iter_mut().zip(other.terms) {
            *term += more;
        }
    }
}

impl SubAssign for Ledger {
    fn sub_assign(&mut self, other: Self) {
        self.total -= other.total;
        for (term, less) in self.terms.iter_mut().zip(other.terms) {
            *term -= less;
        }
    }
}

impl Add for Ledger {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl Sub for Ledger {
    type Output = Self;

    fn sub(mut self, other: Self) -> Self {
        self -= other;
        self
    }
}
