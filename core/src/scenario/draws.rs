//! Joint tables of draws from files: a posterior, or what experts were asked for. Numbers that
//! name a table are drawn together, row by row.

#[cfg(feature = "files")]
mod file;

use std::collections::BTreeMap;

#[cfg(feature = "files")]
use std::path::{Path, PathBuf};

use super::diagnostics::{Complaints, Place, Problem, SourceFile, suggestion};
use super::reader::Reader;
use super::tree::{Node, Value};

/// The key of the list of tables.
pub(super) const TABLE: &str = "table";

/// Tables by their ids.
#[derive(Debug, Clone, Default)]
pub(super) struct Tables(BTreeMap<String, Drawn>);

/// A table of draws.
#[derive(Debug, Clone)]
struct Drawn {
    columns: Vec<Column>,
    /// How likely each row is, up to a common factor.
    weights: Vec<f64>,
}

/// A column of a table.
#[derive(Debug, Clone)]
struct Column {
    name: String,
    /// Not a number where the file has none.
    values: Vec<f64>,
    /// The first that is none: its row, counted from 1, and where it stands if that is a text.
    wrong: Option<(usize, Option<Place>)>,
}

/// Describes the list, or says what is wrong with the keys of its entries.
pub(super) fn read_list(r: &mut Reader<'_>) {
    r.list(
        TABLE,
        "A file with joint draws of several numbers: a posterior, or what experts were asked for",
        |r, _| {
            r.text("id", "", "The name by which numbers ask for it: `{ dist = \"table\", table = \"NAME\" }`");
            r.text("file", "", "A CSV or Parquet file, from the folder of the scenario file; its columns are called by the keys of numbers, or as their `column` says");
            r.optional_text("weights", "The column that says how likely each row is, up to a common factor [all alike]");
        },
    );
}

impl Tables {
    /// Reads the files of all tables that the document names; what is wrong is said of the
    /// file, or where it is asked for.
    pub fn read(root: &Node, files: &mut Vec<SourceFile>, problems: &mut Complaints) -> Self {
        let mut tables = Self::default();
        let Value::Table(root) = &root.value else {
            return tables;
        };
        let Some(Value::List(entries)) = root.get(TABLE).map(|entry| &entry.node.value) else {
            return tables;
        };
        for entry in entries {
            // What is wrong with the entry itself is said where it is read.
            let (Some(id), Some(_)) = (entry.text_at("id"), entry.text_at("file")) else {
                continue;
            };
            if tables.0.contains_key(id) {
                let message = format!("there are two tables `{id}`");
                let problem = Problem::at(entry.place.clone(), message, "the second");
                problems.push(problem.help("give each an id of its own"));
                continue;
            }
            let drawn = Drawn::read(entry, files, problems);
            // Numbers that ask for one that can't be read are not at fault.
            tables
                .0
                .insert(id.to_owned(), drawn.unwrap_or(Drawn::UNREADABLE));
        }
        tables
    }

    /// The values and weights of a number that names a table and gives no values itself; what
    /// is wrong is said of the number, which stands at `place`.
    pub fn of_number(
        &self,
        (table, column, path): (&str, Option<&str>, &str),
        place: &Place,
        problems: &mut Complaints,
    ) -> Option<(Vec<f64>, Vec<f64>)> {
        let Some(drawn) = self.0.get(table) else {
            let message = format!("`{path}` gives no `values`, and there is no table \"{table}\"");
            let known: Vec<&str> = self.0.keys().map(String::as_str).collect();
            let help = suggestion(table, &known).unwrap_or_else(|| {
                format!("add `[[table]]` with `id = \"{table}\"` and a `file`, or give `values`")
            });
            problems.push(Problem::at(place.clone(), message, "no such table").help(help));
            return None;
        };
        if drawn.columns.is_empty() {
            return None;
        }
        let wanted = column.unwrap_or(path);
        let Some(found) = drawn.columns.iter().find(|c| c.name == wanted) else {
            let message = format!("table \"{table}\" has no column `{wanted}`");
            let known: Vec<&str> = drawn.columns.iter().map(|c| c.name.as_str()).collect();
            let mut problem = Problem::at(place.clone(), message, "asked for here");
            problem.help = suggestion(wanted, &known).map(|known| {
                format!("a column is called by the number's key, or `column` says how; {known}")
            });
            problems.push(problem);
            return None;
        };
        if let Some((row, cell)) = &found.wrong {
            let place = cell.as_ref().unwrap_or(place);
            let message =
                format!("row {row} of column `{wanted}` of table \"{table}\" is no number");
            problems.push(Problem::at(place.clone(), message, "not a finite number"));
            return None;
        }
        Some((found.values.clone(), drawn.weights.clone()))
    }
}

impl Drawn {
    const UNREADABLE: Self = Self {
        columns: Vec::new(),
        weights: Vec::new(),
    };

    #[cfg(not(feature = "files"))]
    fn read(entry: &Node, _: &mut Vec<SourceFile>, problems: &mut Complaints) -> Option<Self> {
        let message = "no files can be read here";
        let help =
            "write the values into the scenario, as `scenario.resolved.toml` of a run has them";
        problems.push(Problem::at(entry.place.clone(), message, "a file").help(help));
        None
    }

    #[cfg(feature = "files")]
    fn read(entry: &Node, files: &mut Vec<SourceFile>, problems: &mut Complaints) -> Option<Self> {
        let Value::Table(keys) = &entry.value else {
            return None;
        };
        let file = keys.get("file")?;
        let place = &file.node.place;
        // A setting stands in no file: from the working folder then.
        let above = files.get(place.file).and_then(|own| own.path.as_deref());
        let folder = above.and_then(Path::parent).unwrap_or(Path::new(""));
        let path: PathBuf = folder.join(entry.text_at("file")?);
        let columns = match file::columns(&path, files, problems) {
            Ok(columns) => columns?,
            Err((message, help)) => {
                let problem = Problem::at(place.clone(), message, "asked for here");
                problems.push(problem.help(help));
                return None;
            }
        };
        Self::weighted(columns, keys, problems)
    }
}
