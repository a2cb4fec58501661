"""What the variables of a template were, from the slots of its shapes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import field
from decimal import Decimal
from functools import cached_property
from itertools import accumulate, chain
from operator import add, itemgetter
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.columns import whole
from paicha.kernel.merge import VALUE_CAP, estimate, hashes_of, slot_ends, stable_hash
from paicha.kernel.quantiles import at_ranks, middle
from paicha.model.schema import TEMPLATE_SLOTS
from paicha.values import dataclass

#: Values listed per slot.
TOP = 20
#: Of a number: the middle, and what is above nearly all.
_QUANTILES = (0.5, 0.95)
#: Kind of a variable by its placeholder in the shape.
_KINDS = {
    "number": "number", "id": "id", "ip": "ip", "host": "id", "path": "path", "url": "path",
    "time": "time", "text": "word", "list": "mixed", "": "word",
}  # fmt: skip


class Part(NamedTuple):
    """One shape's share of a template's variable: a slot of it, or a literal word."""

    shape: str
    slot: int  # -1: the word
    kind: str
    unit: str  # as the shape's text has it
    word: str
    key: str
    n: int


@dataclass(slots=True)
class Figures:
    """The figures of one slot of one shape."""

    names: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    n: int = 0
    numbers: int = 0
    minimum: float | None = None
    maximum: float | None = None
    total: Decimal = Decimal(0)


class SlotIndex:
    """
    The three slot tables, by shape and slot.

    Args:
        slots: `SLOTS`.
        values: `SLOT_VALUES`, merged.
        buckets: `SLOT_BUCKETS`, merged.
    """

    def __init__(self, slots: pa.Table, values: pa.Table, buckets: pa.Table) -> None:
        self.figures: dict[tuple[str, int], Figures] = defaultdict(Figures)
        for row in slots.to_pylist():
            _add_row(self.figures[row["shape"], row["slot"]], row)
        self.values = Counts(values, "value")
        self.buckets = Counts(buckets, "bucket")
        self.top = _first_by_count(self.values)


class Counts:
    """
    What a merged table counts of each slot; its rows stand together.

    Args:
        table: `SLOT_VALUES` or `SLOT_BUCKETS`, merged.
        column: What was counted.
    """

    def __init__(self, table: pa.Table, column: str) -> None:
        self.ends = slot_ends(table) if table.num_rows else []
        self.starts = [0, *self.ends[:-1]] if self.ends else []
        self._table, self._column = table, column
        self.things: list[Any] = table[column].to_pylist()
        self.counts = whole(table["n"])
        self.n: list[int] = self.counts.to_pylist()
        first = table.select(["shape", "slot"]).take(pa.array(self.starts, pa.int64()))
        slots = zip(first["shape"].to_pylist(), first["slot"].to_pylist(), strict=True)
        self._places = dict(zip(slots, zip(self.starts, self.ends, strict=True), strict=True))

    def of(self, slot: tuple[str, int]) -> tuple[list[Any], list[int]]:
        """Return what was counted of a slot, texts or numbers of buckets in their order, and how often each was seen."""
        start, end = self._places.get(slot, (0, 0))
        return self.things[start:end], self.n[start:end]

    @cached_property
    def _hashes(self) -> pa.UInt64Array:
        """The hashes of all texts at once: asked for slot by slot they would take ten times as long."""
        return hashes_of(whole(self._table[self._column]).cast(pa.binary()))

    def hashes(self, slot: tuple[str, int]) -> list[int]:
        """Return the `paicha.kernel.merge.stable_hash` of each text of a slot."""
        start, end = self._places.get(slot, (0, 0))
        hashes: list[int] = self._hashes[start:end].to_pylist()
        return hashes

    def total(self, slot: tuple[str, int]) -> int:
        """Return how often anything was counted of a slot."""
        start, end = self._places.get(slot, (0, 0))
        return sum(self.n[start:end])

    def number(self, slot: tuple[str, int]) -> int:
        """Return how many things were counted of a slot."""
        start, end = self._places.get(slot, (0, 0))
        return end - start

    @property
    def slots(self) -> Iterable[tuple[str, int]]:
        """The slots in their order."""
        return self._places


def _first_by_count(values: Counts) -> dict[tuple[str, int], list[tuple[str, int]]]:
    """Return the `TOP` values of each slot with their counts, all slots at once."""
    sizes = [end - start for start, end in zip(values.starts, values.ends, strict=True)]
    offsets = pa.array([*values.starts, len(values.n)], pa.int32())
    owners = pc.list_parent_indices(pa.ListArray.from_arrays(offsets, values.counts))
    counted = pa.table([owners, values.counts], ["slot", "n"])
    # Texts of a slot stand in their order, and a sort leaves what is equal in its order.
    order = pc.sort_indices(counted, [("slot", "ascending"), ("n", "descending")])
    tops = [min(size, TOP) for size in sizes]
    firsts = map(range, values.starts, map(add, values.starts, tops))
    kept = order.take(pa.array(chain.from_iterable(firsts), pa.int64())).to_pylist()
    pairs = [(values.things[at], values.n[at]) for at in kept]
    ends = list(accumulate(tops))
    return {
        slot: pairs[end - size : end]
        for slot, end, size in zip(values.slots, ends, tops, strict=True)
    }


def _add_row(found: Figures, row: dict[str, Any]) -> None:
    found.names.add(row["name"])
    found.units.add(row["unit"])
    found.n += row["n"]
    found.numbers += row["numbers"]
    if row["numbers"]:
        found.minimum = _least(found.minimum, row["minimum"])
        found.maximum = _most(found.maximum, row["maximum"])
        found.total += row["total"]


def kind_of(parts: Iterable[Part]) -> str:
    """Return the kind of a variable that is made of *parts*: ``mixed`` when they differ in nature."""
    kinds = {_KINDS[part.kind] for part in parts if part.kind or part.word} or {"word"}
    if len(kinds) == 1:
        return kinds.pop()
    if kinds <= {"number", "id"}:
        return "id"
    if kinds <= {"word", "id"}:
        return "word"
    return "mixed"


class SlotRow(NamedTuple):
    """A row of `TEMPLATE_SLOTS`."""

    template_id: str
    slot: int
    name: str
    unit: str
    kind: str
    n: int
    figures: Numbers
    distinct: int
    complete: bool
    top: list[tuple[str, int]]


def slot_rows(template_id: str, variables: list[list[Part]], index: SlotIndex) -> list[SlotRow]:
    """
    Return the rows of `TEMPLATE_SLOTS` for one template.

    Numbers in different units are never added: each unit is a slot of its own, the most frequent first.
    """
    rows: list[SlotRow] = []
    for everything in variables:
        # An empty value is no value: `ruser= rhost=…`.
        parts = [part for part in everything if part.slot >= 0 or part.word] or everything
        kind = kind_of(parts)
        by_unit: dict[str, list[Part]] = defaultdict(list)
        for part in parts:
            by_unit[_unit(part, index) if kind == "number" else ""].append(part)
        for unit, same in sorted(
            by_unit.items(), key=lambda item: (-sum(part.n for part in item[1]), item[0])
        ):
            rows.append(_row((template_id, len(rows), unit, kind), same, index))
    return rows


def _row(known: tuple[str, int, str, str], parts: list[Part], index: SlotIndex) -> SlotRow:
    """Return a row of which template, number, unit and kind are known."""
    template_id, slot, unit, kind = known
    found = _values(parts, index)
    return SlotRow(
        template_id,
        slot,
        _name(parts, index),
        unit,
        kind,
        sum(part.n for part in parts),
        _numbers(parts, index, found) if kind == "number" else _NO_NUMBERS,
        found.distinct,
        found.complete,
        found.top,
    )


def slot_table(rows: list[SlotRow]) -> pa.Table:
    """Return `TEMPLATE_SLOTS`, its rows as they are."""
    columns: dict[str, Any] = {
        name: [row[at] for row in rows] for at, name in enumerate(SlotRow._fields)
    }
    figures = columns.pop("figures")
    columns |= {name: [one[at] for one in figures] for at, name in enumerate(Numbers._fields)}
    top = columns["top"]
    pairs = list(chain.from_iterable(top))
    kind = TEMPLATE_SLOTS.field("top").type
    values = [
        pa.array([pair[at] for pair in pairs], kind.value_type.field(at).type) for at in (0, 1)
    ]
    columns["top"] = pa.ListArray.from_arrays(
        pa.array(accumulate(map(len, top), initial=0), pa.int32()),
        pa.StructArray.from_arrays(values, fields=list(kind.value_type)),
        type=kind,
    )
    return pa.table([columns[name] for name in TEMPLATE_SLOTS.names], schema=TEMPLATE_SLOTS)


def _unit(part: Part, index: SlotIndex) -> str:
    if part.unit:
        return part.unit.strip()
    units = index.figures[part.shape, part.slot].units
    return min(units) if units else ""


def _name(parts: list[Part], index: SlotIndex) -> str:
    """Return the name most lines give it."""
    votes: dict[str, int] = defaultdict(int)
    for part in parts:
        known = index.figures[part.shape, part.slot].names if part.slot >= 0 else {part.key}
        votes[min(known) if known else part.key] += part.n
    return min(votes, key=lambda name: (-votes[name], name))


class _Values(NamedTuple):
    """
    What the values of a variable were.

    Args:
        counted: The values and how often each was seen, where these are all of them.
        distinct: How many there were.
        complete: Whether these are all of them.
        top: The most frequent with their counts.
    """

    counted: tuple[Iterable[str], Iterable[int]]
    distinct: int
    complete: bool
    top: list[tuple[str, int]]


def _values(parts: list[Part], index: SlotIndex) -> _Values:
    if len(parts) == 1 and parts[0].slot >= 0:  # most variables are of one shape
        slot = parts[0].shape, parts[0].slot
        complete = index.values.total(slot) == index.figures[slot].n
        top = index.top.get(slot, [])
        if complete:
            return _Values(index.values.of(slot), index.values.number(slot), complete, top)
        return _Values(((), ()), estimate(index.values.hashes(slot)), complete, top)
    slots = [(part.shape, part.slot) for part in parts if part.slot >= 0]
    complete = all(index.values.total(slot) == index.figures[slot].n for slot in slots)
    words = _words(parts)
    if complete:
        values = _added(words, [index.values.of(slot) for slot in slots])
        return _Values((values, values.values()), len(values), complete, _most_frequent(values))
    ranks = _ranking_first(words, slots, index)
    values = dict.fromkeys(ranks, 0)
    for texts, counts in ((words, words.values()), *map(index.values.of, slots)):
        for text, n in zip(texts, counts, strict=True):
            if text in values:
                values[text] += n
    number = estimate(list(ranks.values()))
    return _Values((values, values.values()), number, complete, _most_frequent(values))


def _words(parts: list[Part]) -> dict[str, int]:
    """Return the words that stand for a variable, and how often each does."""
    words: dict[str, int] = defaultdict(int)
    for part in parts:
        if part.slot < 0:
            words[part.word] += part.n
    return words


def _added(
    values: dict[str, int], counted: Iterable[tuple[list[str], list[int]]]
) -> dict[str, int]:
    """Return values with how often each was seen in all; those given grow."""
    for texts, counts in counted:
        more = dict(zip(texts, counts, strict=True))
        for value in values.keys() & more.keys():  # few or none: most are seen with one shape
            more[value] += values[value]
        values.update(more)
    return values


def _ranking_first(
    words: Iterable[str], slots: list[tuple[str, int]], index: SlotIndex
) -> dict[str, int]:
    """Return the `VALUE_CAP` values that rank first, with their hashes."""
    hashes = [index.values.hashes(slot) for slot in slots]
    # Who has as many has all up to its last.
    bound = min((max(found) for found in hashes if len(found) >= VALUE_CAP), default=2**64)
    ranks = {word: stable_hash(word) for word in words}
    for slot, found in zip(slots, hashes, strict=True):
        texts, _ = index.values.of(slot)
        ranks.update((text, rank) for text, rank in zip(texts, found, strict=True) if rank <= bound)
    return {
        text: rank for rank, text in sorted(zip(ranks.values(), ranks, strict=True))[:VALUE_CAP]
    }


def _most_frequent(values: dict[str, int]) -> list[tuple[str, int]]:
    """Return the `TOP` values with their counts, of equal ones the first by text."""
    items = list(values.items())
    if len(items) > TOP:  # most are rarer than the last that is listed
        least = sorted(values.values(), reverse=True)[TOP - 1]
        items = [item for item in items if item[1] >= least]
    # Twice without a key of Python's: a sort leaves what is equal in its order.
    return sorted(sorted(items), key=itemgetter(1), reverse=True)[:TOP]


class Numbers(NamedTuple):
    """The figures of a variable that is a number."""

    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    p50: float | None = None
    p95: float | None = None


_NO_NUMBERS = Numbers()


def _numbers(parts: list[Part], index: SlotIndex, values: _Values) -> Numbers:
    """Return the figures of a number; its quantiles are exact where all values are known."""
    figures = [index.figures[part.shape, part.slot] for part in parts]
    total = sum((one.total for one in figures), Decimal(0))
    count = sum(one.numbers for one in figures)
    least = min((one.minimum for one in figures if one.minimum is not None), default=None)
    most = max((one.maximum for one in figures if one.maximum is not None), default=None)
    if not count or least is None or most is None:
        return _NO_NUMBERS
    if values.complete and values.distinct:
        estimates = at_ranks(_in_order(*values.counted), _QUANTILES)
    else:
        estimates = [middle(one) for one in at_ranks(_buckets(parts, index), _QUANTILES)]
    p50, p95 = (min(max(estimate, least), most) for estimate in estimates)
    return Numbers(least, most, float(total / count), p50, p95)


def _in_order(texts: Iterable[str], counts: Iterable[int]) -> list[tuple[float, int]]:
    """Return numbers as they were written by their size, and how often each was seen."""
    if "," in "".join(texts):
        texts = [text.replace(",", "") for text in texts]
    return sorted(zip(map(float, texts), counts, strict=True))


def _buckets(parts: list[Part], index: SlotIndex) -> list[tuple[int, int]]:
    """Return the buckets of numbers in their order, and how many are in each."""
    if len(parts) == 1:
        return list(zip(*index.buckets.of((parts[0].shape, parts[0].slot)), strict=True))
    counted: dict[int, int] = {}
    for part in parts:
        for bucket, n in zip(*index.buckets.of((part.shape, part.slot)), strict=True):
            counted[bucket] = counted.get(bucket, 0) + n
    return sorted(counted.items())


def _least(a: float | None, b: float | None) -> float | None:
    return b if a is None else a if b is None else min(a, b)


def _most(a: float | None, b: float | None) -> float | None:
    return b if a is None else a if b is None else max(a, b)
