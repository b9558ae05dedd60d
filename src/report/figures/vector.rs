//! SVG as others read it: in millimetres, with letters as outlines, so that it looks the same
//! where the fonts are not.

use resvg::usvg::{Tree, WriteOptions};

use super::{FigureError, canvas, fonts};
use crate::foreign::{html, line};

/// A picture made by [`canvas`] at this width, with `notes` as metadata.
pub fn svg(svg: &str, width_mm: f64, notes: &[(String, String)]) -> Result<String, FigureError> {
    let tree = Tree::from_str(svg, &fonts::options())?;
    let outlined = tree.to_string(&WriteOptions {
        // An eighth of a user unit is one here: a tenth of it is finer than any printer.
        coordinates_precision: 1,
        transforms_precision: 4,
        ..WriteOptions::default()
    });
    let (wide, high) = (tree.size().width(), tree.size().height());
    let height_mm = width_mm * f64::from(high) / f64::from(wide);
    let said: String = notes
        .iter()
        .map(|(key, value)| format!("{}: {}\n", line(key), line(value)))
        .collect();
    let inside = canvas::inside(&outlined);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width_mm:.3}mm\" height=\"{height_mm:.3}mm\" viewBox=\"0 0 {wide} {high}\">\n<metadata>\n{}</metadata>\n{}</svg>\n",
        html(&said),
        inside.trim_start()
    ))
}
