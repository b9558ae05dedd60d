//! One description of every key, put to three uses: reading a scenario, writing the
//! resolved one, and describing the format (schema and reference).
//!
//! A section's `read` function asks for all of its keys, unconditionally. Without a
//! document the same function describes the section instead.

use super::diagnostics::{Complaints, Place, Problem, SourceFile, and, nearest, suggestion};
use super::expression::{Expression, Gives, call, parse};
use super::number::{Form, NumberRecord, Quantity, float, read_number, text};
use super::spec::{KeyDescription, NameKind, NumberSpec, Shape};
use super::tree::{Entry, Node, Table, Value, grouped};
use super::variable::{Each, InUnit, StatePart, Variable, Word, to_change, to_read};
use super::watch::Watch;

/// What reading gathers beside the values: problems, numbers, names.
#[derive(Debug, Default)]
pub struct Gathered {
    /// What is wrong so far.
    pub problems: Complaints,
    /// Every number read so far; a [`Quantity`] is an index into it.
    pub numbers: Vec<NumberRecord>,
    /// The source that each file gives for its numbers.
    sources: Vec<Option<String>>,
    names: [Vec<String>; 7],
    /// The names shown of the same, in the same order.
    shown: [Vec<String>; 7],
    /// The outcomes read so far by their keys; no index where one is called off.
    pub(super) outcomes: Vec<(String, Option<usize>)>,
    /// Ids of the watched quantities read so far.
    pub(super) watches: Vec<String>,
    /// What outcomes hang on, which is watched.
    pub(super) shown_by_outcomes: Vec<Watch>,
    /// Kinds whose section is not a table, or one that is too long to be read: which names
    /// there should be can't be known.
    unreadable: Vec<NameKind>,
}

impl Gathered {
    /// Collects the names of all things, so that references can be checked while reading.
    pub fn new(root: &Table, files: &[SourceFile]) -> Self {
        let mut gathered = Self {
            sources: files.iter().map(|file| file.source.clone()).collect(),
            ..Self::default()
        };
        for kind in NameKind::ALL {
            match root.get(kind.table()).map(|e| &e.node.value) {
                Some(Value::Table(table)) if table.entries.len() <= kind.most() => {
                    let entries = table.entries.iter();
                    gathered.names[kind as usize] =
                        entries.clone().map(|e| e.key.clone()).collect();
                    gathered.shown[kind as usize] = entries
                        .map(|e| e.node.text_at("name").unwrap_or(&e.key).to_owned())
                        .collect();
                }
                Some(_) => gathered.unreadable.push(kind),
                None => {}
            }
        }
        gathered
    }

    /// The names of a kind, in the scenario's order.
    pub fn names(&self, kind: NameKind) -> &[String] {
        &self.names[kind as usize]
    }

    /// The name shown of one of a kind.
    pub(super) fn shown(&self, kind: NameKind, index: usize) -> &str {
        &self.shown[kind as usize][index]
    }

    /// The index of a name, or a problem that names the nearest one.
    pub fn index_of(&mut self, kind: NameKind, name: &str, place: &Place) -> Option<usize> {
        let found = self.names(kind).iter().position(|n| n == name);
        if found.is_none() && !self.unreadable.contains(&kind) {
            let names = &self.names[kind as usize];
            self.problems.push_with(|| {
                let known: Vec<&str> = names.iter().map(String::as_str).collect();
                let mut problem = Problem::at(
                    place.clone(),
                    format!("there is no {} `{name}`", kind.table()),
                    "not known",
                );
                problem.help = suggestion(name, &known)
                    .or_else(|| Some(format!("the scenario has no `[{}.*]` at all", kind.table())));
                problem
            });
        }
        found
    }
}

impl Gathered {
    /// The index of an earlier outcome (within it `None`: it is called off), or a problem. Where
    /// `each` is one of several things, the outcome that this thing has is meant first.
    pub(super) fn outcome(&mut self, name: &Word<'_>, each: Each) -> Option<Option<usize>> {
        let of_each = each.map(|(kind, k)| format!("{}.{}", name.text, self.names(kind)[k]));
        let found = of_each
            .iter()
            .map(String::as_str)
            .chain([name.text])
            .find_map(|key| self.outcomes.iter().find(|(known, _)| known == key));
        if let Some((_, index)) = found {
            return Some(*index);
        }
        let known = &self.outcomes;
        self.problems.push_with(|| {
            let known: Vec<&str> = known.iter().map(|(key, _)| key.as_str()).collect();
            let message = format!("there is no outcome `{}` before this one", name.text);
            let mut problem = Problem::at(name.place.clone(), message, "not known");
            problem.help = suggestion(name.text, &known);
            problem
        });
        None
    }
}

/// A resolved scenario's text, in the making.
#[derive(Debug, Clone)]
pub enum Resolved {
    /// A value as TOML.
    Literal(String),
    /// A table.
    Table(Vec<(String, Resolved)>),
    /// A list of tables, each with what tells it from the others.
    List(Vec<(String, Resolved)>),
}

/// An actor of a dyad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A faction, by index.
    Faction(usize),
    /// A patron, by index.
    Patron(usize),
}

const A_DATE: &str = "write it as 2016-06-15";
const IN_QUOTES: &str = "write it in quotes";

/// The keys of a file itself, read before everything else: the one by which it names what it is
/// laid over, and the source of all its numbers.
pub(super) const EXTENDS: &str = "extends";
pub(super) const SOURCE: &str = "source";

/// Most items of a list of tables: events, ties, conditions, effects.
const MOST_ITEMS: usize = 10_000;

/// Most characters of a name or an id.
const MOST_CHARACTERS: usize = 64;

/// Names that stand for something else where factions, arenas, ... are named.
const TAKEN: [&str; 4] = ["threat", "nobody", "value", "dist"];

/// Why a word can't be a name or an id; `several` is the word for them.
pub(super) fn no_name(word: &str, several: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if word.is_empty() || !word.chars().all(fits) {
        return Some(format!("{several} are made of a-z, 0-9 and _"));
    }
    (word.len() > MOST_CHARACTERS)
        .then(|| format!("{several} have at most {MOST_CHARACTERS} characters"))
}

/// A name as a part of a path: one that can't be a name may be as long as the file.
fn in_path(name: &str) -> &str {
    if name.len() > MOST_CHARACTERS {
        "…"
    } else {
        name
    }
}

/// A number, or an expression that gives one.
#[derive(Debug, Clone)]
pub(super) enum Amount {
    /// A number of the scenario.
    Number(Quantity),
    /// An expression as written.
    Written(String),
}

/// A required key that a table lacks.
struct Missing {
    key: &'static str,
    /// How it is called in a problem.
    called: String,
    about: String,
}

/// Reads one table, or describes it where there is no document.
pub struct Reader<'a> {
    gathered: &'a mut Gathered,
    table: Option<&'a Table>,
    place: Option<Place>,
    path: String,
    asked: Vec<&'static str>,
    missing: Vec<Missing>,
    keys: Vec<KeyDescription>,
    resolved: Vec<(String, Resolved)>,
    describing: bool,
}

impl<'a> Reader<'a> {
    /// A reader of the whole document.
    pub fn root(gathered: &'a mut Gathered, root: &'a Table, place: Place) -> Self {
        Self::new(gathered, Some(root), Some(place), String::new(), false)
    }

    /// A reader that describes the format instead of reading a document.
    pub fn describing(gathered: &'a mut Gathered) -> Self {
        Self::new(gathered, None, None, String::new(), true)
    }

    fn new(
        gathered: &'a mut Gathered,
        table: Option<&'a Table>,
        place: Option<Place>,
        path: String,
        describing: bool,
    ) -> Self {
        Self {
            gathered,
            table,
            place,
            path,
            asked: Vec::new(),
            missing: Vec::new(),
            keys: Vec::new(),
            resolved: Vec::new(),
            describing,
        }
    }

    /// Reports the keys nobody asked for, and the required ones that are not there;
    /// returns the description and the resolved table.
    pub fn finish(mut self) -> (Vec<KeyDescription>, Vec<(String, Resolved)>) {
        if let Some(table) = self.table {
            for entry in &table.entries {
                if !self.asked.contains(&entry.key.as_str()) {
                    self.report_unknown(entry);
                }
            }
            self.report_missing();
        }
        (self.keys, self.resolved)
    }

    fn report_unknown(&mut self, entry: &Entry) {
        if self.gathered.problems.is_full() {
            return self.gathered.problems.count();
        }
        let top = self.path.is_empty();
        let inside = if top {
            "at the top level".to_owned()
        } else {
            format!("in `{}`", self.path)
        };
        let mut problem = Problem::at(
            entry.place.clone(),
            format!("unknown key `{}` {inside}", entry.key),
            "not known",
        );
        let mut known = self.asked.clone();
        if top {
            known.extend([EXTENDS, SOURCE]);
        }
        problem.help = match entry.key.as_str() {
            EXTENDS => {
                Some("`extends` stands at the top of the file, above the first header".to_owned())
            }
            key => suggestion(key, &known),
        };
        self.gathered.problems.push(problem);
        // What a mistyped key stands for is not missing as well.
        match nearest(&entry.key, known) {
            Some(EXTENDS) if top => self.missing.clear(),
            Some(meant) => self.missing.retain(|missing| missing.key != meant),
            None => {}
        }
    }

    fn report_missing(&mut self) {
        let missing = std::mem::take(&mut self.missing);
        if self.path.is_empty() {
            for Missing { called, about, .. } in missing {
                let message = format!("the scenario has no {called}");
                self.problem(None, message, "nowhere in this file", &about);
            }
            return;
        }
        let (are, help) = match missing.as_slice() {
            [] => return,
            [one] => ("is", one.about.clone()),
            several => {
                let abouts = several.iter().map(|m| format!("{}: {}", m.called, m.about));
                ("are", abouts.collect::<Vec<_>>().join("; "))
            }
        };
        let names = and(missing.iter().map(|m| m.called.clone()));
        let message = format!("`{}` lacks {names}", self.path);
        self.problem(None, message, &format!("{names} {are} missing here"), &help);
    }

    /// What is gathered so far.
    pub fn gathered(&mut self) -> &mut Gathered {
        self.gathered
    }

    /// Where this table stands (its header, or its text where it has no header).
    pub fn place(&self) -> Option<Place> {
        self.place.clone()
    }

    /// Where a key's value stands, or else the table.
    pub fn place_of(&self, key: &str) -> Option<Place> {
        let entry = self.table.and_then(|t| t.get(key));
        entry.map(|e| e.node.place.clone()).or_else(|| self.place())
    }

    /// Whether the document gives this key.
    pub fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|t| t.get(key).is_some())
    }

    /// Whether there is a table to read: neither describing nor left without one.
    pub fn is_reading(&self) -> bool {
        self.table.is_some()
    }

    /// Whether one of these keys is given, or an unknown one that may stand for it.
    pub fn has_or_means(&self, keys: &[&str]) -> bool {
        let Some(table) = self.table else {
            return false;
        };
        table.entries.iter().any(|entry| {
            let key = entry.key.as_str();
            let unknown = !self.asked.contains(&key);
            keys.contains(&key)
                || unknown
                    && nearest(key, self.asked.iter().copied())
                        .is_some_and(|meant| keys.contains(&meant))
        })
    }

    /// How many items the list of a key has, right or wrong.
    pub fn count(&self, key: &str) -> Option<usize> {
        match &self.table?.get(key)?.node.value {
            Value::List(list) => Some(list.len()),
            _ => None,
        }
    }

    /// Says that something is wrong at this table or at one of its keys.
    pub fn problem(&mut self, key: Option<&str>, message: String, label: &str, help: &str) {
        let place = match key {
            Some(key) => self.place_of(key),
            None => self.place(),
        };
        self.gathered.problems.push(Problem {
            place,
            message,
            label: label.to_owned(),
            help: (!help.is_empty()).then(|| help.to_owned()),
        });
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    fn ask(
        &mut self,
        key: &'static str,
        shape: Shape,
        required: bool,
        default: Option<String>,
        about: &'static str,
    ) -> Option<&'a Entry> {
        self.asked.push(key);
        self.keys.push(KeyDescription {
            key,
            shape,
            required,
            default,
            about,
        });
        let entry = self.table.and_then(|t| t.get(key));
        if entry.is_none() && required {
            self.missing.push(Missing {
                key,
                called: format!("`{key}`"),
                about: about.to_owned(),
            });
        }
        entry
    }

    /// Says that a key holds the wrong kind of value, and how to write the right one.
    fn mismatch(&mut self, entry: &Entry, wanted: &str, help: &str) {
        let path = self.path_of(&entry.key);
        self.mismatch_at(&path, &entry.node, wanted, help);
    }

    fn mismatch_at(&mut self, path: &str, node: &Node, wanted: &str, help: &str) {
        let mut problem = Problem::at(
            node.place.clone(),
            format!("`{path}` is not {wanted}"),
            format!("this is {}", node.kind()),
        );
        problem.help = (!help.is_empty()).then(|| help.to_owned());
        self.gathered.problems.push(problem);
    }

    fn resolve(&mut self, key: &str, literal: String) {
        self.resolved
            .push((key.to_owned(), Resolved::Literal(literal)));
    }

    fn register(&mut self, path: String, spec: NumberSpec, node: Option<&Node>) -> Quantity {
        let read = node.and_then(|n| read_number(n, &spec, &path, &mut self.gathered.problems));
        let given = node.is_some();
        let place = node.map(|n| n.place.clone());
        let of_file = |place: &Place| self.gathered.sources.get(place.file)?.clone();
        // After a problem any value does: nothing will be run.
        let (form, source) =
            read.unwrap_or((Form::Fixed(spec.default.unwrap_or(spec.low.max(0.0))), None));
        let source = source.or_else(|| place.as_ref().and_then(of_file));
        self.gathered.numbers.push(NumberRecord {
            path,
            spec,
            form,
            source,
            given,
            place,
        });
        Quantity(self.gathered.numbers.len() - 1)
    }

    /// Reads a number.
    pub fn number(&mut self, spec: NumberSpec) -> Quantity {
        let required = spec.default.is_none();
        let default = spec.default.map(float);
        let entry = self.ask(spec.key, Shape::Number(spec), required, default, spec.about);
        let quantity = self.register(self.path_of(spec.key), spec, entry.map(|e| &e.node));
        let literal = self.gathered.numbers[quantity.0].to_toml();
        self.resolve(spec.key, literal);
        quantity
    }

    /// Reads a number that may be left out without a default taking its place.
    pub fn optional_number(&mut self, spec: NumberSpec) -> Option<Quantity> {
        let entry = self.ask(spec.key, Shape::Number(spec), false, None, spec.about)?;
        let quantity = self.register(self.path_of(spec.key), spec, Some(&entry.node));
        let literal = self.gathered.numbers[quantity.0].to_toml();
        self.resolve(spec.key, literal);
        Some(quantity)
    }

    /// Reads an expression; an empty default means that it must be given. It is worked out by
    /// [`Reader::parse`], once for each thing that it is about.
    pub(super) fn expression(
        &mut self,
        key: &'static str,
        required: bool,
        about: &'static str,
    ) -> Option<String> {
        let entry = self.ask(key, Shape::Expression, required, None, about)?;
        match &entry.node.value {
            Value::Text(value) if value.trim().is_empty() => {
                let message = format!("`{}` is empty", self.path_of(key));
                self.problem(Some(key), message, "nothing in it", about);
                None
            }
            Value::Text(value) => {
                self.resolve(key, text(value));
                Some(value.clone())
            }
            _ => {
                self.mismatch(entry, "an expression", IN_QUOTES);
                None
            }
        }
    }

    /// Reads a key that names a variable to be read, with its unit.
    pub(super) fn variable(
        &mut self,
        key: &'static str,
        about: &'static str,
    ) -> Option<InUnit<Variable>> {
        self.named(key, about, |name, arguments, whole, gathered| {
            to_read(name, arguments, whole, None, gathered)
        })
    }

    /// The same of one that an event changes.
    pub(super) fn state_part(
        &mut self,
        key: &'static str,
        about: &'static str,
    ) -> Option<InUnit<StatePart>> {
        self.named(key, about, to_change)
    }

    fn named<T>(
        &mut self,
        key: &'static str,
        about: &'static str,
        find: impl FnOnce(&Word<'_>, &[Word<'_>], &Place, &mut Gathered) -> Option<T>,
    ) -> Option<T> {
        let written = self.text(key, "", about);
        let place = self.place_of(key)?;
        if written.trim().is_empty() {
            return None;
        }
        let (name, arguments, whole) = call(&written, &place, self.gathered)?;
        find(&name, &arguments, &whole, self.gathered)
    }

    /// What the expression of a key says.
    pub(super) fn parse(
        &mut self,
        key: &str,
        written: &str,
        wanted: Gives,
        each: Each,
    ) -> Option<Expression> {
        let place = self.place_of(key)?;
        parse(written, &place, wanted, each, self.gathered)
    }

    /// Reads a number, or an expression that gives one.
    pub(super) fn amount(&mut self, spec: NumberSpec) -> Amount {
        let default = spec.default.map(float);
        let entry = self.ask(spec.key, Shape::Amount(spec), false, default, spec.about);
        if let Some(Value::Text(written)) = entry.map(|entry| &entry.node.value) {
            self.resolve(spec.key, text(written));
            return Amount::Written(written.clone());
        }
        let quantity = self.register(self.path_of(spec.key), spec, entry.map(|e| &e.node));
        let literal = self.gathered.numbers[quantity.0].to_toml();
        self.resolve(spec.key, literal);
        Amount::Number(quantity)
    }

    /// The same of one that may be left out without a default taking its place.
    pub(super) fn amount_if_given(&mut self, spec: NumberSpec) -> Option<Amount> {
        if self.has(spec.key) {
            return Some(self.amount(spec));
        }
        self.ask(spec.key, Shape::Amount(spec), false, None, spec.about);
        None
    }

    /// Reads a table from names of one kind to numbers.
    pub fn numbers_by(&mut self, kind: NameKind, spec: NumberSpec) -> Vec<(usize, Quantity)> {
        let pairs = self.numbers_by_or(kind, &[], spec);
        pairs
            .into_iter()
            .filter_map(|(name, q)| Some((name.ok()?, q)))
            .collect()
    }

    /// The same, also allowing a few words beside the names (`Err` holds the word's index).
    pub fn numbers_by_or(
        &mut self,
        kind: NameKind,
        words: &'static [&'static str],
        spec: NumberSpec,
    ) -> Vec<(Result<usize, usize>, Quantity)> {
        let shape = Shape::NumbersBy(kind, spec);
        let Some(entry) = self.ask(spec.key, shape, false, Some("{}".to_owned()), spec.about)
        else {
            return Vec::new();
        };
        let Value::Table(table) = &entry.node.value else {
            let name = self
                .gathered
                .names(kind)
                .first()
                .map_or("NAME", String::as_str);
            let help = format!("for instance `{} = {{ {name} = 0.5 }}`", spec.key);
            self.mismatch(
                entry,
                &format!("a table from {} to numbers", kind.plural()),
                &help,
            );
            return Vec::new();
        };
        let mut pairs = Vec::new();
        let mut resolved = Vec::new();
        for item in &table.entries {
            let word = words.iter().position(|w| *w == item.key);
            let name = match word {
                Some(word) => Err(word),
                None => match self.gathered.index_of(kind, &item.key, &item.place) {
                    Some(index) => Ok(index),
                    None => continue,
                },
            };
            let path = format!("{}.{}", self.path_of(spec.key), item.key);
            let quantity = self.register(path, spec, Some(&item.node));
            let literal = self.gathered.numbers[quantity.0].to_toml();
            resolved.push((item.key.clone(), Resolved::Literal(literal)));
            pairs.push((name, quantity));
        }
        self.resolved
            .push((spec.key.to_owned(), Resolved::Table(resolved)));
        pairs
    }

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

    /// Reads a name of one kind, if given.
    pub fn name(
        &mut self,
        key: &'static str,
        kind: NameKind,
        about: &'static str,
    ) -> Option<usize> {
        let entry = self.ask(key, Shape::Name(kind), false, None, about)?;
        let Value::Text(name) = &entry.node.value else {
            self.mismatch(entry, "a text", IN_QUOTES);
            return None;
        };
        let index = self.gathered.index_of(kind, name, &entry.node.place)?;
        self.resolve(key, text(name));
        Some(index)
    }

    /// Reads a list of names of one kind.
    pub fn names(
        &mut self,
        key: &'static str,
        kind: NameKind,
        required: bool,
        about: &'static str,
    ) -> Vec<usize> {
        let default = (!required).then(|| "[]".to_owned());
        let Some(entry) = self.ask(key, Shape::Names(kind), required, default, about) else {
            return Vec::new();
        };
        let mut indices = Vec::new();
        let mut written = Vec::new();
        let example = self.example_names(&[kind]);
        let help = format!("for instance `{key} = {example}`");
        let texts = self.list_of_texts(entry, &help).unwrap_or_default().0;
        for (name, place) in texts {
            if let Some(index) = self.gathered.index_of(kind, &name, &place) {
                if indices.contains(&index) {
                    self.gathered.problems.push(Problem::at(
                        place,
                        format!("`{name}` stands twice in `{}`", self.path_of(key)),
                        "already listed",
                    ));
                } else {
                    indices.push(index);
                    written.push(text(&name));
                }
            }
        }
        self.resolve(key, format!("[{}]", written.join(", ")));
        indices
    }

    /// Reads two different factions or patrons.
    pub fn pair(&mut self, key: &'static str, about: &'static str) -> Option<(Actor, Actor)> {
        let entry = self.ask(key, Shape::Pair, true, None, about)?;
        let example = self.example_names(&[NameKind::Faction, NameKind::Patron]);
        let help = format!("for instance `{key} = {example}`");
        let (names, whole) = self.list_of_texts(entry, &help)?;
        if !whole {
            for (name, place) in &names {
                self.actor(name, place);
            }
            return None;
        }
        let [(a, place_a), (b, place_b)] = names.as_slice() else {
            let message = format!("`{}` does not name two actors", self.path_of(key));
            let label = match names.len() {
                0 => "no name".to_owned(),
                1 => "one name".to_owned(),
                n => format!("{n} names"),
            };
            self.problem(Some(key), message, &label, &help);
            return None;
        };
        if a == b {
            let message = format!("`{a}` has no tie to itself");
            self.problem(Some(key), message, "the same twice", &help);
            return None;
        }
        let first = self.actor(a, place_a);
        let second = self.actor(b, place_b);
        self.resolve(key, format!("[{}, {}]", text(a), text(b)));
        Some((first?, second?))
    }

    /// The first two names of some kinds as a list in TOML.
    fn example_names(&self, kinds: &[NameKind]) -> String {
        let names = kinds.iter().flat_map(|kind| self.gathered.names(*kind));
        let names: Vec<String> = names.take(2).map(|name| text(name)).collect();
        format!("[{}]", names.join(", "))
    }

    /// The faction or patron of a name.
    pub fn actor(&mut self, name: &str, place: &Place) -> Option<Actor> {
        let find = |names: &[String]| names.iter().position(|n| n == name);
        if let Some(index) = find(self.gathered.names(NameKind::Faction)) {
            return Some(Actor::Faction(index));
        }
        if let Some(index) = find(self.gathered.names(NameKind::Patron)) {
            return Some(Actor::Patron(index));
        }
        let kinds = [NameKind::Faction, NameKind::Patron];
        if kinds
            .iter()
            .any(|kind| self.gathered.unreadable.contains(kind))
        {
            return None;
        }
        let known = kinds.map(|kind| self.gathered.names(kind)).concat();
        self.gathered.problems.push_with(|| {
            let message = format!("there is no faction or patron `{name}`");
            let mut problem = Problem::at(place.clone(), message, "not known");
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            problem.help = suggestion(name, &known);
            problem
        });
        None
    }

    /// The texts of a list with their places, and whether it holds nothing else; `None` where
    /// it is no list.
    fn list_of_texts(&mut self, entry: &Entry, help: &str) -> Option<(Vec<(String, Place)>, bool)> {
        let Value::List(list) = &entry.node.value else {
            self.mismatch(entry, "a list of names", help);
            return None;
        };
        let mut texts = Vec::new();
        for node in list {
            match &node.value {
                Value::Text(name) => texts.push((name.clone(), node.place.clone())),
                _ => {
                    let message = format!(
                        "`{}` holds something that is not a name",
                        self.path_of(&entry.key)
                    );
                    let label = format!("this is {}", node.kind());
                    self.gathered
                        .problems
                        .push(Problem::at(node.place.clone(), message, label).help(help));
                }
            }
        }
        let whole = texts.len() == list.len();
        Some((texts, whole))
    }

    /// Reads a table with fixed keys; left out, all of its defaults hold.
    pub fn table<T>(
        &mut self,
        key: &'static str,
        about: &'static str,
        read: impl FnOnce(&mut Reader<'_>) -> T,
    ) -> T {
        self.asked.push(key);
        let entry = self.table.and_then(|t| t.get(key));
        let (table, place) = match entry {
            Some(entry) => match &entry.node.value {
                Value::Table(table) => (Some(table), Some(entry.place.clone())),
                _ => {
                    let help = format!("write `[{}]`, and its keys below it", self.path_of(key));
                    self.mismatch(entry, "a table", &help);
                    (None, Some(entry.place.clone()))
                }
            },
            None => (None, self.place.clone()),
        };
        let path = self.path_of(key);
        let mut reader = Reader::new(self.gathered, table, place, path, self.describing);
        let value = read(&mut reader);
        let (keys, resolved) = reader.finish();
        let wanted: Vec<String> = keys
            .iter()
            .filter(|k| k.required)
            .map(|k| format!("`{}`", k.key))
            .collect();
        let required = !wanted.is_empty();
        if required && entry.is_none() {
            self.missing.push(Missing {
                key,
                called: format!("`[{key}]`"),
                about: format!("{about}; it wants {}", and(wanted)),
            });
        }
        self.keys.push(KeyDescription {
            key,
            shape: Shape::Table(keys),
            required,
            default: None,
            about,
        });
        self.resolved
            .push((key.to_owned(), Resolved::Table(resolved)));
        value
    }

    /// Reads a table of tables, one for each name.
    pub fn tables_by<T>(
        &mut self,
        kind: NameKind,
        required: bool,
        about: &'static str,
        mut read: impl FnMut(&mut Reader<'_>, &str) -> T,
    ) -> Vec<T> {
        let key = kind.table();
        self.asked.push(key);
        let mut values = Vec::new();
        let mut resolved = Vec::new();
        let mut described = Vec::new();
        if self.describing {
            let mut reader = Reader::new(self.gathered, None, None, format!("{key}.*"), true);
            read(&mut reader, "*");
            described = reader.finish().0;
        } else if let Some(entry) = self.table.and_then(|t| t.get(key)) {
            if let Value::Table(table) = &entry.node.value {
                if table.entries.len() > kind.most() {
                    self.too_many(entry, table.entries.len(), kind.plural(), kind.most());
                    return values;
                }
                for item in &table.entries {
                    let path = format!("{}.{}", self.path_of(key), in_path(&item.key));
                    self.check_name(item);
                    let inner = match &item.node.value {
                        Value::Table(inner) => Some(inner),
                        _ => {
                            let help = format!("write `[{path}]`, and its keys below it");
                            self.mismatch_at(&path, &item.node, "a table", &help);
                            None
                        }
                    };
                    let mut reader =
                        Reader::new(self.gathered, inner, Some(item.place.clone()), path, false);
                    values.push(read(&mut reader, &item.key));
                    resolved.push((item.key.clone(), Resolved::Table(reader.finish().1)));
                }
            } else {
                let help = format!("give each {key} a name: `[{key}.NAME]`");
                self.mismatch(entry, "a table", &help);
            }
        }
        let given = self.has(key);
        if required && values.is_empty() && !(given && self.gathered.unreadable.contains(&kind)) {
            self.missing.push(Missing {
                key,
                called: key.to_owned(),
                about: format!("add `[{key}.NAME]`: {about}"),
            });
        }
        self.keys.push(KeyDescription {
            key,
            shape: Shape::TablesBy(described),
            required,
            default: None,
            about,
        });
        self.resolved
            .push((key.to_owned(), Resolved::Table(resolved)));
        values
    }

    /// Says that there are more of a kind than are read.
    fn too_many(&mut self, entry: &Entry, count: usize, what: &str, most: usize) {
        let message = format!("{count} {what}");
        let problem = Problem::at(entry.place.clone(), message, "too many");
        let help = format!("at most {most}");
        self.gathered.problems.push(problem.help(help));
    }

    fn check_name(&mut self, entry: &Entry) {
        let name = entry.key.as_str();
        let help = if TAKEN.contains(&name) {
            let taken = and(TAKEN.iter().map(|name| format!("`{name}`")));
            format!("{taken} have a meaning of their own; take another name")
        } else if let Some(help) = no_name(name, "names") {
            help
        } else {
            return;
        };
        let message = format!("`{name}` can't be a name");
        let problem = Problem::at(entry.place.clone(), message, "not a name").help(help);
        self.gathered.problems.push(problem);
    }

    /// How the items of a list of tables are written.
    fn write_list(&self, key: &str) -> String {
        let header = match self.path.split('.').next() {
            Some(top) if !top.is_empty() => format!("{top}.{key}"),
            _ => key.to_owned(),
        };
        format!("write `[[{header}]]`, once for each")
    }

    /// Reads a list of tables.
    pub fn list<T>(
        &mut self,
        key: &'static str,
        about: &'static str,
        mut read: impl FnMut(&mut Reader<'_>, usize) -> T,
    ) -> Vec<T> {
        self.asked.push(key);
        let mut values = Vec::new();
        let mut resolved = Vec::new();
        let mut described = Vec::new();
        if self.describing {
            let mut reader = Reader::new(self.gathered, None, None, format!("{key}.*"), true);
            read(&mut reader, 0);
            described = reader.finish().0;
        } else if let Some(entry) = self.table.and_then(|t| t.get(key)) {
            if let Value::List(list) = &entry.node.value {
                let list = if list.len() > MOST_ITEMS {
                    self.too_many(entry, list.len(), &format!("items of `{key}`"), MOST_ITEMS);
                    &[]
                } else {
                    list.as_slice()
                };
                for (index, node) in list.iter().enumerate() {
                    let name = super::tree::identity(node).unwrap_or_else(|| index.to_string());
                    let path = format!("{}.{}", self.path_of(key), in_path(&name));
                    let Value::Table(table) = &node.value else {
                        let help = self.write_list(key);
                        self.mismatch_at(&path, node, "a table", &help);
                        continue;
                    };
                    let mut reader = Reader::new(
                        self.gathered,
                        Some(table),
                        Some(node.place.clone()),
                        path,
                        false,
                    );
                    values.push(read(&mut reader, index));
                    resolved.push((name, Resolved::Table(reader.finish().1)));
                }
            } else {
                let help = self.write_list(key);
                self.mismatch(entry, "a list of tables", &help);
            }
        }
        self.keys.push(KeyDescription {
            key,
            shape: Shape::List(described),
            required: false,
            default: None,
            about,
        });
        self.resolved
            .push((key.to_owned(), Resolved::List(resolved)));
        values
    }
}
