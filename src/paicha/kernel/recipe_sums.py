"""Running sums of records that are counted by their bytes, many of one kind at once."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import chain
from operator import mul
from typing import NamedTuple

import pyarrow as pa

from paicha.kernel.count import EXAMPLE_CAP, Partial
from paicha.kernel.headers import Facts
from paicha.kernel.keeping import FIRST
from paicha.kernel.merge import VALUE_CAP, first_hashes, merge, ranked_within
from paicha.kernel.quantiles import bucket, buckets_of
from paicha.kernel.slots import VALUE_LENGTH, kept_text, micros
from paicha.kernel.spellings import number_of
from paicha.kernel.variables import Slot
from paicha.model.schema import COUNTS, SLOT_BUCKETS, SLOT_VALUES, SLOTS

MINUTE_US = 60_000_000
#: Distinct texts of a variable that wait until their numbers are added up and the surplus is dropped.
_HELD = 8 * VALUE_CAP


class Row:
    """
    A row of the counts.

    Args:
        n: Records.
        span: Times of the first and of the last [µs].
        example: The smallest of their messages.
    """

    __slots__ = ("example", "first", "last", "n")

    def __init__(self, n: int, span: tuple[int, int], example: bytes) -> None:
        self.n = n
        self.first, self.last = span
        self.example = example

    def add(self, n: int, span: tuple[int, int], example: bytes) -> None:
        """Add further records."""
        first, last = span
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

    def kept(self) -> dict[bytes, int]:
        """Return the texts that are kept, with their counts."""
        self._settle()
        return self._kept

    def _settle(self) -> None:
        new, self._new = self._new, []
        if new:
            self._take(new, None)
        waiting, self.waiting = self.waiting, Counter()
        if waiting:
            self._take(list(waiting), list(waiting.values()))
            is_new = 2 * len(waiting) > waiting.total()
            self._is_varied = self._last is not None and is_new

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
        if len(kept) > VALUE_CAP:
            first = first_hashes(list(kept), VALUE_CAP)
            self._last = first[-1][0]
            self._kept = Counter({text: kept[text] for _, text in first})

    def _sum(self, texts: list[bytes], counts: list[int] | None) -> None:
        found = [one for one in (self.minimum, self.maximum) if one is not None]
        if b"".join(texts).isdigit():
            numbers = pa.array(texts, pa.string()).cast(pa.int64())
            whole = numbers.to_pylist()
            places = buckets_of(numbers)
            self.micros += 1_000_000 * (
                sum(whole) if counts is None else sum(map(mul, whole, counts))
            )
            found += (float(min(whole)), float(max(whole)))
        else:
            values = [number_of(text.decode()) for text in texts]
            places = list(map(bucket, values))
            sizes = map(micros, values)
            self.micros += sum(sizes) if counts is None else sum(map(mul, sizes, counts))
            found += (min(values), max(values))
        self.minimum, self.maximum = min(found), max(found)
        if counts is None:
            self.buckets.update(places)
        else:
            for place, n in zip(places, counts, strict=True):
                self.buckets[place] += n


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


class Unit(NamedTuple):
    """What makes records a row of the counts, but for the minute."""

    shape: str
    severity: int
    level: str
    module: str
    service: str
    host: str


class Sums:
    """The tables of a part, growing."""

    def __init__(self) -> None:
        self._rows: dict[Unit, dict[int, Row]] = {}
        self._before: dict[Unit, dict[int, Row]] = {}
        self._values: dict[tuple[str, int, str, str], Values] = {}
        self.kept: dict[tuple[str, int], Earliest] = {}

    def rows(self, shape: str, facts: Facts, *, before: bool) -> dict[int, Row]:
        """Return the rows of a unit by their minutes."""
        unit = Unit(shape, *facts[:5])
        return (self._before if before else self._rows).setdefault(unit, {})

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
        """Return the tables."""
        before = _counts(self._before) if baseline else None
        return Partial(_counts(self._rows), *self._slots(), baseline=before, summed=True)

    def _slots(self) -> tuple[pa.Table, pa.Table, pa.Table]:
        slots: list[tuple[object, ...]] = []
        values: list[tuple[object, ...]] = []
        buckets: list[tuple[object, ...]] = []
        for (shape, place, name, unit), one in self._values.items():
            kept = one.kept()
            numbers = one.n if one.is_number else 0
            total = Decimal(one.micros).scaleb(-6) if numbers else None
            slots.append(
                (shape, place, name, unit, one.n, numbers, one.minimum, one.maximum, total)
            )
            values += [(shape, place, text.decode(), n) for text, n in kept.items()]
            buckets += [(shape, place, index, n) for index, n in one.buckets.items()]
        return (
            merge([_table(slots, SLOTS)], SLOTS),
            merge([_table(values, SLOT_VALUES)], SLOT_VALUES),
            merge([_table(buckets, SLOT_BUCKETS)], SLOT_BUCKETS),
        )


def _counts(rows: dict[Unit, dict[int, Row]]) -> pa.Table:
    found = [
        (
            unit.shape, unit.severity, unit.level, unit.module, unit.service, unit.host,
            minute * MINUTE_US, row.n, row.first, row.last, row.example.decode()[:EXAMPLE_CAP],
        )
        for unit, minutes in rows.items()
        for minute, row in minutes.items()
    ]  # fmt: skip
    return merge([_table(found, COUNTS)], COUNTS)


def _table(rows: Sequence[tuple[object, ...]], like: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(like)
    arrays = [
        pa.array(values, pa.int64()).cast(field.type)
        if pa.types.is_timestamp(field.type)
        else pa.array(values, field.type)
        for values, field in zip(columns, like, strict=True)
    ]
    return pa.table(arrays, schema=like)
