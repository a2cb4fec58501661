"""ClickHouse: tables of any shape, conditions of SQL, refusals, on ClickHouse's own engine."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import clickhouse_connect
import pyarrow as pa
import pytest
from tests.servers.clickhouse import client_of, fill, otel_row
from tests.servers.harness import Servers, needs
from tests.servers.logs import spoiled
from tests.servers.process import RunningServer

from paicha.errors import (
    ConfigError,
    PaichaError,
    QuestionError,
    SourceContract,
    SourceRejected,
    SourceUnreachable,
)
from paicha.kernel.field_map import FieldMap
from paicha.knowledge.fields_loader import load_field_names
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery, Scope, Window
from paicha.model.schema import RECORDS
from paicha.sources.clickhouse import ClickHouseLogs, TableRule
from paicha.sources.clickhouse.source import condition
from paicha.sources.web import Place
from paicha.testing.fault_proxy import FaultProxy, Refusal, every
from paicha.testing.scripted_server import Asked, Reply, ScriptedServer

pytestmark = needs("clickhouse")

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(minutes=10))
FIELDS = FieldMap(load_field_names())
_TABLES = itertools.count(1)


def read(
    source: ClickHouseLogs, *, most: int = 1_000_000, scope: Scope | None = None
) -> tuple[pa.Table, SourceCoverage]:
    """Return everything and the coverage."""
    with source.open(LogQuery(WINDOW, scope or Scope(), "UTC", most)) as reading:
        return pa.Table.from_batches(list(reading), schema=RECORDS), reading.coverage


@pytest.fixture(name="server")
def running_server(servers: Servers) -> RunningServer:
    """Give the engine behind HTTP."""
    return servers.running("clickhouse")


@pytest.fixture(name="table")
def fresh_table() -> str:
    """Give a name of one's own."""
    return f"unit_{next(_TABLES)}"


def source_of(server: RunningServer, table: str, **rule: str) -> ClickHouseLogs:
    """Return the source of a table."""
    return ClickHouseLogs(Place(server.url), FIELDS, TableRule("default", table, **rule))


def test_a_row_of_the_exporter_is_a_record(server: RunningServer, table: str) -> None:
    """Columns and keys of its maps are fields; the rest are attributes."""
    more = {"service": "pay", "code.line.number": "12", "order": "a'b"}
    row = otel_row(START, "付款失败", "ERROR", "pay.py", "10.0.0.8", **more)
    fill(client_of(server), table, [row])

    [found] = read(source_of(server, table))[0].to_pylist()

    expected = {
        "timestamp": START,
        "severity_number": 17,
        "severity_text": "ERROR",
        "body": "付款失败",
        "service_name": "pay",
        "host_ip": "10.0.0.8",
        "code_file_path": "pay.py",
        "code_line_number": 12,
    }
    assert expected == {name: found[name] for name in expected}
    assert """"order": "a'b\"""" in found["attributes"]
    assert found["locator"].startswith("ch:default.unit_")


def test_a_table_of_ones_own_with_other_types_is_read(server: RunningServer, table: str) -> None:
    """Seconds as time, addresses, enumerations, nulls and arrays; half-open by its own seconds."""
    client = client_of(server)
    client.command(
        f"CREATE TABLE {table} (at DateTime, lvl Enum8('INFO' = 1, 'WARN' = 2), said Nullable(String), "
        "ip IPv4, tags Array(String), `odd name` UInt64) ENGINE = MergeTree ORDER BY ip"
    )
    client.command(
        f"INSERT INTO {table} VALUES ('2026-01-05 08:59:59', 1, 'early', '10.0.0.8', [], 1), "
        "('2026-01-05 09:00:00', 2, 'first', '10.0.0.8', ['a', 'b'], 7), "
        "('2026-01-05 09:09:59', 1, NULL, '10.0.0.9', [], 18446744073709551615), "
        "('2026-01-05 09:10:00', 1, 'late', '10.0.0.8', [], 1)"
    )
    fields = FieldMap(load_field_names(), {"message": ("said",)})
    source = ClickHouseLogs(Place(server.url), fields, TableRule("default", table, "at"))

    table_read, coverage = read(source)

    rows = table_read.to_pylist()
    assert [("first", "WARN", "10.0.0.8"), ("INFO", "10.0.0.9")] == [
        (rows[0]["body"], rows[0]["severity_text"], rows[0]["host_ip"]),
        (rows[1]["severity_text"], rows[1]["host_ip"]),
    ]
    assert '"tags": ["a", "b"]' in rows[0]["attributes"]
    assert "18446744073709551615" in rows[1]["attributes"]
    assert (2, 2) == (coverage.present, coverage.kept)


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [
        (Scope(where="SeverityText IN ('WARN', 'ERROR')"), {"b", "c"}),
        (Scope(where="Body LIKE '%disk; full --%'"), {"c"}),
        (Scope(hosts=("10.0.0.9",)), {"b"}),
        (Scope(hosts=("WEB-1",)), {"d"}),
        (Scope(services=("pay",), where="SeverityNumber = 0 OR 1"), {"a", "c"}),
        (Scope(hosts=("10.0.0.8' OR 1 --",)), set()),
    ],
)
def test_the_scope_is_pushed_down(server: RunningServer, scope: Scope, wanted: set[str]) -> None:
    """The filter is a condition of SQL; hosts and services are values, never SQL."""
    client = client_of(server)
    if not client.command("EXISTS TABLE scoped"):
        fill(
            client,
            "scoped",
            [
                otel_row(START, "a", "INFO", host="10.0.0.8", service="pay"),
                otel_row(START, "b", "WARN", host="10.0.0.9", service="user"),
                otel_row(START, "c disk; full -- x", "ERROR", host="10.0.0.8", service="pay"),
                otel_row(START, "d", host="web-1", service="other"),
                otel_row(START, "e", host="web-10", service="other"),
            ],
        )

    found, coverage = read(source_of(server, "scoped"), scope=scope)

    assert wanted == {body[0] for body in found["body"].to_pylist()}
    assert len(wanted) == coverage.present
    assert bool(wanted) != bool(coverage.notes)


@pytest.mark.parametrize(
    "where", ["1; DROP TABLE x", "1) OR (1", "a -- b", "a /* b", "'open", "(1", "1 # x"]
)
def test_a_filter_is_one_condition(where: str) -> None:
    """Nothing that would end it gets through."""
    with pytest.raises(QuestionError) as raised:
        condition(where)

    assert "clickhouse.filter" == raised.value.code


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        ("level>=WARN", {"b slow", "c timeout's end"}),
        ('level>=WARN AND "timeout\'s"', {"c timeout's end"}),
        ("level = info", {"a fine"}),
        ("level>=INFO AND Body LIKE '%slow%'", {"b slow"}),
    ],
)
def test_a_level_may_be_asked_for_as_in_other_stores(
    server: RunningServer, table: str, where: str, wanted: set[str]
) -> None:
    """What the command line shows as a filter; the table has no column of that name."""
    said = (("a fine", "info"), ("b slow", "Warning"), ("c timeout's end", "ERROR"))
    rows = [otel_row(START + timedelta(seconds=n), *one) for n, one in enumerate(said)]
    fill(client_of(server), table, rows)
    found, _ = read(source_of(server, table), scope=Scope(where=where))

    assert wanted == set(found["body"].to_pylist())


def test_what_was_asked_can_be_asked_again_as_it_stands(server: RunningServer, table: str) -> None:
    """Values stand in it, and of all names that a host may have those that the window's records bear."""
    rows = [
        otel_row(START + timedelta(seconds=n), f"m{n}", host=f"10.0.0.{n % 2}") for n in range(6)
    ]
    client = client_of(server)
    fill(client, table, rows)
    found, coverage = read(source_of(server, table), scope=Scope(hosts=("10.0.0.1",)))
    [query] = coverage.queries
    address, select = query.split(" ", 1)

    assert address == server.url
    assert found.num_rows == 3 == len(client.query(select).result_rows)
    assert "ResourceAttributes`['host.ip']" in select
    assert "LogAttributes" not in select


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        ("IPv6", "::ffff:10.0.0.1"),
        ("Array(String)", ["fe80::1", "10.0.0.1"]),
        ("IPv4", "10.0.0.1"),
        ("Nullable(String)", "10.0.0.1"),
        ("LowCardinality(Nullable(String))", "10.0.0.1"),
        ("Nullable(IPv4)", "10.0.0.1"),
        ("Nullable(IPv6)", "::ffff:10.0.0.1"),
    ],
)
def test_a_host_is_asked_for_and_counted_as_the_records_name_it(
    server: RunningServer, table: str, kind: str, stored: object
) -> None:
    """Whatever type its column has; a level may be a number alone."""
    client = client_of(server)
    columns = f"timestamp DateTime64(3), severity_number UInt8, body String, host_ip {kind}"
    client.command(
        f"CREATE TABLE default.{table} ({columns}) ENGINE = MergeTree ORDER BY timestamp"
    )
    rows = [
        {
            "timestamp": f"2026-01-05 09:00:{n:02}",
            "severity_number": 17 if n < 3 else 9,
            "body": f"m{n}",
            "host_ip": stored,
        }
        for n in range(9, -1, -1)
    ]
    block = b"\n".join(json.dumps(row).encode() for row in rows)
    client.raw_insert(f"default.{table}", insert_block=block, fmt="JSONEachRow")
    source = source_of(server, table)
    found, coverage = read(source, scope=Scope(hosts=("10.0.0.1",)))
    with source.open(LogQuery(WINDOW, Scope(), "UTC", 4)) as reading:
        few = pa.Table.from_batches(list(reading), schema=RECORDS)
        counts = reading.store_counts

    assert (10, {"10.0.0.1"}) == (coverage.present, set(found["host_ip"].to_pylist()))
    assert counts is not None
    counted = {(r["dimension"], r["value"]): r["n"] for r in counts.to_pylist()}
    assert (10, 3, 7) == (
        counted["host", "10.0.0.1"],
        counted["severity_text", "ERROR"],
        counted["severity_text", "INFO"],
    )
    assert 3 == few["severity_text"].to_pylist().count("ERROR")


def test_a_host_and_a_level_in_columns_and_keys_that_may_be_null_are_asked_for_and_counted(
    server: RunningServer, table: str
) -> None:
    """A null says nothing: what stands at the next place does."""
    client = client_of(server)
    client.command(
        f"CREATE TABLE {table} (timestamp DateTime64(3), level LowCardinality(Nullable(String)), "
        "severity_number Nullable(UInt8), body String, host_ip Nullable(String), "
        "ResourceAttributes Map(String, Nullable(String))) ENGINE = MergeTree ORDER BY timestamp"
    )
    client.command(
        f"INSERT INTO {table} VALUES ('2026-01-05 09:00:00', NULL, 17, 'a', NULL, {{'host.ip': '10.0.0.1'}}), "
        "('2026-01-05 09:00:01', 'ERROR', NULL, 'b', '10.0.0.1', {'host.ip': NULL}), "
        "('2026-01-05 09:00:02', 'INFO', 9, 'c', NULL, {})"
    )
    found, _ = read(source_of(server, table), scope=Scope(hosts=("10.0.0.1",)))
    with source_of(server, table).open(LogQuery(WINDOW, Scope(), "UTC", 2)) as reading:
        few = pa.Table.from_batches(list(reading), schema=RECORDS)
        counts = reading.store_counts

    assert ["a", "b"] == sorted(found["body"].to_pylist())
    assert ["a", "b"] == sorted(few["body"].to_pylist())
    assert counts is not None
    counted = {(r["dimension"], r["value"]): r["n"] for r in counts.to_pylist()}
    assert (2, 1) == (counted["severity_text", "ERROR"], counted["severity_text", "INFO"])
    assert (2, 1) == (counted["host", "10.0.0.1"], counted["host", ""])


def test_what_no_record_of_the_window_bears_finds_none(server: RunningServer, table: str) -> None:
    """A baseline from before hosts were named is no reason to end the run; the coverage says what the window holds."""
    fill(client_of(server), table, [otel_row(START, "x", module="pay.py")])
    source = source_of(server, table)
    named = replace(source, fields=replace(FIELDS, preferred={"host_id": ("machine",)}))
    for one, key in ((source, "host.ip"), (named, "machine")):
        _, coverage = read(one, scope=Scope(hosts=("web-1",)))

        assert 0 == coverage.present
        assert f"LogAttributes`['{key}']" in coverage.queries[0]
        assert any("1 record" in note.en for note in coverage.notes)


def test_above_the_budget_the_stores_own_counts_are_given(
    server: RunningServer, table: str
) -> None:
    """By level, module, host and minute, exact; errors are read first."""
    rows = [
        otel_row(START + timedelta(seconds=n), f"m{n}", "INFO", f"p{n % 3}.py", "10.0.0.8")
        for n in range(300)
    ]
    rows += [otel_row(START + timedelta(seconds=400), "bad", "FATAL") for _ in range(7)]
    fill(client_of(server), table, rows)

    with source_of(server, table).open(LogQuery(WINDOW, Scope(), "UTC", 50)) as reading:
        found = pa.Table.from_batches(list(reading), schema=RECORDS)
        counts = reading.store_counts

    assert counts is not None
    counted = {(r["dimension"], r["value"]): r["n"] for r in counts.to_pylist()}
    assert (7, 43) == (
        found["severity_text"].to_pylist().count("FATAL"),
        found["severity_text"].to_pylist().count("INFO"),
    )
    assert (307, 300, 7, 100, 7) == (
        counted["total", ""],
        counted["severity_text", "INFO"],
        counted["severity_text", "FATAL"],
        counted["module", "p0.py"],
        counted["module", ""],
    )
    assert (60, 7) == (
        counted["minute", "2026-01-05T09:00:00Z"],
        counted["minute", "2026-01-05T09:06:00Z"],
    )


def test_rows_whose_time_is_null_are_said(server: RunningServer, table: str) -> None:
    """They are in no window, so nothing else would show that they are there."""
    client = client_of(server)
    client.command(
        f"CREATE TABLE {table} (timestamp Nullable(DateTime64(3)), message String) "
        "ENGINE = MergeTree ORDER BY tuple()"
    )
    client.command(
        f"INSERT INTO {table} VALUES ('2026-01-05 09:00:00', 'a'), (NULL, 'b'), (NULL, 'c')"
    )
    found, coverage = read(source_of(server, table))

    assert ["a"] == found["body"].to_pylist()
    assert ["2 records without timestamp belong to no window and were not read"] == [
        note.en for note in coverage.notes
    ]


def test_paths_of_json_columns_are_read_asked_for_and_counted_like_keys_of_maps(
    server: RunningServer, table: str
) -> None:
    """As OpenTelemetry's exporter writes them where it is told to, and as a column of one's own, named by the settings."""
    client = client_of(server)
    client.command(
        f"CREATE TABLE {table} (Timestamp DateTime64(9), Body String, ResourceAttributes JSON, LogAttributes JSON, "
        "doc JSON) ENGINE = MergeTree ORDER BY Timestamp"
    )
    rows = [
        {
            "Timestamp": "2026-01-05 09:00:00.5",
            "Body": f"pool {n} is empty",
            "ResourceAttributes": {"host": {"ip": f"10.0.0.{n % 2}"}},
            "LogAttributes": {"code": {"file": {"path": "pool.py"}}, "order": n},
            "doc": {"how": {"bad": "ERROR" if n % 3 else "INFO"}, "n": n},
        }
        for n in range(30)
    ]
    client.raw_insert(
        table, insert_block="\n".join(map(json.dumps, rows)).encode(), fmt="JSONEachRow"
    )
    fields = FieldMap(load_field_names(), {"level": ("doc.how.bad",)})
    source = ClickHouseLogs(Place(server.url), fields, TableRule("default", table))

    whole, _ = read(source)
    some, _ = read(source, scope=Scope(hosts=("10.0.0.1",), where='level>=WARN AND "pool"'))
    with source.open(LogQuery(WINDOW, Scope(), "UTC", 22)) as reading:
        part = pa.Table.from_batches(list(reading), schema=RECORDS)
        counts = reading.store_counts

    assert counts is not None
    counted = {(r["dimension"], r["value"]): r["n"] for r in counts.to_pylist()}
    assert {"pool.py"} == set(whole["code_file_path"].to_pylist())
    assert any('"order": 29' in one for one in whole["attributes"].to_pylist())
    assert 10 == some.num_rows
    assert ["ERROR"] * 20 + ["INFO"] * 2 == sorted(part["severity_text"].to_pylist())
    assert (20, 10, 15, 30) == (
        counted["severity_text", "ERROR"],
        counted["severity_text", "INFO"],
        counted["host", "10.0.0.1"],
        counted["module", "pool.py"],
    )


def test_a_host_that_names_all_its_addresses_is_found_by_each(
    server: RunningServer, table: str
) -> None:
    """As OpenTelemetry's exporter writes `host.ip`; an address that only begins alike is another host."""
    hosts = ('["10.0.0.8","fe80::1"]', '["10.0.0.80"]', "10.0.0.8")
    fill(client_of(server), table, [otel_row(START, "x", "INFO", host=host) for host in hosts])
    source = ClickHouseLogs(Place(server.url), FIELDS, TableRule("default", table))

    found, _ = read(source, scope=Scope(hosts=("10.0.0.8",)))

    assert ["10.0.0.8"] * 2 == found["host_ip"].to_pylist()


@pytest.mark.parametrize(
    ("rule", "code", "kind"),
    [
        (TableRule("default", "nowhere"), "web.bad_request", SourceRejected),
        (TableRule("default", "odd", "nope"), "clickhouse.no_time", SourceRejected),
        (TableRule("default", "odd", "a"), "clickhouse.not_a_time", SourceContract),
        (TableRule("default", "odd"), "clickhouse.no_time", SourceRejected),
    ],
)
def test_a_table_that_cannot_be_read_is_said(
    server: RunningServer, rule: TableRule, code: str, kind: type[PaichaError]
) -> None:
    """No such table, no time, or a time that is none."""
    client_of(server).command(
        "CREATE TABLE IF NOT EXISTS odd (a String) ENGINE = MergeTree ORDER BY a"
    )

    with pytest.raises(PaichaError) as raised:
        read(ClickHouseLogs(Place(server.url), FIELDS, rule))

    assert (code, kind) == (raised.value.code, type(raised.value))


def test_nobody_there_and_no_address_are_two_things() -> None:
    """A closed port may open again; an address that is none never will."""
    with pytest.raises(SourceUnreachable) as closed:
        read(ClickHouseLogs(Place("http://127.0.0.1:9", timeout_s=2, attempts=1), FIELDS))
    assert "ClickHouse cannot be reached: Connection refused" == closed.value.what
    with pytest.raises(ConfigError) as raised:
        read(ClickHouseLogs(Place("clickhouse://x"), FIELDS))

    assert "web.bad_url" == raised.value.code


_PAGE = b"<html><head><title>x</title></head><h1>502 Bad Gateway</h1>nginx</html>"


@pytest.mark.parametrize(
    ("reply", "code", "what"),
    [
        (
            Reply(502, _PAGE, "text/html"),
            "web.busy",
            "ClickHouse was too busy to answer (HTTP 502): 502 Bad Gateway nginx",
        ),
        (
            Reply(200, _PAGE, "text/html"),
            "clickhouse.other",
            "What answers is no ClickHouse: 502 Bad Gateway nginx",
        ),
        (
            Reply(401, b"who are you", "text/plain"),
            "web.credentials",
            "ClickHouse did not accept the credentials: who are you",
        ),
        (Reply(wait_s=2.5), "web.timeout", "ClickHouse said nothing for 1 s"),
    ],
    ids=["gateway", "page", "refusal", "silence"],
)
def test_what_stands_in_between_is_said_in_its_words_and_not_in_the_drivers(
    reply: Reply, code: str, what: str
) -> None:
    """A reader wants to know who answered and what, not how the driver came to know it."""
    with ScriptedServer(lambda _asked: reply) as server, pytest.raises(PaichaError) as raised:
        read(ClickHouseLogs(Place(server.url, timeout_s=1, attempts=1), FIELDS))

    assert (code, what) == (raised.value.code, raised.value.what)


def test_who_asks_is_not_told_to_another_server() -> None:
    """A redirect is an error that says where to, and the other server is asked nothing."""
    with ScriptedServer(lambda _asked: Reply(200, b"26.9\n")) as other:
        away = Reply(307, headers={"Location": f"{other.url}/elsewhere?query=SELECT"})
        with ScriptedServer(lambda _asked: away) as server:
            source = ClickHouseLogs(Place(server.url, username="reader", password="x"), FIELDS)
            with pytest.raises(SourceRejected) as raised:
                read(source)

    assert "web.redirected" == raised.value.code
    expected = f"{server.url}/ sends us somewhere else (HTTP 307): {other.url}/elsewhere"
    assert expected == raised.value.what
    assert [] == other.requests


def test_a_proxy_whose_server_is_away_for_a_moment_is_asked_again(
    server: RunningServer, table: str
) -> None:
    """As with every other store; who is away for good is given up after as many tries as the settings say."""
    fill(client_of(server), table, [otel_row(START, f"row {n}", "INFO") for n in range(50)])
    waits: list[float] = []
    page = Refusal(502, b"<html>bad gateway</html>")
    with FaultProxy(server.url, script=every(3, page)) as between:
        source = replace(source_of(server, table), place=Place(between.url), sleep=waits.append)
        found, coverage = read(source)
    with FaultProxy(server.url, script=lambda n: page if n > 3 else None) as between:
        source = replace(source, place=Place(between.url, attempts=2))
        with pytest.raises(SourceUnreachable) as raised:
            read(source)

    assert (50, ()) == (found.num_rows, coverage.incomplete)
    assert {1.0} == set(waits)
    assert "web.busy" == raised.value.code


def test_an_answer_that_ends_in_the_middle_is_not_said_in_the_bytes_that_came(
    server: RunningServer, table: str
) -> None:
    """The driver gives the last bytes that came as the reason: they are records."""
    fill(client_of(server), table, [otel_row(START, f"row {n}", "INFO") for n in range(500)])

    def cut(_asked: Asked, reply: Reply) -> Reply:
        assert isinstance(reply.body, bytes)
        rows = b"row 250" in reply.body
        return replace(reply, body=reply.body[: len(reply.body) // 2]) if rows else reply

    with spoiled(server.url, cut) as between, pytest.raises(SourceUnreachable) as raised:
        read(ClickHouseLogs(Place(between, attempts=1), FIELDS, TableRule("default", table)))

    assert "clickhouse.cut_short" == raised.value.code
    assert "The answer of ClickHouse ends in the middle" == raised.value.what


def test_check_tells_version_table_and_fields(server: RunningServer, table: str) -> None:
    """What `paicha doctor` shows."""
    fill(client_of(server), table, [otel_row(START, "x", "INFO")])
    source = ClickHouseLogs(
        Place(server.url),
        FIELDS,
        TableRule("default", table),
        now=(START + timedelta(minutes=30)).timestamp,
    )

    said = [(fine, words.en) for _, fine, words in source.check()]

    assert [True, True, True] == [fine for fine, _ in said]
    assert said[0][1].startswith("ClickHouse 26.")
    assert "time in Timestamp: level = SeverityText, message = Body" in said[1][1]
    assert "1 record" == said[2][1]


def test_a_server_that_dies_in_mid_read_leaves_what_was_read(servers: Servers) -> None:
    """45,000 records; after the first piece the server is killed."""
    with servers.fresh("clickhouse") as server:
        rows = (
            otel_row(START + timedelta(milliseconds=n), f"s {n}", "INFO") for n in range(45_000)
        )
        fill(client_of(server), "logs", rows)
        source = source_of(server, "logs")
        with source.open(LogQuery(WINDOW, Scope(), "UTC", 1_000_000)) as reading:
            kept = 0
            for batch in reading:
                kept += batch.num_rows
                server.kill()
            coverage = reading.coverage

    assert 0 < kept < 45_000
    assert (kept, 45_000) == (coverage.kept, coverage.present)
    assert f"broke off after {kept} of 45000 records" in coverage.incomplete[0].en


@pytest.fixture(name="engine")
def engine_in_process(tmp_path: Path) -> Iterator[Any]:
    """Give the driver's client of the engine in this process."""
    client = clickhouse_connect.get_client(dsn=f"chdb://{tmp_path}/data")
    yield client
    client.close()


def test_the_engine_in_process_gives_the_same(engine: Any, tmp_path: Path) -> None:
    """Without HTTP: the driver's other back end, the same source."""
    engine.command("CREATE TABLE logs (Timestamp DateTime64(9), Body String) ORDER BY Timestamp")
    engine.command("INSERT INTO logs VALUES ('2026-01-05 09:00:00.000000001', 'one')")
    dsn = f"chdb://{tmp_path}/data"
    source = ClickHouseLogs(
        Place(dsn),
        FIELDS,
        TableRule("", "logs"),
        connect=lambda: clickhouse_connect.get_client(dsn=dsn),
    )

    found, coverage = read(source)

    assert (["one"], 1) == (found["body"].to_pylist(), coverage.present)
