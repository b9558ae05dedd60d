//! Where in the unit cube a function is evaluated. A row has one number in (0, 1) for each
//! input: the share of its probability that lies below.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sobol_burley::sample;

use crate::numeric::channel_key;
use crate::scenario::distribution::Sampler;

/// Dimensions of one Sobol' sequence.
const DIMENSIONS: usize = 256;
/// Most base rows: the length of the sequence.
pub const MOST_ROWS: usize = 1 << 16;
/// Levels of the grid of Morris' trajectories, of an input with a density.
pub const LEVELS: usize = 4;
/// The first of them and the last: far enough out to meet what happens in a tail.
const OUTERMOST: (f64, f64) = (0.01, 0.99);

/// Saltelli's design: for each base row `A`, `B`, then for each factor `A` with the
/// columns of that factor from `B`. A factor is one input or several that go together.
///
/// `A` and `B` are the two halves of one Sobol' sequence in twice the dimensions with
/// Owen's scrambling, so that a power of two of base rows is balanced in each dimension.
#[derive(Debug, Clone)]
pub struct Saltelli {
    /// Base rows.
    pub base: usize,
    /// The inputs of each factor.
    pub factors: Vec<Vec<usize>>,
    /// Inputs in all.
    pub inputs: usize,
    /// Seed of the scrambling.
    pub seed: u32,
}

impl Saltelli {
    /// Rows of a block: of one base row.
    pub fn block(&self) -> usize {
        self.factors.len() + 2
    }

    /// Every row, block after block.
    pub fn rows(&self) -> Vec<Vec<f64>> {
        let mut rows = Vec::with_capacity(self.base * self.block());
        for index in 0..self.base {
            let of = |first: usize| -> Vec<f64> {
                (0..self.inputs)
                    .map(|input| coordinate(index, first + input, self.seed))
                    .collect()
            };
            let (a, b) = (of(0), of(self.inputs));
            for factor in &self.factors {
                let mut mixed = a.clone();
                for &input in factor {
                    mixed[input] = b[input];
                }
                rows.push(mixed);
            }
            let first = rows.len() - self.factors.len();
            rows.splice(first..first, [a, b]);
        }
        rows
    }
}

/// A coordinate of a point of a Sobol' sequence with Owen's scrambling.
pub fn coordinate(index: usize, dimension: usize, seed: u32) -> f64 {
    // Further dimensions are those of another, independently scrambled sequence.
    let sequence = (dimension / DIMENSIONS) as u32;
    let dimension = (dimension % DIMENSIONS) as u32;
    let u = sample(index as u32, dimension, seed.wrapping_add(sequence));
    // In the middle of its cell: never 0.
    f64::from(u) + 0.5 / f64::from(1 << 24)
}

/// The levels at which Morris' trajectories try an input: four evenly spaced shares of the
/// probability from 1 % to 99 %; of a discrete one each value, however unlikely.
pub fn levels(input: &Sampler) -> Vec<f64> {
    input.middles().unwrap_or_else(|| {
        let (low, high) = OUTERMOST;
        let step = (high - low) / (LEVELS - 1) as f64;
        (0..LEVELS).map(|l| low + l as f64 * step).collect()
    })
}

/// One of Morris' trajectories: from a random place on the grid, each input is moved once.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory {
    /// The place before and after each move.
    pub rows: Vec<Vec<f64>>,
    /// The input of each move, and the share of its levels' span over which it rises or, if
    /// negative, falls.
    pub moves: Vec<(usize, f64)>,
}

/// Trajectories on the grid of these levels, by input: each is moved by half of its levels. A
/// single level is stayed at, as if moved over the whole span.
pub fn trajectories(count: usize, levels: &[Vec<f64>], seed: u64) -> Vec<Trajectory> {
    let inputs = levels.len();
    let mut rng = rng(seed, "morris");
    let mut below = |n: usize| (rng.next_u64() % n as u64) as usize;
    let place = |at: &[usize]| -> Vec<f64> {
        let each = at.iter().zip(levels);
        each.map(|(&l, levels)| levels[l]).collect()
    };
    (0..count)
        .map(|_| {
            let mut at: Vec<usize> = levels.iter().map(|l| below(l.len())).collect();
            let mut order: Vec<usize> = (0..inputs).collect();
            // Fisher and Yates' shuffle.
            for last in (1..inputs).rev() {
                order.swap(last, below(last + 1));
            }
            let mut rows = vec![place(&at)];
            let mut moves = Vec::with_capacity(inputs);
            for input in order {
                let count = levels[input].len();
                let jump = count / 2;
                let (up, down) = (at[input] + jump < count, at[input] >= jump);
                // From the middle one of an odd number it can go either way.
                let rises = up && (!down || below(2) == 0);
                at[input] = match rises {
                    true => at[input] + jump,
                    false => at[input] - jump,
                };
                let share = match jump {
                    0 => 1.0,
                    _ => jump as f64 / (count - 1) as f64,
                };
                moves.push((input, if rises { share } else { -share }));
                rows.push(place(&at));
            }
            Trajectory { rows, moves }
        })
        .collect()
}

/// Random numbers for a purpose.
pub fn rng(seed: u64, purpose: &str) -> ChaCha8Rng {
    let mut bytes = [0; 32];
    let key = channel_key(seed, "sensitivity", &[purpose.to_owned()]);
    for (chunk, word) in bytes.chunks_exact_mut(4).zip(key) {
        chunk.copy_from_slice(&word.to_le_bytes());
    }
    ChaCha8Rng::from_seed(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mixed_row_has_one_factor_from_the_other_half() {
        let design = Saltelli {
            base: 64,
            factors: vec![vec![0], vec![2], vec![1, 3]],
            inputs: 4,
            seed: 3,
        };
        let rows = design.rows();
        assert_eq!(rows.len(), 64 * 5);
        for block in rows.chunks(5) {
            for (factor, mixed) in design.factors.iter().zip(&block[2..]) {
                for input in 0..4 {
                    let from = usize::from(factor.contains(&input));
                    assert_eq!(mixed[input], block[from][input]);
                }
            }
        }
        // Every one of 64 equal intervals is met once in each dimension of A and of B.
        for half in 0..2 {
            for input in 0..4 {
                let mut met: Vec<usize> = rows
                    .chunks(5)
                    .map(|block| (block[half][input] * 64.0) as usize)
                    .collect();
                met.sort_unstable();
                assert_eq!(met, (0..64).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn more_inputs_than_dimensions_of_a_sequence_are_served() {
        let design = Saltelli {
            base: 8,
            factors: vec![vec![0]],
            inputs: 200,
            seed: 1,
        };
        for row in design.rows() {
            assert!(row.iter().all(|u| *u > 0.0 && *u < 1.0));
        }
    }

    #[test]
    fn a_trajectory_moves_each_input_once_by_half_of_its_levels() {
        let even: Vec<f64> = (0..4).map(f64::from).collect();
        let grid = [
            even.clone(),
            vec![0.45, 0.95],
            vec![0.1, 0.2, 0.6],
            vec![0.5],
            even,
        ];
        let mut met = vec![Vec::new(); grid.len()];
        for trajectory in trajectories(50, &grid, 9) {
            let mut moved: Vec<usize> = trajectory.moves.iter().map(|m| m.0).collect();
            for (ends, (input, share)) in trajectory.rows.windows(2).zip(&trajectory.moves) {
                for (k, levels) in grid.iter().enumerate() {
                    let place = |row: &[f64]| levels.iter().position(|l| *l == row[k]);
                    let (from, to) = (place(&ends[0]), place(&ends[1]));
                    let (from, to) = (from.expect("a level"), to.expect("a level"));
                    met[k].extend([from, to]);
                    if k == *input && levels.len() > 1 {
                        let step = (to as f64 - from as f64) / (levels.len() - 1) as f64;
                        assert_eq!(step, *share);
                        assert_eq!(from.abs_diff(to), levels.len() / 2);
                    } else {
                        assert_eq!(from, to);
                    }
                }
            }
            moved.sort_unstable();
            assert_eq!(moved, (0..grid.len()).collect::<Vec<_>>());
        }
        for (levels, met) in grid.iter().zip(&mut met) {
            met.sort_unstable();
            met.dedup();
            assert_eq!(met.len(), levels.len(), "every level is met");
        }
    }
}
