"""EMA Workbench drives a scenario over a full factorial: the chances are those of `simulate sweep`.

    python ema_workbench_sweep.py SCENARIO.toml KEY LOW HIGH COUNT
"""

import sys

from ema_workbench import Model, RealParameter, ScalarOutcome, perform_experiments
from ema_workbench.em_framework import FullFactorialSampler

import simulate

path, key, low, high, count = sys.argv[1:]
sim = simulate.load(path)
outcomes = {"regroup": "regroup", "underground": "underground"}


def chances(value):
    """The outcomes' chances, from the same random numbers at every point."""
    run = sim.set({key: value}).run(replicates=128, seed=2)
    return {name: run.chance(outcome).value for name, outcome in outcomes.items()}


model = Model("coalition", function=chances)
model.uncertainties = [RealParameter("value", float(low), float(high))]
model.outcomes = [ScalarOutcome(name) for name in outcomes]
experiments, found = perform_experiments(model, int(count), uncertainty_sampling=FullFactorialSampler())

swept = sim.sweep({key: sorted(experiments["value"])}, replicates=128, seed=2).table.to_dict()
for value, regroup, underground in sorted(zip(experiments["value"], found["regroup"], found["underground"])):
    print(value, regroup, underground)
    for outcome, chance in (("regroup", regroup), ("underground", underground)):
        at = zip(swept[f"input.{key}"], swept["outcome"], swept["value"])
        assert chance == next(v for x, o, v in at if (x, o) == (value, outcome))
