//! How runs are told apart, and the scale of differences.

use plotters::style::RGBAColor;

use super::super::canvas::{Canvas, Point};
use super::super::labels::chance;
use super::super::outcomes::grey_stroke;
use super::super::palette::{Colour, INK, blend};
use crate::engine::Estimate;

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
    if canvas.page().grey {
        let (_, dash) = grey_stroke(run);
        canvas.dashed(points, width, colour(run), dash);
        return;
    }
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
    [0.02, 0.04, 0.1, 0.2, 0.3, 0.4, 0.6]
        .into_iter()
        .find(|reach| *reach >= most)
        .unwrap_or(1.0)
}

/// A difference and its 95 % interval, as in `+0.031` and `[+0.020, +0.042]`: with three
/// decimals, or four where an end would read as a 0 that it is not.
pub fn figures(e: &Estimate) -> (String, String) {
    let vanishes = |v: f64| v != 0.0 && v.abs() < 0.0005;
    let decimals = if [e.value, e.low, e.high].into_iter().any(vanishes) {
        4
    } else {
        3
    };
    let [value, low, high] = [e.value, e.low, e.high].map(|v| signed(v, decimals));
    (value, format!("[{low}, {high}]"))
}

/// The decimals of the ends of an axis of differences.
pub fn end(value: f64) -> String {
    let decimals = if value.abs() < 0.1 { 2 } else { 1 };
    signed(value, decimals)
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
