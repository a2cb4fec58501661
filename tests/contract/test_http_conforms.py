"""The shipped suite over a described store, with every way of paging, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from paicha.errors import QuestionError, SourceContract
from paicha.kernel.field_map import FieldMap
from paicha.knowledge.fields_loader import load_field_names
from paicha.model.question import LogQuery, Scope, Window
from paicha.ports import LogSource
from paicha.sources.http import Description, HttpLogs
from paicha.sources.http.description import description_of
from paicha.sources.web import Place
from paicha.testing.conformance import (
    LOG_CHECKS,
    START,
    LogLine,
    LogStage,
    Trouble,
    read_all,
)
from paicha.testing.scripted_server import Asked, Reply, ScriptedServer

ASKED = {"from": "{start}", "to": "{end}", "size": "{size}"}
DESCRIPTIONS: Mapping[str, Mapping[str, Any]] = {
    "page": {
        "request": {"path": "/logs", "query": {**ASKED, "page": "{page}"}},
        "paging": {"kind": "page", "size": 700},
    },
    "offset": {
        "request": {"path": "/logs", "method": "POST", "body": {**ASKED, "offset": "{offset}"}},
        "paging": {"kind": "offset", "size": 700},
    },
    "cursor": {
        "request": {"path": "/logs", "method": "POST", "body": {**ASKED, "cursor": "{cursor}"}},
        "paging": {"kind": "cursor", "size": 700, "next": "meta.next"},
    },
    "link": {
        "request": {"path": "/logs", "query": ASKED},
        "paging": {"kind": "link", "size": 700, "next": "meta.link"},
    },
    # By time: the suite has 10,001 records of one instant, which have to fit on a page.
    "time": {
        "request": {"path": "/logs", "query": ASKED},
        "paging": {"kind": "time", "size": 20_000},
    },
}


def described(kind: str, **records: str) -> Description:
    """Return the description of the store below, paged as *kind* says."""
    rule = {"path": "data.items", "total": "data.total", "id": "id", **records}
    if kind == "time":
        rule["total"] = ""  # it would say how many are left
    found, mistakes = description_of({**DESCRIPTIONS[kind], "records": rule})
    assert () == mistakes
    return found


def answering(lines: Sequence[LogLine]) -> Callable[[Asked], Reply]:
    """Return a store that sorts by time, pages as it is asked, and keeps secrets."""
    rows = sorted(enumerate(lines), key=lambda pair: pair[1].timestamp)

    def answer(asked: Asked) -> Reply:
        given = {name: values[0] for name, values in asked.query.items()}
        given |= json.loads(asked.body or b"{}")
        start, end = (datetime.fromisoformat(given[name]) for name in ("from", "to"))
        found = [(n, line) for n, line in rows if start <= line.timestamp < end]
        size = int(given["size"])
        offset = int(given.get("offset") or given.get("cursor") or given.get("at") or 0)
        offset += (int(given.get("page", 1)) - 1) * size
        more = offset + size < len(found)
        meta = {
            "next": str(offset + size) if more else None,
            "link": f"?from={given['from']}&to={given['to']}&size={size}&at={offset + size}".replace(
                "+", "%2B"
            )
            if more
            else "",
        }
        items = [document(n, line) for n, line in found[offset : offset + size]]
        told = {"data": {"items": items, "total": len(found)}, "meta": meta}
        return Reply(body=json.dumps(told).encode())

    return answer


def document(n: int, line: LogLine) -> dict[str, object]:
    """Return a record as this store has it."""
    said: dict[str, object] = {
        "id": n,
        "timestamp": line.timestamp.isoformat(),
        "msg": line.body,
        "host_ip": line.host,
        **line.attributes,
    }
    return said | {k: v for k, v in (("level", line.level), ("file", line.module)) if v}


@dataclass(frozen=True)
class HttpLogStage:
    """Records behind a scripted server."""

    kind: str

    def source(self, url: str) -> HttpLogs:
        """Return the source of a server, which waits for nothing."""
        place = Place(url, timeout_s=0.5, attempts=3)
        fields = FieldMap(load_field_names())
        return HttpLogs(place, described(self.kind), fields, sleep=lambda _: None)

    @contextmanager
    def serve(self, lines: Sequence[LogLine]) -> Iterator[LogSource]:
        """Serve what is given and nothing else."""
        with ScriptedServer(answering(lines)) as server:
            source = self.source(server.url)
            yield replace(source, place=replace(source.place, timeout_s=20.0))

    @contextmanager
    def failing(self, lines: Sequence[LogLine], trouble: Trouble) -> Iterator[LogSource]:
        """Serve it with a fault."""
        good = answering(lines)
        count = iter(range(1, 1_000_000))

        def script(asked: Asked) -> Reply:
            number = next(count)
            if trouble in ("credentials", "forbidden"):
                return Reply(status=401 if trouble == "credentials" else 403)
            if trouble == "rate_limited" and number % 2:
                return Reply(status=429)
            reply = good(asked)
            late = number > 1 or self.kind == "time"
            if trouble == "gone" and late:
                assert isinstance(reply.body, bytes)
                return replace(reply, body=reply.body[: len(reply.body) // 2], cut=True)
            return replace(reply, wait_s=0.7) if trouble == "silent" and late else reply

        with ScriptedServer(script) as server:
            yield self.source(server.url)


@pytest.mark.parametrize("kind", DESCRIPTIONS)
@pytest.mark.parametrize("check", LOG_CHECKS, ids=lambda check: check.__name__)
def test_the_log_source_does_what_every_log_source_must(
    check: Callable[[LogStage], None], kind: str
) -> None:
    """Every check of the shipped suite holds."""
    check(HttpLogStage(kind))


def test_paging_by_time_takes_the_last_instant_again() -> None:
    """Nothing is lost or doubled where a page ends between two records of one instant."""
    lines = [
        LogLine(START.replace(microsecond=1000 * (n // 7)), "the same words") for n in range(50)
    ]
    small = replace(described("time", id=""), paging=replace(described("time").paging, size=10))
    with ScriptedServer(answering(lines)) as server:
        source = replace(HttpLogStage("time").source(server.url), description=small)
        table, coverage = read_all(source)

    assert (50, 50) == (table.num_rows, coverage.kept)
    assert () == coverage.incomplete
    assert 0 < coverage.duplicates


def test_an_instant_that_fills_a_page_is_said() -> None:
    """Paging by time cannot get past it."""
    lines = [LogLine(START, f"burst {n}") for n in range(50)]
    small = replace(described("time"), paging=replace(described("time").paging, size=10))
    with ScriptedServer(answering(lines)) as server:
        source = replace(HttpLogStage("time").source(server.url), description=small)
        table, coverage = read_all(source)

    assert 10 == table.num_rows
    assert "fills a page" in coverage.incomplete[0].en


def test_a_link_to_another_place_is_not_followed() -> None:
    """It would be handed the credentials."""
    told = {
        "data": {"items": [document(0, LogLine(START, "x"))]},
        "meta": {"link": "http://evil.example/next"},
    }
    with ScriptedServer(lambda _: Reply(body=json.dumps(told).encode())) as server:
        source = HttpLogStage("link").source(server.url)
        source = replace(source, description=described("link", total=""))
        with (
            pytest.raises(SourceContract, match=r"evil\.example"),
            source.open(query_of()) as reading,
        ):
            reading.pages._next(told, reading.pages.request(reading.pages.window), 1)


def query_of() -> LogQuery:
    """Return a question about the suite's window."""
    return LogQuery(Window(START, datetime(2026, 1, 5, 10, tzinfo=UTC)), Scope(), "UTC", 100)


def test_a_filter_without_a_place_is_refused() -> None:
    """It is never left out silently."""
    source = HttpLogStage("page").source("http://127.0.0.1:9")
    with pytest.raises(QuestionError, match="no place for the filter"):
        read_all(source, scope=Scope(where="level:ERROR"))


def test_every_mistake_of_a_description_is_named_at_once() -> None:
    """By its key."""
    _, mistakes = description_of(
        {
            "request": {"method": "PUT", "path": 5, "query": {"a": "{nonsense}"}},
            "paging": {"kind": "cursor", "sise": 5},
            "record": {},
        }
    )

    assert (
        "record: unknown table",
        "request.path: should be a text",
        "paging.sise: unknown key",
        "request.method: PUT is neither GET nor POST",
        "request: no placeholder {nonsense}",
        "request: paging by cursor needs {cursor}",
        "paging.next: paging by cursor needs it",
    ) == mistakes
