"""
The laws of objects of JSON that a program prints over lines below a line of its log: they are part of its record, the native
kernel reads them as such, and a file is read in stretches however many there are.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.laws.test_named_lines import BETWEEN
from tests.scans import BEFORE, FORMATS, KERNELS, STACKS, WINDOW, assert_same

from paicha.kernel.plan import Plan
from paicha.kernel.scan import Scan
from paicha.kernel.stacks import StackReader
from paicha.sources.files import scanning
from paicha.sources.files.block_ends import BlockEnds

pytestmark = [
    pytest.mark.usefixtures("kernel", "never_given_up"),
    pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True),
]

#: What stands above an object: lines that say when, and some that do not.
ABOVE = (
    "{at} INFO [main] c.s.Shop - sent order {n}",
    "{at} WARN [main] c.s.Shop - answer:",
    "ERROR: order {n} lost",
    "of no format {n}",
    '{{"time":"{at}","level":"warn","msg":"took {n} ms"}}',
)


def printed(drawn: random.Random, at: datetime, n: int) -> list[str]:
    """Return the lines of an object, of a list of some, or of what is cut off."""
    inner = {"order": n, "items": [{"sku": "a"}, {"sku": "b", "n": [1, 2]}], "shop": {"name": "x"}}
    said: object = drawn.choice(
        (inner, inner, [inner, inner], {"time": at.isoformat(), "msg": "x", **inner})
    )
    lines = json.dumps(said, indent=drawn.choice((2, 2, 4, "\t"))).split("\n")
    place = drawn.randrange(len(lines))
    return drawn.choice(
        (*[lines] * 12, lines[:place], lines[place:], [*lines[:place], "", *lines[place:]])
    )


def log(drawn: random.Random, count: int, odd: float) -> list[str]:
    """Return the lines of a log of which some print objects."""
    at, lines = datetime(2025, 3, 4, 22, tzinfo=UTC), list[str]()
    for n in range(count):
        at += timedelta(minutes=1)
        above = drawn.choice(ABOVE) if drawn.random() < odd else ABOVE[0]
        lines.append(above.format(at=f"{at:%Y-%m-%d %H:%M:%S},123", n=n))
        if drawn.random() < 0.3:
            lines += printed(drawn, at, n)
        if drawn.random() < odd:
            lines.append(drawn.choice(BETWEEN))
    return lines


@pytest.mark.parametrize("odd", [0.0, 0.05, 0.4])
@pytest.mark.parametrize("seed", range(6))
def test_objects_below_lines_are_scanned_as_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, odd: float
) -> None:
    """Whatever stands above and between, and wherever a stretch ends."""
    drawn = random.Random(seed)
    monkeypatch.setattr(scanning, "VARIED", 5000)
    monkeypatch.setattr(scanning, "BLOCK", 5000)
    path = tmp_path / "dumps.log"
    path.write_text("\n".join(log(drawn, 250, odd)), "utf-8")

    assert_same(path)
    assert_same(path, WINDOW, BEFORE)


def test_objects_below_lines_are_read_natively_and_stretches_end_among_them() -> None:
    """The record above an object holds it; a stretch may end before a line that follows no object."""
    at = datetime(2025, 3, 4, 5, tzinfo=UTC)
    lines = []
    for n in range(400):
        lines.append(
            f"{at + timedelta(seconds=n):%Y-%m-%d %H:%M:%S},123 INFO [main] c.s.Shop - kept {n}"
        )
        if n % 5 == 0:
            lines += json.dumps({"order": n, "items": [{"sku": "a"}]}, indent=2).split("\n")
    data = "\n".join([*lines, ""]).encode()
    ends = BlockEnds(StackReader(STACKS))
    scan = Scan(Plan(FORMATS, "UTC", at, STACKS, block_ends=ends), None, None)

    edge = scan.last_record(data)
    runs, _ = scan.stretch(data, 0, 1)

    assert (0, 0) == (scan.facts.seen.joined, scan.facts.seen.cut)
    assert (400, []) == (scan.facts.seen.records, runs)
    assert edge is not None
    assert edge[0] > 0.95 * len(data)
