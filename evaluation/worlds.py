"""
Random logs whose truth is known from how they were written, and a plain recount held against the report.

Usage: python evaluation/worlds.py [--worlds N] [--first SEED]

A world is some files of several formats, packed in several ways, of several hosts, in a zone with or without summer time,
some of them over the turn of a year without saying the year. The recount knows nothing of Paicha: it counts what was
written. Each world is asked four questions on both roads, small files and large ones, at once and stopped and read on;
every figure that differs is printed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import os
import random
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from paicha import Asked, carry_out, prepare
from paicha.errors import QuestionError
from paicha.facade import Preparation, prepare_extension
from paicha.model.change import Change
from paicha.model.findings import Findings, Problem, Variant
from paicha.wiring.settings import Settings

_ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Asia/Kolkata")
_STARTS = (
    datetime(2025, 12, 19, 2, tzinfo=UTC),
    datetime(2025, 12, 31, 15, 30, tzinfo=UTC),  # New Year in Shanghai
    datetime(2025, 3, 9, 6, 30, tzinfo=UTC),  # summer time begins in New York
)
_LENGTHS_S = (120, 1800, 18000)
_LEVELS = {"INFO": 9, "WARN": 13, "ERROR": 17}
_SYLLABLES = tuple(a + b for a in "bdfgklmnprtvz" for b in "aeiou")
#: A class of the knowledge base that claims something of a host in numbers.
_CLAIM = "Disk space low: usage={}%"


@dataclass(frozen=True, slots=True)
class Written:
    """One record as it can be read from the line that was written."""

    at: datetime
    level: str
    host: str
    service: str
    module: str
    kind: str  # the message before its number
    value: int


@dataclass(frozen=True, slots=True)
class World:
    """Everything that was written, and where."""

    zone: str
    start: datetime
    length: timedelta
    records: tuple[Written, ...]
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a world; without a start: all of it."""

    start: datetime | None = None
    end: datetime | None = None
    compared: bool = False
    where: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class _Format:
    """How a record becomes a line, and what of it the line says."""

    line: Callable[[Written, str, datetime], str]
    says: frozenset[str]
    whole_seconds: bool = False


def _json(one: Written, body: str, at: datetime) -> str:
    row = {"time": at.isoformat(timespec="milliseconds"), "level": one.level, "message": body}
    row |= {"service": one.service, "host": one.host, "logger": one.module}
    return json.dumps(row, ensure_ascii=False)


def _syslog(one: Written, body: str, at: datetime) -> str:
    priority = 8 + {"INFO": 6, "WARN": 4, "ERROR": 3}[one.level]
    return f"<{priority}>{at:%b} {at.day:2d} {at:%H:%M:%S} {one.host} {one.service}[7]: {body}"


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d}"


def _log4j(one: Written, body: str, at: datetime) -> str:
    return f"{_stamp(at)} [pool-1] {one.level} {one.module} - {body}"


def _container(one: Written, body: str, at: datetime) -> str:
    """Return a line of a container runtime; a long one comes in two pieces."""
    head, inside = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z stdout", _log4j(one, body, at)
    if one.value % 3 or len(inside) < 70:
        return f"{head} F {inside}"
    return f"{head} P {inside[:60]}\n{head} F {inside[60:]}"


_NAMED = frozenset(("host", "service", "module"))
_FORMATS = {
    "json": _Format(_json, _NAMED),
    "syslog": _Format(_syslog, frozenset(("host", "service")), whole_seconds=True),
    "log4j": _Format(_log4j, frozenset(("module",))),
    "container": _Format(_container, frozenset(("module",))),
    "csv": _Format(_json, _NAMED),  # written by `_table`
}


def make_world(folder: Path, seed: int) -> World:
    """Write a world into *folder*."""
    chance = random.Random(seed)
    zone, start = chance.choice(_ZONES), chance.choice(_STARTS)
    length = timedelta(seconds=chance.choice(_LENGTHS_S))
    drafts = _drafts(chance, start, length)
    records: list[Written] = []
    files: list[Path] = []
    for number in range(chance.randint(1, 4)):
        part = sorted((one for one in drafts if one.value % 4 == number), key=lambda one: one.at)
        if part:
            name = chance.choice(sorted(_FORMATS))
            said = [_as_read(one, _FORMATS[name]) for one in part]
            text = _table(part, zone) if name == "csv" else _lines(part, name, zone)
            path = folder / f"{number}-{name}.log"
            files.append(_packed(path, text, chance, written=start + length))
            records += said
    return World(zone, start, length, tuple(records), tuple(files))


def _drafts(chance: random.Random, start: datetime, length: timedelta) -> list[Written]:
    kinds = [" ".join("".join(chance.choices(_SYLLABLES, k=3)) for _ in range(5)) for _ in range(8)]
    hosts = [f"10.0.0.{number}" for number in range(chance.randint(1, 3))]
    found = []
    for place, kind in enumerate([*kinds, _CLAIM.partition("{")[0]]):
        level = "WARN" if place == len(kinds) else chance.choice(sorted(_LEVELS))
        least = chance.choice((0.0, 0.0, 0.5))  # some begin in the second half
        for _ in range(chance.choice((1, 2, 8, 40))):
            at = start + timedelta(milliseconds=int(chance.uniform(least, 1) * length / _MS) - 1)
            module, service = chance.choice(("store.core", "till")), chance.choice(("a", "b"))
            value, host = chance.randint(60, 99), chance.choice(hosts)
            found.append(Written(max(at, start), level, host, service, module, kind, value))
    return found


_MS = timedelta(milliseconds=1)


def _body(one: Written) -> str:
    return (
        _CLAIM.format(one.value)
        if _CLAIM.startswith(one.kind)
        else f"{one.kind} took={one.value}ms"
    )


def _as_read(one: Written, format_: _Format) -> Written:
    at = one.at.replace(microsecond=0) if format_.whole_seconds else one.at
    silent: dict[str, Any] = dict.fromkeys(_NAMED - format_.says, "")
    return replace(one, at=at, **silent)


def _lines(part: Sequence[Written], name: str, zone: str) -> str:
    line = _FORMATS[name].line
    return "".join(f"{line(one, _body(one), one.at.astimezone(ZoneInfo(zone)))}\n" for one in part)


def _table(part: Sequence[Written], zone: str) -> str:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["time", "level", "host", "service", "module", "message"])
    for one in part:
        local = _stamp(one.at.astimezone(ZoneInfo(zone)))
        table.writerow([local, one.level, one.host, one.service, one.module, _body(one)])
    return text.getvalue()


def _packed(path: Path, text: str, chance: random.Random, *, written: datetime) -> Path:
    """Write a file that was last *written* then, which says the year of syslog."""
    data, way = text.encode(), chance.choice(("", ".gz", ".zip"))
    target = path.with_name(path.name + way)
    if way == ".zip":
        day_after = (written + timedelta(days=1)).timetuple()[:6]
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr(zipfile.ZipInfo(path.name, day_after), data)
    else:
        target.write_bytes(gzip.compress(data, mtime=0) if way else data)
    os.utime(target, (written.timestamp(),) * 2)
    return target


def queries(world: World, seed: int) -> Iterator[Query]:
    """Yield what is asked: all of it, its second half against the first, a part that is filtered, and a narrow window."""
    chance = random.Random(seed)
    middle, end = world.start + world.length / 2, world.start + world.length
    host = next((one.host for one in world.records if one.host), "")
    yield Query()
    yield Query(middle, end, compared=True)
    yield Query(world.start, middle, where="level>=WARN", host=chance.choice(("", host)))
    moments = sorted({one.at for one in world.records})
    first, last = sorted(chance.choices(moments, k=2))
    yield Query(
        first + chance.choice((-_MS, _MS * 0, _MS)), last + chance.choice((_MS, _MS * 1000))
    )


def investigated(world: World, query: Query, *, large: bool, stop: int = 0) -> Findings:
    """
    Return what Paicha finds.

    Args:
        world: What was written.
        query: What is asked of it.
        large: On the road of files of which the case keeps some records only.
        stop: At which question whether to stop it is stopped, to be read on; 0: never.
    """
    prepared = _on_road(_prepared(world, query), large=large)
    if not stop:
        return carry_out(prepared).findings
    left, case = iter([False] * stop), world.files[0].with_name("stopped.case.duckdb")
    try:
        found = carry_out(prepared, case=case, stop=lambda: next(left, True)).findings
    except (KeyboardInterrupt, QuestionError):  # nothing was read by then
        return carry_out(prepared).findings
    if found.coverage.incomplete:
        found = carry_out(_on_road(prepare_extension(case, []), large=large), case=case).findings
    return found


def _on_road(prepared: Preparation, *, large: bool) -> Preparation:
    return replace(prepared, inquiry=replace(prepared.inquiry, keep_bytes=0)) if large else prepared


def _prepared(world: World, query: Query) -> Preparation:
    asked = Asked(
        files=tuple(map(str, world.files)),
        zone=world.zone,
        language="en",
        metrics=("none",),
        start=query.start,
        end=query.end,
        baseline="previous" if query.compared else "none",
        where=query.where,
        hosts=(query.host,) if query.host else (),
    )
    return prepare(asked, settings=Settings.empty(), environ={})


def selected(
    world: World, query: Query, start: datetime | None, end: datetime | None
) -> list[Written]:
    """Return the records that are asked for from *start* up to *end*; what names no host is the asked one's."""
    found = []
    for one in world.records:
        inside = start is None or end is None or start <= one.at < end
        loud = not query.where or _LEVELS[one.level] >= _LEVELS["WARN"]
        if inside and loud and one.host in {"", query.host or one.host}:
            found.append(replace(one, host=one.host or query.host))
    return found


class Recount:
    """Holds findings against what was written; `differences` are those found so far."""

    def __init__(self, world: World, query: Query, findings: Findings) -> None:
        self.differences: list[str] = []
        self._findings = findings
        self._rows = selected(world, query, query.start, query.end)
        change = findings.change
        window = change.baseline.window if change else None
        self._before = selected(world, query, window.start, window.end) if window else []

    def hold(self) -> list[str]:
        """Return every figure that differs from what was written."""
        self._totals()
        loud = [one for one in self._rows if _LEVELS[one.level] >= _LEVELS["WARN"]]
        for problem in self._findings.problems:
            self._problem(problem, [one for one in loud if self._is_of(one, problem)])
        self._same("records in problems", len(loud), sum(p.n for p in self._findings.problems))
        for module in self._findings.modules:
            mine = [one for one in self._rows if one.module == module.name]
            bad = sum(one in loud for one in mine)
            self._same(f"module {module.name}", (len(mine), bad), (module.n, module.abnormal))
        for device in self._findings.devices:
            mine = [one for one in self._rows if one.host == device.host]
            self._same(f"device {device.host}", len(mine), device.n)
        self._changes()
        return self.differences

    def _same(self, what: str, expected: object, actual: object) -> None:
        if expected != actual:
            self.differences.append(f"{what}: written {expected}, said {actual}")

    def _totals(self) -> None:
        totals, rows = self._findings.totals, self._rows
        self._same("records", len(rows), totals.records)
        ends = min(one.at for one in rows), max(one.at for one in rows)
        self._same("first and last", ends, (totals.first, totals.last))
        self._same("curve", self._curve(rows), totals.curve_all)
        levels: Counter[int] = Counter()
        for level in self._findings.levels:
            levels[level.severity_number] += level.n
        self._same("levels", Counter(_LEVELS[one.level] for one in rows), levels)

    def _curve(self, rows: Sequence[Written]) -> tuple[int, ...]:
        totals = self._findings.totals
        width = timedelta(seconds=totals.bucket_s)
        start = totals.bucket_start
        assert start is not None  # every line of a world has a time
        steps = Counter((one.at - start) // width for one in rows)
        return tuple(steps[step] for step in range(totals.buckets))

    @staticmethod
    def _is_of(one: Written, problem: Problem) -> bool:
        return any(variant.text.startswith(one.kind.rstrip()) for variant in problem.variants)

    def _problem(self, problem: Problem, mine: Sequence[Written]) -> None:
        name = problem.title.en
        self._same(f"{name}: count", len(mine), problem.n)
        ends = min(one.at for one in mine), max(one.at for one in mine)
        self._same(f"{name}: first and last", ends, (problem.first, problem.last))
        self._same(f"{name}: curve", self._curve(mine), problem.curve)
        for column, shares in (("module", problem.modules), ("host", problem.hosts)):
            counted: Counter[Hashable] = Counter(getattr(one, column) for one in mine)
            self._same(f"{name}: {column}s", counted, Counter({it.name: it.n for it in shares}))
        for variant in problem.variants:
            self._ranges(variant, [one.value for one in mine])
        for claim in problem.claims:
            alone = len(problem.hosts) == 1 or claim.n < problem.n
            said = [one.value for one in mine if one.host == claim.verdict.host or not alone]
            ends_said = claim.claimed_min, claim.claimed_max
            self._same(f"{name}: claim", (min(said), max(said), len(said)), (*ends_said, claim.n))

    def _ranges(self, variant: Variant, values: Sequence[int]) -> None:
        for found in variant.ranges:
            ends = (min(values), max(values), len(values), round(sum(values) / len(values), 6))
            said = (found.minimum, found.maximum, found.n, round(found.mean or 0, 6))
            self._same(f"{variant.text}: range", ends, said)
            if found.complete and len(found.values) == found.distinct:
                counted = Counter(map(str, values))
                self._same(variant.text, counted, Counter({it.name: it.n for it in found.values}))

    def _changes(self) -> None:
        for change in self._findings.change.changes if self._findings.change else ():
            if change.dimension not in {"problem", "level"}:
                sides = tuple(
                    sum(_concerns(change, one) for one in rows)
                    for rows in (self._before, self._rows)
                )
                told = change.before, change.during
                self._same(f"change of {change.dimension} {change.key}", sides, told)


def _concerns(change: Change, one: Written) -> bool:
    if change.dimension == "template":
        return change.title.en.startswith(one.kind.rstrip())
    return change.dimension == "all" or getattr(one, change.dimension) == change.key


def differences(seed: int) -> list[str]:
    """Return every figure of a world's reports that is not what was written."""
    with tempfile.TemporaryDirectory() as name:
        world = make_world(Path(name), seed)
        found = []
        for query in queries(world, seed):
            if not selected(world, query, query.start, query.end):
                continue
            for large, stop in ((False, 0), (True, 0), (seed % 2 == 0, 1 + seed % 12)):
                findings = investigated(world, query, large=large, stop=stop)
                road = f"large={large}, stop={stop}"
                wrong = Recount(world, query, findings).hold()
                found += [f"world {seed}, {query}, {road}: {it}" for it in wrong]
        return found


def main() -> int:
    """Print what differs, and how many worlds were held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    wrong = [
        it for seed in range(asked.first, asked.first + asked.worlds) for it in differences(seed)
    ]
    print("\n".join([*wrong, f"{asked.worlds} worlds, {len(wrong)} figures wrong"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
