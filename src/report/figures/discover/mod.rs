//! The pictures of scenario discovery.

pub mod boxes;
pub mod pairs;
pub mod trajectory;
pub mod tree;

use super::FigureError;
use super::canvas::{Canvas, Page};
use super::column::Column;
use super::frame::{CAVEAT, Words, laid_out};
use super::labels::count;
use super::palette::{Colour, position};
use crate::experiment::discover::{Discovery, Source};

/// What stands around a picture.
struct Around<'a> {
    title: &'a str,
    line: &'a str,
    /// Its size on a screen, and the room there for a legend at the right of the line.
    screen: ((f64, f64), f64),
}

fn surrounded(
    found: &Discovery,
    page: Page,
    around: &Around<'_>,
    on_screen: impl FnOnce(&mut Canvas<'_>),
    in_column: impl Fn(&mut Canvas<'_>, &mut Column),
) -> Result<String, FigureError> {
    let caption = format!(
        "{CAVEAT}  Scenario {}  ·  {} points learned from, {} held out ({})  ·  {} replicates{}  ·  seed {}",
        found.scenario,
        count(found.points as u64),
        count(found.points_held_out as u64),
        match &found.source {
            Source::Design { design } => design.clone(),
            Source::Run { run } => format!("draws of run {run}"),
        },
        count(found.replicates),
        if found.partial { ", partial" } else { "" },
        found.seed
    );
    let words = Words {
        kicker: &found.title,
        identity: &found.identity,
        title: around.title,
        line: around.line,
        caption: &caption,
        version: &found.version,
    };
    laid_out(page, &words, around.screen, on_screen, in_column)
}

/// What a density is.
fn density_of(found: &Discovery) -> String {
    match found.threshold {
        None => format!("mean chance of “{}”", found.outcome.words()),
        Some(least) => format!(
            "share of points with a chance of {} or more of “{}”",
            super::short(least),
            found.outcome.words()
        ),
    }
}

/// The colour of a box.
fn colour(number: usize) -> Colour {
    // The first of the set is the darkest, and stands out on every ground.
    position([0, 2, 5, 3, 7, 8, 1, 6, 4][number % 9])
}
