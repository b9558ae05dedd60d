//! What an event of the scenario changes, in words.

use crate::engine::Single;
use crate::model::observe::Moment;
use crate::scenario::{Change, StatePart};

use super::words::{Names, weeks};

/// The event of a step behind a change: the last of those that act on what changed.
pub(super) fn culprit(
    single: &Single<'_>,
    moment: &Moment<'_>,
    changed: impl Fn(StatePart) -> bool,
) -> Option<usize> {
    let acts = |event: &usize| {
        let mut effects = single.scenario.events[*event].effects.iter();
        effects.any(|effect| effect.on.is_some_and(&changed))
    };
    moment.events.iter().copied().rev().find(acts)
}

/// An effect in words: what changed, and by how much.
pub(super) fn effect_words(
    single: &Single<'_>,
    names: &Names,
    part: StatePart,
    change: Change,
    amount: f32,
) -> String {
    let scenario = single.scenario;
    let (faction, arena) = (|i: usize| &names.factions[i], |a: usize| &names.arenas[a]);
    let patron = |u: usize| &names.patrons[u];
    let people = |c: usize| &scenario.communities[c].name;
    let threat = &names.threat;
    let what = match part {
        StatePart::OpenFighters => format!("fighters of {threat}"),
        StatePart::Underground(a) => format!("cells of {threat} in {}", arena(a)),
        StatePart::Funds => format!("funds of {threat}"),
        StatePart::Legitimacy => format!("legitimacy of {threat}"),
        StatePart::ForeignInflow => format!("foreign recruits of {threat}"),
        StatePart::ThreatLeadership => format!("leadership of {threat}"),
        StatePart::ThreatMorale => format!("morale of {threat}"),
        StatePart::Morale(i) => format!("morale of {}", faction(i)),
        StatePart::Fighters(i) => format!("fighters of {}", faction(i)),
        StatePart::Quality(i) => format!("fighting quality of {}", faction(i)),
        StatePart::Pay(i) => format!("pay of {}", faction(i)),
        StatePart::Support(i) => format!("support for {}", faction(i)),
        StatePart::Leadership(i) => format!("leadership of {}", faction(i)),
        StatePart::PerceivedThreat(i) => format!("threat perceived by {}", faction(i)),
        StatePart::Hostility(i, j) => format!("hostility of {} and {}", faction(i), faction(j)),
        StatePart::Memory(i, j) => format!("old grievances of {} and {}", faction(i), faction(j)),
        StatePart::Conflict(i, j)
        | StatePart::Clash(i, j)
        | StatePart::Feud(i, j)
        | StatePart::Agreement(i, j) => {
            let word = match part {
                StatePart::Conflict(..) => "war",
                StatePart::Clash(..) => "clash",
                StatePart::Agreement(..) => "agreement",
                _ => "feud",
            };
            let article = match amount >= 0.5 {
                true if word == "agreement" => "an",
                true => "a",
                false => "no",
            };
            return format!("{article} {word} between {} and {}", faction(i), faction(j));
        }
        StatePart::Ceasefire(i, j) if change == Change::Set => {
            let both = format!("{} and {}", faction(i), faction(j));
            return match amount < 0.5 {
                true => format!("no ceasefire of {both}"),
                false => format!("a ceasefire of {} for {both}", weeks(f64::from(amount))),
            };
        }
        StatePart::Ceasefire(i, j) => {
            format!("weeks of ceasefire of {} and {}", faction(i), faction(j))
        }
        StatePart::Position(i, n) => {
            format!("position of {} on {}", faction(i), scenario.issues[n].name)
        }
        StatePart::Stake(i, a) => format!("stake of {} in {}", faction(i), arena(a)),
        StatePart::Control(a, holder) => {
            let holder = match holder {
                crate::scenario::Holder::Threat => threat.as_str(),
                crate::scenario::Holder::Nobody => "nobody",
                crate::scenario::Holder::Faction(i) => faction(i),
            };
            format!("control of {} by {holder}", arena(a))
        }
        StatePart::Grievance(a, c) => format!("grievance of {} in {}", people(c), arena(a)),
        StatePart::Crisis(a) => format!("crisis of {}", arena(a)),
        StatePart::Commitment(u) => format!("commitment of {}", patron(u)),
        StatePart::Backing(u, i) => format!("backing of {} by {}", faction(i), patron(u)),
        StatePart::OilPrice => "oil price".to_owned(),
        StatePart::Election(a) => return format!("an election to {} ({amount:.2})", arena(a)),
        StatePart::Attack(c) => return format!("an attack on {} ({amount:.2})", people(c)),
    };
    match change {
        Change::Add => format!("{what} {amount:+}").replace(" -", " −"),
        Change::Multiply => format!("{what} × {amount}"),
        Change::Set => format!("{what} set to {amount}"),
    }
}
