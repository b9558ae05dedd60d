//! Contour lines of a grid, by marching squares (Lorensen and Cline 1987 in the plane).

/// A stretch of a line of equal value.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// The value.
    pub level: f64,
    /// Its two ends, in cells: 0.5 is the middle of the first.
    pub points: [(f64, f64); 2],
}

/// Lines at round values between the middles of the cells: every 0.1, or every 0.05
/// where the whole map spans less than 0.3. Squares with a corner missing have none.
pub fn contours(cells: &[Vec<Option<f64>>]) -> Vec<Stretch> {
    let known = cells.iter().flatten().flatten().copied();
    let (low, high) = known.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
    let step = if high - low < 0.3 { 0.05 } else { 0.1 };
    let mut stretches = Vec::new();
    for k in 1..20 {
        let level = step * f64::from(k);
        if level < 0.999 && (low..=high).contains(&level) {
            at_level(cells, level, &mut stretches);
        }
    }
    stretches
}

fn at_level(cells: &[Vec<Option<f64>>], level: f64, stretches: &mut Vec<Stretch>) {
    for (y, rows) in cells.windows(2).enumerate() {
        for x in 0..rows[0].len().saturating_sub(1) {
            let corners = [rows[0][x], rows[0][x + 1], rows[1][x + 1], rows[1][x]];
            let [Some(a), Some(b), Some(c), Some(d)] = corners else {
                continue;
            };
            let (x, y) = (x as f64 + 0.5, y as f64 + 0.5);
            let corners = [
                (x, y, a),
                (x + 1.0, y, b),
                (x + 1.0, y + 1.0, c),
                (x, y + 1.0, d),
            ];
            square(&corners, level, stretches);
        }
    }
}

fn square(corners: &[(f64, f64, f64); 4], level: f64, stretches: &mut Vec<Stretch>) {
    let above = |v: f64| v >= level;
    // Where the line crosses each side, from one corner to the next.
    let mut crossings: Vec<(f64, f64)> = (0..4)
        .filter_map(|k| {
            let ((x0, y0, v0), (x1, y1, v1)) = (corners[k], corners[(k + 1) % 4]);
            let share = (level - v0) / (v1 - v0);
            (above(v0) != above(v1)).then_some((x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
        })
        .collect();
    // In a saddle the middle decides which corners belong together.
    let middle = corners.iter().map(|c| c.2).sum::<f64>() / 4.0;
    if crossings.len() == 4 && above(middle) != above(corners[0].2) {
        crossings.rotate_left(1);
    }
    for ends in crossings.chunks_exact(2) {
        stretches.push(Stretch {
            level,
            points: [ends[0], ends[1]],
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_has_straight_lines_at_tenths() {
        let cells: Vec<Vec<Option<f64>>> = (0..3)
            .map(|_| (0..3).map(|x| Some(f64::from(x) * 0.5)).collect())
            .collect();
        let lines = contours(&cells);
        // Levels 0.1 to 0.9 through two rows of squares; 0.5 lies on a middle.
        assert_eq!(lines.len(), 2 * 9);
        for line in lines {
            for (x, _) in line.points {
                assert!((x - 0.5 - 2.0 * line.level).abs() < 1e-12, "{line:?}");
            }
        }
    }

    #[test]
    fn a_saddle_keeps_its_high_corners_together_or_apart() {
        let saddle = |high: f64| vec![vec![Some(high), Some(0.0)], vec![Some(0.0), Some(high)]];
        for high in [1.0, 0.6] {
            let lines: Vec<_> = contours(&saddle(high))
                .into_iter()
                .filter(|l| (l.level - 0.4).abs() < 1e-9)
                .collect();
            assert_eq!(lines.len(), 2);
            // Of level 0.4, corners above it are joined where the middle is above it too.
            let cuts_off_first = lines.iter().any(|l| {
                let [a, b] = l.points;
                a.0 + a.1 < 2.0 && b.0 + b.1 < 2.0 && (a.0 - b.0) * (a.1 - b.1) < 0.0
            });
            assert_eq!(cuts_off_first, high < 0.8);
        }
    }

    #[test]
    fn what_is_missing_has_no_lines() {
        let cells = vec![vec![Some(0.0), Some(1.0)], vec![None, Some(1.0)]];
        assert!(contours(&cells).is_empty());
        assert!(contours(&[]).is_empty());
    }
}
