"""The query that reads a problem's records again from the case file."""

from __future__ import annotations

from paicha.model.findings import Evidence


def evidence_of(problem_id: str) -> Evidence:
    """
    Return the table and the statement that lists exactly the records of a problem.

    The case keeps the membership that the analysis asked its records with.
    """
    name = problem_id.replace("'", "''")
    sql = (
        "select timestamp, severity_text, code_file_path, host_ip, body, locator "
        "from records join membership using (shape, severity_number) "
        f"where problem = '{name}' order by timestamp, locator"
    )
    return Evidence(table="records", sql=sql)
