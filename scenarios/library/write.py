#!/usr/bin/env python3
"""Writes the scenarios of this folder, observed.csv and observed_regroup.csv from its tables by the rules of docs/codebook.md.

    python3 scenarios/library/write.py            writes them
    python3 scenarios/library/write.py --check    exits 1 if a file is not what would be written

No random numbers, no clock, nothing but the tables: the same tables give the same files, byte by byte.
R1, R2, ... below are the rules of the codebook.
"""

import csv
import datetime
import math
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

# ------------------------------------------------------------------------------------------------------------------
# The rules' numbers. Version 1 was frozen before the first run; version 2 mends what was wired wrong: docs/codebook.md.
# ------------------------------------------------------------------------------------------------------------------

UNIT = 100_000  # R1: power of the whole coalition, and R2: of the threat before it collapsed
SPREAD, SPREAD_UNSURE = 0.25, 0.5  # R1: to either side, relative
SUPPORT = {1: 0.4, 2: 0.6, 3: 0.75}  # R1
SUPPORT_SPREAD, SUPPORT_SPREAD_UNSURE = 0.1, 0.2
PAY_STATE, PAY_OTHER = 1.0, 0.8  # R1
EXTERNAL = {0: 0.0, 1: 0.3, 2: 0.7}  # R8: share of upkeep from outside
BACKING = {0: 0.0, 1: 0.3, 2: 0.75}  # R8
COMMITMENT = {"staying": 0.8, "leaving": 0.4, "gone": 0.1}  # R8
COMMITMENT_SPREAD = 0.1
PERCEIVED = {1: 0.6, 0: 0.3}  # R4: by front
LOGIT_BASE, LOGIT_APART, LOGIT_CLAIM, LOGIT_WAR, LOGIT_ALLIANCE = -1.4, 1.5, 0.5, 0.7, -0.8  # R5
LOGIT_SPREAD, LOGIT_SPREAD_UNSURE = 0.5, 0.5  # R5: half-width, and what each unsure code adds
MEMORY = 0.5  # R6
VALUE = {"seat": 10, "place": 3, "common": 3, "home": 5, "ground": 5, "border": 1}  # R7
STAKE_HOME, STAKE_SEAT, STAKE_PLACE, STAKE_LOW = 1.0, 1.0, 0.5, 0.1  # R7
STAKE_INSTITUTION = 0.5  # R9
REFUGE = {"none": 0.05, "some": 0.5, "abroad": 0.9}  # R10
REFUGE_ELSEWHERE = 0.05  # R10
SYMPATHY = {"regime": 0.3, "movement": 0.3, "occupier": 0.05}  # R10: states recruit by other means, and not at all here
PEOPLE, GRIEVANCE = 5_000_000, 0.6  # R10
STATEHOOD = {"state": 1, "occupied": 1, "regime": 1, "occupier": 1, "movement": 0}  # R2
ATTACK_TREATY, THREAT_COST_OUT_OF_REACH, MEN_OUT_OF_REACH = 0, 5.0, 0  # R11
WEEKS = 261  # five years and a few days
OBSERVED_YEARS = 10
OBSERVED_TO = datetime.date(2024, 12, 31)  # nothing later was looked at

# R3 to observed.csv: the first armed fight between two members. Day of the first violence, from the table of cases
# behind docs/decisions/0019; empty where it did not come.
EVENT = "clash.victors"
OBSERVED = {
    "crimea1856": ("1859-04-29", "ATOP 1180; general history: Franco-Austrian war"),
    "schleswig1864": ("1866-06-14", "COW war 46; GML-MID: Austro-Prussian war"),
    "boxer1901": ("1904-02-08", "COW war 82; GML-MID: Russo-Japanese war"),
    "balkan1913": ("1913-06-29", "COW wars 100 and 103: Second Balkan War"),
    "china1945": ("1945-10-10", "general history; UCDP codes 1946: clashes of autumn 1945"),
    "grand1945": ("1948-06-24", "GML-MID; ATOP 2550: Berlin blockade, force short of war"),
    "yugoslavia1941": ("1941-11-01", "general history: fighting at Uzice; the threat had not shrunk"),
    "iran1979": ("1981-06-20", "general history: armed struggle of the Mojahedin"),
    "zimbabwe1980": ("1980-11-09", "general history: first clash at Entumbane"),
    "afghan1989": ("1989-07-09", "UCDP non-state 22.1: Hizb against Jamiat"),
    "afghan1992": ("1992-04-25", "general history; UCDP: battle for Kabul"),
    "gulf1991": ("1992-09-30", "GML-MID; day by general history: Saudi-Qatari border clash"),
    "ethiopia1991": ("1998-05-06", "UCDP: Badme war"),
    "somalia1991": ("1991-11-17", "general history: Aideed against Ali Mahdi"),
    "afdl1997": ("1998-08-02", "general history: Second Congo War"),
    "northern2001": ("2002-02-03", "UCDP non-state 22.1: Jamiat against Junbish"),
    "sahwa2008": ("2009-03-28", "general history: Fadhil"),
    "southsudan2011": ("2013-12-15", "general history: Juba"),
    "sudan2019": ("2023-04-15", "general history: Khartoum"),
    "entente1918": ("", "COW war 106; GML-MID: none"),
    "suez1956": ("", "COW war 155; GML-MID: none"),
    "tripalliance1870": ("", "COW war 49: none"),
}

# The same of the threat's return, of which the table has three; of the others general history has none.
REGROUPED = {
    "balkan1913": ("1913-07-12", "general history: the Ottomans retake Edirne"),
    "northern2001": ("2006-05-17", "general history: the Taliban's southern offensive, date judged"),
    "sahwa2008": ("2014-01-04", "general history: ISI takes Fallujah"),
    "afghan1992": ("", "general history: the Taliban of November 1994 were a new threat"),
    "yugoslavia1941": ("", "general history: the threat had not shrunk"),
}
NO_REGROUPING = ("", "general history: none")


# ------------------------------------------------------------------------------------------------------------------
# Reading
# ------------------------------------------------------------------------------------------------------------------


class Wrong(Exception):
    pass


def rows(name):
    with open(HERE / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def code(row, key, allowed=None, low=None, high=None):
    """A code and whether it is marked as unsure by a trailing question mark."""
    text = row[key].strip()
    unsure = text.endswith("?")
    value = float(text.rstrip("?"))
    where = f"{row['case']}: {key} = {text}"
    if allowed is not None and value not in allowed:
        raise Wrong(f"{where}: not one of {sorted(allowed)}")
    if (low is not None and value < low) or (high is not None and value > high):
        raise Wrong(f"{where}: not within {low} and {high}")
    return value, unsure


def word(row, key, allowed):
    if row[key] not in allowed:
        raise Wrong(f"{row['case']}: {key} = {row[key]!r}: not one of {sorted(allowed)}")
    return row[key]


def read():
    cases = {}
    for row in rows("cases.csv"):
        word(row, "kind", STATEHOOD)
        word(row, "refuge", REFUGE)
        word(row, "patron_state", {*COMMITMENT, ""})
        cases[row["case"]] = {
            **row,
            "start": datetime.date.fromisoformat(row["start"]),
            "collapsed": bool(code(row, "collapsed", {0, 1})[0]),
            "treaty": bool(code(row, "treaty", {0, 1})[0]),
            "remaining": code(row, "remaining", low=0, high=1),
            "members": {},
            "pairs": {},
            "places": {},
        }
    for row in rows("members.csv"):
        cases[row["case"]]["members"][row["member"]] = {
            "name": row["name"],
            "state": bool(code(row, "state", {0, 1})[0]),
            "share": code(row, "share", low=0, high=1),
            "order": code(row, "order", low=-1, high=1),
            "divide": code(row, "divide", low=-1, high=1),
            "support": code(row, "support", SUPPORT),
            "external": int(code(row, "external", EXTERNAL)[0]),
            "patron": row["patron"],
            "front": int(code(row, "front", {0, 1})[0]),
        }
    for row in rows("pairs.csv"):
        cases[row["case"]]["pairs"][row["a"], row["b"]] = {
            "prior_war": code(row, "prior_war", {0, 1}),
            "common_ground": code(row, "common_ground", {0, 1, 2}),
            "claim": code(row, "claim", {0, 1, 2}),
            "place": row["place"],
            "alliance": code(row, "alliance", {0, 1}),
            "violence": code(row, "violence", {0, 1}),
        }
    for row in rows("places.csv"):
        held = {}
        for part in row["held"].split():
            holder, share = part.split(":")
            held[holder] = float(share)
        cases[row["case"]]["places"][row["place"]] = {
            "name": row["name"],
            "kind": row["kind"],
            "lost": bool(code(row, "lost", {0, 1})[0]),
            "held": held,
        }
    for key, case in cases.items():
        examine(key, case)
    return cases


def examine(key, case):
    members = list(case["members"])
    if not 2 <= len(members) <= 6:
        raise Wrong(f"{key}: {len(members)} members")
    if abs(sum(m["share"][0] for m in case["members"].values()) - 1) > 1e-6:
        raise Wrong(f"{key}: shares don't sum to 1")
    due = {frozenset((a, b)) for i, a in enumerate(members) for b in members[i + 1 :]}
    given = [frozenset(pair) for pair in case["pairs"]]
    if set(given) != due or len(given) != len(due):
        raise Wrong(f"{key}: pairs.csv doesn't have each pair once")
    for pair, facts in case["pairs"].items():
        place = facts["place"]
        if bool(facts["claim"][0]) != bool(place):
            raise Wrong(f"{key}: {pair}: a claim needs a place, and a place a claim")
        if place and case["places"][place]["kind"] != {1: "place", 2: "seat"}[facts["claim"][0]]:
            raise Wrong(f"{key}: {pair}: {place} is of another kind than the claim")
    for place, facts in case["places"].items():
        if not set(facts["held"]) <= {*members, "threat"} or sum(facts["held"].values()) > 1 + 1e-6:
            raise Wrong(f"{key}: {place}: held by others, or by more than all")
    if not any(m["front"] for m in case["members"].values()):
        raise Wrong(f"{key}: nobody has a front with the threat")
    if key not in OBSERVED:
        raise Wrong(f"{key}: not observed")


# ------------------------------------------------------------------------------------------------------------------
# Writing
# ------------------------------------------------------------------------------------------------------------------


def figure(x):
    text = f"{x:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def number(x, rule, whole=False):
    return f'{{ value = {round(x) if whole else figure(x)}, source = "judgement: codebook {rule}" }}'


def spread(low, mode, high, rule, whole=False):
    """A triangular distribution; low and high are already within range."""
    show = (lambda x: str(round(x))) if whole else figure
    if show(low) == show(high):
        return number(mode, rule, whole)
    mode = min(max(mode, low), high)
    return (
        f'{{ dist = "triangular", low = {show(low)}, mode = {show(mode)}, high = {show(high)}, '
        f'source = "judgement: codebook {rule}" }}'
    )


def logistic(x):
    return 1 / (1 + math.exp(-x))


def cliques(members, pairs):
    """R7: the largest groups of members of whom each two stand on common ground, in the order of the table."""
    joined = {m: set() for m in members}
    for a, b in pairs:
        joined[a].add(b)
        joined[b].add(a)
    found = []

    def grow(group, candidates, excluded):
        if not candidates and not excluded:
            if len(group) > 1:
                found.append([m for m in members if m in group])
            return
        for m in [m for m in members if m in candidates]:
            grow(group | {m}, candidates & joined[m], excluded & joined[m])
            candidates = candidates - {m}
            excluded = excluded | {m}

    grow(set(), set(members), set())
    return sorted(found, key=lambda group: [members.index(m) for m in group])


def shares_by_event(held):
    """Shares to be set one after the other, each of which scales the others down, so that `held` comes out."""
    left = 1.0
    steps = []
    for holder, share in reversed(list(held.items())):
        steps.append((holder, min(share / left, 1.0) if left > 1e-9 else 1.0))
        left -= share
    return list(reversed(steps))


def with_nobody(held):
    rest = 1 - sum(held.values())
    return {**held, "nobody": rest} if rest > 1e-6 else held


def among(names):
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def arenas(case):
    """R7: every arena by its key: name, value, stakes, control before the collapse, control after it, neighbours."""
    members = case["members"]
    found = {}
    want = {m: {} for m in members}

    def stake(member, arena, value, unsure=False):
        if value >= want[member].get(arena, (-1, False))[0]:
            want[member][arena] = (value, unsure)

    # The seat, and disputed places.
    for place, facts in case["places"].items():
        found[place] = {"name": facts["name"], "value": VALUE[facts["kind"]], "near": set()}
        found[place]["after"] = facts["held"]
        found[place]["before"] = {"threat": 1.0} if facts["lost"] and case["collapsed"] else facts["held"]
    for (a, b), facts in case["pairs"].items():
        claim, unsure = facts["claim"]
        if claim:
            for m in (a, b):
                stake(m, facts["place"], STAKE_SEAT if claim == 2 else STAKE_PLACE, unsure)
    for place, facts in case["places"].items():
        for m in facts["held"]:
            if m != "threat":
                stake(m, place, STAKE_LOW)

    # Ground on which armies of several members stand. The country that was taken from the enemy is that by itself.
    groups = cliques(list(members), [p for p, f in case["pairs"].items() if f["common_ground"][0] == 2])
    taken = taken_over(case)
    commons = []
    apart = [] if taken else [g for g in groups if not (len(g) == 2 and disputed(case, g))]
    for n, group in enumerate(apart):
        arena = "common" if len(apart) == 1 else f"common_{n + 1}"
        commons.append(arena)
        total = sum(members[m]["share"][0] for m in group)
        held = {m: members[m]["share"][0] / total for m in group}
        name = "Common ground" if len(apart) == 1 else "Common ground of " + among([members[m]["name"] for m in group])
        found[arena] = {"name": name, "value": VALUE["common"], "before": held, "after": held, "near": set()}
        for m in group:
            stake(m, arena, *stake_in_common(case, m, group))

    # Borders.
    for (a, b), facts in case["pairs"].items():
        if facts["common_ground"][0] == 1:
            arena = f"border_{a}_{b}"
            held = {a: 0.5, b: 0.5}
            name = f"Border of {members[a]['name']} and {members[b]['name']}"
            found[arena] = {"name": name, "value": VALUE["border"], "before": held, "after": held, "near": set()}
            for m in (a, b):
                stake(m, arena, STAKE_LOW, facts["common_ground"][1])

    # Home ground.
    for m, facts in members.items():
        arena = f"home_{m}"
        found[arena] = {"name": f"{facts['name']}: home ground", "value": VALUE["home"], "near": set()}
        found[arena]["before"] = found[arena]["after"] = {m: 1.0}
        stake(m, arena, STAKE_HOME)

    # The threat's own ground: taken over by those who stand there, or else the strongest of those with a front has a
    # claim, for form's sake, that R11 keeps from being used.
    remaining = case["remaining"][0]
    strongest = max((m for m in members if members[m]["front"]), key=lambda m: members[m]["share"][0])
    after = {"threat": 1.0}
    if taken:
        holders = [m for m in members if any(m in group for group in groups)] or [strongest]
        total = sum(members[m]["share"][0] for m in holders)
        after = {m: (1 - remaining) * members[m]["share"][0] / total for m in holders}
        after["threat"] = remaining
        for m in holders:
            stake(m, "ground", *stake_in_common(case, m, holders))
    for m, facts in members.items():
        if facts["front"] and not taken and (in_reach(case) or m == strongest):
            stake(m, "ground", 0.0)
    found["ground"] = {"name": case["ground"], "value": VALUE["ground"], "before": {"threat": 1.0}, "after": after}
    found["ground"]["near"] = set()

    # Neighbours: home ground lies next to what its owner has a claim on, the seat next to common ground, the threat's
    # ground next to all but the home ground of those who have no front with it.
    for m, facts in members.items():
        for arena in want[m]:
            if arena not in (f"home_{m}", "ground"):
                found[f"home_{m}"]["near"].add(arena)
        if facts["front"] or case["kind"] == "occupied":
            found["ground"]["near"].add(f"home_{m}")
    for arena in found:
        if arena != "ground" and not arena.startswith("home_"):
            found["ground"]["near"].add(arena)
    for place in case["places"]:
        found[place]["near"].update(commons)
    return found, want


def disputed(case, group):
    """R7: whether two have a disputed place on which both stand: that is their common ground, and no other is made."""
    facts = case["pairs"][tuple(group)]
    return facts["claim"][0] == 1 and set(group) <= set(case["places"][facts["place"]]["held"])


def stake_in_common(case, member, group):
    """R7: the stake in common ground, and whether it is unsure."""
    rivals = [f for p, f in case["pairs"].items() if member in p and set(p) <= set(group) and f["claim"][0] == 2]
    return STAKE_PLACE if rivals else STAKE_LOW, bool(rivals) and all(f["claim"][1] for f in rivals)


def taken_over(case):
    """R3: whether the threat's own ground went to the members, but for what it keeps."""
    return case["collapsed"] and (case["kind"] == "occupied" or in_reach(case))


def in_reach(case):
    """R11: whether the members can fight the threat on its own ground."""
    return not case["treaty"] and case["refuge"] != "abroad" and case["kind"] not in ("state", "occupied")


def hostility(case, pair):
    """R5: log-odds, and half of their width."""
    a, b = (case["members"][m] for m in pair)
    facts = case["pairs"][pair]
    apart = sum(abs(a[issue][0] - b[issue][0]) / 2 for issue in ("order", "divide")) / 2
    middle = (
        LOGIT_BASE
        + LOGIT_APART * apart
        + LOGIT_CLAIM * facts["claim"][0]
        + LOGIT_WAR * facts["prior_war"][0]
        + LOGIT_ALLIANCE * facts["alliance"][0]
    )
    unsure = sum(facts[k][1] for k in ("prior_war", "claim", "alliance"))
    unsure += sum(m[k][1] for m in (a, b) for k in ("order", "divide"))
    return middle, LOGIT_SPREAD + LOGIT_SPREAD_UNSURE * unsure


def patrons(case):
    """R8: every patron by its key: its name, its state and how far it backs whom."""
    found = {}
    for member, facts in case["members"].items():
        name = facts["patron"]
        if name:
            key = "".join(c if c.isalnum() else "_" for c in name.lower())
            state = case["patron_state"] if name == case["patron"] else "staying"
            patron = found.setdefault(key, {"name": name, "state": state, "backing": {}})
            if facts["external"]:
                patron["backing"][member] = facts["external"]
    return found


def scenario(key, case):
    members = case["members"]
    found, want = arenas(case)
    horizon = case["start"] + datetime.timedelta(weeks=WEEKS)
    remaining, remaining_unsure = case["remaining"]
    people = case["kind"] in SYMPATHY
    out = []
    add = out.append
    add("#:schema ../../schema/scenario.schema.json")
    add("")
    add("# Generated by scenarios/library/write.py from cases.csv, members.csv, pairs.csv and places.csv beside it, by the rules")
    add("# of docs/codebook.md. Don't edit it: change a table and run the script again.")
    add("")
    add("[scenario]")
    add(f"title = {quoted(case['title'])}")
    add('story = """')
    names = among([m["name"] for m in members.values()])
    if case["collapsed"]:
        add(f"On this day the common enemy ({case['threat']}) collapsed. Who fought it: {names}. \\")
        add("The question: do two of them come to blows, and when? The run covers five years by weeks.")
    else:
        add(f"A control: the common enemy ({case['threat']}) does not collapse. Who fights it: {names}. \\")
        add("The question: do two of them come to blows all the same? The run covers five years by weeks.")
    add("")
    add("Coded from facts known on the first day, by rule. What came is in observed.csv, and no input.")
    add(f"Issues behind hostility: {case['order_ends']}; {case['divide_ends']}. Facts: {case['source']}.")
    add('"""')
    add("")
    add("[time]")
    add(f"start = {case['start']}")
    add(f"end = {horizon}")
    add("step_weeks = 1")
    if people:
        add("")
        add("[community.followers]")
        add(f'name = {quoted("Followers of " + case["threat"])}')
        add(f"sympathy = {number(SYMPATHY[case['kind']], 'R10')}")
    if case["institution"]:
        add("")
        add("[bloc.victors_bloc]")
        add('name = "Members of the institution"')

    institution = "institution"
    for m, facts in members.items():
        pay = PAY_STATE if facts["state"] else PAY_OTHER
        support = SUPPORT[facts["support"][0]]
        effectiveness = (0.5 + 0.5 * pay) * (0.7 + 0.3 * support)  # as [polity] has it by default
        share, unsure = facts["share"]
        fighters = share * UNIT / effectiveness
        wide = SPREAD_UNSURE if unsure else SPREAD
        soft = SUPPORT_SPREAD_UNSURE if facts["support"][1] else SUPPORT_SPREAD
        add("")
        add(f"[faction.{m}]")
        add(f"name = {quoted(facts['name'])}")
        add(f"fighters = {spread(fighters * (1 - wide), fighters, fighters * (1 + wide), 'R1', whole=True)}")
        add(f"quality = {number(1, 'R1')}")
        if case["institution"]:
            add('bloc = "victors_bloc"')
        add(f"pay = {number(pay, 'R1')}")
        add(f"own_resources = {number(1 - EXTERNAL[facts['external']], 'R8')}")
        add(f"support = {spread(support - soft, support, support + soft, 'R1')}")
        add(f"[faction.{m}.stake]")
        if case["institution"]:
            wants_seat = any(m in p and f["claim"][0] == 2 for p, f in case["pairs"].items())
            add(f"{institution} = {number(STAKE_SEAT if wants_seat else STAKE_INSTITUTION, 'R9')}")
        for arena in found:
            if arena in want[m]:
                value, unsure = want[m][arena]
                text = spread(value * 0.2, value, value, "R7") if unsure else number(value, "R7")
                add(f"{arena} = {text}")
        perceived = PERCEIVED[facts["front"]]
        exposure = perceived / (1 - perceived) * (share * UNIT + 1) / UNIT
        add(f"[faction.{m}.exposure]")
        for arena in found:
            add(f"{arena} = {number(exposure, 'R4')}")

    for patron, facts in patrons(case).items():
        level = COMMITMENT[facts["state"]]
        add("")
        add(f"[patron.{patron}]")
        add(f"name = {quoted(facts['name'])}")
        add(f"commitment = {spread(level - COMMITMENT_SPREAD, level, level + COMMITMENT_SPREAD, 'R8')}")
        add(f"[patron.{patron}.backing]")
        for m, external in facts["backing"].items():
            add(f"{m} = {number(BACKING[external], 'R8')}")

    add("")
    add("[coalition.victors]")
    add('name = "the coalition"')
    add("members = [" + ", ".join(f'"{m}"' for m in members) + "]")
    add("")
    add("[threat]")
    add(f"name = {quoted(case['threat'])}")
    add(f"fighters = {number(UNIT, 'R2', whole=True)}")
    add(f"quality = {number(1, 'R2')}")
    add(f"wage_usd_per_month = {number(0, 'R2')}")
    add(f"statehood = {number(STATEHOOD[case['kind']], 'R2')}")

    for arena, facts in found.items():
        add("")
        add(f"[arena.{arena}]")
        add(f"name = {quoted(facts['name'])}")
        add(f"value = {number(facts['value'], 'R7')}")
        if arena == "ground" and people:
            add(f"population = {number(PEOPLE, 'R10', whole=True)}")
        add(f"refuge = {number(REFUGE[case['refuge']] if arena == 'ground' else REFUGE_ELSEWHERE, 'R10')}")
        near = [other for other in found if other in facts["near"]]
        if near:
            add("neighbours = [" + ", ".join(f'"{other}"' for other in near) + "]")
        add(f"[arena.{arena}.control]")
        for holder, share in facts["before"].items():
            add(f"{holder} = {number(math.floor(share * 10000 + 1e-6) / 10000, 'R7')}")
        if arena == "ground" and people:
            add(f"[arena.{arena}.mix]")
            add(f"followers = {number(1, 'R10')}")
            add(f"[arena.{arena}.grievance]")
            add(f"followers = {number(GRIEVANCE, 'R10')}")

    if case["institution"]:
        add("")
        add(f"[arena.{institution}]")
        add(f"name = {quoted(case['institution'])}")
        add('kind = "political"')
        add('bloc = "victors_bloc"')
        add(f"[arena.{institution}.control]")
        for m in members:
            add(f"{m} = {number(math.floor(10000 / len(members)) / 10000, 'R9')}")

    for pair, facts in case["pairs"].items():
        middle, half = hostility(case, pair)
        add("")
        add("[[tie]]")
        add(f'between = ["{pair[0]}", "{pair[1]}"]')
        add(f"hostility = {spread(logistic(middle - half), logistic(middle), logistic(middle + half), 'R5')}")
        violence, unsure = facts["violence"]
        if unsure:
            add(f"memory = {spread(0, MEMORY * violence, MEMORY, 'R6')}")
        elif violence:
            add(f"memory = {number(MEMORY, 'R6')}")

    if case["collapsed"]:
        wide = SPREAD_UNSURE if remaining_unsure else SPREAD
        add("")
        add("[[event]]")
        add('id = "collapse"')
        add(f'name = {quoted(case["threat"] + ": collapse")}')
        add(f"date = {case['start']}")
        text = spread(remaining * (1 - wide), remaining, min(remaining * (1 + wide), 1), "R3")
        add("effect = [")
        add(f'  {{ on = "open_fighters", multiply = {text} }},')
        for arena, facts in found.items():
            if facts["before"] != facts["after"]:
                held = {h: s for h, s in with_nobody(facts["after"]).items() if h != "threat"}
                for holder, share in shares_by_event(held):
                    add(f'  {{ on = "control({arena}, {holder})", set = {number(share, "R3")} }},')
        add("]")

    if case["treaty"]:
        add("")
        add("[strategy]")
        add(f"attack = {number(ATTACK_TREATY, 'R11')}")
    if case["kind"] != "occupied" and not in_reach(case):
        add("")
        add("[allocation]")
        add(f"threat_cost = {number(THREAT_COST_OUT_OF_REACH, 'R11')}")
        add("")
        add("[contest]")
        add(f"men_per_head = {number(MEN_OUT_OF_REACH, 'R11')}")
    add("")
    add("[run]")
    add("replicates = 1000")
    add(f"seed = {case['start']:%Y%m%d}")
    add("replicates_per_draw = 2")
    return "\n".join(out) + "\n"


def observed(cases, event, dates):
    out = ["case,event,date,until,source,common_ground,rival_claim,prior_violence"]
    for key, case in cases.items():
        date, source = dates.get(key, NO_REGROUPING)
        start = case["start"]
        day = 28 if (start.month, start.day) == (2, 29) else start.day
        until = min(start.replace(year=start.year + OBSERVED_YEARS, day=day), OBSERVED_TO)
        pairs = case["pairs"].values()
        common = max(f["common_ground"][0] for f in pairs)
        prior = max(max(f["violence"][0], f["prior_war"][0]) for f in pairs)
        claim = max(f["claim"][0] for f in pairs)
        out.append(f"{key},{event},{date},{until},{quoted(source)},{common:.0f},{claim:.0f},{prior:.0f}")
    return "\n".join(out) + "\n"


def main(arguments):
    if arguments not in ([], ["--check"]):
        print("usage: write.py [--check]", file=sys.stderr)
        return 2
    try:
        cases = read()
        files = {f"{key}.toml": scenario(key, case) for key, case in cases.items()}
        files["observed.csv"] = observed(cases, EVENT, OBSERVED)
        files["observed_regroup.csv"] = observed(cases, "regroup", REGROUPED)
    except (Wrong, KeyError, ValueError, OSError) as error:
        print(f"write.py: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    different = 0
    for name, text in files.items():
        path = HERE / name
        if arguments:
            if not path.exists() or path.read_bytes() != text.encode("utf-8"):
                print(f"{name} differs from what write.py writes", file=sys.stderr)
                different = 1
        else:
            path.write_bytes(text.encode("utf-8"))
    if arguments:
        strange = sorted(p.name for p in HERE.glob("*.toml") if p.name not in files)
        for name in strange:
            print(f"{name} is of no case", file=sys.stderr)
            different = 1
    return different


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
