"""
Clauses of LogsQL.

The window is a filter of its own, ``_time:[start, end)``, with nanoseconds: the arguments ``start`` and
``end`` of the API mean other ends in other versions. A user's filter is LogsQL; names that records go
by (``level``, ``module``, ``host``) are written out as the store's fields, and ``level:>=WARN`` as the
levels meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC

from paicha.errors import QuestionError
from paicha.kernel.query_text import quoted, translate
from paicha.sources.stored_logs.cutting import Piece, moment

#: What a person calls the fields of a record.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "level": ("level",),
    "severity": ("level",),
    "module": ("file", "logger"),
    "file": ("file",),
    "host": ("host_ip", "host_id"),
    "service": ("service",),
    "logger": ("logger",),
    "trace_id": ("trace",),
    "msg": ("message",),
    "message": ("message",),
}


def time_filter(piece: Piece) -> str:
    """
    Return the filter of a half-open stretch.

    Example:
        >>> time_filter(Piece(0, 1_500_000_001))
        '_time:[1970-01-01T00:00:00.000000000Z, 1970-01-01T00:00:01.500000001Z)'
    """
    return f"_time:[{_stamp(piece.start_ns)}, {_stamp(piece.end_ns)})"


def _stamp(ns: int) -> str:
    second = moment(ns).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{second}.{ns % 1_000_000_000:09d}Z"


def exactly(fields: Iterable[str], values: Iterable[str]) -> str:
    """
    Return a filter that holds when one of *fields* is one of *values*.

    Example:
        >>> exactly(["host"], ["10.0.0.8", "10.0.0.9"])
        '("host":in("10.0.0.8","10.0.0.9"))'
    """
    listed = ",".join(quoted(value) for value in values)
    return "(" + " or ".join(f"{quoted(field)}:in({listed})" for field in fields) + ")"


def named_among(fields: Iterable[str], values: Iterable[str]) -> str:
    r"""
    Return a filter that holds when one of *fields* is one of *values*, or a list that names one of them.

    Agents write all addresses of a host as a list (``["10.0.0.8","fe80::1"]``), which is one text here. Names of hosts
    are the same in upper and lower case.

    Example:
        >>> named_among(["host"], ["10.0.0.8"])
        '(("host":in("10.0.0.8")) or "host":"\\"10.0.0.8\\"")'
        >>> named_among(["host"], ["Web1"])
        '(("host":in("Web1")) or "host":i("\\"Web1\\"") or "host":~"(?i)^Web1$")'
    """
    names, listed = list(fields), list(values)
    among = [exactly(names, listed)]
    for name in map(quoted, names):
        for value in listed:
            listed_there = quoted(quoted(value))
            if value.lower() == value.upper():
                among.append(f"{name}:{listed_there}")
            else:
                whole = quoted(f"(?i)^{re.escape(value)}$")
                among += [f"{name}:i({listed_there})", f"{name}:~{whole}"]
    return f"({' or '.join(among)})"


def user_filter(where: str, existing: Callable[[str], tuple[str, ...]]) -> str:
    """
    Return a person's filter with the names of records written out as fields; "" for none.

    Args:
        where: LogsQL, without pipes.
        existing: The store's fields for a canonical field, best first.

    Raises:
        QuestionError: If a quote or bracket is left open, or a pipe would change what is counted.
    """
    if not where.strip():
        return ""

    def members(name: str) -> tuple[str, ...]:
        found = [one for canonical in _NAMES.get(name, ()) for one in existing(canonical)]
        return tuple(dict.fromkeys(found)) or (name,)

    words = translate(where, members, existing("level"))
    bare = _without_quotes(words)
    if "|" in bare or "#" in bare:
        raise QuestionError("victorialogs.pipe", where=where)
    return f"({words})"


def _without_quotes(words: str) -> str:
    kept: list[str] = []
    quote, escaped = "", False
    for letter in words:
        if quote:
            escaped, ended = letter == "\\" and not escaped, letter == quote and not escaped
            quote = "" if ended else quote
        elif letter in "\"'`":
            quote = letter
        else:
            kept.append(letter)
    return "".join(kept)
