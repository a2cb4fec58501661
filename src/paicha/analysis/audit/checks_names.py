"""Names that one part of a report knows and another forgets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from paicha.analysis.audit.checks_time import only
from paicha.analysis.audit.extract_tables import kind_of
from paicha.analysis.audit.lexicon import likeness
from paicha.analysis.audit.reading import ProblemBlock, Reading, columns_of
from paicha.locales import text
from paicha.model.audit import Objection, Place, Stated

#: So much of an event's words must stand in a problem that the problem covers it.
_COVERED = 0.5
_REFERENCE = re.compile(
    r"(?:问题|problem|issue|finding)\s*#?\s*(\d{1,3})(?!\d|%|[.:]\d)", re.IGNORECASE
)
_SPLIT = re.compile(r"[、,，;；/]|\s+·\s+")


def name_objections(reading: Reading, stated: Sequence[Stated]) -> Iterator[Objection]:
    """Yield modules, kinds of event and numbers that some part of the report does not know of."""
    events = [each for each in stated if each.measure == "event"]
    if reading.blocks:
        yield from _uncovered(reading, events)
        yield from _forgotten(reading, stated, events)
        yield from _references(reading)
    else:
        yield from _uncovered_items(stated, events)


def problem_like(reading: Reading, said: str) -> ProblemBlock | None:
    """Return the problem of the report that an event or a name means; None when none covers it."""
    if said not in reading.covered:
        reading.covered[said] = _problem_like(reading, said)
    return reading.covered[said]


def _problem_like(reading: Reading, said: str) -> ProblemBlock | None:
    by_class = reading.lexicon.problem_class(said)
    best: tuple[float, ProblemBlock] | None = None
    for block in reading.blocks:
        same = bool(by_class) and by_class == reading.lexicon.problem_class(block.title)
        score = 1.0 if same else max(likeness(said, block.title), likeness(said, block.text) * 0.9)
        if best is None or score > best[0]:
            best = score, block
    return best[1] if best is not None and best[0] >= _COVERED else None


def _uncovered(reading: Reading, events: Sequence[Stated]) -> Iterator[Objection]:
    kinds: dict[str, list[Place]] = {}
    for event in events:
        if problem_like(reading, event.subject) is None and _is_trouble(reading, event.subject):
            kinds.setdefault(event.subject, []).append(event.place)
    for subject, places in kinds.items():
        words = text("audit.check.uncovered", event=subject, n=len(reading.blocks))
        yield Objection("uncovered", "error", only(places), words)


def _is_trouble(reading: Reading, said: str) -> bool:
    """Return whether an event is a trouble: somebody's action is none."""
    return bool(reading.lexicon.problem_class(said)) or reading.lexicon.says_abnormal(said)


def _uncovered_items(stated: Sequence[Stated], events: Sequence[Stated]) -> Iterator[Objection]:
    titles = [each.subject for each in stated if each.measure == "problem.listed"]
    if len(titles) < 2:
        return
    for event in events:
        if event.names and not any(likeness(event.subject, title) >= _COVERED for title in titles):
            words = text("audit.check.uncovered", event=event.subject, n=len(titles))
            yield Objection("uncovered", "warning", (event.place,), words)


def _forgotten(
    reading: Reading, stated: Sequence[Stated], events: Sequence[Stated]
) -> Iterator[Objection]:
    lists = {e.subject: e for e in stated if e.measure == "problem.modules" and not e.detail}
    found: dict[tuple[str, str], list[Place]] = {}
    for said, module, place in [*_of_events(events), *_of_tables(reading)]:
        block = problem_like(reading, said)
        listed = lists.get(block.title) if block else None
        if block and listed and module not in listed.names:
            found.setdefault((block.title, module), []).append(place)
    for (title, module), places in sorted(found.items()):
        words = text("audit.check.forgotten", module=module, problem=title, n=len(places))
        yield Objection("forgotten", "error", only([lists[title].place, *places]), words)


def _of_events(events: Sequence[Stated]) -> Iterator[tuple[str, str, Place]]:
    for event in events:
        for module in event.names:
            yield event.subject, module, event.place


def _of_tables(reading: Reading) -> Iterator[tuple[str, str, Place]]:
    """Yield the problems that a table of modules names for each of them."""
    for table in reading.document.tables:
        columns = columns_of(table, reading.lexicon)
        if "main_problems" not in columns.at or kind_of(reading, table) != "module":
            continue
        for row in table.rows:
            modules = reading.lexicon.modules_in(row.cells[0])
            for said in _SPLIT.split(columns.cell(row.cells, "main_problems")):
                if modules and said.strip():
                    yield said.strip(), modules[0], Place(row.number, " | ".join(row.cells))


def _references(reading: Reading) -> Iterator[Objection]:
    """Yield references to problems by a number that no problem has."""
    numbers = {block.number for block in reading.blocks if block.number is not None}
    if not numbers:
        return
    for row in reading.document.rows:
        if row.kind not in ("item", "text"):
            continue
        for match in _REFERENCE.finditer(row.text):
            if int(match[1]) not in numbers:
                words = text("audit.check.reference", number=match[1], most=max(numbers))
                yield Objection("reference", "error", (Place(row.number, row.text),), words)
