//! The epistemic part: which values the uncertain inputs take in which replicate.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::model::uncertain;
use crate::numeric::channel_key;
use crate::scenario::Scenario;
use crate::scenario::distribution::Sampler;

/// One uncertain input: where it goes and how it is drawn.
#[derive(Debug)]
struct Input {
    number: usize,
    seed: [u8; 32],
    sampler: Sampler,
}

/// How replicates get their inputs: each draw is shared by a few replicates, and every
/// input has a stream of its own, so that making another number uncertain shifts nothing.
#[derive(Debug)]
pub struct Design {
    inputs: Vec<Input>,
    replicates_per_draw: u64,
}

impl Design {
    /// The design of a scenario under a seed.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let inputs = uncertain(scenario)
            .map(|(number, distribution)| {
                let path = scenario.numbers[number].path.clone();
                let mut bytes = [0; 32];
                for (chunk, word) in
                    bytes
                        .chunks_exact_mut(4)
                        .zip(channel_key(seed, "input", &[path]))
                {
                    chunk.copy_from_slice(&word.to_le_bytes());
                }
                Input {
                    number,
                    seed: bytes,
                    sampler: distribution.sampler(),
                }
            })
            .collect();
        Self {
            inputs,
            replicates_per_draw: scenario.run.replicates_per_draw,
        }
    }

    /// The draw that a replicate shares.
    pub fn draw_of(&self, replicate: u64) -> u64 {
        replicate / self.replicates_per_draw
    }

    /// The numbers that are drawn, in order.
    pub fn numbers(&self) -> impl Iterator<Item = usize> + '_ {
        self.inputs.iter().map(|input| input.number)
    }

    /// The values of a draw, in the order of [`Design::numbers`].
    pub fn values(&self, draw: u64) -> Vec<f64> {
        let value = |input: &Input| {
            let mut rng = ChaCha8Rng::from_seed(input.seed);
            rng.set_stream(draw);
            // 53 bits, in the middle of their cells: never 0 or 1.
            let u = ((rng.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
            input.sampler.quantile(u)
        };
        self.inputs.iter().map(value).collect()
    }
}
