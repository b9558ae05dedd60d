//! `simulate new`

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::foreign::{line, words};
use crate::report::FolderError;
use crate::scenario::wrong_with_folder_name;

use super::error::{CommandError, code};
use super::streams::print;
use super::whole::Whole;
use super::{Format, NewArguments, print_json};

/// The starter; its title and name are put in.
const STARTER: &str = include_str!("starter.toml");
/// What stands in it for the name.
const NAME: &str = "@NAME@";

/// What was made.
#[derive(Serialize)]
struct Made {
    name: String,
    file: String,
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
    let text = STARTER.replace(NAME, name);
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
            },
        )?,
        Format::Text => print(&next(&file))?,
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

fn next(file: &Path) -> String {
    let file = words(file.as_os_str());
    let file = line(&file);
    format!(
        "{file} is written: four factions, a patron and a threat, with a comment on every section\n\n  \
         simulate check {file}\n  \
         simulate {file}\n  \
         simulate watch {file} -n 1000    runs again whenever you save it\n"
    )
}
