"""The headers of many lines at once: their times, what they say, and where messages begin."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.headers import Facts, Header
from paicha.kernel.line_groups import Lines
from paicha.kernel.recipe_tables import HeaderTable
from paicha.kernel.texts import cut_out, plain

_NUMBER = pa.int32()
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


class HeaderColumns:
    """
    The headers of lines that have them.

    Args:
        lines: All lines of the stretch.
        places: Which lines.
        headers: The number of the header of each.
        table: The headers.
    """

    def __init__(
        self, lines: Lines, places: pa.Int32Array, headers: pa.Int32Array, table: HeaderTable
    ) -> None:
        self._data, self._table = lines.data, table
        self._places, self._headers = places, headers
        self._starts, self._ends = lines.edges.take(places), lines.edges[1:].take(places)

    def bodies(self) -> pa.BinaryArray:
        """Return the messages."""
        begins = pc.add(self._starts, self._table.bodies.all().take(self._headers))
        ends = pc.subtract(self._ends, pa.scalar(1, _NUMBER))
        return cut_out(_in_turn(begins, ends), self._data)

    def times(self) -> pa.Int64Array:
        """Return the times; null where a stamp is none."""
        stamps = pc.add(self._starts, self._table.stamps.all().take(self._headers))
        kinds = self._table.kinds.all().take(self._headers)
        found = pa.nulls(len(kinds), pa.int64())
        for kind in kinds.unique().to_pylist():
            reads = self._table.alike[kind]
            chosen = pc.equal(kinds, kind)
            begins = stamps.filter(chosen)
            cuts = [self._behind(begins, *cut) for cut in reads.cuts]
            found = pc.replace_with_mask(found, chosen, reads.times(cuts))
        return found

    def _behind(self, begins: pa.Int32Array, start: int, end: int) -> pa.BinaryArray:
        edges = (pc.add(begins, pa.scalar(edge, _NUMBER)) for edge in (start, end))
        return cut_out(_in_turn(*edges), self._data)

    def said(self, told: Told, facts: Numbers) -> pa.Int32Array:
        """
        Return the numbers of what they say; null for one that is of another format.

        Args:
            told: Says what is not known yet of a header.
            facts: Numbers what headers say.
        """
        always: list[int | None] = [None] * len(self._table.headers)
        for number in self._headers.unique().to_pylist():
            one = self._table.headers[number]
            always[number] = None if one.told else facts.of(one.facts)
        found = pa.array(always, _NUMBER).take(self._headers)
        tells = found.is_null()
        if not found.null_count:
            return found
        return pc.replace_with_mask(found, tells, self._told(tells, told, facts))

    def _told(self, tells: pa.BooleanArray, told: Told, facts: Numbers) -> pa.Int32Array:
        """Return the same of those lines whose headers do not always say the same."""
        headers, starts, places = (
            column.filter(tells) for column in (self._headers, self._starts, self._places)
        )
        spans = self._table.told.take(headers)
        at = pc.add(spans.flatten(), starts.take(pc.list_parent_indices(spans)))
        edges = pc.divide(spans.offsets, pa.scalar(2, _NUMBER))
        parts = pa.ListArray.from_arrays(edges, cut_out(at, self._data))
        texts = pc.binary_join(parts, b"\n").dictionary_encode()
        codes = pc.shift_left(headers.cast(pa.int64()), 32)
        pairs = pc.bit_wise_or(codes, texts.indices.cast(pa.int64())).dictionary_encode()
        known: list[bytes] = texts.dictionary.to_pylist()
        found: list[int | None] = []
        firsts: dict[int, int] = {}
        for number, pair in enumerate(pairs.dictionary.to_pylist()):
            header, text = self._table.headers[pair >> 32], known[pair & (2**32 - 1)]
            if text in header.known:
                said = header.known[text]
            else:
                firsts = firsts or _firsts(pairs.indices)
                said = told(header, text, places[firsts[number]].as_py())
            found.append(None if said is None else facts.of(said))
        return pa.array(found, _NUMBER).take(pairs.indices)


def _firsts(numbers: pa.Int32Array) -> dict[int, int]:
    """Return where each number stands first."""
    known = plain(numbers)
    return {known[at]: at for at in range(len(known) - 1, -1, -1)}


def _in_turn(begins: pa.Int32Array, ends: pa.Int32Array) -> pa.Int32Array:
    """Return where texts begin and end, one after the other."""
    held = bytearray(8 * len(begins))
    found = memoryview(held).cast("i")
    found[::2], found[1::2] = plain(begins), plain(ends)
    return pa.Array.from_buffers(_NUMBER, 2 * len(begins), [None, pa.py_buffer(held)])
