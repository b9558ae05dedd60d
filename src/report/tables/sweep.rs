//! `sweep.csv` and `sweep.parquet`.

use std::fs::File;

use parquet::errors::ParquetError;

use crate::engine::MEAN_COHESION;
use crate::experiment::sweep::{DesignPoint, Measured, Sweep};

use super::columns::{FilledTable, columns};
use super::csv::csv;
use super::field::{Field, Member, Table};
use super::parquet::parquet;
use super::words;

/// A point and one of its outcomes; `None` is mean cohesion.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    point: usize,
    outcome: Option<usize>,
}

impl Place {
    fn point(self, sweep: &Sweep) -> &DesignPoint {
        &sweep.points[self.point]
    }

    fn measured(self, sweep: &Sweep) -> Measured {
        let point = self.point(sweep);
        self.outcome.map_or(point.cohesion, |k| point.outcomes[k])
    }
}

fn rows(sweep: &Sweep) -> Vec<Place> {
    let outcomes = || (0..sweep.outcomes.len()).map(Some).chain([None]);
    (0..sweep.points.len())
        .flat_map(|point| outcomes().map(move |outcome| Place { point, outcome }))
        .collect()
}

/// What the table holds.
pub(super) fn table<'a>() -> Table<&'a Sweep, Place> {
    let number = |name, unit, about, of: fn(&&'a Sweep, &Place, usize) -> Option<f64>| {
        Field::number(name, unit, about, of)
    };
    const NONE_LEFT: &str = "every replicate of the point, or of the reference, failed";
    Table {
        name: "sweep",
        command: "sweep",
        files: &["sweep.csv", "sweep.parquet"],
        row: "A row is one outcome at one point of the grid; the first number changes slowest. Differences are to the point `reference` of \
              `sweep.json`, replicate by replicate.",
        fields: vec![
            number(
                "input.<input>",
                "as in the scenario",
                words::INPUT,
                |s, r, k| r.point(s).values.get(k).copied(),
            )
            .of(&[("input", "<input>")])
            .each(|sweep| {
                let axes = sweep.axes.iter();
                axes.map(|axis| Member {
                    unit: Some(axis.unit.clone()),
                    ..Member::new("input", &axis.key, &axis.about)
                })
                .collect()
            }),
            Field::text("outcome", words::OUTCOME, |s: &&Sweep, r: &Place, _| {
                Some(match r.outcome {
                    Some(k) => s.outcomes[k].key.clone(),
                    None => MEAN_COHESION.to_owned(),
                })
            }),
            Field::text("label", words::LABEL, |s: &&Sweep, r: &Place, _| {
                Some(match r.outcome {
                    Some(k) => s.outcomes[k].label.clone(),
                    None => words::MEAN_COHESION_LABEL.to_owned(),
                })
            }),
            Field::integer(
                "replicates",
                "1",
                "Replicates of the point that ran to the horizon",
                |s, r, _| Some(r.point(s).replicates),
            ),
            Field::integer(
                "failed",
                "1",
                "Replicates of the point whose state stopped being finite; they don't count",
                |s, r, _| Some(r.point(s).failed),
            ),
            number(
                "value",
                "0..1",
                "Chance of the outcome by the horizon, or mean cohesion of the first coalition",
                |s, r, _| Some(r.measured(s).value.value),
            )
            .empty(NONE_LEFT),
            number("low", "0..1", words::LOW, |s, r, _| {
                Some(r.measured(s).value.low)
            })
            .empty(NONE_LEFT),
            number("high", "0..1", words::HIGH, |s, r, _| {
                Some(r.measured(s).value.high)
            })
            .empty(NONE_LEFT),
            number(
                "difference",
                "-1..1",
                "Its difference to the reference point",
                |s, r, _| Some(r.measured(s).difference.value),
            )
            .empty(NONE_LEFT),
            number("difference_low", "-1..1", words::LOW, |s, r, _| {
                Some(r.measured(s).difference.low)
            })
            .empty(NONE_LEFT),
            number("difference_high", "-1..1", words::HIGH, |s, r, _| {
                Some(r.measured(s).difference.high)
            })
            .empty(NONE_LEFT),
        ],
        measures: Vec::new(),
    }
}

/// The sweep as CSV.
pub fn sweep_csv(sweep: &Sweep) -> String {
    csv(&table(), &sweep, rows(sweep))
}

/// The same in memory.
pub fn sweep_table(sweep: &Sweep) -> FilledTable {
    columns(table(), &sweep, &rows(sweep))
}

/// The sweep as Parquet.
///
/// # Errors
/// If the file can't be written.
pub fn sweep_parquet(
    file: File,
    sweep: &Sweep,
    notes: &[(String, String)],
) -> Result<(), ParquetError> {
    parquet(file, table(), sweep, &rows(sweep), notes)
}
