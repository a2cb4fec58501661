"""
Regular expressions compiled once: what Python compiled them to is kept, as formats are (`paicha.kept`).

Compiling two hundred of them takes 30 to 40 ms of every start. What Python compiles an expression to depends on the
expression, its flags and the version of Python, and is a list of numbers. Whoever starts a program calls
`keep_those_of_modules`; without it only what `compiled` is asked for is kept, and without an open file nothing.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import Any

from paicha import kept

_compiler: Any = import_module("re._compiler")  # not in the type checker's files
_sre: Any = import_module("_sre")
_compile = _compiler.compile
#: Another version of Python compiles to other numbers.
_KIND = f"pattern {sys.hexversion} {_sre.MAGIC} {_sre.CODESIZE}"
#: The numbers are held end to end, so many bytes each.
_NUMBER_BYTES = 4
#: Frames between the one that compiles and the one that asked: ``re._compile`` and ``re.compile``.
_ASKED = 3


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """
    Return *pattern* compiled, which is one of few: it stands in the sources, or in a file of formats.

    Example:
        >>> compiled("(?P<word>[a-z]+)", re.IGNORECASE).fullmatch("One")["word"]
        'One'
    """
    flags = int(flags)
    if kept.folder() is None or _sre.CODESIZE != _NUMBER_BYTES or flags & re.DEBUG:
        return re.compile(pattern, flags)
    parts = kept.derived(_KIND, f"{flags} {pattern}", lambda: _parts(pattern, flags))
    if not parts:
        return re.compile(pattern, flags)
    found: re.Pattern[str] = _put_together(pattern, parts)
    return found


def _parts(pattern: str, flags: int) -> list[Any]:
    """
    Return what a compiled pattern is made of; nothing where it would not be the same pattern.

    Done as ``re._compiler.compile`` does it, which gives no more than the pattern.
    """
    parsed = import_module("re._parser").parse(pattern, flags)
    code = _compiler._code(parsed, flags)  # noqa: SLF001 - see above
    names = dict(parsed.state.groupdict)
    of_groups: list[str | None] = [None] * parsed.state.groups
    for name, group in names.items():
        of_groups[group] = name
    numbers = memoryview(bytearray(_NUMBER_BYTES * len(code))).cast("I")
    for at, number in enumerate(code):
        numbers[at] = number
    parts = [flags | parsed.state.flags, numbers.tobytes(), len(of_groups) - 1, names, of_groups]
    made, known = _put_together(pattern, parts), _compile(pattern, flags)
    same = made == known and dict(made.groupindex) == dict(known.groupindex)
    return parts if same else []


def _put_together(pattern: str, parts: list[Any]) -> Any:  # a pattern
    flags, code, groups, names, of_groups = parts
    numbers = memoryview(code).cast("I").tolist()
    return _sre.compile(pattern, flags, numbers, groups, names, tuple(of_groups))


def keep_those_of_modules() -> None:
    """Let patterns that modules compile while they are imported be kept too; a library's are as constant as ours."""
    _compiler.compile = _compiled_of_module


def _compiled_of_module(
    pattern: Any, flags: int = 0
) -> Any:  # also bytes, and patterns taken apart
    asker = sys._getframe(_ASKED)  # noqa: SLF001 - as the library tells whose warning it is
    if type(pattern) is not str or asker.f_code.co_name != "<module>":
        return _compile(pattern, flags)
    return compiled(pattern, flags)
