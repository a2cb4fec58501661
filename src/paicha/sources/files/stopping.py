"""Reading that can be asked to end, and that can say how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from paicha.model.reading import ReadFile
from paicha.sources.files.discovery import STDIN, FoundFile

#: How much further is read for the end of a line [bytes].
_PATIENCE = 1 << 20


class Stoppable:
    """
    The chunks of a file up to where somebody asks to stop: for whoever reads them, the file ends there.

    It ends behind a whole line, unless a line does not end within `_PATIENCE`. `stopped` says
    afterwards whether that happened.
    """

    def __init__(self, stream: Iterable[bytes], stop: Callable[[], bool]) -> None:
        self._stream = stream
        self._stop = stop
        self.stopped = False

    def ask(self) -> bool:
        """Ask whether to read no further of what was handed out already."""
        self.stopped = self.stopped or self._stop()
        return self.stopped

    def __iter__(self) -> Iterator[bytes]:
        patience = _PATIENCE
        for chunk in self._stream:
            if not self.stopped and not self._stop():
                yield chunk
                continue
            self.stopped = True
            end = chunk.find(b"\n") + 1
            if end:
                # In UTF-16 the line end has a second byte.
                yield chunk[: end + 1] if chunk[end : end + 1] == b"\0" else chunk[:end]
                return
            yield chunk
            patience -= len(chunk)
            if patience <= 0:
                return


class _Taking(Protocol):
    @property
    def taken(self) -> int: ...


class Extent:
    """How many bytes there are to read, and how many were."""

    def __init__(self, files: Sequence[FoundFile]) -> None:
        self._sizes = {file.path: _size(file.path) for file in files if not file.is_stdin}
        #: None: of the standard input nobody knows.
        self.total = sum(self._sizes.values()) if len(self._sizes) == len(files) else None
        self._closed = 0
        self._open: _Taking | None = None

    def begin(self, stream: _Taking) -> None:
        """Count what *stream* takes from now on."""
        self._open = stream

    def end(self, file: FoundFile) -> None:
        """Count *file* as read."""
        self._closed += self._sizes.get(file.path, 0)
        self._open = None

    @property
    def done(self) -> int:
        """Bytes read, as stored."""
        return self._closed + (self._open.taken if self._open is not None else 0)


class Advance:
    """
    How far a reading got, and whether somebody asked it to stop.

    Args:
        files: What is read.
        stop: Whether to read no further.
    """

    def __init__(self, files: Sequence[FoundFile], stop: Callable[[], bool]) -> None:
        self._files = files
        self._stop = stop
        self.extent = Extent(files)
        #: The files read from beginning to end.
        self.whole: list[ReadFile] = []
        self.stopped = False
        #: Whether a file was not read to its end, by our own will.
        self.cut_short = False
        #: The file that a stop found open.
        self.partly = ""

    def asked_to_stop(self) -> bool:
        """Ask whether to read no further."""
        if self._stop():
            self.stopped = self.cut_short = True
        return self.stopped

    @property
    def rest(self) -> tuple[str, ...]:
        """Places of the files that were not read, or not to their end, because of a stop."""
        if not self.stopped:
            return ()
        known = {file.place for file in self.whole}
        return tuple(file.place for file in self._files if file.place not in known)


def read_file(file: FoundFile) -> tuple[ReadFile, ...]:
    """Return what to know a file again by; none where it is gone already, or could not be looked at."""
    if file.is_stdin:
        return (ReadFile(file.shown, STDIN, 0, 0),)
    try:
        stat = file.path.stat()
    except OSError:
        return ()
    place = file.place or str(file.path.resolve())
    return (ReadFile(file.shown, place, stat.st_size, stat.st_mtime_ns),)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # reading it will say why
