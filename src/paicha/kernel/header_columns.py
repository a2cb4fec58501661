"""The headers of many lines at once: which lines have them, their times, what they say, and where messages begin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.headers import Facts, Header
from paicha.kernel.line_groups import Lines
from paicha.kernel.texts import apart, counting, owners_of, parts, slices_of

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
        self._headers = [header for header, _ in headers]
        self._sizes = [n for _, n in headers]
        self._places, self._chosen = places, counting(len(places))
        edges, self._text = apart(lines.texts.take(places))
        self._starts, self._ends = edges[:-1], edges[1:]
        self._owners = owners_of(self._sizes)
        self._beginnings = self._begun()
        fits = self._fits()
        if fits is not None:
            self._keep(pc.indices_nonzero(fits).cast(pa.int32()))

    def read(self) -> Headed:
        """Return the lines whose headers fit."""
        bodies = parts(self._text, self._behind([one.body for one in self._headers]), self._ends)
        return Headed(self._chosen, self._places, self._times(), self._said(), bodies)

    def _behind(self, offsets: Sequence[int]) -> pa.Int32Array:
        """Return where something stands in each line, of which every header says how far behind its beginning."""
        return pc.add(self._starts, pa.array(offsets, pa.int32()).take(self._owners))

    def _begun(self) -> pa.BinaryArray:
        """Return how lines begin, each as far as its header goes."""
        ends = self._behind([one.end for one in self._headers])
        return parts(self._text, self._starts, pc.min_element_wise(ends, self._ends))

    def _spans(self) -> Iterator[tuple[Header, slice]]:
        """Yield headers with the lines that may have them."""
        edges = pairwise(accumulate(self._sizes, initial=0))
        for header, (start, end) in zip(self._headers, edges, strict=True):
            yield header, slice(start, end)

    def _fits(self) -> pa.BooleanArray | None:
        """Return which lines have their headers; None: all of them."""
        found: list[pa.BooleanArray] = []
        are_all = True
        edges, data = apart(self._beginnings)
        begins = memoryview(edges.buffers()[1]).cast("i")
        texts: pa.BinaryArray | None = None
        for header, span in self._spans():
            start, end = begins[span.start], begins[span.stop]
            fits = header.fit(data[start:end], self._beginnings[span])
            for one in header.absent:
                if self._lines.hold(one):
                    texts = texts or parts(self._text, self._starts, self._ends)
                    absent = pc.invert(pc.match_substring(texts[span], one))
                    fits = absent if fits is None else pc.and_(fits, absent)
            are_all = are_all and fits is None
            n = span.stop - span.start
            found.append(pa.repeat(pa.scalar(True), n) if fits is None else fits)  # noqa: FBT003
        return None if are_all else pa.concat_arrays(found)

    def _keep(self, chosen: pa.Int32Array) -> None:
        """Go on with some of the lines."""
        self._places, self._chosen = self._places.take(chosen), chosen
        self._starts, self._ends = self._starts.take(chosen), self._ends.take(chosen)
        self._owners = self._owners.take(chosen)
        self._beginnings = self._beginnings.take(chosen)
        counted = self._owners.value_counts()
        sizes = dict(zip(*(counted.field(at).to_pylist() for at in (0, 1)), strict=True))
        self._sizes = [sizes.get(at, 0) for at in range(len(self._sizes))]

    def _times(self) -> pa.Int64Array:
        """Return times; null where a stamp is none."""
        starts = self._behind([one.stamps.place for one in self._headers])
        found: list[pa.Int64Array] = [pa.array([], pa.int64())]
        for _, same in groupby(self._spans(), lambda pair: pair[0].stamps.alike):
            spans = list(same)
            span = slice(spans[0][1].start, spans[-1][1].stop)
            found.append(spans[0][0].stamps.times(self._text, starts[span]))
        return pa.concat_arrays(found)

    def _said(self) -> pa.Int32Array:
        """Return the numbers of what headers say; null for one that is of another format."""
        found = [pa.array([], pa.int32())]
        for header, span in self._spans():
            if header.told:
                found.append(self._said_by(header, self._beginnings[span], self._places[span]))
            else:
                number = pa.scalar(self._numbers.of(header.facts), pa.int32())
                found.append(pa.repeat(number, span.stop - span.start))
        return pa.concat_arrays(found)

    def _said_by(
        self, header: Header, beginnings: pa.BinaryArray, places: pa.Int32Array
    ) -> pa.Int32Array:
        """Return the same where lines of one header say different things."""
        spans = [(span.start, span.stop) for span in header.told]
        texts = slices_of(beginnings, spans).dictionary_encode()
        found: list[int | None] = []
        for number, text in enumerate(texts.dictionary.to_pylist()):
            if text in header.known:
                facts = header.known[text]
            else:
                first = places[texts.indices.index(number).as_py()].as_py()
                facts = self._told(header, text, first)
            found.append(None if facts is None else self._numbers.of(facts))
        return pa.array(found, pa.int32()).take(texts.indices)
