"""Counting a batch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from paicha.kernel.caps import coarsened
from paicha.kernel.count import Shaper, count
from paicha.kernel.shape import shape
from paicha.model.schema import RECORDS, STORED_RECORDS

START = datetime(2025, 12, 19, 10, 0, tzinfo=UTC)


def batch(*rows: dict[str, object]) -> pa.RecordBatch:
    blank = {field.name: "" if field.type == pa.string() else None for field in RECORDS}
    return pa.RecordBatch.from_pylist(
        [blank | {"severity_number": 9} | row for row in rows], RECORDS
    )


def test_a_batch_comes_back_with_its_shapes() -> None:
    """Stored records are the records and their shapes, in order."""
    records = batch({"body": "took 5ms"}, {"body": "ready"})

    stored, _ = count(records)

    assert stored.schema.equals(STORED_RECORDS)
    assert ["took <number>ms", "ready"] == stored.column("shape").to_pylist()
    assert records.column("body").equals(stored.column("body"))


def test_module_and_host_fall_back_and_a_null_time_stays_null() -> None:
    """The code file or else the logger; the address or else the id; no time is no minute."""
    _, part = count(
        batch(
            {"body": "ready", "scope_name": "pay.Main", "host_id": "17"},
            {
                "body": "ready",
                "code_file_path": "a.py",
                "scope_name": "x",
                "host_ip": "10.0.0.1",
                "timestamp": START + timedelta(seconds=59),
            },
        )
    )

    assert [
        ("a.py", "10.0.0.1", START, START + timedelta(seconds=59)),
        ("pay.Main", "17", None, None),
    ] == [
        (row["module"], row["host"], row["minute"], row["first"]) for row in part.counts.to_pylist()
    ]


def test_an_empty_batch_adds_nothing() -> None:
    """No records, no rows, and the schema holds."""
    stored, part = count(batch())

    assert (0, 0, 0) == (stored.num_rows, part.counts.num_rows, part.slots.num_rows)


def test_coarsening_to_a_minute_changes_nothing() -> None:
    """Sixty seconds is the width that counts have."""
    counts = count(batch({"body": "ready", "timestamp": START}))[1].counts

    assert counts.equals(coarsened(counts, 60))


def test_a_shaper_that_forgets_gives_the_same_shapes() -> None:
    """Remembering is for speed only; long lines are not remembered at all."""
    shaper = Shaper({f"line {n}": shape("other") for n in range(100_000)})

    assert shape("took 5ms") == shaper("took 5ms")
    assert ["took 5ms"] == list(shaper.remembered)
    assert shape("x" * 2000) == shaper("x" * 2000)
    assert ["took 5ms"] == list(shaper.remembered)
