"""CSV files: a time column with a column per metric, or one row per metric, host and time."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path

from paicha.errors import InputError
from paicha.locales import Text, text
from paicha.sources.metric_files.identity import is_identity
from paicha.sources.metric_files.naming import letters, split_unit
from paicha.sources.metric_files.raw import (
    COUNTER,
    Point,
    RawFile,
    RawSeries,
    grows,
    microseconds,
    number,
)
from paicha.values import dataclass

_TIME_COLUMNS = ("time", "timestamp", "datetime", "ts", "date", "时间", "采集时间", "timeunixnano")
_METRIC_COLUMNS = ("metric", "metricname", "name", "指标")
_VALUE_COLUMNS = ("value", "val", "值")
#: Of a file with a row for each value: says of what unit it is.
_UNIT_COLUMNS = ("unit", "units", "uom", "单位")
_UNIT = re.compile(r"[^()\[\]（）]{1,12}")
#: What stands in a cell for "no value here", beside NaN.
_NO_VALUE = frozenset(
    ("", "-", "--", "—", "null", "none", "nil", "na", "n/a", "undefined", "<null>")
)
#: Go prints a time with nanoseconds, its zone twice and its monotonic clock; ISO 8601 is a part of that.
_TIME = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r" ?(Z|UTC|[+-]\d{2}:?\d{2})?(?: UTC)?(?: m=[+-][\d.]{1,30})?"
)
_SECOND = 1_000_000  # [µs]

Labels = tuple[tuple[str, str], ...]


def read_columns(path: Path, content: str, zone: tzinfo) -> RawFile:
    """
    Return one series per metric and set of labels.

    Args:
        path: The file, for errors and notes.
        content: Its text.
        zone: Where times without a zone belong.

    Raises:
        InputError: ``metrics.no_time_column``, ``metrics.no_value_column`` or ``metrics.unreadable``.
    """
    try:
        rows = list(csv.reader(content.splitlines(), delimiter=_delimiter(content)))
    except csv.Error as error:
        raise InputError("metrics.unreadable", path=path, reason=error) from error
    header, *body = [row for row in rows if any(cell.strip() for cell in row)]
    table = _Table(path, [name.strip() for name in header], body, zone)
    return table.read()


def names_a_time(content: str) -> bool:
    """Return whether the first line names more than one column, one of them for times."""
    names = content.partition("\n")[0].split(_delimiter(content))
    return len(names) > 1 and any(_plain(name) in _TIME_COLUMNS for name in names)


def _plain(name: str) -> str:
    return letters(split_unit(name.strip().strip('"'))[0])


def _delimiter(content: str) -> str:
    first = content.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


@dataclass(slots=True)
class _Table:
    """Reads the rows of one file."""

    path: Path
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    zone: tzinfo
    points: dict[tuple[str, Labels], list[Point]] = field(default_factory=dict)
    unreadable_values: int = 0
    unreadable_times: int = 0
    disagreeing: int = 0
    without_zone: bool = False

    def read(self) -> RawFile:
        """Return the series of all rows with a readable time."""
        places = self._time_places()
        if not places:
            raise InputError("metrics.no_time_column", path=self.path, columns=self._columns())
        metric, value = self._place(_METRIC_COLUMNS), self._place(_VALUE_COLUMNS)
        values = [value] if metric is not None and value is not None else self._values(places)
        if not values:
            raise InputError("metrics.no_value_column", path=self.path, columns=self._columns())
        by_row = metric is not None and value in values
        unit = self._place(_UNIT_COLUMNS) if by_row else None
        taken = {*places, *values, unit, metric if by_row else None}
        labelled = [place for place in range(len(self.header)) if place not in taken]
        for row in self.rows:
            moment = self._moment(row, places)
            if moment is None:
                self.unreadable_times += 1
                continue
            labels = tuple(
                (self.header[place], cell) for place in labelled if (cell := _cell(row, place))
            )
            for place in values:
                name = _cell(row, metric) if place == value and metric is not None else ""
                if name and unit is not None:
                    name = _with_unit(name, _cell(row, unit))
                self._take(name or self.header[place], labels, moment, _cell(row, place))
        return RawFile(list(self._series()), [], self._notes(places), self.unreadable_values)

    def _series(self) -> Iterator[RawSeries]:
        for (metric, labels), points in self.points.items():
            unit = split_unit(metric)[1]
            ordered = sorted(points, key=lambda point: point[0])
            yield RawSeries(metric, dict(labels), ordered, unit, _counts(metric, ordered))

    def _notes(self, places: Sequence[int]) -> list[Text]:
        file, notes = self.path.name, []
        if self.unreadable_times:
            notes.append(text("metrics.unreadable_times", count=self.unreadable_times, path=file))
        if self.without_zone:
            notes.append(text("metrics.zone_assumed", path=file, zone=self.zone))
        if self.disagreeing:
            column = self.header[places[0]]
            notes.append(
                text("metrics.times_disagree", count=self.disagreeing, path=file, column=column)
            )
        return notes

    def _columns(self) -> str:
        return ", ".join(name[:40] for name in self.header[:20])

    def _place(self, names: Sequence[str]) -> int | None:
        found = [letters(name) for name in self.header]
        return next((found.index(name) for name in names if name in found), None)

    def _time_places(self) -> list[int]:
        """Return the columns that hold times, the one to trust first."""
        named = [_plain(name) for name in self.header]
        places = [named.index(name) for name in _TIME_COLUMNS if name in named]
        sample = self.rows[:50]
        return [
            place
            for place in places
            if not sample
            or any(_moment(_cell(row, place), self.zone)[0] is not None for row in sample)
        ]

    def _values(self, times: Sequence[int]) -> list[int]:
        return [
            place
            for place, name in enumerate(self.header)
            if place not in times and not is_identity(name) and self._holds_numbers(place)
        ]

    def _holds_numbers(self, place: int) -> bool:
        """Return whether a column is a metric, with or without values, and no label: most of its cells are no text."""
        numbers = texts = 0
        for row in self.rows:
            cell = _cell(row, place)
            if cell.lower() not in _NO_VALUE:
                try:
                    number(cell)
                except ValueError:
                    texts += 1
                else:
                    numbers += 1
        return numbers > texts

    def _moment(self, row: Sequence[str], places: Sequence[int]) -> int | None:
        moment, zoned = _moment(_cell(row, places[0]), self.zone)
        if moment is None:
            return None
        self.without_zone = self.without_zone or not zoned
        for other in places[1:]:
            second = _moment(_cell(row, other), self.zone)[0]
            if second is not None and abs(second - moment) > _SECOND:
                self.disagreeing += 1
                break
        return moment

    def _take(self, metric: str, labels: Labels, moment: int, cell: str) -> None:
        value: float | None = None
        try:
            value = number(cell)
        except ValueError:
            self.unreadable_values += 1
        self.points.setdefault((metric, labels), []).append((moment, value))


def _counts(metric: str, points: Sequence[Point]) -> bool:
    """Return whether a column holds a counter as an exporter gives it: it is called so, and does what counters do."""
    values = {value for _, value in points if value is not None}
    return metric.endswith(COUNTER) and len(values) > 1 and grows(points)


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _with_unit(metric: str, unit: str) -> str:
    """Return the name as a heading that says its unit; where it does already, or none is said, as it is."""
    return f"{metric}({unit})" if _UNIT.fullmatch(unit) and not split_unit(metric)[1] else metric


def _moment(cell: str, zone: tzinfo) -> tuple[int | None, bool]:
    """Return the time [µs since 1970] that *cell* holds, and whether it says its zone."""
    try:
        return microseconds(float(cell)), True
    except (ValueError, OverflowError):
        pass
    found = _TIME.fullmatch(cell[:100])
    if found is None:
        return None, False
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    said = found[8]
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=_zone(said, zone))
        since = local - datetime(1970, 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None, False
    fraction = int((found[7] or "0").ljust(6, "0")[:6])
    return since // timedelta(microseconds=1) + fraction, said is not None


def _zone(said: str | None, zone: tzinfo) -> tzinfo:
    if said is None:
        return zone
    if said in ("Z", "UTC"):
        return UTC
    sign = -1 if said[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(said[1:3]), minutes=int(said[-2:])))
