//! Coalitions, as factions name them.

use super::Builder;
use crate::scenario::coded::cell::{Said, items};
use crate::scenario::coded::columns::RowOf;
use crate::scenario::coded::names::{Names, key_of};
use crate::scenario::coded::rows::Rows;
use crate::scenario::diagnostics::Complaints;
use crate::scenario::spec::NameKind;
use crate::scenario::tree::{Node, Value};

impl Builder<'_> {
    /// The coalitions that factions name; all factions are one where none names any.
    pub(super) fn coalitions(&mut self, all: &[Rows]) {
        let factions = || {
            all.iter()
                .filter(|rows| rows.table.row == RowOf::Thing(NameKind::Faction))
        };
        let mut found: Vec<(String, Said, Vec<Node>)> = Vec::new();
        let mut everybody: Vec<Node> = Vec::new();
        let mut first = None;
        for rows in factions() {
            for line in &rows.lines {
                // What is wrong with it was said.
                let Some((key, name)) = Names::identity(rows, line, &mut Complaints::default())
                else {
                    continue;
                };
                let is_it = |node: &Node| matches!(&node.value, Value::Text(text) if *text == key);
                if everybody.iter().any(is_it) {
                    continue;
                }
                let member = Node {
                    place: name.place.clone(),
                    value: Value::Text(key),
                };
                first.get_or_insert_with(|| name.clone());
                everybody.push(member.clone());
                let Some(said) = rows.said(line, "coalition") else {
                    continue;
                };
                for item in items(said) {
                    let key = key_of(item);
                    let member = Node {
                        place: said.place.clone(),
                        ..member.clone()
                    };
                    match found.iter_mut().find(|(known, ..)| *known == key) {
                        Some((.., members)) => members.push(member),
                        None => found.push((
                            key,
                            Said {
                                text: item.to_owned(),
                                ..said.clone()
                            },
                            vec![member],
                        )),
                    }
                }
            }
        }
        if let (true, Some(first)) = (found.is_empty(), first) {
            let said = Said {
                text: "The alliance".to_owned(),
                ..first
            };
            found.push(("allies".to_owned(), said, everybody));
        }
        for (key, said, members) in found {
            let part = |text: &str| (text.to_owned(), said.place.clone());
            let base = [part(NameKind::Coalition.table()), part(&key)];
            let of = |key: &str| [&base[..], &[part(key)]].concat();
            let name = Node {
                place: said.place.clone(),
                value: Value::Text(said.text.clone()),
            };
            self.insert(&of("name"), name);
            let members = Node {
                place: said.place.clone(),
                value: Value::List(members),
            };
            self.insert(&of("members"), members);
        }
    }
}
