"""The formats that a text may be of, told by how it begins."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from paicha.kept import derived
from paicha.kernel.gates import MADE, Gate, Gates, gate_of
from paicha.kernel.line_formats import LineFormat
from paicha.kernel.parsed_line import ParsedLine


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
        self._known: dict[tuple[int, ...], tuple[tuple[str, LineFormat], ...]] = {}

        self._must_tell = must_tell

    @property
    def size(self) -> int:
        """How many formats there are."""
        return len(self._tried)

    def count(self, parsed: ParsedLine) -> bool:
        """Return whether *parsed*, which one of them reads, is taken for a line of it."""
        told = (parsed.timestamp_us is not None, parsed.severity_text, parsed.trace_id)
        return not self._must_tell or any(told)

    def of(self, text: str) -> tuple[tuple[str, LineFormat], ...]:
        """Return ``(text it must hold, format)`` of those that may fit *text*, in their order."""
        places = self._gates.of(text)
        found = self._known.get(places)
        if found is None:
            found = self._known[places] = tuple(self._tried[place] for place in places)
        return found


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
