//! `simulate merge`: shards become the work of which each is a share.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::engine::{Gathered, Gathering};
use crate::foreign::words;
use crate::report::{
    FolderError, Manifest, ManifestError, PartError, Parts, Piece, ShardEntry, State, Work,
    hash_of, is_unfinished, unfinished_of,
};
use crate::scenario::Scenario;

use super::error::{CommandError, code};
use super::resume::{self, HowArguments, link};

#[derive(Debug, Args)]
#[command(
    after_help = "What comes out is, byte for byte, what one process would have made of the whole."
)]
pub(super) struct MergeArguments {
    /// The folders of all shards
    #[arg(required = true, value_name = "FOLDER")]
    folders: Vec<PathBuf>,
    /// The folder for the results [default: a new one below output/]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    #[command(flatten)]
    how: HowArguments,
}

pub(super) fn merge(arguments: &MergeArguments) -> u8 {
    code(merge_shards(arguments))
}

fn merge_shards(arguments: &MergeArguments) -> Result<u8, CommandError> {
    let (shards, mut work) = together(&arguments.folders)?;
    work.latest = arguments.out.is_none();
    let mut how = arguments.how.clone();
    // Where one of the shards went is not where the whole goes.
    let out = arguments
        .out
        .as_ref()
        .map(std::path::absolute)
        .transpose()?;
    how.out = Some(out);
    resume::go_on_with_shards(work, shards, &how)
}

/// A shard as its folder says.
struct One {
    folder: PathBuf,
    manifest: Manifest,
    shard: ShardEntry,
}

/// What all shards of some work have in common, each with what it is called.
type Common = [(&'static str, String); 8];

impl One {
    /// Reads a finished shard, and sees that all of it is as it was written.
    fn read(folder: &Path) -> Result<Self, CommandError> {
        let name = words(folder.as_os_str());
        let wrong = |what: String| CommandError::Input(format!("{name} {what}"));
        let manifest = Manifest::read(folder).map_err(|error| {
            wrong(match error {
                ManifestError::Missing
                    if unfinished_of(folder).exists() || is_unfinished(folder) =>
                {
                    "is not finished: give its command again, or go on with it by `simulate resume`"
                        .to_owned()
                }
                ManifestError::Missing => {
                    "is not the folder of a finished shard: it has no manifest.json".to_owned()
                }
                error => format!("has a manifest.json that can't be read: {error}"),
            })
        })?;
        let Some(shard) = manifest.shard.clone() else {
            return Err(wrong("is no shard".to_owned()));
        };
        for (file, entry) in &manifest.files {
            let hash = hash_of(&folder.join(file))
                .map_err(|error| wrong(format!("has no {file} that can be read: {error}")))?;
            if hash != entry.blake3 {
                return Err(wrong(format!(
                    "has a {file} that is not what was written: its hash is another"
                )));
            }
        }
        Ok(Self {
            folder: folder.canonicalize()?,
            manifest,
            shard,
        })
    }

    fn common(&self) -> Common {
        let manifest = &self.manifest;
        let scenarios = manifest.scenarios.iter();
        let hashes: Vec<&str> = scenarios.map(|s| s.identity.blake3.as_str()).collect();
        [
            ("version", manifest.version.clone()),
            ("stream contract", manifest.streams.to_string()),
            ("seed", manifest.seed.to_string()),
            ("scenario", hashes.join(" ")),
            ("number of shards", self.shard.of.to_string()),
            ("command", self.shard.again.clone()),
            (
                "hash of the observations",
                self.shard.observations.clone().unwrap_or_default(),
            ),
            ("answer to the first replicates", self.shard.answer.clone()),
        ]
    }
}

/// Shards in order, if they go together; and what was being done.
fn together(folders: &[PathBuf]) -> Result<(Shards, Work), CommandError> {
    let mut by_index: BTreeMap<u64, One> = BTreeMap::new();
    let mut first: Option<(Common, PathBuf)> = None;
    for folder in folders {
        let one = One::read(folder)?;
        let common = one.common();
        let (of_first, name) = first.get_or_insert_with(|| (common.clone(), folder.clone()));
        let differs = of_first.iter().zip(&common).find(|(a, b)| a != b);
        if let Some(((what, was), (_, is))) = differs {
            return Err(CommandError::Input(format!(
                "{} and {} are no shards of the same work: the {what} is {was} and {is}",
                words(name.as_os_str()),
                words(folder.as_os_str())
            )));
        }
        let index = one.shard.index;
        if let Some(other) = by_index.insert(index, one) {
            return Err(CommandError::Input(format!(
                "{} and {} overlap: both are shard {index}",
                words(other.folder.as_os_str()),
                words(folder.as_os_str())
            )));
        }
    }
    let of = by_index.values().next().map_or(0, |one| one.shard.of);
    must_be_all(of, |index| by_index.contains_key(&index))?;
    let folders: Vec<PathBuf> = by_index.into_values().map(|one| one.folder).collect();
    let work = Work::read(&folders[0]).map_err(CommandError::Input)?;
    let text = work.scenarios.first().map_or("", |scenario| &scenario.text);
    let scenario = Scenario::parse("scenario.resolved.toml", text)
        .map_err(|_| CommandError::Input("the shards' scenario can't be read".to_owned()))?;
    Ok((Shards { folders, scenario }, work))
}

/// Refuses shards of which some are missing, naming them.
fn must_be_all(of: u64, has: impl Fn(u64) -> bool) -> Result<(), CommandError> {
    const MOST: usize = 20;
    let missing: Vec<u64> = (1..=of).filter(|&index| !has(index)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let named = missing.iter().take(MOST).map(u64::to_string);
    let named = named.collect::<Vec<_>>().join(", ");
    let more = match missing.len() {
        count if count > MOST => format!(" and {} more", count - MOST),
        _ => String::new(),
    };
    Err(CommandError::Input(format!(
        "of {of} shards these are missing: {named}{more}"
    )))
}

/// Shards that go together, in order.
#[derive(Debug)]
pub(super) struct Shards {
    folders: Vec<PathBuf>,
    /// The scenario of all of them.
    scenario: Scenario,
}

/// A unit of work as far as shards have it.
struct Joined {
    state: State,
    /// What it came to, where it is of several shards.
    gathered: Option<Gathered>,
}

impl Shards {
    /// Their folders, in order.
    pub(super) fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// Puts what they have into a folder of parts.
    pub(super) fn fill(&self, parts: &Path) -> Result<(), CommandError> {
        let path = parts.to_owned();
        fs::create_dir(parts).map_err(|source| FolderError::Write { path, source })?;
        let gathering = Gathering::new(&self.scenario);
        let mut units: BTreeMap<u64, Joined> = BTreeMap::new();
        for folder in &self.folders {
            let own = folder.join(Parts::FOLDER);
            for unit in units_of(&own)? {
                let path = own.join(State::name(unit));
                let state = State::read(&path)?;
                match units.get_mut(&unit) {
                    None => {
                        link_rows(&own, &state, parts)?;
                        let gathered = None;
                        units.insert(unit, Joined { state, gathered });
                    }
                    // All of them ran it, since the rest hangs on it.
                    Some(joined) if joined.state.agrees_with(&state) => {}
                    Some(joined) if joined.state.first == state.first => {
                        return Err(CommandError::Machine(format!(
                            "{} has other results than the shards before it of what all have run: its machine or theirs can't be relied on",
                            words(folder.as_os_str())
                        )));
                    }
                    Some(joined) => {
                        link_rows(&own, &state, parts)?;
                        let joining = joined.join(&gathering, state);
                        joining.map_err(|what| PartError::Damaged { path, what })?;
                    }
                }
            }
        }
        for (unit, Joined { state, gathered }) in units {
            let state = match gathered {
                Some(gathered) => State::new(unit, &gathered, true, state.pieces),
                None => state,
            };
            state.write(parts)?;
        }
        Ok(())
    }
}

impl Joined {
    /// Adds what the next shard has of the unit.
    fn join(&mut self, gathering: &Gathering<'_>, next: State) -> Result<(), String> {
        let mut gathered = match self.gathered.take() {
            Some(gathered) => gathered,
            None => self.state.gathered(gathering)?,
        };
        gathering.merge(&mut gathered, &next.gathered(gathering)?)?;
        self.gathered = Some(gathered);
        self.state.pieces.extend(next.pieces);
        Ok(())
    }
}

fn link_rows(own: &Path, state: &State, parts: &Path) -> Result<(), CommandError> {
    let mut tables = state.pieces.iter().flat_map(Piece::tables);
    tables.try_for_each(|table| link(&own.join(&table.name), &parts.join(&table.name)))
}

/// The units of which there is a part, in order: none where the shard has no parts.
fn units_of(parts: &Path) -> Result<Vec<u64>, CommandError> {
    if !parts.exists() {
        return Ok(Vec::new());
    }
    let names = fs::read_dir(parts)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut units: Vec<u64> = names
        .filter_map(|name| name.strip_suffix(".part")?.parse().ok())
        .collect();
    units.sort_unstable();
    Ok(units)
}
