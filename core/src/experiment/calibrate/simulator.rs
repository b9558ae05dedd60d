//! What a calibration works with: particles, what simulates them, and how it is done.

use serde::{Deserialize, Serialize};

use crate::numeric::Generator;

/// How it is done.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Settings {
    /// Independent populations, each with its share of the particles and simulations; their
    /// particles are the posterior together.
    pub islands: u64,
    /// Particles in all.
    pub particles: usize,
    /// Share of the particles that a new threshold keeps, 0..1.
    pub keep: f64,
    /// Most generations.
    pub generations: usize,
    /// Most simulations in all.
    pub simulations: u64,
    /// Least share of moves that may be made.
    pub least_accepted: f64,
    /// Simulations of the pilot of each population, at least as many as it has particles.
    pub pilot: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            islands: 1,
            particles: 500,
            keep: 0.5,
            generations: 20,
            simulations: 400_000,
            least_accepted: 0.004,
            pilot: 4000,
        }
    }
}

impl Settings {
    /// Of one of its populations, counted from 1: the first have one more particle where they
    /// can't be divided evenly.
    pub(super) fn of_island(&self, island: u64) -> Self {
        let share = |all: u64| all / self.islands + u64::from(island <= all % self.islands);
        Self {
            islands: 1,
            particles: share(self.particles as u64) as usize,
            simulations: share(self.simulations),
            ..*self
        }
    }
}

/// Why it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// As many generations as asked for.
    Generations,
    /// More simulations would have been too many.
    Simulations,
    /// Too few moves were made.
    Accepted,
    /// Nothing that was observed varies between simulations.
    NothingVaries,
    /// It was asked to stop.
    Interrupted,
}

/// A particle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Particle {
    /// Its numbers, standard normal under the prior.
    pub z: Vec<f64>,
    /// What was reported of it.
    pub reports: Vec<f64>,
    /// What that says of each number.
    pub summaries: Vec<f64>,
    /// Its distance from what was observed.
    pub distance: f64,
}

/// What is simulated: for points z, each with the number of its proposal, the reports of each;
/// `None` of one that failed. Nothing of all of it if it was interrupted.
pub trait Simulator {
    /// Simulates once from each point, in generation `generation` counted from 1.
    fn simulate(
        &mut self,
        generation: usize,
        first: u64,
        points: &[Vec<f64>],
    ) -> Option<Vec<Option<Vec<f64>>>>;

    /// Whether a point can be ruled out without a simulation.
    fn is_implausible(&self, _z: &[f64]) -> bool {
        false
    }

    /// Told what the pilot reported, before any point is asked about.
    fn learn(&mut self, _pilot: &[Particle]) {}
}

/// So many standard normal numbers.
pub(super) fn normals(n: usize, draws: &mut Generator) -> Vec<f64> {
    (0..n).map(|_| draws.normal()).collect()
}
