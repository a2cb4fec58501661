"""Windows as they are written in Chinese."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from paicha.errors import QuestionError
from paicha.kernel.baselines import resolve_baseline
from paicha.kernel.clocks import is_clock
from paicha.kernel.moments import parse_duration, parse_moment, resolve_window
from paicha.model.question import Window

ZONE = "Asia/Shanghai"
NOW = datetime(2026, 3, 6, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-05　10：20", "2026-03-05T10:20"),
        ("２０２６-０３-０５ １０:２０", "2026-03-05T10:20"),
        ("2026年3月5日10:20", "2026-03-05T10:20"),
        ("2026年3月5日 下午3点05分07秒", "2026-03-05T15:05:07"),
        ("3月5日 10:20", "2026-03-05T10:20"),
        ("3月5号 10:20", "2026-03-05T10:20"),
        ("2026/3/5 10:20", "2026-03-05T10:20"),
        ("2026/03/05T10:20", "2026-03-05T10:20"),
        ("2026/3/5", "2026-03-05T00:00"),
        ("2026年3月5日", "2026-03-05T00:00"),
        ("2026/3/5 下午 3:05", "2026-03-05T15:05"),
        ("昨天 10点半", "2026-03-05T10:30"),
        ("昨天晚上8点", "2026-03-05T20:00"),
        ("今天凌晨12点10分", "2026-03-06T00:10"),
        ("前天中午12点", "2026-03-04T12:00"),
        ("2026/3/5 上午 12:05", "2026-03-05T00:05"),
        ("昨天", "2026-03-05T00:00"),
        ("30分钟前", "2026-03-06T08:30"),
        ("2个小时前", "2026-03-06T07:00"),
        ("现在", "2026-03-06T09:00"),
    ],
)
def test_a_moment_in_chinese_is_the_one_that_is_meant(written: str, meant: str) -> None:
    """Whatever the keyboard made of the colon, and whichever way the day is named."""
    expected = datetime.fromisoformat(f"{meant}+08:00")

    assert expected == parse_moment(written, ZONE, NOW)


@pytest.mark.parametrize(
    "written",
    [
        *("昨日黄花", "2026年13月5日 10:20", "下午", "25点", "10：20：99", "3点80分"),
        *("晚上0点", "晚上1点", "昨天晚上2点半", "晚上12点", "上午12点", "早上12点10分"),
    ],
)
def test_what_is_no_moment_is_refused_as_it_was_written(written: str) -> None:
    """A word that is not understood is never read as another."""
    with pytest.raises(QuestionError) as refused:
        resolve_window(written, None, None, ZONE, NOW)

    assert f"“{written}”" in refused.value.text("zh")


def test_a_time_of_day_in_chinese_is_placed_like_one_in_figures() -> None:
    """Both ends of a window may be written so."""
    assert is_clock("上午10点20分")
    window = resolve_window("上午10：20", "10点40", None, ZONE, NOW)

    assert resolve_window("10:20", "10:40", None, ZONE, NOW) == window


def test_a_window_from_a_time_to_the_same_is_empty_however_it_is_typed() -> None:
    """It is no window of a whole day."""
    with pytest.raises(QuestionError) as refused:
        resolve_window("10:20", "10：20", None, ZONE, NOW)

    assert "question.window_empty" == refused.value.code


def test_lengths_and_baselines_in_chinese() -> None:
    """As --last and --baseline take them."""
    window = Window(NOW - timedelta(minutes=15), NOW)

    assert [
        timedelta(minutes=15),
        timedelta(hours=2),
        timedelta(days=1),
        timedelta(minutes=30),
    ] == [parse_duration(words) for words in ("15分钟", "最近2小时", "1天", "半小时")]
    for spoken, meant in (("昨天", "yesterday"), ("上周", "last-week"), ("上一段", "previous")):
        assert resolve_baseline(meant, window, ZONE, NOW) == resolve_baseline(
            spoken, window, ZONE, NOW
        )
    assert resolve_baseline("不对比", window, ZONE, NOW) is None
