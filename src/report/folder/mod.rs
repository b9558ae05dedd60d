//! The folder of a run: whole if it has its name, or not there.
//!
//! Its name is claimed before the work begins, by an empty folder; the files are written
//! beside it, in `<name>.unfinished`, the manifest last, and then put in its place in one step.
//! What is there when the work ends before its time is removed, unless it can be gone on with.
//! What somebody else put there stays.

mod claim;
mod latest;
mod own;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use parquet::errors::ParquetError;
use thiserror::Error;

use super::hash::hash;
use super::manifest::{FileEntry, Manifest};
use super::tables::into_io;
use claim::Claim;
use own::Own;
pub use own::{others_in, remove_own};

/// What can go wrong with a run folder. Nothing that was there before is touched.
#[derive(Debug, Error)]
pub enum FolderError {
    /// The folder asked for is in use.
    #[error(
        "{} exists and is not empty; a run never overwrites another. Give a new folder, or leave --out away",
        .0.display()
    )]
    InUse(PathBuf),
    /// What was asked for can't be a run's folder.
    #[error("{} can't be the folder for the results: {why}", .path.display())]
    Refused {
        /// What was asked for.
        path: PathBuf,
        /// Why, and what would be right.
        why: String,
    },
    /// Unfinished work is in the way.
    #[error(
        "{path} holds work that was not finished: go on with it by `simulate resume {path}`, or drop it by `simulate clean {path}`",
        path = .0.display()
    )]
    Unfinished(PathBuf),
    /// Another process is at it just now: later it can be gone on with.
    #[error(
        "{} is being worked on just now; wait until that ends",
        .0.display()
    )]
    Busy(PathBuf),
    /// Someone else removed it.
    #[error("{} was removed while the work was under way; nothing is saved", .0.display())]
    Removed(PathBuf),
    /// A file or folder could not be written.
    #[error("can't write {}: {source}", .path.display())]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

impl FolderError {
    /// Whether another folder has to be asked for: nothing was begun.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::InUse(_) | Self::Refused { .. } | Self::Unfinished(_)
        )
    }

    fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Write { path, source }
    }
}

/// What is being written, if anything: the one state that the worker and an interrupt share.
/// A folder is dropped or given its name while the lock is held, so that it is never both.
#[derive(Debug, Clone, Default)]
pub struct Owner(Arc<Mutex<State>>);

/// What an owner has.
#[derive(Debug, Default)]
struct State {
    unfinished: Option<Unfinished>,
    /// Where something was left that can be gone on with.
    left: Option<PathBuf>,
}

impl State {
    /// Drops what is unfinished, but for what is worth going on with.
    fn drop_unfinished(&mut self) -> bool {
        let Some(unfinished) = self.unfinished.take() else {
            return false;
        };
        match unfinished.is_worth_keeping && unfinished.is_known() {
            true => self.left = Some(unfinished.beside.clone()),
            false => unfinished.remove(),
        }
        true
    }
}

/// While this is held, nothing is begun, written or finished.
#[derive(Debug)]
pub struct Abandoned<'a>(MutexGuard<'a, State>);

impl Abandoned<'_> {
    /// Where something was left that can be gone on with.
    pub fn left(&self) -> Option<&Path> {
        self.0.left.as_deref()
    }
}

impl Owner {
    /// Drops the folder under way, if any, for a program that is about to end. `None` if it
    /// was just then being begun or finished, which has been waited for: the program goes on.
    pub fn abandon(&self) -> Option<Abandoned<'_>> {
        let (mut state, waited) = match self.0.try_lock() {
            Ok(state) => (state, false),
            Err(TryLockError::Poisoned(error)) => (error.into_inner(), false),
            Err(TryLockError::WouldBlock) => (self.lock(), true),
        };
        match state.drop_unfinished() {
            false if waited => None,
            _ => Some(Abandoned(state)),
        }
    }

    /// From now on there is something to go on with: the folder is no longer dropped with what
    /// is unfinished in it, if it can be gone on with at all.
    pub fn keep_what_is_done(&self) {
        if let Some(unfinished) = &mut self.lock().unfinished {
            unfinished.is_worth_keeping = unfinished.can_go_on;
        }
    }

    /// Nothing in the folder is worth going on with, whatever was said before.
    pub fn keep_nothing(&self) {
        if let Some(unfinished) = &mut self.lock().unfinished {
            unfinished.is_worth_keeping = false;
            unfinished.can_go_on = false;
        }
    }

    /// Where something was left that can be gone on with.
    pub fn left(&self) -> Option<PathBuf> {
        self.lock().left.clone()
    }

    /// A thread that panics drops its folder all the same.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A claimed name, and the files beside it that will be found there.
#[derive(Debug)]
struct Unfinished {
    claim: Claim,
    beside: PathBuf,
    /// Locked while it is worked on.
    _lock: Option<File>,
    /// The files begun, from `beside`.
    files: BTreeSet<String>,
    /// Whether it says what was being done, so that it can be gone on with.
    can_go_on: bool,
    /// Whether enough was done for that.
    is_worth_keeping: bool,
}

impl Unfinished {
    /// Whether what is there will be known again: somebody may have removed some of it.
    fn is_known(&self) -> bool {
        is_unfinished(&self.beside) || Manifest::is_in(&self.beside)
    }

    /// Leaves nothing behind that is ours.
    fn remove(self) {
        // What the worker was just then renaming may come between; it can begin nothing more.
        let is_full = |error: &io::Error| error.kind() == ErrorKind::DirectoryNotEmpty;
        let own = Own::of(&self.beside).with(&self.files);
        for _ in 0..3 {
            if !own
                .remove(&self.beside, &[])
                .is_err_and(|error| is_full(&error))
            {
                break;
            }
        }
        self.claim.release();
    }
}

/// A run folder in the making; dropped unfinished, it leaves nothing behind.
#[derive(Debug)]
pub struct Folder {
    owner: Owner,
    target: PathBuf,
    beside: PathBuf,
    latest: Option<PathBuf>,
}

impl Folder {
    /// Starts a folder: `out` itself if given, else `<time>-<hash>` below `place`.
    ///
    /// # Errors
    /// If the folder is in use or can't be made.
    pub fn begin(
        owner: &Owner,
        out: Option<&Path>,
        place: &Path,
        time: &str,
        hash: &str,
    ) -> Result<Self, FolderError> {
        match out {
            Some(out) => Self::claimed(owner, || Claim::at(out), None),
            None => Self::begin_below(owner, place, time, hash),
        }
    }

    /// Starts a folder `<time>-<hash>` below `parent`, to which `latest` there will lead.
    ///
    /// # Errors
    /// If the folder can't be made.
    pub fn begin_below(
        owner: &Owner,
        parent: &Path,
        time: &str,
        hash: &str,
    ) -> Result<Self, FolderError> {
        let name = format!("{time}-{}", hash.get(..8).unwrap_or(hash));
        let latest = Some(parent.join("latest"));
        Self::claimed(owner, || Claim::below(parent, &name), latest)
    }

    fn claimed(
        owner: &Owner,
        claim: impl FnOnce() -> Result<Claim, FolderError>,
        latest: Option<PathBuf>,
    ) -> Result<Self, FolderError> {
        // An interrupt waits until there is something whole to be dropped.
        let mut state = owner.lock();
        let claim = claim()?;
        let beside = match claim.beside() {
            Ok(beside) => beside,
            Err(error) => {
                claim.release();
                return Err(error);
            }
        };
        let lock = claim::lock(&beside).unwrap_or_default();
        // Whatever becomes of it, it can be told from what others call so.
        if let Err(error) = own::mark(&beside) {
            let _ = fs::remove_dir_all(&beside);
            claim.release();
            return Err(FolderError::write(&beside)(error));
        }
        Ok(Self::held(owner, &mut state, claim, beside, lock, latest))
    }

    fn held(
        owner: &Owner,
        state: &mut State,
        claim: Claim,
        beside: PathBuf,
        lock: Option<File>,
        latest: Option<PathBuf>,
    ) -> Self {
        let target = claim.path().to_path_buf();
        state.left = None;
        state.unfinished = Some(Unfinished {
            claim,
            beside: beside.clone(),
            _lock: lock,
            files: BTreeSet::new(),
            can_go_on: false,
            is_worth_keeping: false,
        });
        Self {
            owner: owner.clone(),
            target,
            beside,
            latest,
        }
    }

    /// Goes on with unfinished work: the folder that was claimed, and what is beside it. With
    /// `latest`, the link of that name will lead to it.
    ///
    /// # Errors
    /// If nothing unfinished is there, another is working on it, or its place was taken.
    pub fn reopen(owner: &Owner, target: &Path, latest: bool) -> Result<Self, FolderError> {
        let mut state = owner.lock();
        let beside = unfinished_of(target);
        let refused = |why: &str| FolderError::Refused {
            path: beside.clone(),
            why: why.to_owned(),
        };
        if !beside.is_dir() {
            return Err(refused("there is no such folder"));
        }
        let Ok(lock) = claim::lock(&beside) else {
            return Err(FolderError::Busy(beside));
        };
        let claim = Claim::again(target)?;
        let latest = target.parent().filter(|_| latest);
        let latest = latest.map(|parent| parent.join("latest"));
        let folder = Self::held(owner, &mut state, claim, beside, lock, latest);
        if let Some(unfinished) = &mut state.unfinished {
            unfinished.can_go_on = true;
            unfinished.is_worth_keeping = true;
        }
        Ok(folder)
    }

    /// Makes the folder for work that goes on with a finished one, in whose place it will be put.
    ///
    /// # Errors
    /// If it can't be made, or there is one already.
    pub fn begin_upon(owner: &Owner, finished: &Path, latest: bool) -> Result<Self, FolderError> {
        let latest = finished.parent().filter(|_| latest);
        let latest = latest.map(|parent| parent.join("latest"));
        Self::claimed(owner, || Claim::again(finished), latest)
    }

    /// Where files are written until it is finished.
    pub fn beside(&self) -> &Path {
        &self.beside
    }

    /// Where it will be.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// What owns it.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// Says what is being done, in a file that is not among those of the finished folder: from
    /// now on what is unfinished can be gone on with.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn say_work(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        self.write_whole(name, bytes)?;
        let mut state = self.owner.lock();
        if let Some(unfinished) = &mut state.unfinished {
            unfinished.files.remove(name);
            unfinished.can_go_on = true;
        }
        Ok(())
    }

    /// Takes files that are there among those of the finished folder.
    pub fn take(&self, names: impl IntoIterator<Item = String>) {
        if let Some(unfinished) = &mut self.owner.lock().unfinished {
            unfinished.files.extend(names);
        }
    }

    /// Begins a file; its name may lead into one folder below.
    ///
    /// # Errors
    /// If it can't be made, or the folder is gone.
    pub fn create(&self, name: &str) -> Result<File, FolderError> {
        let mut state = self.owner.lock();
        let Some(unfinished) = state.unfinished.as_mut() else {
            return Err(FolderError::Removed(self.target.clone()));
        };
        let path = self.beside.join(name);
        let noted = own::note(&self.beside, name);
        noted.map_err(|error| self.failed(name, error))?;
        // Not with all its parents: a folder that was removed stays removed.
        let below = match path.parent() {
            Some(below) if below != self.beside => fs::create_dir(below).or_else(ignore_existing),
            _ => Ok(()),
        };
        let file = below
            .and_then(|()| File::create(&path))
            .map_err(|error| self.failed(name, error))?;
        unfinished.files.insert(name.to_owned());
        Ok(file)
    }

    /// Writes a file; its name may lead into one folder below.
    ///
    /// # Errors
    /// If it can't be written, or the folder is gone.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let mut file = self.create(name)?;
        file.write_all(bytes)
            .map_err(|error| self.failed(name, error))
    }

    /// The same, in one step: the file is whole or not there, whenever the program ends.
    fn write_whole(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let beside = format!("{name}.new");
        self.write(&beside, bytes)?;
        self.sync(&beside)
            .and_then(|()| fs::rename(self.beside.join(&beside), self.beside.join(name)))
            .and_then(|()| sync_folder(&self.beside))
            .map_err(|error| self.failed(name, error))?;
        if let Some(unfinished) = &mut self.owner.lock().unfinished {
            unfinished.files.remove(&beside);
            unfinished.files.insert(name.to_owned());
        }
        Ok(())
    }

    /// The names of the files begun so far, in order.
    pub fn names(&self) -> Vec<String> {
        let state = self.owner.lock();
        let unfinished = state.unfinished.iter();
        let files = unfinished.flat_map(|unfinished| &unfinished.files);
        files.cloned().collect()
    }

    /// Writes the manifest, with a hash of every file, and puts the folder in its place;
    /// returns where it is.
    ///
    /// # Errors
    /// If a file is gone or can't be read again, or the folder is gone.
    pub fn finish(self, mut manifest: Manifest) -> Result<PathBuf, FolderError> {
        for name in self.names() {
            let entry = entry(&self.beside.join(&name)).map_err(|e| self.failed(&name, e))?;
            manifest.files.insert(name, entry);
        }
        let text = manifest.text();
        let text = text.map_err(|error| self.failed(MANIFEST, error.into()))?;
        // With its name there is nothing left to be done but to put the folder in its place,
        // which `put_whole` does where the program ends before.
        self.write_whole(MANIFEST, text.as_bytes())?;
        self.put()
    }

    /// Puts a folder in its place that was whole when the program ended, if there is one, or
    /// removes the one whose place was taken; whether there was one.
    ///
    /// # Errors
    /// If it can't be, or another is doing so.
    pub fn put_whole(owner: &Owner, target: &Path, latest: bool) -> Result<bool, FolderError> {
        let beside = unfinished_of(target);
        let Ok(manifest) = Manifest::read(&beside) else {
            return Ok(false);
        };
        // A folder is replaced by one that has more of the same.
        let has = |m: &Manifest| (m.replicates + m.failed.len() as u64, !m.partial);
        let folder = Self::reopen(owner, target, latest)?;
        if Manifest::read(target).is_ok_and(|there| has(&there) >= has(&manifest)) {
            let removed = claim::clear(&beside, target);
            removed.map_err(FolderError::write(&beside))?;
            return Ok(true);
        }
        folder.take(manifest.files.into_keys());
        folder.take([MANIFEST.to_owned()]);
        folder.put()?;
        Ok(true)
    }

    /// Puts a folder that is whole in its place.
    fn put(self) -> Result<PathBuf, FolderError> {
        Own::of(&self.beside)
            .remove(&self.beside, &self.names())
            .map_err(|error| self.failed(MANIFEST, error))?;
        let mut state = self.owner.lock();
        let Some(unfinished) = state.unfinished.as_mut() else {
            return Err(FolderError::Removed(self.target.clone()));
        };
        unfinished.claim.give(&self.beside).inspect_err(|error| {
            // Who removes the place of the work doesn't want it.
            unfinished.is_worth_keeping &= !matches!(error, FolderError::Removed(_));
        })?;
        let files = state.unfinished.take().map(|unfinished| unfinished.files);
        drop(state);
        // Who was removing what was unfinished goes on in the folder that has its name now.
        let files = files.unwrap_or_default();
        if !files.iter().all(|name| self.target.join(name).is_file()) {
            let _ = Own::of(&self.target).with(&files).remove(&self.target, &[]);
            return Err(FolderError::Removed(self.target.clone()));
        }
        if let Some(parent) = self.beside.parent() {
            let _ = sync_folder(parent);
        }
        if let Some(latest) = &self.latest {
            latest::lead(latest, &self.target);
        }
        Ok(self.target.clone())
    }

    /// Everything is on disk before the manifest has its name.
    fn sync(&self, manifest: &str) -> io::Result<()> {
        File::options()
            .write(true)
            .open(self.beside.join(manifest))?
            .sync_all()?;
        let names = self.names();
        let below: BTreeSet<&Path> = names.iter().filter_map(|n| Path::new(n).parent()).collect();
        for folder in below {
            sync_folder(&self.beside.join(folder))?;
        }
        Ok(())
    }

    /// What it means that a table can't be written.
    pub fn failed_table(&self, name: &str, error: ParquetError) -> FolderError {
        self.failed(name, into_io(error))
    }

    /// What it means that a file can't be written or read again.
    fn failed(&self, name: &str, source: io::Error) -> FolderError {
        match source.kind() {
            ErrorKind::NotFound => FolderError::Removed(self.target.clone()),
            _ => FolderError::Write {
                path: self.target.join(name),
                source,
            },
        }
    }
}

impl Drop for Folder {
    /// Finished or abandoned, there is nothing left to be removed.
    fn drop(&mut self) {
        self.owner.lock().drop_unfinished();
    }
}

/// Where the work on a folder is until it is finished.
pub fn unfinished_of(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(UNFINISHED);
    target.with_file_name(name)
}

/// The folder that unfinished work will be, in the end.
pub fn target_of(unfinished: &Path) -> PathBuf {
    let name = unfinished.file_name().unwrap_or_default().to_string_lossy();
    match name.strip_suffix(UNFINISHED) {
        Some(name) => unfinished.with_file_name(name),
        None => unfinished.to_owned(),
    }
}

/// The file that says what is there, with hashes.
const MANIFEST: &str = Manifest::FILE;

/// Whether a folder is unfinished work, by its name and by what is in it.
pub fn is_unfinished(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(UNFINISHED) && own::is_marked(folder)
}

/// Whether somebody is at unfinished work just now.
pub fn is_worked_on(folder: &Path) -> bool {
    claim::lock(folder).is_err()
}

/// The end of the name of what is unfinished.
pub const UNFINISHED: &str = ".unfinished";

fn ignore_existing(error: io::Error) -> io::Result<()> {
    match error.kind() {
        ErrorKind::AlreadyExists => Ok(()),
        _ => Err(error),
    }
}

/// Brings a file to disk; its size and hash.
fn entry(path: &Path) -> io::Result<FileEntry> {
    let file = File::options().read(true).write(true).open(path)?;
    file.sync_all()?;
    Ok(FileEntry {
        bytes: file.metadata()?.len(),
        blake3: hash(&file)?,
    })
}

/// Brings the names in a folder to disk, where the system has a way to ask for that.
///
/// # Errors
/// If it can't be.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    let _ = folder;
    Ok(())
}
