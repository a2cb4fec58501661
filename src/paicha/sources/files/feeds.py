"""How the bytes of a large file come to its scan: from a stream, or the scan's threads read them themselves."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from itertools import chain
from typing import BinaryIO, Protocol

from paicha.encoding import larger
from paicha.kernel.scan import Blocks, opened
from paicha.sources.files.archives import TAR_HEAD, Chunks, is_tar, is_zip
from paicha.sources.files.discovery import FoundFile
from paicha.sources.files.lines import SAMPLE, TextLines
from paicha.sources.files.packing import ByteStream
from paicha.sources.files.parquet import is_parquet
from paicha.sources.files.scanning import FileScan, LeftToPython, Read, block_size
from paicha.sources.files.stopping import Stoppable


class Feed(Protocol):
    """
    The bytes of a file, read once.

    `damage` and `stopped` hold afterwards.
    """

    @property
    def lines(self) -> TextLines:
        """What makes lines of them."""
        ...

    @property
    def packed(self) -> bool:
        """Whether it is compressed, so that a byte offset in it means nothing."""
        ...

    @property
    def taken(self) -> int:
        """Bytes of the file read so far, as stored."""
        ...

    @property
    def damage(self) -> str:
        """What kept the rest from being read; empty: nothing did."""
        ...

    @property
    def stopped(self) -> bool:
        """Whether it ended because somebody asked for that."""
        ...

    def sample(self) -> bytes:
        """
        Return what it begins with, in UTF-8.

        Raises:
            LeftToPython: If it is no text but an archive or a table.
            InputError: If it is neither.
        """
        ...

    def reads(self, scan: FileScan) -> Iterator[Read]:
        """Yield its stretches as a scan, which looked at the sample, reads them."""
        ...


class StreamFeed:
    """
    A file that comes in chunks.

    Args:
        stream: Its bytes.
        shown: Its name.
        stop: Whether to read no further.
    """

    def __init__(self, stream: ByteStream, shown: str, stop: Callable[[], bool]) -> None:
        self._stream = stream
        self._until = Stoppable(stream, stop)
        self._chunks = Chunks(self._until)
        self._first = b""
        self._blocks: Iterator[bytes] = iter(())
        self.lines = TextLines(self._chunks, shown, offsets=not stream.packed)

    @property
    def packed(self) -> bool:
        """Whether it is compressed."""
        return self._stream.packed

    @property
    def taken(self) -> int:
        """Bytes read so far, as stored."""
        return self._stream.taken

    @property
    def damage(self) -> str:
        """What kept the rest from being read."""
        return self._stream.damage

    @property
    def stopped(self) -> bool:
        """Whether somebody asked it to end."""
        return self._until.stopped

    def sample(self) -> bytes:
        """Return what it begins with."""
        refuse_archive(self._chunks.peek(TAR_HEAD))
        self._blocks = larger(self.lines.opened(), block_size())
        self._first = next(self._blocks, b"")
        return self._first[:SAMPLE]

    def reads(self, scan: FileScan) -> Iterator[Read]:
        """Yield its stretches."""
        return scan.read(chain([self._first], self._blocks), self.lines.begins)


class PlainFeed:
    """
    A plain file, of which each thread of a scan reads what it counts.

    Python would copy every block into memory of its own: a tenth of all the time a large file takes.

    Args:
        sample: What it begins with.
        lines: What makes lines of it.
        blocks: The file, to be read by the threads.
        stop: Whether to read no further.
    """

    def __init__(
        self, sample: bytes, lines: TextLines, blocks: Blocks, stop: Callable[[], bool]
    ) -> None:
        self._sample = sample
        self.lines = lines
        self._blocks = blocks
        self._stop = stop
        self.stopped = False

    @property
    def packed(self) -> bool:
        """Whether it is compressed: no."""
        return False

    @property
    def taken(self) -> int:
        """Bytes read so far."""
        return self._blocks.taken

    @property
    def damage(self) -> str:
        """What kept the rest from being read."""
        return self._blocks.damage

    def sample(self) -> bytes:
        """Return what it begins with."""
        return self._sample[self.lines.begins :]

    def reads(self, scan: FileScan) -> Iterator[Read]:
        """Yield its stretches."""
        return scan.read_opened(self._blocks, self._asked_to_stop)

    def _asked_to_stop(self) -> bool:
        self.stopped = self._stop()
        return self.stopped


def feed_of(raw: BinaryIO, file: FoundFile, stream: ByteStream, stop: Callable[[], bool]) -> Feed:
    """
    Return what feeds a file to its scan: *raw* is opened, of *stream* nothing was taken.

    Raises:
        LeftToPython: If it is no text but an archive or a table.
        InputError: If it is neither.
    """
    found = os.fstat(raw.fileno())
    if not stream.packed and stat.S_ISREG(found.st_mode):
        sample = os.pread(raw.fileno(), SAMPLE, 0)
        refuse_archive(sample)
        lines = TextLines((), file.shown, offsets=True)
        is_plain = lines.judge(sample)
        blocks = opened(file.path, found, lines.begins) if is_plain else None
        if blocks is not None:
            return PlainFeed(sample, lines, blocks, stop)
    return StreamFeed(stream, file.shown, stop)


def refuse_archive(head: bytes) -> None:
    """
    Leave to Python what holds no lines itself.

    Raises:
        LeftToPython: If a file that begins with *head* is an archive or a table in binary.
    """
    if is_tar(head[:TAR_HEAD]) or is_zip(head) or is_parquet(head):
        raise LeftToPython
