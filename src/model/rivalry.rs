//! Rivalry: hostility between factions and the weights it gives (docs/model.md, 7.3).

use crate::numeric::{Lanes, Streams};

use super::params::Params;
use super::plan::Plan;
use super::state::State;

/// The parts of the target of hostility that are gathered over arenas and patrons.
#[derive(Debug, Clone)]
pub struct Scratch<const N: usize> {
    target: Vec<Lanes<N>>,
    tie: Vec<Lanes<N>>,
    animosity: Vec<Lanes<N>>,
    patron_weight: Vec<Lanes<N>>,
}

impl<const N: usize> Scratch<N> {
    /// Scratch space for a scenario.
    pub fn new(plan: &Plan) -> Self {
        let (f, p) = (plan.factions, plan.patrons);
        Self {
            target: vec![Lanes::ZERO; f * f],
            tie: vec![Lanes::ZERO; f * f],
            animosity: vec![Lanes::ZERO; p * f],
            patron_weight: vec![Lanes::ZERO; p * p],
        }
    }
}

/// Hostility relaxes toward its target, with noise; weights follow from it.
#[inline(always)]
pub(super) fn rival<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &mut Scratch<N>,
    streams: &Streams<'_, N>,
) {
    patronage(plan, p, s);
    s.mood = s.mood * p.mood_keep + p.mood_noise * streams.normal(plan.channels.mood);
    for memory in &mut s.memory {
        *memory *= p.memory_keep;
    }
    gather(plan, p, s, scratch);
    let f = plan.factions;
    for k in 0..f * f {
        s.hostility[k].approach(scratch.target[k], p.hostility_rate);
    }
    for (index, pair) in plan.pairs.iter().enumerate() {
        // An incident troubles both sides alike.
        let noise = p.hostility_noise * streams.normal(plan.channels.pair_noise + index);
        s.hostility[pair.a * f + pair.b] += noise;
        s.hostility[pair.b * f + pair.a] += noise;
    }
    weigh(plan, p, s);
}

/// Hostility before any round of settling: what ties and issues alone give.
pub(super) fn begin<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    s.hostility.clone_from(&s.baseline);
    patronage(plan, p, s);
}

/// A round of settling hostility at the start: half of the way to its target.
#[inline(always)]
pub(super) fn settle<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &mut Scratch<N>,
) {
    gather(plan, p, s, scratch);
    for (h, target) in s.hostility.iter_mut().zip(&scratch.target) {
        h.approach(*target, Lanes::splat(0.5));
    }
    weigh(plan, p, s);
}

/// Support given and received, and what factions and their patrons want.
#[inline(always)]
pub(super) fn patronage<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    let f = plan.factions;
    s.received.fill(Lanes::ZERO);
    for patron in 0..plan.patrons {
        for i in 0..f {
            let given = s.backing[patron * f + i] * s.commitment[patron];
            s.given[patron * f + i] = given;
            s.received[i] += given;
        }
    }
    for (c, claim) in plan.claims.iter().enumerate() {
        let mut want = s.stake[c];
        for (patron, stake) in &p.patron_stake[c] {
            want += *stake * s.given[patron * f + claim.faction];
        }
        s.want[c] = want;
    }
}

/// Rivalry weight of a hostility in log-odds.
#[inline(always)]
fn weight<const N: usize>(p: &Params<N>, hostility: Lanes<N>) -> Lanes<N> {
    // Below the floor a rivalry is none: exactly 0, so that it takes no effort.
    ((hostility.logistic() - p.weight_floor) / (Lanes::ONE - p.weight_floor)).at_least(0.0)
}

#[inline(always)]
fn weigh<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    let f = plan.factions;
    for i in 0..f {
        for j in 0..f {
            if i != j {
                s.weight[i * f + j] = weight(p, s.hostility[i * f + j]);
            }
        }
    }
}

/// The target of hostility, term by term.
#[inline(always)]
fn gather<const N: usize>(plan: &Plan, p: &Params<N>, s: &State<N>, scratch: &mut Scratch<N>) {
    common_enemy_and_standing(plan, p, s, scratch);
    outgrowing(plan, p, s, scratch);
    balance(plan, p, s, scratch);
    land_and_institutions(plan, p, s, scratch);
    patrons(plan, p, s, scratch);
}

/// Baseline, common enemy, memory, ceasefire, open conflict, mood, strain within blocs.
#[inline(always)]
fn common_enemy_and_standing<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    scratch: &mut Scratch<N>,
) {
    let f = plan.factions;
    let mood = p.mood * s.mood;
    for i in 0..f {
        for j in 0..f {
            let k = i * f + j;
            if i == j {
                scratch.target[k] = Lanes::ZERO;
                continue;
            }
            let shared_fear = (s.perceived[i] * s.perceived[j]).sqrt();
            let truce = s.ceasefire[k]
                .gt_s(0.0)
                .select(p.ceasefire_effect, Lanes::ZERO);
            let mut target = s.baseline[k] + s.shift[k] - p.common_enemy * shared_fear
                + s.memory[k]
                + p.open_conflict * s.conflict[k]
                - truce
                + mood;
            if plan.bloc_of[i].is_some() && plan.bloc_of[i] == plan.bloc_of[j] {
                let unpaid = Lanes::ONE - (s.pay[i] + s.pay[j]) * 0.5;
                target += p.pay_strain * unpaid;
            }
            scratch.target[k] = target;
        }
    }
}

/// A strong member emerges, and its allies gang up on it.
#[inline(always)]
fn outgrowing<const N: usize>(plan: &Plan, p: &Params<N>, s: &State<N>, scratch: &mut Scratch<N>) {
    let f = plan.factions;
    let total = s.power.iter().fold(Lanes::splat(1.0), |sum, q| sum + *q);
    for j in 0..f {
        let share = s.power[j] / total;
        // In doublings of the share it had at the start, small ones counted as half a percent.
        let grown = (share / s.initial_share[j].at_least(0.005))
            .at_least(1.0)
            .ln();
        let term = p.outgrowing * grown * std::f32::consts::LOG2_E;
        for i in 0..f {
            if i != j {
                scratch.target[i * f + j] += term;
            }
        }
    }
}

/// Structural balance: minus the sum over k of tie(i, k) x tie(k, j).
#[inline(always)]
fn balance<const N: usize>(plan: &Plan, p: &Params<N>, s: &State<N>, scratch: &mut Scratch<N>) {
    let f = plan.factions;
    for i in 0..f {
        for j in 0..f {
            let h = s.hostility[i * f + j];
            let tie = -h / (Lanes::ONE + h.abs() * p.inverse_saturation);
            scratch.tie[i * f + j] = if i == j { tie * p.self_tie } else { tie };
        }
    }
    for i in 0..f {
        for j in 0..f {
            let mut sum = Lanes::ZERO;
            for k in 0..f {
                sum += scratch.tie[i * f + k] * scratch.tie[k * f + j];
            }
            scratch.target[i * f + j] -= p.balance * sum;
        }
    }
}

/// The other's gains where one wants to be, and contested institutions.
#[inline(always)]
fn land_and_institutions<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    scratch: &mut Scratch<N>,
) {
    let f = plan.factions;
    for contact in &plan.contacts {
        let grabbed = p.land_gain * s.want[contact.own] * s.gain[contact.other];
        let cell = contact.i * f + contact.j;
        scratch.target[cell] += grabbed;
        if !plan.is_territory[contact.arena] {
            let both = (s.stake[contact.own] * s.stake[contact.other]).at_most(1.0);
            scratch.target[cell] += p.crisis_strain * s.crisis[contact.arena] * both;
        }
    }
}

/// Patrons hand down their own rivalries, and restrain those they share.
#[inline(always)]
fn patrons<const N: usize>(plan: &Plan, p: &Params<N>, s: &State<N>, scratch: &mut Scratch<N>) {
    let (f, n) = (plan.factions, plan.patrons);
    for a in 0..n {
        for b in 0..n {
            if a != b {
                let fear = (s.patron_perceived[a] * s.patron_perceived[b]).sqrt();
                let h = p.patron_hostility[a * n + b] - p.common_enemy * fear;
                scratch.patron_weight[a * n + b] = weight(p, h);
            }
        }
    }
    scratch.animosity.fill(Lanes::ZERO);
    for (tie, &(patron, faction)) in plan.patron_ties.iter().enumerate() {
        let fear = (s.patron_perceived[patron] * s.perceived[faction]).sqrt();
        let h = p.patron_tie_hostility[tie] - p.common_enemy * fear;
        scratch.animosity[patron * f + faction] += weight(p, h);
    }
    for a in 0..n {
        for j in 0..f {
            let mut sum = scratch.animosity[a * f + j];
            for b in 0..n {
                if a != b {
                    sum += scratch.patron_weight[a * n + b] * s.given[b * f + j];
                }
            }
            scratch.animosity[a * f + j] = sum.at_most(1.0);
        }
    }
    for i in 0..f {
        for j in 0..f {
            if i == j {
                continue;
            }
            let mut handed_down = Lanes::ZERO;
            let mut shared = Lanes::ZERO;
            for a in 0..n {
                handed_down += s.given[a * f + i] * scratch.animosity[a * f + j];
                shared += s.given[a * f + i] * s.given[a * f + j];
            }
            scratch.target[i * f + j] +=
                p.patron_rivalry * handed_down - p.shared_patron * shared.at_most(1.0);
        }
    }
}
