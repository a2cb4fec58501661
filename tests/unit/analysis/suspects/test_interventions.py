"""What was done before it began: rare lines that tell of releases, settings, jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from paicha.analysis.suspects.intervention_words import interventions_said
from paicha.analysis.suspects.interventions import (
    before,
    concerned,
    intervened,
    interventions_of,
    strength_of,
)
from paicha.analysis.suspects.logged import patterns_of
from paicha.knowledge.interventions_loader import check_samples, load_interventions
from paicha.model.question import Question, Scope, Window
from paicha.model.schema import COUNTS
from paicha.model.suspects import Intervened

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
KINDS = load_interventions()


def counts(lines: Sequence[tuple[float, str, str]], severity: int = 9) -> pa.Table:
    """Return `COUNTS` of lines: minutes after noon, who wrote it, what."""
    rows = [
        {
            "shape": said,
            "severity_number": severity,
            "severity_text": "INFO",
            "module": "",
            "service_name": name,
            "host": "",
            "minute": NOON + timedelta(minutes=minute),
            "n": 1,
            "first": NOON + timedelta(minutes=minute),
            "last": NOON + timedelta(minutes=minute),
            "example": said,
        }
        for minute, name, said in lines
    ]
    return pa.Table.from_pylist(rows, schema=COUNTS)


def found(table: pa.Table) -> list[tuple[str, str]]:
    those = interventions_of([None, table], "service_name", HOUR, KINDS)
    return [(one.kind.id, one.name) for one in those]


def test_every_kind_knows_its_own_samples() -> None:
    """What must match does, what must not does not, and each kind has both."""
    assert 7 <= len(KINDS)
    assert () == check_samples(KINDS)
    assert all(kind.matches and kind.rejects for kind in KINDS)


def test_a_rare_line_is_an_intervention_and_one_of_every_minute_is_not() -> None:
    """What is done each minute is part of the day; so is what is written at ERROR a problem of its own."""
    rare = (5, "parcel", "parcel 3.4.1 started")
    often = [(minute, "agent", "configuration reloaded") for minute in range(60)]

    assert [("start", "parcel")] == found(counts([rare, *often]))
    assert [] == found(counts([rare], severity=17))


def test_what_most_write_often_is_no_intervention_of_who_wrote_it_thrice() -> None:
    """Ninety reloads by nine modules are the day's; three by a tenth are not what was done."""
    often = [
        (minute, f"module-{place}", "configuration reloaded")
        for place in range(9)
        for minute in range(10)
    ]
    seldom = [(minute, "module-9", "configuration reloaded") for minute in (4, 20, 30)]

    assert [] == found(counts([*often, *seldom]))


def test_what_one_writes_often_may_be_an_intervention_of_another() -> None:
    """A service that reloads each minute says nothing of one that did so once."""
    often = [(minute, "agent", "configuration reloaded") for minute in range(60)]
    once = (5, "parcel", "configuration reloaded")

    assert ["parcel"] == [name for _, name in found(counts([once, *often]))]


def test_the_nearest_stands_first_and_what_came_after_is_no_cause() -> None:
    """Half an hour back, not further; what followed the first sign is a reaction to it."""
    lines = [(minute, "parcel", f"deployed parcel 3.{minute}") for minute in (5, 40, 50, 56)]
    those = interventions_of([counts(lines)], "service_name", HOUR, KINDS)
    began = NOON + timedelta(minutes=55)

    assert [50, 40] == [one.at.minute for one in before(those, began)]
    assert () == before(those, None)
    assert [1.0, 0.6] == [round(strength_of(one, began), 3) for one in before(those, began)]


@pytest.mark.parametrize(
    ("said", "whom"),
    [
        ("deployment basket updated, revision 3", ("basket",)),
        ("deployed release 3.4.1", ("deployer",)),
        ("deployed api 3.4.1", ("api",)),
        ("优惠券 发布完成，版本 v2.8.1", ("优惠券",)),
        ("deployed /srv/api/3.4.1", ("deployer",)),
    ],
)
def test_it_concerns_whom_its_line_names(said: str, whom: tuple[str, ...]) -> None:
    """A tool that deploys is not changed by it; whoever names nobody else tells of itself."""
    (one,) = interventions_of([counts([(5, "deployer", said)])], "service_name", HOUR, KINDS)

    names = ["basket", "deployer", "parcel", "api", "优惠券"]
    assert whom == concerned(one, patterns_of(names, short=True))


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        ((5, 20, 35, 50), []),  # every quarter of an hour, as ever
        ((2, 62), []),  # each hour
        ((50,), [50]),  # for the first time
        ((5, 47), [5, 47]),  # twice, by no clock
        ((46, 48, 50, 52), [46, 48, 50, 52]),  # steps of one roll-out
        ((50, 50.25), [50, 50]),  # begun anew at once
    ],
)
def test_a_job_that_runs_by_the_clock_is_nothing_that_was_done(
    minutes: tuple[float, ...], told: list[int]
) -> None:
    """A backup of each hour stood first among what was done before it began."""
    lines = [(minute, "cron", "(root) CMD (/usr/local/bin/parcel-sum.sh)") for minute in minutes]
    those = interventions_of([counts(lines)], "service_name", 2 * HOUR, KINDS)
    window = Window(NOON, NOON + 2 * HOUR)

    said = intervened(those, NOON + timedelta(minutes=64), window)

    assert told == sorted((one.at - NOON).seconds // 60 for one in said)


def test_the_start_of_another_version_is_a_release_and_that_of_the_same_is_none() -> None:
    """Of a server that only starts nobody knows whether anything new came with it."""
    said = "starting parcel version {}"
    starts = [(5, "3.4.1"), (20, "3.4.1"), (30, "3.4.2"), (35, "3.4.2")]
    lines = [(minute, "parcel", said.format(version)) for minute, version in starts]
    table = counts(lines).to_pylist()
    shaped = pa.Table.from_pylist([row | {"shape": "starting parcel"} for row in table])

    those = interventions_of([shaped], "service_name", 2 * HOUR, KINDS)

    assert ["start", "start", "release", "start"] == [one.kind.id for one in those]


@pytest.mark.parametrize(
    ("sign", "told"),
    [
        (41, [5, 10, 40]),  # what was done last before it, and what was done next to that
        (0, [0, 1, 2]),  # with what the window begins nothing began
        (None, [0, 1, 2]),
        (9.9, [2, 5, 10]),  # what was done after a sign is hardly why
    ],
)
def test_what_is_told_first_is_what_was_done_next_to_a_sign_of_trouble(
    sign: float | None, told: list[int]
) -> None:
    """The three lines with which every log begins stood on the first screen, and the dropped index was one of '3 more'."""
    kind = KINDS[0]
    done = [
        Intervened(NOON + timedelta(minutes=at), kind.id, kind.title, "db", f"at {at}.", None)
        for at in (0, 1, 2, 5, 10, 40)
    ]
    signs = [] if sign is None else [NOON + timedelta(minutes=sign)]
    question = Question(
        window=Window(NOON, NOON + HOUR),
        asked_window=False,
        scope=Scope(),
        zone="UTC",
        language="en",
    )

    (statement,) = interventions_said(done, question, signs)

    assert [f"at {at}." in statement.text.en for at in (0, 1, 2, 5, 10, 40)] == [
        at in told for at in (0, 1, 2, 5, 10, 40)
    ]
