"""Where a curve turns, and where chance only seems to."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paicha.analysis.change.turns import turns_of


@pytest.mark.parametrize(
    ("curve", "turns"),
    [
        ([2, 1, 2, 3, 2, 1, 2, 2, 10, 9, 11, 12, 9, 10, 11, 10], [("step_up", 8, None)]),
        ([10, 9, 11, 12, 9, 10, 11, 10, 2, 1, 2, 3, 2, 1, 2, 2], [("step_down", 8, None)]),
        ([1, 1, 0, 2, 1, 1, 0, 1, 50, 1, 0, 1, 2, 1, 0], [("burst", 8, 9)]),
        ([0] * 10 + [50] + [0] * 10, [("burst", 10, 11)]),
        ([1, 2, 1, 2, 1, 4, 6, 9, 12, 15, 20, 22, 25, 30, 28, 33], [("ramp_up", 6, 10)]),
        ([2, 1, 2, 3, 2, 1, 2, 2, 3, 1, 2, 2, 1, 3, 3], []),
        ([0, 0, 3, 0, 0, 0, 0, 0], []),  # too few records to have a course
    ],
)
def test_turns_are_named_and_placed(
    curve: list[int], turns: list[tuple[str, int, int | None]]
) -> None:
    """
    Steps, bursts and ramps by hand.
    """
    assert turns == [(cut.kind, cut.at, cut.until) for cut in turns_of(curve)]


def test_chance_makes_few_turns() -> None:
    """
    Of 400 even curves at most four have one (the penalty is made for fewer than 1 %).
    """
    chance = random.Random(3)
    curves = [
        [sum(chance.random() < 0.04 for _ in range(50)) for _ in range(30)] for _ in range(400)
    ]

    assert sum(bool(turns_of(curve)) for curve in curves) <= 4


def test_a_step_half_seen_is_not_a_fall() -> None:
    """
    The window ends in the middle of the last step.
    """
    curve = [20] * 14 + [2]

    assert () == turns_of(curve, [1.0] * 14 + [0.1])
    assert ["step_down"] == [cut.kind for cut in turns_of(curve)]


@given(curve=st.lists(st.integers(0, 60), min_size=3, max_size=45))
def test_turns_stand_in_order_inside_the_curve(curve: list[int]) -> None:
    """
    No turn before the second step or behind the last; a burst ends behind its begin.
    """
    turns = turns_of(curve)

    assert [cut.at for cut in turns] == sorted(cut.at for cut in turns)
    for cut in turns:
        assert 1 <= cut.at < len(curve)
        assert cut.until is None or cut.at < cut.until <= len(curve)
        assert (cut.score > 0) == (cut.after.pace > cut.before.pace)
