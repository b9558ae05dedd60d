//! Whether what a run folder says can be true of its scenario. A folder comes from anywhere:
//! its hashes say only that whoever wrote the manifest had the same files.

use std::convert::Infallible;

use serde_json::Value;

use crate::engine::{self, Batch, LanePath, Progress, Row, Summary};
use crate::report::manifest::Manifest;
use crate::scenario::Scenario;

/// Lists whose length is a result; all others have the length that the scenario gives them.
const RESULTS: [&str; 4] = ["drivers", "sequence_places", "sequences", "support"];

/// Texts and numbers that the scenario gives: what names a thing, or says where it stands.
const GIVEN: [&str; 17] = [
    "scenario",
    "start",
    "end",
    "steps",
    "step_weeks",
    "key",
    "id",
    "kind",
    "colour",
    "part_of",
    "dated",
    "ordered",
    "members",
    "meets",
    "axis_high",
    "a",
    "b",
];

/// In what a manifest doesn't go with its summary, if in anything.
pub(super) fn manifest(manifest: &Manifest, summary: &Summary) -> Result<(), String> {
    let of_manifest = (
        manifest.seed,
        manifest.replicates_asked,
        manifest.replicates,
        manifest.failed.len() as u64,
    );
    let of_summary = (
        summary.seed,
        summary.replicates_asked,
        summary.replicates,
        summary.failed,
    );
    match of_manifest == of_summary {
        true => Ok(()),
        false => Err("manifest and summary speak of different runs".to_owned()),
    }
}

/// In what a summary can't be one of its scenario, if in anything.
pub(super) fn summary(scenario: &Scenario, summary: &Summary) -> Result<(), String> {
    let batch = Batch::of(scenario)
        .seed(summary.seed)
        .replicates(0)
        .path(LanePath::Scalar);
    let none = |_: &[Row]| Ok::<(), Infallible>(());
    let Ok((empty, _)) = engine::run(&batch, &Progress::default(), none);
    let json = |summary: &Summary| serde_json::to_value(summary).map_err(|e| e.to_string());
    agree("the summary", "", &json(&empty)?, &json(summary)?)?;
    let known = |list: usize, index: usize| index < list;
    for support in &summary.support {
        if !known(summary.patrons.len(), support.patron)
            || !known(summary.factions.len(), support.faction)
        {
            return Err("support names a patron or a faction that is not there".to_owned());
        }
    }
    Ok(())
}

/// Whether two summaries have the same form, and agree in what the scenario gives.
fn agree(path: &str, key: &str, empty: &Value, found: &Value) -> Result<(), String> {
    let differs = || Err(format!("{path} is not its scenario's"));
    match (empty, found) {
        (Value::Object(_), Value::Object(object)) if is_estimate(object) => {
            let at = |key: &str| object[key].as_f64().unwrap_or(f64::NAN);
            // An interval that is wider by rounding is still one.
            let within = |value: f64| (-1e-9..=1.0 + 1e-9).contains(&value);
            let all = [at("low"), at("value"), at("high")];
            if all.iter().any(|v| v.is_finite()) && !all.into_iter().all(within) {
                return Err(format!("{path} is no chance"));
            }
            Ok(())
        }
        (Value::Object(empty), Value::Object(found)) => {
            for (key, empty) in empty {
                let found = found.get(key).unwrap_or(&Value::Null);
                agree(&format!("{path}.{key}"), key, empty, found)?;
            }
            Ok(())
        }
        (Value::Array(_), Value::Array(_)) if RESULTS.contains(&key) => Ok(()),
        (Value::Array(empty), Value::Array(found)) => {
            if empty.len() != found.len() {
                return differs();
            }
            for (k, (empty, found)) in empty.iter().zip(found).enumerate() {
                agree(&format!("{path}[{k}]"), key, empty, found)?;
            }
            Ok(())
        }
        // Days are given; of moments of that name there are results.
        (Value::Number(_), Value::Number(_)) if ["start", "end"].contains(&key) => Ok(()),
        (empty, found) if GIVEN.contains(&key) && empty != found => differs(),
        _ => Ok(()),
    }
}

fn is_estimate(object: &serde_json::Map<String, Value>) -> bool {
    object.len() == 3
        && ["value", "low", "high"]
            .iter()
            .all(|key| object.contains_key(*key))
}

/// What the rows of a table must be, one after the other.
pub(super) struct Rows {
    outcomes: usize,
    arenas: usize,
    watches: usize,
    inputs: usize,
    events: usize,
    pairs: usize,
    steps: u32,
    asked: u64,
    per_draw: u64,
    last: Option<u64>,
    count: u64,
}

impl Rows {
    /// Before the first row of a run of a scenario.
    pub fn new(scenario: &Scenario, summary: &Summary) -> Self {
        Self {
            outcomes: scenario.outcomes.len(),
            arenas: scenario.arenas.len(),
            watches: scenario.watches.len(),
            inputs: scenario.uncertain().count(),
            events: scenario.events.len(),
            pairs: summary.pairs.len(),
            steps: u32::try_from(summary.steps).unwrap_or(u32::MAX),
            asked: summary.replicates_asked,
            per_draw: scenario.replicates_per_draw(),
            last: None,
            count: 0,
        }
    }

    /// In what the next row can't be one, if in anything.
    pub fn next(&mut self, row: &Row) -> Result<(), String> {
        let number = row.replicate;
        let wrong = |what: &str| Err(format!("replicate {number} has {what}"));
        if self.last.is_some_and(|last| number <= last) || number >= self.asked {
            return wrong("no such number in the run");
        }
        self.last = Some(number);
        self.count += 1;
        if row.draw != number / self.per_draw {
            return wrong("another's draw");
        }
        let lengths = [&row.breaks_out, &row.falls, &row.events].map(Vec::len);
        if (row.outcomes.len(), lengths) != (self.outcomes, [self.pairs, self.arenas, self.events])
            || row.inputs.len() != self.inputs
            || row.watched.len() != self.watches
        {
            return wrong("columns of another length");
        }
        let failed = row.failed.as_ref().map(|failure| failure.step);
        let came = row.outcomes.iter();
        let came = came.flat_map(|came| [came.first, came.end, Some(came.steps)]);
        let lists = row.breaks_out.iter().chain(&row.falls).chain(&row.events);
        let lists = lists.copied();
        let crossed = row.watched.iter().map(|seen| seen.crossed);
        let mut steps = came.chain(lists).chain(crossed).chain([failed]).flatten();
        if row.trough_step > self.steps || steps.any(|step| step > self.steps) {
            return wrong("a week after the end");
        }
        let cohesion = [row.mean_cohesion, row.final_cohesion];
        if row.failed.is_none() && !cohesion.iter().all(|c| (-1e-3..=1.001).contains(c)) {
            return wrong("no cohesion from 0 to 1");
        }
        Ok(())
    }

    /// Whether there were as many as the summary says.
    pub fn end(&self, summary: &Summary) -> Result<(), String> {
        match summary.replicates.checked_add(summary.failed) {
            Some(all) if all == self.count => Ok(()),
            _ => Err(format!(
                "it has {} rows, not those of the summary",
                self.count
            )),
        }
    }
}
