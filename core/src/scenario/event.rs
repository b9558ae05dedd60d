//! Events: what may happen, when, and what it changes.

use jiff::civil::Date;

use super::number::{Form, Quantity};
use super::reader::{Reader, no_name};
use super::spec::NumberSpec;
use super::time::Time;
use super::variable::{InUnit, StatePart, Variable};

/// The largest size of a value with which a condition compares its variable.
const FAR: f64 = 1e12;

/// The unit of a variable, as a number of it has it.
fn unit<T>(variable: &Option<InUnit<T>>) -> &'static str {
    variable.as_ref().map_or("1", |(_, unit)| unit)
}

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
    pub on: Option<Variable>,
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
        let on = r.variable("on", "The variable, e.g. `rivalry(kdp, puk)`");
        let unit = unit(&on);
        let spec = |key, about| NumberSpec::new(key, unit, -FAR, FAR, about);
        let condition = Self {
            on: on.map(|(variable, _)| variable),
            above: r.optional_number(spec(
                "above",
                "The event can only happen while the variable is at or above this",
            )),
            below: r.optional_number(spec(
                "below",
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
                spec(
                    "at",
                    "Value of the variable at which the hazard is the one given",
                )
                .or(0.0),
            ),
        };
        if r.is_reading() && !r.has_or_means(&["above", "below", "slope"]) {
            r.problem(
                None,
                "a condition on which nothing depends".to_owned(),
                "no `above`, `below` or `slope`",
                "for instance { on = \"rivalry(kdp, puk)\", above = 0.5 }",
            );
        }
        condition
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
    pub on: Option<StatePart>,
    /// How it changes.
    pub change: Change,
    /// By how much, or to what.
    pub amount: Quantity,
}

impl Effect {
    fn read(r: &mut Reader<'_>) -> Self {
        let on = r.state_part("on", "The variable, e.g. `commitment(us)`");
        let unit = unit(&on);
        let spec = |key, unit, about| NumberSpec::new(key, unit, -1e9, 1e9, about);
        let add = r.optional_number(spec("add", unit, "What is added to the variable"));
        let multiply =
            r.optional_number(spec("multiply", "1", "What the variable is multiplied by"));
        let set = r.optional_number(spec("set", unit, "What the variable is set to"));
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
                on: on.map(|(part, _)| part),
                change: *change,
                amount: *amount,
            };
        }
        let keys = ["add", "multiply", "set"];
        let label = match given.len() {
            0 => "none of them",
            _ => "more than one",
        };
        if r.is_reading() && (!given.is_empty() || !r.has_or_means(&keys)) {
            let message = "an effect wants one of `add`, `multiply` and `set`".to_owned();
            r.problem(
                None,
                message,
                label,
                "for instance { on = \"commitment(us)\", multiply = 0.5 }",
            );
        }
        Self {
            on: on.map(|(part, _)| part),
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
    /// The day on which it happens, if it does; none for a hazard, and for what is called off.
    pub fn date(&self) -> Option<Date> {
        match self.trigger {
            Some(Trigger::Date(day)) if self.enabled => Some(day),
            _ => None,
        }
    }

    /// The day on which it is told if it happens in a step: its date, or the first day of the
    /// step on which its hazard could strike.
    pub fn day(&self, time: &Time, step: usize) -> Date {
        match self.trigger {
            Some(Trigger::Date(date)) => date,
            Some(Trigger::Hazard(_)) | None => time.first_day(step, self.from),
        }
    }

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
            _ => None,
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
        event.check(r);
        event
    }

    /// What must hold within one event, beside its keys.
    fn check(&self, r: &mut Reader<'_>) {
        let id = self.id.as_str();
        let called = match id {
            "" => "this event".to_owned(),
            id => format!("event `{id}`"),
        };
        if !id.is_empty()
            && let Some(help) = no_name(id, "ids")
        {
            let message = format!("`{id}` can't be an id");
            r.problem(Some("id"), message, "not an id", &help);
        }
        let either = "a date makes it scheduled, a hazard makes it random";
        if r.has("date") && r.has("hazard_per_year") {
            let message = format!("{called} has both `date` and `hazard_per_year`");
            r.problem(Some("hazard_per_year"), message, "one of the two", either);
        } else if r.is_reading() && !r.has_or_means(&["date", "hazard_per_year"]) {
            let message = format!("{called} has neither `date` nor `hazard_per_year`");
            r.problem(None, message, "it can't happen", either);
        }
        let unused: &[(&str, &str)] = match self.trigger {
            Some(Trigger::Hazard(_)) => &[(
                "probability",
                "`date`: the chance of a hazard is `hazard_per_year`",
            )],
            Some(Trigger::Date(_)) => &[
                ("from", "`hazard_per_year`: a date needs no window"),
                ("until", "`hazard_per_year`: a date needs no window"),
            ],
            None => &[],
        };
        // A resolved scenario gives the default, which says nothing.
        let certain = r.gathered().numbers[self.probability.index()].form == Form::Fixed(1.0);
        for (key, why) in unused {
            if r.has(key) && !(certain && *key == "probability") {
                let message = format!("{called} has no use for `{key}`");
                r.problem(
                    Some(key),
                    message,
                    "not used",
                    &format!("`{key}` belongs to {why}"),
                );
            }
        }
        if self.effects.is_empty()
            && r.is_reading()
            && (r.count("effect") == Some(0) || !r.has_or_means(&["effect"]))
        {
            let message = format!("{called} changes nothing");
            r.problem(
                Some("effect"),
                message,
                "no `[[event.effect]]`",
                "give it at least one effect",
            );
        }
    }
}
