//! What every engine's scripts are made of.

use crate::foreign::{json, line};
use crate::scenario::Scenario;

use super::super::error::CommandError;
use super::super::labels::quoted;
use super::super::session::is_unlimited;
use super::fill::fill;
use super::size::Size;

/// Most characters of a name that a scheduler shows; a pod's adds its number to it.
const LONGEST_NAME: usize = 40;

/// A run that is to be split.
pub(super) struct Plan<'a> {
    /// What is run, with its seed and number of replicates.
    pub scenario: &'a Scenario,
    /// Into how many.
    pub shards: u64,
    /// Threads of a shard.
    pub threads: usize,
    /// Whether the table of replicates is left out.
    pub no_replicates: bool,
    /// The program as the shards call it.
    pub program: String,
    /// What a machine has to compute to be trusted.
    pub answer: String,
    /// What a shard and the merge may take.
    pub size: Size,
}

/// A file of the folder: its name, and its text.
pub(super) type Scripts = Vec<(&'static str, String)>;

impl Plan<'_> {
    /// The script that runs a shard.
    pub(super) fn shard(&self) -> String {
        self.fill(include_str!("templates/shard.sh"), &[])
    }

    /// The script that merges.
    pub(super) fn merge(&self) -> String {
        self.fill(include_str!("templates/merge.sh"), &[])
    }

    /// The script that submits: what is the same for all engines, and an engine's own.
    pub(super) fn submit(&self, needs: &str, own: &str, more: &[(&str, String)]) -> String {
        let mut values = vec![("NEEDS", needs.to_owned())];
        values.extend(more.iter().cloned());
        self.fill(
            &format!("{}{own}", include_str!("templates/begin.sh")),
            &values,
        )
    }

    /// A template with the plan's values, and more.
    pub(super) fn fill(&self, template: &str, more: &[(&str, String)]) -> String {
        let size = &self.size;
        let mut values = vec![
            ("TITLE", line(&self.scenario.title).into_owned()),
            ("NAME", self.name()),
            ("SHARDS", self.shards.to_string()),
            ("REPLICATES", self.scenario.run.replicates.to_string()),
            ("SEED", self.scenario.run.seed.to_string()),
            ("THREADS", self.threads.to_string()),
            ("PROGRAM", quoted(&self.program)),
            ("ANSWER", quoted(&self.answer)),
            (
                "OPTIONS",
                options(self.no_replicates)
                    .map(|option| format!("{option} "))
                    .collect(),
            ),
            ("MINUTES", size.minutes().to_string()),
            ("SECONDS", (60 * size.minutes()).to_string()),
            ("MEBIBYTES", size.mebibytes().to_string()),
            ("MERGE_MINUTES", size.merge_minutes().to_string()),
            ("MERGE_SECONDS", (60 * size.merge_minutes()).to_string()),
            ("MERGE_MEBIBYTES", size.merge_mebibytes().to_string()),
            ("ARITHMETIC", size.arithmetic()),
            ("MERGE_ARITHMETIC", size.merge_arithmetic()),
        ];
        values.extend(more.iter().cloned());
        fill(template, &values)
    }

    /// What the jobs are called: small letters, digits and dashes, as Kubernetes wants it, with
    /// the beginning of the hash, so that two runs don't get in each other's way.
    pub(super) fn name(&self) -> String {
        let plain = |c: char| match c.to_ascii_lowercase() {
            c if c.is_ascii_lowercase() || c.is_ascii_digit() => c,
            _ => '-',
        };
        let own: String = self.scenario.name.chars().map(plain).collect();
        let whole = self.scenario.identity().blake3;
        let how = options(self.no_replicates).collect::<Vec<_>>().join(" ");
        let hash = blake3::hash(format!("{whole} {} {how}", self.shards).as_bytes()).to_hex();
        let hash = &hash[..8];
        let room = LONGEST_NAME - "simulate--".len() - hash.len();
        let own = own.get(..room).unwrap_or(&own).trim_matches('-');
        format!("simulate-{own}-{hash}")
    }
}

/// What shards are told beside their numbers.
pub(super) fn options(no_replicates: bool) -> impl Iterator<Item = &'static str> {
    let tables = no_replicates.then_some("--no-replicates");
    tables
        .into_iter()
        .chain(is_unlimited().then_some("--no-limit"))
}

/// A text between double quotes, for JSON and so for YAML.
pub(super) fn in_quotes(text: &str) -> Result<String, CommandError> {
    Ok(json(serde_json::to_string(text)?))
}
