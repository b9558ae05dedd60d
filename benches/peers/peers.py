#!/usr/bin/env python3
"""The same model in Mesa, NumPy and numba, against this program: first whether it is the same, then how long it takes.

    peers.py alike [PEER ...]     a history without any chance in it: the same to rounding
    peers.py exact                histories of NumPy's with this program's own random numbers: the same one by one
    peers.py check [PEER ...]     writes target/bench/peers_check.json
    peers.py time  [PEER ...]     writes target/bench/peers.json

Each reads the scenario.resolved.toml of a run of the flagship and, but for `exact`, draws random numbers of its own. What is checked is the
flagship with further outcomes (more.toml). The environment variable SIMULATE names another program than the one that cargo built.

NumPy's and Mesa's were written from docs/model.md and docs/scenario.md alone, by two who had not seen this program's code nor each other's;
numba's by those who wrote the program.
"""

import importlib
import importlib.metadata
import json
import os
import re
import statistics
import subprocess
import sys
import time
import tomllib
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "target" / "bench"
PROGRAM = Path(os.environ.get("SIMULATE", ROOT / "target" / "release" / "simulate")).absolute()
FLAGSHIP, CHECKED = "scenarios/iraq_2016.toml", "benches/peers/more.toml"
FORMAT = 3  # Of summary.json.
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
SEED = int(os.environ.get("SEED", 7))

# Key: name, cores it is measured on, replicates timed in a round, replicates checked.
PEERS = {
    "mesa": ("Mesa", 1, 2, 600),
    "numpy": ("NumPy", 1, 1_000, 10_000),
    "numba": ("numba", CORES, 2_000, 10_000),
}
ROUNDS = 5
# Standard errors that a chance, and a place in a fan, may be off: of some sixty chances one is by accident in a run
# of thirty; of the fans' 510 places, which hang together, hardly ever one.
CHANCES, FANS = 3.5, 4.5
NOTES = (
    "A peer's time leaves out reading the scenario, imports and, for numba, compiling; ours leaves out reading, the table, the "
    "summary files and the pictures.",
    "The peers compute in double precision where their code says nothing else, this program in single precision.",
    "Each peer draws its inputs and random numbers by its own library's generator: NumPy's and numba's are cheaper than ours, whose "
    "numbers don't depend on how the work is divided.",
    "The numba peer takes shortcuts that this program doesn't: it draws a random number only where it can matter, starts two replicates of a "
    "draw from one state, leaves out options that are not available, and squares where the exponent of a contest is 2.",
    "The Mesa peer is plain objects and floats: what is measured is interpreted Python more than Mesa's own scheduling.",
    "The peers keep the series and outcomes of every replicate, of outcomes when they came; this program's sums of pairs, supports and orders of "
    "events, and for how long outcomes last, they leave out.",
    "Outcomes are expressions of the scenario: Mesa's and NumPy's work them out in every step, numba's afterwards with NumPy from recorded variables, on one "
    "core: a hundredth of its time on two.",
    "NumPy's and Mesa's were written for this comparison from the model's page, numba's by those who wrote this program: somebody who lives from one of them "
    "may make it faster.",
)


def engine(path, out, replicates, *options):
    """A run of this program, in an empty folder; its manifest."""
    subprocess.run(["rm", "-rf", out], check=True)
    subprocess.run([PROGRAM, "run", path, "-n", str(replicates), "--quiet", "--out", out, *options], cwd=ROOT, check=True)
    return json.loads((out / "manifest.json").read_text())


# A peer's series, and the expression that is the same here, with k the first coalition.
WATCHED = {
    "strength": "threat_strength",
    "cohesion": "cohesion({k})",
    "rivalry": "mean_rivalry({k})",
    "open": "open_fighters",
    "underground": "underground_fighters",
}


def histories(path, out, replicates):
    """Every history of a run of this program: series as (step, replicate), and for each outcome the step at which it first came, 0 for never."""
    engine(path, out, 2)
    with open(out / "scenario.resolved.toml", "rb") as file:
        resolved = tomllib.load(file)
    k, dt = next(iter(resolved["coalition"])), resolved["time"]["step_weeks"]
    watched = [word for text in WATCHED.values() for word in ("--watch", text.format(k=k))]
    engine(path, out, replicates, "--series", *watched)
    table = parquet.read_table(out / "series.parquet")
    # What is asked for here comes after what the scenario watches.
    columns = zip(WATCHED, table.column_names[-len(WATCHED) :])
    series = {name: table[column].to_numpy().reshape(replicates, -1).T for name, column in columns}
    all_at_start = series["open"][0] + series["underground"][0]
    series |= {name: series[name] / all_at_start for name in ("open", "underground")}
    rows = parquet.read_table(out / "replicates.parquet")
    weeks = {name.removeprefix("week."): rows[name].to_numpy() for name in rows.column_names if name.startswith("week.")}
    return series, {key: np.nan_to_num(week).astype(int) // dt for key, week in weeks.items()}


def run(key, path, replicates, seed):
    model = importlib.import_module(f"{key}_model")
    plan = model.read_plan(path, replicates, seed)
    return plan, model.simulate(plan, replicates, seed)


def part(arguments):
    return run(*arguments)


def many(key, path, replicates):
    """Enough replicates for a check; Mesa in as many processes as there are cores."""
    if key != "mesa":
        return run(key, path, replicates, SEED)
    each = replicates // 20
    with Pool(CORES) as pool:
        parts = pool.map(part, [(key, path, each, SEED + k) for k in range(20)], chunksize=1)
    plan = parts[0][0]
    names = vars(parts[0][1])
    seen = {name: np.concatenate([getattr(one, name) for _, one in parts], -1) for name in names}
    return plan, type(parts[0][1])(**seen)


def share(holds, per_draw):
    """A share of replicates, and its standard error: those of a draw are alike, so draws are what is independent."""
    draws = holds[: len(holds) // per_draw * per_draw].reshape(-1, per_draw).mean(1)
    # Where nobody or everybody has it, as if one of the draws were otherwise.
    return holds.mean(), max(draws.std(ddof=1), len(draws) ** -0.5) / len(draws) ** 0.5


def chances(plan, seen, summary):
    """(what, the peer's, ours, standard errors between them) for each outcome, at the horizon and halfway."""
    theirs = {outcome.key: first for outcome, first in zip(plan.outcomes, seen.first)}
    said = {outcome["key"]: outcome for outcome in summary["outcomes"]}
    assert theirs.keys() == said.keys(), f"not the same outcomes: {theirs.keys() ^ said.keys()}"
    for key, outcome in said.items():
        for step in (plan.steps // 2, plan.steps):
            if not outcome["dated"] and step < plan.steps:
                continue
            ours = outcome["incidence"][step] if outcome["dated"] else outcome["chance"]
            value, error = share((theirs[key] > 0) & (theirs[key] <= step), plan.per_draw)
            both = (error**2 + ((ours["high"] - ours["low"]) / 2 / 1.96) ** 2) ** 0.5
            yield f"{outcome['label']} by week {step * plan.dt}", value, ours["value"], (value - ours["value"]) / both


SERIES = {
    "threat_strength": lambda seen: seen.strength,
    "cohesion": lambda seen: seen.cohesion,
    "rivalry": lambda seen: seen.rivalry,
    "infighting": lambda seen: seen.infighting,
    "open_fighters": lambda seen: seen.open,
    "underground_fighters": lambda seen: seen.underground,
}
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def fans(plan, seen, summary):
    """(what, standard errors by which the share of replicates below our quantile is off), from the second step on."""
    for fan in summary["fans"]:
        values = SERIES[fan["key"]](seen)
        width = fan["axis_high"] / 512
        for step in range(1, plan.steps + 1, max(plan.steps // 16, 1)):
            for level, place in zip(LEVELS, fan["quantiles"][step]):
                # Ours are known to within a bin of their histograms, and no better than by so many replicates.
                below, error = share(values[step] < place - width, plan.per_draw)
                above, _ = share(values[step] <= place + width, plan.per_draw)
                both = (error**2 + level * (1 - level) * 2 / summary["replicates"]) ** 0.5
                off = max(below - level, level - above, 0.0) / both
                yield f"{fan['label']}, {level:.0%} at week {step * plan.dt}", off


# What only chance makes happen.
CHANCE = (
    "tempo battle_luck break_per_week noise mood feud_per_week feud_end_per_week clash_per_week war_per_week decision_per_week end_per_week "
    "agreement_per_week agreement_end_per_week uprising_per_year split_per_year volatility"
).split()


def without_chance(text):
    """A resolved scenario in which nothing is uncertain, no event is enabled, and nothing is left to chance; so nothing breaks either."""

    def certain(found):
        number = tomllib.loads(found[0])[found[1]]
        return f"{found[1]} = {number['mode'] if 'mode' in number else np.mean(number['values'])}"

    text = re.sub(r"^(\w+) = \{ dist = .*$", certain, text, flags=re.M)
    text = re.sub(rf"^({'|'.join(CHANCE)}) = .*$", r"\1 = 0", text, flags=re.M)
    return re.sub(r"^enabled = true$", "enabled = false", text, flags=re.M)


def apart(seen, series):
    """By how much each history differs at each step, (step, replicate): the most of all series, each by its greatest value."""
    return np.max([np.abs(getattr(seen, name) - values) / np.abs(values).max() for name, values in series.items()], 0)


def alike(keys):
    """Whether the one history without chance is this program's, to a thousandth after so many steps of single and double precision."""
    folder, calm = RESULTS / "peers_turn", RESULTS / "peers_calm.toml"
    engine(FLAGSHIP, folder, 2)
    calm.write_text(without_chance((folder / "scenario.resolved.toml").read_text()))
    series, _ = histories(calm, folder, 2)
    subprocess.run(["rm", "-rf", folder], check=True)
    off = {key: apart(run(key, calm, 2, SEED)[1], series).max(1) for key in keys}
    found = read("peers_check.json")
    for key, by_step in off.items():
        print(f"{key}: at most {by_step.max():.1e} apart, at step {by_step.argmax()}")
        found.setdefault("alike", {})[key] = float(by_step.max())
    write("peers_check.json", found)
    return max(by_step.max() for by_step in off.values()) < 1e-3


def exact(replicates=2_000):
    """How many histories of the NumPy peer are this program's, with its random numbers: all but those in which rounding tips a choice."""
    import numpy_model
    import streams

    folder = RESULTS / "peers_turn"
    series, first = histories(FLAGSHIP, folder, replicates)
    plan = numpy_model.read_plan(folder / "scenario.resolved.toml", replicates, SEED, streams.of_inputs)
    seen = numpy_model.simulate(plan, replicates, plan.scenario["run"]["seed"], streams.Block)
    subprocess.run(["rm", "-rf", folder], check=True)
    same = (apart(seen, series) < 2e-3).all(0)
    for outcome, theirs in zip(plan.outcomes, seen.first):
        same &= theirs == first[outcome.key]
    print(f"numpy: {same.sum():,} of {replicates:,} histories are the same, in {len(series)} series at every step and in when {len(first)} outcomes came")
    found = read("peers_check.json")
    found["exact"] = {"same": int(same.sum()), "of": replicates}
    write("peers_check.json", found)
    return same.mean() > 0.99


def check(keys):
    reference = RESULTS / "peers_reference"
    engine(CHECKED, reference, 60_000, "--no-replicates")
    summary = json.loads((reference / "summary.json").read_text())
    assert summary["format"] == FORMAT, f"summary.json has format {summary['format']}, not {FORMAT}"
    said = read("peers_check.json")
    for key in keys:
        replicates = PEERS[key][3]
        plan, seen = many(key, reference / "scenario.resolved.toml", replicates)
        worst = max(chances(plan, seen, summary), key=lambda row: abs(row[3]))
        place = max(fans(plan, seen, summary), key=lambda row: row[1])
        for what, theirs, ours, off in chances(plan, seen, summary):
            print(f"{key}: {what}: {theirs:.3f}, here {ours:.3f} ({off:+.1f} standard errors)")
        agrees = abs(worst[3]) <= CHANCES and place[1] <= FANS
        said[key] = {
            "agrees": bool(agrees),
            "says": f"{'yes' if agrees else '**no**'}: {replicates:,} replicates; chances at most {abs(worst[3]):.1f} standard errors "
            f"apart ({worst[0]}: {worst[1]:.3f}, ours {worst[2]:.3f}), fans {place[1]:.1f} ({place[0]})",
        }
        print(f"{key}: {said[key]['says']}")
    write("peers_check.json", said)
    return all(said[key]["agrees"] for key in keys)


def spread(values):
    low, median, high = statistics.quantiles(values, n=4)
    return {"median": median, "low": low, "high": high, "n": len(values)}


def measure(keys):
    folder = RESULTS / "peers_turn"
    found = read("peers.json").get("peers", {})
    for key in keys:
        name, cores, replicates, _ = PEERS[key]
        model = importlib.import_module(f"{key}_model")
        engine(FLAGSHIP, folder, 2)
        plan = model.read_plan(folder / "scenario.resolved.toml", replicates, SEED)
        if cores > 1:
            importlib.import_module("numba").set_num_threads(cores)
        theirs, ours = [], []
        for turn in range(ROUNDS + 1):
            began = time.perf_counter()
            model.simulate(plan, replicates, SEED + turn)
            seconds = time.perf_counter() - began
            manifest = engine(FLAGSHIP, folder, 2_000 * cores, "--no-replicates", "--threads", str(cores))
            # The first turn compiles and warms up.
            if turn:
                theirs.append(seconds / replicates * 1e6)
                ours.append(manifest["clock"]["simulated_seconds"] / (2_000 * cores) * 1e6)
                print(f"{key}: {theirs[-1]:,.0f} us a replicate on {cores} cores, here {ours[-1]:,.0f}")
        subprocess.run(["rm", "-rf", folder], check=True)
        found[key] = {
            "name": name,
            "version": importlib.metadata.version(key),
            "cores": cores,
            "us_per_replicate": spread(theirs),
            "engine_us_per_replicate": spread(ours),
            "ratio": spread([a / b for a, b in zip(theirs, ours)]),
        }
    write("peers.json", {"peers": found, "notes": NOTES})


def read(name):
    path = RESULTS / name
    return json.loads(path.read_text()) if path.exists() else {}


def write(name, value):
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / name).write_text(json.dumps(value, indent=2) + "\n")
    print(f"wrote target/bench/{name}")


def main():
    command, *keys = sys.argv[1:] or [""]
    keys = keys or list(PEERS)
    if command not in ("alike", "exact", "check", "time") or not set(keys) <= set(PEERS):
        sys.exit(__doc__)
    if command == "alike":
        sys.exit(not alike(keys))
    if command == "exact":
        sys.exit(not exact())
    if command == "time":
        measure(keys)
    elif not check(keys):
        sys.exit("a peer does not give the same distributions")


if __name__ == "__main__":
    main()
