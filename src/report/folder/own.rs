//! What in a folder was written by simulate: nothing else is ever removed.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::super::manifest::Manifest;
use super::super::parts::{Parts, is_part};
use super::super::work::Work;
use super::claim;

/// The file by which what is unfinished is known.
pub(super) const MARK: &str = "unfinished.txt";
/// Its first lines. Below them stands each file that is begun.
const MARK_TEXT: &str = "simulate is working here, or was stopped.\n\
    `simulate resume` goes on with it, `simulate clean` removes it.\n";
/// What comes before the name of a file in it.
const WRITES: &str = "writes ";

/// Marks a folder as unfinished.
pub(super) fn mark(beside: &Path) -> io::Result<()> {
    fs::write(beside.join(MARK), MARK_TEXT)
}

/// Notes that a file is begun there, before it is.
pub(super) fn note(beside: &Path, name: &str) -> io::Result<()> {
    match File::options().append(true).open(beside.join(MARK)) {
        Ok(mut mark) => mark.write_all(format!("{WRITES}{name}\n").as_bytes()),
        // Somebody removed the mark: what is there is no longer known for ours.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Whether a folder has the mark.
pub(super) fn is_marked(beside: &Path) -> bool {
    match fs::read(beside.join(MARK)) {
        Ok(text) if text.starts_with(MARK_TEXT.as_bytes()) => true,
        // The program ended just when it had begun: nothing else is there.
        Ok(text) => MARK_TEXT.as_bytes().starts_with(&text) && holds_only(beside, MARK),
        Err(_) => holds_only(beside, &claim::long_name()),
    }
}

fn holds_only(folder: &Path, name: &str) -> bool {
    let entries = fs::read_dir(folder);
    entries.is_ok_and(|mut entries| entries.all(|e| e.is_ok_and(|e| e.file_name() == name)))
}

/// The files of a folder that were written by simulate, by their names.
#[derive(Debug)]
pub(super) struct Own(BTreeSet<String>);

impl Own {
    /// By its mark, where it is unfinished, and by its manifest, where it has one.
    pub(super) fn of(folder: &Path) -> Self {
        let text = fs::read(folder.join(MARK)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let begun = text.lines().filter_map(|line| line.strip_prefix(WRITES));
        let files = Manifest::read(folder).map(|manifest| manifest.files);
        let finished = files.unwrap_or_default().into_keys();
        Self(begun.map(str::to_owned).chain(finished).collect())
    }

    /// With files that were begun, whatever became of the mark since.
    pub(super) fn with(mut self, names: &BTreeSet<String>) -> Self {
        self.0.extend(names.iter().cloned());
        self
    }

    /// Whether a file is one of them; its name is from inside the folder.
    fn has(&self, name: &str) -> bool {
        if let Some(part) = name
            .strip_prefix(Parts::FOLDER)
            .and_then(|rest| rest.strip_prefix('/'))
            && is_part(part)
        {
            return true;
        }
        // Put in its place under this name, in one step.
        let name = name.strip_suffix(".new").unwrap_or(name);
        let always = [MARK, Manifest::FILE, Work::FILE];
        always.contains(&name) || name == claim::long_name() || self.0.contains(name)
    }

    /// Removes them from a folder, but for those of `but`, and folders that are empty then: the
    /// folder itself among them where nothing is to stay.
    pub(super) fn remove(&self, folder: &Path, but: &[String]) -> io::Result<()> {
        let mut found = self.sort(folder)?;
        let but: BTreeSet<&String> = but.iter().collect();
        found.own.retain(|name| !but.contains(name));
        // The mark last: as long as there is more, it is known for unfinished.
        found.own.sort_by_key(|name| name == MARK);
        for name in &found.own {
            remove_file(&folder.join(name))?;
        }
        for name in found.folders.iter().rev() {
            // Others' files are in it, or such as stay.
            let _ = fs::remove_dir(folder.join(name));
        }
        if but.is_empty() && found.others.is_empty() {
            fs::remove_dir(folder)?;
        }
        Ok(())
    }

    /// Moves what else is in a folder into another, where nothing has its name.
    pub(super) fn move_others(&self, folder: &Path, into: &Path) -> io::Result<()> {
        for path in self.sort(folder)?.others {
            let (from, to) = (folder.join(&path), into.join(&path));
            if let Some(parent) = to.parent() {
                fs::create_dir_all(parent)?;
            }
            if fs::symlink_metadata(&to).is_err() {
                fs::rename(from, to)?;
            }
        }
        Ok(())
    }

    /// What is in a folder.
    fn sort(&self, folder: &Path) -> io::Result<Sorted> {
        let mut found = Sorted::default();
        self.sort_below(folder, "", &mut found)?;
        found.others.sort();
        Ok(found)
    }

    fn sort_below(&self, folder: &Path, below: &str, found: &mut Sorted) -> io::Result<()> {
        for entry in fs::read_dir(folder.join(below))? {
            let entry = entry?;
            let name = format!("{below}{}", entry.file_name().to_string_lossy());
            // Links are not followed.
            match entry.file_type()?.is_dir() {
                true if self.has_below(&name) => {
                    found.folders.push(name.clone());
                    self.sort_below(folder, &format!("{name}/"), found)?;
                }
                false if self.has(&name) => found.own.push(name),
                _ => found.others.push(Path::new(below).join(entry.file_name())),
            }
        }
        Ok(())
    }

    /// Whether files of a folder may be among them.
    fn has_below(&self, folder: &str) -> bool {
        let is_below = |name: &String| Path::new(name).starts_with(folder);
        folder == Parts::FOLDER || self.0.iter().any(is_below)
    }
}

/// What is in a folder, by names from inside it.
#[derive(Debug, Default)]
struct Sorted {
    /// Files that were written by simulate.
    own: Vec<String>,
    /// Folders in which there may be such, outer ones first.
    folders: Vec<String>,
    /// All else: files, and folders in which nothing is ours.
    others: Vec<PathBuf>,
}

fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What in unfinished work was not written by simulate, in order.
///
/// # Errors
/// If it can't be looked into.
pub fn others_in(unfinished: &Path) -> io::Result<Vec<PathBuf>> {
    let found = Own::of(unfinished).sort(unfinished)?;
    let others = found.others.iter().map(|path| unfinished.join(path));
    Ok(others.collect())
}

/// Removes what was written by simulate from unfinished work, and its folder if nothing else is
/// in it.
///
/// # Errors
/// If something can't be removed.
pub fn remove_own(unfinished: &Path) -> io::Result<()> {
    Own::of(unfinished).remove(unfinished, &[])
}
