//! Sizes and propensities as whole numbers of a small unit.

/// Parts of a propensity of 1, and of the smallest size where sizes have no common measure.
pub(super) const PARTS: f64 = 1e4;
/// A common measure is looked for down to this part of the largest size.
const MEASURE: f64 = 1e-5;
/// Propensities that differ by less than this are the same one: single precision, from which
/// they come, doesn't tell them apart.
const SAME: f64 = 5e-6;
/// Sums of whole numbers stay below this.
const ROOM: f64 = (1u64 << 60) as f64;

/// Whole numbers.
pub(super) struct Whole {
    pub sizes: Vec<i64>,
    /// Sums of the two propensities of each pair, [`PARTS`] to 1.
    pub mutual: Vec<i64>,
    /// The size of a unit of size.
    pub size_unit: f64,
}

/// Rounds propensities to 1/10,000. Sizes become multiples of their common measure if they
/// have one, and else are rounded to 1/10,000 of the smallest one, or as finely as leaves room
/// for their sums. `None` if a number isn't finite, or a size is below 0.
pub(super) fn whole(sizes: &[f64], mutual: &[f64]) -> Option<Whole> {
    let is_size = |size: &f64| size.is_finite() && *size >= 0.0;
    if !sizes.iter().all(is_size) || !mutual.iter().all(|p| p.is_finite()) {
        return None;
    }
    let mutual: Vec<i64> = merged(mutual).iter().map(|p| rounded(p * PARTS)).collect();
    let strongest = mutual.iter().map(|p| p.unsigned_abs()).max().unwrap_or(0);
    let positive = || sizes.iter().copied().filter(|size| *size > 0.0);
    let (smallest, largest) = (
        positive().fold(f64::INFINITY, f64::min),
        positive().fold(0.0, f64::max),
    );
    let pairs = (sizes.len() * sizes.len()) as f64;
    let most = (ROOM / (4.0 * pairs * strongest.max(1) as f64))
        .sqrt()
        .floor();
    let size_unit = match common_measure(sizes, largest) {
        Some(measure) if largest / measure <= most => measure,
        _ if largest > 0.0 => (smallest / PARTS).max(largest / most),
        _ => 1.0,
    };
    let size = |size: &f64| match *size > 0.0 {
        true => rounded(size / size_unit).max(1),
        false => 0,
    };
    Some(Whole {
        sizes: sizes.iter().map(size).collect(),
        mutual,
        size_unit,
    })
}

/// The size of which all others are multiples, by Euclid's algorithm.
fn common_measure(sizes: &[f64], largest: f64) -> Option<f64> {
    let least = largest * MEASURE;
    let mut measure = largest;
    for size in sizes.iter().filter(|size| **size > 0.0) {
        let mut rest = *size;
        while rest > least {
            let left = measure - (measure / rest).round() * rest;
            (measure, rest) = (rest, left.abs());
        }
    }
    let fits = |size: &f64| (size / measure - (size / measure).round()).abs() < 0.01;
    (measure > least && sizes.iter().all(fits)).then_some(measure)
}

/// The numbers with those that are the same, but for their sign, made equal.
fn merged(numbers: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|&a, &b| numbers[a].abs().total_cmp(&numbers[b].abs()));
    let mut merged = numbers.to_vec();
    let (mut first, mut before) = (0.0, 0.0);
    for cell in order {
        let size = numbers[cell].abs();
        if size - before > SAME {
            first = size;
        }
        before = size;
        merged[cell] = first * numbers[cell].signum();
    }
    merged
}

fn rounded(value: f64) -> i64 {
    value.round() as i64
}
