//! What every table holds, column by column: the declarations that the writers use, as data.

use serde::Serialize;
use serde_json::{Value, json};

use super::field::{Column, Field, Table};

/// A column as the dictionary has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnEntry {
    /// Its name; `<coalition>` stands for a key, and there is a column for each.
    pub name: &'static str,
    /// `integer`, `number`, `text` or `true or false`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Unit; `1` for a pure number, empty for words.
    pub unit: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What an empty cell (null) means; `None`: no cell is empty.
    pub empty: Option<&'static str>,
}

/// What the rows of a section of a long table hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MeasureEntry {
    /// The section.
    pub section: &'static str,
    /// The measure.
    pub measure: &'static str,
    /// Unit of the value.
    pub unit: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// A table as the dictionary has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableEntry {
    /// Its name.
    pub table: &'static str,
    /// The command that writes it.
    pub command: &'static str,
    /// The files that hold it; none where it is had from Python alone.
    pub files: &'static [&'static str],
    /// What a row is.
    pub row: &'static str,
    /// Its columns, in order.
    pub columns: Vec<ColumnEntry>,
    /// Of a long table, what its rows hold, in order; empty for others.
    pub measures: Vec<MeasureEntry>,
}

impl<C, R> From<&Field<C, R>> for ColumnEntry {
    fn from(field: &Field<C, R>) -> Self {
        Self {
            name: field.name,
            kind: field.cells.kind(),
            unit: field.unit,
            meaning: field.about,
            empty: field.empty,
        }
    }
}

impl<C, R> From<Table<C, R>> for TableEntry {
    fn from(table: Table<C, R>) -> Self {
        let measures = table.measures.iter();
        Self {
            table: table.name,
            command: table.command,
            files: table.files,
            row: table.row,
            columns: table.fields.iter().map(ColumnEntry::from).collect(),
            measures: measures
                .map(|m| MeasureEntry {
                    section: m.section,
                    measure: m.name,
                    unit: m.unit,
                    meaning: m.about,
                })
                .collect(),
        }
    }
}

/// Every table that a command writes.
pub fn dictionary() -> Vec<TableEntry> {
    vec![
        super::replicates::table().into(),
        super::series::table().into(),
        super::summary::table().into(),
        super::comparison::table().into(),
        super::differences::table().into(),
        super::sweep::table().into(),
        super::sensitivity::table().into(),
        super::design::table().into(),
        super::discover::boxes().into(),
        super::discover::trajectory().into(),
        super::discover::stability().into(),
        super::discover::tree().into(),
        super::discover::points().into(),
        super::robust::options().into(),
        super::robust::map().into(),
        super::score::table().into(),
        super::ensemble::table().into(),
        super::posterior::table().into(),
        super::backtest::table().into(),
        super::landscape::table().into(),
        super::landscape_in_full::minima().into(),
        super::landscape_in_full::network().into(),
        super::landscape_in_full::ties().into(),
        super::history::table().into(),
        super::outcomes::table().into(),
        super::inputs::table().into(),
        super::design::points().into(),
    ]
}

/// What the columns of a file mean, for its metadata.
pub(super) fn meaning<C, R>(table: &Table<C, R>, columns: &[Column]) -> Value {
    let each = columns.iter().map(|column| {
        let field = ColumnEntry::from(&table.fields[column.field]);
        let keys = column.keys.iter();
        json!({
            "name": column.name,
            "type": field.kind,
            "unit": column.unit,
            "meaning": field.meaning,
            "empty": field.empty,
            "keys": keys
                .map(|(of, key)| ((*of).to_owned(), json!(key)))
                .collect::<serde_json::Map<_, _>>(),
            "label": column.label,
        })
    });
    each.collect()
}

/// What stands above the tables: what holds of all of them.
const PREFACE: &str = include_str!("preface.md");

/// Tables of the dictionary as a page.
pub fn dictionary_markdown(tables: &[TableEntry]) -> String {
    let mut out = String::from(PREFACE);
    for table in tables {
        out.push_str(&format!("\n{}", table_markdown(table)));
    }
    out
}

/// One table of the dictionary as a section of a page.
pub fn table_markdown(table: &TableEntry) -> String {
    let files: Vec<String> = table.files.iter().map(|f| format!("`{f}`")).collect();
    let place = match files.is_empty() {
        true => "In Python ([python.md](python.md)), not in a file.".to_owned(),
        false => format!(
            "Written by `simulate {}`: {}.",
            table.command,
            files.join(", ")
        ),
    };
    let mut out = format!(
        "## {}\n\n{place} {}\n\n| column | type | unit | meaning | empty |\n|---|---|---|---|---|\n",
        table.table, table.row
    );
    for column in &table.columns {
        out.push_str(&format!(
            "| `{}` | {} | {} | {} | {} |\n",
            column.name,
            column.kind,
            column.unit,
            column.meaning,
            column.empty.unwrap_or("never")
        ));
    }
    if !table.measures.is_empty() {
        out.push_str("\n| section | measure | unit | meaning |\n|---|---|---|---|\n");
    }
    for measure in &table.measures {
        out.push_str(&format!(
            "| `{}` | `{}` | {} | {} |\n",
            measure.section, measure.measure, measure.unit, measure.meaning
        ));
    }
    out
}
