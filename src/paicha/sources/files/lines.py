"""Bytes to lines of text, in bounded memory, with damage kept visible and counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from paicha.errors import InputError
from paicha.kernel.parsed_line import uncoloured_bytes
from paicha.model.question import never
from paicha.sources.files.encodings import (
    as_chinese_mostly,
    as_gb,
    bad_bytes,
    changed_lines,
    chinese_of,
    mark_of,
    transcoded,
    utf16_of,
)
from paicha.sources.files.one_line import pieces, places_of
from paicha.values import dataclass

#: What of one line is kept. [bytes]
LINE_LIMIT = 1 << 20
#: Lines that are many records, of which no part says anything: what they begin with, and what of one is kept. [bytes]
_BATCH, BATCH_LIMIT = b'{"resourceLogs"', 1 << 24
#: What a file is judged by: text or not, and which line end. [bytes]
SAMPLE = 1 << 16
#: Lines between two questions whether to stop.
_ASKED = 1 << 16
#: A file is no text when more than this share of its sample are bytes no text has.
_BINARY_SHARE = 0.05
#: What may well hold logs and must be exported or unpacked first: what it begins with, and its name here.
_CLOSED = (
    (b"ElfFile\0", "evtx"),
    (b"LPKSHHRH", "journal"),
    (b"7z\xbc\xaf\x27\x1c", "sevenzip"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\x1f\x9d", "compress"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
)
#: A line end inside an object of JSON, where no text can hold one.
_MARGINS = re.compile(rb"\s*\n\s*")
#: Control bytes but for tab, line ends, form feed, backspace and escape (terminal colours).
_NO_TEXT = bytes(code for code in range(32) if code not in b"\t\n\r\f\b\v\x1b") + b"\x7f"


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end."""

    number: int  # 1-based
    offset: int | None  # of its first byte; None where it means nothing [bytes]
    text: str
    cut_bytes: int  # bytes beyond `LINE_LIMIT` that were left out
    item: int = 0  # which record of its line, from 0, where all of a file stand on one


class TextLines:
    r"""
    The lines of one file, to be iterated once.

    Reads UTF-8 and UTF-16 (with or without byte order mark), and GB18030 line by line where a
    line is no UTF-8 and looks like Chinese. Bytes that are no text become ``\xNN`` and are counted;
    colours of a terminal are left out.

    Args:
        chunks: The file's bytes.
        path: Its name, for errors.
        offsets: Whether byte offsets mean something: not in packed files, nor in those that are put in UTF-8 first.
        stop: Asked now and then whether to read no further of what is read line by line to the end.

    Raises:
        InputError: While iterating, if the file is empty or is not text.
    """

    def __init__(
        self,
        chunks: Iterable[bytes],
        path: str,
        *,
        offsets: bool,
        stop: Callable[[], bool] = never,
    ) -> None:
        self._chunks = iter(chunks)
        self._stop = stop
        self._path = path
        self._offsets = offsets
        self._utf16 = ""
        self._all_gb = False  # no line of the sample is UTF-8, and some are GB18030
        self._was_gb = False  # lines of GB18030 are put in UTF-8 before they come here
        self._gb_lines = 0
        self._utf8_lines = 0
        #: Where its first line begins: behind a byte order mark [bytes].
        self.begins = 0
        self.damaged_bytes = 0

    @property
    def encoding(self) -> str:
        """The encoding the lines turned out to be in."""
        if self._utf16:
            return "utf-16"
        if self._gb_lines and self._utf8_lines:
            return "utf-8, gb18030"
        return "gb18030" if self._gb_lines else "utf-8"

    def __iter__(self) -> Iterator[Line]:
        return self.of(self.opened())

    def opened(self) -> Iterator[bytes]:
        """
        Return the file's bytes without a byte order mark, in UTF-8 but for what is damaged; the first are a sample.

        Raises:
            InputError: If it is no text.
        """
        first = b""
        for chunk in self._chunks:
            first += chunk
            if len(first) >= SAMPLE:
                break
        self.judge(first[:SAMPLE])
        whole = chain([first[self.begins :]], self._chunks)
        if self._utf16:
            return transcoded(whole, self._utf16)
        return (
            changed_lines(whole, self._in_utf8, _limit_of, BATCH_LIMIT) if self._was_gb else whole
        )

    def judge(self, sample: bytes) -> bool:
        """
        Return whether the bytes of a file that begins with *sample* are read as they are, from where it `begins`.

        Raises:
            InputError: If it is no text.
        """
        self._utf16 = utf16_of(sample)
        if not self._utf16:
            self._check_text(sample)
            self.begins = mark_of(sample)
            some, self._all_gb = chinese_of(sample)
            # A record that is no line may be longer than what of a line is put in UTF-8.
            self._was_gb = some and places_of(sample) is None
        is_plain = not (self._utf16 or self._was_gb)
        self._offsets = self._offsets and is_plain
        return is_plain

    def of(self, chunks: Iterable[bytes]) -> Iterator[Line]:
        """Yield the lines of a file that was `opened`."""
        opened = iter(chunks)
        sample = next(opened, b"")
        whole = chain([sample], opened)
        places = places_of(sample)
        if places is not None:
            yield from self._records(pieces(whole, places))
            return
        end = b"\r" if b"\r" in sample and b"\n" not in sample else b"\n"
        yield from self.parts(whole, 1, self.begins, end)

    @staticmethod
    def are_lines(sample: bytes) -> bool:
        """Return whether an `opened` file that begins with *sample* holds lines, each with its own end."""
        return b"\n" in sample and places_of(sample) is None

    @property
    def has_offsets(self) -> bool:
        """Whether byte offsets mean something."""
        return self._offsets

    def count_read(self, lines: int, damaged_bytes: int) -> None:
        """Hear of lines beyond ASCII that were read elsewhere, as UTF-8, and of bytes that are no text in others."""
        self.damaged_bytes += damaged_bytes
        self._utf8_lines += 0 if self._was_gb else lines

    def part(self, data: bytes, number: int, offset: int) -> Iterator[Line]:
        """Yield the lines of a part of the file that begins at line *number*."""
        yield from self._lines(split_lines([data], b"\n"), number, offset, never)

    def parts(
        self, chunks: Iterable[bytes], number: int, offset: int, end: bytes = b"\n"
    ) -> Iterator[Line]:
        """Yield the lines from a place to the end, which come in pieces, or until somebody asks to stop."""
        yield from self._lines(split_lines(chunks, end), number, offset, self._stop)

    def _lines(
        self,
        found: Iterable[tuple[int, bytes, int]],
        number: int,
        offset: int,
        stop: Callable[[], bool],
    ) -> Iterator[Line]:
        for at, (start, raw, cut) in enumerate(found, number):
            # A piece of many megabytes may be lines of nothing, which take minutes.
            if at % _ASKED == 0 and stop():
                return
            place = offset + start if self._offsets else None
            yield Line(at, place, self._decode(raw.rstrip(b"\r")), cut)

    def _check_text(self, sample: bytes) -> None:
        head = sample[:SAMPLE]
        for mark, kind in _CLOSED:
            if head.startswith(mark):
                raise InputError(f"files.{kind}", path=self._path)
        strange = len(head) - len(head.translate(None, delete=_NO_TEXT))
        if strange > len(head) * _BINARY_SHARE:
            raise InputError(
                "files.binary", path=self._path, n=f"{strange:,}", size=f"{len(head):,}"
            )

    def _records(self, records: Iterable[tuple[int, int, bytes]]) -> Iterator[Line]:
        """Yield the records of a file that are no lines; one over several lines is put on one."""
        for item, (offset, number, raw) in enumerate(records):
            beyond = max(len(raw) - LINE_LIMIT, 0)
            place = self.begins + offset if self._offsets else None
            text = _MARGINS.sub(b" ", raw[:LINE_LIMIT]) if b"\n" in raw else raw[:LINE_LIMIT]
            yield Line(number, place, self._decode(text), beyond, item)

    def _decode(self, raw: bytes) -> str:
        if b"\0" in raw:
            self.damaged_bytes += raw.count(b"\0")
            raw = raw.replace(b"\0", b"\\x00")
        raw = uncoloured_bytes(raw)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            return self._damaged(raw) if self._was_gb else self._decode_other(raw)
        if not text.isascii():
            self._utf8_lines += not self._was_gb
        return text

    def _in_utf8(self, raw: bytes) -> bytes:
        """Return a line in UTF-8, what is damaged in it visible."""
        if raw.isascii():
            return raw
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            return self._decode_other(uncoloured_bytes(raw)).encode()
        self._utf8_lines += 1
        return raw

    def _decode_other(self, raw: bytes) -> str:
        chinese = as_gb(raw) if self._all_gb else as_chinese_mostly(raw)
        if chinese is None:
            return self._damaged(raw)
        self._gb_lines += 1
        return chinese

    def _damaged(self, raw: bytes) -> str:
        self.damaged_bytes += bad_bytes(raw)
        return raw.decode("utf-8", "backslashreplace")


def split_lines(chunks: Iterable[bytes], end: bytes) -> Iterator[tuple[int, bytes, int]]:
    r"""
    Yield ``(offset, line without its end, bytes left out)`` in bounded memory.

    Example:
        >>> list(split_lines([b"one\ntw", b"o"], b"\n"))
        [(0, b'one', 0), (4, b'two', 0)]
    """
    offset, rest, dropped = 0, b"", 0
    for chunk in chunks:
        if dropped:  # of a line beyond its limit nothing more is kept, nor copied
            at = chunk.find(end)
            dropped += len(chunk) if at < 0 else at
            if at < 0:
                continue
            yield offset, rest, dropped
            offset, rest, dropped = offset + len(rest) + dropped + 1, b"", 0
            chunk = chunk[at + 1 :]  # noqa: PLW2901
        pieces = (rest + chunk).split(end)
        rest = pieces.pop()
        for piece in pieces:
            limit = _limit_of(piece)
            yield offset, piece[:limit], max(len(piece) - limit, 0)
            offset += len(piece) + 1
        limit = _limit_of(rest)
        if len(rest) > limit:
            dropped = len(rest) - limit
            rest = rest[:limit]
    if rest:
        yield offset, rest, dropped


def _limit_of(line: bytes) -> int:
    return BATCH_LIMIT if line.startswith(_BATCH) else LINE_LIMIT
