"""The query that counts one thing again, before and during, from the case file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from paicha.model.change import Dimension

#: Where the records of a dimension stand, and the column that names them.
_SOURCES: Mapping[Dimension, tuple[str, str]] = {
    "all": ("COUNTS", ""),
    "problem": ("COUNTS join MEMBERSHIP using (shape, severity_number)", "problem"),
    "template": ("COUNTS join template_shapes using (shape)", "template_id"),
    "level": ("COUNTS", "severity_text"),
    "module": ("COUNTS", "module"),
    "service": ("COUNTS", "service_name"),
    "host": ("COUNTS", "host"),
}
_STRETCHES = (
    ("before", "baseline_counts", "baseline_membership"),
    ("during", "counts", "membership"),
)


def recount(
    dimension: Dimension, key: str, parted: datetime | None = None, *, problem: str = ""
) -> str:
    """
    Return the statement that counts *key* before and during; runs as it is with ``paicha sql CASE``.

    Args:
        dimension: What is counted.
        key: Which of them.
        parted: Where the window is compared with its own earlier part, when the later one begins.
        problem: Of which problem alone, by its id; "": whatever it is of.

    Example:
        >>> recount("level", "ERROR").partition(" union all ")[2]
        "select 'during', coalesce(sum(n), 0) from counts where severity_text = 'ERROR' and minute is not null"
    """
    source, column = _SOURCES[dimension]
    where = f"where {column} = {quoted(key)} and " if column else "where "
    if problem:
        source = _SOURCES["problem"][0]
        where += f"problem = {quoted(problem)} and "
    if parted is not None:
        table = source.replace("COUNTS", "counts").replace("MEMBERSHIP", "membership")
        stretch = (
            f"case when minute < '{parted:%Y-%m-%d %H:%M:%S}+00' then 'before' else 'during' end"
        )
        return (
            f"select {stretch} as stretch, sum(n) as n from {table} "  # noqa: S608 - every value is quoted
            f"{where}minute is not null group by all order by all"
        )
    parts: list[str] = []
    for name, counts, membership in _STRETCHES:
        table = source.replace("COUNTS", counts).replace("MEMBERSHIP", membership)
        head = (
            f"select '{name}' as stretch, coalesce(sum(n), 0) as n"
            if not parts
            else f"select '{name}', coalesce(sum(n), 0)"
        )
        parts.append(f"{head} from {table} {where}minute is not null")
    return " union all ".join(parts)


def quoted(value: str) -> str:
    """Return *value* as a statement holds it."""
    return "'" + value.replace("'", "''") + "'"
