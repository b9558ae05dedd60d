//! Means and standard deviations.

use super::Distribution;

/// Points and weights of Gauss's and Legendre's rule of 5 points on (-1, 1).
const RULE: [(f64, f64); 5] = [
    (-0.906_179_845_938_664, 0.236_926_885_056_189_08),
    (-0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
    (0.0, 0.568_888_888_888_888_9),
    (0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
    (0.906_179_845_938_664, 0.236_926_885_056_189_08),
];

/// Parts of the range of integration; a tenth of a standard deviation where it is widest.
const PARTS: u32 = 200;

/// Standard deviations beyond which nothing of the normal density is left.
const REACH: f64 = 9.5;

/// Mean and standard deviation of a valid distribution.
pub fn mean_and_sd(distribution: &Distribution) -> (f64, f64) {
    match distribution {
        Distribution::Uniform { low, high } => {
            (low + 0.5 * (high - low), (high - low) / libm::sqrt(12.0))
        }
        Distribution::Triangular { low, mode, high } => {
            // From low, so that a far origin doesn't cancel.
            let (rise, width) = (mode - low, high - low);
            let variance = (width * width - width * rise + rise * rise) / 18.0;
            (low + (rise + width) / 3.0, libm::sqrt(variance))
        }
        Distribution::Normal {
            mean,
            sd,
            low: None,
            high: None,
        } => (*mean, *sd),
        Distribution::Normal { mean, sd, .. } => {
            let (m, s) = windowed(distribution.standard_window(), 0.0, |z| z);
            (mean + sd * m, sd * s)
        }
        Distribution::Lognormal {
            median,
            sigma,
            low: None,
            high: None,
        } => {
            let mean = median * libm::exp(0.5 * sigma * sigma);
            (mean, mean * libm::sqrt(libm::expm1(sigma * sigma)))
        }
        Distribution::Lognormal { median, sigma, .. } => {
            // The square, z included, weighs most around 2 sigma.
            let window = distribution.standard_window();
            let (m, s) = windowed(window, 2.0 * sigma, |z| libm::exp(sigma * z));
            (median * m, median * s)
        }
        Distribution::Beta { .. } | Distribution::Pert { .. } | Distribution::Dirichlet { .. } => {
            let ([a, b], low, high) = distribution.as_beta().unwrap_or(([1.0, 1.0], 0.0, 1.0));
            let sum = a + b;
            let sd = libm::sqrt(a / sum * (b / sum) / (sum + 1.0));
            (low + (high - low) * (a / sum), (high - low) * sd)
        }
        Distribution::Discrete { values, weights }
        | Distribution::Table {
            values, weights, ..
        } => {
            let points = || values.iter().copied().zip(weights.iter().copied());
            weighted(points)
        }
    }
}

/// Mean and standard deviation of a function of a standard normal number in a window, by
/// quadrature; the closed forms cancel where the window is narrow.
fn windowed((low, high): (f64, f64), most: f64, f: impl Fn(f64) -> f64) -> (f64, f64) {
    let (low, high) = (low.max(-REACH), high.min(REACH + most));
    let part = (high - low) / f64::from(PARTS);
    let points = || {
        (0..PARTS).flat_map(|i| {
            let middle = low + part * (f64::from(i) + 0.5);
            RULE.map(|(place, weight)| {
                let z = middle + 0.5 * part * place;
                (f(z), weight * libm::exp(-0.5 * z * z))
            })
        })
    };
    weighted(points)
}

/// Mean and standard deviation of values with weights.
fn weighted<I: Iterator<Item = (f64, f64)>>(points: impl Fn() -> I) -> (f64, f64) {
    let total: f64 = points().map(|(_, weight)| weight).sum();
    let mean = points()
        .map(|(value, weight)| value * (weight / total))
        .sum();
    let square = |value: f64| (value - mean) * (value - mean);
    let variance: f64 = points()
        .map(|(value, weight)| square(value) * (weight / total))
        .sum();
    (mean, libm::sqrt(variance))
}
