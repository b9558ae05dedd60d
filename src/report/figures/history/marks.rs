//! What the story's numbers stand for, and when it was.

use super::super::canvas::{Anchor, Canvas, Face};
use super::super::labels::spread;
use super::super::palette::{ACCENT, Colour, GREY, INK, SILVER, WHITE, faded};
use super::Sheet;
use crate::experiment::replay::{Entry, Topic};

/// Left edge of the list on a screen.
pub(super) const LIST: f64 = 1182.0;

/// How what happened is written in the list.
const LABEL: Face = Face::new(12.5);

/// Outcomes stand out; all else is ink.
fn colour(entry: &Entry) -> Colour {
    match entry.topic {
        Topic::Outcome => ACCENT,
        _ => INK,
    }
}

/// Numbers above the panels, and lines through them.
/// The lines leave out `texts`: left, top, right, bottom of each.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    sheet: &Sheet<'_>,
    (top, bottom): (f64, f64),
    texts: &[(f64, f64, f64, f64)],
) {
    let marked = marked(sheet);
    let wanted: Vec<f64> = marked.iter().map(|e| sheet.at(e)).collect();
    let places = spread(&wanted, 20.0, sheet.plot.0 + 8.0, sheet.plot.1 - 2.0);
    for ((entry, at), place) in marked.iter().zip(&wanted).zip(&places) {
        let ink = colour(entry);
        let head = top - 24.0;
        let faint = faded(ink, 0.35);
        canvas.line(&[(*place, head), (*at, top - 6.0)], 1.0, faint);
        let mut crossed: Vec<(f64, f64)> = texts
            .iter()
            .filter(|text| (text.0..=text.2).contains(at))
            .map(|text| (text.1, text.3))
            .collect();
        crossed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut from = top - 6.0;
        for (upper, lower) in crossed {
            canvas.line(&[(*at, from), (*at, upper)], 1.0, faint);
            from = lower;
        }
        canvas.line(&[(*at, from), (*at, bottom)], 1.0, faint);
        number(canvas, (*place, head), entry, ink);
    }
}

/// What has a number.
fn marked<'a>(sheet: &Sheet<'a>) -> Vec<&'a Entry> {
    let entries = sheet.replay.story.entries.iter();
    entries.filter(|e| e.number.is_some()).collect()
}

/// The list of what happened between these edges, as even as there is room down to `bottom`;
/// returns where it ends.
pub(super) fn list(
    canvas: &mut Canvas<'_>,
    sheet: &Sheet<'_>,
    (left, right): (f64, f64),
    (top, bottom): (f64, f64),
) -> f64 {
    let marked = marked(sheet);
    if marked.is_empty() {
        return top - 24.0;
    }
    canvas.text((left, top - 20.0), "What happened", Face::new(13.5).bold());
    let room = right - left - 24.0;
    let labels: Vec<Vec<String>> = marked
        .iter()
        .map(|entry| LABEL.wrap(&entry.label, room, 2))
        .collect();
    let height = |lines: &Vec<String>| 16.0 + 14.0 * lines.len() as f64;
    let all: f64 = labels.iter().map(height).sum();
    let gap = ((bottom - top - all) / marked.len() as f64).clamp(2.0, 20.0);
    let mut y = top + 6.0;
    for (entry, lines) in marked.iter().zip(&labels) {
        let ink = colour(entry);
        number(canvas, (left + 8.0, y), entry, ink);
        let date = Face::new(11.0).colour(SILVER);
        canvas.text((left + 24.0, y + 4.0), &entry.date, date);
        let face = LABEL.colour(if ink == INK { GREY } else { ink });
        canvas.lines((left + 24.0, y + 18.5), lines, 14.0, face);
        y += height(lines) + gap;
    }
    y
}

fn number(canvas: &mut Canvas<'_>, at: (f64, f64), entry: &Entry, ink: Colour) {
    canvas.disc(at, 9.0, ink);
    let face = Face::new(11.0).bold().colour(WHITE);
    let text = entry.number.unwrap_or_default().to_string();
    canvas.text(at, &text, face.anchor(Anchor::Middle).middle());
}
