"""Single records of a case counted, for audits."""

from __future__ import annotations

from datetime import datetime

from paicha.analysis.records import IN_ORDER
from paicha.ports import CaseStore

_MODULE = "case when code_file_path <> '' then code_file_path else scope_name end"


class CaseLookup:
    """
    Counts records of a case by time, problem and module, as `paicha.analysis.audit.evidence.RecordLookup`.

    Args:
        case: An open case.
        records: How many records the case counted: as many must be kept for a lookup to be whole.
    """

    def __init__(self, case: CaseStore, records: int) -> None:
        kept = case.query("select count(*) as n from records")["n"][0].as_py()
        self._complete = bool(kept == records)
        self._moments = _moments(case) if self._complete else []
        self._known: dict[tuple[object, ...], tuple[int, tuple[str, ...]]] = {}

    @property
    def complete(self) -> bool:
        """Whether the case keeps every record it counted."""
        return self._complete

    def count(
        self, start: datetime, end: datetime, problem: str, module: str
    ) -> tuple[int, tuple[str, ...]]:
        """Return how many records lie in ``[start, end)``, and the locators of the first three."""
        key = (start, end, problem, module)
        if key not in self._known:
            found = [
                locator
                for moment, of, there, locator in self._moments
                if start <= moment < end
                and (not problem or of == problem)
                and (not module or there == module)
            ]
            self._known[key] = len(found), tuple(found[:3])
        return self._known[key]

    def nearest(self, moment: datetime, problem: str, module: str) -> datetime | None:
        """Return the time of the record nearest to *moment*; of two the earlier."""
        times = [
            time
            for time, of, there, _ in self._moments
            if (not problem or of == problem) and (not module or there == module)
        ]
        return min(times, key=lambda time: (abs(time - moment), time), default=None)


def _moments(case: CaseStore) -> list[tuple[datetime, str, str, str]]:
    # One read of four narrow columns: an audit asks dozens of times.
    rows = case.query(
        f"select timestamp, coalesce(problem, '') as problem, {_MODULE} as module, locator "  # noqa: S608 - no value of anybody's
        "from records left join membership using (shape, severity_number) "
        f"where timestamp is not null order by {IN_ORDER}"
    )
    return list(zip(*(rows[name].to_pylist() for name in rows.column_names), strict=True))
