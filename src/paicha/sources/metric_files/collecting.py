"""The points of several metric files, gathered for one question."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from paicha.analysis.anomalies.owners import service_of_series
from paicha.analysis.metrics import reach, usual_step
from paicha.errors import InputError
from paicha.locales import Text, text
from paicha.model.coverage import MetricCoverage
from paicha.model.question import MetricQuery, Window
from paicha.model.schema import SERIES
from paicha.sources.metric_files.combining import Combining, not_told
from paicha.sources.metric_files.identity import asked_as, host_of, identities
from paicha.sources.metric_files.nameless import Key, Nameless, as_json, by_file
from paicha.sources.metric_files.naming import ConceptNames, split_unit
from paicha.sources.metric_files.raw import COUNTER, Point, RawFile, RawSeries, grows, rates
from paicha.values import dataclass

_NAMES_SHOWN = 5
#: Concept, metric, host, labels, unit.
_Key = tuple[str, str, str, str, str]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MetricFileReading:
    """One answer, whole; a `paicha.ports.MetricReading`."""

    series: pa.Table
    coverage: MetricCoverage


@dataclass(slots=True)
class _Tally:
    """What became of one file's points."""

    kept: int = 0
    outside: int = 0
    other_hosts: int = 0
    no_host: int = 0
    counters: int = 0
    present: set[str] = field(default_factory=set)  # hosts the file names
    left_out: set[str] = field(default_factory=set)  # those of them that were not asked for
    unknown: set[str] = field(default_factory=set)  # metrics that no concept knows
    open_shares: frozenset[str] = frozenset()  # metrics whose whole may be 1 or 100
    moments: list[int] = field(default_factory=list)  # first and last of every series [µs]


class Collected:
    """
    Gathers the points of several files for one query.

    Args:
        query: What is asked for.
        names: What their metrics may mean.
        host: Whose the numbers are where a file does not say.
        zone: Where the reader is.
        parts: What shares are made of.
        several: Whether there are several files, which may be of several hosts that none of them names.
    """

    def __init__(
        self,
        query: MetricQuery,
        names: ConceptNames,
        host: str,
        zone: ZoneInfo,
        parts: Combining,
        *,
        several: bool,
    ) -> None:
        self._query = query
        self._parts = parts
        self._zone = zone
        self._names = names
        self._host = host
        self._columns: dict[str, list[object]] = {name: [] for name in SERIES.names}
        self._seen: dict[tuple[str, str, str, int], float | None] = {}
        self._duplicates = 0
        self._differing = 0
        self._several = several
        self._nameless = Nameless()
        self._waiting: list[tuple[Path, _Key, list[Point], float]] = []
        self._series: set[tuple[str, str, str]] = set()
        self._with_points: set[str] = set()  # concepts
        self._named: set[str] = set()  # concepts
        self._satisfied: set[str] = set()  # hosts asked for that have points
        self._incomplete: list[Text] = []
        self._notes: list[Text] = []
        self._useless: list[Text] = []  # why files gave nothing that was asked for
        self._passed: list[Text] = []  # why files are taken for none of metrics
        self._asked_as: dict[
            str, str
        ] = {}  # hosts that are named otherwise than they were asked for
        self._taken = False  # whether a file holds metrics at all
        #: What files hold of each concept and host, inside the window.
        self._told: dict[tuple[str, str], list[RawSeries]] = defaultdict(list)

    def pass_over(self, path: Path, error: InputError) -> None:
        """Say that the file at *path* holds no metrics."""
        reason = error.first_lines
        self._passed.append(text("metrics.passed_over", path=path.name, reason=reason))

    def pass_over_others(self, names: Sequence[str]) -> None:
        """Say which files do not even begin as metrics do."""
        n, shown = f"{len(names):,}", _some(names)
        # Logs beside a file of metrics are what one expects; where nothing is metrics, these are not.
        notes = self._notes if self._taken else self._useless
        notes.append(text("metrics.passed_over_others", n=n, names=shown))

    def take(self, path: Path, raw: RawFile) -> None:
        """Take one file's series."""
        tally = _Tally(open_shares=self._open_shares(raw))
        self._taken = True
        self._parts.take(raw.series, path)
        named = {host_of(one.labels) for one in raw.series} - {""}
        self._asked_as |= asked_as(self._query.hosts, sorted(named))
        for one in raw.series:
            self._take_series(one, tally, path if self._several else None)
        self._incomplete += raw.incomplete
        self._notes += raw.notes
        self._report(path, tally)
        if raw.unreadable_values:
            self._note("metrics.unreadable_values", raw.unreadable_values, path)

    def _host_of(self, raw: RawSeries) -> str:
        """Return the host of a series, by the name that was asked for."""
        host = host_of(raw.labels) or self._host
        return self._asked_as.get(host, host)

    def take_combined(self) -> None:
        """Take the shares that the files hold the parts of."""
        made, tally = set(), _Tally()
        groups: dict[tuple[str, str], list[RawSeries]] = defaultdict(list)
        for one in self._parts.combined(self._settled()):
            concept, _ = self._names.find(one.metric) or (None, 1.0)
            host = self._host_of(one)
            inside = _inside(one.points, self._query.window)
            groups[concept.id if concept else "", host].append(replace(one, points=inside))
        for key, series in groups.items():
            # Those that a recording rule of the server made of the same parts stand there already.
            for one in not_told(series, self._told.get(key, ())):
                made.add(one.metric)
                self._take_series(one, tally, None)
        if made:
            self._notes.append(text("metrics.combined", names="; ".join(sorted(made))))
        if self._parts.alone:
            self._notes.append(text("metrics.parts_alone", names=", ".join(self._parts.alone)))

    def _settled(self) -> Mapping[tuple[Path, Key], str]:
        """Take the series of no named host, told apart by their files where these differ; return by which."""
        files = self._nameless.files()
        for path, (concept, metric, host, labels, unit), points, scale in self._waiting:
            of = files.get((path, (metric, labels)))
            said = as_json(by_file(json.loads(labels), of)) if of else labels
            self._add((concept, metric, host, said, unit), points, scale)
        self._waiting.clear()
        if files:
            names = _some(sorted(set(files.values())))
            self._notes.append(text("metrics.told_apart", names=names))
        return files

    def _open_shares(self, raw: RawFile) -> frozenset[str]:
        """
        Return the metrics that may be shares of 1 or percent.

        Neither their names nor their values say it: none is above 1 in the whole file, which writes all its shares one way.
        """
        largest: dict[str, float] = {}
        for one in raw.series:
            if self._names.leaves_open(one.metric):
                values = (value or 0.0 for _, value in one.points)
                largest[one.metric] = max(largest.get(one.metric, 0.0), *values, 0.0)
        if any(value > 1 for value in largest.values()):
            return frozenset()
        return frozenset(metric for metric, value in largest.items() if value > 0)

    def finished(self, name: str) -> MetricFileReading:
        """Return the table, sorted, with its coverage."""
        table = pa.table(self._columns, schema=SERIES).sort_by(
            [(column, "ascending") for column in SERIES.names if column not in ("value", "unit")]
        )
        if self._asked_as:
            names = _some([f"{one} = {other}" for one, other in self._asked_as.items()])
            self._notes.append(text("metrics.asked_as", names=names))
        if self._duplicates:
            self._notes.append(text("metrics.duplicates", count=self._duplicates))
        if self._differing:
            self._incomplete.append(text("metrics.differing", count=self._differing))
        absent = sorted(
            # An id beside an address is another name of the same host, unless nothing matched.
            host
            for host in set(self._query.hosts) - self._satisfied
            if self._satisfied and not host.isdigit()
        )
        if absent:
            self._notes.append(text("metrics.hosts_absent", hosts=_some(absent)))
        hosts = {host for host in table["host"].unique().to_pylist() if host}
        # Where nothing matched, no claim can be checked; beside what did, somebody exported more than was needed.
        (self._notes if self._series else self._incomplete).extend(self._useless)
        (self._notes if self._taken else self._incomplete).extend(self._passed)
        coverage = MetricCoverage(
            source=name,
            kind="metric_files",
            series=len(self._series),
            points=table.num_rows,
            null_points=table["value"].null_count,
            missing=tuple(sorted(self._named - self._with_points)),
            hosts=tuple(sorted(hosts)),
            incomplete=tuple(self._incomplete),
            notes=tuple(self._notes),
        )
        return MetricFileReading(table, coverage)

    def _take_series(self, raw: RawSeries, tally: _Tally, path: Path | None) -> None:
        unclear = raw.metric in tally.open_shares
        found = None if unclear else self._names.find(raw.metric)
        concept, scale = found or (None, 1.0)
        if concept:
            self._named.add(concept.id)
        elif raw.points and not unclear and not self._parts.is_part(raw.metric):
            tally.unknown.add(raw.metric)
        if concept and concept.unit.endswith("/s") and raw.metric.endswith(COUNTER):
            raw = replace(
                raw, counter=raw.counter or grows(raw.points)
            )  # one that stood still, too
        points = rates(raw.points) if raw.counter else raw.points
        if not points:
            return
        tally.counters += raw.counter
        tally.moments += (points[0][0], points[-1][0])
        host = self._host_of(raw)
        names = identities(raw.labels) | ({host} if host else set())
        tally.present |= {host} if host else set()
        if (
            names
            and self._query.hosts
            and not (self._measures(host, raw) or names & set(self._query.hosts))
        ):
            tally.other_hosts += len(points)
            tally.left_out |= {host} if host else set()
            return
        if path is not None and not host_of(raw.labels):
            self._nameless.take(path, (raw.metric, as_json(raw.labels)), points)
        inside = _inside(points, self._query.window)
        tally.outside += len(points) - len(inside)
        tally.kept += len(inside)
        tally.no_host += 0 if host else len(inside)
        if not inside:
            return
        self._satisfied |= names & set(self._query.hosts)
        if concept and any(value is not None for _, value in inside):
            self._with_points.add(concept.id)
        unit = concept.unit if concept else raw.unit or split_unit(raw.metric)[1]
        if raw.counter and not concept:
            unit = f"{unit}/s" if unit else "1/s"
        labels = as_json(raw.labels)
        key = (concept.id if concept else "", raw.metric, host, labels, unit)
        if path is None or host_of(raw.labels):
            self._add(key, inside, scale)
        else:
            self._waiting.append((path, key, inside, scale))

    def _measures(self, host: str, raw: RawSeries) -> bool:
        """Return whether a series measures one of the services asked for."""
        if not self._query.services:
            return False
        return service_of_series(host, json.dumps(dict(raw.labels))) in self._query.services

    def _add(self, key: _Key, points: list[Point], scale: float) -> None:
        concept, metric, host, labels, unit = key
        self._series.add((metric, host, labels))
        if concept and any(value is not None for _, value in points):
            self._told[concept, host].append(RawSeries(metric, json.loads(labels), points))
        for moment, value in points:
            point = (metric, host, labels, moment)
            if point in self._seen:
                is_same = self._seen[point] == value
                self._duplicates += is_same
                self._differing += not is_same
                continue
            self._seen[point] = value
            for name, cell in zip(
                SERIES.names,
                (
                    concept,
                    metric,
                    host,
                    labels,
                    moment,
                    None if value is None else value * scale,
                    unit,
                ),
                strict=True,
            ):
                self._columns[name].append(cell)

    def _report(self, path: Path, tally: _Tally) -> None:
        """Say in notes what became of the file's points."""
        present = _some(sorted(tally.present))
        if not tally.moments:
            self._incomplete.append(text("metrics.no_points", path=path.name))
        elif tally.kept == 0 and tally.other_hosts:
            asked = _some(self._query.hosts)
            self._useless.append(
                text("metrics.other_host", path=path.name, present=present, asked=asked)
            )
        elif tally.kept == 0:
            first, last = (
                moment_shown(at, self._zone) for at in (min(tally.moments), max(tally.moments))
            )
            self._incomplete.append(
                text("metrics.nothing_inside", path=path.name, first=first, last=last)
            )
        else:
            if tally.other_hosts:
                hosts = _some(sorted(tally.left_out))
                self._notes.append(
                    text("metrics.hosts_left_out", count=tally.other_hosts, hosts=hosts)
                )
            if tally.outside:
                self._note("metrics.outside", tally.outside, path)
        if tally.no_host:
            self._notes.append(text("metrics.no_host_named", points=tally.no_host, path=path.name))
        if tally.counters:
            self._note("metrics.counters_as_rates", tally.counters, path)
        if tally.open_shares:
            names = _some(sorted(tally.open_shares))
            self._notes.append(text("metrics.open_shares", names=names, path=path.name))
        if tally.unknown:
            self._notes.append(
                text(
                    "metrics.unknown_metrics",
                    count=len(tally.unknown),
                    path=path.name,
                    names=_some(sorted(tally.unknown)),
                )
            )

    def _note(self, key: str, count: int, path: Path) -> None:
        self._notes.append(text(key, count=count, path=path.name))


def _inside(points: list[Point], window: Window) -> list[Point]:
    step = usual_step([_EPOCH + timedelta(microseconds=moment) for moment, _ in points])
    after, before = ((edge - _EPOCH) // timedelta(microseconds=1) for edge in reach(window, step))
    return [point for point in points if after < point[0] < before]


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    return f"{shown}, … ({len(names)})" if len(names) > _NAMES_SHOWN else shown


def moment_shown(moment: int, zone: ZoneInfo) -> str:
    """Return a moment [µs since 1970] in the reader's zone."""
    when = (_EPOCH + timedelta(microseconds=moment)).astimezone(zone)
    return when.isoformat(sep=" ", timespec="seconds")
