//! How runs are told apart, and the scale of differences.

use plotters::style::RGBAColor;

use super::super::canvas::{Canvas, Point};
use super::super::labels::chance;
use super::super::palette::{Colour, INK, blend};
use crate::engine::Estimate;
use crate::experiment::Comparison;

/// The colour of a run: ink for the first; the others' are Tol's, from sets made for
/// colour-blind readers, and are none of the outcomes' colours.
pub fn colour(run: usize) -> Colour {
    const COLOURS: [Colour; 6] = [
        RGBAColor(68, 60, 170, 1.0),
        RGBAColor(214, 93, 118, 1.0),
        RGBAColor(34, 150, 136, 1.0),
        RGBAColor(150, 136, 28, 1.0),
        RGBAColor(120, 24, 74, 1.0),
        RGBAColor(52, 158, 216, 1.0),
    ];
    match run {
        0 => INK,
        _ => COLOURS[(run - 1) % COLOURS.len()],
    }
}

/// The same, dark enough for text on white.
pub fn ink(run: usize) -> Colour {
    blend(colour(run), INK, 0.3)
}

/// The dashes of a run's line: none as long as the colours are enough.
fn dash(run: usize) -> &'static [f64] {
    const DASHES: [&[f64]; 2] = [&[], &[6.0, 3.0]];
    DASHES[(run.saturating_sub(1) / 6) % DASHES.len()]
}

/// A run's line through points.
pub fn line(canvas: &mut Canvas<'_>, points: &[Point], run: usize) {
    let width = if run == 0 { 2.6 } else { 1.9 };
    match dash(run) {
        [] => canvas.line(points, width, colour(run)),
        dash => canvas.dashed(points, width, colour(run), dash),
    }
}

/// The end of an axis of differences on which all of these fit: one of a few round
/// numbers, so that the pictures of two comparisons are often on the same axis.
pub fn reach<'a>(differences: impl Iterator<Item = &'a Estimate>) -> f64 {
    let most = differences
        .flat_map(|e| [e.low.abs(), e.high.abs()])
        .filter(|v| v.is_finite())
        .fold(0.0, f64::max);
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
        .into_iter()
        .find(|reach| *reach >= most)
        .unwrap_or(1.0)
}

/// All differences at the horizon.
pub fn at_horizon(comparison: &Comparison) -> impl Iterator<Item = &Estimate> {
    let outcomes = comparison.outcomes.iter().flat_map(|o| &o.runs).flatten();
    let chances = outcomes.filter_map(|run| Some(&run.difference.as_ref()?.horizon));
    let means = comparison.cohesion.runs.iter();
    chances.chain(means.filter_map(|mean| mean.difference.as_ref()))
}

/// All differences over time.
pub fn over_time(comparison: &Comparison) -> impl Iterator<Item = &Estimate> {
    let outcomes = comparison.outcomes.iter().flat_map(|o| &o.runs).flatten();
    outcomes.flat_map(|run| run.difference.iter().flat_map(|d| &d.over_time))
}

/// Decimals with which a difference and its interval are written on an axis of this reach.
pub fn decimals(reach: f64) -> usize {
    if reach <= 0.05 { 4 } else { 3 }
}

/// A difference as in `+0.031`.
pub fn signed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = chance(value.abs(), decimals);
    if value.abs() < 0.5 * libm::pow(0.1, decimals as f64) {
        format!("{:.decimals$}", 0.0)
    } else if value < 0.0 {
        format!("−{size}")
    } else {
        format!("+{size}")
    }
}
