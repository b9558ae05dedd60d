//! `simulate export`: the tables of a finished folder for a spreadsheet or a paper.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::foreign::{line, words};
use crate::report::{
    FolderError, MOST_ROWS, Manifest, ManifestError, Printed, Sheet, hash_of, read_csv,
    spreadsheet_csv, workbook,
};
use crate::scenario::regular;

use super::error::{CommandError, code};
use super::streams::print;
use super::whole::Whole;
use super::{Format, print_json};

/// Most bytes of a table that is read.
const MOST_BYTES: u64 = 256 << 20;

#[derive(Debug, Args)]
#[command(
    after_help = "What the file is follows from the end of its name: .xlsx a workbook with every table; .md Markdown and .tex LaTeX (booktabs), a table for a paper: the chances with their intervals in one cell; .csv a table as it is, or with --csv excel as Excel opens it where decimals have a comma."
)]
pub(super) struct ExportArguments {
    /// The folder that a command left, such as output/iraq_2016/latest
    folder: PathBuf,
    /// The file to be written
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Which table, by the name of its CSV [default: the command's main one; of a workbook, all]
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// How a table in CSV is written
    #[arg(long, value_enum, default_value_t)]
    csv: super::print::Csv,
    /// How what was made is printed; the shape of the JSON is in docs/json.md
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What was made.
#[derive(serde::Serialize)]
struct Made {
    file: String,
    tables: Vec<String>,
}

pub(super) fn export(arguments: &ExportArguments) -> u8 {
    code(export_tables(arguments))
}

fn export_tables(arguments: &ExportArguments) -> Result<u8, CommandError> {
    let input = CommandError::Input;
    let end = arguments.to.extension().and_then(|end| end.to_str());
    let end = end.unwrap_or_default().to_ascii_lowercase();
    if !["xlsx", "md", "tex", "csv"].contains(&end.as_str()) {
        return Err(input(format!(
            "{} says by no end of its name what it shall be: give one that ends in .xlsx, .md, .tex or .csv",
            words(arguments.to.as_os_str())
        )));
    }
    let (folder, manifest) = open(&arguments.folder)?;
    let all: Vec<&str> = manifest
        .files
        .keys()
        .filter_map(|file| file.strip_suffix(".csv"))
        .collect();
    let there = all.join(", ");
    if all.is_empty() {
        return Err(input(format!(
            "{} has no tables in CSV",
            words(arguments.folder.as_os_str())
        )));
    }
    let wanted = arguments.table.as_deref();
    let wanted = wanted.map(|name| name.strip_suffix(".csv").unwrap_or(name));
    if let Some(name) = wanted.filter(|name| !all.contains(name)) {
        return Err(input(format!(
            "there is no table `{}`; there are {there}",
            line(name)
        )));
    }
    let names: Vec<&str> = match (wanted, end.as_str()) {
        (Some(name), _) => vec![name],
        (None, "xlsx") => all,
        (None, _) => vec![main(&all)],
    };
    let tables: Vec<Sheet> = names
        .iter()
        .map(|name| {
            Ok((
                (*name).to_owned(),
                read_csv(&read(&folder, &manifest, name)?),
            ))
        })
        .collect::<Result<_, CommandError>>()?;
    let bytes = match end.as_str() {
        "xlsx" => {
            if let Some((name, rows)) = tables.iter().find(|(_, rows)| rows.len() > MOST_ROWS) {
                return Err(input(format!(
                    "the table {name} has {} rows, and a sheet holds {MOST_ROWS}",
                    rows.len()
                )));
            }
            workbook(&tables, &about(&manifest)).map_err(|error| {
                CommandError::Machine(format!("the workbook can't be made: {error}"))
            })?
        }
        "csv" => plain(&read(&folder, &manifest, names[0])?, arguments.csv),
        _ => {
            let (name, rows) = &tables[0];
            let printed =
                Printed::of(rows).ok_or_else(|| input(format!("the table {name} has no rows")))?;
            let said: Vec<String> = about(&manifest)
                .into_iter()
                .map(|(what, value)| format!("{what} {value}"))
                .collect();
            let said = format!("{name}: {}", said.join("; "));
            match end.as_str() {
                "md" => printed.markdown(&said).into_bytes(),
                _ => printed.latex(&said).into_bytes(),
            }
        }
    };
    let failed = |source| FolderError::Write {
        path: arguments.to.clone(),
        source,
    };
    let written = Whole::write(&arguments.to, &bytes).map_err(failed)?;
    written.replace().map_err(failed)?;
    let file = words(arguments.to.as_os_str());
    match arguments.format {
        Format::Json => print_json(
            "export",
            None,
            &Made {
                file,
                tables: names.iter().map(|name| (*name).to_owned()).collect(),
            },
        )?,
        Format::Text => print(&format!(
            "{} is written: {}\n",
            line(&file),
            names.join(", ")
        ))?,
    }
    Ok(0)
}

/// The table that tells most: of each command the one that its page and screen begin with.
fn main<'a>(all: &[&'a str]) -> &'a str {
    const MAIN: [&str; 11] = [
        "summary",
        "compare",
        "sweep",
        "sensitivity",
        "posterior",
        "scores",
        "backtest",
        "history",
        "landscape",
        "discover",
        "robust",
    ];
    let found = MAIN
        .iter()
        .find_map(|name| all.iter().find(|is| *is == name));
    found.or(all.first()).copied().unwrap_or_default()
}

/// The folder behind a path, and its manifest.
fn open(path: &Path) -> Result<(PathBuf, Manifest), CommandError> {
    let name = words(path.as_os_str());
    let folder = path.canonicalize().map_err(|_| {
        CommandError::Input(format!(
            "{name} does not exist; give the folder that a command left, such as output/<scenario>/latest"
        ))
    })?;
    let manifest = Manifest::read(&folder).map_err(|error| {
        CommandError::Input(match error {
            ManifestError::Missing => format!(
                "{name} is not the folder of a finished command: it has no manifest.json; `simulate runs` lists what there is"
            ),
            error => format!("{name} can't be read: its manifest.json: {error}"),
        })
    })?;
    Ok((folder, manifest))
}

/// The text of a table, which must be the one that was written.
fn read(folder: &Path, manifest: &Manifest, name: &str) -> Result<String, CommandError> {
    let file = format!("{name}.csv");
    let path = folder.join(&file);
    let input = |what: String| CommandError::Input(format!("{}: {what}", words(path.as_os_str())));
    let bytes = regular::read(&path, MOST_BYTES).map_err(|error| input(error.to_string()))?;
    let hash = hash_of(&path).map_err(|error| input(error.to_string()))?;
    match manifest.files.get(&file) {
        Some(entry) if entry.blake3 == hash => {}
        _ => {
            return Err(input(
                "it is not what was written: its hash is another".to_owned(),
            ));
        }
    }
    String::from_utf8(bytes).map_err(|_| input("it is not UTF-8".to_owned()))
}

/// A table in CSV, whichever form it has, in another.
fn plain(text: &str, form: super::print::Csv) -> Vec<u8> {
    let is_marked = text.starts_with('\u{feff}');
    match (form, is_marked) {
        (super::print::Csv::Excel, false) => spreadsheet_csv(text).into_bytes(),
        _ => text.as_bytes().to_vec(),
    }
}

/// Whence the tables come.
fn about(manifest: &Manifest) -> Vec<(String, String)> {
    let of = |what: &str, value: String| (what.to_owned(), value);
    let mut about = vec![
        of(
            "made by",
            format!("simulate {} {}", manifest.version, manifest.kind),
        ),
        of("seed", manifest.seed.to_string()),
        of("replicates", manifest.replicates.to_string()),
    ];
    for scenario in &manifest.scenarios {
        about.push(of("scenario", scenario.name.clone()));
        about.push(of("hash", scenario.identity.blake3.clone()));
    }
    about.push(of(
        "note",
        "what happens in this model, not a forecast of the world; intervals are 95 %".to_owned(),
    ));
    about
}

#[cfg(test)]
mod tests {
    use super::main;

    /// The tables that a command leaves, in the order of the alphabet, as its folder has them.
    #[test]
    fn the_table_that_a_command_is_about_goes_first() {
        for (all, expected) in [
            (&["map", "robust"][..], "robust"),
            (&["discover", "stability", "trajectory", "tree"], "discover"),
            (&["compare", "differences"], "compare"),
            (&["landscape", "landscape_minima"], "landscape"),
            (&["anything"], "anything"),
        ] {
            assert_eq!(main(all), expected);
        }
    }
}
