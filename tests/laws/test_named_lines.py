"""
The laws of records over several lines that name their fields (an object of JSON over lines, journald's export): the native
kernel reads them as it reads lines, and they are what they are read line by line, wherever stretches end.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.scans import FORMATS, KERNELS, STACKS, WINDOW, assert_same

from paicha.kernel.plan import Plan
from paicha.kernel.scan import Scan
from paicha.kernel.stacks import StackReader
from paicha.sources.files import scanning
from paicha.sources.files.block_ends import BlockEnds

pytestmark = [
    pytest.mark.usefixtures("kernel"),
    pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True),
]

MESSAGES = (
    *("took {n}ms", "连接 10.0.0.{n} 超时", "a=b c={n}", "", "{", "}", " ", 'say "{n}"', "C:\\new {n}", "[{n}]"),
    *("<13>Mar  4 05:06:07 web-3 keeper[{n}]: lost {n}", "2025-03-04 05:06:07 ERROR inner {n}", '{"msg": "in {n}"}'),
    *("__CURSOR=s=12;i={n}", "lost\n\tat c.s.Shop.run(Shop.java:{n})\n\tat c.s.Main.main(Main.java:3)", "two\nlines {n}"),
)  # fmt: skip
LEVELS = ("info", "WARN", "error", "", 30, None, "strange")
#: What may stand anywhere between two lines.
BETWEEN = (
    *("", "  ", "{", "}", "},", "[", "]", "  {", "of no format", "a: b", "ERROR: of a generic one", "PRIORITY=3", "__CURSOR=s=1"),
    *("2025-03-04 05:06:07,123 INFO [main] c.s.Shop - begun 12", "2025-03-04T05:06:07.123Z WARN late 12 ms", "\u3000", "\r"),
    *('{"time":"2025-03-04T05:06:07Z","level":"warn","msg":"took 12ms"}', "panic: lost", "<Event xmlns='x'>", "</Event>"),
    *("MESSAGE", "    at shop.Pool.take(Pool.java:7)", "\x1b[31mred\x1b[0m", "Log Name:      System", "lower=case", "\0"),
)  # fmt: skip


def objects(drawn: random.Random, at: datetime, n: int) -> list[str]:
    """Return the lines of an object of JSON, of which some are items of a list."""
    said: dict[str, object] = {"time": at.isoformat(), "level": drawn.choice(LEVELS)}
    said["msg"] = drawn.choice(MESSAGES).replace("{n}", str(n))
    if drawn.random() < 0.3:
        said["data"] = {"list": [1, {"a": "}"}, []], "n": n}
    if drawn.random() < 0.2:
        said |= {"logger": "shop.Keeper", "host": f"web-{n % 5}", "took": n / 7, "own": True}
    if drawn.random() < 0.1:
        said.pop(drawn.choice(list(said)))
    text = json.dumps(said, indent=drawn.choice((2, 2, 4)), ensure_ascii=drawn.random() < 0.5)
    return text.split("\n")


def exports(drawn: random.Random, at: datetime, n: int) -> list[str]:
    """Return the lines of an entry of journald's."""
    micros = int(at.timestamp() * 1e6)
    lines = [f"__CURSOR=s=0a1b;i={n};b=77", f"__REALTIME_TIMESTAMP={micros}"]
    lines += [f"__MONOTONIC_TIMESTAMP={n}", f"PRIORITY={drawn.randrange(8)}", "_HOSTNAME=web-3"]
    lines += [f"_PID={n}", *(("CODE_FILE=shop.c", "CODE_LINE=7") if n % 7 == 0 else ())]
    lines += drawn.sample(("_EXTRA=", "X=1", "_BOOT_ID=77"), drawn.randrange(4))
    if drawn.random() < 0.8:
        lines.append(f"SYSLOG_IDENTIFIER={drawn.choice(('shop', 'cron'))}")
    lines.append("MESSAGE=" + drawn.choice(MESSAGES[:-2]).replace("{n}", str(n)))
    if drawn.random() < 0.5:
        lines.append(f"_SOURCE_REALTIME_TIMESTAMP={micros}")
    return [*lines, ""]


Drawn = Callable[[random.Random, datetime, int], list[str]]


def log(drawn: random.Random, kinds: list[Drawn], count: int, strange: float) -> str:
    """Return a log of such records, of which so many are cut off or have other lines between theirs."""
    at, lines = datetime(2025, 3, 4, 5, tzinfo=UTC), list[str]()
    indent, behind = drawn.choice((("", ""), ("", ""), ("  ", ","), ("\t", " , ")))
    for n in range(count):
        at += timedelta(milliseconds=drawn.randrange(900))
        kind = drawn.choice(kinds)
        block = kind(drawn, at, n)
        if kind is objects:
            block = [indent + line for line in block]
            block[-1] += behind
        if drawn.random() < strange:
            block = block[drawn.randrange(2) : drawn.randint(1, len(block))]
        while drawn.random() < strange:
            block.insert(drawn.randint(0, len(block)), drawn.choice(BETWEEN))
        lines += block
    return drawn.choice(("\n", "\n", "\r\n")).join([*lines, ""])


@pytest.mark.parametrize(
    "kinds", [[objects], [exports], [objects, exports]], ids=["objects", "exports", "both"]
)
@pytest.mark.parametrize("strange", [0.0, 0.004, 0.2])
def test_records_over_lines_are_read_as_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kinds: list[Drawn], strange: float
) -> None:
    """Whole, cut off and with other lines between, in stretches of any size."""
    path = tmp_path / "blocks.log"
    for seed in range(8):
        drawn = random.Random(seed)
        size = drawn.choice((300, 3000, 1 << 20))
        monkeypatch.setattr(scanning, "VARIED", size)
        monkeypatch.setattr(scanning, "BLOCK", size)
        text = log(drawn, kinds, drawn.choice((5, 60, 300)), strange)
        path.write_text(text, encoding="utf-8", newline="")

        assert_same(path)
    assert_same(path, WINDOW)


@pytest.mark.parametrize("kind", [objects, exports])
def test_a_file_of_such_records_is_read_natively(kind: Drawn) -> None:
    """But for the first two of each kind, which teach how others are read; and stretches end between any two of them."""
    drawn = random.Random(3)
    count = 3000
    at = datetime(2025, 3, 4, 5, tzinfo=UTC)
    lines = [line for n in range(count) for line in kind(drawn, at, n)]
    data = "\n".join([*lines, ""]).encode()
    ends = BlockEnds(StackReader(STACKS))
    scan = Scan(Plan(FORMATS, "UTC", at, STACKS, block_ends=ends), None, None)

    scan.stretch(data, 0, 1)
    before = scan.facts.seen.records
    runs, _ = scan.stretch(data, 0, 1)
    edge = scan.last_record(data)

    assert (0, 0) == (scan.facts.seen.joined, scan.facts.seen.cut)
    assert scan.facts.seen.records - before > count * 0.6
    assert count == scan.facts.seen.records - before + len(runs)
    assert edge is not None
    assert edge[0] > len(data) - 1000


def test_an_entry_with_binary_fields_alone_is_left(tmp_path: Path) -> None:
    """Its message of several lines has its length before it, as journald writes it; the entries around it are read natively."""
    at = datetime(2025, 3, 4, 5, tzinfo=UTC)
    entries = [
        f"__CURSOR=s=0a1b;i={n}\n__REALTIME_TIMESTAMP={int(at.timestamp() * 1e6) + n}\nPRIORITY=6\n"
        f"SYSLOG_IDENTIFIER=shop\nMESSAGE=took {n} ms\n\n".encode()
        for n in range(400)
    ]
    said = b"lost\n  at shop.Pool\n\nagain"
    entries[200] = entries[200].replace(
        b"MESSAGE=took 200 ms", b"MESSAGE\n" + len(said).to_bytes(8, "little") + said
    )
    path = tmp_path / "export.log"
    path.write_bytes(b"".join(entries))
    ends = BlockEnds(StackReader(STACKS))
    scan = Scan(Plan(FORMATS, "UTC", at, STACKS, block_ends=ends), None, None)

    runs, _ = scan.stretch(path.read_bytes(), 0, 1)

    assert (0, 0) == (scan.facts.seen.joined, scan.facts.seen.cut)
    assert 400 - len(runs) == scan.facts.seen.records
    assert len(runs) < 5
    assert_same(path)
