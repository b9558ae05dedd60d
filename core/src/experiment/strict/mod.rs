//! What is legal in a scenario but odd: what a careful referee would ask about.
//!
//! Some of it follows from the scenario alone (`rules`). Whether anything depends on a number is
//! tried (`trial`): pairs of histories on the same random numbers, in one of which the number is
//! another. Where all that is recorded of each pair is the same to the last bit, nothing in
//! these histories depends on it. That it may matter in others is why the number of histories is
//! said. Numbers that stand in for each other (any one of two incomes is enough) do nothing one by
//! one: what is said of several holds of all of them at once.

mod rules;
mod trial;

use crate::scenario::{Place, Problem, Scenario};

pub use rules::{LongSteps, long_steps};

/// What is odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An effect that changes nothing.
    Effect,
    /// A number of the ground in politics, or of politics on the ground.
    Politics,
    /// Something that can't come about.
    Never,
    /// A threshold that is out of reach.
    Reach,
    /// Steps that are too long for what happens in them.
    Steps,
    /// A number on which nothing depends.
    Unread,
    /// An actor, a people or a place that plays no part.
    Idle,
    /// A number without a source.
    Source,
    /// A scenario that claims to be sure of every number.
    Certain,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Effect,
        Self::Politics,
        Self::Never,
        Self::Reach,
        Self::Steps,
        Self::Unread,
        Self::Idle,
        Self::Source,
        Self::Certain,
    ];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Effect => "effect",
            Self::Politics => "politics",
            Self::Never => "never",
            Self::Reach => "reach",
            Self::Steps => "steps",
            Self::Unread => "unread",
            Self::Idle => "idle",
            Self::Source => "source",
            Self::Certain => "certain",
        }
    }

    /// What it is, in a line.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Effect => "an effect that changes nothing",
            Self::Politics => "a number of the ground in politics, or of politics on the ground",
            Self::Never => "an event that can't happen",
            Self::Reach => "a threshold that is out of reach",
            Self::Steps => "steps too long for what happens in them",
            Self::Unread => "a number on which nothing depends",
            Self::Idle => "an actor, a people or a place that plays no part",
            Self::Source => "numbers without a source",
            Self::Certain => "no number is uncertain",
        }
    }
}

/// Something odd.
#[derive(Debug, Clone, PartialEq)]
pub struct Oddity {
    /// What kind of thing it is.
    pub kind: Kind,
    /// The key of the number or of the thing.
    pub key: String,
    /// Where it is, what is odd, what would be usual.
    pub problem: Problem,
}

/// Everything odd about a scenario, in the order of its files' text.
pub fn look(scenario: &Scenario) -> Vec<Oddity> {
    let mut found = Found {
        scenario,
        oddities: Vec::new(),
        known: Vec::new(),
    };
    rules::apply(&mut found);
    trial::apply(&mut found);
    let mut oddities = found.oddities;
    let order = |oddity: &Oddity| {
        let place = oddity.problem.place.as_ref();
        place.map_or((usize::MAX, 0), |place| (place.file, place.span.start))
    };
    oddities.sort_by_key(order);
    oddities
}

/// What is found so far.
struct Found<'a> {
    scenario: &'a Scenario,
    oddities: Vec<Oddity>,
    /// The keys of which something was said together with others.
    known: Vec<String>,
}

impl Found<'_> {
    fn say(
        &mut self,
        kind: Kind,
        key: &str,
        place: Option<Place>,
        message: String,
        label: &str,
        help: &str,
    ) {
        self.oddities.push(Oddity {
            kind,
            key: key.to_owned(),
            problem: Problem {
                place,
                message,
                label: label.to_owned(),
                help: Some(help.to_owned()),
            },
        });
    }

    /// Whether something was said of a number, or of what it belongs to.
    fn knows(&self, key: &str) -> bool {
        let said = self.oddities.iter().map(|oddity| &oddity.key);
        said.chain(&self.known).any(|known| {
            let rest = key.strip_prefix(known.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}
