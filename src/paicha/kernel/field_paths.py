"""Values inside values by their dotted paths: one, those that are used, and what is left without them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping


def parts_used(values: Mapping[str, object], used: Iterable[str]) -> dict[str, set[str]]:
    """
    Return the paths of what is used inside each of some values.

    Example:
        >>> parts_used({"log": {"level": "INFO"}, "a.b": 1}, ["log.level", "a.b"])
        {'log': {'level'}}
    """
    inside: dict[str, set[str]] = {}
    for path in used:
        if path not in values:
            head, _, rest = path.partition(".")
            inside.setdefault(head, set()).add(rest)
    return inside


def without_parts(value: Mapping[str, object], used: Collection[str]) -> dict[str, object]:
    """
    Return an object without what is used of it; an object inside that says nothing else is left out with it.

    Example:
        >>> without_parts({"level": "INFO", "origin": {"file": "a.py"}, "logger": "a"}, ["level", "origin.file"])
        {'logger': 'a'}
    """
    inside, kept = parts_used(value, used), dict[str, object]()
    for name, one in value.items():
        if name in used:
            continue
        if name not in inside or not isinstance(one, Mapping):
            kept[name] = one
        elif rest := without_parts(one, inside[name]):
            kept[name] = rest
    return kept


def find_value(values: Mapping[str, object], path: str) -> object:
    """Return the value at a dotted path, a key that holds the dots itself first: of the object, and of those in it."""
    if path in values:
        return values[path]
    head, dot, rest = path.partition(".")
    below = values.get(head) if dot else None
    return find_value(below, rest) if isinstance(below, Mapping) else None
