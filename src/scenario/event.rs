//! Events: what may happen, when, and what it changes.

use jiff::civil::Date;

use super::address::Addressed;
use super::number::Quantity;
use super::reader::Reader;
use super::spec::NumberSpec;

const INF: f64 = f64::INFINITY;

/// When an event happens.
#[derive(Debug, Clone, Copy)]
pub enum Trigger {
    /// On a date, with a probability.
    Date(Date),
    /// At any time within its window, with a hazard a year.
    Hazard(Quantity),
}

/// A state variable that an event's chance depends on.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The variable.
    pub on: Option<Addressed>,
    /// The event can only happen while the variable is at or above this.
    pub above: Option<Quantity>,
    /// The event can only happen while the variable is at or below this.
    pub below: Option<Quantity>,
    /// Log hazard ratio per unit of the variable above `at`.
    pub slope: Quantity,
    /// Value of the variable at which the hazard is the one given.
    pub at: Quantity,
}

impl Condition {
    fn read(r: &mut Reader<'_>) -> Self {
        Self {
            on: r.address("on", false, "The state variable, e.g. `rivalry(kdp, puk)`"),
            above: r.optional_number(NumberSpec::new(
                "above",
                "1",
                -INF,
                INF,
                "The event can only happen while the variable is at or above this",
            )),
            below: r.optional_number(NumberSpec::new(
                "below",
                "1",
                -INF,
                INF,
                "The event can only happen while the variable is at or below this",
            )),
            slope: r.number(
                NumberSpec::new(
                    "slope",
                    "1",
                    -1e3,
                    1e3,
                    "Log hazard ratio per unit of the variable above `at`",
                )
                .or(0.0),
            ),
            at: r.number(
                NumberSpec::new(
                    "at",
                    "1",
                    -INF,
                    INF,
                    "Value of the variable at which the hazard is the one given",
                )
                .or(0.0),
            ),
        }
    }
}

/// How an effect changes its variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Adds.
    Add,
    /// Multiplies.
    Multiply,
    /// Sets.
    Set,
}

/// One change that an event makes.
#[derive(Debug, Clone)]
pub struct Effect {
    /// The variable.
    pub on: Option<Addressed>,
    /// How it changes.
    pub change: Change,
    /// By how much, or to what.
    pub amount: Quantity,
}

impl Effect {
    fn read(r: &mut Reader<'_>) -> Self {
        let on = r.address("on", true, "The state variable, e.g. `commitment(us)`");
        let spec = |key, about| NumberSpec::new(key, "1", -1e9, 1e9, about);
        let add = r.optional_number(spec("add", "What is added to the variable"));
        let multiply = r.optional_number(spec("multiply", "What the variable is multiplied by"));
        let set = r.optional_number(spec("set", "What the variable is set to"));
        let given: Vec<(Change, Quantity)> = [
            (Change::Add, add),
            (Change::Multiply, multiply),
            (Change::Set, set),
        ]
        .into_iter()
        .filter_map(|(change, quantity)| Some((change, quantity?)))
        .collect();
        if let [(change, amount)] = given.as_slice() {
            return Self {
                on,
                change: *change,
                amount: *amount,
            };
        }
        if r.place().is_some() {
            r.problem(
                None,
                "an effect wants one of `add`, `multiply` and `set`".to_owned(),
                "here",
                "for instance { on = \"commitment(us)\", multiply = 0.5 }",
            );
        }
        Self {
            on,
            change: Change::Add,
            amount: Quantity(0),
        }
    }
}

/// Something that may happen.
#[derive(Debug, Clone)]
pub struct Event {
    /// The key by which overlays and other events name it.
    pub id: String,
    /// The name shown.
    pub name: String,
    /// Whether it can happen at all.
    pub enabled: bool,
    /// When.
    pub trigger: Option<Trigger>,
    /// The chance that it happens when its date comes.
    pub probability: Quantity,
    /// First day on which a hazard can strike.
    pub from: Option<Date>,
    /// Last day on which a hazard can strike.
    pub until: Option<Date>,
    /// Whether it can happen more than once.
    pub repeats: bool,
    /// The event that must have happened before.
    pub after: Option<String>,
    /// What its chance depends on.
    pub when: Vec<Condition>,
    /// What it changes.
    pub effects: Vec<Effect>,
}

impl Event {
    pub(super) fn read(r: &mut Reader<'_>) -> Self {
        let id = r.text(
            "id",
            "",
            "The key by which overlays and other events name it",
        );
        let name = r.text("name", "", "What happens, in a few words");
        let enabled = r.truth(
            "enabled",
            true,
            "Whether it can happen at all; an overlay calls an event off with `enabled = false`",
        );
        let date = r.date("date", false, "The day it happens, if it does");
        let hazard = r.optional_number(NumberSpec::new(
            "hazard_per_year",
            "1/year",
            0.0,
            1e4,
            "Hazard a year, at the reference values of its conditions",
        ));
        let trigger = match (date, hazard) {
            (Some(date), None) => Some(Trigger::Date(date)),
            (None, Some(hazard)) => Some(Trigger::Hazard(hazard)),
            (None, None) if r.has("date") || r.place().is_none() => None,
            _ => {
                r.problem(
                    None,
                    format!("event `{id}` wants either `date` or `hazard_per_year`"),
                    "one of the two",
                    "a date makes it scheduled, a hazard makes it random",
                );
                None
            }
        };
        let event = Self {
            id,
            name,
            enabled,
            trigger,
            probability: r.number(
                NumberSpec::new(
                    "probability",
                    "share",
                    0.0,
                    1.0,
                    "The chance that it happens when its date comes and its conditions hold",
                )
                .or(1.0),
            ),
            from: r.date("from", false, "First day on which a hazard can strike"),
            until: r.date("until", false, "Last day on which a hazard can strike"),
            repeats: r.truth("repeats", false, "Whether it can happen more than once"),
            after: r.optional_text(
                "after",
                "The id of the event that must have happened before",
            ),
            when: r.list("when", "What its chance depends on", |r, _| {
                Condition::read(r)
            }),
            effects: r.list("effect", "What it changes", |r, _| Effect::read(r)),
        };
        if event.effects.is_empty() && r.place().is_some() {
            let message = format!("event `{}` changes nothing", event.id);
            r.problem(
                None,
                message,
                "no `[[event.effect]]`",
                "give it at least one effect",
            );
        }
        event
    }
}
