//! `trajectories.png`: how the recorded series spread over the replicates, one small
//! panel for each.

use super::FigureError;
use super::axis::{Horizon, round_ticks};
use super::canvas::{Anchor, Canvas, Face, Point, paint};
use super::frame::{BOTTOM, LEFT, RIGHT, TOP, frame};
use super::labels::{quantity, spread};
use super::palette::{BLUE, Colour, GREY, GRID, INK, WHITE, blend, faded};
use crate::engine::{Fan, Summary};

/// Room for the legend at the upper right.
const LEGEND: f64 = 460.0;

/// Draws the picture as SVG.
pub fn draw(summary: &Summary) -> Result<String, FigureError> {
    let horizon = Horizon::new(summary)?;
    paint(|canvas| {
        frame(
            canvas,
            summary,
            "How the struggle goes: the spread of histories over time",
            "Quantiles over the replicates at each date, in this model; each end is labelled with \
             its value",
            LEGEND,
        );
        legend(canvas);
        if summary.fans.is_empty() {
            canvas.text(
                (LEFT, TOP + 40.0),
                "No series was recorded.",
                Face::new(15.0).colour(GREY),
            );
        }
        let columns = columns(summary.fans.len());
        let rows = summary.fans.len().div_ceil(columns);
        let wide = (RIGHT - LEFT + GAP.0) / columns as f64;
        let high = (BOTTOM - TOP + GAP.1) / rows.max(1) as f64;
        for (number, fan) in summary.fans.iter().enumerate() {
            let x = LEFT + (number % columns) as f64 * wide;
            let y = TOP + (number / columns) as f64 * high;
            panel(canvas, fan, &horizon, (x, y, wide - GAP.0, high - GAP.1));
        }
        Ok(())
    })
}

/// Room between panels, across and down.
const GAP: (f64, f64) = (26.0, 34.0);

fn columns(panels: usize) -> usize {
    match panels {
        0 | 1 => 1,
        2..=4 => 2,
        5 | 6 => 3,
        7..=12 => 4,
        _ => 5,
    }
}

/// Tints of the wide and the narrow band; opaque, as nothing lies below them.
fn tints() -> (Colour, Colour) {
    (blend(WHITE, BLUE, 0.17), blend(WHITE, BLUE, 0.42))
}

fn legend(canvas: &mut Canvas<'_>) {
    let (wide, narrow) = tints();
    let y = 90.0;
    let face = Face::new(13.0).colour(GREY).middle();
    let entries = ["median", "middle half", "nine in ten (5–95 %)"];
    // Set from the right, so that the legend ends where the panels do.
    let mut x = RIGHT;
    for (number, text) in entries.into_iter().enumerate().rev() {
        x -= face.width(text);
        canvas.text((x, y), text, face);
        x -= 31.0;
        match number {
            0 => canvas.line(&[(x, y), (x + 24.0, y)], 2.4, BLUE),
            1 => canvas.rect(x, y - 6.0, 24.0, 12.0, narrow),
            _ => canvas.rect(x, y - 6.0, 24.0, 12.0, wide),
        }
        x -= 22.0;
    }
}

fn panel(
    canvas: &mut Canvas<'_>,
    fan: &Fan,
    horizon: &Horizon,
    (x0, y0, wide, high): (f64, f64, f64, f64),
) {
    let top_of_axis = if fan.axis_high.is_finite() && fan.axis_high > 1e-9 {
        fan.axis_high
    } else {
        1.0
    };
    let ticks = round_ticks(top_of_axis, 4);
    let small = Face::new(12.0).colour(GREY);
    // The left room is the same in every panel whatever its numbers, so that the
    // time axes stand above each other.
    let (left, right) = (x0 + 52.0, x0 + wide - 58.0);
    let (top, bottom) = (y0 + 30.0, y0 + high - 26.0);
    let x = |day: f64| left + day / horizon.days * (right - left);
    let y = |value: f64| bottom - (value / top_of_axis).clamp(0.0, 1.0) * (bottom - top);

    let title = Face::new(15.0).bold().colour(INK);
    canvas.fit((x0, y0 + 12.0), &fan.label, wide, title);

    let (wide_tint, narrow_tint) = tints();
    canvas.polygon(&band(fan, horizon, x, y, 0, 4), wide_tint);
    canvas.polygon(&band(fan, horizon, x, y, 1, 3), narrow_tint);
    // The grid is drawn above the bands, which would hide it; it is thin enough.
    for tick in &ticks {
        canvas.line(
            &[(left, y(tick.at)), (right, y(tick.at))],
            1.0,
            faded(GRID, 0.9),
        );
        if let Some(label) = &tick.label {
            canvas.text(
                (left - 8.0, y(tick.at)),
                label,
                small.anchor(Anchor::End).middle(),
            );
        }
    }
    canvas.line(&[(left, bottom), (right, bottom)], 1.2, GREY);
    let room = ((right - left) / 78.0) as usize;
    for tick in horizon.ticks(room.max(1)) {
        let long = if tick.label.is_some() { 6.0 } else { 3.5 };
        canvas.line(
            &[(x(tick.at), bottom), (x(tick.at), bottom + long)],
            1.0,
            GREY,
        );
        if let Some(label) = tick.label {
            canvas.text(
                (x(tick.at), bottom + 20.0),
                &label,
                small.anchor(Anchor::Middle),
            );
        }
    }

    let median: Vec<Point> = fan
        .quantiles
        .iter()
        .enumerate()
        .map(|(step, q)| (x(horizon.day(step)), y(q[2])))
        .collect();
    canvas.line(&median, 2.4, BLUE);

    let Some(last) = fan.quantiles.last() else {
        return;
    };
    // Upside down: the spread keeps its order from the top of the picture.
    let ends = [last[4], last[2], last[0]];
    let places = spread(&ends.map(&y), 14.0, top, bottom);
    for (number, (value, place)) in ends.into_iter().zip(places).enumerate() {
        let face = if number == 1 {
            Face::new(13.0).bold().colour(BLUE)
        } else {
            Face::new(11.5).colour(GREY)
        };
        canvas.text(
            (right + 7.0, place),
            &quantity(value, top_of_axis),
            face.middle(),
        );
    }
}

fn band(
    fan: &Fan,
    horizon: &Horizon,
    x: impl Fn(f64) -> f64,
    y: impl Fn(f64) -> f64,
    low: usize,
    high: usize,
) -> Vec<Point> {
    let edge = |quantile: usize| {
        let (x, y) = (&x, &y);
        fan.quantiles
            .iter()
            .enumerate()
            .map(move |(step, q)| (x(horizon.day(step)), y(q[quantile])))
    };
    edge(high).chain(edge(low).rev()).collect()
}
