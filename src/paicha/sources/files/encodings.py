"""Which encoding a file's bytes are in, as far as they tell, and the same bytes in UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

#: How many lines of the sample say whether a file is GB18030.
_JUDGED_LINES = 500
_HIGH = bytes(range(128, 256))
#: What Chinese is written in: characters, marks, full-width forms.
_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


class Chinese(NamedTuple):
    """
    What lines of a file beyond ASCII are.

    Args:
        some: Whether lines of it are GB18030.
        alone: Whether none is UTF-8, which says so of the others too.
    """

    some: bool
    alone: bool


def mark_of(sample: bytes) -> int:
    """Return how long the byte order mark of UTF-8 is that a file begins with; 0: it has none [bytes]."""
    return len(codecs.BOM_UTF8) if sample.startswith(codecs.BOM_UTF8) else 0


def utf16_of(sample: bytes) -> str:
    """Return the name of the UTF-16 that *sample* is in, also without a byte order mark; empty: none."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" not in sample:
        return ""
    # A line end is the one character every log has: its zero byte tells the order. Nearly all
    # zeros must stand on that side, or it is no text.
    pairs = len(sample) // 2
    zeros = (sample[0::2].count(0), sample[1::2].count(0))
    for order, there, other in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        end = b"\n\0" if there else b"\0\n"
        if end in sample and zeros[there] * 4 >= pairs and zeros[other] * 20 <= zeros[there]:
            return order
    return ""


def transcoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield UTF-16 as UTF-8; halves of pairs stay visible."""
    decoder = codecs.getincrementaldecoder(encoding)("backslashreplace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def chinese_of(sample: bytes) -> Chinese:
    """Return whether whole lines of *sample* are GB18030."""
    if not bad_bytes(sample[: sample.rfind(b"\n") + 1]):
        return Chinese(some=False, alone=False)
    some, looks, alone = False, False, True
    for raw in sample.split(b"\n")[:-1][:_JUDGED_LINES]:
        if raw.isascii():
            continue
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            looks = looks or as_chinese(raw) is not None
            some = some or as_chinese_mostly(raw) is not None
        else:
            alone = False
    alone = alone and looks
    return Chinese(some or alone, alone)


def bad_bytes(raw: bytes) -> int:
    """Return how many bytes of a text are no UTF-8."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return len(raw) - len(raw.decode("utf-8", "ignore").encode())
    return 0


def as_chinese_mostly(raw: bytes) -> str | None:
    """Return a line as GB18030; None when it looks like damaged UTF-8 rather than Chinese."""
    # A damaged line of UTF-8 is nearly all good UTF-8. Of a line of GB18030 some characters are
    # good UTF-8 by chance, but seldom three quarters of them.
    return as_chinese(raw) if 4 * bad_bytes(raw) >= _high_bytes(raw) else None


def as_chinese(raw: bytes) -> str | None:
    """Return *raw* as GB18030; None when that does not look like Chinese."""
    text = as_gb(raw)
    if text is None:
        return None
    wide = len(text) - len(text.encode("ascii", "ignore"))
    # Both bytes of a common character are high; in other encodings read as GB18030 few are.
    common = 2 * _high_bytes(raw) >= 3 * wide
    return text if wide and common and 3 * len(_CHINESE.findall(text)) >= 2 * wide else None


def as_gb(raw: bytes) -> str | None:
    """Return *raw* as GB18030; None when it is none."""
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return None


def _high_bytes(raw: bytes) -> int:
    return len(raw) - len(raw.translate(None, delete=_HIGH))


def changed_lines(
    chunks: Iterable[bytes],
    change: Callable[[bytes], bytes],
    limit: Callable[[bytes], int],
    most: int,
) -> Iterator[bytes]:
    r"""
    Yield the bytes of a file with each of its lines changed, which stay as many, in bounded memory.

    Args:
        chunks: The file's bytes.
        change: Returns what stands in the place of a line, or of its beginning.
        limit: How much of a line is kept; what is beyond stays as it is [bytes].
        most: How much of a line waits for its end [bytes].

    Example:
        >>> b"".join(changed_lines([b"a\nb", b"c\nd"], bytes.upper, len, 9))
        b'A\nBC\nD'
    """

    def changed(line: bytes) -> bytes:
        end = limit(line)
        return change(line) if len(line) <= end else change(line[:end]) + line[end:]

    rest, is_beyond = b"", False
    for chunk in chunks:
        at = 0
        if is_beyond:  # of a line whose beginning was handed on
            at = chunk.find(b"\n") + 1 or len(chunk)
            yield chunk[:at]
            is_beyond = not chunk.endswith(b"\n", 0, at)
        end = max(chunk.rfind(b"\n") + 1, at)
        if end > at:
            yield b"\n".join(map(changed, (rest + chunk[at:end]).split(b"\n")))
            rest = b""
        rest += chunk[end:]
        if len(rest) > most:
            yield changed(rest)
            rest, is_beyond = b"", True
    if rest:
        yield changed(rest)
