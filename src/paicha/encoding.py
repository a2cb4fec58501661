"""
A tree of frozen values written as JSON, piece by piece.

The findings of 20,000 problems are 90 MB of JSON; written at once they are in memory several times.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

_INDENT = 2


def larger(pieces: Iterable[bytes], least: int) -> Iterator[bytes]:
    """Yield whole pieces joined to at least so many bytes, the last to what is left; none is cut."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= least:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def written(tree: object, *, pretty: bool = False) -> Iterator[bytes]:
    """
    Yield a dataclass as JSON in UTF-8: keys in the order of the types, long members item by item.

    Joined, the pieces are what `msgspec.json.encode` gives; where *pretty* with sorted keys of dicts, and formatted.

    Args:
        tree: An instance of a dataclass with at least one field; its members may be any values of the model.
        pretty: Whether it is written for readers, indented.
    """
    begin, item, end = (_line(1), _line(2), _line(0)) if pretty else (b"", b"", b"")
    colon = b": " if pretty else b":"
    lead = b"{"
    for name, value in _members(tree):
        yield lead + begin + msgspec.json.encode(name) + colon
        lead = b","
        if not isinstance(value, tuple) or not value:
            yield _encoded(value, 1 if pretty else None)
            continue
        before = b"["
        for one in value:
            yield before + item + _encoded(one, 2 if pretty else None)
            before = b","
        yield begin + b"]"
    yield end + b"}"


def _members(tree: Any) -> Iterator[tuple[str, object]]:
    return ((field.name, getattr(tree, field.name)) for field in dataclasses.fields(tree))


def _encoded(value: object, depth: int | None) -> bytes:
    """Return one value, *depth* levels deep; None: without blanks."""
    try:
        plain = msgspec.json.encode(value, order=None if depth is None else "deterministic")
    except UnicodeEncodeError:  # a file name of bytes that are no text
        # Keys of dicts are sorted here, for afterwards a dataclass is a dict too.
        built = msgspec.to_builtins(value, order=None if depth is None else "deterministic")
        plain = msgspec.json.encode(_readable(built))
    if depth is None:
        return plain
    # A line's end inside a string is an escape, so those here are all between strings.
    return msgspec.json.format(plain, indent=_INDENT).replace(b"\n", _line(depth))


def _line(depth: int) -> bytes:
    return b"\n" + b" " * (_INDENT * depth)


def _readable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _readable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_readable(item) for item in value]
    return value
