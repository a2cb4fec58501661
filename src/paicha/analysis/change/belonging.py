"""Which records of a baseline belong to which problem: decided as for the window, by the same templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from paicha.analysis.membership import Membership, band_of, membership_of, tagged
from paicha.analysis.records import MEMBERSHIP
from paicha.model.knowledge import ProblemClass

_Belonging = Mapping[tuple[str, str], str | None]  # template and band to problem


def baseline_membership(
    counts: pa.Table,
    template_shapes: pa.Table,
    window: tuple[pa.Table, Membership],
    problems: Sequence[ProblemClass],
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
    """
    alone = membership_of(counts, template_shapes, problems)
    template_of = dict(
        zip(*(c.to_pylist() for c in reversed(template_shapes.columns)), strict=True)
    )
    decided = _decided(*window, template_of)
    own = {(row["shape"], row["severity_number"]): row["problem"] for row in alone.rows.to_pylist()}
    rows = []
    for cell in counts.group_by(["shape", "severity_number"]).aggregate([]).to_pylist():
        shape, severity = cell["shape"], cell["severity_number"]
        key = template_of.get(shape, shape), band_of(severity)
        problem = decided[key] if key in decided else own.get((shape, severity))
        if problem is not None:
            rows.append((shape, severity, problem))
    rows.sort()
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    arrays = [pa.array(list(c), f.type) for c, f in zip(columns, MEMBERSHIP, strict=True)]
    table = pa.table(arrays, schema=MEMBERSHIP)
    classes = {**alone.class_of, **window[1].class_of}
    return Membership(table, tagged(counts, table, template_shapes), classes)


def _decided(
    counts: pa.Table, membership: Membership, template_of: Mapping[str, str]
) -> _Belonging:
    belongs = {
        (row["shape"], row["severity_number"]): row["problem"]
        for row in membership.rows.to_pylist()
    }
    decided: dict[tuple[str, str], str | None] = {}
    for cell in counts.group_by(["shape", "severity_number"]).aggregate([]).to_pylist():
        shape, severity = cell["shape"], cell["severity_number"]
        key = template_of.get(shape, shape), band_of(severity)
        decided[key] = belongs.get((shape, severity))
    return decided
