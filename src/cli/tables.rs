//! The tables of a case, from a folder.

use std::path::Path;

use crate::experiment::perceived_at_start;
use crate::foreign::words;
use crate::scenario::coded::Coded;
use crate::scenario::{Complaints, Place, Problem, Problems, SourceFile, regular};

use super::unread;

/// Makes a scenario of the tables of a folder.
pub(super) fn coded(name: &str, folder: &Path) -> Result<Coded, Problems> {
    let failed = |error: std::io::Error| {
        let message = format!("can't read {}: {error}", words(folder.as_os_str()));
        unread(
            message,
            "give the path of a folder with factions.csv, arenas.csv and case.csv",
        )
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        // Spreadsheets leave files that begin with a point, or with `~`, while they are at one.
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        let is_own = !name.starts_with(b".") && !name.starts_with(b"~");
        let is_table = path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("csv"));
        if is_own && is_table && !path.is_dir() {
            paths.push(path);
        }
    }
    paths.sort();
    let mut problems = Complaints::default();
    let mut files = Vec::new();
    for path in paths {
        let name = words(path.as_os_str());
        match regular::read(&path, regular::MOST_BYTES) {
            Ok(bytes) => files.push(text(&name, &bytes, files.len(), &mut problems)),
            Err(error) => problems.push(Problem {
                place: None,
                message: format!("can't read {name}: {error}"),
                label: String::new(),
                help: None,
            }),
        }
    }
    match problems.is_empty() {
        true => Coded::read(name, files, &perceived_at_start),
        false => Err(Problems::new(files.into(), problems)),
    }
}

/// A file as text; where it isn't UTF-8 that is said.
fn text(name: &str, bytes: &[u8], file: usize, problems: &mut Complaints) -> SourceFile {
    let source = SourceFile::named(name, &String::from_utf8_lossy(bytes));
    if let Err(error) = std::str::from_utf8(bytes) {
        let sound = &bytes[..error.valid_up_to()];
        let start = SourceFile::named(name, &String::from_utf8_lossy(sound))
            .text
            .len();
        let span = start..start + char::REPLACEMENT_CHARACTER.len_utf8();
        let message = format!("{name} is not UTF-8 text");
        let problem = Problem::at(Place { file, span }, message, "not UTF-8 from here on");
        let help = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it is UTF-16; save it as `CSV UTF-8`",
            _ => "save the file as UTF-8; in Excel, as `CSV UTF-8`",
        };
        problems.push(problem.help(help));
    }
    source
}
