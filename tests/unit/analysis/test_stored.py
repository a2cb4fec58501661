"""What a store counted beside what was read."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from paicha.analysis.stored import store_counts_of
from paicha.model.findings import StoreCount
from paicha.model.schema import STORE_COUNTS

MINUTE = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
READ = pa.table(
    {
        "module": ["pay.py", "pay.py", ""],
        "host": ["10.0.0.1", "10.0.0.2", "10.0.0.2"],
        "minute": pa.array([MINUTE, MINUTE, None], pa.timestamp("us", "UTC")),
        "n": [3, 4, 5],
    }
)


def counted(*rows: tuple[str, str, int]) -> pa.Table:
    columns = zip(*(("logs", *row) for row in rows), strict=True)
    return pa.table([pa.array(values) for values in columns], schema=STORE_COUNTS)


def test_both_numbers_stand_side_by_side_most_first() -> None:
    """What the store holds and what was read of it, per module, host and minute."""
    store = counted(
        ("total", "", 100),
        ("module", "pay.py", 60),
        ("module", "order.py", 40),
        ("host", "10.0.0.2", 100),
        ("minute", "2026-03-01T08:30:00Z", 100),
    )

    assert (
        StoreCount("module", "pay.py", 60, 7),
        StoreCount("module", "order.py", 40, 0),
        StoreCount("host", "10.0.0.2", 100, 9),
        StoreCount("minute", "2026-03-01T08:30:00Z", 100, 7),
    ) == store_counts_of(store, READ, 60)


def test_what_cannot_be_compared_has_one_number() -> None:
    """A pattern is the store's own, and wider minutes are no minutes."""
    store = counted(("minute", "2026-03-01T08:30:00Z", 100), ("pattern", "login of #NAME#", 2))

    minute, pattern = store_counts_of(store, READ, 300)

    assert (None, None) == (minute.read, pattern.read)
    assert "login of #NAME#" == pattern.value


def test_a_store_that_counted_nothing_says_nothing() -> None:
    """Everything was read."""
    assert () == store_counts_of(None, READ, 60)
