"""Can that report be trusted? The whole path of somebody who asks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.conftest import SCENARIO, WINDOW, ZONE, CommandLine
from tests.journeys.test_bad_input import through_shell

import paicha
from paicha.locales import LANGUAGES
from paicha.model.audit import Audit
from paicha.testing.report_mutants import mutants

SEED = Path(__file__).parents[3] / "shared" / "reference" / "seed-report.md"
#: The known faults of the seed report, each with a line it stands on.
KNOWN_FAULTS = {
    "length": 5,
    "outside": 393,
    "after_writing": 394,
    "vague": 19,
    "table_order": 278,
    "forgotten": 20,
    "uncovered": 371,
    "warnings_as_errors": 10,
    "unit": 248,
}


@pytest.fixture(scope="module")
def demo() -> paicha.Investigation:
    """Give the investigation of the reference scenario."""
    return paicha.demo(language="en")


@pytest.fixture
def seed() -> str:
    """Give the seed report, where the shared folder is there."""
    if not SEED.is_file():
        pytest.skip(f"the shared folder is not beside the checkout: {SEED.name} is missing")
    return SEED.read_text("utf-8")


@pytest.mark.shared
def test_the_known_faults_of_the_seed_report_are_found_and_nothing_else(seed: str) -> None:
    """Alone, every known fault is named with its line, and no more than two other findings."""
    found = paicha.audit(seed).found
    lines: dict[str, set[int]] = {}
    for each in found.objections:
        lines.setdefault(each.check, set()).update(place.line for place in each.places)

    assert all(line in lines[check] for check, line in KNOWN_FAULTS.items())
    assert {371, 373} == lines["uncovered"]
    assert 10 == len(lines["vague"])
    assert len(lines.keys() - KNOWN_FAULTS.keys()) <= 2
    assert found.failed


@pytest.mark.shared
def test_the_evidence_supports_and_contradicts_the_seed_report_where_it_should(
    seed: str, demo: paicha.Investigation
) -> None:
    """Level and file figures are supported; the missing module and the IO unit are contradicted."""
    found = paicha.audit(seed, demo).found
    judged = {(j.stated.place.line, j.stated.measure): j for j in found.judgements}

    assert all(judged[line, "level.count"].judged == "supported" for line in (264, 265, 266))
    assert all(judged[line, "module.count"].judged == "supported" for line in range(273, 283))
    assert "file_uploader.py" in judged[20, "problem.modules"].text.en
    assert "contradicted" == judged[20, "problem.modules"].judged
    assert "100 times too small" in judged[248, "metric.mean"].text.en
    assert {5, 20, 248, 294} == {each.stated.place.line for each in found.contradicted}
    assert all(each.kind == "problem" for each in found.omissions)
    assert 2 == len(found.omissions)


def small_cases(folder: Path) -> Iterator[paicha.Investigation]:
    """Yield investigations of two small logs of different kinds."""
    java = folder / "orders.log"
    java.write_text(
        "".join(
            f"2025-03-01 08:{minute:02d}:{second:02d},120 {level} [main] com.shop.{module}: {words}\n"
            for minute in range(6)
            for second, (level, module, words) in enumerate(
                [
                    ("INFO", "OrderService", f"order {minute} accepted"),
                    ("ERROR", "PaymentClient", f"payment gateway timeout after {300 + minute} ms"),
                    ("WARN", "DiskWatch", f"Disk space low: usage={80 + minute}%"),
                    ("ERROR", "OrderStore", "Database connection failed: error=connection refused"),
                ]
            )
        )
    )
    json_lines = folder / "gateway.jsonl"
    json_lines.write_text(
        "".join(
            json.dumps(
                {
                    "time": f"2025-03-02T11:00:{second:02d}Z",
                    "level": "error" if second % 3 else "info",
                    "message": "upstream connect timeout" if second % 3 else "request done",
                    "service": "gateway",
                    "host": "10.0.0.7",
                }
            )
            + "\n"
            for second in range(40)
        )
    )
    yield paicha.investigate(java, zone="UTC", language="en", metrics="none")
    yield paicha.investigate(json_lines, zone="Asia/Shanghai", language="zh", metrics="none")


def test_unchanged_reports_give_no_finding_at_all(
    demo: paicha.Investigation, tmp_path: Path
) -> None:
    """Paicha's own reports, of several cases in both languages, alone and with their evidence."""
    for case in (demo, *small_cases(tmp_path)):
        held = paicha.Auditor(case)
        for language in LANGUAGES:
            report = case.render("md", language).decode()
            for found in (paicha.audit(report).found, held.audit(report).found):
                assert () == found.objections
                assert () == found.contradicted
                assert () == found.omissions
                assert found.stated


def test_nineteen_of_twenty_changes_of_a_report_are_caught(
    demo: paicha.Investigation, tmp_path: Path
) -> None:
    """More than 500 mutants of several cases and both languages, at least 95 % caught."""
    made: Counter[str] = Counter()
    missed: list[str] = []
    for case, number in ((demo, 60), *((small, 110) for small in small_cases(tmp_path))):
        held = paicha.Auditor(case)
        for language in LANGUAGES:
            for mutant in mutants(case.render("md", language).decode(), number, seed=5):
                made[mutant.kind] += 1
                if not caught(held.audit(mutant.text).found):
                    missed.append(f"{mutant.kind} {mutant.line}: {mutant.before} -> {mutant.after}")

    assert made.total() >= 500
    assert all(made[kind] >= 40 for kind in ("figure", "time", "name", "unit", "row"))
    assert len(missed) <= 0.05 * made.total(), "\n".join(missed[:20])


def caught(found: Audit) -> bool:
    """Return whether an audit holds anything against a report."""
    return found.failed or bool(found.objections)


def test_the_command_line_audits_with_a_case_and_with_a_log(paicha: CommandLine) -> None:
    """Exit code 0 for a true report, 4 for one with a wrong figure; the same with the log itself."""
    paicha("demo", "-o", "out")
    report = paicha.folder / "out" / "report.md"
    case = "out/paicha.case.duckdb"
    wrong = paicha.folder / "wrong.md"
    wrong.write_text("# Report\n\nTotal records: 1,801\n\n- Disk space low: 37 times\n")

    right = paicha("audit", report, "--case", case)
    with_case = paicha("audit", "wrong.md", "--case", case, "--format", "md")
    with_log = paicha("audit", "wrong.md", "--log", SCENARIO / "app.log", *WINDOW, *ZONE)
    as_json = paicha("audit", "wrong.md", "--case", case, "--format", "json")

    assert (0, 4, 4, 4) == (right.code, with_case.code, with_log.code, as_json.code)
    assert "the evidence counts 1,800" in with_case.out
    assert "1,800" in with_log.out
    judged = {j["stated"]["measure"]: j["judged"] for j in json.loads(as_json.out)["judgements"]}
    assert ("contradicted", "supported") == (judged["records.total"], judged["problem.count"])


def test_a_report_may_come_over_the_standard_input(paicha: CommandLine) -> None:
    """
    As logs may: `-` was looked for as a file of that name.
    """
    words = "Window: 2025-12-19 10:00:00 ~ 10:05:00 (last 15 minutes)"

    said = through_shell(paicha, f'echo "{words}" | "$0" -m paicha audit -')

    assert 4 == said.code, said.err
    assert said.out.startswith("Audit of -")


def test_a_report_that_cannot_be_read_is_refused_with_its_name(paicha: CommandLine) -> None:
    """A missing file and one that is no text end with one sentence and a hint."""
    (paicha.folder / "binary.md").write_bytes(b"\xff\xfe\x00\x80")

    missing = paicha("audit", "nothing.md")
    binary = paicha("audit", "binary.md")

    assert (1, 1) == (missing.code, binary.code)
    assert "The report nothing.md cannot be read" in missing.err
    assert "is not UTF-8 text" in binary.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--case", "a.duckdb", "--log", "x.log"), "so --log would do nothing"),
        (("--case", "a.duckdb", "--last", "5m", "--tz", "UTC"), "so --last, --tz would do nothing"),
        (("--from", "2026-03-02", "--host", "10.0.0.1"), "--from, --host says which lines to read"),
        (("--metrics", "none"), "--metrics says which lines to read"),
    ],
)
def test_an_option_that_nothing_would_read_is_refused(
    paicha: CommandLine, options: tuple[str, ...], words: str
) -> None:
    """A verdict of the report against itself would pass for one of the lines that were asked for."""
    (paicha.folder / "report.md").write_text("# Report\n\n900 records, 130 errors.\n", "utf-8")
    said = paicha("audit", "report.md", *options)

    assert (2, "") == (said.code, said.out)
    assert words in said.err
    assert "\n  try: " in said.err


def test_a_wider_window_asked_of_the_evidence_contradicts_no_report() -> None:
    """
    A report on the ten minutes that a log fills, held against the twenty around them, was not to be trusted.

    What the document on audits shows; a report on another stretch is contradicted as before.
    """
    log = SCENARIO / "app.log"
    own = paicha.investigate(log, zone="Asia/Shanghai", metrics="none", language="en")
    report = own.render("md", "en").decode()
    wider = paicha.investigate(
        log, zone="Asia/Shanghai", metrics="none", start="2025-12-19 10:30", end="2025-12-19 10:50"
    )

    found = paicha.audit(report, evidence=wider).found
    other = paicha.audit(report.replace("(10 min", "(25 min"), evidence=wider).found

    assert () == found.contradicted
    assert ["window.length"] == [each.stated.measure for each in other.contradicted]
