"""
What reading costs of each kind of log: CPU microseconds a record, from a file to sums, in this process.

    PYTHONPATH=. python -m benchmarks.formats [--records N] [--only TEXT]

Each species of the zoo (`tests/cases/formats`) writes a file of so many records, 40 ms apart; so does a service whose lines of
JSON have other names each time. Nothing is asserted: figures depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from tests.cases.formats.generate import SPECIES
from tests.cases.formats.words import message
from tests.cases.formats.writing import START, Say, Species

from paicha.engines.local import LocalEngine
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.stacks_loader import load_stacks
from paicha.model.question import LogQuery, Scope
from paicha.sources.files import FileSource

#: One record in so many says what could be taken for something else.
_HARD = 10
_EXTRAS = (
    "shard",
    "peer",
    "attempt",
    "queue",
    "size",
    "took_ms",
    "tenant",
    "zone",
    "order",
    "cart",
)
_HEADERS = ("accept", "cookie", "referer", "x-request-id", "authorization", "range", "via", "dnt")


def written(species: Species, records: int) -> bytes:
    """Return a log of a species."""
    draw, at, lines = Random(species.name), START, list(species.head)
    for n in range(records):
        at += timedelta(microseconds=draw.randrange(1_000, 80_000))
        is_hard = species.hard and n % _HARD == 1
        words = species.hard[n // 2 % len(species.hard)] if is_hard else message(draw)
        said = Say(draw, at, draw.choice(species.levels), draw.choice(species.modules), words, n)
        lines += species.write(said).lines
    return species.line_end.join([*lines, ""]).encode(species.encoding)


def varied(records: int, *, nested: bool) -> bytes:
    """Return lines of JSON that each say other things beside when, how bad and what."""
    draw, at, lines = Random(7), datetime(2025, 3, 4, 21, tzinfo=UTC), list[str]()
    for _ in range(records):
        at += timedelta(microseconds=draw.randrange(1_000, 80_000))
        said: dict[str, object] = {"time": at.isoformat(), "level": draw.choice(("info", "warn"))}
        said["msg"] = message(draw)
        if nested:
            there = {name: f"v{draw.randrange(99)}" for name in _HEADERS if draw.random() < 0.5}
            said["req"] = {"url": f"/o/{draw.randrange(9999)}", "headers": there}
        else:
            said |= {name: draw.randrange(999) for name in draw.sample(_EXTRAS, draw.randrange(6))}
        lines.append(json.dumps(said))
    return "\n".join([*lines, ""]).encode()


def logs(records: int, only: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each log."""
    for name, nested in (("names at times", False), ("headers of requests", True)):
        if only in name:
            yield name, varied(records, nested=nested)
    for species in SPECIES:
        if only in species.name:
            yield species.name, written(species, records)


def micros(path: Path, records: int) -> float:
    """Return the CPU time that a record of a file takes [us]."""
    source = FileSource([path], load_formats(), stacks=load_stacks())
    begun = time.process_time()
    with source.open(LogQuery(None, Scope(), "Asia/Shanghai", sys.maxsize, keep_bytes=0)) as read:
        LocalEngine().summarise(read, lambda _: None)
    return (time.process_time() - begun) / records * 1e6


def main() -> None:
    """Print a row for each log."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--only", default="", help="only logs with this in their name")
    asked = parser.parse_args()
    print("| log | MB | CPU us a record |\n| --- | --: | --: |")
    with tempfile.TemporaryDirectory() as made:
        for name, data in logs(asked.records, asked.only):
            path = Path(made) / "made.log"
            path.write_bytes(data)
            took = min(micros(path, asked.records) for _ in range(2))
            print(f"| {name} | {len(data) / 1e6:.0f} | {took:.2f} |", flush=True)


if __name__ == "__main__":
    main()
