"""Traces over hosts whose clocks differ, traces at the edge of a stretch, and logs of which only a part is kept."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest
from tests.unit.analysis.traces.conftest import NOON, Row, spans

from paicha.analysis.traces.breaks import Lines, breaks_of, lines_of
from paicha.analysis.traces.latency import Edge, Gaps, on_one_clock
from paicha.analysis.traces.paths import Paths, Place
from paicha.analysis.traces.whole import begun_in, lines_in
from paicha.model.schema import SPAN_STEPS

MINUTE = timedelta(minutes=1)
EDGE = Edge("shop", "pay")


def call(trace: str, at: float, late: float = 0) -> list[Row]:
    """Return one call of shop to pay, whose clock is *late* [ms] ahead."""
    return [
        (trace, "1", "", "shop", "Order", at, 20, ""),
        (trace, "2", "1", "pay", "Charge", at + 5 + late, 10, ""),
    ]


def line(trace: str, at: float) -> dict[str, object]:
    moment = NOON + timedelta(milliseconds=at)
    return {
        "trace_id": trace,
        "span_id": "2",
        "timestamp": moment,
        "service_name": "pay",
        "step": "charged",
        "severity_number": 9,
    }


def test_a_trace_belongs_whole_to_the_stretch_in_which_it_began() -> None:
    """A callee whose clock is two minutes ahead stamps its spans after the end of the stretch."""
    table = spans([*call("a", 1000, late=120_000), *call("b", 59_990), *call("c", 61_000)])
    kept = begun_in(table, NOON, NOON + MINUTE)
    pairs = zip(kept["trace_id"].to_pylist(), kept["span_id"].to_pylist(), strict=True)

    assert [("a", "1"), ("a", "2"), ("b", "1"), ("b", "2")] == sorted(pairs)


def test_a_span_without_a_trace_stands_for_itself() -> None:
    """Two of them are not one trace."""
    table = spans(
        [("", "1", "", "shop", "Order", 1000, 5, ""), ("", "2", "", "pay", "x", 90_000, 5, "")]
    )

    assert ["1"] == begun_in(table, NOON, NOON + MINUTE)["span_id"].to_pylist()


def test_lines_go_with_their_traces() -> None:
    """A line of a trace without spans goes by its own time."""
    table = spans([*call("a", 1000, late=120_000), *call("c", 61_000)])
    lines = pa.Table.from_pylist(
        [line("a", 121_000), line("c", 61_005), line("x", 2000), line("y", 70_000)],
        schema=SPAN_STEPS,
    )

    assert ["a", "x"] == lines_in(lines, table, NOON, NOON + MINUTE)["trace_id"].to_pylist()


def test_lines_that_name_no_trace_go_by_their_own_time() -> None:
    """Also where spans name none: these are no trace together."""
    table = spans([("", "1", "", "shop", "Order", 1000, 5, "")])
    lines = pa.Table.from_pylist([line("", 2000), line("", 70_000)], schema=SPAN_STEPS)

    assert 1 == lines_in(lines, table, NOON, NOON + MINUTE).num_rows
    assert 1 == lines_in(lines, table, NOON + MINUTE, NOON + 2 * MINUTE).num_rows


@pytest.mark.parametrize("ahead_us", [0, 60_000_000, -60_000_000])
def test_a_delay_shows_however_far_the_clocks_are_apart(ahead_us: int) -> None:
    """Usual are 5 ms each way; now the request takes 305 ms. Clocks a minute apart change nothing of it."""
    usual = {EDGE: Gaps((5000 + ahead_us,), (5000 - ahead_us,))}
    now = {EDGE: Gaps((305_000 + ahead_us,), (5000 - ahead_us,))}
    before, during = on_one_clock(usual, now)

    assert (Gaps((5000,), (5000,)), Gaps((305_000,), (5000,))) == (before[EDGE], during[EDGE])


def test_a_clock_put_right_in_between_is_no_delay() -> None:
    """Each stretch has its own difference then."""
    usual = {EDGE: Gaps((90_005_000,), (-89_995_000,))}
    before, during = on_one_clock(usual, {EDGE: Gaps((5000,), (5000,))})

    assert (before[EDGE], before[EDGE]) == (during[EDGE], Gaps((5000,), (5000,)))


def test_who_works_on_after_the_answer_has_no_other_clock() -> None:
    """A callee that takes longer than the call to it was not waited for."""
    usual = {EDGE: Gaps((5000,), (-800_000,))}

    assert usual == on_one_clock(usual, usual)[0]


def thinned(kept: float, n: int = 40, gone: bool = False) -> Paths:
    """Return three operations, each with a line in *kept* of its spans; in the first one none where it is *gone*."""
    with_line = round(kept * n)
    whole = {frozenset({"done"}): with_line, frozenset[str](): n - with_line}
    sets = {Place("pay", name): whole for name in ("A", "B", "C")}
    return sets | ({Place("pay", "A"): {frozenset[str](): n}} if gone else {})


@pytest.mark.parametrize(("kept", "said"), [(1.0, 1.0), (0.95, 1.0), (0.5, 0.5)])
def test_how_much_of_a_log_is_kept_shows_in_its_most_regular_lines(
    kept: float, said: float
) -> None:
    """A line in every second span of every operation is a line that is thrown away half of the time."""
    lines = lines_of(thinned(kept), thinned(1.0), {"done"})

    assert (said, 1.0) == (lines.kept, lines.kept_now)


def test_two_operations_say_nothing_of_how_a_log_is_kept() -> None:
    """A line in half of the spans of two operations may be half of the requests."""
    few = {place: sets for place, sets in thinned(0.5).items() if place.operation != "C"}

    assert 1.0 == lines_of(few, few, {"done"}).kept


def test_a_rule_breaks_in_a_thinned_log_too() -> None:
    """The line stood in half of the spans and stands in none."""
    before, during = thinned(0.5), thinned(0.5, gone=True)
    found = breaks_of(before, during, (), lines_of(before, during, {"done"}))

    assert [("A", "lost", 20, 0)] == [
        (one.place.operation, one.kind, one.followed_before, one.followed_during) for one in found
    ]


def test_a_log_that_is_thinned_since_breaks_no_rule() -> None:
    """Every operation lost half of its lines: that happened to the log."""
    before, during = thinned(1.0), thinned(0.5)

    assert () == breaks_of(before, during, (), lines_of(before, during, {"done"}))
    assert 3 == len(breaks_of(before, during, (), Lines()))
