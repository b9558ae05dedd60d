//! The folder of a run: whole if it has its name, or not there.
//!
//! Its name is claimed before the work begins, by an empty folder; the files are written
//! beside it, the manifest last, and then put in its place in one step.

mod claim;
mod latest;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use thiserror::Error;

use super::manifest::{FileEntry, Manifest};
use crate::foreign;
use claim::Claim;

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
        matches!(self, Self::InUse(_) | Self::Refused { .. })
    }

    fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Write { path, source }
    }
}

/// What is being written, if anything: the one state that the worker and an interrupt share.
/// A folder is dropped or given its name while the lock is held, so that it is never both.
#[derive(Debug, Clone, Default)]
pub struct Owner(Arc<Mutex<Option<Unfinished>>>);

/// While this is held, nothing is begun, written or finished.
#[derive(Debug)]
pub struct Abandoned<'a>(#[expect(dead_code)] MutexGuard<'a, Option<Unfinished>>);

impl Owner {
    /// Drops the folder under way, if any, for a program that is about to end. `None` if it
    /// was just then being begun or finished, which has been waited for: the program goes on.
    pub fn abandon(&self) -> Option<Abandoned<'_>> {
        let (mut state, waited) = match self.0.try_lock() {
            Ok(state) => (state, false),
            Err(TryLockError::Poisoned(error)) => (error.into_inner(), false),
            Err(TryLockError::WouldBlock) => (self.lock(), true),
        };
        match state.take() {
            Some(unfinished) => unfinished.remove(),
            None if waited => return None,
            None => {}
        }
        Some(Abandoned(state))
    }

    /// A thread that panics drops its folder all the same.
    fn lock(&self) -> MutexGuard<'_, Option<Unfinished>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A claimed name, and the files beside it that will be found there.
#[derive(Debug)]
struct Unfinished {
    claim: Claim,
    beside: PathBuf,
    /// The files begun, from `beside`.
    files: BTreeSet<String>,
}

impl Unfinished {
    /// Leaves nothing behind.
    fn remove(self) {
        let _ = fs::remove_dir_all(&self.beside);
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
        let (target, beside) = match claim.beside() {
            Ok(beside) => (claim.path().to_path_buf(), beside),
            Err(error) => {
                claim.release();
                return Err(error);
            }
        };
        *state = Some(Unfinished {
            claim,
            beside: beside.clone(),
            files: BTreeSet::new(),
        });
        Ok(Self {
            owner: owner.clone(),
            target,
            beside,
            latest,
        })
    }

    /// Begins a file; its name may lead into one folder below.
    ///
    /// # Errors
    /// If it can't be made, or the folder is gone.
    pub fn create(&self, name: &str) -> Result<File, FolderError> {
        let mut state = self.owner.lock();
        let Some(unfinished) = state.as_mut() else {
            return Err(FolderError::Removed(self.target.clone()));
        };
        let path = self.beside.join(name);
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

    /// The names of the files begun so far, in order.
    pub fn names(&self) -> Vec<String> {
        let state = self.owner.lock();
        let files = state.iter().flat_map(|unfinished| &unfinished.files);
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
        let name = "manifest.json";
        let text = serde_json::to_string_pretty(&manifest);
        let mut text = text.map_err(|error| self.failed(name, error.into()))?;
        text.push('\n');
        self.write(name, foreign::json(text).as_bytes())?;
        self.sync().map_err(|error| self.failed(name, error))?;
        let mut state = self.owner.lock();
        let Some(unfinished) = state.as_mut() else {
            return Err(FolderError::Removed(self.target.clone()));
        };
        unfinished.claim.give(&self.beside)?;
        *state = None;
        drop(state);
        if let Some(parent) = self.beside.parent() {
            let _ = sync_folder(parent);
        }
        if let Some(latest) = &self.latest {
            latest::lead(latest, &self.target);
        }
        Ok(self.target.clone())
    }

    /// Everything is on disk before the folder has its name.
    fn sync(&self) -> io::Result<()> {
        File::options()
            .write(true)
            .open(self.beside.join("manifest.json"))?
            .sync_all()?;
        let names = self.names();
        let below: BTreeSet<&Path> = names.iter().filter_map(|n| Path::new(n).parent()).collect();
        for folder in below {
            sync_folder(&self.beside.join(folder))?;
        }
        Ok(())
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
        let mut state = self.owner.lock();
        if let Some(unfinished) = state.take() {
            unfinished.remove();
        }
    }
}

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
    let bytes = file.metadata()?.len();
    // Piece by piece: a table may be larger than the memory.
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file)?;
    Ok(FileEntry {
        bytes,
        blake3: hasher.finalize().to_hex().to_string(),
    })
}

/// Brings the names in a folder to disk, where the system has a way to ask for that.
fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    let _ = folder;
    Ok(())
}
