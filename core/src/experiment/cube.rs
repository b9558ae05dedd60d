//! Points of the unit cube, from which the values of a scenario's uncertain numbers follow
//! ([`Joint`](crate::engine::Joint)).

use std::fmt;

use rand::Rng;

use super::sensitivity::design::{MOST_ROWS, coordinate, rng};

/// How points are spread over the unit cube.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DesignKind {
    /// A Latin hypercube: in each dimension one point in each of as many equal intervals.
    #[default]
    Lhs,
    /// A Sobol' sequence with Owen's scrambling: evener than a hypercube in few dimensions, and
    /// best of a power of two of points.
    Sobol,
    /// Independent points.
    Random,
}

impl DesignKind {
    /// Most points of a design.
    pub const MOST: usize = MOST_ROWS;

    /// So many points, which for another purpose are others.
    pub fn points(
        self,
        count: usize,
        dimensions: usize,
        seed: u64,
        purpose: &str,
    ) -> Vec<Vec<f64>> {
        let mut rng = rng(seed, purpose);
        // In the middle of a cell of 2^53: never 0, never 1.
        let uniform = |word: u64| ((word >> 12) as f64 + 0.5) / (1_u64 << 52) as f64;
        match self {
            Self::Sobol => {
                let seed = rng.next_u32();
                let point = |index| (0..dimensions).map(move |d| coordinate(index, d, seed));
                (0..count).map(|index| point(index).collect()).collect()
            }
            Self::Lhs => {
                let mut points = vec![vec![0.0; dimensions]; count];
                for dimension in 0..dimensions {
                    let mut cells: Vec<usize> = (0..count).collect();
                    for last in (1..count).rev() {
                        cells.swap(last, (rng.next_u64() % (last as u64 + 1)) as usize);
                    }
                    for (point, cell) in points.iter_mut().zip(cells) {
                        let within = uniform(rng.next_u64());
                        point[dimension] = (cell as f64 + within) / count as f64;
                    }
                }
                points
            }
            Self::Random => (0..count)
                .map(|_| (0..dimensions).map(|_| uniform(rng.next_u64())).collect())
                .collect(),
        }
    }
}

impl fmt::Display for DesignKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sobol => "sobol",
            Self::Lhs => "lhs",
            Self::Random => "random",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hypercubes_and_sequences_meet_every_interval_once() {
        for kind in [DesignKind::Sobol, DesignKind::Lhs] {
            let points = kind.points(64, 300, 5, "test");
            for dimension in 0..300 {
                let mut met: Vec<usize> = points
                    .iter()
                    .map(|point| (point[dimension] * 64.0) as usize)
                    .collect();
                met.sort_unstable();
                assert_eq!(met, (0..64).collect::<Vec<_>>(), "{kind}");
            }
        }
        let other = DesignKind::Lhs.points(64, 2, 5, "other");
        assert_ne!(other, DesignKind::Lhs.points(64, 2, 5, "test"));
        let random = DesignKind::Random.points(1000, 3, 5, "test");
        assert!(random.iter().flatten().all(|u| *u > 0.0 && *u < 1.0));
    }
}
