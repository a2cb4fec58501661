"""Sizes and lengths of time as a person writes them on the command line."""

from __future__ import annotations

import re

from paicha.errors import UsageError

_SIZE = re.compile(r"(\d{1,15})\s*([kmgt]?)i?b?", re.IGNORECASE)
_LENGTH = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*([smh]?)")
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
#: What fits into a column [bytes].
_LARGEST = 2**62
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


def sizes(words: str | int) -> int:
    """
    Return how many bytes *words* are; a thousand of one unit are one of the next.

    Raises:
        UsageError: If it is no size.

    Example:
        >>> sizes("2GB"), sizes("1500"), sizes("3m")
        (2000000000, 1500, 3000000)
    """
    found = _SIZE.fullmatch(str(words).strip())
    size = int(found[1]) * _UNITS[found[2].lower()] if found else None
    if size is None or size > _LARGEST:
        raise UsageError("cli.bad_size", given=words)
    return size


def seconds(words: str | float) -> float:
    """
    Return how many seconds *words* are.

    Raises:
        UsageError: If it is no length of time.

    Example:
        >>> seconds("10m"), seconds("90"), seconds("0.5h")
        (600.0, 90.0, 1800.0)
    """
    found = _LENGTH.fullmatch(str(words).strip())
    if found is None:
        raise UsageError("cli.bad_length", given=words)
    return float(found[1]) * _SECONDS[found[2]]
