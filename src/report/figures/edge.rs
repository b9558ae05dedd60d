//! Curves that leave their axis: cut at its top, with a mark there and the value they reach.

use super::canvas::{Canvas, Point};
use super::palette::Colour;

/// Distance of the marks from each other, their half width and height.
const MARKS: (f64, f64, f64) = (13.0, 4.0, 6.0);

/// The pieces of a curve that lie at or below `top`, each ending where it crosses that.
/// Points are places across and values; what isn't finite ends a piece.
pub fn below(curve: &[(f64, f64)], top: f64) -> Vec<Vec<(f64, f64)>> {
    let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut piece: Vec<(f64, f64)> = Vec::new();
    let mut before: Option<(f64, f64)> = None;
    for &point in curve {
        let inside = point.1 <= top;
        if let Some(before) = before {
            let was = before.1 <= top;
            if was != inside && point.1.is_finite() && before.1.is_finite() {
                let share = (top - before.1) / (point.1 - before.1);
                piece.push((before.0 + share * (point.0 - before.0), top));
            }
        }
        if inside && point.1.is_finite() {
            piece.push(point);
        } else if !piece.is_empty() {
            pieces.push(std::mem::take(&mut piece));
        }
        before = Some(point);
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// Triangles above the edge `y`, wherever a curve lies above `top`; `x` says where its
/// values stand. Returns the largest value, if any lies there.
pub fn mark_above(
    canvas: &mut Canvas<'_>,
    curve: &[(f64, f64)],
    top: f64,
    y: f64,
    colour: Colour,
) -> Option<f64> {
    let (apart, half, high) = MARKS;
    let mut free = f64::MIN;
    let mut most: Option<f64> = None;
    for &(x, value) in curve.iter().filter(|(_, value)| *value > top) {
        most = Some(most.map_or(value, |most: f64| most.max(value)));
        if x >= free {
            let base = y - 2.0;
            let corners: [Point; 3] = [(x - half, base), (x + half, base), (x, base - high)];
            canvas.polygon(&corners, colour);
            free = x + apart;
        }
    }
    most
}

/// A triangle on a row that ends at an edge: a value lies further to the right, or to the
/// left where `way` is negative.
pub fn mark_beside(canvas: &mut Canvas<'_>, (x, y): Point, way: f64, colour: Colour) {
    let (_, half, high) = MARKS;
    canvas.polygon(
        &[(x, y - half), (x, y + half), (x + high * way.signum(), y)],
        colour,
    );
}

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn a_curve_is_cut_where_it_crosses_the_top_and_goes_on_where_it_comes_back() {
        let curve = [(0.0, 1.0), (1.0, 3.0), (2.0, 3.0), (3.0, 1.0), (4.0, 2.0)];
        assert_eq!(
            below(&curve, 2.0),
            [
                vec![(0.0, 1.0), (0.5, 2.0)],
                vec![(2.5, 2.0), (3.0, 1.0), (4.0, 2.0)]
            ]
        );
        assert!(below(&[(0.0, 5.0), (1.0, f64::NAN)], 2.0).is_empty());
        assert_eq!(below(&[(0.0, 1.0)], 2.0), [vec![(0.0, 1.0)]]);
    }
}
