"""How far work is, through tqdm if it is there."""

from __future__ import annotations

import sys
import warnings
from typing import Any, Callable, Optional, Union

#: Seconds after which a bar appears: what is done sooner needs none.
DELAY = 1.0


class Call:
    """Calls what was given with replicates done and in all."""

    def __init__(self, told: Callable[[int, int], object], total: int) -> None:
        self.told, self.total = told, total

    def tell(self, done: int) -> None:
        self.told(done, self.total)

    def end(self) -> None:
        """Nothing is left open."""


class Bar:
    """A bar of tqdm."""

    def __init__(self, tqdm: Any, total: int, delay: float) -> None:
        self.bar = tqdm(total=total, unit=" replicates", unit_scale=True, leave=False, delay=delay)

    def tell(self, done: int) -> None:
        self.bar.update(done - self.bar.n)

    def end(self) -> None:
        self.bar.close()


def bar(
    asked: Union[None, bool, Callable[[int, int], object]], total: int
) -> Optional[Union[Bar, Call]]:
    """What is told how far the work is, if anything is."""
    if callable(asked):
        return Call(asked, total)
    if asked is False:
        return None
    try:
        with warnings.catch_warnings():
            # In a notebook without widgets it says so; there is no bar then.
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return None
    # Where nobody looks, in a file or a pipe, there is none unless it was asked for.
    if not (asked or any("notebook" in base.__module__ for base in tqdm.__mro__) or sys.stderr.isatty()):
        return None
    return Bar(tqdm, total, 0.0 if asked else DELAY)
