"""The model of docs/model.md in NumPy, vectorised over replicates.

Numbers in brackets, (7.4.3), are those of the page's blocks of equations; state variables have the page's symbols. The
last axis of every array is the replicate. Replicates go in blocks, so that what a step works on stays in the cache.

    plan = read_plan("scenario.resolved.toml", replicates=10_000, seed=1)
    result = simulate(plan, replicates=10_000, seed=2)
"""

import datetime
import math
import re
import tomllib
from statistics import NormalDist
from types import SimpleNamespace

import numpy as np

BLOCK = 512                 # replicates worked on at a time
REAL = np.float32
NO_QUARREL = -40.0          # log-odds of a hostility of 0                                             (7.3.1)
NO_TIE = -80.0              # log-odds whose weight is 0 in single precision, with any floor


# ---------------------------------------------------------------------------------------------------------------------
# 7.10  Uncertain inputs
# ---------------------------------------------------------------------------------------------------------------------

NORMAL = NormalDist()


def normal_cdf(z):
    return np.vectorize(NORMAL.cdf, otypes=[float])(z)


def normal_quantile(u):
    return np.vectorize(NORMAL.inv_cdf, otypes=[float])(np.clip(u, 1e-300, 1 - 1e-16))


def cut_normal(u, low, high):
    """Quantile of a standard normal number, given that it lies between low and high."""
    below = NORMAL.cdf(low) if low > -math.inf else 0.0
    above = NORMAL.cdf(high) if high < math.inf else 1.0
    return np.clip(normal_quantile(below + u * (above - below)), low, high)


def beta_quantile(u, a, b):
    """Quantile of Beta(a, b): its distribution function summed over the angle whose squared sine is x."""
    angle = (np.arange(100_000) + 0.5) * (math.pi / 200_000)
    log_density = (2 * a - 1) * np.log(np.sin(angle)) + (2 * b - 1) * np.log(np.cos(angle))
    cdf = np.cumsum(np.exp(log_density - log_density.max()))
    return np.sin(np.interp(u * cdf[-1], cdf, angle)) ** 2


def triangular_quantile(u, low, mode, high):
    span = high - low
    rising = low + np.sqrt(u * span * (mode - low))
    falling = high - np.sqrt((1 - u) * span * (high - mode))
    return np.where(u * span < mode - low, rising, falling)


def quantile(d, u):
    """Value of a distribution at the uniform numbers u."""
    low, high = d.get("low", -math.inf), d.get("high", math.inf)
    match d["dist"]:
        case "uniform":
            return low + u * (high - low)
        case "triangular":
            return triangular_quantile(u, low, d["mode"], high)
        case "normal":
            mean, sd = d["mean"], d["sd"]
            return mean + sd * cut_normal(u, (low - mean) / sd, (high - mean) / sd)
        case "lognormal":
            centre, sigma = math.log(d["median"]), d["sigma"]
            least = (math.log(low) - centre) / sigma if low > 0 else -math.inf
            most = (math.log(high) - centre) / sigma if high < math.inf else math.inf
            return np.exp(centre + sigma * cut_normal(u, least, most))
        case "beta":
            low, high = d.get("low", 0.0), d.get("high", 1.0)
            return low + (high - low) * beta_quantile(u, d["alpha"], d["beta"])
        case "pert":
            p = (d["mode"] - low) / (high - low)
            return low + (high - low) * beta_quantile(u, 1 + 4 * p, 5 - 4 * p)
        case "discrete" | "table":
            return np.asarray(d["values"], float)[row_of(d, u)]
        case other:
            raise ValueError(f"unknown distribution {other}")


def row_of(d, u):
    """Row of a table, or value of a discrete distribution: the first up to which the weights sum to u of all."""
    upto = np.cumsum(d.get("weights") or np.ones(len(d["values"])))
    return np.minimum(np.searchsorted(upto, u * upto[-1]), len(upto) - 1)


def is_number(node):
    return isinstance(node, (int, float)) and not isinstance(node, bool)


def is_plain(node):
    """A number with its source; arenas have a `value` too, but never alone."""
    return isinstance(node, dict) and "value" in node and set(node) <= {"value", "source"}


def is_uncertain(node):
    return isinstance(node, dict) and "dist" in node


def key_in_list(item, position):
    """How an item of a list is called in the path of a number: by its id, a tie by its two names, others by number."""
    if isinstance(item, dict) and "id" in item:
        return item["id"]
    if isinstance(item, dict) and "between" in item:
        return "+".join(sorted(item["between"]))
    return str(position)


def find_numbers(node, path, found):
    """All numbers below a node of the scenario by their paths, in the order of the scenario."""
    if is_number(node) or is_plain(node) or is_uncertain(node):
        found[path] = node
    elif isinstance(node, (dict, list)):
        items = node.items() if isinstance(node, dict) else ((key_in_list(x, n), x) for n, x in enumerate(node))
        for key, item in items:
            find_numbers(item, f"{path}.{key}" if path else key, found)
    return found


def draw_numbers(scenario, draws, uniform_of):
    """Every number of the scenario by its path: a float, or an array over draws.

    `run.design` only says how evenly draws fill their range; here each lies where chance has it.
    """
    found = find_numbers(scenario, "", {})
    values = {path: float(node["value"] if is_plain(node) else node)
              for path, node in found.items() if not is_uncertain(node)}
    uncertain = {path: node for path, node in found.items() if is_uncertain(node)}
    uniform = {path: uniform_of(scenario, path, d, draws) for path, d in uncertain.items()}
    correlate(scenario.get("correlation", []), uncertain, values, uniform)
    tables, sticks = {}, {}
    for path, d in uncertain.items():
        if d["dist"] == "table":
            values[path] = quantile(d, tables.setdefault(d["table"], uniform[path]))
        elif d["dist"] == "dirichlet":
            sticks.setdefault(d["group"], []).append((path, d["alpha"]))
        else:
            values[path] = quantile(d, uniform[path])
    for members in sticks.values():
        left = np.ones(draws)
        for n, (path, alpha) in enumerate(members[:-1]):
            values[path] = left * beta_quantile(uniform[path], alpha, sum(a for _, a in members[n + 1:]))
            left = left - values[path]
        values[members[-1][0]] = left
    return values


def correlate(entries, uncertain, values, uniform):
    """Spearman's correlations by a Gaussian copula: changes the uniform numbers of those that hang together."""
    order = {path: n for n, path in enumerate(uncertain)}
    linked = {}
    for entry in entries:
        a, b = entry["between"]
        if a in order and b in order:
            rho = values[f"correlation.{key_in_list(entry, 0)}.rho"]
            linked[order[a], order[b]] = linked[order[b], order[a]] = 2 * math.sin(math.pi * rho / 6)
    if not linked:
        return
    members = sorted({n for pair in linked for n in pair})
    matrix = np.array([[1.0 if a == b else linked.get((a, b), 0.0) for b in members] for a in members])
    paths = [list(uncertain)[n] for n in members]
    z = np.linalg.cholesky(matrix) @ normal_quantile(np.array([uniform[p] for p in paths]))
    for path, row in zip(paths, normal_cdf(z)):
        uniform[path] = row


# ---------------------------------------------------------------------------------------------------------------------
# 2.2  The cast, and the structures built from it once
# ---------------------------------------------------------------------------------------------------------------------

class Groups:
    """Rows of an array in groups, to be summed by group.

    NumPy's reduceat is slow along the first axis. Where groups are few and large, each is reduced by itself; where they
    are many and small, the first rows of all are taken together, then the second, and so on.
    """

    def __init__(self, labels, count):
        labels = np.asarray(labels, int)
        self.count = count
        self.rows = [np.flatnonzero(labels == n) for n in range(count)]
        self.present = [n for n in range(count) if len(self.rows[n]) > 0]
        most = max((len(r) for r in self.rows), default=0)
        self.layers = None
        if len(self.present) > 2 * most:
            self.layers = [(having, np.array([self.rows[n][place] for n in having])) for place in range(most)
                           for having in [[n for n in self.present if len(self.rows[n]) > place]]]
        self.slices = [slice(r[0], r[-1] + 1) if len(r) > 0 and r[-1] - r[0] == len(r) - 1 else r for r in self.rows]

    def reduce(self, ufunc, x, empty):
        out = np.full((self.count,) + x.shape[1:], empty, x.dtype)
        if self.layers is None:
            for n in self.present:
                ufunc.reduce(x[self.slices[n]], axis=0, out=out[n])
        else:
            for groups, rows in self.layers:
                out[groups] = ufunc(out[groups], x[rows])
        return out

    def sum(self, x):
        return self.reduce(np.add, x, 0)

    def max(self, x):
        return self.reduce(np.maximum, x, -np.inf)


CALL = re.compile(r"\s*([a-z_0-9]+)\s*(?:\(([^)]*)\))?\s*$")


def split_call(text):
    """`control(mosul, threat)` -> ("control", ["mosul", "threat"])."""
    name, arguments = CALL.match(text).groups()
    return name, [a.strip() for a in arguments.split(",")] if arguments else []


class Cast:
    """Who and what there is, and the claims, contacts and populaces that follow (2.2)."""

    def __init__(self, scenario):
        self.factions = list(scenario["faction"])
        self.patrons = list(scenario.get("patron", {}))
        self.communities = list(scenario.get("community", {}))
        self.blocs = list(scenario.get("bloc", {}))
        self.issues = list(scenario.get("issue", {}))
        arenas = scenario["arena"]
        territories = [a for a in arenas if arenas[a].get("kind", "territory") == "territory"]
        self.arenas = territories + [a for a in arenas if a not in territories]     # territories come first
        self.coalitions = {k: [self.factions.index(i) for i in c["members"]]
                           for k, c in scenario.get("coalition", {}).items()}
        self.n, self.nt, self.na = len(self.factions), len(territories), len(self.arenas)
        self.bloc_of = [self.blocs.index(f["bloc"]) if "bloc" in f else -1 for f in scenario["faction"].values()]
        self.arena_bloc = [self.blocs.index(arenas[a]["bloc"]) if "bloc" in arenas[a] else -1 for a in self.arenas]
        self._claims(scenario)
        self._contacts()
        self._populaces(arenas)
        self._roads(arenas)

    def _claims(self, scenario):
        named = {(i, a) for i in self.factions for a in scenario["faction"][i].get("stake", {})}
        named |= {(i, a) for a in self.arenas for i in scenario["arena"][a].get("control", {})}
        for event in scenario.get("event", []):
            for effect in event.get("effect", []):
                name, arguments = split_call(effect["on"])
                if name == "stake":
                    named.add((arguments[0], arguments[1]))
                elif name == "control":
                    named.add((arguments[1], arguments[0]))
        self.claims = sorted((self.factions.index(i), self.arenas.index(a)) for i, a in named if i in self.factions)
        self.claim_index = {claim: c for c, claim in enumerate(self.claims)}
        self.ci, self.ca = (np.array(x, int) for x in zip(*self.claims))            # faction and arena of a claim
        self.ct = np.flatnonzero(self.ca < self.nt)                                 # claims on territories
        self.cti, self.cta = self.ci[self.ct], self.ca[self.ct]
        self.is_ground = (self.ca < self.nt)[:, None]
        self.ground_row = {c: row for row, c in enumerate(self.ct)}
        self.ground_claims_of = [self.ct[self.cti == i] for i in range(self.n)]
        self.by_faction = Groups(self.ci, self.n)
        self.by_arena = Groups(self.ca, self.na)
        self.ground_by_faction = Groups(self.cti, self.n)
        self.ground_by_arena = Groups(self.cta, self.nt)

    def _contacts(self):
        contacts = sorted((i, j, a) for i, a in self.claims for j, b in self.claims if a == b and i != j)
        self.contacts = contacts
        self.ki, self.kj, self.ka = np.array(contacts, int).reshape(-1, 3).T
        self.kc = np.array([self.claim_index[i, a] for i, j, a in contacts], int)   # the claim that acts
        self.kd = np.array([self.claim_index[j, a] for i, j, a in contacts], int)   # the claim that it is against
        self.kp = self.ki * self.n + self.kj                                        # the ordered pair
        on_ground = self.ka < self.nt
        self.k_on_ground, self.k_in_politics = np.flatnonzero(on_ground), np.flatnonzero(~on_ground)
        self.contact_by_faction = Groups(self.ki, self.n)
        self.contact_by_claim = Groups(self.kc, len(self.claims))
        self.contact_by_target = Groups(self.kd, len(self.claims))
        self.contact_by_pair = Groups(self.kp, self.n * self.n)
        half = self.ki < self.kj
        self.ground, self.politics = self._meetings(half & on_ground), self._meetings(half & ~on_ground)

    def _meetings(self, chosen):
        """Contacts of a kind, once for both ways: claims of the two, arena, and the pairs that have any."""
        k = np.flatnonzero(chosen)
        pairs, number = np.unique(self.kp[k], return_inverse=True)
        return SimpleNamespace(k=k, c=self.kc[k], d=self.kd[k], a=self.ka[k], i=self.ki[k], j=self.kj[k],
                               pi=pairs // self.n, pj=pairs % self.n, by_pair=Groups(number, len(pairs)),
                               by_arena=Groups(self.ka[k], self.na))

    def _populaces(self, arenas):
        self.populaces = [(a, self.communities.index(g)) for a in range(self.nt)
                          for g in arenas[self.arenas[a]].get("mix", {})]
        self.ga, self.gg = np.array(self.populaces, int).reshape(-1, 2).T           # arena and community of a populace
        self.populace_by_arena = Groups(self.ga, self.nt)
        living = [(c, g) for c in self.ct for g, (a, _) in enumerate(self.populaces) if a == self.ca[c]]
        self.lc, self.lg = np.array(living, int).reshape(-1, 2).T                   # claims and who lives there
        self.living_by_claim = Groups(self.lc, len(self.claims))
        self.living_by_populace = Groups(self.lg, len(self.populaces))

    def _roads(self, arenas):
        """Neighbours hold both ways, whichever names the other; a road is given by one of them."""
        self.neighbours = sorted({pair for a in range(self.nt) for name in arenas[self.arenas[a]].get("neighbours", [])
                                  for b in [self.arenas.index(name)] for pair in [(a, b), (b, a)]})
        self.ra, self.rb = np.array(self.neighbours, int).reshape(-1, 2).T
        self.has_neighbours = np.isin(np.arange(self.nt), self.ra)
        self.road_by_arena = Groups(self.ra, self.nt)
        ways = [(c, self.claim_index[i, b], r) for c, (i, a) in enumerate(self.claims)
                for r, (x, b) in enumerate(self.neighbours) if x == a and (i, b) in self.claim_index]
        self.wc, self.wd, self.wr = np.array(ways, int).reshape(-1, 3).T            # claim, one next to it, the road
        self.way_by_claim = Groups(self.wc, len(self.claims))


# ---------------------------------------------------------------------------------------------------------------------
# Reading a scenario
# ---------------------------------------------------------------------------------------------------------------------

def read_plan(path, replicates, seed, uniform=None):
    """Reads a resolved scenario and draws its uncertain inputs for so many replicates.

    `uniform(scenario, path, number, draws)` gives the uniform numbers behind an input; without it a generator does.
    """
    with open(path, "rb") as file:
        scenario = tomllib.load(file)
    plan = SimpleNamespace(scenario=scenario, cast=Cast(scenario))
    plan.per_draw = int(scenario["run"].get("replicates_per_draw", 2))
    rng = np.random.default_rng(seed)
    uniform = uniform or (lambda scenario, path, number, draws: rng.random(draws))
    plan.numbers = draw_numbers(scenario, -(-replicates // plan.per_draw), uniform)
    plan.dt = int(plan.numbers.get("time.step_weeks", 1))
    plan.start = scenario["time"]["start"]
    plan.steps = max(-(-(scenario["time"]["end"] - plan.start).days // (7 * plan.dt)), 1)       # 2.1
    plan.events = read_events(plan)
    plan.outcomes = read_outcomes(plan)
    return plan


# ---------------------------------------------------------------------------------------------------------------------
# 2.3  State and parameters of a block of replicates
# ---------------------------------------------------------------------------------------------------------------------

class Block:
    """Parameters and state of a few hundred replicates. State variables have the names of 2.3."""

    def __init__(self, plan, first, count, seed):
        self.plan, self.cast, self.count, self.dt = plan, plan.cast, count, plan.dt
        self.draw = np.arange(first, first + count) // plan.per_draw
        self.rng = np.random.Generator(np.random.SFC64([seed, first]))
        for section in ("perception", "rivalry", "allocation", "contest", "morale", "conflict", "upkeep", "strategy",
                        "polity", "oil", "patronage"):
            setattr(self, section, self.section(section))
        self._parameters()

    # numbers of the scenario

    def number(self, path, default=None):
        """A number of the scenario: a float, or an array over replicates."""
        if path not in self.plan.numbers:
            return default
        value = self.plan.numbers[path]
        return value[self.draw].astype(REAL) if isinstance(value, np.ndarray) else value

    def section(self, name):
        return SimpleNamespace(**{path.removeprefix(name + "."): self.number(path)
                                  for path in self.plan.numbers if path.startswith(name + ".")})

    def rows(self, paths, default=0.0):
        """Numbers of the scenario as the rows of an array."""
        out = np.empty((len(paths), self.count), REAL)
        for row, path in zip(out, paths):
            row[:] = self.number(path, default)
        return out

    def zeros(self, *shape):
        return np.zeros(shape + (self.count,), REAL)

    def uniform(self, rows):
        return self.rng.random((rows, self.count), dtype=REAL)

    def normal(self, *shape):
        return self.rng.standard_normal(shape + (self.count,), dtype=REAL)

    # conventions of section 7                                                                          (7.0.1)

    def rate(self, r):
        return r * self.dt

    def yearly(self, r):
        return r * (self.dt / 52)

    def monthly(self, x):
        return x * (self.dt * 12 / 52)

    def toward(self, weeks):
        return plain(-np.expm1(-self.dt / weeks))

    def keep(self, weeks):
        return plain(np.exp(-self.dt / weeks))

    def unit(self, weeks):
        return plain(np.sqrt(-np.expm1(-2 * self.dt / weeks)))

    def vol(self, sigma, weeks):
        return plain(sigma * np.sqrt(weeks / 2 * -np.expm1(-2 * self.dt / weeks)))

    def _parameters(self):
        """What the scenario gives (2.4), and the sizes of 7.0.3."""
        cast, f, a = self.cast, self.cast.factions, self.cast.arenas
        ground = a[:cast.nt]
        self.threat = self.section("threat")
        self.FT0 = self.threat.fighters
        self.UNIT = plain(self.FT0 * np.maximum(self.threat.quality, 0.01))
        self.FRONT = np.maximum(np.stack(
            [np.broadcast_to(self.number(f"arena.{x}.frontage_power", self.contest.front * self.UNIT), self.count)
             for x in a]).astype(REAL), 0.001)
        self.floor = self.contest.floor_power * self.FRONT
        self.asked = self.allocation.floor_power * self.FRONT
        self.reference = self.contest.linear_reference_power * self.UNIT
        self.governance_power = self.polity.governance_power * self.UNIT
        self.cell_presence = self.upkeep.cell_presence * self.FT0
        self.cell_disruption = self.polity.cell_disruption / self.FT0

        self.value = self.rows([f"arena.{x}.value" for x in a], 1.0)
        self.population = self.rows([f"arena.{x}.population" for x in ground])
        self.revenue = self.rows([f"arena.{x}.revenue_musd_per_month" for x in ground])
        self.border = self.rows([f"arena.{x}.border" for x in ground])
        self.refuge = np.minimum(self.rows([f"arena.{x}.refuge" for x in ground], 0.2) * self.upkeep.refuge_scale, 1)
        self.terrain = self.rows([f"arena.{x}.terrain" for x in ground], 1.0)
        self.highest = np.maximum(self.value[:cast.nt].max(axis=0), 1e-9)
        self.relative_value = self.value / self.highest
        self.road = self.rows([f"arena.{a[x]}.road.{a[y]}" for x, y in cast.neighbours], math.nan)
        back = self.rows([f"arena.{a[y]}.road.{a[x]}" for x, y in cast.neighbours], 1.0)
        self.road = np.where(np.isnan(self.road), back, self.road)

        self.governance = self.rows([f"faction.{i}.governance" for i in f], 0.5)
        self.own_resources = self.rows([f"faction.{i}.own_resources" for i in f], 0.5)
        self.exposure = self.rows([f"faction.{i}.exposure.{x}" for i in f for x in ground]).reshape(
            cast.n, cast.nt, self.count)
        self.claim_access = self.rows([f"faction.{f[i]}.access.{a[x]}" for i, x in cast.claims])
        self.people = self.rows([f"faction.{i}.people.{g}" for i in f for g in cast.communities]).reshape(
            cast.n, len(cast.communities), self.count)
        lives = [(f[cast.ci[c]], cast.communities[cast.gg[g]]) for c, g in zip(cast.lc, cast.lg)]
        self.abuse = self.rows([f"faction.{i}.abuse.{g}" for i, g in lives])
        self.strangers = np.maximum(1 - self.rows([f"faction.{i}.people.{g}" for i, g in lives]), 0)
        self.salience = issue_weights(self, "faction", f)

        self.mix = self.rows([f"arena.{a[x]}.mix.{cast.communities[g]}" for x, g in cast.populaces])
        sympathy = self.rows([f"community.{g}.sympathy" for g in cast.communities])
        self.mixed_sympathy = self.mix * sympathy[cast.gg]
        self.ALIEN = 1 - cast.populace_by_arena.sum(self.mixed_sympathy)

        p = cast.patrons
        self.air = self.rows([f"patron.{u}.air" for u in p])
        self.strikes = self.rows([f"patron.{u}.strikes" for u in p])
        self.patron_exposure = self.rows([f"patron.{u}.exposure" for u in p], 1.0)
        self.offer = self.rows([f"patron.{u}.offer.{i}" for u in p for i in f]).reshape(len(p), cast.n, self.count)
        self.patron_stakes = [(u, cast.by_arena.rows[x], self.number(f"patron.{p[u]}.stake.{a[x]}"))
                              for u in range(len(p)) for x in range(cast.na)
                              if f"patron.{p[u]}.stake.{a[x]}" in self.plan.numbers]
        self.oil_dependence = self.rows([f"bloc.{b}.oil_dependence" for b in cast.blocs])

    @property
    def OPEN(self):
        return self.CORE + self.OPP


def plain(x):
    """A number as a float of Python, so that it takes on the precision of what it meets."""
    return float(x) if np.ndim(x) == 0 else np.asarray(x, REAL)


def issue_weights(m, kind, names):
    """Saliences of actors, which sum to 1 over issues."""
    raw = m.rows([f"{kind}.{i}.salience.{n}" for i in names for n in m.cast.issues], 1.0)
    raw = raw.reshape(len(names), len(m.cast.issues), m.count)
    return raw / np.maximum(raw.sum(axis=1, keepdims=True), 1e-9)


def issue_positions(m, kind, names):
    return m.rows([f"{kind}.{i}.position.{n}" for i in names for n in m.cast.issues]).reshape(
        len(names), len(m.cast.issues), m.count)


def clip(x):
    return np.minimum(np.maximum(x, 0), 1)


def part(r):
    return r / (1 + r)


def hit(u, hazard):
    return u < -np.expm1(-hazard)


def logistic(x):
    return 1 / (1 + np.exp(-x))


def win(m, force, against, floor):
    """Contest success function.                                                                        (7.0.2)"""
    return logistic(m.contest.decisiveness * np.log(np.maximum(force / (against + floor), 1e-12)))


def lack(men, need):
    """Share of the men needed that lack.                                                               (7.5.8)"""
    return np.where(men < need, 1 - men / (need + 1e-6), 0)


def cells(m):
    """How far the threat's cells are present in a place.                                               (7.4.3)"""
    return m.U / (m.U + m.cell_presence)


# ---------------------------------------------------------------------------------------------------------------------
# 7.1, 7.9  Variables, by the names of docs/scenario.md
# ---------------------------------------------------------------------------------------------------------------------

# State that events may change: what it is about, the array, and the range it is kept in. About: a arena, b bloc,
# g community, h holder, i and j factions, k coalition, n issue, u patron; "c" a claim, "p" a populace.
STATE = {
    "underground": ("a", "U", 0, math.inf), "funds": ("", "FUNDS", 0, math.inf),
    "foreign_inflow": ("", "INFLOW", 0, math.inf), "threat_leadership": ("", "TLEAD", 0, math.inf),
    "legitimacy": ("", "LEGIT", 0, 1), "threat_morale": ("", "TMORALE", 0, 1),
    "fighters": ("i", "F", 0, math.inf), "quality": ("i", "Q", 0, math.inf), "leadership": ("i", "LEAD", 0, math.inf),
    "pay": ("i", "PAY", 0, 1), "support": ("i", "SUP", 0, 1), "morale": ("i", "MORALE", 0, 1),
    "perceived_threat": ("i", "THETA", 0, 1), "stake": ("c", "STAKE", 0, math.inf), "grievance": ("p", "GRV", 0, 1),
    "crisis": ("a", "CRISIS", 0, 1), "position": ("in", "POS", -1, 1),
    "commitment": ("u", "COM", 0, 1), "backing": ("ui", "BACK", 0, 1),
    "hostility": ("ij", "SHIFT", -math.inf, math.inf), "memory": ("ij", "MEM", 0, math.inf),
    "ceasefire": ("ij", "TRUCE", 0, math.inf), "conflict": ("ij", "WAR", 0, 1), "clash": ("ij", "CLASH", 0, 1),
    "agreement": ("ij", "PACT", 0, 1), "feud": ("ij", "FEUD", 0, 1),
}


# What can only be read.
DERIVED = {
    "week": ("", lambda m: np.full(m.count, m.week, REAL)),
    "threat_strength": ("", lambda m: m.M),
    "threat_share": ("", lambda m: m.SHARE),
    "threat_people": ("", lambda m: (m.population * m.Y[:m.cast.nt]).sum(axis=0)),
    "underground_fighters": ("", lambda m: m.U.sum(axis=0)),
    "threat_pay": ("", lambda m: m.TPAY),
    "revenue": ("", lambda m: income(m)),
    "threat_losses": ("", lambda m: m.threat_losses),
    "threat_joined": ("", lambda m: m.OPEN + m.U.sum(axis=0) - m.ALL0 + m.threat_losses),
    "assault": ("a", lambda m, a: m.S[a]),
    "power": ("i", lambda m, i: m.P[i]),
    "losses": ("i", lambda m, i: m.losses[i]),
    "joined": ("i", lambda m, i: m.F[i] - m.F0[i] + m.losses[i]),
    "effort_threat": ("i", lambda m, i: m.E_THREAT[i]),
    "effort_rival": ("ij", lambda m, i, j: m.E_AGAINST[i, j]),
    "effort_guard": ("i", lambda m, i: m.E_hold[i]),
    "effort_govern": ("i", lambda m, i: m.E_govern[i]),
    "rivalry": ("ij", lambda m, i, j: m.W[i, j]),
    "fighting": ("ij", lambda m, i, j: m.FIGHT[i, j]),
    "contested": ("a", lambda m, a: np.maximum(1 - holders(m, a)[:-1].max(axis=0), 0)),
    "fallen": ("a", lambda m, a: (holders(m, a).argmax(axis=0) != m.HOLDER0[a]).astype(REAL)),
    "governance": ("a", lambda m, a: m.GVN[a]),
    "unrest": ("a", lambda m, a: m.UNR[a]),
    "cohesion": ("k", lambda m, k: 1 - infighting(m, k)),
    "infighting": ("k", lambda m, k: infighting(m, k)),
    "power_in_conflict": ("k", lambda m, k: power_at_odds(m, k, m.WAR - m.OLD)),
    "power_in_clash": ("k", lambda m, k: power_at_odds(m, k, np.maximum(m.WAR - m.OLD, m.CLASH))),
    "purpose": ("k", lambda m, k: weighted_by_power(m, k, m.E_THREAT)),
    "mean_rivalry": ("k", lambda m, k: mean_rivalry(m, k)),
    "bloc_power": ("b", lambda m, b: sum((m.P[i] for i in range(m.cast.n) if m.cast.bloc_of[i] == b), m.zeros())),
    "support_given": ("ui", lambda m, u, i: m.GIVEN[u, i]),
}


def holders(m, a):
    """Shares of an arena: of the claims in order, then of the threat, then of nobody.                  (7.9.2)"""
    return np.concatenate([m.X[m.cast.by_arena.rows[a]], m.Y[a:a + 1], m.N[a:a + 1]])


def weighted_by_power(m, members, x):
    """Mean of x over members of a coalition, by power.                                                 (7.9.1)"""
    return (m.P[members] * x[members]).sum(axis=0) / (1e-6 + m.P[members].sum(axis=0))


def infighting(m, members):
    """Share of a coalition's effort against fellow members.                                            (7.9.1)"""
    return weighted_by_power(m, members, m.E_AGAINST[:, members].sum(axis=1))


def power_at_odds(m, members, fights):
    """Share of a coalition's power whose faction fights a fellow member.                               (7.9.2)"""
    return weighted_by_power(m, members, fights[:, members].max(axis=1))


def mean_rivalry(m, members):
    """Mean rivalry weight of ordered pairs of members.                                                 (7.9.2)"""
    return m.W[np.ix_(members, members)].sum(axis=(0, 1)) / (len(members) * (len(members) - 1))


def resolve(cast, about, names):
    """Indices of what a variable is about. Of a claim or populace that doesn't exist, None."""
    if about == "c":
        return (cast.claim_index.get((cast.factions.index(names[0]), cast.arenas.index(names[1]))),)
    if about == "p":
        return (cast.populaces.index((cast.arenas.index(names[0]), cast.communities.index(names[1]))),)
    lists = {"a": cast.arenas, "b": cast.blocs, "g": cast.communities, "i": cast.factions, "j": cast.factions,
             "n": cast.issues, "u": cast.patrons}
    return tuple(cast.coalitions[x] if kind == "k" else lists[kind].index(x) for kind, x in zip(about, names))


def control_rows(cast, arena, holder):
    """Array and row of a holder's share of an arena; None without a claim."""
    a = cast.arenas.index(arena)
    if holder in ("threat", "nobody"):
        return "Y" if holder == "threat" else "N", a
    return "X", cast.claim_index.get((cast.factions.index(holder), a))


def variable(cast, name, names):
    """A function that reads a variable of a block."""
    match name:
        case "open_fighters":
            return lambda m: m.OPEN
        case "oil_price":
            return lambda m: np.exp(m.OIL)
        case "election" | "attack":
            return lambda m: m.zeros()
        case "control":
            array, row = control_rows(cast, *names)
            return (lambda m: m.zeros()) if row is None else lambda m: getattr(m, array)[row]
    if name in STATE:
        about, array, _, _ = STATE[name]
        at = resolve(cast, about, names)
        return (lambda m: m.zeros()) if None in at else lambda m: getattr(m, array)[at]
    about, reader = DERIVED[name]
    at = resolve(cast, about, names)
    return lambda m: reader(m, *at)


# ---------------------------------------------------------------------------------------------------------------------
# 7.1  Events
# ---------------------------------------------------------------------------------------------------------------------

OPERATIONS = {"add": lambda before, amount: before + amount,
              "multiply": lambda before, amount: before * amount,
              "set": lambda before, amount: before * 0 + amount}


def read_events(plan):
    """Enabled events in the order of their turns: dated ones, enabled or not, take theirs among themselves by date."""
    specs = list(plan.scenario.get("event", []))
    dated = [n for n, spec in enumerate(specs) if "date" in spec]
    for n, spec in zip(dated, sorted((specs[n] for n in dated), key=lambda spec: spec["date"])):
        specs[n] = spec
    return [read_event(plan, spec) for spec in specs if spec.get("enabled", True)]


def read_event(plan, spec):
    path = f"event.{spec['id']}"
    event = SimpleNamespace(id=spec["id"], path=path, dated="date" in spec, after=spec.get("after"),
                            repeats=spec.get("repeats", False))
    event.part = event_time(plan, spec)
    event.conditions = []
    for n, condition in enumerate(spec.get("when", [])):
        name, names = split_call(condition["on"])
        event.conditions.append(SimpleNamespace(path=f"{path}.when.{n}", read=variable(plan.cast, name, names)))
    event.effects = []
    for n, effect in enumerate(spec.get("effect", [])):
        name, names = split_call(effect["on"])
        operation = next(o for o in OPERATIONS if o in effect)
        event.effects.append(SimpleNamespace(path=f"{path}.effect.{n}.{operation}", operation=OPERATIONS[operation],
                                             read=variable(plan.cast, name, names),
                                             write=writer(plan.cast, name, names)))
    event.moves_positions = any(split_call(e["on"])[0] == "position" for e in spec.get("effect", []))
    return event


def event_time(plan, spec):
    """Share of the days of each step, from 1, in which an event is in time; 1 in that of its date.     (2.1, 7.1)"""
    days = 7 * plan.dt
    last = days * plan.steps - 1
    day = lambda key, default: min((spec[key] - plan.start).days, last) if key in spec else default
    part = np.zeros(plan.steps + 1)
    if "date" in spec:
        if day("date", 0) >= 0:
            part[day("date", 0) // days + 1] = 1
        return part
    starts = np.arange(plan.steps) * days
    part[1:] = np.clip(np.minimum(starts + days, day("until", last) + 1) - np.maximum(starts, day("from", 0)), 0, days)
    return part / days


def in_columns(x, columns):
    return x[..., columns] if isinstance(x, np.ndarray) else x


def events(m, t):
    """Events happen, each seeing what earlier ones changed.                                            (7.1.1)

    Conditions read shares, numbers and wars as they are now; what is worked out once a step (threat strength, power,
    weights, governance, support given) as the step before left it.
    """
    u = m.uniform(len(m.events))
    for event, draw in zip(m.events, u):
        share = event.part[t]
        if share == 0:
            continue
        possible = np.ones(m.count, bool) if event.repeats else ~m.happened[event.id]
        if event.after:
            possible &= m.happened[event.after]
        x = 0.0
        for c in event.conditions:
            v = c.read(m)
            above, below, slope, at = m.conditions[c.path]
            if above is not None:
                possible &= v >= above
            if below is not None:
                possible &= v <= below
            x = x + slope * (v - at)
        chance = m.event_chance[event.id]
        hazard = m.yearly(chance) * plain(share) * np.exp(np.clip(x, -20, 20))
        struck = draw < chance if event.dated else hit(draw, hazard)
        columns = np.flatnonzero(possible & struck)
        if len(columns) == 0:
            continue
        m.happened[event.id][columns] = True
        for effect in event.effects:
            amount = in_columns(m.number(effect.path), columns)
            effect.write(m, columns, effect.operation, amount, effect.read(m)[columns])
        if event.moves_positions:
            baseline(m)
    power(m)


def writer(cast, name, names):
    """A function that writes the result of an effect in some columns of a block: (block, columns, operation, amount,
    value before)."""
    match name:
        case "open_fighters":
            return write_open_fighters
        case "oil_price":
            def write(m, columns, operation, amount, before):
                m.OIL[columns] = np.log(np.maximum(operation(before, amount), 1))
            return write
        case "control":
            return control_writer(cast, *names)
        case "election":
            return election_writer(cast, cast.arenas.index(names[0]))
        case "attack":
            g = cast.communities.index(names[0])

            def write(m, columns, operation, amount, before):
                m.ALARM[:, columns] += m.people[:, g, columns] * np.maximum(operation(before, amount), 0)
            return write
    about, array, low, high = STATE[name]
    at = resolve(cast, about, names)
    if about == "ij":
        return pair_writer(name, array, *at)

    def write(m, columns, operation, amount, before):
        getattr(m, array)[at + (columns,)] = np.clip(operation(before, amount), low, high)
        if name in ("commitment", "backing"):           # a change of what it returns to: so it lasts
            usual = {"commitment": m.FULL, "backing": m.BACK0}[name]
            usual[at + (columns,)] = clip(operation(usual[at + (columns,)], amount))
    return write


def write_open_fighters(m, columns, operation, amount, before):
    new = np.maximum(operation(before, amount), 0)
    m.OPP[columns] = new * m.OPP[columns] / (before + 1e-6)
    m.CORE[columns] = new - m.OPP[columns]


def pair_writer(name, array, i, j):
    """What is written for two factions goes both ways."""
    def write(m, columns, operation, amount, before):
        new, x = operation(before, amount), getattr(m, array)
        war, clash = m.WAR[i, j, columns], m.CLASH[i, j, columns]
        for at in ((i, j, columns), (j, i, columns)):
            match name:
                case "hostility":
                    x[at] += new - before
                case "memory":
                    x[at] = np.maximum(x[at] + new - before, 0)
                case "ceasefire":
                    x[at] = np.maximum(new, 0)
                case "feud":
                    x[at] = new >= 0.5
                case "agreement":
                    x[at] = (new >= 0.5) & (war == 0) & (clash == 0)
                case "clash":
                    x[at] = (new >= 0.5) & (war == 0)
                    m.PACT[at] = np.minimum(m.PACT[at], 1 - x[at])
                case "conflict":
                    x[at] = new >= 0.5
                    m.OLD[at] = np.minimum(m.OLD[at], x[at])
                    m.CLASH[at] = np.minimum(m.CLASH[at], 1 - x[at])
                    m.PACT[at] = np.minimum(m.PACT[at], 1 - x[at])
    return write


def control_writer(cast, arena, holder):
    """Control goes to or from a holder, and from or to all others in proportion."""
    array, row = control_rows(cast, arena, holder)
    a = cast.arenas.index(arena)
    claims = cast.by_arena.rows[a]

    def write(m, columns, operation, amount, before):
        share = clip(operation(before, amount))
        others = np.concatenate([m.X[claims][:, columns], m.Y[a:a + 1, columns], m.N[a:a + 1, columns]])
        own = {"Y": -2, "N": -1}.get(array)
        own = np.flatnonzero(claims == row)[0] if own is None else own
        old = others.copy()
        others[own] = 0
        total = others.sum(axis=0)
        new = others * np.where(total > 1e-6, (1 - share) / np.maximum(total, 1e-6), 0)
        new[own] = share
        new[-1] += np.where(total > 1e-6, 0, 1 - share)
        m.X[np.ix_(claims, columns)] = new[:-2]
        m.CHANGE[np.ix_(claims, columns)] += new[:-2] - old[:-2]
        m.Y[a, columns], m.N[a, columns] = new[-2], new[-1]
        if a < cast.nt:
            m.LOST[a, columns] += np.maximum(old[-2] - new[-2], 0)
            m.WON[a, columns] += np.maximum(new[-2] - old[-2], 0)
    return write


def election_writer(cast, a):
    """An election shares anew what factions hold, by what became of their support.                     (7.1.2)"""
    claims = cast.by_arena.rows[a]
    who = cast.ci[claims]

    def write(m, columns, operation, amount, before):
        share = clip(operation(before, amount))
        x = m.X[np.ix_(claims, columns)]
        kept = np.maximum(m.SUP[np.ix_(who, columns)], 0.001) / np.maximum(m.SUP0[np.ix_(who, columns)], 0.001)
        votes = x * kept ** in_columns(m.polity.swing, columns)
        moved = share * (x.sum(axis=0) * votes / (votes.sum(axis=0) + 1e-9) - x)
        m.X[np.ix_(claims, columns)] += moved
        m.CHANGE[np.ix_(claims, columns)] += moved
    return write


# ---------------------------------------------------------------------------------------------------------------------
# 7.2  Perception
# ---------------------------------------------------------------------------------------------------------------------

def danger(m):
    """Danger to each faction from the threat in each territory.                                        (7.2.1)"""
    here = m.perception.sensitivity * m.threat.quality * m.TLEAD * (m.G + m.perception.underground_weight * m.U)
    return m.exposure * here / (m.P[:, None] + 0.001)


def perception(m, lag=None):
    """Alarm, then perceived threat of factions and patrons.                                           (7.2.2, 7.2.3)"""
    p = m.perception
    reach = m.OPEN + m.U.sum(axis=0)
    able = reach / (reach + 0.25 * m.FT0)
    provoked = (m.people * m.EP).sum(axis=1)
    m.ALARM = m.keep(p.alarm_memory_weeks) * m.ALARM + m.rate(p.alarm_per_week) * able * provoked
    lag = m.toward(p.lag_weeks) if lag is None else lag
    m.danger = danger(m)
    x = m.danger.sum(axis=1)
    m.THETA += lag * (1 - 1 / ((1 + x) * (1 + m.ALARM)) - m.THETA)
    m.THETA_U += lag * (1 - 1 / (1 + m.patron_exposure * m.M) - m.THETA_U)


# ---------------------------------------------------------------------------------------------------------------------
# 7.3  Rivalry
# ---------------------------------------------------------------------------------------------------------------------

def log_odds(q):
    """Log-odds of a given hostility.                                                                   (7.3.1)"""
    q = np.minimum(q, 0.995)
    return np.where(q <= 1e-6, NO_QUARREL, np.log(np.maximum(q, 1e-6) / (1 - q)))


def issue_hostility(m, position, salience):
    """Hostility of each to each by their distance on issues, weighted as the first does.               (7.3.2)"""
    apart = np.abs(position[:, None] - position[None])
    distance = (salience[:, None] * apart).sum(axis=2) / 2
    return log_odds(m.rivalry.hostility_scale * m.rivalry.from_issues * distance)


def tie_hostility(m, names, others):
    """Log-odds of hostility that ties give, and where they do, of `names` toward `others`."""
    given = np.zeros((len(names), len(others)), bool)
    h = m.zeros(len(names), len(others))
    for tie in m.plan.scenario.get("tie", []):
        path = f"tie.{key_in_list(tie, 0)}.hostility"
        if path not in m.plan.numbers:
            continue
        first, second = tie["between"]
        ways = [(first, second)] if tie.get("one_way") else [(first, second), (second, first)]
        for x, y in ways:
            if x in names and y in others:
                given[names.index(x), others.index(y)] = True
                h[names.index(x), others.index(y)] = log_odds(m.rivalry.hostility_scale * m.number(path))
    return h, given[..., None]


def baseline(m):
    """Part of hostility from ties and issues.                                                          (7.3.2)"""
    m.BASE = np.where(m.has_tie, m.tie_hostility, issue_hostility(m, m.POS, m.salience))


def patron_hostility(m):
    """Hostility among patrons, HP, and of patrons toward factions, HT: both fixed.                     (7.3.2)"""
    p, f = m.cast.patrons, m.cast.factions
    h, given = tie_hostility(m, p, p)
    m.HP = np.where(given, h, issue_hostility(m, issue_positions(m, "patron", p), issue_weights(m, "patron", p)))
    m.HP[np.arange(len(p)), np.arange(len(p))] = NO_TIE
    one, given = tie_hostility(m, p, f)
    other, back = tie_hostility(m, f, p)
    m.HT = np.where(given, one, np.where(back.swapaxes(0, 1), other.swapaxes(0, 1), NO_TIE))


def weight(m, h):
    """Rivalry weight of a hostility; exactly 0 below the floor.                                        (7.3.7)"""
    floor = m.rivalry.weight_floor
    return np.maximum((logistic(h) - floor) / (1 - floor), 0)


def support_and_wants(m):
    """Support that patrons give, and what factions want with the stakes of those who back them.        (7.3.3)"""
    m.GIVEN = m.BACK * m.COM[:, None]
    m.REC = m.GIVEN.sum(axis=0)
    m.AID = 1 + (m.air[:, None] * m.GIVEN).sum(axis=0)
    m.SHARED = np.minimum(np.einsum("uir,ujr->ijr", m.GIVEN, m.GIVEN), 1)
    m.WANT = m.STAKE.copy()
    for u, claims, stake in m.patron_stakes:
        m.WANT[claims] += stake * m.GIVEN[u, m.cast.ci[claims]]
    m.BOTH_WANT = np.minimum(m.WANT[m.cast.kc] * m.WANT[m.cast.kd], 1)


def animosity(m):
    """Of patrons toward factions: by ties, and by whom patrons at odds with them back.                 (7.3.6)"""
    enemy, theta = m.rivalry.common_enemy, np.sqrt(m.THETA_U)
    among = weight(m, m.HP - enemy * theta[:, None] * theta[None])
    toward = weight(m, m.HT - enemy * theta[:, None] * np.sqrt(m.THETA)[None])
    return np.minimum(toward + np.einsum("uvr,vjr->ujr", among, m.GIVEN), 1)


def balance(m):
    """Sum over third parties of the products of signed ties.                                           (7.3.5)"""
    n = m.cast.n
    tie = -m.H / (1 + np.abs(m.H) / m.rivalry.tie_saturation)
    tie[np.arange(n), np.arange(n)] *= m.rivalry.self_tie
    return m.rivalry.balance / max(n - 2, 1) * np.einsum("ikr,kjr->ijr", tie, tie)


def hostility_target(m):
    """What hostility moves to.                                                                         (7.3.4)"""
    r, cast, n = m.rivalry, m.cast, m.cast.n
    third = balance(m)
    theta = np.sqrt(m.THETA)
    share = m.P / (0.001 + m.P.sum(axis=0))
    outgrown = np.log2(np.maximum(share / np.maximum(m.share0, 0.005), 1))
    over = r.land_gain * m.WANT[cast.kc] * m.GAIN[cast.kd]
    g, p = cast.k_on_ground, cast.k_in_politics
    over[g] += r.spoils * np.maximum(1 - m.M, 0) * m.BOTH_WANT[g] * m.Y0[cast.ka[g]]
    over[p] += r.crisis_strain * m.CRISIS[cast.ka[p]] * np.minimum(m.STAKE[cast.kc[p]] * m.STAKE[cast.kd[p]], 1)
    target = m.BASE + m.SHIFT + m.MEM
    target -= r.common_enemy * theta[:, None] * theta[None]
    target += r.open_conflict * (m.WAR + m.conflict.skirmish * m.CLASH) + r.feud * m.FEUD - r.agreement * m.PACT
    target -= np.where(m.TRUCE > 0, r.ceasefire, 0)
    target += r.mood * m.MOOD
    target += r.pay_strain * m.same_bloc * (1 - (m.PAY[:, None] + m.PAY[None]) / 2)
    target += r.outgrowing * outgrown
    target -= third
    target += cast.contact_by_pair.sum(over).reshape(n, n, m.count)
    target += r.patron_rivalry * np.einsum("uir,ujr->ijr", m.GIVEN, animosity(m))
    target -= r.shared_patron * m.SHARED
    own = np.arange(n)
    target[own, own] = -third[own, own]
    return target


def rivalry(m):
    """Support, mood and memory; then hostility and rivalry weights.                                   (7.3.3, 7.3.7)"""
    r, n = m.rivalry, m.cast.n
    support_and_wants(m)
    m.MOOD = m.keep(r.mood_memory_weeks) * m.MOOD + m.unit(r.mood_memory_weeks) * m.normal()
    m.MEM *= m.keep(r.memory_weeks)
    m.H += m.toward(r.relaxation_weeks) * (hostility_target(m) - m.H)
    i, j = np.triu_indices(n, 1)
    noise = m.vol(r.noise, r.relaxation_weeks) * m.normal(len(i))
    m.H[i, j] += noise
    m.H[j, i] += noise
    weights(m)


def weights(m):
    m.W = weight(m, m.H)
    m.W[np.arange(m.cast.n), np.arange(m.cast.n)] = 0
    g = m.cast.ground
    m.W_BOTH = (m.W + m.W.swapaxes(0, 1))[g.i, g.j]


# ---------------------------------------------------------------------------------------------------------------------
# 7.4  Allocation
# ---------------------------------------------------------------------------------------------------------------------

def ways(m, road):
    """How far each claim is within reach: ground that one holds opens the places around it.            (7.4.2)"""
    cast, a = m.cast, m.allocation
    if len(cast.neighbours) > 0:
        open_ = m.X * (1 - m.Y[cast.ca])
        near = open_ + cast.way_by_claim.sum(m.road[cast.wr] * open_[cast.wd]) + m.claim_access
        near = (a.access * near) ** 2
        within = np.where(cast.is_ground, near / (1 + near), 1)
    else:
        within = np.ones_like(m.X)
    m.ACCESS = np.minimum(within, m.ACCESS + road * (within - m.ACCESS))
    m.WAY = a.temperature * np.log(np.maximum(m.ACCESS, 1e-12))
    m.ARRIVES = np.minimum(a.supply * m.ACCESS, 1)


def threat_utility(m, f):
    """Utility of fighting the threat, for every claim on a territory.                                 (7.4.1, 7.4.3)"""
    cast, al = m.cast, m.allocation
    i, a, t = cast.cti, cast.cta, cast.ct
    danger_here = m.danger[i, a]
    all_danger = 1e-6 + cast.ground_by_faction.sum(danger_here)
    appetite = 1 - al.met_aims * cast.by_faction.sum(m.STAKE * m.X) / (1e-6 + cast.by_faction.sum(m.STAKE))
    y = m.Y[:cast.nt]
    here = y + (1 - y) * cells(m)
    fear = (m.THETA * appetite / all_danger)[i] * danger_here
    hunger = al.land_hunger * m.STAKE[t] * y[a]
    front = m.FRONT[:cast.nt] + 0.001
    taken = m.JOINT + m.D + m.asked[:cast.nt]
    success = f[t] / (f[t] + taken[a]) * (front / (front + m.JOINT))[a]
    present = here[a]
    return (al.threat_weight * (fear + hunger) * success + (al.patron_pay * np.minimum(m.REC, 1))[i] * present
            - al.threat_cost - al.idle_cost * (1 - present) + m.WAY[t])


def rival_utility(m, f):
    """Utility of fighting or obstructing a rival, for every contact.                                   (7.4.4)"""
    cast, al = m.cast, m.allocation
    c, d, p = cast.kc, cast.kd, cast.kp
    w, war, clash = (x.reshape(-1, m.count)[p] for x in (m.W, m.WAR, m.CLASH))
    theirs = m.X[d]
    worth = m.WANT[c] * theirs + al.contact * m.BOTH_WANT * (1 - m.X[c])
    g = cast.k_on_ground
    worth[g] += al.war_aim * war[g] * theirs[g]
    sent, front = m.SENT, m.FRONT[cast.ka] + 0.001
    own = f[c]
    success = own / (own + sent + m.PRES[d] + m.asked[cast.ka]) * (front / (front + sent))
    utility = al.rival_weight * w * worth * success - al.rival_cost * (1 - np.maximum(war, clash)) + m.WAY[c]
    return np.where(w > 0, utility, -np.inf)


def home_utilities(m):
    """Utilities of guarding and of governing.                                                          (7.4.5)"""
    cast, al = m.cast, m.allocation
    valued = m.X * m.value[cast.ca]
    held = 1e-6 + cast.by_faction.sum(valued)
    against = m.HOST + m.S[cast.ca]
    peril = against / (against + m.GRD + m.asked[cast.ca])
    risk = cast.by_faction.sum(valued * peril) / held
    hold = al.hold_weight * held / (held + al.foothold) * (al.garrison + (1 - al.garrison) * risk)
    living = m.X[cast.ct] * m.population[cast.cta]
    people = 1e-6 + cast.ground_by_faction.sum(living)
    ground = cast.ground_by_faction.sum(valued[cast.ct])
    aggrieved = cast.ground_by_faction.sum(living * m.UNR[cast.cta]) / people
    return hold, al.govern_weight * ground / (ground + al.foothold) * aggrieved


def allocate(m, share, road):
    """Factions choose how to split their effort, and effort follows.                                   (7.4.1-7.4.6)"""
    cast, temperature = m.cast, m.allocation.temperature
    ways(m, road)
    f = (m.allocation.decision_share * m.P)[cast.ci] * m.ARRIVES
    threat, rival = threat_utility(m, f) / temperature, rival_utility(m, f) / temperature
    hold, govern = (u / temperature for u in home_utilities(m))
    best = np.maximum(np.maximum(hold, govern), np.maximum(cast.ground_by_faction.max(threat),
                                                           cast.contact_by_faction.max(rival)))
    threat, rival = np.exp(threat - best[cast.cti]), np.exp(rival - best[cast.ki])
    hold, govern = np.exp(hold - best), np.exp(govern - best)
    total = hold + govern + cast.ground_by_faction.sum(threat) + cast.contact_by_faction.sum(rival)
    m.E_threat += share * (threat / total[cast.cti] - m.E_threat)
    m.E_rival += share * (rival / total[cast.ki] - m.E_rival)
    m.E_hold += share * (hold / total - m.E_hold)
    m.E_govern += share * (govern / total - m.E_govern)


def deploy(m, share):
    """Effort of factions becomes power in places.                                                      (7.4.7)"""
    cast, c = m.cast, m.cast.ct
    power_ = m.P * np.exp(m.contest.tempo * m.TEMPO)
    wanted = m.X * (m.value[cast.ca] + 0.01) * (m.HOST + m.S[cast.ca] + m.asked[cast.ca])
    wanted /= (1e-9 + cast.by_faction.sum(wanted))[cast.ci]
    m.POST += share * m.ACCESS * (wanted - m.POST)
    m.POST /= (1e-9 + cast.by_faction.sum(m.POST))[cast.ci]
    m.GRD = (m.P * m.E_hold)[cast.ci] * m.POST
    ruled = m.X[c] * (m.population[cast.cta] + 0.001)
    m.GOV[c] = (m.P * m.E_govern / (1e-9 + cast.ground_by_faction.sum(ruled)))[cast.cti] * ruled
    arriving = power_[cast.ci] * m.ARRIVES
    m.ATT[c] = arriving[c] * m.E_threat
    sent = arriving[cast.kc] * m.E_rival
    war, clash, feud = (x.reshape(-1, m.count) for x in (m.WAR, m.CLASH, m.FEUD))
    earnest = (war + m.conflict.skirmish * clash)[cast.kp]
    p = cast.k_in_politics
    earnest[p] = np.maximum(np.maximum(war, clash), feud)[cast.kp[p]]
    m.SENT = sent * (m.conflict.quiet + (1 - m.conflict.quiet) * earnest)
    idle = cast.contact_by_claim.sum(sent - m.SENT)
    engaged = cast.contact_by_claim.sum(m.SENT)
    m.SHIELD = m.GRD + m.ATT + m.contest.policing * m.GOV + idle + m.contest.engaged * engaged
    m.PRES = m.GRD + m.GOV + m.ATT + idle + engaged
    m.JOINT = cast.ground_by_arena.sum(m.ATT[c])
    m.HOST = cast.contact_by_target.sum(m.SENT)
    m.BESIEGERS = cast.contact_by_target.sum(m.SENT * war[cast.kp])
    m.FIGHT = cast.contact_by_pair.sum(m.SENT).reshape(cast.n, cast.n, m.count)
    sent[p] = 0
    m.MASSED = cast.contact_by_pair.sum(sent).reshape(cast.n, cast.n, m.count)
    m.PRESENT = cast.ground_by_arena.sum(m.SHIELD[c])
    m.GUARDS = m.PRESENT * (1 - m.contest.discord * quarrel(m, m.SHIELD, m.PRESENT)) * m.terrain
    m.GMORALE = cast.ground_by_arena.sum(m.SHIELD[c] * m.MORALE[cast.cti]) / (m.PRESENT + 1e-6)


def quarrel(m, x, total):
    """How far those in a territory are at odds with each other.                                        (7.5.2)"""
    g = m.cast.ground
    at_odds = g.by_arena.sum(x[g.c] * x[g.d] * m.W_BOTH)[:m.cast.nt]
    return np.minimum(2 * at_odds / (total ** 2 + 1e-6), 1)


# ---------------------------------------------------------------------------------------------------------------------
# 7.6  Strategy of the threat
# ---------------------------------------------------------------------------------------------------------------------

def cut_off(m, held):
    """How far roads into a territory lead to those who don't hold their other ends.                    (7.5.3)"""
    cast = m.cast
    cut = np.maximum(1 - cast.road_by_arena.sum(m.road * held[cast.rb]), 0)
    return np.where(cast.has_neighbours[:, None], cut, 0)


def yields(m, built, against, morale):
    """Hazard a week that defenders of a territory break.                                               (7.5.3)"""
    c, nt = m.contest, m.cast.nt
    return c.break_per_week * room(m, built) * np.exp(steep(m, built / (against + m.floor[:nt]), morale))


def steep(m, ratio, morale):
    odds = np.minimum(np.log(np.maximum(ratio, 1e-12)), 3)
    return m.contest.break_odds * odds - m.contest.break_morale * (morale - 0.5)


def room(m, force):
    return force / (force + m.FRONT[:m.cast.nt] + 0.001)


def strategy(m, share):
    """The threat chooses among holding, melting away, attacking and provoking.                         (7.6.1)"""
    cast, s, nt = m.cast, m.strategy, m.cast.nt
    open_, y = m.OPEN, m.Y[:nt]
    unpaid = m.polity.unpaid_effectiveness
    m.TPOWER = m.threat.quality * m.TLEAD * (unpaid + (1 - unpaid) * m.TPAY) * np.exp(m.contest.tempo * m.TTEMPO)
    force, defence = m.FORCE.sum(axis=0), m.D.sum(axis=0)
    peril = force / (force + 0.001 + defence)
    hold = s.hold * peril * m.V / m.VREF
    shelter = (m.G * m.refuge).sum(axis=0) / (open_ + 0.001)
    melt = s.melt * shelter * peril
    near = y + cast.road_by_arena.sum(m.road * y[cast.rb])
    reach = s.access * (near + cells(m))
    attackers = (m.allocation.decision_share * open_ + s.cell_force * m.U) * m.TPOWER
    hazard = (s.patience_weeks * yields(m, attackers, m.GUARDS, m.GMORALE - m.contest.residents * m.RES)
              * (1 + m.contest.encirclement * m.STARVED))
    back = cast.ground_by_arena.sum((m.ACCESS * np.minimum(m.WANT, 1) * m.P[cast.ci])[cast.ct])
    kept = win(m, attackers, m.allocation.decision_share * back, m.floor[:nt]) / (1 + m.PRIZE)
    attack = (s.attack * kept * m.value[:nt] / (m.V + m.highest) * (1 - y) * reach / (1 + reach) * part(hazard)
              * (m.RES + 0.5) - s.attack_cost)
    provoke = s.provoke * m.importance
    utility = np.concatenate([hold[None], melt[None], attack, provoke]) / s.temperature
    chosen = np.exp(utility - utility.max(axis=0))
    chosen /= chosen.sum(axis=0)
    m.EH += share * (chosen[0] - m.EH)
    m.EM += share * (chosen[1] - m.EM)
    m.EA += share * (chosen[2:2 + nt] - m.EA)
    m.EP += share * (chosen[2 + nt:] - m.EP)


def deploy_threat(m, share):
    """Fighters of the threat are posted by value held, more where it is attacked.                      (7.6.2)"""
    cast, nt = m.cast, m.cast.nt
    attacked = m.FORCE / (m.FORCE + m.D + m.floor[:nt])
    wanted = m.Y[:nt] * m.value[:nt] * (1 + m.contest.reinforcement * attacked) + 0.001 * (m.refuge + 0.01)
    cut = cut_off(m, m.Y)
    if len(cast.neighbours) > 0:                        # an island is reached by few
        cut = np.where(cast.has_neighbours[:, None], cut, 1)
    m.TPOST += share * np.maximum(1 - cut, 0.05) * (wanted / wanted.sum(axis=0) - m.TPOST)
    m.TPOST /= 1e-9 + m.TPOST.sum(axis=0)
    m.G = m.OPEN * m.TPOST
    m.D = m.G * (1 - m.EA.sum(axis=0)) * m.TPOWER * m.terrain
    m.S[:nt] = (m.OPEN * m.EA + m.strategy.cell_force * m.U * m.EA / (m.EA + 0.1)) * m.TPOWER


# ---------------------------------------------------------------------------------------------------------------------
# 7.5  Contest
# ---------------------------------------------------------------------------------------------------------------------

def tempo_and_luck(m):
    """Lasting noise.                                                                                   (7.5.1)"""
    c = m.contest
    keep, unit = m.keep(c.tempo_weeks), m.unit(c.tempo_weeks)
    m.TEMPO = keep * m.TEMPO + unit * m.normal(m.cast.n)
    m.TTEMPO = keep * m.TTEMPO + unit * m.normal()
    m.LUCK = m.keep(c.battle_luck_weeks) * m.LUCK + m.unit(c.battle_luck_weeks) * m.normal(m.cast.nt)


def confront(m):
    """Joint force of those who attack the threat, after discord and luck.                              (7.5.2)"""
    m.UNITED = m.JOINT * (1 - m.contest.discord * quarrel(m, m.ATT, m.JOINT))
    m.FORCE = m.UNITED * np.exp(m.contest.battle_luck * m.LUCK)


def follow_down(stock, now, toward):
    """Builds up, or runs down, over time, and is called off at once: built_up and lacking.              (7.5.3)"""
    return np.minimum(now, stock + toward * (now - stock))


def held_by_factions(m):
    return np.maximum(1 - m.Y - m.N, 0)


def sieges(m):
    """Sieges build up, and stores run down where roads are cut.                                        (7.5.3)"""
    nt, c = m.cast.nt, m.contest
    build, use = m.toward(c.siege_weeks), m.toward(c.stores_weeks)
    m.SIEGE = follow_down(m.SIEGE, m.UNITED, build)
    m.SIEGE_T = follow_down(m.SIEGE_T, m.S[:nt], build)
    m.SIEGE_F = follow_down(m.SIEGE_F, m.BESIEGERS, build)
    m.STARVED_T = follow_down(m.STARVED_T, cut_off(m, m.Y), use)
    m.STARVED = follow_down(m.STARVED, cut_off(m, held_by_factions(m)), use)


def hazards(m):
    """Hazards in this step that the threat's garrisons, all defenders, and claims before rivals break. (7.5.3)"""
    cast, nt, c = m.cast, m.cast.nt, m.contest
    garrison = m.rate(yields(m, m.SIEGE * np.exp(c.battle_luck * m.LUCK), m.D, m.TMORALE - c.residents * m.ALIEN))
    garrison *= 1 + c.encirclement * m.STARVED_T
    defenders = m.rate(yields(m, m.SIEGE_T, m.GUARDS, m.GMORALE - c.residents * m.RES))
    defenders *= 1 + c.encirclement * m.STARVED
    siege, a, t = m.SIEGE_F[cast.ct], cast.cta, cast.ct
    odds = steep(m, siege / (m.PRES[t] + m.floor[a]), m.MORALE[cast.cti])
    claims = m.zeros(len(cast.claims))
    claims[t] = m.rate(c.break_per_week * siege / (siege + m.FRONT[a] + 0.001) * np.exp(odds))
    return garrison, defenders, claims


def lose(m, who, men):
    """Factions lose men in a fight, never more than they have, and morale with them.                   (7.5.5)"""
    men = np.minimum(men, m.F[who])
    m.MORALE[who] *= 1 - np.minimum(m.morale.per_loss * men / (m.F[who] + 1e-6), 1)
    m.F[who] -= men
    m.losses[who] += men


def threat_loses(m, men):
    """The threat loses fighters in the open in a fight, and morale with them.                          (7.5.5)"""
    open_ = m.OPEN
    men = np.minimum(men, open_)
    m.TMORALE *= 1 - np.minimum(m.morale.per_loss * men / (open_ + 1e-6), 1)
    m.threat_losses += men
    leave(m, men, open_)


def leave(m, men, open_):
    """So many of those in the open go, committed and opportunists in proportion."""
    stay = 1 - np.minimum(men / (open_ + 1e-6), 1)
    m.CORE *= stay
    m.OPP *= stay


def rout(m, c, broke):
    """A faction's force on a claim breaks, in the replicates where `broke`.                            (7.5.7)"""
    cast, i, a = m.cast, m.cast.ci[c], m.cast.ca[c]
    share = np.where(broke, np.minimum(m.PRES[c] / (m.P[i] + 1e-6), 1), 0)
    lose(m, i, m.contest.rout_loss * m.F[i] * share)
    lost = np.where(broke, np.maximum(share, m.X[c] * m.relative_value[a]), 0)
    m.MORALE[i] -= m.MORALE[i] * m.morale.rout * lost
    t, k = cast.ground_row[c], cast.contact_by_claim.rows[c]
    m.E_hold[i] += np.where(broke, m.E_threat[t] + m.E_rival[k].sum(axis=0), 0)
    m.E_threat[t] = np.where(broke, 0, m.E_threat[t])
    m.E_rival[k] = np.where(broke, 0, m.E_rival[k])
    m.POST[c] = np.where(broke, 0, m.POST[c])


def attacks_on_threat(m, hazard):
    """Attacks on the threat, territory by territory.                                                   (7.5.4)"""
    cast, c, nt = m.cast, m.contest, m.cast.nt
    r = m.rate(c.advance_per_week) * win(m, m.FORCE, m.D, m.floor[:nt]) * room(m, m.FORCE)
    breaks = hit(m.uniform(nt), hazard)
    held = m.Y[:nt].copy()
    lost = np.where(breaks, held, held * part(r))
    own = m.ATT[cast.ct] / (m.JOINT[cast.cta] + 1e-6)
    gain = lost[cast.cta] * own
    m.Y[:nt] -= lost
    m.LOST += lost
    m.X[cast.ct] += gain
    m.CHANGE[cast.ct] += gain
    m.N[:nt] += lost - cast.ground_by_arena.sum(gain)
    for a in range(nt):
        if breaks[a].any():
            broken = np.minimum(m.morale.rout * np.maximum(m.G[a] / (m.OPEN + 1e-6), held[a] * m.relative_value[a]), 1)
            m.TMORALE -= np.where(breaks[a], m.TMORALE * broken, 0)
        if len(cast.ground_by_arena.rows[a]) > 0:
            attrition(m, a, own[cast.ground_by_arena.rows[a]])


def attrition(m, a, own):
    """Losses in men of an attack on the threat: Lanchester's laws, by the midpoint rule.               (7.5.5)"""
    c, claims = m.contest, m.cast.by_arena.rows[a]
    who = m.cast.ci[claims]
    law = lambda force: (1 - c.linear_law) + c.linear_law * force / m.reference
    r1, r2 = m.rate(c.threat_loss), m.rate(c.coalition_loss)
    force, d, open_ = m.FORCE[a], m.D[a], m.OPEN
    half1 = np.minimum(r1 * force * law(d) / 2, m.G[a] / 2)
    half2 = r2 * d * law(force) / 2
    left = 1 - np.minimum(half2 * own / (m.F[who] + 1e-6), 0.5)
    force_mid = (m.ATT[claims] * left).sum(axis=0) * force / (m.JOINT[a] + 1e-6)
    d_mid = d * (1 - half1 / (open_ + 1e-6))
    threat_loses(m, np.minimum(r1 * force_mid * law(d_mid), m.G[a]))
    at_most = 0.5 * m.F[who] * m.ATT[claims] / (m.P[who] + 1e-6)
    lose(m, who, np.minimum(r2 * d_mid * law(force_mid) * own, at_most))


def fights_between_factions(m, hazard):
    """Every claim loses to all who attack it together, and they take it by what they sent.             (7.5.6, 7.5.7)

    Ground is a matter of each arena alone, men and morale of all: the first goes at once, the second arena by arena.
    What a faction loses to several rivals in one arena is taken together.
    """
    cast, c, g = m.cast, m.contest, m.cast.ct
    front, floor = m.FRONT[cast.ca], m.floor[cast.ca]
    r = m.rate(c.seize_per_week) * win(m, m.HOST, m.PRES, floor) * m.HOST / (m.HOST + front + 0.001)
    breaks = hit(m.uniform(len(cast.claims)), hazard)
    lost = np.where(breaks, m.X, m.X * part(r))
    clash = m.rate(c.rival_loss) * m.PRES / (m.HOST + m.PRES + floor)
    spent = cast.contact_by_claim.sum(clash[cast.kd] * m.SENT)
    for a in range(cast.nt):
        claims = cast.by_arena.rows[a]
        for claim in claims[breaks[claims].any(axis=1)]:
            rout(m, claim, breaks[claim])
        if len(claims) > 1:
            lose(m, cast.ci[claims], clash[claims] * m.HOST[claims])
            lose(m, cast.ci[claims], spent[claims])
    m.POST[g] *= 1 - part(r[g])
    gained = cast.contact_by_claim.sum((lost / (m.HOST + 1e-6))[cast.kd] * m.SENT)
    m.X += gained - lost
    m.CHANGE += gained - lost
    m.N = np.maximum(1 - m.Y - cast.by_arena.sum(m.X), 0)


def holding_and_assaults(m, hazard):
    """Holding and empty ground, then the threat's assault, one territory after the other with both."""
    c, nt = m.contest, m.cast.nt
    breaks = hit(m.uniform(nt), hazard)
    s = m.S[:nt]
    advance = part(m.rate(c.advance_per_week) * win(m, s, m.GUARDS, m.floor[:nt]) * room(m, s))
    for a in range(nt):
        hold_ground(m, a)
        assault(m, a, breaks[a], advance[a])


def threat_men(m, a):
    """Men of the threat in territories, and those it needs.                                            (7.5.8)"""
    c = m.contest
    need = c.men_per_head * m.population[a] * m.Y[:m.cast.nt][a] * (1 + c.hostile_need * m.ALIEN[a])
    return m.G[a] + m.strategy.cell_force * m.U[a], need


def hold_ground(m, a):
    """Ground slips from who can't man it, and is taken by who has men to spare.                        (7.5.8)"""
    c, claims = m.contest, m.cast.by_arena.rows[a]
    who = m.cast.ci[claims]
    slip = m.rate(c.slip_per_week)
    men = m.F[who] * m.PRES[claims] / (m.P[who] + 1e-6)
    need = c.men_per_head * m.population[a] * m.X[claims] * (1 + c.hostile_need * m.GRUDGE[claims])
    men_t, need_t = threat_men(m, a)
    slips = m.X[claims] * part(slip * lack(men, need))
    slips_t = m.Y[a] * part(slip * lack(men_t, need_t))
    empty = m.N[a] + slips.sum(axis=0) + slips_t
    take = m.PRES[claims] * lack(need, men)
    take_t = men_t * m.TPOWER * lack(need_t, men_t)
    all_ = take_t + take.sum(axis=0)
    flow = empty * part(m.rate(c.occupy_per_week) * all_ / (all_ + m.FRONT[a] + m.floor[a])) / (all_ + 1e-6)
    change = flow * take - slips
    m.X[claims] += change
    m.CHANGE[claims] += change
    m.Y[a] += flow * take_t - slips_t
    m.WON[a] += flow * take_t
    m.N[a] = empty - flow * all_


def assault(m, a, breaks, advance):
    """An attack by the threat gains ground like one on it, and takes all if the defenders break.       (7.5.9)"""
    claims = m.cast.by_arena.rows[a]
    who = m.cast.ci[claims]
    share = np.where(breaks, 1, advance)
    toll_ = m.GUARDS[a] * m.S[a] / (m.S[a] + m.GUARDS[a] + m.floor[a])
    lose(m, who, m.rate(m.contest.coalition_loss) * toll_ * m.SHIELD[claims] / (m.PRESENT[a] + 1e-6))
    if breaks.any():
        for claim in claims:
            rout(m, claim, breaks)
        m.FUNDS += np.where(breaks, m.upkeep.loot * m.revenue[a] * (1 - m.Y[a]), 0)
        effort = np.where(breaks, m.EA[a], 0)
        m.TPOST[a] += effort
        m.EH += effort
        m.EA[a] -= effort
    threat_loses(m, m.rate(m.contest.threat_loss) * toll_)
    m.POST[claims] *= 1 - advance
    taken = share * m.X[claims]
    m.X[claims] -= taken
    m.CHANGE[claims] -= taken
    won = taken.sum(axis=0) + share * m.N[a]
    m.N[a] -= share * m.N[a]
    m.Y[a] += won
    m.WON[a] += won
    emerged = share * m.U[a]
    m.U[a] -= emerged
    m.CORE += emerged


def contests(m):
    """5a of the schedule."""
    confront(m)
    sieges(m)
    garrison, defenders, claims = hazards(m)
    attacks_on_threat(m, garrison)
    fights_between_factions(m, claims)
    holding_and_assaults(m, defenders)
    m.GAIN = m.keep(m.rivalry.gain_memory_weeks) * m.GAIN + np.maximum(m.CHANGE, 0)


def quarrels(m):
    """Contact, memory and ceasefires; then feuds, clashes and wars begin and end.                      (7.5.10)"""
    cast, g, p = m.cast, m.cast.ground, m.cast.politics
    m.PRIZE = m.keep(m.conflict.prize_weeks) * m.PRIZE + m.LOST
    m.TRUCE = np.maximum(m.TRUCE - m.dt, 0)
    attacked = np.minimum(m.FIGHT.swapaxes(0, 1) / (m.P[:, None] + 0.001), 1)
    m.MEM += m.rate(m.rivalry.memory_per_fighting) * attacked

    # of each pair, over what both have a claim on: products of stakes, and what each wants of what the other holds
    wish = lambda x: m.STAKE[x.c] * m.STAKE[x.d]
    held = lambda x: m.STAKE[x.c] * m.X[x.d] + m.STAKE[x.d] * m.X[x.c]
    rift = p.by_pair.sum(wish(p))
    withheld = held(g)
    contact = m.zeros(cast.n, cast.n)                   # CONTACT[i,j] + CONTACT[j,i]
    contact[g.pi, g.pj] = g.by_pair.sum(wish(g) + withheld)
    contact[p.pi, p.pj] += rift + p.by_pair.sum(held(p))
    x, y = m.PRES[g.c], m.PRES[g.d]
    both = x + y
    face = g.by_pair.sum(4 * x * y / ((both + 1e-6) * (both + m.FRONT[g.a])))
    covet = g.by_pair.sum(m.BOTH_WANT[g.k] * (m.PRIZE * m.relative_value[:cast.nt])[g.a])
    feuds(m, rift)
    wars(m, contact[g.pi, g.pj], face, covet, g.by_pair.sum(withheld))


def both_ways(x, i, j, values):
    x[i, j] = values
    x[j, i] = values


def feuds(m, rift):
    """Feuds over institutions begin and end.                                                           (7.5.11)"""
    c, i, j = m.conflict, m.cast.politics.pi, m.cast.politics.pj
    w = (m.W[i, j] + m.W[j, i]) / 2
    feud, u = m.FEUD[i, j] > 0, m.uniform(len(i))
    begins = hit(u, m.rate(c.feud_per_week) * w * np.minimum(rift, 1))
    ends = hit(u, m.rate(c.feud_end_per_week) * (1.5 - w))
    both_ways(m.FEUD, i, j, np.where(feud, ~ends, begins))


def wars(m, contact, face, covet, withheld):
    """Clashes, wars and agreements of those who meet on the ground.                                 (7.5.12, 7.5.13)"""
    c, i, j = m.conflict, m.cast.ground.pi, m.cast.ground.pj
    w = (m.W[i, j] + m.W[j, i]) / 2
    shared, theta = m.SHARED[i, j], (m.THETA[i], m.THETA[j])
    power_ = m.P[i] + m.P[j] + 0.001
    near = np.minimum(contact, 1)
    massed = (m.MASSED[i, j] + m.MASSED[j, i]) / power_
    anger = w ** 2 * (1 - c.restraint * shared) * (1 + c.prize * covet)
    hot = anger * near
    flares = m.rate(c.clash_per_week) * hot * face * (1 + c.escalation * massed)
    fear = np.sqrt(theta[0] * theta[1])
    bold = 1 - c.deterrence * fear
    grows = m.rate(c.war_per_week) * hot * bold
    decides = (m.rate(c.decision_per_week) * anger * np.minimum(withheld, 1) * bold
               * w ** 2 * 4 * m.P[i] * m.P[j] / power_ ** 2)
    left = m.F / (m.F0 + 0.001)
    bled = np.maximum(1 - np.minimum(left[i], left[j]), 0)
    brokered = 1 + c.brokerage * shared
    peace = (m.rate(c.end_per_week) * (1.5 - w) * (1 + c.exhaustion * bled) * brokered
             * (1 + c.plea * np.maximum(*theta)))
    agrees = m.rate(c.agreement_per_week) * 4 * w * (1 - w) * fear * brokered
    parts = m.rate(c.agreement_end_per_week) * (0.5 + w) * (1.5 - fear)

    war, clash, pact, u = m.WAR[i, j] > 0, m.CLASH[i, j] > 0, m.PACT[i, j] > 0, m.uniform(len(i))
    free, neither = m.TRUCE[i, j] <= 0, ~war & ~clash
    ends = war & hit(1 - u, peace)
    growing = clash & free & hit(u, grows)
    subsides = clash & ~growing & hit(1 - u, m.rate(c.clash_end_per_week))
    blows = neither & free & hit(u, flares + decides)
    flaring = blows & hit(u, flares)
    calm = neither & ~blows
    pact = (pact & ~blows & ~(calm & pact & hit(1 - u, parts))) | (calm & ~pact & hit(1 - u, agrees))
    war = (war & ~ends) | growing | (blows & ~flaring)
    clash = (clash & ~growing & ~subsides) | flaring
    both_ways(m.WAR, i, j, war)
    both_ways(m.CLASH, i, j, clash)
    both_ways(m.PACT, i, j, pact)
    both_ways(m.OLD, i, j, np.where(ends, 0, m.OLD[i, j]))
    both_ways(m.TRUCE, i, j, np.where(ends, np.maximum(m.TRUCE[i, j], c.ceasefire_weeks), m.TRUCE[i, j]))


# ---------------------------------------------------------------------------------------------------------------------
# 7.7  Upkeep of the threat
# ---------------------------------------------------------------------------------------------------------------------

def upkeep(m):
    dissent(m)
    displaced_garrisons(m)
    accounts(m)
    underground(m)
    recruits(m)
    legitimacy(m)
    m.TLEAD += m.toward(m.upkeep.leadership_recovery_weeks) * (1 - m.TLEAD)


def dissent(m):
    """Uprisings and a split under rule that is unpaid and represses.                                   (7.7.1)"""
    k, nt, y = m.upkeep, m.cast.nt, m.Y[:m.cast.nt]
    unpaid = 1 - m.TPAY
    repression = m.threat.repression + (1 - m.threat.repression) * unpaid
    men, need = threat_men(m, slice(None))
    rises = hit(m.uniform(nt), m.yearly(k.uprising_per_year) * unpaid * repression * y * (1 + lack(men, need)))
    lost = np.where(rises, k.uprising_loss * y, 0)
    m.Y[:nt] -= lost
    m.N[:nt] += lost
    m.LOST += lost
    hazard = m.yearly(k.split_per_year) * unpaid * repression * (1 - m.LEGIT) * np.minimum(m.V / m.VREF, 1)
    share = np.where(hit(m.uniform(1)[0], hazard), k.split_loss, 0)
    if m.splinter is not None:
        m.F[m.splinter] += share * m.OPEN
        for c in m.cast.ground_claims_of[m.splinter]:
            gone = share * m.Y[m.cast.ca[c]]
            m.Y[m.cast.ca[c]] -= gone
            m.X[c] += gone
            m.CHANGE[c] += gone
    m.CORE *= 1 - share
    m.OPP *= 1 - share


def displaced_garrisons(m):
    """Garrisons of lost ground die, scatter or are posted elsewhere; others melt away.                 (7.7.2)"""
    k, nt = m.upkeep, m.cast.nt
    share = np.minimum(m.LOST / (m.Y[:nt] + m.LOST + 1e-6), 1)
    g = m.G * share
    m.TPOST *= 1 - share
    wanted = np.stack([k.garrison_lost * g, (1 - k.garrison_lost) * k.go_underground * g,
                       m.refuge * m.rate(m.strategy.melt_per_week) * m.EM * m.G], axis=1)
    # one after the other, each at most what is in the open
    open_ = m.OPEN
    gone = np.minimum(np.cumsum(wanted.reshape(3 * nt, m.count), axis=0), open_)
    dead, scattered, melted = np.diff(gone, axis=0, prepend=0).reshape(nt, 3, m.count).swapaxes(0, 1)
    leave(m, gone[-1], open_)
    m.U += m.refuge * scattered + melted
    m.threat_losses += dead.sum(axis=0)


def income(m):
    """Income of the threat in a month.                                                                 (7.7.3)"""
    k, y = m.upkeep, m.Y[:m.cast.nt]
    out = np.minimum((y * m.border).sum(axis=0) / m.B0, 1)
    strikes = np.minimum((m.strikes * m.COM).sum(axis=0), 1)
    extorted = k.extortion * (m.revenue * np.maximum(1 - y, 0) * cells(m)).sum(axis=0)
    taken = (m.revenue * y).sum(axis=0) * (1 - k.trade * (1 - out)) * (1 - strikes)
    return m.threat.external_musd_per_month + extorted + taken


def budget(m):
    """What the threat takes in, spends, and which share of its needs that meets.                       (7.7.3)"""
    k, t = m.upkeep, m.threat
    earned = m.monthly(income(m))
    needed = ((m.OPEN + k.cell_wage * m.U.sum(axis=0)) * m.monthly(t.wage_usd_per_month) * 1e-6
              + m.monthly(t.administration_musd_per_month) * m.V / m.VREF)
    spent = np.minimum(needed, earned + m.toward(k.reserve_weeks) * m.FUNDS)
    return earned, spent, np.where(needed <= 1e-9, 1, np.minimum(spent / (needed + 1e-9), 1))


def accounts(m):
    """The threat pays its men as far as it can, and who isn't paid deserts.                            (7.7.3)"""
    k = m.upkeep
    earned, spent, m.TPAY = budget(m)
    m.FUNDS += earned - spent
    unpaid = m.rate(k.desertion_per_week) * (1 - m.TPAY)
    m.OPP *= 1 - np.minimum(unpaid, 1)
    m.CORE *= 1 - np.minimum(unpaid * (1 - k.core_loyalty), 1)


def underground(m):
    """Cells are cleared, dissolve, or come into the open.                                              (7.7.4)"""
    cast, k, nt = m.cast, m.upkeep, m.cast.nt
    steady = cast.ground_by_arena.sum(m.SHIELD[cast.ct] * np.minimum(2 * m.MORALE[cast.cti], 1))
    pressed = steady / (m.PRESENT + m.FRONT[:nt] + m.floor[:nt])
    cleared = m.rate(k.clearing_per_week) * pressed * (1 - m.refuge)
    dissolved = m.rate(k.cell_decay_per_week) * (1 - m.refuge) * (1 - m.RES)
    emerged = m.rate(k.emergence_per_week) * (m.RES + m.EA.sum(axis=0)) * (1 - pressed)
    each = m.U / (1 + cleared + dissolved + emerged)
    m.U -= each * (cleared + dissolved + emerged)
    m.CORE += (each * emerged).sum(axis=0)
    m.threat_losses += (each * cleared).sum(axis=0)


def recruiting_room(m):
    return 1 / (1 + (m.OPEN + m.U.sum(axis=0)) / (m.upkeep.saturation * m.FT0))


def joining(m, room_):
    """Share of each pool that would join in a step where the threat rules.                             (7.7.5)"""
    ungoverned = np.maximum(1 - m.ORD, 0)[m.cast.ga]
    return part(m.rate(m.upkeep.recruit_per_week) * m.LEGIT * room_ * m.GRV * ungoverned)


def recruits(m):
    """Recruits of the place and from abroad.                                                           (7.7.5)"""
    cast, k = m.cast, m.upkeep
    room_ = recruiting_room(m)
    come = m.POOL * joining(m, room_)
    ruled = m.Y[cast.ga]
    open_, hidden = come * ruled, come * np.maximum(1 - ruled, 0) * m.refuge[cast.ga]
    hired, faithful = k.recruit_opportunists * m.TPAY, 1 - k.recruit_opportunists
    m.POOL += plain(np.minimum(m.rate(k.pool_refill_per_week), 1)) * (m.POOL0 - m.POOL)
    m.POOL = np.maximum(m.POOL - open_ * (hired + faithful) - hidden, 0)
    m.OPP += open_.sum(axis=0) * hired
    m.CORE += open_.sum(axis=0) * faithful
    m.U += cast.populace_by_arena.sum(hidden)
    abroad = (m.Y[:cast.nt] * m.border).sum(axis=0) / m.B0
    m.CORE += (m.monthly(m.threat.foreign_per_month) * m.INFLOW * abroad
               * m.LEGIT / np.maximum(m.LEGIT0, 0.001) * room_ / m.ROOM0)


def legitimacy(m):
    """Legitimacy follows success, the more so of who claims to be a state.                             (7.7.6)"""
    k, t, nt = m.upkeep, m.threat, m.cast.nt
    value = m.value[:nt]
    m.V = (m.Y[:nt] * value).sum(axis=0)
    lost, won = ((x * value).sum(axis=0) / m.VREF for x in (m.LOST, m.WON))
    rest = m.LEGIT0 * (1 - t.statehood * k.statehood_weight * (1 - np.minimum(m.V / m.VREF, 1)))
    m.LEGIT += m.toward(k.legitimacy_weeks) * (rest - m.LEGIT)
    m.LEGIT -= m.LEGIT * np.minimum(k.legitimacy_per_loss * (1 + k.statehood_penalty * t.statehood) * lost, 1)
    m.LEGIT += (1 - m.LEGIT) * np.minimum(k.legitimacy_per_gain * won, 1)


# ---------------------------------------------------------------------------------------------------------------------
# 7.8  Polity
# ---------------------------------------------------------------------------------------------------------------------

def polity(m):
    oil(m)
    institutions(m)
    pay_and_support(m)
    morale(m)
    rebuilding(m)
    governance(m)
    grievance(m)
    commitment(m)
    clients(m)
    power(m)


def oil(m):
    """(7.8.1)"""
    o = m.oil
    m.OIL += m.toward(o.reversion_weeks) * (plain(np.log(o.mean_usd)) - m.OIL)
    m.OIL += m.vol(o.volatility, o.reversion_weeks) * m.normal()


def institutions(m):
    """Institutions that are obstructed fall into crisis.                                               (7.8.2)"""
    cast, p, nt = m.cast, m.polity, m.cast.nt
    against, claimants = cast.by_arena.sum(m.HOST)[nt:], cast.by_arena.sum(m.P[cast.ci])[nt:]
    x = p.obstruction * against / (0.001 + claimants)
    m.CRISIS[nt:] += m.toward(p.crisis_weeks) * (x / (1 + x) - m.CRISIS[nt:])


def bloc_crisis(m):
    """How contested the institutions of each bloc are, of a faction's bloc; 0 without one."""
    cast = m.cast
    out = m.zeros(cast.n)
    for i, b in enumerate(cast.bloc_of):
        for a in range(cast.nt, cast.na):
            if b >= 0 and cast.arena_bloc[a] == b:
                out[i] += m.CRISIS[a]
    return np.minimum(out, 1)


def resources(m):
    """Resources of factions, relative to what they need.                                               (7.8.3)"""
    cast, p = m.cast, m.polity
    price = np.minimum(np.exp(m.OIL - plain(np.log(m.oil.budget_usd))), 1.5)
    treasury = m.zeros(cast.n)
    crisis = bloc_crisis(m)
    for i, b in enumerate(cast.bloc_of):
        if b >= 0:
            treasury[i] = (1 - m.oil_dependence[b] * (1 - price)) * (1 - p.crisis_pay * crisis[i])
    return m.own_resources + (1 - m.own_resources) * np.minimum(treasury + p.patron_upkeep * m.REC, 1.5)


def pay_and_support(m):
    """(7.8.4)"""
    p = m.polity
    m.PAY += m.toward(p.pay_weeks) * (np.minimum(m.pay_scale * resources(m), 1) - m.PAY)
    worn_down = np.maximum(1 - m.F / (m.F0 + 0.001), 0)
    rest = clip(m.SUP0 + p.support_per_pay * (m.PAY - m.PAY0) - p.war_weariness * worn_down)
    m.SUP += m.toward(p.support_weeks) * (rest - m.SUP)
    m.LEAD += m.toward(m.upkeep.leadership_recovery_weeks) * (1 - m.LEAD)


def morale(m):
    """(7.8.5)"""
    cast, k = m.cast, m.morale
    attacking = (cast.ground_by_faction.sum(m.ATT[cast.ct]) + (m.FIGHT * m.WAR).sum(axis=1)) / (m.P + 1e-6)
    m.WORN += m.toward(k.exertion_weeks) * (np.minimum(attacking, 1) - m.WORN)
    rest = clip(m.MORALE0 + k.per_pay * (m.PAY - m.PAY0) + k.per_support * (m.SUP - m.SUP0)
                + k.per_patron * (m.REC - m.REC0) + k.per_fear * (m.THETA - m.THETA0) - k.per_exertion * m.WORN)
    m.MORALE += m.toward(k.weeks) * (rest - m.MORALE)
    gained = cast.by_faction.sum(np.maximum(m.CHANGE, 0) * m.relative_value[cast.ca])
    m.MORALE += np.minimum(k.per_gain * gained, 1) * (1 - m.MORALE)
    rest = clip(m.TMORALE0 + k.per_pay * (m.TPAY - m.TPAY0) * m.OPP / (m.OPEN + 1e-6)
                + k.per_support * (m.LEGIT - m.LEGIT0))
    m.TMORALE += m.toward(k.weeks) * (rest - m.TMORALE)
    gained = (m.WON * m.relative_value[:cast.nt]).sum(axis=0)
    m.TMORALE += np.minimum(k.per_gain * gained, 1) * (1 - m.TMORALE)


def land(m):
    """Value of what each faction holds, political arenas included."""
    return m.cast.by_faction.sum(m.X * m.value[m.cast.ca])


def rebuilding(m):
    """Forces are rebuilt, or melt away, toward what pay, support and land allow.                       (7.8.6)"""
    p = m.polity
    means = np.minimum(m.PAY / np.maximum(m.PAY0, 0.001), 1)
    will = np.minimum(m.SUP / np.maximum(m.SUP0, 0.001), 1)
    grown = 1 + p.land_growth * np.clip((land(m) - m.LAND0) / (m.LAND0 + 1), -0.5, 2)
    m.F += plain(np.minimum(m.rate(p.rebuild_per_week), 1)) * (m.F0 * means * will * grown - m.F)


def governance(m):
    """How well territories are governed, by factions and by all.                                       (7.8.7)"""
    cast, c = m.cast, m.cast.ct
    gov, x = m.GOV[c], m.X[c]
    order = cast.ground_by_arena.sum(x * m.governance[cast.cti] * gov / (gov + m.governance_power * (x + 0.05)))
    hindered = 1 + m.cell_disruption * m.U
    m.ORD = order / hindered
    m.GVN = (order + m.Y[:cast.nt] * m.threat.governance * m.TPAY) / hindered


def grievance(m):
    """Abuse, vacuum, bloodshed and provocation raise grievance; governance heals it.                   (7.8.7)"""
    cast, p, nt = m.cast, m.polity, m.cast.nt
    floor = m.floor[:nt]
    toll = lambda x, y, least: x * y / (x + y + least)
    among = cast.by_arena.sum(toll(m.HOST, m.PRES, m.floor[cast.ca]))[:nt]
    fought = toll(m.FORCE, m.D, floor) + toll(m.S[:nt], m.GUARDS, floor) + among / 2
    blood = fought / (fought + m.FRONT[:nt])
    abused = cast.living_by_populace.sum(m.X[cast.lc] * m.abuse)
    here = m.rate(p.vacuum_per_week) * np.maximum(1 - m.GVN, 0) + m.rate(p.bloodshed_per_week) * blood
    rises = p.grievance_scale * (m.rate(p.abuse_per_week) * abused + here[cast.ga]
                                 + m.rate(p.provoked_per_week) * m.EP[cast.gg])
    heals = m.rate(p.healing_per_week) * m.GVN[cast.ga]
    m.GRV = (m.GRV + rises) / (1 + rises + heals)
    grievances(m)


def grievances(m):
    """Grievance of all who live in a place, of those open to the threat, and toward each holder.       (7.8.7)"""
    cast = m.cast
    mixed = m.mix * m.GRV
    m.GRUDGE = cast.living_by_claim.sum(mixed[cast.lg] * m.strangers)
    m.UNR = cast.populace_by_arena.sum(mixed)
    m.RES = cast.populace_by_arena.sum(m.mixed_sympathy * m.GRV)


def commitment(m):
    """Patrons tire as they perceive less of the threat.                                                (7.8.8)"""
    p = m.patronage
    seen = np.where(m.THETA_U0 <= 1e-6, 1, m.THETA_U / np.maximum(m.THETA_U0, 1e-6))
    target = m.FULL * (1 - p.fatigue * np.maximum(1 - seen, 0))
    m.COM += np.where(target > m.COM, m.toward(p.return_weeks), m.toward(p.erosion_weeks)) * (target - m.COM)


def clients(m):
    """Who makes war on a fellow client loses his patron, and who lacks support finds another.          (7.8.9)"""
    p = m.patronage
    stray = np.minimum(np.einsum("ijr,ujr->uir", m.WAR - m.OLD, m.BACK), 1)
    short = np.where(m.REC0 <= 0.001, 0, np.maximum(1 - m.REC / np.maximum(m.REC0, 0.001), 0))
    target = m.BACK0 * (1 - p.drop * stray) + np.maximum(m.offer - m.BACK0, 0) * short
    m.BACK += m.toward(p.realign_weeks) * (target - m.BACK)


def power(m):
    """Effectiveness and power.                                                                         (7.8.10)"""
    p = m.polity
    effectiveness = ((p.unpaid_effectiveness + (1 - p.unpaid_effectiveness) * m.PAY)
                     * (p.unsupported_effectiveness + (1 - p.unsupported_effectiveness) * m.SUP)
                     * (1 - p.crisis_effectiveness * bloc_crisis(m)))
    m.P = m.F * m.Q * effectiveness * m.LEAD * m.AID


# ---------------------------------------------------------------------------------------------------------------------
# 7.9  Measures and outcomes
# ---------------------------------------------------------------------------------------------------------------------

def measures(m):
    """Threat strength and share, and effort by whom it is against.                                     (7.9.1)"""
    cast, nt = m.cast, m.cast.nt
    m.E_THREAT = cast.ground_by_faction.sum(m.E_threat)
    m.E_AGAINST = cast.contact_by_pair.sum(m.E_rival).reshape(cast.n, cast.n, m.count)
    m.V = (m.Y[:nt] * m.value[:nt]).sum(axis=0)
    m.SHARE = m.V / (1e-6 + m.value[:nt].sum(axis=0))
    numbers = m.OPEN / m.FT0
    m.M = np.where(m.V0 <= 1e-6, numbers, (numbers + m.V / np.maximum(m.V0, 1e-6)) / 2)


TOKEN = re.compile(r"\s*(?:(\d[\d.]*(?:[eE][+-]?\d+)?|\.\d+)|'([^']*)'|([A-Za-z_][\w.]*)|(<=|>=|==|!=|[-+*/()<>,]))")

def as_number(test):
    return lambda x, y: test(x, y).astype(REAL)


COMPARISONS = {"<": as_number(np.less), "<=": as_number(np.less_equal), ">": as_number(np.greater),
               ">=": as_number(np.greater_equal), "==": as_number(np.equal),
               "!=": as_number(lambda x, y: (x < y) | (x > y))}        # false, as all, where there is no number


def lesser(x, y):
    return np.where(y < x, y, x)


def greater(x, y):
    return np.where(y > x, y, x)


def combined(f, x, y):
    return lambda m, memory: f(x(m, memory), y(m, memory))


class Expression:
    """An expression of a scenario, as a function of a block and of what its outcomes have remembered so far."""

    def __init__(self, plan, text, thing, outcomes):
        self.plan, self.thing, self.outcomes = plan, thing, outcomes
        self.tokens, self.place = [], 0
        text = text.strip()
        while self.place < len(text):
            found = TOKEN.match(text, self.place)
            if not found:
                raise ValueError(f"can't read {text[self.place:]!r}")
            self.tokens.append(found)
            self.place = found.end()
        self.place = 0
        self.evaluate = self._either()
        if self.place != len(self.tokens):
            raise ValueError(f"too much in {text!r}")

    def __call__(self, m, memory):
        return self.evaluate(m, memory)

    def _peek(self):
        token = self.tokens[self.place] if self.place < len(self.tokens) else None
        return token and (token[4] or token[3])

    def _take(self, *wanted):
        if self._peek() not in wanted:
            return None
        self.place += 1
        return self.tokens[self.place - 1][self.tokens[self.place - 1].lastindex]

    def _chain(self, operand, operations):
        """Operations of equal rank, from left to right."""
        value = operand()
        while sign := self._take(*operations):
            value = combined(operations[sign], value, operand())
        return value

    def _either(self):
        return self._chain(self._both, {"or": greater})

    def _both(self):
        return self._chain(self._negated, {"and": lesser})

    def _negated(self):
        if self._take("not"):
            x = self._negated()
            return lambda m, memory: 1 - x(m, memory)
        return self._chain(self._sum, COMPARISONS)

    def _sum(self):
        return self._chain(self._product, {"+": np.add, "-": np.subtract})

    def _product(self):
        return self._chain(self._signed, {"*": np.multiply, "/": np.divide})

    def _signed(self):
        if self._take("-"):
            x = self._signed()
            return lambda m, memory: -x(m, memory)
        return self._simple()

    def _simple(self):
        token = self.tokens[self.place]
        self.place += 1
        number, quoted, name, sign = token.groups()
        if number:
            value = REAL(number)
            return lambda m, memory: value
        if quoted or (name and "." in name):
            path = quoted or name
            return lambda m, memory: np.asarray(m.number(path), REAL)
        if sign == "(":
            value = self._either()
            self._close()
            return value
        if not name or not self._take("("):
            return self._variable(name, [])
        if name in ("min", "max"):
            x = self._either()
            self._take(",")
            y = self._either()
            self._close()
            return combined(lesser if name == "min" else greater, x, y)
        if name in ("start", "lowest", "highest"):
            return self._remembered(name)
        names = []
        while not self._take(")"):
            names.append(self._name())
            self._take(",")
        if name in ("happened", "holds"):
            return self._other_outcome(name, names[0])
        return self._variable(name, names)

    def _close(self):
        if not self._take(")"):
            raise ValueError("a bracket is not closed")

    def _name(self):
        token = self.tokens[self.place]
        self.place += 1
        return self.thing if token[3] == "each" else token[3] or token[2]

    def _variable(self, name, names):
        read_ = variable(self.plan.cast, name, names)
        return lambda m, memory: read_(m)

    def _remembered(self, name):
        """`start(x)`, `lowest(x)`, `highest(x)`."""
        x, slot = self._either(), object()
        self._close()
        follow = {"start": lambda old, new: old, "lowest": lesser, "highest": greater}[name]

        def value(m, memory):
            now = x(m, memory)
            memory[slot] = follow(memory[slot], now) if slot in memory else np.array(now)
            return memory[slot]
        return value

    def _other_outcome(self, name, key):
        """Of an outcome that stands earlier: of the same thing, where it has one."""
        keys = [o.key for o in self.outcomes]
        key = f"{key}.{self.thing}" if f"{key}.{self.thing}" in keys else key
        return lambda m, memory: getattr(memory[key], name)


def read_outcomes(plan):
    """The outcomes that are looked for, one for each thing of an entry with `each`."""
    outcomes = []
    things = {"none": [None], "coalition": list(plan.cast.coalitions), "arena": list(plan.scenario["arena"]),
              "faction": plan.cast.factions, "patron": plan.cast.patrons, "bloc": plan.cast.blocs}
    for entry in plan.scenario.get("outcome", []):
        if not entry.get("enabled", True):
            continue
        for n, thing in enumerate(things[entry.get("each", "none")]):
            compile_ = lambda key: Expression(plan, entry[key], thing, outcomes) if key in entry else None
            weeks = entry.get("for_weeks", 0.0)
            path = f"outcome.{entry['id']}.for_weeks"
            outcomes.append(SimpleNamespace(
                key=entry["id"] if thing is None else f"{entry['id']}.{thing}",
                when=compile_("when"), after=compile_("after"), unless=compile_("unless"),
                weeks=(compile_("for_weeks") if isinstance(weeks, str)
                       else lambda m, memory, path=path: m.number(path, 0.0)),
                otherwise=entry.get("otherwise", False), counts=entry.get("counts", True) and n == 0))
    return outcomes


class History:
    """When each outcome came, and what outcomes remember."""

    def __init__(self, m):
        self.memory = {o.key: SimpleNamespace(counter=m.zeros(), holds=m.zeros(), happened=m.zeros(),
                                              first=np.zeros(m.count, int)) for o in m.plan.outcomes}

    def look(self, m, t):
        """Outcomes look at the state at the end of step t, in the scenario's order.                    (7.9)"""
        for o in m.plan.outcomes:
            if o.otherwise:
                continue
            own = self.memory[o.key]
            condition = o.when(m, self.memory)
            if o.after:
                condition = lesser(condition, o.after(m, self.memory))
            if o.unless:
                condition = lesser(condition, 1 - o.unless(m, self.memory))
            so = condition > 0
            own.counter = np.where(so, own.counter + m.dt, 0)
            if t == 0:
                continue
            holds = so & (own.counter >= o.weeks(m, self.memory))
            own.first[holds & (own.happened == 0)] = t
            own.holds = holds.astype(REAL)
            own.happened = np.maximum(own.happened, own.holds)

    def close(self, m):
        """At the horizon: what came about if nothing that counts has."""
        nothing = np.ones(m.count, bool)
        for o in m.plan.outcomes:
            if o.counts and not o.otherwise:
                nothing &= self.memory[o.key].happened == 0
        for o in m.plan.outcomes:
            if o.otherwise:
                self.memory[o.key].first[nothing] = m.plan.steps


# ---------------------------------------------------------------------------------------------------------------------
# 5  Initialization
# ---------------------------------------------------------------------------------------------------------------------

def start(m):
    """The state at the start; the numbers of the steps are those of section 5."""
    start_values(m)                                                                                 # 1
    baseline(m)                                                                                     # 2
    nt, k = m.cast.nt, m.upkeep                                                                     # 3
    value = m.value[:nt]
    m.V = m.V0 = (m.Y[:nt] * value).sum(axis=0)
    m.VREF = np.maximum(np.maximum(m.V0, value.sum(axis=0) / 20), 1e-6)
    m.B0 = np.maximum((m.Y[:nt] * m.border).sum(axis=0), 0.05)
    m.ROOM0 = recruiting_room(m)
    m.TPAY = m.TPAY0 = budget(m)[2]
    support_and_wants(m)                                                                            # 4
    m.REC0 = m.REC.copy()
    m.LAND0 = land(m)
    m.pay_scale = m.PAY0 / np.maximum(resources(m), 0.001)
    for i, name in enumerate(m.cast.factions):
        m.pay_scale[i] = m.number(f"faction.{name}.full_pay", m.pay_scale[i])
    power(m)
    m.share0 = m.P / (0.001 + m.P.sum(axis=0))
    grievances(m)
    ways(m, 1)                                                                                      # 5
    m.TPOWER = np.broadcast_to(np.asarray(m.threat.quality, REAL), m.count)
    deploy_threat(m, 1)
    perception(m, 1)                                                                                # 6
    m.THETA0, m.THETA_U0 = m.THETA.copy(), m.THETA_U.copy()
    m.H = m.BASE.copy()                                                                             # 7
    m.H[np.arange(m.cast.n), np.arange(m.cast.n)] = 0
    for _ in range(8):
        m.H += (hostility_target(m) - m.H) / 2
    weights(m)
    for turn in range(12):                                                                          # 8
        share = 1 if turn == 0 else 0.3
        m.danger = danger(m)
        allocate(m, share, 1)
        deploy(m, share)
        confront(m)
        strategy(m, share)
        deploy_threat(m, share)
    c, ground = m.contest, m.cast.arenas[:nt]                                                       # 9
    besieged = m.rows([f"arena.{a}.besieged_weeks" for a in ground])
    threatened = m.rows([f"arena.{a}.threatened_weeks" for a in ground])
    gone = lambda weeks, constant: 1 - np.exp(-weeks / constant)
    m.SIEGE = m.UNITED * gone(besieged, c.siege_weeks)
    m.SIEGE_T = m.S[:nt] * gone(threatened, c.siege_weeks)
    m.SIEGE_F = np.where(m.cast.is_ground, m.BESIEGERS, 0)
    m.STARVED_T = cut_off(m, m.Y) * gone(besieged, c.stores_weeks)
    m.STARVED = cut_off(m, held_by_factions(m)) * gone(threatened, c.stores_weeks)
    governance(m)
    ruled = m.Y[m.cast.ga]
    refill = plain(np.minimum(m.rate(k.pool_refill_per_week), 1))
    turnover = joining(m, m.ROOM0) * (ruled + np.maximum(1 - ruled, 0) * m.refuge[m.cast.ga]) + refill
    rest = m.POOL0 * refill / (turnover + 1e-9)
    m.POOL = rest + (m.POOL0 - rest) * np.exp(-turnover * (m.threat.recruiting_weeks / m.dt))
    measures(m)                                                                                     # 10


def start_values(m):
    """What follows from the scenario alone, and all that is 0 or 1 at first.                           (5, step 1)"""
    cast, f, a, p = m.cast, m.cast.factions, m.cast.arenas, m.cast.patrons
    n, nt, na, claims = cast.n, cast.nt, cast.na, len(cast.claims)
    of_factions = lambda key, default=0.0: m.rows([f"faction.{i}.{key}" for i in f], default)
    m.F, m.Q, m.PAY = of_factions("fighters"), of_factions("quality", 1.0), of_factions("pay", 0.8)
    m.SUP, m.MORALE = of_factions("support", 0.6), of_factions("morale", 0.6)
    m.F0, m.PAY0, m.SUP0, m.MORALE0 = m.F.copy(), m.PAY.copy(), m.SUP.copy(), m.MORALE.copy()
    m.POS = issue_positions(m, "faction", f)
    m.STAKE = m.rows([f"faction.{f[i]}.stake.{a[x]}" for i, x in cast.claims])
    m.LEAD = m.zeros(n) + 1

    m.X = m.rows([f"arena.{a[x]}.control.{f[i]}" for i, x in cast.claims])
    m.Y = m.rows([f"arena.{x}.control.threat" for x in a])
    m.N = np.maximum(1 - m.Y - cast.by_arena.sum(m.X), 0)
    m.Y0 = m.Y.copy()
    m.HOLDER0 = [holders(m, x).argmax(axis=0) for x in range(na)]
    m.CRISIS = m.rows([f"arena.{x}.crisis" for x in a])
    m.CRISIS[:nt] = 0
    m.U = m.rows([f"arena.{x}.underground" for x in a[:nt]])
    grv = [f"arena.{a[x]}.grievance.{cast.communities[g]}" for x, g in cast.populaces]
    m.GRV = np.minimum(m.rows(grv) * m.polity.grievance_scale, 1)
    m.POOL0 = m.population[cast.ga] * m.mixed_sympathy * m.upkeep.pool_share

    m.COM = m.rows([f"patron.{u}.commitment" for u in p], 0.7)
    m.FULL = m.COM.copy()
    m.BACK = m.rows([f"patron.{u}.backing.{i}" for u in p for i in f]).reshape(len(p), n, m.count)
    m.BACK0 = m.BACK.copy()

    t = m.threat
    full = lambda x: np.array(np.broadcast_to(np.asarray(x, REAL), m.count))
    m.FUNDS, m.LEGIT, m.TMORALE = full(t.funds_musd), full(t.legitimacy), full(t.morale)
    m.LEGIT0, m.TMORALE0 = m.LEGIT.copy(), m.TMORALE.copy()
    m.OPP = full(m.FT0 * t.opportunists)
    m.CORE = full(m.FT0) - m.OPP
    m.ALL0 = m.OPEN + m.U.sum(axis=0)
    m.OIL = full(np.log(m.oil.price_usd))
    m.TLEAD, m.INFLOW, m.M, m.EH = full(1), full(1), full(1), full(1)
    splinter = m.plan.scenario["threat"].get("splinter")
    m.splinter = None if splinter is None else f.index(splinter)

    m.MEM, m.TRUCE, m.SHIFT = m.zeros(n, n), m.zeros(n, n), m.zeros(n, n)
    m.WAR, m.PACT, m.FEUD, m.CLASH = m.zeros(n, n), m.zeros(n, n), m.zeros(n, n), m.zeros(n, n)
    for tie in m.plan.scenario.get("tie", []):
        if all(x in f for x in tie["between"]):
            i, j = (f.index(x) for x in tie["between"])
            path = f"tie.{key_in_list(tie, 0)}"
            both_ways(m.MEM, i, j, m.number(f"{path}.memory", 0.0))
            both_ways(m.TRUCE, i, j, m.number(f"{path}.ceasefire_weeks", 0.0))
            both_ways(m.WAR, i, j, tie.get("conflict", False))
            both_ways(m.PACT, i, j, tie.get("agreement", False))
            both_ways(m.FEUD, i, j, tie.get("feud", False))
    m.OLD = m.WAR.copy()
    m.tie_hostility, m.has_tie = tie_hostility(m, f, f)
    patron_hostility(m)
    bloc = np.array(cast.bloc_of)
    m.same_bloc = ((bloc[:, None] == bloc) & (bloc >= 0))[..., None].astype(REAL)
    forces = m.F0 * m.Q
    m.importance = (m.people * forces[:, None]).sum(axis=0) / (1e-9 + forces.sum(axis=0))

    m.ALARM, m.TEMPO, m.THETA, m.WORN, m.losses = m.zeros(n), m.zeros(n), m.zeros(n), m.zeros(n), m.zeros(n)
    m.THETA_U = m.zeros(len(p))
    m.E_hold, m.E_govern = m.zeros(n), m.zeros(n)
    m.E_threat, m.E_rival = m.zeros(len(cast.ct)), m.zeros(len(cast.contacts))
    m.SENT = m.zeros(len(cast.contacts))
    for name in "POST GRD GOV ATT SHIELD PRES HOST BESIEGERS ACCESS GAIN CHANGE".split():
        setattr(m, name, m.zeros(claims))
    for name in "TPOST G D JOINT UNITED FORCE EA LUCK PRIZE LOST WON GVN ORD STARVED STARVED_T".split():
        setattr(m, name, m.zeros(nt))
    m.S = m.zeros(na)
    m.EP = m.zeros(len(cast.communities))
    m.FIGHT, m.MASSED = m.zeros(n, n), m.zeros(n, n)
    m.TTEMPO, m.MOOD, m.EM, m.threat_losses = m.zeros(), m.zeros(), m.zeros(), m.zeros()
    m.week = 0

    m.events = m.plan.events
    m.happened = {e.id: np.zeros(m.count, bool) for e in m.events}
    m.event_chance = {e.id: m.number(f"{e.path}.{'probability' if e.dated else 'hazard_per_year'}", 1.0)
                      for e in m.events}
    m.conditions = {c.path: [m.number(f"{c.path}.{key}", default) for key, default in
                             (("above", None), ("below", None), ("slope", 0.0), ("at", 0.0))]
                    for e in m.events for c in e.conditions}


# ---------------------------------------------------------------------------------------------------------------------
# 3  Schedule
# ---------------------------------------------------------------------------------------------------------------------

def step(m, t):
    for x in (m.CHANGE, m.LOST, m.WON):
        x[:] = 0
    events(m, t)                                        # 1
    perception(m)                                       # 2
    rivalry(m)                                          # 3
    adjust = m.toward(m.allocation.adjustment_weeks)
    allocate(m, adjust, m.toward(m.allocation.road_weeks))      # 4a
    tempo_and_luck(m)                                   # 4b
    deploy(m, adjust)                                   # 4c
    strategy(m, m.toward(m.strategy.adjustment_weeks))  # 4d
    deploy_threat(m, m.toward(m.strategy.adjustment_weeks))     # 4e
    contests(m)                                         # 5a
    quarrels(m)                                         # 5b
    upkeep(m)                                           # 6
    polity(m)                                           # 7
    m.week = t * m.dt
    measures(m)                                         # 8


SERIES = ("strength", "cohesion", "rivalry", "infighting", "open", "underground")


def record(m, result, t, columns):
    """The series of 7.9 at the end of step t."""
    first, all_ = next(iter(m.cast.coalitions.values())), list(range(m.cast.n))
    result.strength[t, columns] = m.M
    result.cohesion[t, columns] = 1 - infighting(m, first)
    result.rivalry[t, columns] = mean_rivalry(m, first)
    result.infighting[t, columns] = infighting(m, all_)
    result.open[t, columns] = m.OPEN / m.ALL0
    result.underground[t, columns] = m.U.sum(axis=0) / m.ALL0


def simulate(plan, replicates, seed, block=Block):
    """Runs so many replicates, and records the series of 7.9 and the step at which each outcome first came."""
    result = SimpleNamespace(**{name: np.empty((plan.steps + 1, replicates), REAL) for name in SERIES})
    result.first = np.zeros((len(plan.outcomes), replicates), int)
    with np.errstate(all="ignore"):
        for first in range(0, replicates, BLOCK):
            columns = slice(first, min(first + BLOCK, replicates))
            m = block(plan, first, columns.stop - first, seed)
            start(m)
            history = History(m)
            for t in range(plan.steps + 1):
                if t > 0:
                    step(m, t)
                history.look(m, t)
                record(m, result, t, columns)
            history.close(m)
            for row, outcome in zip(result.first, plan.outcomes):
                row[columns] = history.memory[outcome.key].first
    return result
