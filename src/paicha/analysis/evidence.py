"""The query that reads a problem's records again from the case file."""

from __future__ import annotations

from paicha.model.findings import Evidence

_STATEMENT = (
    "select timestamp, severity_text, code_file_path, scope_name, host_ip, host_id, body, locator "
    "from records join membership using (shape, severity_number) "
    "where problem = PROBLEM order by timestamp, locator"
)


def evidence_of(problem_id: str) -> Evidence:
    """
    Return the table and the statement that lists exactly the records of a problem.

    The case keeps the membership that the analysis asked its records with.
    """
    quoted = "'" + problem_id.replace("'", "''") + "'"
    return Evidence(table="records", sql=_STATEMENT.replace("PROBLEM", quoted))
