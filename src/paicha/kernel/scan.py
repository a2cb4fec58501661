"""
Files scanned by the native twin: headers by format, shapes and variables in one pass over the bytes.

The formats' patterns become programs of steps (`paicha.kernel.plan`). What they do not decide for sure
stays with `paicha.kernel.normalise`: records of several lines but for those that no format fits, text whose
reading depends on Unicode's tables. Such a line is handed back together with the record it may belong to. So are the first lines of
JSON or logfmt of a kind; how others like them are read the twin is told (`paicha.kernel.lessons`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, cast

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel import native
from paicha.kernel.count import Partial, counted_by_twin
from paicha.kernel.plan import Plan
from paicha.kernel.steps import classes_beyond
from paicha.model.question import Window
from paicha.model.schema import RECORDS

#: Records as the twin writes them: where they stand in place of what finds them again.
_LOCATOR = RECORDS.get_field_index("locator")
_WRITTEN = pa.schema(
    [
        *RECORDS.remove(_LOCATOR),
        *(pa.field(name, pa.int64()) for name in ("line", "offset", "item")),
    ]
)


class Run(NamedTuple):
    """Bytes of a stretch that Python must read: from the line that begins a record to the next."""

    start: int
    end: int
    line: int


#: Steps back in time, the largest [µs], and of each host its first and last time.
Segment = tuple[int, int, list[tuple[str, int, int]]]


class Left(NamedTuple):
    """Bytes that Python must read, and where they stand in their file."""

    data: bytes
    offset: int
    line: int


class Block(NamedTuple):
    """
    A stretch of a file that was counted.

    Args:
        number: Its number, from 0.
        offset: Where it begins [bytes].
        line: The number of its first line.
        size: How long it is; 0: no record surely begins in what was read, so the file is Python's [bytes].
        is_last: Whether the file ends with it.
        left: What of it is left to Python.
        segments: The order of the records before, between and behind that.
    """

    number: int
    offset: int
    line: int
    size: int
    is_last: bool
    left: list[Left]
    segments: list[Segment]


class Rows(NamedTuple):
    """
    The records of a stretch.

    Args:
        records: Those that the twin read, in the order of their first lines, as `RECORDS` without their locators.
        places: The first lines of these, the offsets of their first bytes, and which of their lines they are (from 1; 0: alone).
        runs: What is left to Python.
        before: How many of the records stand before each of those runs.
    """

    records: pa.RecordBatch
    places: tuple[pa.Array, pa.Array, pa.Array]
    runs: list[Run]
    before: list[int]

    def located(self, path: str, *, offsets: bool) -> pa.RecordBatch:
        """Return the records as `RECORDS` of the file *path*; *offsets*: whether those mean something in it."""
        line, offset, item = (place.cast(pa.string()) for place in self.places)
        parts = (line, offset) if offsets else (line,)
        places = pc.binary_join_element_wise(*parts, "@") if offsets else line
        locators = pc.binary_join_element_wise(path, places, ":")
        further = pc.greater(self.places[2], 1)
        if pc.any(further).as_py():
            numbered = pc.binary_join_element_wise(locators, item, "#")
            locators = pc.if_else(further, numbered, locators)
        columns = self.records.columns
        columns.insert(_LOCATOR, locators)
        return pa.RecordBatch.from_arrays(columns, schema=RECORDS)


class Example(NamedTuple):
    """The bytes of one record that is kept, where they stand, and of which kind it is."""

    line: int
    offset: int
    data: bytes
    severity: int
    shape: str
    item: int = 0  # which of its line it is, from 1; 0: the only one
    file: int = 0  # which of the files that were begun it is of


class Seen(NamedTuple):
    """What the twin read of a file, in numbers of records."""

    records: int
    outside: int
    kept: int
    before: int
    without_level: int
    kept_without_level: int
    before_without_level: int
    assumed: int
    wide: int  # with text beyond ASCII
    joined: int  # lines of formats that are joined over lines: the file is Python's
    cut: int = 0  # stretches that end within a container's line or a record of several lines
    without_time: int = 0
    damaged: int = 0  # bytes of lines that are no text


class Facts(NamedTuple):
    """What the twin read of a file."""

    seen: Seen
    first_us: int | None
    last_us: int | None
    formats: dict[str, int]


class _Blocks(Protocol):
    taken: int
    error: tuple[int, str] | None

    def begin(self, edges: _Scan) -> None: ...

    def goes_on(self) -> bool: ...

    def stop(self) -> None: ...

    def stretch(
        self, scan: _Scan, size: int
    ) -> tuple[int, int, int, int, bool, list[tuple[bytes, int, int]], list[Segment]] | None: ...


class _Scan(Protocol):
    weight: int
    facts: tuple[list[int], int | None, int | None, list[tuple[int, int]]]

    def stretch(
        self, data: bytes, within: tuple[int, int], begins: tuple[int, int]
    ) -> tuple[list[tuple[int, int, int]], list[Segment]]: ...

    def offered(self, line: str) -> list[int]: ...

    def begin_file(self, path: str, offsets: bool, service: str, host: str) -> None: ...

    def piece(
        self,
        data: bytes,
        within: tuple[int, int],
        begins: tuple[int, int],
        is_last: bool,
    ) -> tuple[list[tuple[int, int, int]], list[Segment]] | None: ...

    def rows(
        self, data: bytes, within: tuple[int, int], begins: tuple[int, int]
    ) -> tuple[list[tuple[int, int, int]], list[int], native.Raw]: ...

    def each(self, stretches: list[tuple[bytes, int, int]]) -> tuple[list[int], native.Raw]: ...

    def last_record(self, data: bytes, start: int, end: int) -> tuple[int, int] | None: ...

    def forget_times(self) -> None: ...

    def absorb(self, other: _Scan) -> None: ...

    def take(self) -> native.Raws: ...

    def examples(self) -> list[tuple[int, int, bytes, int, str, int, int]]: ...


_Places = tuple[pa.Array, pa.Array, pa.Array]


def _written(raw: native.Raw) -> tuple[pa.RecordBatch, _Places]:
    """Return what the twin wrote as `RECORDS` without locators, and the places of these records."""
    columns = [column.combine_chunks() for column in native.table_of(raw, _WRITTEN, ()).columns]
    *columns, lines, offsets, items = columns
    records = pa.RecordBatch.from_arrays(columns, schema=RECORDS.remove(_LOCATOR))
    return records, (lines, offsets, items)


def opened(path: Path, found: os.stat_result, begins: int = 0) -> Blocks | None:
    """Return a plain file to be read by native scans, from where it *begins*; None: it cannot be, or another stands at *path* by now."""
    extension = native.find().extension
    if extension is None:
        return None
    held = extension.opened(path, found.st_dev, found.st_ino, begins)
    return None if held is None else Blocks(cast("_Blocks", held))


class Blocks:
    """A plain file that the threads which scan it read themselves, one stretch after another."""

    def __init__(self, held: _Blocks) -> None:
        self.held = held

    @property
    def taken(self) -> int:
        """How much was read [bytes]."""
        return self.held.taken

    @property
    def damage(self) -> str:
        """What kept the rest from being read; empty: nothing did."""
        if self.held.error is None:
            return ""
        number, words = self.held.error
        return str(OSError(number, os.strerror(number))) if number else words

    def goes_on(self) -> bool:
        """Return whether something may come next."""
        return self.held.goes_on()

    def stop(self) -> None:
        """Let the file end behind the line that was not read to its end."""
        self.held.stop()


class Scan:
    """
    One scan of one file; several may read its stretches at once, each in its own thread.

    Args:
        plan: What the formats became.
        window: What is asked for; None: everything.
        baseline: Records inside it are counted apart.
        offsets: Whether locators of the file say where in it records begin: these order what is kept of one time.
    """

    def __init__(
        self, plan: Plan, window: Window | None, baseline: Window | None, *, offsets: bool = True
    ) -> None:
        self._plan = plan
        self._baseline = baseline
        spans = (native.span_of(window), native.span_of(baseline))
        extension = native.find().extension
        if extension is None:
            raise ValueError("the native kernel is not built")
        extension.tell_classes(classes_beyond())
        table = plan.table
        rows = None if table is None else (ord(table.delimiter), len(table.columns))
        *formats, stacks = plan.packed
        told = (*formats, (*stacks, plan.languages), plan.answers, spans)
        self._scan = cast(
            "_Scan", extension.Scan(*told, (rows, offsets, plan.asked, plan.knows_traces))
        )

    def stretch(
        self, data: bytes, offset: int, line: int, *, start: int = 0, end: int | None = None
    ) -> tuple[list[Run], list[Segment]]:
        """
        Count a stretch that begins with a record and ends before another.

        Args:
            data: What holds it.
            offset: Where it begins in the file [bytes].
            line: The number of its first line.
            start: Where it begins in *data*.
            end: Where it ends in *data*; None: at its end.

        Returns:
            What of it is left to Python, and the order of the records before, between and behind that.
        """
        within = (start, len(data) if end is None else end)
        runs, segments = self._scan.stretch(data, within, (offset, line))
        return [Run(*run) for run in runs], segments

    def begin_file(self, path: str, *, offsets: bool, service: str, host: str) -> None:
        """
        Begin another file; sums and kept records are of all that were begun since `take`.

        Args:
            path: Its name, as locators have it.
            offsets: Whether byte offsets mean something in it.
            service: Given to records that name none.
            host: Likewise.
        """
        self._scan.begin_file(path, offsets, service, host)

    def piece(
        self, data: bytes, offset: int, line: int, end: int
    ) -> tuple[list[Run], list[Segment]] | None:
        """
        Count a stretch of the file that was begun, as `stretch` does; `facts` are of this stretch alone then.

        None: records may be joined over lines that could stand alone, so it is Python's, and nothing of it counts.

        Args:
            data: What begins with it.
            offset: Where it begins in the file [bytes].
            line: The number of its first line.
            end: Where it ends in *data*; at its end: so does the file.
        """
        read = self._scan.piece(data, (0, end), (offset, line), end == len(data))
        return None if read is None else ([Run(*run) for run in read[0]], read[1])

    def rows(self, data: bytes, offset: int, line: int, end: int) -> Rows:
        """
        Return the records of a stretch instead of counting them; `facts` are of this stretch alone then.

        Args:
            data: What begins with it.
            offset: Where it begins in the file [bytes].
            line: The number of its first line.
            end: Where it ends in *data*.
        """
        runs, before, raw = self._scan.rows(data, (0, end), (offset, line))
        records, places = _written(raw)
        return Rows(records, places, [Run(*run) for run in runs], before)

    def each(self, examples: Sequence[Example]) -> tuple[Rows, list[int]]:
        """
        Return the records of examples, each read by itself, and the places among these of those that are left to Python.

        Args:
            examples: Records that have their lines for themselves, of one file.
        """
        told = [(one.data, one.offset, one.line) for one in examples]
        left, raw = self._scan.each(told)
        return Rows(*_written(raw), [], []), left

    def last_record(
        self, data: bytes, start: int = 0, end: int | None = None
    ) -> tuple[int, int] | None:
        """
        Return where the last line stands that surely begins a record, and how many lines before.

        Args:
            data: What is looked at.
            start: Where a record begins, or a line was cut: not there, but behind it.
            end: Where looking ends; None: at its end.
        """
        return self._scan.last_record(data, start, len(data) if end is None else end)

    def forget_times(self) -> None:
        """Forget when stamps say it was: the plan places them by another moment."""
        self._scan.forget_times()

    def begin(self, blocks: Blocks) -> None:
        """Find where the stretches of a file end; this scan, which looked at its beginning, is spent."""
        blocks.held.begin(self._scan)

    def block(self, blocks: Blocks, size: int) -> Block | None:
        """Read about *size* bytes and count the next stretch of a file; None: it has ended."""
        found = blocks.held.stretch(self._scan, size)
        if found is None:
            return None
        number, offset, line, length, is_last, left, segments = found
        parts = [Left(*one) for one in left]
        return Block(number, offset, line, length, is_last, parts, segments)

    def absorb(self, other: Scan) -> None:
        """Add what another scan of the same file counted; that one is spent."""
        self._scan.absorb(other._scan)

    @property
    def weight(self) -> int:
        """About how much memory the sums hold [bytes]."""
        return self._scan.weight

    def examples(self) -> list[Example]:
        """Return the earliest and the last records of each shape and severity, by file and line."""
        return [Example(*one) for one in self._scan.examples()]

    def take(self) -> Partial:
        """Return the sums so far; they and the examples are forgotten."""
        return counted_by_twin(native.tables_of(self._scan.take()), self._baseline)

    @property
    def facts(self) -> Facts:
        """What the file held."""
        counts, first, last, formats = self._scan.facts
        # Of some thousand kinds of records a few are met.
        named = {self._plan.counted[place]: n for place, n in formats}
        return Facts(Seen(*counts), first, last, named)
