"""A case of large files gets more files, or is read on: in the end it is the case of one reading of all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.case_tables import TABLES

import paicha
from paicha import Investigation, open_case
from paicha.app.inquiry import KEEP_BYTES
from paicha.facade import Preparation, prepare_extension
from paicha.model.reading import ReadFile
from paicha.sources.files import contents, scanning
from paicha.sources.files import reading as file_reading
from paicha.sources.files.discovery import FoundFile
from paicha.sources.files.stopping import read_file

START = datetime(2025, 12, 19, 10, tzinfo=UTC)
#: What these tests take for large [bytes]; a small file of theirs holds half of it.
LARGE = 40_000
#: Of a case that was read on also what became of its records.
ALL_TABLES = (*TABLES, "membership", "reduction", "records")


def lines(number: int, first: int = 0, *, traces: bool = True) -> str:
    """Return lines of a service whose clock steps back now and then, some errors with a trace of the stack."""
    told = []
    for at in range(first, first + number):
        moment = START + timedelta(seconds=at - 9 * (at % 50 == 0))
        level = ("INFO", "INFO", "WARN", "ERROR")[at % 4]
        told.append(
            f"{moment:%Y-%m-%d %H:%M:%S},000 {level} [main] com.acme.Web - "
            f"user u{at % 17} served in {at * 37 % 900} ms\n"
        )
        if traces and at % 20 == 3:
            told.append(
                f"java.lang.IllegalStateException: {at}\n\tat com.acme.Web.run(Web.java:7)\n"
            )
    return "".join(told)


def carried_out(
    prepared: Preparation, case: Path, stop: Callable[[], bool] | None = None
) -> Investigation:
    """Carry out what was prepared, with little taken for large."""
    small = replace(prepared, inquiry=replace(prepared.inquiry, keep_bytes=LARGE))
    return (
        paicha.carry_out(small, case=case)
        if stop is None
        else paicha.carry_out(small, case=case, stop=stop)
    )


def investigated(
    files: list[Path], case: Path, stop: Callable[[], bool] | None = None
) -> Investigation:
    """Make a case of files."""
    prepared = paicha.prepare(paicha.Asked(files=tuple(map(str, files)), zone="UTC"))
    return carried_out(prepared, case, stop)


def extended(case: Path, files: list[Path]) -> Investigation:
    """Add files to a case."""
    return carried_out(prepare_extension(case, [str(file) for file in files]), case)


def differing(one: Path, other: Path) -> list[str]:
    """Return the tables that are not the same in two cases, and whether the findings are not."""
    mine, theirs = open_case(one), open_case(other)
    order = {"records": " ORDER BY locator", "membership": " ORDER BY ALL"}
    asked = {name: f"FROM {name}{order.get(name, '')}" for name in ALL_TABLES}
    odd = [name for name, sql in asked.items() if mine.sql(sql) != theirs.sql(sql)]
    return odd + ["findings"] * (mine.findings != theirs.findings)


@pytest.mark.parametrize(
    ("numbers", "first"), [((600, 700), 1), ((900, 150), 0), ((900, 150), 1), ((260, 280), 0)]
)
def test_a_case_of_large_files_extended_is_the_case_of_all(
    tmp_path: Path, numbers: tuple[int, int], first: int
) -> None:
    """Large and large, large and small, or small ones that are large together: tables, records and findings."""
    files = [tmp_path / "a.log", tmp_path / "b.log"]
    for at, file in enumerate(files):
        file.write_text(lines(numbers[at], at * 500))
    whole, grown = tmp_path / "whole.case.duckdb", tmp_path / "grown.case.duckdb"
    one = investigated(files, whole)

    investigated([files[first]], grown)
    found = extended(grown, [files[1 - first]])

    assert [] == differing(whole, grown)
    assert sum(numbers) == found.findings.totals.records
    assert one.sql("select count(*) as n from records")["n"][0].as_py() < sum(numbers)


def test_files_above_what_is_kept_whole_extend_a_case_to_the_same(tmp_path: Path) -> None:
    """The same with nothing changed: two files, each above 32 MiB."""
    block = lines(4_000, traces=False)
    files = [tmp_path / "a.log", tmp_path / "b.log"]
    for at, file in enumerate(files):
        moved = block.replace("2025-12-19", f"2025-12-{19 + at}")
        file.write_text(moved * (KEEP_BYTES // len(moved) + 1))
    whole, grown = tmp_path / "whole.case.duckdb", tmp_path / "grown.case.duckdb"
    paicha.investigate(*files, zone="UTC", case=whole)

    paicha.investigate(files[1], zone="UTC", case=grown)
    found = paicha.extend(grown, files[0])

    assert min(file.stat().st_size for file in files) > KEEP_BYTES
    assert [] == differing(whole, grown)
    assert found.findings.totals.records > 500_000


@pytest.mark.parametrize(("least", "asked_inside"), [(0, 0), (0, 2), (1 << 20, 2)])
def test_a_stopped_reading_of_large_files_goes_on_to_the_case_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int, asked_inside: int
) -> None:
    """
    Stopped in the third of four files, before its first stretch or behind one, with marks behind the others.

    Of smaller files it is asked less often: there the third is whole and the fourth begun.
    """
    monkeypatch.setattr(file_reading, "MARK_ROWS", 100)
    monkeypatch.setattr(scanning, "VARIED", 8_000)
    monkeypatch.setattr(contents, "SCANNED", least)
    files = [tmp_path / f"{name}.log" for name in "abcd"]
    for at, file in enumerate(files):
        file.write_text(lines(300, at * 200))
    whole, case = tmp_path / "whole.case.duckdb", tmp_path / "part.case.duckdb"
    investigated(files, whole)

    part = investigated(files, case, in_third_file(monkeypatch, asked_inside))
    found = extended(case, [])

    assert 3 == part.exit_code()
    assert 600 < part.findings.totals.records < (1200 if least else 900)
    assert 0 == found.exit_code()
    assert [] == differing(whole, case)


def in_third_file(monkeypatch: pytest.MonkeyPatch, asked_inside: int) -> Callable[[], bool]:
    """Say yes in the third file, when it was asked in it so often before."""
    read: list[str] = []

    def read_whole(file: FoundFile) -> tuple[ReadFile, ...]:
        read.append(file.shown)
        return read_file(file)

    monkeypatch.setattr(file_reading, "read_file", read_whole)
    left: Iterator[bool] = iter([False] * (1 + asked_inside))  # it is asked once between the files

    def stop() -> bool:
        if len(read) < 2 or not next(left, True):
            return False
        time.sleep(0.2)  # stretches handed out before are mostly read then
        return True

    return stop
