"""
What every source must do, whatever it reads: suites for sources of your own.

A stage puts records (or points) where the source finds them; each check says in its error what did
not hold. In a test::

    @pytest.mark.parametrize("check", LOG_CHECKS, ids=lambda check: check.__name__)
    def test_my_source_conforms(check, tmp_path):
        check(MyStage(tmp_path))

`check_log_source(stage)` and `check_metric_source(stage)` run all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

import pyarrow as pa

from paicha.errors import SourceError, SourceRejected
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery, MetricQuery, Scope, Window
from paicha.model.schema import RECORDS, SERIES
from paicha.ports import LogSource, MetricSource

#: gone: the place disappears in the middle of a long answer; credentials: it does not know us.
Trouble = Literal["gone", "credentials"]

START = datetime(2026, 1, 5, 9, 0, 0, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(minutes=10))
HOST = "10.0.0.8"
CONCEPT = "cpu_usage"
_SECOND = timedelta(seconds=1)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One record to be found again. Times have whole milliseconds."""

    timestamp: datetime
    body: str
    level: str = "INFO"  # "": the record says none
    module: str = "pay.py"  # code file; "": none
    host: str = HOST


class LogStage(Protocol):
    """Puts records where a log source finds them."""

    def serve(self, lines: Sequence[LogLine]) -> AbstractContextManager[LogSource]:
        """Return a source over exactly these records."""
        ...

    def failing(
        self, lines: Sequence[LogLine], trouble: Trouble
    ) -> AbstractContextManager[LogSource] | None:
        """Return a source over these records that gets into *trouble*; None: it cannot happen."""
        ...


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """One point to be found again, in percent; None: the place says "no value"."""

    timestamp: datetime
    value: float | None
    host: str = HOST


class MetricStage(Protocol):
    """Puts points of the concept `CONCEPT` where a metric source finds them."""

    def serve(self, points: Sequence[MetricPoint]) -> AbstractContextManager[MetricSource]:
        """Return a source over exactly these points."""
        ...

    def failing(
        self, points: Sequence[MetricPoint], trouble: Trouble
    ) -> AbstractContextManager[MetricSource] | None:
        """Return a source that gets into *trouble*; None: it cannot happen."""
        ...


def check_log_source(stage: LogStage) -> tuple[str, ...]:
    """
    Run every check of `LOG_CHECKS` and return their names.

    Raises:
        AssertionError: With a sentence, at the first thing that does not hold.
    """
    for check in LOG_CHECKS:
        check(stage)
    return tuple(check.__name__ for check in LOG_CHECKS)


def check_metric_source(stage: MetricStage) -> tuple[str, ...]:
    """
    Run every check of `METRIC_CHECKS` and return their names.

    Raises:
        AssertionError: With a sentence, at the first thing that does not hold.
    """
    for check in METRIC_CHECKS:
        check(stage)
    return tuple(check.__name__ for check in METRIC_CHECKS)


def read_all(
    source: LogSource,
    window: Window = WINDOW,
    *,
    scope: Scope | None = None,
    max_records: int = 1_000_000,
) -> tuple[pa.Table, SourceCoverage]:
    """Return everything a log source has for *window*, and its coverage."""
    query = LogQuery(window, scope or Scope(), "UTC", max_records)
    with source.open(query) as reading:
        table = pa.Table.from_batches(list(reading), schema=RECORDS)
        return table, reading.coverage


def _line(offset: timedelta, body: str, level: str = "INFO", module: str = "pay.py") -> LogLine:
    return LogLine(START + offset, body, level, module)


def _bodies(table: pa.Table) -> list[str]:
    return [str(body) for body in table["body"].to_pylist()]


def log_window_is_half_open(stage: LogStage) -> None:
    """Check that the window's start belongs to it and its end does not."""
    lines = [
        _line(-_MILLISECOND, "a millisecond before the start"),
        _line(timedelta(0), "at the start"),
        _line(WINDOW.length - _MILLISECOND, "a millisecond before the end"),
        _line(WINDOW.length, "at the end"),
    ]
    with stage.serve(lines) as source:
        table, _ = read_all(source)
    assert sorted(_bodies(table)) == ["a millisecond before the end", "at the start"], (
        f"a window holds its start and not its end; it gave {_bodies(table)}"
    )


def log_neighbouring_windows_share_nothing(stage: LogStage) -> None:
    """Check that two windows side by side give every record once."""
    lines = [_line(_SECOND * n, f"request {n} served") for n in range(20)]
    middle = START + _SECOND * 7
    with stage.serve(lines) as source:
        first, _ = read_all(source, Window(START, middle))
        second, _ = read_all(source, Window(middle, WINDOW.end))
    both = sorted(_bodies(first) + _bodies(second))
    assert both == sorted(line.body for line in lines), (
        f"two windows side by side gave {len(both)} records where there are {len(lines)}"
    )


def log_equal_stamps_are_all_kept(stage: LogStage) -> None:
    """Check that records of one instant, even with equal texts, are neither lost nor doubled."""
    lines = [_line(_SECOND, "the same words") for _ in range(300)]
    with stage.serve(lines) as source:
        table, coverage = read_all(source)
    assert table.num_rows == 300, f"300 equal records became {table.num_rows}"
    assert len(set(table["locator"].to_pylist())) == 300, "two records share a locator"
    assert coverage.kept == 300, f"coverage says {coverage.kept} kept"


def log_empty_window_is_no_error(stage: LogStage) -> None:
    """Check that a window without records gives none, and says so without an error."""
    later = Window(WINDOW.end + timedelta(hours=1), WINDOW.end + timedelta(hours=2))
    with stage.serve([_line(_SECOND, "long ago")]) as source:
        table, coverage = read_all(source, later)
    assert table.num_rows == 0, f"an empty window gave {table.num_rows} records"
    assert coverage.kept == 0, f"an empty window kept {coverage.kept}"
    assert coverage.present in (0, None), f"an empty window says {coverage.present} present"


def log_unicode_survives(stage: LogStage) -> None:
    """Check that text of any script, marks and braces come out as they went in."""
    bodies = [
        "获取数据库连接超时，等待 30012ms，活跃连接=50/50",
        "emoji 🚀 and marks \u202eright to left\u202c",
        'quotes " \\ and {braces} %s %(x)s ${jndi} <b>html</b>',
        "zero\u200bwidth and e\u0301 combining",
    ]
    lines = [_line(_SECOND * n, body) for n, body in enumerate(bodies)]
    with stage.serve(lines) as source:
        table, _ = read_all(source)
    assert sorted(_bodies(table)) == sorted(bodies), f"text changed: {_bodies(table)!r}"


def log_huge_line_is_one_record(stage: LogStage) -> None:
    """Check that a line of a megabyte stays one record and harms no neighbour."""
    lines = [
        _line(_SECOND, "before"),
        _line(_SECOND * 2, "x" * 1_000_000 + " the end"),
        _line(_SECOND * 3, "after"),
    ]
    with stage.serve(lines) as source:
        table, coverage = read_all(source)
    bodies = _bodies(table)
    assert len(bodies) == 3, f"three lines became {len(bodies)} records"
    assert "before" in bodies, "the line before a huge one is lost"
    assert "after" in bodies, "the line after a huge one is lost"
    longest = max(bodies, key=len)
    whole = longest.endswith(" the end")
    assert whole or coverage.incomplete or coverage.notes, "a huge line was cut without a word"


def log_missing_fields_are_empty(stage: LogStage) -> None:
    """Check that a record without level or code file is kept, and its level counted as missing."""
    lines = [
        _line(_SECOND, "neither level nor file", level="", module=""),
        _line(_SECOND * 2, "both", level="ERROR"),
    ]
    with stage.serve(lines) as source:
        table, coverage = read_all(source)
    assert table.num_rows == 2, f"a record without fields vanished: {_bodies(table)}"
    rows = {row["body"]: row for row in table.to_pylist()}
    bare = next(row for body, row in rows.items() if "neither" in body)
    assert bare["severity_number"] == 0, f"a level was invented: {bare['severity_text']!r}"
    assert coverage.without_level == 1, f"without_level is {coverage.without_level}, not 1"


def log_levels_and_modules_are_read(stage: LogStage) -> None:
    """Check that level and code file come out of whatever holds them."""
    wanted = {"DEBUG": 5, "INFO": 9, "WARNING": 13, "ERROR": 17, "CRITICAL": 21}
    lines = [
        _line(_SECOND * n, f"level {name}", level=name, module=f"part_{n}.py")
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
    stamps = [START + _MILLISECOND * n * 137 for n in range(50)]
    with stage.serve([LogLine(stamp, "tick") for stamp in stamps]) as source:
        table, _ = read_all(source)
    found = sorted(stamp.astimezone(UTC) for stamp in table["timestamp"].to_pylist())
    assert found == stamps, "times are not those of the records"


def log_coverage_adds_up(stage: LogStage) -> None:
    """Check that every record read is accounted for."""
    lines = [_line(_SECOND * (n - 5), f"job {n} done") for n in range(40)]
    with stage.serve(lines) as source:
        table, coverage = read_all(source)
    parts = coverage.kept + coverage.outside + coverage.filtered + coverage.duplicates
    assert coverage.read == parts, f"{coverage.read} read, {parts} accounted for"
    assert coverage.kept == table.num_rows, f"{coverage.kept} kept, {table.num_rows} given"
    assert not coverage.incomplete, f"nothing is missing, yet it says {coverage.incomplete}"


def log_same_question_same_answer(stage: LogStage) -> None:
    """Check that asking twice gives the identical table."""
    lines = [_line(_MILLISECOND * 100 * n, f"step {n % 7}") for n in range(500)]
    with stage.serve(lines) as source:
        first, _ = read_all(source)
        second, _ = read_all(source)
    assert first.equals(second), "the same question gave two answers"


def log_budget_is_kept(stage: LogStage) -> None:
    """Check that no more than the budget is given, and that coverage says something is missing."""
    lines = [_line(_MILLISECOND * n, f"step {n}") for n in range(300)]
    with stage.serve(lines) as source:
        table, coverage = read_all(source, max_records=100)
    assert table.num_rows <= 100, f"100 records were allowed, {table.num_rows} came"
    assert coverage.incomplete, "records were left out without a word"


def log_host_is_a_filter(stage: LogStage) -> None:
    """Check that a host in the scope keeps the others out."""
    here = [_line(_SECOND * n, f"here {n}") for n in range(5)]
    there = [replace(line, body=f"there {n}", host="10.0.0.9") for n, line in enumerate(here)]
    with stage.serve([*here, *there]) as source:
        table, _ = read_all(source, scope=Scope(hosts=(HOST,)))
    assert sorted(_bodies(table)) == sorted(line.body for line in here), (
        f"host {HOST} was asked for; it gave {_bodies(table)}"
    )


def log_source_gone_in_mid_read_is_never_passed_over(stage: LogStage) -> None:
    """Check that an answer that breaks off is an error, or a shorter answer that says so."""
    lines = [_line(_MILLISECOND * n, f"step {n}") for n in range(5000)]
    failing = stage.failing(lines, "gone")
    if failing is None:
        return
    with failing as source:
        try:
            table, coverage = read_all(source)
        except SourceError:
            return
    assert table.num_rows < len(lines), "nothing was missing"
    assert coverage.incomplete, "records were left out without a word"


def log_wrong_credentials_are_rejected(stage: LogStage) -> None:
    """Check that wrong credentials are a rejection, at reading and at checking."""
    failing = stage.failing([_line(_SECOND, "secret")], "credentials")
    if failing is None:
        return
    with failing as source:
        _must_fail(lambda: read_all(source), SourceRejected)
        assert any(not fine for _, fine, _ in source.check()), "check() finds nothing wrong"


def log_check_is_fine_when_it_is(stage: LogStage) -> None:
    """Check that `check` says what works, line by line."""
    with stage.serve([_line(_SECOND, "fine")]) as source:
        lines = source.check()
    assert lines, "check() says nothing"
    assert all(fine for _, fine, _ in lines), f"check() complains: {lines}"


def _must_fail(act: Callable[[], object], kind: type[SourceError]) -> None:
    raised: SourceError | None = None
    try:
        act()
    except kind as error:
        raised = error
    assert raised is not None, f"no {kind.__name__} was raised"
    assert raised.what, "the error says nothing"
    assert raised.text("zh") != raised.text("en"), "the error speaks one language only"


LOG_CHECKS: tuple[Callable[[LogStage], None], ...] = (
    log_window_is_half_open,
    log_neighbouring_windows_share_nothing,
    log_equal_stamps_are_all_kept,
    log_empty_window_is_no_error,
    log_unicode_survives,
    log_huge_line_is_one_record,
    log_missing_fields_are_empty,
    log_levels_and_modules_are_read,
    log_times_are_exact,
    log_coverage_adds_up,
    log_same_question_same_answer,
    log_budget_is_kept,
    log_host_is_a_filter,
    log_source_gone_in_mid_read_is_never_passed_over,
    log_wrong_credentials_are_rejected,
    log_check_is_fine_when_it_is,
)


def _points(n: int, first: float = 10.0) -> list[MetricPoint]:
    return [MetricPoint(START + timedelta(minutes=at), first + at) for at in range(n)]


def _query(*hosts: str, window: Window = WINDOW) -> MetricQuery:
    return MetricQuery(window, hosts, 2)


def metric_window_leaves_its_end_out(stage: MetricStage) -> None:
    """Check that the point at the end is not given, and those before it are, in order."""
    with stage.serve(_points(15)) as source:
        reading = source.read(_query(HOST))
    times = [stamp.astimezone(UTC) for stamp in reading.series["timestamp"].to_pylist()]
    expected = [START + timedelta(minutes=at) for at in range(10)]
    assert times == expected, f"ten points belong to the window; it gave {times}"
    assert reading.series.schema.equals(SERIES), "the table is not SERIES"


def metric_values_are_in_the_concepts_unit(stage: MetricStage) -> None:
    """Check that values come in percent, with their unit and concept."""
    with stage.serve(_points(10)) as source:
        rows = source.read(_query(HOST)).series.to_pylist()
    values = [round(row["value"], 9) for row in rows]
    assert values == [10.0 + at for at in range(10)], f"values are {values}"
    kinds = {(row["concept"], row["unit"], row["host"]) for row in rows}
    assert kinds == {(CONCEPT, "%", HOST)}, f"concept, unit and host are {kinds}"


def metric_nulls_are_counted(stage: MetricStage) -> None:
    """Check that "no value" is never turned into a number."""
    points = [replace(p, value=None) if n in (3, 4) else p for n, p in enumerate(_points(10))]
    with stage.serve(points) as source:
        reading = source.read(_query(HOST))
    values = [row["value"] for row in reading.series.to_pylist()]
    numbers = [value for value in values if value is not None]
    assert len(numbers) == 8, f"eight points have a value; it gave {values}"
    assert reading.coverage.null_points == values.count(None), "null_points is not their number"


def metric_absent_series_are_named(stage: MetricStage) -> None:
    """Check that a concept without any point is missing, not normal."""
    with stage.serve([]) as source:
        reading = source.read(_query(HOST))
    assert reading.series.num_rows == 0, "points came out of nothing"
    assert CONCEPT in reading.coverage.missing, f"missing is {reading.coverage.missing}"


def metric_other_hosts_stay_out(stage: MetricStage) -> None:
    """Check that a host asked for keeps the others out, and that all come when none is named."""
    points = [*_points(10), *(replace(p, host="10.0.0.9") for p in _points(10, 50.0))]
    with stage.serve(points) as source:
        one = source.read(_query(HOST))
        all_of_them = source.read(_query())
    hosts = set(one.series["host"].to_pylist())
    assert hosts == {HOST}, f"{HOST} was asked for; it gave {hosts}"
    assert len(set(all_of_them.series["host"].to_pylist())) == 2, "without a host, not all came"
    assert set(one.coverage.hosts) == {HOST}, f"coverage names {one.coverage.hosts}"


def metric_same_question_same_answer(stage: MetricStage) -> None:
    """Check that asking twice gives the identical table."""
    with stage.serve(_points(10)) as source:
        first, second = source.read(_query(HOST)), source.read(_query(HOST))
    assert first.series.equals(second.series), "the same question gave two answers"


def metric_wrong_credentials_are_rejected(stage: MetricStage) -> None:
    """Check that wrong credentials are a rejection, at reading and at checking."""
    failing = stage.failing(_points(10), "credentials")
    if failing is None:
        return
    with failing as source:
        _must_fail(lambda: source.read(_query(HOST)), SourceRejected)
        assert any(not fine for _, fine, _ in source.check()), "check() finds nothing wrong"


METRIC_CHECKS: tuple[Callable[[MetricStage], None], ...] = (
    metric_window_leaves_its_end_out,
    metric_values_are_in_the_concepts_unit,
    metric_nulls_are_counted,
    metric_absent_series_are_named,
    metric_other_hosts_stay_out,
    metric_same_question_same_answer,
    metric_wrong_credentials_are_rejected,
)
