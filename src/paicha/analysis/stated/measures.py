"""Of what kind a number is that a line states: by what the line calls it, and by its unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

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


class Measures:
    """
    The kinds of numbers, ready to be asked.

    Args:
        kinds: In the order they are asked.
    """

    def __init__(self, kinds: Sequence[MeasureKind]) -> None:
        self._kinds = [
            _Kind(kind, dict(kind.units), _Phrases.of(kind.names), _Phrases.of(kind.unlike))
            for kind in kinds
        ]

    def __bool__(self) -> bool:
        return bool(self._kinds)

    def of(self, name: str, unit: str) -> Measure | None:
        """
        Return what a variable measures; None: nothing that could be good or bad.

        Args:
            name: What the line calls it; "": nothing.
            unit: As the line writes it.
        """
        words = _Name.of(name)
        for kind, scales, names, unlike in self._kinds:
            if unlike.stand_in(words):
                continue
            said = unit or next(
                (one for one in (words.last, words.last.lower()) if one in scales), ""
            )
            if (said or kind.needs_unit) and said not in scales:
                continue
            named = names.stand_in(words)
            if named or (kind.by_unit and said):
                return Measure(kind, scales.get(said, 1.0), kind.base if said else "", named)
        return None

    def may_be_named(self, name: str) -> bool:
        """Return whether a name tells that its numbers measure something, with one unit or another."""
        words = _Name.of(name)
        return any(
            names.stand_in(words) and not unlike.stand_in(words)
            for _, _, names, unlike in self._kinds
        )


class _Name(NamedTuple):
    """A name: itself, its words in small letters, and the last one as it is, which may be a unit (``duration_ms``)."""

    text: str
    words: tuple[str, ...]
    last: str

    @classmethod
    def of(cls, text: str) -> _Name:
        words = _WORDS.findall(text)
        return cls(text, tuple(word.lower() for word in words), words[-1] if words else "")


class _Phrases(NamedTuple):
    """Words that may stand in names: alone, in a row, or (Chinese ones) anywhere."""

    alone: frozenset[str]
    rows: tuple[tuple[str, ...], ...]
    anywhere: tuple[str, ...]

    @classmethod
    def of(cls, phrases: Iterable[str]) -> _Phrases:
        rows = [tuple(one.split()) for one in phrases if one.isascii()]
        return cls(
            frozenset(row[0] for row in rows if len(row) == 1),
            tuple(row for row in rows if len(row) > 1),
            tuple(one for one in phrases if not one.isascii()),
        )

    def stand_in(self, name: _Name) -> bool:
        """Return whether one of them stands in a name."""
        if not self.alone.isdisjoint(name.words) or any(one in name.text for one in self.anywhere):
            return True
        return any(
            name.words[at : at + len(row)] == row
            for row in self.rows
            for at in range(len(name.words) - len(row) + 1)
        )


class _Kind(NamedTuple):
    kind: MeasureKind
    scales: Mapping[str, float]
    names: _Phrases
    unlike: _Phrases
