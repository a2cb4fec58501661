"""
The laws of records of several lines inside the lines of a container: where the first of them opens one (.NET's console,
java.util.logging, a panic of Go, an object of JSON over lines), the stream goes on with it among the lines of others, and what the
native kernel makes of it is what is made of it line by line.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import pytest
from tests.scans import BEFORE, FORMATS, KERNELS, STACKS, WINDOW, assert_same

from paicha.kernel.plan import Plan
from paicha.kernel.scan import Run, Scan
from paicha.kernel.stacks import StackReader
from paicha.sources.files import scanning
from paicha.sources.files.block_ends import BlockEnds

#: Natively; the other kernel leaves such files to be read line by line.
pytestmark = [
    pytest.mark.usefixtures("kernel", "never_given_up"),
    pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True),
]

#: What the twin reads itself, of formats that say when and of such that do not.
OPENED = (
    "info: Shop.Orders[{k}]\n      order {n} placed",
    "fail: Shop.Web[0]\n      lost {n}\n\n      System.TimeoutException: late\n         at Shop.Web.Show() in /src/Web.cs:line {n}",
    "warn: Shop.Pool[{n}]\n      the query took {n} ms\n      SELECT {n}\n      FROM lease",
    "Mar 05, 2025 1:{s:02}:07 AM shop.order.OrderService place\nINFO: order {n} placed",
    "Mar 05, 2025 1:{s:02}:07 AM shop.web.Cart show\nSEVERE: lost {n}\njava.io.IOException: no {k}\n\tat shop.web.Cart.show(Cart.java:{n})\nCaused by: a.B: {n}",
    "2025-03-05T02:{s:02}:07.197403+08:00\nThread 1 advanced to {n}",
    "[2025/03/05 02:{s:02}:07.403621,  {k}] ../../source3/smbd/a.c:77(renew)\n  took {n} ms",
)  # fmt: skip
#: What only Python knows the end of.
BLOCKS = (
    '{{\n  "time": "2025-03-05T02:{s:02}:07Z",\n  "level": "warn",\n  "msg": "took {n} ms"\n}}',
    "{{\n  a: {n},\n  b: [ 'x' ]\n}}",
    "panic: lost {n}\n\ngoroutine {k} [running]:\nmain.main()\n\t/a/b.go:{n} +0x1\nexit status 2",
    'Exception in thread "main" java.io.IOException: no {n}\n\tat a.B(B.java:7)',
    "Unhandled exception. System.IO.IOException: no {n}\n   at A.B() in /a.cs:line {n}",
    "<Event>\n<System><EventID>{n}</EventID></System>\n</Event>",
)
#: Records of one line, of traces, and what breaks others off.
OTHERS = (
    "order {n} kept in 5 ms", "I0304 05:06:07.123456       7 reflector.go:243] node web-{n} took 3ms",
    "2025-03-05 02:{s:02}:07,123 ERROR lost {n}\njava.io.IOException: no {k}\n\tat a.B(B.java:{n})\n\t... 7 more",
    '{{"time":"2025-03-05T02:{s:02}:07Z","level":"warn","msg":"took {n}ms"}}', "user=eve{n} signed in from 10.0.0.1",
)  # fmt: skip
ODD = (
    "info: Shop.Orders[{n}]", "Mar 05, 2025 1:{s:02}:07 AM shop.Keeper renew", "2025-03-05 02:{s:02}:07", "{{", "}}", "", "  ",
    "panic: {n}", "INFO: {n}", "x" * 5000, "    at a.B:{n}", "ValueError: {n}", "\tat a.B(B.java:{n})", "Caused by: a.B: {n}",
    "中文 {n}", "ERROR: weak {n}", "a=1 b={n}", "info: é[{k}]\n      order {n}",
)  # fmt: skip

Form = Callable[[str, int, str], str]


def _stamp(number: int) -> str:
    return f"2025-03-05T01:{number // 60 % 60:02}:{number % 60:02}.{number % 1000:03}456789Z"


def cri(text: str, number: int, stream: str) -> str:
    """Return a line as containerd keeps it."""
    return f"{_stamp(number)} {stream} F {text}"


def docker(text: str, number: int, stream: str) -> str:
    """Return a line as Docker keeps it."""
    said = {"log": f"{text}\n", "stream": stream, "time": _stamp(number)}
    return json.dumps(said, ensure_ascii=number % 2 == 0)


def compose(text: str, number: int, stream: str) -> str:
    """Return a line as ``docker compose logs`` prints it."""
    return f"{stream}-1  | {text}"


def stamped(text: str, number: int, stream: str) -> str:
    """Return a line as ``docker compose logs --timestamps`` prints it."""
    return f"{stream}-1  | {_stamp(number)} {text}"


FORMS = (cri, docker, compose, stamped)
Kinds = tuple[tuple[str, ...], ...]


def _records(drawn: random.Random, kinds: Kinds) -> Iterator[list[str]]:
    first, *others = kinds
    while True:
        one = drawn.choice(first if not others or drawn.random() < 0.6 else drawn.choice(others))
        made = one.format(s=drawn.randrange(60), n=drawn.randrange(300), k=drawn.randrange(4))
        yield made.split("\n")


def log(
    drawn: random.Random,
    form: Form,
    kinds: Kinds,
    count: int,
    streams: int,
    torn: float,
    damaged: float = 0.003,
) -> str:
    """
    Return a log of some lines.

    Args:
        drawn: What is drawn from.
        form: What a container's runtime makes of a line.
        kinds: What stands inside; the first of them as often as all others.
        count: How many lines there are.
        streams: How many streams write, the first mostly.
        torn: How often a line of another stream stands within a record.
        damaged: How often one stands between them that is of no container, or not all of it.
    """
    names = ("stdout", "stderr", "third")[:streams]
    records = {name: _records(drawn, kinds) for name in names}
    waiting: dict[str, list[str]] = {name: [] for name in names}
    lines: list[str] = []
    name = names[0]
    while len(lines) < count:
        if not waiting[name] or drawn.random() < torn:
            name = names[0] if drawn.random() < 0.6 else drawn.choice(names)
        waiting[name] = waiting[name] or next(records[name])
        lines.append(form(waiting[name].pop(0), len(lines), name))
        if drawn.random() < damaged:
            lines.append(drawn.choice(("", "of no container", lines[-1][:30], f"{lines[-1]}\0")))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("streams", "torn"), [(1, 0.0), (2, 0.0), (3, 0.1)])
@pytest.mark.parametrize(
    "kinds", [(OPENED, OTHERS), (OTHERS, OPENED, BLOCKS), (OPENED, ODD, OTHERS, BLOCKS)], ids=len
)
def test_records_of_several_lines_inside_are_scanned_as_they_are_read(
    tmp_path: Path, form: Form, kinds: Kinds, streams: int, torn: float
) -> None:
    """Whole or cut off, alone or among what other streams write."""
    path = tmp_path / "container.log"
    for seed in range(3):
        drawn = random.Random(f"{form.__name__} {streams} {len(kinds)} {seed}")
        size = drawn.choice((40, 120))
        path.write_text(log(drawn, form, kinds, size, streams, torn), "utf-8", newline="")

        assert_same(path)
    assert_same(path, WINDOW, BEFORE)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kinds", [(OPENED,), (OPENED, ODD), (OTHERS, OPENED, BLOCKS)], ids=len)
def test_a_stretch_ends_where_none_of_them_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Form, kinds: Kinds
) -> None:
    """Thousands of lines in short stretches."""
    for name in ("VARIED", "BLOCK"):
        monkeypatch.setattr(scanning, name, 120_000)
    path = tmp_path / "container.log"
    drawn = random.Random(form.__name__)
    path.write_text(log(drawn, form, kinds, 3500, 2, 0.01), "utf-8", newline="")

    assert_same(path)


def test_of_what_may_open_a_record_python_is_asked_whether_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A character of no table, of which the kernel knows not what it is, in front of what is no such record."""
    for name in ("VARIED", "BLOCK"):
        monkeypatch.setattr(scanning, name, 200)
    texts = ("    self.sock = held()", "  \u30b5  run()", " \U000e0041   self.sock = held()")
    lines = [docker(text, 2 * number + 1, "stderr") for number, text in enumerate(texts)]
    path = tmp_path / "container.log"
    path.write_text("\n".join(lines), "utf-8", newline="")

    assert_same(path)


def _scanned(lines: Sequence[str]) -> tuple[Scan, list[Run]]:
    """Return a scan of some lines, and what it leaves; who is asked says where records end."""
    ends = BlockEnds(StackReader(STACKS))
    reference = datetime(2025, 3, 5, tzinfo=UTC)
    scan = Scan(Plan(FORMATS, "UTC", reference, STACKS, block_ends=ends), None, None)
    runs, _ = scan.stretch("\n".join(lines).encode() + b"\n", 0, 1)
    return scan, runs


@pytest.mark.parametrize("form", [cri, docker, stamped])
@pytest.mark.parametrize("streams", [1, 2])
def test_records_of_several_lines_inside_are_read_natively(form: Form, streams: int) -> None:
    """Of a file of them next to nothing is left to Python."""
    text = log(random.Random(7), form, (OPENED,), 2000, streams, 0.0, damaged=0.0)

    scan, runs = _scanned(text.splitlines())

    assert 0 == scan.facts.seen.joined
    assert sum(run.end - run.start for run in runs) < 0.05 * len(text)


def test_a_file_goes_on_natively_behind_what_only_python_knows() -> None:
    """An object of JSON over lines here and there, a panic, an event: none of them leaves it more than a few lines."""
    lines: list[str] = []
    for number, block in zip(range(60), cycle(BLOCKS)):
        inside = [*["order 7 kept in 5 ms"] * 20, *block.format(s=7, n=7, k=7).split("\n")]
        lines += [cri(text, number, "stdout") for text in inside]

    scan, runs = _scanned(lines)

    assert 0 == scan.facts.seen.joined
    assert scan.facts.seen.records >= 19 * 60
    # Crashes are read natively.
    assert 30 == len(runs)
