"""
The laws of lines that are longer than what a pattern sees of them: traces in a value, statements, dumped objects, batches.

They give what they give read line by line, wherever the part that no pattern sees begins, and nearly all are read natively.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from tests.laws.test_named_fields import (
    JSON,
    PAIRS,
    ROWS,
    STAMP,
    STAMPS,
    as_ascii,
    as_json,
    as_pairs,
    as_row,
    stamped,
)
from tests.scans import FORMATS, KERNELS, alike, assert_same, scanned

from paicha.kernel.line_formats import HEAD

pytestmark = pytest.mark.usefixtures("kernel", "never_given_up")

ZOO = Path(__file__).parents[1] / "cases" / "formats" / "zoo"
LINES = [
    line
    for path in sorted(ZOO.iterdir())
    if path.suffix != ".jsonl"
    for line in path.read_text("utf-8", "replace").splitlines()[:4]
]
FRAME = "\n\tat shop.Cart.add(Cart.java:12)"
#: What makes a value long: words, a trace, variables, other letters, names of fields.
MORE = ("lease lost ", FRAME, ", 812", "中文", '"status": 503 "level":"error" ', "a=b ")
#: Of lines like these patterns are asked that look for names and for what they say, behind others.
TOLD: tuple[Mapping[str, object], ...] = (
    {"time": STAMP, "request": "GET /a", "status": 503, "bytes": 7, "agent": "x"},
    {"event_type": "alert", "timestamp": STAMP, "msg": "late", "level": "info"},
    {"EdgeStartTimestamp": STAMP, "EdgeResponseStatus": 503, "msg": "late 7"},
)


def long_text(size: int, draw: random.Random) -> str:
    """Return a text of so many characters."""
    more = draw.choice(MORE)
    return f"late {draw.randrange(999)}{more * (size // len(more) + 1)}"[: max(size, 1)]


def lengths(before: int, draw: random.Random) -> int:
    """Return how long a value may be behind so many characters: what is near its end is seen, or just not any more."""
    near = HEAD - before + draw.randrange(-150, 20)
    return draw.choice((near, near, HEAD - 30, HEAD + 1, draw.randrange(5 * HEAD)))


def variants(
    said: Mapping[str, object], form: Callable[[Mapping[str, object]], str], draw: random.Random
) -> list[str]:
    """Return lines of a kind: each of its values is long in some of them, and what others say differs."""
    known = stamped(said, STAMPS[0])
    lines = [form(known)] * 3
    for name in list(known) * 3:
        before = form({key: known[key] for key in list(known)[: list(known).index(name)]})
        changed: dict[str, object] = {**known, name: long_text(lengths(len(before), draw), draw)}
        other = draw.choice([key for key in known if key != name])
        if draw.random() < 0.3:
            changed[other] = draw.choice((503, 5031, 404, "alert", "", None, "x" * 90))
        lines += [form(changed), draw.choice((lines[0], lines[-1]))]
    return lines


@pytest.mark.parametrize("form", [as_json, as_ascii])
@pytest.mark.parametrize("said", [*JSON, *TOLD], ids="-".join)
def test_a_long_line_of_json_is_read_by_its_names_as_far_as_a_pattern_sees_them(
    tmp_path: Path, said: Mapping[str, object], form: Callable[[Mapping[str, object]], str]
) -> None:
    """Any of its values is long: what tells its format stands before that or behind."""
    path = tmp_path / "long.log"
    draw = random.Random("-".join(said))
    path.write_text("\n".join(variants(said, form, draw)) + "\n", "utf-8")

    assert_same(path)


@pytest.mark.parametrize("said", PAIRS, ids="-".join)
def test_a_long_line_of_pairs_is_read_as_a_short_one(
    tmp_path: Path, said: Mapping[str, object]
) -> None:
    """The same of logfmt."""
    path = tmp_path / "long.log"
    path.write_text("\n".join(variants(said, as_pairs, random.Random(2))) + "\n", "utf-8")

    assert_same(path)


@pytest.mark.parametrize("said", ROWS, ids="-".join)
def test_a_long_row_is_read_as_a_short_one(tmp_path: Path, said: Mapping[str, object]) -> None:
    """Its cells may go over many lines."""
    rows = variants(said, lambda one: as_row(one.values(), ","), random.Random(3))
    path = tmp_path / "long.csv"
    path.write_text("\n".join((as_row(said, ","), *rows)) + "\n", "utf-8")

    assert_same(path)


def in_docker(lines: Sequence[str]) -> list[str]:
    """Return lines as Docker writes them."""
    return [
        json.dumps({"log": f"{line}\n", "stream": "stdout", "time": "2025-03-04T05:06:07.1Z"})
        for line in lines
    ]


def in_containerd(lines: Sequence[str]) -> list[str]:
    """Return lines as containerd writes them."""
    return [f"2025-03-04T05:06:07.1Z stdout F {line}" for line in lines]


def in_batches(lines: Sequence[str]) -> list[str]:
    """Return lines as a collector sends them, three in one."""
    return [
        json.dumps(
            {
                "dataid": 15,
                "ip": "10.1.2.3",
                "items": [{"data": text, "iterationindex": n} for n, text in enumerate(some)],
                "time": 1741064767,
            }
        )
        for some in zip(lines[::3], lines[1::3], lines[2::3], strict=False)
    ]


@pytest.mark.parametrize("around", [list, in_docker, in_containerd, in_batches])
@pytest.mark.parametrize("seed", range(3))
def test_long_lines_of_all_kinds_are_scanned_as_they_are_read(
    tmp_path: Path, seed: int, around: Callable[[Sequence[str]], list[str]]
) -> None:
    """What no pattern sees begins anywhere: in the header, in the message, behind all of it."""
    draw = random.Random(seed)
    lines = []
    for _ in range(80):
        line = alike(draw.choice(LINES), draw)
        at = draw.choice((len(line), draw.randrange(len(line) + 1)))
        more = long_text(lengths(at, draw), draw).replace("\n", " ")
        lines += [line, line[:at] + more + line[at:]]
    path = tmp_path / "long.log"
    path.write_text("\n".join(("2025-03-04 05:06:07 INFO begun", *around(lines))) + "\n", "utf-8")

    assert_same(path)


def test_what_no_pattern_sees_belongs_to_the_message_wherever_that_ends(tmp_path: Path) -> None:
    """Behind a message that is not the last of what a pattern reads as well."""
    known = [line for one in FORMATS if one.kind == "pattern" for line in one.matches[:2]]
    tails = (" x" * HEAD, "x" * HEAD, "0" * HEAD, "] x" * HEAD)
    lines = [line + tail for line in known if "\n" not in line for tail in ("", *tails)]
    path = tmp_path / "long.log"
    path.write_text("\n".join(lines) + "\n", "utf-8")

    assert_same(path)


def test_a_piece_of_a_line_of_a_container_goes_on_in_the_next(tmp_path: Path) -> None:
    """Docker cuts what is as long as its buffer: the piece has no line end."""
    said = {"stream": "stdout", "time": "2025-03-04T05:06:07.1Z"}
    lines = []
    for size in (200, 16_383, 16_384, 16_385):
        for end in ("", "\n", "\r", "\r\n", "\\n"):
            text = f"2025-03-04 05:06:07 ERROR late {'x' * size}"[: size - len(end)] + end
            lines += [json.dumps({"log": text, **said}), json.dumps({"log": "INFO b\n", **said})]
    path = tmp_path / "docker.log"
    path.write_text("\n".join(lines * 3) + "\n", "utf-8")

    assert_same(path)


def services(number: int) -> str:
    """Return a line of JSON of which each fifth holds a long trace."""
    trace = f"shop.LostError: {number}{FRAME * 300}\n" if number % 5 == 0 else "none"
    said = {"@timestamp": f"2025-03-04T05:06:{number % 60:02}Z", "level": "ERROR"}
    return json.dumps({**said, "message": f"order {number} lost", "stack_trace": trace, "n": 7})


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
@pytest.mark.parametrize("around", [list, in_docker, in_containerd])
def test_lines_with_traces_in_a_value_are_soon_read_natively(
    around: Callable[[Sequence[str]], list[str]],
) -> None:
    """Python reads one in twenty at most."""
    lines = [services(number) for number in range(300)]

    scan, _ = scanned(around(lines))

    assert scan.facts.seen.records >= 0.95 * len(lines)


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_long_lines_with_a_header_are_read_natively() -> None:
    """All of them, of a collector as well."""
    lines = [
        f"2025-03-04 05:06:{n % 60:02},123 INFO [m.py:7] SELECT a FROM b WHERE c IN ({'812, ' * 4000}7)"
        for n in range(60)
    ]

    scan, runs = scanned(lines)
    batches, _ = scanned(in_batches(lines))

    assert (60, []) == (scan.facts.seen.records, runs)
    assert batches.facts.seen.records >= 0.85 * len(lines)


@pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True)
def test_rows_with_traces_in_a_cell_are_soon_read_natively() -> None:
    """A cell of hundreds of lines is one; Python reads one in twenty at most."""
    header = as_row(ROWS[0], ",")
    lines = [
        as_row([f"2025-03-04T05:06:{n % 60:02}Z", "INFO", "s", f"late, {n}{FRAME * (n % 5 * 100)}", "a", n], ",")
        for n in range(200)
    ]  # fmt: skip

    scan, _ = scanned([header, *lines], header)

    assert scan.facts.seen.records >= 0.95 * len(lines)
