"""Bytes to lines of text, in bounded memory, with damage kept visible and counted."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from paicha.errors import InputError
from paicha.kernel.parsed_line import COLOURS
from paicha.sources.files.one_line import pieces, places_of
from paicha.values import dataclass

#: What of one line is kept. [bytes]
LINE_LIMIT = 1 << 20
#: Lines that are many records, of which no part says anything: what they begin with, and what of one is kept. [bytes]
_BATCH, BATCH_LIMIT = b'{"resourceLogs"', 1 << 24
#: What a file is judged by: text or not, and which line end. [bytes]
SAMPLE = 1 << 16
#: A file is no text when more than this share of its sample are bytes no text has.
_BINARY_SHARE = 0.05
#: Logs that only the program that wrote them can read: what they begin with, and their name here.
_BINARY_LOGS = ((b"ElfFile\0", "evtx"), (b"LPKSHHRH", "journal"))
#: A line end inside an object of JSON, where no text can hold one.
_MARGINS = re.compile(rb"\s*\n\s*")
#: How many lines of the sample say whether a file is GB18030.
_JUDGED_LINES = 500
#: Control bytes but for tab, line ends, form feed, backspace and escape (terminal colours).
_NO_TEXT = bytes(code for code in range(32) if code not in b"\t\n\r\f\b\v\x1b") + b"\x7f"

_COLOURS = re.compile(COLOURS.encode())


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

    Reads UTF-8 (with or without byte order mark), UTF-16 with one, and GB18030 line by line where a
    line is no UTF-8 and looks like Chinese. Bytes that are no text become ``\xNN`` and are counted;
    colours of a terminal are left out.

    Args:
        chunks: The file's bytes.
        path: Its name, for errors.
        offsets: Whether byte offsets mean something (not in packed files).

    Raises:
        InputError: While iterating, if the file is empty or is not text.
    """

    def __init__(self, chunks: Iterable[bytes], path: str, *, offsets: bool) -> None:
        self._chunks = iter(chunks)
        self._path = path
        self._offsets = offsets
        self._utf16 = False
        self._gb_lines = 0
        self._all_gb = False  # no line of the sample is UTF-8, and some are GB18030
        self._utf8_lines = 0
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
        sample = self._sample()
        if not sample:
            return
        chunks: Iterable[bytes] = chain([sample], self._chunks)
        start = 0
        wide = _utf16_of(sample)
        if wide:
            self._utf16, self._offsets = True, False
            sample = sample.decode(wide, "backslashreplace").encode()
            chunks = _transcoded(chunks, wide)
        else:
            self._check_text(sample)
            self._all_gb = _is_all_gb(sample)
            if sample.startswith(codecs.BOM_UTF8):
                start = len(codecs.BOM_UTF8)
        places = places_of(sample)
        if places is not None:
            yield from self._records(pieces(chunks, places))
            return
        end = b"\r" if b"\r" in sample and b"\n" not in sample else b"\n"
        yield from self._lines(chunks, end, start)

    @property
    def has_offsets(self) -> bool:
        """Whether byte offsets mean something."""
        return self._offsets

    def check(self, sample: bytes) -> bool:
        """
        Return whether a file that begins like *sample* is plain UTF-8 lines, each with its own end.

        Raises:
            InputError: If it is no text.
        """
        if _utf16_of(sample):
            return False
        self._check_text(sample)
        if places_of(sample) is not None:
            return False
        return b"\n" in sample and not sample.startswith(codecs.BOM_UTF8) and not _is_all_gb(sample)

    def count_utf8(self, lines: int) -> None:
        """Hear of lines beyond ASCII that were read elsewhere, as UTF-8."""
        self._utf8_lines += lines

    def part(self, data: bytes, number: int, offset: int) -> Iterator[Line]:
        """Yield the lines of a part of the file that begins at line *number*."""
        yield from self.parts([data], number, offset)

    def parts(self, chunks: Iterable[bytes], number: int, offset: int) -> Iterator[Line]:
        """Yield the lines of a part that comes in pieces."""
        for more, (start, raw, cut) in enumerate(split_lines(chunks, b"\n")):
            place = offset + start if self._offsets else None
            yield Line(number + more, place, self._decode(raw.rstrip(b"\r")), cut)

    def _sample(self) -> bytes:
        sample = b""
        for chunk in self._chunks:
            sample += chunk
            if len(sample) >= SAMPLE:
                break
        return sample

    def _check_text(self, sample: bytes) -> None:
        head = sample[:SAMPLE]
        for mark, kind in _BINARY_LOGS:
            if head.startswith(mark):
                raise InputError(f"files.{kind}", path=self._path)
        strange = len(head) - len(head.translate(None, delete=_NO_TEXT))
        if strange > len(head) * _BINARY_SHARE:
            raise InputError(
                "files.binary", path=self._path, n=f"{strange:,}", size=f"{len(head):,}"
            )

    def _lines(self, chunks: Iterable[bytes], end: bytes, start: int) -> Iterator[Line]:
        for number, (offset, raw, cut) in enumerate(split_lines(chunks, end), 1):
            if number == 1 and start:
                raw = raw[start:]  # noqa: PLW2901 - the mark belongs to the file, not to its first line
            text = self._decode(raw.rstrip(b"\r"))
            yield Line(number, offset if self._offsets else None, text, cut)

    def _records(self, records: Iterable[tuple[int, int, bytes]]) -> Iterator[Line]:
        """Yield the records of a file that are no lines; one over several lines is put on one."""
        for item, (offset, number, raw) in enumerate(records):
            beyond = max(len(raw) - LINE_LIMIT, 0)
            place = offset if self._offsets else None
            text = _MARGINS.sub(b" ", raw[:LINE_LIMIT]) if b"\n" in raw else raw[:LINE_LIMIT]
            yield Line(number, place, self._decode(text), beyond, item)

    def _decode(self, raw: bytes) -> str:
        if b"\0" in raw:
            self.damaged_bytes += raw.count(b"\0")
            raw = raw.replace(b"\0", b"\\x00")
        if b"\x1b" in raw:
            raw = _COLOURS.sub(b"", raw)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            return self._decode_other(raw)
        if not text.isascii():
            self._utf8_lines += 1
        return text

    def _decode_other(self, raw: bytes) -> str:
        text = raw.decode("utf-8", "backslashreplace")
        high = len(raw) - len(raw.translate(None, delete=bytes(range(128, 256))))
        bad = len(raw) - len(raw.decode("utf-8", "ignore").encode())
        # A damaged line of UTF-8 is nearly all good UTF-8. Of a line of GB18030 some characters are
        # good UTF-8 by chance, but seldom three quarters of them.
        if 4 * bad >= high or self._all_gb:
            chinese = _as_chinese(raw, high, certain=self._all_gb)
            if chinese is not None:
                self._gb_lines += 1
                return chinese
        self.damaged_bytes += bad
        return text


def _is_all_gb(sample: bytes) -> bool:
    """Return whether the lines of *sample* beyond ASCII are GB18030 and no UTF-8: it says so of the others."""
    chinese = False
    for raw in sample.split(b"\n")[:-1][:_JUDGED_LINES]:
        if raw.isascii():
            continue
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            high = len(raw) - len(raw.translate(None, delete=bytes(range(128, 256))))
            chinese = chinese or _as_chinese(raw, high) is not None
        else:
            return False
    return chinese


def _as_chinese(raw: bytes, high: int, *, certain: bool = False) -> str | None:
    """Return *raw* as GB18030; None when that does not look like Chinese (or, if *certain*, is none)."""
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return None
    if certain:
        return text
    wide = [char for char in text if not char.isascii()]
    chinese = sum(
        "\u4e00" <= char <= "\u9fff" or "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uffef"
        for char in wide
    )
    # Both bytes of a common character are high; in other encodings read as GB18030 few are.
    common = 2 * high >= 3 * len(wide)
    return text if wide and common and 3 * chinese >= 2 * len(wide) else None


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


def _utf16_of(sample: bytes) -> str:
    """Return the name of the UTF-16 that *sample* is in, also without a byte order mark; empty: none."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # A line end is the one character every log has: its zero byte tells the order. Nearly all
    # zeros must stand on that side, or it is no text.
    pairs = len(sample) // 2
    zeros = (sample[0::2].count(0), sample[1::2].count(0))
    for order, there, other in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        end = b"\n\0" if there else b"\0\n"
        if end in sample and zeros[there] * 4 >= pairs and zeros[other] * 20 <= zeros[there]:
            return order
    return ""


def _transcoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield UTF-16 as UTF-8; halves of pairs stay visible."""
    decoder = codecs.getincrementaldecoder(encoding)("backslashreplace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()
