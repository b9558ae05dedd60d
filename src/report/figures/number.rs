//! Values of a scenario's numbers, and axes over them.

use super::axis::Tick;
use super::labels::count;

/// A value with four digits, or all before the point; thousands have commas.
pub fn short(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    let sign = if value < 0.0 { "−" } else { "" };
    if size >= 1e7 {
        return format!("{sign}{:.4}m", size / 1e6).replace(".0000m", "m");
    }
    if size >= 1000.0 {
        return format!("{sign}{}", count(size.round() as u64));
    }
    if size > 0.0 && size < 1e-4 {
        return format!("{value:.1e}");
    }
    let decimals = match size {
        s if s >= 100.0 => 1,
        s if s >= 10.0 => 2,
        s if s >= 1.0 => 3,
        _ => 4,
    };
    let text = format!("{size:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{sign}{text}")
}

/// Ticks at round numbers from `low` to `high`, about `wanted` of them.
pub fn ticks(low: f64, high: f64, wanted: usize) -> Vec<Tick> {
    let rough = (high - low) / wanted.max(1) as f64;
    if !rough.is_finite() || rough <= 0.0 {
        return Vec::new();
    }
    let unit = libm::pow(10.0, libm::floor(libm::log10(rough)));
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * unit)
        .find(|&step| step >= rough * 0.999)
        .unwrap_or(unit * 10.0);
    let first = libm::ceil(low / step - 1e-9);
    (0..64)
        .map(|k| (first + f64::from(k)) * step)
        .take_while(|&at| at <= high + 1e-9 * step)
        .map(|at| Tick {
            at,
            // Rounding leaves something where zero is meant.
            label: Some(short(if at.abs() < step * 1e-6 { 0.0 } else { at })),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_short_and_keep_their_size() {
        let said = [0.0, 0.35, 1.0 / 3.0, -0.2, 2.0, 45_000.0, 1.25e8, 3e-7].map(short);
        assert_eq!(
            said,
            [
                "0", "0.35", "0.3333", "−0.2", "2", "45,000", "125m", "3.0e-7"
            ]
        );
    }

    #[test]
    fn ticks_are_round_and_inside() {
        let at: Vec<f64> = ticks(0.13, 0.92, 5).iter().map(|t| t.at).collect();
        assert_eq!(at.len(), 4);
        assert!((at[0] - 0.2).abs() < 1e-12 && (at[3] - 0.8).abs() < 1e-12);
        assert_eq!(ticks(-1.0, 1.0, 4)[2].label.as_deref(), Some("0"));
        assert!(ticks(1.0, 1.0, 5).is_empty());
    }
}
