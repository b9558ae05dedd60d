//! `trajectory.png`: coverage and density of every box on the way to each.

use super::super::FigureError;
use super::super::canvas::{Anchor, Canvas, Face};
use super::super::frame::panels;
use super::super::labels::figures;
use super::super::number::ticks;
use super::super::palette::{ACCENT, BLUE, GREY, GRID, INK, SILVER, faded};
use super::{Around, density_of, surrounded};
use crate::experiment::discover::prim::Phase;
use crate::experiment::discover::{Discovery, FoundBox};

/// Room around the points within a panel: left, top, bottom.
const ROOM: (f64, f64, f64) = (52.0, 44.0, 46.0);

/// Draws it as SVG.
pub fn draw(found: &Discovery) -> Result<String, FigureError> {
    let title = format!("What a box costs: {}", found.outcome.words());
    let line = format!(
        "Upward, density: {}; across, coverage: the share of it that lies in the box. Numbers: inputs restricted",
        density_of(found)
    );
    let around = Around {
        title: &title,
        line: &line,
        aside: 0.0,
    };
    surrounded(found, &around, |canvas| {
        for (number, place) in panels(found.boxes.len()).into_iter().enumerate() {
            panel(canvas, found, number, place);
        }
    })
}

fn most(found: &Discovery) -> f64 {
    let steps = found.boxes.iter().flat_map(|b| &b.trajectory);
    let learned = steps.map(|step| step.learned.density);
    let checked = found.boxes.iter().filter_map(|b| b.held_out);
    let all = learned.chain(checked.map(|c| c.density.value.max(c.density.high)));
    (all.fold(0.0, f64::max) * 1.06).clamp(1e-6, 1.0)
}

fn panel(
    canvas: &mut Canvas<'_>,
    found: &Discovery,
    number: usize,
    (left, top, wide, high): (f64, f64, f64, f64),
) {
    let of = &found.boxes[number];
    let taken = &of.trajectory[of.taken];
    canvas.text(
        (left, top + 12.0),
        &format!("Box {}", number + 1),
        Face::new(15.0).bold(),
    );
    let said = format!(
        "ring: taken, {} restricted; square: without {} limits that can't be told from chance; cross: the same on points held out",
        inputs(taken.restricted),
        of.dropped
    );
    canvas.fit(
        (left, top + 30.0),
        &said,
        wide,
        Face::new(12.0).colour(GREY),
    );
    let most = most(found);
    let (from, foot, head) = (left + ROOM.0, top + high - ROOM.2, top + ROOM.1);
    let across = wide - ROOM.0 - 12.0;
    let x = |coverage: f64| from + coverage.clamp(0.0, 1.0) * across;
    let y = |density: f64| foot - density.clamp(0.0, most) / most * (foot - head);
    let small = Face::new(12.0).colour(GREY);
    for tick in ticks(0.0, 1.0, 5) {
        canvas.line(&[(x(tick.at), head), (x(tick.at), foot)], 1.0, GRID);
        let label = tick.label.unwrap_or_default();
        canvas.text(
            (x(tick.at), foot + 17.0),
            &label,
            small.anchor(Anchor::Middle),
        );
    }
    for tick in ticks(0.0, most, 5) {
        canvas.line(&[(x(0.0), y(tick.at)), (x(1.0), y(tick.at))], 1.0, GRID);
        let label = tick.label.unwrap_or_default();
        let face = small.anchor(Anchor::End).middle();
        canvas.text((from - 8.0, y(tick.at)), &label, face);
    }
    canvas.line(&[(from, head), (from, foot), (x(1.0), foot)], 1.2, SILVER);
    let middle = ((from + x(1.0)) / 2.0, foot + 36.0);
    canvas.text(middle, "coverage", small.anchor(Anchor::Middle));
    let base = y(found.base.value);
    canvas.dashed(&[(x(0.0), base), (x(1.0), base)], 1.4, GREY, &[5.0, 3.0]);
    let face = Face::new(11.0).colour(GREY).halo();
    canvas.text((x(0.0) + 6.0, base - 5.0), "all points", face);
    way(canvas, of, (&x, &y));
    let at = (x(taken.learned.coverage), y(taken.learned.density));
    canvas.ring(at, 9.0, 2.4, INK);
    check(canvas, of, (&x, &y));
}

fn inputs(count: usize) -> String {
    match count {
        1 => "1 input".to_owned(),
        n => format!("{n} inputs"),
    }
}

/// A scale of an axis.
type Scale<'a> = &'a dyn Fn(f64) -> f64;

fn way(canvas: &mut Canvas<'_>, of: &FoundBox, (x, y): (Scale<'_>, Scale<'_>)) {
    let places: Vec<(f64, f64)> = of
        .trajectory
        .iter()
        .map(|step| (x(step.learned.coverage), y(step.learned.density)))
        .collect();
    canvas.line(&places, 1.2, faded(BLUE, 0.35));
    let mut before = usize::MAX;
    let mut last: Option<(f64, f64)> = None;
    for (step, &at) in of.trajectory.iter().zip(&places) {
        let colour = match step.phase {
            Phase::Paste => ACCENT,
            _ => BLUE,
        };
        canvas.disc(at, 4.0, colour);
        // Its number where it changes, and where there is room.
        let is_free = last.is_none_or(|last| libm::hypot(last.0 - at.0, last.1 - at.1) > 15.0);
        if step.restricted != before && is_free {
            let face = Face::new(11.5).colour(INK).anchor(Anchor::Start).halo();
            canvas.text((at.0 + 5.0, at.1 - 6.0), &step.restricted.to_string(), face);
            before = step.restricted;
            last = Some(at);
        }
    }
}

/// The box that was made, on points held out.
fn check(canvas: &mut Canvas<'_>, of: &FoundBox, (x, y): (Scale<'_>, Scale<'_>)) {
    let Some(checked) = of.held_out else {
        return;
    };
    let (density, coverage) = (checked.density, checked.coverage);
    let at = (x(coverage.value), y(density.value));
    let bars = [
        [(x(coverage.low), at.1), (x(coverage.high), at.1)],
        [(at.0, y(density.low)), (at.0, y(density.high))],
    ];
    for bar in bars {
        canvas.line(&bar, 2.2, ACCENT);
    }
    let (value, interval) = figures(&density);
    let said = format!("held out: {value} {interval}");
    let face = Face::new(12.5).bold().colour(ACCENT).halo();
    let wide = face.width(&said);
    let left = (at.0 + 8.0).min(x(1.0) - wide);
    canvas.text((left, y(density.low) + 18.0), &said, face);
    // The same box where it was learned: what lies between them was taken for more than it is.
    let learned = (x(of.learned.coverage), y(of.learned.density));
    canvas.rect(learned.0 - 5.0, learned.1 - 5.0, 10.0, 10.0, INK);
}
