"""Elasticsearch and OpenSearch as a `paicha.ports.LogSource`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from paicha.errors import PaichaError, QuestionError
from paicha.kernel.allowance import Allowance
from paicha.kernel.field_map import FieldMap
from paicha.kernel.normalise import LineReader
from paicha.kernel.row_records import RowBuilder
from paicha.locales import Text, text
from paicha.model.question import LogQuery, Scope, Window
from paicha.sources.elasticsearch.asking import question
from paicha.sources.elasticsearch.fields import IndexFields, look
from paicha.sources.elasticsearch.reading import ElasticsearchReading, Plan, count
from paicha.sources.elasticsearch.roads import open_road
from paicha.sources.web import Place, WebClient, shown
from paicha.values import dataclass

_SYSTEM = "Elasticsearch"
_CHECKS = ("reachable", "fields", "rows")


@dataclass(frozen=True, slots=True)
class ElasticsearchLogs:
    """
    Indices of one Elasticsearch or OpenSearch cluster.

    Args:
        place: Where and as whom.
        index: A name, a pattern, an alias, a data stream, or such with commas in between.
        fields: What fields are called; the mapping's alias fields are added to it.
        name: Its name in the settings.
        time_field: The field the window is applied to; "": the first known one there is.
        line_reader: Reads the message as a line where no field says the level.
        page_rows: Rows asked for at once at most, up to the store's own 10,000.
        parts: How many parts of the snapshot are read side by side.
        sleep: Waits between two tries.
        clock: Seconds since any moment, for the limit of time.
        now: Epoch seconds; `check` looks at the last hour.
    """

    place: Place
    index: str
    fields: FieldMap
    name: str = "elasticsearch"
    time_field: str = ""
    line_reader: LineReader | None = None
    page_rows: int = 5000
    parts: int = 2
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time

    @contextmanager
    def open(self, query: LogQuery) -> Iterator[ElasticsearchReading]:
        """
        Start reading; window, hosts, services and filter are pushed down.

        Raises:
            QuestionError: If no window is said, or the filter is broken.
            SourceError: If the cluster lets us down.
        """
        if query.window is None:
            raise QuestionError("elasticsearch.no_window")
        with self._client() as client:
            fields = self._look(client)
            plan = self._plan(query, query.window, fields)
            road = open_road(self.index, client, self.page_rows)
            try:
                yield ElasticsearchReading(
                    client=client,
                    road=road,
                    fields=fields,
                    plan=plan,
                    builder=RowBuilder(
                        fields.map, self.line_reader, frozenset({fields.time_field})
                    ),
                    allowance=Allowance(query, self.clock),
                )
            finally:
                road.close()

    def count(self, query: LogQuery) -> int | None:
        """
        Return how many records the window holds in scope.

        Raises:
            SourceError: If the cluster lets us down.
        """
        if query.window is None:
            return None
        with self._client() as client:
            fields = self._look(client)
            return count(client, self.index, question(query.window, query.scope, fields))[0]

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Return what works, in the order it was tried, and stop at the first thing that does not."""
        lines: list[tuple[Text, bool, Text]] = []
        try:
            with self._client() as client:
                lines.extend(self._checks(client))
        except PaichaError as error:
            subject = _CHECKS[min(len(lines), len(_CHECKS) - 1)]
            lines.append((text(f"elasticsearch.check.{subject}"), False, error.texts))
        return lines

    def _checks(self, client: WebClient) -> Iterator[tuple[Text, bool, Text]]:
        fields = self._look(client)
        road = open_road(self.index, client, self.page_rows)
        road.close()
        yield _line(
            "reachable", "indices_found", n=fields.indices, index=self.index, road=road.name
        )
        levels, messages = fields.searched("level"), fields.searched("message")
        yield _line(
            "fields",
            "fields_found" if fields.aliases_known else "fields_without_aliases",
            n=len(fields.kinds),
            time_field=fields.time_field,
            level=levels[0] if levels else "-",
            message=messages[0] if messages else "-",
        )
        end = datetime.fromtimestamp(self.now(), UTC)
        hour = Window(end - timedelta(hours=1), end)
        n, _ = count(client, self.index, question(hour, Scope(), fields))
        yield _line("rows", "rows_found" if n else "rows_none", n=n)

    def _client(self) -> WebClient:
        return WebClient(self.place, _SYSTEM, sleep=self.sleep)

    def _look(self, client: WebClient) -> IndexFields:
        return look(client, self.index, self.fields, self.time_field)

    def _plan(self, query: LogQuery, window: Window, fields: IndexFields) -> Plan:
        clause = question(window, query.scope, fields)
        words = json.dumps({"query": clause}, ensure_ascii=False)
        base = shown(self.place.url).rstrip("/")
        return Plan(
            source=self.name,
            index=self.index,
            window=window,
            query=query,
            clause=clause,
            parts=self.parts,
            described=f"POST {base}/{quote(self.index, safe='*,-')}/_search {words}",
        )


def _line(what: str, found: str, **values: object) -> tuple[Text, bool, Text]:
    return (
        text(f"elasticsearch.check.{what}"),
        True,
        text(f"elasticsearch.check.{found}", **values),
    )
