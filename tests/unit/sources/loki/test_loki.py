"""Loki: pages of equal nanoseconds, structured metadata, counts, tenants; against the stand-in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paicha.errors import PaichaError, QuestionError, SourceContract, SourceRejected
from paicha.kernel.field_map import FieldMap
from paicha.kernel.normalise import LineReader
from paicha.knowledge.fields_loader import load_field_names
from paicha.knowledge.formats_loader import load_formats
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery, Scope, Window
from paicha.model.schema import RECORDS
from paicha.sources.loki import LokiLogs
from paicha.sources.loki.pages import Entry, entries
from paicha.sources.stored_logs.cutting import nanoseconds
from paicha.sources.web import Place
from paicha.testing.loki import LokiStandIn, Pushed
from paicha.testing.scripted_server import Reply, ScriptedServer

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(minutes=10))
START_NS = nanoseconds(START)
MINUTE_NS = 60_000_000_000
FIELDS = FieldMap(load_field_names())
STREAM = {"job": "pay", "host_ip": "10.0.0.8"}


def line(words: str, at_ns: int = 0, labels: Mapping[str, str] = STREAM, **metadata: str) -> Pushed:
    """Return a line of the window."""
    return Pushed(START_NS + at_ns, words, labels, metadata)


def source_of(url: str, **more: Any) -> LokiLogs:
    """Return the source at *url*."""
    headers = more.pop("headers", {})
    place = Place(url, headers=headers)
    return LokiLogs(place, FIELDS, '{job=~".+"}', sleep=lambda _s: None, **more)


def read(
    source: LokiLogs, *, most: int = 1_000_000, scope: Scope | None = None
) -> tuple[pa.Table, SourceCoverage, dict[tuple[str, str], int]]:
    """Return everything, the coverage and what the store counted."""
    with source.open(LogQuery(WINDOW, scope or Scope(), "UTC", most)) as reading:
        table = pa.Table.from_batches(list(reading), schema=RECORDS)
        counts = reading.store_counts
        rows = counts.to_pylist() if counts is not None else []
        return table, reading.coverage, {(r["dimension"], r["value"]): r["n"] for r in rows}


@settings(max_examples=30)
@given(
    stored=st.lists(
        st.tuples(st.integers(0, 3), st.text('ab\n.é🚀\\"', max_size=4)), max_size=40, unique=True
    ),
    limit=st.integers(1, 4),
)
def test_every_entry_comes_once_whatever_the_page(
    stored: list[tuple[int, str]], limit: int
) -> None:
    """Also when a nanosecond holds more than a page, and whatever its lines begin with."""
    lines = [Pushed(at, words, {"job": "x"}) for at, words in stored]
    with LokiStandIn(lines) as server, httpx.Client(verify=False) as client:
        complaints: list[int] = []

        def ask(start_ns: int, end_ns: int, stages: str) -> list[Entry]:
            asked = {
                "query": f'{{job="x"}} {stages}',
                "start": start_ns,
                "end": end_ns,
                "limit": limit,
                "direction": "forward",
            }
            answer = client.post(f"{server.url}/loki/api/v1/query_range", data=asked)
            data = answer.json()["data"]
            return sorted(
                (
                    Entry(int(stamp), words, {}, {})
                    for stream in data["result"]
                    for stamp, words in stream["values"]
                ),
                key=lambda entry: entry.time_ns,
            )

        found = [(e.time_ns, e.line) for e in entries(ask, 0, 4, limit, complaints.append)]

    assert sorted(stored) == sorted(found)
    assert [at for at, _ in found] == sorted(at for at, _ in found)
    # A page of one entry cannot tell a single line from more of the same text.
    assert limit == 1 or complaints == []


def test_twelve_thousand_lines_of_one_nanosecond_are_all_read() -> None:
    """More than twice what a page holds, all beginning alike."""
    lines = [line(f"request {n} served") for n in range(12_000)]
    with LokiStandIn([line("before", -1), *lines, line("after", 1)]) as server:
        table, coverage, _ = read(source_of(server.url))

    assert 12_001 == table.num_rows == coverage.present
    assert () == coverage.incomplete
    assert 12_001 == len(set(table["body"].to_pylist()))


def test_more_equal_lines_than_a_page_holds_are_said() -> None:
    """One text in more streams than a page has entries cannot be told apart."""
    lines = [line("same", labels={**STREAM, "pod": str(n)}) for n in range(30)]
    with LokiStandIn(lines) as server:
        table, coverage, _ = read(source_of(server.url, page_rows=10))

    assert (10, 30) == (table.num_rows, coverage.present)
    said = " | ".join(reason.en for reason in coverage.incomplete)
    assert "more than 10 equal lines at 2026-01-05T09:00:00.000000000Z" in said
    assert "counted 20 more records than it gave" in said


@pytest.mark.parametrize("faults", [{}, {"plain": 1.0}])
def test_labels_and_structured_metadata_are_fields(faults: dict[str, float]) -> None:
    """Kept apart by the server or not."""
    sent = line("paid", severity_text="WARN", trace_id="abc", code_file_path="pay.py", order="7")
    with LokiStandIn([sent], faults) as server:
        [row] = read(source_of(server.url))[0].to_pylist()

    expected = {
        "body": "paid",
        "severity_text": "WARN",
        "service_name": "pay",
        "host_ip": "10.0.0.8",
        "trace_id": "abc",
        "code_file_path": "pay.py",
        "attributes": '{"order": "7"}',
    }
    assert expected == {name: row[name] for name in expected}
    assert row["locator"].startswith("loki:{")
    assert 'host_ip="10.0.0.8", job="pay"' in row["locator"]


def test_the_line_says_more_than_the_level_that_loki_guessed() -> None:
    """A guessed level does not keep a line from being read; where the line says none, it counts."""
    reader = LineReader(load_formats(), "UTC")
    whole = "2026-01-05 09:00:00,123 CRITICAL [pay.py:12] Payment down"
    sent = [
        line(whole, detected_level="critical"),
        line("no level here", 1, detected_level="unknown"),
        line("guessed from a word", 2, detected_level="error"),
    ]
    with LokiStandIn(sent) as server:
        rows = read(source_of(server.url, line_reader=reader))[0].to_pylist()

    assert [
        ("Payment down", "CRITICAL", "pay.py"),
        ("no level here", "", ""),
        ("guessed from a word", "ERROR", ""),
    ] == [(row["body"], row["severity_text"], row["code_file_path"]) for row in rows]


def test_the_window_is_half_open_to_the_nanosecond_and_counted_so() -> None:
    """Ranges of LogQL leave their begin out and take their end: shifted by a nanosecond they fit."""
    end = 10 * MINUTE_NS
    sent = [line("early", -1), line("first"), line("last", end - 1), line("late", end)]
    with LokiStandIn(sent) as server:
        table, coverage, _ = read(source_of(server.url))

    assert (["first", "last"], 2) == (table["body"].to_pylist(), coverage.present)


def test_above_the_budget_the_stores_own_counts_are_given() -> None:
    """By level, module, host and minute, exact; errors are read first."""
    sent = [
        line(f"m{n}", n * MINUTE_NS // 30, level="info", code_file=f"p{n % 3}.py")
        for n in range(300)
    ]
    sent += [line(f"bad{n}", 9 * MINUTE_NS + n, level="error") for n in range(7)]
    with LokiStandIn(sent) as server:
        table, coverage, counted = read(source_of(server.url), most=50)

    levels = table["severity_text"].to_pylist()
    assert (7, 43) == (levels.count("ERROR"), levels.count("INFO"))
    assert (307, 300, 7, 100, 7, 307) == (
        counted["total", ""],
        counted["severity_text", "INFO"],
        counted["severity_text", "ERROR"],
        counted["module", "p0.py"],
        counted["module", ""],
        counted["host", "10.0.0.8"],
    )
    assert (30, 37) == (
        counted["minute", "2026-01-05T09:00:00Z"],
        counted["minute", "2026-01-05T09:09:00Z"],
    )
    assert 307 == coverage.present


def test_minutes_hold_their_begin_and_none_lies_outside_of_the_window() -> None:
    """Loki moves a range of steps onto whole ones, with their end and without their begin: each minute is asked for."""
    sent = [line(f"m{n}", n * MINUTE_NS) for n in range(-2, 12)]
    sent += [line(f"e{n}", n * MINUTE_NS - 1) for n in range(-2, 12)]
    with LokiStandIn(sent) as server:
        _, coverage, counted = read(source_of(server.url), most=5)

    minutes = {value: n for (dimension, value), n in counted.items() if dimension == "minute"}
    assert {f"2026-01-05T09:{n:02}:00Z": 2 for n in range(10)} == minutes
    assert 20 == coverage.present
    assert not any("whole" in reason.en for reason in coverage.incomplete)


def test_of_more_than_a_day_minutes_are_counted_at_once_and_this_is_said() -> None:
    """A question for each would be thousands; the edges stay exact."""
    window = Window(START + timedelta(seconds=30), START + timedelta(days=2, seconds=10))
    sent = [line(f"m{n}", n * MINUTE_NS + n % 7) for n in range(0, 2900, 100)]
    sent += [
        line("before", 30 * 10**9 - 1),
        line("first", 30 * 10**9),
        line("last", 2880 * MINUTE_NS + 5),
    ]
    query = LogQuery(window, Scope(), "UTC", 5)
    with LokiStandIn(sent) as server, source_of(server.url).open(query) as reading:
        list(reading)
        coverage, counts = reading.coverage, reading.store_counts

    assert counts is not None
    minutes = [(r["value"], r["n"]) for r in counts.to_pylist() if r["dimension"] == "minute"]
    assert ("2026-01-05T09:00:00Z", 1) == minutes[0]
    assert ("2026-01-07T09:00:00Z", 1) == minutes[-1]
    assert coverage.present == sum(n for _, n in minutes)
    assert any("whole minutes" in reason.en for reason in coverage.incomplete)


@pytest.mark.parametrize(("start_us", "end_us"), [(1, 600_000_000), (0, 1), (999, 59_000_001)])
def test_a_window_finer_than_a_millisecond_is_counted_exactly(start_us: int, end_us: int) -> None:
    """`--last 15m` begins in the middle of a millisecond, and Loki knows no shorter duration."""
    sent = [line(f"n{n}", n) for n in range(0, 3_000_000, 100_000)]
    sent += [line(f"s{n}", n * 10**9 + 500, level="info") for n in range(1, 600)]
    window = Window(
        START + timedelta(microseconds=start_us), START + timedelta(microseconds=end_us)
    )
    wanted = sum(start_us * 1000 <= one.time_ns - START_NS < end_us * 1000 for one in sent)
    query = LogQuery(window, Scope(), "UTC", 5)
    with LokiStandIn(sent) as server, source_of(server.url).open(query) as reading:
        list(reading)
        coverage, counts = reading.coverage, reading.store_counts

    assert wanted == coverage.present
    if wanted > 5:
        assert counts is not None
        sums = {
            d: sum(r["n"] for r in counts.to_pylist() if r["dimension"] == d)
            for d in ("minute", "severity_text")
        }
        assert {"minute": wanted, "severity_text": wanted} == sums


def test_more_groups_than_a_question_may_have_are_said_and_the_rest_is_counted() -> None:
    """Seven hundred pods are no reason to refuse the window."""
    sent = [
        line(f"m{n}", n * 10**8, {"job": "pay", "pod": "x"}, host=f"pod-{n}", level="info")
        for n in range(700)
    ]
    with LokiStandIn(sent) as server:
        table, coverage, counted = read(source_of(server.url), most=50)

    assert (50, 700) == (table.num_rows, counted["severity_text", "INFO"])
    assert not [value for dimension, value in counted if dimension == "host"]
    assert any("more groups by host" in reason.en for reason in coverage.incomplete)


def test_what_loki_could_not_guess_is_no_level() -> None:
    """Neither of the records nor of its counts."""
    sent = [line(f"m{n}", n, detected_level="unknown") for n in range(9)]
    sent += [line("x", 100, detected_level="error")]
    with LokiStandIn(sent) as server:
        _, _, counted = read(source_of(server.url), most=5)

    assert {"": 9, "ERROR": 1} == {v: n for (d, v), n in counted.items() if d == "severity_text"}


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [
        (Scope(hosts=("10.0.0.9",)), {"b"}),
        (Scope(hosts=("WEB-1",)), {"d"}),
        (Scope(services=("pay",)), {"a", "c"}),
        (Scope(where="disk full"), {"c"}),
        (Scope(where='| level="warn" or level="error"'), {"b", "c"}),
        (Scope(where="level>=WARN"), {"b", "c"}),
        (Scope(where='level>INFO AND "disk full"'), {"c"}),
        (Scope(where="level:info"), {"a"}),
        (Scope(where='!= "disk" |~ `^[ab]`', hosts=("10.0.0.8",)), {"a"}),
    ],
)
def test_the_scope_is_pushed_down(scope: Scope, wanted: set[str]) -> None:
    """Hosts and services by any of their usual labels; the filter is LogQL, or words to look for."""
    other = {"app": "user", "instance": "10.0.0.9", "job": "x"}
    sent = [
        line("a fine", level="info"),
        line("b slow", labels=other, level="warn"),
        line("c disk full", level="error"),
        line("d host", labels={"app": "x", "host": "web-1", "job": "x"}),
        line("e host", labels={"app": "x", "host": "web-10", "job": "x"}),
    ]
    with LokiStandIn(sent) as server:
        table, coverage, _ = read(source_of(server.url), scope=scope)

    assert wanted == {body[0] for body in table["body"].to_pylist()}
    assert len(wanted) == coverage.present


@pytest.mark.parametrize("where", ['| json } or {a="b"', '|= "open', "| line_format `x` [5m]"])
def test_a_filter_stays_in_the_pipeline(where: str) -> None:
    """What would leave it is refused before anything is asked."""
    with LokiStandIn() as server, pytest.raises(QuestionError) as raised:
        read(source_of(server.url), scope=Scope(where=where))

    assert "loki.filter" == raised.value.code


def test_the_tenant_opens_the_door() -> None:
    """Without it Loki knows nobody."""
    with LokiStandIn([line("x")], tenant="shop") as server:
        table, coverage, _ = read(source_of(server.url, headers={"X-Scope-OrgID": "shop"}))
        with pytest.raises(SourceRejected) as raised:
            read(source_of(server.url))

    assert (1, "web.credentials") == (table.num_rows, raised.value.code)
    assert "no org id" in raised.value.text("en")
    assert " X-Scope-OrgID: shop start=" in coverage.queries[0]


def test_a_page_that_is_too_big_is_said_in_lokis_words() -> None:
    """The server's limit is its own."""
    with LokiStandIn([line("x")], most_entries=100) as server, pytest.raises(PaichaError) as raised:
        read(source_of(server.url))

    assert "max_entries_limit_per_query (5000 > 100)" in raised.value.text("en")


def test_a_limit_of_requests_is_waited_out() -> None:
    """Two refusals, then everything."""
    with LokiStandIn([line("x")], {"limited": 2.0}) as server:
        assert 1 == read(source_of(server.url))[0].num_rows


def test_pages_that_break_off_leave_what_was_read() -> None:
    """Tried again once; the coverage says how much is missing."""
    sent = [line(f"m{n}", n) for n in range(24_000)]
    with LokiStandIn(sent, {"gone": 15.0}) as server:
        table, coverage, _ = read(source_of(server.url, page_rows=1000))

    assert 13_000 <= table.num_rows < 24_000
    assert coverage.kept == table.num_rows == coverage.read
    assert f"broke off after {table.num_rows} of 24000" in coverage.incomplete[-1].en


@pytest.mark.parametrize(
    "body", [b"[]", b'{"data": {"resultType": "matrix", "result": []}}', b'{"status": "success"}']
)
def test_an_answer_that_is_none_is_named(body: bytes) -> None:
    """What was never promised is no record."""
    with (
        ScriptedServer(lambda _asked: Reply(body=body)) as server,
        pytest.raises(SourceContract) as raised,
    ):
        read(source_of(server.url))

    assert "loki.shape" == raised.value.code


def test_check_tells_records_and_labels() -> None:
    """What `paicha doctor` shows."""
    with LokiStandIn([line("x")]) as server:
        source = source_of(server.url, now=(START + timedelta(minutes=30)).timestamp)
        said = [(fine, words.en) for _, fine, words in source.check()]

    assert [
        (True, 'answers; the last hour holds 1 record of {job=~".+"}'),
        (True, "host_ip, job"),
    ] == said


def test_lines_can_be_pushed_as_shippers_do() -> None:
    """Over HTTP, in Loki's own form."""
    values: Iterable[object] = [[str(START_NS), "pushed", {"level": "warn"}]]
    with LokiStandIn() as server:
        document = {"streams": [{"stream": STREAM, "values": values}]}
        httpx.post(f"{server.url}/loki/api/v1/push", json=document).raise_for_status()
        [row] = read(source_of(server.url))[0].to_pylist()

    assert ("pushed", "WARN") == (row["body"], row["severity_text"])
