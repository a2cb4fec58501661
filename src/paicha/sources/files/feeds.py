"""How the bytes of a large file come to its scan: from a stream, or the scan's threads read them themselves."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Protocol

from paicha.encoding import larger
from paicha.kernel.scan import Blocks, opened
from paicha.sources.files.lines import SAMPLE
from paicha.sources.files.packing import ByteStream
from paicha.sources.files.scanning import FileScan, Read, block_size
from paicha.sources.files.stopping import Stoppable


class Feed(Protocol):
    """
    The bytes of a file, read once.

    `damage` and `stopped` hold afterwards.
    """

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
        """Return what it begins with."""
        ...

    def reads(self, scan: FileScan) -> Iterator[Read]:
        """Yield its stretches as a scan, which looked at the sample, reads them."""
        ...


class StreamFeed:
    """
    A file that comes in chunks.

    Args:
        stream: Its bytes.
        stop: Whether to read no further.
    """

    def __init__(self, stream: ByteStream, stop: Callable[[], bool]) -> None:
        self._stream = stream
        self._until = Stoppable(stream, stop)
        self._blocks = larger(self._until, block_size())
        self._first = b""

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
        self._first = next(self._blocks, b"")
        return self._first[:SAMPLE]

    def reads(self, scan: FileScan) -> Iterator[Read]:
        """Yield its stretches."""
        return scan.read(chain([self._first], self._blocks))


class PlainFeed:
    """
    A plain file, of which each thread of a scan reads what it counts.

    Python would copy every block into memory of its own: a tenth of all the time a large file takes.

    Args:
        raw: The file, opened.
        blocks: The same, to be read by the threads.
        stop: Whether to read no further.
    """

    def __init__(self, raw: BinaryIO, blocks: Blocks, stop: Callable[[], bool]) -> None:
        self._raw = raw
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
        return os.pread(self._raw.fileno(), SAMPLE, 0)

    def reads(self, scan: FileScan) -> Iterator[Read]:
        """Yield its stretches."""
        return scan.read_opened(self._blocks, self._asked_to_stop)

    def _asked_to_stop(self) -> bool:
        self.stopped = self._stop()
        return self.stopped


def feed_of(raw: BinaryIO, path: Path, stream: ByteStream, stop: Callable[[], bool]) -> Feed:
    """Return what feeds a file to its scan: *raw* is opened, of *stream* nothing was taken."""
    found = os.fstat(raw.fileno())
    if not stream.packed and stat.S_ISREG(found.st_mode):
        blocks = opened(path, found)
        if blocks is not None:
            return PlainFeed(raw, blocks, stop)
    return StreamFeed(stream, stop)
