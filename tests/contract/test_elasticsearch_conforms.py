"""The shipped suite over Elasticsearch and OpenSearch themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

import httpx
import pytest
from tests.servers.harness import Servers, needs

from paicha.kernel.field_map import FieldMap
from paicha.knowledge.fields_loader import load_field_names
from paicha.ports import LogSource
from paicha.sources.elasticsearch import ElasticsearchLogs
from paicha.sources.web import Place
from paicha.testing.conformance import LOG_CHECKS, START, LogLine, LogStage, Trouble, read_all
from paicha.testing.fault_proxy import FaultProxy, Refusal, every

SERVERS = ("elasticsearch_7", "elasticsearch_8", "opensearch_2")


@dataclass(frozen=True)
class ElasticsearchLogStage:
    """Records as ECS documents of an index of three shards."""

    url: str

    @contextmanager
    def serve(self, lines: Sequence[LogLine]) -> Iterator[LogSource]:
        """Serve what is given and nothing else."""
        index = f"logs-{uuid4().hex}"
        store(self.url, index, [document(line) for line in lines])
        try:
            yield ElasticsearchLogs(Place(self.url), index, FieldMap(load_field_names()))
        finally:
            httpx.delete(f"{self.url}/{index}")

    def failing(
        self, lines: Sequence[LogLine], trouble: Trouble
    ) -> AbstractContextManager[LogSource] | None:
        """Serve it through a proxy that gets into *trouble*."""
        return self._through(lines, _PROXIES[trouble])

    @contextmanager
    def _through(
        self, lines: Sequence[LogLine], proxy: Callable[[str], FaultProxy]
    ) -> Iterator[LogSource]:
        with self.serve(lines) as source, proxy(self.url) as between:
            assert isinstance(source, ElasticsearchLogs)
            place = Place(between.url, timeout_s=1.0, attempts=3)
            yield replace(source, place=place, page_rows=500, sleep=lambda _: None)


#: Half of what 5,000 documents weigh, compressed [bytes].
_HALF = 30_000
_PROXIES: dict[Trouble, Callable[[str], FaultProxy]] = {
    "gone": lambda url: FaultProxy(url, after_bytes=_HALF, then="gone"),
    "silent": lambda url: FaultProxy(url, after_bytes=_HALF, then="silent"),
    "credentials": lambda url: FaultProxy(url, script=every(1, Refusal(401))),
    "forbidden": lambda url: FaultProxy(url, script=every(1, Refusal(403))),
    "rate_limited": lambda url: FaultProxy(url, script=every(3, Refusal(429))),
}


def document(line: LogLine) -> dict[str, object]:
    """Return *line* as ECS has it."""
    said: dict[str, object] = {
        "@timestamp": line.timestamp.isoformat(),
        "message": line.body,
        "host": {"ip": line.host},
    }
    log: dict[str, object] = {}
    if line.level:
        log["level"] = line.level
    if line.module:
        log["origin"] = {"file": {"name": line.module}}
    return {**said, **({"log": log} if log else {}), **line.attributes}


KEYWORD = {"type": "keyword"}
ECS: Mapping[str, object] = {
    "@timestamp": {"type": "date"},
    "message": {"type": "text"},
    "host": {"properties": {"ip": {"type": "ip"}}},
    "log": {
        "properties": {
            "level": KEYWORD,
            "origin": {"properties": {"file": {"properties": {"name": KEYWORD}}}},
        }
    },
}


def store(
    url: str,
    index: str,
    documents: Sequence[Mapping[str, object]],
    properties: Mapping[str, object] = ECS,
) -> None:
    """Put *documents* into a new *index*, to be found at once."""
    settings = {"number_of_shards": 3, "number_of_replicas": 0}
    made = {"settings": settings, "mappings": {"properties": properties}}
    httpx.put(f"{url}/{index}", json=made, timeout=60).raise_for_status()
    for start in range(0, len(documents), 5000):
        part = documents[start : start + 5000]
        body = "".join(f'{{"index":{{}}}}\n{json.dumps(one)}\n' for one in part)
        sent = httpx.post(
            f"{url}/{index}/_bulk",
            content=body.encode(),
            headers={"Content-Type": "application/x-ndjson"},
            timeout=120,
        )
        assert not sent.raise_for_status().json()["errors"], sent.text[:500]
    httpx.post(f"{url}/{index}/_refresh", timeout=60).raise_for_status()


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(name)) for name in SERVERS])
@pytest.mark.parametrize("check", LOG_CHECKS, ids=lambda check: check.__name__)
def test_the_log_source_does_what_every_log_source_must(
    check: Callable[[LogStage], None], name: str, servers: Servers
) -> None:
    """Every check of the shipped suite holds."""
    check(ElasticsearchLogStage(servers.running(name).url))


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs(name)) for name in SERVERS])
def test_what_was_read_before_a_break_is_kept_and_marked(name: str, servers: Servers) -> None:
    """Neither all nor nothing: the records of the pages that came."""
    lines = [LogLine(START, f"step {n}") for n in range(5000)]
    failing = ElasticsearchLogStage(servers.running(name).url).failing(lines, "gone")
    assert failing is not None
    with failing as source:
        table, coverage = read_all(source)

    assert 0 < table.num_rows < 5000
    assert (5000, table.num_rows) == (coverage.present, coverage.kept)
    assert f"broke off after {table.num_rows} of 5000" in str(coverage.incomplete[0])
