//! Contest: who takes what from whom, and who dies (docs/model.md, 7.5).

use crate::numeric::{Lanes, List, Mask, Rate, Streams, lanewise, sum, sum_over};

use super::params::Params;
use super::plan::{Claim, Plan};
use super::state::State;

/// What all contests of a step are decided by, computed for all of them at once: a single
/// one is a long chain of operations that wait for each other. Each list has the joint attack on
/// the threat by arena, the threat's attack by arena, and, but for `siege`, rivals against each
/// claim.
#[derive(Debug, Clone)]
pub struct Scratch<const N: usize> {
    /// Log of the ratio of attackers to defenders.
    ratio: List<N>,
    /// The same of what has built up of the attack, on the threat and by it.
    siege: List<N>,
    /// Odds against the attacker.
    odds: List<N>,
    /// Hazard that the defender breaks.
    breaks: List<N>,
    /// 1 / power, by faction.
    inverse_power: List<N>,
}

impl<const N: usize> Scratch<N> {
    /// Scratch space for a scenario.
    pub fn new(plan: &Plan) -> Self {
        let zeros = |n: usize| List::filled(n, Lanes::ZERO);
        let contests = 2 * plan.arenas + plan.claims.len();
        Self {
            ratio: zeros(contests),
            siege: zeros(2 * plan.arenas),
            odds: zeros(contests),
            breaks: zeros(contests),
            inverse_power: zeros(plan.factions),
        }
    }
}

/// Lasting noise moves on: tempo of each faction, battle luck in each arena (7.5.1).
#[inline(always)]
pub(super) fn lasting_noise<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    streams: &Streams<'_, N>,
) {
    for i in 0..plan.factions {
        let drawn = streams.draw(plan.channels.tempo + i);
        s.tempo[i] = s.tempo[i] * p.tempo_keep + p.tempo_noise * drawn;
    }
    let drawn = streams.draw(plan.channels.threat_tempo);
    s.threat_tempo = s.threat_tempo * p.tempo_keep + p.tempo_noise * drawn;
    for (place, &a) in plan.territories.iter().enumerate() {
        let drawn = streams.draw(plan.channels.luck + place);
        s.luck[a] = s.luck[a] * p.luck_keep + p.luck_noise * drawn;
    }
}

/// Forgets what changed hands in the step before.
#[inline(always)]
pub(super) fn begin<const N: usize>(s: &mut State<N>) {
    s.change.fill(Lanes::ZERO);
    s.threat_lost.fill(Lanes::ZERO);
    s.threat_won.fill(Lanes::ZERO);
}

/// Measures the joint force against the threat in every territory.
#[inline(always)]
pub(super) fn confront<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    for &a in &plan.territories {
        join_forces(plan, p, s, a);
    }
}

/// All contests of a step.
#[inline(always)]
pub(super) fn contest<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &mut Scratch<N>,
    streams: &Streams<'_, N>,
) {
    confront(plan, p, s);
    besiege(plan, p, s);
    weigh_odds(plan, p, s, scratch);
    for (place, &a) in plan.territories.iter().enumerate() {
        let drawn = streams.draw(plan.channels.rout + place);
        against_threat(plan, p, s, scratch, drawn, a);
    }
    for a in 0..plan.arenas {
        between_rivals(plan, p, s, scratch, streams, a);
    }
    for (place, &a) in plan.territories.iter().enumerate() {
        occupy(plan, p, s, scratch, a);
        let drawn = streams.draw(plan.channels.assault + place);
        assault(plan, p, s, scratch, drawn, a);
    }
    for (gain, change) in lanewise(s.gain.iter_mut().zip(&s.change)) {
        *gain = *gain * p.gain_keep + change.at_least(0.0);
    }
}

/// Sieges at the start: those of which it is said for how long they have gone on, and those of wars
/// that go on (7.5.3).
pub(super) fn settle<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    for &a in &plan.territories {
        s.siege[a] = p.besieged[a] * s.united[a];
        s.threat_siege[a] = p.threatened[a] * s.assault[a];
        s.starved[a] = p.eaten[a] * threat_cut_off(plan, p, s, a);
        s.defenders_starved[a] = p.defenders_eaten[a] * factions_cut_off(plan, p, s, a);
        for c in plan.claims_on[a].clone() {
            s.siege_of[c] = s.besieging[c];
        }
    }
}

/// Attacks build up over weeks to what breaks the defenders, and are called off at once: what came
/// yesterday is not ready. Of rivals only those at war with the holder drive him out. Stores
/// of who is cut off are used up over weeks, and brought anew at once (7.5.3).
#[inline(always)]
fn besiege<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    for &a in &plan.territories {
        s.siege[a].build_up(s.united[a], p.siege_rate);
        s.threat_siege[a].build_up(s.assault[a], p.siege_rate);
        let (theirs, ours) = (
            threat_cut_off(plan, p, s, a),
            factions_cut_off(plan, p, s, a),
        );
        s.starved[a].build_up(theirs, p.stores_rate);
        s.defenders_starved[a].build_up(ours, p.stores_rate);
        for c in plan.claims_on[a].clone() {
            s.siege_of[c].build_up(s.besieging[c], p.siege_rate);
        }
    }
}

/// Who has the odds in each contest, and how near the defender is to breaking (7.0.2) and (7.5.3).
#[inline(always)]
fn weigh_odds<const N: usize>(plan: &Plan, p: &Params<N>, s: &State<N>, scratch: &mut Scratch<N>) {
    let Scratch {
        ratio,
        siege,
        odds,
        breaks,
        inverse_power,
    } = scratch;
    let (attacks, assaults, raids) = (0, plan.arenas, 2 * plan.arenas);
    for &a in &plan.territories {
        let inverse = (s.defence[a] + p.floor[a]).recip();
        ratio[attacks + a] = s.force[a] * inverse;
        // What has built up shares the luck of the place.
        siege[attacks + a] = s.siege[a] * s.fortune[a] * inverse;
        let inverse = (s.guards[a] + p.floor[a]).recip();
        ratio[assaults + a] = s.assault[a] * inverse;
        siege[assaults + a] = s.threat_siege[a] * inverse;
    }
    for c in 0..plan.claims.len() {
        ratio[raids + c] = s.hostile[c] * (s.presence[c] + p.claim_floor[c]).recip();
    }
    for ratio in lanewise(ratio.iter_mut().chain(siege.iter_mut())) {
        *ratio = ratio.at_least(1e-12).ln();
    }
    for (odds, ratio) in lanewise(odds.iter_mut().zip(ratio.iter())) {
        *odds = (-p.contest.decisiveness * *ratio).exp();
    }
    for &a in &plan.territories {
        let claims = plan.claims_on[a].clone();
        for c in claims {
            let built = s.siege_of[c];
            // Few claims are besieged, and none breaks that isn't: no work, and the same result.
            if !built.gt_s(0.0).any() {
                breaks[raids + c] = Lanes::ZERO;
                continue;
            }
            let ratio = built * (s.presence[c] + p.claim_floor[c]).recip();
            let morale = s.morale[plan.claims[c].faction];
            let steep = steepness(p, ratio.at_least(1e-12).ln(), morale);
            breaks[raids + c] = p.breaks * room(p, built, a) * steep.exp();
        }
        let morale = s.threat_morale - p.contest.residents * p.alien[a];
        let surrounded = s.starved[a] * p.contest.encirclement + 1.0;
        let steep = steepness(p, siege[attacks + a], morale);
        let share = room(p, s.siege[a] * s.fortune[a], a);
        breaks[attacks + a] = p.breaks * share * steep.exp() * surrounded;
        let most = p.breaks * room(p, s.threat_siege[a], a);
        breaks[assaults + a] = defenders_break(p, s, most, siege[assaults + a], a);
    }
    for (inverse, power) in lanewise(inverse_power.iter_mut().zip(&s.power)) {
        *inverse = (*power + 1e-6).recip();
    }
}

/// Hazard that all who hold a place break before a force of the threat: `most` for one of middling
/// morale before its equal, at the log of the ratio of that force to them (7.5.3).
#[inline(always)]
pub(super) fn defenders_break<const N: usize>(
    p: &Params<N>,
    s: &State<N>,
    most: Lanes<N>,
    ratio: Lanes<N>,
    a: usize,
) -> Lanes<N> {
    let morale = s.guards_morale[a] - p.contest.residents * s.resentment[a];
    let surrounded = s.defenders_starved[a] * p.contest.encirclement + 1.0;
    most * steepness(p, ratio, morale).exp() * surrounded
}

/// How far the threat is cut off in a place: what others hold of its neighbours. A place without
/// neighbours is cut off from nothing (7.5.3).
#[inline(always)]
pub(super) fn threat_cut_off<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    a: usize,
) -> Lanes<N> {
    let own = sum_over!(&(b, road) in &plan.neighbours[a] => s.threat_control[b] * p.road[road]);
    cut_off(plan, a, own)
}

/// The same of the factions (7.5.3).
#[inline(always)]
fn factions_cut_off<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    a: usize,
) -> Lanes<N> {
    let own = sum_over!(&(b, road) in &plan.neighbours[a] =>
        (Lanes::ONE - s.threat_control[b] - s.nobody[b]).at_least(0.0) * p.road[road]);
    cut_off(plan, a, own)
}

/// How far one is cut off in a place who holds that much of its neighbours (7.5.3).
#[inline(always)]
fn cut_off<const N: usize>(plan: &Plan, a: usize, own: Lanes<N>) -> Lanes<N> {
    match plan.neighbours[a].is_empty() {
        true => Lanes::ZERO,
        false => (Lanes::ONE - own).at_least(0.0),
    }
}

/// The share of an attack that finds room at the front (7.5.3).
#[inline(always)]
pub(super) fn room<const N: usize>(p: &Params<N>, force: Lanes<N>, a: usize) -> Lanes<N> {
    force / (force + p.frontage[a] + 1e-3)
}

/// Log of the hazard that a force breaks, relative to one of middling morale before its equal: for
/// the log of the ratio of its attackers to it, and its morale (7.5.3).
#[inline(always)]
fn steepness<const N: usize>(p: &Params<N>, ratio: Lanes<N>, morale: Lanes<N>) -> Lanes<N> {
    p.contest.break_odds * ratio.at_most(3.0) - p.contest.break_morale * (morale - 0.5)
}

/// The rate at which ground is taken: `most`, times the chance of success, times the share of the
/// force that finds room at the front (7.5.4).
#[inline(always)]
fn onslaught<const N: usize>(
    most: Lanes<N>,
    odds: Lanes<N>,
    force: Lanes<N>,
    front: Lanes<N>,
) -> Rate<N> {
    Rate::new(most * force, (odds + 1.0) * (force + front + 1e-3))
}

/// How far those who stand together in a place are at odds: 1 for two full rivals of the same
/// strength (7.5.2).
#[inline(always)]
fn quarrel_among<const N: usize>(
    plan: &Plan,
    s: &State<N>,
    strength: &[Lanes<N>],
    total: Lanes<N>,
    a: usize,
) -> Lanes<N> {
    let mut discord = Lanes::ZERO;
    for dispute in &plan.disputes[plan.disputes_in[a].clone()] {
        let rivalry = s.weight[dispute.xy] + s.weight[dispute.yx];
        discord += strength[dispute.x] * strength[dispute.y] * rivalry;
    }
    (discord * 2.0 / (total * total + 1e-6)).at_most(1.0)
}

/// Joint force against the threat: what the quarrels of those who send it leave, and luck (7.5.2).
#[inline(always)]
fn join_forces<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>, a: usize) {
    let joint = s.joint[a];
    let quarrel = quarrel_among(plan, s, &s.attack, joint, a);
    s.united[a] = joint * (Lanes::ONE - p.contest.discord * quarrel);
    s.fortune[a] = (p.contest.battle_luck * s.luck[a]).exp();
    s.force[a] = s.united[a] * s.fortune[a];
}

/// What stands in the threat's way in every territory, and with what morale: who is at odds with
/// his neighbour steps aside (7.5.2).
#[inline(always)]
pub(super) fn stand_together<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>) {
    for &a in &plan.territories {
        let mut present = Lanes::ZERO;
        let mut morale = Lanes::ZERO;
        for c in plan.claims_on[a].clone() {
            present += s.shield[c];
            morale += s.shield[c] * s.morale[plan.claims[c].faction];
        }
        let quarrel = quarrel_among(plan, s, &s.shield, present, a);
        s.present[a] = present;
        s.guards[a] = present * (Lanes::ONE - p.contest.discord * quarrel) * p.terrain[a];
        s.guards_morale[a] = morale / (present + 1e-6);
    }
}

/// The joint attack on the threat in one place: ground changes hands, or all of it does when the
/// garrison breaks; both sides lose men (7.5.4) and (7.5.5).
#[inline(always)]
fn against_threat<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &Scratch<N>,
    drawn: Lanes<N>,
    a: usize,
) {
    let claims = plan.claims_on[a].clone();
    let joint = s.joint[a];
    let force = s.force[a];
    let defence = s.defence[a];

    // Ground.
    let advance = onslaught(p.advance, scratch.odds[a], force, p.frontage[a]);
    let breaks = scratch.breaks[a].strikes(drawn);
    let lost = s.threat_control[a] * breaks.select(Lanes::ONE, advance.part());
    let there = s.garrison[a] / (s.open_fighters() + 1e-6);
    let shaken = p.morale.rout * there.max(s.threat_control[a] * p.relative_value[a]);
    s.threat_morale *= breaks.select(Lanes::ONE - shaken.at_most(1.0), Lanes::ONE);
    s.threat_control[a] -= lost;
    s.threat_lost[a] += lost;
    let inverse_joint = (joint + 1e-6).recip();
    let per_power = lost * inverse_joint;
    for c in claims.clone() {
        s.take(c, per_power * s.attack[c]);
    }
    // What nobody was there to take is nobody's.
    s.nobody[a] += lost - per_power * joint;

    // Men: Lanchester's laws, by the midpoint rule so that his invariant is kept.
    let law = |own: Lanes<N>| {
        (Lanes::ONE - p.contest.linear_law)
            + p.contest.linear_law * own / p.contest.linear_reference_power
    };
    let open = s.open_fighters();
    let engaged = s.garrison[a];
    let half_threat = (p.threat_loss * force * law(defence) * 0.5).min(engaged * 0.5);
    let half_coalition = p.coalition_loss * defence * law(force) * 0.5;
    let mut force_mid = Lanes::ZERO;
    let strength = force * inverse_joint;
    for c in claims.clone() {
        let i = plan.claims[c].faction;
        let own = s.attack[c] * inverse_joint;
        let left = Lanes::ONE - (half_coalition * own / (s.fighters[i] + 1e-6)).at_most(0.5);
        force_mid += s.attack[c] * strength * left;
    }
    let defence_mid = defence * (Lanes::ONE - half_threat / (open + 1e-6));
    let threat_loss = (p.threat_loss * force_mid * law(defence_mid)).min(engaged);
    let coalition_loss = p.coalition_loss * defence_mid * law(force_mid);
    for c in claims {
        let i = plan.claims[c].faction;
        let own = s.attack[c] * inverse_joint;
        // Nobody loses in a step more than half of those it sent.
        let sent = s.fighters[i] * s.attack[c] * scratch.inverse_power[i];
        lose(p, s, i, (coalition_loss * own).min(sent * 0.5));
    }
    lose_threat(p, s, threat_loss);
}

/// A faction's fighters lost in a fight, the account of them, and what that does to the others.
#[inline(always)]
fn lose<const N: usize>(p: &Params<N>, s: &mut State<N>, i: usize, lost: Lanes<N>) {
    let lost = lost.min(s.fighters[i]);
    let share = lost / (s.fighters[i] + 1e-6);
    s.fighters[i] -= lost;
    s.losses[i] += lost;
    s.morale[i] *= Lanes::ONE - (p.morale.per_loss * share).at_most(1.0);
}

/// The threat's fighters in the open lost in a fight, in proportion to their kinds.
#[inline(always)]
fn lose_threat<const N: usize>(p: &Params<N>, s: &mut State<N>, lost: Lanes<N>) {
    let open = s.open_fighters();
    let lost = lost.min(open);
    let share = lost / (open + 1e-6);
    s.core -= s.core * share;
    s.opportunists -= s.opportunists * share;
    s.threat_losses += open * share;
    s.threat_morale *= Lanes::ONE - (p.morale.per_loss * share).at_most(1.0);
}

/// A faction's force in a place breaks: some of it is lost on the way, all of it is shaken, and what
/// got away guards what is left (7.5.6).
#[inline(always)]
fn rout<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &Scratch<N>,
    c: usize,
    breaks: Mask<N>,
) {
    let Claim {
        faction: i,
        arena: a,
    } = plan.claims[c];
    // Whether any lane breaks decides only whether work is done, never its result.
    if !breaks.any() {
        return;
    }
    let there = (s.presence[c] * scratch.inverse_power[i]).at_most(1.0);
    let there = breaks.select(there, Lanes::ZERO);
    let value = breaks.select(s.control[c] * p.relative_value[a], Lanes::ZERO);
    lose(p, s, i, p.contest.rout_loss * s.fighters[i] * there);
    s.morale[i] *= Lanes::ONE - p.morale.rout * there.max(value);
    let theatre = &plan.theatres_of[i][plan.theatre_of[c]];
    let stays = breaks.select(Lanes::ZERO, Lanes::ONE);
    let mut freed = Lanes::ZERO;
    for o in theatre.rivals.clone().chain(theatre.threat) {
        freed += s.effort[o] * (Lanes::ONE - stays);
        s.effort[o] *= stays;
    }
    s.effort[plan.hold_option(i)] += freed;
    s.posted[c] *= stays;
}

/// Factions take from each other; in territory men die and forces break, in politics they don't
/// (7.5.6) and (7.5.7).
#[inline(always)]
fn between_rivals<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &Scratch<N>,
    streams: &Streams<'_, N>,
    a: usize,
) {
    let raids = &scratch.odds[2 * plan.arenas..];
    // All who attack one claim attack it together.
    for c in plan.claims_on[a].clone() {
        let against = s.hostile[c];
        let present = s.presence[c];
        let seized = onslaught(p.seize, raids[c], against, p.frontage[a]).part();
        let mut lost = s.control[c] * seized;
        if plan.is_territory[a] {
            let drawn = streams.draw(plan.channels.rout_of + c);
            let breaks = scratch.breaks[2 * plan.arenas + c].strikes(drawn);
            lost = breaks.select(s.control[c], lost);
            rout(plan, p, s, scratch, c, breaks);
            // Guards of lost ground go elsewhere.
            s.posted[c] *= Lanes::ONE - seized;
        }
        s.control[c] -= lost;
        s.change[c] -= lost;
        // What is taken goes to the takers by their strength; kept here until all have lost.
        let takers = against + 1e-6;
        if plan.is_territory[a] {
            let all = against + present + p.floor[a];
            let inverse = (takers * all).recip();
            s.taken[c] = lost * all * inverse;
            let clash = p.rival_loss * present * takers * inverse;
            s.lethality[c] = clash;
            lose(p, s, plan.claims[c].faction, clash * against);
        } else {
            s.taken[c] = lost / takers;
        }
    }
    for c in plan.claims_on[a].clone() {
        let mut taken = Lanes::ZERO;
        let mut killed = Lanes::ZERO;
        let against = plan.contacts_of[c].clone();
        for (contact, sent) in plan.contacts[against.clone()].iter().zip(&s.sent[against]) {
            taken += s.taken[contact.other] * *sent;
            killed += s.lethality[contact.other] * *sent;
        }
        s.take(c, taken);
        // In politics nobody dies.
        if plan.is_territory[a] {
            lose(p, s, plan.claims[c].faction, killed);
        }
    }
    // Dust of rounding, so that shares sum to 1.
    let held = s.threat_control[a] + sum(&s.control[plan.claims_on[a].clone()]);
    s.nobody[a] = (Lanes::ONE - held).at_least(0.0);
}

/// Ground slips from who has not the men to hold it; what nobody holds is taken by those who are
/// there and have men to spare, the threat among them (7.5.8).
#[inline(always)]
fn occupy<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &mut Scratch<N>,
    a: usize,
) {
    let claims = plan.claims_on[a].clone();
    let mut slipped = Lanes::ZERO;
    let mut everybody = Lanes::ZERO;
    for c in claims.clone() {
        let i = plan.claims[c].faction;
        let men = s.fighters[i] * s.presence[c] * scratch.inverse_power[i];
        let need = s.control[c] * burden(p, s.resented[c], a);
        let (lacks, spares) = lack_and_surplus(men, need);
        let slips = s.control[c] * (p.slip * lacks).part();
        s.control[c] -= slips;
        s.change[c] -= slips;
        slipped += slips;
        // Kept here for who takes what.
        s.taken[c] = s.presence[c] * spares;
        everybody += s.taken[c];
    }
    let (men, need) = threat_garrison(p, s, a);
    let (lacks, spares) = lack_and_surplus(men, need);
    let slips = s.threat_control[a] * (p.slip * lacks).part();
    // Nobody was driven out: the garrison stays what it is.
    s.threat_control[a] -= slips;
    s.nobody[a] += slipped + slips;

    let threat = men * s.fighting_power * spares;
    let everybody = everybody + threat;
    let flow =
        s.nobody[a] * (p.occupy * everybody / (everybody + p.frontage[a] + p.floor[a])).part();
    let per_power = flow / (everybody + 1e-6);
    for c in claims {
        s.take(c, per_power * s.taken[c]);
    }
    s.threat_control[a] += per_power * threat;
    s.threat_won[a] += per_power * threat;
    s.nobody[a] -= per_power * everybody;
}

/// Men that it takes to hold the whole of a place whose people bear the holder that grudge (7.5.8).
#[inline(always)]
fn burden<const N: usize>(p: &Params<N>, grudge: Lanes<N>, a: usize) -> Lanes<N> {
    p.need[a] * (p.contest.hostile_need * grudge + 1.0)
}

/// Men with whom the threat holds a place, and those it needs (7.5.8).
#[inline(always)]
fn threat_garrison<const N: usize>(p: &Params<N>, s: &State<N>, a: usize) -> (Lanes<N>, Lanes<N>) {
    // Cells rule where nobody keeps them under.
    let men = s.garrison[a] + p.strategy.cell_force * s.underground[a];
    (men, s.threat_control[a] * burden(p, p.alien[a], a))
}

/// How thinly the threat mans what it holds of a place (7.5.8).
#[inline(always)]
pub(super) fn lack_of_garrison<const N: usize>(p: &Params<N>, s: &State<N>, a: usize) -> Lanes<N> {
    let (men, need) = threat_garrison(p, s, a);
    lack_and_surplus(men, need).0
}

/// The share of a need that is not met, and the share of the men that are not needed: one of them
/// is 0 (7.5.8).
#[inline(always)]
fn lack_and_surplus<const N: usize>(men: Lanes<N>, need: Lanes<N>) -> (Lanes<N>, Lanes<N>) {
    let gap = Lanes::ONE - men.min(need) / (men.max(need) + 1e-6);
    let short = men.lt(need);
    (
        short.select(gap, Lanes::ZERO),
        short.select(Lanes::ZERO, gap),
    )
}

/// The threat's attack on a place: it gains ground, or all of it when the defenders break; both
/// sides lose men (7.5.9).
#[inline(always)]
fn assault<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &Scratch<N>,
    drawn: Lanes<N>,
    a: usize,
) {
    let claims = plan.claims_on[a].clone();
    let (present, guards) = (s.present[a], s.guards[a]);
    let force = s.assault[a];
    let odds = scratch.odds[plan.arenas + a];
    let gained = onslaught(p.advance, odds, force, p.frontage[a]).part();
    let breaks = scratch.breaks[plan.arenas + a].strikes(drawn);

    let clash = force / (force + guards + p.floor[a]);
    let lethality = p.coalition_loss * guards * clash / (present + 1e-6);
    for c in claims.clone() {
        let i = plan.claims[c].faction;
        lose(p, s, i, lethality * s.shield[c]);
        rout(plan, p, s, scratch, c, breaks);
    }
    lose_threat(p, s, p.threat_loss * guards * clash);

    let share = breaks.select(Lanes::ONE, gained);
    // A place that falls at once is looted.
    let fallen = breaks.select(Lanes::ONE - s.threat_control[a], Lanes::ZERO);
    s.funds += p.loot * p.revenue[a] * fallen;
    // Who stormed it stays to hold it.
    let stormers = breaks.select(s.attack_effort[a], Lanes::ZERO);
    s.threat_posted[a] += stormers;
    s.hold_effort += stormers;
    s.attack_effort[a] -= stormers;
    for c in claims {
        let lost = s.control[c] * share;
        s.posted[c] *= Lanes::ONE - gained;
        s.control[c] -= lost;
        s.change[c] -= lost;
        s.threat_control[a] += lost;
        s.threat_won[a] += lost;
    }
    let lost = s.nobody[a] * share;
    s.nobody[a] -= lost;
    s.threat_control[a] += lost;
    s.threat_won[a] += lost;
    // Those who rose from underground hold what they took.
    let surfaced = s.underground[a] * share;
    s.underground[a] -= surfaced;
    s.core += surfaced;
}
