//! How a run is named where its results go: in manifests, and inside pictures and tables.

use crate::scenario::Scenario;

use super::ScenarioEntry;

/// A scenario as the manifest and the pictures name it.
pub fn entry(scenario: &Scenario) -> ScenarioEntry {
    ScenarioEntry {
        name: scenario.name.clone(),
        identity: scenario.identity(),
    }
}

/// What pictures and tables carry inside, so that they can be traced to their run.
pub fn notes(scenarios: &[ScenarioEntry], seed: u64, replicates: u64) -> Vec<(String, String)> {
    let of = |what: fn(&ScenarioEntry) -> &str| {
        let all: Vec<&str> = scenarios.iter().map(what).collect();
        all.join(" ")
    };
    let mut notes = vec![
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("scenario", of(|s| &s.name)),
        ("scenario-blake3", of(|s| &s.identity.blake3)),
        ("seed", seed.to_string()),
        ("replicates", replicates.to_string()),
    ];
    // Of several scenarios the labels stand in the picture.
    if let [only] = scenarios {
        let label = only.identity.label.clone();
        notes.extend(label.map(|label| ("label", label)));
        if !only.identity.settings.is_empty() {
            notes.push(("settings", only.identity.settings.join("; ")));
        }
    }
    let named = |(key, value)| (format!("simulate:{key}"), value);
    notes.into_iter().map(named).collect()
}
