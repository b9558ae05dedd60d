//! Beside the curves: which outcomes go together, and chances that are those of no curve.

use super::super::canvas::{Anchor, Canvas, Face};
use super::super::labels::{count, figures};
use super::super::palette::{
    self, BLUE, Colour, GREY, GRID, INK, PALE, SILVER, WHITE, blend, faded,
};
use crate::engine::{Estimate, OutcomeSummary, Summary, Together};

/// Where the joint table or the headline chances are.
pub(super) struct Place {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    /// Size of a cell, or height of a chance.
    pub cell: (f64, f64),
}

/// Which outcomes go together; returns where it ends.
pub(super) fn joint(
    canvas: &mut Canvas<'_>,
    summary: &Summary,
    together: &Together,
    place: &Place,
) -> f64 {
    let (cell_wide, cell_high) = place.cell;
    let first = place.right - 2.0 * cell_wide - 4.0;
    let top = place.top + 76.0;
    let head = format!(
        "{} and {} together",
        named(summary, &together.first, |o| &o.short),
        named(summary, &together.then, |o| &o.short).to_lowercase()
    );
    canvas.fit(
        (place.left, place.top + 20.0),
        &head,
        place.right - place.left,
        Face::new(16.0).bold(),
    );
    let heads = Face::new(13.0).colour(GREY);
    let columns = [
        named(summary, &together.then, |o| &o.label).to_owned(),
        "does not".to_owned(),
    ];
    let rows = [
        named(summary, &together.first, |o| &o.label).to_owned(),
        "does not".to_owned(),
    ];
    for (number, head) in columns.iter().enumerate() {
        let lines = heads.wrap(head, cell_wide - 8.0, 2);
        let middle = first + cell_wide / 2.0 + number as f64 * (cell_wide + 4.0);
        let base = top - 10.0 - 17.0 * (lines.len() - 1) as f64;
        canvas.lines((middle, base), &lines, 17.0, heads.anchor(Anchor::Middle));
    }
    for (number, head) in rows.iter().enumerate() {
        let lines = heads.wrap(head, first - place.left - 8.0, 4);
        let middle = top + cell_high / 2.0 + number as f64 * (cell_high + 4.0);
        let base = middle + 4.5 - 8.5 * (lines.len() - 1) as f64;
        canvas.lines((place.left, base), &lines, 17.0, heads);
    }
    for (row, first_came) in [true, false].into_iter().enumerate() {
        for (column, then_came) in [true, false].into_iter().enumerate() {
            let x = first + column as f64 * (cell_wide + 4.0);
            let y = top + row as f64 * (cell_high + 4.0);
            let mut cells = together.joint.iter();
            let cell = cells.find(|cell| (cell.first, cell.then) == (first_came, then_came));
            let share = cell.map_or(0.0, |cell| cell.chance.value);
            canvas.rect(x, y, cell_wide, cell_high, blend(PALE, BLUE, 0.56 * share));
            let Some(cell) = cell else { continue };
            let (chance, interval) = figures(&cell.chance);
            let centre = x + cell_wide / 2.0;
            let size = if cell_high < 100.0 { 20.0 } else { 27.0 };
            canvas.text(
                (centre, y + cell_high / 2.0 + 4.0),
                &chance,
                Face::new(size).bold().anchor(Anchor::Middle),
            );
            canvas.text(
                (centre, y + cell_high / 2.0 + size),
                &interval,
                Face::new(13.0).colour(INK).anchor(Anchor::Middle),
            );
        }
    }
    canvas.text(
        (first, top + 2.0 * cell_high + 22.0),
        &format!("Shares of all {} replicates", count(summary.replicates)),
        Face::new(12.0).colour(SILVER),
    );
    top + 2.0 * cell_high + 22.0
}

/// A name of an outcome; its key where there is none.
fn named<'a>(
    summary: &'a Summary,
    key: &'a str,
    name: impl Fn(&'a OutcomeSummary) -> &'a String,
) -> &'a str {
    summary.outcome(key).map_or(key, |outcome| name(outcome))
}

/// Chances that aren't those of a curve: of one outcome after another, of what is known at the
/// horizon only; returns where they end.
pub(super) fn headlines(canvas: &mut Canvas<'_>, summary: &Summary, place: &Place) -> f64 {
    let of_all = || "of all replicates".to_owned();
    let mut rows: Vec<(String, String, Option<Estimate>, Colour)> = Vec::new();
    if let Some(together) = &summary.together {
        let [first, then] = [&together.first, &together.then]
            .map(|key| named(summary, key, |outcome| &outcome.short).to_owned());
        let colour = summary.outcome(&together.then);
        let colour = palette::outcome(colour.map_or("", |outcome| &outcome.colour));
        let year = &together.within_year;
        let after = first.to_lowercase();
        rows.push((
            format!("{first}, then {}", then.to_lowercase()),
            of_all(),
            Some(together.followed),
            colour,
        ));
        rows.push((
            format!("{then} within a year of {after}"),
            format!("of {} with {after} and a year to follow", count(year.of)),
            year.share,
            colour,
        ));
    }
    let others = summary.headline().filter(|outcome| !outcome.dated).take(2);
    rows.extend(others.map(|outcome| {
        (
            format!("{}: none of the outcomes", outcome.label),
            of_all(),
            Some(outcome.chance),
            palette::outcome(&outcome.colour),
        )
    }));
    if rows.is_empty() {
        return place.top;
    }
    let last = (rows.len() - 1) as f64;
    let (top, pitch) = (place.top, place.cell.1);
    let room = place.right - place.left;
    canvas.text(
        (place.left, top),
        "Headline chances",
        Face::new(16.0).bold(),
    );
    for (number, (name, of, estimate, colour)) in rows.into_iter().enumerate() {
        let y = top + 38.0 + number as f64 * pitch;
        canvas.fit((place.left, y), &name, room, Face::new(14.0));
        canvas.fit(
            (place.left, y + 19.0),
            &of,
            room,
            Face::new(12.0).colour(SILVER),
        );
        track(canvas, place, y + 44.0, estimate, colour);
    }
    let axis = Face::new(12.0).colour(GREY).anchor(Anchor::Middle);
    for (share, text) in [(0.0, "0"), (0.5, "0.5"), (1.0, "1")] {
        let at = (place.at(share), top + 38.0 + last * pitch + 66.0);
        canvas.text(at, text, axis);
    }
    top + 38.0 + last * pitch + 70.0
}

impl Place {
    /// Place of a chance on the tracks of the headlines.
    fn at(&self, share: f64) -> f64 {
        let end = self.right - 182.0;
        self.left + 6.0 + share.clamp(0.0, 1.0) * (end - self.left - 6.0)
    }
}

/// A chance as a dot with its interval on a track from 0 to 1, and in figures.
fn track(
    canvas: &mut Canvas<'_>,
    place: &Place,
    y: f64,
    estimate: Option<Estimate>,
    colour: Colour,
) {
    let at = |share| place.at(share);
    canvas.line(&[(at(0.0), y), (at(1.0), y)], 1.0, GRID);
    for share in [0.0, 0.5, 1.0] {
        canvas.line(&[(at(share), y - 5.0), (at(share), y + 5.0)], 1.0, GRID);
    }
    let Some(estimate) = estimate.filter(|estimate| estimate.value.is_finite()) else {
        canvas.text(
            (place.right, y),
            "nothing to count",
            Face::new(12.5).colour(GREY).anchor(Anchor::End).middle(),
        );
        return;
    };
    canvas.line(
        &[(at(estimate.low), y), (at(estimate.high), y)],
        5.0,
        faded(colour, 0.45),
    );
    canvas.disc((at(estimate.value), y), 6.0, WHITE);
    canvas.disc((at(estimate.value), y), 5.0, colour);
    let range = Face::new(12.5).colour(GREY);
    let (chance, interval) = figures(&estimate);
    let value = Face::new(15.0).bold().anchor(Anchor::End).middle();
    canvas.text(
        (place.right, y),
        &interval,
        range.anchor(Anchor::End).middle(),
    );
    canvas.text(
        (place.right - range.width(&interval) - 7.0, y),
        &chance,
        value,
    );
}
