//! What is so on the first day.

use crate::engine::Single;
use crate::scenario::{Scenario, StatePart, Variable};

/// How far each faction feels threatened on the first day, every number at its median.
pub fn perceived_at_start(scenario: &Scenario) -> Vec<f64> {
    let factions = 0..scenario.factions.len();
    let felt = factions.map(|faction| Variable::Part(StatePart::PerceivedThreat(faction)));
    Single::central(scenario).at_start(felt)
}
