//! Strategy: how the threat chooses between holding, attacking a weak flank, provoking a
//! community and melting away, by the same logit rule (docs/model.md, 7.6).

use crate::numeric::{Lanes, List, sum_over};

use super::contest;
use super::params::Params;
use super::plan::Plan;
use super::state::State;

/// Utilities of the threat's options, kept between the two passes of the logit rule.
#[derive(Debug, Clone)]
pub struct Scratch<const N: usize> {
    attack: List<N>,
    provoke: List<N>,
}

impl<const N: usize> Scratch<N> {
    /// Scratch space for a scenario.
    pub fn new(plan: &Plan) -> Self {
        Self {
            attack: List::filled(plan.arenas, Lanes::ZERO),
            provoke: List::filled(plan.communities, Lanes::ZERO),
        }
    }
}

/// Power of one fighter of the threat: quality, leadership, pay and tempo (7.6.1).
#[inline(always)]
pub(super) fn strengthen<const N: usize>(p: &Params<N>, s: &mut State<N>) {
    let paid =
        p.polity.unpaid_effectiveness + (Lanes::ONE - p.polity.unpaid_effectiveness) * s.threat_pay;
    let pace = (p.contest.tempo * s.threat_tempo).exp();
    s.fighting_power = p.threat_quality * s.threat_leadership * paid * pace;
}

/// The threat's effort moves toward what the logit rule chooses (7.6.1).
#[inline(always)]
pub(super) fn choose<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &mut Scratch<N>,
    rate: Lanes<N>,
) {
    strengthen(p, s);
    let quality = s.fighting_power;
    let mobile = p.allocation.decision_share * s.open_fighters() * quality;
    let mut attackers = Lanes::ZERO;
    let mut defence = Lanes::splat(1e-3);
    let mut refuge = Lanes::ZERO;
    for &a in &plan.territories {
        attackers += s.force[a];
        defence += s.defence[a];
        refuge += s.garrison[a] * p.refuge[a];
    }
    refuge /= s.open_fighters() + 1e-3;
    // Who is not attacked need not stay at home.
    let peril = attackers / (attackers + defence);
    let hold = p.strategy.hold * peril * s.held_value / s.reference_value;
    let melt = p.strategy.melt * refuge * peril;
    let mut best = hold.max(melt);
    // Who holds much wants more of it less.
    let prize = (s.held_value + p.highest_value).recip();
    for &a in &plan.territories {
        let near = sum_over!(&(b, road) in &plan.neighbours[a] => s.threat_control[b] * p.road[road], from s.threat_control[a]);
        let cells = s.cells(p, a);
        let reach = p.strategy.access * (near + cells);
        let access = reach / (reach + 1.0);
        let force = mobile + p.strategy.cell_force * s.underground[a] * quality;
        let against = s.guards[a] + p.floor[a];
        let ratio = (force / against).at_least(1e-12).ln();
        let most = p.patience * contest::room(p, force, a);
        let success = contest::defenders_break(p, s, most, ratio, a).part();
        // What can't be kept is not worth taking: who wants it back, and can get there? And whoever was
        // just driven out expects no better.
        let mut back = Lanes::ZERO;
        for c in plan.claims_on[a].clone() {
            back += s.access[c] * s.want[c].at_most(1.0) * s.power[plan.claims[c].faction];
        }
        let ratio = force / (p.allocation.decision_share * back + p.floor[a]);
        let odds = (-p.contest.decisiveness * ratio.at_least(1e-12).ln()).exp();
        let kept = ((odds + 1.0) * (s.prize[a] + 1.0)).recip();
        let utility = p.strategy.attack
            * kept
            * prize
            * p.value[a]
            * (Lanes::ONE - s.threat_control[a])
            * access
            * success
            * (s.resentment[a] + 0.5)
            - p.strategy.attack_cost;
        scratch.attack[a] = utility;
        best = best.max(utility);
    }
    for c in 0..plan.communities {
        scratch.provoke[c] = p.strategy.provoke * p.importance[c];
        best = best.max(scratch.provoke[c]);
    }
    let (hold, melt) = (odds(p, hold, best), odds(p, melt, best));
    let mut total = hold + melt;
    for &a in &plan.territories {
        scratch.attack[a] = odds(p, scratch.attack[a], best);
        total += scratch.attack[a];
    }
    for provoke in &mut scratch.provoke {
        *provoke = odds(p, *provoke, best);
        total += *provoke;
    }
    let inverse_total = total.recip();
    s.hold_effort.approach(hold * inverse_total, rate);
    s.melt_effort.approach(melt * inverse_total, rate);
    for &a in &plan.territories {
        s.attack_effort[a].approach(scratch.attack[a] * inverse_total, rate);
    }
    for c in 0..plan.communities {
        s.provoke_effort[c].approach(scratch.provoke[c] * inverse_total, rate);
    }
}

/// Odds of an option against the best one.
#[inline(always)]
fn odds<const N: usize>(p: &Params<N>, utility: Lanes<N>, best: Lanes<N>) -> Lanes<N> {
    ((utility - best) * p.strategy_inverse_temperature).exp()
}

/// Where the threat's fighters in the open are: by value held, more where it is attacked; they move
/// where they are not cut off, though some always get through (7.6.2).
#[inline(always)]
pub(super) fn deploy<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    share: Lanes<N>,
) {
    let quality = s.fighting_power;
    let attacking = s.attacking(plan);
    let mut total = Lanes::ZERO;
    for &a in &plan.territories {
        let attacked = s.force[a] / (s.force[a] + s.defence[a] + p.floor[a]);
        let held =
            s.threat_control[a] * p.value[a] * (Lanes::ONE + p.contest.reinforcement * attacked);
        // Without any territory they roam where the ground hides them.
        s.garrison[a] = held + (p.refuge[a] + 0.01) * 1e-3;
        total += s.garrison[a];
    }
    let wanted = total.recip();
    let mut posted = Lanes::splat(1e-9);
    for &a in &plan.territories {
        // An island is reached by nobody.
        let cut = match plan.mapped && plan.neighbours[a].is_empty() {
            true => Lanes::ONE,
            false => contest::threat_cut_off(plan, p, s, a),
        };
        let wanted = s.garrison[a] * wanted;
        s.threat_posted[a].approach(wanted, share * (Lanes::ONE - cut).at_least(0.05));
        posted += s.threat_posted[a];
    }
    let open = s.open_fighters();
    let inverse_posted = posted.recip();
    for &a in &plan.territories {
        s.threat_posted[a] *= inverse_posted;
        s.garrison[a] = open * s.threat_posted[a];
        s.defence[a] = s.garrison[a] * (Lanes::ONE - attacking) * quality * p.terrain[a];
        // Cells rise where an attack comes.
        let rising = s.attack_effort[a] / (s.attack_effort[a] + 0.1);
        let cells = p.strategy.cell_force * s.underground[a] * rising;
        s.assault[a] = (open * s.attack_effort[a] + cells) * quality;
    }
}
