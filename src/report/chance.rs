//! Chances in words: a fixed number of decimals, and nothing that only rounds to 0 or to 1
//! is said to be it.

use crate::engine::{Estimate, OutcomeSummary};
use crate::experiment::replay::percent;

/// What stands where all replicates share one draw of the inputs.
pub const NO_INTERVAL: &str = "no interval";

/// A chance with three decimals; `< 0.001` and `> 0.999` where these would say 0 or 1 of what
/// is neither.
pub fn chance(value: f64) -> String {
    decimals(value, 3)
}

/// The same with another number of decimals.
pub fn decimals(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{value:.decimals$}");
    if value > 0.0 && text == format!("{:.decimals$}", 0.0) {
        format!("< {}", least(decimals))
    } else if value < 1.0 && text == format!("{:.decimals$}", 1.0) {
        format!("> 0.{}", "9".repeat(decimals))
    } else {
        text
    }
}

/// The least number with so many decimals.
fn least(decimals: usize) -> String {
    format!("0.{:0>decimals$}", 1)
}

/// The ends of a chance's interval, in brackets, or [`NO_INTERVAL`].
pub fn interval(e: &Estimate) -> String {
    match e.is_unknown_chance() {
        true => NO_INTERVAL.to_owned(),
        false => format!("[{}, {}]", chance(e.low), chance(e.high)),
    }
}

/// A chance with its interval, in columns.
pub fn chance_cell(e: &Estimate) -> String {
    format!("{:>7}  {:<16}", chance(e.value), interval(e))
}

/// The head of a column of [`chance_cell`].
pub const CHANCE_HEAD: &str = " chance  95 % interval   ";

/// A difference of chances with its sign and three decimals; `< +0.001` and `> -0.001` where
/// these would say 0 of what is not.
pub fn difference(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    match (value, value.abs() < 0.0005) {
        (0.0, _) => "0.000".to_owned(),
        (_, true) if value > 0.0 => "< +0.001".to_owned(),
        (_, true) => "> -0.001".to_owned(),
        _ => format!("{value:+.3}"),
    }
}

/// A difference with its interval.
pub fn difference_cell(e: &Estimate) -> String {
    let interval = match e.is_unknown_difference() {
        true => NO_INTERVAL.to_owned(),
        false => format!("[{}, {}]", difference(e.low), difference(e.high)),
    };
    format!("{:>10}  {interval:<16}", difference(e.value))
}

/// The share of an outcome's variance that inputs carry, with its interval; nothing but a dash
/// where it is not told from noise.
pub fn from_inputs(outcome: &OutcomeSummary) -> String {
    match &outcome.input_share {
        Some(share) if outcome.dated && share.low > 0.0 => {
            let whole = |share: f64| percent(share).replace(" %", "");
            let [low, high] = [share.low, share.high].map(whole);
            format!("{} [{low}, {high}]", percent(share.value))
        }
        _ => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_rounds_to_none_or_all_is_not_said_to_be_it() {
        let said = [0.0, 1e-9, 0.0004, 0.0005001, 0.5, 0.9994, 0.9996, 1.0].map(chance);
        let wanted = [
            "0.000", "< 0.001", "< 0.001", "0.001", "0.500", "0.999", "> 0.999", "1.000",
        ];
        assert_eq!(said, wanted);
        assert_eq!(
            [0.0, 0.004, 0.996].map(|x| decimals(x, 2)),
            ["0.00", "< 0.01", "> 0.99"]
        );
        let said = [0.0, 2e-5, -2e-5, 0.0123, -1.0].map(difference);
        assert_eq!(said, ["0.000", "< +0.001", "> -0.001", "+0.012", "-1.000"]);
    }

    #[test]
    fn none_of_ten_thousand_has_an_upper_end_that_is_not_none() {
        let none = crate::engine::wilson(0.0, 100_000.0);
        assert_eq!(chance_cell(&none).trim(), "0.000  [0.000, < 0.001]");
    }

    #[test]
    fn where_nothing_is_known_that_is_said() {
        let cell = chance_cell(&Estimate::unknown_chance(0.8));
        assert_eq!(cell.trim(), "0.800  no interval");
    }
}
