"""A folder handed over without a window has no baseline: its own earlier part stands for what is usual."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

import paicha
from paicha.facade.investigation import Investigation
from paicha.model.findings import Factor, Problem

_BEGAN = datetime(2025, 3, 4, 10, tzinfo=UTC)
_HOUR = 3600


def _line(second: float, level: str, service: str, message: str) -> str:
    at = (_BEGAN + timedelta(seconds=second)).isoformat()
    return json.dumps({"time": at, "level": level, "service": service, "message": message})


def _calm() -> list[tuple[float, str]]:
    return [
        (second, _line(second, "info", who, f"request {second} done"))
        for second in range(0, _HOUR, 4)
        for who in ("gate", "till", "ledger")
    ]


def _failing(since: int) -> list[tuple[float, str]]:
    """Return a ledger without connections, and those whose calls of it fail a little later."""
    own = "connection pool exhausted: 50 of 50 in use"
    refused = "call to ledger failed: timeout after 3000 ms"
    failed = "upstream till answered 502"
    return [
        *((s, _line(s, "error", "ledger", own)) for s in range(since, _HOUR, 9)),
        *((s, _line(s, "error", "till", refused)) for s in range(since + 20, _HOUR, 5)),
        *((s, _line(s, "error", "gate", failed)) for s in range(since + 25, _HOUR, 2)),
    ]


def factor_of(problem: Problem, name: str) -> Factor:
    """Return a term of a problem's rank."""
    return next(factor for factor in problem.factors if factor.name == name)


def _investigated(
    folder: Path, lines: list[tuple[float, str]], case: Path | None = None
) -> Investigation:
    log = folder / "app.json"
    log.write_text("".join(f"{line}\n" for _, line in sorted(lines)), "utf-8")
    return paicha.investigate(log, zone="UTC", case=case)


def test_the_cause_is_suspected_though_nothing_was_asked_to_compare_with(tmp_path: Path) -> None:
    """
    "Inconclusive: none stands out, the highest score is 0", of every folder that was given without a window.
    """
    found = _investigated(tmp_path, [*_calm(), *_failing(1800)]).findings.suspects

    assert found is not None
    assert ["ledger", "suspect"] == [found.suspects[0].name, found.suspects[0].role]
    assert {"till", "gate"} == {one.name for one in found.suspects if one.role == "symptom"}
    assert "Without a baseline: what follows 10:25:00 is compared" in found.text.en
    assert "没有基线" in found.text.zh


def test_the_statement_of_a_clue_counts_both_parts_of_the_window(tmp_path: Path) -> None:
    """
    It asked the tables of a baseline that the case has not, and counted records of whatever problem.
    """
    kept = tmp_path / "case.duckdb"
    found = _investigated(tmp_path, [*_calm(), *_failing(1800)], kept).findings.suspects

    assert found is not None
    change = next(clue for clue in found.suspects[0].clues if clue.kind == "change")
    with duckdb.connect(str(kept), read_only=True) as case:
        counted = dict(case.execute(change.sql).fetchall())
    assert {"during": 200} == counted
    assert "200 records" in change.text.en


def test_trouble_from_the_first_minute_on_is_compared_with_nothing(tmp_path: Path) -> None:
    found = _investigated(tmp_path, [*_calm(), *_failing(5)]).findings.suspects

    assert found is not None
    assert () == found.suspects
    assert any("no baseline was read" in reason.en for reason in found.reasons)


def test_an_even_pace_of_errors_names_nobody(tmp_path: Path) -> None:
    ever = [(s, _line(s, "error", "gate", "image could not be loaded")) for s in range(0, _HOUR, 7)]
    found = _investigated(tmp_path, [*_calm(), *ever]).findings.suspects

    assert found is not None
    assert () == found.suspects


def test_trouble_that_is_over_is_no_mere_burst(tmp_path: Path) -> None:
    """
    Six minutes of errors in an hour that goes on calmly were "one burst, not certain".
    """
    over = [(s, _line(s, "error", "ledger", "script failed: nil")) for s in range(1200, 1560, 2)]
    found = _investigated(tmp_path, [*_calm(), *over]).findings.suspects

    assert found is not None
    assert ["ledger", "suspect"] == [found.suspects[0].name, found.suspects[0].role]


def test_the_earliest_is_compared_with_what_precedes_it(tmp_path: Path) -> None:
    """
    Parted where the louder one began, the one that had failed for a quarter of an hour was as ever.
    """
    slow = [
        (s, _line(s, "error", "ledger", "no connection: pool empty")) for s in range(300, _HOUR, 30)
    ]
    loud = [(s, _line(s, "error", "gate", "publish refused")) for s in range(1200, _HOUR)]
    found = _investigated(tmp_path, [*_calm(), *slow, *loud]).findings.suspects

    assert found is not None
    assert "ledger" == found.suspects[0].name


def test_what_began_stands_before_noise_that_was_always_there(tmp_path: Path) -> None:
    """
    Of ten folders without a window the oldest noise stood first wherever it had most records.
    """
    ever = [
        (s, _line(s, "error", "gate", "banner could not be loaded")) for s in range(0, _HOUR, 2)
    ]
    found = _investigated(tmp_path, [*_calm(), *ever, *_failing(1800)]).findings
    banner = found.problems[-1]
    pool = next(one for one in found.problems if one.services[0].name == "ledger")
    as_ever, new = factor_of(banner, "novelty"), factor_of(pool, "novelty")

    assert "banner could not be loaded" == banner.title.en
    assert banner.n == max(problem.n for problem in found.problems)
    assert -4 == as_ever.points
    assert (
        "as before: 750 records in the window before 10:25:00, 1,050 records since"
        == as_ever.text.en
    )
    assert 8 == new.points
    assert "新出现：窗口内 10:25:00 之前 0 条，之后 200 条" == new.text.zh
    assert all(
        problem.score == round(sum(one.points for one in problem.factors), 1)
        for problem in found.problems
    )
    assert [one.score for one in found.problems] == sorted(
        (one.score for one in found.problems), reverse=True
    )


def test_nothing_is_new_to_the_rank_where_nothing_surely_begins(tmp_path: Path) -> None:
    """
    Trouble from the first minute on has nothing before it: whether it is new is not counted, and that is said.
    """
    found = _investigated(tmp_path, [*_calm(), *_failing(5)]).findings

    assert found.problems
    for problem in found.problems:
        assert 0 == factor_of(problem, "novelty").points
        assert "not counted" in factor_of(problem, "novelty").text.en


def test_beside_trouble_that_goes_on_a_burst_that_is_over_is_chance(tmp_path: Path) -> None:
    """
    A few minutes of failed mails ten minutes earlier stood beside the cause.
    """
    over = [(s, _line(s, "error", "post", "mail refused")) for s in range(900, 1100, 6)]
    found = _investigated(tmp_path, [*_calm(), *over, *_failing(1800)]).findings.suspects

    assert found is not None
    assert ["ledger", "suspect"] == [found.suspects[0].name, found.suspects[0].role]
    assert "post" not in {one.name for one in found.suspects if one.role == "suspect"}


def test_one_panic_of_who_fell_silent_is_as_urgent_as_what_it_caused(tmp_path: Path) -> None:
    """
    "Do first: read the state of the replica" of a database whose disk had died: its one last line was too few to be new.
    """
    calm = [line for line in _calm() if line[0] < 1800 or '"ledger"' not in line[1]]
    panic = "PANIC: could not write to file pg_wal/0001: Input/output error"
    lost = "could not connect to ledger: connection refused, streaming replication stopped"
    failed = "upstream till answered 502"
    lines = [
        (1800.0, _line(1800, "fatal", "ledger", panic)),
        *((s, _line(s, "error", "copy", lost)) for s in range(1806, 1860, 2)),
        *((s, _line(s, "error", "till", "saving failed: ledger lost")) for s in range(1803, 2000)),
        *((s, _line(s, "error", "gate", failed)) for s in range(1804, 2000)),
        *((s, _line(s, "info", "copy", f"applied {s}")) for s in range(0, _HOUR, 5)),
    ]
    found = _investigated(tmp_path, [*calm, *lines]).findings

    assert found.suspects is not None
    assert "ledger" == found.suspects.suspects[0].name
    first = found.problems[0]
    assert ["ledger"] == [share.name for share in first.services]
    assert 1 == first.n
    assert "cause" == first.factors[-1].name


def test_who_was_stopped_on_purpose_is_not_suspected_where_nothing_begins(tmp_path: Path) -> None:
    """
    "First suspect: ledger", of a service that somebody had scaled to nothing, in a window in which nobody failed.
    """
    calm = [line for line in _calm() if line[0] < 1800 or '"ledger"' not in line[1]]
    scaled = (1795.0, _line(1795, "info", "ops", "scaled deployment ledger down to 0 replicas"))
    bye = (1798.0, _line(1798, "info", "ledger", "received SIGTERM, shutting down gracefully"))
    told = _investigated(tmp_path, [*calm, scaled, bye]).findings.suspects
    hung = _investigated(tmp_path, calm).findings.suspects

    assert told is not None
    assert hung is not None
    assert () == told.suspects
    assert not told.conclusive
    assert ["ledger"] == [one.name for one in hung.suspects]


def test_a_baseline_with_the_same_trouble_is_no_reason_to_suspect_nobody(tmp_path: Path) -> None:
    """
    The same broke an hour earlier: nothing is new, that is said with why, and the window itself tells who was first.
    """
    before = [*_calm(), *_failing(1500)]
    lines = [(s, line) for s, line in before if s < 2400]
    lines += [(s + _HOUR, line.replace("T10:", "T11:")) for s, line in [*_calm(), *_failing(1800)]]
    log = tmp_path / "app.json"
    log.write_text("".join(f"{line}\n" for _, line in sorted(lines)), "utf-8")

    found = paicha.investigate(
        log,
        start="2025-03-04 11:00",
        end="2025-03-04 12:00",
        baseline="2025-03-04 10:10..2025-03-04 10:40",
        zone="UTC",
    ).findings

    said = " ".join(one.text.en for one in found.statements)
    assert "The baseline is no calm stretch itself: it holds Connection pool exhausted" in said
    assert found.suspects is not None
    assert (True, "ledger") == (found.suspects.conclusive, found.suspects.suspects[0].name)
    assert "The baseline does not tell them apart" in found.suspects.text.en


def test_of_whom_the_baseline_holds_nothing_nothing_is_called_new(tmp_path: Path) -> None:
    """
    The mailer's logs were not collected by then; its errors are as old as it is, and it is no suspect for them.
    """
    full = [
        (s, _line(s, "error", "mail", "mailbox 7 rejected the message: quota exceeded"))
        for s in range(1800, _HOUR, 3)
    ]
    lines = sorted([*_calm(), *full, *_failing(3000)])
    log = tmp_path / "app.json"
    log.write_text("".join(f"{line}\n" for _, line in lines), "utf-8")

    found = paicha.investigate(
        log, start="2025-03-04 10:30", end="2025-03-04 11:00", zone="UTC"
    ).findings

    incomplete = [one.text for one in found.statements if one.kind == "incomplete"]
    assert any("it holds nothing of mail, whose records reach back" in t.en for t in incomplete)
    assert any("没有 mail 的日志" in t.zh for t in incomplete)
    assert found.change is not None
    assert not any(change.firm for change in found.change.changes)
    assert found.suspects is not None
    assert "ledger" == found.suspects.suspects[0].name
