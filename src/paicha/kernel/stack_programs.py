"""The rules of stack traces as programs of steps, which the native twin reads them by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from paicha.kernel.steps import NotCompilable, Program, packed_steps
from paicha.model.knowledge import StackRule

#: How often a part of a rule is repeated.
_UNROLLED = 20
_HEAD = ("type", "message", "")
_FRAME = ("function", "file", "line")

Written = TypeVar("Written", Program, bytes)
#: A program, and the numbers of three of its groups; 0: it has no such.
_Pattern = tuple[bytes, list[int]]


class Language(NamedTuple):
    """
    How the traces of a language are read: `paicha.model.knowledge.StackRule` says what each part is.

    Args:
        ends: Whether the innermost frame stands last, and whether the exception does.
    """

    head: _Pattern
    cause: _Pattern | None
    frame: _Pattern
    above: _Pattern | None
    ends: tuple[bool, bool]
    libraries: list[str]
    library_paths: list[str]


def languages_of(rules: Sequence[StackRule]) -> list[Language] | None:
    """Return how traces are read, as the twin takes it; None: what they say is Python's to tell."""
    try:
        return [_language(rule) for rule in rules]
    except NotCompilable:
        return None


def traces_of(
    rules: Sequence[StackRule], compiled: Callable[..., tuple[Written, dict[str, int]]]
) -> tuple[list[Written], ...] | None:
    """Return what continues a stack trace, what opens one, and what ends one; None: the twin cannot tell."""
    kinds = ([getattr(rule, kind) for rule in rules] for kind in ("continues", "opens", "closes"))
    try:
        return tuple(
            [compiled(text, unrolled=_UNROLLED)[0] for text in texts if text] for texts in kinds
        )
    except NotCompilable:
        return None


def _language(rule: StackRule) -> Language:
    return Language(
        _packed(rule.head, _HEAD),
        _packed(rule.cause, _HEAD) if rule.cause else None,
        _packed(rule.frame, _FRAME),
        _packed(rule.above, _FRAME) if rule.above else None,
        (rule.innermost == "last", rule.head_last),
        list(rule.libraries),
        list(rule.library_paths),
    )


def _packed(pattern: str, names: Sequence[str]) -> _Pattern:
    program, groups = packed_steps(pattern, unrolled=_UNROLLED)
    return program, [groups.get(name, 0) for name in names]
