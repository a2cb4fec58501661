"""The variables of a line: what it calls them, and which of them are one, as a date and its clock are."""

from __future__ import annotations

from typing import NamedTuple

from paicha.kernel.characters import WIDE, is_letter, is_letter_or_digit

#: Longest name a slot gets [characters]; a longer key is no name.
NAME_CAP = 64
#: A Chinese word this short right before a number names it: 等待 30012ms.
WIDE_NAME_CAP = 8

#: So many variables of one kind in a row are a list: one variable, so that its length makes no shape.
LIST_FROM = 6

_MARKS = (" ", ",", ", ", "，", "、")
#: What a shape with a list in it holds.
RUNS = tuple(
    mark.join([f"<{kind}>"] * LIST_FROM)
    for kind in ("number", "id", "ip", "host", "path", "url", "time", "text", "list")
    for mark in _MARKS
)
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


#: Start, end, and ``chunk`` (taken apart) or ``text`` (quoted, a variable as a whole).
Span = tuple[int, int, str]


class Found(list[Slot]):
    """The variables found so far, and the chunks that were taken apart."""

    def __init__(self) -> None:
        super().__init__()
        self.chunks: list[Span] = []


def absorbed(out: list[str], slots: Found, clock: str) -> bool:
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
    slots[-1] = Slot(name_of(out[:-1]), "", text, None)
    return True


def is_year_after(out: list[str], slots: Found, text: str) -> bool:
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


def with_lists(out: list[str], slots: Found) -> str:
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


def sizes_of_lists(out: list[str]) -> list[int]:
    """Return of how many placeholders each one of `with_lists` is made."""
    sizes: list[int] = []
    at = 0
    while at < len(out):
        at += 1
        if out[at - 1][0] == "<":
            more, at = _run(out, at)
            sizes.append(1 + more)
    return sizes


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


def name_of(out: list[str]) -> str:
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
