"""A described store as a `paicha.ports.LogSource`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from paicha.errors import PaichaError, QuestionError
from paicha.kernel.allowance import Allowance
from paicha.kernel.field_map import FieldMap
from paicha.kernel.normalise import LineReader
from paicha.kernel.row_records import RowBuilder
from paicha.locales import Text, text
from paicha.model.question import LogQuery, Scope, Window
from paicha.sources.http.description import Description
from paicha.sources.http.pages import Pages
from paicha.sources.http.reading import HttpReading
from paicha.sources.web import Place, WebClient, shown
from paicha.values import dataclass

_SYSTEM = "HTTP"


@dataclass(frozen=True, slots=True)
class HttpLogs:
    """
    A store that answers JSON over HTTP.

    Args:
        place: Where and as whom.
        description: How it is asked and read.
        fields: What its fields are called.
        name: Its name in the settings.
        line_reader: Reads the message as a line where no field says the level.
        sleep: Waits between two tries.
        clock: Seconds since any moment, for the limit of time.
        now: Epoch seconds; `check` looks at the last hour.
    """

    place: Place
    description: Description
    fields: FieldMap
    name: str = "http"
    line_reader: LineReader | None = None
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time

    @contextmanager
    def open(self, query: LogQuery) -> Iterator[HttpReading]:
        """
        Start reading.

        Raises:
            QuestionError: If no window is said, or a filter that the description has no place for.
            SourceError: If the store lets us down.
        """
        if query.window is None:
            raise QuestionError("http.no_window")
        if query.scope.where.strip() and "where" not in self.description.names:
            raise QuestionError("http.no_where", where=query.scope.where)
        with self._client() as client:
            pages = Pages(client, self.description, query.window, query)
            yield HttpReading(
                name=self.name,
                pages=pages,
                builder=RowBuilder(self.fields, self.line_reader),
                allowance=Allowance(query, self.clock),
                described=self._described(),
            )

    def count(self, query: LogQuery) -> int | None:
        """
        Return how many records the store says the window holds; None: its answers do not say.

        Hosts and services are sorted out here, so with them nobody can tell beforehand.

        Raises:
            SourceError: If the store lets us down.
        """
        scope = query.scope
        if not self.description.records.total or scope.hosts or scope.services:
            return None
        with self.open(query) as reading:
            return next(iter(reading.pages)).total

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Return whether a page of the last hour can be had, and what is in it."""
        end = datetime.fromtimestamp(self.now(), UTC)
        window = Window(end - timedelta(hours=1), end)
        subject = text("http.check.page")
        try:
            with self.open(
                LogQuery(window, Scope(), "UTC", self.description.paging.size)
            ) as reading:
                page = next(iter(reading.pages))
        except PaichaError as error:
            return ((subject, False, error.texts),)
        return ((subject, True, text("http.check.page_found", n=len(page.rows))),)

    def _client(self) -> WebClient:
        return WebClient(self.place, _SYSTEM, sleep=self.sleep)

    def _described(self) -> str:
        rule = self.description.request
        return f"{rule.method} {shown(self.place.url).rstrip('/')}/{rule.path.lstrip('/')}"
