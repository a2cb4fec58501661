"""Nothing in a text nobody vouches for stays hidden, and nothing in it acts."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paicha.renderers.visible import harmless, visible

_ANY = st.text(st.characters(codec=None), max_size=60)


@given(_ANY)
@example("\u202e\x00\x1b[31m")
@example("a" + "\u0301" * 40)
def test_what_comes_out_has_no_character_that_acts(text: str) -> None:
    """No control byte, no bidirectional mark, no surrogate, no invisible character is left."""
    left = [c for c in visible(text) if not harmless(c) and c != "\u200d"]

    assert [] == left


@given(_ANY)
def test_what_comes_out_can_be_written_as_utf_8(text: str) -> None:
    """Half of a surrogate pair from a file name does not break a report."""
    assert visible(text) == visible(text).encode().decode()


@given(_ANY)
def test_making_visible_twice_changes_nothing(text: str) -> None:
    """A text that went through once is safe and stays as it is."""
    assert visible(text) == visible(visible(text))


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"], codec="utf-8"), max_size=60))
def test_ordinary_text_is_not_touched(text: str) -> None:
    """Letters, figures and punctuation of any script come out as they went in."""
    ordinary = "".join(c for c in text if harmless(c))

    assert ordinary == visible(ordinary)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\x00b", "a\\x00b"),
        ("exe\u202egnp", "exe\\u202egnp"),
        ("one\r\ntwo\tthree", "one\\r\\ntwo\\tthree"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("half\udc80", "half\\udc80"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
    ],
)
def test_what_does_not_show_is_written_out(text: str, shown: str) -> None:
    """Each kind of hidden character has its escape."""
    assert shown == visible(text)


def test_a_family_of_emoji_stays_together() -> None:
    """The joiner between two emoji is part of the picture."""
    family = "\U0001f469\u200d\U0001f467"

    assert family == visible(family)
    assert "a\\u200db" == visible("a\u200db")


def test_line_ends_stay_where_lines_are_shown() -> None:
    """A stack trace keeps its lines and their indentation where the place holds several."""
    assert "one\n    two\\tthree" == visible("one\r\n\ttwo\tthree", lines=True)


def test_marks_piled_over_a_letter_are_cut_down() -> None:
    """Text cannot climb over the lines above it."""
    piled = visible("a" + "\u0301" * 40)

    assert 4 == sum(unicodedata.combining(c) > 0 for c in piled)
