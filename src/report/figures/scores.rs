//! `scores.png`: where reports fall in their forecasts, how the forecast fares beside its
//! rivals, and how often what had such a chance came about.

use super::FigureError;
use super::canvas::{Anchor, Canvas, Face, Page};
use super::column::{Column, PART};
use super::frame::{BOTTOM, LEFT, RIGHT, TOP};
use super::labels::figures;
use super::number::{short, ticks};
use super::observed::framed;
use super::palette::{BLUE, CONFLICT, Colour, GREY, GRID, INK, PALE, SILVER, WHITE, blend};
use crate::experiment::score::{Score, Versus};
use crate::report::chance::decimals;

/// Where a part is: its left edge, its width, and its top.
type Part = (f64, f64, f64);
/// The three parts on a screen.
const PIT: Part = (LEFT, 440.0, TOP);
const FOREST: Part = (LEFT + 500.0, 560.0, TOP);
const CHANCES: Part = (LEFT + 1120.0, RIGHT - LEFT - 1120.0, TOP);
/// Room for the head of a part.
const HEAD: f64 = 84.0;

/// Draws the picture as SVG.
pub fn draw(found: &Score, page: Page) -> Result<String, FigureError> {
    let words = (
        "How well it foretells",
        "Few observations, and those of one quantity go together: read the intervals before the means",
    );
    let on_screen = |canvas: &mut Canvas<'_>| {
        pit(canvas, found, PIT, BOTTOM - 60.0 - TOP - HEAD);
        forest(canvas, found, FOREST);
        reliability(canvas, found, CHANCES);
    };
    framed(found, page, words, 0.0, on_screen, |canvas, column| {
        // Marks at an end reach beyond it.
        let part = |column: &Column| (column.left + 6.0, column.wide() - 12.0, column.y);
        let rows = found.quantities.len() as f64 * 40.0;
        column.y = pit(canvas, found, part(column), rows) + PART;
        column.y = forest(canvas, found, part(column)) + PART;
        let mut last = part(column);
        last.1 = last.1.min(340.0);
        column.y = reliability(canvas, found, last);
    })
}

fn head(canvas: &mut Canvas<'_>, (left, wide, top): Part, title: &str, about: &str) {
    canvas.text((left, top + 14.0), title, Face::new(15.0).bold());
    let face = Face::new(11.5).colour(GREY);
    canvas.lines((left, top + 32.0), &face.wrap(about, wide, 3), 14.0, face);
}

/// Where each report falls in its forecast: a row for each quantity.
/// There is this much room for them; returns where it ends.
fn pit(canvas: &mut Canvas<'_>, found: &Score, place: Part, room: f64) -> f64 {
    head(
        canvas,
        place,
        "Where reports fall in their forecasts",
        "Share of the forecast below the report (PIT). Dark: the central half; light: nine in ten. Even from 0 to 1 would be right",
    );
    let (left, wide, top) = place;
    let above = top + HEAD;
    let x = |share: f64| left + share * wide;
    let shown: Vec<usize> = (0..found.quantities.len())
        .filter(|&q| found.values.iter().any(|v| v.quantity == q))
        .collect();
    let high = (room / shown.len().max(1) as f64).clamp(24.0, 64.0);
    let shown = &shown[..shown.len().min((room / high) as usize)];
    let foot = above + high * shown.len() as f64;
    for (share, from, to) in [(0.12, 0.05, 0.95), (0.28, 0.25, 0.75)] {
        let colour = blend(WHITE, BLUE, share);
        canvas.rect(x(from), above, x(to) - x(from), foot - above, colour);
    }
    for (row, &quantity) in shown.iter().enumerate() {
        let top = above + high * row as f64;
        let face = Face::new(11.5).colour(INK);
        let name = &found.quantities[quantity].label;
        canvas.fit((left + 4.0, top + 12.0), name, wide - 8.0, face);
        let y = top + 12.0 + (high - 12.0) / 2.0;
        canvas.line(&[(left, y), (left + wide, y)], 1.0, GRID);
        for value in found.values.iter().filter(|v| v.quantity == quantity) {
            canvas.disc((x(value.pit), y), 4.5, WHITE);
            canvas.ring((x(value.pit), y), 4.5, 1.8, INK);
        }
    }
    axis(canvas, x, foot, 0.0, 1.0, 4);
    if let Some(of) = &found.of_values {
        let (half, half_interval) = figures(&of.coverage_half);
        let (most, most_interval) = figures(&of.coverage_nine_tenths);
        let face = Face::new(12.5);
        let lines = [
            format!("in the central half: {half} {half_interval}"),
            format!(
                "in nine in ten: {most} {most_interval}, of {} values",
                of.values
            ),
        ];
        canvas.lines((left, foot + 44.0), &lines, 18.0, face);
    }
    foot + 70.0
}

/// How the forecast fares beside its rivals; returns where it ends.
fn forest(canvas: &mut Canvas<'_>, found: &Score, place: Part) -> f64 {
    head(
        canvas,
        place,
        "Beside its rivals",
        "Mean score of the forecast less the rival's: left of 0 the forecast is better. 95 % intervals over quantities",
    );
    let values = found.of_values.as_ref().map_or(&[][..], |of| &of.against);
    let events = found.of_events.as_ref().map_or(&[][..], |of| &of.against);
    let mut top = place.2 + HEAD;
    for (title, scored, against) in [
        ("values: CRPS, by the size of the quantity", "value", values),
        ("events: Brier score", "event", events),
    ] {
        if !against.is_empty() {
            top = block(canvas, (place.0, place.1, top), (title, scored), against) + 62.0;
        }
    }
    top - 30.0
}

/// A group of rows with an axis of its own; returns where it ends.
fn block(
    canvas: &mut Canvas<'_>,
    (left, wide, top): Part,
    (title, scored): (&str, &str),
    against: &[Versus],
) -> f64 {
    canvas.text((left, top + 10.0), title, Face::new(13.0).bold());
    let ends = |v: &Versus| v.interval.unwrap_or([v.difference; 2]);
    let reach = against
        .iter()
        .flat_map(|v| [ends(v)[0], ends(v)[1], v.difference]);
    let reach = 1.08 * reach.map(f64::abs).fold(0.02, f64::max);
    let middle = left + wide / 2.0;
    let x = |difference: f64| middle + difference / reach * wide / 2.0;
    let row = 66.0;
    let foot = top + 22.0 + row * against.len() as f64;
    canvas.line(&[(middle, top + 22.0), (middle, foot)], 1.2, SILVER);
    for (number, versus) in against.iter().enumerate() {
        let y = top + 22.0 + row * number as f64;
        if number % 2 == 0 {
            canvas.rect(left, y, wide, row, PALE);
            canvas.line(&[(middle, y), (middle, y + row)], 1.2, SILVER);
        }
        let said = format!(
            "{}: {} against {}, over {} of {} {}",
            versus.rival.name(),
            decimals(versus.own, 3),
            decimals(versus.other, 3),
            count_of(versus.scores, scored),
            versus.quantities,
            if versus.quantities == 1 {
                "quantity"
            } else {
                "quantities"
            },
        );
        canvas.fit((left + 6.0, y + 18.0), &said, wide - 12.0, Face::new(12.0));
        let colour = colour(versus);
        let y = y + 42.0;
        if versus.interval.is_some() {
            let [low, high] = ends(versus);
            canvas.line(&[(x(low), y), (x(high), y)], 3.0, colour);
        }
        canvas.disc((x(versus.difference), y), 5.5, colour);
    }
    axis(canvas, x, foot, -reach, reach, 6);
    foot
}

/// So many of a thing.
fn count_of(count: usize, thing: &str) -> String {
    let many = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{many}")
}

/// Of a difference: told better, told worse, or neither.
fn colour(versus: &Versus) -> Colour {
    match versus.interval {
        Some([_, high]) if high < 0.0 => BLUE,
        Some([low, _]) if low > 0.0 => CONFLICT,
        _ => GREY,
    }
}

/// How often what had such a chance came about; returns where it ends.
fn reliability(canvas: &mut Canvas<'_>, found: &Score, place: Part) -> f64 {
    head(
        canvas,
        place,
        "Chances and what came of them",
        "Events by their chance: the share that came about, with Wilson's interval, and how many they are. On the line would be right",
    );
    let (left, wide) = (place.0 + 36.0, place.1 - 36.0);
    let top = place.2 + HEAD + 10.0;
    let foot = top + wide;
    let x = |share: f64| left + share * wide;
    let y = |share: f64| foot - share * (foot - top);
    for tick in 0..=4 {
        let share = f64::from(tick) / 4.0;
        canvas.line(&[(left, y(share)), (left + wide, y(share))], 1.0, GRID);
        let face = Face::new(12.0).colour(GREY).anchor(Anchor::End).middle();
        canvas.text((left - 8.0, y(share)), &format!("{share}"), face);
    }
    canvas.line(&[(x(0.0), y(0.0)), (x(1.0), y(1.0))], 1.2, SILVER);
    let bins = found
        .of_events
        .as_ref()
        .map_or(&[][..], |of| &of.reliability);
    for bin in bins {
        let at = x(bin.chance);
        canvas.line(
            &[(at, y(bin.share.low)), (at, y(bin.share.high))],
            2.4,
            BLUE,
        );
        canvas.disc((at, y(bin.share.value)), 5.5, BLUE);
        let said = format!("{}", bin.events);
        let face = Face::new(12.0).bold().halo();
        canvas.text((at + 9.0, y(bin.share.value) + 4.0), &said, face);
    }
    axis(canvas, x, foot, 0.0, 1.0, 4);
    let face = Face::new(12.0).colour(GREY).anchor(Anchor::Middle);
    canvas.text((left + wide / 2.0, foot + 38.0), "chance", face);
    foot + 52.0
}

fn axis(
    canvas: &mut Canvas<'_>,
    x: impl Fn(f64) -> f64,
    foot: f64,
    low: f64,
    high: f64,
    wanted: usize,
) {
    canvas.line(&[(x(low), foot), (x(high), foot)], 1.2, GREY);
    for tick in ticks(low, high, wanted) {
        canvas.line(&[(x(tick.at), foot), (x(tick.at), foot + 5.0)], 1.0, GREY);
        let face = Face::new(12.0).colour(GREY).anchor(Anchor::Middle);
        let label = tick.label.unwrap_or_else(|| short(tick.at));
        canvas.text((x(tick.at), foot + 19.0), &label, face);
    }
}
