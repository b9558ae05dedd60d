//! Files beside a scenario (a new one, manual pages): each is whole or not there.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file that is written but has not its name yet; dropped, it is gone.
pub(super) struct Whole {
    file: NamedTempFile,
    path: PathBuf,
}

impl Whole {
    /// Writes a file beside its place; the folder is made where it isn't there.
    ///
    /// # Errors
    /// If it can't be written.
    pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        std::fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".unfinished-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As of any new file: the user's mask still takes from it.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let mut file = builder.tempfile_in(folder).map_err(without_path)?;
        file.as_file_mut().write_all(bytes)?;
        // Some disks are only known to be full now.
        file.as_file().sync_all()?;
        Ok(Self {
            file,
            path: path.to_path_buf(),
        })
    }

    /// Gives it its name, which nothing has yet.
    ///
    /// # Errors
    /// If something has it: that is left as it is.
    pub(super) fn name(self) -> io::Result<()> {
        self.file.persist_noclobber(self.path)?;
        Ok(())
    }

    /// Gives it its name in the place of what had it before.
    ///
    /// # Errors
    /// If it can't be renamed.
    pub(super) fn replace(self) -> io::Result<()> {
        self.file.persist(self.path)?;
        Ok(())
    }
}

/// An error of the system without the name of the file in the making, which is nobody's concern.
fn without_path(error: io::Error) -> io::Error {
    let of_system = error
        .get_ref()
        .and_then(|error| error.source()?.downcast_ref::<io::Error>()?.raw_os_error());
    match of_system {
        Some(code) => io::Error::from_raw_os_error(code),
        None => error,
    }
}
