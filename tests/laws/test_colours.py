"""
The laws of lines that a terminal would colour: scanned, and written natively, they give what they give read line by line.

Each holds for the native kernel and for the Python that scans where it is not built.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.scans import BEFORE, KERNELS, PLAN, WINDOW, alike, assert_same, scanned

from paicha.kernel.scan import Scan
from paicha.sources.files import scanning

pytestmark = pytest.mark.usefixtures("kernel", "never_given_up")

ZOO = Path(__file__).parents[1] / "cases" / "formats" / "zoo"
LINES = [
    line
    for path in sorted(path for path in ZOO.iterdir() if path.suffix != ".jsonl")
    for line in path.read_bytes().split(b"\n")[:6]
]
#: What is left out, what is not, and what is a colour only when another was left out.
COLOURS = (
    *(b"\x1b[0m", b"\x1b[0m", b"\x1b[31m", b"\x1b[1;31m", b"\x1b[m", b"\x1b[K", b"\x1b[?25l", b"\x1b[0m\x1b[32m"),
    *(b"\x1b[38;2;255;100;0m", b"\x1b[12345678901234567890m", b"\x1b[123456789012345678901m"),
    *(b"\x1b", b"\x1b[", b"\x1b[3", b"\x1b\x1b[0m[0m", b"\x1b[\x1b[0m0m", b"\x1b(B", b"\x1b]0;title\x07", b"\x1b[0m\x1b"),
    *(b"\r\x1b[0m", b"\x1b[0m\r", b"\x1b[0m\r\r", b"\x1b[1m\xe4\xb8\xad\x1b[0m", b"\xe4\xb8\x1b[0m\xad", b"\xff\x1b[0m"),
    *(b"\x1b[0m\0", b"\x1b[\x000m", b" \x1b[0m ", b"\x1b[0m\n\x1b[0m", b"\n\x1b[0m\x1b[0m\n", b"\n\x1b[0m\tat a.B(C.java:1)"),
)  # fmt: skip
BEGUN = b"2025-03-04 05:06:07 INFO begun"


def coloured(line: bytes, drawn: random.Random, furthest: int = 1 << 20) -> bytes:
    """Return a line with colours, or half of some, at its ends or anywhere in what it begins with."""
    for _ in range(drawn.choice((1, 1, 2, 4))):
        anywhere = drawn.randrange(min(len(line), furthest) + 1)
        at = drawn.choice((0, len(line), anywhere, anywhere, anywhere))
        line = line[:at] + drawn.choice(COLOURS) + line[at:]
    return line


@settings(max_examples=20)
@example([BEGUN + b" with 12 of 17"], 1, 20)
@given(
    st.lists(st.sampled_from(LINES), min_size=1, max_size=6),
    st.integers(0, 2**32),
    st.sampled_from((0, 10, 40, 200)),
)
def test_coloured_lines_are_scanned_as_they_are_read(
    lines: list[bytes], seed: int, furthest: int
) -> None:
    """Lines of any format, again and again with other digits, coloured anywhere: in a stamp, a number, a word."""
    drawn = random.Random(seed)
    kinds = [*lines, *(coloured(line, drawn, furthest) for line in (*lines, BEGUN) * 2)]
    many = [
        alike(drawn.choice(kinds).decode("utf-8", "surrogateescape"), drawn) for _ in range(120)
    ]
    size = drawn.choice((400, 4000, 1 << 20))
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for name in ("VARIED", "BLOCK", "REFERENCE_BLOCK"):
            patch.setattr(scanning, name, size)
        patch.setattr(scanning, "_HEAD", min(size, 1 << 14))
        path = Path(folder) / "coloured.log"
        end = drawn.choice((b"\n", b"\n", b"\r\n"))
        path.write_bytes(
            end.join([BEGUN, *(one.encode("utf-8", "surrogateescape") for one in many)])
            + drawn.choice((b"", end))
        )

        assert_same(path)


RECORDS = (
    b"\x1b[2m2025-03-04 05:06:07,123\x1b[0;39m \x1b[31mERROR\x1b[0;39m [main] shop.Cart - order 12 failed",
    b"2025-03-04 05:06:07,123 \x1b[32mINFO\x1b[0m begun 12",
    b"\x1b[36mI0304 05:06:07.123456       7 reflector.go:243] node web-12 took 3ms\x1b[0m",
    b'\x1b[90m{"time":"2025-03-04T05:06:07Z","level":"warn","msg":"took 12ms"}\x1b[0m',
    b'time="2025-03-04T05:06:07Z" level=\x1b[33mwarn\x1b[0m msg="took 12 ms"',
)
FOLLOWING = (
    *(b"\x1b[31mjava.lang.IllegalStateException: order 7 is closed\x1b[0m", b"\x1b[2m\tat com.foo.Bar(Bar.java:12)\x1b[0m"),
    *(b"\x1b[0m", b" \x1b[0m ", b"\t\x1b[1mat com.foo.Bar(Bar.java:13)", b"plain text \x1b[1m12\x1b[0m", b"\xff\x1b[0m", b"\x1b"),
    *(b"Caused by: \x1b[31mjava.io.IOException\x1b[0m: no 7", b"end\r\x1b[0m", b"\x1b[0mend\r", b"\x1b[K\0"),
)  # fmt: skip


@pytest.mark.parametrize("follows", [0.2, 0.8])
@pytest.mark.parametrize("damage", [0.0, 0.1])
def test_coloured_lines_that_follow_a_record_are_scanned_as_they_are_read(
    tmp_path: Path, follows: float, damage: float
) -> None:
    """Traces below records of five formats, both coloured, and lines of no more than colours."""
    path = tmp_path / "traces.log"
    for seed in range(4):
        drawn = random.Random(seed)
        lines = [drawn.choice((RECORDS, FOLLOWING)[drawn.random() < follows]) for _ in range(200)]
        lines = [coloured(line, drawn) if drawn.random() < damage else line for line in lines]
        path.write_bytes(b"\n".join([RECORDS[0], *lines]) + b"\n")

        assert_same(path)
    assert_same(path, WINDOW, BEFORE)  # all of it is of the time before


@pytest.mark.parametrize("docker", [True, False], ids=["docker", "cri"])
@pytest.mark.parametrize("size", [4000, 1 << 20])
@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_coloured_lines_of_containers_are_scanned_as_they_are_read(
    tmp_path: Path, docker: bool, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inside the lines of two streams, and here and there across what the runtime wrote; in pieces, too."""
    monkeypatch.setattr(scanning, "VARIED", size)
    path = tmp_path / "container.log"
    for seed in range(3):
        drawn = random.Random(seed)
        lines = []
        for number in range(800):
            text = drawn.choice((*RECORDS, *RECORDS, *FOLLOWING))
            stamp = f"2025-03-04T05:{number // 60:02}:{number % 60:02}.123456789Z"
            stream = drawn.choice(("stdout", "stdout", "stderr"))
            if docker:
                said = text.decode("utf-8", "replace") + drawn.choice(("\n", "\n", ""))
                line = json.dumps({"log": said, "stream": stream, "time": stamp}).encode()
            else:
                tag = drawn.choice("FFFFFP")
                line = f"{stamp} {stream} {tag} ".encode() + text
            lines.append(coloured(line, drawn) if drawn.random() < 0.05 else line)
        path.write_bytes(b"\n".join(lines) + b"\n")

        assert_same(path)


#: Colours that JSON escapes, in messages and elsewhere: alone, in halves, before the end of a line.
ESCAPED = (
    *("took {} ms", "\x1b[1mtook {}\x1b[0m ms", "took \x1b[3{}m ms", "\x1b[32m{}\x1b[39m", "\x1b[0m", "", " \x1b[0m "),
    *("took {}\x1b[0m\n", "took {}\n\x1b[0m", "took {}\r\x1b[0m", "a\n\x1b[1mb\x1b[0m {}", "\x1b\x1b[0m[0m {}", "\x1b(B {}"),
    *("\x1b", "\x1b[", "{}\x1b]0;t\x07", "bell \x07 \x1b[0m{}", "{}\x1b[0m\0", '"\x1b[1m{}\x1b[0m"', "中\x1b[0m文 {}", "\\\x1b[0mn{}"),
    '\x1b[90m{{"level":"info","msg":"took {} ms"}}\x1b[0m',
    "2025-03-04 05:06:07,123 \x1b[32mINFO\x1b[0m took {} ms",
)  # fmt: skip


@pytest.mark.parametrize("others", [0.0, 0.3])
@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_colours_that_json_escapes_are_scanned_as_they_are_read(
    tmp_path: Path, others: float
) -> None:
    """In a level, a message, what went wrong, a name and an attribute; Docker's lines around all of that."""
    path = tmp_path / "named.log"
    for seed in range(4):
        drawn = random.Random(seed)
        lines = []
        for number in range(300):
            said = [
                drawn.choice(ESCAPED if drawn.random() < chance else ESCAPED[:4]).format(number)
                for chance in (others, others / 2, others / 2)
            ]
            stamp = f"2025-03-04T05:{number // 60:02}:{number % 60:02}.123Z"
            values = {"level": "\x1b[33mwarn\x1b[39m", "message": said[0], "timestamp": stamp}
            values |= ({}, {"error": said[1]}, {"logger": said[1]}, {"note": said[2]})[seed]
            line = json.dumps(values, ensure_ascii=drawn.random() < 0.8)
            if seed == 3 or drawn.random() < 0.2:
                log = drawn.choice((line, said[0])) + "\n"
                line = json.dumps({"log": log, "stream": "stdout", "time": stamp})
            lines.append(line)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

        assert_same(path)


@pytest.mark.parametrize("docker", [True, False], ids=["docker", "json"])
@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_colours_that_json_escapes_are_read_natively(docker: bool) -> None:
    """But for the lines by which is learned."""
    stamp = "2025-03-04T05:06:07.123Z"
    message = "\x1b[1mtook {}\x1b[0m ms"
    values = {"level": "\x1b[33mwarn\x1b[39m", "message": message, "timestamp": stamp}
    log = f"\x1b[2m2025-03-04 05:06:07,123\x1b[0m \x1b[32mINFO\x1b[0m {message}\n"
    line = json.dumps({"log": log, "stream": "stdout", "time": stamp} if docker else values)

    scan, _ = scanned(line.replace("{}", str(number)) for number in range(100))

    assert scan.facts.seen.records > 95


def test_a_coloured_line_is_as_long_as_it_is_written(tmp_path: Path) -> None:
    """A line is cut by what it is written in: colours that are cut off, cut in two or part of the first mebibyte."""
    limit = 1 << 20
    head = b"2025-03-04 05:06:07 INFO long "
    longs = [
        head + b"\x1b[0m" * 3 + b"x" * (limit + more - len(head) - 12) for more in (-1, 0, 1, 5)
    ]
    cut = [head + b"x" * (limit - len(head) - 2) + b"\x1b[31mred" + b"y" * more for more in (0, 9)]
    many = [head + b"\x1b[1m" * (limit // 4) + b"short"]
    path = tmp_path / "long.log"
    path.write_bytes(
        b"\n".join([BEGUN, *longs, BEGUN, *cut, RECORDS[1], *many, RECORDS[0]]) + b"\n"
    )

    assert_same(path)


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_coloured_lines_are_read_natively() -> None:
    """Nothing of them is left to Python but what is a colour only without another, and stretches end between them."""
    lines = [line.decode() for line in (*RECORDS[:3], *FOLLOWING[:6]) * 20]
    lines[90] = "\x1b\x1b[1m[1m" + lines[90]
    lines[110] += "\x1b]8;;\x07"

    scan, runs = scanned(lines)

    data = "\n".join(lines).encode() + b"\n"
    assert [83, 91] == [data.count(b"\n", 0, at) for run in runs for at in (run.start, run.end)]
    assert 58 == scan.facts.seen.records
    assert (data.rfind(RECORDS[2]), len(lines) - 7) == Scan(PLAN, None, None).last_record(data)


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_coloured_records_are_written_with_the_place_where_they_stand() -> None:
    """Lines and offsets are those of the file, though less is read."""
    data = b"".join(RECORDS[at % 3] + b"\n" for at in range(60))

    rows = Scan(PLAN, None, None).rows(data, 7, 1, len(data))

    lines, offsets, _ = (place.to_pylist() for place in rows.places)
    assert list(range(1, 61)) == lines
    starts = [at for at in range(len(data)) if not at or data[at - 1 : at] == b"\n"]
    assert [7 + at for at in starts] == offsets


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_a_part_of_a_container_line_that_begins_with_a_colour_goes_on(tmp_path: Path) -> None:
    """Though only Python can read it, since a colour stands within another: by its head it is known for a part."""
    path = tmp_path / "container.log"
    stamp = "2025-03-04T05:06:0{}.123456789Z stdout "
    part = "\x1b[1;31m" + stamp.format(1) + "P begun \x1b[1;3\x1b[0m1m12, \n"
    path.write_text(stamp.format(0) + "F before\n" + part + stamp.format(2) + "F done\n")

    assert_same(path)
