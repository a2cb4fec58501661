"""
Words of a log line inside a chat's markup: they show, they call nobody, and they link nowhere.

WeCom and DingTalk document a subset of Markdown and no way to escape it, so what could act is replaced by
the full-width character that looks like it, for every chat alike.
"""

from __future__ import annotations

import re

from paicha.renderers.visible import visible

#: What opens markup, a mention or an address, and what stands for it.
_LOOKALIKES = str.maketrans(
    {
        "<": "＜",
        ">": "＞",
        "[": "［",
        "]": "］",
        "*": "＊",
        "`": "｀",
        "~": "～",
        "|": "｜",
        "\\": "＼",
        "@": "＠",
    }
)
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")
_PICTURE = re.compile(r":(?=[^:\s]{0,60}[a-z])([a-z0-9_+'-]{1,60}):")
_ADDRESS = re.compile(r"(?i):(?=//)|(?<=www)\.|(?<=mailto):|(?<=tel):|(?<=sms):")


def harmless(text: str) -> str:
    """
    Return *text* so that no markup of a chat acts on it.

    Example:
        >>> harmless("<@all> **x** [a](http://b.c) &lt; :fire:")
        '＜＠all＞ ＊＊x＊＊ ［a］(http：//b.c) ＆lt; ：fire：'
        >>> harmless("db_pool.py at 10:37:34, 3 > 2 & #4")
        'db_pool.py at 10:37:34, 3 ＞ 2 & #4'
    """
    text = _ENTITY.sub("＆", harmless_addresses(visible(text))).translate(_LOOKALIKES)
    text = _PICTURE.sub(r"：\1：", text)  # Slack draws :name: even in plain text
    # An underscore between letters is a name; at the edge of a word it would be an emphasis.
    return re.sub(r"(?<!\w)_+|_+(?!\w)", lambda found: "＿" * len(found[0]), text)


def harmless_addresses(text: str) -> str:
    """
    Return *text* so that no chat makes a link of an address in it.

    Example:
        >>> harmless_addresses("see https://evil.example/a and www.evil.example, mailto:x")
        'see https：//evil.example/a and www．evil.example, mailto：x'
    """
    return _ADDRESS.sub(lambda found: "．" if found[0] == "." else "：", text)
