"""What a model of this folder returns."""

from types import SimpleNamespace

import numpy as np


def empty(plan, replicates):
    """Room for what is observed at step 0 and at every step's end, as (step, replicate) or (variable, step, replicate).

    strength M, cohesion and rivalry of the first coalition, infighting of all; open and underground fighters relative to all at the start;
    and the variables that outcomes read, in the order of `plan.watched`. A model adds when each outcome came, from `outcomes.first_steps`.
    """
    steps = plan.steps + 1
    one = lambda *shape: np.zeros((*shape, steps, replicates), np.float32)
    names = "strength cohesion rivalry infighting open underground".split()
    return SimpleNamespace(watched=one(len(plan.watched)), **{name: one() for name in names})
