//! Files of tables: CSV and Parquet.

use std::path::Path;

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use super::{Column, Drawn};
use crate::scenario::diagnostics::{
    Complaints, Place, Problem, SourceFile, suggestion, with_plain_line_ends,
};
use crate::scenario::regular::{self, MOST_BYTES, guarded};
use crate::scenario::sheet::Sheet;
use crate::scenario::tree::{Table, Value};

/// Most rows of a table.
const MOST_ROWS: i64 = 100_000;

/// The columns of a table's file; `None` where something is wrong with its text, which is said.
///
/// # Errors
/// The message and the help for the place where the file is asked for.
pub(super) fn columns(
    path: &Path,
    files: &mut Vec<SourceFile>,
    problems: &mut Complaints,
) -> Result<Option<Vec<Column>>, (String, String)> {
    let shown = path.display();
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    // Nothing else is read, and so nothing else is shown by what is said of it.
    if !["csv", "parquet"].contains(&extension) {
        return Err((
            format!("{shown} is no table"),
            "a table is a file whose name ends in .csv or .parquet".to_owned(),
        ));
    }
    let bytes = regular::read(path, MOST_BYTES).map_err(|error| {
        (
            format!("can't read {shown}: {error}"),
            "the path is taken from the folder of the scenario file".to_owned(),
        )
    })?;
    if extension == "parquet" {
        let read = guarded(|| of_parquet(bytes.into()), no_sense).map_err(|error| {
            let message = format!("{shown} is no table in Parquet: {error}");
            (message, "write it anew, or as CSV".to_owned())
        })?;
        return Ok(Some(read));
    }
    let Ok(text) = String::from_utf8(bytes) else {
        let message = format!("{shown} is not UTF-8 text");
        return Err((message, "save it as UTF-8".to_owned()));
    };
    let text = with_plain_line_ends(text.trim_start_matches('\u{feff}'));
    files.push(SourceFile::on_disk(path, &text));
    Ok(Column::of_csv(&text, files.len() - 1, problems))
}

fn of_parquet(bytes: Bytes) -> Result<Vec<Column>, ParquetError> {
    let file = SerializedFileReader::new(bytes)?;
    let rows = file.metadata().file_metadata().num_rows();
    if rows > MOST_ROWS {
        let message = format!("{rows} rows, and at most {MOST_ROWS} are read");
        return Err(ParquetError::General(message));
    }
    let mut columns: Vec<(String, Vec<Option<f64>>)> = Vec::new();
    for row in file.get_row_iter(None)? {
        for (at, (name, field)) in row?.get_column_iter().enumerate() {
            if at == columns.len() {
                columns.push((name.clone(), Vec::new()));
            }
            columns[at].1.push(number(field));
        }
    }
    let column = |(name, values): (String, Vec<Option<f64>>)| {
        Column::new(name, values.into_iter().map(|value| (value, None)))
    };
    Ok(columns.into_iter().map(column).collect())
}

fn number(field: &Field) -> Option<f64> {
    match *field {
        Field::Double(value) => Some(value),
        Field::Float(value) => Some(value.into()),
        Field::Byte(value) => Some(value.into()),
        Field::Short(value) => Some(value.into()),
        Field::Int(value) => Some(value.into()),
        Field::Long(value) => Some(value as f64),
        Field::UByte(value) => Some(value.into()),
        Field::UShort(value) => Some(value.into()),
        Field::UInt(value) => Some(value.into()),
        Field::ULong(value) => Some(value as f64),
        _ => None,
    }
}

/// What is said where the reader panics.
fn no_sense() -> ParquetError {
    ParquetError::General("its bytes make no sense".to_owned())
}

impl Drawn {
    /// With the column of the weights told from the others.
    pub(super) fn weighted(
        mut columns: Vec<Column>,
        keys: &Table,
        problems: &mut Complaints,
    ) -> Option<Self> {
        let rows = columns.first().map_or(0, |column| column.values.len());
        let Some(entry) = keys.get("weights") else {
            let weights = vec![1.0; rows];
            return Some(Self { columns, weights });
        };
        let Value::Text(name) = &entry.node.value else {
            return None;
        };
        let place = entry.node.place.clone();
        let Some(at) = columns.iter().position(|column| column.name == *name) else {
            let known: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
            let message = format!("the table has no column `{name}`");
            let mut problem = Problem::at(place, message, "asked for here");
            problem.help = suggestion(name, &known);
            problems.push(problem);
            return None;
        };
        let weights = columns.remove(at);
        let wrong = weights.wrong.or_else(|| {
            let first = weights.values.iter().position(|weight| *weight < 0.0)?;
            Some((first + 1, None))
        });
        if let Some((row, cell)) = wrong {
            let message = format!("row {row} of column `{name}` is no weight");
            let problem = Problem::at(cell.unwrap_or(place), message, "not a weight");
            problems.push(problem.help("weights are finite numbers, 0 or more"));
            return None;
        }
        let weights = weights.values;
        if columns.is_empty() {
            let message = "the table has no column beside its weights";
            problems.push(Problem::at(place, message, "alone"));
            return None;
        }
        Some(Self { columns, weights })
    }
}

impl Column {
    fn new(name: String, cells: impl Iterator<Item = (Option<f64>, Option<Place>)>) -> Self {
        let mut wrong = None;
        let values = cells.enumerate().map(|(at, (value, place))| {
            value.filter(|value| value.is_finite()).unwrap_or_else(|| {
                wrong.get_or_insert((at + 1, place));
                f64::NAN
            })
        });
        let values = values.collect();
        Self {
            name,
            values,
            wrong,
        }
    }

    /// The columns of a CSV table, file `file` of those that problems point into.
    fn of_csv(text: &str, file: usize, problems: &mut Complaints) -> Option<Vec<Self>> {
        let before = problems.len();
        let sheet = Sheet::read(text, file, &[], true, problems);
        if problems.len() > before {
            return None;
        }
        let column = |(at, name): (usize, &String)| {
            let cells = sheet.rows.iter().map(|row| {
                let cell = row.cells.get(at).and_then(Option::as_ref);
                let place = cell.map_or(&row.place, |cell| &cell.place);
                let value = cell.and_then(|cell| cell.text.parse().ok());
                (value, Some(place.clone()))
            });
            Self::new(name.clone(), cells)
        };
        Some(sheet.others.iter().enumerate().map(column).collect())
    }
}
