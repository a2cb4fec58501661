"""The native twin looks words up in lists of its own: they are the ones of the Python reference."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import pytest

from paicha.kernel.chunks import _ENDINGS, _LONG_ENDINGS, TERMS
from paicha.kernel.shape import _METHODS
from paicha.kernel.units import _WIDE_UNITS, UNIT_WORDS, UNITS
from paicha.kernel.variables import _MONTHS, _WEEKDAYS, _ZONES

WORDS = Path(__file__).parents[3] / "native" / "src" / "words" / "lists.rs"
LISTS = re.compile(
    r"^(?:pub\(super\) static|pub const) ([A-Z_]+): \[&[^;]+; \d+\] =\s*\[(.*?)\];",
    re.MULTILINE | re.DOTALL,
)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("UNITS", UNITS),
        ("UNIT_WORDS", UNIT_WORDS),
        ("WIDE_UNITS", _WIDE_UNITS),
        ("TERMS", TERMS),
        ("ENDINGS", _ENDINGS),
        ("LONG_ENDINGS", _LONG_ENDINGS),
        ("ZONES", _ZONES),
        ("METHODS", _METHODS),
        ("MONTHS", _MONTHS),
        ("WEEKDAYS", _WEEKDAYS),
    ],
)
def test_both_kernels_know_the_same_words(name: str, words: Collection[str]) -> None:
    """A word that one of them lacks would give two shapes to one line."""
    lists = dict(LISTS.findall(WORDS.read_text()))
    assert sorted(words) == sorted(re.findall(r'"([^"]*)"', lists[name]))
