//! What an event of the scenario changes, in words.

use crate::engine::Single;
use crate::model::observe::Moment;
use crate::scenario::{Address, Change};

use super::words::Names;

/// The event of a step behind a change: the last of those that act on what changed.
pub(super) fn culprit(
    single: &Single<'_>,
    moment: &Moment<'_>,
    changed: impl Fn(Address) -> bool,
) -> Option<usize> {
    let acts = |event: &usize| {
        let mut effects = single.scenario.events[*event].effects.iter();
        effects.any(|effect| effect.on.is_some_and(|on| changed(on.address)))
    };
    moment.events.iter().copied().rev().find(acts)
}

/// An effect in words: what changed, and by how much.
pub(super) fn effect_words(
    single: &Single<'_>,
    names: &Names,
    address: Address,
    change: Change,
    amount: f32,
) -> String {
    let scenario = single.scenario;
    let (faction, arena) = (|i: usize| &names.factions[i], |a: usize| &names.arenas[a]);
    let patron = |u: usize| &names.patrons[u];
    let people = |c: usize| &scenario.communities[c].name;
    let threat = &names.threat;
    let what = match address {
        Address::OpenFighters => format!("fighters of {threat}"),
        Address::Underground(a) => format!("cells of {threat} in {}", arena(a)),
        Address::Funds => format!("funds of {threat}"),
        Address::Legitimacy => format!("legitimacy of {threat}"),
        Address::ForeignInflow => format!("foreign recruits of {threat}"),
        Address::ThreatLeadership => format!("leadership of {threat}"),
        Address::Fighters(i) => format!("fighters of {}", faction(i)),
        Address::Quality(i) => format!("fighting quality of {}", faction(i)),
        Address::Pay(i) => format!("pay of {}", faction(i)),
        Address::Support(i) => format!("support for {}", faction(i)),
        Address::Leadership(i) => format!("leadership of {}", faction(i)),
        Address::PerceivedThreat(i) => format!("threat perceived by {}", faction(i)),
        Address::Hostility(i, j) => format!("hostility of {} and {}", faction(i), faction(j)),
        Address::Memory(i, j) => format!("old grievances of {} and {}", faction(i), faction(j)),
        Address::Conflict(i, j) => {
            let word = if amount >= 0.5 {
                "open conflict"
            } else {
                "no open conflict"
            };
            return format!("{word} between {} and {}", faction(i), faction(j));
        }
        Address::Ceasefire(i, j) => {
            format!("weeks of ceasefire of {} and {}", faction(i), faction(j))
        }
        Address::Position(i, n) => {
            format!("position of {} on {}", faction(i), scenario.issues[n].name)
        }
        Address::Stake(i, a) => format!("stake of {} in {}", faction(i), arena(a)),
        Address::Control(a, holder) => {
            let holder = match holder {
                crate::scenario::Holder::Threat => threat.as_str(),
                crate::scenario::Holder::Nobody => "nobody",
                crate::scenario::Holder::Faction(i) => faction(i),
            };
            format!("control of {} by {holder}", arena(a))
        }
        Address::Grievance(a, c) => format!("grievance of {} in {}", people(c), arena(a)),
        Address::Crisis(a) => format!("crisis of {}", arena(a)),
        Address::Commitment(u) => format!("commitment of {}", patron(u)),
        Address::Backing(u, i) => format!("backing of {} by {}", faction(i), patron(u)),
        Address::OilPrice => "oil price".to_owned(),
        Address::Attack(c) => return format!("an attack on {} ({amount:.2})", people(c)),
        Address::ThreatStrength
        | Address::ThreatShare
        | Address::ThreatPay
        | Address::Rivalry(..)
        | Address::Infighting(_) => "nothing".to_owned(),
    };
    match change {
        Change::Add => format!("{what} {amount:+}").replace(" -", " −"),
        Change::Multiply => format!("{what} × {amount}"),
        Change::Set => format!("{what} set to {amount}"),
    }
}
