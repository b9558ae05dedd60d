//! `differences.csv`: every key in which a scenario differs from the first, with both values.

use crate::experiment::{Comparison, EntryKind};

use super::columns::{FilledTable, columns};
use super::csv::csv;
use super::field::{Field, Table};

/// One key of one run.
pub(super) struct Entry {
    run: String,
    scenario: String,
    kind: &'static str,
    key: String,
    first: Option<String>,
    other: Option<String>,
}

/// What the table holds.
pub(super) fn table() -> Table<Comparison, Entry> {
    Table {
        name: "differences",
        command: "compare",
        files: &["differences.csv"],
        row: "A row is a key in which the scenario of a run differs from that of the first.",
        fields: vec![
            Field::text(
                "run",
                "Name of the run in this comparison, as in `compare.csv`",
                |_, r: &Entry, _| Some(r.run.clone()),
            ),
            Field::text("scenario", "Key of its scenario", |_, r: &Entry, _| {
                Some(r.scenario.clone())
            }),
            Field::text(
                "kind",
                "`structure` (a part that only one of the two has), `number`, `setting` (what else the model reads), `text`, `run` \
                 (seed and replicates) or `source` (the same number from another source)",
                |_, r: &Entry, _| Some(r.kind.to_owned()),
            ),
            Field::text("key", "The key, as in `--set`; that of a number is what stands in `input` elsewhere", |_, r: &Entry, _| {
                Some(r.key.clone())
            }),
            Field::text(
                "first",
                "Its value in the first scenario, as TOML; for a structure, whether it is there: `yes` or `no`",
                |_, r: &Entry, _| r.first.clone(),
            )
            .empty("there is no such key; for a source, it is not told"),
            Field::text("other", "The same in this run's", |_, r: &Entry, _| {
                r.other.clone()
            })
            .empty("as of `first`"),
        ],
        measures: Vec::new(),
    }
}

/// The differences of all runs as CSV.
pub fn differences_csv(comparison: &Comparison) -> String {
    csv(&table(), comparison, rows(comparison))
}

/// The same in memory.
pub fn differences_table(comparison: &Comparison) -> FilledTable {
    columns(table(), comparison, &rows(comparison))
}

fn rows(comparison: &Comparison) -> Vec<Entry> {
    let mut rows = Vec::new();
    for run in &comparison.runs {
        let mut add = |kind, key: &str, first: Option<String>, other: Option<String>| {
            rows.push(Entry {
                run: run.label.clone(),
                scenario: run.scenario.clone(),
                kind,
                key: key.to_owned(),
                first,
                other,
            });
        };
        for part in &run.differs.structure {
            let there = |there: bool| Some(if there { "yes" } else { "no" }.to_owned());
            add(
                "structure",
                &part.key,
                there(!part.added),
                there(part.added),
            );
        }
        for entry in &run.differs.entries {
            let kind = match entry.kind {
                EntryKind::Number => "number",
                EntryKind::Setting => "setting",
                EntryKind::Text => "text",
                EntryKind::Run => "run",
            };
            add(kind, &entry.key, entry.first.clone(), entry.other.clone());
        }
        for key in &run.differs.sources {
            add("source", key, None, None);
        }
    }
    rows
}
