"""
What an analysis says of the counts alone, before there are templates.

RE2 and Arrow need no lock of Python's: all of it is made in a thread of its own while messages become templates.
"""

from __future__ import annotations

import pyarrow as pa

from paicha.analysis.by_value import ByValue, by_value_of
from paicha.analysis.membership import Told, told_of
from paicha.analysis.suspects.interventions import Intervention, interventions_of
from paicha.analysis.suspects.logged import unit_column
from paicha.model.knowledge import Knowledge
from paicha.model.question import Question
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class Counted:
    """
    The tables that are there before templates are.

    Args:
        counts: `COUNTS`.
        slots: `SLOTS`.
        slot_values: `SLOT_VALUES`.
        baseline_counts: `COUNTS` of the baseline.
    """

    counts: pa.Table
    slots: pa.Table
    slot_values: pa.Table
    baseline_counts: pa.Table | None


@dataclass(frozen=True, slots=True)
class Ahead:
    """
    What rests on these tables alone.

    Args:
        told: What messages say at each level, and the classes of those that were looked at.
        by_value: Which records a value alone makes a problem.
        interventions: What was done, as far as lines tell.
    """

    told: Told
    by_value: tuple[ByValue, ...]
    interventions: tuple[Intervention, ...]


def ahead_of(counted: Counted, question: Question, knowledge: Knowledge) -> Ahead:
    """Return what the counts alone say."""
    length = question.window.length
    if question.baseline is not None:
        length += question.baseline.length
    counts = (counted.baseline_counts, counted.counts)
    _, column = unit_column(counted.counts)
    return Ahead(
        told_of(counted.counts, knowledge.problems),
        by_value_of(counted.counts, counted.slots, counted.slot_values, knowledge.problems),
        interventions_of(counts, column, length, knowledge.interventions),
    )
