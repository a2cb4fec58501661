"""The laws of counting: any order, any cut, any number of workers give the identical tables."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paicha.engines.local import LocalEngine
from paicha.kernel.count import Partial, add, count
from paicha.kernel.fold import fold
from paicha.kernel.merge import merge
from paicha.kernel.shape import shape
from paicha.kernel.slots import micros
from paicha.model.schema import (
    COUNTS,
    RECORDS,
    SLOT_BUCKETS,
    SLOT_VALUES,
    SLOTS,
    STORED_RECORDS,
)

START = datetime(2025, 12, 19, 10, 0, tzinfo=UTC)
NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12).map(str),
    st.decimals(-1000, 1000, places=3, allow_nan=False).map(str),
)
WORDS = st.sampled_from(["network error", "invalid credentials", "timeout", "alice", "bob", "失败"])
BODIES = st.one_of(
    st.builds("Disk space low: usage={}%".format, st.integers(0, 100)),
    st.builds("took {} ms, rows={}".format, NUMBERS, NUMBERS),
    st.builds("Login failed: error={}".format, WORDS),
    st.builds("session opened for user {}".format, WORDS),
    st.builds(
        "获取连接超时, 等待 {}ms, 活跃连接={}/50".format, st.integers(0, 9999), st.integers(0, 50)
    ),
    st.text(max_size=30),
)
ROWS = st.lists(
    st.builds(
        lambda body, seconds, level, module, host: {
            "timestamp": None if seconds is None else START + timedelta(seconds=seconds),
            "severity_number": level,
            "severity_text": {0: "", 9: "INFO", 17: "ERROR"}[level],
            "body": body,
            "service_name": "",
            "host_ip": host,
            "host_id": "17",
            "code_file_path": module,
            "code_line_number": None,
            "scope_name": "pay.Main",
            "trace_id": "",
            "span_id": "",
            "locator": "",
            "attributes": "",
        },
        BODIES,
        st.one_of(st.none(), st.floats(0, 600)),
        st.sampled_from([0, 9, 17]),
        st.sampled_from(["a.py", ""]),
        st.sampled_from(["10.0.0.1", ""]),
    ),
    max_size=40,
)


def batch(rows: list[dict[str, object]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, RECORDS)


def counted(*parts: list[dict[str, object]], workers: int = 1) -> Partial:
    return LocalEngine(workers).summarise((batch(part) for part in parts), lambda _: None)


def tables(part: Partial) -> tuple[pa.Table, ...]:
    return part.counts, part.slots, part.slot_values, part.slot_buckets


def same(left: Partial, right: Partial) -> bool:
    return all(a.equals(b) for a, b in zip(tables(left), tables(right), strict=True))


@given(rows=ROWS, cut=st.integers(0, 40), order=st.randoms(use_true_random=False))
def test_any_order_and_any_cut_give_the_same_tables(
    rows: list[dict[str, object]], cut: int, order: object
) -> None:
    """Counting the shuffled halves equals counting the whole, down to every template."""
    whole = counted(rows)
    mixed = list(rows)
    order.shuffle(mixed)  # type: ignore[attr-defined]

    halves = counted(mixed[cut:], mixed[:cut])

    assert same(whole, halves)
    assert all(
        a.equals(b) for a, b in zip(fold(*tables(whole)), fold(*tables(halves)), strict=True)
    )


@given(one=ROWS, two=ROWS, three=ROWS)
def test_adding_is_associative_commutative_and_has_a_zero(
    one: list[dict[str, object]], two: list[dict[str, object]], three: list[dict[str, object]]
) -> None:
    """(a + b) + c = a + (b + c), a + b = b + a, a + nothing = a."""
    a, b, c = (count(batch(rows))[1] for rows in (one, two, three))

    assert same(add([add([a, b]), c]), add([a, add([b, c])]))
    assert same(add([a, b]), add([b, a]))
    assert same(add([a, add([])]), add([a]))


@pytest.mark.parametrize("like", [COUNTS, SLOTS, SLOT_VALUES, SLOT_BUCKETS])
def test_no_parts_add_up_to_the_empty_table(like: pa.Schema) -> None:
    """The empty table of each schema is the zero of merging."""
    assert like.empty_table().equals(merge([], like))
    assert like.empty_table().equals(merge([like.empty_table()], like))


@given(rows=ROWS)
def test_no_record_is_lost_or_counted_twice(rows: list[dict[str, object]]) -> None:
    """Counts add up to the records, by shape too, and every shape is in exactly one template."""
    part = counted(rows)
    folded = fold(*tables(part))

    expected = Counter(shape(str(row["body"])).shape for row in rows)
    found: Counter[str] = Counter()
    for row in part.counts.to_pylist():
        found[row["shape"]] += row["n"]
    assert expected == found
    assert len(rows) == sum(folded.templates["n"].to_pylist())
    assert sorted(expected) == folded.template_shapes["shape"].to_pylist()
    ids = folded.templates["template_id"].to_pylist()
    assert sorted(set(ids)) == ids


@given(rows=ROWS)
def test_slots_equal_brute_force(rows: list[dict[str, object]]) -> None:
    """Count, minimum, maximum, exact sum and the counts of values are those of a plain loop."""
    part = counted(rows)

    slots: dict[tuple[str, int, str, str], list[float | None]] = {}
    values: Counter[tuple[str, int, str]] = Counter()
    for row in rows:
        shaped = shape(str(row["body"]))
        for at, slot in enumerate(shaped.values):
            slots.setdefault((shaped.shape, at, slot.name, slot.unit), []).append(slot.number)
            values[shaped.shape, at, slot.text] += 1
    found = {
        (row["shape"], row["slot"], row["name"], row["unit"]): row for row in part.slots.to_pylist()
    }
    assert sorted(slots) == sorted(found)
    for key, seen in slots.items():
        numbers = [number for number in seen if number is not None]
        row = found[key]
        assert (len(seen), len(numbers)) == (row["n"], row["numbers"])
        assert (min(numbers, default=None), max(numbers, default=None)) == (
            row["minimum"],
            row["maximum"],
        )
        if numbers:
            assert Fraction(sum(map(micros, numbers)), 10**6) == Fraction(row["total"])
        else:
            assert row["total"] is None
    assert values == Counter(
        {(r["shape"], r["slot"], r["value"]): r["n"] for r in part.slot_values.to_pylist()}
    )


def test_any_number_of_workers_gives_the_same_tables_in_the_order_of_the_input() -> None:
    """Two processes hand out the records in order and count what one counts."""
    rows = [
        {field.name: "" if field.type == pa.string() else None for field in RECORDS}
        | {"severity_number": 9, "body": f"order ORD{n % 7} took {n}ms", "locator": str(n)}
        for n in range(200)
    ]
    parts = [batch(rows[at : at + 23]) for at in range(0, 200, 23)]
    alone: list[pa.RecordBatch] = []
    shared: list[pa.RecordBatch] = []

    one = LocalEngine(1).summarise(parts, alone.append)
    two = LocalEngine(2).summarise(iter(parts), shared.append)

    assert same(one, two)
    assert [str(n) for n in range(200)] == pa.Table.from_batches(shared, STORED_RECORDS)[
        "locator"
    ].to_pylist()
    assert alone == shared
