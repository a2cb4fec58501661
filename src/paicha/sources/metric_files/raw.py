"""What every reader of a metrics file returns: series as the file has them, before any conversion."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import field

from paicha.locales import Text
from paicha.values import dataclass

#: A moment [µs since 1970, UTC] and its value; None: the file says "no value here".
Point = tuple[int, float | None]

#: What Prometheus' conventions let the name of a counter end with.
COUNTER = "_total"
_LARGEST = 253_402_300_799_999_999  # the end of the year 9999 [µs]


@dataclass(frozen=True, slots=True)
class RawSeries:
    """One series. `counter` says that it only ever grows, so that only its rate means something."""

    metric: str  # the file's own name for it
    labels: Mapping[str, str]
    points: list[Point]
    unit: str = ""  # as the file says it
    counter: bool = False


@dataclass(frozen=True, slots=True)
class RawFile:
    """Everything one file holds, and what had to be left out."""

    series: list[RawSeries]
    incomplete: list[Text] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    unreadable_values: int = 0


def microseconds(epoch: float) -> int | None:
    """
    Return an epoch time in microseconds; its size tells seconds, milli-, micro- and nanoseconds apart.

    Returns:
        None when it is not a time between 1970 and 9999.

    Example:
        >>> [microseconds(t) for t in (1766111520, 1766111520000, 1766111520.25, -1)]
        [1766111520000000, 1766111520000000, 1766111520250000, None]
    """
    if not math.isfinite(epoch) or epoch < 0:
        return None
    if epoch < 1e11:
        moment = round(epoch * 1_000_000)
    elif epoch < 1e14:
        moment = round(epoch * 1_000)
    else:
        moment = round(epoch) if epoch < 1e17 else int(epoch) // 1_000
    return moment if moment <= _LARGEST else None


def number(value: object) -> float | None:
    """
    Return *value* as a finite number; None for null, NaN and infinities.

    Raises:
        ValueError: If it is nothing of that kind.
    """
    if value is None or value == "":
        return None
    # float() itself refuses any other text; true and false are not 1 and 0 here.
    plain = value if isinstance(value, float | str) or type(value) is int else repr(value)
    try:
        found = float(plain)
    except OverflowError:  # an integer with hundreds of digits
        return None
    return found if math.isfinite(found) else None


def grows(points: Sequence[Point]) -> bool:
    """
    Return whether values are those of a counter: they never fall, but to less than half where it began anew.

    Example:
        >>> grows([(0, 5.0), (1, 9.0), (2, 1.0)]), grows([(0, 5.0), (1, 9.0), (2, 8.0)])
        (True, False)
    """
    values = [value for _, value in points if value is not None]
    return all(
        after >= before or 2 * after < before for before, after in itertools.pairwise(values)
    )


def rates(points: list[Point]) -> list[Point]:
    """
    Return the increase per second of a counter, at the end of each step.

    A smaller value than before means that the counter began anew at 0.
    """
    found: list[Point] = []
    for (before, low), (after, high) in itertools.pairwise(points):
        if after <= before:
            continue
        if low is None or high is None:
            found.append((after, None))
            continue
        increase = high - low if high >= low else high
        found.append((after, increase / ((after - before) / 1_000_000)))
    return found
