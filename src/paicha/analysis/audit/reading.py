"""What every extractor of statements is given, and what all of them find together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import date, datetime

from paicha.analysis.audit.document import Document, ReadTable, Row
from paicha.analysis.audit.figures import days_of, moments_of, window_of
from paicha.analysis.audit.lexicon import Lexicon, bare, title_of
from paicha.model.audit import Place
from paicha.values import dataclass

_LABELLED = re.compile(r"^([^:：|]{1,40})\s*[:：]\s*(.*)$")
_NUMBERED = re.compile(
    r"^\s*(?:(?:problem|issue|finding|问题)\s*)?#?(\d{1,3})\s*[.、):：·-]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line of the form ``label: value``; the value may stand in the items below it."""

    row: Row
    label: str
    value: str
    meanings: frozenset[str]


@dataclass(frozen=True, slots=True)
class ProblemBlock:
    """
    A problem as the report describes it.

    Args:
        number: Its number in the report; None: it has none.
        title: Without number and marks.
        place: Its heading.
        rows: The lines below its heading.
    """

    number: int | None
    title: str
    place: Place
    rows: tuple[Row, ...]

    @property
    def text(self) -> str:
        """Everything it says, its title included."""
        return "\n".join([self.title, *(row.text for row in self.rows)])


@dataclass(frozen=True, slots=True)
class Reading:
    """
    A report being read.

    Args:
        document: Its lines and tables.
        lexicon: What words mean.
        window: The window it states, as local times without a zone, and where.
        day: The day of times that name none.
        blocks: Its problems, where they have headings of their own.
    """

    document: Document
    lexicon: Lexicon
    window: tuple[datetime, datetime, Place] | None
    day: date | None
    blocks: tuple[ProblemBlock, ...]
    covered: dict[str, ProblemBlock | None] = field(default_factory=dict)  # remembered answers

    def labelled(self, rows: Sequence[Row] | None = None) -> Iterator[Labelled]:
        """Yield the lines that label a value with a label that is known."""
        for row in self.document.rows if rows is None else rows:
            if row.kind not in ("item", "text"):
                continue
            found = _LABELLED.match(row.text)
            meanings = self.lexicon.meanings(found[1]) if found else frozenset()
            if found and meanings:
                yield Labelled(row, found[1], found[2].strip(), meanings)

    def under(self, row: Row) -> Iterator[Row]:
        """Yield the items that follow a label line: a list of its values."""
        for below in self.document.rows[row.number :]:
            if below.kind == "blank":
                continue
            deeper = below.kind == "item" and (row.kind != "item" or below.level > row.level)
            if not deeper or _LABELLED.match(below.text):
                return
            yield below

    def block_of(self, line: int) -> ProblemBlock | None:
        """Return the problem that a line belongs to."""
        for block in self.blocks:
            if block.place.line == line or (
                block.rows and block.rows[0].number <= line <= block.rows[-1].number
            ):
                return block
        return None


def read(document: Document, lexicon: Lexicon) -> Reading:
    """Return a report ready for the extractors."""
    day = _day_of(document)
    window = _window(document, lexicon, day)
    if window is not None:
        day = window[0].date()
    return Reading(document, lexicon, window, day, _blocks(document, lexicon))


def _day_of(document: Document) -> date | None:
    for row in document.rows:
        if row.kind not in ("code", "comment"):
            days = days_of(row.text)
            if days:
                return days[0]
    return None


def _window(
    document: Document, lexicon: Lexicon, day: date | None
) -> tuple[datetime, datetime, Place] | None:
    """Return the stretch a line calls the window; else the first that is written with its day."""
    fallback: tuple[datetime, datetime, Place] | None = None
    for row in document.rows:
        if row.kind in ("code", "comment", "blank") or not moments_of(row.text):
            continue
        found = window_of(row.text, day)
        if found is None:
            continue
        place = Place(row.number, found[2])
        labelled = _LABELLED.match(row.text)
        label = row.cells[0] if row.cells else labelled[1] if labelled else ""
        if "window" in lexicon.meanings(label):
            return found[0], found[1], place
        if fallback is None and days_of(row.text):
            fallback = found[0], found[1], place
    return fallback


def _blocks(document: Document, lexicon: Lexicon) -> tuple[ProblemBlock, ...]:
    heads = [row for row in document.rows if row.kind == "heading"]
    blocks: list[ProblemBlock] = []
    for head in heads:
        number = _NUMBERED.match(head.text)
        inside = any("problems" in lexicon.meanings(above) for above in head.heads)
        title = title_of(head.text)
        named = number is not None and (inside or lexicon.problem_class(title))
        if not title or not (named or (inside and lexicon.problem_class(title))):
            continue
        if any(block.rows and block.rows[-1].number >= head.number for block in blocks):
            continue  # a heading inside a problem
        rows = _below(document, head)
        blocks.append(
            ProblemBlock(
                int(number[1]) if number else None, title, Place(head.number, head.text), rows
            )
        )
    return tuple(blocks)


def _below(document: Document, head: Row) -> tuple[Row, ...]:
    rows: list[Row] = []
    for row in document.rows[head.number :]:
        if row.kind == "heading" and row.level <= head.level:
            break
        rows.append(row)
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a table means what: the first that fits wins."""

    table: ReadTable
    at: dict[str, int]

    def cell(self, cells: Sequence[str], meaning: str) -> str:
        """Return the cell of that meaning; "" when the table has none."""
        place = self.at.get(meaning)
        return cells[place] if place is not None and place < len(cells) else ""


def columns_of(table: ReadTable, lexicon: Lexicon) -> Columns:
    """Return which column means what."""
    at: dict[str, int] = {}
    for place, head in enumerate(table.header):
        for meaning in sorted(lexicon.meanings(head)):
            at.setdefault(meaning, place)
    # A share is of the figure beside it: of two columns of counts that one is meant.
    if "abnormal" in at and at["abnormal"] + 1 == at.get("share"):
        at["count"] = at["abnormal"]
    return Columns(table, at)


def is_sum(cells: Sequence[str], lexicon: Lexicon) -> bool:
    """Return whether a row adds up the others."""
    return bool(cells) and "sum" in lexicon.meanings(cells[0]) and bare(cells[0]) not in ("", "%")
