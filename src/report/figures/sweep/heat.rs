//! Two swept numbers: a heat map for each outcome and for mean cohesion, in one scale.

use super::super::FigureError;
use super::super::canvas::{Anchor, Canvas, Face, Page};
use super::super::column::SMALL;
use super::super::frame::{BOTTOM, LEFT, RIGHT, TOP};
use super::super::labels::chance;
use super::super::number::short;
// One fixed scale from pale (0) to dark (1), even in lightness.
use super::super::palette::{Colour, GREY, INK, PALE, SILVER, WHITE, faded, rivalry as ramp};
use super::contour::{Stretch, contours};
use super::{around, name, title_key};
use crate::experiment::sweep::{DesignPoint, Measured, Sweep, Swept};
use crate::scenario::COHESION;

/// Room between panels, and around a map within its panel: left, top, bottom.
const GAP: f64 = 22.0;
const ROOM: (f64, f64, f64) = (52.0, 28.0, 24.0);
/// Room for the names of the two numbers.
const NAMES: (f64, f64) = (26.0, 24.0);
/// Room for the scale in the heading.
const SCALE: f64 = 420.0;

/// A figure of a point.
type Figure<'a> = Box<dyn Fn(&DesignPoint) -> Measured + 'a>;

/// A map's place.
struct Map {
    left: f64,
    top: f64,
    /// Width and height of a cell.
    cell: (f64, f64),
    /// Cells across and up.
    size: (usize, usize),
}

impl Map {
    /// The point of a place in cells: 0.5 is the middle of the first; the second number
    /// rises upward.
    fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let rows = self.size.1 as f64;
        (
            self.left + x * self.cell.0,
            self.top + (rows - y) * self.cell.1,
        )
    }

    fn width(&self) -> f64 {
        self.cell.0 * self.size.0 as f64
    }
}

pub fn draw(sweep: &Sweep, across: &Swept, up: &Swept, page: Page) -> Result<String, FigureError> {
    let words = (
        format!(
            "What {} and {} do together",
            title_key(&across.key, 2, page),
            title_key(&up.key, 2, page)
        ),
        format!(
            "Chance of each outcome by the horizon, and mean cohesion; triangles at the axes: {}",
            match across.own_is_median || up.own_is_median {
                true => "the scenario's own value, or its median",
                false => "the scenario's own values",
            }
        ),
    );
    let maps = sweep.outcomes.len() + 1;
    let on_screen = |canvas: &mut Canvas<'_>| {
        scale(canvas, (RIGHT - 300.0, RIGHT - 20.0), 82.0);
        let rows = if maps <= 3 {
            1
        } else {
            maps.div_ceil(5).max(2)
        };
        let columns = maps.div_ceil(rows);
        let (left, top) = (LEFT + NAMES.0, TOP);
        let wide = (RIGHT - left + GAP) / columns as f64;
        let high = (BOTTOM - NAMES.1 - top + GAP) / rows as f64;
        for number in 0..maps {
            let (column, row) = (number % columns, number / columns);
            let place = (
                left + column as f64 * wide,
                top + row as f64 * high,
                wide - GAP,
                high - GAP,
            );
            one(canvas, sweep, (across, up), number, place);
        }
        let face = Face::new(14.0).anchor(Anchor::Middle);
        let middle = (left + RIGHT) / 2.0;
        canvas.fit_key((middle, BOTTOM - 2.0), &name(across), RIGHT - left, face);
        let small = Face::new(11.5).colour(GREY).anchor(Anchor::End);
        canvas.text((RIGHT, BOTTOM + 14.0), COHESION, small);
        let room = BOTTOM - NAMES.1 - top;
        let face = face.upward();
        canvas.fit_key((LEFT + 12.0, top + room / 2.0), &name(up), room, face);
    };
    let words = (words.0.as_str(), words.1.as_str());
    around(sweep, page, words, SCALE, on_screen, |canvas, column| {
        let left = column.left + 70.0;
        scale(
            canvas,
            (left, (left + 280.0).min(column.right - 20.0)),
            column.y,
        );
        column.y += 44.0;
        let small = Face::new(SMALL);
        column.wrapped(canvas, &format!("→ {}", name(across)), small.bold(), 2);
        column.wrapped(canvas, &format!("↑ {}", name(up)), small.bold(), 2);
        column.note(canvas, COHESION);
        column.y += 4.0;
        // The last number of an axis reaches beyond its map.
        column.right -= 10.0;
        let columns = column.columns(maps, 210.0, 12.0);
        let high = 0.78 * columns.1 + ROOM.1 + ROOM.2;
        let each = (high, (12.0, 10.0));
        column.grid(maps, columns, each, |number, (x, y)| {
            one(canvas, sweep, (across, up), number, (x, y, columns.1, high));
        });
        column.right += 10.0;
    })
}

/// The map of this number within left, top, width and height.
fn one(
    canvas: &mut Canvas<'_>,
    sweep: &Sweep,
    (across, up): (&Swept, &Swept),
    number: usize,
    (left, top, wide, high): (f64, f64, f64, f64),
) {
    let size = (across.values.len(), up.values.len());
    let map = Map {
        left: left + ROOM.0,
        top: top + ROOM.1,
        cell: (
            (wide - ROOM.0) / size.0 as f64,
            (high - ROOM.1 - ROOM.2) / size.1 as f64,
        ),
        size,
    };
    let (title, of): (&str, Figure<'_>) = match sweep.outcomes.get(number) {
        Some(outcome) => (&outcome.label, Box::new(move |p| p.outcomes[number])),
        None => ("Mean cohesion", Box::new(|p| p.cohesion)),
    };
    let size = match canvas.page().column {
        Some(_) => 12.5,
        None => 15.0,
    };
    canvas.fit(
        (map.left, map.top - 10.0),
        title,
        map.width(),
        Face::new(size).bold(),
    );
    panel(canvas, sweep, &map, (across, up), of.as_ref());
}

fn panel(
    canvas: &mut Canvas<'_>,
    sweep: &Sweep,
    map: &Map,
    (across, up): (&Swept, &Swept),
    of: &dyn Fn(&DesignPoint) -> Measured,
) {
    // Places in order of the values, so that a list in any order makes a map.
    let (columns, rows) = (order(&across.values), order(&up.values));
    let value = |x: usize, y: usize| -> Option<f64> {
        let point = sweep.at(&[columns[x], rows[y]])?;
        (point.replicates > 0).then(|| of(point).value.value)
    };
    let cells: Vec<Vec<Option<f64>>> = (0..map.size.1)
        .map(|y| (0..map.size.0).map(|x| value(x, y)).collect())
        .collect();
    for (y, row) in cells.iter().enumerate() {
        for (x, cell) in row.iter().enumerate() {
            let (left, top) = map.at((x as f64, y as f64 + 1.0));
            let colour = cell.map_or(PALE, ramp);
            // A little wider, so that no seam shows between them; later ones lie above.
            let size = (map.cell.0 + 0.6, map.cell.1 + 0.6);
            canvas.rect(left, top - 0.6, size.0, size.1, colour);
        }
    }
    // Contours would strike through the numbers, and say no more than they do.
    if !numbers(canvas, map, &cells) {
        let lines = contours(&cells);
        for line in &lines {
            let points: Vec<_> = line.points.iter().map(|&p| map.at(p)).collect();
            canvas.line(&points, 1.1, faded(on(line.level), 0.6));
        }
        levels(canvas, map, &lines);
    }
    axes(canvas, map, (across, up), (&columns, &rows));
    let own = |axis: &Swept, order: &[usize]| place(axis.own?, &axis.values, order);
    if let Some(x) = own(across, &columns) {
        let (x, y) = map.at((x, 0.0));
        canvas.polygon(&[(x, y + 0.5), (x - 4.5, y + 7.5), (x + 4.5, y + 7.5)], INK);
    }
    if let Some(y) = own(up, &rows) {
        let (x, y) = map.at((0.0, y));
        canvas.polygon(&[(x - 0.5, y), (x - 7.5, y - 4.5), (x - 7.5, y + 4.5)], INK);
    }
}

/// The values of contours beside them, each where its line first has room for it: at another
/// height than the one before, so that lines close to each other can be told apart.
fn levels(canvas: &mut Canvas<'_>, map: &Map, lines: &[Stretch]) {
    let size = if canvas.page().column.is_some() {
        10.5
    } else {
        10.0
    };
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    let of_levels = lines.chunk_by(|a, b| a.level == b.level);
    for (k, line) in of_levels.enumerate() {
        let text = short(line[0].level);
        let face = Face::new(size).colour(on(line[0].level)).middle();
        let wide = face.width(&text);
        let place = (0..12).find_map(|attempt| {
            let share = 0.15 + 0.7 * (((k + attempt) as f64 * 0.381_966) % 1.0);
            let [a, b] = line[(share * line.len() as f64) as usize].points;
            let (a, b) = (map.at(a), map.at(b));
            let (x, y) = ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
            // On the side where the map goes on.
            let left = match x + 4.0 + wide <= map.left + map.width() {
                true => x + 3.0,
                false => x - 3.0 - wide,
            };
            let free = taken.iter().all(|t| {
                left > t.1 + 4.0 || left + wide + 4.0 < t.0 || (y - t.2).abs() > 1.2 * size
            });
            free.then_some((left, y))
        });
        if let Some((left, y)) = place {
            canvas.text((left, y), &text, face);
            taken.push((left, left + wide, y));
        }
    }
}

/// Dark on pale, pale on dark.
fn on(level: f64) -> Colour {
    if level > 0.45 { WHITE } else { INK }
}

/// The chance in each cell, where it fits; whether it does.
fn numbers(canvas: &mut Canvas<'_>, map: &Map, cells: &[Vec<Option<f64>>]) -> bool {
    let sizes: &[f64] = match canvas.page().column {
        Some(_) => &[11.5, 10.5],
        None => &[13.0, 12.0, 11.0, 10.0, 9.0],
    };
    let fits = |size: &f64| {
        Face::new(*size).width("<0.01") + 3.0 <= map.cell.0 && size * 1.25 <= map.cell.1
    };
    let Some(size) = sizes.iter().copied().find(fits) else {
        return false;
    };
    for (y, row) in cells.iter().enumerate() {
        for (x, cell) in row.iter().enumerate() {
            let Some(value) = *cell else { continue };
            let colour = if value > 0.5 { WHITE } else { INK };
            let face = Face::new(size)
                .colour(colour)
                .anchor(Anchor::Middle)
                .middle();
            let at = map.at((x as f64 + 0.5, y as f64 + 0.5));
            canvas.text(at, &chance(value, 2), face);
        }
    }
    true
}

fn axes(
    canvas: &mut Canvas<'_>,
    map: &Map,
    (across, up): (&Swept, &Swept),
    (columns, rows): (&[usize], &[usize]),
) {
    let face = Face::new(11.5).colour(GREY);
    let widest = across.values.iter().map(|&v| face.width(&short(v)));
    let widest = widest.fold(0.0, f64::max) + 8.0;
    let (_, bottom) = map.at((0.0, 0.0));
    let every = (widest / map.cell.0).ceil().max(1.0) as usize;
    for (x, &k) in columns.iter().enumerate().step_by(every) {
        let at = map.at((x as f64 + 0.5, 0.0)).0;
        canvas.line(&[(at, bottom), (at, bottom + 4.0)], 1.0, SILVER);
        let text = short(across.values[k]);
        canvas.text((at, bottom + 20.0), &text, face.anchor(Anchor::Middle));
    }
    let every = (14.0 / map.cell.1).ceil().max(1.0) as usize;
    for (y, &k) in rows.iter().enumerate().step_by(every) {
        let at = map.at((0.0, y as f64 + 0.5)).1;
        canvas.line(&[(map.left - 4.0, at), (map.left, at)], 1.0, SILVER);
        let text = face.shorten(&short(up.values[k]), ROOM.0 - 12.0);
        let face = face.anchor(Anchor::End).middle();
        canvas.text((map.left - 12.0, at), &text, face);
    }
}

fn order(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    order
}

/// Where a value lies among the cells, between the middles of the first and the last.
fn place(own: f64, values: &[f64], order: &[usize]) -> Option<f64> {
    order.windows(2).enumerate().find_map(|(k, ends)| {
        let (low, high) = (values[ends[0]], values[ends[1]]);
        let inside = (low..=high).contains(&own);
        inside.then(|| k as f64 + 0.5 + (own - low) / (high - low))
    })
}

/// The scale of colours between these edges, at this height.
fn scale(canvas: &mut Canvas<'_>, (left, right): (f64, f64), top: f64) {
    let face = Face::new(12.0).colour(GREY);
    canvas.text(
        (left - 10.0, top + 9.0),
        "Chance",
        face.anchor(Anchor::End).middle(),
    );
    let steps = 56;
    let wide = (right - left) / f64::from(steps);
    for k in 0..steps {
        let colour = ramp((f64::from(k) + 0.5) / f64::from(steps));
        // A little wider, so that no seam shows between them.
        canvas.rect(left + f64::from(k) * wide, top, wide + 0.5, 18.0, colour);
    }
    for tenth in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let x = left + tenth * (right - left);
        canvas.text((x, top + 33.0), &short(tenth), face.anchor(Anchor::Middle));
    }
}
