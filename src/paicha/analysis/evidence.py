"""The query that reads a problem's records again from the case file."""

from __future__ import annotations

from paicha.analysis.records import IN_ORDER
from paicha.model.findings import Evidence

_STATEMENT = (
    "select timestamp, severity_text, code_file_path, scope_name, host_ip, host_id, body, locator "  # noqa: S608 - names of our own columns
    "from records join membership using (shape, severity_number) "
    f"where problem = PROBLEM order by {IN_ORDER}"
)


def evidence_of(problem_id: str) -> Evidence:
    """
    Return the table and the statement that lists exactly the records of a problem.

    The case keeps the membership that the analysis asked its records with.
    """
    quoted = "'" + problem_id.replace("'", "''") + "'"
    return Evidence(table="records", sql=_STATEMENT.replace("PROBLEM", quoted))
