"""Lines read together by recipes: headers with the same one at once, messages with all of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, compress, groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.header_columns import HeaderColumns, Numbers, Told
from paicha.kernel.line_groups import Lines
from paicha.kernel.recipes import Recipe
from paicha.kernel.run_columns import Cut, RunColumns
from paicha.kernel.spellings import Variable, of_lines
from paicha.kernel.texts import apart, missing


class Trial(NamedTuple):
    """Lines that may be read by a recipe."""

    recipe: Recipe
    places: pa.Array


class Records(NamedTuple):
    """
    Records as columns.

    Args:
        places: Which lines of the stretch they are.
        times: Their times [µs].
        facts: What their headers say, by number.
        recipes: By which recipe they were read, by number.
        bodies: Their messages, with line ends.
        variables: Those that differ, and of which record each is.
    """

    places: pa.Array
    times: pa.Array
    facts: pa.Array
    recipes: pa.Array
    bodies: pa.Array
    variables: Sequence[tuple[Sequence[tuple[Recipe, Variable]], Cut]]


class Read(NamedTuple):
    """
    What became of lines.

    Args:
        of: The recipes, by their numbers.
        records: Those that were read.
        failed: Of some trials, by their numbers, the lines that the recipe does not fit; of the others it fits all.
        others: Lines that it fits, but whose time is none, or whose facts are of another format.
    """

    of: Sequence[Recipe]
    records: Sequence[Records]
    failed: Mapping[int, pa.Array]
    others: Sequence[int]


def read_together(lines: Lines, trials: Sequence[Trial], told: Told, facts: Numbers) -> Read:
    """
    Read lines by recipes.

    Args:
        lines: All lines of the stretch.
        trials: Lines with the recipe that may fit them. A line is in one of them.
        told: Says what is not known yet of a header.
        facts: Numbers what headers say.
    """
    ranks: dict[object, int] = {}

    def placed(at: int) -> tuple[bool, int, int]:
        """How a trial is read; those with stamps alike follow one another, of these those with one header."""
        header = trials[at].recipe.header
        stamps = ranks.setdefault(header.stamps.alike, len(ranks))
        return trials[at].recipe.by_runs, stamps, ranks.setdefault(header, len(ranks))

    order = sorted(range(len(trials)), key=placed)
    records: list[Records] = []
    failed: dict[int, pa.Array] = {}
    others: list[int] = []
    for by_runs, chosen in groupby(order, key=lambda at: trials[at].recipe.by_runs):
        numbers = list(chosen)
        group = _Group(lines, [trials[at] for at in numbers], numbers, told, facts)
        records.append(group.by_runs() if by_runs else group.by_patterns())
        others += group.others
        failed.update(group.failed())
    return Read([one.recipe for one in trials], records, failed, others)


class _Group:
    """Trials that are read in one way, those with one header behind one another."""

    def __init__(
        self,
        lines: Lines,
        trials: Sequence[Trial],
        numbers: Sequence[int],
        told: Told,
        facts: Numbers,
    ) -> None:
        self._trials, self._numbers = trials, numbers
        self.others: list[int] = []
        self._edges = list(accumulate((len(one.places) for one in trials), initial=0))
        self._places = pa.concat_arrays([one.places for one in trials])
        headers = [
            (header, sum(len(one.places) for one in same))
            for header, same in groupby(trials, key=lambda one: one.recipe.header)
        ]
        self._read = HeaderColumns(lines, self._places, headers, told, facts).read()
        self._fitting = self._read.numbers

    def _sizes(self) -> list[int]:
        """Return how many lines of each trial are left."""
        if len(self._read.numbers) == self._edges[-1]:
            return [end - start for start, end in pairwise(self._edges)]
        counted = self._owners().value_counts()
        found = dict(zip(*(counted.field(at).to_pylist() for at in (0, 1)), strict=True))
        return [found.get(at, 0) for at in range(len(self._trials))]

    def _owners(self) -> pa.Array:
        """Return of which trial each line is."""
        edges = pa.array(self._edges, pa.int32())
        owners = pc.list_parent_indices(pa.ListArray.from_arrays(edges, pa.nulls(self._edges[-1])))
        return owners.take(self._read.numbers).cast(pa.int32())

    def by_runs(self) -> Records:
        """Return the records whose messages fit."""
        spellings = [
            (one.recipe.spelling.runs, n)
            for one, n in zip(self._trials, self._sizes(), strict=True)
            if one.recipe.spelling.runs is not None
        ]
        columns = RunColumns(self._read.bodies, spellings)
        if columns.fitting is not None:
            self._read = self._read.take(columns.fitting)
        named = [
            (one.recipe, variable)
            for one in self._trials
            for variable in one.recipe.spelling.variables
            if variable.group
        ]
        return self._records([(named, columns.variables())])

    def by_patterns(self) -> Records:
        """Return the same by the spellings' patterns, recipe by recipe."""
        edges, text = apart(self._read.bodies)
        begins = memoryview(edges.buffers()[1]).cast("i")
        kept: list[int] = []
        owners: list[int] = []
        numbers: list[int] = []
        texts: list[bytes] = []
        named: list[tuple[Recipe, Variable]] = []
        at = 0
        for one, n in zip(self._trials, self._sizes(), strict=True):
            pattern = of_lines(one.recipe.spelling.pattern)
            rows, columns = _matched(pattern, text, begins[at], begins[at + n])
            varying = [variable for variable in one.recipe.spelling.variables if variable.group]
            for variable, column in zip(varying, columns, strict=True):
                owners += range(len(kept), len(kept) + len(rows))
                numbers += [len(named)] * len(rows)
                texts += column
                named.append((one.recipe, variable))
            kept += range(at, at + n) if len(rows) == n else [at + row for row in rows]
            at += n
        if len(kept) < at:
            self._read = self._read.take(pa.array(kept, pa.int32()))
        cut = Cut(_array(owners), _array(numbers), pa.array(texts, pa.binary()))
        return self._records([(named, cut)])

    def _records(
        self, variables: Sequence[tuple[Sequence[tuple[Recipe, Variable]], Cut]]
    ) -> Records:
        """Return what is left; without what is no record of the format."""
        self._fitting = self._read.numbers
        recipes = pa.array(self._numbers, pa.int32()).take(self._owners())
        _, places, times, facts, bodies = self._read
        records = Records(places, times, facts, recipes, bodies, variables)
        if times.null_count or facts.null_count:
            holds = pc.and_(pc.is_valid(times), pc.is_valid(facts))
            self.others = places.filter(pc.invert(holds)).to_pylist()
            records = where(records, holds)
        return records

    def failed(self) -> Iterator[tuple[int, pa.Array]]:
        """Yield the numbers of trials with lines that did not fit, and these."""
        n = self._edges[-1]
        if len(self._fitting) == n:
            return
        bad = missing(self._fitting, n)
        places = [bisect_left(bad, edge) for edge in self._edges]
        for number, few in zip(self._numbers, pairwise(places), strict=True):
            if few[0] < few[1]:
                yield number, self._places.take(pa.array(bad[slice(*few)], pa.int32()))


def where(records: Records, holds: pa.BooleanArray) -> Records:
    """Return the records for which something holds."""
    moved = pc.subtract(pc.cumulative_sum(holds.cast(pa.int32())), 1)
    places, times, facts, recipes, bodies = (column.filter(holds) for column in records[:5])
    variables = []
    for named, cut in records.variables:
        chosen = holds.take(cut.owners)
        owners = moved.take(cut.owners.filter(chosen))
        rest = (column.filter(chosen) for column in cut[1:])
        variables.append((named, Cut(owners, *rest)))
    return Records(places, times, facts, recipes, bodies, variables)


def _array(numbers: Sequence[int]) -> pa.Int32Array:
    return pa.array(numbers, pa.int32())


def _matched(
    pattern: re.Pattern[bytes], text: bytes, start: int, end: int
) -> tuple[Sequence[int], list[list[bytes]]]:
    """Return which messages of a text a pattern fits, and its groups, each as a column."""
    found = pattern.findall(text, start, end)
    if pattern.groups == 1:
        return [row for row, one in enumerate(found) if one], []
    columns = [list(map(itemgetter(at), found)) for at in range(pattern.groups)]
    whole = columns.pop(0)
    if all(whole):
        return range(len(found)), columns
    return [row for row, one in enumerate(whole) if one], [
        list(compress(column, whole)) for column in columns
    ]
