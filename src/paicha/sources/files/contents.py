"""What one file holds, whatever it turns out to be: text, a table, an archive, packed or not."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO

import pyarrow as pa

from paicha.errors import InputError
from paicha.kernel.caps import Caps
from paicha.kernel.count import Partial
from paicha.kernel.normalise import LineReader
from paicha.kernel.reducing import Reducer
from paicha.kernel.scan import Plan
from paicha.kernel.stacks import StackReader
from paicha.locales import text
from paicha.model.knowledge import LogFormat
from paicha.sources.files.account import Account
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
from paicha.sources.files.discovery import FoundFile
from paicha.sources.files.large import LargeFile
from paicha.sources.files.lines import TextLines
from paicha.sources.files.packing import CHUNK, ByteStream
from paicha.sources.files.parquet import is_parquet, read_rows
from paicha.sources.files.records import OtherTable, read_records
from paicha.sources.files.scanning import LeftToPython, block_size
from paicha.sources.files.selecting import LEAST, SelectedFile
from paicha.sources.files.stopping import Advance, Stoppable
from paicha.sources.files.tally import Tally
from paicha.sources.files.windows import WindowRows
from paicha.values import dataclass


@dataclass(slots=True, frozen=True)
class Manner:
    """
    How the lines of files are read.

    Attributes:
        formats: The log formats known.
        zone: IANA name of the zone of stamps that name none.
        stacks: Reads stack traces.
        log_format: The name of the one format lines are in; "": each line tells.
        latest: What stamps without a year are placed by; None: the time of each file.
        reference: What those in the standard input are placed by then.
        caps: What the sums of large files may hold.
    """

    formats: Sequence[LogFormat]
    zone: str
    stacks: StackReader
    log_format: str
    latest: datetime | None
    reference: datetime | None
    caps: Caps

    def reader(self, modified: datetime | None) -> LineReader:
        """Return what reads the lines of a file written last at *modified*."""
        placed_by = self.latest or modified
        return LineReader(self.formats, self.zone, placed_by, only=self.log_format)

    def plan(self, modified: datetime) -> Plan:
        """Return the same for the native kernel."""
        return Plan(self.formats, self.zone, self.latest or modified, self.stacks.rules)


class Contents:
    """
    Reads files one by one.

    Args:
        manner: How lines are read.
        rows: Gathers the records.
        account: Takes down what became of each file.
        advance: Says when to stop.
        stdin: Where ``-`` is read from; None: the process's own.
        reducer: Takes the sums of what the native kernel reads; None: it reads nothing.
        wanted: Whether one of some records, which were summed up, is looked for; None: all are.
    """

    def __init__(
        self,
        manner: Manner,
        rows: WindowRows,
        account: Account,
        advance: Advance,
        *,
        stdin: BinaryIO | None,
        reducer: Reducer | None,
        wanted: Callable[[Partial], bool] | None,
    ) -> None:
        self._manner = manner
        self._rows = rows
        self._account = account
        self._advance = advance
        self._stdin = stdin
        self._reducer = reducer
        self._wanted = wanted

    def read(self, file: FoundFile) -> Iterator[pa.RecordBatch]:
        """
        Yield the records of one file that are not summed up.

        Raises:
            InputError: If somebody named it and it is empty, no text, damaged from its beginning or
                not allowed to be read.
        """
        try:
            if file.is_stdin:
                yield from self._read_stream(
                    file, self._stdin or sys.stdin.buffer, 0, self._manner.reference
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
                elif not self._scanned(file, raw, stat.st_size, modified):
                    yield from self._read_stream(file, raw, stat.st_size, modified)
        except PermissionError:
            self._account.refuse(
                file, InputError("files.permission", path=file.shown), "files.skipped_permission"
            )
        except IsADirectoryError:
            self._account.refuse(
                file, InputError("files.folder_empty", path=file.shown), "files.skipped_empty"
            )
        except OSError as error:
            reason = error.strerror or str(error)
            problem = InputError("files.unreadable", path=file.shown, reason=reason)
            self._account.refuse(file, problem, "files.skipped_unreadable", reason=reason)
        except InputError as error:
            self._account.refuse(file, error, f"files.skipped_{error.code.partition('.')[2]}")
        except OtherTable:
            self._account.pass_table(file)

    def _read_members(
        self, file: FoundFile, members: Iterator[Member], depth: int
    ) -> Iterator[pa.RecordBatch]:
        """Read what stands in an archive, each member as a file of its own."""
        found = 0
        try:
            for member in members:
                found += 1
                if self._advance.asked_to_stop():
                    break
                inner = FoundFile(Path(member.name), named=False)
                if member.stream is None:
                    self._account.miss(
                        text(f"files.member_{member.refused}", path=inner.shown, n=member.size)
                    )
                    continue
                try:
                    yield from self._read_stream(
                        inner, member.stream, member.size, member.modified, depth + 1
                    )
                except InputError as error:
                    self._account.refuse(
                        inner, error, f"files.skipped_{error.code.partition('.')[2]}"
                    )
                except OtherTable:
                    self._account.pass_table(inner)
        except OSError as error:
            if not found:
                raise InputError("files.damaged", path=file.shown, reason=str(error)) from error
            self._account.miss(
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
            yield from self._rows.keep(read_rows(source, self._manner.reader(modified)), tally)
        except OSError as error:
            damage = str(error)
        self._account.close_file(file, tally, damage, "parquet", 0)

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
            self._advance.extent.begin(stream)
        chunks = Chunks(stream)
        head = chunks.peek(TAR_HEAD)
        if is_tar(head) or is_zip(head) or is_parquet(head):
            yield from self._read_nested(file, chunks, size, modified, depth)
            self._account.say_bomb(file, stream)
            return
        until = Stoppable(chunks, lambda: self._advance.asked_to_stop() or self._has_enough(file))
        lines = TextLines(until, file.shown, offsets=not stream.packed and not depth)
        tally = Tally(file, size)
        records = read_records(
            lines, self._manner.reader(modified), named=file.named, stacks=self._manner.stacks
        )
        yield from self._rows.keep(records, tally)
        tally.size = size or stream.stored_bytes
        self._account.say_bomb(file, stream)
        if until.stopped:
            self._advance.cut_short = True
            self._advance.partly = file.shown if tally.records else ""
            if not tally.records:
                return  # stopped before its first record: it counts as not read
        self._account.close_file(file, tally, stream.damage, lines.encoding, lines.damaged_bytes)

    def _read_nested(
        self, file: FoundFile, chunks: Chunks, size: int, modified: datetime | None, depth: int
    ) -> Iterator[pa.RecordBatch]:
        """Read an archive that is a stream, or a table that is one."""
        head = chunks.peek(TAR_HEAD)
        if depth >= DEPTH:
            self._account.miss(text("files.member_nested", path=file.shown, n=depth))
            return
        if is_tar(head):
            yield from self._read_members(file, tar_members(chunks, file.shown), depth)
            return
        whole = spooled(chunks)
        if whole is None:
            facts = {"path": file.shown, "n": f"{NESTED_BYTES:,}"}
            self._account.miss(text("files.member_too_large", **facts))
            return
        with whole:
            if is_zip(head):
                yield from self._read_members(file, zip_members(whole, file.shown), depth)
            else:
                yield from self._read_table(file, whole, size, modified)

    def _scanned(self, file: FoundFile, raw: BinaryIO, size: int, modified: datetime) -> bool:
        """Read a large file by the native kernel; return whether that was possible."""
        if self._reducer is None:
            return False
        for batch in self._rows.take():
            self._reducer.add(batch)
        manner, windows = self._manner, (self._rows.during.window, self._rows.before.window)
        reader = manner.reader(modified)
        large = LargeFile(file.shown, reader, manner.stacks, *windows, caps=manner.caps)
        tally = Tally(file, size)
        stream = ByteStream(raw, max(CHUNK, block_size()))
        self._advance.extent.begin(stream)
        until = Stoppable(stream, self._advance.asked_to_stop)
        plan = manner.plan(modified)
        try:
            lines = large.read(until, plan, tally, packed=stream.packed)
        except LeftToPython:
            raw.seek(0)
            return False
        self._reducer.absorb(large.reducer)
        self._rows.during.counts.update(large.during)
        self._rows.before.counts.update(large.before)
        self._account.say_bomb(file, stream)
        if until.stopped:
            self._advance.partly = file.shown if tally.records else ""
        if tally.records or not until.stopped:
            self._account.close_file(
                file, tally, stream.damage, lines.encoding, lines.damaged_bytes
            )
        return True

    def _selects(self, size: int) -> bool:
        return self._wanted is not None and size >= LEAST

    def _selected(
        self, file: FoundFile, raw: BinaryIO, size: int, modified: datetime
    ) -> Iterator[pa.RecordBatch]:
        """Read the stretches of a file that hold what is wanted."""
        assert self._wanted is not None
        stream = ByteStream(raw)
        self._advance.extent.begin(stream)
        reader, window = self._manner.reader(modified), self._rows.during.window
        selected = SelectedFile(file.shown, reader, self._manner.stacks, window, self._wanted)
        until = Stoppable(stream, self._advance.asked_to_stop)
        plan = self._manner.plan(modified)
        try:
            records = selected.records(until, plan, packed=stream.packed)
            yield from self._rows.keep(records, Tally(file, size))
        except LeftToPython:
            raw.seek(0)
            yield from self._read_stream(file, raw, size, modified)
            return
        self._account.say_bomb(file, stream)
        self._account.use()

    def _has_enough(self, file: FoundFile) -> bool:
        """Return whether to read no further: a file ends by itself, the standard input may not."""
        return file.is_stdin and self._rows.during.counts["beyond"] > 0
