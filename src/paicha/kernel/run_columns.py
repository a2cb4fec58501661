"""
Which messages are spelled as their recipes say, and their variables, by the runs of digits of all of them.

The specification is `paicha.kernel.runs.Runs.fit`, message by message. Here the same steps are taken for
thousands of messages of hundreds of spellings at once: where digits begin and end is found for all of their
text, each step from edge to edge is compared with what the spelling allows, and variables are cut at edges.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.runs import KEPT, NO_YEAR, OCTET, Runs
from paicha.kernel.texts import apart, column, counting, owners_of, plain

#: A digit to one, all else to zero.
_IS_DIGIT = bytes(48 <= code < 58 for code in range(256))
_ENDLESS = 2**31 - 1
_NUMBER = pa.int32()
_ONE = pa.scalar(1, _NUMBER)
_CENTURIES = pa.array([b"19", b"20"], pa.binary())


class Cut(NamedTuple):
    """
    Variables cut out of messages.

    Args:
        owners: Which message each is of.
        variables: Which variable it is, counted over the varying ones of all spellings.
        texts: What it says.
    """

    owners: pa.Int32Array
    variables: pa.Int32Array
    texts: pa.BinaryArray


class RunColumns:
    """
    The runs of digits of messages.

    Those of one spelling are a table: a row for each message, a column for each edge of its runs.

    Args:
        messages: As they are in lines, each with its line end.
        spellings: One after the other with how many of the messages may be spelled so. Without digits these
            are all the same as the spelling's.
    """

    def __init__(self, messages: pa.BinaryArray, spellings: Sequence[tuple[Runs, int]]) -> None:
        begins, self._text = apart(messages)
        self._spellings = [runs for runs, _ in spellings]
        edges = _edges(self._text)
        #: Of all that may fit: how many are of each spelling, their edges, and which they are; None: all.
        self._sizes, self._edges, self._chosen = _counted(spellings, plain(begins), edges)
        self._starts, self._ends = begins[:-1], begins[1:]
        if self._chosen is not None:
            self._starts, self._ends = (
                one.take(self._chosen) for one in (self._starts, self._ends)
            )
        self._owners = owners_of(self._sizes)
        found = [one for one in (self._steps_fit(), self._specials_fit()) if one is not None]
        if found:
            self._keep(found[0] if len(found) == 1 else pc.and_(*found))

    def _keep(self, fits: pa.BooleanArray) -> None:
        """Go on with those messages that fit."""
        begins, edges = plain(self._firsts()), plain(self._edges)
        bad = pc.indices_nonzero(pc.invert(fits)).to_pylist()
        starts = [0, *(begins[number + 1] for number in bad)]
        ends = [*(begins[number] for number in bad), len(edges)]
        data = b"".join([edges[start:end] for start, end in zip(starts, ends, strict=True)])
        self._edges = pa.Array.from_buffers(_NUMBER, len(data) // 4, [None, pa.py_buffer(data)])
        kept = pc.indices_nonzero(fits).cast(_NUMBER)
        stops = list(accumulate(self._sizes))
        places = [bisect_left(bad, stop) for stop in stops]
        self._sizes = [
            n - (here - before)
            for n, here, before in zip(self._sizes, places, [0, *places], strict=False)
        ]
        self._chosen = kept if self._chosen is None else self._chosen.take(kept)
        self._owners = self._owners.take(kept)

    def _number_of(self, numbers: Iterable[int]) -> pa.Int32Array:
        """Return for each message the number of its spelling."""
        return pa.array(list(numbers), _NUMBER).take(self._owners)

    def _of_each(self, rows: Iterable[Sequence[int]]) -> pa.Int32Array:
        """Return for each message the row of its spelling, one behind the other."""
        data = b"".join(
            [array("i", row).tobytes() * n for row, n in zip(rows, self._sizes, strict=True)]
        )
        return pa.Array.from_buffers(_NUMBER, len(data) // 4, [None, pa.py_buffer(data)])

    def _firsts(self) -> pa.Int32Array:
        """Return where the edges of each message begin, and those of the last end."""
        return _sums(self._number_of(len(one.steps) for one in self._spellings))

    def _steps_fit(self) -> pa.BooleanArray | None:
        """Return for which messages it is from edge to edge as far as it may be; None: for all."""
        spellings, edges, firsts = self._spellings, self._edges, self._firsts()
        # What leads to the first edge is looked at message by message.
        steps = [((0, _ENDLESS), *one.steps[1:]) if one.steps else () for one in spellings]
        fits = _within(pc.subtract(edges[1:], edges[:-1]), *map(self._of_each, _ranges(steps)))
        guarded = pa.concat_arrays([edges, pa.array([0], _NUMBER)])
        head = pc.subtract(guarded.take(firsts[:-1]), self._starts)
        last = pc.max_element_wise(pc.subtract(firsts[1:], _ONE), pa.scalar(0, _NUMBER))
        tail = pc.subtract(self._ends, guarded.take(last))
        heads = self._number_of(one.steps[0][0] if one.steps else 0 for one in spellings)
        tails = self._number_of(one.tail + 1 for one in spellings)
        ends = pc.and_(pc.equal(head, heads), pc.equal(tail, tails))
        if not all(one.steps for one in spellings):
            without = pc.equal(self._number_of(len(one.steps) for one in spellings), 0)
            ends = pc.or_(ends, without)
        if pc.all(fits).as_py():
            return None if pc.all(ends).as_py() else ends
        bad = pc.add(pc.indices_nonzero(pc.invert(fits)), 1)
        of_edges = pa.ListArray.from_arrays(firsts, edges)
        owners = pc.list_parent_indices(of_edges).take(bad).unique().cast(_NUMBER)
        return pc.and_(ends, pc.invert(pc.is_in(counting(len(ends)), value_set=owners)))

    def _specials_fit(self) -> pa.BooleanArray | None:
        """Return which messages have runs of which the length is not all as they should be; None: all."""
        specials = [one.specials for one in self._spellings]
        of = [one for few in specials for one in few]
        if not of:
            return None
        edges = [[(2 * one.run + end, 0) for one in few for end in (0, 1)] for few in specials]
        owners, numbers, texts = self._cut(edges)
        kinds = pa.array([_KINDS.index(one.kind) for one in of], pa.int8()).take(numbers)
        wanted = pa.array([one.text for one in of], pa.binary())
        bad = [pa.array([], _NUMBER)]
        for kind in {_KINDS.index(one.kind) for one in of}:
            which = pc.indices_nonzero(pc.equal(kinds, kind)).cast(_NUMBER)
            said = texts if len(which) == len(texts) else texts.take(which)
            refuses = _REFUSED[_KINDS[kind]](said, wanted.take(numbers.take(which)))
            bad.append(owners.take(which.filter(refuses)))
        found = pa.concat_arrays(bad)
        if not len(found):
            return None
        return pc.invert(pc.is_in(counting(len(self._starts)), value_set=found))

    @property
    def fitting(self) -> pa.Int32Array | None:
        """Which messages fit, in order; None: all of them."""
        return self._chosen

    def variables(self) -> Cut:
        """Return the variables of those that fit."""
        return self._cut([one.edges for one in self._spellings])

    def _cut(self, edges: Sequence[Sequence[tuple[int, int]]]) -> Cut:
        """
        Return what stands between two edges each.

        Args:
            edges: Of each spelling where a text begins, where it ends, where the next begins, and so on: the number of an
                edge, and how many bytes behind it.
        """
        numbers: list[range] = []
        for few in edges:
            first = numbers[-1].stop if numbers else 0
            numbers.append(range(first, first + len(few) // 2))
        behind = self._of_each([shift for _, shift in few] for few in edges)
        at = pc.add(self._columns([[number for number, _ in few] for few in edges]), behind)
        many = self._number_of(len(few) // 2 for few in edges)
        owners = pc.list_parent_indices(
            pa.ListArray.from_arrays(_sums(many), pa.nulls(len(at) // 2))
        )
        texts = pa.array([], pa.binary())
        if len(at):
            texts = column(at, self._text).take(counting(len(at) // 2, 0, 2))
        return Cut(owners.cast(_NUMBER), self._of_each(numbers), texts)

    def _columns(self, edges: Sequence[Sequence[int]]) -> pa.Int32Array:
        """Return some edges of each message, by their numbers."""
        size = sum(n * len(few) for few, n in zip(edges, self._sizes, strict=True))
        held = bytearray(4 * size)
        found, known = memoryview(held).cast("i"), plain(self._edges)
        begin = start = 0
        for runs, few, n in zip(self._spellings, edges, self._sizes, strict=True):
            width, wanted = len(runs.steps), len(few)
            end, stop = begin + n * width, start + n * wanted
            for at, number in enumerate(few) if n else ():
                found[start + at : stop : wanted] = known[begin + number : end : width]
            begin, start = end, stop
        return pa.Array.from_buffers(_NUMBER, size, [None, pa.py_buffer(held)])


def _edges(text: bytes) -> pa.Int32Array:
    """Return where runs of digits begin and end in a text that ends with another character."""
    marked = pa.py_buffer(text.translate(_IS_DIGIT))
    runs = pc.run_end_encode(pa.Array.from_buffers(pa.uint8(), len(text), [None, marked]))
    edges = runs.run_ends[:-1]
    return pa.concat_arrays([pa.array([0], _NUMBER), edges]) if text[:1].isdigit() else edges


def _counted(
    spellings: Sequence[tuple[Runs, int]], starts: memoryview, edges: pa.Int32Array
) -> tuple[list[int], pa.Int32Array, pa.Int32Array | None]:
    """Return of messages with as many edges as they should have how many, their edges, and which; None: all."""
    places = plain(edges)
    kept: list[tuple[int, int]] = []
    bad: list[int] = []
    sizes: list[int] = []
    number = at = 0
    for runs, n in spellings:
        before = len(bad)
        end = bisect_left(places, starts[number + n], at)
        if end - at == len(runs.steps) * n:
            kept.append((at, end))
        else:
            for one in range(number, number + n):
                behind = bisect_left(places, starts[one + 1], at)
                if behind - at == len(runs.steps):
                    kept.append((at, behind))
                else:
                    bad.append(one)
                at = behind
        sizes.append(n - (len(bad) - before))
        number, at = number + n, end
    if not bad:
        return sizes, edges, None
    data = b"".join([places[first:last] for first, last in kept])
    others = pc.is_in(counting(number), value_set=pa.array(bad, _NUMBER))
    chosen = pc.indices_nonzero(pc.invert(others)).cast(_NUMBER)
    return sizes, pa.Array.from_buffers(_NUMBER, len(data) // 4, [None, pa.py_buffer(data)]), chosen


def _sums(counts: pa.Int32Array) -> pa.Int32Array:
    """Return the sums of the first none, the first one, the first two, … of some numbers."""
    return pc.cumulative_sum(pa.concat_arrays([pa.array([0], _NUMBER), counts]))


def _ranges(
    steps: Sequence[Sequence[tuple[int, int]]],
) -> tuple[list[list[int]], list[list[int]]]:
    """Return the least of what is allowed, and the most."""
    return [[least for least, _ in few] for few in steps], [
        [most for _, most in few] for few in steps
    ]


def _within(found: pa.Int32Array, least: pa.Int32Array, most: pa.Int32Array) -> pa.BooleanArray:
    # A first step leads from the message before, and from nowhere in the first.
    least, most = (one[len(one) - len(found) :] for one in (least, most))
    return pc.and_(pc.greater_equal(found, least), pc.less_equal(found, most))


def _is_other(texts: pa.BinaryArray, wanted: pa.BinaryArray) -> pa.BooleanArray:
    return pc.not_equal(texts, wanted)


def _is_no_octet(texts: pa.BinaryArray, _: pa.BinaryArray) -> pa.BooleanArray:
    # Shorter ones are below that whatever they are.
    large = pc.greater(texts, pa.scalar(b"255", pa.binary()))
    return pc.and_(pc.equal(pc.binary_length(texts), 3), large)


def _is_year(texts: pa.BinaryArray, _: pa.BinaryArray) -> pa.BooleanArray:
    begins = pc.is_in(pc.binary_slice(texts, 0, 2), value_set=_CENTURIES)
    return pc.and_(pc.equal(pc.binary_length(texts), 4), begins)


#: Which texts of a kind of special are refused.
_REFUSED: dict[str, Callable[[pa.BinaryArray, pa.BinaryArray], pa.BooleanArray]] = {
    KEPT: _is_other,
    OCTET: _is_no_octet,
    NO_YEAR: _is_year,
}
_KINDS = list(_REFUSED)
