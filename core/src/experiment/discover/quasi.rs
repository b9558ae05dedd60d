//! Quasi-p values (Bryant and Lempert 2010): how likely a limit's gain is by chance.

use super::points::Sum;
use crate::numeric::special::incomplete_beta;

/// The chance of at least as many cases of interest in a box as it has, if they were as frequent
/// in it as they are without one of its limits: the upper tail of a binomial distribution.
///
/// Where points are chances, not cases, `n` of them with variance `v` tell of their mean `p` as
/// much as `n p (1 - p) / v` cases; where each is 0 or 1 that is `n`.
pub fn quasi_p(inside: &Sum, relaxed: &Sum) -> f64 {
    let p = relaxed.mean();
    let variance = relaxed.about_mean() / relaxed.points.max(1) as f64;
    if inside.points == 0 || variance <= 0.0 {
        return 1.0;
    }
    let worth = (p * (1.0 - p) / variance).max(1.0);
    let (n, k) = (inside.points as f64 * worth, inside.cases * worth);
    match k > 0.0 {
        true => incomplete_beta(k, (n - k + 1.0).max(f64::MIN_POSITIVE), p),
        false => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(points: usize, cases: f64, squares: f64) -> Sum {
        Sum {
            points,
            cases,
            squares,
        }
    }

    #[test]
    fn of_cases_it_is_the_binomial_tail() {
        // P(Bin(10, 0.4) >= 7), by the sum of its terms.
        let tail: f64 = (7..=10)
            .map(|k| {
                let ways = [120.0, 45.0, 10.0, 1.0][k - 7];
                ways * 0.4_f64.powi(k as i32) * 0.6_f64.powi(10 - k as i32)
            })
            .sum();
        let found = quasi_p(&sum(10, 7.0, 7.0), &sum(50, 20.0, 20.0));
        assert!((found - tail).abs() < 1e-12, "{found} {tail}");
    }

    #[test]
    fn chances_known_well_tell_more_than_cases() {
        // The same mean; as chances the points vary less than cases do.
        let cases = quasi_p(&sum(50, 30.0, 30.0), &sum(100, 50.0, 50.0));
        let chances = quasi_p(&sum(50, 30.0, 19.0), &sum(100, 50.0, 27.0));
        assert!(chances < cases / 10.0, "{chances} {cases}");
        assert_eq!(quasi_p(&sum(10, 0.0, 0.0), &sum(20, 5.0, 5.0)), 1.0);
        assert_eq!(quasi_p(&sum(10, 10.0, 10.0), &sum(20, 20.0, 20.0)), 1.0);
    }
}
