"""Which records of a baseline belong to which problem: decided as for the window, by the same templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from paicha.analysis.membership import Membership, band_of, membership_of, tagged
from paicha.analysis.records import MEMBERSHIP
from paicha.model.knowledge import ProblemClass


def baseline_membership(
    counts: pa.Table,
    template_shapes: pa.Table,
    window: tuple[pa.Table, Membership],
    problems: Sequence[ProblemClass],
    alone: Membership | None = None,
) -> Membership:
    """
    Return the membership of a baseline's records.

    Where the window holds the same template at the same band of levels, its decision stands: else a
    vote that falls differently would look like a problem that went and another one that came.

    Args:
        counts: `COUNTS` of the baseline.
        template_shapes: `TEMPLATE_SHAPES` of both.
        window: `COUNTS` of the window, and what was decided there.
        problems: The classes of the knowledge base.
        alone: What was decided of it by itself, where its values were looked at; None: by its messages.
    """
    alone = alone or membership_of(counts, template_shapes, problems)
    template_of = dict(
        zip(*(c.to_pylist() for c in reversed(template_shapes.columns)), strict=True)
    )
    decided = _Decided(*window, template_of)
    own = {(row["shape"], row["severity_number"]): row["problem"] for row in alone.rows.to_pylist()}
    rows = []
    for cell in counts.group_by(["shape", "severity_number"]).aggregate([]).to_pylist():
        shape, severity = cell["shape"], cell["severity_number"]
        found = decided.of(shape, severity)
        problem = own.get((shape, severity)) if found is None else found
        if problem:
            rows.append((shape, severity, problem))
    rows.sort()
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    arrays = [pa.array(list(c), f.type) for c, f in zip(columns, MEMBERSHIP, strict=True)]
    table = pa.table(arrays, schema=MEMBERSHIP)
    classes = {**alone.class_of, **window[1].class_of}
    return Membership(table, tagged(counts, table, template_shapes), classes)


class _Decided:
    """
    What was decided of the records of a window.

    Args:
        counts: `COUNTS` of it.
        membership: Which problem its records belong to.
        template_of: The template of each shape.
    """

    def __init__(
        self, counts: pa.Table, membership: Membership, template_of: Mapping[str, str]
    ) -> None:
        belongs = {
            (row["shape"], row["severity_number"]): row["problem"]
            for row in membership.rows.to_pylist()
        }
        self._template_of = template_of
        self._cells: dict[tuple[str, int], str] = {}
        self._templates: dict[tuple[str, str], set[str]] = {}
        for cell in counts.group_by(["shape", "severity_number"]).aggregate([]).to_pylist():
            at = cell["shape"], cell["severity_number"]
            self._cells[at] = belongs.get(at, "")
            self._templates.setdefault(self._key(*at), set()).add(self._cells[at])

    def of(self, shape: str, severity: int) -> str | None:
        """Return the problem of a shape at a level, "" for none; None where the window says nothing: its template is several problems' there, or not there."""
        known = self._cells.get((shape, severity))
        if known is not None:
            return known
        found = self._templates.get(self._key(shape, severity), set())
        return next(iter(found)) if len(found) == 1 else None

    def _key(self, shape: str, severity: int) -> tuple[str, str]:
        return self._template_of.get(shape, shape), band_of(severity)
