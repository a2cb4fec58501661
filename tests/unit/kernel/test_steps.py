"""Patterns compiled to steps: what a set of characters holds."""

from __future__ import annotations

import re

import pytest

from paicha.kernel.steps import compile_steps

#: Every character whose case might matter beside an ASCII letter, and many more.
CODES = range(0x2200)


@pytest.mark.parametrize("pattern", ["[a-z]", "[^a-z]", "[ik]", "[^K]", "S", "[_-]", "[a-jl-r]"])
def test_where_case_is_ignored_a_set_holds_what_python_says(pattern: str) -> None:
    """Beyond ASCII too: the long s is an s, Kelvin's sign is a k, and no letter of another script is either."""
    program, _ = compile_steps(f"(?i:{pattern})")
    ((ascii_held, ranges, negated, vague),) = program[1]
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

    assert not vague
    assert [code for code in CODES if matches(chr(code)) and code != ord("\n")] == [
        code for code in said if code != ord("\n")
    ]
