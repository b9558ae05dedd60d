//! The program for a target: on Linux with the C library in it, where that can be had.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Asked, Failed, Project, cargo, run, said};

/// Builds the program; says for which target, and where it is.
pub(crate) fn make(project: &Project, asked: &Asked) -> Result<(String, PathBuf), Failed> {
    let target = asked.target.clone().map_or_else(host, Ok)?;
    let mut command = cargo();
    command.args(["rustc", "--release", "--locked", "-p", "simulate"]);
    command.args(["--bin", "simulate"]);
    command.current_dir(&project.root);
    let mut folder = project.target.clone();
    if !asked.as_built {
        // By its name the target has a folder of its own, and these flags no part in other builds.
        command.args(["--target", &target]);
        project.settle(&mut command)?;
        folder.push(&target);
    }
    command.args(["--", "-C", "strip=symbols"]);
    if target.ends_with("-linux-gnu") {
        match archived("libc.a") {
            true => _ = command.args(["-C", "target-feature=+crt-static"]),
            false => eprintln!(
                "xtask: the program will need this system's C library, for there is no libc.a to link"
            ),
        }
    }
    run(&mut command)?;
    let name = match target.contains("windows") {
        true => "simulate.exe",
        false => "simulate",
    };
    Ok((target, folder.join("release").join(name)))
}

/// Whether the linker has a library in the form that goes into the program.
fn archived(library: &str) -> bool {
    let asked = format!("-print-file-name={library}");
    said(Command::new("cc").arg(asked)).is_ok_and(|found| Path::new(found.trim()).is_file())
}

/// This machine's target.
pub(crate) fn host() -> Result<String, Failed> {
    let version = said(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host
        .ok_or("rustc doesn't say what machine this is")?
        .to_owned())
}

impl Project {
    /// The same program from any folder and any home: paths stand in messages of panics.
    pub(crate) fn settle(&self, command: &mut Command) -> Result<(), Failed> {
        let sysroot = said(Command::new("rustc").args(["--print", "sysroot"]))?;
        let home =
            std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|h| h + "/.cargo"));
        let flags = [
            format!("--remap-path-prefix={}=.", self.root.display()),
            format!(
                "--remap-path-prefix={}/registry/src=registry",
                home.unwrap_or_default()
            ),
            format!("--remap-path-prefix={}=rust", sysroot.trim()),
        ];
        command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
        command.env("CARGO_INCREMENTAL", "0");
        command.env("SOURCE_DATE_EPOCH", self.date.to_string());
        Ok(())
    }
}
