"""A window against its baseline, and two cases side by side, as a release pipeline asks it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.journeys.conftest import SCENARIO, CommandLine

import paicha

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BEFORE = ("--from", "2026-03-02T09:00:00", "--to", "2026-03-02T09:30:00", "--tz", "UTC")
DURING = ("--from", "2026-03-02T09:30:00", "--to", "2026-03-02T10:00:00", "--tz", "UTC")


def lines() -> Iterator[tuple[float, str]]:
    """Yield (second, line): in the second half hour a database goes and a gateway gets loud."""
    for at in range(0, 3600, 2):
        yield at, f"INFO  [order.py:7] order {at * 7919} accepted in {at % 83} ms"
    for at in range(30, 3600, 60):
        yield at, "WARN  [legacy.py:88] Deprecated feature in use"
    for at in (*range(45, 2700, 90), *range(2705, 3600, 3)):
        yield at, f"ERROR [gateway.py:12] upstream answered 50{at % 3} after {at % 700} ms"
    for at in range(5, 1800, 45):
        yield at, "WARN  [cache.py:9] cache miss ratio above target"
    for at in range(2660, 3600, 23):
        yield at, f"ERROR [stock.py:40] Database connection failed: host db-{at % 3} port 5432"
    for at in (2641, 2643, 2644):
        yield at, "FATAL [stock.py:2] worker pool exhausted, giving up"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the log, and a case of each half hour."""
    place = tmp_path_factory.mktemp("change")
    stamped = sorted((START + timedelta(seconds=at), line) for at, line in lines())
    text = "".join(f"{at:%Y-%m-%d %H:%M:%S},000 {line}\n" for at, line in stamped)
    (place / "app.log").write_text(text, "utf-8")
    run = CommandLine(place)
    for name, window in (("before", BEFORE), ("during", DURING)):
        options = ("--baseline", "none", "--format", "json", "-o", f"{name}.json")
        said = run("investigate", "app.log", *window, *options, "--case", f"{name}.duckdb")
        assert 0 == said.code, said.err
    return place


@pytest.fixture(scope="module")
def report(folder: Path) -> dict[str, Any]:
    """Give the JSON report of the second half hour with the first as its baseline."""
    said = CommandLine(folder)(
        "investigate", "app.log", *DURING, "--format", "json", "--case", "both.duckdb"
    )
    assert 0 == said.code, said.err
    told: dict[str, Any] = json.loads(said.out)
    return told


def kinds(changes: list[dict[str, Any]], dimension: str) -> dict[str, tuple[str, bool]]:
    """Return what every thing of a dimension is called, and whether that is firm."""
    return {
        change["title"]["en"]: (change["kind"], change["firm"])
        for change in changes
        if change["dimension"] == dimension
    }


def test_every_problem_is_called_what_happened_to_it(report: dict[str, Any]) -> None:
    """
    New, louder, gone, as before; and new without certainty where three records are all there is.
    """
    assert {
        "Database connection failing": ("new", True),
        "Connection pool exhausted": ("new", False),
        "HTTP 5xx answers": ("louder", True),
        "cache miss ratio above target": ("gone", True),
        "Deprecated feature in use": ("unchanged", True),
    } == kinds(report["change"]["changes"], "problem")


def test_both_windows_are_told_apart_in_the_coverage(report: dict[str, Any]) -> None:
    """
    One pass over the file, every record counted in one of the windows.
    """
    (window,), (baseline,) = report["coverage"]["logs"], report["coverage"]["baseline"]

    assert window["read"] == baseline["read"] == window["kept"] + baseline["kept"]
    assert window["kept"] == baseline["outside"] == report["totals"]["records"]
    assert baseline["kept"] == report["change"]["baseline"]["records"]


def test_the_queries_recount_what_is_said(folder: Path, report: dict[str, Any]) -> None:
    """
    The evidence of every change gives its two counts from the case file.
    """
    case = paicha.open_case(folder / "both.duckdb")

    for change in report["change"]["changes"]:
        rows = case.sql(change["sql"]).to_pylist()
        counts = {row["stretch"]: row["n"] or 0 for row in rows}
        assert {"before": change["before"], "during": change["during"]} == counts


def test_the_course_says_when_it_turned(report: dict[str, Any]) -> None:
    """
    The gateway went on before and rises at 09:45; the database begins in the window.
    """
    courses = {p["title"]["en"]: p["course"] for p in report["problems"]}

    gateway, database = courses["HTTP 5xx answers"], courses["Database connection failing"]
    assert (True, False) == (gateway["ongoing_before"], database["ongoing_before"])
    assert [("step_up", "2026-03-02T09:45:00Z")] == [
        (turn["kind"], turn["at"]) for turn in gateway["turns"]
    ]
    onsets = [course["onset"] for course in (gateway, database)]
    assert ["2026-03-02T09:45:00Z", "2026-03-02T09:44:20Z"] == onsets


def test_novelty_is_a_term_of_the_rank(report: dict[str, Any]) -> None:
    """
    What is new gains, what goes on as before loses, and the sum is the score.
    """
    novelty = {
        p["title"]["en"]: next(f["points"] for f in p["factors"] if f["name"] == "novelty")
        for p in report["problems"]
    }

    assert (8.0, 4.0) == (
        novelty["Database connection failing"],
        novelty["Connection pool exhausted"],
    )
    assert novelty["Deprecated feature in use"] < 0 < novelty["HTTP 5xx answers"]
    for problem in report["problems"]:
        assert problem["score"] == round(sum(f["points"] for f in problem["factors"]), 1)


def test_two_cases_differ_as_two_windows_do(folder: Path, report: dict[str, Any]) -> None:
    """
    `compare` folds both cases together and decides the same of every problem.
    """
    said = CommandLine(folder)("compare", "before.duckdb", "during.duckdb", "--format", "json")

    told = json.loads(said.out)
    assert 0 == said.code
    assert kinds(report["change"]["changes"], "problem") == kinds(
        told["change"]["changes"], "problem"
    )


def test_two_cases_of_one_file_name_are_told_apart_by_their_folders(
    folder: Path, tmp_path: Path
) -> None:
    """
    Every case file is called alike where nobody named it: the folder says which side is which.
    """
    for name in ("before", "during"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "case.duckdb").write_bytes((folder / f"{name}.duckdb").read_bytes())

    found = paicha.compare(*(tmp_path / name / "case.duckdb" for name in ("before", "during")))

    assert ("before/case.duckdb", "during/case.duckdb") == (
        found.found.before.name,
        found.found.during.name,
    )


def test_two_cases_asked_of_different_records_say_so(folder: Path, tmp_path: Path) -> None:
    """What only one of them was asked about is new or louder by the asking."""
    cases = [tmp_path / f"{name}.case.duckdb" for name in ("loud", "whole")]
    paicha.investigate(folder / "app.log", zone="UTC", where="level>=WARN", case=cases[0])
    paicha.investigate(folder / "app.log", zone="UTC", case=cases[1])

    different, alike = paicha.compare(*cases).found, paicha.compare(cases[1], cases[1]).found

    said = "The two were asked of different records: the first of level>=WARN, the second of everything."
    assert different.change.baseline.text.en.endswith(said)
    assert "different records" not in alike.change.baseline.text.en


def test_what_few_of_a_template_say_is_compared_with_what_few_said(tmp_path: Path) -> None:
    """Of nine names that one template takes one is a class: a ninth of the errors before, a ninth now."""
    names = (
        *[
            "NorthGate",
            "NorthHall",
            "SouthGate",
            "SouthHall",
            "UpperGate",
            "UpperHall",
            "LowerGate",
            "LowerHall",
        ],
        "ConnectionRefused",
    )
    rows = (
        f"2026-11-21 10:{at // 60:02}:{at % 60:02} ERROR app import of {names[at % 9]} rejected"
        for at in range(1800)
    )
    (tmp_path / "app.log").write_text("\n".join(rows), "utf-8")
    found = paicha.investigate(
        tmp_path / "app.log",
        start="2026-11-21T10:15:00",
        end="2026-11-21T10:30:00",
        zone="UTC",
        baseline="previous",
    )
    change = found.findings.change

    assert {"connection_refused": 100, "": 800} == {
        one.class_id: one.n for one in found.findings.problems
    }
    assert change is not None
    assert {(100, 100), (800, 800)} == {
        (one.before, one.during) for one in change.changes if one.dimension == "problem"
    }


def test_a_comparison_counts_what_the_reports_count(tmp_path: Path) -> None:
    """Words that somebody searched for named a problem of every search in `compare`, and of none in either report."""
    words = ("pears", "wine", "connection refused", "plums", "rice", "quinces")
    cases = []
    for n in (1, 2):
        rows = (
            f'2026-11-2{n} 10:{at // 60:02}:{at % 60:02} app search q="{words[at % 6]}" took {at} ms'
            for at in range(300 * n)
        )
        log, case = tmp_path / f"{n}.log", tmp_path / f"{n}.case.duckdb"
        log.write_text("\n".join(rows), "utf-8")
        assert () == paicha.investigate(log, zone="UTC", case=case).findings.problems
        cases.append(case)
    changes = paicha.compare(*cases).found.change.changes

    assert [] == [one for one in changes if one.dimension == "problem"]


@pytest.mark.parametrize(
    ("first", "second", "fail_on", "code"),
    [
        ("before", "during", "new", 4),
        ("before", "before", "new", 0),
        ("before", "before", "louder", 0),
        ("during", "before", "louder", 4),  # what had gone is back
    ],
)
def test_a_release_is_stopped_by_what_is_new(
    folder: Path, first: str, second: str, fail_on: str, code: int
) -> None:
    """
    Exit code 4 for what was asked for, else 0.
    """
    files = (f"{first}.duckdb", f"{second}.duckdb")

    assert code == CommandLine(folder)("compare", *files, "--fail-on", fail_on).code


def test_the_gate_does_it_in_one_command(folder: Path) -> None:
    """
    Two windows of a source; a baseline without records is not a pass.
    """
    gate = CommandLine(folder)

    assert 4 == gate("change", "app.log", *DURING, "--fail-on", "new").code
    assert 3 == gate("change", "app.log", *BEFORE, "--fail-on", "new").code
    refused = gate("change", "app.log", "--lang", "en")
    assert (2, True) == (refused.code, "There is no window to compare" in refused.err)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_format_of_a_comparison_is_written_in_both_languages(
    folder: Path, language: str
) -> None:
    """
    Text, Markdown, HTML and chat name the new problem; the chat is plain and short.
    """
    title = {"en": "Database connection failing", "zh": "数据库连接失败"}[language]
    files = ("before.duckdb", "during.duckdb", "--lang", language)
    for kind in ("terminal", "md", "html", "chat"):
        said = CommandLine(folder)("compare", *files, "--format", kind)
        assert (0, True) == (said.code, title in said.out), kind
        assert re.search("[\u4e00-\u9fff]: ", said.out) is None  # Chinese has a colon of its own
    assert len(said.out.encode()) <= 2_000
    assert "<" not in said.out


@pytest.mark.parametrize("language", ["en", "zh"])
def test_short_reports_lead_with_the_change(folder: Path, language: str) -> None:
    """
    A chat message of at most 2,000 bytes and a page: the suspect, what changed, and then the rest.
    """
    suspect = {"en": "First suspect: ", "zh": "首要疑似根因"}[language]
    new = {"en": "New: Database connection failing", "zh": "新出现：数据库连接失败"}[language]
    urgent = {"en": "Needs attention now", "zh": "需要立即处理"}[language]
    for kind, most in (("chat", 2_000), ("page", 8_000)):
        said = CommandLine(folder)("report", "both.duckdb", "--format", kind, "--lang", language)
        rows = [row.replace("*", "") for row in said.out.splitlines() if row.startswith("- ")]
        places = [
            next(at for at, row in enumerate(rows) if words in row)
            for words in (suspect, new, urgent)
        ]
        assert (0, sorted(places), 0) == (said.code, places, places[0]), said.out
        assert len(said.out.encode()) <= most


def test_the_scenario_against_its_own_first_half_is_unchanged(tmp_path: Path) -> None:
    """
    Nothing changed in it, so nothing is called changed.
    """
    for start in ("2025-12-19T10:40:02+08:00", "2025-12-19T10:42:32+08:00"):
        window = ("--from", start, "--to", "2025-12-19T10:47:32+08:00", "--tz", "Asia/Shanghai")
        said = CommandLine(tmp_path)(
            "change", SCENARIO / "app.log", *window, "--format", "json", "--fail-on", "louder"
        )
        found = json.loads(said.out)["change"]
        assert (0, {"unchanged"}) == (said.code, {c["kind"] for c in found["changes"]})
        assert len(found["changes"]) > 40


def test_the_json_report_with_a_baseline_keeps_to_its_schema(report: dict[str, Any]) -> None:
    """
    The published schema describes change and course too.
    """
    schema = json.loads(
        (Path(paicha.__file__).parent / "renderers/schema/report.schema.json").read_text("utf-8")
    )

    jsonschema.validate(report, schema)


def test_a_terminal_says_what_each_table_compares_and_with_what(
    folder: Path, paicha: CommandLine
) -> None:
    """Tables of levels and of modules look alike without their headings; `previous` is no word of a Chinese report."""
    told = paicha(
        "change", str(folder / "app.log"), *DURING, "--lang", "zh", "--format", "terminal"
    )

    assert 0 == told.code, told.err
    assert "紧邻的前一段：2026-03-02 09:00:00" in told.out
    for heading in ("级别：", "模块："):
        assert heading in told.out.partition("差异")[2]
