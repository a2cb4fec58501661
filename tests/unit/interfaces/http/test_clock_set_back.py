"""A clock that was set back while a run was carried out: nobody knows how long it took, and nobody says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paicha.interfaces.http.metrics import Metrics
from paicha.interfaces.http.page.runs import asked_of
from paicha.interfaces.http.page.words import PageWords
from paicha.model.service import Run, RunRequest

BEGUN = datetime(2026, 1, 2, tzinfo=UTC)


def run(took: timedelta) -> Run:
    """Return a run that was done so long after it began."""
    return Run(
        "01J00000000000000000000000",
        "done",
        RunRequest(sources=("app",)),
        BEGUN,
        started=BEGUN,
        ended=BEGUN + took,
    )


@pytest.mark.parametrize(("took", "counted"), [(-86_373, 0), (12, 1)])
def test_a_length_below_nothing_is_not_counted(took: int, counted: int) -> None:
    """
    The run is; a sum that falls is no counter any more.
    """
    figures = Metrics()

    figures.run_ended(run(timedelta(seconds=took)))

    lines = figures.text({}, 0).splitlines()
    assert f'paicha_run_seconds_count{{state="done"}} {counted}' in lines
    assert f'paicha_run_seconds_sum{{state="done"}} {max(took, 0):.1f}' in lines
    assert 'paicha_runs_ended_total{state="done",trigger="api"} 1' in lines


def test_the_page_says_no_length_then() -> None:
    """It said "-1 d 27 s"."""
    words = PageWords("en")

    assert "12 s" in asked_of(run(timedelta(seconds=12)), words)
    assert "-" not in asked_of(run(timedelta(seconds=-86_373)), words).replace("2026-01-02", "")
