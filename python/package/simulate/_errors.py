"""What can go wrong."""

from __future__ import annotations

from typing import NamedTuple, Optional, Sequence, Tuple


class Problem(NamedTuple):
    """One thing that is wrong with a scenario: where, what, and what would be right."""

    #: The file; ``--set`` for a value laid over it.
    file: Optional[str]
    line: Optional[int]
    column: Optional[int]
    message: str
    #: What stands under the place.
    label: str
    hint: Optional[str]


class SimulateError(Exception):
    """Whatever went wrong."""


class InputError(SimulateError, ValueError):
    """What was asked for can't be done."""


class RunError(SimulateError, RuntimeError):
    """What was asked for went wrong."""


class ScenarioError(SimulateError, ValueError):
    """A scenario is wrong: everything that is, at once. ``file``, ``line``, ``column``,
    ``message`` and ``hint`` are those of the first problem."""

    def __init__(self, text: str, problems: Sequence[Tuple[object, ...]] = ()) -> None:
        super().__init__(text, [tuple(problem) for problem in problems])
        self.problems = [Problem(*problem) for problem in problems]  # type: ignore[arg-type]
        first = self.problems[0] if self.problems else Problem(None, None, None, text, "", None)
        self.file, self.line, self.column = first.file, first.line, first.column
        self.message, self.hint = first.message, first.hint

    def __str__(self) -> str:
        return str(self.args[0])
