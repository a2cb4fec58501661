"""Ids of runs and tokens, made where the clock and chance are."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

#: Digits and letters without I, L, O and U: nothing to mistake when one is read out.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LENGTH = 26
_CHANCE_BITS = 80


def new_id(now: datetime) -> str:
    """
    Return 26 characters that sort by *now*, and differ by chance within a millisecond.

    Example:
        >>> new_id(datetime(2026, 1, 1, tzinfo=UTC))[:10]
        '01KDVDNA00'
    """
    millis = (now - _EPOCH) // timedelta(milliseconds=1)
    number = (millis << _CHANCE_BITS) | secrets.randbits(_CHANCE_BITS)
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))


def is_id(text: str) -> bool:
    """
    Return whether *text* could be an id: only such a text ever becomes part of a path.

    Example:
        >>> is_id("01KDVDNA00" + "0" * 16), is_id("../../etc/passwd")
        (True, False)
    """
    return len(text) == _LENGTH and all(letter in _LETTERS for letter in text)
