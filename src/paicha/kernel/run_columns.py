"""
Which messages are spelled as their recipes say, and their variables, by the runs of digits of all of them.

The specification is `paicha.kernel.runs.Runs.fit`, message by message. Here the same steps are taken for
thousands of messages of hundreds of spellings at once: where digits begin and end is found for all of their
text, each step from edge to edge is compared with what the spelling allows, and variables are cut at edges.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.runs import Runs
from paicha.kernel.texts import apart, column, counting, joined, lists

#: A digit to one, all else to zero.
_IS_DIGIT = bytes(48 <= code < 58 for code in range(256))
_ENDLESS = 2**31 - 1
_LARGEST_OCTET = 255
_ZERO = pa.scalar(b"0", pa.binary())


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


class Table(NamedTuple):
    """What spellings ask for, as columns: a list of places for each spelling, and what stands there."""

    steps: pa.ListArray
    least: pa.Int32Array
    most: pa.Int32Array
    specials: pa.ListArray
    runs: pa.Int32Array
    wanted: pa.BinaryArray
    edges: pa.ListArray
    at: pa.Int32Array
    behind: pa.Int32Array


def _table(spellings: Sequence[Runs]) -> Table:
    # What leads to the first edge is looked at message by message.
    steps = [((0, _ENDLESS), *one.steps[1:]) if one.steps else () for one in spellings]
    specials = [one.specials for one in spellings]
    edges = [one.edges for one in spellings]
    least, most = zip(*chain.from_iterable(steps), strict=True) if any(steps) else ((), ())
    return Table(
        lists(steps),
        pa.array(least, pa.int32()),
        pa.array(most, pa.int32()),
        lists([2 * few for few in specials]),
        pa.array(
            [2 * one.run + end for few in specials for one in few for end in (0, 1)], pa.int32()
        ),
        pa.array([one.text for few in specials for one in few], pa.binary()),
        lists(edges),
        pa.array([at for few in edges for at, _ in few], pa.int32()),
        pa.array([behind for few in edges for _, behind in few], pa.int32()),
    )


class RunColumns:
    """
    The runs of digits of messages.

    Args:
        messages: As they are in lines, each with its line end.
        spellings: One after the other with how many of the messages may be spelled so. Without digits these
            are all the same as the spelling's.
    """

    def __init__(self, messages: pa.BinaryArray, spellings: Sequence[tuple[Runs, int]]) -> None:
        edges, self._text = apart(messages)
        self._size = len(messages)
        self._table = _table([runs for runs, _ in spellings])
        marked = b"\0" + self._text.translate(_IS_DIGIT)
        bits = pa.Array.from_buffers(pa.uint8(), len(marked), [None, pa.py_buffer(marked)])
        places = pc.indices_nonzero(pc.not_equal(bits[1:], bits[:-1])).cast(pa.int32(), safe=False)
        counted = _counted(spellings, memoryview(edges.buffers()[1]).cast("i"), places)
        self._edges, self._chosen = counted
        numbers = _repeated([n for _, n in spellings])
        self._starts, self._ends, self._spelled = edges[:-1], pc.subtract(edges[1:], 1), numbers
        if self._chosen is not None:
            self._keep(self._chosen)
        many = pa.array([len(runs.steps) for runs, _ in spellings], pa.int32()).take(self._spelled)
        self._behind = pc.cumulative_sum(many)
        self._first = pc.subtract(self._behind, many)
        self._check([runs for runs, _ in spellings])

    def _keep(self, chosen: pa.Int32Array) -> None:
        self._starts, self._ends = self._starts.take(chosen), self._ends.take(chosen)
        self._spelled = self._spelled.take(chosen)

    def _drop(self, fits: pa.BooleanArray) -> None:
        """Go on with those messages that fit."""
        if pc.all(fits).as_py():
            return
        kept = pc.indices_nonzero(fits).cast(pa.int32())
        self._chosen = kept if self._chosen is None else self._chosen.take(kept)
        self._keep(kept)
        self._first, self._behind = self._first.take(kept), self._behind.take(kept)

    def _check(self, spellings: Sequence[Runs]) -> None:
        table, edges = self._table, self._edges
        places = table.steps.take(self._spelled)
        steps = places.flatten()[1:]
        taken = pc.subtract(edges[1:], edges[:-1])
        fits = pc.and_(
            pc.greater_equal(taken, table.least.take(steps)),
            pc.less_equal(taken, table.most.take(steps)),
        )
        ends = self._ends_fit(spellings)
        if not pc.all(fits).as_py():
            bad = pc.add(pc.indices_nonzero(pc.invert(fits)), 1)
            owners = pc.list_parent_indices(places).take(bad).unique()
            numbers = counting(len(self._spelled))
            ends = pc.and_(ends, pc.invert(pc.is_in(numbers, value_set=owners.cast(pa.int32()))))
        self._drop(ends)
        self._check_specials()

    def _ends_fit(self, spellings: Sequence[Runs]) -> pa.BooleanArray:
        """Return whether the first run begins and the last ends where it should."""
        guarded = pa.concat_arrays([self._edges, pa.array([0], pa.int32())])
        last = pc.max_element_wise(pc.subtract(self._behind, 1), 0)
        steps = [one.steps[0] if one.steps else (-_ENDLESS, _ENDLESS) for one in spellings]
        head = pc.subtract(guarded.take(self._first), self._starts)
        tail = pc.subtract(self._ends, guarded.take(last))
        tails = [one.tail if one.steps else -_ENDLESS for one in spellings]
        tails_most = [one.tail if one.steps else _ENDLESS for one in spellings]
        return _all_of(
            pc.greater_equal(head, _of(self._spelled, [least for least, _ in steps])),
            pc.less_equal(head, _of(self._spelled, [most for _, most in steps])),
            pc.greater_equal(tail, _of(self._spelled, tails)),
            pc.less_equal(tail, _of(self._spelled, tails_most)),
        )

    def _check_specials(self) -> None:
        """Look at the runs of which the length is not all."""
        table = self._table
        places = table.specials.take(self._spelled)
        which = places.flatten()
        if not len(which):
            return
        owners = pc.list_parent_indices(places)
        at = pc.add(self._first.take(owners), table.runs.take(which))
        texts = _pieces(self._edges.take(at), self._text)
        begins = counting(len(texts), 0, 2)
        wanted = table.wanted.take(pc.divide(which.take(begins), 2))
        octets = pc.is_null(wanted)
        fits = pc.equal(texts, wanted)
        values = pc.if_else(octets, texts, _ZERO).cast(pa.string()).cast(pa.int64())
        fits = pc.if_else(octets, pc.less_equal(values, _LARGEST_OCTET), fits)
        if pc.all(fits).as_py():
            return
        bad = owners.take(begins).filter(pc.invert(fits)).unique().cast(pa.int32())
        self._drop(pc.invert(pc.is_in(counting(len(self._spelled)), value_set=bad)))

    @property
    def fitting(self) -> pa.Int32Array | None:
        """Which messages fit, in order; None: all of them."""
        return self._chosen

    def variables(self) -> Cut:
        """Return the variables of those that fit."""
        table = self._table
        places = table.edges.take(self._spelled)
        which = places.flatten()
        owners = pc.list_parent_indices(places)
        at = pc.add(self._first.take(owners), table.at.take(which))
        edges = pc.add(self._edges.take(at), table.behind.take(which))
        begins = counting(len(which) // 2, 0, 2)
        texts = _pieces(edges, self._text)
        numbers = pc.divide(which.take(begins), 2)
        return Cut(owners.take(begins).cast(pa.int32()), numbers, texts)


def _counted(
    spellings: Sequence[tuple[Runs, int]], starts: memoryview, edges: pa.Int32Array
) -> tuple[pa.Int32Array, pa.Int32Array | None]:
    """Return the edges of the messages that have as many as they should, and which these are; None: all."""
    places = memoryview(edges.buffers()[1]).cast("i")[: len(edges)]
    kept: list[tuple[int, int]] = []
    chosen: list[range] = []
    number = at = 0
    is_whole = True
    for runs, n in spellings:
        end = bisect_left(places, starts[number + n], at)
        if end - at == len(runs.steps) * n:
            kept.append((at, end))
            chosen.append(range(number, number + n))
        else:
            is_whole = False
            for one in range(number, number + n):
                behind = bisect_left(places, starts[one + 1], at)
                if behind - at == len(runs.steps):
                    kept.append((at, behind))
                    chosen.append(range(one, one + 1))
                at = behind
        number, at = number + n, end
    if is_whole:
        return edges, None
    found = [edges[first:last] for first, last in kept]
    return joined(found, pa.int32()), pa.array(list(chain.from_iterable(chosen)), pa.int32())


def _repeated(counts: Sequence[int]) -> pa.Int32Array:
    """Return 0 as often as the first count says, then 1, and so on."""
    edges = pc.cumulative_sum(pa.array([0, *counts], pa.int32()))
    found = pa.ListArray.from_arrays(edges, pa.nulls(edges[-1].as_py()))
    return pc.list_parent_indices(found).cast(pa.int32())


def _of(spelled: pa.Int32Array, values: Sequence[int]) -> pa.Int32Array:
    return pa.array(values, pa.int32()).take(spelled)


def _all_of(*conditions: pa.BooleanArray) -> pa.BooleanArray:
    found = conditions[0]
    for one in conditions[1:]:
        found = pc.and_(found, one)
    return found


def _pieces(edges: pa.Int32Array, text: bytes) -> pa.BinaryArray:
    """Return what stands between the first edge and the second, the third and the fourth, and so on."""
    if not len(edges):
        return pa.array([], pa.binary())
    return column(edges, text).take(counting(len(edges) // 2, 0, 2))
