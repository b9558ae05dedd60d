//! Patterns of lines that tell areas apart where colours don't, as when printed in grey.

use std::f64::consts::PI;

use super::canvas::{Canvas, Point};
use super::palette::{Colour, INK, WHITE, faded, is_dark};

/// Width of a pattern's lines, and how far they are apart.
const LINE: (f64, f64) = (0.9, 4.2);

/// The angles of the patterns' lines, in parts of half a turn; the first has none.
const PATTERNS: [&[f64]; 7] = [
    &[],
    &[0.25],
    &[0.75],
    &[0.5],
    &[0.0],
    &[0.25, 0.75],
    &[0.0, 0.5],
];

/// Lines over an area of this colour, in the pattern of this number, on a page that has to be
/// told apart without colours; nothing on others.
pub fn hatch(canvas: &mut Canvas<'_>, area: &[Point], ground: Colour, pattern: usize) {
    if !canvas.page().grey || area.len() < 3 {
        return;
    }
    let ink = if is_dark(ground) { WHITE } else { INK };
    for angle in PATTERNS[pattern % PATTERNS.len()] {
        for ends in strokes(area, angle * PI, LINE.1) {
            canvas.line(&ends, LINE.0, faded(ink, 0.6));
        }
    }
}

/// The same over a rectangle.
pub fn hatch_rect(
    canvas: &mut Canvas<'_>,
    (x, y, wide, high): (f64, f64, f64, f64),
    ground: Colour,
    pattern: usize,
) {
    let area = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)];
    hatch(canvas, &area, ground, pattern);
}

/// The parts of parallel lines at an angle, `apart` from each other, that lie inside an area.
/// They lie on one grid for all areas, so that those side by side match.
fn strokes(area: &[Point], angle: f64, apart: f64) -> Vec<[Point; 2]> {
    let (sin, cos) = (libm::sin(angle), libm::cos(angle));
    // In a frame in which the lines lie level.
    let turned: Vec<Point> = area
        .iter()
        .map(|&(x, y)| (x * cos + y * sin, y * cos - x * sin))
        .filter(|(x, y)| x.is_finite() && y.is_finite())
        .collect();
    let ends = turned.iter().fold((f64::MAX, f64::MIN), |(low, high), p| {
        (low.min(p.1), high.max(p.1))
    });
    let mut found = Vec::new();
    let mut row = (ends.0 / apart).ceil();
    // Nothing drawn is as high as that.
    while row * apart < ends.1 && found.len() < 20_000 {
        let y = row * apart;
        let sides = (0..turned.len()).map(|k| (turned[k], turned[(k + 1) % turned.len()]));
        let mut crossings: Vec<f64> = sides
            .filter(|(a, b)| (a.1 <= y) != (b.1 <= y))
            .map(|(a, b)| a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0))
            .collect();
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.chunks_exact(2) {
            let back = |x: f64| (x * cos - y * sin, x * sin + y * cos);
            if pair[1] - pair[0] > 0.5 {
                found.push([back(pair[0]), back(pair[1])]);
            }
        }
        row += 1.0;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_lie_inside_and_fill_the_area_evenly() {
        let square = [(0.0, 0.0), (40.0, 0.0), (40.0, 40.0), (0.0, 40.0)];
        for angle in [0.0, 0.25, 0.5, 0.75] {
            let lines = strokes(&square, angle * PI, 4.0);
            let length: f64 = lines
                .iter()
                .map(|[a, b]| libm::hypot(b.0 - a.0, b.1 - a.1))
                .sum();
            assert!((length - 400.0).abs() < 60.0, "{angle}: {length}");
            for (x, y) in lines.into_iter().flatten() {
                assert!((-1e-6..=40.0 + 1e-6).contains(&x), "{x}");
                assert!((-1e-6..=40.0 + 1e-6).contains(&y), "{y}");
            }
        }
    }

    #[test]
    fn a_notch_is_left_out() {
        let notched = [
            (0.0, 0.0),
            (30.0, 0.0),
            (30.0, 30.0),
            (20.0, 30.0),
            (20.0, 10.0),
            (10.0, 10.0),
            (10.0, 30.0),
            (0.0, 30.0),
        ];
        for [a, b] in strokes(&notched, 0.0, 4.0) {
            let inside = |x: f64| a.0 < x && x < b.0;
            assert!(a.1 < 10.0 || !inside(15.0), "{a:?} {b:?}");
        }
    }
}
