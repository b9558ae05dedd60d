//! `simulate new`

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::foreign::{line, words};
use crate::report::FolderError;
use crate::scenario::coded::Coded;
use crate::scenario::wrong_with_folder_name;

use super::error::{CommandError, code};
use super::streams::print;
use super::tables::coded;
use super::whole::Whole;
use super::{Format, NewArguments, WRONG_INPUT, print_json, say};

/// The starter; its title and name are put in.
const STARTER: &str = include_str!("starter.toml");
/// What stands in it for the name.
const NAME: &str = "@NAME@";

/// What was made.
#[derive(Serialize)]
struct Made {
    name: String,
    file: String,
    /// The tables that it was made of, and the files of their folder that it wasn't; `None` of
    /// the starter.
    tables: Option<Vec<String>>,
    left_out: Option<Vec<String>>,
}

pub(super) fn new(arguments: &NewArguments) -> u8 {
    code(write(arguments))
}

fn write(arguments: &NewArguments) -> Result<u8, CommandError> {
    let name = &arguments.name;
    check_name(name)?;
    let file = match &arguments.out {
        Some(out) => out.clone(),
        None => PathBuf::from(format!("{name}.toml")),
    };
    let failed = |source| FolderError::Write {
        path: file.clone(),
        source,
    };
    let coded = match &arguments.from {
        None => None,
        Some(folder) => match coded(name, folder) {
            Ok(coded) => Some(coded),
            Err(problems) => {
                say(&problems);
                return Ok(WRONG_INPUT);
            }
        },
    };
    let text = match &coded {
        None => STARTER.replace(NAME, name),
        Some(coded) => coded.toml.clone(),
    };
    let written = Whole::write(&file, text.as_bytes()).map_err(failed)?;
    // Refused by the file system itself if it is there: no gap between looking and writing.
    written.name().map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => CommandError::Input(format!(
            "{} exists already and is left as it is; give another name, or another file with --out",
            file.display()
        )),
        _ => failed(error).into(),
    })?;
    match arguments.format {
        Format::Json => print_json(
            "new",
            None,
            &Made {
                name: name.clone(),
                file: words(file.as_os_str()),
                tables: coded.as_ref().map(|coded| coded.tables.clone()),
                left_out: coded.map(|coded| coded.left_out),
            },
        )?,
        Format::Text => print(&next(&file, coded.as_ref()))?,
    }
    Ok(0)
}

/// A name must do as the name of a folder, of a file and of a key.
fn check_name(name: &str) -> Result<(), CommandError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && !name.starts_with('-') && name.chars().all(fits) {
        return match wrong_with_folder_name(name) {
            None => Ok(()),
            Some(wrong) => Err(CommandError::Input(format!(
                "`{name}` can't be a scenario's name: {wrong}"
            ))),
        };
    }
    let without = name.strip_suffix(".toml").unwrap_or(name);
    let better: String = without
        .chars()
        .map(|c| if fits(c) { c } else { '_' })
        .collect();
    let better = better.trim_matches(['_', '-']);
    Err(CommandError::Input(format!(
        "`{}` can't be a scenario's name; use letters a to z, digits, _ and -{}",
        name.escape_default(),
        match better {
            "" => String::new(),
            better => format!(", e.g. {better}"),
        }
    )))
}

fn next(file: &Path, coded: Option<&Coded>) -> String {
    let file = words(file.as_os_str());
    let file = line(&file);
    let (what, check) = match coded {
        None => (
            "four factions, a patron and a threat, with a comment on every section".to_owned(),
            "",
        ),
        Some(coded) => (of_tables(coded), " --strict"),
    };
    format!(
        "{file} is written: {what}\n\n  \
         simulate check {file}{check}\n  \
         simulate {file}\n  \
         simulate watch {file} -n 1000    runs again whenever you save it\n"
    )
}

/// What was made of tables.
fn of_tables(coded: &Coded) -> String {
    let scenario = &coded.scenario;
    let mut said = format!(
        "{} factions, {} arenas and {} ties, from {}",
        scenario.factions.len(),
        scenario.arenas.len(),
        scenario.ties.len(),
        line(&coded.tables.join(", "))
    );
    if !coded.left_out.is_empty() {
        let names = coded.left_out.join(", ");
        said.push_str(&format!("\nleft alone: {}", line(&names)));
    }
    said
}
