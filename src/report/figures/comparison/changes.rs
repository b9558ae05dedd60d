//! Maps of what a run changes, pair by pair: drawn beside its own pictures on the sheets of
//! `rivalry.png` and `alliances.png`.

use super::super::FigureError;
use super::super::canvas::{Anchor, Canvas, Face, Page, Point};
use super::super::frame::{BOTTOM, LEFT, RIGHT, SCREEN, TOP, Words, laid_out};
use super::super::hatch::hatch_rect;
use super::super::palette::{self, GREY, INK, SILVER, WHITE};
use super::look::signed;
use crate::engine::{PairSummary, Summary};
use crate::experiment::Comparison;

/// Ends of the scale of colours: the same in every comparison.
const END: f64 = 0.5;
/// Left edge of the list of the largest changes.
const LIST: f64 = 1030.0;
/// Most of the maps, in height and in width.
const SIDE: f64 = 620.0;
/// Room for the names of rows and of columns.
const NAMES: (f64, f64) = (190.0, 150.0);

/// What a map shows.
pub(super) struct Changes {
    title: &'static str,
    line: &'static str,
    /// How a change in one cell is said, without its places.
    said: fn(row: usize, column: usize) -> &'static str,
    /// Whether a change goes from the row's to the column's, or is a pair's.
    directed: bool,
    /// In the first run and in this one, by row and column; none where one of them lacks it.
    cells: Vec<Vec<Option<(f64, f64)>>>,
}

/// Rivalry weights at the horizon.
pub(super) fn rivalry(first: &Summary, run: &Summary) -> Changes {
    let place = places(first, run);
    let cells = cells(run, |row, column| {
        let (a, b) = (place[row]?, place[column]?);
        Some((first.rivalry.end[a][b], run.rivalry.end[row][column]))
    });
    Changes {
        title: "How rivalry differs at the horizon",
        line: "Mean rivalry weight of the faction in the row toward the one in the column: this run less run 1",
        said: |_, _| "",
        directed: true,
        cells,
    }
}

/// Outbreaks of open conflict below the diagonal, friendship at the horizon above it.
pub(super) fn alliances(first: &Summary, run: &Summary) -> Changes {
    let place = places(first, run);
    let cells = cells(run, |row, column| {
        let here = pair(run, row, column)?;
        let there = pair(first, place[row]?, place[column]?)?;
        Some(match row > column {
            true => (there.breaks_out.value, here.breaks_out.value),
            false => (there.end.friendly, here.end.friendly),
        })
    });
    Changes {
        title: "How quarrels and friendships differ",
        line: "Below the diagonal: chance that an open conflict breaks out by the horizon. Above it: that the pair is friendly at the horizon. This run less run 1",
        said: |row, column| match row > column {
            true => "fight: ",
            false => "friends: ",
        },
        directed: false,
        cells,
    }
}

/// Where each faction of a run is in the first.
fn places(first: &Summary, run: &Summary) -> Vec<Option<usize>> {
    let place = |key: &str| first.factions.iter().position(|f| f.key == key);
    run.factions.iter().map(|f| place(&f.key)).collect()
}

fn pair(summary: &Summary, a: usize, b: usize) -> Option<&PairSummary> {
    let (a, b) = (a.min(b), a.max(b));
    summary.pairs.iter().find(|pair| (pair.a, pair.b) == (a, b))
}

fn cells(
    run: &Summary,
    of: impl Fn(usize, usize) -> Option<(f64, f64)>,
) -> Vec<Vec<Option<(f64, f64)>>> {
    let count = run.factions.len();
    let cell = |row: usize, column: usize| (row != column).then(|| of(row, column))?;
    (0..count)
        .map(|row| (0..count).map(|column| cell(row, column)).collect())
        .collect()
}

/// Draws a map as SVG, in the size of a run's picture.
pub(super) fn draw(
    comparison: &Comparison,
    summary: &Summary,
    run: usize,
    changes: &Changes,
    page: Page,
) -> Result<String, FigureError> {
    let label = |run: usize| comparison.runs[run].label.as_str();
    let words = Words {
        kicker: &format!("{}: {} less {}", summary.title, label(run), label(0)),
        identity: &comparison.identity(),
        title: changes.title,
        line: changes.line,
        caption: &super::caption(comparison),
        version: &comparison.version,
    };
    let on_screen = |canvas: &mut Canvas<'_>| {
        let (left, top) = (LEFT + NAMES.0 + 10.0, TOP + NAMES.1 + 14.0);
        let side = SIDE.min(BOTTOM - 40.0 - top).min(LIST - 40.0 - left);
        map(canvas, summary, changes, (left, top), (side, 110.0, 8.5));
        let room = ((BOTTOM - (TOP + 14.0) - 26.0) / 38.0) as usize;
        list(canvas, summary, changes, (LIST, RIGHT), (TOP + 14.0, room));
    };
    laid_out(page, &words, (SCREEN, 0.0), on_screen, |canvas, column| {
        const NARROW: (f64, f64) = (120.0, 100.0);
        let at = (column.left + NARROW.0 + 10.0, column.y + NARROW.1 + 14.0);
        let side = (column.right - at.0).min(480.0);
        column.y = map(canvas, summary, changes, at, (side, 64.0, 10.5)) + 24.0;
        let edges = (column.left, column.right);
        column.y = list(canvas, summary, changes, edges, (column.y, 8));
    })
}

/// Draws the map with its left and upper edge at a place; returns where it ends. At most it has
/// this side, and cells have at most that one; names are at least so large.
fn map(
    canvas: &mut Canvas<'_>,
    summary: &Summary,
    changes: &Changes,
    (left, top): Point,
    (side, most, least): (f64, f64, f64),
) -> f64 {
    let factions = &summary.factions;
    let cell = (side / factions.len().max(1) as f64).min(most);
    let cell = if cell >= 4.0 { cell.floor() } else { cell };
    let face = Face::new((cell * 0.62).clamp(least, 13.0));
    let room = match canvas.page().column {
        Some(_) => (120.0, 100.0),
        None => NAMES,
    };
    // Where cells are lower than a line of text, not every name fits.
    let every = ((least + 0.5) / cell.max(0.5)).ceil() as usize;
    for (number, faction) in factions.iter().enumerate().step_by(every) {
        let middle = (number as f64 + 0.5) * cell;
        let name = face.shorten(&faction.name, room.0);
        let at = (left - 8.0, top + middle);
        canvas.text(at, &name, face.anchor(Anchor::End).middle());
        let name = face.shorten(&faction.name, room.1);
        canvas.text((left + middle, top - 7.0), &name, face.middle().upward());
    }
    let hair = if cell > 12.0 { 1.0 } else { 0.5 };
    for (row, cells) in changes.cells.iter().enumerate() {
        for (column, values) in cells.iter().enumerate() {
            let (x, y) = (left + column as f64 * cell, top + row as f64 * cell);
            let inner = cell - hair;
            let Some((before, after)) = values.filter(|(a, b)| (b - a).is_finite()) else {
                if row != column {
                    canvas.line(&[(x, y + inner), (x + inner, y)], 0.8, SILVER);
                }
                continue;
            };
            let share = (after - before) / END;
            let colour = palette::difference(share);
            canvas.rect(x, y, inner, inner, colour);
            // What is next to white would be lost on the ground.
            canvas.rect(x, y + inner - 0.5, inner, 0.5, palette::GRID);
            // Where colours don't tell, what is less has a pattern.
            if share < -0.01 {
                hatch_rect(canvas, (x, y, inner, inner), colour, 1);
            }
            if cell >= 40.0 {
                let ink = match share.abs() {
                    none if none < 0.01 => SILVER,
                    small if small < 0.5 => INK,
                    _ => WHITE,
                };
                let face = Face::new((cell * 0.26).clamp(10.5, 15.0)).colour(ink);
                let face = match canvas.page().grey {
                    true => face.colour(INK).halo(),
                    false => face,
                };
                let at = (x + inner / 2.0, y + inner / 2.0);
                let said = signed(after - before, 2);
                canvas.text(at, &said, face.anchor(Anchor::Middle).middle());
            }
        }
    }
    let foot = top + cell * factions.len() as f64 + 16.0;
    scale(canvas, (left, foot));
    foot + 30.0
}

/// The scale of colours.
fn scale(canvas: &mut Canvas<'_>, (x, y): (f64, f64)) {
    const STEPS: usize = 60;
    let wide = if canvas.page().column.is_some() {
        230.0
    } else {
        300.0
    };
    for step in 0..STEPS {
        let share = (step as f64 + 0.5) / STEPS as f64;
        let at = x + step as f64 / STEPS as f64 * wide;
        let colour = palette::difference(2.0 * share - 1.0);
        // Each step reaches under the next, so that no seam shows between them.
        let reach = (1.5 * wide / STEPS as f64).min(x + wide - at);
        canvas.rect(at, y, reach, 10.0, colour);
    }
    let less = palette::difference(-0.5);
    hatch_rect(canvas, (x, y, wide / 2.0, 10.0), less, 1);
    let face = Face::new(11.5).colour(GREY).anchor(Anchor::Middle);
    for (share, said) in [(0.0, "−0.5 or less"), (0.5, "0"), (1.0, "+0.5 or more")] {
        canvas.text((x + share * wide, y + 25.0), said, face);
    }
}

/// The largest changes, with both values: at most so many; returns where they end.
fn list(
    canvas: &mut Canvas<'_>,
    summary: &Summary,
    changes: &Changes,
    (left, right): (f64, f64),
    (top, room): (f64, usize),
) -> f64 {
    let mut all: Vec<(usize, usize, f64, f64)> = Vec::new();
    for (row, cells) in changes.cells.iter().enumerate() {
        for (column, values) in cells.iter().enumerate() {
            if let Some((before, after)) = values.filter(|(a, b)| (b - a).abs() >= 0.005) {
                all.push((row, column, before, after));
            }
        }
    }
    // The scenario's order breaks ties, so that the list is the same every time.
    all.sort_by(|a, b| (b.3 - b.2).abs().total_cmp(&(a.3 - a.2).abs()));
    let heading = match all.is_empty() {
        true => "No pair differs by 0.005 or more",
        false => "The largest differences",
    };
    canvas.text((left, top), heading, Face::new(15.0).bold());
    let name = |i: usize| summary.factions[i].name.as_str();
    let mut y = top;
    for (row, column, before, after) in all.into_iter().take(room) {
        y += if y == top { 28.0 } else { 38.0 };
        let said = (changes.said)(row, column);
        let link = if changes.directed { " → " } else { " – " };
        let plain = Face::new(13.0);
        // It may be written smaller by a seventh before it is cut.
        let wide = (right - left) * 7.0 / 6.0 - plain.width(said);
        let pair = plain.pair((name(row), name(column)), link, wide);
        canvas.fit((left, y), &format!("{said}{pair}"), right - left, plain);
        let bold = Face::new(12.5).bold();
        canvas.run(
            (left, y + 16.0),
            &[
                (&signed(after - before, 2), bold),
                (
                    &format!("   {before:.2} in run 1, {after:.2} here"),
                    Face::new(12.0).colour(GREY),
                ),
            ],
        );
    }
    y + 24.0
}

#[cfg(test)]
mod tests {
    use super::super::super::recipes;
    use super::{alliances, rivalry};

    #[test]
    fn factions_are_matched_by_key_and_differences_are_this_run_less_the_first() {
        let first = recipes::small();
        let mut run = first.clone();
        run.factions.swap(0, 1);
        run.factions[2].key = "somebody_else".to_owned();
        for row in &mut run.rivalry.end {
            row.fill(0.75);
        }
        let changes = rivalry(&first, &run);
        // North, now second, toward South, now first.
        assert_eq!(changes.cells[1][0], Some((first.rivalry.end[0][1], 0.75)));
        assert_eq!(changes.cells[0][0], None, "the diagonal");
        assert_eq!(changes.cells[0][2], None, "whom the first run lacks");
        run.pairs[0].breaks_out.value = 0.9;
        run.pairs[0].end.friendly = 0.3;
        let changes = alliances(&first, &run);
        let before = &first.pairs[0];
        assert_eq!(changes.cells[1][0], Some((before.breaks_out.value, 0.9)));
        assert_eq!(changes.cells[0][1], Some((before.end.friendly, 0.3)));
    }
}
