//! Adaptive ABC-SMC with moves by Metropolis (Del Moral, Doucet and Jasra 2012), distances with
//! adapted scales (Prangle 2017) and summaries learned from a pilot (Fearnhead and Prangle 2012),
//! for any simulator.
//!
//! Numbers are worked with as z, standard normal under their prior. A particle is a z with what
//! one simulation from it reported. The pilot is drawn from the prior; from it come the
//! summaries, one for each number: the least-squares line of that number on all reports, which
//! is what the reports say of it. Of the pilot the N nearest are generation 1. Then, for each
//! generation g,
//!
//! ```text
//! scale    s(k) = standard deviation of summary k over all simulated in g - 1   weights adapt
//! distance d    = sqrt( sum over k of ((x(k) - y(k)) / s(k))² / K )   x simulated, y observed
//! threshold e(g), the `keep` quantile of the particles' distances; those above it are dropped
//! resampled to N, evenly; then moved R times: z* = z + 2.38 / sqrt(K) L w, with L L' the
//!          covariance of those kept and w standard normal; a move is made with probability
//!          min(1, prior(z*) / prior(z)) if what is simulated from z* has a distance of at most
//!          e(h) under the scales of h, for all h up to g
//! R        ln(0.05) / ln(1 - a), a the share of the first moves that are made; at most 100
//! ```
//!
//! It ends after `generations`, before moves that would go beyond `simulations`, or when fewer
//! than `least_accepted` of the first moves are made; a generation that isn't finished counts
//! for nothing.
//!
//! Del Moral, P., Doucet, A., and Jasra, A. (2012). An adaptive sequential Monte Carlo method for
//! approximate Bayesian computation. *Statistics and Computing* 22(5), 1009-1020. Fearnhead, P.,
//! and Prangle, D. (2012). Constructing summary statistics for approximate Bayesian computation.
//! *Journal of the Royal Statistical Society B* 74(3), 419-474. Prangle, D. (2017). Adapting the
//! ABC distance function. *Bayesian Analysis* 12(1), 289-309.

use serde::{Deserialize, Serialize};

use super::checkpoint::Checkpoint;
use super::moves::Moves;
use super::simulator::{Particle, Settings, Simulator, Stop, normals};
use super::summaries::Summaries;
use super::target::Target;
use crate::numeric::Generator;

/// A generation that was finished.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Generation {
    /// The threshold of the distance.
    pub threshold: f64,
    /// Simulations that it took.
    pub simulations: u64,
    /// Share of all moves that were made; of the pilot the share that was kept.
    pub accepted: f64,
    /// How many particles are different.
    pub different: usize,
    /// The scale of each summary; 0 where it is the same in all simulations.
    pub scales: Vec<f64>,
}

/// What is left of a population at the end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Population {
    /// The particles of the last generation.
    pub(super) particles: Vec<Particle>,
    /// Those of the prior: the pilot.
    pub(super) prior: Vec<Particle>,
    /// Every generation.
    pub(super) generations: Vec<Generation>,
    /// Why it ended.
    pub(super) stop: Stop,
}

impl Population {
    /// Simulations that its generations took.
    pub fn simulations(&self) -> u64 {
        self.generations.iter().map(|g| g.simulations).sum()
    }
}

/// Points simulated at a time.
const CHUNK: usize = 4096;
/// The random numbers of one generation.
pub(super) fn draws_of(seed: u64, generation: usize) -> Generator {
    Generator::new(seed, "calibrate", &[generation.to_string()])
}

/// How a calibration is kept, and what it goes on from.
pub struct Keeping<'a> {
    /// What it is the calibration of.
    pub of: String,
    /// Where it goes on.
    pub from: Option<Checkpoint>,
    /// Given what was done after each generation.
    pub keep: &'a mut dyn FnMut(&Checkpoint),
}

/// Runs it for `numbers` numbers and what was `observed`.
pub fn run(
    numbers: usize,
    observed: &[f64],
    settings: &Settings,
    seed: u64,
    simulator: &mut impl Simulator,
    keeping: Keeping<'_>,
) -> Population {
    let Keeping { of, from, keep } = keeping;
    let mut state = from.unwrap_or(Checkpoint {
        of,
        pilot: Vec::new(),
        particles: Vec::new(),
        generations: Vec::new(),
        latest: Vec::new(),
        spent: 0,
    });
    if let Some(stop) = pilot(numbers, settings, seed, simulator, &mut state) {
        return state.ends(stop);
    }
    let summaries = Summaries::learned(&state.pilot);
    let mut target = Target {
        wished: summaries.of(observed),
        summaries,
        bounds: state.generations.iter().map(Generation::bound).collect(),
    };
    simulator.learn(&state.pilot);
    if state.generations.is_empty() {
        for particle in &mut state.pilot {
            particle.summaries = target.summaries.of(&particle.reports);
        }
        state.latest = state.pilot.iter().map(|p| p.summaries.clone()).collect();
        state.particles.clone_from(&state.pilot);
        let share = settings.particles as f64 / state.pilot.len() as f64;
        let Some(scales) = target.tighten(&mut state.particles, &state.latest, share) else {
            return state.ends(Stop::NothingVaries);
        };
        state.particles.truncate(settings.particles);
        state.generations.push(Generation {
            threshold: target.threshold(),
            simulations: state.spent,
            accepted: share,
            different: state.particles.len(),
            scales,
        });
        keep(&state);
    }
    for generation in state.generations.len() + 1..=settings.generations {
        let mut particles = state.particles.clone();
        let Some(scales) = target.tighten(&mut particles, &state.latest, settings.keep) else {
            return state.ends(Stop::NothingVaries);
        };
        let moves = Moves {
            settings,
            target: &target,
            generation,
            spent: state.spent,
        };
        match moves.of(particles, &mut draws_of(seed, generation), simulator) {
            Ok(moved) => {
                state.spent += moved.simulations;
                state.latest = moved.latest;
                state.particles = moved.particles;
                state.generations.push(Generation {
                    threshold: target.threshold(),
                    simulations: moved.simulations,
                    accepted: moved.accepted,
                    different: different(&state.particles),
                    scales,
                });
                keep(&state);
            }
            Err(stop) => return state.ends(stop),
        }
    }
    state.ends(Stop::Generations)
}

/// Simulates from the prior until there are enough; what stopped that, if something did.
fn pilot(
    numbers: usize,
    settings: &Settings,
    seed: u64,
    simulator: &mut impl Simulator,
    state: &mut Checkpoint,
) -> Option<Stop> {
    let wanted = settings.particles.max(settings.pilot);
    let mut draws = draws_of(seed, 1);
    while state.pilot.len() < wanted {
        let points: Vec<Vec<f64>> = (0..(wanted - state.pilot.len()).min(CHUNK))
            .map(|_| normals(numbers, &mut draws))
            .collect();
        let Some(reports) = simulator.simulate(1, state.spent, &points) else {
            return Some(Stop::Interrupted);
        };
        state.spent += points.len() as u64;
        let before = state.pilot.len();
        let sound = points.into_iter().zip(reports);
        state.pilot.extend(sound.filter_map(|(z, reports)| {
            Some(Particle {
                z,
                reports: reports?,
                summaries: Vec::new(),
                distance: 0.0,
            })
        }));
        if state.pilot.len() == before {
            return Some(Stop::NothingVaries);
        }
    }
    None
}

impl Generation {
    /// Its scales and its threshold.
    fn bound(&self) -> (Vec<f64>, f64) {
        (self.scales.clone(), self.threshold)
    }
}

impl Checkpoint {
    fn ends(self, stop: Stop) -> Population {
        Population {
            particles: self.particles,
            prior: self.pilot,
            generations: self.generations,
            stop,
        }
    }
}

/// How many particles are different.
pub(super) fn different(particles: &[Particle]) -> usize {
    let mut order: Vec<&Vec<f64>> = particles.iter().map(|p| &p.z).collect();
    order.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    order.dedup();
    order.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::matrix::moments;

    /// A number with a standard normal prior, reported with an error of this size.
    struct Toy {
        seed: u64,
        error: f64,
    }

    impl Simulator for Toy {
        fn simulate(
            &mut self,
            generation: usize,
            first: u64,
            points: &[Vec<f64>],
        ) -> Option<Vec<Option<Vec<f64>>>> {
            let mut draws = draws_of(self.seed ^ first, 1000 + generation);
            let report = |z: &Vec<f64>| Some(vec![z[0] + self.error * draws.normal()]);
            Some(points.iter().map(report).collect())
        }
    }

    fn toy_run(observed: &[f64], settings: &Settings, seed: u64, toy: &mut Toy) -> Population {
        let keeping = Keeping {
            of: String::new(),
            from: None,
            keep: &mut |_| {},
        };
        run(1, observed, settings, seed, toy, keeping)
    }

    fn settings() -> Settings {
        Settings {
            particles: 400,
            generations: 6,
            simulations: 60_000,
            least_accepted: 0.02,
            pilot: 800,
            ..Settings::default()
        }
    }

    #[test]
    fn the_posterior_of_a_normal_mean_is_found() {
        // Normal prior 0, 1 and a report 1.2 of error 1/2: mean 1.2 · 4/5, variance 1/5.
        let mut toy = Toy {
            seed: 5,
            error: 0.5,
        };
        let found = toy_run(&[1.2], &settings(), 1, &mut toy);
        let points: Vec<Vec<f64>> = found.particles.iter().map(|p| p.z.clone()).collect();
        let weights = vec![1.0 / points.len() as f64; points.len()];
        let (mean, covariance) = moments(&points, &weights);
        // Four standard errors of 250 effective particles, and the width of the last threshold.
        assert!((mean[0] - 0.96).abs() < 0.12, "{mean:?}");
        assert!((covariance[0][0] - 0.2).abs() < 0.09, "{covariance:?}");
        assert!(found.generations.len() > 2 && different(&found.particles) > 300);
    }

    #[test]
    fn ranks_of_what_was_drawn_are_even() {
        // Simulation-based calibration (Talts et al. 2018): 100 numbers drawn from the prior, the
        // report of each calibrated on; ranks of the numbers among 9 of their particles are
        // even. Chi-square over 5 bins, 4 degrees of freedom: 18.5 has a chance of 0.001.
        let mut bins = [0.0; 5];
        for run_number in 0..100 {
            let mut draws = draws_of(77, run_number);
            let truth = draws.normal();
            let report = truth + 0.5 * draws.normal();
            let mut toy = Toy {
                seed: 900 + run_number as u64,
                error: 0.5,
            };
            let found = toy_run(&[report], &settings(), run_number as u64, &mut toy);
            let below = (0..9)
                .filter(|_| {
                    let at = (draws.uniform() * found.particles.len() as f64) as usize;
                    found.particles[at].z[0] < truth
                })
                .count();
            bins[below / 2] += 1.0;
        }
        let chi: f64 = bins.iter().map(|n| (n - 20.0) * (n - 20.0) / 20.0).sum();
        assert!(chi < 18.5, "{bins:?}");
    }

    #[test]
    fn what_tells_nothing_leaves_the_prior() {
        let mut toy = Toy {
            seed: 3,
            error: 1e6,
        };
        let found = toy_run(&[0.0], &settings(), 1, &mut toy);
        let points: Vec<Vec<f64>> = found.particles.iter().map(|p| p.z.clone()).collect();
        let weights = vec![1.0 / points.len() as f64; points.len()];
        let (mean, covariance) = moments(&points, &weights);
        assert!(
            mean[0].abs() < 0.25 && (covariance[0][0] - 1.0).abs() < 0.35,
            "{mean:?} {covariance:?}"
        );
    }
}
