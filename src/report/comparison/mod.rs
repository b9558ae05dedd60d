//! A comparison as text, JSON and CSV.

mod csv;
mod screen;

pub use csv::{comparison_csv, differences_csv};
pub use screen::comparison_screen;

use crate::experiment::{Comparison, OutcomeKey};

/// The comparison as JSON.
///
/// # Errors
/// If it can't be written as JSON, which does not happen with finite figures.
pub fn comparison_json(comparison: &Comparison) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(comparison)?;
    text.push('\n');
    Ok(text)
}

/// A set of outcomes in words.
fn set(outcomes: &[OutcomeKey]) -> String {
    if outcomes.is_empty() {
        return "none".to_owned();
    }
    let names: Vec<String> = outcomes.iter().map(ToString::to_string).collect();
    names.join(" + ")
}
