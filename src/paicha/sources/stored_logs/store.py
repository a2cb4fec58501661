"""What reading needs of a store: to count, to group and to give rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from paicha.locales import Text
from paicha.sources.stored_logs.cutting import Piece


class StoredRow(NamedTuple):
    """
    One record as the store gave it.

    Args:
        time_ns: When it happened, epoch nanoseconds; None: it does not say.
        place: Where it lies in the store: stream, table; with time and text it finds it again.
        text: All of it, as bytes, for telling it from its neighbours of the same time.
        fields: Flat, name to value.
    """

    time_ns: int | None
    place: str
    text: bytes
    fields: Mapping[str, object]


class LogStore(Protocol):
    """
    One window and scope of a store. A *part* is a further clause in the store's own words; "" is all.

    Everything raises only `SourceError`.
    """

    troubles: dict[Text, None]  # why an answer was not the whole truth
    ordered: bool  # whether rows come in order of time

    def count(self, part: str) -> int:
        """Return the exact number of records."""
        ...

    def count_without_scope(self) -> int | None:
        """Return the number of records of the window, whatever the scope; None where there is none."""
        ...

    def groups(self, canonical: str) -> Mapping[str, int] | None:
        """Return records by value of a canonical field, "" for those without; None: no such field."""
        ...

    def histogram(self, piece: Piece, step_ns: int, part: str) -> Mapping[int, int]:
        """Return records by step, its start in epoch nanoseconds; steps without records are left out."""
        ...

    def pieces(self, whole: Piece, most: int, part: str) -> Iterator[tuple[Piece, int]]:
        """Yield stretches with their records, in order of time: together they are *whole*."""
        ...

    def rows(self, piece: Piece, part: str) -> Iterator[StoredRow]:
        """Yield every record of *piece*; in order of time where the store is `ordered`."""
        ...

    def parts(self, words: Sequence[str]) -> tuple[str, str] | None:
        """Return the parts with and without the levels spelled so; None: no field says a level."""
        ...
