"""
JSON read as a type, from any thread.

msgspec (0.22) learns what a type consists of when it is first read, and enters it where other threads see it
before the last field is known: a thread that reads the same type in that moment follows a null pointer,
and the process ends with a segmentation fault. Here one thread learns at a time, and nobody reads a type
that is not learnt whole. `msgspec.json.decode` with a type and `msgspec.convert` are called nowhere else.
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

_Kind = TypeVar("_Kind")
_LEARNING = threading.Lock()
_learnt: dict[Any, msgspec.json.Decoder[Any]] = {}  # by type, or what typing makes of types


def decode(document: bytes | bytearray | str, kind: type[_Kind]) -> _Kind:
    """
    Return a JSON document as *kind*.

    Raises:
        msgspec.DecodeError: If it is no JSON, or says something else (`msgspec.ValidationError`).
    """
    read: _Kind = _decoder(kind).decode(document)
    return read


def convert(value: object, kind: type[_Kind]) -> _Kind:
    """
    Return dicts, lists and plain values as *kind*.

    Raises:
        msgspec.ValidationError: If they say something else.
    """
    _decoder(kind)
    return msgspec.convert(value, kind)


def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    found = _learnt.get(kind)
    if found is None:
        with _LEARNING:
            found = _learnt.get(kind) or msgspec.json.Decoder(kind)
            _learnt[kind] = found
    return found
