//! What the story's numbers stand for, and when it was.

use super::super::canvas::{Anchor, Canvas, Face};
use super::super::frame::RIGHT;
use super::super::labels::spread;
use super::super::palette::{Colour, GREY, INK, SILVER, WHITE, faded, outcome_ink};
use super::{PLOT, Sheet};
use crate::engine::OutcomeKind;
use crate::experiment::replay::{Entry, Topic};

/// Left edge of the list.
const LIST: f64 = 1182.0;

/// Outcomes stand out; all else is ink.
fn colour(entry: &Entry) -> Colour {
    match entry.topic {
        Topic::Outcome => outcome_ink(OutcomeKind::Regroup),
        _ => INK,
    }
}

/// Numbers above the panels, lines through them, and the list at the right.
pub(super) fn draw(canvas: &mut Canvas<'_>, sheet: &Sheet<'_>, (top, bottom): (f64, f64)) {
    let entries = &sheet.replay.story.entries;
    let marked: Vec<&Entry> = entries.iter().filter(|e| e.number.is_some()).collect();
    let wanted: Vec<f64> = marked.iter().map(|e| sheet.x(e.step)).collect();
    let places = spread(&wanted, 20.0, PLOT.0 + 8.0, PLOT.1 - 2.0);
    for ((entry, at), place) in marked.iter().zip(&wanted).zip(&places) {
        let ink = colour(entry);
        let head = top - 24.0;
        canvas.line(
            &[(*place, head), (*at, top - 6.0), (*at, bottom)],
            1.0,
            faded(ink, 0.35),
        );
        number(canvas, (*place, head), entry, ink);
    }
    if marked.is_empty() {
        return;
    }
    canvas.text((LIST, top - 20.0), "What happened", Face::new(13.5).bold());
    let high = ((bottom - top) / marked.len() as f64).min(52.0);
    let room = RIGHT - LIST - 24.0;
    for (row, entry) in marked.iter().enumerate() {
        let y = top + 6.0 + row as f64 * high;
        let ink = colour(entry);
        number(canvas, (LIST + 8.0, y), entry, ink);
        let date = Face::new(11.0).colour(SILVER);
        canvas.text((LIST + 24.0, y + 4.0), &entry.date, date);
        let face = Face::new(12.5).colour(if ink == INK { GREY } else { ink });
        let lines = if high >= 42.0 { 2 } else { 1 };
        let words = face.wrap(&entry.label, room, lines);
        canvas.lines((LIST + 24.0, y + 18.0), &words, 13.5, face);
    }
}

fn number(canvas: &mut Canvas<'_>, at: (f64, f64), entry: &Entry, ink: Colour) {
    canvas.disc(at, 9.0, ink);
    let face = Face::new(11.0).bold().colour(WHITE);
    let text = entry.number.unwrap_or_default().to_string();
    canvas.text(at, &text, face.anchor(Anchor::Middle).middle());
}
