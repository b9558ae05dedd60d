//! The epistemic part: which values the uncertain inputs take in which replicate.

use crate::numeric::Generator;
use crate::scenario::distribution::Sampler;
use crate::scenario::{Correlated, Distribution, NumberRecord, Scenario};

use super::joint::{Bond, Joint};

/// Draws from the joint distribution of uncertain numbers. Every coordinate has a stream of its
/// own, so that making another number uncertain shifts nothing.
#[derive(Debug)]
pub struct Sampled {
    joint: Joint,
    streams: Vec<Generator>,
}

impl Sampled {
    /// Of numbers of which some are correlated, under a seed.
    pub fn new(numbers: &[NumberRecord], correlated: &[Correlated], seed: u64) -> Self {
        let joint = Joint::new(numbers, correlated);
        let mut streams = Vec::with_capacity(joint.coordinates());
        for factor in joint.factors() {
            let path = |member: usize| numbers[joint.numbers()[member]].path.clone();
            let stream = |purpose, about: &[String]| Generator::new(seed, purpose, about);
            match &factor.bond {
                // Each as if it were alone: a correlation doesn't shift the first.
                Bond::None | Bond::Correlation => {
                    let of = factor.members.iter();
                    streams.extend(of.map(|&member| stream("input", &[path(member)])));
                }
                Bond::Table(name) => streams.push(stream("table", std::slice::from_ref(name))),
                Bond::Shares(name) => {
                    let of = factor.members.iter().take(factor.coordinates.len());
                    streams
                        .extend(of.map(|&member| stream("shares", &[name.clone(), path(member)])));
                }
            }
        }
        Self { joint, streams }
    }

    /// Indices of the numbers that vary, in order.
    pub fn numbers(&self) -> &[usize] {
        self.joint.numbers()
    }

    /// Their values in a draw.
    pub fn values(&self, draw: u64) -> Vec<f64> {
        let place: Vec<f64> = self
            .streams
            .iter()
            .map(|stream| stream.stream(draw).uniform())
            .collect();
        self.joint.values(&place)
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
                seed,
            )),
            replicates_per_draw: scenario.replicates_per_draw(),
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
}
