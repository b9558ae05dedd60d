//! How far a unit of work got, and what that came to: one file, with a hash at its end.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::engine::{Gathered, Gathering};
use crate::scenario::regular;

use super::{PartError, Piece};
use crate::report::folder::sync_folder;

/// The first bytes of every such file.
const MAGIC: &[u8] = b"simulate part 1\n";
/// Bytes of the hash at its end.
const HASH: usize = blake3::OUT_LEN;
/// Most bytes of such a file: a hundred times one of the largest scenario.
const MOST_BYTES: u64 = 1 << 30;

/// What the file says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Number of the unit among those of its command.
    pub unit: u64,
    /// The first replicate.
    pub first: u64,
    /// The one after the last.
    pub end: u64,
    /// Whether nothing is missing of the unit.
    pub whole: bool,
    /// Where its rows are, in order.
    pub pieces: Vec<Piece>,
    /// What it came to.
    gathered: Vec<u8>,
}

impl State {
    /// Of a unit.
    pub fn new(unit: u64, gathered: &Gathered, whole: bool, pieces: Vec<Piece>) -> Self {
        Self {
            unit,
            first: gathered.first,
            end: gathered.end,
            whole,
            pieces,
            gathered: Gathering::bytes(gathered),
        }
    }

    /// The same with its rows elsewhere.
    #[must_use]
    pub fn with_pieces(self, pieces: Vec<Piece>) -> Self {
        Self { pieces, ..self }
    }

    /// Whether another says the same of the same replicates.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let of = |state: &Self| (state.first, state.end, state.gathered.clone());
        of(self) == of(other)
    }

    /// What the unit came to.
    ///
    /// # Errors
    /// If it is none of that scenario: says how.
    pub fn gathered(&self, gathering: &Gathering<'_>) -> Result<Gathered, String> {
        let gathered = gathering.read(&self.gathered);
        let gathered = gathered.map_err(|what| format!("can't be used: {what}"))?;
        match (gathered.first, gathered.end) == (self.first, self.end) {
            true => Ok(gathered),
            false => Err("is of other replicates than it says".to_owned()),
        }
    }

    /// The name of a unit's file.
    pub fn name(unit: u64) -> String {
        format!("{unit}.part")
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        // Writing to memory fails for nothing that is in it.
        bytes.extend(postcard::to_allocvec(self).unwrap_or_default());
        let hash = blake3::hash(&bytes);
        bytes.extend(hash.as_bytes());
        bytes
    }

    /// From the bytes of a file.
    ///
    /// # Errors
    /// If they are not those of one: says how.
    pub fn of(bytes: &[u8]) -> Result<Self, String> {
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            return Err("is no part of this version".to_owned());
        };
        let wrong = || "is not what was written: its hash is another".to_owned();
        let length = rest.len().checked_sub(HASH).ok_or_else(wrong)?;
        let (body, hash) = rest.split_at(length);
        let written = &bytes[..bytes.len() - HASH];
        if blake3::hash(written).as_bytes() != hash {
            return Err(wrong());
        }
        let state: Self =
            postcard::from_bytes(body).map_err(|error| format!("makes no sense: {error}"))?;
        let mut next = state.first;
        for piece in &state.pieces {
            if piece.first != next || piece.end <= piece.first {
                return Err("has rows that don't follow each other".to_owned());
            }
            next = piece.end;
        }
        match state.pieces.is_empty() || next == state.end {
            true => Ok(state),
            false => Err("has rows that end elsewhere than it does".to_owned()),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it can't be read or is not what was written.
    pub fn read(path: &Path) -> Result<Self, PartError> {
        let bytes = regular::read(path, MOST_BYTES);
        let bytes =
            bytes.map_err(|error| PartError::damaged(path, format!("can't be read: {error}")))?;
        Self::of(&bytes).map_err(|what| PartError::damaged(path, what))
    }

    /// Puts the file in the place of the one before, in one step, when it is on disk.
    ///
    /// # Errors
    /// If it can't be written; the one before is still there.
    pub fn write(&self, folder: &Path) -> Result<(), PartError> {
        let path = folder.join(Self::name(self.unit));
        let beside = folder.join(format!("{}.new", Self::name(self.unit)));
        let written = File::create(&beside).and_then(|mut file| {
            file.write_all(&self.bytes())?;
            file.sync_all()?;
            fs::rename(&beside, &path)?;
            sync_folder(folder)
        });
        written.map_err(|error| {
            let _ = fs::remove_file(&beside);
            PartError::write(&path)(error)
        })
    }
}
