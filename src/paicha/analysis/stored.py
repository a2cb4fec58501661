"""What a store counted beside what was read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from paicha.model.findings import StoreCount

_Dimension = Literal["module", "host", "minute", "pattern"]
_DIMENSIONS: tuple[_Dimension, ...] = ("module", "host", "minute", "pattern")


def store_counts_of(
    store_counts: pa.Table | None, counts: pa.Table, minute_s: int
) -> tuple[StoreCount, ...]:
    """
    Return what the store counted by module, host, minute and pattern, and how much of it was read.

    Args:
        store_counts: `STORE_COUNTS`, if any.
        counts: `COUNTS` of what was read.
        minute_s: How wide the minutes of *counts* are; the store's are 60 s.
    """
    if store_counts is None:
        return ()
    found: list[StoreCount] = []
    for dimension in _DIMENSIONS:
        read = _read(counts, dimension, minute_s)
        rows = _summed(store_counts, dimension)
        if dimension != "minute":
            rows.sort(key=lambda row: (-row[1], row[0]))
        for value, n in rows:
            found.append(
                StoreCount(dimension, value, n, None if read is None else read.get(value, 0))
            )
    return tuple(found)


def _summed(store_counts: pa.Table, dimension: str) -> list[tuple[str, int]]:
    rows = store_counts.filter(pc.equal(store_counts["dimension"], dimension))
    sums = rows.group_by(["value"]).aggregate([("n", "sum")]).sort_by("value")
    return list(zip(sums["value"].to_pylist(), sums["n_sum"].to_pylist(), strict=True))


def _read(counts: pa.Table, dimension: _Dimension, minute_s: int) -> dict[str, int] | None:
    # Which line fits which pattern only the store knows.
    if dimension == "pattern" or (dimension == "minute" and minute_s != 60):
        return None
    return dict(_named(counts, dimension))


def _named(counts: pa.Table, dimension: str) -> Iterator[tuple[str, int]]:
    sums = counts.group_by([dimension]).aggregate([("n", "sum")])
    for value, n in zip(sums[dimension].to_pylist(), sums["n_sum"].to_pylist(), strict=True):
        if dimension != "minute":
            yield value or "", n
        elif value is not None:
            yield f"{value:%Y-%m-%dT%H:%M:%SZ}", n
