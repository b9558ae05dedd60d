//! The run folder: written beside and renamed, so that one with a manifest is always whole.

use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::manifest::{FileEntry, Manifest};
use crate::foreign;

/// What can go wrong with a run folder. The run's results are lost only if nothing could
/// be written at all; nothing that was there before is touched.
#[derive(Debug, Error)]
pub enum FolderError {
    /// The folder asked for is in use.
    #[error(
        "{0} exists and is not empty; a run never overwrites another. Give a new folder, or leave --out away"
    )]
    InUse(PathBuf),
    /// A file or folder could not be written.
    #[error("can't write {path}: {source}")]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
}

/// A run folder in the making; dropped unfinished, it leaves nothing behind.
#[derive(Debug)]
pub struct Folder {
    unfinished: tempfile::TempDir,
    target: PathBuf,
    latest: Option<PathBuf>,
}

impl Folder {
    /// Starts a folder: `out` itself if given, else `output/<place>/<time>-<hash>`; the
    /// place of a run is its scenario's key, that of an experiment `<key>/<command>`.
    ///
    /// # Errors
    /// If the folder is in use or can't be made.
    pub fn begin(
        out: Option<&Path>,
        place: &str,
        time: &str,
        hash: &str,
    ) -> Result<Self, FolderError> {
        match out {
            Some(out) => Self::at(out.to_path_buf(), None),
            None => Self::begin_below(&Path::new("output").join(place), time, hash),
        }
    }

    /// Starts a folder `<time>-<hash>` below `parent`, to which `latest` there will lead.
    ///
    /// # Errors
    /// If the folder can't be made.
    pub fn begin_below(parent: &Path, time: &str, hash: &str) -> Result<Self, FolderError> {
        let name = format!("{time}-{}", &hash[..8.min(hash.len())]);
        Self::at(free(parent, &name), Some(parent.join("latest")))
    }

    fn at(target: PathBuf, latest: Option<PathBuf>) -> Result<Self, FolderError> {
        if target
            .read_dir()
            .is_ok_and(|mut entries| entries.next().is_some())
            || target.is_file()
        {
            return Err(FolderError::InUse(target));
        }
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let write = |path: &Path| {
            let path = path.to_path_buf();
            move |source| FolderError::Write { path, source }
        };
        fs::create_dir_all(parent).map_err(write(parent))?;
        // On the same file system as the target, so that the rename is one step.
        let unfinished = tempfile::Builder::new()
            .prefix(".unfinished-")
            .tempdir_in(parent)
            .map_err(write(parent))?;
        Ok(Self {
            unfinished,
            target,
            latest,
        })
    }

    /// The path of a file in the folder while it is being written.
    pub fn path(&self, name: &str) -> PathBuf {
        self.unfinished.path().join(name)
    }

    /// Where the folder is while it is being written.
    pub fn unfinished(&self) -> &Path {
        self.unfinished.path()
    }

    /// Writes a file; its name may lead into a folder below.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let path = self.path(name);
        let made = match path.parent() {
            Some(parent) => fs::create_dir_all(parent),
            None => Ok(()),
        };
        made.and_then(|()| fs::write(&path, bytes))
            .map_err(|source| FolderError::Write { path, source })
    }

    /// The names of the files written so far, in order.
    ///
    /// # Errors
    /// If the folder can't be read.
    pub fn names(&self) -> Result<Vec<String>, FolderError> {
        files(self.unfinished.path(), "").map_err(|source| FolderError::Write {
            path: self.target.clone(),
            source,
        })
    }

    /// Writes the manifest, with a hash of every file, and gives the folder its name;
    /// returns where it is.
    ///
    /// # Errors
    /// If a file can't be read again, or the folder can't be renamed.
    pub fn finish(self, mut manifest: Manifest) -> Result<PathBuf, FolderError> {
        for name in self.names()? {
            let path = self.path(&name);
            let entry = entry(&path).map_err(|source| FolderError::Write { path, source })?;
            manifest.files.insert(name, entry);
        }
        let mut text = serde_json::to_string_pretty(&manifest).map_err(|e| FolderError::Write {
            path: self.path("manifest.json"),
            source: e.into(),
        })?;
        text.push('\n');
        self.write("manifest.json", foreign::json(text).as_bytes())?;
        let Self {
            unfinished,
            target,
            latest,
        } = self;
        let write = |source| FolderError::Write {
            path: target.clone(),
            source,
        };
        // An empty folder of that name may stand in the way.
        if target.is_dir() {
            fs::remove_dir(&target).map_err(write)?;
        }
        allow_reading(unfinished.path()).map_err(write)?;
        fs::rename(unfinished.path(), &target).map_err(write)?;
        // The name is free again only for others; the folder itself has moved away.
        let _ = unfinished.keep();
        if let Some(latest) = latest {
            point(&latest, &target);
        }
        Ok(target)
    }
}

/// The path of every file below a folder, from there, in order.
fn files(folder: &Path, prefix: &str) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            names.append(&mut files(&entry.path(), &format!("{name}/"))?);
        } else {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Size and hash of a file.
fn entry(path: &Path) -> std::io::Result<FileEntry> {
    let file = fs::File::open(path)?;
    let bytes = file.metadata()?.len();
    // Piece by piece: a table may be larger than the memory.
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file)?;
    Ok(FileEntry {
        bytes,
        blake3: hasher.finalize().to_hex().to_string(),
    })
}

/// A name that nothing has yet: two runs in one second are told apart by a number.
fn free(parent: &Path, name: &str) -> PathBuf {
    let plain = parent.join(name);
    if !plain.exists() {
        return plain;
    }
    (2..)
        .map(|n| parent.join(format!("{name}-{n}")))
        .find(|p| !p.exists())
        .unwrap_or(plain)
}

/// Temporary folders are private; a finished run is not.
fn allow_reading(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    let _ = path;
    Ok(())
}

/// Lets `latest` lead to the run. Where links are not to be had it is left out:
/// it is a convenience, not a result.
fn point(latest: &Path, target: &Path) {
    #[cfg(unix)]
    {
        let Some(name) = target.file_name() else {
            return;
        };
        let beside = latest.with_file_name(".latest-new");
        let _ = fs::remove_file(&beside);
        if std::os::unix::fs::symlink(name, &beside).is_ok() {
            let _ = fs::rename(&beside, latest);
        }
    }
    let _ = (latest, target);
}
