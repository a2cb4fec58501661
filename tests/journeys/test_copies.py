"""The same records in two files."""

from __future__ import annotations

import gzip
from pathlib import Path

import paicha


def lines(last: str) -> str:
    return "".join(
        f"2025-03-04 05:06:{n:02},{last} ERROR [pay.py:7] lease {n} is late\n" for n in range(30)
    )


def warnings(*logs: Path) -> list[str]:
    found = paicha.investigate(*logs, zone="UTC", metrics="none").findings
    return [one.text.en for one in found.statements if "look like copies" in one.text.en]


def test_a_log_beside_its_packed_copy_is_named_on_the_first_screen(tmp_path: Path) -> None:
    """Every count is twice what it should be, and nothing else says so."""
    log, copy = tmp_path / "app.log", tmp_path / "app.log.1.gz"
    log.write_text(lines("891"))
    copy.write_bytes(gzip.compress(log.read_bytes()))

    (said,) = warnings(log, copy)
    assert said.startswith("Files that look like copies, with as many records")
    assert said.endswith(
        f": {log} and {copy}. If they are, each of their records is counted 2 times"
    )


def test_another_log_of_the_same_minutes_is_no_copy(tmp_path: Path) -> None:
    """It ends at another moment."""
    one, other = tmp_path / "a.log", tmp_path / "b.log"
    one.write_text(lines("891"))
    other.write_text(lines("892"))

    assert [] == warnings(one, other)
