"""Which stretch a window is compared with, as people say it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paicha.errors import QuestionError
from paicha.kernel.baselines import resolve_baseline
from paicha.model.question import Window

ZONE = "Europe/Berlin"
#: Nine in the morning on the day the clocks there were put forward (2026-03-29, 02:00 -> 03:00).
START = datetime(2026, 3, 29, 7, 0, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(minutes=15))


def found(words: str | None, window: Window | None = WINDOW) -> Window | None:
    return resolve_baseline(words, window, ZONE, START)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        (None, "2026-03-29T06:45:00+00:00", "2026-03-29T07:00:00+00:00"),
        ("previous", "2026-03-29T06:45:00+00:00", "2026-03-29T07:00:00+00:00"),
        ("1h-before", "2026-03-29T06:00:00+00:00", "2026-03-29T06:15:00+00:00"),
        ("2d-before", "2026-03-27T07:00:00+00:00", "2026-03-27T07:15:00+00:00"),
        # At nine on the reader's clock, which was an hour behind the day before.
        ("yesterday", "2026-03-28T08:00:00+00:00", "2026-03-28T08:15:00+00:00"),
        ("last-week", "2026-03-22T08:00:00+00:00", "2026-03-22T08:15:00+00:00"),
        (
            "2026-03-29 05:00..2026-03-29T05:30:00Z",
            "2026-03-29T03:00:00+00:00",
            "2026-03-29T05:30:00+00:00",
        ),
        # A stretch after the window can be a baseline too: was it better afterwards?
        ("now+1h..now+2h", "2026-03-29T08:00:00+00:00", "2026-03-29T09:00:00+00:00"),
    ],
)
def test_a_baseline_is_said_in_words(words: str | None, start: str, end: str) -> None:
    """
    Nothing said means the stretch before; days are counted on the reader's clock.
    """
    baseline = found(words)

    assert baseline is not None
    assert (start, end) == (baseline.start.isoformat(), baseline.end.isoformat())


def test_none_is_none_and_so_is_no_window() -> None:
    """
    Without a window nobody asked for a comparison.
    """
    assert None is found("none")
    assert None is found(None, window=None)


@pytest.mark.parametrize(
    ("words", "window", "code", "said"),
    [
        ("5m-before", WINDOW, "baseline.overlaps", "reaches into the window"),
        ("previous", None, "baseline.without_window", "the whole of the files was asked for"),
        ("tomorrow", WINDOW, "baseline.unreadable", 'The baseline "tomorrow" cannot be read.'),
        ("now..now-1h", WINDOW, "baseline.reversed", "ends before it starts"),
    ],
)
def test_a_refusal_says_what_is_wrong(
    words: str, window: Window | None, code: str, said: str
) -> None:
    """
    One sentence and one thing to try.
    """
    with pytest.raises(QuestionError) as refused:
        found(words, window)

    assert code == refused.value.code
    assert said in refused.value.text("en")
