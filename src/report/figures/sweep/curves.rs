//! One swept number: each outcome's chance, and mean cohesion below.

use super::super::FigureError;
use super::super::canvas::{Anchor, Canvas, Face, Point as At, paint};
use super::super::frame::{LEFT, RIGHT, TOP};
use super::super::labels::{figures, spread};
use super::super::number::{short, ticks};
use super::super::outcomes::stroke;
use super::super::palette::{self, Colour, GREY, GRID, INK, faded};
use super::{around, name, title_key};
use crate::engine::Estimate;
use crate::experiment::sweep::{DesignPoint, Measured, Sweep, Swept};
use crate::scenario::COHESION;

/// Left and right edge of both panels.
const ACROSS: (f64, f64) = (LEFT + 44.0, RIGHT - 380.0);
/// Upper and lower edge of the chances, and of mean cohesion.
const CHANCES: (f64, f64) = (TOP + 40.0, 646.0);
const COHESION_PANEL: (f64, f64) = (708.0, 846.0);

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
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn x(&self, value: f64) -> f64 {
        ACROSS.0 + (value - self.low) / (self.high - self.low) * (ACROSS.1 - ACROSS.0)
    }
}

pub fn draw(sweep: &Sweep, axis: &Swept) -> Result<String, FigureError> {
    let ends = axis
        .values
        .iter()
        .fold((f64::MAX, f64::MIN), |(low, high), &v| {
            (low.min(v), high.max(v))
        });
    let scale = Scale {
        low: ends.0,
        high: ends.1,
    };
    paint(|canvas| {
        around(
            canvas,
            sweep,
            &format!("What {} does", title_key(&axis.key, 1)),
            &format!(
                "{}. Chance of each outcome by the horizon, with 95 % bands",
                axis.about
            ),
            0.0,
        );
        let curves = outcomes(sweep);
        panel(canvas, &scale, CHANCES, &[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        panel(canvas, &scale, COHESION_PANEL, &[0.0, 0.5, 1.0]);
        own_value(canvas, &scale, axis);
        let cohesion = Curve {
            label: "Mean cohesion".to_owned(),
            colour: INK,
            ink: INK,
            width: 2.2,
            dash: &[],
            values: values(sweep, |p| p.cohesion),
        };
        lines(canvas, &scale, CHANCES, &curves);
        lines(
            canvas,
            &scale,
            COHESION_PANEL,
            std::slice::from_ref(&cohesion),
        );
        let small = Face::new(13.0).colour(GREY);
        canvas.text((LEFT, CHANCES.0 - 18.0), "Chance", small);
        canvas.text(
            (LEFT, COHESION_PANEL.0 - 18.0),
            &format!("Mean over all steps, of the first coalition; {COHESION}"),
            small,
        );
        let face = Face::new(14.0).anchor(Anchor::Middle);
        let middle = (ACROSS.0 + ACROSS.1) / 2.0;
        canvas.fit_key(
            (middle, COHESION_PANEL.1 + 46.0),
            &name(axis),
            ACROSS.1 - ACROSS.0,
            face,
        );
        Ok(())
    })
}

fn outcomes(sweep: &Sweep) -> Vec<Curve> {
    let mut further = 0;
    let curves = sweep.outcomes.iter().enumerate().map(|(k, outcome)| {
        further += usize::from(!outcome.is_first);
        let (width, dash) = stroke(outcome, further);
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

fn panel(canvas: &mut Canvas<'_>, scale: &Scale, edges: (f64, f64), marks: &[f64]) {
    let small = Face::new(13.0).colour(GREY);
    for &mark in marks {
        let y = height(edges, mark);
        canvas.line(&[(ACROSS.0, y), (ACROSS.1, y)], 1.0, GRID);
        let face = small.anchor(Anchor::End).middle();
        canvas.text((ACROSS.0 - 10.0, y), &format!("{mark:.1}"), face);
    }
    canvas.line(&[(ACROSS.0, edges.1), (ACROSS.1, edges.1)], 1.2, GREY);
    for tick in ticks(scale.low, scale.high, 9) {
        let x = scale.x(tick.at);
        canvas.line(&[(x, edges.1), (x, edges.1 + 6.0)], 1.0, GREY);
        let label = tick.label.unwrap_or_default();
        canvas.text((x, edges.1 + 22.0), &label, small.anchor(Anchor::Middle));
    }
}

fn own_value(canvas: &mut Canvas<'_>, scale: &Scale, axis: &Swept) {
    let Some(own) = axis.own else { return };
    if !(scale.low..=scale.high).contains(&own) {
        return;
    }
    let x = scale.x(own);
    for (top, bottom) in [CHANCES, COHESION_PANEL] {
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
    let at = x.clamp(
        LEFT + 70.0 + half,
        (ACROSS.1 + 90.0 - half).max(LEFT + 70.0 + half),
    );
    canvas.text((at, CHANCES.0 - 18.0), &text, face.anchor(Anchor::Middle));
}

fn lines(canvas: &mut Canvas<'_>, scale: &Scale, edges: (f64, f64), curves: &[Curve]) {
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
    let lasts: Vec<(&Curve, Estimate)> = curves
        .iter()
        .filter_map(|curve| Some((curve, curve.values.last()?.1)))
        .collect();
    let wanted: Vec<f64> = lasts.iter().map(|(_, e)| y(e.value)).collect();
    // Two lines each, or one where there are too many for that.
    let double = curves.len() as f64 * 34.0 <= edges.1 - edges.0;
    let gap = if double { 34.0 } else { 22.0 };
    let places = spread(&wanted, gap, edges.0, edges.1);
    let left = ACROSS.1 + 34.0;
    for ((curve, e), place) in lasts.into_iter().zip(places) {
        canvas.line(
            &[
                (ACROSS.1 + 4.0, y(e.value)),
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
