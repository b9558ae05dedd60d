//! Tables of strangers as text (RFC 4180), every cell with its place: readers of CSV give the
//! values alone, and a problem must say where.

use std::ops::Range;

use super::diagnostics::{Complaints, Place, Problem, suggestion};

/// Most rows of a table, and most of its columns.
const MOST_ROWS: usize = 100_000;
const MOST_COLUMNS: usize = 1_000;

/// A cell of a table: what it says, without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// What it says, without spaces around it.
    pub text: String,
    /// Where that is.
    pub place: Place,
}

/// A table with the columns that were asked for.
#[derive(Debug)]
pub(super) struct Sheet {
    /// By row, then column as asked for; `None` where the file has no such column, or says
    /// nothing in it. Other columns come after those.
    pub rows: Vec<Row>,
    /// The names of other columns, where there may be any.
    pub others: Vec<String>,
}

/// A row of a table.
#[derive(Debug)]
pub(super) struct Row {
    /// Its cells, in the order of the columns asked for.
    pub cells: Vec<Option<Cell>>,
    /// All of it.
    pub place: Place,
}

/// What stands between the cells of a row. Spreadsheets write the second where numbers have a
/// decimal comma.
const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// The rows of a table as they stand, each with its place.
#[derive(Debug)]
pub(super) struct Records {
    /// What stands between cells.
    pub separator: char,
    /// The rows in which something stands, the header among them.
    pub rows: Vec<(Place, Vec<Cell>)>,
}

impl Records {
    /// Reads the table in `text`, file `file` of those that problems point into.
    pub fn read(text: &str, file: usize, problems: &mut Complaints) -> Self {
        // Spreadsheets begin a file with a byte order mark.
        let at = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
        // Some say in a line of its own what stands between cells.
        let line = text[at..].split(['\n', '\r']).next().unwrap_or_default();
        let said = line.trim_matches('"').strip_prefix("sep=");
        let mut said = said.map(str::chars);
        let named = said
            .as_mut()
            .and_then(|said| match (said.next(), said.next()) {
                (Some(separator), None) => Some(separator),
                _ => None,
            });
        if let Some(separator) = named.filter(|c| SEPARATORS.contains(c)) {
            let rows = records(text, at + line.len(), separator, file, problems);
            return Self { separator, rows };
        }
        let separator = most_frequent(line);
        Self {
            separator,
            rows: records(text, at, separator, file, problems),
        }
    }

    /// Whether a row has a cell for each column of its header; it is said if it hasn't.
    pub fn fits(&self, header: &[Cell], row: usize, problems: &mut Complaints) -> bool {
        let (place, cells) = &self.rows[row];
        if cells.len() == header.len() {
            return true;
        }
        let message = format!(
            "a row of {} cells under a header of {}",
            cells.len(),
            header.len()
        );
        let help = match self.separator {
            ',' => "separate cells by commas, and quote those that have one: \"control(mosul, threat)\"".to_owned(),
            ';' => "separate cells by semicolons, as the first line does, and quote those that have one".to_owned(),
            _ => "separate cells by tabs, as the first line does".to_owned(),
        };
        problems.push(Problem::at(place.clone(), message, "this row").help(help));
        false
    }
}

/// The separator that a line has most of, outside quotes.
fn most_frequent(line: &str) -> char {
    let mut quoted = false;
    let mut counts = [0; SEPARATORS.len()];
    for c in line.chars() {
        quoted ^= c == '"';
        if let Some(k) = SEPARATORS.iter().position(|&s| s == c && !quoted) {
            counts[k] += 1;
        }
    }
    let most = (0..counts.len()).rev().max_by_key(|&k| counts[k]);
    most.map_or(',', |k| SEPARATORS[k])
}

impl Sheet {
    /// Reads the table in `text`, file `file` of those that problems point into. `columns` are
    /// the names that its header may have, and whether each must be there; `others` says whether
    /// there may be more.
    pub fn read(
        text: &str,
        file: usize,
        columns: &[(&str, bool)],
        others: bool,
        problems: &mut Complaints,
    ) -> Self {
        let records = Records::read(text, file, problems);
        let whole = Place { file, span: 0..0 };
        let Some((_, header)) = records.rows.first() else {
            let named: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
            let help = format!("its first line names the columns: {}", named.join(","));
            problems.push(Problem::at(whole, "an empty table", "nothing here").help(help));
            return Self {
                rows: Vec::new(),
                others: Vec::new(),
            };
        };
        let mut places = places(header, columns, others, problems);
        let is_other = |cell: &Cell| columns.iter().all(|(name, _)| *name != cell.text);
        let more: Vec<usize> = (0..header.len())
            .filter(|&at| others && is_other(&header[at]))
            .collect();
        places.extend(more.iter().map(|&at| Some(at)));
        let mut rows = Vec::new();
        for (k, (place, cells)) in records.rows.iter().enumerate().skip(1) {
            if !records.fits(header, k, problems) {
                continue;
            }
            let cell = |at: &Option<usize>| {
                let cell = at.and_then(|at| cells.get(at))?;
                (!cell.text.is_empty()).then(|| cell.clone())
            };
            rows.push(Row {
                cells: places.iter().map(cell).collect(),
                place: place.clone(),
            });
        }
        Self {
            rows,
            others: more.iter().map(|&at| header[at].text.clone()).collect(),
        }
    }
}

/// Where each column that was asked for is.
fn places(
    header: &[Cell],
    columns: &[(&str, bool)],
    others: bool,
    problems: &mut Complaints,
) -> Vec<Option<usize>> {
    let known: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    for (at, cell) in header.iter().enumerate() {
        if header[..at].iter().any(|other| other.text == cell.text) {
            let message = format!("there are two columns `{}`", cell.text);
            problems.push(Problem::at(cell.place.clone(), message, "the second"));
        } else if !others && !known.contains(&cell.text.as_str()) {
            let message = format!("there is no column `{}`", cell.text);
            let mut problem = Problem::at(cell.place.clone(), message, "not known");
            problem.help = suggestion(&cell.text, &known);
            problems.push(problem);
        }
    }
    let place = |(name, required): &(&str, bool)| {
        let found = header.iter().position(|cell| cell.text == *name);
        if found.is_none() && *required {
            let first = header.first().map(|cell| cell.place.clone());
            let problem = Problem {
                place: first,
                message: format!("the column `{name}` is missing"),
                label: "the header".to_owned(),
                help: Some(format!("the columns are {}", known.join(","))),
            };
            problems.push(problem);
        }
        found
    };
    columns.iter().map(place).collect()
}

/// The records from a place on that say something, each with its place.
fn records(
    text: &str,
    mut at: usize,
    separator: char,
    file: usize,
    problems: &mut Complaints,
) -> Vec<(Place, Vec<Cell>)> {
    let mut records = Vec::new();
    while at < text.len() {
        let start = at;
        let mut cells = Vec::new();
        loop {
            let (cell, next) = cell(text, at, separator, file, problems);
            cells.push(cell);
            at = next + 1;
            if !text[next..].starts_with(separator) || cells.len() > MOST_COLUMNS {
                break;
            }
        }
        let place = Place {
            file,
            span: start..(at - 1).min(text.len()),
        };
        if cells.len() > MOST_COLUMNS || records.len() > MOST_ROWS {
            let message =
                format!("a table of more than {MOST_ROWS} rows or {MOST_COLUMNS} columns");
            problems.push(Problem::at(place, message, "too many"));
            break;
        }
        if cells.iter().any(|cell| !cell.text.is_empty()) {
            records.push((place, cells));
        }
    }
    records
}

/// The cell that begins at a place, and where it ends: at a separator, an end of line or the end.
fn cell(
    text: &str,
    start: usize,
    separator: char,
    file: usize,
    problems: &mut Complaints,
) -> (Cell, usize) {
    let of = |said: String, span: Range<usize>| Cell {
        text: said,
        place: Place { file, span },
    };
    let end_of_plain = |from: usize| {
        let end = text[from..].find([separator, '\n', '\r']);
        end.map_or(text.len(), |end| from + end)
    };
    if !text[start..].starts_with('"') {
        let end = end_of_plain(start);
        let written = &text[start..end];
        let said = written.trim();
        let begins = start + (written.len() - written.trim_start().len());
        return (of(said.to_owned(), begins..begins + said.len()), end);
    }
    let mut said = String::new();
    let mut at = start + 1;
    loop {
        let Some(quote) = text[at..].find('"') else {
            let place = Place {
                file,
                span: start..start + 1,
            };
            let problem = Problem::at(place, "a quoted cell has no end", "it begins here");
            problems.push(problem.help("close it with \"; a \" within is written \"\""));
            return (of(String::new(), start..start + 1), text.len());
        };
        said.push_str(&text[at..at + quote]);
        at += quote + 1;
        if !text[at..].starts_with('"') {
            break;
        }
        said.push('"');
        at += 1;
    }
    let end = end_of_plain(at);
    if !text[at..end].trim().is_empty() {
        let place = Place {
            file,
            span: at..end,
        };
        let problem = Problem::at(
            place,
            "a cell goes on after its quotes",
            "not expected here",
        );
        problems.push(problem.help("a \" within a quoted cell is written \"\""));
    }
    (of(said.trim().to_owned(), start + 1..at - 1), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Vec<String>>, usize) {
        let mut problems = Complaints::default();
        let sheet = Sheet::read(text, 0, &[("a", true), ("b", false)], false, &mut problems);
        let words = |row: &Row| {
            let cells = row.cells.iter();
            cells
                .map(|c| c.as_ref().map_or(String::new(), |c| c.text.clone()))
                .collect()
        };
        (sheet.rows.iter().map(words).collect(), problems.len())
    }

    #[test]
    fn cells_are_found_whatever_their_quotes_and_line_ends() {
        let (rows, wrong) = read("\u{FEFF}b,a\n1, two \n\n\"x, y\",\"he said \"\"no\"\"\"\n,3");
        assert_eq!(wrong, 0);
        assert_eq!(rows, [["two", "1"], ["he said \"no\"", "x, y"], ["3", ""]]);
    }

    #[test]
    fn cells_are_found_whatever_stands_between_them() {
        for text in [
            "a;b\r\n1,5;\"x;y\"\r\n",
            "a\tb\n1,5\tx;y\n",
            "\u{FEFF}sep=;\r\na;b\r\n1,5;\"x;y\"\r\n;\r\n",
            "\"a\",b\n\"1,5\",x;y\n",
        ] {
            let (rows, wrong) = read(text);
            assert_eq!(
                (rows, wrong),
                (vec![vec!["1,5".to_owned(), "x;y".to_owned()]], 0),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_is_no_table_is_said() {
        for text in [
            "",
            "b\n1\n",
            "a,a\n1,2\n",
            "a,c\n1,2\n",
            "a\n1,2\n",
            "a\n\"1\n",
            "a\n\"1\"2\n",
        ] {
            assert_eq!(read(text).1, 1, "{text:?}");
        }
    }

    #[test]
    fn a_cell_knows_its_place() {
        let text = "a\n\"x, y\"\n z\n";
        let sheet = Sheet::read(text, 0, &[("a", true)], false, &mut Complaints::default());
        let of = |k: usize| &text[sheet.rows[k].cells[0].as_ref().unwrap().place.span.clone()];
        assert_eq!((of(0), of(1)), ("x, y", "z"));
    }
}
