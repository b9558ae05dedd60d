//! Elementary effects (Morris 1991; Campolongo, Cariboni and Saltelli 2007).
//!
//! The effect of an input in one trajectory is the change of the output when the input
//! moves by half of its levels, divided by the share of their span that this is (2/3 of four
//! levels, all of two): the change per whole span. mu is the mean over trajectories, mu* that of the absolute
//! effects, sigma the standard deviation of the effects.

use crate::engine::Estimate;

use super::bootstrap;
use super::design::Trajectory;

/// What the trajectories say of one input.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Effect {
    /// Mean of the absolute effects.
    pub mu_star: Estimate,
    /// Mean of the effects.
    pub mu: Estimate,
    /// Standard deviation of the effects.
    pub sigma: Estimate,
}

/// The effects on one output, given row by row; trajectories in which an output is not a
/// number are left out.
pub fn effects(trajectories: &[Trajectory], outputs: &[f64], seed: u64) -> Vec<Effect> {
    let mut rows = outputs;
    let mut by_trajectory: Vec<Vec<f64>> = Vec::with_capacity(trajectories.len());
    for trajectory in trajectories {
        let (own, rest) = rows.split_at(trajectory.rows.len().min(rows.len()));
        rows = rest;
        if own.len() < trajectory.rows.len() || own.iter().any(|y| !y.is_finite()) {
            continue;
        }
        let mut effects = vec![0.0; trajectory.moves.len()];
        for (ends, (input, share)) in own.windows(2).zip(&trajectory.moves) {
            effects[*input] = (ends[1] - ends[0]) / share;
        }
        by_trajectory.push(effects);
    }
    let inputs = trajectories.first().map_or(0, |t| t.moves.len());
    let found = bootstrap::intervals(by_trajectory.len(), seed, |drawn| {
        let n = drawn.len() as f64;
        (0..inputs)
            .flat_map(|input| {
                let of = || drawn.iter().map(|&t| by_trajectory[t][input]);
                let mu = of().sum::<f64>() / n;
                let mu_star = of().map(f64::abs).sum::<f64>() / n;
                let squares: f64 = of().map(|e| (e - mu) * (e - mu)).sum();
                [mu_star, mu, (squares / (n - 1.0)).sqrt()]
            })
            .collect()
    });
    found
        .chunks_exact(3)
        .map(|of| Effect {
            mu_star: of[0],
            mu: of[1],
            sigma: of[2],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::design::{Moved, Saltelli, trajectories};
    use super::super::sobol::{Outputs, indices};
    use super::*;
    use crate::scenario::Distribution;
    use crate::scenario::distribution::Sampler;

    fn uniform(count: usize) -> Vec<Moved> {
        let (low, high) = (0.0, 1.0);
        let sampler = Distribution::Uniform { low, high }.sampler();
        (0..count)
            .map(|at| Moved::alone(at, sampler.middles()))
            .collect()
    }

    fn switch(rare: f64) -> Sampler {
        let (values, weights) = (vec![0.0, 1.0], vec![1.0 - rare, rare]);
        Distribution::Discrete { values, weights }.sampler()
    }

    fn effects_of(
        count: usize,
        inputs: &[Moved],
        seed: u64,
        f: impl Fn(&[f64]) -> f64,
    ) -> Vec<Effect> {
        let design = trajectories(count, inputs, seed);
        let y: Vec<f64> = design.iter().flat_map(|t| &t.rows).map(|u| f(u)).collect();
        effects(&design, &y, 1)
    }

    #[test]
    fn a_plane_has_its_slopes_and_no_spread() {
        let grid = uniform(3);
        let found = effects_of(10, &grid, 4, |u| 2.0 * u[0] - 3.0 * u[1]);
        // The grid spans from 0.01 to 0.99.
        for (effect, slope) in found.iter().zip([2.0, -3.0, 0.0_f64]) {
            assert!((effect.mu.value - 0.98 * slope).abs() < 1e-12);
            assert!((effect.mu_star.value - 0.98 * slope.abs()).abs() < 1e-12);
            assert!(effect.sigma.value.abs() < 1e-12);
        }
    }

    #[test]
    fn effects_of_both_signs_show_in_mu_star_and_sigma_only() {
        // The effect of the first is +-1 with the second one's side.
        let f = |u: &[f64]| (u[0] - 0.5) / 0.98 * if u[1] > 0.5 { 1.0 } else { -1.0 };
        let found = effects_of(400, &uniform(2), 4, f)[0];
        assert!((found.mu_star.value - 1.0).abs() < 1e-12, "{found:?}");
        assert!(found.mu.value.abs() < 0.2 && found.mu.low < 0.0 && found.mu.high > 0.0);
        assert!((found.sigma.value - 1.0).abs() < 0.02);
    }

    /// Switches that are rarely on, what happens in the tail of a skewed number only, and a
    /// number that does nothing.
    #[test]
    fn rare_values_and_tails_have_the_effects_that_their_indices_say() {
        let skewed = Distribution::Lognormal {
            median: 1.0,
            sigma: 2.0,
            low: None,
            high: None,
        };
        let inputs = [
            switch(0.1),
            switch(0.04),
            switch(0.5),
            skewed.sampler(),
            switch(0.5),
        ];
        // The 95 % quantile of the lognormal number: exp(2 x 1.644854).
        let far = 26.838;
        let f = |u: &[f64]| {
            let x: Vec<f64> = inputs.iter().zip(u).map(|(s, u)| s.quantile(*u)).collect();
            x[0] + x[1] + x[2] + f64::from(u8::from(x[3] > far))
        };
        // Of an on and off with chance p the variance is p (1 - p); they add up.
        let parts = [0.09, 0.0384, 0.25, 0.0475, 0.0];
        let all: f64 = parts.iter().sum();
        let design = Saltelli {
            base: 4096,
            factors: (0..5).map(|i| vec![i]).collect(),
            coordinates: 5,
            seed: 3,
        };
        let y: Vec<f64> = design.rows().iter().map(|row| f(row)).collect();
        let outputs = Outputs {
            block: design.block(),
            within: vec![0.0; design.base],
            halves: [y.clone(), y],
        };
        let found = indices(&outputs, 1);
        for (index, part) in found.indices.iter().zip(parts) {
            assert!((index.total.value - part / all).abs() < 0.01, "{index:?}");
        }
        let of = inputs.iter().enumerate();
        let grid: Vec<Moved> = of
            .map(|(at, sampler)| Moved::alone(at, sampler.middles()))
            .collect();
        let found = effects_of(200, &grid, 7, f);
        // Each switch moves the output by 1, and is moved in every trajectory; of the skewed
        // number, the moves between the second level and the last do, over 2/3 of the span.
        for effect in &found[..3] {
            assert!((effect.mu_star.value - 1.0).abs() < 1e-12, "{effect:?}");
        }
        let tail = found[3].mu_star.value;
        assert!((tail - 0.75).abs() < 0.16, "{tail}");
        assert_eq!(found[4].mu_star.value, 0.0);
    }
}
