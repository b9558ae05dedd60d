//! What is being done in an unfinished folder: enough to go on with it, and to see whether it
//! is still the same.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::scenario::Scenario;
use crate::scenario::regular;

use super::manifest::ShardEntry;

/// What is being done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Version of this shape.
    pub format: u32,
    /// Program version.
    pub version: String,
    /// Version of the contract between seeds and draws.
    pub streams: u32,
    /// The words of the command line after the program's name.
    pub arguments: Vec<String>,
    /// Where it was given.
    pub directory: PathBuf,
    /// Whether `latest` leads to the folder when it is finished.
    pub latest: bool,
    /// How many replicates there shall be, where the words say another number: of a run that is
    /// extended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicates: Option<u64>,
    /// Whether the words may be those of one of several shards, and the work is the whole.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_whole: bool,
    /// Of a shard: which, and of what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardEntry>,
    /// The scenarios, as they were read.
    pub scenarios: Vec<ScenarioText>,
    /// The hash of what says how the work is done: a word that is no longer as it was would be
    /// other work.
    #[serde(default)]
    pub blake3: String,
}

/// A scenario as a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioText {
    /// Its key.
    pub name: String,
    /// All of it, in one text.
    pub text: String,
}

impl ScenarioText {
    /// Of a scenario.
    pub fn of(scenario: &Scenario) -> Self {
        Self {
            name: scenario.name.clone(),
            text: scenario.resolved(),
        }
    }
}

impl Work {
    /// The name of the file that says it.
    pub const FILE: &str = "work.json";
    /// Version of this shape.
    pub const FORMAT: u32 = 2;

    /// With its hash, to be written.
    pub fn sealed(mut self) -> Self {
        self.blake3 = self.hash();
        self
    }

    fn hash(&self) -> String {
        let how = (&self.arguments, &self.directory, self.latest);
        let what = (self.replicates, self.is_whole, &self.shard, &self.scenarios);
        // Writing to memory fails for nothing that is in it, but for a folder that is no text.
        let bytes = serde_json::to_vec(&(how, what)).unwrap_or_default();
        blake3::hash(&bytes).to_hex().to_string()
    }

    /// The command line.
    pub fn command(&self) -> Vec<String> {
        let words = self.arguments.iter().cloned();
        std::iter::once("simulate".to_owned())
            .chain(words)
            .collect()
    }

    /// Reads what was being done in a folder.
    ///
    /// # Errors
    /// If nothing says it, or not in this version's words: says how.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join(Self::FILE);
        if !path.is_file() {
            return Err(format!(
                "{} has no {}: it is no unfinished work",
                folder.display(),
                Self::FILE
            ));
        }
        let failed = |what: String| format!("{} can't be read: {what}", path.display());
        let bytes = regular::read(&path, 1 << 30).map_err(|error| failed(error.to_string()))?;
        let work: Self =
            serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))?;
        if work.format != Self::FORMAT {
            return Err(failed(format!("it has format {}", work.format)));
        }
        // Another version, which is refused by its number, may have more to say.
        if work.version == env!("CARGO_PKG_VERSION") && work.blake3 != work.hash() {
            return Err(failed(
                "it is not what was written: its hash is another".to_owned(),
            ));
        }
        Ok(work)
    }
}
