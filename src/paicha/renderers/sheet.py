"""
Words in tones on a terminal: lines that end where they must, and tables whose columns share its width.

Drawn as `rich` draws a table without a frame, which takes a fifteenth of `paicha demo` to import and to draw one
(benchmarks/README.md, "Cold start"); `tests/unit/renderers/test_sheet.py` holds the two equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from paicha.renderers.columns import line_spans
from paicha.values import dataclass

#: Pieces of text, each with the numbers of the escape sequence that makes it look so ("": plain).
Words = tuple[tuple[str, str], ...]
#: Makes of words as many lines as they take in so many columns; at least one.
Fit = Callable[[Words, int], list[Words]]

BOLD, DIM = "1", "2"
_TITLE = f"{BOLD};{DIM}"
#: Letters that take one column each, whatever the terminal: Latin, Greek, points, arrows, some signs, bars and lines.
_NARROW = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u02ff\u0391-\u03c9\u2010-\u2027\u2190-\u2193\u2212\u2248\u2264\u2265\u2500-\u259f]*"
)
_WORD = re.compile(r"\s*\S+\s*")
_ELLIPSIS = "…"


def said(words: Words) -> str:
    """Return the text of *words*."""
    return "".join(text for text, _ in words)


def part(words: Words, start: int, end: int) -> Words:
    """Return the letters of *words* from *start* to before *end*."""
    kept = []
    at = 0
    for text, look in words:
        if at < end and start < at + len(text):
            kept.append((text[max(start - at, 0) : end - at], look))
        at += len(text)
    return tuple(kept)


def taken(text: str) -> int:
    """Return how many columns *text* takes."""
    if _NARROW.fullmatch(text):
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - knows the widths of all letters; few runs need them

    return cell_len(text)


def cut_off(words: Words, width: int) -> list[Words]:
    """Return *words* in one line, which ends with dots where it would be longer."""
    text = said(words)
    if taken(text) <= width:
        return [words]
    return [_dressed(f"{_first(text, width - 1)}{_ELLIPSIS}", words)]


def cut_lines(words: Words, width: int) -> list[Words]:
    """Return *words* in lines that end between them; a word that is longer than a line ends with dots."""
    lines = _divided(words, width, _breaks(said(words), width, fold=False))
    return [cut_off(line, width)[0] for line in lines]


def folded(words: Words, width: int) -> list[Words]:
    """Return *words* in lines that end between them; a word that is longer than a line goes on in the next."""
    text = said(words)
    if taken(text) <= width:
        return [words]
    return _divided(words, width, _breaks(text, width, fold=True))


def _dressed(shown: str, words: Words) -> Words:
    """Return the text *shown* with each letter looking as the one of *words* at its place."""
    pieces = []
    for text, look in words:
        pieces.append((shown[: len(text)], look))
        shown = shown[len(text) :]
    return tuple(pieces)


def _first(text: str, width: int) -> str:
    """Return what of *text* fits *width* columns; half of a wide letter is a blank."""
    if _NARROW.fullmatch(text):
        return text[: max(width, 0)]
    from rich.cells import set_cell_size  # noqa: PLC0415 - as above

    return set_cell_size(text, width)


def _pieces(word: str, width: int) -> list[str]:
    if _NARROW.fullmatch(word):
        return [word[at : at + width] for at in range(0, len(word), width)]
    from rich.cells import chop_cells  # noqa: PLC0415 - as above

    return chop_cells(word, width)


def _breaks(text: str, width: int, *, fold: bool) -> list[int]:
    """Return where the second line of *text* begins, the third and so on."""
    begins: list[int] = []
    used = 0
    for found in _WORD.finditer(text):
        start, word = found.start(), found[0]
        size = taken(word.rstrip())
        if size <= width - used:
            used += taken(word)
            continue
        pieces = _pieces(word, width) if fold and size > width else [word]
        for piece in pieces:
            if start:
                begins.append(start)
            start += len(piece)
        used = taken(pieces[-1])
    return begins


def _divided(words: Words, width: int, begins: Sequence[int]) -> list[Words]:
    end = len(said(words))
    places = zip((0, *begins), (*begins, end), strict=True)
    return [_without_blanks(part(words, start, stop), width) for start, stop in places]


def _without_blanks(line: Words, width: int) -> Words:
    """Return a line without the blanks at its end that stand beyond *width*."""
    text = said(line)
    blanks = len(text) - len(text.rstrip())
    beyond = min(max(taken(text) - width, 0), blanks)
    return part(line, 0, len(text) - beyond)


@dataclass(frozen=True, slots=True)
class Head:
    """
    One column of a table.

    Args:
        title: What it says at the top.
        right: Whether its cells stand to the right.
        shrinks: Whether it gives way before others do where the sheet is too narrow.
    """

    title: str
    right: bool
    shrinks: bool


class Sheet:
    """
    What is written on a terminal, line by line.

    Args:
        width: Columns of the terminal.
        colour: Whether escape sequences for colour may be written.
    """

    def __init__(self, width: int, *, colour: bool) -> None:
        self.width = width
        self._colour = colour
        self._rows: list[str] = []

    def text(self) -> str:
        """Return all of it."""
        return "".join(f"{row.rstrip()}\n" for row in self._rows)

    def put(self, *words: tuple[str, str]) -> None:
        """Write *words* in as many lines as they take; none: an empty one."""
        for line in folded(words, self.width):
            self._put(line)

    def put_folded(self, words: Words, first: str = "", rest: str | None = None) -> None:
        """
        Write *words* in as many lines as they take: Chinese ends lines behind its letters, which a terminal does not.

        Args:
            words: One paragraph.
            first: What its first line begins with.
            rest: What the others begin with; None: the same.
        """
        rest = first if rest is None else rest
        indent = first
        for start, end in line_spans(said(words), self.width - max(len(first), len(rest))):
            self.put((indent, ""), *part(words, start, end))
            indent = rest

    def put_table(
        self,
        heads: Sequence[Head],
        rows: Sequence[Sequence[Words]],
        fit: Fit,
        fit_title: Fit,
    ) -> None:
        """
        Write a table.

        Args:
            heads: Its columns.
            rows: Of each row a cell for each column.
            fit: Makes lines of a cell.
            fit_title: Makes lines of what a column says at the top where it may shrink; else it is cut off.
        """
        if not heads:
            self.put()
            return
        last = len(heads) - 1
        # One blank before and behind each cell, but for the edges of the sheet.
        pads = [(min(index, 1), min(last - index, 1)) for index in range(len(heads))]
        widths = _widths(heads, rows, [sum(pad) for pad in pads], self.width)
        rooms = [width - sum(pad) for width, pad in zip(widths, pads, strict=True)]
        titles = [
            _fitted(((head.title, _TITLE),), head, room, fit_title if head.shrinks else cut_off)
            for head, room in zip(heads, rooms, strict=True)
        ]
        tall = max(map(len, titles))
        lower = [[()] * (tall - len(title)) + title for title in titles]
        self._put_row(heads, lower, rooms, pads, _TITLE)
        for row in rows:
            cells = [
                _fitted(cell, head, room, fit)
                for cell, head, room in zip(row, heads, rooms, strict=True)
            ]
            self._put_row(heads, cells, rooms, pads, "")

    def _put_row(
        self,
        heads: Sequence[Head],
        cells: Sequence[Sequence[Words]],
        rooms: Sequence[int],
        pads: Sequence[tuple[int, int]],
        look: str,
    ) -> None:
        for line in range(max(map(len, cells))):
            row: list[tuple[str, str]] = []
            for head, cell, room, (before, behind) in zip(heads, cells, rooms, pads, strict=True):
                if room < 1:
                    row.append((" " * (before + room + behind), look))
                    continue
                words = cell[line] if line < len(cell) else ()
                blanks = room - taken(said(words))
                left, right = (blanks, 0) if head.right else (0, blanks)
                row += ((" " * (before + left), look), *words, (" " * (right + behind), look))
            text = said(tuple(row))
            fits = taken(text) <= self.width  # a column without any room takes some all the same
            self._put(tuple(row) if fits else _dressed(_first(text, self.width), tuple(row)))

    def _put(self, line: Words) -> None:
        self._rows.append("".join(self._drawn(line)))

    def _drawn(self, line: Words) -> Iterator[str]:
        for text, look in line:
            yield f"\x1b[{look}m{text}\x1b[0m" if look and text and self._colour else text


def _fitted(words: Words, head: Head, room: int, fit: Fit) -> list[Words]:
    """Return the lines of a cell; where there is no room, an empty one."""
    if room < 1:
        return [()]
    lines = fit(words, room)
    return [part(line, 0, len(said(line).rstrip())) for line in lines] if head.right else lines


def _widths(
    heads: Sequence[Head], rows: Sequence[Sequence[Words]], pads: Sequence[int], most: int
) -> list[int]:
    """Return the columns that each column of a table takes, blanks around its cells included."""
    needed = []
    for index, (head, pad) in enumerate(zip(heads, pads, strict=True)):
        texts = (head.title, *(line for row in rows for line in said(row[index]).split("\n")))
        needed.append(most if most <= pad else min(max(map(taken, texts)) + pad, most) or 1)
    if sum(needed) <= most:
        return needed
    widths = _narrowed(needed, [head.shrinks for head in heads], most)
    if sum(widths) > most:
        widths = _reduced(widths, [True] * len(widths), widths, sum(widths) - most)
    return [min(width, need) for width, need in zip(widths, needed, strict=True)]


def _narrowed(widths: list[int], shrinks: Sequence[bool], most: int) -> list[int]:
    """Return *widths* with the widest of those that may shrink made as wide as the next, as long as not all fit."""
    while (excess := sum(widths) - most) > 0:
        shrinking = [width for width, may in zip(widths, shrinks, strict=True) if may]
        widest = max(shrinking, default=0)
        if not widest:
            break
        beyond = widest - max((width for width in shrinking if width != widest), default=0)
        chosen = [may and width == widest for width, may in zip(widths, shrinks, strict=True)]
        widths = _reduced(widths, chosen, [min(excess, beyond)] * len(widths), excess)
    return widths


def _reduced(
    widths: Sequence[int], chosen: Sequence[bool], limits: Sequence[int], excess: int
) -> list[int]:
    """Return *widths* with *excess* taken from those *chosen* in equal shares, from none more than its limit."""
    takers = [one and limit > 0 for one, limit in zip(chosen, limits, strict=True)]
    left = sum(takers)
    reduced = []
    for width, takes, limit in zip(widths, takers, limits, strict=True):
        share = min(limit, round(excess / left)) if takes else 0
        reduced.append(width - share)
        excess -= share
        left -= takes
    return reduced
