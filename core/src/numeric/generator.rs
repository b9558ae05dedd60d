//! Random numbers in double precision, one after the other, from the key of a channel: for what
//! is drawn once a draw or an experiment, not in the steps of a replicate.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::special::normal_quantile;
use super::streams::channel_key;

/// A generator that is a function of (seed, purpose, what it is about) alone.
#[derive(Debug, Clone)]
pub struct Generator(ChaCha8Rng);

impl Generator {
    /// With the key that [`channel_key`] makes of these.
    pub fn new(seed: u64, purpose: &str, about: &[String]) -> Self {
        let mut bytes = [0; 32];
        let words = channel_key(seed, purpose, about);
        for (chunk, word) in bytes.chunks_exact_mut(4).zip(words) {
            chunk.copy_from_slice(&word.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(bytes))
    }

    /// The same at the beginning of stream `number`: every draw has one.
    #[must_use]
    pub fn stream(&self, number: u64) -> Self {
        let mut generator = self.0.clone();
        generator.set_stream(number);
        Self(generator)
    }

    /// A uniform number in (0, 1): 53 bits, in the middle of their cells, so never 0 or 1.
    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// A standard normal number.
    pub fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform())
    }
}
