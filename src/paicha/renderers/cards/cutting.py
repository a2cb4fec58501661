r"""
Text cut where a reader sees a boundary: never inside a character, an emoji made of several, or an escape.

What may not be torn apart is a *piece*: one letter with its marks, one emoji with what is joined to it, one
flag, or an escape such as ``\u202e`` that `visible` wrote for a character that shows nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

_ESCAPE = re.compile(r"[\\＼](?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[nrt])")
_JOINER = "\u200d"
ELLIPSIS = "…"


def pieces(text: str) -> Iterator[str]:
    r"""
    Yield what *text* must not be cut inside of; together they are the text.

    Example:
        >>> [len(piece) for piece in pieces("e\u0301支\U0001f469\u200d\U0001f692🇨🇳\\u202e.")]
        [2, 1, 3, 2, 6, 1]
    """
    place = 0
    while place < len(text):
        escape = _ESCAPE.match(text, place)
        end = escape.end() if escape else _end(text, place)
        yield text[place:end]
        place = end


def _end(text: str, place: int) -> int:
    flag = _is_regional(text[place])
    end = place + 1
    if flag and end < len(text) and _is_regional(text[end]):
        end += 1
    while end < len(text):
        if _extends(text[end]) or _JOINER in (text[end], text[end - 1]):
            end += 1
        else:
            break
    return end


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _extends(character: str) -> bool:
    # Marks, variation selectors, skin tones, and the tags that some flags are written with.
    return (
        unicodedata.category(character) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


def size(text: str) -> int:
    """Return the bytes of UTF-8."""
    return len(text.encode())


def cut(text: str, most: int, measure: Callable[[str], int] = size) -> str:
    """
    Return *text* cut at the end so that it measures *most* at the longest.

    Args:
        text: Anything that shows.
        most: In the unit of *measure*.
        measure: How long a text is; bytes.

    Example:
        >>> cut("支付系统不可用", 12), cut("short", 12), cut("支付", 2)
        ('支付系…', 'short', '')
    """
    if measure(text) <= most:
        return text
    room = most - measure(ELLIPSIS)
    if room < 0:
        return ""
    kept: list[str] = []
    for piece in pieces(text):
        room -= measure(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + ELLIPSIS
