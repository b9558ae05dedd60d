"""Scenarios of coalition cohesion: what holds allies together against a common threat.

>>> sim = simulate.load("iraq_2016.toml")
>>> run = sim.set({"patron.us.commitment": 0.5}).run(replicates=10_000, seed=1)
>>> run.outcomes, run.replicates, run.series

Results depend on the scenario, the seed and the number of replicates, and on nothing else: they
are, bit for bit, those of the command ``simulate``, which comes with this package. Tables are
Arrow: pandas, polars, DuckDB and pyarrow take them as they are.
"""

from __future__ import annotations

import os
from typing import Any, Callable, Mapping, Optional, Sequence, Union

from ._errors import InputError, Problem, RunError, ScenarioError, SimulateError
from ._estimate import Estimate
from ._simulate import (
    Comparison,
    History,
    Picture,
    Run,
    Scenario,
    Sensitivity,
    Sweep,
    Table,
    __version__,
    load,
    loads,
)
from ._simulate import compare as _compare

__all__ = [
    "Comparison",
    "Estimate",
    "History",
    "InputError",
    "Picture",
    "Problem",
    "Run",
    "RunError",
    "Scenario",
    "ScenarioError",
    "Sensitivity",
    "SimulateError",
    "Sweep",
    "Table",
    "__version__",
    "compare",
    "load",
    "loads",
    "replay",
    "sensitivity",
    "sweep",
]

#: A scenario, or the file of one.
Source = Union[Scenario, str, "os.PathLike[str]"]
#: Whether there is a bar; or what is called with replicates done and in all.
Progress = Union[None, bool, Callable[[int, int], object]]


def _scenario(source: Source) -> Scenario:
    return source if isinstance(source, Scenario) else load(source)


def compare(
    *runs: Union[Run, Source],
    replicates: Optional[int] = None,
    seed: Optional[int] = None,
    labels: Optional[Sequence[str]] = None,
    threads: Optional[int] = None,
    progress: Progress = None,
) -> Comparison:
    """Compares runs with the first of them, replicate by replicate.

    A scenario, or the file of one, is run with the seed and the number of replicates of the
    first; ``replicates`` and ``seed`` are for those. ``labels`` name the runs in pictures and
    tables.
    """
    return _compare(
        [run if isinstance(run, Run) else _scenario(run) for run in runs],
        replicates=replicates,
        seed=seed,
        labels=None if labels is None else list(labels),
        threads=threads,
        progress=progress,
    )


def sweep(scenario: Source, values: Mapping[str, Any], **options: Any) -> Sweep:
    """As :meth:`Scenario.sweep`, of a scenario or the file of one."""
    return _scenario(scenario).sweep(values, **options)


def sensitivity(scenario: Source, **options: Any) -> Sensitivity:
    """As :meth:`Scenario.sensitivity`, of a scenario or the file of one."""
    return _scenario(scenario).sensitivity(**options)


def replay(scenario: Source, replicate: Optional[int] = None, **options: Any) -> History:
    """As :meth:`Scenario.replay`, of a scenario or the file of one."""
    return _scenario(scenario).replay(replicate, **options)
