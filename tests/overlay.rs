//! Scenarios of a test's own, laid over another file.

use std::fs;
use std::path::Path;

use simulate::scenario::Scenario;

/// A file with this text laid over it, and settings over both; what is said of it where it can't be read.
pub fn laid_over(parent: &str, text: &str, settings: &[&str]) -> Result<Scenario, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let parent = fs::canonicalize(Path::new(parent)).expect("a scenario");
    let path = folder.path().join("with.toml");
    let text = format!("extends = '{}'\n{text}", parent.display());
    fs::write(&path, text).expect("written");
    let settings: Vec<String> = settings.iter().map(|s| (*s).to_owned()).collect();
    Scenario::load_with(&path, &settings).map_err(|problems| problems.render(false))
}
