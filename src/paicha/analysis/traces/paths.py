"""
What happens inside a span: the calls it makes and the lines it logs.

A span's path is the set of its steps. Order is left out on purpose: children that run at the same time
and log clocks that differ by a millisecond would make a new path of every interleaving.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any  # what Arrow hands out

import pyarrow as pa
import pyarrow.compute as pc

from paicha.analysis.traces.links import Links, key_of
from paicha.values import dataclass

_ARROW = " → "
#: Ends the name of a call that failed.
FAILED = " ✗"
_COMMA = ","
#: How long the log may be silent before it counts as not kept [s].
_COVERED_S = 10


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One kind of span: an operation of a service."""

    service: str
    operation: str


#: How many spans of a kind took each set of steps.
Paths = Mapping[Place, Mapping[frozenset[str], int]]


def paths_of(links: Links, lines: pa.Table | None = None) -> Paths:
    """
    Return, for every operation, how many of its spans took which set of steps.

    With lines, only spans count that began when lines were kept, within `_COVERED_S` of any line of
    anybody: where the log has a hole, nothing is known of what a span logged.

    Args:
        links: The spans.
        lines: `SPAN_STEPS`; lines of other spans are left out.

    Cost:
        A sort of the steps; the rest grows with the variety of the paths.
    """
    steps = _calls(links)
    counting = pa.array(range(links.spans.num_rows), pa.int32())
    if lines is not None:
        steps = pa.concat_tables([steps, _logged(links, lines)])
        counting = counting.filter(_covered(links, lines))
    texts, signatures = _signatures(steps)
    counted = _counted(links, signatures, counting)
    paths: dict[Place, dict[frozenset[str], int]] = defaultdict(dict)
    for service, name, signature, n in counted:
        chosen = frozenset(texts[int(at)] for at in signature.split(_COMMA)) if signature else ()
        paths[Place(service, name)][frozenset(chosen)] = n
    return {place: paths[place] for place in sorted(paths)}


def shares_by_minute(links: Links) -> Mapping[tuple[Place, str], tuple[tuple[int, int], ...]]:
    """
    Return, for every operation and call, per minute in how many of how many spans it was made.

    Minutes without a span of the operation are left out; the call "" stands for no call at all.
    """
    calls = _calls(links)
    once = calls.group_by(["span", "step"], use_threads=False).aggregate([])
    silent = pc.invert(
        pc.is_in(
            pa.array(range(links.spans.num_rows), pa.int32()),
            value_set=once["span"].combine_chunks(),
        )
    )
    alone = pa.array(range(links.spans.num_rows), pa.int32()).filter(silent)
    nothing = pa.table({"span": alone, "step": pa.array([""] * len(alone), pa.string())})
    once = pa.concat_tables([once, nothing])
    minutes = pc.divide(pc.cast(links.spans["start"], pa.int64()), 60_000_000)
    kinds = pa.table(
        {"service": links.spans["service_name"], "name": links.spans["name"], "minute": minutes}
    )
    whole: dict[Place, dict[int, int]] = defaultdict(dict)
    for service, name, minute, n in _grouped(kinds, ("service", "name", "minute")):
        whole[Place(service, name)][minute] = n
    taken = kinds.take(once["span"]).append_column("step", once["step"])
    made: dict[tuple[Place, str], dict[int, int]] = defaultdict(dict)
    for service, name, step, minute, n in _grouped(taken, ("service", "name", "step", "minute")):
        made[Place(service, name), step][minute] = n
    return {
        (place, step): tuple((hits.get(minute, 0), n) for minute, n in sorted(whole[place].items()))
        for (place, step), hits in sorted(made.items())
    }


def _grouped(table: pa.Table, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    counted = table.group_by(list(names), use_threads=False).aggregate([([], "count_all")])
    columns = (counted[name].to_pylist() for name in (*names, "count_all"))
    return sorted(zip(*columns, strict=True))


def _calls(links: Links) -> pa.Table:
    """
    Return ``span`` (row of the caller) and ``step`` for every call inside a span.

    A call that failed is two steps: it was made, and it failed.
    """
    called, names = pc.is_valid(links.parents), _call_names(links)
    made = pa.table({"span": links.parents, "step": names}).filter(called)
    failed = pc.and_(called, pc.equal(links.spans["status"].combine_chunks(), "error"))
    failures = pc.binary_join_element_wise(names, FAILED, "")
    return pa.concat_tables(
        [made, pa.table({"span": links.parents, "step": failures}).filter(failed)]
    )


def _call_names(links: Links) -> pa.Array:
    """
    Return what each span is called as a step of its caller.

    A client's span has one child, the server's span of another service, and often a name that says
    nothing ("HTTP POST"): it is named with what it calls.
    """
    spans = links.spans
    rows = pa.array(range(spans.num_rows), pa.int32())
    children = pa.table({"span": links.parents, "child": rows}).group_by("span", use_threads=False)
    families = children.aggregate([("child", "count"), ("child", "max")])
    only = families.filter(pc.equal(families["child_count"], 1))
    at = pc.index_in(rows, value_set=only["span"].combine_chunks())
    child = pc.take(only["child_max"].combine_chunks(), at)
    service, name = spans["service_name"].combine_chunks(), spans["name"].combine_chunks()
    other, operation = pc.take(service, child), pc.take(name, child)
    crosses = pc.fill_null(pc.not_equal(other, service), fill_value=False)
    called = pc.binary_join_element_wise(other, operation, " ")
    return pc.if_else(crosses, pc.binary_join_element_wise(name, called, _ARROW), name)


def _logged(links: Links, lines: pa.Table) -> pa.Table:
    at = pc.index_in(key_of(lines["trace_id"], lines["span_id"]), value_set=links.keys)
    inside = pc.is_valid(at)
    steps = lines["step"].combine_chunks().cast(pa.string())
    return pa.table({"span": at.filter(inside), "step": steps.filter(inside)})


def _covered(links: Links, lines: pa.Table) -> pa.Array:
    times = pc.divide(pc.cast(lines["timestamp"], pa.int64()), _COVERED_S * 1_000_000)
    starts = pc.divide(pc.cast(links.spans["start"], pa.int64()), _COVERED_S * 1_000_000)
    kept = pc.is_in(starts, value_set=pc.unique(times))
    return kept.combine_chunks() if isinstance(kept, pa.ChunkedArray) else kept


def _signatures(steps: pa.Table) -> tuple[list[str], pa.Table]:
    """Return the texts of all steps, sorted, and each span's steps as joined numbers."""
    encoded = steps["step"].combine_chunks().dictionary_encode()
    texts = sorted(encoded.dictionary.to_pylist())
    place = {text: at for at, text in enumerate(texts)}
    ranks = pa.array([place[text] for text in encoded.dictionary.to_pylist()], pa.int32())
    numbered = pa.table({"span": steps["span"], "step": pc.take(ranks, encoded.indices)})
    once = numbered.group_by(["span", "step"], use_threads=False).aggregate([])
    once = once.sort_by([("span", "ascending"), ("step", "ascending")])
    grouped = once.group_by("span", use_threads=False).aggregate([("step", "list")])
    named = pc.cast(grouped["step_list"].combine_chunks(), pa.list_(pa.string()))
    return texts, pa.table({"span": grouped["span"], "signature": pc.binary_join(named, _COMMA)})


def _counted(links: Links, signatures: pa.Table, rows: pa.Array) -> list[tuple[str, str, str, int]]:
    at = pc.index_in(rows, value_set=signatures["span"].combine_chunks())
    taken = pc.fill_null(pc.take(signatures["signature"].combine_chunks(), at), "")
    table = pa.table(
        {
            "service": pc.take(links.spans["service_name"], rows),
            "name": pc.take(links.spans["name"], rows),
            "signature": taken,
        }
    )
    return _grouped(table, ("service", "name", "signature"))
