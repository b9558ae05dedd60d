//! Outcomes by the names that a user gives.

use crate::scenario::{Scenario, nearest};

use super::error::CommandError;

/// The place of the outcome of this key, or of the first of this id; `besides` are other words that would do.
pub(super) fn outcome_of(
    scenario: &Scenario,
    name: &str,
    besides: &[&str],
) -> Result<usize, CommandError> {
    let outcomes = &scenario.outcomes;
    let by_key = outcomes.iter().position(|o| o.key == name);
    if let Some(index) = by_key.or_else(|| outcomes.iter().position(|o| o.id == name)) {
        return Ok(index);
    }
    let keys = outcomes.iter().map(|o| o.key.as_str());
    let ids = outcomes.iter().map(|o| o.id.as_str());
    let besides = besides.iter().copied();
    let known: Vec<&str> = keys.clone().chain(besides.clone()).collect();
    let meant = nearest(name, ids.chain(keys).chain(besides));
    let meant = meant.map_or(String::new(), |meant| format!(" (did you mean `{meant}`?)"));
    Err(CommandError::Input(format!(
        "the scenario has no outcome `{name}`{meant}; it has {}",
        known.join(", ")
    )))
}
