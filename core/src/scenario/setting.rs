//! `--set key=value`: one value laid over a scenario.

use std::collections::BTreeSet;

use super::diagnostics::{Complaints, Place, Problem, SourceFile, suggestion};
use super::spec::NameKind;
use super::syntax;
use super::tree::{Entry, Node, Table, Value, identity};
use super::watch::key_of;

/// What stands for the file of a setting.
pub(super) const NAME: &str = "--set";

/// The same of what is watched.
const WATCHED: &str = "--watch";

/// What a setting begins with that adds a watched quantity, as `--watch` does.
pub const WATCH: &str = "watch+=";

/// Adds a watched quantity that is written at a place, without quotes.
pub(super) fn add_watch(root: &mut Node, id: &str, what: &str, place: &Place) {
    let entry = |key: &str, text: String, place: &Place| Entry {
        key: key.to_owned(),
        place: place.clone(),
        node: Node {
            place: place.clone(),
            value: Value::Text(text),
        },
    };
    // As if it stood in quotes: places within it are then told.
    let quoted = Place {
        file: place.file,
        span: place.span.start - 1..place.span.end + 1,
    };
    let item = Node {
        place: place.clone(),
        value: Value::Table(Table {
            entries: vec![
                entry("id", id.to_owned(), place),
                entry("what", what.to_owned(), &quoted),
            ],
        }),
    };
    let Value::Table(table) = &mut root.value else {
        return;
    };
    match table.get_mut("watch").map(|entry| &mut entry.node.value) {
        Some(Value::List(list)) => list.push(item),
        Some(_) => {}
        None => table.entries.push(Entry {
            key: "watch".to_owned(),
            place: place.clone(),
            node: Node {
                place: place.clone(),
                value: Value::List(vec![item]),
            },
        }),
    }
}

/// Parts of a key; the longest of the format have five.
const MOST_PARTS: usize = 16;

/// Lays one `key=value` over the tree. The key is a path (`patron.us.commitment`,
/// `event.referendum.probability`, `tie.kdp+puk.hostility`); the value is TOML.
///
/// # Errors
/// A setting that can't be read, or a key on a way that leads nowhere. A wrong last part
/// of a key is noticed when the scenario is read: it stands in the tree with its place.
pub(super) fn apply(
    root: &mut Node,
    setting: &str,
    files: &mut Vec<SourceFile>,
) -> Result<(), Complaints> {
    let file = files.len();
    let watched = setting.strip_prefix(WATCH);
    let source = match watched {
        Some(what) => SourceFile::named(WATCHED, &format!("{WATCHED} {what}")),
        None => SourceFile::named(NAME, setting),
    };
    let setting = source.text.clone();
    let setting = setting.as_str();
    files.push(source);
    let place = |start: usize, end: usize| Place {
        file,
        span: start..end,
    };
    let example = "for instance --set patron.us.commitment=0.5";
    if let Some(what) = watched {
        let place = place(WATCHED.len() + 1, setting.len());
        add_watch(root, &key_of(what), what, &place);
        return Ok(());
    }
    let Some((key, literal)) = setting.split_once('=') else {
        let whole = place(0, setting.len());
        let problem = Problem::at(whole, "a setting is not `key=value`", "no `=` in it");
        return Err(problem.help(example).into());
    };
    let parts = whole_names(root, key, parts(key));
    if parts.iter().any(|(_, part)| part.is_empty()) {
        let message = match key.trim() {
            "" => "a setting has no key".to_owned(),
            key => format!("`{key}` is not a key"),
        };
        let problem = Problem::at(place(0, key.len() + 1), message, "a part of it is missing");
        return Err(problem.help(example).into());
    }
    if parts.len() > MOST_PARTS {
        let message = format!("a key of {} parts", parts.len());
        let problem = Problem::at(place(0, key.len()), message, "too many");
        return Err(problem.help(example).into());
    }
    if literal.trim().is_empty() {
        let value = place(key.len(), setting.len());
        let problem = Problem::at(value, "a setting has no value", "nothing after the `=`");
        return Err(problem.help(example).into());
    }
    let value = syntax::parse_value(setting, key.len() + 1, file).map_err(|problems| {
        // What has no quotes may have had some before the shell ate them.
        let help = format!("in a shell: --set '{}=\"{}\"'", key.trim(), literal.trim());
        let bare = |problem: &Problem| problem.message == syntax::no_quotes(literal.trim());
        problems.map(|problem| match bare(&problem) {
            true => problem.help(help.clone()),
            false => problem,
        })
    })?;
    let mut node = root;
    for (depth, (at, part)) in parts.iter().enumerate() {
        let here = place(*at, at + part.len());
        let last = depth + 1 == parts.len();
        node = match &mut node.value {
            Value::Table(table) => {
                if depth == 1 && !last {
                    must_exist(parts[0].1, part, table, &here)?;
                }
                step_into(table, part, last, here)
            }
            Value::List(list) => {
                let what = match depth {
                    1 => parts[0].1,
                    _ => "item",
                };
                item(list, what, part, here)?
            }
            _ => {
                let whole: Vec<&str> = parts[..depth].iter().map(|(_, part)| *part).collect();
                let message = format!("`{}` is a single value and has no keys", whole.join("."));
                let help = format!(
                    "set it as a whole: --set {}={}",
                    whole.join("."),
                    literal.trim()
                );
                return Err(Problem::at(here, message, "no such key").help(help).into());
            }
        };
    }
    *node = value;
    Ok(())
}

/// The parts of a dotted key with the places where they begin.
fn parts(key: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    key.split('.')
        .map(|part| {
            let start = at + (part.len() - part.trim_start().len());
            at += part.len() + 1;
            (start, part.trim())
        })
        .collect()
}

/// The parts of a key with the name of an item in one, also where it has points itself: that of
/// two correlated numbers is made of their keys.
fn whole_names<'k>(
    root: &Node,
    key: &'k str,
    parts: Vec<(usize, &'k str)>,
) -> Vec<(usize, &'k str)> {
    let Value::Table(table) = &root.value else {
        return parts;
    };
    let list = parts.first().and_then(|(_, first)| table.get(first));
    let Some(Value::List(items)) = list.map(|entry| &entry.node.value) else {
        return parts;
    };
    let names: Vec<String> = items.iter().filter_map(identity).collect();
    let Some(&(start, _)) = parts.get(1) else {
        return parts;
    };
    for last in 2..parts.len() {
        let (at, part) = parts[last];
        let name = &key[start..at + part.len()];
        let pair: BTreeSet<&str> = name.split('+').collect();
        let sorted = pair.into_iter().collect::<Vec<_>>().join("+");
        if names.contains(&sorted) {
            let rest = parts[last + 1..].iter().copied();
            return [parts[0], (start, name)].into_iter().chain(rest).collect();
        }
    }
    parts
}

/// A setting changes one value of a faction, patron, ...; it does not make a new one.
fn must_exist(section: &str, name: &str, table: &Table, place: &Place) -> Result<(), Complaints> {
    let is_named = NameKind::ALL.iter().any(|kind| kind.table() == section);
    if !is_named || table.get(name).is_some() {
        return Ok(());
    }
    let known: Vec<&str> = table.entries.iter().map(|e| e.key.as_str()).collect();
    let mut problem = Problem::at(
        place.clone(),
        format!("there is no {section} `{name}`"),
        "not known",
    );
    problem.help = suggestion(name, &known);
    Err(problem.into())
}

/// The node of a key, made where it is missing: a wrong key is then reported as unknown
/// when the scenario is read, at its place in the setting.
fn step_into<'a>(table: &'a mut Table, key: &str, last: bool, place: Place) -> &'a mut Node {
    let position = table.entries.iter().position(|e| e.key == key);
    let position = position.unwrap_or_else(|| {
        table.entries.push(Entry {
            key: key.to_owned(),
            place: place.clone(),
            node: Node {
                place: place.clone(),
                value: Value::Table(Table::default()),
            },
        });
        table.entries.len() - 1
    });
    let entry = &mut table.entries[position];
    if last {
        entry.place = place;
    }
    &mut entry.node
}

/// The item of a list: by the id of an event, the pair of a tie, or else its number from 0.
fn item<'a>(
    list: &'a mut [Node],
    what: &str,
    part: &str,
    place: Place,
) -> Result<&'a mut Node, Complaints> {
    let wanted: BTreeSet<&str> = part.split('+').collect();
    let wanted = wanted.into_iter().collect::<Vec<_>>().join("+");
    let names: Vec<String> = list
        .iter()
        .enumerate()
        .map(|(index, node)| identity(node).unwrap_or_else(|| index.to_string()))
        .collect();
    match names.iter().position(|name| *name == wanted) {
        Some(index) => Ok(&mut list[index]),
        None => {
            let known: Vec<&str> = names.iter().map(String::as_str).collect();
            let mut problem =
                Problem::at(place, format!("there is no {what} `{part}`"), "not known");
            problem.help = suggestion(&wanted, &known);
            Err(problem.into())
        }
    }
}
