"""When a row of a store happened, as its field states it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from paicha.kernel.times import to_micros

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: An epoch, also as a storage of doubles writes it; never one that `fromisoformat` takes for the year 1766.
_NUMBER = re.compile(r"([0-9]{1,19})(?:\.([0-9]+))?")
_MILLISECONDS = re.compile(r"[1-9][0-9]{12}")


def moment_of(value: object) -> datetime | None:
    """
    Return the time that a field states: ISO 8601, or epoch seconds, ms, µs or ns; None: it states none.

    A text without a zone is UTC. Anything finer than a microsecond is cut off.

    Example:
        >>> moment_of("2026-01-05T09:00:00.123456789Z").isoformat()
        '2026-01-05T09:00:00.123456+00:00'
        >>> moment_of("1767603600123").isoformat(), moment_of("1767603600.5").isoformat(), moment_of(True)
        ('2026-01-05T09:00:00.123000+00:00', '2026-01-05T09:00:00.500000+00:00', None)
    """
    if isinstance(value, list) and len(value) == 1:
        [value] = value
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float):
        return _of_epoch(round(value * 1_000_000)) if 0 <= value < 1e11 else _whole(int(value))
    words = str(value).strip()
    number = _NUMBER.fullmatch(words)
    if number is not None:
        return _whole(int(number[1]), number[2] or "")
    try:
        parsed = datetime.fromisoformat(words)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def micros_of(value: object) -> int | None:
    """
    Return the time that a field states, as `moment_of` reads it, in microseconds since 1970.

    Example:
        >>> micros_of("1767603600123"), micros_of("2026-01-05T09:00:00.000001Z"), micros_of("soon")
        (1767603600123000, 1767603600000001, None)
    """
    if type(value) is str:
        if value[4:5] == "-":  # nearly every one that is no epoch
            try:
                stated = datetime.fromisoformat(value)
            except ValueError:
                pass
            else:
                return to_micros(stated if stated.tzinfo else stated.replace(tzinfo=UTC))
        elif _MILLISECONDS.fullmatch(value):  # nearly every one of BlueKing
            return int(value) * 1000
    moment = moment_of(value)
    return None if moment is None else to_micros(moment)


def _whole(number: int, fraction: str = "") -> datetime | None:
    # 10 digits are seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds.
    digits = len(str(number))
    if digits > 16:
        return _of_epoch(number // 1000)
    scale = 1 if digits > 13 else 1_000 if digits > 10 else 1_000_000
    return _of_epoch(number * scale + int(fraction[:6].ljust(6, "0")) * scale // 1_000_000)


def _of_epoch(microseconds: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return None
