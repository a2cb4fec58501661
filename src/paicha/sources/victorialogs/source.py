"""VictoriaLogs as a `paicha.ports.LogSource`."""

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
from paicha.sources.stored_logs import Piece, Plan, StoredLogReading, of_window
from paicha.sources.stored_logs.scope import scope_clauses
from paicha.sources.victorialogs.logsql import exactly, named_among, time_filter, user_filter
from paicha.sources.victorialogs.store import (
    HIDDEN,
    QUERY_PATH,
    VictoriaLogsStore,
    field_names,
    read_only,
)
from paicha.sources.web import Place, WebClient, shown
from paicha.values import dataclass

_SYSTEM = "VictoriaLogs"
_HOUR_NS = 3_600_000_000_000


@dataclass(frozen=True, slots=True)
class VictoriaLogs:
    """
    The logs of one tenant of a VictoriaLogs.

    Args:
        place: Where and as whom.
        fields: Which field is which.
        name: Its name in the settings.
        line_reader: Reads messages of records that have no level.
        sleep: Waits between two tries.
        now: Epoch seconds; `check` looks at the last hour.
        clock: Seconds since any moment, for how long a reading may take.
    """

    place: Place
    fields: FieldMap
    name: str = "victorialogs"
    line_reader: LineReader | None = None
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
        window = of_window(query.window)
        with WebClient(self.place, _SYSTEM, sleep=self.sleep) as client:
            store = self._store(client, window, query.scope)
            base = f"{shown(self.place.url).rstrip('/')}{QUERY_PATH} {self.place.tenant}".rstrip()
            plan = Plan(
                source=self.name,
                kind="victorialogs",
                window=query.window,
                max_records=query.max_records,
                described=f"POST {base} query={time_filter(window)} {store.scope}".rstrip(),
                scheme="vl",
            )
            store.troubles |= dict.fromkeys(read_only(client))
            builder = RowBuilder(self.fields, self.line_reader, HIDDEN)
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
            return self._store(client, of_window(query.window), query.scope).count("")

    def _store(self, client: WebClient, window: Piece, scope: Scope) -> VictoriaLogsStore:
        names = field_names(client, window)
        clauses = list(scope_clauses(scope, self.fields, names, exactly, named_among))
        clauses.append(user_filter(scope.where, lambda one: self.fields.existing(one, names)))
        said = " ".join(clause for clause in clauses if clause)
        return VictoriaLogsStore(client, window, said, self.fields, names)

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Return whether it answers, and how many records and which fields the last hour has."""
        what = text("victorialogs.check.reachable")
        end_ns = int(self.now()) * 1_000_000_000
        window = Piece(end_ns - _HOUR_NS, end_ns)
        try:
            with WebClient(self.place, _SYSTEM, sleep=self.sleep) as client:
                names = field_names(client, window)
                store = VictoriaLogsStore(client, window, "", self.fields, names)
                records = store.count("")
        except PaichaError as error:
            return [(what, False, error.texts)]
        lines = [(what, True, text("victorialogs.check.records", n=records))]
        if records:
            found = [
                f"{canonical} = {name}"
                for canonical in ("level", "message", "file", "host_ip", "host_id", "service")
                for name in self.fields.existing(canonical, names)[:1]
            ]
            said = text("victorialogs.check.mapped", fields=", ".join(found) or "-")
            lines.append((text("victorialogs.check.fields"), True, said))
        return lines
