//! What must hold between the parts of a scenario.

use std::collections::BTreeSet;

use super::diagnostics::{Place, Problem, suggestion};
use super::event::Trigger;
use super::number::{Form, Quantity};
use super::reader::Actor;
use super::tree::{Table, Value};
use super::{Address, Addressed, Holder, Scenario};

/// How far a sum of shares may be from 1.
const TOLERANCE: f64 = 1e-6;

/// Adds everything that is wrong between the parts.
pub(super) fn check(scenario: &Scenario, root: &Table, problems: &mut Vec<Problem>) {
    let mut checker = Checker {
        scenario,
        root,
        problems,
    };
    checker.time();
    checker.cast();
    for arena in 0..scenario.arenas.len() {
        checker.arena(arena);
    }
    checker.ties();
    for event in 0..scenario.events.len() {
        checker.event(event);
    }
}

struct Checker<'a> {
    scenario: &'a Scenario,
    root: &'a Table,
    problems: &'a mut Vec<Problem>,
}

impl Checker<'_> {
    /// The place of a value, as near to the path's end as the document goes;
    /// a table with a header is shown by its header.
    fn place(&self, path: &[&str]) -> Place {
        let mut table = self.root;
        let mut place = Place {
            file: 0,
            span: 0..0,
        };
        for part in path {
            let Some(entry) = table.get(part) else {
                break;
            };
            match &entry.node.value {
                Value::Table(inner) => {
                    place = entry.place.clone();
                    table = inner;
                }
                Value::List(_) => {
                    place = entry.node.place.clone();
                    break;
                }
                _ => {
                    place = entry.node.place.clone();
                    break;
                }
            }
        }
        place
    }

    fn item_place(&self, list: &str, index: usize, key: &str) -> Place {
        if let Some(entry) = self.root.get(list)
            && let Value::List(items) = &entry.node.value
            && let Some(node) = items.get(index)
        {
            if let Value::Table(table) = &node.value
                && let Some(entry) = table.get(key)
            {
                return entry.node.place.clone();
            }
            return node.place.clone();
        }
        Place {
            file: 0,
            span: 0..0,
        }
    }

    fn say(&mut self, place: Place, message: String, label: &str, help: String) {
        self.problems
            .push(Problem::at(place, message, label).help(help));
    }

    fn time(&mut self) {
        let time = &self.scenario.time;
        if time.end <= time.start {
            self.say(
                self.place(&["time", "end"]),
                format!(
                    "the scenario ends on {} before it has begun on {}",
                    time.end, time.start
                ),
                "not after the start",
                "let `time.end` be later than `time.start`".to_owned(),
            );
        } else if time.steps() == 0 {
            self.say(
                self.place(&["time", "end"]),
                "the scenario is shorter than one step".to_owned(),
                "too early",
                "lengthen it, or shorten `time.step_weeks`".to_owned(),
            );
        } else if time.steps() > 5200 {
            self.say(
                self.place(&["time", "end"]),
                format!("the scenario has {} steps", time.steps()),
                "too late",
                "at most 5200 steps; take a larger `time.step_weeks` for longer horizons"
                    .to_owned(),
            );
        }
    }

    fn cast(&mut self) {
        let scenario = self.scenario;
        let missing = [
            (scenario.factions.is_empty(), "faction"),
            (scenario.coalitions.is_empty(), "coalition"),
            (
                !scenario.arenas.iter().any(super::Arena::is_territory),
                "territory among its arenas",
            ),
        ];
        for (absent, what) in missing {
            if absent {
                self.say(
                    Place {
                        file: 0,
                        span: 0..0,
                    },
                    format!("the scenario has no {what}"),
                    "nowhere in this file",
                    format!("add at least one {what}"),
                );
            }
        }
        if scenario.factions.len() > 64 {
            self.say(
                self.place(&["faction"]),
                format!("the scenario has {} factions", scenario.factions.len()),
                "too many",
                "at most 64".to_owned(),
            );
        }
    }

    /// The lowest and highest that a number can be.
    fn support(&self, quantity: Quantity) -> (f64, f64) {
        match &self.scenario.number(quantity).form {
            Form::Fixed(value) => (*value, *value),
            Form::Uncertain(distribution) => distribution.support(),
        }
    }

    fn arena(&mut self, index: usize) {
        let arena = &self.scenario.arenas[index];
        let key = arena.key.as_str();
        let at = |part: &'static str| ["arena", key, part];
        let shares = arena
            .control
            .iter()
            .map(|(_, q)| *q)
            .chain(arena.threat_control);
        let (low, high) = shares
            .map(|q| self.support(q))
            .fold((0.0, 0.0), |sum, s| (sum.0 + s.0, sum.1 + s.1));
        match arena.nobody_control {
            None if high > 1.0 + TOLERANCE => self.say(
                self.place(&at("control")),
                format!(
                    "the control shares of `{key}` sum to {}, more than 1",
                    round(high)
                ),
                "too much",
                "lower one of them; what is left belongs to nobody".to_owned(),
            ),
            Some(nobody) => {
                let rest = self.support(nobody);
                let off = (low + rest.0 - 1.0).abs() > TOLERANCE
                    || (high + rest.1 - 1.0).abs() > TOLERANCE;
                if off {
                    self.say(
                        self.place(&at("control")),
                        format!(
                            "the control shares of `{key}` sum to {}, not 1",
                            round(high + rest.1)
                        ),
                        "does not add up",
                        "let them sum to 1, or leave `nobody` out: it then holds the rest"
                            .to_owned(),
                    );
                }
            }
            None => {}
        }
        let nobody_comes = arena.control.is_empty()
            && self
                .scenario
                .factions
                .iter()
                .all(|f| f.stake.iter().all(|(a, _)| *a != index));
        if nobody_comes {
            self.say(
                self.place(&["arena", key]),
                format!("no faction can reach arena `{key}`"),
                "nobody wants or holds it",
                format!("give a faction a share of `control`, or a `stake.{key}`"),
            );
        }
        if arena.is_territory() {
            self.territory(index);
        } else {
            self.institution(index);
        }
    }

    fn territory(&mut self, index: usize) {
        let arena = &self.scenario.arenas[index];
        let key = arena.key.as_str();
        if !arena.mix.is_empty() {
            let (low, high) = arena
                .mix
                .iter()
                .map(|(_, q)| self.support(*q))
                .fold((0.0, 0.0), |sum, s| (sum.0 + s.0, sum.1 + s.1));
            if (low - 1.0).abs() > TOLERANCE || (high - 1.0).abs() > TOLERANCE {
                self.say(
                    self.place(&["arena", key, "mix"]),
                    format!(
                        "the community shares of `{key}` sum to {}, not 1",
                        round(high)
                    ),
                    "does not add up",
                    "let them sum to 1".to_owned(),
                );
            }
        }
        for (community, _) in &arena.grievance {
            if !arena.mix.iter().any(|(c, _)| c == community) {
                let name = &self.scenario.communities[*community].key;
                self.say(
                    self.place(&["arena", key, "grievance", name]),
                    format!("`{name}` has a grievance in `{key}` but does not live there"),
                    "not in its mix",
                    format!("add `{name}` to `arena.{key}.mix`, or drop the grievance"),
                );
            }
        }
        for &neighbour in &arena.neighbours {
            let other = &self.scenario.arenas[neighbour];
            if neighbour == index || !other.is_territory() {
                self.say(
                    self.place(&["arena", key, "neighbours"]),
                    format!("`{}` can't be a neighbour of `{key}`", other.key),
                    "here",
                    "neighbours are other territories".to_owned(),
                );
            }
        }
        if arena.bloc.is_some() {
            self.say(
                self.place(&["arena", key, "bloc"]),
                format!("`{key}` is a territory and belongs to no bloc"),
                "here",
                "only a political arena is a bloc's institution; set `kind = \"political\"`, or drop `bloc`".to_owned(),
            );
        }
    }

    fn institution(&mut self, index: usize) {
        let arena = &self.scenario.arenas[index];
        let key = arena.key.as_str();
        let misplaced = [
            (
                arena.threat_control.is_some(),
                "control",
                "the threat can't hold a political arena",
            ),
            (
                !arena.neighbours.is_empty(),
                "neighbours",
                "a political arena has no neighbours",
            ),
            (
                !arena.mix.is_empty(),
                "mix",
                "nobody lives in a political arena",
            ),
        ];
        for (wrong, part, what) in misplaced {
            if wrong {
                self.say(
                    self.place(&["arena", key, part]),
                    format!("`{key}`: {what}"),
                    "here",
                    "drop it, or set `kind = \"territory\"`".to_owned(),
                );
            }
        }
    }

    fn ties(&mut self) {
        let scenario = self.scenario;
        let mut seen = BTreeSet::new();
        for (index, tie) in scenario.ties.iter().enumerate() {
            let Some((a, b)) = tie.between else { continue };
            let number = |actor| match actor {
                Actor::Faction(i) => i,
                Actor::Patron(p) => scenario.factions.len() + p,
            };
            let (a, b) = (number(a), number(b));
            if !seen.insert((a.min(b), a.max(b))) {
                self.say(
                    self.item_place("tie", index, "between"),
                    "this pair has two ties".to_owned(),
                    "the second one",
                    "put what is known of a pair into one `[[tie]]`".to_owned(),
                );
            }
            if tie.conflict && a.max(b) >= scenario.factions.len() {
                self.say(
                    self.item_place("tie", index, "conflict"),
                    "only factions can be in open conflict".to_owned(),
                    "a patron is in this pair",
                    "give the patron a `hostility`".to_owned(),
                );
            }
        }
    }

    fn event(&mut self, index: usize) {
        let scenario = self.scenario;
        let event = &scenario.events[index];
        let time = &scenario.time;
        if scenario.events[..index].iter().any(|e| e.id == event.id) {
            self.say(
                self.item_place("event", index, "id"),
                format!("two events have the id `{}`", event.id),
                "the second one",
                "give each event an id of its own".to_owned(),
            );
        }
        let last = i64::try_from(time.steps()).unwrap_or(i64::MAX);
        let dates = [
            (
                "date",
                match event.trigger {
                    Some(Trigger::Date(date)) => Some(date),
                    _ => None,
                },
            ),
            ("from", event.from),
            ("until", event.until),
        ];
        for (key, date) in dates {
            if let Some(date) = date
                && (date < time.start
                    || date > time.end
                    || (key == "date" && time.step_of(date) > last))
            {
                self.say(
                    self.item_place("event", index, key),
                    format!("`{}.{key}` = {date} is outside the horizon", event.id),
                    "never reached",
                    format!(
                        "the scenario runs from {} to {}, in whole steps of {} weeks",
                        time.start, time.end, time.step_weeks
                    ),
                );
            }
        }
        if let Some(after) = &event.after
            && !scenario
                .events
                .iter()
                .any(|e| e.id == *after && e.id != event.id)
        {
            let known: Vec<&str> = scenario.events.iter().map(|e| e.id.as_str()).collect();
            let mut problem = Problem::at(
                self.item_place("event", index, "after"),
                format!("there is no other event `{after}`"),
                "not known",
            );
            problem.help = suggestion(after, &known);
            self.problems.push(problem);
        }
        let read = event.when.iter().filter_map(|c| c.on);
        let written = event.effects.iter().filter_map(|e| e.on);
        for addressed in read.chain(written) {
            self.address(index, addressed);
        }
    }

    fn address(&mut self, event: usize, addressed: Addressed) {
        let arenas = &self.scenario.arenas;
        let wrong = match addressed.address {
            Address::Crisis(a) if arenas[a].is_territory() => {
                Some((a, "`crisis` wants a political arena"))
            }
            Address::Underground(a) if !arenas[a].is_territory() => {
                Some((a, "`underground` wants a territory"))
            }
            Address::Control(a, Holder::Threat) if !arenas[a].is_territory() => {
                Some((a, "the threat can't hold a political arena"))
            }
            Address::Grievance(a, c) if !arenas[a].mix.iter().any(|(m, _)| *m == c) => {
                Some((a, "that community does not live there"))
            }
            _ => None,
        };
        if let Some((arena, what)) = wrong {
            let id = &self.scenario.events[event].id;
            self.say(
                self.item_place("event", event, "id"),
                format!("event `{id}`: {what} (`{}`)", arenas[arena].key),
                "in this event",
                "name another arena".to_owned(),
            );
        }
    }
}

/// A sum of shares without the dust of binary fractions.
fn round(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
