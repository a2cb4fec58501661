"""Coverage of several readings of one source."""

from __future__ import annotations

import sys
from pathlib import Path

from paicha.analysis.doubts import notes_of
from paicha.knowledge.formats_loader import load_formats
from paicha.model.coverage import SourceCoverage, together
from paicha.model.question import LogQuery, Scope
from paicha.sources.files import FileSource


def coverage_of(path: Path, scope: Scope) -> SourceCoverage:
    """Return the coverage of a file, read whole."""
    with FileSource([path], load_formats()).open(LogQuery(None, scope, "UTC", sys.maxsize)) as read:
        for _ in read:
            pass
        return read.coverage


def test_of_two_readings_the_records_that_name_nobody_are_added(tmp_path: Path) -> None:
    """As many in each: one sentence with twice as many, not the same sentence once."""
    log = tmp_path / "app.log"
    log.write_text("".join(f"2025-03-04 05:06:{n} ERROR lost {n}\n" for n in range(10, 60)))
    for scope, expected in (
        (
            Scope(hosts=("10.0.0.1",)),
            "100 records name no host; they are taken to be from 10.0.0.1",
        ),
        (
            Scope(hosts=("10.0.0.1", "10.0.0.2")),
            "100 records name no host; they were kept although",
        ),
        (Scope(services=("cart",)), ""),
    ):
        once = coverage_of(log, scope)
        both = " ".join(note.en for note in notes_of(together([once, once]), scope))
        assert expected in both
        assert "50 records" not in both
