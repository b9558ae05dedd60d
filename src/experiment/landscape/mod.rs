//! The landscape of alignments (Axelrod and Bennett 1993).
//!
//! Actors stand on one of two sides. Actor `i` has a size `s_i`; each two have a propensity
//! `p_ij` to be together, positive if they are drawn to each other. With `d_ij` = 0 on the
//! same side and 1 on opposite sides, the frustration of an actor and the energy of an
//! alignment are
//!
//! ```text
//! F_i = sum over j of s_j p_ij d_ij          E = sum over i of s_i F_i
//! ```
//!
//! An alignment is stable if nobody lowers its own frustration by changing sides, which
//! for symmetric propensities is to say that no single change lowers the energy.

mod shrinking;
#[cfg(test)]
mod tests;

pub use shrinking::{Alignments, Defection, FirstToTurn, Level, shrink};

use rayon::prelude::*;

/// Most actors whose alignments are all weighed: half a million times 16.
pub const MOST_ACTORS: usize = 24;
/// Actors whose sides vary within a block; the others' are fixed in it.
const LOW: usize = 12;

/// Who stands where: bit `i` is the side of actor `i`.
pub type Sides = u32;

/// Sizes and propensities, ready to be weighed.
#[derive(Debug, Clone)]
pub struct Landscape {
    actors: usize,
    sizes: Vec<f64>,
    /// `s_i s_j p_ij`, row by row, 0 on the diagonal.
    pull: Vec<f64>,
}

/// Every alignment weighed.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// How many alignments there are; one and its mirror image count once.
    pub alignments: usize,
    /// The stable ones with their energies, the deepest first. The last actor is on side 0.
    pub stable: Vec<(Sides, f64)>,
}

impl Landscape {
    /// A landscape of actors of these sizes; `propensity` has a row for each actor, and its
    /// two halves are averaged where they differ. `None` if the shapes don't agree, or there
    /// is no actor, or more than [`MOST_ACTORS`].
    pub fn new(sizes: &[f64], propensity: &[Vec<f64>]) -> Option<Self> {
        let n = sizes.len();
        let square = propensity.len() == n && propensity.iter().all(|row| row.len() == n);
        if n == 0 || n > MOST_ACTORS || !square {
            return None;
        }
        let pull = (0..n * n)
            .map(|cell| {
                let (i, j) = (cell / n, cell % n);
                let mutual = (propensity[i][j] + propensity[j][i]) / 2.0;
                if i == j {
                    0.0
                } else {
                    sizes[i] * sizes[j] * mutual
                }
            })
            .collect();
        Some(Self {
            actors: n,
            sizes: sizes.to_vec(),
            pull,
        })
    }

    /// Number of actors.
    pub fn actors(&self) -> usize {
        self.actors
    }

    fn opposed(&self, i: usize, sides: Sides) -> f64 {
        let own = sides >> i & 1;
        let row = &self.pull[i * self.actors..][..self.actors];
        let others = row.iter().enumerate();
        others
            .filter(|(j, _)| sides >> j & 1 != own)
            .map(|(_, pull)| pull)
            .sum()
    }

    /// Frustration of an actor in an alignment.
    pub fn frustration(&self, actor: usize, sides: Sides) -> f64 {
        if self.sizes[actor] == 0.0 {
            return 0.0;
        }
        self.opposed(actor, sides) / self.sizes[actor]
    }

    /// By how much an actor would lower its frustration by changing sides.
    pub fn gain(&self, actor: usize, sides: Sides) -> f64 {
        self.frustration(actor, sides) - self.frustration(actor, sides ^ 1 << actor)
    }

    /// Energy of an alignment.
    pub fn energy(&self, sides: Sides) -> f64 {
        (0..self.actors).map(|i| self.opposed(i, sides)).sum()
    }

    /// What is too little to tell from rounding.
    fn slack(&self) -> f64 {
        1e-12 * self.pull.iter().map(|p| p.abs()).sum::<f64>()
    }

    /// The actor that gains most by changing sides, if one gains.
    pub fn keenest(&self, sides: Sides) -> Option<usize> {
        let gains = (0..self.actors).map(|i| (i, self.gain(i, sides)));
        let size = |i: usize| self.sizes[i];
        gains
            .filter(|(i, gain)| gain * size(*i) > self.slack())
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
            .map(|(i, _)| i)
    }

    /// Weighs every alignment, in parallel on rayon's threads.
    pub fn weigh(&self) -> Weighed {
        let free = self.actors - 1;
        let low = free.min(LOW);
        let mut energies = vec![0.0; 1 << free];
        let table = Pairs::new(self, low);
        energies
            .par_chunks_mut(1 << low)
            .enumerate()
            .for_each(|(block, energies)| self.fill(&table, low, block << low, energies));
        let slack = self.slack();
        let mut stable: Vec<(Sides, f64)> = (0..1usize << (free - low))
            .into_par_iter()
            .flat_map_iter(|block| {
                let lowest = lowest_neighbours(&energies, low, free, block);
                let base = block << low;
                let own = &energies[base..base + (1 << low)];
                let found: Vec<(Sides, f64)> = own
                    .iter()
                    .zip(lowest)
                    .enumerate()
                    .filter(|(_, (energy, lowest))| **energy <= lowest + slack)
                    .map(|(l, (energy, _))| ((base + l) as Sides, *energy))
                    .collect();
                found
            })
            .collect();
        stable.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        Weighed {
            alignments: 1 << free,
            stable,
        }
    }

    /// Energies of the alignments in which the high actors stand as in `base`: each actor
    /// that is added changes what is known by a sum that is known.
    fn fill(&self, pairs: &Pairs, low: usize, base: usize, energies: &mut [f64]) {
        energies[0] = self.energy(base as Sides);
        for b in 0..low {
            // Moving b alone, from the side where all the low actors are.
            let row = &self.pull[b * self.actors..][..self.actors];
            let alone: f64 = row
                .iter()
                .enumerate()
                .map(|(j, pull)| if base >> j & 1 == 0 { *pull } else { -pull })
                .sum();
            let (known, new) = energies.split_at_mut(1 << b);
            for ((new, known), pair) in new.iter_mut().zip(&*known).zip(&pairs.of[b]) {
                *new = known + 2.0 * alone - 4.0 * pair;
            }
        }
    }
}

/// Sums of an actor's pulls over every set of the actors before it.
struct Pairs {
    of: Vec<Vec<f64>>,
}

impl Pairs {
    fn new(landscape: &Landscape, low: usize) -> Self {
        let of = (0..low).map(|b| {
            let row = &landscape.pull[b * landscape.actors..][..b];
            let mut sums = vec![0.0];
            for pull in row {
                let more: Vec<f64> = sums.iter().map(|s| s + pull).collect();
                sums.extend(more);
            }
            sums
        });
        Self { of: of.collect() }
    }
}

/// For each alignment of a block, the lowest energy that one change away from it.
fn lowest_neighbours(energies: &[f64], low: usize, free: usize, block: usize) -> Vec<f64> {
    let size = 1usize << low;
    let base = block << low;
    let own = &energies[base..base + size];
    let mut lowest = vec![f64::INFINITY; size];
    for b in 0..low {
        let half = 1 << b;
        for (lowest, own) in lowest.chunks_mut(2 * half).zip(own.chunks(2 * half)) {
            let (first, second) = lowest.split_at_mut(half);
            for (l, e) in first.iter_mut().zip(&own[half..]) {
                *l = l.min(*e);
            }
            for (l, e) in second.iter_mut().zip(&own[..half]) {
                *l = l.min(*e);
            }
        }
    }
    for b in low..free {
        let other = base ^ 1 << b;
        for (l, e) in lowest.iter_mut().zip(&energies[other..other + size]) {
            *l = l.min(*e);
        }
    }
    // The last actor changes sides: all others do, seen from it.
    let mirror = !base & ((1 << free) - 1) & !(size - 1);
    for (l, e) in lowest
        .iter_mut()
        .zip(energies[mirror..mirror + size].iter().rev())
    {
        *l = l.min(*e);
    }
    lowest
}
