"""The model in NumPy, batched: every array has the replicates as its last axis.

Equations are those of docs/model.md, section 7; methods carry the names of its submodels, state variables those of its notation.
"""

from types import SimpleNamespace

import numpy as np
import outcomes
import results
from scenario import ADD, CODE, MULTIPLY, NOBODY, THREAT, share

# Single precision, as the program it is compared with; half the memory and twice the lanes of a vector.
FLOAT = np.float32
# Replicates at a time: few enough for the caches, enough to drown the cost of a call.
BATCH = 800
NEVER = FLOAT(-1e30)


class Groups:
    """Sums of rows by the group they belong to, as a product with a matrix of zeros and ones: faster than `reduceat`."""

    def __init__(self, group, size):
        group = np.asarray(group, int)
        self.size = size
        self.groups = np.unique(group)
        self.matrix = (self.groups[:, None] == group[None]).astype(FLOAT)

    def sum(self, rows):
        sums = self.matrix @ rows
        if len(self.groups) == self.size:
            return sums
        out = np.zeros((self.size, rows.shape[-1]), FLOAT)
        out[self.groups] = sums
        return out


def simulate(plan, replicates, seed):
    """Runs replicates in batches; what results.empty describes."""
    seen = results.empty(plan, replicates)
    rng = np.random.default_rng([seed, 2])
    for first in range(0, replicates, BATCH):
        some = np.arange(first, min(first + BATCH, replicates))
        batch = Batch(plan, some // plan.per_draw, rng)
        batch.observe(seen, some, 0)
        for t in range(1, plan.steps + 1):
            batch.step(t)
            batch.observe(seen, some, t)
    seen.first = outcomes.first_steps(plan, seen.watched)
    return seen


def part(rate):
    """What is lost at a rate, never more than all."""
    return rate / (1 + rate)


def clip(x):
    return np.clip(x, 0, 1)


def changed(verb, before, amount):
    """What an effect makes of a value."""
    return before + amount if verb == ADD else before * amount if verb == MULTIPLY else amount + 0 * before


def hits(u, hazard):
    return u < -np.expm1(-hazard)


def log_odds(share):
    share = np.minimum(share, FLOAT(0.995))
    return np.where(share <= 1e-6, FLOAT(-40), np.log(np.maximum(share, FLOAT(1e-7)) / (1 - share)))


class Batch:
    """The state of some replicates, and its change."""

    def __init__(self, plan, draws, rng):
        self.plan, self.rng, self.r = plan, rng, len(draws)
        self.draws = draws
        self.constants()
        self.lists()
        self.prepare()
        self.begin()

    # ---------------------------------------------------------------- what does not change

    def wide(self, values):
        """Numbers of a scenario for these replicates; a last axis of 1 stays."""
        values = np.asarray(values)
        return (values if values.shape[-1] == 1 else values[..., self.draws]).astype(FLOAT)

    def full(self, values):
        """A state variable with these numbers."""
        values = self.wide(values)
        return np.array(np.broadcast_to(values, (*values.shape[:-1], self.r)))

    def zeros(self, *shape):
        return np.zeros((*shape, self.r), FLOAT)

    def constants(self):
        plan, dt = self.plan, self.plan.dt
        for name in "perception rivalry allocation contest morale conflict upkeep strategy polity oil patronage threat".split():
            section = {key: self.wide(value) for key, value in vars(getattr(plan, name)).items()}
            # `patronage` is what happens; its numbers are those of the backers.
            setattr(self, "backers" if name == "patronage" else name, SimpleNamespace(**section))
        for name in "value population border refuge terrain front floor asked mix sympathy exposure people abuse governance".split():
            setattr(self, name, self.wide(getattr(plan, name)))
        self.revenue = self.wide(plan.revenue_musd_per_month)
        self.highest = np.maximum(self.value[plan.territory].max(0), FLOAT(1e-9))
        # Of the people of a place those who have nothing in common with the threat.
        place, people = plan.populace.T
        common = self.mix * self.sympathy[people]
        alike = np.zeros((len(plan.arenas), common.shape[-1]), FLOAT)
        np.add.at(alike, place, common)
        self.alien = 1 - alike
        self.next_to = [np.flatnonzero(row) for row in plan.neighbour]
        self.road = self.wide(plan.road)
        self.some_are_neighbours = bool(plan.neighbour.any())
        self.rate = lambda x: x * FLOAT(dt)
        self.yearly = lambda x: x * FLOAT(dt / 52)
        self.monthly = lambda x: x * FLOAT(dt / (52 / 12))
        self.toward = lambda weeks: -np.expm1(-FLOAT(dt) / weeks)
        self.keep = lambda weeks: np.exp(-FLOAT(dt) / weeks)
        self.unit = lambda weeks: np.sqrt(-np.expm1(-2 * FLOAT(dt) / weeks))
        self.vol = lambda sigma, weeks: sigma * np.sqrt(weeks / 2 * -np.expm1(-2 * FLOAT(dt) / weeks))

    def lists(self):
        """Indices of claims, contacts, options and what belongs to whom."""
        plan = self.plan
        n, m = len(plan.factions), len(plan.arenas)
        self.n, self.m = n, m
        self.land = np.flatnonzero(plan.territory)
        self.politics = np.flatnonzero(~plan.territory)
        self.owner, self.arena = plan.claim.T
        self.on_land = plan.territory[self.arena]
        self.i, self.j, self.at, self.mine, self.theirs = plan.contact.T
        known = {(i, j, a): k for k, (i, j, a, _, _) in enumerate(plan.contact)}
        self.reverse = np.array([known[j, i, a] for i, j, a, _, _ in plan.contact], int)
        self.cell = self.i * n + self.j
        self.by_arena = Groups(self.arena, m)
        self.by_owner = Groups(self.owner, n)
        self.by_mine = Groups(self.mine, len(plan.claim))
        self.by_cell = Groups(self.cell, n * n)
        self.contacts_by_arena = Groups(self.at, m)
        self.contact_on_land = plan.territory[self.at][:, None]
        self.land_contacts = np.flatnonzero(plan.territory[self.at])
        self.land_by_cell = Groups(self.cell[self.land_contacts], n * n)
        self.political_contacts = np.flatnonzero(~plan.territory[self.at])
        self.political_by_cell = Groups(self.cell[self.political_contacts], n * n)
        self.people_at, self.people_of = plan.populace.T
        self.by_place = Groups(self.people_at, m)
        # Options by faction: threat, rivals, hold, govern.
        front = np.flatnonzero(self.on_land)
        option = [(self.owner[c], 0, c) for c in front] + [(i, 1, k) for k, i in enumerate(self.i)]
        option += [(i, kind, i) for i in range(n) for kind in (2, 3)]
        option.sort()
        kind, of = np.array([o[1] for o in option]), np.array([o[2] for o in option])
        self.option_owner = np.array([o[0] for o in option])
        places = [np.flatnonzero(kind == k) for k in range(4)]
        self.at_threat, self.at_rival, self.at_hold, self.at_govern = places
        self.front_claims, self.rival_of = of[places[0]], of[places[1]]
        self.by_actor = Groups(self.option_owner, n)
        self.first_option = np.searchsorted(self.option_owner, np.arange(n))
        first, second = plan.pair.T
        self.ab, self.ba = first * n + second, second * n + first
        pairs = lambda of: SimpleNamespace(a=first[of], b=second[of], ab=self.ab[of], ba=self.ba[of], of=of)
        self.fighting = pairs(np.flatnonzero(plan.pair_on_land))
        self.feuding = pairs(np.flatnonzero(plan.pair_in_politics))
        same = (plan.bloc[:, None] == plan.bloc[None]) & (plan.bloc[:, None] >= 0) & ~np.eye(n, dtype=bool)
        self.same_bloc = np.flatnonzero(same.ravel())
        self.diagonal = np.arange(n) * (n + 1)
        self.inside = [member[:, None] & member[None] for member in plan.member]
        self.claims_in = [np.flatnonzero(self.arena == a) for a in range(m)]
        self.pairs_inside = [np.flatnonzero(member[first] & member[second]) for member in plan.member]
        self.by_member = [Groups(np.concatenate([first[pairs], second[pairs]]), n) for pairs in self.pairs_inside]
        self.mates = [np.flatnonzero((inside & ~np.eye(n, dtype=bool)).ravel()) for inside in self.inside]
        striker = self.owner[self.front_claims]
        # Options by claim and by contact, and whose they are in an arena.
        self.option_of = np.full(len(plan.claim), -1)
        self.option_of[self.front_claims] = self.at_threat
        self.option_against = np.zeros(len(plan.contact), int)
        self.option_against[self.rival_of] = self.at_rival
        self.contacts_in = [np.flatnonzero(self.at == a) for a in range(m)]
        self.contacts_of = [np.flatnonzero(self.mine == c) for c in range(len(plan.claim))]
        self.strikes = [(self.at_threat[member[striker]], striker[member[striker]]) for member in plan.member]

    # ---------------------------------------------------------------- the start: section 5

    def begin(self):
        plan, n, m = self.plan, self.n, self.m
        ones = lambda *shape: np.ones((*shape, self.r), FLOAT)
        self.F, self.F0 = self.full(plan.fighters), self.wide(plan.fighters)
        self.Q, self.Q0 = self.full(plan.quality), self.wide(plan.quality)
        self.PAY, self.PAY0 = self.full(plan.pay), self.wide(plan.pay)
        self.SUP, self.SUP0 = self.full(plan.support), self.wide(plan.support)
        self.MORALE, self.MORALE0 = self.full(plan.morale_start), self.wide(plan.morale_start)
        self.TMORALE, self.TMORALE0 = self.full(plan.threat.morale), self.wide(plan.threat.morale)
        self.LEAD, self.TH, self.ALARM, self.TEMPO, self.WORN = ones(n), self.zeros(n), self.zeros(n), self.zeros(n), self.zeros(n)
        self.POS = self.full(plan.position)
        self.SHIFT, self.MEM, self.TRUCE = self.zeros(n * n), self.full(plan.memory.reshape(n * n, -1)), None
        self.TRUCE = self.full(plan.truce.reshape(n * n, -1))
        standing = (plan.at_war, plan.at_feud, plan.in_agreement)
        self.WAR, self.FEUD, self.PACT = (np.repeat(of.reshape(n * n, 1), self.r, 1).astype(FLOAT) for of in standing)
        self.CLASH, self.MASSED = self.zeros(n * n), self.zeros(n * n)
        self.OLD = self.WAR[self.ab].copy()
        self.MOOD, self.TTEMPO, self.LUCK = self.zeros(), self.zeros(), self.zeros(m)
        self.STAKE, self.X = self.full(plan.stake), self.full(plan.control)
        self.patron_stake = self.wide(plan.patron_stake)[:, self.arena]
        self.Y = self.full(plan.threat_control)
        self.Y0 = self.Y.copy()
        self.N = np.maximum(1 - self.Y - self.by_arena.sum(self.X), 0)
        claims, contacts = len(plan.claim), len(plan.contact)
        for name in "GAIN CHANGE ATT GRD GOV SHIELD PRES HOST BESIEGERS BESIEGED POST ACCESS GRUDGE".split():
            setattr(self, name, self.zeros(claims))
        self.SENT, self.FIGHT, self.E = self.zeros(contacts), self.zeros(n * n), self.zeros(len(self.option_owner))
        for name in "JOINT UNITED FORTUNE FORCE PRESENT GUARDS GMORALE G D S SIEGE SIEGE_T STARVED STARVED_T LOST WON PRIZE GVN ORD UNR RES EA TPOST".split():
            setattr(self, name, self.zeros(m))
        self.U, self.U0 = self.full(plan.underground), self.wide(plan.underground)
        self.CRISIS = self.full(plan.crisis_start)
        self.COM, self.FULL, self.BACK = self.full(plan.commitment), self.full(plan.commitment), self.full(plan.backing)
        self.BACK0, self.offer, self.struck = self.BACK.copy(), self.wide(plan.offer), self.wide(plan.strikes)
        threat = self.threat
        self.FT0, self.LEGIT0 = threat.fighters, threat.legitimacy
        self.OPP = self.full(plan.threat.fighters) * threat.opportunists
        self.CORE = self.full(plan.threat.fighters) - self.OPP
        self.FUNDS, self.LEGIT = self.full(plan.threat.funds_musd), self.full(plan.threat.legitimacy)
        self.TPAY, self.INFLOW, self.TLEAD, self.EH, self.M = ones(), ones(), ones(), ones(), ones()
        self.EM, self.EP = self.zeros(), self.zeros(len(plan.communities))
        self.TPOWER = self.full(plan.threat.quality)
        self.GRV = self.full(plan.grievance)
        self.POOL0 = self.population[self.people_at] * self.mix * self.sympathy[self.people_of] * self.upkeep.pool_share
        self.POOL = np.array(np.broadcast_to(self.POOL0, (len(self.people_at), self.r)))
        self.OIL = self.full(np.log(plan.oil.price_usd))
        self.TOTAL0 = self.FT0 + self.U0.sum(0)
        # Importance of a community to the threat.
        weighed = self.F0 * self.Q0
        self.importance = (self.people * weighed[:, None]).sum(0) / (1e-9 + weighed.sum(0))
        # Hostility between patrons, and of patrons toward factions.
        self.HP = self.wide(plan.patron_hostility)
        toward = plan.patron_toward
        self.patron_ties = np.argwhere(~np.isnan(toward[..., 0]))
        self.HT = self.wide(toward[tuple(self.patron_ties.T)]) if len(self.patron_ties) else self.zeros(0)
        self.given_hostility = self.wide(plan.given_hostility).reshape(n * n, -1)
        self.untied = np.flatnonzero(np.isnan(plan.given_hostility[..., 0].ravel()))
        self.saliences = self.wide(plan.salience)

        self.baseline()
        land = self.land
        self.V0 = self.V = self.value_held()
        self.VREF = np.maximum(np.maximum(self.V0, self.value[land].sum(0) / 20), FLOAT(1e-6))
        self.B0 = np.maximum((self.Y[land] * self.border[land]).sum(0), FLOAT(0.05))
        self.ROOM0 = self.room()
        self.patronage()
        self.LAND0 = self.by_owner.sum(self.X * self.value[self.arena])
        self.k = self.PAY0 / np.maximum(self.resources(), FLOAT(0.001))
        full = self.wide(plan.full_pay)
        self.k = np.where(full > 0, full, self.k)
        self.REC0 = self.REC.copy()
        self.strengthen()
        self.SHARE0 = np.maximum(self.P / (FLOAT(0.001) + self.P.sum(0)), FLOAT(0.005))
        self.resent()
        self.TPAY0 = self.account()[1]
        self.TPAY = self.TPAY0.copy()
        self.post(self.toward(self.strategy.adjustment_weeks))
        self.THP = self.zeros(len(plan.patrons))
        self.feel(FLOAT(1))
        self.THP0, self.TH0 = self.THP.copy(), self.TH.copy()
        self.H = self.BASE.copy()
        self.H[self.diagonal] = 0
        for _ in range(8):
            self.H += FLOAT(0.5) * (self.target() - self.H)
            self.weigh()
        for round_ in range(12):
            share = FLOAT(1 if round_ == 0 else 0.3)
            self.allocate(share, FLOAT(1))
            self.deploy(share)
            self.confront()
            self.choose(share)
            self.post(share)
        self.besieged()
        self.govern_places()
        self.drain_pools()
        self.measure()

    # ---------------------------------------------------------------- a step: section 3

    def step(self, t):
        self.CHANGE[:] = 0
        self.LOST[:] = 0
        self.WON[:] = 0
        if self.events(t):
            self.strengthen()
        self.perceive()
        self.rival()
        self.allocate(self.toward(self.allocation.adjustment_weeks), self.toward(self.allocation.road_weeks))
        self.fortune()
        self.deploy(self.toward(self.allocation.adjustment_weeks))
        self.choose(self.toward(self.strategy.adjustment_weeks))
        self.post(self.toward(self.strategy.adjustment_weeks))
        self.fight()
        self.quarrel()
        self.keep_up()
        self.govern()
        self.measure()

    def normal(self, *shape):
        return self.rng.standard_normal((*shape, self.r), dtype=FLOAT)

    def uniform(self, *shape):
        return self.rng.random((*shape, self.r), dtype=FLOAT)

    # ---------------------------------------------------------------- 7.1 events

    def prepare(self):
        """Events with their numbers for these replicates."""
        self.places = {}
        self.reckon()
        self.schedule = [
            SimpleNamespace(
                event=event,
                happened=np.zeros(self.r, bool),
                probability=self.wide(event.probability),
                hazard=self.yearly(self.wide(event.hazard_per_year)),
                moves=any(effect.on[0] == CODE["position"] for effect in event.effects),
                amounts=[self.wide(effect.amount) for effect in event.effects],
                conditions=[
                    (c.on, *(self.wide(x) for x in (c.above, c.below, c.at)), self.wide(c.slope) if c.slope.any() else None)
                    for c in event.conditions
                ],
            )
            for event in self.plan.events
        ]

    def events(self, t):
        any_ = False
        draws = self.uniform(len(self.schedule))
        for one, u in zip(self.schedule, draws):
            event = one.event
            if not event.first <= t <= event.last:
                continue
            possible = np.ones(self.r, bool) if event.repeats else ~one.happened
            if event.after >= 0:
                possible &= self.schedule[event.after].happened
            exponent = FLOAT(0)
            for on, above, below, at, slope in one.conditions:
                value = self.read(on)
                possible &= (value >= above) & (value <= below)
                if slope is not None:
                    exponent = exponent + slope * (value - at)
            if not possible.any():
                continue
            if event.dated:
                struck = u < one.probability
            else:
                hazard = one.hazard * FLOAT(share(event, t))
                struck = hits(u, hazard * np.exp(np.clip(exponent, -20, 20)))
            happens = possible & struck
            if not happens.any():
                continue
            any_ = True
            one.happened |= happens
            for effect, amount in zip(event.effects, one.amounts):
                before = self.read(effect.on)
                # So a withdrawal lasts.
                lasting = {CODE["commitment"]: (self.FULL, effect.on[1]), CODE["backing"]: (self.BACK0, effect.on[1:])}.get(effect.on[0])
                if lasting:
                    usual, row = lasting
                    np.copyto(usual[row], clip(changed(effect.verb, usual[row], amount)), where=happens)
                self.write(effect.on, happens, before, changed(effect.verb, before, amount))
            if one.moves:
                self.baseline()
        return any_

    def place(self, on):
        if on not in self.places:
            self.places[on] = self.find(on)
        return self.places[on]

    def find(self, on):
        """The name and row of the array behind a variable; nothing where there is no such claim or populace."""
        code, a, b = on
        n = self.n
        lists = {
            "rivalry": ("W", a * n + b), "underground": ("U", a), "fighters": ("F", a), "quality": ("Q", a),
            "leadership": ("LEAD", a), "morale": ("MORALE", a), "threat_morale": ("TMORALE", ...), "pay": ("PAY", a), "support": ("SUP", a), "perceived_threat": ("TH", a),
            "hostility": ("SHIFT", a * n + b), "memory": ("MEM", a * n + b), "conflict": ("WAR", a * n + b),
            "clash": ("CLASH", a * n + b), "feud": ("FEUD", a * n + b), "agreement": ("PACT", a * n + b), "ceasefire": ("TRUCE", a * n + b),
            "crisis": ("CRISIS", a), "commitment": ("COM", a),
            "position": ("POS", (a, b)), "backing": ("BACK", (a, b)), "threat_strength": ("M", ...),
            "threat_share": ("SHARE", ...), "week": ("WEEK", ...), "threat_pay": ("TPAY", ...), "funds": ("FUNDS", ...),
            "foreign_inflow": ("INFLOW", ...), "threat_leadership": ("TLEAD", ...), "legitimacy": ("LEGIT", ...),
            "power": ("P", a), "fighting": ("FIGHT", a * n + b), "governance": ("GVN", a), "unrest": ("UNR", a), "assault": ("S", a),
            "support_given": ("GIVEN", (a, b)),
        }  # fmt: skip
        for name, found in lists.items():
            if code == CODE[name]:
                return found
        if code == CODE["control"] and b in (THREAT, NOBODY):
            return ("Y" if b == THREAT else "N"), a
        rows = []
        if code == CODE["grievance"]:
            rows = np.flatnonzero((self.people_at == a) & (self.people_of == b))
        elif code in (CODE["stake"], CODE["control"]):
            claim = self.plan.claim_at[(a, b) if code == CODE["stake"] else (b, a)]
            rows = [claim] if claim >= 0 else []
        name = {CODE["grievance"]: "GRV", CODE["stake"]: "STAKE", CODE["control"]: "X"}.get(code)
        return (name, rows[0]) if len(rows) else (None, None)

    def read(self, on):
        if found := self.reckoned.get(on[0]):
            return found(*on[1:])
        name, row = self.place(on)
        return self.zeros() if name is None else getattr(self, name)[row].copy()

    def reckon(self):
        """Variables that are no row of an array."""
        of = {
            "open_fighters": lambda *_: self.CORE + self.OPP,
            "underground_fighters": lambda *_: self.U.sum(0),
            "oil_price": lambda *_: np.exp(self.OIL),
            "infighting": lambda k, _: self.INF[k].copy(),
            "cohesion": lambda k, _: 1 - self.INF[k],
            "effort_threat": lambda i, _: self.E[self.at_threat[self.owner[self.front_claims] == i]].sum(0),
            "effort_rival": lambda i, j: self.E[self.at_rival[self.cell[self.rival_of] == i * self.n + j]].sum(0),
            "effort_guard": lambda i, _: self.E[self.at_hold[i]].copy(),
            "effort_govern": lambda i, _: self.E[self.at_govern[i]].copy(),
            "contested": lambda a, _: 1 - np.maximum(self.X[self.claims_in[a]].max(0, initial=0), self.Y[a]),
            "threat_people": lambda *_: (self.Y[self.land] * self.population[self.land]).sum(0),
            "power_in_conflict": lambda k, _: self.at_odds(k, self.fresh_wars(k)),
            "power_in_clash": lambda k, _: self.at_odds(k, np.maximum(self.fresh_wars(k), self.CLASH[self.ab[self.pairs_inside[k]]])),
            "purpose": lambda k, _: self.purpose(k),
            "mean_rivalry": lambda k, _: self.W[self.mates[k]].sum(0) / max(len(self.mates[k]), 1),
        }
        self.reckoned = {CODE[name]: found for name, found in of.items()}

    def fresh_wars(self, k):
        """New open conflicts of the pairs within a coalition."""
        pairs = self.pairs_inside[k]
        return self.WAR[self.ab[pairs]] * (1 - self.OLD[pairs])

    def at_odds(self, k, pairs):
        """Share of a coalition's power that is in such a quarrel with fellow members."""
        power = self.P[self.plan.member[k]]
        fighting = self.by_member[k].sum(np.concatenate([pairs, pairs]))[self.plan.member[k]] > 0
        return (power * fighting).sum(0) / (FLOAT(1e-6) + power.sum(0))

    def purpose(self, k):
        """Share of a coalition's effort, by power, that is against the threat."""
        rows, i = self.strikes[k]
        return (self.P[i] * self.E[rows]).sum(0) / (FLOAT(1e-6) + self.P[self.plan.member[k]].sum(0))

    def write(self, on, who, before, after):
        code, a, b = on
        is_ = lambda *names: code in [CODE[name] for name in names]
        n = self.n
        put = lambda array, row, value: np.copyto(array[row], value, where=who, casting="same_kind")
        if is_("open_fighters"):
            new = np.maximum(after, 0)
            opportunists = new * self.OPP / (before + FLOAT(1e-6))
            np.copyto(self.CORE, new - opportunists, where=who)
            np.copyto(self.OPP, opportunists, where=who)
        elif is_("oil_price"):
            np.copyto(self.OIL, np.log(np.maximum(after, 1)), where=who)
        elif is_("attack"):
            self.ALARM += np.where(who, self.people[:, a] * np.maximum(after, 0), 0)
        elif is_("hostility", "memory"):
            array = self.SHIFT if is_("hostility") else self.MEM
            for row in (a * n + b, b * n + a):
                new = array[row] + (after - before)
                put(array, row, new if is_("hostility") else np.maximum(new, 0))
        elif is_("conflict", "clash", "feud", "agreement", "ceasefire"):
            new = np.maximum(after, 0) if is_("ceasefire") else (after >= 0.5).astype(FLOAT)
            name, _ = self.place(on)
            for row in (a * n + b, b * n + a):
                put(getattr(self, name), row, new)
                self.CLASH[row] = np.minimum(self.CLASH[row], 1 - self.WAR[row])
                self.PACT[row] = np.minimum(self.PACT[row], 1 - np.maximum(self.WAR[row], self.CLASH[row]))
            if is_("conflict"):
                pair = np.flatnonzero((self.ab == min(a, b) * n + max(a, b)))[0]
                put(self.OLD, pair, np.minimum(self.OLD[pair], new))
        elif is_("position"):
            put(self.POS, (a, b), np.clip(after, -1, 1))
        elif is_("control"):
            self.seize(a, b, who, before, after)
        elif is_("election"):
            self.elect(a, who, clip(after))
        else:
            name, row = self.place(on)
            bounded = is_(*"pay support morale threat_morale perceived_threat legitimacy grievance crisis backing commitment".split())
            if name is not None:
                put(getattr(self, name), row, clip(after) if bounded else np.maximum(after, 0))

    def seize(self, a, holder, who, before, after):
        """Control changed by an event."""
        share, rest = clip(after), 1 - before
        gone = rest <= 1e-6
        scale = np.where(gone, 0, (1 - share) / np.where(gone, 1, rest)).astype(FLOAT)
        claims = np.flatnonzero(self.arena == a)
        holds = self.plan.claim_at[holder, a] if holder >= 0 else -1
        threat = self.Y[a].copy()
        for c in claims:
            new = share if c == holds else self.X[c] * scale
            change = np.where(who, new - self.X[c], 0)
            self.X[c] += change
            self.CHANGE[c] += change
        np.copyto(self.Y[a], share if holder == THREAT else threat * scale, where=who)
        np.copyto(self.N[a], (share if holder == NOBODY else self.N[a] * scale) + np.where(gone, 1 - share, 0), where=who)
        moved = self.Y[a] - threat
        self.WON[a] += np.maximum(moved, 0)
        self.LOST[a] += np.maximum(-moved, 0)

    def elect(self, a, who, anew):
        """An election to an institution, by which so much of it is shared anew."""
        claims = self.claims_in[a]
        held, i, least = self.X[claims], self.owner[claims], FLOAT(0.001)
        votes = held * (np.maximum(self.SUP[i], least) / np.maximum(self.SUP0[i], least)) ** self.polity.swing
        moved = anew * (held.sum(0) * votes / (votes.sum(0) + FLOAT(1e-9)) - held)
        self.take(claims, np.where(who, moved, 0))

    # ---------------------------------------------------------------- 7.2 perception

    def menace(self):
        """What of the danger from each arena does not depend on who is in danger."""
        scale = self.perception.sensitivity * self.threat.quality * self.TLEAD
        return scale * (self.G + self.perception.underground_weight * self.U)

    def perceive(self):
        reach = self.CORE + self.OPP + self.U.sum(0)
        able = reach / (reach + FLOAT(0.25) * self.FT0)
        provoked = self.over(self.people, self.EP)
        self.ALARM *= self.keep(self.perception.alarm_memory_weeks)
        self.ALARM += self.rate(self.perception.alarm_per_week) * able * provoked
        self.feel(self.toward(self.perception.lag_weeks))

    def over(self, table, rows):
        """Sum over the second axis of a table of numbers times rows."""
        if table.shape[-1] == 1:
            return table[..., 0] @ rows
        return np.einsum("iar,ar->ir", table, rows)

    def feel(self, share):
        x = self.over(self.exposure[:, self.land], self.menace()[self.land]) / (self.P + FLOAT(0.001))
        self.TH += share * (1 - 1 / ((1 + x) * (1 + self.ALARM)) - self.TH)
        seen = 1 - 1 / (1 + self.wide(self.plan.patron_exposure) * self.M)
        self.THP += share * (seen - self.THP)

    # ---------------------------------------------------------------- 7.3 rivalry

    def baseline(self):
        n, rivalry = self.n, self.rivalry
        self.BASE = np.array(np.broadcast_to(self.given_hostility, (n * n, self.r)))
        if len(self.plan.issues):
            i, j = np.divmod(self.untied, n)
            apart = sum(self.saliences[i, k] * np.abs(self.POS[i, k] - self.POS[j, k]) for k in range(self.POS.shape[1])) / 2
        else:
            apart = self.zeros(len(self.untied))
        self.BASE[self.untied] = log_odds(rivalry.hostility_scale * rivalry.from_issues * apart)

    def patronage(self):
        self.GIVEN = self.BACK * self.COM[:, None]
        self.REC = self.GIVEN.sum(0)
        self.AID = 1 + (self.wide(self.plan.air)[:, None] * self.GIVEN).sum(0)
        self.SHARED = np.minimum(np.einsum("uir,ujr->ijr", self.GIVEN, self.GIVEN), 1).reshape(-1, self.r)
        self.WANT = self.STAKE + (self.patron_stake * self.GIVEN[:, self.owner]).sum(0)

    def weight(self, hostility):
        floor = self.rivalry.weight_floor
        w = np.exp(-np.clip(hostility, -87, 87))
        w += 1
        np.divide(1, w, out=w)
        w -= floor
        w /= 1 - floor
        return np.maximum(w, 0, out=w)

    def weigh(self):
        self.W = self.weight(self.H)
        self.W[self.diagonal] = 0

    def rival(self):
        rivalry = self.rivalry
        self.patronage()
        self.MOOD = self.keep(rivalry.mood_memory_weeks) * self.MOOD + self.unit(rivalry.mood_memory_weeks) * self.normal()
        self.MEM *= self.keep(rivalry.memory_weeks)
        change = self.target()
        change -= self.H
        change *= self.toward(rivalry.relaxation_weeks)
        self.H += change
        noise = self.vol(rivalry.noise, rivalry.relaxation_weeks) * self.normal(len(self.ab))
        self.H[self.ab] += noise
        self.H[self.ba] += noise
        self.weigh()

    def target(self):
        n, rivalry = self.n, self.rivalry
        square = lambda rows: rows.reshape(n, n, self.r)
        target = self.BASE + self.SHIFT
        fear = np.sqrt(self.TH)
        square(target)[:] -= (rivalry.common_enemy * fear)[:, None] * fear[None]
        target += self.MEM
        target += rivalry.open_conflict * (self.WAR + self.conflict.skirmish * self.CLASH)
        target += rivalry.feud * self.FEUD
        target -= rivalry.agreement * self.PACT
        target -= rivalry.ceasefire * (self.TRUCE > 0)
        grown = np.log2(np.maximum(self.P / (FLOAT(0.001) + self.P.sum(0)) / self.SHARE0, 1))
        square(target)[:] += (rivalry.outgrowing * grown + rivalry.mood * self.MOOD)[None]
        pay = 1 - (self.PAY[:, None] + self.PAY[None]) / 2
        target[self.same_bloc] += rivalry.pay_strain * pay.reshape(n * n, -1)[self.same_bloc]
        gains = self.WANT[self.mine] * self.GAIN[self.theirs]
        target += rivalry.land_gain * self.by_cell.sum(gains)
        wants = np.minimum(self.WANT[self.mine] * self.WANT[self.theirs], 1) * self.Y0[self.at]
        target += rivalry.spoils * np.maximum(1 - self.M, 0) * self.by_cell.sum(wants)
        contacts = self.political_contacts
        if len(contacts):
            both = np.minimum(self.STAKE[self.mine[contacts]] * self.STAKE[self.theirs[contacts]], 1)
            target += rivalry.crisis_strain * self.political_by_cell.sum(self.CRISIS[self.at[contacts]] * both)
        if len(self.COM):
            square(target)[:] += rivalry.patron_rivalry * np.einsum("uir,ujr->ijr", self.GIVEN, self.animosity())
        target -= rivalry.shared_patron * self.SHARED
        target[self.diagonal] = 0
        tie = -self.H / (1 + np.abs(self.H) / rivalry.tie_saturation)
        tie[self.diagonal] *= rivalry.self_tie
        # BLAS wants the replicates first.
        tie = np.ascontiguousarray(square(tie).transpose(2, 0, 1))
        balance = np.matmul(tie, tie).transpose(1, 2, 0).reshape(n * n, self.r)
        target -= rivalry.balance / max(n - 2, 1) * balance
        return target

    def animosity(self):
        common_enemy = self.rivalry.common_enemy
        seen = np.sqrt(self.THP)
        weights = self.weight(self.HP - common_enemy * seen[:, None] * seen[None])
        weights[np.arange(len(seen)), np.arange(len(seen))] = 0
        animosity = np.einsum("uvr,vjr->ujr", weights, self.GIVEN)
        if len(self.patron_ties):
            u, j = self.patron_ties.T
            animosity[u, j] += self.weight(self.HT - common_enemy * np.sqrt(self.THP[u] * self.TH[j]))
        return np.minimum(animosity, 1)

    # ---------------------------------------------------------------- 7.4 allocation

    def allocate(self, share, road):
        p, owner, arena = self.allocation, self.owner, self.arena
        force = p.decision_share * self.P
        danger = np.where(self.on_land[:, None], self.exposure[owner, arena] * self.menace()[arena] / (self.P[owner] + FLOAT(0.001)), 0)
        all_danger = FLOAT(1e-6) + self.by_owner.sum(danger)
        met = self.by_owner.sum(self.STAKE * self.X)
        appetite = 1 - p.met_aims * met / (FLOAT(1e-6) + self.by_owner.sum(self.STAKE))
        utility = np.empty_like(self.E)
        self.reach(road)
        arrives = self.arrives()
        way = p.temperature * np.log(np.maximum(self.ACCESS, FLOAT(1e-12)))
        wide = self.front + FLOAT(0.001)

        front = self.front_claims
        a, i = arena[front], owner[front]
        cells = self.U / (self.U + self.upkeep.cell_presence)
        here = (self.Y + (1 - self.Y) * cells)[a]
        worth = (self.TH * appetite / all_danger)[i] * danger[front] + p.land_hunger * self.STAKE[front] * self.Y[a]
        sent = force[i] * arrives[front]
        success = sent / (sent + (self.JOINT + self.D + self.asked)[a])
        success *= (wide / (wide + self.JOINT))[a]
        paid = (p.patron_pay * np.minimum(self.REC, 1))[i]
        utility[self.at_threat] = p.threat_weight * worth * success + paid * here - p.threat_cost - p.idle_cost * (1 - here)
        utility[self.at_threat] += way[front]

        weight, war = self.W[self.cell], self.WAR[self.cell]
        want, held = self.WANT[self.mine], self.X[self.theirs]
        worth = want * held
        worth += p.contact * np.minimum(want * self.WANT[self.theirs], 1) * (1 - self.X[self.mine])
        worth += np.where(self.contact_on_land, p.war_aim * war * held, 0)
        sent = force[self.i] * arrives[self.mine]
        success = sent / (sent + self.SENT + self.PRES[self.theirs] + self.asked[self.at])
        success *= wide[self.at] / (wide[self.at] + self.SENT)
        worth *= p.rival_weight * weight * success
        worth -= p.rival_cost * (1 - np.maximum(self.WAR, self.CLASH)[self.cell])
        worth += way[self.mine]
        utility[self.at_rival] = np.where(weight > 0, worth, NEVER)[self.rival_of]

        value = self.X * self.value[arena]
        held = FLOAT(1e-6) + self.by_owner.sum(value)
        against = self.HOST + self.S[arena]
        risk = self.by_owner.sum(value * against / (against + self.GRD + self.asked[arena])) / held
        holder = held / (held + p.foothold)
        utility[self.at_hold] = p.hold_weight * holder * (p.garrison + (1 - p.garrison) * risk)
        governed = np.where(self.on_land[:, None], self.X * self.population[arena], 0)
        people = FLOAT(1e-6) + self.by_owner.sum(governed)
        ground = self.by_owner.sum(np.where(self.on_land[:, None], value, 0))
        ruler = ground / (ground + p.foothold)
        utility[self.at_govern] = p.govern_weight * ruler * self.by_owner.sum(governed * self.UNR[arena]) / people

        utility -= np.maximum.reduceat(utility, self.first_option, axis=0)[self.option_owner]
        utility /= p.temperature
        np.exp(np.maximum(utility, -87, out=utility), out=utility)
        utility[self.at_rival] *= (weight > 0)[self.rival_of]
        utility /= self.by_actor.sum(utility)[self.option_owner]
        utility -= self.E
        utility *= share
        self.E += utility

    def reach(self, road):
        """How far places are within reach of those who want them, as their ways open by this share."""
        if not self.some_are_neighbours:
            self.ACCESS[:] = 1
            return
        access = self.wide(self.plan.access)
        opened = self.zeros(self.n, self.m)
        opened[self.owner, self.arena] = self.X * (1 - self.Y[self.arena])
        near = opened + np.einsum("abr,ibr->iar", self.road, opened) + access
        odds = np.square(self.allocation.access * near[self.owner, self.arena])
        within = np.where(self.on_land[:, None], odds / (1 + odds), FLOAT(1))
        self.ACCESS = np.minimum(within, self.ACCESS + road * (within - self.ACCESS))

    def arrives(self):
        """Which share of what is sent somewhere gets there."""
        return np.minimum(self.allocation.supply * self.ACCESS, 1)

    def in_earnest(self):
        """How far contacts are in open quarrel; in politics any rung does."""
        skirmish = self.conflict.skirmish
        war, clash, feud = self.WAR[self.cell], self.CLASH[self.cell], self.FEUD[self.cell]
        return np.where(self.contact_on_land, war + skirmish * clash, np.maximum(np.maximum(war, clash), feud))

    def deploy(self, share):
        owner, arena = self.owner, self.arena
        power = self.P * np.exp(self.contest.tempo * self.TEMPO)
        guard = self.X * (self.value + FLOAT(0.01))[arena] * (self.HOST + self.S[arena] + self.asked[arena])
        guard /= (FLOAT(1e-9) + self.by_owner.sum(guard))[owner]
        self.POST += share * self.ACCESS * (guard - self.POST)
        self.POST /= (FLOAT(1e-9) + self.by_owner.sum(self.POST))[owner]
        office = np.where(self.on_land[:, None], self.X * (self.population + FLOAT(0.001))[arena], 0)
        self.GRD = self.POST * (self.P * self.E[self.at_hold])[owner]
        self.GOV = office * (self.P * self.E[self.at_govern] / (FLOAT(1e-9) + self.by_owner.sum(office)))[owner]
        arriving = power[owner] * self.arrives()
        self.ATT[self.front_claims] = arriving[self.front_claims] * self.E[self.at_threat]
        sent = np.zeros_like(self.SENT)
        sent[self.rival_of] = self.E[self.at_rival]
        sent *= arriving[self.mine]
        quiet = self.conflict.quiet
        self.SENT = sent * (quiet + (1 - quiet) * self.in_earnest())
        told, idle = self.by_mine.sum(self.SENT), self.by_mine.sum(sent - self.SENT)
        self.SHIELD = self.GRD + self.ATT + self.contest.policing * self.GOV + idle + self.contest.engaged * told
        self.PRES = self.GRD + self.GOV + self.ATT + idle + told
        self.JOINT = self.by_arena.sum(self.ATT)
        aimed = self.SENT[self.reverse]
        self.HOST = self.by_mine.sum(aimed)
        self.BESIEGERS = self.by_mine.sum(aimed * self.WAR[self.cell])
        self.FIGHT = self.by_cell.sum(self.SENT)
        self.MASSED = self.land_by_cell.sum(sent[self.land_contacts])
        self.PRESENT = self.by_arena.sum(self.SHIELD)
        self.GUARDS = self.PRESENT * self.united(self.SHIELD) * self.terrain
        self.GMORALE = self.by_arena.sum(self.SHIELD * self.MORALE[owner]) / (self.PRESENT + FLOAT(1e-6))

    def united(self, power):
        """What is left of joint power by discord."""
        quarrel = 2 * self.contacts_by_arena.sum(power[self.mine] * power[self.theirs] * self.W[self.cell])
        quarrel /= np.square(self.by_arena.sum(power)) + FLOAT(1e-6)
        return 1 - self.contest.discord * np.minimum(quarrel, 1)

    def fortune(self):
        keep, unit = self.keep(self.contest.tempo_weeks), self.unit(self.contest.tempo_weeks)
        self.TEMPO = keep * self.TEMPO + unit * self.normal(self.n)
        self.TTEMPO = keep * self.TTEMPO + unit * self.normal()
        weeks = self.contest.battle_luck_weeks
        self.LUCK[self.land] = self.keep(weeks) * self.LUCK[self.land] + self.unit(weeks) * self.normal(len(self.land))

    # ---------------------------------------------------------------- 7.6 strategy

    def choose(self, share):
        p, land = self.strategy, self.land
        unpaid = self.polity.unpaid_effectiveness
        paid = unpaid + (1 - unpaid) * self.TPAY
        self.TPOWER = self.threat.quality * self.TLEAD * paid * np.exp(self.contest.tempo * self.TTEMPO)
        strength = self.CORE + self.OPP
        force, defence = self.FORCE[land].sum(0), self.D[land].sum(0)
        shelter = (self.G[land] * self.refuge[land]).sum(0) / (strength + FLOAT(0.001))
        near = self.Y + self.around(self.Y)
        reach = (p.access * (near + self.U / (self.U + self.upkeep.cell_presence)))[land]
        attack = (self.allocation.decision_share * strength + p.cell_force * self.U[land]) * self.TPOWER
        guards, floor = self.GUARDS[land], self.floor[land]
        hazard = self.contest.break_per_week * p.patience_weeks * self.room_at_front(land, attack)
        hazard = hazard * self.steep(attack / (guards + floor), self.GMORALE[land] - self.contest.residents * self.RES[land])
        hazard *= 1 + self.contest.encirclement * self.STARVED[land]
        back = self.by_arena.sum(self.ACCESS * np.minimum(self.WANT, 1) * self.P[self.owner])[land]
        kept = self.win(land, attack, self.allocation.decision_share * back) / (1 + self.PRIZE[land])
        worth = p.attack * kept * self.value[land] / (self.V + self.highest) * (1 - self.Y[land]) * reach / (1 + reach) * part(hazard)
        pressed = force / (force + FLOAT(0.001) + defence)
        utility = np.concatenate([
            np.broadcast_to(p.hold * pressed * self.V / self.VREF, (1, self.r)),
            np.broadcast_to(p.melt * shelter * pressed, (1, self.r)),
            worth * (self.RES[land] + FLOAT(0.5)) - p.attack_cost,
            np.broadcast_to(p.provoke * self.importance, (len(self.EP), self.r)),
        ])  # fmt: skip
        odds = np.exp((utility - utility.max(0)) / p.temperature)
        odds /= odds.sum(0)
        self.EH += share * (odds[0] - self.EH)
        self.EM += share * (odds[1] - self.EM)
        self.EA[land] += share * (odds[2 : 2 + len(land)] - self.EA[land])
        self.EP += share * (odds[2 + len(land) :] - self.EP)

    def post(self, share):
        """Deployment of the threat."""
        land = self.land
        attacked = self.FORCE[land] / (self.FORCE[land] + self.D[land] + self.floor[land])
        places = self.Y[land] * self.value[land] * (1 + self.contest.reinforcement * attacked)
        places += FLOAT(0.001) * (self.refuge[land] + FLOAT(0.01))
        cut = self.cut_off(land, self.Y)
        if self.some_are_neighbours:
            cut[[not len(self.next_to[a]) for a in land]] = 1
        self.TPOST[land] += share * np.maximum(1 - cut, FLOAT(0.05)) * (places / places.sum(0) - self.TPOST[land])
        self.TPOST[land] /= FLOAT(1e-9) + self.TPOST[land].sum(0)
        strength = self.CORE + self.OPP
        attacking = self.EA[land].sum(0)
        self.G[land] = strength * self.TPOST[land]
        self.D[land] = self.G[land] * (1 - attacking) * self.TPOWER * self.terrain[land]
        cells = self.strategy.cell_force * self.U[land] * self.EA[land] / (self.EA[land] + FLOAT(0.1))
        self.S[land] = (strength * self.EA[land] + cells) * self.TPOWER

    # ---------------------------------------------------------------- 7.5 contest

    def win(self, arenas, force, against):
        ratio = np.maximum(force / (against + self.floor[arenas]), FLOAT(1e-12))
        return 1 / (1 + np.exp(np.clip(-self.contest.decisiveness * np.log(ratio), -87, 87)))

    def room_at_front(self, arenas, force):
        return force / (force + self.front[arenas] + FLOAT(0.001))

    def steep(self, ratio, morale):
        """By how much odds and morale multiply the hazard of breaking."""
        p = self.contest
        odds = np.minimum(np.log(np.maximum(ratio, FLOAT(1e-12))), 3)
        return np.exp(np.clip(p.break_odds * odds - p.break_morale * (morale - FLOAT(0.5)), -87, 87))

    def held_by_factions(self):
        return np.maximum(1 - self.Y - self.N, 0)

    def cut_off(self, arenas, held):
        """How far places are cut off from what one holds next to them."""
        around = self.around(held)[arenas]
        return np.where(self.plan.neighbour[arenas].any(1)[:, None], np.maximum(1 - around, 0), FLOAT(0))

    def around(self, held):
        """What one holds next to each place, as far as ways lead there."""
        return np.einsum("abr,br->ar", self.road, held)

    def lose(self, i, lost):
        """Men of some factions, each named once, lost in fights."""
        gone = np.minimum(lost, self.F[i])
        share = gone / (self.F[i] + FLOAT(1e-6))
        self.F[i] -= gone
        self.MORALE[i] -= self.MORALE[i] * np.minimum(self.morale.per_loss * share, 1)

    def lose_threat(self, lost):
        """Fighters in the open who leave, in proportion to their kinds; how many they were."""
        strength = self.CORE + self.OPP
        share = np.minimum(lost, strength) / (strength + FLOAT(1e-6))
        self.CORE -= self.CORE * share
        self.OPP -= self.OPP * share
        return strength * share

    def fall(self, lost):
        """Fighters of the threat lost in fights."""
        strength = self.CORE + self.OPP
        share = self.lose_threat(lost) / (strength + FLOAT(1e-6))
        self.TMORALE -= self.TMORALE * np.minimum(self.morale.per_loss * share, 1)

    def confront(self):
        land = self.land
        self.UNITED[land] = (self.JOINT * self.united(self.ATT))[land]
        self.FORTUNE[land] = np.exp(self.contest.battle_luck * self.LUCK[land])
        self.FORCE[land] = self.UNITED[land] * self.FORTUNE[land]

    def besieging(self):
        """What sieges build up to: of the threat's places, by it, and of claims."""
        return self.UNITED, self.S, np.where(self.on_land[:, None], self.BESIEGERS, 0)

    def besieged(self):
        """Sieges of the start."""
        weeks = self.contest.siege_weeks
        on_threat, by_threat, self.BESIEGED = self.besieging()
        self.SIEGE = on_threat * -np.expm1(-self.wide(self.plan.besieged_weeks) / weeks)
        self.SIEGE_T = by_threat * -np.expm1(-self.wide(self.plan.threatened_weeks) / weeks)
        weeks, everywhere = self.contest.stores_weeks, np.arange(self.m)
        self.STARVED_T = self.cut_off(everywhere, self.Y) * -np.expm1(-self.wide(self.plan.besieged_weeks) / weeks)
        cut = self.cut_off(everywhere, self.held_by_factions())
        self.STARVED = cut * -np.expm1(-self.wide(self.plan.threatened_weeks) / weeks)

    def besiege(self):
        share = self.toward(self.contest.siege_weeks)
        built_up = lambda siege, now: np.minimum(now, siege + share * (now - siege))
        on_threat, by_threat, claims = self.besieging()
        self.SIEGE, self.SIEGE_T = built_up(self.SIEGE, on_threat), built_up(self.SIEGE_T, by_threat)
        self.BESIEGED = built_up(self.BESIEGED, claims)
        share, everywhere = self.toward(self.contest.stores_weeks), np.arange(self.m)
        self.STARVED_T = built_up(self.STARVED_T, self.cut_off(everywhere, self.Y))
        self.STARVED = built_up(self.STARVED, self.cut_off(everywhere, self.held_by_factions()))

    def fight(self):
        self.confront()
        self.besiege()
        # All forces stand or break with the morale that they go into the step with.
        self.met, self.threat_met = self.MORALE.copy(), self.TMORALE.copy()
        self.against_threat()
        self.between_rivals()
        # Place by place: who falls in one is no longer there to hold another.
        for u, a in zip(self.uniform(len(self.land)), self.land):
            self.hold_and_occupy(a)
            self.assault(u, a)
        self.GAIN *= self.keep(self.rivalry.gain_memory_weeks)
        self.GAIN += np.maximum(self.CHANGE, 0)

    def take(self, claims, share):
        self.X[claims] += share
        self.CHANGE[claims] += share

    def against_threat(self):
        p, tiny = self.contest, FLOAT(1e-6)
        law = lambda own: (1 - p.linear_law) + p.linear_law * own / p.linear_reference_power
        r1, r2 = self.rate(p.threat_loss), self.rate(p.coalition_loss)
        draws = self.uniform(len(self.land))
        # Place by place, since men and morale fall as it goes on.
        for u, a in zip(draws, self.land):
            claims = self.claims_in[a]
            i, attack = self.owner[claims], self.ATT[claims]
            force, defence, joint = self.FORCE[a], self.D[a], self.JOINT[a]
            room = self.room_at_front(a, force)
            built = self.SIEGE[a] * self.FORTUNE[a]
            hazard = self.rate(p.break_per_week) * self.room_at_front(a, built)
            hazard = hazard * self.steep(built / (defence + self.floor[a]), self.threat_met - p.residents * self.alien[a])
            hazard *= 1 + p.encirclement * self.STARVED_T[a]
            breaks = hits(u, hazard)
            advance = self.rate(p.advance_per_week) * self.win(a, force, defence) * room
            lost = np.where(breaks, self.Y[a], self.Y[a] * part(advance))
            shaken = np.maximum(self.G[a] / (self.CORE + self.OPP + tiny), self.Y[a] * self.value[a] / self.highest)
            self.TMORALE -= np.where(breaks, self.TMORALE * np.minimum(self.morale.rout * shaken, 1), 0)
            self.Y[a] -= lost
            self.LOST[a] += lost
            own = attack / (joint + tiny)
            self.take(claims, lost * own)
            self.N[a] += lost - lost * own.sum(0)
            half1 = np.minimum(r1 * force * law(defence) / 2, self.G[a] / 2)
            half2 = r2 * defence * law(force) / 2
            left = 1 - np.minimum(half2 * own / (self.F[i] + tiny), FLOAT(0.5))
            middle = (attack * left).sum(0) * force / (joint + tiny)
            resisting = defence * (1 - half1 / (self.CORE + self.OPP + tiny))
            losses = r2 * resisting * law(middle) * own
            self.lose(i, np.minimum(losses, FLOAT(0.5) * self.F[i] * attack / (self.P[i] + tiny)))
            self.fall(np.minimum(r1 * middle * law(resisting), self.G[a]))

    def rout(self, claims, where):
        """Forces, each of another faction, that break in an arena."""
        i = self.owner[claims]
        share = np.minimum(self.PRES[claims] / (self.P[i] + FLOAT(1e-6)), 1)
        self.lose(i, np.where(where, self.contest.rout_loss * self.F[i] * share, 0))
        shaken = np.maximum(share, self.X[claims] * self.value[self.arena[claims]] / self.highest)
        self.MORALE[i] -= np.where(where, self.MORALE[i] * self.morale.rout * shaken, 0)
        for k, c in enumerate(claims):
            rows = [self.option_of[c], *self.option_against[self.contacts_of[c]]]
            moved = np.where(where[k], self.E[rows], 0)
            self.E[rows] -= moved
            self.E[self.at_hold[i[k]]] += moved.sum(0)
        self.POST[claims] = np.where(where, 0, self.POST[claims])

    def between_rivals(self):
        p, tiny = self.contest, FLOAT(1e-6)
        draws = self.uniform(len(self.owner))
        for a in range(self.m):
            claims, contacts = self.claims_in[a], self.contacts_in[a]
            if not len(contacts):
                continue
            i, hostile, present = self.owner[claims], self.HOST[claims], self.PRES[claims]
            lost = part(self.rate(p.seize_per_week) * self.win(a, hostile, present) * self.room_at_front(a, hostile))
            clash = self.zeros(len(claims))
            if self.plan.territory[a]:
                slow = lost
                built = self.BESIEGED[claims]
                hazard = self.rate(p.break_per_week) * self.room_at_front(a, built)
                breaks = hits(draws[claims], hazard * self.steep(built / (present + self.floor[a]), self.met[i]))
                lost = np.where(breaks, 1, slow)
                if breaks.any():
                    self.rout(claims, breaks)
                self.POST[claims] *= 1 - slow
                clash = self.rate(p.rival_loss) * present / (hostile + present + self.floor[a])
                self.lose(i, clash * hostile)
            lost = self.X[claims] * lost
            self.take(claims, -lost)
            first = claims[0]
            each = (lost / (hostile + tiny))[self.theirs[contacts] - first]
            taken, killed = self.zeros(len(claims)), self.zeros(len(claims))
            np.add.at(taken, self.mine[contacts] - first, each * self.SENT[contacts])
            self.take(claims, taken)
            np.add.at(killed, self.mine[contacts] - first, clash[self.theirs[contacts] - first] * self.SENT[contacts])
            if self.plan.territory[a]:
                self.lose(i, killed)
        self.N = np.maximum(1 - self.Y - self.by_arena.sum(self.X), 0)

    def needs(self, at):
        """Men of the threat in places, and those it takes."""
        p = self.contest
        men = self.G[at] + self.strategy.cell_force * self.U[at]
        return men, p.men_per_head * self.population[at] * self.Y[at] * (1 + p.hostile_need * self.alien[at])

    @staticmethod
    def lack(men, need):
        return np.where(men < need, 1 - men / (need + FLOAT(1e-6)), 0).astype(FLOAT)

    def hold_and_occupy(self, a):
        p, claims, tiny = self.contest, self.claims_in[a], FLOAT(1e-6)
        i, present = self.owner[claims], self.PRES[claims]
        men = self.F[i] * present / (self.P[i] + tiny)
        need = p.men_per_head * self.population[a] * self.X[claims] * (1 + p.hostile_need * self.GRUDGE[claims])
        threat, threat_need = self.needs(a)
        self.take(claims, -self.X[claims] * part(self.rate(p.slip_per_week) * self.lack(men, need)))
        self.Y[a] -= self.Y[a] * part(self.rate(p.slip_per_week) * self.lack(threat, threat_need))
        self.N[a] = np.maximum(1 - self.Y[a] - self.X[claims].sum(0), 0)
        takes = present * self.lack(need, men)
        threat_takes = threat * self.TPOWER * self.lack(threat_need, threat)
        everybody = threat_takes + takes.sum(0)
        flow = self.N[a] * part(self.rate(p.occupy_per_week) * everybody / (everybody + self.front[a] + self.floor[a]))
        each = flow / (everybody + tiny)
        self.take(claims, each * takes)
        self.Y[a] += each * threat_takes
        self.WON[a] += each * threat_takes
        self.N[a] -= each * everybody

    def assault(self, u, a):
        p, tiny = self.contest, FLOAT(1e-6)
        claims, force, guards = self.claims_in[a], self.S[a], self.GUARDS[a]
        i = self.owner[claims]
        room = self.room_at_front(a, force)
        built = self.SIEGE_T[a]
        hazard = self.rate(p.break_per_week) * self.room_at_front(a, built)
        hazard = hazard * self.steep(built / (guards + self.floor[a]), self.GMORALE[a] - p.residents * self.RES[a])
        hazard *= 1 + p.encirclement * self.STARVED[a]
        breaks = hits(u, hazard)
        slow = part(self.rate(p.advance_per_week) * self.win(a, force, guards) * room)
        share = np.where(breaks, 1, slow).astype(FLOAT)
        clash = force / (force + guards + self.floor[a])
        self.lose(i, self.rate(p.coalition_loss) * guards * clash * self.SHIELD[claims] / (self.PRESENT[a] + tiny))
        if breaks.any():
            self.rout(claims, np.broadcast_to(breaks, (len(claims), self.r)))
        self.fall(self.rate(p.threat_loss) * guards * clash)
        self.FUNDS += np.where(breaks, self.upkeep.loot * self.revenue[a] * (1 - self.Y[a]), 0)
        moved = np.where(breaks, self.EA[a], 0)
        self.TPOST[a] += moved
        self.EH += moved
        self.EA[a] -= moved
        self.POST[claims] *= 1 - slow
        lost, empty, cells = self.X[claims] * share, self.N[a] * share, self.U[a] * share
        self.take(claims, -lost)
        self.N[a] -= empty
        self.Y[a] += lost.sum(0) + empty
        self.WON[a] += lost.sum(0) + empty
        self.U[a] -= cells
        self.CORE += cells

    def quarrel(self):
        """Feuds, clashes and wars begin and end."""
        for mine, theirs, me in ((self.ab, self.ba, self.plan.pair[:, 0]), (self.ba, self.ab, self.plan.pair[:, 1])):
            struck = np.minimum(self.FIGHT[theirs] / (self.P[me] + FLOAT(0.001)), 1)
            self.MEM[mine] += self.rate(self.rivalry.memory_per_fighting) * struck
        self.TRUCE = np.maximum(self.TRUCE - self.plan.dt, 0)
        self.feud()
        self.come_to_blows()

    def feud(self):
        p, q, contacts = self.conflict, self.feuding, self.political_contacts
        if not len(q.ab):
            return
        rivalry = (self.W[q.ab] + self.W[q.ba]) / 2
        rift = self.political_by_cell.sum(self.STAKE[self.mine[contacts]] * self.STAKE[self.theirs[contacts]])[q.ab]
        feud = self.FEUD[q.ab]
        begins = self.rate(p.feud_per_week) * rivalry * np.minimum(rift, 1)
        ends = self.rate(p.feud_end_per_week) * (FLOAT(1.5) - rivalry)
        turns = hits(self.uniform(len(q.ab)), np.where(feud > 0, ends, begins))
        self.FEUD[q.ab] = self.FEUD[q.ba] = np.where(turns, 1 - feud, feud)

    def come_to_blows(self):
        p, q = self.conflict, self.fighting
        self.PRIZE *= self.keep(p.prize_weeks)
        self.PRIZE += self.LOST
        contact = self.by_cell.sum(self.STAKE[self.mine] * (self.STAKE[self.theirs] / 2 + self.X[self.theirs]))
        near = np.minimum(contact[q.ab] + contact[q.ba], 1)
        mine, theirs, at = (of[self.land_contacts] for of in (self.mine, self.theirs, self.at))
        product, both = self.PRES[mine] * self.PRES[theirs], self.PRES[mine] + self.PRES[theirs]
        facing = self.land_by_cell.sum(4 * product / ((both + FLOAT(1e-6)) * (both + self.front[at])))[q.ab]
        coveted = self.land_by_cell.sum(np.minimum(self.WANT[mine] * self.WANT[theirs], 1) * (self.PRIZE * self.value / self.highest)[at])[q.ab]
        mine, theirs = self.STAKE[mine] * self.X[theirs], self.STAKE[theirs] * self.X[mine]
        withheld = self.land_by_cell.sum(mine + theirs)[q.ab]
        massed = (self.MASSED[q.ab] + self.MASSED[q.ba]) / (self.P[q.a] + self.P[q.b] + FLOAT(0.001))
        rivalry, shared = (self.W[q.ab] + self.W[q.ba]) / 2, self.SHARED[q.ab]
        anger = rivalry**2 * (1 - p.restraint * shared) * (1 + p.prize * coveted)
        hot = anger * near
        flares = self.rate(p.clash_per_week) * hot * facing * (1 + p.escalation * massed)
        fear = np.sqrt(self.TH[q.a] * self.TH[q.b])
        grows = self.rate(p.war_per_week) * hot * (1 - p.deterrence * fear)
        mine, theirs = self.P[q.a], self.P[q.b]
        decides = self.rate(p.decision_per_week) * anger * np.minimum(withheld, 1) * (1 - p.deterrence * fear) * rivalry**2
        decides *= 4 * mine * theirs / (mine + theirs + FLOAT(0.001)) ** 2
        agrees = self.rate(p.agreement_per_week) * 4 * rivalry * (1 - rivalry) * fear * (1 + p.brokerage * shared)
        parts = self.rate(p.agreement_end_per_week) * (FLOAT(0.5) + rivalry) * (FLOAT(1.5) - fear)
        worn = np.maximum(1 - self.F / (self.F0 + FLOAT(0.001)), 0)
        peace = self.rate(p.end_per_week) * (FLOAT(1.5) - rivalry) * (1 + p.exhaustion * np.maximum(worn[q.a], worn[q.b]))
        peace *= (1 + p.brokerage * shared) * (1 + p.plea * np.maximum(self.TH[q.a], self.TH[q.b]))

        u, war, clash, truce = self.uniform(len(q.ab)), self.WAR[q.ab] > 0, self.CLASH[q.ab] > 0, self.TRUCE[q.ab]
        ends = war & hits(1 - u, peace)
        breaks_out = clash & (truce <= 0) & hits(u, grows)
        dies_down = clash & ~breaks_out & hits(1 - u, self.rate(p.clash_end_per_week))
        pact = self.PACT[q.ab] > 0
        fights = ~war & ~clash & (truce <= 0) & hits(u, flares + decides)
        flares_up = fights & hits(u, flares)
        settles = ~war & ~clash & ~fights & hits(1 - u, np.where(pact, parts, agrees))
        self.PACT[q.ab] = self.PACT[q.ba] = np.where(settles, ~pact, pact & ~fights)
        self.WAR[q.ab] = self.WAR[q.ba] = (war & ~ends) | breaks_out | (fights & ~flares_up)
        self.CLASH[q.ab] = self.CLASH[q.ba] = (clash & ~breaks_out & ~dies_down) | flares_up
        self.TRUCE[q.ab] = self.TRUCE[q.ba] = np.where(ends, np.maximum(truce, p.ceasefire_weeks), truce)
        self.OLD[q.of] = np.where(ends, 0, self.OLD[q.of])

    # ---------------------------------------------------------------- 7.7 upkeep

    def room(self):
        return 1 / (1 + (self.CORE + self.OPP + self.U.sum(0)) / (self.upkeep.saturation * self.FT0))

    def refill(self):
        return np.minimum(self.rate(self.upkeep.pool_refill_per_week), 1)

    def willing(self, room):
        """The shares of the pools that would join openly, and hidden."""
        place = self.people_at
        ungoverned = np.maximum(1 - self.ORD, 0)[place]
        come = part(self.rate(self.upkeep.recruit_per_week) * self.LEGIT * room * self.GRV * ungoverned)
        return come * self.Y[place], come * np.maximum(1 - self.Y[place], 0) * self.refuge[place]

    def drain_pools(self):
        """Whoever joined before the start is no longer in the pools."""
        refill = self.refill()
        turnover = sum(self.willing(self.ROOM0)) + refill
        rest = self.POOL0 * refill / (turnover + FLOAT(1e-9))
        self.POOL = rest + (self.POOL0 - rest) * np.exp(-turnover * self.threat.recruiting_weeks / self.plan.dt)

    def account(self):
        """What the threat's funds gain in a step, and which share of its needs it meets."""
        p, threat, land = self.upkeep, self.threat, self.land
        out = np.minimum((self.Y[land] * self.border[land]).sum(0) / self.B0, 1)
        revenue = (self.monthly(self.revenue[land]) * self.Y[land]).sum(0)
        strikes = np.minimum((self.struck * self.COM).sum(0), 1)
        cells = self.U[land] / (self.U[land] + p.cell_presence)
        extorted = p.extortion * (self.monthly(self.revenue[land]) * np.maximum(1 - self.Y[land], 0) * cells).sum(0)
        income = self.monthly(threat.external_musd_per_month) + extorted + revenue * (1 - p.trade * (1 - out)) * (1 - strikes)
        paid = self.CORE + self.OPP + p.cell_wage * self.U.sum(0)
        needed = paid * self.monthly(threat.wage_usd_per_month) * FLOAT(1e-6)
        needed = needed + self.monthly(threat.administration_musd_per_month) * self.V / self.VREF
        spent = np.minimum(needed, income + self.toward(p.reserve_weeks) * self.FUNDS)
        met = np.where(needed <= 1e-9, 1, np.minimum(spent / (needed + FLOAT(1e-9)), 1))
        return income - spent, met.astype(FLOAT)

    def keep_up(self):
        plan, p, threat, land = self.plan, self.upkeep, self.threat, self.land
        unpaid = 1 - self.TPAY
        repression = threat.repression + (1 - threat.repression) * unpaid
        unmanned = 1 + self.lack(*self.needs(land))
        hazard = self.yearly(p.uprising_per_year) * unpaid * repression * self.Y[land] * unmanned
        lost = np.where(hits(self.uniform(len(land)), hazard), p.uprising_loss * self.Y[land], 0)
        self.Y[land] -= lost
        self.N[land] += lost
        self.LOST[land] += lost
        hazard = self.yearly(p.split_per_year) * unpaid * repression * (1 - self.LEGIT) * np.minimum(self.V / self.VREF, 1)
        gone = np.where(hits(self.uniform(), hazard), p.split_loss, 0).astype(FLOAT)
        if plan.splinter >= 0:
            self.F[plan.splinter] += (self.CORE + self.OPP) * gone
            theirs = np.flatnonzero((self.owner == plan.splinter) & self.on_land)
            taken = self.Y[self.arena[theirs]] * gone
            self.Y[self.arena[theirs]] -= taken
            self.take(theirs, taken)
        left = 1 - gone
        self.CORE *= left
        self.OPP *= left

        gone = np.minimum(self.LOST[land] / (self.Y[land] + self.LOST[land] + FLOAT(1e-6)), 1)
        displaced = self.G[land] * gone
        self.TPOST[land] *= 1 - gone
        scattered = (1 - p.garrison_lost) * p.go_underground * displaced
        melting = self.refuge[land] * self.rate(self.strategy.melt_per_week) * self.EM * self.G[land]
        for k, a in enumerate(land):
            self.lose_threat(p.garrison_lost * displaced[k])
            self.U[a] += self.refuge[a] * self.lose_threat(scattered[k])
            self.U[a] += self.lose_threat(melting[k])

        change, self.TPAY = self.account()
        self.FUNDS = self.FUNDS + change
        deserting = self.rate(p.desertion_per_week) * (1 - self.TPAY)
        self.OPP -= self.OPP * np.minimum(deserting, 1)
        self.CORE -= self.CORE * np.minimum(deserting * (1 - p.core_loyalty), 1)

        steady = self.by_arena.sum(self.SHIELD * np.minimum(2 * self.MORALE, 1)[self.owner])
        pressed = (steady / (self.PRESENT + self.front + self.floor))[land]
        open_ = 1 - self.refuge[land]
        cleared = self.rate(p.clearing_per_week) * pressed * open_
        dissolved = self.rate(p.cell_decay_per_week) * open_ * (1 - self.RES[land])
        emerged = self.rate(p.emergence_per_week) * (self.RES[land] + self.EA[land].sum(0)) * (1 - pressed)
        each = self.U[land] / (1 + cleared + dissolved + emerged)
        self.CORE += (each * emerged).sum(0)
        self.U[land] = np.maximum(self.U[land] - each * (cleared + dissolved + emerged), 0)

        room = self.room()
        openly, hidden = self.willing(room)
        joining, hidden = self.POOL * openly, self.POOL * hidden
        hired, faithful = p.recruit_opportunists * self.TPAY, 1 - p.recruit_opportunists
        self.POOL += self.refill() * (self.POOL0 - self.POOL)
        self.POOL = np.maximum(self.POOL - joining * (hired + faithful) - hidden, 0)
        joined = joining.sum(0)
        self.OPP += joined * hired
        self.CORE += joined * faithful
        self.U += self.by_place.sum(hidden)
        access = (self.Y[land] * self.border[land]).sum(0) / self.B0
        foreign = self.monthly(threat.foreign_per_month) * self.INFLOW * access
        self.CORE += foreign * self.LEGIT / np.maximum(self.LEGIT0, FLOAT(0.001)) * room / self.ROOM0

        value = self.value[land]
        held = self.value_held()
        lost, won = (self.LOST[land] * value).sum(0), (self.WON[land] * value).sum(0)
        rest = self.LEGIT0 * (1 - threat.statehood * p.statehood_weight * (1 - np.minimum(held / self.VREF, 1)))
        self.LEGIT += self.toward(p.legitimacy_weeks) * (rest - self.LEGIT)
        penalty = p.legitimacy_per_loss * (1 + p.statehood_penalty * threat.statehood)
        self.LEGIT -= self.LEGIT * np.minimum(penalty * lost / self.VREF, 1)
        self.LEGIT += (1 - self.LEGIT) * np.minimum(p.legitimacy_per_gain * won / self.VREF, 1)
        self.TLEAD += self.toward(p.leadership_recovery_weeks) * (1 - self.TLEAD)

    # ---------------------------------------------------------------- 7.8 polity

    def bloc_crisis(self):
        """Crisis of the institutions of each faction's bloc."""
        plan, crisis = self.plan, self.zeros(self.n)
        for bloc in range(len(plan.blocs)):
            arenas = np.flatnonzero((plan.arena_bloc == bloc) & ~plan.territory)
            crisis[plan.bloc == bloc] = np.minimum(self.CRISIS[arenas].sum(0), 1)
        return crisis

    def resources(self):
        plan, p = self.plan, self.polity
        oil = 1 - np.minimum(np.exp(self.OIL - np.log(self.oil.budget_usd)), FLOAT(1.5))
        dependence = self.wide(plan.oil_dependence)
        bloc = self.zeros(self.n)
        crisis = self.bloc_crisis()
        for i in np.flatnonzero(plan.bloc >= 0):
            bloc[i] = (1 - dependence[plan.bloc[i]] * oil) * (1 - p.crisis_pay * crisis[i])
        own = self.wide(plan.own_resources)
        return own + (1 - own) * np.minimum(bloc + p.patron_upkeep * self.REC, FLOAT(1.5))

    def strengthen(self):
        p = self.polity
        paid = p.unpaid_effectiveness + (1 - p.unpaid_effectiveness) * self.PAY
        backed = p.unsupported_effectiveness + (1 - p.unsupported_effectiveness) * self.SUP
        self.P = self.F * self.Q * self.LEAD * self.AID * paid * backed * (1 - p.crisis_effectiveness * self.bloc_crisis())

    def resent(self):
        self.UNR = self.by_place.sum(self.mix * self.GRV)
        self.RES = self.by_place.sum(self.mix * self.sympathy[self.people_of] * self.GRV)
        self.GRUDGE = self.zeros(len(self.owner))
        for k, (a, g) in enumerate(self.plan.populace):
            claims = self.claims_in[a]
            self.GRUDGE[claims] += self.mix[k] * self.GRV[k] * np.maximum(1 - self.people[self.owner[claims], g], 0)

    def govern_places(self):
        power = self.polity.governance_power
        order = self.X * self.governance[self.owner] * self.GOV / (self.GOV + power * (self.X + FLOAT(0.05)))
        order = self.by_arena.sum(np.where(self.on_land[:, None], order, 0))
        disrupted = 1 + self.polity.cell_disruption * self.U
        self.ORD = order / disrupted
        self.GVN = (order + self.Y * self.threat.governance * self.TPAY) / disrupted

    def govern(self):
        p, oil, n = self.polity, self.oil, self.n
        drift = self.toward(oil.reversion_weeks) * (np.log(oil.mean_usd) - self.OIL)
        self.OIL = self.OIL + drift + self.vol(oil.volatility, oil.reversion_weeks) * self.normal()
        if len(self.politics):
            hostile = self.by_arena.sum(self.HOST)[self.politics]
            x = p.obstruction * hostile / (FLOAT(0.001) + self.by_arena.sum(self.P[self.owner])[self.politics])
            self.CRISIS[self.politics] += self.toward(p.crisis_weeks) * (x / (1 + x) - self.CRISIS[self.politics])
        self.PAY += self.toward(p.pay_weeks) * (np.minimum(self.k * self.resources(), 1) - self.PAY)
        weary = p.war_weariness * np.maximum(1 - self.F / (self.F0 + FLOAT(0.001)), 0)
        wanted = clip(self.SUP0 + p.support_per_pay * (self.PAY - self.PAY0) - weary)
        self.SUP += self.toward(p.support_weeks) * (wanted - self.SUP)
        self.LEAD += self.toward(self.upkeep.leadership_recovery_weeks) * (1 - self.LEAD)
        self.heart()
        means = np.minimum(self.PAY / np.maximum(self.PAY0, FLOAT(0.001)), 1)
        will = np.minimum(self.SUP / np.maximum(self.SUP0, FLOAT(0.001)), 1)
        land = self.by_owner.sum(self.X * self.value[self.arena])
        grown = 1 + p.land_growth * np.clip((land - self.LAND0) / (self.LAND0 + 1), FLOAT(-0.5), 2)
        self.F += np.minimum(self.rate(p.rebuild_per_week), 1) * (self.F0 * means * will * grown - self.F)
        self.govern_places()
        place, people = self.people_at, self.people_of
        abused = self.zeros(len(place))
        for k, (a, g) in enumerate(self.plan.populace):
            claims = self.claims_in[a]
            abused[k] = (self.X[claims] * self.abuse[self.owner[claims], g]).sum(0)
        rises = self.rate(p.abuse_per_week) * abused + self.rate(p.vacuum_per_week) * np.maximum(1 - self.GVN[place], 0)
        rises += self.rate(p.bloodshed_per_week) * self.bloodshed()[place]
        rises = p.grievance_scale * (rises + self.rate(p.provoked_per_week) * self.EP[people])
        heals = self.rate(p.healing_per_week) * self.GVN[place]
        self.GRV = (self.GRV + rises) / (1 + rises + heals)
        self.resent()
        if len(self.COM):
            seen = np.where(self.THP0 <= 1e-6, 1, self.THP / np.maximum(self.THP0, FLOAT(1e-6)))
            wanted = self.FULL * (1 - self.backers.fatigue * np.maximum(1 - seen, 0))
            returning, eroding = self.toward(self.backers.return_weeks), self.toward(self.backers.erosion_weeks)
            self.COM += np.where(wanted > self.COM, returning, eroding) * (wanted - self.COM)
            self.realign()
        self.strengthen()

    def realign(self):
        """Patrons drop and take up clients."""
        p, n = self.backers, self.n
        fresh = self.WAR.copy()
        fresh[self.ab] -= self.OLD
        fresh[self.ba] -= self.OLD
        stray = np.minimum(np.einsum("ijr,ujr->uir", fresh.reshape(n, n, self.r), self.BACK), 1)
        short = np.where(self.REC0 <= 0.001, 0, np.maximum(1 - self.REC / np.maximum(self.REC0, FLOAT(0.001)), 0))
        wanted = self.BACK0 * (1 - p.drop * stray) + np.maximum(self.offer - self.BACK0, 0) * short
        self.BACK += self.toward(p.realign_weeks) * (wanted - self.BACK)

    def bloodshed(self):
        """How much of each place is fought over."""
        meet = lambda x, y, floor: x * y / (x + y + floor)
        fought = meet(self.FORCE, self.D, self.floor) + meet(self.S, self.GUARDS, self.floor)
        fought += self.by_arena.sum(meet(self.HOST, self.PRES, self.floor[self.arena])) / 2
        return fought / (fought + self.front)

    def heart(self):
        """Morale of all."""
        p = self.morale
        warring = (self.FIGHT * self.WAR).reshape(self.n, self.n, -1).sum(1)
        spent = (self.by_owner.sum(self.ATT) + warring) / (self.P + FLOAT(1e-6))
        self.WORN += self.toward(p.exertion_weeks) * (np.minimum(spent, 1) - self.WORN)
        relative = self.value / self.highest
        move = self.toward(p.weeks)
        rest = self.MORALE0 + p.per_pay * (self.PAY - self.PAY0) + p.per_support * (self.SUP - self.SUP0)
        rest += p.per_patron * (self.REC - self.REC0) + p.per_fear * (self.TH - self.TH0)
        rest = clip(rest - p.per_exertion * self.WORN)
        self.MORALE += move * (rest - self.MORALE)
        taken = self.by_owner.sum(np.maximum(self.CHANGE, 0) * relative[self.arena])
        self.MORALE += (1 - self.MORALE) * np.minimum(p.per_gain * taken, 1)
        opportunists = self.OPP / (self.CORE + self.OPP + FLOAT(1e-6))
        rest = self.TMORALE0 + p.per_pay * (self.TPAY - self.TPAY0) * opportunists
        rest = clip(rest + p.per_support * (self.LEGIT - self.LEGIT0))
        self.TMORALE += move * (rest - self.TMORALE)
        taken = (self.WON * relative)[self.land].sum(0)
        self.TMORALE += (1 - self.TMORALE) * np.minimum(p.per_gain * taken, 1)

    # ---------------------------------------------------------------- 7.9 measures

    def value_held(self):
        return (self.Y[self.land] * self.value[self.land]).sum(0)

    def measure(self):
        self.V = self.value_held()
        self.SHARE = self.V / (FLOAT(1e-6) + self.value[self.land].sum(0))
        fighters = (self.CORE + self.OPP) / self.FT0
        held = self.V / np.maximum(self.V0, FLOAT(1e-6))
        self.M = np.where(self.V0 <= 1e-6, fighters, (fighters + held) / 2).astype(FLOAT)
        effort = self.zeros(self.n * self.n)
        by_cell = self.zeros(len(self.cell))
        by_cell[self.rival_of] = self.E[self.at_rival]
        effort = self.by_cell.sum(by_cell * self.P[self.i]).reshape(self.n, self.n, self.r)
        inside = lambda where, member: effort[where].sum(0) / (FLOAT(1e-6) + self.P[member].sum(0))
        self.INF = [inside(where, member) for where, member in zip(self.inside, self.plan.member)]
        self.infighting = effort.sum((0, 1)) / (FLOAT(1e-6) + self.P.sum(0))

    def observe(self, seen, some, t):
        self.WEEK = np.full(self.r, t * self.plan.dt, FLOAT)
        seen.strength[t, some] = self.M
        seen.cohesion[t, some] = 1 - self.INF[0]
        seen.rivalry[t, some] = self.W[self.mates[0]].sum(0) / max(len(self.mates[0]), 1)
        seen.infighting[t, some] = self.infighting
        seen.open[t, some] = (self.CORE + self.OPP) / self.TOTAL0
        seen.underground[t, some] = self.U.sum(0) / self.TOTAL0
        for v, on in enumerate(self.plan.watched):
            seen.watched[v, t, some] = self.read(on)
