"""Lines to show, with the place where each can be found again."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from paicha.model.findings import Example

#: How many lines a problem shows.
SHOWN = 3


def examples_of(rows: pa.Table) -> Mapping[str, tuple[Example, ...]]:
    """
    Return the examples of each problem, in the order of the rows.

    Args:
        rows: `STORED_RECORDS` with a column ``problem``, as `RecordQueries.examples` gives them.
    """
    found: dict[str, list[Example]] = {}
    for row in rows.to_pylist():
        example = Example(
            timestamp=row["timestamp"],
            level=row["severity_text"],
            module=row["code_file_path"] or row["scope_name"],
            service=row["service_name"],
            host=row["host_ip"] or row["host_id"],
            body=row["body"],
            locator=row["locator"],
        )
        found.setdefault(row["problem"], []).append(example)
    return {problem: tuple(examples) for problem, examples in found.items()}
