"""
How much the sums may hold, and what happens beyond it: the same in any order and any cut.

`COUNTS` is made of *units*, the rows of one shape at one level. Units stand in one order: errors, warnings,
lines without a level, the others, and within these by a hash of the shape. From the front they keep
their minutes while the rows fit `Caps.rows`; those behind get buckets of ten minutes, an hour, a day; those
behind these, and all beyond `Caps.units`, are counted together as the shape `OTHER`, still by level, module,
service and host, but no longer by minute (theirs is 1970, or null without a time). No record is lost and no figure estimated.

Rows are weighed as well as counted, by the texts of their keys. A unit whose modules, services and hosts weigh more than
`Caps.places` is counted with `MANY` in their stead, by shape, level and minute; such a row weighs as much as the rows it
stands for can have weighed before. So a unit never gets lighter, and nobody behind it comes forward. From the unit on
where places weigh more than `Caps.all_places` together, units are `OTHER`, whose places are one where they weigh more
than `Caps.places`. Which bodies come decides what examples weigh, so they are not weighed: where rows before a unit weigh
more than `Caps.examples`, its examples are short.

Why this does not depend on the order: a unit's place, in units and in rows, only moves back when more
records come. So what the whole keeps was kept, as exactly, by every part; and where a part gave up
detail, the whole gives it up too. `Cut` says from which unit on that was.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.columns import whole
from paicha.kernel.merge import merge, runs
from paicha.kernel.unit_order import (
    LAST_RANK,
    UNIT,
    Place,
    UnitOrder,
    level_rank,
    place_of,
    ranks_of,
    units_of,
)
from paicha.kernel.weights import (
    MANY,
    PLACES,
    are_many,
    begins,
    place_weights,
    put_many,
    row_weights,
    total,
    weight_of,
)
from paicha.model.schema import COUNTS, TIME
from paicha.values import dataclass

#: Widths that the minute of `COUNTS` may have to take [s].
MINUTE_WIDTHS_S = (60, 600, 3600, 86400)
#: The shape of everything beyond the caps. No line can have it: a ``<`` of a line is written ``＜``.
OTHER = "<other>"

#: Rows that differ in nothing but the minute say the same here.
_SPEAKER = (*UNIT, "severity_text", *PLACES)
_SlotPlace = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Caps:
    """
    What the sums may hold.

    Args:
        rows: Rows of `COUNTS` by the minute, and again by the day; a quarter of it for each width between.
        units: Shapes times levels.
        weight: What those rows may weigh, in the same shares [bytes].
        places: What modules, services and hosts of one unit may weigh, and of `OTHER`; beyond, they are `MANY` [bytes].
        all_places: What those of all units may weigh together [bytes].
        examples: What the first rows may weigh whose examples are kept in full [bytes].
        slots: Rows of `SLOTS`; four times as many of `SLOT_VALUES` and of `SLOT_BUCKETS`.
        slot_shapes: What the shapes in these rows may weigh, in the same shares [bytes]: in each row of a dumped object
            of hundreds of variables stand four kilobytes.
    """

    rows: int = 2_000_000
    weight: int = 64 << 20
    places: int = 1 << 20
    all_places: int = 40 << 20
    examples: int = 40 << 20
    # Beyond any log seen (2,000,000 lines of eight systems have 639); errors that share no shape become
    # a problem each, and 50,000 problems make a report of 2 GB.
    units: int = 20_000
    slots: int = 200_000
    slot_shapes: int = 16 << 20


CAPS = Caps()


@dataclass(frozen=True, slots=True)
class Cut:
    """
    Where detail was given up so far; nowhere at first.

    Args:
        widths: The first unit that may not have that width, for every width; behind the last: `OTHER`.
        slots: The first shape whose variables are no longer kept.
        other_whole: Whether modules, services and hosts of `OTHER` are one.
        examples: The first unit whose examples are short.
    """

    widths: tuple[Place | None, ...] = (None,) * len(MINUTE_WIDTHS_S)
    slots: _SlotPlace | None = None
    other_whole: bool = False
    examples: Place | None = None

    @property
    def untouched(self) -> bool:
        """Whether nothing was given up."""
        return self == UNCUT

    def holds(self, shape: str, severity: int) -> bool:
        """Return whether that unit is counted apart, as far as is known."""
        bound = self.widths[-1]
        if bound is None or level_rank(severity) != bound[0]:  # most need no hash
            return bound is None or level_rank(severity) < bound[0]
        return place_of(shape, severity) < bound

    @property
    def text(self) -> str:
        """It as JSON, for `cut_of`."""
        kept = [self.widths, self.slots, self.other_whole, self.examples]
        return json.dumps(kept, ensure_ascii=False)


#: Nothing was given up.
UNCUT = Cut()


def cut_of(text: str) -> Cut:
    """
    Return the cut that was written as *text*.

    Example:
        >>> cut_of(Cut(slots=(7, "ready")).text) == Cut(slots=(7, "ready"))
        True
    """
    widths, slots, whole, *more = json.loads(text)

    def of(place: Sequence[Any] | None) -> Any:
        return None if place is None else tuple(place)

    return Cut(
        tuple(of(place) for place in widths), of(slots), whole, of(more[0]) if more else None
    )


def joined(cuts: Sequence[Cut]) -> Cut:
    """Return the cut that every sum of those parts has at least."""
    if all(cut.untouched for cut in cuts):
        return UNCUT
    return Cut(
        tuple(first_of(places) for places in zip(*(cut.widths for cut in cuts), strict=True)),
        first_of([cut.slots for cut in cuts]),
        any(cut.other_whole for cut in cuts),
        first_of([cut.examples for cut in cuts]),
    )


def capped_counts(counts: pa.Table, cut: Cut, caps: Caps) -> tuple[pa.Table, Cut]:
    """
    Return merged `COUNTS` within the caps, and where they were cut.

    Args:
        counts: Rows of units cut before may stand in several widths.
        cut: What was given up in the parts.
        caps: What may be held.
    """
    if cut.untouched and runs(counts, *UNIT) <= caps.units and _is_light(counts, caps):
        return counts, cut
    # These tables are the largest there are: none is copied without need, nor held longer.
    is_other = pc.equal(counts["shape"], OTHER)
    others = counts.filter(is_other)
    rest = counts.filter(pc.invert(is_other)) if others.num_rows else counts
    del counts, is_other
    rest, behind = _parted(_with_few_places(rest, caps), _last_rank(rest, cut, caps))
    order = UnitOrder(rest)
    bounds = list(cut.widths)
    if len(order.places) > caps.units:
        bounds[-1] = first_of([bounds[-1], order.places[caps.units]])
    places = rest.filter(begins(rest, *_SPEAKER))
    bounds[-1] = first_of(
        [bounds[-1], order.behind(places, place_weights(places, caps.places), caps.all_places)]
    )
    parts: list[pa.Table] = []
    start = 0
    for at, width in enumerate(MINUTE_WIDTHS_S):
        # Places fall behind one another: who may not have a day may not have an hour.
        bounds[at] = first_of(bounds[at:])
        end = order.until(bounds[at])
        share = 1 if width in (MINUTE_WIDTHS_S[0], MINUTE_WIDTHS_S[-1]) else 4
        table = order.rows(rest, start, end)
        if at:
            table = merge(iter([coarsened(table, width)]), COUNTS)
        weighed = row_weights(table, caps.places)
        most = (caps.rows // share, caps.weight // share)
        fitting = start + order.fitting(table, weighed, (start, end), most)
        if fitting < end:
            bounds[at] = order.places[fitting]
            table = order.rows(table, start, fitting)
        if at == 0:
            light = order.behind(table, row_weights(table, caps.places), caps.examples)
            cut = replace(cut, examples=first_of([cut.examples, light, bounds[0]]))
        parts.append(table)
        start = min(fitting, end)
    folded = order.rows(rest, start, len(order.places))
    del rest, table
    other, as_one = _other([others, folded, behind], cut, caps)
    changed = replace(cut, widths=tuple(bounds), other_whole=as_one)
    parts.append(other)
    del other
    all_rows = merge((parts.pop() for _ in range(len(parts))), COUNTS)
    return order.with_short_examples(all_rows, cut.examples), changed


def _is_light(counts: pa.Table, caps: Caps) -> bool:
    """Return whether rows are few and weigh so little that nothing of them is given up."""
    if counts.num_rows > caps.rows:
        return False
    weight = weight_of(counts, caps.places)
    if weight <= min(caps.places, caps.all_places, caps.weight, caps.examples):
        return True
    # Places of all units weigh less than rows do: they are looked at only where these are not light by themselves.
    if weight > min(caps.weight, caps.examples) or pc.any(are_many(counts)).as_py():
        return False
    units = _unit_places(counts, caps)["weight_sum"]
    return total(units) <= caps.all_places and pc.max(units).as_py() <= caps.places


def _with_few_places(counts: pa.Table, caps: Caps) -> pa.Table:
    """Return rows, with `MANY` for the places of units where these weigh too much, or did; sorted by key like *counts*."""
    if not counts.num_rows:
        return counts
    sums = _unit_places(counts, caps)
    much = pc.or_(pc.greater(sums["weight_sum"], caps.places), pc.equal(sums["many_max"], 1))
    chosen = pc.is_in(_unit_numbers(counts), value_set=whole(sums["unit"].filter(much)))
    if not pc.any(chosen).as_py():
        return counts
    return merge([put_many(counts, chosen)], COUNTS)


def _unit_numbers(counts: pa.Table) -> pa.Array:
    """Return the number of each row's unit, from 1; rows are sorted by key."""
    return pc.cumulative_sum(begins(counts, *UNIT).cast(pa.int32()))


def _unit_places(counts: pa.Table, caps: Caps) -> pa.Table:
    """Return ``unit, weight_sum, many_max``: what places of units weigh, and which do not tell theirs apart."""
    weighed = pc.if_else(begins(counts, *_SPEAKER), place_weights(counts, caps.places), 0)
    many = are_many(counts).cast(pa.int8())
    rows = pa.table({"unit": _unit_numbers(counts), "weight": weighed, "many": many})
    return rows.group_by("unit", use_threads=False).aggregate([("weight", "sum"), ("many", "max")])


def widest(cut: Cut) -> int:
    """Return how wide the widest minutes are that were not given up altogether [s]."""
    pairs = zip(cut.widths, cut.widths[1:], MINUTE_WIDTHS_S[1:], strict=False)
    used = [width for place, behind, width in pairs if place is not None and place != behind]
    return max(used, default=MINUTE_WIDTHS_S[0])


def coarsened(counts: pa.Table, width_s: int) -> pa.Table:
    """Return `COUNTS` with minutes floored to *width_s*; equal keys may stand twice."""
    if width_s == MINUTE_WIDTHS_S[0]:
        return counts
    at = counts.schema.get_field_index("minute")
    floored = pc.floor_temporal(counts["minute"], multiple=width_s // 60, unit="minute")
    return counts.set_column(at, COUNTS.field("minute"), floored)


def _last_rank(counts: pa.Table, cut: Cut, caps: Caps) -> int:
    """Return the rank of levels behind which no unit is counted apart; most have one, and need no place then."""
    units = ranks_of(units_of(counts)["severity_number"]).value_counts()
    numbers = dict(zip(units.field(0).to_pylist(), units.field(1).to_pylist(), strict=True))
    total, last = 0, LAST_RANK
    for rank in sorted(numbers):
        total += numbers[rank]
        if total > caps.units:
            last = rank
            break
    bound = cut.widths[-1]
    return last if bound is None else min(last, bound[0])


def _parted(counts: pa.Table, last: int) -> tuple[pa.Table, pa.Table]:
    """Return the rows of levels up to the rank *last*, and the others."""
    if last == LAST_RANK:
        return counts, counts.slice(0, 0)
    near = pc.less_equal(ranks_of(counts["severity_number"]), last)
    return counts.filter(near), counts.filter(pc.invert(near))


def _other(parts: list[pa.Table], cut: Cut, caps: Caps) -> tuple[pa.Table, bool]:
    """Return everything beyond the caps under one shape, and whether its places are one too."""
    counts = merge([_under_other(pa.concat_tables(parts), as_one=cut.other_whole)], COUNTS)
    if cut.other_whole or _few_others(counts, caps):
        return counts, cut.other_whole
    return merge([_under_other(counts, as_one=True)], COUNTS), True


def _few_others(counts: pa.Table, caps: Caps) -> bool:
    """Return whether their places may be told apart; where those of one are not told apart, they are no longer."""
    if pc.any(are_many(counts)).as_py():
        return False
    fits = counts.num_rows <= max(caps.rows // 4, 1)
    return fits and total(place_weights(counts, caps.places)) <= caps.places


def _under_other(rows: pa.Table, *, as_one: bool) -> pa.Table:
    names = {"shape": OTHER}
    if as_one:
        names |= dict.fromkeys(PLACES, MANY)
    for name, value in names.items():
        at = rows.schema.get_field_index(name)
        column = pa.repeat(pa.scalar(value, pa.string()), rows.num_rows)
        rows = rows.set_column(at, COUNTS.field(name), column)
    # A part may have had wider minutes for a shape than the whole would: only one for all is the same.
    at = rows.schema.get_field_index("minute")
    minute = pc.if_else(pc.is_valid(rows["minute"]), pa.scalar(0, pa.int64()), None)
    return rows.set_column(at, COUNTS.field("minute"), pc.cast(minute, TIME))


def first_of(places: Sequence[Any]) -> Any:
    """Return the first of places, of which some or all may be none."""
    known = [place for place in places if place is not None]
    return min(known) if known else None
