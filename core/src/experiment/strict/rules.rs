//! What follows from a scenario alone.

use std::collections::BTreeSet;

use super::{Found, Kind};
use crate::scenario::{
    Actor, Arena, Change, Effect, Event, NumberRecord, Place, Quantity, Scenario, StatePart,
    Trigger, Variable,
};

/// Expected number of times in a step from which it is said that the step is too long for a hazard.
const OFTEN: f64 = 0.5;

/// Steps too long for the quickest that the model has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LongSteps {
    /// Weeks in a step.
    pub weeks: i64,
    /// The number that says how long the quickest takes.
    pub key: &'static str,
    /// How long that is, weeks.
    pub quickest: f64,
}

/// Whether steps are longer than what happens in them takes.
pub fn long_steps(scenario: &Scenario) -> Option<LongSteps> {
    let central = |key: &str| {
        let number = scenario.numbers.iter().find(|n| n.path == key);
        number.map_or(f64::INFINITY, NumberRecord::central)
    };
    let ends = "conflict.clash_end_per_week";
    let effort = ["allocation.adjustment_weeks", "strategy.adjustment_weeks"];
    let effort = effort.map(|key| (key, central(key)));
    let all = [(ends, 1.0 / central(ends)), effort[0], effort[1]];
    let (key, quickest) = all.into_iter().min_by(|x, y| x.1.total_cmp(&y.1))?;
    let weeks = scenario.time.step_weeks;
    (weeks as f64 > quickest).then_some(LongSteps {
        weeks,
        key,
        quickest,
    })
}

pub(super) fn apply(found: &mut Found<'_>) {
    steps(found);
    let scenario = found.scenario;
    for event in &scenario.events {
        if event.enabled {
            chance(found, event);
            effects(found, event);
        }
    }
    for arena in &scenario.arenas {
        misplaced(found, arena);
        people(found, arena);
    }
    exposure(found);
    actors(found);
    positions(found);
    sources(found);
}

fn number<'a>(found: &Found<'a>, quantity: Quantity) -> &'a NumberRecord {
    found.scenario.number(quantity)
}

/// The value of a number that is always the same.
fn always(number: &NumberRecord) -> Option<f64> {
    let (low, high) = number.support();
    (low == high).then_some(low)
}

fn steps(found: &mut Found<'_>) {
    let scenario = found.scenario;
    if let Some(LongSteps {
        weeks,
        key,
        quickest,
    }) = long_steps(scenario)
    {
        let place = scenario
            .numbers
            .iter()
            .find(|n| n.path == key)
            .and_then(|n| n.place.clone());
        found.say(
            Kind::Steps,
            "time.step_weeks",
            place,
            format!("steps of {weeks} weeks are longer than what happens in them takes: {quickest:.1} weeks by `{key}`"),
            "quicker than a step",
            "lower `time.step_weeks`: chances come out otherwise than with steps of a week",
        );
    }
    // What happens at a rate can't happen more than once in a step.
    for n in scenario.numbers.iter().filter(|n| n.is_claim()) {
        let section = n.path.split('.').next().unwrap_or_default();
        let is_mechanism =
            n.path.matches('.').count() == 1 && !["threat", "run", "time"].contains(&section);
        let rate = n.central() * scenario.time.step_weeks as f64;
        if is_mechanism && n.spec.unit == "1/week" && rate > 1.0 {
            found.say(
                Kind::Steps,
                &n.path,
                n.place.clone(),
                format!(
                    "`{}` means {rate:.1} times in a step, and a step has room for one",
                    n.path
                ),
                "quicker than a step",
                "lower `time.step_weeks`, or the rate",
            );
        }
    }
}

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

fn chance(found: &mut Found<'_>, event: &Event) {
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

fn effects(found: &mut Found<'_>, event: &Event) {
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
            let others = (0..scenario.factions.len()).filter(|j| *j != i);
            let told =
                |j: usize| tie(i, j).is_some_and(|tie| tie.hostility.is_some() && !tie.one_way);
            let all = others.map(told).all(|told| told);
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

/// Numbers of the ground in politics, and of politics on the ground.
fn misplaced(found: &mut Found<'_>, arena: &Arena) {
    let numbers = match arena.is_territory() {
        true => vec![arena.crisis],
        false => vec![
            arena.population,
            arena.revenue_musd_per_month,
            arena.border,
            arena.refuge,
            arena.terrain,
            arena.underground,
        ],
    };
    let (of, in_) = match arena.is_territory() {
        true => ("politics", "a territory"),
        false => ("the ground", "a political arena"),
    };
    let said = arena
        .grievance
        .iter()
        .map(|(_, q)| *q)
        .filter(|_| !arena.is_territory());
    for quantity in numbers.into_iter().chain(said) {
        let number = number(found, quantity);
        if number.given
            && number
                .spec
                .default
                .is_none_or(|default| always(number) != Some(default))
        {
            found.say(
                Kind::Politics,
                &number.path,
                number.place.clone(),
                format!(
                    "`{}` is a number of {of}, and `{}` is {in_}",
                    number.path, arena.key
                ),
                "read by nothing",
                "leave it out",
            );
        }
    }
}

/// What factions fear and can reach in politics.
fn exposure(found: &mut Found<'_>) {
    let scenario = found.scenario;
    for faction in &scenario.factions {
        let both = [
            (&faction.exposure, "there is no threat in politics"),
            (&faction.access, "politics are within everybody's reach"),
        ];
        for (numbers, why) in both {
            for (arena, quantity) in numbers {
                let number = scenario.number(*quantity);
                if !scenario.arenas[*arena].is_territory() && always(number) != Some(0.0) {
                    found.say(
                        Kind::Politics,
                        &number.path,
                        number.place.clone(),
                        format!("`{}` is about a political arena, and {why}", number.path),
                        "read by nothing",
                        "leave it out, or name a territory",
                    );
                }
            }
        }
    }
}

fn people(found: &mut Found<'_>, arena: &Arena) {
    let population = number(found, arena.population);
    let lives = arena.is_territory() && population.support().1 > 0.0;
    if lives && arena.mix.is_empty() && !found.scenario.communities.is_empty() {
        found.say(
            Kind::Idle,
            &format!("arena.{}", arena.key),
            population.place.clone(),
            format!("nobody knows who lives in `{}`: it has no `mix`", arena.key),
            "people of no community",
            "people of no community have no grievance and join nobody; give the arena a `mix`",
        );
    }
}

/// Actors and peoples that play no part.
fn actors(found: &mut Found<'_>) {
    let scenario = found.scenario;
    let claims: BTreeSet<usize> = scenario
        .claims()
        .into_iter()
        .map(|(_, faction)| faction)
        .collect();
    for (index, faction) in scenario.factions.iter().enumerate() {
        let fighters = scenario.number(faction.fighters);
        if fighters.support().1 <= 0.0 {
            found.say(
                Kind::Idle,
                &format!("faction.{}", faction.key),
                fighters.place.clone(),
                format!("`{}` has no fighters", faction.key),
                "nobody",
                "leave the faction out, or give it some: politics are fought with power too",
            );
        } else if !claims.contains(&index) {
            found.say(
                Kind::Idle,
                &format!("faction.{}", faction.key),
                fighters.place.clone(),
                format!("`{}` wants nothing and holds nothing", faction.key),
                "it can't act",
                "give it a `stake`, or a share of an arena's `control`",
            );
        }
    }
    for (index, patron) in scenario.patrons.iter().enumerate() {
        let asked = Variable::Part(StatePart::Commitment(index));
        let conditions = scenario.events.iter().flat_map(|event| &event.when);
        let is_asked = conditions.filter_map(|c| c.on).any(|on| on == asked)
            || scenario
                .outcomes
                .iter()
                .any(|o| o.variables().contains(&asked));
        if !may_back(scenario, index) && !is_asked {
            let number = scenario.number(patron.commitment);
            let place = number
                .place
                .clone()
                .or_else(|| scenario.number(patron.exposure).place.clone());
            found.say(
                Kind::Idle,
                &format!("patron.{}", patron.key),
                place,
                format!("`{}` backs nobody", patron.key),
                "it can't act",
                "give it `backing`, or leave it out: a patron acts by those it backs alone",
            );
        }
    }
    for (index, community) in scenario.communities.iter().enumerate() {
        let lives = scenario
            .arenas
            .iter()
            .any(|arena| arena.mix.iter().any(|(c, _)| *c == index));
        let people = scenario
            .factions
            .iter()
            .any(|f| f.people.iter().any(|(c, _)| *c == index));
        if !lives && !people {
            let place = scenario.number(community.sympathy).place.clone();
            found.say(
                Kind::Idle,
                &format!("community.{}", community.key),
                place,
                format!(
                    "`{}` lives nowhere and is no faction's people",
                    community.key
                ),
                "it plays no part",
                "give it a share of an arena's `mix`, or leave it out",
            );
        }
    }
    for (index, bloc) in scenario.blocs.iter().enumerate() {
        if !scenario.factions.iter().any(|f| f.bloc == Some(index)) {
            let place = scenario.number(bloc.oil_dependence).place.clone();
            found.say(
                Kind::Idle,
                &format!("bloc.{}", bloc.key),
                place,
                format!("no faction is in bloc `{}`", bloc.key),
                "nobody is paid by it",
                "name it in a faction's `bloc`, or leave it out",
            );
        }
    }
}

/// Whether a patron backs anybody, or may come to by an event.
fn may_back(scenario: &Scenario, patron: usize) -> bool {
    let mut backing = scenario.patrons[patron].backing.iter();
    let may = |part: StatePart| matches!(part, StatePart::Backing(p, _) if p == patron);
    let effects = scenario.events.iter().flat_map(|event| &event.effects);
    backing.any(|(_, q)| scenario.number(*q).support().1 > 0.0)
        || effects.filter_map(|effect| effect.on).any(may)
}

/// Positions are read of pairs whose tie doesn't say how hostile they are.
fn positions(found: &mut Found<'_>) {
    let scenario = found.scenario;
    let told = |a: Actor, b: Actor| {
        let is_it = |pair: (Actor, Actor)| pair == (a, b) || pair == (b, a);
        scenario
            .ties
            .iter()
            .any(|tie| tie.between.is_some_and(is_it) && tie.hostility.is_some() && !tie.one_way)
    };
    let factions = || (0..scenario.factions.len()).map(Actor::Faction);
    let patrons = || (0..scenario.patrons.len()).map(Actor::Patron);
    let may_back_any = |index: &usize| may_back(scenario, *index);
    let backing = || {
        (0..scenario.patrons.len())
            .filter(may_back_any)
            .map(Actor::Patron)
    };
    let all_told = |actor: Actor| match actor {
        Actor::Faction(_) => factions().all(|other| other == actor || told(actor, other)),
        // Patrons are at odds by those whom they back.
        Actor::Patron(own) if !may_back(scenario, own) => true,
        Actor::Patron(_) => backing().all(|other| other == actor || told(actor, other)),
    };
    let mut unread: Vec<(String, Option<Place>)> = Vec::new();
    for actor in factions().chain(patrons()).filter(|actor| all_told(*actor)) {
        let (section, key, numbers) = match actor {
            Actor::Faction(i) => {
                let faction = &scenario.factions[i];
                (
                    "faction",
                    &faction.key,
                    [&faction.position, &faction.salience],
                )
            }
            Actor::Patron(i) => {
                let patron = &scenario.patrons[i];
                ("patron", &patron.key, [&patron.position, &patron.salience])
            }
        };
        let first = numbers
            .into_iter()
            .flatten()
            .map(|(_, q)| scenario.number(*q))
            .find(|n| n.given);
        if let Some(first) = first {
            unread.push((key.clone(), first.place.clone()));
            for kind in ["position", "salience"] {
                found.known.push(format!("{section}.{key}.{kind}"));
            }
        }
    }
    let Some((_, place)) = unread.first().cloned() else {
        return;
    };
    let names: Vec<String> = unread.iter().map(|(key, _)| format!("`{key}`")).collect();
    let of = names.join(", ");
    found.say(
        Kind::Unread,
        "position",
        place,
        format!("nothing depends on the positions of {of}: ties give the hostility of each pair that they would be read of"),
        "read by nothing",
        "positions are read of two factions, or of two patrons that back somebody, whose tie doesn't say how hostile they are",
    );
}

fn sources(found: &mut Found<'_>) {
    let scenario = found.scenario;
    let without = |n: &&NumberRecord| n.is_claim() && n.source.is_none() && !scenario.is_set(n);
    let all: Vec<&NumberRecord> = scenario.numbers.iter().filter(without).collect();
    if let Some(first) = all.first() {
        let others = match all.len() {
            1 => String::new(),
            n => format!(", and {} more", n - 1),
        };
        found.say(
            Kind::Source,
            &first.path,
            first.place.clone(),
            format!("`{}`{others}: no source", first.path),
            "where does it come from?",
            "add `source = \"...\"`, or \"judgement\", to the number or at the top of the file",
        );
    }
    if scenario.uncertain().next().is_none() {
        let place = scenario.numbers.iter().find_map(|n| n.place.clone());
        found.say(Kind::Certain, "", place, "no number is uncertain".to_owned(), "for instance this one", "intervals hold only if every input is exactly right; try { dist = \"triangular\", ... }");
    }
}
