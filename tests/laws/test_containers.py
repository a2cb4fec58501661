"""
The laws of lines of container runtimes (CRI, Docker): read natively they give what they give read line by line,
whatever stands inside, whichever streams stand between one another, and wherever a line is cut into pieces.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.scans import BEFORE, KERNELS, WINDOW, alike, assert_same, scanned

from paicha.sources.files import scanning

#: Natively; the other kernel leaves such files to be read line by line.
pytestmark = [
    pytest.mark.usefixtures("kernel", "never_given_up"),
    pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True),
]

#: What stands inside mostly: formats with and without a time, JSON, pairs, text of no format.
USUAL = (
    "order 12 kept in 5 ms",
    "user=eve7 signed in from 10.0.0.1",
    "I0304 05:06:07.123456       7 reflector.go:243] node web-12 took 3ms",
    "2025-03-04 05:06:07,123 INFO begun 12",
    "2025-03-04T05:06:07.003Z\tinfo\tapp/main.go:12\tstarted\t{}",
    '{"time":"2025-03-04T05:06:07Z","level":"warn","msg":"took 12ms"}',
    '{"level":"info","logger":"shop.cart","msg":"no time 12"}',
    '{"ts":1741064767.25,"level":"error","msg":"failed","error":"E12"}',
    'time="2025-03-04T05:06:07Z" level=info msg="took 12 ms"',
)
#: What stands inside here and there: traces, what might be one, nothing, what only looks like a format.
SELDOM = (
    *("\tat com.foo.Bar(Bar.java:12)", "Caused by: java.io.IOException: no 7", '  File "a.py", line 3, in f'),
    *("java.lang.IllegalStateException: order 7 is closed", "Traceback (most recent call last):", "ValueError: bad 7"),
    *("", "  ", "\u3000", "\u00a0x", "中文 12 秒", "Done", "Connected: 12", "exit status 2", "TypeError: x is not"),
    *("goroutine 7 [running]:", "main.f(0x1)", "\t/a/b.go:12 +0x1", "#0 /a.php(3)", "Stack trace:"),
    *('{"level":"info","msg":"a\\nb"}', '{"msg":""}', '{"a":1}', '{"level":30,"time":1741064767891,"msg":"x"}'),
    *('{"log":"inner\\n","stream":"stdout","time":"2025-03-04T05:06:07Z"}', "2025-03-04T05:06:07.1Z stdout F nested"),
    *("a=1 b=2", "level=warn msg=x", "a=1 a=2", "2025-03-04T25:06:07Z no time", "6375-03-84T05:06:07.003Z\tinfo\tx"),
    *("ERROR: something 12", "\x1b[31mred\x1b[0m 12", 'say "12" \\n', "bell \x07", "[ 12.345678] usb 1-1: new"),
    *("<13>Mar  4 05:06:07 host app[12]: message 7", "1741064767 message", "Q" * 700 + "Error: x", "W" * 5000),
)  # fmt: skip
#: What opens records of several lines that could stand alone: a file with one is read line by line.
BLOCKS = ("{", "<Event>", "# Time: 2025-03-04T05:06:07Z")

Form = Callable[[random.Random, str, int, str], str]


def cri(drawn: random.Random, text: str, second: int, stream: str) -> str:
    """Return a line as containerd writes it; nine digits of a second, sometimes fewer."""
    fraction = f"{drawn.randrange(10**9):09}"[: drawn.choice((9, 9, 9, 6, 1))]
    tag = drawn.choice(("F", "F", "F", "F:a"))
    return (
        f"2025-03-04T05:{second // 60 % 60:02}:{second % 60:02}.{fraction}Z {stream} {tag} {text}"
    )


def cri_in_pieces(drawn: random.Random, text: str, second: int, stream: str) -> str:
    """Return a line that is sometimes a piece of the next of its stream."""
    line = cri(drawn, text, second, stream)
    return line.replace(f" {stream} F", f" {stream} P", 1) if drawn.random() < 0.1 else line


def cri_cut(drawn: random.Random, text: str, second: int, stream: str) -> str:
    """Return a line, sometimes as pieces between which other lines may stand."""
    if drawn.random() < 0.5:
        return cri(drawn, text, second, stream)
    lines = [cri(drawn, text[drawn.randrange(len(text) + 1) :], second, stream)]
    while drawn.random() < 0.5:
        other = drawn.choice(("stdout", "stderr"))
        between = cri(drawn, drawn.choice((*USUAL, *SELDOM)), second, other)
        lines.insert(0, drawn.choice((between, between, "of no container", " ", between + "\0")))
    first = cri(drawn, text[: drawn.randrange(len(text) + 1)], second, stream)
    return "\n".join([first.replace(f" {stream} F", f" {stream} P", 1), *lines])


def docker(drawn: random.Random, text: str, second: int, stream: str) -> str:
    """Return a line as Docker writes it; zeros at the end of a second's digits are left out."""
    fraction = f"{drawn.randrange(10**9):09}".rstrip("0")
    end = drawn.choice(("\n",) * 20 + ("", "\r\n", "\\n", "\n\n"))
    stamp = f"2025-03-04T05:{second // 60 % 60:02}:{second % 60:02}.{fraction}Z"
    return json.dumps(
        {"log": text + end, "stream": stream, "time": stamp},
        separators=drawn.choice(((",", ":"), (",", ":"), (", ", ": "))),
        ensure_ascii=drawn.random() < 0.7,
    )


def printed(before: str, stamped: float = 0.5) -> Form:
    """Return what a command puts in front of a line of a container, with the time of the line or without."""

    def form(drawn: random.Random, text: str, second: int, stream: str) -> str:
        fraction = f"{drawn.randrange(10**9):09}"
        stamp = f"2025-03-04T05:{second // 60 % 60:02}:{second % 60:02}.{fraction}Z "
        at = stamp if drawn.random() < stamped else ""
        return before.format(stream, *PODS[stream]) + at + text

    return form


#: Pods and containers of streams: one has a number, of which the text must tell that it is one.
PODS = {"stdout": ("cart-6c9bd7f8d4-x2x9p", "cart"), "stderr": ("keeper-0", "db")}
PRINTED = {
    "compose": printed("{2}-1  | "),
    "compose_named": printed("{2}_app  | "),
    "kubectl": printed("[pod/{1}/{2}] "),
    "stern": printed("{1} {2} "),
    "stern_all": printed("shop {1} {2} "),
    "timestamps": printed("", 1.0),
    "pm2": printed("0|{2} | ", 0.0),
}


def log(
    drawn: random.Random, forms: Sequence[Form], count: int, seldom: float, streams: Sequence[str]
) -> bytes:
    """Return a log of some lines, one in two hundred damaged or of no container."""
    lines: list[bytes] = []
    for number in range(count):
        text = drawn.choice(SELDOM if drawn.random() < seldom else USUAL)
        text = alike(text, drawn) if drawn.random() < 0.3 else text
        line = drawn.choice(forms)(drawn, text, number // 3, drawn.choice(streams)).encode()
        other = (
            b"",
            b"  ",
            b"of no container",
            line[:30],
            line + b"\0",
            b"\xff" + line,
            line[:-1] + b"\xff",
        )
        lines.append(line if drawn.random() < 0.995 else drawn.choice(other))
    return b"\n".join(lines) + b"\n"


@pytest.mark.parametrize(
    "streams", [("stdout",), ("stdout", "stdout", "stdout", "stderr")], ids=len
)
@pytest.mark.parametrize(
    "forms", [(cri,), (cri_in_pieces,), (cri_cut,), (docker,), (cri, docker)], ids=len
)
@pytest.mark.parametrize("seldom", [0.02, 0.5])
def test_lines_of_containers_are_scanned_as_they_are_read(
    tmp_path: Path, forms: Sequence[Form], streams: Sequence[str], seldom: float
) -> None:
    """A few hundred lines, streams mixed: traces, pieces, blanks, damage; of a window, or of the time before."""
    path = tmp_path / "container.log"
    for seed in range(3):
        drawn = random.Random(seed)
        path.write_bytes(log(drawn, forms, drawn.choice((40, 150, 250)), seldom, streams))

        assert_same(path)
    assert_same(path, WINDOW, BEFORE)  # all of it is of the time before


@pytest.mark.parametrize("form", PRINTED)
@pytest.mark.parametrize("seldom", [0.02, 0.5])
def test_lines_that_commands_print_of_containers_are_scanned_as_they_are_read(
    tmp_path: Path, form: str, seldom: float
) -> None:
    """Two containers in turn; a line without a time has that of what stands inside, or none."""
    path = tmp_path / "printed.log"
    for seed in range(2):
        drawn = random.Random(seed)
        streams = ("stdout", "stdout", "stderr")
        path.write_bytes(log(drawn, (PRINTED[form],), drawn.choice((40, 150)), seldom, streams))

        assert_same(path)
    assert_same(path, WINDOW, BEFORE)


@pytest.mark.parametrize("form", PRINTED)
def test_lines_that_commands_print_of_containers_are_soon_read_natively(form: str) -> None:
    """What says when it was is read natively, whoever wrote it."""
    drawn = random.Random(3)
    texts = USUAL[3:5] + USUAL[5:6] + USUAL[8:]
    lines = [
        PRINTED[form](drawn, texts[n % len(texts)], n, ("stdout", "stderr")[n % 5 == 0])
        for n in range(1000)
    ]

    scan, _ = scanned(lines)

    assert 0 == scan.facts.seen.joined
    assert scan.facts.seen.records >= 0.9 * len(lines)


def test_containers_of_many_pods_are_told_apart() -> None:
    """Sixty streams in one file, each with its own trace."""
    lines = []
    for number in range(60):
        before = f"[pod/cart-{number}/app] "
        lines += [f"{before}2025-03-04 05:06:07,123 ERROR failed {number}"]
    lines += [
        f"[pod/cart-{number}/app] \tat com.foo.Bar(Bar.java:12)" for number in range(59, 0, -1)
    ]

    scan, _ = scanned(lines)

    assert 0 == scan.facts.seen.joined


@pytest.mark.parametrize("forms", [(cri,), (cri_in_pieces,), (docker,)], ids=len)
@pytest.mark.parametrize("others", [3, 300])
def test_a_stretch_ends_where_every_stream_begins_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forms: Sequence[Form], others: int
) -> None:
    """Thousands of lines in short stretches: what one stream goes on with a thousand lines later is a record."""
    monkeypatch.setattr(scanning, "VARIED", 120_000)
    drawn = random.Random(others)
    path = tmp_path / "container.log"
    path.write_bytes(log(drawn, forms, 4000, 0.1, ("stdout",) * others + ("stderr",)))

    assert_same(path)


@pytest.mark.parametrize("text", BLOCKS)
@pytest.mark.parametrize("form", [cri, docker])
def test_a_file_with_a_block_inside_a_container_is_read_line_by_line(
    tmp_path: Path, form: Form, text: str
) -> None:
    """What opens a record of several lines that could stand alone leaves the file to be read as a whole."""
    drawn = random.Random(1)
    lines = [form(drawn, one, 7, "stdout") for one in (*USUAL, text, *USUAL, "}", *USUAL)]
    path = tmp_path / "container.log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert_same(path)


@pytest.mark.parametrize("form", [cri, docker])
def test_lines_of_containers_are_soon_read_natively(form: Form) -> None:
    """Of lines that begin a record Python reads one in ten at most, in two streams as in one."""
    drawn = random.Random(3)
    lines = [
        form(drawn, USUAL[n % len(USUAL)], n, ("stdout", "stderr")[n % 5 == 0]) for n in range(2000)
    ]

    scan, _ = scanned(lines)

    assert scan.facts.seen.records >= 0.9 * len(lines)


def test_a_line_in_pieces_is_read_natively_whatever_stands_between_them() -> None:
    """Three pieces, lines of the other stream and a trace between them; the next record begins as ever."""
    texts = [
        ("stdout P", "2025-03-04 05:06:07,123 ERROR order "),
        ("stderr F", "2025-03-04 05:06:07,124 ERROR of the other stream"),
        ("stderr F", "\tat com.foo.Bar(Bar.java:12)"),
        ("stdout P", "12 is "),
        ("stdout F", "closed"),
        ("stdout P", "\tat com.foo"),
        ("stdout F", ".Cart.add(Cart.java:9)"),
        ("stdout F", "2025-03-04 05:06:08,125 INFO begun 12"),
    ]
    lines = [f"2025-03-04T05:06:07.{n:03}Z {tag} {text}" for n, (tag, text) in enumerate(texts)]

    scan, runs = scanned(lines)

    assert (3, []) == (scan.facts.seen.records, runs)


def test_a_record_that_goes_on_below_another_is_no_part_of_a_run_as_well(tmp_path: Path) -> None:
    """The run of a line in pieces goes back to a line of the other stream, and a trace above that is counted by then."""
    seen = '{"level":"info","logger":"shop.cart","msg":"no time 12"}'
    texts = [
        ("stderr F", seen),
        ("stderr F", seen),
        ("stdout F", seen),
        ("stderr F", "2025-03-04T05:06:07.003Z\tinfo\tapp/main.go:12\tstarted\t{}"),
        ("stdout F", '  File "a.py", line 3, in f'),
        ("stdout F", "order 12 kept in 5 ms"),
        ("stdout P", seen),
        ("stderr F", ""),
        ("stderr F", "2025-03-04 05:06:07,123 INFO begun 12"),
        ("stdout F", "user=eve2 signed in"),
    ]
    lines = [f"2025-03-04T05:06:07.{n:03}Z {tag} {text}" for n, (tag, text) in enumerate(texts)]
    path = tmp_path / "container.log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert_same(path)


def test_a_line_that_says_nothing_leaves_no_file_to_be_read_line_by_line() -> None:
    """It adds nothing to its stream's record, also where a run of another stream goes over it."""
    drawn = random.Random(4)
    texts = (
        ("stderr", "order 7 kept"),
        ("stdout", "order 8 kept"),
        ("stdout", ""),
        ("stderr", ""),
        ("stderr", "order 9 kept"),
        ("stdout", "\tat com.foo.Bar(Bar.java:12)"),
        ("stdout", "order 10 kept"),
    )
    lines = [cri(drawn, text, second, stream) for second, (stream, text) in enumerate(texts)]

    scan, runs = scanned(lines)

    assert 0 == scan.facts.seen.joined
    assert [(0, 1)] == [(run.start, run.line) for run in runs]


#: What a stream writes of one failure, and what follows it.
FAILURE = (
    "2025-03-04 05:06:07,123 ERROR order 7 lost",
    "java.lang.IllegalStateException: order 7 is closed",
    "\tat com.foo.Bar(Bar.java:12)",
    "\tat com.foo.Web(Web.java:7)",
    "Caused by: java.io.IOException: no 7",
    "\tat com.foo.Disk(Disk.java:3)",
    "2025-03-04 05:06:08,123 INFO begun 12",
)


@pytest.mark.parametrize("streams", [2, 3])
def test_a_trace_is_read_natively_among_lines_of_other_streams(streams: int) -> None:
    """However many lines of others stand between its own, none of them is left to Python."""
    drawn = random.Random(5)
    rest = {f"web-{at}": list(FAILURE * 20) for at in range(streams)}
    lines = []
    while rest:
        name = drawn.choice(sorted(rest))
        lines.append(f"{name} | {rest[name].pop(0)}")
        rest = {name: texts for name, texts in rest.items() if texts}

    scan, runs = scanned(lines)

    assert (0, 0) == (scan.facts.seen.joined, scan.facts.seen.cut)
    assert sum(run.end - run.start for run in runs) <= 0.1 * len("\n".join(lines))
    assert scan.facts.seen.records >= 0.9 * 40 * streams


@pytest.mark.parametrize("share", [0.02, 0.3])
@pytest.mark.parametrize("seed", range(4))
def test_traces_among_lines_of_other_streams_are_scanned_as_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, share: float
) -> None:
    """Whatever else their streams say between, and wherever a stretch ends."""
    drawn = random.Random(seed)
    monkeypatch.setattr(scanning, "VARIED", 5000)
    monkeypatch.setattr(scanning, "BLOCK", 5000)
    rest = {f"web-{at}": list(FAILURE * 40) for at in range(drawn.choice((2, 4)))}
    lines = []
    while rest:
        name = drawn.choice(sorted(rest))
        is_other = drawn.random() < share
        text = drawn.choice(SELDOM) if is_other else rest[name].pop(0)
        lines.append(f"{name} | {alike(text, drawn)}")
        rest = {name: texts for name, texts in rest.items() if texts}
    path = tmp_path / "streams.log"
    path.write_text("\n".join(lines), "utf-8")

    assert_same(path)
    assert_same(path, WINDOW, BEFORE)
