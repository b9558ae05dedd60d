"""Other programs drive a scenario, and find what the built-in commands find."""

import csv
import json
import math

import pyarrow as pa
import pytest
from conftest import ROOT, fine, python

EXAMPLES = ROOT / "python" / "examples"


def lines(example, *words):
    """The numbers that an example prints, line by line; words stay words."""
    done = python(EXAMPLES / example, *words)
    assert done.returncode == 0, done.stderr
    return [line.split() for line in done.stdout.splitlines()]


def test_examples_are_short():
    files = sorted(EXAMPLES.glob("*.py"))
    assert len(files) == 3
    for file in files:
        assert len(file.read_text().splitlines()) < 40, file


def test_salib_gives_the_indices_of_sensitivity(sim, starter):
    found = sim.sensitivity(only="sobol", base=64, replicates=32, seed=1)
    table = pa.table(found.table).to_pylist()
    own = {row["input"]: row for row in table if row["outcome"] == "mean_cohesion"}
    theirs = lines("salib_sobol.py", starter)
    assert [key for key, *_ in theirs] == sim.inputs["input"] and len(own) == len(theirs)
    for key, first, total in theirs:
        assert float(first) == pytest.approx(own[key]["first"], abs=1e-9)
        assert float(total) == pytest.approx(own[key]["total"], abs=1e-9)


def test_ema_workbench_gives_the_chances_of_sweep(starter, tmp_path):
    key = "rivalry.hostility_scale"
    printed = lines("ema_workbench_sweep.py", starter, key, 0, 1, 3)
    fine("sweep", starter, "--set", f"{key}=0:1:3", "-n", 128, "--seed", 2, "-q", "--out", tmp_path / "s")
    points = json.loads((tmp_path / "s" / "sweep.json").read_text())
    keys = [outcome["key"] for outcome in points["outcomes"]]
    assert len(printed) == len(points["points"]) == 3
    for line, point in zip(printed, points["points"]):
        chances = [point["outcomes"][keys.index(k)]["value"]["value"] for k in ("regroup", "underground")]
        assert [float(word) for word in line] == [point["values"][0], *chances]


def test_pyabc_gives_the_posterior_of_calibrate(starter, tmp_path):
    """A price is normal with mean 50 and deviation 10, its report has an error of 5, and 60 is
    reported: the posterior is normal with mean 58 and deviation 4.47. Means are the same if they
    are within four standard errors of each other, deviations within 40 % (100 particles scatter
    by 7 to 9 %). Seeds are fixed."""
    ((mean, sd, worth),) = lines("pyabc_calibrate.py", starter, "oil.price_usd", "start(oil_price)", 60, 5, 50, 10)
    mean, sd, worth = float(mean), float(sd), float(worth)
    observed = tmp_path / "observed.csv"
    observed.write_text("date,quantity,value,sd\n2031-01-08,start(oil_price),60,5\n")
    prior = 'oil.price_usd={ dist = "normal", mean = 50, sd = 10, low = 1, high = 150, source = "judgement" }'
    fine(
        *("calibrate", starter, "--observed", observed, "--number", "oil.price_usd", "--set", prior),
        *("--set", "time.end=2031-06-30", "--seed", 1, "--simulations", 20000, "-n", 100, "-q"),
        *("--out", tmp_path / "posterior"),
    )
    with (tmp_path / "posterior" / "posterior.csv").open(newline="") as file:
        own = [float(row["oil.price_usd"]) for row in csv.DictReader(file)]
    own_mean = sum(own) / len(own)
    own_sd = math.sqrt(sum((x - own_mean) ** 2 for x in own) / len(own))
    # Each of the program's particles that was kept is there twice before it moves.
    error = math.sqrt(sd**2 / worth + own_sd**2 / (len(own) / 2))
    assert worth > 30 and abs(mean - own_mean) < 4 * error, (mean, own_mean, error)
    assert abs(mean - 58) < 4 * sd / math.sqrt(worth)
    assert 0.6 < sd / own_sd < 1.4 and 0.6 < sd / 4.47 < 1.4
