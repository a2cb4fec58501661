"""Runs that come again: never twice, and after a standstill once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.service.desks import Clock, settings_for
from tests.service.test_alerts import Counted

from paicha.errors import ConfigError, QuestionError
from paicha.kernel.cron import parse_cron
from paicha.model.service import RunRequest
from paicha.service.desk import Desk
from paicha.service.planned import Handing
from paicha.service.schedules import MOST_COUNTED, Timetable, due
from paicha.stores.ledger.planned import Plan
from paicha.wiring.alert_settings import ScheduleSettings
from paicha.wiring.reading import load_settings

NIGHT = ScheduleSettings(
    "night",
    cron="0 8 * * *",
    zone="Asia/Shanghai",
    profile="incident",
    window="10h",
    baseline="last-week",
    title="The night",
)
#: 2026-01-05 07:59 in Shanghai.
BEFORE = datetime(2026, 1, 4, 23, 59, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    """Give a clock one minute before the schedule."""
    made = Clock()
    made.now = BEFORE
    return made


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    """Give a desk whose settings have one schedule."""
    made = opened(tmp_path, clock)
    yield made
    made.stop()


def opened(folder: Path, clock: Clock) -> Desk:
    """Return a desk over the ledger in *folder*."""
    return Desk.open(replace(settings_for(folder), schedules=(NIGHT,)), clock)


def look(desk: Desk) -> int:
    """Look once, as the service does twice a second; return how many runs were planned."""
    planned = Timetable(desk.settings, desk.ledger.schedules).look(desk.clock())
    Handing(desk, desk.ledger.planned, Counted({})).hand_over(desk.clock())
    return planned


def test_a_schedule_runs_at_its_time_and_once(desk: Desk, clock: Clock) -> None:
    """
    The window ends when it was due, whenever somebody looked.
    """
    found = [look(desk)]
    for _ in range(5):
        clock.forward(30)
        found.append(look(desk))
    [run] = desk.search()

    assert [0, 0, 1, 0, 0, 0] == found
    assert ("The night", "schedule", "night") == (
        run.request.title,
        run.request.trigger,
        run.request.asked_by,
    )
    assert run.window is not None
    assert (timedelta(hours=10), datetime(2026, 1, 5, tzinfo=UTC)) == (
        run.window.length,
        run.window.end,
    )
    assert "last-week" == run.request.baseline
    assert ["Started by the schedule night, due 2026-01-05 08:00 (Asia/Shanghai)"] == [
        note.text.en for note in run.notes
    ]


def test_after_a_standstill_one_run_stands_for_all(tmp_path: Path, clock: Clock) -> None:
    """
    Three days away: one run, for the last time, that says how many were missed.
    """
    first = opened(tmp_path, clock)
    look(first)
    first.stop()
    clock.forward(3 * 86_400)
    second = opened(tmp_path, clock)
    found = [look(second), look(second)]
    [run] = second.search()
    second.stop()

    assert [1, 0] == found
    assert (
        "2 runs of this schedule were missed before 2026-01-07 08:00 (Asia/Shanghai): "
        "the service did not run. This one stands for them"
    ) == run.notes[1].text.en


def test_two_workers_run_it_once(tmp_path: Path, clock: Clock) -> None:
    """
    Both saw the same time; the ledger lets one of them win.
    """
    both = [opened(tmp_path, clock), opened(tmp_path, clock)]
    for desk in both:
        look(desk)
    clock.forward(60)

    assert 1 == sum(look(desk) for desk in both)
    assert 1 == len(both[0].search())
    for desk in both:
        desk.stop()


def test_a_worker_that_decided_on_old_knowledge_does_nothing(desk: Desk, clock: Clock) -> None:
    """
    What another has moved on in between is not decided again.
    """
    look(desk)
    clock.forward(60)
    seen = desk.ledger.schedules.seen("night", "0 8 * * * Asia/Shanghai", clock())
    look(desk)
    plan = desk.ledger.planned.claim(clock() + timedelta(days=1))

    assert [] == plan
    assert BEFORE == seen
    assert not desk.ledger.schedules.advance("night", seen, clock(), Plan("x", RunRequest(), ()))


def test_a_changed_schedule_begins_anew(tmp_path: Path, clock: Clock) -> None:
    """
    Times that were never asked for before are not missed ones.
    """
    first = opened(tmp_path, clock)
    look(first)
    first.stop()
    clock.forward(86_400)
    changed = replace(NIGHT, cron="0 * * * *")
    second = Desk.open(replace(settings_for(tmp_path), schedules=(changed,)), clock)
    found = look(second)
    second.stop()

    assert 0 == found


def test_a_year_of_minutes_is_counted_up_to_a_thousand() -> None:
    """
    It ends at the last time all the same.
    """
    now = datetime(2026, 1, 1, 0, 0, 30, tzinfo=UTC)
    found = due(parse_cron("* * * * *", "UTC"), now - timedelta(days=365), now)

    assert found is not None
    assert (now.replace(second=0), MOST_COUNTED, True) == (found.last, found.missed, found.more)


CRONS = (
    "* * * * *",
    "*/15 * * * *",
    "30 2 * * *",
    "0 8 * * mon-fri",
    "5,35 9-17/2 1,15 * *",
    "0 0 13 * fri",
    "59 23 31 12 *",
)


@settings(max_examples=60)
@given(
    words=st.sampled_from(CRONS),
    zone=st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
    start=st.integers(0, 480_000).map(lambda n: BEFORE + timedelta(minutes=n, seconds=n % 60)),
)
def test_the_next_time_is_the_first_that_fits(words: str, zone: str, start: datetime) -> None:
    """
    It lies after the start, its fields fit, and no minute in between does.
    """
    cron = parse_cron(words, zone)
    found = cron.after(start)
    there = found.astimezone(ZoneInfo(zone))

    assert found > start
    moved = there.hour not in cron.hours  # the clocks skipped it
    assert there.minute in cron.minutes
    assert moved or there.hour in cron.hours
    minute = start.replace(second=0, microsecond=0) + timedelta(minutes=1)
    for _ in range(2_000):
        if minute >= found:
            break
        local = minute.astimezone(ZoneInfo(zone))
        fits = (
            local.minute in cron.minutes
            and local.hour in cron.hours
            and local.month in cron.months
            and cron._holds(local.date())
        )
        assert not fits or local.fold  # the second of two equal times
        minute += timedelta(minutes=1)


def test_a_time_that_the_clocks_skip_comes_once() -> None:
    """
    02:30 does not exist on 29 March 2026 in Berlin; it runs at 03:30 there, and the next day at 02:30.
    """
    cron = parse_cron("30 2 * * *", "Europe/Berlin")
    first = cron.after(datetime(2026, 3, 28, 12, tzinfo=UTC))
    second = cron.after(first)

    assert (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 3, 30, 0, 30, tzinfo=UTC)) == (
        first,
        second,
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("* * * *", "cron.fields"), ("60 * * * *", "cron.field"), ("* * * * funday", "cron.word"),
        ("0 0 31 2 *", "cron.never"), ("*/0 * * * *", "cron.field"), ("5-1 * * * *", "cron.field"),
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused(words: str, code: str) -> None:
    """
    Each refusal says what it should be.
    """
    with pytest.raises(QuestionError) as refused:
        parse_cron(words, "UTC")

    assert code == refused.value.code


def test_the_settings_tell_every_mistake_at_once(tmp_path: Path) -> None:
    """
    A hook open to everybody, names that are not there, lengths and times that are none.
    """
    file = tmp_path / "paicha.toml"
    file.write_text(
        '[service]\nlisten = "0.0.0.0:8420"\n'
        '[webhooks.open]\nkind = "bkmonitor"\nchannels = ["nobody"]\ndebounce = "soon"\ngroup_by = ["colour"]\n'
        '[channels.duty]\nkind = "wecom"\nurl = "qyapi.weixin.qq.com"\n'
        '[schedules.night]\ncron = "8 o\'clock"\nprofile = "nothing"\n',
        "utf-8",
    )
    with pytest.raises(ConfigError) as refused:
        load_settings(file, {}, tmp_path)
    told = "\n".join(mistake.en for mistake in refused.value.mistakes)

    for words in (
        "webhooks.open.secret: needed where the service listens on more than loopback",
        "webhooks.open.channels: there is no nobody; there are: duty",
        "webhooks.open.debounce",
        "webhooks.open.group_by",
        "channels.duty.url",
        "schedules.night.cron: 8 o'clock is not understood: 8 o'clock has 2 fields, not five",
        "schedules.night.profile: there is no nothing; there are: -",
    ):
        assert words in told
