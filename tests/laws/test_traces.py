"""
The laws of stack traces: what the native kernel says of one, below a record or within a message, is what is said where
each line is read by itself.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from tests.scans import BEFORE, KERNELS, PLAN, STACKS, WINDOW, assert_same, read

from paicha.kernel.parsed_line import object_as_json
from paicha.kernel.scan import Rows, Scan
from paicha.kernel.stacks import StackReader

pytestmark = [
    pytest.mark.usefixtures("kernel", "never_given_up"),
    pytest.mark.parametrize("kernel", KERNELS[:1], indirect=True),
]

SAMPLES = [sample.text.strip("\n") for rule in STACKS for sample in rule.samples]
ODD = (
    *("Caused by: java.io.IOException", "Caused by: shop.Lost: 中文 7", "\t... 12 more", "Suppressed: a.b.C: x", "", "  ", "\u3000"),
    *("java.lang.Error: x", "\tat a.b.C.d(Native Method)", "\tat app//m@1.2/a.b.C.d(C.kt:٣)", "\tat a.b.C.d(<generated>)", "\tat a.b"),
    *('Exception in thread "main 7" a.b.LostError', "ValueError", "shop.errors.Late: 订单 7", "During handling of the above exception"),
    *('  File "订单.py", line 3', '  File "a.py", line ７, in f', '  File "/x/site-packages/a.py", line 4, in <lambda>', "    raise late"),
    *("fatal error: all goroutines are asleep", "main.run(...)", "\t/srv/shop/main.go:12 +0x5e", "\tC:/a.go:7", "exit status 2"),
    *("   at Shop.A.B(Int32 n) in C:\\shop\\a.cs:line 12", "   at Shop.A.B()", "--- End of inner exception stack trace ---"),
    *("    at /srv/shop/a.js:1:2", "    at async Promise.all (index 0)", "    at new A (file:///a.mjs:3:4)", "Error [E_LATE]: x"),
    *("#0 /srv/a.php(12): A->b()", "#1 {main}", "Uncaught Shop\\Late: x in /srv/a.php:3", "  from a.rb:3:in `b'", "Shop::LateError (x):"),
    *("x" * 700, "a." * 400 + "B: x", "\tat " + "a/" * 300, "\tat " + "订" * 590 + "(A.java:1)", '{"k": 1}', "a=1 b", "at night"),
)  # fmt: skip
LINES = [line for sample in SAMPLES for line in sample.split("\n")] + list(ODD)
RECORDS = (
    "2025-03-04 05:06:07,123 ERROR [main] shop.Cart - order 12 failed",
    "2025-03-04 05:06:07.123  WARN 7 --- [io-3] c.shop.Order : late",
    "2025-03-04 05:06:07,123 INFO begun 12",
    "[2025-03-04 05:06:07,123: ERROR/MainProcess] task 12 raised",
    "2025-03-04T05:06:07.123456789Z stderr F a record of a container",
    '{"time":"2025-03-04T05:06:07Z","level":"error","thread":"t-1","msg":"订单 12"}',
)


def a_trace(drawn: random.Random) -> str:
    """Return a trace of a language, one with lines of others or damaged ones in it, or lines of any."""
    lines = drawn.choice(SAMPLES).split("\n")
    how = drawn.random()
    if how < 0.3:
        return "\n".join(lines)
    if how < 0.4:
        lines = drawn.choices(LINES, k=drawn.randint(1, 9))
    for _ in range(drawn.randint(0, 3)):
        lines.insert(drawn.randint(0, len(lines)), drawn.choice(LINES))
    for _ in range(drawn.randint(0, 3)):
        at = drawn.randrange(len(lines))
        place = drawn.randint(0, len(lines[at]))
        mark = drawn.choice(["", "", ".", ":", " ", "(", ")", "7", "A", "$", "é", "中", "/", '"'])
        lines[at] = lines[at][:place] + mark + lines[at][place + 1 :]
    return "\n".join(lines)


def in_json(message: str, **others: object) -> str:
    """Return a line whose message it is."""
    named = {"time": "2025-03-04T05:06:07Z", "level": "error", **others, "msg": message}
    return json.dumps(named, ensure_ascii=False)


def rows_of(lines: list[str]) -> Rows:
    """Return what the kernel writes of lines."""
    data = "".join(f"{line}\n" for line in lines).encode()
    return Scan(PLAN, None, None).rows(data, 0, 1, len(data))


@pytest.mark.parametrize("seed", range(8))
def test_a_trace_says_the_same_in_both_kernels(seed: int) -> None:
    """Exception, cause and innermost frame of traces of all languages, mixed and damaged."""
    drawn = random.Random(seed)
    messages = [f"late {i}\n{a_trace(drawn)}" for i in range(500)]
    stacks = StackReader(STACKS)

    records = rows_of([in_json(message) for message in messages]).records

    # But for what the first of a kind teaches, and digits beyond ASCII.
    assert records.num_rows > 480
    said = zip(*(records.column(name).to_pylist() for name in ("body", "attributes")), strict=True)
    for body, attributes in said:
        assert attributes == (object_as_json(found) if (found := stacks.read(body)) else ""), body


@pytest.mark.parametrize("seed", range(6))
def test_records_with_traces_are_written_as_they_are_read(tmp_path: Path, seed: int) -> None:
    """Below records of several formats, in messages of JSON and of containers, beside other attributes of theirs."""
    drawn = random.Random(seed)
    lines = []
    for i in range(120):
        if i % 7 == 5:
            lines.append(
                in_json(a_trace(drawn), thread=f"t-{i}", **{"exception.type": "x", "z": 1})
            )
        elif i % 7 == 6:
            lines += [
                f"2025-03-04T05:06:07.1Z stdout F {line}" for line in a_trace(drawn).split("\n")
            ]
        elif seed % 2 or i % 7 != 4:
            lines += [drawn.choice(RECORDS[: 4 + 2 * (seed % 2)]), a_trace(drawn)]
    path = tmp_path / "traces.log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")

    assert_same(path)
    assert_same(path, WINDOW, BEFORE)


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda text: str(text).partition("\n")[0][:20])
def test_records_with_traces_are_written_by_the_kernel(
    sample: str, end: str, tmp_path: Path
) -> None:
    """None of them is left to Python, whatever lines end with, and whatever a file ends with."""
    # What is a record by itself where no other stands above it is Python's.
    lines = sample.removeprefix("panic: ").removeprefix("PHP Fatal error:  ").split("\n")
    lines = [RECORDS[0], *lines, RECORDS[2]] * 20 + [RECORDS[0], *lines]
    path = tmp_path / "traces.log"
    path.write_text((end or "\n").join(lines) + end, encoding="utf-8", newline="")

    rows = rows_of(lines)

    assert [] == rows.runs
    assert 41 == rows.records.num_rows
    assert_same(path)


def test_each_record_of_a_line_says_what_its_trace_does(tmp_path: Path) -> None:
    """Of a line that holds many records, not the first alone."""
    items = [{"data": f"late {i}\n{SAMPLES[0]}", "iterationindex": i} for i in range(3)]
    batch = {"dataid": 15, "ip": "10.1.2.3", "time": "2025-03-04T05:06:07Z", "items": items}
    path = tmp_path / "batches.log"
    path.write_text(f"{json.dumps(batch)}\n" * 9, encoding="utf-8")

    _, records, _ = read(path, None)

    assert 27 == records.num_rows
    assert all("exception.type" in said for said in records.column("attributes").to_pylist())
    assert_same(path)
