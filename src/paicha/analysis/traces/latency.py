"""
Where the time goes: between a caller and what it calls, and inside a span itself.

Between two services there are two gaps: from the caller's start to the callee's start (the request on
its way, waiting to be taken) and from the callee's end to the caller's end (the answer on its way). Two
hosts' clocks may differ. Where a callee seems to work outside the call to it, though it took no longer than that, they do: the time on
the way is known then, not how it falls to both ways, and it is laid on both alike in the usual stretch (`on_one_clock`).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from statistics import median

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.traces.links import Links
from paicha.values import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """One service calling another."""

    caller: str
    callee: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps of one edge, sorted [us]."""

    before: tuple[int, ...]  # from the caller's start to the callee's
    after: tuple[int, ...]  # from the callee's end to the caller's


def gaps_of(links: Links) -> Mapping[Edge, Gaps]:
    """Return the gaps of every call from one service to another."""
    table = _crossings(links)
    before, after = _lists(table, "before"), _lists(table, "after")
    return {Edge(*key): Gaps(before[key], after[key]) for key in sorted(before)}


def on_one_clock(
    before: Mapping[Edge, Gaps], during: Mapping[Edge, Gaps]
) -> tuple[Mapping[Edge, Gaps], Mapping[Edge, Gaps]]:
    """
    Return the gaps of two stretches with the difference of the two clocks of each edge taken out.

    What the clocks differed by in the usual stretch is taken out of both; where a clock was put right in between, each
    stretch has its own difference.

    Args:
        before: The gaps of the usual stretch.
        during: Those of the stretch asked about.
    """
    off = {edge: _difference(gaps) for edge, gaps in before.items()}
    usual = {edge: _shifted(gaps, off[edge]) for edge, gaps in before.items()}
    now = {edge: _shifted(gaps, off.get(edge, 0)) for edge, gaps in during.items()}
    return usual, {edge: _shifted(gaps, _difference(gaps)) for edge, gaps in now.items()}


def _difference(gaps: Gaps) -> int:
    """Return by how much the callee's clock is ahead [us]; 0 where it works inside the call, or longer than it."""
    way, back = median(gaps.before), median(gaps.after)
    if way + back < 0 or min(way, back) >= -_LEAST_US:
        return 0
    return int(way - back) // 2


def _shifted(gaps: Gaps, ahead: int) -> Gaps:
    if not ahead:
        return gaps
    return Gaps(tuple(us - ahead for us in gaps.before), tuple(us + ahead for us in gaps.after))


def own_times(links: Links) -> Mapping[str, tuple[int, ...]]:
    """
    Return, per service, the time of its spans that none of their calls accounts for, sorted [us].

    Calls made at the same time are added up, so the figure is a lower bound, never below 0. Spans that
    only wait for another service count with their gaps, not here.
    """
    spans = links.spans
    rows = pa.array(range(spans.num_rows), pa.int32())
    called = pa.table({"span": links.parents, "duration": spans["duration_us"]})
    sums = called.group_by("span", use_threads=False).aggregate([("duration", "sum")])
    at = pc.index_in(rows, value_set=sums["span"].combine_chunks())
    inside = pc.fill_null(pc.take(sums["duration_sum"].combine_chunks(), at), 0)
    own = pc.max_element_wise(pc.subtract(spans["duration_us"], inside), 0)
    waits = pc.is_in(rows, value_set=_crossings(links)["parent"].combine_chunks())
    table = pa.table({"service": spans["service_name"], "own": own}).filter(pc.invert(waits))
    table = table.sort_by([("service", "ascending"), ("own", "ascending")])
    grouped = table.group_by("service", use_threads=False).aggregate([("own", "list")])
    return {
        service: tuple(values)
        for service, values in zip(
            grouped["service"].to_pylist(), grouped["own_list"].to_pylist(), strict=True
        )
    }


def _crossings(links: Links) -> pa.Table:
    """Return one row per call between services: who, whom, both gaps, the caller's row."""
    spans = links.spans
    service = spans["service_name"].combine_chunks()
    start = pc.cast(spans["start"].combine_chunks(), pa.int64())
    end = pc.add(start, spans["duration_us"].combine_chunks())
    caller = pc.take(service, links.parents)
    crosses = pc.fill_null(pc.not_equal(caller, service), fill_value=False)
    return pa.table(
        {
            "caller": caller,
            "callee": service,
            "before": pc.subtract(start, pc.take(start, links.parents)),
            "after": pc.subtract(pc.take(end, links.parents), end),
            "parent": links.parents,
        }
    ).filter(crosses)


def _lists(table: pa.Table, column: str) -> dict[tuple[str, str], tuple[int, ...]]:
    order = [("caller", "ascending"), ("callee", "ascending"), (column, "ascending")]
    grouped = (
        table.select(["caller", "callee", column])
        .sort_by(order)
        .group_by(["caller", "callee"], use_threads=False)
        .aggregate([(column, "list")])
    )
    names = zip(grouped["caller"].to_pylist(), grouped["callee"].to_pylist(), strict=True)
    return {
        name: tuple(values)
        for name, values in zip(names, grouped[f"{column}_list"].to_pylist(), strict=True)
    }


#: A millisecond more or less is nobody's incident [us].
_LEAST_US = 1000.0


@dataclass(frozen=True, slots=True)
class Slower:
    """How much longer something takes than before."""

    before_us: float  # medians
    during_us: float
    before: int  # spans
    during: int
    much: float  # 0..1: how much
    sure: float  # 0..1: how surely
    power: float  # 0..1: how surely at most, with so many spans

    @property
    def strength(self) -> float:
        """How much times how surely, 0..1."""
        return self.much * self.sure


#: Powers of two from where on something is slower, and from where on it is much slower.
_SLOWER, _MUCH_SLOWER = 0.75, 3.0
#: Standard deviations of the rank test: nothing below the first, certain from the second.
_SURE, _CERTAIN = 1.5, 4.0


def slower(before: Sequence[int], during: Sequence[int]) -> Slower | None:
    """
    Return how much longer *during* is than *before*; None when one of them is empty.

    The medians say how much, the rank-sum test (Mann and Whitney) how surely.

    Args:
        before: Sorted [us].
        during: Sorted [us].
    """
    if not before or not during:
        return None
    was, now = float(median(before)), float(median(during))
    ratio = (max(now, 0.0) + _LEAST_US) / (max(was, 0.0) + _LEAST_US)
    much = _part(math.log2(ratio), _SLOWER, _MUCH_SLOWER)
    sure = _part(_rank_score(before, during), _SURE, _CERTAIN) if much else 0.0
    n, m = len(before), len(during)
    highest = math.sqrt(3 * n * m / (n + m + 1))  # every one of *during* above all of *before*
    return Slower(was, now, n, m, much, sure, _part(highest, _SURE, _CERTAIN))


def _rank_score(before: Sequence[int], during: Sequence[int]) -> float:
    """Return the rank-sum statistic in standard deviations; positive when *during* is larger."""
    wins = sum((bisect_left(before, x) + bisect_right(before, x)) / 2 for x in during)
    n, m = len(before), len(during)
    return (wins - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)


def _part(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))
