//! Events that can't happen, and effects that do nothing.

use super::{always, number};
use crate::experiment::strict::{Found, Kind};
use crate::scenario::{
    Actor, Change, Effect, Event, Place, Quantity, Scenario, StatePart, Trigger, Variable,
};

/// Expected number of times in a step from which it is said that the step is too long for a hazard.
const OFTEN: f64 = 0.5;

/// Where an event can be shown: at its first number.
fn place_of(found: &Found<'_>, event: &Event) -> Option<Place> {
    let prefix = format!("event.{}.", event.id);
    let own = found
        .scenario
        .numbers
        .iter()
        .filter(|n| n.path.starts_with(&prefix));
    own.filter_map(|n| n.place.clone())
        .min_by_key(|place| (place.file, place.span.start))
}

pub(super) fn chance(found: &mut Found<'_>, event: &Event) {
    let scenario = found.scenario;
    let key = format!("event.{}", event.id);
    let place = place_of(found, event);
    let time = &scenario.time;
    let never = |found: &mut Found<'_>, place: Option<Place>, why: String, help: &str| {
        found.say(
            Kind::Never,
            &key,
            place,
            format!("event `{}` can't happen: {why}", event.id),
            "never",
            help,
        );
    };
    match event.trigger {
        Some(Trigger::Hazard(hazard)) => {
            let hazard = number(found, hazard);
            let rate = hazard.central() * time.step_weeks as f64 / 52.0;
            if rate > OFTEN {
                found.say(
                    Kind::Steps,
                    &hazard.path,
                    hazard.place.clone(),
                    format!("event `{}` is expected {rate:.1} times in a step of {} weeks", event.id, time.step_weeks),
                    "too quick for the steps",
                    "an event happens at most once in a step: lower `time.step_weeks` or the hazard, or give it a date",
                );
            }
        }
        // Without a chance it is called off, as `--set event.ID.probability=0` does it.
        Some(Trigger::Date(_)) | None => {}
    }
    if let Some(after) = &event.after
        && scenario
            .events
            .iter()
            .any(|other| other.id == *after && !other.enabled)
    {
        never(
            found,
            place,
            format!("it waits for `{after}`, which is called off"),
            "call it off as well, with `enabled = false`, or let it wait for nothing",
        );
    }
    for condition in &event.when {
        let Some(on) = condition.on else { continue };
        let is = on.declaration();
        let ends = [
            (condition.above, is.range.1, "above"),
            (condition.below, is.range.0, "below"),
        ];
        for (bound, end, word) in ends {
            let Some(bound) = bound.map(|bound| number(found, bound)) else {
                continue;
            };
            let (low, high) = bound.support();
            let out = if word == "above" {
                low > end
            } else {
                high < end
            };
            if out {
                let why = format!(
                    "`{}` goes from {} to {}, and is never {word} {}",
                    on.words(),
                    is.range.0,
                    is.range.1,
                    bound.central()
                );
                never(
                    found,
                    bound.place.clone(),
                    why,
                    "let the threshold lie within its range",
                );
            }
        }
    }
}

pub(super) fn effects(found: &mut Found<'_>, event: &Event) {
    for effect in &event.effects {
        let Some(on) = effect.on else { continue };
        let amount = number(found, effect.amount);
        let what = Variable::Part(on).words();
        let is = Variable::Part(on).declaration();
        let none = match (effect.change, always(amount)) {
            (Change::Add, Some(0.0)) => Some("adds nothing"),
            (Change::Multiply, Some(1.0)) => Some("multiplies by 1"),
            _ => None,
        };
        let (low, high) = amount.support();
        let (message, help) = if let Some(none) = none {
            (
                format!("an effect of `{}` {none}", event.id),
                "leave it out, or say what it changes",
            )
        } else if effect.change == Change::Set && (low > is.range.1 || high < is.range.0) {
            (
                format!(
                    "an effect of `{}` sets the {what} to {}, and it goes from {} to {}",
                    event.id,
                    amount.central(),
                    is.range.0,
                    is.range.1
                ),
                "what is beyond an end is the end: give a value within the range",
            )
        } else if effect.change == Change::Multiply && stays_zero(found.scenario, on, effect) {
            (
                format!(
                    "an effect of `{}` multiplies the {what}, which is 0 at the start and which nothing raises",
                    event.id
                ),
                "give it a value at the start, or `add`",
            )
        } else if let Some(why) = unheard(found.scenario, on) {
            (
                format!("an effect of `{}` changes the {what}, {why}", event.id),
                "leave it out, or change what is read",
            )
        } else {
            continue;
        };
        found.say(
            Kind::Effect,
            &amount.path,
            amount.place.clone(),
            message,
            "changes nothing",
            help,
        );
    }
}

/// Whether what an effect multiplies is 0 at the start, and no other effect makes it more.
fn stays_zero(scenario: &Scenario, on: StatePart, own: &Effect) -> bool {
    let start = match on {
        StatePart::Backing(patron, faction) => {
            let all = &scenario.patrons[patron].backing;
            all.iter().find(|(f, _)| *f == faction).map(|(_, q)| *q)
        }
        StatePart::Stake(faction, arena) => {
            let all = &scenario.factions[faction].stake;
            all.iter().find(|(a, _)| *a == arena).map(|(_, q)| *q)
        }
        StatePart::Commitment(patron) => Some(scenario.patrons[patron].commitment),
        StatePart::Hostility(..) => None,
        _ => return false,
    };
    let zero = start.is_none_or(|start| always(scenario.number(start)) == Some(0.0));
    let effects = scenario
        .events
        .iter()
        .filter(|event| event.enabled)
        .flat_map(|event| &event.effects);
    let raises = |other: &Effect| {
        other.change != Change::Multiply
            && other.on.is_some_and(|part| same(part, on))
            && other.amount != own.amount
    };
    zero && !effects.into_iter().any(raises)
}

/// Whether two effects change the same thing; those on pairs go both ways.
fn same(a: StatePart, b: StatePart) -> bool {
    match (a, b) {
        (StatePart::Hostility(i, j), StatePart::Hostility(k, l)) => {
            (i, j) == (k, l) || (i, j) == (l, k)
        }
        _ => a == b,
    }
}

/// Why nothing hears of a change, if nothing does.
fn unheard(scenario: &Scenario, on: StatePart) -> Option<String> {
    let tie = |i: usize, j: usize| {
        let is_it = |pair: (Actor, Actor)| {
            pair == (Actor::Faction(i), Actor::Faction(j))
                || pair == (Actor::Faction(j), Actor::Faction(i))
        };
        scenario
            .ties
            .iter()
            .find(|tie| tie.between.is_some_and(is_it))
    };
    match on {
        StatePart::Hostility(i, j) => {
            let hostility = tie(i, j)?.hostility?;
            let none = scenario.number(hostility).support().1 <= 1e-6;
            none.then(|| {
                "between two whose tie says that they have no quarrel, whatever happens".to_owned()
            })
        }
        StatePart::Position(i, _) => {
            let mut others = (0..scenario.factions.len()).filter(|j| *j != i);
            let told =
                |j: usize| tie(i, j).is_some_and(|tie| tie.hostility.is_some() && !tie.one_way);
            let all = others.all(told);
            all.then(|| {
                "on which nothing hangs: every tie of the faction gives its hostility".to_owned()
            })
        }
        StatePart::Attack(community) => {
            let of =
                |q: &(usize, Quantity)| q.0 == community && scenario.number(q.1).support().1 > 0.0;
            let none = !scenario.factions.iter().any(|f| f.people.iter().any(of));
            none.then(|| "by which nobody is alarmed: it is no faction's people".to_owned())
        }
        _ => None,
    }
}
