"""The law of remembered lines: what a line says does not depend on the lines before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scans import FORMATS, SAMPLES

from paicha.kernel.digits import is_blind, mask_of
from paicha.kernel.normalise import LineReader
from paicha.kernel.recalling import Recollection, recorded

READER = LineReader(FORMATS, "Asia/Shanghai")


@st.composite
def line_with_other_digits(draw: st.DrawFn) -> str:
    """Draw a line of a format; maybe each digit is another, at random or all alike."""
    line = draw(st.sampled_from(SAMPLES))
    how = draw(st.sampled_from(["same", "one", "all", "zeros"]))
    places = [at for at, char in enumerate(line) if char in "0123456789"]
    if how == "same" or not places:
        return line
    if how == "one":
        at = draw(st.sampled_from(places))
        return line[:at] + draw(st.sampled_from("0123456789")) + line[at + 1 :]
    digits = st.sampled_from("0" if how == "zeros" else "0123456789")
    changed = {at: draw(digits) for at in places[:40]}
    return "".join(changed.get(at, char) for at, char in enumerate(line))


@given(lines=st.lists(line_with_other_digits(), min_size=1, max_size=8))
def test_a_remembered_line_says_what_it_says_alone(lines: list[str]) -> None:
    """Three times over, so that what is learnt of one is used for the others: the same record, in any order."""
    remembering = Recollection(READER)

    for line in [*lines, *lines, *reversed(lines)]:
        assert recorded(READER.read_line(line), {}) == remembering.record(line, {})


def test_every_sample_is_remembered_as_it_is_read() -> None:
    """Also with every digit moved on by one, and with attributes of the row beside those of the line."""
    remembering = Recollection(READER)
    moved = str.maketrans("0123456789", "1234567890")
    more = {"pod": "pay-0", "thread.name": "of the row"}

    for line in [*SAMPLES, *SAMPLES, *(line.translate(moved) for line in SAMPLES), *SAMPLES]:
        for rest in ({}, more):
            assert recorded(READER.read_line(line), rest) == remembering.record(line, rest)


def test_most_samples_are_learnt() -> None:
    """Else the law above would hold for nothing."""
    remembering = Recollection(READER)
    for line in SAMPLES * 2:
        remembering.record(line, {})

    assert remembering.learnt * 2 > len({mask_of(line) for line in SAMPLES if "\n" not in line})


@pytest.mark.parametrize(
    ("pattern", "blind"),
    [
        (r"\d{1,3}(?:\.\d{3})?[\w.0-9-]+\u4e00(?P<a1>x)", True),
        (r"[^\d]+[ -~]\x41", True),
        (r"1\d{9}", False),
        (r"[0-7]\d", False),
        (r"(?P<a>\d)(?P=a)", False),
        (r"(\d)\1", False),
        (r"\x31", False),
        (r"(a)?(?(1)b|c)", False),
    ],
)
def test_a_pattern_that_tells_digits_apart_is_known(pattern: str, blind: bool) -> None:
    """By a digit of its own, a part of the digits, or a text that must come again."""
    assert blind == is_blind(pattern)
