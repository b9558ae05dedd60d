//! `backtest.csv`.

use crate::experiment::backtest::{Backtest, Case};

use super::csv::csv;
use super::field::{Field, Table};
use super::words;

/// A case and a horizon.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    case: usize,
    horizon: usize,
}

impl Place {
    fn case(self, found: &Backtest) -> &Case {
        &found.cases[self.case]
    }
}

const NOT: &str = "it didn't come by then";

/// What the table holds.
pub(super) fn table() -> Table<Backtest, Place> {
    Table {
        name: "backtest",
        command: "backtest",
        files: &["backtest.csv"],
        row: "A row is one case of a library at one horizon.",
        fields: vec![
            Field::text(
                "case",
                "The scenario's file, without `.toml`",
                |f: &Backtest, r: &Place, _| Some(r.case(f).case.clone()),
            ),
            Field::text(
                "event",
                "The key of the outcome",
                |f: &Backtest, r: &Place, _| Some(r.case(f).event.clone()),
            ),
            Field::number(
                "years",
                "years",
                "The horizon",
                |f: &Backtest, r: &Place, _| f.horizons.get(r.horizon).copied(),
            ),
            Field::number(
                "chance",
                "0..1",
                "Chance that it comes within the horizon",
                |f: &Backtest, r: &Place, _| Some(r.case(f).chances[r.horizon].value),
            ),
            Field::number("low", "0..1", words::LOW, |f: &Backtest, r: &Place, _| {
                Some(r.case(f).chances[r.horizon].low)
            }),
            Field::number("high", "0..1", words::HIGH, |f: &Backtest, r: &Place, _| {
                Some(r.case(f).chances[r.horizon].high)
            }),
            Field::number(
                "median_years",
                "years",
                "Median of its years over all replicates",
                |f: &Backtest, r: &Place, _| r.case(f).median_years,
            )
            .empty("fewer than half have it"),
            Field::number(
                "came_after",
                "years",
                "Years after which it came",
                |f: &Backtest, r: &Place, _| r.case(f).years,
            )
            .empty(NOT),
            Field::number(
                "looked_for",
                "years",
                "Years for which it was looked for",
                |f: &Backtest, r: &Place, _| Some(r.case(f).until_years),
            ),
        ],
        measures: Vec::new(),
    }
}

/// The cases as CSV.
pub fn backtest_csv(found: &Backtest) -> String {
    let cases = 0..found.cases.len();
    let horizons = 0..found.horizons.len();
    let rows: Vec<Place> = cases
        .flat_map(|case| horizons.clone().map(move |horizon| Place { case, horizon }))
        .collect();
    csv(&table(), found, &rows)
}
