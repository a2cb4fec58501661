"""
Reading a window of an index set: counted first, cut into slices that can be read whole, paged.

Every row read is kept, outside the window, or a second copy; `coverage` says how many of each and
what the store counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

import pyarrow as pa

from paicha.errors import SourceError, SourceRejected
from paicha.kernel.field_map import Row, first_value
from paicha.kernel.parsed_line import host_name
from paicha.kernel.query_text import all_of, any_of
from paicha.kernel.row_records import RowBuilder, stored
from paicha.kernel.row_times import micros_of
from paicha.kernel.store_counts import Dimension, StoreCounts
from paicha.kernel.times import find_zone, to_micros
from paicha.locales import Text, text
from paicha.model.aliases import AliasSettings
from paicha.model.coverage import LogPage, SourceCoverage
from paicha.model.knowledge import TroubleWords
from paicha.model.question import Window
from paicha.sources.blueking.fields import LOG_FILE, FieldMap
from paicha.sources.blueking.portions import Portion, portions, stretches
from paicha.sources.blueking.records import AliasCounter
from paicha.sources.blueking.roads import LogRoad
from paicha.sources.blueking.windows import MOST_ROWS, Slice, days, moment, of_window, readable
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be read, decided before the first row."""

    source: str
    window: Window
    query: str
    order: tuple[str, ...]
    max_records: int
    page_rows: int
    bare_addresses: bool
    notes: tuple[Text, ...]
    described: tuple[str, ...]  # the request as a reader can repeat it, and its page
    trouble: tuple[TroubleWords, ...] = ()
    page: LogPage | None = None
    zone: str = "UTC"  # of the reader


@dataclass(slots=True)
class Tally:
    """Rows by what became of them."""

    read: int = 0
    kept: int = 0
    outside: int = 0
    duplicates: int = 0
    without_time: int = 0
    missing: int = 0  # counted by the store, then not given


@dataclass(frozen=True, slots=True)
class Keys:
    """Where a row says what is looked at before it becomes a record."""

    time: tuple[str, ...]
    cloud: tuple[str, ...]
    host_ip: tuple[str, ...]


@dataclass(slots=True)
class BluekingLogReading:
    """One answer of `BluekingLogs`, as a `paicha.ports.LogReading`."""

    road: LogRoad
    fields: FieldMap
    plan: Plan
    builder: RowBuilder
    _aliases: AliasCounter
    _tally: Tally = field(default_factory=Tally)
    _counted: dict[tuple[Slice, str], int] = field(default_factory=dict)
    _summary: StoreCounts = field(init=False)
    _incomplete: dict[Text, None] = field(default_factory=dict)
    _notes: dict[Text, None] = field(default_factory=dict)
    _clouds: dict[str, set[str]] = field(default_factory=dict)
    _present: int = 0
    _last_us: int | None = (
        None  # time of the latest record that was kept, as long as they come in order of time
    )
    _upto: int | None = None  # records to have been kept at the end of a stretch; None: no stretch
    _keys: Keys = field(init=False)
    _window_us: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self._summary = StoreCounts(self.plan.source)
        fields, window = self.fields, self.plan.window
        time = (fields.time_field, "dtEventTimeStamp", "_time")
        self._keys = Keys(time, fields.keys("cloud"), fields.keys("host_ip"))
        self._window_us = (to_micros(window.start), to_micros(window.end))

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        whole = of_window(self.plan.window)
        self._present = self._sum(whole, self.plan.query)
        if not self._present:
            self._note_what_else_there_is(whole)
        try:
            for portion in self._portions(whole):
                yield from self._read_portion(whole, portion.query)
        except SourceError as broken:
            if not self._tally.kept:
                raise
            self._break_off(broken)
        if self._tally.missing:
            self._say(text("blueking.fewer_than_counted", n=f"{self._tally.missing:,}"))
        if self._present > self._tally.kept and self._present > self.plan.max_records:
            facts = {"read": f"{self._tally.kept:,}", "present": f"{self._present:,}"}
            self._say(text("blueking.over_budget", **facts))
        self._note_clouds()

    @property
    def coverage(self) -> SourceCoverage:
        """What was there, what was read, what is missing and why."""
        tally = self._tally
        return SourceCoverage(
            source=self.plan.source,
            kind="blueking_logs",
            window=self.plan.window,
            present=self._present,
            read=tally.read,
            kept=tally.kept,
            outside=tally.outside,
            filtered=0,
            duplicates=tally.duplicates,
            without_time=tally.without_time,
            without_level=self.builder.without_level,
            incomplete=(*self.road.troubles, *self._incomplete),
            notes=(*self.plan.notes, *self._notes),
            queries=self.plan.described,
            page=self.plan.page,
        )

    @property
    def store_counts(self) -> pa.Table | None:
        """Exact totals of the store where the window was too big to read whole; else None."""
        return self._summary.table()

    @property
    def aliases(self) -> tuple[AliasSettings, pa.Table] | None:
        """The index set's aliases and what the rows read say about them."""
        return self.fields.settings, self._aliases.table()

    def _count(self, piece: Slice, query: str) -> int:
        key = (piece, query)
        if key not in self._counted:
            if len(self._counted) > 1000:
                self._counted.clear()
            self._counted[key] = self.road.count(piece, query, self.fields.time_field)
        return self._counted[key]

    def _portions(self, whole: Slice) -> list[Portion]:
        # One query, or where that is too much: what tells of trouble whole, then the rest.
        if self._present <= self.plan.max_records:
            return [Portion(self.plan.query, "all")]
        plan, levels = self.plan, self._summarise(whole)
        found = portions(plan.query, self.fields, levels, plan.trouble, plan.window)
        try:
            held = self._held_by(whole, found)
        except SourceRejected as refusal:  # a storage that takes no phrases, or not so many of them
            self._notes[text("blueking.words_refused", why=refusal.first_lines)] = None
            found = portions(plan.query, self.fields, levels, (), plan.window)
            held = self._held_by(whole, found)
        self._say_what_comes_first(held["abnormal"], held["words"], leveled=bool(levels))
        return found

    def _held_by(self, whole: Slice, found: list[Portion]) -> dict[str, int]:
        held = dict.fromkeys(("abnormal", "words"), 0)
        for portion in found:
            if portion.kind in held:
                held[portion.kind] += self._sum(whole, portion.query)
        return held

    def _say_what_comes_first(self, abnormal: int, words: int, *, leveled: bool) -> None:
        most = self.plan.max_records
        first = [Text.same(word) for group in self.plan.trouble for word in group.words[:3]]
        facts = {"n": f"{words:,}", "most": f"{most:,}", "words": Text.list_of(first)}
        if abnormal:
            self._notes[text("blueking.abnormal_first")] = None
        if abnormal > most:
            self._say(text("blueking.abnormal_over_budget", n=f"{abnormal:,}", most=f"{most:,}"))
        elif leveled and words:
            self._notes[text("blueking.words_next", **facts)] = None
        elif words:
            key = "words_over_budget" if words > most else "words_first"
            self._say(text(f"blueking.{key}", **facts))

    def _sum(self, whole: Slice, query: str) -> int:
        return sum(self._count(day, query) for day in days(whole))

    def _read_portion(self, whole: Slice, query: str) -> Iterator[pa.RecordBatch]:
        if self._left() <= 0:
            return
        if self._sum(whole, query) <= self._left():
            for day in days(whole):
                yield from self._read_day(day, query)
            return
        minutes: dict[int, int] = {}
        for day in days(whole):
            minutes |= self.road.minutes(day, query, self.fields.time_field)
        before = self._tally.kept
        for piece, upto in stretches(whole, minutes, self._left()):
            self._upto = before + upto
            yield from self._read_slice(piece, query, 0)
        self._upto = None

    def _summarise(self, whole: Slice) -> list[str]:
        # Fills STORE_COUNTS; returns the levels there are, as spelled.
        self._summary.add("total", "", self._present)
        levels = self._by("severity_text", "level", whole)
        self._by("module", "file" if self.fields.queried("file") else "logger", whole)
        self._by_host(whole)
        patterns, clustered = set(), 0
        for day in days(whole):
            counted = self.road.minutes(day, self.plan.query, self.fields.time_field)
            for start_ms, n in counted.items():
                self._summary.add_minute(moment(start_ms * 1000), n)
            if self.fields.clustering:
                for pattern, n in self.road.patterns(day, self.plan.query).items():
                    self._summary.add("pattern", pattern, n)
                    patterns.add(pattern)
                    clustered += n
        if self.fields.clustering:
            facts = {"n": f"{len(patterns):,}", "clustered": f"{clustered:,}"}
            said = text("blueking.patterns_counted", present=f"{self._present:,}", **facts)
            self._notes[said] = None
        return levels

    def _by_host(self, whole: Slice) -> None:
        # The same address in two cloud areas is two machines, as in the records.
        if not self.fields.queried("host_ip"):
            self._by("host", "host_id", whole)
            return
        fields = self.fields.queried("cloud")
        areas = {
            value for name in fields for value, _ in self._groups(name, self.plan.query, whole)
        }
        far = sorted(area for area in areas if area.strip("0"))
        parts = {area: any_of(fields, [area]) for area in far}
        usual = {"": f"* AND NOT {any_of(fields, far)}"} if far else {"": ""}
        counted = 0
        for area, clause in (usual | parts).items():
            query = all_of(self.plan.query, clause)
            for name in self.fields.queried("host_ip"):
                for value, n in self._groups(name, query, whole):
                    self._summary.add("host", host_name(value, area), n)
                    counted += n
        self._rest("host", self.fields.queried("host_ip"), counted)

    def _by(self, dimension: Dimension, canonical: str, whole: Slice) -> list[str]:
        names = self.fields.queried(canonical)
        spelled: dict[str, None] = {}
        counted = 0
        for name in names:
            for value, n in self._groups(name, self.plan.query, whole):
                spelled[value] = None
                self._summary.add(dimension, value, n)
                counted += n
        self._rest(dimension, names, counted)
        return sorted(spelled)

    def _groups(self, name: str, query: str, whole: Slice) -> Iterator[tuple[str, int]]:
        for day in days(whole):
            yield from self.road.groups(name, day, query).items()

    def _rest(self, dimension: Dimension, names: tuple[str, ...], counted: int) -> None:
        # Rows that say none of these fields, or more than one of them.
        if names and counted < self._present:
            self._summary.add(dimension, "", self._present - counted)
        if counted > self._present:
            self._say(text("blueking.counted_twice", dimension=dimension, fields=", ".join(names)))

    def _read_day(self, day: Slice, query: str) -> Iterator[pa.RecordBatch]:
        for piece, rows in readable(day, lambda part: self._count(part, query)):
            if self._left() <= 0:
                return
            yield from self._read_slice(piece, query, rows)

    def _left(self) -> int:
        most = self.plan.max_records
        return (most if self._upto is None else min(self._upto, most)) - self._tally.kept

    def _read_slice(self, piece: Slice, query: str, counted: int) -> Iterator[pa.RecordBatch]:
        # Keys of one slice are enough to know a row again: what lies in another slice is trimmed.
        seen: dict[tuple[object, object] | str, int] = {}
        offset = 0
        while offset < MOST_ROWS and self._left() > 0:
            limit = min(self.plan.page_rows, MOST_ROWS - offset, self._left())
            rows = self.road.page(piece, query, self.plan.order, offset, limit)
            for row in rows:
                self._take(row, piece, seen)
            if len(self.builder):
                yield self.builder.take()
            offset += len(rows)
            if len(rows) < limit:
                break
        if counted > MOST_ROWS:
            at = f"{self._told_time(piece.start_ms * 1000)}.{piece.start_ms % 1000:03}"
            self._say(
                text("blueking.millisecond_full", at=at, n=f"{counted:,}", most=f"{MOST_ROWS:,}")
            )
        elif offset < counted and self._left() > 0:
            self._tally.missing += counted - offset

    def _take(self, row: Row, piece: Slice, seen: dict[tuple[object, object] | str, int]) -> None:
        if self._left() <= 0:
            return
        self._tally.read += 1
        stamp = first_value(row, self._keys.time)
        at = micros_of(stamp)
        if at is not None and not self._window_us[0] <= at < self._window_us[1]:
            self._tally.outside += 1
            return
        key = (row.get("__index"), row.get("__doc_id"))
        known = key[1] is not None
        beyond = at is not None and not piece.start_ms * 1000 <= at < piece.end_ms * 1000
        if beyond or (known and key in seen):
            # Twice in this slice, or a row of the next slice that comes again there.
            self._tally.duplicates += 1
            return
        locator = _locator(row, stamp)
        if known:
            seen[key] = 1
        else:
            seen[locator] = seen.get(locator, 0) + 1
            locator = f"{locator}#{seen[locator]}"
        self._tally.without_time += at is None
        self._tally.kept += 1
        self._last_us = at if at is not None else self._last_us
        self._aliases.add(row)
        cloud = first_value(row, self._keys.cloud)
        self._remember_cloud(row, cloud)
        beside = {} if cloud is None or str(cloud) == "0" else {"cloudId": cloud}
        if self.fields.collected and row.get("path"):
            beside[LOG_FILE] = row["path"]
        self.builder.add_at(self._in_its_area(row, cloud), at, locator, beside)

    def _in_its_area(self, row: Row, cloud: object) -> Row:
        # The same address in two cloud areas is two machines.
        for key in self._keys.host_ip if cloud is not None and str(cloud) != "0" else ():
            value = row.get(key)
            if value is not None and value != "":
                named = host_name(value, str(cloud)) if isinstance(value, str) else value
                return row if named == value else {**row, key: named}
        return row

    def _note_what_else_there_is(self, whole: Slice) -> None:
        # Nothing matches: a reader wants to know whether the window or the scope is to blame.
        if self.plan.query == "*":
            return
        held = self._sum(whole, "*")
        key = "blueking.scope_empty" if held else "blueking.window_empty"
        self._notes[text(key, n=f"{held:,}", query=self.plan.query)] = None

    def _break_off(self, broken: SourceError) -> None:
        # What was read is worth a report; that the rest never came is said in it.
        why = broken.first_lines
        facts = {"read": f"{self._tally.kept:,}", "present": f"{self._present:,}", "why": why}
        ordered = self._present <= self.plan.max_records and self._last_us is not None
        if not ordered:
            self._say(text("blueking.broke_off", **facts))
            return
        at = self._told_time(self._last_us or 0)
        self._say(text("blueking.broke_off_at", at=at, **facts))

    def _told_time(self, microseconds: int) -> str:
        return (
            moment(microseconds).astimezone(find_zone(self.plan.zone)).strftime("%Y-%m-%d %H:%M:%S")
        )

    def _say(self, reason: Text) -> None:
        self._incomplete[reason] = None

    def _remember_cloud(self, row: Row, cloud: object) -> None:
        if self.plan.bare_addresses and cloud is not None:
            ip = stored(first_value(row, self._keys.host_ip))
            self._clouds.setdefault(ip, set()).add(stored(cloud))

    def _note_clouds(self) -> None:
        for ip, clouds in sorted(self._clouds.items()):
            if len(clouds) > 1:
                areas = sorted(clouds)
                names = ", ".join(host_name(ip, area) for area in areas)
                said = text("blueking.several_areas", ip=ip, areas=", ".join(areas), names=names)
                self._notes[said] = None


_LOCATOR = "bk:%s/%s/%s/%s/%s@%s/%s"
#: Types of values that `stored` shows as they are, where they are in ASCII.
_AS_THEY_ARE = frozenset({str, int})
_PLACE = (("serverIp", "ip"), ("gseIndex", "gseindex"), ("iterationIndex", "_iteration_idx"))


def _locator(row: Row, stamp: object) -> str:
    said = row.get
    place = [first_value(row, keys) for keys in _PLACE]
    values = (stamp, *place, said("path"), said("__index"), said("__doc_id"))
    if _AS_THEY_ARE.issuperset(map(type, values)):
        words = _LOCATOR % values
        if words.isascii():
            return words
    return _LOCATOR % tuple(map(stored, values))
