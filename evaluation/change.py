"""
Count false alarms and power of the comparison with a baseline.

Usage: python evaluation/change.py FOLDER [--shuffles N] [--minute LOGS.parquet]

FOLDER holds one folder per system with a ``*_2k.log.gz``; nothing of it is learned or fitted. Nothing changed
in a set whose lines are shuffled in time, so everything called changed between its two halves is false:

lines   the lines shuffled and laid out evenly over two stretches of 15 minutes
blocks  sixty stretches of the set's own time shuffled as wholes, so that bursts stay bursts

The built-in scenario, cut at its middle, is compared as it is, and so is a minute without a fault
(``--minute``: a table with ``phase``, ``epoch_ns``, ``service`` and ``Log``), cut at its middle.

Power: the same shuffled halves with something put into the second one.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import paicha
from paicha.analysis.change.comparing import Comparer, Stretch
from paicha.analysis.change.turns import turns_of
from paicha.analysis.membership import Membership, membership_of, tagged
from paicha.analysis.records import MEMBERSHIP
from paicha.kernel.count import add, count
from paicha.kernel.fold import fold
from paicha.kernel.merge import merge
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.problems_loader import load_problems
from paicha.model.change import Change
from paicha.model.question import LogQuery, Scope, Window
from paicha.model.schema import COUNTS, RECORDS, TEMPLATE_SHAPES
from paicha.sources.files.source import FileSource

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
HALVES = Window(START, START + QUARTER), Window(START + QUARTER, START + 2 * QUARTER)
_BLOCKS = 60
#: The columns of `COUNTS` that a record brings with it, its time left out.
_NAMES = ("shape", "severity_number", "severity_text", "module", "service_name", "host")
Row = tuple[str, int, str, str, str, str]


@dataclass(frozen=True)
class Log:
    """One set, counted once: what each record is, when it was, and what belongs to what."""

    name: str
    rows: tuple[Row, ...]
    times: tuple[datetime, ...]
    template_shapes: pa.Table
    texts: dict[str, str]
    members: pa.Table

    def changes(self, windows: tuple[Window, Window], placed: Placed) -> tuple[Change, ...]:
        """Return what is said of the records laid out as *placed*."""
        stretches = [self._stretch(window, placed) for window in windows]
        comparer = Comparer(
            before=stretches[0],
            during=stretches[1],
            template_shapes=self.template_shapes,
            texts=self.texts,
            minute_s=60,
            evidence=lambda _dimension, _key: "",
        )
        return comparer.changes()

    def _stretch(self, window: Window, placed: Placed) -> Stretch:
        counts = counted([one for one in placed if window.holds(one[1])])
        members = Membership(self.members, tagged(counts, self.members, self.template_shapes), {})
        return Stretch(window, counts, members)


Placed = Sequence[tuple[Row, datetime]]


def counted(placed: Placed) -> pa.Table:
    """Return `COUNTS` of records and their times."""
    tally = Counter((row, at.replace(second=0, microsecond=0)) for row, at in placed)
    columns: dict[str, list[object]] = {name: [] for name in COUNTS.names}
    for (row, minute), n in tally.items():
        for name, value in zip(_NAMES, row, strict=True):
            columns[name].append(value)
        for name, value in (("minute", minute), ("n", n), ("first", minute), ("last", minute)):
            columns[name].append(value)
        columns["example"].append("")
    return merge([pa.table(columns, schema=COUNTS)], COUNTS)


def read(path: Path) -> Log:
    """Return the set in *path*."""
    source = FileSource((path,), load_formats(()))
    with source.open(LogQuery(None, Scope(), "UTC", sys.maxsize)) as reading:
        batches = [batch for batch in reading if isinstance(batch, pa.RecordBatch)]
    return kept(path.parent.name, batches)


def kept(name: str, batches: Sequence[pa.RecordBatch]) -> Log:
    """Return the records of *batches*, counted once."""
    stored: list[pa.RecordBatch] = []
    parts = []
    for batch in batches:
        shaped, part = count(batch)
        stored.append(shaped)
        parts.append(part)
    whole = add(parts)
    folded = fold(whole.counts, whole.slots, whole.slot_values, whole.slot_buckets)
    members = membership_of(whole.counts, folded.template_shapes, load_problems(())).rows
    rows, times = [], []
    for record in pa.Table.from_batches(stored).to_pylist():
        if record["timestamp"] is None:
            continue
        module = record["code_file_path"] or record["scope_name"]
        host = record["host_ip"] or record["host_id"]
        level = record["severity_number"], record["severity_text"]
        rows.append((record["shape"], *level, module, record["service_name"], host))
        times.append(record["timestamp"])
    texts = dict(
        zip(*(folded.templates[n].to_pylist() for n in ("template_id", "text")), strict=True)
    )
    shapes = folded.template_shapes
    return Log(name, tuple(rows), tuple(times), shapes, texts, members)


Layout = Callable[[Log, random.Random], tuple[tuple[Window, Window], Placed]]


def lines(log: Log, chance: random.Random) -> tuple[tuple[Window, Window], Placed]:
    """Shuffle the lines and lay them out evenly over both halves."""
    rows = list(log.rows)
    chance.shuffle(rows)
    step = 2 * QUARTER / len(rows)
    return HALVES, [(row, START + at * step) for at, row in enumerate(rows)]


def blocks(log: Log, chance: random.Random) -> tuple[tuple[Window, Window], Placed]:
    """Shuffle stretches of the set's own time, each with its lines."""
    windows = _own_halves(log)
    start, width = windows[0].start, 2 * windows[0].length / _BLOCKS
    order = list(range(_BLOCKS))
    chance.shuffle(order)
    placed = []
    for row, at in zip(log.rows, log.times, strict=True):
        block = min(int((at - start) / width), _BLOCKS - 1)
        placed.append((row, at + (order[block] - block) * width))
    return windows, placed


def _own_halves(log: Log) -> tuple[Window, Window]:
    start, end = min(log.times), max(log.times) + timedelta(seconds=1)
    middle = start + (end - start) / 2
    return Window(start, middle), Window(middle, end)


def false_alarms(logs: Sequence[Log], layout: Layout, shuffles: int) -> None:
    """Print what is called changed where nothing did."""
    print(f"\n{layout.__name__}: {shuffles} shuffles of each set; of all comparisons")
    print(f"{'':<12}{'compared':>10}{'firm':>9}{'all':>9}{'new, gone':>11}{'any firm':>10}")
    whole: Counter[str] = Counter()
    for log in logs:
        tally: Counter[str] = Counter()
        for seed in range(shuffles):
            windows, placed = layout(log, random.Random(f"{log.name} {seed}"))
            changes = log.changes(windows, placed)
            called = [change for change in changes if change.changed]
            tally["compared"] += len(changes)
            tally["firm"] += sum(change.firm for change in called)
            tally["all"] += len(called)
            tally["sided"] += sum(change.kind in ("new", "gone") for change in called)
            tally["any"] += any(change.firm for change in called)
            tally["shuffles"] += 1
        _print_alarms(log.name, tally)
        whole += tally
    _print_alarms("all", whole)


def _print_alarms(name: str, tally: Counter[str]) -> None:
    shares = [tally[key] / tally["compared"] for key in ("firm", "all", "sided")]
    cells = "".join(
        f"{100 * share:>{width}.2f}%" for share, width in zip(shares, (8, 8, 10), strict=True)
    )
    print(
        f"{name:<12}{tally['compared']:>10,}{cells}{100 * tally['any'] / tally['shuffles']:>9.1f}%"
    )


def as_it_is(log: Log, windows: tuple[Window, Window]) -> None:
    """Print what is called changed between two stretches of a log without a fault."""
    changes = log.changes(windows, list(zip(log.rows, log.times, strict=True)))
    called = [change for change in changes if change.changed]
    firm = sum(change.firm for change in called)
    print(
        f"\n{log.name}, cut at its middle: {len(changes)} compared, {firm} firm, {len(called)} in all"
    )
    for change in called:
        print(f"  {change.kind} {change.dimension} {change.before} -> {change.during}")


def minute(path: Path) -> Log:
    """Return the minute without a fault of a table of Kubernetes log lines."""
    table = pq.read_table(path, columns=["phase", "epoch_ns", "service", "Log"])
    table = table.filter(pc.equal(table["phase"], "fault-free"))
    rows = []
    for row in table.sort_by("epoch_ns").to_pylist():
        body = json.loads(row["Log"])["log"].rstrip("\n")
        moment = datetime.fromtimestamp(row["epoch_ns"] / 1e9, UTC)
        empty = {f.name: "" if pa.types.is_string(f.type) else 0 for f in RECORDS}
        rows.append(empty | {"timestamp": moment, "body": body, "service_name": row["service"]})
    return kept("minute without a fault", [pa.RecordBatch.from_pylist(rows, schema=RECORDS)])


def power(logs: Sequence[Log], shuffles: int) -> None:
    """Print how often what was put into the second half is found."""
    print(f"\npower: {shuffles} shuffles of each set; something put into the second half")
    print(f"{'':<34}{'firm':>9}{'said':>9}")
    for name, before, during, together in _injections():
        found: Counter[str] = Counter()
        for log in logs:
            for seed in range(shuffles):
                chance = random.Random(f"{log.name} {seed}")
                windows, placed = lines(log, chance)
                row = ("injected", 17, "ERROR", "injected.py", "", "")
                spots = [
                    *_spots(HALVES[0], before, chance),
                    *_spots(HALVES[1], during, chance, together),
                ]
                more = [*placed, *((row, at) for at in spots)]
                (change,) = [
                    one
                    for one in _with_injected(log).changes(windows, more)
                    if (one.dimension, one.key) == ("template", "injected")
                ]
                kind = "louder" if before else "new"
                found["firm"] += change.kind == kind and change.firm
                found["said"] += change.kind == kind
                found["whole"] += 1
        shares = "".join(f"{100 * found[key] / found['whole']:>8.1f}%" for key in ("firm", "said"))
        print(f"{name:<34}{shares}")


def _injections() -> Iterator[tuple[str, int, int, timedelta]]:
    for n in (3, 10, 50):
        yield f"new, {n} records, spread", 0, n, QUARTER
        yield f"new, {n} records, in one minute", 0, n, timedelta(minutes=1)
    for factor in (2, 5):
        for base in (5, 10, 20, 50, 100):
            yield f"x{factor} of {base} records, spread", base, factor * base, QUARTER
    for base in (10, 20):
        yield f"x5 of {base}, all within 3 minutes", base, 5 * base, timedelta(minutes=3)


def _spots(
    window: Window, n: int, chance: random.Random, within: timedelta = QUARTER
) -> list[datetime]:
    start = window.start + chance.random() * (window.length - within)
    return [start + chance.random() * within for _ in range(n)]


def _with_injected(log: Log) -> Log:
    more = pa.table({"template_id": ["injected"], "shape": ["injected"]}, schema=TEMPLATE_SHAPES)
    member = pa.table(
        {"shape": ["injected"], "severity_number": [17], "problem": ["injected"]}, schema=MEMBERSHIP
    )
    return replace(
        log,
        template_shapes=pa.concat_tables([log.template_shapes, more]),
        members=pa.concat_tables([log.members, member]),
    )


def even_curves(curves: int) -> None:
    """Print how many even curves get a turn, and how many steps and bursts are found."""
    print(f"\nturns: {curves} even Poisson curves each; share with a turn")
    chance = random.Random("curves")
    for steps in (15, 30, 45):
        cells = []
        for pace in (0.2, 0.5, 1, 2, 5, 20):
            found = sum(bool(turns_of(_poisson(chance, [pace] * steps))) for _ in range(curves))
            cells.append(f"{pace:>5}/step {100 * found / curves:5.2f}%")
        print(f"{steps:>4} steps  " + "  ".join(cells))
    for name, paces in (
        ("x2 from the middle, 2 a step", [2.0] * 15 + [4.0] * 15),
        ("x5 from the middle, 2 a step", [2.0] * 15 + [10.0] * 15),
        ("x10 in one step, 2 a step", [2.0] * 14 + [20.0] + [2.0] * 15),
        ("from nothing to 2 a step", [0.0] * 15 + [2.0] * 15),
    ):
        found = sum(bool(turns_of(_poisson(chance, paces))) for _ in range(curves))
        print(f"  {name:<30} found {100 * found / curves:5.1f}%")


def _poisson(chance: random.Random, paces: Sequence[float]) -> list[int]:
    counts = []
    for pace in paces:
        n, left = 0, chance.expovariate(1.0)
        while left < pace:
            n += 1
            left += chance.expovariate(1.0)
        counts.append(n)
    return counts


def main(argv: list[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shuffles", type=int, default=100)
    parser.add_argument("--minute", type=Path)
    asked = parser.parse_args(argv)
    logs = [read(path) for path in sorted(asked.folder.glob("*/*_2k.log.gz"))]
    if not logs:
        print(f"no *_2k.log.gz under {asked.folder}", file=sys.stderr)
        return 2
    whole = [read(Path(paicha.__file__).parent / "testing" / "scenario" / "app.log")]
    whole += [minute(asked.minute)] if asked.minute else []
    for layout in (lines, blocks):
        false_alarms(logs, layout, asked.shuffles)
    for log in whole:
        as_it_is(log, _own_halves(log))
    power(logs, max(1, asked.shuffles // 5))
    even_curves(20 * asked.shuffles)
    return 0


if __name__ == "__main__":
    sys.exit(main())
