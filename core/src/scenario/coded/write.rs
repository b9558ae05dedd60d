//! A coded case as the text of a scenario, with a comment on every section.

use super::build::Built;
use crate::foreign::line;
use crate::scenario::number::{float, text, unambiguous};
use crate::scenario::reference;
use crate::scenario::spec::{KeyDescription, Shape};
use crate::scenario::tree::{Node, Table, Value, identity};

/// Columns of a comment.
const WIDE: usize = 118;

/// Writes the scenario; `tables` are the files that it was made of.
pub(super) fn write(built: &Built, tables: &[String]) -> String {
    let mut out = String::new();
    comment(
        &mut out,
        &format!(
            "Made by `simulate new --from` of {}. Change it here, or change the tables and make it anew; it doesn't know of them any more.",
            tables.join(", ")
        ),
    );
    comment(
        &mut out,
        "Every key with its unit, range and default: `simulate schema --reference`. What has no source here had none in the tables; `simulate check` with --numbers lists all.",
    );
    comment(
        &mut out,
        "Tables say nothing of what may happen: write events (`[[event]]`) at the end.",
    );
    if let Some(source) = &built.source {
        out.push_str("\n# Where numbers come from that don't say it themselves.\n");
        out.push_str(&format!("source = {}\n", text(source)));
    }
    for section in reference() {
        let Some(entry) = built.root.get(section.key) else {
            continue;
        };
        match (&section.shape, &entry.node.value) {
            (Shape::Table(keys), Value::Table(table)) => {
                out.push('\n');
                comment(&mut out, &format!("{}.", section.about));
                explain(&mut out, keys, &[table], section.key == "threat");
                out.push_str(&format!("[{}]\n", section.key));
                body(&mut out, keys, table);
            }
            (Shape::TablesBy(keys), Value::Table(things)) => {
                let inner = things.entries.iter();
                let tables: Vec<(&str, &Table)> = inner
                    .filter_map(|entry| match &entry.node.value {
                        Value::Table(table) => Some((entry.key.as_str(), table)),
                        _ => None,
                    })
                    .collect();
                out.push('\n');
                comment(&mut out, &format!("{}.", section.about));
                let all: Vec<&Table> = tables.iter().map(|(_, table)| *table).collect();
                explain(&mut out, keys, &all, true);
                out.push('\n');
                for (key, table) in tables {
                    let path = format!("{}.{key}", section.key);
                    remark(&mut out, built, &path);
                    out.push_str(&format!("[{path}]\n"));
                    body(&mut out, keys, table);
                    out.push('\n');
                }
                out.pop();
            }
            (Shape::List(keys), Value::List(items)) => {
                let tables: Vec<&Table> = items
                    .iter()
                    .filter_map(|node| match &node.value {
                        Value::Table(table) => Some(table),
                        _ => None,
                    })
                    .collect();
                out.push('\n');
                comment(&mut out, &format!("{}.", section.about));
                explain(&mut out, keys, &tables, true);
                out.push('\n');
                for (node, table) in items.iter().zip(tables) {
                    for about in pair(table).into_iter().chain(identity(node)) {
                        remark(&mut out, built, &about);
                    }
                    out.push_str(&format!("[[{}]]\n", section.key));
                    body(&mut out, keys, table);
                    out.push('\n');
                }
                out.pop();
            }
            _ => {}
        }
    }
    out
}

/// The two of a tie in the order of the table, where that isn't the order of the alphabet.
fn pair(table: &Table) -> Option<String> {
    let Value::List(two) = &table.get("between")?.node.value else {
        return None;
    };
    let names: Vec<&str> = two
        .iter()
        .filter_map(|node| match &node.value {
            Value::Text(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    (!names.is_sorted()).then(|| names.join("+"))
}

fn remark(out: &mut String, built: &Built, about: &str) {
    for (_, remark) in built.remarks.iter().filter(|(of, _)| of == about) {
        comment(out, remark);
    }
}

/// What the keys that are used mean, and which defaults hold in the place of others.
fn explain(out: &mut String, keys: &[KeyDescription], tables: &[&Table], with_defaults: bool) {
    let given = |key: &&KeyDescription| tables.iter().any(|table| table.get(key.key).is_some());
    for key in keys.iter().filter(given) {
        let unit = match &key.shape {
            Shape::Number(spec) | Shape::NumbersBy(_, spec) if spec.unit != "1" => {
                format!(" ({})", spec.unit)
            }
            _ => String::new(),
        };
        if !matches!(key.shape, Shape::Text | Shape::Pair(_) | Shape::Date) {
            comment(out, &format!("{}: {}{unit}", key.key, key.about));
        }
    }
    let left_out: Vec<String> = keys
        .iter()
        .filter(|key| with_defaults && !given(key) && matches!(key.shape, Shape::Number(_)))
        .filter_map(|key| Some(format!("{} = {}", key.key, key.default.as_ref()?)))
        .collect();
    if !left_out.is_empty() {
        comment(
            out,
            &format!(
                "The tables don't say, so that the defaults hold: {}",
                left_out.join(", ")
            ),
        );
    }
}

/// A comment of one or several lines.
fn comment(out: &mut String, words: &str) {
    let shown = line(words);
    let mut width = WIDE;
    for word in shown.split_whitespace() {
        let length = word.chars().count() + 1;
        if width + length > WIDE {
            let begins = if out.is_empty() || out.ends_with('\n') {
                "#"
            } else {
                "\n#"
            };
            out.push_str(begins);
            width = 1;
        }
        out.push(' ');
        out.push_str(word);
        width += length;
    }
    out.push('\n');
}

fn body(out: &mut String, keys: &[KeyDescription], table: &Table) {
    for key in keys {
        let Some(entry) = table.get(key.key) else {
            continue;
        };
        match (&key.shape, &entry.node.value) {
            (Shape::NumbersBy(..), Value::Table(inner)) => {
                for item in &inner.entries {
                    out.push_str(&format!(
                        "{}.{} = {}\n",
                        key.key,
                        item.key,
                        literal(&item.node)
                    ));
                }
            }
            (Shape::Date, Value::Text(date)) => out.push_str(&format!("{} = {date}\n", key.key)),
            _ => out.push_str(&format!("{} = {}\n", key.key, literal(&entry.node))),
        }
    }
}

fn literal(node: &Node) -> String {
    match &node.value {
        Value::Integer(value) => value.to_string(),
        Value::Float(number) => unambiguous(float(number.value)),
        Value::Text(value) => text(value),
        Value::Bool(value) => value.to_string(),
        Value::Date(date) => date.clone(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(literal).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Table(table) => {
            let entries = table.entries.iter();
            let parts: Vec<String> = entries
                .map(|entry| format!("{} = {}", entry.key, literal(&entry.node)))
                .collect();
            format!("{{ {} }}", parts.join(", "))
        }
    }
}
