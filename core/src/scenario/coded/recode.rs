//! `recode.csv`: what the columns and codes of another table are.
//!
//! | file | column | code | gives | value |
//! |---|---|---|---|---|
//! | the table | its column | a code in it, or nothing: whatever stands there | `TABLE.COLUMN`; nothing: left out; `only`: rows with another code are left out; `header`: the row that names the columns | what stands for the code; of a number without codes `x1000`, a factor, or `0..100`, the ends of its scale |

use super::cell::{Said, Scaled, number};
use super::columns::{CodedTable, RECODE_COLUMNS, TABLES};
use super::rows::{Column, Line, Rows, near};
use crate::scenario::SourceFile;
use crate::scenario::diagnostics::{Complaints, Place, Problem, suggestion};
use crate::scenario::sheet::{Cell, Records, Row, Sheet};

/// What is said of one column, or of one code in it.
struct Rule {
    file: Cell,
    column: Option<Cell>,
    code: Option<Cell>,
    gives: Gives,
    value: Option<Cell>,
}

/// What a rule makes of a cell.
enum Gives {
    /// A column of a table of the case.
    Column(&'static CodedTable, Cell),
    /// Whether its row counts.
    Only,
    /// The number of the row that names the columns.
    Header,
    /// Nothing.
    Nothing,
}

/// The rules of a case.
pub(super) struct Recode {
    rules: Vec<Rule>,
    /// The files that it names, in rules right or wrong.
    files: Vec<Cell>,
    comma: bool,
}

impl Recode {
    /// Reads the rules in `text`, file `file` of those that problems point into.
    pub fn read(text: &str, file: usize, problems: &mut Complaints) -> Self {
        let sheet = Sheet::read(text, file, &RECODE_COLUMNS, false, problems);
        let rules = sheet.rows.iter();
        let files = sheet.rows.iter();
        let files = files.filter_map(|row| row.cells.first().cloned().flatten());
        Self {
            files: files.collect(),
            rules: rules.filter_map(|row| rule(row, problems)).collect(),
            comma: Records::read(text, file, &mut Complaints::default()).separator != ',',
        }
    }

    /// Whether it says what the columns of a file are.
    pub fn has(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.text == name)
    }

    /// Says which rules are about files that are not there.
    pub fn check_files(&self, names: &[&str], problems: &mut Complaints) {
        let mut said: Vec<&str> = Vec::new();
        for file in &self.files {
            let name = file.text.as_str();
            if !names.contains(&name) && !said.contains(&name) {
                said.push(name);
                let message = format!("there is no file `{name}` in the folder");
                let mut problem = Problem::at(file.place.clone(), message, "not there");
                problem.help = Some(match near(name, names.iter().copied()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "name one of its CSV files".to_owned(),
                });
                problems.push(problem);
            }
        }
    }

    /// The rows that a file gives, table by table.
    pub fn rows(&self, source: &SourceFile, file: usize, problems: &mut Complaints) -> Vec<Rows> {
        let records = Records::read(&source.text, file, problems);
        let of_file = || {
            self.rules
                .iter()
                .filter(|rule| rule.file.text == source.name_alone())
        };
        let Some(header) = self.header(&records, of_file(), file, problems) else {
            return Vec::new();
        };
        let columns = &records.rows[header].1;
        let mut at = |rule: &Rule| {
            let column = rule.column.as_ref()?;
            let found = columns.iter().position(|cell| cell.text == column.text);
            if found.is_none() {
                let message = format!("`{}` has no column `{}`", rule.file.text, column.text);
                let mut problem = Problem::at(column.place.clone(), message, "not in its header");
                let known: Vec<&str> = columns.iter().map(|cell| cell.text.as_str()).collect();
                problem.help = suggestion(&column.text, &known);
                problems.push(problem);
            }
            found
        };
        let placed: Vec<(&Rule, Option<usize>)> = of_file()
            .filter(|rule| !matches!(rule.gives, Gives::Header))
            .map(|rule| (rule, at(rule)))
            .collect();
        if placed
            .iter()
            .any(|(rule, at)| rule.column.is_some() && at.is_none())
        {
            // What the other columns give would lack what this one does.
            return Vec::new();
        }
        let comma = records.separator != ',';
        let mut tables: Vec<Rows> = Vec::new();
        let mut seen: Vec<(usize, &str)> = Vec::new();
        for (rule, _) in &placed {
            let Gives::Column(table, column) = &rule.gives else {
                continue;
            };
            let index = match tables.iter().position(|rows| rows.table.file == table.file) {
                Some(index) => index,
                None => {
                    tables.push(Rows::empty(table, file));
                    tables.len() - 1
                }
            };
            if !seen.contains(&(index, column.text.as_str())) {
                seen.push((index, column.text.as_str()));
                tables[index].columns.push(Column {
                    name: column.text.clone(),
                    place: column.place.clone(),
                });
            }
        }
        for k in header + 1..records.rows.len() {
            if !records.fits(columns, k, problems) {
                continue;
            }
            let (place, cells) = &records.rows[k];
            if !self.counts(&placed, cells) {
                continue;
            }
            for rows in &mut tables {
                let said = rows.columns.iter().map(|column| {
                    let gives = |rule: &&(&Rule, Option<usize>)| matches!(&rule.0.gives,
                        Gives::Column(table, own) if table.file == rows.table.file && own.text == column.name);
                    let rules: Vec<&(&Rule, Option<usize>)> = placed.iter().filter(gives).collect();
                    self.said(&rules, cells, comma, problems)
                });
                rows.lines.push(Line {
                    cells: said.collect(),
                    place: place.clone(),
                });
            }
        }
        self.codes_without_rules(&placed, &records, header, problems);
        tables
    }

    /// Which of the rows names the columns.
    fn header<'a>(
        &self,
        records: &Records,
        mut rules: impl Iterator<Item = &'a Rule>,
        file: usize,
        problems: &mut Complaints,
    ) -> Option<usize> {
        let rule = rules.find(|rule| matches!(rule.gives, Gives::Header));
        let Some(rule) = rule else {
            if records.rows.is_empty() {
                let place = Place { file, span: 0..0 };
                problems.push(Problem::at(place, "an empty table", "nothing here"));
            }
            return (!records.rows.is_empty()).then_some(0);
        };
        let value = rule.value.as_ref();
        let row = value.and_then(|cell| cell.text.parse::<usize>().ok());
        let row = row.filter(|row| (1..=records.rows.len()).contains(row));
        if row.is_none() {
            let place = value.map_or(&rule.file.place, |cell| &cell.place);
            let message = format!("`{}` has no such row", rule.file.text);
            let help =
                "the value of `header` is the number of the row that names the columns, from 1";
            problems.push(Problem::at(place.clone(), message, "not one of its rows").help(help));
        }
        row.map(|row| row - 1)
    }

    /// Whether a row is one of those that are asked for: of every column with `only`, one of its codes.
    fn counts(&self, placed: &[(&Rule, Option<usize>)], cells: &[Cell]) -> bool {
        let only = |rule: &Rule| matches!(rule.gives, Gives::Only);
        placed.iter().filter(|(rule, _)| only(rule)).all(|(_, at)| {
            let mut same = placed
                .iter()
                .filter(|(rule, other)| only(rule) && other == at);
            at.is_none_or(|at| same.any(|(rule, _)| self.is_code(rule, &cells[at])))
        })
    }

    fn is_code(&self, rule: &Rule, cell: &Cell) -> bool {
        let Some(code) = &rule.code else {
            return true;
        };
        let as_number = |cell: &Cell| number(&cell.text, self.comma).ok();
        let equal = || Some(as_number(code)? == as_number(cell)?);
        code.text == cell.text || equal() == Some(true)
    }

    /// What the rules make of a row's cells: the first that says something.
    fn said(
        &self,
        rules: &[&(&Rule, Option<usize>)],
        cells: &[Cell],
        comma: bool,
        problems: &mut Complaints,
    ) -> Option<Said> {
        for (rule, at) in rules {
            let cell = &cells[(*at)?];
            if cell.text.is_empty() || !self.is_code(rule, cell) {
                continue;
            }
            let mut said = Said {
                text: cell.text.clone(),
                place: cell.place.clone(),
                comma,
                scaled: Scaled::As,
            };
            match (&rule.code, &rule.value) {
                (Some(_), Some(value)) => {
                    said.text.clone_from(&value.text);
                    said.comma = self.comma;
                }
                (None, Some(value)) => said.scaled = self.scaled(value, problems)?,
                (_, None) => {}
            }
            return Some(said);
        }
        None
    }

    fn scaled(&self, value: &Cell, problems: &mut Complaints) -> Option<Scaled> {
        let read = |text: &str| number(text.trim(), self.comma).ok();
        let found = match (value.text.strip_prefix('x'), value.text.split_once("..")) {
            (Some(factor), _) => read(factor).map(Scaled::Times),
            (None, Some((low, high))) => match (read(low), read(high)) {
                (Some(low), Some(high)) if low != high => Some(Scaled::From(low, high)),
                _ => None,
            },
            _ => None,
        };
        if found.is_none() {
            let message = format!("`{}` is neither a factor nor a scale", value.text);
            let problem = Problem::at(value.place.clone(), message, "not understood");
            let help = "without a `code`, a value is a factor such as x1000, or the ends of the column's scale such as 0..100";
            problems.push(problem.help(help));
        }
        found
    }

    /// Says which codes have no rule, once each: what isn't said to be left out isn't.
    fn codes_without_rules(
        &self,
        placed: &[(&Rule, Option<usize>)],
        records: &Records,
        header: usize,
        problems: &mut Complaints,
    ) {
        let mut said: Vec<(usize, &str)> = Vec::new();
        let columns = &records.rows[header].1;
        for (_, cells) in &records.rows[header + 1..] {
            if cells.len() != columns.len() || !self.counts(placed, cells) {
                continue;
            }
            for (at, cell) in cells.iter().enumerate() {
                let mut rules = placed.iter().filter(|(rule, column)| {
                    *column == Some(at) && !matches!(rule.gives, Gives::Only)
                });
                let known = cell.text.is_empty()
                    || rules.clone().next().is_none()
                    || rules.any(|(rule, _)| self.is_code(rule, cell));
                if !known && !said.contains(&(at, cell.text.as_str())) {
                    said.push((at, cell.text.as_str()));
                    let message = format!("`{}` of `{}` has no rule", cell.text, columns[at].text);
                    let problem = Problem::at(cell.place.clone(), message, "a code of its own");
                    problems.push(problem.help("give recode.csv a row for this code; with nothing in `gives` it is left out"));
                }
            }
        }
    }
}

fn rule(row: &Row, problems: &mut Complaints) -> Option<Rule> {
    let [file, column, code, gives, value] = row.cells.as_slice() else {
        return None;
    };
    let Some(file) = file.clone() else {
        let problem = Problem::at(row.place.clone(), "a row without `file`", "this row");
        problems.push(problem.help("name the table of whose column it is"));
        return None;
    };
    let words: Vec<&str> = TABLES
        .iter()
        .map(|table| table.file.trim_end_matches(".csv"))
        .collect();
    let gives = match gives {
        None => Gives::Nothing,
        Some(cell) if cell.text == "only" => Gives::Only,
        Some(cell) if cell.text == "header" => Gives::Header,
        Some(cell) => {
            let parts = cell.text.split_once('.');
            let table = parts.and_then(|(word, _)| {
                TABLES
                    .iter()
                    .find(|table| table.file.trim_end_matches(".csv") == word)
            });
            let Some((table, (word, own))) = table.zip(parts) else {
                let message = format!("`{}` is no column of a table", cell.text);
                let mut problem = Problem::at(cell.place.clone(), message, "not known");
                let word = cell.text.split('.').next().unwrap_or_default();
                problem.help = suggestion(word, &words).map(|help| {
                    format!(
                        "{help} A column is written as `factions.fighters`; or `only`, or `header`"
                    )
                });
                problems.push(problem);
                return None;
            };
            let mut place = cell.place.clone();
            place.span.start = (place.span.start + word.len() + 1).min(place.span.end);
            Gives::Column(
                table,
                Cell {
                    text: own.to_owned(),
                    place,
                },
            )
        }
    };
    if column.is_none() && !matches!(gives, Gives::Header) {
        let problem = Problem::at(row.place.clone(), "a row without `column`", "this row");
        problems.push(problem.help("name the column of the file that it is about"));
        return None;
    }
    Some(Rule {
        file,
        column: column.clone(),
        code: code.clone(),
        gives,
        value: value.clone(),
    })
}
