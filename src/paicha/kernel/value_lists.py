"""
Lists of values: however many of them a line holds, it is one message, and they are one variable.

`assigned [a1]` and `assigned [a1, b2]` differ in length alone. Where messages that are equal elsewhere have lists of several
lengths in one place, each list becomes one piece that holds its values. Lists that are always as long (`at (5, 7)`) stay
the variables they are. Behind a colon, to the end of a message, blanks part them too: `players: anna bob`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from paicha.kernel.cells import BRACKETS, Cell
from paicha.kernel.words import PRINTED, is_common, is_outcome, may_be_name

_PARTS = frozenset((" ", ",", ";", ")", "]", "}"))
_ENDS = frozenset(("", " ", ".", ";", ",", ":", ")", "]", "}"))
#: What lists of several values, or of none, cannot do without.
_OPENING = frozenset(BRACKETS)
_OF_LISTS = _OPENING | {","}
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
        Linear in the pieces of messages with a comma or brackets, and of those that may be like one with a list of several.
    """
    read = {at: _read(message) for at, message in enumerate(found) if _may_list(message)}
    several = {one.frame for one in read.values() if any(part.items != 1 for part in one.lists)}
    if not several:
        return list(found)
    looks = Looks(several)
    for at, message in enumerate(found):
        if at not in read and looks.may_fit(message):
            read[at] = _read(message)
    lengths = _lengths(one for one in read.values() if one.frame in several)
    joined = list(found)
    for at, one in read.items():
        if one.frame in lengths:
            parts = zip(one.lists, lengths[one.frame], strict=True)
            joined[at] = _joined(found[at], [part for part, seen in parts if len(seen) > 1])
    return joined


def _lengths(read: Iterable[_Read]) -> dict[tuple[str, ...], list[set[int]]]:
    """Return how long each list of a frame is in its messages."""
    lengths: dict[tuple[str, ...], list[set[int]]] = {}
    for one in read:
        seen = lengths.setdefault(one.frame, [set() for _ in one.lists])
        for known, part in zip(seen, one.lists, strict=True):
            known.add(part.items)
    return lengths


def _may_list(message: Sequence[Cell]) -> bool:
    """Whether a message may hold a list of another length than one: it has a comma or brackets, or a colon and two items at the end."""
    texts = [cell.text for cell in message]
    return not _OF_LISTS.isdisjoint(texts) or (":" in texts and _ends_with_items(message))


def _ends_with_items(message: Sequence[Cell]) -> bool:
    """Whether a message ends with two items that a blank parts."""
    if len(message) < 5 or message[-2].text != " ":
        return False
    return _may_be_item(message[-1]) and _may_be_item(message[-3])


class Looks:
    """
    What messages have in common with others that have lists: how many blanks, and a word at its place among them.

    Args:
        frames: Messages with the form of each list instead of its pieces.
    """

    def __init__(self, frames: Iterable[tuple[str, ...]]) -> None:
        self._words: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        for frame in frames:
            parts = _parted(frame)
            at = next((at for at, part in enumerate(parts) if "<>" not in part), -1)
            self._words[len(parts)][at].add(parts[at] if at >= 0 else "")

    def may_fit(self, message: Sequence[Cell]) -> bool:
        """Return whether a message without commas and brackets may have one of the frames."""
        parts = _parted([cell.text for cell in message])
        known = self._words.get(len(parts), {})
        return any(at < 0 or parts[at] in words for at, words in known.items())


def _parted(pieces: Sequence[str]) -> list[str]:
    """Return what stands between the blanks."""
    parts = [""]
    for piece in pieces:
        if piece == " ":
            parts.append("")
        else:
            parts[-1] += piece
    return parts


class _Read(NamedTuple):
    """The lists of a message, and the message with the form of each instead of its pieces."""

    lists: list[Stretch]
    frame: tuple[str, ...]


def _read(message: Sequence[Cell]) -> _Read:
    texts = [cell.text for cell in message]
    # As lists and what stands around them are compared: without variables and names.
    shown = [
        "<>" if cell.kind or cell.key or may_be_name(cell.text) else cell.text for cell in message
    ]
    frame: list[str] = []
    lists: list[Stretch] = []
    behind = 0
    before = " "
    for at, text in enumerate(texts[:_POSITIONS]):
        found = None
        if at >= behind and text != " ":  # no list begins with one
            if before in BRACKETS:
                found = _bracketed(message, texts, at)
            elif before == " ":
                found = _last(message, texts, at) or _bare(message, texts, shown, at)
        before = text
        if found:
            lists.append(found)
            frame += (*shown[behind:at], found.form)
            behind = found.end
    return _Read(lists, (*frame, *shown[behind:]))


def _bracketed(message: Sequence[Cell], texts: Sequence[str], at: int) -> Stretch | None:
    """Return what stands in the brackets that open before *at*, if it may be a list."""
    opening = texts[at - 1]
    closing = BRACKETS[opening]
    end = at
    while end < len(texts) and texts[end] not in BRACKETS and texts[end] != closing:
        end += 1
    if end == len(texts) or texts[end] != closing:
        return None
    items = _items(message, at, end)
    if not items or (opening == "(" and any(map(_is_prose, items))):
        return None
    empty = len(items) == 1 and not "".join(cell.text for cell in items[0])
    return Stretch(at, end, 0 if empty else len(items), f"{opening}<>")


def _last(message: Sequence[Cell], texts: Sequence[str], at: int) -> Stretch | None:
    """Return the list that blanks part, of names or of one kind of variables, from *at*, behind a colon, to the end."""
    if at < 2 or texts[at - 2] != ":" or len(message) % 2 == at % 2:
        return None
    items = message[at::2]
    if any(text != " " for text in texts[at + 1 :: 2]) or not all(map(_may_be_item, items)):
        return None
    kinds = {"" if cell.kind == "id" else cell.kind for cell in items}
    return Stretch(at, len(message), len(items), " <><>") if len(kinds) == 1 else None


def _bare(
    message: Sequence[Cell], texts: Sequence[str], shown: Sequence[str], at: int
) -> Stretch | None:
    """Return the list of variables of one form that begins at *at*, with blanks around it; one is a list, too."""
    end = _item_end(texts, at)
    if "<>" not in shown[at:end] or not _OPENING.isdisjoint(texts[at:end]):
        return None
    if not any(map(_may_be_item, message[at:end])):
        return None
    form = shown[at:end]
    items = 1
    while texts[end : end + 2] == [",", " "]:
        after = _item_end(texts, end + 2)
        if shown[end + 2 : after] != form:
            break
        end, items = after, items + 1
    behind = texts[end] if end < len(texts) else ""
    return Stretch(at, end, items, " <>" + "".join(form)) if behind in _ENDS else None


def _may_be_item(cell: Cell) -> bool:
    """Whether it is a variable or a name, such as lists are made of."""
    return bool(cell.kind) or may_be_name(cell.text)


def _item_end(texts: Sequence[str], at: int) -> int:
    end = at
    while end < len(texts) and texts[end] not in _PARTS:
        end += 1
    return end - (end - at > 1 and texts[end - 1] in (":", "."))


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
    return all(not cell.kind and _is_of_prose(cell.text) for cell in item)


def _is_of_prose(text: str) -> bool:
    """Whether it is a word of the language, and none that programs print for a value."""
    return text.lower() not in PRINTED and (is_common(text) or is_outcome(text))


def _joined(message: tuple[Cell, ...], parts: Sequence[Stretch]) -> tuple[Cell, ...]:
    if not parts:
        return message
    found: list[Cell] = []
    at = 0
    for part in parts:
        found.extend(message[at : part.start])
        inner = message[part.start : part.end]
        found.append(as_list(inner))
        at = part.end
    return (*found, *message[at:])


def as_list(inner: Sequence[Cell]) -> Cell:
    """Return one cell that holds the values of a list."""
    values = tuple(cell for cell in inner if cell.kind) or tuple(
        cell for cell in inner if cell.is_word
    )
    kinds = {cell.kind for cell in values}
    kind = min(kinds) if kinds else ""
    return Cell("".join(cell.text for cell in inner), kind, inner=values, is_list=True)
