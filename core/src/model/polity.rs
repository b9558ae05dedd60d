//! Polity: oil, institutions, pay, support, forces, grievance, governance, patrons
//! (docs/model.md, 7.8).

use crate::numeric::{Lanes, Streams, sum, sum_over};

use super::params::Params;
use super::plan::Plan;
use super::state::State;

/// All that happens behind the front in a step (7.8.1).
#[inline(always)]
pub(super) fn govern<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    streams: &Streams<'_, N>,
) {
    let drawn = streams.draw(plan.channels.oil);
    s.oil += p.oil_rate * (p.oil_mean - s.oil) + p.oil_noise * drawn;
    institutions(plan, p, s);
    pay_and_support(plan, p, s);
    morale(plan, p, s);
    rebuild(plan, p, s);
    populace(plan, p, s);
    commitment(plan, p, s);
    realign(plan, p, s);
    strengthen(plan, p, s);
}

/// The state at the start of what follows from pay, institutions and land.
pub(super) fn settle<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    super::rivalry::patronage(plan, p, s);
    for i in 0..plan.factions {
        let now = p.pay[i] / resources(plan, p, s, i).at_least(1e-3);
        s.pay_scale[i] = p.full_pay[i].unwrap_or(now);
        s.initial_land[i] = land(plan, p, s, i);
        s.initial_received[i] = s.received[i];
    }
    strengthen(plan, p, s);
    let total = sum(&s.power) + 1e-3;
    for i in 0..plan.factions {
        s.initial_share[i] = s.power[i] / total;
    }
    resent(plan, p, s);
}

/// How contested a bloc's institutions are: 0 not at all, 1 wholly.
#[inline(always)]
fn bloc_crisis<const N: usize>(plan: &Plan, s: &State<N>, bloc: usize) -> Lanes<N> {
    sum_over!(&a in &plan.institutions_of[bloc] => s.crisis[a]).at_most(1.0)
}

/// A contested institution: crisis follows the obstruction that feeds it (7.8.2).
#[inline(always)]
fn institutions<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    for &a in &plan.institutions {
        let mut obstruction = Lanes::ZERO;
        let mut power = Lanes::splat(1e-3);
        for c in plan.claims_on[a].clone() {
            obstruction += s.hostile[c];
            power += s.power[plan.claims[c].faction];
        }
        let x = p.polity.obstruction * obstruction / power;
        s.crisis[a].approach(x / (x + 1.0), p.crisis_rate);
    }
}

/// What a faction has to live on, relative to what it needs (7.8.3).
#[inline(always)]
fn resources<const N: usize>(plan: &Plan, p: &Params<N>, s: &State<N>, i: usize) -> Lanes<N> {
    let from_patrons = p.polity.patron_upkeep * s.received[i];
    let from_bloc = match plan.bloc_of[i] {
        Some(bloc) => {
            let price = (s.oil - p.oil_budget).exp().at_most(1.5);
            let revenue = Lanes::ONE - p.oil_dependence[bloc] * (Lanes::ONE - price);
            revenue * (Lanes::ONE - p.polity.crisis_pay * bloc_crisis(plan, s, bloc))
        }
        None => Lanes::ZERO,
    };
    p.own_resources[i] + (Lanes::ONE - p.own_resources[i]) * (from_bloc + from_patrons).at_most(1.5)
}

/// Pay follows resources, support follows pay and losses (7.8.4).
#[inline(always)]
fn pay_and_support<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    for i in 0..plan.factions {
        let pay = (s.pay_scale[i] * resources(plan, p, s, i)).at_most(1.0);
        s.pay[i].approach(pay, p.pay_rate);
        let lost = Lanes::ONE - s.fighters[i] / (p.fighters[i] + 1e-3);
        let support = p.support[i] + p.polity.support_per_pay * (s.pay[i] - p.pay[i])
            - p.polity.war_weariness * lost.at_least(0.0);
        s.support[i].approach(support.clamp(0.0, 1.0), p.support_rate);
        s.leadership[i].approach(Lanes::ONE, p.leadership_rate);
    }
}

/// Morale follows pay, support and patrons, and rises with what is taken (7.8.5).
#[inline(always)]
fn morale<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    let (rate, m) = (p.morale_rate, &p.morale);
    for i in 0..plan.factions {
        wear(plan, p, s, i);
        let rest = p.initial_morale[i]
            + m.per_pay * (s.pay[i] - p.pay[i])
            + m.per_support * (s.support[i] - p.support[i])
            + m.per_patron * (s.received[i] - s.initial_received[i])
            + m.per_fear * (s.perceived[i] - s.initial_perceived[i])
            - m.per_exertion * s.worn[i];
        s.morale[i].approach(rest.clamp(0.0, 1.0), rate);
        let won = sum_over!(&c in &plan.claims_of[i] =>
            s.change[c].at_least(0.0) * p.relative_value[plan.claims[c].arena]);
        s.morale[i].approach(Lanes::ONE, (m.per_gain * won).at_most(1.0));
    }
    let rest = p.threat_morale
        + m.per_pay * (s.threat_pay - s.initial_threat_pay) * s.opportunists
            / (s.open_fighters() + 1e-6)
        + m.per_support * (s.legitimacy - p.legitimacy);
    s.threat_morale.approach(rest.clamp(0.0, 1.0), rate);
    let won = sum_over!(&a in &plan.territories => s.threat_won[a] * p.relative_value[a]);
    s.threat_morale
        .approach(Lanes::ONE, (m.per_gain * won).at_most(1.0));
}

/// Forces wear out that carry every battle, and recover at rest (7.8.5).
#[inline(always)]
fn wear<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>, i: usize) {
    let mut spent = sum_over!(&c in &plan.claims_of[i] => s.attack[c]);
    for cell in i * plan.factions..(i + 1) * plan.factions {
        spent += s.fighting[cell] * s.conflict[cell];
    }
    let share = (spent / (s.power[i] + 1e-6)).at_most(1.0);
    s.worn[i].approach(share, p.exertion_rate);
}

/// Value of what a faction holds in all arenas.
#[inline(always)]
fn land<const N: usize>(plan: &Plan, p: &Params<N>, s: &State<N>, i: usize) -> Lanes<N> {
    sum_over!(&c in &plan.claims_of[i] => s.control[c] * p.value[plan.claims[c].arena])
}

/// Forces are rebuilt toward what pay, support and land allow (7.8.6).
#[inline(always)]
fn rebuild<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    for i in 0..plan.factions {
        let means = (s.pay[i] / p.pay[i].at_least(1e-3)).at_most(1.0);
        let will = (s.support[i] / p.support[i].at_least(1e-3)).at_most(1.0);
        let land = land(plan, p, s, i) / (s.initial_land[i] + 1.0);
        let start = s.initial_land[i] / (s.initial_land[i] + 1.0);
        let grown = Lanes::ONE + p.polity.land_growth * (land - start).clamp(-0.5, 2.0);
        let target = p.fighters[i] * means * will * grown;
        let joins = p.rebuild.at_most(1.0) * (target - s.fighters[i]);
        s.fighters[i] += joins;
        s.joined[i] += joins;
    }
}

/// How well each place is governed, and how much of that is the factions' doing (7.8.7).
#[inline(always)]
pub(super) fn measure_governance<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    for &a in &plan.territories {
        let mut order = Lanes::ZERO;
        for c in plan.claims_on[a].clone() {
            let effort =
                s.govern[c] / (s.govern[c] + p.polity.governance_power * (s.control[c] + 0.05));
            order += s.control[c] * p.governance[plan.claims[c].faction] * effort;
        }
        let disrupted = p.polity.cell_disruption * s.underground[a] + 1.0;
        let threat = s.threat_control[a] * p.threat_governance * s.threat_pay;
        s.order[a] = order / disrupted;
        s.governance[a] = (order + threat) / disrupted;
    }
}

/// How much of a place is fought over, by whomever (7.8.7).
#[inline(always)]
fn bloodshed<const N: usize>(plan: &Plan, p: &Params<N>, s: &State<N>, a: usize) -> Lanes<N> {
    let floor = p.floor[a];
    let mut fought =
        clash(s.force[a], s.defence[a], floor) + clash(s.assault[a], s.guards[a], floor);
    for c in plan.claims_on[a].clone() {
        fought += clash(s.hostile[c], s.presence[c], floor) * 0.5;
    }
    fought / (fought + p.frontage[a])
}

/// How much two forces that meet fight each other (7.8.7).
#[inline(always)]
fn clash<const N: usize>(x: Lanes<N>, y: Lanes<N>, floor: Lanes<N>) -> Lanes<N> {
    x * y / (x + y + floor)
}

/// Grievance of those who live under abuse, in a vacuum, in a war, or under good rule (7.8.7).
#[inline(always)]
fn populace<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    measure_governance(plan, p, s);
    for &a in &plan.territories {
        s.bloodshed[a] = bloodshed(plan, p, s, a);
    }
    for (k, place) in plan.populace.iter().enumerate() {
        let mut abuse = Lanes::ZERO;
        for &(claim, abused) in &p.abuse[k] {
            abuse += s.control[claim] * abused;
        }
        let governed = s.governance[place.arena];
        let rises = p.abuse_rate * abuse
            + p.vacuum * (Lanes::ONE - governed).at_least(0.0)
            + p.bloodshed * s.bloodshed[place.arena]
            + p.provoked * s.provoke_effort[place.community];
        let heals = p.healing * governed;
        // Implicit in both rates, so that grievance stays between 0 and 1 at any step.
        s.grievance[k] = (s.grievance[k] + rises) / (rises + heals + 1.0);
    }
    resent(plan, p, s);
}

/// Grievance of each place: of all who live there, and weighted by sympathy for the threat (7.8.7).
#[inline(always)]
fn resent<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    for &a in &plan.territories {
        let people = plan.populace_of[a].clone();
        s.unrest[a] = Lanes::ZERO;
        s.resentment[a] = Lanes::ZERO;
        s.resented[plan.claims_on[a].clone()].fill(Lanes::ZERO);
        for k in people {
            let share = p.mix[k] * s.grievance[k];
            s.unrest[a] += share;
            s.resentment[a] += share * p.sympathy[k];
            let community = plan.populace[k].community;
            for c in plan.claims_on[a].clone() {
                let own = p.people[plan.claims[c].faction * plan.communities + community];
                s.resented[c] += share * (Lanes::ONE - own).at_least(0.0);
            }
        }
    }
}

/// Patrons tire as the threat shrinks, and return faster than they left (7.8.8).
#[inline(always)]
fn commitment<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    for k in 0..plan.patrons {
        let start = s.patron_perceived_start[k];
        // A patron that never felt the threat doesn't tire of fighting it.
        let indifferent = start.le_s(1e-6);
        let seen = indifferent.select(Lanes::ONE, s.patron_perceived[k] / start.at_least(1e-6));
        let tired = p.patronage.fatigue * (Lanes::ONE - seen).at_least(0.0);
        let target = s.full_commitment[k] * (Lanes::ONE - tired);
        let back = target.gt(s.commitment[k]);
        let rate = back.select(p.patron_return, p.erosion);
        s.commitment[k].approach(target, rate);
    }
}

/// Patrons drop clients who make war on others of theirs, and who is dropped finds those who would
/// have him (7.8.9).
#[inline(always)]
fn realign<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    let f = plan.factions;
    s.strays.fill(Lanes::ZERO);
    for (index, pair) in plan.pairs.iter().enumerate() {
        let Some(both) = pair.shared else { continue };
        let war = s.conflict[pair.ab] - s.old_conflict[index];
        for &patron in &plan.shared_patrons[both].patrons {
            let (a, b) = (patron * f + pair.a, patron * f + pair.b);
            s.strays[a] += war * s.backing[b];
            s.strays[b] += war * s.backing[a];
        }
    }
    for &(patron, i) in &plan.backings {
        let k = patron * f + i;
        let short = Lanes::ONE - s.received[i] / s.initial_received[i].at_least(1e-3);
        // Who had no patron looks for none.
        let had = s.initial_received[i].gt_s(1e-3);
        let short = had.select(short.at_least(0.0), Lanes::ZERO);
        let usual = s.usual_backing[k];
        let target = usual * (Lanes::ONE - p.patronage.drop * s.strays[k].at_most(1.0))
            + (p.offer[k] - usual).at_least(0.0) * short;
        s.backing[k].approach(target, p.realign);
    }
}

/// Effectiveness and power of each faction (7.8.10).
#[inline(always)]
pub(super) fn strengthen<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    let mix = |least: Lanes<N>, share: Lanes<N>| least + (Lanes::ONE - least) * share;
    for i in 0..plan.factions {
        let crisis = match plan.bloc_of[i] {
            Some(bloc) => bloc_crisis(plan, s, bloc),
            None => Lanes::ZERO,
        };
        s.effectiveness[i] = mix(p.polity.unpaid_effectiveness, s.pay[i])
            * mix(p.polity.unsupported_effectiveness, s.support[i])
            * (Lanes::ONE - p.polity.crisis_effectiveness * crisis);
        s.power[i] =
            s.fighters[i] * s.quality[i] * s.effectiveness[i] * s.leadership[i] * s.aided[i];
    }
}
