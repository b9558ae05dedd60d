//! What tells a run of a scenario from other runs of it.

use serde::{Deserialize, Serialize};

use crate::foreign::is_hidden;

use super::setting::WATCH;

/// Most characters of a label: it stands in a line with other words.
pub const LONGEST_LABEL: usize = 60;

/// What makes a scenario another than the one in its file: it has another place for its runs,
/// and every picture says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variant {
    /// What the user calls it.
    pub label: Option<String>,
    /// The `key=value` settings laid over the file.
    pub settings: Vec<String>,
}

/// A run's own marks, shown wherever its results are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// What the user calls it.
    pub label: Option<String>,
    /// The `key=value` settings laid over the scenario's file.
    pub settings: Vec<String>,
    /// BLAKE3 hash of the resolved scenario, with seed and number of replicates as run and
    /// without label and list of settings: where it is the same, so are the results.
    pub blake3: String,
}

impl Identity {
    /// Of a variant of what is resolved to this text.
    pub(super) fn of(variant: &Variant, content: &str) -> Self {
        let Variant { label, settings } = variant.clone();
        Self {
            label,
            settings,
            blake3: blake3::hash(content.as_bytes()).to_hex().to_string(),
        }
    }

    /// One hash for several, in their order.
    pub fn hash_of_all<'a>(hashes: impl Iterator<Item = &'a str>) -> String {
        let all: String = hashes.collect();
        blake3::hash(all.as_bytes()).to_hex().to_string()
    }

    /// The first digits of the hash, enough to tell runs apart.
    pub fn short(&self) -> &str {
        self.blake3.get(..8).unwrap_or(&self.blake3)
    }

    /// The settings that make another case of it: what is watched besides changes nothing.
    pub fn changes(&self) -> Vec<&str> {
        let settings = self.settings.iter().map(String::as_str);
        settings.filter(|s| !s.starts_with(WATCH)).collect()
    }

    /// What tells it from the plain scenario, in a few words: its label, its first setting and
    /// how many there are besides. None for the plain scenario.
    pub fn told(&self) -> Option<String> {
        let settings = match self.changes().as_slice() {
            [] => None,
            [only] => Some(in_a_line(only)),
            [first, more @ ..] => Some(format!("{} and {} more", in_a_line(first), more.len())),
        };
        match (&self.label, settings) {
            (Some(label), Some(settings)) => Some(format!("{label}  ·  {settings}")),
            (label, settings) => label.clone().or(settings),
        }
    }
}

/// A setting as one line, whatever its value holds.
fn in_a_line(setting: &str) -> String {
    let words = setting.split(|c: char| c.is_whitespace() || is_hidden(c));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// What is wrong with a label, if anything: it is one short line of plain text.
pub fn wrong_with_label(label: &str) -> Option<String> {
    if label.trim().is_empty() {
        return Some("a label has at least one letter".to_owned());
    }
    if label.trim() != label {
        return Some("a label neither begins nor ends with a space".to_owned());
    }
    if label.contains(is_hidden) {
        return Some("a label is one line without control characters".to_owned());
    }
    let length = label.chars().count();
    (length > LONGEST_LABEL)
        .then(|| format!("a label has at most {LONGEST_LABEL} characters, and this has {length}"))
}

/// The most bytes of a name that, with what is put beside it, names a folder everywhere.
pub(super) const LONGEST_FOLDER_NAME: usize = 100;

/// Why a name can't be a folder's on every file system, if it can't: what is wrong, and what
/// would be right.
pub fn wrong_with_folder_name(name: &str) -> Option<&'static str> {
    // Device names of Windows, with or without anything after a point.
    const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
    const NUMBERED: [&str; 2] = ["com", "lpt"];
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    let stem = stem.to_lowercase();
    let is_numbered = |device: &str| {
        let number = stem
            .strip_prefix(device)
            .map(|n| n.chars().collect::<Vec<_>>());
        matches!(number.as_deref(), Some(['0'..='9' | '¹' | '²' | '³']))
    };
    if name.trim().is_empty() || [".", ".."].contains(&name) {
        return Some("use letters, digits, _ and -");
    }
    if name.contains(|c: char| r#"<>:"/\|?*"#.contains(c) || is_hidden(c)) {
        return Some(
            "leave out < > : \" / \\ | ? * and control characters; use letters, digits, _ and -",
        );
    }
    if name.ends_with(['.', ' ']) || name.starts_with(' ') {
        return Some("it neither begins with a space nor ends with a space or a point");
    }
    if DEVICES.contains(&stem.as_str()) || NUMBERED.into_iter().any(is_numbered) {
        return Some("some systems keep this name for a device; add a word to it");
    }
    (name.len() > LONGEST_FOLDER_NAME)
        .then_some("it has at most 100 bytes; the title may be longer")
}
