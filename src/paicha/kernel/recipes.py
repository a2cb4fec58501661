"""
How lines are read that are like lines read before: the recipes, and the book that holds them.

A recipe is a header (`paicha.kernel.headers`) with a spelling of the message behind it. A line is looked up
with every digit written as 0; lines met more than once under that skeleton need no pattern any more,
only cuts at known places. Forgetting recipes changes no result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from operator import itemgetter

from paicha.kernel.digits import mask_of
from paicha.kernel.headers import Header, Headers
from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.kernel.scan import Plan
from paicha.kernel.spellings import Spelling, like, spelling_of

#: Longer lines are read anew each time [bytes].
LONGEST = 512
#: Skeletons, and keys met without a recipe, that are remembered.
_SKELETONS, _MET = 40_000, 100_000
_HEADERS, _SPELLINGS = 5_000, 20_000
#: Headers, or spellings, under one key.
_UNDER_ONE_KEY = 16
#: Characters that the headers are sorted by.
_BEGINNING = 10

_HEX_ZEROS = bytes.maketrans(b"123456789abcdef", b"0" * 15)

_NO_ENDS: list[int] = []

_Cut = Callable[[bytes], bytes]


class Recipe:
    """
    A header with a spelling, and the lines at hand that are read by it.

    Args:
        header: The header.
        spelling: The message's.
    """

    __slots__ = ("groups", "header", "is_wide", "lines", "looked_at", "skeletons", "spelling")

    def __init__(self, header: Header, spelling: Spelling) -> None:
        self.header = header
        self.spelling = spelling
        #: Whether there is text beyond ASCII: it never varies.
        self.is_wide = not spelling.pattern.pattern.isascii()
        self.lines: list[int] = []
        #: What the spelling's groups held, line by line.
        self.groups: list[tuple[bytes, ...]] = []
        self.skeletons: list[Skeleton] = []
        variables = {one.group for one in spelling.variables if one.group}
        #: Groups that hold variables, or what must be checked where only the digits are known to differ.
        self.looked_at = sorted(variables.union(group for group, _ in spelling.checks))


class Skeleton:
    """
    Lines that differ in digits only: where a recipe's variables stand in them.

    Args:
        recipe: The recipe.
        found: How its spelling fits the message of one of them.
    """

    __slots__ = ("cuts", "lines")

    def __init__(self, recipe: Recipe, found: re.Match[bytes]) -> None:
        self.lines: list[int] = []
        recipe.skeletons.append(self)
        start = recipe.header.body
        #: Of each group that is looked at, by its number.
        self.cuts: list[tuple[int, _Cut]] = []
        for group in recipe.looked_at:
            first, last = found.span(group)
            self.cuts.append((group, itemgetter(slice(start + first, start + last))))


class Book:
    """
    The recipes learned so far.

    Args:
        plan: The formats.
        reader: Reads a line.
    """

    def __init__(self, plan: Plan, reader: LineReader) -> None:
        self._learner = Headers(plan, reader)
        self.skeletons: dict[bytes, Skeleton] = {}
        #: Recipes whose letters vary, by lines with all hexadecimal digits as 0.
        self._similar: dict[bytes, list[Recipe]] = {}
        self._once: set[bytes] = set()
        self._met: dict[bytes | tuple[str, bytes], int] = {}
        self._ends: dict[bytes, list[int]] = {}
        self._headers: dict[bytes, list[Header]] = {}
        self._spellings: dict[tuple[str, bytes], list[Spelling]] = {}
        self._recipes: dict[tuple[int, int], Recipe] = {}
        self._held = 0

    @property
    def recipes(self) -> Iterable[Recipe]:
        """All recipes."""
        return self._recipes.values()

    def put(self, place: int, line: bytes, skeleton: bytes) -> bool:
        """Put a line to its recipe; return whether there is one."""
        key = line.translate(_HEX_ZEROS)
        for recipe in self._similar.get(key, ()):
            header = recipe.header
            if header.fits(line):
                found = recipe.spelling.pattern.fullmatch(line, header.body)
                if found is not None:
                    recipe.lines.append(place)
                    recipe.groups.append(found.groups())
                    return True
        known_header = self._header_of(line)
        if known_header is None:
            return False
        return self._put_anew(known_header, place, line, skeleton)

    def _put_anew(self, header: Header, place: int, line: bytes, skeleton: bytes) -> bool:
        """Put a line with a known header to the recipe of its message, if there is one."""
        body = line[header.body :]
        found = self._match(header, body, _collapsed(skeleton[header.body :]))
        if found is None:
            found = self._match(header, body, like(body))
        if found is None:
            return False
        recipe, match = found
        if recipe.spelling.has_hex or header.has_hex:
            if len(self._similar) < _SKELETONS:
                similar = self._similar.setdefault(line.translate(_HEX_ZEROS), [])
                if recipe not in similar:
                    similar.append(recipe)
        elif self._is_second(skeleton):
            known = self.skeletons[skeleton] = Skeleton(recipe, match)
            known.lines.append(place)
            return True
        recipe.lines.append(place)
        recipe.groups.append(match.groups())
        return True

    def _match(
        self, header: Header, body: bytes, key: bytes
    ) -> tuple[Recipe, re.Match[bytes]] | None:
        for spelling in self._spellings.get((header.inner, key), ()):
            found = spelling.pattern.fullmatch(body)
            if found is not None:
                return self._recipe(header, spelling), found
        return None

    def learn(self, line: bytes, text: str, parsed: ParsedLine) -> None:
        """Learn from a line that was read, where lines like it were met before."""
        header = self._header_of(line)
        if header is None:
            beginning = line[: len(line) - len(parsed.body.encode())].translate(_HEX_ZEROS)
            if not beginning or not self._is_time(beginning):
                return
            header = self._learner.learn(text, parsed)
            if header is None:
                return
            key = line[: header.end].translate(_HEX_ZEROS)
            ends = self._ends.setdefault(key[:_BEGINNING], [])
            if header.end not in ends:
                ends.append(header.end)
            known = self._headers.setdefault(key, [])
            if len(known) >= _UNDER_ONE_KEY:
                return
            known.append(header)
            self._held += 1
        body = text[header.body :]
        place = (header.inner, like(body.encode()))
        if self._is_time(place):
            self._learn_spelling(header, body, place)

    def _learn_spelling(self, header: Header, body: str, place: tuple[str, bytes]) -> None:
        looked = self._learner.inside(header, body)
        spelling = None if looked is None else spelling_of(body, *looked)
        if spelling is None:
            return
        if not spelling.has_hex:
            place = (header.inner, _collapsed(mask_of(body)))
        known = self._spellings.setdefault(place, [])
        if len(known) < _UNDER_ONE_KEY:
            known.append(spelling)

    def forget(self) -> None:
        """Forget what became too much; no line may be put to a recipe at the time."""
        if len(self.skeletons) > _SKELETONS:
            self.skeletons.clear()
            for recipe in self._recipes.values():
                recipe.skeletons.clear()
        if len(self._similar) >= _SKELETONS:
            self._similar.clear()
        if len(self._once) > _MET:
            self._once.clear()
        if len(self._met) > _MET:
            self._met.clear()
        many = len(self._recipes) > _SPELLINGS or len(self._spellings) > _SPELLINGS
        if many or self._held > _HEADERS:
            for held in (
                self.skeletons,
                self._similar,
                self._ends,
                self._headers,
                self._spellings,
                self._recipes,
            ):
                held.clear()
            self._held = 0

    def _header_of(self, line: bytes) -> Header | None:
        key = line.translate(_HEX_ZEROS)
        ends = self._ends.get(key[:_BEGINNING], _NO_ENDS)
        for place, end in enumerate(ends):
            for header in self._headers.get(key[:end], ()):
                if header.fits(line):
                    if place:  # what is met often moves to the front
                        ends[place - 1], ends[place] = end, ends[place - 1]
                    return header
        return None

    def _recipe(self, header: Header, spelling: Spelling) -> Recipe:
        key = (id(header), id(spelling))
        found = self._recipes.get(key)
        if found is None:
            found = self._recipes[key] = Recipe(header, spelling)
        return found

    def _is_second(self, skeleton: bytes) -> bool:
        if skeleton in self._once:
            return True
        self._once.add(skeleton)
        return False

    def _is_time(self, key: bytes | tuple[str, bytes]) -> bool:
        """Return whether something was met so often that it is worth another try: twice, 4 times, 8 times."""
        n = self._met[key] = self._met.get(key, 0) + 1
        return n > 1 and n & (n - 1) == 0


def _collapsed(skeleton: bytes) -> bytes:
    """Return a skeleton with runs of digits as one, but for the longest."""
    for run in (b"00000000", b"0000", b"00", b"00", b"00"):
        skeleton = skeleton.replace(run, b"0")
    return skeleton
