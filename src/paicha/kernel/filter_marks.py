"""The marks of a filter as a Chinese keyboard writes them, in those that filters are read by."""

from __future__ import annotations

import re
from collections.abc import Callable

_SIGNS = str.maketrans({"＝": "=", "＞": ">", "＜": "<", "≥": ">=", "≤": "<=", "\u3000": " "})
#: What stands in quotation marks is looked for as it is; everything else holds marks.
_QUOTED = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[^"]+', re.DOTALL)
#: Quotation marks of Chinese around a whole word.
_CHINESE_QUOTES = re.compile(r"(?:(?<=[\s(（:：=＝<＜>＞≥≤-])|^)“([^”]*)”(?=[\s)）]|$)")
_NAMED = re.compile(r"(?<!\S)([(-]*)([\w.@/-]+)：(?=\S|$)")
_SIGNED = re.compile(r"[\w.@/-]+\s*[＝＞＜≥≤]+\S*")


def in_plain_marks(text: str, is_field: Callable[[str], bool]) -> str:
    """
    Return the filter *text* with quotation marks, brackets, colons and signs that everybody can type.

    Only what can hardly be looked for is changed: a colon behind the name of a field, signs behind one, quotation
    marks around a whole word, brackets that open where a term may begin. What stands in quotation marks stays.

    Args:
        text: As it was written.
        is_field: Whether a name is that of a field.

    Example:
        >>> in_plain_marks("级别＝错误 AND （主机：10.0.0.1 OR “下单：失败”）", {"级别", "主机"}.__contains__)
        '级别=错误 AND (主机:10.0.0.1 OR "下单：失败")'
        >>> in_plain_marks("下单失败：库存不足（3 件）", set().__contains__)
        '下单失败：库存不足（3 件）'
    """
    if text.isascii():
        return text
    text = _brackets(_CHINESE_QUOTES.sub(r'"\1"', text))
    return "".join(
        part if part[0] == '"' else _outside(part, is_field) for part in _QUOTED.findall(text)
    )


def _brackets(text: str) -> str:
    """Return *text* with those Chinese brackets replaced that open where a term may begin, and what closes them."""
    done: list[str] = []
    opened, quoted = 0, False
    for letter in text:
        before = done[-1] if done else " "
        if letter == '"' and before != "\\":
            quoted = not quoted
        opens = not quoted and letter == "（" and (before.isspace() or before in "(:：-")
        closes = not quoted and letter == "）" and opened > 0
        opened += opens - closes
        done.append("(" if opens else ")" if closes else letter)
    return "".join(done)


def _outside(part: str, is_field: Callable[[str], bool]) -> str:
    def named(found: re.Match[str]) -> str:
        return f"{found[1]}{found[2]}:" if is_field(found[2].lower()) else found[0]

    part = _NAMED.sub(named, part.replace("\u3000", " "))
    return _SIGNED.sub(lambda found: found[0].translate(_SIGNS), part)
