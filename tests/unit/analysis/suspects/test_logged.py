"""What the logs say for each suspect: new or louder, dying for the first time, refuted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pyarrow as pa
import pytest

from paicha.analysis.suspects.logged import louder_of, patterns_of
from paicha.locales import Text
from paicha.model.change import Change
from paicha.model.findings import Claim, Findings, Problem
from paicha.model.schema import COUNTS, TEMPLATE_SHAPES

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
WARN, ERROR, FATAL = 13, 17, 21


def counted(n: int, severity: int) -> pa.Table:
    row = {
        "shape": "broke",
        "severity_number": severity,
        "severity_text": "",
        "module": "",
        "service_name": "db",
        "host": "",
        "minute": NOON,
        "n": n,
        "first": NOON,
        "last": NOON,
        "example": "broke",
    }
    return pa.Table.from_pylist([row] if n else [], schema=COUNTS)


def problem_of(
    findings: Findings, *, firm: bool, verdict: Literal["confirmed", "contradicted"] | None = None
) -> Problem:
    """Return a problem of the reference scenario, as if it were new, with one claim or none."""
    claimed: Claim = findings.contradictions[0]
    claims = (replace(claimed, verdict=replace(claimed.verdict, kind=verdict)),) if verdict else ()
    title = Text.same("broke")
    change = Change("problem", "p", title, "new", firm, 0, 40, 0.0, 4.0, 9.0, 1.0, 0.001, 0.001, "")
    return replace(findings.problems[0], id="p", change=change, claims=claims)


def strengths(
    problem: Problem,
    before: pa.Table,
    during: pa.Table,
    more: float = 1.0,
    meant: str = "",
    inside: bool = False,
) -> list[float]:
    tagged = during.append_column("problem", pa.array(["p"] * during.num_rows, pa.string()))
    tagged = tagged.append_column("template_id", pa.array(["t"] * during.num_rows, pa.string()))
    found = louder_of(
        tagged,
        before,
        pa.Table.from_pylist([{"shape": "broke", "template_id": "t"}], schema=TEMPLATE_SHAPES),
        [problem],
        lengths_s=(600.0, 600.0),
        column="service_name",
        more=lambda _name: more,
        meaning={problem.class_id: meant},
        inside=inside,
    )
    return [round(one.strength, 2) for those in found.values() for one in those]


def test_the_first_fatal_of_a_service_counts_however_few(reference: Findings) -> None:
    """One line can be the cause; where it died as often before, one more says nothing."""
    problem = problem_of(reference, firm=False)

    assert [0.5] == strengths(problem, counted(0, FATAL), counted(1, FATAL))
    assert [] == strengths(problem, counted(1, FATAL), counted(1, FATAL))
    assert [] == strengths(problem, counted(0, FATAL), counted(1, ERROR))


def test_who_does_twice_as_much_is_not_louder_for_failing_twice_as_often(
    reference: Findings,
) -> None:
    """Forty failures of a hundred requests, then eighty of two hundred."""
    problem = problem_of(reference, firm=True)
    before, during = counted(40, ERROR), counted(80, ERROR)

    assert [0.23] == strengths(problem, before, during)
    assert [] == strengths(problem, before, during, more=2.0)


@pytest.mark.parametrize(
    ("severity", "verdict", "strength"),
    [
        (ERROR, None, 1.0),
        (ERROR, "contradicted", 0.6),
        (WARN, "confirmed", 0.6),
        (WARN, "contradicted", 0.12),
    ],
)
def test_a_refuted_warning_is_an_opinion_and_a_refuted_error_still_a_failure(
    reference: Findings,
    severity: int,
    verdict: Literal["confirmed", "contradicted"] | None,
    strength: float,
) -> None:
    """Where the machine had enough, a limit of the process itself was reached."""
    problem = problem_of(reference, firm=True, verdict=verdict)

    assert [strength] == strengths(problem, counted(0, severity), counted(40, severity))


def test_answers_of_200_before_are_no_failures_that_were_there_before(reference: Findings) -> None:
    """An access log says both in the same words: 400 answers without a level, then 80 that failed."""
    problem = problem_of(reference, firm=True)
    before, during = counted(400, 0), counted(80, ERROR)

    assert strengths(problem, counted(0, ERROR), during) == strengths(problem, before, during)
    assert [] == strengths(problem, counted(400, WARN), during)


@pytest.mark.parametrize(
    ("line", "names_it"),
    [
        ("调用ledger失败", True),
        ("Ledger は応答しません、ledgerに接続できません", True),
        ("원장ledger에 연결할 수 없음", True),
        ("no answer of ledger:8080", True),
        ("ledger-2 is down", False),
        ("subledger is down", False),
        ("éledger is down", False),
        ("ledgerü is down", False),
    ],
)
def test_a_name_ends_where_another_script_begins_and_not_within_a_latin_word(
    line: str, names_it: bool
) -> None:
    assert bool(patterns_of(["ledger"])["ledger"].search(line)) == names_it


NONE, INFO = 0, 9


@pytest.mark.parametrize("stated", [NONE, INFO])
def test_lines_without_a_level_count_by_what_their_class_means(
    reference: Findings, stated: int
) -> None:
    """The kernel's I/O errors in syslog state no level: nobody who writes so was ever a suspect."""
    problem = problem_of(reference, firm=True)
    before, during = counted(0, stated), counted(40, stated)

    assert [] == strengths(problem, before, during)
    assert [1.0] == strengths(problem, before, during, meant="critical")
    assert [0.6] == strengths(problem, before, during, meant="major")
    assert [] == strengths(problem, before, during, meant="notice")


def test_the_first_error_of_a_grave_class_counts_however_few(reference: Findings) -> None:
    """A replica's SQL thread stops with one line."""
    problem = problem_of(reference, firm=False)

    assert [0.5] == strengths(problem, counted(0, ERROR), counted(1, ERROR), meant="critical")
    assert [] == strengths(problem, counted(0, ERROR), counted(1, ERROR), meant="major")
    assert [] == strengths(problem, counted(1, ERROR), counted(1, ERROR), meant="critical")


def test_inside_a_window_the_surely_new_counts_though_little_precedes_it(
    reference: Findings,
) -> None:
    """Five minutes lie before what began first, because it began first."""
    problem = problem_of(reference, firm=True)

    assert [] == strengths(problem, counted(0, ERROR), counted(6, ERROR))
    assert [0.6] == strengths(problem, counted(0, ERROR), counted(6, ERROR), inside=True)
