"""
What numbers in log lines measure, from TOML: one table per kind.

The packaged file stands in ``knowledge/measures`` and says what its keys mean. How a variable is told to be of a
kind says `paicha.analysis.stated.measures`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from paicha.analysis.stated.measures import Measures
from paicha.errors import KnowledgeError
from paicha.knowledge.table_files import packaged_tables
from paicha.locales import Text
from paicha.model.knowledge import MeasureKind


@cache
def load_measures() -> tuple[MeasureKind, ...]:
    """
    Return every kind, in the order they are asked.

    Example:
        >>> [kind.id for kind in load_measures()][-1]
        'duration'
    """
    return tuple(kind_of(name, table) for name, table in packaged_tables("measures"))


def kind_of(name: str, table: Mapping[str, Any]) -> MeasureKind:
    """
    Return the kind that a table says.

    Raises:
        KnowledgeError: If a key is missing, is unknown, or holds something else.
    """
    try:
        return _kind(name, dict(table))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise KnowledgeError("measures.invalid", kind=name, mistake=str(error)) from error


def _kind(name: str, table: dict[str, Any]) -> MeasureKind:
    kind = MeasureKind(
        id=name,
        title=Text(**table.pop("title")),
        base=table.pop("base"),
        units=tuple((unit, float(scale)) for unit, scale in table.pop("units").items()),
        names=tuple(table.pop("names")),
        unlike=tuple(table.pop("unlike")),
        unlike_lines=table.pop("unlike_lines", ""),
        by_unit=table.pop("by_unit", False),
        needs_unit=table.pop("needs_unit", False),
        worse=table.pop("worse"),
        ratio=float(table.pop("ratio")),
        least=float(table.pop("least")),
        counters=table.pop("counters", True),
        matches=tuple(table.pop("matches")),
        rejects=tuple(table.pop("rejects")),
    )
    if table or kind.worse not in {"high", "low"}:
        raise ValueError(", ".join(sorted(table)) or f"worse: {kind.worse}")
    return kind


def check_samples(kinds: Iterable[MeasureKind]) -> tuple[str, ...]:
    """Return what is wrong with the samples of *kinds*, one sentence each; empty when all hold."""
    known = tuple(kinds)
    measures = Measures(known)
    wrong: list[str] = []
    for kind in known:
        for must, samples in ((True, kind.matches), (False, kind.rejects)):
            for sample in samples:
                name, _, unit = sample.partition("|")
                found = measures.of(name, unit)
                if (found is not None and found.kind.id == kind.id) is not must:
                    wrong.append(
                        f"{kind.id}: {sample!r} is {found.kind.id if found else 'nothing'}"
                    )
    return tuple(wrong)
