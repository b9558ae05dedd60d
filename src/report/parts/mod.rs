//! Work that is kept while it goes on: every few seconds what was done since is on disk, so that
//! after an interrupt, a crash or a full disk no more than that is lost.
//!
//! A unit of work is a batch (docs/reliability.md). Of each there is one file that says how far
//! it got and what that came to, put in the place of the one before in one step; and files with
//! its rows, one for each time that something was kept. All of them are named with their hashes
//! in the first.

mod pieces;
mod state;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::engine::{Design, Gathered, Keep, Row, Unit};
use crate::scenario::Scenario;

use super::folder::{Owner, target_of};
use super::tables::GROUP;
pub use pieces::{Piece, Table};
pub use state::State;

/// What can go wrong with what is kept.
#[derive(Debug, Error)]
pub enum PartError {
    /// It can't be written.
    #[error("what was done can't be kept in {}: {source}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Someone else removed the folder.
    #[error("{} was removed while the work was under way; nothing is saved", .0.display())]
    Removed(PathBuf),
    /// It can't be read, or is not what was written.
    #[error("{} {what}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

impl PartError {
    fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Write { path, source }
    }

    fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_path_buf(),
            what: what.into(),
        }
    }
}

/// What is kept of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// Nothing: nobody will ask for them.
    Not,
    /// All of them, for a table that is written at the end.
    ForTheEnd,
    /// All of them, and who goes on needs to see them again.
    Again,
}

/// A part is kept so many times less long than was worked since the one before.
const WORK_PER_WRITE: u32 = 20;
/// Seconds of work that may be lost.
const EVERY: Duration = Duration::from_secs(2);

/// The work of a command, unit by unit.
#[derive(Debug)]
pub struct Parts {
    folder: PathBuf,
    rows: Rows,
    every: Duration,
    owner: Owner,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    units: BTreeMap<u64, UnitWork>,
    /// When units that have ended were last written.
    written: Instant,
    /// How long the last writing took.
    took: Duration,
    trouble: Option<PartError>,
}

/// The work on a unit.
#[derive(Debug)]
struct UnitWork {
    /// As it is run; gone where it is no longer needed: a sweep has thousands of units.
    scenario: Option<Scenario>,
    series: bool,
    pieces: Vec<Piece>,
    /// Rows that are in no piece yet, and the first replicate of them.
    pending: Vec<Row>,
    pending_first: u64,
    /// When it was begun here, and with which replicate.
    began: (Instant, u64),
    /// When it was last written.
    written: Instant,
    /// What it came to, where nothing more comes of it now and that is not on disk yet. Its
    /// bytes are a small part of the sums themselves.
    ended: Option<State>,
    /// Whether it was whole when it was gone on with.
    was_whole: bool,
}

impl Parts {
    /// The name of the folder with what is kept, below that of unfinished work.
    pub const FOLDER: &str = "parts";

    /// In a folder, which is made when there is something to be kept; its owner is told then.
    pub fn new(folder: PathBuf, rows: Rows, owner: &Owner) -> Self {
        let asked = std::env::var("SIMULATE_KEEP_EVERY").ok();
        let seconds = asked.and_then(|text| text.parse().ok());
        let now = Instant::now();
        Self {
            folder,
            rows,
            every: seconds
                .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
                .unwrap_or(EVERY),
            owner: owner.clone(),
            inner: Mutex::new(Inner {
                units: BTreeMap::new(),
                written: now,
                took: Duration::ZERO,
                trouble: None,
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What went wrong, if something did: it ended the work.
    ///
    /// # Errors
    /// That.
    pub fn trouble(&self) -> Result<(), PartError> {
        match self.lock().trouble.take() {
            Some(trouble) => Err(trouble),
            None => Ok(()),
        }
    }

    /// Hands on all rows of a unit, in order, a group at a time, with the inputs of their draws.
    ///
    /// # Errors
    /// If a file is not what was written, or what `each` returns.
    pub fn rows<E: From<PartError>>(
        &self,
        unit: u64,
        (scenario, design): (&Scenario, &Design),
        mut each: impl FnMut(Vec<Row>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut inner = self.lock();
        let Some(work) = inner.units.get_mut(&unit) else {
            return Ok(());
        };
        for piece in &work.pieces {
            let design = Some(design);
            piece.read(&self.folder, scenario, work.series, design, &mut each)?;
        }
        each(std::mem::take(&mut work.pending))
    }

    /// What a unit that has ended came to, without its rows.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn state(&self, unit: u64) -> Result<State, PartError> {
        let inner = self.lock();
        let ended = inner.units.get(&unit).and_then(|work| work.ended.as_ref());
        let state = match ended {
            Some(state) => state.clone(),
            None => State::read(&self.folder.join(State::name(unit)))?,
        };
        Ok(state.with_pieces(Vec::new()))
    }

    /// Writes all that is not on disk yet.
    ///
    /// # Errors
    /// If it can't be.
    pub fn flush(&self) -> Result<(), PartError> {
        let mut inner = self.lock();
        self.write_ended(&mut inner)
    }

    /// Writes all that is not on disk yet, and leaves of each unit one file with its rows, and
    /// nothing else: the same, whenever something was kept on the way.
    ///
    /// # Errors
    /// If it can't be written, or what was is not what is there.
    pub fn settle(&self) -> Result<(), PartError> {
        let mut inner = self.lock();
        self.write_ended(&mut inner)?;
        for (unit, work) in &mut inner.units {
            let Some(scenario) = work.scenario.as_ref().filter(|_| work.pieces.len() > 1) else {
                continue;
            };
            let state = State::read(&self.folder.join(State::name(*unit)))?;
            let range = state.first..state.end;
            let (folder, series) = (&self.folder, work.series);
            let one = Piece::write(folder, *unit, range, scenario, series, |add| {
                let mut each = work.pieces.iter();
                each.try_for_each(|piece| piece.read(folder, scenario, series, None, &mut *add))
            })?;
            let before = std::mem::replace(&mut work.pieces, vec![one]);
            let pieces = work.pieces.clone();
            state.with_pieces(pieces).write(folder)?;
            for table in before.iter().flat_map(Piece::tables) {
                let path = folder.join(&table.name);
                fs::remove_file(&path).map_err(PartError::write(&path))?;
            }
        }
        self.tidy(&inner)
    }

    /// Removes what no unit names: who was killed while he kept something leaves it.
    fn tidy(&self, inner: &Inner) -> Result<(), PartError> {
        let tables = inner.units.values().flat_map(|work| &work.pieces);
        let tables = tables
            .flat_map(Piece::tables)
            .map(|table| table.name.clone());
        let named: BTreeSet<String> = inner
            .units
            .keys()
            .map(|unit| State::name(*unit))
            .chain(tables)
            .collect();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry
                .file_name()
                .to_str()
                .is_some_and(|name| is_part(name) && !named.contains(name))
            {
                let path = entry.path();
                fs::remove_file(&path).map_err(PartError::write(&path))?;
            }
        }
        Ok(())
    }

    /// Names of the files, below the folder above.
    pub fn files(&self) -> Vec<String> {
        let name = self
            .folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let files = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let files = files.filter(|file| is_part(file));
        let mut names: Vec<String> = files.map(|file| format!("{name}/{file}")).collect();
        names.sort();
        names
    }

    fn write_ended(&self, inner: &mut Inner) -> Result<(), PartError> {
        let began = Instant::now();
        for work in inner.units.values_mut() {
            let Some(mut state) = work.ended.take() else {
                continue;
            };
            if let Err(trouble) = self.write(work, &mut state) {
                work.ended = Some(state);
                return Err(trouble);
            }
            if work.pieces.len() < 2 {
                work.scenario = None;
            }
        }
        inner.written = Instant::now();
        inner.took = began.elapsed();
        Ok(())
    }

    fn write(&self, work: &mut UnitWork, state: &mut State) -> Result<(), PartError> {
        if !self.folder.is_dir() {
            // Not with its parents: a folder that was removed stays removed.
            fs::create_dir(&self.folder).map_err(PartError::write(&self.folder))?;
        }
        if !work.pending.is_empty() {
            let range = work.pending_first..state.end;
            let rows = std::mem::take(&mut work.pending);
            let (folder, series) = (&self.folder, work.series);
            let Some(scenario) = &work.scenario else {
                let path = folder.join(State::name(state.unit));
                return Err(PartError::damaged(&path, "has ended, and more came of it"));
            };
            let piece = Piece::write(folder, state.unit, range, scenario, series, |add| add(rows))?;
            work.pieces.push(piece);
        }
        work.pending_first = state.end;
        state.pieces.clone_from(&work.pieces);
        state.write(&self.folder)?;
        work.written = Instant::now();
        self.owner.keep_what_is_done();
        Ok(())
    }

    /// Whether a unit will be whole before anything more would be due: what is written then
    /// would be read again at once.
    fn ends_soon(&self, work: &UnitWork, unit: &Unit<'_>, rows: &[Row]) -> bool {
        let (began, first) = work.began;
        let end = rows.last().map_or(first, |row| row.replicate + 1);
        let left = unit.batch.replicates.saturating_sub(end);
        let seconds = began.elapsed().as_secs_f64();
        seconds * (left as f64) < self.every.as_secs_f64() * (end - first) as f64
    }

    /// What it means that something can't be kept: that it is not wanted, where the folder is
    /// gone.
    fn meaning(&self, trouble: PartError) -> PartError {
        match (&trouble, self.folder.parent()) {
            (PartError::Write { source, .. }, Some(unfinished))
                if source.kind() == io::ErrorKind::NotFound && !self.folder.is_dir() =>
            {
                self.owner.keep_nothing();
                PartError::Removed(target_of(unfinished))
            }
            _ => trouble,
        }
    }

    fn due(&self, written: Instant, took: Duration) -> bool {
        let wait = match self.every.is_zero() {
            true => self.every,
            false => self.every.max(took * WORK_PER_WRITE),
        };
        written.elapsed() >= wait
    }
}

impl UnitWork {
    fn new(unit: &Unit<'_>, first: u64) -> Self {
        Self {
            scenario: Some(unit.batch.scenario.clone()),
            series: unit.batch.series,
            pieces: Vec::new(),
            pending: Vec::new(),
            pending_first: first,
            began: (Instant::now(), first),
            written: Instant::now(),
            ended: None,
            was_whole: false,
        }
    }
}

impl Keep for Parts {
    fn kept(
        &self,
        unit: &Unit<'_>,
        rows: &mut dyn FnMut(&[Row]) -> ControlFlow<()>,
    ) -> ControlFlow<(), Option<Gathered>> {
        let path = self.folder.join(State::name(unit.number));
        let read = || -> Result<Option<(State, Gathered)>, PartError> {
            if !path.is_file() {
                return Ok(None);
            }
            let state = State::read(&path)?;
            let gathered = state.gathered(unit.gathering);
            let gathered = gathered.map_err(|what| PartError::damaged(&path, what))?;
            if state.unit != unit.number
                || gathered.first != unit.batch.first
                || gathered.end > unit.batch.replicates
            {
                return Err(PartError::damaged(&path, "is of other replicates"));
            }
            Ok(Some((state, gathered)))
        };
        let mut inner = self.lock();
        let found = match read() {
            Ok(Some(found)) => found,
            Ok(None) => {
                let work = UnitWork::new(unit, unit.batch.first);
                inner.units.insert(unit.number, work);
                return ControlFlow::Continue(None);
            }
            Err(trouble) => {
                inner.trouble = Some(trouble);
                return ControlFlow::Break(());
            }
        };
        let (state, gathered) = found;
        let mut work = UnitWork::new(unit, gathered.end);
        work.was_whole = state.whole;
        work.pieces = state.pieces;
        if self.rows == Rows::Again {
            let mut taken = ControlFlow::Continue(());
            for piece in &work.pieces {
                let read = piece.read(
                    &self.folder,
                    unit.batch.scenario,
                    work.series,
                    Some(unit.design),
                    |r| {
                        if taken.is_continue() {
                            taken = rows(&r);
                        }
                        Ok::<(), PartError>(())
                    },
                );
                if let Err(trouble) = read {
                    inner.trouble = Some(trouble);
                    return ControlFlow::Break(());
                }
            }
        }
        inner.units.insert(unit.number, work);
        self.owner.keep_what_is_done();
        ControlFlow::Continue(Some(gathered))
    }

    fn add(&self, unit: &Unit<'_>, rows: &[Row]) -> bool {
        let mut inner = self.lock();
        let took = inner.took;
        let Some(work) = inner.units.get_mut(&unit.number) else {
            return false;
        };
        if self.rows != Rows::Not {
            work.pending.extend_from_slice(rows);
        }
        let due = self.due(work.written, took) && !self.ends_soon(work, unit, rows);
        due || work.pending.len() >= GROUP
    }

    fn so_far(&self, unit: &Unit<'_>, gathered: &Gathered) -> ControlFlow<()> {
        let mut inner = self.lock();
        let Some(work) = inner.units.get_mut(&unit.number) else {
            return ControlFlow::Continue(());
        };
        let began = Instant::now();
        let mut state = State::new(unit.number, gathered, false, Vec::new());
        match self.write(work, &mut state) {
            Ok(()) => {
                inner.took = began.elapsed();
                ControlFlow::Continue(())
            }
            Err(trouble) => {
                inner.trouble = Some(self.meaning(trouble));
                ControlFlow::Break(())
            }
        }
    }

    fn end(&self, unit: &Unit<'_>, gathered: &Gathered, whole: bool) {
        let mut inner = self.lock();
        let work = inner.units.get_mut(&unit.number);
        if let Some(work) = work.filter(|work| !work.was_whole) {
            work.ended = Some(State::new(unit.number, gathered, whole, Vec::new()));
        }
        if self.rows == Rows::Again
            && self.due(inner.written, inner.took)
            && inner.trouble.is_none()
            && let Err(trouble) = self.write_ended(&mut inner)
        {
            inner.trouble = Some(self.meaning(trouble));
        }
    }
}

/// Whether a file in the folder of what is kept may be of it, by its name.
pub(super) fn is_part(file: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let file = file.strip_suffix(".new").unwrap_or(file);
    match file.split_once('.') {
        Some((unit, "part")) => is_number(unit),
        Some((piece, "rows" | "series")) => {
            let numbers: Vec<&str> = piece.split('-').collect();
            numbers.len() == 3 && numbers.into_iter().all(is_number)
        }
        _ => false,
    }
}
