"""Loki as a `paicha.ports.LogSource`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from paicha.errors import PaichaError, QuestionError
from paicha.kernel.allowance import Allowance
from paicha.kernel.field_map import FieldMap
from paicha.kernel.normalise import LineReader
from paicha.kernel.row_records import RowBuilder
from paicha.locales import Text, text
from paicha.model.question import LogQuery, Scope
from paicha.sources.loki.logql import host_among, label_of, one_of, user_filter
from paicha.sources.loki.store import RANGE_PATH, LokiStore, label_names
from paicha.sources.stored_logs import Piece, Plan, StoredLogReading, of_window
from paicha.sources.web import Place, WebClient, shown
from paicha.values import dataclass

_SYSTEM = "Loki"
_HOUR_NS = 3_600_000_000_000


@dataclass(frozen=True, slots=True)
class LokiLogs:
    """
    The logs of one tenant of a Loki.

    Args:
        place: Where and as whom; the tenant is a header of it.
        fields: Which label is which field.
        selector: Which streams, as LogQL writes it; Loki wants one matcher at least.
        name: Its name in the settings.
        line_reader: Reads lines of records whose labels say no level.
        page_rows: Entries asked for at once; the server has a limit of its own, by default 5,000.
        sleep: Waits between two tries.
        now: Epoch seconds; `check` looks at the last hour.
        clock: Seconds since any moment, for how long a reading may take.
    """

    place: Place
    fields: FieldMap
    selector: str
    name: str = "loki"
    line_reader: LineReader | None = None
    page_rows: int = 5000
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    clock: Callable[[], float] = time.monotonic

    @contextmanager
    def open(self, query: LogQuery) -> Iterator[StoredLogReading]:
        """
        Start reading; window, hosts, services and filter are pushed down.

        Raises:
            QuestionError: If no window is said, or the filter is broken.
            SourceError: If the server lets us down.
        """
        if query.window is None:
            raise QuestionError("stored.no_window", source=self.name)
        scope = self._scope(query.scope)
        window = of_window(query.window)
        with WebClient(self.place, _SYSTEM, sleep=self.sleep) as client:
            store = self._store(client, window, scope)
            url = f"{shown(self.place.url).rstrip('/')}{RANGE_PATH} {self.place.tenant}".rstrip()
            asked = f"start={window.start_ns} end={window.end_ns} direction=forward"
            plan = Plan(
                source=self.name,
                kind="loki",
                window=query.window,
                max_records=query.max_records,
                described=f"POST {url} {asked} query={self.selector} {scope}".rstrip(),
                scheme="loki",
            )
            builder = RowBuilder(self.fields, self.line_reader)
            yield StoredLogReading(store, plan, builder, Allowance(query, self.clock))

    def count(self, query: LogQuery) -> int | None:
        """
        Return how many records the window holds in scope.

        Raises:
            SourceError: If the server lets us down.
        """
        if query.window is None:
            return None
        with WebClient(self.place, _SYSTEM, sleep=self.sleep) as client:
            window = of_window(query.window)
            return self._store(client, window, self._scope(query.scope)).count("")

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Return whether it answers, and how many records and which labels the last hour has."""
        what = text("loki.check.reachable")
        end_ns = int(self.now()) * 1_000_000_000
        window = Piece(end_ns - _HOUR_NS, end_ns)
        try:
            with WebClient(self.place, _SYSTEM, sleep=self.sleep) as client:
                labels = label_names(client, window)
                n = self._store(client, window, "").count("")
        except PaichaError as error:
            return [(what, False, error.texts)]
        return [
            (what, True, text("loki.check.records", n=n, selector=self.selector)),
            (text("loki.check.labels"), True, Text.same(", ".join(labels[:30]) or "-")),
        ]

    def _store(self, client: WebClient, window: Piece, scope: str) -> LokiStore:
        return LokiStore(
            client,
            window,
            self.selector,
            scope,
            self.fields,
            self.line_reader,
            self.page_rows,
        )

    def _scope(self, scope: Scope) -> str:
        # A label that a stream lacks is empty in LogQL: every usual name can be asked for.
        stages = [
            among(
                dict.fromkeys(label_of(key) for one in names for key in self.fields.keys(one)),
                asked,
            )
            for names, asked, among in (
                (("host_ip", "host_id"), scope.hosts, host_among),
                (("service",), scope.services, one_of),
            )
            if asked
        ]
        levels = dict.fromkeys(label_of(key) for key in self.fields.keys("level"))
        asked = user_filter(scope.where, levels)
        return " ".join(stage for stage in (*stages, asked) if stage)
