"""Page after page of a described store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

from paicha.errors import SourceContract
from paicha.model.question import LogQuery, Window
from paicha.sources.http.description import Description, at, filled
from paicha.sources.web import Request, WebClient
from paicha.values import dataclass

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """One answer."""

    rows: list[Any]
    total: int | None
    size: int  # [bytes]


@dataclass(slots=True)
class Pages:
    """
    Asks a described store.

    Args:
        client: Where it is.
        description: How it is asked.
        window: What is asked for.
        query: The filter and the limits.
        resume: Of paging by time: from when on the next page is asked for; set by the reader.
    """

    client: WebClient
    description: Description
    window: Window
    query: LogQuery
    resume: datetime | None = None
    _values: dict[str, object] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Page]:
        paging = self.description.paging
        self._values = {"page": paging.first, "offset": 0, "cursor": ""}
        request: Request | None = self.request(self.window)
        read = 0
        while request is not None:
            body = self.client.body(request)
            answer = _json(body, request)
            page = self._page(answer, request, len(body))
            read += len(page.rows)
            yield page
            done = not page.rows or (page.total is not None and read >= page.total)
            request = None if done else self._next(answer, request, len(page.rows))

    def request(self, window: Window) -> Request:
        """Return the request for a page of *window*, wherever the paging stands."""
        rule = self.description.request
        values = {
            **_times(window),
            **self._values,
            "size": self.description.paging.size,
            "where": self.query.scope.where,
        }
        posts = rule.method == "POST"
        return Request(
            "POST" if posts else "GET",
            str(filled(rule.path, values)),
            query=filled(rule.query, values),
            document=filled(rule.body, values) if posts else None,
            headers={name: str(value) for name, value in filled(rule.headers, values).items()},
        )

    def _page(self, answer: object, request: Request, size: int) -> Page:
        rule = self.description.records
        rows = at(answer, rule.path)
        if rows is None and rule.path:
            rows = []
        if not isinstance(rows, list):
            found = type(rows).__name__
            raise SourceContract("http.no_list", path=request.path, place=rule.path, found=found)
        total = at(answer, rule.total) if rule.total else None
        known = isinstance(total, int) and not isinstance(total, bool)
        return Page(rows, total if known else None, size)  # type: ignore[arg-type] # known says it

    def _next(self, answer: object, request: Request, rows: int) -> Request | None:
        paging = self.description.paging
        if paging.kind == "page":
            self._values["page"] = int(str(self._values["page"])) + 1
        elif paging.kind == "offset":
            self._values["offset"] = int(str(self._values["offset"])) + rows
        elif paging.kind == "cursor":
            cursor = at(answer, paging.next)
            if cursor in (None, "", False):
                return None
            if cursor == self._values["cursor"]:
                raise SourceContract("http.stuck", path=request.path, cursor=cursor)
            self._values["cursor"] = cursor
        elif paging.kind == "link":
            return self._linked(at(answer, paging.next), request)
        elif paging.kind == "time":
            return self._later(request)
        else:
            return None
        return self.request(self.window)

    def _linked(self, link: object, request: Request) -> Request | None:
        if not link:
            return None
        base = f"{self.client.place.url.rstrip('/')}/{request.path.lstrip('/')}"
        target = urlsplit(urljoin(base, str(link)))
        ours = urlsplit(self.client.place.url)
        prefix = ours.path.rstrip("/")
        if (target.scheme, target.netloc) != (ours.scheme, ours.netloc) or not (
            target.path.startswith(prefix)
        ):
            # Whoever is linked to would be handed the credentials.
            raise SourceContract("http.foreign_link", path=request.path, host=target.netloc)
        path = target.path.removeprefix(prefix) + (f"?{target.query}" if target.query else "")
        if path == request.path:
            raise SourceContract("http.stuck", path=request.path, cursor=path)
        return Request("GET", path, headers=request.headers)

    def _later(self, request: Request) -> Request | None:
        later = self.resume
        self.resume = None
        if later is None or later >= self.window.end:
            return None
        again = self.request(Window(max(later, self.window.start), self.window.end))
        return None if again == request else again


def _times(window: Window) -> Mapping[str, object]:
    start = (window.start - _EPOCH) // timedelta(microseconds=1)
    end = (window.end - _EPOCH) // timedelta(microseconds=1)
    return {
        "start": window.start.isoformat().replace("+00:00", "Z"),
        "end": window.end.isoformat().replace("+00:00", "Z"),
        "start_s": start // 1_000_000,
        "end_s": -(-end // 1_000_000),
        "start_ms": start // 1000,
        "end_ms": -(-end // 1000),
        "start_ns": start * 1000,
        "end_ns": end * 1000,
    }


def _json(body: bytes, request: Request) -> object:
    try:
        answer: object = msgspec.json.decode(body)
    except msgspec.DecodeError as err:
        raise SourceContract("http.no_json", path=request.path, why=err) from None
    return answer
