"""Recipes as columns: what is looked up of thousands of lines at once, by the numbers of their recipes."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.header_stamps import Stamps
from paicha.kernel.headers import Header
from paicha.kernel.runs import IS_YEAR, KEPT, NO_YEAR, OCTET
from paicha.kernel.texts import numbered
from paicha.kernel.whole_lines import Recipe, Whole

#: What may be asked of digits, by number.
KINDS = (KEPT, OCTET, NO_YEAR, IS_YEAR)
_ENDLESS = 2**31 - 1
#: Stands for the runs of a recipe that its pattern tells.
_UNTOLD = Whole(b"", (), (), ())
#: Recipes of lines with the same letters that are tried one after the other. An access log has dozens, by the widths
#: of its addresses: lines of these are told apart by how they begin.
_MOST_ALIKE = 16


class Lists:
    """Lists of numbers, a row for each recipe or header; it grows."""

    def __init__(self) -> None:
        self._edges, self._values = array("i", [0]), array("i")
        self._held: pa.ListArray | None = None

    def add(self, row: Iterable[int]) -> None:
        """Add a row."""
        self._values.extend(row)
        self._edges.append(len(self._values))
        self._held = None

    def take(self, rows: pa.Int32Array) -> pa.ListArray:
        """Return some rows."""
        if self._held is None:
            self._held = pa.ListArray.from_arrays(numbered(self._edges), numbered(self._values))
        return self._held.take(rows)


class Numbers:
    """A number for each recipe or header; it grows."""

    def __init__(self) -> None:
        self._values = array("i")
        self._held: pa.Int32Array | None = None

    def __len__(self) -> int:
        return len(self._values)

    def add(self, number: int) -> None:
        """Add a row."""
        self._values.append(number)
        self._held = None

    def all(self) -> pa.Int32Array:
        """Return all rows."""
        if self._held is None:
            self._held = numbered(self._values)
        return self._held


class Texts:
    """A text for each of what is asked of digits; it grows."""

    def __init__(self) -> None:
        self._values: list[bytes] = []
        self._held = pa.array([], pa.binary())

    def add(self, text: bytes) -> None:
        """Add a row."""
        self._values.append(text)

    def all(self) -> pa.BinaryArray:
        """Return all rows."""
        if len(self._held) < len(self._values):
            self._held = pa.array(self._values, pa.binary())
        return self._held


class HeaderTable:
    """Headers by number."""

    def __init__(self) -> None:
        self.headers: list[Header] = []
        self._numbers: dict[Header, int] = {}
        #: Reads the stamps of a kind: those that are written alike.
        self.alike: list[Stamps] = []
        self._kinds: dict[object, int] = {}
        #: Where messages begin, where stamps begin, and of which kind they are.
        self.bodies, self.stamps, self.kinds = Numbers(), Numbers(), Numbers()
        #: Where stands what tells facts: begin and end, one after the other.
        self.told = Lists()

    def number(self, header: Header) -> int:
        """Return the number of a header."""
        found = self._numbers.get(header)
        if found is None:
            found = self._numbers[header] = len(self.headers)
            self.headers.append(header)
            self.bodies.add(header.body)
            self.stamps.add(header.stamps.place)
            kind = self._kinds.setdefault(header.stamps.alike, len(self.alike))
            if kind == len(self.alike):
                self.alike.append(header.stamps)
            self.kinds.add(kind)
            self.told.add(edge for span in header.told for edge in (span.start, span.stop))
        return found


class RecipeTables:
    """Recipes by number, and what is asked of lines by those that runs of digits tell."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all."""
        self.recipes: list[Recipe] = []
        #: Of each the number of its first variable that differs; how many there are of all.
        self.firsts: list[int] = []
        self._varying = 0
        #: What is asked of digits: kinds of it (`KINDS`), and what they must be.
        self.kinds, self.wanted = Numbers(), Texts()
        self.headers = HeaderTable()
        #: The numbers of recipes by what their lines are without digits; the same as columns.
        self.by_letters: dict[bytes, list[int]] = {}
        self._letters: tuple[pa.BinaryArray, pa.ListArray] | None = None
        #: Of how many lines recipes were.
        self._hits: Counter[int] = Counter()
        #: Of each: its header, how many edges its runs have, and how far the first is from the line's beginning.
        self.of, self.sizes, self.heads = Numbers(), Numbers(), Numbers()
        #: The least and the most bytes from edge to edge.
        self.least, self.most = Lists(), Lists()
        #: Edges where variables and checks begin and end, one after the other; bytes behind these; and what they are.
        self.variables = Cuts()
        self.digits = Cuts()

    def note(self, used: Sequence[pa.Int32Array]) -> None:
        """Take by which recipes lines were read: those of most lines are tried first."""
        for numbers in used:
            counted = numbers.value_counts()
            self._hits.update(
                dict(zip(*(counted.field(at).to_pylist() for at in (0, 1)), strict=True))
            )
        for alike in self.by_letters.values():
            if len(alike) > 1 and self._hits[alike[0]] < max(map(self._hits.__getitem__, alike)):
                alike.sort(key=self._hits.__getitem__, reverse=True)
                self._letters = None

    def offered(self) -> frozenset[int]:
        """Return the recipes that `of_letters` tells of: those of letters that have many are told apart by more."""
        few = (alike for alike in self.by_letters.values() if len(alike) <= _MOST_ALIKE)
        return frozenset(number for alike in few for number in alike)

    def of_letters(self, keys: pa.BinaryArray) -> pa.ListArray:
        """Return the numbers of the recipes of lines that are some texts without digits; null where there are none."""
        if self._letters is None:
            few = {
                key: alike for key, alike in self.by_letters.items() if len(alike) <= _MOST_ALIKE
            }
            numbers = pa.array(list(few.values()), pa.list_(pa.int32()))
            self._letters = pa.array(list(few), pa.binary()), numbers
        letters, numbers = self._letters
        return numbers.take(pc.index_in(keys, value_set=letters))

    def add(self, recipe: Recipe) -> None:
        """Number a recipe."""
        if recipe.whole is None:
            self._add(recipe, _UNTOLD)
            return
        alike = self.by_letters.setdefault(recipe.whole.letters, [])
        for number in alike:
            known = self.recipes[number]
            if (known.header, known.spelling.pattern) == (recipe.header, recipe.spelling.pattern):
                recipe.number = number
                return
        self._add(recipe, recipe.whole)
        alike.append(recipe.number)
        self._letters = None

    def _add(self, recipe: Recipe, whole: Whole) -> None:
        recipe.number = len(self.recipes)
        self.recipes.append(recipe)
        self.of.add(self.headers.number(recipe.header))
        self.sizes.add(len(whole.steps))
        self.heads.add(whole.steps[0][0] if whole.steps else 0)
        # What leads to the first edge is looked at line by line.
        steps = [(0, _ENDLESS), *whole.steps[1:]] if whole.steps else []
        self.least.add(least for least, _ in steps)
        self.most.add(most for _, most in steps)
        self.variables.add(whole.edges, self._varying)
        self.firsts.append(self._varying)
        self._varying += sum(one.group > 0 for one in recipe.spelling.variables)
        self.digits.add([one for check in whole.checks for one in check[2:]], len(self.kinds))
        for check in whole.checks:
            self.kinds.add(KINDS.index(check.kind))
            self.wanted.add(check.text)


class Cuts:
    """What is cut out of lines, for each recipe."""

    def __init__(self) -> None:
        self.edges, self.shifts, self.numbers = Lists(), Lists(), Lists()

    def add(self, edges: Sequence[tuple[int, int]], first: int) -> None:
        """
        Add a row.

        Args:
            edges: Where a text begins, where it ends, where the next begins, and so on.
            first: The number of the first of them.
        """
        self.edges.add(edge for edge, _ in edges)
        self.shifts.add(shift for _, shift in edges)
        self.numbers.add(range(first, first + len(edges) // 2))
