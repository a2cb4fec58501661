"""Messages: filled, and in their grammar."""

from __future__ import annotations

import re

import pytest

from paicha.locales import catalogue, message, placeholders

#: A number and behind it a plural that stays one.
_PLURAL = re.compile(
    r"\{(?:n|count|records|points|rows)\} (?:[a-z]+ )?(?:records|points|rows|lines|values|bytes|files|problems|alerts)\b"
)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, "1 point lies outside the window and was left out"),
        (2, "2 points lie outside the window and were left out"),
        ("1,001", "1,001 points lie outside the window and were left out"),
    ],
)
def test_one_is_said_as_one(count: object, expected: str) -> None:
    """The words around a number follow it."""
    assert expected == message("metrics.outside", "en", count=count)


def test_words_that_follow_a_number_are_no_placeholder_of_their_own() -> None:
    """So that both languages still ask for the same facts."""
    assert frozenset({"count"}) == placeholders("{count} {count:point|points}")


def test_no_message_says_one_records() -> None:
    """A number that may be one has both forms behind it."""
    assert [] == [
        key
        for key, words in catalogue("en").items()
        if _PLURAL.search(words) and not key.endswith(".many")
    ]


def test_a_backtick_of_a_log_ends_no_code_that_a_message_begins() -> None:
    """What stands between the backticks of a message is one piece of code, whatever it holds."""
    said = message("suspects.reason.equal", "en", first="a`b", second="c", points="2", other="3")

    assert "`aˋb` (2 points) and `c` (3 points) stand too close to each other." == said
