//! One picture of every run, side by side on one sheet.

use std::cell::RefCell;

use super::super::canvas::{
    Canvas, Face, HEIGHT, Page, Point, SCALE, WIDTH, high, inside, paint_sized,
};
use super::super::column::column;
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

/// What a run changes in a picture, beside the first.
type Changed = fn(&Summary, &Summary) -> Changes;

/// Draws the sheet as SVG: side by side on a screen, below each other on paper.
pub fn draw(
    comparison: &Comparison,
    summaries: &[&Summary],
    (name, painter): (&str, Painter),
    page: Page,
) -> Result<String, FigureError> {
    let of: Option<Changed> = match name {
        "rivalry.png" => Some(changes::rivalry),
        "alliances.png" => Some(changes::alliances),
        _ => None,
    };
    if page.grey {
        return below(comparison, summaries, (name, painter, of), page);
    }
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
    let mut sheet = paint_sized(page, size, |canvas| {
        let words = Words {
            identity: &comparison.identity(),
            kicker: &super::names(comparison),
            title: title(name),
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
    let below_name = |(x, y): Point| (x, y + ROOM.1);
    let mut put = |svg: &str, at: Point| put(&mut sheet, svg, below_name(at), SHRINK);
    for (number, summary) in summaries.iter().enumerate() {
        put(&painter(summary, page)?, corner(number));
        if let (Some(of), true) = (of, number > 0) {
            let changed = of(summaries[0], summary);
            put(
                &changes::draw(comparison, summary, number, &changed, page)?,
                beside(number),
            );
        }
    }
    Ok(sheet)
}

fn title(name: &str) -> &'static str {
    match name {
        "outcomes.png" => "Outcomes, run beside run",
        "trajectories.png" => "Trajectories, run beside run",
        "rivalry.png" => "Rivalry, run beside run",
        "alliances.png" => "Alliances, run beside run",
        _ => "Orders of outcomes, run beside run",
    }
}

/// Puts a picture on a sheet.
fn put(sheet: &mut String, svg: &str, (x, y): Point, shrink: f64) {
    let end = sheet.rfind("</svg>").unwrap_or(sheet.len());
    sheet.truncate(end);
    let (x, y) = (x * SCALE, y * SCALE);
    sheet.push_str(&format!(
        "<g transform=\"translate({x} {y}) scale({shrink})\">"
    ));
    sheet.push_str(inside(svg));
    sheet.push_str("</g>\n</svg>\n");
}

/// The pictures of the runs below each other, each as wide as the page.
fn below(
    comparison: &Comparison,
    summaries: &[&Summary],
    (name, painter, of): (&str, Painter, Option<Changed>),
    page: Page,
) -> Result<String, FigureError> {
    let mut pictures: Vec<(usize, String)> = Vec::new();
    for (number, summary) in summaries.iter().enumerate() {
        pictures.push((number, painter(summary, page)?));
        if let (Some(of), true) = (of, number > 0) {
            let changed = of(summaries[0], summary);
            let changes = changes::draw(comparison, summary, number, &changed, page)?;
            pictures.push((number, changes));
        }
    }
    let words = Words {
        identity: &comparison.identity(),
        kicker: &super::names(comparison),
        title: title(name),
        line: match of {
            Some(_) => "The runs' own pictures, each with in what it differs from the first",
            None => "The runs' own pictures, as each run by itself draws them",
        },
        caption: &super::caption(comparison),
        version: &comparison.version,
    };
    let places = RefCell::new(Vec::new());
    let wide = page.column.unwrap_or(WIDTH);
    let mut sheet = column(page, wide, &words, |canvas, column| {
        places.borrow_mut().clear();
        for (run, svg) in &pictures {
            let face = Face::new(13.0).bold().colour(look::ink(*run)).middle();
            let (left, right, y) = (column.left, column.right, column.y + 10.0);
            look::line(canvas, &[(left, y), (left + 34.0, y)], *run);
            let room = right - left - 42.0;
            canvas.fit((left + 42.0, y), &comparison.runs[*run].label, room, face);
            canvas.line(&[(left, y + 11.0), (right, y + 11.0)], 1.2, GRID);
            places.borrow_mut().push((0.0, y + 14.0));
            column.y = y + 14.0 + high(svg) + 10.0;
        }
    })?;
    for ((_, svg), at) in pictures.iter().zip(places.into_inner()) {
        put(&mut sheet, svg, at, 1.0);
    }
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
