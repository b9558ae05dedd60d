//! Which option is best where: a map over the two inputs on which that hangs most.

use serde::Serialize;

use super::measure::Costs;
use crate::engine::{Estimate, z95};
use crate::experiment::discover::Points;
use crate::numeric::special::student_t_quantile;

/// Cells across and up.
const CELLS: usize = 5;
/// Parts of an input over which means are compared, to see whether it tells.
const PARTS: usize = 8;

/// An axis of the map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MapAxis {
    /// The number's key.
    pub key: String,
    /// The values at the edges of the cells, which are equally likely.
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

/// The map over the two inputs on which it hangs most which option is best; `None` where there are
/// not two.
pub(super) fn map(
    costs: &Costs,
    inputs: &Points,
    key: impl Fn(usize) -> String,
) -> Option<BestMap> {
    let sorted = inputs.sorted();
    let ranks: Vec<Vec<f64>> = (0..sorted.inputs()).map(|i| sorted.ranks(i)).collect();
    let two = telling(costs, &ranks)?;
    let mut rows = vec![vec![Vec::new(); CELLS]; CELLS];
    let [across, up] = two.map(|input| &ranks[input]);
    for (row, (x, y)) in across.iter().zip(up).enumerate() {
        rows[place(*x, CELLS)][place(*y, CELLS)].push(row);
    }
    let last = sorted.len().saturating_sub(1) as f64;
    let [across, up] = two.map(|input| MapAxis {
        key: key(input),
        edges: (0..=CELLS)
            .map(|k| sorted.value(input, (last * k as f64 / CELLS as f64).round() as usize))
            .collect(),
    });
    let cells = rows.iter().map(|column| {
        let cells = column.iter().map(|rows| best(costs, rows));
        cells.collect()
    });
    Some(BestMap {
        across,
        up,
        cells: cells.collect(),
    })
}

/// The two inputs on which it hangs most which option is best: by how much less it costs on
/// average to take the best option in each part of an input than the one that is best of all;
/// where that is the same, by how much the options' differences vary with it.
fn telling(costs: &Costs, ranks: &[Vec<f64>]) -> Option<[usize; 2]> {
    let options = costs.options();
    let told = |input: usize| -> (f64, f64) {
        // By part: rows, and the sums of each option's costs.
        let mut parts = vec![(0.0, vec![0.0; options]); PARTS];
        for (row, rank) in ranks[input].iter().enumerate() {
            let part = &mut parts[place(*rank, PARTS)];
            part.0 += 1.0;
            for (option, sum) in part.1.iter_mut().enumerate() {
                *sum += costs.at(option, row);
            }
        }
        let least = |sums: &[f64]| sums.iter().copied().fold(f64::INFINITY, f64::min);
        let all: Vec<f64> = (0..options)
            .map(|option| parts.iter().map(|part| part.1[option]).sum())
            .collect();
        let gained = least(&all) - parts.iter().map(|part| least(&part.1)).sum::<f64>();
        let varies = |option: usize| {
            let beside = |sums: &[f64]| sums[option] - sums.iter().sum::<f64>() / options as f64;
            let middle = beside(&all) / costs.rows() as f64;
            let parts = parts.iter().filter(|part| part.0 > 0.0);
            let off = parts.map(|part| {
                let off = beside(&part.1) / part.0 - middle;
                part.0 * off * off
            });
            off.sum::<f64>()
        };
        // Rounding is no gain.
        let gained = if gained > 1e-9 { gained } else { 0.0 };
        (gained, (0..options).map(varies).sum())
    };
    let mut order: Vec<(usize, (f64, f64))> = (0..ranks.len()).map(|i| (i, told(i))).collect();
    order.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(b.1.1.total_cmp(&a.1.1)));
    match order[..] {
        [a, b, ..] => Some([a.0, b.0]),
        _ => None,
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
        // Which of two options is better hangs on whether the second input is above a half; the
        // third moves both alike, the first does nothing.
        let column = |factor: u32| (0..1000).map(|k| f64::from(k * factor % 1000)).collect();
        let inputs = Points {
            columns: [1, 7, 77].map(column).to_vec(),
            cases: vec![0.0; 1000],
        };
        let tally = |chance: f64| {
            let count = (chance * 100.0).round() as u64;
            Tally {
                halves: [(count, 100); 2],
            }
        };
        let chance = |row: usize, option: usize| {
            let is_up = (inputs.columns[1][row] >= 500.0) == (option == 0);
            0.1 + 0.2 * f64::from(u8::from(is_up)) + 0.0005 * inputs.columns[2][row]
        };
        let tallies: Vec<Vec<Tally>> = (0..2)
            .map(|option| (0..1000).map(|row| tally(chance(row, option))).collect())
            .collect();
        let costs = Costs::new(&tallies, Aim::Low);
        let map = map(&costs, &inputs, |input| input.to_string()).expect("two inputs");
        assert_eq!(map.across.key, "1");
        assert_eq!((map.across.edges[0], map.across.edges[5]), (0.0, 999.0));
        let at = |x: usize, y: usize| map.cells[x][y].expect("rows");
        for y in 0..5 {
            assert_eq!((at(0, y).option, at(4, y).option), (0, 1));
            assert!(at(0, y).is_clear && at(4, y).is_clear);
            assert!((at(0, y).by.value - 0.2).abs() < 0.01);
        }
    }
}
