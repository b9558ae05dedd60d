//! The pictures of a run, each drawn from a stored [`Summary`] alone.
//!
//! All have the same size, and axes that depend on the scenario and never on the
//! results, so that the pictures of two runs can be flipped between in a viewer and
//! differ only where the results do. The same summary and notes give the same bytes
//! on any number of threads: no text is laid out with a font of the machine.
//!
//! plotters draws each picture as SVG (`canvas`), resvg turns it into pixels (`render`).

mod alliances;
mod axis;
mod backtest;
mod canvas;
mod check;
mod comparison;
mod control;
mod discover;
mod edge;
mod events;
mod foretold;
mod frame;
mod history;
mod indices;
mod labels;
mod landscape;
pub mod letters;
mod number;
mod observed;
mod outcomes;
mod palette;
mod posterior;
mod render;
mod rivalry;
mod robust;
mod scores;
mod sequence;
mod sweep;
mod text;
mod tornado;
mod trajectories;

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

pub use comparison::draw_comparison;
pub use number::short;

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
    #[error("no room for a picture of {width} x {height} pixels")]
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
type Painter = fn(&Summary) -> Result<String, FigureError>;

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

/// Draws all of them, side by side on rayon's threads, and returns each file's
/// name and PNG (1600 x 960 pixels), always in the same order.
///
/// `notes` are keys and values that go into every PNG as iTXt chunks: a key has 1 to 79
/// Latin-1 characters, a value may be any text.
///
/// # Errors
///
/// [`FigureError::Inconsistent`] and [`FigureError::Date`] where the summary can't be
/// drawn as it stands, [`FigureError::Png`] for a note's key that PNG doesn't allow. The
/// other variants are faults of the machine or of this program.
pub fn draw_all(
    summary: &Summary,
    notes: &[(String, String)],
) -> Result<Vec<(String, Vec<u8>)>, FigureError> {
    check::check(summary)?;
    let is_there = |(name, _): &&(&str, Painter)| *name != WATCHED || !summary.watched.is_empty();
    let pictures: Vec<_> = PICTURES.iter().filter(is_there).collect();
    pictures
        .par_iter()
        .map(|&&(name, draw)| Ok((name.to_owned(), render::png(&draw(summary)?, notes)?)))
        .collect()
}

/// Draws `landscape.png`, with `notes` as in [`draw_all`].
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_landscape(
    found: &crate::experiment::landscape::Alignments,
    notes: &[(String, String)],
) -> Result<Vec<u8>, FigureError> {
    render::png(&landscape::draw(found)?, notes)
}

/// Draws `history.png`, the picture of one history, as PNG; `notes` as in [`draw_all`].
///
/// # Errors
///
/// As [`draw_all`], but for a history nothing can be inconsistent.
pub fn draw_history(
    scenario: &Scenario,
    replay: &Replay,
    notes: &[(String, String)],
) -> Result<Vec<u8>, FigureError> {
    render::png(&history::draw(scenario, replay)?, notes)
}

/// Draws `sweep.png`, with `notes` as in [`draw_all`].
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_sweep(
    sweep: &crate::experiment::sweep::Sweep,
    notes: &[(String, String)],
) -> Result<Vec<u8>, FigureError> {
    render::png(&sweep::draw(sweep)?, notes)
}

/// Draws `indices.png`, and `tornado.png` if there is one, with `notes` as in [`draw_all`].
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_sensitivity(
    found: &crate::experiment::sensitivity::Sensitivity,
    notes: &[(String, String)],
) -> Result<Vec<(String, Vec<u8>)>, FigureError> {
    let mut pictures = vec![("indices.png", indices::draw(found)?)];
    if let Some(tornado) = &found.tornado {
        pictures.push(("tornado.png", tornado::draw(found, tornado)?));
    }
    named(&pictures, notes)
}

/// Draws `observed.png`, `events.png` and `scores.png` of a forecast and what came of it, those
/// of them for which there is something to be drawn, with `notes` as in [`draw_all`].
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_scores(
    found: &crate::experiment::score::Score,
    notes: &[(String, String)],
) -> Result<Vec<(String, Vec<u8>)>, FigureError> {
    let mut pictures = Vec::new();
    if !found.values.is_empty() {
        pictures.push(("observed.png", observed::draw(found)?));
    }
    if !found.events.is_empty() {
        pictures.push(("events.png", foretold::draw(found)?));
    }
    pictures.push(("scores.png", scores::draw(found)?));
    named(&pictures, notes)
}

/// Draws `posterior.png`, `taught.png` and, of two numbers or more, `pairs.png`, with `notes` as
/// in [`draw_all`].
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_posterior(
    found: &crate::experiment::calibrate::Calibration,
    notes: &[(String, String)],
) -> Result<Vec<(String, Vec<u8>)>, FigureError> {
    let mut pictures = vec![
        ("posterior.png", posterior::draw(found)?),
        ("taught.png", posterior::draw_taught(found)?),
    ];
    if found.numbers.len() > 1 {
        pictures.push(("pairs.png", posterior::draw_pairs(found)?));
    }
    named(&pictures, notes)
}

/// Draws `backtest.png`, with `notes` as in [`draw_all`].
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_backtest(
    found: &crate::experiment::backtest::Backtest,
    notes: &[(String, String)],
) -> Result<Vec<u8>, FigureError> {
    render::png(&backtest::draw(found)?, notes)
}

/// Draws `boxes.png`, `trajectory.png`, `pairs.png` and `tree.png` of scenario discovery, those of
/// them for which there is something to be drawn, with `notes` as in [`draw_all`].
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_discovery(
    found: &crate::experiment::discover::Discovery,
    points: &[crate::experiment::discover::Counted],
    cases: &crate::experiment::discover::Cases,
    notes: &[(String, String)],
) -> Result<Vec<(String, Vec<u8>)>, FigureError> {
    let mut pictures = vec![("boxes.png", discover::boxes::draw(found)?)];
    if !found.boxes.is_empty() {
        pictures.push(("trajectory.png", discover::trajectory::draw(found)?));
    }
    if let Some(pairs) = discover::pairs::draw(found, points, cases)? {
        pictures.push(("pairs.png", pairs));
    }
    pictures.push(("tree.png", discover::tree::draw(found)?));
    named(&pictures, notes)
}

/// Draws `robust.png`, and `map.png` if there is a map, with `notes` as in [`draw_all`].
///
/// # Errors
///
/// As [`draw_all`].
pub fn draw_robust(
    found: &crate::experiment::robust::Robust,
    notes: &[(String, String)],
) -> Result<Vec<(String, Vec<u8>)>, FigureError> {
    let mut pictures = vec![("robust.png", robust::draw(found)?)];
    if let Some(map) = &found.map {
        pictures.push(("map.png", robust::map::draw(found, map)?));
    }
    named(&pictures, notes)
}

/// Pictures as PNG, by their names.
fn named(
    pictures: &[(&str, String)],
    notes: &[(String, String)],
) -> Result<Vec<(String, Vec<u8>)>, FigureError> {
    pictures
        .par_iter()
        .map(|(name, svg)| Ok(((*name).to_owned(), render::png(svg, notes)?)))
        .collect()
}
