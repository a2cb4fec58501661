"""How far records go back in time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from paicha.kernel.reducing import Order
from paicha.model.schema import STORED_RECORDS

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: A file, a host, and a time [us].
Row = tuple[str, str, int | None]


def records(rows: list[Row]) -> pa.Table:
    """Return records of some files and hosts."""
    named = [
        {
            "locator": f"{path}:{line}@{line * 9}",
            "host_ip": host,
            "timestamp": None if micros is None else EPOCH + timedelta(microseconds=micros),
        }
        for line, (path, host, micros) in enumerate(rows)
    ]
    return pa.Table.from_pylist(named, STORED_RECORDS)


def test_records_taken_together_are_followed_as_one_by_one() -> None:
    """Each file and each host by itself, whatever batches they come in; without a time they have no place."""
    for seed in range(30):
        drawn = random.Random(seed)
        paths, hosts = ("a.log", "b.log")[: 1 + seed % 2], ("", "10.0.0.1", "10.0.0.2")[: seed % 4]
        rows: list[Row] = []
        for _ in range(60):
            at = drawn.randrange(9_000_000)
            where = drawn.choice(paths), drawn.choice(hosts or ("",))
            rows.append((*where, at if at % 9 else None))
        apart, together = Order(), Order()

        for path, host, micros in rows:
            if micros is not None:
                apart.one(path, host, micros)
        for start in range(0, 60, 1 + seed):
            together.follow(records(rows[start : start + 1 + seed]))

        assert vars(apart) == vars(together)
        assert apart.steps > 0


def test_what_holds_no_time_has_no_order() -> None:
    """No records, or none with a time."""
    order = Order()

    order.follow(records([]))
    order.follow(records([("a.log", "", None)]))

    assert (0, 0) == (order.steps, order.largest_us)
