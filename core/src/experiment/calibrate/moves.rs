//! Moves of particles by Metropolis.

use super::simulator::{Particle, Settings, Simulator, Stop, normals};
use super::target::Target;
use crate::numeric::Generator;
use crate::numeric::matrix::{cholesky, moments};

/// Share of particles that may stay where they are, and most moves of each.
const UNMOVED: f64 = 0.05;
const MOST_MOVES: usize = 100;

/// The moves of a generation.
pub struct Moves<'a> {
    /// How it is done.
    pub settings: &'a Settings,
    /// What simulations have to be near to.
    pub target: &'a Target,
    /// Its number.
    pub generation: usize,
    /// Simulations before it.
    pub spent: u64,
}

/// Particles that were moved.
pub struct Moved {
    /// The particles.
    pub particles: Vec<Particle>,
    /// Summaries of all that was simulated.
    pub latest: Vec<Vec<f64>>,
    /// How many were simulated.
    pub simulations: u64,
    /// Share of the moves that were made.
    pub accepted: f64,
}

impl Moves<'_> {
    /// Resamples and moves what is kept.
    pub fn of(
        &self,
        kept: Vec<Particle>,
        draws: &mut Generator,
        simulator: &mut impl Simulator,
    ) -> Result<Moved, Stop> {
        let lower = step(&kept);
        let n = self.settings.particles;
        let mut particles: Vec<Particle> = (0..n).map(|k| kept[k % kept.len()].clone()).collect();
        let mut moved = Moved {
            particles: Vec::new(),
            latest: Vec::new(),
            simulations: 0,
            accepted: 0.0,
        };
        let (mut made, mut rounds) = (0, 1);
        let mut round = 0;
        while round < rounds {
            let mut movers = Vec::new();
            let mut points = Vec::new();
            for (k, particle) in particles.iter().enumerate() {
                let z = moved_by(&particle.z, &lower, draws);
                // What the prior turns down needs no simulation.
                let luck = libm::log(draws.uniform());
                if luck < 0.5 * (square(&particle.z) - square(&z)) && !simulator.is_implausible(&z)
                {
                    movers.push(k);
                    points.push(z);
                }
            }
            if self.spent + moved.simulations + points.len() as u64 > self.settings.simulations {
                return Err(Stop::Simulations);
            }
            let reports = simulator
                .simulate(self.generation, moved.simulations, &points)
                .ok_or(Stop::Interrupted)?;
            moved.simulations += points.len() as u64;
            for ((k, z), reports) in movers.into_iter().zip(points).zip(reports) {
                let Some(reports) = reports else { continue };
                let summaries = self.target.summaries.of(&reports);
                moved.latest.push(summaries.clone());
                if self.target.holds(&summaries) {
                    made += 1;
                    particles[k] = Particle {
                        distance: self.target.distance(&summaries),
                        z,
                        reports,
                        summaries,
                    };
                }
            }
            round += 1;
            moved.accepted = made as f64 / (round * n) as f64;
            if round == 1 {
                if moved.accepted < self.settings.least_accepted {
                    return Err(Stop::Accepted);
                }
                let wanted = libm::log(UNMOVED) / libm::log((1.0 - moved.accepted).max(1e-9));
                rounds = (wanted.ceil() as usize).clamp(1, MOST_MOVES);
            }
        }
        moved.particles = particles;
        Ok(moved)
    }
}

fn square(z: &[f64]) -> f64 {
    z.iter().map(|z| z * z).sum()
}

/// Added to a variance, so that none vanishes.
const RIDGE: f64 = 1e-6;

/// The root of the covariance of a move.
fn step(kept: &[Particle]) -> Vec<Vec<f64>> {
    let points: Vec<Vec<f64>> = kept.iter().map(|p| p.z.clone()).collect();
    let weights = vec![1.0 / kept.len() as f64; kept.len()];
    let (_, mut covariance) = moments(&points, &weights);
    let n = covariance.len();
    let scale = 2.38 * 2.38 / n as f64;
    for (i, row) in covariance.iter_mut().enumerate() {
        row.iter_mut().for_each(|c| *c *= scale);
        row[i] += RIDGE;
    }
    // A covariance with something on its diagonal has a root; else steps are of size 1.
    cholesky(&covariance).unwrap_or_else(|| {
        let unit = |i: usize| (0..n).map(|j| f64::from(u8::from(i == j))).collect();
        (0..n).map(unit).collect()
    })
}

fn moved_by(z: &[f64], lower: &[Vec<f64>], draws: &mut Generator) -> Vec<f64> {
    let step = normals(z.len(), draws);
    let row = |row: &Vec<f64>| row.iter().zip(&step).map(|(l, e)| l * e).sum::<f64>();
    z.iter().zip(lower).map(|(z, l)| z + row(l)).collect()
}
