"""A toy whose posterior is known, by pyABC and by the program. Arguments: posterior.csv of
`simulate calibrate`, and the file for what pyABC found.

A price is normal with mean 50 and standard deviation 10; what is reported of it has an error of 5;
60 is reported. With w = 10² / (10² + 5²) = 0.8 the posterior is normal with mean 50 + 0.8 (60 - 50)
= 58 and variance 0.8 · 5² = 20.

Two means are the same if they are within four standard errors of each other. The error of a mean is
sd / sqrt(n), that of a difference the root of the sum of squares. n counts independent particles:

| whose | n |
|---|---|
| pyABC | (sum w)² / sum w², w the weights of the last population (Kish) |
| the program | half of the particles: each that was kept is there twice before it moves; over 40 seeds means of 500 scattered like those of 460 |
| exact | no error |

Standard deviations are the same if they are within 15 %. That of 500 particles scattered by 3.1 %
over 40 seeds, pyABC's by about 1 / sqrt(2 n), 3.4 %. Chances that sound ones differ, over seeds: at
most 6e-5 a mean; of a standard deviation 1e-5 against the exact one, 1e-3 against each
other. All seeds are fixed here and in
the program, so that a rerun gives the same."""

import csv
import json
import logging
import math
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyabc

PRICE, SPREAD, ERROR, REPORT = 50.0, 10.0, 5.0, 60.0
KEY = "oil.price_usd"
# A report so near counts as the same: adds at most 1² / 3 to an error's variance of 25.
NEAREST = 1.0
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)

table, out = (Path(a) for a in sys.argv[1:])


def moments(values, weights):
    """Mean, standard deviation and how many independent ones they are worth."""
    weights = weights / weights.sum()
    mean = float(weights @ values)
    return mean, math.sqrt(weights @ (values - mean) ** 2), 1 / float(weights @ weights)


def by_pyabc():
    # It says how each population went.
    for name in ("ABC", "ABC.History", "ABC.Sampler", "ABC.Distance"):
        logging.getLogger(name).setLevel(logging.WARNING)
    np.random.seed(1)
    abc = pyabc.ABCSMC(
        models=lambda numbers: {"report": numbers["price"] + ERROR * np.random.standard_normal()},
        parameter_priors=pyabc.Distribution(price=pyabc.RV("norm", PRICE, SPREAD)),
        distance_function=lambda x, y: abs(x["report"] - y["report"]),
        population_size=500,
        eps=pyabc.MedianEpsilon(),
        sampler=pyabc.sampler.SingleCoreSampler(),
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        abc.new(pyabc.create_sqlite_db_id(dir_=folder), {"report": REPORT})
        history = abc.run(minimum_epsilon=NEAREST, max_nr_populations=12)
        found, weights = history.get_distribution()
        values = found["price"].to_numpy()
        simulations = int(history.total_nr_simulations)
        threshold = float(history.get_all_populations()["epsilon"].iloc[-1])
    return values, np.asarray(weights), simulations, threshold


def quantiles(values, weights):
    return [pyabc.weighted_statistics.weighted_quantile(values, weights, alpha=share) for share in SHARES]


with table.open(newline="") as file:
    rows = list(csv.DictReader(file))
own_values = np.array([float(row[KEY]) for row in rows])
assert len(rows) > 50 and all(float(row["distance"]) >= 0 for row in rows), len(rows)

values, weights, simulations, threshold = by_pyabc()
theirs = moments(values, weights)
own_mean, own_sd, _ = moments(own_values, np.ones(len(rows)))
own = (own_mean, own_sd, len(rows) / 2)
share = SPREAD**2 / (SPREAD**2 + ERROR**2)
exact = (PRICE + share * (REPORT - PRICE), math.sqrt(share) * ERROR, math.inf)
out.write_text(
    json.dumps(
        {
            "mean": theirs[0],
            "sd": theirs[1],
            "quantiles": quantiles(values, weights),
            "effective": theirs[2],
            "threshold": threshold,
            "simulations": simulations,
        }
    )
)

wrong = []
pairs = [("simulate", own, "pyABC", theirs), ("simulate", own, "exact", exact), ("pyABC", theirs, "exact", exact)]
for name, (mean, sd, n), other, (mean2, sd2, n2) in pairs:
    error = math.hypot(sd / math.sqrt(n), sd2 / math.sqrt(n2))
    errors, ratio = (mean - mean2) / error, sd / sd2
    print(
        f"{name} {mean:.3f} ± {sd:.3f} of {n:.0f}, {other} {mean2:.3f} ± {sd2:.3f} of {n2:.0f}: "
        f"means {errors:+.2f} errors apart, spreads {ratio - 1:+.1%}"
    )
    if abs(errors) > 4 or abs(ratio - 1) > 0.15:
        wrong.append(f"{name} and {other}")
if wrong:
    sys.exit("not the same: " + ", ".join(wrong))
