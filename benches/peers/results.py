"""What a model of this folder returns, and the outcomes of section 7.9 from it."""

from types import SimpleNamespace

import numpy as np


def empty(plan, replicates):
    """Room for what is observed at step 0 and at every step's end, as (step, replicate) or (coalition, step, replicate).

    strength M, rivalry, infighting; open and underground fighters relative to all at the start; cohesion of each coalition
    and the share of its power that is in new open conflict with fellow members.
    """
    steps, k = plan.steps + 1, len(plan.coalitions)
    one = lambda *shape: np.zeros((*shape, steps, replicates), np.float32)
    return SimpleNamespace(
        strength=one(), rivalry=one(), infighting=one(), open=one(), underground=one(), cohesion=one(k), at_odds=one(k)
    )


def held(condition, weeks, dt):
    """The first step from 1 at which a condition has held for so long, 0 where there is none."""
    count = np.zeros(condition.shape[-1])
    found = np.zeros(condition.shape[-1], int)
    for t, now in enumerate(condition):
        count = np.where(now, count + dt, 0)
        if t:
            found = np.where((found == 0) & now & (count >= weeks), t, found)
    return found


def outcomes(plan, seen):
    """When each outcome came, by name: steps, 0 where it did not."""
    # Limits differ between replicates where they are uncertain.
    wide = seen.strength.shape[1]
    of = {key: np.resize(np.repeat(value, plan.per_draw) if len(value) > 1 else value, wide) for key, value in vars(plan.outcomes).items()}
    m = seen.strength
    trough = np.minimum.accumulate(m)
    fallen = trough <= 1 - of["drop"]
    beaten, hidden = m < of["defeat_floor"], seen.underground >= of["defeat_floor"]
    conditions = {
        "regroup": fallen & (m >= trough + of["rebound"] * (1 - trough)),
        "expansion": ~fallen & (m >= of["expansion"]),
        "defeat": beaten & ~hidden,
        "underground": beaten & hidden,
    }
    found = {name: held(condition, of["hold_weeks"], plan.dt) for name, condition in conditions.items()}
    for k, name in enumerate(plan.coalitions):
        apart = held(seen.cohesion[k] < of["cohesion_floor"], of["hold_weeks"], plan.dt)
        fight = held(seen.at_odds[k] >= of["power_share"], 0, plan.dt)
        both = np.stack([apart, fight])
        found[f"collapse:{name}"] = np.where((both > 0).any(0), np.where(both > 0, both, plan.steps + 1).min(0), 0)
    names = ("regroup", "expansion", "defeat", "underground", f"collapse:{plan.coalitions[0]}")
    found["stalemate"] = np.all([found[name] == 0 for name in names], 0).astype(int)
    return found
