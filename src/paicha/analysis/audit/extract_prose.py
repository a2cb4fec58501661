"""Statements in sentences: totals, levels, problems and metrics, one clause at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paicha.analysis.audit.document import Document, Row
from paicha.analysis.audit.figures import moments_of, number_of
from paicha.analysis.audit.reading import Reading
from paicha.model.audit import Place, Stated

_CLAUSE = re.compile(r"[。；;！!?？\n]|,\s+|，|(?<!\d)\.\s|\.\s+(?=[A-Z])|\s+and\s+|、|（|）|\(|\)")
_COUNT_IN_BRACKETS = re.compile(
    r"\s*[(（]\s*(\d[\d,]*\s*(?:次|条|times|records|occurrences|x))\s*[)）]"
)
#: A line at least so long may have been wrapped [characters].
_WRAPPED = 60
_N = r"(?<![\w.:/-])(\d{1,3}(?:,\d{3})+|\d+)"
_TOTAL = re.compile(
    rf"{_N}\s*(?:条|行)\s*(?:日志|记录)(?!.{{0,6}}(?:错误|异常|称|显示|报))"
    rf"|{_N}\s+(?:log\s+)?(?:records|lines|log entries)\s+(?:in total|were (?:read|analy[sz]ed)|analy[sz]ed|read|in the window|over \d)"
    rf"|(?:total of|all|analy[sz]ed|read|processed|covers)\s+{_N}\s+(?:log\s+)?(?:records|lines|log entries)",
    re.IGNORECASE,
)
_ABNORMAL = re.compile(
    rf"{_N}\s*条\s*(?:异常|错误|问题)(?:日志|记录)?(?!\w*率)|(?:异常|错误|问题)(?:日志|记录)\s*(?:共|有|为)?\s*{_N}\s*条"
    rf"|{_N}\s+(?:of (?:them|these|which)\s+)?(?:were\s+)?(?:abnormal|warnings? or (?:worse|above)|at WARN(?:ING)? (?:or|and) (?:above|worse))",
    re.IGNORECASE,
)
_LEVEL_AFTER = re.compile(
    r"^\s*[:：=]?\s*(?:日志)?\s*(?:共|有)?\s*(\d{1,3}(?:,\d{3})+|\d+)(?!\s*[%％.:\d])\s*(?:条|次)?"
)
_LEVEL_BEFORE = re.compile(
    r"(?<![\w.:/-])(\d{1,3}(?:,\d{3})+|\d+)\s*(?:条|次|个|x|×)?\s*(?:were\s+|at\s+)?$"
)
_COUNTED = re.compile(
    rf"{_N}\s*(?:次|条|times|occurrences|hits|events|records|lines|failures|errors|x\b|×)(?![A-Za-z])|(?:[x×]\s?)(\d+)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(?<![\w.,-])(\d+(?:\.\d+)?)\s*[%％]")
#: Words of a clause whose percentage is what somebody claims, not what was measured.
_CLAIMED = re.compile(
    r"日志|应用层?(?:报告|报|称)|报告了?|告警|声称|称其|阈值|占|涨|降|阀值|claim|report|log|alert|threshold|according to|share|of (?:all|the)|says|said|rose|grew|by \d",
    re.IGNORECASE,
)
#: A row of a table drawn with letters, with a curve or wide gaps in it, is no sentence.
_DRAWN = re.compile("[\u2581-\u2588]|\\S {3,}\\S")
_PRIVATE = re.compile(
    r"建议|行动|措施|action|next step|recommend|todo|remediation|how to|reproduc|复现|quality|质量",
    re.IGNORECASE,
)


def prose_statements(reading: Reading) -> Iterator[Stated]:
    """Yield what sentences state; plans and recipes are left out: they state nothing of the past."""
    for row, clause in clauses_of(reading.document):
        yield from _clause(reading, row, clause)


def clauses_of(document: Document) -> Iterator[tuple[Row, str]]:
    """
    Yield the clauses that hold a figure, each with its line; none of plans and recipes.

    A count in brackets belongs to the words before it. A line that goes on in lower letters below is
    one sentence with it.
    """
    before = ""
    for row in document.rows:
        if row.kind not in ("item", "text") or any(_PRIVATE.search(head) for head in row.heads):
            before = ""
            continue
        wrapped = bool(before) and row.kind == "text" and row.text[:1].islower()
        lead = _CLAUSE.split(before)[-1].strip() if wrapped else ""
        said = f"{lead} {row.text}" if lead else row.text
        for part in _CLAUSE.split(_COUNT_IN_BRACKETS.sub(r" \1", said)):
            clause = part.strip()
            if any(char.isdigit() for char in clause):
                yield row, clause
        before = row.text if row.kind == "text" and len(row.text) >= _WRAPPED else ""


def _clause(reading: Reading, row: Row, clause: str) -> Iterator[Stated]:
    place = Place(row.number, clause)
    block = reading.block_of(row.number)
    levels = list(_levels(reading, clause, place, block.title if block else ""))
    if levels:
        yield from levels
        return
    inside = block is not None
    found = None if inside else _ABNORMAL.search(clause)
    if found and not reading.lexicon.problem_class(clause):
        yield Stated("records.abnormal", "", place, number=_first(found), detail=row.text)
        return
    found = None if inside else _TOTAL.search(clause)
    if found and not reading.lexicon.problem_class(clause):
        yield Stated("records.total", "", place, number=_first(found))
        return
    yield from _metric(reading, clause, place)
    if not inside:
        yield from _problem(reading, clause, place)


def _first(found: re.Match[str]) -> float:
    return number_of(next(group for group in found.groups() if group))


def _levels(reading: Reading, clause: str, place: Place, block: str) -> Iterator[Stated]:
    for found in reading.lexicon.levels_in(clause):
        after = _LEVEL_AFTER.match(clause[found.end() :])
        before = _LEVEL_BEFORE.search(clause[: found.start()])
        figure = before or after
        if figure:
            yield Stated(
                "level.count", found[1].upper(), place, number=number_of(figure[1]), detail=block
            )


def _metric(reading: Reading, clause: str, place: Place) -> Iterator[Stated]:
    shares = _PERCENT.findall(clause)
    if _DRAWN.search(clause):
        return
    if len(shares) != 1 or _CLAIMED.search(clause) or not reading.lexicon.concept(clause):
        return
    yield Stated("metric.value", clause, place, number=float(shares[0]), unit="%")


def _problem(reading: Reading, clause: str, place: Place) -> Iterator[Stated]:
    counts = _COUNTED.findall(clause)
    if len(counts) != 1 or moments_of(clause) or not reading.lexicon.problem_class(clause):
        return
    figure = next(group for group in counts[0] if group)
    subject = _COUNTED.sub("", clause).strip(" :：-—,，")
    yield Stated("problem.count", subject, place, number=number_of(figure))
