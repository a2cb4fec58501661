"""A shape taken apart again: words, marks, variables, and the values that stand behind a key."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from paicha.kernel.characters import BELOW_WIDE, BLANKS, UNDELIMITED_BUT_COLON
from paicha.kernel.units import UNIT_WORDS, UNITS
from paicha.kernel.words import REASONS, is_common, is_outcome

#: What a variable is in a key that groups shapes. No shape holds it: ``*`` is no kind.
ANY = "<*>"
_STOPS = frozenset(",;)]}|，；。）】")
#: What closes each bracket.
BRACKETS = {"(": ")", "[": "]", "{": "}"}
_LETTERS = f"{UNDELIMITED_BUT_COLON}+"
_WORD = re.compile(_LETTERS)
#: A variable, a word, or a run of letters of a script without blanks; else one mark.
_TOKEN = re.compile(
    rf"(?P<variable><[^>]*>)|(?P<word>{_LETTERS})|(?P<wide>(?:(?!{BELOW_WIDE})[^\W\d_])+)"
)
#: What two capitalised words in a row, or a Windows path, cannot do without.
_MAY_BE_PHRASE = re.compile(r"[A-Z]\S* [A-Z]|\\")
#: What stands between a key and its value, and what an empty value stands behind.
_ASSIGNS = frozenset("=:：＝")
_OPENERS = frozenset("=([\"'")
#: Literal pieces that are remembered.
_REMEMBERED = 1 << 16


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
        return not self.kind and any(char.isalnum() for char in self.text)


def cells(shape: str) -> tuple[Cell, ...]:
    """
    Return the cells of a shape; values behind a key are one cell each.

    Example:
        >>> [cell.text for cell in cells("failed: error=network error, cost=<number>ms")]
        ['failed', ':', ' ', 'error', '=', 'network error', ',', ' ', 'cost', '=', '<number>']
    """
    pieces = _split(shape)
    if "," in shape:
        pieces = _with_lists(pieces)
    if _MAY_BE_PHRASE.search(shape):
        pieces = _with_phrases(pieces)
    return _with_values(pieces)


def _with_lists(pieces: list[Cell]) -> list[Cell]:
    """
    Join what a program printed as a list: words with a comma and no blank between, ``roles=[master,data]``.

    Prose has no blank behind a comma now and then (``init failed,exit``): where no bracket and no ``=`` opens the
    list, none of its words is one of the language.
    """
    found: list[Cell] = []
    at = 0
    while at < len(pieces):
        end = _list_end(pieces, at)
        if end > at + 1 and _is_list(pieces, at, end):
            found.append(Cell("".join(piece.text for piece in pieces[at:end])))
        else:
            end = max(end, at + 1)
            found.extend(pieces[at:end])
        at = end
    return found


def _list_end(pieces: list[Cell], at: int) -> int:
    """Return the end of words that only commas part; *at* where none begins."""
    end = at
    while end < len(pieces) and pieces[end].is_word:
        end += 1
        if [piece.text for piece in pieces[end : end + 1]] != [","]:
            return end
        end += 1
    return max(end - 1, at)


def _is_list(pieces: list[Cell], at: int, end: int) -> bool:
    """Whether the words from *at* up to *end* stand by themselves, and are no prose."""
    before = pieces[at - 1].text if at else ""
    behind = pieces[end].text if end < len(pieces) else ""
    if behind not in ("", " ", ".", ";", ")", "]", "}") or before not in (" ", "=", "(", "[", "{"):
        return False
    if before == "=" or BRACKETS.get(before) == behind:
        return True
    return not any(is_common(piece.text) or is_outcome(piece.text) for piece in pieces[at:end:2])


def _with_phrases(pieces: list[Cell]) -> list[Cell]:
    """Join what is one name: capitalised words in a row, and a Windows path over its blanks."""
    found: list[Cell] = []
    for piece in pieces:
        blank = len(found) > 1 and found[-1].text == " "
        if blank and found[-2].kind == "path" and "\\" in piece.text and not piece.kind:
            found.pop()  # <path> Files\Agent\x.log: the path went on over a blank
        elif blank and len(found) > 2 and _is_capitalised(piece) and _is_capitalised(found[-2]):
            found[-2:] = [Cell(f"{found[-2].text} {piece.text}")]
        else:
            found.append(piece)
    return found


def _is_capitalised(piece: Cell) -> bool:
    """Whether it is a word, or words already joined, written with a capital: ``Front Desk``."""
    words = piece.text.split(" ")
    return not piece.kind and all(
        word[:1].isupper() and word[1:].islower() and word.isascii() and word.isalpha()
        for word in words
    )


def _split(shape: str) -> list[Cell]:
    found: list[Cell] = []
    slot = at = 0
    size = len(shape)
    while at < size:
        token = _TOKEN.match(shape, at)
        start, at = at, token.end() if token else at + 1
        kind = token.lastgroup if token else None
        if kind == "variable":
            unit = _unit(shape, at) if shape[start:at] == "<number>" else ""
            found.append(Cell(shape[start:at], shape[start + 1 : at - 1], unit, slot))
            at += len(unit)
            slot += 1
            continue
        if kind == "word" and shape[at - 1] in ".!?" and (at == size or shape[at] == " "):
            # What ends a sentence is no part of its last word.
            at = max(start + len(shape[start:at].rstrip(".!?")), start + 1)
        found.append(_literal(shape[start:at]))
    return found


@lru_cache(_REMEMBERED)
def _literal(text: str) -> Cell:
    return Cell(text)


def _word_end(shape: str, at: int) -> int:
    """Return where the characters end that make one word; *at* where none begins there."""
    word = _WORD.match(shape, at)
    return word.end() if word else at


def _unit(shape: str, at: int) -> str:
    """Return the unit behind a number: attached, or one blank away (the blank is part of it)."""
    blank = shape[at : at + 1] == " "
    start = at + blank
    word = shape[start : _word_end(shape, start)].rstrip(".!?")
    return shape[at : start + len(word)] if word in (UNIT_WORDS if blank else UNITS) else ""


def _with_values(pieces: list[Cell]) -> tuple[Cell, ...]:
    found: list[Cell] = []
    mark = ""  # the last piece that is no blank
    at = 0
    while at < len(pieces):
        text = pieces[at].text
        if found and found[-1].text in _OPENERS and (empty := _empty(found, text)):
            found.append(empty)
        key = _key(found, text) if mark in _ASSIGNS else ""
        if text != " ":
            mark = text
        if key and (end := _brackets_end(pieces, at)):
            inside = "".join(piece.text for piece in pieces[at + 1 : end - 1])
            found.extend((pieces[at], Cell(inside, key=key), pieces[end - 1]))
            at = end
            continue
        if key and pieces[at].text not in _STOPS and (pieces[at].kind or pieces[at].is_word):
            end = _value_end(pieces, at, key)
            first = pieces[at]
            if end == at + 1:
                found.append(first._replace(key=key))
            else:
                found.append(Cell("".join(piece.text for piece in pieces[at:end]), key=key))
            at = end
        else:
            found.append(pieces[at])
            at += 1
    if empty := _empty(found, " "):
        found.append(empty)
    return tuple(found)


def _brackets_end(pieces: list[Cell], at: int) -> int:
    """Return the end of a list of words in brackets, which is one value; 0: it is none."""
    if pieces[at].text != "[":
        return 0
    end = at + 1
    while end < len(pieces) and (pieces[end].is_word or pieces[end].text in (" ", ",")):
        end += 1
    return end + 1 if end < len(pieces) and pieces[end].text == "]" else 0


def _empty(before: list[Cell], text: str) -> Cell | None:
    """Return the empty value that stands right behind *before*: ``ruser= rhost=``, ``at ()``."""
    if not before:
        return None
    mark = before[-1].text
    if mark == "=" and (text == " " or text in _STOPS) and len(before) > 1 and before[-2].is_word:
        return Cell("", key=before[-2].text)
    around = len(before) > 1 and before[-2].text == " "
    return Cell("") if around and mark + text in ("()", "[]", '""', "''") else None


def _key(before: list[Cell], text: str) -> str:
    """Return the key that a piece right behind *before* is the value of; empty: it is none."""
    if text == " ":
        return ""
    at = len(before) - 1
    while at >= 0 and before[at].text == " ":
        at -= 1
    if at < 1:
        return ""
    mark = before[at].text
    word = at - 1
    while word >= 0 and before[word].text == " ":
        word -= 1
    if mark not in _ASSIGNS or word < 0 or not before[word].is_word:
        return ""
    name = before[word].text
    if mark in "=＝":
        return name
    # Before a colon only a word that stands alone is a key, and not at the start of the line:
    # there it says who speaks.
    alone = word > 0 and not (
        before[word - 1].text == " "
        and word > 1
        and (before[word - 2].is_word or before[word - 2].kind)
    )
    return name if alone and not before[word - 1].is_word else ""


def _value_end(pieces: list[Cell], at: int, key: str) -> int:
    """Return where a value ends: behind its first piece, or for a reason at the next mark."""
    end = at + 1
    if pieces[at].kind:
        return end
    phrase = key.lower() in REASONS
    last = end
    while end < len(pieces):
        piece = pieces[end]
        if piece.text in _STOPS or (piece.text in BLANKS and not phrase):
            break
        if piece.text == "=":
            return _before_last_word(pieces, at, end)
        if piece.kind or piece.text in ("(", "[", "{", '"'):
            return last if not phrase else at + 1
        end += 1
    return end


def _before_last_word(pieces: list[Cell], at: int, end: int) -> int:
    """Return the end of a value that runs into the next ``key=``."""
    end -= 1
    while end > at + 1 and pieces[end].text == " ":
        end -= 1
    while end > at + 1 and pieces[end - 1].text == " ":
        end -= 1
    return max(end, at + 1)
