"""
The two ways to read everything: a point in time with ``search_after``, or a scroll where that is not safe.

``_shard_doc`` is the only tiebreak that every document has and that costs nothing: Elasticsearch knows it
since 7.12 and OpenSearch since 3.3. Without it a point in time would need fielddata of ``_id`` (which
Elasticsearch forbids by default and which fills the heap) or could lose records of equal times between
two shards; there the scroll reads the same snapshot in the order the store keeps it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, Protocol
from urllib.parse import quote

from paicha.errors import SourceError
from paicha.sources.elasticsearch.answers import Opened, SearchAnswer, decoded, read
from paicha.sources.web import Answer, Request, WebClient
from paicha.values import dataclass

_KEEP = "5m"
_FIRST_PAGE = 100  # rows, before anything is known of their size
_PAGE_BYTES = 4_000_000  # what a page should be
_NOT_KNOWN = frozenset({400, 404, 405})
_SHARDS_MISSING = 503
_SNAPSHOT = ({"_shard_doc": "asc"},)


class Walk(Protocol):
    """One part of an answer, page by page."""

    def page(self) -> tuple[SearchAnswer, int]:
        """Return the next page and its size [bytes]; no hits: it is at its end."""
        ...


class Road(Protocol):
    """A snapshot that is read."""

    name: str

    def walk(self, body: Mapping[str, Any], part: int, parts: int) -> Walk:
        """Return part *part* of *parts* of the answer to *body*."""
        ...

    def close(self) -> None:
        """Give the snapshot back; a server that is gone needs nothing back."""
        ...


def open_road(index: str, client: WebClient, most_rows: int) -> Road:
    """
    Return the best way to read *index*.

    Args:
        index: What is read.
        client: Where it is.
        most_rows: Of one page.

    Raises:
        SourceError: If the server lets us down.
    """
    place = quote(index, safe="*,-")
    for path in (f"{place}/_pit", f"{place}/_search/point_in_time"):
        answer, asked = _opened(client, path)
        if not answer.good:
            continue
        opened = decoded(answer.body, asked, Opened)
        kind = path.rpartition("/")[2]
        road = PointInTime(client, opened.id or opened.pit_id, kind, most_rows)
        if road.works():
            return road
        road.close()
    return Scroll(client, place, most_rows)


def _opened(client: WebClient, path: str) -> tuple[Answer, Request]:
    """
    Return what answers the question for a snapshot, also of indices of which shards are missing.

    Elasticsearch refuses one of such indices unless it is allowed, and knows since 8.16 that it may be; every
    page says then that shards failed. Older ones do not know the word: there a scroll takes what there is.
    """
    query: dict[str, object] = {"keep_alive": _KEEP}
    accepts = _NOT_KNOWN | {_SHARDS_MISSING}
    asked = Request("POST", path, query=query, accepts=accepts)
    answer = client.answer(asked)
    if answer.status == _SHARDS_MISSING:
        asked = replace(asked, query={**query, "allow_partial_search_results": "true"})
        answer = client.answer(asked)
    return answer, asked


@dataclass(slots=True)
class PointInTime:
    """A snapshot of the indices, searched after the last document of each page."""

    client: WebClient
    id: str
    kind: str
    most_rows: int
    name: str = "point in time"

    def works(self) -> bool:
        """Return whether the snapshot can be walked by ``_shard_doc``."""
        asked = {"size": 1, "sort": _SNAPSHOT, "pit": {"id": self.id, "keep_alive": _KEEP}}
        request = Request("POST", "_search", document=asked, accepts=_NOT_KNOWN)
        return self.client.answer(request).good

    def walk(self, body: Mapping[str, Any], part: int, parts: int) -> Walk:
        """Return part *part* of *parts* of the answer to *body*."""
        return _AfterWalk(self.client, self.id, _sliced(body, part, parts), self.most_rows)

    def close(self) -> None:
        """Give the snapshot back."""
        ours = self.kind == "_pit"
        path = "_pit" if ours else "_search/point_in_time"
        document = {"id": self.id} if ours else {"pit_id": [self.id]}
        with contextlib.suppress(SourceError):
            self.client.answer(Request("DELETE", path, document=document, accepts=_NOT_KNOWN))


@dataclass(slots=True)
class _AfterWalk:
    client: WebClient
    id: str
    body: Mapping[str, Any]
    most_rows: int
    rows: int = _FIRST_PAGE
    after: list[Any] = field(default_factory=list)

    def page(self) -> tuple[SearchAnswer, int]:
        asked = {
            **self.body,
            "size": min(self.rows, self.most_rows),
            "sort": _SNAPSHOT,
            "track_total_hits": False,
            "pit": {"id": self.id, "keep_alive": _KEEP},
        }
        if self.after:
            asked["search_after"] = self.after
        answer, size = read(self.client, Request("POST", "_search", document=asked), SearchAnswer)
        self.id = answer.pit_id or self.id
        if answer.hits.hits:
            self.after = answer.hits.hits[-1].sort
            self.rows = _fitting(self.rows, len(answer.hits.hits), size, self.most_rows)
        return answer, size


@dataclass(slots=True)
class Scroll:
    """A snapshot that the store itself walks."""

    client: WebClient
    place: str
    most_rows: int
    name: str = "scroll"
    _walks: list[_ScrollWalk] = field(default_factory=list)

    def walk(self, body: Mapping[str, Any], part: int, parts: int) -> Walk:
        """Return part *part* of *parts* of the answer to *body*."""
        walk = _ScrollWalk(self.client, self.place, _sliced(body, part, parts), self.most_rows)
        self._walks.append(walk)
        return walk

    def close(self) -> None:
        """Give the snapshots back."""
        ids = [walk.id for walk in self._walks if walk.id]
        if ids:
            with contextlib.suppress(SourceError):
                document = {"scroll_id": ids}
                asked = Request("DELETE", "_search/scroll", document=document, accepts=_NOT_KNOWN)
                self.client.answer(asked)


@dataclass(slots=True)
class _ScrollWalk:
    client: WebClient
    place: str
    body: Mapping[str, Any]
    most_rows: int
    id: str = ""

    def page(self) -> tuple[SearchAnswer, int]:
        if self.id:
            document: Mapping[str, Any] = {"scroll": _KEEP, "scroll_id": self.id}
            # A page that was sent and lost cannot be had again: asked twice, the store gives the next.
            path = "_search/scroll"
            request = Request("POST", path, document=document, repeatable=False)
        else:
            document = {**self.body, "size": self._rows(), "sort": ["_doc"]}
            path = f"{self.place}/_search"
            request = Request("POST", path, query={"scroll": _KEEP}, document=document)
        answer, size = read(self.client, request, SearchAnswer)
        self.id = answer.scroll_id or self.id
        return answer, size

    def _rows(self) -> int:
        # Every page of a scroll is as large as its first: the right size is found beforehand.
        rows = min(_FIRST_PAGE, self.most_rows)
        asked = {"query": self.body["query"], "size": rows, "track_total_hits": False}
        request = Request("POST", f"{self.place}/_search", document=asked)
        sample, size = read(self.client, request, SearchAnswer)
        return _fitting(self.most_rows, max(len(sample.hits.hits), 1), size, self.most_rows)


def _fitting(rows: int, found: int, size: int, most: int) -> int:
    """
    Return how many rows make a page of the right size, at most ten times as many as before.

    Example:
        >>> _fitting(100, 100, 40_000, 5000), _fitting(100, 100, 100_000_000, 5000)
        (1000, 4)
    """
    each = max(size // found, 1)
    return max(1, min(most, rows * 10, _PAGE_BYTES // each))


def _sliced(body: Mapping[str, Any], part: int, parts: int) -> Mapping[str, Any]:
    return {**body, "slice": {"id": part, "max": parts}} if parts > 1 else body
