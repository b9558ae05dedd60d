//! `--shard I/K` of run, sweep, sensitivity and discover: a share of the work, for `simulate merge`.

use std::path::Path;

use clap::Args;

use crate::engine::{Batch, Failure, Shard, known_answer};
use crate::foreign::words;
use crate::report::{Folder, Manifest, Parts, ShardEntry, Work, unfinished_of};
use crate::scenario::Scenario;

use super::error::CommandError;
use super::resume;
use super::session::{PARTS, Session, entry};
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

/// A shard that may begin.
pub(super) struct Begun {
    shard: Shard,
    answer: String,
    /// Whether nothing is said but problems.
    quiet: bool,
}

/// A shard, if the command is about one, where something is left to be done and this machine
/// computes as it should.
///
/// # Errors
/// The exit code, where nothing is left or only the answer was asked for.
pub(super) fn begin(
    arguments: &ShardArguments,
    session: &Session,
    output: &OutputArguments,
    scenario: &Scenario,
) -> Result<Option<Begun>, CommandError> {
    let Some(shard) = arguments.shard else {
        return Ok(None);
    };
    if let (Some(out), true, false) = (&output.out, arguments.go_on, session.goes_on())
        && let Some(code) = go_on(shard, out)?
    {
        return Err(CommandError::Said(code));
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
    Ok(Some(Begun {
        shard,
        answer,
        quiet: output.quiet,
    }))
}

/// Does what is left where the shard was begun before; `None` where nothing is there.
fn go_on(shard: Shard, out: &Path) -> Result<Option<u8>, CommandError> {
    if Manifest::is_in(out) {
        let entry = Manifest::read(out).ok().and_then(|manifest| manifest.shard);
        return match entry.is_some_and(|e| (e.index, e.of) == (shard.index, shard.of)) {
            true => {
                tell(&format!(
                    "shard {shard} is done: {}",
                    words(out.as_os_str())
                ));
                Ok(Some(0))
            }
            false => Err(CommandError::Input(format!(
                "{} is not shard {shard}; give another folder",
                words(out.as_os_str())
            ))),
        };
    }
    let unfinished = unfinished_of(out);
    if !unfinished.is_dir() {
        return Ok(None);
    }
    match Work::read(&unfinished) {
        Ok(_) => resume::resume_at(out).map(Some),
        // It ended before it had begun. Else what is kept there can't be gone on with.
        Err(_) if !unfinished.join(Work::FILE).exists() && !unfinished.join(PARTS).exists() => {
            resume::remove_begun(&unfinished)?;
            Ok(None)
        }
        Err(why) => Err(CommandError::Input(why)),
    }
}

impl Begun {
    /// Which share of the work it is.
    pub(super) fn shard(&self) -> Shard {
        self.shard
    }

    /// Refuses more shards than there are pieces of work.
    pub(super) fn must_have(&self, work: u64, of: &str) -> Result<(), CommandError> {
        match work >= self.shard.of {
            true => Ok(()),
            false => Err(CommandError::Input(format!(
                "{} shards are too many for {work} {of}; give at most as many",
                self.shard.of
            ))),
        }
    }

    /// Ends the folder of a shard; without what failed it was stopped before its end.
    pub(super) fn end(
        self,
        session: &Session,
        (folder, parts): (Folder, &Parts),
        (command, again): (&str, String),
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
        manifest.again = format!("{again} --shard {}", self.shard);
        manifest.shard = Some(ShardEntry {
            command: command.to_owned(),
            index: self.shard.index,
            of: self.shard.of,
            answer: self.answer,
        });
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
