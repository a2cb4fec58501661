"""Of many files each is read as if it were alone, though what reads them is made once."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from tests.scans import FORMATS, STACKS

from paicha.engines.local import LocalEngine
from paicha.kernel.count import Partial
from paicha.kernel.keeping import kept
from paicha.model.question import LogQuery, Scope
from paicha.model.schema import STORED_RECORDS
from paicha.sources.files import FileSource, contents

KINDS = (
    "Mar  4 05:{0:02}:{1:02} host7 sshd[123]: accepted {1} of {0}",
    "2025-03-04 05:{0:02}:{1:02} INFO order {1} took {1} ms",
    "05:{0:02}:{1:02}.123 [main] INFO com.acme.Order - order {1}",
    '{{"time": "Mar 4 05:{0:02}:{1:02}", "level": "warn", "msg": "lost {1}"}}',
    "01-02 05:{0:02}:{1:02}.001  1000  1000 E Shop: order {1}",
)
YEARS = (2025, 2019, 2023, 2025)


def write(folder: Path, lines: int) -> list[Path]:
    """Write files that were written last in several years, with stamps that do not say their year."""
    paths = [folder / f"app-{i}.log" for i in range(len(YEARS))]
    for at, (path, year) in enumerate(zip(paths, YEARS, strict=True)):
        path.write_text(
            "".join(
                KINDS[(i + at) % len(KINDS)].format(i // 60 % 60, i % 60) + "\n"
                for i in range(lines)
            )
        )
        moment = datetime(year, 3, 5, tzinfo=UTC).timestamp()
        os.utime(path, (moment, moment))
    return paths


def read(*paths: Path, keep_bytes: int | None) -> tuple[Partial, pa.Table]:
    """Return the sums of files, and the records handed out."""
    query = LogQuery(None, Scope(), "Asia/Shanghai", sys.maxsize, keep_bytes=keep_bytes)
    stored = [pa.RecordBatch.from_pylist([], STORED_RECORDS)]
    with FileSource(paths, FORMATS, stacks=STACKS).open(query) as reading:
        sums = LocalEngine().summarise(reading, stored.append)
    return sums, pa.Table.from_batches(stored)


@pytest.mark.parametrize("keep_bytes", [None, 0])
@pytest.mark.parametrize("least", [1, sys.maxsize], ids=["written", "read"])
def test_files_read_one_after_another_are_read_as_each_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int, keep_bytes: int | None
) -> None:
    """What stamps without a year are placed by is another moment for each file."""
    monkeypatch.setattr(contents, "WRITTEN", least)
    paths = write(tmp_path, 300)
    alone = pa.concat_tables([read(path, keep_bytes=keep_bytes)[1] for path in paths])
    _, together = read(*paths, keep_bytes=keep_bytes)
    years = {moment.year for moment in alone["timestamp"].to_pylist()}

    assert {2018, 2019, 2022, 2023, 2024, 2025} >= years >= {2019, 2023, 2025}
    if keep_bytes is None:
        assert alone.sort_by("locator").equals(together.sort_by("locator"))
    else:  # of all files together fewer are kept
        assert kept([alone]).equals(kept([together]))


def test_small_files_are_counted_as_they_are_scanned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same sums and kept records, whichever files are worth a scan."""
    paths = write(tmp_path, 300)
    sums, handed = read(*paths, keep_bytes=0)
    monkeypatch.setattr(contents, "SCANNED", 0)
    scanned, records = read(*paths, keep_bytes=0)

    for name in ("counts", "slots", "slot_values", "slot_buckets"):
        assert getattr(scanned, name) == getattr(sums, name), name
    assert kept([records]).equals(kept([handed]))
