"""The main use case over fakes of its ports: what it asks of whom, and what it does when one fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from paicha.app.check_aliases import check_aliases
from paicha.app.doctor import Patient, doctor
from paicha.app.inquiry import Inquiry, Workshop
from paicha.app.investigate import investigate
from paicha.engines.local import LocalEngine
from paicha.errors import (
    ConfigError,
    InputError,
    QuestionError,
    SourceDenied,
    SourceError,
    SourceRejected,
    SourceUnreachable,
)
from paicha.locales import Text
from paicha.model.aliases import AliasSettings
from paicha.model.coverage import MetricCoverage, SourceCoverage
from paicha.model.findings import Findings
from paicha.model.knowledge import Knowledge
from paicha.model.question import LogQuery, MetricQuery, Scope, Window
from paicha.model.schema import RECORDS, SERIES
from paicha.stores.case import Case
from paicha.stores.records import CaseRecords

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
HOUR = Window(START, START + timedelta(hours=1))
NOTHING_KNOWN = Knowledge((), (), (), "")


def record(second: int, body: str, **said: object) -> dict[str, object]:
    """Return one record, an error unless *said* says otherwise."""
    empty: dict[str, object] = {
        name: 0 if name == "code_line_number" else "" for name in RECORDS.names
    }
    fixed = {"severity_number": 17, "severity_text": "ERROR", "code_file_path": "pool.py"}
    moment = START + timedelta(seconds=second)
    return {**empty, **fixed, "timestamp": moment, "body": body, "locator": f"l:{second}", **said}


@dataclass
class FakeReading:
    """Records in batches of one, so that nothing can depend on a batch's size."""

    rows: Sequence[dict[str, object]]
    incomplete: tuple[Text, ...] = ()
    store_counts: pa.Table | None = None
    aliases: tuple[AliasSettings, pa.Table] | None = None
    unread: int = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Yield one batch a record."""
        for row in self.rows:
            yield pa.RecordBatch.from_pylist([row], schema=RECORDS)

    @property
    def coverage(self) -> SourceCoverage:
        """Everything was read but for what was not."""
        n = len(self.rows)
        there = n + self.unread
        return SourceCoverage(
            "fake", "fake", None, there, n, n, 0, 0, 0, 0, 0, incomplete=self.incomplete
        )


@dataclass
class FakeLogs:
    """A log source with records in memory; remembers what it was asked."""

    rows: Sequence[dict[str, object]]
    incomplete: tuple[Text, ...] = ()
    asked: list[LogQuery] = field(default_factory=list)
    name: str = "fake"
    failure: Exception | None = None
    unread: int = 0

    @contextmanager
    def open(self, query: LogQuery) -> Iterator[FakeReading]:
        """Start reading, or fail."""
        self.asked.append(query)
        if self.failure is not None:
            raise self.failure
        yield FakeReading(self.rows, self.incomplete, unread=self.unread)

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Everything is fine."""
        return [(Text.same("records"), True, Text.same(str(len(self.rows))))]


@dataclass
class FakeMetricReading:
    """An answer without a point."""

    series: pa.Table
    coverage: MetricCoverage


@dataclass
class FakeMetrics:
    """A metric source that answers nothing, or fails."""

    failure: Exception | None = None
    asked: list[MetricQuery] = field(default_factory=list)
    name: str = "numbers"

    def read(self, query: MetricQuery) -> FakeMetricReading:
        """Answer, or fail."""
        self.asked.append(query)
        if self.failure is not None:
            raise self.failure
        return FakeMetricReading(SERIES.empty_table(), MetricCoverage("numbers", "fake", 0, 0, 0))

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Fail as reading would."""
        if self.failure is not None:
            raise self.failure
        return []


class Steps:
    """Remembers how far it went."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []

    def step(self, stage: str, done: int, total: int | None) -> None:
        """Remember one step."""
        assert total is None or done <= total
        self.seen.append((stage, done))


def run(
    folder: Path,
    logs: FakeLogs | tuple[FakeLogs, ...],
    *metrics: FakeMetrics,
    inquiry: Inquiry | None = None,
    steps: Steps | None = None,
) -> Findings:
    """Investigate the fakes into a case in *folder*."""
    workshop = Workshop(
        logs=logs if isinstance(logs, tuple) else (logs,),
        metrics=metrics,
        engine=LocalEngine(),
        knowledge=lambda: NOTHING_KNOWN,
        record_queries=CaseRecords,
        progress=steps or Steps(),
    )
    with Case.create(folder / "x.case.duckdb", overwrite=True) as case:
        return investigate(inquiry or Inquiry(HOUR, inputs=("fake",)), workshop, case)


ROWS = [
    record(1, "cannot connect to 10.0.0.9", host_ip="10.0.0.1"),
    record(2, "cannot connect to 10.0.0.8", host_ip="10.0.0.2"),
    record(3, "pool is empty", host_id="77"),
]


def test_every_record_is_counted_and_kept(tmp_path: Path) -> None:
    """
    The findings add up to the records, and the case holds each of them.
    """
    findings = run(tmp_path, FakeLogs(ROWS))

    assert (3, 3) == (findings.totals.records, sum(p.n for p in findings.problems))
    with Case.open(tmp_path / "x.case.duckdb") as case:
        assert ["l:1", "l:2", "l:3"] == case.query("select locator from records order by locator")[
            "locator"
        ].to_pylist()
        assert findings == case.get_findings()


def test_the_order_of_records_changes_nothing_but_their_order(tmp_path: Path) -> None:
    """
    Read backwards, the same records give the same case id and problems.
    """
    forward = run(tmp_path, FakeLogs(ROWS))
    backward = run(tmp_path, FakeLogs(ROWS[::-1]))

    assert forward.reproduction.case_id == backward.reproduction.case_id
    assert forward.problems == backward.problems


def test_the_case_id_follows_question_and_data_alone(tmp_path: Path) -> None:
    """
    Language and names of files do not count; window, scope and records do.
    """
    asked = Inquiry(HOUR, inputs=("fake",))
    first = run(tmp_path, FakeLogs(ROWS), inquiry=asked)
    same = replace(asked, language="zh", inputs=("elsewhere",), commands=("x",))
    others = [
        run(tmp_path, FakeLogs(ROWS[:2]), inquiry=asked),
        run(tmp_path, FakeLogs(ROWS), inquiry=replace(asked, scope=Scope(where="x"))),
        run(tmp_path, FakeLogs(ROWS), inquiry=replace(asked, zone="Asia/Shanghai")),
    ]

    told = run(tmp_path, FakeLogs(ROWS), inquiry=same)

    ids = {found.reproduction.case_id for found in (first, *others)}
    assert first.reproduction.case_id == told.reproduction.case_id
    assert 4 == len(ids)


def test_metrics_are_asked_for_the_hosts_that_logged(tmp_path: Path) -> None:
    """
    Addresses and ids of the records, and those that were asked for.
    """
    metrics = FakeMetrics()
    inquiry = Inquiry(HOUR, scope=Scope(bk_biz_id=2, hosts=("10.9.9.9",)))

    run(tmp_path, FakeLogs(ROWS), metrics, inquiry=inquiry)

    [query] = metrics.asked
    assert ("10.0.0.1", "10.0.0.2", "10.9.9.9", "77") == query.hosts
    assert (HOUR, 2) == (query.window, query.bk_biz_id)


def test_metrics_that_cannot_be_reached_leave_a_report_that_says_so(tmp_path: Path) -> None:
    """
    The logs are worth a report without them; the coverage names the failure in both languages.
    """
    failure = SourceRejected("blueking.busy", url="http://x", status=503, answer="busy")

    findings = run(tmp_path, FakeLogs(ROWS), FakeMetrics(failure))

    assert findings.coverage.incomplete
    [coverage] = findings.coverage.metrics
    assert "numbers" == coverage.source
    assert "busy" in coverage.incomplete[0].en
    assert coverage.incomplete[0].zh != coverage.incomplete[0].en


def test_a_metric_file_that_cannot_be_read_is_the_readers_to_mend(tmp_path: Path) -> None:
    """
    A wrong file that was named by hand stops the run.
    """
    with pytest.raises(InputError):
        run(tmp_path, FakeLogs(ROWS), FakeMetrics(InputError("files.empty", path="x.csv")))

    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("first", [True, False])
def test_a_log_source_that_cannot_be_read_is_a_gap_where_another_is(
    first: bool, tmp_path: Path
) -> None:
    """
    The others are worth a report at night; its first screen names the one that is missing, and why.
    """
    gone = FakeLogs(
        ROWS,
        name="gone",
        failure=SourceUnreachable(
            "web.unreachable", system="Loki", url="http://x", why="timed out"
        ),
    )
    other = FakeLogs(ROWS)

    findings = run(tmp_path, (gone, other) if first else (other, gone))

    assert len(ROWS) == findings.totals.records
    [missing] = [one for one in findings.coverage.logs if one.source == "gone"]
    assert (None, 0, 0) == (missing.present, missing.read, missing.kept)
    assert "Nothing of it was read: " in missing.incomplete[0].en
    assert "完全未能读取" in missing.incomplete[0].zh
    [said] = [one.text for one in findings.statements if one.kind == "incomplete"]
    assert "gone" in said.en


def test_a_log_source_that_cannot_be_read_is_an_error_where_no_other_holds_a_record(
    tmp_path: Path,
) -> None:
    """
    "No record" would be no answer while one of two sources could not be asked.
    """
    gone = FakeLogs(
        ROWS,
        name="gone",
        failure=SourceUnreachable(
            "web.unreachable", system="Loki", url="http://x", why="timed out"
        ),
    )

    for logs in ((gone,), (gone, FakeLogs([])), (FakeLogs([]), gone)):
        with pytest.raises(SourceUnreachable):
            run(tmp_path, logs)


@pytest.mark.parametrize(
    "failure",
    [
        InputError("files.empty", path="x.log"),
        SourceRejected("elasticsearch.no_index", index="lgos-*"),
    ],
)
def test_what_was_named_wrong_stops_the_run(failure: SourceError, tmp_path: Path) -> None:
    """
    A file or an index that is not there is the reader's to mend, whatever else was named.
    """
    wrong = FakeLogs(ROWS, name="wrong", failure=failure)

    with pytest.raises(type(failure)):
        run(tmp_path, (FakeLogs(ROWS), wrong))


def test_a_log_source_whose_token_expired_is_a_gap(tmp_path: Path) -> None:
    """
    An alert at night gets the report on what can be read, and the reason for what cannot.
    """
    denied = SourceDenied("web.credentials", system="Loki", status="401", answer="expired")
    findings = run(tmp_path, (FakeLogs(ROWS, name="gone", failure=denied), FakeLogs(ROWS)))

    [missing] = [one for one in findings.coverage.logs if one.source == "gone"]
    assert "expired" in missing.incomplete[0].en


def test_without_a_window_the_data_gives_it(tmp_path: Path) -> None:
    """
    Whole seconds around the first and the last record, and nothing is outside.
    """
    findings = run(tmp_path, FakeLogs(ROWS), inquiry=Inquiry(None))

    second = timedelta(seconds=1)
    assert Window(START + second, START + 4 * second) == findings.question.window
    assert not findings.question.asked_window


def test_without_any_time_there_is_no_window(tmp_path: Path) -> None:
    """
    Nobody asked for one, and none is made up.
    """
    logs = FakeLogs([record(1, "x", timestamp=None)], (Text.same("cut off"),))

    findings = run(tmp_path, logs, inquiry=Inquiry(None, inputs=("a.log",)))

    assert findings.question.window is None
    assert (1, 1) == (findings.totals.records, findings.totals.without_time)


def test_no_record_at_all_is_an_error(tmp_path: Path) -> None:
    """
    The window and the source are named.
    """
    with pytest.raises(QuestionError) as refused:
        run(tmp_path, FakeLogs([]), inquiry=Inquiry(HOUR, inputs=("a.log",)))

    assert "No record of a.log lies between 2026-03-01 08:00:00+00:00" in refused.value.what


def test_records_that_a_limit_let_nobody_read_are_not_called_none(tmp_path: Path) -> None:
    """
    A store counted them before the time was over: what to raise is said, not that the window is empty.
    """
    logs = FakeLogs([], (Text.same("after 1 s"),), unread=3706)
    with pytest.raises(QuestionError) as refused:
        run(tmp_path, logs, inquiry=Inquiry(HOUR, inputs=("shop",)))

    assert refused.value.what.startswith("shop holds 3,706 records between 2026-03-01 08:00:00")
    assert "none of them was read" in refused.value.what
    assert "--timeout" in refused.value.hint
    assert "after 1 s" == refused.value.facts["incomplete"]


def test_a_window_that_has_not_come_yet_is_called_that(tmp_path: Path) -> None:
    """
    A wrong year or zone looks like a quiet night otherwise; of the past nothing changes.
    """
    before = Inquiry(HOUR, inputs=("a.log",), now=HOUR.start - timedelta(hours=8))
    with pytest.raises(QuestionError) as refused:
        run(tmp_path, FakeLogs([]), inquiry=before)
    with pytest.raises(QuestionError) as past:
        run(tmp_path, FakeLogs([]), inquiry=replace(before, now=HOUR.end))

    assert "has not come yet, it is 2026-03-01 00:00:00+00:00 now" in refused.value.what
    assert "No record of a.log lies between" in past.value.what


def test_an_empty_answer_names_the_scope(tmp_path: Path) -> None:
    """
    Whoever reads it at night sees which host and which filter found nothing.
    """
    scope = Scope(hosts=("10.9.9.9",), where="level:ERROR")
    with pytest.raises(QuestionError) as refused:
        run(tmp_path, FakeLogs([]), inquiry=Inquiry(HOUR, scope))

    assert "\n  host: 10.9.9.9\n" in refused.value.text("en")
    assert "\n  过滤条件：level:ERROR\n" in refused.value.text("zh")


def test_progress_counts_what_was_read(tmp_path: Path) -> None:
    """
    One step a batch, then the metrics, then the analysis.
    """
    steps = Steps()

    run(tmp_path, FakeLogs(ROWS), FakeMetrics(), steps=steps)

    assert [
        ("read", 1),
        ("read", 2),
        ("read", 3),
        ("measure", 0),
        ("analyse", 3),
    ] == steps.seen


def test_the_doctor_asks_everybody_and_survives_failures() -> None:
    """
    A source that cannot be asked or made is one failed check; the others are asked all the same.
    """
    failure = SourceUnreachable("blueking.busy", url="http://x", status=503, answer="busy")

    def broken() -> FakeLogs:
        raise ConfigError("config.no_source", name="http", known="-")

    asked = (
        Patient("numbers", lambda: FakeMetrics(failure)),
        Patient("http", broken),
        Patient("fake", lambda: FakeLogs(ROWS)),
    )

    checks = doctor(asked, "zh")

    assert [("numbers", False), ("http", False), ("fake", True)] == [
        (c.source, c.fine) for c in checks
    ]
    assert "建议" in checks[0].said


def test_a_source_without_aliases_says_so() -> None:
    """
    Files have no aliases to verify.
    """
    with pytest.raises(QuestionError) as refused:
        check_aliases(FakeLogs(ROWS), LogQuery(HOUR, Scope(), "UTC", 10))

    assert "blueking_logs" in refused.value.hint


@pytest.mark.parametrize("reverse", [False, True])
def test_of_many_records_of_a_store_the_case_keeps_those_that_show_it(
    tmp_path: Path, *, reverse: bool
) -> None:
    """Counts, first and last times and ids of hosts are those of all records; few records stay."""
    rows = [
        record(2 * n, f"cannot connect to 10.0.0.{n}", host_ip="10.0.0.1", host_id="77")
        for n in range(40)
    ]
    rows += [record(9, "pool is empty", host_id="78")]
    whole = run(tmp_path, FakeLogs(rows))
    rows = rows[::-1] if reverse else rows

    found = run(tmp_path, FakeLogs(rows), inquiry=Inquiry(HOUR, inputs=("fake",), keep_bytes=200))
    with Case.open(tmp_path / "x.case.duckdb") as case:
        kept = case.query("select locator from records order by locator")["locator"].to_pylist()

    assert [f"l:{n}" for n in (0, 2, 4, 78, 9)] == kept
    assert [(p.id, p.n, p.first, p.last, p.hosts) for p in whole.problems] == [
        (p.id, p.n, p.first, p.last, p.hosts) for p in found.problems
    ]
    assert [(d.host, d.host_id, d.n) for d in whole.devices] == [
        (d.host, d.host_id, d.n) for d in found.devices
    ]
    assert "holds more than 200 bytes of messages" in found.coverage.logs[0].notes[0].en
    assert () == whole.coverage.logs[0].notes


def test_a_store_of_few_records_keeps_all_of_them(tmp_path: Path) -> None:
    """At the limit itself nothing is left out."""
    size = sum(len(str(row["body"])) for row in ROWS)

    run(tmp_path, FakeLogs(ROWS), inquiry=Inquiry(HOUR, inputs=("fake",), keep_bytes=size))
    with Case.open(tmp_path / "x.case.duckdb") as case:
        kept = case.query("select count(*) as n from records")["n"].to_pylist()

    assert [len(ROWS)] == kept
