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
from paicha.model.question import LogQuery, Scope
from paicha.sources.files import FileSource
from paicha.sources.files.contents import MANY, WRITTEN

KINDS: dict[str, Callable[[int], str]] = {
    "without a year": lambda n: f"Mar  7 10:{n // 60 % 60:02}:{n % 60:02} web-1 sshd[{n}]: Accepted key {n % 7}",
    "of a day": lambda n: f"10:{n // 60 % 60:02}:{n % 60:02}.{n % 1000:03} [main] INFO shop.Cart - added {n % 5}",
    "with a year": lambda n: f"2025-12-19 10:{n // 60 % 60:02}:{n % 60:02},279 ERROR [w-{n % 3}] shop.Pay - lost {n}",
    "json": lambda n: f'{{"ts":"2025-12-19T10:{n // 60 % 60:02}:{n % 60:02}Z","level":"warn","msg":"slow {n}"}}',
    "with a trace": lambda n: (
        f"2025-12-19 10:{n // 60 % 60:02}:{n % 60:02},279 ERROR [w-1] shop.Pay - failed {n}\n"
        f"java.io.IOException: lost {n % 3}\n\tat shop.Pay.send(Pay.java:{n % 9})"
    ),
    "of no format": lambda n: f"nothing is known of this, {n}",
}  # fmt: skip
YEARS = (2019, 2022, 2025)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of each kind and of several years, each below what is read natively by itself, many together."""
    made = tmp_path_factory.mktemp("many")
    for kind, line in KINDS.items():
        for year in YEARS:
            path = made / f"{kind.replace(' ', '-')}-{year}.log"
            text, n = "", 0
            while len(text) < MANY // len(KINDS) // len(YEARS):
                text += "".join(f"{line(n + more)}\n" for more in range(200))
                n += 200
            path.write_text(text)
            assert path.stat().st_size < WRITTEN
            written = datetime(year, 8, 1, 12, tzinfo=UTC).timestamp()
            os.utime(path, (written, written))
    return made


def read(paths: list[Path], keep_bytes: int | None) -> tuple[pa.Table, list[object]]:
    """Return the records of some files, and what is said of each file."""
    query = LogQuery(None, Scope(), "UTC", sys.maxsize, keep_bytes=keep_bytes)
    with FileSource(paths, FORMATS, stacks=STACKS).open(query) as answer:
        records = [item for item in answer if isinstance(item, pa.RecordBatch)]
        coverage = answer.coverage
    return pa.Table.from_batches(records).sort_by("locator"), list(coverage.files)


def test_files_read_together_say_what_each_says_alone(folder: Path) -> None:
    """Records, years of their stamps, and what is said of each file."""
    paths = sorted(folder.iterdir())
    alone = [read([path], None) for path in paths]
    together, files = read(paths, None)

    assert together == pa.concat_tables([records for records, _ in alone]).sort_by("locator")
    assert files == [file for _, said in alone for file in said]
    years = {moment.year for moment in together.column("timestamp").to_pylist() if moment}
    assert years == {*YEARS}


def test_small_files_are_counted_as_they_are_where_all_are_kept(folder: Path) -> None:
    """Each of many files is too small for several threads: one scan reads them all."""
    paths = sorted(folder.iterdir())

    assert summed(paths, 0) == summed(paths, None)


def summed(paths: list[Path], keep_bytes: int | None) -> tuple[pa.Table, ...]:
    """Return the sums of some files."""
    query = LogQuery(None, Scope(), "UTC", sys.maxsize, keep_bytes=keep_bytes)
    with FileSource(paths, FORMATS, stacks=STACKS).open(query) as answer:
        sums = LocalEngine().summarise(answer, lambda _: None)
    return sums.counts, sums.slots, sums.slot_values, sums.slot_buckets
