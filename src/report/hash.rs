//! Hashes of files, by which it is seen whether they are still what was written.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::scenario::regular::{self, ReadError};

/// The hash of a file, from where it stands to its end.
///
/// # Errors
/// If it can't be read.
pub fn hash(file: &File) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    // Piece by piece: a table may be larger than the memory.
    hasher.update_reader(file)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// The hash of the file at a path, which may come from anywhere.
///
/// # Errors
/// If it is no regular file, or can't be read.
pub fn hash_of(path: &Path) -> Result<String, ReadError> {
    Ok(hash(&regular::open(path)?)?)
}
