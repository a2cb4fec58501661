"""Where a course of values turns."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paicha.analysis.stated.turning import LEAST, middle, stretches_of

VALUES = st.lists(st.floats(0, 1e6), max_size=120)


@given(VALUES)
def test_stretches_lie_one_behind_another_and_none_is_shorter_than_the_least(
    values: list[float],
) -> None:
    """They cover every value once."""
    found = stretches_of(pa.array(values, pa.float64()))

    assert list(range(len(values))) == [at for start, end in found for at in range(start, end)]
    assert len(found) == 1 or all(end - start >= LEAST for start, end in found)


@settings(max_examples=40)
@given(VALUES, st.floats(0.1, 10))
def test_only_the_order_of_values_counts_and_not_their_size(
    values: list[float], scale: float
) -> None:
    """A course in seconds turns where it turns in milliseconds."""
    ranks = {value: float(place) for place, value in enumerate(sorted(set(values)))}
    stretched = [scale * (ranks[value] + 1) ** 2 for value in values]

    assert stretches_of(pa.array(values, pa.float64())) == stretches_of(
        pa.array(stretched, pa.float64())
    )


def test_of_courses_that_do_not_turn_hardly_one_is_parted() -> None:
    """One of ten thousand each, and each is looked at once where it is not parted."""
    draw = random.Random(1)
    courses = [[draw.lognormvariate(3, 1) for _ in range(200)] for _ in range(500)]

    assert 500 == sum(len(stretches_of(pa.array(course))) == 1 for course in courses)


@pytest.mark.parametrize("n", [36, 400, 5_000])
def test_a_step_is_found_where_it_is(n: int) -> None:
    """In short and in long courses, to a few values."""
    draw = random.Random(n)
    values = [draw.lognormvariate(3 if at < n // 3 else 5, 0.4) for at in range(n)]
    (_, end), *_ = stretches_of(pa.array(values))

    assert abs(end - n // 3) <= 3


def test_a_peak_is_parted_on_both_sides() -> None:
    """What was before and what is behind are the same level, in between is another."""
    draw = random.Random(4)
    values = [draw.lognormvariate(5 if 100 <= at < 160 else 3, 0.3) for at in range(300)]

    assert [100, 160] == [end for _, end in stretches_of(pa.array(values))[:-1]]


def test_the_middle_is_one_of_the_values_or_the_mean_of_two() -> None:
    """The nearest rank for other parts."""
    assert [2.0, 2.5] == [middle([1.0, 2.0, 9.0]), middle([1.0, 2.0, 3.0, 9.0])]
    values = [float(n) for n in range(1, 101)]
    assert [95.0, 25.0, 1.0] == [middle(values, part) for part in (0.95, 0.25, 0.001)]
