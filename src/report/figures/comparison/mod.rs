//! The pictures of a comparison: all runs on the same axes, their differences to the
//! first, and the pictures of each run side by side.

mod changes;
mod curves;
mod dated;
mod forest;
mod look;
mod sheet;

use rayon::prelude::*;

use super::labels::count;
use super::{FigureError, PICTURES, check, render};
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
    notes: &[(String, String)],
) -> Result<Vec<(String, Vec<u8>)>, FigureError> {
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
    draw_svgs(comparison, summaries)?
        .into_par_iter()
        .map(|(name, svg)| Ok((name.to_owned(), render::png(&svg, notes)?)))
        .collect()
}

/// The same as SVG.
pub(super) fn draw_svgs(
    comparison: &Comparison,
    summaries: &[&Summary],
) -> Result<Vec<(&'static str, String)>, FigureError> {
    (0..2 + PICTURES.len())
        .into_par_iter()
        .map(|number| match number {
            0 => Ok(("compare.png", curves::draw(comparison, summaries)?)),
            1 => Ok(("forest.png", forest::draw(comparison)?)),
            _ => {
                let (name, painter) = PICTURES[number - 2];
                Ok((name, sheet::draw(comparison, summaries, name, painter)?))
            }
        })
        .collect()
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
