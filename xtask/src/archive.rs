//! The archive: what runs and what is read, the same bytes each time.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::{Compression, GzBuilder};

use crate::{Asked, Failed, Project, cargo, emptied, licenses, program, run, said};

/// Of what the crate holds, this and the pages at its top.
const FOLDERS: [&str; 4] = ["docs/", "examples/", "scenarios/", "schema/"];
const SHELLS: [(&str, &str); 5] = [
    ("bash", "simulate.bash"),
    ("elvish", "simulate.elv"),
    ("fish", "simulate.fish"),
    ("powershell", "_simulate.ps1"),
    ("zsh", "_simulate"),
];

/// A file of the archive: its bytes, and whether it is run.
type Files = BTreeMap<String, (Vec<u8>, bool)>;

pub(crate) fn make(project: &Project, asked: &Asked, out: &Path) -> Result<PathBuf, Failed> {
    let (target, program) = program::make(project, asked)?;
    let name = format!("simulate-{}-{target}", env!("CARGO_PKG_VERSION"));
    let mut files = Files::new();
    let mut add = |place: &str, bytes: Vec<u8>, runs| {
        files.insert(format!("{name}/{place}"), (bytes, runs));
    };
    let last = program.file_name().unwrap_or_default().to_string_lossy();
    add(&last, read(&program)?, true);
    for place in listed(project)? {
        add(&place, read(&project.root.join(&place))?, false);
    }
    add(
        "LICENSE-DejaVu.txt",
        read(&project.root.join("assets/fonts/LICENSE-DejaVu.txt"))?,
        false,
    );
    add(
        "LICENSES-of-libraries.txt",
        licenses::text(project, &target)?,
        false,
    );
    for (shell, file) in SHELLS {
        let text = said(Command::new(&program).args(["completions", shell]))?;
        add(&format!("completions/{file}"), text.into_bytes(), false);
    }
    let pages = emptied(project.target.join("dist-man"))?;
    run(Command::new(&program)
        .args(["man", "--out"])
        .arg(&pages)
        .stdout(std::process::Stdio::null()))?;
    for entry in fs::read_dir(&pages).map_err(|e| format!("{}: {e}", pages.display()))? {
        let path = entry.map_err(|e| e.to_string())?.path();
        let page = path.file_name().unwrap_or_default().to_string_lossy();
        add(&format!("man/man1/{page}"), read(&path)?, false);
    }

    let path = out.join(format!("{name}.tar.gz"));
    pack(&path, &files, project.date).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path)
}

/// What `cargo package` takes; a folder's accidents stay outside.
fn listed(project: &Project) -> Result<Vec<String>, Failed> {
    let asked = [
        "package",
        "--list",
        "--allow-dirty",
        "--offline",
        "-p",
        "simulate",
    ];
    let list = said(cargo().args(asked).current_dir(&project.root))?;
    let places = list.lines().map(|place| place.replace('\\', "/"));
    Ok(places
        .filter(|place| {
            let top = !place.contains('/') && !place.starts_with("Cargo");
            let page =
                place.ends_with(".md") || place.ends_with(".cff") || place.starts_with("LICENSE");
            top && page || FOLDERS.iter().any(|folder| place.starts_with(folder))
        })
        .collect())
}

fn read(path: &Path) -> Result<Vec<u8>, Failed> {
    fs::read(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// Sorted, of one date and nobody's; the header of gzip says neither when nor where.
fn pack(path: &Path, files: &Files, date: u64) -> io::Result<()> {
    let file = BufWriter::new(File::create(path)?);
    let gzip = GzBuilder::new()
        .operating_system(255)
        .write(file, Compression::best());
    let mut archive = tar::Builder::new(gzip);
    for (place, (bytes, runs)) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(if *runs { 0o755 } else { 0o644 });
        header.set_mtime(date);
        header.set_uid(0);
        header.set_gid(0);
        archive.append_data(&mut header, place, bytes.as_slice())?;
    }
    archive.into_inner()?.finish()?.flush()
}
