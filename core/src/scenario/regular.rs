//! Reading files that somebody else may have put there: only regular ones, only up to a size.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use thiserror::Error;

/// Most bytes of a scenario file; the scenarios that come with the program have 40,000.
pub const MOST_BYTES: u64 = 16 << 20;

/// Why a file isn't read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The world is in the way.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is something else: reading it could hang, or never end.
    #[error("it is {0}, not a file")]
    NoFile(&'static str),
    /// It is larger than anything that is read.
    #[error("it has more than {} MiB", .0 >> 20)]
    TooLarge(u64),
}

/// Opens a regular file. What is opened is looked at once more, so that nothing can be put
/// in its place in between.
///
/// # Errors
/// If it can't be opened, or is a folder, a pipe, a device.
pub fn open(path: &Path) -> Result<File, ReadError> {
    // Opening alone may do something to a device: look before.
    must_be_file(&std::fs::metadata(path)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // A pipe would wait for somebody to write; a regular file doesn't notice.
        options.custom_flags(libc::O_NONBLOCK);
    }
    let file = options.open(path)?;
    must_be_file(&file.metadata()?)?;
    Ok(file)
}

/// Reads the whole of a regular file that has at most so many bytes.
///
/// # Errors
/// If it can't be read, is no regular file, or is larger.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    // The size that a file states may be 0, or wrong by now: what comes is counted.
    open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(ReadError::TooLarge(most));
    }
    Ok(bytes)
}

fn must_be_file(metadata: &Metadata) -> Result<(), ReadError> {
    let kind = metadata.file_type();
    if kind.is_file() {
        return Ok(());
    }
    if kind.is_dir() {
        return Err(ReadError::NoFile("a folder"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Err(ReadError::NoFile("a pipe"));
        }
        if kind.is_char_device() || kind.is_block_device() {
            return Err(ReadError::NoFile("a device"));
        }
        if kind.is_socket() {
            return Err(ReadError::NoFile("a socket"));
        }
    }
    Err(ReadError::NoFile("something else"))
}

/// What `read` returns, or `fault` where it panics: some readers take broken files for a fault
/// of their own. Nothing else runs meanwhile whose panic should be shown.
///
/// # Errors
/// Those of `read`, and `fault`.
pub fn guarded<T, E>(
    read: impl FnOnce() -> Result<T, E>,
    fault: impl FnOnce() -> E,
) -> Result<T, E> {
    // One at a time: each puts back what was there before it.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let done = panic::catch_unwind(AssertUnwindSafe(read));
    panic::set_hook(before);
    done.unwrap_or_else(|_| Err(fault()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_bound_and_not_beyond() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("eight");
        std::fs::write(&path, b"12345678").unwrap();
        assert_eq!(read(&path, 8).unwrap(), b"12345678");
        assert!(matches!(read(&path, 7), Err(ReadError::TooLarge(7))));
        assert!(matches!(
            read(folder.path(), 8),
            Err(ReadError::NoFile("a folder"))
        ));
    }

    #[cfg(unix)]
    #[test]
    fn what_never_ends_or_waits_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        assert!(matches!(read(&link, 8), Err(ReadError::NoFile("a device"))));
        let socket = folder.path().join("socket");
        let _listens = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert!(matches!(
            read(&socket, 8),
            Err(ReadError::NoFile("a socket"))
        ));
    }
}
