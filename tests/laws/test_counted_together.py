"""Files that one scan counts one after another, and streams it counts piece by piece: what the reference reads line by line."""

from __future__ import annotations

import gzip
import os
import random
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pytest
from tests.laws.test_many_files import KINDS, read
from tests.scans import FORMATS, FOUND, STACKS
from tests.scans import read as read_in

from paicha.engines.local import LocalEngine
from paicha.kernel import native
from paicha.kernel.count import Partial
from paicha.kernel.keeping import kept
from paicha.model.coverage import FileCoverage
from paicha.model.question import LogQuery, Scope, Window
from paicha.model.schema import STORED_RECORDS
from paicha.sources.files import FileSource, contents, kept_file, windows

pytestmark = pytest.mark.skipif(
    FOUND.extension is None, reason="nothing is counted together without the kernel"
)

_POD = "pods/shop_{name}-6c9bd7f8d4-x2x9{at}_1f1a2b3c-0000-4000-8000-00000000000{at}/app/0.log"


def _piece(n: int, flag: str) -> str:
    return f"2025-12-19T10:00:{n % 60:02}.{n % 10**9:09}Z stdout {flag} "


def _of_a_pod(n: int) -> str:
    return _piece(n, "F") + f'{{"level":"warn","msg":"slow {n}"}}'


def _torn(n: int) -> str:
    """Of a file that begins within a trace."""
    return _piece(n, "F") + ("\tat shop.Cart.add(Cart.java:9)" if n < 3 else f"lost {n}")


def _of_many(n: int) -> str:
    """Of more containers, from the hundredth line on, than the kernel tells apart: from there on it is read line by line."""
    return f"app-{max(n - 100, 0)}  | 2025-12-19 10:00:{n % 60:02} ERROR lost {n}"


def _same(n: int) -> str:
    """Of one time: which are kept is a matter of their places."""
    return f"2025-12-19 10:00:00,000 INFO [main] shop.Cart - added {n}"


def _write(folder: Path) -> None:
    """Write small files of all kinds, of two pods, of one time, of none, and one that is no text."""
    kinds: dict[str, Callable[[int], str]] = {
        **{
            f"{kind.replace(' ', '-')}-{n}.log": line
            for kind, line in KINDS.items()
            for n in (1, 2)
        },
        **{_POD.format(name=name, at=at): _of_a_pod for at, name in enumerate(("cart", "pay"))},
        "pods/torn.log": _torn,
        "compose.log": _of_many,
        **{f"10.3.7.{n}/same.log": _same for n in (2, 10)},
        "same.log": _same,
        "same.log.1": _same,
    }
    for at, (name, line) in enumerate(sorted(kinds.items())):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [
            line(n)
            for n in range(random.Random(name).randrange(5, 300) if line is not _of_many else 250)
        ]
        path.write_text("\n".join(lines) + "\n")
        moment = datetime(2017 + at % 9, 8, 1, 12, tzinfo=UTC).timestamp()
        os.utime(path, (moment, moment))
    (folder / "empty.log").touch()
    (folder / "binary.log").write_bytes(bytes(range(256)) * 9)


def _packed(folder: Path, form: str) -> Path:
    """Return a folder as it is, each of its files packed, or an archive of it."""
    place = folder.with_name(f"all{form}")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if form == ".tar.gz":
        with tarfile.open(place, "w:gz") as tar:
            tar.add(folder, "logs")
    elif form == ".zip":
        with zipfile.ZipFile(place, "w") as archive:
            for path in files:
                archive.write(path, path.relative_to(folder))
    elif form == ".gz":
        for path in files:
            packed = place / f"{path.relative_to(folder)}.gz"
            packed.parent.mkdir(parents=True, exist_ok=True)
            packed.write_bytes(gzip.compress(path.read_bytes()))
            os.utime(packed, (path.stat().st_mtime,) * 2)
    else:
        return folder
    return place


def _cut(size: int, chunks: Iterable[bytes], _: int) -> Iterator[bytes]:
    """Yield chunks in pieces of a size."""
    for chunk in chunks:
        yield from (chunk[at : at + size] for at in range(0, len(chunk), size))


@pytest.mark.parametrize("form", ["", ".gz", ".tar.gz", ".zip"])
@pytest.mark.parametrize("size", [1 << 19, 700], ids=["whole", "in pieces"])
def test_files_counted_together_are_what_they_are_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, size: int
) -> None:
    """Sums, kept records and what is said of each file."""
    (tmp_path / "logs").mkdir()
    _write(tmp_path / "logs")
    place = _packed(tmp_path / "logs", form)
    monkeypatch.setattr(contents, "larger", partial(_cut, size))
    monkeypatch.setattr(contents, "SCANNED", 1 << 30)
    sums, handed, files = read(place, keep_bytes=0)
    monkeypatch.setattr(native, "find", lambda: native.Found(None))
    expected, records, said = read(place, keep_bytes=0)

    for name in ("counts", "slots", "slot_values", "slot_buckets"):
        assert getattr(sums, name) == getattr(expected, name), name
    assert kept([handed]).equals(kept([records]))
    assert files == said


def test_windows_of_files_counted_together_are_those_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a window and what it is compared with."""
    _write(tmp_path)
    minute = datetime(2025, 12, 19, 10, 1, tzinfo=UTC)
    during, before = (
        Window(minute, minute.replace(minute=4)),
        Window(minute.replace(minute=0), minute),
    )
    sums, handed, coverage = read_in(tmp_path, 0, during, before)
    monkeypatch.setattr(native, "find", lambda: native.Found(None))
    expected, records, said = read_in(tmp_path, 0, during, before)

    for name in ("counts", "slots", "slot_values", "slot_buckets", "baseline"):
        assert getattr(sums, name) == getattr(expected, name), name
    assert kept([handed]).equals(kept([records]))
    assert coverage == said


@pytest.mark.parametrize(
    "line", [*KINDS.values(), _of_a_pod, _of_many], ids=lambda line: line(7)[:40]
)
def test_a_stream_is_counted_from_where_its_records_need_not_be_kept_as_it_is_line_by_line(
    monkeypatch: pytest.MonkeyPatch, line: Callable[[int], str]
) -> None:
    """The standard input, of which nobody knows how long it is."""
    text = "\n".join(map(line, range(600))) + "\n"
    monkeypatch.setattr(contents, "larger", partial(_cut, 1 << 13))
    monkeypatch.setattr(contents, "WRITTEN", 1)
    monkeypatch.setattr(kept_file, "LEFT_SHARE", 2.0)
    monkeypatch.setattr(windows, "BATCH_ROWS", 50)
    sums, handed, files = _of_stdin(text)
    monkeypatch.setattr(native, "find", lambda: native.Found(None))
    expected, records, said = _of_stdin(text)

    for name in ("counts", "slots", "slot_values", "slot_buckets"):
        assert getattr(sums, name) == getattr(expected, name), name
    assert kept([handed]).equals(kept([records]))
    assert files == said


def _of_stdin(
    text: str,
) -> tuple[Partial, pa.Table, tuple[tuple[FileCoverage, ...], tuple[int, float] | None]]:
    stored = [pa.RecordBatch.from_pylist([], STORED_RECORDS)]
    query = LogQuery(None, Scope(), "UTC", sys.maxsize, keep_bytes=30_000)
    given = BytesIO(text.encode())
    moment = datetime(2025, 12, 19, tzinfo=UTC)
    source = FileSource(["-"], FORMATS, stacks=STACKS, stdin=given, reference=moment)
    with source.open(query) as reading:
        sums = LocalEngine().summarise(reading, stored.append)
        said = (reading.coverage.files, reading.reduced)
    return sums, pa.Table.from_batches(stored), said
