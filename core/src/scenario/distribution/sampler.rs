//! Distributions prepared for many draws.

use super::Distribution;
use crate::numeric::special::{self, BetaQuantile, normal_cdf, normal_quantile};

/// A distribution prepared for many draws; see [`Distribution::sampler`].
#[derive(Debug, Clone)]
pub struct Sampler {
    inverse: Inverse,
    low: f64,
    high: f64,
}

/// What the quantile function of each distribution needs.
#[derive(Debug, Clone)]
enum Inverse {
    Uniform,
    Triangular {
        mode: f64,
        share_below: f64,
    },
    Normal {
        mean: f64,
        sd: f64,
        window: Window,
    },
    Lognormal {
        median: f64,
        sigma: f64,
        window: Window,
    },
    Beta(BetaQuantile),
    Discrete(Vec<Step>),
}

/// A value of a discrete distribution, and the weight up to and with it.
#[derive(Debug, Clone)]
struct Step {
    value: f64,
    cumulative: f64,
}

/// A standard normal number on the condition that it lies in a window.
#[derive(Debug, Clone)]
struct Window {
    /// Seen from the other end, so that the upper tail doesn't lose its resolution.
    mirrored: bool,
    /// Probability at the end where `u` is 0.
    from: f64,
    /// Probability at the end where `u` is 1.
    to: f64,
}

impl Window {
    fn new((low, high): (f64, f64)) -> Self {
        if low > 0.0 {
            Self {
                mirrored: true,
                from: normal_cdf(-low),
                to: normal_cdf(-high),
            }
        } else {
            Self {
                mirrored: false,
                from: normal_cdf(low),
                to: normal_cdf(high),
            }
        }
    }

    fn quantile(&self, u: f64) -> f64 {
        let p = self.from + u * (self.to - self.from);
        // Rounding may carry it to 0 or 1, whose quantiles are infinite.
        let z = normal_quantile(inside(p));
        if self.mirrored { -z } else { z }
    }
}

impl Sampler {
    pub(super) fn new(distribution: &Distribution) -> Self {
        let (low, high) = distribution.support();
        let inverse = match distribution {
            Distribution::Uniform { .. } => Inverse::Uniform,
            Distribution::Triangular { mode, .. } => Inverse::Triangular {
                mode: *mode,
                share_below: (mode - low) / (high - low),
            },
            Distribution::Normal { mean, sd, .. } => {
                let window = Window::new(distribution.standard_window());
                Inverse::Normal {
                    mean: *mean,
                    sd: *sd,
                    window,
                }
            }
            Distribution::Lognormal { median, sigma, .. } => {
                let window = Window::new(distribution.standard_window());
                Inverse::Lognormal {
                    median: *median,
                    sigma: *sigma,
                    window,
                }
            }
            Distribution::Beta { .. }
            | Distribution::Pert { .. }
            | Distribution::Dirichlet { .. } => {
                let [a, b] = distribution
                    .as_beta()
                    .map_or([1.0, 1.0], |(shapes, ..)| shapes);
                Inverse::Beta(BetaQuantile::new(a, b))
            }
            Distribution::Discrete { values, weights }
            | Distribution::Table {
                values, weights, ..
            } => Inverse::Discrete(steps(values, weights)),
        };
        Self { inverse, low, high }
    }

    /// The value below which a share `u` of the probability lies, for `u` in (0, 1).
    ///
    /// `u` outside counts as the nearest number inside.
    pub fn quantile(&self, u: f64) -> f64 {
        let u = inside(u);
        let Self { low, high, .. } = *self;
        let value = match &self.inverse {
            Inverse::Uniform => stretch(u, low, high),
            Inverse::Triangular { mode, share_below } => {
                let width = high - low;
                if u < *share_below {
                    low + libm::sqrt(u * (mode - low)) * libm::sqrt(width)
                } else {
                    high - libm::sqrt((1.0 - u) * (high - mode)) * libm::sqrt(width)
                }
            }
            Inverse::Normal { mean, sd, window } => mean + sd * window.quantile(u),
            Inverse::Lognormal {
                median,
                sigma,
                window,
            } => median * libm::exp(sigma * window.quantile(u)),
            Inverse::Beta(table) => stretch(table.at(u), low, high),
            Inverse::Discrete(steps) => {
                let target = u * steps.last().map_or(0.0, |step| step.cumulative);
                let place = steps.partition_point(|step| step.cumulative < target);
                steps
                    .get(place)
                    .or(steps.last())
                    .map_or(f64::NAN, |step| step.value)
            }
        };
        // Rounding may carry it over the edge.
        value.clamp(low, high)
    }

    /// Of a discrete distribution: for each of its values, the least first, the middle of the
    /// probability that it takes, at which [`Sampler::quantile`] is that value.
    pub fn middles(&self) -> Option<Vec<f64>> {
        let Inverse::Discrete(steps) = &self.inverse else {
            return None;
        };
        let cumulative: Vec<f64> = steps.iter().map(|step| step.cumulative).collect();
        Some(middles(&cumulative))
    }
}

/// The middles of the shares of probability of likely values, in order, by the weights up to and
/// with each; those of no weight have none.
pub fn middles(cumulative: &[f64]) -> Vec<f64> {
    let all = cumulative.last().copied().unwrap_or(0.0);
    let mut below = 0.0;
    let middles = cumulative.iter().filter_map(|&sum| {
        let (from, to) = (below, sum);
        below = sum;
        (to > from).then(|| 0.5 * (from + to) / all)
    });
    middles.collect()
}

/// The quantile of a stretched beta distribution, unprepared.
pub(super) fn beta_quantile([a, b]: [f64; 2], low: f64, high: f64, u: f64) -> f64 {
    stretch(special::beta_quantile(a, b, inside(u)), low, high).clamp(low, high)
}

/// The nearest number inside (0, 1).
fn inside(u: f64) -> f64 {
    u.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0)
}

fn stretch(x: f64, low: f64, high: f64) -> f64 {
    low + x * (high - low)
}

/// The likely values in order, with their cumulated weights.
fn steps(values: &[f64], weights: &[f64]) -> Vec<Step> {
    let likely = values.iter().copied().zip(weights.iter().copied());
    let mut likely: Vec<_> = likely.filter(|(_, weight)| *weight > 0.0).collect();
    likely.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut cumulative = 0.0;
    let step = |(value, weight)| {
        cumulative += weight;
        Step { value, cumulative }
    };
    likely.into_iter().map(step).collect()
}
