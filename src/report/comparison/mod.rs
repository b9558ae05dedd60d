//! A comparison as text, JSON and CSV.

mod csv;
mod screen;

pub use csv::{comparison_csv, differences_csv};
pub use screen::comparison_screen;

use crate::experiment::{Comparison, OutcomeKey};
use crate::foreign;

/// The comparison as JSON.
///
/// # Errors
/// If it can't be written as JSON, which does not happen with finite figures.
pub fn comparison_json(comparison: &Comparison) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(comparison)?;
    text.push('\n');
    Ok(foreign::json(text))
}

/// A set of outcomes in words; the coalitions that collapse are named together.
fn set(outcomes: &[OutcomeKey]) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut coalitions: Vec<&str> = Vec::new();
    for outcome in outcomes {
        match &outcome.coalition {
            None => words.push(outcome.to_string()),
            Some(coalition) => coalitions.push(coalition),
        }
    }
    if !coalitions.is_empty() {
        words.push(format!("collapse of {}", coalitions.join(", ")));
    }
    match words.is_empty() {
        true => "none".to_owned(),
        false => words.join(" + "),
    }
}
