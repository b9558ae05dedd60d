"""The model of docs/model.md in numba: scalar loops in double precision, replicates in parallel.

Three records go through all functions, so that every name stands for a place at a known distance from one address and all
shapes are known to the compiler: `net` (who has claims where, which never changes), `given` (the numbers of a draw, with rates
per step) and `now` (the state of a history). Claims and contacts are lists; options that are not available cost nothing, and
chances are only drawn where something can happen. Nothing is allocated within a step.

Sums may be reordered, but infinities and what is not a number count (`FAST`). Random numbers are numba's own, seeded anew for
each replicate, so results do not depend on the number of threads.
"""

from math import log, log2, sqrt
from types import SimpleNamespace

import numba
import numpy as np

import numba_outcomes
import numba_scenario
from numba_scenario import ADD, MULTIPLY, NOBODY, THREAT, read_plan  # noqa: F401

FAST = {"reassoc", "contract", "arcp", "nsz", "afn"}
kernel = numba.njit(cache=True, fastmath=FAST, error_model="numpy")

SETTLE_HOSTILITY, SETTLE_EFFORT = 8, 12
TINY = 1e-6
# For the exponential: what rounds to a whole number when it is added, and ln 2 in two parts.
LOG2_E, ROUND, LN2_HIGH, LN2_LOW = 1.4426950408889634, 1.5 * 2.0**52, 6.93147180369123816490e-01, 1.90821492927058770002e-10
BLOCK = 16  # Replicates that a thread takes at a time: their results share cache lines.

# Codes of the variables of events and outcomes.
# fmt: off
(
    THREAT_STRENGTH, THREAT_SHARE, THREAT_PAY, RIVALRY, INFIGHTING, COHESION, OPEN_FIGHTERS, UNDERGROUND, FUNDS,
    FOREIGN_INFLOW, THREAT_LEADERSHIP, LEGITIMACY, FIGHTERS, QUALITY, LEADERSHIP, PAY, SUPPORT, PERCEIVED_THREAT, HOSTILITY,
    MEMORY, CONFLICT, CLASH, FEUD, AGREEMENT, CEASEFIRE, POSITION, STAKE, CONTROL, GRIEVANCE, CRISIS, COMMITMENT, BACKING, OIL_PRICE,
    ATTACK, ELECTION,
    WEEK, UNDERGROUND_FIGHTERS, POWER, EFFORT_THREAT, EFFORT_RIVAL, EFFORT_GUARD, EFFORT_GOVERN, FIGHTING, CONTESTED,
    GOVERNANCE, UNREST, ASSAULT, POWER_IN_CONFLICT, POWER_IN_CLASH, PURPOSE, MEAN_RIVALRY, SUPPORT_GIVEN, THREAT_PEOPLE, MORALE, THREAT_MORALE,
) = range(len(numba_scenario.VARIABLES))
# fmt: on


# What never changes, and the numbers of each draw


def record(fields, rows):
    """Arrays of (row, ...) as one array of records."""
    of = np.zeros(rows, np.dtype([(name, array.dtype, array.shape[1:]) for name, array in fields.items()], align=True))
    for name, array in fields.items():
        of[name] = array
    return of


def bounds(keys, size):
    """Where each of so many keys begins in a sorted list, and where the last ends."""
    return np.searchsorted(keys, np.arange(size + 1))


def network(plan):
    """Lists of indices, as one record."""
    n, m, claims = len(plan.factions), len(plan.arenas), plan.claim
    by_faction = np.argsort(claims[:, 0], kind="stable")
    i, j, _, mine, theirs = plan.contact.T
    neighbours = [np.flatnonzero(row) for row in plan.neighbour]
    exposed = np.argwhere((plan.exposure != 0).any(2) & plan.territory)
    populace = plan.populace
    members = np.vstack([plan.member, np.ones((1, n), bool)])
    mates = (plan.bloc[:, None] == plan.bloc) & (plan.bloc >= 0) & ~np.eye(n, dtype=bool)
    events, conditions, effects = plan.events, *pieces(plan)
    of = dict(
        territory=np.flatnonzero(plan.territory),
        political=np.flatnonzero(~plan.territory),
        is_territory=plan.territory,
        arena_bloc=plan.arena_bloc,
        near_from=np.cumsum([0] + [len(row) for row in neighbours]),
        near=np.concatenate(neighbours),
        bloc=plan.bloc,
        mates=np.argwhere(mates),
        claim_faction=claims[:, 0],
        claim_arena=claims[:, 1],
        claim_at=plan.claim_at,
        claims_in=bounds(claims[:, 1], m),
        claims_of=by_faction,
        claims_from=bounds(claims[by_faction, 0], n),
        rival=j,
        rival_claim=theirs,
        contacts_of=bounds(mine, len(claims)),
        contact_faction=i,
        exposed_arena=exposed[:, 1],
        exposed_from=bounds(exposed[:, 0], n),
        populace_arena=populace[:, 0],
        populace_community=populace[:, 1],
        on_land=plan.pair[plan.pair_on_land],
        in_politics=plan.pair[plan.pair_in_politics],
        at_war=plan.at_war,
        at_feud=plan.at_feud,
        in_agreement=plan.in_agreement,
        splinter=plan.splinter,
        tied=~np.isnan(plan.given_hostility[..., 0]),
        patron_tied=~np.isnan(plan.patron_toward[..., 0]),
        member=members,
        event_first=[event.first for event in events],
        event_last=[event.last for event in events],
        event_dated=[event.dated for event in events],
        event_repeats=[event.repeats for event in events],
        event_after=[event.after for event in events],
        condition_from=np.cumsum([0] + [len(event.conditions) for event in events]),
        condition_on=np.reshape([one.on for one in conditions], (-1, 3)),
        effect_from=np.cumsum([0] + [len(event.effects) for event in events]),
        effect_on=np.reshape([one.on for one in effects], (-1, 3)),
        effect_verb=[one.verb for one in effects],
        watched=np.reshape(plan.watched, (-1, 3)),
    )
    fields = {name: np.asarray(value).astype(np.int32)[None] for name, value in of.items()}
    # As numbers, since they are multiplied with.
    fields["fellow"] = (members[:, i] & members[:, j]).astype(float)[None]
    return record(fields, 1)


def pieces(plan):
    conditions = [one for event in plan.events for one in event.conditions]
    effects = [one for event in plan.events for one in event.effects]
    return conditions, effects


def numbers(plan):
    """All numbers of every draw, as one record a draw; rates are those of a step."""
    of = rates(plan) | cast(plan) | places(plan) | hazards(plan)
    rows = {name: np.moveaxis(np.atleast_1d(np.asarray(value, float)), -1, 0) for name, value in of.items()}
    return record({name: np.ascontiguousarray(row) for name, row in rows.items()}, plan.draws)


def rates(plan):
    """The parameters of the mechanisms, section by section."""
    dt = plan.dt
    toward = lambda weeks: -np.expm1(-dt / weeks)
    keep = lambda weeks: np.exp(-dt / weeks)
    unit = lambda weeks: np.sqrt(-np.expm1(-2 * dt / weeks))
    vol = lambda sigma, weeks: sigma * np.sqrt(weeks / 2 * -np.expm1(-2 * dt / weeks))
    yearly = lambda rate: rate * dt / 52
    monthly = lambda amount: amount * dt / (52 / 12)
    seen, ties, effort, fight, quarrel = plan.perception, plan.rivalry, plan.allocation, plan.contest, plan.conflict
    base, plot, state, oil, patrons, threat = plan.upkeep, plan.strategy, plan.polity, plan.oil, plan.patronage, plan.threat
    of = dict(
        see=toward(seen.lag_weeks),
        underground_weight=seen.underground_weight,
        danger=seen.sensitivity * threat.quality,
        alarm=seen.alarm_per_week * dt,
        keep_alarm=keep(seen.alarm_memory_weeks),
        issue_scale=ties.hostility_scale * ties.from_issues,
        relax=toward(ties.relaxation_weeks),
        keep_gain=keep(ties.gain_memory_weeks),
        balance=ties.balance / max(len(plan.factions) - 2, 1),
        remember=ties.memory_per_fighting * dt,
        keep_memory=keep(ties.memory_weeks),
        pair_noise=vol(ties.noise, ties.relaxation_weeks),
        keep_mood=keep(ties.mood_memory_weeks),
        unit_mood=unit(ties.mood_memory_weeks),
        weight_scale=1 / (1 - ties.weight_floor),
        floor_hostility=numba_scenario.log_odds(ties.weight_floor),
        choose_effort=toward(effort.adjustment_weeks),
        effort_temperature=effort.temperature,
        reaching=effort.access,
        open_road=toward(effort.road_weeks),
        move_guards=toward(effort.adjustment_weeks),
        breaks=fight.break_per_week * dt,
        patience=fight.break_per_week * plot.patience_weeks,
        build_up=toward(fight.siege_weeks),
        use_up=toward(fight.stores_weeks),
        slip=fight.slip_per_week * dt,
        advance=fight.advance_per_week * dt,
        seize=fight.seize_per_week * dt,
        occupy=fight.occupy_per_week * dt,
        threat_loss=fight.threat_loss * dt,
        coalition_loss=fight.coalition_loss * dt,
        rival_loss=fight.rival_loss * dt,
        keep_luck=keep(fight.battle_luck_weeks),
        unit_luck=unit(fight.battle_luck_weeks),
        keep_tempo=keep(fight.tempo_weeks),
        unit_tempo=unit(fight.tempo_weeks),
        feud_begins=quarrel.feud_per_week * dt,
        feud_ends=quarrel.feud_end_per_week * dt,
        clash_begins=quarrel.clash_per_week * dt,
        clash_ends=quarrel.clash_end_per_week * dt,
        war_begins=quarrel.war_per_week * dt,
        war_ends=quarrel.end_per_week * dt,
        decides=quarrel.decision_per_week * dt,
        agrees=quarrel.agreement_per_week * dt,
        parts=quarrel.agreement_end_per_week * dt,
        keep_prize=keep(quarrel.prize_weeks),
        desertion=base.desertion_per_week * dt,
        recruit=base.recruit_per_week * dt,
        pool_refill=np.minimum(base.pool_refill_per_week * dt, 1),
        follow_legitimacy=toward(base.legitimacy_weeks),
        clearing=base.clearing_per_week * dt,
        emergence=base.emergence_per_week * dt,
        cell_decay=base.cell_decay_per_week * dt,
        uprising=yearly(base.uprising_per_year),
        split=yearly(base.split_per_year),
        recover=toward(base.leadership_recovery_weeks),
        choose_strategy=toward(plot.adjustment_weeks),
        strategy_temperature=plot.temperature,
        melting=plot.melt_per_week * dt,
        move_posts=toward(plot.adjustment_weeks),
        reserve=toward(base.reserve_weeks),
        follow_morale=toward(plan.morale.weeks),
        wear=toward(plan.morale.exertion_weeks),
        threat_morale=threat.morale,
        threat_repression=threat.repression,
        abuse_rate=state.grievance_scale * state.abuse_per_week * dt,
        vacuum_rate=state.grievance_scale * state.vacuum_per_week * dt,
        bloodshed_rate=state.grievance_scale * state.bloodshed_per_week * dt,
        provoked_rate=state.grievance_scale * state.provoked_per_week * dt,
        healing=state.healing_per_week * dt,
        follow_pay=toward(state.pay_weeks),
        follow_support=toward(state.support_weeks),
        follow_crisis=toward(state.crisis_weeks),
        rebuild=np.minimum(state.rebuild_per_week * dt, 1),
        revert_oil=toward(oil.reversion_weeks),
        oil_noise=vol(oil.volatility, oil.reversion_weeks),
        oil_start=np.log(oil.price_usd),
        oil_mean=np.log(oil.mean_usd),
        erode=toward(patrons.erosion_weeks),
        come_back=toward(patrons.return_weeks),
        realign=toward(patrons.realign_weeks),
        wage=monthly(threat.wage_usd_per_month) * 1e-6,
        administration=monthly(threat.administration_musd_per_month),
        external=monthly(threat.external_musd_per_month),
        foreign=monthly(threat.foreign_per_month),
        recruiting=threat.recruiting_weeks / dt,
        threat_fighters=threat.fighters,
        threat_quality=threat.quality,
        threat_governance=threat.governance,
        opportunists=threat.opportunists,
        funds=threat.funds_musd,
        legitimacy=threat.legitimacy,
        loss_of_face=base.legitimacy_per_loss * (1 + base.statehood_penalty * threat.statehood),
        claim_of_statehood=base.statehood_weight * threat.statehood,
        dt=dt,
    )
    same = (
        (
            ties,
            "common_enemy land_gain spoils outgrowing tie_saturation self_tie patron_rivalry shared_patron ceasefire open_conflict feud agreement "
            "pay_strain crisis_strain mood weight_floor",
        ),
        (
            effort,
            "threat_weight rival_weight hold_weight govern_weight garrison foothold threat_cost idle_cost rival_cost "
            "decision_share met_aims land_hunger contact war_aim patron_pay supply",
        ),
        (
            fight,
            "decisiveness linear_law linear_reference_power discord reinforcement battle_luck tempo break_odds break_morale residents "
            "encirclement rout_loss engaged policing men_per_head hostile_need",
        ),
        (plan.morale, "per_pay per_support per_patron per_fear per_exertion per_loss per_gain rout"),
        (quarrel, "escalation prize deterrence restraint exhaustion brokerage plea ceasefire_weeks quiet skirmish"),
        (
            base,
            "core_loyalty recruit_opportunists saturation legitimacy_per_gain go_underground garrison_lost cell_presence "
            "uprising_loss split_loss cell_wage trade extortion loot",
        ),
        (plot, "hold attack attack_cost provoke melt cell_force access"),
        (
            state,
            "governance_power cell_disruption support_per_pay patron_upkeep unpaid_effectiveness unsupported_effectiveness "
            "crisis_effectiveness crisis_pay obstruction land_growth swing war_weariness",
        ),
        (oil, "budget_usd"),
        (patrons, "fatigue drop"),
    )
    for section, names in same:
        of |= {name: getattr(section, name) for name in names.split()}
    return of


def cast(plan):
    """Factions, patrons and communities."""
    strength = plan.fighters * plan.quality
    importance = (plan.people * strength[:, None]).sum(0) / (1e-9 + strength.sum(0))
    dependence = np.vstack([plan.oil_dependence, np.zeros((1, plan.oil_dependence.shape[-1]))])
    return dict(
        fighters=plan.fighters,
        quality=plan.quality,
        pay=plan.pay,
        full_pay=plan.full_pay,
        own_resources=plan.own_resources,
        support=plan.support,
        governance=plan.governance,
        morale=plan.morale_start,
        oil_dependence=dependence[plan.bloc],
        exposed=exposures(plan),
        people=plan.people,
        abuse=plan.abuse,
        importance=importance,
        position=plan.position,
        salience=plan.salience,
        memory=plan.memory,
        truce=plan.truce,
        given_hostility=plan.given_hostility,
        commitment=plan.commitment,
        patron_exposure=plan.patron_exposure,
        air=plan.air,
        backing=plan.backing,
        offer=plan.offer,
        strikes=plan.strikes,
        patron_toward=plan.patron_toward,
        patron_hostility=plan.patron_hostility,
    )


def exposures(plan):
    """Exposure where there is any, in the order of `network`."""
    i, a = np.argwhere((plan.exposure != 0).any(2) & plan.territory).T
    return plan.exposure[i, a]


def places(plan):
    """Arenas, claims and populaces."""
    land, (i, a), (where, who) = plan.territory[:, None], plan.claim.T, plan.populace.T
    value = np.where(land, plan.value, 0)
    held = (value * plan.threat_control).sum(0)
    return dict(
        value=plan.value,
        all_value=value.sum(0),
        initial_value=held,
        reference_value=np.maximum(np.maximum(held, value.sum(0) / 20), 1e-6),
        highest=np.maximum(value.max(0), 1e-9),
        loot_of=plan.upkeep.loot * plan.revenue_musd_per_month,
        alien=alien(plan),
        way_in=plan.access[i, a],
        road=plan.road[np.nonzero(plan.neighbour)],
        population=plan.population,
        revenue=plan.revenue_musd_per_month * plan.dt / (52 / 12),
        border=plan.border,
        reference_access=np.maximum(np.where(land, plan.threat_control * plan.border, 0).sum(0), 0.05),
        refuge=plan.refuge,
        terrain=plan.terrain,
        front=plan.front,
        besieged=-np.expm1(-plan.besieged_weeks / plan.contest.siege_weeks),
        threatened=-np.expm1(-plan.threatened_weeks / plan.contest.siege_weeks),
        eaten=-np.expm1(-plan.besieged_weeks / plan.contest.stores_weeks),
        guards_eaten=-np.expm1(-plan.threatened_weeks / plan.contest.stores_weeks),
        floor=plan.floor,
        asked=plan.asked,
        crisis=plan.crisis_start,
        underground=plan.underground,
        all_fighters=plan.threat.fighters + plan.underground.sum(0),
        threat_control=plan.threat_control,
        threat_at_start=plan.threat_control,
        stake=plan.stake,
        control=plan.control,
        claim_exposure=np.where(land[a], plan.exposure[i, a], 0),
        patron_stake=plan.patron_stake[:, a],
        mix=plan.mix,
        sympathizers=plan.mix * plan.sympathy[who],
        grievance=plan.grievance,
        pool=plan.population[where] * plan.mix * plan.sympathy[who] * plan.upkeep.pool_share,
    )


def alien(plan):
    """Share of a place's people who have nothing in common with the threat."""
    where, who = plan.populace.T
    common = plan.mix * plan.sympathy[who]
    of = np.ones((len(plan.arenas), common.shape[-1]))
    np.subtract.at(of, where, common)
    return of


def hazards(plan):
    """Numbers of the events."""
    conditions, effects = pieces(plan)
    many = lambda of, key: numba_scenario.stack([getattr(one, key) for one in of], (len(of),))
    return dict(
        probability=many(plan.events, "probability"),
        hazard=many(plan.events, "hazard_per_year") * plan.dt / 52,
        of_first=many(plan.events, "of_first"),
        of_last=many(plan.events, "of_last"),
        condition_above=many(conditions, "above"),
        condition_below=many(conditions, "below"),
        condition_slope=many(conditions, "slope"),
        condition_at=many(conditions, "at"),
        effect_amount=many(effects, "amount"),
    )


def state(plan):
    """The state of a history, all zero: the symbols of section 2.3 by their names in the code, and places to reckon in."""
    n, m, p, g = len(plan.factions), len(plan.arenas), len(plan.patrons), len(plan.communities)
    k, shapes = len(plan.coalitions), {}
    of = (
        (
            (),
            "mood core opportunists funds threat_pay legitimacy foreign_inflow threat_leadership threat_tempo fighting_power "
            "hold_effort melt_effort oil held_value initial_room strength threat_share threat_people price week threat_morale threat_morale_met threat_pay_start",
        ),
        (
            (n,),
            "fighters quality pay support leadership effectiveness power perceived alarm tempo received pay_scale land "
            "initial_share effort_hold effort_govern root outgrown morale morale_met received_start perceived_start won aided worn",
        ),
        (
            (n, n),
            "hostility baseline shift memory weight ceasefire feud agreement clash conflict old_conflict fighting massed near facing coveted withheld rift "
            "target tie shared",
        ),
        ((n, len(plan.issues)), "position"),
        (
            (len(plan.claim),),
            "stake want control gain change effort_threat attack guard govern shield presence hostile take toll besieging besieged posted access "
            "arrives way grudge",
        ),
        ((len(plan.contact),), "effort_rival sent spent"),
        ((2 + m + g + len(plan.contact),), "utility"),
        (
            (m,),
            "threat_control nobody joint united fortune pressure garrison defence assault threat_lost threat_won threat_posted guards guards_morale unrest resentment siege threat_siege starved guards_starved "
            "governance order crisis luck underground attack_effort shields weigh prize bloodshed",
        ),
        ((g,), "provoke_effort"),
        ((p,), "commitment full_commitment patron_perceived patron_perceived_start patron_root"),
        ((p, n), "backing usual_backing given animosity"),
        ((len(plan.populace),), "grievance pool"),
        ((len(plan.blocs) + 1,), "bloc_crisis"),
        ((k + 1,), "infighting"),
        ((max(len(plan.events), 1),), "happened"),
    )
    for shape, names in of:
        shapes |= {name: shape for name in names.split()}
    return np.zeros(1, np.dtype([(name, float, shape) for name, shape in shapes.items()], align=True))


# Small helpers


@kernel
def clip(x):
    return min(max(x, 0.0), 1.0)


@numba.njit(cache=True, fastmath={"contract"}, error_model="numpy")
def expo(x):
    """The exponential to 14 digits, without a call, so that loops over it are vectorized; its sums must not be reordered."""
    x = min(max(x, -708.0), 709.0)
    shifted = x * LOG2_E + ROUND
    whole = shifted - ROUND
    r = (x - whole * LN2_HIGH) - whole * LN2_LOW
    y = 1.0 / 39916800.0
    y = y * r + 1.0 / 3628800.0
    y = y * r + 1.0 / 362880.0
    y = y * r + 1.0 / 40320.0
    y = y * r + 1.0 / 5040.0
    y = y * r + 1.0 / 720.0
    y = y * r + 1.0 / 120.0
    y = y * r + 1.0 / 24.0
    y = y * r + 1.0 / 6.0
    y = y * r + 0.5
    y = y * r + 1.0
    y = y * r + 1.0
    # The last bits of what was rounded are the power of two.
    bits = (np.float64(shifted).view(np.int64) + 1023) << 52
    return y * np.int64(bits).view(np.float64)


@kernel
def flat(matrix):
    """A matrix as one row: loops over rows as short as these are not vectorized."""
    return matrix.reshape(matrix.size)


@kernel
def clear(values):
    for x in range(len(values)):
        values[x] = 0.0


@kernel
def part(rate):
    return rate / (1.0 + rate)


@kernel
def hit(hazard):
    """Whether a hazard strikes; 1 - expo(-h) is never more than h, so the exponential is seldom needed."""
    if hazard <= 0.0:
        return False
    u = np.random.random()
    return u < hazard and u < 1.0 - expo(-hazard)


@kernel
def odds(utility, options, temperature):
    """Makes utilities to shares that are still to be divided by their sum, which is returned."""
    best, total, scale = utility[0], 0.0, 1.0 / temperature
    for o in range(1, options):
        best = max(best, utility[o])
    for o in range(options):
        utility[o] = expo((utility[o] - best) * scale)
        total += utility[o]
    return total


@kernel
def win(given, a, force, against):
    ratio = max(force / (against + given.floor[a]), 1e-12)
    if given.decisiveness == 2.0:
        return part(ratio * ratio)
    return 1.0 / (1.0 + expo(-given.decisiveness * log(ratio)))


@kernel
def weight(given, hostility):
    if hostility <= given.floor_hostility:
        return 0.0
    return max(1.0 / (1.0 + expo(-hostility)) - given.weight_floor, 0.0) * given.weight_scale


@kernel
def steep(given, ratio, morale):
    """By how much odds and morale multiply the hazard of breaking."""
    return expo(given.break_odds * min(log(max(ratio, 1e-12)), 3.0) - given.break_morale * (morale - 0.5))


@kernel
def in_room(given, a, force):
    return force / (force + given.front[a] + 0.001)


@kernel
def cut_from_threat(net, given, now, a):
    """How far a place is cut off from what the threat holds next to it."""
    if net.near_from[a] == net.near_from[a + 1]:
        return 0.0
    around = 0.0
    for x in range(net.near_from[a], net.near_from[a + 1]):
        around += given.road[x] * now.threat_control[net.near[x]]
    return max(1.0 - around, 0.0)


@kernel
def cut_from_factions(net, given, now, a):
    if net.near_from[a] == net.near_from[a + 1]:
        return 0.0
    around = 0.0
    for x in range(net.near_from[a], net.near_from[a + 1]):
        b = net.near[x]
        around += given.road[x] * max(1.0 - now.threat_control[b] - now.nobody[b], 0.0)
    return max(1.0 - around, 0.0)


@kernel
def lack(men, need):
    return 1.0 - men / (need + TINY) if men < need else 0.0


@kernel
def lose(given, now, i, men):
    """Men lost in fights, and morale with them."""
    men = min(men, now.fighters[i])
    if men > 0.0:
        now.morale[i] -= now.morale[i] * min(given.per_loss * men / (now.fighters[i] + TINY), 1.0)
        now.fighters[i] = max(now.fighters[i] - men, 0.0)


@kernel
def threat_falls(given, now, men):
    """The same of the threat."""
    open_fighters = now.core + now.opportunists
    men = threat_loses(now, men)
    now.threat_morale -= now.threat_morale * min(given.per_loss * men / (open_fighters + TINY), 1.0)


@kernel
def rout(net, given, now, c):
    """A force breaks and gives up the place."""
    i, a = net.claim_faction[c], net.claim_arena[c]
    share = min(now.presence[c] / (now.power[i] + TINY), 1.0)
    lose(given, now, i, given.rout_loss * now.fighters[i] * share)
    now.morale[i] -= now.morale[i] * given.rout * max(share, now.control[c] * given.value[a] / given.highest)
    now.effort_hold[i] += now.effort_threat[c]
    now.effort_threat[c] = 0.0
    for t in range(net.contacts_of[c], net.contacts_of[c + 1]):
        now.effort_hold[i] += now.effort_rival[t]
        now.effort_rival[t] = 0.0
    now.posted[c] = 0.0


@kernel
def threat_loses(now, men):
    """Losses in the open, in proportion; what was there to lose."""
    open_fighters = now.core + now.opportunists
    men = min(max(men, 0.0), open_fighters)
    if men > 0.0:
        left = 1.0 - men / open_fighters
        now.core *= left
        now.opportunists *= left
    return men


@kernel
def all_underground(now):
    total = 0.0
    for cells in now.underground:
        total += cells
    return total


# Events


@kernel
def events(net, given, now, step):
    clear(now.change)
    clear(now.threat_lost)
    clear(now.threat_won)
    any_happened = False
    for e in range(len(net.event_first)):
        if net.event_first[e] <= step <= net.event_last[e] and strikes(net, given, now, e, step):
            now.happened[e] = 1.0
            any_happened = True
            take_effect(net, given, now, e)
    if any_happened:
        power(net, given, now)


@kernel
def strikes(net, given, now, e, step):
    after = net.event_after[e]
    if (now.happened[e] > 0.0 and net.event_repeats[e] == 0) or (after >= 0 and now.happened[after] == 0.0):
        return False
    slope = 0.0
    for c in range(net.condition_from[e], net.condition_from[e + 1]):
        on = net.condition_on[c]
        value = read(net, now, on[0], on[1], on[2])
        if value < given.condition_above[c] or value > given.condition_below[c]:
            return False
        slope += given.condition_slope[c] * (value - given.condition_at[c])
    if net.event_dated[e]:
        return np.random.random() < given.probability[e]
    first, last = step == net.event_first[e], step == net.event_last[e]
    share = given.of_first[e] if first else given.of_last[e] if last else 1.0
    return hit(given.hazard[e] * share * expo(min(max(slope, -20.0), 20.0)))


@kernel
def changed(verb, before, amount):
    return before + amount if verb == ADD else before * amount if verb == MULTIPLY else amount


@kernel
def take_effect(net, given, now, e):
    moved = False
    for f in range(net.effect_from[e], net.effect_from[e + 1]):
        on, verb, amount = net.effect_on[f], net.effect_verb[f], given.effect_amount[f]
        before = read(net, now, on[0], on[1], on[2])
        if on[0] == COMMITMENT:
            now.full_commitment[on[1]] = clip(changed(verb, now.full_commitment[on[1]], amount))
        elif on[0] == BACKING:
            now.usual_backing[on[1], on[2]] = clip(changed(verb, now.usual_backing[on[1], on[2]], amount))
        write(net, given, now, on[0], on[1], on[2], before, changed(verb, before, amount))
        moved |= on[0] == POSITION
    if moved:
        baseline(net, given, now)


@kernel
def read(net, now, what, x, y):
    if what == THREAT_STRENGTH:
        return now.strength
    if what == THREAT_SHARE:
        return now.threat_share
    if what == THREAT_PEOPLE:
        return now.threat_people
    if what == THREAT_PAY:
        return now.threat_pay
    if what == RIVALRY:
        return now.weight[x, y]
    if what == INFIGHTING:
        return now.infighting[x]
    if what == COHESION:
        return 1.0 - now.infighting[x]
    if what == OPEN_FIGHTERS:
        return now.core + now.opportunists
    if what == UNDERGROUND:
        return now.underground[x]
    if what == FUNDS:
        return now.funds
    if what == FOREIGN_INFLOW:
        return now.foreign_inflow
    if what == THREAT_LEADERSHIP:
        return now.threat_leadership
    if what == LEGITIMACY:
        return now.legitimacy
    if what == FIGHTERS:
        return now.fighters[x]
    if what == QUALITY:
        return now.quality[x]
    if what == LEADERSHIP:
        return now.leadership[x]
    if what == PAY:
        return now.pay[x]
    if what == SUPPORT:
        return now.support[x]
    if what == PERCEIVED_THREAT:
        return now.perceived[x]
    if what == MORALE:
        return now.morale[x]
    if what == THREAT_MORALE:
        return now.threat_morale
    if what == HOSTILITY:
        return now.shift[x, y]
    if what == MEMORY:
        return now.memory[x, y]
    if what == CONFLICT:
        return now.conflict[x, y]
    if what == CLASH:
        return now.clash[x, y]
    if what == FEUD:
        return now.feud[x, y]
    if what == AGREEMENT:
        return now.agreement[x, y]
    if what == CEASEFIRE:
        return now.ceasefire[x, y]
    if what == POSITION:
        return now.position[x, y]
    if what == STAKE:
        return now.stake[net.claim_at[x, y]] if net.claim_at[x, y] >= 0 else 0.0
    if what == CONTROL:
        return holding(net, now, x, y)
    if what == GRIEVANCE:
        q = populace(net, x, y)
        return now.grievance[q] if q >= 0 else 0.0
    if what == CRISIS:
        return now.crisis[x]
    if what == COMMITMENT:
        return now.commitment[x]
    if what == BACKING:
        return now.backing[x, y]
    if what == OIL_PRICE:
        return expo(now.oil)
    return measured(net, now, what, x, y)


@kernel
def measured(net, now, what, x, y):
    """Variables that no event can change."""
    if what == WEEK:
        return now.week
    if what == UNDERGROUND_FIGHTERS:
        return all_underground(now)
    if what == POWER:
        return now.power[x]
    if what == EFFORT_THREAT:
        return against_threat(net, now, x)
    if what == EFFORT_RIVAL:
        return against_rival(net, now, x, y)
    if what == EFFORT_GUARD:
        return now.effort_hold[x]
    if what == EFFORT_GOVERN:
        return now.effort_govern[x]
    if what == FIGHTING:
        return now.fighting[x, y]
    if what == CONTESTED:
        return contested(net, now, x)
    if what == GOVERNANCE:
        return now.governance[x]
    if what == UNREST:
        return now.unrest[x]
    if what == ASSAULT:
        return now.assault[x]
    if what == POWER_IN_CONFLICT:
        return power_at_odds(net, now, x, 0.0)
    if what == POWER_IN_CLASH:
        return power_at_odds(net, now, x, 1.0)
    if what == PURPOSE:
        return purpose(net, now, x)
    if what == MEAN_RIVALRY:
        return mean_rivalry(net, now, x)
    if what == SUPPORT_GIVEN:
        return now.given[x, y]
    return 0.0


@kernel
def against_threat(net, now, i):
    total = 0.0
    for x in range(net.claims_from[i], net.claims_from[i + 1]):
        total += now.effort_threat[net.claims_of[x]]
    return total


@kernel
def against_rival(net, now, i, j):
    total = 0.0
    for x in range(net.claims_from[i], net.claims_from[i + 1]):
        c = net.claims_of[x]
        for t in range(net.contacts_of[c], net.contacts_of[c + 1]):
            if net.rival[t] == j:
                total += now.effort_rival[t]
    return total


@kernel
def contested(net, now, a):
    most = max(now.threat_control[a], 0.0)
    for c in range(net.claims_in[a], net.claims_in[a + 1]):
        most = max(most, now.control[c])
    return 1.0 - most


@kernel
def power_at_odds(net, now, k, clashes):
    """The share of a coalition's power that is in new open conflicts within it, or in clashes if these count."""
    n, total, fighting = len(now.power), TINY, 0.0
    for i in range(n):
        if net.member[k, i]:
            total += now.power[i]
            for j in range(n):
                if net.member[k, j] and now.conflict[i, j] - now.old_conflict[i, j] + clashes * now.clash[i, j] > 0.0:
                    fighting += now.power[i]
                    break
    return fighting / total


@kernel
def purpose(net, now, k):
    """The share of a coalition's effort, by power, that is against the threat."""
    total, spent = TINY, 0.0
    for i in range(len(now.power)):
        if net.member[k, i]:
            total += now.power[i]
            spent += now.power[i] * against_threat(net, now, i)
    return spent / total


@kernel
def mean_rivalry(net, now, k):
    total, pairs = 0.0, 0.0
    for i in range(len(now.power)):
        if net.member[k, i]:
            for j in range(len(now.power)):
                # Nobody's rivalry with itself is more than 0.
                total += net.member[k, j] * now.weight[i, j]
                pairs += net.member[k, j]
            pairs -= 1.0
    return total / max(pairs, 1.0)


@kernel
def holding(net, now, a, holder):
    if holder == THREAT:
        return now.threat_control[a]
    if holder == NOBODY:
        return now.nobody[a]
    return now.control[net.claim_at[holder, a]] if net.claim_at[holder, a] >= 0 else 0.0


@kernel
def populace(net, a, g):
    for q in range(len(net.populace_arena)):
        if net.populace_arena[q] == a and net.populace_community[q] == g:
            return q
    return -1


@kernel
def write(net, given, now, what, x, y, before, after):
    some, share, truth = max(after, 0.0), clip(after), 1.0 if after >= 0.5 else 0.0
    if what == OPEN_FIGHTERS:
        now.opportunists *= some / (before + TINY)
        now.core = some - now.opportunists
    elif what == UNDERGROUND:
        now.underground[x] = some
    elif what == FUNDS:
        now.funds = some
    elif what == FOREIGN_INFLOW:
        now.foreign_inflow = some
    elif what == THREAT_LEADERSHIP:
        now.threat_leadership = some
    elif what == LEGITIMACY:
        now.legitimacy = share
    elif what == FIGHTERS:
        now.fighters[x] = some
    elif what == QUALITY:
        now.quality[x] = some
    elif what == LEADERSHIP:
        now.leadership[x] = some
    elif what == PAY:
        now.pay[x] = share
    elif what == SUPPORT:
        now.support[x] = share
    elif what == PERCEIVED_THREAT:
        now.perceived[x] = share
    elif what == MORALE:
        now.morale[x] = share
    elif what == THREAT_MORALE:
        now.threat_morale = share
    elif what == HOSTILITY:
        now.shift[x, y] += after - before
        now.shift[y, x] += after - before
    elif what == MEMORY:
        now.memory[x, y] = max(now.memory[x, y] + after - before, 0.0)
        now.memory[y, x] = max(now.memory[y, x] + after - before, 0.0)
    elif what == CONFLICT:
        now.conflict[x, y] = now.conflict[y, x] = truth
        now.old_conflict[x, y] = now.old_conflict[y, x] = min(now.old_conflict[x, y], truth)
        now.clash[x, y] = now.clash[y, x] = min(now.clash[x, y], 1.0 - truth)
        now.agreement[x, y] = now.agreement[y, x] = min(now.agreement[x, y], 1.0 - truth)
    elif what == CLASH:
        now.clash[x, y] = now.clash[y, x] = min(truth, 1.0 - now.conflict[x, y])
        now.agreement[x, y] = now.agreement[y, x] = min(now.agreement[x, y], 1.0 - now.clash[x, y])
    elif what == AGREEMENT:
        now.agreement[x, y] = now.agreement[y, x] = min(truth, 1.0 - max(now.conflict[x, y], now.clash[x, y]))
    elif what == FEUD:
        now.feud[x, y] = now.feud[y, x] = truth
    elif what == CEASEFIRE:
        now.ceasefire[x, y] = now.ceasefire[y, x] = some
    elif what == POSITION:
        now.position[x, y] = min(max(after, -1.0), 1.0)
    elif what == STAKE:
        if net.claim_at[x, y] >= 0:
            now.stake[net.claim_at[x, y]] = some
    elif what == CONTROL:
        hand_over(net, now, x, y, before, share)
    elif what == GRIEVANCE:
        q = populace(net, x, y)
        if q >= 0:
            now.grievance[q] = share
    elif what == CRISIS:
        now.crisis[x] = share
    elif what == COMMITMENT:
        now.commitment[x] = share
    elif what == BACKING:
        now.backing[x, y] = share
    elif what == OIL_PRICE:
        now.oil = log(max(after, 1.0))
    elif what == ATTACK:
        for i in range(len(now.alarm)):
            now.alarm[i] += given.people[i, x] * some
    elif what == ELECTION:
        elect(net, given, now, x, share)


@kernel
def hand_over(net, now, a, holder, before, share):
    """Gives a holder this share of an arena, at the cost or to the good of all others in proportion."""
    rest = 1.0 - before
    scale = (1.0 - share) / rest if rest > TINY else 0.0
    for c in range(net.claims_in[a], net.claims_in[a + 1]):
        new = share if net.claim_faction[c] == holder else now.control[c] * scale
        now.change[c] += new - now.control[c]
        now.control[c] = new
    new = share if holder == THREAT else now.threat_control[a] * scale
    now.threat_won[a] += max(new - now.threat_control[a], 0.0)
    now.threat_lost[a] += max(now.threat_control[a] - new, 0.0)
    now.threat_control[a] = new
    now.nobody[a] = share if holder == NOBODY else now.nobody[a] * scale
    if rest <= TINY and holder != NOBODY:
        now.nobody[a] += 1.0 - share


@kernel
def elect(net, given, now, a, anew):
    """An election to an institution, by which so much of it is shared anew."""
    held, votes = 0.0, 1e-9
    for c in range(net.claims_in[a], net.claims_in[a + 1]):
        i = net.claim_faction[c]
        now.take[c] = now.control[c] * (max(now.support[i], 0.001) / max(given.support[i], 0.001)) ** given.swing
        held += now.control[c]
        votes += now.take[c]
    for c in range(net.claims_in[a], net.claims_in[a + 1]):
        moved = anew * (held * now.take[c] / votes - now.control[c])
        now.control[c] += moved
        now.change[c] += moved


# Perception


@kernel
def alarm(net, given, now):
    reach = now.core + now.opportunists + all_underground(now)
    able = reach / (reach + 0.25 * given.threat_fighters)
    for i in range(len(now.alarm)):
        provoked = 0.0
        for g in range(len(now.provoke_effort)):
            provoked += given.people[i, g] * now.provoke_effort[g]
        now.alarm[i] = given.keep_alarm * now.alarm[i] + given.alarm * able * provoked


@kernel
def perceive(net, given, now, share):
    # As many as are to be seen there.
    for a in net.territory:
        now.weigh[a] = now.garrison[a] + given.underground_weight * now.underground[a]
    scale = given.danger * now.threat_leadership
    for i in range(len(now.perceived)):
        danger = 0.0
        for x in range(net.exposed_from[i], net.exposed_from[i + 1]):
            danger += given.exposed[x] * now.weigh[net.exposed_arena[x]]
        danger *= scale / (now.power[i] + 0.001)
        target = 1.0 - 1.0 / ((1.0 + danger) * (1.0 + now.alarm[i]))
        now.perceived[i] += share * (target - now.perceived[i])
    for u in range(len(now.patron_perceived)):
        target = 1.0 - 1.0 / (1.0 + given.patron_exposure[u] * now.strength)
        now.patron_perceived[u] += share * (target - now.patron_perceived[u])


# Rivalry


@kernel
def baseline(net, given, now):
    n = len(now.fighters)
    for i in range(n):
        for j in range(n):
            if i == j:
                continue
            if net.tied[i, j]:
                now.baseline[i, j] = given.given_hostility[i, j]
                continue
            apart = 0.0
            for issue in range(now.position.shape[1]):
                apart += given.salience[i, issue] * abs(now.position[i, issue] - now.position[j, issue]) / 2.0
            share = min(given.issue_scale * apart, 0.995)
            now.baseline[i, j] = log(share / (1.0 - share)) if share > 1e-6 else -40.0


@kernel
def patronage(net, given, now):
    """Support given and received, alone and by the same patrons, and wants."""
    p, n = now.backing.shape
    shared = flat(now.shared)
    clear(now.received)
    clear(shared)
    now.aided[:] = 1.0
    for u in range(p):
        row = now.given[u]
        for i in range(n):
            row[i] = now.backing[u, i] * now.commitment[u]
            now.received[i] += row[i]
            now.aided[i] += given.air[u] * row[i]
        for i in range(n):
            if row[i] > 0.0:
                for j in range(n):
                    now.shared[i, j] += row[i] * row[j]
    for x in range(len(shared)):
        shared[x] = min(shared[x], 1.0)
    for c in range(len(now.stake)):
        want = now.stake[c]
        for u in range(p):
            want += given.patron_stake[u, c] * now.given[u, net.claim_faction[c]]
        now.want[c] = want


@kernel
def targets(net, given, now):
    """Where hostility tends."""
    n = len(now.fighters)
    total = 0.001
    for i in range(n):
        total += now.power[i]
    for i in range(n):
        now.root[i] = sqrt(now.perceived[i])
        outgrown = now.power[i] / total / max(now.initial_share[i], 0.005)
        now.outgrown[i] = given.outgrowing * log2(outgrown) if outgrown > 1.0 else 0.0
    mood, war, truce, feud = given.mood * now.mood, given.open_conflict, given.ceasefire, given.feud
    clash, agreement = war * given.skirmish, given.agreement
    for i in range(n):
        enemy = given.common_enemy * now.root[i]
        for j in range(n):
            x = now.baseline[i, j] + now.shift[i, j] - enemy * now.root[j] + now.memory[i, j]
            x += war * now.conflict[i, j] + clash * now.clash[i, j] + feud * now.feud[i, j] + mood + now.outgrown[j]
            x -= agreement * now.agreement[i, j]
            now.target[i, j] = x - (truce if now.ceasefire[i, j] > 0.0 else 0.0)
    grudges(net, given, now)
    patrons_divide(net, given, now)
    for i in range(n):
        now.target[i, i] = 0.0
    balance(given, now)


@kernel
def grudges(net, given, now):
    """Unpaid salaries in a bloc, land taken and institutions in crisis."""
    for x in range(len(net.mates)):
        i, j = net.mates[x, 0], net.mates[x, 1]
        now.target[i, j] += given.pay_strain * (1.0 - (now.pay[i] + now.pay[j]) / 2.0)
    for a in range(len(now.crisis)):
        strain = 0.0 if net.is_territory[a] else given.crisis_strain * now.crisis[a]
        left = given.spoils * max(1.0 - now.strength, 0.0) * given.threat_at_start[a]
        for c in range(net.claims_in[a], net.claims_in[a + 1]):
            i, stake, want = net.claim_faction[c], now.stake[c], given.land_gain * now.want[c]
            for d in range(net.claims_in[a], net.claims_in[a + 1]):
                now.target[i, net.claim_faction[d]] += want * now.gain[d] + strain * min(stake * now.stake[d], 1.0)
                now.target[i, net.claim_faction[d]] += left * min(now.want[c] * now.want[d], 1.0)


@kernel
def patrons_divide(net, given, now):
    p, n = now.backing.shape
    for u in range(p):
        now.patron_root[u] = sqrt(now.patron_perceived[u])
    for u in range(p):
        animosity = now.animosity[u]
        enemy = given.common_enemy * now.patron_root[u]
        for j in range(n):
            animosity[j] = 0.0
            if net.patron_tied[u, j]:
                animosity[j] = weight(given, given.patron_toward[u, j] - enemy * now.root[j])
        for v in range(p):
            between = 0.0
            if u != v:
                between = weight(given, given.patron_hostility[u, v] - enemy * now.patron_root[v])
            if between > 0.0:
                for j in range(n):
                    animosity[j] += between * now.given[v, j]
        for j in range(n):
            animosity[j] = min(animosity[j], 1.0)
        for i in range(n):
            support = now.given[u, i]
            divided = given.patron_rivalry * support
            if support > 0.0:
                for j in range(n):
                    now.target[i, j] += divided * animosity[j]
    target, shared, friendly = flat(now.target), flat(now.shared), given.shared_patron
    for x in range(len(target)):
        target[x] -= friendly * shared[x]


@kernel
def balance(given, now):
    if given.balance == 0.0:
        return
    n, b, each = len(now.fighters), given.balance, 1.0 / given.tie_saturation
    hostility, tie = flat(now.hostility), flat(now.tie)
    for x in range(len(tie)):
        tie[x] = -hostility[x] / (1.0 + abs(hostility[x]) * each)
    target, tie = now.target, now.tie
    for i in range(n):
        tie[i, i] *= given.self_tie
    # By two, which halves how often the target is read and written.
    for i in range(n):
        for k in range(0, n - 1, 2):
            one, other = b * tie[i, k], b * tie[i, k + 1]
            for j in range(n):
                target[i, j] -= one * tie[k, j] + other * tie[k + 1, j]
        if n % 2:
            last = b * tie[i, n - 1]
            for j in range(n):
                target[i, j] -= last * tie[n - 1, j]


@kernel
def weights(given, now):
    n, floor, scale = len(now.fighters), given.weight_floor, given.weight_scale
    for i in range(n):
        for j in range(n):
            now.weight[i, j] = max(1.0 / (1.0 + expo(-now.hostility[i, j])) - floor, 0.0) * scale
    for i in range(n):
        now.weight[i, i] = 0.0


@kernel
def relax(now, share):
    hostility, target = flat(now.hostility), flat(now.target)
    for x in range(len(hostility)):
        hostility[x] += share * (target[x] - hostility[x])


@kernel
def rivalry(net, given, now):
    n, fade, noisy = len(now.fighters), given.keep_memory, given.pair_noise
    patronage(net, given, now)
    now.mood = given.keep_mood * now.mood + given.unit_mood * np.random.standard_normal()
    memory = flat(now.memory)
    for x in range(len(memory)):
        memory[x] *= fade
    targets(net, given, now)
    relax(now, given.relax)
    for i in range(n):
        for j in range(i + 1, n):
            noise = noisy * np.random.standard_normal()
            now.hostility[i, j] += noise
            now.hostility[j, i] += noise
    weights(given, now)


# Allocation and deployment of the factions


@kernel
def ways(net, given, now, road):
    """How far places are within reach of those who want them, as their ways open by this share."""
    all_open = len(net.near) == 0
    for c in range(len(now.access)):
        i, a = net.claim_faction[c], net.claim_arena[c]
        within = 1.0
        if not all_open and net.is_territory[a]:
            near = now.control[c] * (1.0 - now.threat_control[a]) + given.way_in[c]
            for x in range(net.near_from[a], net.near_from[a + 1]):
                b = net.near[x]
                d = net.claim_at[i, b]
                if d >= 0:
                    near += given.road[x] * now.control[d] * (1.0 - now.threat_control[b])
            near *= given.reaching
            within = part(near * near)
        now.access[c] = min(within, now.access[c] + road * (within - now.access[c]))
        now.arrives[c] = min(given.supply * now.access[c], 1.0)
        now.way[c] = given.effort_temperature * log(max(now.access[c], 1e-12))


@kernel
def in_earnest(net, now, i, j, a, skirmish):
    """How far two are in open quarrel in an arena, a clash counting for so much of a war; in politics any rung does."""
    if net.is_territory[a]:
        return now.conflict[i, j] + skirmish * now.clash[i, j]
    return max(now.conflict[i, j], now.clash[i, j], now.feud[i, j])


@kernel
def allocate(net, given, now, share, road):
    ways(net, given, now, road)
    for i in range(len(now.fighters)):
        options = utilities(net, given, now, i)
        move_effort(net, now, i, share, share / odds(now.utility, options, given.effort_temperature))


@kernel
def utilities(net, given, now, i):
    """Those of the options available to a faction, in the order in which `move_effort` takes them; how many."""
    all_force = given.decision_share * now.power[i]
    danger, sought, met, held, risk, ground, people, unrest = TINY, TINY, 0.0, TINY, 0.0, 0.0, TINY, 0.0
    scale = given.danger * now.threat_leadership / (now.power[i] + 0.001)
    for x in range(net.claims_from[i], net.claims_from[i + 1]):
        c = net.claims_of[x]
        a, mine = net.claim_arena[c], now.control[c]
        sought += now.stake[c]
        met += now.stake[c] * mine
        land = mine * given.value[a]
        against = now.hostile[c] + now.assault[a]
        held += land
        risk += land * against / (against + now.guard[c] + given.asked[a])
        if net.is_territory[a]:
            danger += scale * given.claim_exposure[c] * now.weigh[a]
            ground += land
            people += mine * given.population[a]
            unrest += mine * given.population[a] * now.unrest[a]
    holder = held / (held + given.foothold)
    now.utility[0] = given.hold_weight * holder * (given.garrison + (1.0 - given.garrison) * risk / held)
    now.utility[1] = given.govern_weight * ground / (ground + given.foothold) * unrest / people
    threatened, cost, idle, hungry = given.threat_weight, given.threat_cost, given.idle_cost, given.land_hunger
    rivals, rival_cost, presence = given.rival_weight, given.rival_cost, given.cell_presence
    worry = now.perceived[i] * (1.0 - given.met_aims * met / sought) * scale / danger
    paid = given.patron_pay * min(now.received[i], 1.0)
    o = 2
    for x in range(net.claims_from[i], net.claims_from[i + 1]):
        c = net.claims_of[x]
        a = net.claim_arena[c]
        floor, front, way, force = given.asked[a], given.front[a] + 0.001, now.way[c], all_force * now.arrives[c]
        if net.is_territory[a]:
            cells = now.underground[a] / (now.underground[a] + presence)
            here = now.threat_control[a] + (1.0 - now.threat_control[a]) * cells
            fear = worry * given.claim_exposure[c] * now.weigh[a]
            hunger = hungry * now.stake[c] * now.threat_control[a]
            success = force / (force + now.joint[a] + now.defence[a] + floor) * front / (front + now.joint[a])
            now.utility[o] = threatened * (fear + hunger) * success + paid * here - cost - idle * (1.0 - here) + way
            o += 1
        want, war_aim, contact = now.want[c], given.war_aim * net.is_territory[a], given.contact * (1.0 - now.control[c])
        for t in range(net.contacts_of[c], net.contacts_of[c + 1]):
            j, d = net.rival[t], net.rival_claim[t]
            w = now.weight[i, j]
            if w > 0.0:
                war = now.conflict[i, j]
                prize = (want + war_aim * war) * now.control[d] + contact * min(want * now.want[d], 1.0)
                success = force / (force + now.sent[t] + now.presence[d] + floor) * front / (front + now.sent[t])
                now.utility[o] = rivals * w * prize * success - rival_cost * (1.0 - max(now.conflict[i, j], now.clash[i, j])) + way
                o += 1
    return o


@kernel
def move_effort(net, now, i, share, scale):
    stay = 1.0 - share
    now.effort_hold[i] = stay * now.effort_hold[i] + scale * now.utility[0]
    now.effort_govern[i] = stay * now.effort_govern[i] + scale * now.utility[1]
    o = 2
    for x in range(net.claims_from[i], net.claims_from[i + 1]):
        c = net.claims_of[x]
        if net.is_territory[net.claim_arena[c]]:
            now.effort_threat[c] = stay * now.effort_threat[c] + scale * now.utility[o]
            o += 1
        for t in range(net.contacts_of[c], net.contacts_of[c + 1]):
            now.effort_rival[t] *= stay
            if now.weight[i, net.rival[t]] > 0.0:
                now.effort_rival[t] += scale * now.utility[o]
                o += 1


@kernel
def deploy(net, given, now, share):
    clear(flat(now.fighting))
    clear(flat(now.massed))
    quiet = given.quiet
    for i in range(len(now.fighters)):
        guards, govern, posted = 1e-9, 1e-9, 1e-9
        for x in range(net.claims_from[i], net.claims_from[i + 1]):
            c = net.claims_of[x]
            a = net.claim_arena[c]
            now.guard[c] = now.control[c] * (given.value[a] + 0.01) * (now.hostile[c] + now.assault[a] + given.asked[a])
            now.govern[c] = now.control[c] * (given.population[a] + 0.001) * net.is_territory[a]
            guards += now.guard[c]
            govern += now.govern[c]
        for x in range(net.claims_from[i], net.claims_from[i + 1]):
            c = net.claims_of[x]
            now.posted[c] += share * now.access[c] * (now.guard[c] / guards - now.posted[c])
            posted += now.posted[c]
        guards = now.power[i] * now.effort_hold[i]
        govern = now.power[i] * now.effort_govern[i] / govern
        striking = now.power[i] * expo(given.tempo * now.tempo[i])
        for x in range(net.claims_from[i], net.claims_from[i + 1]):
            c = net.claims_of[x]
            now.posted[c] /= posted
            now.guard[c] = guards * now.posted[c]
            now.govern[c] *= govern
            a, arriving = net.claim_arena[c], striking * now.arrives[c]
            now.attack[c] = arriving * now.effort_threat[c]
            told, idle = 0.0, 0.0
            for t in range(net.contacts_of[c], net.contacts_of[c + 1]):
                j, sent = net.rival[t], arriving * now.effort_rival[t]
                now.sent[t] = sent * (quiet + (1.0 - quiet) * in_earnest(net, now, i, j, a, given.skirmish))
                told += now.sent[t]
                idle += sent - now.sent[t]
                now.fighting[i, j] += now.sent[t]
                now.massed[i, j] += sent * net.is_territory[a]
            still = now.guard[c] + now.attack[c] + idle
            now.shield[c] = still + given.policing * now.govern[c] + given.engaged * told
            now.presence[c] = still + now.govern[c] + told
    gather(net, given, now)


@kernel
def gather(net, given, now):
    """What all factions together sent to a place, or against a claim."""
    for a in range(len(now.joint)):
        joint, shields, morale, quarrel = 0.0, 0.0, 0.0, 0.0
        for c in range(net.claims_in[a], net.claims_in[a + 1]):
            i = net.claim_faction[c]
            joint += now.attack[c]
            shields += now.shield[c]
            morale += now.shield[c] * now.morale[i]
            for d in range(net.claims_in[a], c):
                j = net.claim_faction[d]
                quarrel += now.shield[c] * now.shield[d] * (now.weight[i, j] + now.weight[j, i])
            now.hostile[c] = now.besieging[c] = 0.0
        now.joint[a], now.shields[a] = joint, shields
        quarrel = min(2.0 * quarrel / (shields * shields + 1e-6), 1.0)
        now.guards[a] = shields * (1.0 - given.discord * quarrel) * given.terrain[a]
        now.guards_morale[a] = morale / (shields + TINY)
    for t in range(len(net.rival)):
        d = net.rival_claim[t]
        now.hostile[d] += now.sent[t]
        now.besieging[d] += now.sent[t] * now.conflict[net.contact_faction[t], net.rival[t]]


# Strategy and deployment of the threat


@kernel
def strategy(net, given, now, share):
    """What the threat chooses."""
    unpaid = given.unpaid_effectiveness
    now.fighting_power = given.threat_quality * now.threat_leadership * (unpaid + (1.0 - unpaid) * now.threat_pay)
    now.fighting_power *= expo(given.tempo * now.threat_tempo)
    open_fighters = now.core + now.opportunists
    pressure, defence, shelter = 0.0, 0.0, 0.0
    for a in net.territory:
        pressure += now.pressure[a]
        defence += now.defence[a]
        shelter += now.garrison[a] * given.refuge[a]
    shelter /= open_fighters + 0.001
    u = now.utility
    peril = pressure / (pressure + 0.001 + defence)
    u[0] = given.hold * peril * now.held_value / given.reference_value
    u[1] = given.melt * shelter * peril
    o = 2
    for a in net.territory:
        u[o] = prospect(net, given, now, a, given.decision_share * open_fighters)
        o += 1
    for g in range(len(now.provoke_effort)):
        u[o] = given.provoke * given.importance[g]
        o += 1
    total = odds(u, o, given.strategy_temperature)
    now.hold_effort += share * (u[0] / total - now.hold_effort)
    now.melt_effort += share * (u[1] / total - now.melt_effort)
    o = 2
    for a in net.territory:
        now.attack_effort[a] += share * (u[o] / total - now.attack_effort[a])
        o += 1
    for g in range(len(now.provoke_effort)):
        now.provoke_effort[g] += share * (u[o] / total - now.provoke_effort[g])
        o += 1


@kernel
def prospect(net, given, now, a, men):
    """The utility of attacking a territory."""
    near = now.threat_control[a]
    for x in range(net.near_from[a], net.near_from[a + 1]):
        near += given.road[x] * now.threat_control[net.near[x]]
    cells = now.underground[a]
    reach = given.access * (near + cells / (cells + given.cell_presence))
    force = (men + given.cell_force * cells) * now.fighting_power
    morale = now.guards_morale[a] - given.residents * now.resentment[a]
    hazard = given.patience * in_room(given, a, force) * steep(given, force / (now.guards[a] + given.floor[a]), morale)
    hazard *= 1.0 + given.encirclement * now.guards_starved[a]
    back = 0.0
    for c in range(net.claims_in[a], net.claims_in[a + 1]):
        back += now.access[c] * min(now.want[c], 1.0) * now.power[net.claim_faction[c]]
    kept = win(given, a, force, given.decision_share * back) / (1.0 + now.prize[a])
    worth = given.value[a] / (now.held_value + given.highest)
    gain = worth * kept * (1.0 - now.threat_control[a]) * part(reach) * part(hazard)
    return given.attack * gain * (now.resentment[a] + 0.5) - given.attack_cost


@kernel
def post(net, given, now, share):
    """Deployment of the threat."""
    total, attacking, posted = 0.0, 0.0, 1e-9
    for a in net.territory:
        attacked = now.pressure[a] / (now.pressure[a] + now.defence[a] + given.floor[a])
        held = now.threat_control[a] * given.value[a] * (1.0 + given.reinforcement * attacked)
        now.garrison[a] = held + 0.001 * (given.refuge[a] + 0.01)
        total += now.garrison[a]
        attacking += now.attack_effort[a]
    for a in net.territory:
        cut = cut_from_threat(net, given, now, a)
        if len(net.near) > 0 and net.near_from[a] == net.near_from[a + 1]:
            cut = 1.0
        now.threat_posted[a] += share * max(1.0 - cut, 0.05) * (now.garrison[a] / total - now.threat_posted[a])
        posted += now.threat_posted[a]
    open_fighters = now.core + now.opportunists
    for a in net.territory:
        now.threat_posted[a] /= posted
        now.garrison[a] = open_fighters * now.threat_posted[a]
        now.defence[a] = now.garrison[a] * (1.0 - attacking) * now.fighting_power * given.terrain[a]
        cells = given.cell_force * now.underground[a] * now.attack_effort[a] / (now.attack_effort[a] + 0.1)
        now.assault[a] = (open_fighters * now.attack_effort[a] + cells) * now.fighting_power


# Contests


@kernel
def noise(net, given, now):
    for i in range(len(now.tempo)):
        now.tempo[i] = given.keep_tempo * now.tempo[i] + given.unit_tempo * np.random.standard_normal()
    now.threat_tempo = given.keep_tempo * now.threat_tempo + given.unit_tempo * np.random.standard_normal()
    for a in net.territory:
        now.luck[a] = given.keep_luck * now.luck[a] + given.unit_luck * np.random.standard_normal()


@kernel
def confront(net, given, now):
    """The joint power of those who attack the threat."""
    for a in net.territory:
        quarrel = 0.0
        for c in range(net.claims_in[a], net.claims_in[a + 1]):
            i = net.claim_faction[c]
            for d in range(net.claims_in[a], c):
                j = net.claim_faction[d]
                quarrel += now.attack[c] * now.attack[d] * (now.weight[i, j] + now.weight[j, i])
        joint = now.joint[a]
        quarrel = min(2.0 * quarrel / (joint * joint + 1e-6), 1.0)
        now.united[a] = joint * (1.0 - given.discord * quarrel)
        now.fortune[a] = expo(given.battle_luck * now.luck[a])
        now.pressure[a] = now.united[a] * now.fortune[a]


@kernel
def builds_up(siege, most, share):
    """What takes its time, and is called off at once."""
    return min(most, siege + share * (most - siege))


@kernel
def besiege(net, given, now, share, used_up):
    """Forces of everybody build up by this share; stores of who is cut off are used up by that."""
    for a in net.territory:
        now.siege[a] = builds_up(now.siege[a], now.united[a], share)
        now.threat_siege[a] = builds_up(now.threat_siege[a], now.assault[a], share)
        for c in range(net.claims_in[a], net.claims_in[a + 1]):
            now.besieged[c] = builds_up(now.besieged[c], now.besieging[c], share)
        now.starved[a] = builds_up(now.starved[a], cut_from_threat(net, given, now, a), used_up)
        now.guards_starved[a] = builds_up(now.guards_starved[a], cut_from_factions(net, given, now, a), used_up)


@kernel
def contest(net, given, now):
    confront(net, given, now)
    besiege(net, given, now, given.build_up, given.use_up)
    now.threat_morale_met = now.threat_morale
    for i in range(len(now.morale)):
        now.morale_met[i] = now.morale[i]
    for a in net.territory:
        if now.joint[a] > 0.0:
            advance(net, given, now, a)
    for a in range(len(now.joint)):
        fight(net, given, now, a)
    for a in net.territory:
        occupy(net, given, now, a)
        raid(net, given, now, a)
    for c in range(len(now.gain)):
        now.gain[c] = given.keep_gain * now.gain[c] + max(now.change[c], 0.0)


@kernel
def law(given, own):
    return 1.0 - given.linear_law + given.linear_law * own / given.linear_reference_power


@kernel
def advance(net, given, now, a):
    """Attacks on the threat in a territory."""
    force, defence, joint, men = now.pressure[a], now.defence[a], now.joint[a] + TINY, now.garrison[a]
    room, held = in_room(given, a, force), now.threat_control[a]
    built = now.siege[a] * now.fortune[a]
    hazard = given.breaks * in_room(given, a, built)
    hazard *= steep(given, built / (defence + given.floor[a]), now.threat_morale_met - given.residents * given.alien[a])
    if hit(hazard * (1.0 + given.encirclement * now.starved[a])):
        lost = held
        shaken = max(men / (now.core + now.opportunists + TINY), held * given.value[a] / given.highest)
        now.threat_morale -= now.threat_morale * min(given.rout * shaken, 1.0)
    else:
        lost = held * part(given.advance * win(given, a, force, defence) * room)
    now.threat_control[a] -= lost
    now.threat_lost[a] += lost
    half_threat = min(given.threat_loss * force * law(given, defence) / 2.0, men / 2.0)
    half_faction = given.coalition_loss * defence * law(given, force) / 2.0
    middle, taken = 0.0, 0.0
    for c in range(net.claims_in[a], net.claims_in[a + 1]):
        own, i = now.attack[c] / joint, net.claim_faction[c]
        middle += own * force * (1.0 - min(half_faction * own / (now.fighters[i] + TINY), 0.5))
        now.control[c] += lost * own
        now.change[c] += lost * own
        taken += lost * own
    now.nobody[a] += lost - taken
    middle_defence = defence * (1.0 - half_threat / (now.core + now.opportunists + TINY))
    threat_falls(given, now, min(given.threat_loss * middle * law(given, middle_defence), men))
    loss = given.coalition_loss * middle_defence * law(given, middle)
    for c in range(net.claims_in[a], net.claims_in[a + 1]):
        i = net.claim_faction[c]
        most = 0.5 * now.fighters[i] * now.attack[c] / (now.power[i] + TINY)
        lose(given, now, i, min(loss * now.attack[c] / joint, most))


@kernel
def fight(net, given, now, a):
    """Factions against each other in an arena."""
    bloody = given.rival_loss * net.is_territory[a]
    for d in range(net.claims_in[a], net.claims_in[a + 1]):
        hostile, present = now.hostile[d], now.presence[d]
        now.take[d] = now.toll[d] = 0.0
        if hostile > 0.0:
            i = net.claim_faction[d]
            share = part(given.seize * win(given, a, hostile, present) * in_room(given, a, hostile))
            if net.is_territory[a]:
                built = now.besieged[d]
                hazard = given.breaks * in_room(given, a, built)
                if hazard > 0.0 and hit(hazard * steep(given, built / (present + given.floor[a]), now.morale_met[i])):
                    rout(net, given, now, d)
                    share = 1.0
                now.posted[d] *= 1.0 - share
            lost = now.control[d] * share
            now.control[d] -= lost
            now.change[d] -= lost
            now.take[d] = lost / (hostile + TINY)
            now.toll[d] = bloody * present / (hostile + present + given.floor[a])
            lose(given, now, i, now.toll[d] * hostile)
    held = now.threat_control[a]
    for c in range(net.claims_in[a], net.claims_in[a + 1]):
        won, men = 0.0, 0.0
        for t in range(net.contacts_of[c], net.contacts_of[c + 1]):
            won += now.take[net.rival_claim[t]] * now.sent[t]
            men += now.toll[net.rival_claim[t]] * now.sent[t]
        now.control[c] += won
        now.change[c] += won
        held += now.control[c]
        lose(given, now, net.claim_faction[c], men)
    now.nobody[a] = max(1.0 - held, 0.0)


@kernel
def occupy(net, given, now, a):
    """Ground slips from who has no men to hold it, and is taken by who has men to spare."""
    men_threat = now.garrison[a] + given.cell_force * now.underground[a]
    need = given.men_per_head * given.population[a] * now.threat_control[a] * (1.0 + given.hostile_need * given.alien[a])
    take_threat = men_threat * now.fighting_power * lack(need, men_threat)
    everybody = take_threat
    slips = now.threat_control[a] * part(given.slip * lack(men_threat, need))
    now.threat_control[a] -= slips
    now.nobody[a] += slips
    for c in range(net.claims_in[a], net.claims_in[a + 1]):
        i = net.claim_faction[c]
        men = now.fighters[i] * now.presence[c] / (now.power[i] + TINY)
        need = given.men_per_head * given.population[a] * now.control[c] * (1.0 + given.hostile_need * now.grudge[c])
        now.take[c] = now.presence[c] * lack(need, men)
        everybody += now.take[c]
        slips = now.control[c] * part(given.slip * lack(men, need))
        now.control[c] -= slips
        now.change[c] -= slips
        now.nobody[a] += slips
    flow = now.nobody[a] * part(given.occupy * everybody / (everybody + given.front[a] + given.floor[a])) / (everybody + TINY)
    for c in range(net.claims_in[a], net.claims_in[a + 1]):
        now.control[c] += flow * now.take[c]
        now.change[c] += flow * now.take[c]
    now.threat_control[a] += flow * take_threat
    now.threat_won[a] += flow * take_threat
    now.nobody[a] -= flow * everybody


@kernel
def raid(net, given, now, a):
    """The threat's assault on a territory."""
    assault, guards = now.assault[a], now.guards[a]
    if assault <= 0.0:
        return
    room = in_room(given, a, assault)
    built = now.threat_siege[a]
    hazard = given.breaks * in_room(given, a, built)
    hazard *= steep(given, built / (guards + given.floor[a]), now.guards_morale[a] - given.residents * now.resentment[a])
    falls = hit(hazard * (1.0 + given.encirclement * now.guards_starved[a]))
    slow = part(given.advance * win(given, a, assault, guards) * room)
    share = 1.0 if falls else slow
    blood = guards * assault / (assault + guards + given.floor[a])
    each = given.coalition_loss * blood / (now.shields[a] + TINY)
    for c in range(net.claims_in[a], net.claims_in[a + 1]):
        lose(given, now, net.claim_faction[c], each * now.shield[c])
        if falls:
            rout(net, given, now, c)
        now.posted[c] *= 1.0 - slow
    threat_falls(given, now, given.threat_loss * blood)
    if falls:
        now.funds += given.loot_of[a] * (1.0 - now.threat_control[a])
        now.threat_posted[a] += now.attack_effort[a]
        now.hold_effort += now.attack_effort[a]
        now.attack_effort[a] = 0.0
    won = share * now.nobody[a]
    now.nobody[a] -= won
    for c in range(net.claims_in[a], net.claims_in[a + 1]):
        lost = share * now.control[c]
        now.control[c] -= lost
        now.change[c] -= lost
        won += lost
    now.threat_control[a] += won
    now.threat_won[a] += won
    rising = share * now.underground[a]
    now.underground[a] -= rising
    now.core += rising


# Quarrels


@kernel
def quarrels(net, given, now):
    """Feuds, clashes and wars begin and end."""
    n, remember, dt = len(now.fighters), given.remember, given.dt
    for i in range(n):
        strength = 1.0 / (now.power[i] + 0.001)
        for j in range(n):
            now.memory[i, j] += remember * min(now.fighting[j, i] * strength, 1.0)
            now.ceasefire[i, j] = max(now.ceasefire[i, j] - dt, 0.0)
    for a in net.territory:
        now.prize[a] = given.keep_prize * now.prize[a] + now.threat_lost[a]
    meetings(net, given, now)
    for x in range(len(net.in_politics)):
        feud(given, now, net.in_politics[x, 0], net.in_politics[x, 1])
    for x in range(len(net.on_land)):
        come_to_blows(given, now, net.on_land[x, 0], net.on_land[x, 1])


@kernel
def meetings(net, given, now):
    """What pairs meet in, both ways, below the diagonal: the claims of an arena are in the order of the factions."""
    clear(flat(now.near))
    clear(flat(now.facing))
    clear(flat(now.coveted))
    clear(flat(now.withheld))
    clear(flat(now.rift))
    for a in range(len(now.joint)):
        for c in range(net.claims_in[a], net.claims_in[a + 1]):
            i, stake, control, here, want = net.claim_faction[c], now.stake[c], now.control[c], now.presence[c], now.want[c]
            for d in range(net.claims_in[a], c):
                j = net.claim_faction[d]
                now.near[i, j] += stake * (now.stake[d] + now.control[d]) + control * now.stake[d]
                if net.is_territory[a]:
                    both = here + now.presence[d]
                    now.facing[i, j] += 4.0 * here * now.presence[d] / ((both + TINY) * (both + given.front[a]))
                    now.coveted[i, j] += min(want * now.want[d], 1.0) * now.prize[a] * given.value[a] / given.highest
                    now.withheld[i, j] += stake * now.control[d] + now.stake[d] * control
                else:
                    now.rift[i, j] += stake * now.stake[d]


@kernel
def feud(given, now, i, j):
    w = (now.weight[i, j] + now.weight[j, i]) / 2.0
    if now.feud[i, j] > 0.0:
        if hit(given.feud_ends * (1.5 - w)):
            now.feud[i, j] = now.feud[j, i] = 0.0
    elif hit(given.feud_begins * w * min(now.rift[j, i], 1.0)):
        now.feud[i, j] = now.feud[j, i] = 1.0


@kernel
def come_to_blows(given, now, i, j):
    """Clashes and wars of two who may meet in the field."""
    w, shared = (now.weight[i, j] + now.weight[j, i]) / 2.0, now.shared[i, j]
    fear = sqrt(now.perceived[i] * now.perceived[j])
    anger = w * w * (1.0 - given.restraint * shared) * (1.0 + given.prize * now.coveted[j, i])
    hot = anger * min(now.near[j, i], 1.0)
    if now.conflict[i, j] > 0.0:
        worn = max(bled(given, now, i), bled(given, now, j))
        peace = given.war_ends * (1.5 - w) * (1.0 + given.exhaustion * worn) * (1.0 + given.brokerage * shared)
        if hit(peace * (1.0 + given.plea * max(now.perceived[i], now.perceived[j]))):
            now.conflict[i, j] = now.conflict[j, i] = 0.0
            now.old_conflict[i, j] = now.old_conflict[j, i] = 0.0
            now.ceasefire[i, j] = now.ceasefire[j, i] = max(now.ceasefire[i, j], given.ceasefire_weeks)
    elif now.clash[i, j] > 0.0:
        grows = given.war_begins * hot * (1.0 - given.deterrence * fear)
        # One chance decides between a war and calm.
        u = np.random.random()
        if now.ceasefire[i, j] == 0.0 and u < 1.0 - expo(-grows):
            now.clash[i, j] = now.clash[j, i] = 0.0
            now.conflict[i, j] = now.conflict[j, i] = 1.0
        elif u > expo(-given.clash_ends):
            now.clash[i, j] = now.clash[j, i] = 0.0
    else:
        flares, fights, settled = 0.0, 0.0, now.agreement[i, j] > 0.0
        if now.ceasefire[i, j] == 0.0:
            both = now.power[i] + now.power[j] + 0.001
            massed = (now.massed[i, j] + now.massed[j, i]) / both
            flares = given.clash_begins * hot * now.facing[j, i] * (1.0 + given.escalation * massed)
            equal = 4.0 * now.power[i] * now.power[j] / (both * both)
            wanted = min(now.withheld[j, i], 1.0)
            fights = flares + given.decides * anger * wanted * (1.0 - given.deterrence * fear) * w * w * equal
        turns = given.agrees * 4.0 * w * (1.0 - w) * fear * (1.0 + given.brokerage * shared)
        if settled:
            turns = given.parts * (0.5 + w) * (1.5 - fear)
        if fights <= 0.0 and turns <= 0.0:
            return
        # One chance decides between blows and a turn of their agreement.
        u = np.random.random()
        if u < 1.0 - expo(-fights):
            now.agreement[i, j] = now.agreement[j, i] = 0.0
            if u < 1.0 - expo(-flares):
                now.clash[i, j] = now.clash[j, i] = 1.0
            else:
                now.conflict[i, j] = now.conflict[j, i] = 1.0
        elif u > expo(-turns):
            now.agreement[i, j] = now.agreement[j, i] = 0.0 if settled else 1.0


@kernel
def bled(given, now, i):
    """The share of its first men that a faction has lost."""
    return max(1.0 - now.fighters[i] / (given.fighters[i] + 0.001), 0.0)


# Upkeep of the threat


@kernel
def upkeep(net, given, now):
    dissent(net, given, now)
    for a in net.territory:
        displaced(given, now, a)
    payroll(net, given, now)
    attacking = 0.0
    for a in net.territory:
        attacking += now.attack_effort[a]
    for a in net.territory:
        cells(net, given, now, a, attacking)
    recruits(net, given, now)
    legitimacy(net, given, now)
    now.threat_leadership += given.recover * (1.0 - now.threat_leadership)


@kernel
def dissent(net, given, now):
    unpaid = 1.0 - now.threat_pay
    if unpaid <= 0.0:
        return
    harsh = given.threat_repression + (1.0 - given.threat_repression) * unpaid
    for a in net.territory:
        men = now.garrison[a] + given.cell_force * now.underground[a]
        need = given.men_per_head * given.population[a] * now.threat_control[a] * (1.0 + given.hostile_need * given.alien[a])
        if hit(given.uprising * unpaid * harsh * now.threat_control[a] * (1.0 + lack(men, need))):
            lost = given.uprising_loss * now.threat_control[a]
            now.threat_control[a] -= lost
            now.nobody[a] += lost
            now.threat_lost[a] += lost
    if hit(given.split * unpaid * harsh * (1.0 - now.legitimacy) * min(now.held_value / given.reference_value, 1.0)):
        if net.splinter >= 0:
            join(net, given, now, net.splinter)
        now.core *= 1.0 - given.split_loss
        now.opportunists *= 1.0 - given.split_loss


@kernel
def join(net, given, now, i):
    """Those who split off are a faction, with what they hold."""
    now.fighters[i] += given.split_loss * (now.core + now.opportunists)
    for a in net.territory:
        c = net.claim_at[i, a]
        if c >= 0:
            taken = given.split_loss * now.threat_control[a]
            now.threat_control[a] -= taken
            now.control[c] += taken
            now.change[c] += taken


@kernel
def displaced(given, now, a):
    lost = now.threat_lost[a]
    gone = min(lost / (now.threat_control[a] + lost + TINY), 1.0)
    men = now.garrison[a] * gone
    now.threat_posted[a] *= 1.0 - gone
    threat_loses(now, given.garrison_lost * men)
    now.underground[a] += given.refuge[a] * threat_loses(now, (1.0 - given.garrison_lost) * given.go_underground * men)
    now.underground[a] += threat_loses(now, given.refuge[a] * given.melting * now.melt_effort * now.garrison[a])


@kernel
def account(net, given, now):
    """What comes in, and what is needed."""
    revenue, out, extorted = 0.0, 0.0, 0.0
    for a in net.territory:
        revenue += given.revenue[a] * now.threat_control[a]
        here = now.underground[a]
        extorted += given.revenue[a] * max(1.0 - now.threat_control[a], 0.0) * here / (here + given.cell_presence)
        out += given.border[a] * now.threat_control[a]
    strikes = 0.0
    for u in range(len(now.commitment)):
        strikes += given.strikes[u] * now.commitment[u]
    revenue *= 1.0 - min(strikes, 1.0)
    income = given.external + given.extortion * extorted + revenue * (1.0 - given.trade * (1.0 - min(out / given.reference_access, 1.0)))
    needed = (now.core + now.opportunists + given.cell_wage * all_underground(now)) * given.wage
    return income, needed + given.administration * now.held_value / given.reference_value


@kernel
def met(given, now, income, needed):
    """The share of needs that is met, and what is spent."""
    spent = min(needed, income + given.reserve * now.funds)
    return (min(spent / (needed + 1e-9), 1.0) if needed > 1e-9 else 1.0), spent


@kernel
def payroll(net, given, now):
    income, needed = account(net, given, now)
    now.threat_pay, spent = met(given, now, income, needed)
    now.funds += income - spent
    unpaid = given.desertion * (1.0 - now.threat_pay)
    now.opportunists *= 1.0 - min(unpaid, 1.0)
    now.core *= 1.0 - min(unpaid * (1.0 - given.core_loyalty), 1.0)


@kernel
def cells(net, given, now, a, attacking):
    """Ways out of the underground."""
    here = now.underground[a]
    if here <= 0.0:
        return
    steady, resentment, bare = 0.0, now.resentment[a], 1.0 - given.refuge[a]
    for c in range(net.claims_in[a], net.claims_in[a + 1]):
        steady += now.shield[c] * min(2.0 * now.morale[net.claim_faction[c]], 1.0)
    pressed = steady / (now.shields[a] + given.front[a] + given.floor[a])
    emerged = given.emergence * (resentment + attacking) * (1.0 - pressed)
    gone = given.clearing * pressed * bare + given.cell_decay * bare * (1.0 - resentment) + emerged
    now.underground[a] = here / (1.0 + gone)
    now.core += here * emerged / (1.0 + gone)


@kernel
def room(given, now):
    return 1.0 / (1.0 + (now.core + now.opportunists + all_underground(now)) / (given.saturation * given.threat_fighters))


@kernel
def willing(net, given, now, q, space):
    """The share of a pool that would join, openly and hidden."""
    a = net.populace_arena[q]
    come = part(given.recruit * now.legitimacy * space * now.grievance[q] * max(1.0 - now.order[a], 0.0))
    return come * now.threat_control[a], come * max(1.0 - now.threat_control[a], 0.0) * given.refuge[a]


@kernel
def drain_pools(net, given, now):
    """Whoever joined before the start is no longer in the pools."""
    for q in range(len(now.pool)):
        openly, hidden = willing(net, given, now, q, now.initial_room)
        turnover = openly + hidden + given.pool_refill
        rest = given.pool[q] * given.pool_refill / (turnover + 1e-9)
        now.pool[q] = rest + (given.pool[q] - rest) * expo(-turnover * given.recruiting)


@kernel
def recruits(net, given, now):
    space = room(given, now)
    hired, faithful = given.recruit_opportunists * now.threat_pay, 1.0 - given.recruit_opportunists
    for q in range(len(now.pool)):
        a = net.populace_arena[q]
        pool = now.pool[q]
        joined, hidden = willing(net, given, now, q, space)
        joined, hidden = pool * joined, pool * hidden
        now.pool[q] = max(pool + given.pool_refill * (given.pool[q] - pool) - joined * (hired + faithful) - hidden, 0.0)
        now.opportunists += joined * hired
        now.core += joined * faithful
        now.underground[a] += hidden
    access = 0.0
    for a in net.territory:
        access += now.threat_control[a] * given.border[a]
    wanted = now.foreign_inflow * access / given.reference_access * now.legitimacy / max(given.legitimacy, 0.001)
    now.core += given.foreign * wanted * space / now.initial_room


@kernel
def legitimacy(net, given, now):
    held, lost, won = 0.0, 0.0, 0.0
    for a in net.territory:
        held += now.threat_control[a] * given.value[a]
        lost += now.threat_lost[a] * given.value[a]
        won += now.threat_won[a] * given.value[a]
    scale = 1.0 / given.reference_value
    rest = given.legitimacy * (1.0 - given.claim_of_statehood * (1.0 - min(held * scale, 1.0)))
    now.legitimacy += given.follow_legitimacy * (rest - now.legitimacy)
    now.legitimacy -= now.legitimacy * min(given.loss_of_face * lost * scale, 1.0)
    now.legitimacy += (1.0 - now.legitimacy) * min(given.legitimacy_per_gain * won * scale, 1.0)


# Polity


@kernel
def polity(net, given, now):
    now.oil += given.revert_oil * (given.oil_mean - now.oil) + given.oil_noise * np.random.standard_normal()
    institutions(net, given, now)
    support(net, given, now)
    rebuild(net, given, now)
    governance(net, given, now)
    grievances(net, given, now)
    resentment(net, given, now)
    commitment(given, now)
    clients(given, now)
    power(net, given, now)


@kernel
def institutions(net, given, now):
    for a in net.political:
        hostile, claimants = 0.0, 0.001
        for c in range(net.claims_in[a], net.claims_in[a + 1]):
            hostile += now.hostile[c]
            claimants += now.power[net.claim_faction[c]]
        now.crisis[a] += given.follow_crisis * (part(given.obstruction * hostile / claimants) - now.crisis[a])


@kernel
def bloc_crises(net, now):
    """Of every bloc, and 0 in the last place, for those of none."""
    clear(now.bloc_crisis)
    for a in net.political:
        b = net.arena_bloc[a]
        if b >= 0:
            now.bloc_crisis[b] = min(now.bloc_crisis[b] + now.crisis[a], 1.0)


@kernel
def resources(net, given, now, i):
    means = given.patron_upkeep * now.received[i]
    b = net.bloc[i]
    if b >= 0:
        oil = 1.0 - given.oil_dependence[i] * (1.0 - min(now.price, 1.5))
        means += oil * (1.0 - given.crisis_pay * now.bloc_crisis[b])
    own = given.own_resources[i]
    return own + (1.0 - own) * min(means, 1.5)


@kernel
def land(net, given, now, i):
    total = 0.0
    for x in range(net.claims_from[i], net.claims_from[i + 1]):
        c = net.claims_of[x]
        total += now.control[c] * given.value[net.claim_arena[c]]
    return total


@kernel
def support(net, given, now):
    """Pay, support, leadership and morale."""
    bloc_crises(net, now)
    now.price = expo(now.oil) / given.budget_usd
    for i in range(len(now.fighters)):
        now.pay[i] += given.follow_pay * (min(now.pay_scale[i] * resources(net, given, now, i), 1.0) - now.pay[i])
        weary = given.war_weariness * bled(given, now, i)
        target = clip(given.support[i] + given.support_per_pay * (now.pay[i] - given.pay[i]) - weary)
        now.support[i] += given.follow_support * (target - now.support[i])
        now.leadership[i] += given.recover * (1.0 - now.leadership[i])
        now.won[i] = 0.0
        wear(net, given, now, i)
    for c in range(len(now.change)):
        now.won[net.claim_faction[c]] += max(now.change[c], 0.0) * given.value[net.claim_arena[c]] / given.highest
    for i in range(len(now.fighters)):
        rest = given.morale[i] + given.per_pay * (now.pay[i] - given.pay[i]) + given.per_support * (now.support[i] - given.support[i])
        rest += given.per_patron * (now.received[i] - now.received_start[i])
        rest = clip(rest + given.per_fear * (now.perceived[i] - now.perceived_start[i]) - given.per_exertion * now.worn[i])
        now.morale[i] += given.follow_morale * (rest - now.morale[i])
        now.morale[i] += (1.0 - now.morale[i]) * min(given.per_gain * now.won[i], 1.0)
    mixed = now.opportunists / (now.core + now.opportunists + TINY)
    rest = given.threat_morale + given.per_pay * (now.threat_pay - now.threat_pay_start) * mixed
    rest = clip(rest + given.per_support * (now.legitimacy - given.legitimacy))
    now.threat_morale += given.follow_morale * (rest - now.threat_morale)
    won = 0.0
    for a in net.territory:
        won += now.threat_won[a] * given.value[a] / given.highest
    now.threat_morale += (1.0 - now.threat_morale) * min(given.per_gain * won, 1.0)


@kernel
def wear(net, given, now, i):
    """What attacks and wars take out of a faction."""
    spent = 0.0
    for x in range(net.claims_from[i], net.claims_from[i + 1]):
        spent += now.attack[net.claims_of[x]]
    for j in range(len(now.fighters)):
        spent += now.fighting[i, j] * now.conflict[i, j]
    now.worn[i] += given.wear * (min(spent / (now.power[i] + TINY), 1.0) - now.worn[i])


@kernel
def rebuild(net, given, now):
    for i in range(len(now.fighters)):
        means = min(now.pay[i] / max(given.pay[i], 0.001), 1.0)
        will = min(now.support[i] / max(given.support[i], 0.001), 1.0)
        more = (land(net, given, now, i) - now.land[i]) / (now.land[i] + 1.0)
        grown = 1.0 + given.land_growth * min(max(more, -0.5), 2.0)
        now.fighters[i] += given.rebuild * (given.fighters[i] * means * will * grown - now.fighters[i])


@kernel
def governance(net, given, now):
    for a in net.territory:
        order = 0.0
        for c in range(net.claims_in[a], net.claims_in[a + 1]):
            spent = now.govern[c] / (now.govern[c] + given.governance_power * (now.control[c] + 0.05))
            order += now.control[c] * given.governance[net.claim_faction[c]] * spent
        disrupted = 1.0 / (1.0 + given.cell_disruption * now.underground[a])
        now.order[a] = order * disrupted
        now.governance[a] = (order + now.threat_control[a] * given.threat_governance * now.threat_pay) * disrupted


@kernel
def meet(x, y, floor):
    return x * y / (x + y + floor)


@kernel
def bloodshed(net, given, now):
    for a in net.territory:
        floor = given.floor[a]
        fought = meet(now.pressure[a], now.defence[a], floor) + meet(now.assault[a], now.guards[a], floor)
        for c in range(net.claims_in[a], net.claims_in[a + 1]):
            fought += meet(now.hostile[c], now.presence[c], floor) / 2.0
        now.bloodshed[a] = fought / (fought + given.front[a])


@kernel
def grievances(net, given, now):
    bloodshed(net, given, now)
    for q in range(len(now.grievance)):
        a, g = net.populace_arena[q], net.populace_community[q]
        abuse = 0.0
        for c in range(net.claims_in[a], net.claims_in[a + 1]):
            abuse += now.control[c] * given.abuse[net.claim_faction[c], g]
        rises = given.abuse_rate * abuse + given.vacuum_rate * max(1.0 - now.governance[a], 0.0)
        rises += given.bloodshed_rate * now.bloodshed[a] + given.provoked_rate * now.provoke_effort[g]
        heals = given.healing * now.governance[a]
        now.grievance[q] = (now.grievance[q] + rises) / (1.0 + rises + heals)


@kernel
def resentment(net, given, now):
    clear(now.unrest)
    clear(now.resentment)
    clear(now.grudge)
    for q in range(len(now.grievance)):
        a = net.populace_arena[q]
        now.unrest[a] += given.mix[q] * now.grievance[q]
        now.resentment[a] += given.sympathizers[q] * now.grievance[q]
        for c in range(net.claims_in[a], net.claims_in[a + 1]):
            others = max(1.0 - given.people[net.claim_faction[c], net.populace_community[q]], 0.0)
            now.grudge[c] += given.mix[q] * now.grievance[q] * others


@kernel
def commitment(given, now):
    for u in range(len(now.commitment)):
        first = now.patron_perceived_start[u]
        seen = now.patron_perceived[u] / max(first, 1e-6) if first > 1e-6 else 1.0
        target = now.full_commitment[u] * (1.0 - given.fatigue * max(1.0 - seen, 0.0))
        share = given.come_back if target > now.commitment[u] else given.erode
        now.commitment[u] += share * (target - now.commitment[u])


@kernel
def clients(given, now):
    """Patrons drop and take up clients; of those new at war, all as it was before, kept in `animosity`, which is reckoned anew in each step."""
    n = len(now.fighters)
    for u in range(len(now.commitment)):
        for i in range(n):
            now.animosity[u, i] = 0.0
    for i in range(n):
        for j in range(n):
            if now.conflict[i, j] > now.old_conflict[i, j]:
                for u in range(len(now.commitment)):
                    now.animosity[u, i] += now.backing[u, j]
    for i in range(n):
        first = now.received_start[i]
        short = max(1.0 - now.received[i] / first, 0.0) if first > 0.001 else 0.0
        for u in range(len(now.commitment)):
            usual = now.usual_backing[u, i]
            target = usual * (1.0 - given.drop * min(now.animosity[u, i], 1.0)) + max(given.offer[u, i] - usual, 0.0) * short
            now.backing[u, i] += given.realign * (target - now.backing[u, i])


@kernel
def power(net, given, now):
    bloc_crises(net, now)
    unpaid, unsupported = given.unpaid_effectiveness, given.unsupported_effectiveness
    for i in range(len(now.power)):
        now.effectiveness[i] = (
            (unpaid + (1.0 - unpaid) * now.pay[i])
            * (unsupported + (1.0 - unsupported) * now.support[i])
            * (1.0 - given.crisis_effectiveness * now.bloc_crisis[net.bloc[i]])
        )
        now.power[i] = now.fighters[i] * now.quality[i] * now.effectiveness[i] * now.leadership[i] * now.aided[i]


# Measures


@kernel
def measure(net, given, now):
    value = 0.0
    now.threat_people = 0.0
    for a in net.territory:
        value += now.threat_control[a] * given.value[a]
        now.threat_people += now.threat_control[a] * given.population[a]
    now.held_value = value
    now.threat_share = value / (1e-6 + given.all_value)
    now.strength = (now.core + now.opportunists) / given.threat_fighters
    if given.initial_value > 1e-6:
        now.strength = (now.strength + value / given.initial_value) / 2.0
    for t in range(len(now.effort_rival)):
        now.spent[t] = now.power[net.contact_faction[t]] * now.effort_rival[t]
    for k in range(len(now.infighting)):
        spent, total = 0.0, TINY
        for t in range(len(now.effort_rival)):
            spent += net.fellow[k, t] * now.spent[t]
        for i in range(len(now.power)):
            total += net.member[k, i] * now.power[i]
        now.infighting[k] = spent / total


# Initialization and a history


@kernel
def start(net, given, now):
    set_out(net, given, now)
    baseline(net, given, now)
    now.held_value = given.initial_value
    now.initial_room = room(given, now)
    patronage(net, given, now)
    found(net, given, now)
    now.fighting_power = given.threat_quality
    income, needed = account(net, given, now)
    now.threat_pay_start, _ = met(given, now, income, needed)
    now.threat_pay = now.threat_pay_start
    post(net, given, now, given.move_posts)
    perceive(net, given, now, 1.0)
    now.perceived_start[:] = now.perceived
    now.received_start[:] = now.received
    now.patron_perceived_start[:] = now.patron_perceived
    now.hostility[:] = now.baseline
    for _ in range(SETTLE_HOSTILITY):
        targets(net, given, now)
        relax(now, 0.5)
        weights(given, now)
    for turn in range(SETTLE_EFFORT):
        share = 1.0 if turn == 0 else 0.3
        # As in `perceive`, of the posting that this round begins with.
        for a in net.territory:
            now.weigh[a] = now.garrison[a] + given.underground_weight * now.underground[a]
        allocate(net, given, now, share, 1.0)
        deploy(net, given, now, share)
        confront(net, given, now)
        strategy(net, given, now, share)
        post(net, given, now, share)
    besiege(net, given, now, 1.0, 1.0)
    for a in net.territory:
        now.siege[a] *= given.besieged[a]
        now.threat_siege[a] *= given.threatened[a]
        now.starved[a] *= given.eaten[a]
        now.guards_starved[a] *= given.guards_eaten[a]
    governance(net, given, now)
    drain_pools(net, given, now)
    measure(net, given, now)


@kernel
def set_out(net, given, now):
    """What the scenario gives."""
    now.fighters[:] = given.fighters
    now.quality[:] = given.quality
    now.pay[:] = given.pay
    now.support[:] = given.support
    now.morale[:] = given.morale
    now.threat_morale = given.threat_morale
    now.leadership[:] = 1.0
    now.position[:] = given.position
    now.stake[:] = given.stake
    now.control[:] = given.control
    now.threat_control[:] = given.threat_control
    now.crisis[:] = given.crisis
    now.underground[:] = given.underground
    now.grievance[:] = given.grievance
    now.pool[:] = given.pool
    now.commitment[:] = given.commitment
    now.full_commitment[:] = given.commitment
    now.backing[:] = given.backing
    now.usual_backing[:] = given.backing
    now.memory[:] = given.memory
    now.ceasefire[:] = given.truce
    for i in range(len(now.fighters)):
        for j in range(len(now.fighters)):
            now.conflict[i, j] = now.old_conflict[i, j] = net.at_war[i, j]
            now.feud[i, j] = net.at_feud[i, j]
            now.agreement[i, j] = net.in_agreement[i, j]
    for a in range(len(now.nobody)):
        rest = 1.0 - now.threat_control[a]
        for c in range(net.claims_in[a], net.claims_in[a + 1]):
            rest -= now.control[c]
        now.nobody[a] = max(rest, 0.0)
    now.opportunists = given.threat_fighters * given.opportunists
    now.core = given.threat_fighters - now.opportunists
    now.funds = given.funds
    now.legitimacy = given.legitimacy
    now.oil = given.oil_start
    now.threat_leadership = now.foreign_inflow = now.threat_pay = now.strength = now.hold_effort = 1.0


@kernel
def found(net, given, now):
    """Polity at the start: what later states are compared with."""
    bloc_crises(net, now)
    now.price = expo(now.oil) / given.budget_usd
    power(net, given, now)
    total = 0.001
    for i in range(len(now.power)):
        now.pay_scale[i] = given.pay[i] / max(resources(net, given, now, i), 0.001)
        if given.full_pay[i] > 0.0:
            now.pay_scale[i] = given.full_pay[i]
        now.land[i] = land(net, given, now, i)
        total += now.power[i]
    for i in range(len(now.power)):
        now.initial_share[i] = now.power[i] / total
    resentment(net, given, now)


@kernel
def step(net, given, now, t):
    events(net, given, now, t)
    alarm(net, given, now)
    perceive(net, given, now, given.see)
    rivalry(net, given, now)
    allocate(net, given, now, given.choose_effort, given.open_road)
    noise(net, given, now)
    deploy(net, given, now, given.move_guards)
    strategy(net, given, now, given.choose_strategy)
    post(net, given, now, given.move_posts)
    contest(net, given, now)
    quarrels(net, given, now)
    upkeep(net, given, now)
    polity(net, given, now)
    measure(net, given, now)


@kernel
def keep(net, given, now, seen, t, r):
    strength, cohesion, rivalry_mean, infighting, above, below, watched = seen
    now.week = t * given.dt
    strength[t, r] = now.strength
    cohesion[t, r] = 1.0 - now.infighting[0]
    rivalry_mean[t, r] = mean_rivalry(net, now, 0)
    infighting[t, r] = now.infighting[-1]
    above[t, r] = (now.core + now.opportunists) / given.all_fighters
    below[t, r] = all_underground(now) / given.all_fighters
    for v in range(len(net.watched)):
        on = net.watched[v]
        watched[v, t, r] = read(net, now, on[0], on[1], on[2])


@kernel
def block(net, numbers, zero, first, now, seeds, per_draw, steps, seen, begin, end):
    """Replicates one after the other; those of a draw start alike."""
    ready = -1
    for r in range(begin, end):
        given = numbers[r // per_draw]
        if ready != r // per_draw:
            ready = r // per_draw
            first[0] = zero[0]
            start(net[0], given, first[0])
        now[0] = first[0]
        np.random.seed(seeds[r])
        keep(net[0], given, now[0], seen, 0, r)
        for t in range(1, steps + 1):
            step(net[0], given, now[0], t)
            keep(net[0], given, now[0], seen, t, r)


@numba.njit(cache=True, parallel=True)
def run(net, numbers, zero, first, now, seeds, per_draw, steps, seen):
    for b in numba.prange((len(seeds) + BLOCK - 1) // BLOCK):
        me = numba.get_thread_id()
        begin, end = b * BLOCK, min((b + 1) * BLOCK, len(seeds))
        block(net, numbers, zero, first[me : me + 1], now[me : me + 1], seeds, per_draw, steps, seen, begin, end)


def empty(plan, replicates):
    """Room for what is observed at step 0 and at every step's end, as (step, replicate) or (variable, step, replicate).

    strength M, cohesion and rivalry of the first coalition, infighting of all; open and underground fighters relative to all at the start;
    and the variables that outcomes read, in the order of `plan.watched`. A model adds when each outcome came, from `numba_outcomes.first_steps`.
    """
    steps = plan.steps + 1
    one = lambda *shape: np.zeros((*shape, steps, replicates), np.float32)
    names = "strength cohesion rivalry infighting open underground".split()
    return SimpleNamespace(watched=one(len(plan.watched)), **{name: one() for name in names})


def simulate(plan, replicates, seed):
    # Compiled code does not look whether there is such a record.
    assert replicates <= plan.draws * plan.per_draw
    seen = empty(plan, replicates)
    zero = state(plan)
    rooms = [np.repeat(zero, numba.get_num_threads()) for _ in range(2)]
    seeds = np.random.SeedSequence(seed).generate_state(replicates)
    order = (seen.strength, seen.cohesion, seen.rivalry, seen.infighting, seen.open, seen.underground, seen.watched)
    run(network(plan), numbers(plan), zero, *rooms, seeds, plan.per_draw, plan.steps, order)
    # Outcomes are text of the scenario, which compiled code can't read, and source made of it couldn't be cached. So the loop puts down the
    # variables that they read, and NumPy works them out, for many replicates at a time: within what is timed, but only a hundredth of it on
    # two cores. (Compiled and on all cores it would be less; that is what this peer is wronged by.)
    seen.first = numba_outcomes.first_steps(plan, seen.watched)
    return seen
