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

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use crate::numeric::channel_key;
use crate::numeric::matrix::{cholesky, moments, solve};
use crate::numeric::special::normal_quantile;

/// How it is done.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Settings {
    /// Particles, N.
    pub particles: usize,
    /// Share of the particles that a new threshold keeps, 0..1.
    pub keep: f64,
    /// Most generations.
    pub generations: usize,
    /// Most simulations in all.
    pub simulations: u64,
    /// Least share of moves that may be made.
    pub least_accepted: f64,
    /// Simulations of the pilot, at least as many as there are particles.
    pub pilot: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            particles: 500,
            keep: 0.5,
            generations: 20,
            simulations: 400_000,
            least_accepted: 0.004,
            pilot: 4000,
        }
    }
}

/// Why it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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

/// A generation that was finished.
#[derive(Debug, Clone, PartialEq, Serialize)]
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

/// A particle.
#[derive(Debug, Clone, PartialEq)]
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

/// What is left at the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// The particles of the last generation.
    pub particles: Vec<Particle>,
    /// Those of the prior: the pilot.
    pub prior: Vec<Particle>,
    /// Every generation.
    pub generations: Vec<Generation>,
    /// Why it ended.
    pub stop: Stop,
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

/// Points simulated at a time.
const CHUNK: usize = 4096;
/// Share of particles that may stay where they are, and most moves of each.
const UNMOVED: f64 = 0.05;
const MOST_MOVES: usize = 100;

/// Uniform and normal numbers of one generation.
struct Draws(ChaCha8Rng);

impl Draws {
    fn new(seed: u64, generation: usize) -> Self {
        let mut bytes = [0; 32];
        let words = channel_key(seed, "calibrate", &[generation.to_string()]);
        for (chunk, word) in bytes.chunks_exact_mut(4).zip(words) {
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(bytes))
    }

    fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normals(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| normal_quantile(self.uniform())).collect()
    }
}

/// Runs it for `numbers` numbers and what was `observed`.
pub fn run(
    numbers: usize,
    observed: &[f64],
    settings: &Settings,
    seed: u64,
    simulator: &mut impl Simulator,
) -> Population {
    let mut found = Population {
        particles: Vec::new(),
        prior: Vec::new(),
        generations: Vec::new(),
        stop: Stop::Generations,
    };
    let wanted = settings.particles.max(settings.pilot);
    let mut draws = Draws::new(seed, 1);
    let mut simulated = 0;
    while found.prior.len() < wanted {
        let points: Vec<Vec<f64>> = (0..(wanted - found.prior.len()).min(CHUNK))
            .map(|_| draws.normals(numbers))
            .collect();
        let Some(reports) = simulator.simulate(1, simulated, &points) else {
            found.stop = Stop::Interrupted;
            return found;
        };
        simulated += points.len() as u64;
        let before = found.prior.len();
        let sound = points.into_iter().zip(reports);
        found.prior.extend(sound.filter_map(|(z, reports)| {
            Some(Particle {
                z,
                reports: reports?,
                summaries: Vec::new(),
                distance: 0.0,
            })
        }));
        if found.prior.len() == before {
            found.stop = Stop::NothingVaries;
            return found;
        }
    }
    let summaries = Summaries::learned(&found.prior);
    for particle in &mut found.prior {
        particle.summaries = summaries.of(&particle.reports);
    }
    simulator.learn(&found.prior);
    let mut target = Target {
        wished: summaries.of(observed),
        summaries,
        bounds: Vec::new(),
    };
    let mut latest: Vec<Vec<f64>> = found.prior.iter().map(|p| p.summaries.clone()).collect();
    found.particles.clone_from(&found.prior);
    let keep = settings.particles as f64 / found.prior.len() as f64;
    let Some(scales) = target.tighten(&mut found.particles, &latest, keep) else {
        found.stop = Stop::NothingVaries;
        return found;
    };
    found.particles.truncate(settings.particles);
    found.generations.push(Generation {
        threshold: target.threshold(),
        simulations: simulated,
        accepted: keep,
        different: found.particles.len(),
        scales,
    });
    let mut spent = simulated;
    for generation in 2..=settings.generations {
        let mut particles = found.particles.clone();
        let bounds = target.bounds.len();
        let Some(scales) = target.tighten(&mut particles, &latest, settings.keep) else {
            found.stop = Stop::NothingVaries;
            return found;
        };
        let moved = Moves {
            settings,
            target: &target,
            generation,
            spent,
        }
        .of(particles, &mut Draws::new(seed, generation), simulator);
        match moved {
            Ok(moved) => {
                spent += moved.simulations;
                latest = moved.latest;
                found.particles = moved.particles;
                found.generations.push(Generation {
                    threshold: target.threshold(),
                    simulations: moved.simulations,
                    accepted: moved.accepted,
                    different: different(&found.particles),
                    scales,
                });
            }
            Err(stop) => {
                target.bounds.truncate(bounds);
                found.stop = stop;
                return found;
            }
        }
    }
    found
}

/// How many particles are different.
fn different(particles: &[Particle]) -> usize {
    let mut order: Vec<&Vec<f64>> = particles.iter().map(|p| &p.z).collect();
    order.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    order.dedup();
    order.len()
}

/// What is to be near to what.
struct Target {
    summaries: Summaries,
    /// The summaries of what was observed.
    wished: Vec<f64>,
    /// Scales and threshold of each generation.
    bounds: Vec<(Vec<f64>, f64)>,
}

impl Target {
    /// Adds a threshold that keeps such a share of the particles, under the scales of what was
    /// simulated last, and drops the others; the nearest come first. `None` where nothing varies.
    fn tighten(
        &mut self,
        particles: &mut Vec<Particle>,
        latest: &[Vec<f64>],
        keep: f64,
    ) -> Option<Vec<f64>> {
        let scales = scales(latest, self.wished.len());
        if scales.iter().all(|scale| *scale <= 0.0) {
            return None;
        }
        for particle in particles.iter_mut() {
            particle.distance = distance(&particle.summaries, &self.wished, &scales);
        }
        // Of equal distances the first drawn is kept.
        particles.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        let kept = (keep * particles.len() as f64).round().max(2.0) as usize;
        particles.truncate(kept);
        let threshold = particles.last().map_or(0.0, |p| p.distance);
        self.bounds.push((scales.clone(), threshold));
        Some(scales)
    }

    fn threshold(&self) -> f64 {
        self.bounds.last().map_or(0.0, |(_, threshold)| *threshold)
    }

    fn holds(&self, summaries: &[f64]) -> bool {
        let within = |(scales, threshold): &(Vec<f64>, f64)| {
            distance(summaries, &self.wished, scales) <= *threshold
        };
        self.bounds.iter().all(within)
    }
}

/// The moves of a generation.
struct Moves<'a> {
    settings: &'a Settings,
    target: &'a Target,
    generation: usize,
    /// Simulations before it.
    spent: u64,
}

/// Particles that were moved.
struct Moved {
    particles: Vec<Particle>,
    /// Summaries of all that was simulated.
    latest: Vec<Vec<f64>>,
    simulations: u64,
    accepted: f64,
}

impl Moves<'_> {
    /// Resamples and moves what is kept.
    fn of(
        &self,
        kept: Vec<Particle>,
        draws: &mut Draws,
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
                    let (scales, _) = &self.target.bounds[self.target.bounds.len() - 1];
                    particles[k] = Particle {
                        distance: distance(&summaries, &self.target.wished, scales),
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

fn moved_by(z: &[f64], lower: &[Vec<f64>], draws: &mut Draws) -> Vec<f64> {
    let step = draws.normals(z.len());
    let row = |row: &Vec<f64>| row.iter().zip(&step).map(|(l, e)| l * e).sum::<f64>();
    z.iter().zip(lower).map(|(z, l)| z + row(l)).collect()
}

/// What reports say of each number: its least-squares line on them.
#[derive(Debug, Default)]
struct Summaries {
    /// Mean and standard deviation of each report; 0 where it never varies.
    reports: Vec<(f64, f64)>,
    /// By number, then report.
    slopes: Vec<Vec<f64>>,
}

/// Added to the regression's diagonal, as a share of the pilot: reports may be alike.
const DAMPING: f64 = 1e-3;

impl Summaries {
    fn learned(pilot: &[Particle]) -> Self {
        let n = pilot.len() as f64;
        let numbers = pilot.first().map_or(0, |p| p.z.len());
        let count = pilot.first().map_or(0, |p| p.reports.len());
        let spread = |j: usize| {
            let mean = pilot.iter().map(|p| p.reports[j]).sum::<f64>() / n;
            let square = |p: &Particle| (p.reports[j] - mean) * (p.reports[j] - mean);
            (mean, (pilot.iter().map(square).sum::<f64>() / n).sqrt())
        };
        let mut learned = Self {
            reports: (0..count).map(spread).collect(),
            slopes: Vec::new(),
        };
        let mut normal = vec![vec![0.0; count]; count];
        let mut right = vec![vec![0.0; count]; numbers];
        for particle in pilot {
            let row = learned.standard(&particle.reports);
            for i in 0..count {
                for j in 0..count {
                    normal[i][j] += row[i] * row[j];
                }
            }
            for (right, z) in right.iter_mut().zip(&particle.z) {
                for (right, x) in right.iter_mut().zip(&row) {
                    *right += x * z;
                }
            }
        }
        for (i, row) in normal.iter_mut().enumerate() {
            row[i] += DAMPING * n;
        }
        if let Some(lower) = cholesky(&normal) {
            learned.slopes = right.iter().map(|right| solve(&lower, right)).collect();
        }
        learned
    }

    fn standard(&self, reports: &[f64]) -> Vec<f64> {
        let each = reports.iter().zip(&self.reports);
        each.map(|(x, (mean, sd))| if *sd > 0.0 { (x - mean) / sd } else { 0.0 })
            .collect()
    }

    fn of(&self, reports: &[f64]) -> Vec<f64> {
        let row = self.standard(reports);
        let dot = |slopes: &Vec<f64>| slopes.iter().zip(&row).map(|(a, b)| a * b).sum();
        self.slopes.iter().map(dot).collect()
    }
}

/// The root mean square of how far summaries are from those of what was observed, in their
/// scales.
fn distance(summaries: &[f64], wished: &[f64], scales: &[f64]) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for ((own, wished), scale) in summaries.iter().zip(wished).zip(scales) {
        if *scale > 0.0 {
            let miss = (own - wished) / scale;
            sum += miss * miss;
            count += 1.0;
        }
    }
    if count > 0.0 {
        (sum / count).sqrt()
    } else {
        0.0
    }
}

/// The standard deviation of each summary.
fn scales(simulated: &[Vec<f64>], summaries: usize) -> Vec<f64> {
    let n = simulated.len() as f64;
    let scale = |k: usize| {
        let mean = simulated.iter().map(|s| s[k]).sum::<f64>() / n;
        let square = |s: &Vec<f64>| (s[k] - mean) * (s[k] - mean);
        (simulated.iter().map(square).sum::<f64>() / n).sqrt()
    };
    (0..summaries).map(scale).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let mut draws = Draws::new(self.seed ^ first, 1000 + generation);
            let report = |z: &Vec<f64>| Some(vec![z[0] + self.error * draws.normals(1)[0]]);
            Some(points.iter().map(report).collect())
        }
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
        let found = run(1, &[1.2], &settings(), 1, &mut toy);
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
            let mut draws = Draws::new(77, run_number);
            let truth = draws.normals(1)[0];
            let report = truth + 0.5 * draws.normals(1)[0];
            let mut toy = Toy {
                seed: 900 + run_number as u64,
                error: 0.5,
            };
            let found = run(1, &[report], &settings(), run_number as u64, &mut toy);
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
        let found = run(1, &[0.0], &settings(), 1, &mut toy);
        let points: Vec<Vec<f64>> = found.particles.iter().map(|p| p.z.clone()).collect();
        let weights = vec![1.0 / points.len() as f64; points.len()];
        let (mean, covariance) = moments(&points, &weights);
        assert!(
            mean[0].abs() < 0.25 && (covariance[0][0] - 1.0).abs() < 0.35,
            "{mean:?} {covariance:?}"
        );
    }
}
