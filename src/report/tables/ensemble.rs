//! `ensemble.parquet`.

use std::fs::File;

use parquet::errors::ParquetError;

use crate::experiment::score::Forecast;
use crate::scenario::{Observation, Observed, Scenario};

use super::field::{Field, Member, Table};
use super::parquet::parquet;

/// What every replicate says of what was observed after the first day.
#[derive(Debug)]
pub struct Ensemble {
    /// Index of each replicate.
    replicates: Vec<u64>,
    values: Vec<Column>,
    events: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    label: String,
    unit: String,
    /// By replicate.
    reports: Vec<f64>,
}

impl Ensemble {
    /// Of a forecast.
    pub fn of(scenario: &Scenario, observations: &[Observation], forecast: &Forecast) -> Self {
        let mut ensemble = Self {
            replicates: forecast.indices().to_vec(),
            values: Vec::new(),
            events: Vec::new(),
        };
        let seed = scenario.run.seed;
        for (index, of) in observations.iter().enumerate() {
            let column = Column {
                label: format!("{}, {}", of.label, of.date),
                unit: of.unit.clone(),
                reports: forecast.reports(index, of, seed),
            };
            match of.is {
                Observed::Event { .. } => ensemble.events.push(column),
                Observed::Value { .. } if of.is_known(scenario) => {}
                Observed::Value { .. } => ensemble.values.push(column),
            }
        }
        ensemble
    }
}

fn members(columns: &[Column]) -> Vec<Member> {
    let each = columns.iter().zip(1..);
    each.map(|(column, number)| Member {
        unit: Some(column.unit.clone()),
        ..Member::new("number", &number.to_string(), &column.label)
    })
    .collect()
}

/// What the table holds.
pub(super) fn table() -> Table<Ensemble, usize> {
    Table {
        name: "ensemble",
        command: "score",
        files: &["ensemble.parquet"],
        row: "A row is one replicate: what it would have reported of each observation, in the order of score.json.",
        fields: vec![
            Field::integer(
                "replicate",
                "1",
                "Index of the replicate",
                |e: &Ensemble, row: &usize, _| e.replicates.get(*row).copied(),
            ),
            Field::number(
                "value.<number>",
                "",
                "What is reported of a value, counted from 1: the replicate's own with an error of the report's size",
                |e: &Ensemble, row: &usize, at| e.values[at].reports.get(*row).copied(),
            )
            .each(|e| members(&e.values)),
            Field::number(
                "event.<number>",
                "",
                "Whether an event, counted from 1, comes about in its time: 1 or 0",
                |e: &Ensemble, row: &usize, at| e.events[at].reports.get(*row).copied(),
            )
            .each(|e| members(&e.events)),
        ],
        measures: Vec::new(),
    }
}

/// The ensemble as Parquet.
///
/// # Errors
/// If the file can't be written.
pub fn ensemble_parquet(
    file: File,
    ensemble: Ensemble,
    notes: &[(String, String)],
) -> Result<(), ParquetError> {
    let rows: Vec<usize> = (0..ensemble.replicates.len()).collect();
    parquet(file, table(), ensemble, &rows, notes)
}
