//! Where in the unit cube a function is evaluated. A row has one number in (0, 1) for each
//! input: the share of its probability that lies below.

use std::ops::Range;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sobol_burley::sample;

use crate::engine::{Bond, Factor};
use crate::numeric::channel_key;

/// Dimensions of one Sobol' sequence.
const DIMENSIONS: usize = 256;
/// Most base rows: the length of the sequence.
pub const MOST_ROWS: usize = 1 << 16;
/// Levels of the grid of Morris' trajectories, of an input with a density.
pub const LEVELS: usize = 4;
/// The first of them and the last: far enough out to meet what happens in a tail.
const OUTERMOST: (f64, f64) = (0.01, 0.99);

/// Saltelli's design: for each base row `A`, `B`, then for each factor `A` with the
/// columns of that factor from `B`. A factor is one coordinate or several that go together.
///
/// `A` and `B` are the two halves of one Sobol' sequence in twice the dimensions with
/// Owen's scrambling, so that a power of two of base rows is balanced in each dimension.
#[derive(Debug, Clone)]
pub struct Saltelli {
    /// Base rows.
    pub base: usize,
    /// The coordinates of each factor.
    pub factors: Vec<Vec<usize>>,
    /// Coordinates in all.
    pub coordinates: usize,
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
                (0..self.coordinates)
                    .map(|at| coordinate(index, first + at, self.seed))
                    .collect()
            };
            let (a, b) = (of(0), of(self.coordinates));
            for factor in &self.factors {
                let mut mixed = a.clone();
                for &at in factor {
                    mixed[at] = b[at];
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

/// How Morris' trajectories move a factor.
#[derive(Debug, Clone)]
pub struct Moved {
    /// Its coordinates.
    pub coordinates: Range<usize>,
    /// The levels at which it is tried, by coordinate.
    pub levels: Vec<Vec<f64>>,
    /// Whether it is one number, which rises or falls; several that hang together only move.
    pub has_direction: bool,
    /// Whether its levels have an order; the rows of a table have none.
    pub has_order: bool,
}

impl Moved {
    /// A number by itself, at the coordinate of its place, with the middles of a discrete one.
    pub fn alone(at: usize, middles: Option<Vec<f64>>) -> Self {
        Self {
            coordinates: at..at + 1,
            levels: vec![levels_of(middles)],
            has_direction: true,
            has_order: true,
        }
    }

    /// A factor on its levels.
    pub fn of(factor: &Factor) -> Self {
        let levels = factor.coordinates.clone();
        Self {
            coordinates: factor.coordinates.clone(),
            levels: levels.map(|_| levels_of(factor.middles())).collect(),
            has_direction: factor.is_alone(),
            has_order: !matches!(factor.bond, Bond::Table(_)),
        }
    }
}

/// Four evenly spaced shares of the probability from 1 % to 99 %; of a discrete number or the rows
/// of a table, which have `middles`, each of these, however unlikely.
fn levels_of(middles: Option<Vec<f64>>) -> Vec<f64> {
    middles.unwrap_or_else(|| {
        let (low, high) = OUTERMOST;
        let step = (high - low) / (LEVELS - 1) as f64;
        (0..LEVELS).map(|l| low + l as f64 * step).collect()
    })
}

/// One of Morris' trajectories: from a random place on the grid, each factor is moved once.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory {
    /// The place before and after each move.
    pub rows: Vec<Vec<f64>>,
    /// The factor of each move, and the share of its levels' span over which it rises or, if
    /// negative, falls; of several numbers that hang together the share alone.
    pub moves: Vec<(usize, f64)>,
}

/// Trajectories on the grid of the factors' levels: each coordinate is moved by half of its levels.
/// A single level is stayed at, as if moved over the whole span.
pub fn trajectories(count: usize, factors: &[Moved], seed: u64) -> Vec<Trajectory> {
    let mut rng = rng(seed, "morris");
    let mut below = |n: usize| (rng.next_u64() % n as u64) as usize;
    let levels: Vec<&Vec<f64>> = factors.iter().flat_map(|f| &f.levels).collect();
    let place = |at: &[usize]| -> Vec<f64> {
        let each = at.iter().zip(&levels);
        each.map(|(&l, levels)| levels[l]).collect()
    };
    (0..count)
        .map(|_| {
            let mut at: Vec<usize> = levels.iter().map(|l| below(l.len())).collect();
            let mut order: Vec<usize> = (0..factors.len()).collect();
            // Fisher and Yates' shuffle.
            for last in (1..factors.len()).rev() {
                order.swap(last, below(last + 1));
            }
            let mut rows = vec![place(&at)];
            let mut moves = Vec::with_capacity(factors.len());
            for moved in order {
                let factor = &factors[moved];
                let mut share = 1.0;
                for coordinate in factor.coordinates.clone() {
                    let count = levels[coordinate].len();
                    let jump = count / 2;
                    let at = &mut at[coordinate];
                    let (up, down) = (*at + jump < count, *at >= jump);
                    // From the middle one of an odd number it can go either way.
                    let rises = up && (!down || below(2) == 0);
                    *at = if rises { *at + jump } else { *at - jump };
                    if jump > 0 && factor.has_order {
                        share = jump as f64 / (count - 1) as f64;
                    }
                    if factor.has_direction && !rises {
                        share = -share;
                    }
                }
                moves.push((moved, share));
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
            coordinates: 4,
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
            coordinates: 200,
            seed: 1,
        };
        for row in design.rows() {
            assert!(row.iter().all(|u| *u > 0.0 && *u < 1.0));
        }
    }

    fn alone(at: usize, levels: Vec<f64>) -> Moved {
        Moved::alone(at, Some(levels))
    }

    #[test]
    fn a_trajectory_moves_each_factor_once_by_half_of_its_levels() {
        let even: Vec<f64> = (0..4).map(f64::from).collect();
        let rows: Vec<f64> = (0..7).map(|row| f64::from(row) / 7.0).collect();
        let factors = [
            alone(0, even.clone()),
            alone(1, vec![0.45, 0.95]),
            Moved {
                coordinates: 2..4,
                levels: vec![even.clone(), even.clone()],
                has_direction: false,
                has_order: true,
            },
            alone(4, vec![0.1, 0.2, 0.6]),
            alone(5, vec![0.5]),
            Moved {
                has_direction: false,
                has_order: false,
                ..alone(6, rows)
            },
            alone(7, even),
        ];
        let levels: Vec<&Vec<f64>> = factors.iter().flat_map(|f| &f.levels).collect();
        let mut met = vec![Vec::new(); levels.len()];
        for trajectory in trajectories(60, &factors, 9) {
            let mut moved: Vec<usize> = trajectory.moves.iter().map(|m| m.0).collect();
            for (ends, (factor, share)) in trajectory.rows.windows(2).zip(&trajectory.moves) {
                for (k, levels) in levels.iter().enumerate() {
                    let place = |row: &[f64]| levels.iter().position(|l| *l == row[k]);
                    let (from, to) = (place(&ends[0]), place(&ends[1]));
                    let (from, to) = (from.expect("a level"), to.expect("a level"));
                    met[k].extend([from, to]);
                    let factor = &factors[*factor];
                    if factor.coordinates.contains(&k) && levels.len() > 1 {
                        let step = (to as f64 - from as f64) / (levels.len() - 1) as f64;
                        let expected = match (factor.has_direction, factor.has_order) {
                            (true, _) => step,
                            (false, true) => step.abs(),
                            (false, false) => 1.0,
                        };
                        assert_eq!(expected, *share);
                        assert_eq!(from.abs_diff(to), levels.len() / 2);
                    } else {
                        assert_eq!(from, to);
                    }
                }
            }
            moved.sort_unstable();
            assert_eq!(moved, (0..factors.len()).collect::<Vec<_>>());
        }
        for (levels, met) in levels.iter().zip(&mut met) {
            met.sort_unstable();
            met.dedup();
            assert_eq!(met.len(), levels.len(), "every level is met");
        }
    }
}
