//! The same in a column: the lines have numbers, and their names stand below.

use super::super::axis::Horizon;
use super::super::canvas::{Anchor, Canvas, Face};
use super::super::column::{Column, PART, SMALL, numbered};
use super::super::events;
use super::super::labels::{figures, spread};
use super::super::palette::{self, GREY, faded};
use super::aside::{Place, headlines, joint};
use super::{Curve, Plot, curves, parts};
use crate::engine::Summary;

/// Where the joint table and the headline chances have room beside each other.
const BESIDE: f64 = 760.0;

/// Draws all parts below each other.
pub fn draw(canvas: &mut Canvas<'_>, column: &mut Column, summary: &Summary, horizon: &Horizon) {
    let curves = curves(summary, canvas.page());
    plot(canvas, column, summary, horizon, &curves);
    for (number, curve) in curves.iter().enumerate() {
        name(canvas, column, summary, (number + 1, curve));
    }
    column.y += 8.0;
    column.events(canvas, &events::of_summary(summary, horizon));
    let beside = column.wide() > BESIDE && summary.together.is_some();
    let half = (column.wide() - PART) / 2.0;
    let (left, right) = match beside {
        true => (column.left + half, column.right - half),
        false => (column.right, column.left),
    };
    let top = column.y;
    if let Some(together) = &summary.together {
        let wide = (left - column.left - 120.0) / 2.0;
        let place = Place {
            left: column.left,
            right: left,
            top,
            cell: (wide.min(148.0), 66.0),
        };
        column.y = joint(canvas, summary, together, &place) + PART;
    }
    let place = Place {
        left: right,
        right: column.right,
        top: if beside { top + 20.0 } else { column.y + 10.0 },
        cell: (column.right - right, 84.0),
    };
    column.y = headlines(canvas, summary, &place).max(column.y) + 6.0;
}

fn plot(
    canvas: &mut Canvas<'_>,
    column: &mut Column,
    summary: &Summary,
    horizon: &Horizon,
    curves: &[Curve<'_>],
) {
    let high = (0.62 * column.wide()).clamp(240.0, 420.0);
    let plot = Plot {
        edges: (
            column.left + 30.0,
            column.y + 8.0,
            column.right - 28.0,
            column.y + high,
        ),
        horizon,
    };
    let (left, top, right, bottom) = plot.edges;
    plot.grid(canvas);
    let marks = events::of_summary(summary, horizon);
    events::lines(canvas, &marks, |day| plot.x(day), (top, bottom));
    events::letters(canvas, &marks, |day| plot.x(day), bottom);
    let wanted = ((right - left) / 76.0) as usize;
    plot.time(canvas, wanted.max(2), 20.0 + events::LETTERS);
    plot.curves(canvas, summary, curves);
    let ends: Vec<f64> = curves
        .iter()
        .map(|curve| plot.y(curve.outcome.chance.value))
        .collect();
    let places = spread(&ends, 15.0, top, bottom);
    for (number, (curve, (end, place))) in curves.iter().zip(ends.iter().zip(places)).enumerate() {
        let colour = palette::outcome(&curve.outcome.colour);
        let at = (right + 19.0, place);
        canvas.line(
            &[(right + 2.0, *end), (at.0 - 7.0, place)],
            1.0,
            faded(colour, 0.7),
        );
        numbered(canvas, at, number + 1, colour);
    }
    column.y = bottom + 28.0 + events::LETTERS;
}

/// A line's number, its look, its name and its chance.
fn name(
    canvas: &mut Canvas<'_>,
    column: &mut Column,
    summary: &Summary,
    (number, curve): (usize, &Curve<'_>),
) {
    let colour = palette::outcome(&curve.outcome.colour);
    let y = column.y + 9.0;
    numbered(canvas, (column.left + 8.0, y), number, colour);
    let line = [(column.left + 20.0, y), (column.left + 50.0, y)];
    canvas.dashed(&line, curve.width, colour, curve.dash);
    let (chance, interval) = figures(&curve.outcome.chance);
    let range = Face::new(SMALL).colour(GREY).anchor(Anchor::End).middle();
    canvas.text((column.right, y), &interval, range);
    let after = column.right - range.width(&interval) - 6.0;
    let value = Face::new(12.5).bold().anchor(Anchor::End).middle();
    canvas.text((after, y), &chance, value);
    let start = column.left + 57.0;
    let ink = palette::outcome_ink(&curve.outcome.colour);
    let label = Face::new(12.5).bold().colour(ink).middle();
    let room = after - value.width(&chance) - 8.0 - start;
    canvas.fit((start, y), &curve.outcome.label, room, label);
    column.y += 19.0;
    let of = parts(summary, curve.outcome);
    if !of.is_empty() {
        let face = Face::new(SMALL).colour(GREY);
        let lines = face.wrap(&of, column.right - start, 3);
        canvas.lines((start, column.y + 8.0), &lines, 13.5, face);
        column.y += 13.5 * lines.len() as f64 + 4.0;
    }
}
