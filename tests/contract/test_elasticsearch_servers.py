"""What only the real servers show: alias fields, patterns, data streams, credentials, a certificate of one's own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from tests.contract.test_elasticsearch_conforms import SERVERS, document, store
from tests.servers import elastic
from tests.servers.catalogue import ServerEntry, installed, java_for
from tests.servers.harness import Servers, needs
from tests.servers.process import RunningServer, Start

from paicha.errors import SourceRejected, SourceUnreachable
from paicha.kernel.field_map import FieldMap
from paicha.knowledge.fields_loader import load_field_names
from paicha.model.question import LogQuery, Scope
from paicha.sources.elasticsearch import ElasticsearchLogs
from paicha.sources.web import Place
from paicha.testing.conformance import START, WINDOW, LogLine, read_all

FIELDS = FieldMap(load_field_names())
KEYWORD = {"type": "keyword"}
PASSWORD = "open-sesame-1"


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(name)) for name in SERVERS])
def test_alias_fields_and_patterns_say_what_the_fields_are(name: str, servers: Servers) -> None:
    """`level` is an alias of `sev` in one index and a field of its own in the other; the filter means both."""
    url = servers.running(name).url
    first = {
        "@timestamp": {"type": "date"},
        "message": {"type": "text"},
        "sev": KEYWORD,
        "level": {"type": "alias", "path": "sev"},
    }
    row = {"@timestamp": START.isoformat(), "message": "pool is empty"}
    store(url, "mixed-1", [{**row, "sev": "ERROR"}, {**row, "sev": "INFO"}], first)
    store(url, "mixed-2", [{**row, "log": {"level": "ERROR"}}])
    source = ElasticsearchLogs(Place(url), "mixed-*", FIELDS)
    table, coverage = read_all(source)
    filtered, _ = read_all(source, scope=Scope(where="level>=ERROR"))

    assert ["ERROR", "ERROR", "INFO"] == sorted(table["severity_text"].to_pylist())
    assert (3, 3) == (coverage.present, coverage.kept)
    assert ["ERROR", "ERROR"] == filtered["severity_text"].to_pylist()


@pytest.mark.parametrize("name", [pytest.param("opensearch_2", marks=needs("opensearch_2"))])
def test_what_the_mapping_says_of_all_records_is_read_as_it_is_counted(
    name: str, servers: Servers
) -> None:
    """A `constant_keyword` stands in no document: its level, service and host are those of every record all the same."""
    url = servers.running(name).url
    constant = {"type": "constant_keyword"}
    mapping = {
        "@timestamp": {"type": "date"},
        "message": {"type": "text"},
        "level": {**constant, "value": "ERROR"},
        "service": {"properties": {"name": {**constant, "value": "pay"}}},
        "host": {"properties": {"name": {**constant, "value": "web-1"}}},
    }
    row = {"@timestamp": START.isoformat(), "message": "pool is empty"}
    store(url, "constant-1", [row, row, row], mapping)
    source = ElasticsearchLogs(Place(url), "constant-*", FIELDS)
    table, _ = read_all(source)
    with source.open(LogQuery(WINDOW, Scope(), "UTC", 2)) as reading:
        list(reading)
        counted = reading.store_counts

    assert [("ERROR", "pay", "web-1")] * 3 == list(
        zip(
            *(table[c].to_pylist() for c in ("severity_text", "service_name", "host_id")),
            strict=True,
        )
    )
    assert counted is not None
    assert {("severity_text", "ERROR", 3), ("host", "web-1", 3)} <= {
        (one["dimension"], one["value"], one["n"]) for one in counted.to_pylist()
    }


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=needs(name)) for name in SERVERS if name != "opensearch_2"]
)
def test_runtime_fields_are_asked_for_beside_the_documents(name: str, servers: Servers) -> None:
    """The servers take such a question, and the time may be such a field."""
    url = servers.running(name).url
    rows = [{"at": START.isoformat(), "message": "x", "level": level} for level in ("WARN", "INFO")]
    made = {"mappings": {"dynamic": "runtime", "runtime": {"at": {"type": "date"}}}}
    httpx.put(f"{url}/computed-1", json=made, timeout=60).raise_for_status()
    for row in rows:
        httpx.post(f"{url}/computed-1/_doc?refresh", json=row, timeout=60).raise_for_status()
    source = ElasticsearchLogs(Place(url), "computed-1", FIELDS, time_field="at")
    table, coverage = read_all(source)

    assert (2, 0) == (coverage.kept, coverage.without_time)
    assert ["INFO", "WARN"] == sorted(table["severity_text"].to_pylist())


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(name)) for name in SERVERS])
def test_days_whose_mappings_differ_are_asked_and_counted_whole(
    name: str, servers: Servers
) -> None:
    """A template changed overnight: `host` is a word and then an object, `level` a keyword and then text."""
    url = servers.running(name).url
    row = {"@timestamp": START.isoformat(), "message": "pool is empty", "level": "ERROR"}
    plain = {"@timestamp": {"type": "date"}, "level": KEYWORD, "host": KEYWORD}
    store(url, "changed-1", [{**row, "host": "web-1"}] * 3, plain)
    store(url, "changed-2", [{**row, "host": {"name": "web-1"}}] * 2)
    source = ElasticsearchLogs(Place(url), "changed-*", FIELDS)
    table, _ = read_all(source, scope=Scope(hosts=("web-1",)))
    for where in ("host:web-1", "host=web-1", 'host:("web-1" OR "web-2")', "NOT host:web-2"):
        assert 5 == read_all(source, scope=Scope(where=where))[1].present, where
    with source.open(LogQuery(WINDOW, Scope(), "UTC", 2)) as reading:
        list(reading)
        counts, coverage = reading.store_counts, reading.coverage

    assert ["web-1"] * 5 == table["host_id"].to_pylist()
    assert counts is not None
    counted = {(r["dimension"], r["value"]): r["n"] for r in counts.to_pylist()}
    assert 5 == counted["host", "web-1"]
    assert (2, 3) == (counted["severity_text", "ERROR"], counted["severity_text", ""])
    said = "3 records with a level that the store cannot count by"
    assert any(reason.en.startswith(said) for reason in coverage.incomplete)


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(name)) for name in SERVERS])
def test_an_index_that_is_not_there_and_a_broken_filter_are_rejected(
    name: str, servers: Servers
) -> None:
    """With the store's own words."""
    url = servers.running(name).url
    store(url, "plain", [document(LogLine(START, "x"))])
    plain = ElasticsearchLogs(Place(url), "plain", FIELDS)
    for index in ("nothing-here", "nothing-*"):
        with pytest.raises(SourceRejected, match=f"There is no index {index[:8]}"):
            read_all(replace(plain, index=index))
    with pytest.raises(SourceRejected, match="parse"):
        read_all(plain, scope=Scope(where="AND OR"))


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(name)) for name in SERVERS])
def test_fields_of_nested_documents_are_none_that_a_plain_question_reaches(
    name: str, servers: Servers
) -> None:
    """Searched they would find nothing, counted they would make every record one without a level."""
    url = servers.running(name).url
    properties = {
        "@timestamp": {"type": "date"},
        "log": {"type": "nested", "properties": {"level": KEYWORD}},
        "host": {"type": "nested", "properties": {"ip": KEYWORD}},
    }
    row = {"@timestamp": START.isoformat(), "message": "pool is empty", "log": {"level": "ERROR"}}
    store(url, "nested", [{**row, "host": {"ip": "10.0.0.1"}}] * 3, properties)
    source = ElasticsearchLogs(Place(url), "nested", FIELDS)
    with pytest.raises(SourceRejected) as refused:
        read_all(source, scope=Scope(hosts=("10.0.0.1",)))
    with source.open(LogQuery(WINDOW, Scope(), "UTC", 2)) as reading:
        assert 2 == sum(batch.num_rows for batch in reading)
        counted = reading.store_counts

    assert "elasticsearch.no_host_field" == refused.value.code
    assert counted is not None
    assert "severity_text" not in counted["dimension"].to_pylist()


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(name)) for name in SERVERS])
def test_hosts_that_name_all_their_addresses_are_one_host_each_and_counted_under_each_address(
    name: str, servers: Servers
) -> None:
    """A record is of the address that others know; the store's own counts are said to be of each of them."""
    url = servers.running(name).url
    row = {"@timestamp": START.isoformat(), "message": "pool is empty"}
    several = {"host": {"ip": ["fe80::1", "10.0.0.1"]}}
    store(url, "several", [{**row, **several}] * 3)
    source = ElasticsearchLogs(Place(url), "several", FIELDS)
    table, _ = read_all(source, scope=Scope(hosts=("10.0.0.1",)))
    _, coverage = read_all(source, max_records=2)

    assert ["10.0.0.1"] * 3 == table["host_ip"].to_pylist()
    [note] = [note.en for note in coverage.notes if "several values" in note.en]
    assert note.endswith("6 for 3 records")


@pytest.mark.parametrize("name", [pytest.param("opensearch_2", marks=needs("opensearch_2"))])
def test_a_data_stream_is_read_like_an_index(name: str, servers: Servers) -> None:
    """The bare Elasticsearch of the tests has no data streams; OpenSearch has them in its core."""
    url = servers.running(name).url
    template = {
        "index_patterns": ["stream-*"],
        "data_stream": {},
        "template": {"mappings": {"properties": {"log": {"properties": {"level": KEYWORD}}}}},
    }
    with httpx.Client(base_url=url, timeout=60) as client:
        client.put("/_index_template/streams", json=template).raise_for_status()
        client.put("/_data_stream/stream-shop").raise_for_status()
        for n in range(2):
            row = document(LogLine(START, f"step {n}"))
            client.post("/stream-shop/_doc", json=row).raise_for_status()
            client.post("/stream-shop/_rollover").raise_for_status()
        client.post("/stream-shop/_refresh").raise_for_status()
    table, coverage = read_all(ElasticsearchLogs(Place(url), "stream-shop", FIELDS))

    assert ["step 0", "step 1"] == sorted(table["body"].to_pylist())
    assert 2 == coverage.present


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(name)) for name in SERVERS])
def test_a_shard_that_is_not_there_is_said(name: str, servers: Servers) -> None:
    """Of two shards the only node may hold one: the records of the other are missing, and the coverage says so."""
    url = servers.running(name).url
    one_shard = {"index.routing.allocation.total_shards_per_node": 1}
    settings = {"number_of_shards": 2, "number_of_replicas": 0, **one_shard}
    with httpx.Client(base_url=url, timeout=60) as client:
        client.put("/half?wait_for_active_shards=0", json={"settings": settings}).raise_for_status()
        taken = sum(
            client.put(
                f"/half/_doc/{n}?timeout=1s&refresh=true",
                json=document(LogLine(START, f"step {n}")),
            ).is_success
            for n in range(4)
        )
    try:
        table, coverage = read_all(ElasticsearchLogs(Place(url, attempts=1), "half", FIELDS))
    finally:
        httpx.delete(f"{url}/half", timeout=60).raise_for_status()

    said = [str(reason) for reason in coverage.incomplete]
    assert 0 < taken < 4
    assert (taken, taken) == (table.num_rows, coverage.present)
    assert "1 of 2 shards did not answer" in " ".join(said)


def guarded(entry: ServerEntry, folder: Path) -> Start:
    """Return how a server starts that wants a password, behind a certificate of its own."""
    settings = (
        "xpack.security.enabled: true\n"
        "xpack.security.http.ssl.enabled: true\n"
        "xpack.security.http.ssl.key: own.key\n"
        "xpack.security.http.ssl.certificate: own.pem\n"
    )
    how = elastic.how(entry, folder, settings=settings)
    config = folder / "config"
    subject = ["-subj", "/CN=own", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["-keyout", str(config / "own.key"), "-out", str(config / "own.pem"), *subject]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *made],
        check=True,
        capture_output=True,
    )
    home, java = installed(entry), java_for(entry)
    assert home is not None
    assert java is not None
    subprocess.run(
        [
            str(home / "bin" / "elasticsearch-users"),
            *["useradd", "admin", "-r", "superuser", "-p"],
            PASSWORD,
        ],
        check=True,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", **how.environ},
    )
    return how


@pytest.fixture(
    scope="module", params=[pytest.param("elasticsearch_8", marks=needs("elasticsearch_8"))]
)
def fortress(request: pytest.FixtureRequest, servers: Servers) -> Iterator[RunningServer]:
    """Give a server that knows one user and shows its own certificate."""
    with servers.fresh(request.param, guarded) as server:
        yield server


def test_only_known_users_read_a_server_with_its_own_certificate(fortress: RunningServer) -> None:
    """Whoever is unknown is rejected, and a certificate nobody vouches for is not trusted."""
    own = str(fortress.folder / "config" / "own.pem")
    with httpx.Client(
        base_url=fortress.url, verify=False, auth=("admin", PASSWORD), timeout=60
    ) as client:
        row = document(LogLine(START, "secret"))
        client.post("/vault/_doc?refresh=true", json=row).raise_for_status()
    base = Place(fortress.url, verify=own)
    known = replace(base, username="admin", password=PASSWORD)
    table, coverage = read_all(ElasticsearchLogs(known, "vault", FIELDS))
    assert (["secret"], ()) == (table["body"].to_pylist(), coverage.incomplete)
    with pytest.raises(SourceRejected) as caught:
        read_all(ElasticsearchLogs(replace(base, api_key="d3Jvbmc6d3Jvbmc="), "vault", FIELDS))
    assert "web.credentials" == caught.value.code
    with pytest.raises(SourceUnreachable, match="certificate"):
        read_all(ElasticsearchLogs(replace(known, verify=True), "vault", FIELDS))


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(name)) for name in SERVERS])
def test_indices_that_call_the_time_otherwise_and_records_without_one_are_said(
    name: str, servers: Servers
) -> None:
    """A window finds none of them, so nothing else would show that they are there."""
    url = servers.running(name).url
    row = {"message": "pool is empty", "level": "ERROR"}
    stamped = {**row, "@timestamp": START.isoformat()}
    date = {"@timestamp": {"type": "date"}}
    store(url, "clocks-a", [stamped, row], date)
    store(url, "clocks-b", [{**row, "time": START.isoformat()}] * 4, {"time": {"type": "date"}})
    store(url, "clocks-c", [], {"message": {"type": "text"}})
    table, coverage = read_all(ElasticsearchLogs(Place(url), "clocks-*", FIELDS))
    _, alone = read_all(ElasticsearchLogs(Place(url), "clocks-a", FIELDS))

    assert 1 == table.num_rows
    [missing] = [one.en for one in coverage.incomplete]
    assert missing.startswith("4 records of 2 indices, clocks-b first, are missing")
    assert [1, 1] == [len(one.notes) for one in (coverage, alone)]
    assert "1 record without @timestamp" in alone.notes[0].en
    assert () == alone.incomplete


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=needs(name)) for name in SERVERS if name != "opensearch_2"]
)
def test_levels_that_are_too_long_for_the_index_are_said_to_be_uncounted(
    name: str, servers: Servers
) -> None:
    """`ignore_above` leaves a value out of the index, which counts it as none; OpenSearch does not mark such records."""
    url = servers.running(name).url
    properties = {"@timestamp": {"type": "date"}, "level": {**KEYWORD, "ignore_above": 4}}
    row = {"@timestamp": START.isoformat(), "message": "pool is empty"}
    store(
        url,
        "ignoring",
        [{**row, "level": "ERROR"}] * 3 + [{**row, "level": "INFO"}] * 2,
        properties,
    )
    _, coverage = read_all(ElasticsearchLogs(Place(url), "ignoring", FIELDS), max_records=2)

    said = [one.en for one in coverage.incomplete]
    assert any(one.startswith("3 records with a level that the store cannot count") for one in said)
