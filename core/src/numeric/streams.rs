//! Random numbers as a function of (seed, purpose, what it is about, replicate, step).
//!
//! Every channel (a purpose and the names of what it is about) has a ChaCha8 key of its
//! own; the stream is the replicate, the position in the stream is the step. So no draw
//! depends on lanes, threads, blocks, or on what any other channel drew.

use super::chacha::{Key, chacha8_block};
use super::isa::lanewise;
use super::lanes::Lanes;
use super::list::List;
use super::variates::{normals, uniform};

/// Words in a block of ChaCha.
const BLOCK: usize = 16;

/// What a channel's words are turned into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variate {
    /// A uniform number in the open interval (0, 1).
    Uniform,
    /// A standard normal number.
    Normal,
}

/// A source of one random number a replicate and step.
#[derive(Debug, Clone, Copy)]
pub struct Channel {
    /// Made by [`channel_key`].
    pub key: Key,
    /// What it gives.
    pub variate: Variate,
}

/// The key of a channel: a hash of the root seed and the channel's name.
///
/// This is version 1 of the stream contract; a change of it changes every result.
pub fn channel_key(seed: u64, purpose: &str, about: &[String]) -> Key {
    let mut hasher = blake3::Hasher::new_derive_key("simulate stream contract v1");
    hasher.update(&seed.to_le_bytes());
    for part in std::iter::once(purpose).chain(about.iter().map(String::as_str)) {
        // The length keeps ("ab", "c") apart from ("a", "bc").
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let hash = hasher.finalize();
    let mut key = Key::default();
    for (word, bytes) in key.iter_mut().zip(hash.as_bytes().chunks_exact(4)) {
        *word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    key
}

/// The random numbers of `N` replicates, side by side, for the steps around the present one.
#[derive(Debug, Clone)]
pub struct Streams<'a, const N: usize> {
    channels: &'a [Channel],
    replicates: [u64; N],
    /// By step of the present block, then channel: a step reads them one after another.
    drawn: List<N>,
    /// Where the present step's begin.
    step: usize,
}

impl<'a, const N: usize> Streams<'a, N> {
    /// Streams of the given channels for `N` replicates, at no step yet.
    pub fn new(channels: &'a [Channel], replicates: [u64; N]) -> Self {
        Self {
            channels,
            replicates,
            drawn: List::filled(channels.len() * BLOCK, Lanes::ZERO),
            step: 0,
        }
    }

    /// Starts again with other replicates, keeping the memory.
    pub fn restart(&mut self, replicates: [u64; N]) {
        self.replicates = replicates;
    }

    /// Moves to a step; steps are visited in order from 0.
    #[inline(always)]
    pub fn go_to(&mut self, step: usize) {
        if step.is_multiple_of(BLOCK) {
            let channels = self.channels.len();
            let mut numbers = [Lanes::ZERO; BLOCK];
            for (place, channel) in self.channels.iter().enumerate() {
                let counter = (step / BLOCK) as u64;
                let words = chacha8_block(&channel.key, counter, self.replicates);
                match channel.variate {
                    Variate::Normal => normals(&words, &mut numbers),
                    Variate::Uniform => {
                        for (number, words) in lanewise(numbers.iter_mut().zip(words)) {
                            *number = uniform(words);
                        }
                    }
                }
                let drawn = self.drawn[place..].iter_mut().step_by(channels);
                for (drawn, number) in lanewise(drawn.zip(&numbers)) {
                    *drawn = *number;
                }
            }
        }
        self.step = (step % BLOCK) * self.channels.len();
    }

    /// The present step's draw of a channel, for every replicate.
    #[inline(always)]
    pub fn draw(&self, channel: usize) -> Lanes<N> {
        self.drawn[self.step + channel]
    }
}
