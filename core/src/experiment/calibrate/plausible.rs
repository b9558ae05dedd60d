//! History matching: which points can be ruled out without simulating from them.
//!
//! From the prior's simulations each report is regressed on the numbers, each with its square
//! (z and z² - 1, which are orthogonal under the prior). With m(z) its mean at a point and v the
//! variance that is left over (of noise, of what other numbers do, of the fit's own error; the
//! report's error is in the simulations already), how implausible a point is under report j is
//!
//! ```text
//! I(j) = |m(z) - y(j)| / sqrt( v + u + d )      u: of the fit at z;  d: of what a model misses
//! ```
//!
//! Only values are asked, as what is yes or no has no normal error. A point is ruled out where the second largest of all I is above 3 (Craig et al. 1997; one is
//! spared, as one report in forty may be odd). d is a tenth of v.
//!
//! Craig, P. S., Goldstein, M., Seheult, A. H., and Smith, J. A. (1997). Pressure matching for
//! hydrocarbon reservoirs. In *Case Studies in Bayesian Statistics III*, 37-93. Springer.

use super::simulator::Particle;
use crate::numeric::matrix::{cholesky, forward, solve};

/// Above which a point is implausible.
const CUTOFF: f64 = 3.0;
/// Variance of what the model misses, as a share of what the fit leaves over.
const DISCREPANCY: f64 = 0.1;

/// What the prior's simulations say of every point.
#[derive(Debug, Clone)]
pub struct Plausibility {
    observed: Vec<f64>,
    is_value: Vec<bool>,
    fits: Vec<Option<Fit>>,
    /// Of the normal equations.
    lower: Vec<Vec<f64>>,
}

/// A report as a function of the numbers.
#[derive(Debug, Clone)]
struct Fit {
    coefficients: Vec<f64>,
    /// Variance left over.
    variance: f64,
    /// Share of the variance that the fit explains, for its degrees of freedom.
    explained: f64,
}

/// A constant, and of each number itself and its square.
fn terms(z: &[f64]) -> Vec<f64> {
    let each = z.iter().flat_map(|z| [*z, z * z - 1.0]);
    std::iter::once(1.0).chain(each).collect()
}

impl Plausibility {
    /// From the pilot's particles and which reports are of values; `None` where there are too few for a fit.
    pub fn new(prior: &[Particle], observed: &[f64], is_value: &[bool]) -> Option<Self> {
        let rows: Vec<Vec<f64>> = prior.iter().map(|p| terms(&p.z)).collect();
        let wide = rows.first()?.len();
        if rows.len() < 3 * wide {
            return None;
        }
        let mut normal = vec![vec![0.0; wide]; wide];
        for row in &rows {
            for i in 0..wide {
                for j in 0..wide {
                    normal[i][j] += row[i] * row[j];
                }
            }
        }
        let lower = cholesky(&normal)?;
        let fit = |j: usize| {
            let n = rows.len() as f64;
            let mean = prior.iter().map(|p| p.reports[j]).sum::<f64>() / n;
            let mut right = vec![0.0; wide];
            let mut total = 0.0;
            for (row, particle) in rows.iter().zip(prior) {
                let report = particle.reports[j];
                total += (report - mean) * (report - mean);
                for (right, term) in right.iter_mut().zip(row) {
                    *right += term * report;
                }
            }
            let coefficients = solve(&lower, &right);
            let left = rows.iter().zip(prior).map(|(row, particle)| {
                let miss = particle.reports[j] - dot(&coefficients, row);
                miss * miss
            });
            let variance = left.sum::<f64>() / (n - wide as f64);
            (total > 0.0 && variance > 0.0).then(|| Fit {
                explained: (1.0 - variance / (total / (n - 1.0))).max(0.0),
                variance,
                coefficients,
            })
        };
        Some(Self {
            fits: (0..observed.len()).map(fit).collect(),
            observed: observed.to_vec(),
            is_value: is_value.to_vec(),
            lower,
        })
    }

    /// Whether a point can be ruled out.
    pub fn rules_out(&self, z: &[f64]) -> bool {
        let row = terms(z);
        // Variance of the fitted mean, in units of the variance left over.
        let leverage: f64 = forward(&self.lower, &row).iter().map(|x| x * x).sum();
        let each = self.fits.iter().zip(&self.observed).zip(&self.is_value);
        let values = each.filter(|(_, is_value)| **is_value).map(|(of, _)| of);
        let above = values.filter(|(fit, observed)| {
            fit.as_ref().is_some_and(|fit| {
                let miss = dot(&fit.coefficients, &row) - **observed;
                let sd = (fit.variance * (1.0 + leverage + DISCREPANCY)).sqrt();
                miss.abs() > CUTOFF * sd
            })
        });
        above.take(2).count() == 2
    }

    /// Share of each report's variance that the numbers explain, 0..1.
    pub fn explained(&self) -> Vec<f64> {
        let each = self.fits.iter();
        each.map(|fit| fit.as_ref().map_or(0.0, |fit| fit.explained))
            .collect()
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::special::normal_quantile;

    #[test]
    fn what_is_far_from_two_reports_is_ruled_out() {
        let n = 400;
        let prior: Vec<Particle> = (0..n)
            .map(|k| {
                let z = normal_quantile((f64::from(k) + 0.5) / f64::from(n));
                let noise = if k % 2 == 0 { 0.1 } else { -0.1 };
                Particle {
                    z: vec![z],
                    reports: vec![z + noise, 2.0 * z - noise, 7.0],
                    summaries: Vec::new(),
                    distance: 0.0,
                }
            })
            .collect();
        let found = Plausibility::new(&prior, &[1.0, 2.0, 8.0], &[true; 3]).unwrap();
        assert!(!found.rules_out(&[1.0]) && !found.rules_out(&[1.2]));
        assert!(found.rules_out(&[0.0]) && found.rules_out(&[2.0]));
        let explained = found.explained();
        assert!(explained[0] > 0.98 && explained[2] == 0.0, "{explained:?}");
        // One that is far from a single report is spared.
        let spared = Plausibility::new(&prior, &[1.0, -4.0, 7.0], &[true; 3]).unwrap();
        assert!(!spared.rules_out(&[1.0]));
    }
}
