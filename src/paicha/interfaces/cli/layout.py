"""Text set in columns of a terminal, in which a Chinese letter takes two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

#: Letters and marks of Chinese, between any two of which a line may end.
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_OPENING = "（《〈“「【"
_CLOSING = "，。；：、！？）》〉”」】…"
#: What no line ends inside of: a few letters in brackets; a Chinese letter or a word, with what opens before and
#: closes behind it.
_PIECE = re.compile(
    rf"\s+|（[^（）]{{1,8}}）[{_CLOSING}]*|[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENING}{_CLOSING}]+)[{_CLOSING}]*|[{_OPENING}{_CLOSING}]+"
)
#: The first column of a list takes at most so much of a line; a longer entry has its meaning below it.
_LONGEST_NAME = 30
_GAP = "  "


def columns_of(text: str) -> int:
    """
    Return how many columns *text* takes.

    Example:
        >>> columns_of("告警 3")
        6
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def wrapped(text: str, width: int) -> list[str]:
    """
    Return *text* in lines of at most *width* columns.

    A Chinese line may end behind any letter but not before a mark that closes; a word that is longer than a
    line is cut.

    Example:
        >>> wrapped("读取一段时间内的日志，写出报告。", 16)
        ['读取一段时间内的', '日志，写出报告。']
        >>> wrapped("of the settings", 9)
        ['of the', 'settings']
    """
    lines, line = [], ""
    for piece in _pieces(text, width):
        if columns_of(line + piece) > width and line.strip():
            lines.append(line.rstrip())
            line = ""
        line = (line + piece) if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str, width: int) -> Iterator[str]:
    for piece in _PIECE.findall(text):
        rest = " " if piece.isspace() else piece
        while columns_of(rest) > width:
            fits = next(
                n for n in range(len(rest), 0, -1) if n == 1 or columns_of(rest[:n]) <= width
            )
            yield rest[:fits]
            rest = rest[fits:]
        yield rest


def paragraph(text: str, width: int, indent: str = "  ") -> list[str]:
    """Return *text* in lines of at most *width* columns that begin with *indent*."""
    return [indent + line for line in wrapped(text, width - columns_of(indent))]


def listed(rows: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Return names with their meanings beside them, in lines of at most *width* columns."""
    longest = min(max(columns_of(name) for name, _ in rows), _LONGEST_NAME)
    indent = " " * (len(_GAP) + longest + len(_GAP))
    lines: list[str] = []
    for name, meaning in rows:
        room = longest - columns_of(name)
        first, *rest = wrapped(meaning, width - len(indent)) or [""]
        if room < 0:
            lines += [_GAP + name, indent + first]
        else:
            lines.append((_GAP + name + " " * room + _GAP + first).rstrip())
        lines += [indent + line for line in rest]
    return lines
