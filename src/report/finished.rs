//! A finished run read back from its folder.

mod sound;

use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use thiserror::Error;

use crate::engine::{Design, Row, Summary};
use crate::scenario::Scenario;
use crate::scenario::regular::{self, ReadError};

use super::hash::hash;
use super::manifest::{Manifest, ManifestError};
use super::tables::{ReplicateColumns, RowGroup, guarded};

/// Why a folder can't be read as a finished run.
#[derive(Debug, Error)]
pub enum FinishedError {
    /// There is nothing there.
    #[error("{} does not exist; give a scenario file, or the folder of a finished run", .0.display())]
    Missing(PathBuf),
    /// It is no run folder.
    #[error(
        "{} is not a run folder: it has no manifest.json. Give a folder that `simulate run` made, such as output/<scenario>/latest, or a scenario file",
        .0.display()
    )]
    NoManifest(PathBuf),
    /// It is the folder of another command.
    #[error("{} holds what `simulate {kind}` left, not a run", .folder.display())]
    Kind {
        /// The folder.
        folder: PathBuf,
        /// The command that made it.
        kind: String,
    },
    /// It was made by a version whose files this one doesn't read.
    #[error(
        "{} was made by a version of simulate whose {file} this one can't read ({reason}); run the scenario again",
        .folder.display()
    )]
    Version {
        /// The folder.
        folder: PathBuf,
        /// The file.
        file: &'static str,
        /// What is not understood.
        reason: String,
    },
    /// A file is not the one that the run wrote.
    #[error("{} was changed after the run: {file} {what}; run the scenario again", .folder.display())]
    Changed {
        /// The folder.
        folder: PathBuf,
        /// The file.
        file: &'static str,
        /// In what it differs.
        what: &'static str,
    },
    /// The table of replicates was not kept.
    #[error(
        "{} has no replicates.parquet (it was run with --no-replicates), and nothing can be compared without it",
        .0.display()
    )]
    NoTable(PathBuf),
    /// The table has another shape than it should.
    #[error("{}: replicates.parquet can't be read: {what}", .folder.display())]
    Table {
        /// The folder.
        folder: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// What the files say can't be true of a run.
    #[error("{} is not what a run left: {what}; run the scenario again", .folder.display())]
    Unsound {
        /// The folder.
        folder: PathBuf,
        /// What can't be.
        what: String,
    },
    /// A file is a pipe, a device, or too large for what it should be.
    #[error("can't read {}: {reason}", .path.display())]
    NoFile {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        reason: ReadError,
    },
    /// A file can't be read.
    #[error("can't read {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

const MANIFEST: &str = Manifest::FILE;
const SUMMARY: &str = "summary.json";
const TABLE: &str = "replicates.parquet";
const RESOLVED: &str = "scenario.resolved.toml";

/// Most bytes of a file that is read as a whole; the largest, the summary of a run of a hundred
/// years by weeks with many coalitions, has a tenth of it.
const MOST_BYTES: u64 = 256 << 20;

/// A finished run: what its folder says, its hashes checked, and what it says found possible.
#[derive(Debug)]
pub struct FinishedRun {
    /// The folder, links followed.
    pub folder: PathBuf,
    /// How it was made.
    pub manifest: Manifest,
    /// What it found.
    pub summary: Summary,
    /// The scenario that was run.
    pub scenario: Scenario,
}

impl FinishedRun {
    /// Reads manifest, summary and scenario of a run folder.
    ///
    /// # Errors
    /// If it is not a run folder, was made by a version that writes other files, or was
    /// changed since.
    pub fn open(path: &Path) -> Result<Self, FinishedError> {
        if !path.exists() {
            return Err(FinishedError::Missing(path.to_path_buf()));
        }
        // `latest` is a link; the run's own name is behind it.
        let folder = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let version = |file, reason: String| FinishedError::Version {
            folder: path.to_path_buf(),
            file,
            reason,
        };
        let manifest = Manifest::read(&folder).map_err(|error| match error {
            ManifestError::Missing => FinishedError::NoManifest(path.to_path_buf()),
            ManifestError::Unread(error) => unread(&folder.join(MANIFEST), error),
            ManifestError::Version(reason) => version(MANIFEST, reason),
            ManifestError::Changed => changed(path, MANIFEST, "is not what it wrote"),
        })?;
        if manifest.kind != "run" {
            return Err(FinishedError::Kind {
                folder: path.to_path_buf(),
                kind: manifest.kind,
            });
        }
        let run = |file| checked(path, &folder, &manifest, file);
        let summary: Summary =
            serde_json::from_slice(&run(SUMMARY)?).map_err(|e| version(SUMMARY, e.to_string()))?;
        if summary.format != Summary::FORMAT {
            return Err(version(SUMMARY, format!("format {}", summary.format)));
        }
        let resolved = String::from_utf8_lossy(&run(RESOLVED)?).into_owned();
        let scenario = Scenario::parse(RESOLVED, &resolved).map_err(|problems| {
            let first = problems.iter().next();
            let reason = first.map_or_else(String::new, |problem| problem.message.clone());
            version(RESOLVED, reason)
        })?;
        let run = Self {
            folder,
            manifest,
            summary,
            scenario,
        };
        sound::manifest(&run.manifest, &run.summary)
            .and_then(|()| sound::summary(&run.scenario, &run.summary))
            .map_err(|what| run.unsound(what))?;
        Ok(run)
    }

    fn unsound(&self, what: String) -> FinishedError {
        FinishedError::Unsound {
            folder: self.folder.clone(),
            what,
        }
    }

    /// Hands on the rows of the table of replicates, a group at a time.
    ///
    /// # Errors
    /// If there is no table, or it is not the one that was written.
    pub fn rows(&self, mut each: impl FnMut(&[Row])) -> Result<(), FinishedError> {
        let path = self.folder.join(TABLE);
        let Some(entry) = self.manifest.files.get(TABLE) else {
            return Err(FinishedError::NoTable(self.folder.clone()));
        };
        if !path.is_file() {
            return Err(changed(&self.folder, TABLE, "is gone"));
        }
        let failed = |source| FinishedError::Read {
            path: path.clone(),
            source,
        };
        let mut file = regular::open(&path).map_err(|error| unread(&path, error))?;
        if hash(&file).map_err(failed)? != entry.blake3 {
            return Err(changed(&self.folder, TABLE, "is not what it wrote"));
        }
        file.rewind().map_err(failed)?;
        let table = |error: ParquetError| FinishedError::Table {
            folder: self.folder.clone(),
            what: error.to_string(),
        };
        let reader = guarded(|| SerializedFileReader::new(file)).map_err(table)?;
        let design = Design::new(&self.scenario, self.summary.seed);
        let names = ReplicateColumns::new(&self.scenario, design.numbers()).names();
        let mut sound = sound::Rows::new(&self.scenario, &self.summary);
        for group in 0..reader.num_row_groups() {
            let rows = guarded(|| RowGroup::read(&*reader.get_row_group(group)?)).map_err(table)?;
            let rows = rows.rows(&names).map_err(|column| FinishedError::Version {
                folder: self.folder.clone(),
                file: TABLE,
                reason: format!("it has no column {column}"),
            })?;
            for row in &rows {
                sound.next(row).map_err(|what| self.unsound(what))?;
            }
            each(&rows);
        }
        sound.end(&self.summary).map_err(|what| self.unsound(what))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, FinishedError> {
    regular::read(path, MOST_BYTES).map_err(|error| unread(path, error))
}

fn unread(path: &Path, error: ReadError) -> FinishedError {
    let path = path.to_path_buf();
    match error {
        ReadError::Io(source) => FinishedError::Read { path, source },
        reason => FinishedError::NoFile { path, reason },
    }
}

fn changed(folder: &Path, file: &'static str, what: &'static str) -> FinishedError {
    FinishedError::Changed {
        folder: folder.to_path_buf(),
        file,
        what,
    }
}

/// The bytes of a file of the folder, which must be those in the manifest.
fn checked(
    named: &Path,
    folder: &Path,
    manifest: &Manifest,
    file: &'static str,
) -> Result<Vec<u8>, FinishedError> {
    let path = folder.join(file);
    let Some(entry) = manifest.files.get(file) else {
        return Err(FinishedError::Version {
            folder: named.to_path_buf(),
            file: MANIFEST,
            reason: format!("it names no {file}"),
        });
    };
    if !path.is_file() {
        return Err(changed(named, file, "is gone"));
    }
    let bytes = read(&path)?;
    if blake3::hash(&bytes).to_hex().as_str() != entry.blake3 {
        return Err(changed(named, file, "is not what it wrote"));
    }
    Ok(bytes)
}
