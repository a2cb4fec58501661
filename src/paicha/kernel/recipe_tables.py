"""Recipes as columns: what is looked up of thousands of lines at once, by the numbers of their recipes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.header_stamps import Stamps
from paicha.kernel.headers import Header
from paicha.kernel.spellings import Variable
from paicha.kernel.whole_lines import Recipe, Whole

_ENDLESS = 2**31 - 1


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
            self._held = pa.ListArray.from_arrays(_column(self._edges), _column(self._values))
        return self._held.take(rows)


class Numbers:
    """A number for each recipe or header; it grows."""

    def __init__(self) -> None:
        self._values = array("i")

    def add(self, number: int) -> None:
        """Add a row."""
        self._values.append(number)

    def all(self) -> pa.Int32Array:
        """Return all rows."""
        return _column(self._values)


def _column(numbers: array[int]) -> pa.Int32Array:
    data = pa.py_buffer(numbers.tobytes())
    return pa.Array.from_buffers(pa.int32(), len(numbers), [None, data])


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
    """Recipes of whole lines, by number."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all."""
        self.recipes: list[Recipe] = []
        #: Variables that differ, and what is asked of digits, of all recipes.
        self.named: list[tuple[Recipe, Variable]] = []
        self.checks: list[tuple[str, bytes]] = []
        self.headers = HeaderTable()
        #: The numbers of recipes by what their lines are without digits.
        self.by_letters: dict[bytes, list[int]] = {}
        #: Of each: its header, how many edges its runs have, and how far the first is from the line's beginning.
        self.of, self.sizes, self.heads = Numbers(), Numbers(), Numbers()
        #: The least and the most bytes from edge to edge.
        self.least, self.most = Lists(), Lists()
        #: Edges where variables and checks begin and end, one after the other; bytes behind these; and what they are.
        self.variables = Cuts()
        self.digits = Cuts()

    def nth(self, keys: pa.BinaryArray, n: int) -> pa.Int32Array | None:
        """Return the number of the nth recipe of lines that are some text without digits; None where no text has one."""
        found = [(key, few[n]) for key, few in self.by_letters.items() if len(few) > n]
        if not found:
            return None
        letters, numbers = zip(*found, strict=True)
        at = pc.index_in(keys, value_set=pa.array(letters, pa.binary()))
        return pa.array(numbers, pa.int32()).take(at)

    def number(self, recipe: Recipe) -> int:
        """Return the number of a recipe that runs tell, from now on known."""
        whole = recipe.whole
        if whole is None:
            raise ValueError("runs do not tell this recipe")
        alike = self.by_letters.setdefault(whole.letters, [])
        for number in alike:
            known = self.recipes[number]
            if (known.header, known.spelling.pattern) == (recipe.header, recipe.spelling.pattern):
                return number
        self._add(recipe, whole)
        alike.append(len(self.recipes) - 1)
        return alike[-1]

    def _add(self, recipe: Recipe, whole: Whole) -> None:
        self.recipes.append(recipe)
        self.of.add(self.headers.number(recipe.header))
        self.sizes.add(len(whole.steps))
        self.heads.add(whole.steps[0][0] if whole.steps else 0)
        # What leads to the first edge is looked at line by line.
        steps = [(0, _ENDLESS), *whole.steps[1:]] if whole.steps else []
        self.least.add(least for least, _ in steps)
        self.most.add(most for _, most in steps)
        varying = [one for one in recipe.spelling.variables if one.group]
        self.variables.add(whole.edges, len(self.named))
        self.named += ((recipe, one) for one in varying)
        self.digits.add([one for check in whole.checks for one in check[2:]], len(self.checks))
        self.checks += (check[:2] for check in whole.checks)


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
