//! Sums over lists of lanes.
//!
//! Each addition to a running sum waits for the one before it, so four terms are brought
//! together first. The order of the additions is the same for every number of lanes.

use super::isa::lanewise;
use super::lanes::Lanes;

/// Terms brought together before they are added.
const BLOCK: usize = 4;

/// The sum of all.
#[inline(always)]
pub fn sum<const N: usize>(values: &[Lanes<N>]) -> Lanes<N> {
    let (blocks, rest) = values.as_chunks::<BLOCK>();
    let mut sum = Lanes::ZERO;
    for [a, b, c, d] in lanewise(blocks) {
        sum += (*a + *b) + (*c + *d);
    }
    for value in lanewise(rest) {
        sum += *value;
    }
    sum
}

/// The sum of the products of two lists of the same length.
#[inline(always)]
pub fn dot<const N: usize>(left: &[Lanes<N>], right: &[Lanes<N>]) -> Lanes<N> {
    let (left, left_rest) = left.as_chunks::<BLOCK>();
    let (right, right_rest) = right.as_chunks::<BLOCK>();
    let mut sum = Lanes::ZERO;
    for (x, y) in lanewise(left.iter().zip(right)) {
        sum += (x[0] * y[0] + x[1] * y[1]) + (x[2] * y[2] + x[3] * y[3]);
    }
    for (x, y) in lanewise(left_rest.iter().zip(right_rest)) {
        sum += *x * *y;
    }
    sum
}

/// Adds to each place of `out` the sum over k of `row[k] * matrix[k, place]`; the matrix has
/// as many columns as `out` has places.
#[inline(always)]
pub fn add_row_times<const N: usize>(row: &[Lanes<N>], matrix: &[Lanes<N>], out: &mut [Lanes<N>]) {
    let columns = out.len();
    let (blocks, rest) = row.as_chunks::<BLOCK>();
    let mut lines = matrix.chunks_exact(columns.max(1));
    for &[p, q, r, s] in blocks {
        let mut line = || lines.next().unwrap_or_default();
        let (a, b, c, d) = (line(), line(), line(), line());
        for ((((out, a), b), c), d) in lanewise(out.iter_mut().zip(a).zip(b).zip(c).zip(d)) {
            *out += (p * *a + q * *b) + (r * *c + s * *d);
        }
    }
    for (factor, line) in rest.iter().zip(lines) {
        for (out, value) in lanewise(out.iter_mut().zip(line)) {
            *out += *factor * *value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whole numbers, whose sums and products are exact in any order.
    fn numbers(count: usize, factor: usize) -> Vec<Lanes<2>> {
        let number = |k: usize| ((k * factor) % 17) as f32 - 5.0;
        (0..count)
            .map(|k| Lanes([number(k), number(k + 3)]))
            .collect()
    }

    #[test]
    fn sums_and_products_of_every_length() {
        for count in 0..30 {
            let (a, b) = (numbers(count, 5), numbers(count, 7));
            let all = a.iter().fold(Lanes::ZERO, |sum, x| sum + *x);
            assert_eq!(sum(&a), all);
            let pairs = a.iter().zip(&b);
            let products = pairs.fold(Lanes::ZERO, |sum, (x, y)| sum + *x * *y);
            assert_eq!(dot(&a, &b), products);
        }
    }

    #[test]
    fn rows_times_matrices() {
        for (rows, columns) in [(1, 1), (3, 2), (4, 4), (5, 7), (14, 14), (6, 13)] {
            let (row, matrix) = (numbers(rows, 3), numbers(rows * columns, 11));
            let mut out = numbers(columns, 2);
            add_row_times(&row, &matrix, &mut out);
            for (column, found) in out.iter().enumerate() {
                let product = (0..rows).fold(numbers(columns, 2)[column], |sum, k| {
                    sum + row[k] * matrix[k * columns + column]
                });
                assert_eq!(*found, product);
            }
        }
    }
}
