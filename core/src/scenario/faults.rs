//! Where in a scenario's tree something is known to be wrong.

use std::collections::BTreeSet;

use super::diagnostics::{Complaints, Place};
use super::tree::{Node, Table, Value};

/// Paths of the values of which something has been said.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// Of values that are wrong themselves, or hold one that is.
    paths: BTreeSet<Vec<String>>,
}

impl Faults {
    /// The faults that problems point at.
    pub fn of(root: &Table, problems: &Complaints) -> Self {
        let mut places: Vec<&Place> = problems.places().collect();
        places.sort_by_key(|place| (place.file, place.span.start));
        let mut faults = Self::default();
        if !places.is_empty() {
            faults.look_through(root, &mut Vec::new(), &places);
        }
        faults
    }

    fn look_through(&mut self, table: &Table, path: &mut Vec<String>, places: &[&Place]) -> bool {
        let mut any = false;
        for entry in &table.entries {
            path.push(entry.key.clone());
            let here = meets(&entry.place, places);
            any |= self.look_at(&entry.node, path, places, here);
            path.pop();
        }
        any
    }

    fn look_at(
        &mut self,
        node: &Node,
        path: &mut Vec<String>,
        places: &[&Place],
        mut wrong: bool,
    ) -> bool {
        match &node.value {
            Value::Table(table) => wrong |= self.look_through(table, path, places),
            Value::List(list) => {
                for (index, item) in list.iter().enumerate() {
                    path.push(index.to_string());
                    wrong |= self.look_at(item, path, places, false);
                    path.pop();
                }
            }
            _ => {}
        }
        wrong |= meets(&node.place, places);
        if wrong {
            self.paths.insert(path.clone());
        }
        wrong
    }

    /// Whether something was said of a value, of its key, or of anything in it.
    pub fn at(&self, path: &[&str]) -> bool {
        // Seldom many, and none in a scenario that is fine.
        !self.paths.is_empty() && self.paths.contains(&owned(path))
    }
}

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|part| (*part).to_owned()).collect()
}

/// Whether one of some places, in order, begins within a place.
fn meets(place: &Place, places: &[&Place]) -> bool {
    let before = |other: &&Place| (other.file, other.span.start) < (place.file, place.span.start);
    let next = places.get(places.partition_point(before));
    next.is_some_and(|other| {
        other.file == place.file
            && (other.span.start < place.span.end || other.span.start == place.span.start)
    })
}

/// The table at the end of a path; the items of a list go by their index.
pub(super) fn table_at<'a>(root: &'a Table, path: &[&str]) -> Option<&'a Table> {
    let mut table = root;
    let mut parts = path.iter();
    while let Some(part) = parts.next() {
        let mut node = &table.get(part)?.node;
        while let Value::List(list) = &node.value {
            node = list.get(parts.next()?.parse::<usize>().ok()?)?;
        }
        let Value::Table(inner) = &node.value else {
            return None;
        };
        table = inner;
    }
    Some(table)
}
