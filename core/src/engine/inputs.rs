//! The epistemic part: which values the uncertain inputs take in which replicate.

use crate::model::uncertain;
use crate::numeric::Generator;
use crate::scenario::distribution::Sampler;
use crate::scenario::{Distribution, Scenario};

/// One uncertain input: where it goes and how it is drawn.
#[derive(Debug)]
struct Input {
    number: usize,
    drawn: Drawn,
}

/// A quantity that is drawn from its distribution, by a stream of its own.
#[derive(Debug)]
pub struct Drawn {
    generator: Generator,
    how: How,
}

/// How a value follows from the uniform number of a draw.
#[derive(Debug)]
pub(crate) enum How {
    /// By the inverse of the distribution function.
    ByQuantile(Sampler),
    /// By the row of a table that all of its numbers share.
    ByRow {
        values: Vec<f64>,
        /// Weights of the rows up to and with each.
        cumulative: Vec<f64>,
    },
}

impl How {
    pub(crate) fn new(distribution: &Distribution) -> Self {
        let Distribution::Table {
            values, weights, ..
        } = distribution
        else {
            return Self::ByQuantile(distribution.sampler());
        };
        let mut sum = 0.0;
        let cumulative = weights.iter().map(|weight| {
            sum += weight;
            sum
        });
        Self::ByRow {
            cumulative: cumulative.collect(),
            values: values.clone(),
        }
    }

    pub(crate) fn value(&self, u: f64) -> f64 {
        match self {
            Self::ByQuantile(sampler) => sampler.quantile(u),
            Self::ByRow { values, cumulative } => {
                let target = u * cumulative.last().copied().unwrap_or(0.0);
                let row = cumulative.partition_point(|&sum| sum < target);
                let value = values.get(row).or(values.last());
                value.copied().unwrap_or(f64::NAN)
            }
        }
    }
}

/// Where the values of a draw come from.
#[derive(Debug)]
enum Values {
    /// Sampled from the inputs' distributions.
    Sampled(Vec<Input>),
    /// Chosen by an experiment: a row for each draw.
    Chosen {
        numbers: Vec<usize>,
        rows: Vec<Vec<f64>>,
    },
}

/// How replicates get their inputs and their noise: each draw of the inputs is shared by a
/// few replicates. Every sampled input has a stream of its own, so that making another
/// number uncertain shifts nothing.
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
            values: Values::Sampled(inputs(scenario, seed)),
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
    pub fn numbers(&self) -> Box<dyn Iterator<Item = usize> + '_> {
        match &self.values {
            Values::Sampled(inputs) => Box::new(inputs.iter().map(|input| input.number)),
            Values::Chosen { numbers, .. } => Box::new(numbers.iter().copied()),
        }
    }

    /// The values of a draw, in the order of [`Design::numbers`].
    pub fn values(&self, draw: u64) -> Vec<f64> {
        match &self.values {
            Values::Sampled(inputs) => inputs.iter().map(|input| input.drawn.value(draw)).collect(),
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
            how: How::new(distribution),
        }
    }

    /// An uncertain number of a file.
    pub fn input(seed: u64, path: &str, distribution: &Distribution) -> Self {
        match distribution {
            // The numbers of a table have one stream, and so one row.
            Distribution::Table { table, .. } => {
                Self::new(seed, "table", std::slice::from_ref(table), distribution)
            }
            _ => Self::new(seed, "input", &[path.to_owned()], distribution),
        }
    }

    /// Its value in a draw.
    pub fn value(&self, draw: u64) -> f64 {
        let u = self.generator.stream(draw).uniform();
        self.how.value(u)
    }
}

fn inputs(scenario: &Scenario, seed: u64) -> Vec<Input> {
    uncertain(scenario)
        .map(|(number, distribution)| Input {
            number,
            drawn: Drawn::input(seed, &scenario.numbers[number].path, distribution),
        })
        .collect()
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
