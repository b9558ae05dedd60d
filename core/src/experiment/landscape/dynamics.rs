//! How ties change if friends of friends become friends: the dynamics of structural balance.
//!
//! With X the matrix of ties, which begins as that of the propensities (sizes don't enter),
//!
//! ```text
//! dX/dt = X²          X(t) = X(0) (I - X(0) t)⁻¹
//! ```
//!
//! every tie grows by what the two think of third parties (Kułakowski, Gawroński and Gronek
//! 2005). It diverges at t* = 1/λ, with λ the greatest eigenvalue of X(0), if that is above 0;
//! there the signs are those of v vᵀ for its eigenvector v, so that all are in two camps by
//! the signs of v (Marvel, Kleinberg, Kleinberg and Strogatz 2011).
//!
//! Kułakowski, K., Gawroński, P., and Gronek, P. (2005). The Heider balance: a continuous
//! approach. *International Journal of Modern Physics C* 16(5). Marvel, S. A., Kleinberg, J.,
//! Kleinberg, R. D., and Strogatz, S. H. (2011). Continuous-time model of structural balance.
//! *PNAS* 108(5).

use serde::Serialize;

/// Below this part of the greatest, eigenvalues are one and parts of an eigenvector are 0.
const NOTHING: f64 = 1e-9;
/// Points between the start and t* at which a change of sign is looked for.
const POINTS: usize = 1000;

/// What becomes of the ties.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dynamics {
    /// The greatest eigenvalue of the matrix of propensities.
    pub eigenvalue: f64,
    /// The time at which ties diverge; none: they never do.
    pub diverges_at: Option<f64>,
    /// Camp of each actor at that time, 0 for the first one's; none for an actor in neither.
    /// Empty where there is no such time, or no one way to part them.
    pub camps: Vec<Option<u8>>,
    /// Each pair of actors, and each actor with itself, in the order of the file.
    pub ties: Vec<Pair>,
}

/// A pair's tie over time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// Indices of the two.
    pub between: (usize, usize),
    /// Its value at the start.
    pub start: f64,
    /// Its values at the times asked for; none from the time on at which ties diverge.
    pub at: Vec<Option<f64>>,
    /// The first time at which its sign changes; none: it doesn't.
    pub turns_at: Option<f64>,
}

impl Dynamics {
    /// Of these propensities, whose two halves are averaged; with what ties are at `times`.
    pub fn of(propensity: &[Vec<f64>], times: &[f64]) -> Self {
        let n = propensity.len();
        let start: Vec<Vec<f64>> = (0..n)
            .map(|i| {
                let mean = |j: usize| 0.5 * (propensity[i][j] + propensity[j][i]);
                (0..n).map(|j| if i == j { 0.0 } else { mean(j) }).collect()
            })
            .collect();
        let spectrum = Spectrum::of(&start);
        let scale = spectrum.scale();
        let first = spectrum.greatest();
        let eigenvalue = spectrum.values.get(first).copied().unwrap_or(0.0);
        let diverges_at = (eigenvalue > NOTHING * scale).then(|| 1.0 / eigenvalue);
        let alone = (0..n)
            .filter(|&k| k != first)
            .all(|k| eigenvalue - spectrum.values[k] > NOTHING * scale);
        let camps = match diverges_at.is_some() && alone {
            true => camps(&spectrum.vectors[first]),
            false => Vec::new(),
        };
        // t* is known but for rounding.
        let is_before = |time: f64| diverges_at.is_none_or(|end| time < end * (1.0 - NOTHING));
        let at: Vec<Option<Vec<Vec<f64>>>> = times
            .iter()
            .map(|&time| is_before(time).then(|| grown(&start, time)).flatten())
            .collect();
        let pairs = (0..n).flat_map(|i| (i..n).map(move |j| (i, j)));
        let ties = pairs
            .map(|(i, j)| Pair {
                between: (i, j),
                start: start[i][j],
                at: at.iter().map(|x| x.as_ref().map(|x| x[i][j])).collect(),
                turns_at: diverges_at.and_then(|end| spectrum.turn(i, j, start[i][j], end)),
            })
            .collect();
        Self {
            eigenvalue,
            diverges_at,
            camps,
            ties,
        }
    }
}

/// The camps by the signs of an eigenvector.
fn camps(vector: &[f64]) -> Vec<Option<u8>> {
    let largest = vector.iter().fold(0.0_f64, |a, v| a.max(v.abs()));
    let is_in = |v: &f64| v.abs() > NOTHING.sqrt() * largest;
    let first = vector.iter().copied().find(is_in).unwrap_or(1.0);
    let camp = |v: &f64| is_in(v).then(|| u8::from(v * first < 0.0));
    vector.iter().map(camp).collect()
}

/// `X (I - X t)⁻¹` by elimination; `None` where it has no inverse. Before t* every pivot is
/// above 0, as the matrix is positive definite.
fn grown(start: &[Vec<f64>], time: f64) -> Option<Vec<Vec<f64>>> {
    let n = start.len();
    let mut left: Vec<Vec<f64>> = (0..n)
        .map(|i| {
            let one = |j: usize| f64::from(u8::from(i == j));
            (0..n).map(|j| one(j) - start[i][j] * time).collect()
        })
        .collect();
    // As both are symmetric and go together, (I - X t)⁻¹ X is the same.
    let mut right = start.to_vec();
    for k in 0..n {
        let pivot = left[k][k];
        if pivot.abs() < f64::MIN_POSITIVE {
            return None;
        }
        let (pivot_left, pivot_right) = (left[k].clone(), right[k].clone());
        for i in (0..n).filter(|&i| i != k) {
            let factor = left[i][k] / pivot;
            for j in 0..n {
                left[i][j] -= factor * pivot_left[j];
                right[i][j] -= factor * pivot_right[j];
            }
        }
    }
    for (k, row) in right.iter_mut().enumerate() {
        for value in row {
            *value /= left[k][k];
        }
    }
    right
        .iter()
        .flatten()
        .all(|value| value.is_finite())
        .then_some(right)
}

/// Eigenvalues and eigenvectors of a symmetric matrix.
struct Spectrum {
    values: Vec<f64>,
    /// One for each value.
    vectors: Vec<Vec<f64>>,
}

impl Spectrum {
    /// By Jacobi's rotations, in a fixed order.
    fn of(matrix: &[Vec<f64>]) -> Self {
        const MOST_SWEEPS: usize = 64;
        let n = matrix.len();
        let mut a = matrix.to_vec();
        let mut vectors: Vec<Vec<f64>> = (0..n)
            .map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect())
            .collect();
        for _ in 0..MOST_SWEEPS {
            let pairs = (0..n).flat_map(|p| (p + 1..n).map(move |q| (p, q)));
            let mut rotated = false;
            for (p, q) in pairs {
                let beside = a[p][p].abs() + a[q][q].abs();
                if a[p][q].abs() <= f64::EPSILON * f64::EPSILON * beside || a[p][q] == 0.0 {
                    continue;
                }
                rotated = true;
                rotate(&mut a, &mut vectors, p, q);
            }
            if !rotated {
                break;
            }
        }
        Self {
            values: (0..n).map(|i| a[i][i]).collect(),
            vectors,
        }
    }

    /// The greatest of all values, without their signs.
    fn scale(&self) -> f64 {
        self.values.iter().fold(0.0, |a, value| a.max(value.abs()))
    }

    /// The place of the greatest value, the first of them.
    fn greatest(&self) -> usize {
        let better = |best: usize, k: usize| match self.values[k] > self.values[best] {
            true => k,
            false => best,
        };
        (0..self.values.len()).fold(0, better)
    }

    /// A tie at a time before t*.
    fn tie(&self, i: usize, j: usize, time: f64) -> f64 {
        let terms = self.values.iter().zip(&self.vectors);
        terms
            .map(|(value, v)| v[i] * v[j] * value / (1.0 - value * time))
            .sum()
    }

    /// The first time before `end` at which a tie's sign is no longer that of `start`.
    fn turn(&self, i: usize, j: usize, start: f64, end: f64) -> Option<f64> {
        if start == 0.0 {
            return None;
        }
        let turned = |time: f64| self.tie(i, j, time) * start < 0.0;
        let at = |point: usize| end * point as f64 / POINTS as f64;
        let after = (1..POINTS).find(|&point| turned(at(point)))?;
        let (mut low, mut high) = (at(after - 1), at(after));
        // Halved until nothing lies between.
        loop {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                return Some(high);
            }
            match turned(middle) {
                true => high = middle,
                false => low = middle,
            }
        }
    }
}

/// Makes an element 0 by turning two axes.
fn rotate(a: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let sign = if theta < 0.0 { -1.0 } else { 1.0 };
    let tangent = sign / (theta.abs() + (theta * theta + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    let turn = |x: &mut f64, y: &mut f64| {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    };
    for row in a.iter_mut() {
        let (before, from) = row.split_at_mut(q);
        turn(&mut before[p], &mut from[0]);
    }
    for matrix in [&mut *a, vectors] {
        let (before, from) = matrix.split_at_mut(q);
        let rows = before[p].iter_mut().zip(&mut from[0]);
        rows.for_each(|(x, y)| turn(x, y));
    }
    (a[p][q], a[q][p]) = (0.0, 0.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &[&[f64]], times: &[f64]) -> Dynamics {
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.to_vec()).collect();
        Dynamics::of(&rows, times)
    }

    #[test]
    fn dynamics_follow_the_differential_equation() {
        // Runge and Kutta's fourth order, with steps that leave an error of 1e-9 or less.
        let start: Vec<Vec<f64>> = [
            [0., 0.3, -0.7, 0.2],
            [0.3, 0., 0.5, -0.1],
            [-0.7, 0.5, 0., 0.4],
            [0.2, -0.1, 0.4, 0.],
        ]
        .map(|row| row.to_vec())
        .to_vec();
        let square = |x: &[Vec<f64>]| -> Vec<Vec<f64>> {
            let cell = |i: usize, j: usize| (0..4).map(|k| x[i][k] * x[k][j]).sum();
            (0..4)
                .map(|i| (0..4).map(|j| cell(i, j)).collect())
                .collect()
        };
        let plus = |x: &[Vec<f64>], h: f64, d: &[Vec<f64>]| -> Vec<Vec<f64>> {
            let cell = |i: usize, j: usize| x[i][j] + h * d[i][j];
            (0..4)
                .map(|i| (0..4).map(|j| cell(i, j)).collect())
                .collect()
        };
        let (mut x, h) = (start.clone(), 1e-3);
        for _ in 0..800 {
            let a = square(&x);
            let b = square(&plus(&x, h / 2.0, &a));
            let c = square(&plus(&x, h / 2.0, &b));
            let d = square(&plus(&x, h, &c));
            for (k, weight) in [(&a, 1.0), (&b, 2.0), (&c, 2.0), (&d, 1.0)] {
                x = plus(&x, h * weight / 6.0, k);
            }
        }
        for tie in Dynamics::of(&start, &[0.8]).ties {
            let (i, j) = tie.between;
            let at = tie.at[0].expect("before t*");
            assert!((at - x[i][j]).abs() < 1e-8, "{i} {j}: {at}, {}", x[i][j]);
        }
    }

    #[test]
    fn equal_enemies_have_no_one_way_to_part() {
        let found = of(&[&[0., -1., -1.], &[-1., 0., -1.], &[-1., -1., 0.]], &[0.5]);
        // Eigenvalues -2, 1, 1.
        assert!((found.eigenvalue - 1.0).abs() < 1e-12);
        assert!(found.camps.is_empty());
    }

    #[test]
    fn ties_diverge_only_where_there_are_some() {
        let found = of(&[&[0., 0.], &[0., 0.]], &[1.0]);
        assert_eq!(found.diverges_at, None);
        assert_eq!(found.ties[1].at, [Some(0.0)]);
    }

    #[test]
    fn two_enemies_come_to_hate_each_other_without_end() {
        // X² is the unit matrix: x12 = -1/(1 - t²), x11 = t/(1 - t²).
        let found = of(&[&[0., -1.], &[-1., 0.]], &[0.5, 1.0]);
        assert!((found.eigenvalue - 1.0).abs() < 1e-12);
        assert_eq!(found.camps, [Some(0), Some(1)]);
        let at = |pair: usize| found.ties[pair].at[0].expect("before t*");
        assert!((at(1) + 4.0 / 3.0).abs() < 1e-12 && (at(0) - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(found.ties[1].at[1], None);
        assert_eq!(found.ties[1].turns_at, None);
    }
}
