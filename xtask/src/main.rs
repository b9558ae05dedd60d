//! `cargo xtask dist`: the archive and the wheel that are given to those without Rust.

mod archive;
mod licenses;
mod program;
mod wheel;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use sha2::{Digest, Sha256};

const USAGE: &str = "cargo xtask dist [--target TRIPLE] [--no-wheel] [--out FOLDER]

Builds simulate-<version>-<target>.tar.gz, the Python wheel, and SHA256SUMS of both.

  --target TRIPLE   for this target, which has to run here [default: this machine's]
  --as-built        of what the ordinary release build left: at once, to try it; this machine's paths stand in
                    the program, which takes the place of target/release/simulate
  --no-wheel        the archive alone; the wheel needs what ./test.sh installs
  --out FOLDER      where they go [default: target/dist]";

/// What went wrong, in words.
type Failed = String;

struct Asked {
    target: Option<String>,
    as_built: bool,
    wheel: bool,
    out: Option<PathBuf>,
}

/// The folders of the project and its builds, and when what is in them was written.
struct Project {
    root: PathBuf,
    target: PathBuf,
    /// Seconds since 1970: of the commit, so that the same commit makes the same bytes.
    date: u64,
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let asked = match arguments.next().as_deref() {
        Some("dist") => asked(arguments),
        Some("-h" | "--help") => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => Err(USAGE.into()),
    };
    match asked.and_then(|asked| dist(&asked)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("xtask: {failed}");
            ExitCode::FAILURE
        }
    }
}

fn asked(mut arguments: impl Iterator<Item = String>) -> Result<Asked, Failed> {
    let mut asked = Asked {
        target: None,
        as_built: false,
        wheel: true,
        out: None,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .ok_or(format!("{argument} of what?\n\n{USAGE}"))
        };
        match argument.as_str() {
            "--target" => asked.target = Some(value()?),
            "--as-built" => asked.as_built = true,
            "--no-wheel" => asked.wheel = false,
            "--out" => asked.out = Some(value()?.into()),
            _ => return Err(format!("there is no {argument}\n\n{USAGE}")),
        }
    }
    match asked.as_built && asked.target.is_some() {
        true => Err("--as-built is for this machine's target".into()),
        false => Ok(asked),
    }
}

fn dist(asked: &Asked) -> Result<(), Failed> {
    let project = Project::here()?;
    let out = asked.out.clone().unwrap_or(project.target.join("dist"));
    let out = std::path::absolute(&out).map_err(|e| format!("{}: {e}", out.display()))?;
    fs::create_dir_all(&out).map_err(|e| format!("{}: {e}", out.display()))?;
    let mut made = vec![archive::make(&project, asked, &out)?];
    if asked.wheel {
        made.push(wheel::make(&project, &out)?);
    }
    let mut sums = String::new();
    for path in &made {
        let bytes = fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        sums += &format!("{:x}  {name}\n", Sha256::digest(&bytes));
        println!("{} ({} kB)", path.display(), bytes.len().div_ceil(1000));
    }
    write(&out.join("SHA256SUMS"), sums.as_bytes())
}

impl Project {
    fn here() -> Result<Self, Failed> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .ok_or("xtask/ lies in no project")?
            .to_path_buf();
        // A folder given to cargo is meant from where it was called.
        let place = env::current_dir().map_err(|e| e.to_string())?;
        let target = env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), |t| place.join(t));
        let date = env::var("SOURCE_DATE_EPOCH").or_else(|_| {
            said(
                Command::new("git")
                    .args(["log", "-1", "--format=%ct"])
                    .current_dir(&root),
            )
        });
        Ok(Self {
            root,
            target,
            // Without git: the oldest date that every kind of archive can hold.
            date: date
                .ok()
                .and_then(|d| d.trim().parse().ok())
                .unwrap_or(315_532_800),
        })
    }
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or("cargo".into()))
}

/// Runs a program whose output is the reader's.
fn run(command: &mut Command) -> Result<(), Failed> {
    let program = command.get_program().display().to_string();
    let status = command.status().map_err(|e| format!("{program}: {e}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{program}: {status}")),
    }
}

/// A folder of our own among the builds, with nothing in it.
fn emptied(folder: PathBuf) -> Result<PathBuf, Failed> {
    let failed = |e| format!("{}: {e}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    fs::create_dir_all(&folder).map_err(failed)?;
    Ok(folder)
}

/// What a program prints.
fn said(command: &mut Command) -> Result<String, Failed> {
    let program = command.get_program().display().to_string();
    let output = command.output().map_err(|e| format!("{program}: {e}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.trim().lines().last().unwrap_or("it failed");
        return Err(format!("{program}: {last}"));
    }
    String::from_utf8(output.stdout).map_err(|e| format!("{program}: {e}"))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failed> {
    fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))
}
