"""
Exact totals from the store: by level, module, host and minute.

Composite aggregations are paged to their end, so nothing is estimated, which ``terms`` over shards would
be. Where fields of one meaning stand side by side (``log.level`` here, ``level`` there), all of them are
counted together and the first that says something decides, as it does for the records read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from paicha.kernel.store_counts import Dimension, StoreCounts
from paicha.locales import Text, text
from paicha.model.question import Window
from paicha.sources.elasticsearch.answers import SearchAnswer, read
from paicha.sources.elasticsearch.asking import Clause, both, within
from paicha.sources.elasticsearch.fields import IndexFields
from paicha.sources.web import Request, WebClient

_PAGE = 1000  # groups of one request
_MOST_GROUPS = 20_000  # of one dimension; the rest is counted together and said
_MINUTES_AT_ONCE = timedelta(minutes=10_000)  # a store refuses more than 65,536 buckets
_MOST_FIELDS = 3  # of one meaning that are counted together
_DIMENSIONS: tuple[tuple[Dimension, tuple[str, ...]], ...] = (
    ("severity_text", ("level",)),
    ("module", ("file", "logger")),
    ("host", ("host_ip", "host_id")),
)


def count_all(
    client: WebClient,
    place: str,
    query: Clause,
    window: Window,
    fields: IndexFields,
    counts: StoreCounts,
) -> tuple[tuple[Text, ...], tuple[str, ...]]:
    """
    Add every distribution of *query* to *counts*; return what went wrong, and the levels as spelled.

    Raises:
        SourceError: If the server lets us down.
    """
    troubles: dict[Text, None] = {}
    levels: dict[str, None] = {}
    for dimension, canonicals in _DIMENSIONS:
        names = [name for canonical in canonicals for name in fields.counted(canonical)]
        if not names:
            continue
        sources = [
            {str(at): {"terms": {"field": name, "missing_bucket": True}}}
            for at, name in enumerate(names[:_MOST_FIELDS])
        ]
        groups = _Groups(client, place, query, sources, troubles)
        for key, n in groups:
            said = next((str(v) for _, v in sorted(key.items()) if v not in (None, "")), "")
            if dimension == "severity_text":
                levels[said] = None
            counts.add(dimension, said, n)
        if groups.left_out:
            troubles[text("elasticsearch.groups_cut", n=_MOST_GROUPS, dimension=dimension)] = None
    for start, n in _minutes(client, place, query, window, fields.time_field, troubles):
        counts.add_minute(start, n)
    return tuple(troubles), tuple(sorted(filter(None, levels)))


def _minutes(
    client: WebClient,
    place: str,
    query: Clause,
    window: Window,
    time_field: str,
    troubles: dict[Text, None],
) -> Iterator[tuple[datetime, int]]:
    # Not a composite: OpenSearch 2.19 fails inside when asked for the page behind its last minute.
    start = window.start
    while start < window.end:
        end = min(start.replace(second=0, microsecond=0) + _MINUTES_AT_ONCE, window.end)
        histogram = {"field": time_field, "fixed_interval": "1m", "min_doc_count": 1}
        document = {
            "size": 0,
            "track_total_hits": False,
            "query": both(query, within(Window(start, end), time_field)),
            "aggs": {"minutes": {"date_histogram": histogram}},
        }
        asked = Request("POST", f"{place}/_search", document=document)
        answer, _ = read(client, asked, SearchAnswer)
        troubles |= dict.fromkeys(answer.troubles)
        for bucket in answer.aggregations.get("minutes", {}).get("buckets", ()):
            yield datetime.fromtimestamp(bucket["key"] / 1000, UTC), int(bucket["doc_count"])
        start = end


class _Groups:
    """The groups of one composite aggregation, paged to the end."""

    def __init__(
        self,
        client: WebClient,
        place: str,
        query: Clause,
        sources: Sequence[Mapping[str, Any]],
        troubles: dict[Text, None],
    ) -> None:
        self.client = client
        self.place = place
        self.query = query
        self.sources = sources
        self.troubles = troubles
        self.left_out = False

    def __iter__(self) -> Iterator[tuple[Mapping[str, Any], int]]:
        after: Mapping[str, Any] | None = None
        given = 0
        while True:
            page = self._page(after)
            for bucket in page.get("buckets", ()):
                yield bucket["key"], int(bucket["doc_count"])
            given += len(page.get("buckets", ()))
            after = page.get("after_key")
            if after is None or len(page.get("buckets", ())) < _PAGE:
                return
            if given >= _MOST_GROUPS:
                self.left_out = True
                return

    def _page(self, after: Mapping[str, Any] | None) -> Mapping[str, Any]:
        composite: dict[str, Any] = {"size": _PAGE, "sources": list(self.sources)}
        if after is not None:
            composite["after"] = after
        document = {
            "size": 0,
            "track_total_hits": False,
            "query": self.query,
            "aggs": {"groups": {"composite": composite}},
        }
        asked = Request("POST", f"{self.place}/_search", document=document)
        answer, _ = read(self.client, asked, SearchAnswer)
        self.troubles |= dict.fromkeys(answer.troubles)
        return dict(answer.aggregations.get("groups", {}))
