"""
Lines read together by recipes.

Those that runs of digits tell are read all at once by their forms, others recipe by recipe by their patterns.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, compress, pairwise
from operator import itemgetter
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.form_columns import Cut, FormColumns
from paicha.kernel.header_columns import HeaderColumns, Numbers, Told
from paicha.kernel.line_groups import Lines
from paicha.kernel.recipe_tables import RecipeTables
from paicha.kernel.texts import apart, counting, missing, numbered, owners_of, plain
from paicha.kernel.whole_lines import Recipe

#: So many recipes for a line each are tried at once, or one for each line.
_PAIRS = 100_000


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
        bodies: Their messages.
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


class _Spelled(NamedTuple):
    """
    Lines that recipes fit.

    Args:
        places: Which lines.
        headers: The numbers of their headers.
        of: Recipes.
        recipes: Which of these each line is of.
        variables: Their variables that differ.
    """

    places: pa.Int32Array
    headers: pa.Int32Array
    of: Sequence[Recipe]
    recipes: pa.Int32Array
    variables: Cut


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
        reads: list[Read] = []
        start, width = 0, 1
        while len(places):
            some = pc.list_slice(numbers, start, start + width)
            owners = pc.list_parent_indices(some)
            if not len(owners):
                break
            read, fitting = self._by_forms(places.take(owners), some.flatten())
            reads.append(read)
            rest = _array(missing(owners.take(fitting).cast(pa.int32()), len(places)))
            places, numbers = places.take(rest), numbers.take(rest)
            # The first recipe fits most lines; then several are tried at once.
            start, width = start + width, max(1, _PAIRS // max(len(places), 1))
        left.append(places)
        self._tables.note([one.recipes for read in reads for one in read.records])
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
        rest = [at for at, one in enumerate(trials) if one.recipe.whole is None]
        if rest:
            read = self._by_patterns(trials, rest)
            records += read.records
            others += read.others
            failed.update(read.failed)
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
        spelled = _Spelled(columns.places, headers, tables.recipes, found, columns.variables())
        return self._headed(spelled), columns.fitting

    def _by_patterns(self, trials: Sequence[Trial], which: Sequence[int]) -> Read:
        """Return what became of lines of some trials by the patterns of their recipes, one after the other."""
        places = pa.concat_arrays([trials[at].places.cast(pa.int32()) for at in which])
        of = [trials[at].recipe for at in which]
        sizes = [len(trials[at].places) for at in which]
        fitting, cut = self._matched(places, of, sizes)
        recipes = owners_of(sizes).take(fitting)
        headers = _array(self._tables.headers.number(one.header) for one in of).take(recipes)
        read = self._headed(_Spelled(places.take(fitting), headers, of, recipes, cut))
        return read._replace(failed=dict(_failed(which, sizes, places, fitting)))

    def _matched(
        self, places: pa.Int32Array, of: Sequence[Recipe], sizes: Sequence[int]
    ) -> tuple[pa.Int32Array, Cut]:
        """Return which lines recipes fit, one recipe for so many lines each, and their variables."""
        edges, text = apart(self._lines.texts.take(places))
        begins = plain(edges)
        kept, owners, numbers = array("i"), array("i"), array("i")
        texts: list[bytes] = []
        at = number = 0
        for one, n in zip(of, sizes, strict=True):
            rows, columns = self._found(one, text, begins[at], begins[at + n])
            owners += array("i", range(len(kept), len(kept) + len(rows))) * len(columns)
            for column in columns:
                numbers += array("i", [number]) * len(rows)
                texts += column
                number += 1
            kept.extend(at + row for row in rows)
            at += n
        cut = Cut(numbered(owners), numbered(numbers), pa.array(texts, pa.binary()))
        return numbered(kept), cut

    def _found(
        self, recipe: Recipe, text: bytes, start: int, end: int
    ) -> tuple[Sequence[int], Sequence[Sequence[bytes]]]:
        """Return which lines of a text a recipe fits, and its variables that differ, each as a column."""
        found = recipe.lines.findall(text, start, end)
        groups = range(recipe.lines.groups) if recipe.lines.groups > 1 else ()
        heads, *columns = [list(map(itemgetter(at), found)) for at in groups] or [found]
        absent = [one for one in recipe.header.absent if self._lines.may_hold(one)]
        if absent:
            lines = text[start:end].split(b"\n")
            heads = [
                head if not any(one in line for one in absent) else b""
                for head, line in zip(heads, lines, strict=False)
            ]
        if all(heads):
            return range(len(found)), columns
        return [row for row, one in enumerate(heads) if one], [
            list(compress(column, heads)) for column in columns
        ]

    def _headed(self, spelled: _Spelled) -> Read:
        """Return records with what their headers say, and lines that are none of their formats."""
        places, headers, of, recipes, variables = spelled
        read = HeaderColumns(self._lines, places, headers, self._tables.headers)
        times, facts, bodies = read.times(), read.said(self._told, self._facts), read.bodies()
        records = Records(places, times, facts, of, recipes, bodies, variables)
        if not (times.null_count or facts.null_count):
            return Read([records], {}, [])
        holds = pc.and_(pc.is_valid(times), pc.is_valid(facts))
        others = places.filter(pc.invert(holds)).to_pylist()
        return Read([where(records, holds)], {}, others)


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
