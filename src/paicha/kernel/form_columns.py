"""
Lines read by recipes that runs of digits tell, thousands at once.

The specification is `paicha.kernel.runs.Runs.fit`, message by message, and `paicha.kernel.headers.Header.fits`. What
both say of where digits stand is the same for all lines of one *form*, which is a line with every digit as zero; so
each form is looked at once, for each recipe it may be of. Digits are looked at where they decide something.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.line_groups import Lines
from paicha.kernel.recipe_tables import KINDS, Cuts, RecipeTables
from paicha.kernel.runs import IS_YEAR, KEPT, NO_YEAR, OCTET
from paicha.kernel.texts import apart, counting, cut_out

#: What a byte of a form is: another, a digit, a line end.
_OTHER, _DIGIT, _END = range(3)
_KINDS_OF_BYTES = bytes(
    _DIGIT if 48 <= code < 58 else _END if code == 10 else _OTHER for code in range(256)
)
_NUMBER = pa.int32()
_NONE, _ONE, _TWO = (pa.scalar(number, _NUMBER) for number in range(3))
_CENTURIES = pa.array([b"19", b"20"], pa.binary())


class Cut(NamedTuple):
    """
    Variables cut out of lines.

    Args:
        owners: Which line each is of.
        variables: Which variable it is, counted over the varying ones of all recipes.
        texts: What it says.
    """

    owners: pa.Int32Array
    variables: pa.Int32Array
    texts: pa.BinaryArray


class FormColumns:
    """
    Lines, each with a recipe that may fit it.

    Args:
        lines: All lines of the stretch.
        places: Which lines; one that may be of several recipes stands there for each.
        recipes: The numbers of the recipes. Without digits these are what the lines are.
        tables: The recipes.
    """

    def __init__(
        self, lines: Lines, places: pa.Int32Array, recipes: pa.Int32Array, tables: RecipeTables
    ) -> None:
        self._lines, self._tables = lines, tables
        forms = lines.forms.indices.take(places).cast(pa.int64())
        pairs = pc.bit_wise_or(pc.shift_left(forms, 32), recipes.cast(pa.int64()))
        encoded = pairs.dictionary_encode()
        forms = pc.shift_right(encoded.dictionary, 32).cast(_NUMBER)
        begins, text = apart(lines.forms.dictionary.take(forms))
        #: Of each form its recipe; where it begins, and where its runs begin and end.
        self._recipes = pc.bit_wise_and(encoded.dictionary, 2**32 - 1).cast(_NUMBER)
        self._begins, self._edges = begins[:-1], _edges_of(text)
        #: Which fit, in order, no line twice; and of each its place, and the number of its form.
        self.fitting, self.places, self._of = counting(len(places)), places, encoded.indices
        fits = self._fit()
        if not pc.all(fits).as_py():
            self._keep(fits.take(self._of))
            self._forget(fits)
        refused = self._refused()
        if len(refused):
            self._keep(pc.invert(pc.is_in(counting(len(self._of)), value_set=refused)))
        again = pc.equal(self.places[1:], self.places[:-1])
        if pc.any(again).as_py():
            self._keep(pa.concat_arrays([pa.array([True]), pc.invert(again)]))

    def _keep(self, holds: pa.BooleanArray) -> None:
        """Go on with some lines."""
        self.fitting, self.places, self._of = (
            column.filter(holds) for column in (self.fitting, self.places, self._of)
        )

    def _forget(self, fits: pa.BooleanArray) -> None:
        """Go on with those forms that fit; no line is of another."""
        moved = pc.subtract(pc.cumulative_sum(fits.cast(_NUMBER)), _ONE)
        self._of = moved.take(self._of)
        self._recipes, self._begins, self._edges = (
            column.filter(fits) for column in (self._recipes, self._begins, self._edges)
        )

    @property
    def recipes(self) -> pa.Int32Array:
        """The recipes of those lines that fit, by number."""
        return self._recipes.take(self._of)

    def variables(self) -> Cut:
        """Return the variables of those lines that fit."""
        return self._cut(*self._spans(self._tables.variables))

    def _fit(self) -> pa.BooleanArray:
        """Return which forms have as many runs as their recipes want, and where these want them."""
        tables, edges, recipes = self._tables, self._edges, self._recipes
        fits = pc.equal(pc.list_value_length(edges), tables.sizes.all().take(recipes))
        some = pc.indices_nonzero(fits).cast(_NUMBER)
        edges, recipes = edges.take(some), recipes.take(some)
        at = edges.flatten()
        if not len(at):
            return fits
        # What leads to a first edge begins in another form; it is looked at below.
        steps = pc.subtract(at[1:], at[:-1])
        least, most = (one.take(recipes).flatten()[1:] for one in (tables.least, tables.most))
        far = pc.indices_nonzero(pc.or_(pc.less(steps, least), pc.greater(steps, most)))
        owners = pc.list_parent_indices(edges).take(pc.add(far, 1)).cast(_NUMBER)
        having = pc.greater(pc.list_value_length(edges), 0)
        firsts = at.take(edges.offsets[:-1].filter(having))
        wanted = pc.add(self._begins.take(some), tables.heads.all().take(recipes)).filter(having)
        shifted = counting(len(some)).filter(having).filter(pc.not_equal(firsts, wanted))
        unfit = some.take(pa.concat_arrays([owners, shifted]))
        if not len(unfit):
            return fits
        return pc.and_(fits, pc.invert(pc.is_in(counting(len(fits)), value_set=unfit)))

    def _refused(self) -> pa.Int32Array:
        """Return which lines have digits that their recipes do not want, by their numbers."""
        kinds, wanted = self._tables.kinds.all(), self._tables.wanted.all()
        owners, which, texts = self._cut(*_decisive(*self._spans(self._tables.digits), kinds))
        kinds = kinds.take(which)
        found = [pa.array([], _NUMBER)]
        for number, kind in enumerate(KINDS):
            chosen = pc.equal(kinds, number)
            refused = _REFUSED[kind](texts.filter(chosen), wanted.take(which.filter(chosen)))
            found.append(owners.filter(chosen).filter(refused))
        return pa.concat_arrays(found)

    def _spans(self, cuts: Cuts) -> tuple[pa.ListArray, pa.ListArray]:
        """Return of each form where texts begin and end, seen from its beginning, and their numbers."""
        edges = cuts.edges.take(self._recipes)
        owners = pc.list_parent_indices(edges)
        places = pc.add(edges.flatten(), self._edges.offsets.take(owners))
        at = pc.add(self._edges.values.take(places), cuts.shifts.take(self._recipes).flatten())
        at = pc.subtract(at, self._begins.take(owners))
        return pa.ListArray.from_arrays(edges.offsets, at), cuts.numbers.take(self._recipes)

    def _cut(self, spans: pa.ListArray, numbers: pa.ListArray) -> Cut:
        """Return of all lines what their forms have at some places."""
        found, which = spans.take(self._of), numbers.take(self._of)
        begins = self._lines.edges.take(self.places)
        lines = pc.list_parent_indices(found).cast(_NUMBER)
        at = pc.add(found.flatten(), begins.take(lines))
        # Of each text the line stands there for its beginning and for its end.
        owners = lines.take(counting(len(lines) // 2, 0, 2))
        return Cut(owners, which.flatten(), cut_out(at, self._lines.data))


def _decisive(
    spans: pa.ListArray, numbers: pa.ListArray, kinds: pa.Int32Array
) -> tuple[pa.ListArray, pa.ListArray]:
    """Return of each form those texts whose digits decide, and the numbers of what is asked of them."""
    both = pa.FixedSizeListArray.from_arrays(spans.flatten(), 2)
    sizes = pc.subtract(pc.list_element(both, 1), pc.list_element(both, 0))
    which = numbers.flatten()
    wanted = pa.array(_SIZES, _NUMBER).take(kinds.take(which))
    decides = pc.or_(pc.equal(wanted, sizes), pc.equal(wanted, _NONE))
    counted = pa.concat_arrays([pa.array([0], _NUMBER), pc.cumulative_sum(decides.cast(_NUMBER))])
    edges = counted.take(numbers.offsets)
    few = both.filter(decides).flatten()
    return (
        pa.ListArray.from_arrays(pc.multiply(edges, _TWO), few),
        pa.ListArray.from_arrays(edges, which.filter(decides)),
    )


def _edges_of(text: bytes) -> pa.ListArray:
    """Return where runs of digits begin and end, for each line of a text."""
    # Behind a line end, so that each line has one before it.
    data = pa.py_buffer(bytes([_END]) + text.translate(_KINDS_OF_BYTES))
    runs = pc.run_end_encode(pa.Array.from_buffers(pa.uint8(), len(text) + 1, [None, data]))
    is_digit = pc.equal(runs.values, _DIGIT)
    counted = pc.cumulative_sum(is_digit.cast(_NUMBER))
    line_ends = pc.indices_nonzero(pc.equal(runs.values, _END))
    # An edge is where a run of digits ends, or begins.
    is_edge = pc.or_(is_digit[:-1], is_digit[1:])
    edges = pc.subtract(runs.run_ends[:-1].filter(is_edge), _ONE)
    return pa.ListArray.from_arrays(pc.multiply(counted.take(line_ends), _TWO), edges)


def _is_other(texts: pa.BinaryArray, wanted: pa.BinaryArray) -> pa.BooleanArray:
    return pc.not_equal(texts, wanted)


def _is_no_octet(texts: pa.BinaryArray, _: pa.BinaryArray) -> pa.BooleanArray:
    return pc.greater(texts, pa.scalar(b"255", pa.binary()))


def _is_year(texts: pa.BinaryArray, _: pa.BinaryArray) -> pa.BooleanArray:
    return pc.is_in(pc.binary_slice(texts, 0, 2), value_set=_CENTURIES)


def _is_no_year(texts: pa.BinaryArray, wanted: pa.BinaryArray) -> pa.BooleanArray:
    return pc.invert(_is_year(texts, wanted))


#: Which texts of a kind of check are refused, and how long they are where that decides; others are not looked at.
_REFUSED: dict[str, Callable[[pa.BinaryArray, pa.BinaryArray], pa.BooleanArray]] = {
    KEPT: _is_other,
    OCTET: _is_no_octet,
    NO_YEAR: _is_year,
    IS_YEAR: _is_no_year,
}
_SIZES = [{OCTET: 3, NO_YEAR: 4, IS_YEAR: 4}.get(kind, 0) for kind in KINDS]
