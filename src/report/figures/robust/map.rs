//! `map.png`: which option is best where.

use super::super::FigureError;
use super::super::canvas::{Anchor, Canvas, Face, Page, Point};
use super::super::column::{Column, SMALL, numbered};
use super::super::frame::{BOTTOM, LEFT, RIGHT, SCREEN, TOP};
use super::super::labels::count;
use super::super::number::short;
use super::super::palette::{Colour, GREY, INK, PALE, WHITE, blend, is_dark};
use super::{colour, surrounded};
use crate::experiment::robust::{Best, BestMap, Robust};
use crate::report::chance::decimals;

/// Room for the axis at the left and the legend at the right.
const AXIS: f64 = 120.0;
const LEGEND: f64 = 330.0;
/// In a column: room for the numbers at the left and beyond the right edge, and the width from which an interval has one line.
const NUMBERS: f64 = 52.0;
const BEYOND: f64 = 24.0;
const ONE_LINE: f64 = 112.0;

/// What a pale cell means.
const PALE_MEANS: &str = "the 95 % interval of the difference to the second best holds 0. A cell is one of many: about one in twenty looks clear by chance.";

/// Draws it as SVG.
pub fn draw(found: &Robust, map: &BestMap, page: Page) -> Result<String, FigureError> {
    let title = format!("Which option is best where: {}", found.label);
    let line = "The two inputs on which that hangs most, in equally likely parts; in each cell the best option, and by how much it is better than the second";
    let on_screen = |canvas: &mut Canvas<'_>| {
        let (left, right) = (LEFT + AXIS, RIGHT - LEGEND);
        let (top, foot) = (TOP + 6.0, BOTTOM - 52.0);
        let (columns, rows) = (map.cells.len(), map.cells[0].len());
        let size = ((right - left) / columns as f64, (foot - top) / rows as f64);
        for (x, cells) in map.cells.iter().enumerate() {
            for (y, best) in cells.iter().enumerate() {
                let corner = (left + x as f64 * size.0, foot - (y as f64 + 1.0) * size.1);
                cell(canvas, found, best.as_ref(), (corner, size));
            }
        }
        axes(canvas, map, ((left, right), (top, foot)), size);
        legend(canvas, found, map, right + 36.0);
    };
    surrounded(
        found,
        page,
        (SCREEN, &title, line),
        on_screen,
        |canvas, column| {
            narrow(canvas, column, found, map);
        },
    )
}

/// The same in a column: options have numbers, and their names stand below.
fn narrow(canvas: &mut Canvas<'_>, column: &mut Column, found: &Robust, map: &BestMap) {
    let bold = Face::new(11.5).bold();
    column.wrapped(canvas, &format!("→ {}", map.across.key), bold, 2);
    column.wrapped(canvas, &format!("↑ {}", map.up.key), bold, 2);
    // The last number of an axis reaches beyond its map.
    let (left, right) = (column.left + NUMBERS, column.right - BEYOND);
    let (columns, rows) = (map.cells.len(), map.cells[0].len());
    let wide = (right - left) / columns as f64;
    let size = (wide, if wide < ONE_LINE { 84.0 } else { 70.0 });
    let top = column.y + 14.0;
    let foot = top + rows as f64 * size.1;
    for (x, cells) in map.cells.iter().enumerate() {
        for (y, best) in cells.iter().enumerate() {
            let corner = (left + x as f64 * size.0, foot - (y as f64 + 1.0) * size.1);
            narrow_cell(canvas, best.as_ref(), (corner, size));
        }
    }
    edges(canvas, map, (left, foot), size);
    column.y = foot + 34.0;
    for (k, option) in found.options.iter().enumerate() {
        let y = column.y + 9.0;
        numbered(canvas, (column.left + 8.0, y), k + 1, colour(k));
        let small = Face::new(SMALL).colour(GREY).middle();
        let said = best_in(map, k);
        canvas.text((column.right, y), &said, small.anchor(Anchor::End));
        let start = column.left + 22.0;
        let room = column.right - small.width(&said) - 10.0 - start;
        let face = Face::new(12.5).bold().middle();
        canvas.fit((start, y), &option.label, room, face);
        column.y += 20.0;
    }
    column.y += 4.0;
    column.note(
        canvas,
        &format!("Framed: clear. Pale and without a frame: {PALE_MEANS}"),
    );
}

/// A cell with the number of its best option; what is clear has a frame, since not every
/// colour is dark when printed in grey.
fn narrow_cell(
    canvas: &mut Canvas<'_>,
    best: Option<&Best>,
    ((x, y), (wide, high)): (Point, (f64, f64)),
) {
    let Some(best) = best else {
        canvas.rect(x + 1.0, y + 1.0, wide - 2.0, high - 2.0, PALE);
        return;
    };
    let ground = ground(best);
    canvas.rect(x + 1.0, y + 1.0, wide - 2.0, high - 2.0, ground);
    if best.is_clear {
        let (a, b) = ((x + 2.5, y + 2.5), (x + wide - 2.5, y + high - 2.5));
        let frame = [a, (b.0, a.1), b, (a.0, b.1), (a.0, a.1 - 1.0)];
        canvas.line(&frame, 2.0, INK);
    }
    let ink = if is_dark(ground) { WHITE } else { INK };
    let face = |size| Face::new(size).colour(ink).anchor(Anchor::Middle);
    let middle = x + wide / 2.0;
    let number = (best.option + 1).to_string();
    canvas.text((middle, y + 19.0), &number, face(14.0).bold());
    let (by, interval) = by(best);
    let room = wide - 8.0;
    canvas.fit((middle, y + 34.0), &by, room, face(SMALL));
    let lines = face(SMALL).wrap(&interval, room, if wide < ONE_LINE { 2 } else { 1 });
    canvas.lines((middle, y + 47.0), &lines, 13.0, face(SMALL));
    let than = format!("than {}", best.second + 1);
    canvas.text((middle, y + high - 10.0), &than, face(SMALL));
}

/// The colour of a cell: that of its best option, pale where it isn't clear that it is.
fn ground(best: &Best) -> Colour {
    let pale = if best.is_clear { 0.12 } else { 0.78 };
    blend(colour(best.option), WHITE, pale)
}

/// By how much the best option is better, and the interval of that.
fn by(best: &Best) -> (String, String) {
    let interval = format!(
        "[{}, {}]",
        decimals(best.by.low, 3).replace('-', "−"),
        decimals(best.by.high, 3)
    );
    (format!("by {}", decimals(best.by.value, 3)), interval)
}

/// In how many cells an option is best.
fn best_in(map: &BestMap, option: usize) -> String {
    let cells = || map.cells.iter().flatten().flatten();
    let best = cells().filter(|cell| cell.option == option).count();
    let clear = cells().filter(|c| c.option == option && c.is_clear).count();
    match best {
        0 => "best in no cell".to_owned(),
        _ => format!(
            "best in {} of {} cells, clearly in {}",
            count(best as u64),
            cells().count(),
            count(clear as u64)
        ),
    }
}

/// The values at the edges of the cells.
fn edges(canvas: &mut Canvas<'_>, map: &BestMap, (left, foot): Point, size: (f64, f64)) {
    let small = Face::new(11.5).colour(GREY);
    for (k, edge) in map.across.edges.iter().enumerate() {
        let at = (left + k as f64 * size.0, foot + 18.0);
        canvas.fit(
            at,
            &short(*edge),
            2.0 * BEYOND,
            small.anchor(Anchor::Middle),
        );
    }
    for (k, edge) in map.up.edges.iter().enumerate() {
        let at = (left - 6.0, foot - k as f64 * size.1);
        let face = small.anchor(Anchor::End).middle();
        canvas.fit(at, &short(*edge), NUMBERS - 8.0, face);
    }
}

fn cell(
    canvas: &mut Canvas<'_>,
    found: &Robust,
    best: Option<&Best>,
    ((x, y), (wide, high)): ((f64, f64), (f64, f64)),
) {
    let Some(best) = best else {
        canvas.rect(x + 1.0, y + 1.0, wide - 2.0, high - 2.0, PALE);
        return;
    };
    let ink = if best.is_clear { WHITE } else { INK };
    canvas.rect(x + 1.0, y + 1.0, wide - 2.0, high - 2.0, ground(best));
    let middle = (x + wide / 2.0, y + high / 2.0);
    let face = |size| Face::new(size).colour(ink).anchor(Anchor::Middle);
    let label = &found.options[best.option].label;
    canvas.fit(
        (middle.0, middle.1 - 14.0),
        label,
        wide - 12.0,
        face(14.0).bold(),
    );
    let (by, interval) = by(best);
    let by = format!("{by} {interval}");
    canvas.fit((middle.0, middle.1 + 6.0), &by, wide - 12.0, face(12.0));
    let than = format!("than {}", found.options[best.second].label);
    canvas.fit((middle.0, middle.1 + 23.0), &than, wide - 12.0, face(11.5));
}

fn axes(
    canvas: &mut Canvas<'_>,
    map: &BestMap,
    ((left, right), (top, foot)): ((f64, f64), (f64, f64)),
    size: (f64, f64),
) {
    let small = Face::new(12.0).colour(GREY);
    for (k, edge) in map.across.edges.iter().enumerate() {
        let at = (left + k as f64 * size.0, foot + 18.0);
        canvas.text(at, &short(*edge), small.anchor(Anchor::Middle));
    }
    for (k, edge) in map.up.edges.iter().enumerate() {
        let at = (left - 10.0, foot - k as f64 * size.1);
        canvas.text(at, &short(*edge), small.anchor(Anchor::End).middle());
    }
    let face = Face::new(14.0).anchor(Anchor::Middle);
    let middle = ((left + right) / 2.0, foot + 44.0);
    canvas.fit_key(middle, &map.across.key, right - left, face);
    let middle = (LEFT + 14.0, (top + foot) / 2.0);
    canvas.fit_key(middle, &map.up.key, foot - top, face.upward());
}

fn legend(canvas: &mut Canvas<'_>, found: &Robust, map: &BestMap, left: f64) {
    let room = RIGHT - left;
    canvas.text((left, TOP + 20.0), "Options", Face::new(14.0).bold());
    for (k, option) in found.options.iter().enumerate() {
        let y = TOP + 48.0 + 44.0 * k as f64;
        canvas.disc((left + 8.0, y - 5.0), 7.0, colour(k));
        canvas.fit(
            (left + 26.0, y),
            &option.label,
            room - 26.0,
            Face::new(14.0),
        );
        let small = Face::new(12.0).colour(GREY);
        let at = (left + 26.0, y + 17.0);
        canvas.fit(at, &best_in(map, k), room - 26.0, small);
    }
    let small = Face::new(12.5).colour(GREY);
    let lines = small.wrap(&format!("Pale: {PALE_MEANS}"), room, 6);
    let y = TOP + 62.0 + 44.0 * found.options.len() as f64;
    canvas.lines((left, y), &lines, 17.0, small);
}
