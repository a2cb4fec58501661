"""A report's words against its figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from paicha.analysis.audit.checks_time import only
from paicha.analysis.audit.reading import Reading, columns_of
from paicha.locales import text
from paicha.model.audit import Objection, Place, Stated

_WARNING = re.compile(r"WARN(?:ING)?|警告", re.IGNORECASE)
_ERRORS = re.compile(r"错误|\berrors?\b", re.IGNORECASE)
_PRIORITY_HEAD = re.compile(r"(?:P|优先级|priority\s*)([1-9])(?!\d)", re.IGNORECASE)
_OF_PRIORITY = re.compile(r"\s*(?:of|at|with)\b", re.IGNORECASE)
_N = r"(?<![\w.,:/-])(\d{1,3}(?:,\d{3})+|\d+)"
_LISTED = re.compile(
    rf"{_N}\s*(?:个|项|类)(?:核心|主要)?(?:问题|故障)(?!日志)"
    rf"|{_N}\s+(?:distinct\s+|main\s+)?(?:problems|issues)\b",
    re.IGNORECASE,
)
#: So many of all problems are in a list that is cut.
_SHOWN_OF = re.compile(
    rf"{_N}\s*(?:个|项|类)(?:问题|故障)中的\s*(?P<shown_zh>\d[\d,]*)\s*(?:个|项|类)"
    rf"|(?P<shown_en>\d[\d,]*)\s+of\s+(?:the\s+|all\s+)?{_N}\s+(?:problems|issues)\b",
    re.IGNORECASE,
)

#: A remainder: of the problems that a line names, so many are not on it.
_REMAINDER = re.compile(
    r"(?:另外|另有|其余|还有|剩余|余下)的?\s*\d[\d,]*\s*(?:个|项|类)(?:其他|核心|主要)?(?:问题|故障)?"
    r"|(?<![\w.,:/-])\d[\d,]*\s+(?:more|further|other|additional|remaining)\s+(?:problems|issues)\b",
    re.IGNORECASE,
)
#: A line that says nothing but how many problems a list leaves out.
_LEFT_OUT = re.compile(rf"(?:and\s+)?(?:{_REMAINDER.pattern})", re.IGNORECASE)
_MARKS = " .。…*-·"


def word_objections(reading: Reading, stated: Sequence[Stated]) -> Iterator[Objection]:
    """Yield words of a report that its own figures do not bear out, or that stand for a figure."""
    yield from _vague(reading)
    yield from _warnings_as_errors(reading, stated)
    yield from _normal(reading, stated)
    yield from _number_of_problems(reading, stated)


def _vague(reading: Reading) -> Iterator[Objection]:
    """Yield vague quantities: behind a label of a count, or in what a report says of a problem."""
    found: dict[str, list[Place]] = {}
    for line in reading.labelled():
        word = reading.lexicon.vague_in(line.value)
        if "count" in line.meanings and word:
            found.setdefault(word, []).append(Place(line.row.number, line.row.text))
    known = {place.line for places in found.values() for place in places}
    for row in reading.document.rows:
        if row.kind not in ("item", "text", "row") or row.number in known:
            continue
        word = reading.lexicon.vague_in(row.text)
        if word and reading.lexicon.problem_class(row.text):
            found.setdefault(word, []).append(Place(row.number, row.text))
    for word, places in sorted(found.items()):
        words = text("audit.check.vague", word=word, n=len(places))
        yield Objection("vague", "warning", only(places), words)


def _warnings_as_errors(reading: Reading, stated: Sequence[Stated]) -> Iterator[Objection]:
    places = [
        each.place
        for each in stated
        if each.measure == "records.abnormal"
        and _ERRORS.search(each.subject)
        and not _WARNING.search(each.subject)
        and _WARNING.search(each.detail)
    ]
    warnings = {
        e.number for e in stated if e.measure == "level.count" and _WARNING.fullmatch(e.subject)
    }
    abnormal = {e.number for e in stated if e.measure == "records.abnormal" and e.number}
    errors_of = [
        Place(table.number, " | ".join(table.header))
        for table in reading.document.tables
        if any(
            _ERRORS.search(head) and "count" in reading.lexicon.meanings(head)
            for head in table.header
        )
        and any(reading.lexicon.modules_in(row.cells[0]) for row in table.rows if row.cells)
        and _sum_of(reading, table.number) in abnormal
    ]
    if places and warnings:
        number = next(iter(sorted(n for n in warnings if n is not None)), 0)
        words = text("audit.check.warnings_as_errors", n=f"{int(number):,}")
        yield Objection("warnings_as_errors", "error", only([*places, *errors_of]), words)


def _sum_of(reading: Reading, table_line: int) -> float:
    table = next(table for table in reading.document.tables if table.number == table_line)
    columns = columns_of(table, reading.lexicon)
    cells = [columns.cell(row.cells, "count").replace(",", "") for row in table.rows]
    return float(sum(int(cell) for cell in cells if cell.isdigit()))


def _normal(reading: Reading, stated: Sequence[Stated]) -> Iterator[Objection]:
    """Yield "all normal" beside a metric that the report itself calls otherwise."""
    wrong = [
        each
        for each in stated
        if each.measure == "metric.normal" and reading.lexicon.says_abnormal(" ".join(each.names))
    ]
    if not wrong:
        return
    for row in reading.document.rows:
        said = row.text.lower()
        everything = any(word in said for word in reading.lexicon.words.everything)
        if row.kind in ("item", "text") and everything and reading.lexicon.says_normal(row.text):
            words = text(
                "audit.check.all_normal", metric=wrong[0].subject, status=wrong[0].names[0]
            )
            places = only([Place(row.number, row.text), *(each.place for each in wrong)])
            yield Objection("all_normal", "error", places, words)


def _number_of_problems(reading: Reading, stated: Sequence[Stated]) -> Iterator[Objection]:
    """Yield a stated number of problems that is not how many the report lists."""
    listed, whole = _list_of_problems(reading, stated)
    if listed < 2:
        return
    cut = next((it for row in reading.document.rows if (it := _SHOWN_OF.search(row.text))), None)
    if cut is not None and _number(cut["shown_zh"] or cut["shown_en"]) == listed:
        listed = _number(cut[1] or cut[4])  # the list is as long as it says
    for row in reading.document.rows:
        if row.kind not in ("item", "text", "heading") or reading.block_of(row.number):
            continue
        said = _REMAINDER.sub(" ", row.text)
        found = _LISTED.search(said)
        if found is None or _PRIORITY_HEAD.search(said[: found.start()]):
            continue
        if _OF_PRIORITY.match(said[found.end() :]):
            continue
        number = _number(found[1] or found[2])
        if number < listed or (whole and number > listed):
            words = text("audit.check.listed", said=number, listed=listed)
            yield Objection("listed", "error", (Place(row.number, row.text),), words)


def _number(said: str) -> int:
    return int(said.replace(",", ""))


def _list_of_problems(reading: Reading, stated: Sequence[Stated]) -> tuple[int, bool]:
    """
    Return how many problems a report lists, and whether these are all it speaks of.

    They are not where a line says how many it leaves out; nor, without headings of their own, where something
    else stands among them: it may be a problem whose words nobody knows.
    """
    rows = reading.document.rows
    cut = any(_LEFT_OUT.fullmatch(row.text.strip(_MARKS)) for row in rows)
    if reading.blocks:
        return len(reading.blocks), not cut
    places = [(e.subject, e.place.line) for e in stated if e.measure == "problem.listed"]
    lines = {line for _, line in places}
    among = {row.heads for row in rows if row.number in lines}
    others = any(
        row.kind in ("item", "text") and row.heads in among and row.number not in lines
        for row in rows
    )
    return len({title for title, _ in places}), not (cut or others)
