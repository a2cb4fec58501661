"""
Files that are read one after another say what each says alone.

What reads them is made once for all; stamps without a year are placed by the time of each file.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from tests.scans import FORMATS, STACKS

from paicha.engines.local import LocalEngine
from paicha.kernel.count import Partial
from paicha.kernel.keeping import kept
from paicha.model.coverage import FileCoverage
from paicha.model.question import LogQuery, Scope
from paicha.model.schema import STORED_RECORDS
from paicha.sources.files import FileSource, contents

KINDS: dict[str, Callable[[int], str]] = {
    "without a year": lambda n: f"Mar  7 10:{n // 60 % 60:02}:{n % 60:02} web-1 sshd[{n}]: Accepted key {n % 7}",
    "of a day": lambda n: f"10:{n // 60 % 60:02}:{n % 60:02}.{n % 1000:03} [main] INFO shop.Cart - added {n % 5}",
    "with a year": lambda n: f"2025-12-19 10:{n // 60 % 60:02}:{n % 60:02},279 ERROR [w-{n % 3}] shop.Pay - lost {n}",
    "json": lambda n: f'{{"ts":"2025-12-19T10:{n // 60 % 60:02}:{n % 60:02}Z","level":"warn","msg":"slow {n}"}}',
    "json without a year": lambda n: f'{{"time":"Mar 7 10:{n // 60 % 60:02}:{n % 60:02}","level":"warn","msg":"lost {n}"}}',
    "with a trace": lambda n: (
        f"2025-12-19 10:{n // 60 % 60:02}:{n % 60:02},279 ERROR [w-1] shop.Pay - failed {n}\n"
        f"java.io.IOException: lost {n % 3}\n\tat shop.Pay.send(Pay.java:{n % 9})"
    ),
    "of no format": lambda n: f"nothing is known of this, {n}",
}  # fmt: skip
YEARS = (2025, 2019, 2022)


def write(folder: Path, size: int) -> list[Path]:
    """Write files of each kind, written last in several years, each of at least *size* bytes."""
    paths = []
    for kind, line in KINDS.items():
        for year in YEARS:
            path = folder / f"{kind.replace(' ', '-')}-{year}.log"
            lines = [line(n) for n in range(size // len(line(0)) + 100)]
            path.write_text("\n".join(lines) + "\n")
            moment = datetime(year, 8, 1, 12, tzinfo=UTC).timestamp()
            os.utime(path, (moment, moment))
            paths.append(path)
    return paths


def read(
    *paths: Path, keep_bytes: int | None = None
) -> tuple[Partial, pa.Table, tuple[FileCoverage, ...]]:
    """Return the sums of files, the records handed out, and what is said of each file."""
    query = LogQuery(None, Scope(), "UTC", sys.maxsize, keep_bytes=keep_bytes)
    stored = [pa.RecordBatch.from_pylist([], STORED_RECORDS)]
    with FileSource(paths, FORMATS, stacks=STACKS).open(query) as reading:
        sums = LocalEngine().summarise(reading, stored.append)
        files = reading.coverage.files
    return sums, pa.Table.from_batches(stored), files


def test_many_files_say_what_each_says_alone(tmp_path: Path) -> None:
    """Each is too small to be read natively by itself, and is so among as many."""
    paths = write(tmp_path, contents.MANY // len(KINDS) // len(YEARS))
    alone = [read(path) for path in paths]
    _, together, files = read(*paths)
    years = {moment.year for moment in together["timestamp"].to_pylist() if moment}

    assert all(path.stat().st_size < contents.WRITTEN for path in paths)
    assert sum(path.stat().st_size for path in paths) >= contents.MANY
    records = pa.concat_tables([records for _, records, _ in alone])
    assert records.sort_by("locator").equals(together.sort_by("locator"))
    assert files == tuple(file for _, _, said in alone for file in said)
    assert years == {*YEARS}


@pytest.mark.parametrize("keep_bytes", [None, 0])
@pytest.mark.parametrize("least", [1, sys.maxsize], ids=["written", "read"])
def test_few_files_say_what_each_says_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int, keep_bytes: int | None
) -> None:
    """Whether they are written by the kernel or read line by line, kept or counted."""
    monkeypatch.setattr(contents, "WRITTEN", least)
    paths = write(tmp_path, 10_000)
    alone = pa.concat_tables([read(path, keep_bytes=keep_bytes)[1] for path in paths])
    _, together, _ = read(*paths, keep_bytes=keep_bytes)

    if keep_bytes is None:
        assert alone.sort_by("locator").equals(together.sort_by("locator"))
    else:  # of all files together fewer are kept
        assert kept([alone]).equals(kept([together]))


def test_small_files_are_counted_as_they_are_scanned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same sums and kept records, whichever files are worth several threads."""
    paths = write(tmp_path, 10_000)
    sums, handed, _ = read(*paths, keep_bytes=0)
    monkeypatch.setattr(contents, "SCANNED", 0)
    scanned, records, _ = read(*paths, keep_bytes=0)

    for name in ("counts", "slots", "slot_values", "slot_buckets"):
        assert getattr(scanned, name) == getattr(sums, name), name
    assert kept([records]).equals(kept([handed]))
