//! A name taken for a run before its work begins, by an empty folder.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::super::manifest::Manifest;
use super::own::Own;
use super::{FolderError, ignore_existing, unfinished_of};

/// How often others may come in between.
const TRIES: u32 = 100;
/// A name as long as the longest that a run writes, or longer.
const LONG: usize = 160;

/// An empty folder that nobody else takes.
#[derive(Debug)]
pub(super) struct Claim {
    path: PathBuf,
    /// Locked while the claim is held: an empty folder may be asked for by several.
    held: Option<File>,
    /// The folders made for it, itself among them, from the outermost on.
    made: Vec<PathBuf>,
    /// Whether it is a finished folder, to be replaced.
    replaces: bool,
}

impl Claim {
    /// Takes a name below a folder; where others have it, the next number at its end.
    pub(super) fn below(parent: &Path, name: &str) -> Result<Self, FolderError> {
        let mut made = Vec::new();
        let mut number = 1;
        for _ in 0..TRIES {
            make_all(parent, &mut made).map_err(FolderError::write(parent))?;
            let path = match number {
                1 => parent.join(name),
                _ => parent.join(format!("{name}-{number}")),
            };
            match fs::create_dir(&path) {
                // Something unfinished is to be put there.
                Ok(()) if unfinished_of(&path).exists() => {
                    let _ = fs::remove_dir(&path);
                    number += 1;
                }
                Ok(()) => {
                    made.push(path.clone());
                    let held = lock(&path).unwrap_or_default();
                    return Ok(Self {
                        path,
                        held,
                        made,
                        replaces: false,
                    });
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
                // Another that failed has removed the parent, which it had made.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(source) => {
                    remove(&made);
                    return Err(FolderError::Write { path, source });
                }
            }
        }
        remove(&made);
        Err(FolderError::InUse(parent.join(name)))
    }

    /// Takes a folder that was asked for: a new one, or one that is empty.
    pub(super) fn at(path: &Path) -> Result<Self, FolderError> {
        let refused = |why: &str| FolderError::Refused {
            path: path.to_path_buf(),
            why: why.to_owned(),
        };
        if path.to_str().is_none() {
            return Err(refused(
                "its name is not UTF-8 text, which the manifest could not hold; give another name",
            ));
        }
        // The folder is put in its place whole, by its name.
        let (Some(name), Some(parent)) = (path.file_name(), path.parent()) else {
            return Err(refused("give the name of a new folder, such as results"));
        };
        let parent = match parent.as_os_str().is_empty() {
            true => Path::new("."),
            false => parent,
        };
        // Without a slash at the end, which would lead through a link.
        let plain = parent.join(name);
        let mut made = Vec::new();
        for _ in 0..TRIES {
            let claim = match fs::symlink_metadata(&plain) {
                Ok(found) => Self::existing(path, &plain, &found)?,
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    Self::new(path, &plain, parent, &mut made)?
                }
                Err(error) => return Err(unusable(path, error)),
            };
            if let Some(claim) = claim {
                return Ok(claim);
            }
        }
        remove(&made);
        Err(FolderError::InUse(path.to_path_buf()))
    }

    /// Takes the place of unfinished work again: as it was claimed, or as somebody removed it;
    /// or the place of a finished folder, which is replaced in the end.
    pub(super) fn again(path: &Path) -> Result<Self, FolderError> {
        let is_finished = Manifest::is_in(path);
        if !is_finished {
            return Self::at(path);
        }
        match lock(path) {
            Ok(held) => Ok(Self {
                path: path.to_path_buf(),
                held,
                made: Vec::new(),
                replaces: true,
            }),
            Err(Taken) => Err(busy(path)),
        }
    }

    /// Makes a folder; none if another was quicker.
    fn new(
        path: &Path,
        plain: &Path,
        parent: &Path,
        made: &mut Vec<PathBuf>,
    ) -> Result<Option<Self>, FolderError> {
        let done = make_all(parent, made).and_then(|()| fs::create_dir(plain));
        match done {
            Ok(()) => {}
            Err(error)
                if [ErrorKind::AlreadyExists, ErrorKind::NotFound].contains(&error.kind())
                    && parent.is_dir() =>
            {
                return Ok(None);
            }
            Err(error) => {
                remove(made);
                return Err(unusable(path, error));
            }
        }
        made.push(plain.to_path_buf());
        match lock(plain) {
            Ok(held) => Ok(Some(Self {
                path: path.to_path_buf(),
                held,
                made: std::mem::take(made),
                replaces: false,
            })),
            Err(Taken) => Err(busy(path)),
        }
    }

    /// Takes an empty folder; none if it is no longer the one that was found.
    fn existing(
        path: &Path,
        plain: &Path,
        found: &fs::Metadata,
    ) -> Result<Option<Self>, FolderError> {
        let refused = |why: &str| FolderError::Refused {
            path: path.to_path_buf(),
            why: why.to_owned(),
        };
        if found.is_symlink() {
            return Err(refused(
                "it is a link; give the folder that it leads to, or a new one",
            ));
        }
        if !found.is_dir() {
            return Err(refused("it exists and is not a folder; give a new one"));
        }
        let mut entries = fs::read_dir(plain).map_err(|error| unusable(path, error))?;
        if entries.next().is_some() {
            return Err(FolderError::InUse(path.to_path_buf()));
        }
        let here = std::env::current_dir().and_then(|here| here.canonicalize());
        if let (Ok(here), Ok(there)) = (here, plain.canonicalize())
            && here == there
        {
            return Err(refused(
                "it is the current folder, which can't be replaced; give a new one in it",
            ));
        }
        let Ok(before) = lock(plain) else {
            return Err(busy(path));
        };
        if !before.as_ref().is_none_or(|file| leads_to(plain, file)) {
            return Ok(None);
        }
        // Whether a folder can be put there at all is known once one has been: not, for
        // instance, where something is mounted.
        let failed = |error| unusable(path, error);
        let mine = temporary(plain).map_err(failed)?;
        let put = fs::set_permissions(&mine, found.permissions()).and_then(|()| {
            let held = lock(&mine).unwrap_or_default();
            put(&mine, plain).map(|()| held)
        });
        match put {
            Ok(held) => Ok(Some(Self {
                path: path.to_path_buf(),
                held,
                made: Vec::new(),
                replaces: false,
            })),
            Err(error) => {
                let _ = fs::remove_dir(&mine);
                Err(unusable(path, error))
            }
        }
    }

    /// The folder's path as it was asked for.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a folder for the files, on the same file system, so that putting it in its place
    /// is one step; and sees that files can be written there.
    pub(super) fn beside(&self) -> Result<PathBuf, FolderError> {
        let beside = unfinished_of(&self.path);
        private(&beside).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => FolderError::Unfinished(beside.clone()),
            _ => unusable(&self.path, error),
        })?;
        let long = beside.join(long_name());
        let tried = File::create(&long).and_then(|_| fs::remove_file(&long));
        match tried {
            Ok(()) => Ok(beside),
            Err(error) => {
                let _ = fs::remove_dir_all(&beside);
                Err(unusable(&self.path, error))
            }
        }
    }

    /// Puts a folder in the place of the claim, which ends.
    pub(super) fn give(&mut self, whole: &Path) -> Result<(), FolderError> {
        let gone = |_| FolderError::Removed(self.path.clone());
        let claimed = fs::symlink_metadata(&self.path).map_err(gone)?;
        if let Some(held) = &self.held
            && !leads_to(&self.path, held)
        {
            return Err(FolderError::Removed(self.path.clone()));
        }
        // What is unfinished is private; the folder that was asked for may not be.
        fs::set_permissions(whole, claimed.permissions())
            .and_then(|()| match self.replaces {
                true => replace(whole, &self.path),
                false => put(whole, &self.path),
            })
            .map_err(FolderError::write(&self.path))
    }

    /// Gives the name back; the folders that were made for it go, if nobody uses them.
    pub(super) fn release(self) {
        let is_mine = |file: &File| leads_to(&self.path, file);
        if self.held.as_ref().is_none_or(is_mine) {
            remove(&self.made);
        }
    }
}

/// The name of the file by which it is tried whether files can be written.
pub(super) fn long_name() -> String {
    format!("{}.txt", "x".repeat(LONG))
}

/// Somebody else holds the lock.
pub(super) struct Taken;

/// Locks a folder, until the program ends at the latest; nothing where folders have no locks.
pub(super) fn lock(folder: &Path) -> Result<Option<File>, Taken> {
    let Ok(file) = File::open(folder) else {
        return Ok(None);
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(Taken),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Whether a path leads to this folder and not to another of the same name.
fn leads_to(path: &Path, folder: &File) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let both = fs::symlink_metadata(path).and_then(|a| Ok((a, folder.metadata()?)));
        both.is_ok_and(|(a, b)| (a.dev(), a.ino()) == (b.dev(), b.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        path.is_dir()
    }
}

/// Puts a folder in the place of an empty one, in one step where the system has it.
fn put(folder: &Path, empty: &Path) -> io::Result<()> {
    #[cfg(not(unix))]
    fs::remove_dir(empty)?;
    fs::rename(folder, empty)
}

/// Puts a folder in the place of another, which is removed: in one step where the system has
/// it, else in two, between which the other has the name `<name>.before`. What somebody else
/// put into the other is moved over.
fn replace(folder: &Path, other: &Path) -> io::Result<()> {
    if exchange(folder, other).is_ok() {
        return clear(folder, other);
    }
    let mut name = other.file_name().unwrap_or_default().to_owned();
    name.push(".before");
    let before = other.with_file_name(name);
    fs::rename(other, &before)?;
    if let Err(error) = fs::rename(folder, other) {
        fs::rename(&before, other)?;
        return Err(error);
    }
    clear(&before, other)
}

/// Removes a finished folder whose place another has taken, into which goes what in it is
/// others'.
pub(super) fn clear(finished: &Path, other: &Path) -> io::Result<()> {
    let own = Own::of(finished);
    own.move_others(finished, other)?;
    own.remove(finished, &[])
}

/// Exchanges two folders.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use std::ffi::CString;
    use std::os::unix::ffi::OsStrExt;
    let one = CString::new(one.as_os_str().as_bytes())?;
    let other = CString::new(other.as_os_str().as_bytes())?;
    let (here, flags) = (libc::AT_FDCWD, libc::RENAME_EXCHANGE);
    // The system's call: not every C library has a function for it.
    // SAFETY: both are strings that end with a zero, and live until the call returns.
    let done = unsafe {
        let (one, other) = (one.as_ptr(), other.as_ptr());
        libc::syscall(libc::SYS_renameat2, here, one, here, other, flags)
    };
    match done {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(not(target_os = "linux"))]
fn exchange(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Makes a folder that nobody else may look into.
fn private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// A new private folder beside a path.
fn temporary(path: &Path) -> io::Result<PathBuf> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let made = tempfile::Builder::new()
        .prefix(".unfinished-")
        .tempdir_in(parent)?;
    Ok(made.keep())
}

/// Makes a folder with all its parents, and notes those that were not there.
fn make_all(folder: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent().filter(|p| !p.as_os_str().is_empty()) {
        make_all(parent, made)?;
    }
    match fs::create_dir(folder) {
        Ok(()) => {
            made.push(folder.to_path_buf());
            Ok(())
        }
        // Another made it just now; or it is no folder.
        Err(error) if folder.is_dir() => ignore_existing(error),
        Err(error) => Err(error),
    }
}

/// Removes folders, the innermost first, as far as they are empty.
fn remove(made: &[PathBuf]) {
    for folder in made.iter().rev() {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}

/// A folder that is empty, but not for long.
fn busy(path: &Path) -> FolderError {
    FolderError::Refused {
        path: path.to_path_buf(),
        why: "another run is writing there; give another".to_owned(),
    }
}

/// What it means that a folder that was asked for can't be made: that it was ill chosen, unless
/// the machine is at fault.
fn unusable(path: &Path, source: io::Error) -> FolderError {
    let path = path.to_path_buf();
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::OutOfMemory => {
            FolderError::Write { path, source }
        }
        _ => FolderError::Refused {
            path,
            why: format!("{source}; give another"),
        },
    }
}
