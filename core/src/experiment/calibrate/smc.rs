//! Adaptive ABC-SMC (Prangle 2017) on summaries learned from a pilot (Fearnhead and Prangle
//! 2012), for any simulator.
//!
//! Numbers are worked with as z, standard normal under their prior. A particle is a z with what
//! one simulation from it reported. Generation 1 is the pilot, drawn from the prior; from it come
//! the summaries, one for each number: the least-squares line of that number on all reports,
//! which is what the reports say of it. Generation g proposes around the particles of g - 1, from
//! a normal with twice their weighted covariance (Beaumont et al. 2009), until M = N / keep have
//! been accepted (of the pilot all are). Then
//!
//! ```text
//! scale    s(k) = standard deviation of summary k over those accepted     weights are adapted
//! distance d    = sqrt( sum over k of ((x(k) - y(k)) / s(k))² / K )       x simulated, y observed
//! kept          the N of least distance; the threshold e(g) is the largest of these
//! accepted      by g: distance at most e(h) under the scales of every h < g
//! weight        prior(z) / sum over i of w(i) K(z | z(i)), scaled to a sum of 1
//! ```
//!
//! It ends after `generations`, before a generation that would go beyond `simulations`, or when
//! fewer than `least_accepted` of the proposals are accepted.
//!
//! Beaumont, M. A., Cornuet, J.-M., Marin, J.-M., and Robert, C. P. (2009). Adaptive approximate
//! Bayesian computation. *Biometrika* 96(4), 983-990. Fearnhead, P., and Prangle, D. (2012).
//! Constructing summary statistics for approximate Bayesian computation. *Journal of the Royal
//! Statistical Society B* 74(3), 419-474. Prangle, D. (2017). Adapting the ABC distance function.
//! *Bayesian Analysis* 12(1), 289-309.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::matrix::{cholesky, forward, moments, solve};
use crate::numeric::channel_key;
use crate::numeric::special::normal_quantile;

/// How it is done.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Settings {
    /// Particles kept of each generation, N.
    pub particles: usize,
    /// Share of those accepted that is kept, 0..1.
    pub keep: f64,
    /// Most generations.
    pub generations: usize,
    /// Most simulations in all.
    pub simulations: u64,
    /// Least share of proposals that may be accepted.
    pub least_accepted: f64,
    /// Simulations of the pilot, at least as many as a generation accepts.
    pub pilot: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            particles: 500,
            keep: 0.5,
            generations: 20,
            simulations: 400_000,
            least_accepted: 0.01,
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
    /// The next generation would have taken more simulations than allowed.
    Simulations,
    /// Too few proposals were accepted.
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
    /// Share of these that was accepted under the thresholds before.
    pub accepted: f64,
    /// Effective number of particles: 1 over the sum of squared weights.
    pub effective: f64,
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
    /// Its weight; all sum to 1.
    pub weight: f64,
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
/// Proposals drawn for one that isn't ruled out, before one that is must do.
const MOST_TRIES: usize = 200;

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
    let wanted = (settings.particles as f64 / settings.keep).ceil() as usize;
    let mut found = Population {
        particles: Vec::new(),
        prior: Vec::new(),
        generations: Vec::new(),
        stop: Stop::Generations,
    };
    let mut spent = 0;
    let mut summaries = Summaries::default();
    let mut wished = Vec::new();
    for generation in 1..=settings.generations {
        let is_pilot = generation == 1;
        let wanted = if is_pilot {
            wanted.max(settings.pilot)
        } else {
            wanted
        };
        let mut draws = Draws::new(seed, generation);
        let kernel = (!is_pilot).then(|| Kernel::around(&found.particles));
        let mut accepted: Vec<Particle> = Vec::new();
        let mut proposed = 0;
        while accepted.len() < wanted {
            let share = (accepted.len() as f64 + 1.0) / (proposed as f64 + 1.0);
            if proposed >= CHUNK as u64 && share < settings.least_accepted {
                found.stop = Stop::Accepted;
                return found;
            }
            // No more than it seems to take, but whole chunks where that is a lot.
            let missing = (wanted - accepted.len()) as f64;
            let size = match proposed {
                0 => wanted,
                _ => (1.2 * missing / share) as usize + 64,
            };
            let size = size.min(CHUNK);
            if spent + size as u64 > settings.simulations && !is_pilot {
                found.stop = Stop::Simulations;
                return found;
            }
            let points: Vec<Vec<f64>> = (0..size)
                .map(|_| propose(numbers, kernel.as_ref(), &mut draws, simulator))
                .collect();
            let Some(reports) = simulator.simulate(generation, proposed, &points) else {
                found.stop = Stop::Interrupted;
                return found;
            };
            proposed += size as u64;
            spent += size as u64;
            for (z, reports) in points.into_iter().zip(reports) {
                let Some(reports) = reports else { continue };
                let said = summaries.of(&reports);
                let near = |g: &Generation| distance(&said, &wished, &g.scales) <= g.threshold;
                if accepted.len() < wanted && found.generations.iter().all(near) {
                    accepted.push(Particle {
                        z,
                        reports,
                        summaries: said,
                        distance: 0.0,
                        weight: 0.0,
                    });
                }
            }
        }
        if is_pilot {
            let even = 1.0 / accepted.len() as f64;
            summaries = Summaries::learned(&accepted);
            wished = summaries.of(observed);
            for particle in &mut accepted {
                particle.summaries = summaries.of(&particle.reports);
                particle.weight = even;
            }
            found.prior.clone_from(&accepted);
            simulator.learn(&found.prior);
        }
        let scales = scales(&accepted, wished.len());
        if scales.iter().all(|scale| *scale <= 0.0) {
            found.stop = Stop::NothingVaries;
            found.particles.clone_from(&found.prior);
            return found;
        }
        for particle in &mut accepted {
            particle.distance = distance(&particle.summaries, &wished, &scales);
        }
        // Of equal distances the first drawn is kept.
        accepted.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        accepted.truncate(settings.particles);
        weigh(&mut accepted, kernel.as_ref(), &found.particles);
        let squares: f64 = accepted.iter().map(|p| p.weight * p.weight).sum();
        found.generations.push(Generation {
            threshold: accepted.last().map_or(0.0, |p| p.distance),
            simulations: proposed,
            accepted: wanted as f64 / proposed as f64,
            effective: 1.0 / squares,
            scales,
        });
        found.particles = accepted;
    }
    found
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
fn scales(particles: &[Particle], summaries: usize) -> Vec<f64> {
    let n = particles.len() as f64;
    let scale = |k: usize| {
        let mean = particles.iter().map(|p| p.summaries[k]).sum::<f64>() / n;
        let square = |p: &Particle| (p.summaries[k] - mean) * (p.summaries[k] - mean);
        (particles.iter().map(square).sum::<f64>() / n).sqrt()
    };
    (0..summaries).map(scale).collect()
}

/// How new points are proposed around old ones.
struct Kernel {
    /// The old ones, and the same in units of the kernel.
    points: Vec<Vec<f64>>,
    whitened: Vec<Vec<f64>>,
    cumulative: Vec<f64>,
    lower: Vec<Vec<f64>>,
}

/// Added to the variance of a kernel, so that none vanishes.
const RIDGE: f64 = 1e-6;

impl Kernel {
    fn around(particles: &[Particle]) -> Self {
        let points: Vec<Vec<f64>> = particles.iter().map(|p| p.z.clone()).collect();
        let weights: Vec<f64> = particles.iter().map(|p| p.weight).collect();
        let (_, mut covariance) = moments(&points, &weights);
        for (i, row) in covariance.iter_mut().enumerate() {
            row.iter_mut().for_each(|c| *c *= 2.0);
            row[i] += RIDGE;
        }
        // A covariance with something on its diagonal has a root; else steps are of size 1.
        let lower = cholesky(&covariance).unwrap_or_else(|| {
            let n = covariance.len();
            let unit = |i: usize| (0..n).map(|j| f64::from(u8::from(i == j))).collect();
            (0..n).map(unit).collect()
        });
        let mut sum = 0.0;
        let cumulative = weights.iter().map(|weight| {
            sum += weight;
            sum
        });
        Self {
            cumulative: cumulative.collect(),
            whitened: points.iter().map(|z| forward(&lower, z)).collect(),
            points,
            lower,
        }
    }

    fn propose(&self, draws: &mut Draws) -> Vec<f64> {
        let target = draws.uniform() * self.cumulative.last().copied().unwrap_or(1.0);
        let chosen = self.cumulative.partition_point(|&sum| sum < target);
        let from = &self.points[chosen.min(self.points.len() - 1)];
        let step = draws.normals(from.len());
        let moved = from.iter().zip(&self.lower);
        moved
            .map(|(z, row)| z + row.iter().zip(&step).map(|(l, e)| l * e).sum::<f64>())
            .collect()
    }

    /// Its density at a point up to a constant, as a mixture of those around the old points.
    fn density(&self, z: &[f64], weights: &[f64]) -> f64 {
        let own = forward(&self.lower, z);
        let near = |at: &Vec<f64>| {
            let square: f64 = at.iter().zip(&own).map(|(a, b)| (a - b) * (a - b)).sum();
            libm::exp(-0.5 * square)
        };
        let whitened = self.whitened.iter().zip(weights);
        whitened.map(|(at, weight)| weight * near(at)).sum()
    }
}

fn propose(
    numbers: usize,
    kernel: Option<&Kernel>,
    draws: &mut Draws,
    simulator: &impl Simulator,
) -> Vec<f64> {
    let Some(kernel) = kernel else {
        return draws.normals(numbers);
    };
    let mut z = kernel.propose(draws);
    for _ in 0..MOST_TRIES {
        if !simulator.is_implausible(&z) {
            break;
        }
        z = kernel.propose(draws);
    }
    z
}

fn weigh(particles: &mut [Particle], kernel: Option<&Kernel>, before: &[Particle]) {
    let old: Vec<f64> = before.iter().map(|p| p.weight).collect();
    for particle in particles.iter_mut() {
        particle.weight = kernel.map_or(1.0, |kernel| {
            let square: f64 = particle.z.iter().map(|z| z * z).sum();
            let density = kernel.density(&particle.z, &old);
            libm::exp(-0.5 * square) / density.max(f64::MIN_POSITIVE)
        });
    }
    let sum: f64 = particles.iter().map(|p| p.weight).sum();
    particles.iter_mut().for_each(|p| p.weight /= sum);
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
        let weights: Vec<f64> = found.particles.iter().map(|p| p.weight).collect();
        let (mean, covariance) = moments(&points, &weights);
        // Four standard errors of 250 effective particles, and the width of the last threshold.
        assert!((mean[0] - 0.96).abs() < 0.12, "{mean:?}");
        assert!((covariance[0][0] - 0.2).abs() < 0.09, "{covariance:?}");
        assert!(found.generations.len() > 2 && (weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
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
            let kernel = Kernel::around(&found.particles);
            let below = (0..9)
                .filter(|_| {
                    let target = draws.uniform();
                    let at = kernel.cumulative.partition_point(|&sum| sum < target);
                    found.particles[at.min(found.particles.len() - 1)].z[0] < truth
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
        let weights: Vec<f64> = found.particles.iter().map(|p| p.weight).collect();
        let (mean, covariance) = moments(&points, &weights);
        assert!(
            mean[0].abs() < 0.25 && (covariance[0][0] - 1.0).abs() < 0.35,
            "{mean:?} {covariance:?}"
        );
    }
}
