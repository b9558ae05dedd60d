//! Blocks of the ChaCha stream cipher with 8 rounds, for many streams side by side.
//!
//! Method: D. J. Bernstein, "ChaCha, a variant of Salsa20" (2008), with the 64-bit counter
//! and 64-bit nonce of the original. A block is a function of key, counter and nonce, so
//! any draw of any stream can be had without the ones before it.

use super::count::{Op, whole};

/// The key of a family of streams.
pub type Key = [u32; 8];

/// "expand 32-byte k", as little-endian words.
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// Block `counter` of the streams `nonce` of a key.
///
/// Word `w` of lane `k` is the word at position `counter * 16 + w` of
/// `rand_chacha::ChaCha8Rng::from_seed(seed)` after `set_stream(nonce[k])`, where `seed` is
/// the key's words as little-endian bytes.
#[inline(always)]
pub fn chacha8_block<const N: usize>(key: &Key, counter: u64, nonce: [u64; N]) -> [[u32; N]; 16] {
    let _whole = whole(Op::Block);
    let (mut low, mut high) = ([0; N], [0; N]);
    for k in 0..N {
        low[k] = nonce[k] as u32;
        high[k] = (nonce[k] >> 32) as u32;
    }
    let mut out = [[0; N]; 16];
    // The lanes are the outer loop, with the rounds written out as one long body: so LLVM
    // keeps it as a loop and makes vectors of it; with short loops inside the rounds it
    // unrolls them and loses the lanes from sight.
    for k in 0..N {
        let words = lane_block(key, counter, low[k], high[k]);
        for (row, word) in out.iter_mut().zip(words) {
            row[k] = word;
        }
    }
    out
}

/// A block of one stream.
#[inline(always)]
fn lane_block(key: &Key, counter: u64, nonce_low: u32, nonce_high: u32) -> [u32; 16] {
    let [c0, c1, c2, c3] = CONSTANTS;
    let [k0, k1, k2, k3, k4, k5, k6, k7] = *key;
    let (low, high) = (counter as u32, (counter >> 32) as u32);
    let start = [
        c0, c1, c2, c3, k0, k1, k2, k3, k4, k5, k6, k7, low, high, nonce_low, nonce_high,
    ];
    let mut state = double_round(double_round(double_round(double_round(start))));
    for (word, first) in state.iter_mut().zip(start) {
        *word = word.wrapping_add(first);
    }
    state
}

/// Two rounds: one on the columns, one on the diagonals of the state.
#[inline(always)]
fn double_round(mut state: [u32; 16]) -> [u32; 16] {
    quarter_round(&mut state, 0, 4, 8, 12);
    quarter_round(&mut state, 1, 5, 9, 13);
    quarter_round(&mut state, 2, 6, 10, 14);
    quarter_round(&mut state, 3, 7, 11, 15);
    quarter_round(&mut state, 0, 5, 10, 15);
    quarter_round(&mut state, 1, 6, 11, 12);
    quarter_round(&mut state, 2, 7, 8, 13);
    quarter_round(&mut state, 3, 4, 9, 14);
    state
}

/// Stirs four words of the state.
#[inline(always)]
fn quarter_round(state: &mut [u32; 16], a: usize, b: usize, c: usize, d: usize) {
    state[a] = state[a].wrapping_add(state[b]);
    state[d] = (state[d] ^ state[a]).rotate_left(16);
    state[c] = state[c].wrapping_add(state[d]);
    state[b] = (state[b] ^ state[c]).rotate_left(12);
    state[a] = state[a].wrapping_add(state[b]);
    state[d] = (state[d] ^ state[a]).rotate_left(8);
    state[c] = state[c].wrapping_add(state[d]);
    state[b] = (state[b] ^ state[c]).rotate_left(7);
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    /// Numbers to make keys and nonces from.
    fn split_mix(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn check<const N: usize>() {
        let mut state = 5;
        let counters = [
            0,
            1,
            2,
            77,
            u64::from(u32::MAX),
            u64::from(u32::MAX) + 1,
            1 << 50,
        ];
        for round in 0..50 {
            let key: Key = std::array::from_fn(|_| split_mix(&mut state) as u32);
            // Small stream numbers, as replicates have, and large ones.
            let nonce: [u64; N] = std::array::from_fn(|k| match round % 2 {
                0 => round + k as u64,
                _ => split_mix(&mut state),
            });
            let mut seed = [0; 32];
            for (bytes, word) in seed.chunks_exact_mut(4).zip(key) {
                bytes.copy_from_slice(&word.to_le_bytes());
            }
            for counter in counters {
                let block = chacha8_block(&key, counter, nonce);
                for k in 0..N {
                    let mut reference = ChaCha8Rng::from_seed(seed);
                    reference.set_stream(nonce[k]);
                    reference.set_word_pos(u128::from(counter) * 16);
                    for words in &block {
                        assert_eq!(words[k], reference.next_u32());
                    }
                }
            }
        }
    }

    #[test]
    fn words_are_those_of_rand_chacha() {
        check::<1>();
        check::<8>();
        check::<16>();
    }
}
