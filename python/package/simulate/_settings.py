"""Values from Python as the settings, ranges and points that the native part takes."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any, Dict, Iterable, List, Mapping, Tuple

from ._errors import InputError
from ._simulate import _typed

BARE = re.compile(r"[A-Za-z0-9_-]+")


def settings(values: Mapping[str, Any]) -> List[str]:
    """``key=value`` settings; each value as TOML."""
    return [f"{key}={_value(key, value)}" for key, value in _items(values)]


def ranges(values: Mapping[str, Any]) -> Dict[str, Any]:
    """Uniform distributions from pairs of a low and a high value."""
    uniform = {}
    for key, ends in _items(values):
        try:
            low, high = (float(end) for end in ends)
        except (TypeError, ValueError):
            raise InputError(f"`{key}` varies over a range: give (low, high)") from None
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise InputError(f"`{key}`: low must be less than high, and both finite")
        uniform[key] = {"dist": "uniform", "low": low, "high": high, "source": "vary"}
    return uniform


def points(columns: Mapping[str, Iterable[Any]]) -> Tuple[List[str], List[List[float]]]:
    """Keys and rows from columns of equal lengths."""
    keys = [key for key, _ in _items(columns)]
    values = [_numbers(key, column) for key, column in _items(columns)]
    lengths = {len(column) for column in values}
    if len(lengths) != 1 or lengths == {0}:
        raise InputError("points are columns of equal lengths, one value a point: {key: [value, ...]}")
    if len(set(keys)) < len(keys):
        raise InputError("a key stands twice")
    return keys, [list(row) for row in zip(*values)]


def rows(values: Iterable[Iterable[Any]]) -> List[List[float]]:
    """Rows of numbers."""
    return [_numbers("a row", row) for row in values]


def _items(values: Any) -> List[Tuple[str, Any]]:
    if isinstance(values, Mapping):
        values = values.items()
    elif hasattr(values, "columns") and hasattr(values, "__getitem__"):
        # A data frame.
        values = [(key, values[key]) for key in values.columns]
    else:
        raise InputError("give a dictionary of keys and values: {\"patron.us.commitment\": 0.5}")
    items = list(values)
    for key, _ in items:
        if not isinstance(key, str):
            raise InputError(f"a key is a text, such as \"patron.us.commitment\", not {key!r}")
    return items


def _numbers(name: str, values: Iterable[Any]) -> List[float]:
    try:
        return [float(value) for value in values]
    except (TypeError, ValueError):
        raise InputError(f"{name}: not a list of numbers") from None


def _value(key: str, value: Any) -> str:
    """A value of a setting: text with a colon is a range, as ``"0:1:11"``."""
    if isinstance(value, str) and re.fullmatch(r"[^:]+:[^:]+:[^:]+", value):
        ends = value.split(":")
        if all(re.fullmatch(r"\s*[+-]?[0-9._eE+-]+\s*", end) for end in ends):
            return value
    return _toml(key, value)


def _toml(key: str, value: Any) -> str:
    if hasattr(value, "tolist"):
        # A number or an array of numpy, or a column of a data frame.
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _typed(value) if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inside = (f"{_key(k)} = {_toml(key, v)}" for k, v in value.items())
        return "{ " + ", ".join(inside) + " }"
    if isinstance(value, (list, tuple, range)):
        return "[" + ", ".join(_toml(key, v) for v in value) + "]"
    raise InputError(
        f"`{key}` can't be {type(value).__name__}: give a number, a text, a date, a list or a dictionary"
    )


def _key(key: Any) -> str:
    return key if isinstance(key, str) and BARE.fullmatch(key) else _text(str(key))


def _text(text: str) -> str:
    """A basic string of TOML."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    out = []
    for c in text:
        if c in escapes:
            out.append(escapes[c])
        elif ord(c) < 32 or ord(c) == 127:
            out.append(f"\\u{ord(c):04X}")
        else:
            out.append(c)
    return '"' + "".join(out) + '"'
