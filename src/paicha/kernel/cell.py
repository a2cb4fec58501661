"""One piece of a shape."""

from __future__ import annotations

from typing import NamedTuple

#: What a variable is in a key that groups shapes. No shape holds it: ``*`` is no kind.
ANY = "<*>"
#: What closes each bracket.
BRACKETS = {"(": ")", "[": "]", "{": "}"}
#: Marks that end a value, and all that a value ends before.
STOPS = frozenset(",;)]}|，；。）】")
BEHIND_VALUES = STOPS | {" "}


class Cell(NamedTuple):
    """
    One piece of a shape.

    `kind` is empty for literal text, else the placeholder's; `slot` is the variable's position in the
    shape, or -1; `key` names a value behind ``key=`` or ``key:``, also a literal one; `inner` are the values of a list.
    """

    text: str
    kind: str = ""
    unit: str = ""
    slot: int = -1
    key: str = ""
    inner: tuple[Cell, ...] = ()
    is_list: bool = False

    @property
    def is_word(self) -> bool:
        """Whether it is literal text that says something."""
        text = self.text
        return not self.kind and (text[:1].isalnum() or any(map(str.isalnum, text[1:])))
