//! The pictures of a comparison: all runs on the same axes, their differences to the
//! first, and the pictures of each run side by side.

mod changes;
mod curves;
mod dated;
mod forest;
mod look;
mod sheet;

use rayon::prelude::*;

use super::canvas::Page;
use super::labels::count;
use super::print::make;
use super::{FigureError, Order, PICTURES, Picture, check};
use crate::engine::Summary;
use crate::experiment::{Comparison, Pairing};

/// Most runs of a comparison: so many can still be told apart in a picture.
pub const MOST_RUNS: usize = 12;

/// Draws all pictures of a comparison, side by side on rayon's threads: `compare.png`,
/// `forest.png`, and one sheet with the runs' versions of each picture of a run, under
/// that picture's name. `summaries` are the runs', in the same order.
///
/// # Errors
///
/// As [`super::draw_all`].
pub fn draw_comparison(
    comparison: &Comparison,
    summaries: &[&Summary],
    order: Order<'_>,
) -> Result<Vec<Picture>, FigureError> {
    for summary in summaries {
        check::check(summary)?;
    }
    if summaries.len() != comparison.runs.len() || comparison.runs.is_empty() {
        return Err(FigureError::Inconsistent {
            what: format!(
                "{} runs are compared, but there are {} summaries",
                comparison.runs.len(),
                summaries.len()
            ),
        });
    }
    (0..NAMES.len())
        .into_par_iter()
        .map(|number| {
            make(NAMES[number], order, |page| {
                draw_svg(comparison, summaries, number, page)
            })
        })
        .collect()
}

/// The pictures by their names: two of all runs, and a sheet for each picture of a run.
pub(super) const NAMES: [&str; 2 + PICTURES.len()] = {
    let mut all = ["compare.png"; 2 + PICTURES.len()];
    all[1] = "forest.png";
    let mut number = 0;
    while number < PICTURES.len() {
        all[2 + number] = PICTURES[number].0;
        number += 1;
    }
    all
};

/// The picture of this number as SVG.
pub(super) fn draw_svg(
    comparison: &Comparison,
    summaries: &[&Summary],
    number: usize,
    page: Page,
) -> Result<String, FigureError> {
    match number {
        0 => curves::draw(comparison, summaries, page),
        1 => forest::draw(comparison, page),
        _ => {
            let (name, painter) = PICTURES[number - 2];
            sheet::draw(comparison, summaries, (name, painter), page)
        }
    }
}

/// Whence the picture comes, and how much it may be trusted.
fn caption(comparison: &Comparison) -> String {
    let first = &comparison.runs[0];
    let unpaired = |pairing: &Pairing| matches!(pairing, Pairing::Unpaired(_));
    let apart = comparison.runs.iter().filter(|run| unpaired(&run.pairing));
    let pairing = match apart.count() {
        0 => "paired replicate by replicate".to_owned(),
        all if all + 1 == comparison.runs.len() => "unpaired".to_owned(),
        some => format!("{some} of the runs unpaired"),
    };
    let partial = if comparison.partial {
        "  ·  partial"
    } else {
        ""
    };
    format!(
        "What happens in this model, not a forecast of the world.  {} runs, compared with {}  ·  {} \
         replicates  ·  seed {}  ·  {pairing}{partial}",
        comparison.runs.len(),
        first.label,
        count(comparison.replicates()),
        first.seed
    )
}

/// Names of the runs after each other.
fn names(comparison: &Comparison) -> String {
    let others: Vec<&str> = comparison.runs[1..]
        .iter()
        .map(|run| run.label.as_str())
        .collect();
    format!("{} beside {}", comparison.runs[0].label, others.join(", "))
}
