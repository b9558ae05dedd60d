//! `simulate resume` and `simulate extend`: the same command again, with what was done before.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::experiment::differences;
use crate::foreign::words;
use crate::report::{
    FinishedRun, Folder, FolderError, Manifest, ManifestError, Owner, Parts, Piece, ScenarioText,
    State, Table, Work, hash_of, is_unfinished, is_worked_on, remove_own, target_of, to_json,
    unfinished_of,
};
use crate::scenario::Scenario;

use super::error::{CommandError, code};
use super::labels::quoted;
use super::merge::Shards;
use super::run::RUN_PART;
use super::session::STREAMS;
use super::shard::ShardArguments;
use super::streams::tell;
use super::{Cli, Command, Format, SessionArguments, run_command, usage};

#[derive(Debug, Args)]
#[command(
    after_help = "What was done is kept every few seconds in FOLDER.unfinished. What comes out in the end is, byte for byte, what would have come out without the interruption."
)]
pub(super) struct ResumeArguments {
    /// The folder that was being made, with or without .unfinished at its end, or one that an
    /// interrupt left partial
    folder: PathBuf,
    #[command(flatten)]
    how: HowArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The folder is replaced in one step when all is done; what comes out is, byte for byte, what asking for so many replicates at once gives."
)]
pub(super) struct ExtendArguments {
    /// The folder of a finished run
    folder: PathBuf,
    /// Number of replicates it shall have
    #[arg(long, short = 'n', value_parser = clap::value_parser!(u64).range(1..=super::REPLICATES_MAX))]
    replicates: u64,
    /// Leave the run as it is, and put the longer one into this folder
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    #[command(flatten)]
    how: HowArguments,
}

/// How the rest is done, which changes nothing of what comes out.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct HowArguments {
    /// Where it goes, if not where it was to go; `None` in it: to a new folder.
    #[arg(skip)]
    pub out: Option<Option<PathBuf>>,
    /// Number of threads [default: one a core]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// How the results are printed; the shape of the JSON is in docs/json.md
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Print nothing but problems
    #[arg(long, short)]
    quiet: bool,
}

/// Work that is gone on with.
#[derive(Debug, Clone)]
pub(super) struct GoingOn {
    /// What was being done.
    pub work: Arc<Work>,
    from: From,
}

/// What there is of it.
#[derive(Debug, Clone)]
enum From {
    /// An unfinished folder, to be finished here.
    Unfinished(PathBuf),
    /// A finished one, whose place is taken in the end.
    Finished(PathBuf),
    /// A finished one, which stays: the longer one gets a folder of its own.
    Besides(PathBuf),
    /// Shards, which stay.
    Shards(Arc<Shards>),
}

pub(super) fn resume(arguments: &ResumeArguments) -> u8 {
    code(resume_folder(arguments))
}

fn resume_folder(arguments: &ResumeArguments) -> Result<u8, CommandError> {
    let target = target(&arguments.folder)?;
    let unfinished = unfinished_of(&target);
    let is_there = unfinished.is_dir() && !put_whole(&target)?;
    let (work, from) = if is_there {
        if !unfinished.join(Work::FILE).is_file() {
            let how = match is_unfinished(&unfinished) {
                true => "remove it by `simulate clean",
                // Others may call a folder so, which nothing here removes.
                false => "nothing in it says that simulate wrote it; remove it by `rm -r",
            };
            return Err(CommandError::Input(format!(
                "{0} has no work.json: nothing was kept yet, or that file was removed; {how} {0}`, and give the same command again",
                words(unfinished.as_os_str())
            )));
        }
        let work = Work::read(&unfinished).map_err(CommandError::Input)?;
        (work, From::Unfinished(target))
    } else {
        let manifest = manifest(&target)?;
        if manifest.kind == "submit" {
            let folder = words(target.as_os_str());
            return Err(CommandError::Input(format!(
                "{folder} is what `simulate submit` wrote: its submit.sh goes on with the shards, and `simulate status {folder}` says how far they are"
            )));
        }
        if !manifest.partial {
            tell(&format!(
                "{} is whole: there is nothing to go on with; `simulate extend` adds replicates to a run",
                words(target.as_os_str())
            ));
            return Ok(0);
        }
        (work_of(&target, &manifest)?, From::Finished(target))
    };
    go_on(work, from, &arguments.how)
}

/// Puts the folder of work in its place that was whole when the program ended; whether it was.
pub(super) fn put_whole(target: &Path) -> Result<bool, CommandError> {
    let latest = Work::read(&unfinished_of(target)).is_ok_and(|work| work.latest);
    Ok(Folder::put_whole(&Owner::default(), target, latest)?)
}

pub(super) fn extend(arguments: &ExtendArguments) -> u8 {
    code(extend_run(arguments))
}

fn extend_run(arguments: &ExtendArguments) -> Result<u8, CommandError> {
    let target = target(&arguments.folder)?;
    let manifest = manifest(&target)?;
    if manifest.kind != "run" {
        return Err(CommandError::Input(format!(
            "{} was made by `simulate {}`; a run alone can be extended",
            words(target.as_os_str()),
            manifest.kind
        )));
    }
    let has = manifest.replicates + manifest.failed.len() as u64;
    if arguments.replicates <= has {
        return Err(CommandError::Input(format!(
            "{} has {has} replicates; give --replicates more than that",
            words(target.as_os_str())
        )));
    }
    let mut work = work_of(&target, &manifest)?;
    work.replicates = Some(arguments.replicates);
    let mut how = arguments.how.clone();
    let from = match &arguments.out {
        None => From::Finished(target),
        Some(out) => {
            how.out = Some(Some(whole_path(out)?));
            From::Besides(target)
        }
    };
    go_on(work, from, &how)
}

/// Does the command again from where it was given.
fn go_on(work: Work, from: From, how: &HowArguments) -> Result<u8, CommandError> {
    let input = CommandError::Input;
    must_be_of_this_version(&work)?;
    std::env::set_current_dir(&work.directory).map_err(|error| {
        input(format!(
            "it was begun in {}, which can't be entered: {error}",
            words(work.directory.as_os_str())
        ))
    })?;
    let command: Vec<OsString> = work.command().into_iter().map(Into::into).collect();
    let mut cli = usage::read(&command).map_err(CommandError::Said)?;
    let going_on = GoingOn {
        work: Arc::new(work),
        from,
    };
    match prepare(&mut cli, going_on, how) {
        true => Ok(run_command(cli)),
        false => Err(input("its command can't be gone on with".to_owned())),
    }
}

/// Tells the command that it goes on; whether it is one that can.
fn prepare(cli: &mut Cli, going_on: GoingOn, how: &HowArguments) -> bool {
    let (session, output) = match &mut cli.command {
        Command::Run(run) => {
            run.shard = of(&going_on, &run.shard);
            if going_on.work.replicates.is_some() {
                run.batch.replicates = going_on.work.replicates;
                run.until.precision = None;
            }
            (&mut run.batch.session, &mut run.output)
        }
        Command::Compare(compare) => (&mut compare.batch.session, &mut compare.output),
        Command::Sweep(sweep) => {
            sweep.shard = of(&going_on, &sweep.shard);
            (&mut sweep.session, &mut sweep.output)
        }
        Command::Sensitivity(sensitivity) => {
            sensitivity.shard = of(&going_on, &sensitivity.shard);
            (&mut sensitivity.session, &mut sensitivity.output)
        }
        Command::Calibrate(calibrate) => {
            if let From::Shards(shards) = &going_on.from {
                calibrate.islands = shards.folders().len() as u64;
            }
            calibrate.shard = of(&going_on, &calibrate.shard);
            (&mut calibrate.session, &mut calibrate.output)
        }
        Command::Discover(discover) => {
            discover.shard = of(&going_on, &discover.shard);
            (&mut discover.session, &mut discover.output)
        }
        Command::Robust(robust) => (&mut robust.session, &mut robust.output),
        _ => return false,
    };
    if let Some(out) = &how.out {
        output.out.clone_from(out);
    }
    *session = SessionArguments {
        seed: session.seed,
        threads: how.threads.or(session.threads),
        going_on: Some(going_on),
    };
    output.format = how.format;
    output.quiet = how.quiet;
    true
}

/// Whether the command is still about a shard.
fn of(going_on: &GoingOn, shard: &ShardArguments) -> ShardArguments {
    match going_on.work.is_whole {
        true => ShardArguments::default(),
        false => shard.clone(),
    }
}

/// Makes of shards what they are shares of.
pub(super) fn go_on_with_shards(
    mut work: Work,
    shards: Shards,
    how: &HowArguments,
) -> Result<u8, CommandError> {
    work.is_whole = true;
    // Where the shards were begun may be a folder of another machine: they have all that it
    // takes, but for what a calibration was held against.
    let is_there = |word: &String| work.directory.join(word).is_file();
    if let Some(shard) = work.shard.take()
        && shard.observations.is_none()
        && let Some(folder) = shards.folders().first()
        && !work.arguments.iter().any(is_there)
    {
        work.arguments = arguments_of(&shard.again)?;
        work.directory.clone_from(folder);
    }
    go_on(work, From::Shards(Arc::new(shards)), how)
}

/// The words of a command as a manifest has it, after the program's name.
fn arguments_of(again: &str) -> Result<Vec<String>, CommandError> {
    let words = shlex::split(again).filter(|words| !words.is_empty());
    let words =
        words.ok_or_else(|| CommandError::Input(format!("{} is no command", quoted(again))))?;
    Ok(words.into_iter().skip(1).collect())
}

/// Removes the folder of work that ended before it had begun, if nobody is at it.
pub(super) fn remove_begun(folder: &Path) -> Result<(), CommandError> {
    if is_worked_on(folder) {
        return Err(CommandError::Input(format!(
            "{} is being worked on just now; wait until that ends",
            words(folder.as_os_str())
        )));
    }
    let path = folder.to_owned();
    Ok(remove_own(folder).map_err(|source| FolderError::Write { path, source })?)
}

/// The folder that is finished, or is to be, by a path that doesn't hang on where we are.
fn target(folder: &Path) -> Result<PathBuf, CommandError> {
    Ok(target_of(&whole_path(folder)?))
}

fn whole_path(path: &Path) -> Result<PathBuf, CommandError> {
    // `latest` is a link; the run's own name is behind it.
    let whole = path.canonicalize().or_else(|_| std::path::absolute(path));
    whole.map_err(|error| CommandError::Input(format!("{}: {error}", words(path.as_os_str()))))
}

/// The manifest of a finished folder.
fn manifest(folder: &Path) -> Result<Manifest, CommandError> {
    let name = words(folder.as_os_str());
    Manifest::read(folder).map_err(|error| {
        CommandError::Input(match error {
            ManifestError::Missing => format!(
                "{name} is neither unfinished work nor a finished folder: it has no manifest.json; `simulate runs` lists what there is"
            ),
            ManifestError::Version(reason) => format!(
                "{name} was made by another version of simulate: its manifest.json can't be read: {reason}"
            ),
            error => format!("{name} can't be read: its manifest.json: {error}"),
        })
    })
}

/// What was done in a finished folder.
fn work_of(folder: &Path, manifest: &Manifest) -> Result<Work, CommandError> {
    if manifest.kind != "run" {
        return Work::read(folder).map_err(CommandError::Input);
    }
    let run = FinishedRun::open(folder)?;
    if !run.manifest.files.contains_key(RUN_PART) {
        return Err(CommandError::Input(format!(
            "{} has no {RUN_PART}, to which replicates could be added",
            words(folder.as_os_str())
        )));
    }
    let clock = &run.manifest.clock;
    // Where it was begun may be gone: the folder has all that it takes.
    let (arguments, directory) = match clock.directory.is_dir() {
        true => {
            let words = clock.command.iter().skip(1).cloned();
            (words.collect(), clock.directory.clone())
        }
        false => (arguments_of(&run.manifest.again)?, folder.to_owned()),
    };
    // A partial run may be one that was being extended; one that goes on until it is precise
    // enough says so.
    let is_counted = manifest.partial && !manifest.again.contains(" --precision ");
    Ok(Work {
        format: Work::FORMAT,
        version: run.manifest.version.clone(),
        streams: run.manifest.streams,
        arguments,
        directory,
        latest: false,
        replicates: is_counted.then_some(manifest.replicates_asked),
        // Shards are folders of another kind, of which this may have been put together.
        is_whole: true,
        shard: None,
        scenarios: vec![ScenarioText::of(&run.scenario)],
        blake3: String::new(),
    })
}

/// Refuses work of another version, whose replicates are others.
pub(super) fn must_be_of_this_version(work: &Work) -> Result<(), CommandError> {
    let this = env!("CARGO_PKG_VERSION");
    match work.version == this && work.streams == STREAMS {
        true => Ok(()),
        false => Err(CommandError::Input(format!(
            "it was begun by version {} of simulate (streams {}), and this is {this} (streams {STREAMS}): their replicates are not the same. Go on with that version, or begin anew",
            work.version, work.streams,
        ))),
    }
}

/// Refuses scenarios that are no longer those of work that was begun, but for how many
/// replicates they are run with.
pub(super) fn must_be_of(
    before: &[ScenarioText],
    scenarios: &[ScenarioText],
) -> Result<(), CommandError> {
    if before.len() != scenarios.len() {
        return Err(CommandError::Input(
            "it was begun with other scenarios; begin anew".to_owned(),
        ));
    }
    for (before, now) in before.iter().zip(scenarios) {
        if before.text == now.text {
            continue;
        }
        let read = |text: &ScenarioText| {
            let parsed = Scenario::parse(&text.name, &text.text).ok()?;
            Some(parsed.as_run(parsed.run.seed, 1))
        };
        let (Some(old), Some(new)) = (read(before), read(now)) else {
            return Err(CommandError::Input(format!(
                "the scenario {} as it was when the work began can't be read: {} is not what was written; begin anew",
                quoted(&now.name),
                Work::FILE
            )));
        };
        if old.resolved() != new.resolved() {
            return Err(changed(&now.name, &in_what(&old, &new)));
        }
    }
    Ok(())
}

impl GoingOn {
    /// With what an unfinished folder has of a command that is given again.
    pub(super) fn unfinished(work: Work, target: PathBuf) -> Self {
        Self {
            work: Arc::new(work),
            from: From::Unfinished(target),
        }
    }

    /// Refuses scenarios that are no longer those of the work.
    pub(super) fn must_be_of(&self, scenarios: &[ScenarioText]) -> Result<(), CommandError> {
        must_be_of(&self.work.scenarios, scenarios)
    }

    /// The shards that it puts together, in order.
    pub(super) fn shards(&self) -> Option<&[PathBuf]> {
        match &self.from {
            From::Shards(shards) => Some(shards.folders()),
            _ => None,
        }
    }

    /// The folder in which the work goes on.
    pub(super) fn folder(
        &self,
        owner: &Owner,
        new: impl FnOnce() -> Result<Folder, CommandError>,
    ) -> Result<Folder, CommandError> {
        match &self.from {
            From::Unfinished(target) => Ok(Folder::reopen(owner, target, self.work.latest)?),
            From::Finished(target) => {
                let folder = Folder::begin_upon(owner, target, self.work.latest)?;
                self.fill(folder, target)
            }
            From::Besides(finished) => self.fill(new()?, finished),
            From::Shards(shards) => {
                let folder = new()?;
                let parts = folder.beside().join(Parts::FOLDER);
                shards.fill(&parts)?;
                self.say_work(folder)
            }
        }
    }

    /// Puts what a finished folder has of the work into one that goes on with it.
    fn fill(&self, folder: Folder, finished: &Path) -> Result<Folder, CommandError> {
        let parts = folder.beside().join(Parts::FOLDER);
        let failed = |source| FolderError::Write {
            path: parts.clone(),
            source,
        };
        fs::create_dir(&parts).map_err(failed)?;
        let manifest = manifest(finished)?;
        let take = |file: &str, name: &str| {
            must_be_as_written(finished, file, &manifest)?;
            link(&finished.join(file), &parts.join(name))
        };
        match manifest.kind.as_str() {
            "run" => {
                let mut state = State::read(&finished.join(RUN_PART))?;
                let table = |file: &str, name: String| -> Result<Option<Table>, CommandError> {
                    let Some(entry) = manifest.files.get(file) else {
                        return Ok(None);
                    };
                    take(file, &name)?;
                    let blake3 = entry.blake3.clone();
                    Ok(Some(Table { name, blake3 }))
                };
                let name = format!("0-{}-{}", state.first, state.end);
                let series = table("series.parquet", format!("{name}.series"))?;
                if let Some(rows) = table("replicates.parquet", format!("{name}.rows"))? {
                    state.pieces.push(Piece {
                        first: state.first,
                        end: state.end,
                        rows,
                        series,
                    });
                }
                state.whole = false;
                state.write(&parts)?;
            }
            _ => {
                for file in manifest.files.keys() {
                    if let Some(name) = file.strip_prefix("parts/") {
                        take(file, name)?;
                    }
                }
            }
        }
        self.say_work(folder)
    }

    fn say_work(&self, folder: Folder) -> Result<Folder, CommandError> {
        let work = Work::clone(&self.work).sealed();
        folder.say_work(Work::FILE, to_json(&work)?.as_bytes())?;
        Ok(folder)
    }
}

/// Refuses a file of a finished folder that is not the one that was written.
fn must_be_as_written(folder: &Path, file: &str, manifest: &Manifest) -> Result<(), CommandError> {
    let path = folder.join(file);
    let name = words(path.as_os_str());
    let hash = hash_of(&path)
        .map_err(|error| CommandError::Input(format!("{name} can't be read: {error}")))?;
    match manifest.files.get(file) {
        Some(entry) if entry.blake3 == hash => Ok(()),
        _ => Err(CommandError::Input(format!(
            "{name} is not what was written: its hash is another; run it again by the command `again` of its manifest.json"
        ))),
    }
}

/// The same file under two names where that can be had, else a copy.
pub(super) fn link(from: &Path, to: &Path) -> Result<(), CommandError> {
    let linked = fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(|_| ()));
    let path = to.to_owned();
    Ok(linked.map_err(|source| FolderError::Write { path, source })?)
}

/// What it means that a scenario is no longer what it was.
fn changed(name: &str, how: &str) -> CommandError {
    CommandError::Input(format!(
        "the scenario {} has changed since the work began: {how}. Put it back, or begin anew",
        quoted(name)
    ))
}

/// In what two scenarios differ, in a few words.
fn in_what(old: &Scenario, new: &Scenario) -> String {
    const MOST: usize = 3;
    let differs = differences(old, new);
    let entries = differs.entries.iter().map(|entry| {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        let short = |text: String| match text.chars().count() > 40 {
            true => text.chars().take(39).chain(['…']).collect(),
            false => text,
        };
        format!(
            "{} was {} and is {}",
            entry.key,
            short(value(&entry.first)),
            short(value(&entry.other))
        )
    });
    let all: Vec<String> = entries.collect();
    match all.len() {
        0 => "where its numbers come from, or what it watches".to_owned(),
        count if count > MOST => {
            format!("{}; and {} more", all[..MOST].join("; "), count - MOST)
        }
        _ => all.join("; "),
    }
}
