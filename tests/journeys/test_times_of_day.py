"""A window asked for by times of day, as somebody types it at night."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime, timedelta

from tests.journeys.conftest import CommandLine

LAST = datetime(2026, 11, 20, 10, 44, 59, tzinfo=UTC)


def _written(paicha: CommandLine) -> None:
    """Write two days of a log, a line a minute."""
    stamps = (LAST - timedelta(minutes=n) for n in range(48 * 60))
    lines = [f"{at:%Y-%m-%d %H:%M:%S} ERROR lease {at:%d} is late" for at in stamps]
    (paicha.folder / "app.log").write_text("\n".join(reversed(lines)) + "\n")


def test_a_time_without_a_day_is_the_last_in_the_data_and_it_is_said_so(
    paicha: CommandLine,
) -> None:
    """
    The last 10:40 before the data ends, up to its end; the report names the day.
    """
    _written(paicha)
    said = paicha(
        "investigate", "app.log", "--from", "10:40", "--tz", "UTC", "--baseline", "none", "--lang", "en"
    )  # fmt: skip

    assert 0 == said.code, said.err
    assert (
        'The time "10:40" names no day: taken as the last one before the end of the data (2026-11-20 10:45:00.000+00:00)\n'
        "Window: 2026-11-20 10:40:00 – 10:45:00 (UTC)\n"
    ) in said.err
    assert "5  records in the analysis" in said.out


def test_what_is_read_once_needs_the_day_and_an_example_says_how(paicha: CommandLine) -> None:
    """
    The end of the standard input is not known before it was read.
    """
    said = paicha("investigate", "-", "--from", "10:40", "--tz", "UTC", "--lang", "zh")

    assert 2 == said.code
    assert "时间“10:40”没有写日期" in said.err
    assert ' 10:40"。' in said.err


def test_a_window_without_records_says_what_to_ask_for_instead(paicha: CommandLine) -> None:
    """
    The stretch that the records fill, as options that can be pasted, in the reader's zone.
    """
    (paicha.folder / "app.log").write_text(
        "2026-11-20 10:00:00 ERROR late\n2026-11-20 10:44:59 ERROR late\n"
    )
    window = ("--from", "2026-11-19", "--to", "2026-11-20", "--tz", "Asia/Shanghai")
    said = paicha("investigate", "app.log", *window)
    options = '--from "2026-11-20 10:00:00" --to "2026-11-20 10:45:00"'

    assert 2 == said.code
    assert f"  try: ask for that time: {options}; or check the zone (--tz)" in said.err
    again = paicha("investigate", "app.log", *shlex.split(options), "--tz", "Asia/Shanghai")
    assert "2  records in the analysis" in again.out
