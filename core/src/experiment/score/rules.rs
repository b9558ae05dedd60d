//! Proper scores of a forecast (Gneiting and Raftery 2007): the less the better.
//!
//! With X and X' independent draws of the forecast and y what came:
//!
//! ```text
//! CRPS      E|X - y| - E|X - X'| / 2
//! interval  (u - l) + 2/a (l - y)+ + 2/a (y - u)+     of the central interval [l, u] of 1 - a
//! log       -ln f(y)                                  f the forecast's density, or chance
//! Brier     (p - y)²                                  p the chance of an event, y 0 or 1
//! ```
//!
//! Gneiting, T., and Raftery, A. E. (2007). Strictly proper scoring rules, prediction, and
//! estimation. *Journal of the American Statistical Association* 102(477), 359-378.

use std::f64::consts::PI;

use crate::numeric::special::normal_cdf;

/// CRPS of an ensemble in ascending order, as if it were the whole forecast.
pub fn crps_of_ensemble(sorted: &[f64], observed: f64) -> f64 {
    let n = sorted.len() as f64;
    let mut from_it = 0.0;
    let mut from_each_other = 0.0;
    for (rank, value) in sorted.iter().enumerate() {
        from_it += (value - observed).abs();
        // Each value is the greater of a pair as often as its rank says.
        from_each_other += (2.0 * rank as f64 + 1.0 - n) * value;
    }
    from_it / n - from_each_other / (n * n)
}

/// CRPS of a normal forecast; of a single value where `sd` is 0.
pub fn crps_of_normal(mean: f64, sd: f64, observed: f64) -> f64 {
    if sd <= 0.0 {
        return (observed - mean).abs();
    }
    let z = (observed - mean) / sd;
    let density = libm::exp(-0.5 * z * z) / (2.0 * PI).sqrt();
    sd * (z * (2.0 * normal_cdf(z) - 1.0) + 2.0 * density - 1.0 / PI.sqrt())
}

/// The interval score of the central interval that leaves out a share `outside`.
pub fn interval_score((low, high): (f64, f64), outside: f64, observed: f64) -> f64 {
    let short = (low - observed).max(0.0) + (observed - high).max(0.0);
    high - low + 2.0 / outside * short
}

/// Log score of a normal forecast around each of `centres`, all alike likely; none where `sd`
/// is 0, as values alone have no density.
pub fn log_score_of_mixture(centres: &[f64], sd: f64, observed: f64) -> Option<f64> {
    if sd <= 0.0 || centres.is_empty() {
        return None;
    }
    let exponent = |centre: &f64| {
        let z = (observed - centre) / sd;
        -0.5 * z * z
    };
    let greatest = centres
        .iter()
        .map(exponent)
        .fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = centres
        .iter()
        .map(|c| libm::exp(exponent(c) - greatest))
        .sum();
    let density = libm::log(sum / centres.len() as f64) + greatest;
    Some(0.5 * libm::log(2.0 * PI) + libm::log(sd) - density)
}

/// Brier score of a chance.
pub fn brier(chance: f64, happened: bool) -> f64 {
    let miss = chance - f64::from(u8::from(happened));
    miss * miss
}

/// Log score of a chance.
pub fn log_score_of_chance(chance: f64, happened: bool) -> f64 {
    -libm::log(if happened { chance } else { 1.0 - chance })
}

/// A quantile of values in ascending order, linear between them.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let at = share * last as f64;
    let below = (at as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (at - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12 * (1.0 + b.abs()), "{a} {b}");
    }

    #[test]
    fn scores_are_those_of_their_formulas() {
        // By hand: E|X - y| = (1 + 0 + 2) / 3, E|X - X'| = 2 (1 + 3 + 2) / 9.
        near(crps_of_ensemble(&[1.0, 2.0, 4.0], 2.0), 1.0 - 6.0 / 9.0);
        near(crps_of_ensemble(&[3.0], 5.0), 2.0);
        // Gneiting and Raftery's closed form at the mean: sd (2 φ(0) - 1/√π).
        near(
            crps_of_normal(1.0, 2.0, 1.0),
            2.0 * (2.0_f64.sqrt() - 1.0) / PI.sqrt(),
        );
        near(crps_of_normal(1.0, 0.0, 3.0), 2.0);
        near(interval_score((1.0, 3.0), 0.1, 2.0), 2.0);
        near(interval_score((1.0, 3.0), 0.1, 4.0), 22.0);
        near(
            log_score_of_mixture(&[0.0], 1.0, 0.0).unwrap(),
            0.5 * libm::log(2.0 * PI),
        );
        assert_eq!(log_score_of_mixture(&[0.0], 0.0, 0.0), None);
        near(quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
    }

    #[test]
    fn an_ensemble_of_a_normal_has_its_score() {
        let n = 4000;
        let ensemble: Vec<f64> = (0..n)
            .map(|k| crate::numeric::special::normal_quantile((f64::from(k) + 0.5) / f64::from(n)))
            .collect();
        for observed in [-1.5, 0.0, 0.4, 3.0] {
            let miss = crps_of_ensemble(&ensemble, observed) - crps_of_normal(0.0, 1.0, observed);
            assert!(miss.abs() < 1e-3, "{miss}");
        }
    }
}
