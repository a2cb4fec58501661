"""What was thrown below a message tells shapes apart."""

from __future__ import annotations

import pytest

from paicha.analysis.classify import head
from paicha.kernel import native
from paicha.kernel.shape import shape
from paicha.kernel.thrown import example_of, thrown_below

JAVA = "order 7 failed\nshop.OrderException: late\n\tat shop.Order.place(Order.java:7)\n"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (JAVA, "OrderException"),
        (JAVA + "Caused by: java.net.SocketTimeoutException: Read timed out", "SocketTimeoutException"),
        (JAVA + "Caused by: shop.Store$LostException\r\n\t... 12 more", "Store$LostException"),
        ("job failed\nTraceback (most recent call last):\n  File\npsycopg2.OperationalError: no", "OperationalError"),
        ("shop.OrderException: late\n\tat shop.Order.place(Order.java:7)", ""),
        ("late\nError: connect ECONNREFUSED", ""),
        ("late\nthe lease: lost\nHttp2Exception: gone", ""),
        ("late\n" + "a" * 300 + "Error: x", ""),
    ],
)  # fmt: skip
def test_the_last_that_was_thrown_is_told(body: str, name: str) -> None:
    """Java ends with the cause, Python with what reached the top; a name with a digit or of `Error` alone says nothing."""
    assert name == thrown_below(body)


def test_one_message_with_two_causes_is_two_shapes() -> None:
    """And one that says its exception itself is as it was."""
    shapes = [shape(f"job 7 failed\n{name}: late").shape for name in ("LeaseError", "StockError")]

    assert ["job <number> failed ⏎ LeaseError", "job <number> failed ⏎ StockError"] == shapes
    assert "LeaseError in job <number>" == shape("LeaseError in job 7\nLeaseError: late").shape


@pytest.mark.parametrize(
    "body", [JAVA, JAVA + "Caused by: a.LostError", "1 2 3 4 5 6 7\nLostError:"]
)
def test_the_native_twin_says_the_same(body: str) -> None:
    """Also behind a list of values."""
    extension = native.find().extension
    if extension is None:
        pytest.skip("the native kernel is not built")

    assert shape(body).shape == extension.shape(body)[0]


def test_an_example_that_is_cut_still_says_what_was_thrown() -> None:
    """The traceback of a web framework is longer than an example, and only its end says what went wrong."""
    frames = '  File "/app/routing.py", line 7, in call\n    await self.app(scope)\n' * 80
    last = "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached"
    body = f"Exception in ASGI application\nTraceback (most recent call last):\n{frames}{last}\n"

    shown = example_of(body, 4096)

    assert body[:4096] + " …\n" + last == shown
    assert last in head(shown)
    assert body[:4096] == example_of(body.replace("TimeoutError:", "all"), 4096)
    assert body == example_of(body, len(body))
