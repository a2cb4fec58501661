#!/usr/bin/env python3
"""
Rank the suspects of recorded incidents whose data was made worse, and print how many are still right.

usage: nezha_variations.py --data DIR --scorer score_rca.py [--only NAME,…]

The recorded incidents are those of ``nezha.py``, and so is the ranking; a variation changes what it is given:
an alert that comes early or late, kinds of data that are missing, lines or traces that are thinned by a draw
over their content, a service that is noisy all the time, clocks that differ, names that tell nothing. For two of them the truth is
read: what the culprit measures, or what it traces, is left out.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.compute as pc

sys.path.insert(0, str(Path(__file__).parent))

from nezha import MODALITIES, Alter, Fault, Ranking, faults_of

_MINUTE_NS = 60_000_000_000
_TIMES = {
    "traces": ("StartTimeUnixNano", "EndTimeUnixNano"),
    "logs": ("epoch_ns",),
    "metrics_pod": (),
}
#: Columns that name a service, or things named after one.
_NAMING = ("service", "PodName", "OperationName")
_NOISY = "ticker"


@dataclass(frozen=True, slots=True)
class Variation:
    """One way in which the data is worse."""

    name: str
    only: frozenset[str] = frozenset(MODALITIES)
    early_s: int = 0
    alter: Alter | None = None


def main(argv: Sequence[str] | None = None) -> int:
    """Print one row per variation."""
    parser = argparse.ArgumentParser(description=__doc__.strip().split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--only", default="", help="names of variations, comma between them")
    parser.add_argument("--each", action="store_true", help="name what is not first")
    asked = parser.parse_args(argv)
    scorer, truth = _module(asked.scorer), _truth(asked.data)
    wanted = {name for name in asked.only.split(",") if name}
    for variation in variations({id_: one["ground_truth_service"] for id_, one in truth.items()}):
        if wanted and variation.name not in wanted:
            continue
        predictions = _predicted(variation, asked.data)
        rows, places = scorer.score(list(truth.values()), predictions)
        row = rows[0]
        shares = " / ".join(f"{row[f'AS@{k}']:5.1f}" for k in (1, 3, 5))
        print(f"{variation.name:34} {shares}", flush=True)
        if asked.each:
            for fault, place in sorted(places.items()):
                if place != 1:
                    print(f"    {fault} {truth[fault]['fault_type']}: {place}")
    return 0


def variations(culprits: Mapping[str, str]) -> Iterator[Variation]:
    """
    Yield all of them.

    Args:
        culprits: The true service of each fault, for what its own data is left out of.
    """
    yield Variation("as it is")
    for seconds in (120, 60, 30, -30, -60, -120):
        side = "early" if seconds > 0 else "late"
        yield Variation(f"alert {abs(seconds)} s {side}", early_s=seconds)
    # Lines are joined by their spans: what is left without traces is `nezha.py --only metrics`.
    for name in ("metrics", "logs"):
        yield Variation(f"no {name}", frozenset(MODALITIES) - {name})
    yield Variation("half of the lines", alter=_thinned("logs", ("epoch_ns", "Log"), 2))
    yield Variation("half of the traces", alter=_thinned("traces", ("TraceID",), 2))
    yield Variation("a tenth of the traces", alter=_thinned("traces", ("TraceID",), 10))
    yield Variation("a noisy service", alter=_noisy)
    yield Variation("half of the clocks a minute late", alter=_skewed)
    yield Variation("names that tell nothing", alter=_renamed)
    yield Variation("culprit without metrics", alter=_without("metrics_pod", culprits))
    yield Variation("culprit without traces", alter=_without("traces", culprits))
    yield Variation("culprit without lines", alter=_without("logs", culprits))


def _predicted(variation: Variation, data: Path) -> dict[str, list[str]]:
    ranking = Ranking(variation.only, variation.alter)
    predicted = {}
    for fault in faults_of(data):
        alert = replace(fault, alert=fault.alert - variation.early_s)
        ranked = [one.name for one in ranking.of(alert)]
        if variation.alter is _renamed:  # told under its own name again
            names = {_digest(name): name for name in _services(data)}
            ranked = [names.get(name, name) for name in ranked]
        predicted[fault.id] = ranked
    return predicted


def _services(data: Path) -> set[str]:
    """Return the services of all recordings."""
    found: set[str] = set()
    plain = Ranking(frozenset(("metrics",)))
    for folder in {fault.folder: fault for fault in faults_of(data)}.values():
        found |= plain.tables(folder).services
    return found


def _thinned(of: str, columns: Sequence[str], keep_one_in: int) -> Alter:
    """Return what keeps one in so many rows of a file, by a draw over what they say."""

    def alter(name: str, rows: pa.Table, _fault: Fault) -> pa.Table:
        if name != of:
            return rows
        said = zip(*(rows[column].to_pylist() for column in columns), strict=True)
        kept = [_draw(repr(one)) % keep_one_in == 0 for one in said]
        return rows.filter(pa.array(kept, pa.bool_()))

    return alter


def _without(of: str, culprits: Mapping[str, str]) -> Alter:
    """Return what leaves out the rows of a file that the true service wrote."""

    def alter(name: str, rows: pa.Table, fault: Fault) -> pa.Table:
        if name != of:
            return rows
        return rows.filter(pc.not_equal(rows["service"], culprits[fault.id]))

    return alter


def _skewed(name: str, rows: pa.Table, _fault: Fault) -> pa.Table:
    """Put the clocks of every second service a minute ahead; metrics are stamped by who collects them."""
    ahead = pa.array([_draw(who or "") % 2 == 0 for who in rows["service"].to_pylist()], pa.bool_())
    for column in _TIMES[name]:
        moments = rows[column]
        later = pc.if_else(ahead, pc.add(moments, _MINUTE_NS), moments)
        rows = rows.set_column(rows.column_names.index(column), column, later)
    return rows


def _renamed(_name: str, rows: pa.Table, _fault: Fault) -> pa.Table:
    """Call services, their pods and their operations by digests of their names."""
    for column in _NAMING:
        if column in rows.column_names:
            told = rows[column].to_pylist()
            pods = column == "PodName"
            names = pa.array([_renamed_pod(one) if pods else _digest(one) for one in told])
            rows = rows.set_column(rows.column_names.index(column), column, names)
    return rows


def _renamed_pod(pod: str | None) -> str | None:
    """Return a pod's name with another service in it; the generated end stays."""
    if not pod or pod.count("-") < 2:
        return _digest(pod)
    service, replicas, own = pod.rsplit("-", 2)
    return f"{_digest(service)}-{replicas}-{own}"


def _noisy(name: str, rows: pa.Table, _fault: Fault) -> pa.Table:
    """Add a service whose metrics jump about all the time, and whose traces take any time."""
    if name == "logs":
        return rows
    made = rows.filter(pc.equal(rows["service"], _busiest(rows)))
    drawn = random.Random(name)
    for column in made.column_names:
        place, kind = made.column_names.index(column), made.schema.field(column).type
        if column == "EndTimeUnixNano":
            starts = made["StartTimeUnixNano"].to_pylist()
            ends = [start + int(drawn.lognormvariate(17, 2)) for start in starts]
            made = made.set_column(place, column, pa.array(ends, kind))
        elif column in ("service", "PodName", "OperationName", "TraceID", "SpanID", "ParentID"):
            made = made.set_column(place, column, _named_noisy(column, made))
        elif name == "metrics_pod" and pa.types.is_floating(kind):
            jumps = [
                value and value * drawn.lognormvariate(0, 1) for value in made[column].to_pylist()
            ]
            made = made.set_column(place, column, pa.array(jumps, kind))
    return pa.concat_tables([rows, made.cast(rows.schema)])


def _named_noisy(column: str, rows: pa.Table) -> pa.Array:
    if column == "ParentID":
        return pa.array(["root"] * rows.num_rows, rows.schema.field(column).type)
    if column in ("TraceID", "SpanID"):
        made = [f"{_NOISY}{number}" for number in range(rows.num_rows)]
        return pa.array(made, rows.schema.field(column).type)
    named = {"service": _NOISY, "PodName": f"{_NOISY}-6c9bd7f8d4-x2x9p", "OperationName": "tick"}
    return pa.array([named[column]] * rows.num_rows, rows.schema.field(column).type)


def _busiest(rows: pa.Table) -> str:
    counts = rows["service"].value_counts().to_pylist()
    return str(max(counts, key=lambda one: (one["counts"], str(one["values"])))["values"])


def _draw(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _digest(name: str | None) -> str | None:
    """Return letters that stand for a name: no digit, so that it is no generated end of a pod."""
    if name is None:
        return None
    letters = "ghijklmnopqrstuv"
    return "".join(letters[int(c, 16)] for c in hashlib.sha256(name.encode()).hexdigest()[:12])


def _truth(data: Path) -> Mapping[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in sorted(data.glob("*/faults.json")):
        listed = json.loads(path.read_text(encoding="utf-8"))["faults"]
        found |= {fault["id"]: fault for fault in listed}
    return found


def _module(path: Path) -> ModuleType:
    """Return a script as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no script")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main())
