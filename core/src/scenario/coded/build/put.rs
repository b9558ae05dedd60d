//! Values at the paths of a tree.

use super::Part;
use crate::scenario::tree::{Entry, Node, Table, Value};

/// Puts a value at a path of a table; false where another stands there.
pub(super) fn put(table: &mut Table, path: &[Part], node: Node) -> bool {
    let Some(((key, place), rest)) = path.split_first() else {
        return false;
    };
    let at = table.entries.iter().position(|entry| entry.key == *key);
    if rest.is_empty() {
        return match at {
            Some(at) => says_the_same(&table.entries[at].node, &node),
            None => {
                table.entries.push(Entry {
                    key: key.clone(),
                    place: place.clone(),
                    node,
                });
                true
            }
        };
    }
    let at = at.unwrap_or_else(|| {
        table.entries.push(Entry {
            key: key.clone(),
            place: place.clone(),
            node: Node {
                place: place.clone(),
                value: Value::Table(Table::default()),
            },
        });
        table.entries.len() - 1
    });
    match &mut table.entries[at].node.value {
        Value::Table(inner) => put(inner, rest, node),
        _ => false,
    }
}

/// Whether two values are the same, wherever they stand.
fn says_the_same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Integer(a), Value::Integer(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a.value == b.value,
        (Value::Text(a), Value::Text(b)) | (Value::Date(a), Value::Date(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| says_the_same(a, b))
        }
        (Value::Table(a), Value::Table(b)) => {
            let same = |entry: &Entry| {
                let other = b.get(&entry.key);
                other.is_some_and(|other| says_the_same(&entry.node, &other.node))
            };
            a.entries.len() == b.entries.len() && a.entries.iter().all(same)
        }
        _ => false,
    }
}
