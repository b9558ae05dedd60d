//! What observations teach of a scenario's uncertain numbers: their posterior by adaptive
//! ABC-SMC (`smc.rs`), with history matching as its cheap first pass (`plausible.rs`).
//!
//! Some numbers are learned; all others that are uncertain are drawn anew for every simulation,
//! so that the posterior allows for them. A simulation is one replicate, with random numbers of
//! its own: common ones would fit the noise. What it reports of a value is the value with an
//! error of the observation's size; of an event 1 or 0.

mod checkpoint;
mod moves;
mod plausible;
mod posterior;
mod simulator;
mod smc;
mod summaries;
mod target;

use std::convert::Infallible;

use serde::Serialize;

use crate::engine::{Batch, Design, Joint, LanePath, Progress, run_design};
use crate::numeric::channel_key;
use crate::numeric::special::normal_cdf;
use crate::scenario::distribution::Sampler;
use crate::scenario::{Identity, Observation, Observed, Scenario, can_be_laid};

use super::score::Forecast;
use plausible::Plausibility;
use simulator::{Particle, Simulator};

pub use checkpoint::Checkpoint;
pub use posterior::Posterior;
pub use simulator::{Settings, Stop};
use smc::Keeping;
pub use smc::{Generation, Population};

/// What was learned.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Calibration {
    /// Version of the program.
    pub version: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// What tells it from others.
    pub identity: Identity,
    /// Root seed.
    #[serde(with = "crate::engine::seed")]
    pub seed: u64,
    /// How it was done.
    pub settings: Settings,
    /// Simulations in all.
    pub simulations: u64,
    /// Its independent populations.
    pub islands: Vec<Island>,
    /// Share of the prior that history matching doesn't rule out; `None` where there were too
    /// few simulations for so many numbers.
    pub plausible: Option<f64>,
    /// What was learned of each number.
    pub numbers: Vec<Learned>,
    /// Correlations of the numbers under the posterior, as standard normal under the prior.
    pub correlations: Vec<Vec<f64>>,
    /// What each observation taught.
    pub observations: Vec<Taught>,
    /// The posterior itself.
    #[serde(skip)]
    pub posterior: Posterior,
}

/// How a population came about.
#[derive(Debug, Clone, Serialize)]
pub struct Island {
    /// Its particles.
    pub particles: usize,
    /// Every generation.
    pub generations: Vec<Generation>,
    /// Why it ended.
    pub stop: Stop,
}

impl Island {
    fn of(population: &Population) -> Self {
        Self {
            particles: population.particles.len(),
            generations: population.generations.clone(),
            stop: population.stop,
        }
    }
}

/// What was learned of a number.
#[derive(Debug, Clone, Serialize)]
pub struct Learned {
    /// Its key.
    pub key: String,
    /// Its unit.
    pub unit: String,
    /// What it means.
    pub about: String,
    /// The 5, 25, 50, 75 and 95 % quantiles of the prior.
    pub prior: [f64; 5],
    /// The same of the posterior.
    pub posterior: [f64; 5],
    /// How much was learned: the divergence of the posterior from the prior over the bins, in
    /// bits, less what particles from the prior would show by chance; at least 0.
    pub bits: f64,
    /// 1 - variance of the posterior / variance of the prior, where that is standard normal:
    /// 0 where nothing was learned, 1 where all was.
    pub contraction: f64,
    /// Where the posterior's mean lies in the prior, in its standard deviations.
    pub shift: f64,
    /// The standard error of that mean, in the same, by how far the populations are from each
    /// other; `None` where there is but one.
    pub error: Option<f64>,
    /// The posterior in twenty bins that are equally likely under the prior; they sum to 1.
    pub bins: Vec<f64>,
    /// Their ends, in the number's unit: one more than bins.
    pub edges: Vec<f64>,
}

/// What an observation taught.
#[derive(Debug, Clone, Serialize)]
pub struct Taught {
    /// The expression.
    pub what: String,
    /// What a reader calls it.
    pub label: String,
    /// Of which day.
    pub date: String,
    /// What was observed; of an event 1 or 0.
    pub observed: f64,
    /// Mean and standard deviation of what is reported under the prior.
    pub prior: (f64, f64),
    /// The same under the posterior.
    pub posterior: (f64, f64),
    /// Share of the variance under the prior that the numbers explain: what hangs on none of
    /// them can't teach of them.
    pub explained: f64,
}

/// A number that is learned.
struct Number {
    /// Its index among the scenario's.
    index: usize,
    /// Its place among the uncertain ones.
    place: usize,
    sampler: Sampler,
}

/// What is to be done.
pub struct Task<'a> {
    scenario: &'a Scenario,
    /// Those after the first day.
    observations: Vec<Observation>,
    numbers: Vec<Number>,
    seed: u64,
    path: LanePath,
}

impl<'a> Task<'a> {
    /// To learn of the uncertain numbers whose keys are `wanted`, or of all where that says
    /// nothing of a key; `None` where there is none. A number that hangs together with others isn't learned,
    /// as what is known of it is joint with theirs, nor one deep in an event, which can't be laid over it.
    pub fn new(
        scenario: &'a Scenario,
        observations: &[Observation],
        wanted: impl Fn(&str) -> bool,
        path: LanePath,
    ) -> Option<Self> {
        let joint = Joint::of(scenario);
        let alone = joint.factors().iter().filter_map(|factor| {
            let place = *factor.members.first()?;
            Some((place, joint.numbers()[place], factor.sampler()?.clone()))
        });
        let numbers: Vec<Number> = alone
            .filter(|(_, index, _)| {
                let path = &scenario.numbers[*index].path;
                wanted(path) && can_be_laid(path)
            })
            .map(|(place, index, sampler)| Number {
                index,
                place,
                sampler,
            })
            .collect();
        (!numbers.is_empty()).then(|| Self {
            scenario,
            observations: observations
                .iter()
                .filter(|o| !o.is_known(scenario))
                .cloned()
                .collect(),
            numbers,
            seed: scenario.run.seed,
            path,
        })
    }

    /// How many numbers are learned.
    pub fn numbers(&self) -> usize {
        self.numbers.len()
    }

    /// How many observations they are learned from.
    pub fn observations(&self) -> usize {
        self.observations.len()
    }

    /// What is observed after the first day; of an event 1 or 0.
    fn observed(&self) -> Vec<f64> {
        let each = self.observations.iter();
        each.map(|o| match o.is {
            Observed::Value { value, .. } => value,
            Observed::Event { happened, .. } => f64::from(u8::from(happened)),
        })
        .collect()
    }

    /// What a population of it must be of: everything but how long it goes on.
    pub fn identity(&self, settings: &Settings, island: u64) -> String {
        let mut parts = vec![
            env!("CARGO_PKG_VERSION").to_owned(),
            self.scenario.identity().blake3,
            self.seed.to_string(),
            island.to_string(),
        ];
        parts.extend(self.observations.iter().map(|of| format!("{of:?}")));
        let numbers = self.numbers.iter();
        parts.extend(numbers.map(|n| self.scenario.numbers[n.index].path.clone()));
        checkpoint::identity(&parts, settings)
    }

    /// Learns with one of the populations, counted from 1, from a checkpoint on if there is one;
    /// `keep` is given one after each generation. `None` where it was interrupted before
    /// particles were there.
    pub fn learn(
        &self,
        settings: &Settings,
        island: u64,
        progress: &Progress,
        from: Option<Checkpoint>,
        keep: &mut dyn FnMut(&Checkpoint),
    ) -> Option<Population> {
        let observed = self.observed();
        let keeping = Keeping {
            of: self.identity(settings, island),
            from,
            keep,
        };
        let seed = match settings.islands {
            1 => self.seed,
            _ => seed_of(self.seed, "calibrate island", &[island.to_string()]),
        };
        let mut runs = Runs {
            task: self,
            seed,
            progress,
            observed: &observed,
            plausible: None,
            design: Design::new(self.scenario, seed),
        };
        let found = smc::run(
            self.numbers.len(),
            &observed,
            &settings.of_island(island),
            seed,
            &mut runs,
            keeping,
        );
        (!found.particles.is_empty()).then_some(found)
    }

    /// What the populations teach together, in their order; there is at least one.
    pub fn together(&self, settings: &Settings, populations: &[Population]) -> Calibration {
        let observed = self.observed();
        let all = |of: fn(&Population) -> &Vec<Particle>| -> Vec<Particle> {
            populations.iter().flat_map(of).cloned().collect()
        };
        let (particles, prior) = (all(|p| &p.particles), all(|p| &p.prior));
        let plausible = self.plausible(&prior, &observed);
        let ruled_out = |p: &&Particle| plausible.as_ref().is_some_and(|of| of.rules_out(&p.z));
        let share = prior.iter().filter(ruled_out).count() as f64 / prior.len() as f64;
        let explained = plausible
            .as_ref()
            .map_or(vec![0.0; observed.len()], Plausibility::explained);
        let taught = self.observations.iter().enumerate().map(|(j, of)| Taught {
            what: of.what.clone(),
            label: of.label.clone(),
            date: of.date.to_string(),
            observed: observed[j],
            prior: posterior::moments_of(&prior, j),
            posterior: posterior::moments_of(&particles, j),
            explained: explained[j],
        });
        let each = populations.iter().map(|p| p.particles.as_slice());
        Calibration {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: self.scenario.name.clone(),
            title: self.scenario.title.clone(),
            identity: self.scenario.identity(),
            seed: self.seed,
            settings: *settings,
            simulations: populations.iter().map(Population::simulations).sum(),
            plausible: plausible.as_ref().map(|_| 1.0 - share),
            numbers: posterior::learned(self, &each.collect::<Vec<_>>()),
            correlations: posterior::correlations(&particles),
            observations: taught.collect(),
            posterior: Posterior::new(self, &particles),
            islands: populations.iter().map(Island::of).collect(),
        }
    }

    /// What history matching makes of so many simulations from the prior.
    fn plausible(&self, prior: &[Particle], observed: &[f64]) -> Option<Plausibility> {
        let each = self.observations.iter();
        let is_value: Vec<bool> = each
            .map(|o| matches!(o.is, Observed::Value { .. }))
            .collect();
        Plausibility::new(prior, observed, &is_value)
    }
}

/// A seed of its own for a purpose.
fn seed_of(seed: u64, purpose: &str, about: &[String]) -> u64 {
    let words = channel_key(seed, purpose, about);
    u64::from(words[0]) << 31 ^ u64::from(words[1])
}

/// Replicates of the scenario as simulations.
struct Runs<'a> {
    task: &'a Task<'a>,
    /// Of this population.
    seed: u64,
    progress: &'a Progress,
    observed: &'a [f64],
    plausible: Option<Plausibility>,
    /// How the other numbers are drawn.
    design: Design,
}

impl Simulator for Runs<'_> {
    fn simulate(
        &mut self,
        generation: usize,
        first: u64,
        points: &[Vec<f64>],
    ) -> Option<Vec<Option<Vec<f64>>>> {
        let task = self.task;
        // A seed of its own for each lot, and draws of the other numbers that go on.
        let lot = [generation.to_string(), first.to_string()];
        let seed = seed_of(self.seed, "calibrate lot", &lot);
        let draw_of = |k: usize| ((generation as u64) << 32) + first + k as u64;
        let row = |(k, z): (usize, &Vec<f64>)| {
            let mut row = self.design.values(draw_of(k));
            for (number, z) in task.numbers.iter().zip(z) {
                row[number.place] = number.sampler.quantile(normal_cdf(*z));
            }
            row
        };
        let rows: Vec<Vec<f64>> = points.iter().enumerate().map(row).collect();
        let design = Design::chosen(self.design.numbers().collect(), rows, 1, false);
        let mut forecast = Forecast::new(task.scenario, &task.observations);
        let batch = Batch::of(task.scenario)
            .seed(seed)
            .replicates(points.len() as u64)
            .path(task.path)
            .with_series();
        let ran = run_design(&batch, &design, self.progress, |rows| {
            forecast.add(rows);
            Ok::<(), Infallible>(())
        });
        match ran {
            Ok((summary, _)) if summary.replicates + summary.failed < points.len() as u64 => {
                return None;
            }
            Ok(_) => {}
            Err(never) => match never {},
        }
        let mut reports = vec![None; points.len()];
        let observations = task.observations.iter().enumerate();
        let each: Vec<Vec<f64>> = observations
            .map(|(k, of)| forecast.reports(k, of, seed))
            .collect();
        for (place, draw) in forecast.draws().iter().enumerate() {
            let of: Vec<f64> = each.iter().map(|reports| reports[place]).collect();
            // What is no number is near to nothing.
            reports[*draw as usize] = of.iter().all(|x| x.is_finite()).then_some(of);
        }
        Some(reports)
    }

    fn is_implausible(&self, z: &[f64]) -> bool {
        self.plausible.as_ref().is_some_and(|of| of.rules_out(z))
    }

    fn learn(&mut self, pilot: &[Particle]) {
        self.plausible = self.task.plausible(pilot, self.observed);
    }
}
