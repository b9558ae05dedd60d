//! A little linear algebra in double precision, on small dense symmetric matrices.

/// The lower triangle L with L L' = the matrix, row by row; `None` if that is not positive
/// definite.
pub fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = matrix.len();
    let mut lower = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let left = matrix[i][j] - known;
            lower[i][j] = match i == j {
                true if left > 0.0 => left.sqrt(),
                true => return None,
                false => left / lower[j][j],
            };
        }
    }
    Some(lower)
}

/// Solves L x = b.
pub fn forward(lower: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let mut x = Vec::with_capacity(b.len());
    for (row, b) in lower.iter().zip(b) {
        let known: f64 = row.iter().zip(&x).map(|(l, x)| l * x).sum();
        x.push((b - known) / row[x.len()]);
    }
    x
}

/// Solves L L' x = b.
pub fn solve(lower: &[Vec<f64>], b: &[f64]) -> Vec<f64> {
    let n = b.len();
    let mut x = forward(lower, b);
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|k| lower[k][i] * x[k]).sum();
        x[i] = (x[i] - known) / lower[i][i];
    }
    x
}

/// Mean and covariance of weighted points; the weights sum to 1.
pub fn moments(points: &[Vec<f64>], weights: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = points.first().map_or(0, Vec::len);
    let mut mean = vec![0.0; n];
    for (point, weight) in points.iter().zip(weights) {
        for (mean, x) in mean.iter_mut().zip(point) {
            *mean += weight * x;
        }
    }
    let mut covariance = vec![vec![0.0; n]; n];
    for (point, weight) in points.iter().zip(weights) {
        for i in 0..n {
            for j in 0..=i {
                covariance[i][j] += weight * (point[i] - mean[i]) * (point[j] - mean[j]);
            }
        }
    }
    let mirrored = |i: usize| (0..n).map(|j| covariance[i.max(j)][i.min(j)]).collect();
    let covariance = (0..n).map(mirrored).collect();
    (mean, covariance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_solved_solves() {
        let matrix = [
            vec![4.0, 2.0, 0.4],
            vec![2.0, 3.0, 0.5],
            vec![0.4, 0.5, 1.0],
        ];
        let lower = cholesky(&matrix).unwrap();
        let x = solve(&lower, &[1.0, -2.0, 0.5]);
        for (row, b) in matrix.iter().zip([1.0, -2.0, 0.5]) {
            let found: f64 = row.iter().zip(&x).map(|(a, x)| a * x).sum();
            assert!((found - b).abs() < 1e-12);
        }
        assert!(cholesky(&[vec![1.0, 2.0], vec![2.0, 1.0]]).is_none());
    }
}
