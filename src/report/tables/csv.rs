//! Tables as CSV (RFC 4180), which a spreadsheet may open without harm.

use std::borrow::Borrow;

use super::field::{Cells, Table};

/// The rows of a table as CSV, with a header.
pub fn csv<C, R>(
    table: &Table<C, R>,
    context: &C,
    rows: impl IntoIterator<Item = impl Borrow<R>>,
) -> String {
    let columns = table.columns(context);
    let mut out = String::new();
    line(&mut out, columns.iter().map(|column| text(&column.name)));
    for row in rows {
        let row = row.borrow();
        let cells = columns.iter().map(|column| {
            let at = column.member;
            match &table.fields[column.field].cells {
                Cells::Integer(of) => shown(of(context, row, at)),
                Cells::Number(of) => shown(of(context, row, at).filter(|x| x.is_finite())),
                Cells::Single(of) => shown(of(context, row, at).filter(|x| x.is_finite())),
                Cells::Text(of) => of(context, row, at).map_or(String::new(), |t| text(&t)),
                Cells::Truth(of) => shown(of(context, row, at)),
            }
        });
        line(&mut out, cells);
    }
    out
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            out.push(',');
        }
        out.push_str(&cell);
    }
    out.push('\n');
}

fn shown(cell: Option<impl ToString>) -> String {
    cell.map_or(String::new(), |value| value.to_string())
}

/// What spreadsheets take for the beginning of a formula, the wide forms too.
const FORMULA: [char; 11] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// Words as a cell: one that a spreadsheet would take for a formula gets an apostrophe before
/// it, and so does one that would then look as if it had got one. Words that are a number stay
/// as they are. Taking one apostrophe off every cell that matches
/// `'+[=+\-@\t\r\n＝＋－＠]` at its beginning gives the words back.
fn text(words: &str) -> String {
    let after = words.trim_start_matches('\'');
    let formula = after.starts_with(FORMULA) && !is_number(words);
    let cell = match formula {
        true => format!("'{words}"),
        false => words.to_owned(),
    };
    quoted(cell)
}

/// Whether words are a number as a spreadsheet reads it, which does no harm.
fn is_number(words: &str) -> bool {
    let plain = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    words.chars().all(plain) && words.parse().is_ok_and(f64::is_finite)
}

/// A field as RFC 4180 wants it.
fn quoted(field: String) -> String {
    match field.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field,
    }
}

/// A mark by which spreadsheets know UTF-8.
const MARK: char = '\u{feff}';

/// A table in CSV as spreadsheets open it where decimals have a comma: with the mark of UTF-8,
/// semicolons between cells, and decimal commas in what is a number. What a spreadsheet would run
/// is no more so than before.
pub fn spreadsheet_csv(plain: &str) -> String {
    let mut out = String::from(MARK);
    for row in parsed(plain, ',') {
        for (place, cell) in row.iter().enumerate() {
            if place > 0 {
                out.push(';');
            }
            let cell = match is_number(cell) {
                true => cell.replace('.', ","),
                false => cell.clone(),
            };
            match cell.contains([';', '"', '\n', '\r']) {
                true => out.push_str(&format!("\"{}\"", cell.replace('"', "\"\""))),
                false => out.push_str(&cell),
            }
        }
        out.push_str("\r\n");
    }
    out
}

/// A table read back from CSV that was written here, plain or for spreadsheets: rows of words as
/// they were before anything was done to keep spreadsheets from running them.
pub fn read_csv(text: &str) -> Vec<Vec<String>> {
    let marked = text.strip_prefix(MARK);
    let rows = match marked {
        Some(text) => parsed(text, ';'),
        None => parsed(text, ','),
    };
    let number = |cell: String| match (marked, cell.replace(',', ".")) {
        (Some(_), point) if is_number(&point) => point,
        _ => cell,
    };
    let row = |row: Vec<String>| row.into_iter().map(|cell| said(number(cell))).collect();
    rows.into_iter().map(row).collect()
}

/// A cell without the apostrophe that [`text`] put before it.
fn said(cell: String) -> String {
    match cell.strip_prefix('\'') {
        Some(words) if words.trim_start_matches('\'').starts_with(FORMULA) => words.to_owned(),
        _ => cell,
    }
}

/// The cells of CSV (RFC 4180).
fn parsed(text: &str, between: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            c if quoted => cell.push(c),
            c if c == between => row.push(std::mem::take(&mut cell)),
            '\r' => {}
            '\n' => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::field::Field;
    use super::*;

    #[test]
    fn a_table_has_a_header_quotes_and_empty_fields() {
        let table: Table<(), (&str, Option<f64>, u64)> = Table {
            name: "",
            command: "",
            files: &[],
            row: "",
            fields: vec![
                Field::text("what, where", "", |_, r, _| Some(r.0.to_owned())),
                Field::number("x", "1", "", |_, r, _| r.1),
                Field::integer("n", "1", "", |_, r, _| Some(r.2)),
            ],
            measures: Vec::new(),
        };
        let rows = [
            ("a \"b\"", Some(0.5), 3),
            ("c", None, 4),
            ("d\re", Some(f64::NAN), 5),
        ];
        assert_eq!(
            csv(&table, &(), rows),
            "\"what, where\",x,n\n\"a \"\"b\"\"\",0.5,3\nc,,4\n\"d\re\",,5\n"
        );
    }

    #[test]
    fn words_that_look_like_formulas_are_made_words_and_numbers_are_left() {
        let cases = [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3", "'-2+3"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("'=1", "''=1"),
            ("-inf", "'-inf"),
            ("-0.5", "-0.5"),
            ("+1e3", "+1e3"),
            ("'Amal", "'Amal"),
            ("East - West", "East - West"),
        ];
        for (words, cell) in cases {
            assert_eq!(text(words), cell);
        }
    }

    #[test]
    fn a_spreadsheet_gets_semicolons_commas_and_the_same_words() {
        let words = [
            "=1+1",
            "a;b",
            "say \"x\"",
            "1,5",
            "'Amal",
            "\t=1",
            "two\nlines",
            "Łódź",
        ];
        let plain: String = words.iter().map(|w| text(w) + ",0.25,-3e-7\n").collect();
        let sheet = spreadsheet_csv(&plain);
        assert!(
            sheet.starts_with("\u{feff}'=1+1;0,25;-3e-7\r\n\"a;b\";0,25"),
            "{sheet}"
        );
        assert!(!sheet.contains("0.25"));
        for form in [&plain, &sheet] {
            let read = read_csv(form);
            assert_eq!(read.len(), words.len());
            for (row, words) in read.iter().zip(words) {
                let decimal = if words == "1,5" && form == &sheet {
                    "1.5"
                } else {
                    words
                };
                assert_eq!(row, &[decimal, "0.25", "-3e-7"], "{form}");
            }
        }
    }
}
