"""Running sums of records that are counted by their bytes, many of one kind at once."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, repeat
from operator import mul
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.count import EXAMPLE_CAP, Partial
from paicha.kernel.headers import Facts
from paicha.kernel.keeping import FIRST
from paicha.kernel.merge import VALUE_CAP, first_hashes, merge, ranked_within
from paicha.kernel.number_columns import buckets_of, micros_of, numbers_of
from paicha.kernel.quantiles import bucket
from paicha.kernel.slots import VALUE_LENGTH, kept_text, micros
from paicha.kernel.spellings import number_of
from paicha.kernel.variables import Slot
from paicha.model.schema import COUNTS, SLOT_BUCKETS, SLOT_VALUES, SLOTS

MINUTE_US = 60_000_000
#: Texts of a variable that wait until their numbers are added up and the surplus is dropped.
_HELD = 8 * VALUE_CAP
#: From so many texts on numbers are added up all at once.
_MANY = 100


class Row:
    """
    A row of the counts.

    Args:
        n: Records.
        first: Time of the first [µs].
        last: Time of the last [µs].
        example: The smallest of their messages.
    """

    __slots__ = ("example", "first", "last", "n")

    def __init__(self, n: int, first: int, last: int, example: bytes) -> None:
        self.n = n
        self.first, self.last = first, last
        self.example = example

    def add(self, n: int, first: int, last: int, example: bytes) -> None:
        """Add further records."""
        self.n += n
        self.first = min(self.first, first)
        self.last = max(self.last, last)
        self.example = min(self.example, example)


class Values:
    """
    The texts of one variable with their counts, and what is summed of them.

    Args:
        is_number: Whether the texts are numbers.
    """

    __slots__ = (
        "_is_varied", "_kept", "_last", "_new", "buckets", "is_number", "maximum", "micros", "minimum",
        "n", "waiting",
    )  # fmt: skip

    def __init__(self, *, is_number: bool) -> None:
        self.is_number = is_number
        self.waiting: Counter[bytes] = Counter()
        self.n = 0
        self.micros = 0
        self.minimum: float | None = None
        self.maximum: float | None = None
        self.buckets: Counter[int] = Counter()
        self._kept: Counter[bytes] = Counter()
        self._last: int | None = None  # texts that rank behind it are no longer kept
        self._is_varied = False  # nearly every text is new: they wait uncounted
        self._new: list[bytes] = []

    def add(self, texts: Sequence[bytes]) -> None:
        """Count texts."""
        if self._is_varied:
            self._new += texts
        else:
            self.waiting.update(texts)
        if len(self.waiting) + len(self._new) > _HELD:
            self._settle()

    @property
    def size(self) -> int:
        """How many texts and buckets it holds."""
        return sum(map(len, (self.waiting, self._new, self._kept, self.buckets)))

    def anew(self) -> Values:
        """Return an empty one; texts that this one no longer keeps are not kept there either."""
        found = Values(is_number=self.is_number)
        found._last, found._is_varied = self._last, self._is_varied
        return found

    def kept(self) -> dict[bytes, int]:
        """Return the texts that are kept, with their counts."""
        self._settle()
        return self._ranked()

    def _settle(self) -> None:
        new, self._new = self._new, []
        if new:
            self._take(new, None)
        waiting, self.waiting = self.waiting, Counter()
        if waiting:
            counts, n = list(waiting.values()), waiting.total()
            self._take(list(waiting), None if n == len(counts) else counts)
            self._is_varied = self._last is not None and 2 * len(counts) > n

    def _take(self, texts: list[bytes], counts: list[int] | None) -> None:
        """Sum texts up, each as often as *counts* says or once, and keep those that rank first."""
        self.n += len(texts) if counts is None else sum(counts)
        if self.is_number:
            self._sum(texts, counts)
        if max(map(len, texts)) > VALUE_LENGTH:
            texts = [kept_text(text.decode()).encode() for text in texts]
        kept = self._kept
        for at in range(len(texts)) if self._last is None else ranked_within(texts, self._last):
            kept[texts[at]] += 1 if counts is None else counts[at]
        if len(kept) > 2 * VALUE_CAP:
            self._kept = self._ranked()

    def _ranked(self) -> Counter[bytes]:
        """Return those of the kept texts that rank first."""
        if len(self._kept) <= VALUE_CAP:
            return self._kept
        first = first_hashes(list(self._kept), VALUE_CAP)
        self._last = first[-1][0]
        return Counter({text: self._kept[text] for _, text in first})

    def _sum(self, texts: list[bytes], counts: list[int] | None) -> None:
        numbers = numbers_of(texts) if counts is None and len(texts) >= _MANY else None
        if numbers is not None:
            self.micros += micros_of(numbers)
            self.buckets.update(buckets_of(numbers))
            ends = pc.min_max(numbers).as_py()
            found = [float(ends["min"]), float(ends["max"])]
        else:
            values = [number_of(text.decode()) for text in texts]
            weights = repeat(1) if counts is None else counts
            self.micros += sum(map(mul, map(micros, values), weights))
            for place, n in zip(map(bucket, values), weights, strict=False):
                self.buckets[place] += n
            found = [min(values), max(values)]
        found += [one for one in (self.minimum, self.maximum) if one is not None]
        self.minimum, self.maximum = min(found), max(found)


class Kept(NamedTuple):
    """A record that is kept: when, its line's number as locators order it, line, offset, bytes."""

    time: int
    order: str
    line: int
    offset: int
    data: bytes


class Earliest:
    """The earliest records of one kind, and the last."""

    __slots__ = ("first", "last")

    def __init__(self) -> None:
        self.first: list[Kept] = []
        self.last: Kept | None = None

    def wanted(self, times: Sequence[int]) -> int:
        """Return how many of some records may be among the earliest; their times ascend."""
        bound = times[min(FIRST, len(times)) - 1]
        if len(self.first) == FIRST:
            bound = min(bound, self.first[-1].time)
        return bisect_right(times, bound)

    def offer(self, record: Kept) -> None:
        """Keep a record if it is among them."""
        if self.last is None or self.last[:2] < record[:2]:
            self.last = record
        self.first = sorted([*self.first, record])[:FIRST]


#: A shape with what a header says: what makes records rows of the counts, but for the minute and the address.
_Unit = tuple[str, Facts]


class Sums:
    """The tables of a part, growing."""

    def __init__(self) -> None:
        self._rows: dict[_Unit, dict[int, Row]] = {}
        self._before: dict[_Unit, dict[int, Row]] = {}
        self._values: dict[tuple[str, int, str, str], Values] = {}
        self.kept: dict[tuple[str, int], Earliest] = {}

    def rows(self, shape: str, facts: Facts, *, before: bool) -> dict[int, Row]:
        """Return the rows of a unit by their minutes."""
        of = self._before if before else self._rows
        found = of.get((shape, facts))
        if found is None:
            found = of[shape, facts] = {}
        return found

    def values(self, shape: str, place: int, name: str, unit: str, *, is_number: bool) -> Values:
        """Return the values of a variable."""
        key = (shape, place, name, unit)
        found = self._values.get(key)
        if found is None:
            found = self._values[key] = Values(is_number=is_number)
        return found

    def earliest(self, shape: str, severity: int) -> Earliest:
        """Return the records that are kept of a kind."""
        key = (shape, severity)
        found = self.kept.get(key)
        if found is None:
            found = self.kept[key] = Earliest()
        return found

    def add_slots(self, shape: str, slots: Sequence[Slot]) -> None:
        """Count the variables of one record."""
        for place, slot in enumerate(slots):
            is_number = slot.number is not None
            found = self.values(shape, place, slot.name, slot.unit, is_number=is_number)
            found.add((slot.text.encode(),))

    @property
    def weight(self) -> int:
        """About how much memory it holds: a variable, each text and bucket of it, a row [bytes]."""
        rows = sum(map(len, chain(self._rows.values(), self._before.values())))
        texts = sum(one.size for one in self._values.values())
        return len(self._values) * 1024 + texts * 120 + len(self._rows) * 1024 + rows * 300

    def take(self, *, baseline: bool) -> Partial:
        """Return the tables, and begin anew."""
        before = _counts(self._before) if baseline else None
        counts = _counts(self._rows)
        self._rows, self._before, self.kept = {}, {}, {}  # what follows needs their memory
        found = Partial(counts, *self._slots(), baseline=before, summed=True)
        self._values = {key: one.anew() for key, one in self._values.items()}
        return found

    def _slots(self) -> tuple[pa.Table, pa.Table, pa.Table]:
        slots: list[tuple[object, ...]] = []
        values: list[tuple[Iterable[object], ...]] = []
        buckets: list[tuple[Iterable[object], ...]] = []
        for (shape, place, name, unit), one in self._values.items():
            kept = one.kept()
            if not one.n:
                continue
            numbers = one.n if one.is_number else 0
            total = Decimal(one.micros).scaleb(-6) if numbers else None
            slots.append(
                (shape, place, name, unit, one.n, numbers, one.minimum, one.maximum, total)
            )
            values.append(
                (
                    repeat(shape, len(kept)),
                    repeat(place, len(kept)),
                    map(bytes.decode, kept),
                    kept.values(),
                )
            )
            n = len(one.buckets)
            buckets.append((repeat(shape, n), repeat(place, n), one.buckets, one.buckets.values()))
        return (
            _table(zip(*slots, strict=True), SLOTS),
            _table(_chained(values), SLOT_VALUES),
            _table(_chained(buckets), SLOT_BUCKETS),
        )


def _counts(rows: dict[_Unit, dict[int, Row]]) -> pa.Table:
    units = ((shape, *facts[:5]) for (shape, facts), minutes in rows.items() for _ in minutes)
    names = zip(*units, strict=True)
    found = [row for minutes in rows.values() for row in minutes.values()]
    columns = (
        [minute * MINUTE_US for minutes in rows.values() for minute in minutes],
        [row.n for row in found],
        [row.first for row in found],
        [row.last for row in found],
        [row.example.decode()[:EXAMPLE_CAP] for row in found],
    )
    return _table((*names, *columns) if found else (), COUNTS)


def _chained(parts: Sequence[Sequence[Iterable[object]]]) -> Iterator[Iterator[object]]:
    """Yield the columns of tables that stand one behind the other."""
    return (chain.from_iterable(column) for column in zip(*parts, strict=True))


def _table(columns: Iterable[Iterable[object]], like: pa.Schema) -> pa.Table:
    given = list(map(list, columns)) or [[] for _ in like]
    arrays = [
        pa.array(values, pa.int64()).cast(field.type)
        if pa.types.is_timestamp(field.type)
        else pa.array(values, field.type)
        for values, field in zip(given, like, strict=True)
    ]
    return merge([pa.table(arrays, schema=like)], like)
