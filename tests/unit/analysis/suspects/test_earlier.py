"""Where little lies before the trouble, what is usual is weighed rather than cut off."""

from __future__ import annotations

from typing import Any

import pytest

_SECONDS = 300


def _troubled(case: Any, calm: int, every: int = 1) -> Any:
    """Put *calm* seconds of two services into *case* that begin at 8:00:07, and then trouble of both; one of them was changed before."""
    case.minutes, case.zone, case.asked_window = 6, "UTC", False
    began = 7 + calm
    for second in range(7, began):
        for service in ("gate", "order", "stock", "mail"):
            case.line(second, "INFO", "a.py", "request served well", service=service)
    case.line(
        began - 30, "INFO", "a.py", "configuration reloaded: pool.max 50 -> 5", service="order"
    )
    for second in range(began, _SECONDS, every):
        for service in ("stock", "mail"):
            case.line(second, "INFO", "a.py", "request served well", service=service)
        case.line(second, "ERROR", "a.py", "no connection left in pool", service="order")
        case.line(second + 0.5, "ERROR", "a.py", "order timed out after 3 s", service="gate")
    return case


@pytest.mark.parametrize("calm", [53, 70, 110])
def test_less_than_two_minutes_before_the_trouble_are_compared_with(
    new_case: Any, calm: int
) -> None:
    """A log that begins a minute before its trouble had no suspects, though hundreds of errors followed on none."""
    suspects = _troubled(new_case(), calm).findings().suspects

    assert suspects is not None
    assert "order" == suspects.suspects[0].name
    assert suspects.conclusive


def test_nobody_is_named_where_nothing_precedes(new_case: Any) -> None:
    """Seven seconds of a minute say nothing of what is usual."""
    suspects = _troubled(new_case(), 31).findings().suspects

    assert suspects is not None
    assert not suspects.conclusive


def test_what_is_rare_is_not_new_for_want_of_a_minute(new_case: Any) -> None:
    """Four records since prove nothing against one minute without any."""
    suspects = _troubled(new_case(), 60, every=60).findings().suspects

    assert suspects is not None
    assert not suspects.conclusive
