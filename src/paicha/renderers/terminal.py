"""A short summary for a terminal: the verdict, the problems, what disagrees, how much was read."""

from __future__ import annotations

from collections.abc import Mapping

from paicha.model.report import (
    Badge,
    Bar,
    Block,
    Callout,
    Cell,
    Curve,
    Facts,
    Group,
    Line,
    Paragraph,
    Report,
    Row,
    Section,
    Span,
    Stack,
    Table,
    Tone,
)
from paicha.renderers.sheet import BOLD, DIM, Head, Sheet, Words, cut_lines, cut_off
from paicha.renderers.sparkline import sparkline
from paicha.renderers.terminal_sections import SectionWriter
from paicha.renderers.visible import visible
from paicha.values import dataclass

#: Red, yellow and green as every terminal has them, and slanted letters.
_LOOKS: Mapping[Tone, str] = {
    "plain": "",
    "muted": DIM,
    "bad": f"{BOLD};31",
    "warn": "33",
    "good": "32",
    "unknown": f"{DIM};3",
    "code": "",
    "strong": BOLD,
}
#: Rows of the problem table that fit a screen.
_MOST_ROWS = 20
#: Columns of the problem table by width of the terminal: all; without first and last; the first four.
_WIDE, _NARROW = 120, 90


@dataclass(frozen=True, slots=True)
class TerminalRenderer:
    """
    Draws the summary of a report.

    Args:
        width: Columns of the terminal.
        colour: Whether escape sequences for colour may be written (no terminal, or NO_COLOR: false).
    """

    width: int = 100
    colour: bool = False

    def render(self, report: Report) -> bytes:
        """Return the summary as UTF-8; the same report and width give the same bytes."""
        return self.text(report).encode()

    def text(self, report: Report) -> str:
        """Return the summary as text."""
        sheet = Sheet(self.width, colour=self.colour)
        sections = {section.id: section for section in report.sections}
        sheet.put((visible(report.title), BOLD))
        sheet.put_folded(_line(report.subtitle))
        labels = dict(report.labels)
        if report.findings is None:
            writer = SectionWriter(sheet, _text, labels.get("more_than_shown", "{n}"))
            for section in report.sections:
                writer.section(section)
        else:
            for block in sections["verdict"].blocks:
                _verdict(sheet, block)
            _problems(sheet, sections["problems"], labels)
            _contradictions(sheet, sections["contradictions"])
        return sheet.text()


def _text(words: str, tone: Tone) -> Words:
    return ((visible(words), _LOOKS[tone]),)


def _line(line: Line) -> Words:
    return tuple((visible(span.text), _LOOKS[span.tone]) for span in line)


def _verdict(sheet: Sheet, block: Block) -> None:
    if isinstance(block, Callout):
        sheet.put()
        for line in block.lines:
            sheet.put_folded(_line(line), "  ", "    ")
    elif isinstance(block, Facts):
        sheet.put()
        for fact in block.facts:
            value = _text(f"{fact.value:>8}", "strong")
            sheet.put(("  ", ""), *value, ("  ", ""), (visible(fact.label), ""))


def _problems(sheet: Sheet, section: Section, labels: Mapping[str, str]) -> None:
    sheet.put()
    sheet.put((visible(section.title), BOLD))
    for block in section.blocks:
        if isinstance(block, Paragraph):
            sheet.put_folded(_line(block.line), "  ")
        elif isinstance(block, Table):
            _put_table(sheet, block)
            more = len(block.rows) - _MOST_ROWS
            if more > 0:
                said = labels.get("more_than_shown", "{n}").replace("{n}", f"{more:,}")
                sheet.put(("  ", ""), *_text(said, "muted"))


def _put_table(sheet: Sheet, table: Table) -> None:
    kept = _kept(len(table.columns), sheet.width)
    columns = [table.columns[index] for index in kept]
    heads = [
        Head(
            visible(column.title) if column.kind != "curve" else "",
            right=column.kind == "number",
            shrinks=column.kind == "text",
        )
        for column in columns
    ]
    rows = [[_cell(cell) for cell in _cells(row, kept)] for row in table.rows[:_MOST_ROWS]]
    sheet.put_table(heads, rows, cut_off, cut_lines)  # one problem, one line


def _kept(columns: int, width: int) -> list[int]:
    # Narrow screens keep rank, priority, name and count; the rest is in the other formats.
    if width >= _WIDE:
        return list(range(columns))
    if width >= _NARROW:
        return [index for index in range(columns) if index != 7]
    return list(range(min(4, columns)))


def _cells(row: Row, kept: list[int]) -> list[Cell]:
    return [row.cells[index] for index in kept]


def _cell(cell: Cell) -> Words:
    match cell:
        case Span() | Badge():
            return _text(cell.text, cell.tone)
        case Bar():
            return _text(cell.text, "plain")
        case Curve():
            return _text(sparkline(cell, 15), cell.tone)
        case Stack():
            return _line(cell.lines[0])
        case _:
            return _line(cell)


def _contradictions(sheet: Sheet, section: Section) -> None:
    groups = [block for block in section.blocks if isinstance(block, Group) and not block.wide]
    if not groups:
        return
    sheet.put()
    sheet.put((visible(section.title), BOLD))
    for group in groups:
        sheet.put(("  ", ""), *_text(group.title, "strong"))
        for block in group.blocks:
            if isinstance(block, Paragraph):
                sheet.put_folded(_line(block.line), "    ")
                break
