"""Files of one name that lie whole half hours apart at both ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from paicha.analysis.zones import Shifted, files_shifted
from paicha.model.coverage import FileCoverage, SourceCoverage

START = datetime(2026, 11, 28, 10, tzinfo=UTC)
File = tuple[str, float, float]  # path, first and last minute


def _minute(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def shifted(*files: File) -> list[Shifted]:
    """Return which of the files lie beside the others."""
    made = tuple(
        FileCoverage(path, 1, 9, (), 0, 0, _minute(first), _minute(last))
        for path, first, last in files
    )
    n = len(made)
    return list(
        files_shifted([SourceCoverage("f", "files", None, n, n, n, 0, 0, 0, 0, 0, files=made)])
    )


def test_the_one_host_of_three_in_another_zone_is_named() -> None:
    """Later or earlier, and give or take a minute of forty."""
    for by in (480, -60, 330):
        found = shifted(
            ("web-1/app.log", 0, 40), ("web-2/app.log", 0.5, 39), ("web-3/app.log", by, by + 41)
        )

        assert [Shifted("web-3/app.log", 60.0 * by)] == found


def test_logs_that_begin_together_or_end_together_are_of_one_zone() -> None:
    """A host that was added later, one that died, and files of other names."""
    assert not shifted(
        ("web-1/app.log", 0, 240),
        ("web-2/app.log", 0, 240),
        ("web-3/app.log", 60, 240),
        ("web-4/app.log", 0, 180),
        ("web-5/other.log", 60, 300),
    )


def test_logs_of_several_hours_are_no_zones() -> None:
    """A folder an hour, with one host and with two; and those of the day before."""
    assert not shifted(("10/app.log", 0, 60), ("11/app.log", 60, 120), ("12/app.log", 120, 180))
    assert not shifted(
        *(
            (f"{host}/{hour}/app.log", 60.0 * hour, 60.0 * hour + 60)
            for host in "ab"
            for hour in (1, 2)
        )
    )
    assert not shifted(("a/app.log", 0, 60), ("b/app.log", 0, 60), ("c/app.log", -1440, -1380))
