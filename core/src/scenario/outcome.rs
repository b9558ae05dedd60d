//! Outcomes: what counts as what, as data.

use super::diagnostics::{Place, Problem, suggestion};
use super::expression::{Expression, Gives};
use super::reader::{Amount, Reader, no_name};
use super::spec::{NameKind, NumberSpec};
use super::variable::Variable;
use super::watch::Watch;

/// The outcomes of every scenario, in the format of a scenario; any file is laid over them.
pub const BUILT_IN: &str = include_str!("outcomes.toml");

/// The name under which they appear where something is wrong with them.
pub(super) const BUILT_IN_NAME: &str = "the built-in outcomes";

/// The colours that an outcome can have, from those that are told apart by everybody.
pub const COLOURS: [&str; 6] = ["vermilion", "blue", "green", "purple", "amber", "grey"];

/// Kinds of thing for each of which there may be an outcome.
pub(super) const KINDS: [NameKind; 5] = [
    NameKind::Coalition,
    NameKind::Arena,
    NameKind::Faction,
    NameKind::Patron,
    NameKind::Bloc,
];
pub(super) const KIND_WORDS: [&str; 6] =
    ["none", "coalition", "arena", "faction", "patron", "bloc"];

/// When an outcome comes about.
#[derive(Debug, Clone, PartialEq)]
pub enum Comes {
    /// When this has been so for so many weeks on end.
    When(Expression, Expression),
    /// At the horizon, if none of those that count has.
    Otherwise,
}

/// Something that can come about in a history, and is counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The id of its entry.
    pub id: String,
    /// Its key in tables, JSON and expressions: the id, and whose it is if there are several.
    pub key: String,
    /// Whose it is, if there is one for each of several things.
    pub of: Option<(NameKind, usize)>,
    /// Whether it is the only or the first one of its entry.
    pub is_first: bool,
    /// The name shown to a reader.
    pub label: String,
    /// The same in a word.
    pub short: String,
    /// When it comes about.
    pub comes: Comes,
    /// The outcome of which it is a criterion or a stage, by index: it is shown with that one.
    pub part_of: Option<usize>,
    /// Whether a history in which it comes about is no stalemate.
    pub counts: bool,
    /// Whether it has a place in the order of events.
    pub ordered: bool,
    /// Whether the threat's weakest moment is looked for before it.
    pub ends_trough: bool,
    /// The outcome that may follow it and is shown together with it, by index.
    pub then: Option<usize>,
    /// Which of [`COLOURS`] it has.
    pub colour: usize,
}

impl Outcome {
    /// The variables it hangs on, each once; none where it is known at the horizon only.
    pub fn variables(&self) -> Vec<Variable> {
        let Comes::When(when, _) = &self.comes else {
            return Vec::new();
        };
        let mut each: Vec<Variable> = Vec::new();
        for variable in when.variables() {
            if !each.contains(&variable) {
                each.push(variable);
            }
        }
        each
    }

    /// The outcomes that it asks for, by index: its criteria.
    pub fn criteria(&self) -> Vec<usize> {
        match &self.comes {
            Comes::When(when, _) => when.outcomes(),
            Comes::Otherwise => Vec::new(),
        }
    }

    /// The key of the thing whose it is, if there is one for each of several.
    pub fn of_key(&self) -> Option<&str> {
        self.key.strip_prefix(&self.id)?.strip_prefix('.')
    }
}

/// An outcome as it is read: what it names may come later in the list.
#[derive(Debug)]
pub(super) struct Draft {
    outcome: Outcome,
    part_of: Option<(String, Option<Place>)>,
    then: Option<(String, Option<Place>)>,
}

impl Draft {
    /// The outcomes of an entry: one, or one for each of several things; none if it is called off.
    pub(super) fn read(r: &mut Reader<'_>) -> Vec<Self> {
        let id = r.text(
            "id",
            "",
            "The key by which overlays and expressions name it",
        );
        let enabled = r.truth(
            "enabled",
            true,
            "Whether it is looked for; `false` takes it out of all tables and pictures",
        );
        let each = r.choice(
            "each",
            &KIND_WORDS,
            0,
            "Whether there is one for each coalition, arena, ...: `each` in its expressions stands for that one. The first of them is the headline one: \
             it alone counts against stalemate and has a place in orders of events",
        );
        let label = r.text(
            "label",
            "",
            "The name shown to a reader; `{each}` stands for the name of that one",
        );
        let short = r.optional_text("short", "The same in a word or two, for orders of events");
        let when = r.expression(
            "when",
            false,
            "What must be so for it to come about: an expression that is true or false",
        );
        let for_weeks = r.amount(
            NumberSpec::new(
                "for_weeks",
                "weeks",
                0.0,
                5200.0,
                "For how long on end that must be so before it counts",
            )
            .or(0.0),
        );
        let after = r.expression(
            "after",
            false,
            "What must be so as well, for instance `happened(defeat)`",
        );
        let unless = r.expression("unless", false, "What must not be so");
        let otherwise = r.truth(
            "otherwise",
            false,
            "Whether it comes about, instead of `when`, at the horizon if no outcome that counts has",
        );
        let part_of = r.optional_text(
            "part_of",
            "The id of the outcome of which it is a criterion or a stage: it is listed with that one, and left out of the pictures of outcomes",
        );
        let counts = r.truth(
            "counts",
            true,
            "Whether a history in which it comes about is no stalemate",
        );
        let ordered = r.truth(
            "ordered",
            true,
            "Whether it has a place in the orders in which outcomes come about",
        );
        let ends_trough = r.truth(
            "ends_trough",
            false,
            "Whether the threat's weakest moment is looked for before it only",
        );
        let then = r.optional_text(
            "then",
            "The id of an outcome that may follow: how often it does is shown",
        );
        let colour = r.choice("colour", &COLOURS, 5, "Its colour in pictures");
        let shows = r.expression(
            "shows",
            false,
            "The quantity that it hangs on: it is watched, of several of one entry that of the first",
        );
        let shows_label = r.optional_text(
            "shows_label",
            "The name of that quantity shown to a reader; `{each}` as in `label` [that of the outcome]",
        );
        let shows_about = r.optional_text(
            "shows_about",
            "What that quantity is, as `about` of `[[watch]]`",
        );
        let limit = r.expression("limit", false, "The level of that at which it comes about");
        if !r.is_reading() {
            return Vec::new();
        }
        if !id.is_empty()
            && let Some(help) = no_name(&id, "ids")
        {
            let message = format!("`{id}` can't be an id");
            r.problem(Some("id"), message, "not an id", &help);
            return Vec::new();
        }
        if r.gathered().outcomes.iter().any(|(key, _)| *key == id) {
            let message = format!("there are two outcomes `{id}`");
            r.problem(
                Some("id"),
                message,
                "the second",
                "give each an id of its own",
            );
            return Vec::new();
        }
        let (has_when, called) = (when.is_some(), format!("outcome `{id}`"));
        if enabled && has_when == otherwise {
            let (message, label) = match otherwise {
                true => (
                    format!("{called} has `when` and comes about otherwise"),
                    "one of the two",
                ),
                false => (
                    format!("{called} never comes about"),
                    "neither `when` nor `otherwise`",
                ),
            };
            let help = "`when` says what must be so; `otherwise = true` means at the horizon, if nothing that counts has come about";
            if !r.has("when") || has_when {
                r.problem(None, message, label, help);
            }
            return Vec::new();
        }
        let kind = (each > 0).then(|| KINDS[each - 1]);
        let members: Vec<Option<(NameKind, usize, String)>> = match kind {
            None => vec![None],
            Some(kind) => {
                let names = r.gathered().names(kind).to_vec();
                names
                    .into_iter()
                    .enumerate()
                    .map(|(k, name)| Some((kind, k, name)))
                    .collect()
            }
        };
        let part_of = part_of.map(|id| (id, r.place_of("part_of")));
        let then = then.map(|id| (id, r.place_of("then")));
        let mut drafts = Vec::new();
        for (nth, member) in members.into_iter().enumerate() {
            let of = member.as_ref().map(|(kind, k, _)| (*kind, *k));
            let key = match &member {
                None => id.clone(),
                Some((_, _, name)) => format!("{id}.{name}"),
            };
            if !enabled {
                r.gathered().outcomes.push((key, None));
                continue;
            }
            let comes = match otherwise {
                true => Some(Comes::Otherwise),
                false => {
                    let mut parse = |key, written: &Option<String>| {
                        written
                            .as_ref()
                            .map(|text| r.parse(key, text, Gives::Truth, of))
                    };
                    let parsed = [
                        parse("when", &when),
                        parse("after", &after),
                        parse("unless", &unless)
                            .map(|unless| Some(Expression::Not(Box::new(unless?)))),
                    ];
                    let weeks = match &for_weeks {
                        Amount::Number(quantity) => Some(Expression::Number(*quantity)),
                        Amount::Written(text) => r.parse("for_weeks", text, Gives::Number, of),
                    };
                    let all: Option<Vec<Expression>> = parsed.into_iter().flatten().collect();
                    let all = all.and_then(|all| all.into_iter().reduce(Expression::and));
                    all.zip(weeks).map(|(when, weeks)| Comes::When(when, weeks))
                }
            };
            // Each of several would say the same of what is wrong.
            let Some(comes) = comes else {
                return Vec::new();
            };
            let index = r
                .gathered()
                .outcomes
                .iter()
                .filter(|(_, i)| i.is_some())
                .count();
            let name = of.map(|(kind, k)| r.gathered().shown(kind, k).to_owned());
            let fill = |text: &str| match &name {
                Some(name) => text.replace("{each}", name),
                None => text.to_owned(),
            };
            r.gathered().outcomes.push((key.clone(), Some(index)));
            if let (Some(shows), 0) = (&shows, nth) {
                let mut parse = |key, text: &String| r.parse(key, text, Gives::Number, of);
                let what = parse("shows", shows);
                let level = limit.as_ref().map(|limit| parse("limit", limit));
                let (Some(what), level) = (what, level.flatten()) else {
                    return Vec::new();
                };
                let label = fill(shows_label.as_ref().unwrap_or(&label));
                let watch =
                    Watch::of_outcome(&key, &id, of, (&label, shows_about.clone()), what, level, r);
                r.gathered().shown_by_outcomes.push(watch);
            }
            drafts.push(Self {
                outcome: Outcome {
                    id: id.clone(),
                    key,
                    of,
                    is_first: nth == 0,
                    label: fill(&label),
                    short: fill(short.as_deref().unwrap_or(&label)),
                    comes,
                    part_of: None,
                    counts: counts && nth == 0 && !otherwise,
                    ordered: ordered && nth == 0 && !otherwise,
                    ends_trough,
                    then: None,
                    colour,
                },
                part_of: part_of.clone(),
                then: then.clone(),
            });
        }
        drafts
    }

    /// The outcomes with what they name found.
    pub(super) fn link(drafts: Vec<Self>, r: &mut Reader<'_>) -> Vec<Outcome> {
        let keys: Vec<(String, Option<usize>)> = r.gathered().outcomes.clone();
        let ids: Vec<String> = drafts
            .iter()
            .map(|draft| draft.outcome.id.clone())
            .collect();
        let mut outcomes = Vec::new();
        for (index, draft) in drafts.into_iter().enumerate() {
            let Self {
                mut outcome,
                part_of,
                then,
            } = draft;
            let mut find = |named: Option<(String, Option<Place>)>, what: &str| {
                let (id, place) = named?;
                let suffix = outcome.key.strip_prefix(&outcome.id).unwrap_or_default();
                let own = format!("{id}{suffix}");
                let exact = keys.iter().find(|(key, _)| *key == own || *key == id);
                let first = || {
                    let place = ids.iter().position(|known| *known == id)?;
                    Some((String::new(), Some(place)))
                };
                match exact.cloned().or_else(first) {
                    Some((_, found)) => found.filter(|found| *found != index),
                    None => {
                        if outcome.is_first {
                            r.gathered().problems.push_with(|| {
                                let known: Vec<&str> = ids.iter().map(String::as_str).collect();
                                let message = format!("there is no outcome `{id}` for `{what}`");
                                let mut problem = Problem {
                                    place,
                                    message,
                                    label: "not known".to_owned(),
                                    help: None,
                                };
                                problem.help = suggestion(&id, &known);
                                problem
                            });
                        }
                        None
                    }
                }
            };
            let part_of = find(part_of, "part_of");
            let then = find(then, "then");
            outcome.part_of = part_of;
            outcome.then = then;
            outcomes.push(outcome);
        }
        outcomes
    }
}
