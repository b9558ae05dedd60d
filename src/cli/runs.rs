//! `simulate runs` and `simulate clean`: what there is below a folder.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::engine::Summary;
use crate::foreign::{line, words};
use crate::report::{
    FolderError, Manifest, Parts, ShardEntry, State, Work, is_unfinished, is_worked_on, others_in,
    remove_own, target_of, unfinished_of,
};
use crate::scenario::Scenario;

use super::error::{CommandError, code};
use super::streams::{print, tell};
use super::submit::RECORD;
use super::{Format, print_json};

#[derive(Debug, Args)]
pub(super) struct RunsArguments {
    /// Where to look
    #[arg(default_value = "output")]
    folder: PathBuf,
    /// How the list is printed; the shape of the JSON is in docs/json.md
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
#[command(
    after_help = "A folder is removed only where it is unfinished, nobody is working on it, and all that is in it was written by simulate."
)]
pub(super) struct CleanArguments {
    /// Unfinished folders, or folders below which they are looked for
    #[arg(default_value = "output")]
    folders: Vec<PathBuf>,
    /// Don't ask
    #[arg(long)]
    yes: bool,
}

/// How far a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    /// All of it was done.
    Finished,
    /// It was ended by an interrupt; what was done is there, and can be gone on with.
    Partial,
    /// It can be gone on with.
    Unfinished,
    /// It is being worked on.
    Working,
    /// It is another version's, or was changed since.
    Unreadable,
}

/// A folder of results.
#[derive(Debug, Serialize)]
struct Found {
    folder: String,
    stage: Stage,
    /// The command.
    kind: String,
    /// When it was begun, UTC; of unfinished work when something was last kept.
    time: String,
    bytes: u64,
    scenarios: Vec<String>,
    label: Option<String>,
    settings: Vec<String>,
    /// Of a shard: which of how many.
    shard: Option<String>,
    replicates: u64,
    /// Chances of the headline outcomes that have no coalition beside them, of a run.
    headline: Vec<(String, f64)>,
    /// Why no more can be said of it.
    wrong: Option<String>,
}

pub(super) fn runs(arguments: &RunsArguments) -> u8 {
    code(list(arguments))
}

fn list(arguments: &RunsArguments) -> Result<u8, CommandError> {
    let found: Vec<Found> = folders(&arguments.folder)?
        .iter()
        .map(|folder| look(folder))
        .collect();
    match arguments.format {
        Format::Json => print_json("runs", None, &found)?,
        Format::Text if found.is_empty() => tell(&format!(
            "nothing that simulate made is below {}",
            words(arguments.folder.as_os_str())
        )),
        Format::Text => print(&table(&found))?,
    }
    Ok(0)
}

fn table(found: &[Found]) -> String {
    let mut text = String::new();
    for one in found {
        let stage = match one.stage {
            Stage::Finished => "finished",
            Stage::Partial => "partial",
            Stage::Unfinished => "unfinished",
            Stage::Working => "working",
            Stage::Unreadable => "unreadable",
        };
        let shard = one
            .shard
            .as_ref()
            .map_or(String::new(), |s| format!(" {s}"));
        let kind = format!("{}{shard}", one.kind);
        let size = one.bytes as f64 / 1e6;
        text.push_str(&format!(
            "{stage:<10}  {kind:<12}  {:<20}  {:>11} replicates  {size:>8.1} MB  {}\n",
            one.time.get(..19).unwrap_or(&one.time),
            one.replicates,
            line(&one.folder)
        ));
        let mut more = vec![one.scenarios.join(", ")];
        more.extend(one.wrong.clone());
        more.retain(|what| !what.is_empty());
        more.extend(one.label.clone());
        more.extend(one.settings.clone());
        text.push_str(&format!("            {}\n", line(&more.join("; "))));
        if !one.headline.is_empty() {
            let chances = one.headline.iter();
            let chances: Vec<String> = chances
                .map(|(label, chance)| format!("{label} {chance:.3}"))
                .collect();
            text.push_str(&format!("            {}\n", line(&chances.join(", "))));
        }
    }
    text
}

/// Folders of results below one, it among them, in order.
fn folders(below: &Path) -> Result<Vec<PathBuf>, CommandError> {
    if !below.is_dir() {
        return Err(CommandError::Input(format!(
            "there is no folder {}",
            words(below.as_os_str())
        )));
    }
    let mut found = Vec::new();
    let mut open = vec![below.to_owned()];
    while let Some(folder) = open.pop() {
        // What `submit` wrote is no end: its shards are below, and what they were merged to.
        let is_split = folder.join(RECORD).is_file();
        if Manifest::is_in(&folder) || is_unfinished(&folder) {
            found.push(folder.clone());
            if !is_split {
                continue;
            }
        }
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        // Links are not followed: `latest` is one.
        let below = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        open.extend(below.map(|entry| entry.path()));
    }
    found.sort();
    Ok(found)
}

/// What is in a folder.
fn look(folder: &Path) -> Found {
    let bytes = size(folder);
    let name = words(folder.as_os_str());
    let changed = fs::metadata(folder).and_then(|metadata| metadata.modified());
    let changed = changed.ok().and_then(|t| jiff::Timestamp::try_from(t).ok());
    // Of what has no manifest that can be read.
    let bare = Found {
        folder: name.clone(),
        stage: Stage::Unreadable,
        kind: String::new(),
        time: changed.map_or(String::new(), |time| time.to_string()),
        bytes,
        scenarios: Vec::new(),
        label: None,
        settings: Vec::new(),
        shard: None,
        replicates: 0,
        headline: Vec::new(),
        wrong: None,
    };
    if is_unfinished(folder) {
        let work = Work::read(folder).ok();
        let only = match work
            .iter()
            .flat_map(|work| &work.scenarios)
            .collect::<Vec<_>>()[..]
        {
            [only] => Scenario::parse(&only.name, &only.text).ok(),
            _ => None,
        };
        let only = only.map(|scenario| scenario.identity());
        let shard = work.iter().find_map(|work| work.shard.as_ref());
        let words = work.iter().flat_map(|work| work.arguments.iter().cloned());
        let kind = words.clone().find(|word| !word.starts_with('-'));
        let scenarios = work.iter().flat_map(|work| &work.scenarios);
        return Found {
            stage: match is_worked_on(folder) {
                true => Stage::Working,
                false => Stage::Unfinished,
            },
            kind: kind.unwrap_or_else(|| "nothing yet".to_owned()),
            scenarios: scenarios.map(|scenario| scenario.name.clone()).collect(),
            label: only.as_ref().and_then(|identity| identity.label.clone()),
            settings: only.map_or_else(Vec::new, |identity| identity.settings),
            shard: shard.map(ShardEntry::share),
            replicates: kept(&folder.join(Parts::FOLDER)),
            ..bare
        };
    }
    let manifest = match Manifest::read(folder) {
        Ok(manifest) => manifest,
        Err(error) => {
            return Found {
                wrong: Some(format!("its manifest.json: {error}")),
                ..bare
            };
        }
    };
    let only = match &manifest.scenarios[..] {
        [only] => Some(&only.identity),
        _ => None,
    };
    Found {
        stage: match manifest.partial {
            true => Stage::Partial,
            false => Stage::Finished,
        },
        kind: manifest.kind.clone(),
        time: manifest.clock.started.clone(),
        bytes,
        label: only.and_then(|identity| identity.label.clone()),
        settings: only.map_or_else(Vec::new, |identity| identity.settings.clone()),
        shard: manifest.shard.as_ref().map(ShardEntry::share),
        replicates: manifest.replicates,
        headline: headline(folder).unwrap_or_default(),
        scenarios: manifest.scenarios.into_iter().map(|s| s.name).collect(),
        folder: name,
        wrong: None,
    }
}

/// The chances of a run that are looked at first.
fn headline(folder: &Path) -> Option<Vec<(String, f64)>> {
    const MOST: usize = 4;
    let text = fs::read(folder.join("summary.json")).ok()?;
    let summary: Summary = serde_json::from_slice(&text).ok()?;
    let outcomes = summary.headline().filter(|outcome| outcome.counts);
    let chances = outcomes.map(|outcome| (outcome.label.clone(), outcome.chance.value));
    Some(chances.take(MOST).collect())
}

/// Replicates that are kept in a folder of parts.
fn kept(parts: &Path) -> u64 {
    let entries = fs::read_dir(parts).into_iter().flatten().flatten();
    let parts = entries.filter(|entry| entry.path().extension().is_some_and(|e| e == "part"));
    parts
        .filter_map(|entry| State::read(&entry.path()).ok())
        .map(|state| state.end - state.first)
        .sum()
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

pub(super) fn clean(arguments: &CleanArguments) -> u8 {
    code(remove_unfinished(arguments))
}

fn remove_unfinished(arguments: &CleanArguments) -> Result<u8, CommandError> {
    let mut unfinished: Vec<PathBuf> = Vec::new();
    for folder in &arguments.folders {
        let named = unfinished_of(folder);
        let folder = match named.is_dir() && !Manifest::is_in(folder) {
            true => &named,
            false => folder,
        };
        let all = folders(folder)?;
        if *folder == unfinished_of(&target_of(folder)) && !all.contains(folder) {
            tell(&format!(
                "{} is left alone: nothing in it says that simulate wrote it",
                words(folder.as_os_str())
            ));
        }
        let is_free = |folder: &PathBuf| is_unfinished(folder) && !is_worked_on(folder);
        unfinished.extend(all.into_iter().filter(is_free));
    }
    unfinished.retain(|folder| {
        let others = others_in(folder).unwrap_or_else(|_| vec![folder.clone()]);
        if let Some(path) = others.first() {
            tell(&format!(
                "{} is left alone: simulate did not write {}",
                words(folder.as_os_str()),
                words(path.as_os_str())
            ));
        }
        others.is_empty()
    });
    if unfinished.is_empty() {
        tell("nothing is unfinished");
        return Ok(0);
    }
    for folder in &unfinished {
        tell(&format!(
            "{}: {} replicates are kept, {:.1} MB",
            words(folder.as_os_str()),
            kept(&folder.join(Parts::FOLDER)),
            size(folder) as f64 / 1e6
        ));
    }
    if !arguments.yes && !says_yes(unfinished.len())? {
        tell("nothing was removed");
        return Ok(0);
    }
    for folder in &unfinished {
        let path = folder.clone();
        remove_own(folder)
            .map_err(|source| CommandError::from(FolderError::Write { path, source }))?;
        // The place that was claimed for it, which is empty.
        let _ = fs::remove_dir(target_of(folder));
    }
    Ok(0)
}

/// Asks whoever sits there.
fn says_yes(count: usize) -> Result<bool, CommandError> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return Err(CommandError::Input(
            "nobody is there to be asked; with --yes they are removed without asking".to_owned(),
        ));
    }
    let of = match count {
        1 => "it".to_owned(),
        count => format!("all {count}"),
    };
    let mut errors = std::io::stderr();
    let _ = write!(errors, "remove {of}? [y/N] ").and_then(|()| errors.flush());
    let mut answer = String::new();
    input.read_line(&mut answer)?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}
