//! A comparison as text.

mod screen;

pub use screen::comparison_screen;

use crate::experiment::OutcomeKey;

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
