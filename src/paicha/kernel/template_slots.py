"""What the variables of a template were, from the slots of its shapes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import field
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

import pyarrow as pa

from paicha.kernel.merge import VALUE_CAP, distinct, slot_ends, stable_hashes
from paicha.kernel.quantiles import at_rank, quantile
from paicha.values import dataclass

#: Values listed per slot.
TOP = 20
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


class Counted(NamedTuple):
    """Values or buckets of one slot, in their order, and how often each was seen."""

    things: list[Any]  # texts or the numbers of buckets
    n: list[int]


_NOTHING = Counted([], [])


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
        self.values = _by_slot(values, "value")
        self.buckets = _by_slot(buckets, "bucket")


def _add_row(found: Figures, row: dict[str, Any]) -> None:
    found.names.add(row["name"])
    found.units.add(row["unit"])
    found.n += row["n"]
    found.numbers += row["numbers"]
    if row["numbers"]:
        found.minimum = _least(found.minimum, row["minimum"])
        found.maximum = _most(found.maximum, row["maximum"])
        found.total += row["total"]


def _by_slot(table: pa.Table, column: str) -> dict[tuple[str, int], Counted]:
    """Return what a merged table counts of each slot; its rows stand together."""
    if not table.num_rows:
        return {}
    things, n = table[column].to_pylist(), table["n"].to_pylist()
    ends = slot_ends(table)
    starts = [0, *ends[:-1]]
    first = table.select(["shape", "slot"]).take(starts)
    slots = zip(first["shape"].to_pylist(), first["slot"].to_pylist(), strict=True)
    return {
        slot: Counted(things[start:end], n[start:end])
        for slot, start, end in zip(slots, starts, ends, strict=True)
    }


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


def slot_rows(
    template_id: str, variables: list[list[Part]], index: SlotIndex
) -> list[dict[str, Any]]:
    """
    Return the rows of `TEMPLATE_SLOTS` for one template.

    Numbers in different units are never added: each unit is a slot of its own, the most frequent first.
    """
    rows: list[dict[str, Any]] = []
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
            row = _row(same, kind, index)
            rows.append(row | {"template_id": template_id, "slot": len(rows), "unit": unit})
    return rows


def _unit(part: Part, index: SlotIndex) -> str:
    if part.unit:
        return part.unit.strip()
    units = index.figures[part.shape, part.slot].units
    return min(units) if units else ""


def _row(parts: list[Part], kind: str, index: SlotIndex) -> dict[str, Any]:
    values, complete = _values(parts, index)
    row: dict[str, Any] = {
        "name": _name(parts, index),
        "kind": kind,
        "n": sum(part.n for part in parts),
        "distinct": distinct(values, complete=complete),
        "complete": complete,
        "top": [{"value": value, "n": n} for value, n in _most_frequent(values)],
    }
    return row | _numbers(parts, kind, index, values if complete else None)


def _name(parts: list[Part], index: SlotIndex) -> str:
    """Return the name most lines give it."""
    votes: dict[str, int] = defaultdict(int)
    for part in parts:
        known = index.figures[part.shape, part.slot].names if part.slot >= 0 else {part.key}
        votes[min(known) if known else part.key] += part.n
    return min(votes, key=lambda name: (-votes[name], name))


def _values(parts: list[Part], index: SlotIndex) -> tuple[dict[str, int], bool]:
    """Return the values with their counts, and whether these are all of them."""
    values: dict[str, int] = {}
    complete = True
    for part in parts:
        if part.slot < 0:
            values[part.word] = values.get(part.word, 0) + part.n
            continue
        kept = index.values.get((part.shape, part.slot), _NOTHING)
        if values:
            for value, n in zip(*kept, strict=True):
                values[value] = values.get(value, 0) + n
        else:  # most templates have one shape
            values = dict(zip(*kept, strict=True))
        complete &= sum(kept.n) == index.figures[part.shape, part.slot].n
    if not complete and len(values) > VALUE_CAP:
        texts = list(values)
        ranked = sorted(zip(stable_hashes(texts), texts, strict=True))
        values = {value: values[value] for _, value in ranked[:VALUE_CAP]}
    return values, complete


def _most_frequent(values: dict[str, int]) -> list[tuple[str, int]]:
    """Return the `TOP` values with their counts, of equal ones the first by text."""
    items = list(values.items())
    if len(items) > TOP:  # most are rarer than the last that is listed
        least = sorted(values.values(), reverse=True)[TOP - 1]
        items = [item for item in items if item[1] >= least]
    # Twice without a key of Python's: a sort leaves what is equal in its order.
    return sorted(sorted(items), key=itemgetter(1), reverse=True)[:TOP]


def _numbers(
    parts: list[Part], kind: str, index: SlotIndex, known: dict[str, int] | None
) -> dict[str, float | None]:
    """Return the figures of a number; its quantiles are exact where all values are *known*."""
    row: dict[str, float | None] = dict.fromkeys(("minimum", "maximum", "mean", "p50", "p95"))
    if kind != "number":
        return row
    total, count = Decimal(0), 0
    least: float | None = None
    most: float | None = None
    for part in parts:
        found = index.figures[part.shape, part.slot]
        total += found.total
        count += found.numbers
        least, most = _least(least, found.minimum), _most(most, found.maximum)
    if not count or least is None or most is None:
        return row
    row |= {"minimum": least, "maximum": most, "mean": float(total / count)}
    values = _in_order(known) if known else []
    buckets = [] if known else _buckets(parts, index)
    for name, q in (("p50", 0.5), ("p95", 0.95)):
        estimate = at_rank(values, q) if known else quantile(buckets, q)
        row[name] = min(max(estimate, least), most)
    return row


def _in_order(known: dict[str, int]) -> list[tuple[float, int]]:
    """Return numbers as they were written by their size, and how often each was seen."""
    texts: Iterable[str] = known
    if "," in "".join(known):
        texts = [text.replace(",", "") for text in known]
    return sorted(zip(map(float, texts), known.values(), strict=True))


def _buckets(parts: list[Part], index: SlotIndex) -> list[tuple[int, int]]:
    """Return the buckets of numbers in their order, and how many are in each."""
    counted: dict[int, int] = {}
    for part in parts:
        for bucket, n in zip(*index.buckets.get((part.shape, part.slot), _NOTHING), strict=True):
            counted[bucket] = counted.get(bucket, 0) + n
    return sorted(counted.items())


def _least(a: float | None, b: float | None) -> float | None:
    return b if a is None else a if b is None else min(a, b)


def _most(a: float | None, b: float | None) -> float | None:
    return b if a is None else a if b is None else max(a, b)
