"""VictoriaLogs: what its filter, its nanoseconds and its end mean, on a real server."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pyarrow as pa
import pytest
from tests.servers.harness import Servers, needs
from tests.servers.logs import import_rows, spoiled, victorialogs

from paicha.errors import PaichaError, QuestionError, SourceContract, SourceRejected
from paicha.kernel.field_map import FieldMap
from paicha.knowledge.fields_loader import load_field_names
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery, Scope, Window
from paicha.model.schema import RECORDS
from paicha.sources.victorialogs import VictoriaLogs
from paicha.sources.web import Place
from paicha.testing.scripted_server import Asked, Reply

pytestmark = needs("victorialogs")

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(minutes=10))
FIELDS = FieldMap(load_field_names())
_ACCOUNTS = itertools.count(5000)


def row(message: str, at: str = "2026-01-05T09:05:00Z", **more: object) -> dict[str, object]:
    """Return a row as it is sent."""
    return {"_time": at, "_msg": message, "host_ip": "10.0.0.8", **more}


def source_of(url: str, account: int) -> VictoriaLogs:
    """Return the source of a tenant."""
    return VictoriaLogs(Place(url, headers={"AccountID": str(account)}), FIELDS)


def read(
    source: VictoriaLogs, *, most: int = 1_000_000, scope: Scope | None = None
) -> tuple[pa.Table, SourceCoverage]:
    """Return everything and the coverage."""
    with source.open(LogQuery(WINDOW, scope or Scope(), "UTC", most)) as reading:
        return pa.Table.from_batches(list(reading), schema=RECORDS), reading.coverage


@pytest.fixture(name="account")
def fresh_account() -> int:
    """Give a tenant of one's own."""
    return next(_ACCOUNTS)


def test_the_window_is_half_open_to_the_nanosecond(servers: Servers, account: int) -> None:
    """The last nanosecond before the end belongs to it, the end does not."""
    url = servers.running("victorialogs").url
    stamps = (
        "2026-01-05T08:59:59.999999999Z",
        "2026-01-05T09:00:00Z",
        "2026-01-05T09:09:59.999999999Z",
        "2026-01-05T09:10:00Z",
    )
    import_rows(url, [row(stamp, stamp) for stamp in stamps], account=account)

    table, coverage = read(source_of(url, account))

    assert list(stamps[1:3]) == table["body"].to_pylist()
    assert (2, 2, 0) == (coverage.present, coverage.kept, coverage.outside)


def test_streams_and_nested_fields_become_attributes(servers: Servers, account: int) -> None:
    """What a shipper nests comes back flat; the stream is in the locator."""
    url = servers.running("victorialogs").url
    sent = row("paid", kubernetes={"pod": "pay-0", "labels": {"app": "pay"}}, level="warn")
    import_rows(url, [sent], account=account)

    table, _ = read(source_of(url, account))

    [found] = table.to_pylist()
    assert '{"kubernetes.pod": "pay-0"}' == found["attributes"]
    assert ("paid", "WARN", 13, "pay") == (
        found["body"],
        found["severity_text"],
        found["severity_number"],
        found["service_name"],
    )
    assert found["locator"].startswith("vl:")
    assert "@1767603900000000000/" in found["locator"]


def test_what_was_asked_names_the_tenant(servers: Servers, account: int) -> None:
    """Asked again without it, somebody else's records would be counted."""
    url = servers.running("victorialogs").url
    _, coverage = read(source_of(url, account))

    assert f"{url}/select/logsql/query AccountID: {account} query=_time:" in coverage.queries[0]


def test_a_row_without_a_message_says_what_it_has(servers: Servers, account: int) -> None:
    """The server writes a hint in the place of a message that no shipper named; it is none."""
    url = servers.running("victorialogs").url
    sent = [{"_time": "2026-01-05T09:05:00Z", "level": "error", "code": code} for code in "ab"]
    import_rows(url, sent, account=account)
    table, _ = read(source_of(url, account))

    assert ['{"code": "a", "level": "error"}', '{"code": "b", "level": "error"}'] == sorted(
        table["body"].to_pylist()
    )


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        ("level:>=WARN", {"b", "c", "d"}),
        ("level:ERROR", {"c"}),
        ('module:"pay.py"', {"a", "c"}),
        ("module:pay.py AND NOT level:INFO", {"c"}),
        ("disk OR level:ERROR", {"c", "d"}),
        ('"| pipe in a phrase"', {"e"}),
        ("level:~`^W`", {"b"}),
    ],
)
def test_the_filter_is_logsql_with_the_names_of_records(
    servers: Servers, where: str, wanted: set[str]
) -> None:
    """Levels compare as levels, and module and level mean the store's fields."""
    server = servers.running("victorialogs")
    account = 4000
    if not (server.folder / "filter-rows").exists():
        (server.folder / "filter-rows").touch()
        sent = [
            row("a", lvl="INFO", src_file="pay.py"),
            row("b", lvl="WARN", src_file="db.py"),
            row("c", lvl="ERROR", src_file="pay.py"),
            row("d disk full", lvl="CRITICAL", src_file="db.py"),
            row("e has | pipe in a phrase", lvl="INFO", src_file="db.py"),
        ]
        import_rows(server.url, sent, account=account)

    table, _ = read(source_of(server.url, account), scope=Scope(where=where))

    assert wanted == {body[0] for body in table["body"].to_pylist()}


def test_a_name_means_every_field_that_holds_it_also_where_one_bears_that_very_name(
    servers: Servers, account: int
) -> None:
    """Of two shippers one writes `level` and `host`, the other `log.level` and `host.ip`; `=` is as in Paicha's own filter."""
    url = servers.running("victorialogs").url
    at = {"_time": "2026-01-05T09:05:00Z"}
    sent = [
        {**at, "_msg": "a", "level": "ERROR", "host": "10.0.0.1", "service": "pay"},
        {**at, "_msg": "b", "log.level": "error", "host.ip": "10.0.0.1", "service.name": "pay"},
        {**at, "_msg": "c", "log.level": "INFO", "host.ip": "10.0.0.2", "service.name": "other"},
    ]
    import_rows(url, sent, account=account)
    source = source_of(url, account)
    found = {
        where: "".join(sorted(read(source, scope=Scope(where=where))[0]["body"].to_pylist()))
        for where in ("level=ERROR", "NOT level:INFO", 'host:"10.0.0.1"', "service=pay")
    }

    assert {"ab"} == set(found.values()), found


@pytest.mark.parametrize("where", ["a | delete", "a # b", "level:ERROR | limit 1"])
def test_a_filter_is_no_query(servers: Servers, where: str) -> None:
    """A pipe or a comment would change what is counted."""
    source = source_of(servers.running("victorialogs").url, 0)

    with pytest.raises(QuestionError) as raised:
        read(source, scope=Scope(where=where))

    assert "victorialogs.pipe" == raised.value.code


def test_a_filter_the_server_does_not_understand_is_rejected(servers: Servers) -> None:
    """Its own words stand in the error."""
    source = source_of(servers.running("victorialogs").url, 0)

    with pytest.raises(SourceRejected) as raised:
        read(source, scope=Scope(where='level:~"["'))

    assert "web.bad_request" == raised.value.code
    assert "regexp" in raised.value.facts["answer"]


def test_a_field_that_nobody_has_cannot_be_asked_for(servers: Servers, account: int) -> None:
    """Services are asked for, and no row names one."""
    url = servers.running("victorialogs").url
    import_rows(url, [row("x")], account=account)

    with pytest.raises(QuestionError) as raised:
        read(source_of(url, account), scope=Scope(services=("pay",)))

    assert ("stored.no_field", "service") == (raised.value.code, raised.value.facts["what"])


def test_an_empty_scope_says_what_the_window_holds(servers: Servers, account: int) -> None:
    """The reader learns whether the window or the scope is to blame."""
    url = servers.running("victorialogs").url
    import_rows(url, [row("x"), row("y")], account=account)

    _, coverage = read(source_of(url, account), scope=Scope(hosts=("10.9.9.9",)))

    assert 0 == coverage.present
    assert "the window holds 2 records without it" in coverage.notes[0].en


def test_above_the_budget_the_stores_own_counts_are_given(servers: Servers, account: int) -> None:
    """Level, module, host and minute are exact; errors are read first."""
    url = servers.running("victorialogs").url
    sent = [
        row(f"m{n}", f"2026-01-05T09:0{n % 10}:00Z", level="INFO", code_file=f"p{n % 3}.py")
        for n in range(300)
    ]
    sent += [row("bad", "2026-01-05T09:09:30Z", severity="ERROR") for _ in range(7)]
    import_rows(url, sent, account=account)

    with source_of(url, account).open(LogQuery(WINDOW, Scope(), "UTC", 50)) as reading:
        table = pa.Table.from_batches(list(reading), schema=RECORDS)
        counts = reading.store_counts

    assert counts is not None
    counted = {(r["dimension"], r["value"]): r["n"] for r in counts.to_pylist()}
    assert (7, 43) == tuple(
        table["severity_text"].to_pylist().count(level) for level in ("ERROR", "INFO")
    )
    assert (307, 300, 7) == (
        counted["total", ""],
        counted["severity_text", "INFO"],
        counted["severity_text", "ERROR"],
    )
    assert (100, 7) == (counted["module", "p0.py"], counted["module", ""])
    assert (307, 37) == (counted["host", "10.0.0.8"], counted["minute", "2026-01-05T09:09:00Z"])


def test_an_answer_of_something_else_is_named(servers: Servers) -> None:
    """A row that is none is a broken promise, not a record."""

    def spoil(asked: Asked, reply: Reply) -> Reply:
        return Reply(body=b"[1]\n") if "stats" in asked.first("query") else reply

    with (
        spoiled(servers.running("victorialogs").url, spoil) as url,
        pytest.raises(SourceContract) as raised,
    ):
        read(source_of(url, 0))

    assert "victorialogs.shape" == raised.value.code


def test_check_tells_records_and_fields(servers: Servers, account: int) -> None:
    """What `paicha doctor` shows."""
    url = servers.running("victorialogs").url
    import_rows(url, [row("x", lvl="INFO")], account=account)
    noon = VictoriaLogs(
        Place(url, headers={"AccountID": str(account)}),
        FIELDS,
        now=(START + timedelta(minutes=30)).timestamp,
    )

    said = [(fine, words.en) for _, fine, words in noon.check()]

    assert [
        (True, "answers; the last hour holds 1 record"),
        (True, "level = lvl, message = _msg, host_ip = host_ip"),
    ] == said


def test_a_server_that_dies_in_mid_read_leaves_what_was_read(servers: Servers) -> None:
    """45,000 records; after the first piece the real server is killed."""
    with servers.fresh("victorialogs", victorialogs) as server:
        sent = [
            row(f"step {n}", (START + timedelta(milliseconds=n)).isoformat(), level="INFO")
            for n in range(45_000)
        ]
        import_rows(server.url, sent)
        source = VictoriaLogs(Place(server.url), FIELDS, sleep=lambda _s: None)
        with source.open(LogQuery(WINDOW, Scope(), "UTC", 1_000_000)) as reading:
            kept = 0
            for batch in reading:
                kept += batch.num_rows
                server.kill()
            coverage = reading.coverage

    assert 0 < kept < 45_000
    assert (kept, 45_000) == (coverage.kept, coverage.present)
    assert f"broke off after {kept} of 45000 records" in coverage.incomplete[0].en


def test_an_answer_that_ends_in_the_middle_of_a_row_leaves_what_came_before(
    servers: Servers, account: int
) -> None:
    """Whoever cut it said that it was whole: the rows before count, and the coverage says that it broke off."""
    url = servers.running("victorialogs").url
    import_rows(url, [row(f"paid {n}") for n in range(50)], account=account)

    def cut(asked: Asked, reply: Reply) -> Reply:
        assert isinstance(reply.body, bytes)
        rows = asked.path.endswith("/query") and b'"_msg"' in reply.body
        return replace(reply, body=reply.body[: len(reply.body) // 2]) if rows else reply

    with spoiled(url, cut) as between:
        table, coverage = read(source_of(between, account))

    [reason] = coverage.incomplete
    assert 0 < table.num_rows < 50
    assert f"broke off after {table.num_rows} of 50 records" in reason.en
    assert "in the middle of a row" in reason.en


def test_a_host_that_names_all_its_addresses_is_found_by_each(
    servers: Servers, account: int
) -> None:
    """The list is one text here; an address that only begins like one of them is another host."""
    url = servers.running("victorialogs").url
    hosts = ('["10.0.0.8","fe80::1"]', '["10.0.0.80"]', "10.0.0.8")
    rows = [row(f"of {host}", **{"host.ip": host}) for host in hosts]
    import_rows(url, [{**one, "host_ip": ""} for one in rows], account=account)

    table, _ = read(source_of(url, account), scope=Scope(hosts=("10.0.0.8",)))

    assert ["10.0.0.8"] * 2 == table["host_ip"].to_pylist()


def test_names_of_hosts_are_asked_for_in_upper_and_lower_case_alike(
    servers: Servers, account: int
) -> None:
    """As in files: WEB-1 and web-1 are one host, web-10 is another."""
    url = servers.running("victorialogs").url
    hosts = ("WEB-1", "Web-1", '["web-1","10.0.0.8"]', "web-10")
    rows = [row(f"of {host}", **{"host.name": host}) for host in hosts]
    import_rows(url, [{**one, "host_ip": ""} for one in rows], account=account)

    table, coverage = read(source_of(url, account), scope=Scope(hosts=("web-1",)))

    assert (3, 3) == (coverage.present, table.num_rows)


def test_what_was_pushed_in_lokis_form_is_read(servers: Servers, account: int) -> None:
    """Shippers for Loki send to VictoriaLogs too: labels and structured metadata are fields."""
    url = servers.running("victorialogs").url
    stamp = str(int(START.timestamp()) * 10**9)
    labels = {"job": "pay", "instance": "web-1"}
    values = [[stamp, "pushed", {"level": "warn", "trace_id": "abc"}]]
    document = {"streams": [{"stream": labels, "values": values}]}
    headers = {"AccountID": str(account)}
    pushed = httpx.post(f"{url}/insert/loki/api/v1/push", json=document, headers=headers)
    pushed.raise_for_status()
    import_rows(url, [row("another")], account=account)

    found = {r["body"]: r for r in read(source_of(url, account))[0].to_pylist()}

    assert ("WARN", "web-1", "pay", "abc") == (
        found["pushed"]["severity_text"],
        found["pushed"]["host_id"],
        found["pushed"]["service_name"],
        found["pushed"]["trace_id"],
    )


def test_a_wrong_address_is_said(servers: Servers) -> None:
    """Somebody else's server has no such path."""
    with pytest.raises(PaichaError) as raised:
        read(source_of(f"{servers.running('victorialogs').url}/nope", 0))

    assert isinstance(raised.value, SourceRejected | SourceContract)
