//! Labels that keep out of each other's way, and numbers as a reader wants them.

use super::axis::Horizon;
use crate::engine::{Estimate, Summary};
use crate::report::chance::{NO_INTERVAL, decimals};

/// Moves labels apart to at least `gap` from centre to centre within `low..=high`,
/// as little as possible (least squares), and keeps their order. Where there is no
/// room for that gap, the gap shrinks.
pub fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let count = wanted.len();
    if count == 0 {
        return Vec::new();
    }
    let gap = gap.min((high - low).max(0.0) / (count - 1).max(1) as f64);
    let mut order: Vec<usize> = (0..count).collect();
    let place = |index: usize| {
        if wanted[index].is_finite() {
            wanted[index]
        } else {
            high
        }
    };
    order.sort_by(|&a, &b| place(a).total_cmp(&place(b)));

    // Taking away each label's rank times the gap leaves a problem without gaps:
    // the nearest sequence that never falls, found by pooling what falls.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (rank, &index) in order.iter().enumerate() {
        let mut pool = (place(index) - rank as f64 * gap, 1);
        while let Some(&(sum, size)) = pools.last() {
            if sum / size as f64 <= pool.0 / pool.1 as f64 {
                break;
            }
            pool = (pool.0 + sum, pool.1 + size);
            pools.pop();
        }
        pools.push(pool);
    }
    let last = (high - (count - 1) as f64 * gap).max(low);
    let mut placed = vec![0.0; count];
    let mut rank = 0;
    for (sum, size) in pools {
        let start = (sum / size as f64).clamp(low, last);
        for _ in 0..size {
            placed[order[rank]] = start + rank as f64 * gap;
            rank += 1;
        }
    }
    placed
}

/// A chance and its 95 % interval, as in `0.789` and `[0.781, 0.797]`: with three decimals, as
/// everywhere.
pub fn figures(estimate: &Estimate) -> (String, String) {
    let said = |value| chance(value, 3);
    let interval = match estimate.is_unknown_chance() {
        true => NO_INTERVAL.to_owned(),
        false => format!("[{}, {}]", said(estimate.low), said(estimate.high)),
    };
    (said(estimate.value), interval)
}

/// A chance with this many decimals, as [`decimals`] has it but without spaces.
pub fn chance(value: f64, places: usize) -> String {
    decimals(value, places).replace(' ', "")
}

/// How likely something is, and by when half of the histories have it.
pub fn half_by(
    what: &str,
    is: &Estimate,
    median_week: Option<f64>,
    summary: &Summary,
    horizon: &Horizon,
) -> String {
    let share = chance(is.value, 2);
    let step = median_week.map(|week| week / summary.step_weeks);
    match step.and_then(|step| horizon.month(step as usize)) {
        Some(month) => format!("{what} {share}, half by {month}"),
        None => format!("{what} {share}"),
    }
}

/// A whole number with commas between thousands.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A quantity with the decimals that make sense on an axis that ends at `high`.
pub fn quantity(value: f64, high: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if high >= 1e7 {
        return format!("{:.1}m", value / 1e6);
    }
    if high >= 100.0 {
        let whole = count(value.abs().round() as u64);
        return if value <= -0.5 {
            format!("−{whole}")
        } else {
            whole
        };
    }
    let decimals = if high > 3.0 { 1 } else { 2 };
    let size = format!("{:.decimals$}", value.abs());
    match value < 0.0 && size.contains(|digit| ('1'..='9').contains(&digit)) {
        true => format!("−{size}"),
        false => size,
    }
}
