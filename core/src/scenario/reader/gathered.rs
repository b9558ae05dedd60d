//! What reading gathers: what is wrong, the numbers, the names.

use super::super::case::Kind;
use super::super::diagnostics::{Complaints, Place, Problem, SourceFile, suggestion};
use super::super::draws::Tables;
use super::super::number::{Form, NumberRecord, read_number};
use super::super::spec::{NameKind, NumberSpec};
use super::super::tree::{Node, Table, Value};
use super::super::variable::{Each, Word};
use super::super::watch::Watch;

/// What reading gathers beside the values: problems, numbers, names.
#[derive(Debug, Default)]
pub struct Gathered {
    /// What is wrong so far.
    pub problems: Complaints,
    /// What the files describe.
    pub(super) kind: Kind,
    /// Tables that numbers may be drawn from.
    pub(in crate::scenario) tables: Tables,
    /// Every number read so far; a [`Quantity`] is an index into it.
    pub numbers: Vec<NumberRecord>,
    /// The source that each file gives for its numbers.
    pub(super) sources: Vec<Option<String>>,
    names: [Vec<String>; NameKind::ALL.len()],
    /// The names shown of the same, in the same order.
    shown: [Vec<String>; NameKind::ALL.len()],
    /// The outcomes read so far by their keys; no index where one is called off.
    pub(in crate::scenario) outcomes: Vec<(String, Option<usize>)>,
    /// Ids of the watched quantities read so far.
    pub(in crate::scenario) watches: Vec<String>,
    /// What outcomes hang on, which is watched.
    pub(in crate::scenario) shown_by_outcomes: Vec<Watch>,
    /// Kinds whose section is not a table, or one that is too long to be read: which names
    /// there should be can't be known.
    pub(super) unreadable: Vec<NameKind>,
}

impl Gathered {
    /// Collects the names of all things, so that references can be checked while reading.
    pub fn new(kind: Kind, root: &Table, files: &[SourceFile]) -> Self {
        let mut gathered = Self {
            kind,
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

    /// Reads a node as a number; says everything that is wrong with it.
    pub(super) fn read_number(
        &mut self,
        node: &Node,
        spec: &NumberSpec,
        path: &str,
    ) -> Option<(Form, Option<String>)> {
        read_number(node, spec, path, &self.tables, &mut self.problems)
    }

    /// The names of a kind, in the scenario's order.
    pub fn names(&self, kind: NameKind) -> &[String] {
        &self.names[kind as usize]
    }

    /// The name shown of one of a kind.
    pub(in crate::scenario) fn shown(&self, kind: NameKind, index: usize) -> &str {
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
                problem.help = suggestion(name, &known).or_else(|| {
                    let (file, table) = (self.kind.word(), kind.table());
                    Some(format!("the {file} has no `[{table}.*]` at all"))
                });
                problem
            });
        }
        found
    }
}

impl Gathered {
    /// The index of an earlier outcome (within it `None`: it is called off), or a problem. Where
    /// `each` is one of several things, the outcome that this thing has is meant first.
    pub(in crate::scenario) fn outcome(
        &mut self,
        name: &Word<'_>,
        each: Each,
    ) -> Option<Option<usize>> {
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
