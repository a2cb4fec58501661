"""Rows of a store that are further lines: joined where all can wait, and a reader is told either way."""

from __future__ import annotations

import pyarrow as pa
from tests.unit.kernel.test_following_rows import PYTHON, STACKS, row

from paicha.app.following import Following
from paicha.model.schema import RECORDS

ROWS = [row("cannot store order 7", 17), *(row(line, ms=1) for line in PYTHON)]


def followed(most_bytes: int | None) -> tuple[int, str]:
    """Return how many records are left of five rows, in batches of one, and the note on them."""
    following = Following(lambda: (STACKS, None), most_bytes)
    batches = (pa.RecordBatch.from_pylist([one], schema=RECORDS) for one in ROWS)
    read = [item for item in following.of(batches) if isinstance(item, pa.RecordBatch)]
    return sum(item.num_rows for item in read), " ".join(note.en for note in following.notes)


def test_lines_are_joined_in_whatever_batches_they_came() -> None:
    """Four lines of a trace are part of the record above them."""
    n, note = followed(1 << 20)

    assert 1 == n
    assert note.startswith("4 records of the store were further lines of others")


def test_of_a_window_too_big_to_wait_rows_are_records_and_it_is_said() -> None:
    """What a store counts is what is counted; the two indented lines of the trace show what is amiss."""
    n, note = followed(60)

    assert 5 == n
    assert note.startswith("2 records begin with a blank and have no level")


def test_what_is_compared_with_it_is_not_joined_either() -> None:
    """A baseline of a window that was too big has rows as records as well."""
    assert 5 == followed(0)[0]
