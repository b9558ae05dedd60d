//! What a scenario's outcomes are called, for tables, pictures and files.

use serde::{Deserialize, Serialize};

use crate::scenario::{COLOURS, Comes, Outcome, Scenario};

/// An outcome as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeLabel {
    /// Its key in tables, JSON and expressions: the id, and whose it is if there are several.
    pub key: String,
    /// The id of its entry in the scenario.
    pub id: String,
    /// The key of the thing whose it is, if there is one for each of several.
    pub of: Option<String>,
    /// The name shown to a reader, e.g. `"Threat regroups"`.
    pub label: String,
    /// The same in a word.
    pub short: String,
    /// The word for its colour.
    pub colour: String,
    /// Whether it is the only or the first one of its entry.
    pub is_first: bool,
    /// The key of the outcome of which it is a criterion or a stage, with which it is shown.
    pub part_of: Option<String>,
    /// The key of the outcome that may follow it, and is shown together with it.
    pub then: Option<String>,
    /// Whether a history in which it comes about is no stalemate.
    pub counts: bool,
    /// Whether it has a place in orders of events.
    pub ordered: bool,
    /// Whether it has a date; none is known of before the horizon otherwise.
    pub dated: bool,
}

impl OutcomeLabel {
    /// Those of a scenario, in its order.
    pub fn all(scenario: &Scenario) -> Vec<Self> {
        let key = |index: usize| scenario.outcomes[index].key.clone();
        let label = |outcome: &Outcome| Self {
            key: outcome.key.clone(),
            id: outcome.id.clone(),
            of: outcome.of_key().map(str::to_owned),
            label: outcome.label.clone(),
            short: outcome.short.clone(),
            colour: COLOURS[outcome.colour].to_owned(),
            is_first: outcome.is_first,
            part_of: outcome.part_of.map(key),
            then: outcome.then.map(key),
            counts: outcome.counts,
            ordered: outcome.ordered,
            dated: outcome.comes != Comes::Otherwise,
        };
        scenario.outcomes.iter().map(label).collect()
    }

    /// Whether it stands in the headline table and in pictures of outcomes by itself.
    pub fn is_headline(&self) -> bool {
        self.part_of.is_none()
    }
}
