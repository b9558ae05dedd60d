//! What every command that runs replicates needs: threads, lanes, a clock, a way to stop.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::engine::{Batch, Keep, LanePath, Progress, memory, work};
use crate::foreign::words;
use crate::report::figures::{are_the_machines_given, letters};
use crate::report::{
    Clock, Folder, Manifest, Owner, Parts, Rows, ScenarioEntry, ScenarioText, ShardEntry, Work,
    to_json,
};
use crate::scenario::Scenario;

use super::error::CommandError;
use super::labels::{place, quoted};
use super::resume::GoingOn;
use super::shard::Begun;
use super::streams::{tell, tell_ready};
use super::usage::command_line;
use super::{INTERRUPTED, OutputArguments, SessionArguments, interrupt};

pub(super) use crate::engine::STREAMS;
pub(super) use crate::report::{entry, notes};

/// One command's work, from its beginning to its folder.
pub(super) struct Session {
    /// Where all parallel work is done.
    pub threads: rayon::ThreadPool,
    /// Lanes and instruction set.
    pub path: LanePath,
    /// How far it is, and whether to stop.
    pub progress: Arc<Progress>,
    /// Unfinished work that is gone on with.
    going_on: Option<GoingOn>,
    /// What is being written.
    owner: Owner,
    began: Instant,
    started: jiff::Timestamp,
}

impl Session {
    /// Starts the clock and the threads.
    pub(super) fn begin(arguments: &SessionArguments) -> Result<Self, CommandError> {
        let mut threads = rayon::ThreadPoolBuilder::new();
        if let Some(count) = arguments.threads {
            threads = threads.num_threads(usize::from(count));
        }
        let session = Self {
            threads: threads.build()?,
            path: lane_path()?,
            progress: Arc::new(Progress::default()),
            going_on: arguments.going_on.clone(),
            owner: Owner::default(),
            began: Instant::now(),
            started: jiff::Timestamp::now(),
        };
        if is_verbose() {
            let threads = session.threads.current_num_threads();
            tell(&format!(
                "threads: {threads}; lanes: {}",
                session.path.name()
            ));
        }
        Ok(session)
    }

    /// The time for a folder's name.
    pub(super) fn time(&self) -> String {
        self.started.strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    /// Seconds since the beginning.
    pub(super) fn seconds(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    /// What to run of a scenario.
    pub(super) fn batch<'a>(&self, scenario: &'a Scenario) -> Batch<'a> {
        Batch::of(scenario).path(self.path)
    }

    /// Refuses work for which there is not enough memory: batches of a scenario side by side,
    /// and bytes that are kept beside them. `lower` says what would take less.
    pub(super) fn must_fit(
        &self,
        scenario: &Scenario,
        batches: u64,
        kept: u64,
        lower: &str,
    ) -> Result<(), CommandError> {
        let threads = self.threads.current_num_threads();
        let batch = memory::of_batch(scenario, threads);
        let wanted = batch.saturating_mul(batches).saturating_add(kept);
        let budget = memory::budget();
        if wanted <= budget || is_unlimited() {
            return Ok(());
        }
        let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
        Err(CommandError::Input(format!(
            "{} would take about {:.1} GiB of memory, more than the {:.1} GiB that may be used here; {lower}, {AT_ONES_RISK}",
            scenario.name,
            gib(wanted),
            gib(budget)
        )))
    }

    /// Refuses so many replicates where they would take more than a day: that is more often a
    /// nought too many than meant. By a count of operations, not by the clock: the same command
    /// is refused on every machine with as many threads, or on none.
    pub(super) fn must_end(
        &self,
        scenario: &Scenario,
        replicates: u64,
    ) -> Result<(), CommandError> {
        self.must_end_all(&[(scenario, replicates)])
    }

    /// The same for several batches together.
    pub(super) fn must_end_all(&self, batches: &[(&Scenario, u64)]) -> Result<(), CommandError> {
        let threads = self.threads.current_num_threads();
        let seconds = batches
            .iter()
            .map(|(scenario, n)| work::seconds(scenario, *n));
        let hours = seconds.sum::<f64>() / 3600.0 / threads as f64;
        // What is gone on with was begun once, or is put together from shards.
        if hours <= MOST_HOURS || is_unlimited() || self.goes_on() {
            return Ok(());
        }
        let replicates: u64 = batches.iter().map(|(_, n)| n).sum();
        let names: Vec<&str> = batches.iter().map(|(s, _)| s.name.as_str()).collect();
        Err(CommandError::Input(format!(
            "{replicates} replicates of {} would take very roughly {hours:.0} hours (threads: {threads}), more than {MOST_HOURS}; give fewer, {AT_ONES_RISK}",
            names.join(", "),
        )))
    }

    /// Whether it goes on with unfinished work.
    pub(super) fn goes_on(&self) -> bool {
        self.going_on.is_some()
    }

    /// From now on it does.
    pub(super) fn go_on(&mut self, going_on: GoingOn) {
        self.going_on = Some(going_on);
    }

    /// The folders of the shards that it puts together, in order.
    pub(super) fn shards(&self) -> Option<&[std::path::PathBuf]> {
        self.going_on.as_ref()?.shards()
    }

    /// Nothing of what was done is worth going on with.
    pub(super) fn keep_nothing(&self) {
        self.owner.keep_nothing();
    }

    /// Whether the user has asked to stop.
    pub(super) fn stopped(&self) -> bool {
        self.progress.stop.load(Ordering::Relaxed)
    }

    /// The clock of a manifest, at its end.
    pub(super) fn clock(&self, simulated_seconds: f64) -> Clock {
        Clock {
            started: self.started.to_string(),
            simulated_seconds,
            total_seconds: self.seconds(),
            threads: self.threads.current_num_threads(),
            lanes: self.path.name().to_owned(),
            command: match &self.going_on {
                Some(going_on) => going_on.work.command(),
                None => command_line().iter().map(|word| words(word)).collect(),
            },
            directory: match &self.going_on {
                Some(going_on) => going_on.work.directory.clone(),
                None => std::env::current_dir().unwrap_or_default(),
            },
            blake3: String::new(),
        }
    }

    /// A manifest of work on `scenarios`, to be completed.
    pub(super) fn manifest(
        &self,
        kind: &str,
        scenarios: Vec<ScenarioEntry>,
        seed: u64,
        replicates: u64,
    ) -> Manifest {
        Manifest {
            format: Manifest::FORMAT,
            kind: kind.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            streams: STREAMS,
            scenarios,
            seed,
            replicates_asked: replicates,
            replicates,
            failed: Vec::new(),
            partial: false,
            shard: None,
            again: String::new(),
            files: Default::default(),
            clock: self.clock(self.seconds()),
        }
    }

    /// Begins the folder for the results: the one asked for, or a new one below `place`. What
    /// can't be had is refused now, before the work; and an interrupt no longer ends the
    /// program at once.
    pub(super) fn folder(
        &self,
        output: &OutputArguments,
        place: &Path,
        hash: &str,
    ) -> Result<Folder, CommandError> {
        self.stop_on_interrupt();
        let out = output.out.as_deref();
        Ok(Folder::begin(&self.owner, out, place, &self.time(), hash)?)
    }

    /// The same for an experiment on one scenario, by the name of its command.
    pub(super) fn folder_of(
        &self,
        output: &OutputArguments,
        entry: &ScenarioEntry,
        command: &str,
    ) -> Result<Folder, CommandError> {
        let place = place(&entry.name, &entry.identity).join(command);
        self.folder(output, &place, &entry.identity.blake3)
    }

    /// As [`Session::folder`], for work on scenarios that is kept while it goes on, all of it
    /// or a share that has begun; or opens the folder of the unfinished work that is gone on
    /// with.
    pub(super) fn work(
        &self,
        output: &OutputArguments,
        (place, hash): (&Path, &str),
        scenarios: &[&Scenario],
        rows: Rows,
        begun: Option<&Begun>,
    ) -> Result<(Folder, Arc<Parts>), CommandError> {
        let scenarios = scenarios.iter().map(|scenario| ScenarioText::of(scenario));
        let scenarios: Vec<ScenarioText> = scenarios.collect();
        let folder = match &self.going_on {
            Some(going_on) => {
                going_on.must_be_of(&scenarios)?;
                self.stop_on_interrupt();
                going_on.folder(&self.owner, || self.folder(output, place, hash))?
            }
            None => self.folder(output, place, hash)?,
        };
        if self.going_on.is_none() {
            let shard = begun.map(|begun| begun.entry().clone());
            self.say_work(&folder, output.out.is_none(), shard, scenarios)?;
        }
        let parts = self.keep(&folder, rows);
        Ok((folder, parts))
    }

    /// The same for an experiment on one scenario, by the name of its command; it needs to see
    /// the rows of what was done again.
    pub(super) fn work_of(
        &self,
        output: &OutputArguments,
        scenario: &Scenario,
        command: &str,
        begun: Option<&Begun>,
    ) -> Result<(Folder, Arc<Parts>), CommandError> {
        let identity = scenario.identity();
        let place = place(&scenario.name, &identity).join(command);
        let place = (place.as_path(), identity.blake3.as_str());
        self.work(output, place, &[scenario], Rows::Again, begun)
    }

    /// Writes down what is being done.
    fn say_work(
        &self,
        folder: &Folder,
        latest: bool,
        shard: Option<ShardEntry>,
        scenarios: Vec<ScenarioText>,
    ) -> Result<(), CommandError> {
        let words = command_line().iter().skip(1);
        let arguments: Option<Vec<String>> =
            words.map(|word| word.to_str().map(str::to_owned)).collect();
        // Words that are no text can't be written down, nor gone on with.
        let (Some(arguments), Ok(directory)) = (arguments, std::env::current_dir()) else {
            return Ok(());
        };
        let work = Work {
            format: Work::FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            streams: STREAMS,
            arguments,
            directory,
            latest,
            replicates: None,
            is_whole: false,
            shard,
            scenarios,
            blake3: String::new(),
        };
        Ok(folder.say_work(Work::FILE, to_json(&work.sealed())?.as_bytes())?)
    }

    /// Keeps the work that is done from now on in a folder.
    pub(super) fn keep(&self, folder: &Folder, rows: Rows) -> Arc<Parts> {
        let parts = Parts::new(folder.beside().join(Parts::FOLDER), rows, folder.owner());
        let parts = Arc::new(parts);
        // A session keeps its work in one folder.
        let _ = self.progress.keep.set(Arc::clone(&parts) as Arc<dyn Keep>);
        parts
    }

    /// The first interrupt ends the work after the present block; a second one ends the program.
    fn stop_on_interrupt(&self) {
        let progress = Arc::clone(&self.progress);
        let owner = self.owner.clone();
        interrupt::does(move || {
            if progress.stop.swap(true, Ordering::Relaxed) {
                // Nothing half-written is left behind; an exit runs no destructor.
                if let Some(abandoned) = owner.abandon() {
                    abandoned.left().iter().for_each(|left| say_left(left));
                    std::process::exit(i32::from(INTERRUPTED));
                }
                return;
            }
            // Below the progress line, or what the terminal shows of Ctrl-C.
            tell_ready("\nstopping after the present block; interrupt again to end at once");
        });
    }
}

impl Drop for Session {
    /// Whatever the command did, and however it ended.
    fn drop(&mut self) {
        self.owner.left().iter().for_each(|left| say_left(left));
        if is_verbose() {
            let (done, seconds) = (self.progress.done.load(Ordering::Relaxed), self.seconds());
            let speed = done as f64 / seconds;
            tell(&format!(
                "{done} replicates in {seconds:.2} s in all: {speed:.0} a second"
            ));
        }
    }
}

/// Lets a folder that is finished before its work is whole hold what is needed to go on.
pub(super) fn keep_for_later(folder: &Folder, parts: &Parts) -> Result<(), CommandError> {
    parts.flush()?;
    folder.take(parts.files());
    folder.take([Work::FILE.to_owned()]);
    Ok(())
}

/// Says how to go on with what was left.
fn say_left(left: &Path) {
    let left = words(left.as_os_str());
    tell(&format!(
        "what was done is kept in {0}: go on with `simulate resume {0}`, or drop it with `simulate clean {0}`",
        quoted(&left)
    ));
}

/// Whether the user wants to know how the work is done.
static VERBOSE: AtomicBool = AtomicBool::new(false);

/// Set once, from the command line.
pub(super) fn set_verbose(verbose: bool) {
    VERBOSE.store(verbose, Ordering::Relaxed);
}

fn is_verbose() -> bool {
    VERBOSE.load(Ordering::Relaxed)
}

/// Whether the user takes the risk of what is too large.
static UNLIMITED: AtomicBool = AtomicBool::new(false);

/// What a refusal says last.
pub(super) const AT_ONES_RISK: &str = "or go on at your own risk with --no-limit";

/// Most hours of work that begin without being asked for twice.
const MOST_HOURS: f64 = 24.0;

/// Set once, from the command line.
pub(super) fn set_unlimited(unlimited: bool) {
    UNLIMITED.store(unlimited, Ordering::Relaxed);
}

pub(super) fn is_unlimited() -> bool {
    UNLIMITED.load(Ordering::Relaxed)
}

/// Says on standard error which letters of these names the pictures have no shapes for, and
/// returns it for the page.
pub(super) fn say_letters<'a>(
    names: impl IntoIterator<Item = (String, &'a str)>,
) -> Option<String> {
    let said = letters::lacking(names)?.to_string();
    let or_else = match are_the_machines_given() {
        // They have been tried.
        true => "",
        false => ", or let those of this machine be used with --font system",
    };
    tell(&format!(
        "note: {said}; give a font that has them with --font FILE{or_else}"
    ));
    Some(said)
}

/// The lane path: the best one, unless the environment asks for another (to compare them).
fn lane_path() -> Result<LanePath, CommandError> {
    match std::env::var("SIMULATE_LANES") {
        Ok(name) => LanePath::ALL
            .into_iter()
            .find(|(path, known)| *known == name && path.is_available())
            .map(|(path, _)| path)
            .ok_or(CommandError::Lanes(name)),
        Err(_) => Ok(LanePath::best()),
    }
}
