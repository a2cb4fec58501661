"""Files scanned and read line by line: what the laws of scans have in common."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from paicha.engines.local import LocalEngine
from paicha.errors import InputError
from paicha.kernel import native
from paicha.kernel.count import Partial
from paicha.kernel.keeping import kept
from paicha.kernel.normalise import LineReader
from paicha.kernel.plan import Plan
from paicha.kernel.scan import Run, Scan
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.stacks_loader import load_stacks
from paicha.model.coverage import SourceCoverage
from paicha.model.knowledge import LogFormat
from paicha.model.question import LogQuery, Scope, Window
from paicha.model.schema import STORED_RECORDS
from paicha.sources.files import FileSource, contents, kept_file

FOUND = native.find()
KERNELS = (
    pytest.param(
        FOUND,
        id="native",
        marks=pytest.mark.skipif(
            FOUND.extension is None,
            reason="the native kernel is not built: make native needs cargo",
        ),
    ),
    pytest.param(native.Found(None), id="reference"),
)
FORMATS = load_formats()
STACKS = load_stacks()
PLAN = Plan(FORMATS, "UTC", datetime(2025, 3, 5, tzinfo=UTC), STACKS)
ZOO = Path(__file__).parent / "cases" / "formats" / "zoo"
#: The formats' own samples, and the first lines of a log of each.
SAMPLES = sorted(
    {line for entry in FORMATS for line in (*entry.matches, *entry.rejects)}
    | {
        line
        for path in ZOO.iterdir()
        for line in path.read_text("utf-8", "replace").splitlines()[:8]
    }
)
EVERYTHING = Scope()
WINDOW = Window(datetime(2025, 3, 5, 1, tzinfo=UTC), datetime(2025, 3, 5, 3, tzinfo=UTC))
BEFORE = Window(datetime(2025, 3, 4, tzinfo=UTC), datetime(2025, 3, 5, 1, tzinfo=UTC))


def read(
    path: Path,
    keep_bytes: int | None,
    window: Window | None = None,
    before: Window | None = None,
    formats: Sequence[LogFormat] = FORMATS,
    scope: Scope = EVERYTHING,
) -> tuple[Partial, pa.Table, tuple[SourceCoverage, ...]]:
    """Return the sums, the records handed out, and the coverage of window and baseline."""
    source = FileSource([path], formats, stacks=STACKS)
    query = LogQuery(window, scope, "Asia/Shanghai", sys.maxsize, keep_bytes=keep_bytes)
    stored = [pa.RecordBatch.from_pylist([], STORED_RECORDS)]
    if before is None:
        with source.open(query) as reading:
            sums = LocalEngine().summarise(reading, stored.append)
            covered: tuple[SourceCoverage, ...] = (reading.coverage,)
    else:
        with source.open_both(query, before) as both:
            sums = LocalEngine().summarise(both, stored.append, before)
            covered = (both.coverage, both.baseline_coverage)
    return sums, pa.Table.from_batches(stored), covered


def scanned(lines: Iterable[str], opening: str = "") -> tuple[Scan, list[Run]]:
    """
    Return a native scan of *lines*, and the runs of lines that it leaves to Python.

    Args:
        lines: What is read.
        opening: The line by which they are rows of a table; "": they are not.
    """
    table = LineReader(FORMATS, "UTC").open_table(opening) if opening else None
    assert (table is None) == (not opening)
    scan = Scan(PLAN if table is None else PLAN.of_rows(table), None, None)
    runs, _ = scan.stretch("\n".join(lines).encode() + b"\n", 0, 1)
    return scan, runs


def assert_same(
    path: Path,
    window: Window | None = None,
    before: Window | None = None,
    formats: Sequence[LogFormat] = FORMATS,
    scope: Scope = EVERYTHING,
) -> None:
    """Assert that a file read natively gives what it gives read line by line."""
    asked = (window, before, formats, scope)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contents, "WRITTEN", sys.maxsize)
        try:
            whole, records, covered = read(path, None, *asked)
        except InputError as error:  # no text
            patch.setattr(contents, "WRITTEN", 1)
            for keep_bytes in (0, None):
                with pytest.raises(InputError, match=re.escape(str(error))):
                    read(path, keep_bytes, *asked)
            return
        assert_written(path, (whole, records, covered), *asked)
        sums, handed, covered_too = read(path, 0, *asked)
    for name in ("counts", "slots", "slot_values", "slot_buckets", "baseline"):
        assert getattr(whole, name) == getattr(sums, name), name
    assert kept([records]).equals(kept([handed]))
    assert covered == covered_too


def assert_written(
    path: Path,
    expected: tuple[Partial, pa.Table, tuple[SourceCoverage, ...]],
    *asked: Any,
) -> None:
    """Assert that a file all of whose records are kept gives the same whichever of them the native kernel writes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contents, "WRITTEN", 1)
        patch.setattr(kept_file, "LEFT_SHARE", 2.0)
        sums, records, covered = read(path, None, *asked)
    whole, as_read, covered_too = expected
    for name in ("counts", "slots", "slot_values", "slot_buckets", "baseline"):
        assert getattr(whole, name) == getattr(sums, name), name
    # A line of no format is handed out before the record that a container's line opened above it, where it is read by itself.
    assert records.sort_by("locator").equals(as_read.sort_by("locator"))
    assert covered == covered_too


HEX_LETTERS = re.compile("(?<=[0-9a-f])[a-f](?=[0-9a-f])|(?<=[0-9A-F ])[A-F](?=[0-9A-F])")


def alike(line: str, drawn: random.Random) -> str:
    """Return a line with other digits, mostly, here and there more or fewer, and other hexadecimal letters."""
    digits = {True: "0123456789ABCDEF", False: "0123456789abcdef"}
    line = HEX_LETTERS.sub(
        lambda met: drawn.choice((met[0], drawn.choice(digits[met[0].isupper()]))), line
    )
    line = re.sub("[0-9]", lambda met: drawn.choice((met[0], drawn.choice("0123456789"))), line)
    lengths = (1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 8, 12, 14, 15, 16, 17)
    return re.sub(
        "[0-9]+",
        lambda met: met[0] if drawn.random() < 0.7 else (met[0] * 17)[: drawn.choice(lengths)],
        line,
    )
