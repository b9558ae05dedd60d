//! `simulate watch`

mod files;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use serde::Serialize;

use crate::engine::Summary;
use crate::experiment::{self, Comparison, Histories};
use crate::foreign::json;
use crate::report::{Folder, change_screen, screen};
use crate::scenario::{Problems, Scenario};

use super::error::{CommandError, code};
use super::labels::place;
use super::problems::{self, ProblemEntry};
use super::run::{Batched, asked, must_fit, rows, say_precision, simulate, write};
use super::session::{STREAMS, Session};
use super::streams::{print, reader_is_gone, tell};
use super::{Format, INTERRUPTED, RunArguments, WatchArguments, frame, is_stdin, load, read, say};
use files::{Control, Files, Signal};

/// How long nothing may happen before a save counts as done: editors write in pieces, and
/// put a new file in the place of the old one.
const QUIET: Duration = Duration::from_millis(100);

pub(super) fn watch(arguments: &WatchArguments) -> u8 {
    if is_stdin(&arguments.run.scenario.own.scenario) {
        let wrong = "standard input can't be watched; save it as a file, and watch that";
        return CommandError::Input(wrong.to_owned()).say();
    }
    match load(&arguments.run.scenario.all()) {
        Ok(scenario) => code(begin(&arguments.run, asked(&arguments.run, &scenario))),
        Err(code) => code,
    }
}

fn begin(arguments: &RunArguments, scenario: Scenario) -> Result<u8, CommandError> {
    let (sender, signals) = mpsc::channel();
    let control = Arc::new(Control::default());
    control.end_on_interrupt(sender.clone());
    let mut watch = Watch {
        arguments,
        files: Files::new(&arguments.scenario.own.scenario, &control, sender)?,
        control,
        last: None,
        runs: 0,
        broken: false,
    };
    watch.files.follow(&scenario.files)?;
    watch.tell(&format!(
        "watching {}; Ctrl-C ends",
        watch.files.names(&scenario.files)
    ));
    let mut next = Some(scenario);
    loop {
        if let Some(scenario) = next.take()
            && let Some(code) = watch.turn(scenario)?
        {
            return Ok(code);
        }
        if reader_is_gone() {
            return Ok(0);
        }
        match signals.recv() {
            Ok(Signal::Saved) => {
                // Till nothing more comes.
                while let Ok(signal) = signals.recv_timeout(QUIET) {
                    if matches!(signal, Signal::Interrupted) {
                        return Ok(0);
                    }
                }
                next = watch.reread()?;
            }
            Ok(Signal::Interrupted) | Err(_) => return Ok(0),
            Ok(Signal::Failed(error)) => return Err(CommandError::Watch(error)),
        }
    }
}

/// A good run, for the next one to be compared with.
struct Last {
    run: experiment::ComparedRun,
    folder: PathBuf,
}

/// What a save led to, for a program.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Event<'a> {
    Run {
        run: u32,
        summary: &'a Summary,
        comparison: Option<&'a Comparison>,
    },
    Broken {
        problems: Vec<ProblemEntry>,
    },
    Same,
}

struct Watch<'a> {
    arguments: &'a RunArguments,
    control: Arc<Control>,
    files: Files,
    last: Option<Last>,
    runs: u32,
    /// Whether the last save had something wrong.
    broken: bool,
}

impl Watch<'_> {
    /// Reads the scenario again; none if there is nothing to be run.
    fn reread(&mut self) -> Result<Option<Scenario>, CommandError> {
        self.control.reads();
        let scenario = match read(&self.arguments.scenario.all()) {
            Ok(scenario) => asked(self.arguments, &scenario),
            Err(problems) => {
                self.files.follow_broken(problems.files())?;
                self.say_broken(&problems)?;
                return Ok(None);
            }
        };
        self.files.follow(&scenario.files)?;
        let was_broken = std::mem::take(&mut self.broken);
        let same = |last: &Last| last.run.scenario.resolved() == scenario.resolved();
        if !self.last.as_ref().is_some_and(same) {
            return Ok(Some(scenario));
        }
        let run = self.runs;
        match was_broken {
            true => self.tell(&format!("mended: the same scenario as in run {run}")),
            false => self.tell(&format!("saved: the same scenario as in run {run}")),
        }
        self.event(None, &Event::Same)?;
        Ok(None)
    }

    fn say_broken(&mut self, problems: &Problems) -> Result<(), CommandError> {
        self.broken = true;
        say(problems);
        if let Some(last) = &self.last {
            self.tell(&format!(
                "the last good run, run {}, stays in {}",
                self.runs,
                last.folder.display()
            ));
        }
        self.event(
            None,
            &Event::Broken {
                problems: problems::entries(problems),
            },
        )
    }

    /// Runs the scenario and shows what came out; an exit code if the watch is to end.
    fn turn(&mut self, scenario: Scenario) -> Result<Option<u8>, CommandError> {
        let session = Session::begin(&self.arguments.batch.session)?;
        if let Err(error) = must_fit(&session, self.arguments, &scenario) {
            error.say();
            return Ok(None);
        }
        let folder = self.folder(&session, &scenario)?;
        self.control.begin(&session.progress);
        let mut histories = Histories::new(&scenario);
        // Kept while it goes on for its tables alone: what was dropped is not gone on with.
        let parts = session.keep(&folder, rows(self.arguments));
        let batched = simulate(&session, self.arguments, &scenario, parts, |rows| {
            histories.add(rows);
        });
        self.control.end();
        let batched = match batched {
            Ok(batched) => batched,
            // This scenario can't be run; the next one perhaps can.
            Err(error @ CommandError::AllFailed { .. }) => {
                error.say();
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        if batched.partial && self.control.is_interrupted() {
            tell("interrupted: the run under way is dropped");
            return Ok(Some(INTERRUPTED));
        }
        if batched.partial {
            self.tell("saved again: the run under way is dropped");
            return Ok(None);
        }
        self.finish(&session, scenario, folder, batched, histories)?;
        Ok(None)
    }

    fn folder(&self, session: &Session, scenario: &Scenario) -> Result<Folder, CommandError> {
        let identity = scenario.identity();
        let parent = match &self.arguments.output.out {
            Some(out) => out.clone(),
            None => place(&scenario.name, &identity),
        };
        Ok(Folder::begin_below(
            &self.control.owner,
            &parent,
            &session.time(),
            &identity.blake3,
        )?)
    }

    /// Writes and shows a whole run, and keeps it for the next.
    fn finish(
        &mut self,
        session: &Session,
        scenario: Scenario,
        folder: Folder,
        batched: Batched,
        histories: Histories,
    ) -> Result<(), CommandError> {
        let done = write(session, self.arguments, &scenario, folder, batched)?;
        self.runs += 1;
        if self.last.is_none() {
            self.show(&screen(
                &scenario,
                &done.summary,
                &done.folder,
                session.seconds(),
            ))?;
        }
        say_precision(self.arguments, &done);
        let run = experiment::ComparedRun {
            label: format!("run {}", self.runs),
            scenario,
            summary: done.summary,
            histories,
            streams: STREAMS,
        };
        let mut runs: Vec<experiment::ComparedRun> = Vec::new();
        let before = self.last.take().map(|last| {
            runs.push(last.run);
            last.folder
        });
        runs.push(run);
        let comparison = before.is_some().then(|| {
            session
                .threads
                .install(|| experiment::compare(&runs, false))
        });
        if let (Some(comparison), Some(before)) = (&comparison, before) {
            let folders = [before.as_path(), done.folder.as_path()];
            self.show(&change_screen(comparison, folders, session.seconds()))?;
        }
        if let Some(run) = runs.pop() {
            let event = Event::Run {
                run: self.runs,
                summary: &run.summary,
                comparison: comparison.as_ref(),
            };
            self.event(Some(&done.folder), &event)?;
            self.last = Some(Last {
                run,
                folder: done.folder,
            });
        }
        Ok(())
    }

    /// For a reader, on standard output.
    fn show(&self, text: &str) -> Result<(), CommandError> {
        match self.arguments.output.format {
            Format::Text if !self.arguments.output.quiet => print(&format!("{text}\n")),
            _ => Ok(()),
        }
    }

    /// What goes on, on standard error.
    fn tell(&self, text: &str) {
        if !self.arguments.output.quiet {
            tell(text);
        }
    }

    /// For a program, on a line of its own.
    fn event(
        &self,
        folder: Option<&std::path::Path>,
        event: &Event<'_>,
    ) -> Result<(), CommandError> {
        match self.arguments.output.format {
            Format::Json => print(&json(format!("{}\n", frame("watch", folder, event)))),
            Format::Text => Ok(()),
        }
    }
}
