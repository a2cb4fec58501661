r"""
Text nobody vouches for, made so that everything in it shows and nothing in it acts.

Control bytes, bidirectional marks and invisible characters become visible escapes (``\u202e``).
What a markup language would read as markup is escaped by the renderer of that language, after this.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Letters that print nothing, and so could hide in a name.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
#: Blanks and tabs that a line begins with, and what a tab there is shown as: stack traces are indented by them.
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_TAB = " " * 4
_JOINER = "\u200d"
#: Letters and signs without marks over them and without any that print nothing: most of what is not ASCII.
_COMMON = re.compile(
    "[ -~\u00a1-\u02ff\u0391-\u03c9\u2010-\u2027\u2030-\u205e\u2190-\u27ff\u3001-\u3020\u4e00-\u9fff\uff01-\uff5e]*"
)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._:\[\]-]+(?:[/?#][A-Za-z0-9._~:/?#@!$&+,;=%-]*)?")
#: More marks than this over one letter belong to no script; they run over the lines above.
_MOST_MARKS = 4


def visible(text: str, *, lines: bool = False) -> str:
    r"""
    Return *text* with everything that does not show written out.

    Args:
        text: Anything.
        lines: Whether line ends may stay, where the place holds several lines; tabs that indent one are blanks then.

    Example:
        >>> visible("pay\u202eexe.\x1b[31m\x00")
        'pay\\u202eexe.\\x1b[31m\\x00'
        >>> visible("支付 💣 déjà")
        '支付 💣 déjà'
    """
    if text.isprintable() and (text.isascii() or _COMMON.fullmatch(text)):
        return text
    if lines:
        text = _INDENT.sub(_as_blanks, text.replace("\r\n", "\n"))
    parts: list[str] = []
    marks = 0
    for place, character in enumerate(text):
        marks = marks + 1 if unicodedata.combining(character) else 0
        if (lines and character == "\n") or (character == _JOINER and _joins(text, place)):
            parts.append(character)
        elif marks > _MOST_MARKS:
            parts.append(_written(character))
        else:
            parts.append(_shown(character))
    return "".join(parts)


def is_web_address(text: str) -> bool:
    """
    Return whether *text* may be made a link: a page of the web, in characters that end no link in any markup.

    Example:
        >>> is_web_address("https://bklog.example.com/#/retrieve/2?a=%20"), is_web_address("javascript:alert(1)")
        (True, False)
    """
    return _ADDRESS.fullmatch(text) is not None


def _as_blanks(found: re.Match[str]) -> str:
    return found[0].replace("\t", _TAB)


@lru_cache(maxsize=4096)
def harmless(character: str) -> bool:
    """Return whether a character shows as itself and moves nothing around it."""
    category = unicodedata.category(character)
    point = ord(character)
    return not (
        category in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
        or point & 0xFFFE == 0xFFFE  # noncharacters
        or character in _INVISIBLE
    )


def _joins(text: str, place: int) -> bool:
    # An emoji may be several joined into one; between anything else a joiner only hides.
    if place == 0 or place + 1 == len(text):
        return False
    before = text[place - 2] if text[place - 1] == "\ufe0f" and place > 1 else text[place - 1]
    kinds = {"So", "Sk"}
    return unicodedata.category(before) in kinds and unicodedata.category(text[place + 1]) in kinds


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    return character if harmless(character) else _written(character)


def _written(character: str) -> str:
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    if short:
        return short
    point = ord(character)
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
