//! Allocation: how each faction splits its effort, by a logit rule (docs/model.md, 7.4).

use crate::numeric::{Lanes, List, lanewise, sum, sum_over};

use super::contest;
use super::params::Params;
use super::perception::menace;
use super::plan::{Plan, Theatre};
use super::state::State;
use super::worth::{Cause, NEVER, Worth};

/// What all factions see alike in each arena.
#[derive(Debug, Clone)]
pub struct Scratch<const N: usize> {
    /// Power that threatens whoever is exposed to the arena.
    menace: List<N>,
    /// How far the threat is there, in the open or in cells.
    here: List<N>,
    /// Utilities, then odds, by option.
    utility: List<N>,
}

impl<const N: usize> Scratch<N> {
    /// Scratch space for a scenario.
    pub fn new(plan: &Plan) -> Self {
        Self {
            menace: List::filled(plan.arenas, Lanes::ZERO),
            here: List::filled(plan.arenas, Lanes::ZERO),
            utility: List::filled(plan.options.len(), Lanes::ZERO),
        }
    }
}

/// Effort goes a share of the way to what the logit rule chooses (7.4.6).
#[inline(always)]
pub(super) fn allocate<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    scratch: &mut Scratch<N>,
    share: Lanes<N>,
    road: Lanes<N>,
) {
    find_ways(plan, p, s, road);
    survey(plan, p, s, &mut scratch.menace, &mut scratch.here);
    let Scratch {
        menace,
        here,
        utility,
    } = scratch;
    for i in 0..plan.factions {
        utilities(plan, p, s, (&*menace, &*here), i, utility);
        let options = plan.options_of[i].clone();
        let utility = &mut utility[options.clone()];
        let effort = &mut s.effort[options];
        let best = lanewise(utility.iter()).fold(Lanes::splat(NEVER), |best, u| best.max(*u));
        for u in lanewise(utility.iter_mut()) {
            let odds = ((*u - best) * p.inverse_temperature).exp();
            *u = u.le_s(NEVER).select(Lanes::ZERO, odds);
        }
        let inverse_total = sum(utility).recip();
        for (effort, odds) in lanewise(effort.iter_mut().zip(utility)) {
            effort.approach(*odds * inverse_total, share);
        }
    }
}

/// How far each place is within reach of those who have a claim on it: by ground that they hold
/// there and around it, as far as the threat doesn't, and by other ways. It takes time for troops and
/// supplies to come up (7.4.2).
#[inline(always)]
fn find_ways<const N: usize>(plan: &Plan, p: &Params<N>, s: &mut State<N>, rate: Lanes<N>) {
    for theatre in plan.theatres_of.iter().flatten() {
        if let Some(ways) = &theatre.ways {
            let own = open_ground(plan, s, theatre.claim);
            let near =
                sum_over!(&(c, road) in ways => open_ground(plan, s, c) * p.road[road], from own);
            let reach = p.allocation.access * (near + p.way_in[theatre.claim]);
            let squared = reach * reach;
            let within = squared / (squared + 1.0);
            // What is cut off is cut off at once; to come up takes time.
            s.access[theatre.claim].build_up(within, rate);
        }
    }
}

/// Ground that a claim holds, as far as the threat doesn't hold the place (7.4.2).
#[inline(always)]
fn open_ground<const N: usize>(plan: &Plan, s: &State<N>, c: usize) -> Lanes<N> {
    s.control[c] * (Lanes::ONE - s.threat_control[plan.claims[c].arena])
}

/// Share of what is sent to a place that arrives there (7.4.2).
#[inline(always)]
fn supply<const N: usize>(p: &Params<N>, access: Lanes<N>) -> Lanes<N> {
    (p.allocation.supply * access).at_most(1.0)
}

/// Where the threat is to be feared, and where it is to be found (7.4.3).
#[inline(always)]
fn survey<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    menaces: &mut [Lanes<N>],
    here: &mut [Lanes<N>],
) {
    for &a in &plan.territories {
        let cells = s.cells(p, a);
        menaces[a] = menace(p, s, a);
        here[a] = s.threat_control[a] + (Lanes::ONE - s.threat_control[a]) * cells;
    }
}

/// What each option of the plan is worth to a faction in the state in which it chooses; those of
/// others are left at 0.
pub fn worths<W: Worth<1>>(plan: &Plan, p: &Params<1>, s: &State<1>, faction: usize) -> Vec<W> {
    let mut scratch = Scratch::new(plan);
    survey(plan, p, s, &mut scratch.menace, &mut scratch.here);
    let mut s = s.clone();
    find_ways(plan, p, &mut s, p.road_rate);
    let s = &s;
    let seen = (&*scratch.menace, &*scratch.here);
    let mut worths = vec![W::constant(Lanes::ZERO); plan.options.len()];
    utilities(plan, p, s, seen, faction, &mut worths);
    worths
}

/// The utilities of all options of a faction (7.4.1) and (7.4.3).
#[inline(always)]
fn utilities<const N: usize, W: Worth<N>>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    (menace, here): (&[Lanes<N>], &[Lanes<N>]),
    i: usize,
    utility: &mut [W],
) {
    let force = p.allocation.decision_share * s.power[i];
    let theatres = &plan.theatres_of[i];
    let mut wanted = Lanes::splat(1e-6);
    let mut met = Lanes::ZERO;
    for theatre in theatres {
        wanted += s.stake[theatre.claim];
        met += s.stake[theatre.claim] * s.control[theatre.claim];
    }
    // Met war aims lower the stake in the common fight.
    let appetite = Lanes::ONE - p.allocation.met_aims * met / wanted;
    let exposure = &p.exposure[i * plan.arenas..][..plan.arenas];
    let exposed = |theatre: &Theatre| exposure[theatre.arena] * menace[theatre.arena];
    let all_danger = sum_over!(theatre in theatres => exposed(theatre));
    // Danger is relative to one's own power, and fear goes by the shares of danger.
    let scale = p.perception.sensitivity / (s.power[i] + 1e-3);
    let fear = W::of(Cause::Fear, s.perceived[i])
        * W::of(Cause::Aims, appetite)
        * W::of(Cause::Danger, scale)
        / W::of(Cause::Danger, all_danger * scale + 1e-6);
    let paid =
        W::constant(p.allocation.patron_pay) * W::of(Cause::Patrons, s.received[i].at_most(1.0));
    for theatre in theatres {
        // What can't be reached is no option: odds are in proportion to access.
        let access = s.access[theatre.claim];
        let reach = p.allocation.temperature * access.at_least(1e-12).ln();
        let force = force * supply(p, access);
        if let Some(option) = theatre.threat {
            let a = theatre.arena;
            let here = here[a];
            let fear = fear.clone() * W::of(Cause::Danger, exposed(theatre));
            let hunger = W::constant(p.allocation.land_hunger)
                * W::of(Cause::Stake, s.stake[theatre.claim])
                * W::of(Cause::ThreatHolds, s.threat_control[a]);
            // What is already done there, by others and by oneself, makes more worth less.
            let against = W::of(Cause::OwnForce, force)
                + W::of(Cause::OthersSend, s.joint[a])
                + W::of(Cause::Defence, s.defence[a])
                + W::constant(p.asked[a]);
            let front = p.frontage[a] + 1e-3;
            let success = W::of(Cause::OwnForce, force) * W::constant(front)
                / (against * (W::constant(front) + W::of(Cause::OthersSend, s.joint[a])));
            let idle =
                W::constant(p.allocation.idle_cost) * W::of(Cause::Presence, Lanes::ONE - here);
            utility[option] = W::constant(p.allocation.threat_weight) * (fear + hunger) * success
                + paid.clone() * W::of(Cause::Presence, here)
                - W::constant(p.allocation.threat_cost)
                - idle
                + W::of(Cause::Reach, reach);
        }
        against_rivals(plan, p, s, theatre, (force, reach), utility);
    }
    let (hold, govern) = hold_and_govern(plan, p, s, i);
    utility[plan.hold_option(i)] = hold;
    utility[plan.govern_option(i)] = govern;
}

/// The utilities of fighting or obstructing the rivals in one place (7.4.4).
#[inline(always)]
fn against_rivals<const N: usize, W: Worth<N>>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    theatre: &Theatre,
    (force, reach): (Lanes<N>, Lanes<N>),
    utility: &mut [W],
) {
    let want = s.want[theatre.claim];
    let missing = p.allocation.contact * (Lanes::ONE - s.control[theatre.claim]);
    let known = force + p.asked[theatre.arena];
    // What is added to an attack finds the less room at the front, the more is there.
    let front = p.frontage[theatre.arena] + 1e-3;
    let room = force * front;
    // In open conflict every place of the rival is a target; there are none in politics.
    let war_aim = match theatre.threat {
        Some(_) => p.allocation.war_aim,
        None => Lanes::ZERO,
    };
    let contacts = plan.contacts[theatre.contacts.clone()].iter();
    let sent = &s.sent[theatre.contacts.clone()];
    let utility = &mut utility[theatre.rivals.clone()];
    for ((contact, sent), utility) in lanewise(contacts.zip(sent).zip(utility)) {
        let (weight, war) = (s.weight[contact.cell], s.conflict[contact.cell]);
        let open = war.max(s.clash[contact.cell]);
        let holds = W::of(Cause::RivalHolds, s.control[contact.other]);
        let obstructs = W::of(Cause::NotHeld, missing)
            * W::of(Cause::BothWant, (want * s.want[contact.other]).at_most(1.0));
        let against = W::of(Cause::OwnForce, known)
            + W::of(Cause::AlreadySent, *sent)
            + W::of(Cause::RivalPresence, s.presence[contact.other]);
        let success = W::of(Cause::OwnForce, room)
            / (against * (W::constant(front) + W::of(Cause::AlreadySent, *sent)));
        let gains = W::of(Cause::Want, want) * holds.clone()
            + obstructs
            + W::constant(war_aim) * W::of(Cause::War, war) * holds;
        let worth = W::constant(p.allocation.rival_weight) * W::of(Cause::Rivalry, weight) * gains;
        let cost = W::constant(p.allocation.rival_cost) * W::of(Cause::War, Lanes::ONE - open);
        // Fighting somebody with whom one has no quarrel at all is not an option.
        *utility =
            (worth * success - cost + W::of(Cause::Reach, reach)).where_possible(weight.gt_s(0.0));
    }
}

/// The utilities of guarding and governing what a faction holds (7.4.5).
#[inline(always)]
fn hold_and_govern<const N: usize, W: Worth<N>>(
    plan: &Plan,
    p: &Params<N>,
    s: &State<N>,
    i: usize,
) -> (W, W) {
    let mut held = Lanes::splat(1e-6);
    let mut endangered = Lanes::ZERO;
    let mut ground = Lanes::ZERO;
    let mut people = Lanes::splat(1e-6);
    let mut aggrieved = Lanes::ZERO;
    for theatre in &plan.theatres_of[i] {
        let (c, a) = (theatre.claim, theatre.arena);
        let value = s.control[c] * p.value[a];
        held += value;
        endangered += value * peril(p, s, c, a);
        if theatre.threat.is_some() {
            ground += value;
            let governed = s.control[c] * p.population[a];
            people += governed;
            aggrieved += governed * s.unrest[a];
        }
    }
    // Who holds next to nothing has next to nothing to guard or govern.
    let holder = |held: Lanes<N>| W::of(Cause::Holdings, held / (held + p.allocation.foothold));
    let garrison = p.allocation.garrison;
    let alert = W::constant(garrison)
        + W::constant(Lanes::ONE - garrison) * W::of(Cause::Peril, endangered)
            / W::of(Cause::Peril, held);
    let govern = W::constant(p.allocation.govern_weight)
        * holder(ground)
        * W::of(Cause::Grievance, aggrieved)
        / W::of(Cause::Grievance, people);
    (
        W::constant(p.allocation.hold_weight) * holder(held) * alert,
        govern,
    )
}

/// Danger of a held place: what attacks it, against what guards it (7.4.5).
#[inline(always)]
fn peril<const N: usize>(p: &Params<N>, s: &State<N>, c: usize, a: usize) -> Lanes<N> {
    let against = s.hostile[c] + s.assault[a];
    against / (against + s.guard[c] + p.asked[a])
}

/// Turns effort into power in places; guards go a share of the way to where they are wanted (7.4.7).
#[inline(always)]
pub(super) fn deploy<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    share: Lanes<N>,
) {
    for i in 0..plan.factions {
        guard_and_govern(plan, p, s, i, share);
    }
    s.fighting.fill(Lanes::ZERO);
    s.massed.fill(Lanes::ZERO);
    s.joint.fill(Lanes::ZERO);
    s.hostile.fill(Lanes::ZERO);
    s.besieging.fill(Lanes::ZERO);
    for i in 0..plan.factions {
        // Tempo quickens attacks, not guards.
        let power = s.power[i] * (p.contest.tempo * s.tempo[i]).exp();
        for theatre in &plan.theatres_of[i] {
            attack(plan, p, s, theatre, power);
        }
    }
    contest::stand_together(plan, p, s);
}

/// Splits what guards and what governs among the places; guards move where there is a way (7.4.7).
#[inline(always)]
fn guard_and_govern<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    i: usize,
    share: Lanes<N>,
) {
    let mut guard_weight = Lanes::splat(1e-9);
    let mut govern_weight = Lanes::splat(1e-9);
    for theatre in &plan.theatres_of[i] {
        let (c, a) = (theatre.claim, theatre.arena);
        // Guards go where value and danger are.
        let peril = s.hostile[c] + s.assault[a] + p.asked[a];
        s.guard[c] = s.control[c] * (p.value[a] + 0.01) * peril;
        guard_weight += s.guard[c];
        if theatre.threat.is_some() {
            s.govern[c] = s.control[c] * (p.population[a] + 1e-3);
            govern_weight += s.govern[c];
        }
    }
    let wanted = guard_weight.recip();
    let mut posted = Lanes::splat(1e-9);
    for &c in &plan.claims_of[i] {
        let wanted = s.guard[c] * wanted;
        s.posted[c].approach(wanted, share * s.access[c]);
        posted += s.posted[c];
    }
    let inverse_posted = posted.recip();
    let guarding = s.power[i] * s.effort[plan.hold_option(i)];
    let governing = s.power[i] * s.effort[plan.govern_option(i)] / govern_weight;
    for &c in &plan.claims_of[i] {
        s.posted[c] *= inverse_posted;
        s.guard[c] = guarding * s.posted[c];
        // In politics there is nobody to govern, and this stays 0.
        s.govern[c] *= governing;
    }
}

/// Sends power from one place against the threat and against rivals (7.4.7).
#[inline(always)]
fn attack<const N: usize>(
    plan: &Plan,
    p: &Params<N>,
    s: &mut State<N>,
    theatre: &Theatre,
    power: Lanes<N>,
) {
    let c = theatre.claim;
    let power = power * supply(p, s.access[c]);
    s.attack[c] = theatre.threat.map_or(Lanes::ZERO, |o| power * s.effort[o]);
    s.joint[theatre.arena] += s.attack[c];
    let free = s.guard[c] + s.govern[c] + s.attack[c];
    let (mut at_grips, mut idle) = (Lanes::ZERO, Lanes::ZERO);
    let contacts = plan.contacts[theatre.contacts.clone()].iter();
    let efforts = &s.effort[theatre.rivals.clone()];
    let sent = &mut s.sent[theatre.contacts.clone()];
    for ((contact, effort), sent) in lanewise(contacts.zip(efforts).zip(sent)) {
        let all = power * *effort;
        let (war, clash) = (s.conflict[contact.cell], s.clash[contact.cell]);
        // What is not in earnest is pressure.
        let earnest = match theatre.threat {
            Some(_) => {
                s.massed[contact.cell] += all;
                war + p.conflict.skirmish * clash
            }
            None => war.max(clash).max(s.feud[contact.cell]),
        };
        *sent = all * (p.conflict.quiet + (Lanes::ONE - p.conflict.quiet) * earnest);
        idle += all - *sent;
        at_grips += *sent;
        s.fighting[contact.cell] += *sent;
        s.hostile[contact.other] += *sent;
        s.besieging[contact.other] += *sent * s.conflict[contact.cell];
    }
    s.presence[c] = free + idle + at_grips;
    s.shield[c] = s.guard[c]
        + s.attack[c]
        + p.contest.policing * s.govern[c]
        + idle
        + p.contest.engaged * at_grips;
}
