"""
The shape of one line: its words kept, its variables named and noted.

One pass from left to right, looking at one line only, so that any order, any cut into batches and
any number of machines give the same shapes. The grammar:

* Only the first line of a body counts, and of it the first `LINE_CAP` characters (a longer line's
  shape ends in ``…``). Runs of blanks are one blank; blanks at both ends are dropped.
* Blanks, ``, ; ( ) [ ] { } " ' ` < > = |`` and everything from U+2E80 on (Chinese, Japanese, Korean,
  full-width punctuation, emoji) delimit. What stands between two delimiters is a *chunk*.
* A chunk that holds no ASCII digit stays as it is, unless it is an absolute path, an address with a
  scheme, a mail address, a host name or eight and more hexadecimal letters.
* A chunk that holds one is taken apart: number with its unit, clock or date, IP address and port,
  ``key:value``, path, and else an identifier. A few words of the trade keep their digits (``ssh2``),
  and so does a key of at most two digits right before ``=`` (``eth0=up``).
* Quoted text is a variable as a whole, except an HTTP request, a key of JSON, and a sentence in double
  quotation marks that opens the line (``"Pod ready" name=…``): that is the message itself.

Placeholders are ``<number> <id> <ip> <host> <path> <url> <time> <text> <list>``, one per slot and in
their order. A unit stays behind its number (``<number>ms``). A ``<`` of the line itself becomes
``＜`` (U+FF1C), so no line can forge a placeholder.
"""

from __future__ import annotations

from typing import NamedTuple

from paicha.kernel.chunks import (
    BLANKS,
    DELIMITERS,
    HEX,
    WIDE,
    Emitted,
    is_letter,
    is_letter_or_digit,
    literal,
    take_apart,
    unit_after,
)

#: Characters of a line that are looked at; what follows is cut off, visibly.
LINE_CAP = 4096
#: Longest name a slot gets [characters]; a longer key is no name.
NAME_CAP = 64
#: A Chinese word this short right before a number names it: 等待 30012ms.
WIDE_NAME_CAP = 8

#: Digits a key before ``=`` may hold; with more it is itself a value.
KEY_DIGITS = 2

#: So many variables of one kind in a row are a list: one variable, so that its length makes no shape.
LIST_FROM = 6

_MARKS = (" ", ",", ", ", "，", "、")
_RUNS = tuple(
    mark.join([f"<{kind}>"] * LIST_FROM)
    for kind in ("number", "id", "ip", "host", "path", "url", "time", "text", "list")
    for mark in _MARKS
)
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "「": "」", "『": "』"}
_METHODS = frozenset(
    ("GET ", "POST ", "PUT ", "HEAD ", "DELETE ", "PATCH ", "OPTIONS ", "CONNECT ", "TRACE ")
)
#: A path or an address with a scheme goes on over ``=`` and ``(``, up to one of these.
_PATH_ENDS = BLANKS | frozenset("\"'`<>,;)]}|")
_MONTHS = frozenset(
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
)
_ZONES = frozenset(
    (
        "UTC", "GMT", "CST", "CET", "CEST", "EST", "EDT", "PST", "PDT", "MST", "MDT", "JST", "IST", "BST",
        "MSK", "SGT", "HKT",
    )
)  # fmt: skip
_WEEKDAYS = frozenset(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))


class Slot(NamedTuple):
    """One variable of one line: what the line calls it, its unit, its text, its number if it is one."""

    name: str
    unit: str
    text: str
    number: float | None


class Shaped(NamedTuple):
    """A line's shape and its variables, in the order of the placeholders."""

    shape: str
    values: tuple[Slot, ...]


#: Start, end, and ``chunk`` (taken apart) or ``text`` (quoted, a variable as a whole).
Span = tuple[int, int, str]


class _Found(list[Slot]):
    """The variables found so far, and the chunks that were taken apart."""

    def __init__(self) -> None:
        super().__init__()
        self.chunks: list[Span] = []


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
        Equal shapes for lines that differ in variables only; as many values as placeholders.

    Cost:
        Linear in the first line, capped at `LINE_CAP` characters.

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
    slots = _Found()
    _scan(line, 0, len(line), out, slots)
    return _finished(out, slots, cut=cut)


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
    slots = _Found()
    _scan(line, 0, len(line), out, slots)
    pieces, single = list(out), tuple(slots)
    return Traced(_finished(out, slots, cut=False), pieces, single, slots.chunks)


def _scan(line: str, at: int, end: int, out: list[str], slots: _Found) -> int:
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
            start = at
            at += 1
            while at < end and (char := line[at]) not in DELIMITERS and char < WIDE:
                at += 1
            chunk = line[start:at]
            word = chunk[:-1] if chunk[-1] in ":." else chunk
            if word.isascii() and word.isalpha() and (len(word) < 8 or word.strip(HEX)):
                out.append(chunk)
            else:
                at = _chunk(line, start, at, out, slots)
    return at


def _finished(out: list[str], slots: _Found, *, cut: bool) -> Shaped:
    if out and out[-1] == " ":
        out.pop()
    if cut:
        out.append("…")
    text = "".join(out)
    if len(slots) >= LIST_FROM and any(run in text for run in _RUNS):
        text = _with_lists(out, slots)
    return Shaped(text, tuple(slots))


def _first_line(body: str) -> tuple[str, bool]:
    """Return the first line, and whether it was cut at the cap."""
    head = body[: LINE_CAP + 1].lstrip("\r\n")
    line, _, _ = head.partition("\n")
    return line[:LINE_CAP], len(line) > LINE_CAP


def _wide(line: str, at: int, out: list[str], slots: _Found) -> int:
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


def _delimiter(line: str, at: int, out: list[str], slots: _Found) -> int:
    """Copy one delimiter, or take quoted text."""
    char = line[at]
    # `can't` opens nothing; behind a Chinese letter a mark does open.
    if char in _QUOTES and (
        char >= "‘" or not (at and is_letter_or_digit(line[at - 1]) and line[at - 1] < WIDE)
    ):
        return _quoted(line, at, out, slots)
    out.append("＜" if char == "<" else char)
    return at + 1


def _quoted(line: str, at: int, out: list[str], slots: _Found) -> int:
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


def _chunk(line: str, start: int, end: int, out: list[str], slots: _Found) -> int:
    """Take one chunk apart and return where it ends: paths and lists go on over delimiters."""
    if line[start] == "/" or "://" in line[start:end]:
        while end < len(line) and line[end] not in _PATH_ENDS and line[end] < WIDE:
            end += 1
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
    slots: _Found,
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
            name = _name(out)
        unit = piece.unit
        if piece.kind == "number" and not unit and piece is pieces[-1]:
            unit = unit_after(follows)
        if piece.kind == "time" and _absorbed(out, slots, piece.text):
            continue
        if piece.kind == "number" and _is_year_after(out, slots, piece.text):
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


def _text(out: list[str], slots: _Found, text: str) -> None:
    """Append quoted text as a variable; its opening mark is the last piece."""
    slots.append(Slot(_name(out[:-1]), "", text, None))
    out.append("<text>")


def _absorbed(out: list[str], slots: _Found, clock: str) -> bool:
    """Join a clock with the date right before it: ``2025-01-01 10:00:00``, ``Fri Jun 17 10:00:00``."""
    if len(out) < 2 or out[-1] != " ":
        return False
    if out[-2] == "<time>" and ":" not in slots[-1].text and ":" in clock:
        slots[-1] = slots[-1]._replace(text=f"{slots[-1].text} {clock}")
        out.pop()
        return True
    if len(out) < 4 or out[-2] != "<number>" or out[-4] not in _MONTHS or ":" not in clock:
        return False
    text = f"{out[-4]} {slots[-1].text} {clock}"
    del out[-4:]
    if len(out) > 1 and out[-1] == " " and out[-2] in _WEEKDAYS:
        text = f"{out[-2]} {text}"
        del out[-2:]
    out.append("<time>")
    slots[-1] = Slot(_name(out[:-1]), "", text, None)
    return True


def _is_year_after(out: list[str], slots: _Found, text: str) -> bool:
    """Join the year behind ``Fri Jun 17 10:00:00``, also over a zone."""
    if len(text) != 4 or text[:2] not in ("19", "20") or len(out) < 2 or out[-1] != " ":
        return False
    zone = len(out) > 3 and out[-2] in _ZONES and out[-4] == "<time>"
    if not zone and out[-2] != "<time>":
        return False
    if not is_letter(slots[-1].text[0]):
        return False
    between = f" {out[-2]} " if zone else " "
    slots[-1] = slots[-1]._replace(text=f"{slots[-1].text}{between}{text}")
    del out[-3 if zone else -1 :]
    return True


def _with_lists(out: list[str], slots: _Found) -> str:
    """Return the shape with runs of `LIST_FROM` and more equal placeholders as lists; joins *slots*."""
    pieces: list[str] = []
    kept: list[Slot] = []
    at = slot = 0
    while at < len(out):
        piece = out[at]
        at += 1
        if piece[0] == "<":
            more, end = _run(out, at)
            run = slots[slot : slot + 1 + more]
            slot += 1 + more
            at = end
            if more:
                piece = "<list>"
            text = " ".join(one.text for one in run)
            kept.append(Slot(run[0].name, "", text, None) if more else run[0])
        pieces.append(piece)
    slots[:] = kept
    return "".join(pieces)


def _run(out: list[str], at: int) -> tuple[int, int]:
    """Return how many more of the placeholder before *at* follow with one mark between, and the end."""
    mark = out[at] if at < len(out) else ""
    if out[at + 1 : at + 2] == [" "]:
        mark += " "
    step = len(mark) + 1
    more, end = 0, at
    while mark in _MARKS and out[end + step - 1 : end + step] == [out[at - 1]]:
        if "".join(out[end : end + step - 1]) != mark:
            break
        more, end = more + 1, end + step
    return (more, end) if more + 1 >= LIST_FROM else (0, at)


def _name(out: list[str]) -> str:
    """
    Return what the line calls the variable that comes next: the key before ``=`` or ``:``.

    Before a colon only a single word is a name (``too high: 5`` is a sentence, not a key).
    """
    at = len(out) - 1
    while at >= 0 and out[at] in (" ", '"', "'", "`"):
        at -= 1
    if at < 0:
        return ""
    last = out[at]
    if last in ("=", "＝"):
        while at > 0 and out[at - 1] in (" ", '"', "'", "`"):
            at -= 1
        return _as_name(out[at - 1]) if at else ""
    if last[-1] in ":：":
        word, before = (last[:-1], at - 1) if len(last) > 1 else (out[at - 1] if at else "", at - 2)
        quoted = word in ('"', "'")
        if quoted and before >= 0:
            return _as_name(out[before])
        while before >= 0 and out[before] == " ":
            before -= 1
        alone = before < 0 or not is_letter_or_digit(out[before][-1])
        return _as_name(word) if alone else ""
    return last if last[0] >= WIDE and is_letter(last[0]) and len(last) <= WIDE_NAME_CAP else ""


def _as_name(word: str) -> str:
    """Return *word* where it can be a name: it holds a letter and no placeholder."""
    fits = len(word) <= NAME_CAP and "<" not in word and any(is_letter(char) for char in word)
    return word if fits else ""
