//! Tables that fit in memory, as CSV and as Parquet with the same columns.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::text::quoted;

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    /// Numbers; what is not one is an empty field in CSV.
    Number(Vec<f64>),
    /// Counts.
    Count(Vec<u64>),
    /// Words.
    Text(Vec<String>),
}

/// A named column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    name: String,
    cells: Cells,
}

impl Column {
    /// Numbers under a name.
    pub fn numbers(name: impl Into<String>, values: Vec<f64>) -> Self {
        Self {
            name: name.into(),
            cells: Cells::Number(values),
        }
    }

    /// Counts under a name.
    pub fn counts(name: impl Into<String>, values: Vec<u64>) -> Self {
        Self {
            name: name.into(),
            cells: Cells::Count(values),
        }
    }

    /// Words under a name.
    pub fn texts(name: impl Into<String>, values: Vec<String>) -> Self {
        Self {
            name: name.into(),
            cells: Cells::Text(values),
        }
    }

    fn len(&self) -> usize {
        match &self.cells {
            Cells::Number(values) => values.len(),
            Cells::Count(values) => values.len(),
            Cells::Text(values) => values.len(),
        }
    }

    fn cell(&self, row: usize) -> String {
        match &self.cells {
            Cells::Number(values) if !values[row].is_finite() => String::new(),
            Cells::Number(values) => values[row].to_string(),
            Cells::Count(values) => values[row].to_string(),
            Cells::Text(values) => quoted(&values[row]),
        }
    }
}

/// The columns, all of one length, as CSV with a header.
pub fn csv(columns: &[Column]) -> String {
    let names: Vec<String> = columns.iter().map(|c| quoted(&c.name)).collect();
    let mut text = names.join(",");
    text.push('\n');
    for row in 0..columns.iter().map(Column::len).min().unwrap_or(0) {
        let cells: Vec<String> = columns.iter().map(|c| c.cell(row)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// Writes the columns, all of one length, as a Parquet file with `notes` as its metadata.
///
/// # Errors
/// If the file can't be written.
pub fn parquet(
    file: File,
    columns: &[Column],
    notes: &[(String, String)],
) -> Result<(), ParquetError> {
    let fields = columns.iter().map(|column| {
        let (physical, logical) = match column.cells {
            Cells::Number(_) => (Physical::DOUBLE, None),
            Cells::Count(_) => (Physical::INT64, None),
            Cells::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        Type::primitive_type_builder(&column.name, physical)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    });
    let schema = Type::group_type_builder("table")
        .with_fields(fields.collect::<Result<Vec<_>, _>>()?)
        .build()?;
    let notes = notes
        .iter()
        .map(|(key, value)| KeyValue::new(key.clone(), Some(value.clone())));
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        // The library's own version must not change the bytes.
        .set_created_by(format!("simulate {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(notes.collect()))
        .build();
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for column in columns {
        match &column.cells {
            Cells::Number(values) => write::<DoubleType>(&mut group, values)?,
            Cells::Count(values) => {
                let values: Vec<i64> = values
                    .iter()
                    .map(|&v| i64::try_from(v).unwrap_or(i64::MAX))
                    .collect();
                write::<Int64Type>(&mut group, &values)?;
            }
            Cells::Text(values) => {
                let values: Vec<ByteArray> = values
                    .iter()
                    .map(|v| v.as_bytes().to_vec().into())
                    .collect();
                write::<ByteArrayType>(&mut group, &values)?;
            }
        }
    }
    group.close()?;
    writer.close()?;
    Ok(())
}

fn write<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, File>,
    values: &[T::T],
) -> Result<(), ParquetError> {
    if let Some(mut column) = group.next_column()? {
        column.typed::<T>().write_batch(values, None, None)?;
        column.close()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_header_quotes_and_empty_fields() {
        let columns = [
            Column::texts("what, where", vec!["a \"b\"".to_owned(), "c".to_owned()]),
            Column::numbers("x", vec![0.5, f64::NAN]),
            Column::counts("n", vec![3, 4]),
        ];
        assert_eq!(
            csv(&columns),
            "\"what, where\",x,n\n\"a \"\"b\"\"\",0.5,3\nc,,4\n"
        );
    }
}
