"""The query that reads a problem's records again from the case file."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.analysis.gathering import Gathered
from paicha.analysis.membership import ABNORMAL
from paicha.model.findings import Evidence


def evidence_of(problem: Gathered) -> Evidence:
    """Return the table and the statement that lists exactly the records of *problem*."""
    templates = ", ".join(
        _quoted(name) for name in sorted(use.template_id for use in problem.templates)
    )
    sql = (
        "select timestamp, severity_text, code_file_path, host_ip, body, locator from records "
        f"where shape in (select shape from template_shapes where template_id in ({templates}))"
        f"{_levels([level.severity_number for level in problem.levels])} "
        "order by timestamp, locator"
    )
    return Evidence(table="records", sql=sql)


def _levels(numbers: Sequence[int]) -> str:
    conditions = []
    if any(number >= ABNORMAL for number in numbers):
        conditions.append(f"severity_number >= {ABNORMAL}")
    if any(number == 0 for number in numbers):
        conditions.append("severity_number = 0")
    if any(0 < number < ABNORMAL for number in numbers):
        conditions.append(f"severity_number between 1 and {ABNORMAL - 1}")
    return f" and ({' or '.join(conditions)})"


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
