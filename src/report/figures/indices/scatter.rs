//! Morris' effects as points, each with the number of its row.

use super::super::canvas::{Anchor, Canvas, Face, Point};
use super::super::number::{short, ticks};
use super::super::palette::{BLUE, GREY, GRID, INK, PALE, faded};
use super::{Layout, most};
use crate::experiment::sensitivity::Screening;

/// Radius of a point, and how near points share a label.
const POINT: (f64, f64) = (3.0, 8.0);
/// Size of a label.
const SIZE: f64 = 11.0;

/// What it shows.
pub(super) const ABOUT: [&str; 7] = [
    "Across: mu*, how far a number moves the",
    "output over its span. Upward: sigma, how",
    "much that depends on the others (and on",
    "noise). Each point is a number, with that",
    "of its row; paler ones have none. Below",
    "the line the effect is nearly the same",
    "everywhere.",
];

/// Says so beside it on a screen.
pub(super) fn about(canvas: &mut Canvas<'_>, left: f64, top: f64) {
    let face = Face::new(13.0).bold();
    canvas.text((left, top + 12.0), "Elementary effects", face);
    let small = Face::new(12.0).colour(GREY);
    canvas.lines((left, top + 34.0), &ABOUT.map(str::to_owned), 17.0, small);
}

/// mu* across, sigma upward, the rows' numbers beside their points.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    layout: &Layout<'_>,
    screening: &Screening,
    (top, bottom): (f64, f64),
) {
    let most = most(screening);
    for output in layout.outputs.clone() {
        let Some(effects) = screening.effects.get(output) else {
            continue;
        };
        let left = layout.x(output);
        let right = left + layout.column;
        let x = |v: f64| left + (v / most).clamp(0.0, 1.0) * layout.column;
        let y = |v: f64| bottom - (v / most).clamp(0.0, 1.0) * (bottom - top);
        canvas.rect(left, top, layout.column, bottom - top, PALE);
        canvas.line(&[(x(0.0), y(0.0)), (x(most), y(most * 0.5))], 1.0, GRID);
        let tick = Face::new(11.0).colour(GREY).anchor(Anchor::Middle);
        for mark in ticks(0.0, most, 2) {
            let label = mark.label.unwrap_or_default();
            canvas.line(
                &[(x(mark.at), bottom), (x(mark.at), bottom + 4.0)],
                1.0,
                GREY,
            );
            canvas.text((x(mark.at), bottom + 17.0), &label, tick);
            if output == layout.outputs.start && mark.at > 0.0 {
                let label = Face::new(11.0).colour(GREY).anchor(Anchor::End).middle();
                canvas.text((left - 5.0, y(mark.at)), &short(mark.at), label);
            }
        }
        let points: Vec<(Option<usize>, Point)> = effects
            .iter()
            .enumerate()
            .map(|(number, effect)| {
                let row = layout.rows.iter().position(|row| *row == Some(number));
                (row, (x(effect.mu_star.value), y(effect.sigma.value)))
            })
            .collect();
        // Those with a row above those without.
        let (named, other): (Vec<_>, Vec<_>) = points.iter().partition(|(row, _)| row.is_some());
        for (opacity, points) in [(0.3, &other), (0.75, &named)] {
            for (_, at) in points {
                canvas.disc(*at, POINT.0, faded(BLUE, opacity));
            }
        }
        let named: Vec<(usize, Point)> = named
            .into_iter()
            .filter_map(|(row, at)| Some((row? + 1, at)))
            .collect();
        labels(canvas, &named, (left, top, right, bottom));
    }
}

/// Numbers beside the points, out of each other's way; points that lie on each other share
/// one label.
fn labels(canvas: &mut Canvas<'_>, points: &[(usize, Point)], area: (f64, f64, f64, f64)) {
    let (left, top, right, bottom) = area;
    let mut clusters: Vec<(Point, Vec<usize>)> = Vec::new();
    let mut sorted = points.to_vec();
    sorted.sort_by_key(|(row, _)| *row);
    for (row, at) in sorted {
        let near = |p: &Point| libm::hypot(p.0 - at.0, p.1 - at.1) < POINT.1;
        match clusters.iter_mut().find(|(centre, _)| near(centre)) {
            Some((_, rows)) => rows.push(row),
            None => clusters.push((at, vec![row])),
        }
    }
    let face = Face::new(SIZE).bold().colour(INK).middle();
    let mut taken: Vec<(f64, f64, f64, f64)> = points
        .iter()
        .map(|(_, (x, y))| (x - POINT.0, y - POINT.0, x + POINT.0, y + POINT.0))
        .collect();
    for ((x, y), rows) in &clusters {
        let text = spans(rows);
        let (wide, half) = (face.width(&text), SIZE * 0.42);
        let (away, off) = (POINT.0 + 4.5, POINT.0 + half + 1.0);
        // Beside, above, below, then further away.
        let places = [1.0, 2.2, 3.6, 5.0].into_iter().flat_map(|far| {
            [
                (x + away * far, y - 4.0 * (far - 1.0)),
                (x - away * far - wide, y - 4.0 * (far - 1.0)),
                (x - wide / 2.0, y - off * far),
                (x - wide / 2.0, y + off * far),
                (x + away * far, y - off * far),
                (x + away * far, y + off * far),
                (x - away * far - wide, y - off * far),
                (x - away * far - wide, y + off * far),
            ]
        });
        let free: Vec<(f64, f64, f64, f64)> = places
            .map(|(x, y)| (x, y - half, x + wide, y + half))
            .filter(|b| b.0 >= left && b.2 <= right && b.1 >= top && b.3 <= bottom + SIZE)
            .filter(|b| {
                let apart = |t: &(f64, f64, f64, f64)| {
                    b.2 + 4.0 < t.0 || t.2 + 4.0 < b.0 || b.3 < t.1 || t.3 < b.1
                };
                taken.iter().all(apart)
            })
            .collect();
        // Over the lower edge, where the marks of the axis are, only if there is no other place.
        let inside = free.iter().find(|b| b.3 <= bottom + 2.0);
        let place = inside.or(free.first()).copied();
        if let Some(place) = place {
            canvas.text((place.0, (place.1 + place.3) / 2.0), &text, face);
            taken.push(place);
        }
    }
}

/// Row numbers as in `1–3, 5`.
fn spans(rows: &[usize]) -> String {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for &row in rows {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == row => *last = row,
            _ => spans.push((row, row)),
        }
    }
    let said = spans.into_iter().map(|(first, last)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first}–{last}"),
    });
    said.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::spans;

    #[test]
    fn rows_that_follow_each_other_are_one_span() {
        assert_eq!(spans(&[1, 2, 3, 5, 7, 8]), "1–3, 5, 7, 8");
        assert_eq!(spans(&[4]), "4");
    }
}
