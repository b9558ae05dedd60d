//! The same in a column: each box with the inputs that it restricts, and how steadily below.

use super::super::super::canvas::{Anchor, Canvas, Face};
use super::super::super::column::{Column, PART, SMALL};
use super::super::super::palette::{GREY, GRID, INK, PALE, SILVER};
use super::super::colour;
use super::{Cell, MOST, bar, foot, name, of_halves, restricted, rows, spreads, told};
use crate::experiment::discover::{Discovery, Limits};
use crate::experiment::replay::percent;

/// The least width of a box, and room between boxes beside each other.
const LEAST: f64 = 430.0;
const GAP: f64 = 26.0;
/// Height of a bar with its words, and of a row of how steadily an input is restricted.
const BAR: f64 = 42.0;
const ROW: f64 = 20.0;
/// Most inputs of which that is drawn.
const INPUTS: usize = 24;

/// Draws all boxes, then how steadily the first one's inputs are restricted.
pub fn draw(canvas: &mut Canvas<'_>, column: &mut Column, found: &Discovery) {
    if found.boxes.is_empty() {
        column.note(canvas, &format!("No box: {}.", found.ended));
    }
    let rows = rows(found);
    let boxes = found.boxes.len().min(MOST);
    let (columns, wide) = column.columns(boxes, LEAST, GAP);
    for first in (0..boxes).step_by(columns) {
        let mut end = column.y;
        for number in first..(first + columns).min(boxes) {
            let left = column.left + (number - first) as f64 * (wide + GAP);
            let mut own = Column {
                left,
                right: left + wide,
                y: column.y,
            };
            one(canvas, &mut own, found, (number, &rows));
            end = end.max(own.y);
        }
        column.y = end + PART;
    }
    steady(canvas, column, found, &rows);
    let hidden = rows.len().saturating_sub(INPUTS);
    column.note(canvas, &foot(found, hidden));
}

/// A box: what it comes to, and its inputs in the order of `rows`.
fn one(
    canvas: &mut Canvas<'_>,
    column: &mut Column,
    found: &Discovery,
    (number, rows): (usize, &[usize]),
) {
    let found_box = &found.boxes[number];
    let face = Face::new(13.0).bold().colour(colour(number));
    column.wrapped(canvas, &name(number), face, 1);
    for line in told(found, found_box) {
        column.wrapped(canvas, &line, Face::new(11.5), 2);
    }
    column.y += 5.0;
    let limits = |input: &usize| found_box.limits.iter().find(|l| l.input == *input);
    for (row, limits) in rows.iter().filter_map(limits).enumerate() {
        input(canvas, column, found, (number, row, limits));
    }
}

/// An input: its key, what it is, the part that the box keeps, and its limits.
fn input(
    canvas: &mut Canvas<'_>,
    column: &mut Column,
    found: &Discovery,
    (number, row, limits): (usize, usize, &Limits),
) {
    let own = &found.inputs[limits.input];
    let small = Face::new(SMALL).colour(GREY);
    let (left, room) = (column.left + 5.0, column.wide() - 10.0);
    let about = small.wrap(&own.about, room, 2);
    let top = column.y;
    let high = 18.0 + small.leading() * about.len() as f64 + BAR;
    if row.is_multiple_of(2) {
        canvas.rect(column.left, top, column.wide(), high, PALE);
    }
    canvas.fit_key((left, top + 14.0), &own.key, room, Face::new(12.5));
    canvas.lines((left, top + 28.0), &about, small.leading(), small);
    let place = Cell {
        left,
        wide: room,
        top: top + high - BAR,
        high: 28.0,
    };
    bar(canvas, number, Some(limits), &place);
    // The halves are asked of the first box alone.
    let steady = found.steadiness.iter().find(|s| s.input == limits.input);
    if let Some(steady) = steady.filter(|_| number == 0) {
        spreads(canvas, steady, limits, &place);
    }
    let face = Face::new(11.5).colour(INK);
    canvas.fit((left, top + high - 7.0), &restricted(limits), room, face);
    column.y += high;
}

/// On how many halves each input is restricted.
fn steady(canvas: &mut Canvas<'_>, column: &mut Column, found: &Discovery, rows: &[usize]) {
    if found.halves == 0 || rows.is_empty() {
        return;
    }
    let halves = found.halves;
    column.head(
        canvas,
        &format!("Restricted by the first box of {halves} random halves"),
    );
    let bars = (0.3 * column.wide()).min(200.0);
    let figure = 46.0;
    for (row, &input) in rows.iter().take(INPUTS).enumerate() {
        let y = column.y + ROW / 2.0;
        if row.is_multiple_of(2) {
            canvas.rect(column.left, column.y, column.wide(), ROW, PALE);
        }
        let start = column.right - figure - bars;
        let room = start - column.left - 15.0;
        let face = Face::new(11.5).middle();
        let key = &found.inputs[input].key;
        canvas.fit_key((column.left + 5.0, y), key, room, face);
        let share = of_halves(found, input);
        canvas.rect(start, y - 5.0, bars, 10.0, GRID);
        canvas.rect(start, y - 5.0, bars * share, 10.0, SILVER);
        let at = (column.right - 4.0, y);
        canvas.text(at, &percent(share), face.anchor(Anchor::End));
        column.y += ROW;
    }
    column.y += 10.0;
}
