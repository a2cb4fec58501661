"""Patterns compiled to steps: what a set of characters holds."""

from __future__ import annotations

import re
import struct

import pytest

from paicha.kernel.steps import NotCompilable, classes_beyond, compile_steps

#: Every character whose case might matter beside an ASCII letter, and many more.
CODES = range(0x2200)


@pytest.mark.parametrize("pattern", ["[a-z]", "[^a-z]", "[ik]", "[^K]", "S", "[_-]", "[a-jl-r]"])
def test_where_case_is_ignored_a_set_holds_what_python_says(pattern: str) -> None:
    """Beyond ASCII too: the long s is an s, Kelvin's sign is a k, and no letter of another script is either."""
    program, _ = compile_steps(f"(?i:{pattern})")
    ((ascii_held, ranges, classes, negated),) = program[1]
    matches = re.compile(f"(?i:{pattern})").fullmatch

    said = [
        code
        for code in CODES
        if (
            ascii_held[code]
            if code < 128
            else any(first <= code <= last for first, last in ranges) != negated
        )
    ]

    assert not classes
    assert [code for code in CODES if matches(chr(code)) and code != ord("\n")] == [
        code for code in said if code != ord("\n")
    ]


NUMBERS = struct.unpack(f"<{len(classes_beyond()) // 4}I", classes_beyond())
#: Runs of characters of one class: the first, the first behind it, and the class.
RUNS = list(zip(NUMBERS[::2], NUMBERS[2::2], NUMBERS[1::2], strict=False))


@pytest.mark.parametrize("any_case", [False, True], ids=["as it is", "any case"])
@pytest.mark.parametrize(
    "pattern",
    [r"\w", r"\W", r"\d", r"\D", r"\s", r"\S", r"[\w.-]", r"[^\s\[\]]", r"[\d\s]", r"[^\W\d]", r"[\s\S]",
     r"[^\d\D]"],
)  # fmt: skip
def test_a_set_holds_of_every_character_what_python_says(pattern: str, any_case: bool) -> None:
    """Every character of Unicode whose class is told: letters of all scripts, their digits and blanks, what is no character yet."""
    pattern = f"(?i:{pattern})" if any_case else pattern
    ((_, _, classes, negated),) = compile_steps(pattern)[0][1]

    for start, end, kind in RUNS:
        held = bool(kind & classes) != negated
        text = "".join(map(chr, range(start, end)))
        assert re.fullmatch(rf"(?:{pattern})+" if held else rf"(?:(?!{pattern})[\s\S])+", text), (
            start
        )


def test_every_character_beyond_ascii_is_told_up_to_the_last() -> None:
    """Runs follow one another; what lies behind the last of them is Python's: tags, and characters for private use."""
    assert 128 == RUNS[0][0]
    assert 0x40000 == RUNS[-1][1]
    assert {1, 2, 4, 8} == {kind for _, _, kind in RUNS}
    assert all(start < end for start, end, _ in RUNS)


def test_letters_beyond_ascii_that_have_a_case_are_left_to_python() -> None:
    """Which others they are equal to is Unicode's; what has no case is itself."""
    compile_steps("(?i:[a-z：])")
    with pytest.raises(NotCompilable):
        compile_steps("(?i:é)")
