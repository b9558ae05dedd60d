//! Ranges as they are typed: `low:high`.

use super::error::CommandError;

/// The two ends of a range, each as it was typed and as a number; `wrong` makes an error of what
/// is wrong with it.
pub(super) fn range(
    text: &str,
    wrong: impl Fn(&str) -> CommandError,
) -> Result<[(&str, f64); 2], CommandError> {
    let (low, high) = text
        .split_once(':')
        .ok_or_else(|| wrong("no `:` between low and high"))?;
    let end = |text: &str| {
        let value: Option<f64> = text.trim().parse().ok().filter(|v: &f64| v.is_finite());
        value.ok_or_else(|| wrong(&format!("`{}` is not a finite number", text.trim())))
    };
    let ends = [(low, end(low)?), (high, end(high)?)];
    match ends[0].1 < ends[1].1 {
        true => Ok(ends),
        false => Err(wrong("low must be less than high")),
    }
}
