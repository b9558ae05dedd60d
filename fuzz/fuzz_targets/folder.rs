//! A run's folder with some bytes of a file changed, and the manifest's hash made right.
#![no_main]
// Each target uses some of them.
#![allow(dead_code)]

#[path = "../../tests/mutations/probes.rs"]
mod probes;

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use probes::{FILES, Folder};

/// The run that `SIMULATE_FOLDER` names; changed copies are made in a folder that goes with the
/// system's temporary ones.
static FOLDER: LazyLock<Folder> = LazyLock::new(|| {
    let run = std::env::var_os("SIMULATE_FOLDER").expect("SIMULATE_FOLDER names a run's folder");
    let parent = tempfile::tempdir().expect("a folder").keep();
    Folder::new(PathBuf::from(run), parent.join("forged"))
});

fuzz_target!(|bytes: &[u8]| {
    if let Some((file, changes)) = bytes.split_first() {
        let file = usize::from(*file) % FILES.len();
        let forged = probes::patched(FOLDER.file(file), changes);
        FOLDER.forge(&[(file, forged)]);
    }
});
