"""
Lists of values: however many of them a line holds, it is one message, and they are one variable.

`assigned [a1]` and `assigned [a1, b2]` differ in length alone. Where messages that are equal elsewhere have lists of several
lengths in one place, each list becomes one piece that holds its values. Lists that are always as long (`at (5, 7)`) stay
the variables they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from paicha.kernel.cells import BRACKETS, Cell
from paicha.kernel.words import is_common, is_outcome, may_be_name

_PARTS = frozenset((" ", ",", ";", ")", "]", "}"))
_ENDS = frozenset(("", " ", ".", ";", ",", ":", ")", "]", "}"))
#: So far into a message lists are looked for [pieces].
_POSITIONS = 256


class Stretch(NamedTuple):
    """A list: where it starts and ends in a message, how many items it has, and what it looks like."""

    start: int
    end: int
    items: int
    form: str


def with_lists_joined(found: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """
    Return messages with one cell for each list that has another length in a message that is equal elsewhere.

    Cost:
        Linear in the pieces.
    """
    lists = [list(_lists(message)) for message in found]
    if all(part.items == 1 for parts in lists for part in parts):
        return list(found)
    lengths: dict[tuple[str, ...], list[set[int]]] = defaultdict(list)
    frames = [
        _frame(message, parts) if parts else () for message, parts in zip(found, lists, strict=True)
    ]
    for frame, parts in zip(frames, lists, strict=True):
        seen = lengths[frame]
        seen.extend(set() for _ in range(len(seen), len(parts)))
        for known, part in zip(seen, parts, strict=True):
            known.add(part.items)
    return [
        _joined(message, [part for at, part in enumerate(parts) if len(lengths[frame][at]) > 1])
        for message, frame, parts in zip(found, frames, lists, strict=True)
    ]


def _frame(message: Sequence[Cell], parts: Sequence[Stretch]) -> tuple[str, ...]:
    """Return a message with the form of each list instead of its pieces."""
    frame: list[str] = []
    at = 0
    for part in parts:
        frame.extend(_shown(cell) for cell in message[at : part.start])
        frame.append(part.form)
        at = part.end
    frame.extend(_shown(cell) for cell in message[at:])
    return tuple(frame)


def _shown(cell: Cell) -> str:
    """Return a piece as lists and what stands around them are compared: without its variables and names."""
    return "<>" if cell.kind or cell.key or may_be_name(cell.text) else cell.text


def _lists(message: Sequence[Cell]) -> Iterator[Stretch]:
    at = 0
    while at < min(len(message), _POSITIONS):
        if message[at].text == " ":  # no list begins with one
            at += 1
            continue
        found = _bracketed(message, at) or _bare(message, at)
        if found:
            yield found
        at = max(found.end, at + 1) if found else at + 1


def _bracketed(message: Sequence[Cell], at: int) -> Stretch | None:
    """Return what stands in the brackets that open before *at*, if it may be a list."""
    opening = message[at - 1].text if at else ""
    closing = BRACKETS.get(opening)
    if closing is None:
        return None
    end = at
    while end < len(message) and message[end].text not in BRACKETS and message[end].text != closing:
        end += 1
    if end == len(message) or message[end].text != closing:
        return None
    items = _items(message, at, end)
    if not items or (opening == "(" and any(map(_is_prose, items))):
        return None
    empty = len(items) == 1 and not "".join(cell.text for cell in items[0])
    return Stretch(at, end, 0 if empty else len(items), f"{opening}<>")


def _bare(message: Sequence[Cell], at: int) -> Stretch | None:
    """Return the list of variables of one form that begins at *at*, with blanks around it; one is a list, too."""
    if at and message[at - 1].text != " ":
        return None
    end = _item_end(message, at)
    form = tuple(map(_shown, message[at:end]))
    texts = {cell.text for cell in message[at:end]}
    if not any(map(_may_be_item, message[at:end])) or not texts.isdisjoint(BRACKETS):
        return None
    items = 1
    while [cell.text for cell in message[end : end + 2]] == [",", " "]:
        after = _item_end(message, end + 2)
        if tuple(map(_shown, message[end + 2 : after])) != form:
            break
        end, items = after, items + 1
    behind = message[end].text if end < len(message) else ""
    return Stretch(at, end, items, " <>" + "".join(form)) if behind in _ENDS else None


def _may_be_item(cell: Cell) -> bool:
    """Whether it is a variable or a name, such as lists are made of."""
    return bool(cell.kind) or may_be_name(cell.text)


def _item_end(message: Sequence[Cell], at: int) -> int:
    end = at
    while end < len(message) and message[end].text not in _PARTS:
        end += 1
    return end - (end - at > 1 and message[end - 1].text in (":", "."))


def _items(message: Sequence[Cell], at: int, end: int) -> list[Sequence[Cell]]:
    """Return the items that commas part; nothing where blanks stand in one of them."""
    items: list[Sequence[Cell]] = []
    start = at
    for place in range(at, end + 1):
        if place == end or message[place].text == ",":
            items.append(message[start:place])
            start = place + 1
            if place < end and message[start].text == " ":
                start += 1
    blank = any(cell.text == " " for item in items for cell in item)
    lacking = len(items) > 1 and not all(items)
    return [] if blank or lacking else items


def _is_prose(item: Sequence[Cell]) -> bool:
    return all(not cell.kind and (is_common(cell.text) or is_outcome(cell.text)) for cell in item)


def _joined(message: tuple[Cell, ...], parts: Sequence[Stretch]) -> tuple[Cell, ...]:
    if not parts:
        return message
    found: list[Cell] = []
    at = 0
    for part in parts:
        found.extend(message[at : part.start])
        inner = message[part.start : part.end]
        found.append(_as_list(inner))
        at = part.end
    return (*found, *message[at:])


def _as_list(inner: Sequence[Cell]) -> Cell:
    """Return one cell that holds the values of a list."""
    values = tuple(cell for cell in inner if cell.kind) or tuple(
        cell for cell in inner if cell.is_word
    )
    kinds = {cell.kind for cell in values}
    kind = min(kinds) if kinds else ""
    return Cell("".join(cell.text for cell in inner), kind, inner=values, is_list=True)
