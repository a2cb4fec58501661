"""What the variables of a template were, from the slots of its shapes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import accumulate, chain, islice
from operator import itemgetter
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.merge import (
    VALUE_CAP,
    estimated,
    stable_hash,
    stable_hashes,
)
from paicha.kernel.quantiles import middle, quantiles
from paicha.kernel.slot_index import TOP, Counts, SlotIndex
from paicha.model.schema import TEMPLATE_SLOTS

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
    slots = [(part.shape, part.slot) for part in parts if part.slot >= 0]
    complete = all(index.values.total(slot) == index.figures[slot].n for slot in slots)
    if len(parts) == 1 and slots:  # most variables are of one shape
        return _of_one_shape(slots[0], complete, index)
    values: dict[str, int] = defaultdict(int)
    for part in parts:
        if part.slot < 0:
            values[part.word] += part.n
    if not complete:
        return _ranking_first(values, slots, index)
    for slot in slots:
        more = dict(zip(*index.values.of(slot), strict=True))
        for value in values.keys() & more.keys():  # few or none: most are seen with one shape
            more[value] += values[value]
        values.update(more)
    return _Values((values, values.values()), len(values), complete, _most_frequent(values))


def _of_one_shape(slot: tuple[str, int], complete: bool, index: SlotIndex) -> _Values:
    top = index.top.get(slot, [])
    number = index.values.number(slot)
    if complete:
        return _Values(index.values.of(slot), number, complete, top)
    return _Values(((), ()), estimated(number, index.values.largest(slot)), complete, top)


def _ranking_first(
    words: dict[str, int], slots: Sequence[tuple[str, int]], index: SlotIndex
) -> _Values:
    """Return what is known of the `VALUE_CAP` values that rank first, of *words* and those of slots that kept some."""
    values: dict[str, int] = {}
    for text, n in zip(*_ranked(words, slots, index.values), strict=True):
        values[text] = values.get(text, 0) + n
    kept = dict(islice(values.items(), VALUE_CAP))
    number = estimated(len(kept), stable_hash(next(reversed(kept), "")))
    return _Values(((), ()), number, False, _most_frequent(kept))  # noqa: FBT003


def _ranked(
    words: dict[str, int], slots: Sequence[tuple[str, int]], values: Counts
) -> tuple[list[str], list[int]]:
    """Return words and values of slots with their counts, the first by `rank` first; a text may stand there again."""
    places = [values.place(slot) for slot in slots]
    columns = [
        pa.concat_arrays([column[start:end] for start, end in places])
        for column in (values.hashes, values.things, values.counts)
    ]
    # Who kept as many kept all up to its last.
    whole_slots = [
        slot for slot, (start, end) in zip(slots, places, strict=True) if end - start >= VALUE_CAP
    ]
    bound = min(map(values.largest, whole_slots), default=2**64 - 1)
    within = pc.less_equal(columns[0], pa.scalar(bound, pa.uint64()))
    columns = [column.filter(within) for column in columns]
    if words:
        said = (stable_hashes(list(words)), list(words), list(words.values()))
        columns = [
            pa.concat_arrays([column, pa.array(more, column.type)])
            for column, more in zip(columns, said, strict=True)
        ]
    rows = pa.table(columns, ["hash", "text", "n"])
    rows = rows.sort_by([("hash", "ascending"), ("text", "ascending")])
    return rows["text"].to_pylist(), rows["n"].to_pylist()


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
        estimates = quantiles(_in_order(*values.counted), _QUANTILES)
    else:
        estimates = quantiles([(middle(one), n) for one, n in _buckets(parts, index)], _QUANTILES)
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
