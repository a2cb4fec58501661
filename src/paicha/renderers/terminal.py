"""A short summary for a terminal: the verdict, the problems, what disagrees, how much was read."""

from __future__ import annotations

import io
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

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
from paicha.renderers.sparkline import sparkline
from paicha.renderers.terminal_sections import SectionWriter, put_folded
from paicha.renderers.visible import visible
from paicha.values import dataclass

_STYLES: Mapping[Tone, str] = {
    "plain": "",
    "muted": "dim",
    "bad": "bold red",
    "warn": "yellow",
    "good": "green",
    "unknown": "italic dim",
    "code": "",
    "strong": "bold",
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
        out = io.StringIO()
        console = Console(
            file=out,
            width=self.width,
            force_terminal=self.colour,
            color_system="standard" if self.colour else None,
            no_color=not self.colour,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            _environ={},
        )
        sections = {section.id: section for section in report.sections}
        console.print(Text(visible(report.title), style="bold"))
        put_folded(console, _line(report.subtitle))
        labels = dict(report.labels)
        if report.findings is None:
            writer = SectionWriter(console, _text, labels.get("more_than_shown", "{n}"))
            for section in report.sections:
                writer.section(section)
        else:
            for block in sections["verdict"].blocks:
                _verdict(console, block)
            _problems(console, sections["problems"], labels)
            _contradictions(console, sections["contradictions"])
        return "".join(f"{row.rstrip()}\n" for row in out.getvalue().splitlines())


def _text(words: str, tone: Tone) -> Text:
    return Text(visible(words), style=_STYLES[tone])


def _line(line: Line) -> Text:
    return Text.assemble(*(_text(span.text, span.tone) for span in line))


def _verdict(console: Console, block: Block) -> None:
    if isinstance(block, Callout):
        console.print()
        for line in block.lines:
            put_folded(console, _line(line), "  ", "    ")
    elif isinstance(block, Facts):
        console.print()
        for fact in block.facts:
            value = Text.assemble("  ", _text(f"{fact.value:>8}", "strong"), "  ")
            put_folded(console, Text(visible(fact.label)), value, " " * value.cell_len)


def _problems(console: Console, section: Section, labels: Mapping[str, str]) -> None:
    console.print()
    console.print(Text(visible(section.title), style="bold"))
    for block in section.blocks:
        if isinstance(block, Paragraph):
            put_folded(console, _line(block.line), "  ")
        elif isinstance(block, Table):
            console.print(_grid(block, console.width))
            more = len(block.rows) - _MOST_ROWS
            if more > 0:
                said = labels.get("more_than_shown", "{n}").replace("{n}", f"{more:,}")
                console.print(Text.assemble("  ", _text(said, "muted")))


def _grid(table: Table, width: int) -> Grid:
    kept = _kept(len(table.columns), width)
    grid = Grid(box=None, pad_edge=False, padding=(0, 1, 0, 1), expand=False)
    for index in kept:
        column = table.columns[index]
        right = column.kind == "number"
        grid.add_column(
            visible(column.title) if column.kind != "curve" else "",
            justify="right" if right else "left",
            no_wrap=column.kind != "text",
            overflow="ellipsis",
            header_style="dim",
        )
    for row in table.rows[:_MOST_ROWS]:
        grid.add_row(*(_cell(cell) for cell in _cells(row, kept)))
    return grid


def _kept(columns: int, width: int) -> list[int]:
    # Narrow screens keep rank, priority, name and count; the rest is in the other formats.
    if width >= _WIDE:
        return list(range(columns))
    if width >= _NARROW:
        return [index for index in range(columns) if index != 7]
    return list(range(min(4, columns)))


def _cells(row: Row, kept: list[int]) -> list[Cell]:
    return [row.cells[index] for index in kept]


def _cell(cell: Cell) -> Text:
    match cell:
        case Span() | Badge():
            shown = _text(cell.text, cell.tone)
        case Bar():
            shown = _text(cell.text, "plain")
        case Curve():
            shown = _text(sparkline(cell, 15), cell.tone)
        case Stack():
            shown = _line(cell.lines[0])
        case _:
            shown = _line(cell)
    shown.no_wrap, shown.overflow = True, "ellipsis"  # one problem, one line
    return shown


def _contradictions(console: Console, section: Section) -> None:
    groups = [block for block in section.blocks if isinstance(block, Group) and not block.wide]
    if not groups:
        return
    console.print()
    console.print(Text(visible(section.title), style="bold"))
    for group in groups:
        console.print(Text.assemble("  ", _text(group.title, "strong")))
        for block in group.blocks:
            if isinstance(block, Paragraph):
                put_folded(console, _line(block.line), "    ")
                break
