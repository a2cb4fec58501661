"""Totals that a store counted, gathered into `STORE_COUNTS`."""

from __future__ import annotations

from dataclasses import field
from datetime import UTC, datetime
from typing import Literal

import pyarrow as pa

from paicha.kernel.levels import stored_level
from paicha.kernel.log_places import is_log_file
from paicha.kernel.parsed_line import main_address
from paicha.kernel.row_records import stored
from paicha.model.schema import STORE_COUNTS
from paicha.values import dataclass

Dimension = Literal["total", "severity_text", "module", "host", "minute", "pattern"]


@dataclass(slots=True)
class StoreCounts:
    """
    What one source's store counted.

    Args:
        source: The source's name.
    """

    source: str
    _counted: dict[tuple[str, str], int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self._counted)

    def add(self, dimension: Dimension, value: str, n: int) -> None:
        """
        Add *n* records, as the records write it.

        A level is counted by its name in upper case, a host by its main address; a log file is no module.
        """
        shown = stored_level(value)[1] if dimension == "severity_text" else value
        if dimension == "host":
            shown = main_address(value)
        if dimension == "module" and is_log_file(value):
            shown = ""
        key = (dimension, stored(shown))
        self._counted[key] = self._counted.get(key, 0) + n

    def add_minute(self, start: datetime, n: int) -> None:
        """Add *n* records of the minute that begins at *start*."""
        self.add("minute", start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), n)

    def table(self) -> pa.Table | None:
        """Return `STORE_COUNTS`, sorted by key; None when nothing was counted."""
        if not self._counted:
            return None
        rows = [(self.source, *key, n) for key, n in sorted(self._counted.items())]
        return pa.table(
            [
                pa.array(values, type=column.type)
                for values, column in zip(zip(*rows, strict=True), STORE_COUNTS, strict=True)
            ],
            schema=STORE_COUNTS,
        )
