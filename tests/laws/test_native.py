"""The laws of the native twin: it gives what the Python reference gives, on any text at all."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scans import PLAN

from paicha.kernel import native
from paicha.kernel.characters import SYMBOLS
from paicha.kernel.count import Partial, Running, add, count_by_reference
from paicha.kernel.merge import stable_hash
from paicha.kernel.quantiles import bucket
from paicha.kernel.scan import Scan
from paicha.kernel.shape import shape
from paicha.kernel.slots import micros
from paicha.kernel.stated import stated_numbers
from paicha.model.schema import RECORDS

EXTENSION = native.find().extension
needs_twin = pytest.mark.skipif(
    EXTENSION is None, reason="the native kernel is not built: make native needs cargo"
)

#: What the grammar of shapes looks at, to be put together in any order.
PIECES = st.sampled_from(
    (
        *("a", "usage=", "1", "12", "10.0.0.1", ":", " ", ", ", '"', "'", "`", "“", "”", "‘", "’", "「", "」"),
        *("http://x.y/z?a=1", "/var/log/x1", "/a.c(12)", "C:\\x1", "2025-12-19", "10:37:32", "T", "Jun", "Fri", " 17 "),
        *("2025", "UTC", "µs", "ms", "秒", "次/分钟", "中文", "等待", "{", "}", '"k":', "(", ")", "[", "]"),
        *("<", ">", "|", "=", "＝", "：", "1,234", "5e-05", "1e+10", "...", "::1", "fe80::1", "a@b.c"),
        *("www.x.com", "x.net", "0x1f", "deadbeefcafe", "83%", "-5", ".5", "+3", "/", "\\", "\n", "\r", "\t"),
        *("\u3000", "\u00a0", "é", "²", "😀", "ssh2", "GET ", "5 MB", "7 minutes", "99999999999999999"),
        *("0.1234567890123", "1234567.1234565", "#1", "~", "eth0=", "p99_ms=", "f1()", "--", "_", "，", "、"),
        *("\nCaused by: a.B$LostError: x", "\nx.LateException", "\nError:", "LostError", "\nA1Failure\r\n"),
        *("1 2 3 4 5 6 7", "1,2,3,4,5,6,7", "a1 b2 c3 d4 e5 f6", "x" * 70 + "=", "\u212a8s", "-0", "1:" * 20),
        *("CPU#3", "1#" * 20, "Page@3f2a1b7", "web/10.0.0.1", "@12345"),
    )
)  # fmt: skip
#: Both sides of every border between letters and symbols.
EDGES = [chr(code) for pair in SYMBOLS for code in (*pair, pair[0] - 1)]
CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from([char for char in EDGES if not "\ud800" <= char <= "\udfff"]),
)
BODIES = st.one_of(
    st.lists(PIECES, max_size=24).map("".join),
    st.text(CHARACTERS, max_size=40),
    st.lists(st.one_of(PIECES, CHARACTERS), max_size=16).map("".join),
    st.builds(lambda text, times: (text * times)[:9000], st.text(min_size=1), st.integers(1, 5000)),
    # What is thrown beyond an example's end.
    st.builds(
        lambda line, times, ends: f"{line}\n" + f" {line}\n" * times + "".join(ends),
        st.sampled_from(["é" * 40, "a" * 90]),
        st.integers(40, 110),
        st.lists(PIECES, max_size=8),
    ),
)
SAID = st.sampled_from(["", "a", "支付", "b.py"])
RECORD = st.fixed_dictionaries(
    {
        "timestamp": st.one_of(st.none(), st.integers(-(10**15), 4 * 10**15)),
        "severity_number": st.integers(0, 24),
        "severity_text": SAID,
        "body": BODIES,
        "service_name": SAID,
        "host_ip": SAID,
        "host_id": SAID,
        "code_file_path": SAID,
        "code_line_number": st.none(),
        "scope_name": SAID,
        "trace_id": st.just(""),
        "span_id": st.just(""),
        "locator": st.just(""),
        "attributes": st.just(""),
    }
)
BATCHES = st.lists(st.lists(RECORD, max_size=12), min_size=1, max_size=4)


def batch_of(rows: Sequence[dict[str, object]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(list(rows), RECORDS)


def tables(part: Partial) -> tuple[pa.Table, ...]:
    return part.counts, part.slots, part.slot_values, part.slot_buckets


@needs_twin
@settings(max_examples=300)
@given(BODIES)
def test_the_twin_sees_the_same_shape_and_the_same_variables_in_any_line(body: str) -> None:
    """Shape, names, units, values and numbers are equal, to the last bit."""
    assert EXTENSION is not None
    found = shape(body)
    expected = (found.shape, [tuple(slot) for slot in found.values])

    assert repr(expected) == repr(EXTENSION.shape(body))


@needs_twin
@settings(max_examples=150)
@given(st.lists(BODIES, max_size=6), st.lists(st.integers(0, 5), max_size=3, unique=True))
def test_the_twin_reads_the_same_numbers_out_of_a_column_of_lines(
    bodies: list[str], places: list[int]
) -> None:
    """A number of a line, none where a variable is no number or is not there; of a slice of a column as well."""
    lines = [shape(body).values for body in bodies]
    expected = [[line[at].number if at < len(line) else None for line in lines] for at in places]
    column = pa.array(["5 ms before", *bodies, "7 ms behind"], pa.string())

    found = stated_numbers(column.slice(1, len(bodies)), places)
    assert expected == [numbers.to_pylist() for numbers in found]


@needs_twin
@settings(max_examples=150)
@given(BATCHES)
def test_the_twin_counts_any_batches_into_the_same_tables(
    rows: list[list[dict[str, object]]],
) -> None:
    """Every table is equal, and so is every shape handed on."""
    running = Running.of_twin()
    assert running is not None
    parts = []
    for one in rows:
        stored, part = count_by_reference(batch_of(one))
        parts.append(part)
        assert stored.equals(running.add(batch_of(one)))
    both = zip(tables(add(parts)), tables(running.take()), strict=True)

    assert all(expected.equals(actual) for expected, actual in both)


@needs_twin
@settings(max_examples=300)
@given(st.text(CHARACTERS), st.floats(-1e15, 1e15, exclude_min=True, exclude_max=True))
def test_the_twin_hashes_and_rounds_alike(text: str, number: float) -> None:
    """Stable hash, bucket and millionths are the same numbers."""
    number += 0.0  # no negative zero
    twin = EXTENSION
    assert twin is not None

    assert (bucket(number), str(micros(number))) == twin.number(number)
    assert stable_hash(text) == twin.stable_hash(text)


@needs_twin
def test_many_values_of_one_slot_are_kept_by_the_same_rank() -> None:
    """Beyond the cap both keep the same values with the same exact counts, over any cut."""
    texts: dict[str, object] = {field.name: "" for field in RECORDS if field.type == pa.string()}
    rows = [
        {**texts, "severity_number": 9, "body": f"user u{i % 700}x took {i * 7919 % 100_003} ms"}
        for i in range(3000)
    ]
    running = Running.of_twin()
    assert running is not None
    for start in range(0, len(rows), 500):
        running.add(batch_of(rows[start : start + 500]))
    _, expected = count_by_reference(batch_of(rows))

    for one, other in zip(tables(expected), tables(running.take()), strict=True):
        assert one.equals(other)


@needs_twin
def test_a_line_is_tried_with_no_format_that_asks_for_more_than_it_has() -> None:
    """A hundred formats begin with a time; where nothing follows, those are left that may end there."""
    scan = Scan(PLAN, None, None)._scan

    offered = [PLAN.names[number] for number in scan.offered("2025-03-05T05:06:07.039886+08:00")]

    assert "stamp_line" in offered
    assert len(offered) < 10
