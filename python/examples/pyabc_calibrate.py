"""pyABC learns a number from a report of it; `simulate calibrate` finds the same posterior.

    python pyabc_calibrate.py SCENARIO.toml KEY EXPRESSION REPORT ERROR MEAN SD

KEY is normal before the report, with this MEAN and SD; EXPRESSION is what was reported of it, with
a normal ERROR. Prints mean and deviation of the posterior, and how many particles it is worth.
"""

import os
import sys
import tempfile

import numpy as np
import pyabc

import simulate

path, key, expression, *numbers = sys.argv[1:]
report, error, mean, sd = map(float, numbers)
np.random.seed(1)
plain = simulate.load(path, set={"time.end": "2031-06-30"})
sim = plain.watch(expression)
(end,) = {c for c in sim.run(1).replicates if c.startswith("watch_end.")} - set(plain.run(1).replicates)


def one_history(drawn):
    """What would have been reported of one history."""
    run = sim.set({key: drawn["number"]}).run(replicates=1, seed=np.random.randint(2**31), threads=1)
    return {"report": run.replicates[end][0] + error * np.random.standard_normal()}


prior = pyabc.Distribution(number=pyabc.RV("norm", mean, sd))
distance = lambda x, y: abs(x["report"] - y["report"])
abc = pyabc.ABCSMC(one_history, prior, distance, 100, sampler=pyabc.sampler.SingleCoreSampler())
with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    abc.new("sqlite:///" + os.path.join(folder, "abc.db"), {"report": report})
    found, weights = abc.run(minimum_epsilon=2.0, max_nr_populations=6).get_distribution()
centre = np.average(found["number"], weights=weights)
print(centre, np.average((found["number"] - centre) ** 2, weights=weights) ** 0.5, 1 / np.sum(weights**2))
