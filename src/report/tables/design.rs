//! `design.parquet`: the rows of the designs of a sensitivity analysis, with their outputs.

use std::fs::File;

use parquet::errors::ParquetError;

use crate::experiment::sensitivity::DesignTable;

use super::columns::{FilledTable, columns};
use super::field::{Field, Member, Table};
use super::parquet::parquet;
use super::words;

/// A column for each output: the mean over all replicates, over each half, and the variance.
fn output<'a>(
    name: &'static str,
    unit: &'static str,
    about: &'static str,
    of: fn(&&'a DesignTable, &usize, usize) -> Option<f64>,
) -> Field<&'a DesignTable, usize> {
    Field::number(name, unit, about, of)
        .empty("no replicate of the row counts")
        .of(&[("outcome", "<outcome>")])
        .each(|table| {
            let outputs = table.outputs.iter();
            outputs
                .map(|output| Member::new("outcome", &output.key, &output.label))
                .collect()
        })
}

/// The values of the inputs.
fn inputs<'a>() -> Field<&'a DesignTable, usize> {
    Field::number(
        "input.<input>",
        "as in the scenario",
        words::INPUT,
        |t: &&DesignTable, r: &usize, k| t.inputs.get(k)?.values.get(*r).copied(),
    )
    .of(&[("input", "<input>")])
    .each(|table| {
        let inputs = table.inputs.iter();
        inputs
            .map(|input| Member {
                unit: Some(input.unit.clone()),
                ..Member::new("input", &input.key, &input.about)
            })
            .collect()
    })
}

fn mean<'a>() -> Field<&'a DesignTable, usize> {
    output(
        "mean.<outcome>",
        "0..1",
        "Mean of the outcome over the row's replicates: its chance, or mean cohesion",
        |t, r, k| t.outputs.get(k)?.mean.get(*r).copied(),
    )
}

fn first_half<'a>() -> Field<&'a DesignTable, usize> {
    output(
        "first_half.<outcome>",
        "0..1",
        "The same over the first half of the replicates",
        |t, r, k| t.outputs.get(k)?.halves[0].get(*r).copied(),
    )
}

fn second_half<'a>() -> Field<&'a DesignTable, usize> {
    output(
        "second_half.<outcome>",
        "0..1",
        "The same over the second half",
        |t, r, k| t.outputs.get(k)?.halves[1].get(*r).copied(),
    )
}

fn variance_within<'a>() -> Field<&'a DesignTable, usize> {
    output(
        "variance_within.<outcome>",
        "1",
        "Variance of single replicates within the row",
        |t, r, k| t.outputs.get(k)?.variance_within.get(*r).copied(),
    )
}

/// What the table holds.
pub(super) fn table<'a>() -> Table<&'a DesignTable, usize> {
    Table {
        name: "design",
        command: "sensitivity",
        files: &["design.parquet"],
        row: "A row is one choice of all uncertain numbers, run with several replicates: enough to compute every index elsewhere.",
        fields: vec![
            Field::text(
                "method",
                "`morris` or `sobol`",
                |t: &&DesignTable, r: &usize, _| Some(t.rows[*r].method.to_owned()),
            ),
            Field::text(
                "row",
                "In Morris' design `start` of a trajectory, or `moved`: one input differs from the row before; in Saltelli's `A`, `B`, or `AB`: \
                 A with an input from B",
                |t: &&DesignTable, r: &usize, _| Some(t.rows[*r].kind.to_owned()),
            ),
            Field::text(
                "input",
                "Key of that input, as in `--set`",
                |t: &&DesignTable, r: &usize, _| t.rows[*r].input.clone(),
            )
            .empty("in `AB` all inputs without indices of their own, together; else none"),
            inputs(),
            mean(),
            first_half(),
            second_half(),
            variance_within(),
        ],
        measures: Vec::new(),
    }
}

/// The table of points that another program chose.
pub(super) fn points<'a>() -> Table<&'a DesignTable, usize> {
    Table {
        name: "points",
        command: "run",
        files: &[],
        row: "What `evaluate` gives. A row is one point: a value for each of the numbers that are held there, and the outputs of its replicates.",
        fields: vec![
            inputs(),
            mean(),
            first_half(),
            second_half(),
            variance_within(),
        ],
        measures: Vec::new(),
    }
}

/// The designs in memory.
pub fn design_table(design: &DesignTable) -> FilledTable {
    let rows: Vec<usize> = (0..design.rows.len()).collect();
    columns(table(), &design, &rows)
}

/// Points in memory.
pub fn points_table(design: &DesignTable) -> FilledTable {
    let count = design.inputs.first().map_or(0, |input| input.values.len());
    let rows: Vec<usize> = (0..count).collect();
    columns(points(), &design, &rows)
}

/// Writes the designs.
///
/// # Errors
/// If the file can't be written.
pub fn design_parquet(
    file: File,
    design: &DesignTable,
    notes: &[(String, String)],
) -> Result<(), ParquetError> {
    let rows: Vec<usize> = (0..design.rows.len()).collect();
    parquet(file, table(), design, &rows, notes)
}
