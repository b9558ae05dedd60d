//! The variables of the model in a state (docs/model.md, 7.9): what each is, and how an event
//! changes it. Their names, units and meanings are declared in `scenario/variable.rs`.

use crate::numeric::{Lanes, Mask, lanewise, sum_over};
use crate::scenario::{Holder, Measure, StatePart, Variable};

use super::WEEKS_PER_MONTH;
use super::params::Params;
use super::plan::{Membership, OptionKind, Pair, Plan};
use super::state::State;

/// The value of a variable; `weeks` have gone by since the start.
#[inline(always)]
pub(super) fn read<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    variable: Variable,
    weeks: Lanes<N>,
) -> Lanes<N> {
    match variable {
        Variable::Part(part) => read_part(plan, s, part),
        Variable::Measure(measure) => measured(plan, p, s, measure, weeks),
    }
}

/// The value of a variable at the end of a step.
pub fn value_of<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    variable: Variable,
    step: usize,
) -> Lanes<N> {
    read(
        plan,
        p,
        s,
        variable,
        Lanes::splat(step as f32 * plan.step_weeks),
    )
}

/// The value of a part of the state; 0 for one that can't be read.
#[inline(always)]
pub(super) fn read_part<const N: usize>(plan: &Plan, s: &State<N>, part: StatePart) -> Lanes<N> {
    let pair = |a: usize, b: usize| a * plan.factions + b;
    match part {
        StatePart::OpenFighters => s.open_fighters(),
        StatePart::Underground(a) => s.underground[a],
        StatePart::Funds => s.funds,
        StatePart::Legitimacy => s.legitimacy,
        StatePart::ForeignInflow => s.foreign_inflow,
        StatePart::ThreatLeadership => s.threat_leadership,
        StatePart::ThreatMorale => s.threat_morale,
        StatePart::Fighters(i) => s.fighters[i],
        StatePart::Quality(i) => s.quality[i],
        StatePart::Pay(i) => s.pay[i],
        StatePart::Support(i) => s.support[i],
        StatePart::Leadership(i) => s.leadership[i],
        StatePart::Morale(i) => s.morale[i],
        StatePart::PerceivedThreat(i) => s.perceived[i],
        StatePart::Hostility(a, b) => s.shift[pair(a, b)],
        StatePart::Memory(a, b) => s.memory[pair(a, b)],
        StatePart::Conflict(a, b) => s.conflict[pair(a, b)],
        StatePart::Clash(a, b) => s.clash[pair(a, b)],
        StatePart::Feud(a, b) => s.feud[pair(a, b)],
        StatePart::Agreement(a, b) => s.agreement[pair(a, b)],
        StatePart::Ceasefire(a, b) => s.ceasefire[pair(a, b)],
        StatePart::Position(i, issue) => s.position[i * plan.issues + issue],
        StatePart::Stake(i, a) => plan.claim(i, a).map_or(Lanes::ZERO, |c| s.stake[c]),
        StatePart::Control(a, Holder::Threat) => s.threat_control[a],
        StatePart::Control(a, Holder::Nobody) => s.nobody[a],
        StatePart::Control(a, Holder::Faction(i)) => {
            plan.claim(i, a).map_or(Lanes::ZERO, |c| s.control[c])
        }
        StatePart::Grievance(a, c) => populace(plan, a, c).map_or(Lanes::ZERO, |k| s.grievance[k]),
        StatePart::Crisis(a) => s.crisis[a],
        StatePart::Commitment(k) => s.commitment[k],
        StatePart::Backing(k, i) => s.backing[k * plan.factions + i],
        StatePart::OilPrice => s.oil.exp(),
        StatePart::Attack(_) | StatePart::Election(_) => Lanes::ZERO,
    }
}

/// The value of what follows from the state (7.9.2).
#[inline(always)]
fn measured<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    measure: Measure,
    weeks: Lanes<N>,
) -> Lanes<N> {
    let pair = |a: usize, b: usize| a * plan.factions + b;
    match measure {
        Measure::Week => weeks,
        Measure::ThreatStrength => s.strength,
        Measure::ThreatShare => s.threat_share,
        Measure::ThreatPeople => sum_over!(&a in &plan.territories =>
            s.threat_control[a] * p.population[a]),
        Measure::UndergroundFighters => s.underground_fighters(),
        Measure::ThreatPay => s.threat_pay,
        Measure::Revenue => s.revenue(plan, p) * (WEEKS_PER_MONTH / plan.step_weeks),
        Measure::ThreatLosses => s.threat_losses,
        Measure::ThreatJoined => s.threat_joined,
        Measure::Assault(a) => s.assault[a],
        Measure::Power(i) => s.power[i],
        Measure::Losses(i) => s.losses[i],
        Measure::Joined(i) => s.joined[i],
        Measure::EffortThreat(i) => {
            effort(plan, s, i, |option| matches!(option, OptionKind::Threat(_)))
        }
        Measure::EffortRival(i, j) => effort(plan, s, i, |option| match option {
            OptionKind::Rival(k) => plan.contacts[k].j == j,
            _ => false,
        }),
        Measure::EffortGuard(i) => s.effort[plan.hold_option(i)],
        Measure::EffortGovern(i) => s.effort[plan.govern_option(i)],
        Measure::Rivalry(i, j) => s.weight[pair(i, j)],
        Measure::Fighting(i, j) => s.fighting[pair(i, j)],
        Measure::Contested(a) => Lanes::ONE - largest_holder(plan, s, a).1,
        Measure::Fallen(a) => {
            let (now, _) = largest_holder(plan, s, a);
            let (then, _) = largest(plan, a, &p.control, &p.threat_control, &p.nobody);
            let same = now.le(then) & now.ge(then);
            same.select(Lanes::ZERO, Lanes::ONE)
        }
        Measure::Governance(a) => s.governance[a],
        Measure::Unrest(a) => s.unrest[a],
        Measure::Cohesion(k) => Lanes::ONE - s.infighting[k],
        Measure::Infighting(k) => s.infighting[k],
        Measure::PowerInConflict(k) => {
            power_of_those_at_odds::<N, false>(plan, s, &plan.memberships[k])
        }
        Measure::PowerInClash(k) => {
            power_of_those_at_odds::<N, true>(plan, s, &plan.memberships[k])
        }
        Measure::Purpose(k) => purpose(s, &plan.memberships[k]),
        Measure::MeanRivalry(k) => mean_rivalry(plan, s, &plan.memberships[k]),
        Measure::BlocPower(b) => {
            let mut power = Lanes::ZERO;
            for i in 0..plan.factions {
                if plan.bloc_of[i] == Some(b) {
                    power += s.power[i];
                }
            }
            power
        }
        Measure::SupportGiven(k, i) => s.given[k * plan.factions + i],
    }
}

/// Share of a faction's effort spent on some of its options.
#[inline(always)]
fn effort<const N: usize>(
    plan: &Plan,
    s: &State<N>,
    faction: usize,
    counts: impl Fn(OptionKind) -> bool,
) -> Lanes<N> {
    let mut spent = Lanes::ZERO;
    for option in plan.options_of[faction].clone() {
        if counts(plan.options[option]) {
            spent += s.effort[option];
        }
    }
    spent
}

/// Share of a coalition's power-weighted effort that is spent against the threat.
#[inline(always)]
fn purpose<const N: usize>(s: &State<N>, coalition: &Membership) -> Lanes<N> {
    let mut spent = Lanes::ZERO;
    let mut all = Lanes::splat(1e-6);
    for (&i, options) in coalition.members.iter().zip(&coalition.against_threat) {
        let mut against = Lanes::ZERO;
        for &option in options {
            against += s.effort[option];
        }
        spent += s.power[i] * against;
        all += s.power[i];
    }
    spent / all
}

/// Mean rivalry weight over the ordered pairs of a coalition.
#[inline(always)]
pub(super) fn mean_rivalry<const N: usize>(
    plan: &Plan,
    s: &State<N>,
    coalition: &Membership,
) -> Lanes<N> {
    let mut sum = Lanes::ZERO;
    for &index in &coalition.pairs {
        let pair = &plan.pairs[index];
        sum += s.weight[pair.ab] + s.weight[pair.ba];
    }
    sum / (2.0 * coalition.pairs.len() as f32).max(1.0)
}

/// Whether the pair is in an open conflict that is none of the start.
#[inline(always)]
fn new_war<const N: usize>(s: &State<N>, pair: &Pair, index: usize) -> Mask<N> {
    s.conflict[pair.ab].gt_s(0.5) & s.old_conflict[index].le_s(0.5)
}

/// Share of a coalition's power that is at war with a fellow member, or in a clash if those count.
#[inline(always)]
fn power_of_those_at_odds<const N: usize, const CLASHES: bool>(
    plan: &Plan,
    s: &State<N>,
    coalition: &Membership,
) -> Lanes<N> {
    let mut fighting = Lanes::ZERO;
    let mut all = Lanes::splat(1e-6);
    for (&i, pairs) in coalition.members.iter().zip(&coalition.pairs_of) {
        let mut at_odds = Mask::NONE;
        for &index in lanewise(pairs) {
            let pair = &plan.pairs[index];
            at_odds = at_odds | new_war(s, pair, index);
            if CLASHES {
                at_odds = at_odds | s.clash[pair.ab].gt_s(0.5);
            }
        }
        all += s.power[i];
        fighting += at_odds.select(s.power[i], Lanes::ZERO);
    }
    fighting / all
}

/// The largest holder of an arena, by its place among the claims, then the threat, then nobody;
/// and the largest share that somebody has. Of equal ones the first (7.9.2).
#[inline(always)]
pub(super) fn largest_holder<const N: usize>(
    plan: &Plan,
    s: &State<N>,
    arena: usize,
) -> (Lanes<N>, Lanes<N>) {
    largest(plan, arena, &s.control, &s.threat_control, &s.nobody)
}

#[inline(always)]
fn largest<const N: usize>(
    plan: &Plan,
    arena: usize,
    control: &[Lanes<N>],
    threat: &[Lanes<N>],
    nobody: &[Lanes<N>],
) -> (Lanes<N>, Lanes<N>) {
    let claims = plan.claims_on[arena].clone();
    let after = claims.len() as f32;
    let held = claims.map(|c| control[c]).chain([threat[arena]]);
    let (mut who, mut most) = (Lanes::ZERO, Lanes::splat(-1.0));
    for (place, share) in held.enumerate() {
        let more = share.gt(most);
        who = more.select(Lanes::splat(place as f32), who);
        most = more.select(share, most);
    }
    let empty = nobody[arena].gt(most);
    (
        empty.select(Lanes::splat(after + 1.0), who),
        most.at_least(0.0),
    )
}

fn populace(plan: &Plan, arena: usize, community: usize) -> Option<usize> {
    plan.populace_of[arena]
        .clone()
        .find(|&k| plan.populace[k].community == community)
}

/// Changes a state variable where the event struck, within its range; keeps the accounts.
#[allow(clippy::too_many_arguments)]
pub(super) fn write<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    part: StatePart,
    struck: Mask<N>,
    before: Lanes<N>,
    after: Lanes<N>,
) {
    let f = plan.factions;
    // A replicate that was not struck keeps its bits, whoever runs beside it.
    let put = |cell: &mut Lanes<N>, value: Lanes<N>| *cell = struck.select(value, *cell);
    let truth = |value: Lanes<N>| value.ge_s(0.5).select(Lanes::ONE, Lanes::ZERO);
    let added = struck.select(after - before, Lanes::ZERO);
    let share = after.clamp(0.0, 1.0);
    let amount = after.at_least(0.0);
    let came = struck.select(amount - before, Lanes::ZERO);
    match part {
        StatePart::OpenFighters => {
            let opportunists = amount * s.opportunists / (before + 1e-6);
            put(&mut s.core, amount - opportunists);
            put(&mut s.opportunists, opportunists);
            s.threat_joined += came;
        }
        StatePart::Underground(a) => {
            put(&mut s.underground[a], amount);
            s.threat_joined += came;
        }
        StatePart::Funds => put(&mut s.funds, amount),
        StatePart::Legitimacy => put(&mut s.legitimacy, share),
        StatePart::ForeignInflow => put(&mut s.foreign_inflow, amount),
        StatePart::ThreatLeadership => put(&mut s.threat_leadership, amount),
        StatePart::ThreatMorale => put(&mut s.threat_morale, share),
        StatePart::Fighters(i) => {
            put(&mut s.fighters[i], amount);
            s.joined[i] += came;
        }
        StatePart::Quality(i) => put(&mut s.quality[i], amount),
        StatePart::Pay(i) => put(&mut s.pay[i], share),
        StatePart::Support(i) => put(&mut s.support[i], share),
        StatePart::Leadership(i) => put(&mut s.leadership[i], amount),
        StatePart::Morale(i) => put(&mut s.morale[i], share),
        StatePart::PerceivedThreat(i) => put(&mut s.perceived[i], share),
        StatePart::Hostility(a, b) => {
            // Each way keeps what it had; both move alike.
            s.shift[a * f + b] += added;
            s.shift[b * f + a] += added;
        }
        StatePart::Memory(a, b) => {
            for cell in [a * f + b, b * f + a] {
                s.memory[cell] = (s.memory[cell] + added).at_least(0.0);
            }
        }
        StatePart::Conflict(a, b) => {
            let cells = [a * f + b, b * f + a];
            let conflict = truth(after);
            // A war is no clash, and ends what was agreed.
            let clash = s.clash[cells[0]].min(Lanes::ONE - conflict);
            let agreement = s.agreement[cells[0]].min(Lanes::ONE - conflict);
            for cell in cells {
                put(&mut s.conflict[cell], conflict);
                put(&mut s.clash[cell], clash);
                put(&mut s.agreement[cell], agreement);
            }
            if let Some(pair) = plan
                .pairs
                .iter()
                .position(|x| (x.a, x.b) == (a.min(b), a.max(b)))
            {
                let old = s.old_conflict[pair].min(conflict);
                put(&mut s.old_conflict[pair], old);
            }
        }
        StatePart::Clash(a, b) => {
            let cells = [a * f + b, b * f + a];
            let clash = truth(after).min(Lanes::ONE - s.conflict[cells[0]]);
            let agreement = s.agreement[cells[0]].min(Lanes::ONE - clash);
            for cell in cells {
                put(&mut s.clash[cell], clash);
                put(&mut s.agreement[cell], agreement);
            }
        }
        StatePart::Agreement(a, b) => {
            let cells = [a * f + b, b * f + a];
            let blows = s.conflict[cells[0]].max(s.clash[cells[0]]);
            let agreement = truth(after).min(Lanes::ONE - blows);
            for cell in cells {
                put(&mut s.agreement[cell], agreement);
            }
        }
        StatePart::Feud(a, b) => {
            for cell in [a * f + b, b * f + a] {
                put(&mut s.feud[cell], truth(after));
            }
        }
        StatePart::Ceasefire(a, b) => {
            for cell in [a * f + b, b * f + a] {
                put(&mut s.ceasefire[cell], amount);
            }
        }
        StatePart::Position(i, issue) => {
            put(
                &mut s.position[i * plan.issues + issue],
                after.clamp(-1.0, 1.0),
            );
        }
        StatePart::Stake(i, a) => {
            if let Some(c) = plan.claim(i, a) {
                put(&mut s.stake[c], amount);
            }
        }
        StatePart::Control(a, holder) => set_control(plan, s, a, holder, struck, share),
        StatePart::Grievance(a, c) => {
            if let Some(k) = populace(plan, a, c) {
                put(&mut s.grievance[k], share);
            }
        }
        StatePart::Crisis(a) => put(&mut s.crisis[a], share),
        StatePart::Commitment(k) => put(&mut s.commitment[k], share),
        StatePart::Backing(k, i) => put(&mut s.backing[k * f + i], share),
        StatePart::OilPrice => put(&mut s.oil, after.at_least(1.0).ln()),
        StatePart::Election(a) => elect(plan, p, s, a, struck, share),
        StatePart::Attack(c) => {
            for i in 0..f {
                let raised = p.people[i * plan.communities + c] * amount;
                s.alarm[i] += struck.select(raised, Lanes::ZERO);
            }
        }
    }
}

/// What an event gives and takes counts like what is fought over.
#[inline(always)]
fn change_hands<const N: usize>(s: &mut State<N>, c: usize, control: Lanes<N>) {
    s.change[c] += control - s.control[c];
    s.control[c] = control;
}

/// Shares anew a part of what factions hold of an institution, by what became of their support (7.1.2).
fn elect<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    a: usize,
    struck: Mask<N>,
    share: Lanes<N>,
) {
    let claims = plan.claims_on[a].clone();
    let votes = |s: &State<N>, c: usize| {
        let i = plan.claims[c].faction;
        let swing = s.support[i].at_least(1e-3) / p.support[i].at_least(1e-3);
        s.control[c] * (p.polity.swing * swing.ln()).exp()
    };
    let (mut held, mut cast) = (Lanes::ZERO, Lanes::splat(1e-9));
    for c in claims.clone() {
        held += s.control[c];
        cast += votes(s, c);
    }
    for c in claims {
        let won = held * votes(s, c) / cast;
        let control = s.control[c] + share * (won - s.control[c]);
        change_hands(s, c, struck.select(control, s.control[c]));
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
    let own = match holder {
        Holder::Faction(i) => match plan.claim(i, a) {
            Some(c) => Some(c),
            None => return,
        },
        Holder::Threat | Holder::Nobody => None,
    };
    // Summed, as what is missing from 1 has no digits left where one holds nearly all.
    let mut others = Lanes::ZERO;
    if holder != Holder::Threat {
        others += s.threat_control[a];
    }
    if holder != Holder::Nobody {
        others += s.nobody[a];
    }
    for c in claims.clone().filter(|c| Some(*c) != own) {
        others += s.control[c];
    }
    let alone = others.le_s(1e-6);
    let scale = alone.select(Lanes::ZERO, (Lanes::ONE - share) / others.at_least(1e-6));
    let factor = |is_own: bool, now: Lanes<N>| {
        let after = if is_own { share } else { now * scale };
        struck.select(after, now)
    };
    let threat = factor(holder == Holder::Threat, s.threat_control[a]);
    s.threat_won[a] += (threat - s.threat_control[a]).at_least(0.0);
    s.threat_lost[a] += (s.threat_control[a] - threat).at_least(0.0);
    s.threat_control[a] = threat;
    s.nobody[a] = factor(holder == Holder::Nobody, s.nobody[a]);
    for c in claims {
        let control = factor(Some(c) == own, s.control[c]);
        change_hands(s, c, control);
    }
    // Where it held everything, what it gives up is nobody's.
    let given_up = (struck & alone).select(Lanes::ONE - share, Lanes::ZERO);
    s.nobody[a] += given_up;
}
