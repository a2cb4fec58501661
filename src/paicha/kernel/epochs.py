"""Stamps that count from one moment, read as microseconds since 1970, and which of them are times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from paicha.kernel.stamps import EPOCH

SECOND_US = 1_000_000
_DAY_US = 86_400 * SECOND_US
#: What epochs count from.
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
#: Stamps before this are zero values (Go's year 1, epoch 0), not times.
EARLIEST_US = 366 * _DAY_US
#: Stamps from this on, and before those, are of a clock that was never set: epoch 0 in any zone, and what was counted from there.
UNSET_US = -_DAY_US
#: Stamps from this on are placeholders ("9999-12-31"), not times; a window may not reach there.
LATEST_YEAR = 2200
LATEST_US = (datetime(LATEST_YEAR, 1, 1, tzinfo=UTC) - FIRST) // timedelta(microseconds=1)


def read_epoch(text: str) -> int | None:
    """
    Return an epoch in seconds, milli-, micro- or nanoseconds (told by its size) as microseconds.

    Example:
        >>> read_epoch("1766111852279"), read_epoch("1766111852")
        (1766111852279000, 1766111852000000)
    """
    match = EPOCH().fullmatch(text)
    if match is None:
        return None
    whole, fraction = match.groups()
    if len(whole) <= 10:
        micros = int(whole) * SECOND_US + int((fraction or "")[:6].ljust(6, "0"))
    elif len(whole) <= 13:
        micros = int(whole) * 1000
    elif len(whole) <= 16:
        micros = int(whole)
    else:
        micros = int(whole) // 1000
    return micros if EARLIEST_US <= micros < LATEST_US else None


def read_exponent(text: str) -> int | None:
    """
    Return an epoch in seconds that is written with an exponent, as Go prints it, as microseconds.

    Example:
        >>> read_exponent("1.7661118522794712e+09")
        1766111852279471
    """
    digits = text.removeprefix("1.").removesuffix("e+09").ljust(9, "0")
    whole = text.startswith("1.") and text.endswith("e+09") and digits.isdigit()
    return read_epoch(f"1{digits[:9]}.{digits[9:] or '0'}") if whole else None


def read_tai64n(text: str) -> int | None:
    """
    Return a label of TAI64N as microseconds, ten seconds ahead of UTC, as all programs write it that log by it.

    Example:
        >>> read_tai64n("@400000006944b656109d8e84")
        1766110796278761
    """
    if not text.startswith("@4") or len(text) != 25:
        return None
    try:
        seconds, part = int(text[1:17], 16) - 2**62 - 10, int(text[17:], 16)
    except ValueError:
        return None
    micros = seconds * SECOND_US + part // 1000
    return micros if EARLIEST_US <= micros < LATEST_US and part < 10**9 else None


def read_hexadecimal(text: str) -> int | None:
    """
    Return seconds and nanoseconds in hexadecimal as microseconds.

    Example:
        >>> read_hexadecimal("6944b656.109d8e84")
        1766110806278761
    """
    if len(text) != 17 or text[8] != ".":
        return None
    try:
        seconds, part = int(text[:8], 16), int(text[9:], 16)
    except ValueError:
        return None
    micros = seconds * SECOND_US + part // 1000
    return micros if EARLIEST_US <= micros < LATEST_US and part < 10**9 else None


#: Kinds that count from one moment.
COUNTED = {
    "epoch": read_epoch,
    "exponent": read_exponent,
    "tai64n": read_tai64n,
    "hexadecimal": read_hexadecimal,
}
