//! Counts of operations on lanes, for the arithmetic limit of `benches/`.
//!
//! Without the feature `count` everything here is nothing, and costs nothing.

/// A kind of operation on all lanes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Addition or subtraction.
    Add,
    /// Multiplication.
    Mul,
    /// Division or reciprocal.
    Div,
    /// Square root.
    Sqrt,
    /// The smaller or larger of two.
    MinMax,
    /// A comparison that gives a mask.
    Compare,
    /// A choice by a mask.
    Select,
    /// Exponential.
    Exp,
    /// Natural logarithm.
    Ln,
    /// Standard normal draw from a word.
    Normal,
    /// Uniform draw from a word.
    Uniform,
    /// Block of 16 random words.
    Block,
}

impl Op {
    /// All kinds, with their names, in the order of their counts.
    pub const ALL: [(Self, &'static str); 12] = [
        (Self::Add, "add"),
        (Self::Mul, "mul"),
        (Self::Div, "div"),
        (Self::Sqrt, "sqrt"),
        (Self::MinMax, "min_max"),
        (Self::Compare, "compare"),
        (Self::Select, "select"),
        (Self::Exp, "exp"),
        (Self::Ln, "ln"),
        (Self::Normal, "normal"),
        (Self::Uniform, "uniform"),
        (Self::Block, "block"),
    ];
}

/// While it lives, operations count as parts of the one it was made for.
#[derive(Debug)]
pub struct Whole(());

#[cfg(feature = "count")]
mod tally {
    use super::{Op, Whole};
    use std::cell::Cell;

    thread_local! {
        static COUNTS: [Cell<u64>; Op::ALL.len()] = const { [const { Cell::new(0) }; Op::ALL.len()] };
        static DEPTH: Cell<u32> = const { Cell::new(0) };
    }

    /// Counts an operation.
    pub fn op(op: Op) {
        if DEPTH.get() == 0 {
            COUNTS.with(|counts| counts[op as usize].set(counts[op as usize].get() + 1));
        }
    }

    /// Counts an operation, and none that it is made of.
    pub fn whole(made_of: Op) -> Whole {
        op(made_of);
        DEPTH.set(DEPTH.get() + 1);
        Whole(())
    }

    /// Counts nothing: the operation has been counted before.
    pub fn counted() -> Whole {
        DEPTH.set(DEPTH.get() + 1);
        Whole(())
    }

    impl Drop for Whole {
        fn drop(&mut self) {
            DEPTH.set(DEPTH.get() - 1);
        }
    }

    /// What this thread has counted so far, in the order of [`Op::ALL`].
    pub fn counts() -> [u64; Op::ALL.len()] {
        COUNTS.with(|counts| std::array::from_fn(|k| counts[k].get()))
    }
}

#[cfg(not(feature = "count"))]
mod tally {
    use super::{Op, Whole};

    /// Does nothing without the feature.
    #[inline(always)]
    pub fn op(_: Op) {}

    /// Does nothing without the feature.
    #[inline(always)]
    pub fn whole(_: Op) -> Whole {
        Whole(())
    }

    /// Does nothing without the feature.
    #[inline(always)]
    pub fn counted() -> Whole {
        Whole(())
    }
}

pub use tally::*;
