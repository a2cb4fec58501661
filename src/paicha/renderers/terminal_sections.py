"""Any report on a terminal, section by section: for those that rest on no single investigation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from paicha.model.report import (
    Badge,
    Bar,
    Block,
    Bullets,
    Callout,
    Cell,
    Code,
    Curve,
    Detail,
    Facts,
    Group,
    Line,
    Paragraph,
    Section,
    Span,
    Stack,
    Table,
    Tone,
)
from paicha.renderers.columns import line_spans
from paicha.renderers.sheet import BOLD, Head, Sheet, Words, folded, part, said
from paicha.renderers.sparkline import sparkline
from paicha.renderers.visible import visible

#: Rows of one table on a screen; the other formats have all.
MOST_ROWS = 20
Styled = Callable[[str, Tone], Words]


class SectionWriter:
    """
    Draws sections.

    Args:
        sheet: Where to.
        styled: Makes visible text of a tone.
        more: Sentence that says how many rows are left out, with ``{n}``.
    """

    def __init__(self, sheet: Sheet, styled: Styled, more: str) -> None:
        self._sheet = sheet
        self._styled = styled
        self._more = more

    def section(self, section: Section) -> None:
        """Draw one section under its title."""
        title = section.title if section.count is None else f"{section.title} ({section.count:,})"
        self._sheet.put()
        self._sheet.put((visible(title), BOLD))
        for block in section.blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Table():
                self._table(block)
            case Group() | Detail():
                if not (isinstance(block, Group) and block.folded):
                    for inner in block.blocks:
                        self._block(inner)
            case Paragraph() | Callout() | Bullets():
                for line in self._lines(block):
                    self._sheet.put_folded(line, "  ")
            case _:
                for line in self._lines(block):
                    self._sheet.put(("  ", ""), *line)

    def _lines(self, block: Block) -> Iterator[Words]:
        match block:
            case Paragraph():
                yield self._line(block.line)
            case Callout():
                yield from (self._line(line) for line in block.lines)
            case Bullets():
                for number, item in enumerate(block.items, start=block.start):
                    lead = f"{number}. " if block.numbered else "· "
                    yield ((lead, ""), *self._line(item))
            case Facts():
                for fact in block.facts:
                    value = self._styled(f"{fact.value:>8}", "strong")
                    yield (*value, ("  ", ""), (visible(fact.label), ""))
            case Code():
                yield from (((visible(row), ""),) for row in block.text.splitlines())
            case Curve():
                yield ((f"{visible(block.label)} {sparkline(block, 40)}", ""),)
            case _:
                return

    def _line(self, line: Line) -> Words:
        return tuple(piece for span in line for piece in self._styled(span.text, span.tone))

    def _table(self, table: Table) -> None:
        heads = [
            Head(visible(column.title), right=column.kind == "number", shrinks=True)
            for column in table.columns
        ]
        rows = [[self._cell(cell) for cell in row.cells] for row in table.rows[:MOST_ROWS]]
        self._sheet.put_table(heads, rows, _in_lines, folded)
        left = len(table.rows) - MOST_ROWS
        if left > 0:
            words = self._more.replace("{n}", f"{left:,}")
            self._sheet.put(("  ", ""), *self._styled(words, "muted"))

    def _cell(self, cell: Cell) -> Words:
        match cell:
            case Span() | Badge():
                return self._styled(cell.text, cell.tone)
            case Bar():
                return self._styled(cell.text, "plain")
            case Curve():
                return self._styled(sparkline(cell, 15), cell.tone)
            case Stack():
                lines = [(("\n", ""), *self._line(line)) for line in cell.lines]
                return tuple(piece for line in lines for piece in line)[1:]
            case _:
                return self._line(cell)


def _in_lines(words: Words, width: int) -> list[Words]:
    """Return *words* in lines that end as those of a paragraph do; line ends in them stay."""
    lines: list[Words] = []
    at = 0
    for row in said(words).split("\n"):
        places = list(line_spans(row, width)) or [(0, 0)]
        for start, end in places:
            lines += folded(part(words, at + start, at + end), width)
        at += len(row) + 1
    return lines
