//! The pictures of scenario discovery.

pub mod boxes;
pub mod pairs;
pub mod trajectory;
pub mod tree;

use super::FigureError;
use super::canvas::{Canvas, Page, paint_sized};
use super::frame::{CAVEAT, SCREEN, Words, surround};
use super::labels::count;
use super::palette::{Colour, position};
use crate::experiment::discover::{Discovery, Source};

/// What stands around a picture.
struct Around<'a> {
    title: &'a str,
    line: &'a str,
    /// Room for a legend at the right of the line.
    aside: f64,
}

fn surrounded(
    found: &Discovery,
    around: &Around<'_>,
    picture: impl FnOnce(&mut Canvas<'_>),
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
    paint_sized(Page::SCREEN, SCREEN, |canvas| {
        let words = Words {
            kicker: &found.title,
            identity: &found.identity,
            title: around.title,
            line: around.line,
            caption: &caption,
            version: &found.version,
        };
        surround(canvas, &words, SCREEN, around.aside);
        picture(canvas);
        Ok(())
    })
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
