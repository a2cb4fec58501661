"""Which records belong to which problem, where a value alone may decide it for some records of a shape."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from paicha.analysis.by_code import by_code_of
from paicha.analysis.by_text import by_text_of
from paicha.analysis.by_value import ByValue, by_value_of, once_each, unsure_of
from paicha.analysis.membership import Membership, Voting
from paicha.model.knowledge import ProblemClass


def told_apart(
    counts: pa.Table,
    template_shapes: pa.Table,
    slots: pa.Table,
    slot_values: pa.Table,
    problems: Sequence[ProblemClass],
) -> tuple[tuple[ByValue, ...], Membership]:
    """
    Return what a value alone makes a problem of, and which problem the records of each shape belong to.

    Args:
        counts: `COUNTS`.
        template_shapes: `TEMPLATE_SHAPES`.
        slots: `SLOTS`.
        slot_values: `SLOT_VALUES`.
        problems: The classes of the knowledge base.
    """
    by_value = by_value_of(counts, slots, slot_values, problems)
    of_some = {(one.shape, one.problem.id) for one in by_value}
    of_some |= unsure_of(counts, slots, problems)
    by_code, whatever = by_code_of(counts, slots, slot_values, problems)
    instead = dict.fromkeys(of_some, "") | whatever
    voting = Voting(counts, template_shapes, problems)
    found = voting.membership(instead)
    by_text, otherwise = by_text_of(counts, slots, slot_values, problems, found.rows)
    if otherwise:
        found = voting.membership(instead | otherwise)
    return once_each((*by_value, *by_code, *by_text)), found
