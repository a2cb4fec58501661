"""The engine of one machine."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from paicha.engines.local import LocalEngine
from paicha.model.schema import RECORDS


def batches(number: int) -> Iterator[pa.RecordBatch]:
    blank = {field.name: "" if field.type == pa.string() else None for field in RECORDS}
    for at in range(number):
        row = blank | {"severity_number": 9, "body": f"took {at}ms", "locator": str(at)}
        yield pa.RecordBatch.from_pylist([row], RECORDS)


def test_no_batches_give_empty_tables() -> None:
    """A reading without records is a summary too."""
    sums = LocalEngine().summarise([], lambda _: None)

    assert (0, 0, 0, 0) == (
        sums.counts.num_rows,
        sums.slots.num_rows,
        sums.slot_values.num_rows,
        sums.slot_buckets.num_rows,
    )


def test_batches_are_taken_one_by_one_and_handed_on_before_the_next() -> None:
    """The engine holds no more than a batch: the source is never ahead of the sink."""
    taken: list[int] = []
    given: list[str] = []

    def source() -> Iterator[pa.RecordBatch]:
        for at, batch in enumerate(batches(40)):
            assert at == len(given)
            taken.append(at)
            yield batch

    sums = LocalEngine().summarise(
        source(), lambda batch: given.extend(batch.column("locator").to_pylist())
    )

    assert [str(at) for at in taken] == given
    assert [40] == sums.counts["n"].to_pylist()
    assert [40] == sums.slots["n"].to_pylist()
