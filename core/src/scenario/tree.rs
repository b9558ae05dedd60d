//! The text of a scenario as a tree in which every key and value knows its place,
//! and the laying of one file over another.

use std::collections::BTreeSet;

use super::diagnostics::Place;
use super::number::NUMBER_KEYS;

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
    Float(Decimal),
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

/// A number with a point or exponent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decimal {
    /// Its value.
    pub value: f64,
    /// The whole number that is meant if the point is not a decimal one: `4.500` is 4500 to
    /// half of the world.
    pub with_thousands: Option<u64>,
}

impl Decimal {
    /// A number of this value as it is written.
    pub fn new(value: f64, written: &str) -> Self {
        Self {
            value,
            with_thousands: with_thousands(written, '.'),
        }
    }
}

/// The whole number of a text in which a separator stands before every three digits:
/// `4.500` or `1.234.567`, but not `0.500`, `1234.500` or `4.50`.
pub(in crate::scenario) fn with_thousands(written: &str, separator: char) -> Option<u64> {
    let written = written.trim_start_matches(['+', '-']);
    let (first, rest) = written.split_once(separator)?;
    let are_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let begins = (1..=3).contains(&first.len()) && are_digits(first) && !first.starts_with('0');
    let goes_on = |part: &str| part.len() == 3 && are_digits(part);
    if !begins || !rest.split(separator).all(goes_on) {
        return None;
    }
    written.replace(separator, "").parse().ok()
}

/// A whole number with `_` before every three digits.
pub(in crate::scenario) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (k, digit) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
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

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Entry> {
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

    /// The text of a key of a table.
    pub(super) fn text_at(&self, key: &str) -> Option<&str> {
        match &self.value {
            Value::Table(table) => match &table.get(key)?.node.value {
                Value::Text(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether this is a table with no other keys than those of one number
    /// (`{ value = 1 }`, `{ dist = "..." }`); an arena too has a `value`.
    fn may_be_number(&self) -> bool {
        match &self.value {
            Value::Table(t) => t
                .entries
                .iter()
                .all(|e| NUMBER_KEYS.contains(&e.key.as_str())),
            _ => false,
        }
    }

    fn is_number_table(&self) -> bool {
        match &self.value {
            Value::Table(t) => self.may_be_number() && (t.get("value").or(t.get("dist"))).is_some(),
            _ => false,
        }
    }
}

/// Lays `over` on `base`: tables are merged key by key; `[[tie]]` entries meet their
/// match by `between`, `[[event]]` entries by `id`; anything else is replaced. A table that
/// stands for one number is replaced whole, never mixed with the number below it.
pub(super) fn lay_over(base: Node, over: Node) -> Node {
    let whole = base.is_number_table() && over.may_be_number();
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

fn lay_list_over(base: Vec<Node>, over: Vec<Node>) -> Vec<Node> {
    // A list without identities (names, numbers) is one value and is replaced.
    if over.is_empty() || over.iter().any(|node| identity(node).is_none()) {
        return over;
    }
    let mut laid = base.clone();
    let mut met = BTreeSet::new();
    for node in over {
        let id = identity(&node);
        let below = base.iter().position(|b| identity(b) == id);
        let first = met.insert(id);
        match below {
            Some(index) if first => laid[index] = lay_over(base[index].clone(), node),
            // Named twice by one file: both are kept, so that it can be said.
            Some(index) => laid.push(lay_over(base[index].clone(), node)),
            None => laid.push(node),
        }
    }
    laid
}
