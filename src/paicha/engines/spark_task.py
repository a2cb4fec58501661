"""
What a Spark worker does with its share of the files: read them as anywhere else, count, add up.

Runs in the worker's Python, so it imports the kernel and nothing of Spark. A file is read by the same
source as on one machine: bytes that came over the cluster's file system are first laid down under the
path they have there, so that formats, packing and file times are treated alike.
"""

from __future__ import annotations

import os
import pickle
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from paicha.engines.local import LocalEngine
from paicha.errors import InputError
from paicha.kernel.caps import Caps
from paicha.kernel.count import Partial, add
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery
from paicha.ports import LogSource
from paicha.values import dataclass

#: What a task hands back: ``sums`` (a `Partial`), ``coverage`` (a `SourceCoverage`), ``records``.
RESULT = pa.schema([("kind", pa.string()), ("path", pa.string()), ("payload", pa.binary())])
#: The same as Spark spells it.
RESULT_DDL = "kind string, path string, payload binary"

_SIZE_BYTES = 8
_FILE_URI = re.compile(r"file:/+")
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/]*")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Task:
    """
    What every worker is told.

    Args:
        source: Makes the source that reads some files; must survive pickling.
        query: What is asked.
        caps: What the sums of one task may hold.
        named: Paths the reader named one by one; what is wrong with them is an error.
    """

    source: Callable[[Sequence[Path]], LogSource]
    query: LogQuery
    caps: Caps
    named: frozenset[str] = frozenset()

    def survey(self, rows: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the coverage of each file, and at the end the sums of all."""
        sums: list[Partial] = []
        for file in _files(rows):
            with self._reading(file) as (batches, covered):
                engine = LocalEngine(caps=self.caps)
                part = engine.summarise(batches, lambda _: None)
                sums = [add([*sums, part], self.caps)]
                yield _result("coverage", file.shown, covered())
        if sums:
            yield _result("sums", "", sums[0])

    def records(self, rows: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the records of each file, with their shapes, in the file's order."""
        for file in _files(rows):
            with self._reading(file) as (batches, _):
                engine = LocalEngine(caps=self.caps)
                for batch in batches:
                    held: list[pa.RecordBatch] = []
                    engine.summarise([batch], held.append)
                    for stored in held:
                        yield _result("records", file.shown, stored)

    @contextmanager
    def _reading(
        self, file: _File
    ) -> Iterator[tuple[Iterator[pa.RecordBatch], Callable[[], SourceCoverage]]]:
        """Give the batches of one file, and its coverage for afterwards, under its own name."""
        named = file.shown in self.named
        with (
            _placed(file, named=named) as (place, root),
            self.source([place]).open(self.query) as reading,
        ):

            def batches() -> Iterator[pa.RecordBatch]:
                try:
                    for batch in reading:
                        yield _renamed(batch, root, file.root)
                except InputError as error:
                    if named:
                        raise InputError(
                            error.code, **respelled(error.facts, root, file.root)
                        ) from error

            yield batches(), lambda: respelled(reading.coverage, root, file.root)


def merged(rows: Iterable[pa.RecordBatch], caps: Caps) -> Iterator[pa.RecordBatch]:
    """Yield the rows of some tasks with their sums added into one: the middle of the tree."""
    sums: list[Partial] = []
    for batch in rows:
        for row in batch.to_pylist():
            if row["kind"] == "sums":
                sums = [add([*sums, unpacked(row["payload"])], caps)]
            else:
                yield pa.RecordBatch.from_pylist([row], RESULT)
    if sums:
        yield _result("sums", "", sums[0])


def packed(value: object) -> bytes:
    """Return *value* as bytes that `unpacked` reads: sums take an eighth of their size so (docs/scale.md)."""
    plain_bytes = pickle.dumps(value, protocol=5)
    size = len(plain_bytes).to_bytes(_SIZE_BYTES, "little")
    return size + bytes(pa.compress(plain_bytes, codec="zstd", asbytes=True))


def unpacked(payload: bytes) -> Any:
    """Return what was packed."""
    size = int.from_bytes(payload[:_SIZE_BYTES], "little")
    plain_bytes = pa.decompress(payload[_SIZE_BYTES:], size, codec="zstd", asbytes=True)
    # Made by `packed` in a worker that ran our own code, which it got by pickle from us.
    return pickle.loads(plain_bytes)  # noqa: S301


def _result(kind: str, path: str, value: object) -> pa.RecordBatch:
    row = {"kind": kind, "path": path, "payload": packed(value)}
    return pa.RecordBatch.from_pylist([row], RESULT)


@dataclass(frozen=True, slots=True)
class _File:
    """One file as Spark names it: its bytes, or none where it is opened where it lies."""

    uri: str
    modified: datetime
    content: bytes | None

    @property
    def shown(self) -> str:
        """The path as it is shown."""
        return plain(self.uri)

    @property
    def root(self) -> str:
        """What of the shown path is no path: ``hdfs://namenode:8020``, ``s3a://bucket``."""
        found = _AUTHORITY.match(self.shown)
        return found.group() if found else ""


def plain(uri: str) -> str:
    """
    Return a path of Spark's as a person writes it.

    Example:
        >>> plain("file:///var/log/a.log"), plain("file:/a.log"), plain("hdfs://nn/a.log")
        ('/var/log/a.log', '/a.log', 'hdfs://nn/a.log')
    """
    return _FILE_URI.sub("/", uri, count=1)


def _files(rows: Iterable[pa.RecordBatch]) -> Iterator[_File]:
    for batch in rows:
        for at in range(batch.num_rows):
            row = {name: batch.column(name)[at].as_py() for name in batch.schema.names}
            yield _File(row["path"], row["modificationTime"], row["content"])


@contextmanager
def _placed(file: _File, *, named: bool) -> Iterator[tuple[Path, str]]:
    """Give the path to read *file* by, and the folder it was laid down in ("": it lies where it was)."""
    if file.content is None:
        yield Path(file.shown), ""
        return
    with tempfile.TemporaryDirectory(prefix="paicha-") as root:
        place = Path(root) / file.shown.removeprefix(file.root).lstrip("/")
        place.parent.mkdir(parents=True)
        place.write_bytes(file.content)
        seconds = file.modified.timestamp()
        os.utime(place, (seconds, seconds))
        yield (place if named else Path(root)), root


def _renamed(batch: pa.RecordBatch, root: str, shown: str) -> pa.RecordBatch:
    if not root:
        return batch
    at = batch.schema.get_field_index("locator")
    locators = pc.replace_substring(batch.column(at), root, shown, max_replacements=1)
    return batch.set_column(at, batch.schema.field(at), locators)


def respelled(value: _Value, root: str, shown: str) -> _Value:
    """Return *value* with *shown* for *root* in every text of it, however deep."""
    if not root:
        return value
    return _respelled(value, root, shown)  # type: ignore[no-any-return]


def _respelled(value: Any, root: str, shown: str) -> Any:  # any value of a dataclass's fields
    if isinstance(value, str):
        return value.replace(root, shown)
    if isinstance(value, tuple):
        return tuple(_respelled(part, root, shown) for part in value)
    if isinstance(value, dict):
        return {name: _respelled(part, root, shown) for name, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: _respelled(getattr(value, f.name), root, shown) for f in fields(value)}
        return replace(value, **changed)
    return value
