"""Trees of frozen values, such as findings or a report, with every text in them covered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

import pyarrow as pa

from paicha.analysis.redaction.redactor import Redactor
from paicha.model.findings import Findings

Tree = TypeVar("Tree")
#: Fields that find something again: a file, a record, rows of a case whose keys are covered already.
_PLACES = frozenset(("locator", "path", "place", "shown", "sql"))
_HALF = re.compile("[\ud800-\udfff]")
_PLAIN = Redactor()


def covered(text: str) -> str:
    """
    Return a text that belongs to no case, covered: tokens tell the kind alone.

    Example:
        >>> covered("mail to alice@example.com bounced")
        'mail to email*** bounced'
    """
    return _PLAIN.text(text)


def covered_lines(text: str) -> str:
    """Return a text of many lines with each line covered by itself, so that lines keep their numbers."""
    lines = text.split("\n")
    return "\n".join(_PLAIN.column(pa.array(lines, pa.string())).to_pylist())


def shown_findings(findings: Findings) -> Findings:
    """Return findings as they may be shown: those that a version before redaction kept are covered now."""
    return covered_tree(findings) if findings.coverage.redaction is None else findings


def covered_tree(value: Tree, redactor: Redactor = _PLAIN) -> Tree:
    """
    Return a tree of frozen values and tuples with every text in it covered, but for places.

    Args:
        value: A frozen dataclass, a tuple, a text; anything else stays as it is.
        redactor: The case's, where the tree belongs to one.
    """
    texts = sorted(_texts(value))
    column = pa.array(texts, pa.string())
    shown = redactor.column(column).to_pylist()
    changed = {text: new for text, new in zip(texts, shown, strict=True) if text != new}
    covered: Tree = _changed(value, changed) if changed else value
    return covered


def _texts(tree: Any) -> set[str]:  # whatever it holds
    """Return every text of a tree but for places; a lone surrogate, from a file's name, is in none a column can hold."""
    found: set[str] = set()
    waiting: list[Any] = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, tuple):
            waiting.extend(value)
        elif parts := _parts(value.__class__):
            values_of, places = parts
            waiting += values_of(value)
            for name in places:
                if not isinstance(inner := getattr(value, name), str):
                    waiting.append(inner)
    return {text for text in found if text.isascii() or not _HALF.search(text)}


@cache
def _parts(kind: Any) -> tuple[Callable[[Any], Iterable[Any]], tuple[str, ...]] | None:  # any type
    """Return what gives the values of a dataclass's fields, and the names of those that may be places; of any other type nothing."""
    names = _names(kind)
    places = tuple(name for name in names if name in _PLACES)
    plain = [name for name in names if name not in _PLACES]
    if len(plain) > 1:  # thousands of values: asked for all at once
        return attrgetter(*plain), places
    return (lambda value: [getattr(value, name) for name in plain], places) if names else None


@cache
def _names(kind: Any) -> tuple[str, ...]:  # any type
    """Return the names of a dataclass's fields; none of any other type."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def _changed(value: Any, changed: dict[str, str]) -> Any:  # whatever the tree holds
    if isinstance(value, str):
        return changed.get(value, value)
    if isinstance(value, tuple):
        return _tuple(value, [_changed(one, changed) for one in value])
    if not is_dataclass(value) or isinstance(value, type):
        return value
    parts = {}
    for name in _names(type(value)):
        before = getattr(value, name)
        place = name in _PLACES and isinstance(before, str)
        after = before if place else _changed(before, changed)
        if after is not before:
            parts[name] = after
    return replace(value, **parts) if parts else value


def _tuple(before: tuple[Any, ...], after: list[Any]) -> tuple[Any, ...]:
    if all(one is other for one, other in zip(before, after, strict=True)):
        return before
    # A named tuple takes its parts one by one.
    return type(before)(*after) if hasattr(before, "_fields") else tuple(after)
