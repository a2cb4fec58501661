"""Numbers that name a thing have no average in a report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from paicha.composition.identifiers import is_number_of_a_thing
from paicha.model.findings import Range

_NUMBERS = Range(
    name="uid",
    unit="",
    n=7,
    minimum=10305909.0,
    maximum=99817262.0,
    mean=5e7,
    p50=5e7,
    p95=9e7,
    values=(),
    distinct=7,
    complete=True,
)


@pytest.mark.parametrize(
    "name",
    [
        "uid",
        "user_id",
        "orderId",
        "订单号",
        "错误码",
        "port",
        "req.id",
        "ID",
        "errno",
        "流水号",
        "商户号",
    ],
)
def test_numbers_of_orders_users_and_errors_are_names(name: str) -> None:
    """
    They are told by their name, in Chinese and English.
    """
    assert is_number_of_a_thing(replace(_NUMBERS, name=name))


@pytest.mark.parametrize(
    "name", ["paid", "valid", "耗时", "cost", "num", "count", "次数", "", "grid", "waiting", "信号"]
)
def test_what_measures_something_is_no_name(name: str) -> None:
    """
    Amounts and counts keep their average, and so does a number without a name.
    """
    assert not is_number_of_a_thing(replace(_NUMBERS, name=name))


def test_a_unit_or_a_fraction_is_a_measure() -> None:
    """
    Nobody numbers orders in milliseconds, or in halves.
    """
    assert not is_number_of_a_thing(replace(_NUMBERS, unit="ms"))
    assert not is_number_of_a_thing(replace(_NUMBERS, minimum=0.5))


_COUNTING = replace(_NUMBERS, name="", n=309, minimum=71450.0, maximum=72037.0, distinct=301)


def test_numbers_without_a_name_that_count_on_are_names_of_things() -> None:
    """As those of orders that fail one after the other."""
    assert is_number_of_a_thing(_COUNTING)


@pytest.mark.parametrize(
    "other",
    [
        replace(_COUNTING, maximum=91450.0),
        replace(_COUNTING, distinct=200),
        replace(_COUNTING, n=40, distinct=40),
        replace(_COUNTING, minimum=200.0, maximum=600.0),
        replace(_COUNTING, name="took"),
        replace(_COUNTING, unit="ms"),
    ],
)
def test_numbers_that_repeat_or_scatter_or_are_named_otherwise_measure_something(
    other: Range,
) -> None:
    """Durations repeat within so narrow a range."""
    assert not is_number_of_a_thing(other)
