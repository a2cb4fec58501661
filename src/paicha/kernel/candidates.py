"""The formats that a text may be of, told by how it begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from paicha.kept import derived
from paicha.kernel.digits import is_blind, mask_of
from paicha.kernel.gates import MADE, Gate, Gates, gate_of
from paicha.kernel.line_formats import BlockFormat, FieldFormat, LineFormat
from paicha.kernel.parsed_line import ParsedLine

#: Longer texts are offered anew each time: remembering them would cost memory without a bound.
_REMEMBERED_LENGTH = 1024
#: So many looks are remembered before it is seen whether they come back.
_TRIED = 1000
#: Looks remembered; then all are forgotten at once. [some 5 MB]
_REMEMBERED = 20_000
_DIGITS = frozenset("0123456789")

#: ``(text it must hold, format)``, in the order they are tried.
Offered = tuple[tuple[str, LineFormat], ...]


class Candidates:
    """
    The formats a line may be of, by its beginning, each with a text the line must hold.

    Args:
        readers: The formats in the order they are tried.
        must_tell: Whether only what says when or how bad it was, or of which trace, is a line of one of them.
    """

    def __init__(self, readers: Sequence[LineFormat], *, must_tell: bool = False) -> None:
        gates = [_gate(reader) for reader in readers]
        self._gates = Gates(gates)
        self._tried = [(gate.holds, reader) for gate, reader in zip(gates, readers, strict=True)]
        self._known: dict[tuple[int, ...], Offered] = {}
        self._left: dict[bytes, Offered] = {}
        self._shared: dict[Offered, Offered] = {}
        self._blind: dict[str, bool] = {}
        self._asked = 0
        self._is_varied = (
            False  # few texts look like one before: to remember them costs more than it gives
        )
        self._must_tell = must_tell

    @property
    def size(self) -> int:
        """How many formats there are."""
        return len(self._tried)

    def count(self, parsed: ParsedLine) -> bool:
        """Return whether *parsed*, which one of them reads, is taken for a line of it."""
        told = (parsed.timestamp_us is not None, parsed.severity_text, parsed.trace_id)
        return not self._must_tell or any(told)

    def of(self, text: str) -> Offered:
        """Return ``(text it must hold, format)`` of those that may fit *text*, in their order."""
        places = self._gates.of(text)
        found = self._known.get(places)
        if found is None:
            found = self._known[places] = tuple(self._tried[place] for place in places)
        return found

    def left(self, text: str) -> Offered:
        """
        Return those of `of` but for patterns that surely do not fit: they did not fit a text that differs in digits alone.

        Most lines of most logs look like one before. A plain line of log4j is of the forty-third format that its beginning lets in.
        """
        if self._is_varied or len(text) > _REMEMBERED_LENGTH:
            return self.of(text)
        self._asked += 1
        mask = mask_of(text)
        found = self._left.get(mask)
        if found is None:
            self._is_varied = len(self._left) > _TRIED and len(self._left) > self._asked / 2
            if self._is_varied or len(self._left) >= _REMEMBERED:
                self._left.clear()
                self._shared.clear()
                self._asked = 0
            may_fit = tuple(self._may_fit(text))
            found = self._left[mask] = self._shared.setdefault(may_fit, may_fit)
        return found

    def _may_fit(self, text: str) -> Iterator[tuple[str, LineFormat]]:
        """Yield what digits may decide, and from the first that fits on all: those behind it are seldom asked."""
        offered = self.of(text)
        for at, (holds, reader) in enumerate(offered):
            if not self._is_blind(holds, reader):
                yield holds, reader
            elif holds in text and _fits(reader, text):
                yield from offered[at:]
                return

    def _is_blind(self, holds: str, reader: LineFormat) -> bool:
        name = reader.format.name
        found = self._blind.get(name)
        if found is None:
            found = self._blind[name] = treats_digits_alike(holds, reader)
        return found


def treats_digits_alike(holds: str, reader: LineFormat) -> bool:
    """Return whether a format that does not fit a text that *holds* what it must fits none that differs from it in digits alone."""
    pattern = reader.format.begins or reader.format.pattern
    return bool(pattern) and is_blind(pattern) and _DIGITS.isdisjoint(holds)


def _fits(reader: LineFormat, text: str) -> bool:
    """Return whether the pattern of a format fits, whatever its time and level are."""
    if isinstance(reader, BlockFormat):
        return reader.read(text) is not None
    return (
        reader.may_be(text) if isinstance(reader, FieldFormat) else reader.match(text) is not None
    )


@lru_cache(maxsize=512)
def _gate_of_pattern(pattern: str) -> Gate:
    begins, holds = derived(MADE, pattern, lambda: _as_lists(gate_of(pattern)))
    return Gate(tuple(frozenset(kinds) for kinds in begins), holds)


def _as_lists(gate: Gate) -> list[object]:
    return [["".join(sorted(kinds)) for kinds in gate.begins], gate.holds]


def _gate(reader: LineFormat) -> Gate:
    declared = reader.format
    if declared.begins:
        return _gate_of_pattern(declared.begins)
    found = _gate_of_pattern(declared.pattern)
    return Gate((frozenset("{"),), found.holds) if declared.kind == "json" else found
