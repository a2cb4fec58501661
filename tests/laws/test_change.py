"""Statistics are laws: what a comparison may not depend on, and which way it moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paicha.analysis.change.judging import Judge, Judged
from paicha.analysis.change.paces import Steps, paces_of, steps_of
from paicha.analysis.change.scores import adjusted, score, tail_p
from paicha.kernel.count import Partial, add, count
from paicha.model.question import Window
from paicha.model.schema import RECORDS, TIME

START = datetime(2026, 3, 2, 9, 0, 30, tzinfo=UTC)
LENGTH = timedelta(minutes=15)
BEFORE, DURING = Window(START - LENGTH, START), Window(START, START + LENGTH)
COUNTS = st.integers(0, 500)
SECONDS = st.sampled_from([60.0, 900.0, 3600.0, 86400.0])
#: What happened in one minute to one of three things: (thing, minute, how often).
EVENTS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 29), st.integers(1, 40)),
    min_size=1,
    max_size=60,
)
#: How sure a verdict is: unchanged, then said, then firm.
Verdicts = Mapping[tuple[str, ...], Judged]


def judged(
    events: list[tuple[str, int, int]], times: int = 1, *, swapped: bool = False
) -> Verdicts:
    """Return the verdicts on events over 30 minutes, their first half being the baseline."""
    rows = [
        (thing, BEFORE.start + timedelta(minutes=minute, seconds=30), n * times)
        for thing, minute, n in events
    ]
    tables = [_table([row for row in rows if window.holds(row[1])]) for window in (BEFORE, DURING)]
    steps = steps_of(BEFORE, DURING, 60)
    paces = [paces_of(table, ["module"], part) for table, part in zip(tables, steps, strict=True)]
    keys = sorted({*paces[0], *paces[1]})
    if swapped:
        return Judge(steps[1], steps[0]).judge(paces[1], paces[0], keys)
    return Judge(*steps).judge(paces[0], paces[1], keys)


def _table(rows: list[tuple[str, datetime, int]]) -> pa.Table:
    columns = {
        "module": pa.array([thing for thing, _, _ in rows], pa.string()),
        "minute": pa.array([at.replace(second=0) for _, at, _ in rows], TIME),
        "n": pa.array([n for _, _, n in rows], pa.int64()),
    }
    return pa.table(columns)


@given(before=COUNTS, during=COUNTS, before_s=SECONDS, during_s=SECONDS)
def test_swapping_the_stretches_turns_the_sign_alone(
    before: int, during: int, before_s: float, during_s: float
) -> None:
    """
    Louder one way is quieter the other way, by the same score and the same chance.
    """
    there = score(before, during, before_s, during_s), tail_p(before, during, before_s, during_s)
    back = score(during, before, during_s, before_s), tail_p(during, before, during_s, before_s)

    assert pytest.approx((there[0], there[1]), abs=1e-9) == (-back[0], back[1])


@given(before=COUNTS, during=COUNTS, before_s=SECONDS, during_s=SECONDS)
def test_the_score_grows_with_the_count(
    before: int, during: int, before_s: float, during_s: float
) -> None:
    """
    One record more in the window never lowers it; one more in the baseline never raises it.
    """
    here = score(before, during, before_s, during_s)

    assert score(before, during + 1, before_s, during_s) >= here - 1e-9
    assert score(before + 1, during, before_s, during_s) <= here + 1e-9


@given(before=COUNTS, during=COUNTS, before_s=SECONDS, during_s=SECONDS)
def test_the_unit_of_time_does_not_matter(
    before: int, during: int, before_s: float, during_s: float
) -> None:
    """
    Seconds, minutes or hours: the same score and the same chance.
    """
    in_seconds = score(before, during, before_s, during_s)
    in_hours = score(before, during, before_s / 3600, during_s / 3600)

    assert pytest.approx(in_seconds, abs=1e-9) == in_hours


@given(events=EVENTS)
def test_swapped_windows_have_swapped_verdicts(events: list[tuple[str, int, int]]) -> None:
    """
    New becomes gone, louder quieter, unchanged stays, and the score turns its sign.
    """
    other = {"new": "gone", "gone": "new", "louder": "quieter", "quieter": "louder"}
    there, back = judged(events), judged(events, swapped=True)

    for key, verdict in there.items():
        assert other.get(verdict.kind, "unchanged") == back[key].kind
        assert pytest.approx(-verdict.score, abs=1e-9) == back[key].score
        assert pytest.approx(verdict.p, rel=1e-6) == back[key].p


@given(events=EVENTS, times=st.integers(2, 5))
def test_twice_as_much_of_everything_is_at_least_as_sure(
    events: list[tuple[str, int, int]], times: int
) -> None:
    """
    A verdict of change stays the same verdict, and does not become less certain.
    """
    once, more = judged(events), judged(events, times)

    for key, verdict in once.items():
        if verdict.kind != "unchanged":
            assert (verdict.kind, True) == (more[key].kind, more[key].firm or not verdict.firm)
        assert abs(more[key].score) >= abs(verdict.score) - 1e-9


@given(events=EVENTS, data=st.data())
def test_neither_order_nor_cut_of_the_records_matters(
    events: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    """
    The counts of both stretches are the same for any order and any batches.
    """
    rows = [_record(thing, minute) for thing, minute, n in events for _ in range(n % 4 + 1)]
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))

    whole = _counted([rows])
    parts = _counted([shuffled[:cut], shuffled[cut:]])

    assert whole.counts.equals(parts.counts)
    assert whole.baseline is not None
    assert whole.baseline.equals(parts.baseline)
    assert len(rows) == sum(whole.counts["n"].to_pylist()) + sum(whole.baseline["n"].to_pylist())


def _counted(batches: list[list[dict[str, object]]]) -> Partial:
    made = [pa.RecordBatch.from_pylist(rows, schema=RECORDS) for rows in batches]
    return add([count(batch, baseline=BEFORE)[1] for batch in made])


def _record(thing: str, minute: int) -> dict[str, object]:
    empty = {f.name: "" if pa.types.is_string(f.type) else 0 for f in RECORDS}
    moment = BEFORE.start + timedelta(minutes=minute)
    return empty | {"timestamp": moment, "body": f"{thing} happened", "code_file_path": thing}


@given(chances=st.lists(st.floats(1e-9, 1.0), min_size=1, max_size=30))
def test_adjusting_keeps_the_order_and_never_makes_a_chance_smaller(chances: list[float]) -> None:
    """
    A bound over all is never easier to pass than the single one.
    """
    found = adjusted(chances)

    assert all(q >= p * (1 - 1e-12) for p, q in zip(chances, found, strict=True))
    by_chance = [q for _, q in sorted(zip(chances, found, strict=True))]
    assert sorted(by_chance) == by_chance


def test_a_step_at_the_edge_is_exposed_only_in_part() -> None:
    """
    A window that begins at half past the minute holds half of that minute.
    """
    steps = Steps(DURING, 60)
    first = int(DURING.start.timestamp()) // 60

    assert (30.0, 60.0) == (steps.exposure(first), steps.exposure(first + 1))
    assert 16 == steps.number
