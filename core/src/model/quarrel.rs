//! Quarrels: how factions feud, clash and make war on each other, and cease (docs/model.md, 7.5).

use crate::numeric::{Lanes, Streams, lanewise};

use super::params::Params;
use super::plan::{Pair, Plan};
use super::state::State;

/// Fighting leaves grievances; pairs climb the rungs from feud and clash to war, and come down
/// (7.5.10) to (7.5.13).
#[inline(always)]
pub(super) fn quarrel<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    streams: &Streams<'_, N>,
) {
    meet(plan, p, s);
    for truce in lanewise(&mut s.ceasefire) {
        *truce = (*truce - plan.step_weeks).at_least(0.0);
    }
    let mut feuds = plan.channels.pair_feud;
    let mut fights = plan.channels.pair_conflict;
    for (index, pair) in plan.pairs.iter().enumerate() {
        if !pair.meets {
            continue;
        }
        remember(p, s, pair);
        let rivalry = (s.weight[pair.ab] + s.weight[pair.ba]) * 0.5;
        if pair.meets_in_politics {
            feud(p, s, pair, rivalry, streams.draw(feuds));
            feuds += 1;
        }
        if pair.meets_armed {
            fight(p, s, (index, pair), rivalry, streams.draw(fights));
            fights += 1;
        }
    }
}

/// How much any two meet: in what they want, in arms, in politics (7.5.10).
#[inline(always)]
fn meet<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    s.contact.fill(Lanes::ZERO);
    for (stake, contacts) in s.stake.iter().zip(&plan.contacts_of) {
        for contact in lanewise(&plan.contacts[contacts.clone()]) {
            let other = contact.other;
            s.contact[contact.cell] += *stake * (s.stake[other] * 0.5 + s.control[other]);
        }
    }
    s.facing.fill(Lanes::ZERO);
    s.coveted.fill(Lanes::ZERO);
    s.withheld.fill(Lanes::ZERO);
    for &a in &plan.territories {
        s.prize[a] = s.prize[a] * p.prize_keep + s.threat_lost[a];
        let prize = s.prize[a] * p.relative_value[a];
        for dispute in lanewise(&plan.disputes[plan.disputes_in[a].clone()]) {
            let (x, y) = (s.presence[dispute.x], s.presence[dispute.y]);
            let both = x + y;
            let meet = x * y * 4.0 / ((both + 1e-6) * (both + p.frontage[a]));
            let wanted = (s.want[dispute.x] * s.want[dispute.y]).at_most(1.0);
            s.facing[dispute.xy] += meet;
            s.coveted[dispute.xy] += wanted * prize;
            s.withheld[dispute.xy] += s.stake[dispute.x] * s.control[dispute.y]
                + s.stake[dispute.y] * s.control[dispute.x];
        }
    }
    s.rift.fill(Lanes::ZERO);
    for &a in &plan.institutions {
        for dispute in &plan.disputes[plan.disputes_in[a].clone()] {
            s.rift[dispute.xy] += s.stake[dispute.x] * s.stake[dispute.y];
        }
    }
}

/// Each side remembers by how much it was attacked, relative to its power (7.5.10).
#[inline(always)]
fn remember<const N: usize>(p: &Params<N>, s: &mut State<N>, pair: &Pair) {
    // One division for both.
    let (a, b) = (s.power[pair.a] + 1e-3, s.power[pair.b] + 1e-3);
    let inverse = (a * b).recip();
    let struck = s.fighting[pair.ba] * b * inverse;
    s.memory[pair.ab] += p.memory_per_step * struck.at_most(1.0);
    let struck = s.fighting[pair.ab] * a * inverse;
    s.memory[pair.ba] += p.memory_per_step * struck.at_most(1.0);
}

/// A feud begins or ends: obstruction without arms (7.5.11).
#[inline(always)]
fn feud<const N: usize>(
    p: &Params<N>,
    s: &mut State<N>,
    pair: &Pair,
    rivalry: Lanes<N>,
    drawn: Lanes<N>,
) {
    let at_feud = s.feud[pair.ab].gt_s(0.5);
    let begins = p.feud * rivalry * s.rift[pair.ab].at_most(1.0);
    let ends = p.feud_end * (Lanes::splat(1.5) - rivalry);
    let turns = at_feud.select(ends, begins).strikes(drawn);
    if !turns.any() {
        return;
    }
    let feud = turns.select(Lanes::ONE - s.feud[pair.ab], s.feud[pair.ab]);
    both_ways(&mut s.feud, pair, feud);
}

/// A clash flares up, burns out or grows into a war; a war is decided on, and ends; an agreement is
/// made, and falls apart (7.5.12) and (7.5.13).
#[inline(always)]
fn fight<const N: usize>(
    p: &Params<N>,
    s: &mut State<N>,
    (index, pair): (usize, &Pair),
    rivalry: Lanes<N>,
    drawn: Lanes<N>,
) {
    let near = (s.contact[pair.ab] + s.contact[pair.ba]).at_most(1.0);
    let all = s.power[pair.a] + s.power[pair.b] + 1e-3;
    let inverse = all.recip();
    let massed = (s.massed[pair.ab] + s.massed[pair.ba]) * inverse;
    // Equals go to war: the weaker gives in before it comes to that.
    let parity = s.power[pair.a] * s.power[pair.b] * 4.0 * inverse * inverse;
    let shared = match pair.shared {
        Some(k) => s.shared[k],
        None => Lanes::ZERO,
    };
    let unrestrained = Lanes::ONE - p.conflict.restraint * shared;
    let brokered = p.conflict.brokerage * shared + 1.0;
    let fear = (s.perceived[pair.a] * s.perceived[pair.b]).sqrt();

    let at_war = s.conflict[pair.ab].gt_s(0.5);
    let in_clash = s.clash[pair.ab].gt_s(0.5);
    let agreed = s.agreement[pair.ab].gt_s(0.5);
    let coveted = p.conflict.prize * s.coveted[pair.ab] + 1.0;
    let square = rivalry * rivalry;
    let anger = square * unrestrained * coveted;
    let hot = anger * near;
    let flares = p.clash * hot * s.facing[pair.ab] * (p.conflict.escalation * massed + 1.0);
    let undeterred = Lanes::ONE - p.conflict.deterrence * fear;
    let withheld = s.withheld[pair.ab].at_most(1.0);
    let decides = p.decision * anger * withheld * undeterred * square * parity;
    let climbs = in_clash.select(p.war * hot * undeterred, flares + decides);
    s.onset[index] = climbs;
    s.decision[index] = decides;

    // One draw for all: what climbs is at its lower end, what ends or is agreed at its upper one.
    let truce = s.ceasefire[pair.ab].gt_s(0.0);
    let upward = climbs.strikes(drawn) & !at_war & !truce;
    let settled = Lanes::ONE - drawn;
    let calm = !at_war & !in_clash;
    let agrees = p.agreement * rivalry * (Lanes::ONE - rivalry) * 4.0 * fear * brokered;
    let parts = p.agreement_end * (rivalry + 0.5) * (Lanes::splat(1.5) - fear);
    let turns = agreed.select(parts, agrees).strikes(settled) & calm & !upward;
    let mut ends = !calm & !upward;
    // Whether any lane is affected decides only whether work is done, never its result.
    if ends.any() {
        let bled = bled(p, s, pair.a).max(bled(p, s, pair.b)).at_least(0.0);
        let pressed = s.perceived[pair.a].max(s.perceived[pair.b]);
        let peace = p.war_end
            * (Lanes::splat(1.5) - rivalry)
            * (p.conflict.exhaustion * bled + 1.0)
            * brokered
            * (p.conflict.plea * pressed + 1.0);
        let over = at_war.select(peace, p.clash_end);
        ends = ends & over.strikes(settled);
    }
    if !(upward | ends | turns).any() {
        return;
    }
    // Who neither clashed nor clashes now has decided for war.
    let flared = flares.strikes(drawn) & calm;
    let war = (upward & !flared).select(Lanes::ONE, s.conflict[pair.ab]);
    let clash = flared.select(Lanes::ONE, Lanes::ZERO);
    let clash = upward.select(clash, s.clash[pair.ab]);
    let peace_made = ends & at_war;
    both_ways(&mut s.conflict, pair, ends.select(Lanes::ZERO, war));
    both_ways(&mut s.clash, pair, ends.select(Lanes::ZERO, clash));
    let agreement = turns.select(Lanes::ONE - s.agreement[pair.ab], s.agreement[pair.ab]);
    both_ways(
        &mut s.agreement,
        pair,
        upward.select(Lanes::ZERO, agreement),
    );
    let left = s.ceasefire[pair.ab];
    let ceasefire = peace_made.select(left.max(p.conflict.ceasefire_weeks), left);
    both_ways(&mut s.ceasefire, pair, ceasefire);
    s.old_conflict[index] = peace_made.select(Lanes::ZERO, s.old_conflict[index]);
}

/// The share of its fighters at the start that a faction has lost (7.5.13).
#[inline(always)]
fn bled<const N: usize>(p: &Params<N>, s: &State<N>, i: usize) -> Lanes<N> {
    Lanes::ONE - s.fighters[i] / (p.fighters[i] + 1e-3)
}

/// What holds both ways.
#[inline(always)]
fn both_ways<const N: usize>(cells: &mut [Lanes<N>], pair: &Pair, value: Lanes<N>) {
    cells[pair.ab] = value;
    cells[pair.ba] = value;
}
