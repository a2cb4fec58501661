"""How the records spread over the levels."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.membership import ABNORMAL
from paicha.kernel.levels import number_of
from paicha.model.findings import LevelCount


def levels_of(counts: pa.Table) -> tuple[LevelCount, ...]:
    """
    Return every level with its count, by severity falling, then text.

    Args:
        counts: `COUNTS`.
    """
    sums = counts.group_by(["severity_number", "severity_text"]).aggregate([("n", "sum")])
    return _levels(
        {(row["severity_number"], row["severity_text"]): row["n_sum"] for row in sums.to_pylist()}
    )


def store_levels_of(store_counts: pa.Table | None, counts: pa.Table) -> tuple[LevelCount, ...]:
    """
    Return the levels as the store counted them; empty where it did not, or where all was read.

    Args:
        store_counts: `STORE_COUNTS`, if any.
        counts: `COUNTS` of what was read; it knows the severity of spellings of its own.
    """
    if store_counts is None or store_total(store_counts) <= (pc.sum(counts["n"]).as_py() or 0):
        return ()
    seen = counts.group_by(["severity_text"]).aggregate([("severity_number", "max")])
    known = dict(
        zip(seen["severity_text"].to_pylist(), seen["severity_number_max"].to_pylist(), strict=True)
    )
    found: dict[tuple[int, str], int] = {}
    for row in store_counts.to_pylist():
        if row["dimension"] == "severity_text":
            word = row["value"].upper()
            key = (known.get(word) or number_of(word), word)
            found[key] = found.get(key, 0) + row["n"]
    return _levels(found)


def store_total(store_counts: pa.Table) -> int:
    """Return how many records the stores counted in all."""
    rows = store_counts.filter(pc.equal(store_counts["dimension"], "total"))
    return int(pc.sum(rows["n"]).as_py() or 0)


def _levels(found: Mapping[tuple[int, str], int]) -> tuple[LevelCount, ...]:
    whole = sum(found.values())
    abnormal = sum(n for (number, _), n in found.items() if number >= ABNORMAL)
    return tuple(
        LevelCount(
            level=word,
            severity_number=number,
            n=n,
            share_of_all=n / whole,
            share_of_abnormal=n / abnormal if number >= ABNORMAL else None,
            abnormal=number >= ABNORMAL,
        )
        for (number, word), n in sorted(found.items(), key=lambda item: (-item[0][0], item[0][1]))
    )
