"""The steps that every curve of a report shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa

from paicha.analysis.membership import Membership
from paicha.analysis.records import Buckets, RecordQueries, per_bucket
from paicha.model.question import Window
from paicha.values import dataclass

#: Widths a reader can count with [s]; neighbours differ by at most 2.5 times.
_WIDTHS_S = (
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 10800, 21600, 43200, 86400),
)
_DAY_S = 86400
#: Enough steps to see a shape, few enough for one line of a table.
_MOST_STEPS = 45


def buckets_of(window: Window, zone: str, least_s: int = 1) -> Buckets:
    """
    Return the buckets for *window*: a round width, about 18 to 45 of them, on round local times.

    Fewer where they must not be finer than *least_s*, and then a multiple of it.

    Example:
        >>> from datetime import datetime, UTC
        >>> start = datetime(2025, 12, 19, 2, 32, 32, tzinfo=UTC)
        >>> buckets = buckets_of(Window(start, start + timedelta(minutes=15)), "Asia/Shanghai")
        >>> buckets.width_s, buckets.number, buckets.start.isoformat()
        (30, 31, '2025-12-19T02:32:30+00:00')
    """
    length = window.length.total_seconds()
    fit = (w for w in _WIDTHS_S if length / w <= _MOST_STEPS and w % least_s == 0)
    width = next(fit, 0)
    if not width:
        width = _DAY_S * -(-int(length) // (_DAY_S * _MOST_STEPS))
    local = window.start.astimezone(ZoneInfo(zone))
    shift = local.utcoffset() or timedelta(0)
    into_step = (window.start.timestamp() + shift.total_seconds()) % width
    start = window.start - timedelta(seconds=into_step)
    number = -(-(window.end - start) // timedelta(seconds=width))  # rounded up
    return Buckets(start, width, number)


@dataclass(frozen=True, slots=True)
class Curves:
    """
    Draws curves, from the counts where their minutes fit into the steps, else from the records.

    Args:
        buckets: The steps.
        minute_s: How wide the minutes of the counts are [s].
        records: Asked where the steps are finer.
    """

    buckets: Buckets
    minute_s: int
    records: RecordQueries

    def of_problems(self, membership: Membership) -> Mapping[str, tuple[int, ...]]:
        """Return each problem's records per bucket."""
        if self._counts_suffice:
            tagged = membership.tagged
            return per_bucket(tagged["problem"], tagged["minute"], tagged["n"], self.buckets)
        return self.records.curves(membership.rows, self.buckets)

    def of_modules(self, membership: Membership) -> Mapping[str, tuple[int, ...]]:
        """Return each module's records that belong to a problem, per bucket."""
        if self._counts_suffice:
            tagged = membership.tagged
            return per_bucket(tagged["module"], tagged["minute"], tagged["n"], self.buckets)
        return self.records.module_curves(membership.rows, self.buckets)

    def of_everything(self, counts: pa.Table) -> tuple[int, ...]:
        """Return all records per bucket."""
        if self._counts_suffice:
            everything = pa.array([""] * counts.num_rows, pa.string())
            curves = per_bucket(everything, counts["minute"], counts["n"], self.buckets)
            return curves.get("", (0,) * self.buckets.number)
        return self.records.pace(self.buckets)

    @property
    def _counts_suffice(self) -> bool:
        start = self.buckets.start.timestamp()
        return self.buckets.width_s % self.minute_s == 0 and start % self.minute_s == 0
