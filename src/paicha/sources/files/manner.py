"""How the lines of files are read, and what reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from paicha.kernel.caps import Caps
from paicha.kernel.normalise import LineReader
from paicha.kernel.stacks import StackReader
from paicha.kernel.times import PlacedBy
from paicha.model.knowledge import LogFormat

if TYPE_CHECKING:
    from paicha.kernel.plan import Plan
    from paicha.kernel.scan import Scan

#: A scan that writes records is made anew when the names it met weigh more. [bytes]
_HEAVY = 1 << 25


class Manner:
    """
    How the lines of files are read, one file after another.

    What reads them is made once, and for each file placed by its time: it takes as long as reading a thousand lines.

    Args:
        formats: The log formats known.
        zone: IANA name of the zone of stamps that name none.
        stacks: Reads stack traces.
        log_format: The name of the one format lines are in; "": each line tells.
        latest: What stamps without a year are placed by; None: the time of each file.
        reference: What those in the standard input are placed by then.
        caps: What the sums of large files may hold.
    """

    def __init__(
        self,
        formats: Sequence[LogFormat],
        zone: str,
        stacks: StackReader,
        *,
        log_format: str,
        latest: datetime | None,
        reference: datetime | None,
        caps: Caps,
    ) -> None:
        self._formats = formats
        self._zone = zone
        self.stacks = stacks
        self.log_format = log_format
        self.latest = latest
        self.reference = reference
        self.caps = caps
        self._reader: LineReader | None = None
        self._plan: Plan | None = None
        self._writing: Scan | None = None

    def reader(self, placed_by: PlacedBy | None) -> LineReader:
        """Return what reads the lines of a file whose stamps are *placed_by* a moment; that of the file before is void."""
        placed_by = self.latest or placed_by
        if self._reader is None:
            self._reader = LineReader(self._formats, self._zone, placed_by, only=self.log_format)
        else:
            self._reader.place_by(placed_by)
        return self._reader

    def plan(self, placed_by: PlacedBy | None) -> Plan:
        """Return what the formats became for the kernel, likewise."""
        from paicha.kernel.plan import Plan  # noqa: PLC0415 - small files need it not
        from paicha.sources.files.block_ends import BlockEnds  # noqa: PLC0415 - likewise

        placed_by = self.latest or placed_by
        # What no moment places is read otherwise.
        if self._plan is None or (placed_by is None) != (self._plan.reference is None):
            ends = BlockEnds(self.stacks)
            self._plan = Plan(
                self._formats, self._zone, placed_by, self.stacks.rules, block_ends=ends
            )
            self._writing = None
        elif self._plan.reference != placed_by:
            self._plan.place_by(placed_by)
            if self._writing is not None:
                self._writing.forget_times()
        return self._plan

    def writing(self, plan: Plan) -> Scan:
        """Return what writes the records of files read by a *plan* of `plan`."""
        from paicha.kernel.scan import Scan  # noqa: PLC0415 - likewise

        if self._writing is None or self._writing.weight > _HEAVY:
            self._writing = Scan(plan, None, None)
        return self._writing
