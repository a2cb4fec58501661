"""The law of rows of stores: the native kernel makes the records of them that Python makes, row by row."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scans import FORMATS, FOUND, SAMPLES

from paicha.kernel.field_map import FieldMap, flatten
from paicha.kernel.normalise import LineReader
from paicha.kernel.row_records import RowBuilder
from paicha.knowledge.fields_loader import load_field_names

pytestmark = pytest.mark.skipif(
    FOUND.extension is None, reason="the native kernel is not built: make native needs cargo"
)
FIELDS = load_field_names()
READER = LineReader(FORMATS, "Asia/Shanghai")
NAMES = sorted({name for names in FIELDS.values() for name in names} | {"log", "_id", "n", "é"})
HIDDEN = frozenset({"_id"})
#: What a field may say: what is taken for something else, and what is not text at all.
ODD: tuple[object, ...] = (
    None,
    "",
    "x",
    "é",
    " ",
    "-",
    "warn",
    "ERROR",
    "unknown",
    "3",
    "17",
    "007",
    " 12 ",
    "99999999999",
    "0",
    0,
    7,
    -1,
    2**70,
    1.5,
    1e300,
    -0.0,
    float("inf"),
    True,
    False,
    [],
    [""],
    ["a"],
    [None, "b"],
    ["a", "b"],
    "x\n",
    "x y\r\n",
    "\n",
    ["fe80::1", "10.0.0.8"],
    [[1, "c"], {"z": 1, "a": None}],
    {},
    {"b": 1, "a": {"c": "d"}},
    "10.0.0.8",
    '["127.0.0.1", "10.0.0.9"]',
    "pay/main.go:12",
    "main.go:١٢",
    "C:\\pay\\main.go",
    "/var/log/pay/app.log",
    "unknown_service",
    "half \ud800 a pair",
    "中文",
    'tab\tand "quotes" \\ \x00 \x1b[31mred\x1b[0m',
    "two\nlines",
    "java.io.IOException: gone\n\tat a.B.c(B.java:7)",
)


def records(rows: Sequence[dict[str, object]], line: str, natively_after: int) -> pa.RecordBatch:
    """Return the records of *rows*, of which the native kernel makes those behind so many."""
    builder = RowBuilder(FieldMap(FIELDS), READER, HIDDEN, line=line, natively_after=natively_after)
    for at, row in enumerate(rows):
        time = None if at % 7 == 3 else 1_767_603_600_000_000 + at
        beside = {} if at % 3 else {"cloudId": at, "n": "beside"}
        builder.add_at(row, time, f"here:{at}", beside)
    return builder.take()


def assert_same(rows: Sequence[dict[str, object]], line: str = "") -> None:
    """Fail where the two ways give other records."""
    native, plain = records(rows, line, 0), records(rows, line, 1 << 30)
    if not native.equals(plain):
        for ours, theirs, row in zip(native.to_pylist(), plain.to_pylist(), rows, strict=True):
            assert ours == theirs, row
    assert native.equals(plain)
    assert native.schema.equals(plain.schema)


def with_other_digits(line: str, draw: random.Random) -> str:
    """Return a line with some of its digits others."""
    often = draw.choice((0, 0.1, 1))
    return "".join(
        draw.choice("0123456789") if char in "0123456789" and draw.random() < often else char
        for char in line
    )


ONE_LINE = st.builds(
    with_other_digits, st.sampled_from(SAMPLES), st.randoms(use_true_random=False)
) | st.text(max_size=30)
LINE = ONE_LINE | st.lists(ONE_LINE, min_size=2, max_size=4).map("\n".join)
VALUE = (
    st.sampled_from(ODD)
    | LINE
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inside: (
            st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=4), inside, max_size=3)
        ),
        max_leaves=6,
    )
)
ROW = st.builds(
    lambda message, more, key: flatten({key: message, **more}),
    LINE,
    st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=6), VALUE, max_size=6),
    st.sampled_from(["message", "_msg", "log", "msg"]),
)


@given(rows=st.lists(ROW, max_size=6), line=st.sampled_from(["", "log"]))
def test_rows_become_the_same_records(rows: list[dict[str, object]], line: str) -> None:
    """Whatever their fields say, twice over: of what is remembered of the first nothing changes the second."""
    assert_same([*rows, *rows], line)


def test_every_line_says_the_same_in_a_row() -> None:
    """Each sample of a format alone, with names beside it, with a level beside it, and several in one row."""
    draw = random.Random(7)
    rows: list[dict[str, object]] = []
    for line in SAMPLES:
        moved = with_other_digits(line, draw)
        rows += [
            {"message": line},
            {"message": moved, "host.name": "web-3", "k8s.pod.name": "pay-0", "n": 7},
            {"message": line, "level": "warn", "thread.name": "of the row"},
            {"log": moved, "message": "said", "service.name": "pay"},
            {"log": moved, "level": "info"},
            {"message": f"{line}\n{moved}"},
            {"message": f"{line}\n\tat a.B.c(B.java:7)\nCaused by: gone\n\n\tat a.B.d(B.java:9)"},
            {"message": f"{moved}\n"},
            {"message": f"\n{moved}"},
            {"message": f'{line}\n{{\n  "a": 1\n}}'},
            {"message": f" {line} "},
            {"message": f"\x1b[31m{line}\x1b[0m"},
        ]

    assert_same(rows * 2)
    assert_same(rows * 2, "log")


def test_every_field_may_say_anything() -> None:
    """Alone, beside a message, and beside a line that says its level."""
    line = "2026-01-05 09:00:00 INFO pay.go:7 - begun"
    rows: list[dict[str, object]] = []
    for name in NAMES:
        for value in ODD:
            rows += [
                {"message": "said", name: value},
                {name: value},
                {"message": line, name: value},
            ]

    assert_same(rows)
    assert_same(rows, "log")


def test_what_comes_first_is_read_by_python_and_in_order() -> None:
    """Rows before the native kernel begins and those that it leaves stand where they came."""
    rows: list[dict[str, object]] = [
        {"message": f"WARN {at}" if at % 5 else "two\nlines"} for at in range(3000)
    ]

    assert records(rows, "", 1000).equals(records(rows, "", 1 << 30))


def test_usual_rows_are_read_natively() -> None:
    """Else the laws above would hold for nothing."""
    builder = RowBuilder(FieldMap(FIELDS), READER, HIDDEN, natively_after=0)
    row = json.loads(
        '{"message": "2026-01-05 09:00:00,123 WARN [http-1] c.a.Pay - slow", "tags": ["a", "b"], "n": 1.5}'
    )
    moment = datetime(2026, 1, 5, 9, tzinfo=UTC)
    for _ in range(5):
        builder.add(row, moment, "here")

    assert builder.native_rows == 5
    assert set(builder.take().column("severity_text").to_pylist()) == {"WARN"}
