//! The picture of one landscape: a column for each stable alignment, and the signs of the ties.

use super::super::canvas::{Anchor, Canvas, Face};
use super::super::labels::count;
use super::super::palette::{GREY, INK};
use super::{Field, bar, rows, short, sides};
use crate::experiment::landscape::{Alignments, InFull};

/// Most columns, and the least width of one.
const MOST: usize = 12;
const LEAST: f64 = 48.0;

/// A column for each stable alignment, the deepest first, with its energy and its basin; returns
/// where it ends.
pub(super) fn grid(
    canvas: &mut Canvas<'_>,
    found: &Alignments,
    full: &InFull,
    field: &Field,
) -> f64 {
    // A column needs room for its numbers.
    let most = ((field.plot.1 - field.plot.0) / LEAST) as usize;
    const WIDEST: f64 = 120.0;
    const HIGHEST: f64 = 64.0;
    let (top, actors) = (field.strips.0, found.factions.len());
    let bottom = match canvas.page().column {
        Some(_) => field.strips.1,
        None => (field.below.1 - 60.0).min(top + HIGHEST * actors as f64),
    };
    let rows = rows(canvas, found, field, (top, bottom));
    let shown = &full.minima[..full.minima.len().min(most.min(MOST))];
    let wide = ((field.plot.1 - field.plot.0) / shown.len().max(1) as f64).min(WIDEST);
    let face = Face::new(12.5).anchor(Anchor::Middle);
    let deepest = shown.first().map_or(0.0, |minimum| minimum.energy.abs());
    for (k, minimum) in shown.iter().enumerate() {
        let left = field.plot.0 + k as f64 * wide;
        for (i, of) in minimum.sides.iter().enumerate() {
            let y = rows.middle(i) - rows.thick / 2.0;
            bar(canvas, (left, y, wide - 8.0, rows.thick), *of);
        }
        let middle = left + (wide - 8.0) / 2.0;
        canvas.fit(
            (middle, bottom + 22.0),
            &short(minimum.energy, deepest),
            wide - 8.0,
            face,
        );
        let basin = format!("{:.1} %", minimum.basin_share * 100.0);
        canvas.fit(
            (middle, bottom + 44.0),
            &basin,
            wide - 8.0,
            face.colour(GREY),
        );
    }
    let name = Face::new(13.0).anchor(Anchor::End).colour(GREY);
    canvas.text(
        (field.plot.0 - 14.0, bottom + 22.0),
        "energy",
        name.colour(INK),
    );
    canvas.text((field.plot.0 - 14.0, bottom + 44.0), "basin", name);
    if full.stable > shown.len() {
        let more = format!(
            "the deepest {} of {} stable alignments; others are in landscape_minima.csv",
            shown.len(),
            count(full.stable as u64)
        );
        let face = Face::new(13.0).colour(GREY);
        match canvas.page().column {
            Some(_) => {
                let (left, right) = field.aside;
                canvas.fit((left, bottom + 68.0), &more, right - left, face);
            }
            None => canvas.text((field.plot.0, bottom + 68.0), &more, face),
        }
    }
    sides(canvas, field, top);
    bottom + 72.0
}

/// The signs of the ties and their dynamics in numbers.
pub(super) fn signs(
    canvas: &mut Canvas<'_>,
    found: &Alignments,
    full: &InFull,
    field: &Field,
) -> f64 {
    let (left, right) = field.aside;
    let (network, dynamics) = (&full.network, &full.dynamics);
    let mut y = field.top;
    let mut head = |canvas: &mut Canvas<'_>, text: &str, rows: &[(String, String)]| -> f64 {
        canvas.text((left, y), text, Face::new(15.0).bold());
        for (what, value) in rows {
            y += 26.0;
            canvas.text((left, y), what, Face::new(13.5));
            let face = Face::new(13.5).colour(GREY).anchor(Anchor::End);
            canvas.text((right, y), value, face);
        }
        y += 48.0;
        y
    };
    let row = |what: &str, value: String| (what.to_owned(), value);
    let [ppp, ppm, pmm, mmm] = network.triangles;
    let share = |share: f64| format!("{:.1} %", share * 100.0);
    let end = head(
        canvas,
        "The signs of the ties",
        &[
            row(
                "positive, negative ties",
                format!("{}, {}", network.positive_ties, network.negative_ties),
            ),
            row("triangles of three friends", ppp.to_string()),
            row("of two friends and an enemy of both", pmm.to_string()),
            row("of one whose two friends are enemies", ppm.to_string()),
            row("of three enemies", mmm.to_string()),
            row(
                "balanced triangles",
                network.balanced_share.map_or("none".to_owned(), share),
            ),
            row("line index of balance", network.line_index.to_string()),
        ],
    );
    let Some(diverges) = dynamics.diverges_at else {
        return end - 36.0;
    };
    let camp = |which: u8| {
        let members = dynamics.camps.iter().filter(|camp| **camp == Some(which));
        members.count().to_string()
    };
    let camps = match dynamics.camps.is_empty() {
        true => "no one way to part".to_owned(),
        false => format!("{} and {} of {}", camp(0), camp(1), found.factions.len()),
    };
    head(
        canvas,
        "If ties follow those of third parties",
        &[
            row("they diverge at t*", format!("{diverges:.4}")),
            row("camps", camps),
        ],
    ) - 36.0
}
