//! Tables as CSV (RFC 4180), which a spreadsheet may open without harm.

use super::field::{Cells, Table};

/// The rows of a table as CSV, with a header.
pub fn csv<C, R>(table: &Table<C, R>, context: &C, rows: &[R]) -> String {
    let columns = table.columns(context);
    let mut out = String::new();
    line(&mut out, columns.iter().map(|column| text(&column.name)));
    for row in rows {
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
            csv(&table, &(), &rows),
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
}
