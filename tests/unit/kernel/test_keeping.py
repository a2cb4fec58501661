"""Which records a case keeps where it does not keep all."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from paicha.kernel.keeping import FIRST, kept
from paicha.model.schema import STORED_RECORDS

_EMPTY = {field.name: "" if pa.types.is_string(field.type) else 0 for field in STORED_RECORDS}


def records(lines: list[int], at: datetime | None = None) -> pa.Table:
    """Return records of one kind that stand in these lines of one file."""
    rows = [
        {**_EMPTY, "timestamp": at, "shape": "lost", "locator": f"run.log:{n}@{n * 20}"}
        for n in lines
    ]
    return pa.Table.from_pylist(rows, schema=STORED_RECORDS)


def lines_of(table: pa.Table) -> list[int]:
    """Return the lines that records stand in."""
    return [int(one.partition(":")[2].partition("@")[0]) for one in table["locator"].to_pylist()]


def test_without_a_time_the_first_lines_are_the_earliest() -> None:
    """Line 1000000 stood before line 9, as text does, and was shown as where a problem begins."""
    assert [2, 9, 10] == lines_of(kept([records([1_000_000, 10, 9, 999, 2])]))


@given(st.lists(st.integers(1, 2_000_000), min_size=1, unique=True), st.data())
def test_parts_may_be_reduced_alone(lines: list[int], data: st.DataObject) -> None:
    """What is kept of a whole was kept of every part, also without a time."""
    cut = data.draw(st.integers(0, len(lines)))
    parts = [kept([records(part)]) for part in (lines[:cut], lines[cut:]) if part]

    whole = kept([records(lines)])

    assert sorted(lines)[:FIRST] == lines_of(whole)
    assert whole.equals(kept(parts))


def test_of_one_moment_places_are_compared_as_text() -> None:
    """So does the native kernel."""
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)

    assert [10, 11, 12, 9] == lines_of(kept([records([9, 10, 11, 12], at)]))
