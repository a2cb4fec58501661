"""
Reading a window: counted first, then every part of the snapshot side by side, in bounded memory.

The parts take turns page by page, so the records come in the same order every time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import field
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from paicha.errors import SourceContract, SourceError, SourceRejected
from paicha.kernel.allowance import Allowance
from paicha.kernel.field_map import flatten
from paicha.kernel.levels import WARN, stored_level
from paicha.kernel.row_records import RowBuilder
from paicha.kernel.row_times import micros_of
from paicha.kernel.store_counts import StoreCounts
from paicha.kernel.times import to_micros
from paicha.locales import Text, text
from paicha.model.aliases import AliasSettings
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery, Window
from paicha.sources.elasticsearch.answers import (
    CountAnswer,
    Hit,
    SearchAnswer,
    decoded,
    read,
    shards_failed,
)
from paicha.sources.elasticsearch.asking import Clause, both, one_of, within, without
from paicha.sources.elasticsearch.counting import Distributions
from paicha.sources.elasticsearch.fields import IndexFields
from paicha.sources.elasticsearch.roads import Road, Walk
from paicha.sources.elasticsearch.timeless import indices_without_time
from paicha.sources.web import Request, WebClient
from paicha.values import dataclass

#: What a node sets on its indices when its disk reaches the flood stage (95 % by default).
_FULL = "index.blocks.read_only_allow_delete"
#: Who may read records may not be allowed to see settings.
_NOT_SHOWN = frozenset({400, 401, 403, 404})


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be read, decided before the first document."""

    source: str
    index: str
    window: Window
    query: LogQuery
    clause: Clause
    parts: int
    described: str  # the request as a reader can repeat it


def count(client: WebClient, index: str, clause: Clause) -> tuple[int, tuple[Text, ...]]:
    """Return how many documents fit *clause*, and why that may not be all."""
    place = quote(index, safe="*,-")
    asked = Request("POST", f"{place}/_count", document={"query": clause})
    answer, _ = read(client, asked, CountAnswer)
    for failure in answer.shards.failures:
        if failure.reason.get("type") == "query_shard_exception":
            # Shards without a record of the window never look at the filter: the others say what is wrong.
            raise SourceRejected("elasticsearch.bad_filter", why=failure.why)
    return answer.count, ((shards_failed(answer.shards),) if answer.shards.missing else ())


def write_blocked(client: WebClient, index: str) -> tuple[Text, ...]:
    """
    Return that indices take no more records because a disk is nearly full; nothing where nobody may look.

    What shippers sent since then is in no index, so no count of the store can show that it is missing.
    """
    place = quote(index, safe="*,-")
    path = f"{place}/_settings/{_FULL}"
    asked = Request("GET", path, query={"flat_settings": "true"}, accepts=_NOT_SHOWN)
    try:
        answer = client.answer(asked)
    except SourceError:  # everything was read by then
        return ()
    if not answer.good:
        return ()
    held = decoded(answer.body, asked, dict[str, dict[str, dict[str, Any]]])
    full = sorted(
        name for name, one in held.items() if str(one.get("settings", {}).get(_FULL)) == "true"
    )
    if not full:
        return ()
    return (text("elasticsearch.disk_full", n=len(full), index=full[0]),)


@dataclass(slots=True)
class ElasticsearchReading:
    """One answer of `ElasticsearchLogs`, as a `paicha.ports.LogReading`."""

    client: WebClient
    road: Road
    fields: IndexFields
    plan: Plan
    builder: RowBuilder
    allowance: Allowance
    _counts: StoreCounts = field(init=False)
    _incomplete: dict[Text, None] = field(default_factory=dict)
    _notes: dict[Text, None] = field(default_factory=dict)
    _present: int = 0
    _read: int = 0
    _kept: int = 0
    _outside: int = 0
    _start_us: int = field(init=False)
    _end_us: int = field(init=False)

    def __post_init__(self) -> None:
        window = self.plan.window
        self._start_us, self._end_us = to_micros(window.start), to_micros(window.end)
        self._counts = StoreCounts(self.plan.source)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        self._present, troubles = count(self.client, self.plan.index, self.plan.clause)
        self._say(*troubles)
        self._note_what_else_there_is()
        missing, notes = indices_without_time(self.client, self.plan.index, self.fields)
        self._say(*missing)
        self._notes |= dict.fromkeys(notes)
        try:
            for clause in self._clauses():
                yield from self._walk_all(clause)
        except SourceError as broken:
            if not self._kept:
                raise
            self._break_off(broken)
        else:
            self._say_what_is_missing()
            self._say(*write_blocked(self.client, self.plan.index))

    @property
    def coverage(self) -> SourceCoverage:
        """What was there, what was read, what is missing and why."""
        return SourceCoverage(
            source=self.plan.source,
            kind="elasticsearch",
            window=self.plan.window,
            present=max(self._present, self._read) - self._outside,
            read=self._read,
            kept=self._kept,
            outside=self._outside,
            filtered=0,
            duplicates=0,
            without_time=self.builder.without_time,
            without_level=self.builder.without_level,
            incomplete=tuple(self._incomplete),
            notes=tuple(self._notes),
            queries=(self.plan.described,),
        )

    @property
    def store_counts(self) -> pa.Table | None:
        """Exact totals of the store where the window was too big to read whole; else None."""
        return self._counts.table()

    @property
    def aliases(self) -> tuple[AliasSettings, pa.Table] | None:
        """None: alias fields of a mapping cannot contradict each other."""
        return None

    @property
    def _left(self) -> int:
        return self.plan.query.max_records - self._kept

    def _clauses(self) -> list[Clause]:
        # One query, or where that is too much: abnormal levels whole, then the rest.
        clause = self.plan.clause
        if self._present <= self.plan.query.max_records and not self._limited:
            return [clause]
        self._counts.add("total", "", self._present)
        place = quote(self.plan.index, safe="*,-")
        whole = Distributions(self.client, place, clause, self.plan.window, self.fields)
        levels = whole.add_to(self._counts, self._present)
        self._say(*whole.troubles)
        self._notes |= whole.notes
        abnormal = [word for word in levels if stored_level(word)[0] >= WARN]
        names = self.fields.counted("level")
        if not abnormal or self._present <= self.plan.query.max_records:
            return [clause]
        self._notes[text("elasticsearch.abnormal_first")] = None
        bad = one_of(names, abnormal)
        first = both(clause, bad)
        present, _ = count(self.client, self.plan.index, first)
        most = self.plan.query.max_records
        if present > most:
            self._say(text("elasticsearch.abnormal_over_budget", n=present, most=most))
        return [first, without(clause, bad)]

    @property
    def _limited(self) -> bool:
        return bool(self.plan.query.max_bytes or self.plan.query.max_seconds)

    def _walk_all(self, clause: Clause) -> Iterator[pa.RecordBatch]:
        if self._left <= 0:
            return
        body: dict[str, Any] = {"query": clause}
        if not self.fields.states_times_plainly:
            body["docvalue_fields"] = [{"field": self.fields.time_field, "format": "epoch_millis"}]
        beside = self.fields.asked_beside
        if beside:
            body["fields"] = list(beside)
        parts = self.plan.parts
        with ThreadPoolExecutor(parts, "elasticsearch") as pool:
            lanes = [_Lane(self.road.walk(body, part, parts), pool) for part in range(parts)]
            try:
                yield from self._take_turns(lanes)
            finally:
                for lane in lanes:
                    lane.drop()

    def _take_turns(self, lanes: list[_Lane]) -> Iterator[pa.RecordBatch]:
        while lanes and self._left > 0:
            for lane in tuple(lanes):
                if self._left <= 0:
                    return
                reason = self.allowance.exceeded
                if reason is not None:
                    self._say(reason)
                    return
                answer, size = lane.next()
                self.allowance.spend(size)
                self._say(*answer.troubles)
                if not answer.hits.hits:
                    lanes.remove(lane)
                    continue
                for hit in answer.hits.hits[: self._left]:
                    self._take(hit)
                if len(self.builder):
                    yield self.builder.take()

    def _take(self, hit: Hit) -> None:
        if hit.source is None:
            raise SourceContract("elasticsearch.no_source", index=hit.index)
        self._read += 1
        row = self._row_of(hit.source, hit)
        stated = hit.fields.get(self.fields.time_field)
        at = micros_of(stated[0] if stated else row.get(self.fields.time_field))
        if at is None:
            moment = self.builder.time_of(row)
            at = None if moment is None else to_micros(moment)
        if at is not None and not self._start_us <= at < self._end_us:
            self._outside += 1
            return
        self._kept += 1
        self.builder.add_at(row, at, f"es:{hit.index}/{hit.id}")

    def _row_of(self, source: Mapping[str, Any], hit: Hit) -> dict[str, object]:
        """Return a document with what the store counts it by and the document itself does not hold."""
        row = flatten(source)
        constant = self.fields.constant.get(hit.index)
        if constant:
            row.update(constant)
        for name in self.fields.asked_beside if hit.fields else ():
            values = hit.fields.get(name)
            if values:  # a script goes before what the document says
                row[name] = values[0] if len(values) == 1 else values
        return row

    def _note_what_else_there_is(self) -> None:
        # Nothing matches: a reader wants to know whether the window or the scope is to blame.
        if self._present:
            return
        whole: Mapping[str, Any] = within(self.plan.window, self.fields.time_field)
        held, _ = count(self.client, self.plan.index, whole)
        key = "scope_empty" if held else "window_empty"
        self._notes[text(f"elasticsearch.{key}", n=held, index=self.plan.index)] = None

    def _say_what_is_missing(self) -> None:
        missing = self._present - self._read
        if missing <= 0:
            return
        if self._left <= 0:
            said = {"read": self._kept, "present": self._present}
            self._say(text("elasticsearch.over_budget", **said))
        elif self.allowance.exceeded is None:
            self._say(text("elasticsearch.fewer_than_counted", n=missing))

    def _break_off(self, broken: SourceError) -> None:
        # What was read is worth a report; that the rest never came is said in it.
        why = broken.first_lines
        read_, present = self._kept, self._present
        self._say(text("elasticsearch.broke_off", read=read_, present=present, why=why))

    def _say(self, *reasons: Text) -> None:
        self._incomplete |= dict.fromkeys(reasons)


class _Lane:
    """One part of the answer, its next page already on the way."""

    def __init__(self, walk: Walk, pool: ThreadPoolExecutor) -> None:
        self._walk = walk
        self._pool = pool
        self._coming: Future[tuple[SearchAnswer, int]] = pool.submit(walk.page)

    def next(self) -> tuple[SearchAnswer, int]:
        """Return the next page and its size [bytes], and send for the one behind it."""
        answer, size = self._coming.result()
        if answer.hits.hits:
            self._coming = self._pool.submit(self._walk.page)
        return answer, size

    def drop(self) -> None:
        """Forget the page that is on its way."""
        self._coming.cancel()
