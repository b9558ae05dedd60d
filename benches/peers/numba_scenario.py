"""A resolved scenario as arrays, for numba_model.py: docs/model.md, sections 2 and 5.1, 7.9 for outcomes and 7.10 for inputs.

`read_plan(path, replicates, seed)` draws the uncertain inputs for so many replicates and returns a plan. Whatever is a number of the scenario has a last
axis over draws, of length 1 where no number in it is uncertain. Indices count in the order of the file.
"""

import math
import tomllib
from types import SimpleNamespace

import numpy as np

import numba_outcomes

# What events and outcomes may read and events may write, of docs/scenario.md, "Variables"; their two arguments are indices, -1 if none.
# The second row can be read only.
VARIABLES = (
    "threat_strength threat_share threat_pay rivalry infighting cohesion open_fighters underground funds foreign_inflow "
    "threat_leadership legitimacy fighters quality leadership pay support perceived_threat hostility memory conflict "
    "clash feud agreement ceasefire position stake control grievance crisis commitment backing oil_price attack election "
    "week underground_fighters power effort_threat effort_rival effort_guard effort_govern fighting contested governance unrest assault "
    "power_in_conflict power_in_clash purpose mean_rivalry support_given threat_people morale threat_morale"
).split()
CODE = {name: code for code, name in enumerate(VARIABLES)}
# The second argument of `control`, where it is no faction.
THREAT, NOBODY = -2, -3
ADD, MULTIPLY, SET = range(3)

SECTIONS = "perception rivalry allocation contest morale conflict upkeep strategy polity oil patronage".split()


def sample(spec, size, rng, rows):
    """`size` draws of one distribution; what is cut off is drawn again. `rows` has the rows drawn of each table, which its numbers share."""
    low, high = spec.get("low", -math.inf), spec.get("high", math.inf)
    match spec["dist"]:
        case "uniform":
            return rng.uniform(low, high, size)
        case "triangular":
            return rng.triangular(low, spec["mode"], high, size)
        case "beta":
            return low + (high - low) * rng.beta(spec["alpha"], spec["beta"], size)
        case "pert":
            p = (spec["mode"] - low) / (high - low)
            return low + (high - low) * rng.beta(1 + 4 * p, 5 - 4 * p, size)
        case "discrete":
            weights = np.array(spec.get("weights", [1] * len(spec["values"])), float)
            return rng.choice(np.array(spec["values"], float), size, p=weights / weights.sum())
        case "table":
            values = np.array(spec["values"], float)
            if spec["table"] not in rows:
                weights = np.array(spec.get("weights", [1] * len(values)), float)
                rows[spec["table"]] = rng.choice(len(values), size, p=weights / weights.sum())
            return values[rows[spec["table"]]]
        case "normal":
            more = lambda k: rng.normal(spec["mean"], spec["sd"], k)
        case "lognormal":
            more = lambda k: spec["median"] * np.exp(spec["sigma"] * rng.standard_normal(k))
        case other:
            raise ValueError(f"unknown distribution {other}")
    x = more(size)
    while (out := (x < low) | (x > high)).any():
        x[out] = more(out.sum())
    return x


def settle(node, draws, rng, rows):
    """The tree with every number a float, or an array over draws."""
    if isinstance(node, dict):
        if "dist" in node:
            return sample(node, draws, rng, rows)
        if "value" in node and node.keys() <= {"value", "source"}:
            return node["value"]
        return {key: settle(value, draws, rng, rows) for key, value in node.items()}
    if isinstance(node, list):
        return [settle(value, draws, rng, rows) for value in node]
    return node


def at(tree, path):
    """The table in which a number stands, and its name there."""
    *tables, name = path.split(".")
    for key in tables:
        tree = tree[key]
    return tree, name


def correlate(tree, draws, rng):
    """Gives uncertain numbers the order of correlated normal ones: their ranks hang together by a Gaussian copula."""
    given = [(*entry["between"], entry["rho"]) for entry in tree.get("correlation", [])]

    def varies(path):
        table, name = at(tree, path)
        return np.size(table[name]) > 1

    pairs = [(a, b, rho) for a, b, rho in given if varies(a) and varies(b)]
    paths = sorted({path for a, b, _ in pairs for path in (a, b)})
    if not paths:
        return
    matrix = np.eye(len(paths))
    for a, b, rho in pairs:
        i, j = paths.index(a), paths.index(b)
        matrix[i, j] = matrix[j, i] = 2 * math.sin(math.pi / 6 * rho)
    normals = np.linalg.cholesky(matrix) @ rng.standard_normal((len(paths), draws))
    for path, z in zip(paths, normals):
        table, name = at(tree, path)
        table[name] = np.sort(table[name])[z.argsort().argsort()]


def stack(values, shape):
    """Numbers and arrays over draws, in row-major order, as one array with a last axis over draws."""
    values = [np.atleast_1d(np.asarray(value, float)) for value in values]
    wide = max((len(value) for value in values), default=1)
    rows = [np.broadcast_to(value, wide) for value in values]
    return np.array(rows).reshape(*shape, wide)


def table(rows, columns, of):
    return stack([of(row, column) for row in rows for column in columns], (len(rows), len(columns)))


def parse(text):
    name, _, rest = text.partition("(")
    return name.strip(), [word.strip() for word in rest.rstrip(") ").split(",")] if rest else []


def read_plan(path, replicates, seed):
    """The plan of a resolved scenario, with as many draws of its inputs as the replicates need."""
    with open(path, "rb") as file:
        raw = tomllib.load(file)
    per_draw = raw["run"]["replicates_per_draw"]
    draws = -(-replicates // per_draw)
    rng = np.random.default_rng([seed, 1])
    tree = settle(raw, draws, rng, {})
    correlate(tree, draws, rng)
    plan = SimpleNamespace(title=tree["scenario"]["title"], draws=draws, per_draw=per_draw)
    for name in SECTIONS:
        keys = {key: np.atleast_1d(np.asarray(value, float)) for key, value in tree[name].items()}
        setattr(plan, name, SimpleNamespace(**keys))
    time(plan, tree["time"])
    actors(plan, tree)
    arenas(plan, tree)
    sizes(plan)
    claims(plan, tree)
    ties(plan, tree)
    plan.coalitions = list(tree["coalition"])
    plan.member = np.array([[i in c["members"] for i in plan.factions] for c in tree["coalition"].values()])
    events(plan, tree)
    kinds = {"coalition": plan.coalitions, "arena": plan.arenas, "faction": plan.factions, "patron": plan.patrons, "bloc": plan.blocs}
    plan.outcomes, plan.watched, plan.numbers = numba_outcomes.read(tree, kinds, lambda name, names: variable(plan, name, names))
    return plan


def variable(plan, name, names):
    """A variable as (code, first, second)."""
    if name not in CODE:
        raise ValueError(f"the peers don't know the variable {name!r}")
    where = {
        "rivalry hostility memory conflict clash feud agreement ceasefire fighting effort_rival": (plan.factions, plan.factions),
        "infighting cohesion power_in_conflict power_in_clash purpose mean_rivalry": (plan.coalitions,),
        "underground crisis contested governance unrest assault election": (plan.arenas,),
        "fighters quality leadership pay support morale perceived_threat power effort_threat effort_guard effort_govern": (plan.factions,),
        "position": (plan.factions, plan.issues),
        "stake": (plan.factions, plan.arenas),
        "control": (plan.arenas, plan.factions + ["nobody", "threat"]),
        "grievance": (plan.arenas, plan.communities),
        "commitment": (plan.patrons,),
        "backing support_given": (plan.patrons, plan.factions),
        "attack": (plan.communities,),
    }
    lists = next((of for several, of in where.items() if name in several.split()), ())
    if len(lists) != len(names) or not all(one in known for known, one in zip(lists, names)):
        raise ValueError(f"there is no {name}({', '.join(names)})")
    at = [known.index(one) for known, one in zip(lists, names)]
    if name == "control" and names[1] in ("threat", "nobody"):
        at[1] = THREAT if names[1] == "threat" else NOBODY
    return (CODE[name], *at, *[-1] * (2 - len(at)))


def time(plan, given):
    plan.dt = given["step_weeks"]
    plan.start = given["start"]
    plan.steps = -(-(given["end"] - given["start"]).days // (7 * plan.dt))


def in_time(plan, event):
    """The first and the last step in which an event can happen, and which share of each of the two."""
    length = 7 * plan.dt
    horizon = plan.steps * length
    day = lambda key, otherwise: (event[key] - plan.start).days if key in event else otherwise
    if "date" in event:
        step = min(day("date", 0) // length + 1, plan.steps)
        return step, step, 1.0, 1.0
    begins = min(day("from", 0), horizon - 1)
    ends = min(day("until", horizon) + 1, horizon)
    first, last = begins // length, (ends - 1) // length
    of_first = (min(ends, (first + 1) * length) - begins) / length
    of_last = of_first if first == last else (ends - last * length) / length
    return first + 1, last + 1, of_first, of_last


def share(event, step):
    """Which share of a step in time an event has to happen in."""
    return event.of_first if step == event.first else event.of_last if step == event.last else 1.0


def actors(plan, tree):
    """Factions, patrons, communities, blocs, issues and the threat."""
    faction, patron = tree["faction"], tree.get("patron", {})
    plan.factions, plan.patrons = list(faction), list(patron)
    plan.communities, plan.issues = list(tree.get("community", {})), list(tree.get("issue", {}))
    plan.arenas = list(tree["arena"])
    blocs = tree.get("bloc", {})
    plan.blocs = list(blocs)

    def each(actors, key):
        return stack([actor[key] for actor in actors.values()], (len(actors),))

    def by(actors, key, columns, default=0.0):
        return table(list(actors.values()), columns, lambda actor, column: actor.get(key, {}).get(column, default))

    for key in "fighters quality pay own_resources support governance".split():
        setattr(plan, key, each(faction, key))  # (faction, draw)
    plan.morale_start = each(faction, "morale")
    # 0 where the start says it.
    plan.full_pay = stack([f.get("full_pay", 0.0) for f in faction.values()], (len(faction),))
    plan.bloc = np.array([plan.blocs.index(f["bloc"]) if "bloc" in f else -1 for f in faction.values()])
    plan.oil_dependence = stack([blocs[b]["oil_dependence"] for b in blocs], (len(blocs),))
    plan.exposure = by(faction, "exposure", plan.arenas)  # (faction, arena, draw)
    plan.access = by(faction, "access", plan.arenas)
    plan.people = by(faction, "people", plan.communities)
    plan.abuse = by(faction, "abuse", plan.communities)
    plan.commitment, plan.patron_exposure, plan.air, plan.strikes = (each(patron, key) for key in "commitment exposure air strikes".split())
    plan.backing = by(patron, "backing", plan.factions)  # (patron, faction, draw)
    plan.offer = by(patron, "offer", plan.factions)
    plan.patron_stake = by(patron, "stake", plan.arenas)
    plan.sympathy = stack([tree["community"][g]["sympathy"] for g in plan.communities], (len(plan.communities),))
    for name, who in (("", faction), ("patron_", patron)):
        setattr(plan, name + "position", by(who, "position", plan.issues))  # (actor, issue, draw)
        salience = by(who, "salience", plan.issues, 1.0)
        setattr(plan, name + "salience", salience / np.maximum(salience.sum(1, keepdims=True), 1e-9))
    keys = {key: np.atleast_1d(np.asarray(value, float)) for key, value in tree["threat"].items() if key not in ("name", "splinter")}
    plan.threat = SimpleNamespace(**keys)
    # The faction of those who split off; -1 where they go home.
    plan.splinter = plan.factions.index(tree["threat"]["splinter"]) if "splinter" in tree["threat"] else -1


def arenas(plan, tree):
    arena = tree["arena"]
    names, given = plan.arenas, list(arena.values())
    plan.territory = np.array([a["kind"] == "territory" for a in given])
    plan.arena_bloc = np.array([plan.blocs.index(a["bloc"]) if "bloc" in a else -1 for a in given])
    for key in "value population revenue_musd_per_month border refuge terrain crisis underground besieged_weeks threatened_weeks".split():
        setattr(plan, key if key != "crisis" else "crisis_start", stack([a[key] for a in given], (len(given),)))
    # Not a number where the arena doesn't say: see `sizes`.
    plan.front = stack([a.get("frontage_power", math.nan) for a in given], (len(given),))
    plan.refuge = np.minimum(plan.refuge * plan.upkeep.refuge_scale, 1)
    plan.threat_control = stack([a.get("control", {}).get("threat", 0.0) for a in given], (len(given),))
    plan.neighbour = np.zeros((len(names), len(names)), bool)
    for a, one in enumerate(given):
        for other in one.get("neighbours", []):
            b = names.index(other)
            plan.neighbour[a, b] = plan.neighbour[b, a] = True
    # How passable the way to a neighbour is, said by either; 0 where none leads.
    said = lambda a, b: arena[a].get("road", {}).get(b, arena[b].get("road", {}).get(a, 1.0))
    plan.road = table(names, names, said) * plan.neighbour[..., None]
    # Populaces: (arena, community) and their numbers.
    pairs = [(a, plan.communities.index(g)) for a, one in enumerate(given) for g in one.get("mix", {}) if plan.territory[a]]
    plan.populace = np.array(pairs, int).reshape(-1, 2)
    of = lambda key, a, g: given[a].get(key, {}).get(plan.communities[g], 0.0)
    plan.mix = stack([of("mix", a, g) for a, g in pairs], (len(pairs),))
    plan.grievance = stack([of("grievance", a, g) for a, g in pairs], (len(pairs),))
    plan.grievance = np.minimum(plan.grievance * plan.polity.grievance_scale, 1)


def sizes(plan):
    """What is given relative to the threat at the start, or to the front of a place: 7.0.3."""
    fighters = plan.threat.fighters
    unit = fighters * np.maximum(plan.threat.quality, 0.01)
    plan.front = np.maximum(np.where(np.isnan(plan.front), plan.contest.front * unit, plan.front), 0.001)
    plan.floor, plan.asked = plan.contest.floor_power * plan.front, plan.allocation.floor_power * plan.front
    plan.contest.linear_reference_power = plan.contest.linear_reference_power * unit
    plan.polity.governance_power = plan.polity.governance_power * unit
    plan.upkeep.cell_presence = plan.upkeep.cell_presence * fighters
    plan.polity.cell_disruption = plan.polity.cell_disruption / fighters


def claims(plan, tree):
    """Claims, contacts and options (section 2.2), as lists of indices."""
    faction, arena = tree["faction"], tree["arena"]
    found = {(i, a) for i, f in enumerate(plan.factions) for a, b in enumerate(plan.arenas) if b in faction[f].get("stake", {})}
    found |= {(i, a) for a, b in enumerate(plan.arenas) for i, f in enumerate(plan.factions) if f in arena[b].get("control", {})}
    for event in tree.get("event", []):
        for effect in event.get("effect", []):
            name, words = parse(effect["on"])
            pair = words if name == "stake" else words[::-1] if name == "control" else None
            if pair and pair[0] in plan.factions:
                found.add((plan.factions.index(pair[0]), plan.arenas.index(pair[1])))
    n, m = len(plan.factions), len(plan.arenas)
    plan.claim = np.array(sorted(found, key=lambda c: (c[1], c[0])), int).reshape(-1, 2)  # rows (faction, arena), by arena
    plan.claim_at = np.full((n, m), -1)
    plan.claim_at[plan.claim[:, 0], plan.claim[:, 1]] = np.arange(len(plan.claim))
    # Contacts: rows (i, j, arena, claim of i, claim of j).
    rows = []
    for a in range(m):
        here = [i for i in range(n) if plan.claim_at[i, a] >= 0]
        rows += [(i, j, a, plan.claim_at[i, a], plan.claim_at[j, a]) for i in here for j in here if i != j]
    plan.contact = np.array(rows, int).reshape(-1, 5)
    of = lambda key: lambda i, a: faction[plan.factions[i]].get(key, {}).get(plan.arenas[a], 0.0)
    plan.stake = stack([of("stake")(i, a) for i, a in plan.claim], (len(plan.claim),))
    control = lambda i, a: arena[plan.arenas[a]].get("control", {}).get(plan.factions[i], 0.0)
    plan.control = stack([control(i, a) for i, a in plan.claim], (len(plan.claim),))


def log_odds(share):
    share = np.minimum(share, 0.995)
    with np.errstate(divide="ignore"):
        return np.where(share <= 1e-6, -40.0, np.log(share / (1 - share)))


def ties(plan, tree):
    """Hostility from ties (NaN where none gives one), between patrons, and what lasts from before the start."""
    n, p = len(plan.factions), len(plan.patrons)
    hostility, patrons, toward = {}, {}, {}
    plan.memory, plan.truce = np.zeros((n, n, 1)), np.zeros((n, n, 1))
    plan.at_war, plan.at_feud, plan.in_agreement = (np.zeros((n, n), bool) for _ in range(3))
    for tie in tree.get("tie", []):
        one, other = tie["between"]
        given = None if tie.get("hostility") is None else log_odds(plan.rivalry.hostility_scale * tie["hostility"])
        known = [name in plan.factions for name in (one, other)]
        if all(known):
            i, j = plan.factions.index(one), plan.factions.index(other)
            for x, y in ((i, j), (j, i)):
                if given is not None and ((x, y) == (i, j) or not tie["one_way"]):
                    hostility[x, y] = given
                plan.memory = put(plan.memory, (x, y), tie["memory"])
                plan.truce = put(plan.truce, (x, y), tie["ceasefire_weeks"])
                plan.at_war[x, y], plan.at_feud[x, y], plan.in_agreement[x, y] = tie["conflict"], tie["feud"], tie["agreement"]
        elif not any(known):
            u, v = plan.patrons.index(one), plan.patrons.index(other)
            if given is not None:
                patrons[u, v] = given
                if not tie["one_way"]:
                    patrons[v, u] = given
        elif given is not None:
            u, i = (other, one) if known[0] else (one, other)
            toward[plan.patrons.index(u), plan.factions.index(i)] = given
    plan.given_hostility = table(range(n), range(n), lambda i, j: hostility.get((i, j), math.nan))
    plan.patron_toward = table(range(p), range(n), lambda u, i: toward.get((u, i), math.nan))
    apart = np.abs(plan.patron_position[:, None] - plan.patron_position[None]) / 2
    apart = (plan.patron_salience[:, None] * apart).sum(2) if plan.issues else np.zeros((p, p, 1))
    issues = log_odds(plan.rivalry.hostility_scale * plan.rivalry.from_issues * apart)
    tied = table(range(p), range(p), lambda u, v: patrons.get((u, v), math.nan))
    plan.patron_hostility = np.where(np.isnan(tied), issues, tied)  # (patron, patron, draw); the diagonal means nothing
    # Unordered pairs i < j; those that may come to blows, and those that may come to be at feud.
    first, second = np.triu_indices(n, 1)
    plan.pair = np.stack([first, second], 1)
    on_land, in_politics = (plan.claim_at[:, where] >= 0 for where in (plan.territory, ~plan.territory))
    plan.pair_on_land, plan.pair_in_politics = ((both[first] & both[second]).any(1) for both in (on_land, in_politics))


def put(array, at, value):
    """The array with one entry set, widened over draws if that entry is."""
    value = np.atleast_1d(np.asarray(value, float))
    if array.shape[-1] < len(value):
        array = np.repeat(array, len(value), -1)
    array = array.copy()
    array[at] = value
    return array


def events(plan, tree):
    """Events with variables as (code, first, second) and steps in place of days."""
    given = [event for event in tree.get("event", []) if event["enabled"]]
    # Those that are dated take their turns in the order of their dates.
    dated = iter(sorted((event for event in given if "date" in event), key=lambda event: event["date"]))
    given = [next(dated) if "date" in event else event for event in given]
    # One that waits for what is switched off never happens.
    while len(kept := [e for e in given if e.get("after") in (None, *(other["id"] for other in given))]) < len(given):
        given = kept
    ids = [event["id"] for event in given]

    def number(value):
        return np.atleast_1d(np.asarray(value, float))

    plan.events = []
    for event in given:
        first, last, of_first, of_last = in_time(plan, event)
        conditions = [
            SimpleNamespace(
                on=variable(plan, *parse(c["on"])),
                above=number(c.get("above", -math.inf)),
                below=number(c.get("below", math.inf)),
                slope=number(c["slope"]),
                at=number(c["at"]),
            )
            for c in event.get("when", [])
        ]
        effects = []
        for effect in event.get("effect", []):
            verb, code = next((v, c) for v, c in (("add", ADD), ("multiply", MULTIPLY), ("set", SET)) if v in effect)
            effects.append(SimpleNamespace(on=variable(plan, *parse(effect["on"])), verb=code, amount=number(effect[verb])))
        plan.events.append(
            SimpleNamespace(
                id=event["id"],
                first=first,
                last=last,
                of_first=of_first,
                of_last=of_last,
                dated="date" in event,
                repeats=event["repeats"],
                probability=number(event["probability"]),
                hazard_per_year=number(event.get("hazard_per_year", 0.0)),
                after=ids.index(event["after"]) if "after" in event else -1,
                conditions=conditions,
                effects=effects,
            )
        )
