"""
The two roads to the logs of an index set, made to look alike.

``mcp``: the monitor gateway's ``/mcp/*`` (a verified user; answers of the query engine, rows flat).
``app``: the log gateway's ``/esquery_search/`` and neighbours (a verified app; answers of
Elasticsearch, rows nested, aliases neither resolved nor added).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

from paicha.kernel.field_map import flatten
from paicha.locales import Text, text
from paicha.sources.blueking.client import BluekingClient
from paicha.sources.blueking.shapes import mapping, mappings, number, sequence
from paicha.sources.blueking.windows import Slice
from paicha.values import dataclass

MINUTE_MS = 60_000
_MOST_GROUPS = 10_000
_MOST_PATTERNS = 10_000


class LogRoad(Protocol):
    """What reading needs of a road; `troubles` gathers why an answer was not the whole truth."""

    index_set_id: int
    troubles: dict[Text, None]

    def index_sets(self) -> list[Mapping[str, object]]:
        """Return every index set of the business."""
        ...

    def fields(self) -> Mapping[str, object]:
        """Return the fields answer."""
        ...

    def detail(self) -> Mapping[str, object] | None:
        """Return the index set with its alias settings; None where there is no way to ask."""
        ...

    def count(self, piece: Slice, query: str, time_field: str) -> int:
        """Return the exact number of rows."""
        ...

    def groups(self, name: str, piece: Slice, query: str) -> dict[str, int]:
        """Return rows by value of the real field *name*."""
        ...

    def minutes(self, piece: Slice, query: str, time_field: str) -> dict[int, int]:
        """Return rows by minute (its start, epoch ms)."""
        ...

    def page(
        self, piece: Slice, query: str, order: tuple[str, ...], offset: int, limit: int
    ) -> list[Mapping[str, object]]:
        """Return rows as flat objects."""
        ...

    def patterns(self, piece: Slice, query: str) -> dict[str, int]:
        """Return rows by clustering pattern."""
        ...


@dataclass(slots=True)
class McpRoad:
    """The monitor gateway's ``/mcp/*``."""

    client: BluekingClient
    bk_biz_id: int
    index_set_id: int
    troubles: dict[Text, None] = field(default_factory=dict)

    def index_sets(self) -> list[Mapping[str, object]]:
        """Return every index set of the business."""
        data = self.client.get("monitor", "/mcp/list_index_sets/", {"bk_biz_id": self.bk_biz_id})
        return mappings(data, "list_index_sets.data")

    def fields(self) -> Mapping[str, object]:
        """Return the fields answer."""
        asked = {"bk_biz_id": self.bk_biz_id, "index_set_id": self.index_set_id}
        data = self.client.get("monitor", "/mcp/get_index_set_fields/", asked)
        return mapping(data, "get_index_set_fields.data")

    def detail(self) -> Mapping[str, object] | None:
        """Return the index set, read from the log gateway where that is configured too."""
        if not self.client.has("log"):
            return None
        return AppRoad(self.client, self.bk_biz_id, self.index_set_id).detail()

    def count(self, piece: Slice, query: str, time_field: str) -> int:
        """Return the exact number of rows, from an ungrouped count."""
        series = self._analyze(time_field, piece, query, step="1h", group_by=False)
        return round(sum(value for _, points in series for _, value in points))

    def groups(self, name: str, piece: Slice, query: str) -> dict[str, int]:
        """Return rows by value of the real field *name*."""
        found: dict[str, int] = {}
        for value, points in self._analyze(name, piece, query, step="1h", group_by=True):
            if value:
                found[value] = found.get(value, 0) + round(sum(n for _, n in points))
        return found

    def minutes(self, piece: Slice, query: str, time_field: str) -> dict[int, int]:
        """Return rows by minute, from an ungrouped count in steps of one minute."""
        found: dict[int, int] = {}
        for _, points in self._analyze(time_field, piece, query, step="1m", group_by=False):
            for stamp, n in points:
                minute = int(stamp) // MINUTE_MS * MINUTE_MS
                found[minute] = found.get(minute, 0) + round(n)
        return {minute: n for minute, n in found.items() if n}

    def page(
        self, piece: Slice, query: str, order: tuple[str, ...], offset: int, limit: int
    ) -> list[Mapping[str, object]]:
        """Return rows as the engine gives them: flat, with alias keys."""
        asked = {
            **self._asked(piece, query),
            "order_by": list(order),
            "offset": offset,
            "limit": limit,
        }
        data = mapping(self.client.post("monitor", "/mcp/search_logs/", asked), "search_logs.data")
        self._note_status(data, "search_logs")
        return mappings(data.get("list"), "search_logs.data.list")

    def patterns(self, piece: Slice, query: str) -> dict[str, int]:
        """Return rows by clustering pattern; this one tool wants integers of milliseconds."""
        asked = {
            "bk_biz_id": self.bk_biz_id,
            "index_set_id": self.index_set_id,
            "start_time": piece.start_ms,
            "end_time": piece.last_ms,
            "keyword": query,
            "pattern_level": "05",
            "show_new_pattern": False,
            "size": _MOST_PATTERNS,
        }
        data = self.client.post("monitor", "/mcp/search_log_clustering_pattern/", asked)
        return _pattern_counts(data)

    def _asked(self, piece: Slice, query: str) -> dict[str, object]:
        return {
            "bk_biz_id": self.bk_biz_id,
            "index_set_id": self.index_set_id,
            "start_time": str(piece.start_ms),
            "end_time": str(piece.last_ms),
            "query_string": query,
        }

    def _analyze(
        self, name: str, piece: Slice, query: str, *, step: str, group_by: bool
    ) -> list[tuple[str, list[tuple[float, float]]]]:
        asked = {
            **self._asked(piece, query),
            "field_name": name,
            "group_by": group_by,
            "order_by": "time",
            "step": step,
        }
        answer = self.client.post("monitor", "/mcp/analyze_field/", asked)
        data = mapping(answer, "analyze_field.data")
        self._note_status(data, "analyze_field")
        return [_series(entry) for entry in mappings(data.get("series"), "analyze_field.series")]

    def _note_status(self, data: Mapping[str, object], tool: str) -> None:
        status = data.get("status")
        if status is not None:
            said = mapping(status, f"{tool}.status") if isinstance(status, Mapping) else {}
            code = str(said.get("code", status))
            words = str(said.get("message", ""))
            key = "blueking.partial_said" if words else "blueking.partial"
            self.troubles[text(key, tool=tool, code=code, message=words)] = None
        elif data.get("is_partial") is True:
            self.troubles[text("blueking.partial", tool=tool, code="is_partial")] = None


def _series(entry: Mapping[str, object]) -> tuple[str, list[tuple[float, float]]]:
    groups = entry.get("group_values") or []
    name = ",".join(str(value) for value in sequence(groups, "analyze_field.group_values"))
    points = []
    for point in sequence(entry.get("values"), "analyze_field.values"):
        stamp, value = sequence(point, "analyze_field.values[]")[:2]
        if value is not None:
            points.append(
                (number(stamp, "analyze_field._time"), number(value, "analyze_field._value"))
            )
    return name, points


def _pattern_counts(data: object) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in mappings(data, "search_log_clustering_pattern.data"):
        pattern = str(entry.get("pattern", ""))
        n = round(number(entry.get("count"), "search_log_clustering_pattern.count"))
        found[pattern] = found.get(pattern, 0) + n
    return found


@dataclass(slots=True)
class AppRoad:
    """The log gateway with an app's identity."""

    client: BluekingClient
    bk_biz_id: int
    index_set_id: int
    troubles: dict[Text, None] = field(default_factory=dict)

    def index_sets(self) -> list[Mapping[str, object]]:
        """Return every index set of the business."""
        data = self.client.get("log", "/search_index_set/", {"bk_biz_id": self.bk_biz_id})
        return mappings(data, "search_index_set.data")

    def fields(self) -> Mapping[str, object]:
        """Return the fields answer."""
        path = f"/search_index_set/{self.index_set_id}/fields/"
        data = self.client.get("log", path, {"bk_biz_id": self.bk_biz_id})
        return mapping(data, "fields.data")

    def detail(self) -> Mapping[str, object] | None:
        """Return the index set with all its alias settings."""
        path = f"/index_set/{self.index_set_id}/"
        return mapping(
            self.client.get("log", path, {"bk_biz_id": self.bk_biz_id}), "index_set.data"
        )

    def count(self, piece: Slice, query: str, time_field: str) -> int:  # noqa: ARG002 - a port
        """Return the exact number of rows, from a search without rows."""
        hits = mapping(self._search(piece, query, size=0).get("hits"), "esquery_search.hits")
        return round(number(hits.get("total"), "esquery_search.hits.total"))

    def groups(self, name: str, piece: Slice, query: str) -> dict[str, int]:
        """Return rows by value of the real field *name*."""
        asked = {"groups": {"terms": {"field": name, "size": _MOST_GROUPS}}}
        return {
            str(bucket.get("key")): round(number(bucket.get("doc_count"), "doc_count"))
            for bucket in self._buckets(piece, query, asked)
        }

    def minutes(self, piece: Slice, query: str, time_field: str) -> dict[int, int]:
        """Return rows by minute."""
        asked = {"groups": {"date_histogram": {"field": time_field, "fixed_interval": "1m"}}}
        found = {
            round(number(bucket.get("key"), "key")): round(
                number(bucket.get("doc_count"), "doc_count")
            )
            for bucket in self._buckets(piece, query, asked)
        }
        return {minute: n for minute, n in found.items() if n}

    def page(
        self, piece: Slice, query: str, order: tuple[str, ...], offset: int, limit: int
    ) -> list[Mapping[str, object]]:
        """Return rows made flat; ``_index`` and ``_id`` become what the other road calls them."""
        data = self._search(
            piece, query, start=offset, size=limit, sort_list=[[name, "asc"] for name in order]
        )
        hits = mapping(data.get("hits"), "esquery_search.hits")
        rows: list[Mapping[str, object]] = []
        for hit in mappings(hits.get("hits"), "esquery_search.hits.hits"):
            source = mapping(hit.get("_source"), "esquery_search._source")
            rows.append(
                {**flatten(source), "__index": hit.get("_index"), "__doc_id": hit.get("_id")}
            )
        return rows

    def patterns(self, piece: Slice, query: str) -> dict[str, int]:
        """Return rows by clustering pattern."""
        asked = {
            "bk_biz_id": self.bk_biz_id,
            "start_time": piece.start_ms,
            "end_time": piece.last_ms,
            "keyword": query,
            "pattern_level": "05",
            "size": _MOST_PATTERNS,
        }
        return _pattern_counts(
            self.client.post("log", f"/pattern/{self.index_set_id}/search/", asked)
        )

    def _search(self, piece: Slice, query: str, **more: object) -> Mapping[str, object]:
        asked: dict[str, object] = {
            "bk_biz_id": self.bk_biz_id,
            "index_set_id": self.index_set_id,
            "start_time": piece.start_ms,
            "end_time": piece.last_ms,
            "query_string": query,
            "track_total_hits": True,
            **more,
        }
        data = mapping(self.client.post("log", "/esquery_search/", asked), "esquery_search.data")
        shards = data.get("_shards")
        failed = shards.get("failed") if isinstance(shards, Mapping) else 0
        if failed:
            self.troubles[text("blueking.shards_failed", n=failed)] = None
        if data.get("timed_out") is True:
            self.troubles[text("blueking.search_timed_out")] = None
        return data

    def _buckets(
        self, piece: Slice, query: str, asked: Mapping[str, object]
    ) -> list[Mapping[str, object]]:
        data = self._search(piece, query, size=0, aggs=asked)
        answer = mapping(data.get("aggregations"), "esquery_search.aggregations")
        groups = mapping(answer.get("groups"), "esquery_search.aggregations.groups")
        other = groups.get("sum_other_doc_count") or 0
        if other:
            self.troubles[text("blueking.groups_cut", n=other)] = None
        return mappings(groups.get("buckets"), "esquery_search.aggregations.groups.buckets")
