"""
Lines read together by recipes.

Those that runs of digits tell, by their forms; others headers with the same one at once, and messages by their patterns.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, compress, groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.form_columns import Cut, FormColumns
from paicha.kernel.form_headers import FormHeaders
from paicha.kernel.header_columns import HeaderColumns, Numbers, Told
from paicha.kernel.line_groups import Lines
from paicha.kernel.recipe_tables import RecipeTables
from paicha.kernel.spellings import of_lines
from paicha.kernel.texts import apart, counting, missing, owners_of
from paicha.kernel.whole_lines import Recipe


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
        of: Recipes.
        recipes: By which of these they were read, by number.
        bodies: Their messages, with line ends.
        variables: Those that differ, numbered over all recipes, and of which record each is.
    """

    places: pa.Array
    times: pa.Array
    facts: pa.Array
    of: Sequence[Recipe]
    recipes: pa.Array
    bodies: pa.Array
    variables: Cut


class Read(NamedTuple):
    """
    What became of lines.

    Args:
        records: Those that were read.
        failed: Of some trials, by their numbers, the lines that the recipe does not fit; of the others it fits all.
        others: Lines that it fits, but whose time is none, or whose facts are of another format.
    """

    records: Sequence[Records]
    failed: Mapping[int, pa.Array]
    others: Sequence[int]


class Reading:
    """
    Reads lines of a stretch by recipes.

    Args:
        lines: All its lines.
        tables: Recipes that runs of digits tell.
        told: Says what is not known yet of a header.
        facts: Numbers what headers say.
    """

    def __init__(self, lines: Lines, tables: RecipeTables, told: Told, facts: Numbers) -> None:
        self._lines, self._tables, self._told, self._facts = lines, tables, told, facts

    def known(self) -> tuple[list[Read], pa.Int32Array]:
        """Return what recipes known by now read, and which lines these do not fit, in order."""
        places = counting(len(self._lines))
        of_keys = self._tables.of_letters(self._lines.keys)
        numbers = of_keys.take(self._lines.codes)
        having = numbers.is_valid()
        left = [places.filter(pc.invert(having))]
        places, numbers = places.filter(having), numbers.filter(having)
        # The first recipe fits most lines; all others are tried at once.
        read, fitting = self._by_forms(places, pc.list_element(numbers, 0))
        reads = [read]
        rest = _array(missing(fitting, len(places)))
        places, numbers = places.take(rest), pc.list_slice(numbers.take(rest), 1)
        read, fitting = self._by_forms(
            places.take(pc.list_parent_indices(numbers)), numbers.flatten()
        )
        reads.append(read)
        taken = pc.list_parent_indices(numbers).take(fitting)
        left.append(places.take(_array(missing(taken.cast(pa.int32()), len(places)))))
        found = pa.concat_arrays(left)
        return reads, found.take(pc.array_sort_indices(found))

    def together(self, trials: Sequence[Trial]) -> Read:
        """Return what became of lines, each of which is in one of the trials."""
        records: list[Records] = []
        failed: dict[int, pa.Array] = {}
        others: list[int] = []
        whole = [at for at, one in enumerate(trials) if one.recipe.whole is not None]
        if whole:
            read = self._told_by_runs(trials, whole)
            records += read.records
            others += read.others
            failed.update(read.failed)
        ranks: dict[object, int] = {}

        def placed(at: int) -> tuple[int, int]:
            """Those with stamps alike follow one another, of these those with one header."""
            header = trials[at].recipe.header
            stamps = ranks.setdefault(header.stamps.alike, len(ranks))
            return stamps, ranks.setdefault(header, len(ranks))

        rest = sorted({*range(len(trials))}.difference(whole), key=placed)
        if rest:
            group = _Group(self._lines, [trials[at] for at in rest], rest, self._told, self._facts)
            records.append(group.by_patterns())
            others += group.others
            failed.update(group.failed())
        return Read(records, failed, others)

    def _told_by_runs(self, trials: Sequence[Trial], which: Sequence[int]) -> Read:
        """Return the same for some trials, of recipes that runs tell."""
        sizes = [len(trials[at].places) for at in which]
        recipes = _array(trials[at].recipe.number for at in which)
        places = pa.concat_arrays([trials[at].places.cast(pa.int32()) for at in which])
        read, fitting = self._by_forms(places, recipes.take(owners_of(sizes)))
        return read._replace(failed=dict(_failed(which, sizes, places, fitting)))

    def _by_forms(
        self, places: pa.Int32Array, recipes: pa.Int32Array
    ) -> tuple[Read, pa.Int32Array]:
        """Return what recipes read of lines, each by the first that fits it, and by which of these."""
        tables = self._tables
        columns = FormColumns(self._lines, places, recipes, tables)
        found = columns.recipes
        headers = tables.of.all().take(found)
        read = FormHeaders(self._lines, columns.places, headers, tables.headers)
        times, facts = read.times(), read.said(self._told, self._facts)
        variables = columns.variables()
        records, others = _whole(
            Records(columns.places, times, facts, tables.recipes, found, read.bodies(), variables)
        )
        return Read([records], {}, others), columns.fitting


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

    def by_patterns(self) -> Records:
        """Return the same by the spellings' patterns, recipe by recipe."""
        edges, text = apart(self._read.bodies)
        begins = memoryview(edges.buffers()[1]).cast("i")
        kept: list[int] = []
        owners: list[int] = []
        numbers: list[int] = []
        texts: list[bytes] = []
        number = 0
        at = 0
        for one, n in zip(self._trials, self._sizes(), strict=True):
            pattern = of_lines(one.recipe.spelling.pattern)
            rows, columns = _matched(pattern, text, begins[at], begins[at + n])
            for column in columns:
                owners += range(len(kept), len(kept) + len(rows))
                numbers += [number] * len(rows)
                texts += column
                number += 1
            kept += range(at, at + n) if len(rows) == n else [at + row for row in rows]
            at += n
        if len(kept) < at:
            self._read = self._read.take(pa.array(kept, pa.int32()))
        cut = Cut(_array(owners), _array(numbers), pa.array(texts, pa.binary()))
        return self._records(cut)

    def _records(self, variables: Cut) -> Records:
        """Return what is left; without what is no record of the format."""
        self._fitting = self._read.numbers
        _, places, times, facts, bodies = self._read
        of = [one.recipe for one in self._trials]
        records, self.others = _whole(
            Records(places, times, facts, of, self._owners(), bodies, variables)
        )
        return records

    def failed(self) -> Iterator[tuple[int, pa.Array]]:
        """Yield the numbers of trials with lines that did not fit, and these."""
        sizes = [len(one.places) for one in self._trials]
        return _failed(self._numbers, sizes, self._places, self._fitting)


def _failed(
    numbers: Sequence[int], sizes: Sequence[int], places: pa.Array, fitting: pa.Int32Array
) -> Iterator[tuple[int, pa.Array]]:
    """
    Yield the numbers of trials with lines that did not fit, and these.

    Args:
        numbers: The trials.
        sizes: How many lines of each there are.
        places: The lines.
        fitting: Which of them fit, in order.
    """
    if len(fitting) == len(places):
        return
    bad = missing(fitting, len(places))
    edges = [bisect_left(bad, edge) for edge in accumulate(sizes, initial=0)]
    for number, few in zip(numbers, pairwise(edges), strict=True):
        if few[0] < few[1]:
            yield number, places.take(_array(bad[slice(*few)]))


def _whole(records: Records) -> tuple[Records, list[int]]:
    """Return records without what is none of the format, and which lines that is."""
    if not (records.times.null_count or records.facts.null_count):
        return records, []
    holds = pc.and_(pc.is_valid(records.times), pc.is_valid(records.facts))
    return where(records, holds), records.places.filter(pc.invert(holds)).to_pylist()


def where(records: Records, holds: pa.BooleanArray) -> Records:
    """Return the records for which something holds."""
    moved = pc.subtract(pc.cumulative_sum(holds.cast(pa.int32())), 1)
    columns = (records.places, records.times, records.facts, records.recipes, records.bodies)
    places, times, facts, recipes, bodies = (column.filter(holds) for column in columns)
    chosen = holds.take(records.variables.owners)
    owners, numbers, texts = (column.filter(chosen) for column in records.variables)
    variables = Cut(moved.take(owners), numbers, texts)
    return Records(places, times, facts, records.of, recipes, bodies, variables)


def _array(numbers: Iterable[int]) -> pa.Int32Array:
    return pa.array(list(numbers), pa.int32())


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
