//! `sweep.png`: curves over one swept number, or heat maps over two.

mod contour;
mod curves;
mod heat;

use super::FigureError;
use super::canvas::{Canvas, Page};
use super::column::Column;
use super::frame::{CAVEAT, LEFT, RIGHT, SCREEN, Words, laid_out};
use super::labels::count;
use super::text::shorten_front;
use crate::experiment::sweep::{Sweep, Swept};

/// Draws the picture as SVG.
pub fn draw(sweep: &Sweep, page: Page) -> Result<String, FigureError> {
    let wrong = |what: &str| FigureError::Inconsistent {
        what: what.to_owned(),
    };
    let shaped = sweep.points.iter().all(|point| {
        point.values.len() == sweep.axes.len() && point.outcomes.len() == sweep.outcomes.len()
    });
    if !shaped {
        return Err(wrong("a point has not one value for each axis and outcome"));
    }
    match &sweep.axes[..] {
        [axis] => curves::draw(sweep, axis, page),
        [across, up] => heat::draw(sweep, across, up, page),
        _ => Err(wrong("neither one nor two numbers are swept")),
    }
}

/// Draws the picture within its words.
fn around(
    sweep: &Sweep,
    page: Page,
    (title, line): (&str, &str),
    aside: f64,
    on_screen: impl FnOnce(&mut Canvas<'_>),
    in_column: impl Fn(&mut Canvas<'_>, &mut Column),
) -> Result<String, FigureError> {
    let partial = match sweep.partial() {
        true => format!(
            "  ·  partial: {} of {} points",
            sweep.points.len(),
            sweep.points_asked
        ),
        false => format!("  ·  {} points", sweep.points.len()),
    };
    let failed: u64 = sweep.points.iter().map(|p| p.failed).sum();
    let failed = match failed {
        0 => String::new(),
        some => format!("  ·  {} failed and not counted", count(some)),
    };
    let caption = format!(
        "{CAVEAT}  Scenario {}{partial}  ·  {} replicates at each, on the same random numbers{failed}  ·  seed {}",
        sweep.scenario,
        count(sweep.replicates_per_point),
        sweep.seed
    );
    let words = Words {
        kicker: &sweep.title,
        identity: &sweep.identity,
        title,
        line,
        caption: &caption,
        version: &sweep.version,
    };
    laid_out(page, &words, (SCREEN, aside), on_screen, in_column)
}

/// A key in the title, where it shares the line with as many others, cut at its front.
fn title_key(key: &str, keys: usize, page: Page) -> String {
    if let Some(wide) = page.column {
        return shorten_front(key, 16.0, true, wide - 80.0);
    }
    let room = (RIGHT - LEFT - 320.0) / keys as f64;
    shorten_front(key, 25.0, true, room)
}

/// The key of an axis, with its unit where it has one.
fn name(axis: &Swept) -> String {
    match axis.unit.as_str() {
        "1" | "share" => axis.key.clone(),
        unit => format!("{} ({unit})", axis.key),
    }
}
