"""Whom a problem happened to: counted over its own records, whatever shares their template."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from paicha.analysis.records import ReducedRecords
from paicha.model.findings import Problem
from paicha.model.told import Told
from paicha.testing.records import InMemoryRecords

REQUEST = '"POST {path} HTTP/1.1" {status} 7 "-" "probe/2" rt=0.{n:03d} upstream="{upstream}"'


def _access_log(case: Any) -> Any:
    """Give 60 requests, every other one answered with 503 or 502, the rest as it should be."""
    for n in range(60):
        failed = n % 2 == 0
        case.line(
            n,
            "ERROR" if failed else "",
            "",
            REQUEST.format(
                path="/pay?id=7" if failed else "/cart",
                status=(502 if n % 10 == 0 else 503) if failed else 200,
                n=500 + n,
                upstream="10.0.3.7:80" if n % 12 else "10.0.3.8:80",
            ),
        )
        case.rows[-1]["attributes"] = f'{{"client.address": "10.9.0.{n}"}}'
    return case


def _told(case: Any) -> tuple[Problem, Told]:
    (problem,) = case.findings().problems
    assert problem.told is not None
    return problem, problem.told


def test_status_path_upstream_and_client_are_those_of_the_failed_requests(new_case: Any) -> None:
    """
    The requests that were answered share the template, and are not counted.
    """
    problem, found = _told(_access_log(new_case()))
    told = {one.name: [(value.name, value.n) for value in one.values] for one in found.tallies}

    assert 30 == problem.n
    assert [("503", 24), ("502", 6)] == told["status"]
    assert [("/pay", 30)] == told["path"]
    assert [("10.0.3.7:80", 25), ("10.0.3.8:80", 5)] == told["upstream"]
    assert 8 == len(told["client"])
    assert [30] == [one.distinct for one in found.tallies if one.name == "client"]


def test_what_most_have_in_common_is_counted_together(new_case: Any) -> None:
    """
    Records with that status and that path and that upstream, not three counts of their own.
    """
    _, found = _told(_access_log(new_case()))

    assert found.common is not None
    assert "mostly status 503, path /pay, upstream 10.0.3.7:80: 20 of 30 records" == found.common.en
    assert "状态码 503、路径 /pay、上游 10.0.3.7:80：30 条中有 20 条" == found.common.zh


def test_it_is_said_on_top_below_the_problem(new_case: Any) -> None:
    """
    Who is called at night reads the status, path and upstream on the first screen.
    """
    said = [one.text.en for one in _access_log(new_case()).findings().statements]

    assert (
        "HTTP 5xx answers, mostly status 503, path /pay, upstream 10.0.3.7:80: 20 of 30 records"
        in said
    )


def test_ids_in_paths_do_not_make_every_path_another(new_case: Any) -> None:
    """
    Numbers, UUIDs and long hexadecimal parts are one.
    """
    case = new_case()
    ids = ("7", "12345", "0a1b2c3d-0000-4000-8000-0123456789ab", "0123456789abcdef0123")
    for n, name in enumerate(ids):
        case.line(n, "ERROR", "", f'"GET /item/{name}/{n}/photo HTTP/1.1" 500 1 "-" "probe/2"')
    told = {one.name: one.values for one in _told(case)[1].tallies}

    assert [("/item/<id>/<id>/photo", 4)] == [(value.name, value.n) for value in told["path"]]


def test_where_not_all_records_are_there_nothing_is_counted(new_case: Any) -> None:
    """
    A few records that a case keeps of millions say nothing of the others.
    """
    case = _access_log(new_case())
    tables = case.tables()
    some = InMemoryRecords(tables.records.records.slice(0, 20))
    back = tables.records.disorder()
    case.changes = {"records": ReducedRecords(some, tables.counts, back), "reduced": True}
    (problem,) = case.findings().problems

    assert Told((), None) == problem.told


def test_a_class_that_looks_for_nothing_tells_nothing(new_case: Any) -> None:
    """
    Only what the knowledge base asks for is counted.
    """
    case = new_case()
    asks_for_nothing = tuple(replace(one, tells=()) for one in case.knowledge.problems)
    case.knowledge = replace(case.knowledge, problems=asks_for_nothing)
    (problem,) = _access_log(case).findings().problems

    assert problem.told is None


def test_sizes_and_times_of_answered_requests_are_no_status(new_case: Any) -> None:
    """
    Whichever request stands for the template: 0.563 seconds and 503 bytes are no answers of 5xx.
    """
    case = new_case()
    for n in range(40):
        case.line(n, "", "", f'"GET /cart HTTP/1.1" 200 {503 + n} "-" "probe/2" rt=0.{563 + n}')
    findings = case.findings()

    assert () == findings.problems
    assert all("5xx" not in one.text.en for one in findings.statements)


def _guesses(case: Any, source: str, *, let_in_at: float) -> list[str]:
    """Give 30 guesses at a password from one address, and one login from *source*; return what the first screen says."""
    for n in range(30):
        case.line(10 + n, "", "", f"Failed password for root from 203.0.113.9 port {4000 + n} ssh2")
    case.line(let_in_at, "", "", f"Accepted password for root from {source} port 4100 ssh2")
    return [said.text.en for said in case.findings().statements if said.kind == "immediate"]


def test_who_was_let_in_after_many_failures_is_said_first(new_case: Any) -> None:
    """However urgent guesses are: one of them was right."""
    expected = "Brute-force logins, 203.0.113.9, from where 30 tries failed, was let in as root (app.log:31)"

    assert expected in _guesses(new_case(), "203.0.113.9", let_in_at=50)
    assert [] == _guesses(new_case(), "203.0.113.9", let_in_at=5)  # before anything failed
    assert [] == _guesses(new_case(), "10.4.0.7", let_in_at=50)  # somebody else
