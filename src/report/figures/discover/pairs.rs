//! `pairs.png`: the points over pairs of inputs, with the boxes.

use super::super::FigureError;
use super::super::canvas::{Anchor, Canvas, Face, Page, Point};
use super::super::frame::{RIGHT, SCREEN, panels};
use super::super::number::short;
use super::super::outcomes::grey_stroke;
use super::super::palette::{GREY, INK, PALE, SILVER, WHITE, rivalry as ramp};
use super::{Around, colour, density_of, surrounded};
use crate::experiment::discover::{Cases, Counted, Discovery, Points, Sorted};

/// Inputs of which all pairs are shown.
const INPUTS: usize = 4;
/// Cells across and up, and fewest points of one that is shown.
const CELLS: usize = 12;
const FEWEST: usize = 2;
/// Room for the numbers at the left of a map.
const AXIS: f64 = 56.0;

/// Whether there are two inputs to be shown.
pub fn are_there(found: &Discovery) -> bool {
    telling(found).len() > 1
}

/// Draws it as SVG.
pub fn draw(
    found: &Discovery,
    points: &[Counted],
    cases: &Cases,
    page: Page,
) -> Result<String, FigureError> {
    let inputs = telling(found);
    let counted: Vec<&Counted> = points.iter().filter(|point| point.counted > 0).collect();
    let all = Points {
        columns: inputs
            .iter()
            .map(|&input| counted.iter().map(|point| point.values[input]).collect())
            .collect(),
        cases: counted.iter().map(|point| cases.of(point)).collect(),
    };
    let sorted = all.sorted();
    let pairs: Vec<(usize, usize)> = (0..inputs.len())
        .flat_map(|i| (i + 1..inputs.len()).map(move |j| (i, j)))
        .collect();
    let maps: Vec<Map> = pairs
        .iter()
        .map(|&(i, j)| Map::new(&sorted, i, j))
        .collect();
    let means: Vec<f64> = maps
        .iter()
        .flat_map(|map| map.means.iter().flatten().flatten().copied())
        .collect();
    let least = means.iter().copied().fold(1.0, f64::min);
    let most = means.iter().copied().fold(least + 1e-9, f64::max);
    let ends = (least, most);
    let title = format!("Pairs of inputs: {}", found.outcome.words());
    let line = format!("Colour: {}; axes by rank; frames: boxes", density_of(found));
    let around = Around {
        title: &title,
        line: &line,
        screen: (SCREEN, 330.0),
    };
    let one = |canvas: &mut Canvas<'_>, number: usize, place| {
        let (i, j) = pairs[number];
        let pair = Pair {
            sorted: &sorted,
            columns: (i, j),
            inputs: (inputs[i], inputs[j]),
        };
        panel(canvas, found, &pair, (&maps[number], ends), place);
    };
    let on_screen = |canvas: &mut Canvas<'_>| {
        scale(canvas, ends, (RIGHT - 260.0, 84.0));
        for (number, place) in panels(pairs.len()).into_iter().enumerate() {
            one(canvas, number, place);
        }
    };
    surrounded(found, page, &around, on_screen, |canvas, column| {
        scale(canvas, ends, (column.left + 50.0, column.y));
        column.y += 28.0;
        // The last number of an axis reaches beyond its map.
        column.right -= 14.0;
        let columns = column.columns(pairs.len(), 216.0, 18.0);
        let high = (0.9 * columns.1 + 30.0).min(360.0);
        column.grid(pairs.len(), columns, (high, (18.0, 14.0)), |k, (x, y)| {
            one(canvas, k, (x, y, columns.1, high));
        });
        column.right += 14.0;
    })
}

/// The inputs that matter most: of the boxes, then of the halves, then of the tree.
fn telling(found: &Discovery) -> Vec<usize> {
    let mut inputs: Vec<usize> = Vec::new();
    let first = found.boxes.first().into_iter().flat_map(|b| &b.limits);
    let mut own: Vec<(usize, f64)> = first
        .map(|limits| {
            let low = limits.low.map_or(0.0, |l| l.share_below);
            let high = limits.high.map_or(1.0, |h| h.share_below);
            (limits.input, high - low)
        })
        .collect();
    own.sort_by(|a, b| a.1.total_cmp(&b.1));
    let steady = found.steadiness.iter().map(|s| s.input);
    let tree = found.tree.iter().filter_map(|node| Some(node.split?.input));
    for input in own
        .into_iter()
        .map(|(input, _)| input)
        .chain(steady)
        .chain(tree)
    {
        if !inputs.contains(&input) && inputs.len() < INPUTS {
            inputs.push(input);
        }
    }
    inputs
}

/// Means in cells of ranks: across, then up.
struct Map {
    means: Vec<Vec<Option<f64>>>,
}

impl Map {
    fn new(all: &Sorted<'_>, across: usize, up: usize) -> Self {
        let (x, y) = (all.ranks(across), all.ranks(up));
        let mut cells = vec![vec![(0_usize, 0.0); CELLS]; CELLS];
        let cell = |rank: f64| ((rank * CELLS as f64) as usize).min(CELLS - 1);
        for (point, case) in all.points.cases.iter().enumerate() {
            let cell = &mut cells[cell(x[point])][cell(y[point])];
            cell.0 += 1;
            cell.1 += case;
        }
        let mean =
            |&(points, cases): &(usize, f64)| (points >= FEWEST).then(|| cases / points as f64);
        Self {
            means: cells.iter().map(|c| c.iter().map(mean).collect()).collect(),
        }
    }
}

/// The scale of colours from this left and upper edge.
fn scale(canvas: &mut Canvas<'_>, (least, most): (f64, f64), (left, y): Point) {
    let wide = 200.0;
    for step in 0..100 {
        let share = f64::from(step) / 99.0;
        canvas.rect(left + share * wide, y, wide / 99.0 + 0.6, 12.0, ramp(share));
    }
    let face = Face::new(12.0).colour(GREY).middle();
    let from = (left - 8.0, y + 6.0);
    canvas.text(from, &short(round(least)), face.anchor(Anchor::End));
    canvas.text((left + wide + 10.0, y + 6.0), &short(round(most)), face);
}

/// With two digits.
fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Two inputs, by their columns among the points and by their places.
struct Pair<'a> {
    sorted: &'a Sorted<'a>,
    columns: (usize, usize),
    inputs: (usize, usize),
}

fn panel(
    canvas: &mut Canvas<'_>,
    found: &Discovery,
    pair: &Pair<'_>,
    (map, (least, most)): (&Map, (f64, f64)),
    (left, top, wide, high): (f64, f64, f64, f64),
) {
    let keys = (
        &found.inputs[pair.inputs.0].key,
        &found.inputs[pair.inputs.1].key,
    );
    let bold = Face::new(12.5).bold();
    canvas.fit_key((left, top + 12.0), &format!("↑ {}", keys.1), wide, bold);
    canvas.fit_key((left, top + 28.0), &format!("→ {}", keys.0), wide, bold);
    let (left, foot, head) = (left + AXIS, top + high - 24.0, top + 40.0);
    let wide = wide - AXIS;
    let x = |share: f64| left + share * wide;
    let y = |share: f64| foot - share * (foot - head);
    let (cell_wide, cell_high) = (wide / CELLS as f64, (foot - head) / CELLS as f64);
    for (column, means) in map.means.iter().enumerate() {
        for (row, mean) in means.iter().enumerate() {
            let at = (
                left + column as f64 * cell_wide,
                foot - (row + 1) as f64 * cell_high,
            );
            let colour = mean.map_or(PALE, |mean| ramp((mean - least) / (most - least)));
            canvas.rect(at.0, at.1, cell_wide + 0.6, cell_high + 0.6, colour);
        }
    }
    // Later boxes below the first.
    for (number, found_box) in found.boxes.iter().enumerate().rev() {
        let ends = |input: usize| {
            let limits = found_box.limits.iter().find(|l| l.input == input);
            limits.map(|limits| {
                let low = limits.low.map_or(0.0, |l| l.share_below);
                (low, limits.high.map_or(1.0, |h| h.share_below))
            })
        };
        let (across, up) = (ends(pair.inputs.0), ends(pair.inputs.1));
        if across.is_none() && up.is_none() {
            continue;
        }
        let ((a, b), (c, d)) = (across.unwrap_or((0.0, 1.0)), up.unwrap_or((0.0, 1.0)));
        let frame = [
            (x(a), y(c)),
            (x(b), y(c)),
            (x(b), y(d)),
            (x(a), y(d)),
            (x(a), y(c)),
        ];
        canvas.line(&frame, 5.0, WHITE);
        match canvas.page().grey {
            true => canvas.dashed(&frame, 3.0, colour(number), grey_stroke(number).1),
            false => canvas.line(&frame, 3.0, colour(number)),
        }
        let face = Face::new(12.0).bold().colour(colour(number)).halo();
        canvas.text(
            // Within the map, however low the frame's upper edge is.
            (
                x(a) + 6.0 + 16.0 * number as f64,
                (y(d) + 16.0).min(foot - 4.0),
            ),
            &(number + 1).to_string(),
            face,
        );
    }
    canvas.line(&[(left, head), (left, foot), (x(1.0), foot)], 1.2, SILVER);
    let face = Face::new(11.0).colour(INK);
    for share in [0.05, 0.5, 0.95] {
        let value = |column| quantile(pair.sorted, column, share);
        canvas.text(
            (x(share), foot + 16.0),
            &short(value(pair.columns.0)),
            face.anchor(Anchor::Middle),
        );
        canvas.fit(
            (left - 6.0, y(share)),
            &short(value(pair.columns.1)),
            AXIS - 8.0,
            face.anchor(Anchor::End).middle(),
        );
    }
}

fn quantile(all: &Sorted<'_>, column: usize, share: f64) -> f64 {
    let last = all.len().saturating_sub(1);
    all.value(column, (share * last as f64).round() as usize)
}
