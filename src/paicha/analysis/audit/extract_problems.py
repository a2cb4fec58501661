"""Statements about single problems: in blocks of their own, or in the items of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paicha.analysis.audit.document import Row
from paicha.analysis.audit.figures import count_of, moments_of, ranges_of
from paicha.analysis.audit.lexicon import title_of
from paicha.analysis.audit.reading import Labelled, ProblemBlock, Reading
from paicha.model.audit import Measure, Place, Stated

_PRIORITY = re.compile(r"(?<![A-Za-z0-9])(P[1-3])(?![A-Za-z0-9])")
_ITEM_TITLE = re.compile(r"^(.{3,90}?)\s*(?:[:：—–]|\s-\s|[(（,，;；])")
_COUNTED = re.compile(
    r"(?<![\d.:,/-])(\d{1,3}(?:,\d{3})+|\d+)\s*(次|条|times|occurrences|records|lines|hits|events|log lines|errors)(?![A-Za-z])",
    re.IGNORECASE,
)
#: A line of a folded sentence that begins with a bracket counts what stands above it; "(1)" numbers an item.
_GOES_ON = re.compile(r"[(（](?!\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2}|[a-z])\s*[)）])")


def problem_statements(reading: Reading) -> Iterator[Stated]:
    """Yield what a report states of each of its problems."""
    for block in reading.blocks:
        yield Stated("problem.listed", block.title, block.place)
        found = _PRIORITY.search(block.place.says)
        if found:
            yield Stated("problem.priority", block.title, block.place, names=(found[1],))
        for line in reading.labelled(block.rows):
            yield from _labelled(reading, block, line)
        yield from _ranges(block)
        yield from _facts(reading, block)
    if not reading.blocks:
        yield from _items(reading)


def _labelled(reading: Reading, block: ProblemBlock, line: Labelled) -> Iterator[Stated]:
    place = Place(line.row.number, line.row.text)
    title = block.title
    count = count_of(line.value)
    if "count" in line.meanings and count is not None:
        yield Stated("problem.count", title, place, number=count)
    if "modules" in line.meanings:
        modules = _listed(reading, line)
        if modules:
            yield Stated("problem.modules", title, place, names=modules)
    if "values" in line.meanings:
        values = [part.strip() for part in re.split(r"[,，、]", line.value) if part.strip()]
        if values:
            yield Stated("problem.values", title, place, names=tuple(values))
    ends: tuple[tuple[str, Measure], ...] = (("first", "problem.first"), ("last", "problem.last"))
    for meaning, measure in ends:
        moments = moments_of(line.value)
        if meaning in line.meanings and len(moments) == 1 and reading.day is not None:
            yield Stated(measure, title, place, start=moments[0].on(reading.day))


def _facts(reading: Reading, block: ProblemBlock) -> Iterator[Stated]:
    """Yield what facts with the figure in front say: ``10:37:34 first seen``, ``103 times``."""
    for row in block.rows:
        if row.kind != "item":
            continue
        place = Place(row.number, row.text)
        moments = moments_of(row.text)
        if moments and moments[0].start == 0 and reading.day is not None:
            meanings = reading.lexicon.meanings(row.text[moments[0].end :])
            ends: tuple[tuple[str, Measure], ...] = (
                ("first", "problem.first"),
                ("last", "problem.last"),
            )
            for meaning, measure in ends:
                if meaning in meanings:
                    yield Stated(measure, block.title, place, start=moments[0].on(reading.day))
            continue
        figure, _, label = row.text.partition(" ")
        meanings = reading.lexicon.meanings(label)
        number = count_of(figure)
        if number is not None and "count" in meanings:
            yield Stated("problem.count", block.title, place, number=number)


def _ranges(block: ProblemBlock) -> Iterator[Stated]:
    """Yield the ranges of a problem: lines that label nothing but two numbers."""
    for row in block.rows:
        label, _, value = row.text.replace("：", ":").partition(":")
        spans = ranges_of(value) if row.kind in ("item", "text") and label else []
        if len(spans) == 1 and value.strip() == spans[0].says and not moments_of(value):
            (span,) = spans
            place = Place(row.number, row.text)
            yield Stated(
                "problem.range", block.title, place, number=span.low, high=span.high, unit=span.unit
            )


def _listed(reading: Reading, line: Labelled) -> tuple[str, ...]:
    """Return the modules behind a label, on its line or in the items below it."""
    named = dict.fromkeys(reading.lexicon.modules_in(line.value))
    for row in reading.under(line.row):
        named |= dict.fromkeys(reading.lexicon.modules_in(row.text))
    return tuple(named)


def _items(reading: Reading) -> Iterator[Stated]:
    """Yield problems that are items of a list, each with its count on the same line."""
    for row in reading.document.rows:
        if row.kind not in ("item", "text") or _is_plan(row) or moments_of(row.text[:12]):
            continue
        if row.kind == "text" and _GOES_ON.match(row.text):
            continue
        title = item_title(row)
        counts = _COUNTED.findall(row.text)
        if not title or not counts or not reading.lexicon.problem_class(title):
            continue
        place = Place(row.number, row.text)
        yield Stated("problem.listed", title, place)
        yield Stated("problem.count", title, place, number=float(counts[0][0].replace(",", "")))
        modules = reading.lexicon.modules_in(row.text)
        if modules:
            yield Stated("problem.modules", title, place, names=tuple(modules), detail="some")
        priority = _PRIORITY.search(row.text)
        if priority:
            yield Stated("problem.priority", title, place, names=(priority[1],))


def item_title(row: Row) -> str:
    """Return what an item of a list begins with, before its first mark; "" for none."""
    found = _ITEM_TITLE.match(row.text)
    return title_of(found[1]) if found else ""


def _is_plan(row: Row) -> bool:
    heads = " ".join(row.heads).lower()
    return any(
        word in heads
        for word in (
            "建议",
            "行动",
            "措施",
            "action",
            "next step",
            "recommend",
            "todo",
            "remediation",
        )
    )
