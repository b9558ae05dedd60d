//! Allocation: how each faction splits its effort, by a logit rule (docs/model.md, 7.4).

use crate::numeric::{Lanes, Mask};

use super::params::Params;
use super::perception::danger;
use super::plan::{OptionKind, Plan};
use super::state::State;

/// Effort goes a share of the way to what the logit rule chooses.
#[inline(always)]
pub(super) fn allocate<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    share: Lanes<N>,
) {
    for i in 0..plan.factions {
        utilities(plan, p, s, i);
        let options = plan.options_of[i].clone();
        let mut best = Lanes::splat(f32::MIN);
        for o in options.clone() {
            best = available(plan, s, o).select(best.max(s.utility[o]), best);
        }
        let mut total = Lanes::ZERO;
        for o in options.clone() {
            let odds = ((s.utility[o] - best) * p.inverse_temperature).exp();
            let odds = available(plan, s, o).select(odds, Lanes::ZERO);
            s.utility[o] = odds;
            total += odds;
        }
        for o in options {
            let chosen = s.utility[o] / total;
            s.effort[o].approach(chosen, share);
        }
    }
}

/// Fighting somebody with whom one has no quarrel at all is not an option.
#[inline(always)]
fn available<const N: usize>(plan: &Plan, s: &State<N>, option: usize) -> Mask<N> {
    match plan.options[option] {
        OptionKind::Rival(k) => {
            let contact = &plan.contacts[k];
            s.weight[contact.i * plan.factions + contact.j].gt_s(0.0)
        }
        _ => Mask::ALL,
    }
}

#[inline(always)]
fn utilities<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>, i: usize) {
    let force = p.decision_share * s.power[i];
    let mut all_danger = Lanes::splat(1e-6);
    let mut wanted = Lanes::splat(1e-6);
    let mut met = Lanes::ZERO;
    for &c in &plan.claims_of[i] {
        let a = plan.claims[c].arena;
        wanted += s.stake[c];
        met += s.stake[c] * s.control[c];
        if plan.is_territory[a] {
            all_danger += danger(plan, p, s, i, a);
        }
    }
    // Met war aims lower the stake in the common fight.
    let appetite = Lanes::ONE - p.met_aims * met / wanted;
    let (hold, govern) = hold_and_govern(plan, p, s, i);
    for o in plan.options_of[i].clone() {
        s.utility[o] = match plan.options[o] {
            OptionKind::Threat(c) => {
                let a = plan.claims[c].arena;
                let cells = s.underground[a] / (s.underground[a] + p.cell_presence);
                let present = s.threat_control[a] + (Lanes::ONE - s.threat_control[a]) * cells;
                let fear = s.perceived[i] * appetite * danger(plan, p, s, i, a) / all_danger;
                let hunger = p.land_hunger * s.stake[c] * s.threat_control[a];
                // What is already done there, by others and by oneself, makes more worth less.
                let success = force / (force + s.joint[a] + s.defence[a] + p.allocation_floor);
                let paid = p.patron_pay * s.received[i].at_most(1.0) * present;
                let idle = p.idle_cost * (Lanes::ONE - present);
                p.threat_weight * (fear + hunger) * success + paid - p.threat_cost - idle
            }
            OptionKind::Rival(k) => {
                let contact = &plan.contacts[k];
                let pair = contact.i * plan.factions + contact.j;
                let (own, other) = (contact.own, contact.other);
                let takes = s.want[own] * s.control[other];
                let obstructs = p.contact
                    * (s.want[own] * s.want[other]).at_most(1.0)
                    * (Lanes::ONE - s.control[own]);
                // In open conflict every place of the rival is a target.
                let punishes = match plan.is_territory[contact.arena] {
                    true => p.war_aim * s.conflict[pair] * s.control[other],
                    false => Lanes::ZERO,
                };
                let success = force / (force + s.sent[k] + s.presence[other] + p.allocation_floor);
                p.rival_weight * s.weight[pair] * (takes + obstructs + punishes) * success
                    - p.rival_cost * (Lanes::ONE - s.conflict[pair])
            }
            OptionKind::Hold => hold,
            OptionKind::Govern => govern,
        };
    }
}

/// The utilities of guarding and governing what a faction holds.
#[inline(always)]
fn hold_and_govern<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    i: usize,
) -> (Lanes<N>, Lanes<N>) {
    let mut held = Lanes::splat(1e-6);
    let mut endangered = Lanes::ZERO;
    let mut people = Lanes::splat(1e-6);
    let mut aggrieved = Lanes::ZERO;
    for &c in &plan.claims_of[i] {
        let a = plan.claims[c].arena;
        let value = s.control[c] * p.value[a];
        held += value;
        endangered += value * peril(p, s, c, a);
        if plan.is_territory[a] {
            let governed = s.control[c] * p.population[a];
            people += governed;
            aggrieved += governed * s.unrest[a];
        }
    }
    // Who holds next to nothing has next to nothing to guard or govern.
    let holder = held / (held + p.foothold);
    let alert = p.garrison + (Lanes::ONE - p.garrison) * endangered / held;
    (
        p.hold_weight * holder * alert,
        p.govern_weight * holder * aggrieved / people,
    )
}

/// Danger of a held place: what attacks it, against what guards it.
#[inline(always)]
fn peril<const N: usize>(p: &Params<N>, s: &State<N>, c: usize, a: usize) -> Lanes<N> {
    let against = s.hostile[c] + s.assault[a];
    against / (against + s.guard[c] + p.allocation_floor)
}

/// Turns effort into power in places.
#[inline(always)]
pub(super) fn deploy<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    s.fighting.fill(Lanes::ZERO);
    for i in 0..plan.factions {
        // Tempo quickens attacks, not guards.
        let power = s.power[i] * (p.tempo * s.tempo[i]).exp();
        let mut guard_weight = Lanes::splat(1e-9);
        let mut govern_weight = Lanes::splat(1e-9);
        for &c in &plan.claims_of[i] {
            let a = plan.claims[c].arena;
            guard_weight += guard_share(p, s, c, a);
            if plan.is_territory[a] {
                govern_weight += s.control[c] * (p.population[a] + 1.0);
            }
        }
        let guarding = s.power[i] * s.effort[plan.hold_option(i)] / guard_weight;
        let governing = s.power[i] * s.effort[plan.govern_option(i)] / govern_weight;
        for &c in &plan.claims_of[i] {
            let a = plan.claims[c].arena;
            s.guard[c] = guarding * guard_share(p, s, c, a);
            s.govern[c] = if plan.is_territory[a] {
                governing * s.control[c] * (p.population[a] + 1.0)
            } else {
                Lanes::ZERO
            };
            s.attack[c] = plan.threat_option[c].map_or(Lanes::ZERO, |o| power * s.effort[o]);
            s.shield[c] = s.guard[c] + s.govern[c] + s.attack[c];
            s.presence[c] = s.shield[c];
        }
        for o in plan.options_of[i].clone() {
            if let OptionKind::Rival(k) = plan.options[o] {
                let contact = &plan.contacts[k];
                let sent = power * s.effort[o];
                s.sent[k] = sent;
                s.presence[contact.own] += sent;
                s.fighting[contact.i * plan.factions + contact.j] += sent;
            }
        }
    }
    s.joint.fill(Lanes::ZERO);
    for (c, claim) in plan.claims.iter().enumerate() {
        s.joint[claim.arena] += s.attack[c];
    }
    s.hostile.fill(Lanes::ZERO);
    for (k, contact) in plan.contacts.iter().enumerate() {
        s.hostile[contact.other] += s.sent[k];
    }
}

/// Guards go where value and danger are.
#[inline(always)]
fn guard_share<const N: usize>(p: &Params<N>, s: &State<N>, c: usize, a: usize) -> Lanes<N> {
    s.control[c] * (p.value[a] + 0.01) * (s.hostile[c] + s.assault[a] + p.allocation_floor)
}
