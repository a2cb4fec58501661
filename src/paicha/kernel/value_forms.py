"""
Values that a program prints in more than one form: `none` and `mx1[10.0.0.1]:25`, `[a1]` and `{b, 2}`.

What no blank parts is one value, and so is an object: what stands in brackets, with blanks or without. Where messages are equal but for values
that are made of other pieces each time, each of these becomes one piece that holds its variables. Values that are always made
alike stay the pieces they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from paicha.kernel.cells import ANY, BRACKETS, Cell
from paicha.kernel.characters import WIDE
from paicha.kernel.value_lists import Looks, as_list
from paicha.kernel.words import FUNCTION_WORDS, LEADERS, is_common, is_outcome, may_be_name

#: So far into a message values are looked for [pieces].
_POSITIONS = 256
#: What closes what an object opens with; a sentence stands in round ones now and then, and is no value.
_CLOSING = BRACKETS | {"＜": ">"}
_CLOSED = frozenset(_CLOSING.values())
_ROUND = "("
#: Marks that are no part of a value, those that none begins with, those that end one before a blank, and those that none ends with.
_APART = frozenset(" =\"'`")
_NO_BEGINNING = frozenset(":.,;")
_PARTING = frozenset(",;")
_NO_END = frozenset(",;:.!?")
#: What stands in a value without brackets before no other piece of it, and behind none.
_NOT_BEFORE = _APART | _CLOSED
_NOT_BEHIND = _NOT_BEFORE | _NO_END
_TEXT = attrgetter("text")
#: Where a value stands in a frame; a remark in round brackets is compared with such remarks alone.
_VALUE, _REMARK = "<>", "(<>"
#: Kinds of variables that say how much or when, not which.
_MEASURED = frozenset(("number", "time"))
#: Words whose class is remembered.
_REMEMBERED = 1 << 18

#: What a value is made of: its marks and words, `ANY` for a variable.
Form = tuple[str, ...]
#: A message with one piece for each of its values.
Frame = tuple[str, ...]


class _Read(NamedTuple):
    """Where values start and end in a message, and the message without them."""

    values: list[tuple[int, int]]
    frame: Frame


class _Change(NamedTuple):
    """A value that becomes one piece: which one, and how many of its first and last pieces all of its forms share."""

    number: int
    first: int
    last: int


def with_forms_joined(found: Sequence[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """
    Return messages with one cell for each value that is made of other pieces in a message equal elsewhere.

    Cost:
        Linear in the pieces.
    """
    alike: dict[Frame, list[int]] = defaultdict(list)
    others: list[int] = []
    for at, message in enumerate(found):
        if _may_hold_several_pieces(message):
            alike[_read(message).frame].append(at)
        else:
            others.append(at)
    looks = Looks(alike)
    for at in others if alike else ():
        if looks.may_fit(found[at]) and (frame := _read(found[at]).frame) in alike:
            alike[frame].append(at)
    joined = list(found)
    for same in alike.values():
        if len(same) > 1:
            read = [(found[at], _read(found[at])) for at in same]
            changes = _changes(read)
            for at, (message, one) in zip(same, read, strict=True) if changes else ():
                joined[at] = _joined(message, one.values, changes)
    return joined


def _changes(same: Sequence[tuple[tuple[Cell, ...], _Read]]) -> list[_Change]:
    """Return the values that are made of different pieces in messages of one frame."""
    found: list[_Change] = []
    words = list(same[0][1].frame)
    for number in range(len(same[0][1].values)):
        forms = {_form(message, *one.values[number]) for message, one in same}
        if len(forms) == 1:
            words.extend(*forms)
        elif len({tuple(map(_without_word, form)) for form in forms}) > 1 and any(
            _identifies(message[slice(*one.values[number])]) for message, one in same
        ):
            found.append(_Change(number, *_shared(forms)))
    return found if found and _says_enough(words) else []


def _identifies(value: Sequence[Cell]) -> bool:
    """Whether a value is an object or says which: `12` and `3/4` are a quantity and a share, and two messages."""
    return any(
        cell.text in _CLOSING or (cell.kind not in _MEASURED and (cell.kind or cell.is_word))
        for cell in value
    )


def _form(message: Sequence[Cell], start: int, end: int) -> Form:
    return tuple(
        ANY if cell.kind or cell.key or cell.is_list else cell.text for cell in message[start:end]
    )


def _without_word(text: str) -> str:
    return ANY if text[:1].isalnum() else text


def _shared(forms: Collection[Form]) -> tuple[int, int]:
    """
    Return how many literal pieces all forms begin and end with, one piece left of each: ``http://`` of addresses.

    Of a pair of brackets both are shared or neither.
    """
    first = _shared_first(forms)
    last = _shared_first([form[first:][::-1] for form in forms])
    form = next(iter(forms))
    for begin, end in ((first, last), (first, 0), (0, last)):
        if _are_balanced((*form[:begin], *form[len(form) - end :])):
            return begin, end
    return 0, 0


def _are_balanced(texts: Iterable[str]) -> bool:
    """Whether each bracket is closed, and each that closes was opened."""
    awaited: list[str] = []
    for text in texts:
        if text in _CLOSING:
            awaited.append(_CLOSING[text])
        elif text in _CLOSED and (not awaited or awaited.pop() != text):
            return False
    return not awaited


def _shared_first(forms: Iterable[Form]) -> int:
    shared = 0
    for pieces in zip(*(form[:-1] for form in forms), strict=False):
        if pieces[0] == ANY or any(piece != pieces[0] for piece in pieces):
            break
        shared += 1
    return shared


def _joined(
    message: tuple[Cell, ...], values: Sequence[tuple[int, int]], changes: Sequence[_Change]
) -> tuple[Cell, ...]:
    found: list[Cell] = []
    at = 0
    for number, first, last in changes:
        start, end = values[number][0] + first, values[number][1] - last
        found.extend(message[at:start])
        found.append(as_list(message[start:end]))
        at = end
    return (*found, *message[at:])


def _says_enough(texts: Iterable[str]) -> bool:
    """Whether a word that never changes holds a message together: one that says more than where to or whose."""
    return any(
        len(text) > 1
        and text[0].isalpha()
        and text.lower() not in LEADERS
        and text.lower() not in FUNCTION_WORDS
        for text in texts
    )


def _may_hold_several_pieces(message: Sequence[Cell]) -> bool:
    """Whether a message may hold a value of several pieces: two of them without a blank between."""
    before = " "
    for cell in message:
        text = cell.text
        if text not in _NOT_BEHIND and before not in _NOT_BEFORE:
            return True
        before = text
    return not _CLOSING.keys().isdisjoint(map(_TEXT, message))


def _read(message: Sequence[Cell]) -> _Read:
    values: list[tuple[int, int]] = []
    frame: list[str] = []
    texts = [*map(_TEXT, message), " "]
    at, size = 0, min(len(message), _POSITIONS)
    while at < size:
        text = texts[at]
        if text == " ":
            frame.append(text)
            at += 1
            continue
        end = at + 1
        if texts[end] == " " and text not in _CLOSING:
            tells = _tells(message[at])
        else:
            end = _end(message, at) or end
            tells = any(map(_tells, message[at:end]))
        if tells or (text == "/" and end == at + 1 and _is_behind_mark(texts, at)):
            values.append((at, end))
            frame.append(_REMARK if text == _ROUND else _VALUE)
        else:
            frame += texts[at:end]
        at = end
    return _Read(values, (*frame, *texts[at:-1]))


def _is_behind_mark(texts: Sequence[str], at: int) -> bool:
    """Whether an equals sign or a quotation mark stands right before: what follows is the value, also the root of paths."""
    return at > 0 and texts[at - 1] != " " and texts[at - 1] in _APART


def _end(message: Sequence[Cell], at: int) -> int:
    """Return where what no blank parts ends, from *at* on; 0 where nothing begins."""
    end = at
    while end < len(message):
        cell = message[end]
        text = cell.text
        if cell.kind or cell.key or cell.is_list:
            end += 1
        elif text in _CLOSING:
            close = _close(message, end)
            if not close or (text == _ROUND and any(map(_is_prose, message[end + 1 : close]))):
                break
            end = close + 1
        elif _parts(message, end, begins=end == at):
            break
        else:
            end += 1
    while end > at + 1 and message[end - 1].text in _NO_END:
        end -= 1
    return end if end > at else 0


def _parts(message: Sequence[Cell], at: int, *, begins: bool) -> bool:
    """Whether a piece is no part of a value; scripts without blanks part nothing else."""
    text = message[at].text
    if text in _APART or text in _CLOSED or (begins and text in _NO_BEGINNING):
        return True
    if text in _PARTING:
        return at + 1 == len(message) or message[at + 1].text == " "
    return text >= WIDE and text[0].isalpha()


def _close(message: Sequence[Cell], at: int) -> int:
    """Return where the bracket at *at* closes; 0: nowhere."""
    awaited = [_CLOSING[message[at].text]]
    for place in range(at + 1, len(message)):
        cell = message[place]
        if cell.kind:
            continue
        if cell.text in _CLOSING:
            awaited.append(_CLOSING[cell.text])
        elif cell.text == awaited[-1]:
            awaited.pop()
            if not awaited:
                return place
    return 0


def _is_prose(cell: Cell) -> bool:
    """Whether it is a word of the language and no value."""
    return not (cell.kind or cell.key or cell.is_list) and _is_of_language(cell.text)


@lru_cache(_REMEMBERED)
def _is_of_language(text: str) -> bool:
    return text[:1].isalpha() and (is_common(text) or is_outcome(text))


def _tells(cell: Cell) -> bool:
    """Whether a piece is a variable or a name; what says what happened is neither, though it stands behind a key."""
    if cell.kind or cell.is_list:
        return True
    return not is_outcome(cell.text) if cell.key else may_be_name(cell.text)
