"""Simulation-based calibration of `simulate calibrate` on the scenario that `simulate new` writes
(Talts et al. 2018). Arguments: the program, an empty folder, and how many runs (default 60).

For each run k, with random numbers of NumPy's seed k: some numbers are drawn from their prior; one
history is run with them, `simulate run --set ... -n 1 --seed 1000 + k`, all others uncertain; what it has at three
dates, with an error added, is what was observed; `simulate calibrate --seed 2000 + k` learns the numbers
from that. If its posterior is right, the rank of what was drawn among particles of it is evenly
distributed. The particles are every 22nd of 200, 9 in all: particles come from each other in
pairs 100 apart, and those have all different forebears.

The ranks of each number, 0 to 9, go into five bins. Even ones give a chi-square with four
degrees of freedom. It leaves with 1 where the p-value of some number is below 0.001: a sound program
does that with a chance of at most 0.003, over seeds, as there are three numbers. All seeds are
fixed, so that a rerun gives the same.

What 60 runs tell: posteriors that were moved by half of their standard deviation, or were twice as
wide, had p below 0.001 for each of the three; half as wide, 1e-2 to 1e-6; 0.7 times as wide isn't found. A posterior that is just the prior
has even ranks too, and so enough must be learned of each number.

The scenario is cut to half a year, for speed.

Talts, S., Betancourt, M., Simpson, D., Vehtari, A., and Gelman, A. (2018). Validating Bayesian
inference algorithms with simulation-based calibration. arXiv:1804.06788."""

import csv
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import chisquare

PROGRAM, FOLDER = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
RUNS = int(sys.argv[3]) if len(sys.argv) > 3 else 60

# Low, mode and high of the triangular priors; held to the scenario's below.
NUMBERS = {
    "faction.clans.fighters": (3000.0, 4500.0, 6000.0),
    "patron.overseas.commitment": (0.5, 0.7, 0.9),
    "threat.fighters": (3500.0, 4500.0, 6000.0),
}
# Expressions with the error of a report and the column that `simulate run --series` has them in.
REPORTS = [
    ("fighters(clans)", 400.0, "fighters_clans"),
    ("support_given(overseas, army)", 0.05, "support_given_overseas_army"),
    ("open_fighters", 400.0, "open_fighters"),
]
# Weeks after the first day.
DATES = {8: "2031-02-26", 17: "2031-04-30", 25: "2031-06-25"}
PARTICLES, SIMULATIONS, EVERY, BINS = 200, 30_000, 22, 5
UNLIKELY = 0.001
# Ranks under a posterior that is just the prior are even too; so much is learned of each.
LEARNED = 0.25

HALF_A_YEAR = 'extends = "toy.toml"\n[time]\nstart = 2031-01-01\nend = 2031-07-02\nstep_weeks = 1\n'


def simulate(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], cwd=FOLDER, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"simulate {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}")
    return done.stdout


def observe(k, drawn, random):
    """Writes the reports of one history."""
    settings = [f"--set={key}={value!r}" for key, value in drawn.items()]
    watches = [f"--watch={what}" for what, _, _ in REPORTS]
    folder = f"history.{k}"
    simulate("run", "short.toml", "-q", "-n", 1, "--seed", 1000 + k, "--series", "--out", folder, *settings, *watches)
    series = pd.read_parquet(FOLDER / folder / "series.parquet").set_index("week")
    shutil.rmtree(FOLDER / folder)
    with (FOLDER / f"{k}.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["date", "quantity", "value", "sd"])
        for what, sd, column in REPORTS:
            for week, date in DATES.items():
                value = series.loc[float(week), column] + sd * random.standard_normal()
                rows.writerow([date, what, repr(float(value)), sd])


def calibrate(k):
    """The posterior, a column for each number, and how it ended."""
    numbers = [f"--number={key}" for key in NUMBERS]
    folder = f"posterior.{k}"
    simulate(
        *("calibrate", "short.toml", "-q", "--observed", f"{k}.csv", "--seed", 2000 + k, "-n", 100),
        *("--particles", PARTICLES, "--simulations", SIMULATIONS, "--out", folder, *numbers),
    )
    told = json.loads((FOLDER / folder / "calibration.json").read_text())["calibration"]
    posterior = pd.read_csv(FOLDER / folder / "posterior.csv")
    shutil.rmtree(FOLDER / folder)
    return posterior, told


FOLDER.mkdir(parents=True, exist_ok=True)
simulate("new", "toy")
(FOLDER / "short.toml").write_text(HALF_A_YEAR)
listed = json.loads(simulate("check", "short.toml", "--numbers", "--format", "json"))["result"]["numbers"]
for key, (low, mode, high) in NUMBERS.items():
    prior = f'dist = "triangular", low = {low!r}, mode = {mode!r}, high = {high!r}, '
    assert any(n["key"] == key and prior in n["value"] for n in listed), f"{key} isn't {prior}"

ranks = {key: np.zeros(BINS) for key in NUMBERS}
pits = {key: [] for key in NUMBERS}
contraction, generations, seconds = {key: [] for key in NUMBERS}, [], []
for k in range(RUNS):
    random = np.random.default_rng(k)
    drawn = {key: float(random.triangular(*prior)) for key, prior in NUMBERS.items()}
    observe(k, drawn, random)
    before = time.perf_counter()
    posterior, told = calibrate(k)
    seconds.append(time.perf_counter() - before)
    generations.append(len(told["islands"][0]["generations"]))
    assert len(posterior) == PARTICLES, len(posterior)
    thinned = posterior.iloc[::EVERY].iloc[:9]
    for number in told["numbers"]:
        key = number["key"]
        rank = int((thinned[key] < drawn[key]).sum())
        ranks[key][rank * BINS // 10] += 1
        pits[key].append(float((posterior[key] < drawn[key]).mean()))
        contraction[key].append(number["contraction"])

print(
    f"{RUNS} calibrations of {np.mean(seconds):.2f} s, generations "
    f"{min(generations)} to {max(generations)}, {np.mean(generations):.1f} on average"
)
wrong = []
for key, bins in ranks.items():
    found = chisquare(bins)
    p = float(found.pvalue)
    print(
        f"{key}: ranks {bins.astype(int).tolist()}, chi-square {found.statistic:.2f}, p {p:.3f}; "
        f"learned {np.mean(contraction[key]):.2f}; its place in all particles {np.mean(pits[key]):.3f} "
        f"± {np.std(pits[key]):.3f} (even: 0.500 ± 0.289)"
    )
    if p < UNLIKELY:
        wrong.append(f"ranks of {key} aren't even")
    if np.mean(contraction[key]) < LEARNED:
        wrong.append(f"too little is learned of {key}")
if wrong:
    sys.exit("; ".join(wrong))
