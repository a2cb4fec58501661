"""
Patterns that Python compiled once: what they became is kept beside what else a start derives (`paicha.kept`).

A start compiles two hundred patterns, most of them while it imports modules, and one over a large file sixty more: 36 ms of which four
are left. Python's `re` makes a list of numbers of a pattern, slowly, and hands it to its engine, which checks it; the list is
what is kept, under the pattern, its flags and the Python that made it. Only what stands in code or in the knowledge is: patterns that
functions put together, maybe of what was read, are compiled as ever, and nothing of them goes into a file.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import Any, AnyStr

from paicha import kept

#: How `re` calls its compiler: through two functions of its own, which the module stands behind.
_CALLERS = 2
_PARSER: Any = import_module("re._parser")  # private, and alike in all the versions that are known
_COMPILER: Any = import_module("re._compiler")
_ENGINE: Any = import_module("_sre")
_KNOWN = sys.implementation.name == "cpython" and (3, 11) <= sys.version_info < (3, 14)
#: Another Python may make other numbers of the same pattern.
_MADE_BY = f"pattern {_ENGINE.MAGIC} {_ENGINE.CODESIZE} {sys.hexversion}"
_from_scratch = _COMPILER.compile


def keep() -> None:
    """From now on keep what patterns of modules become that are imported, and take what former starts kept."""
    if _KNOWN:
        _COMPILER.compile = _compiled_for


def compiled(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """
    Return what `re.compile` does, for a pattern of code or of the knowledge.

    Example:
        >>> compiled(r"(?P<word>[a-z]+)", re.IGNORECASE).match("One")["word"]
        'One'
    """
    number = int(flags)
    if not _KNOWN or number & re.DEBUG:
        return re.compile(pattern, flags)
    text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
    kind = f"{_MADE_BY} {type(pattern).__name__} {number}"
    made = kept.derived(kind, text, lambda: _made(pattern, number))
    names: list[str | None] = [None] * (made["groups"] + 1)
    for name, at in made["names"].items():
        names[at] = name
    found: re.Pattern[AnyStr] = _ENGINE.compile(
        pattern, made["flags"], made["code"], made["groups"], made["names"], tuple(names)
    )
    return found


def _made(pattern: str | bytes, flags: int) -> dict[str, Any]:
    """Return what a pattern becomes, in plain values: as `re` does it, but for the last step."""
    tree = _PARSER.parse(pattern, flags)
    code = _COMPILER._code(tree, flags)  # noqa: SLF001
    return {
        "flags": int(flags | tree.state.flags),
        "code": list(map(int, code)),
        "groups": tree.state.groups - 1,
        "names": dict(tree.state.groupdict),
    }


def _compiled_for(pattern: Any, flags: int = 0) -> Any:  # whatever `re` is given
    """Do what the compiler of `re` does."""
    code = sys._getframe(_CALLERS + 1).f_code  # noqa: SLF001 - who asks tells whether the pattern stands in code
    if code.co_name == "<module>" and type(pattern) in (str, bytes):
        return compiled(pattern, flags)
    return _from_scratch(pattern, flags)
