"""
Reading a window of a store: counted first, cut into pieces by the store's counts, each read whole.

Every row read is kept, outside the window or beyond the budget's end; `coverage` says how many of each
and what the store counted. Within a piece rows are sorted, so that the same question gives the same
table; a piece that grows beyond 64 MiB or 50,000 rows is handed on in parts, in the store's order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

import pyarrow as pa
import pyarrow.compute as pc

from paicha.errors import SourceError, SourceUnreachable
from paicha.kernel.allowance import Allowance
from paicha.kernel.levels import WARN, stored_level
from paicha.kernel.log_places import is_log_file
from paicha.kernel.row_records import RowBuilder
from paicha.kernel.store_counts import StoreCounts
from paicha.locales import Text, text
from paicha.model.aliases import AliasSettings
from paicha.model.coverage import SourceCoverage
from paicha.model.question import Window
from paicha.sources.stored_logs.cutting import MINUTE_NS, Piece, moment, of_window
from paicha.sources.stored_logs.holding import Held
from paicha.sources.stored_logs.store import LogStore
from paicha.values import dataclass

#: Rows asked for at once: some ten megabytes of usual lines. Of a very big window more, so that there
#: are at most a thousand questions: a store that is not ordered by time looks all of it through for each.
_ROWS_PER_PIECE = 20_000
_MOST_PIECES = 1000
_MOST_HELD = 64 << 20  # [bytes]
_MOST_HELD_ROWS = 50_000
#: Rows between two looks at what the reading may cost.
_ROWS_PER_LOOK = 1000
#: How often a piece that broke off is asked for; a store in order of time repeats its own pages.
_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be read, decided before the first row."""

    source: str
    kind: str
    window: Window
    max_records: int
    described: str  # the request as a reader can repeat it
    scheme: str  # how a locator begins
    notes: tuple[Text, ...] = ()


@dataclass(slots=True)
class Tally:
    """Rows by what became of them."""

    read: int = 0
    kept: int = 0
    outside: int = 0
    without_time: int = 0
    without_level: int = 0


@dataclass(slots=True)
class StoredLogReading:
    """One answer of a store, as a `paicha.ports.LogReading`."""

    store: LogStore
    plan: Plan
    builder: RowBuilder
    allowance: Allowance
    _tally: Tally = field(default_factory=Tally)
    _summary: StoreCounts = field(default_factory=lambda: StoreCounts(""))
    _incomplete: dict[Text, None] = field(default_factory=dict)
    _notes: dict[Text, None] = field(default_factory=dict)
    _present: int = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        self._summary = StoreCounts(self.plan.source)
        self._present = self.store.count("")
        if not self._present:
            self._note_what_else_there_is()
        whole = of_window(self.plan.window)
        try:
            for part in self._parts(whole):
                yield from self._read_part(whole, part)
        except SourceError as broken:
            if not self._tally.kept:
                raise
            self._break_off(broken)
            return
        self._compare()

    @property
    def coverage(self) -> SourceCoverage:
        """What was there, what was read, what is missing and why."""
        tally = self._tally
        return SourceCoverage(
            source=self.plan.source,
            kind=self.plan.kind,
            window=self.plan.window,
            present=self._present,
            read=tally.read,
            kept=tally.kept,
            outside=tally.outside,
            filtered=0,
            duplicates=0,
            without_time=tally.without_time,
            without_level=tally.without_level,
            incomplete=(*self.store.troubles, *self._incomplete),
            notes=(*self.plan.notes, *self._notes),
            queries=(self.plan.described,),
        )

    @property
    def store_counts(self) -> pa.Table | None:
        """Exact totals of the store where the window was too big to read whole; else None."""
        return self._summary.table()

    @property
    def aliases(self) -> tuple[AliasSettings, pa.Table] | None:
        """Nothing: no such thing here."""
        return None

    def _parts(self, whole: Piece) -> list[str]:
        # Everything, or where that is too much: abnormal levels whole, then the rest.
        if self._present <= self.plan.max_records:
            return [""]
        levels = self._summarise(whole)
        abnormal = [word for word in levels if stored_level(word)[0] >= WARN]
        parts = self.store.parts(abnormal) if abnormal else None
        if parts is None:
            return [""]
        self._notes[text("stored.abnormal_first")] = None
        present = self.store.count(parts[0])
        if present > self.plan.max_records:
            most = self.plan.max_records
            self._say(text("stored.abnormal_over_budget", n=present, most=most))
        return list(parts)

    def _summarise(self, whole: Piece) -> list[str]:
        # Fills STORE_COUNTS; returns the levels there are, as spelled.
        self._summary.add("total", "", self._present)
        levels = self.store.groups("level") or {"": self._present}
        for word, n in levels.items():
            self._summary.add("severity_text", word, n)
        modules = self.store.groups("file")
        if modules is None or all(not name or is_log_file(name) for name in modules):
            modules = self.store.groups("logger")
        for name, n in (modules or {}).items():
            self._summary.add("module", name, n)
        hosts = self.store.groups("host_ip")
        if hosts is None:
            hosts = self.store.groups("host_id")
        for name, n in (hosts or {}).items():
            self._summary.add("host", name, n)
        for start_ns, n in self.store.histogram(whole, MINUTE_NS, "").items():
            self._summary.add_minute(moment(start_ns), n)
        return sorted(word for word in levels if word)

    def _read_part(self, whole: Piece, part: str) -> Iterator[pa.RecordBatch]:
        most = max(_ROWS_PER_PIECE, self._present // _MOST_PIECES)
        for piece, rows in self.store.pieces(whole, most, part):
            if self._ended():
                return
            if rows:
                yield from self._read_piece(piece, part)

    def _left(self) -> int:
        return self.plan.max_records - self._tally.kept

    def _ended(self) -> bool:
        return self._left() <= 0 or self.allowance.exceeded is not None

    def _read_piece(self, piece: Piece, part: str) -> Iterator[pa.RecordBatch]:
        seen: dict[str, int] = {}
        most: Held | None = None  # of the tries that broke off
        spend = self.allowance.spend
        for attempt in range(1, _ATTEMPTS + 1):
            held, given, most_held = self._new_held(), False, self._most_held()
            unspent = n = 0
            add = held.add
            try:
                for row in self.store.rows(piece, part):
                    unspent += add(row)
                    n += 1
                    if n % _ROWS_PER_LOOK == 0:
                        spend(unspent)
                        unspent = 0
                        if self.allowance.exceeded is not None:
                            break
                    if held.size > _MOST_HELD or n >= most_held:
                        yield from self._take(held, seen, last=False)
                        held, given, most_held = self._new_held(), True, self._most_held()
                        n, add = 0, held.add
                        if self._ended():
                            return
            except SourceUnreachable:
                held.close()
                most = held if given or most is None else max(most, held, key=len)
                if given or attempt == _ATTEMPTS or self.store.ordered:
                    yield from self._take(most, seen, last=True)
                    raise
                continue
            finally:
                spend(unspent)
            yield from self._take(held, seen, last=True)
            return

    def _new_held(self) -> Held:
        return Held(self.builder, of_window(self.plan.window), self.plan.scheme)

    def _most_held(self) -> int:
        # Of rows in order of time no more are read than are wanted.
        return min(_MOST_HELD_ROWS, self._left()) if self.store.ordered else _MOST_HELD_ROWS

    def _take(self, held: Held, seen: dict[str, int], *, last: bool) -> Iterator[pa.RecordBatch]:
        taken = held.take(self._left(), seen, last=last)
        tally, batch = self._tally, taken.batch
        tally.read += taken.read
        tally.kept += batch.num_rows
        tally.outside += taken.outside
        tally.without_time += batch.column("timestamp").null_count
        tally.without_level += pc.sum(pc.equal(batch.column("severity_number"), 0)).as_py() or 0
        if batch.num_rows:
            yield batch

    def _compare(self) -> None:
        kept, present = self._tally.kept, self._present
        exceeded = self.allowance.exceeded
        if kept < min(present, self.plan.max_records) and exceeded is not None:
            self._say(exceeded)
            self._say(text("stored.not_all_read", read=kept, present=present))
        elif present > self.plan.max_records:
            self._say(text("stored.over_budget", read=kept, present=present))
        elif kept < present:
            self._say(text("stored.fewer_than_counted", n=present - kept))
        elif kept > present:
            self._notes[text("stored.more_than_counted", n=kept - present)] = None

    def _note_what_else_there_is(self) -> None:
        # Nothing matches: a reader wants to know whether the window or the scope is to blame.
        held = self.store.count_without_scope()
        if held is not None:
            key = "stored.scope_empty" if held else "stored.window_empty"
            self._notes[text(key, n=held, query=self.plan.described)] = None

    def _break_off(self, broken: SourceError) -> None:
        # What was read is worth a report; that the rest never came is said in it.
        why = broken.first_lines
        read, present = self._tally.kept, self._present
        self._say(text("stored.broke_off", read=read, present=present, why=why))

    def _say(self, reason: Text) -> None:
        self._incomplete[reason] = None
