"""What one asks after a report: the commands it prints work as they are, whatever files are called."""

from __future__ import annotations

import json
import shlex

import pytest
from tests.journeys.conftest import CommandLine, Said

LINES = "".join(
    f"2026-11-20 10:{n // 60:02d}:{n % 60:02d} {'ERROR' if n % 4 == 0 else 'INFO'} lease {n} is late\n"
    for n in range(120)
)


@pytest.fixture(params=["app.log", "业务 日志 $HOME.log", 'it\'s; rm `x` & "y".log', "-n.log"])
def asked(request: pytest.FixtureRequest, paicha: CommandLine) -> tuple[CommandLine, Said]:
    """Give a finished investigation of a file with an awkward name."""
    folder = paicha.folder / "night of the 20th"
    folder.mkdir()
    (folder / request.param).write_text(LINES)
    said = paicha("investigate", f"night of the 20th/{request.param}", "--tz", "UTC")
    assert 0 == said.code, said.err
    return paicha, said


def _command(words: str) -> list[str]:
    name, *arguments = shlex.split(words)
    assert "paicha" == name
    return arguments


def test_the_hint_below_the_report_shows_the_lines_of_its_first_problem(
    asked: tuple[CommandLine, Said],
) -> None:
    """
    Pasted into a shell it is what it was: blanks, dollars, quotes and Chinese are quoted.
    """
    paicha, said = asked
    (hint,) = [line for line in said.out.splitlines() if "lines of a problem:" in line]
    shown = paicha(*_command(hint.partition("lines of a problem:")[2].strip()))

    assert 0 == shown.code, shown.err
    assert 20 == shown.out.count(" is late")
    assert "20 of 30 lines" in shown.err


def test_the_command_that_reproduces_a_report_gives_the_same_report(
    asked: tuple[CommandLine, Said],
) -> None:
    """
    As it stands in the report, into another folder.
    """
    paicha, _ = asked
    (case,) = paicha.folder.glob("paicha-report/*/paicha.case.duckdb")
    report = case.with_name("report.json").read_text("utf-8")
    (command,) = json.loads(report)["reproduction"]["commands"]
    again = paicha(*_command(command), "--format", "json")

    assert (0, report) == (again.code, again.out)


def test_the_folder_of_a_report_stands_for_its_case(asked: tuple[CommandLine, Said]) -> None:
    """
    Evidence, SQL, a report and a comparison take it.
    """
    paicha, _ = asked
    (case,) = paicha.folder.glob("paicha-report/*/paicha.case.duckdb")
    folder = case.parent.relative_to(paicha.folder)
    ways = (
        ("evidence", folder, "1", "--limit", "1"),
        ("sql", folder, "select count(*) as n from records"),
        ("report", folder, "--format", "page"),
        ("compare", folder, case),
        ("audit", folder / "report.md", "--case", folder),
    )

    assert [0] * len(ways) == [paicha(*way).code for way in ways]


def test_a_folder_without_a_case_is_refused_by_the_name_of_what_it_lacks(
    paicha: CommandLine,
) -> None:
    """
    No word of a damaged database.
    """
    said = paicha("evidence", ".", "1")

    assert 1 == said.code
    assert said.err.startswith(
        "The case file paicha.case.duckdb does not exist.\n  try: check the path"
    )


def test_sql_without_a_statement_says_what_there_is(asked: tuple[CommandLine, Said]) -> None:
    """
    The tables of the case, each with its columns.
    """
    paicha, _ = asked
    (case,) = paicha.folder.glob("paicha-report/*/paicha.case.duckdb")
    tables = json.loads(paicha("sql", case, "--format", "json").out)
    columns = {row["table"]: row["columns"].split(", ") for row in tables}

    assert ["shape", "severity_number", "problem"] == columns["membership"]
    assert {"records", "counts", "templates", "slots"} <= columns.keys()


def test_many_reasons_do_not_push_the_report_off_the_screen(paicha: CommandLine) -> None:
    """
    Five are said before it, the others are counted; the report has all, and does not speak of 100 %.
    """
    folder = paicha.folder / "logs"
    folder.mkdir()
    (folder / "app.log").write_text(LINES)
    for n in range(12):
        (folder / f"app.log.{n + 1}.gz").write_bytes(b"\x1f\x8b\x08\x00broken" + bytes(200))
    said = paicha("investigate", "logs", "--tz", "UTC", "-o", "out")
    report = (paicha.folder / "out" / "report.md").read_text("utf-8")

    assert 3 == said.code
    assert 6 == said.err.count("Incomplete: ")
    assert "Incomplete: 7 more reasons; all of them stand in the report" in said.err
    assert "incomplete  coverage: present 120" in said.out
    assert all(f"app.log.{n + 1}.gz" in report for n in range(12))
