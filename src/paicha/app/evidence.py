"""The lines behind a problem, each with the place where it can be found again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from paicha.app.originals import Originals, notes_of
from paicha.app.redacting import shown_rows
from paicha.errors import CaseError
from paicha.locales import Text
from paicha.model.findings import Findings, Problem
from paicha.ports import CaseStore
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One record as it may be shown: secrets in its text are covered."""

    timestamp: datetime | None
    level: str
    module: str
    host: str
    body: str
    locator: str


@dataclass(frozen=True, slots=True)
class Lines:
    """The records of one problem, earliest first."""

    problem: Problem
    lines: tuple[Line, ...]
    total: int  # how many there are, with those left out here and those that the case does not keep
    kept: int = 0  # how many of them the case keeps: of large files some only
    notes: tuple[Text, ...] = ()  # what became of the files that hold the others


def line_of(row: Mapping[str, object]) -> Line:
    """Return a stored record, as it is; module and host as `COUNTS` has them."""
    # The statement of an older case names neither logger nor host id.
    return Line(
        timestamp=row["timestamp"],  # type: ignore[arg-type]  # a column of times
        level=str(row["severity_text"]),
        module=str(row["code_file_path"] or row.get("scope_name", "")),
        host=str(row["host_ip"] or row.get("host_id", "")),
        body=str(row["body"]),
        locator=str(row["locator"]),
    )


def evidence(
    case: CaseStore,
    findings: Findings,
    originals: Originals,
    problem: str,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Lines:
    """
    Return the records behind *problem*.

    Args:
        case: The case file.
        findings: Those of the case.
        originals: Looks at the files that the case was made of.
        problem: Its id, or its number in the report.
        limit: How many lines at most; None: all of them.
        offset: How many of the earliest are passed over.

    Raises:
        CaseError: If the case has no such problem.
    """
    found = find_problem(findings, problem)
    # The store passes over what is not shown: a problem may have millions of records.
    part = f"from ({found.evidence.sql}) limit {'all' if limit is None else limit} offset {offset}"
    [kept] = case.query(f"select count(*) as n from ({found.evidence.sql})")["n"].to_pylist()  # noqa: S608 - our own query
    shown = shown_rows(case, case.query(part))
    lines = tuple(map(line_of, shown.to_pylist()))
    notes = notes_of(case, originals) if kept < found.n else ()
    return Lines(found, lines, total_of(found, kept), kept, notes)


def total_of(problem: Problem, kept: int) -> int:
    """
    Return how many records *problem* has where the case keeps *kept* of them.

    Of large files and of a cluster's a case keeps some records or none; the problem's count is of all.
    """
    return max(problem.n, kept)


def find_problem(findings: Findings, wanted: str) -> Problem:
    """
    Return the problem whose id, number or title in either language *wanted* is.

    Raises:
        CaseError: If there is none, or two have that title, with the ids that there are.
    """
    for problem in findings.problems:
        if wanted in (problem.id, str(problem.number)):
            return problem
    words = wanted.strip().casefold()
    titled = [
        problem
        for problem in findings.problems
        if words in (problem.title.zh.casefold(), problem.title.en.casefold())
    ]
    if len(titled) == 1:
        return titled[0]
    known = ", ".join(f"{problem.number} {problem.id}" for problem in findings.problems)
    raise CaseError("investigate.no_problem", problem=wanted, known=known)
