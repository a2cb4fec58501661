"""The times of many headers that are written alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.epochs import SECOND_US, read_epoch
from paicha.kernel.stamps import PATTERNS
from paicha.kernel.texts import together
from paicha.kernel.times import TimeReader

#: Seconds, or stamps, that are remembered; then all are forgotten.
_REMEMBERED = 50_000


class Stamps:
    """
    Reads the stamps of headers that are written alike.

    Args:
        times: Reads one stamp.
        kinds: The kinds the format allows; none: any.
        first: The kind that is tried first.
        place: Where the stamp stands in a header.
        header: One whose stamp was read.
        known: Stamps, or seconds of them, that were read; shared by headers whose stamps are alike.
    """

    def __init__(
        self,
        times: TimeReader,
        kinds: tuple[str, ...],
        first: str,
        *,
        place: slice,
        header: str,
        known: dict[bytes, int | None],
    ) -> None:
        self._times = times
        self._kinds = kinds
        #: Where the stamp begins.
        self.place = place.start
        self._kind = first
        self._known = known
        #: What of it is looked up, all at first, and what reads that where it is not known yet.
        self._cuts = [(0, place.stop - place.start)]
        self._filler = b""
        self._one: Callable[[bytes], int | None] = self._whole
        self._fraction: tuple[int, int] | None = None
        self._scale = 1
        if first == "epoch":
            self._one = _epoch
        # A second kind might take what another digit keeps from this one.
        elif first in PATTERNS and first != "packed_tight":
            found = PATTERNS[first][0]().fullmatch(header[place])
            if found is not None and found[2]:
                self._minute, self._second = found.span(1), found.span(2)
                self._offset = found.span(4) if found[4] else (0, 0)
                self._take_apart(found.span(3) if found[3] else None)
        #: What is equal of stamps that are read alike.
        self.alike = (id(known), *self._cuts, self._fraction)

    def _take_apart(self, fraction: tuple[int, int] | None) -> None:
        """Look only seconds up where the fraction stands right behind them."""
        end, (_, size) = self._second[1], self._cuts[0]
        start, stop = fraction or (end, end)
        if start not in (end, end + (start < stop)):
            return
        self._one = self._second_of
        if start == stop:
            return
        self._cuts = [(0, end)]
        if self._offset[1]:
            self._cuts.append((self._offset[0], size))
            self._filler = b" " * (self._offset[0] - end)
        self._fraction = start, min(stop, start + 6)
        self._scale = 10 ** (6 - min(stop - start, 6))

    def read(self, headers: pa.BinaryArray) -> pa.Int64Array:
        """Return the times of headers in microseconds since 1970; null where a stamp is no time."""
        return self.times(self.cut(headers))

    @property
    def cuts(self) -> Sequence[tuple[int, int]]:
        """Where in a stamp stands what tells its time."""
        return self._cuts if self._fraction is None else [*self._cuts, self._fraction]

    def cut(self, headers: pa.BinaryArray) -> list[pa.BinaryArray]:
        """Return what of the stamps of headers tells their times, for `times`."""
        return [
            pc.binary_slice(headers, self.place + at, self.place + end) for at, end in self.cuts
        ]

    def times(self, cuts: Sequence[pa.BinaryArray]) -> pa.Int64Array:
        """Return the times of stamps that were cut, maybe of several headers that are alike."""
        known = self._known
        if len(known) > _REMEMBERED:
            known.clear()
        texts = together(cuts[: len(self._cuts)], self._filler).dictionary_encode()
        found: list[bytes] = texts.dictionary.to_pylist()
        for text in found:
            if text not in known:
                known[text] = self._one(text)
        seconds = pa.array([known[text] for text in found], pa.int64()).take(texts.indices)
        if self._fraction is None:
            return seconds
        fractions = cuts[-1].cast(pa.string()).cast(pa.int64())
        return pc.add(seconds, pc.multiply(fractions, self._scale))

    def _second_of(self, text: bytes) -> int | None:
        stamp = text.decode()
        minute, offset = (stamp[slice(*span)] for span in (self._minute, self._offset))
        base = self._times.minute(self._kind, minute, offset)
        second = int(stamp[slice(*self._second)])
        return None if base is None or second > 60 else base + second * SECOND_US

    def _whole(self, text: bytes) -> int | None:
        return self._times.micros(text.decode(), self._kinds)


def _epoch(text: bytes) -> int | None:
    return read_epoch(text.decode())
