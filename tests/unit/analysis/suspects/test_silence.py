"""Who wrote steadily and then nothing more: a pace that ends, not a job that came and went."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.analysis.suspects.test_interventions import KINDS
from tests.unit.analysis.suspects.test_interventions import counts as counts_of_lines
from tests.unit.analysis.traces.conftest import spans

from paicha.analysis.suspects.interventions import interventions_of
from paicha.analysis.suspects.silence import silent_of, stopped
from paicha.model.schema import COUNTS

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
HOUR = 60


def counts(written: dict[str, Iterable[int]], each: int = 5) -> pa.Table:
    """Return `COUNTS` of services that wrote *each* records in some minutes after noon."""
    rows = [
        {
            "shape": "handled",
            "severity_number": 9,
            "severity_text": "INFO",
            "module": "",
            "service_name": name,
            "host": "",
            "minute": NOON + timedelta(minutes=minute),
            "n": each,
            "first": NOON + timedelta(minutes=minute),
            "last": NOON + timedelta(minutes=minute, seconds=50),
            "example": "handled",
        }
        for name, minutes in written.items()
        for minute in minutes
    ]
    return pa.Table.from_pylist(rows, schema=COUNTS)


def silent(written: dict[str, Iterable[int]], each: int = 5) -> list[str]:
    return [one.name for one in silent_of([None, counts(written, each)], "service_name", NOON)]


def test_a_pace_that_ends_is_a_silence_since_its_last_record() -> None:
    """Who, since when, how much until then, and how long it ever paused."""
    (one,) = silent_of(
        [counts({"gate": range(HOUR), "pay": range(40), "cart": range(HOUR)})], "service_name", NOON
    )

    assert ("pay", NOON + timedelta(minutes=39, seconds=50)) == (one.name, one.last)
    assert (NOON + timedelta(minutes=59, seconds=50), timedelta(minutes=1)) == (
        one.until,
        one.longest_pause,
    )
    assert 5.0 == round(one.per_minute, 1)


def test_what_is_no_silence() -> None:
    """A job that came and went, a pause as usual, too few records due, too short, an end of all."""
    others = {"gate": range(HOUR), "cart": range(HOUR)}

    assert [] == silent({**others, "job": range(20, 45)})
    assert [] == silent({**others, "report": (*range(20), *range(30, 50))})
    assert [] == silent({**others, "timer": range(0, 45, 15)}, each=1)
    assert [] == silent({**others, "pay": range(HOUR - 2)})
    assert [] == silent({"gate": range(HOUR), "cart": range(40), "pay": range(40)})


def test_a_silence_before_the_window_is_no_news() -> None:
    """It began before anybody asked."""
    written = counts({"gate": range(HOUR), "pay": range(35), "cart": range(HOUR)})

    assert () == silent_of([written], "service_name", NOON + timedelta(minutes=36))


@settings(max_examples=25)
@given(stops=st.integers(31, 55), cut=st.integers(1, 59))
def test_a_silence_is_the_same_however_the_counts_are_cut(stops: int, cut: int) -> None:
    """Baseline and window are one past."""
    whole = counts({"gate": range(HOUR), "pay": range(stops), "cart": range(HOUR)})
    rows = whole.to_pylist()
    edge = NOON + timedelta(minutes=cut)
    parts = [
        pa.Table.from_pylist([row for row in rows if (row["minute"] < edge) == side], COUNTS)
        for side in (True, False)
    ]

    assert silent_of([whole], "service_name", NOON) == silent_of(parts, "service_name", NOON)
    assert ["pay"] == [one.name for one in silent_of(parts, "service_name", NOON)]


def works(name: str, minutes: Iterable[int]) -> pa.Table:
    """Return spans of a service, one a minute."""
    return spans([(f"t{n}", "1", "", name, "Handle", n * 60_000.0, 20, "") for n in minutes])


def test_whose_spans_go_on_lost_the_log_and_not_the_service() -> None:
    """As many spans as before say that it works; spans that end with the lines say nothing."""
    written = [counts({"gate": range(HOUR), "pay": range(40), "cart": range(HOUR)})]
    (working,) = silent_of(written, "service_name", NOON, works("pay", range(HOUR)))
    (hanging,) = silent_of(written, "service_name", NOON, works("pay", range(40)))
    (unknown,) = silent_of(written, "service_name", NOON, works("gate", range(HOUR)))

    assert (20, 0, 0) == (working.spans, hanging.spans, unknown.spans)


@pytest.mark.parametrize(
    ("said", "who", "meant"),
    [
        ("scaled deployment payer down to 0 replicas", "ops", {"payer"}),
        ("log level of root set to WARN", "payer", {"payer"}),
        ("received SIGTERM, shutting down gracefully", "payer", {"payer"}),
        ("received SIGTERM, shutting down gracefully", "cart", set()),
        ("payer 3.4.1 started", "payer", set()),
    ],
)
def test_a_silence_is_meant_where_a_line_says_so(said: str, who: str, meant: set[str]) -> None:
    """Stopped, or told to write less, right before the last record, by a line of its own or one that names it."""
    silences = silent_of(
        [counts({"gate": range(HOUR), "payer": range(40), "cart": range(HOUR)})],
        "service_name",
        NOON,
    )
    done = interventions_of(
        [counts_of_lines([(39, who, said)])], "service_name", timedelta(hours=1), KINDS
    )

    assert meant == stopped(silences, done, ("gate", "payer", "cart"))


def test_who_wrote_for_half_of_the_silence_is_silent() -> None:
    """A folder of one hour: a service dies after twenty-five minutes, and nobody said that fewer are meant; of a window that was asked for that is too little."""
    went = counts({"gate": range(HOUR), "pay": range(25), "cart": range(HOUR)})
    came = counts({"gate": range(HOUR), "pay": range(15), "cart": range(HOUR)})

    unasked = [silent_of([one], "service_name", NOON, unasked=True) for one in (went, came)]
    assert [["pay"], []] == [[one.name for one in found] for found in unasked]
    assert () == silent_of([went], "service_name", NOON)
