//! The text of a scenario as a tree in which every key and value knows its place,
//! and the laying of one file over another.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostics::{Place, Problem, Problems, SourceFile};

/// A value in the tree.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub value: Value,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A number with a point or exponent.
    Float(f64),
    /// A string.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// A date, as written.
    Date(String),
    /// A list.
    List(Vec<Node>),
    /// A table, in the order of the file.
    Table(Table),
}

/// A table: keys with their places, in order.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The entries in the order of the file.
    pub entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub place: Place,
    /// Its value.
    pub node: Node,
}

impl Table {
    /// The entry of a key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.key == key)
    }

    fn get_mut(&mut self, key: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|e| e.key == key)
    }
}

impl Node {
    /// What a reader would call this kind of value.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::Text(_) => "a text",
            Value::Bool(_) => "true or false",
            Value::Date(_) => "a date",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    fn text_at(&self, key: &str) -> Option<&str> {
        match &self.value {
            Value::Table(table) => match &table.get(key)?.node.value {
                Value::Text(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// A table that stands for one number (`{ value = 1 }` or `{ dist = "..." }`)
    /// is replaced whole by an overlay, never mixed with the number below it.
    fn is_number_table(&self) -> bool {
        match &self.value {
            Value::Table(t) => ["value", "dist"].iter().any(|k| t.get(k).is_some()),
            _ => false,
        }
    }
}

/// The files of a scenario, laid over each other.
#[derive(Debug, Clone)]
pub struct Document {
    /// The files read: the one asked for first, then the ones it extends.
    pub files: Arc<Vec<SourceFile>>,
    /// The tree that results.
    pub root: Node,
}

impl Document {
    /// Reads a file and everything it extends.
    ///
    /// # Errors
    /// All syntax errors of all files, a file that can't be read, or a cycle of `extends`.
    pub fn load(path: &Path) -> Result<Self, Problems> {
        Self::load_with(path, &[])
    }

    /// Like [`Document::load`], then lays `key=value` settings over the result.
    ///
    /// # Errors
    /// As [`Document::load`]; also a setting that is not `key=value`.
    pub fn load_with(path: &Path, settings: &[String]) -> Result<Self, Problems> {
        let mut files = Vec::new();
        match load_chain(path, None, &mut files, &mut Vec::new()) {
            Ok(mut root) => {
                let mut problems = Vec::new();
                for setting in settings {
                    apply_setting(&mut root, setting, &mut files, &mut problems);
                }
                let files = Arc::new(files);
                if problems.is_empty() {
                    Ok(Self { files, root })
                } else {
                    Err(Problems::new(files, problems))
                }
            }
            Err(problems) => Err(Problems::new(Arc::new(files), problems)),
        }
    }

    /// Parses a text that extends nothing, under a name for its problems.
    ///
    /// # Errors
    /// All syntax errors.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problems> {
        let mut files = vec![SourceFile {
            name: name.to_owned(),
            text: text.to_owned(),
        }];
        match parse_file(&mut files, 0) {
            Ok(root) => Ok(Self {
                files: Arc::new(files),
                root,
            }),
            Err(problems) => Err(Problems::new(Arc::new(files), problems)),
        }
    }
}

fn load_chain(
    path: &Path,
    asked_at: Option<Place>,
    files: &mut Vec<SourceFile>,
    chain: &mut Vec<PathBuf>,
) -> Result<Node, Vec<Problem>> {
    let complain = |message: String, label: &str, help: &str| {
        vec![Problem {
            place: asked_at.clone(),
            message,
            label: label.to_owned(),
            help: Some(help.to_owned()),
        }]
    };
    let bytes = std::fs::read(path).map_err(|error| {
        complain(
            format!("can't read {}: {error}", path.display()),
            "asked for here",
            "give the path of a scenario file; `extends` is taken from the folder of the file it stands in",
        )
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        complain(
            format!("{} is not UTF-8 text", path.display()),
            "asked for here",
            "save the scenario as UTF-8",
        )
    })?;
    let identity = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    if chain.contains(&identity) {
        return Err(complain(
            format!(
                "a cycle of `extends`: {} extends itself in the end",
                path.display()
            ),
            "this closes the cycle",
            "let one file of the chain stand on its own",
        ));
    }
    chain.push(identity);
    let index = files.len();
    files.push(SourceFile {
        name: path.display().to_string(),
        text,
    });
    let mut own = parse_file(files, index)?;
    let Value::Table(table) = &mut own.value else {
        return Ok(own);
    };
    let Some(position) = table.entries.iter().position(|e| e.key == "extends") else {
        return Ok(own);
    };
    let extends = table.entries.remove(position);
    let Value::Text(parent) = &extends.node.value else {
        return Err(vec![
            Problem::at(extends.node.place, "`extends` is not a text", "not a path")
                .help("write `extends = \"other.toml\"`"),
        ]);
    };
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let base = load_chain(
        &folder.join(parent),
        Some(extends.node.place.clone()),
        files,
        chain,
    )?;
    Ok(lay_over(base, own))
}

fn parse_file(files: &mut [SourceFile], index: usize) -> Result<Node, Vec<Problem>> {
    let text = &files[index].text;
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors
            .iter()
            .map(|error| {
                let span = error.span().unwrap_or(0..0);
                let place = Place {
                    file: index,
                    span: grow(text, span),
                };
                Problem::at(
                    place,
                    format!("not valid TOML: {}", error.message()),
                    "here",
                )
            })
            .collect());
    }
    let mut problems = Vec::new();
    let root = convert_table(table.get_ref(), 0..0, index, &mut problems);
    if problems.is_empty() {
        Ok(root)
    } else {
        Err(problems)
    }
}

/// An empty span at the end of a line shows no caret; point at the character before it.
fn grow(text: &str, span: Range<usize>) -> Range<usize> {
    if !span.is_empty() || span.start == 0 {
        return span;
    }
    let start = (0..span.start).rev().find(|&i| text.is_char_boundary(i));
    start.unwrap_or(span.start)..span.start
}

fn convert_table(
    table: &DeTable<'_>,
    span: Range<usize>,
    file: usize,
    problems: &mut Vec<Problem>,
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

fn convert(value: &Spanned<DeValue<'_>>, file: usize, problems: &mut Vec<Problem>) -> Node {
    let place = Place {
        file,
        span: value.span(),
    };
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => {
                problems.push(Problem::at(
                    place.clone(),
                    "the number is too large",
                    "here",
                ));
                Value::Integer(0)
            }
        },
        DeValue::Float(number) => match number.as_str().parse::<f64>() {
            Ok(number) => Value::Float(number),
            Err(_) => {
                problems.push(Problem::at(place.clone(), "not a number", "here"));
                Value::Float(0.0)
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

/// Lays `over` on `base`: tables are merged key by key; `[[tie]]` entries meet their
/// match by `between`, `[[event]]` entries by `id`; anything else is replaced.
fn lay_over(base: Node, over: Node) -> Node {
    let whole = base.is_number_table() || over.is_number_table();
    match (base.value, over.value) {
        (Value::Table(mut base_table), Value::Table(over_table)) if !whole => {
            for entry in over_table.entries {
                match base_table.get_mut(&entry.key) {
                    Some(existing) => {
                        let node = std::mem::replace(&mut existing.node, entry.node.clone());
                        existing.node = lay_over(node, entry.node);
                        existing.place = entry.place;
                    }
                    None => base_table.entries.push(entry),
                }
            }
            Node {
                place: over.place,
                value: Value::Table(base_table),
            }
        }
        (Value::List(base_list), Value::List(over_list)) => Node {
            place: over.place,
            value: Value::List(lay_list_over(base_list, over_list)),
        },
        (_, value) => Node {
            place: over.place,
            value,
        },
    }
}

/// What makes two entries of a list the same thing: the `id` of an event, the pair of a tie.
pub(super) fn identity(node: &Node) -> Option<String> {
    if let Some(id) = node.text_at("id") {
        return Some(id.to_owned());
    }
    let Value::Table(table) = &node.value else {
        return None;
    };
    let Value::List(pair) = &table.get("between")?.node.value else {
        return None;
    };
    let names: Option<BTreeSet<&str>> = pair
        .iter()
        .map(|name| match &name.value {
            Value::Text(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    Some(names?.into_iter().collect::<Vec<_>>().join("+"))
}

fn lay_list_over(mut base: Vec<Node>, over: Vec<Node>) -> Vec<Node> {
    // A list without identities (names, numbers) is one value and is replaced.
    if over.iter().any(|node| identity(node).is_none()) {
        return over;
    }
    for node in over {
        let id = identity(&node);
        match base.iter().position(|b| identity(b) == id) {
            Some(index) => {
                let below = base[index].clone();
                base[index] = lay_over(below, node);
            }
            None => base.push(node),
        }
    }
    base
}

/// Lays one `key=value` over the tree. The key is a path (`patron.us.commitment`,
/// `event.referendum.probability`, `tie.kdp+puk.hostility`); the value is TOML.
fn apply_setting(
    root: &mut Node,
    setting: &str,
    files: &mut Vec<SourceFile>,
    problems: &mut Vec<Problem>,
) {
    let index = files.len();
    files.push(SourceFile {
        name: "--set".to_owned(),
        text: setting.to_owned(),
    });
    let whole = Place {
        file: index,
        span: 0..setting.len(),
    };
    let Some((key, literal)) = setting.split_once('=') else {
        problems.push(
            Problem::at(whole, "a setting is not `key=value`", "no `=` in it")
                .help("for instance --set patron.us.commitment=0.5"),
        );
        return;
    };
    let offset = key.len() + 1;
    let parsed = match DeValue::parse(literal.trim()) {
        Ok(value) => convert(&value, index, problems),
        Err(error) => {
            let place = Place {
                file: index,
                span: offset..setting.len(),
            };
            problems.push(
                Problem::at(
                    place,
                    format!("the value is not valid TOML: {}", error.message()),
                    "here",
                )
                .help("a text wants quotes: --set 'scenario.title=\"My case\"'"),
            );
            return;
        }
    };
    let mut node = root;
    let parts: Vec<&str> = key.trim().split('.').collect();
    let mut at = 0;
    for (depth, part) in parts.iter().enumerate() {
        let key_place = Place {
            file: index,
            span: at..at + part.len(),
        };
        at += part.len() + 1;
        let last = depth + 1 == parts.len();
        node = match &mut node.value {
            Value::Table(table) => {
                let position = table.entries.iter().position(|e| e.key == *part);
                let position = position.unwrap_or_else(|| {
                    table.entries.push(Entry {
                        key: (*part).to_owned(),
                        place: key_place.clone(),
                        node: Node {
                            place: key_place.clone(),
                            value: Value::Table(Table::default()),
                        },
                    });
                    table.entries.len() - 1
                });
                // A wrong key is then reported against the setting, not the file.
                if last {
                    table.entries[position].place = key_place;
                }
                &mut table.entries[position].node
            }
            Value::List(list) => {
                let wanted: BTreeSet<&str> = part.split('+').collect();
                let wanted = wanted.into_iter().collect::<Vec<_>>().join("+");
                let Some(position) = list
                    .iter()
                    .position(|n| identity(n).as_deref() == Some(&wanted))
                else {
                    let known: Vec<String> = list.iter().filter_map(identity).collect();
                    let known: Vec<&str> = known.iter().map(String::as_str).collect();
                    let mut problem = Problem::at(
                        key_place,
                        format!("there is no `{part}` in this list"),
                        "not found",
                    );
                    problem.help = super::diagnostics::suggestion(&wanted, &known);
                    problems.push(problem);
                    return;
                };
                &mut list[position]
            }
            _ => {
                problems.push(Problem::at(
                    key_place,
                    format!(
                        "`{}` is a single value and has no keys",
                        parts[..depth].join(".")
                    ),
                    "no such key",
                ));
                return;
            }
        };
    }
    node.value = parsed.value;
    node.place = Place {
        file: index,
        span: offset..setting.len(),
    };
}
