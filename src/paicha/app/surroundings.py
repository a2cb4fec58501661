"""The lines of a problem page by page, and the lines before and after one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import pyarrow as pa

from paicha.app.evidence import Line, find_problem, line_of, total_of
from paicha.app.held import REDUCTION
from paicha.app.originals import Originals, notes_of
from paicha.app.redacting import shown_rows
from paicha.errors import CaseError
from paicha.locales import Text
from paicha.model.findings import Findings, Problem
from paicha.ports import CaseStore
from paicha.values import dataclass

#: More neighbours of one line than this are not read at once.
MOST_NEIGHBOURS = 200


class KeptLines(Protocol):
    """Reads single records of a case."""

    def count(self, asked: Mapping[str, str]) -> int:
        """Return how many kept records fit."""
        ...

    def page(self, asked: Mapping[str, str], offset: int, limit: int | None) -> pa.Table:
        """Return those records, earliest first."""
        ...

    def one(self, locator: str) -> pa.Table:
        """Return the record that stands there."""
        ...

    def around(self, record: Mapping[str, object], before: int, after: int) -> pa.Table:
        """Return the neighbours of a record and itself."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """Which lines of a problem are wanted; empty: all of them. Names fit by a part of them."""

    text: str = ""
    module: str = ""
    host: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class LinePage:
    """
    Some lines of a problem, earliest first.

    Args:
        problem: Whose lines they are.
        lines: The lines of this page.
        offset: How many fitting lines stand before them.
        fitting: How many lines fit the choice.
        kept: How many lines of the problem the case keeps.
        counted: How many there are; more than `kept` where a large file was counted.
        notes: What became of the files that hold the others.
    """

    problem: Problem
    lines: tuple[Line, ...]
    offset: int
    fitting: int
    kept: int
    counted: int
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """
    A line with its neighbours, all as the case keeps them.

    `whole`: the case keeps every line it read, so none is missing. Where it does not, `notes` say what
    became of the file that holds the others.
    """

    lines: tuple[Line, ...]
    chosen: int  # place of the line asked about among them
    whole: bool
    notes: tuple[Text, ...] = ()


def page_of(
    case: CaseStore,
    findings: Findings,
    kept: KeptLines,
    originals: Originals,
    problem: str,
    *,
    choice: Choice,
    offset: int = 0,
    limit: int = 50,
) -> LinePage:
    """
    Return *limit* lines of *problem* from the *offset*-th fitting one on.

    A text is looked for in the lines as they are shown: covered secrets cannot be guessed by asking.

    Raises:
        CaseError: If the case has no such problem.
    """
    found = find_problem(findings, problem)
    asked = {"problem": found.id, "module": choice.module, "host": choice.host}
    asked["level"] = choice.level
    there = kept.count({"problem": found.id})
    if choice.text:
        held = _holding(case, kept, asked, choice.text)
        lines, fitting = held[offset : offset + limit], len(held)
    else:
        fitting = kept.count(asked)
        lines = _shown(case, kept.page(asked, offset, limit))
    notes = notes_of(case, originals) if there < found.n else ()
    return LinePage(found, lines, offset, fitting, there, total_of(found, there), notes)


def _holding(
    case: CaseStore, kept: KeptLines, asked: Mapping[str, str], text: str
) -> tuple[Line, ...]:
    # The store narrows them down; what counts is the text as it is shown. A cover is in no record.
    narrowed = dict(asked) if "*" in text or "[" in text or "<" in text else {**asked, "text": text}
    wanted = text.lower()
    return tuple(
        line for line in _shown(case, kept.page(narrowed, 0, None)) if wanted in line.body.lower()
    )


def around(
    case: CaseStore,
    kept: KeptLines,
    originals: Originals,
    locator: str,
    *,
    before: int = 5,
    after: int = 5,
) -> Surroundings:
    """
    Return the line at *locator* with up to *before* and *after* neighbours.

    Raises:
        CaseError: If the case keeps no such line.
    """
    rows = kept.one(locator).to_pylist()
    if not rows:
        raise CaseError("surroundings.no_line", locator=locator)
    wide = [max(0, min(MOST_NEIGHBOURS, n)) for n in (before, after)]
    lines = _shown(case, kept.around(rows[0], *wide))
    chosen = next((i for i, line in enumerate(lines) if line.locator == locator), 0)
    whole = case.get(REDUCTION) is None
    notes = () if whole else notes_of(case, originals, locator)
    return Surroundings(lines, chosen, whole, notes)


def _shown(case: CaseStore, rows: pa.Table) -> tuple[Line, ...]:
    return tuple(map(line_of, shown_rows(case, rows).to_pylist()))
