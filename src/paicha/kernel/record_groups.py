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
from paicha.kernel.texts import (
    apart,
    counting,
    joined,
    missing,
    numbered,
    owners_of,
    plain,
    rising,
)
from paicha.kernel.whole_lines import Recipe

#: So many recipes for a line each are tried at once, or one for each line.
_PAIRS = 100_000
#: So few lines are tried one by one: some sixty calls of Arrow take as long.
_FEW = 200


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
    What became of lines that recipes fit.

    Args:
        records: Those that were read.
        others: Those whose time is none, or whose facts are of another format.
    """

    records: Records
    others: Sequence[int]


class _Spelled(NamedTuple):
    """
    Lines that recipes fit.

    Args:
        places: Which lines.
        recipes: The numbers of their recipes.
        variables: Their variables that differ.
    """

    places: pa.Int32Array
    recipes: pa.Int32Array
    variables: Cut


class Reading:
    """
    Reads lines of a stretch by recipes.

    Args:
        lines: All its lines.
        tables: The recipes.
        told: Says what is not known yet of a header.
        facts: Numbers what headers say.
    """

    def __init__(self, lines: Lines, tables: RecipeTables, told: Told, facts: Numbers) -> None:
        self._lines, self._tables, self._told, self._facts = lines, tables, told, facts
        self._spelled: list[_Spelled] = []
        #: Lines that were tried one by one and fit, and their recipes; to be taken apart all at once.
        self._few: list[tuple[pa.Int32Array, pa.Int32Array]] = []

    def known(self) -> pa.Int32Array:
        """Try recipes known by now with all lines, and return those that these do not fit, in order."""
        places = counting(len(self._lines))
        of_keys = self._tables.of_letters(self._lines.keys)
        numbers = of_keys.take(self._lines.codes)
        having = numbers.is_valid()
        left = [places.filter(pc.invert(having))]
        places, numbers = places.filter(having), numbers.filter(having)
        start, width = 0, 1
        while len(places):
            some = pc.list_slice(numbers, start, start + width)
            owners = pc.list_parent_indices(some)
            if not len(owners):
                break
            fitting = self._by_forms(places.take(owners), some.flatten())
            rest = _array(missing(owners.take(fitting).cast(pa.int32()), len(places)))
            places, numbers = places.take(rest), numbers.take(rest)
            # The first recipe fits most lines; then several are tried at once.
            start, width = start + width, max(1, _PAIRS // max(len(places), 1))
        left.append(places)
        self._tables.note([one.recipes for one in self._spelled])
        found = pa.concat_arrays(left)
        return found.take(rising(found, len(self._lines)))

    def together(self, trials: Sequence[Trial]) -> Mapping[int, pa.Array]:
        """Try recipes, each with lines of its own; return by the numbers of trials the lines that these do not fit."""
        failed: dict[int, pa.Array] = {}
        for by_runs, fits in ((True, self._by_runs), (False, self._by_patterns)):
            which = [
                at for at, one in enumerate(trials) if (one.recipe.whole is not None) == by_runs
            ]
            if which:
                places = pa.concat_arrays([trials[at].places.cast(pa.int32()) for at in which])
                of = [trials[at].recipe for at in which]
                sizes = [len(trials[at].places) for at in which]
                failed.update(_failed(which, sizes, places, fits(places, of, sizes)))
        return failed

    def _by_runs(
        self, places: pa.Int32Array, of: Sequence[Recipe], sizes: Sequence[int]
    ) -> pa.Int32Array:
        """Return which lines recipes fit, one recipe for so many lines each, by their runs of digits."""
        owners = owners_of(sizes)
        recipes = _array(one.number for one in of).take(owners)
        if len(places) > _FEW:
            return self._by_forms(places, recipes)
        pairs = zip(places.to_pylist(), owners.to_pylist(), strict=True)
        fitting = _array(
            at for at, (place, number) in enumerate(pairs) if of[number].fits(self._lines[place])
        )
        self._few.append((places.take(fitting), recipes.take(fitting)))
        return fitting

    def _by_forms(self, places: pa.Int32Array, recipes: pa.Int32Array) -> pa.Int32Array:
        """Return which lines recipes fit; of several for one line the first that fits."""
        columns = FormColumns(self._lines, places, recipes, self._tables)
        self._spelled.append(_Spelled(columns.places, columns.recipes, columns.variables()))
        return columns.fitting

    def _by_patterns(
        self, places: pa.Int32Array, of: Sequence[Recipe], sizes: Sequence[int]
    ) -> pa.Int32Array:
        """Return which lines recipes fit, one recipe for so many lines each, by their patterns."""
        fitting, cut = self._matched(places, of, sizes)
        recipes = _array(one.number for one in of).take(owners_of(sizes)).take(fitting)
        self._spelled.append(_Spelled(places.take(fitting), recipes, cut))
        return fitting

    def _matched(
        self, places: pa.Int32Array, of: Sequence[Recipe], sizes: Sequence[int]
    ) -> tuple[pa.Int32Array, Cut]:
        """Return which lines recipes fit, one recipe for so many lines each, and their variables."""
        edges, text = apart(self._lines.texts.take(places))
        begins = plain(edges)
        kept, owners, numbers = array("i"), array("i"), array("i")
        texts: list[bytes] = []
        at = 0
        for one, n in zip(of, sizes, strict=True):
            rows, columns = self._found(one, text, begins[at], begins[at + n])
            owners += array("i", range(len(kept), len(kept) + len(rows))) * len(columns)
            for number, column in enumerate(columns, self._tables.firsts[one.number]):
                numbers += array("i", [number]) * len(rows)
                texts += column
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
        begun, *columns = [list(map(itemgetter(at), found)) for at in groups] or [found]
        heads = recipe.begun(begun)
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

    def read(self) -> Read:
        """Return the records that recipes fit by now, with what their headers say."""
        unfit = self._take_apart_few()
        places, recipes, variables = self._all_spelled()
        headers = self._tables.of.all().take(recipes)
        read = HeaderColumns(self._lines, places, headers, self._tables.headers)
        times, facts, bodies = read.times(), read.said(self._told, self._facts), read.bodies()
        of = self._tables.recipes
        records = Records(places, times, facts, of, recipes, bodies, variables)
        if not (times.null_count or facts.null_count):
            return Read(records, unfit)
        holds = pc.and_(pc.is_valid(times), pc.is_valid(facts))
        others = places.filter(pc.invert(holds)).to_pylist()
        return Read(where(records, holds), [*unfit, *others])

    def _take_apart_few(self) -> list[int]:
        """Take apart lines that were tried one by one; return those that their forms refuse, which would be an error."""
        if not self._few:
            return []
        places, recipes = (pa.concat_arrays([pair[at] for pair in self._few]) for at in (0, 1))
        self._few = []
        fitting = self._by_forms(places, recipes)
        unfit: list[int] = places.take(_array(missing(fitting, len(places)))).to_pylist()
        return unfit

    def _all_spelled(self) -> _Spelled:
        """Return all lines that recipes fit, from now on forgotten."""
        parts, self._spelled = self._spelled, []
        firsts = accumulate((len(one.places) for one in parts), initial=0)
        owners = [
            pc.add(one.variables.owners, pa.scalar(first, pa.int32()))
            for one, first in zip(parts, firsts, strict=False)
        ]
        return _Spelled(
            joined((one.places for one in parts), pa.int32()),
            joined((one.recipes for one in parts), pa.int32()),
            Cut(
                joined(owners, pa.int32()),
                joined((one.variables.variables for one in parts), pa.int32()),
                joined((one.variables.texts for one in parts), pa.binary()),
            ),
        )


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
