"""
The laws of records of several lines that could stand alone (an object of JSON over lines, a panic of Go, an event in
XML): where such stand in a file, all of it is read natively but them, and they are what they are read line by line.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.scans import FORMATS, KERNELS, STACKS, WINDOW, assert_same

from paicha.kernel.normalise import LineReader
from paicha.kernel.plan import Plan
from paicha.kernel.scan import Scan
from paicha.kernel.stacks import StackReader
from paicha.sources.files import scanning
from paicha.sources.files.block_ends import BlockEnds

#: Natively; the other kernel leaves such files to be read line by line.
pytestmark = [
    pytest.mark.usefixtures("kernel", "never_given_up"),
    pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True),
]

#: Records that are whole, and their beginnings.
BLOCKS = [sample for entry in FORMATS if entry.begins for sample in entry.matches]
#: What others write in between: records of one line, of several, and what is of no format or of any.
OTHERS = (
    *("2025-03-04 05:06:07,123 INFO [main] c.s.Shop - begun 12", "2025-03-04T05:06:07.123Z WARN late 12 ms"),
    *("2025-03-04 05:06:07,123 ERROR [w-3] c.s.Orders - lost\n\tat c.s.Orders.run(Orders.java:12)\n\tat c.s.Main.main(M.java:3)",),
    *('{"time":"2025-03-04T05:06:07Z","level":"warn","msg":"took 12ms"}', "time=2025-03-04T05:06:07Z level=info msg=x"),
    *("of no format 12", "ERROR: of a generic one", "", "  ", "{", "}", "  }", "a: b", "    at shop.Pool.take(Pool.java:7)"),
)  # fmt: skip


def log(drawn: random.Random, blocks: Sequence[str], count: int, often: float) -> str:
    """Return a log with blocks among other records, one in five cut off somewhere, some with blanks between."""
    parts: list[str] = []
    for _ in range(count):
        if drawn.random() >= often:
            parts.append(drawn.choice(OTHERS[:5] if drawn.random() < 0.8 else OTHERS))
            continue
        lines = drawn.choice(blocks).split("\n")
        if drawn.random() < 0.2:
            lines = lines[: drawn.randint(1, len(lines))]
        if drawn.random() < 0.1:
            lines.insert(drawn.randint(0, len(lines)), drawn.choice(OTHERS))
        parts.append("\n".join(lines))
    return "\n".join(parts) + "\n"


@pytest.mark.parametrize("often", [0.05, 0.4])
def test_blocks_among_other_records_are_read_as_line_by_line(tmp_path: Path, often: float) -> None:
    """Of all formats in turn, whole or cut off."""
    path = tmp_path / "blocks.log"
    for seed in range(6):
        drawn = random.Random(seed)
        path.write_text(log(drawn, BLOCKS, 120, often), encoding="utf-8")

        assert_same(path)
    assert_same(path, WINDOW)


@pytest.mark.parametrize("sample", BLOCKS)
def test_each_block_among_other_records_is_read_as_line_by_line(
    tmp_path: Path, sample: str
) -> None:
    """One after another, and one under records that it may be part of."""
    path = tmp_path / "block.log"
    path.write_text(log(random.Random(1), [sample], 60, 0.3), encoding="utf-8")

    assert_same(path)


def test_stretches_end_where_no_block_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In short stretches; blocks of hundreds of lines that could stand alone, some without an end."""
    monkeypatch.setattr(scanning, "VARIED", 60_000)
    path = tmp_path / "long.log"
    for seed in range(3):
        drawn = random.Random(seed)
        parts = []
        for _ in range(6):
            inside = "\n".join(drawn.choice(OTHERS) for _ in range(drawn.choice((30, 480, 520))))
            end = drawn.choice(("\n}", "\n</Event>", ""))
            opening = drawn.choice(
                ("{", "<Event xmlns='x'>", "panic: lost\n\ngoroutine 7 [running]:")
            )
            parts.append(f"{opening}\n{inside}{end}")
            parts += [drawn.choice(OTHERS[:5]) for _ in range(drawn.choice((40, 700)))]
        path.write_text("\n".join(parts) + "\n", encoding="utf-8")

        assert_same(path)


#: Lines that say no time, so that they may stand within an object of JSON over lines.
TIMELESS = [f"DEBUG:shop.Stock:磁盘空间不足，剩余 {n}%" for n in range(70)]


@pytest.mark.parametrize("size", [300, 5000, 1 << 20])
@pytest.mark.parametrize("count", [1, 70])
def test_what_is_opened_and_never_ends_is_read_as_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, count: int
) -> None:
    """However little is read at once, and whatever could stand alone follows."""
    monkeypatch.setattr(scanning, "VARIED", size)
    monkeypatch.setattr(scanning, "BLOCK", size)
    path = tmp_path / "endless.log"
    lines = ["{", *TIMELESS[:count], " { ", *TIMELESS[count:]]
    for begun in ([], ["2025-03-04 05:06:07,123 INFO [main] c.s.Shop - begun"]):
        path.write_text("\n".join([*begun, *lines]) + "\n", encoding="utf-8")

        assert_same(path)


def test_a_block_leaves_no_file_to_be_read_line_by_line() -> None:
    """Of nine hundred records around an object of JSON none is left: the one above it holds its lines."""
    lines = [f"2025-03-04 05:06:07,{n:03} INFO [main] c.s.Shop - begun {n}" for n in range(900)]
    lines[450:450] = ["{", '  "time": "2025-03-04T05:06:07Z",', '  "msg": "late"', "}"]
    reference = datetime(2025, 3, 5, tzinfo=UTC)
    ends = BlockEnds(StackReader(STACKS))
    scan = Scan(Plan(FORMATS, "UTC", reference, STACKS, block_ends=ends), None, None)

    runs, _ = scan.stretch("\n".join(lines).encode() + b"\n", 0, 1)

    assert (900, 0) == (scan.facts.seen.records, scan.facts.seen.joined)
    assert runs == []


def test_what_stands_in_a_cell_opens_no_block(tmp_path: Path) -> None:
    """A table whose cells hold objects of JSON over lines is scanned, and so is the end of it."""
    header = "time,level,message"
    rows = [f"2025-03-04T05:06:07.{n:03}Z,INFO,begun {n}" for n in range(900)]
    rows[450] = '2025-03-04T05:06:07.450Z,WARN,"took\n{\n  at 12\n}"'
    data = "\n".join([header, *rows]).encode() + b"\n"
    table = LineReader(FORMATS, "UTC").open_table(header)
    assert table is not None
    scan = Scan(
        Plan(FORMATS, "UTC", datetime(2025, 3, 5, tzinfo=UTC), STACKS).of_rows(table), None, None
    )
    path = tmp_path / "table.csv"
    path.write_bytes(data)

    scan.stretch(data, 0, 1)
    edge = scan.last_record(data)

    assert 0 == scan.facts.seen.joined
    assert scan.facts.seen.records > 800
    assert edge is not None
    assert edge[0] > len(data) - 200
    assert_same(path)
