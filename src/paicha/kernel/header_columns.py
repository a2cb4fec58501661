"""The headers of many lines at once: which lines have them, their times, what they say, and where messages begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.headers import Facts, Header
from paicha.kernel.line_groups import LONGEST, Lines
from paicha.kernel.texts import counting, joined, slices_of

#: The facts of a header of a line, by the text that tells them; None: such a line is of another format.
Told = Callable[[Header, bytes, int], Facts | None]


class Numbers:
    """Facts by numbers, in the order in which they come."""

    def __init__(self) -> None:
        self.facts: list[Facts] = []
        self._numbers: dict[Facts, int] = {}

    def of(self, facts: Facts) -> int:
        """Return the number of facts."""
        found = self._numbers.get(facts)
        if found is None:
            found = self._numbers[facts] = len(self.facts)
            self.facts.append(facts)
        return found


class Headed(NamedTuple):
    """Lines whose headers fit: which of those asked, their places, times, facts and messages."""

    numbers: pa.Array
    places: pa.Array
    times: pa.Array
    facts: pa.Array
    bodies: pa.Array

    def take(self, chosen: pa.Array) -> Headed:
        """Return some of them."""
        return Headed(*(column.take(chosen) for column in self))


class _Having(NamedTuple):
    """Lines that have a header: which of those asked they are, how they begin, and all of each."""

    header: Header
    numbers: pa.Array
    beginnings: pa.BinaryArray
    texts: pa.BinaryArray


class HeaderColumns:
    """
    The headers of lines.

    Args:
        lines: All lines of the stretch.
        places: Which lines.
        headers: One after the other with how many of the lines may have it; those whose stamps are alike follow
            one another.
        told: Says what is not known yet of a header.
        facts: Numbers what headers say.
    """

    def __init__(
        self,
        lines: Lines,
        places: pa.Int32Array,
        headers: Sequence[tuple[Header, int]],
        told: Told,
        facts: Numbers,
    ) -> None:
        self._lines, self._told, self._numbers = lines, told, facts
        self._places = places
        texts, numbers = lines.texts.take(places), counting(len(places))
        edges = pairwise(accumulate((n for _, n in headers), initial=0))
        self._having = [
            self._those_with(header, numbers[start:end], texts[start:end])
            for (header, _), (start, end) in zip(headers, edges, strict=True)
        ]

    def read(self) -> Headed:
        """Return the lines whose headers fit."""
        numbers = joined((one.numbers for one in self._having), pa.int32())
        # Without an end Arrow takes one that is too large for it.
        bodies = (pc.binary_slice(one.texts, one.header.body, LONGEST + 1) for one in self._having)
        is_all = len(numbers) == len(self._places)
        places = self._places if is_all else self._places.take(numbers)
        return Headed(numbers, places, self._times(), self._said(), joined(bodies, pa.binary()))

    def _those_with(self, header: Header, numbers: pa.Int32Array, texts: pa.BinaryArray) -> _Having:
        """Return which of some lines have a header."""
        having = _Having(header, numbers, pc.binary_slice(texts, 0, header.end), texts)
        fits = header.fit(having.beginnings)
        for one in header.absent:
            if self._lines.may_hold(one):
                absent = pc.invert(pc.match_substring(texts, one))
                fits = absent if fits is None else pc.and_(fits, absent)
        if fits is None or pc.all(fits).as_py():
            return having
        return _Having(header, *(column.filter(fits) for column in having[1:]))

    def _times(self) -> pa.Int64Array:
        """Return times; null where a stamp is none."""
        found: list[pa.Int64Array] = []
        for _, same in groupby(self._having, lambda one: one.header.stamps.alike):
            alike = list(same)
            cuts = [one.header.stamps.cut(one.beginnings) for one in alike]
            columns = [joined(column, pa.binary()) for column in zip(*cuts, strict=True)]
            found.append(alike[0].header.stamps.times(columns))
        return joined(found, pa.int64())

    def _said(self) -> pa.Int32Array:
        """Return the numbers of what headers say; null for one that is of another format."""
        found: list[pa.Int32Array] = []
        for one in self._having:
            if one.header.told:
                found.append(self._said_by(one))
            else:
                number = pa.scalar(self._numbers.of(one.header.facts), pa.int32())
                found.append(pa.repeat(number, len(one.numbers)))
        return joined(found, pa.int32())

    def _said_by(self, having: _Having) -> pa.Int32Array:
        """Return the same where lines of one header say different things."""
        header = having.header
        spans = [(span.start, span.stop) for span in header.told]
        texts = slices_of(having.beginnings, spans).dictionary_encode()
        found: list[int | None] = []
        for number, text in enumerate(texts.dictionary.to_pylist()):
            if text in header.known:
                facts = header.known[text]
            else:
                first = having.numbers[texts.indices.index(number).as_py()].as_py()
                facts = self._told(header, text, self._places[first].as_py())
            found.append(None if facts is None else self._numbers.of(facts))
        return pa.array(found, pa.int32()).take(texts.indices)
