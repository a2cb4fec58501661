"""What reading may cost, and what is said of a reading that a limit ended."""

from dataclasses import replace

from paicha.app.guard import Guard
from paicha.kernel.allowance import Allowance
from paicha.model.coverage import SourceCoverage
from paicha.model.question import LogQuery, Scope

QUERY = LogQuery(None, Scope(), "UTC", 1000, max_bytes=100, max_seconds=5.0)
PART = SourceCoverage("es", "elasticsearch", None, 10, 4, 4, 0, 0, 0, 0, 0)


def guard(*moments: float) -> Guard:
    """Return a guard whose clock tells these moments."""
    return Guard(Allowance(QUERY, iter(moments).__next__))


def test_bytes_are_added_up_to_their_limit() -> None:
    """The byte that reaches it ends the reading."""
    held = guard(*[0.0] * 9)
    held.spend(99)
    assert not held()
    held.spend(1)
    assert held()


def test_time_runs_out_at_its_limit() -> None:
    """It begins when the guard is made."""
    held = guard(10.0, 14.9, 15.0)

    assert [False, True] == [held(), held()]


def test_a_reading_that_a_limit_ended_says_so_once() -> None:
    """And only where something is missing for it."""
    held = guard(*[0.0] * 9)
    held.spend(100)
    marked = held.marked(PART)

    assert [
        "reading ended at the limit of 100 bytes; the rest is missing (raise --max-bytes to read more)"
    ] == [reason.en for reason in marked.incomplete]
    assert marked == held.marked(marked)
    whole = replace(PART, kept=10)
    assert whole == held.marked(whole)


def test_whoever_asks_ends_it_without_a_limit() -> None:
    """Ctrl-C is no limit, and is said elsewhere."""
    held = Guard(asked=lambda: True)

    assert held()
    assert PART == held.marked(PART)
