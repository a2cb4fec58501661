"""What one file holds, whatever it turns out to be: text, a table, an archive, packed or not."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

import pyarrow as pa

from paicha.encoding import larger
from paicha.errors import InputError
from paicha.kernel import native
from paicha.kernel.count import Partial
from paicha.kernel.reducing import Reducer
from paicha.kernel.times import PlacedBy
from paicha.locales import text
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
from paicha.sources.files.discovery import FoundFile, unpacked
from paicha.sources.files.folder_years import Years
from paicha.sources.files.lines import TextLines
from paicha.sources.files.manner import Manner
from paicha.sources.files.own_years import HEAD, placed_by_own, years_by
from paicha.sources.files.packing import ByteStream
from paicha.sources.files.parquet import TableRows, is_parquet
from paicha.sources.files.records import OtherTable, read_records
from paicha.sources.files.stopping import Advance, Stoppable
from paicha.sources.files.tally import Tally
from paicha.sources.files.windows import WindowRows

if TYPE_CHECKING:
    from paicha.sources.files.kept_file import KeptFile
    from paicha.sources.files.small_files import SmallFiles

#: Smaller files are read in Python, line by line; of others so much at once. [bytes]
WRITTEN = 1 << 19
#: The same where so much is read in all that the kernel is worth being made: it is made once. [bytes]
WRITTEN_OF_MANY, MANY = 1 << 11, 4 << 20
#: Of many files smaller ones are read by one scan, one after another: several threads are no gain there. [bytes]
SCANNED = 1 << 20
#: Chunks that are unpacked before a thread has begun.
_ALONE = 4
#: How much of a file is searched for what is wanted at once. [bytes]
STRETCH = 1 << 20
#: Smaller files are not searched for stretches that hold what is wanted [bytes].
LEAST = 4 << 20


class Contents:
    """
    Reads files one by one.

    Args:
        manner: How lines are read.
        rows: Gathers the records.
        account: Takes down what became of each file.
        advance: Says when to stop.
        files: All that are read: those of a folder may say of which year one of them is.
        stdin: Where ``-`` is read from; None: the process's own.
        reducer: Takes the sums of what the native kernel reads; None: it reads nothing.
        total: About how much is read in all [bytes].
        wanted: Whether one of some records, which were summed up, is looked for; None: all are.
    """

    def __init__(
        self,
        manner: Manner,
        rows: WindowRows,
        account: Account,
        advance: Advance,
        files: Sequence[FoundFile],
        *,
        stdin: BinaryIO | None,
        reducer: Reducer | None,
        total: int,
        wanted: Callable[[Partial], bool] | None,
    ) -> None:
        self._manner = manner
        self._rows = rows
        self._account = account
        self._advance = advance
        self._years = Years(files, manner)
        self._stdin = stdin
        #: Takes sums; it may be given while a stream is read.
        self.reducer = reducer
        self._total = total
        self._least = WRITTEN_OF_MANY if total >= MANY else WRITTEN
        self._wanted = wanted
        self._small: SmallFiles | None = None

    def settle(self) -> None:
        """Hand on what was counted."""
        if self._small is not None:
            self._small.settle()

    def read(self, file: FoundFile) -> Iterator[pa.RecordBatch]:
        """
        Yield the records of one file that are not summed up.

        Raises:
            InputError: If somebody named it and it is the only one and empty, no text, damaged from its beginning or
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
                written = datetime.fromtimestamp(stat.st_mtime, UTC)
                placed_by = self._years.placed_by(file.path, raw, written)
                head = raw.peek(4)[:4]
                if is_parquet(head):
                    yield from self._read_table(file, file.path, stat.st_size, placed_by)
                elif is_zip(head) and raw.seekable():
                    yield from self._read_members(file, zip_members(raw, file.shown), 0)
                elif self._selects(stat.st_size):
                    yield from self._selected(file, raw, stat.st_size, placed_by)
                elif not self._scanned(file, raw, stat.st_size, placed_by):
                    yield from self._read_stream(file, raw, stat.st_size, placed_by)
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
        found = read = 0
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
                    read += 1
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
                text("files.archive_damaged", path=file.shown, n=read, reason=str(error))
            )
        if not found:
            raise InputError("files.empty", path=file.shown)

    def _read_table(
        self, file: FoundFile, source: Path | IO[bytes], size: int, placed_by: PlacedBy | None
    ) -> Iterator[pa.RecordBatch]:
        tally = Tally(file, size)
        damage = ""
        reader = self._manner.reader(placed_by)
        rows = TableRows(source, reader, self._advance.asked_to_stop)
        try:
            yield from self._rows.keep(iter(rows), tally)
        except OSError as error:
            damage = str(error)
        if rows.is_bomb and not tally.records:
            raise InputError("files.bomb", path=file.shown, n=f"{rows.unpacked_bytes:,}")
        self._account.say_bomb(file, rows)
        if rows.stopped:
            self._advance.partly = file.shown if tally.records else ""
            if not tally.records:
                return  # as of a text
        self._account.close_file(file, tally, damage, "parquet", 0)

    def _read_stream(
        self,
        file: FoundFile,
        raw: IO[bytes],
        size: int,
        placed_by: PlacedBy | None,
        depth: int = 0,
    ) -> Iterator[pa.RecordBatch]:
        stream = ByteStream(raw)
        if not depth:
            self._advance.extent.begin(stream)
        chunks = Chunks(stream)
        head = chunks.peek(max(TAR_HEAD, HEAD))
        if is_tar(head) or is_zip(head) or is_parquet(head):
            yield from self._read_nested(file, chunks, size, placed_by, depth, stream=stream)
            self._account.say_bomb(file, stream)
            return
        is_first_look = depth or file.is_stdin or not raw.seekable()
        if is_first_look and isinstance(placed_by, datetime) and self._manner.latest is None:
            placed_by = placed_by_own(placed_by, head[:HEAD], self._manner.reader)
        unpacked = _ahead(iter(chunks)) if depth or stream.packed else chunks
        until = Stoppable(unpacked, lambda: self._advance.asked_to_stop() or self._has_enough(file))
        offsets = not stream.packed and not depth
        lines = TextLines(until, file.shown, offsets=offsets, stop=until.ask)
        blocks = larger(lines.opened(), WRITTEN)
        first = next(blocks, b"")
        tally = Tally(file, size, years_by=years_by(placed_by))
        if not self._counted(first, blocks, lines, tally, placed_by):
            yield from self._read_text(first, blocks, lines, tally, placed_by)
        tally.size = size or stream.stored_bytes
        self._account.say_bomb(file, stream)
        if until.stopped:
            self._advance.cut_short = True
            self._advance.partly = file.shown if tally.records else ""
            if not tally.records:
                return  # stopped before its first record: it counts as not read
        elif not depth and not stream.packed:
            self._account.say_shorter(file, size, stream.taken)
        self._account.close_file(file, tally, stream.damage, lines.encoding, lines.damaged_bytes)

    def _read_text(
        self,
        first: bytes,
        blocks: Iterator[bytes],
        lines: TextLines,
        tally: Tally,
        placed_by: PlacedBy | None,
    ) -> Iterator[pa.RecordBatch]:
        """Read the records of a file one by one."""
        written = self._written(first, blocks, lines, tally, placed_by)
        if written is not None:
            kept, batches = written
            yield from self._rows.keep_batches(batches, tally.file)
            if kept.rest is not None:
                yield from self._rows.take()
                if small := self._small_files():
                    small.go_on(kept.rest, lines, tally, placed_by)
            return
        reader, stacks = self._manner.reader(placed_by), self._manner.stacks
        whole = lines.of(chain([first], blocks))
        records = read_records(
            whole, reader, named=tally.file.named, stacks=stacks, passed=tally.add_cut
        )
        yield from self._rows.keep(records, tally)

    def _counted(
        self,
        first: bytes,
        blocks: Iterator[bytes],
        lines: TextLines,
        tally: Tally,
        placed_by: PlacedBy | None,
    ) -> bool:
        """Count a file by a scan that is kept over files; return whether that was possible."""
        small = self._small_files()
        if small is None:
            return False
        from paicha.sources.files.scanned import LeftToPython  # noqa: PLC0415 - likewise

        with suppress(LeftToPython):
            small.read(first, blocks, lines, tally, placed_by)
            return True
        return False

    def _small_files(self) -> SmallFiles | None:
        """Return what counts files by a scan that is kept over them; None: not every record is counted."""
        # Each record is asked for its host where one was asked for.
        if self.reducer is None or self._rows.asked.hosts or native.find().extension is None:
            return None
        from paicha.sources.files.scanned import SmallFiles  # noqa: PLC0415 - likewise

        if self._small is None:
            self._small = SmallFiles(self._manner, self._rows, self.reducer)
        return self._small

    def _written(
        self,
        first: bytes,
        blocks: Iterator[bytes],
        lines: TextLines,
        tally: Tally,
        placed_by: PlacedBy | None,
    ) -> tuple[KeptFile, Iterator[pa.RecordBatch]] | None:
        """Return what reads a file that is large enough for the native kernel, and its records; None: it is Python's."""
        if len(first) < self._least or self._manner.log_format:
            return None
        if native.find().extension is None:
            return None
        from paicha.sources.files.scanned import LeftToPython, records_kept  # noqa: PLC0415 - likewise

        with suppress(LeftToPython):
            return records_kept(
                first,
                blocks,
                lines,
                tally,
                placed_by,
                manner=self._manner,
                enough=lambda: self._small_files() is not None,
            )
        return None

    def _read_nested(
        self,
        file: FoundFile,
        chunks: Chunks,
        size: int,
        placed_by: PlacedBy | None,
        depth: int,
        *,
        stream: ByteStream,
    ) -> Iterator[pa.RecordBatch]:
        """Read an archive that is a stream, or a table that is one."""
        head = chunks.peek(TAR_HEAD)
        if depth >= DEPTH:
            self._account.miss(text("files.member_nested", path=file.shown, n=depth))
            return
        if is_tar(head):
            members = _to_the_end(tar_members(chunks, file.shown), chunks, stream)
            yield from self._read_members(file, members, depth)
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
                yield from self._read_table(file, whole, size, placed_by)

    def _scanned(
        self, file: FoundFile, raw: BinaryIO, size: int, placed_by: PlacedBy | None
    ) -> bool:
        """Read a large file by the native kernel; return whether that was possible."""
        if self.reducer is None or unpacked(size, file.path) < min(SCANNED, self._total):
            return False
        # A tenth of all modules of a small run, and only large files need them.
        from paicha.sources.files.scanned import scanned  # noqa: PLC0415

        for batch in self._rows.take():
            self.reducer.add(batch)
        large = scanned(
            file,
            raw,
            size,
            placed_by,
            manner=self._manner,
            rows=self._rows,
            account=self._account,
            advance=self._advance,
        )
        if large is None:
            raw.seek(0)
            return False
        self.reducer.absorb(large)
        return True

    def _selects(self, size: int) -> bool:
        return self._wanted is not None and size >= LEAST

    def _selected(
        self, file: FoundFile, raw: BinaryIO, size: int, placed_by: PlacedBy | None
    ) -> Iterator[pa.RecordBatch]:
        """Read the stretches of a file that hold what is wanted."""
        assert self._wanted is not None
        from paicha.sources.files.scanned import LeftToPython, records_wanted  # noqa: PLC0415 - likewise

        stream = ByteStream(raw)
        self._advance.extent.begin(stream)
        until = Stoppable(stream, self._advance.asked_to_stop)
        window = self._rows.during.window
        try:
            batches = records_wanted(
                file,
                larger(until, STRETCH),
                size,
                placed_by,
                manner=self._manner,
                window=window,
                wanted=self._wanted,
                packed=stream.packed,
            )
            yield from self._rows.keep_batches(batches, file)
        except LeftToPython:
            raw.seek(0)
            yield from self._read_stream(file, raw, size, placed_by)
            return
        self._account.say_bomb(file, stream)
        self._account.use()

    def _has_enough(self, file: FoundFile) -> bool:
        """Return whether to read no further: a file ends by itself, the standard input may not."""
        return file.is_stdin and self._rows.during.counts["beyond"] > 0


def _to_the_end(members: Iterator[Member], chunks: Chunks, stream: ByteStream) -> Iterator[Member]:
    """
    Yield the members of an archive in a stream.

    Raises:
        OSError: If the stream turns out to be damaged, which may show behind the last of them.
    """
    yield from members
    for _ in chunks:
        pass
    if stream.damage:
        raise OSError(stream.damage)


def _ahead(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield chunks; of what has many the next is unpacked while one is read."""
    yield from islice(chunks, _ALONE)
    if first := next(chunks, b""):
        from paicha.sources.files.stretch_records import ahead  # noqa: PLC0415 - small files need it not

        yield from ahead(chain([first], chunks))
