"""Levels."""

from __future__ import annotations

import pytest

from paicha.kernel.digits import is_blind
from paicha.kernel.levels import LEVEL_PATTERN, LevelReader, name_of, number_of, stored_level
from paicha.knowledge.formats_loader import load_formats


@pytest.mark.parametrize(
    ("word", "number"),
    [("CRITICAL", 21), ("fatal", 21), ("Error", 17), ("WARN", 13), ("warning", 13), ("NOTICE", 10),
     ("info", 9), ("DEBUG", 5), ("trace", 1), ("E", 17), ("W", 13), ("I", 9), ("D", 5),
     ("警告", 13), ("错误", 17), ("严重", 21), ("Failed", 0), ("", 0), ("30", 0)],
)  # fmt: skip
def test_a_spelling_has_its_number(word: str, number: int) -> None:
    """Usual spellings in any case; what is no level has none, and a number is none by itself."""
    assert number == number_of(word)


def test_the_short_names_of_opentelemetry_have_their_numbers() -> None:
    """TRACE, TRACE2 … FATAL4 are the numbers 1 to 24, each range with four of them."""
    names = [
        f"{name}{step}"
        for name in ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
        for step in ("", "2", "3", "4")
    ]

    assert list(range(1, 25)) == [number_of(name) for name in names]
    assert (18, "ERROR2") == stored_level("error2")
    assert (0, 0) == (number_of("ERROR5"), number_of("NOTICE2"))


def test_the_text_stays_as_spelled_in_upper_case() -> None:
    """WARN and WARNING stay what the source calls them."""
    reader = LevelReader()

    assert [(13, "WARN"), (13, "WARNING"), (0, "")] == [
        reader.read(word) for word in ("warn", "Warning", "Retry")
    ]


def test_a_format_adds_spellings_and_numbers_get_a_name() -> None:
    """Numeric levels count only where a format says what they mean."""
    reader = LevelReader([("50", 17), ("SUCCESS", 9)])

    assert [(17, "ERROR"), (9, "SUCCESS")] == [reader.read("50"), reader.read("success")]
    assert ["", "TRACE", "FATAL"] == [name_of(0), name_of(2), name_of(24)]


@pytest.mark.parametrize(
    ("mark", "shown"),
    [(".", (5, "DEBUG")), ("-", (5, "VERBOSE")), ("*", (10, "NOTICE")), ("#", (13, "WARNING"))],
)
def test_a_mark_is_shown_as_what_it_means(mark: str, shown: tuple[int, str]) -> None:
    """Redis writes its levels as marks, which a table of levels says nothing with."""
    redis = next(one for one in load_formats() if one.name == "redis")

    assert shown == LevelReader(redis.levels, redis.level_names).read(mark)


def test_a_level_in_a_line_leaves_all_digits_alike() -> None:
    """A pattern that asks which digit it is would be tried with every line: a demo's CPU grew by an eighth."""
    assert is_blind(LEVEL_PATTERN)
