//! One picture of every run, side by side on one sheet.

use super::super::canvas::{Canvas, Face, HEIGHT, Point, SCALE, WIDTH, paint_sized};
use super::super::frame::{LEFT, Words, surround};
use super::super::palette::GRID;
use super::super::{FigureError, Painter};
use super::changes::{self, Changes};
use super::look;
use crate::engine::Summary;
use crate::experiment::Comparison;

/// How large a run's picture is on the sheet.
const SHRINK: f64 = 0.8;
/// Room above the pictures, for the name of each, between them, and below them.
const ROOM: (f64, f64, f64, f64) = (118.0, 34.0, 20.0, 48.0);

/// Draws the sheet as SVG.
pub fn draw(
    comparison: &Comparison,
    summaries: &[&Summary],
    name: &str,
    painter: Painter,
) -> Result<String, FigureError> {
    let of: Option<fn(&Summary, &Summary) -> Changes> = match name {
        "rivalry.png" => Some(changes::rivalry),
        "alliances.png" => Some(changes::alliances),
        _ => None,
    };
    let columns = match of {
        // Each run beside what it changes.
        Some(_) => 2,
        None if summaries.len() > 4 => 3,
        None => 2,
    };
    let cells = if of.is_some() {
        columns * summaries.len()
    } else {
        summaries.len()
    };
    let rows = cells.div_ceil(columns);
    let cell = (WIDTH * SHRINK + ROOM.2, HEIGHT * SHRINK + ROOM.1 + ROOM.2);
    let size = (
        columns as f64 * cell.0 + ROOM.2,
        ROOM.0 + rows as f64 * cell.1 + ROOM.3,
    );
    let at = |number: usize| {
        (
            ROOM.2 + (number % columns) as f64 * cell.0,
            ROOM.0 + (number / columns) as f64 * cell.1,
        )
    };
    // Of a run's own picture, and of what it changes.
    let corner = |run: usize| at(if of.is_some() { columns * run } else { run });
    let beside = |run: usize| at(columns * run + 1);
    let title = match name {
        "outcomes.png" => "Outcomes, run beside run",
        "trajectories.png" => "Trajectories, run beside run",
        "rivalry.png" => "Rivalry, run beside run",
        "alliances.png" => "Alliances, run beside run",
        _ => "Orders of outcomes, run beside run",
    };
    let mut sheet = paint_sized(size, |canvas| {
        let words = Words {
            identity: &comparison.identity(),
            kicker: &super::names(comparison),
            title,
            line: match of {
                Some(_) => {
                    "Left the runs' own pictures, as each run by itself draws them; right in what they differ from the first"
                }
                None => "The runs' own pictures, as each run by itself draws them",
            },
            caption: &super::caption(comparison),
            version: &comparison.version,
        };
        surround(canvas, &words, size, 0.0);
        for number in 0..summaries.len() {
            head(canvas, comparison, number, corner(number));
            if of.is_some() && number > 0 {
                head(canvas, comparison, number, beside(number));
            }
        }
        Ok(())
    })?;
    let end = sheet.rfind("</svg>").unwrap_or(sheet.len());
    sheet.truncate(end);
    let mut put = |svg: &str, (x, y): Point| {
        let (x, y) = (x * SCALE, (y + ROOM.1) * SCALE);
        sheet.push_str(&format!(
            "<g transform=\"translate({x} {y}) scale({SHRINK})\">"
        ));
        sheet.push_str(inside(svg));
        sheet.push_str("</g>\n");
    };
    for (number, summary) in summaries.iter().enumerate() {
        put(&painter(summary)?, corner(number));
        if let (Some(of), true) = (of, number > 0) {
            let changed = of(summaries[0], summary);
            put(
                &changes::draw(comparison, summary, number, &changed)?,
                beside(number),
            );
        }
    }
    sheet.push_str("</svg>\n");
    Ok(sheet)
}

/// The name above a run's picture, and a frame around it.
fn head(canvas: &mut Canvas<'_>, comparison: &Comparison, run: usize, (x, y): (f64, f64)) {
    let (wide, high) = (WIDTH * SHRINK, HEIGHT * SHRINK);
    let face = Face::new(19.0).bold().colour(look::ink(run)).middle();
    look::line(canvas, &[(x, y + 15.0), (x + 34.0, y + 15.0)], run);
    let at = (x + LEFT - 4.0, y + 15.0);
    canvas.fit(at, &comparison.runs[run].label, wide - LEFT, face);
    let (top, bottom) = (y + ROOM.1 - 1.0, y + ROOM.1 + high + 1.0);
    let corners = [
        (x - 1.0, top),
        (x + wide + 1.0, top),
        (x + wide + 1.0, bottom),
        (x - 1.0, bottom),
        (x - 1.0, top),
    ];
    canvas.line(&corners, 2.0, GRID);
}

/// What is between the outermost tags of an SVG.
fn inside(svg: &str) -> &str {
    let after = svg
        .find("<svg")
        .and_then(|start| Some(start + svg[start..].find('>')? + 1));
    let end = svg.rfind("</svg>").unwrap_or(svg.len());
    svg.get(after.unwrap_or(0)..end).unwrap_or_default()
}
