//! The wheel of the Python package, for this machine's system.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::{Failed, Project, emptied, program, run, said};

pub(crate) fn make(project: &Project, out: &Path) -> Result<PathBuf, Failed> {
    let python = python(project)?;
    let target = program::host()?;
    let mut command = Command::new(&python);
    command.args(["-m", "maturin", "build", "--release", "--locked", "--quiet"]);
    command
        .args(["-m", "python/Cargo.toml", "--target", &target, "-i"])
        .arg(&python);
    let made = emptied(project.target.join("dist-wheel"))?;
    command
        .arg("--target-dir")
        .arg(&project.target)
        .arg("-o")
        .arg(&made);
    command.current_dir(&project.root);
    project.settle(&mut command)?;
    run(&mut command)?;
    let mut entries = fs::read_dir(&made)
        .map_err(|e| format!("{}: {e}", made.display()))?
        .flatten();
    let wheel = entries.next().ok_or("maturin made no wheel")?;
    let kept = out.join(wheel.file_name());
    fs::copy(wheel.path(), &kept).map_err(|e| format!("{}: {e}", kept.display()))?;
    Ok(kept)
}

/// A Python that has maturin: that of `./test.sh`, or the one on the path.
fn python(project: &Project) -> Result<PathBuf, Failed> {
    let environment = project.root.join("target/test-python");
    let programs = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    [environment.join(programs), "python3".into()]
        .into_iter()
        .find(|python| said(Command::new(python).args(["-m", "maturin", "--version"])).is_ok())
        .ok_or_else(|| {
            let path = env::var("PATH").unwrap_or_default();
            format!("no Python has maturin, neither {} nor one on {path}: run ./test.sh first, or give --no-wheel", environment.display())
        })
}
