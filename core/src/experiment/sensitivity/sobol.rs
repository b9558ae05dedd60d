//! Variance-based indices from the outputs of Saltelli's design.
//!
//! A row's output is the mean over replicates, kept in two halves with independent noise.
//! Every product of two outputs below is taken between the halves (1 and 2), so that the
//! noise, being independent with mean 0, drops out of its expectation. With m1 and m2 the
//! means of each half over all A and B, and c the mean of everything:
//!
//! ```text
//! V      = mean over A and B of y1 y2  -  m1 m2
//! S_i    = 1 - mean (b1 - ab1)(b2 - ab2) / 2V                          Jansen (1999)
//! S_i    = mean [(b1 - c)(ab2 - a2) + (b2 - c)(ab1 - a1)] / 2V         Saltelli et al. (2010), (b)
//! T_i    = mean (a1 - ab1)(a2 - ab2) / 2V                              Jansen (1999)
//! ```
//!
//! where a, b, ab stand for f(A), f(B), f(A with column i of B). With no noise the halves
//! are equal and these are the usual estimators.

use crate::engine::Estimate;

use super::bootstrap;

/// Least share of the variance that the lower end of its interval must have for indices.
const TOLD: f64 = 0.25;

/// The outputs of one half: for each base row those of A, B, and each mixed row.
#[derive(Debug, Clone)]
pub struct Outputs {
    /// Rows in a block.
    pub block: usize,
    /// Block after block; not a number where every replicate failed.
    pub halves: [Vec<f64>; 2],
    /// Mean variance of single replicates within rows A and B, by block.
    pub within: Vec<f64>,
}

/// The indices of one factor.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Index {
    /// First-order index, by Saltelli's estimator: narrower than Jansen's where it is small.
    pub first: Estimate,
    /// First-order index, by Jansen's estimator.
    pub first_jansen: Estimate,
    /// Total index, by Jansen's estimator.
    pub total: Estimate,
}

/// What the design says of one output.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Indices {
    /// Variance of the output's expectation given the inputs.
    pub variance: Estimate,
    /// Share of a single history's variance that is noise, given the inputs.
    pub noise_share: Estimate,
    /// Whether the variance from inputs is known well enough for indices: the lower end of
    /// its interval is above 0 and above a quarter of it.
    pub told: bool,
    /// By factor.
    pub indices: Vec<Index>,
}

/// Computes the indices with bootstrap intervals over base rows. Blocks with an output that
/// is not a number are left out.
pub fn indices(outputs: &Outputs, seed: u64) -> Indices {
    let block = outputs.block;
    let whole: Vec<usize> = (0..outputs.halves[0].len() / block)
        .filter(|&k| {
            let rows = k * block..(k + 1) * block;
            let finite = |half: &Vec<f64>| half[rows.clone()].iter().all(|y| y.is_finite());
            outputs.halves.iter().all(finite)
        })
        .collect();
    let factors = block - 2;
    let found = bootstrap::intervals(whole.len(), seed, |drawn| {
        let rows: Vec<usize> = drawn.iter().map(|&k| whole[k]).collect();
        estimate(outputs, &rows)
    });
    // Of a rare outcome a few rows make up the whole variance, and resampling them says
    // little: its interval then reaches far below the estimate.
    let told = found[0].low > 1e-12 && found[0].low > TOLD * found[0].value;
    let indices = (0..if told { factors } else { 0 }).map(|f| Index {
        first_jansen: found[2 + 3 * f],
        first: found[3 + 3 * f],
        total: found[4 + 3 * f],
    });
    Indices {
        variance: found[0],
        noise_share: found[1],
        told,
        indices: indices.collect(),
    }
}

/// Variance, share of noise, then first (Jansen), first (Saltelli) and total of each factor.
fn estimate(outputs: &Outputs, blocks: &[usize]) -> Vec<f64> {
    let block = outputs.block;
    let n = blocks.len() as f64;
    let [one, two] = &outputs.halves;
    let (mut m1, mut m2, mut product, mut all, mut within) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for &k in blocks {
        let (y1, y2) = (
            &one[k * block..(k + 1) * block],
            &two[k * block..(k + 1) * block],
        );
        m1 += y1[0] + y1[1];
        m2 += y2[0] + y2[1];
        product += y1[0] * y2[0] + y1[1] * y2[1];
        all += y1.iter().chain(y2).sum::<f64>();
        within += outputs.within[k];
    }
    let variance = product / (2.0 * n) - m1 / (2.0 * n) * (m2 / (2.0 * n));
    let c = all / (2.0 * n * block as f64);
    let within = within / n;
    let mut found = vec![variance, within / (variance.max(0.0) + within)];
    for factor in 2..block {
        let (mut jansen, mut saltelli, mut total) = (0.0, 0.0, 0.0);
        for &k in blocks {
            let at = k * block;
            let (a1, b1, ab1) = (one[at], one[at + 1], one[at + factor]);
            let (a2, b2, ab2) = (two[at], two[at + 1], two[at + factor]);
            jansen += (b1 - ab1) * (b2 - ab2);
            saltelli += (b1 - c) * (ab2 - a2) + (b2 - c) * (ab1 - a1);
            total += (a1 - ab1) * (a2 - ab2);
        }
        let twice = 2.0 * n * variance;
        found.extend([1.0 - jansen / twice, saltelli / twice, total / twice]);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::design::{Saltelli, rng};
    use super::*;
    use rand::Rng;
    use std::f64::consts::PI;

    fn design(base: usize, inputs: usize) -> Saltelli {
        Saltelli {
            base,
            factors: (0..inputs).map(|i| vec![i]).collect(),
            coordinates: inputs,
            seed: 11,
        }
    }

    fn run(design: &Saltelli, f: impl Fn(&[f64]) -> f64) -> Indices {
        let y: Vec<f64> = design.rows().iter().map(|row| f(row)).collect();
        let outputs = Outputs {
            block: design.block(),
            within: vec![0.0; design.base],
            halves: [y.clone(), y],
        };
        indices(&outputs, 1)
    }

    fn near(found: &Indices, first: &[f64], total: &[f64], bound: f64) {
        for (k, index) in found.indices.iter().enumerate() {
            let off = [
                index.first.value - first[k],
                index.first_jansen.value - first[k],
                index.total.value - total[k],
            ];
            assert!(off.iter().all(|x| x.abs() < bound), "{k}: {off:?}");
        }
    }

    #[test]
    fn ishigami_function() {
        // Ishigami and Homma (1990), a = 7, b = 0.1.
        let (a, b) = (7.0, 0.1);
        let f = |u: &[f64]| {
            let x: Vec<f64> = u.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
            x[0].sin() + a * x[1].sin() * x[1].sin() + b * x[2] * x[2] * x[2] * x[2] * x[0].sin()
        };
        let pi4 = PI * PI * PI * PI;
        let first = 0.5 * (1.0 + b * pi4 / 5.0) * (1.0 + b * pi4 / 5.0);
        let second = a * a / 8.0;
        let joint = 8.0 * b * b * pi4 * pi4 / 225.0;
        let v = first + second + joint;
        let found = run(&design(4096, 3), f);
        assert!(
            (found.variance.value / v - 1.0).abs() < 0.02,
            "{:?} {v}",
            found.variance
        );
        near(
            &found,
            &[first / v, second / v, 0.0],
            &[(first + joint) / v, second / v, joint / v],
            0.01,
        );
        // The intervals hold what they should, and are narrow.
        for (index, truth) in found.indices.iter().zip([first / v, second / v, 0.0]) {
            assert!(index.first.low < truth && truth < index.first.high);
            assert!(index.first.high - index.first.low < 0.1);
        }
    }

    #[test]
    fn sobol_g_function() {
        let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
        let g = |u: &[f64]| -> f64 {
            let terms = u
                .iter()
                .zip(a)
                .map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a));
            terms.product()
        };
        let part: Vec<f64> = a
            .iter()
            .map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)))
            .collect();
        let all: f64 = part.iter().map(|v| 1.0 + v).product();
        let v = all - 1.0;
        let first: Vec<f64> = part.iter().map(|p| p / v).collect();
        let total: Vec<f64> = part.iter().map(|p| p * all / (1.0 + p) / v).collect();
        near(&run(&design(4096, 8), g), &first, &total, 0.015);
    }

    /// The chance 0.2 + 0.3 x0 + 0.3 x0 x1, x2 idle, seen through 8 coin tosses a row.
    #[test]
    fn noise_of_replicates_moves_no_index() {
        let chance = |u: &[f64]| 0.2 + 0.3 * u[0] + 0.3 * u[0] * u[1];
        // By integration: the variance of each effect.
        let (v0, v1, v01) = (0.45 * 0.45 / 12.0, 0.15 * 0.15 / 12.0, 0.3 * 0.3 / 144.0);
        let v = v0 + v1 + v01;
        let (base, tosses) = (16_384, 4);
        let design = design(base, 3);
        let mut rng = rng(77, "test");
        let mut uniform = || (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        let mut halves = [Vec::new(), Vec::new()];
        let mut within = Vec::new();
        for block in design.rows().chunks(design.block()) {
            // Rows of a block share their noise, as replicates of the model do.
            let noise: Vec<f64> = (0..2 * tosses).map(|_| uniform()).collect();
            let mut spread = 0.0;
            for (row, u) in block.iter().enumerate() {
                let hits: Vec<f64> = noise
                    .iter()
                    .map(|n| f64::from(u8::from(*n < chance(u))))
                    .collect();
                let mean = |some: &[f64]| some.iter().sum::<f64>() / some.len() as f64;
                halves[0].push(mean(&hits[..tosses]));
                halves[1].push(mean(&hits[tosses..]));
                if row < 2 {
                    let m = mean(&hits);
                    spread += m * (1.0 - m) * 8.0 / 7.0 / 2.0;
                }
            }
            within.push(spread);
        }
        let naive: Vec<f64> = halves[0]
            .iter()
            .zip(&halves[1])
            .map(|(a, b)| (a + b) / 2.0)
            .collect();
        let outputs = Outputs {
            block: design.block(),
            halves,
            within: within.clone(),
        };
        let found = indices(&outputs, 3);
        // Four standard errors of these estimators at 16,384 base rows; the seed is fixed.
        assert!(
            (found.variance.value / v - 1.0).abs() < 0.06,
            "{:?} {v}",
            found.variance
        );
        near(
            &found,
            &[v0 / v, v1 / v, 0.0],
            &[(v0 + v01) / v, (v1 + v01) / v, 0.0],
            0.06,
        );
        // All of a history's variance but v is noise: p (1 - p) with p = 0.425 in the mean.
        let whole = 0.425 * 0.575;
        assert!((found.noise_share.value - (1.0 - v / whole)).abs() < 0.01);
        // Means over all tosses, taken for the function itself, are wrong by far.
        let blind = Outputs {
            block: design.block(),
            halves: [naive.clone(), naive],
            within,
        };
        let blind = indices(&blind, 3);
        assert!(blind.variance.value > 1.8 * v, "{:?}", blind.variance);
        // Shared noise makes even the idle input look as if it mattered.
        assert!(
            blind.indices[2].first_jansen.value > 0.2,
            "{:?}",
            blind.indices[2]
        );
    }

    #[test]
    fn an_output_that_is_all_noise_has_no_indices() {
        let design = design(256, 2);
        let mut rng = rng(5, "test");
        let mut toss = || f64::from(u8::from(rng.next_u64() & 1 == 0));
        let halves = [0, 1].map(|_| (0..256 * 4).map(|_| toss()).collect());
        let outputs = Outputs {
            block: design.block(),
            halves,
            within: vec![0.25; 256],
        };
        let found = indices(&outputs, 1);
        assert!(!found.told && found.indices.is_empty(), "{found:?}");
    }

    #[test]
    fn factors_of_several_inputs_have_their_joint_index() {
        let mut design = design(2048, 3);
        design.factors = vec![vec![0], vec![1, 2]];
        let found = run(&design, |u| u[0] + 10.0 * (u[1] - 0.5) * (u[2] - 0.5));
        let (one, two) = (1.0 / 12.0, 100.0 / 144.0);
        let v = one + two;
        near(&found, &[one / v, two / v], &[one / v, two / v], 0.01);
    }
}
