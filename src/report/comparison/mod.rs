//! A comparison as text.

mod screen;

pub use screen::comparison_screen;

/// A set of outcomes, by their keys, in words.
fn set(outcomes: &[String]) -> String {
    match outcomes.is_empty() {
        true => "none".to_owned(),
        false => outcomes.join(" + "),
    }
}
