"""
Time stamps as logs write them, read into UTC.

Nothing here looks at a clock: what a stamp does not say (its zone, its year, its day) comes from
arguments. A stamp is read by one regular expression; everything up to the minute is turned into a
number once and remembered, because neighbouring lines share it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from paicha.errors import QuestionError
from paicha.kernel.epochs import (
    COUNTED,
    EARLIEST_US,
    FIRST,
    LATEST_US,
    LATEST_YEAR,
    SECOND_US,
    UNSET_US,
)
from paicha.kernel.stamps import (
    CTIME,
    GUESS_ORDER,
    LOOSE,
    PATTERNS,
    PLACED,
    UNPLACED,
    ZONES,
    Minute,
    ctime_minute,
    loose_minute,
)

_MINUTE_US = 60 * SECOND_US
_REMEMBERED_MINUTES = 20_000
_REMEMBERED_ZONES = 100
#: A stamp without a year or a day may be this much later than what it is placed by: clocks differ.
_SLACK = timedelta(days=1)
#: Years of clocks that were never set: west of Greenwich epoch 0 is of the one before.
_UNSET_YEARS = "1970", "1969"
_FIRST_YEAR = FIRST.year - 1
#: Later than any moment of the last year, in any zone.
_END_US = LATEST_US + 2 * 86_400 * SECOND_US


class Reference(NamedTuple):
    """
    What stamps without a year are placed by, where that is another moment than what those without a day are placed by.

    Args:
        latest: The newest moment that a stamp without a day may mean.
        year_by: The newest that one without a year may mean, give or take a day.
        said_by: Who says so: ``own`` lines of a file, or those of its ``neighbours``.
    """

    latest: datetime
    year_by: datetime
    said_by: str = "own"

    @staticmethod
    def of(reference: PlacedBy) -> Reference:
        """Return *reference* as both moments, in UTC."""
        if isinstance(reference, datetime):
            reference = Reference(reference, reference)
        latest, year_by, said_by = reference
        return Reference(latest.astimezone(UTC), year_by.astimezone(UTC), said_by)


PlacedBy = datetime | Reference


class TimeReader:
    """
    Reads time stamps into microseconds since 1970-01-01 UTC.

    Args:
        zone: IANA name of the zone of stamps that name none.
        reference: What a stamp without a year (or without a day) is placed by: the newest moment
            it may mean, give or take a day. None: such stamps have no time.
    """

    def __init__(self, zone: str = "UTC", reference: PlacedBy | None = None) -> None:
        self._zone = ZoneInfo(zone)
        self._minutes: dict[tuple[str, str, str], int | None] = {}
        self._placed: dict[
            tuple[str, str, str], int | None
        ] = {}  # those that the reference decides
        self._zones: dict[str, TimeReader] = {}
        self._span = EARLIEST_US, _END_US
        self._unset: TimeReader | None = None
        self.assumed = 0  # stamps whose year or day came from the reference
        self.place_by(reference)

    def place_by(self, reference: PlacedBy | None) -> None:
        """Read as a new reader would that places stamps by *reference*."""
        self._reference = Reference.of(reference) if reference else None
        self._last_kind = "iso"
        self._placed.clear()
        self._zones.clear()

    def in_zone(self, name: str) -> TimeReader:
        """Return the reader of stamps that name their zone; this one when there is no such zone."""
        reader = self._zones.get(name)
        if reader is None:
            try:
                reader = TimeReader(find_zone(name).key, self._reference)
            except QuestionError:
                reader = self
            if len(self._zones) < _REMEMBERED_ZONES:
                self._zones[name] = reader
        return reader

    def micros(self, text: str, kinds: tuple[str, ...] = ()) -> int | None:
        """
        Return *text* as microseconds since the epoch; None when it is no time.

        Args:
            text: The stamp and nothing else.
            kinds: Names of `KINDS`, or strptime patterns; empty: whatever fits.
        """
        if not kinds:
            return self._guess(text)
        for kind in kinds:
            found = self._read(kind, text)
            if found is not None:
                return found
        return None

    def has_form(self, text: str, kinds: tuple[str, ...]) -> bool:
        """Return whether *text* is a time that only lacks a reference to be placed by."""
        return self._reference is None and any(
            (LOOSE[kind] if kind in LOOSE else PATTERNS[kind][0])().fullmatch(text)
            for kind in kinds
            if kind in UNPLACED
        )

    def is_unset(self, text: str, kinds: tuple[str, ...]) -> bool:
        """
        Return whether *text* is a stamp of a clock that was never set.

        A device without a battery counts from 1970 until it hears the time. What it writes is a record; when it was nobody knows.

        Example:
            >>> TimeReader().is_unset("1970-01-01T00:00:05Z", ("iso",)), TimeReader().is_unset("1970-13-01 00:00:05", ("iso",))
            (True, False)
        """
        if not any(year in text for year in _UNSET_YEARS):
            return False
        return self._of_unset().micros(text, kinds) is not None

    def is_unset_minute(self, kind: str, minute: str, offset: str) -> bool:
        """Return whether a stamp is of such a clock that says this up to its minute."""
        is_of_year = any(year in minute for year in _UNSET_YEARS)
        return is_of_year and self._of_unset().minute(kind, minute, offset) is not None

    def _of_unset(self) -> TimeReader:
        """Return the reader of what clocks say that were never set."""
        if self._unset is None:
            self._unset = TimeReader(self._zone.key)
            self._unset._span = UNSET_US, EARLIEST_US  # noqa: SLF001 - another of its own
        return self._unset

    def moment(self, text: str) -> datetime | None:
        """
        Return *text* as a moment in UTC; None when it is no time.

        Example:
            >>> TimeReader("Asia/Shanghai").moment("2025-12-19 10:37:32,279").isoformat()
            '2025-12-19T02:37:32.279000+00:00'
        """
        found = self.micros(text)
        return None if found is None else from_micros(found)

    def _guess(self, text: str) -> int | None:
        found = self._read(self._last_kind, text)
        if found is not None:
            return found
        for kind in GUESS_ORDER:
            found = self._read(kind, text)
            if found is not None:
                self._last_kind = kind
                return found
        return None

    def _read(self, kind: str, text: str) -> int | None:
        known = PATTERNS.get(kind)
        if known is not None:
            match = known[0]().fullmatch(text)
            if match is None:
                return None
            minute, second, fraction, offset = match.groups()
            return self._place(kind, minute, second, fraction, offset or "")
        if kind in LOOSE:
            return self._read_loose(kind, text)
        if kind in COUNTED:
            return COUNTED[kind](text)
        if kind == "ctime":
            return self._read_ctime(text)
        return self._read_strptime(kind, text)

    def _read_ctime(self, text: str) -> int | None:
        match = CTIME().fullmatch(text)
        if match is None:
            return None
        minute, second, fraction, zone, year = match.groups()
        return self._place("ctime", f"{minute}@{year}", second, fraction, zone or "")

    def _read_loose(self, kind: str, text: str) -> int | None:
        match = LOOSE[kind]().fullmatch(text)
        if match is None:
            return None
        second, fraction = match["second"], match["fraction"]
        try:
            said = loose_minute(match)
        except ValueError:
            return None
        # Without a year it is placed as a stamp of syslog is.
        placed = "loose" if said.year else "syslog"
        key = f"{said.year:04}-{said.month:02}-{said.day:02} {said.hour:02}:{said.minute:02}"
        return self._place(placed, key, second, fraction, "", said=said)

    def _read_strptime(self, pattern: str, text: str) -> int | None:
        if "%" not in pattern:
            return None
        try:
            moment = datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone follows below
        except ValueError:
            return None
        if not _FIRST_YEAR <= moment.year < LATEST_YEAR:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        return self._within(to_micros(moment))

    def _within(self, micros: int) -> int | None:
        """Return a moment; None before times begin. Where they end its year says, in the zone of the stamp."""
        earliest, end = self._span
        return micros if earliest <= micros < end else None

    def _place(
        self,
        kind: str,
        minute: str,
        second: str | None,
        fraction: str | None,
        offset: str,
        *,
        said: Minute | None = None,
    ) -> int | None:
        base = self.minute(kind, minute, offset, said)
        if base is None:
            return None
        if not second:
            self.assumed += kind in PLACED
            return base
        seconds = int(second)
        if seconds > 60:  # 60 is a leap second
            return None
        if kind in PLACED:
            self.assumed += 1
        part = int(fraction[:6].ljust(6, "0")) if fraction else 0
        return base + seconds * SECOND_US + part

    def minute(self, kind: str, minute: str, offset: str, said: Minute | None = None) -> int | None:
        """Return what a stamp of *kind* says up to its minute [µs]; None when that is no time."""
        key = (kind, minute, offset)
        minutes = self._placed if kind in UNPLACED else self._minutes
        try:
            return minutes[key]
        except KeyError:
            if len(minutes) >= _REMEMBERED_MINUTES:
                minutes.clear()
            base = minutes[key] = self._resolve(kind, minute, offset, said)
            return base

    def _resolve(
        self, kind: str, minute: str, offset: str, said: Minute | None = None
    ) -> int | None:
        try:
            if said is None:
                said = (ctime_minute if kind == "ctime" else PATTERNS[kind][1])(minute)
            if kind in PLACED:
                moment = self._place_by_reference(said)
            else:
                moment = datetime(said.year, said.month, said.day, said.hour, said.minute)  # noqa: DTZ001
        except ValueError:
            return None
        # The year first: at either end of the calendar a zone's shift leaves it.
        if moment is None or not _FIRST_YEAR <= moment.year < LATEST_YEAR:
            return None
        here = moment.replace(tzinfo=self._zone)
        shift = _offset_minutes(offset)
        # Letters that the reader's own zone writes mean that zone: PST is Manila's, too.
        if shift is None or (offset in ZONES and here.tzname() == offset):
            micros = to_micros(here)
        else:
            micros = to_micros(moment.replace(tzinfo=UTC)) - shift * _MINUTE_US
        return self._within(micros)

    def _place_by_reference(self, said: Minute) -> datetime | None:
        """Return the newest moment that fits *said* and is not past the reference (and a day)."""
        if self._reference is None:
            return None
        if said.month == 0:
            newest = self._reference.latest.astimezone(self._zone).replace(tzinfo=None)
            today = datetime.combine(newest.date(), datetime.min.time()).replace(
                hour=said.hour, minute=said.minute
            )
            return today if today <= newest else today - timedelta(days=1)
        newest = self._reference.year_by.astimezone(self._zone).replace(tzinfo=None)
        for year in range(newest.year + 1, newest.year - 9, -1):
            try:
                moment = datetime(year, said.month, said.day, said.hour, said.minute)  # noqa: DTZ001
            except ValueError:
                continue  # 29 February
            if moment <= newest + _SLACK:
                return moment
        return None


def _offset_minutes(offset: str) -> int | None:
    """Return how far east of UTC *offset* is [min]; None when it says nothing."""
    if not offset:
        return None
    if offset[0] not in "+-":
        return 0 if offset in ("Z", "UTC", "GMT") else ZONES.get(offset)
    digits = offset[1:6].replace(":", "")
    # Three digits are minutes, as Db2 writes them.
    minutes = int(digits) if len(digits) == 3 else int(digits[:2]) * 60 + int(digits[2:4] or 0)
    return -minutes if offset[0] == "-" else minutes


def to_micros(moment: datetime) -> int:
    """Return *moment* (with a zone) as microseconds since the epoch, exactly."""
    since = moment - FIRST
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_micros(micros: int) -> datetime:
    """Return microseconds since the epoch as a moment in UTC."""
    return FIRST + timedelta(microseconds=micros)


def find_zone(name: str) -> ZoneInfo:
    """
    Return the zone *name*.

    Raises:
        QuestionError: If there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        # ZoneInfo says "no such key" as KeyError, and refuses paths and odd names as ValueError
        # or as the operating system's error.
        raise QuestionError("question.zone", zone=name) from error
