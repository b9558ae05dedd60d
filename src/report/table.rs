//! `replicates.parquet`: a row per replicate, streamed to disk.

use std::fs::File;
use std::sync::Arc;

use parquet::basic::{Compression, Repetition, Type as Physical};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use crate::engine::Row;

/// Rows in a group: what is held in memory at most.
const GROUP: usize = 65_536;

/// What a column shows of a row.
type Of<T> = Box<dyn Fn(&Row) -> T + Send>;

/// What a column holds of a row.
enum Cell {
    Index(fn(&Row) -> u64),
    Step(Of<Option<u32>>),
    Number(Of<f64>),
}

/// The table in the making.
pub struct ReplicateTable {
    writer: SerializedFileWriter<File>,
    columns: Vec<Cell>,
    step_weeks: f64,
    pending: Vec<Row>,
}

impl ReplicateTable {
    /// Starts a table in a new file. Times are given in weeks, empty where a thing did not happen.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn begin(
        file: File,
        coalitions: &[String],
        inputs: &[String],
        step_weeks: f64,
    ) -> Result<Self, ParquetError> {
        let mut columns: Vec<(String, Cell)> = vec![
            ("replicate".to_owned(), Cell::Index(|r| r.replicate)),
            ("draw".to_owned(), Cell::Index(|r| r.draw)),
            (
                "failed_week".to_owned(),
                Cell::Step(Box::new(|r| r.failed.as_ref().map(|f| f.step))),
            ),
            (
                "regroup_week".to_owned(),
                Cell::Step(Box::new(|r| r.regroup)),
            ),
            ("defeat_week".to_owned(), Cell::Step(Box::new(|r| r.defeat))),
            (
                "underground_week".to_owned(),
                Cell::Step(Box::new(|r| r.underground)),
            ),
            (
                "expansion_week".to_owned(),
                Cell::Step(Box::new(|r| r.expansion)),
            ),
        ];
        for (k, name) in coalitions.iter().enumerate() {
            columns.push((
                format!("collapse_week.{name}"),
                Cell::Step(Box::new(move |r| r.collapse.get(k).copied().flatten())),
            ));
        }
        let number = |name: &str, of: fn(&Row) -> f32| -> (String, Cell) {
            (
                name.to_owned(),
                Cell::Number(Box::new(move |r| f64::from(of(r)))),
            )
        };
        columns.push(number("trough", |r| r.trough));
        columns.push(number("final_strength", |r| r.final_strength));
        columns.push(number("final_cohesion", |r| r.final_cohesion));
        columns.push(number("mean_cohesion", |r| r.mean_cohesion));
        for (k, path) in inputs.iter().enumerate() {
            let cell = Cell::Number(Box::new(move |r: &Row| {
                r.inputs.get(k).copied().unwrap_or(f64::NAN)
            }));
            columns.push((format!("input.{path}"), cell));
        }
        let fields = columns
            .iter()
            .map(|(name, cell)| {
                let (physical, repetition) = match cell {
                    Cell::Index(_) => (Physical::INT64, Repetition::REQUIRED),
                    Cell::Step(_) => (Physical::DOUBLE, Repetition::OPTIONAL),
                    Cell::Number(_) => (Physical::DOUBLE, Repetition::REQUIRED),
                };
                Type::primitive_type_builder(name, physical)
                    .with_repetition(repetition)
                    .build()
                    .map(Arc::new)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let schema = Type::group_type_builder("replicates")
            .with_fields(fields)
            .build()?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            // The library's own version must not change the bytes.
            .set_created_by(format!("simulate {}", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self {
            writer: SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties))?,
            columns: columns.into_iter().map(|(_, cell)| cell).collect(),
            step_weeks,
            pending: Vec::new(),
        })
    }

    /// Adds rows, in order.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn add(&mut self, rows: &[Row]) -> Result<(), ParquetError> {
        self.pending.extend_from_slice(rows);
        if self.pending.len() >= GROUP {
            self.write_group()?;
        }
        Ok(())
    }

    /// Ends the table, with notes on where it comes from.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn finish(mut self, notes: &[(String, String)]) -> Result<(), ParquetError> {
        if !self.pending.is_empty() {
            self.write_group()?;
        }
        for (key, value) in notes {
            self.writer
                .append_key_value_metadata(KeyValue::new(key.clone(), Some(value.clone())));
        }
        self.writer.close()?;
        Ok(())
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let rows = std::mem::take(&mut self.pending);
        let mut group = self.writer.next_row_group()?;
        for cell in &self.columns {
            match cell {
                Cell::Index(of) => {
                    let values: Vec<i64> = rows
                        .iter()
                        .map(|r| i64::try_from(of(r)).unwrap_or(i64::MAX))
                        .collect();
                    write_column::<parquet::data_type::Int64Type>(&mut group, &values, None)?;
                }
                Cell::Step(of) => {
                    let steps: Vec<Option<u32>> = rows.iter().map(of).collect();
                    let levels: Vec<i16> = steps.iter().map(|s| i16::from(s.is_some())).collect();
                    let values: Vec<f64> = steps
                        .iter()
                        .flatten()
                        .map(|s| f64::from(*s) * self.step_weeks)
                        .collect();
                    write_column::<parquet::data_type::DoubleType>(
                        &mut group,
                        &values,
                        Some(&levels),
                    )?;
                }
                Cell::Number(of) => {
                    let values: Vec<f64> = rows.iter().map(of).collect();
                    write_column::<parquet::data_type::DoubleType>(&mut group, &values, None)?;
                }
            }
        }
        group.close()?;
        Ok(())
    }
}

fn write_column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, File>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<(), ParquetError> {
    if let Some(mut column) = group.next_column()? {
        column.typed::<T>().write_batch(values, levels, None)?;
        column.close()?;
    }
    Ok(())
}
