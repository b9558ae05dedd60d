"""Sobol' indices by SALib on the design of `simulate sensitivity`: the same outputs, the same indices.

    python salib_sobol.py SCENARIO.toml
"""

import sys

import numpy as np
from SALib.analyze import sobol

import simulate

sim = simulate.load(sys.argv[1])
found = sim.sensitivity(only="sobol", base=64, replicates=32, seed=1)
design, keys = found.design, sim.inputs["input"]
problem = {"num_vars": len(keys), "names": keys, "bounds": [[0, 1]] * len(keys)}
block = len(keys) + 2

# Any points will do: those of `SALib.sample` in the unit cube come by `sim.quantiles(sample)`.
outputs = sim.evaluate({k: design[f"input.{k}"] for k in keys}, replicates=32, seed=1, noise_block=block)
outcome = "mean_cohesion"
assert outputs[f"mean.{outcome}"] == design[f"mean.{outcome}"]


def by_salib(y):
    """First-order and total parts of the variance; SALib has the rows of B last, ours come second."""
    a, b, *mixed = np.reshape(y, (-1, block)).T
    ordered = np.column_stack([a, *mixed, b]).ravel()
    indices = sobol.analyze(problem, ordered, calc_second_order=False, num_resamples=2, seed=1)
    return np.array([indices["S1"], indices["ST"]]) * np.var([a, b])


# The mean of two halves of the replicates holds noise, half their difference nothing else.
one, two = (np.array(outputs[f"{half}_half.{outcome}"]) for half in ("first", "second"))
mean, noise = (one + two) / 2, (one - two) / 2
of_mean, of_noise = (np.var(np.reshape(y, (-1, block))[:, :2]) for y in (mean, noise))
parts = by_salib(mean) - by_salib(np.concatenate([noise, -noise]))
for key, first, total in zip(keys, *(parts / (of_mean - of_noise))):
    print(key, first, total)
