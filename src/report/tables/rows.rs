//! Rows of replicates read back from their table, a row group at a time.

use parquet::column::reader::{ColumnReader, get_typed_column_reader};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::reader::RowGroupReader;

use super::replicates::RowNames;
use crate::engine::{Came, Failure, Row, Seen};
use crate::scenario::regular;

/// What `read` returns, or an error where it panics.
pub fn guarded<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    regular::guarded(read, || {
        ParquetError::General("its bytes make no sense".to_owned())
    })
}

/// Most rows of a group; a run writes a sixteenth of it.
const MOST_ROWS: usize = 1 << 20;

/// A row group, column by column.
pub struct RowGroup {
    count: usize,
    columns: Vec<(String, Vec<Option<f64>>)>,
    /// What failed, where the table says so.
    failed_part: Option<Vec<Option<String>>>,
}

impl RowGroup {
    pub fn read(group: &dyn RowGroupReader) -> Result<Self, ParquetError> {
        let count = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        if count > MOST_ROWS {
            let message = format!("a group of {count} rows");
            return Err(ParquetError::General(message));
        }
        let mut columns = Vec::new();
        let mut failed_part = None;
        for number in 0..group.num_columns() {
            let name = group.metadata().column(number).column_path().string();
            let values = match group.get_column_reader(number)? {
                reader @ ColumnReader::Int64ColumnReader(_) => {
                    column::<Int64Type, _>(reader, count, |v| v as f64)?
                }
                reader @ ColumnReader::DoubleColumnReader(_) => {
                    column::<DoubleType, _>(reader, count, |v| v)?
                }
                reader @ ColumnReader::ByteArrayColumnReader(_) if name == "failed_part" => {
                    let text =
                        |bytes: ByteArray| String::from_utf8_lossy(bytes.data()).into_owned();
                    failed_part = Some(column::<ByteArrayType, _>(reader, count, text)?);
                    continue;
                }
                _ => continue,
            };
            columns.push((name, values));
        }
        Ok(Self {
            count,
            columns,
            failed_part: failed_part.filter(|parts| parts.len() == count),
        })
    }

    /// A column's values, in order; else its name.
    pub fn column(&self, name: &str) -> Result<&[Option<f64>], String> {
        let mut columns = self.columns.iter();
        let found = columns.find(|(known, values)| known == name && values.len() == self.count);
        found
            .map(|(_, values)| values.as_slice())
            .ok_or_else(|| name.to_owned())
    }

    /// A column for each of some names.
    fn each(&self, names: &[String]) -> Result<Vec<&[Option<f64>]>, String> {
        names.iter().map(|name| self.column(name)).collect()
    }

    /// The rows, by the names of their columns; else the name of one that is not there.
    pub fn rows(&self, names: &RowNames) -> Result<Vec<Row>, String> {
        let step_weeks = names.step_weeks;
        // What is no week is one after every end.
        let step = |week: Option<f64>| {
            week.map(|week| match week.is_finite() {
                true => (week / step_weeks).round() as u32,
                false => u32::MAX,
            })
        };
        let index = |value: Option<f64>| value.unwrap_or(0.0) as u64;
        let number = |value: Option<f64>| value.unwrap_or(f64::NAN) as f32;
        let replicate = self.column("replicate")?;
        let draw = self.column("draw")?;
        let failed = self.column("failed_week")?;
        let [first, end, weeks] = &names.outcomes;
        let (first, end, weeks) = (self.each(first)?, self.each(end)?, self.each(weeks)?);
        let placed = |places: &[(usize, String)], count: usize| {
            let mut columns = vec![None; count];
            for (place, name) in places {
                columns[*place] = Some(self.column(name)?);
            }
            Ok::<Vec<Option<&[Option<f64>]>>, String>(columns)
        };
        let outbreaks = placed(&names.outbreaks, names.pairs)?;
        let falls = self.each(&names.falls)?;
        let [last, least, most] = &names.watched;
        let (last, least, most) = (self.each(last)?, self.each(least)?, self.each(most)?);
        let crossed = placed(&names.crossed, last.len())?;
        let events = self.each(&names.events)?;
        let trough = self.column("trough")?;
        let trough_week = self.column("trough_week")?;
        let final_strength = self.column("final_strength")?;
        let final_cohesion = self.column("final_cohesion")?;
        let mean_cohesion = self.column("mean_cohesion")?;
        let inputs = self.each(&names.inputs)?;
        let row = |r: usize| Row {
            replicate: index(replicate[r]),
            draw: index(draw[r]),
            failed: step(failed[r]).map(|step| Failure {
                replicate: index(replicate[r]),
                step,
                part: self
                    .failed_part
                    .as_ref()
                    .and_then(|parts| parts[r].clone())
                    .unwrap_or_default(),
            }),
            outcomes: (0..first.len())
                .map(|k| Came {
                    first: step(first[k][r]),
                    end: step(end[k][r]),
                    steps: step(weeks[k][r]).unwrap_or(0),
                })
                .collect(),
            breaks_out: outbreaks
                .iter()
                .map(|column| step(column.and_then(|column| column[r])))
                .collect(),
            falls: falls.iter().map(|column| step(column[r])).collect(),
            events: events.iter().map(|column| step(column[r])).collect(),
            trough: number(trough[r]),
            trough_step: step(trough_week[r]).unwrap_or(0),
            final_strength: number(final_strength[r]),
            final_cohesion: number(final_cohesion[r]),
            mean_cohesion: number(mean_cohesion[r]),
            watched: (0..last.len())
                .map(|k| Seen {
                    last: number(last[k][r]),
                    least: number(least[k][r]),
                    most: number(most[k][r]),
                    crossed: step(crossed[k].and_then(|column| column[r])),
                })
                .collect(),
            series: Vec::new(),
            inputs: inputs
                .iter()
                .map(|column| column[r].unwrap_or(f64::NAN))
                .collect(),
        };
        Ok((0..self.count).map(row).collect())
    }
}

/// All values of a column, `None` where it is empty.
fn column<T: DataType, V>(
    reader: ColumnReader,
    count: usize,
    read_as: impl Fn(T::T) -> V,
) -> Result<Vec<Option<V>>, ParquetError> {
    let mut reader = get_typed_column_reader::<T>(reader);
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let mut read = 0;
    while read < count {
        let (records, _, _) =
            reader.read_records(count - read, Some(&mut levels), None, &mut values)?;
        if records == 0 {
            break;
        }
        read += records;
    }
    // A required column has no levels: every value is there.
    if levels.is_empty() {
        return Ok(values.into_iter().map(|v| Some(read_as(v))).collect());
    }
    let mut values = values.into_iter();
    Ok(levels
        .iter()
        .map(|&level| match level {
            0 => None,
            _ => values.next().map(&read_as),
        })
        .collect())
}
