//! `trajectory.png`: coverage and density of every box on the way to each.

use super::super::FigureError;
use super::super::canvas::{Anchor, Canvas, Face, Page};
use super::super::frame::{SCREEN, panels};
use super::super::labels::figures;
use super::super::number::ticks;
use super::super::palette::{ACCENT, BLUE, Colour, GREY, GRID, INK, SILVER, WHITE, faded};
use super::{Around, density_of, surrounded};
use crate::experiment::discover::prim::Phase;
use crate::experiment::discover::{Discovery, FoundBox};

/// Room around the points within a panel: left, top, bottom.
const ROOM: (f64, f64, f64) = (52.0, 44.0, 46.0);

/// Draws it as SVG.
pub fn draw(found: &Discovery, page: Page) -> Result<String, FigureError> {
    let title = format!("What a box costs: {}", found.outcome.words());
    let line = format!(
        "Upward, density: {}; across, coverage: the share of it that lies in the box. Numbers: inputs restricted",
        density_of(found)
    );
    let around = Around {
        title: &title,
        line: &line,
        screen: (SCREEN, 0.0),
    };
    let on_screen = |canvas: &mut Canvas<'_>| {
        for (number, place) in panels(found.boxes.len()).into_iter().enumerate() {
            panel(canvas, found, number, place);
        }
    };
    surrounded(found, page, &around, on_screen, |canvas, column| {
        column.note(canvas, MARKS);
        column.y += 6.0;
        let columns = column.columns(found.boxes.len(), 400.0, 24.0);
        let high = (0.8 * columns.1).clamp(300.0, 400.0);
        let each = (high, (24.0, 14.0));
        column.grid(found.boxes.len(), columns, each, |number, (x, y)| {
            panel(canvas, found, number, (x, y, columns.1, high));
        });
    })
}

/// What marks mean, where each panel has no room to say it.
const MARKS: &str = "Ring: the box that was taken; square: the same without limits that can't be told from chance; cross: that on points held out. Hollow points: pasted on.";

/// The ends of the axis of density: from 0 where that costs no more than half of it.
fn ends(found: &Discovery) -> (f64, f64) {
    let steps = found.boxes.iter().flat_map(|b| &b.trajectory);
    let learned = steps.map(|step| step.learned.density);
    let checked = found.boxes.iter().filter_map(|b| b.held_out);
    let checked = checked.flat_map(|c| [c.density.low, c.density.value, c.density.high]);
    let all: Vec<f64> = learned.chain(checked).chain([found.base.value]).collect();
    let least = all.iter().copied().fold(f64::INFINITY, f64::min);
    let most = all.iter().copied().fold(0.0, f64::max);
    let room = 0.06 * (most - least);
    let most = (most + room).clamp(1e-6, 1.0);
    match least < 0.5 * most {
        true => (0.0, most),
        false => (least - 2.0 * room, most),
    }
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
    let (restricted, dropped) = (inputs(taken.restricted), of.dropped);
    let said = match canvas.page().column {
        Some(_) => {
            let limits = if dropped == 1 { "limit" } else { "limits" };
            format!("{restricted} restricted; {dropped} {limits} dropped")
        }
        None => format!(
            "ring: taken, {restricted} restricted; square: without {dropped} limits that can't be told from chance; cross: the same on points held out"
        ),
    };
    canvas.fit(
        (left, top + 30.0),
        &said,
        wide,
        Face::new(12.0).colour(GREY),
    );
    let (least, most) = ends(found);
    let (from, foot, head) = (left + ROOM.0, top + high - ROOM.2, top + ROOM.1);
    let across = wide - ROOM.0 - 12.0;
    let x = |coverage: f64| from + coverage.clamp(0.0, 1.0) * across;
    let y =
        |density: f64| foot - (density.clamp(least, most) - least) / (most - least) * (foot - head);
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
    for tick in ticks(least, most, 5) {
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
    // What words there are; numbers keep out of their way.
    let mut words = vec![(x(0.0), base - 18.0, x(0.0) + 70.0, base)];
    let held_out = match canvas.page().column {
        // There it would lie on the points.
        Some(_) => {
            let said = held_out(of).unwrap_or_default();
            let end = SAID.anchor(Anchor::End);
            canvas.text((left + wide, top + 12.0), &said, end);
            None
        }
        None => said_of(of, (&x, &y), foot),
    };
    words.extend(held_out.as_ref().map(|said| said.1));
    way(canvas, of, (&x, &y), words);
    let at = (x(taken.learned.coverage), y(taken.learned.density));
    canvas.ring(at, 9.0, 2.4, INK);
    check(canvas, of, (&x, &y));
    if let Some((said, (left, _, _, bottom))) = held_out {
        canvas.text((left, bottom - 3.0), &said, SAID.halo());
    }
}

fn inputs(count: usize) -> String {
    match count {
        1 => "1 input".to_owned(),
        n => format!("{n} inputs"),
    }
}

/// A scale of an axis.
type Scale<'a> = &'a dyn Fn(f64) -> f64;

/// Left, top, right and bottom.
type Edges = (f64, f64, f64, f64);

fn way(
    canvas: &mut Canvas<'_>,
    of: &FoundBox,
    (x, y): (Scale<'_>, Scale<'_>),
    mut words: Vec<Edges>,
) {
    let places: Vec<(f64, f64)> = of
        .trajectory
        .iter()
        .map(|step| (x(step.learned.coverage), y(step.learned.density)))
        .collect();
    canvas.line(&places, 1.2, faded(BLUE, 0.35));
    let mut before = usize::MAX;
    let face = Face::new(11.5).colour(INK).halo();
    for (step, &at) in of.trajectory.iter().zip(&places) {
        match step.phase {
            Phase::Paste => pasted(canvas, at, ACCENT),
            _ => canvas.disc(at, 4.0, BLUE),
        }
        // How many it restricts where that changes, and where there is room.
        let said = step.restricted.to_string();
        let (left, foot) = (at.0 + 5.0, at.1 - 6.0);
        let edges = (
            left - 2.0,
            foot - 11.0,
            left + face.width(&said) + 2.0,
            foot + 3.0,
        );
        let is_free = words.iter().all(|other| apart(other, &edges));
        if step.restricted != before && is_free {
            canvas.text((left, foot), &said, face);
            before = step.restricted;
            words.push(edges);
        }
    }
}

/// A box on the way outward again: hollow where colours don't tell.
fn pasted(canvas: &mut Canvas<'_>, at: (f64, f64), colour: Colour) {
    if canvas.page().grey {
        canvas.disc(at, 4.0, WHITE);
        canvas.ring(at, 3.4, 1.2, colour);
        return;
    }
    canvas.disc(at, 4.0, colour);
}

fn apart(a: &Edges, b: &Edges) -> bool {
    a.2 < b.0 || b.2 < a.0 || a.3 < b.1 || b.3 < a.1
}

const SAID: Face = Face::new(12.5).bold().colour(ACCENT);

/// What is said of a box on points held out.
fn held_out(of: &FoundBox) -> Option<String> {
    let (value, interval) = figures(&of.held_out?.density);
    Some(format!("held out: {value} {interval}"))
}

/// The same, and where it stands beside its cross.
fn said_of(of: &FoundBox, (x, y): (Scale<'_>, Scale<'_>), axis: f64) -> Option<(String, Edges)> {
    let checked = of.held_out?;
    let said = held_out(of)?;
    let wide = SAID.width(&said);
    let left = (x(checked.coverage.value) + 8.0).min(x(1.0) - wide);
    // Below its bars; above them where the axis ends below.
    let below = y(checked.density.low) + 18.0;
    let foot = match below < axis - 8.0 {
        true => below,
        false => y(checked.density.high) - 10.0,
    };
    Some((said, (left, foot - 12.0, left + wide, foot + 3.0)))
}

/// The box that was made, on points held out.
fn check(canvas: &mut Canvas<'_>, of: &FoundBox, (x, y): (Scale<'_>, Scale<'_>)) {
    // The same box where it was learned: what lies between them was taken for more than it is.
    let learned = (x(of.learned.coverage), y(of.learned.density));
    canvas.rect(learned.0 - 5.0, learned.1 - 5.0, 10.0, 10.0, INK);
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
}
