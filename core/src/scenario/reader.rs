//! One description of every key, put to three uses: reading a scenario, writing the
//! resolved one, and describing the format (schema and reference).
//!
//! A section's `read` function asks for all of its keys, unconditionally. Without a
//! document the same function describes the section instead.

mod gathered;
mod names;
mod numbers;
mod tables;
mod values;

use super::diagnostics::{Place, Problem, and, nearest, suggestion};
use super::number::{Form, NumberRecord, Quantity};
use super::spec::{KeyDescription, NumberSpec, Shape};
use super::tree::{Entry, Node, Table, Value};

pub use gathered::Gathered;

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
                let message = format!("the {} has no {called}", self.gathered.kind.word());
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
        let read = node.and_then(|n| self.gathered.read_number(n, &spec, &path));
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
}
