"""How often things happened, and how unevenly: what has no minute of its own says nothing of the second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from paicha.analysis.change.paces import Pace, Steps, paces_of
from paicha.kernel.caps import OTHER
from paicha.model.question import Window
from paicha.model.schema import TIME

START = datetime(2025, 12, 19, 10, tzinfo=UTC)
STEPS = Steps(Window(START, START + timedelta(hours=1)), 60)


def counted(*rows: tuple[str, datetime, int]) -> pa.Table:
    """Return counts by shape and minute."""
    shapes, minutes, n = zip(*rows, strict=True)
    return pa.table({"shape": list(shapes), "minute": pa.array(minutes, TIME), "n": list(n)})


def test_what_was_counted_together_counts_and_says_nothing_of_its_pace() -> None:
    """Its minute is 1970, which is no burst at the beginning of time."""
    even = [("a", START + timedelta(minutes=minute), 5) for minute in range(60)]
    other = (OTHER, datetime(1970, 1, 1, tzinfo=UTC), 1_000_000)

    assert {("a",): Pace(300, 0.0), (OTHER,): Pace(1_000_000, 0.0)} == paces_of(
        counted(*even, other), ["shape"], STEPS
    )


def test_a_burst_is_uneven_beside_what_has_no_minute() -> None:
    """The records of known minutes alone are held against an even pace."""
    burst = ("a", START, 60)
    unknown = ("a", datetime(1970, 1, 1, tzinfo=UTC), 7)
    alone = paces_of(counted(burst), [], STEPS)[()]
    both = paces_of(counted(burst, unknown), [], STEPS)[()]

    assert (60, 67) == (alone.n, both.n)
    assert alone.unevenness == both.unevenness > 1000
