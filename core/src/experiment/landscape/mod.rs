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
//!
//! Sizes and propensities are rounded to whole numbers of a small unit, and all that follows
//! is whole: what is equal is found equal, in whatever order it is added up. So an actor who
//! would gain nothing by a change stays, and alignments that are mirror images of each other
//! in a symmetric landscape have the same energy. An actor without size weighs nothing for
//! the others, but has a side that it likes better, and isn't stable on the other one.

mod basins;
mod dynamics;
mod given;
mod in_full;
mod network;
mod shrinking;
#[cfg(test)]
mod tests;
mod units;

pub use dynamics::{Dynamics, Pair};
pub use in_full::{InFull, Minimum};
pub use network::SignedNetwork;
pub use shrinking::{Alignments, Defection, FirstToTurn, LEVELS, Level, shrink, weigh_file};

use crate::parallel;
use crate::scenario::NameKind;

use units::{PARTS, Whole, whole};

/// Most actors whose alignments are all weighed.
pub const MOST_ACTORS: usize = NameKind::Actor.most();
/// Actors whose sides vary within a block; the others' are fixed in it.
const LOW: usize = 12;

/// Who stands where: bit `i` is the side of actor `i`.
pub type Sides = u32;

/// Sizes and propensities, ready to be weighed.
#[derive(Debug, Clone)]
pub struct Landscape {
    actors: usize,
    /// Sizes in the unit of size.
    sizes: Vec<i64>,
    /// `p_ij + p_ji`, row by row, 0 on the diagonal, [`PARTS`] to 1.
    mutual: Vec<i64>,
    /// `s_i s_j (p_ij + p_ji)`, in the unit of energy.
    pull: Vec<i64>,
    /// The size of a unit of size.
    size_unit: f64,
}

/// Every alignment weighed.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// How many alignments there are; one and its mirror image count once.
    pub alignments: usize,
    /// How many of them have the least energy.
    pub deepest: usize,
    /// The stable ones with their energies, the deepest first. The last actor is on side 0.
    pub stable: Vec<(Sides, f64)>,
}

impl Landscape {
    /// A landscape of actors of these sizes; `propensity` has a row for each actor, and its
    /// two halves are averaged where they differ. `None` if the shapes don't agree, if a
    /// number isn't finite or a size is below 0, or if there is no actor, or more than
    /// [`MOST_ACTORS`].
    pub fn new(sizes: &[f64], propensity: &[Vec<f64>]) -> Option<Self> {
        let n = sizes.len();
        let square = propensity.len() == n && propensity.iter().all(|row| row.len() == n);
        if n == 0 || n > MOST_ACTORS || !square {
            return None;
        }
        let mutual: Vec<f64> = (0..n * n)
            .map(|cell| (cell / n, cell % n))
            .map(|(i, j)| match i == j {
                true => 0.0,
                false => propensity[i][j] + propensity[j][i],
            })
            .collect();
        let Whole {
            sizes,
            mutual,
            size_unit,
        } = whole(sizes, &mutual)?;
        Some(Self::of_whole(sizes, mutual, size_unit))
    }

    fn of_whole(sizes: Vec<i64>, mutual: Vec<i64>, size_unit: f64) -> Self {
        let n = sizes.len();
        let pull = (0..n * n).map(|cell| sizes[cell / n] * sizes[cell % n] * mutual[cell]);
        Self {
            actors: n,
            pull: pull.collect(),
            sizes,
            mutual,
            size_unit,
        }
    }

    /// Number of actors.
    pub fn actors(&self) -> usize {
        self.actors
    }

    /// What the others mean to an actor: `s_j (p_ij + p_ji)` of each.
    fn row(&self, actor: usize) -> impl Iterator<Item = i64> + '_ {
        let mutual = &self.mutual[actor * self.actors..][..self.actors];
        mutual.iter().zip(&self.sizes).map(|(p, size)| p * size)
    }

    /// Frustration of an actor, in its unit.
    fn felt(&self, actor: usize, sides: Sides) -> i64 {
        let own = sides >> actor & 1;
        let others = self.row(actor).enumerate();
        others
            .filter(|(j, _)| sides >> j & 1 != own)
            .map(|(_, weight)| weight)
            .sum()
    }

    fn relief(&self, actor: usize, sides: Sides) -> i64 {
        self.felt(actor, sides) - self.felt(actor, sides ^ 1 << actor)
    }

    /// What so many units of frustration are; `pull` counts both propensities of a pair.
    fn as_frustration(&self, units: i64) -> f64 {
        units as f64 * self.size_unit / (2.0 * PARTS)
    }

    fn as_energy(&self, units: i64) -> f64 {
        self.as_frustration(units) * self.size_unit
    }

    /// Frustration of an actor in an alignment.
    pub fn frustration(&self, actor: usize, sides: Sides) -> f64 {
        self.as_frustration(self.felt(actor, sides))
    }

    /// By how much an actor would lower its frustration by changing sides.
    pub fn gain(&self, actor: usize, sides: Sides) -> f64 {
        self.as_frustration(self.relief(actor, sides))
    }

    /// The size of an actor, the threat, below which another leaves the side on which it
    /// stands in an alignment, all others staying: T* = -R/|p|, with R what it would lose by
    /// leaving without the threat, and p the propensity of the two. It stays at T* itself.
    /// `None` where it isn't the threat that keeps it there.
    pub fn threshold(&self, actor: usize, threat: usize, sides: Sides) -> Option<f64> {
        let sign = |j: usize| match (sides >> actor ^ sides >> j) & 1 {
            0 => 1,
            _ => -1,
        };
        let kept = sign(threat) * self.mutual[actor * self.actors + threat];
        let others = self.row(actor).enumerate();
        let margin: i64 = others
            .filter(|(j, _)| *j != threat)
            .map(|(j, weight)| sign(j) * weight)
            .sum();
        (actor != threat && kept > 0 && margin < 0)
            .then(|| -margin as f64 / kept as f64 * self.size_unit)
    }

    /// Energy of an alignment.
    pub fn energy(&self, sides: Sides) -> f64 {
        self.as_energy(self.whole_energy(sides))
    }

    fn whole_energy(&self, sides: Sides) -> i64 {
        let felt = |i: usize| self.sizes[i] * self.felt(i, sides);
        (0..self.actors).map(felt).sum()
    }

    /// The actors that gain most by changing sides, all of them where some gain alike; none
    /// where nobody gains.
    pub fn keenest(&self, sides: Sides) -> Vec<usize> {
        let most = (0..self.actors).map(|i| self.relief(i, sides)).max();
        match most {
            Some(most) if most > 0 => (0..self.actors)
                .filter(|&i| self.relief(i, sides) == most)
                .collect(),
            _ => Vec::new(),
        }
    }

    /// How many actors vary: the last one stands on side 0, as one of two mirror images does.
    /// And how many of them vary within a block.
    fn free(&self) -> (usize, usize) {
        let free = self.actors - 1;
        (free, free.min(LOW))
    }

    /// Energies of all alignments.
    fn energies(&self) -> Vec<i64> {
        let (free, low) = self.free();
        let mut energies = vec![0; 1 << free];
        let table = Pairs::new(self, low);
        parallel::for_each_chunk(&mut energies, 1 << low, |block, energies| {
            self.fill(&table, low, block << low, energies);
        });
        energies
    }

    /// The least energy of all alignments, in its unit.
    fn least_energy(&self) -> i64 {
        self.energies().into_iter().min().unwrap_or(0)
    }

    /// Weighs every alignment.
    pub fn weigh(&self) -> Weighed {
        let (free, low) = self.free();
        let energies = self.energies();
        let stable = parallel::map(1usize << (free - low), |block| {
            let lowest = lowest_neighbours(&energies, low, free, block);
            let base = block << low;
            let own = &energies[base..base + (1 << low)];
            let found: Vec<(Sides, i64)> = own
                .iter()
                .zip(lowest)
                .enumerate()
                .filter(|(_, (energy, lowest))| *energy <= lowest)
                .map(|(l, (energy, _))| ((base + l) as Sides, *energy))
                .collect();
            found
        });
        let mut stable: Vec<(Sides, i64)> = stable.into_iter().flatten().collect();
        if self.sizes.contains(&0) {
            // What they do changes no energy.
            stable.retain(|&(sides, _)| self.keenest(sides).is_empty());
        }
        stable.sort_unstable_by_key(|&(sides, energy)| (energy, sides));
        let least = stable.first().map(|s| s.1);
        Weighed {
            alignments: 1 << free,
            deepest: stable.iter().take_while(|s| Some(s.1) == least).count(),
            stable: stable
                .into_iter()
                .map(|(sides, energy)| (sides, self.as_energy(energy)))
                .collect(),
        }
    }

    /// Energies of the alignments in which the high actors stand as in `base`: each actor
    /// that is added changes what is known by a sum that is known.
    fn fill(&self, pairs: &Pairs, low: usize, base: usize, energies: &mut [i64]) {
        energies[0] = self.whole_energy(base as Sides);
        for b in 0..low {
            // Moving b alone, from the side where all the low actors are.
            let row = &self.pull[b * self.actors..][..self.actors];
            let alone: i64 = row
                .iter()
                .enumerate()
                .map(|(j, pull)| if base >> j & 1 == 0 { *pull } else { -pull })
                .sum();
            let (known, new) = energies.split_at_mut(1 << b);
            for ((new, known), pair) in new.iter_mut().zip(&*known).zip(&pairs.of[b]) {
                *new = known + 2 * alone - 4 * pair;
            }
        }
    }
}

/// Sums of an actor's pulls over every set of the actors before it.
struct Pairs {
    of: Vec<Vec<i64>>,
}

impl Pairs {
    fn new(landscape: &Landscape, low: usize) -> Self {
        let of = (0..low).map(|b| {
            let row = &landscape.pull[b * landscape.actors..][..b];
            let mut sums = vec![0];
            for pull in row {
                let more: Vec<i64> = sums.iter().map(|s| s + pull).collect();
                sums.extend(more);
            }
            sums
        });
        Self { of: of.collect() }
    }
}

/// For each alignment of a block, the lowest energy that one change away from it.
fn lowest_neighbours(energies: &[i64], low: usize, free: usize, block: usize) -> Vec<i64> {
    let size = 1usize << low;
    let base = block << low;
    let own = &energies[base..base + size];
    let mut lowest = vec![i64::MAX; size];
    for b in 0..low {
        let half = 1 << b;
        for (lowest, own) in lowest.chunks_mut(2 * half).zip(own.chunks(2 * half)) {
            let (first, second) = lowest.split_at_mut(half);
            for (l, e) in first.iter_mut().zip(&own[half..]) {
                *l = (*l).min(*e);
            }
            for (l, e) in second.iter_mut().zip(&own[..half]) {
                *l = (*l).min(*e);
            }
        }
    }
    for b in low..free {
        let other = base ^ 1 << b;
        for (l, e) in lowest.iter_mut().zip(&energies[other..other + size]) {
            *l = (*l).min(*e);
        }
    }
    // The last actor changes sides: all others do, seen from it.
    let mirror = !base & ((1 << free) - 1) & !(size - 1);
    for (l, e) in lowest
        .iter_mut()
        .zip(energies[mirror..mirror + size].iter().rev())
    {
        *l = (*l).min(*e);
    }
    lowest
}
