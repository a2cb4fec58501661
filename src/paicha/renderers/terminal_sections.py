"""Any report on a terminal, section by section: for those that rest on no single investigation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table as Grid
from rich.text import Text

from paicha.model.report import (
    Address,
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
from paicha.renderers.sparkline import sparkline
from paicha.renderers.visible import visible

#: Rows of one table on a screen; the other formats have all.
MOST_ROWS = 20
Styled = Callable[[str, Tone], Text]


def put_folded(
    console: Console, words: Text, first: str | Text = "", rest: str | None = None
) -> None:
    """
    Write *words* in as many lines as they take: Chinese ends lines behind its letters, which a terminal does not.

    Args:
        console: Where to, and how wide.
        words: One paragraph.
        first: What its first line begins with.
        rest: What the others begin with; None: the same.
    """
    indent = first if isinstance(first, Text) else Text(first)
    others = indent if rest is None else Text(rest)
    room = console.width - max(indent.cell_len, others.cell_len)
    for start, end in line_spans(words.plain, room):
        console.print(Text.assemble(indent, words[start:end]))
        indent = others


class _Folded:
    """
    A cell of a table whose lines end as those of `put_folded` do.

    Args:
        words: What stands in it; line ends in it stay.
    """

    def __init__(self, words: Text) -> None:
        self._words = words

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield its lines."""
        del console
        for part in self._words.split("\n", allow_blank=True):
            spans = list(line_spans(part.plain, options.max_width))
            yield from (part[start:end] for start, end in spans)
            if not spans:
                yield Text("")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Return how wide it must and may be, as the library has it."""
        return Measurement.get(console, options, self._words)


class SectionWriter:
    """
    Draws sections.

    Args:
        console: Where to.
        styled: Makes visible text of a tone.
        more: Sentence that says how many rows are left out, with ``{n}``.
    """

    def __init__(self, console: Console, styled: Styled, more: str) -> None:
        self._console = console
        self._styled = styled
        self._more = more

    def section(self, section: Section) -> None:
        """Draw one section under its title."""
        title = section.title if section.count is None else f"{section.title} ({section.count:,})"
        self._console.print()
        self._console.print(Text(visible(title), style="bold"))
        for block in section.blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Table():
                self._table(block)
            case Group() | Detail():
                self._inside(block)
            case Paragraph() | Callout() | Bullets():
                for line in self._lines(block):
                    put_folded(self._console, line, "  ")
            case _:
                for line in self._lines(block):
                    self._console.print(Text.assemble("  ", line))

    def _inside(self, block: Group | Detail) -> None:
        if isinstance(block, Group):
            if block.folded:
                return
            self._console.print(Text.assemble("  ", self._styled(block.title, "strong")))
        for inner in block.blocks:
            self._block(inner)

    def _lines(self, block: Block) -> Iterator[Text]:
        match block:
            case Paragraph():
                yield self._line(block.line)
            case Callout():
                yield from (self._line(line) for line in block.lines)
            case Bullets():
                for number, item in enumerate(block.items, start=block.start):
                    lead = f"{number}. " if block.numbered else "· "
                    yield Text.assemble(lead, self._line(item))
            case Facts():
                for fact in block.facts:
                    yield Text.assemble(
                        self._styled(f"{fact.value:>8}", "strong"), "  ", visible(fact.label)
                    )
            case Code():
                yield from (Text(visible(row)) for row in block.text.splitlines())
            case Address():
                yield Text(visible(block.text), overflow="fold", no_wrap=False)
            case Curve():
                yield Text.assemble(visible(block.label), " ", sparkline(block, 40))
            case _:
                return

    def _line(self, line: Line) -> Text:
        return Text.assemble(*(self._styled(span.text, span.tone) for span in line))

    def _table(self, table: Table) -> None:
        grid = Grid(box=None, pad_edge=False, padding=(0, 1, 0, 1), expand=False)
        for column in table.columns:
            right = column.kind == "number"
            grid.add_column(
                visible(column.title),
                justify="right" if right else "left",
                overflow="fold",
                header_style="dim",
                ratio=None if right or column.kind == "badge" else 1,
            )
        for row in table.rows[:MOST_ROWS]:
            grid.add_row(*(_Folded(self._cell(cell)) for cell in row.cells))
        self._console.print(grid)
        left = len(table.rows) - MOST_ROWS
        if left > 0:
            words = self._more.replace("{n}", f"{left:,}")
            self._console.print(Text.assemble("  ", self._styled(words, "muted")))

    def _cell(self, cell: Cell) -> Text:
        match cell:
            case Span() | Badge():
                return self._styled(cell.text, cell.tone)
            case Bar():
                return self._styled(cell.text, "plain")
            case Curve():
                return self._styled(sparkline(cell, 15), cell.tone)
            case Stack():
                return Text("\n").join([self._line(line) for line in cell.lines])
            case _:
                return self._line(cell)
