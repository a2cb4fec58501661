"""
The shape of one line: its words kept, its variables named and noted.

One pass from left to right, looking at one line only, so that any order, any cut into batches and
any number of machines give the same shapes. The grammar:

* Only the first line of a body counts, and of it the first `LINE_CAP` characters (a longer line's
  shape ends in ``…``). Runs of blanks are one blank; blanks at both ends are dropped. Where a stack trace stands below
  it, the name of what was thrown follows behind ``⏎``, unless the line says it itself (`paicha.kernel.thrown`).
* Blanks, ``, ; ( ) [ ] { } " ' ` < > = |`` and everything from U+2E80 on (Chinese, Japanese, Korean,
  full-width punctuation, emoji) delimit. What stands between two delimiters is a *chunk*.
* A chunk that holds no ASCII digit stays as it is, unless it is an absolute path, an address with a
  scheme, a mail address, a host name or eight and more hexadecimal letters.
* A chunk that holds one is taken apart: number with its unit, clock or date, IP address and port,
  ``key:value``, path, ``CPU#3``, ``Page@3f2a1b7``, ``web/10.0.0.1``, and else an identifier. A few words of the trade keep their digits (``ssh2``),
  and so does a key of at most two digits right before ``=`` (``eth0=up``).
* Quoted text is a variable as a whole, except an HTTP request, a key of JSON, and a sentence in double
  quotation marks that opens the line (``"Pod ready" name=…``): that is the message itself.

Placeholders are ``<number> <id> <ip> <host> <path> <url> <time> <text> <list>``, one per slot and in
their order. A unit stays behind its number (``<number>ms``). A ``<`` of the line itself becomes
``＜`` (U+FF1C), so no line can forge a placeholder.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from paicha.kernel.characters import (
    BLANKS,
    DELIMITERS,
    HEX,
    UNDELIMITED,
    WIDE,
    is_letter,
    is_letter_or_digit,
    is_number,
)
from paicha.kernel.chunks import Emitted, literal, take_apart
from paicha.kernel.thrown import BELOW, thrown_below
from paicha.kernel.units import unit_after
from paicha.kernel.variables import (
    LIST_FROM,
    RUNS,
    Found,
    Slot,
    Span,
    absorbed,
    is_year_after,
    name_of,
    with_lists,
)

#: Characters of a line that are looked at; what follows is cut off, visibly.
LINE_CAP = 4096
#: Digits a key before ``=`` may hold; with more it is itself a value.
KEY_DIGITS = 2

_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "「": "」", "『": "』"}
_CHUNK = re.compile(f"{UNDELIMITED}+")
_METHODS = frozenset(
    ("GET ", "POST ", "PUT ", "HEAD ", "DELETE ", "PATCH ", "OPTIONS ", "CONNECT ", "TRACE ")
)
#: A path or an address with a scheme goes on over ``=`` and ``(``, up to one of these.
_PATH_ENDS = BLANKS | frozenset("\"'`<>,;)]}|")


class Shaped(NamedTuple):
    """A line's shape and its variables, in the order of the placeholders."""

    shape: str
    values: tuple[Slot, ...]


class Traced(NamedTuple):
    """
    How a line was taken apart.

    Args:
        shaped: Its shape and variables.
        pieces: What the shape is joined of, lists not joined yet.
        slots: The variables, lists not joined yet.
        chunks: What was taken apart or is a variable as a whole; digits elsewhere were kept.
    """

    shaped: Shaped
    pieces: list[str]
    slots: tuple[Slot, ...]
    chunks: list[Span]


def shape(body: str) -> Shaped:
    """
    Return the shape of a line and the values of its variables.

    Args:
        body: The message without its header; any text at all.

    Returns:
        Equal shapes for lines that differ in variables only; as many values as placeholders. What was thrown below
        the first line stands behind it.

    Cost:
        Linear in the first line, capped at `LINE_CAP` characters, and in what stands below.

    Example:
        >>> shape("Disk space low: usage=83%").shape
        'Disk space low: usage=<number>%'
        >>> shape("Disk space low: usage=83%").values
        (Slot(name='usage', unit='%', text='83', number=83.0),)
        >>> shape("获取数据库连接超时, 等待 30012ms, 活跃连接=50/50").shape
        '获取数据库连接超时, 等待 <number>ms, 活跃连接=<number>/<number>'
    """
    line, cut = _first_line(body)
    out: list[str] = []
    slots = Found()
    _scan(line, 0, len(line), out, slots)
    shaped = _finished(out, slots, cut=cut)
    name = thrown_below(body) if "\n" in body else ""
    return (
        shaped if not name or name in line else Shaped(shaped.shape + BELOW + name, shaped.values)
    )


def trace(line: str) -> Traced:
    """
    Return how one whole line is taken apart.

    Args:
        line: Neither cut nor beginning with a line end.

    Example:
        >>> trace('sent 12 to "a b"').chunks
        [(5, 7, 'chunk'), (12, 15, 'text')]
    """
    out: list[str] = []
    slots = Found()
    _scan(line, 0, len(line), out, slots)
    pieces, single = list(out), tuple(slots)
    return Traced(_finished(out, slots, cut=False), pieces, single, slots.chunks)


def _scan(line: str, at: int, end: int, out: list[str], slots: Found) -> int:
    """Take the line apart from *at* up to *end*; return where it stopped, at *end* or behind it."""
    while at < end:
        char = line[at]
        if char in BLANKS:
            at += 1
            if out and out[-1] != " ":
                out.append(" ")
        elif char >= WIDE:
            at = _wide(line, at, out, slots)
        elif char in DELIMITERS:
            at = _delimiter(line, at, out, slots)
        else:
            found = _CHUNK.match(line, at, end)
            assert found is not None  # what delimits nothing has one character at least
            start, at = found.span()
            chunk = found[0]
            word = chunk[:-1] if chunk[-1] in ":." else chunk
            if word.isascii() and word.isalpha() and (len(word) < 8 or word.strip(HEX)):
                out.append(chunk)
            else:
                at = _chunk(line, start, at, out, slots)
    return at


def _finished(out: list[str], slots: Found, *, cut: bool) -> Shaped:
    if out and out[-1] == " ":
        out.pop()
    if cut:
        out.append("…")
    text = "".join(out)
    if len(slots) >= LIST_FROM and any(run in text for run in RUNS):
        text = with_lists(out, slots)
    return Shaped(text, tuple(slots))


def _first_line(body: str) -> tuple[str, bool]:
    """Return the first line, and whether it was cut at the cap."""
    head = body[: LINE_CAP + 1].lstrip("\r\n")
    line, _, _ = head.partition("\n")
    return line[:LINE_CAP], len(line) > LINE_CAP


def _wide(line: str, at: int, out: list[str], slots: Found) -> int:
    """Copy a run of wide letters as one word, or one wide mark."""
    char = line[at]
    if char in _QUOTES:
        return _quoted(line, at, out, slots)
    end = at + 1
    if is_letter(char):
        while end < len(line) and line[end] >= WIDE and is_letter(line[end]):
            end += 1
    out.append(line[at:end])
    return end


def _delimiter(line: str, at: int, out: list[str], slots: Found) -> int:
    """Copy one delimiter, or take quoted text."""
    char = line[at]
    # `can't` opens nothing; behind a Chinese letter a mark does open.
    if char in _QUOTES and (
        char >= "‘" or not (at and is_letter_or_digit(line[at - 1]) and line[at - 1] < WIDE)
    ):
        return _quoted(line, at, out, slots)
    out.append("＜" if char == "<" else char)
    return at + 1


def _quoted(line: str, at: int, out: list[str], slots: Found) -> int:
    """Take quoted text as one variable where it is one; else only its opening mark."""
    mark = line[at]
    close = line.find(_QUOTES[mark], at + 1)
    out.append(mark)
    inner = line[at + 1 : close]
    after = line[close + 1 : close + 2]
    if close < 0 or not inner or ("" < after < WIDE and is_letter_or_digit(after)):
        return at + 1
    if after == ":" and _is_key_place(out):
        out.append(literal(inner))
        out.append(line[close])
        return close + 1
    if inner[: inner.find(" ") + 1] in _METHODS:
        return at + 1
    if len(out) == 1 and mark == '"' and " " in inner and (not after or after in BLANKS):
        stopped = _scan(line, at + 1, close, out, slots)
        if stopped > close:
            return stopped
        out.append(mark)
        return close + 1
    if BLANKS.isdisjoint(inner) and DELIMITERS.isdisjoint(inner) and inner[0] < WIDE:
        slots.chunks.append((at + 1, close, "chunk"))
        _put(take_apart(inner), out, slots, whole=inner)
    else:
        slots.chunks.append((at + 1, close, "text"))
        _text(out, slots, inner)
    out.append(line[close])
    return close + 1


def _is_key_place(out: list[str]) -> bool:
    """Whether a quoted key of JSON may stand here; the opening mark is the last piece."""
    before = [piece for piece in out[-3:-1] if piece != " "]
    return not before or before[-1] in ("{", ",")


def _chunk(line: str, start: int, end: int, out: list[str], slots: Found) -> int:
    """Take one chunk apart and return where it ends: paths and lists go on over delimiters."""
    # A slash alone, as in `[3]/[5]`, parts what stands around it.
    if (line[start] == "/" and end > start + 1) or "://" in line[start:end]:
        while end < len(line) and line[end] not in _PATH_ENDS and line[end] < WIDE:
            end += 1
        end = _before_place(line, start, end)
    else:
        end = _joined_digits(line, end)
    chunk = line[start:end]
    if line[end : end + 2] == "()" or _is_key(chunk, line[end : end + 2]):
        out.append(literal(chunk))  # the name of a function keeps its digits, and so does a key
        return end
    slots.chunks.append((start, end, "chunk"))
    emitted = take_apart(chunk)
    _put(emitted, out, slots, follows=line[end : end + 12])
    return end


def _before_place(line: str, start: int, end: int) -> int:
    """Return where a path ends that goes up to *end*: before a number in brackets, which says where in it: ``x.php(12)``."""
    opens = line.rfind("(", start + 2, end)
    if opens < 0 or line[end : end + 1] not in (",", ")"):
        return end
    return opens if is_number(line[opens + 1 : end]) else end


def _is_key(chunk: str, follows: str) -> bool:
    """Whether *chunk* is the key of a value: ``eth0=up``, ``p99_ms=12``; ``order4711=`` is a value."""
    if follows[:1] != "=" or follows == "==" or not chunk[0].isalpha():
        return False
    plain = chunk.replace("_", "").replace("-", "").replace(".", "")
    digits = sum(char in "0123456789" for char in plain)
    return plain.isalnum() and plain.isascii() and digits <= KEY_DIGITS


def _joined_digits(line: str, end: int) -> int:
    """Go on over commas between digits: ``1,234,567`` and ``12:34:56,789`` are one chunk."""
    while (
        line[end : end + 1] == ","
        and "0" <= line[end - 1] <= "9"
        and "0" <= line[end + 1 : end + 2] <= "9"
    ):
        end += 2
        while end < len(line) and line[end] not in DELIMITERS and line[end] < WIDE:
            end += 1
    return end


def _put(
    pieces: tuple[Emitted, ...],
    out: list[str],
    slots: Found,
    *,
    follows: str = "",
    whole: str = "",
) -> None:
    """Append what a chunk was taken apart into; *whole*: quoted, so never literal."""
    if whole and any(_says_something(piece) for piece in pieces):
        _text(out, slots, whole)
        return
    name: str | None = None
    for piece in pieces:
        if not piece.kind:
            out.append(piece.text)
            continue
        if name is None or out[-1] != "/":
            name = name_of(out)
        unit = piece.unit
        if piece.kind == "number" and not unit and piece is pieces[-1]:
            unit = unit_after(follows)
        if piece.kind == "time" and absorbed(out, slots, piece.text):
            continue
        if piece.kind == "number" and is_year_after(out, slots, piece.text):
            continue
        out.append(f"<{piece.kind}>")
        slots.append(Slot(name, unit, piece.text, piece.number))
        if piece.unit:
            out.append(piece.unit)


def _says_something(piece: Emitted) -> bool:
    """Whether a piece is literal text with a letter, and not a scheme."""
    return (
        not piece.kind
        and not piece.text.endswith("://")
        and any(is_letter(char) for char in piece.text)
    )


def _text(out: list[str], slots: Found, text: str) -> None:
    """Append quoted text as a variable; its opening mark is the last piece."""
    slots.append(Slot(name_of(out[:-1]), "", text, None))
    out.append("<text>")
