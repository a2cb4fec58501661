#!/usr/bin/env python3
"""
Rank suspects where nothing happened: the answer has to be "inconclusive" every time.

usage: false_alarms.py [--incidents DIR] [--logs DIR] [--scenario-logs FILE]

* ``--incidents``: the folders that ``nezha.py`` reads. Every stretch marked free of faults is cut in two,
  the second half is asked about with the first one as the usual state, and so are the metrics of the quiet
  minutes around it (ten minutes against all before, farther than ten minutes from every fault).
* ``--logs``: folders with one log file each; the lines are dealt at random (seeded) into two halves, which
  stand for an hour and the hour before it.
* the built-in reference scenario, split at its middle.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parent))

from nezha import MODALITIES, Fault, Ranking, faults_of

import paicha
from paicha.analysis.anomalies.moves import moves_of, slight_moves_of
from paicha.analysis.suspects.facts import Facts, Stretch, add_moves, add_slight, add_traces
from paicha.analysis.suspects.judge import LEAST, MARGIN
from paicha.analysis.suspects.scores import Scored, scored

_BEGIN = datetime(2025, 1, 1, 12, tzinfo=UTC)
_HOUR = timedelta(hours=1)


def main(argv: Sequence[str] | None = None) -> int:
    """Print every answer; exit 1 when one of them names somebody."""
    parser = argparse.ArgumentParser(description=__doc__.strip().split("\n", 1)[0])
    parser.add_argument("--incidents", type=Path)
    parser.add_argument("--logs", type=Path)
    asked = parser.parse_args(argv)
    alarms = answers = 0
    for name, conclusive, said in _all(asked.incidents, asked.logs):
        answers += 1
        alarms += conclusive
        print(f"{'ALARM' if conclusive else 'quiet'}  {name}: {said}")
    print(f"{alarms} false alarms in {answers} stretches without a fault")
    return 1 if alarms else 0


def _all(incidents: Path | None, logs: Path | None) -> Iterator[tuple[str, bool, str]]:
    yield from _scenario()
    if logs:
        for folder in sorted(path for path in logs.iterdir() if path.is_dir()):
            yield from _shuffled(folder)
    if incidents:
        yield from _fault_free(incidents)


def _scenario() -> Iterator[tuple[str, bool, str]]:
    scenario = resources.files("paicha.testing").joinpath("scenario")
    start = datetime(2025, 12, 19, 2, 32, 32, tzinfo=UTC)
    middle, end = start + timedelta(seconds=450), start + timedelta(seconds=900)
    with (
        resources.as_file(scenario.joinpath("app.log")) as log,
        resources.as_file(scenario.joinpath("metrics.json")) as metrics,
    ):
        found = paicha.investigate(
            log,
            metrics=metrics,
            start=middle,
            end=end,
            baseline=f"{start.isoformat()}..{middle.isoformat()}",
            zone="Asia/Shanghai",
        )
    yield _told("reference scenario, split at its middle", found)


def _shuffled(folder: Path) -> Iterator[tuple[str, bool, str]]:
    """Deal the lines of a labelled log into two hours; each keeps its words, level and component."""
    tables = sorted(folder.glob("*_structured.csv*"))
    if not tables:
        return
    opened = gzip.open if tables[0].suffix == ".gz" else open
    with opened(tables[0], "rt", encoding="utf-8", newline="") as table:
        lines = list(csv.DictReader(table))
    drawn = random.Random(0)
    drawn.shuffle(lines)
    step = 2 * _HOUR / max(1, len(lines))
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "log.jsonl")
        with path.open("w", encoding="utf-8") as file:
            for number, line in enumerate(lines):
                moment = _BEGIN - _HOUR + number * step
                said = {"time": moment.isoformat(), "msg": line.get("Content", "")}
                said["level"] = line.get("Level") or _level(said["msg"])
                said["logger"] = line.get("Component") or line.get("Node") or folder.name
                file.write(json.dumps(said, ensure_ascii=False) + "\n")
        found = paicha.investigate(
            path,
            start=_BEGIN,
            end=_BEGIN + _HOUR,
            baseline=f"{(_BEGIN - _HOUR).isoformat()}..{_BEGIN.isoformat()}",
            zone="UTC",
        )
    yield _told(f"{folder.name}, halves of the shuffled lines", found)


def _level(line: str) -> str:
    return next((word for word in ("ERROR", "FATAL", "WARN") if word in line.upper()), "INFO")


def _told(name: str, found: paicha.Investigation) -> tuple[str, bool, str]:
    report = found.findings.suspects
    assert report is not None
    best = report.suspects[0] if report.suspects else None
    shown = f"{best.name} {best.points:.2f}" if best else "nobody"
    return name, report.conclusive, f"{report.text.en} Highest: {shown}"


def _fault_free(data: Path) -> Iterator[tuple[str, bool, str]]:
    ranking = Ranking(frozenset(MODALITIES))
    alerts: dict[Path, list[int]] = {}
    for fault in faults_of(data):
        alerts.setdefault(fault.folder, []).append(fault.alert)
    for folder, moments in sorted(alerts.items()):
        fault = Fault("", folder, max(moments))
        tables = ranking.tables(fault)
        before, during = _halves(tables.before)
        if before.spans.num_rows and _marked(folder):
            facts = Facts(services=set(tables.services))
            add_traces(facts, before, during)
            yield _judged(f"{folder.name}, fault-free minute in two halves", facts)
        for middle in _quiet(moments):
            series = ranking.tables(replace(fault, alert=middle + 420)).series
            start = datetime.fromtimestamp(middle, UTC)
            end = start + timedelta(minutes=10)
            inside = pc.greater_equal(
                series["timestamp"], pa.scalar(start, series["timestamp"].type)
            )
            if not pc.any(inside).as_py():
                continue  # the capture ended
            facts = Facts(services=set(tables.services))
            add_moves(facts, moves_of(series, start, end, ranking.concepts), ranking.groups)
            add_slight(facts, slight_moves_of(series, start, end), ranking.groups)
            yield _judged(f"{folder.name}, metrics of {start:%H:%M} to {end:%H:%M}", facts)


def _marked(folder: Path) -> bool:
    """Return whether the traces of *folder* mark a stretch without faults."""
    path = folder / "traces.parquet"
    if not path.exists() or "phase" not in pq.read_schema(path).names:
        return False
    return "fault-free" in pq.read_table(path, columns=["phase"])["phase"].unique().to_pylist()


def _halves(stretch: Stretch) -> tuple[Stretch, Stretch]:
    starts = stretch.spans["start"]
    if not len(starts):
        return Stretch(), Stretch()
    middle = pa.scalar(sorted(starts.to_pylist())[len(starts) // 2], starts.type)
    first, second = pc.less(starts, middle), pc.greater_equal(starts, middle)
    return (
        Stretch(stretch.spans.filter(first), stretch.steps),
        Stretch(stretch.spans.filter(second), stretch.steps),
    )


def _quiet(alerts: Sequence[int]) -> Iterator[int]:
    """Yield begins of ten minutes after the last fault, at least twenty minutes behind it."""
    yield from (max(alerts) + 1200 + n * 600 for n in range(3))


def _judged(name: str, facts: Facts) -> tuple[str, bool, str]:
    ranked: tuple[Scored, ...] = scored(facts.services, facts.by_service, facts.below)
    first, second = ranked[0], ranked[1]
    conclusive = first.points >= LEAST and second.points < MARGIN * first.points
    shown = ", ".join(f"{clue.kind} {clue.points:.2f}" for clue in first.clues)
    return name, conclusive, f"highest {first.name} {first.points:.2f} ({shown})"


if __name__ == "__main__":
    sys.exit(main())
