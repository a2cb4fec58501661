"""One reading of files: batches of records, and afterwards what was there and what is missing."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import IO, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from paicha.errors import InputError
from paicha.kernel.caps import CAPS, Caps
from paicha.kernel.count import Partial, inside_of
from paicha.kernel.filter import compile_filter, scope_predicate
from paicha.kernel.normalise import LineReader, RecordBuilder
from paicha.kernel.reducing import Choosing, Reducer
from paicha.kernel.scan import Plan
from paicha.kernel.stacks import StackReader
from paicha.kernel.times import to_micros
from paicha.locales import Text, text
from paicha.model.aliases import AliasSettings
from paicha.model.coverage import FileCoverage, SourceCoverage
from paicha.model.knowledge import LogFormat
from paicha.model.question import LogQuery, Window
from paicha.model.reading import Mark, ReadFile
from paicha.model.schema import RECORDS
from paicha.sources.files.archives import (
    DEPTH,
    NESTED_BYTES,
    TAR_HEAD,
    Chunks,
    Member,
    is_tar,
    is_zip,
    spooled,
    tar_members,
    zip_members,
)
from paicha.sources.files.discovery import STDIN, FoundFile, unpacked, unpacked_size
from paicha.sources.files.joining import Record
from paicha.sources.files.large import LargeFile, locator_of
from paicha.sources.files.lines import TextLines
from paicha.sources.files.packing import ByteStream
from paicha.sources.files.parquet import is_parquet, read_rows
from paicha.sources.files.records import OtherTable, read_records
from paicha.sources.files.scanning import LeftToPython
from paicha.sources.files.selecting import LEAST, SelectedFile
from paicha.sources.files.stopping import Extent, Stoppable, read_file
from paicha.sources.files.tally import Tally
from paicha.values import dataclass

BATCH_ROWS = 16_384
#: Records between two marks from which reading can go on after a stop.
MARK_ROWS = 100_000
#: What a line of the standard input counts for beside its message [bytes].
_HEADER_BYTES = 64


@dataclass(slots=True)
class _Part:
    """What was taken of one of the windows that are read."""

    window: Window | None
    counts: Counter[str] = field(default_factory=Counter)


class FileReading:
    """
    One answer of a `FileSource`.

    Args:
        name: The source's name.
        files: What to read.
        formats: The log formats known.
        query: What is asked.
        stdin: Where ``-`` is read from; None: the process's own.
        reference: What stamps without a year in the standard input are placed by when no window is
            asked for.
        stacks: Reads stack traces.
        log_format: The name of the one format lines are in; "": each line tells.
        baseline: A second window that is read in the same pass, its records counted apart.
        notes: What was noticed about the files before.
        caps: What the sums of large files may hold.
        known: Files that were read before: whether files are large is a matter of all together.
        wanted: Whether one of some records, which were summed up, is looked for; None: all are.
    """

    def __init__(
        self,
        name: str,
        files: Sequence[FoundFile],
        formats: Sequence[LogFormat],
        query: LogQuery,
        *,
        stdin: BinaryIO | None,
        reference: datetime | None,
        stacks: StackReader,
        log_format: str = "",
        baseline: Window | None = None,
        notes: Sequence[Text] = (),
        caps: Caps = CAPS,
        known: Sequence[ReadFile] = (),
        wanted: Callable[[Partial], bool] | None = None,
    ) -> None:
        self._name = name
        self._files = files
        self._formats = formats
        self._query = query
        self._stdin = stdin
        self._reference = reference
        self._stacks = stacks
        self._log_format = log_format
        self._scope = scope_predicate(query.scope.hosts, query.scope.services)
        self._where = compile_filter(query.scope.where)
        self._builder = RecordBuilder()
        self._during = _Part(query.window)
        self._before = _Part(baseline)
        windows = [window for window in (query.window, baseline) if window]
        self._spans = tuple((to_micros(w.start), to_micros(w.end)) for w in windows)
        self._latest = max((window.end for window in windows), default=None)
        self._counts = self._during.counts
        self._coverages: list[FileCoverage] = []
        self._incomplete: list[Text] = []
        self._notes: list[Text] = list(notes)
        self._tables: list[str] = []  # files that are tables without log messages
        self._first_error: InputError | None = None
        self._usable = 0
        size = unpacked_size(files) + sum(
            unpacked(file.size, PurePath(file.place)) for file in known
        )
        large = query.keep_bytes is not None and size > query.keep_bytes
        self._caps = caps
        self._wanted = None if log_format or query.max_records < sys.maxsize else wanted
        self._reducer = Reducer(baseline, caps) if large else None
        # How much the standard input holds shows while it is read.
        endless = query.keep_bytes is not None and any(file.is_stdin for file in files)
        self._choosing: Choosing | None = None
        if endless and not large:
            self._choosing = Choosing(
                query.keep_bytes, baseline, ordered=True, caps=caps, each=_HEADER_BYTES
            )
        # What is asked of single records is asked in Python.
        narrowed = self._scope or self._where or query.scope.hosts or log_format
        self._scans = not narrowed and query.max_records >= sys.maxsize
        self._whole: list[ReadFile] = []
        self._stopped = False
        self._cut_short = False  # a file was not read to its end, by our own will
        self._partly = ""  # the file that a stop found open
        self._marked_rows = 0
        self._extent = Extent(files)

    def __iter__(self) -> Iterator[pa.RecordBatch | Partial | Mark]:
        """
        Yield batches of `RECORDS`, trimmed to window and scope, and marks between files.

        Of large files the sums, and of their records the earliest and the last of each kind.
        """
        if self._choosing is not None:
            yield from self._chosen(self._choosing)
            return
        if self._reducer is None:
            yield from self._batches()
            return
        for item in self._batches():
            if isinstance(item, Mark):
                yield from self._reducer.rest()
                yield item
            else:
                self._reducer.add(item)
        yield from self._reducer.rest()

    @property
    def reduced(self) -> tuple[int, float] | None:
        """See `paicha.ports.ReducedReading`."""
        order = self._reducer.order if self._reducer else None
        if self._choosing is not None:
            order = self._choosing.order
        if order is None:
            return None
        return order.steps, order.largest_us / 1_000_000

    def _chosen(self, choosing: Choosing) -> Iterator[pa.RecordBatch | Partial]:
        """Yield the records of a stream as they are until they are many; nothing can go on from a mark in it."""
        for item in self._batches():
            if not isinstance(item, Mark):
                yield from choosing.take(item)
        yield from choosing.rest()

    def _batches(self) -> Iterator[pa.RecordBatch | Mark]:
        for file in self._files:
            if self._asked_to_stop():
                break
            yield from self._read_file(file)
            self._extent.end(file)
            if not self._cut_short:
                self._whole += read_file(file)
                yield from self._mark()
        if len(self._builder):
            yield from self._take()
        if not self._usable and self._first_error is not None:
            raise self._first_error

    def _asked_to_stop(self) -> bool:
        if self._query.stop():
            self._stopped = self._cut_short = True
        return self._stopped

    def _mark(self) -> Iterator[pa.RecordBatch | Mark]:
        """Yield what was gathered and a mark, where enough was read since the last one."""
        rows = self._during.counts["rows"] + self._before.counts["rows"] + len(self._builder)
        if rows - self._marked_rows < MARK_ROWS:
            return
        self._marked_rows = rows
        if len(self._builder):
            yield from self._take()
        baseline = None if self._before.window is None else self.baseline_coverage
        yield Mark(self.whole, self.coverage, baseline)

    @property
    def whole(self) -> tuple[ReadFile, ...]:
        """The files read from beginning to end."""
        return tuple(self._whole)

    @property
    def rest(self) -> tuple[str, ...]:
        """Places of the files that were not read, or not to their end, because of a stop."""
        if not self._stopped:
            return ()
        known = {file.place for file in self._whole}
        places = [STDIN if f.is_stdin else str(f.path.resolve()) for f in self._files]
        return tuple(place for place in places if place not in known)

    @property
    def extent(self) -> tuple[int, int | None]:
        """Bytes read so far, and of how many (None: nobody knows)."""
        return self._extent.done, self._extent.total

    @property
    def store_counts(self) -> pa.Table | None:
        """None: files are read whole."""
        return None

    @property
    def aliases(self) -> tuple[AliasSettings, pa.Table] | None:
        """None: files have no aliases."""
        return None

    @property
    def coverage(self) -> SourceCoverage:
        """What was there, what was read, what is missing and why."""
        return self._coverage(self._during, self._before, tuple(self._closing_notes()))

    @property
    def baseline_coverage(self) -> SourceCoverage:
        """The same of the baseline."""
        return self._coverage(self._before, self._during, ())

    def _coverage(self, part: _Part, other: _Part, closing: tuple[Text, ...]) -> SourceCoverage:
        counts = part.counts
        outside = self._during.counts["outside"] + other.counts["rows"]
        return SourceCoverage(
            source=self._name,
            kind="files",
            window=part.window,
            present=None if self._cut_short else counts["kept"] + counts["beyond"],
            read=counts["kept"] + outside + counts["filtered"],
            kept=counts["kept"],
            outside=outside,
            filtered=counts["filtered"],
            duplicates=0,
            without_time=counts["without_time"],
            without_level=counts["without_level"],
            incomplete=(*self._incomplete, *self._limit_text(counts), *self._stop_text()),
            notes=(*self._notes, *closing),
            queries=tuple(file.shown for file in self._files),
            files=tuple(self._coverages),
        )

    def _read_file(self, file: FoundFile) -> Iterator[pa.RecordBatch]:
        try:
            if file.is_stdin:
                yield from self._read_stream(
                    file, self._stdin or sys.stdin.buffer, 0, self._reference
                )
                return
            with file.path.open("rb") as raw:
                stat = file.path.stat()
                modified = datetime.fromtimestamp(stat.st_mtime, UTC)
                head = raw.peek(4)[:4]
                if is_parquet(head):
                    yield from self._read_table(file, file.path, stat.st_size, modified)
                elif is_zip(head) and raw.seekable():
                    yield from self._read_members(file, zip_members(raw, file.shown), 0)
                elif self._selects(stat.st_size):
                    yield from self._selected(file, raw, stat.st_size, modified)
                elif not self._scanned(file, raw, stat.st_size, self._latest or modified):
                    yield from self._read_stream(file, raw, stat.st_size, modified)
        except PermissionError:
            self._refuse(
                file, InputError("files.permission", path=file.shown), "files.skipped_permission"
            )
        except IsADirectoryError:
            self._refuse(
                file, InputError("files.folder_empty", path=file.shown), "files.skipped_empty"
            )
        except OSError as error:
            reason = error.strerror or str(error)
            problem = InputError("files.unreadable", path=file.shown, reason=reason)
            self._refuse(file, problem, "files.skipped_unreadable", reason=reason)
        except InputError as error:
            self._refuse(file, error, f"files.skipped_{error.code.partition('.')[2]}")
        except OtherTable:
            self._tables.append(file.shown)

    def _refuse(self, file: FoundFile, error: InputError, key: str, **facts: object) -> None:
        """Raise *error* for a file that was named; only say so for one that was found."""
        if file.named:
            raise error
        self._first_error = self._first_error or error
        said = text(key, path=file.shown, **facts)
        (self._notes if key in _HARMLESS else self._incomplete).append(said)

    def _read_members(
        self, file: FoundFile, members: Iterator[Member], depth: int
    ) -> Iterator[pa.RecordBatch]:
        """Read what stands in an archive, each member as a file of its own."""
        found = 0
        try:
            for member in members:
                found += 1
                if self._asked_to_stop():
                    break
                inner = FoundFile(Path(member.name), named=False)
                if member.stream is None:
                    self._incomplete.append(
                        text(f"files.member_{member.refused}", path=inner.shown, n=member.size)
                    )
                    continue
                try:
                    yield from self._read_stream(
                        inner, member.stream, member.size, member.modified, depth + 1
                    )
                except InputError as error:
                    self._refuse(inner, error, f"files.skipped_{error.code.partition('.')[2]}")
                except OtherTable:
                    self._tables.append(inner.shown)
        except OSError as error:
            if not found:
                raise InputError("files.damaged", path=file.shown, reason=str(error)) from error
            self._incomplete.append(
                text("files.archive_damaged", path=file.shown, n=found, reason=str(error))
            )
        if not found:
            raise InputError("files.empty", path=file.shown)

    def _read_table(
        self, file: FoundFile, source: Path | IO[bytes], size: int, modified: datetime | None
    ) -> Iterator[pa.RecordBatch]:
        tally = Tally(file, size)
        damage = ""
        try:
            yield from self._keep(read_rows(source, self._reader(modified)), file, tally)
        except OSError as error:
            damage = str(error)
        self._close_file(file, tally, damage, "parquet", 0)

    def _reader(self, modified: datetime | None) -> LineReader:
        placed_by = self._latest or modified
        return LineReader(self._formats, self._query.zone, placed_by, only=self._log_format)

    def _read_stream(
        self,
        file: FoundFile,
        raw: IO[bytes],
        size: int,
        modified: datetime | None,
        depth: int = 0,
    ) -> Iterator[pa.RecordBatch]:
        stream = ByteStream(raw)
        if not depth:
            self._extent.begin(stream)
        chunks = Chunks(stream)
        head = chunks.peek(TAR_HEAD)
        if is_tar(head) or is_zip(head) or is_parquet(head):
            yield from self._read_nested(file, chunks, size, modified, depth)
            self._say_bomb(file, stream)
            return
        until = Stoppable(chunks, lambda: self._asked_to_stop() or self._has_enough(file))
        lines = TextLines(until, file.shown, offsets=not stream.packed and not depth)
        tally = Tally(file, size)
        records = read_records(lines, self._reader(modified), named=file.named, stacks=self._stacks)
        yield from self._keep(records, file, tally)
        tally.size = size or stream.stored_bytes
        self._say_bomb(file, stream)
        if until.stopped:
            self._cut_short = True
            self._partly = file.shown if tally.records else ""
            if not tally.records:
                return  # stopped before its first record: it counts as not read
        self._close_file(file, tally, stream.damage, lines.encoding, lines.damaged_bytes)

    def _read_nested(
        self, file: FoundFile, chunks: Chunks, size: int, modified: datetime | None, depth: int
    ) -> Iterator[pa.RecordBatch]:
        """Read an archive that is a stream, or a table that is one."""
        head = chunks.peek(TAR_HEAD)
        if depth >= DEPTH:
            self._incomplete.append(text("files.member_nested", path=file.shown, n=depth))
            return
        if is_tar(head):
            yield from self._read_members(file, tar_members(chunks, file.shown), depth)
            return
        whole = spooled(chunks)
        if whole is None:
            facts = {"path": file.shown, "n": f"{NESTED_BYTES:,}"}
            self._incomplete.append(text("files.member_too_large", **facts))
            return
        with whole:
            if is_zip(head):
                yield from self._read_members(file, zip_members(whole, file.shown), depth)
            else:
                yield from self._read_table(file, whole, size, modified)

    def _keep(
        self, records: Iterator[Record], file: FoundFile, tally: Tally
    ) -> Iterator[pa.RecordBatch]:
        """Count the records of one file and gather those of the windows."""
        for record in records:
            tally.add(record)
            if self._outside(record.parsed.timestamp_us):
                self._counts["outside"] += 1
                continue
            self._builder.add(record.parsed, locator_of(file.shown, record))
            if len(self._builder) >= BATCH_ROWS:
                yield from self._take()

    def _scanned(self, file: FoundFile, raw: BinaryIO, size: int, placed_by: datetime) -> bool:
        """Read a large file by the native kernel; return whether that was possible."""
        if self._reducer is None or not self._scans:
            return False
        if len(self._builder):
            for batch in self._take():
                self._reducer.add(batch)
        zone, windows = self._query.zone, (self._query.window, self._before.window)
        reader = LineReader(self._formats, zone, placed_by)
        large = LargeFile(file.shown, reader, self._stacks, *windows, caps=self._caps)
        tally = Tally(file, size)
        stream = ByteStream(raw)
        self._extent.begin(stream)
        until = Stoppable(stream, self._asked_to_stop)
        plan = Plan(self._formats, zone, placed_by)
        try:
            lines = large.read(until, plan, tally, packed=stream.packed)
        except LeftToPython:
            raw.seek(0)
            return False
        self._reducer.absorb(large.reducer)
        self._during.counts.update(large.during)
        self._before.counts.update(large.before)
        self._say_bomb(file, stream)
        if until.stopped:
            self._partly = file.shown if tally.records else ""
        if tally.records or not until.stopped:
            self._close_file(file, tally, stream.damage, lines.encoding, lines.damaged_bytes)
        return True

    def _selects(self, size: int) -> bool:
        return self._wanted is not None and size >= LEAST

    def _selected(
        self, file: FoundFile, raw: BinaryIO, size: int, modified: datetime
    ) -> Iterator[pa.RecordBatch]:
        """Read the stretches of a file that hold what is wanted."""
        assert self._wanted is not None
        stream = ByteStream(raw)
        self._extent.begin(stream)
        reader = self._reader(modified)
        selected = SelectedFile(file.shown, reader, self._stacks, self._query.window, self._wanted)
        until = Stoppable(stream, self._asked_to_stop)
        plan = Plan(self._formats, self._query.zone, self._latest or modified)
        try:
            records = selected.records(until, plan, packed=stream.packed)
            yield from self._keep(records, file, Tally(file, size))
        except LeftToPython:
            raw.seek(0)
            yield from self._read_stream(file, raw, size, modified)
            return
        self._say_bomb(file, stream)
        self._usable += 1

    def _has_enough(self, file: FoundFile) -> bool:
        """Return whether to read no further: a file ends by itself, the standard input may not."""
        return file.is_stdin and self._counts["beyond"] > 0

    def _limit_text(self, counts: Counter[str]) -> tuple[Text, ...]:
        kept, beyond = counts["kept"], counts["beyond"]
        if not beyond:
            return ()
        if self._cut_short:
            return (text("files.limit_stdin", kept=f"{kept:,}"),)
        return (text("files.limit", kept=f"{kept:,}", present=f"{kept + beyond:,}"),)

    def _stop_text(self) -> tuple[Text, ...]:
        if not self._stopped:
            return ()
        whole, n = len(self._whole), len(self._files)
        path = self._partly
        partly = text("files.partly", path=path) if path else text("files.none_partly")
        return (text("files.stopped", whole=f"{whole:,}", n=f"{n:,}", partly=partly),)

    def _say_bomb(self, file: FoundFile, stream: ByteStream) -> None:
        if stream.is_bomb:
            facts = {"unpacked": f"{stream.unpacked_bytes:,}", "stored": f"{stream.stored_bytes:,}"}
            self._incomplete.append(text("files.bomb", path=file.shown, **facts))

    def _close_file(
        self, file: FoundFile, tally: Tally, damage: str, encoding: str, damaged_bytes: int
    ) -> None:
        if tally.records == 0:
            if damage:
                raise InputError("files.damaged", path=file.shown, reason=damage)
            raise InputError("files.empty", path=file.shown)
        self._usable += 1
        self._coverages.append(tally.coverage(encoding, damaged_bytes))
        shown = file.shown
        if damage:
            self._incomplete.append(
                text("files.damaged", path=shown, n=tally.records, reason=damage)
            )
        if tally.cut_lines:
            facts = {"path": shown, "n": tally.cut_lines, "bytes": f"{tally.cut_bytes:,}"}
            self._incomplete.append(text("files.line_cut", **facts))
        if tally.left_out:
            self._incomplete.append(text("files.following_cut", path=shown, n=tally.left_out))
        if tally.assumed:
            key = "files.placed_by_window" if self._query.window else "files.placed_by_file"
            self._notes.append(text(key, path=shown, n=tally.assumed))
        if damaged_bytes:
            self._notes.append(text("files.damaged_bytes", path=shown, n=damaged_bytes))

    def _outside(self, micros: int | None) -> bool:
        if not self._spans or micros is None:
            return False
        return not any(start <= micros < end for start, end in self._spans)

    def _take(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows gathered, those of the baseline in a batch of their own."""
        batch = self._builder.take()
        if self._before.window is None:
            yield from self._taken(batch, self._during)
            return
        inside = inside_of(batch, self._before.window)
        yield from self._taken(batch.filter(pc.invert(inside)), self._during)
        yield from self._taken(batch.filter(inside), self._before)

    def _taken(self, batch: pa.RecordBatch, part: _Part) -> Iterator[pa.RecordBatch]:
        """Yield what is in scope of the rows of one window, up to the limit."""
        asked, counts = batch.num_rows, part.counts
        counts["rows"] += asked
        for predicate in (self._scope, self._where):
            if predicate is not None:
                batch = batch.filter(predicate(batch))
        counts["filtered"] += asked - batch.num_rows
        room = max(self._query.max_records - counts["kept"], 0)
        counts["beyond"] += max(batch.num_rows - room, 0)
        batch = batch.slice(0, room)
        if not batch.num_rows:
            return
        batch = self._of_the_host_asked_for(batch, counts)
        self._count_kept(batch, counts)
        yield batch

    def _of_the_host_asked_for(self, batch: pa.RecordBatch, counts: Counter[str]) -> pa.RecordBatch:
        """Give lines that name no host the one that was asked for: whoever names one means it."""
        hosts = self._query.scope.hosts
        if len(hosts) != 1:
            return batch
        silent = _says_no_host(batch)
        counts["given_host"] += _true(silent)
        # An id of BlueKing's is a whole number; everything else is an address or a name.
        column = "host_id" if hosts[0].isdecimal() else "host_ip"
        filled = pc.if_else(silent, hosts[0], batch.column(column))
        return batch.set_column(batch.schema.get_field_index(column), RECORDS.field(column), filled)

    def _count_kept(self, batch: pa.RecordBatch, counts: Counter[str]) -> None:
        counts["kept"] += batch.num_rows
        counts["without_time"] += batch.column("timestamp").null_count
        counts["without_level"] += _true(pc.equal(batch.column("severity_number"), 0))
        scope = self._query.scope
        if len(scope.hosts) > 1:
            counts["without_host"] += _true(_says_no_host(batch))
        if scope.services:
            counts["without_service"] += _true(pc.equal(batch.column("service_name"), ""))

    def _closing_notes(self) -> Iterator[Text]:
        if self._choosing is not None and self._choosing.order is not None:
            yield text("originals.stdin")
        if len(self._tables) == 1:
            yield text("files.skipped_table", path=self._tables[0])
        elif self._tables:
            names = ", ".join(self._tables)
            yield text("files.skipped_tables", n=f"{len(self._tables):,}", paths=names)
        if self._counts["given_host"]:
            (host,) = self._query.scope.hosts
            yield text("files.given_host", n=f"{self._counts['given_host']:,}", host=host)
        for what in ("host", "service"):
            n = self._counts[f"without_{what}"]
            if n:
                yield text(f"files.without_{what}", n=f"{n:,}")
        window, outside = self._query.window, self._counts["outside"] + self._before.counts["rows"]
        starts = [file.first for file in self._coverages if file.first]
        ends = [file.last for file in self._coverages if file.last]
        if window and self._counts["kept"] == 0 and outside and starts and ends:
            yield text(
                "files.none_in_window",
                n=f"{outside:,}",
                first=min(starts).isoformat(sep=" ", timespec="seconds"),
                last=max(ends).isoformat(sep=" ", timespec="seconds"),
            )


#: What may be found in a folder of logs without any log being missing.
_HARMLESS = frozenset({"files.skipped_empty", "files.skipped_binary"})


def _says_no_host(batch: pa.RecordBatch) -> pa.Array:
    return pc.and_(pc.equal(batch.column("host_ip"), ""), pc.equal(batch.column("host_id"), ""))


def _true(mask: pa.BooleanArray) -> int:
    return int(pc.sum(mask).as_py() or 0)
