"""What is drawn on a terminal is what the library for terminals draws, which takes longer to import than this to draw."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table
from rich.text import Text

from paicha.renderers.sheet import BOLD, DIM, Head, Sheet, Words, cut_lines, cut_off, folded, said

_STYLES = {"": "", BOLD: "bold", DIM: "dim", f"{BOLD};31": "bold red", f"{DIM};3": "italic dim"}
_texts = st.text(st.sampled_from("abc déf 12,3 问题（）– …█·e\u0301💣"), max_size=40)
_words = (
    st.lists(st.tuples(_texts, st.sampled_from(sorted(_STYLES))), max_size=3)
    .map(tuple)
    .filter(lambda words: not said(words)[-1:].isspace())
)
#: Of a title of several lines with wide letters the library cuts off more than it must.
_titles = st.one_of(_texts.map(lambda text: text.replace(" ", "")), st.text("abc ", max_size=40))
_heads = st.builds(Head, _titles.map(str.strip), st.booleans(), st.booleans())
_widths = st.integers(40, 90)  # a command writes 60 at least


@st.composite
def _tables(draw: st.DrawFn) -> tuple[list[Head], list[list[Words]]]:
    heads = draw(st.lists(_heads, min_size=1, max_size=6))
    size = len(heads)
    rows = draw(st.lists(st.lists(_words, min_size=size, max_size=size), max_size=4))
    return heads, rows


def _console(width: int) -> Console:
    return Console(
        file=io.StringIO(),
        width=width,
        force_terminal=True,
        color_system="standard",
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )


def _text(words: Words) -> Text:
    return Text.assemble(*((text, _STYLES[look]) for text, look in words))


def _looks(written: str) -> list[list[tuple[str, str]]]:
    """Return every letter with how it looks, but for blanks at the ends of lines, by line."""
    lines = []
    for row in written.splitlines():
        text = Text.from_ansi(row)
        letters: list[list[str]] = [[letter, ""] for letter in text.plain]
        for span in text.spans:
            for letter in letters[span.start : span.end]:
                letter[1] = str(span.style)
        shown = [(letter, look) for letter, look in letters]
        while shown and shown[-1][0].isspace():
            shown.pop()
        lines.append([one if not one[0].isspace() else (one[0], "") for one in shown])
    return lines


def _drawn(console: Console, what: object) -> str:
    console.print(what)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@given(words=_words, width=_widths)
@settings(max_examples=150)
def test_lines_end_where_the_library_ends_them(words: Words, width: int) -> None:
    """Words of any width and look, narrower and wider than the terminal."""
    sheet = Sheet(width, colour=True)
    sheet.put(*words)

    assert _looks(_drawn(_console(width), _text(words))) == _looks(sheet.text())


@given(table=_tables(), width=_widths)
@settings(max_examples=150)
def test_a_table_of_single_lines_is_that_of_the_library(
    table: tuple[list[Head], list[list[Words]]], width: int
) -> None:
    """Columns that shrink and such that do not, right and left, with titles of several lines."""
    heads, rows = table
    grid = Table(box=None, pad_edge=False, padding=(0, 1, 0, 1), expand=False)
    for head in heads:
        grid.add_column(
            head.title,
            justify="right" if head.right else "left",
            no_wrap=not head.shrinks,
            overflow="ellipsis",
            header_style="dim",
        )
    for row in rows:
        cells = [_text(cell) for cell in row]
        for cell in cells:
            cell.no_wrap, cell.overflow = True, "ellipsis"
        grid.add_row(*cells)
    sheet = Sheet(width, colour=True)
    sheet.put_table(heads, rows, cut_off, cut_lines)

    assert _looks(_drawn(_console(width), grid)) == _looks(sheet.text())


@given(table=_tables(), width=_widths)
@settings(max_examples=150)
def test_a_table_of_many_lines_is_that_of_the_library(
    table: tuple[list[Head], list[list[Words]]], width: int
) -> None:
    """Cells go on in the next line, and rows are as high as their highest cell."""
    heads, rows = [Head(head.title, head.right, shrinks=True) for head in table[0]], table[1]
    grid = Table(box=None, pad_edge=False, padding=(0, 1, 0, 1), expand=False)
    for head in heads:
        grid.add_column(
            head.title,
            justify="right" if head.right else "left",
            overflow="fold",
            header_style="dim",
        )
    for row in rows:
        grid.add_row(*map(_text, row))
    sheet = Sheet(width, colour=True)
    sheet.put_table(heads, rows, folded, folded)

    assert _looks(_drawn(_console(width), grid)) == _looks(sheet.text())


def test_without_colour_there_are_letters_only() -> None:
    """The same words, and nothing that makes them look like anything."""
    sheet = Sheet(40, colour=False)
    sheet.put(("2 problems", BOLD))
    sheet.put_table([Head("Count", right=True, shrinks=False)], [[(("12", ""),)]], cut_off, cut_off)

    assert "2 problems\nCount\n   12\n" == sheet.text()
