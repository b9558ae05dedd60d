//! Distributions of uncertain inputs: quantiles, moments and checks.
//!
//! Draws are made by inverting the distribution function, so that common random numbers,
//! Latin hypercubes and Sobol' designs work on the uniform numbers alone. Everything stands
//! on `libm` and [`crate::numeric::special`], so the bits are the same on every machine.

mod moments;
mod sampler;
#[cfg(test)]
mod tests;
mod validate;

pub use sampler::{Sampler, middles};
pub use validate::DistributionError;

/// What is believed about an uncertain number.
#[derive(Debug, Clone, PartialEq)]
pub enum Distribution {
    /// Equally likely from low to high.
    Uniform {
        /// Least value.
        low: f64,
        /// Greatest value.
        high: f64,
    },
    /// Density rising in a line from low to the mode and falling in a line to high.
    Triangular {
        /// Least value.
        low: f64,
        /// Most likely value.
        mode: f64,
        /// Greatest value.
        high: f64,
    },
    /// Normal; where low or high are given, on the condition that it lies between them.
    Normal {
        /// Mean, before any condition.
        mean: f64,
        /// Standard deviation, before any condition.
        sd: f64,
        /// Least value.
        low: Option<f64>,
        /// Greatest value.
        high: Option<f64>,
    },
    /// Normal in the logarithm; low and high are conditions as for the normal.
    Lognormal {
        /// Median, before any condition.
        median: f64,
        /// Standard deviation of the natural logarithm, before any condition.
        sigma: f64,
        /// Least value.
        low: Option<f64>,
        /// Greatest value.
        high: Option<f64>,
    },
    /// Beta, stretched from (0, 1) to (low, high).
    Beta {
        /// First shape: the larger, the nearer to high.
        alpha: f64,
        /// Second shape: the larger, the nearer to low.
        beta: f64,
        /// Least value.
        low: f64,
        /// Greatest value.
        high: f64,
    },
    /// Beta from low to high with its mode as given and mean (low + 4 mode + high) / 6.
    Pert {
        /// Least value.
        low: f64,
        /// Most likely value.
        mode: f64,
        /// Greatest value.
        high: f64,
    },
    /// One of some values.
    Discrete {
        /// The values, in any order.
        values: Vec<f64>,
        /// How likely each is, up to a common factor.
        weights: Vec<f64>,
    },
    /// A share of a whole: with the others of its group, all of which sum to 1, Dirichlet's.
    Dirichlet {
        /// The name of the group.
        group: String,
        /// Its weight: the mean is its share of the group's, and the larger they are, the less
        /// uncertain are the shares.
        alpha: f64,
        /// The weights of the others of its group.
        rest: f64,
    },
    /// A column of a table: in each draw, all numbers of one table take the values of one row.
    Table {
        /// The name of the table.
        table: String,
        /// The values of this number, row by row.
        values: Vec<f64>,
        /// How likely each row is, up to a common factor.
        weights: Vec<f64>,
    },
}

impl Distribution {
    /// The value below which a share `u` of the probability lies, for `u` in (0, 1).
    ///
    /// For a [`Distribution::Discrete`] or [`Distribution::Table`], the least value with at least `u` up to and with it.
    /// `u` outside (0, 1) counts as the nearest number inside. The distribution must be
    /// valid. For many draws from one distribution, [`Distribution::sampler`] is faster.
    pub fn quantile(&self, u: f64) -> f64 {
        match self.as_beta() {
            Some((shapes, low, high)) => sampler::beta_quantile(shapes, low, high, u),
            None => self.sampler().quantile(u),
        }
    }

    /// Prepares the distribution, which must be valid, for many draws.
    ///
    /// Its quantiles are those of [`Distribution::quantile`], bit for bit except for beta
    /// and PERT, where they agree to about 1e-13 of the range.
    pub fn sampler(&self) -> Sampler {
        Sampler::new(self)
    }

    /// The value below and above which half of the probability lies.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        moments::mean_and_sd(self).0
    }

    /// The standard deviation.
    pub fn sd(&self) -> f64 {
        moments::mean_and_sd(self).1
    }

    /// The least and greatest value, infinite where there is none.
    pub fn support(&self) -> (f64, f64) {
        match self {
            Self::Uniform { low, high }
            | Self::Triangular { low, high, .. }
            | Self::Beta { low, high, .. }
            | Self::Pert { low, high, .. } => (*low, *high),
            Self::Dirichlet { .. } => (0.0, 1.0),
            Self::Normal { low, high, .. } => (
                low.unwrap_or(f64::NEG_INFINITY),
                high.unwrap_or(f64::INFINITY),
            ),
            Self::Lognormal { low, high, .. } => {
                (low.unwrap_or(0.0), high.unwrap_or(f64::INFINITY))
            }
            Self::Discrete { values, weights }
            | Self::Table {
                values, weights, ..
            } => {
                let likely = values
                    .iter()
                    .zip(weights)
                    .filter(|(_, weight)| **weight > 0.0);
                likely.fold(
                    (f64::INFINITY, f64::NEG_INFINITY),
                    |(least, most), (value, _)| (least.min(*value), most.max(*value)),
                )
            }
        }
    }

    /// Shapes, low and high, if this is a beta distribution by whatever name.
    fn as_beta(&self) -> Option<([f64; 2], f64, f64)> {
        match *self {
            Self::Beta {
                alpha,
                beta,
                low,
                high,
            } => Some(([alpha, beta], low, high)),
            Self::Dirichlet { alpha, rest, .. } => Some(([alpha, rest], 0.0, 1.0)),
            Self::Pert { low, mode, high } => {
                let place = (mode - low) / (high - low);
                Some(([1.0 + 4.0 * place, 5.0 - 4.0 * place], low, high))
            }
            _ => None,
        }
    }

    /// Low and high of the standard normal number behind a normal or lognormal one.
    fn standard_window(&self) -> (f64, f64) {
        let (low, high) = self.support();
        match *self {
            Self::Normal { mean, sd, .. } => ((low - mean) / sd, (high - mean) / sd),
            Self::Lognormal { median, sigma, .. } => (
                libm::log(low / median) / sigma,
                libm::log(high / median) / sigma,
            ),
            _ => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }
}

/// The probability between two standard normal numbers, from the tail in which it is exact.
fn normal_mass(low: f64, high: f64) -> f64 {
    use crate::numeric::special::normal_cdf;
    if low > 0.0 {
        normal_cdf(-low) - normal_cdf(-high)
    } else {
        normal_cdf(high) - normal_cdf(low)
    }
}
