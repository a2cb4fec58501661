"""How the lines of files are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING

from paicha.kernel.caps import Caps
from paicha.kernel.normalise import LineReader
from paicha.kernel.stacks import StackReader
from paicha.model.knowledge import LogFormat
from paicha.values import dataclass

if TYPE_CHECKING:
    from paicha.kernel.plan import Plan


@dataclass(slots=True, frozen=True)
class Manner:
    """
    How the lines of files are read.

    Attributes:
        formats: The log formats known.
        zone: IANA name of the zone of stamps that name none.
        stacks: Reads stack traces.
        log_format: The name of the one format lines are in; "": each line tells.
        latest: What stamps without a year are placed by; None: the time of each file.
        reference: What those in the standard input are placed by then.
        caps: What the sums of large files may hold.
    """

    formats: Sequence[LogFormat]
    zone: str
    stacks: StackReader
    log_format: str
    latest: datetime | None
    reference: datetime | None
    caps: Caps
    #: What was made for the file before, at most one of each: formats are many, and files may be small.
    readers: list[LineReader] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)

    def reader(self, modified: datetime | None) -> LineReader:
        """Return what reads the lines of a file written last at *modified*, when those of the file before are read."""
        placed_by = self.latest or modified
        if not self.readers:
            fresh = LineReader(self.formats, self.zone, placed_by, only=self.log_format)
            self.readers.append(fresh)
        self.readers[0].place_by(placed_by)
        return self.readers[0]
