//! From the unit cube to the values of a scenario's uncertain numbers, and points of the cube.

use std::fmt;

use rand::Rng;

use super::sensitivity::design::{MOST_ROWS, coordinate, rng};
use crate::engine::How;
use crate::model::uncertain;
use crate::scenario::{Distribution, Scenario};

/// How a scenario's uncertain numbers follow from a row of the unit cube.
#[derive(Debug)]
pub struct Cube {
    /// The uncertain numbers (indices into [`Scenario::numbers`]).
    pub numbers: Vec<usize>,
    /// What each dimension is about: a number's key, or a table's name.
    pub dimensions: Vec<String>,
    /// By number: its dimension, and how its value follows from the coordinate.
    how: Vec<(usize, How)>,
}

impl Cube {
    /// That of a scenario; numbers of one table have one dimension, and so one row of it.
    pub fn new(scenario: &Scenario) -> Self {
        let mut cube = Self {
            numbers: Vec::new(),
            dimensions: Vec::new(),
            how: Vec::new(),
        };
        for (number, distribution) in uncertain(scenario) {
            let about = match distribution {
                Distribution::Table { table, .. } => format!("table {table}"),
                _ => scenario.numbers[number].path.clone(),
            };
            let known = cube.dimensions.iter().position(|known| *known == about);
            let dimension = known.unwrap_or(cube.dimensions.len());
            if known.is_none() {
                cube.dimensions.push(about);
            }
            cube.numbers.push(number);
            cube.how.push((dimension, How::new(distribution)));
        }
        cube
    }

    /// The values of the numbers at a row of the cube.
    pub fn values(&self, row: &[f64]) -> Vec<f64> {
        let each = self.how.iter();
        each.map(|(dimension, how)| how.value(row[*dimension]))
            .collect()
    }
}

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

    #[test]
    fn numbers_of_a_table_take_one_row() {
        let base = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/broken/base.toml");
        let table = |values: &str| {
            format!("{{ dist = \"table\", table = \"t\", values = {values}, source = \"x\" }}")
        };
        let settings = [
            format!("threat.fighters={}", table("[4000, 5000, 6000]")),
            format!("faction.west.fighters={}", table("[9, 8, 7]")),
        ];
        let scenario = Scenario::load_with(base.as_ref(), &settings);
        let scenario = scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        let cube = Cube::new(&scenario);
        // The two, and the base's own uncertain number.
        assert_eq!((cube.numbers.len(), cube.dimensions.len()), (3, 2));
        let of = |path: &str| {
            let is = |n: &usize| scenario.numbers[*n].path == path;
            cube.numbers.iter().position(is).expect(path)
        };
        let (threat, west) = (of("threat.fighters"), of("faction.west.fighters"));
        for u in [0.1, 0.5, 0.9] {
            let values = cube.values(&[u, u]);
            assert_eq!(values[threat] / 1000.0 + values[west], 13.0);
        }
    }
}
