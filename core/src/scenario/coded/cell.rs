//! What stands in a cell: numbers as people and spreadsheets write them, ranges, words, lists.

use super::anchors::{self, Anchor};
use crate::scenario::diagnostics::{Complaints, Place, Problem};
use crate::scenario::spec::NumberSpec;
use crate::scenario::tree::{Decimal, Entry, Node, Table, Value, with_thousands};

/// What a cell says, and how it is to be read.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// The text, without spaces around it.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// Whether its file has decimal commas.
    pub comma: bool,
    /// What is done to a number.
    pub scaled: Scaled,
}

/// What is done to the numbers of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scaled {
    /// Nothing.
    As,
    /// They are multiplied.
    Times(f64),
    /// The ends of their scale are laid on those of the key's range.
    From(f64, f64),
}

/// Why a text is no number: what is said of it, and what would be right.
#[derive(Debug, PartialEq)]
pub(super) struct NoNumber {
    pub message: String,
    pub help: String,
}

/// A number as it stands in a table. With `comma` the table's numbers have decimal commas.
pub(super) fn number(text: &str, comma: bool) -> Result<f64, NoNumber> {
    let wrong = |message: String, help: String| Err(NoNumber { message, help });
    let (digits, percent) = match text.strip_suffix('%') {
        Some(digits) => (digits.trim_end(), true),
        None => (text, false),
    };
    let is_gap = |c: char| c.is_whitespace() || matches!(c, '\'' | '’' | '_');
    if digits.contains(is_gap) && digits.starts_with(|c: char| c.is_ascii_digit()) {
        let joined: String = digits.chars().filter(|c| !is_gap(*c)).collect();
        if joined
            .bytes()
            .all(|b| b.is_ascii_digit() || b".,".contains(&b))
        {
            return wrong(format!("`{text}` has gaps"), format!("write {joined}"));
        }
    }
    let plain = match (comma, digits.matches(',').count()) {
        (_, 0) => digits.to_owned(),
        (true, 1) if !digits.contains('.') => digits.replace(',', "."),
        _ => {
            let help = match (with_thousands(digits, ','), comma) {
                (Some(all), _) => format!("thousands have no comma: write {all}"),
                (None, true) => "write 1234,5: a comma before the decimals, and nothing between thousands".to_owned(),
                (None, false) => "write 0.5, or let semicolons stand between the cells: numbers may then have decimal commas".to_owned(),
            };
            return wrong(format!("`{text}` is a number with a comma"), help);
        }
    };
    if comma && let Some(all) = with_thousands(digits, '.') {
        let message = format!("`{text}` may be {} or {all}", digits.replace('.', ","));
        let help = format!("write {all} or {}", digits.replace('.', ","));
        return wrong(message, help);
    }
    let is_written = plain
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    match plain.parse::<f64>() {
        Ok(value) if is_written && value.is_finite() => Ok(match percent {
            true => value / 100.0,
            false => value,
        }),
        _ => wrong(format!("`{text}` is not a number"), String::new()),
    }
}

/// What a cell says of a number.
#[derive(Debug, Clone, PartialEq)]
enum Saying {
    Value(f64),
    Uniform(f64, f64),
    Triangular(f64, f64, f64),
    Word(Anchor),
}

/// A number of the scenario in the making.
pub(super) struct Number<'a> {
    /// The section and the key, for the words of its scale.
    pub section: &'a str,
    pub key: &'a str,
    /// Its range.
    pub spec: &'a NumberSpec,
    /// What the cell says.
    pub said: &'a Said,
    /// The least and the greatest, of columns of their own.
    pub low: Option<&'a Said>,
    pub high: Option<&'a Said>,
    /// Where it comes from.
    pub source: Option<&'a Said>,
}

impl Number<'_> {
    /// The number as a node of the tree, or what is wrong with it.
    pub fn node(&self, problems: &mut Complaints) -> Option<Node> {
        let saying = self.saying(problems)?;
        let entry = |key: &str, value: Value, place: &Place| Entry {
            key: key.to_owned(),
            place: place.clone(),
            node: Node {
                place: place.clone(),
                value,
            },
        };
        let place = &self.said.place;
        let number = |key: &str, value: f64| entry(key, literal(value), place);
        let dist = |name: &str| entry("dist", Value::Text(name.to_owned()), place);
        let mut entries = match saying {
            Saying::Value(value) => vec![number("value", value)],
            Saying::Word(anchor) if anchor.low == anchor.high => {
                vec![number("value", anchor.value)]
            }
            Saying::Uniform(low, high) => {
                vec![dist("uniform"), number("low", low), number("high", high)]
            }
            Saying::Triangular(low, mode, high)
            | Saying::Word(Anchor {
                low,
                value: mode,
                high,
                ..
            }) => vec![
                dist("triangular"),
                number("low", low),
                number("mode", mode),
                number("high", high),
            ],
        };
        let coded = match saying {
            Saying::Word(anchor) => Some(format!("coded \"{}\"", anchor.word)),
            _ => None,
        };
        let source = match (self.source, coded) {
            (Some(source), Some(coded)) => Some((format!("{}; {coded}", source.text), source)),
            (Some(source), None) => Some((source.text.clone(), source)),
            (None, Some(coded)) => Some((format!("judgement: {coded}"), self.said)),
            (None, None) => None,
        };
        match source {
            Some((text, said)) => entries.push(entry("source", Value::Text(text), &said.place)),
            // Without a source a value needs no table.
            None if entries.len() == 1 => return entries.pop().map(|entry| entry.node),
            None => {}
        }
        Some(Node {
            place: place.clone(),
            value: Value::Table(Table { entries }),
        })
    }

    /// The least that it may be, what it is, and the most.
    pub fn ends(&self, problems: &mut Complaints) -> Option<[f64; 3]> {
        let ends = match self.saying(problems)? {
            Saying::Value(value) => [value; 3],
            Saying::Uniform(low, high) => [low, (low + high) / 2.0, high],
            Saying::Triangular(low, mode, high) => [low, mode, high],
            Saying::Word(anchor) => [anchor.low, anchor.value, anchor.high],
        };
        let within = |value: &f64| (self.spec.low..=self.spec.high).contains(value);
        if ends.is_sorted() && ends.iter().all(within) {
            return Some(ends);
        }
        let message = format!("`{}` can't be `{}`", self.said.text, self.key);
        self.wrong(self.said, message, String::new(), problems);
        None
    }

    fn saying(&self, problems: &mut Complaints) -> Option<Saying> {
        let parts: Vec<&str> = self.said.text.split("..").map(str::trim).collect();
        let in_cell = match parts.as_slice() {
            [low, mode, high] => Some((low, Some(mode), high)),
            [low, high] => Some((low, None, high)),
            _ => None,
        };
        let ends = [self.low, self.high].into_iter().flatten();
        if let Some((low, mode, high)) = in_cell {
            if let Some(end) = ends.into_iter().next() {
                let message = format!("`{}` is a range, and has an end of its own", self.said.text);
                let problem = Problem::at(end.place.clone(), message, "one too many");
                problems.push(
                    problem.help("give a range in the cell, or its ends in columns of their own"),
                );
                return None;
            }
            let low = self.number(low, self.said, problems);
            let high = self.number(high, self.said, problems);
            return match mode {
                None => Some(Saying::Uniform(low?, high?)),
                Some(mode) => {
                    let mode = self.number(mode, self.said, problems);
                    Some(Saying::Triangular(low?, mode?, high?))
                }
            };
        }
        let words = anchors::scale(self.section, self.key);
        let begins = |c: char| c.is_ascii_digit() || "+-.,".contains(c);
        if !self.said.text.starts_with(begins) {
            return match anchors::meant(&self.said.text, words) {
                Ok(anchor) => match (self.low, self.high) {
                    (None, None) => Some(Saying::Word(*anchor)),
                    _ => {
                        let low = self.end(self.low, anchor.low, problems);
                        let high = self.end(self.high, anchor.high, problems);
                        Some(Saying::Triangular(low?, anchor.value, high?))
                    }
                },
                Err(help) => {
                    self.wrong(
                        self.said,
                        self.no_word(),
                        help.unwrap_or_default(),
                        problems,
                    );
                    None
                }
            };
        }
        let value = self.number(&self.said.text, self.said, problems)?;
        if self.low.is_none() && self.high.is_none() {
            return Some(Saying::Value(value));
        }
        let low = self.end(self.low, value, problems);
        let high = self.end(self.high, value, problems);
        let (low, high) = (low?, high?);
        match low == high {
            true => Some(Saying::Value(value)),
            false => Some(Saying::Triangular(low, value, high)),
        }
    }

    fn no_word(&self) -> String {
        let text = &self.said.text;
        match text.strip_prefix('#') {
            Some(_) => format!("`{text}` is what a spreadsheet leaves where a formula fails"),
            None => format!("`{text}` is not a number"),
        }
    }

    fn end(&self, said: Option<&Said>, or: f64, problems: &mut Complaints) -> Option<f64> {
        match said {
            Some(said) => self.number(&said.text, said, problems),
            None => Some(or),
        }
    }

    /// A number on the key's own scale.
    fn number(&self, text: &str, said: &Said, problems: &mut Complaints) -> Option<f64> {
        let value = match number(text, said.comma) {
            Ok(value) => value,
            Err(wrong) => {
                self.wrong(said, wrong.message, wrong.help, problems);
                return None;
            }
        };
        match said.scaled {
            Scaled::As => Some(value),
            Scaled::Times(factor) => Some(value * factor),
            Scaled::From(low, high) => {
                if value < low.min(high) || value > low.max(high) {
                    let message = format!("`{text}` is outside its scale");
                    self.wrong(
                        said,
                        message,
                        format!("recode.csv says that it goes from {low} to {high}"),
                        problems,
                    );
                    return None;
                }
                let part = (value - low) / (high - low);
                // Without the dust of binary fractions.
                let on_range = self.spec.low + part * (self.spec.high - self.spec.low);
                Some((on_range * 1e9).round() / 1e9)
            }
        }
    }

    fn wrong(&self, said: &Said, message: String, help: String, problems: &mut Complaints) {
        let label = format!("`{}` is wanted: {}", self.key, self.spec.range());
        let mut problem = Problem::at(said.place.clone(), message, label);
        problem.help = Some(match help.is_empty() {
            true => "a number is written as 8000, 0.4 or 40%, a range as 6000..10000".to_owned(),
            false => help,
        });
        problems.push(problem);
    }
}

/// A number as it is written in a scenario.
pub(super) fn literal(value: f64) -> Value {
    // All whole numbers up to 2^53 are kept.
    match value.fract() == 0.0 && value.abs() < 9e15 {
        true => Value::Integer(value as i64),
        false => Value::Float(Decimal {
            value,
            with_thousands: None,
        }),
    }
}

/// A truth as people write it.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "1" | "x" => Some(true),
        "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// The items of a list in a cell.
pub(super) fn items(said: &Said) -> impl Iterator<Item = &str> {
    let parts = said.text.split([',', ';', '|']);
    parts.map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, comma, value) in [
            ("8000", false, 8000.0),
            ("0.5", false, 0.5),
            ("-1", false, -1.0),
            (".5", false, 0.5),
            ("40%", false, 0.4),
            ("40 %", true, 0.4),
            ("1e3", false, 1000.0),
            ("0,5", true, 0.5),
            ("0.5", true, 0.5),
            ("1234,5", true, 1234.5),
            ("-0,25", true, -0.25),
        ] {
            assert_eq!(number(text, comma), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_may_mean_two_numbers_is_none() {
        for (text, comma, help) in [
            ("8,000", false, "thousands have no comma: write 8000"),
            (
                "0,5",
                false,
                "write 0.5, or let semicolons stand between the cells: numbers may then have decimal commas",
            ),
            ("1.500", true, "write 1500 or 1,500"),
            (
                "1.234,5",
                true,
                "write 1234,5: a comma before the decimals, and nothing between thousands",
            ),
            ("8 000", false, "write 8000"),
            ("8\u{a0}000", true, "write 8000"),
            ("8'000", false, "write 8000"),
            ("nan", false, ""),
            ("inf", false, ""),
            ("1e999", false, ""),
            ("8k", false, ""),
            ("", false, ""),
        ] {
            let wrong = number(text, comma).expect_err(text);
            assert_eq!(wrong.help, help, "{text}");
        }
    }
}
