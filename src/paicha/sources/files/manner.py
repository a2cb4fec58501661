"""How the lines of files are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from paicha.kernel.caps import Caps
from paicha.kernel.normalise import LineReader
from paicha.kernel.stacks import StackReader
from paicha.model.knowledge import LogFormat
from paicha.values import dataclass


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

    def reader(self, modified: datetime | None) -> LineReader:
        """Return what reads the lines of a file written last at *modified*."""
        placed_by = self.latest or modified
        return LineReader(self.formats, self.zone, placed_by, only=self.log_format)
