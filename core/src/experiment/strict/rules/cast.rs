//! Actors, peoples and places that play no part, and numbers where nothing reads them.

use std::collections::BTreeSet;

use super::{always, number};
use crate::experiment::strict::{Found, Kind};
use crate::scenario::{Actor, Arena, Place, Scenario, StatePart, Variable};

/// Numbers of the ground in politics, and of politics on the ground.
pub(super) fn misplaced(found: &mut Found<'_>, arena: &Arena) {
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
pub(super) fn exposure(found: &mut Found<'_>) {
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

pub(super) fn people(found: &mut Found<'_>, arena: &Arena) {
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
pub(super) fn actors(found: &mut Found<'_>) {
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
pub(super) fn positions(found: &mut Found<'_>) {
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
