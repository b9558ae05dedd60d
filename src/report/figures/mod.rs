//! The pictures of a run, each drawn from a stored [`Summary`] alone.
//!
//! On a screen all have the same size, and axes that depend on the scenario and never on the
//! results, so that the pictures of two runs can be flipped between in a viewer and
//! differ only where the results do. The same summary and notes give the same bytes
//! on any number of threads: no text is laid out with a font of the machine unless that is asked
//! for (`fonts`).
//!
//! plotters draws each picture as SVG (`canvas`), resvg turns it into pixels (`render`), into SVG for
//! others (`vector`) and into PDF (`pdf`). For print a picture is laid out in a column of the width
//! that it will have on paper (`column`), and to be told apart without colours (`hatch`).

mod alliances;
mod axis;
mod backtest;
mod canvas;
mod check;
mod column;
mod comparison;
mod control;
mod discover;
mod edge;
mod events;
mod fonts;
mod foretold;
mod frame;
mod hatch;
mod history;
mod indices;
mod labels;
mod landscape;
pub mod letters;
mod look;
mod number;
mod observed;
mod outcomes;
mod palette;
mod pdf;
mod posterior;
mod print;
mod render;
mod rivalry;
mod robust;
mod scores;
mod sequence;
mod sweep;
mod text;
mod tornado;
mod trajectories;
mod vector;

#[cfg(test)]
mod gallery;
#[cfg(test)]
mod legible;
#[cfg(test)]
mod recipes;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

pub use comparison::{MOST_RUNS, draw_comparison};
pub use fonts::{Given, are_the_machines_given, give};
pub use look::{Look, Places, look, places};
pub use number::short;
pub use print::{FINENESS, Form, Picture, Print, WIDTHS};

use canvas::Page;
use print::make;
use rayon::prelude::*;

use crate::engine::Summary;
use crate::experiment::replay::Replay;
use crate::scenario::Scenario;

/// What can go wrong between a summary and its pictures.
#[derive(Debug, thiserror::Error)]
pub enum FigureError {
    /// The summary's first day can't be read as a date, so there is no time axis.
    #[error("the summary's start `{value}` is not an ISO 8601 date such as 2016-06-01")]
    Date {
        /// The value found.
        value: String,
    },
    /// The summary contradicts itself, as when a pair names a faction that isn't there.
    #[error("the summary is inconsistent: {what}")]
    Inconsistent {
        /// What contradicts what.
        what: String,
    },
    /// plotters could not draw an element.
    #[error("a picture could not be drawn: {0}")]
    Draw(String),
    /// resvg could not read the SVG that was drawn.
    #[error("a picture could not be turned into pixels: {0}")]
    Svg(#[from] resvg::usvg::Error),
    /// There is no memory for the pixels.
    #[error(
        "no room for a picture of {width} x {height} pixels; give a smaller --dpi or --width-mm"
    )]
    Size {
        /// Width asked for, in pixels.
        width: u32,
        /// Height asked for, in pixels.
        height: u32,
    },
    /// The PNG could not be written; most often because a note's key is empty, longer
    /// than 79 characters or not Latin-1.
    #[error("a picture could not be written as PNG: {0}")]
    Png(#[from] png::EncodingError),
}

/// A function that draws one picture as SVG.
type Painter = fn(&Summary, Page) -> Result<String, FigureError>;

/// The picture that is there only where something is watched.
const WATCHED: &str = "watched.png";

/// The pictures of a run, in the order in which a reader looks at them.
const PICTURES: [(&str, Painter); 7] = [
    ("outcomes.png", outcomes::draw),
    ("trajectories.png", trajectories::draw),
    ("control.png", control::draw),
    (WATCHED, trajectories::draw_watched),
    ("rivalry.png", rivalry::draw),
    ("alliances.png", alliances::draw),
    ("sequence.png", sequence::draw),
];

/// What is asked for of pictures, and the keys and values that go into every one of them: into a
/// PNG as iTXt chunks, for which a key has 1 to 79 Latin-1 characters; a value may be any text.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// As which files, how wide, how fine.
    pub print: &'a Print,
    /// Whence they come.
    pub notes: &'a [(String, String)],
}

/// Draws all of them, side by side on rayon's threads, always in the same order.
///
/// # Errors
///
/// [`FigureError::Inconsistent`] and [`FigureError::Date`] where the summary can't be
/// drawn as it stands, [`FigureError::Png`] for a note's key that PNG doesn't allow,
/// [`FigureError::Size`] for more dots than there is memory for. The other variants are faults
/// of the machine or of this program.
pub fn draw_all(summary: &Summary, order: Order<'_>) -> Result<Vec<Picture>, FigureError> {
    check::check(summary)?;
    let is_there = |(name, _): &&(&str, Painter)| *name != WATCHED || !summary.watched.is_empty();
    let pictures: Vec<_> = PICTURES.iter().filter(is_there).collect();
    pictures
        .par_iter()
        .map(|&&(name, draw)| make(name, order, |page| draw(summary, page)))
        .collect()
}

/// Draws the first of them alone: the chances of the outcomes over time.
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_outcomes(summary: &Summary, order: Order<'_>) -> Result<Picture, FigureError> {
    check::check(summary)?;
    let (name, draw) = PICTURES[0];
    make(name, order, |page| draw(summary, page))
}

/// Draws `landscape.png`.
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_landscape(
    found: &crate::experiment::landscape::Alignments,
    order: Order<'_>,
) -> Result<Picture, FigureError> {
    make("landscape.png", order, |page| landscape::draw(found, page))
}

/// Draws `history.png`, the picture of one history.
///
/// # Errors
///
/// As [`draw_all`], but for a history nothing can be inconsistent.
pub fn draw_history(
    scenario: &Scenario,
    replay: &Replay,
    order: Order<'_>,
) -> Result<Picture, FigureError> {
    make("history.png", order, |page| {
        history::draw(scenario, replay, page)
    })
}

/// Draws `sweep.png`.
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_sweep(
    sweep: &crate::experiment::sweep::Sweep,
    order: Order<'_>,
) -> Result<Picture, FigureError> {
    make("sweep.png", order, |page| sweep::draw(sweep, page))
}

/// Draws `indices.png`, and `tornado.png` if there is one.
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_sensitivity(
    found: &crate::experiment::sensitivity::Sensitivity,
    order: Order<'_>,
) -> Result<Vec<Picture>, FigureError> {
    let indices = |page| indices::draw(found, page);
    let mut pictures: Vec<Named<'_>> = vec![("indices.png", Box::new(indices))];
    if let Some(tornado) = &found.tornado {
        let tornado = |page| tornado::draw(found, tornado, page);
        pictures.push(("tornado.png", Box::new(tornado)));
    }
    named(pictures, order)
}

/// Draws `observed.png`, `events.png` and `scores.png` of a forecast and what came of it, those
/// of them for which there is something to be drawn.
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_scores(
    found: &crate::experiment::score::Score,
    order: Order<'_>,
) -> Result<Vec<Picture>, FigureError> {
    let mut pictures: Vec<Named<'_>> = Vec::new();
    if !found.values.is_empty() {
        pictures.push(("observed.png", Box::new(|page| observed::draw(found, page))));
    }
    if !found.events.is_empty() {
        pictures.push(("events.png", Box::new(|page| foretold::draw(found, page))));
    }
    pictures.push(("scores.png", Box::new(|page| scores::draw(found, page))));
    named(pictures, order)
}

/// Draws `posterior.png`, `taught.png` and, of two numbers or more, `pairs.png`.
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_posterior(
    found: &crate::experiment::calibrate::Calibration,
    order: Order<'_>,
) -> Result<Vec<Picture>, FigureError> {
    let of = |draw: fn(&_, Page) -> _| -> Drawing<'_> { Box::new(move |page| draw(found, page)) };
    let mut pictures: Vec<Named<'_>> = vec![
        ("posterior.png", of(posterior::draw)),
        ("taught.png", of(posterior::draw_taught)),
    ];
    if found.numbers.len() > 1 {
        pictures.push(("pairs.png", of(posterior::draw_pairs)));
    }
    named(pictures, order)
}

/// Draws `backtest.png`.
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_backtest(
    found: &crate::experiment::backtest::Backtest,
    order: Order<'_>,
) -> Result<Picture, FigureError> {
    make("backtest.png", order, |page| backtest::draw(found, page))
}

/// Draws `boxes.png`, `trajectory.png`, `pairs.png` and `tree.png` of scenario discovery, those of
/// them for which there is something to be drawn.
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_discovery(
    found: &crate::experiment::discover::Discovery,
    points: &[crate::experiment::discover::Counted],
    cases: &crate::experiment::discover::Cases,
    order: Order<'_>,
) -> Result<Vec<Picture>, FigureError> {
    let of = |draw: fn(&_, Page) -> _| -> Drawing<'_> { Box::new(move |page| draw(found, page)) };
    let mut pictures = vec![("boxes.png", of(discover::boxes::draw))];
    if !found.boxes.is_empty() {
        pictures.push(("trajectory.png", of(discover::trajectory::draw)));
    }
    if discover::pairs::are_there(found) {
        let pairs = |page| discover::pairs::draw(found, points, cases, page);
        pictures.push(("pairs.png", Box::new(pairs)));
    }
    pictures.push(("tree.png", of(discover::tree::draw)));
    named(pictures, order)
}

/// Draws `robust.png`, and `map.png` if there is a map.
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_robust(
    found: &crate::experiment::robust::Robust,
    order: Order<'_>,
) -> Result<Vec<Picture>, FigureError> {
    let all = |page| robust::draw(found, page);
    let mut pictures: Vec<Named<'_>> = vec![("robust.png", Box::new(all))];
    if let Some(map) = &found.map {
        let map = |page| robust::map::draw(found, map, page);
        pictures.push(("map.png", Box::new(map)));
    }
    named(pictures, order)
}

/// Draws a picture for a page.
type Drawing<'a> = Box<dyn Fn(Page) -> Result<String, FigureError> + Sync + 'a>;

/// The same with its name.
type Named<'a> = (&'static str, Drawing<'a>);

/// Pictures side by side on rayon's threads.
fn named(pictures: Vec<Named<'_>>, order: Order<'_>) -> Result<Vec<Picture>, FigureError> {
    pictures
        .par_iter()
        .map(|(name, draw)| make(name, order, draw))
        .collect()
}
