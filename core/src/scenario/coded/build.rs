//! Rows into the tree of a scenario, whose every value stands in a cell of a table: what is wrong
//! with a value is then said by those who read scenarios, at its cell.

mod coalitions;
mod header;
mod put;

use header::Role;
use put::put;

use super::cell::{Number, Said, Scaled, items, literal, truth};
use super::columns::{RowOf, shape_at};
use super::names::Names;
use super::rows::{Line, Rows};
use crate::scenario::diagnostics::{Complaints, Place, Problem, suggestion};
use crate::scenario::reader::SOURCE;
use crate::scenario::spec::{NameKind, Shape};
use crate::scenario::tree::{Entry, Node, Table, Value};

/// A part of a path, and where it is said.
type Part = (String, Place);

/// A scenario in the making.
pub(super) struct Built {
    pub root: Table,
    /// The source of all numbers without one.
    pub source: Option<String>,
    /// Remarks, by the section and the key of what they are about, or by the pair.
    pub remarks: Vec<(String, String)>,
}

/// A value that a line gives.
struct Given {
    /// Where its column is named.
    column: Place,
    /// The key of the format.
    key: Part,
    /// What stands behind it in a table by names.
    of: Option<Part>,
    node: Node,
}

/// The columns that may stand beside one with a number.
const BESIDE: [&str; 3] = ["low", "high", "source"];

/// Builds the tree.
pub(super) fn build(name: &str, all: &[Rows], problems: &mut Complaints) -> Built {
    let mut builder = Builder {
        names: Names::of(all, problems),
        built: Built {
            root: Table::default(),
            source: None,
            remarks: Vec::new(),
        },
        pairs: Vec::new(),
        seen: Vec::new(),
        problems,
    };
    let nowhere = Place {
        file: 0,
        span: 0..0,
    };
    let part = |text: &str| (text.to_owned(), nowhere.clone());
    let named = Node {
        place: nowhere.clone(),
        value: Value::Text(name.to_owned()),
    };
    builder.insert(&[part("scenario"), part("name")], named);
    for rows in all {
        builder.rows(rows);
    }
    builder.coalitions(all);
    builder.finish()
}

struct Builder<'a> {
    names: Names,
    built: Built,
    /// The ties, each with the two it is about.
    pairs: Vec<([String; 2], Place, Table)>,
    /// What has a row, with the file that it is in.
    seen: Vec<(NameKind, String, usize)>,
    problems: &'a mut Complaints,
}

impl Builder<'_> {
    fn rows(&mut self, rows: &Rows) {
        let keys = rows.table.keys();
        let roles: Vec<Role<'_>> = (0..rows.columns.len())
            .map(|at| self.role(rows, &keys, at))
            .collect();
        self.missing_columns(rows);
        self.scaled_texts(rows, &roles);
        for line in &rows.lines {
            let whole = self.has_what_it_must(rows, line);
            match rows.table.row {
                _ if !whole => {}
                RowOf::Key => self.key(rows, line),
                RowOf::Thing(kind) => self.thing(kind, rows, &roles, line),
                RowOf::Pair => self.pair(rows, &roles, line),
                RowOf::Position | RowOf::Claim => self.meeting(rows, &roles, line),
            }
        }
    }

    /// A row of `case.csv`.
    fn key(&mut self, rows: &Rows, line: &Line) {
        let (Some(key), Some(value)) = (rows.said(line, "key"), rows.said(line, "value")) else {
            return;
        };
        if key.text == SOURCE {
            self.built.source = Some(value.text.clone());
            return;
        }
        let parts: Vec<&str> = key.text.split('.').map(str::trim).collect();
        let path: Vec<Part> = parts
            .iter()
            .map(|part| ((*part).to_owned(), key.place.clone()))
            .collect();
        let say = |message: String, help: &str| {
            Problem::at(key.place.clone(), message, "not here").help(help)
        };
        let list = matches!(shape_at(&parts[..1]), Some(Shape::List(_)));
        let problem = match shape_at(&parts) {
            _ if parts == ["scenario", "name"] => say(
                "the name of the scenario stands on the command line".to_owned(),
                "leave this row out",
            ),
            Some(Shape::Table(_) | Shape::TablesBy(_) | Shape::NumbersBy(..)) => say(
                format!("`{}` is a table, not a value", key.text),
                "name one of its keys: `time.start`",
            ),
            _ if list => say(
                format!("`{}` is a list of tables", parts[0]),
                "ties have a table of their own; write events, outcomes and watched quantities into the scenario's file when it is made",
            ),
            shape => {
                // Of an unknown key what reads the scenario says what may be meant.
                let shape = shape.unwrap_or(Shape::Text);
                let section = parts.first().copied().unwrap_or_default();
                let last = match parts.as_slice() {
                    [_, _, key, _] | [_, _, key] | [_, key] => key,
                    _ => section,
                };
                let beside = BESIDE.map(|column| rows.said(line, column));
                if let Some(node) = self.node(&shape, (section, last), value, beside) {
                    self.insert(&path, node);
                }
                return;
            }
        };
        self.problems.push(problem);
    }

    fn thing(&mut self, kind: NameKind, rows: &Rows, roles: &[Role<'_>], line: &Line) {
        let Some((key, name)) = Names::identity(rows, line, self.problems) else {
            return;
        };
        let here = (kind, key.clone(), rows.file);
        if self.seen.contains(&here) {
            // That there are two rows was said.
            return;
        }
        self.seen.push(here);
        let base = [
            (kind.table().to_owned(), name.place.clone()),
            (key.clone(), name.place.clone()),
        ];
        self.remark(rows, line, format!("{}.{key}", kind.table()));
        let shown = Node {
            place: name.place.clone(),
            value: Value::Text(name.text.clone()),
        };
        self.insert(
            &[&base[..], &[("name".to_owned(), name.place)]].concat(),
            shown,
        );
        for Given { key, of, node, .. } in self.given(rows, roles, line, kind.table()) {
            let path: Vec<Part> = base.iter().cloned().chain([key]).chain(of).collect();
            self.insert(&path, node);
        }
    }

    /// A row about an actor and an issue, or an actor and an arena.
    fn meeting(&mut self, rows: &Rows, roles: &[Role<'_>], line: &Line) {
        let (other, kind) = match rows.table.row {
            RowOf::Position => ("issue", NameKind::Issue),
            _ => ("arena", NameKind::Arena),
        };
        let (Some(actor), Some(what)) = (rows.said(line, "actor"), rows.said(line, other)) else {
            return;
        };
        let holder = ["threat", "nobody"].contains(&actor.text.to_lowercase().as_str());
        let section = match self.names.kind_of_actor(&actor.text) {
            Some(kind) => kind,
            None if holder => NameKind::Faction,
            None => {
                let known = self.names.actors();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                let message = format!("there is no faction or patron `{}`", actor.text);
                let mut problem = Problem::at(actor.place.clone(), message, "not known");
                problem.help = suggestion(&actor.text, &known);
                return self.problems.push(problem);
            }
        };
        let who = match holder {
            true => actor.text.to_lowercase(),
            false => self.names.key(section, &actor.text),
        };
        let what = (self.names.key(kind, &what.text), what.place.clone());
        if !self.names.has(kind, &what.0) {
            let known = self.names.keys(kind);
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let message = format!("there is no {} `{}`", kind.table(), what.0);
            let mut problem = Problem::at(what.1, message, "not known");
            problem.help = suggestion(&what.0, &known);
            return self.problems.push(problem);
        }
        let who = (who, actor.place.clone());
        for given in self.given(rows, roles, line, section.table()) {
            let (section, first, second) = match given.key.0.as_str() {
                "control" => (NameKind::Arena, &what, &who),
                _ => (section, &who, &what),
            };
            let section = (section.table().to_owned(), given.column);
            let path = [section, first.clone(), given.key, second.clone()];
            self.insert(&path, given.node);
        }
    }

    fn pair(&mut self, rows: &Rows, roles: &[Role<'_>], line: &Line) {
        let (Some(a), Some(b)) = (rows.said(line, "a"), rows.said(line, "b")) else {
            return;
        };
        let keys = [a, b].map(|actor| {
            let kind = self.names.kind_of_actor(&actor.text);
            self.names
                .key(kind.unwrap_or(NameKind::Faction), &actor.text)
        });
        self.remark(rows, line, keys.join("+"));
        let same = |pair: &[String; 2]| *pair == keys || (pair[0] == keys[1] && pair[1] == keys[0]);
        let known = self.pairs.iter().position(|(pair, ..)| same(pair));
        let index = known.unwrap_or_else(|| {
            let name = |key: &String, said: &Said| Node {
                place: said.place.clone(),
                value: Value::Text(key.clone()),
            };
            let between = Value::List(vec![name(&keys[0], a), name(&keys[1], b)]);
            let mut table = Table::default();
            put(
                &mut table,
                &[("between".to_owned(), a.place.clone())],
                Node {
                    place: a.place.clone(),
                    value: between,
                },
            );
            self.pairs.push((keys.clone(), line.place.clone(), table));
            self.pairs.len() - 1
        });
        for Given { key, node, .. } in self.given(rows, roles, line, "tie") {
            if !put(
                &mut self.pairs[index].2,
                std::slice::from_ref(&key),
                node.clone(),
            ) {
                let mut pair = self.pairs[index].0.clone();
                pair.sort();
                let part = |text: &str| (text.to_owned(), node.place.clone());
                self.twice(&[part("tie"), part(&pair.join("+")), key], &node);
            }
        }
    }

    /// The values of a line.
    fn given(&mut self, rows: &Rows, roles: &[Role<'_>], line: &Line, section: &str) -> Vec<Given> {
        let mut all = Vec::new();
        for (at, role) in roles.iter().enumerate() {
            let (Role::Key(key, of), Some(said)) = (role, &line.cells[at]) else {
                continue;
            };
            let column = &rows.columns[at];
            let beside = BESIDE.map(|end| {
                let own = rows.said(line, &format!("{}_{end}", column.name));
                own.or_else(|| rows.said(line, end).filter(|_| end == SOURCE))
            });
            let section = match key.key {
                "control" => NameKind::Arena.table(),
                _ => section,
            };
            let shape = match &key.shape {
                Shape::NumbersBy(_, spec) => Shape::Number(*spec),
                shape => shape.clone(),
            };
            let of = match (&key.shape, of) {
                (Shape::NumbersBy(kind, _), Some(of)) => {
                    Some((self.names.key(*kind, of), column.place.clone()))
                }
                _ => None,
            };
            let Some(node) = self.node(&shape, (section, key.key), said, beside) else {
                continue;
            };
            all.push(Given {
                column: column.place.clone(),
                key: (key.key.to_owned(), said.place.clone()),
                of,
                node,
            });
        }
        all
    }

    /// What a cell says, as its key wants it.
    fn node(
        &mut self,
        shape: &Shape,
        (section, key): (&str, &str),
        said: &Said,
        [low, high, source]: [Option<&Said>; 3],
    ) -> Option<Node> {
        let text = |text: &str| Node {
            place: said.place.clone(),
            value: Value::Text(text.to_owned()),
        };
        if !matches!(shape, Shape::Number(_) | Shape::Amount(_)) {
            if said.scaled != Scaled::As {
                self.no_scale(key, said);
                return None;
            }
            if let Some(end) = low.or(high) {
                let message = format!("`{key}` is no number, and has no range");
                let problem = Problem::at(end.place.clone(), message, "an end of a range");
                self.problems.push(problem.help("leave this cell empty"));
            }
        }
        Some(match shape {
            Shape::Number(spec) | Shape::Amount(spec) => {
                let number = Number {
                    section,
                    key,
                    spec,
                    said,
                    low,
                    high,
                    source,
                };
                let read = number.node(self.problems);
                return Some(read.unwrap_or_else(|| Node {
                    place: said.place.clone(),
                    // What is wrong was said: it isn't missing as well.
                    value: literal(spec.default.unwrap_or(spec.low.max(0.0))),
                }));
            }
            Shape::Integer(..) => match said.text.parse() {
                Ok(value) => Node {
                    place: said.place.clone(),
                    value: Value::Integer(value),
                },
                Err(_) => text(&said.text),
            },
            Shape::Bool => match truth(&said.text) {
                Some(value) => Node {
                    place: said.place.clone(),
                    value: Value::Bool(value),
                },
                None => {
                    let message = format!("`{}` is neither yes nor no", said.text);
                    let problem = Problem::at(said.place.clone(), message, "yes or no is wanted");
                    self.problems.push(problem);
                    return None;
                }
            },
            Shape::Choice(_) => text(&said.text.to_lowercase()),
            Shape::Name(kind) => text(&self.names.key(*kind, &said.text)),
            Shape::Names(kind) => Node {
                place: said.place.clone(),
                value: Value::List(
                    items(said)
                        .map(|item| text(&self.names.key(*kind, item)))
                        .collect(),
                ),
            },
            _ => text(&said.text),
        })
    }

    fn remark(&mut self, rows: &Rows, line: &Line, about: String) {
        if let Some(said) = rows.said(line, "description") {
            self.built.remarks.push((about, said.text.clone()));
        }
    }

    fn insert(&mut self, path: &[Part], node: Node) {
        if !put(&mut self.built.root, path, node.clone()) {
            self.twice(path, &node);
        }
    }

    fn twice(&mut self, path: &[Part], node: &Node) {
        let path: Vec<&str> = path.iter().map(|(part, _)| part.as_str()).collect();
        let message = format!("`{}` is given twice", path.join("."));
        let problem = Problem::at(
            node.place.clone(),
            message,
            "for the second time, and differs",
        );
        self.problems.push(problem.help("keep one of the two"));
    }

    fn finish(mut self) -> Built {
        let mut pairs = self.pairs.into_iter().peekable();
        if let Some(place) = pairs.peek().map(|(_, place, _)| place.clone()) {
            let list = pairs.map(|(_, place, table)| Node {
                place,
                value: Value::Table(table),
            });
            self.built.root.entries.push(Entry {
                key: "tie".to_owned(),
                place: place.clone(),
                node: Node {
                    place,
                    value: Value::List(list.collect()),
                },
            });
        }
        self.built
    }
}
