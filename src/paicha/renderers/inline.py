"""
Lines and cells as HTML: what a page has by the thousand.

Every text is made visible and escaped, and nothing else is put between the tags but words of our own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from paicha.model.report import Badge, Bar, Cell, Column, Curve, Span, Stack
from paicha.renderers import charts
from paicha.renderers.visible import visible

#: Code up to so many characters is not broken over lines.
_SHORT = 40
_EMPHASIS = frozenset(("strong", "bad", "warn", "good", "unknown"))


def line(spans: Iterable[Span]) -> Markup:
    """Return the spans of a line."""
    return Markup("".join(map(_span, spans)))  # noqa: S704 - every span is escaped


def cells(row: Sequence[Cell], columns: Sequence[Column], *, labelled: bool) -> Markup:
    """Return the cells of a table's row; *labelled*: each says its column, for narrow screens."""
    return Markup("".join(_data(*pair, labelled=labelled) for pair in zip(row, columns)))  # noqa: S704, B905 - likewise; a row may be short


def _data(cell: Cell, column: Column, *, labelled: bool) -> str:
    label = f' data-label="{shown(column.title)}"' if labelled and column.title else ""
    return f'<td class="k-{column.kind}"{label}>{_cell(cell)}</td>'


def _cell(cell: Cell) -> str:
    match cell:
        case Span():
            return _span(cell)
        case Badge():
            return f'<span class="badge b-{cell.tone}">{shown(cell.text)}</span>'
        case Curve():
            return charts.cell_curve(cell)
        case Bar():
            text = shown(cell.text)
            return f'<span class="barred">{charts.bar(cell)}<span>{text}</span></span>'
        case Stack():
            return "".join(f"<div>{line(one)}</div>" for one in cell.lines)
        case _:
            return line(cell)


def _span(span: Span) -> str:
    words = shown(span.text)
    if span.tone == "code":
        short = ' class="short"' if len(span.text) <= _SHORT else ""
        words = f"<code{short}>{words}</code>"
    if span.target:
        return f'<a class="t-{span.tone}" href="#{shown(span.target)}">{words}</a>'
    if span.tone in ("code", "plain"):
        return words
    tag = "b" if span.tone in _EMPHASIS else "span"
    return f'<{tag} class="t-{span.tone}">{words}</{tag}>'


@lru_cache(maxsize=8192)
def shown(text: str) -> str:
    """Return a text visible and escaped."""
    return escape(visible(text))
