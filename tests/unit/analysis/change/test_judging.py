"""What is called new, gone, louder, quieter, and how firmly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paicha.analysis.change.judging import Judge, Judged
from paicha.analysis.change.paces import Pace, steps_of
from paicha.model.question import Window

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def judged(before: list[int], during: list[int]) -> Judged:
    """Return the verdict on counts per minute of two quarters of an hour."""
    steps = steps_of(Window(START - QUARTER, START), Window(START, START + QUARTER), 60)
    paces = [Pace(sum(counts), _unevenness(counts)) for counts in (before, during)]
    (found,) = Judge(*steps).judge({"x": paces[0]}, {"x": paces[1]}, ["x"]).values()
    return found


def _unevenness(counts: list[int]) -> float:
    n = sum(counts)
    return sum(c * c for c in counts) * len(counts) / n - n if n else 0.0


NONE = [0] * 15
EVEN = [2, 1, 2, 3, 2, 1, 2, 2, 3, 1, 2, 2, 1, 3, 3]


@pytest.mark.parametrize(
    ("before", "during", "kind", "firm"),
    [
        (NONE, EVEN, "new", True),
        (EVEN, NONE, "gone", True),
        (EVEN, [5 * n for n in EVEN], "louder", True),
        ([5 * n for n in EVEN], EVEN, "quieter", True),
        (EVEN, EVEN[::-1], "unchanged", True),
        # three records: worth saying, not certain; two: nothing can be said
        (NONE, [0] * 12 + [1, 1, 1], "new", False),
        (NONE, [0] * 13 + [1, 1], "unchanged", False),
        # one burst in a thing that was even before
        (EVEN, [*EVEN[:13], 60, 55], "louder", True),
        # bursts before and after: one more of them is no change
        ([0, 40, 0, 0, 0, 38, *[0] * 9], [0, 0, 41, 0, 37, 0, 0, 44, *[0] * 7], "unchanged", False),
        # 10 % more of very many is certain and not worth a word
        ([1000] * 15, [1100] * 15, "unchanged", True),
    ],
)
def test_the_verdict_is_what_an_engineer_would_say(
    before: list[int], during: list[int], kind: str, firm: bool
) -> None:
    """
    Single cases, each with its reason.
    """
    found = judged(before, during)

    assert (kind, firm) == (found.kind, found.firm)


def test_a_short_baseline_makes_nothing_new_by_three_records() -> None:
    """
    Never seen in five minutes says little of fifteen.
    """
    windows = Window(START - QUARTER / 3, START), Window(START, START + QUARTER)
    steps = steps_of(*windows, 60)

    (found,) = Judge(*steps).judge({}, {"x": Pace(3, 0.0)}, ["x"]).values()

    assert "unchanged" == found.kind


def test_many_comparisons_make_each_less_certain() -> None:
    """
    What is firm alone is not firm as the most extreme of five hundred.
    """
    windows = Window(START - QUARTER, START), Window(START, START + QUARTER)
    judge = Judge(*steps_of(*windows, 60))
    even = {f"even {n}": Pace(30, 0.0) for n in range(500)}

    alone = judge.judge({}, {"x": Pace(9, 0.0)}, ["x"])["x"]
    among = judge.judge(even, {**even, "x": Pace(9, 0.0)}, [*even, "x"])["x"]

    assert (True, False) == (alone.firm, among.firm)
    assert ("new", "new") == (alone.kind, among.kind)
