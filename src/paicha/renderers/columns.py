"""Text in the columns of a terminal, in which a Chinese letter takes two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

#: Letters and marks of Chinese, between any two of which a line may end.
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_OPENING = "（《〈“「【"
_CLOSING = "，。；：、！？）》〉”」】…"
#: Marks that close in other writing: they stay with what closes before them.
_AFTER = r")\]:;,.!?"
#: What no line ends inside of: a few letters in brackets; a Chinese letter or a word, with what opens before and
#: closes behind it.
_PIECE = rf"\s+|（[^（）]{{1,8}}）[{_CLOSING}]*|[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENING}{_CLOSING}]+)[{_CLOSING}{_AFTER}]*|[{_OPENING}{_CLOSING}]+"
#: The same where no letter is of Chinese, or stands behind the first of those that are.
_WORD = re.compile(r"\s+|\S+")
_FIRST = min(_OPENING + _CLOSING)


def columns_of(text: str) -> int:
    """
    Return how many columns *text* takes.

    Example:
        >>> columns_of("告警 3")
        6
    """
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def wrapped(text: str, width: int) -> list[str]:
    """
    Return *text* in lines of at most *width* columns, see `line_spans`.

    Example:
        >>> wrapped("读取一段时间内的日志，写出报告。", 16)
        ['读取一段时间内的', '日志，写出报告。']
        >>> wrapped("of the settings", 9)
        ['of the', 'settings']
        >>> wrapped("(release “2.8.0 of it”): undo", 22)
        ['(release “2.8.0 of', 'it”): undo']
    """
    return [text[start:end] for start, end in line_spans(text, width)]


def line_spans(text: str, width: int) -> Iterator[tuple[int, int]]:
    """
    Yield where the lines of *text* begin and end, of at most *width* columns, without the blanks between them.

    A Chinese line may end behind any letter but not before a mark that closes; a word that is longer than a
    line is cut.

    Example:
        >>> list(line_spans("of the settings", 9))
        [(0, 6), (7, 15)]
    """
    start = end = taken = 0
    for begin, stop in _pieces(text, width):
        blank, size = text[begin:stop].isspace(), columns_of(text[begin:stop])
        if taken and taken + size > width:
            yield start, end
            taken = 0
        if blank and not taken:
            continue
        start = start if taken else begin
        end = end if blank else stop
        taken += size
    if taken:
        yield start, end


@cache
def _piece() -> re.Pattern[str]:
    return re.compile(_PIECE)  # takes 2 ms


def _pieces(text: str, width: int) -> Iterator[tuple[int, int]]:
    plain = text.isascii() or max(text) < _FIRST
    for found in (_WORD if plain else _piece()).finditer(text):
        begin, stop = found.span()
        while columns_of(text[begin:stop]) > width and not found[0].isspace():
            fits = next(
                n
                for n in range(stop - begin, 0, -1)
                if n == 1 or columns_of(text[begin : begin + n]) <= width
            )
            yield begin, begin + fits
            begin += fits
        if begin < stop:
            yield begin, stop
