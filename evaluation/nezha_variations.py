#!/usr/bin/env python3
"""
Rank the suspects of recorded incidents whose data was made worse, and print how many are still right.

usage: nezha_variations.py --data DIR --scorer score_rca.py [--only NAME,…]

The recorded incidents are those of ``nezha.py``, and so is the ranking; a variation changes what it is given:
an alert that comes early or late, more or less of what was before and since, kinds of data that are missing, lines or traces that
are thinned by a draw over their content or written twice, a service that is noisy all the time, clocks that differ, names that
tell nothing, twice the load, a second fault at the same time (right is who caused either). For some of them the truth is read:
what the culprit measures, logs or traces is left out; or that of another.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.compute as pc

sys.path.insert(0, str(Path(__file__).parent))

from nezha import AFTER_S, HOUR_S, MODALITIES, Alter, Fault, Ranking, faults_of, rows_of

from paicha.analysis.anomalies.moves import Moved
from paicha.analysis.suspects.answer import leaders_of
from paicha.kernel.parsed_line import ParsedLine

_SECOND_NS = 1_000_000_000
_MINUTE_NS = 60 * _SECOND_NS
#: A level from WARN on where these recordings write one: a word of its own, or a field of JSON in JSON.
_GRAVE = r'(?:^|[\s"])(?:WARN|WARNING|ERROR|FATAL|CRITICAL)(?:[\s"\\]|$)'
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
    usual_s: int = HOUR_S
    after_s: int = AFTER_S
    second: Mapping[str, str] = field(
        default_factory=dict
    )  # by fault, the other one of the same time


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
    lines: dict[str, ParsedLine | None] = {}
    moved: dict[tuple[str, int, int], tuple[Sequence[Moved], Sequence[Moved]]] = {}
    culprits = {id_: one["ground_truth_service"] for id_, one in truth.items()}
    for variation in variations(asked.data, culprits):
        if wanted and variation.name not in wanted:
            continue
        ranking = Remembering(variation, lines, moved)
        predictions, named = _predicted(variation, ranking, asked.data)
        for (
            id_,
            other,
        ) in variation.second.items():  # either of the two is right: told under one name
            names = {truth[other]["ground_truth_service"]: truth[id_]["ground_truth_service"]}
            predictions[id_] = [names.get(name, name) for name in predictions[id_]]
        rows, places = scorer.score(list(truth.values()), predictions)
        row = rows[0]
        shares = " / ".join(f"{row[f'AS@{k}']:5.1f}" for k in (1, 3, 5))
        sure = [id_ for id_ in predictions if id_ in named]
        right = sum(places[id_] == 1 for id_ in sure)
        print(
            f"{variation.name:34} {shares}   named {right} right, {len(sure) - right} wrong",
            flush=True,
        )
        if asked.each:
            for fault, place in sorted(places.items()):
                if place != 1:
                    print(f"    {fault} {truth[fault]['fault_type']}: {place}")
    return 0


def variations(data: Path, culprits: Mapping[str, str]) -> Iterator[Variation]:
    """
    Yield all of them.

    Args:
        data: The folder of the recordings.
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
    yield Variation("clocks up to 5 min apart", alter=_apart)
    yield Variation("names that tell nothing", alter=_renamed)
    yield Variation("pods with ids for names", alter=_nameless)
    yield from _more(culprits)
    yield Variation("usual half as long", usual_s=HOUR_S // 2)
    yield Variation("usual twice as long", usual_s=2 * HOUR_S)
    yield Variation("half of the time since", after_s=AFTER_S // 2)
    yield Variation("twice the time since", after_s=2 * AFTER_S)
    faults = list(faults_of(data))
    beside = _beside(faults)
    second = {id_: other.id for id_, other in beside.items()}
    yield Variation("two faults at once", alter=_joined(beside, culprits), second=second)
    yield Variation("culprit without metrics", alter=_without("metrics_pod", culprits))
    yield Variation("culprit without traces", alter=_without("traces", culprits))
    yield Variation("culprit without lines", alter=_without("logs", culprits))


def _more(culprits: Mapping[str, str]) -> Iterator[Variation]:
    """Yield what concerns rows alone: fewer of them, or more."""
    yield Variation("metrics every 5 min", alter=_every_five_minutes)
    yield Variation("lines from WARN on", alter=_grave)
    yield Variation("another one without lines", alter=_another_without_lines(culprits))
    yield Variation("lines written twice", alter=_twice)
    yield Variation("twice the load since the fault", alter=_loaded)


class Remembering(Ranking):
    """
    A ranking that knows what it read for another variation: what lines say, and what unaltered series did.

    Args:
        variation: What is looked at.
        lines: What lines said; added to.
        moved: What series did; added to.
    """

    def __init__(
        self,
        variation: Variation,
        lines: dict[str, ParsedLine | None],
        moved: dict[tuple[str, int, int], tuple[Sequence[Moved], Sequence[Moved]]],
    ) -> None:
        super().__init__(variation.only, variation.alter, variation.usual_s, variation.after_s)
        self._lines, self._moved, self._altered = lines, moved, False

    def moves(self, fault: Fault, series: pa.Table) -> tuple[Sequence[Moved], Sequence[Moved]]:
        """Return what moved; what no variation touched is looked at once."""
        if self._altered or "metrics" not in self.only:
            return super().moves(fault, series)
        key = (fault.id, fault.alert, self.after_s)
        if key not in self._moved:
            self._moved[key] = super().moves(fault, series)
        return self._moved[key]

    def read(self, line: str) -> ParsedLine | None:
        """Return what a line says; the same object for the same line."""
        if line not in self._lines:
            self._lines[line] = super().read(line)
        return self._lines[line]

    def _rows(self, fault: Fault, name: str, moment: str, per_second: int) -> pa.Table | None:
        known = self.usual_s, self.after_s
        rows = rows_of(fault, name, moment, per_second, known_s=known)
        altered = rows if rows is None or self.alter is None else self.alter(name, rows, fault)
        if name == "metrics_pod":
            self._altered = altered is not rows
        return altered


def _predicted(
    variation: Variation, ranking: Ranking, data: Path
) -> tuple[dict[str, list[str]], set[str]]:
    """Return the ranking of each fault, and the faults of which the answer would name somebody."""
    named: set[str] = set()
    predicted = {}
    for fault in faults_of(data):
        alert = replace(fault, alert=fault.alert - variation.early_s)
        found = ranking.of(alert)
        shown = [one for one in found if one.clues]
        if leaders_of(shown, dict.fromkeys((one.name for one in shown), "service")):
            named.add(fault.id)
        ranked = [one.name for one in found]
        if variation.alter is _renamed:  # told under its own name again
            names = {_digest(name): name for name in _services(data)}
            ranked = [names.get(name, name) for name in ranked]
        predicted[fault.id] = ranked
    return predicted, named


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


def _every_five_minutes(name: str, rows: pa.Table, _fault: Fault) -> pa.Table:
    """Keep one point of five of each pod."""
    if name != "metrics_pod":
        return rows
    minutes = pc.divide(rows["epoch_s"], 60)
    return rows.filter(pc.equal(minutes, pc.multiply(pc.divide(minutes, 5), 5)))


def _grave(name: str, rows: pa.Table, _fault: Fault) -> pa.Table:
    """Keep the lines of WARN and above, as a shipper does that is told to save."""
    if name != "logs":
        return rows
    return rows.filter(pc.match_substring_regex(rows["Log"], _GRAVE, ignore_case=True))


def _another_without_lines(culprits: Mapping[str, str]) -> Alter:
    """Return what leaves out the lines of one service that caused nothing, drawn per fault."""

    def alter(name: str, rows: pa.Table, fault: Fault) -> pa.Table:
        others = sorted(set(rows["service"].to_pylist()) - {culprits[fault.id], None})
        if name != "logs" or not others:
            return rows
        return rows.filter(pc.not_equal(rows["service"], others[_draw(fault.id) % len(others)]))

    return alter


def _twice(name: str, rows: pa.Table, _fault: Fault) -> pa.Table:
    """Write each line twice, as two shippers do that read one file."""
    return pa.concat_tables([rows, rows]) if name == "logs" else rows


def _loaded(name: str, rows: pa.Table, fault: Fault) -> pa.Table:
    """Let every request since the fault come twice: its spans and lines once more, under other ids."""
    if name == "metrics_pod":
        return rows
    late = rows.filter(pc.greater_equal(rows[_TIMES[name][0]], fault.alert * _SECOND_NS))
    return pa.concat_tables([rows, _with_ids(late, "f")])


def _with_ids(rows: pa.Table, end: str) -> pa.Table:
    """Return rows of traces or lines that belong to other requests."""
    place, ids = rows.column_names.index("TraceID"), rows["TraceID"]
    return rows.set_column(place, "TraceID", pc.binary_join_element_wise(ids, end, ""))


def _beside(faults: Sequence[Fault]) -> dict[str, Fault]:
    """Return for each fault the next one of its recording, that happens at the same time."""
    folders: dict[Path, list[Fault]] = {}
    for fault in faults:
        folders.setdefault(fault.folder, []).append(fault)
    return {
        fault.id: those[(place + 1) % len(those)]
        for those in folders.values()
        for place, fault in enumerate(those)
    }


def _joined(beside: Mapping[str, Fault], culprits: Mapping[str, str]) -> Alter:
    """Return what adds the requests of another fault, and of its pods what they measured, at this one's time."""

    def alter(name: str, rows: pa.Table, fault: Fault) -> pa.Table:
        other = beside[fault.id]
        moment, second = ("epoch_s", 1) if name == "metrics_pod" else (_TIMES[name][0], _SECOND_NS)
        found = rows_of(other, name, moment, second)
        assert found is not None
        now = pc.and_(*_between(found[moment], other.alert * second, AFTER_S * second))
        found = _moved(name, found.filter(now), (fault.alert - other.alert) * second)
        if name != "metrics_pod":
            return pa.concat_tables([rows, found.cast(rows.schema)])
        culprit = culprits[other.id]
        replaced = pc.and_(*_between(rows[moment], fault.alert, AFTER_S))
        replaced = pc.and_(replaced, pc.equal(rows["service"], culprit))
        found = found.filter(pc.equal(found["service"], culprit))
        return pa.concat_tables([rows.filter(pc.invert(replaced)), found.cast(rows.schema)])

    return alter


def _between(
    moments: pa.ChunkedArray, start: int, length: int
) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    return pc.greater_equal(moments, start), pc.less_equal(moments, start + length)


def _moved(name: str, rows: pa.Table, by: int) -> pa.Table:
    for column in _TIMES[name] or ("epoch_s",):
        later = pc.cast(pc.add(rows[column], by), rows.schema.field(column).type)
        rows = rows.set_column(rows.column_names.index(column), column, later)
    return rows


def _apart(name: str, rows: pa.Table, _fault: Fault) -> pa.Table:
    """Put the clock of each service some minutes off, up to 2.5 early or late."""
    off = {who: _draw(f"clock {who}") % 301 - 150 for who in set(rows["service"].to_pylist())}
    by = pa.array([off[who] * _SECOND_NS for who in rows["service"].to_pylist()], pa.int64())
    for column in _TIMES[name]:
        later = pc.add(rows[column], by)
        rows = rows.set_column(rows.column_names.index(column), column, later)
    return rows


def _nameless(_name: str, rows: pa.Table, _fault: Fault) -> pa.Table:
    """Call pods by ids that say nothing of their service; spans and lines still name it beside them."""
    if "PodName" not in rows.column_names:
        return rows
    pods = pa.array([f"c{_digest(pod)}" for pod in rows["PodName"].to_pylist()])
    return rows.set_column(rows.column_names.index("PodName"), "PodName", pods)


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
