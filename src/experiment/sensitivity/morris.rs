//! Elementary effects (Morris 1991; Campolongo, Cariboni and Saltelli 2007).
//!
//! The effect of an input in one trajectory is the change of the output when the input
//! moves by half of the grid's levels, divided by that share of the grid's span (2/3): the
//! change per whole span. mu is the mean over trajectories, mu* that of the absolute
//! effects, sigma the standard deviation of the effects.

use crate::engine::Estimate;

use super::bootstrap;
use super::design::{DELTA, Trajectory};

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
        for (ends, (input, sign)) in own.windows(2).zip(&trajectory.moves) {
            effects[*input] = (ends[1] - ends[0]) * sign / DELTA;
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
    use super::super::design::trajectories;
    use super::*;

    #[test]
    fn a_plane_has_its_slopes_and_no_spread() {
        let design = trajectories(10, 3, 4);
        let f = |u: &[f64]| 2.0 * u[0] - 3.0 * u[1];
        let y: Vec<f64> = design.iter().flat_map(|t| &t.rows).map(|u| f(u)).collect();
        let found = effects(&design, &y, 1);
        // The grid spans from 0.125 to 0.875.
        for (effect, slope) in found.iter().zip([2.0, -3.0, 0.0_f64]) {
            assert!((effect.mu.value - 0.75 * slope).abs() < 1e-12);
            assert!((effect.mu_star.value - 0.75 * slope.abs()).abs() < 1e-12);
            assert!(effect.sigma.value.abs() < 1e-12);
        }
    }

    #[test]
    fn effects_of_both_signs_show_in_mu_star_and_sigma_only() {
        let design = trajectories(400, 2, 4);
        // The effect of the first is +-1 with the second one's side.
        let f = |u: &[f64]| (u[0] - 0.5) * if u[1] > 0.5 { 4.0 } else { -4.0 } / 3.0;
        let y: Vec<f64> = design.iter().flat_map(|t| &t.rows).map(|u| f(u)).collect();
        let found = effects(&design, &y, 1)[0];
        assert!((found.mu_star.value - 1.0).abs() < 1e-12, "{found:?}");
        assert!(found.mu.value.abs() < 0.2 && found.mu.low < 0.0 && found.mu.high > 0.0);
        assert!((found.sigma.value - 1.0).abs() < 0.02);
    }
}
