//! `N` single-precision numbers, one for each of `N` replicates side by side.
//!
//! Loops over the lanes are plain and short, so that LLVM turns each into vector
//! instructions of whatever set the calling function enables.

use std::ops::{
    Add, AddAssign, BitAnd, BitOr, Div, DivAssign, Mul, MulAssign, Neg, Not, Sub, SubAssign,
};

use super::count::{Op, op};

/// `N` numbers side by side.
///
/// Every operation works on each lane by itself, so a lane has the same bits whatever `N`
/// is. (The sign and payload of a NaN are not part of that promise; being NaN is.)
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(transparent)]
pub struct Lanes<const N: usize>(pub [f32; N]);

/// A yes or no for each of `N` lanes: all ones or all zeros.
///
/// Whole words make [`Mask::select`] a blend of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Mask<const N: usize>(pub [u32; N]);

impl<const N: usize> Lanes<N> {
    /// 0 in every lane.
    pub const ZERO: Self = Self([0.0; N]);
    /// 1 in every lane.
    pub const ONE: Self = Self([1.0; N]);

    /// The same number in every lane.
    #[inline(always)]
    pub fn splat(value: f32) -> Self {
        Self([value; N])
    }

    /// The number that `f` gives for each lane, asked in order from 0.
    #[inline(always)]
    pub fn from_fn(mut f: impl FnMut(usize) -> f32) -> Self {
        let mut out = [0.0; N];
        for (k, value) in out.iter_mut().enumerate() {
            *value = f(k);
        }
        Self(out)
    }

    /// The number in lane `k` (below `N`).
    #[inline(always)]
    pub fn lane(self, k: usize) -> f32 {
        self.0[k]
    }

    /// Puts a number into lane `k` (below `N`).
    #[inline(always)]
    pub fn set_lane(&mut self, k: usize, value: f32) {
        self.0[k] = value;
    }

    /// The smaller of two; `self` where they are equal (as 0 and -0) or either is NaN.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        op(Op::MinMax);
        self.zip(other, |a, b| if b < a { b } else { a })
    }

    /// The larger of two; `self` where they are equal (as 0 and -0) or either is NaN.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        op(Op::MinMax);
        self.zip(other, |a, b| if b > a { b } else { a })
    }

    /// The number, or `least` where it is less; NaN stays.
    #[inline(always)]
    pub fn at_least(self, least: f32) -> Self {
        self.max(Self::splat(least))
    }

    /// The number, or `most` where it is more; NaN stays.
    #[inline(always)]
    pub fn at_most(self, most: f32) -> Self {
        self.min(Self::splat(most))
    }

    /// The nearest number from `least` to `most` (`most` if they are out of order); NaN stays.
    #[inline(always)]
    pub fn clamp(self, least: f32, most: f32) -> Self {
        self.at_least(least).at_most(most)
    }

    /// The absolute value.
    #[inline(always)]
    pub fn abs(self) -> Self {
        self.map(f32::abs)
    }

    /// The square root, correctly rounded; NaN below 0.
    #[inline(always)]
    pub fn sqrt(self) -> Self {
        op(Op::Sqrt);
        // An IEEE 754 operation, unlike std's other functions: the same on every machine.
        self.map(f32::sqrt)
    }

    /// 1 divided by the number, correctly rounded.
    #[inline(always)]
    pub fn recip(self) -> Self {
        op(Op::Div);
        self.map(|a| 1.0 / a)
    }

    /// Where `self` is less than `other`; no where either is NaN.
    #[inline(always)]
    pub fn lt(self, other: Self) -> Mask<N> {
        self.compare(other, |a, b| a < b)
    }

    /// Where `self` is at most `other`; no where either is NaN.
    #[inline(always)]
    pub fn le(self, other: Self) -> Mask<N> {
        self.compare(other, |a, b| a <= b)
    }

    /// Where `self` is more than `other`; no where either is NaN.
    #[inline(always)]
    pub fn gt(self, other: Self) -> Mask<N> {
        self.compare(other, |a, b| a > b)
    }

    /// Where `self` is at least `other`; no where either is NaN.
    #[inline(always)]
    pub fn ge(self, other: Self) -> Mask<N> {
        self.compare(other, |a, b| a >= b)
    }

    /// [`Lanes::lt`] with the same number for every lane.
    #[inline(always)]
    pub fn lt_s(self, other: f32) -> Mask<N> {
        self.lt(Self::splat(other))
    }

    /// [`Lanes::le`] with the same number for every lane.
    #[inline(always)]
    pub fn le_s(self, other: f32) -> Mask<N> {
        self.le(Self::splat(other))
    }

    /// [`Lanes::gt`] with the same number for every lane.
    #[inline(always)]
    pub fn gt_s(self, other: f32) -> Mask<N> {
        self.gt(Self::splat(other))
    }

    /// [`Lanes::ge`] with the same number for every lane.
    #[inline(always)]
    pub fn ge_s(self, other: f32) -> Mask<N> {
        self.ge(Self::splat(other))
    }

    /// Where the number is neither infinite nor NaN.
    #[inline(always)]
    pub fn is_finite(self) -> Mask<N> {
        self.abs().lt_s(f32::INFINITY)
    }

    /// The sum over those lanes that a mask says yes for, of shares from 0 to 1, in units of
    /// 1 / [`Lanes::SHARE_UNITS`]: whole numbers, so that it is the same in whatever order
    /// shares are added.
    #[inline(always)]
    pub fn sum_of_shares(self, counted: Mask<N>) -> u32 {
        // Added to 2^23, a number from 0 to 2^22 is rounded to a whole one, which are then the
        // last bits.
        const WHOLE: f32 = 8_388_608.0;
        let mut sum = 0;
        for k in 0..N {
            let share = self.0[k] * Self::SHARE_UNITS + WHOLE;
            sum += (share.to_bits().wrapping_sub(WHOLE.to_bits())) & counted.0[k];
        }
        sum
    }

    /// Units in a whole share.
    pub const SHARE_UNITS: f32 = 4_194_304.0;

    #[inline(always)]
    pub(super) fn map(self, f: impl Fn(f32) -> f32) -> Self {
        let mut out = [0.0; N];
        for (k, value) in out.iter_mut().enumerate() {
            *value = f(self.0[k]);
        }
        Self(out)
    }

    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        let mut out = [0.0; N];
        for (k, value) in out.iter_mut().enumerate() {
            *value = f(self.0[k], other.0[k]);
        }
        Self(out)
    }

    #[inline(always)]
    fn compare(self, other: Self, f: impl Fn(f32, f32) -> bool) -> Mask<N> {
        op(Op::Compare);
        Mask::from_fn(|k| f(self.0[k], other.0[k]))
    }
}

impl<const N: usize> Mask<N> {
    /// No in every lane.
    pub const NONE: Self = Self([0; N]);
    /// Yes in every lane.
    pub const ALL: Self = Self([u32::MAX; N]);

    /// The answer that `f` gives for each lane, asked in order from 0.
    #[inline(always)]
    pub fn from_fn(mut f: impl FnMut(usize) -> bool) -> Self {
        let mut out = [0; N];
        for (k, word) in out.iter_mut().enumerate() {
            *word = if f(k) { u32::MAX } else { 0 };
        }
        Self(out)
    }

    /// Whether any lane says yes.
    #[inline(always)]
    pub fn any(self) -> bool {
        self.0.iter().fold(0, |all, word| all | word) != 0
    }

    /// Whether every lane says yes.
    #[inline(always)]
    pub fn all(self) -> bool {
        self.0.iter().fold(u32::MAX, |all, word| all & word) == u32::MAX
    }

    /// The answer of lane `k` (below `N`).
    #[inline(always)]
    pub fn lane(self, k: usize) -> bool {
        self.0[k] != 0
    }

    /// `yes` where the mask says yes, else `no`, bit for bit.
    #[inline(always)]
    pub fn select(self, yes: Lanes<N>, no: Lanes<N>) -> Lanes<N> {
        op(Op::Select);
        let mut out = [0.0; N];
        for (k, value) in out.iter_mut().enumerate() {
            let mask = self.0[k];
            *value = f32::from_bits((yes.0[k].to_bits() & mask) | (no.0[k].to_bits() & !mask));
        }
        Lanes(out)
    }

    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(u32, u32) -> u32) -> Self {
        let mut out = [0; N];
        for (k, value) in out.iter_mut().enumerate() {
            *value = f(self.0[k], other.0[k]);
        }
        Self(out)
    }
}

impl<const N: usize> BitAnd for Mask<N> {
    type Output = Self;
    #[inline(always)]
    fn bitand(self, other: Self) -> Self {
        self.zip(other, |a, b| a & b)
    }
}

impl<const N: usize> BitOr for Mask<N> {
    type Output = Self;
    #[inline(always)]
    fn bitor(self, other: Self) -> Self {
        self.zip(other, |a, b| a | b)
    }
}

impl<const N: usize> Not for Mask<N> {
    type Output = Self;
    #[inline(always)]
    fn not(self) -> Self {
        self.zip(self, |a, _| !a)
    }
}

impl<const N: usize> Neg for Lanes<N> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.map(|a| -a)
    }
}

/// An operator among lanes, and between lanes and one number for all of them.
macro_rules! operator {
    ($trait:ident $method:ident, $assign_trait:ident $assign_method:ident, $op:tt, $kind:ident) => {
        impl<const N: usize> $trait for Lanes<N> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                op(Op::$kind);
                self.zip(other, |a, b| a $op b)
            }
        }

        impl<const N: usize> $trait<f32> for Lanes<N> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: f32) -> Self {
                op(Op::$kind);
                self.map(|a| a $op other)
            }
        }

        impl<const N: usize> $trait<Lanes<N>> for f32 {
            type Output = Lanes<N>;
            #[inline(always)]
            fn $method(self, other: Lanes<N>) -> Lanes<N> {
                op(Op::$kind);
                other.map(|b| self $op b)
            }
        }

        impl<const N: usize> $assign_trait for Lanes<N> {
            #[inline(always)]
            fn $assign_method(&mut self, other: Self) {
                *self = *self $op other;
            }
        }

        impl<const N: usize> $assign_trait<f32> for Lanes<N> {
            #[inline(always)]
            fn $assign_method(&mut self, other: f32) {
                *self = *self $op other;
            }
        }
    };
}

operator!(Add add, AddAssign add_assign, +, Add);
operator!(Sub sub, SubAssign sub_assign, -, Add);
operator!(Mul mul, MulAssign mul_assign, *, Mul);
operator!(Div div, DivAssign div_assign, /, Div);

#[cfg(test)]
mod tests {
    use super::*;

    const A: Lanes<4> = Lanes([1.0, -2.0, f32::NAN, 0.0]);
    const B: Lanes<4> = Lanes([3.0, -5.0, 1.0, -0.0]);

    #[test]
    fn arithmetic_is_per_lane() {
        let mut c = A + B * 2.0 - 1.0 / B;
        c /= 2.0;
        c += Lanes::ONE;
        for k in 0..2 {
            let (a, b) = (A.lane(k), B.lane(k));
            assert_eq!(c.lane(k), (a + b * 2.0 - 1.0 / b) / 2.0 + 1.0);
        }
        assert!(c.lane(2).is_nan());
        assert_eq!((-A).abs().lane(1), 2.0);
        assert_eq!(Lanes([4.0]).sqrt().recip().lane(0), 0.5);
    }

    #[test]
    fn min_and_max_keep_self_when_there_is_no_order() {
        assert_eq!(A.min(B).lane(1), -5.0);
        assert_eq!(A.max(B).lane(1), -2.0);
        assert!(A.min(B).lane(2).is_nan() && A.max(B).lane(2).is_nan());
        assert_eq!(B.min(A).lane(2), 1.0);
        assert!(A.min(B).lane(3).is_sign_positive() && B.max(A).lane(3).is_sign_negative());
        assert_eq!(B.clamp(-1.0, 2.0).0, [2.0, -1.0, 1.0, 0.0]);
    }

    #[test]
    fn masks_select_bit_for_bit() {
        let mask = A.lt(B);
        assert_eq!(mask, Mask::from_fn(|k| k == 0));
        assert_eq!(mask.select(A, B).0, [1.0, -5.0, 1.0, 0.0]);
        assert!(mask.select(A, B).lane(3).is_sign_negative());
        assert!(mask.any() && !mask.all() && mask.lane(0) && !mask.lane(1));
        assert!((mask | !mask).all() && !(mask & !mask).any());
        assert_eq!(A.le_s(0.0) | A.gt_s(0.0), !A.compare(A, |a, _| a.is_nan()));
        assert_eq!(A.ge(B), Mask::from_fn(|k| k == 1 || k == 3));
    }

    #[test]
    fn finite_is_neither_infinite_nor_nan() {
        let x = Lanes([f32::MAX, f32::INFINITY, f32::NEG_INFINITY, f32::NAN]);
        assert_eq!(x.is_finite(), Mask::from_fn(|k| k == 0));
    }
}
