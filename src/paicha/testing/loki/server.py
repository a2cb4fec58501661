"""The stand-in's HTTP: pushing, asking, limits and faults."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from paicha.testing.loki.language import LogQL, NotUnderstoodError, parse
from paicha.testing.scripted_server import Asked, Reply, ScriptedServer
from paicha.values import dataclass

#: What may be wrong with it. gone=N: the Nth page and every later one breaks off half-way; silent=N: it
#: never comes; limited=N: the first N requests are told to slow down; forbidden: everybody is refused;
#: slow=S: silence before each answer [s]; plain: labels and metadata are not kept apart.
FAULTS = ("gone", "silent", "limited", "forbidden", "slow", "plain")
_LONG_S = 30.0  # longer than a test waits
#: Of Loki's default configuration.
MOST_ENTRIES = 5000
MOST_SERIES = 500


@dataclass(frozen=True, slots=True)
class Pushed:
    """One line as it is pushed."""

    time_ns: int
    line: str
    labels: Mapping[str, str]
    metadata: Mapping[str, str] = field(default_factory=dict)


class LokiStandIn(ScriptedServer):
    """
    Serves on loopback while it is entered.

    Args:
        lines: What it holds.
        faults: ``name`` to number, see `FAULTS`.
        tenant: The only tenant there is; "": tenants are switched off.
        user: Name and password of the only user; None: everybody.
        most_entries: The most that a page may hold.
    """

    def __init__(
        self,
        lines: Iterable[Pushed] = (),
        faults: Mapping[str, float] | None = None,
        *,
        tenant: str = "",
        user: tuple[str, str] | None = None,
        most_entries: int = MOST_ENTRIES,
    ) -> None:
        unknown = set(faults or {}) - set(FAULTS)
        if unknown:
            raise ValueError(f"no such faults: {sorted(unknown)}")
        self.faults = dict(faults or {})
        self.tenant = tenant
        self.user = user
        self.most_entries = most_entries
        self._lines: dict[tuple[str, int, str], Pushed] = {}
        self._pages = 0
        self._limited = 0
        super().__init__(self._reply)
        self.push(lines)

    def push(self, lines: Iterable[Pushed]) -> None:
        """Take lines; one that repeats another of its stream at its nanosecond is dropped."""
        for pushed in lines:
            stream = json.dumps(dict(pushed.labels), sort_keys=True)
            self._lines.setdefault((stream, pushed.time_ns, pushed.line), pushed)

    def _reply(self, asked: Asked) -> Reply:
        wait_s = self.faults.get("slow", 0.0)
        if self._limited < self.faults.get("limited", 0):
            self._limited += 1
            return Reply(429, b"too many outstanding requests", "text/plain", wait_s=wait_s)
        refusal = self._stranger(asked)
        if refusal is not None:
            return refusal
        try:
            body, cut = self._answer(asked)
        except NotUnderstoodError as wrong:
            return Reply(400, str(wrong).encode(), "text/plain")
        raw = json.dumps(body, ensure_ascii=False).encode()
        if 0 < self.faults.get("silent", 0) <= self._pages:
            wait_s = _LONG_S
        return Reply(body=raw[: len(raw) // 2] if cut else raw, cut=cut, wait_s=wait_s)

    def _stranger(self, asked: Asked) -> Reply | None:
        if "forbidden" in self.faults:
            return Reply(403, b"forbidden", "text/plain")
        if self.user is not None:
            pair = base64.b64encode(":".join(self.user).encode()).decode()
            if asked.headers.get("authorization") != f"Basic {pair}":
                return Reply(401, b"unauthorized", "text/plain")
        if self.tenant and asked.headers.get("x-scope-orgid") != self.tenant:
            return Reply(401, b"no org id", "text/plain")
        return None

    def _answer(self, asked: Asked) -> tuple[object, bool]:
        if asked.path == "/loki/api/v1/push":
            self.push(_pushed(json.loads(asked.body)))
            return {}, False
        if asked.path == "/loki/api/v1/labels":
            names = {name for pushed in self._lines.values() for name in pushed.labels}
            return {"status": "success", "data": sorted(names)}, False
        query = parse(asked.first("query"))
        if asked.path == "/loki/api/v1/query":
            return _success("vector", list(self._instant(query, int(asked.first("time"))))), False
        if asked.path != "/loki/api/v1/query_range":
            raise NotUnderstoodError("404 page not found")
        if query.range_ns is not None:
            return _success("matrix", self._matrix(query, asked)), False
        return _success("streams", self._streams(query, asked)), self._breaks_off()

    def _breaks_off(self) -> bool:
        self._pages += 1
        return 0 < self.faults.get("gone", 0) <= self._pages

    def _held(self, query: LogQL) -> Iterator[Pushed]:
        for pushed in self._lines.values():
            if query.keep(pushed.labels, pushed.line, {**pushed.labels, **pushed.metadata}):
                yield pushed

    def _streams(self, query: LogQL, asked: Asked) -> list[object]:
        start, end = int(asked.first("start")), int(asked.first("end"))
        limit = int(asked.first("limit", "100"))
        if limit > self.most_entries:
            raise NotUnderstoodError(
                "max entries limit per query exceeded, limit > max_entries_limit_per_query "
                f"({limit} > {self.most_entries})"
            )
        # The start belongs to the answer, the end does not.
        found = [pushed for pushed in self._held(query) if start <= pushed.time_ns < end]
        forward = asked.first("direction", "backward") == "forward"
        found.sort(key=lambda pushed: pushed.time_ns, reverse=not forward)
        apart = "categorize-labels" in asked.headers.get("x-loki-response-encoding-flags", "")
        apart = apart and "plain" not in self.faults
        streams: dict[str, tuple[Mapping[str, str], list[object]]] = {}
        for pushed in found[:limit]:
            labels = pushed.labels if apart else {**pushed.labels, **pushed.metadata}
            key = json.dumps(dict(labels), sort_keys=True)
            value: list[object] = [str(pushed.time_ns), pushed.line]
            if apart and pushed.metadata:
                value.append({"structuredMetadata": dict(pushed.metadata)})
            streams.setdefault(key, (labels, []))[1].append(value)
        return [{"stream": dict(labels), "values": values} for labels, values in streams.values()]

    def _instant(self, query: LogQL, at_ns: int) -> Iterator[object]:
        if query.range_ns is None:
            raise NotUnderstoodError("log queries are not supported as an instant query type")
        counts: dict[tuple[str, ...], int] = {}
        for pushed in self._held(query):
            # The begin of a range is left out, its end is not.
            if at_ns - query.range_ns < pushed.time_ns <= at_ns:
                labels = {**pushed.labels, **pushed.metadata}
                key = tuple(labels.get(name, "") for name in query.by)
                counts[key] = counts.get(key, 0) + 1
        if len(counts) > MOST_SERIES:
            raise NotUnderstoodError(
                f"maximum number of series ({MOST_SERIES}) reached for a single query"
            )
        for key, n in counts.items():
            said = {name: v for name, v in zip(query.by, key, strict=True) if v}
            yield {"metric": said, "value": [at_ns // 10**6 / 1000, str(n)]}

    def _matrix(self, query: LogQL, asked: Asked) -> list[object]:
        start, end = int(asked.first("start")), int(asked.first("end"))
        step = round(float(asked.first("step")) * 10**9)
        # Its splitting of questions moves them onto whole steps, as Loki 3.7.8 did.
        start, end = start // step * step, -(-end // step) * step
        values: list[object] = []
        for at in range(start, end + 1, step):
            for entry in self._instant(query, at):
                assert isinstance(entry, dict)
                values.append(entry["value"])
        return [{"metric": {}, "values": values}] if values else []


def _success(kind: str, result: object) -> object:
    return {"status": "success", "data": {"resultType": kind, "result": result, "stats": {}}}


def _pushed(document: Mapping[str, list[Mapping[str, object]]]) -> Iterator[Pushed]:
    for stream in document["streams"]:
        labels, values = stream["stream"], stream["values"]
        assert isinstance(labels, dict)
        assert isinstance(values, list)
        for stamp, line, *more in values:
            yield Pushed(int(stamp), line, labels, more[0] if more else {})
