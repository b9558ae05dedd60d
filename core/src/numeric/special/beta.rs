//! The beta distribution and Student's t, which follows from it.

/// Iterations of the continued fraction; about the root of the larger shape are needed.
const MOST_TERMS: u32 = 100_000;

/// Newton's steps in a quantile; five are usual, bisections included a few dozen.
const MOST_STEPS: u32 = 200;

/// The regularised incomplete beta function: the beta distribution function at `x`.
///
/// For `a`, `b` > 0; 0 for x <= 0, 1 for x >= 1. Relative error about 1e-13 for shapes up
/// to 100, 1e-11 to 1e5, of the smaller of the two tails. Method: the continued fraction of
/// DLMF 8.17.22 by W. J. Lentz's algorithm, as in Numerical Recipes, on the side of the
/// mean where it is fast.
pub fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if x >= 1.0 {
        1.0
    } else {
        Beta::new(a, b).at(libm::log(x), x, 1.0 - x).lower
    }
}

/// The quantile of the beta distribution: the `x` where [`incomplete_beta`] is `p`.
///
/// For `a`, `b` > 0; 0 for p <= 0, 1 for p >= 1. The error is that of
/// [`incomplete_beta`] divided by the density. Method: Newton's on the logarithm of the
/// smaller tail as a function of ln x, kept within a bracket by bisection, from the starting
/// point of Numerical Recipes.
pub fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    if p <= 0.0 {
        0.0
    } else if p >= 1.0 {
        1.0
    } else {
        Beta::new(a, b).quantile(p)
    }
}

/// The quantile of Student's t distribution with `df` > 0 degrees of freedom.
///
/// Infinite at 0 and 1. Relative error about 1e-13 for `df` up to 100 (of p - 1/2 near the
/// median). Method: df / (df + t^2) has a beta distribution.
pub fn student_t_quantile(p: f64, df: f64) -> f64 {
    let tail = p.min(1.0 - p);
    if tail <= 0.0 {
        return if p < 0.5 {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
    }
    // On either side the smaller of x and 1 - x is the one that is solved for.
    let square = if tail < 0.25 {
        let x = beta_quantile(0.5 * df, 0.5, 2.0 * tail);
        df * (1.0 - x) / x
    } else {
        let y = beta_quantile(0.5, 0.5 * df, 2.0 * (0.5 - tail));
        df * y / (1.0 - y)
    };
    let size = libm::sqrt(square);
    if p < 0.5 { -size } else { size }
}

/// A beta distribution with what its functions share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Beta {
    a: f64,
    b: f64,
    /// Logarithms of the mean and of 1 minus the mean.
    ln_mean: [f64; 2],
    /// Logarithm of x^a (1 - x)^b / B(a, b) at the mean.
    ln_peak: f64,
}

/// A beta distribution at one place.
pub(super) struct At {
    /// Probability of less.
    pub lower: f64,
    /// Probability of more.
    pub upper: f64,
    /// Density times x (1 - x).
    pub power: f64,
}

impl Beta {
    pub fn new(a: f64, b: f64) -> Self {
        let ln_mean = [-libm::log1p(b / a), -libm::log1p(a / b)];
        // Relative to the mean, large shapes don't cancel; Stirling's series likewise.
        let ln_peak = if a.min(b) >= 10.0 {
            0.5 * libm::log(a / (a + b) * b / std::f64::consts::TAU) + stirling(a + b)
                - stirling(a)
                - stirling(b)
        } else {
            a * ln_mean[0] + b * ln_mean[1] + libm::lgamma(a + b)
                - libm::lgamma(a)
                - libm::lgamma(b)
        };
        Self {
            a,
            b,
            ln_mean,
            ln_peak,
        }
    }

    fn mirrored(self) -> Self {
        let [x, y] = self.ln_mean;
        Self {
            a: self.b,
            b: self.a,
            ln_mean: [y, x],
            ln_peak: self.ln_peak,
        }
    }

    /// At `x` inside (0, 1), given with its logarithm and 1 - x, for the sake of tiny ones.
    pub fn at(&self, ln_x: f64, x: f64, y: f64) -> At {
        let Self {
            a,
            b,
            ln_mean,
            ln_peak,
        } = *self;
        let ln_y = libm::log1p(-x);
        let power = libm::exp(a * (ln_x - ln_mean[0]) + b * (ln_y - ln_mean[1]) + ln_peak);
        if x * (a + b + 2.0) <= a + 1.0 {
            let lower = (power * fraction(a, b, x) / a).min(1.0);
            At {
                lower,
                upper: 1.0 - lower,
                power,
            }
        } else {
            let upper = (power * fraction(b, a, y) / b).min(1.0);
            At {
                lower: 1.0 - upper,
                upper,
                power,
            }
        }
    }

    /// The quantile of `p` inside (0, 1).
    pub fn quantile(&self, p: f64) -> f64 {
        let half = self.at(-std::f64::consts::LN_2, 0.5, 0.5);
        let start = self.start(p);
        if p <= half.lower {
            self.solve(start, p, 1.0 - p)
        } else {
            1.0 - self.mirrored().solve(1.0 - start, 1.0 - p, p)
        }
    }

    /// The quantile where it is at most 1/2, of probability `lower` = 1 - `upper`.
    fn solve(&self, start: f64, lower: f64, upper: f64) -> f64 {
        let (mut least, mut most) = (-745.0, -std::f64::consts::LN_2);
        let mut ln_x = if start > 0.0 { libm::log(start) } else { least };
        ln_x = ln_x.clamp(least, most);
        let target = libm::log(lower.min(upper));
        for _ in 0..MOST_STEPS {
            let x = libm::exp(ln_x);
            let at = self.at(ln_x, x, 1.0 - x);
            // The logarithm of a tail is nearly straight far out, where the tail isn't.
            let (excess, tail) = if lower <= upper {
                (libm::log(at.lower) - target, at.lower)
            } else {
                (target - libm::log(at.upper), at.upper)
            };
            if excess < 0.0 {
                least = ln_x;
            } else {
                most = ln_x;
            }
            let step = excess * tail * (1.0 - x) / at.power;
            let next = ln_x - step;
            // Newton's error is squared each time: after a step this small nothing is left.
            if step.abs() < 1e-9 {
                return libm::exp(next);
            }
            ln_x = if next > least && next < most {
                next
            } else {
                0.5 * (least + most)
            };
            if most - least < 1e-15 {
                break;
            }
        }
        libm::exp(ln_x)
    }

    fn start(&self, p: f64) -> f64 {
        let Self { a, b, .. } = *self;
        if a >= 1.0 && b >= 1.0 {
            let z = super::normal_quantile(1.0 - p);
            let (u, v) = (1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0));
            let (h, l) = (2.0 / (u + v), (z * z - 3.0) / 6.0);
            let w = z * libm::sqrt(l + h) / h - (v - u) * (l + 5.0 / 6.0 - 2.0 / (3.0 * h));
            return a / (a + b * libm::exp(2.0 * w));
        }
        let left = libm::exp(a * self.ln_mean[0]) / a;
        let right = libm::exp(b * self.ln_mean[1]) / b;
        let both = left + right;
        if p * both < left {
            libm::exp(libm::log(a * both * p) / a)
        } else {
            1.0 - libm::exp(libm::log(b * both * (1.0 - p)) / b)
        }
    }
}

/// Stirling's series: ln gamma(x) less (x - 1/2) ln x - x + ln(2 pi) / 2, for x >= 10.
fn stirling(x: f64) -> f64 {
    let s = 1.0 / (x * x);
    (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s / 1188.0)))) / x
}

/// The continued fraction of the incomplete beta function.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let off_zero = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / off_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for m in 1..MOST_TERMS {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / off_zero(1.0 + even * d);
        c = off_zero(1.0 + even / c);
        value *= c * d;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / off_zero(1.0 + odd * d);
        c = off_zero(1.0 + odd / c);
        value *= c * d;
        if (c * d - 1.0).abs() < 3e-16 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incomplete_beta_agrees_with_reference() {
        // Computed with mpmath 1.3, 40 digits; the last with scipy 1.17.
        for (a, b, x, p) in [
            (0.5, 0.5, 0.3, 0.369_010_119_565_545_4),
            (2.0, 3.0, 0.4, 0.5248),
            (5.0, 1.0, 0.9, 0.59049),
            (0.1, 20.0, 0.001, 0.707_997_008_423_415_4),
            (0.1, 0.1, 0.999, 0.745_758_343_411_391_8),
            (50.0, 60.0, 0.5, 0.830_907_293_901_669_4),
            (300.0, 700.0, 0.25, 0.000_179_891_977_727_389_35),
            (1.0, 1.0, 0.123, 0.123),
            (1.5, 10.0, 0.6, 0.999_690_594_536_485_6),
            (8.5, 0.3, 0.2, 9.703_590_618_691_443e-8),
            (20_000.0, 30_000.0, 0.401, 0.676_134_098_657_845_6),
        ] {
            let error: f64 = incomplete_beta(a, b, x) / p - 1.0;
            println!("incomplete beta {a} {b} {x}: {error}");
            let bound = if a + b <= 200.0 { 1e-13 } else { 1e-11 };
            assert!(error.abs() < bound, "{a} {b} {x}: {error}");
        }
        assert_eq!(
            (
                incomplete_beta(2.0, 3.0, 0.0),
                incomplete_beta(2.0, 3.0, 1.0)
            ),
            (0.0, 1.0)
        );
    }

    #[test]
    fn beta_quantiles_agree_with_reference() {
        // Computed with mpmath 1.3, 30 digits; the last two with scipy 1.17.
        for (a, b, p, x) in [
            (0.5, 0.5, 0.25, 0.146_446_609_406_726_24),
            (2.0, 3.0, 0.001, 0.013_022_947_370_814_272),
            (2.0, 3.0, 0.9, 0.679_539_416_278_181_7),
            (5.0, 1.0, 1e-6, 0.063_095_734_448_019_32),
            (0.1, 20.0, 0.5, 3.034_874_967_580_466e-5),
            (0.3, 0.3, 0.7, 0.879_584_762_546_833_3),
            (50.0, 60.0, 0.975, 0.547_775_973_778_387_5),
            (1.8, 4.2, 1e-10, 8.096_105_207_548_732e-7),
            (300.0, 700.0, 0.025, 0.271_998_355_690_791_06),
            (20_000.0, 30_000.0, 0.6, 0.400_553_810_171_868_5),
        ] {
            let error: f64 = beta_quantile(a, b, p) / x - 1.0;
            println!("beta quantile {a} {b} {p}: {error}");
            assert!(error.abs() < 2e-13, "{a} {b} {p}: {error}");
        }
        assert_eq!(
            (beta_quantile(2.0, 3.0, 0.0), beta_quantile(2.0, 3.0, 1.0)),
            (0.0, 1.0)
        );
    }

    #[test]
    fn beta_quantiles_invert() {
        for a in [0.02, 0.1, 0.5, 1.0, 1.3, 4.0, 30.0, 1000.0] {
            for b in [0.02, 0.1, 0.5, 1.0, 2.5, 9.0, 200.0] {
                let mut last = 0.0;
                for i in 1..200 {
                    let p = f64::from(i) / 200.0;
                    let x = beta_quantile(a, b, p);
                    assert!(x >= last, "{a} {b} {p}");
                    last = x;
                    // Near 1 the numbers themselves are too coarse for steep densities.
                    if x > 1e-300 && x < 0.999 {
                        let error = incomplete_beta(a, b, x) - p;
                        assert!(error.abs() < 1e-12, "{a} {b} {p}: {x} {error}");
                    }
                }
            }
        }
    }

    #[test]
    fn student_t_quantiles_agree_with_reference() {
        // Computed with mpmath 1.3, 30 digits.
        for (p, df, t) in [
            (0.975, 1.0, 12.706_204_736_174_693),
            (0.975, 9.0, 2.262_157_162_798_205),
            (0.55, 4.0, 0.133_830_367_111_943_5),
            (0.0005, 3.0, -12.923_978_636_687_483),
            (0.995, 99.0, 2.626_405_457_280_827),
            (0.25, 2.5, -0.785_013_682_992_301_1),
            (0.5001, 30.0, 0.000_252_760_025_393_393_64),
            (1e-8, 6.0, -38.662_010_446_343_12),
        ] {
            let error: f64 = student_t_quantile(p, df) / t - 1.0;
            println!("student {p} {df}: {error}");
            assert!(error.abs() < 2e-13, "{p} {df}: {error}");
        }
        assert_eq!(student_t_quantile(0.5, 7.0).abs(), 0.0);
    }
}
