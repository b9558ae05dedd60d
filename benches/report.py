#!/usr/bin/env python3
"""Writes docs/benchmarks.md from target/bench/*.json: every figure in it was measured.

    benches/report.py [FOLDER [DOCUMENT]]
"""

import json
import math
import statistics
import sys
from pathlib import Path

from peers_report import peer_goals, peer_section

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "target" / "bench"
DOCUMENT = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs" / "benchmarks.md"


def read(name):
    path = FOLDER / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def digits(value, count=3):
    """A number with so many digits that count, without an exponent."""
    if value == 0:
        return "0"
    places = max(0, count - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}"


def summary(values):
    """Median and quartiles of a list, in the shape of the Rust programs."""
    ordered = sorted(values)
    low, _, high = statistics.quantiles(ordered, n=4, method="inclusive") if len(ordered) > 1 else ordered * 3
    return {"median": statistics.median(ordered), "low": low, "high": high, "n": len(ordered)}


def scaled(spread, by):
    return {key: value * by if key != "n" else value for key, value in spread.items()}


def shown(spread, unit="", count=3):
    """Median and quartiles as text."""
    text = f"{digits(spread['median'], count)} [{digits(spread['low'], count)}, {digits(spread['high'], count)}]"
    return text + unit


def table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def exponent(points):
    """Least squares in logarithms: the exponent and its standard error, of (size, time)."""
    xs = [math.log(size) for size, _ in points]
    ys = [math.log(time) for _, time in points]
    n, mx, my = len(xs), statistics.fmean(xs), statistics.fmean(ys)
    sxx = sum((x - mx) ** 2 for x in xs)
    slope = sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / sxx
    rest = sum((y - my - slope * (x - mx)) ** 2 for x, y in zip(xs, ys))
    return slope, math.sqrt(rest / (n - 2) / sxx) if n > 2 else None


# ---------------------------------------------------------------- goals


def verdict(value, goal, more):
    return "yes" if (value >= goal if more else value <= goal) else "**no**"


def own_goals(data):
    """Rows of the table of goals: what, goal, measured, met."""
    kernel, program = data["kernel"], data["program"]
    rows = []

    def row(what, goal, spread, limit, more, unit="", by=1):
        rows.append([what, goal, shown(scaled(spread, by), unit), verdict(spread["median"] * by, limit, more)])

    def missing(what, goal, why):
        rows.append([what, goal, why, "not measured"])

    if kernel:
        best = kernel["best"]
        path = kernel["paths"][best]
        row(f"the scalar reference path (best path: {best}), equal bits", "4 times", path["over_scalar"], 4, True, " times")
        row("the engine on one thread, a replicate", "under 350 us", path["engine_us_per_replicate"], 350, False, " us")
    found = data["callgrind"]
    if found and found.get("bare_avx2"):
        whole, bare = found["instructions_per_replicate_step"]["avx2"], found["bare_avx2"]
        what = f"instructions of a replicate and step with AVX2 ({whole:,}), by those of its operations in bare loops ({bare:,})"
        rows.append([what, "to be told", f"{digits(whole / bare)} times", "-"])
    many = (data["scaling"] or {}).get("many")
    if many:
        most = many[-1]
        each = scaled(most["seconds"], 1000 / most["replicates"])
        row("100 factions, 200 arenas, 5 claims each, 104 weeks: a replicate", "under 12 ms", each, 12, False, " ms")
        slope, _ = exponent([(p["size"], p["seconds"]["median"]) for p in many])
        rows.append(["growth with factions, up to those", "exponent under 2.2", f"{slope:.2f}", verdict(slope, 2.2, False)])
    two = [p for p in (data["scaling"] or {}).get("threads", []) if p["size"] == 2]
    if two:
        row("one thread, by two", "1.9 times", two[0]["over_one"], 1.9, True, " times")
    else:
        missing("one thread, by two", "1.9 times", "one core only")
    if program:
        runs = program["whole"]["runs"]["with"]
        row("the flagship's default run with pictures and table", "under 1.9 s", summary([r["seconds"] for r in runs]), 1.9, False, " s")
        old = program["whole"].get("old")
        if old:
            earlier = shown(summary([r["seconds"] for r in old["runs"]]))
            rows.append([f"the same by an earlier version ({old['commit']}), in turn with it", "to be told", f"{earlier} s", "-"])
        points = [p for p in program["memory"] if p["scenario"] == "scenarios/iraq_2016.toml"]
        few, many = (next(p for p in points if p["replicates"] == n and p["table"] == "without") for n in (1_000, 100_000))
        seconds = many["seconds"]
        rows.append(["100,000 replicates of the flagship, without the table", "under 18 s", f"{digits(seconds)} s", verdict(seconds, 18, False)])
        more = many["peak_mb"] / few["peak_mb"]
        rows.append(["their peak memory, by that of 1,000", "1.1 times", f"{digits(more)} times", verdict(more, 1.1, False)])
    if data["pictures"]:
        times = data["pictures"]["seconds_by_threads"]
        threads = "2" if "2" in times else "1"
        row(f"all pictures of a run, on {threads} threads", "under 0.4 s", times[threads], 0.4, False, " s")
    for design, ratios in ((program or {}).get("designs") or {}).get("variance_ratios", {}).items():
        middle = statistics.geometric_mean(ratios.values())
        said = f"{digits(middle)} times ({digits(min(ratios.values()))} to {digits(max(ratios.values()))})"
        rows.append([f"replicates for the same error with `--design {design}`: fewer by", "1.2 to 3 times", said, verdict(middle, 1.2, True)])
    for name, what, limit in (("first", "a first build", 150), ("test", "what `cargo test` builds after it", 90)):
        found = (program or {}).get("builds")
        if found:
            rows.append([what, f"under {limit} s", f"{found[name]:.0f} s", verdict(found[name], limit, False)])
        else:
            rows.append([what, f"under {limit} s", "", "not measured (needs `--full`)"])
    for kind, limit in (("with", 500), ("without", 100)):
        rows.append(memory_goal(program, kind, limit))
    found = program and program["landscape"]
    what = "the landscape of 20 factions"
    if found:
        row(f"{what} ({found['alignments']:,} alignments)", "under 10 ms", summary(found["seconds"]), 10, False, " ms", 1000)
    else:
        missing(what, "under 10 ms", "this version has no such command")
    return rows


def rest_section(data):
    """Where the rest of the goals goes that are not met: words by hand, figures from what was measured."""
    kernel, program, callgrind = data["kernel"], data["program"], data["callgrind"]
    if not (kernel and program and callgrind):
        return ""
    path = kernel["paths"][kernel["best"]]
    step, limit = path["step_ns"]["median"], path["limit"]["all"]["ns_per_replicate_step"]["median"]
    both = shown(summary(program["side_by_side"]))
    return f"""## Where the rest goes

What is said here is of goals that were not met, then or now. They were set for a smaller model: without ground held by men, sieges, morale, roads and stores, quarrels on three rungs, agreements, and outcomes as expressions.

- **Time of the engine, the default run, 100,000 replicates.** A step takes {digits(step)} ns a replicate ({kernel["best"]}), and its operations by themselves, in bare loops over numbers in registers and the nearest cache, {digits(limit)} ns:
  about as long: what is left is fewer operations. (Bare loops are no strict bound: parts of a step are quicker than theirs, and in instructions a step has half as many more.) Of the operations most are those of rivalry, effort and contests, each of which is an equation of docs/model.md. What else was tried is in decisions 0008 and 0030; fused multiply-adds are left out for the page's sake.
- **Mesa, NumPy and numba.** What was added costs Mesa and numba less. A step of Mesa is calls and attributes, to which another term of a sum adds little. numba works replicate by replicate and leaves out what is 0 in that one (no attack, no siege, nobody in a quarrel, no draw that can
  matter), where sixteen lanes work as soon as one of them must. NumPy's goal was set beside a peer by those who wrote this program; the one written anew from the page takes two thirds of its time.
- **100 factions.** The product of ties with themselves has a million terms in such a step, and what is kept of 9,900 pairs no longer lies in the nearest cache. Looked at once, on 28 November 2026, by samples on one thread: of the time that product takes 23 % (31 before the columns that it works on lay together), the rest of rivalry 19, effort and deployment 9, quarrels 8, polity 7, what outcomes and events read 6, random numbers 6, contests 5.
- **Two threads.** Two processes of one thread each, which share nothing, do {both} times what one does here. What two threads of one process lack of that is where one of them puts rows in order, counts and keeps them while the others wait: 12 of 385 ms of a block of 1,024 replicates, looked at once, on 28 November 2026; so of sixteen threads a fifth would be lost by it.
- **Designs of inputs.** They gain where a chance hangs on inputs one by one; of most chances here more than half of the variance is the noise of history, which no design lowers. A ratio of two variances over {program["designs"]["seeds"]} seeds is itself uncertain by a quarter; decision 0028 has five hundred.
- **Builds.** Looked at once, on 28 November 2026, with cargo's timings: of a first build of 230 s on two cores (415 s of processor time) simulate-core takes 141 s, the model on four paths, and begins after 88 s of what it and the rest depend on; the program 91 s beside it; of all others parquet 21 s, read-fonts 16 s,
  usvg 13 s, harfrust 10 s. For half of the time half of the processor time would have to go. Of the build for the tests (140 s) the end-to-end tests take 123 s: 24,500 functions, many of them of the libraries and of the model, which are generic; simulate-core once more, on one lane, 67 s; the program once more, 33 s. Incremental
  builds take as long the first time (245 and 147 s), and 9 and 26 s after a small change. Release archives and wheels spare a newcomer the build.
- **Memory.** Without the table nothing is kept of each replicate: the small scenario takes as much for a million as for 10,000. Looked at once, on 28 November 2026, by massif with 16 replicates of the flagship on two threads: of 89 MB on the heap at the peak 28 were the histograms of the threads, 26 their sum, 26 a copy of it that was kept for going on. Since then what is kept are its bytes, 1 MB, threads count in 16 bits, and the rows of `summary.csv`, 48 MB, are made one measure at a time.
"""


def memory_goal(program, kind, limit):
    what, goal = f"peak memory of a million replicates of the flagship, {kind} the table", f"under {limit} MB"
    points = [p for p in (program or {}).get("memory", []) if p["table"] == kind]
    flagship = [p for p in points if p["scenario"] == "scenarios/iraq_2016.toml"]
    if not flagship:
        return [what, goal, "", "not measured"]
    most = max(flagship, key=lambda p: p["replicates"])
    measured = f"{digits(most['peak_mb'])} MB"
    if most["replicates"] >= 1_000_000:
        return [what, goal, measured, verdict(most["peak_mb"], limit, False)]
    return [what, goal, f"{measured} at {most['replicates']:,}", "not measured (needs `--full`)"]


# ---------------------------------------------------------------- sections


def machine_section(data):
    m = data["machine"]
    caches = ", ".join(f"{name} {m[key]}" for name, key in (("L1d", "l1d"), ("L2", "l2"), ("L3", "l3")) if m[key])
    state = " with uncommitted changes" if m["changed"] else ""
    where = f", a virtual machine ({m['hypervisor']})" if m["hypervisor"] else ""
    return f"""## Machine

{m['processor']} (family {m['family']}, model {m['model']}, {m['architecture']}; {', '.join(m['vectors'])}){where}; {m['cores']} cores,
threads per core: {m['threads_per_core'] or 'unknown'}; {caches}; {digits(m['memory_gb'])} GB of memory; {m['system']}.
{m['rustc']}; Python {m['python']}; {m['valgrind'] or 'no valgrind'}. {m['program']}, commit {m['commit']}{state}, {m['day']}.
Load of the machine just before: {m['load_before']:.2f} (0 is idle).
"""


def kernel_section(data):
    kernel = data["kernel"]
    if not kernel:
        return ""
    size, paths = kernel["size"], kernel["paths"]
    names = [name for name in ("scalar", "baseline", "avx2", "avx512") if name in paths]
    head = ["", *names]
    whole = [
        ["lanes"] + [paths[n]["lanes"] for n in names],
        ["a step, ns a replicate"] + [shown(paths[n]["step_ns"]) for n in names],
        ["a step, ns an ordered pair"]
        + [shown(scaled(paths[n]["step_ns"], 1 / size["ordered_pairs"])) for n in names],
        ["the whole engine, us a replicate"] + [shown(paths[n]["engine_us_per_replicate"]) for n in names],
        ["times as fast as scalar"] + [shown(paths[n]["over_scalar"]) for n in names],
    ]
    parts = [
        [f"`{part}`"] + [f"{digits(paths[n]['parts_ns'][part]['median'])} ({share(paths[n], part)})" for n in names]
        for part in paths[names[0]]["parts_ns"]
    ]
    parts.sort(key=lambda row: -paths[kernel["best"]]["parts_ns"][row[0].strip("`")]["median"])
    setup = [
        [{"inputs": "draws of the uncertain inputs", "params": "`params`", "start": "`start`"}[key]]
        + [shown(paths[n]["setup_us"][key]) for n in names]
        for key in ("inputs", "params", "start")
    ]
    return f"""## The kernel

The flagship: {size['factions']} factions ({size['ordered_pairs']} ordered pairs), {size['arenas']} arenas, {size['claims']} claims, {size['contacts']} contacts of
rivals, {size['options']} options of effort, {size['channels']} channels of random numbers, {size['steps']} steps. One thread. All paths run the same {kernel['replicates']} replicates;
the program that measures stops if their results, or the results of the parts in order and of the engine, differ in a bit.

{table(head, whole)}

Each part of a step, in place, step after step of those histories; nanoseconds a replicate and step (share of the step), the
slowest first. Medians over the rounds, taken step by step and summed:

{table(head, parts)}

Before the first step, microseconds a replicate:

{table(head, setup)}
"""


def share(path, part):
    total = sum(times["median"] for times in path["parts_ns"].values())
    return f"{100 * path['parts_ns'][part]['median'] / total:.0f} %"


EXTENTS = {
    "named": "exponentials, logarithms, normals, multiply-adds",
    "arithmetic": "and divisions, roots, uniforms, random words",
    "all": "and minima, maxima, comparisons, choices",
}


def limit_section(data):
    kernel, counts = data["kernel"], data["counts"]
    if not (kernel and counts):
        return ""
    paths = kernel["paths"]
    names = [name for name in ("scalar", "baseline", "avx2", "avx512") if name in paths]
    rows = [
        [text] + [f"{digits(paths[n]['limit'][key]['ns_per_replicate_step']['median'])} ns; "
                  f"{shown(scaled(paths[n]['limit'][key]['share_of_limit'], 100))} %" for n in names]
        for key, text in EXTENTS.items()
    ]
    per_step = counts["per_step"]
    bare = paths[kernel["best"]]["bare_ns"]
    counted = ", ".join(f"{digits(per_step[key], 4)} {key.replace('_', '/')}" for key in per_step)
    costs = ", ".join(f"{key.replace('_', '-')} {digits(value['median'] * paths[kernel['best']]['lanes'])}" for key, value in bare.items())
    return f"""## The arithmetic limit

Bare loops over a few kilobytes do as many operations on lanes as a step of the flagship has, with no model around them. The
counts were counted over {counts['groups']} groups of {counts['lanes']} replicates by the feature `count`; an operation is one on all lanes, and
what an exponential, logarithm or draw is made of is not counted again. A step has: {counted}.

Nanoseconds a replicate and step of the bare loops, and the speed of the step as a share of theirs:

{table(['', *names], rows)}

Nanoseconds of one operation on all {paths[kernel['best']]['lanes']} lanes in a bare loop ({kernel['best']}): {costs}.

What is left over, by part ({kernel['best']}): nanoseconds a replicate and step as measured, what the counted operations of the part
would take in bare loops (all kinds), and the difference, which is loads, stores, addresses, branches, and waiting for results.

{gap_table(kernel, counts)}
"""


def gap_table(kernel, counts):
    path = kernel["paths"][kernel["best"]]
    bare = {key: value["median"] for key, value in path["bare_ns"].items()}
    # Words come by blocks, whose cost in the part that makes them is the part itself.
    cost = {key: bare[key] for key in ("exp", "ln", "normal", "uniform", "div", "sqrt", "min_max", "compare", "select")}
    rows = []
    for part, times in path["parts_ns"].items():
        count = counts["parts"][part]
        ideal = sum(count[key] * each for key, each in cost.items())
        # A multiplication and an addition side by side take one multiply-add's time.
        ideal += max(count["add"], count["mul"]) * bare["multiply_add"]
        measured = times["median"]
        rows.append((measured - ideal, [f"`{part}`", digits(measured), digits(ideal), digits(measured - ideal)]))
    rows.sort(key=lambda row: -row[0])
    return table(["part", "measured", "bare", "difference"], [row for _, row in rows])


def callgrind_section(data):
    found = data["callgrind"]
    if not found:
        return ""
    pairs, counts = found["ordered_pairs"], found["instructions_per_replicate_step"]
    rows = [[name, f"{count:,}", digits(count / pairs, 4), digits(counts["scalar"] / count)] for name, count in counts.items()]
    few, more = found["replicates"]
    return f"""## Instructions

Counted by callgrind, which has no AVX-512: the difference between {more} and {few} replicates of the flagship, so nothing of the start
of the program. They don't depend on how busy the machine is. CI compares the AVX2 path with `benches/callgrind.json`.

{table(['path', 'a replicate and step', 'an ordered pair and step', 'scalar, times'], rows)}
"""


def program_section(data):
    program = data["program"]
    if not program:
        return ""
    whole = program["whole"]
    rows = []
    for kind, runs in whole["runs"].items():
        column = lambda key: shown(summary([run[key] for run in runs]))
        after = summary([run["seconds"] - run["simulated_seconds"] for run in runs])
        rows.append([f"{kind} the table", column("seconds"), column("simulated_seconds"), shown(after), column("processor_seconds"), column("peak_mb")])
    threads, lanes = whole["runs"]["with"][0]["threads"], whole["runs"]["with"][0]["lanes"]
    memory = [
        [point["scenario"], f"{point['replicates']:,}", point["table"], digits(point["peak_mb"]), digits(point["seconds"])]
        for point in program["memory"]
    ]
    pictures = data["pictures"]
    drawn = ""
    if pictures:
        each = "; ".join(f"{n} thread{'s' * (n != '1')}: {shown(t)} s" for n, t in pictures["seconds_by_threads"].items())
        drawn = f"\nAll pictures of a run together, drawn, turned into pixels and compressed: {each}.\n"
    return f"""## The whole program

The flagship at its default {whole['replicates']:,} replicates on {threads} threads ({lanes}), the two ways in turn; the pictures are part of both. Seconds:

{table(['', 'whole', 'simulating', 'before and after', 'processor', 'peak memory, MB'], rows)}
{drawn}
Peak memory of the process:

{table(['scenario', 'replicates', 'table', 'peak, MB', 'seconds'], memory)}
"""


def scaling_section(data):
    scaling = data["scaling"]
    if not scaling:
        return ""
    base = scaling["base"]
    rows = []
    for key in ("factions", "arenas", "weeks", "many", "replicates"):
        points = [(p["size"], p["seconds"]["median"]) for p in scaling[key]]
        slope, error = exponent(points)
        steep, _ = exponent(points[-2:])
        times = ", ".join(f"{size}: {digits(1000 * time)}" for size, time in points)
        rows.append([key, times, f"{slope:.2f} ({error:.2f})", f"{steep:.2f}"])
    contacts = [(p["contacts"], p["seconds"]["median"]) for p in scaling["factions"] + scaling["arenas"]]
    slope, error = exponent(contacts)
    threads = "; ".join(f"{p['size']}: {shown(p['seconds'])} s, {shown(p['over_one'])} times" for p in scaling["threads"])
    return f"""## Growth with size

Scenarios made for it by a seeded generator (`benches/common/synthetic.rs`): every faction wants about a third of the arenas. One
thread, {scaling['path']}; one size varies, the others stay at {base['factions']} factions, {base['arenas']} arenas, {base['weeks']} weeks, {base['replicates']} replicates. `many` grows factions and arenas
together, two arenas for each faction, of which it wants five. The exponent is the slope of
least squares in logarithms over all sizes, with its standard error; fixed costs bend the line, so the slope between the two
largest sizes stands beside it.

{table(['what grows', 'size: milliseconds', 'exponent (error)', 'at the end'], rows)}

Against the number of contacts of rivals, over both rows of factions and arenas: exponent {slope:.2f} ({error:.2f}).

Threads, the flagship: {threads}.
"""


def between_section(data):
    """What stands between the default run's time and its bare arithmetic."""
    kernel, program = data["kernel"], data["program"]
    if not (kernel and program):
        return ""
    path, whole = kernel["paths"][kernel["best"]], program["whole"]
    runs = whole["runs"]["with"]
    threads = runs[0]["threads"]
    each = whole["replicates"] * kernel["size"]["steps"] / threads / 1e9
    middle = lambda key: summary([run[key] for run in runs])["median"]
    seconds, simulating = middle("seconds"), middle("simulated_seconds")
    step = path["step_ns"]["median"] * each
    limits = {key: path["limit"][key]["ns_per_replicate_step"]["median"] * each for key in EXTENTS}
    before = sum(path["setup_us"][key]["median"] for key in ("inputs", "params", "start"))
    before *= whole["replicates"] / threads / 1e6
    rows = [
        ["exponentials, logarithms, normals, multiply-adds in bare loops", digits(limits["named"])],
        ["divisions, roots, uniforms, random words in bare loops", digits(limits["arithmetic"] - limits["named"])],
        ["minima, maxima, comparisons, choices in bare loops", digits(limits["all"] - limits["arithmetic"])],
        ["loads, stores, addresses, branches, waiting for results", digits(step - limits["all"])],
        ["inputs, parameters and the start of every replicate", digits(before)],
        ["outcomes' rows, tallies, the table, threads waiting for each other", digits(simulating - step - before)],
        ["reading, the summary files, pictures and the page", digits(seconds - simulating)],
        ["the whole run", digits(seconds)],
    ]
    return f"""## What the default run's time is made of

Seconds on {threads} threads, from the kernel's times above for {whole['replicates']:,} replicates of {kernel['size']['steps']} steps and the whole program's:

{table(['what', 'seconds'], rows)}

What was tried to bring the time closer to its arithmetic, and what that did, is in [decision 0008](decisions/0008-vectors-along-the-lanes.md).
A sampling profile finds no single place left: the loops over pairs, options and contacts run near what their loads, stores and unfused arithmetic
allow. Fused multiply-adds would save some of that arithmetic, but processors without them would then need software for the same bits, and be many
times slower.
"""


UNFAIR = """## Where the comparison may be unfair

- The machine is what it is: virtual cores that may be shared with others. Things that are compared take turns in one session, and
  medians of the ratios are given with their quartiles; but a busy neighbour can still hurt two threads more than one. Times of different sessions don't
  compare: on 28 November 2026 a replicate took 745 us in one and 802 in another, with a thousandth fewer instructions, and one of a hundred factions between 13 and 20 ms.
- That a step should reach 60 % of the arithmetic limit was a goal once. Parts of a step are quicker than their limit, so it is a scale and no goal any more.
- The arithmetic limit knows no model, but it does have our own exponential, logarithm and normal in it: better ones would raise it.
  It is also only as good as LLVM makes its loops.
- Counting operations leaves out what isn't one on lanes: loads, stores, indices, masks combined, copies. And the model's own
  arithmetic isn't minimal: an operation that could be saved raises the limit's time as well as the step's.
- Parts are timed with a clock around each, less what the clock takes; parts that would overlap with their neighbours can't.
- callgrind counts instructions, not time: a division counts as much as an addition.
- The made-up scenarios have the flagship's density, not its shape.
"""


def main():
    data = {name: read(name) for name in ("machine", "counts", "kernel", "scaling", "pictures", "program", "callgrind")}
    if not data["machine"]:
        sys.exit("no measurements in target/bench: run benches/run.sh")
    peers, check = read("peers"), read("peers_check")
    goals = peer_goals(peers, check, shown) + own_goals(data)
    sections = [
        rest_section(data),
        kernel_section(data),
        limit_section(data),
        callgrind_section(data),
        program_section(data),
        between_section(data),
        scaling_section(data),
        peer_section(peers, check, shown, table),
        UNFAIR,
    ]
    text = f"""# Benchmarks

Written by `benches/run.sh` from its measurements; not by hand. What each program measures is in [benches/README.md](../benches/README.md).
A figure with brackets is a median with its quartiles. Things that are compared took turns, and the ratio is the median of the
ratios of the turns.

{machine_section(data)}
## Goals

{table(['against', 'goal', 'measured', 'met'], goals)}

"""
    text += "\n".join(section for section in sections if section)
    DOCUMENT.write_text(text)
    print(f"wrote {DOCUMENT}")


if __name__ == "__main__":
    main()
