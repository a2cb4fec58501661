"""One batch of records counted: the same function in this process and on any other machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel import native
from paicha.kernel.caps import (
    CAPS,
    OTHER,
    UNCUT,
    Caps,
    Cut,
    capped_counts,
    joined,
    widest,
)
from paicha.kernel.merge import merge
from paicha.kernel.shape import LINE_CAP, Shaped, shape
from paicha.kernel.slot_caps import capped_slots
from paicha.kernel.slots import slot_tables
from paicha.kernel.thrown import example_of
from paicha.kernel.weights import are_many
from paicha.model.question import Window
from paicha.model.schema import COUNTS, SLOT_BUCKETS, SLOT_VALUES, SLOTS, STORED_RECORDS, TIME
from paicha.values import dataclass

#: Lines whose shapes are remembered; then all are forgotten at once.
_REMEMBERED = 100_000
#: Longer lines are shaped anew each time: remembering them would cost memory without a bound.
_REMEMBERED_LENGTH = 1024
#: Longest example kept [characters].
EXAMPLE_CAP = LINE_CAP


@dataclass(frozen=True, slots=True)
class Partial:
    """The four tables of a part, and what of it was given up to the caps."""

    counts: pa.Table
    slots: pa.Table
    slot_values: pa.Table
    slot_buckets: pa.Table
    cut: Cut = UNCUT
    #: `COUNTS` of the records that lie in the baseline; None where none was asked for.
    baseline: pa.Table | None = None
    baseline_cut: Cut = UNCUT
    #: Whether the tables are sums already: sorted by key, each key once.
    summed: bool = field(default=False, compare=False)
    #: The caps it was found to be within; None: nobody looked.
    within: Caps | None = field(default=None, compare=False)

    @property
    def nbytes(self) -> int:
        """What the tables take in memory [bytes]."""
        tables = (self.counts, self.slots, self.slot_values, self.slot_buckets, self.baseline)
        return sum(table.nbytes for table in tables if table is not None)

    @property
    def holds(self) -> bool:
        """Whether it counts anything, or would count what came before."""
        return self.counts.num_rows > 0 or self.baseline is not None

    @property
    def minute_s(self) -> int:
        """How wide the widest minutes of the counts are [s]."""
        return max(widest(self.cut), widest(self.baseline_cut))

    @property
    def others(self) -> int:
        """How many records are counted together, as `paicha.kernel.caps.OTHER`."""
        others = self.counts.filter(pc.equal(self.counts["shape"], OTHER))
        return int(pc.sum(others["n"]).as_py() or 0)

    @property
    def others_whole(self) -> bool:
        """Whether not even the modules and hosts of these are told apart."""
        return self.cut.other_whole

    @property
    def unplaced(self) -> int:
        """How many records of a known shape are counted without their modules, services and hosts."""
        counts = self.counts.filter(are_many(self.counts))
        return int(pc.sum(counts.filter(pc.not_equal(counts["shape"], OTHER))["n"]).as_py() or 0)

    @property
    def without_variables(self) -> bool:
        """Whether the variables of some shapes are no longer kept."""
        return self.cut.slots is not None


@dataclass(slots=True)
class Shaper:
    """Shapes lines and remembers what it saw; forgetting changes no result."""

    remembered: dict[str, Shaped] = field(default_factory=dict)

    def __call__(self, body: str) -> Shaped:
        """Return the shape of *body*."""
        found = self.remembered.get(body)
        if found is None:
            found = shape(body)
            if len(body) <= _REMEMBERED_LENGTH:
                if len(self.remembered) >= _REMEMBERED:
                    self.remembered.clear()
                self.remembered[body] = found
        return found


def count(
    records: pa.RecordBatch, shaper: Shaper | None = None, baseline: Window | None = None
) -> tuple[pa.RecordBatch, Partial]:
    """
    Return a batch of `RECORDS` with shapes (`STORED_RECORDS`), and what it adds to the counts.

    The native twin does it where it is built; `count_by_reference` says what comes out.

    Args:
        records: Any number of `RECORDS`, also none.
        shaper: To remember shapes over batches; none: this batch alone. The twin needs none.
        baseline: Records inside it are counted apart and stand in no other table; they keep no
            variables, because ranges belong to the window.
    """
    twin = Running.of_twin(baseline)
    if twin is None:
        return count_by_reference(records, shaper, baseline)
    stored = twin.add(records)
    return stored, twin.take()


class Running:
    """Sums over batch after batch, kept by the native twin."""

    def __init__(self, extension: native.Extension, baseline: Window | None) -> None:
        self._tally = native.NativeTally(extension)
        self._baseline = baseline

    @classmethod
    def of_twin(cls, baseline: Window | None = None) -> Running | None:
        """Return empty sums; None where the twin is not built."""
        extension = native.find().extension
        return None if extension is None else cls(extension, baseline)

    @property
    def rows(self) -> int:
        """Rows of the counts so far."""
        return self._tally.rows

    def add(self, records: pa.RecordBatch) -> pa.RecordBatch:
        """Count a batch of `RECORDS` and return it with its shapes, without the baseline's."""
        shapes = self._tally.add(records, native.span_of(self._baseline))
        stored = pa.RecordBatch.from_arrays([*records.columns, shapes], schema=STORED_RECORDS)
        if self._baseline is None:
            return stored
        return stored.filter(pc.invert(inside_of(stored, self._baseline)))

    def take(self) -> Partial:
        """Return the sums so far and start anew."""
        return counted_by_twin(self._tally.take(), self._baseline)


def counted_by_twin(tables: native.Tables, baseline: Window | None) -> Partial:
    """Return what the native twin counted, its variables within the caps of any sum."""
    variables, cut = capped_slots(
        (tables.slots, tables.slot_values, tables.slot_buckets), UNCUT, CAPS
    )
    before = None if baseline is None else tables.before
    return Partial(tables.counts, *variables, cut, baseline=before, summed=True)


def count_by_reference(
    records: pa.RecordBatch, shaper: Shaper | None = None, baseline: Window | None = None
) -> tuple[pa.RecordBatch, Partial]:
    """Return what `count` returns, counted in Python: the specification."""
    shaper = shaper or Shaper()
    if baseline is None:
        return _count(records, shaper)
    inside = inside_of(records, baseline)
    stored, part = _count(records.filter(pc.invert(inside)), shaper)
    before = records.filter(inside)
    shapes = pa.array(
        [shaper(body).shape for body in before.column("body").to_pylist()], pa.string()
    )
    shaped = pa.RecordBatch.from_arrays([*before.columns, shapes], schema=STORED_RECORDS)
    return stored, replace(part, baseline=_counts(shaped))


def as_baseline(part: Partial) -> Partial:
    """
    Return what was counted somewhere else over the baseline, so that it adds to nothing else.

    Records without a time lie in no window: they were read, and counted, with the other one.
    """
    timed = part.counts.filter(pc.is_valid(part.counts["first"]))
    return replace(add([]), baseline=timed, baseline_cut=part.cut)


def inside_of(records: pa.RecordBatch, window: Window) -> pa.Array:
    """Return for each record whether its time lies in *window*; without a time it does not."""
    time = records.column("timestamp")
    start, end = (pa.scalar(moment, TIME) for moment in (window.start, window.end))
    return pc.fill_null(pc.and_(pc.greater_equal(time, start), pc.less(time, end)), False)  # noqa: FBT003


def _count(records: pa.RecordBatch, shaper: Shaper) -> tuple[pa.RecordBatch, Partial]:
    bodies: list[str] = records.column("body").to_pylist()
    lines = Counter(bodies)
    shaped = {body: shaper(body) for body in lines}
    shapes = pa.array([shaped[body].shape for body in bodies], pa.string())
    stored = pa.RecordBatch.from_arrays([*records.columns, shapes], schema=STORED_RECORDS)
    tables = slot_tables((shaped[body], n) for body, n in lines.items())
    return stored, Partial(_counts(stored), *tables)


def _counts(stored: pa.RecordBatch) -> pa.Table:
    time = stored.column("timestamp")
    table = pa.table(
        [
            stored.column("shape"),
            stored.column("severity_number"),
            stored.column("severity_text"),
            _either(stored.column("code_file_path"), stored.column("scope_name")),
            stored.column("service_name"),
            _either(stored.column("host_ip"), stored.column("host_id")),
            pc.floor_temporal(time, unit="minute"),
            pa.repeat(pa.scalar(1, pa.int64()), stored.num_rows),
            time,
            time,
            _examples(stored.column("body")),
        ],
        schema=COUNTS,
    )
    return merge([table], COUNTS)


def _examples(bodies: pa.Array) -> pa.Array:
    lengths = pc.utf8_length(bodies)
    if (pc.max(lengths).as_py() or 0) <= EXAMPLE_CAP:
        return bodies
    is_long = pc.greater(lengths, EXAMPLE_CAP)
    shown = [example_of(body, EXAMPLE_CAP) for body in bodies.filter(is_long).to_pylist()]
    return pc.replace_with_mask(bodies, is_long, pa.array(shown, bodies.type))


def _either(first: pa.Array, second: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(first, ""), second, first)


def add(parts: Sequence[Partial], caps: Caps = CAPS) -> Partial:
    """
    Return the sum of partial tables, within the caps; the same in whatever order the parts came.

    See `paicha.kernel.caps` for what is given up beyond them, and for why the order does not matter.
    """
    return _added(list(parts), caps)


def _added(parts: list[Partial], caps: Caps) -> Partial:
    """Add parts and let go of them at once: the memory of those that nobody else holds is free for the sum."""
    cut = joined([part.cut for part in parts])
    earlier = joined([part.baseline_cut for part in parts])
    holding = [part for part in parts if part.holds]
    if len(holding) == 1 and holding[0].within == caps:
        only = holding[0]
        if (only.cut, only.baseline_cut) == (cut, earlier):
            return only
    holding.clear()
    sums = all(part.summed for part in parts)
    counted, slots = [part.counts for part in parts], [part.slots for part in parts]
    values = [part.slot_values for part in parts]
    buckets = [part.slot_buckets for part in parts]
    before = [part.baseline for part in parts if part.baseline is not None]
    parts.clear()
    counts, cut = capped_counts(_sum(counted, COUNTS, sums), cut, caps)
    of_variables = (
        _sum(slots, SLOTS, sums),
        _sum(values, SLOT_VALUES, sums),
        _sum(buckets, SLOT_BUCKETS, sums),
    )
    of_variables, cut = capped_slots(of_variables, cut, caps)
    tables = (counts, *of_variables)
    if not before:
        return Partial(*tables, cut, summed=True, within=caps)
    baseline, earlier = capped_counts(_sum(before, COUNTS, sums), earlier, caps)
    return Partial(*tables, cut, baseline, earlier, summed=True, within=caps)


def _sum(tables: list[pa.Table], like: pa.Schema, sums: bool) -> pa.Table:
    """Return the sum of tables, whose list is emptied; the only one that holds anything is its own, if all are *sums*."""
    held = [table for table in tables if table.num_rows]
    tables.clear()
    if sums and len(held) == 1:
        return held[0]
    return merge((held.pop() for _ in range(len(held))), like)


#: Partial tables that wait before they are added [bytes]: adding takes about three times as much for a moment.
_WAITING_BYTES = 24 << 20


class Sum:
    """
    Parts added up as they come: what `add` gives for all of them, in bounded memory.

    A part gives up at once what the whole gave up already, so what waits is small however many
    different shapes come.

    Args:
        caps: What the sum may hold.
    """

    def __init__(self, caps: Caps = CAPS) -> None:
        self._caps = caps
        self._total = add([])
        self._waiting: list[Partial] = []
        self._bytes = 0
        self._rows = 0

    @property
    def cut(self) -> Cut:
        """What was given up so far, by the parts that are added."""
        return self._total.cut

    def put(self, part: Partial) -> None:
        """Take a part."""
        if not (self._total.cut.untouched and self._total.baseline_cut.untouched):
            known = replace(add([]), cut=self._total.cut, baseline_cut=self._total.baseline_cut)
            part = add([known, part], self._caps)
        self._waiting.append(part)
        self._bytes += part.nbytes
        self._rows += part.counts.num_rows
        # The sum is made anew each time, so a large one waits for more; but where units are given up, the
        # sum says which of those to come need not be looked at.
        bound = self._total.cut.widths[-1] is not None and self._rows > self._caps.units
        if bound or self._bytes > max(_WAITING_BYTES, self._total.nbytes // 2):
            self.take()

    def take(self) -> Partial:
        """Return the sum of all that was put; more may be put."""
        if self._waiting:
            is_much = self._bytes > _WAITING_BYTES
            if is_much:  # what others gave back has other sizes than what adding takes
                pa.default_memory_pool().release_unused()
            parts = [self._total, *self._waiting]
            self._waiting, self._bytes, self._rows = [], 0, 0
            self._total = add([])
            self._total = _added(parts, self._caps)
            if is_much:  # and so has that for what comes next: it takes a multiple of the sum
                pa.default_memory_pool().release_unused()
        return self._total

    def so_far(self) -> Callable[[], Partial]:
        """Return a way to the sum of what was put until now, whatever is put later."""
        return partial(add, [self._total, *self._waiting], self._caps)


class Room:
    """
    How many rows of counts are held before they are handed on to be added.

    Rows of one shape share its text and its variables, rows of different shapes have three kilobytes each;
    so few are held at first, and more where shapes turn out to be few.
    """

    _LEAST, _MOST = 10_000, 200_000
    _ROWS_PER_SHAPE = 4

    def __init__(self) -> None:
        self.rows = self._LEAST

    def learn(self, part: Partial) -> None:
        """Look at what was handed on."""
        tables = [table for table in (part.counts, part.baseline) if table is not None]
        rows = sum(table.num_rows for table in tables)
        shapes = sum(pc.count_distinct(table["shape"]).as_py() for table in tables)
        varied = shapes * self._ROWS_PER_SHAPE > rows
        self.rows = self._LEAST if varied else min(2 * self.rows, self._MOST)
