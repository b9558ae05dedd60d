//! Rivalry: hostility between factions and the weights it gives (docs/model.md, 7.3).

use crate::numeric::{Lanes, List, Streams, lanewise, multiply, panel_size, sum, sum_over};

use super::ledger::{Sum, Term};
use super::params::Params;
use super::plan::Plan;
use super::state::State;

/// The target of hostility, and what it is gathered from.
#[derive(Debug, Clone)]
pub struct Scratch<const N: usize, T: Sum<N> = Lanes<N>> {
    /// The target, by pair (i, j).
    pub target: T::List,
    tie: List<N>,
    product: List<N>,
    panel: List<N>,
    /// What all feel alike toward a faction, by faction.
    standing: T::List,
    /// Root of perceived threat, by faction.
    fear: List<N>,
    animosity: List<N>,
    patron_weight: List<N>,
}

impl<const N: usize, T: Sum<N>> Scratch<N, T> {
    /// Scratch space for a scenario.
    pub fn new(plan: &Plan) -> Self {
        let (f, p) = (plan.factions, plan.patrons);
        Self {
            target: T::list(f * f),
            tie: List::filled(f * f, Lanes::ZERO),
            product: List::filled(f * f, Lanes::ZERO),
            panel: List::filled(panel_size(f), Lanes::ZERO),
            standing: T::list(f),
            fear: List::filled(f, Lanes::ZERO),
            animosity: List::filled(p * f, Lanes::ZERO),
            patron_weight: List::filled(p * p, Lanes::ZERO),
        }
    }
}

/// Hostility relaxes toward its target, with noise; weights follow from it (7.3.7).
#[inline(always)]
pub(super) fn rival<const N: usize, T: Sum<N>>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &mut Scratch<N, T>,
    streams: &Streams<'_, N>,
) {
    patronage(plan, p, s);
    s.mood = s.mood * p.mood_keep + p.mood_noise * streams.draw(plan.channels.mood);
    for memory in lanewise(&mut s.memory) {
        *memory *= p.memory_keep;
    }
    gather(plan, p, s, scratch);
    for (h, target) in lanewise(s.hostility.iter_mut().zip(scratch.target.iter())) {
        h.approach(target.total(), p.hostility_rate);
    }
    for (index, pair) in plan.pairs.iter().enumerate() {
        // An incident troubles both sides alike.
        let noise = incidents(plan, p, streams, index);
        s.hostility[pair.ab] += noise;
        s.hostility[pair.ba] += noise;
    }
    weigh(plan, p, s);
}

/// What a step's incidents add to the hostility of one of the plan's pairs (7.3.7).
#[inline(always)]
pub(super) fn incidents<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    streams: &Streams<'_, N>,
    pair: usize,
) -> Lanes<N> {
    p.hostility_noise * streams.draw(plan.channels.pair_noise + pair)
}

/// Hostility before any round of settling: what ties and issues alone give.
pub(super) fn begin<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    s.hostility.clone_from(&s.baseline);
    patronage(plan, p, s);
}

/// Rounds in which hostility and the balance of ties are brought together at the start.
pub(super) const SETTLING_ROUNDS: usize = 8;

/// A round of settling hostility at the start: half of the way to its target.
#[inline(always)]
pub(super) fn settle<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &mut Scratch<N>,
) {
    gather(plan, p, s, scratch);
    for (h, target) in lanewise(s.hostility.iter_mut().zip(scratch.target.iter())) {
        h.approach(target.total(), Lanes::splat(0.5));
    }
    weigh(plan, p, s);
}

/// Support given and received, and what factions and their patrons want (7.3.3).
#[inline(always)]
pub(super) fn patronage<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    let f = plan.factions;
    s.received.fill(Lanes::ZERO);
    s.aided.fill(Lanes::ONE);
    for &(patron, i) in &plan.backings {
        let given = s.backing[patron * f + i] * s.commitment[patron];
        s.given[patron * f + i] = given;
        s.received[i] += given;
        s.aided[i] += p.air[patron] * given;
    }
    for (both, shared) in s.shared.iter_mut().zip(&plan.shared_patrons) {
        let all = sum_over!(patron in &shared.patrons =>
            s.given[patron * f + shared.i] * s.given[patron * f + shared.j]);
        *both = all.at_most(1.0);
    }
    for (c, claim) in plan.claims.iter().enumerate() {
        let mut want = s.stake[c];
        for (patron, stake) in &p.patron_stake[c] {
            want += *stake * s.given[patron * f + claim.faction];
        }
        s.want[c] = want;
    }
}

/// Rivalry weight of a hostility in log-odds (7.3.7).
#[inline(always)]
fn weight<const N: usize>(p: &Params<N>, hostility: Lanes<N>) -> Lanes<N> {
    // Below the floor a rivalry is none: exactly 0, so that it takes no effort.
    ((hostility.logistic() - p.rivalry.weight_floor) * p.weight_scale).at_least(0.0)
}

#[inline(always)]
fn weigh<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    for (w, h) in lanewise(s.weight.iter_mut().zip(&s.hostility)) {
        *w = weight(p, *h);
    }
    clear_diagonal(plan, &mut s.weight);
}

/// Nobody stands in any relation to itself.
#[inline(always)]
fn clear_diagonal<const N: usize, T: Sum<N>>(plan: &Plan, pairs: &mut [T]) {
    for i in 0..plan.factions {
        pairs[i * plan.factions + i] = T::NOTHING;
    }
}

/// The target of hostility, term by term (7.3.4).
#[inline(always)]
pub(super) fn gather<const N: usize, T: Sum<N>>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    scratch: &mut Scratch<N, T>,
) {
    standing(plan, p, s, scratch);
    ties_and_fear(plan, p, s, scratch);
    relations(plan, p, s, scratch);
    strain(plan, p, s, scratch);
    land_and_institutions(plan, p, s, scratch);
    animosity(plan, p, s, scratch);
    patrons(plan, p, s, scratch);
    clear_diagonal(plan, &mut scratch.target);
    balance(plan, p, s, scratch);
}

/// A strong member emerges, and its allies gang up on it; and the mood of the day (7.3.4).
#[inline(always)]
fn standing<const N: usize, T: Sum<N>>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    scratch: &mut Scratch<N, T>,
) {
    let total = sum(&s.power) + 1e-3;
    for j in 0..plan.factions {
        let share = s.power[j] / total;
        // In doublings of the share it had at the start, small ones counted as half a percent.
        let grown = (share / s.initial_share[j].at_least(0.005))
            .at_least(1.0)
            .ln();
        let outgrown = p.rivalry.outgrowing * grown * std::f32::consts::LOG2_E;
        scratch.standing[j] =
            T::of(Term::Outgrowing, outgrown) + T::of(Term::Mood, p.rivalry.mood * s.mood);
        scratch.fear[j] = s.perceived[j].sqrt();
    }
}

/// Baseline, common enemy, memory (7.3.4).
#[inline(always)]
fn ties_and_fear<const N: usize, T: Sum<N>>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    scratch: &mut Scratch<N, T>,
) {
    let f = plan.factions;
    for i in 0..f {
        let row = i * f..(i + 1) * f;
        let (baseline, shift) = (&s.baseline[row.clone()], &s.shift[row.clone()]);
        let memory = &s.memory[row.clone()];
        let (fear, standing) = (&scratch.fear[..f], &scratch.standing[..f]);
        let target = &mut scratch.target[row];
        let unites = p.rivalry.common_enemy * fear[i];
        for j in lanewise(0..f) {
            target[j] = (T::of(Term::Baseline, baseline[j]) + T::of(Term::Events, shift[j]))
                - T::of(Term::CommonEnemy, unites * fear[j])
                + (T::of(Term::Memory, memory[j]) + standing[j]);
        }
    }
}

/// War, clash and feud, agreement and ceasefire, which are the same both ways (7.3.4).
#[inline(always)]
fn relations<const N: usize, T: Sum<N>>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    scratch: &mut Scratch<N, T>,
) {
    for pair in &plan.pairs {
        let truce = s.ceasefire[pair.ab].gt_s(0.0);
        let calms = truce.select(p.rivalry.ceasefire, Lanes::ZERO);
        let open = s.conflict[pair.ab] + p.conflict.skirmish * s.clash[pair.ab];
        let relation = T::of(Term::OpenConflict, p.rivalry.open_conflict * open)
            + T::of(Term::Feud, p.rivalry.feud * s.feud[pair.ab])
            - T::of(Term::Agreement, p.rivalry.agreement * s.agreement[pair.ab])
            - T::of(Term::Ceasefire, calms);
        scratch.target[pair.ab] += relation;
        scratch.target[pair.ba] += relation;
    }
}

/// Strain of low pay within a bloc (7.3.4).
#[inline(always)]
fn strain<const N: usize, T: Sum<N>>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    scratch: &mut Scratch<N, T>,
) {
    for &index in &plan.bloc_pairs {
        let pair = &plan.pairs[index];
        let unpaid = Lanes::ONE - (s.pay[pair.a] + s.pay[pair.b]) * 0.5;
        let strain = T::of(Term::Pay, p.rivalry.pay_strain * unpaid);
        scratch.target[pair.ab] += strain;
        scratch.target[pair.ba] += strain;
    }
}

/// Structural balance: minus the sum over k of tie(i, k) x tie(k, j) (7.3.5).
#[inline(always)]
fn balance<const N: usize, T: Sum<N>>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    scratch: &mut Scratch<N, T>,
) {
    let f = plan.factions;
    for (tie, h) in lanewise(scratch.tie.iter_mut().zip(&s.hostility)) {
        *tie = -*h / (Lanes::ONE + h.abs() * p.inverse_saturation);
    }
    for i in 0..f {
        scratch.tie[i * f + i] *= p.rivalry.self_tie;
    }
    let (tie, panel) = (&scratch.tie, &mut scratch.panel);
    multiply(tie, tie, f, panel, &mut scratch.product);
    for (target, product) in lanewise(scratch.target.iter_mut().zip(&scratch.product)) {
        *target -= T::of(Term::Balance, p.balance * *product);
    }
}

/// The other's gains where one wants to be, what the enemy leaves and both want, and contested
/// institutions (7.3.4).
#[inline(always)]
fn land_and_institutions<const N: usize, T: Sum<N>>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    scratch: &mut Scratch<N, T>,
) {
    for (want, contacts) in s.want.iter().zip(&plan.contacts_of) {
        let resents = p.rivalry.land_gain * *want;
        for contact in lanewise(&plan.contacts[contacts.clone()]) {
            scratch.target[contact.cell] += T::of(Term::Land, resents * s.gain[contact.other]);
        }
    }
    let shrunk = (Lanes::ONE - s.strength).at_least(0.0);
    for &a in &plan.territories {
        let spoils = p.rivalry.spoils * p.threat_control[a] * shrunk;
        for dispute in lanewise(&plan.disputes[plan.disputes_in[a].clone()]) {
            let both = (s.want[dispute.x] * s.want[dispute.y]).at_most(1.0);
            let contended = T::of(Term::Spoils, spoils * both);
            scratch.target[dispute.xy] += contended;
            scratch.target[dispute.yx] += contended;
        }
    }
    for &a in &plan.institutions {
        let strain = p.rivalry.crisis_strain * s.crisis[a];
        for dispute in &plan.disputes[plan.disputes_in[a].clone()] {
            let both = (s.stake[dispute.x] * s.stake[dispute.y]).at_most(1.0);
            scratch.target[dispute.xy] += T::of(Term::Crisis, strain * both);
            scratch.target[dispute.yx] += T::of(Term::Crisis, strain * both);
        }
    }
}

/// Patrons' animosity toward factions: their own, and that of patrons they are at odds with
/// (7.3.6).
#[inline(always)]
fn animosity<const N: usize, T: Sum<N>>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    scratch: &mut Scratch<N, T>,
) {
    let (f, n) = (plan.factions, plan.patrons);
    for a in 0..n {
        for b in 0..n {
            if a != b {
                let fear = (s.patron_perceived[a] * s.patron_perceived[b]).sqrt();
                let h = p.patron_hostility[a * n + b] - p.rivalry.common_enemy * fear;
                scratch.patron_weight[a * n + b] = weight(p, h);
            }
        }
    }
    scratch.animosity.fill(Lanes::ZERO);
    for (tie, &(patron, faction)) in plan.patron_ties.iter().enumerate() {
        let fear = (s.patron_perceived[patron] * s.perceived[faction]).sqrt();
        let h = p.patron_tie_hostility[tie] - p.rivalry.common_enemy * fear;
        scratch.animosity[patron * f + faction] += weight(p, h);
    }
    for a in 0..n {
        for &(b, j) in &plan.backings {
            // No patron is at odds with itself: that weight stays 0.
            scratch.animosity[a * f + j] += scratch.patron_weight[a * n + b] * s.given[b * f + j];
        }
    }
    for animosity in lanewise(&mut scratch.animosity) {
        *animosity = animosity.at_most(1.0);
    }
}

/// Patrons hand down their own rivalries, and restrain those they share (7.3.4).
#[inline(always)]
fn patrons<const N: usize, T: Sum<N>>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    scratch: &mut Scratch<N, T>,
) {
    let f = plan.factions;
    for &(patron, i) in &plan.backings {
        let hands_down = p.rivalry.patron_rivalry * s.given[patron * f + i];
        let animosity = &scratch.animosity[patron * f..(patron + 1) * f];
        let target = &mut scratch.target[i * f..(i + 1) * f];
        for (target, animosity) in lanewise(target.iter_mut().zip(animosity)) {
            *target += T::of(Term::Patrons, hands_down * *animosity);
        }
    }
    for (shared, both) in plan.shared_patrons.iter().zip(&s.shared) {
        let restraint = p.rivalry.shared_patron * *both;
        let restraint = T::of(Term::SharedPatron, restraint);
        scratch.target[shared.i * f + shared.j] -= restraint;
        scratch.target[shared.j * f + shared.i] -= restraint;
    }
}
