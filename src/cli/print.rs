//! How pictures and tables are written: the options of every command that draws.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::foreign::words;
use crate::report::figures::{FINENESS, Form, Given, Order, Picture, Print, WIDTHS, give};
use crate::report::{Folder, FolderError, spreadsheet_csv};

use super::error::CommandError;

#[derive(Debug, Default, Args)]
pub(super) struct PrintArguments {
    /// The files of each picture, such as png,svg,pdf [default: png]
    #[arg(long, value_name = "KINDS", value_enum, value_delimiter = ',')]
    pictures: Vec<Kind>,
    /// Lay the pictures out for this width on paper, e.g. 85 for a journal's column (80 to 400),
    /// to be told apart without colours
    #[arg(long, value_name = "MM", value_parser = width)]
    width_mm: Option<f64>,
    /// Dots per inch of the PNG (72 to 1200) [default: 300 where a width is given]
    #[arg(long, value_name = "DPI", value_parser = clap::value_parser!(u32).range(i64::from(FINENESS.0)..=i64::from(FINENESS.1)))]
    dpi: Option<u32>,
    /// A font for letters that the pictures' own lacks, or `system`: the fonts of this machine
    /// (repeatable)
    #[arg(long = "font", value_name = "FILE")]
    fonts: Vec<PathBuf>,
    /// How tables in CSV are written
    #[arg(long, value_enum, default_value_t)]
    csv: Csv,
}

/// The kind of a picture's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Png,
    Svg,
    Pdf,
}

/// The form of tables in CSV.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Csv {
    /// With commas and decimal points, as programs read them
    #[default]
    Plain,
    /// With semicolons, decimal commas and a mark of UTF-8, as Excel opens them where numbers
    /// are written so
    Excel,
}

fn width(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(width) if (WIDTHS.0..=WIDTHS.1).contains(&width) => Ok(width),
        _ => Err(format!(
            "a width is a number of millimetres from {} to {}",
            WIDTHS.0, WIDTHS.1
        )),
    }
}

impl Csv {
    /// A table in this form.
    pub(super) fn of(self, plain: String) -> String {
        match self {
            Self::Plain => plain,
            Self::Excel => spreadsheet_csv(&plain),
        }
    }
}

impl PrintArguments {
    /// Gets everything that can be refused before the work: sizes and fonts.
    pub(super) fn begin(&self) -> Result<(), CommandError> {
        let wrong = |what| Err(CommandError::Input(what));
        if let Some(what) = self.print().wrong() {
            return wrong(what);
        }
        let fonts = self.fonts.iter().map(|font| match font.to_str() {
            Some("system") => Given::System,
            _ => Given::File(font.clone()),
        });
        give(&fonts.collect::<Vec<_>>()).or_else(wrong)
    }

    /// What is asked for of every picture.
    pub(super) fn print(&self) -> Print {
        let mut forms: Vec<Form> = self
            .pictures
            .iter()
            .map(|kind| match kind {
                Kind::Png => Form::Png,
                Kind::Svg => Form::Svg,
                Kind::Pdf => Form::Pdf,
            })
            .collect();
        forms.sort_unstable();
        forms.dedup();
        let asked = Print {
            width_mm: self.width_mm,
            dpi: self.dpi,
            ..Print::default()
        };
        match forms.is_empty() {
            true => asked,
            false => Print { forms, ..asked },
        }
    }

    /// A table in CSV as it is to be written.
    pub(super) fn csv(&self, plain: String) -> String {
        self.csv.of(plain)
    }

    /// The same options for the command that does it again; nothing where none was given.
    pub(super) fn again(&self) -> String {
        let mut said = String::new();
        let names = |form: &Form| {
            Form::ALL
                .iter()
                .find(|(of, _)| of == form)
                .map(|(_, end)| *end)
        };
        let print = self.print();
        if !self.pictures.is_empty() {
            let kinds: Vec<&str> = print.forms.iter().filter_map(names).collect();
            said += &format!(" --pictures {}", kinds.join(","));
        }
        if let Some(mm) = print.width_mm {
            said += &format!(" --width-mm {mm}");
        }
        if let Some(dpi) = print.dpi {
            said += &format!(" --dpi {dpi}");
        }
        for font in &self.fonts {
            said += &format!(
                " --font {}",
                super::labels::quoted(&words(font.as_os_str()))
            );
        }
        if self.csv == Csv::Excel {
            said += " --csv excel";
        }
        said
    }
}

/// What is asked for of the pictures, and what they carry.
pub(super) fn order<'a>(print: &'a Print, notes: &'a [(String, String)]) -> Order<'a> {
    Order { print, notes }
}

/// Writes the files of pictures.
pub(super) fn write(folder: &Folder, pictures: &[Picture]) -> Result<(), FolderError> {
    for (name, bytes) in pictures.iter().flat_map(|picture| &picture.files) {
        folder.write(name, bytes)?;
    }
    Ok(())
}
