//! Tables as Parquet, streamed to disk, with what each column means inside.

use std::fs::File;
use std::io;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::dictionary::meaning;
use super::field::{Cells, Column, Table};

/// The note that says what each column means, as JSON.
const MEANING: &str = "simulate:columns";

/// A table in the making.
pub struct ParquetTable<C, R> {
    table: Table<C, R>,
    context: C,
    columns: Vec<Column>,
    writer: SerializedFileWriter<File>,
    /// Rows that wait for their group to be full.
    pending: Vec<R>,
}

/// Rows in a group of a table that is streamed: what is held in memory at most.
pub const GROUP: usize = 65_536;
/// Most rows of such a table: Parquet numbers groups in 16 bits.
pub const MOST_STREAMED: u64 = GROUP as u64 * 32_767;

impl<C, R> ParquetTable<C, R> {
    /// Starts a table.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn begin(file: File, table: Table<C, R>, context: C) -> Result<Self, ParquetError> {
        let columns = table.columns(&context);
        let fields = columns.iter().map(|column| {
            let field = &table.fields[column.field];
            let (physical, logical) = match field.cells {
                Cells::Integer(_) => (Physical::INT64, None),
                Cells::Number(_) | Cells::Single(_) => (Physical::DOUBLE, None),
                Cells::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
                Cells::Truth(_) => (Physical::BOOLEAN, None),
            };
            Type::primitive_type_builder(&column.name, physical)
                .with_repetition(match field.empty {
                    Some(_) => Repetition::OPTIONAL,
                    None => Repetition::REQUIRED,
                })
                .with_logical_type(logical)
                .build()
                .map(Arc::new)
        });
        let schema = Type::group_type_builder(table.name)
            .with_fields(fields.collect::<Result<Vec<_>, _>>()?)
            .build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            // The library's own version must not change the bytes.
            .set_created_by(format!("simulate {}", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self {
            writer: SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))?,
            table,
            context,
            columns,
            pending: Vec::new(),
        })
    }

    /// Adds rows; groups are full whatever comes at once.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn stream(&mut self, mut rows: Vec<R>) -> Result<(), ParquetError> {
        while self.pending.len() + rows.len() >= GROUP {
            let rest = rows.split_off(GROUP - self.pending.len());
            self.pending.append(&mut rows);
            let full = std::mem::take(&mut self.pending);
            self.add(&full)?;
            rows = rest;
        }
        self.pending.append(&mut rows);
        Ok(())
    }

    /// Adds a group of rows.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn add(&mut self, rows: &[R]) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for column in &self.columns {
            let (context, at) = (&self.context, column.member);
            let field = &self.table.fields[column.field];
            let mut sheet = Sheet {
                group: &mut group,
                column,
                may_be_empty: field.empty.is_some(),
            };
            match &field.cells {
                Cells::Integer(of) => sheet.write::<Int64Type>(
                    rows.iter()
                        .map(|row| of(context, row, at))
                        .map(|n| n.map(|n| i64::try_from(n).unwrap_or(i64::MAX))),
                )?,
                Cells::Number(of) => sheet.write::<DoubleType>(
                    rows.iter().map(|row| field.finite(of(context, row, at))),
                )?,
                Cells::Single(of) => sheet.write::<DoubleType>(
                    rows.iter()
                        .map(|row| field.finite(of(context, row, at).map(f64::from))),
                )?,
                Cells::Text(of) => sheet
                    .write::<ByteArrayType>(rows.iter().map(|row| {
                        of(context, row, at).map(|t| ByteArray::from(t.into_bytes()))
                    }))?,
                Cells::Truth(of) => {
                    sheet.write::<BoolType>(rows.iter().map(|row| of(context, row, at)))?;
                }
            }
        }
        group.close()?;
        Ok(())
    }

    /// Ends the table, with notes on where it comes from.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn finish(mut self, notes: &[(String, String)]) -> Result<(), ParquetError> {
        let last = std::mem::take(&mut self.pending);
        if !last.is_empty() {
            self.add(&last)?;
        }
        let meaning = meaning(&self.table, &self.columns);
        let meaning = std::iter::once((MEANING.to_owned(), meaning.to_string()));
        for (key, value) in notes.iter().cloned().chain(meaning) {
            self.writer
                .append_key_value_metadata(KeyValue::new(key, Some(value)));
        }
        self.writer.close()?;
        Ok(())
    }
}

/// Writes a whole table.
///
/// # Errors
/// If the file can't be written.
pub fn parquet<C, R>(
    file: File,
    table: Table<C, R>,
    context: C,
    rows: &[R],
    notes: &[(String, String)],
) -> Result<(), ParquetError> {
    let mut table = ParquetTable::begin(file, table, context)?;
    table.add(rows)?;
    table.finish(notes)
}

/// What went wrong in the file system, where it was that.
pub fn into_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

/// The part of a column that is in one group.
struct Sheet<'a, 'w> {
    group: &'a mut SerializedRowGroupWriter<'w, File>,
    column: &'a Column,
    may_be_empty: bool,
}

impl Sheet<'_, '_> {
    fn write<T: DataType>(
        &mut self,
        cells: impl Iterator<Item = Option<T::T>>,
    ) -> Result<(), ParquetError> {
        let mut levels: Vec<i16> = Vec::new();
        let mut values: Vec<T::T> = Vec::new();
        for cell in cells {
            levels.push(i16::from(cell.is_some()));
            values.extend(cell);
        }
        if !self.may_be_empty && values.len() < levels.len() {
            let what = format!("a cell of {} is empty", self.column.name);
            return Err(ParquetError::General(what));
        }
        let levels = self.may_be_empty.then_some(&levels[..]);
        if let Some(mut column) = self.group.next_column()? {
            column.typed::<T>().write_batch(&values, levels, None)?;
            column.close()?;
        }
        Ok(())
    }
}
