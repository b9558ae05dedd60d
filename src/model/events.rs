//! Events: what may happen, when, and what it changes (docs/model.md, 7.1).

use crate::numeric::{Lanes, Mask, Streams};
use crate::scenario::{Address, Addressed, Change, Event, Holder, Scenario};

use super::contest::strikes;
use super::params::{ConditionParams, EventParams, Params};
use super::plan::Plan;
use super::schedule::{Timing, Turn};
use super::state::State;

/// Events strike and take effect, each in its turn.
#[inline(always)]
pub(super) fn happen<const N: usize>(
    scenario: &Scenario,
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    streams: &Streams<'_, N>,
    step: usize,
) {
    super::contest::begin(s);
    for &Turn {
        event: index,
        timing,
    } in &plan.turns
    {
        let chance = match timing {
            Timing::Step(scheduled) if scheduled == step => Chance::Probability,
            Timing::Window(window) => match window.share(step) {
                Some(share) => Chance::Hazard(share),
                None => continue,
            },
            Timing::Step(_) => continue,
        };
        let (event, params) = (&scenario.events[index], &p.events[index]);
        let drawn = streams.draw(plan.channels.event + index);
        let strikes = strike(plan, s, event, params, chance, drawn, index);
        // Whether any lane is struck decides only whether work is done, never its result.
        if strikes.any() {
            let first = strikes & !s.happened[index];
            let now = Lanes::splat(step as f32);
            s.first_happened[index] = first.select(now, s.first_happened[index]);
            s.happened[index] = s.happened[index] | strikes;
            take_effect(plan, p, s, event, params, strikes);
        }
    }
    // Power follows what events did to men, quality, pay, support, leaders and crises.
    super::polity::strengthen(plan, p, s);
}

/// How an event that is in time may strike in a step.
#[derive(Clone, Copy)]
enum Chance {
    /// Its date has come.
    Probability,
    /// For this share of the step.
    Hazard(f32),
}

#[inline(always)]
fn strike<const N: usize>(
    plan: &Plan,
    s: &State<N>,
    event: &Event,
    params: &EventParams<N>,
    chance: Chance,
    drawn: Lanes<N>,
    index: usize,
) -> Mask<N> {
    let mut possible = Mask::ALL;
    if !event.repeats {
        possible = possible & !s.happened[index];
    }
    if let Some(after) = params.after {
        possible = possible & s.happened[after];
    }
    let mut ratio = Lanes::ZERO;
    for (condition, values) in event.when.iter().zip(&params.conditions) {
        let Some(on) = condition.on else { continue };
        let value = read(plan, s, on);
        possible = possible & holds(values, value);
        ratio += values.slope * (value - values.at);
    }
    let struck = match chance {
        Chance::Probability => drawn.lt(params.probability),
        Chance::Hazard(share) => {
            let hazard = params.hazard * ratio.clamp(-20.0, 20.0).exp();
            strikes(drawn, hazard * share)
        }
    };
    struck & possible
}

#[inline(always)]
fn holds<const N: usize>(condition: &ConditionParams<N>, value: Lanes<N>) -> Mask<N> {
    let mut holds = Mask::ALL;
    if let Some(above) = condition.above {
        holds = holds & value.ge(above);
    }
    if let Some(below) = condition.below {
        holds = holds & value.le(below);
    }
    holds
}

fn take_effect<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    event: &Event,
    params: &EventParams<N>,
    struck: Mask<N>,
) {
    for (effect, (change, amount)) in event.effects.iter().zip(&params.amounts) {
        let Some(on) = effect.on else { continue };
        let before = read(plan, s, on);
        let after = changed(*change, before, *amount);
        if let Address::Commitment(k) = on.address {
            // What it returns to moves alike: a withdrawal lasts.
            let full = changed(*change, s.full_commitment[k], *amount).clamp(0.0, 1.0);
            s.full_commitment[k] = struck.select(full, s.full_commitment[k]);
        }
        write(plan, p, s, on.address, struck, before, after);
    }
    // Effects may have moved positions, commitments or stakes: what hangs on them follows.
    if event.effects.iter().any(|e| {
        matches!(
            e.on,
            Some(Addressed {
                address: Address::Position(..),
                ..
            })
        )
    }) {
        s.settle_baseline(plan, p);
    }
}

#[inline(always)]
fn changed<const N: usize>(change: Change, before: Lanes<N>, amount: Lanes<N>) -> Lanes<N> {
    match change {
        Change::Add => before + amount,
        Change::Multiply => before * amount,
        Change::Set => amount,
    }
}

/// The value of a state variable.
fn read<const N: usize>(plan: &Plan, s: &State<N>, on: Addressed) -> Lanes<N> {
    let pair = |a: usize, b: usize| a * plan.factions + b;
    let value = match on.address {
        Address::ThreatStrength => s.strength,
        Address::ThreatShare => s.threat_share,
        Address::OpenFighters => s.open_fighters(),
        Address::Underground(a) => s.underground[a],
        Address::Funds => s.funds,
        Address::Legitimacy => s.legitimacy,
        Address::ThreatPay => s.threat_pay,
        Address::ForeignInflow => s.foreign_inflow,
        Address::ThreatLeadership => s.threat_leadership,
        Address::Fighters(i) => s.fighters[i],
        Address::Quality(i) => s.quality[i],
        Address::Pay(i) => s.pay[i],
        Address::Support(i) => s.support[i],
        Address::Leadership(i) => s.leadership[i],
        Address::PerceivedThreat(i) => s.perceived[i],
        Address::Rivalry(a, b) => s.weight[pair(a, b)],
        Address::Hostility(a, b) => s.shift[pair(a, b)],
        Address::Memory(a, b) => s.memory[pair(a, b)],
        Address::Conflict(a, b) => s.conflict[pair(a, b)],
        Address::Ceasefire(a, b) => s.ceasefire[pair(a, b)],
        Address::Position(i, issue) => s.position[i * plan.issues + issue],
        Address::Stake(i, a) => claim(plan, i, a).map_or(Lanes::ZERO, |c| s.stake[c]),
        Address::Control(a, Holder::Threat) => s.threat_control[a],
        Address::Control(a, Holder::Nobody) => s.nobody[a],
        Address::Control(a, Holder::Faction(i)) => {
            claim(plan, i, a).map_or(Lanes::ZERO, |c| s.control[c])
        }
        Address::Grievance(a, c) => populace(plan, a, c).map_or(Lanes::ZERO, |k| s.grievance[k]),
        Address::Crisis(a) => s.crisis[a],
        Address::Commitment(k) => s.commitment[k],
        Address::Backing(k, i) => s.backing[k * plan.factions + i],
        Address::OilPrice => s.oil.exp(),
        Address::Infighting(k) => s.infighting[k],
        Address::Attack(_) => Lanes::ZERO,
    };
    if on.complement {
        Lanes::ONE - value
    } else {
        value
    }
}

fn claim(plan: &Plan, faction: usize, arena: usize) -> Option<usize> {
    plan.claims_on[arena]
        .clone()
        .find(|&c| plan.claims[c].faction == faction)
}

fn populace(plan: &Plan, arena: usize, community: usize) -> Option<usize> {
    plan.populace_of[arena]
        .clone()
        .find(|&k| plan.populace[k].community == community)
}

/// Changes a state variable where the event struck, within its range; keeps the accounts.
#[allow(clippy::too_many_arguments)]
fn write<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    address: Address,
    struck: Mask<N>,
    before: Lanes<N>,
    after: Lanes<N>,
) {
    let f = plan.factions;
    // A replicate that was not struck keeps its bits, whoever runs beside it.
    let put = |cell: &mut Lanes<N>, value: Lanes<N>| *cell = struck.select(value, *cell);
    let added = struck.select(after - before, Lanes::ZERO);
    let share = after.clamp(0.0, 1.0);
    let amount = after.at_least(0.0);
    let came = struck.select(amount - before, Lanes::ZERO);
    match address {
        Address::OpenFighters => {
            let opportunists = amount * s.opportunists / (before + 1e-6);
            put(&mut s.core, amount - opportunists);
            put(&mut s.opportunists, opportunists);
            s.threat_joined += came;
        }
        Address::Underground(a) => {
            put(&mut s.underground[a], amount);
            s.threat_joined += came;
        }
        Address::Funds => put(&mut s.funds, amount),
        Address::Legitimacy => put(&mut s.legitimacy, share),
        Address::ForeignInflow => put(&mut s.foreign_inflow, amount),
        Address::ThreatLeadership => put(&mut s.threat_leadership, amount),
        Address::Fighters(i) => {
            put(&mut s.fighters[i], amount);
            s.joined[i] += came;
        }
        Address::Quality(i) => put(&mut s.quality[i], amount),
        Address::Pay(i) => put(&mut s.pay[i], share),
        Address::Support(i) => put(&mut s.support[i], share),
        Address::Leadership(i) => put(&mut s.leadership[i], amount),
        Address::PerceivedThreat(i) => put(&mut s.perceived[i], share),
        Address::Hostility(a, b) => {
            // Each way keeps what it had; both move alike.
            s.shift[a * f + b] += added;
            s.shift[b * f + a] += added;
        }
        Address::Memory(a, b) => {
            for cell in [a * f + b, b * f + a] {
                s.memory[cell] = (s.memory[cell] + added).at_least(0.0);
            }
        }
        Address::Conflict(a, b) => {
            let conflict = after.ge_s(0.5).select(Lanes::ONE, Lanes::ZERO);
            put(&mut s.conflict[a * f + b], conflict);
            put(&mut s.conflict[b * f + a], conflict);
            if let Some(pair) = plan
                .pairs
                .iter()
                .position(|x| (x.a, x.b) == (a.min(b), a.max(b)))
            {
                let old = s.old_conflict[pair].min(conflict);
                put(&mut s.old_conflict[pair], old);
            }
        }
        Address::Ceasefire(a, b) => {
            put(&mut s.ceasefire[a * f + b], amount);
            put(&mut s.ceasefire[b * f + a], amount);
        }
        Address::Position(i, issue) => {
            put(
                &mut s.position[i * plan.issues + issue],
                after.clamp(-1.0, 1.0),
            );
        }
        Address::Stake(i, a) => {
            if let Some(c) = claim(plan, i, a) {
                put(&mut s.stake[c], amount);
            }
        }
        Address::Control(a, holder) => set_control(plan, s, a, holder, struck, share),
        Address::Grievance(a, c) => {
            if let Some(k) = populace(plan, a, c) {
                put(&mut s.grievance[k], share);
            }
        }
        Address::Crisis(a) => put(&mut s.crisis[a], share),
        Address::Commitment(k) => put(&mut s.commitment[k], share),
        Address::Backing(k, i) => put(&mut s.backing[k * f + i], share),
        Address::OilPrice => put(&mut s.oil, after.at_least(1.0).ln()),
        Address::Attack(c) => {
            for i in 0..f {
                let raised = p.people[i * plan.communities + c] * amount;
                s.alarm[i] += struck.select(raised, Lanes::ZERO);
            }
        }
        // Only readable.
        Address::ThreatStrength
        | Address::ThreatShare
        | Address::ThreatPay
        | Address::Rivalry(..)
        | Address::Infighting(_) => {}
    }
}

/// Gives a holder a share of an arena; the others keep their proportions.
fn set_control<const N: usize>(
    plan: &Plan,
    s: &mut State<N>,
    a: usize,
    holder: Holder,
    struck: Mask<N>,
    share: Lanes<N>,
) {
    let claims = plan.claims_on[a].clone();
    let before = match holder {
        Holder::Threat => s.threat_control[a],
        Holder::Nobody => s.nobody[a],
        Holder::Faction(i) => match claim(plan, i, a) {
            Some(c) => s.control[c],
            None => return,
        },
    };
    let others = (Lanes::ONE - before).at_least(0.0);
    let alone = others.le_s(1e-6);
    let scale = alone.select(Lanes::ZERO, (Lanes::ONE - share) / others.at_least(1e-6));
    let factor = |is_own: bool, now: Lanes<N>| {
        let after = if is_own { share } else { now * scale };
        struck.select(after, now)
    };
    // What an event gives and takes counts like what is fought over.
    let threat = factor(holder == Holder::Threat, s.threat_control[a]);
    s.threat_won[a] += (threat - s.threat_control[a]).at_least(0.0);
    s.threat_lost[a] += (s.threat_control[a] - threat).at_least(0.0);
    s.threat_control[a] = threat;
    s.nobody[a] = factor(holder == Holder::Nobody, s.nobody[a]);
    for c in claims {
        let control = factor(
            holder == Holder::Faction(plan.claims[c].faction),
            s.control[c],
        );
        s.change[c] += control - s.control[c];
        s.control[c] = control;
    }
    // Where it held everything, what it gives up is nobody's.
    let given_up = (struck & alone).select(Lanes::ONE - share, Lanes::ZERO);
    s.nobody[a] += given_up;
}
