"""
A report's text as lines, headings and tables: Markdown, or plain text with a little of it.

Only what statements need is read: headings, list items, tables, quotes, fenced code. Everything else
is a line of text. No text is ever a pattern; every step is linear in the text.
"""

from __future__ import annotations

import re
from typing import Literal

from paicha.kernel.late import late
from paicha.values import dataclass

Kind = Literal["heading", "item", "text", "row", "code", "blank", "comment"]

#: A line longer than this is cut: no report has one, and checks stay bounded [characters].
LINE_CAP = 4_000
_HEADING = late(r"^(#{1,6})\s+(.*)$")
#: A line that is bold as a whole is a heading of chat messages.
_BOLD_LINE = late(r"^\*\*([^*]{1,120}[^*:：])\*\*\s*$")
_BRACKETS = late(r"^【([^】]{1,60})】\s*$")
_ITEM = late(r"^(\s*)(?:[-*+•·]|\d{1,3}[.)、]|[（(]\d{1,3}[)）])\s+(.*)$")
_UNDERLINE = late(r"^(=+|-+)\s*$")
_RULE = late(r"^\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_ESCAPED = late(r"\\([\\`*_\[\]<>|~&$#+.=():-])")
_EMPHASIS = late(r"\*\*|__|~~|`+")
#: A line of nothing but code spans quotes something: it states nothing.
_QUOTED = late(r"^\s*(?:\d{1,3}\.\s+)?(?:(`+)[^`]+\1\s*){1,8}$")
_FENCE = late(r"^\s*(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a report, with the markup taken off."""

    number: int
    kind: Kind
    text: str
    level: int = 0  # of a heading; of an item: its indent
    cells: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()  # headings above it, outermost first


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table; the header is empty where it has none."""

    number: int  # line of its header
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A report read: every line once, and its tables."""

    rows: tuple[Row, ...]
    tables: tuple[ReadTable, ...]

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(self.rows)


def read_document(text: str) -> Document:
    r"""
    Return *text* as lines and tables.

    Args:
        text: The report; any text at all.

    Cost:
        Linear in the text.

    Example:
        >>> document = read_document("# A\n\n| x | n |\n|---|---|\n| a | 3 |\n")
        >>> document.tables[0].rows[0].cells, document.tables[0].heads
        (('a', '3'), ('A',))
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    reader = _Reader(lines)
    rows = tuple(reader.row(number, line) for number, line in enumerate(lines, start=1))
    return Document(rows, _tables(rows))


class _Reader:
    """Reads line after line, knowing the headings above and whether code or a comment is open."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._heads: list[tuple[int, str]] = []
        self._fence = ""
        self._comment = False

    def row(self, number: int, line: str) -> Row:
        """Return the line with that number."""
        line = line[:LINE_CAP].rstrip()
        hidden = self._hidden(line)
        line = re.sub(r"^(?:\s*>)+\s?", "", line) if hidden is None else line
        heading = self._heading(number, line) if hidden is None and line.strip() else None
        if heading is not None:
            return self._under_its_like(number, *heading)
        heads = tuple(title for _, title in self._heads)
        if hidden is not None:
            return Row(number, hidden, line, heads=heads)
        return _line(number, line, heads)

    def _under_its_like(self, number: int, level: int, title: str) -> Row:
        self._heads = [head for head in self._heads if head[0] < level]
        above = tuple(title for _, title in self._heads)
        self._heads.append((level, title))
        return Row(number, "heading", title, level, heads=above)

    def _hidden(self, line: str) -> Kind | None:
        """Return the kind of a line inside code or a comment; None: it is neither."""
        if self._comment:
            self._comment = "-->" not in line
            return "comment"
        fence = _FENCE().match(line)
        if self._fence:
            if fence and fence[1].startswith(self._fence):
                self._fence = ""
            return "code"
        if fence:
            self._fence = fence[1]
            return "code"
        if line.lstrip().startswith("<!--"):
            self._comment = "-->" not in line
            return "comment"
        return None

    def _heading(self, number: int, line: str) -> tuple[int, str] | None:
        found = _HEADING().match(line)
        if found:
            return len(found[1]), plain(found[2])
        below = self._lines[number] if number < len(self._lines) else ""
        if _UNDERLINE().match(below) and len(line) <= 120 and not line.lstrip().startswith("|"):
            rule = below.strip()
            if rule[0] == "=" or (len(rule) >= 3 and len(rule) * 2 >= len(line)):
                return (1 if rule[0] == "=" else 2), plain(line)
        found = _BRACKETS().match(line.strip()) or _BOLD_LINE().match(line.strip())
        return (6, plain(found[1])) if found else None


def _line(number: int, line: str, heads: tuple[str, ...]) -> Row:
    """Return a line that is no heading and stands in no code."""
    if not line.strip():
        return Row(number, "blank", "", heads=heads)
    if line.lstrip().startswith("|"):
        return Row(number, "row", line.strip(), cells=_cells(line), heads=heads)
    item = _ITEM().match(line)
    if _QUOTED().match(line) and (item is None or line.count("`") > 2):
        return Row(number, "code", plain(line), heads=heads)
    if item:
        return Row(number, "item", plain(item[2]), len(item[1]), heads=heads)
    return Row(number, "text", plain(line), heads=heads)


def plain(text: str) -> str:
    r"""
    Return text without emphasis, code marks and escapes.

    Example:
        >>> plain("**total**: `data\\_processor.py` 12")
        'total: data_processor.py 12'
    """
    return _ESCAPED().sub(r"\1", _EMPHASIS().sub("", text)).strip()


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|")
    inner = inner.removesuffix("|") if not inner.endswith("\\|") else inner
    return tuple(
        plain(cell.replace("\x00", "|")) for cell in inner.replace("\\|", "\x00").split("|")
    )


def _tables(rows: tuple[Row, ...]) -> tuple[ReadTable, ...]:
    found: list[ReadTable] = []
    block: list[Row] = []
    for row in (*rows, Row(0, "blank", "")):
        if row.kind == "row":
            block.append(row)
        elif block:
            found.append(_table(block))
            block = []
    return tuple(found)


def _table(block: list[Row]) -> ReadTable:
    first = block[0]
    ruled = len(block) > 1 and _RULE().match(block[1].text) is not None
    body = block[2:] if ruled else block
    rows = tuple(TableRow(row.number, row.cells) for row in body if not _RULE().match(row.text))
    return ReadTable(first.number, first.cells if ruled else (), rows, first.heads)
