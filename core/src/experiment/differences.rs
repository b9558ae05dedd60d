//! In what two scenarios differ, key by key.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::scenario::{NumberRecord, Scenario};

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A number or its distribution.
    Number,
    /// Something else that the model reads: a date, a member, a switch.
    Setting,
    /// What only readers see: a name, a title, a story.
    Text,
    /// How many replicates and from which seed, where the command line doesn't say.
    Run,
}

/// A key with two values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntryDifference {
    /// The key from the root, e.g. `patron.us.commitment`.
    pub key: String,
    /// What it holds.
    pub kind: EntryKind,
    /// Its value as TOML in the first scenario; none where it has no such key.
    pub first: Option<String>,
    /// The same in the other.
    pub other: Option<String>,
}

/// A faction, event, tie or the like that only one of the two has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Structure {
    /// Its key, e.g. `event.referendum`.
    pub key: String,
    /// Whether the other scenario has it (else the first).
    pub added: bool,
}

/// All in which a scenario differs from the first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Differs {
    /// What is only in one of them.
    pub structure: Vec<Structure>,
    /// Keys with different values, those of `structure` too, in the scenario's order.
    pub entries: Vec<EntryDifference>,
    /// Numbers with the same value from another source.
    pub sources: Vec<String>,
}

impl Differs {
    /// Whether nothing that the model reads differs.
    pub fn is_same(&self) -> bool {
        self.of_model().next().is_none()
    }

    /// The differences that the model can notice.
    pub fn of_model(&self) -> impl Iterator<Item = &EntryDifference> {
        let read = |e: &&EntryDifference| matches!(e.kind, EntryKind::Number | EntryKind::Setting);
        self.entries.iter().filter(read)
    }

    /// Those of them that do not belong to an added or removed part.
    pub fn of_common(&self) -> impl Iterator<Item = &EntryDifference> {
        self.of_model().filter(|e| {
            part(&e.key).is_none_or(|part| self.structure.iter().all(|s| s.key != part))
        })
    }
}

/// Tables whose entries have names of their own.
const PARTS: [&str; 9] = [
    "issue",
    "community",
    "bloc",
    "faction",
    "patron",
    "coalition",
    "arena",
    "tie",
    "event",
];

/// The named part of the scenario to which a key belongs.
fn part(key: &str) -> Option<String> {
    let mut words = key.split('.');
    let (table, name) = (words.next()?, words.next()?);
    PARTS.contains(&table).then(|| format!("{table}.{name}"))
}

/// One scenario's values, ready to be compared.
struct Side<'a> {
    order: Vec<String>,
    values: BTreeMap<String, (EntryKind, String)>,
    sources: BTreeMap<&'a str, Option<&'a str>>,
    parts: BTreeSet<String>,
}

impl<'a> Side<'a> {
    fn of(scenario: &'a Scenario) -> Self {
        let numbers: BTreeMap<&str, &NumberRecord> = scenario
            .numbers
            .iter()
            .map(|n| (n.path.as_str(), n))
            .collect();
        let value = |key: &str, literal: &str| match numbers.get(key) {
            Some(number) => {
                let mut plain = (*number).clone();
                plain.source = None;
                (kind(key, true), plain.to_toml())
            }
            None => (kind(key, false), literal.to_owned()),
        };
        let entries = scenario.entries();
        Self {
            values: entries
                .iter()
                .map(|(key, literal)| (key.clone(), value(key, literal)))
                .collect(),
            sources: numbers
                .iter()
                .map(|(key, number)| (*key, number.source.as_deref()))
                .collect(),
            parts: entries.iter().filter_map(|(key, _)| part(key)).collect(),
            order: entries.into_iter().map(|(key, _)| key).collect(),
        }
    }
}

fn kind(key: &str, number: bool) -> EntryKind {
    let last = key.rsplit('.').next().unwrap_or(key);
    if ["run.replicates", "run.seed", "format"].contains(&key) {
        EntryKind::Run
    } else if number {
        EntryKind::Number
    } else if ["name", "title", "story"].contains(&last) {
        EntryKind::Text
    } else {
        EntryKind::Setting
    }
}

/// In what `other` differs from `first`.
pub fn differences(first: &Scenario, other: &Scenario) -> Differs {
    let (a, b) = (Side::of(first), Side::of(other));
    let gone = a.parts.difference(&b.parts).map(|key| (key, false));
    let new = b.parts.difference(&a.parts).map(|key| (key, true));
    let structure = gone
        .chain(new)
        .map(|(key, added)| Structure {
            key: key.clone(),
            added,
        })
        .collect();
    let only_new = b.order.iter().filter(|key| !a.values.contains_key(*key));
    let mut entries = Vec::new();
    let mut sources = Vec::new();
    for key in a.order.iter().chain(only_new) {
        let (was, is) = (a.values.get(key), b.values.get(key));
        if was == is {
            if a.sources.get(key.as_str()) != b.sources.get(key.as_str()) {
                sources.push(key.to_owned());
            }
            continue;
        }
        let Some((kind, _)) = was.or(is) else {
            continue;
        };
        entries.push(EntryDifference {
            key: key.to_owned(),
            kind: *kind,
            first: was.map(|(_, value)| value.clone()),
            other: is.map(|(_, value)| value.clone()),
        });
    }
    Differs {
        structure,
        entries,
        sources,
    }
}
