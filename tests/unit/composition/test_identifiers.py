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
