//! Exponential, logarithm and what follows from them, for lanes.
//!
//! Polynomials after a reduction of the argument, so that no function of the system's
//! library, which differs between machines, takes part.

use super::count::{Op, whole};
use super::lanes::Lanes;

/// 1.5 * 2^23: a small number plus this has its nearest integer in the low bits.
const MAGIC: f32 = 12_582_912.0;

/// ln 2 in two parts; the first has so few bits that a product with an exponent is exact.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// Where [`Lanes::exp`] saturates: the results are normal numbers on both ends.
const EXP_LEAST: f32 = -87.33;
const EXP_MOST: f32 = 88.37;

/// Coefficients of 2^f, |f| <= 1/2, from the highest: a minimax fit of the relative error, 1.1e-7.
#[allow(clippy::approx_constant)] // Fitted together: with ln 2 the others would be others.
const EXP_2: [f32; 6] = [
    1.326_472_7e-3,
    9.671_513e-3,
    5.550_733_6e-2,
    0.240_222_42,
    0.693_147,
    1.0,
];

/// Coefficients of the series of ln((1 + s) / (1 - s)), highest power first.
const LN: [f32; 4] = [0.242_790_79, 0.284_987_87, 0.400_009_72, 0.666_666_6];

/// Bits of the square root of 1/2, where the range of the reduced argument of ln begins.
const HALF_ROOT_BITS: u32 = 0x3f35_04f3;
const ONE_BITS: u32 = 0x3f80_0000;

/// A polynomial by Horner's rule, coefficients from the highest power down.
#[inline(always)]
pub(super) fn polynomial<const N: usize, const M: usize>(
    x: Lanes<N>,
    coefficients: &[f32; M],
) -> Lanes<N> {
    let mut sum = Lanes::splat(coefficients[0]);
    for coefficient in &coefficients[1..] {
        sum = sum * x + *coefficient;
    }
    sum
}

impl<const N: usize> Lanes<N> {
    /// e to the power of the number; the relative error is at most (3 + 1.25 |x|) * 2^-24 from
    /// -87.33 to 88.37.
    ///
    /// Saturates beyond: at least 1.18e-38, at most 2.39e38, so finite numbers give finite
    /// ones. NaN gives NaN. Method: as a power of 2, whose whole part is the exponent.
    #[inline(always)]
    pub fn exp(self) -> Self {
        let _whole = whole(Op::Exp);
        let x = self.clamp(EXP_LEAST, EXP_MOST);
        let power = x * std::f32::consts::LOG2_E;
        let shifted = power + MAGIC;
        let value = polynomial(power - (shifted - MAGIC), &EXP_2);
        // The integer in the low bits, as the exponent of a power of 2.
        value * shifted.map(|s| f32::from_bits((s.to_bits() << 23).wrapping_add(ONE_BITS)))
    }

    /// The natural logarithm, within 0.8 units in the last place for positive normal numbers.
    ///
    /// Less than those, even 0 or negative, counts as the least of them: -87.34. Infinity
    /// gives 88.72, NaN NaN. Method: `logf` of Sun's fdlibm.
    #[inline(always)]
    pub fn ln(self) -> Self {
        let _whole = whole(Op::Ln);
        let x = self.at_least(f32::MIN_POSITIVE);
        // x = 2^power * (1 + f), with 1 + f from the root of 1/2 to the root of 2.
        let moved = |x: f32| x.to_bits().wrapping_add(ONE_BITS - HALF_ROOT_BITS);
        let power = x.map(|x| ((moved(x) >> 23) as i32 - 127) as f32);
        let f = x.map(|x| f32::from_bits((moved(x) & 0x007f_ffff) + HALF_ROOT_BITS)) - 1.0;
        let s = f / (f + 2.0);
        let square = s * s;
        let series = square * polynomial(square, &LN);
        let half = f * f * 0.5;
        let value = s * (half + series) + power * LN_2_LOW - half + f + power * LN_2_HIGH;
        x.ge_s(0.0).select(value, x)
    }

    /// 1 / (1 + exp(-x)) for x >= -87, constant below. The relative error is at most
    /// (4 + 1.25 max(-x, 0)) * 2^-24.
    #[inline(always)]
    pub fn logistic(self) -> Self {
        // Less would give a subnormal number, which is slow.
        1.0 / ((-self.at_least(-87.0)).exp() + 1.0)
    }

    /// The number (0 or more) to the power of `y`: exp(y ln x).
    ///
    /// Relative error up to (2 + 1.5 |y ln x|) * 2^-23 while the result is a normal number;
    /// saturates as [`Lanes::exp`] does. 0 gives 0 for y > 0 and 1 for y = 0; a negative
    /// number counts as 0.
    #[inline(always)]
    pub fn powf(self, y: Self) -> Self {
        let nothing = self.le_s(0.0) & y.gt_s(0.0);
        nothing.select(Self::ZERO, (y * self.ln()).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Not a multiple of 2; larger in debug builds, where a fine sweep takes minutes.
    const STRIDE: usize = if cfg!(debug_assertions) { 9973 } else { 97 };

    /// Every [`STRIDE`]th float of either sign, in the order of the bits, from `from` to `to`.
    fn sweep(from: f32, to: f32) -> impl Iterator<Item = f32> {
        let bits = (0..=f32::MAX.to_bits()).step_by(STRIDE);
        let both = bits.flat_map(|b| [f32::from_bits(b), -f32::from_bits(b)]);
        both.filter(move |x| (from..=to).contains(x))
    }

    /// The largest error in units of the last place of the true value.
    fn worst_ulp(
        points: impl Iterator<Item = f32>,
        f: impl Fn(Lanes<1>) -> Lanes<1>,
        truth: impl Fn(f64) -> f64,
    ) -> f64 {
        points.fold(0.0, |worst, x| {
            let truth = truth(f64::from(x));
            let exponent = truth.abs().max(f64::from(f32::MIN_POSITIVE)).to_bits() >> 52;
            let ulp = f64::from_bits((exponent - 23) << 52);
            let error = (f64::from(f(Lanes([x])).lane(0)) - truth).abs() / ulp;
            assert!(!error.is_nan(), "at {x}");
            f64::max(worst, error)
        })
    }

    /// The largest relative error, in parts of a bound that is given in units of 2^-24.
    fn worst_of(
        points: impl Iterator<Item = f32>,
        f: impl Fn(Lanes<1>) -> Lanes<1>,
        truth: impl Fn(f64) -> f64,
        bound: impl Fn(f64) -> f64,
    ) -> f64 {
        points.fold(0.0, |worst, x| {
            let at = f64::from(x);
            let error = f64::from(f(Lanes([x])).lane(0)) / truth(at) - 1.0;
            assert!(!error.is_nan(), "at {x}");
            f64::max(worst, error.abs() * 16_777_216.0 / bound(at))
        })
    }

    #[test]
    fn exp_is_accurate() {
        let bound = |x: f64| 3.0 + 1.25 * x.abs();
        let worst = worst_of(sweep(EXP_LEAST, EXP_MOST), Lanes::exp, libm::exp, bound);
        println!("exp: {worst} of the bound");
        assert!(worst < 1.0);
    }

    #[test]
    fn exp_saturates() {
        let x = Lanes([
            -1e30,
            f32::NEG_INFINITY,
            1e30,
            f32::INFINITY,
            f32::NAN,
            0.0,
            -0.0,
        ]);
        let y = x.exp();
        assert!(y.lane(0) < 1.2e-38 && y.lane(0) >= f32::MIN_POSITIVE && y.lane(1) == y.lane(0));
        assert!(y.lane(2) > 2.3e38 && y.lane(2) < f32::INFINITY && y.lane(3) == y.lane(2));
        assert!(y.lane(4).is_nan());
        assert_eq!((y.lane(5), y.lane(6)), (1.0, 1.0));
    }

    #[test]
    fn ln_is_accurate() {
        let worst = worst_ulp(sweep(f32::MIN_POSITIVE, f32::MAX), Lanes::ln, libm::log);
        println!("ln: {worst} ulp");
        assert!(worst < 0.8);
    }

    #[test]
    fn ln_clamps() {
        let least = Lanes([f32::MIN_POSITIVE]).ln().lane(0);
        let y = Lanes([
            0.0,
            -3.0,
            f32::NEG_INFINITY,
            1e-40,
            f32::INFINITY,
            f32::NAN,
            1.0,
        ])
        .ln();
        for k in 0..4 {
            assert_eq!(y.lane(k), least);
        }
        assert!((y.lane(4) - 88.722_84).abs() < 1e-4 && y.lane(5).is_nan());
        assert_eq!(y.lane(6), 0.0);
    }

    #[test]
    fn logistic_is_accurate() {
        let truth = |x: f64| 1.0 / (1.0 + libm::exp(-x));
        let bound = |x: f64| 4.0 + 1.25 * f64::max(-x, 0.0);
        let worst = worst_of(sweep(-87.0, 200.0), Lanes::logistic, truth, bound);
        println!("logistic: {worst} of the bound");
        assert!(worst < 1.0);
        let ends = Lanes([f32::NEG_INFINITY, f32::INFINITY, 0.0]).logistic();
        assert!(ends.lane(0) >= f32::MIN_POSITIVE && ends.lane(0) < 2e-38);
        assert_eq!((ends.lane(1), ends.lane(2)), (1.0, 0.5));
    }

    #[test]
    fn powers_are_accurate() {
        let mut worst = 0.0;
        for x in sweep(f32::MIN_POSITIVE, f32::MAX).step_by(101) {
            for y in [-7.5, -1.0, -0.3, 0.0, 0.01, 0.5, 1.0, 1.7, 3.0, 40.0] {
                let log = y * libm::log(f64::from(x));
                if (-87.0..88.0).contains(&log) {
                    let y = y as f32;
                    let log = f64::from(y) * libm::log(f64::from(x));
                    let error =
                        f64::from(Lanes([x]).powf(Lanes([y])).lane(0)) / libm::exp(log) - 1.0;
                    let bound = (2.0 + 1.5 * log.abs()) * f64::from(f32::EPSILON);
                    worst = f64::max(worst, error.abs() / bound);
                }
            }
        }
        println!("powf: {worst} of the bound");
        assert!(worst < 1.0);
    }

    #[test]
    fn powers_of_zero() {
        let x = Lanes([0.0, 0.0, 0.0, -1.0, -0.0]);
        let y = x.powf(Lanes([0.5, 1e-3, 0.0, 2.0, 1.0]));
        assert_eq!(y.0, [0.0, 0.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn lanes_do_not_depend_on_each_other() {
        let xs: Vec<f32> = sweep(-100.0, 100.0).step_by(101).collect();
        for chunk in xs.chunks_exact(16) {
            let wide = Lanes::<16>::from_fn(|k| chunk[k]);
            let results = [
                wide.exp(),
                wide.ln(),
                wide.logistic(),
                wide.abs().powf(wide),
            ];
            for (k, x) in chunk.iter().enumerate() {
                let one = Lanes([*x]);
                let expected = [one.exp(), one.ln(), one.logistic(), one.abs().powf(one)];
                for (result, expected) in results.iter().zip(expected) {
                    assert_eq!(result.lane(k).to_bits(), expected.lane(0).to_bits());
                }
            }
        }
    }
}
