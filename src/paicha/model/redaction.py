"""What is covered in log text before anybody reads it, and how much was. Values only."""

from __future__ import annotations

from typing import Literal

from paicha.values import dataclass

Kind = Literal[
    "password", "token", "jwt", "key", "private-key", "identity", "mobile", "card", "email", "custom"
]  # fmt: skip
#: Every kind, in the order in which reports name them.
KINDS: tuple[Kind, ...] = (
    "password", "token", "jwt", "key", "private-key", "identity", "mobile", "card", "email", "custom",
)  # fmt: skip

#: on: the case holds covered text only. raw: its records keep what was read. off: nothing is covered.
Mode = Literal["on", "raw", "off"]


@dataclass(frozen=True, slots=True)
class RedactionRules:
    """
    What is covered beyond the built-in kinds, and what is not.

    Args:
        off: Whether nothing is covered at all.
        names: Further names whose values are secrets, such as ``door_code``.
        patterns: Further text that is covered, each a pattern of RE2.
        exceptions: What is found and matches one of these (RE2) as a whole stays as it is.
    """

    off: bool = False
    names: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()


#: What is covered where nobody set anything.
BUILT_IN = RedactionRules()


@dataclass(frozen=True, slots=True)
class Redaction:
    """
    What was covered in a case.

    Args:
        mode: What the case holds, and whether reports are covered.
        records: Records the case keeps, in whose text the places were counted.
        counts: ``(kind, places)`` in the order of `KINDS`, without zeros.
    """

    mode: Mode
    records: int = 0
    counts: tuple[tuple[Kind, int], ...] = ()

    @property
    def places(self) -> int:
        """How many places were covered."""
        return sum(n for _, n in self.counts)
