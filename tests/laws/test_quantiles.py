"""The law of the quantile sketch: never more than 1 % off."""

from __future__ import annotations

import math
from collections import Counter

from hypothesis import assume, given
from hypothesis import strategies as st

from paicha.kernel.quantiles import ERROR, bucket, middle, quantile

NUMBERS = st.one_of(st.floats(-1e14, 1e14), st.integers(-1000, 1000).map(float))


@given(numbers=st.lists(NUMBERS, min_size=1, max_size=60), q=st.floats(0, 1))
def test_a_quantile_is_at_most_one_percent_off(numbers: list[float], q: float) -> None:
    """The estimate is within 1 % of the value that stands at that rank."""
    assume(all(number == 0 or abs(number) > 1e-9 for number in numbers))
    buckets = sorted(Counter(map(bucket, numbers)).items())

    exact = sorted(numbers)[math.floor(q * (len(numbers) - 1))]

    assert abs(quantile(buckets, q) - exact) <= abs(exact) * ERROR * (1 + 1e-6)


@given(one=NUMBERS, two=NUMBERS)
def test_buckets_are_ordered_as_their_numbers(one: float, two: float) -> None:
    """A larger number never stands in a lower bucket."""
    assert (bucket(one) <= bucket(two)) or one > two
    assert (middle(bucket(one)) <= middle(bucket(two))) or one > two
