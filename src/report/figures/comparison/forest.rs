//! `forest.png`: for each outcome the differences to the first run at the horizon, the
//! largest first, with their intervals on one scale.

use super::super::FigureError;
use super::super::canvas::{Anchor, Canvas, Face, Page, WIDTH};
use super::super::frame::{LEFT, RIGHT, TOP, Words, laid_out};
use super::super::labels::figures;
use super::super::palette::{GREY, GRID, INK, WHITE};
use super::look;
use crate::engine::Estimate;
use crate::experiment::Comparison;
use crate::scenario::COHESION;

/// Panels beside each other.
const COLUMNS: usize = 2;
/// Room between panels, across and down.
const GAP: (f64, f64) = (44.0, 24.0);
/// Height of a run's row.
const ROW: f64 = 24.0;
/// Above and below the rows of a panel.
const AROUND: (f64, f64) = (44.0, 26.0);
/// Room for the names at the left, and for the figures at the right.
const ROOM: (f64, f64) = (170.0, 176.0);

/// What one panel shows.
struct Panel {
    title: String,
    first: Estimate,
    /// Run and difference, the largest first.
    differences: Vec<(usize, Estimate)>,
    /// Runs that have no such outcome.
    lacking: Vec<usize>,
}

/// Draws the picture as SVG.
pub fn draw(comparison: &Comparison, page: Page) -> Result<String, FigureError> {
    let panels = panels(comparison);
    let rows = panels.len().div_ceil(COLUMNS);
    let most = panels.iter().map(|p| p.differences.len() + p.lacking.len());
    let most = most.max().unwrap_or(0).max(2) as f64;
    let high = AROUND.0 + AROUND.1 + most * ROW;
    let size = (WIDTH, TOP + rows as f64 * (high + GAP.1) + 44.0);
    let (cohesion, chances) = panels
        .split_last()
        .map_or((None, &[][..]), |(last, all)| (Some(last), all));
    let reach_of = |panels: &[&Panel]| {
        let differences = panels.iter().flat_map(|p| &p.differences);
        look::reach(differences.map(|(_, difference)| difference))
    };
    let reach = reach_of(&chances.iter().collect::<Vec<_>>());
    let reach_of_cohesion = reach_of(cohesion.as_slice());
    let words = Words {
        identity: &comparison.identity(),
        kicker: &super::names(comparison),
        title: "What each run changes, ranked",
        line: &format!(
            "Difference to {} by the horizon, in this model, with 95 % intervals; chances on one scale. \
             Hollow: the interval holds 0",
            comparison.runs[0].label
        ),
        caption: &super::caption(comparison),
        version: &comparison.version,
    };
    let reach = |number: usize| match number {
        _ if number + 1 == panels.len() => reach_of_cohesion,
        _ => reach,
    };
    let on_screen = |canvas: &mut Canvas<'_>| {
        let small = Face::new(11.5).colour(GREY).anchor(Anchor::End);
        canvas.text((RIGHT, size.1 - 50.0), COHESION, small);
        let wide = (RIGHT - LEFT + GAP.0) / COLUMNS as f64;
        for (number, panel) in panels.iter().enumerate() {
            let (column, row) = (number % COLUMNS, number / COLUMNS);
            let x = LEFT + column as f64 * wide;
            let y = TOP + row as f64 * (high + GAP.1);
            let shape = Shape {
                wide: wide - GAP.0,
                row: ROW,
                names: ROOM.0,
            };
            draw_panel(canvas, comparison, panel, (x, y), &shape, reach(number));
        }
    };
    laid_out(page, &words, (size, 0.0), on_screen, |canvas, column| {
        column.note(canvas, COHESION);
        column.y += 6.0;
        let (columns, wide) = column.columns(panels.len(), 420.0, 24.0);
        let shape = Shape {
            wide,
            row: 19.0,
            names: (0.26 * wide).min(ROOM.0),
        };
        let each = (AROUND.0 + AROUND.1 + most * shape.row, (24.0, 12.0));
        column.grid(panels.len(), (columns, wide), each, |number, at| {
            draw_panel(
                canvas,
                comparison,
                &panels[number],
                at,
                &shape,
                reach(number),
            );
        });
    })
}

/// The sizes of a panel.
struct Shape {
    wide: f64,
    /// Height of a run's row.
    row: f64,
    /// Room for the names at the left.
    names: f64,
}

fn panels(comparison: &Comparison) -> Vec<Panel> {
    let mut panels = Vec::new();
    for outcome in &comparison.outcomes {
        // What the first has not, nothing can be compared with.
        let Some(Some(first)) = outcome.runs.first() else {
            continue;
        };
        let others = outcome.runs.iter().enumerate().skip(1);
        panels.push(Panel {
            title: outcome.is.label.clone(),
            first: first.chance,
            differences: others
                .clone()
                .filter_map(|(run, found)| {
                    Some((run, found.as_ref()?.difference.as_ref()?.horizon))
                })
                .collect(),
            lacking: others
                .filter_map(|(run, found)| found.is_none().then_some(run))
                .collect(),
        });
    }
    let means = &comparison.cohesion.runs;
    panels.push(Panel {
        title: "Mean cohesion of the first coalition".to_owned(),
        first: means[0].mean,
        differences: means
            .iter()
            .enumerate()
            .filter_map(|(run, mean)| Some((run, mean.difference?)))
            .collect(),
        lacking: Vec::new(),
    });
    for panel in &mut panels {
        panel
            .differences
            .sort_by(|(_, a), (_, b)| b.value.total_cmp(&a.value));
    }
    panels
}

fn draw_panel(
    canvas: &mut Canvas<'_>,
    comparison: &Comparison,
    panel: &Panel,
    (x0, y0): (f64, f64),
    shape: &Shape,
    reach: f64,
) {
    let (wide, row_high) = (shape.wide, shape.row);
    let (left, right) = (x0 + shape.names, x0 + wide - ROOM.1);
    let x = |d: f64| (left + right) / 2.0 + (d / reach).clamp(-1.0, 1.0) * (right - left) / 2.0;
    let size = match canvas.page().column {
        Some(_) => 13.0,
        None => 15.0,
    };
    canvas.fit((x0, y0 + 8.0), &panel.title, wide, Face::new(size).bold());
    let (value, interval) = figures(&panel.first);
    let of_first = format!("{} {value} {interval}", comparison.runs[0].label);
    let grey = Face::new(11.5).colour(GREY);
    canvas.fit((x0, y0 + 26.0), &of_first, wide, grey);

    let rows = panel.differences.len() + panel.lacking.len();
    let (top, bottom) = (y0 + AROUND.0 - 8.0, y0 + AROUND.0 + rows as f64 * row_high);
    for share in [-1.0, -0.5, 0.0, 0.5, 1.0] {
        let at = x(share * reach);
        let (width, colour) = if share == 0.0 {
            (1.4, INK)
        } else {
            (1.0, GRID)
        };
        canvas.line(&[(at, top), (at, bottom)], width, colour);
        if share == -0.5 || share == 0.5 {
            continue;
        }
        let label = match share {
            0.0 => "0".to_owned(),
            _ => look::end(share * reach),
        };
        canvas.text((at, bottom + 15.0), &label, grey.anchor(Anchor::Middle));
    }
    for (row, &(run, difference)) in panel.differences.iter().enumerate() {
        let y = y0 + AROUND.0 + (row as f64 + 0.5) * row_high;
        let colour = look::colour(run);
        let name = Face::new(12.5).colour(look::ink(run)).middle();
        canvas.fit(
            (x0, y),
            &comparison.runs[run].label,
            shape.names - 8.0,
            name,
        );
        let ends = [(x(difference.low), y), (x(difference.high), y)];
        canvas.line(&ends, 2.4, colour);
        for end in ends {
            canvas.line(&[(end.0, y - 4.0), (end.0, y + 4.0)], 1.6, colour);
        }
        let centre = (x(difference.value), y);
        canvas.disc(centre, 5.0, colour);
        if difference.low <= 0.0 && difference.high >= 0.0 {
            canvas.disc(centre, 3.2, WHITE);
        }
        let (value, interval) = look::figures(&difference);
        let bold = Face::new(11.5).bold().middle();
        canvas.run(
            (right + 12.0, y),
            &[
                (&format!("{value} "), bold),
                (&interval, Face::new(10.5).colour(GREY).middle()),
            ],
        );
    }
    for (row, &run) in panel.lacking.iter().enumerate() {
        let y = y0 + AROUND.0 + ((panel.differences.len() + row) as f64 + 0.5) * row_high;
        let name = Face::new(12.5).colour(look::ink(run)).middle();
        canvas.fit(
            (x0, y),
            &comparison.runs[run].label,
            shape.names - 8.0,
            name,
        );
        canvas.text((right + 12.0, y), "not an outcome of it", grey.middle());
    }
}
