"""What one reading may cost, and which limit ended it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from paicha.locales import Text, text
from paicha.model.question import LogQuery
from paicha.values import dataclass


@dataclass(slots=True)
class Allowance:
    """
    Adds up what a reading has cost.

    Args:
        query: Says the limits; 0 is none.
        clock: Seconds since any moment.
    """

    query: LogQuery
    clock: Callable[[], float]
    bytes_read: int = 0
    _started: float = field(init=False)

    def __post_init__(self) -> None:
        self._started = self.clock()

    def spend(self, size: int) -> None:
        """Take *size* bytes from what is left."""
        self.bytes_read += size

    @property
    def exceeded(self) -> Text | None:
        """Why nothing more may be read; None: go on."""
        most = self.query.max_bytes
        if most and self.bytes_read >= most:
            return text("allowance.bytes", most=f"{most:,}")
        seconds = self.query.max_seconds
        if seconds and self.clock() - self._started >= seconds:
            return text("allowance.seconds", most=f"{seconds:g}")
        return None
