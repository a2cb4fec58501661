"""Who called whom, what happened inside a span, and where the time went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.analysis.traces.conftest import NOON, Row, spans

from paicha.analysis.traces.breaks import BEGIN, breaks_of, shifts_of, signed_score
from paicha.analysis.traces.latency import Edge, gaps_of, own_times, slower
from paicha.analysis.traces.links import link
from paicha.analysis.traces.paths import Place, paths_of, shares_by_minute
from paicha.model.schema import SPAN_STEPS

Make = Callable[[Sequence[Row]], pa.Table]
PAY = Place("pay", "Charge")


def order(trace: str, *, at: float = 0, way: float = 1, inner: bool = True) -> list[Row]:
    """Return one order: shop calls pay, which asks its database; *way* [ms] to pay and back."""
    rows: list[Row] = [
        (trace, "1", "", "shop", "Order", at, 20 + 2 * way, ""),
        (trace, "2", "1", "shop", "HTTP POST", at + 1, 10 + 2 * way, ""),
        (trace, "3", "2", "pay", "Charge", at + 1 + way, 10, ""),
    ]
    return [*rows, (trace, "4", "3", "pay", "SELECT", at + 2 + way, 5, "")] if inner else rows


def test_a_span_that_came_twice_is_one(spans_of: Make) -> None:
    """Files of neighbouring minutes overlap."""
    links = link(spans_of([*order("a"), *order("a")]))

    assert (4, 4) == (links.spans.num_rows, links.duplicates)


def test_a_clients_span_is_named_with_what_it_calls(spans_of: Make) -> None:
    """The name HTTP POST says nothing about whom."""
    paths = paths_of(link(spans_of(order("a"))))

    assert {frozenset({"HTTP POST → pay Charge"}): 1} == paths[Place("shop", "Order")]


def test_a_call_that_failed_is_a_step_more(spans_of: Make) -> None:
    """It was made, and it failed."""
    rows: list[Row] = [
        ("a", "1", "", "shop", "Order", 0, 9, ""),
        ("a", "2", "1", "shop", "save", 1, 2, "error"),
    ]

    assert {frozenset({"save", "save ✗"}): 1} == paths_of(link(spans_of(rows)))[
        Place("shop", "Order")
    ]


def test_lines_inside_a_span_are_steps_where_the_log_was_kept(spans_of: Make) -> None:
    """A span that began while no line of anybody was kept tells nothing of its lines."""
    rows = [*order("a"), *order("b", at=600_000)]
    line = {
        "trace_id": "a",
        "span_id": "3",
        "timestamp": NOON + timedelta(milliseconds=4),
        "service_name": "pay",
        "step": "charged <number>",
        "severity_number": 9,
    }
    paths = paths_of(link(spans_of(rows)), pa.Table.from_pylist([line], schema=SPAN_STEPS))

    assert {frozenset({"SELECT", "charged <number>"}): 1} == paths[PAY]


@given(cut=st.randoms())
def test_the_order_of_the_spans_does_not_matter(cut: object) -> None:
    """Shuffled spans give the same paths, gaps and own times."""
    rows = [row for n in range(5) for row in order(f"t{n}", at=n * 100, way=n + 1)]
    mixed = list(rows)
    cut.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis hands out random.Random
    one, other = link(spans(rows)), link(spans(mixed))

    assert (paths_of(one), gaps_of(one), own_times(one)) == (
        paths_of(other),
        gaps_of(other),
        own_times(other),
    )


def test_gaps_are_what_lies_between_caller_and_callee(spans_of: Make) -> None:
    """Before: until the callee begins; after: from its end until the caller's."""
    gaps = gaps_of(link(spans_of(order("a", way=3))))[Edge("shop", "pay")]

    assert ((3000,), (3000,)) == (gaps.before, gaps.after)


def test_own_time_leaves_out_calls_and_waiting(spans_of: Make) -> None:
    """A span that waits for another service counts with its gaps."""
    own = own_times(link(spans_of(order("a", way=3))))

    assert {"pay": (5000, 5000), "shop": (10_000,)} == own


def test_a_step_that_no_longer_follows_is_a_break(spans_of: Make) -> None:
    """Twenty charges asked the database, now none does."""
    before = link(spans_of([row for n in range(20) for row in order(f"a{n}")]))
    during = link(spans_of([row for n in range(10) for row in order(f"b{n}", inner=False)]))
    found = breaks_of(paths_of(before), paths_of(during), ())

    assert [(PAY, "lost", BEGIN, "SELECT", 20, 20, 10, 0)] == [
        (b.place, b.kind, b.after, b.step, b.before, b.followed_before, b.during, b.followed_during)
        for b in found
    ]


def test_a_failure_that_stays_away_is_no_break() -> None:
    """What goes on where it used to stop is a recovery."""
    before = {PAY: {frozenset({"handle error"}): 20}}
    during = {PAY: {frozenset[str](): 20}}

    assert () == breaks_of(before, during, ["handle error"])


def test_a_new_failure_is_a_break_and_any_other_new_step_is_none() -> None:
    """Only a failing step is news."""
    before = {PAY: {frozenset({"read"}): 20}}
    during = {PAY: {frozenset({"read", "refuse", "greet"}): 20}}
    found = breaks_of(before, during, ["refuse"])

    assert [("new_failure", "refuse")] == [(b.kind, b.step) for b in found]


def test_another_mix_of_requests_breaks_no_rule() -> None:
    """Half of the requests took each path; nine tenths do now."""
    before = {PAY: {frozenset({"card"}): 50, frozenset({"cash"}): 50}}
    during = {PAY: {frozenset({"card"}): 90, frozenset({"cash"}): 10}}

    assert () == breaks_of(before, during, ())


@pytest.mark.parametrize(("minutes", "found"), [(4, []), (6, ["shift"])])
def test_a_shift_needs_to_know_how_much_shares_differ_by_themselves(
    minutes: int, found: list[str]
) -> None:
    """With few minutes nothing is said."""
    before = {(PAY, "card"): ((60, 100),) * minutes}
    during = {(PAY, "card"): ((10, 100),)}

    assert found == [b.kind for b in shifts_of(before, during)]


def test_spans_that_call_nothing_count_as_such(spans_of: Make) -> None:
    """The call "" stands for none."""
    shares = shares_by_minute(link(spans_of([*order("a"), *order("b", inner=False)])))

    assert ((1, 2),) == shares[PAY, ""]


@given(hits=st.integers(0, 50), before=st.integers(1, 50), factor=st.integers(2, 5))
def test_more_of_the_same_keeps_the_verdict_or_strengthens_it(
    hits: int, before: int, factor: int
) -> None:
    """Doubling both stretches never weakens a score."""
    once = signed_score(hits, 50, before, 50)
    more = signed_score(factor * hits, factor * 50, factor * before, factor * 50)

    assert abs(more) >= abs(once) - 1e-6
    assert (more > 1e-6) == (once > 1e-6)


def test_a_millisecond_more_is_not_slower() -> None:
    """Twice a tenth of a millisecond is nobody's incident."""
    found = slower((100,) * 50, (200,) * 50)

    assert found is not None
    assert 0.0 == found.strength


def test_few_spans_prove_less() -> None:
    """The same delay seen twice is weaker than seen twenty times."""
    twice, often = slower((2000,) * 20, (900_000,) * 2), slower((2000,) * 20, (900_000,) * 20)

    assert twice is not None
    assert often is not None
    assert 0 < twice.strength < often.strength == 1.0
