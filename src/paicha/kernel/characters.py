"""Classes of characters, on which every implementation must agree."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

BLANKS = frozenset(" \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u2029\u202f\u205f") | {
    chr(code) for code in range(0x2000, 0x200B)
}
DELIMITERS = BLANKS | frozenset(",;()[]{}\"'`<>=|‘’“”")
#: From here on scripts without blanks, their punctuation, and emoji: each delimits.
WIDE = "\u2e80"


def _ranges_without(left_out: Iterable[str]) -> str:
    """Return what a class of a regular expression says to have every character below `WIDE` but *left_out*."""
    kept: list[str] = []
    start = 0
    for code in sorted({ord(char) for char in left_out} | {ord(WIDE)}):
        if start < code:
            kept.append(f"{re.escape(chr(start))}-{re.escape(chr(code - 1))}")
        start = code + 1
    return "".join(kept)


#: What delimits nothing, and every character below `WIDE`, as classes of regular expressions. Said as ranges that end
#: there: `re` goes through a class that ends with Unicode character by character, which took 18 ms of each start.
UNDELIMITED = f"[{_ranges_without(DELIMITERS)}]"
UNDELIMITED_BUT_COLON = f"[{_ranges_without(DELIMITERS | {':'})}]"
BELOW_WIDE = f"[{_ranges_without(())}]"

#: ASCII's own: no other digit makes a number.
DIGITS = frozenset("0123456789")
#: Beyond ASCII everything is a letter but for these ranges (first, last): marks, symbols, emoji. A list
#: of our own, so that every Python and every other implementation cuts lines alike.
SYMBOLS = (
    (0x80, 0xA9), (0xAB, 0xB4), (0xB6, 0xB9), (0xBB, 0xBF), (0xD7, 0xD7), (0xF7, 0xF7), (0x2000, 0x2BFF),
    (0x2E00, 0x2E7F), (0x3000, 0x3004), (0x3008, 0x3020), (0x3030, 0x3030), (0x303D, 0x303F),
    (0x30FB, 0x30FB), (0xE000, 0xF8FF), (0xFE00, 0xFE6F), (0xFF00, 0xFF20), (0xFF3B, 0xFF40),
    (0xFF5B, 0xFF65), (0xFFE0, 0xFFFF), (0x1F000, 0x1FAFF), (0xE0000, 0x10FFFF),
)  # fmt: skip
_SYMBOL_STARTS = tuple(first for first, _ in SYMBOLS)
#: Hexadecimal digits.
HEX = "0123456789abcdefABCDEF"


def is_letter(char: str) -> bool:
    """
    Return whether a character is a letter; marks that stand above one count too.

    Example:
        >>> [is_letter(char) for char in "aµ中²，"]
        [True, True, True, False, False]
    """
    if char < "\x80":
        return char.isalpha()
    code = ord(char)
    return code > SYMBOLS[bisect_right(_SYMBOL_STARTS, code) - 1][1]


def is_letter_or_digit(char: str) -> bool:
    """Return whether a character is a letter or an ASCII digit."""
    return char in DIGITS or is_letter(char)


def is_number(text: str) -> bool:
    """Return whether *text* is ASCII digits and nothing else."""
    return text.isascii() and text.isdigit()
