"""What is kept of the values of a variable."""

from __future__ import annotations

from collections import Counter

import pytest

from paicha.kernel.merge import VALUE_CAP, distinct, merge, rank
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

    assert distinct(kept, complete=False) == pytest.approx(20_000, rel=0.15)
    assert VALUE_CAP == distinct(kept, complete=True)


def test_a_long_value_is_kept_short_and_stays_distinct() -> None:
    """Two values that differ at their far end are two."""
    one, two = kept_text("/a" * 500 + "1"), kept_text("/a" * 500 + "2")

    assert one != two
    assert max(len(one), len(two)) <= VALUE_LENGTH
    assert kept_text("short") == "short"
