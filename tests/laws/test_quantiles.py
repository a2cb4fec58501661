"""The law of the quantile sketch: never more than 1 % off."""

from __future__ import annotations

import math
from collections import Counter
from statistics import median

from hypothesis import assume, given
from hypothesis import strategies as st

from paicha.kernel.quantiles import ERROR, bucket, middle, quantile

NUMBERS = st.one_of(st.floats(-1e14, 1e14), st.integers(-1000, 1000).map(float))


@given(numbers=st.lists(NUMBERS, min_size=1, max_size=60), q=st.floats(0.01, 1))
def test_a_quantile_is_at_most_one_percent_off(numbers: list[float], q: float) -> None:
    """The estimate is within 1 % of the first value that is not below a part of all."""
    assume(q != 0.5 and all(number == 0 or abs(number) > 1e-9 for number in numbers))
    buckets = sorted(Counter(map(bucket, numbers)).items())
    counted = [(middle(one), n) for one, n in buckets]

    exact = sorted(numbers)[math.ceil(round(q * len(numbers), 6)) - 1]

    assert abs(quantile(counted, q) - exact) <= abs(exact) * ERROR * (1 + 1e-6)


@given(numbers=st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=60))
def test_the_middle_is_the_median_and_so_many_are_no_larger_than_a_quantile(
    numbers: list[float],
) -> None:
    """
    "median 1,743" was the lower of the two in the middle, and of thirty values three were above "p95".
    """
    counted = sorted(Counter(numbers).items())

    assert median(numbers) == quantile(counted, 0.5)
    high = quantile(counted, 0.95)
    assert 100 * sum(number <= high for number in numbers) >= 95 * len(numbers)
    assert 100 * sum(number < high for number in numbers) < 95 * len(numbers)


@given(one=NUMBERS, two=NUMBERS)
def test_buckets_are_ordered_as_their_numbers(one: float, two: float) -> None:
    """A larger number never stands in a lower bucket."""
    assert (bucket(one) <= bucket(two)) or one > two
    assert (middle(bucket(one)) <= middle(bucket(two))) or one > two
