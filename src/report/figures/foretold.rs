//! `events.png`: the chance of each event that was asked for, beside whether it came about.

use super::FigureError;
use super::canvas::{Anchor, Canvas, Face, Page};
use super::column::{Column, SMALL, Sample};
use super::frame::{BOTTOM, LEFT, RIGHT, TOP};
use super::observed::framed;
use super::palette::{BLUE, CONFLICT, GREY, GRID, INK, PALE, WHITE};
use crate::experiment::score::{EventScore, Rival, Score};
use crate::report::chance::decimals;

/// Room for the events' words, their time and their chance.
const NAMES: f64 = 560.0;
const TIME: f64 = 220.0;
const CHANCE: f64 = 70.0;
/// Height of a row, least and most.
const ROW: (f64, f64) = (19.0, 44.0);
/// Room above and below the rows.
const HEAD: f64 = 30.0;
const FOOT: f64 = 30.0;

/// Draws the picture as SVG.
pub fn draw(found: &Score, page: Page) -> Result<String, FigureError> {
    let words = (
        "Which events were foretold",
        "Chance that it comes about in its time, in this model, with its 95 % interval; ring: what happened, at 1 or at 0",
    );
    let on_screen = |canvas: &mut Canvas<'_>| {
        legend(canvas);
        rows(canvas, found);
    };
    framed(found, page, words, 330.0, on_screen, |canvas, column| {
        let key = [
            (Sample::Disc(BLUE), "chance"),
            (Sample::Ring(INK), "what happened"),
            (Sample::Stroke(CONFLICT), "base rate"),
        ];
        column.key(canvas, &key.map(|(sample, text)| (sample, text.to_owned())));
        narrow_rows(canvas, column, found);
    })
}

/// Each event's words above its chance.
fn narrow_rows(canvas: &mut Canvas<'_>, column: &mut Column, found: &Score) {
    const HIGH: f64 = 52.0;
    let (left, right) = (column.left + 10.0, column.right - 48.0);
    let x = |chance: f64| left + chance * (right - left);
    let shown = &found.events[..found.events.len().min(MOST_NARROW)];
    for (row, event) in shown.iter().enumerate() {
        let top = column.y;
        if row % 2 == 0 {
            canvas.rect(column.left, top, column.wide(), HIGH, PALE);
        }
        let face = Face::new(11.5);
        let what = &found.quantities[event.quantity].label;
        canvas.fit(
            (column.left + 4.0, top + 12.0),
            what,
            column.wide() - 8.0,
            face,
        );
        let time = format!("{} – {}", event.since, event.date);
        let small = Face::new(SMALL).colour(GREY);
        canvas.text((column.left + 4.0, top + 26.0), &time, small);
        let y = top + 40.0;
        for tick in 0..=4 {
            let at = x(f64::from(tick) / 4.0);
            canvas.line(&[(at, y - 7.0), (at, y + 7.0)], 1.0, GRID);
        }
        let said = decimals(event.chance.value, 2);
        let end = face.bold().anchor(Anchor::End).middle();
        canvas.text((column.right - 4.0, y), &said, end);
        marks(canvas, event, x, y);
        column.y += HIGH;
    }
    for tick in 0..=4 {
        let share = f64::from(tick) / 4.0;
        let face = Face::new(SMALL).colour(GREY).anchor(Anchor::Middle);
        canvas.text((x(share), column.y + 14.0), &format!("{share}"), face);
    }
    column.y += 24.0;
    if shown.len() < found.events.len() {
        let more = found.events.len() - shown.len();
        column.note(canvas, &format!("{more} more are in scores.csv."));
    }
}

/// Most events in a column.
const MOST_NARROW: usize = 24;

fn legend(canvas: &mut Canvas<'_>) {
    let face = Face::new(13.0).colour(GREY).middle();
    let y = 90.0;
    let mut x = RIGHT;
    for (text, mark) in [("base rate", 2), ("what happened", 1), ("chance", 0)] {
        x -= face.width(text);
        canvas.text((x, y), text, face);
        x -= 14.0;
        match mark {
            0 => canvas.disc((x, y), 5.0, BLUE),
            1 => canvas.ring((x, y), 5.5, 1.8, INK),
            _ => canvas.line(&[(x, y - 7.0), (x, y + 7.0)], 2.0, CONFLICT),
        }
        x -= 22.0;
    }
}

fn rows(canvas: &mut Canvas<'_>, found: &Score) {
    let room = BOTTOM - FOOT - TOP - HEAD;
    let most = (room / ROW.0) as usize;
    let shown = &found.events[..found.events.len().min(most)];
    let high = (room / shown.len().max(1) as f64).clamp(ROW.0, ROW.1);
    let (left, right) = (LEFT + NAMES + TIME + CHANCE, RIGHT - 24.0);
    let x = |chance: f64| left + chance * (right - left);
    let foot = TOP + HEAD + high * shown.len() as f64;
    let head = Face::new(12.5).bold();
    canvas.text((LEFT + 8.0, TOP + 16.0), "becomes true", head);
    canvas.text((LEFT + NAMES, TOP + 16.0), "after, and by", head);
    for (row, event) in shown.iter().enumerate() {
        let top = TOP + HEAD + high * row as f64;
        if row % 2 == 0 {
            canvas.rect(LEFT, top, RIGHT - LEFT, high, PALE);
        }
        let y = top + high / 2.0;
        let face = Face::new(12.5).middle();
        let what = &found.quantities[event.quantity].label;
        canvas.fit((LEFT + 8.0, y), what, NAMES - 24.0, face);
        let time = format!("{} – {}", event.since, event.date);
        canvas.text((LEFT + NAMES, y), &time, face.colour(GREY));
        let said = decimals(event.chance.value, 2);
        canvas.text(
            (left - 26.0, y),
            &said,
            face.bold().colour(BLUE).anchor(Anchor::End),
        );
        for tick in 0..=4 {
            let at = x(f64::from(tick) / 4.0);
            canvas.line(&[(at, top), (at, top + high)], 1.0, GRID);
        }
        marks(canvas, event, x, y);
    }
    for tick in 0..=4 {
        let share = f64::from(tick) / 4.0;
        let face = Face::new(12.0).colour(GREY).anchor(Anchor::Middle);
        canvas.text((x(share), foot + 16.0), &format!("{share}"), face);
    }
    if shown.len() < found.events.len() {
        let said = format!(
            "{} more are in scores.csv.",
            found.events.len() - shown.len()
        );
        canvas.text((LEFT, BOTTOM + 4.0), &said, Face::new(12.0).colour(GREY));
    }
}

fn marks(canvas: &mut Canvas<'_>, event: &EventScore, x: impl Fn(f64) -> f64, y: f64) {
    let rate = event.against.iter().find(|a| a.rival == Rival::BaseRate);
    if let Some(rate) = rate {
        let at = x(rate.chance);
        canvas.line(&[(at, y - 7.0), (at, y + 7.0)], 2.0, CONFLICT);
    }
    let came = x(f64::from(u8::from(event.happened)));
    canvas.disc((came, y), 5.5, WHITE);
    canvas.ring((came, y), 5.5, 1.8, INK);
    if !event.chance.is_unknown_chance() {
        let ends = [(x(event.chance.low), y), (x(event.chance.high), y)];
        canvas.line(&ends, 2.0, BLUE);
    }
    canvas.disc((x(event.chance.value), y), 3.6, BLUE);
}
