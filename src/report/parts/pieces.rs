//! Rows of a unit of work, as they were kept at one time.

use std::fs::{self, File};
use std::io::Seek;
use std::ops::Range;
use std::path::{Path, PathBuf};

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use serde::{Deserialize, Serialize};

use crate::engine::{Design, Row};
use crate::report::hash::hash;
use crate::report::tables::{
    ReplicateColumns, ReplicateTable, RowGroup, SeriesTable, guarded, into_io,
};
use crate::scenario::Scenario;
use crate::scenario::regular::{self, ReadError};

use super::PartError;

/// Some rows after each other, in files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The first replicate.
    pub first: u64,
    /// The one after the last.
    pub end: u64,
    /// The file with its rows, without the inputs, which follow from their draws.
    pub rows: Table,
    /// The file with watched quantities at every step, where they are asked for.
    pub series: Option<Table>,
}

/// A file of a piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its hash.
    pub blake3: String,
}

impl Piece {
    /// Writes rows, which `each` hands on in order.
    ///
    /// # Errors
    /// If they can't be written, or what `each` returns; nothing is left then.
    pub fn write(
        folder: &Path,
        unit: u64,
        range: Range<u64>,
        scenario: &Scenario,
        with_series: bool,
        each: impl FnOnce(&mut Add<'_>) -> Result<(), PartError>,
    ) -> Result<Self, PartError> {
        let name = format!("{unit}-{}-{}", range.start, range.end);
        let rows = New::begin(folder, format!("{name}.rows"))?;
        let columns = ReplicateColumns::new(scenario, std::iter::empty());
        let mut table = rows.tried(|file| ReplicateTable::begin(file, columns))?;
        let mut series = match with_series {
            true => {
                let new = New::begin(folder, format!("{name}.series"))?;
                let table = new.tried(|file| SeriesTable::begin(file, scenario))?;
                Some((new, table))
            }
            false => None,
        };
        each(&mut |more: Vec<Row>| {
            if let Some((new, table)) = &mut series {
                new.tried(|_| table.add(&more))?;
            }
            rows.tried(|_| table.add(more))
        })?;
        rows.tried(|_| table.finish(&[]))?;
        let of_series = series.map(|(new, table)| {
            new.tried(|_| table.finish(&[]))?;
            new.end()
        });
        Ok(Self {
            first: range.start,
            end: range.end,
            series: of_series.transpose()?,
            rows: rows.end()?,
        })
    }

    /// Hands on its rows, a group at a time, with the inputs of their draws if there is a design
    /// to tell them.
    ///
    /// # Errors
    /// If a file is not the one that was written, or what `each` returns.
    pub fn read<E: From<PartError>>(
        &self,
        folder: &Path,
        scenario: &Scenario,
        series: bool,
        design: Option<&Design>,
        mut each: impl FnMut(Vec<Row>) -> Result<(), E>,
    ) -> Result<(), E> {
        let names = ReplicateColumns::new(scenario, std::iter::empty()).names();
        let path = folder.join(&self.rows.name);
        let broken = |path: &Path, what: String| PartError::damaged(path, what);
        let reader = self.rows.open(folder)?;
        let mut of_series = match (&self.series, series) {
            (Some(table), true) => Some(Series::open(table, folder, scenario)?),
            (None, true) => return Err(broken(&path, "has no series beside it".to_owned()).into()),
            _ => None,
        };
        let mut next = self.first;
        let mut inputs: Option<(u64, Vec<f64>)> = None;
        for group in 0..reader.num_row_groups() {
            let group = guarded(|| RowGroup::read(&*reader.get_row_group(group)?));
            let group = group.map_err(|error| broken(&path, error.to_string()))?;
            let rows = group.rows(&names);
            let mut rows = rows.map_err(|name| broken(&path, format!("has no column {name}")))?;
            for row in &mut rows {
                let draw = design.map_or(row.draw, |design| design.draw_of(next));
                if row.replicate != next || row.draw != draw {
                    return Err(
                        broken(&path, "has other replicates than it says".to_owned()).into(),
                    );
                }
                next += 1;
                if let Some(design) = design {
                    let values = match inputs.take() {
                        Some((draw, values)) if draw == row.draw => values,
                        _ => design.values(row.draw),
                    };
                    row.inputs.clone_from(&values);
                    inputs = Some((row.draw, values));
                }
                if let Some(series) = &mut of_series
                    && row.failed.is_none()
                {
                    row.series = series.next()?;
                }
            }
            each(rows)?;
        }
        match next == self.end {
            true => Ok(()),
            false => Err(broken(&path, "has fewer replicates than it says".to_owned()).into()),
        }
    }

    /// Its files.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        std::iter::once(&self.rows).chain(&self.series)
    }
}

impl Table {
    /// Opens the file, if it is the one that was written.
    fn open(&self, folder: &Path) -> Result<SerializedFileReader<File>, PartError> {
        let path = folder.join(&self.name);
        let failed = |what: String| PartError::damaged(&path, what);
        let unread = |error: ReadError| failed(format!("can't be read: {error}"));
        let mut file = regular::open(&path).map_err(unread)?;
        let found = hash(&file).map_err(|error| unread(error.into()))?;
        if found != self.blake3 {
            return Err(failed(
                "is not what was written: its hash is another".to_owned(),
            ));
        }
        file.rewind().map_err(|error| unread(error.into()))?;
        guarded(|| SerializedFileReader::new(file)).map_err(|error| failed(error.to_string()))
    }
}

/// Watched quantities read back, a replicate at a time.
struct Series<'a> {
    reader: SerializedFileReader<File>,
    path: PathBuf,
    watches: Vec<&'a str>,
    steps: usize,
    group: usize,
    /// Values of the present group, by quantity.
    values: Vec<Vec<f32>>,
    at: usize,
}

impl<'a> Series<'a> {
    fn open(table: &Table, folder: &Path, scenario: &'a Scenario) -> Result<Self, PartError> {
        let watches = scenario.watches.iter().map(|watch| watch.key.as_str());
        Ok(Self {
            reader: table.open(folder)?,
            path: folder.join(&table.name),
            watches: watches.collect(),
            steps: scenario.time.steps() + 1,
            group: 0,
            values: Vec::new(),
            at: 0,
        })
    }

    /// The values of the next replicate, by quantity.
    fn next(&mut self) -> Result<Vec<Vec<f32>>, PartError> {
        let mut found = vec![Vec::with_capacity(self.steps); self.watches.len()];
        for _ in 0..self.steps {
            if self
                .values
                .first()
                .is_none_or(|values| self.at >= values.len())
            {
                self.next_group()?;
            }
            for (found, values) in found.iter_mut().zip(&self.values) {
                let value = values.get(self.at).copied();
                let short = || PartError::damaged(&self.path, "has too few rows");
                found.push(value.ok_or_else(short)?);
            }
            self.at += 1;
        }
        Ok(found)
    }

    fn next_group(&mut self) -> Result<(), PartError> {
        let broken = |what: String| PartError::damaged(&self.path, what);
        if self.group >= self.reader.num_row_groups() {
            return Err(broken("has too few rows".to_owned()));
        }
        let group = guarded(|| RowGroup::read(&*self.reader.get_row_group(self.group)?));
        let group = group.map_err(|error| broken(error.to_string()))?;
        let single = |value: &Option<f64>| value.map_or(f32::NAN, |value| value as f32);
        let column = |name: &&str| -> Result<Vec<f32>, PartError> {
            let values = group.column(name);
            let values = values.map_err(|name| broken(format!("has no column {name}")))?;
            Ok(values.iter().map(single).collect())
        };
        self.values = self.watches.iter().map(column).collect::<Result<_, _>>()?;
        self.group += 1;
        self.at = 0;
        Ok(())
    }
}

/// What takes rows to be written.
pub type Add<'a> = dyn FnMut(Vec<Row>) -> Result<(), PartError> + 'a;

/// A file in the making; what is not ended is removed.
struct New {
    path: PathBuf,
    name: String,
    file: File,
    is_whole: bool,
}

impl New {
    fn begin(folder: &Path, name: String) -> Result<Self, PartError> {
        let path = folder.join(&name);
        let file = File::create(&path).map_err(PartError::write(&path))?;
        Ok(Self {
            path,
            name,
            file,
            is_whole: false,
        })
    }

    /// Does something with it.
    fn tried<T>(&self, act: impl FnOnce(File) -> Result<T, ParquetError>) -> Result<T, PartError> {
        let file = self
            .file
            .try_clone()
            .map_err(PartError::write(&self.path))?;
        let done = act(file).map_err(into_io);
        done.map_err(PartError::write(&self.path))
    }

    /// Brings it to disk.
    fn end(mut self) -> Result<Table, PartError> {
        let synced = self.file.sync_all().and_then(|()| File::open(&self.path));
        let hashed = synced.and_then(|file| hash(&file));
        let blake3 = hashed.map_err(PartError::write(&self.path))?;
        self.is_whole = true;
        let name = std::mem::take(&mut self.name);
        Ok(Table { name, blake3 })
    }
}

impl Drop for New {
    fn drop(&mut self) {
        if !self.is_whole {
            let _ = fs::remove_file(&self.path);
        }
    }
}
