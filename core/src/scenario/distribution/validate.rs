//! Which distributions are possible.

use super::{Distribution, normal_mass};

/// The least share of a normal distribution that low and high may leave.
const LEAST_MASS: f64 = 1e-9;

/// Shapes for which the numerics of the beta distribution are tried.
const SHAPES: (f64, f64) = (0.01, 1e6);

/// Why a distribution is not possible.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DistributionError {
    /// Infinite or NaN.
    #[error("`{key}` is {value}, but must be a finite number")]
    NotFinite {
        /// Key of the number.
        key: &'static str,
        /// The number.
        value: f64,
    },
    /// Zero or negative where only positive numbers have a meaning.
    #[error("`{key}` is {value}, but must be more than 0")]
    NotPositive {
        /// Key of the number.
        key: &'static str,
        /// The number.
        value: f64,
    },
    /// Negative where 0 has a meaning.
    #[error("`{key}` is {value}, but must be 0 or more")]
    Negative {
        /// Key of the number.
        key: &'static str,
        /// The number.
        value: f64,
    },
    /// Low, mode and high out of order.
    #[error(
        "`{less}` is {less_value} and `{more}` is {more_value}, but `{less}` must be {relation} `{more}`"
    )]
    Order {
        /// Key of the number that should be less.
        less: &'static str,
        /// That number.
        less_value: f64,
        /// "less than" or "at most".
        relation: &'static str,
        /// Key of the number that should be more.
        more: &'static str,
        /// That number.
        more_value: f64,
    },
    /// The shape of a beta distribution is extreme.
    #[error("`{key}` is {value}, but must be from {least} to {most}")]
    Shape {
        /// Key of the number.
        key: &'static str,
        /// The number.
        value: f64,
        /// Least possible.
        least: f64,
        /// Greatest possible.
        most: f64,
    },
    /// Low and high are so far out that next to nothing lies between them.
    #[error(
        "only a share of {mass:.1e} lies between `low` and `high`, but it must be at least {LEAST_MASS:e}: \
         move the bounds towards the middle, or widen the distribution"
    )]
    LittleLeft {
        /// The share of the probability between them.
        mass: f64,
    },
    /// A discrete distribution with nothing to choose from.
    #[error("`values` is empty, but must have at least one number")]
    NoValues,
    /// Values and weights don't match.
    #[error(
        "there are {values} `values` and {weights} `weights`, but every value must have one weight"
    )]
    Lengths {
        /// Number of values.
        values: usize,
        /// Number of weights.
        weights: usize,
    },
    /// Every weight is 0, or their sum overflows.
    #[error("the sum of `weights` is {sum}, but must be finite and more than 0")]
    Weights {
        /// Their sum.
        sum: f64,
    },
}

use DistributionError as Wrong;

impl DistributionError {
    /// The key of the number that is wrong by itself, if it is one.
    pub fn key(&self) -> Option<&'static str> {
        match self {
            Self::NotFinite { key, .. }
            | Self::NotPositive { key, .. }
            | Self::Negative { key, .. }
            | Self::Shape { key, .. } => Some(key),
            Self::NoValues => Some("values"),
            Self::Lengths { .. } | Self::Weights { .. } => Some("weights"),
            Self::Order { .. } | Self::LittleLeft { .. } => None,
        }
    }
}

impl Distribution {
    /// Checks that the distribution is possible.
    ///
    /// # Errors
    /// The first thing that is wrong, and what would be right.
    pub fn validate(&self) -> Result<(), DistributionError> {
        match self {
            Self::Uniform { low, high } => bounds(*low, *high),
            Self::Triangular { low, mode, high } | Self::Pert { low, mode, high } => {
                finite("mode", *mode)?;
                bounds(*low, *high)?;
                order("at most", ("low", *low), ("mode", *mode), low <= mode)?;
                order("at most", ("mode", *mode), ("high", *high), mode <= high)
            }
            Self::Normal {
                mean,
                sd,
                low,
                high,
            } => {
                finite("mean", *mean)?;
                positive("sd", *sd)?;
                self.window(*low, *high)
            }
            Self::Lognormal {
                median,
                sigma,
                low,
                high,
            } => {
                positive("median", *median)?;
                positive("sigma", *sigma)?;
                if let Some(low) = low.filter(|low| *low < 0.0) {
                    return Err(Wrong::Negative {
                        key: "low",
                        value: low,
                    });
                }
                if let Some(high) = high {
                    positive("high", *high)?;
                }
                self.window(*low, *high)
            }
            Self::Beta {
                alpha,
                beta,
                low,
                high,
            } => {
                shape("alpha", *alpha)?;
                shape("beta", *beta)?;
                bounds(*low, *high)
            }
            // What the others weigh is known when all of the scenario is read.
            Self::Dirichlet { alpha, .. } => shape("alpha", *alpha),
            Self::Discrete { values, weights }
            | Self::Table {
                values, weights, ..
            } => discrete(values, weights),
        }
    }

    /// Checks the conditions of a normal or lognormal distribution.
    fn window(&self, low: Option<f64>, high: Option<f64>) -> Result<(), Wrong> {
        if let Some(low) = low {
            finite("low", low)?;
        }
        if let Some(high) = high {
            finite("high", high)?;
        }
        if let (Some(low), Some(high)) = (low, high) {
            bounds(low, high)?;
        }
        let (low, high) = self.standard_window();
        let mass = normal_mass(low, high);
        if mass >= LEAST_MASS {
            Ok(())
        } else {
            Err(Wrong::LittleLeft { mass })
        }
    }
}

fn discrete(values: &[f64], weights: &[f64]) -> Result<(), Wrong> {
    if values.is_empty() {
        return Err(Wrong::NoValues);
    }
    if values.len() != weights.len() {
        return Err(Wrong::Lengths {
            values: values.len(),
            weights: weights.len(),
        });
    }
    for (value, weight) in values.iter().zip(weights) {
        finite("values", *value)?;
        finite("weights", *weight)?;
        if *weight < 0.0 {
            return Err(Wrong::Negative {
                key: "weights",
                value: *weight,
            });
        }
    }
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 && sum.is_finite() {
        Ok(())
    } else {
        Err(Wrong::Weights { sum })
    }
}

fn finite(key: &'static str, value: f64) -> Result<(), Wrong> {
    if value.is_finite() {
        Ok(())
    } else {
        Err(Wrong::NotFinite { key, value })
    }
}

fn positive(key: &'static str, value: f64) -> Result<(), Wrong> {
    finite(key, value)?;
    if value > 0.0 {
        Ok(())
    } else {
        Err(Wrong::NotPositive { key, value })
    }
}

fn shape(key: &'static str, value: f64) -> Result<(), Wrong> {
    let (least, most) = SHAPES;
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(Wrong::Shape {
            key,
            value,
            least,
            most,
        })
    }
}

fn bounds(low: f64, high: f64) -> Result<(), Wrong> {
    finite("low", low)?;
    finite("high", high)?;
    order("less than", ("low", low), ("high", high), low < high)
}

fn order(
    relation: &'static str,
    (less, less_value): (&'static str, f64),
    (more, more_value): (&'static str, f64),
    holds: bool,
) -> Result<(), Wrong> {
    if holds {
        Ok(())
    } else {
        Err(Wrong::Order {
            less,
            less_value,
            relation,
            more,
            more_value,
        })
    }
}
