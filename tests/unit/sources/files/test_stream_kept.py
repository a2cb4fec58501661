"""Of a standard input that turns out to be long, a case keeps what it keeps of a file as long."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pytest

from paicha.engines.local import LocalEngine
from paicha.kernel.count import Partial
from paicha.knowledge.formats_loader import load_formats
from paicha.model.question import LogQuery, Scope, Window
from paicha.sources.files import FileSource

FORMATS = load_formats()
LINES = 900
BASELINE = Window(datetime(2025, 12, 19, 9, tzinfo=UTC), datetime(2025, 12, 19, 10, tzinfo=UTC))
WINDOW = Window(BASELINE.end, datetime(2025, 12, 19, 11, tzinfo=UTC))


@dataclass
class Answer:
    """What a reading gave."""

    sums: Partial
    reduced: tuple[int, float] | None
    notes: list[str]
    records: list[pa.RecordBatch] = field(default_factory=list)

    @property
    def kept(self) -> pa.Table:
        """The records kept, without the name of where they came from."""
        rows = pa.Table.from_batches(self.records)
        places = [place.partition(":")[2] for place in rows["locator"].to_pylist()]
        at = rows.schema.get_field_index("locator")
        return rows.set_column(at, "locator", pa.array(places)).sort_by("locator")


def text() -> bytes:
    """Return lines of two hours, whose clock steps back now and then."""
    return "".join(
        f"2025-12-19 {9 + at % 2}:{at // 60:02}:{at % 60 - (at % 90 == 59) * 9:02},000 "
        f"{('INFO', 'ERROR')[at % 3 == 0]} [main] com.acme.Web - user {at} came in {at % 7} ms\n"
        for at in range(LINES)
    ).encode()


def read(path: Path | str, keep_bytes: int, stdin: bytes = b"", *, both: bool = False) -> Answer:
    """Read a file, or with ``-`` what stands on the standard input."""
    source = FileSource([path], FORMATS, stdin=BytesIO(stdin), reference=WINDOW.start)
    query = LogQuery(WINDOW if both else None, Scope(), "UTC", sys.maxsize, keep_bytes=keep_bytes)
    records: list[pa.RecordBatch] = []
    opened = source.open_both(query, BASELINE) if both else source.open(query)
    with opened as reading:
        sums = LocalEngine().summarise(reading, records.append, BASELINE if both else None)
    return Answer(sums, reading.reduced, [note.en for note in reading.coverage.notes], records)


@pytest.mark.parametrize("both", [False, True])
def test_a_long_stream_is_kept_like_a_file(tmp_path: Path, *, both: bool) -> None:
    """The same sums, the same few records, the same steps back in time."""
    log = tmp_path / "app.log"
    log.write_bytes(text())

    file = read(log, 1_000, both=both)
    stream = read("-", 1_000, text(), both=both)

    assert file.sums == stream.sums
    assert file.kept == stream.kept
    assert file.reduced == stream.reduced
    assert stream.kept.num_rows < 20
    assert sum("cannot be looked up again" in note for note in stream.notes) == 1


def test_a_short_stream_is_kept_whole() -> None:
    """Nothing is left out, and nothing says so."""
    stream = read("-", 1 << 20, text())

    assert stream.reduced is None
    assert not any("looked up" in note for note in stream.notes)
    assert LINES == sum(batch.num_rows for batch in stream.records)
