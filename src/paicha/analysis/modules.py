"""How the problems spread over the modules."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from paicha.analysis.gathering import counts_by, shares
from paicha.model.findings import ModuleCount

#: How many of a module's problems are named.
_MAIN = 3


def modules_of(
    counts: pa.Table, tagged: pa.Table, curves: Mapping[str, tuple[int, ...]], steps: int
) -> tuple[ModuleCount, ...]:
    """
    Return every module, by records in problems falling, then all records, then name.

    `abnormal` counts the records that belong to a problem: all at WARN and above, and those without
    a level that a class of the knowledge base knows.

    Args:
        counts: `COUNTS`.
        tagged: The rows of it that belong to a problem, with a column ``problem``.
        curves: Records in problems of each module per bucket.
        steps: How many buckets a curve has.
    """
    sums = counts.group_by(["module"]).aggregate([("n", "sum")])
    problems = counts_by(tagged, "module", "problem")
    inside = {module: sum(n for _, n in found) for module, found in problems.items()}
    whole = sum(inside.values())
    modules = [
        ModuleCount(
            name=name,
            n=n,
            abnormal=inside.get(name, 0),
            share=inside.get(name, 0) / whole if whole else 0.0,
            problems=shares(problems.get(name, ())[:_MAIN], inside.get(name, 0)),
            curve=curves.get(name, (0,) * steps),
        )
        for name, n in zip(sums["module"].to_pylist(), sums["n_sum"].to_pylist(), strict=True)
    ]
    return tuple(sorted(modules, key=lambda m: (-m.abnormal, -m.n, m.name)))
