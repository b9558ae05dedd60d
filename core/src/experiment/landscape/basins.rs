//! Basins: from how many alignments each stable one is reached.
//!
//! From every alignment the way leads down: whoever gains most by it changes sides, the first
//! of them in the file where some gain alike, until nobody gains. That is as it is in
//! [`super::shrink`], so that an alignment leads to one stable alignment and no other.

use crate::parallel;

use super::{Landscape, Sides};

impl Landscape {
    /// The size of the basin of each of these stable alignments, itself included: how many of
    /// all alignments, one and its mirror image counted once, lead to it.
    pub fn basins(&self, stable: &[(Sides, f64)]) -> Vec<u64> {
        let (free, low) = self.free();
        let mut next: Vec<Sides> = vec![0; 1 << free];
        let weights: Vec<Vec<i64>> = (0..self.actors).map(|i| self.row(i).collect()).collect();
        parallel::for_each_chunk(&mut next, 1 << low, |block, next| {
            let mut walk = Walk::new(&weights, (block << low) as Sides);
            for step in 0..1usize << low {
                if step > 0 {
                    // Gray's order: one actor changes at a time.
                    walk.change(step.trailing_zeros() as usize);
                }
                next[walk.sides as usize & ((1 << low) - 1)] = self.one_way(walk.down());
            }
        });
        let ends = ends(&mut next);
        stable
            .iter()
            .map(|(sides, _)| ends[self.one_way(*sides) as usize].into())
            .collect()
    }

    /// Of an alignment and its mirror image, the one with the last actor on side 0.
    fn one_way(&self, sides: Sides) -> Sides {
        let last = self.actors - 1;
        match sides >> last & 1 {
            0 => sides,
            _ => !sides & ((1 << last) - 1),
        }
    }
}

/// An alignment that changes actor by actor.
struct Walk<'a> {
    weights: &'a [Vec<i64>],
    sides: Sides,
    /// What draws each actor to side 0, less what draws it to side 1.
    drawn: Vec<i64>,
}

impl<'a> Walk<'a> {
    fn new(weights: &'a [Vec<i64>], sides: Sides) -> Self {
        let drawn = weights.iter().map(|row| {
            let signed = |(j, weight): (usize, &i64)| match sides >> j & 1 {
                0 => *weight,
                _ => -weight,
            };
            row.iter().enumerate().map(signed).sum()
        });
        Self {
            weights,
            sides,
            drawn: drawn.collect(),
        }
    }

    fn change(&mut self, actor: usize) {
        self.sides ^= 1 << actor;
        let sign = match self.sides >> actor & 1 {
            0 => 2,
            _ => -2,
        };
        for (drawn, row) in self.drawn.iter_mut().zip(self.weights) {
            *drawn += sign * row[actor];
        }
    }

    /// The alignment one change further down; this one where nobody gains.
    fn down(&self) -> Sides {
        let (mut most, mut who) = (0, None);
        for (i, drawn) in self.drawn.iter().enumerate() {
            let gain = match self.sides >> i & 1 {
                0 => -drawn,
                _ => *drawn,
            };
            if gain > most {
                (most, who) = (gain, Some(i));
            }
        }
        who.map_or(self.sides, |i| self.sides ^ 1 << i)
    }
}

/// How many ways end at each alignment; `next` becomes the end of each way.
fn ends(next: &mut [Sides]) -> Vec<u32> {
    let mut count = vec![0; next.len()];
    for start in 0..next.len() {
        let mut end = start;
        while next[end] as usize != end {
            end = next[end] as usize;
        }
        // Later ways that meet this one take one step.
        let mut at = start;
        while next[at] as usize != end {
            at = std::mem::replace(&mut next[at], end as Sides) as usize;
        }
        count[end] += 1;
    }
    count
}
