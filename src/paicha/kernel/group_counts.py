"""Records of one file counted, thousands at once, and the order they came in."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel import native
from paicha.kernel.count import Partial, Shaper
from paicha.kernel.count_sums import CountSums, Unit, unit_of
from paicha.kernel.header_columns import Numbers
from paicha.kernel.headers import facts_of
from paicha.kernel.kept_records import KeptRecords
from paicha.kernel.line_groups import Lines
from paicha.kernel.normalise import ParsedLine
from paicha.kernel.recipe_tables import Numbers as Column
from paicha.kernel.record_groups import Read, Records, where
from paicha.kernel.scan import Example, Run, Seen, Segment
from paicha.kernel.scan import Facts as FileFacts
from paicha.kernel.spellings import NO_NUMBER, Variable
from paicha.kernel.texts import joined, rising
from paicha.kernel.value_sums import ValueSums
from paicha.kernel.whole_lines import Recipe
from paicha.model.question import Window

_SECOND_US = 1_000_000
#: Shapes, headers and pairs of these whose numbers are remembered.
_REMEMBERED = 50_000
_ROWS = pa.schema(
    [
        ("place", pa.int32()),
        ("time", pa.int64()),
        ("facts", pa.int32()),
        ("shape", pa.int32()),
        (
            "form",
            pa.int32(),
        ),  # format, whether the day was assumed, whether there is text beyond ASCII
        ("body", pa.binary()),
    ]
)
_VALUES = (pa.int32(), pa.binary(), pa.int32(), pa.int32())


class _Pair(NamedTuple):
    """Where records with a shape and a header are counted, and of which kind they are, which is a shape with a severity."""

    unit: Unit
    kind: tuple[str, int]


class Known:
    """
    Recipes with the numbers of their shapes and variables.

    Args:
        of: The recipes; more may be added.
    """

    def __init__(self, of: Sequence[Recipe]) -> None:
        self.of = of
        self.shapes, self.forms = Column(), Column()
        #: Of the variables that differ: their numbers, what kinds of numbers they are, and whether they are joined.
        self.slots, self.kinds, self.joined = Column(), Column(), Column()
        #: Of the others: numbers and texts, by the number of a recipe.
        self.fixed: dict[int, list[tuple[int, bytes]]] = {}

    def add(self, slots: Sequence[int], variables: Sequence[Variable]) -> None:
        """Take the variables of the recipe that was added last."""
        for slot, one in zip(slots, variables, strict=True):
            if one.group:
                self.slots.add(slot)
                self.kinds.add(one.kind if one.is_number else NO_NUMBER)
                self.joined.add(one.is_joined)
            else:
                self.fixed.setdefault(len(self.shapes) - 1, []).append((slot, one.text))


class GroupCounts:
    """
    What was counted of a file.

    Args:
        window: What is asked for; None: everything.
        baseline: Records inside it are counted apart.
        offsets: Whether locators of the file say where in it records begin.
    """

    def __init__(
        self, window: Window | None, baseline: Window | None, *, offsets: bool = True
    ) -> None:
        self._mark = "@" if offsets else ""
        self._window, self._baseline = native.span_of(window), native.span_of(baseline)
        self._shaper = Shaper()
        self._counts, self._before = CountSums(), CountSums()
        self._values = ValueSums()
        self._kept = KeptRecords(self._mark)
        self._known = Known([])
        self._seen: Counter[str] = Counter()
        self._formats: Counter[str] = Counter()
        self._first: int | None = None
        self._last: int | None = None
        # Of the stretch at hand.
        self._lines = Lines(b"")
        self._offset, self._number = 0, 1
        # Numbers of what comes back from stretch to stretch.
        self.facts = Numbers()
        self._shapes: dict[str, int] = {}
        self._forms: dict[tuple[str, bool, bool], int] = {}
        self._pairs: dict[int, _Pair] = {}
        self._hosts: dict[str, int] = {}
        self._host_of = Column()
        self._read: list[Read] = []
        self._alone: list[tuple[int, ParsedLine]] = []

    def begin(self, lines: Lines, offset: int, number: int) -> None:
        """Begin a stretch."""
        self._lines, self._offset, self._number = lines, offset, number
        if max(len(self._shapes), len(self._pairs), len(self.facts.facts)) > _REMEMBERED:
            self._shapes, self._forms, self._pairs, self._hosts = {}, {}, {}, {}
            self.facts, self._known, self._host_of = Numbers(), Known([]), Column()
        self._read, self._alone = [], []

    def add(self, read: Read) -> None:
        """Count records that were read together."""
        self._read.append(read)

    def add_one(self, place: int, parsed: ParsedLine) -> None:
        """Count a record that was read alone; it has a time."""
        self._alone.append((place, parsed))

    def finish(
        self, runs: Sequence[tuple[int, int]], others: Collection[int], size: int
    ) -> tuple[list[Run], list[Segment]]:
        """
        End a stretch.

        Args:
            runs: What is left of it, from line to line.
            others: Lines that are counted there.
            size: How long it is [bytes].

        Returns:
            The same by bytes, and the order of what was counted before, between and behind.
        """
        rows = pa.concat_tables([self._rows_alone(others), *self._rows_together(others)])
        rows = self._chosen(_in_one(rows))
        self._count(rows, before=False)
        rows = rows.select(["place", "time", "facts"])
        rows = rows.take(rising(joined(rows["place"].chunks, pa.int32()), len(self._lines)))
        edges = [0, *(edge for run in runs for edge in run), len(self._lines)]
        places = rows["place"].to_pylist() if runs else []
        spans = [(bisect_left(places, edge) if runs else edge) for edge in edges]
        if not runs:
            spans[1] = rows.num_rows
        segments = [
            self._segment(rows.slice(start, end - start))
            for start, end in zip(spans[::2], spans[1::2], strict=True)
        ]
        at = self._lines.start
        found = [Run(at(start), min(at(end), size), self._number + start) for start, end in runs]
        self.begin(Lines(b""), 0, 1)
        return found, segments

    def _rows_together(self, others: Collection[int]) -> list[pa.Table]:
        rows: list[pa.Table] = []
        values: list[tuple[pa.Array, ...]] = []
        for read in self._read:
            records = _without(read.records, others)
            known = self._known_of(records)
            columns = [
                records.places.cast(pa.int32()),
                records.times,
                records.facts,
                known.shapes.all().take(records.recipes),
                known.forms.all().take(records.recipes),
                records.bodies,
            ]
            rows.append(pa.table(columns, schema=_ROWS))
            values.append(self._values_of(known, self._inside(records)))
        if values:
            self._values.add(*map(joined, zip(*values, strict=True), _VALUES))
        return rows

    def _rows_alone(self, others: Collection[int]) -> pa.Table:
        alone = [pair for pair in self._alone if pair[0] not in others]
        rows: list[tuple[object, ...]] = []
        for place, parsed in alone:
            shaped = self._shaper(parsed.body)
            facts = facts_of(parsed)
            is_wide = not self._lines[place].isascii()
            time = parsed.timestamp_us or 0
            rows.append(
                (
                    place,
                    time,
                    self.facts.of(facts),
                    self._shape(shaped.shape),
                    self._form(parsed.format, parsed.time_assumed, is_wide),
                    parsed.body.encode(),
                )
            )
            if not _within(time, self._baseline) and self._is_asked(time):
                for at, slot in enumerate(shaped.values):
                    number = self._values.slot(
                        shaped.shape, at, slot.name, slot.unit, is_number=slot.number is not None
                    )
                    self._values.add_alone(number, slot.text.encode())
        columns = list(zip(*rows, strict=True)) or [() for _ in _ROWS]
        return pa.table([list(column) for column in columns], schema=_ROWS)

    def _is_asked(self, time: int) -> bool:
        return self._window is None or _within(time, self._window)

    def _inside(self, records: Records) -> Records:
        """Return the records whose variables count."""
        for span, is_inside in ((self._baseline, False), (self._window, True)):
            if span is not None:
                holds = _between(records.times, span)
                records = where(records, holds if is_inside else pc.invert(holds))
        return records

    def _shape(self, shape: str) -> int:
        return self._shapes.setdefault(shape, len(self._shapes))

    def _form(self, name: str, assumed: bool, is_wide: bool) -> int:
        return self._forms.setdefault((name, assumed, is_wide), len(self._forms))

    def _known_of(self, records: Records) -> Known:
        """Return the numbers of shapes and variables of recipes; they are remembered."""
        if self._known.of is not records.of:
            self._known = Known(records.of)
        known = self._known
        for recipe in known.of[len(known.shapes) :]:
            known.shapes.add(self._shape(recipe.spelling.shape))
            known.forms.add(self._form(recipe.header.name, recipe.header.assumed, recipe.is_wide))
            slots = [self._slot(recipe.spelling.shape, one) for one in recipe.spelling.variables]
            known.add(slots, recipe.spelling.variables)
        return known

    def _slot(self, shape: str, one: Variable) -> int:
        return self._values.slot(shape, one.place, one.name, one.unit, is_number=one.is_number)

    def _values_of(self, known: Known, records: Records) -> tuple[pa.Array, ...]:
        """Return numbers, texts and kinds of variables, and which are joined; those that do not differ are counted here."""
        if known.fixed:
            for number, n in _counted(records.recipes):
                for slot, text in known.fixed.get(number, ()):
                    self._values.add_alone(slot, text, n)
        _, variables, texts = records.variables
        slots, kinds, are_joined = (
            column.all().take(variables) for column in (known.slots, known.kinds, known.joined)
        )
        return slots, texts, kinds, are_joined

    def _chosen(self, rows: pa.Table) -> pa.Table:
        """Return the rows that are asked for; those of the baseline are counted here."""
        self._note(rows)
        if self._baseline is not None:
            holds = _between(rows["time"], self._baseline)
            self._count(rows.filter(holds), before=True)
            rows = rows.filter(pc.invert(holds))
        if self._window is not None:
            inside = rows.filter(_between(rows["time"], self._window))
            self._seen["outside"] += rows.num_rows - inside.num_rows
            rows = inside
        return rows

    def _note(self, rows: pa.Table) -> None:
        """Note what the file holds."""
        if not rows.num_rows:
            return
        self._seen["records"] += rows.num_rows
        forms = list(self._forms)
        for number, n in _counted(rows["form"]):
            name, assumed, is_wide = forms[number]
            self._formats[name] += n
            self._seen["assumed"] += n * assumed
            self._seen["wide"] += n * is_wide
        for number, n in _counted(rows["facts"]):
            self._seen["without_level"] += n * (not self.facts.facts[number].level)
        ends = pc.min_max(rows["time"]).as_py()
        self._first = ends["min"] if self._first is None else min(ends["min"], self._first)
        self._last = ends["max"] if self._last is None else max(ends["max"], self._last)

    def _count(self, rows: pa.Table, *, before: bool) -> None:
        """Count rows by what their headers say and by minute, and keep some of their records."""
        if not rows.num_rows:
            return
        prefix = "before" if before else "kept"
        self._seen[prefix] += rows.num_rows
        rows = _in_one(rows)
        pairs = pc.add(
            pc.shift_left(rows["shape"].cast(pa.int64()), 32), rows["facts"].cast(pa.int64())
        )
        encoded = joined(pairs.chunks, pa.int64()).dictionary_encode()
        known = self._known_pairs(encoded.dictionary.to_pylist())
        bare = pa.array([not one.kind[1] for one in known], pa.bool_()).take(encoded.indices)
        self._seen[prefix + "_without_level"] += pc.sum(bare).as_py()
        counts = self._before if before else self._counts
        units = _array(counts.unit(one.unit) for one in known).take(encoded.indices)
        times = joined(rows["time"].chunks, pa.int64())
        counts.add(units, times, rows["body"])
        if not before:
            kinds: dict[tuple[str, int], int] = {}
            numbers = [kinds.setdefault(one.kind, len(kinds)) for one in known]
            kept = pa.table(
                [_array(numbers).take(encoded.indices), times, rows["place"]],
                names=["kind", "time", "place"],
            )
            self._kept.add(list(kinds), kept, self._at)

    def _known_pairs(self, numbers: Iterable[int]) -> list[_Pair]:
        """Return what pairs of a shape and a header are, by the numbers of both; they are remembered."""
        shapes, known = list(self._shapes), self._pairs
        found: list[_Pair] = []
        for number in numbers:
            pair = known.get(number)
            if pair is None:
                shape, facts = shapes[number >> 32], self.facts.facts[number & (2**32 - 1)]
                pair = known[number] = _Pair(unit_of(shape, facts), (shape, facts.severity))
            found.append(pair)
        return found

    def _at(self, place: int) -> tuple[int, int, bytes]:
        """Return a line's number, where it begins in the file, and what it is."""
        lines = self._lines
        return self._number + place, self._offset + lines.start(place), lines[place]

    def _segment(self, rows: pa.Table) -> Segment:
        """Return how far times go back from record to record of a host, in the order of their lines."""
        if not rows.num_rows:
            return 0, 0, []
        for one in self.facts.facts[len(self._host_of) :]:
            self._host_of.add(self._hosts.setdefault(one.address, len(self._hosts)))
        hosts = list(self._hosts)
        of = self._host_of.all().take(joined(rows["facts"].chunks, pa.int32()))
        times = joined(rows["time"].chunks, pa.int64())
        if len(hosts) > 1:
            order = pc.array_sort_indices(of)  # which leaves records of one host in their order
            of, times = of.take(order), times.take(order)
        back = pc.subtract(times[:-1], times[1:]).filter(pc.equal(of[:-1], of[1:]))
        spans: list[tuple[str, int, int]] = []
        start = 0
        for number, n in _counted(of):
            spans.append((hosts[number], times[start].as_py(), times[start + n - 1].as_py()))
            start += n
        steps = pc.sum(pc.greater_equal(back, _SECOND_US)).as_py() or 0
        return steps, max(pc.max(back).as_py() or 0, 0), spans

    @property
    def weight(self) -> int:
        """About how much memory the sums hold [bytes]."""
        return sum(one.weight for one in (self._counts, self._before, self._values))

    def examples(self) -> list[Example]:
        """Return the earliest and the last records of each shape and severity, by line."""
        return self._kept.examples()

    def take(self) -> Partial:
        """Return the sums so far; they and the examples are forgotten."""
        self._kept = KeptRecords(self._mark)
        before = self._before.take() if self._baseline is not None else None
        return Partial(self._counts.take(), *self._values.take(), baseline=before, summed=True)

    def seen(self, joined_lines: int) -> FileFacts:
        """
        Return what the file held.

        Args:
            joined_lines: Lines of formats whose records are joined over lines.
        """
        seen = Seen(*(self._seen[name] for name in Seen._fields))._replace(joined=joined_lines)
        return FileFacts(seen, self._first, self._last, dict(self._formats))


def _in_one(rows: pa.Table) -> pa.Table:
    """Return rows with their columns in one piece, but for the messages: these are most of what would be copied."""
    for at, name in enumerate(rows.column_names):
        if name != "body":
            column = joined(rows[name].chunks, rows[name].type)
            rows = rows.set_column(at, rows.schema.field(at), column)
    return rows


def _without(records: Records, places: Collection[int]) -> Records:
    if not places:
        return records
    left = pa.array(sorted(places), records.places.type)
    return where(records, pc.invert(pc.is_in(records.places, value_set=left)))


def _within(time: int, span: tuple[int, int] | None) -> bool:
    return span is not None and span[0] <= time < span[1]


def _between(times: pa.Array, span: tuple[int, int]) -> pa.Array:
    return pc.and_(pc.greater_equal(times, span[0]), pc.less(times, span[1]))


def _array(numbers: Iterable[int]) -> pa.Int32Array:
    return pa.array(list(numbers), pa.int32())


def _counted(numbers: pa.Array) -> list[tuple[int, int]]:
    """Return each number that occurs, and how often."""
    counted = numbers.value_counts()
    return list(zip(*(counted.field(at).to_pylist() for at in (0, 1)), strict=True))
