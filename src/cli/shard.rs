//! `--shard I/K` of run, sweep, sensitivity and discover: a share of the work, for `simulate merge`.

use std::path::Path;

use clap::Args;

use crate::engine::{Batch, Failure, Shard, known_answer};
use crate::foreign::words;
use crate::report::{Folder, Manifest, Parts, ScenarioText, ShardEntry, Work, unfinished_of};
use crate::scenario::Scenario;

use super::error::CommandError;
use super::resume::{self, GoingOn};
use super::session::{Session, entry};
use super::streams::{print, tell};
use super::{INTERRUPTED, OutputArguments, SOME_REPLICATES_FAILED};

/// A share of the work.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Shards")]
pub(super) struct ShardArguments {
    /// Do the I-th of K shares of the work, for `simulate merge`; see docs/scale.md
    #[arg(long, value_name = "I/K", value_parser = Shard::parse)]
    pub shard: Option<Shard>,
    /// What another machine made of the first replicates (--print-answer): one that makes
    /// something else of them ends at once
    #[arg(long, value_name = "HASH", requires = "shard")]
    answer: Option<String>,
    /// Print what this machine makes of the first replicates, and do nothing else
    #[arg(long, requires = "shard")]
    print_answer: bool,
    /// Where the folder of --out is whole, do nothing; where it is unfinished, go on with it
    #[arg(long, requires_all = ["shard", "out"])]
    go_on: bool,
}

impl ShardArguments {
    /// How much of so much work falls to a shard, at most; all of it without one.
    pub(super) fn share_of(&self, work: u64) -> u64 {
        work.div_ceil(self.shard.map_or(1, |shard| shard.of))
    }
}

/// What shards are shares of.
pub(super) struct Divided<'a> {
    /// The name of the command.
    pub command: &'static str,
    /// The command of the whole, from inside a folder with its scenario.
    pub again: String,
    /// Hash of the observations it hangs on.
    pub observations: Option<String>,
    /// On what it works.
    pub scenario: &'a Scenario,
}

/// A shard that may begin.
pub(super) struct Begun {
    shard: Shard,
    entry: ShardEntry,
    /// Whether nothing is said but problems.
    quiet: bool,
}

/// A shard, if the command is about one, where something is left to be done and this machine
/// computes as it should.
///
/// # Errors
/// The exit code, where nothing is left or only the answer was asked for; or if what is there
/// is of other work.
pub(super) fn begin(
    arguments: &ShardArguments,
    session: &mut Session,
    output: &OutputArguments,
    divided: Divided<'_>,
) -> Result<Option<Begun>, CommandError> {
    let Some(shard) = arguments.shard else {
        return Ok(None);
    };
    let scenario = divided.scenario;
    let mut entry = ShardEntry {
        command: divided.command.to_owned(),
        index: shard.index,
        of: shard.of,
        again: divided.again,
        observations: divided.observations,
        answer: arguments.answer.clone().unwrap_or_default(),
    };
    if let (Some(out), true, false) = (&output.out, arguments.go_on, session.goes_on()) {
        match go_on(&entry, scenario, out)? {
            There::Nothing => {}
            There::Whole => return Err(CommandError::Said(0)),
            There::Some(going_on) => session.go_on(going_on),
        }
    }
    let batch = Batch::of(scenario).path(session.path);
    let answer = session.threads.install(|| known_answer(&batch));
    let answer = answer.map_err(CommandError::Machine)?;
    if arguments.print_answer {
        print(&format!("{answer}\n"))?;
        return Err(CommandError::Said(0));
    }
    let wanted = arguments.answer.as_ref();
    if let Some(wanted) = wanted.filter(|wanted| **wanted != answer) {
        return Err(CommandError::Machine(format!(
            "this machine makes {answer} of the first replicates, and --answer is {wanted}: it has another scenario, another version of simulate, or computes other results"
        )));
    }
    entry.answer = answer;
    Ok(Some(Begun {
        shard,
        entry,
        quiet: output.quiet,
    }))
}

/// What there is of a shard.
enum There {
    Nothing,
    Some(GoingOn),
    Whole,
}

/// What there is of a shard that may have been begun before.
fn go_on(entry: &ShardEntry, scenario: &Scenario, out: &Path) -> Result<There, CommandError> {
    let name = words(out.as_os_str());
    let unfinished = unfinished_of(out);
    if unfinished.is_dir() {
        resume::put_whole(out)?;
    }
    if Manifest::is_in(out) {
        let manifest = Manifest::read(out).map_err(|error| {
            CommandError::Input(format!(
                "{name} has a manifest.json that can't be read: {error}"
            ))
        })?;
        if manifest.shard.is_none() {
            return Err(CommandError::Input(format!(
                "{name} is no shard; give another folder"
            )));
        }
        let work = Work::read(out).map_err(CommandError::Input)?;
        must_be_same(&name, &work, entry, scenario)?;
        tell(&format!("shard {} is done: {name}", entry.share()));
        return Ok(There::Whole);
    }
    if !unfinished.is_dir() {
        return Ok(There::Nothing);
    }
    let is_begun = |name: &str| unfinished.join(name).exists();
    match Work::read(&unfinished) {
        Ok(work) => {
            must_be_same(&words(unfinished.as_os_str()), &work, entry, scenario)?;
            Ok(There::Some(GoingOn::unfinished(work, out.to_owned())))
        }
        // It ended before it had begun. Else what is kept there can't be gone on with.
        Err(_) if !is_begun(Work::FILE) && !is_begun(Parts::FOLDER) => {
            resume::remove_begun(&unfinished)?;
            Ok(There::Nothing)
        }
        Err(why) => Err(CommandError::Input(why)),
    }
}

/// Refuses a folder whose work is other than this shard's, saying in what.
fn must_be_same(
    folder: &str,
    work: &Work,
    entry: &ShardEntry,
    scenario: &Scenario,
) -> Result<(), CommandError> {
    let other = |what: String| {
        CommandError::Input(format!(
            "{folder} is other work than this: {what}; give another folder"
        ))
    };
    resume::must_be_of_this_version(work)?;
    let Some(was) = &work.shard else {
        return Err(other("it is no shard".to_owned()));
    };
    let hash = |entry: &ShardEntry| entry.observations.clone().unwrap_or_default();
    let mut each = vec![
        ("the shard", was.share(), entry.share()),
        ("its command", was.again.clone(), entry.again.clone()),
        ("the hash of its observations", hash(was), hash(entry)),
    ];
    // Where another machine's answer is known.
    if !entry.answer.is_empty() {
        let (was, is) = (was.answer.clone(), entry.answer.clone());
        each.push(("what its machine makes of the first replicates", was, is));
    }
    if let Some((what, was, is)) = each.into_iter().find(|(_, was, is)| was != is) {
        return Err(other(format!("{what} was {was} and is {is}")));
    }
    resume::must_be_of(&work.scenarios, &[ScenarioText::of(scenario)]).map_err(
        |error| match error {
            CommandError::Input(what) => other(what),
            error => error,
        },
    )
}

/// Refuses more shards than there are pieces of work.
pub(super) fn must_have(shards: u64, work: u64, of: &str) -> Result<(), CommandError> {
    match work >= shards {
        true => Ok(()),
        false => Err(CommandError::Input(format!(
            "{shards} shards are too many for {work} {of}; give at most as many"
        ))),
    }
}

impl Begun {
    /// Which share of the work it is.
    pub(super) fn shard(&self) -> Shard {
        self.shard
    }

    /// The same as it is written down.
    pub(super) fn entry(&self) -> &ShardEntry {
        &self.entry
    }

    /// Refuses more shards than there are pieces of work.
    pub(super) fn must_have(&self, work: u64, of: &str) -> Result<(), CommandError> {
        must_have(self.shard.of, work, of)
    }

    /// Ends the folder of a shard; without what failed it was stopped before its end.
    pub(super) fn end(
        self,
        session: &Session,
        (folder, parts): (Folder, &Parts),
        scenario: &Scenario,
        replicates: u64,
        failures: Option<Vec<Failure>>,
    ) -> Result<u8, CommandError> {
        parts.trouble()?;
        let Some(failures) = failures else {
            tell(&format!("interrupted: shard {} is not whole", self.shard));
            return Ok(INTERRUPTED);
        };
        parts.settle()?;
        let simulated = session.seconds();
        folder.take(parts.files());
        folder.take([Work::FILE.to_owned()]);
        folder.write("scenario.resolved.toml", scenario.resolved().as_bytes())?;
        let seed = scenario.run.seed;
        let mut manifest = session.manifest("shard", vec![entry(scenario)], seed, replicates);
        let code = match failures.is_empty() {
            true => 0,
            false => SOME_REPLICATES_FAILED,
        };
        manifest.replicates -= failures.len() as u64;
        manifest.failed = failures;
        manifest.again = format!("{} --shard {}", self.entry.again, self.shard);
        manifest.shard = Some(self.entry);
        manifest.clock = session.clock(simulated);
        let target = folder.finish(manifest)?;
        if !self.quiet {
            tell(&format!(
                "shard {} is done: {} ({:.1} s)",
                self.shard,
                words(target.as_os_str()),
                session.seconds()
            ));
        }
        Ok(code)
    }
}
