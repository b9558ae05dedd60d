"""Measures what the model's evidence is, and writes docs/evidence.md from the results.

    cargo build --release && python3 benches/evidence.py            measure and write
    python3 benches/evidence.py --posterior                         write the posterior anew, too

Python 3.9 or later, nothing beside its standard library. Everything runs from fixed seeds, so that
the same program gives the same page; it takes about two minutes on two cores.
"""

import csv
import io
import json
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target/release/simulate"
HINDCAST = ROOT / "scenarios/hindcast"
LIBRARY = ROOT / "scenarios/library"
POSTERIOR = HINDCAST / "iraq_2014_posterior.toml"
SCHEMA = "#:schema ../../schema/scenario.schema.json\n\n"
# The sections whose numbers are learned; of `allocation` two alone: of what guarding and governing are worth the observations say next to nothing.
NUMBERS = ["allocation.threat_weight", "allocation.rival_weight", "rivalry", "contest", "conflict", "upkeep", "morale", "strategy"]
# Until when the first part of the war is observed where the second is held back.
SPLIT = "2015-09-14"
# What the library is fitted with, leaving out one case at a time.
GRID = {
    "conflict.clash_per_week": [0.02, 0.04, 0.08, 0.16],
    "rivalry.common_enemy": [1, 2, 3],
}
REPLICATES = 4000

work = Path(tempfile.mkdtemp(prefix="evidence-"))
runs = 0


def simulate(*arguments, name):
    """Runs a command into a fresh folder, and returns that."""
    global runs
    runs += 1
    folder = work / f"{runs}-{name}"
    command = [PROGRAM, *map(str, arguments), "--out", folder, "-q"]
    subprocess.run(command, check=True, cwd=ROOT)
    return folder


def read(folder, file):
    return json.loads((folder / file).read_text())


def calibrate(observed, name):
    numbers = [word for number in NUMBERS for word in ("--number", number)]
    return simulate(
        "calibrate", "scenarios/hindcast/iraq_2014.toml", "--observed", observed, *numbers, name=name
    )


def score(scenario, observed, name):
    folder = simulate("score", scenario, "--observed", observed, "-n", REPLICATES, name=name)
    return read(folder, "score.json")


def part(observed, keep, name):
    """The rows of a table that `keep` holds for, as a table."""
    rows = list(csv.DictReader(observed.open()))
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in rows if keep(row))
    path = work / name
    path.write_text(out.getvalue())
    return path


def laid_over(scenario, posterior, name):
    """A scenario with a posterior laid over it."""
    path = work / f"{name}.toml"
    path.write_text(f'extends = "{scenario}"\n\n{posterior.read_text()}')
    return path


def number(value, places=3):
    return "–" if value is None else f"{value:.{places}f}"


def interval(ends, places=3):
    return "–" if ends is None else f"[{ends[0]:+.{places}f}, {ends[1]:+.{places}f}]"


def quantity(value):
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def label(found, index):
    return found["quantities"][index]["label"].replace("|", "\\|")


def against(found, of, rival):
    for versus in (found[of] or {}).get("against", []):
        if versus["rival"] == rival:
            return versus
    return None


def beside(found, of, rival):
    """A rival's score, and how much less the forecast's is."""
    versus = against(found, of, rival)
    if versus is None:
        return "–"
    return f"{number(versus['other'])}; {versus['difference']:+.3f} {interval(versus['interval'])} over {versus['scores']}"


def scores_table(columns):
    """Rows of scores, one column for each of some scored forecasts."""
    rows = []

    def row(name, cell):
        rows.append(f"| {name} | " + " | ".join(cell(found) for _, found in columns) + " |")

    rows.append("| | " + " | ".join(name for name, _ in columns) + " |")
    rows.append("|---" * (len(columns) + 1) + "|")
    values = lambda f: f["of_values"]
    events = lambda f: f["of_events"]
    row("values, and quantities", lambda f: f"{values(f)['values']} of {values(f)['quantities']}")
    for name, key in [("in the central half", "coverage_half"), ("in nine in ten", "coverage_nine_tenths")]:
        row(name, lambda f: "{} [{}, {}]".format(*(number(values(f)[key][k], 2) for k in ("value", "low", "high"))))
    row("mean CRPS, by the size of the quantity", lambda f: number(values(f)["crps"]))
    for rival in ("persistence", "trend"):
        row(f"... of {rival}; difference", lambda f: beside(f, "of_values", rival))
    row("mean log score of values", lambda f: number(values(f)["log_score"], 2))
    row("events, and those that came", lambda f: f"{events(f)['events']}, {events(f)['happened']}")
    row("mean Brier score", lambda f: number(events(f)["brier"]))
    for rival, name in (("persistence", "persistence"), ("base_rate", "base rates")):
        row(f"... of {name}; difference", lambda f: beside(f, "of_events", rival))
    row("mean log score of events", lambda f: number(events(f)["log_score"], 2))
    return "\n".join(rows)


def values_table(prior, posterior):
    rows = ["| quantity | date | observed | judged: median [5, 95 %] | calibrated |", "|---|---|---|---|---|"]
    for before, after in zip(prior["values"], posterior["values"]):
        spread = lambda v: f"{quantity(v['quantiles'][2])} [{quantity(v['quantiles'][0])}, {quantity(v['quantiles'][4])}]"
        rows.append(
            f"| {label(prior, before['quantity'])} | {before['date']} | {quantity(before['observed'])} "
            f"| {spread(before)} | {spread(after)} |"
        )
    return "\n".join(rows)


def learned_table(calibration):
    rows = ["| number | prior: median [5, 95 %] | posterior | bits learned |", "|---|---|---|---|"]
    for n in calibration["numbers"]:
        spread = lambda q: f"{quantity(q[2])} [{quantity(q[0])}, {quantity(q[4])}]"
        rows.append(
            f"| `{n['key']}` | {spread(n['prior'])} | {spread(n['posterior'])} | {n['bits']:.2f} |"
        )
    return "\n".join(rows)


def came(case, years):
    """Whether it came within so many years; None where that isn't known."""
    if case["years"] is not None:
        return case["years"] <= years
    return False if case["until_years"] >= years else None


def left_out(points, horizons):
    """Chances of each case at each horizon, at the point that is best for all other cases."""

    def loss(point, case):
        total = 0
        for k, years in enumerate(horizons):
            known = came(case, years)
            if known is not None:
                replicates = case["replicates"]
                chance = (point[case["case"]][k] * replicates + 0.5) / (replicates + 1)
                total -= math.log(chance if known else 1 - chance)
        return total

    cases = points[0][2]
    chosen = {}
    for case in cases:
        others = [other for other in cases if other["case"] != case["case"]]
        best = min(points, key=lambda p: sum(loss(p[1], other) for other in others))
        chosen[case["case"]] = best
    return chosen


def library():
    """The backtest as it is, and with two numbers fitted on all cases but one."""
    run = lambda settings, name: read(
        simulate("backtest", "scenarios/library", "--observed", "scenarios/library/observed.csv", *settings, name=name),
        "backtest.json",
    )
    plain = run([], "backtest")
    points = []
    for clash in GRID["conflict.clash_per_week"]:
        for enemy in GRID["rivalry.common_enemy"]:
            settings = [
                "-n", 1000,
                "--set", f"conflict.clash_per_week={clash}",
                "--set", f"rivalry.common_enemy={enemy}",
            ]
            found = run(settings, "grid")
            chances = {c["case"]: [e["value"] for e in c["chances"]] for c in found["cases"]}
            points.append(((clash, enemy), chances, found["cases"]))
    chosen = left_out(points, plain["horizons"])
    fitted = []
    for k, years in enumerate(plain["horizons"]):
        squares = []
        for case in plain["cases"]:
            known = came(case, years)
            if known is not None:
                squares.append((chosen[case["case"]][1][case["case"]][k] - known) ** 2)
        fitted.append(sum(squares) / len(squares))
    often = {}
    for point, _, _ in chosen.values():
        often[point] = often.get(point, 0) + 1
    return plain, fitted, often


def library_tables(plain, fitted):
    cases = ["| case | 1 y | 2 y | 5 y | came after |", "|---|---|---|---|---|"]
    for case in plain["cases"]:
        chances = " | ".join(number(c["value"], 2) for c in case["chances"])
        when = f"not in {case['until_years']:.0f} years" if case["years"] is None else f"{case['years'] * 12:.1f} months"
        cases.append(f"| {case['case']} | {chances} | {when} |")
    rows = [
        "| within | came | mean chance | Brier: model | base rate | regression | fitted, one left out | model less base rate | AUC: model | regression |",
        "|---" * 10 + "|",
    ]
    for at, brier in zip(plain["scores"], fitted):
        versus = at["versus_base_rate"]
        rows.append(
            f"| {at['years']:g} years | {at['came']} of {at['cases']} | {number(at['mean_chance'], 2)} "
            f"| {number(at['model']['brier'])} | {number(at['base_rate']['brier'])} | {number(at['regression']['brier'])} "
            f"| {number(brier)} | {versus['mean']:+.3f} {interval(versus['interval'])} "
            f"| {number(at['model']['auc'], 2)} | {number(at['regression']['auc'], 2)} |"
        )
    return "\n".join(cases), "\n".join(rows)


def conclusion(found):
    """What the scores allow to be said of values and events, in words."""
    nine = found["of_values"]["coverage_nine_tenths"]["value"]
    said = [f"nine in ten hold {100 * nine:.0f} % of the values"]
    for of, what in (("of_values", "values"), ("of_events", "events")):
        groups = {}
        for versus in found[of]["against"]:
            ends = versus["interval"]
            sure = ends is not None and (ends[1] < 0 or ends[0] > 0)
            groups.setdefault((versus["difference"] < 0, sure), []).append(versus["rival"].replace("_", " "))
        for (better, sure), rivals in groups.items():
            word = "better" if better else "worse"
            doubt = "" if sure else ", by a difference that isn't told from chance"
            said.append(f"{what} are foretold {word} than by {' and '.join(rivals)}{doubt}")
    return "; ".join(said)


def main():
    began = time.time()
    observed = HINDCAST / "iraq_2014_observed.csv"
    whole = calibrate(observed.relative_to(ROOT), "calibrate")
    written = SCHEMA + (whole / "posterior.toml").read_text()
    if "--posterior" in sys.argv[1:]:
        POSTERIOR.write_text(written)
    elif POSTERIOR.read_text() != written:
        sys.exit(f"{POSTERIOR} isn't what calibrate writes: run with --posterior")
    found = read(whole, "calibration.json")
    prior, posterior, calibration = found["prior"], found["posterior"], found["calibration"]

    early = part(observed, lambda row: row["date"] <= SPLIT, "early.csv")
    late = part(observed, lambda row: row["date"] > SPLIT or row["date"] <= "2014-12-15", "late.csv")
    half = calibrate(early, "calibrate-early")
    held_back = [
        ("judged", score("scenarios/hindcast/iraq_2014.toml", late, "late-judged")),
        ("calibrated on the first half", score(laid_over(HINDCAST / "iraq_2014.toml", half / "posterior.toml", "iraq_2014"), late, "late-half")),
    ]
    observed_2008 = HINDCAST / "iraq_2008_observed.csv"
    before = [
        ("judged", score("scenarios/hindcast/iraq_2008.toml", observed_2008, "2008-judged")),
        ("with the posterior of 2014", score(laid_over(HINDCAST / "iraq_2008.toml", POSTERIOR, "iraq_2008"), observed_2008, "2008-posterior")),
    ]
    plain, fitted, often = library()
    cases, scores = library_tables(plain, fitted)
    unknown = [f"`{n['key']}`" for n in calibration["numbers"] if n["bits"] < 0.05]
    point, count = max(often.items(), key=lambda item: item[1])
    page = (ROOT / "benches/evidence.md").read_text()
    fill = {
        "numbers": len(calibration["numbers"]),
        "observations": len(calibration["observations"]),
        "simulations": f"{calibration['simulations']:,}",
        "generations": len(calibration["islands"][0]["generations"]),
        "learned": learned_table(calibration),
        "unknown": ", ".join(unknown),
        "values": values_table(prior, posterior),
        "scores": scores_table([("judged", prior), ("calibrated, on the same", posterior)]),
        "split": SPLIT,
        "held_back": scores_table(held_back),
        "before": scores_table(before),
        "cases": cases,
        "library": scores,
        "concordance": number(plain["concordance"], 2),
        "clash": f"{point[0]:g}",
        "enemy": f"{point[1]:g}",
        "chosen": count,
        "of_cases": len(plain["cases"]),
        "in_sample": conclusion(posterior),
        "out_of_sample": conclusion(held_back[1][1]),
        "elsewhere": conclusion(before[1][1]),
    }
    for key, text in fill.items():
        page = page.replace("{{" + key + "}}", str(text))
    assert "{{" not in page, page[page.index("{{"):][:80]
    (ROOT / "docs/evidence.md").write_text(page)
    print(f"docs/evidence.md written after {time.time() - began:.0f} s")


main()
