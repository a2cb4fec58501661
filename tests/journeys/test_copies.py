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


def shared(*logs: Path) -> list[str]:
    found = paicha.investigate(*logs, zone="UTC", metrics="none").findings
    return [one.text.en for one in found.statements if "counted twice" in one.text.en]


def test_a_log_of_errors_beside_the_log_that_holds_them_too_is_named(tmp_path: Path) -> None:
    """What many Java services write: each error stands in both files, and counted for two."""
    both, errors = tmp_path / "app.log", tmp_path / "app-error.log"
    errors.write_text(lines("891"))
    both.write_text(
        "".join(
            f"{line}\n{line.replace('ERROR', 'INFO').replace('late', 'held')}\n"
            for line in lines("891").splitlines()
        )
    )

    (said,) = shared(both, errors)
    assert said.startswith(f"30 records stand in {errors} and in {both} alike")


def test_an_earlier_copy_of_a_log_is_named(tmp_path: Path) -> None:
    """It ends before the log does, so that the two are no copies as a whole."""
    log, earlier = tmp_path / "app.log", tmp_path / "app.log.bak.gz"
    log.write_text(lines("891"))
    earlier.write_bytes(
        gzip.compress("".join(lines("891").splitlines(keepends=True)[:24]).encode())
    )

    (said,) = shared(log, earlier)
    assert said.startswith(f"24 records stand in {log} and in {earlier} alike")


def test_a_rotated_log_that_overlaps_the_next_is_named(tmp_path: Path) -> None:
    """Copied and then emptied: what both hold is a fiftieth of either, and was counted twice without a word."""
    every = [
        f"2025-03-04 {5 + n // 3600:02}:{n // 60 % 60:02}:{n % 60:02},891 ERROR [pay.py:7] lease {n} is late\n"
        for n in range(2000)
    ]
    log, before = tmp_path / "app.log", tmp_path / "app.log.1"
    before.write_text("".join(every[:1011]))
    log.write_text("".join(every[989:]))

    (said,) = shared(log, before)
    assert said.startswith(
        f"22 records stand at the end of one and at the beginning of the other of {log} and {before}"
    )


def test_two_programs_that_share_few_lines_are_left_alone(tmp_path: Path) -> None:
    """Of each log's lines a third stand in the other one as well."""
    one, other = tmp_path / "a.log", tmp_path / "b.log"
    for log, names in ((one, ("lock", "latch")), (other, ("cache", "queue"))):
        log.write_text(
            lines("891") + "".join(lines("123").replace("lease", name) for name in names)
        )

    assert [] == shared(one, other)
