#!/usr/bin/env python3
"""
Rank the suspects of recorded incidents and write what a scorer of root causes reads.

usage: nezha.py --data DIR --predictions OUT.json [--only metrics,logs,traces] [--times]

DIR holds ``faults.json`` and one folder per system and day with ``metrics_pod.parquet``,
``logs.parquet``, ``traces.parquet`` (each may be missing) and its own ``faults.json``. Of a fault only its
id, its day and its time of injection are read, which serves as the time of the alert. Given to the
ranking: the data up to `AFTER_S` after the alert, and as the usual state the stretch that the data itself
marks as free of faults, or else the hour before. The window and the settings are the same for all.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from paicha.analysis.anomalies.moves import Moved, moves_of, slight_moves_of
from paicha.analysis.suspects.facts import Facts, Stretch, add_moves, add_slight, add_traces
from paicha.analysis.suspects.scores import Scored, scored
from paicha.analysis.suspects.steps import steps_of
from paicha.kernel.normalise import LineReader
from paicha.kernel.parsed_line import ParsedLine
from paicha.kernel.record_batches import RecordBuilder
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.metrics_loader import load_concepts
from paicha.model.knowledge import MetricConcept
from paicha.model.schema import SERIES, SPANS
from paicha.sources.metric_files.naming import ConceptNames, split_unit

MODALITIES = ("metrics", "logs", "traces")
#: How much after the alert is known [s].
AFTER_S = 180
#: An alert's time is good to about a minute: what lies so close before it is neither usual nor not [s].
UNSURE_S = 60
#: The usual state, where no stretch is known to be free of faults [s].
HOUR_S = 1800
_MICRO = 1_000_000
_COLUMNS: dict[str, tuple[str, ...]] = {
    "traces": (
        *("phase", "service", "TraceID", "SpanID", "ParentID", "PodName", "OperationName"),
        *("StartTimeUnixNano", "EndTimeUnixNano"),
    ),
    "logs": ("phase", "epoch_ns", "service", "TraceID", "SpanID", "Log"),
    "metrics_pod": (),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What a ranking is given of a fault: an id, a folder, the time of the alert."""

    id: str
    folder: Path
    alert: int  # [s since 1970]


#: Makes other rows of those of a file: given its name, a column for each of `_COLUMNS`, and the fault.
Alter = Callable[[str, pa.Table, Fault], pa.Table]


@dataclass(frozen=True, slots=True)
class Tables:
    """What the ranking works on, in the product's own tables."""

    series: pa.Table
    before: Stretch
    during: Stretch
    services: frozenset[str]
    bytes_read: int = 0


def main(argv: Sequence[str] | None = None) -> int:
    """Rank every fault and write the predictions."""
    parser = argparse.ArgumentParser(description=__doc__.strip().split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--predictions", type=Path, required=True)
    parser.add_argument("--only", default=",".join(MODALITIES), help="metrics,logs,traces")
    parser.add_argument("--times", action="store_true", help="print the time of every fault")
    asked = parser.parse_args(argv)
    only = frozenset(asked.only.split(","))
    if not only <= set(MODALITIES):
        parser.error(f"--only knows {', '.join(MODALITIES)}")
    ranking = Ranking(only)
    predictions: dict[str, list[str]] = {}
    slowest = 0.0
    for fault in faults_of(asked.data):
        begin = time.process_time()
        ranked = ranking.of(fault)
        spent = time.process_time() - begin
        slowest = max(slowest, spent)
        predictions[fault.id] = [one.name for one in ranked]
        if asked.times:
            top = ", ".join(f"{one.name} {one.points:.2f}" for one in ranked[:3])
            print(f"{fault.id} {spent:.2f} s: {top}")
    asked.predictions.write_text(json.dumps(predictions, indent=1) + "\n", encoding="utf-8")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(predictions)} faults, slowest {slowest:.2f} CPU s, peak {peak} MB")
    return 0


def faults_of(data: Path) -> Iterator[Fault]:
    """Yield the faults of every folder below *data* that lists some; of each what may be known."""
    folders = sorted(path.parent for path in data.glob("*/faults.json"))
    seen: set[str] = set()
    for folder in folders or [data]:
        listed = json.loads((folder / "faults.json").read_text(encoding="utf-8"))
        for fault in listed["faults"]:
            moment = datetime.fromisoformat(fault["inject_time"])
            seen.add(fault["id"])
            yield Fault(fault["id"], folder, int(moment.timestamp()))
    if folders and (data / "faults.json").exists():
        listed = json.loads((data / "faults.json").read_text(encoding="utf-8"))
        for fault in listed["faults"]:
            if fault["id"] not in seen:  # its folder is missing: an answer without data is none
                print(f"{fault['id']}: no folder holds its data", file=sys.stderr)


class Ranking:
    """Reads what belongs to a fault and ranks its suspects."""

    def __init__(
        self,
        only: frozenset[str],
        alter: Alter | None = None,
        usual_s: int = HOUR_S,
        after_s: int = AFTER_S,
    ) -> None:
        self.only = only
        self.alter = alter
        self.usual_s, self.after_s = usual_s, after_s
        self.concepts = load_concepts()
        self.groups = {concept.id: concept.group for concept in self.concepts}
        self.reader = LineReader(load_formats(), "UTC")

    def of(self, fault: Fault) -> tuple[Scored, ...]:
        """Return the services of the fault's system, best suspect first."""
        tables = self.tables(fault)
        facts = Facts(services=set(tables.services))
        moves, slight = self.moves(fault, tables.series)
        add_moves(facts, moves, self.groups)
        add_slight(facts, slight, self.groups)
        if tables.before.spans.num_rows and tables.during.spans.num_rows:
            add_traces(facts, tables.before, tables.during)
        return scored(facts.services, facts.by_service, facts.below)

    def moves(self, fault: Fault, series: pa.Table) -> tuple[Sequence[Moved], Sequence[Moved]]:
        """Return what moved since the alert, and what stepped a little."""
        start = datetime.fromtimestamp(fault.alert, UTC)
        end = start + timedelta(seconds=self.after_s + 1)
        return moves_of(series, start, end, self.concepts), slight_moves_of(series, start, end)

    def read(self, line: str) -> ParsedLine | None:
        """Return what a line says, read as Paicha reads any log file."""
        return self.reader.read_line(line)

    def tables(self, fault: Fault) -> Tables:
        """Read the tables of one fault."""
        before, during = Stretch(), Stretch()
        if self.only & {"traces", "logs"}:
            spans = self._rows(fault, "traces", "StartTimeUnixNano", 1_000_000_000)
            begun = _begun(spans)
            usual, now = self._stretches(spans, "StartTimeUnixNano", fault.alert, begun)
            before, during = Stretch(_spans(usual)), Stretch(_spans(now))
        if "logs" in self.only:
            lines = self._rows(fault, "logs", "epoch_ns", 1_000_000_000)
            usual, now = self._stretches(lines, "epoch_ns", fault.alert, begun)
            during = Stretch(during.spans, self._steps(now))
            if during.steps.num_rows:  # else there is nothing to compare
                before = Stretch(before.spans, self._steps(usual))
        series, services = SERIES.empty_table(), frozenset[str]()
        metrics = self._rows(fault, "metrics_pod", "epoch_s", 1)
        if metrics is not None:
            services = frozenset(metrics["service"].unique().to_pylist())
            metrics = metrics.filter(pc.less_equal(metrics["epoch_s"], fault.alert + self.after_s))
            if "metrics" in self.only:
                series = _series(metrics, self.concepts)
        return Tables(series, before, during, services)

    def _rows(self, fault: Fault, name: str, moment: str, per_second: int) -> pa.Table | None:
        known = self.usual_s, self.after_s
        rows = rows_of(fault, name, moment, per_second, known_s=known)
        return rows if rows is None or self.alter is None else self.alter(name, rows, fault)

    def _stretches(
        self, table: pa.Table | None, moment: str, alert: int, begun: pa.Table | None
    ) -> tuple[pa.Table | None, pa.Table | None]:
        """Return what is usual and what is now: whole traces, by when they began."""
        if table is None:
            return None, None
        moments = table[moment]
        if begun is not None:
            at = pc.index_in(table["TraceID"], value_set=begun["TraceID"].combine_chunks())
            moments = pc.coalesce(pc.take(begun["StartTimeUnixNano_min"], at), moments)
        seconds = pc.divide(moments, 1_000_000_000)
        known = "phase" in table.column_names
        free = pc.equal(table["phase"], "fault-free") if known else pc.is_null(seconds)
        until = alert + self.after_s
        inside = pc.and_(pc.greater_equal(seconds, alert), pc.less_equal(seconds, until))
        now = table.filter(pc.and_(inside, pc.invert(free)))
        usual = table.filter(free)
        if not usual.num_rows:
            usual = table.filter(pc.less(seconds, alert - UNSURE_S))
        if not usual.num_rows:  # the capture begins with the fault: better a little than nothing
            usual = table.filter(pc.less(seconds, alert))
        return usual, now

    def _steps(self, lines: pa.Table | None) -> pa.Table:
        """Keep of the lines what is written inside spans."""
        builder = RecordBuilder()
        columns = ("Log", "service", "epoch_ns", "TraceID", "SpanID")
        for log, service, moment, trace, span in _listed(lines, columns):
            parsed = self.read(log or "")
            if parsed is None:
                continue
            parsed.service_name = service or ""
            parsed.timestamp_us = moment // 1000 if moment else None
            parsed.trace_id, parsed.span_id = trace or "", span or ""
            builder.add(parsed, "")
        return steps_of(pa.Table.from_batches([builder.take()]))


def _begun(spans: pa.Table | None) -> pa.Table | None:
    """Return when each trace began."""
    if spans is None:
        return None
    return spans.group_by("TraceID", use_threads=False).aggregate([("StartTimeUnixNano", "min")])


def _listed(table: pa.Table | None, columns: Sequence[str]) -> Iterator[tuple]:
    if table is None or not set(columns) <= set(table.column_names):
        return iter(())
    return zip(*(table[name].to_pylist() for name in columns), strict=True)


def rows_of(
    fault: Fault,
    name: str,
    moment: str,
    per_second: int,
    *,
    known_s: tuple[int, int] = (HOUR_S, AFTER_S),
) -> pa.Table | None:
    """
    Return the rows of a file that may matter: up to the end of the fault, or free of faults.

    Args:
        fault: Whose.
        name: Of the file, without its end.
        moment: The column with the time.
        per_second: Its unit.
        known_s: How much is looked at before the alert and since [s].
    """
    path = fault.folder / f"{name}.parquet"
    if not path.exists():
        return None
    end = (fault.alert + known_s[1] + 1) * per_second
    condition = pc.field(moment) < end
    if name != "metrics_pod":
        condition &= pc.field(moment) >= (fault.alert - known_s[0]) * per_second
        if "phase" in pq.read_schema(path).names:
            # The past only: a stretch free of faults that lies behind the alert is not known yet.
            free = pc.field("phase") == "fault-free"
            condition |= free & (pc.field(moment) < fault.alert * per_second)
    held = pq.read_schema(path).names
    columns = [column for column in _COLUMNS[name] if column in held] or held
    return pq.read_table(path, columns=columns, filters=condition)


def _spans(rows: pa.Table | None) -> pa.Table:
    if rows is None:
        return SPANS.empty_table()
    nothing = pa.array([""] * rows.num_rows, pa.string())
    parent = pc.if_else(pc.equal(rows["ParentID"], "root"), "", pc.fill_null(rows["ParentID"], ""))
    start = pc.divide(rows["StartTimeUnixNano"], 1000)
    end = pc.divide(rows["EndTimeUnixNano"], 1000)
    return pa.table(
        {
            "trace_id": pc.fill_null(rows["TraceID"], ""),
            "span_id": pc.fill_null(rows["SpanID"], ""),
            "parent_span_id": parent,
            "service_name": pc.fill_null(rows["service"], ""),
            "host": pc.fill_null(rows["PodName"], ""),
            "name": pc.fill_null(rows["OperationName"], ""),
            "kind": nothing,
            "start": pc.cast(start, pa.timestamp("us", tz="UTC")),
            "duration_us": pc.subtract(end, start),
            "status": nothing,
            "locator": nothing,
        },
        schema=SPANS,
    )


def _series(rows: pa.Table, concepts: Sequence[MetricConcept]) -> pa.Table:
    """Return every numeric column as a series, read as Paicha reads the columns of a metric file."""
    names = ConceptNames(concepts)
    parts = [SERIES.empty_table()]
    moments = pc.cast(pc.multiply(rows["epoch_s"], _MICRO), pa.timestamp("us", tz="UTC"))
    for column in rows.column_names:
        plain = re.sub(r"[^a-z]", "", column.lower())
        values = rows[column]
        numeric = pa.types.is_floating(values.type) or pa.types.is_integer(values.type)
        if not numeric or plain in ("epochs", "time", "timestamp") or plain.startswith("node"):
            continue  # what a node measures belongs to the node, and no file says which pods share one
        found = names.find(column)
        concept, scale = (found[0].id, found[1]) if found else ("", 1.0)
        unit = found[0].unit if found else split_unit(column)[1]
        n = rows.num_rows
        parts.append(
            pa.table(
                {
                    "concept": pa.array([concept] * n, pa.string()),
                    "metric": pa.array([column] * n, pa.string()),
                    "host": rows["PodName"],
                    "labels": pa.array([""] * n, pa.string()),
                    "timestamp": moments,
                    "value": pc.multiply(pc.cast(values, pa.float64()), scale),
                    "unit": pa.array([unit] * n, pa.string()),
                },
                schema=SERIES,
            )
        )
    return pa.concat_tables(parts)


if __name__ == "__main__":
    sys.exit(main())
