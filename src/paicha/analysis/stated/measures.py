"""Of what kind a number is that a line states: by what the line calls it, and by its unit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from paicha.model.knowledge import MeasureKind
from paicha.values import dataclass

_WORDS = re.compile(r"[A-Z]?[a-zµμ]+|[A-Z]+(?![a-z])|[%％]|[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Measure:
    """What a variable measures, and what turns its numbers into the base of its kind (1 where no unit is known)."""

    kind: MeasureKind
    scale: float
    unit: str  # the base; "" where the line says no unit
    named: bool  # told by what the line calls it, not by the unit alone


def measure_of(name: str, unit: str, kinds: Sequence[MeasureKind]) -> Measure | None:
    """
    Return what a variable measures; None: nothing that could be good or bad.

    Args:
        name: What the line calls it; "": nothing.
        unit: As the line writes it.
        kinds: In the order they are asked.
    """
    words = _words(name)
    for kind in kinds:
        if any(_has(words, name, one) for one in kind.unlike):
            continue
        scales = dict(kind.units)
        said = unit or _unit_in(words, scales)
        if (said or kind.needs_unit) and said not in scales:
            continue
        named = any(_has(words, name, one) for one in kind.names)
        if named or (kind.by_unit and said):
            return Measure(kind, scales.get(said, 1.0), kind.base if said else "", named)
    return None


def is_named(name: str, kinds: Sequence[MeasureKind]) -> bool:
    """Return whether a name tells that its numbers measure something, with one unit or another."""
    words = _words(name)
    return any(
        any(_has(words, name, one) for one in kind.names)
        and not any(_has(words, name, one) for one in kind.unlike)
        for kind in kinds
    )


def _unit_in(words: tuple[str, ...], scales: Mapping[str, float]) -> str:
    """Return the unit that a name ends in, as in ``duration_ms``; "": none."""
    last = words[-1] if words else ""
    return next((one for one in (last, last.lower()) if one in scales), "")


def _has(words: tuple[str, ...], name: str, phrase: str) -> bool:
    if not phrase.isascii():
        return phrase in name
    wanted = tuple(phrase.split())
    lower = tuple(word.lower() for word in words)
    return any(lower[at : at + len(wanted)] == wanted for at in range(len(lower) - len(wanted) + 1))


@lru_cache(maxsize=1024)
def _words(name: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(name))
