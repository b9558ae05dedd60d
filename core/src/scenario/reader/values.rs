//! Texts, truths, whole numbers, choices and dates.

use super::super::diagnostics::{Problem, suggestion};
use super::super::number::text;
use super::super::spec::Shape;
use super::super::tree::{Node, Value, grouped};
use super::{A_DATE, IN_QUOTES, Reader};

impl<'a> Reader<'a> {
    /// Reads a text; an empty default means that it must be given.
    pub fn text(&mut self, key: &'static str, default: &str, about: &'static str) -> String {
        let required = default.is_empty();
        let written = (!required).then(|| text(default));
        let entry = self.ask(key, Shape::Text, required, written, about);
        let value = match entry {
            Some(entry) => match &entry.node.value {
                Value::Text(value) if required && value.trim().is_empty() => {
                    let message = format!("`{}` is empty", self.path_of(key));
                    self.problem(Some(key), message, "nothing in it", about);
                    String::new()
                }
                Value::Text(value) => value.clone(),
                _ => {
                    self.mismatch(entry, "a text", IN_QUOTES);
                    default.to_owned()
                }
            },
            None => default.to_owned(),
        };
        self.resolve(key, text(&value));
        value
    }

    /// Reads a list of texts that may be left out.
    pub fn texts(&mut self, key: &'static str, about: &'static str) -> Vec<String> {
        let Some(entry) = self.ask(key, Shape::Texts, false, Some("[]".to_owned()), about) else {
            return Vec::new();
        };
        let of = |node: &Node| match &node.value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        };
        let texts = match &entry.node.value {
            Value::List(list) => list.iter().map(of).collect(),
            _ => None,
        };
        texts.unwrap_or_else(|| {
            self.mismatch(
                entry,
                "a list of texts",
                "write it as [\"one\", \"another\"]",
            );
            Vec::new()
        })
    }

    /// Reads a text that may be left out.
    pub fn optional_text(&mut self, key: &'static str, about: &'static str) -> Option<String> {
        let entry = self.ask(key, Shape::Text, false, None, about)?;
        let Value::Text(value) = &entry.node.value else {
            self.mismatch(entry, "a text", IN_QUOTES);
            return None;
        };
        self.resolve(key, text(value));
        Some(value.clone())
    }

    /// Reads `true` or `false`.
    pub fn truth(&mut self, key: &'static str, default: bool, about: &'static str) -> bool {
        let entry = self.ask(key, Shape::Bool, false, Some(default.to_string()), about);
        let value = match entry {
            Some(entry) => match &entry.node.value {
                Value::Bool(value) => *value,
                _ => {
                    self.mismatch(
                        entry,
                        "true or false",
                        "write `true` or `false`, without quotes",
                    );
                    default
                }
            },
            None => default,
        };
        self.resolve(key, value.to_string());
        value
    }

    /// Reads a whole number.
    pub fn integer(
        &mut self,
        key: &'static str,
        range: (i64, i64),
        default: i64,
        about: &'static str,
    ) -> i64 {
        let shape = Shape::Integer(range.0, range.1);
        let entry = self.ask(key, shape, false, Some(default.to_string()), about);
        let value = match entry {
            Some(entry) => match &entry.node.value {
                Value::Integer(value) if (range.0..=range.1).contains(value) => *value,
                Value::Integer(value) => {
                    let message = format!("`{}` = {value} is out of range", self.path_of(key));
                    let label = match range {
                        (low, high) if low == high => format!("allowed: only {low}"),
                        (low, high) => format!("allowed: {low} to {high}"),
                    };
                    self.problem(Some(key), message, &label, about);
                    default
                }
                value => {
                    let help = match value {
                        Value::Float(number) => number.with_thousands.map(|all| {
                            format!("thousands are written as {all} or {}", grouped(all))
                        }),
                        _ => None,
                    };
                    let help = help
                        .as_deref()
                        .unwrap_or("write it without quotes, point or exponent");
                    self.mismatch(entry, "a whole number", help);
                    default
                }
            },
            None => default,
        };
        self.resolve(key, value.to_string());
        value
    }

    /// Reads one of a few words; returns its index.
    pub fn choice(
        &mut self,
        key: &'static str,
        words: &'static [&'static str],
        default: usize,
        about: &'static str,
    ) -> usize {
        let entry = self.ask(
            key,
            Shape::Choice(words),
            false,
            Some(text(words[default])),
            about,
        );
        let index = match entry {
            Some(entry) => match &entry.node.value {
                Value::Text(word) => {
                    let found = words.iter().position(|w| w == word);
                    if found.is_none() {
                        let path = self.path_of(key);
                        self.gathered.problems.push_with(|| {
                            let mut problem = Problem::at(
                                entry.node.place.clone(),
                                format!("`{path}` can't be `{word}`"),
                                "not one of the words",
                            );
                            problem.help = suggestion(word, words);
                            problem
                        });
                    }
                    found.unwrap_or(default)
                }
                _ => {
                    let help = suggestion("", words).unwrap_or_default();
                    self.mismatch(entry, "a text", &help);
                    default
                }
            },
            None => default,
        };
        self.resolve(key, text(words[index]));
        index
    }

    /// Reads a date.
    pub fn date(
        &mut self,
        key: &'static str,
        required: bool,
        about: &'static str,
    ) -> Option<jiff::civil::Date> {
        let entry = self.ask(key, Shape::Date, required, None, about)?;
        let written = match &entry.node.value {
            Value::Date(written) | Value::Text(written) => written,
            _ => {
                self.mismatch(entry, "a date", A_DATE);
                return None;
            }
        };
        match written.parse::<jiff::civil::Date>() {
            Ok(date) => {
                self.resolve(key, date.to_string());
                Some(date)
            }
            Err(_) => {
                let message = format!("`{}` is not a date", self.path_of(key));
                self.problem(Some(key), message, "not a date", A_DATE);
                None
            }
        }
    }
}
