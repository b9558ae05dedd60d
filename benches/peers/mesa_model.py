"""The model of docs/model.md with Mesa 3: factions, patrons, blocs, communities, arenas and the threat are agents, a replicate is a model.

Numbers in brackets, such as (7.4.3), are the page's blocks of equations. One replicate runs at a time, in plain floats; NumPy draws the uncertain inputs and
holds the results. `read_plan` reads a resolved scenario, `simulate` runs it.
"""

import math
import re
import tomllib
from dataclasses import dataclass
from math import exp, log
from statistics import NormalDist
from types import SimpleNamespace

import mesa
import numpy as np

# ---- Inputs: 7.10 -----------------------------------------------------------------------------------------------------------------------------


@dataclass
class Plan:
    """A scenario and the draws of its uncertain numbers."""

    scenario: dict
    drawn: dict  # of each uncertain number, by its key, one value a draw
    steps: int
    dt: int
    per_draw: int
    outcomes: list  # of each its key, the id of its entry, the thing for which it is (None without `each`), and whether it is the entry's first

    def settled(self, draw):
        """The scenario with plain numbers: those of a draw."""
        return _with_numbers(self.scenario, "", {key: float(values[draw]) for key, values in self.drawn.items()})


def read_plan(path, replicates, seed):
    """Reads a resolved scenario, and draws its uncertain inputs for that many replicates."""
    with open(path, "rb") as file:
        scenario = tomllib.load(file)
    time, run = scenario["time"], scenario.get("run", {})
    dt = time.get("step_weeks", 1)
    uncertain = dict(_uncertain(scenario, ""))
    per_draw = run.get("replicates_per_draw", 2) if uncertain else 1
    draws = -(-replicates // per_draw)
    # Designs (`run.design`) fill the range of each number more evenly than chance, and leave its distribution as it is: all are drawn at random here.
    rng = np.random.default_rng([seed, 0])
    return Plan(
        scenario=scenario,
        drawn=_draw(uncertain, scenario.get("correlation", []), draws, rng),
        steps=math.ceil((time["end"] - time["start"]).days / (7 * dt)),
        dt=dt,
        per_draw=per_draw,
        outcomes=_outcomes(scenario),
    )


def _items(node, path):
    """What stands in a table or list of a scenario, with keys as expressions name it: items of lists go by `id`, ties by their two names, others by number."""
    if isinstance(node, dict):
        return [(f"{path}.{name}" if path else name, name, item) for name, item in node.items()]

    def name(number, item):
        if path == "tie":
            return "+".join(sorted(item["between"]))
        return item.get("id", number) if isinstance(item, dict) else number

    return [(f"{path}.{name(number, item)}", number, item) for number, item in enumerate(node)]


def _uncertain(node, path):
    """The distributions in a scenario, by key."""
    if isinstance(node, dict) and "dist" in node:
        yield path, node
    elif isinstance(node, (dict, list)):
        for key, _, item in _items(node, path):
            yield from _uncertain(item, key)


def _with_numbers(node, path, values):
    """A scenario in which every number is a plain one."""
    if isinstance(node, dict):
        if "dist" in node:
            return values[path]
        if "value" in node and node.keys() <= {"value", "source"}:
            return float(node["value"])
        return {name: _with_numbers(item, key, values) for key, name, item in _items(node, path)}
    if isinstance(node, list):
        return [_with_numbers(item, key, values) for key, _, item in _items(node, path)]
    return float(node) if type(node) is int else node


def _draw(uncertain, correlations, draws, rng):
    """Values of all uncertain numbers: independent ones, tables, shares and correlated ones (7.10, docs/inputs.md)."""
    uniform = {key: rng.random(draws) for key in uncertain}
    _correlate(uniform, correlations)
    rows, groups, values = {}, {}, {}
    for key, spec in uncertain.items():
        if spec["dist"] == "table":
            row = rows.setdefault(spec["table"], uniform[key])
            values[key] = _discrete(spec["values"], spec.get("weights"), row)
        elif spec["dist"] == "dirichlet":
            groups.setdefault(spec["group"], []).append(key)
        else:
            values[key] = _quantile(spec, uniform[key])
    for keys in groups.values():  # a stick is broken: each share takes a part of what those before it left
        weights = [uncertain[key]["alpha"] for key in keys]
        left = np.ones(draws)
        for n, key in enumerate(keys):
            rest = sum(weights[n + 1 :])
            values[key] = left * (_beta(weights[n], rest, uniform[key]) if rest > 0 else 1.0)
            left = left - values[key]
    return values


def _correlate(uniform, correlations):
    """A Gaussian copula with the rank correlations given, for the uncertain ones among the numbers that they name."""
    pairs = [(entry["between"], entry["rho"]) for entry in correlations if all(key in uniform for key in entry["between"])]
    keys = [key for key in uniform if any(key in between for between, _ in pairs)]
    if not keys:
        return
    correlation = np.eye(len(keys))
    for (one, other), rho in pairs:
        rho = rho["value"] if isinstance(rho, dict) else rho
        i, j = keys.index(one), keys.index(other)
        correlation[i, j] = correlation[j, i] = 2 * math.sin(math.pi * rho / 6)
    z = np.linalg.cholesky(correlation) @ np.array([_normal_quantile(uniform[key]) for key in keys])
    for key, row in zip(keys, z):
        uniform[key] = _normal_distribution(row)


_normal_quantile = np.vectorize(lambda u: NormalDist().inv_cdf(min(max(u, 1e-16), 1 - 1e-16)), otypes=[float])
_normal_distribution = np.vectorize(NormalDist().cdf, otypes=[float])


def _quantile(spec, u):
    """The quantile of a distribution at u."""
    low, high = spec.get("low"), spec.get("high")
    match spec["dist"]:
        case "uniform":
            return low + (high - low) * u
        case "triangular":
            mode = spec["mode"]
            peak = (mode - low) / (high - low) if high > low else 0.0
            return np.where(u < peak, low + np.sqrt(u * (high - low) * (mode - low)), high - np.sqrt((1 - u) * (high - low) * (high - mode)))
        case "pert":
            peak = (spec["mode"] - low) / (high - low)
            return low + (high - low) * _beta(1 + 4 * peak, 5 - 4 * peak, u)
        case "beta":
            low, high = 0.0 if low is None else low, 1.0 if high is None else high
            return low + (high - low) * _beta(spec["alpha"], spec["beta"], u)
        case "normal":
            return _cut_normal(spec["mean"], spec["sd"], low, high, u)
        case "lognormal":
            cut = [None if end is None else log(max(end, 1e-300)) for end in (low, high)]
            return np.exp(_cut_normal(log(spec["median"]), spec["sigma"], *cut, u))
        case "discrete":
            return _discrete(spec["values"], spec.get("weights"), u)
    raise ValueError(f"unknown distribution {spec['dist']}")


def _cut_normal(mean, sd, low, high, u):
    """A normal distribution, conditional on lying between low and high."""
    below = 0.0 if low is None else NormalDist().cdf((low - mean) / sd)
    up_to = 1.0 if high is None else NormalDist().cdf((high - mean) / sd)
    return mean + sd * _normal_quantile(below + (up_to - below) * u)


def _discrete(values, weights, u):
    """The first of the values up to and with which the weights sum to at least u of their sum."""
    total = np.cumsum(np.ones(len(values)) if weights is None else np.asarray(weights, float))
    return np.asarray(values, float)[np.minimum(np.searchsorted(total, u * total[-1]), len(values) - 1)]


def _beta(alpha, beta, u):
    """The quantile of a beta distribution, by summing its density over x = sin² φ, in which it has no poles for shapes of 1/2 and more."""
    edges = np.linspace(0.0, math.pi / 2, 20_001)
    middle = (edges[1:] + edges[:-1]) / 2
    logs = (2 * alpha - 1) * np.log(np.sin(middle)) + (2 * beta - 1) * np.log(np.cos(middle))
    below = np.concatenate([[0.0], np.cumsum(np.exp(logs - logs.max()))])
    return np.sin(np.interp(u * below[-1], below, edges)) ** 2


def _outcomes(scenario):
    """One outcome for each entry, or for each thing of the kind that its `each` names (7.9)."""
    found = []
    for entry in scenario.get("outcome", []):
        if not entry.get("enabled", True):
            continue
        kind = entry.get("each", "none")
        for place, thing in enumerate([None] if kind == "none" else scenario.get(kind, {})):
            key = entry["id"] if thing is None else f"{entry['id']}.{thing}"
            found.append(SimpleNamespace(key=key, id=entry["id"], thing=thing, is_first=place == 0))
    return found


# ---- Conventions: 7.0 -------------------------------------------------------------------------------------------------------------------------


def part(r):
    """What is lost at rate r, never more than all (7.0.1)."""
    return r / (1.0 + r)


def hit(u, hazard):
    """Whether a hazard strikes in this step, u uniform (7.0.1)."""
    return u < 1.0 - exp(-hazard)


def logistic(x):
    return 1.0 / (1.0 + exp(min(-x, 700.0)))


def clip(x):
    return min(max(x, 0.0), 1.0)


def positive(x):
    return max(x, 0.0)


def lack(men, need):
    """How far men fall short of a need (7.5.8)."""
    return 1.0 - men / (need + 1e-6) if men < need else 0.0


def logit(options, temperature, share):
    """Efforts move a share of the way to a logit choice among options by their utilities (7.4.6)."""
    best = max(option.utility for option in options)
    weights = [exp((option.utility - best) / temperature) for option in options]
    total = sum(weights)
    for option, weight in zip(options, weights):
        option.effort += share * (weight / total - option.effort)


class Option:
    """Something to which a faction or the threat gives a share of its effort, E[o] of 2.3."""

    def __init__(self):
        self.effort = 0.0
        self.utility = 0.0


UNAVAILABLE = -math.inf

# ---- Arenas and who claims them: 2.2 ----------------------------------------------------------------------------------------------------------


class Claim(Option):
    """A faction's claim on an arena, X[i,a] and all that 2.3 gives by [i,a]. In a territory it is the option to fight the threat there."""

    def __init__(self, faction, arena, given):
        super().__init__()
        self.faction, self.arena = faction, arena
        self.contacts = []  # against each other faction with a claim on the arena
        self.against = []  # the contacts of the others against this one
        self.neighbours = []  # (claim of the same faction on a neighbouring territory, road)
        self.stake = self.want = given.get("stake", {}).get(arena.key, 0.0)
        self.exposure = given.get("exposure", {}).get(arena.key, 0.0)
        self.way_in = given.get("access", {}).get(arena.key, 0.0)
        self.control = arena.given.get("control", {}).get(faction.key, 0.0)
        self.gain = self.change = self.resented = 0.0
        self.access = 0.0 if arena.is_territory else 1.0
        self.posted = self.attack = self.guard = self.govern = self.shield = self.presence = 0.0
        self.hostile = self.besieging = self.siege = self.hazard = 0.0

    def take(self, share):
        """Control that is won, or lost where less than 0."""
        self.control += share
        self.change += share

    def arrives(self):
        """The share of what is sent that arrives (7.4.2)."""
        return min(self.faction.model.allocation.supply * self.access, 1.0)

    def within(self):
        """How far the arena is within reach from the ground that the faction holds (7.4.2)."""
        if not self.arena.is_territory or not self.faction.model.has_neighbours:
            return 1.0
        near = self.open() + sum(road * claim.open() for claim, road in self.neighbours) + self.way_in
        reach = (self.faction.model.allocation.access * near) ** 2
        return reach / (1.0 + reach)

    def open(self):
        return self.control * (1.0 - self.arena.threat_control)

    def rout(self):
        """The faction's force here has broken: men, morale, posts and plans go (after 7.5.7)."""
        faction, contest, morale = self.faction, self.faction.model.contest, self.faction.model.morale
        share = min(self.presence / (faction.power + 1e-6), 1.0)
        faction.lose(contest.rout_loss * faction.fighters * share)
        importance = self.control * self.arena.value / self.faction.model.highest_value
        faction.morale -= faction.morale * morale.rout * max(share, importance)
        for option in (self, *self.contacts):
            faction.holding.effort += option.effort
            option.effort = 0.0
        self.posted = 0.0


class Contact(Option):
    """An ordered pair of claims of two factions on one arena, (i → j, a): the option to fight or obstruct the other there."""

    def __init__(self, own, other, relation):
        super().__init__()
        self.own, self.other, self.relation = own, other, relation
        self.sent = self.idle = 0.0  # power that tells, and the rest


class Populace:
    """A community in a territory (2.2)."""

    def __init__(self, territory, community, share, model):
        self.community, self.share = community, share
        given = territory.given.get("grievance", {}).get(community.key, 0.0)
        self.grievance = min(given * model.polity.grievance_scale, 1.0)
        self.pool = self.full_pool = territory.population * share * community.sympathy * model.upkeep.pool_share

    def recruited(self, legitimacy, room, order):
        """The share of the pool that joins in a step where the threat rules: come of (7.7.5)."""
        upkeep = self.community.model.upkeep
        ungoverned = max(1.0 - order, 0.0)
        return part(self.community.model.rate(upkeep.recruit_per_week) * legitimacy * room * self.grievance * ungoverned)


class Arena(mesa.Agent):
    """A prize that somebody wants: a territory or an institution."""

    is_territory = False

    def __init__(self, model, key, given):
        super().__init__(model)
        self.key, self.given = key, given
        self.value, self.population = given["value"], given["population"]
        self.front = max(given.get("frontage_power", model.contest.front * model.unit), 0.001)  # (7.0.3)
        self.floor = model.contest.floor_power * self.front
        self.asked = model.allocation.floor_power * self.front
        self.claims = []
        self.crisis = given["crisis"]
        control = given.get("control", {})
        self.threat_control = self.initial_threat_control = control.get("threat", 0.0) if self.is_territory else 0.0
        self.nobody = max(1.0 - sum(share for holder, share in control.items() if holder != "nobody"), 0.0)
        self.threat_lost = self.threat_won = 0.0
        self.assault = 0.0  # S
        self.governance = self.unrest = 0.0

    def win(self, force, against):
        """The contest success function (7.0.2)."""
        ratio = force / (against + self.floor)
        return logistic(self.model.contest.decisiveness * log(max(ratio, 1e-12)))

    def room(self, force):
        """How much of a force finds room at the front (7.5.3)."""
        return force / (force + self.front + 0.001)

    def share(self, holder):
        """The share of a faction, of the threat, or of nobody (None)."""
        if holder is None:
            return self.nobody
        if holder is self.model.threat:
            return self.threat_control
        return holder.claim_on[self].control if self in holder.claim_on else 0.0

    def largest(self):
        """The largest holder: of equal ones the first, nobody only if it holds more than all (7.9.2)."""
        return max([*(claim.faction for claim in self.claims), self.model.threat, None], key=self.share)

    def contested(self):
        return max(1.0 - max([claim.control for claim in self.claims] + [self.threat_control]), 0.0)  # (7.9.2)

    def set_control(self, holder, share):
        """An event gives a holder another share; the shares of all others shrink or grow in proportion (7.1, `control`)."""
        holders = [*(claim.faction for claim in self.claims), self.model.threat, None]
        rest = sum(self.share(other) for other in holders if other is not holder)
        scale = (1.0 - share) / rest if rest > 1e-6 else 0.0
        for other in holders:
            self._change(other, (share if other is holder else scale * self.share(other)) - self.share(other))
        if rest <= 1e-6:
            self.nobody += 1.0 - share

    def _change(self, holder, change):
        if holder is None:
            self.nobody += change
        elif holder is self.model.threat:
            self.threat_control += change
            self.threat_lost += max(-change, 0.0)
            self.threat_won += max(change, 0.0)
        else:
            holder.claim_on[self].take(change)

    def contest(self):
        """Fights between factions: every claim loses to all who attack it together, then they take it in proportion (7.5.6 and 7.5.7)."""
        model, contest = self.model, self.model.contest
        losses, clashes = {}, {}
        for claim in self.claims:
            r = model.rate(contest.seize_per_week) * self.win(claim.hostile, claim.presence) * self.room(claim.hostile)
            lost = claim.control * part(r)
            if self.is_territory:
                if hit(model.random.random(), claim.hazard):
                    lost = claim.control
                    claim.rout()
                claim.posted *= 1.0 - part(r)
            claim.take(-lost)
            losses[claim] = lost
            if self.is_territory:
                clash = model.rate(contest.rival_loss) * claim.presence / (claim.hostile + claim.presence + self.floor)
                claim.faction.lose(clash * claim.hostile)
                clashes[claim] = clash
        for claim in self.claims:
            for contact in claim.contacts:
                claim.take(losses[contact.other] * contact.sent / (contact.other.hostile + 1e-6))
                if self.is_territory:
                    claim.faction.lose(clashes[contact.other] * contact.sent)
        self.nobody = max(1.0 - self.threat_control - sum(claim.control for claim in self.claims), 0.0)

    def remember_gains(self):
        """Control lately won fades (after 7.5.9)."""
        keep = self.model.keep(self.model.rivalry.gain_memory_weeks)
        for claim in self.claims:
            claim.gain = keep * claim.gain + max(claim.change, 0.0)


class Institution(Arena):
    """A political arena: bloodless, out of the threat's reach, and possibly in crisis."""

    def earnest(self, pair):
        """How far two mean it here (7.4.7)."""
        return max(pair.conflict, pair.clash, pair.feud)

    def follow_obstruction(self):
        """A crisis follows the obstruction that feeds it (7.8.2)."""
        polity = self.model.polity
        x = polity.obstruction * sum(claim.hostile for claim in self.claims) / (0.001 + sum(claim.faction.power for claim in self.claims))
        self.crisis += self.model.toward(polity.crisis_weeks) * (x / (1.0 + x) - self.crisis)

    def elect(self, share):
        """An election shares anew what factions hold, by what became of their support (7.1.2)."""
        swing = self.model.polity.swing
        held = sum(claim.control for claim in self.claims)
        votes = [claim.control * (max(claim.faction.support, 0.001) / max(claim.faction.start.support, 0.001)) ** swing for claim in self.claims]
        total = sum(votes) + 1e-9
        for claim, vote in zip(self.claims, votes):
            claim.take(clip(share) * (held * vote / total - claim.control))


class Territory(Arena):
    """An arena with people, ground, and possibly the threat in it."""

    is_territory = True

    def __init__(self, model, key, given):
        super().__init__(model, key, given)
        self.terrain, self.border, self.revenue = given["terrain"], given["border"], given["revenue_musd_per_month"]
        self.refuge = min(given["refuge"] * model.upkeep.refuge_scale, 1.0)
        self.neighbours = []  # (territory, road)
        self.underground = given["underground"]
        self.populaces = []
        self.alien = 1.0  # less in common with the threat (7.5.3)
        self.attack = Option()  # of the threat
        self.luck = self.prize = 0.0
        self.joint = self.united = self.force = self.present = self.guards = self.guards_morale = 0.0
        self.threat_posted = self.garrison = self.defence = 0.0
        self.siege = self.threat_siege = self.starved = self.defenders_starved = 0.0
        self.garrison_hazard = self.defenders_hazard = 0.0
        self.order = self.resentment = self.bloodshed = 0.0

    def earnest(self, pair):
        """How far two mean it here (7.4.7)."""
        return pair.conflict + self.model.conflict.skirmish * pair.clash

    def cells(self):
        """How far cells make the threat present (7.4.3)."""
        return self.underground / (self.underground + self.model.upkeep.cell_presence)

    def cut_off(self):
        """How far the threat, and its enemies, are cut off here: cut_T and cut_F of (7.5.3)."""
        if not self.neighbours:
            return 0.0, 0.0
        threat = sum(road * other.threat_control for other, road in self.neighbours)
        factions = sum(road * max(1.0 - other.threat_control - other.nobody, 0.0) for other, road in self.neighbours)
        return max(1.0 - threat, 0.0), max(1.0 - factions, 0.0)

    def quarrel(self, size):
        """How far those who stand here are at odds, `size` of a claim telling how strong each is (7.5.2)."""
        sizes = {claim: size(claim) for claim in self.claims}
        odds = sum(sizes[claim] * sizes[contact.other] * contact.relation.weight for claim in self.claims for contact in claim.contacts)
        return min(2.0 * odds / (sum(sizes.values()) ** 2 + 1e-6), 1.0)

    def gather(self):
        """What all factions have sent here, against the threat and in its way (7.4.7, 7.5.2)."""
        self.joint = sum(claim.attack for claim in self.claims)
        self.present = sum(claim.shield for claim in self.claims)
        self.guards = self.present * (1.0 - self.model.contest.discord * self.quarrel(lambda claim: claim.shield)) * self.terrain
        self.guards_morale = sum(claim.shield * claim.faction.morale for claim in self.claims) / (self.present + 1e-6)

    def confront(self):
        """CONFRONT: the joint force against the threat, after discord and luck (7.5.2)."""
        contest = self.model.contest
        self.united = self.joint * (1.0 - contest.discord * self.quarrel(lambda claim: claim.attack))
        self.force = self.united * exp(contest.battle_luck * self.luck)

    def yields(self, built, against, morale):
        """The weekly hazard that a force breaks and gives up the place (7.5.3)."""
        contest = self.model.contest
        odds = min(log(max(built / (against + self.floor), 1e-12)), 3.0)
        return contest.break_per_week * self.room(built) * exp(contest.break_odds * odds - contest.break_morale * (morale - 0.5))

    def besiege(self):
        """Sieges build up, stores run down (7.5.3)."""
        build_up, use_up = self.model.toward(self.model.contest.siege_weeks), self.model.toward(self.model.contest.stores_weeks)

        def follow(state, target, share):  # what stops, stops at once
            return min(target, state + share * (target - state))

        self.siege = follow(self.siege, self.united, build_up)
        self.threat_siege = follow(self.threat_siege, self.assault, build_up)
        for claim in self.claims:
            claim.siege = follow(claim.siege, claim.besieging, build_up)
        cut_threat, cut_factions = self.cut_off()
        self.starved = follow(self.starved, cut_threat, use_up)
        self.defenders_starved = follow(self.defenders_starved, cut_factions, use_up)

    def weigh(self):
        """Who is near breaking, before any of the step's contests (7.5.3)."""
        model, contest = self.model, self.model.contest
        built = self.siege * exp(contest.battle_luck * self.luck)
        at_home = model.threat.morale - contest.residents * self.alien
        self.garrison_hazard = model.rate(self.yields(built, self.defence, at_home)) * (1.0 + contest.encirclement * self.starved)
        self.defenders_hazard = model.rate(self.defenders_yield(self.threat_siege))
        for claim in self.claims:
            claim.hazard = model.rate(self.yields(claim.siege, claim.presence, claim.faction.morale))

    def defenders_yield(self, force):
        """The weekly hazard that all defenders break before a force of the threat (7.5.3, hazard of 7.6.1)."""
        contest = self.model.contest
        morale = self.guards_morale - contest.residents * self.resentment
        return self.yields(force, self.guards, morale) * (1.0 + contest.encirclement * self.defenders_starved)

    def liberate(self):
        """The factions attack the threat here (7.5.4)."""
        model, contest, threat = self.model, self.model.contest, self.model.threat
        r = model.rate(contest.advance_per_week) * self.win(self.force, self.defence) * self.room(self.force)
        lost = self.threat_control * part(r)
        if hit(model.random.random(), self.garrison_hazard):
            lost = self.threat_control
            importance = self.threat_control * self.value / model.highest_value
            threat.morale -= threat.morale * min(model.morale.rout * max(self.garrison / (threat.open() + 1e-6), importance), 1.0)
        self.threat_control -= lost
        self.threat_lost += lost
        self.nobody += lost
        for claim in self.claims:
            won = lost * claim.attack / (self.joint + 1e-6)
            claim.take(won)
            self.nobody -= won
        self._bleed()

    def _bleed(self):
        """Losses in men by Lanchester's laws and the midpoint rule (7.5.5)."""
        model, contest, threat = self.model, self.model.contest, self.model.threat

        def law(own):
            return 1.0 - contest.linear_law + contest.linear_law * own / contest.linear_reference_power

        hurt_threat, hurt_factions = model.rate(contest.threat_loss), model.rate(contest.coalition_loss)
        half_threat = min(hurt_threat * self.force * law(self.defence) / 2.0, self.garrison / 2.0)
        half_factions = hurt_factions * self.defence * law(self.force) / 2.0
        attackers = [(claim, claim.attack / (self.joint + 1e-6)) for claim in self.claims]
        force = sum(self.force * own * (1.0 - min(half_factions * own / (claim.faction.fighters + 1e-6), 0.5)) for claim, own in attackers)
        defence = self.defence * (1.0 - half_threat / (threat.open() + 1e-6))
        threat.lose(min(hurt_threat * force * law(defence), self.garrison))
        for claim, own in attackers:
            most = 0.5 * claim.faction.fighters * claim.attack / (claim.faction.power + 1e-6)
            claim.faction.lose(min(hurt_factions * defence * law(force) * own, most))

    def threat_manning(self):
        """The threat's men here, and those it takes to hold the place: MEN_T and NEED_T (7.5.8)."""
        contest = self.model.contest
        men = self.garrison + self.model.strategy.cell_force * self.underground
        return men, contest.men_per_head * self.population * self.threat_control * (1.0 + contest.hostile_need * self.alien)

    def man(self):
        """Ground slips from who can't man it, and is taken by who can (7.5.8)."""
        model, contest = self.model, self.model.contest
        slip = model.rate(contest.slip_per_week)
        takes = {}
        for claim in self.claims:
            men = claim.faction.fighters * claim.presence / (claim.faction.power + 1e-6)
            need = contest.men_per_head * self.population * claim.control * (1.0 + contest.hostile_need * claim.resented)
            takes[claim] = claim.presence * lack(need, men)
            slipped = claim.control * part(slip * lack(men, need))
            claim.take(-slipped)
            self.nobody += slipped
        men, need = self.threat_manning()
        threat_takes = men * model.threat.fighting_power * lack(need, men)
        slipped = self.threat_control * part(slip * lack(men, need))
        self.threat_control -= slipped
        self.nobody += slipped
        total = threat_takes + sum(takes.values())
        flow = self.nobody * part(model.rate(contest.occupy_per_week) * total / (total + self.front + self.floor))
        for claim, take in takes.items():
            claim.take(flow * take / (total + 1e-6))
        won = flow * threat_takes / (total + 1e-6)
        self.threat_control += won
        self.threat_won += won
        self.nobody -= flow * total / (total + 1e-6)

    def storm(self):
        """The threat attacks (7.5.9)."""
        model, contest, threat = self.model, self.model.contest, self.model.threat
        advance = part(model.rate(contest.advance_per_week) * self.win(self.assault, self.guards) * self.room(self.assault))
        breaks = hit(model.random.random(), self.defenders_hazard)
        share = 1.0 if breaks else advance
        clash = self.assault / (self.assault + self.guards + self.floor)
        for claim in self.claims:
            claim.faction.lose(model.rate(contest.coalition_loss) * self.guards * clash * claim.shield / (self.present + 1e-6))
            if breaks:
                claim.rout()
        threat.lose(model.rate(contest.threat_loss) * self.guards * clash)
        if breaks:
            threat.funds += model.upkeep.loot * self.revenue * (1.0 - self.threat_control)
            self.threat_posted += self.attack.effort
            threat.holding.effort += self.attack.effort
            self.attack.effort = 0.0
        won = share * self.nobody
        self.nobody -= won
        for claim in self.claims:
            claim.posted *= 1.0 - advance
            won += share * claim.control
            claim.take(-share * claim.control)
        self.threat_control += won
        self.threat_won += won
        threat.core += share * self.underground
        self.underground -= share * self.underground

    def fade_prize(self):
        """What the threat lately lost of the place is a prize for a while (7.5.10)."""
        self.prize = self.model.keep(self.model.conflict.prize_weeks) * self.prize + self.threat_lost

    def rise_up(self):
        """An uprising against unpaid, repressive rule (7.7.1)."""
        model, upkeep, threat = self.model, self.model.upkeep, self.model.threat
        undermanned = 1.0 + lack(*self.threat_manning())
        hazard = model.yearly(upkeep.uprising_per_year) * (1.0 - threat.pay) * threat.repression() * self.threat_control * undermanned
        if hit(model.random.random(), hazard):
            lost = upkeep.uprising_loss * self.threat_control
            self.threat_control -= lost
            self.nobody += lost
            self.threat_lost += lost

    def displace(self):
        """A garrison that has lost its ground is killed, scatters or moves on; others melt away (7.7.2)."""
        model, upkeep, threat = self.model, self.model.upkeep, self.model.threat
        share = min(self.threat_lost / (self.threat_control + self.threat_lost + 1e-6), 1.0)
        displaced = self.garrison * share
        self.threat_posted *= 1.0 - share
        threat.losses += threat.take(upkeep.garrison_lost * displaced)
        scattered = threat.take((1.0 - upkeep.garrison_lost) * upkeep.go_underground * displaced)
        self.underground += self.refuge * scattered
        threat.joined -= (1.0 - self.refuge) * scattered
        self.underground += threat.take(self.refuge * model.rate(model.strategy.melt_per_week) * threat.melting.effort * self.garrison)

    def hunt_cells(self, attacking):
        """Cells are cleared, dissolve, or come into the open (7.7.4)."""
        model, upkeep, threat = self.model, self.model.upkeep, self.model.threat
        willing = sum(claim.shield * min(2.0 * claim.faction.morale, 1.0) for claim in self.claims)
        pressed = willing / (self.present + self.front + self.floor)
        cleared = model.rate(upkeep.clearing_per_week) * pressed * (1.0 - self.refuge)
        dissolved = model.rate(upkeep.cell_decay_per_week) * (1.0 - self.refuge) * (1.0 - self.resentment)
        emerged = model.rate(upkeep.emergence_per_week) * (self.resentment + attacking) * (1.0 - pressed)
        total = cleared + dissolved + emerged
        if total <= 0.0:
            return
        leaving = self.underground * part(total)
        self.underground -= leaving
        threat.core += leaving * emerged / total
        threat.losses += leaving * cleared / total
        threat.joined -= leaving * dissolved / total

    def recruit(self, room):
        """The aggrieved join the threat (7.7.5)."""
        model, upkeep, threat = self.model, self.model.upkeep, self.model.threat
        hired = upkeep.recruit_opportunists * threat.pay
        faithful = 1.0 - upkeep.recruit_opportunists
        for populace in self.populaces:
            come = populace.pool * populace.recruited(threat.legitimacy, room, self.order)
            open_ = come * self.threat_control
            hidden = come * max(1.0 - self.threat_control, 0.0) * self.refuge
            joined = open_ * (hired + faithful) + hidden
            populace.pool += min(model.rate(upkeep.pool_refill_per_week), 1.0) * (populace.full_pool - populace.pool)
            populace.pool = max(populace.pool - joined, 0.0)
            threat.opportunists += open_ * hired
            threat.core += open_ * faithful
            self.underground += hidden
            threat.joined += joined

    def be_governed(self):
        """Governance by factions alone and with the threat (7.8.7)."""
        polity, threat = self.model.polity, self.model.threat
        order = sum(
            claim.control * claim.faction.governance * claim.govern / (claim.govern + polity.governance_power * (claim.control + 0.05))
            for claim in self.claims
        )
        disrupted = 1.0 + polity.cell_disruption * self.underground
        self.order = order / disrupted
        self.governance = (order + self.threat_control * threat.governance * threat.pay) / disrupted

    def bleed_for(self):
        """How much of the place is fought over (7.8.7)."""

        def toll(x, y):
            return x * y / (x + y + self.floor)

        among_factions = sum(toll(claim.hostile, claim.presence) for claim in self.claims)
        fought = toll(self.force, self.defence) + toll(self.assault, self.guards) + among_factions / 2.0
        self.bloodshed = fought / (fought + self.front)

    def grieve(self):
        """Grievance rises by abuse, by a vacuum, by bloodshed and by provocation, and is healed by governance (7.8.7)."""
        model, polity = self.model, self.model.polity
        vacuum = model.rate(polity.vacuum_per_week) * max(1.0 - self.governance, 0.0)
        bloodshed = model.rate(polity.bloodshed_per_week) * self.bloodshed
        heals = model.rate(polity.healing_per_week) * self.governance
        for populace in self.populaces:
            abuse = sum(claim.control * claim.faction.abuse.get(populace.community.key, 0.0) for claim in self.claims)
            provoked = model.rate(polity.provoked_per_week) * populace.community.provoke.effort
            rises = polity.grievance_scale * (model.rate(polity.abuse_per_week) * abuse + vacuum + bloodshed + provoked)
            populace.grievance = (populace.grievance + rises) / (1.0 + rises + heals)

    def hear(self):
        """Whose grievances these are: UNR, RES and GRUDGE (7.8.7)."""
        self.unrest = sum(populace.share * populace.grievance for populace in self.populaces)
        self.resentment = sum(populace.share * populace.community.sympathy * populace.grievance for populace in self.populaces)
        for claim in self.claims:
            people = claim.faction.people
            claim.resented = sum(
                populace.share * populace.grievance * max(1.0 - people.get(populace.community.key, 0.0), 0.0) for populace in self.populaces
            )


class Community(mesa.Agent):
    """A people. What it suffers is kept where it lives, in its populaces."""

    def __init__(self, model, key, given):
        super().__init__(model)
        self.key, self.sympathy = key, given["sympathy"]
        self.provoke = Option()  # of the threat
        self.importance = 0.0


class Bloc(mesa.Agent):
    """Factions that share institutions and a treasury."""

    def __init__(self, model, key, given):
        super().__init__(model)
        self.key, self.oil_dependence = key, given["oil_dependence"]
        self.members, self.institutions = [], []

    def crisis(self):
        """How contested its institutions are (after 7.8.2)."""
        return min(sum(institution.crisis for institution in self.institutions), 1.0)

    def treasury(self):
        """What it can pay, relative to all that is needed (7.8.3)."""
        model = self.model
        price = min(exp(model.log_oil - log(model.oil.budget_usd)), 1.5)
        return (1.0 - self.oil_dependence * (1.0 - price)) * (1.0 - model.polity.crisis_pay * self.crisis())


# ---- Factions ---------------------------------------------------------------------------------------------------------------------------------


class Faction(mesa.Agent):
    """An army, militia, party, tribe or rebel group."""

    def __init__(self, model, number, key, given, bloc):
        super().__init__(model)
        self.number, self.key, self.bloc, self.given = number, key, bloc, given
        self.fighters, self.quality = given["fighters"], given["quality"]
        self.pay, self.support, self.morale = given["pay"], given["support"], given["morale"]
        self.own_resources, self.governance = given["own_resources"], given["governance"]
        self.people, self.abuse = given.get("people", {}), given.get("abuse", {})
        self.position, self.salience = model.views(given)
        self.leadership = self.aided = 1.0
        self.perceived = self.alarm = self.tempo = self.worn = self.received = self.power = 0.0
        self.losses = self.joined = 0.0
        # What 7.8 and 7.3 measure by: values of the start, the rest of which World settles.
        self.start = SimpleNamespace(fighters=self.fighters, quality=self.quality, pay=self.pay, support=self.support, morale=self.morale)
        self.pay_scale = 0.0  # k of section 5
        self.claims, self.claim_on = [], {}
        self.exposures = []  # (territory, how much the threat there endangers it)
        self.relations = []  # toward every faction, by its number, itself included
        self.holding, self.governing = Option(), Option()
        self.options = []

    def lose(self, men):
        """Men are lost in a contest, and morale with them (after 7.5.5)."""
        men = min(men, self.fighters)
        if men > 0.0:
            self.morale -= self.morale * min(self.model.morale.per_loss * men / self.fighters, 1.0)
            self.fighters -= men
            self.losses += men

    def muster(self):
        """Effectiveness and power (7.8.10)."""
        polity = self.model.polity
        crisis = self.bloc.crisis() if self.bloc else 0.0
        effectiveness = (
            (polity.unpaid_effectiveness + (1.0 - polity.unpaid_effectiveness) * self.pay)
            * (polity.unsupported_effectiveness + (1.0 - polity.unsupported_effectiveness) * self.support)
            * (1.0 - polity.crisis_effectiveness * crisis)
        )
        self.power = self.fighters * self.quality * effectiveness * self.leadership * self.aided

    # Perception: 7.2

    def danger(self, territory, exposure):
        """The danger to it from the threat in a territory (7.2.1)."""
        perception, threat = self.model.perception, self.model.threat
        menace = threat.quality * threat.leadership * (territory.garrison + perception.underground_weight * territory.underground)
        return perception.sensitivity * exposure * menace / (self.power + 0.001)

    def take_alarm(self, able):
        """Attacks on its people alarm it; alarm fades (7.2.2)."""
        perception = self.model.perception
        provoked = sum(self.people.get(community.key, 0.0) * community.provoke.effort for community in self.model.communities)
        raised = self.model.rate(perception.alarm_per_week) * able * provoked
        self.alarm = self.model.keep(perception.alarm_memory_weeks) * self.alarm + raised

    def perceive(self, share):
        """The threat as it perceives it moves a share of the way to what danger and alarm make of it (7.2.3)."""
        x = sum(self.danger(territory, exposure) for territory, exposure in self.exposures)
        self.perceived += share * (1.0 - 1.0 / ((1.0 + x) * (1.0 + self.alarm)) - self.perceived)

    # Allocation: 7.4

    def allocate(self, share, road_share):
        """Effort moves a share of the way to a logit choice, after ways have opened or closed (7.4.1 to 7.4.6)."""
        for claim in self.claims:
            within = claim.within()
            claim.access = min(within, claim.access + road_share * (within - claim.access))
        self._weigh_threat()
        self._weigh_rivals()
        self._weigh_home()
        logit(self.options, self.model.allocation.temperature, share)

    def _way(self, claim):
        """What a way adds to utility: odds are in proportion to access (7.4.2)."""
        return self.model.allocation.temperature * log(max(claim.access, 1e-12))

    def _weigh_threat(self):
        """The utility of fighting the threat in each territory (7.4.1 and 7.4.3)."""
        allocation = self.model.allocation
        dangers = {claim: self.danger(claim.arena, claim.exposure) for claim in self.claims if claim.arena.is_territory}
        all_danger = 1e-6 + sum(dangers.values())
        met = sum(claim.stake * claim.control for claim in self.claims) / (1e-6 + sum(claim.stake for claim in self.claims))
        appetite = 1.0 - allocation.met_aims * met
        for claim, danger in dangers.items():
            arena = claim.arena
            here = arena.threat_control + (1.0 - arena.threat_control) * arena.cells()
            fear = self.perceived * appetite * danger / all_danger
            hunger = allocation.land_hunger * claim.stake * arena.threat_control
            force = allocation.decision_share * self.power * claim.arrives()
            front = arena.front + 0.001
            success = force / (force + arena.joint + arena.defence + arena.asked) * front / (front + arena.joint)
            claim.utility = (
                allocation.threat_weight * (fear + hunger) * success
                + allocation.patron_pay * min(self.received, 1.0) * here
                - allocation.threat_cost
                - allocation.idle_cost * (1.0 - here)
                + self._way(claim)
            )

    def _weigh_rivals(self):
        """The utility of fighting or obstructing each rival in each arena (7.4.4)."""
        allocation = self.model.allocation
        for claim in self.claims:
            arena = claim.arena
            way = self._way(claim)
            force = allocation.decision_share * self.power * claim.arrives()
            front = arena.front + 0.001
            for contact in claim.contacts:
                weight, pair, other = contact.relation.weight, contact.relation.pair, contact.other
                if weight == 0.0:
                    contact.utility = UNAVAILABLE
                    continue
                takes = claim.want * other.control
                obstructs = allocation.contact * min(claim.want * other.want, 1.0) * (1.0 - claim.control)
                punishes = allocation.war_aim * pair.conflict * other.control if arena.is_territory else 0.0
                success = force / (force + contact.sent + other.presence + arena.asked) * front / (front + contact.sent)
                cost = allocation.rival_cost * (1.0 - max(pair.conflict, pair.clash))
                contact.utility = allocation.rival_weight * weight * (takes + obstructs + punishes) * success - cost + way

    def _weigh_home(self):
        """The utilities of guarding and of governing (7.4.5)."""
        allocation = self.model.allocation
        held = 1e-6 + sum(claim.control * claim.arena.value for claim in self.claims)
        peril = people = ground = grievance = 0.0
        for claim in self.claims:
            arena = claim.arena
            against = claim.hostile + arena.assault
            peril += claim.control * arena.value * against / (against + claim.guard + arena.asked)
            if arena.is_territory:
                people += claim.control * arena.population
                ground += claim.control * arena.value
                grievance += claim.control * arena.population * arena.unrest
        urgency = allocation.garrison + (1.0 - allocation.garrison) * peril / held
        self.holding.utility = allocation.hold_weight * held / (held + allocation.foothold) * urgency
        self.governing.utility = allocation.govern_weight * ground / (ground + allocation.foothold) * grievance / (1e-6 + people)

    def deploy(self, share):
        """Effort becomes power in places (7.4.7)."""
        model, contest, quiet = self.model, self.model.contest, self.model.conflict.quiet
        quick = self.power * exp(contest.tempo * self.tempo)
        wants_guard = [claim.control * (claim.arena.value + 0.01) * (claim.hostile + claim.arena.assault + claim.arena.asked) for claim in self.claims]
        total_guard = 1e-9 + sum(wants_guard)
        for claim, wanted in zip(self.claims, wants_guard):
            claim.posted += share * claim.access * (wanted / total_guard - claim.posted)
        posted = 1e-9 + sum(claim.posted for claim in self.claims)
        wants_office = [claim.control * (claim.arena.population + 0.001) if claim.arena.is_territory else 0.0 for claim in self.claims]
        total_office = 1e-9 + sum(wants_office)
        for claim, wanted in zip(self.claims, wants_office):
            claim.posted /= posted
            claim.guard = self.power * self.holding.effort * claim.posted
            claim.govern = self.power * self.governing.effort * wanted / total_office
            arriving = quick * claim.arrives()
            claim.attack = arriving * claim.effort if claim.arena.is_territory else 0.0
            engaged = idle = 0.0
            for contact in claim.contacts:
                power = arriving * contact.effort
                contact.sent = power * (quiet + (1.0 - quiet) * claim.arena.earnest(contact.relation.pair))
                contact.idle = power - contact.sent
                engaged += contact.sent
                idle += contact.idle
            claim.shield = claim.guard + claim.attack + contest.policing * claim.govern + idle + contest.engaged * engaged
            claim.presence = claim.guard + claim.govern + claim.attack + idle + engaged

    # Polity: 7.8

    def resources(self):
        """What it has, relative to what it needs (7.8.3)."""
        patrons = self.model.polity.patron_upkeep * self.received
        bloc = self.bloc.treasury() if self.bloc else 0.0
        return self.own_resources + (1.0 - self.own_resources) * min(bloc + patrons, 1.5)

    def land(self):
        """LAND of section 5, political arenas included."""
        return sum(claim.control * claim.arena.value for claim in self.claims)

    def pay_and_support(self):
        """Pay follows resources, support follows pay and losses, leaders are replaced (7.8.4)."""
        model, polity, start = self.model, self.model.polity, self.start
        self.pay += model.toward(polity.pay_weeks) * (min(self.pay_scale * self.resources(), 1.0) - self.pay)
        weary = polity.war_weariness * max(1.0 - self.fighters / (start.fighters + 0.001), 0.0)
        rest = clip(start.support + polity.support_per_pay * (self.pay - start.pay) - weary)
        self.support += model.toward(polity.support_weeks) * (rest - self.support)
        self.leadership += model.toward(model.upkeep.leadership_recovery_weeks) * (1.0 - self.leadership)

    def take_heart(self):
        """Morale returns to what pay, support, patrons, fear and wear make of it, and rises by success (7.8.5)."""
        model, morale, start = self.model, self.model.morale, self.start
        attacks = sum(claim.attack for claim in self.claims)
        wars = sum(relation.fighting * relation.pair.conflict for relation in self.relations if relation.pair)
        self.worn += model.toward(morale.exertion_weeks) * (min((attacks + wars) / (self.power + 1e-6), 1.0) - self.worn)
        rest = clip(
            start.morale
            + morale.per_pay * (self.pay - start.pay)
            + morale.per_support * (self.support - start.support)
            + morale.per_patron * (self.received - start.received)
            + morale.per_fear * (self.perceived - start.perceived)
            - morale.per_exertion * self.worn
        )
        self.morale += model.toward(morale.weeks) * (rest - self.morale)
        success = sum(max(claim.change, 0.0) * claim.arena.value for claim in self.claims) / model.highest_value
        self.morale += min(morale.per_gain * success, 1.0) * (1.0 - self.morale)

    def rebuild(self):
        """Forces are rebuilt, or melt away (7.8.6)."""
        polity, start = self.model.polity, self.start
        means = min(self.pay / max(start.pay, 0.001), 1.0)
        will = min(self.support / max(start.support, 0.001), 1.0)
        more_land = (self.land() - start.land) / (start.land + 1.0)
        grown = 1.0 + polity.land_growth * min(max(more_land, -0.5), 2.0)
        joined = min(self.model.rate(polity.rebuild_per_week), 1.0) * (start.fighters * means * will * grown - self.fighters)
        self.fighters += joined
        self.joined += joined


class Relation:
    """What one faction has against another, H[i,j] and all that 2.3 gives by [i,j]; also of a faction to itself, for balance alone."""

    def __init__(self, faction, other):
        self.faction, self.other = faction, other
        self.pair = None
        self.contacts = []
        self.baseline = self.shift = self.hostility = self.memory = self.weight = 0.0
        self.fighting = self.massed = 0.0

    def effort(self):
        return sum(contact.effort for contact in self.contacts)

    def gather(self):
        """What is sent against the other in all arenas, and in territories in earnest or not (7.4.7)."""
        self.fighting = sum(contact.sent for contact in self.contacts)
        self.massed = sum(contact.sent + contact.idle for contact in self.contacts if contact.own.arena.is_territory)

    def target(self, model, balance):
        """Where hostility tends to (7.3.4); `balance` is the sum over third parties of (7.3.5)."""
        rivalry, faction, other, pair = model.rivalry, self.faction, self.other, self.pair
        if pair is None:
            return -balance
        target = (
            self.baseline
            + self.shift
            - rivalry.common_enemy * math.sqrt(faction.perceived * other.perceived)
            + self.memory
            + rivalry.open_conflict * (pair.conflict + model.conflict.skirmish * pair.clash)
            + rivalry.feud * pair.feud
            - rivalry.agreement * pair.agreement
            + rivalry.mood * model.mood
            - balance
            - rivalry.shared_patron * pair.shared
        )
        if pair.ceasefire > 0.0:
            target -= rivalry.ceasefire
        if faction.bloc and faction.bloc is other.bloc:
            target += rivalry.pay_strain * (1.0 - (faction.pay + other.pay) / 2.0)
        outgrown = other.power / (0.001 + model.all_power) / max(other.start.share, 0.005)
        target += rivalry.outgrowing * math.log2(max(outgrown, 1.0))
        land = spoils = crises = 0.0
        for contact in self.contacts:
            own, others, arena = contact.own, contact.other, contact.own.arena
            land += own.want * others.gain
            if arena.is_territory:
                spoils += min(own.want * others.want, 1.0) * arena.initial_threat_control
            else:
                crises += arena.crisis * min(own.stake * others.stake, 1.0)
        target += rivalry.land_gain * land + rivalry.spoils * max(1.0 - model.strength, 0.0) * spoils + rivalry.crisis_strain * crises
        return target + rivalry.patron_rivalry * sum(patron.given_to[faction] * patron.animosity[other] for patron in model.patrons)

    def weigh(self, model):
        """The rivalry weight, exactly 0 below the floor (7.3.7)."""
        if self.pair:
            self.weight = model.rivalry_weight(self.hostility)


class Pair:
    """What is the same both ways between two factions: truce, agreement, and the rungs of their quarrel."""

    def __init__(self, model, one, other):
        self.model, self.one, self.other = model, one, other
        self.there, self.back = one.relations[other.number], other.relations[one.number]
        self.there.pair = self.back.pair = self
        self.meetings = [(contact.own, contact.other) for contact in self.there.contacts]
        self.on_the_ground = [(mine, yours) for mine, yours in self.meetings if mine.arena.is_territory]
        self.in_politics = [(mine, yours) for mine, yours in self.meetings if not mine.arena.is_territory]
        self.ceasefire = self.shared = 0.0
        self.agreement = self.feud = self.clash = self.conflict = self.old_conflict = 0

    def share_patrons(self):
        """How far the same patrons back both: SHARED of (7.3.3)."""
        self.shared = min(sum(patron.given_to[self.one] * patron.given_to[self.other] for patron in self.model.patrons), 1.0)

    def quarrel(self):
        """Ceasefires run out and fighting is remembered (7.5.10); then feuds, clashes and wars begin and end."""
        model = self.model
        self.ceasefire = max(self.ceasefire - model.dt, 0.0)
        if self.meetings:
            rate = model.rate(model.rivalry.memory_per_fighting)
            self.there.memory += rate * min(self.back.fighting / (self.one.power + 0.001), 1.0)
            self.back.memory += rate * min(self.there.fighting / (self.other.power + 0.001), 1.0)
        w = (self.there.weight + self.back.weight) / 2.0
        if self.in_politics:
            self._feud(w)
        if self.on_the_ground:
            self._fight(w)

    def _feud(self, w):
        """Feuds over institutions (7.5.11)."""
        model, conflict = self.model, self.model.conflict
        u = model.random.random()
        rift = sum(mine.stake * yours.stake for mine, yours in self.in_politics)
        if not self.feud:
            self.feud = int(hit(u, model.rate(conflict.feud_per_week) * w * min(rift, 1.0)))
        elif hit(u, model.rate(conflict.feud_end_per_week) * (1.5 - w)):
            self.feud = 0

    def _fight(self, w):
        """Clashes, wars and agreements (7.5.12 and 7.5.13): one number decides, so that climbing and ending exclude each other."""
        model, conflict, rate = self.model, self.model.conflict, self.model.rate
        one, other = self.one, self.other
        facing, coveted, withheld = self._at_stake()
        contact = sum(mine.stake * (0.5 * yours.stake + yours.control) + yours.stake * (0.5 * mine.stake + mine.control) for mine, yours in self.meetings)
        near = min(contact, 1.0)
        massed = (self.there.massed + self.back.massed) / (one.power + other.power + 0.001)
        anger = w**2 * (1.0 - conflict.restraint * self.shared) * (1.0 + conflict.prize * coveted)
        hot = anger * near
        flares = rate(conflict.clash_per_week) * hot * facing * (1.0 + conflict.escalation * massed)
        fear = math.sqrt(one.perceived * other.perceived)
        undeterred = 1.0 - conflict.deterrence * fear
        grows = rate(conflict.war_per_week) * hot * undeterred
        parity = 4.0 * one.power * other.power / (one.power + other.power + 0.001) ** 2
        decides = rate(conflict.decision_per_week) * anger * min(withheld, 1.0) * undeterred * w**2 * parity
        bled = max(max(1.0 - faction.fighters / (faction.start.fighters + 0.001), 0.0) for faction in (one, other))
        brokered = 1.0 + conflict.brokerage * self.shared
        peace = (
            rate(conflict.end_per_week)
            * (1.5 - w)
            * (1.0 + conflict.exhaustion * bled)
            * brokered
            * (1.0 + conflict.plea * max(one.perceived, other.perceived))
        )
        agrees = rate(conflict.agreement_per_week) * 4.0 * w * (1.0 - w) * fear * brokered
        parts = rate(conflict.agreement_end_per_week) * (0.5 + w) * (1.5 - fear)

        u = model.random.random()
        if self.conflict:
            if hit(1.0 - u, peace):
                self.conflict = self.old_conflict = 0
                self.ceasefire = max(self.ceasefire, conflict.ceasefire_weeks)
        elif self.clash:
            if self.ceasefire == 0.0 and hit(u, grows):
                self.clash, self.conflict = 0, 1
            elif hit(1.0 - u, rate(conflict.clash_end_per_week)):
                self.clash = 0
        elif self.ceasefire == 0.0 and hit(u, flares + decides):
            self.agreement = 0
            if hit(u, flares):
                self.clash = 1
            else:
                self.conflict = 1
        elif not self.agreement and hit(1.0 - u, agrees):
            self.agreement = 1
        elif self.agreement and hit(1.0 - u, parts):
            self.agreement = 0

    def _at_stake(self):
        """FACE, COVET and HELD of (7.5.10)."""
        facing = coveted = withheld = 0.0
        for mine, yours in self.on_the_ground:
            arena, x, y = mine.arena, mine.presence, yours.presence
            facing += 4.0 * x * y / ((x + y + 1e-6) * (x + y + arena.front))
            coveted += min(mine.want * yours.want, 1.0) * arena.prize * arena.value / self.model.highest_value
            withheld += mine.stake * yours.control + yours.stake * mine.control
        return facing, coveted, withheld


class Patron(mesa.Agent):
    """An outside state, which pays, restrains and divides factions."""

    def __init__(self, model, key, given):
        super().__init__(model)
        self.key, self.given = key, given
        self.commitment = self.full_commitment = given["commitment"]
        self.exposure, self.air, self.strikes = given["exposure"], given["air"], given["strikes"]
        self.position, self.salience = model.views(given)
        self.stake = given.get("stake", {})
        self.perceived = self.perceived_start = 0.0
        backing, offer = given.get("backing", {}), given.get("offer", {})
        self.backing = {faction: backing.get(faction.key, 0.0) for faction in model.factions}
        self.usual_backing = dict(self.backing)
        self.offer = {faction: offer.get(faction.key, 0.0) for faction in model.factions}
        self.given_to = dict.fromkeys(model.factions, 0.0)
        self.animosity = dict.fromkeys(model.factions, 0.0)
        self.hostility_to_patrons = {}  # HP, the others alone
        self.hostility_to_factions = {}  # HT, where a tie gives one

    def perceive(self, share):
        """The threat as it perceives it (7.2.3)."""
        self.perceived += share * (1.0 - 1.0 / (1.0 + self.exposure * self.model.strength) - self.perceived)

    def give(self):
        """Support given (7.3.3)."""
        for faction, backing in self.backing.items():
            self.given_to[faction] = backing * self.commitment

    def resent(self):
        """Its animosity toward factions, by its own ties and by patrons that it is at odds with (7.3.6)."""
        model = self.model

        def weight(hostility, other):
            return model.rivalry_weight(hostility - model.rivalry.common_enemy * math.sqrt(self.perceived * other.perceived))

        odds = [(patron, weight(hostility, patron)) for patron, hostility in self.hostility_to_patrons.items()]
        for faction in self.animosity:
            own = weight(self.hostility_to_factions[faction], faction) if faction in self.hostility_to_factions else 0.0
            self.animosity[faction] = min(own + sum(w * patron.given_to[faction] for patron, w in odds), 1.0)

    def tire(self):
        """Commitment erodes as the threat is no longer seen, and returns with it (7.8.8)."""
        model, patronage = self.model, self.model.patronage
        seen = self.perceived / self.perceived_start if self.perceived_start > 1e-6 else 1.0
        target = self.full_commitment * (1.0 - patronage.fatigue * max(1.0 - seen, 0.0))
        weeks = patronage.return_weeks if target > self.commitment else patronage.erosion_weeks
        self.commitment += model.toward(weeks) * (target - self.commitment)

    def review_clients(self):
        """It drops who makes war on others of its clients, and takes on who has lost support (7.8.9)."""
        model, patronage = self.model, self.model.patronage
        before = dict(self.backing)
        for faction, backing in before.items():
            wars = sum(
                (relation.pair.conflict - relation.pair.old_conflict) * before[relation.other] for relation in faction.relations if relation.pair
            )
            start = faction.start.received
            short = max(1.0 - faction.received / start, 0.0) if start > 0.001 else 0.0
            usual = self.usual_backing[faction]
            target = usual * (1.0 - patronage.drop * min(wars, 1.0)) + max(self.offer[faction] - usual, 0.0) * short
            self.backing[faction] = backing + model.toward(patronage.realign_weeks) * (target - backing)


# ---- The threat -------------------------------------------------------------------------------------------------------------------------------


class Threat(mesa.Agent):
    """The common enemy."""

    def __init__(self, model, given):
        super().__init__(model)
        self.given = given
        self.initial_fighters, self.quality, self.governance = given["fighters"], given["quality"], given["governance"]
        self.opportunists = given["opportunists"] * given["fighters"]
        self.core = given["fighters"] - self.opportunists
        self.funds, self.legitimacy, self.morale = given["funds_musd"], given["legitimacy"], given["morale"]
        self.leadership = self.foreign_inflow = 1.0
        self.pay = self.initial_pay = self.tempo = 0.0
        self.fighting_power = given["quality"]
        self.holding, self.melting = Option(), Option()
        self.holding.effort = 1.0
        self.losses = self.joined = 0.0

    def open(self):
        return self.core + self.opportunists

    def hidden(self):
        return sum(territory.underground for territory in self.model.territories)

    def take(self, men):
        """Fighters in the open are taken from both kinds in proportion, never more than all; gives how many."""
        fighters = self.open()
        men = min(men, fighters)
        if men <= 0.0:
            return 0.0
        self.core -= men * self.core / fighters
        self.opportunists -= men * self.opportunists / fighters
        return men

    def lose(self, men):
        """Fighters are lost in a contest, and morale with them (after 7.5.5)."""
        fighters = self.open()
        lost = self.take(men)
        if lost > 0.0:
            self.morale -= self.morale * min(self.model.morale.per_loss * lost / fighters, 1.0)
            self.losses += lost

    def attacking(self):
        """All its effort to attack."""
        return sum(territory.attack.effort for territory in self.model.territories)

    def set_open(self, fighters):
        """An event leaves that many in the open, in the same proportions (7.1)."""
        before = self.open()
        self.joined += fighters - before
        self.opportunists *= fighters / (before + 1e-6)
        self.core = fighters - self.opportunists

    def reach(self):
        """How far it still has fighters to provoke with: able of (7.2.2)."""
        fighters = self.open() + self.hidden()
        return fighters / (fighters + 0.25 * self.initial_fighters)

    # Strategy: 7.6

    def choose(self, share):
        """Its efforts move a share of the way to a logit choice (7.6.1)."""
        model, strategy, polity, territories = self.model, self.model.strategy, self.model.polity, self.model.territories
        paid = polity.unpaid_effectiveness + (1.0 - polity.unpaid_effectiveness) * self.pay
        self.fighting_power = self.quality * self.leadership * paid * exp(model.contest.tempo * self.tempo)
        force = sum(territory.force for territory in territories)
        peril = force / (force + 0.001 + sum(territory.defence for territory in territories))
        shelter = sum(territory.garrison * territory.refuge for territory in territories) / (self.open() + 0.001)
        self.holding.utility = strategy.hold * peril * model.held_value / model.reference_value
        self.melting.utility = strategy.melt * shelter * peril
        for territory in territories:
            territory.attack.utility = self._worth_attacking(territory)
        for community in model.communities:
            community.provoke.utility = strategy.provoke * community.importance
        attacks = [territory.attack for territory in territories]
        provocations = [community.provoke for community in model.communities]
        logit([self.holding, self.melting, *attacks, *provocations], strategy.temperature, share)

    def _worth_attacking(self, territory):
        """The utility of attacking a territory: u_attack of (7.6.1)."""
        model, strategy, decision_share = self.model, self.model.strategy, self.model.allocation.decision_share
        near = territory.threat_control + sum(road * other.threat_control for other, road in territory.neighbours)
        reach = strategy.access * (near + territory.cells())
        force = (decision_share * self.open() + strategy.cell_force * territory.underground) * self.fighting_power
        hazard = strategy.patience_weeks * territory.defenders_yield(force)
        back = sum(claim.access * min(claim.want, 1.0) * claim.faction.power for claim in territory.claims)
        kept = territory.win(force, decision_share * back) / (1.0 + territory.prize)
        worth = kept * territory.value / (model.held_value + model.highest_value) * (1.0 - territory.threat_control)
        return strategy.attack * worth * part(reach) * part(hazard) * (territory.resentment + 0.5) - strategy.attack_cost

    def deploy(self, share):
        """Fighters are posted, defend and attack (7.6.2)."""
        model, contest, territories, fighters = self.model, self.model.contest, self.model.territories, self.open()
        wanted = []
        for territory in territories:
            attacked = territory.force / (territory.force + territory.defence + territory.floor)
            held = territory.threat_control * territory.value * (1.0 + contest.reinforcement * attacked)
            wanted.append(held + 0.001 * (territory.refuge + 0.01))
        total = sum(wanted)
        for territory, want in zip(territories, wanted):
            cut = territory.cut_off()[0]
            if not territory.neighbours and model.has_neighbours:  # an island is reached by few
                cut = 1.0
            territory.threat_posted += share * max(1.0 - cut, 0.05) * (want / total - territory.threat_posted)
        posted = 1e-9 + sum(territory.threat_posted for territory in territories)
        attacking = self.attacking()
        for territory in territories:
            territory.threat_posted /= posted
            territory.garrison = fighters * territory.threat_posted
            territory.defence = territory.garrison * (1.0 - attacking) * self.fighting_power * territory.terrain
            effort = territory.attack.effort
            cells = model.strategy.cell_force * territory.underground * effort / (effort + 0.1)
            territory.assault = (fighters * effort + cells) * self.fighting_power

    # Upkeep: 7.7

    def repression(self):
        """Who can't buy peace represses (7.7.1)."""
        given = self.given["repression"]
        return given + (1.0 - given) * (1.0 - self.pay)

    def split(self):
        """Some of the unpaid split off, and go home or become a faction (7.7.1)."""
        model, share = self.model, self.model.upkeep.split_loss
        rules = min(model.held_value / model.reference_value, 1.0)
        hazard = model.yearly(model.upkeep.split_per_year) * (1.0 - self.pay) * self.repression() * (1.0 - self.legitimacy) * rules
        if not hit(model.random.random(), hazard):
            return
        men = self.take(share * self.open())
        self.joined -= men
        if model.splinter:
            model.splinter.fighters += men
            model.splinter.joined += men
            for claim in model.splinter.claims:
                if claim.arena.is_territory:
                    taken = share * claim.arena.threat_control
                    claim.arena.threat_control -= taken
                    claim.take(taken)

    def border_access(self):
        return sum(territory.threat_control * territory.border for territory in self.model.territories)

    def income(self):
        """What comes in in a month (7.7.3)."""
        model, upkeep, territories = self.model, self.model.upkeep, self.model.territories
        out = min(self.border_access() / model.reference_access, 1.0)
        strikes = min(sum(patron.strikes * patron.commitment for patron in model.patrons), 1.0)
        extorted = upkeep.extortion * sum(t.revenue * max(1.0 - t.threat_control, 0.0) * t.cells() for t in territories)
        taxed = sum(t.revenue * t.threat_control for t in territories) * (1.0 - upkeep.trade * (1.0 - out)) * (1.0 - strikes)
        return self.given["external_musd_per_month"] + extorted + taxed

    def budget(self):
        """What comes in and what is spent in a step; sets pay (7.7.3)."""
        model, upkeep, given = self.model, self.model.upkeep, self.given
        income = model.monthly(self.income())
        wages = (self.open() + upkeep.cell_wage * self.hidden()) * model.monthly(given["wage_usd_per_month"]) * 1e-6
        needed = wages + model.monthly(given["administration_musd_per_month"]) * model.held_value / model.reference_value
        spent = min(needed, income + model.toward(upkeep.reserve_weeks) * self.funds)
        self.pay = min(spent / (needed + 1e-9), 1.0) if needed > 1e-9 else 1.0
        return income, spent

    def settle_accounts(self):
        """Funds, and desertion of the unpaid (7.7.3)."""
        upkeep = self.model.upkeep
        income, spent = self.budget()
        self.funds += income - spent
        unpaid = self.model.rate(upkeep.desertion_per_week) * (1.0 - self.pay)
        left = self.opportunists * min(unpaid, 1.0), self.core * min(unpaid * (1.0 - upkeep.core_loyalty), 1.0)
        self.opportunists -= left[0]
        self.core -= left[1]
        self.joined -= sum(left)

    def recruiting_room(self):
        """How far it is from as many as it can take: room of (7.7.5)."""
        return 1.0 / (1.0 + (self.open() + self.hidden()) / (self.model.upkeep.saturation * self.initial_fighters))

    def recruit(self):
        """Locals join in every territory, and foreigners over the border (7.7.5)."""
        model, given = self.model, self.given
        room = self.recruiting_room()
        model.each(Territory, "recruit", room)
        access = self.border_access() / model.reference_access
        prestige = self.legitimacy / max(given["legitimacy"], 0.001)
        foreign = model.monthly(given["foreign_per_month"]) * self.foreign_inflow * access * prestige * room / model.initial_room
        self.core += foreign
        self.joined += foreign

    def believe(self):
        """Legitimacy follows success (7.7.6); a lost leader is replaced."""
        model, upkeep, given, territories = self.model, self.model.upkeep, self.given, self.model.territories
        scale = model.reference_value
        lost = sum(territory.threat_lost * territory.value for territory in territories)
        won = sum(territory.threat_won * territory.value for territory in territories)
        shrunk = 1.0 - min(model.value_held() / scale, 1.0)
        rest = given["legitimacy"] * (1.0 - given["statehood"] * upkeep.statehood_weight * shrunk)
        self.legitimacy += model.toward(upkeep.legitimacy_weeks) * (rest - self.legitimacy)
        penalty = upkeep.legitimacy_per_loss * (1.0 + upkeep.statehood_penalty * given["statehood"])
        self.legitimacy -= self.legitimacy * min(penalty * lost / scale, 1.0)
        self.legitimacy += (1.0 - self.legitimacy) * min(upkeep.legitimacy_per_gain * won / scale, 1.0)
        self.leadership += model.toward(upkeep.leadership_recovery_weeks) * (1.0 - self.leadership)

    def take_heart(self):
        """Its morale returns to what pay and legitimacy make of it, and rises by success (7.8.5)."""
        model, morale, given = self.model, self.model.morale, self.given
        strain = (self.pay - self.initial_pay) * self.opportunists / (self.open() + 1e-6)
        rest = clip(given["morale"] + morale.per_pay * strain + morale.per_support * (self.legitimacy - given["legitimacy"]))
        self.morale += model.toward(morale.weeks) * (rest - self.morale)
        success = sum(territory.threat_won * territory.value for territory in model.territories) / model.highest_value
        self.morale += min(morale.per_gain * success, 1.0) * (1.0 - self.morale)


# ---- Coalitions: measured alone ---------------------------------------------------------------------------------------------------------------


class Coalition:
    """A set of factions whose cohesion is measured (7.9.1, 7.9.2)."""

    def __init__(self, model, members):
        self.members = members
        self.pairs = [pair for pair in model.pairs if pair.one in members and pair.other in members]

    def weighted(self, share):
        """The mean over members of a share, weighted by power."""
        return sum(faction.power * share(faction) for faction in self.members) / (1e-6 + sum(faction.power for faction in self.members))

    def infighting(self):
        return self.weighted(lambda i: sum(i.relations[j.number].effort() for j in self.members if j is not i))

    def purpose(self):
        return self.weighted(effort_against_threat)

    def power_in_conflict(self):
        """The share of its power in a new open conflict with a fellow member."""
        return self._power_of(pair for pair in self.pairs if pair.conflict and not pair.old_conflict)

    def power_in_clash(self):
        return self._power_of(pair for pair in self.pairs if pair.clash or (pair.conflict and not pair.old_conflict))

    def _power_of(self, pairs):
        fighting = {faction for pair in pairs for faction in (pair.one, pair.other)}
        return self.weighted(lambda i: float(i in fighting)) if fighting else 0.0

    def rivalry(self):
        return sum(pair.there.weight + pair.back.weight for pair in self.pairs) / max(2 * len(self.pairs), 1)


def effort_against_threat(faction):
    return sum(claim.effort for claim in faction.claims if claim.arena.is_territory)


# ---- Variables: 7.1, 7.9 and "Variables" of docs/scenario.md ----------------------------------------------------------------------------------

# State that events may change and that is one attribute of one thing: the kind of thing, its attribute, and the range to which it is kept.
STATES = {
    "funds": ("threat", "funds", positive),
    "legitimacy": ("threat", "legitimacy", clip),
    "foreign_inflow": ("threat", "foreign_inflow", positive),
    "threat_leadership": ("threat", "leadership", positive),
    "threat_morale": ("threat", "morale", clip),
    "quality": ("faction", "quality", positive),
    "pay": ("faction", "pay", clip),
    "support": ("faction", "support", clip),
    "leadership": ("faction", "leadership", positive),
    "morale": ("faction", "morale", clip),
    "perceived_threat": ("faction", "perceived", clip),
    "crisis": ("arena", "crisis", clip),
}

# What names in brackets stand for, and how the variable is read. Conditions of events read what is kept (strength, power, weights, support given, unrest,
# governance) as the last step left it, and what is worked out here as earlier events of this step have made it.
READ = {
    "week": ("", lambda w: w.week),
    "threat_strength": ("", lambda w: w.strength),
    "threat_share": ("", lambda w: w.threat_share),
    "threat_people": ("", lambda w: sum(t.population * t.threat_control for t in w.territories)),
    "underground_fighters": ("", lambda w: w.threat.hidden()),
    "threat_pay": ("", lambda w: w.threat.pay),
    "revenue": ("", lambda w: w.threat.income()),
    "threat_losses": ("", lambda w: w.threat.losses),
    "threat_joined": ("", lambda w: w.threat.joined),
    "assault": ("arena", lambda w, a: a.assault),
    "power": ("faction", lambda w, i: i.power),
    "losses": ("faction", lambda w, i: i.losses),
    "joined": ("faction", lambda w, i: i.joined),
    "effort_threat": ("faction", lambda w, i: effort_against_threat(i)),
    "effort_rival": ("faction faction", lambda w, i, j: i.relations[j.number].effort()),
    "effort_guard": ("faction", lambda w, i: i.holding.effort),
    "effort_govern": ("faction", lambda w, i: i.governing.effort),
    "rivalry": ("faction faction", lambda w, i, j: i.relations[j.number].weight),
    "fighting": ("faction faction", lambda w, i, j: i.relations[j.number].fighting),
    "contested": ("arena", lambda w, a: a.contested()),
    "fallen": ("arena", lambda w, a: float(a.largest() is not w.first_holder[a])),
    "governance": ("arena", lambda w, a: a.governance),
    "unrest": ("arena", lambda w, a: a.unrest),
    "cohesion": ("coalition", lambda w, k: 1.0 - k.infighting()),
    "infighting": ("coalition", lambda w, k: k.infighting()),
    "power_in_conflict": ("coalition", lambda w, k: k.power_in_conflict()),
    "power_in_clash": ("coalition", lambda w, k: k.power_in_clash()),
    "purpose": ("coalition", lambda w, k: k.purpose()),
    "mean_rivalry": ("coalition", lambda w, k: k.rivalry()),
    "bloc_power": ("bloc", lambda w, b: sum(faction.power for faction in b.members)),
    "support_given": ("patron faction", lambda w, u, i: u.given_to[i]),
    "open_fighters": ("", lambda w: w.threat.open()),
    "underground": ("arena", lambda w, a: a.underground if a.is_territory else 0.0),
    "fighters": ("faction", lambda w, i: i.fighters),
    "hostility": ("faction faction", lambda w, i, j: i.relations[j.number].shift),
    "memory": ("faction faction", lambda w, i, j: i.relations[j.number].memory),
    "conflict": ("faction faction", lambda w, i, j: w.pair(i, j).conflict),
    "clash": ("faction faction", lambda w, i, j: w.pair(i, j).clash),
    "feud": ("faction faction", lambda w, i, j: w.pair(i, j).feud),
    "agreement": ("faction faction", lambda w, i, j: w.pair(i, j).agreement),
    "ceasefire": ("faction faction", lambda w, i, j: w.pair(i, j).ceasefire),
    "position": ("faction issue", lambda w, i, n: i.position[n]),
    "stake": ("faction arena", lambda w, i, a: i.claim_on[a].stake if a in i.claim_on else 0.0),
    "control": ("arena holder", lambda w, a, holder: a.share(holder)),
    "grievance": ("arena community", lambda w, a, g: w.populace(a, g).grievance),
    "commitment": ("patron", lambda w, u: u.commitment),
    "backing": ("patron faction", lambda w, u, i: u.backing[i]),
    "oil_price": ("", lambda w: exp(w.log_oil)),
    "election": ("arena", lambda w, a: 0.0),
    "attack": ("community", lambda w, g: 0.0),
}


def _change_fighters(w, change, i):
    before = i.fighters
    i.fighters = positive(change(before))
    i.joined += i.fighters - before


def _change_underground(w, change, a):
    before = a.underground
    a.underground = positive(change(before))
    w.threat.joined += a.underground - before


def _change_hostility(w, change, i, j):
    pair, before = w.pair(i, j), i.relations[j.number].shift
    by = change(before) - before
    pair.there.shift += by
    pair.back.shift += by


def _change_memory(w, change, i, j):
    pair, before = w.pair(i, j), i.relations[j.number].memory
    by = change(before) - before
    pair.there.memory = positive(pair.there.memory + by)
    pair.back.memory = positive(pair.back.memory + by)


def _change_conflict(w, change, i, j):
    pair = w.pair(i, j)
    pair.conflict = int(change(pair.conflict) >= 0.5)
    pair.old_conflict = min(pair.old_conflict, pair.conflict)
    pair.clash = min(pair.clash, 1 - pair.conflict)
    pair.agreement = min(pair.agreement, 1 - pair.conflict)


def _change_clash(w, change, i, j):
    pair = w.pair(i, j)
    pair.clash = int(change(pair.clash) >= 0.5 and not pair.conflict)
    pair.agreement = min(pair.agreement, 1 - pair.clash)


def _change_agreement(w, change, i, j):
    pair = w.pair(i, j)
    pair.agreement = int(change(pair.agreement) >= 0.5 and not pair.conflict and not pair.clash)


def _change_feud(w, change, i, j):
    pair = w.pair(i, j)
    pair.feud = int(change(pair.feud) >= 0.5)


def _change_ceasefire(w, change, i, j):
    pair = w.pair(i, j)
    pair.ceasefire = positive(change(pair.ceasefire))


def _change_position(w, change, i, n):
    i.position[n] = min(max(change(i.position[n]), -1.0), 1.0)


def _change_stake(w, change, i, a):
    i.claim_on[a].stake = positive(change(i.claim_on[a].stake))


def _change_grievance(w, change, a, g):
    w.populace(a, g).grievance = clip(change(w.populace(a, g).grievance))


def _change_commitment(w, change, u):
    u.commitment = clip(change(u.commitment))
    u.full_commitment = clip(change(u.full_commitment))  # so a withdrawal lasts


def _change_backing(w, change, u, i):
    u.backing[i] = clip(change(u.backing[i]))
    u.usual_backing[i] = clip(change(u.usual_backing[i]))


def _change_oil_price(w, change):
    w.log_oil = log(max(change(exp(w.log_oil)), 1.0))


def _attack(w, change, g):
    for faction in w.factions:
        faction.alarm += faction.people.get(g.key, 0.0) * positive(change(0.0))


# How an event changes state that isn't in STATES; `change` gives the new value for an old one.
CHANGE = {
    "open_fighters": lambda w, change: w.threat.set_open(positive(change(w.threat.open()))),
    "underground": _change_underground,
    "fighters": _change_fighters,
    "hostility": _change_hostility,
    "memory": _change_memory,
    "conflict": _change_conflict,
    "clash": _change_clash,
    "agreement": _change_agreement,
    "feud": _change_feud,
    "ceasefire": _change_ceasefire,
    "position": _change_position,
    "stake": _change_stake,
    "control": lambda w, change, a, holder: a.set_control(holder, clip(change(a.share(holder)))),
    "grievance": _change_grievance,
    "commitment": _change_commitment,
    "backing": _change_backing,
    "oil_price": _change_oil_price,
    "election": lambda w, change, a: a.elect(change(0.0)),
    "attack": _attack,
}


def split_name(text):
    """The name of a variable, and the names in its brackets."""
    name, _, rest = text.replace(" ", "").rstrip(")").partition("(")
    return name, rest.split(",") if rest else []


class Variable:
    """A variable of a world, with the things that its names stand for."""

    def __init__(self, world, name, names):
        self.world, self.name = world, name
        if name in STATES:
            kind, self.attribute, self.range = STATES[name]
            self.things = [world.threat if kind == "threat" else world.find(kind, names[0])]
        else:
            kinds, self._read = READ[name]
            self.things = [world.find(kind, one) for kind, one in zip(kinds.split(), names, strict=True)]

    def read(self):
        if self.name in STATES:
            return getattr(self.things[0], self.attribute)
        return self._read(self.world, *self.things)

    def change(self, change):
        if self.name in STATES:
            setattr(self.things[0], self.attribute, self.range(change(self.read())))
        else:
            CHANGE[self.name](self.world, change, *self.things)


# ---- Events: 7.1 ------------------------------------------------------------------------------------------------------------------------------


class Event:
    """Something that may happen once or several times, and changes states."""

    def __init__(self, world, entry):
        self.world, self.entry = world, entry
        self.happened = False
        self.conditions = [(condition, Variable(world, *split_name(condition["on"]))) for condition in entry.get("when", [])]
        self.effects = [(effect, Variable(world, *split_name(effect["on"]))) for effect in entry.get("effect", [])]
        self.moves_positions = any(variable.name == "position" for _, variable in self.effects)
        self.is_dated = "date" in entry
        # Days are counted from the start, and the day of the horizon counts to the last step.
        last = 7 * world.dt * world.horizon - 1
        self.first_day = min(world.day(entry.get("date", entry.get("from"))) or 0, last)
        until = entry.get("date", entry.get("until"))
        self.last_day = last if until is None else min(world.day(until), last)

    def part(self, step):
        """The share of the days of a step on which it can happen."""
        days = 7 * self.world.dt
        first, last = max(self.first_day, days * (step - 1)), min(self.last_day, days * step - 1)
        return max(last - first + 1, 0) / days

    def take_turn(self, step):
        """It happens, or it doesn't (7.1.1)."""
        entry, world = self.entry, self.world
        u = world.random.random()
        after = entry.get("after")
        possible = (entry.get("repeats", False) or not self.happened) and (after is None or world.events[after].happened)
        x = 0.0
        for condition, variable in self.conditions:
            value = variable.read()
            possible = possible and value >= condition.get("above", -math.inf) and value <= condition.get("below", math.inf)
            x += condition.get("slope", 0.0) * (value - condition.get("at", 0.0))
        if self.is_dated:
            struck = u < entry.get("probability", 1.0)
        else:
            struck = hit(u, self.part(step) * world.yearly(entry["hazard_per_year"]) * exp(min(max(x, -20.0), 20.0)))
        if possible and struck:
            self.happened = True
            self._take_effect()

    def _take_effect(self):
        for effect, variable in self.effects:
            if "add" in effect:
                variable.change(lambda before: before + effect["add"])
            elif "multiply" in effect:
                variable.change(lambda before: before * effect["multiply"])
            else:
                variable.change(lambda before: effect["set"])
        if self.moves_positions:
            self.world.find_baselines()


# ---- Outcomes: 7.9 ----------------------------------------------------------------------------------------------------------------------------


class Expression:
    """An expression over variables (docs/scenario.md, "Expressions"), as a function without arguments. Truth is 1 and 0."""

    TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?(?![\w.]))|'([^']*)'|(\w[\w.]*)|(<=|>=|==|!=|[-+*/(),<>]))")

    def __init__(self, text, world, thing):
        self.world, self.thing = world, thing
        self.tokens, place, text = [], 0, text.rstrip()
        while place < len(text):
            match = self.TOKEN.match(text, place)
            if not match:
                raise ValueError(f"can't read {text[place:]!r}")
            number, quoted, name, sign = match.groups()
            self.tokens.append(("number", float(number)) if number else ("key", quoted) if quoted else ("name", name) if name else ("sign", sign))
            place = match.end()
        self.tokens.append(("end", ""))
        self.value = self._or()
        self._expect("")

    def _next(self):
        return self.tokens[0][1]

    def _take(self):
        return self.tokens.pop(0)

    def _expect(self, sign):
        if self._take()[1] != sign:
            raise ValueError(f"expected {sign!r}")

    def _or(self):
        value = self._and()
        while self._next() == "or":
            self._take()
            value = _both(max, value, self._and())
        return value

    def _and(self):
        value = self._not()
        while self._next() == "and":
            self._take()
            value = _both(min, value, self._not())
        return value

    def _not(self):
        if self._next() != "not":
            return self._comparison()
        self._take()
        value = self._not()
        return lambda: 1.0 - value()

    def _comparison(self):
        value = self._sum()
        if self._next() in COMPARISONS:
            value = _both(COMPARISONS[self._take()[1]], value, self._sum())
        return value

    def _sum(self):
        value = self._product()
        while self._next() in ("+", "-"):
            value = _both(ARITHMETIC[self._take()[1]], value, self._product())
        return value

    def _product(self):
        value = self._signed()
        while self._next() in ("*", "/"):
            value = _both(ARITHMETIC[self._take()[1]], value, self._signed())
        return value

    def _signed(self):
        if self._next() != "-":
            return self._single()
        self._take()
        value = self._signed()
        return lambda: -value()

    def _single(self):
        kind, token = self._take()
        if token == "(" and kind == "sign":
            value = self._or()
            self._expect(")")
            return value
        if kind == "number":
            return lambda: token
        if kind == "key" or "." in token:
            number = self.world.number(token)
            return lambda: number
        if self._next() != "(":
            return Variable(self.world, token, []).read
        self._take()
        if token in FUNCTIONS:
            arguments = [self._or()]
            while self._next() == ",":
                self._take()
                arguments.append(self._or())
            self._expect(")")
            return FUNCTIONS[token](*arguments)
        names = [self._take()[1]]
        while self._next() == ",":
            self._take()
            names.append(self._take()[1])
        self._expect(")")
        names = [self.thing if name == "each" and self.thing else name for name in names]
        if token in ("happened", "holds"):
            outcomes = self.world.outcomes_by_key
            outcome = outcomes.get(f"{names[0]}.{self.thing}") or outcomes[names[0]]
            return (lambda: float(outcome.first > 0)) if token == "happened" else (lambda: float(outcome.holds))
        return Variable(self.world, token, names).read


def _both(function, one, other):
    """A function of two values, both of which are always worked out: what is remembered in them goes on."""

    def value():
        left, right = one(), other()
        return function(left, right)

    return value


def _divide(x, y):
    if y != 0.0:
        return x / y
    return math.nan if x == 0.0 or math.isnan(x) else math.copysign(math.inf, x)


ARITHMETIC = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y, "/": _divide}
COMPARISONS = {  # false where there is no number, != too
    "<": lambda x, y: float(x < y),
    "<=": lambda x, y: float(x <= y),
    ">": lambda x, y: float(x > y),
    ">=": lambda x, y: float(x >= y),
    "==": lambda x, y: float(x == y),
    "!=": lambda x, y: float(x < y or x > y),
}


def _remembered(choose):
    """A function of an expression that keeps a value: what `choose` makes of the one kept and the present one."""

    def of(value):
        kept = []

        def remember():
            now = value()
            kept[:] = [choose(kept[0], now) if kept else now]
            return kept[0]

        return remember

    return of


FUNCTIONS = {
    "min": lambda x, y: _both(min, x, y),  # x unless y is less, as the page has it
    "max": lambda x, y: _both(max, x, y),
    "start": _remembered(lambda kept, now: kept),
    "lowest": _remembered(min),
    "highest": _remembered(max),
}


class Outcome:
    """What may come about, and when it first did (7.9)."""

    def __init__(self, world, outcome, entry):
        self.world = world
        self.at_the_end = entry.get("otherwise", False)
        self.counts = entry.get("counts", True) and outcome.is_first

        def value(text):
            return Expression(str(text), world, outcome.thing).value

        self.when, self.after = value(entry.get("when", 1)), value(entry.get("after", 1))
        self.unless, self.for_weeks = value(entry.get("unless", 0)), value(entry.get("for_weeks", 0))
        self.weeks, self.holds, self.first = 0.0, False, 0

    def look(self, step):
        """At the start and at the end of every step."""
        when, after, unless, for_weeks = self.when(), self.after(), self.unless(), self.for_weeks()
        self.weeks = self.weeks + self.world.dt if min(when, after, 1.0 - unless) > 0.0 else 0.0
        self.holds = step >= 1 and self.weeks > 0.0 and self.weeks >= for_weeks
        if self.holds and not self.first:
            self.first = step


# ---- A replicate ------------------------------------------------------------------------------------------------------------------------------

SECTIONS = ("perception", "rivalry", "allocation", "contest", "morale", "conflict", "upkeep", "strategy", "polity", "oil", "patronage")
SETTLING_ROUNDS = {"hostility": 8, "effort": 12}


class World(mesa.Model):
    """One replicate: a scenario with plain numbers, and what chance makes of it."""

    def __init__(self, scenario, plan, seed):
        super().__init__(seed=seed)
        self.scenario, self.dt, self.horizon = scenario, plan.dt, plan.steps
        for section in SECTIONS:
            setattr(self, section, SimpleNamespace(**scenario[section]))
        self._scale_sizes()
        self.strength, self.week, self.mood = 1.0, 0.0, 0.0
        self.log_oil = log(self.oil.price_usd)
        self._create_agents()
        self._create_claims()
        self._create_relations()
        self._tie()
        self._settle()
        self.first_holder = {arena: arena.largest() for arena in self.arenas}
        self.events = {entry["id"]: Event(self, entry) for entry in scenario.get("event", [])}
        self.turns = self._turns()
        entries = {entry["id"]: entry for entry in scenario.get("outcome", [])}
        self.outcomes_by_key = {}
        for outcome in plan.outcomes:  # one by one: an outcome may ask for those before it
            self.outcomes_by_key[outcome.key] = Outcome(self, outcome, entries[outcome.id])
        self.datacollector = mesa.DataCollector(model_reporters=SERIES)
        self.measure()
        self.look()

    def step(self):
        """Step `self.steps`, in the order of section 3."""
        self.happen()
        self.perceive()
        self.quarrel_in_mind()
        self.each(Faction, "allocate", self.toward(self.allocation.adjustment_weeks), self.toward(self.allocation.road_weeks))
        self.draw_noise()
        self.deploy(self.toward(self.allocation.adjustment_weeks))
        strategy = self.toward(self.strategy.adjustment_weeks)
        self.threat.choose(strategy)
        self.threat.deploy(strategy)
        self.contests()
        self.quarrels()
        self.keep_up_threat()
        self.govern()
        self.measure()
        self.look()

    def each(self, kind, work, *arguments):
        """All agents of a kind do their work, in the order of the scenario."""
        if kind in self.agents_by_type:
            self.agents_by_type[kind].do(work, *arguments)

    # Conventions: 7.0.1

    def rate(self, per_week):
        return per_week * self.dt

    def yearly(self, per_year):
        return per_year * self.dt / 52.0

    def monthly(self, per_month):
        return per_month * self.dt / (52.0 / 12.0)

    def toward(self, weeks):
        return 1.0 - exp(-self.dt / weeks)

    def keep(self, weeks):
        return exp(-self.dt / weeks)

    def unit_noise(self, weeks):
        return math.sqrt(1.0 - exp(-2.0 * self.dt / weeks)) * self.random.gauss(0.0, 1.0)

    def volatile(self, volatility, weeks):
        return volatility * math.sqrt(weeks / 2.0) * self.unit_noise(weeks)

    def day(self, date):
        """A date as a day from the start."""
        return None if date is None else (date - self.scenario["time"]["start"]).days

    # What the scenario gives: 2.4

    def _scale_sizes(self):
        """What is a size is given relative to the threat at the start (7.0.3)."""
        fighters = self.scenario["threat"]["fighters"]
        self.unit = fighters * max(self.scenario["threat"]["quality"], 0.01)
        self.contest.linear_reference_power *= self.unit
        self.polity.governance_power *= self.unit
        self.polity.cell_disruption /= fighters
        self.upkeep.cell_presence *= fighters

    def _create_agents(self):
        given = self.scenario
        self.issues = list(given.get("issue", {}))
        communities = {key: Community(self, key, entry) for key, entry in given.get("community", {}).items()}
        blocs = {key: Bloc(self, key, entry) for key, entry in given.get("bloc", {}).items()}
        factions = {
            key: Faction(self, number, key, entry, blocs.get(entry.get("bloc"))) for number, (key, entry) in enumerate(given["faction"].items())
        }
        self.factions = list(factions.values())
        for faction in self.factions:
            if faction.bloc:
                faction.bloc.members.append(faction)
        patrons = {key: Patron(self, key, entry) for key, entry in given.get("patron", {}).items()}
        self.patrons, self.communities = list(patrons.values()), list(communities.values())
        self.threat = Threat(self, given["threat"])
        self.splinter = factions.get(given["threat"].get("splinter"))
        kinds = {"territory": Territory, "political": Institution}
        arenas = {key: kinds[entry["kind"]](self, key, entry) for key, entry in given["arena"].items()}
        self.arenas = list(arenas.values())
        self.territories = [arena for arena in self.arenas if arena.is_territory]
        self.institutions = [arena for arena in self.arenas if not arena.is_territory]
        self.named = {"faction": factions, "patron": patrons, "arena": arenas, "community": communities, "bloc": blocs}
        self.named |= {"issue": dict(zip(self.issues, self.issues)), "holder": {**factions, "threat": self.threat, "nobody": None}}
        self.highest_value = max([territory.value for territory in self.territories] + [1e-9])
        self._join_neighbours()
        for territory in self.territories:
            for key, share in territory.given.get("mix", {}).items():
                territory.populaces.append(Populace(territory, communities[key], share, self))
                territory.alien -= share * communities[key].sympathy
        for institution in self.institutions:
            if bloc := blocs.get(institution.given.get("bloc")):
                bloc.institutions.append(institution)
        weight = 1e-9 + sum(faction.fighters * faction.quality for faction in self.factions)
        for community in self.communities:
            community.importance = sum(f.people.get(community.key, 0.0) * f.fighters * f.quality for f in self.factions) / weight

    def _join_neighbours(self):
        """Neighbourhood holds both ways, and so does a road that one of the two gives."""
        neighbours = {(arena.key, other) for arena in self.territories for other in arena.given.get("neighbours", [])}
        for arena in self.territories:
            for other in self.territories:
                if (arena.key, other.key) in neighbours or (other.key, arena.key) in neighbours:
                    road = arena.given.get("road", {}).get(other.key, other.given.get("road", {}).get(arena.key, 1.0))
                    arena.neighbours.append((other, road))
        self.has_neighbours = bool(neighbours)

    def _create_claims(self):
        """Claims, contacts and options (2.2)."""
        effects = [split_name(effect["on"]) for event in self.scenario.get("event", []) for effect in event.get("effect", [])]
        by_event = {(names[0], names[1]) for name, names in effects if name == "stake"}
        by_event |= {(names[1], names[0]) for name, names in effects if name == "control"}
        for faction in self.factions:
            exposures = faction.given.get("exposure", {})
            faction.exposures = [(arena, exposures[arena.key]) for arena in self.territories if arena.key in exposures]
            for arena in self.arenas:
                wanted = arena.key in faction.given.get("stake", {})
                if wanted or faction.key in arena.given.get("control", {}) or (faction.key, arena.key) in by_event:
                    claim = Claim(faction, arena, faction.given)
                    faction.claims.append(claim)
                    faction.claim_on[arena] = claim
                    arena.claims.append(claim)
            for claim in faction.claims:
                if claim.arena.is_territory:
                    claim.neighbours = [(faction.claim_on[other], road) for other, road in claim.arena.neighbours if other in faction.claim_on]

    def _create_relations(self):
        for faction in self.factions:
            faction.relations = [Relation(faction, other) for other in self.factions]
        for faction in self.factions:
            for claim in faction.claims:
                for other in claim.arena.claims:
                    if other is not claim:
                        contact = Contact(claim, other, faction.relations[other.faction.number])
                        claim.contacts.append(contact)
                        other.against.append(contact)
                        contact.relation.contacts.append(contact)
            fights = [claim for claim in faction.claims if claim.arena.is_territory]
            faction.options = [*fights, *(c for claim in faction.claims for c in claim.contacts), faction.holding, faction.governing]
        self.pairs = [Pair(self, one, other) for number, one in enumerate(self.factions) for other in self.factions[number + 1 :]]
        self.relations = [relation for faction in self.factions for relation in faction.relations]
        groups = self.scenario.get("coalition", {})
        self.named["coalition"] = {key: Coalition(self, [self.find("faction", name) for name in entry["members"]]) for key, entry in groups.items()}
        self.everybody = Coalition(self, self.factions)
        self.headline = next(iter(self.named["coalition"].values()))

    def _tie(self):
        """What ties give at the start, and the baselines of hostility."""
        factions, patrons = self.named["faction"], self.named["patron"]
        self.tied = {}  # hostility given by ties, by ordered pair of actors
        for tie in self.scenario.get("tie", []):
            one, other = (factions.get(name) or patrons[name] for name in tie["between"])
            if "hostility" in tie:
                self.tied[one, other] = tie["hostility"]
                if not tie.get("one_way", False):
                    self.tied[other, one] = tie["hostility"]
                if isinstance(one, Patron) != isinstance(other, Patron):
                    patron, faction = (one, other) if isinstance(one, Patron) else (other, one)
                    patron.hostility_to_factions[faction] = log_odds(self.rivalry.hostility_scale * tie["hostility"])
            if isinstance(one, Faction) and isinstance(other, Faction):
                pair = self.pair(one, other)
                pair.conflict = pair.old_conflict = int(tie.get("conflict", False))
                pair.feud, pair.agreement = int(tie.get("feud", False)), int(tie.get("agreement", False))
                pair.ceasefire = tie.get("ceasefire_weeks", 0.0)
                pair.there.memory = pair.back.memory = tie.get("memory", 0.0)
        for patron in self.patrons:
            patron.hostility_to_patrons = {other: self._baseline(patron, other) for other in self.patrons if other is not patron}
        self.find_baselines()

    def views(self, given):
        """The positions of an actor, and its saliences as shares of their sum (2.4)."""
        position, salience = given.get("position", {}), given.get("salience", {})
        weights = {issue: salience.get(issue, 1.0) for issue in self.issues}
        total = max(sum(weights.values()), 1e-9)
        return {issue: position.get(issue, 0.0) for issue in self.issues}, {issue: weight / total for issue, weight in weights.items()}

    def find_baselines(self):
        """The part of hostility from ties and issues (7.3.2)."""
        for relation in self.relations:
            if relation.pair:
                relation.baseline = self._baseline(relation.faction, relation.other)

    def _baseline(self, one, other):
        rivalry = self.rivalry
        if (one, other) in self.tied:
            return log_odds(rivalry.hostility_scale * self.tied[one, other])
        distance = sum(one.salience[issue] * abs(one.position[issue] - other.position[issue]) / 2.0 for issue in self.issues)
        return log_odds(rivalry.hostility_scale * rivalry.from_issues * distance)

    # What names stand for

    def find(self, kind, name):
        return self.named[kind][name]

    def pair(self, one, other):
        return one.relations[other.number].pair

    def populace(self, arena, community):
        return next(populace for populace in arena.populaces if populace.community is community)

    def number(self, key):
        """A number of the scenario by its key."""
        path, node = "", self.scenario
        while path != key:
            path, _, node = next(item for item in _items(node, path) if key == item[0] or key.startswith(f"{item[0]}."))
        return node

    # The start: section 5

    def _settle(self):
        """The state at the start follows from the scenario alone; no random number is used."""
        threat = self.threat
        self.held_value = self.initial_value = self.value_held()
        self.reference_value = max(self.initial_value, sum(territory.value for territory in self.territories) / 20.0, 1e-6)
        self.reference_access = max(threat.border_access(), 0.05)
        self.initial_room = threat.recruiting_room()
        threat.budget()
        threat.initial_pay = threat.pay

        self.support()
        for faction in self.factions:
            full_pay = faction.given.get("full_pay")
            faction.pay_scale = faction.start.pay / max(faction.resources(), 0.001) if full_pay is None else full_pay
            faction.start.land = faction.land()
            faction.start.received = faction.received
        self.muster()
        for faction in self.factions:
            faction.start.share = faction.power / (0.001 + self.all_power)
        self.each(Territory, "hear")

        threat.deploy(1.0)
        self.each(Faction, "perceive", 1.0)
        self.each(Patron, "perceive", 1.0)
        for faction in self.factions:
            faction.start.perceived = faction.perceived
        for patron in self.patrons:
            patron.perceived_start = patron.perceived

        for relation in self.relations:
            relation.hostility = relation.baseline
        for _ in range(SETTLING_ROUNDS["hostility"]):
            self.move_hostility(0.5)
            for relation in self.relations:
                relation.weigh(self)
        for number in range(SETTLING_ROUNDS["effort"]):
            share = 0.3 if number else 1.0
            self.each(Faction, "allocate", share, 1.0)
            self.deploy(share)
            self.each(Territory, "confront")
            threat.choose(share)
            threat.deploy(share)

        self._lay_sieges()
        self.each(Territory, "be_governed")
        self._deplete_pools()

    def _lay_sieges(self):
        """Sieges of the start have gone on for as long as the scenario says, wars for long (section 5, step 9)."""
        contest = self.contest
        for territory in self.territories:
            besieged, threatened = territory.given["besieged_weeks"], territory.given["threatened_weeks"]
            cut_threat, cut_factions = territory.cut_off()
            territory.siege = territory.united * (1.0 - exp(-besieged / contest.siege_weeks))
            territory.threat_siege = territory.assault * (1.0 - exp(-threatened / contest.siege_weeks))
            territory.starved = cut_threat * (1.0 - exp(-besieged / contest.stores_weeks))
            territory.defenders_starved = cut_factions * (1.0 - exp(-threatened / contest.stores_weeks))
            for claim in territory.claims:
                claim.siege = claim.besieging

    def _deplete_pools(self):
        """Whoever would have joined before the start is no longer in the pools (section 5, step 9)."""
        threat, steps = self.threat, self.threat.given["recruiting_weeks"] / self.dt
        refill = min(self.rate(self.upkeep.pool_refill_per_week), 1.0)
        for territory in self.territories:
            reached = territory.threat_control + max(1.0 - territory.threat_control, 0.0) * territory.refuge
            for populace in territory.populaces:
                turnover = populace.recruited(threat.legitimacy, self.initial_room, territory.order) * reached + refill
                rest = populace.full_pool * refill / (turnover + 1e-9)
                populace.pool = rest + (populace.full_pool - rest) * exp(-turnover * steps)

    # Events and perception: 7.1, 7.2

    def _turns(self):
        """Events in the order of the file, but for those that are dated, which take their turns among themselves in the order of their dates."""
        events = [event for event in self.events.values() if event.entry.get("enabled", True)]
        dated = iter(sorted((event for event in events if event.is_dated), key=lambda event: event.first_day))
        return [next(dated) if event.is_dated else event for event in events]

    def happen(self):
        """Events happen, and power is computed anew (7.1)."""
        for arena in self.arenas:
            arena.threat_lost = arena.threat_won = 0.0
            for claim in arena.claims:
                claim.change = 0.0
        for event in self.turns:
            if event.part(self.steps) > 0.0:
                event.take_turn(self.steps)
        self.muster()

    def muster(self):
        self.each(Faction, "muster")
        self.all_power = sum(faction.power for faction in self.factions)

    def perceive(self):
        """Alarm, then the threat as factions and patrons perceive it (7.2)."""
        self.each(Faction, "take_alarm", self.threat.reach())
        share = self.toward(self.perception.lag_weeks)
        self.each(Faction, "perceive", share)
        self.each(Patron, "perceive", share)

    # Rivalry: 7.3

    def support(self):
        """Support given, and what follows from it (7.3.3)."""
        self.each(Patron, "give")
        for faction in self.factions:
            faction.received = sum(patron.given_to[faction] for patron in self.patrons)
            faction.aided = 1.0 + sum(patron.air * patron.given_to[faction] for patron in self.patrons)
            for claim in faction.claims:
                claim.want = claim.stake + sum(patron.stake.get(claim.arena.key, 0.0) * patron.given_to[faction] for patron in self.patrons)
        for pair in self.pairs:
            pair.share_patrons()

    def quarrel_in_mind(self):
        """Support and wants, mood, memory, hostility and weights (7.3)."""
        rivalry = self.rivalry
        self.support()
        self.mood = self.keep(rivalry.mood_memory_weeks) * self.mood + self.unit_noise(rivalry.mood_memory_weeks)
        fading = self.keep(rivalry.memory_weeks)
        for relation in self.relations:
            relation.memory *= fading
        self.move_hostility(self.toward(rivalry.relaxation_weeks))
        for pair in self.pairs:
            shock = self.volatile(rivalry.noise, rivalry.relaxation_weeks)
            pair.there.hostility += shock
            pair.back.hostility += shock
        for relation in self.relations:
            relation.weigh(self)

    def move_hostility(self, share):
        """All hostility moves a share of the way to its target (7.3.4 to 7.3.7)."""
        self.each(Patron, "resent")
        ties = [[self._tie_of(relation) for relation in faction.relations] for faction in self.factions]
        columns = list(zip(*ties))
        balance = self.rivalry.balance / max(len(ties) - 2, 1)
        targets = [
            relation.target(self, balance * sum(x * y for x, y in zip(ties[relation.faction.number], columns[relation.other.number])))
            for relation in self.relations
        ]
        for relation, target in zip(self.relations, targets):
            relation.hostility += share * (target - relation.hostility)

    def _tie_of(self, relation):
        """A signed tie: friendship above 0 (7.3.5)."""
        tie = -relation.hostility / (1.0 + abs(relation.hostility) / self.rivalry.tie_saturation)
        return tie if relation.pair else self.rivalry.self_tie * tie

    def rivalry_weight(self, hostility):
        """The rivalry weight of a hostility, exactly 0 below the floor (7.3.7)."""
        floor = self.rivalry.weight_floor
        return max((logistic(hostility) - floor) / (1.0 - floor), 0.0)

    # Deployment and contests: 7.4, 7.5

    def draw_noise(self):
        """Tempo and luck move on (7.5.1)."""
        contest = self.contest
        for actor in (*self.factions, self.threat):
            actor.tempo = self.keep(contest.tempo_weeks) * actor.tempo + self.unit_noise(contest.tempo_weeks)
        for territory in self.territories:
            territory.luck = self.keep(contest.battle_luck_weeks) * territory.luck + self.unit_noise(contest.battle_luck_weeks)

    def deploy(self, share):
        """The factions deploy; when all are done, what they send is summed up (7.4.7)."""
        self.each(Faction, "deploy", share)
        for arena in self.arenas:
            for claim in arena.claims:
                claim.hostile = sum(contact.sent for contact in claim.against)
                claim.besieging = sum(contact.sent * contact.relation.pair.conflict for contact in claim.against)
        for relation in self.relations:
            relation.gather()
        self.each(Territory, "gather")

    def contests(self):
        """Sieges, attacks on the threat, fights between factions, ground that slips, assaults by the threat (7.5.2 to 7.5.9)."""
        self.each(Territory, "confront")
        self.each(Territory, "besiege")
        self.each(Territory, "weigh")
        self.each(Territory, "liberate")
        for arena in self.arenas:
            arena.contest()
        for territory in self.territories:
            territory.man()
            territory.storm()
        for arena in self.arenas:
            arena.remember_gains()

    def quarrels(self):
        """Feuds, clashes and wars (7.5.10 to 7.5.13)."""
        self.each(Territory, "fade_prize")
        for pair in self.pairs:
            pair.quarrel()

    # Upkeep and polity: 7.7, 7.8

    def keep_up_threat(self):
        """The threat's dissent, garrisons, money, cells, recruits and legitimacy (7.7)."""
        self.each(Territory, "rise_up")
        self.threat.split()
        self.each(Territory, "displace")
        self.threat.settle_accounts()
        self.each(Territory, "hunt_cells", self.threat.attacking())
        self.threat.recruit()
        self.threat.believe()

    def govern(self):
        """Oil, institutions, pay, morale, rebuilding, governance, patrons and power (7.8)."""
        oil = self.oil
        self.log_oil += self.toward(oil.reversion_weeks) * (log(oil.mean_usd) - self.log_oil) + self.volatile(oil.volatility, oil.reversion_weeks)
        self.each(Institution, "follow_obstruction")
        self.each(Faction, "pay_and_support")
        self.each(Faction, "take_heart")
        self.threat.take_heart()
        self.each(Faction, "rebuild")
        for work in ("be_governed", "bleed_for", "grieve", "hear"):
            self.each(Territory, work)
        self.each(Patron, "tire")
        self.each(Patron, "review_clients")
        self.muster()

    # Measures: 7.9

    def value_held(self):
        return sum(territory.threat_control * territory.value for territory in self.territories)

    def measure(self):
        """The threat's value, share and strength (7.9.1), and the record."""
        self.week = self.steps * self.dt
        self.held_value = self.value_held()
        self.threat_share = self.held_value / (1e-6 + sum(territory.value for territory in self.territories))
        manned = self.threat.open() / self.threat.initial_fighters
        self.strength = (manned + self.held_value / self.initial_value) / 2.0 if self.initial_value > 1e-6 else manned
        if self.steps == 0:
            self.all_fighters = self.threat.initial_fighters + self.threat.hidden()
        self.datacollector.collect(self)

    def look(self):
        """Outcomes look at the state; what comes about if nothing else has is known at the horizon."""
        outcomes = self.outcomes_by_key.values()
        for outcome in outcomes:
            if not outcome.at_the_end:
                outcome.look(self.steps)
        if self.steps == self.horizon and not any(outcome.first for outcome in outcomes if outcome.counts):
            for outcome in outcomes:
                if outcome.at_the_end:
                    outcome.look(self.steps)


def log_odds(hostility):
    """The log-odds of a hostility that is given (7.3.1)."""
    q = min(hostility, 0.995)
    return -40.0 if q <= 1e-6 else log(q / (1.0 - q))


SERIES = {  # the record of 7.9
    "strength": lambda w: w.strength,
    "cohesion": lambda w: 1.0 - w.headline.infighting(),
    "rivalry": lambda w: w.headline.rivalry(),
    "infighting": lambda w: w.everybody.infighting(),
    "open": lambda w: w.threat.open() / w.all_fighters,
    "underground": lambda w: w.threat.hidden() / w.all_fighters,
}


def simulate(plan, replicates, seed):
    """Runs the replicates one by one; gives the series of the record, and the step at which each outcome first came (0: never)."""
    series = {name: np.zeros((plan.steps + 1, replicates), np.float32) for name in SERIES}
    first = [np.zeros(replicates, int) for _ in plan.outcomes]
    for replicate in range(replicates):
        if replicate % plan.per_draw == 0:
            scenario = plan.settled(replicate // plan.per_draw)
        own_seed = int(np.random.SeedSequence([seed, replicate]).generate_state(1, np.uint64)[0])
        world = World(scenario, plan, own_seed)
        for _ in range(plan.steps):
            world.step()
        for name, values in world.datacollector.model_vars.items():
            series[name][:, replicate] = values
        for steps, outcome in zip(first, world.outcomes_by_key.values()):
            steps[replicate] = outcome.first
        mesa.Agent._ids.pop(world, None)  # or Mesa would hold on to every world that was
    return SimpleNamespace(**series, first=first)
