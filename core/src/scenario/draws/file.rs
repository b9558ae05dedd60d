//! Files of tables: CSV and Parquet.

use std::path::Path;

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use super::Column;
use crate::scenario::diagnostics::{Complaints, SourceFile, with_plain_line_ends};
use crate::scenario::regular::{self, MOST_BYTES, guarded};

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
