"""What an audit holds against a report that contradicts itself, one fault at a time."""

from __future__ import annotations

import pytest

import paicha
from paicha.audits import Auditor
from paicha.model.audit import Objection

CLEAN = """# Incident report

Window: 2025-12-19 10:00:00 ~ 10:15:00 (15 minutes)
Written at: 2025-12-19 10:20:00
Total records: 1,000
Abnormal records: 60

## Problems

### 1. Disk space low

- Occurrences: 40
- Affected files: a.py, b.py

### 2. Database connection failed

- Occurrences: 20
- Affected files: b.py

## Levels

| Level | Count | Share |
| --- | ---: | ---: |
| ERROR | 20 | 33.3% |
| WARNING | 40 | 66.7% |
| Total | 60 | 100% |

## Files, sorted by count

| File | Count | Main problems |
| --- | ---: | --- |
| b.py | 35 | Disk space low, Database connection failed |
| a.py | 25 | Disk space low |

## Metrics

| Metric | Average | Max | Min | Status |
| --- | --- | --- | --- | --- |
| CPU usage | 12.0% | 15.5% | 9.1% | normal |
| Memory usage | 40.0% | 41.0% | 39.0% | normal |

- All metrics are normal, see problem 1.

## Timeline

- 10:01:00 Disk space low (a.py)
- 10:02:00 Database connection failed (b.py)
- 10:14:59 Disk space low (b.py)
"""

FAULTS = [
    ("length", "(15 minutes)", "(last 30 minutes)", "15 min"),
    ("outside", "10:14:59", "10:15:09", "outside"),
    ("after_writing", "Written at: 2025-12-19 10:20:00", "Written at: 2025-12-19 10:10:00", "1"),
    ("window_order", "10:00:00 ~ 10:15:00", "10:15:00 ~ 2025-12-19 10:00:00", "not after"),
    ("total", "| Total | 60 |", "| Total | 61 |", "60"),
    ("share", "33.3%", "35.3%", "33.3"),
    ("table_order", "| b.py | 35 |", "| b.py | 15 |", "25"),
    ("level_sum", "Abnormal records: 60", "Abnormal records: 600", "60"),
    ("different", "- Occurrences: 20", "- Occurrences: 20\n- Occurrences: 21", "21"),
    ("metric_order", "9.1%", "12.9%", "order"),
    ("magnitude", "15.5%", "155%", "155"),
    ("unit", "| 12.0% | 15.5% | 9.1% |", "| 0.012% | 0.015% | 0.009% |", "1.5 %"),
    (
        "uncovered",
        "10:02:00 Database connection failed",
        "10:02:00 User authentication failed",
        "2",
    ),
    ("forgotten", "- Affected files: a.py, b.py", "- Affected files: b.py", "a.py"),
    ("reference", "see problem 1", "see problem 7", "7"),
    ("vague", "- Occurrences: 40", "- Occurrences: several times", "several times"),
    ("warnings_as_errors", "Abnormal records: 60", "Errors: 60 (ERROR + WARNING)", "40"),
    ("all_normal", "| 39.0% | normal |", "| 39.0% | warning |", "Memory usage"),
    (
        "listed",
        "Total records: 1,000",
        "Total records: 1,000, 3 problems\n\n3 problems in all",
        "2",
    ),
]


@pytest.fixture(scope="module")
def auditor() -> Auditor:
    """Give an auditor without evidence."""
    return paicha.Auditor()


def objections(auditor: Auditor, text: str) -> dict[str, Objection]:
    """Return the objections to a report by their check."""
    return {each.check: each for each in auditor.audit(text).found.objections}


def test_a_report_without_a_fault_gets_no_objection(auditor: Auditor) -> None:
    """Nothing is held against a report that is in order."""
    audited = auditor.audit(CLEAN)

    assert () == audited.found.objections
    assert len(audited.found.stated) > 25
    assert 0 == audited.exit_code


@pytest.mark.parametrize(("check", "before", "after", "says"), FAULTS, ids=[f[0] for f in FAULTS])
def test_one_fault_is_found_and_named(
    auditor: Auditor, check: str, before: str, after: str, says: str
) -> None:
    """One change of the clean report brings the check that is meant for it, with its line and figure."""
    assert before in CLEAN
    found = objections(auditor, CLEAN.replace(before, after, 1))

    assert check in found
    assert says in found[check].text.en
    assert all(place.line > 0 for place in found[check].places)


def test_a_report_that_says_nothing_is_not_called_trustworthy(auditor: Auditor) -> None:
    """Where no statement could be read, the verdict says that nothing was checked."""
    audited = auditor.audit("Dear all,\n\nit was a quiet night.\n")

    assert () == audited.found.stated
    assert b"nothing was checked" in audited.render("md", "en")
    assert "什么也没核对" in audited.render("terminal", "zh").decode()


def test_hostile_text_is_quoted_harmlessly_in_every_format(auditor: Auditor) -> None:
    """Markup in an audited report shows and does nothing."""
    hostile = CLEAN.replace("Disk space low", "Disk space low <script>alert(1)</script> \x1b[31m")

    audited = auditor.audit(hostile)

    assert b"<script>alert" not in audited.render("html", "en")
    assert b"\x1b" not in audited.render("terminal", "en")
    assert b"\x1b" not in audited.render("json")
