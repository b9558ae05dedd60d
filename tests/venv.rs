//! Python packages for tests, in virtual environments of their own under `target`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python of an environment with these packages, made where it isn't there yet.
pub fn python(name: &str, packages: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let python = folder.join(if cfg!(windows) {
        "Scripts/python"
    } else {
        "bin/python"
    });
    // Written last, and only when everything before it went well.
    let done = folder.join("installed");
    let wanted = packages.join("\n");
    if fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return python;
    }
    let system = if cfg!(windows) { "python" } else { "python3" };
    succeed(
        Command::new(system)
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    );
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    succeed(Command::new(&python).args(install).args(packages));
    fs::write(done, wanted).expect("written");
    python
}

fn succeed(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}
