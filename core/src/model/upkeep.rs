//! The threat's upkeep: money, men, legitimacy, underground, dissent (docs/model.md, 7.7).

use crate::numeric::{Lanes, Streams};

use super::contest;
use super::params::Params;
use super::plan::Plan;
use super::state::State;

/// All of the threat's upkeep in a step.
#[inline(always)]
pub(super) fn keep_up<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    streams: &Streams<'_, N>,
) {
    dissent(plan, p, s, streams);
    displaced(plan, p, s);
    pay(plan, p, s);
    underground(plan, p, s);
    recruit(plan, p, s);
    legitimacy(plan, p, s);
    s.threat_leadership.approach(Lanes::ONE, p.leadership_rate);
}

/// Unpaid, repressive rule: uprisings in places, a split of the whole (7.7.1).
#[inline(always)]
fn dissent<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>, streams: &Streams<'_, N>) {
    // Who can't buy peace represses.
    let unpaid = Lanes::ONE - s.threat_pay;
    let repression = p.repression + (Lanes::ONE - p.repression) * unpaid;
    for (place, &a) in plan.territories.iter().enumerate() {
        let thin = contest::lack_of_garrison(p, s, a) + 1.0;
        let hazard = p.uprising * unpaid * repression * s.threat_control[a] * thin;
        let rises = hazard.strikes(streams.draw(plan.channels.uprising + place));
        s.uprising[a] = rises.select(Lanes::ONE, Lanes::ZERO);
        let lost = rises.select(s.threat_control[a] * p.upkeep.uprising_loss, Lanes::ZERO);
        s.threat_control[a] -= lost;
        s.nobody[a] += lost;
        s.threat_lost[a] += lost;
    }
    // Who rules nothing has nothing to split over.
    let rules = (s.held_value / s.reference_value).at_most(1.0);
    let hazard = p.split * unpaid * repression * (Lanes::ONE - s.legitimacy) * rules;
    let splits = hazard.strikes(streams.draw(plan.channels.split));
    s.split = splits.select(Lanes::ONE, Lanes::ZERO);
    let left = splits.select(Lanes::ONE - p.upkeep.split_loss, Lanes::ONE);
    let gone = s.open_fighters() * (Lanes::ONE - left);
    s.threat_joined -= gone;
    s.core *= left;
    s.opportunists *= left;
    if let Some(splinter) = plan.splinter {
        break_away(plan, s, splinter, gone, Lanes::ONE - left);
    }
}

/// Those who split off are a faction of their own, with what they hold where it has a claim (7.7.1).
#[inline(always)]
fn break_away<const N: usize>(
    plan: &Plan,
    s: &mut State<N>,
    splinter: usize,
    men: Lanes<N>,
    share: Lanes<N>,
) {
    s.fighters[splinter] += men;
    s.joined[splinter] += men;
    for &c in &plan.claims_of[splinter] {
        // The threat holds nothing of an institution.
        let a = plan.claims[c].arena;
        let taken = s.threat_control[a] * share;
        s.threat_control[a] -= taken;
        s.take(c, taken);
    }
}

/// Takes fighters from the open, in proportion to their kinds; returns how many.
#[inline(always)]
fn draw_from_open<const N: usize>(s: &mut State<N>, wanted: Lanes<N>) -> Lanes<N> {
    let open = s.open_fighters();
    let share = (wanted / (open + 1e-6)).at_most(1.0);
    s.core -= s.core * share;
    s.opportunists -= s.opportunists * share;
    open * share
}

/// The garrison of lost ground is lost, scatters and goes underground where there is refuge, or falls back; some melt away (7.7.2).
#[inline(always)]
fn displaced<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    for &a in &plan.territories {
        let before = s.threat_control[a] + s.threat_lost[a];
        let share = (s.threat_lost[a] / (before + 1e-6)).at_most(1.0);
        let garrison = s.garrison[a] * share;
        s.threat_posted[a] *= Lanes::ONE - share;
        let dead = draw_from_open(s, garrison * p.upkeep.garrison_lost);
        s.threat_losses += dead;
        let hides = garrison * (Lanes::ONE - p.upkeep.garrison_lost) * p.upkeep.go_underground;
        let hides = draw_from_open(s, hides);
        // Who would hide and finds no refuge is lost to it.
        s.threat_joined -= hides * (Lanes::ONE - p.refuge[a]);
        let melts = p.melt_rate * s.melt_effort * s.garrison[a];
        let melts = draw_from_open(s, melts * p.refuge[a]);
        s.underground[a] += hides * p.refuge[a] + melts;
    }
}

/// Revenue, what men and services cost, and the desertion of those who are not paid (7.7.3).
#[inline(always)]
fn pay<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    let revenue = s.revenue(plan, p);
    // Reserves are stretched; what is short is short for men and people alike.
    let needed = needs(p, s);
    let spent = needed.min(revenue + s.funds * p.reserve_share);
    s.funds += revenue - spent;
    s.threat_pay = met(spent, needed);
    let unpaid = p.desertion * (Lanes::ONE - s.threat_pay);
    let opportunists = s.opportunists * unpaid.at_most(1.0);
    let core = s.core * (unpaid * (Lanes::ONE - p.upkeep.core_loyalty)).at_most(1.0);
    s.opportunists -= opportunists;
    s.core -= core;
    s.threat_joined -= opportunists + core;
}

/// What the threat needs in a step for its men and for the people it rules, million USD (7.7.3).
#[inline(always)]
fn needs<const N: usize>(p: &Params<N>, s: &State<N>) -> Lanes<N> {
    let men = s.open_fighters() + p.upkeep.cell_wage * s.underground_fighters();
    p.wage * men + p.administration * s.held_value / s.reference_value
}

/// The share of its needs that are met; who needs nothing lacks nothing (7.7.3).
#[inline(always)]
fn met<const N: usize>(spent: Lanes<N>, needed: Lanes<N>) -> Lanes<N> {
    let share = (spent / (needed + 1e-9)).at_most(1.0);
    needed.le_s(1e-9).select(Lanes::ONE, share)
}

/// Pay at the start: what revenue and reserves allow (7.7.3).
pub(super) fn settle<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    let needed = needs(p, s);
    s.threat_pay = met(s.revenue(plan, p) + s.funds * p.reserve_share, needed);
    s.initial_threat_pay = s.threat_pay;
}

/// Cells are cleared, dissolve, and return to the open (7.7.4).
#[inline(always)]
fn underground<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    // Who means to attack musters.
    let attacking = s.attacking(plan);
    for &a in &plan.territories {
        let present = s.present[a];
        let mut willing = Lanes::ZERO;
        for c in plan.claims_on[a].clone() {
            willing += s.shield[c] * (s.morale[plan.claims[c].faction] * 2.0).at_most(1.0);
        }
        // Who has lost heart hunts nobody.
        let pressed = willing / (present + p.frontage[a] + p.floor[a]);
        let exposed = Lanes::ONE - p.refuge[a];
        let cleared = p.clearing * pressed * exposed;
        let dissolved = p.cell_decay * exposed * (Lanes::ONE - s.resentment[a]);
        let emerged = p.emergence * (s.resentment[a] + attacking) * (Lanes::ONE - pressed);
        let rate = cleared + dissolved + emerged;
        // Three exits compete; together they never take more than there is.
        let each = s.underground[a] / (rate + 1.0);
        s.threat_losses += each * cleared;
        s.threat_joined -= each * dissolved;
        s.core += each * emerged;
        s.underground[a] = (s.underground[a] - each * rate).at_least(0.0);
    }
}

/// Local recruits from aggrieved, ungoverned people; foreign ones while there is a way in (7.7.5).
#[inline(always)]
fn recruit<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    let room = room(p, s);
    let drive = p.recruit * s.legitimacy * room;
    // Who joins for opportunity joins for pay.
    let opportunists = p.upkeep.recruit_opportunists * s.threat_pay;
    let core = Lanes::ONE - p.upkeep.recruit_opportunists;
    for (k, place) in plan.populace.iter().enumerate() {
        let a = place.arena;
        let (open, hidden) = willing(p, s, drive, (k, a));
        let open = s.pool[k] * open;
        let hidden = s.pool[k] * hidden;
        let joins = open * (opportunists + core) + hidden;
        s.pool[k].approach(p.pool[k], p.pool_refill.at_most(1.0));
        s.pool[k] = (s.pool[k] - joins).at_least(0.0);
        s.opportunists += open * opportunists;
        s.core += open * core;
        s.underground[a] += hidden;
        s.threat_joined += joins;
    }
    let access = s.border_access(plan, p) / s.reference_access;
    let pull = s.legitimacy / p.legitimacy.at_least(1e-3);
    let foreign = p.foreign * s.foreign_inflow * access * pull * room / s.initial_room;
    s.core += foreign;
    s.threat_joined += foreign;
}

/// The shares of a pool that would join in a step, in the open and hidden (7.7.5).
#[inline(always)]
fn willing<const N: usize>(
    p: &Params<N>,
    s: &State<N>,
    drive: Lanes<N>,
    (k, a): (usize, usize),
) -> (Lanes<N>, Lanes<N>) {
    let held = s.threat_control[a];
    let ungoverned = (Lanes::ONE - s.order[a]).at_least(0.0);
    let come = (drive * s.grievance[k] * ungoverned).part();
    // Where the threat doesn't rule, only those join who can hide.
    let hidden = come * (Lanes::ONE - held).at_least(0.0) * p.refuge[a];
    (come * held, hidden)
}

/// Whoever joined before the start is no longer in the pools (7.7.5).
pub(super) fn settle_pools<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    let drive = p.recruit * s.legitimacy * s.initial_room;
    for (k, place) in plan.populace.iter().enumerate() {
        let (open, hidden) = willing(p, s, drive, (k, place.arena));
        let refill = p.pool_refill.at_most(1.0);
        let turnover = open + hidden + refill;
        let rest = p.pool[k] * refill / (turnover + 1e-9);
        let left = (-turnover * p.recruiting).exp();
        s.pool[k] = rest + (p.pool[k] - rest) * left;
    }
}

/// Room to recruit in: a threat grown large has taken those who would come (7.7.5).
#[inline(always)]
pub(super) fn room<const N: usize>(p: &Params<N>, s: &State<N>) -> Lanes<N> {
    let size = s.open_fighters() + s.underground_fighters();
    (Lanes::ONE + size / (p.upkeep.saturation * p.threat_fighters)).recip()
}

/// Losses cost legitimacy, more where statehood is claimed; gains bring it (7.7.6).
#[inline(always)]
fn legitimacy<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    let mut lost = Lanes::ZERO;
    let mut won = Lanes::ZERO;
    for &a in &plan.territories {
        lost += s.threat_lost[a] * p.value[a];
        won += s.threat_won[a] * p.value[a];
    }
    let scale = s.reference_value;
    let penalty = p.upkeep.legitimacy_per_loss * (p.upkeep.statehood_penalty * p.statehood + 1.0);
    s.held_value = s.value_held(plan, p);
    // A threat that claims statehood is what it holds; another lives on its cause.
    let held = (s.held_value / scale).at_most(1.0);
    let rest =
        p.legitimacy * (Lanes::ONE - p.statehood * p.upkeep.statehood_weight * (Lanes::ONE - held));
    s.legitimacy.approach(rest, p.legitimacy_rate);
    s.legitimacy -= s.legitimacy * (penalty * lost / scale).at_most(1.0);
    s.legitimacy +=
        (Lanes::ONE - s.legitimacy) * (p.upkeep.legitimacy_per_gain * won / scale).at_most(1.0);
}
