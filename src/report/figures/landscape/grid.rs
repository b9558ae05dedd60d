//! The picture of one landscape: a column for each stable alignment, and the signs of the ties.

use super::super::canvas::{Anchor, Canvas, Face};
use super::super::frame::{RIGHT, TOP};
use super::super::labels::count;
use super::super::palette::{GREY, INK};
use super::{ASIDE, BELOW, PLOT, STRIPS, rows, short, side, sides};
use crate::experiment::landscape::{Alignments, InFull};

/// A column for each stable alignment, the deepest first, with its energy and its basin.
pub(super) fn grid(canvas: &mut Canvas<'_>, found: &Alignments, full: &InFull) {
    const MOST: usize = 12;
    const WIDEST: f64 = 120.0;
    const HIGHEST: f64 = 64.0;
    let (top, actors) = (STRIPS.0, found.factions.len());
    let bottom = (BELOW.1 - 60.0).min(top + HIGHEST * actors as f64);
    let rows = rows(canvas, found, (top, bottom));
    let shown = &full.minima[..full.minima.len().min(MOST)];
    let wide = ((PLOT.1 - PLOT.0) / shown.len().max(1) as f64).min(WIDEST);
    let face = Face::new(12.5).anchor(Anchor::Middle);
    let deepest = shown.first().map_or(0.0, |minimum| minimum.energy.abs());
    for (k, minimum) in shown.iter().enumerate() {
        let left = PLOT.0 + k as f64 * wide;
        for (i, of) in minimum.sides.iter().enumerate() {
            let y = rows.middle(i) - rows.thick / 2.0;
            canvas.rect(left, y, wide - 8.0, rows.thick, side(*of));
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
    canvas.text((PLOT.0 - 14.0, bottom + 22.0), "energy", name.colour(INK));
    canvas.text((PLOT.0 - 14.0, bottom + 44.0), "basin", name);
    if full.stable > shown.len() {
        let more = format!(
            "the deepest {} of {} stable alignments; others are in landscape_minima.csv",
            shown.len(),
            count(full.stable as u64)
        );
        canvas.text((PLOT.0, bottom + 68.0), &more, Face::new(13.0).colour(GREY));
    }
    sides(canvas, top);
}

/// The signs of the ties and their dynamics in numbers.
pub(super) fn signs(canvas: &mut Canvas<'_>, found: &Alignments, full: &InFull) {
    let (network, dynamics) = (&full.network, &full.dynamics);
    let mut y = TOP + 18.0;
    let mut head = |canvas: &mut Canvas<'_>, text: &str, rows: &[(String, String)]| {
        canvas.text((ASIDE, y), text, Face::new(15.0).bold());
        for (what, value) in rows {
            y += 26.0;
            canvas.text((ASIDE, y), what, Face::new(13.5));
            let face = Face::new(13.5).colour(GREY).anchor(Anchor::End);
            canvas.text((RIGHT, y), value, face);
        }
        y += 48.0;
    };
    let row = |what: &str, value: String| (what.to_owned(), value);
    let [ppp, ppm, pmm, mmm] = network.triangles;
    let share = |share: f64| format!("{:.1} %", share * 100.0);
    head(
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
    let Some(end) = dynamics.diverges_at else {
        return;
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
            row("they diverge at t*", format!("{end:.4}")),
            row("camps", camps),
        ],
    );
}
