//! `latest`: the link that leads to the newest folder.

use std::path::Path;

/// Lets `latest` lead to a folder beside it, in one step: of several runs that end at once it
/// leads to one. Where links are not to be had, or `latest` is a file or folder of someone's,
/// it is left as it is: it is a convenience, not a result.
pub(super) fn lead(latest: &Path, target: &Path) {
    #[cfg(unix)]
    {
        let (Some(folder), Some(name)) = (latest.parent(), target.file_name()) else {
            return;
        };
        let is_free = std::fs::symlink_metadata(latest).map_or(true, |found| found.is_symlink());
        if !is_free {
            return;
        }
        // The link's own name is nobody else's; what isn't moved is removed.
        let made = tempfile::Builder::new()
            .prefix(".latest-")
            .make_in(folder, |path| std::os::unix::fs::symlink(name, path));
        if let Ok(link) = made {
            let _ = link.into_temp_path().persist(latest);
        }
    }
    let _ = (latest, target);
}
