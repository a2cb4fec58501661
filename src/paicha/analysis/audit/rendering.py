"""A report that Paicha wrote, line by line beside the report that the evidence gives."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from paicha.locales import text
from paicha.model.audit import Judgement, Place, Stated
from paicha.values import dataclass

_SHOWN = 240


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    A report beside the evidence's own.

    Args:
        same: Numbers of the lines that stand in the evidence's report as they are.
        differing: A judgement on every line that the evidence gives otherwise, not at all, or in addition.
    """

    same: frozenset[int]
    differing: tuple[Judgement, ...]


def compare(lines: Sequence[str], rendered: Sequence[str]) -> Comparison:
    """
    Return a report beside the one that its evidence gives.

    A report is a function of its case: whatever differs was changed by somebody.

    Cost:
        Linear where the texts agree.
    """
    same: set[int] = set()
    differing: list[Judgement] = []
    for tag, at, end, other, other_end in SequenceMatcher(
        None, lines, rendered, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            same.update(range(at + 1, end + 1))
            continue
        for number, real in zip_longest(range(at, end), range(other, other_end)):
            says = "" if number is None else lines[number].strip()
            place = Place(at + 1 if number is None else number + 1, says)
            truth = None if real is None else rendered[real].strip()
            if says or truth:
                differing.append(_differing(place, truth, missing=number is None))
    return Comparison(frozenset(same), tuple(differing))


def _differing(place: Place, real: str | None, *, missing: bool) -> Judgement:
    stated = Stated("rendering", "", place)
    if real is None:
        return Judgement(stated, "contradicted", text("audit.fact.rendering_added"))
    key = "audit.fact.rendering_missing" if missing else "audit.fact.rendering"
    return Judgement(stated, "contradicted", text(key, real=real[:_SHOWN]))
