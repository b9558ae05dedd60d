//! The uncertain numbers of a scenario as a table, for a program that samples them itself.

use crate::experiment::sensitivity::{Number, uncertain_numbers};
use crate::scenario::Scenario;

use super::columns::{FilledTable, columns};
use super::field::{Field, Table};

/// An uncertain number.
pub(super) struct Input {
    number: Number,
    /// Its distribution as the scenario has it, in TOML.
    distribution: String,
    support: (f64, f64),
    source: Option<String>,
}

fn number(
    name: &'static str,
    about: &'static str,
    of: fn(&(), &Input, usize) -> Option<f64>,
) -> Field<(), Input> {
    Field::number(name, "as in the scenario", about, of)
}

/// What the table holds.
pub(super) fn table() -> Table<(), Input> {
    const ENDLESS: &str = "it has no end on this side";
    Table {
        name: "inputs",
        command: "run",
        files: &[],
        row: "A row is one uncertain number of the scenario, in its order.",
        fields: vec![
            Field::text(
                "input",
                "Key of the uncertain number, as in `--set`",
                |(), i: &Input, _| Some(i.number.key.clone()),
            ),
            Field::text(
                "unit",
                "Its unit; `1` for a pure number",
                |(), i: &Input, _| Some(i.number.unit.clone()),
            ),
            Field::text("meaning", "What it means", |(), i: &Input, _| {
                Some(i.number.about.clone())
            }),
            Field::text(
                "distribution",
                "The number as the scenario gives it, in TOML",
                |(), i: &Input, _| Some(i.distribution.clone()),
            ),
            number("least", "The least that it can be", |(), i, _| {
                Some(i.support.0)
            })
            .empty(ENDLESS),
            number(
                "low",
                "Its 5 % quantile; if it has but a few values, the least",
                |(), i, _| i.number.low,
            ),
            number("median", "Its median", |(), i, _| i.number.median),
            number(
                "high",
                "Its 95 % quantile; if it has but a few values, the greatest",
                |(), i, _| i.number.high,
            ),
            number("most", "The greatest that it can be", |(), i, _| {
                Some(i.support.1)
            })
            .empty(ENDLESS),
            Field::text(
                "source",
                "Where it comes from, in the words of the scenario",
                |(), i: &Input, _| i.source.clone(),
            )
            .empty("no source is given"),
        ],
        measures: Vec::new(),
    }
}

/// The uncertain numbers of a scenario, in memory.
pub fn inputs_table(scenario: &Scenario) -> FilledTable {
    let both = uncertain_numbers(scenario).into_iter();
    let rows: Vec<Input> = both
        .zip(scenario.uncertain())
        .map(|(number, record)| Input {
            number,
            distribution: record.to_toml(),
            support: record.support(),
            source: record.source.clone(),
        })
        .collect();
    columns(table(), &(), &rows)
}
