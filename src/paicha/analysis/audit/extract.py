"""Everything a report states, in order of place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paicha.analysis.audit.document import Document, read_document
from paicha.analysis.audit.extract_problems import item_title, problem_statements
from paicha.analysis.audit.extract_prose import clauses_of, prose_statements
from paicha.analysis.audit.extract_tables import table_statements
from paicha.analysis.audit.extract_timeline import timeline_statements
from paicha.analysis.audit.figures import count_of, days_of, lengths_of, moments_of
from paicha.analysis.audit.lexicon import Lexicon, title_of
from paicha.analysis.audit.reading import Reading, read
from paicha.model.audit import Place, Stated

#: Words before or behind a length that make it the window's.
_WINDOW_LENGTH = re.compile(
    r"(?:近|最近|过去|整个|last|past|previous|whole|entire)\s*$", re.IGNORECASE
)


def extract(text: str, lexicon: Lexicon) -> tuple[Reading, tuple[Stated, ...]]:
    """
    Return the report as read, and its statements sorted by place.

    Args:
        text: The report.
        lexicon: What its words mean.

    Cost:
        Linear in the text, times the words known.
    """
    document = read_document(text)
    lexicon.learn(_candidates(document))
    reading = read(document, lexicon)
    found = [
        *_window_statements(reading),
        *_overall_statements(reading),
        *table_statements(reading),
        *problem_statements(reading),
        *timeline_statements(reading),
    ]
    taken = {(each.place.line, each.measure) for each in found}
    lines = {each.place.line for each in found if each.measure == "event"}
    found += [
        each
        for each in prose_statements(reading)
        if (each.place.line, each.measure) not in taken and each.place.line not in lines
    ]
    distinct = dict.fromkeys(found)
    return reading, tuple(sorted(distinct, key=lambda s: (s.place, s.measure, s.subject)))


def _candidates(document: Document) -> Iterator[str]:
    """Yield what may name a problem: titles, the beginnings of items, clauses with a figure."""
    for row in document.rows:
        if row.kind == "heading":
            yield title_of(row.text)
        elif row.kind in ("item", "text"):
            title = item_title(row)
            if title:
                yield title
    yield from (clause for _, clause in clauses_of(document))


def _window_statements(reading: Reading) -> Iterator[Stated]:
    if reading.window is not None:
        start, end, place = reading.window
        yield Stated("window", "", place, start=start, end=end)
    for row in reading.document.rows:
        if row.kind in ("code", "comment", "blank", "row"):
            continue
        on_window = reading.window is not None and reading.window[2].line == row.number
        title = row.kind == "heading" and not row.heads
        for seconds, words in lengths_of(row.text):
            before = row.text[: row.text.find(words)]
            behind = row.text[row.text.find(words) + len(words) :].lower()
            said = _WINDOW_LENGTH.search(before) is not None and (
                title or on_window or "整个" in before[-3:]
            )
            bracketed = (
                on_window and before.rstrip()[-1:] in ("(", "（") and not behind.startswith("-")
            )
            if said or bracketed or (title and behind.lstrip().startswith(("window", "窗口"))):
                yield Stated("window.length", "", Place(row.number, words), number=seconds)


def _overall_statements(reading: Reading) -> Iterator[Stated]:
    for line in reading.labelled():
        place = Place(line.row.number, line.row.text)
        inside = reading.block_of(line.row.number) is not None
        count = count_of(line.value)
        if "written_at" in line.meanings:
            moments = moments_of(line.value)
            day = next(iter(days_of(line.value)), reading.day)
            if moments and day is not None:
                yield Stated("written_at", "", place, start=moments[0].on(day))
        elif count is None or inside:
            continue
        elif "total" in line.meanings:
            yield Stated("records.total", "", place, number=count)
        elif "abnormal" in line.meanings:
            yield Stated(
                "records.abnormal", line.label.strip(), place, number=count, detail=line.value
            )
