"""Computes the scores of `simulate score` once more, with other people's code, from the same
ensemble. Arguments: ensemble.parquet and score.json of one folder.

The table has a row for each replicate: `value.1`, `value.2`, ... are what is reported of each of
`values` in score.json, `event.1`, ... whether each of `events` came about, 0 or 1, both counted
from 1 in their order there.

| here | by |
|---|---|
| CRPS of a value | scoringrules.crps_ensemble with the estimator "int": the integral of (F - 1{x >= y})^2 over the steps of F, which is mean |x - y| - mean |x - x'| / 2 over all pairs, x' = x among them; held to "nrg", which is that sum itself, on a part of the ensemble |
| quantiles | numpy.quantile, linear between order statistics |
| interval scores | scoringrules.interval_score of those quantiles; of a rival, of its normal quantiles by scipy |
| log score and PIT of a value | where the table has `centre.1`, ...: the values without their errors, of which they are mixtures of normals; scipy's logsumexp and norm |
| Brier score | scoringrules.brier_score of the share of replicates |
| rivals of a value | scoringrules.crps_normal and logs_normal of `mean` and `sd`; |x - y| without a spread |
| rivals of an event | scoringrules.brier_score and -ln of their chance |

Two numbers are the same if they differ by at most 1e-9 of the greater one, or, near 0, of what
they are differences of: the spread of the ensemble, or how far a normal is from what was
observed. Sums of 10,000 terms in another order differ by some 1e-12. Leaves with 1 at the first
that isn't the same."""

import json
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import scoringrules as sr
from scipy.special import logsumexp
from scipy.stats import norm

TOLERANCE = 1e-9
# "nrg" holds all pairs at once.
PAIRS_OF = 1000

ensemble, told = sys.argv[1:]
table = pd.read_parquet(ensemble)
told = json.loads(Path(told).read_text())
told = told.get("score", told)
compared = 0


def same(what, own, theirs, size=0.0):
    """Of `size` is what is subtracted on the way: near 0 digits are lost to it."""
    global compared
    if own is None or theirs is None:
        apart = own is not theirs
    else:
        apart = not abs(own - theirs) <= TOLERANCE * max(abs(own), abs(theirs), size)
    if apart:
        sys.exit(f"{what}: simulate has {own!r}, Python {theirs!r}")
    compared += 1


def column(name):
    if name not in table:
        sys.exit(f"{name}: no such column in {ensemble}")
    reports = table[name].to_numpy(dtype=float)
    if not np.isfinite(reports).all():
        sys.exit(f"{name}: not every replicate has a number")
    return reports


def crps(reports, observed):
    """Held to the sum over all pairs, as far as these are few."""
    few = reports[:: math.ceil(len(reports) / PAIRS_OF)]
    whole = float(sr.crps_ensemble(observed, few, estimator="nrg", backend="numpy"))
    steps = float(sr.crps_ensemble(observed, few, estimator="int", backend="numpy"))
    size = np.abs(few - observed).mean()
    assert abs(whole - steps) <= TOLERANCE * size, ("scoringrules differs from itself", whole, steps)
    return float(sr.crps_ensemble(observed, reports, estimator="int", backend="numpy"))


def rival_of_value(what, rival, observed):
    mean, sd = rival["mean"], rival["sd"]
    size = abs(mean - observed) + sd
    if sd > 0:
        # Far out densities underflow, though their logarithm doesn't.
        same(f"{what}.crps", rival["crps"], float(sr.crps_normal(observed, mean, sd)), size)
        same(f"{what}.log_score", rival["log_score"], float(-norm.logpdf(observed, mean, sd)), 1.0)
        if norm.pdf(observed, mean, sd) > 0:
            same(f"{what}.log_score", rival["log_score"], float(sr.logs_normal(observed, mean, sd)), 1.0)
    else:
        same(f"{what}.crps", rival["crps"], abs(mean - observed), size)
        same(f"{what}.log_score", rival["log_score"], None)
    low, high = mean + sd * norm.ppf([0.05, 0.95])
    theirs = float(sr.interval_score(observed, low, high, 0.1))
    same(f"{what}.interval_score_nine_tenths", rival["interval_score_nine_tenths"], theirs, size)


def mixture(what, value, centres):
    """Of what is reported as a mixture of normals, or of steps where reports have no error."""
    observed, sd = value["observed"], value["sd"]
    if sd > 0:
        log_score = math.log(len(centres)) - logsumexp(norm.logpdf(observed, centres, sd))
        same(f"{what}.log_score", value["log_score"], float(log_score), 1.0)
        same(f"{what}.pit", value["pit"], float(norm.cdf(observed, centres, sd).mean()), 1.0)
    else:
        same(f"{what}.log_score", value["log_score"], None)
        below = (centres < observed).mean() + (centres == observed).mean() / 2
        same(f"{what}.pit", value["pit"], float(below), 1.0)


for number, value in enumerate(told["values"], start=1):
    what, observed = f"value.{number}", value["observed"]
    reports = column(what)
    spread = np.ptp(reports) + np.abs(reports - observed).min()
    largest = np.abs(reports).max()
    same(f"{what}.crps", value["crps"], crps(reports, observed), spread)
    quantiles = np.quantile(reports, [0.05, 0.25, 0.5, 0.75, 0.95])
    for share, own, theirs in zip((5, 25, 50, 75, 95), value["quantiles"], quantiles, strict=True):
        same(f"{what}.quantiles {share} %", own, float(theirs), largest)
    least, low, _, high, most = quantiles
    for key, outside, ends in [("half", 0.5, (low, high)), ("nine_tenths", 0.1, (least, most))]:
        theirs = float(sr.interval_score(observed, *ends, outside))
        same(f"{what}.interval_score_{key}", value[f"interval_score_{key}"], theirs, spread)
        same(f"{what}.in_{key}", float(value[f"in_{key}"]), float(ends[0] <= observed <= ends[1]))
    if f"centre.{number}" in table:
        mixture(what, value, column(f"centre.{number}"))
    for rival in value["against"]:
        rival_of_value(f"{what}.against.{rival['rival']}", rival, observed)

for number, event in enumerate(told["events"], start=1):
    what, happened = f"event.{number}", float(event["happened"])
    came = column(what)
    if not np.isin(came, (0, 1)).all():
        sys.exit(f"{what}: neither 0 nor 1")
    chance = came.mean()
    same(f"{what}.chance", event["chance"]["value"], float(chance))
    same(f"{what}.brier", event["brier"], float(sr.brier_score(happened, chance)))
    # Half a success and half a failure more, so that no chance is quite 0.
    share = (came.sum() + 0.5) / (len(came) + 1)
    same(f"{what}.log_score", event["log_score"], -math.log(share if happened else 1 - share), 1.0)
    for rival in event["against"]:
        which = f"{what}.against.{rival['rival']}"
        given = rival["chance"] if happened else 1 - rival["chance"]
        same(f"{which}.brier", rival["brier"], float(sr.brier_score(happened, rival["chance"])))
        same(f"{which}.log_score", rival["log_score"], -math.log(given) if given > 0 else None, 1.0)

if len(table) != told["replicates"]:
    sys.exit(f"replicates: simulate has {told['replicates']}, the table {len(table)}")
if not compared:
    sys.exit("nothing was compared")
print(f"{compared} numbers are the same")
