"""A shape taken apart again: words, marks, variables, and the values that stand behind a key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from paicha.kernel.cell import ANY, BEHIND_VALUES, BRACKETS, STOPS, Cell
from paicha.kernel.characters import BELOW_WIDE, BLANKS, UNDELIMITED_BUT_COLON
from paicha.kernel.printed_lists import with_flags, with_lists, with_printed
from paicha.kernel.units import UNIT_WORDS, UNITS
from paicha.kernel.words import LEADERS, REASONS, is_outcome

__all__ = ["ANY", "BRACKETS", "Cell", "cells"]

_LETTERS = f"{UNDELIMITED_BUT_COLON}+"
#: A variable, a word, a run of letters of a script without blanks; else one mark.
_TOKEN = re.compile(
    rf"<[^>]*>|{_LETTERS}|(?:(?!{BELOW_WIDE})[^\W\d_])+|.",
    re.DOTALL,
)
_SENTENCE_ENDS = ".!?"
#: What a word that ends a sentence cannot do without, and what a value or an empty one stands behind.
_MAY_END = re.compile(r"[.!?](?: |\Z)")
_MAY_HOLD_VALUES = re.compile("[=:：＝([\"']|[|][|]")
#: What two capitalised words in a row, or a Windows path, cannot do without.
_MAY_BE_PHRASE = re.compile(r"[A-Z]\S* [A-Z]|\\")
#: What stands between a key and its value, and what an empty value stands behind.
_ASSIGNS = frozenset("=:：＝")
#: Behind these a variable says which of what stands before them: `CPU#3`, `Page@3f2a1b7`, `web/10.0.0.1`.
_NAMING_MARKS = frozenset("#@/")
_OPENERS = frozenset("=([\"'＜|")
#: Pairs with nothing in them that stand where a value does, and what they stand behind.
_EMPTY_PAIRS = frozenset(("()", "[]", '""', "''", "＜>"))
_BEFORE_PAIRS = frozenset(" =:[(")
#: Literal pieces that are remembered.
_REMEMBERED = 1 << 18


def cells(shape: str) -> tuple[Cell, ...]:
    """
    Return the cells of a shape; values behind a key are one cell each.

    Example:
        >>> [cell.text for cell in cells("failed: error=network error, cost=<number>ms")]
        ['failed', ':', ' ', 'error', '=', 'network error', ',', ' ', 'cost', '=', '<number>']
    """
    pieces = _split(shape)
    if "(n" in shape:
        pieces = with_printed(pieces)
    if "," in shape:
        pieces = with_lists(pieces)
    if "|" in shape:
        pieces = with_flags(pieces)
    if _MAY_BE_PHRASE.search(shape):
        pieces = _with_phrases(pieces)
    return _with_values(pieces) if _MAY_HOLD_VALUES.search(shape) else tuple(pieces)


def _with_phrases(pieces: list[Cell]) -> list[Cell]:
    """Join what is one name: capitalised words in a row, and a Windows path over its blanks."""
    found: list[Cell] = []
    for piece in pieces:
        goes_on = "\\" in piece.text
        if piece.kind or len(found) < 2 or not (goes_on or _is_capitalised(piece.text)):
            found.append(piece)
        elif found[-1].text == " " and found[-2].kind == "path" and goes_on:
            found.pop()  # <path> Files\Agent\x.log: the path went on over a blank
        elif (
            found[-1].text == " "
            and len(found) > 2
            and not found[-2].kind
            and not goes_on
            and _is_capitalised(found[-2].text)
        ):
            found[-2:] = [Cell(f"{found[-2].text} {piece.text}")]
        else:
            found.append(piece)
    return found


@lru_cache(_REMEMBERED)
def _is_capitalised(text: str) -> bool:
    """Whether it is a word, or words already joined, written with a capital: ``Front Desk``."""
    return all(
        word[:1].isupper() and word[1:].islower() and word.isascii() and word.isalpha()
        for word in text.split(" ")
    )


def _split(shape: str) -> list[Cell]:
    tokens: list[str] = _TOKEN.findall(shape)
    if _MAY_END.search(shape):
        tokens = _without_ends(tokens)
    return _with_variables(tokens) if "<" in shape else list(map(_literal, tokens))


def _without_ends(tokens: Sequence[str]) -> list[str]:
    """Return pieces with what ends a sentence apart: it is no part of its last word."""
    found: list[str] = []
    for token, behind in zip(tokens, (*tokens[1:], " "), strict=True):
        if token[-1] in _SENTENCE_ENDS and behind == " ":
            word = token.rstrip(_SENTENCE_ENDS)
            found.extend((word, *token[len(word) :]) if word else token)
        else:
            found.append(token)
    return found


def _with_variables(tokens: list[str]) -> list[Cell]:
    """Return the cells of pieces, the variables numbered and with the units behind them."""
    found: list[Cell] = []
    slot = at = 0
    while at < len(tokens):
        text = tokens[at]
        at += 1
        if text[0] != "<" or len(text) == 1:
            found.append(_literal(text))
            continue
        if found and found[-1].text[-1] in _NAMING_MARKS and found[-1].is_word:
            name, mark = found[-1].text[:-1], found[-1].text[-1]
            found[-1:] = Cell(name, key=name), _literal(mark)
        unit = ""
        if text == "<number>" and at < len(tokens):
            unit, at = _unit(tokens, at)
        found.append(Cell(text, text[1:-1], unit, slot))
        slot += 1
    return found


@lru_cache(_REMEMBERED)
def _literal(text: str) -> Cell:
    return Cell(text)


def _unit(tokens: list[str], at: int) -> tuple[str, int]:
    """Return the unit behind a number, and where the pieces go on: attached, or one blank away (the blank is part of it)."""
    place = at + (tokens[at] == " ")
    word = tokens[place].rstrip(_SENTENCE_ENDS) if place < len(tokens) else ""
    if word not in (UNIT_WORDS if place > at else UNITS):
        return "", at
    if word != tokens[place]:  # `5ms.)`: what is left of it goes on
        tokens[place] = tokens[place][len(word) :]
        return "".join((*tokens[at:place], word)), place
    return "".join(tokens[at : place + 1]), place + 1


def _with_values(pieces: list[Cell]) -> tuple[Cell, ...]:
    found: list[Cell] = []
    mark = ""  # the last piece that is no blank
    at = 0
    while at < len(pieces):
        first = pieces[at]
        text = first.text
        if found and found[-1].text in _OPENERS and (empty := _empty_at(found, pieces, at)):
            found.append(empty)
        key = _key(found, text) if mark in _ASSIGNS else ""
        if text != " ":
            mark = text
        if key and (end := _quotation_end(pieces, at)):
            found.extend((first, _as_value(pieces[at + 1 : end - 1], key), pieces[end - 1]))
            at = end
        elif key and (end := _brackets_end(pieces, at)):
            inside = "".join(piece.text for piece in pieces[at + 1 : end - 1])
            found.extend((first, Cell(inside, key=key), pieces[end - 1]))
            at = end
        elif key and text not in STOPS and (first.kind or first.is_word):
            end = _value_end(pieces, at, key)
            if end == at + 1:
                found.append(Cell(text, first.kind, first.unit, first.slot, key))
            else:
                found.append(Cell("".join(piece.text for piece in pieces[at:end]), key=key))
            at = end
        else:
            found.append(first)
            at += 1
    if empty := _empty(found, " "):
        found.append(empty)
    return tuple(found)


def _quotation_end(pieces: list[Cell], at: int) -> int:
    """
    Return the end of a quotation of several pieces, which is one value; 0: it is none.

    ``request: "GET <path> HTTP/1.1"``. Of two escaped marks within (a quoted address in an error) the first alone may show that it is.
    """
    if pieces[at].text != '"':
        return 0
    inner = False
    for end in range(at + 1, len(pieces)):
        if pieces[end].text != '"':
            continue
        if inner or pieces[end - 1].text[-1:] == "\\":
            inner = not inner
        elif end + 1 == len(pieces) or pieces[end + 1].text in BEHIND_VALUES:
            return end + 1 if end > at + 2 else 0
        else:
            return 0
    return 0


def _as_value(inside: Sequence[Cell], key: str) -> Cell:
    """Return several pieces as the one value of a key; it holds their variables."""
    text = "".join(piece.text for piece in inside)
    variables = tuple(piece for piece in inside if piece.kind)
    if not variables:
        return Cell(text, key=key)
    return Cell(text, "text", slot=variables[0].slot, key=key, inner=variables)


def _brackets_end(pieces: list[Cell], at: int) -> int:
    """Return the end of a list of words in brackets, which is one value; 0: it is none."""
    if pieces[at].text != "[":
        return 0
    end = at + 1
    while end < len(pieces) and (pieces[end].is_word or pieces[end].text in (" ", ",")):
        end += 1
    return end + 1 if end < len(pieces) and pieces[end].text == "]" else 0


def _empty_at(before: list[Cell], pieces: Sequence[Cell], at: int) -> Cell | None:
    """Return the empty value that stands before *at*, where none stands a blank behind."""
    return None if _is_value_behind_blank(pieces, at) else _empty(before, pieces[at].text)


def _empty(before: list[Cell], text: str) -> Cell | None:
    """Return the empty value that stands right behind *before*: ``ruser= rhost=``, ``at ()``."""
    if not before:
        return None
    mark = before[-1].text
    if mark == "=" and (text == " " or text in STOPS) and len(before) > 1 and before[-2].is_word:
        return Cell("", key=before[-2].text)
    if mark == text == "|" and len(before) > 1 and (before[-2].kind or before[-2].is_word):
        return Cell("")  # `up||ok` beside `up|<number>|ok`
    around = len(before) > 1 and before[-2].text in _BEFORE_PAIRS
    return Cell("") if around and mark + text in _EMPTY_PAIRS else None


def _is_value_behind_blank(pieces: Sequence[Cell], at: int) -> bool:
    """
    Whether the blank at *at* parts a key from its value: ``user= bob id= <number>``.

    ``ruser= rhost=`` and ``host= failed`` have none there: behind a value nothing comes, a mark, or the next key.
    """
    if pieces[at].text != " " or pieces[at - 1].text != "=" or at + 1 == len(pieces):
        return False
    value = pieces[at + 1]
    if not value.kind and (not value.is_word or _says_what(value.text)):
        return False
    behind = [piece.text for piece in pieces[at + 2 : at + 5]]
    return not behind or behind[0] in STOPS or (behind[0] == " " and behind[2:] == ["="])


@lru_cache(_REMEMBERED)
def _says_what(text: str) -> bool:
    return text.lower() in LEADERS or is_outcome(text)


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
        if piece.text in STOPS or (piece.text in BLANKS and not phrase):
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
