"""
Lines read with what is remembered of lines that looked the same.

Lines of one program differ mostly in their digits. The second of a look is learnt
(`paicha.kernel.looks`), the others are cut by its recipe; what they say is what `LineReader` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paicha.kernel.digits import mask_of
from paicha.kernel.look_recipes import ATTRIBUTES, NotLearnt, Recipe, spell
from paicha.kernel.looks import Learner
from paicha.kernel.normalise import LineReader
from paicha.kernel.parsed_line import ParsedLine, object_as_json

#: Longer lines are read anew each time: remembering them would cost memory without a bound.
_REMEMBERED_LENGTH = 1024
#: Looks remembered; then all are forgotten at once. [some 20 MB]
_REMEMBERED = 60_000
_REMEMBERED_STAMPS = 20_000
_NEW = Recipe("")

#: The columns of `RECORDS`; time and locator are not the line's.
Record = list[Any]
Attributes = Mapping[str, object]


class Recollection:
    """
    Reads lines as *reader* does, and remembers how.

    Args:
        reader: The formats.
    """

    def __init__(self, reader: LineReader) -> None:
        self._read = reader.read_line
        self._learner = Learner(reader)
        self._recipes: dict[bytes, Recipe | None] = {}  # None: read anew each time

    @property
    def learnt(self) -> int:
        """How many looks it knows a recipe of."""
        return sum(recipe is not None for recipe in self._recipes.values())

    def record(self, text: str, more: Attributes) -> Record | None:
        """
        Return what *text* says as a row of `RECORDS`; None when it fits no known format.

        Args:
            text: The line.
            more: Further attributes, which win over those of the line.
        """
        if len(text) > _REMEMBERED_LENGTH:
            return recorded(self._read(text), more)
        mask = mask_of(text)
        recipe = self._recipes.get(mask, _NEW)
        if recipe is _NEW:
            learnt = self._learn(mask, text)
            if isinstance(learnt, ParsedLine):
                return recorded(learnt, more)
            recipe = learnt
        if recipe is None or not _holds(recipe, text):
            return recorded(self._read(text), more)
        if not recipe.format:
            return None
        record: Record = [*recipe.constant]
        for slot, start, end, convert in recipe.places:
            value = text[start:end]
            record[slot] = value if convert is None else convert(value)
        if more or recipe.spelled is None:
            said = {name: text[start:end] for name, start, end in recipe.attributes}
            record[ATTRIBUTES] = object_as_json({**said, **more})
        elif recipe.attributes:
            record[ATTRIBUTES] = spell(recipe.spelled, recipe.attributes, text)
        return record

    def _learn(self, mask: bytes, text: str) -> Recipe | ParsedLine | None:
        if len(self._recipes) >= _REMEMBERED:
            self._recipes.clear()
        try:
            learnt = self._learner.learn(text)
        except NotLearnt:
            self._recipes[mask] = None
            return None
        if isinstance(learnt, Recipe):
            self._recipes[mask] = learnt
        return learnt


def _holds(recipe: Recipe, text: str) -> bool:
    """Return whether what *recipe* asks of the digits holds for *text*."""
    for start, end, cut, cut_end, tells, known in recipe.stamps:
        if (kept := text[start:cut] + text[cut_end:end]) not in known:
            if not tells(text[start:end]):
                return False
            if len(known) >= _REMEMBERED_STAMPS:
                known.clear()
            known.add(kept)
    for match, holds, start, places in recipe.guards:
        rest = text[start:]
        found = match(rest) if holds in rest else None
        if (None if found is None else found.regs) != places:
            return False
    return True


def recorded(parsed: ParsedLine | None, more: Attributes) -> Record | None:
    """Return what *parsed* says as a row of `RECORDS`; attributes of *more* win over its own."""
    if parsed is None:
        return None
    said = {**parsed.attributes, **more} if more else parsed.attributes
    return [
        None,
        parsed.severity_number,
        parsed.severity_text,
        parsed.body,
        parsed.service_name,
        parsed.host_ip,
        parsed.host_id,
        parsed.code_file_path,
        parsed.code_line_number,
        parsed.scope_name,
        parsed.trace_id,
        parsed.span_id,
        "",
        object_as_json(said) if said else "",
    ]
