"""What a program printed in several pieces for one value: lists with commas, flags with strokes, a pointer to nothing."""

from __future__ import annotations

from paicha.kernel.cell import BEHIND_VALUES, BRACKETS, Cell
from paicha.kernel.words import is_common, is_outcome


def with_printed(pieces: list[Cell]) -> list[Cell]:
    """
    Join what the C library prints for a pointer to nothing, brackets and all: ``write_cb=(nil)``, ``name=(null)``.

    Behind a blank the second may be what goes by this name: ``opened output (null)`` beside ``opened output (fifo)``.
    """
    found: list[Cell] = []
    for piece in pieces:
        found.append(piece)
        if piece.text == ")" and len(found) > 3 and found[-3].text == "(":
            text = "".join(one.text for one in found[-3:])
            if text == "(nil)" or (text == "(null)" and found[-4].text != " "):
                found[-3:] = [Cell(text)]
    return found


def with_lists(pieces: list[Cell]) -> list[Cell]:
    """
    Join what a program printed as a list: words with a comma and no blank between, ``roles=[master,data]``.

    Prose has no blank behind a comma now and then (``init failed,exit``): where no bracket and no ``=`` opens the
    list, none of its words is one of the language.
    """
    found: list[Cell] = []
    at = 0
    while at < len(pieces):
        first = pieces[at]
        if at + 1 == len(pieces) or pieces[at + 1].text != "," or not first.is_word:
            found.append(first)
            at += 1
            continue
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
        if end == len(pieces) or pieces[end].text != ",":
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


def with_flags(pieces: list[Cell]) -> list[Cell]:
    """
    Join words that strokes part, in brackets of their own or behind ``=``: ``mode:0x12(READ|SYNC)``, ``flags=ACK|FIN``.

    Elsewhere a stroke parts the fields of a row.
    """
    found: list[Cell] = []
    at = 0
    while at < len(pieces):
        end = _flags_end(pieces, at) if at and pieces[at].is_word else at
        if end > at + 1:
            found.append(Cell("".join(piece.text for piece in pieces[at:end])))
            at = end
        else:
            found.append(pieces[at])
            at += 1
    return found


def _flags_end(pieces: list[Cell], at: int) -> int:
    """Return the end of words that only strokes part, all of what the mark before *at* opens; *at*: none begins there."""
    end = at + 1
    while end + 1 < len(pieces) and pieces[end].text == "|" and pieces[end + 1].is_word:
        end += 2
    before = pieces[at - 1].text
    behind = pieces[end].text if end < len(pieces) else " "
    enclosed = BRACKETS.get(before) == behind
    return end if enclosed or (before == "=" and behind in BEHIND_VALUES - {"|"}) else at
