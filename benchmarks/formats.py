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
from tests.cases.formats.words import java_trace, message
from tests.cases.formats.writing import START, Say, Species

from paicha.engines.local import LocalEngine
from paicha.knowledge.formats_loader import load_formats
from paicha.knowledge.stacks_loader import load_stacks
from paicha.model.question import LogQuery, Scope
from paicha.sources.files import FileSource

#: One record in so many says what could be taken for something else.
_HARD = 10
#: Lines of four containers that wait to be printed, and records of a batch of OpenTelemetry's collector.
_IN_FLIGHT, _BATCH = 24, 60
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


def streams(records: int) -> bytes:
    """Return what a command prints of four containers, line by line as they come; each twentieth record has a trace."""
    draw, at = Random(9), datetime(2025, 3, 4, 21, tzinfo=UTC)
    rest: list[list[str]] = [[], [], [], []]
    lines = list[str]()
    for n in range(records):
        at += timedelta(microseconds=draw.randrange(1_000, 80_000))
        level = "ERROR" if n % 20 == 7 else draw.choice(("INFO", "WARN"))
        said = [f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03} {level} {message(draw)}"]
        said += java_trace(draw).lines if level == "ERROR" else ()
        rest[draw.randrange(len(rest))] += said
        while sum(map(len, rest)) > _IN_FLIGHT:
            place = draw.choice([place for place, texts in enumerate(rest) if texts])
            lines.append(f"web-{place} | {rest[place].pop(0)}")
    lines += [f"web-{place} | {text}" for place, texts in enumerate(rest) for text in texts]
    return "\n".join([*lines, ""]).encode()


def damaged(records: int) -> bytes:
    """Return lines of which each fiftieth holds bytes that are no text, as what is cut off or written by two at once has."""
    draw, at, lines = Random(13), datetime(2025, 3, 4, 21, tzinfo=UTC), list[bytes]()
    for n in range(records):
        at += timedelta(microseconds=draw.randrange(1_000, 80_000))
        level = draw.choice(("INFO", "WARN", "ERROR"))
        said = f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03} {level} {message(draw)}"
        harm = draw.choice((b" \xff\xfe", b"\0" * 16, b" caf\xe9 at")) if n % 50 == 7 else b""
        lines.append(said.encode() + harm)
    return b"\n".join([*lines, b""])


def dumped(records: int) -> bytes:
    """Return a log whose program prints an object over lines below each twentieth of its lines."""
    draw, at, lines = Random(15), datetime(2025, 3, 4, 21, tzinfo=UTC), list[str]()
    for n in range(records):
        at += timedelta(microseconds=draw.randrange(1_000, 80_000))
        level = draw.choice(("INFO", "WARN"))
        stamp = f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03}"
        lines.append(f"{stamp} {level} [main] c.s.Shop - {message(draw)}")
        if n % 20 == 7:
            items = [{"sku": "a1", "n": n % 7}, {"sku": "b", "n": 1}]
            lines += json.dumps({"order": n, "items": items}, indent=2).split("\n")
    return "\n".join([*lines, ""]).encode()


def untimed(records: int) -> bytes:
    """Return what builds, tests and programs print that say no time: each eighth line follows the one above it."""
    draw, lines = Random(17), list[str]()

    def told() -> list[str]:
        n, size = draw.randrange(900), draw.randrange(90_000)
        name = draw.choice(("cart", "stock", "mail", "pay"))
        said = (
            f"[{n:3}%] Building CXX object src/{name}/CMakeFiles/{name}.dir/part_{n}.cpp.o",
            f"npm WARN deprecated {name}-kit@{n % 9}.{n % 7}.1: this version is no longer kept",
            f"tests/unit/test_{name}.py::test_part_{n} PASSED",
            f"Downloaded {size} bytes of {name}-{n}.tar.gz",
            f"Step {n}/900 : RUN make -j4 {name}",
            f"retrying {name} in {n} ms",
            f"error: {message(draw)}",
            message(draw),
        )
        return [draw.choice(said)]

    while len(lines) < records:
        lines += told()
        if draw.randrange(8) == 0:
            name, n = draw.choice(("cart", "stock")), draw.randrange(900)
            lines += [
                f"src/{name}.cpp:{n}:9: warning: unused variable 'left_{n}' [-Wunused-variable]"
            ]
            lines += [f"{n:5} |     int left_{n} = 0;", "      |         ^~~~~~"]
    return "\n".join([*lines[:records], ""]).encode()


def otlp(records: int, size: int = _BATCH) -> bytes:
    """Return what OpenTelemetry's collector writes to a file: batches of records, of three services each."""
    draw, at, lines = Random(11), datetime(2025, 3, 4, 21, tzinfo=UTC), list[str]()

    def attributes(**said: object) -> list[dict[str, object]]:
        return [
            {"key": name.replace("__", "."), "value": {"stringValue": str(value)}}
            for name, value in said.items()
        ]

    def record(n: int) -> dict[str, object]:
        nonlocal at
        at += timedelta(microseconds=draw.randrange(1_000, 80_000))
        level, number = draw.choice((("INFO", 9), ("INFO", 9), ("WARN", 13), ("ERROR", 17)))
        said: dict[str, object] = {"timeUnixNano": str(int(at.timestamp() * 1e6) * 1000)}
        said |= {"severityNumber": number, "severityText": level}
        said["body"] = {"stringValue": message(draw)}
        told = {"thread__name": f"exec-{n % 9}"} | ({"order": n} if n % 3 else {})
        said["attributes"] = attributes(**told)
        return said | {"traceId": f"{draw.getrandbits(128):032x}", "spanId": f"{n:016x}"}

    for first in range(0, records, size):
        numbers = range(first, min(first + size, records))
        resources = [
            {
                "resource": {
                    "attributes": attributes(
                        service__name=name, k8s__pod__name=f"{name}-6c9bd7f8d4-x2x9p"
                    )
                },
                "scopeLogs": [{"scope": {"name": f"shop.{name}"}, "logRecords": said}],
            }
            for place, name in enumerate(("cart", "stock", "mail"))
            if (said := [record(n) for n in numbers if n % 3 == place])
        ]
        lines.append(json.dumps({"resourceLogs": resources}, separators=(",", ":")))
    return "\n".join([*lines, ""]).encode()


def logs(records: int, only: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each log."""
    for title, log in (
        ("traces among streams", streams),
        ("otlp batches", otlp),
        ("damaged", damaged),
        ("objects below lines", dumped),
        ("without times", untimed),
    ):
        if only in title:
            yield title, log(records)
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
