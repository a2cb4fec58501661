"""
How lines are read that are like lines read before: the recipes, and the book that holds them.

A recipe is a header (`paicha.kernel.headers`) with a spelling of the message behind it. Both are one pattern
that is run over many lines at once. Forgetting recipes changes no result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter

from paicha.kernel.digits import ZEROS
from paicha.kernel.headers import Header, Headers
from paicha.kernel.line_groups import HEX_ZEROS, Alike, is_part
from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.kernel.scan import Plan
from paicha.kernel.spellings import Spelling, like, spelling_of

#: Recipes that are remembered, and keys of lines without one.
_RECIPES, _MET = 10_000, 100_000
#: Headers or spellings under one key, recipes under that of a part.
_UNDER_ONE_KEY = 16
#: Recipes under one key: of more, each fits few of its lines, and these are told apart by how they begin.
_TOGETHER = 4
#: Lines of a key that make it worth learning; then twice as many each time it fails. Learning takes about
#: as long as reading so many.
_ENOUGH = 8


class Recipe:
    """
    A header with a spelling.

    Args:
        header: The header.
        spelling: The message's.
        body: The message it was learned from.
    """

    __slots__ = ("_pattern", "body", "header", "is_wide", "spelling")

    def __init__(self, header: Header, spelling: Spelling, body: bytes) -> None:
        self.header = header
        self.spelling = spelling
        #: Each of its messages, where these do not differ.
        self.body = body
        #: Whether there is text beyond ASCII: it never varies.
        self.is_wide = not spelling.pattern.isascii()
        # A pattern is long in the making: what one comparison tells is left out of it.
        front = b"(.{%d})" % header.end if header.mask else b"(%s)" % header.pattern.pattern
        if header.body < header.end:  # it reaches into the message
            front = b"(?=%s).{%d}" % (front, header.body)
        whole = b"(%s)" % spelling.pattern if spelling.varies else spelling.pattern
        # A line it does not fit is taken without a header, so that each has its place in what is found.
        self._pattern = re.compile(rb"^(?:%s%s\r*|.*)$" % (front, whole), re.MULTILINE)

    def columns(self, alike: Alike) -> list[list[bytes]]:
        """
        Return what lines hold: their headers, messages where these differ, variables that differ.

        The header of a line that the recipe does not fit is empty. Whether a line holds what is absent in
        all lines of the header is not looked at.
        """
        found = self._pattern.findall(alike.text, alike.start, alike.end)
        columns = [found]
        if self._pattern.groups > 1:
            columns = [list(map(itemgetter(at), found)) for at in range(self._pattern.groups)]
        mask, heads = self.header.mask, columns[0]
        if mask and b"".join(heads).translate(ZEROS) != mask * len(heads):
            columns[0] = [head if head.translate(ZEROS) == mask else b"" for head in heads]
        return columns

    def fits(self, line: bytes) -> bool:
        """Return whether a line is read by it."""
        return bool(self.columns(Alike(b"", (0,), line, 0, len(line)))[0][0])


class Book:
    """
    The recipes learned so far.

    Args:
        plan: The formats.
        reader: Reads a line.
    """

    def __init__(self, plan: Plan, reader: LineReader) -> None:
        self._learner = Headers(plan, reader)
        self._recipes: dict[bytes, list[Recipe]] = {}
        self._headers: dict[tuple[str, bytes], list[Header]] = {}
        self._spellings: dict[tuple[str, bytes], list[Spelling]] = {}
        #: Of keys without a recipe: lines that were read, and how many make it worth learning.
        self._met: dict[bytes, tuple[int, int]] = {}
        self._held = 0

    def recipes(self, key: bytes) -> Sequence[Recipe]:
        """Return the recipes for lines of a key, in the order in which they were learned."""
        return self._recipes.get(key, ())

    def beginning(self, key: bytes) -> int:
        """Return how many first characters tell lines of a key apart; 0: they need not be told apart."""
        known = self.recipes(key)
        is_full = len(known) >= _TOGETHER and not is_part(key)
        return max(one.header.end for one in known) if is_full else 0

    def is_time(self, key: bytes, behind: int) -> bool:
        """
        Note that a line was read, and return whether to learn from it.

        Args:
            key: The line's.
            behind: How many of the same key are still to be read.
        """
        met, enough = self._met.get(key, (0, _ENOUGH))
        met += 1
        due = met + behind >= enough
        self._met[key] = met, 2 * enough if due else enough
        return due

    def learn(self, key: bytes, line: bytes, parsed: ParsedLine) -> Recipe | None:
        """Return the recipe of a line that was read, from now on known; None where there is none."""
        known = self._recipes.setdefault(key, [])
        text = line.decode()
        most = _UNDER_ONE_KEY if is_part(key) else _TOGETHER
        header = self._header(line, text, parsed) if len(known) < most else None
        if header is None:
            return None
        recipe = self._spelled(header, line, text[header.body :])
        if recipe is not None:
            known.append(recipe)
            self._held += 1
        return recipe

    def _header(self, line: bytes, text: str, parsed: ParsedLine) -> Header | None:
        beginning = line[: len(line) - len(parsed.body.encode())]
        known = self._headers.setdefault((parsed.format, beginning.translate(HEX_ZEROS)), [])
        for header in known:
            if header.fits(line):
                return header
        if not beginning or len(known) >= _UNDER_ONE_KEY:
            return None
        learned = self._learner.learn(text, parsed)
        if learned is not None:
            known.append(learned)
        return learned

    def _spelled(self, header: Header, line: bytes, body: str) -> Recipe | None:
        data = body.encode()
        known = self._spellings.setdefault((header.inner, like(data)), [])
        for spelling in known:
            recipe = Recipe(header, spelling, data)
            if recipe.fits(line):
                return recipe
        looked = self._learner.inside(header, body)
        learned = None if looked is None else spelling_of(body, *looked)
        if learned is None:
            return None
        recipe = Recipe(header, learned, data)
        if not recipe.fits(line):
            return None
        if len(known) < _UNDER_ONE_KEY:
            known.append(learned)
        return recipe

    def forget(self) -> None:
        """Forget what became too much."""
        if len(self._met) > _MET:
            self._met.clear()
        keys = (len(self._recipes), len(self._headers), len(self._spellings))
        if max(self._held, *keys) > _RECIPES:
            self._recipes.clear()
            self._headers.clear()
            self._spellings.clear()
            self._held = 0
