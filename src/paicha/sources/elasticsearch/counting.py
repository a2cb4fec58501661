"""
Exact totals from the store: by level, module, host and minute.

Composite aggregations are paged to their end, so nothing is estimated, which ``terms`` over shards would
be. Where fields of one meaning stand side by side (``log.level`` here, ``level`` there), all of them are
counted together and the first that says something decides, as it does for the records read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Any

from paicha.kernel.log_places import is_log_file
from paicha.kernel.store_counts import Dimension, StoreCounts
from paicha.locales import Text, text
from paicha.model.question import Window
from paicha.sources.elasticsearch.answers import CountAnswer, SearchAnswer, read
from paicha.sources.elasticsearch.asking import Clause, both, within, without
from paicha.sources.elasticsearch.fields import IndexFields
from paicha.sources.web import Request, WebClient
from paicha.values import dataclass

_PAGE = 1000  # groups of one request
_MOST_PAGES = 20  # of one dimension; that there are more is said
_MINUTES_AT_ONCE = timedelta(minutes=10_000)  # a store refuses more than 65,536 buckets
_MOST_FIELDS = 3  # of one meaning that are counted together
_DIMENSIONS: tuple[tuple[Dimension, tuple[str, ...]], ...] = (
    ("severity_text", ("level",)),
    ("module", ("file", "logger")),
    ("host", ("host_ip", "host_id")),
)


@dataclass(slots=True)
class Distributions:
    """
    Counts the documents of one question.

    Args:
        client: Where they are.
        place: Which indices, as in an address.
        query: The question.
        window: Its window.
        fields: What fields there are.
    """

    client: WebClient
    place: str
    query: Clause
    window: Window
    fields: IndexFields
    troubles: dict[Text, None] = field(default_factory=dict)
    notes: dict[Text, None] = field(default_factory=dict)

    def add_to(self, counts: StoreCounts, total: int) -> tuple[str, ...]:
        """
        Add every distribution of *total* records to *counts*, and return the levels there are, as they are spelled.

        Raises:
            SourceError: If the server lets us down.
        """
        levels: dict[str, None] = {}
        for dimension, canonicals in _DIMENSIONS:
            counted = 0
            for value, n in self._groups(dimension, canonicals):
                counts.add(dimension, value, n)
                counted += n
                if dimension == "severity_text":
                    levels[value] = None
            self._say_what_cannot_be_counted(dimension, canonicals)
            if counted > total:
                several = {"counted": f"{counted:,}", "total": f"{total:,}"}
                self.notes[text("elasticsearch.several_values", dimension=dimension, **several)] = (
                    None
                )
        for start, n in self._minutes():
            counts.add_minute(start, n)
        return tuple(sorted(filter(None, levels)))

    def _groups(
        self, dimension: Dimension, canonicals: tuple[str, ...]
    ) -> Iterator[tuple[str, int]]:
        names = [name for canonical in canonicals for name in self.fields.counted(canonical)]
        sources = [
            {str(at): {"terms": {"field": name, "missing_bucket": True}}}
            for at, name in enumerate(names[:_MOST_FIELDS])
        ]
        after: Mapping[str, Any] | None = None
        for _ in range(_MOST_PAGES if sources else 0):
            composite: dict[str, Any] = {"size": _PAGE, "sources": sources}
            if after is not None:
                composite["after"] = after
            found = self._asked(self.query, {"composite": composite})
            buckets = found.get("buckets", ())
            for bucket in buckets:
                key = sorted(bucket["key"].items())
                said = (self.fields.counted_as(names[int(at)], value) for at, value in key)
                values = [str(one) for one in said if one not in (None, "")]
                if dimension == "module":
                    values = [one for one in values if not is_log_file(one)]
                yield next(iter(values), ""), int(bucket["doc_count"])
            after = found.get("after_key")
            if after is None or len(buckets) < _PAGE:
                return
        if sources:
            self.troubles[
                text("elasticsearch.groups_cut", n=_PAGE * _MOST_PAGES, dimension=dimension)
            ] = None

    def _say_what_cannot_be_counted(
        self, dimension: Dimension, canonicals: tuple[str, ...]
    ) -> None:
        """Say how many records have a value that no counted field holds: text in one index and keyword in another, or too long."""
        counted = [name for one in canonicals for name in self.fields.counted(one)][:_MOST_FIELDS]
        stated = self.fields.stated(canonicals)
        if not counted or not stated:
            return
        # A keyword that is too long is not in the index: that it is there stands in `_ignored` alone.
        said = [*_exist(stated), {"terms": {"_ignored": counted}}]
        missed = without(both(self.query, _any_of(said)), _any_of(_exist(counted)))
        asked = Request("POST", f"{self.place}/_count", document={"query": missed})
        answer, _ = read(self.client, asked, CountAnswer)
        if answer.count:
            what = "level" if dimension == "severity_text" else dimension
            trouble = text("elasticsearch.not_countable", n=answer.count, dimension=what)
            self.troubles[trouble] = None

    def _minutes(self) -> Iterator[tuple[datetime, int]]:
        # Not a composite: OpenSearch 2.19 fails inside when asked for the page behind its last minute.
        start, name = self.window.start, self.fields.time_field
        while start < self.window.end:
            whole = start.replace(second=0, microsecond=0)
            end = min(whole + _MINUTES_AT_ONCE, self.window.end)
            histogram = {"field": name, "fixed_interval": "1m", "min_doc_count": 1}
            part = both(self.query, within(Window(start, end), name))
            found = self._asked(part, {"date_histogram": histogram})
            for bucket in found.get("buckets", ()):
                yield datetime.fromtimestamp(bucket["key"] / 1000, UTC), int(bucket["doc_count"])
            start = end

    def _asked(self, query: Clause, aggregation: Mapping[str, Any]) -> Mapping[str, Any]:
        document = {
            "size": 0,
            "track_total_hits": False,
            "query": query,
            "aggs": {"groups": aggregation},
        }
        asked = Request("POST", f"{self.place}/_search", document=document)
        answer, _ = read(self.client, asked, SearchAnswer)
        self.troubles |= dict.fromkeys(answer.troubles)
        return dict(answer.aggregations.get("groups", {}))


def _exist(fields: Sequence[str]) -> list[Clause]:
    return [{"exists": {"field": name}} for name in fields]


def _any_of(clauses: Sequence[Clause]) -> Clause:
    return {"bool": {"should": clauses, "minimum_should_match": 1}}
