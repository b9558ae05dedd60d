//! One swept number: each outcome's chance, and mean cohesion below.

use super::super::FigureError;
use super::super::canvas::{Anchor, Canvas, Face, Page, Point as At};
use super::super::column::{Column, SMALL, Sample, numbered};
use super::super::frame::{LEFT, RIGHT, TOP};
use super::super::labels::{figures, spread};
use super::super::number::{short, ticks};
use super::super::outcomes::{grey_stroke, stroke};
use super::super::palette::{self, Colour, GREY, GRID, INK, faded};
use super::{around, name, title_key};
use crate::engine::Estimate;
use crate::experiment::sweep::{DesignPoint, Measured, Sweep, Swept};
use crate::scenario::COHESION;

/// Where both panels are.
struct Field {
    /// Left edge of all words.
    left: f64,
    /// Left and right edge of both panels.
    across: (f64, f64),
    /// Upper and lower edge of the chances, and of mean cohesion.
    chances: (f64, f64),
    cohesion: (f64, f64),
}

const ON_SCREEN: Field = Field {
    left: LEFT,
    across: (LEFT + 44.0, RIGHT - 380.0),
    chances: (TOP + 40.0, 646.0),
    cohesion: (708.0, 846.0),
};

/// One line of the picture.
struct Curve {
    label: String,
    colour: Colour,
    ink: Colour,
    width: f64,
    dash: &'static [f64],
    values: Vec<(f64, Estimate)>,
}

/// Where values of the swept number lie.
struct Scale<'a> {
    low: f64,
    high: f64,
    field: &'a Field,
}

impl Scale<'_> {
    fn x(&self, value: f64) -> f64 {
        let (left, right) = self.field.across;
        left + (value - self.low) / (self.high - self.low) * (right - left)
    }
}

pub fn draw(sweep: &Sweep, axis: &Swept, page: Page) -> Result<String, FigureError> {
    let words = (
        format!("What {} does", title_key(&axis.key, 1, page)),
        format!(
            "{}. Chance of each outcome by the horizon, with 95 % bands",
            axis.about
        ),
    );
    let curves = outcomes(sweep, page);
    let on_screen = |canvas: &mut Canvas<'_>| {
        let scale = Scale::of(axis, &ON_SCREEN);
        panels(canvas, sweep, axis, &scale, &curves);
        names(canvas, &scale, ON_SCREEN.chances, &curves);
        let cohesion = [cohesion(sweep)];
        names(canvas, &scale, ON_SCREEN.cohesion, &cohesion);
    };
    let words = (words.0.as_str(), words.1.as_str());
    around(sweep, page, words, 0.0, on_screen, |canvas, column| {
        let high = (0.56 * column.wide()).clamp(220.0, 400.0);
        let top = column.y + 40.0;
        let field = Field {
            left: column.left,
            across: (column.left + 32.0, column.right - 30.0),
            chances: (top, top + high),
            cohesion: (top + high + 58.0, top + high + 58.0 + 90.0),
        };
        let scale = Scale::of(axis, &field);
        panels(canvas, sweep, axis, &scale, &curves);
        let last = |curve: &Curve| curve.values.last().map_or(0.0, |(_, e)| e.value);
        let ends: Vec<f64> = curves
            .iter()
            .map(|curve| height(field.chances, last(curve)))
            .collect();
        let places = spread(&ends, 15.0, field.chances.0, field.chances.1);
        let right = field.across.1;
        for (number, (curve, (end, place))) in
            curves.iter().zip(ends.iter().zip(places)).enumerate()
        {
            let line = [(right + 3.0, *end), (right + 11.0, place)];
            canvas.line(&line, 1.0, faded(curve.colour, 0.6));
            numbered(canvas, (right + 19.0, place), number + 1, curve.colour);
        }
        column.y = field.cohesion.1 + 62.0;
        for (number, curve) in curves.iter().enumerate() {
            narrow_name(canvas, column, number + 1, curve);
        }
        column.y += 4.0;
        column.note(canvas, COHESION);
    })
}

/// A line's number, its look, its name, and the chance at the right end.
fn narrow_name(canvas: &mut Canvas<'_>, column: &mut Column, number: usize, curve: &Curve) {
    let y = column.y + 9.0;
    numbered(canvas, (column.left + 8.0, y), number, curve.colour);
    let sample = Sample::Line(curve.width, curve.dash, curve.colour);
    sample.draw(canvas, (column.left + 20.0, y));
    let said = curve.values.last().map(|(_, e)| figures(e));
    let said = said.map_or(String::new(), |(value, interval)| {
        format!("{value} {interval}")
    });
    let small = Face::new(SMALL).anchor(Anchor::End).middle();
    canvas.text((column.right, y), &said, small);
    let start = column.left + 57.0;
    let room = column.right - small.width(&said) - 8.0 - start;
    let label = Face::new(12.5).bold().colour(curve.ink).middle();
    canvas.fit((start, y), &curve.label, room, label);
    column.y += 18.0;
}

impl<'a> Scale<'a> {
    fn of(axis: &Swept, field: &'a Field) -> Self {
        let ends = axis
            .values
            .iter()
            .fold((f64::MAX, f64::MIN), |(low, high), &v| {
                (low.min(v), high.max(v))
            });
        Self {
            low: ends.0,
            high: ends.1,
            field,
        }
    }
}

fn cohesion(sweep: &Sweep) -> Curve {
    Curve {
        label: "Mean cohesion".to_owned(),
        colour: INK,
        ink: INK,
        width: 2.2,
        dash: &[],
        values: values(sweep, |p| p.cohesion),
    }
}

/// Both panels with their lines.
fn panels(
    canvas: &mut Canvas<'_>,
    sweep: &Sweep,
    axis: &Swept,
    scale: &Scale<'_>,
    curves: &[Curve],
) {
    let field = scale.field;
    panel(
        canvas,
        scale,
        field.chances,
        &[0.0, 0.2, 0.4, 0.6, 0.8, 1.0],
    );
    panel(canvas, scale, field.cohesion, &[0.0, 0.5, 1.0]);
    own_value(canvas, scale, axis);
    lines(canvas, scale, field.chances, curves);
    lines(canvas, scale, field.cohesion, &[cohesion(sweep)]);
    let small = Face::new(13.0).colour(GREY);
    let (left, right) = field.across;
    canvas.text((field.left, field.chances.0 - 18.0), "Chance", small);
    let said = match canvas.page().column {
        Some(_) => "Mean cohesion of the first coalition, over all steps".to_owned(),
        None => format!("Mean over all steps, of the first coalition; {COHESION}"),
    };
    let at = (field.left, field.cohesion.0 - 18.0);
    match canvas.page().column {
        Some(_) => canvas.fit(at, &said, right - field.left, Face::new(SMALL).colour(GREY)),
        None => canvas.text(at, &said, small),
    }
    let face = Face::new(14.0).anchor(Anchor::Middle);
    let middle = (left + right) / 2.0;
    canvas.fit_key(
        (middle, field.cohesion.1 + 46.0),
        &name(axis),
        right - left,
        face,
    );
}

fn outcomes(sweep: &Sweep, page: Page) -> Vec<Curve> {
    let mut further = 0;
    let curves = sweep.outcomes.iter().enumerate().map(|(k, outcome)| {
        further += usize::from(!outcome.is_first);
        let (width, dash) = match page.grey {
            true => grey_stroke(k),
            false => stroke(outcome, further),
        };
        Curve {
            label: outcome.label.clone(),
            colour: palette::outcome(&outcome.colour),
            ink: palette::outcome_ink(&outcome.colour),
            width,
            dash,
            values: values(sweep, |point| point.outcomes[k]),
        }
    });
    curves.collect()
}

/// A figure of every point, from low to high.
fn values(sweep: &Sweep, of: impl Fn(&DesignPoint) -> Measured) -> Vec<(f64, Estimate)> {
    let counted = sweep.points.iter().filter(|p| p.replicates > 0);
    let mut values: Vec<_> = counted.map(|p| (p.values[0], of(p).value)).collect();
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    values
}

fn height((top, bottom): (f64, f64), share: f64) -> f64 {
    bottom - share.clamp(0.0, 1.0) * (bottom - top)
}

fn panel(canvas: &mut Canvas<'_>, scale: &Scale<'_>, edges: (f64, f64), marks: &[f64]) {
    let small = Face::new(13.0).colour(GREY);
    for &mark in marks {
        let y = height(edges, mark);
        canvas.line(
            &[(scale.field.across.0, y), (scale.field.across.1, y)],
            1.0,
            GRID,
        );
        let face = small.anchor(Anchor::End).middle();
        canvas.text(
            (scale.field.across.0 - 10.0, y),
            &format!("{mark:.1}"),
            face,
        );
    }
    canvas.line(
        &[
            (scale.field.across.0, edges.1),
            (scale.field.across.1, edges.1),
        ],
        1.2,
        GREY,
    );
    let wanted = match canvas.page().column {
        Some(_) => ((scale.field.across.1 - scale.field.across.0) / 62.0) as usize,
        None => 9,
    };
    for tick in ticks(scale.low, scale.high, wanted) {
        let x = scale.x(tick.at);
        canvas.line(&[(x, edges.1), (x, edges.1 + 6.0)], 1.0, GREY);
        let label = tick.label.unwrap_or_default();
        canvas.text((x, edges.1 + 22.0), &label, small.anchor(Anchor::Middle));
    }
}

fn own_value(canvas: &mut Canvas<'_>, scale: &Scale<'_>, axis: &Swept) {
    let Some(own) = axis.own else { return };
    if !(scale.low..=scale.high).contains(&own) {
        return;
    }
    let x = scale.x(own);
    for (top, bottom) in [scale.field.chances, scale.field.cohesion] {
        canvas.dashed(&[(x, top), (x, bottom)], 1.4, GREY, &[5.0, 4.0]);
    }
    let text = match axis.own_is_median {
        true => format!(
            "the median of the scenario's own distribution: {}",
            short(own)
        ),
        false => format!("the scenario's own value: {}", short(own)),
    };
    let face = Face::new(13.0).colour(GREY);
    let half = face.width(&text) / 2.0;
    // The word "Chance" stands at the left, the names of the curves at the right.
    let (beside, above) = (scale.field.left + 70.0, scale.field.chances.0 - 18.0);
    if canvas.page().column.is_some() {
        let room = scale.field.across.1 + 30.0 - beside;
        let face = Face::new(SMALL).colour(GREY).anchor(Anchor::End);
        canvas.fit((scale.field.across.1 + 30.0, above), &text, room, face);
        return;
    }
    let at = x.clamp(
        beside + half,
        (scale.field.across.1 + 90.0 - half).max(beside + half),
    );
    canvas.text((at, above), &text, face.anchor(Anchor::Middle));
}

fn lines(canvas: &mut Canvas<'_>, scale: &Scale<'_>, edges: (f64, f64), curves: &[Curve]) {
    let y = |share| height(edges, share);
    for curve in curves {
        let edge = |pick: fn(&Estimate) -> f64| {
            let values = curve.values.iter();
            values.map(move |(value, e)| (scale.x(*value), y(pick(e))))
        };
        let band: Vec<At> = edge(|e| e.high).chain(edge(|e| e.low).rev()).collect();
        canvas.polygon(&band, faded(curve.colour, 0.2));
    }
    // Lines after all bands, so that no band dulls another outcome's line.
    for curve in curves {
        let line: Vec<At> = curve
            .values
            .iter()
            .map(|(value, e)| (scale.x(*value), y(e.value)))
            .collect();
        canvas.dashed(&line, curve.width, curve.colour, curve.dash);
        if line.len() <= 41 {
            for at in line {
                canvas.disc(at, 2.6, curve.colour);
            }
        }
    }
}

/// Names and figures at the right ends of the lines.
fn names(canvas: &mut Canvas<'_>, scale: &Scale<'_>, edges: (f64, f64), curves: &[Curve]) {
    let y = |share| height(edges, share);
    let lasts: Vec<(&Curve, Estimate)> = curves
        .iter()
        .filter_map(|curve| Some((curve, curve.values.last()?.1)))
        .collect();
    let wanted: Vec<f64> = lasts.iter().map(|(_, e)| y(e.value)).collect();
    // Two lines each, or one where there are too many for that.
    let double = curves.len() as f64 * 34.0 <= edges.1 - edges.0;
    let gap = if double { 34.0 } else { 22.0 };
    let places = spread(&wanted, gap, edges.0, edges.1);
    let left = scale.field.across.1 + 34.0;
    for ((curve, e), place) in lasts.into_iter().zip(places) {
        canvas.line(
            &[
                (scale.field.across.1 + 4.0, y(e.value)),
                (left - 14.0, place),
                (left - 5.0, place),
            ],
            1.0,
            faded(curve.colour, 0.6),
        );
        let (value, interval) = figures(&e);
        let numbers = format!("{value} {interval}");
        let small = Face::new(12.5).colour(curve.ink);
        let label = Face::new(13.5).bold().colour(curve.ink);
        if double {
            canvas.fit((left, place - 2.0), &curve.label, RIGHT - left, label);
            canvas.text((left, place + 13.0), &numbers, small);
        } else {
            let room = RIGHT - left - small.width(&numbers) - 8.0;
            canvas.fit((left, place + 4.5), &curve.label, room, label);
            canvas.text((RIGHT, place + 4.5), &numbers, small.anchor(Anchor::End));
        }
    }
}
