"""
The laws of lines in which bytes are no text: the native kernel shows these as Python does, and counts them once, whatever
stands around them; lines that may be of another encoding stay Python's.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.scans import BEFORE, KERNELS, PLAN, SAMPLES, WINDOW, alike, assert_same

from paicha.kernel.scan import Scan
from paicha.sources.files import scanning
from paicha.sources.files.encodings import as_chinese_mostly
from paicha.sources.files.lines import TextLines

pytestmark = [
    pytest.mark.usefixtures("kernel", "never_given_up"),
    pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True),
]

#: What no text is, what may be one in another encoding, what colours one, and what ends one.
DAMAGE = (
    *(b"\xff", b"\xff\xfe", b"\0", b"\0" * 40, b"\xe9 ", b"\x80", b"\xe4\xb8", b"\xf0\x9f\x98", b"\xed\xa0\x80", b"\xc0\xaf"),
    *("错误".encode("gb18030"), "用户登录失败".encode("gb18030"), "é".encode("latin-1"), b"\x81\x30\x81\x30", b"\x81\x30\xff"),
    *(b"\x1b[0m", b"\x1b", b"\r", b"\xf4\x90\x80\x80", b"\xfe", "中文".encode(), "中文".encode()[:-1], b"\xb0\xa1", b"\xc2\x85"),
)  # fmt: skip
PLAIN = b"2025-03-04 05:06:07,123 INFO [main] c.s.Shop - kept order 7 \xe4\xb8\xad"


def damaged(drawn: random.Random, line: bytes) -> bytes:
    """Return a line with some bytes put in, or some in their place."""
    for _ in range(drawn.choice((1, 1, 2, 5))):
        place = drawn.choice((0, len(line), drawn.randrange(len(line) + 1)))
        line = line[:place] + drawn.choice(DAMAGE) + line[place + drawn.choice((0, 0, 2)) :]
    return line


@pytest.mark.parametrize("share", [0.01, 0.2, 0.9])
@pytest.mark.parametrize("seed", range(6))
def test_files_with_damaged_lines_are_scanned_as_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, share: float
) -> None:
    """Sums, kept records and what the coverage says of encoding and damage, of many formats and in any stretch."""
    drawn = random.Random(seed)
    monkeypatch.setattr(scanning, "VARIED", 5000)
    monkeypatch.setattr(scanning, "BLOCK", 5000)
    kinds = [line.encode() for line in drawn.sample(SAMPLES, 6)] + [PLAIN]
    lines = [PLAIN] * 3
    for _ in range(400):
        line = drawn.choice(kinds) if drawn.random() < 0.5 else PLAIN
        line = alike(line.decode(), drawn).encode()
        lines.append(damaged(drawn, line) if drawn.random() < share else line)
    path = tmp_path / "damaged.log"
    path.write_bytes(drawn.choice((b"\n", b"\n", b"\r\n")).join(lines) + b"\n" * drawn.randrange(2))

    assert_same(path)
    assert_same(path, WINDOW, BEFORE)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.binary(max_size=30).filter(lambda part: b"\n" not in part), max_size=6))
@example([b"\xff", b"\xb0\xa1\xb0\xa1"])
@example([b"a\0", b"\0\xe4\xb8\xad"])
@example([b"\xa0 \x85\0"])
@example([b"\xe4\xb8", b"\x81\x30\x81\x30", b"\x81\x30\x81\x3a"])
def test_damage_of_any_bytes_is_counted_as_python_counts_it(parts: list[bytes]) -> None:
    """What the kernel reads and what it leaves hold as many bytes that are no text as all of it, and no more lines of UTF-8."""
    data = b"".join(PLAIN + part + b"\n" for part in parts) + PLAIN + b"\n"
    whole = TextLines((), "a.log", offsets=False)
    expected = [line.text for line in whole.part(data, 1, 0)]
    scan = Scan(PLAN, None, None)

    runs, _ = scan.stretch(data, 0, 1)

    read = TextLines((), "a.log", offsets=False)
    left = [line for run in runs for line in read.part(data[run.start : run.end], run.line, 0)]
    seen = scan.facts.seen
    read.count_read(seen.wide, seen.damaged)
    assert (whole.damaged_bytes, whole.encoding) == (read.damaged_bytes, read.encoding)
    assert [expected[line.number - 1] for line in left] == [line.text for line in left]


def test_damaged_lines_are_read_natively() -> None:
    """Others beside them are read by recipes, and of damaged ones only those are left that may be of another encoding."""
    lines = [PLAIN.replace(b"7", str(n).encode()) for n in range(400)]
    lines[100:300:10] = [line + b" lost \xff\xfe\0 at \xe9 here" for line in lines[100:300:10]]
    lines[305] = PLAIN[:-3] + "用户登录失败".encode("gb18030")
    assert as_chinese_mostly(lines[305]) is not None
    scan = Scan(PLAN, None, None)

    runs, _ = scan.stretch(b"\n".join(lines) + b"\n", 0, 1)

    assert 20 * 4 == scan.facts.seen.damaged
    assert len(runs) == 1
    assert scan.facts.seen.records >= 398
