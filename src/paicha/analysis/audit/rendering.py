"""A report that Paicha wrote, line by line beside the report that the evidence gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from paicha.locales import text
from paicha.model.audit import Judgement, Place, Stated

_SHOWN = 240


def compare(lines: Sequence[str], rendered: Sequence[str]) -> Iterator[Judgement]:
    """
    Yield every line of a report that the evidence gives otherwise, not at all, or in addition.

    A report is a function of its case: whatever differs was changed by somebody.

    Cost:
        Linear where the texts agree.
    """
    matcher = SequenceMatcher(None, lines, rendered, autojunk=False)
    for tag, at, end, other, other_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs = zip_longest(range(at, end), range(other, other_end))
        for number, real in pairs:
            place = Place(at + 1 if number is None else number + 1, "" if number is None else lines[number].strip())
            yield _differing(place, None if real is None else rendered[real].strip(), missing=number is None)


def _differing(place: Place, real: str | None, *, missing: bool) -> Judgement:
    stated = Stated("rendering", "", place)
    if real is None:
        return Judgement(stated, "contradicted", text("audit.fact.rendering_added"))
    key = "audit.fact.rendering_missing" if missing else "audit.fact.rendering"
    return Judgement(stated, "contradicted", text(key, real=real[:_SHOWN]))


def unchanged(lines: Sequence[str], rendered: Sequence[str]) -> frozenset[int]:
    """Return the numbers of the lines that stand in the evidence's own report as they are."""
    matcher = SequenceMatcher(None, lines, rendered, autojunk=False)
    return frozenset(
        line + 1
        for block in matcher.get_matching_blocks()
        for line in range(block.a, block.a + block.size)
    )
