"""Reading what a described store answers: trimmed to window and scope here, whatever the store does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

import pyarrow as pa

from paicha.errors import SourceError
from paicha.kernel.allowance import Allowance
from paicha.kernel.field_map import Row, flatten
from paicha.kernel.row_records import RowBuilder, stored
from paicha.locales import Text, text
from paicha.model.aliases import AliasSettings
from paicha.model.coverage import SourceCoverage
from paicha.model.question import Scope
from paicha.sources.http.description import at
from paicha.sources.http.pages import Page, Pages
from paicha.values import dataclass


@dataclass(slots=True)
class HttpReading:
    """One answer of `HttpLogs`, as a `paicha.ports.LogReading`."""

    name: str
    pages: Pages
    builder: RowBuilder
    allowance: Allowance
    described: str
    _incomplete: dict[Text, None] = field(default_factory=dict)
    _present: int | None = None
    _read: int = 0
    _kept: int = 0
    _outside: int = 0
    _filtered: int = 0
    _duplicates: int = 0
    _edge: set[str] = field(default_factory=set)  # what was read of the last instant
    _met: dict[str, int] = field(default_factory=dict)  # equal records on this page

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            for page in self.pages:
                yield from self._take(page)
                if self._ended(page):
                    return
        except SourceError as broken:
            if not self._kept:
                raise
            why = broken.first_lines
            self._say(text("http.broke_off", read=self._kept, why=why))
            return
        missing = (self._present or 0) - self._read
        if missing > 0:
            self._say(text("http.fewer_than_counted", n=missing))

    @property
    def coverage(self) -> SourceCoverage:
        """What was there, what was read, what is missing and why."""
        aside = self._outside + self._filtered + self._duplicates
        present = None if self._present is None else max(self._present, self._read) - aside
        return SourceCoverage(
            source=self.name,
            kind="http",
            window=self.pages.window,
            present=present,
            read=self._read,
            kept=self._kept,
            outside=self._outside,
            filtered=self._filtered,
            duplicates=self._duplicates,
            without_time=self.builder.without_time,
            without_level=self.builder.without_level,
            incomplete=tuple(self._incomplete),
            queries=(self.described,),
        )

    @property
    def store_counts(self) -> pa.Table | None:
        """None: nobody described how this store counts."""
        return None

    @property
    def aliases(self) -> tuple[AliasSettings, pa.Table] | None:
        """None: there are none."""
        return None

    def _take(self, page: Page) -> Iterator[pa.RecordBatch]:
        self.allowance.spend(page.size)
        if page.total is not None:
            self._present = page.total
        latest: datetime | None = None
        fresh = 0
        self._met.clear()
        for row in page.rows:
            if self._kept >= self.pages.query.max_records:
                break
            moment, new = self._row(row)
            fresh += new
            if moment is not None and (latest is None or moment > latest):
                latest = moment
        if self.pages.description.paging.kind == "time":
            self._go_on_from(latest, fresh, page)
        if len(self.builder):
            yield self.builder.take()

    def _row(self, row: Any) -> tuple[datetime | None, bool]:
        rule = self.pages.description.records
        document = at(row, rule.document)
        flat = flatten(document) if isinstance(document, Mapping) else {"message": document}
        if rule.document and isinstance(row, Mapping):
            # What stands beside the document (a time, an index) is the record's too.
            outer = {name: value for name, value in row.items() if name != rule.document}
            flat = {**flatten(outer), **flat}
        self._read += 1
        moment = self.builder.time_of(flat)
        stated = at(row, rule.id) if rule.id else None
        locator = f"http:{self.name}/{stored(stated)}" if stated is not None else ""
        if self.pages.description.paging.kind == "time":
            # A page begins with a whole instant, so equal records come in the same number again.
            said = f"{moment}\0{locator or stored(flat)}"
            self._met[said] = self._met.get(said, 0) + 1
            key = f"{said}\0{self._met[said]}"
            if key in self._edge:
                self._duplicates += 1
                return moment, False
            self._edge.add(key)
        if moment is not None and not self.pages.window.holds(moment):
            self._outside += 1
        elif not self._in_scope(flat, self.pages.query.scope):
            self._filtered += 1
        else:
            self._kept += 1
            self.builder.add(flat, moment, locator or f"http:{self.name}#{self._read}")
        return moment, True

    def _in_scope(self, row: Row, scope: Scope) -> bool:
        fields = self.builder.fields
        for wanted, canonicals in (
            (scope.hosts, ("host_ip", "host_id")),
            (scope.services, ("service",)),
        ):
            keys = (key for canonical in canonicals for key in fields.keys(canonical))
            spelled = {name.lower() for name in wanted}
            if wanted and not any(stored(row.get(key)).lower() in spelled for key in keys):
                return False
        return True

    def _go_on_from(self, latest: datetime | None, fresh: int, page: Page) -> None:
        # The next page begins with the last instant of this one: what was read of it comes again.
        self.pages.resume = latest if fresh else None
        ending = f"{latest}\0"
        self._edge = {key for key in self._edge if key.startswith(ending)}
        full = len(page.rows) >= self.pages.description.paging.size
        if full and latest is not None and len(self._edge) >= len(page.rows):
            at_ = latest.isoformat()
            self._say(text("http.instant_full", at=at_, most=len(page.rows)))

    def _ended(self, page: Page) -> bool:
        reason = self.allowance.exceeded
        if self._kept >= self.pages.query.max_records:
            known = self._present if self._present is not None else "?"
            more = self._present is None or self._present > self._read
            more = more or len(page.rows) > self._read
            reason = text("http.over_budget", read=self._kept, present=known) if more else None
            self._incomplete |= {reason: None} if reason is not None else {}
            return True
        if reason is not None:
            self._say(reason)
        return reason is not None

    def _say(self, reason: Text) -> None:
        self._incomplete[reason] = None
