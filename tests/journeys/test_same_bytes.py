"""The same question on the same data gives the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.conftest import SCENARIO, WINDOW, ZONE, CommandLine

LINES = (SCENARIO / "app.log").read_text("utf-8").splitlines(keepends=True)


@pytest.mark.parametrize("kind", ["json", "md", "html", "terminal"])
def test_two_runs_write_the_same_bytes(paicha: CommandLine, kind: str) -> None:
    """
    Two processes, with different hash seeds, write one report.
    """
    asked = (SCENARIO / "app.log", "--metrics", SCENARIO / "metrics.json", *WINDOW, *ZONE)

    first = paicha("investigate", *asked, "--format", kind, PYTHONHASHSEED="1")
    second = paicha("investigate", *asked, "--format", kind, PYTHONHASHSEED="2")

    assert 0 == first.code
    assert first.out == second.out
    assert len(first.out) > 1000


def test_the_demo_writes_the_same_files_twice(paicha: CommandLine) -> None:
    """
    The built-in example, run twice into one folder, leaves the same report.
    """
    names = ("report.md", "report.json", "report.html")
    folder = paicha.folder / "paicha-report" / "demo"

    first = paicha("demo")
    before = [(folder / name).read_bytes() for name in names]
    second = paicha("demo")

    assert (0, 0) == (first.code, second.code)
    assert before == [(folder / name).read_bytes() for name in names]
    assert first.out == second.out


def test_the_order_of_files_changes_no_byte(paicha: CommandLine, tmp_path: Path) -> None:
    """
    A log cut into two files gives the same case and report whichever file is named first.
    """
    (tmp_path / "a.log").write_text("".join(LINES[:900]), "utf-8")
    (tmp_path / "b.log").write_text("".join(LINES[900:]), "utf-8")
    query = "select shape, severity_text, module, minute, n from counts order by all"

    told, reports = [], []
    for number, files in enumerate((("a.log", "b.log"), ("b.log", "a.log"))):
        case = f"{number}.case.duckdb"
        run = paicha("investigate", *files, *WINDOW, *ZONE, "--format", "json", "--case", case)
        assert 0 == run.code, run.err
        told.append(paicha("sql", case, query, "--format", "csv").out)
        reports.append(run.out)

    assert told[0] == told[1]
    assert reports[0] == reports[1]
    assert 100 < len(told[0].splitlines())


@pytest.mark.parametrize("kind", ["json", "md", "html"])
def test_a_kept_case_gives_the_same_bytes_again(paicha: CommandLine, kind: str) -> None:
    """
    The report of the case file is that of the run that made it.
    """
    made = paicha("demo", "--format", kind, "--case", "a.case.duckdb", "--lang", "en")
    told = paicha("report", "a.case.duckdb", "--format", kind, "--lang", "en")

    assert made.out == told.out
    assert len(told.out) > 1000
