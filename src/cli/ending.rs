//! How every experiment ends: its page, its manifest, what is printed, the exit code.

use serde::Serialize;

use crate::engine::Failure;
use crate::foreign::{line, words};
use crate::report::page::{ExperimentPage, Shown, experiment_page};
use crate::report::{Folder, ScenarioEntry, heading};
use crate::scenario::Identity;

use super::error::CommandError;
use super::session::{Session, say_letters};
use super::streams::{print, tell};
use super::{Format, INTERRUPTED, OutputArguments, SOME_REPLICATES_FAILED, print_json};

/// What an experiment leaves when its own files are written.
pub(super) struct Ending<'a, T> {
    /// The command.
    pub command: &'static str,
    /// What it found, as JSON.
    pub found: &'a T,
    /// The same for the terminal.
    pub said: String,
    /// The title of the page.
    pub title: &'a str,
    /// Of which scenario: its title, and what tells the experiment from others.
    pub of: (&'a str, &'a Identity),
    /// The pictures, as the page shows them.
    pub pictures: Vec<Shown<'a>>,
    /// The names in the pictures, each with what it is.
    pub names: Vec<(String, &'a str)>,
    /// The command that does it again, from inside the folder.
    pub again: String,
    /// The scenarios it is about.
    pub scenarios: Vec<ScenarioEntry>,
    /// Root seed.
    pub seed: u64,
    /// Replicates asked for, and those that ran through.
    pub replicates: (u64, u64),
    /// Replicates that stopped being finite, as the manifest lists them.
    pub failed: Vec<Failure>,
    /// Whether there are any.
    pub some_failed: bool,
    /// Seconds after which nothing was left to be simulated.
    pub simulated: f64,
    /// What was done and is saved, if an interrupt ended it early.
    pub interrupted: Option<String>,
}

impl<T: Serialize> Ending<'_, T> {
    /// Writes page and manifest, puts the folder in its place, and prints what was found.
    pub(super) fn end(
        self,
        session: &Session,
        folder: Folder,
        output: &OutputArguments,
    ) -> Result<u8, CommandError> {
        let html = experiment_page(
            &ExperimentPage {
                title: self.title,
                lead: &heading(self.of.0, self.of.1),
                pictures: self.pictures,
                letters: say_letters(self.names),
                terminal: &self.said,
                again: &self.again,
            },
            &folder.names(),
        );
        folder.write("index.html", html.as_bytes())?;
        let code = match (&self.interrupted, self.some_failed) {
            (Some(_), _) => INTERRUPTED,
            (None, true) => SOME_REPLICATES_FAILED,
            (None, false) => 0,
        };
        let (asked, done) = self.replicates;
        let mut manifest = session.manifest(self.command, self.scenarios, self.seed, asked);
        manifest.replicates = done;
        manifest.failed = self.failed;
        manifest.partial = self.interrupted.is_some();
        manifest.again = self.again;
        manifest.clock = session.clock(self.simulated);
        let target = folder.finish(manifest)?;
        match output.format {
            Format::Json => print_json(self.command, Some(&target), self.found)?,
            Format::Text if output.quiet => {}
            Format::Text => {
                let place = words(target.as_os_str());
                let (said, place, seconds) = (self.said, line(&place), session.seconds());
                print(&format!(
                    "{said}pictures and tables: {place} ({seconds:.1} s)\n"
                ))?;
            }
        }
        if let Some(done) = self.interrupted {
            tell(&format!("interrupted: {done} in {}", target.display()));
        }
        Ok(code)
    }
}

/// Refuses to go on where not one replicate ran through: nothing in the folder is worth it.
pub(super) fn must_have_some(
    session: &Session,
    done: u64,
    failures: &[Failure],
) -> Result<(), CommandError> {
    match failures.first() {
        Some(first) if done == 0 => {
            session.keep_nothing();
            Err(CommandError::AllFailed {
                part: first.part.clone(),
                step: first.step,
            })
        }
        _ => Ok(()),
    }
}
