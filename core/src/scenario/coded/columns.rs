//! The tables of a coded case and their columns: those that say what a row is about stand here,
//! all others are the keys of the format.

use crate::scenario::reference;
use crate::scenario::spec::{KeyDescription, NameKind, Shape};

/// What a row of a table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOf {
    /// Any key of the scenario.
    Key,
    /// A faction, an arena, ...
    Thing(NameKind),
    /// Two actors.
    Pair,
    /// An actor and an issue.
    Position,
    /// A faction or a patron, and an arena.
    Claim,
}

/// A column that is no key of the format.
#[derive(Debug, Clone, Copy)]
pub struct OwnColumn {
    /// Its name.
    pub name: &'static str,
    /// Whether each row must say something in it.
    pub required: bool,
    /// What it means.
    pub about: &'static str,
}

/// A table of a coded case.
#[derive(Debug, Clone, Copy)]
pub struct CodedTable {
    /// The file's name.
    pub file: &'static str,
    /// What a row is about.
    pub row: RowOf,
    /// Whether a case can't do without it.
    pub required: bool,
    /// What it has.
    pub about: &'static str,
    /// Its own columns.
    pub own: &'static [OwnColumn],
}

const fn must(name: &'static str, about: &'static str) -> OwnColumn {
    OwnColumn {
        name,
        required: true,
        about,
    }
}

const fn may(name: &'static str, about: &'static str) -> OwnColumn {
    OwnColumn {
        name,
        required: false,
        about,
    }
}

const SOURCE: OwnColumn = may(
    "source",
    "Where the numbers of the row come from, or `judgement: why`; that of one column alone stands in COLUMN_source",
);
const DESCRIPTION: OwnColumn = may("description", "A remark; it becomes a comment");
const NAME: OwnColumn = must("name", "The name shown in tables and pictures");
const KEY: OwnColumn = may(
    "key",
    "The name in files and commands, of a-z, 0-9 and _; made of `name` where left out",
);
const CODE: OwnColumn = may(
    "code",
    "What other tables call it, such as a country code; they may use key, name or code",
);

const THING: [OwnColumn; 5] = [KEY, NAME, CODE, DESCRIPTION, SOURCE];

/// All tables, in the order in which they are read.
pub const TABLES: [CodedTable; 10] = [
    CodedTable {
        file: "case.csv",
        row: RowOf::Key,
        required: true,
        about: "What stands in no other table: when it plays, the threat, parameters; a row for each key",
        own: &[
            must(
                "key",
                "Any key of the format outside lists: `time.start`, `threat.fighters`; `source` is that of all numbers without one",
            ),
            must("value", "Its value"),
            may("low", "The least that the number may be"),
            may("high", "The greatest"),
            SOURCE,
        ],
    },
    CodedTable {
        file: "issues.csv",
        row: RowOf::Thing(NameKind::Issue),
        required: false,
        about: "What the actors disagree about; a row for each issue",
        own: &THING,
    },
    CodedTable {
        file: "communities.csv",
        row: RowOf::Thing(NameKind::Community),
        required: false,
        about: "The peoples; a row for each",
        own: &THING,
    },
    CodedTable {
        file: "blocs.csv",
        row: RowOf::Thing(NameKind::Bloc),
        required: false,
        about: "Factions that share institutions and a treasury; a row for each bloc",
        own: &THING,
    },
    CodedTable {
        file: "factions.csv",
        row: RowOf::Thing(NameKind::Faction),
        required: true,
        about: "Those who fight the threat, and each other; a row for each",
        own: &[
            KEY,
            NAME,
            CODE,
            may(
                "perceived",
                "How far it feels threatened on the first day, 0 to 0.95, or a word: its `exposure` then says where, and in what proportion, and is multiplied so that this comes out",
            ),
            may(
                "coalition",
                "The coalition to which it belongs, or several; all factions are one where no row says anything, or there is no such column",
            ),
            DESCRIPTION,
            SOURCE,
        ],
    },
    CodedTable {
        file: "patrons.csv",
        row: RowOf::Thing(NameKind::Patron),
        required: false,
        about: "Outside states; a row for each",
        own: &THING,
    },
    CodedTable {
        file: "arenas.csv",
        row: RowOf::Thing(NameKind::Arena),
        required: true,
        about: "Prizes, on the ground or in politics; a row for each",
        own: &THING,
    },
    CodedTable {
        file: "positions.csv",
        row: RowOf::Position,
        required: false,
        about: "Positions on issues, in the place of columns `position.ISSUE` of the actors; a row for each actor and issue",
        own: &[
            must("actor", "A faction or a patron"),
            must("issue", "The issue"),
            SOURCE,
        ],
    },
    CodedTable {
        file: "claims.csv",
        row: RowOf::Claim,
        required: false,
        about: "Who wants, fears, can reach and holds what, in the place of columns `stake.ARENA`, `exposure.ARENA` and so on; a row for each actor and arena",
        own: &[
            must(
                "actor",
                "A faction; a patron for its `stake`; `threat` or `nobody` for `control`",
            ),
            must("arena", "The arena"),
            SOURCE,
        ],
    },
    CodedTable {
        file: "ties.csv",
        row: RowOf::Pair,
        required: false,
        about: "What is known of pairs of actors; a row for each pair",
        own: &[
            must("a", "A faction or a patron"),
            must("b", "The other one"),
            DESCRIPTION,
            SOURCE,
        ],
    },
];

/// The table that says what columns of other tables are.
pub const RECODE: &str = "recode.csv";
/// Its columns, and whether each must be there.
pub(super) const RECODE_COLUMNS: [(&str, bool); 5] = [
    ("file", true),
    ("column", true),
    ("code", false),
    ("gives", true),
    ("value", false),
];

impl CodedTable {
    /// The section of the format whose keys are its columns; none of `case.csv`.
    pub fn section(&self) -> Option<&'static str> {
        match self.row {
            RowOf::Key => None,
            RowOf::Thing(kind) => Some(kind.table()),
            RowOf::Pair => Some("tie"),
            RowOf::Position | RowOf::Claim => Some(NameKind::Faction.table()),
        }
    }

    /// The keys of the format that are columns of it.
    pub fn keys(&self) -> Vec<KeyDescription> {
        let keys = match self.section() {
            Some(section) => keys_of(section),
            None => return Vec::new(),
        };
        let wanted: &[&str] = match self.row {
            RowOf::Position => &["position", "salience"],
            RowOf::Claim => &["stake", "exposure", "access"],
            _ => {
                let is_own = |key: &KeyDescription| {
                    key.key == "between" || self.own.iter().any(|own| own.name == key.key)
                };
                return keys.into_iter().filter(|key| !is_own(key)).collect();
            }
        };
        let mut keys: Vec<KeyDescription> = keys
            .into_iter()
            .filter(|key| wanted.contains(&key.key))
            .collect();
        if self.row == RowOf::Claim {
            let of_arena = keys_of(NameKind::Arena.table()).into_iter();
            keys.extend(of_arena.filter(|key| key.key == "control"));
        }
        keys
    }

    /// Whether a row names the thing to which the numbers of a key belong: its columns have no
    /// name of their own then.
    pub(super) fn names_what(&self) -> bool {
        matches!(self.row, RowOf::Position | RowOf::Claim)
    }
}

/// The keys of a section.
pub(super) fn keys_of(section: &str) -> Vec<KeyDescription> {
    let found = reference().into_iter().find(|key| key.key == section);
    match found.map(|key| key.shape) {
        Some(Shape::Table(keys) | Shape::TablesBy(keys) | Shape::List(keys)) => keys,
        _ => Vec::new(),
    }
}

/// What a key of the scenario holds, and the parts of its path that name it.
pub(super) fn shape_at(path: &[&str]) -> Option<Shape> {
    let mut shape = Shape::Table(reference());
    for part in path {
        shape = match shape {
            Shape::Table(keys) => keys.into_iter().find(|key| key.key == *part)?.shape,
            Shape::TablesBy(keys) => Shape::Table(keys),
            Shape::NumbersBy(_, spec) => Shape::Number(spec),
            _ => return None,
        };
    }
    Some(shape)
}
