//! Logistic regression on few cases: slopes are held back by a normal prior.

use crate::numeric::matrix::{cholesky, solve};

/// Standard deviation of a slope's prior, per standard deviation of its covariate: cases are few
/// enough to be told apart wholly, which would send slopes to infinity.
const PRIOR: f64 = 1.0;
/// Newton steps; it settles in ten.
const STEPS: usize = 50;

/// A regression that was fitted.
#[derive(Debug, Clone)]
pub struct Logistic {
    /// Means and standard deviations of the covariates.
    scale: Vec<(f64, f64)>,
    /// The constant, then the slopes of standardised covariates.
    coefficients: Vec<f64>,
}

impl Logistic {
    /// Fits the chance of `happened` to covariates, a row for each case.
    pub fn fit(covariates: &[&[f64]], happened: &[bool]) -> Self {
        let n = covariates.len() as f64;
        let wide = covariates.first().map_or(0, |row| row.len());
        let spread = |k: usize| {
            let mean = covariates.iter().map(|row| row[k]).sum::<f64>() / n;
            let square = |row: &&[f64]| (row[k] - mean) * (row[k] - mean);
            (
                mean,
                (covariates.iter().map(square).sum::<f64>() / n).sqrt(),
            )
        };
        let mut fitted = Self {
            scale: (0..wide).map(spread).collect(),
            coefficients: vec![0.0; wide + 1],
        };
        let rows: Vec<Vec<f64>> = covariates.iter().map(|row| fitted.row(row)).collect();
        for _ in 0..STEPS {
            let mut information = vec![vec![0.0; wide + 1]; wide + 1];
            let mut slope = vec![0.0; wide + 1];
            for (row, happened) in rows.iter().zip(happened) {
                let chance = logistic(dot(&fitted.coefficients, row));
                let miss = f64::from(u8::from(*happened)) - chance;
                for i in 0..=wide {
                    slope[i] += miss * row[i];
                    for j in 0..=wide {
                        information[i][j] += chance * (1.0 - chance) * row[i] * row[j];
                    }
                }
            }
            for k in 0..=wide {
                // The constant's prior is wide: all or none may have come.
                let precision = if k == 0 { 0.01 } else { 1.0 / (PRIOR * PRIOR) };
                information[k][k] += precision;
                slope[k] -= precision * fitted.coefficients[k];
            }
            let Some(lower) = cholesky(&information) else {
                break;
            };
            let step = solve(&lower, &slope);
            let each = fitted.coefficients.iter_mut().zip(&step);
            each.for_each(|(coefficient, step)| *coefficient += step.clamp(-2.0, 2.0));
            if step.iter().all(|step| step.abs() < 1e-12) {
                break;
            }
        }
        fitted
    }

    /// The chance of a case.
    pub fn chance(&self, covariates: &[f64]) -> f64 {
        logistic(dot(&self.coefficients, &self.row(covariates)))
    }

    fn row(&self, covariates: &[f64]) -> Vec<f64> {
        let each = covariates.iter().zip(&self.scale);
        let each = each.map(|(x, (mean, sd))| if *sd > 0.0 { (x - mean) / sd } else { 0.0 });
        std::iter::once(1.0).chain(each).collect()
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_follow_what_came() {
        let rows: Vec<[f64; 2]> = (0..40)
            .map(|k| [f64::from(k % 2), f64::from(k / 20)])
            .collect();
        let covariates: Vec<&[f64]> = rows.iter().map(|r| r.as_slice()).collect();
        // Half of all; the first covariate says nothing, the second all but two.
        let happened: Vec<bool> = (0..40).map(|k| (k >= 20) != (k == 5 || k == 25)).collect();
        let fitted = Logistic::fit(&covariates, &happened);
        let (low, high) = (fitted.chance(&[0.0, 0.0]), fitted.chance(&[0.0, 1.0]));
        assert!(low < 0.15 && high > 0.85, "{low} {high}");
        // The maximum: what is fitted has the mean of what came, but for the constant's prior.
        let mean: f64 = rows.iter().map(|r| fitted.chance(r)).sum::<f64>() / 40.0;
        assert!((mean - 0.5).abs() < 1e-3);
        let all = Logistic::fit(&covariates, &[true; 40]);
        assert!(all.chance(&[1.0, 1.0]) > 0.95);
    }
}
