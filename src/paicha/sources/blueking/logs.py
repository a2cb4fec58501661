"""BlueKing's log platform as a `paicha.ports.LogSource`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from paicha.errors import PaichaError, QuestionError
from paicha.kernel.field_map import FieldMap
from paicha.kernel.normalise import LineReader
from paicha.locales import Text, text
from paicha.model.knowledge import TroubleWords
from paicha.model.question import LogQuery, Scope
from paicha.sources.blueking.client import BluekingClient
from paicha.sources.blueking.gateway import Gateway, shown
from paicha.sources.blueking.links import problem_page, search_page
from paicha.sources.blueking.reading import BluekingLogReading, Plan
from paicha.sources.blueking.records import AliasCounter, row_builder
from paicha.sources.blueking.roads import LogRoad
from paicha.sources.blueking.scope import (
    Described,
    ScopeText,
    describe,
    road_for,
    scope_text,
    with_defaults,
)
from paicha.sources.blueking.windows import Slice, of_window
from paicha.values import dataclass

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class BluekingLogs:
    """
    One index set of the log platform.

    Args:
        gateway: Where and as whom.
        fields: What fields are called; the index set's aliases come before.
        name: Its name in the settings.
        bk_biz_id: Business to use where the question names none.
        index_set_id: Index set to use where the question names none.
        line_reader: Reads the raw ``log`` text where no field says level or message.
        page_url: Where people open the log platform; then a report links to the search it read.
        page_rows: Rows asked for at once, 1 to 10,000.
        trouble: What lines that tell of trouble say: of more records than may be read whole they are read before others.
        sleep: Waits between two tries.
        now: Epoch seconds; `check` looks at the last hour.
    """

    gateway: Gateway
    fields: FieldMap
    name: str = "blueking"
    bk_biz_id: int | None = None
    index_set_id: int | None = None
    line_reader: LineReader | None = None
    page_url: str = ""
    page_rows: int = 2000
    trouble: tuple[TroubleWords, ...] = ()
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time

    @contextmanager
    def open(self, query: LogQuery) -> Iterator[BluekingLogReading]:
        """
        Start reading; window, hosts, services and filter are pushed down.

        Raises:
            QuestionError: If window, business or index set are not said, or the filter is broken.
            SourceError: If the gateway lets us down.
        """
        if query.window is None:
            raise QuestionError("blueking.no_window")
        scope = with_defaults(query.scope, self.bk_biz_id, self.index_set_id)
        with BluekingClient(self.gateway, sleep=self.sleep) as client:
            road = road_for(client, scope)
            described = describe(road, scope, self.fields)
            piece = of_window(query.window)
            asked = scope_text(
                client,
                scope,
                described.fields,
                lambda words: road.count(piece, words, described.fields.time_field),
            )
            yield BluekingLogReading(
                road=road,
                fields=described.fields,
                plan=self._plan(query, scope, described, asked),
                builder=row_builder(described.fields, self.line_reader),
                _aliases=AliasCounter(described.fields),
            )

    def _plan(self, query: LogQuery, scope: Scope, described: Described, asked: ScopeText) -> Plan:
        if query.window is None:
            raise QuestionError("blueking.no_window")
        piece = of_window(query.window)
        mcp = self.gateway.road == "mcp"
        base = self.gateway.monitor_url if mcp else self.gateway.log_url
        index_set = described.fields.settings.index_set_id
        request = {
            "bk_biz_id": scope.bk_biz_id,
            "index_set_id": index_set,
            "start_time": str(piece.start_ms),
            "end_time": str(piece.last_ms),
            "query_string": asked.query,
        }
        path = "/mcp/search_logs/" if mcp else "/esquery_search/"
        words = json.dumps(request, ensure_ascii=False)
        page = search_page(self.page_url, scope.bk_biz_id, index_set, asked.query, piece)
        return Plan(
            source=self.name,
            window=query.window,
            query=asked.query,
            order=described.order,
            max_records=query.max_records,
            page_rows=self.page_rows,
            bare_addresses=asked.bare_addresses,
            notes=described.notes,
            zone=query.zone,
            trouble=self.trouble,
            page=problem_page(self.page_url, scope.bk_biz_id, asked.query, described.fields),
            described=(f"POST {shown(base).rstrip('/')}{path} {words}", *([page] if page else ())),
        )

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """
        Return what works, in the order it was tried, and stop at the first thing that does not.

        Index sets of the business, this index set, its fields and time field, its aliases, and
        the rows of the last hour.
        """
        lines: list[tuple[Text, bool, Text]] = []
        scope = with_defaults(Scope(), self.bk_biz_id, self.index_set_id)
        try:
            with BluekingClient(self.gateway, sleep=self.sleep) as client:
                lines.extend(self._checks(client, scope))
        except PaichaError as error:
            lines.append((_next_check(len(lines)), False, error.texts))
        return lines

    def _checks(self, client: BluekingClient, scope: Scope) -> Iterator[tuple[Text, bool, Text]]:
        if scope.bk_biz_id is None:
            raise QuestionError("blueking.no_business")
        road = road_for(client, Scope(bk_biz_id=scope.bk_biz_id, index_set_id=0))
        known = road.index_sets()
        yield _line("reachable", "index_sets_found", n=len(known), business=scope.bk_biz_id)
        road = road_for(client, scope)
        described = describe(road, scope, self.fields)
        settings = described.fields.settings
        yield _line(
            "index_set",
            "fields_found",
            index_set=settings.index_set_id,
            n=len(settings.real_fields),
            time_field=described.fields.time_field,
        )
        yield _line("aliases", "aliases_found", n=len(settings.pairs))
        yield self._rows_line(road, described)

    def _rows_line(self, road: LogRoad, described: Described) -> tuple[Text, bool, Text]:
        end_ms = int(self.now() * 1000)
        piece = Slice(end_ms - _HOUR_MS, end_ms)
        rows = road.count(piece, "*", described.fields.time_field)
        road.page(piece, "*", described.order, 0, 1)
        return _line("rows", "rows_found" if rows else "rows_none", n=rows)


_CHECKS = ("reachable", "index_set", "aliases", "rows")


def _next_check(done: int) -> Text:
    return text(f"blueking.check.{_CHECKS[min(done, len(_CHECKS) - 1)]}")


def _line(what: str, found: str, **values: object) -> tuple[Text, bool, Text]:
    return (
        text(f"blueking.check.{what}"),
        True,
        text(f"blueking.check.{found}", **values),
    )
