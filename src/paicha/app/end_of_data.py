"""Where the data of files ends: what a time of day without a day takes its day from."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from paicha.model.question import LogQuery, Scope
from paicha.ports import LogSource

#: Files have no such limit: a source of files is read whole [records].
_ALL = sys.maxsize


def end_of_data(source: LogSource, zone: str) -> datetime | None:
    """
    Return the whole second that follows the last record of *source*; None where no record has a time.

    Args:
        source: Files; its coverage names the last record of each.
        zone: IANA name that stamps without a zone are in.

    Cost:
        One reading of everything, in which records are only counted.
    """
    query = LogQuery(None, Scope(), zone, _ALL, keep_bytes=0)
    with source.open(query) as reading:
        for _ in reading:
            pass
        last = max((file.last for file in reading.coverage.files if file.last), default=None)
    if last is None:
        return None
    return last.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
