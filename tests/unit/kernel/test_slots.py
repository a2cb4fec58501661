"""What is kept of the values of a variable."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest

from paicha.kernel.merge import (
    VALUE_CAP,
    estimated,
    hashes_of,
    hashes_of_column,
    merge,
    rank,
    stable_hash,
)
from paicha.kernel.shape import shape
from paicha.kernel.slots import VALUE_LENGTH, kept_text, slot_tables
from paicha.model.schema import SLOT_VALUES


def test_beyond_the_cap_the_kept_values_keep_their_exact_counts_in_any_cut() -> None:
    """Merged parts keep the same values with the same counts as the whole."""
    bodies = [f"user u{n % 3000}x in" for n in range(7000)]
    whole = slot_tables((shape(body), 1) for body in bodies).values
    parts = [
        slot_tables((shape(body), 1) for body in bodies[at : at + 900]).values
        for at in range(0, 7000, 900)
    ]

    merged = merge(reversed(parts), SLOT_VALUES)

    assert whole.equals(merged)
    assert merged.num_rows == VALUE_CAP
    counts = Counter(body.split()[1] for body in bodies)
    assert all(counts[row["value"]] == row["n"] for row in merged.to_pylist())
    assert sorted(counts, key=rank)[:VALUE_CAP] == sorted(merged["value"].to_pylist(), key=rank)


def test_the_number_of_distinct_values_is_estimated_beyond_the_cap() -> None:
    """The estimate from the kept hashes is a few percent off, never exact by pretence."""
    values = [f"v{n}" for n in range(20_000)]
    kept = sorted(values, key=rank)[:VALUE_CAP]

    assert estimated(VALUE_CAP, stable_hash(kept[-1])) == pytest.approx(20_000, rel=0.15)
    assert 1 == estimated(1, stable_hash(kept[0]))
    assert 0 == estimated(0, 0)


def test_a_column_is_hashed_as_its_texts_are() -> None:
    """Also from its middle, and as where the native twin is not built."""
    texts = ["", "a", "12345678", "订单已创建", "x" * 500, "7 bytes", "8  bytes"] * 3
    column = pa.array(texts, pa.string())

    for start, size in ((0, len(texts)), (3, 7), (5, 0)):
        part = column.slice(start, size)

        hashes = [*map(stable_hash, part.to_pylist())]
        assert hashes == hashes_of_column(part).to_pylist()
        assert hashes == hashes_of(part.cast(pa.binary())).to_pylist()


def test_texts_of_every_length_are_hashed_as_they_are_one_by_one() -> None:
    """Words of 64 bits are added up before they are divided: none of them overflows."""
    texts = ["\x7f" * n for n in range(300)] + ["a" * (n - 1) + "\u00ff" for n in range(1, 300)]

    hashes = hashes_of(pa.array([text.encode() for text in texts], pa.binary()))
    assert [*map(stable_hash, texts)] == hashes.to_pylist()


def test_a_long_value_is_kept_short_and_stays_distinct() -> None:
    """Two values that differ at their far end are two."""
    one, two = kept_text("/a" * 500 + "1"), kept_text("/a" * 500 + "2")

    assert one != two
    assert max(len(one), len(two)) <= VALUE_LENGTH
    assert kept_text("short") == "short"
