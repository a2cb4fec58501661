"""
Files whose records all stand on one line: an array of JSON, events in XML one behind the other.

Programs write such files; a reader of lines would take each for one record of many megabytes. Here every
record becomes a `Line` of its own, with its place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

#: What such a file begins with; it is judged by this much. [bytes]
_HEAD = 4096
_ARRAY = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{")
_EVENTS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<Events>\s*)?<Event[ >]"
)
_EVENT = re.compile(rb"<Event[ >].*?</Event>", re.DOTALL)
_EVENT_END = b"</Event>"
#: What may stand behind the last record.
_REST = re.compile(rb"[\s,\]]*(?:</Events>\s*)?")
#: What decides where an object ends: whole strings (or one that a piece cuts off), braces.
_STEP = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[{}]', re.DOTALL)
#: An object that is longer is no record; it is handed on in pieces as it is. [bytes]
_LONGEST = 1 << 22


_Places = Callable[[bytes], Iterator[tuple[int, int]]]


def pieces(chunks: Iterable[bytes], places: _Places) -> Iterator[tuple[int, bytes]]:
    """
    Yield ``(offset, record)`` of a file's bytes, in bounded memory.

    What stands between records, a comma or a bracket, belongs to none; what is no record at the end is handed on.

    Args:
        chunks: The file's bytes.
        places: Where the whole records of some bytes begin and end.

    Example:
        >>> list(pieces([b'[{"a": "}"}, {', b'"b": 2}]'], objects))
        [(1, b'{"a": "}"}'), (13, b'{"b": 2}')]
    """
    offset, rest = 0, b""
    for chunk in chunks:
        rest += chunk
        used = 0
        for start, stop in places(rest):
            yield offset + start, rest[start:stop]
            used = stop
        if not used and len(rest) > _LONGEST:
            yield offset, rest
            used = len(rest)
        offset, rest = offset + used, rest[used:]
    if _REST.fullmatch(rest) is None:
        yield offset, rest


def places_of(sample: bytes) -> _Places | None:
    """Return what finds the records of a file that begins like *sample*; None where its records are lines."""
    head = sample[:_HEAD]
    if _ARRAY.match(head) and _holds_two_objects(sample):
        return objects
    if _EVENTS.match(head) and _holds_two_events(sample):
        return _events
    return None


def _events(text: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the whole events of *text* begin and end."""
    return (found.span() for found in _EVENT.finditer(text))


def objects(text: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the whole objects of *text* begin and end."""
    depth = start = 0
    for found in _STEP.finditer(text):
        sign = text[found.start()]
        if sign == 0x7B:
            start = start if depth else found.start()
            depth += 1
        elif sign == 0x7D:
            depth = max(depth - 1, 0)
            if not depth:
                yield start, found.end()


def _holds_two_objects(sample: bytes) -> bool:
    """Return whether the first two objects stand on one line."""
    places = objects(sample)
    first, second = next(places, None), next(places, None)
    return first is not None and second is not None and b"\n" not in sample[first[0] : second[1]]


def _holds_two_events(sample: bytes) -> bool:
    """Return whether the second event begins on the line where the first one ends."""
    end = sample.find(_EVENT_END)
    behind = sample[end + len(_EVENT_END) :].lstrip(b" \t")
    return end >= 0 and behind.startswith(b"<Event")
