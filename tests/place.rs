//! A folder of its own in which commands are run over a small scenario, `base.toml`.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// The folder, which goes when it is dropped.
#[derive(Debug)]
pub struct Place(pub tempfile::TempDir);

impl Place {
    pub fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a folder"));
        fs::copy("tests/broken/base.toml", place.at("base.toml")).expect("a scenario");
        place
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
        command
            .current_dir(self.0.path())
            .env_remove("SIMULATE_LANES")
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("it runs")
    }

    /// Runs what must work; returns what was said on standard error.
    pub fn done(&self, words: &[&str]) -> String {
        self.refused(words, 0)
    }

    /// What is said where something must be refused, with this code.
    pub fn refused(&self, words: &[&str], code: i32) -> String {
        let output = self.run(words);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {said}");
        said
    }
}

/// What was said on standard error.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
