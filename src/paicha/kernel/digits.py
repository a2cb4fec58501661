"""What of a line its digits decide: which patterns tell digits apart, and which digits of a stamp say nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from paicha.kernel.stamps import CTIME, EPOCH, GUESS_ORDER, LOOSE, PATTERNS

#: A part of a pattern. What of it tells digits apart is looked for in `is_blind`.
_PART = re.compile(
    r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.|\[\^?\]?(?:\\.|[^\]\\])*+\]|\{\d*,?\d*\}|\(\?P<\w+>|\(\?P=|\(\?\(|.",
    re.DOTALL,
)
_ALL_DIGITS = re.compile(r"0-9|\\u(?!003)[0-9a-fA-F]{4}|\\x(?!3)[0-9a-fA-F]{2}")
_DIGIT = re.compile(r"[0-9]|\\u003|\\x3")
_SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()]")
_TIGHT = 12  # digits that a stamp of nothing but digits begins with
#: Every digit to one, in UTF-8. Digits of other scripts stay as they are.
ZEROS = bytes.maketrans(b"123456789", b"000000000")
#: Every digit of any base to one.
HEX_ZEROS = bytes.maketrans(b"123456789abcdef", b"0" * 15)


def mask_of(text: str) -> bytes:
    """
    Return what lines that differ in digits alone share.

    As bytes: a text looks every kind of character up in a table, which takes ten times as long.

    Example:
        >>> mask_of("took 42 ms") == mask_of("took 17 ms"), mask_of("took 5 ms")
        (True, b'took 0 ms')
    """
    return text.encode("utf-8", "surrogatepass").translate(ZEROS)


def fraction_of(kinds: Sequence[str], value: str) -> tuple[int, int]:
    """Return where the digits of a stamp stand that do not decide whether it is a time; none: the end twice."""
    spans = set()
    for kind in kinds or GUESS_ORDER:
        if kind == "packed_tight" and value[:_TIGHT].isdigit():
            return len(value), len(value)  # it tells digits apart
        if kind in PATTERNS or kind == "ctime":
            match = (CTIME if kind == "ctime" else PATTERNS[kind][0])().fullmatch(value)
            place: int | str = 3
        elif kind in LOOSE:
            match, place = LOOSE[kind]().fullmatch(value), "fraction"
        elif kind == "epoch" and EPOCH().fullmatch(value) is None:
            continue
        else:
            return len(value), len(value)  # the whole is looked at
        if match is not None:
            spans.add(match.span(place))
    return min(spans) if len(spans) == 1 and min(spans)[0] >= 0 else (len(value), len(value))


@lru_cache(maxsize=512)
def is_blind(pattern: str) -> bool:
    r"""
    Return whether *pattern* treats all digits alike, so that it matches lines that differ in digits in one way.

    Example:
        >>> is_blind(r"\d{4} [\w.0-9]+ (?P<a1>x{2})"), is_blind(r"(?:19|20)\d\d"), is_blind(r"[0-7]")
        (True, False, False)
    """
    for part in _PART.findall(pattern):
        if part in ("(?P=", "(?("):
            return False
        if part[0] == "[" and len(part) > 1:
            if _DIGIT.search(_ALL_DIGITS.sub("", part)):
                return False
        elif part[0] == "\\":
            if part[1].isdigit() or _DIGIT.match(part):
                return False
        elif len(part) == 1 and part.isdigit():
            return False
    return True


def escaped(text: str) -> str:
    r"""
    Return a pattern of a text alone, which is made faster than that of `re.escape`.

    Example:
        >>> escaped("10 (of 20)")
        '10 \\(of 20\\)'
    """
    return _SPECIAL.sub(r"\\\g<0>", text)
