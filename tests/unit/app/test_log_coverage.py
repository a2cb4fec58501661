"""What the coverage says where the sums met their caps."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from paicha.app.gathering import Gathered, log_coverage
from paicha.app.held import ReadProgress
from paicha.engines.local import LocalEngine
from paicha.kernel.caps import Caps
from paicha.knowledge.formats_loader import load_formats
from paicha.model.question import LogQuery, Scope
from paicha.model.schema import STORED_RECORDS
from paicha.sources.files import FileSource
from paicha.testing.records import InMemoryRecords


@pytest.mark.parametrize(
    ("caps", "others", "said"),
    [
        (Caps(units=1), 1, "as <other>, by level, module and host ("),
        (Caps(rows=160), 170, "as <other>, by level alone: of which modules and hosts they are"),
    ],
    ids=["many shapes", "many modules"],
)
def test_what_is_counted_together_is_said_as_it_is_kept(
    tmp_path: Path, caps: Caps, others: int, said: str
) -> None:
    """One shape in many modules meets the caps as well as many shapes, and names no module that is not kept."""
    names = [f"{one}{two}" for one in "abcdefghijklm" for two in "nopqrstuvwxyz"]
    log = tmp_path / "app.log"
    head = "2025-12-19 10:00:00,001 ERROR [main] com"
    rows = [f"{head}.{name}.Web - lost\n" for name in names]
    log.write_text("".join([*rows, f"{head}.Web - found again\n"]))
    query = LogQuery(None, Scope(), "UTC", sys.maxsize)
    with FileSource([log], load_formats()).open(query) as reading:
        sums = LocalEngine(caps=caps).summarise(reading, lambda _: None)
        gathered = Gathered(None, ReadProgress(None, 0, ""), [reading.coverage])
    [covered] = log_coverage(gathered, sums, InMemoryRecords(STORED_RECORDS.empty_table()))

    assert others == sums.others
    assert said in covered.incomplete[0].en
    assert "or shapes of more modules and hosts, than can be told apart" in covered.incomplete[0].en
