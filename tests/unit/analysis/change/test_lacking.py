"""Of whom a baseline holds nothing, so that all that they say looks new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from paicha.analysis.change.lacking import lacking
from paicha.model.coverage import FileCoverage
from paicha.model.question import Window

START = datetime(2026, 11, 28, 10, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(minutes=30))
BASELINE = Window(START - timedelta(minutes=30), START)
Row = tuple[str, str, int, int]  # service, host, minute, records


def counts(*rows: Row) -> pa.Table:
    """Return what `lacking` reads of `COUNTS`."""
    services, hosts, minutes, n = zip(*rows, strict=True) if rows else ((), (), (), ())
    first = [START + timedelta(minutes=minute) for minute in minutes]
    return pa.table(
        {
            "service_name": pa.array(services, pa.string()),
            "host": pa.array(hosts, pa.string()),
            "first": pa.array(first, pa.timestamp("us", tz="UTC")),
            "n": pa.array(n, pa.int64()),
        }
    )


def file(path: str, minute: int) -> FileCoverage:
    """Return a file whose first record is of that minute."""
    first = START + timedelta(minutes=minute)
    return FileCoverage(path, 1, 9, (), 0, 0, first, first)


def found(during: pa.Table, before: pa.Table, *files: FileCoverage) -> tuple[str, ...]:
    """Return of whom the baseline holds nothing."""
    return lacking(during, before, WINDOW, BASELINE, files)


def test_a_host_that_was_not_collected_by_then_is_named() -> None:
    """It writes from the first minute on; who begins in the middle is new in truth."""
    during = counts(("", "web-1", 0, 9), ("", "web-2", 1, 9), ("", "web-3", 12, 9))

    assert ("web-2",) == found(during, counts(("", "web-1", -20, 9)))


def test_services_are_who_they_are_on_whatever_host() -> None:
    """After a release the same service runs on new machines, and may be compared."""
    during = counts(("pay", "i-new", 0, 9), ("", "i-old", 0, 1))

    assert () == found(during, counts(("pay", "i-old", -20, 9)))


def test_a_baseline_of_somebody_else_altogether_lacks_nobody_in_particular() -> None:
    """Names that changed all at once are no gap that could be seen."""
    assert () == found(counts(("", "a", 0, 9)), counts(("", "b", -20, 9)))


def test_a_folder_whose_files_begin_after_the_baseline_is_named() -> None:
    """A rotated file beside it shows that the log was there."""
    files = (
        file("logs/web-1/app.log", -20),
        file("logs/web-2/app.log", 0),
        file("logs/db-1/pg.log", 0),
        file("logs/db-1/pg.log.1", -25),
    )
    nobody = counts(("", "", 0, 9))

    assert ("web-2/",) == found(nobody, counts(("", "", -20, 9)), *files)
    assert () == found(nobody, counts(("", "", -20, 9)), *files[1:3])
