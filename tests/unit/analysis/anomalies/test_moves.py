"""Which series moved, against their own past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from paicha.analysis.anomalies.moves import moves_of, slight_moves_of
from paicha.analysis.anomalies.owners import service_of_series
from paicha.model.schema import SERIES

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STEADY = (20.0, 21.0, 19.0, 20.0, 20.5, 19.5, 20.0, 21.0, 19.0, 20.0)


def series(
    past: Sequence[float],
    now: Sequence[float],
    *,
    host: str = "cart-579f59597d-wc2lz",
    unit: str = "%",
) -> pa.Table:
    start = NOON - len(past) * MINUTE
    rows = [
        {
            "concept": "cpu_usage",
            "metric": "cpu",
            "host": host,
            "labels": "",
            "timestamp": start + n * MINUTE,
            "value": value,
            "unit": unit,
        }
        for n, value in enumerate((*past, *now))
    ]
    return pa.Table.from_pylist(rows, schema=SERIES)


def test_a_series_that_left_its_past_moved() -> None:
    """When, from where, to where, how surely, and whose it is."""
    (moved,) = moves_of(series(STEADY, (20.0, 90.0, 95.0)), NOON, NOON + 5 * MINUTE)

    assert ("cart", 20.0, 90.0, NOON + MINUTE, 1.0) == (
        moved.service,
        moved.usual,
        moved.level,
        moved.at,
        moved.strength,
    )


@pytest.mark.parametrize(
    ("past", "now"),
    [
        (STEADY, (20.0, 95.0, 20.0)),  # a single point among three
        (STEADY, (24.0, 25.0, 26.0)),  # less than ten points of a hundred
        (STEADY[:2], (95.0, 95.0, 95.0)),  # a past of two points
        ((*STEADY, *(95.0,) * 10), (95.0, 95.0)),  # where it stood for ten points already
        ((0.0,) * 10, (0.0, 0.0)),
    ],
)
def test_chance_and_little_and_old_news_are_no_moves(
    past: Sequence[float], now: Sequence[float]
) -> None:
    """Robust: one point, a small change, a past too short or a level held before prove nothing."""
    assert () == moves_of(series(past, now), NOON, NOON + 5 * MINUTE)


def test_a_unit_changes_nothing_but_for_shares_of_a_hundred() -> None:
    """The same series in bytes and in kibibytes moved as much."""
    small = moves_of(series(STEADY, (90.0, 95.0), unit="KiB"), NOON, NOON + 5 * MINUTE)
    scaled = [1024 * value for value in STEADY]
    large = moves_of(series(scaled, (90 * 1024.0, 95 * 1024.0), unit="B"), NOON, NOON + 5 * MINUTE)

    assert [one.strength for one in small] == pytest.approx([one.strength for one in large])


def test_a_small_step_out_of_a_flat_past_is_slight_and_no_move() -> None:
    """Three of a hundred, where the least noise is one of a hundred."""
    table = series((100.0,) * 10, (103.0, 104.0), unit="B")
    (slight,) = slight_moves_of(table, NOON, NOON + 5 * MINUTE)

    assert () == moves_of(table, NOON, NOON + 5 * MINUTE)
    assert ("cart", "cpu", 100.0, 1.0, 103.0, NOON, 3.0, 10, 2) == (
        slight.service,
        slight.metric,
        slight.usual,
        slight.noise,
        slight.level,
        slight.at,
        slight.deviations,
        slight.points_before,
        slight.points_during,
    )
    assert 1 / 6 == pytest.approx(slight.strength)


@pytest.mark.parametrize(
    ("past", "now"),
    [
        (STEADY, (22.0, 22.0, 22.0)),  # within what it moved before
        ((100.0,) * 10, (101.0, 101.0)),  # one of a hundred
        ((100.0,) * 10, (100.0, 104.0)),  # a single point
        ((100.0,) * 10, (104.0,)),
        ((100.0,) * 9, (104.0, 104.0)),  # a past of nine points
        ((0.0,) * 10, (0.0, 0.0)),
    ],
)
def test_noise_and_single_points_are_not_even_slight(
    past: Sequence[float], now: Sequence[float]
) -> None:
    """What a flat past does not bear out says nothing."""
    assert () == slight_moves_of(series(past, now), NOON, NOON + 5 * MINUTE)


@pytest.mark.parametrize(
    ("host", "labels", "service"),
    [
        ("10.0.0.8", "", ""),
        ("web-1", "", ""),
        ("cart-579f59597d-wc2lz", "", "cart"),
        ("10.0.0.8", '{"pod": "redis-0"}', "redis"),
        ("10.0.0.8", '{"app": "cart", "pod": "x-1"}', "cart"),
    ],
)
def test_a_series_belongs_to_what_its_labels_name(host: str, labels: str, service: str) -> None:
    """A label wins over a pod's name, a pod's name over a host, and a host is no service."""
    assert service == service_of_series(host, labels)


def test_what_the_past_reached_again_and_again_did_not_move() -> None:
    """A job of each hour takes as much now as an hour ago; a height reached once before is still a move."""
    hourly = (*STEADY[:5], 96.0, 95.0, 97.0, *STEADY, *STEADY, *STEADY)
    once = (*STEADY[:5], 96.0, *STEADY, *STEADY, *STEADY)

    assert () == moves_of(series(hourly, (95.0, 96.0, 95.0)), NOON, NOON + 5 * MINUTE)
    assert 1 == len(moves_of(series(once, (95.0, 96.0, 95.0)), NOON, NOON + 5 * MINUTE))
