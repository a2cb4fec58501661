"""Running sums of records that are counted by their bytes, many of one kind at once."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain
from operator import mul
from typing import NamedTuple

import pyarrow as pa

from paicha.kernel.count import EXAMPLE_CAP, Partial
from paicha.kernel.headers import Facts
from paicha.kernel.keeping import FIRST
from paicha.kernel.merge import VALUE_CAP, first_hashes, merge
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
        "_kept", "_last", "buckets", "is_number", "maximum", "micros", "minimum", "n", "waiting",
    )  # fmt: skip

    def __init__(self, *, is_number: bool) -> None:
        self.is_number = is_number
        self.waiting: Counter[bytes] = Counter()
        self.n = 0
        self.micros = 0
        self.minimum: float | None = None
        self.maximum: float | None = None
        self.buckets: dict[int, int] = {}
        self._kept: dict[bytes, int] = {}
        self._last: int | None = None  # texts that rank behind it are no longer kept

    def add(self, texts: Iterable[bytes]) -> None:
        """Count texts."""
        self.waiting.update(texts)
        if len(self.waiting) > _HELD:
            self._settle()

    @property
    def size(self) -> int:
        """How many texts and buckets it holds."""
        return len(self.waiting) + len(self._kept) + len(self.buckets)

    def kept(self) -> dict[bytes, int]:
        """Return the texts that are kept, with their counts."""
        self._settle()
        return self._kept

    def _settle(self) -> None:
        waiting, self.waiting = self.waiting, Counter()
        if not waiting:
            return
        self.n += waiting.total()
        if self.is_number:
            self._sum(waiting)
        if max(map(len, waiting)) > VALUE_LENGTH:
            waiting = _shortened(waiting)
        for text, n in self._kept.items():
            waiting[text] += n
        self._kept = waiting if len(waiting) <= VALUE_CAP else self._first_of(waiting)

    def _first_of(self, texts: Counter[bytes]) -> dict[bytes, int]:
        """Return the texts that rank first, as `paicha.kernel.merge` keeps them."""
        first = first_hashes(list(texts), VALUE_CAP, self._last)
        if len(first) == VALUE_CAP:
            self._last = first[-1][0]
        return {text: texts[text] for _, text in first}

    def _sum(self, waiting: Counter[bytes]) -> None:
        plain = list(filter(bytes.isdigit, waiting))
        numbers = list(map(int, plain))
        counts = list(map(waiting.__getitem__, plain))
        self.micros += 1_000_000 * sum(map(mul, numbers, counts))
        buckets = self.buckets
        for place, n in zip(buckets_of(numbers), counts, strict=True):
            buckets[place] = buckets.get(place, 0) + n
        found = [float(one) for one in _ends(numbers)]
        if len(plain) < len(waiting):
            for text, n in waiting.items():
                if not text.isdigit():
                    value = number_of(text.decode())
                    found.append(value)
                    self.micros += micros(value) * n
                    place = bucket(value)
                    buckets[place] = buckets.get(place, 0) + n
        found += [one for one in (self.minimum, self.maximum) if one is not None]
        self.minimum, self.maximum = min(found), max(found)


def _ends(numbers: Sequence[int]) -> tuple[int, ...]:
    return (min(numbers), max(numbers)) if numbers else ()


def _shortened(texts: Counter[bytes]) -> Counter[bytes]:
    found: Counter[bytes] = Counter()
    for text, n in texts.items():
        found[kept_text(text.decode()).encode()] += n
    return found


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

    def wanted(self, times: Sequence[int]) -> list[int]:
        """Return the places of those that may be kept."""
        bound = self.first[-1].time if len(self.first) == FIRST else None
        early = min(times)
        found: set[int] = set()
        if bound is None or early <= bound:
            third = heapq.nsmallest(FIRST, times)[-1]
            bound = third if bound is None or third < bound else bound
            found.update(at for at, time in enumerate(times) if time <= bound)
        late = max(times)
        if self.last is None or late >= self.last.time:
            found.update(at for at, time in enumerate(times) if time == late)
        return sorted(found)

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
