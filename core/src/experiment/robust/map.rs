//! Which option is best where: a map over the two inputs on which that hangs most.

use serde::Serialize;

use super::measure::Costs;
use crate::engine::{Estimate, z95};
use crate::numeric::special::student_t_quantile;

/// Cells across and up.
const CELLS: usize = 5;
/// Parts of an input over which means are compared, to see whether it tells.
const PARTS: usize = 8;

/// An axis of the map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MapAxis {
    /// The dimension: a number's key, or a table's name.
    pub key: String,
    /// The values at the edges of the cells, which are equally likely; none of a table's rows.
    pub edges: Vec<f64>,
}

/// A cell of the map.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Best {
    /// Rows in it.
    pub rows: usize,
    /// The option with the best mean, by its place.
    pub option: usize,
    /// The second best.
    pub second: usize,
    /// How much better the best one's chance is than that of the second, with its 95 % interval.
    pub by: Estimate,
    /// Whether it is told from noise: the interval is above 0.
    pub is_clear: bool,
}

/// The map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BestMap {
    /// Across.
    pub across: MapAxis,
    /// Upward.
    pub up: MapAxis,
    /// By place across, then upward; nothing where no two rows lie.
    pub cells: Vec<Vec<Option<Best>>>,
}

fn place(u: f64, parts: usize) -> usize {
    ((u * parts as f64) as usize).min(parts - 1)
}

/// The two dimensions on which it hangs most by how much options differ: by the variance that the
/// means over their parts explain of each option's cost beside the mean of all.
pub(super) fn telling(costs: &Costs, points: &[Vec<f64>], dimensions: usize) -> Option<[usize; 2]> {
    let (options, rows) = (costs.options(), costs.rows());
    let beside = |option: usize, row: usize| {
        let all: f64 = (0..options).map(|o| costs.at(o, row)).sum();
        costs.at(option, row) - all / options as f64
    };
    let told = |dimension: usize| -> f64 {
        let of = |option: usize| {
            let (mut sums, mut all) = ([(0.0, 0.0); PARTS], 0.0);
            for (row, point) in points.iter().enumerate().take(rows) {
                let part = &mut sums[place(point[dimension], PARTS)];
                part.0 += beside(option, row);
                part.1 += 1.0;
                all += beside(option, row);
            }
            let middle = all / rows as f64;
            let parts = sums.iter().filter(|part| part.1 > 0.0);
            parts
                .map(|(sum, count)| count * (sum / count - middle) * (sum / count - middle))
                .sum::<f64>()
        };
        (0..options).map(of).sum()
    };
    let mut order: Vec<(usize, f64)> = (0..dimensions).map(|d| (d, told(d))).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    match order[..] {
        [a, b, ..] => Some([a.0, b.0]),
        _ => None,
    }
}

/// The map over two dimensions of the rows' points.
pub(super) fn draw(
    costs: &Costs,
    points: &[Vec<f64>],
    dimensions: [usize; 2],
    axis: impl Fn(usize, &[f64]) -> MapAxis,
) -> BestMap {
    let mut rows = vec![vec![Vec::new(); CELLS]; CELLS];
    for (row, point) in points.iter().enumerate().take(costs.rows()) {
        let [x, y] = dimensions.map(|d| place(point[d], CELLS));
        rows[x][y].push(row);
    }
    let edges: Vec<f64> = (0..=CELLS).map(|k| k as f64 / CELLS as f64).collect();
    let [across, up] = dimensions.map(|dimension| axis(dimension, &edges));
    let cells = rows.iter().map(|column| {
        let cells = column.iter().map(|rows| best(costs, rows));
        cells.collect()
    });
    BestMap {
        across,
        up,
        cells: cells.collect(),
    }
}

fn best(costs: &Costs, rows: &[usize]) -> Option<Best> {
    let n = rows.len() as f64;
    if rows.len() < 2 || costs.options() < 2 {
        return None;
    }
    let mean = |option: usize| rows.iter().map(|&row| costs.at(option, row)).sum::<f64>() / n;
    let mut order: Vec<(usize, f64)> = (0..costs.options()).map(|o| (o, mean(o))).collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (option, second) = (order[0].0, order[1].0);
    let value = order[1].1 - order[0].1;
    let off = rows.iter().map(|&row| {
        let off = costs.at(second, row) - costs.at(option, row) - value;
        off * off
    });
    let error = libm::sqrt(off.sum::<f64>() / (n - 1.0) / n);
    let half = match n < 200.0 {
        true => student_t_quantile(0.975, n - 1.0),
        false => z95(),
    } * error;
    let by = Estimate {
        value,
        low: value - half,
        high: value + half,
    };
    Some(Best {
        rows: rows.len(),
        option,
        second,
        by,
        is_clear: by.low > 0.0,
    })
}

#[cfg(test)]
mod tests {
    use super::super::measure::{Aim, Tally};
    use super::*;

    #[test]
    fn the_map_is_drawn_over_what_decides() {
        // Which of two options is better hangs on whether the second dimension is above a half;
        // the third moves both alike, the first does nothing.
        let points: Vec<Vec<f64>> = (0..1000)
            .map(|k| {
                [1, 7, 77]
                    .map(|f| (f64::from(k * f % 1000) + 0.5) / 1000.0)
                    .to_vec()
            })
            .collect();
        let tally = |chance: f64| {
            let count = (chance * 100.0).round() as u64;
            Tally {
                halves: [(count, 100); 2],
            }
        };
        let chance = |point: &Vec<f64>, option: usize| {
            let up = if (point[1] > 0.5) == (option == 0) {
                0.3
            } else {
                0.1
            };
            up + 0.5 * point[2]
        };
        let tallies: Vec<Vec<Tally>> = (0..2)
            .map(|option| points.iter().map(|p| tally(chance(p, option))).collect())
            .collect();
        let costs = Costs::new(&tallies, Aim::Low);
        let found = telling(&costs, &points, 3).expect("two dimensions");
        assert_eq!(found[0], 1);
        let map = draw(&costs, &points, [1, 2], |_, edges| MapAxis {
            key: String::new(),
            edges: edges.to_vec(),
        });
        let at = |x: usize, y: usize| map.cells[x][y].expect("rows");
        for y in 0..5 {
            assert_eq!((at(0, y).option, at(4, y).option), (0, 1));
            assert!(at(0, y).is_clear && at(4, y).is_clear);
            assert!((at(0, y).by.value - 0.2).abs() < 0.01);
        }
    }
}
