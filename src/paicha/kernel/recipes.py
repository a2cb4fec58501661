"""
How lines are read that are like lines read before: the recipes, and the book that holds them.

A recipe is a header (`paicha.kernel.headers`) with a spelling of the message behind it. Recipes are found by
a key: what their lines are without digits; where letters may be digits, without these too, behind a line
end. Forgetting recipes changes no result.
"""

from __future__ import annotations

from collections.abc import Sequence

from paicha.kernel.digits import HEX_ZEROS
from paicha.kernel.headers import Header, Headers
from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.kernel.pattern_pieces import WIDTH
from paicha.kernel.plan import Plan
from paicha.kernel.recipe_tables import RecipeTables
from paicha.kernel.runs import DIGITS
from paicha.kernel.spellings import Spelling, like, spelling_of
from paicha.kernel.whole_lines import Recipe

#: Recipes that are remembered, and keys of lines without one.
_RECIPES, _MET = 30_000, 100_000
#: Spellings under one key, recipes under that of a part.
_UNDER_ONE_KEY = 16
#: Headers that begin alike: formats look at the first letters of a message too, and one program's begin with all of them.
_BEGIN_ALIKE = 128
#: Recipes under one key: of more, each fits few of its lines, and these are told apart by how they begin. Those
#: that runs tell are tried all at once, with thousands of lines.
_TOGETHER, _TOLD_BY_RUNS = 4, 12
#: Lines of a key that make it worth learning; then twice as many each time it fails. Learning takes about
#: as long as reading so many.
_ENOUGH = 4


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
        #: Headers by what all of their lines begin with, digits of any base apart; and how long such
        #: beginnings are, by the first characters, which formats look at at least.
        self._beginnings: dict[bytes, list[Header]] = {}
        self._ends: dict[bytes, set[int]] = {}
        self._spellings: dict[tuple[str, bytes], list[Spelling]] = {}
        #: Of keys without a recipe: lines that were read, and how many make it worth learning.
        self._met: dict[bytes, tuple[int, int]] = {}
        self._held = 0
        #: Those that runs of digits tell.
        self.tables = RecipeTables()

    @property
    def letters(self) -> Sequence[bytes]:
        """What lines with recipes are without digits, but for those in which letters may be digits."""
        return [key for key in self._recipes if b"\n" not in key]

    def recipes(self, key: bytes) -> Sequence[Recipe]:
        """Return the recipes for lines of a key, in the order in which they were learned."""
        return self._recipes.get(key, ())

    def beginning(self, key: bytes) -> int:
        """Return how many first characters tell lines of a key apart; 0: they need not be told apart."""
        known = self.recipes(key)
        return max(one.reach for one in known) if self._is_full(key) and not _is_part(key) else 0

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

    def learn(self, key: bytes, line: bytes, parsed: ParsedLine) -> tuple[bytes, Recipe] | None:
        """
        Return the recipe of a line that was read, from now on known, and its key; None where there is none.

        Args:
            key: The one under which the line was looked for.
            line: The line.
            parsed: What it says.
        """
        text = line.decode()
        header = None if self._is_full(key) else self._header(line, text, parsed)
        recipe = None if header is None else self._spelled(header, line, text[header.body :])
        found = None if recipe is None else self._known_from_now(key, line, recipe)
        if found is not None and found[0] == key:
            del self._met[key]  # it was not in vain
        return found

    def recall(self, key: bytes, line: bytes) -> tuple[bytes, Recipe] | None:
        """Return the same of a line whose header and spelling are known from others, which need not be read."""
        # One that was in vain is not tried for every line.
        if self._is_full(key) or key in self._met:
            return None
        masked = line.translate(HEX_ZEROS)
        for end in self._ends.get(masked[:WIDTH], ()):
            for header in self._beginnings.get(masked[:end], ()):
                if not header.fits(line):
                    continue
                body = line[header.body :]
                for spelling in self._spellings.get((header.inner, like(body)), ()):
                    if spelling.fits(body):
                        recipe = Recipe(header, spelling, body)
                        return self._known_from_now(key, line, recipe)
        return None

    def _is_full(self, key: bytes) -> bool:
        known = self.recipes(key)
        if _is_part(key):
            return len(known) >= _UNDER_ONE_KEY
        by_runs = all(one.whole is not None for one in known)
        return len(known) >= (_TOLD_BY_RUNS if by_runs else _TOGETHER)

    def _known_from_now(
        self, key: bytes, line: bytes, recipe: Recipe
    ) -> tuple[bytes, Recipe] | None:
        if key[:1] == b"\n" and not recipe.is_hex:
            key = line.translate(None, DIGITS)
            if self._is_full(key):
                return None
        self._recipes.setdefault(key, []).append(recipe)
        self.tables.add(recipe)
        self._held += 1
        return key, recipe

    def _header(self, line: bytes, text: str, parsed: ParsedLine) -> Header | None:
        beginning = line[: len(line) - len(parsed.body.encode())]
        known = self._headers.setdefault((parsed.format, beginning.translate(HEX_ZEROS)), [])
        for header in known:
            if header.fits(line):
                return header
        if not beginning or len(known) >= _BEGIN_ALIKE:
            return None
        learned = self._learner.learn(text, parsed)
        if learned is not None:
            known.append(learned)
            beginning = learned.text.translate(HEX_ZEROS)
            self._ends.setdefault(beginning[:WIDTH], set()).add(learned.end)
            self._beginnings.setdefault(beginning, []).append(learned)
        return learned

    def _spelled(self, header: Header, line: bytes, body: str) -> Recipe | None:
        data = body.encode()
        known = self._spellings.setdefault((header.inner, like(data)), [])
        for spelling in known:
            if spelling.fits(data):
                return Recipe(header, spelling, data)
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
            self._beginnings.clear()
            self._ends.clear()
            self._spellings.clear()
            self.tables.clear()
            self._held = 0


def _is_part(key: bytes) -> bool:
    """Return whether lines of a key are told apart by how they begin."""
    return b"\n" in key[1:]
