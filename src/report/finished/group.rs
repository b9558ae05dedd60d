//! The rows of `replicates.parquet` read back, a row group at a time.

use std::panic::{self, AssertUnwindSafe};

use parquet::column::reader::{ColumnReader, get_typed_column_reader};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::reader::RowGroupReader;

use crate::engine::{Came, Failure, Row, Seen, Summary, WatchSummary};

/// What `read` returns, or an error where it panics: the reader of Parquet takes some broken
/// files for a fault of its own. Nothing else runs meanwhile whose panic should be shown.
pub(super) fn guarded<T>(
    read: impl FnOnce() -> Result<T, ParquetError>,
) -> Result<T, ParquetError> {
    let before = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let done = panic::catch_unwind(AssertUnwindSafe(read));
    panic::set_hook(before);
    done.unwrap_or_else(|_| Err(ParquetError::General("its bytes make no sense".to_owned())))
}

/// Most rows of a group; a run writes a sixteenth of it.
const MOST_ROWS: usize = 1 << 20;

/// A row group, column by column.
pub(super) struct Group {
    count: usize,
    columns: Vec<(String, Vec<Option<f64>>)>,
    /// What failed, where the table says so.
    failed_part: Option<Vec<Option<String>>>,
}

impl Group {
    pub(super) fn read(group: &dyn RowGroupReader) -> Result<Self, ParquetError> {
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

    fn column(&self, name: &str) -> Result<&[Option<f64>], String> {
        let mut columns = self.columns.iter();
        let found = columns.find(|(known, values)| known == name && values.len() == self.count);
        found
            .map(|(_, values)| values.as_slice())
            .ok_or_else(|| name.to_owned())
    }

    /// A column for each of some names.
    fn each(&self, names: impl Iterator<Item = String>) -> Result<Vec<&[Option<f64>]>, String> {
        names.map(|name| self.column(&name)).collect()
    }

    /// Columns of the pairs of factions that meet, in the order of all pairs; `None` for those
    /// that don't.
    fn outbreaks(&self, summary: &Summary) -> Result<Vec<Option<&[Option<f64>]>>, String> {
        let key = |i: usize| summary.factions.get(i).map_or("", |f| f.key.as_str());
        let pairs = summary.pairs.iter();
        pairs
            .map(|pair| {
                let name = format!("outbreak_week.{}.{}", key(pair.a), key(pair.b));
                pair.meets.then(|| self.column(&name)).transpose()
            })
            .collect()
    }

    /// The rows, with what a summary says of outcomes, pairs and events, and the inputs by
    /// their keys; else the name of a column that is not there.
    pub(super) fn rows(&self, summary: &Summary, inputs: &[&str]) -> Result<Vec<Row>, String> {
        let step_weeks = summary.step_weeks;
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
        let of_outcomes = |what: &str| {
            let outcomes = summary.outcomes.iter();
            self.each(outcomes.map(move |o| format!("{what}.{}", o.key)))
        };
        let [first, end, weeks] = ["week", "end", "weeks"].map(of_outcomes);
        let (first, end, weeks) = (first?, end?, weeks?);
        let outbreaks = self.outbreaks(summary)?;
        let arenas = summary.arenas.iter();
        let falls = self.each(arenas.map(|arena| format!("fall_week.{}", arena.key)))?;
        let watched = |what: &str, asked: fn(&WatchSummary) -> bool| {
            let watches = summary.watched.iter();
            let columns = watches.map(|watch| {
                let column = asked(watch).then(|| self.column(&format!("{what}.{}", watch.key)));
                column.transpose()
            });
            columns.collect::<Result<Vec<_>, String>>()
        };
        let last = watched("watch_end", |_| true)?;
        let least = watched("watch_least", |_| true)?;
        let most = watched("watch_most", |_| true)?;
        let crossed = watched("watch_week", |watch| watch.crosses.is_some())?;
        let at = |column: Option<&[Option<f64>]>, r: usize| column.and_then(|column| column[r]);
        let events = summary.events.iter();
        let events = self.each(events.map(|event| format!("event_week.{}", event.id)))?;
        let trough = self.column("trough")?;
        let trough_week = self.column("trough_week")?;
        let final_strength = self.column("final_strength")?;
        let final_cohesion = self.column("final_cohesion")?;
        let mean_cohesion = self.column("mean_cohesion")?;
        let inputs = self.each(inputs.iter().map(|path| format!("input.{path}")))?;
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
            outcomes: (0..summary.outcomes.len())
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
            watched: (0..summary.watched.len())
                .map(|k| Seen {
                    last: number(at(last[k], r)),
                    least: number(at(least[k], r)),
                    most: number(at(most[k], r)),
                    crossed: step(at(crossed[k], r)),
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
