//! Score intervals of chances.

use super::summary::Estimate;

/// The 97.5 % point of the standard normal distribution.
pub const fn z95() -> f64 {
    1.959_963_984_540_054
}

/// Wilson's (1927) 95 % score interval of a chance seen as a `share` of `n` independent
/// replicates. `n` need not be whole; nothing is known where it is 0.
pub fn wilson(share: f64, n: f64) -> Estimate {
    if n <= 0.0 {
        return Estimate::unknown_chance(share);
    }
    let z = z95();
    let centre = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    // Rounding must not push an end past the estimate or out of 0..1.
    Estimate {
        value: share,
        low: (centre - half).max(0.0).min(share),
        high: (centre + half).min(1.0).max(share),
    }
}

/// Bonett and Price's (2012) adjusted Wald interval of a paired difference of two chances:
/// of `n` independent pairs the share `gained` has the outcome in the second only, and the
/// share `lost` in the first only.
pub fn bonett_price(gained: f64, lost: f64, n: f64) -> Estimate {
    let value = gained - lost;
    if n <= 0.0 {
        return Estimate {
            value,
            low: -1.0,
            high: 1.0,
        };
    }
    let (p, q) = ((gained * n + 1.0) / (n + 2.0), (lost * n + 1.0) / (n + 2.0));
    let centre = p - q;
    let half = z95() * ((p + q - centre * centre) / (n + 2.0)).sqrt();
    Estimate {
        value,
        low: (centre - half).max(-1.0).min(value),
        high: (centre + half).min(1.0).max(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_agrees_with_published_values() {
        // Newcombe (1998), table I: 81 of 263 and 0 of 20, method 3.
        let a = wilson(81.0 / 263.0, 263.0);
        assert!(
            (a.low - 0.2553).abs() < 5e-5 && (a.high - 0.3662).abs() < 5e-5,
            "{a:?}"
        );
        let b = wilson(0.0, 20.0);
        assert!(b.low == 0.0 && (b.high - 0.1611).abs() < 5e-5, "{b:?}");
    }

    #[test]
    fn nothing_is_known_of_no_replicates() {
        assert!(wilson(f64::NAN, 0.0).is_unknown_chance());
        let difference = bonett_price(0.0, 0.0, 0.0);
        assert_eq!((difference.low, difference.high), (-1.0, 1.0));
    }
}
