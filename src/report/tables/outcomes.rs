//! The outcomes of a run as a table: what its headline says, for a program.

use crate::engine::{Estimate, OutcomeSummary, Summary};

use super::columns::{FilledTable, columns};
use super::field::{Field, Table};
use super::words;

/// A column about an outcome.
fn number(
    name: &'static str,
    unit: &'static str,
    about: &'static str,
    of: fn(&(), &OutcomeSummary, usize) -> Option<f64>,
) -> Field<(), OutcomeSummary> {
    Field::number(name, unit, about, of)
}

/// A share that inputs carry, where it can be told.
fn share(outcome: &OutcomeSummary, of: fn(&Estimate) -> f64) -> Option<f64> {
    outcome.input_share.as_ref().map(of)
}

/// What the table holds.
pub(super) fn table() -> Table<(), OutcomeSummary> {
    const UNTOLD: &str = "it can't be told";
    Table {
        name: "outcomes",
        command: "run",
        files: &[],
        row: "A row is one outcome by the horizon, in the scenario's order: the figures of the headline table. `summary.csv` has the same in section `outcome`.",
        fields: vec![
            Field::text("outcome", words::OUTCOME, |(), o: &OutcomeSummary, _| {
                Some(o.key.clone())
            }),
            Field::text("label", words::LABEL, |(), o: &OutcomeSummary, _| {
                Some(o.label.clone())
            }),
            Field::text(
                "part_of",
                "Key of the outcome of which it is a criterion or a stage",
                |(), o: &OutcomeSummary, _| o.part_of.clone(),
            )
            .empty("it stands by itself"),
            number(
                "chance",
                "0..1",
                "Chance of the outcome by the horizon",
                |(), o, _| Some(o.chance.value),
            ),
            number("low", "0..1", words::LOW, |(), o, _| Some(o.chance.low)),
            number("high", "0..1", words::HIGH, |(), o, _| Some(o.chance.high)),
            number(
                "over",
                "0..1",
                "Chance that it comes about and is over again before the horizon",
                |(), o, _| o.dated.then_some(o.over.value),
            )
            .empty("it is known at the horizon only"),
            number(
                "mean_weeks",
                "weeks",
                "Mean number of weeks for which it holds, among the replicates that have it",
                |(), o, _| o.mean_weeks,
            )
            .empty("no replicate has it"),
            number(
                "median_week",
                "weeks",
                "First week by which half of all replicates have it",
                |(), o, _| o.median_week,
            )
            .empty("fewer than half have it by the horizon"),
            number(
                "median_week_of_those",
                "weeks",
                "Median week among the replicates that have it by the horizon",
                |(), o, _| o.median_week_of_those,
            )
            .empty("no replicate has it"),
            number(
                "input_share",
                "0..1",
                "Share of its variance over the replicates that the uncertain inputs carry; not told from noise where `input_share_low` is 0",
                |(), o, _| share(o, |e| e.value),
            )
            .empty(UNTOLD),
            number("input_share_low", "0..1", words::LOW, |(), o, _| {
                share(o, |e| e.low)
            })
            .empty(UNTOLD),
            number("input_share_high", "0..1", words::HIGH, |(), o, _| {
                share(o, |e| e.high)
            })
            .empty(UNTOLD),
        ],
        measures: Vec::new(),
    }
}

/// The outcomes of a run, in memory.
pub fn outcomes_table(summary: &Summary) -> FilledTable {
    columns(table(), &(), &summary.outcomes)
}
