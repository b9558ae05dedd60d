//! Sums over lists of lanes.
//!
//! Each addition to a running sum waits for the one before it, so four terms are brought
//! together first. The order of the additions is the same for every number of lanes.

use super::isa::lanewise;
use super::lanes::Lanes;

/// Terms brought together before they are added.
const BLOCK: usize = 4;

/// The sum of a term over the items of a list, in order, from 0 or from what is given:
/// `sum_over!(&a in &plan.territories => p.value[a])`.
///
/// A closure would not do: it is compiled by itself, without the instructions of its caller's set.
macro_rules! sum_over {
    ($item:pat in $list:expr => $term:expr) => {
        $crate::numeric::sum_over!($item in $list => $term, from $crate::numeric::Lanes::ZERO)
    };
    ($item:pat in $list:expr => $term:expr, from $first:expr) => {{
        let mut sum = $first;
        for $item in $crate::numeric::lanewise($list) {
            sum += $term;
        }
        sum
    }};
}
pub(crate) use sum_over;

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

// Sums of a few rows and columns of a product at a time stay in registers, as many as AVX2 has
// for them.
const ROWS: usize = 2;
const COLUMNS: usize = 3;

/// How much room [`multiply`] asks for where matrices have `n` rows.
pub fn panel_size(n: usize) -> usize {
    n * COLUMNS
}

/// The product of two square matrices with `n` rows, row by row: `out[i, j]` becomes the sum over k,
/// in order, of `left[i, k] * right[k, j]`. `panel` is room for [`panel_size`] items,
/// whatever they are.
#[inline(always)]
pub fn multiply<const N: usize>(
    left: &[Lanes<N>],
    right: &[Lanes<N>],
    n: usize,
    panel: &mut [Lanes<N>],
    out: &mut [Lanes<N>],
) {
    let (rows, columns) = (n / ROWS * ROWS, n / COLUMNS * COLUMNS);
    // By columns: their part of the right one stays near the core for all rows. In place its rows
    // would lie a whole row apart, in each other's way there.
    for j in (0..columns).step_by(COLUMNS) {
        let panel = gather::<N, COLUMNS>(right, n, j, panel);
        for i in (0..rows).step_by(ROWS) {
            tile::<N, ROWS, COLUMNS>(left, panel, n, out, i, j);
        }
        for i in rows..n {
            tile::<N, 1, COLUMNS>(left, panel, n, out, i, j);
        }
    }
    for j in columns..n {
        let panel = gather::<N, 1>(right, n, j, panel);
        for i in (0..rows).step_by(ROWS) {
            tile::<N, ROWS, 1>(left, panel, n, out, i, j);
        }
        for i in rows..n {
            tile::<N, 1, 1>(left, panel, n, out, i, j);
        }
    }
}

/// Some columns of a matrix, from `j` on, row by row.
#[inline(always)]
fn gather<'p, const N: usize, const COLUMNS: usize>(
    matrix: &[Lanes<N>],
    n: usize,
    j: usize,
    panel: &'p mut [Lanes<N>],
) -> &'p [Lanes<N>] {
    let panel = &mut panel[..n * COLUMNS];
    let lines = matrix.chunks_exact(n);
    for (to, line) in panel.chunks_exact_mut(COLUMNS).zip(lines) {
        to.copy_from_slice(&line[j..j + COLUMNS]);
    }
    panel
}

/// The part of a product that begins at (i, j); `panel` has the columns of the right one from j on.
#[inline(always)]
fn tile<const N: usize, const ROWS: usize, const COLUMNS: usize>(
    left: &[Lanes<N>],
    panel: &[Lanes<N>],
    n: usize,
    out: &mut [Lanes<N>],
    i: usize,
    j: usize,
) {
    let left = &left[i * n..(i + ROWS) * n];
    let mut sums = [[Lanes::ZERO; COLUMNS]; ROWS];
    for (k, line) in lanewise(panel.chunks_exact(COLUMNS).enumerate()) {
        for (row, sums) in sums.iter_mut().enumerate() {
            let factor = left[row * n + k];
            for (sum, value) in sums.iter_mut().zip(line) {
                *sum += factor * *value;
            }
        }
    }
    for (row, sums) in sums.iter().enumerate() {
        out[(i + row) * n + j..][..COLUMNS].copy_from_slice(sums);
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
    fn products_of_matrices_of_every_size() {
        for n in 0..17 {
            let (left, right) = (numbers(n * n, 3), numbers(n * n, 11));
            let (mut panel, mut out) = (numbers(panel_size(n), 3), numbers(n * n, 2));
            multiply(&left, &right, n, &mut panel, &mut out);
            for (place, found) in out.iter().enumerate() {
                let (i, j) = (place / n, place % n);
                let product = (0..n).fold(Lanes::ZERO, |sum, k| {
                    sum + left[i * n + k] * right[k * n + j]
                });
                assert_eq!(*found, product);
            }
        }
    }
}
