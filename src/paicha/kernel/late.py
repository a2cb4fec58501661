"""Patterns that are compiled when a text is first held against them: most runs need few of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from paicha.patterns import compiled

#: What gives a pattern compiled.
Late = Callable[[], re.Pattern[str]]


def late(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> Late:
    """
    Return what gives *pattern* compiled, once.

    Example:
        >>> word = late(r"[a-z]+")
        >>> word().findall("one, two")
        ['one', 'two']
    """
    return cache(lambda: compiled(pattern, flags))
