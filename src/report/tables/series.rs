//! `series.parquet`: watched quantities of every replicate at every step, streamed to disk.

use std::fs::File;

use parquet::errors::ParquetError;

use crate::engine::Row;
use crate::scenario::{Scenario, Watch};

use super::columns::{ColumnTable, FilledTable};
use super::field::{Field, Member, Table};
use super::parquet::ParquetTable;

/// What the columns of a scenario's table hang on.
#[derive(Debug)]
pub struct SeriesColumns {
    step_weeks: f64,
    watched: Vec<Member>,
}

/// What is watched in a scenario.
pub(super) fn watched(scenario: &Scenario) -> Vec<Member> {
    let member = |w: &Watch| Member {
        unit: Some(w.unit.clone()),
        ..Member::new("watch", &w.key, &w.label)
    };
    scenario.watches.iter().map(member).collect()
}

/// A replicate at the end of a step.
#[derive(Debug)]
pub struct SeriesRow {
    replicate: u64,
    step: usize,
    values: Vec<f32>,
}

/// What the table holds.
pub fn table() -> Table<SeriesColumns, SeriesRow> {
    Table {
        name: "series",
        command: "run",
        files: &["series.parquet"],
        row: "With `--series`. A row is one replicate at the end of one step; the first is the start. Replicates that failed are left out.",
        fields: vec![
            Field::integer(
                "replicate",
                "1",
                "Index of the replicate, as in `replicates.parquet`",
                |_: &SeriesColumns, r: &SeriesRow, _| Some(r.replicate),
            ),
            Field::number(
                "week",
                "weeks",
                "Weeks from the first day to the end of the step; 0 is the start",
                |c: &SeriesColumns, r: &SeriesRow, _| Some(r.step as f64 * c.step_weeks),
            ),
            Field::single(
                "<watch>",
                "as of what is watched",
                "The watched quantity",
                |_: &SeriesColumns, r: &SeriesRow, k| r.values.get(k).copied(),
            )
            .empty("it is no number")
            .of(&[("watch", "<watch>")])
            .each(|c| c.watched.clone()),
        ],
        measures: Vec::new(),
    }
}

impl SeriesColumns {
    fn new(scenario: &Scenario) -> Self {
        Self {
            step_weeks: scenario.time.step_weeks as f64,
            watched: watched(scenario),
        }
    }
}

/// The steps of replicates that ran to the horizon.
fn steps(rows: &[Row]) -> Vec<SeriesRow> {
    let sound = rows.iter().filter(|row| row.failed.is_none());
    let each = sound.flat_map(|row| {
        let steps = row.series.first().map_or(0, Vec::len);
        (0..steps).map(|step| SeriesRow {
            replicate: row.replicate,
            step,
            values: row.series.iter().map(|values| values[step]).collect(),
        })
    });
    each.collect()
}

/// The table in memory, in the making.
pub struct SeriesInMemory {
    table: ColumnTable<SeriesColumns, SeriesRow>,
}

impl SeriesInMemory {
    /// Starts the table of a scenario.
    pub fn begin(scenario: &Scenario) -> Self {
        Self {
            table: ColumnTable::begin(table(), SeriesColumns::new(scenario)),
        }
    }

    /// Adds rows, in order.
    pub fn add(&mut self, rows: &[Row]) {
        self.table.add(&steps(rows));
    }

    /// Ends it.
    pub fn finish(self) -> FilledTable {
        self.table.finish()
    }
}

/// The table in the making.
pub struct SeriesTable {
    table: ParquetTable<SeriesColumns, SeriesRow>,
}

impl SeriesTable {
    /// Starts the table of a scenario.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn begin(file: File, scenario: &Scenario) -> Result<Self, ParquetError> {
        let table = ParquetTable::begin(file, table(), SeriesColumns::new(scenario))?;
        Ok(Self { table })
    }

    /// Adds rows, in order.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn add(&mut self, rows: &[Row]) -> Result<(), ParquetError> {
        self.table.stream(steps(rows))
    }

    /// Ends the table, with notes on where it comes from.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn finish(self, notes: &[(String, String)]) -> Result<(), ParquetError> {
        self.table.finish(notes)
    }
}
