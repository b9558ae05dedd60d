//! TOML text into a tree with places, and what to say where it is not TOML.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostics::{Complaints, Place, Problem, SourceFile};
use super::tree::{Decimal, Entry, Node, Table, Value, grouped, with_thousands};

/// Parses one of the files read.
///
/// # Errors
/// Everything in it that is not TOML.
pub(super) fn parse(files: &[SourceFile], file: usize) -> Result<Node, Complaints> {
    let text = &files[file].text;
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(explain_all(text, file, &errors));
    }
    let mut problems = Complaints::default();
    let root = convert_table(table.get_ref(), 0..0, file, &mut problems);
    if problems.is_empty() {
        Ok(root)
    } else {
        Err(problems)
    }
}

/// Parses a value that ends at the end of a text and begins at an offset in it.
///
/// # Errors
/// Everything in it that is not TOML.
pub(super) fn parse_value(text: &str, offset: usize, file: usize) -> Result<Node, Complaints> {
    // A key as long as what stands before the value keeps every place right.
    let filler = format!("{}=", "_".repeat(offset.saturating_sub(1)));
    let padded = format!("{filler}{}", &text[offset..]);
    let (table, errors) = DeTable::parse_recoverable(&padded);
    if !errors.is_empty() {
        return Err(explain_all(&padded, file, &errors));
    }
    let mut values = table.get_ref().iter();
    let (Some((_, value)), None) = (values.next(), values.next()) else {
        let place = Place {
            file,
            span: offset..text.len(),
        };
        let message = "this is more than one value";
        return Err(Problem::at(place, message, "one value is wanted").into());
    };
    let mut problems = Complaints::default();
    let node = convert(value, file, &mut problems);
    if problems.is_empty() {
        Ok(node)
    } else {
        Err(problems)
    }
}

/// What is said of a text without quotes.
pub(super) fn no_quotes(written: &str) -> String {
    format!("`{written}` has no quotes")
}

/// What is said of 4,500.
const WITH_COMMA: &str = "a number with a comma";

fn explain_all(text: &str, file: usize, errors: &[toml::de::Error]) -> Complaints {
    let mut complaints = Complaints::default();
    // What the parser says of the rest of a line follows from the comma in its number.
    let mut line_of_comma = None;
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let line = text.get(..span.start).and_then(|before| before.rfind('\n'));
        if line_of_comma == Some(line) {
            continue;
        }
        complaints.push_with(|| {
            let problem = explain(text, file, error.message(), span);
            if problem.message == WITH_COMMA {
                line_of_comma = Some(line);
            }
            problem
        });
    }
    complaints
}

/// The parser's complaint in the words of one who writes scenarios.
fn explain(text: &str, file: usize, complaint: &str, span: Range<usize>) -> Problem {
    let written = text.get(span.clone()).unwrap_or("").trim();
    let before = text.get(..span.start).unwrap_or("");
    let line_before = before.rsplit('\n').next().unwrap_or("");
    let start = span.start;
    let place = Place {
        file,
        span: grow(text, span),
    };
    let say = |message: String, label: &str, help: &str| {
        let problem = Problem::at(place.clone(), message, label);
        if help.is_empty() {
            problem
        } else {
            problem.help(help)
        }
    };
    let is_number = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    if complaint == "duplicate key" {
        return if line_before.trim_start().starts_with('[') {
            say(
                format!("the table `{written}` is opened twice"),
                "for the second time",
                "put all of its keys under one header",
            )
        } else {
            say(
                format!("`{written}` is given twice"),
                "for the second time",
                "keep one of the two",
            )
        };
    }
    if complaint.starts_with("string values must be quoted") {
        return if written.is_empty() {
            say(
                "there is no value".to_owned(),
                "missing here",
                "write it after the `=`",
            )
        } else if is_number(written.chars().next()) {
            say(
                format!("`{written}` is not a value"),
                "neither a number nor a text",
                "a number is written as 1.5, a date as 2016-06-15, a text in quotes",
            )
        } else {
            say(
                no_quotes(written),
                "a text wants quotes",
                &format!("write \"{written}\""),
            )
        };
    }
    if complaint.starts_with("invalid basic string, expected `\"`") {
        return say(
            "the text is not closed".to_owned(),
            "the line ends here",
            "end it with `\"`; a text of several lines stands between `\"\"\"` and `\"\"\"`",
        );
    }
    if let Some(expected) = complaint.strip_prefix("invalid date, expected ") {
        return say(
            format!("`{written}` is not a date"),
            &format!("expected: {expected}"),
            "",
        );
    }
    if complaint.starts_with("unclosed table") {
        return say(
            "the header is not closed".to_owned(),
            "no `]` at its end",
            "",
        );
    }
    if let Some((place, help)) = number_with_comma(text, start) {
        return Problem::at(Place { file, span: place }, WITH_COMMA, "here").help(help);
    }
    say(format!("not valid TOML: {complaint}"), "here", "")
}

/// The number with a comma at or just before a place, and how it is written.
fn number_with_comma(text: &str, at: usize) -> Option<(Range<usize>, String)> {
    let is_part = |c: char| c.is_ascii_digit() || c == ',' || c == '.';
    let before = text.get(..at)?;
    // Where the comma ends a pair of a table, the complaint is about what comes after it.
    let start = before.trim_end_matches(is_part).len();
    let rest = text.get(start..)?;
    let number = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
    let number = number.trim_end_matches([',', '.']);
    let (whole, decimals) = number.split_once(',')?;
    if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // 1,234.5 has both signs: what comes before the point are thousands.
    if let Some((thousands, decimals)) = number.split_once('.') {
        let all = with_thousands(thousands, ',')?;
        let is_plain = decimals.bytes().all(|b| b.is_ascii_digit());
        return is_plain.then(|| {
            let help = format!("thousands have no comma: write {all}.{decimals}");
            (start..start + number.len(), help)
        });
    }
    let decimal = (!decimals.contains(',')).then(|| {
        let decimals = decimals.trim_end_matches('0');
        format!(
            "{whole}.{}",
            if decimals.is_empty() { "0" } else { decimals }
        )
    });
    let help = match (with_thousands(number, ','), decimal) {
        (Some(all), Some(decimal)) => format!(
            "thousands are written as {all} or {}, decimals with a point: {decimal}",
            grouped(all)
        ),
        (Some(all), None) => format!("thousands are written as {all} or {}", grouped(all)),
        (None, Some(decimal)) => format!("write decimals with a point: {decimal}"),
        (None, None) => return None,
    };
    Some((start..start + number.len(), help))
}

/// An empty span at the end of a line shows no caret; point at the character before it.
fn grow(text: &str, span: Range<usize>) -> Range<usize> {
    let rest = &text[span.start.min(text.len())..];
    let at_end = rest.is_empty() || rest.starts_with(['\n', '\r']);
    if !span.is_empty() || span.start == 0 {
        return span;
    }
    if let (false, Some(c)) = (at_end, rest.chars().next()) {
        return span.start..span.start + c.len_utf8();
    }
    let start = (0..span.start).rev().find(|&i| text.is_char_boundary(i));
    start.unwrap_or(span.start)..span.start
}

fn convert_table(
    table: &DeTable<'_>,
    span: Range<usize>,
    file: usize,
    problems: &mut Complaints,
) -> Node {
    let entries = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            place: Place {
                file,
                span: key.span(),
            },
            node: convert(value, file, problems),
        })
        .collect();
    Node {
        place: Place { file, span },
        value: Value::Table(Table { entries }),
    }
}

fn convert(value: &Spanned<DeValue<'_>>, file: usize, problems: &mut Complaints) -> Node {
    let place = Place {
        file,
        span: value.span(),
    };
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => {
                problems.push(
                    Problem::at(
                        place.clone(),
                        "the whole number is too large",
                        "too many digits",
                    )
                    .help(format!(
                        "whole numbers reach from {} to {}",
                        i64::MIN,
                        i64::MAX
                    )),
                );
                Value::Integer(0)
            }
        },
        DeValue::Float(number) => match number.as_str().parse::<f64>() {
            Ok(value) => Value::Float(Decimal::new(value, number.as_str())),
            Err(_) => {
                problems.push(Problem::at(place.clone(), "not a number", "here"));
                Value::Float(Decimal::new(0.0, ""))
            }
        },
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(list) => Value::List(
            list.iter()
                .map(|item| convert(item, file, problems))
                .collect(),
        ),
        DeValue::Table(table) => return convert_table(table, place.span, file, problems),
    };
    Node { place, value }
}
