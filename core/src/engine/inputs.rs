//! The epistemic part: which values the uncertain inputs take in which replicate.

use crate::numeric::{Generator, channel_key};
use crate::scenario::distribution::Sampler;
use crate::scenario::{Correlated, Distribution, InputDesign, NumberRecord, Scenario};

use super::joint::{Bond, Joint};
use super::points::{Points, draws_per_block};

/// Draws from the joint distribution of uncertain numbers. Every coordinate has a stream of its
/// own, so that making another number uncertain shifts nothing (but the points of Sobol').
#[derive(Debug)]
pub struct Sampled {
    joint: Joint,
    points: Points,
}

impl Sampled {
    /// Of numbers of which some are correlated, at points of a kind, under a seed.
    pub fn new(
        numbers: &[NumberRecord],
        correlated: &[Correlated],
        kind: InputDesign,
        seed: u64,
    ) -> Self {
        let joint = Joint::new(numbers, correlated);
        let mut keys = Vec::with_capacity(joint.coordinates());
        for factor in joint.factors() {
            let path = |member: usize| numbers[joint.numbers()[member]].path.clone();
            let key = |purpose, about: &[String]| channel_key(seed, purpose, about);
            match &factor.bond {
                // Each as if it were alone: a correlation doesn't shift the first.
                Bond::None | Bond::Correlation => {
                    let of = factor.members.iter();
                    keys.extend(of.map(|&member| key("input", &[path(member)])));
                }
                Bond::Table(name) => keys.push(key("table", std::slice::from_ref(name))),
                Bond::Shares(name) => {
                    let of = factor.members.iter().take(factor.coordinates.len());
                    keys.extend(of.map(|&member| key("shares", &[name.clone(), path(member)])));
                }
            }
        }
        Self {
            joint,
            points: Points::new(kind, keys, seed),
        }
    }

    /// Indices of the numbers that vary, in order.
    pub fn numbers(&self) -> &[usize] {
        self.joint.numbers()
    }

    /// Their values in a draw.
    pub fn values(&self, draw: u64) -> Vec<f64> {
        self.rows(&[draw]).pop().unwrap_or_default()
    }

    /// Their values in each of some draws, which are quicker together than one by one.
    fn rows(&self, draws: &[u64]) -> Vec<Vec<f64>> {
        let points = self.points.of(draws);
        points
            .iter()
            .map(|point| self.joint.values(point))
            .collect()
    }
}

/// A quantity that is drawn from its distribution, by a stream of its own.
#[derive(Debug)]
pub struct Drawn {
    generator: Generator,
    sampler: Sampler,
}

/// Where the values of a draw come from.
#[derive(Debug)]
enum Values {
    /// Sampled from the inputs' distributions.
    Sampled(Sampled),
    /// Chosen by an experiment: a row for each draw.
    Chosen {
        numbers: Vec<usize>,
        rows: Vec<Vec<f64>>,
    },
}

/// How replicates get their inputs and their noise: each draw of the inputs is shared by a
/// few replicates.
#[derive(Debug)]
pub struct Design {
    values: Values,
    replicates_per_draw: u64,
    draws_per_block: u64,
    noise: Noise,
}

/// Which replicates share their random numbers.
#[derive(Debug, Clone, Copy)]
enum Noise {
    /// None: each has its own.
    Own,
    /// Those at the same place in each run of so many replicates.
    Repeated(u64),
    /// Those at the same place in each draw of a block of so many draws.
    Block(u64),
}

impl Design {
    /// The design of a scenario under a seed.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        Self {
            values: Values::Sampled(Sampled::new(
                &scenario.numbers,
                &scenario.correlated(),
                scenario.run.design,
                seed,
            )),
            replicates_per_draw: scenario.replicates_per_draw(),
            draws_per_block: draws_per_block(scenario),
            noise: Noise::Own,
        }
    }

    /// A design in which an experiment chooses the values: `rows[d]` has those of draw `d`,
    /// in the order of `numbers` (indices into [`Scenario::numbers`]). With `common_noise`
    /// replicate `k` of every draw has the same random numbers.
    pub fn chosen(
        numbers: Vec<usize>,
        rows: Vec<Vec<f64>>,
        replicates_per_draw: u64,
        common_noise: bool,
    ) -> Self {
        Self {
            values: Values::Chosen { numbers, rows },
            replicates_per_draw,
            draws_per_block: 1,
            noise: match common_noise {
                true => Noise::Repeated(replicates_per_draw),
                false => Noise::Own,
            },
        }
    }

    /// The design in which replicate `k` of every `replicates` after each other has the
    /// same random numbers.
    #[must_use]
    pub fn repeating_noise(mut self, replicates: u64) -> Self {
        self.noise = Noise::Repeated(replicates.max(1));
        self
    }

    /// The design in which replicate `k` of every draw has the same random numbers within
    /// a block of `draws`; every block has its own.
    #[must_use]
    pub fn noise_by_block(mut self, draws: u64) -> Self {
        self.noise = Noise::Block(draws.max(1));
        self
    }

    /// The draw that a replicate shares; its own where nothing is uncertain.
    pub fn draw_of(&self, replicate: u64) -> u64 {
        replicate / self.replicates_per_draw
    }

    /// So many draws after each other hang together; 1 where all are independent, or chosen.
    pub(super) fn draws_per_block(&self) -> u64 {
        self.draws_per_block
    }

    /// The random numbers that a replicate gets: the index of their stream.
    pub fn noise_of(&self, replicate: u64) -> u64 {
        let of_draw = replicate % self.replicates_per_draw;
        match self.noise {
            Noise::Own => replicate,
            Noise::Repeated(replicates) => replicate % replicates,
            Noise::Block(draws) => {
                self.draw_of(replicate) / draws * self.replicates_per_draw + of_draw
            }
        }
    }

    /// The numbers that vary, in order.
    pub fn numbers(&self) -> impl Iterator<Item = usize> + '_ {
        let numbers = match &self.values {
            Values::Sampled(sampled) => sampled.numbers(),
            Values::Chosen { numbers, .. } => numbers,
        };
        numbers.iter().copied()
    }

    /// For each of `count` replicates from `first` on, its draw and the values in it.
    pub fn of_replicates(&self, first: u64, count: usize) -> Vec<(u64, Vec<f64>)> {
        let replicates = first..first + count as u64;
        let draw_of: Vec<u64> = replicates
            .map(|replicate| self.draw_of(replicate))
            .collect();
        let mut draws = draw_of.clone();
        draws.dedup();
        let rows = match &self.values {
            Values::Sampled(sampled) => sampled.rows(&draws),
            Values::Chosen { .. } => draws.iter().map(|&draw| self.values(draw)).collect(),
        };
        // Draws come in order, and one after the other.
        let row = |draw: u64| rows[(draw - draws[0]) as usize].clone();
        draw_of.into_iter().map(|draw| (draw, row(draw))).collect()
    }

    /// The values of a draw, in the order of [`Design::numbers`].
    pub fn values(&self, draw: u64) -> Vec<f64> {
        match &self.values {
            Values::Sampled(sampled) => sampled.values(draw),
            // Lanes beyond the batch ask for draws beyond the table; what they do is dropped.
            Values::Chosen { rows, .. } => usize::try_from(draw)
                .ok()
                .and_then(|draw| rows.get(draw).or(rows.last()))
                .cloned()
                .unwrap_or_default(),
        }
    }
}

impl Drawn {
    /// With the stream of this purpose and what it is about.
    pub fn new(seed: u64, purpose: &str, about: &[String], distribution: &Distribution) -> Self {
        Self {
            generator: Generator::new(seed, purpose, about),
            sampler: distribution.sampler(),
        }
    }

    /// Its value in a draw.
    pub fn value(&self, draw: u64) -> f64 {
        self.sampler.quantile(self.generator.stream(draw).uniform())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_shared_as_the_design_says() {
        let design = || Design::chosen(Vec::new(), vec![Vec::new(); 4], 2, false);
        let of = |design: &Design| (0..8).map(|r| design.noise_of(r)).collect::<Vec<_>>();
        assert_eq!(of(&design()), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(of(&design().repeating_noise(4)), [0, 1, 2, 3, 0, 1, 2, 3]);
        assert_eq!(of(&design().noise_by_block(3)), [0, 1, 0, 1, 0, 1, 2, 3]);
        let common = Design::chosen(Vec::new(), vec![Vec::new(); 4], 2, true);
        assert_eq!(of(&common), [0, 1, 0, 1, 0, 1, 0, 1]);
    }

    #[test]
    fn values_are_those_of_the_streams_one_by_one_and_together() {
        let distribution = Distribution::Uniform {
            low: 2.0,
            high: 4.0,
        };
        let record = |at: usize| NumberRecord {
            path: format!("n{at}"),
            spec: crate::scenario::NumberSpec::new("n", "1", -9.0, 9.0, ""),
            form: crate::scenario::Form::Uncertain(distribution.clone()),
            source: None,
            given: true,
            place: None,
        };
        let sampled = Sampled::new(&[record(0), record(1)], &[], InputDesign::Random, 7);
        let drawn = |at: usize| Drawn::new(7, "input", &[format!("n{at}")], &distribution);
        let (first, second) = (drawn(0), drawn(1));
        let draws: Vec<u64> = (0..19).chain([u64::from(u32::MAX) + 3]).collect();
        let rows = sampled.rows(&draws);
        for (draw, row) in draws.into_iter().zip(rows) {
            assert_eq!(row, [first.value(draw), second.value(draw)]);
            assert_eq!(row, sampled.values(draw));
        }
    }

    #[test]
    fn replicates_have_the_values_of_their_draws() {
        let rows: Vec<Vec<f64>> = (0..5).map(|d| vec![f64::from(d)]).collect();
        let design = Design::chosen(vec![0], rows, 3, false);
        let of = design.of_replicates(5, 6);
        let draws: Vec<u64> = of.iter().map(|(draw, _)| *draw).collect();
        assert_eq!(draws, [1, 2, 2, 2, 3, 3]);
        assert!(of.iter().all(|(draw, values)| values == &[*draw as f64]));
    }
}
