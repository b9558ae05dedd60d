//! `map.png`: which option is best where.

use super::super::FigureError;
use super::super::canvas::{Anchor, Canvas, Face};
use super::super::frame::{BOTTOM, LEFT, RIGHT, TOP};
use super::super::labels::count;
use super::super::number::short;
use super::super::palette::{GREY, INK, PALE, WHITE, blend};
use super::{colour, surrounded};
use crate::experiment::robust::{Best, BestMap, Robust};
use crate::report::chance::decimals;

/// Room for the axis at the left and the legend at the right.
const AXIS: f64 = 120.0;
const LEGEND: f64 = 330.0;

/// Draws it as SVG.
pub fn draw(found: &Robust, map: &BestMap) -> Result<String, FigureError> {
    let title = format!("Which option is best where: {}", found.label);
    let line = "The two inputs on which that hangs most, in equally likely parts; in each cell the best option, and by how much it is better than the second";
    surrounded(found, &title, line, |canvas| {
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
    })
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
    let own = colour(best.option);
    let (ground, ink) = match best.is_clear {
        true => (blend(own, WHITE, 0.12), WHITE),
        false => (blend(own, WHITE, 0.78), INK),
    };
    canvas.rect(x + 1.0, y + 1.0, wide - 2.0, high - 2.0, ground);
    let middle = (x + wide / 2.0, y + high / 2.0);
    let face = |size| Face::new(size).colour(ink).anchor(Anchor::Middle);
    let label = &found.options[best.option].label;
    canvas.fit(
        (middle.0, middle.1 - 14.0),
        label,
        wide - 12.0,
        face(14.0).bold(),
    );
    let by = format!(
        "by {} [{}, {}]",
        decimals(best.by.value, 3),
        decimals(best.by.low, 3).replace('-', "−"),
        decimals(best.by.high, 3)
    );
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
    let cells = || map.cells.iter().flatten().flatten();
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
        let best = cells().filter(|cell| cell.option == k).count();
        let clear = cells().filter(|c| c.option == k && c.is_clear).count();
        let said = match best {
            0 => "best in no cell".to_owned(),
            _ => format!(
                "best in {} of {} cells, clearly in {}",
                count(best as u64),
                cells().count(),
                count(clear as u64)
            ),
        };
        let small = Face::new(12.0).colour(GREY);
        canvas.fit((left + 26.0, y + 17.0), &said, room - 26.0, small);
    }
    let small = Face::new(12.5).colour(GREY);
    let lines = small.wrap(
        "Pale: the 95 % interval of the difference to the second best holds 0. A cell is one of many: about one in twenty looks clear by chance.",
        room,
        6,
    );
    let y = TOP + 62.0 + 44.0 * found.options.len() as f64;
    canvas.lines((left, y), &lines, 17.0, small);
}
