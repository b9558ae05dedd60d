//! `simulate status`: how far the shards of a run are.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::foreign::{line, words};
use crate::report::{Manifest, unfinished_of};
use crate::scenario::regular;

use super::error::{CommandError, code};
use super::streams::print;
use super::submit::{MOST_SHARDS, RECORD, Record};
use super::{Format, print_json};

#[derive(Debug, Args)]
pub(super) struct StatusArguments {
    /// The folder that `simulate submit` wrote, or another with a folder `shards` in it
    folder: PathBuf,
    /// How many shards there are [default: as `simulate submit` has noted]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..=MOST_SHARDS))]
    shards: Option<u64>,
    /// Print nothing but the shards that are left to be done, as a scheduler wants them: 3,7-9
    #[arg(long, conflicts_with = "format")]
    left: bool,
    /// How it is printed; the shape of the JSON is in docs/json.md
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How far they are.
#[derive(Debug, Serialize)]
struct Status {
    shards: u64,
    done: u64,
    /// Under way, or killed: which of the two, only the scheduler knows.
    begun: Vec<u64>,
    missing: Vec<u64>,
    /// Of other work than the rest, or with a manifest that can't be read.
    other: Vec<u64>,
    /// Where they were put together.
    result: Option<String>,
}

pub(super) fn status(arguments: &StatusArguments) -> u8 {
    code(look(arguments))
}

fn look(arguments: &StatusArguments) -> Result<u8, CommandError> {
    let folder = &arguments.folder;
    let record = match arguments.shards {
        Some(shards) => Record {
            format: 1,
            shards,
            answer: noted(folder).ok().and_then(|noted| noted.answer),
        },
        None => noted(folder)?,
    };
    let status = of(folder, record);
    match (arguments.left, arguments.format) {
        (true, _) => {
            let mut left = [&status.begun[..], &status.missing, &status.other].concat();
            left.sort_unstable();
            print(&format!("{}\n", ranges(&left)))?;
        }
        (false, Format::Json) => print_json("status", Some(folder), &status)?,
        (false, Format::Text) => print(&said(&status))?,
    }
    Ok(0)
}

/// What the folder was made for.
fn noted(folder: &Path) -> Result<Record, CommandError> {
    let path = folder.join(RECORD);
    let wrong = |what: &str| {
        CommandError::Input(format!(
            "{}: {what}; give the folder that `simulate submit` wrote, or the number of shards with --shards",
            path.display()
        ))
    };
    let bytes =
        regular::read(&path, regular::MOST_BYTES).map_err(|error| wrong(&error.to_string()))?;
    let record: Record = serde_json::from_slice(&bytes)
        .map_err(|_| wrong("it doesn't say how many shards there are"))?;
    match record.shards {
        1..=MOST_SHARDS => Ok(record),
        _ => Err(wrong("it doesn't say how many shards there are")),
    }
}

/// Looks at every shard.
fn of(folder: &Path, record: Record) -> Status {
    let mut status = Status {
        shards: record.shards,
        done: 0,
        begun: Vec::new(),
        missing: Vec::new(),
        other: Vec::new(),
        result: None,
    };
    let mut answer = record.answer;
    let mut command = None;
    let mut is_of_this = |at: &Path, shard: u64| {
        let entry = Manifest::read(at).ok().and_then(|manifest| manifest.shard);
        let Some(entry) = entry else {
            return false;
        };
        // Where nothing is noted, the first shard tells.
        entry.index == shard
            && entry.of == record.shards
            && *answer.get_or_insert_with(|| entry.answer.clone()) == entry.answer
            && *command.get_or_insert_with(|| entry.again.clone()) == entry.again
    };
    for shard in 1..=record.shards {
        let at = folder.join("shards").join(shard.to_string());
        // The manifest is what a shard writes last.
        if Manifest::is_in(&at) {
            match is_of_this(&at, shard) {
                true => status.done += 1,
                false => status.other.push(shard),
            }
        } else if unfinished_of(&at).exists() {
            status.begun.push(shard);
        } else {
            status.missing.push(shard);
        }
    }
    let result = folder.join("result");
    if Manifest::is_in(&result) {
        status.result = Some(words(result.as_os_str()));
    }
    status
}

fn said(status: &Status) -> String {
    let mut said = format!("{} of {} shards are done", status.done, status.shards);
    let mut list = |what: &str, shards: &[u64]| {
        if !shards.is_empty() {
            let _ = write!(said, "\n{what}: {}", ranges(shards));
        }
    };
    list("begun, and under way or killed", &status.begun);
    list("missing", &status.missing);
    list("of other work, or not what was written", &status.other);
    match &status.result {
        Some(result) => {
            let _ = writeln!(said, "\nmerged: {}", line(result));
        }
        None => said.push_str("\nnot merged yet\n"),
    }
    said
}

/// Numbers in order as a scheduler has them: `1-3,7`.
fn ranges(numbers: &[u64]) -> String {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    let text = runs.map(|run| match run {
        [first, .., last] => format!("{first}-{last}"),
        [only] => only.to_string(),
        [] => String::new(),
    });
    text.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_follow_each_other_are_one_range() {
        assert_eq!(ranges(&[]), "");
        assert_eq!(ranges(&[4]), "4");
        assert_eq!(ranges(&[1, 2, 3, 7, 9, 10]), "1-3,7,9-10");
    }
}
