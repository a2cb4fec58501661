"""What is read of an index set that holds more than may be read whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from paicha.model.question import Scope
from paicha.sources.blueking.portions import stretches
from paicha.sources.blueking.windows import DAY_MS, Slice
from paicha.testing.conformance import LogLine


@pytest.mark.parametrize("road", ["mcp", "app"])
def test_too_many_lines_that_tell_of_trouble_are_read_from_all_of_the_window(
    bench: Callable[..., Any], road: str
) -> None:
    """The earliest alone would end before the trouble does, and what came later would be in no report."""
    place = bench("no_level_field", road=road)
    whole, _, _ = place.read(Scope(where='log:"ERROR"'))
    table, coverage, _ = place.read(Scope(where='log:"ERROR"'), most=40)

    times, read = whole["timestamp"].to_pylist(), table["timestamp"].to_pylist()
    middle = times[0] + (times[-1] - times[0]) / 2
    assert len(read) == 40
    assert 12 <= sum(at > middle for at in read) <= 28
    assert "are too many: 40 of them were read, spread" in " ".join(
        text.en for text in coverage.incomplete
    )


@pytest.mark.parametrize(
    "lost",
    [
        "E1219 10:42:32.279113       7 pay.go:12] ledger is closed",
        "[E 251219 10:42:32 web:12] ledger is closed",
        "2025-12-19 10:42:32 pay: ledger is unavailable",
        '10.0.0.9 - - [19/Dec/2025:10:42:32 +0800] "GET /pay HTTP/1.1" 502 157',
    ],
)
@pytest.mark.parametrize("fault", [["no_level_field"], []], ids=["no_level", "info_only"])
def test_trouble_late_in_the_window_is_read_whatever_letter_or_word_says_it(
    bench: Callable[..., Any], lost: str, fault: list[str]
) -> None:
    """A thousand lines of calm before it, of which a part only may be read; no level of the index set tells it."""
    start = datetime.fromisoformat("2025-12-19T10:32:32+08:00")
    calm = [
        LogLine(start + timedelta(milliseconds=500 * n), f"order {n + 1000} paid")
        for n in range(1000)
    ]
    late = LogLine(start + timedelta(seconds=600), lost)
    table, _, _ = bench(*fault, lines=[*calm, late]).read(most=100)

    bodies = table["body"].to_pylist()
    assert bodies[0] == lost
    assert len(bodies) == 100
    assert int(bodies[-1].split()[1]) > 1900


@pytest.mark.parametrize("road", ["mcp", "app"])
@pytest.mark.parametrize(("fault", "abnormal"), [("no_level_field", 0), ("two_aliases", 527)])
def test_a_storage_that_takes_no_such_search_is_read_all_the_same(
    bench: Callable[..., Any], road: str, fault: str, abnormal: int
) -> None:
    """Abnormal levels first where there are any, the rest spread over the window; and it is said."""
    table, coverage, _ = bench(fault, "many_clauses", road=road).read(most=900)

    times = table["timestamp"].to_pylist()
    assert 900 == len(times)
    assert abnormal == sum(number >= 13 for number in table["severity_number"].to_pylist())
    assert timedelta(minutes=9) < times[-1] - times[0]
    assert any("too_many_clauses" in note.en for note in coverage.notes)


def test_no_stretch_is_longer_than_a_day_and_together_they_are_the_window() -> None:
    """The gateway refuses anything longer."""
    whole = Slice(0, 400 * DAY_MS)
    minutes = {day * DAY_MS: 10 for day in range(400)}

    found = stretches(whole, minutes, 100)

    assert all(piece.length_ms <= DAY_MS for piece, _ in found)
    assert [upto for _, upto in found] == sorted(upto for _, upto in found)
    assert found[-1][1] == 100
    assert len(found) == 400
