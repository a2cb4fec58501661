"""Where the seconds of a stamp stand, found by asking what stamps say that differ from it."""

from __future__ import annotations

import re
from collections.abc import Callable

#: Two digits that may be seconds, and the digits of a fraction behind them.
_SECONDS = re.compile(r"([0-5][0-9])(?![0-9])(?=[.,:]([0-9]{1,9})(?![0-9])|)")
#: Other seconds and fractions: what is right at both ends and between is right everywhere, and whatever else two digits may be (a
#: day, a month, an hour) some of these are.
_PROBES = (("00", "0" * 9), ("59", "9" * 9), ("07", "123456789"), ("30", "0" * 9))

#: Start and end of the seconds and of their fraction [bytes].
Places = tuple[int, int, int, int]


def seconds_of(
    text: str, found: int, micros: Callable[[str], int | None]
) -> tuple[int, Places] | None:
    """
    Return when the minute of a stamp begins [µs] and where seconds and fraction stand; None: nobody knows.

    Args:
        text: The stamp.
        found: What it says [µs].
        micros: Says that of any stamp, by all kinds that are asked up to the one that reads this one.

    Example:
        >>> from paicha.kernel.times import TimeReader
        >>> seconds_of("3/5/2025 08:09:10.5", 1741162150500000, TimeReader().micros)
        (1741162140000000, (15, 17, 18, 19))
    """
    for met in _SECONDS.finditer(text):
        (start, end), (since, until) = met.span(1), met.span(2) if met[2] else (met.end(1),) * 2
        base = found - _micros(met[1], met[2] or "")
        probed = (
            (text[:start] + second + text[end:since] + part[: until - since] + text[until:],
             base + _micros(second, part[: until - since]))
            for second, part in _PROBES
        )  # fmt: skip
        if all(micros(other) == said for other, said in probed):
            first, second, third, fourth = (
                len(text[:at].encode()) for at in (start, end, since, until)
            )
            return base, (first, second, third, fourth)
    return None


def _micros(second: str, fraction: str) -> int:
    return int(second) * 1_000_000 + int(fraction[:6].ljust(6, "0"))
