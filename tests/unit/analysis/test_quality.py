"""What is said about the evidence itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from paicha.analysis.investigation import investigate
from paicha.analysis.tables import Context
from paicha.locales import Text
from paicha.model.coverage import Coverage, FileCoverage
from paicha.model.findings import Findings, QualityNote


def notes(findings: Findings, kind: str) -> list[QualityNote]:
    return [note for note in findings.quality if note.kind == kind]


def with_coverage(case: Any, **changes: Any) -> Findings:
    coverage: Coverage = case.coverage()
    changed = replace(coverage, logs=(replace(coverage.logs[0], **changes),))
    return investigate(
        case.tables(), case.question(), changed, case.knowledge, Context("c", "0", "f")
    )


def quiet(case: Any) -> Any:
    for second in range(0, 900, 9):
        case.line(second, "INFO", "a.py", "all fine")
    return case


def test_coverage_says_what_was_there_and_what_was_left_out(new_case: Any) -> None:
    """
    Present, read, analysed, parsed; outside, filtered, duplicates.
    """
    findings = with_coverage(
        quiet(new_case()), present=120, read=115, outside=9, filtered=4, duplicates=2
    )

    (coverage,) = notes(findings, "coverage")
    assert (
        "app.log: present 120, read 115, analysed 100, of these 100 with a time (100 %); left out:"
        " 9 outside the window, 4 outside the scope, 2 duplicates" == coverage.text.en
    )
    assert ["app.log: 2 records read more than once and counted once"] == [
        note.text.en for note in notes(findings, "duplicates")
    ]
    assert "outside the window and left out: 9 records" in notes(findings, "clock")[0].text.en


def test_an_unknown_total_is_not_a_number(new_case: Any) -> None:
    """
    A source that cannot count says so.
    """
    (coverage,) = notes(with_coverage(quiet(new_case()), present=None), "coverage")

    assert "present not known" in coverage.text.en
    assert "存在 未知" in coverage.text.zh


def test_records_that_go_back_in_time_are_clock_trouble(new_case: Any) -> None:
    """
    Two steps back in one file, the longest of 90 seconds.
    """
    case = new_case()
    for second in (10, 20, 5, 100, 10):
        case.line(second, "INFO", "a.py", "all fine")

    (note,) = notes(case.findings(), "clock")

    assert "warning" == note.severity
    assert "in the same file and host: 2 records" in note.text.en
    assert "by up to 1 min 30 s" in note.text.en


def test_two_writers_in_one_file_are_no_alarm(new_case: Any) -> None:
    """
    Two seconds back is told, but not as a warning.
    """
    case = new_case()
    for second in (10, 20, 18, 30):
        case.line(second, "INFO", "a.py", "all fine")

    (note,) = notes(case.findings(), "clock")

    assert "info" == note.severity


def test_files_a_whole_zone_apart_are_doubted(new_case: Any) -> None:
    """
    One file eight hours behind the other was read in the wrong zone.
    """
    case = quiet(new_case())
    one, other = (
        FileCoverage(
            path=path,
            size=1,
            records=1,
            formats=(),
            without_time=0,
            without_level=0,
            first=case.start + timedelta(hours=hours),
            last=case.start + timedelta(hours=hours, minutes=2),
        )
        for path, hours in (("a.log", 0), ("b.log", 8))
    )
    (note,) = notes(with_coverage(case, files=(one, other)), "clock")

    assert note.text.en.startswith("a.log ends 7 h 58 min before b.log begins")


def test_an_hour_that_a_zone_has_twice_is_told(new_case: Any) -> None:
    """
    Clocks of New York went back at 06:00 UTC: no stamp of the second hour can be told from one of the first.
    """
    night = datetime(2025, 11, 2, 4, 30, tzinfo=UTC)
    told = {}
    for zone, minutes in (
        ("America/New_York", 50),
        ("America/New_York", 20),
        ("Asia/Shanghai", 50),
    ):
        case = new_case(start=night, zone=zone, minutes=60)
        case.line(0, "ERROR", "a.py", "lease lost").line(
            60 * minutes, "ERROR", "a.py", "lease lost"
        )
        said = [note.text.en for note in case.findings().quality if note.kind == "clock"]
        told[zone, minutes] = said

    assert [] == told["America/New_York", 20] + told["Asia/Shanghai", 50]
    (note,) = told["America/New_York", 50]
    assert note.startswith(
        "Clocks in America/New_York were set back from 02:00 to 01:00 on 2025-11-02"
    )


def test_no_metrics_are_no_good_news(new_case: Any) -> None:
    """
    Without metrics no claim can be checked, and that is said.
    """
    (note,) = notes(quiet(new_case()).findings(), "metrics")

    assert "No metrics were read: no claim of the logs could be checked" == note.text.en


def test_gaps_of_a_series_are_counted(new_case: Any) -> None:
    """
    Null points and missing samples, by metric and host.
    """
    case = quiet(new_case())
    case.metric("cpu_usage", [1.0, None, 2.0, 2.0])

    gaps = [note for note in notes(case.findings(), "metrics") if note.details]

    assert any("without a value" in detail.en for note in gaps for detail in note.details)


def test_lines_without_a_time_are_told(new_case: Any) -> None:
    """
    They are counted, and their share is said.
    """
    case = quiet(new_case()).line(None, "INFO", "a.py", "no time here")

    (note,) = notes(case.findings(), "parsing")

    assert "Without a time that could be read: 1 record (1.0 %)" in note.text.en


def test_warnings_come_before_what_is_fine(reference: Findings) -> None:
    """
    A reader sees first what can mislead.
    """
    order = [note.severity for note in reference.quality]

    assert sorted(order, key=["warning", "info", "ok"].index) == order


@pytest.mark.parametrize(
    ("unread", "said"),
    [
        ((), "no record in the last 10 min 3 s of the window"),
        ((Text.same("half of it"),), "whether there are any is not known, not all were read"),
    ],
)
def test_what_was_not_read_is_not_said_to_be_missing(
    unread: tuple[Text, ...], said: str, new_case: Any
) -> None:
    """The rest of the window may be full of errors."""
    case = new_case()
    for second in range(0, 300, 3):
        case.line(second, "INFO", "a.py", "all fine")

    told = notes(with_coverage(case, incomplete=unread), "coverage")

    details = [
        detail.en for note in told for detail in note.details if "of the window" in detail.en
    ]
    assert len(details) == 1
    assert said in details[0]
