"""What every log source must do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta

from paicha.model.question import LogQuery, Scope, Window
from paicha.ports import CountsRecords
from paicha.testing.conformance.stages import (
    HOST,
    MILLISECOND,
    SECOND,
    START,
    WINDOW,
    LogLine,
    LogStage,
    bodies,
    line,
    read_all,
)


def log_window_is_half_open(stage: LogStage) -> None:
    """Check that the window's start belongs to it and its end does not."""
    lines = [
        line(-MILLISECOND, "a millisecond before the start"),
        line(timedelta(0), "at the start"),
        line(WINDOW.length - MILLISECOND, "a millisecond before the end"),
        line(WINDOW.length, "at the end"),
    ]
    with stage.serve(lines) as source:
        table, _ = read_all(source)
    assert sorted(bodies(table)) == ["a millisecond before the end", "at the start"], (
        f"a window holds its start and not its end; it gave {bodies(table)}"
    )


def log_neighbouring_windows_share_nothing(stage: LogStage) -> None:
    """Check that two windows side by side give every record once."""
    lines = [line(SECOND * n, f"request {n} served") for n in range(20)]
    middle = START + SECOND * 7
    with stage.serve(lines) as source:
        first, _ = read_all(source, Window(START, middle))
        second, _ = read_all(source, Window(middle, WINDOW.end))
    both = sorted(bodies(first) + bodies(second))
    assert both == sorted(one.body for one in lines), (
        f"two windows side by side gave {len(both)} records where there are {len(lines)}"
    )


def log_equal_stamps_are_all_kept(stage: LogStage) -> None:
    """Check that records of one instant, even with equal texts, are neither lost nor doubled."""
    lines = [line(SECOND, "the same words") for _ in range(300)]
    with stage.serve(lines) as source:
        table, coverage = read_all(source)
    assert table.num_rows == 300, f"300 equal records became {table.num_rows}"
    assert len(set(table["locator"].to_pylist())) == 300, "two records share a locator"
    assert coverage.kept == 300, f"coverage says {coverage.kept} kept"


def log_empty_window_is_no_error(stage: LogStage) -> None:
    """Check that a window without records gives none, and says so without an error."""
    later = Window(WINDOW.end + timedelta(hours=1), WINDOW.end + timedelta(hours=2))
    with stage.serve([line(SECOND, "long ago")]) as source:
        table, coverage = read_all(source, later)
    assert table.num_rows == 0, f"an empty window gave {table.num_rows} records"
    assert coverage.kept == 0, f"an empty window kept {coverage.kept}"
    assert coverage.present in (0, None), f"an empty window says {coverage.present} present"


def log_unicode_survives(stage: LogStage) -> None:
    """Check that text of any script, marks and braces come out as they went in."""
    texts = [
        "获取数据库连接超时，等待 30012ms，活跃连接=50/50",
        "emoji 🚀 and marks \u202eright to left\u202c",
        'quotes " \\ and {braces} %s %(x)s ${jndi} <b>html</b>',
        "zero\u200bwidth and e\u0301 combining",
    ]
    lines = [line(SECOND * n, body) for n, body in enumerate(texts)]
    with stage.serve(lines) as source:
        table, _ = read_all(source)
    assert sorted(bodies(table)) == sorted(texts), f"text changed: {bodies(table)!r}"


def log_huge_line_is_one_record(stage: LogStage) -> None:
    """Check that a line of a megabyte stays one record and harms no neighbour."""
    lines = [
        line(SECOND, "before"),
        line(SECOND * 2, "x" * 1_000_000 + " the end"),
        line(SECOND * 3, "after"),
    ]
    with stage.serve(lines) as source:
        table, coverage = read_all(source)
    found = bodies(table)
    assert len(found) == 3, f"three lines became {len(found)} records"
    assert "before" in found, "the line before a huge one is lost"
    assert "after" in found, "the line after a huge one is lost"
    longest = max(found, key=len)
    whole = longest.endswith(" the end")
    assert whole or coverage.incomplete or coverage.notes, "a huge line was cut without a word"


def log_missing_fields_are_empty(stage: LogStage) -> None:
    """Check that a record without level or code file is kept, and its level counted as missing."""
    lines = [
        line(SECOND, "neither level nor file", level="", module=""),
        line(SECOND * 2, "both", level="ERROR"),
    ]
    with stage.serve(lines) as source:
        table, coverage = read_all(source)
    assert table.num_rows == 2, f"a record without fields vanished: {bodies(table)}"
    rows = {row["body"]: row for row in table.to_pylist()}
    bare = next(row for body, row in rows.items() if "neither" in body)
    assert bare["severity_number"] == 0, f"a level was invented: {bare['severity_text']!r}"
    assert coverage.without_level == 1, f"without_level is {coverage.without_level}, not 1"


def log_levels_and_modules_are_read(stage: LogStage) -> None:
    """Check that level and code file come out of whatever holds them."""
    wanted = {"DEBUG": 5, "INFO": 9, "WARNING": 13, "ERROR": 17, "CRITICAL": 21}
    lines = [
        line(SECOND * n, f"level {name}", level=name, module=f"part_{n}.py")
        for n, name in enumerate(wanted)
    ]
    with stage.serve(lines) as source:
        table, _ = read_all(source)
    found = {
        row["severity_text"]: (row["severity_number"], row["code_file_path"])
        for row in table.to_pylist()
    }
    expected = {name: (n, f"part_{at}.py") for at, (name, n) in enumerate(wanted.items())}
    assert found == expected, f"levels or code files are wrong: {found}"


def log_times_are_exact(stage: LogStage) -> None:
    """Check that times come out in UTC, to the millisecond."""
    stamps = [START + MILLISECOND * n * 137 for n in range(50)]
    with stage.serve([LogLine(stamp, "tick") for stamp in stamps]) as source:
        table, _ = read_all(source)
    found = sorted(stamp.astimezone(UTC) for stamp in table["timestamp"].to_pylist())
    assert found == stamps, "times are not those of the records"


def log_coverage_adds_up(stage: LogStage) -> None:
    """Check that every record read is accounted for."""
    lines = [line(SECOND * (n - 5), f"job {n} done") for n in range(40)]
    with stage.serve(lines) as source:
        table, coverage = read_all(source)
    parts = coverage.kept + coverage.outside + coverage.filtered + coverage.duplicates
    assert coverage.read == parts, f"{coverage.read} read, {parts} accounted for"
    assert coverage.kept == table.num_rows, f"{coverage.kept} kept, {table.num_rows} given"
    assert not coverage.incomplete, f"nothing is missing, yet it says {coverage.incomplete}"


def log_same_question_same_answer(stage: LogStage) -> None:
    """Check that asking twice gives the identical table."""
    lines = [line(MILLISECOND * 100 * n, f"step {n % 7}") for n in range(500)]
    with stage.serve(lines) as source:
        first, _ = read_all(source)
        second, _ = read_all(source)
    assert first.equals(second), "the same question gave two answers"


def log_budget_is_kept(stage: LogStage) -> None:
    """Check that no more than the budget is given, and that coverage says something is missing."""
    lines = [line(MILLISECOND * n, f"step {n}") for n in range(300)]
    with stage.serve(lines) as source:
        table, coverage = read_all(source, max_records=100)
    assert table.num_rows <= 100, f"100 records were allowed, {table.num_rows} came"
    assert coverage.incomplete, "records were left out without a word"


def log_host_is_a_filter(stage: LogStage) -> None:
    """Check that a host in the scope keeps the others out."""
    here = [line(SECOND * n, f"here {n}") for n in range(5)]
    there = [replace(one, body=f"there {n}", host="10.0.0.9") for n, one in enumerate(here)]
    with stage.serve([*here, *there]) as source:
        table, _ = read_all(source, scope=Scope(hosts=(HOST,)))
    assert sorted(bodies(table)) == sorted(one.body for one in here), (
        f"host {HOST} was asked for; it gave {bodies(table)}"
    )


def log_ten_thousand_of_one_millisecond_are_kept(stage: LogStage) -> None:
    """Check that 10,001 records of one millisecond are neither lost nor doubled, or said to be missing."""
    lines = [line(SECOND, f"burst {n}") for n in range(10_001)]
    with stage.serve(lines) as source:
        table, coverage = read_all(source)
    found = bodies(table)
    assert len(set(found)) == len(found), "a record came twice"
    assert len(set(table["locator"].to_pylist())) == len(found), "two records share a locator"
    lost = len(lines) - len(found)
    assert not lost or coverage.incomplete, f"{lost} records were lost without a word"
    assert lost <= 1, f"{lost} of 10,001 records are missing"  # BlueKing's paging ends at 10,000


def log_nested_fields_are_attributes(stage: LogStage) -> None:
    """Check that what no column says is kept as an attribute, nested objects under dotted names."""
    said = {"order": {"id": "A-17", "items": {"n": 3}}, "shop": "north"}
    with stage.serve([replace(line(SECOND, "sold"), attributes=said)]) as source:
        table, _ = read_all(source)
    (row,) = table.to_pylist()
    found = json.loads(row["attributes"] or "{}")
    expected = {"order.id": "A-17", "order.items.n": "3", "shop": "north"}
    kept = {name: str(found.get(name)) for name in expected}
    assert kept == expected, f"attributes are {found}"


def log_count_is_what_is_read(stage: LogStage) -> None:
    """Check that a source that can count says beforehand how many records it will give."""
    lines = [line(SECOND * n, f"job {n} done") for n in range(40)]
    with stage.serve(lines) as source:
        if not isinstance(source, CountsRecords):
            return
        said = source.count(LogQuery(WINDOW, Scope(), "UTC", 1_000_000))
    assert said in (40, None), f"40 records are there, it counts {said}"


def log_check_is_fine_when_it_is(stage: LogStage) -> None:
    """Check that `check` says what works, line by line."""
    with stage.serve([line(SECOND, "fine")]) as source:
        lines = source.check()
    assert lines, "check() says nothing"
    assert all(fine for _, fine, _ in lines), f"check() complains: {lines}"


#: Every check of a log source that answers.
SOUND_CHECKS: tuple[Callable[[LogStage], None], ...] = (
    log_window_is_half_open,
    log_neighbouring_windows_share_nothing,
    log_equal_stamps_are_all_kept,
    log_ten_thousand_of_one_millisecond_are_kept,
    log_empty_window_is_no_error,
    log_unicode_survives,
    log_huge_line_is_one_record,
    log_missing_fields_are_empty,
    log_nested_fields_are_attributes,
    log_levels_and_modules_are_read,
    log_times_are_exact,
    log_coverage_adds_up,
    log_count_is_what_is_read,
    log_same_question_same_answer,
    log_budget_is_kept,
    log_host_is_a_filter,
    log_check_is_fine_when_it_is,
)
