//! The manifest: enough to run it again and to check that it is whole.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::engine::Failure;
use crate::foreign;
use crate::scenario::Identity;
use crate::scenario::regular::{self, ReadError};

/// One file of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 hash.
    pub blake3: String,
}

/// A scenario that was worked on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioEntry {
    /// Its key.
    pub name: String,
    /// What tells it from other runs of the scenario.
    #[serde(flatten)]
    pub identity: Identity,
}

/// A share of work that was divided among machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardEntry {
    /// The command whose work it is.
    pub command: String,
    /// Which, from 1.
    pub index: u64,
    /// Of how many.
    pub of: u64,
    /// The command of the whole, from inside a folder with its scenario.
    #[serde(default)]
    pub again: String,
    /// Hash of what else the work hangs on: the observations of a calibration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observations: Option<String>,
    /// What its machine makes of the first replicates: all machines must agree.
    pub answer: String,
}

impl ShardEntry {
    /// Which of how many, as `--shard` has it.
    pub fn share(&self) -> String {
        format!("{}/{}", self.index, self.of)
    }
}

/// `manifest.json`. Only `clock` differs between two runs of the same thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this shape.
    pub format: u32,
    /// What was done: the name of the command.
    pub kind: String,
    /// Program version.
    pub version: String,
    /// Version of the contract between seeds and draws.
    pub streams: u32,
    /// The scenarios, in the order given.
    pub scenarios: Vec<ScenarioEntry>,
    /// Root seed.
    #[serde(with = "crate::engine::seed")]
    pub seed: u64,
    /// Replicates asked for.
    pub replicates_asked: u64,
    /// Replicates that ran to the horizon.
    pub replicates: u64,
    /// Replicates whose state stopped being finite: which, when and what.
    pub failed: Vec<Failure>,
    /// Whether the run was stopped before its end.
    pub partial: bool,
    /// Of a shard: which, and of what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardEntry>,
    /// The command that runs it again, from inside the folder.
    pub again: String,
    /// Every other file of the folder.
    pub files: BTreeMap<String, FileEntry>,
    /// When and how fast, where and how: not part of the result.
    pub clock: Clock,
}

/// Why a folder's manifest can't be read.
#[derive(Debug, Error)]
pub enum ManifestError {
    /// There is none.
    #[error("there is none")]
    Missing,
    /// It is no file that can be read.
    #[error(transparent)]
    Unread(#[from] ReadError),
    /// Another version wrote it.
    #[error("{0}")]
    Version(String),
    /// It is not what was written.
    #[error("it is not what was written: its hash is another")]
    Changed,
}

impl Manifest {
    /// The name of its file.
    pub const FILE: &str = "manifest.json";
    /// Version of this shape.
    pub const FORMAT: u32 = 2;
    /// Most bytes of it: of millions of failed replicates.
    const MOST_BYTES: u64 = 256 << 20;

    /// Whether a folder has one: then it is whole.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(Self::FILE).is_file()
    }

    /// Reads that of a folder.
    ///
    /// # Errors
    /// If there is none, or it is not of this version.
    pub fn read(folder: &Path) -> Result<Self, ManifestError> {
        if !Self::is_in(folder) {
            return Err(ManifestError::Missing);
        }
        let text = regular::read(&folder.join(Self::FILE), Self::MOST_BYTES)?;
        let manifest: Self = serde_json::from_slice(&text)
            .map_err(|error| ManifestError::Version(error.to_string()))?;
        let text = String::from_utf8_lossy(&text);
        match (manifest.format, manifest.version.as_str()) {
            (Self::FORMAT, _) if text == Self::seal(text.to_string()) => Ok(manifest),
            (Self::FORMAT, env!("CARGO_PKG_VERSION")) => Err(ManifestError::Changed),
            (Self::FORMAT, other) => Err(ManifestError::Version(format!("version {other}"))),
            (other, _) => Err(ManifestError::Version(format!("format {other}"))),
        }
    }

    /// As it is written.
    ///
    /// # Errors
    /// If something in it is no text.
    pub fn text(&self) -> serde_json::Result<String> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        Ok(Self::seal(foreign::json(text)))
    }

    /// Its text with the right hash of it in the last place where a hash stands, that of its
    /// clock: of all of it, with zeros in that place.
    pub fn seal(mut text: String) -> String {
        const HEAD: &str = "\"blake3\": \"";
        let Some(at) = text.rfind(HEAD).map(|at| at + HEAD.len()) else {
            return text;
        };
        let Some(end) = text[at..].find('"').map(|length| at + length) else {
            return text;
        };
        text.replace_range(at..end, NO_HASH);
        let hash = blake3::hash(text.as_bytes()).to_hex();
        text.replace_range(at..at + NO_HASH.len(), &hash);
        text
    }
}

/// As long as a hash.
const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What differs from run to run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// Start of the run, UTC.
    pub started: String,
    /// Seconds for the replicates.
    pub simulated_seconds: f64,
    /// Seconds in all.
    pub total_seconds: f64,
    /// Threads.
    pub threads: usize,
    /// Lanes and instruction set.
    pub lanes: String,
    /// The command line.
    pub command: Vec<String>,
    /// Where it was given.
    #[serde(default)]
    pub directory: PathBuf,
    /// Hash of the manifest itself ([`Manifest::seal`]).
    #[serde(default)]
    pub blake3: String,
}
