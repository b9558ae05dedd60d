//! The rows of all tables of a case, whether they stand in tables of their own or are made of others.

use super::cell::{Said, Scaled};
use super::columns::{CodedTable, RECODE, TABLES};
use super::recode::Recode;
use crate::scenario::SourceFile;
use crate::scenario::diagnostics::{Complaints, Place, Problem, nearest};
use crate::scenario::sheet::Records;

/// Rows of one table.
pub(super) struct Rows {
    pub table: &'static CodedTable,
    /// Index of the file that they stand in.
    pub file: usize,
    pub columns: Vec<Column>,
    pub lines: Vec<Line>,
}

/// A column by its name.
pub(super) struct Column {
    pub name: String,
    /// Where it is named.
    pub place: Place,
}

/// One row: by column, what it says, if anything.
pub(super) struct Line {
    pub cells: Vec<Option<Said>>,
    pub place: Place,
}

impl Rows {
    pub fn empty(table: &'static CodedTable, file: usize) -> Self {
        Self {
            table,
            file,
            columns: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// The index of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        let is_it = |column: &Column| column.name.eq_ignore_ascii_case(name);
        self.columns.iter().position(is_it)
    }

    /// What a line says in a column.
    pub fn said<'a>(&self, line: &'a Line, name: &str) -> Option<&'a Said> {
        line.cells[self.column(name)?].as_ref()
    }
}

/// The rows of all tables, and the files that are none.
pub(super) struct Gathered {
    pub rows: Vec<Rows>,
    pub left_out: Vec<String>,
}

/// Reads the tables; problems point into `files`.
pub(super) fn gather(files: &[SourceFile], problems: &mut Complaints) -> Gathered {
    let names: Vec<&str> = files.iter().map(SourceFile::name_alone).collect();
    let recode = names.iter().position(|name| *name == RECODE);
    let recode = recode.map(|at| Recode::read(&files[at].text, at, problems));
    if let Some(recode) = &recode {
        recode.check_files(&names, problems);
    }
    let mut rows = Vec::new();
    let mut left_out = Vec::new();
    for (file, source) in files.iter().enumerate() {
        let name = names[file];
        let table = TABLES.iter().find(|table| table.file == name);
        match (recode.as_ref().filter(|recode| recode.has(name)), table) {
            (Some(recode), _) => rows.extend(recode.rows(source, file, problems)),
            (None, Some(table)) => rows.extend(own(table, source, file, problems)),
            (None, None) if name == RECODE => {}
            (None, None) => {
                match near(name, TABLES.iter().map(|table| table.file).chain([RECODE])) {
                    Some(meant) => {
                        let place = Place { file, span: 0..0 };
                        let message = format!("there is no table `{name}`");
                        let help = format!(
                            "did you mean `{meant}`? If not, recode.csv says what its columns are"
                        );
                        problems.push(Problem::at(place, message, "not read").help(help));
                    }
                    None => left_out.push(name.to_owned()),
                }
            }
        }
    }
    // The order of the tables, not that of the files' names.
    let order = |rows: &Rows| {
        TABLES
            .iter()
            .position(|table| table.file == rows.table.file)
    };
    rows.sort_by_key(|rows| (order(rows), rows.file));
    Gathered { rows, left_out }
}

/// The name of a table that is meant by another, if any is near enough: what all have in common
/// doesn't count.
pub(super) fn near<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    fn stem(name: &str) -> &str {
        name.split('.').next().unwrap_or(name)
    }
    let known: Vec<&str> = known.into_iter().collect();
    let meant = nearest(stem(name), known.iter().map(|name| stem(name)))?;
    known.into_iter().find(|name| stem(name) == meant)
}

/// The rows of a table that has its own columns.
fn own(
    table: &'static CodedTable,
    source: &SourceFile,
    file: usize,
    problems: &mut Complaints,
) -> Option<Rows> {
    let records = Records::read(&source.text, file, problems);
    let Some((_, header)) = records.rows.first() else {
        // An empty `case.csv` stands for none: what it lacks is said.
        if !source.text.is_empty() {
            let place = Place { file, span: 0..0 };
            problems.push(Problem::at(place, "an empty table", "nothing here"));
        }
        return None;
    };
    let mut rows = Rows::empty(table, file);
    let fitting: Vec<usize> = (1..records.rows.len())
        .filter(|&k| records.fits(header, k, problems))
        .collect();
    // A spreadsheet may leave columns without a name in which nothing stands.
    let says = |at: usize| {
        fitting
            .iter()
            .any(|&k| !records.rows[k].1[at].text.is_empty())
    };
    let kept: Vec<usize> = (0..header.len())
        .filter(|&at| !header[at].text.is_empty() || says(at))
        .collect();
    rows.columns = kept
        .iter()
        .map(|&at| Column {
            name: header[at].text.clone(),
            place: header[at].place.clone(),
        })
        .collect();
    for k in fitting {
        let (place, cells) = &records.rows[k];
        let said = kept.iter().map(|&at| {
            let cell = &cells[at];
            (!cell.text.is_empty()).then(|| Said {
                text: cell.text.clone(),
                place: cell.place.clone(),
                comma: records.separator != ',',
                scaled: Scaled::As,
            })
        });
        rows.lines.push(Line {
            cells: said.collect(),
            place: place.clone(),
        });
    }
    Some(rows)
}
