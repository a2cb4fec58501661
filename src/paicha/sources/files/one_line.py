"""
Files whose records are no lines: an array of JSON on one line or indented, events in XML on one line, documents of JSON
that list them.

Programs write such files; a reader of lines would take each for one record of many megabytes, or each of its
lines for one. Here every record becomes a `Line` of its own, with its place in the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator

#: What such a file begins with; it is judged by this much. [bytes]
_HEAD = 4096
_ARRAY = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{")
_EVENTS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<Events>\s*)?<Event[ >]"
)
_EVENT = re.compile(rb"<Event[ >]")
_EVENT_END = b"</Event>"
#: What a document that is nothing but a list says behind that.
_SAID = rb'"(?:apiVersion|kind|metadata|next\w{0,20}Token)"\s*:\s*(?:"[^"\\]{0,2000}"|null|\{[^{}\[\]]{0,1000}\})'
#: Up to the first item: lists of Kubernetes (`kubectl get -o json` and `--raw`), files of CloudTrail and of Azure,
#: what `aws logs` prints.
_OPENED = rb"".join(
    (
        rb"\{\s*(?:",
        rb'(?:"(?:apiVersion|kind)"\s*:\s*"[\w./-]{1,60}"\s*,\s*(?:"metadata"\s*:\s*\{[^{}\[\]]{0,1000}\}\s*,\s*)?){1,2}"items"',
        rb'|"(?:Records|records|events)"',
        rb")\s*:\s*\[\s*(?=\{)",
    )
)
# Blanks are never given back: of many of them each would be tried as the last.
_CLOSED = rb"\s*+\]\s*+(?:,\s*+" + _SAID + rb"\s*+){0,8}\}\s*+"
_LIST = re.compile(rb"(?:\xef\xbb\xbf)?\s*" + _OPENED)
#: From one item to the next, maybe of the next document.
_NEXT = re.compile(rb"\s*+,\s*+(?=\{)|" + _CLOSED + rb",?\s*+" + _OPENED)
_SAYS_MORE = re.compile(rb"\s*\]\s*,")
_IS_CLOSED = re.compile(_CLOSED)
#: What may stand behind the last record.
_REST = re.compile(rb"[\s,\]]*(?:</Events>\s*)?|" + _CLOSED)
#: What decides where an object ends: whole strings (or one that a piece cuts off), braces.
_STEP = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[{}]', re.DOTALL)
#: An object that is longer is no record; it is handed on in pieces as it is. [bytes]
_LONGEST = 1 << 22


_Places = Callable[[bytes], Iterator[tuple[int, int]]]


def pieces(chunks: Iterable[bytes], places: _Places) -> Iterator[tuple[int, int, bytes]]:
    """
    Yield ``(offset, line, record)`` of a file's bytes, in bounded memory; lines count from 1.

    What stands between records, a comma or a bracket, belongs to none; what is no record at the end is handed on.

    Args:
        chunks: The file's bytes.
        places: Where the whole records of some bytes begin and end.

    Example:
        >>> list(pieces([b'[{"a": "}"}, {', b'"b": 2}]'], objects))
        [(1, 1, b'{"a": "}"}'), (13, 1, b'{"b": 2}')]
    """
    offset, line, rest = 0, 1, b""
    for chunk in chunks:
        rest += chunk
        used = 0
        for start, stop in places(rest):
            line += rest.count(b"\n", used, start)
            yield offset + start, line, rest[start:stop]
            line += rest.count(b"\n", start, stop)
            used = stop
        if not used and len(rest) > _LONGEST:
            yield offset, line, rest
            line, used = line + rest.count(b"\n"), len(rest)
        offset, rest = offset + used, rest[used:]
    if _REST.fullmatch(rest) is None:
        yield offset, line, rest


def places_of(sample: bytes) -> _Places | None:
    """Return what finds the records of a file that begins like *sample*; None where its records are lines."""
    head = sample[:_HEAD]
    if _ARRAY.match(head) and (_holds_two_objects(sample) or _holds_a_written_out_object(sample)):
        return objects
    if _LIST.match(head) and _is_all_list(sample):
        return _items
    if _EVENTS.match(head) and _holds_two_events(sample):
        return _events
    return None


def _events(text: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the whole events of *text* begin and end."""
    stop = 0
    while (begun := _EVENT.search(text, stop)) is not None:
        end = text.find(_EVENT_END, begun.end())
        if end < 0:
            return  # nor does any other that begins behind it
        stop = end + len(_EVENT_END)
        yield begun.start(), stop


def _items(text: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the whole items of lists begin and end; *text* is their beginning, or what follows an item."""
    opened = _LIST.match(text) or _NEXT.match(text)
    while opened is not None:
        begin = opened.end()
        found = next(objects(text, begin), None)
        if found is None:
            return
        yield found
        opened = _NEXT.match(text, found[1])


def objects(text: bytes, begin: int = 0) -> Iterator[tuple[int, int]]:
    """Yield where the whole objects of *text*, from a place on, begin and end."""
    depth = start = 0
    for found in _STEP.finditer(text, begin):
        sign = text[found.start()]
        if sign == 0x7B:
            start = start if depth else found.start()
            depth += 1
        elif sign == 0x7D and depth:  # one that closes nothing ends nothing
            depth -= 1
            if not depth:
                yield start, found.end()


def _is_all_list(sample: bytes) -> bool:
    """Return whether the first list, if it ends in the sample, is all that its document says."""
    end = max((stop for _, stop in _items(sample)), default=0)
    return _SAYS_MORE.match(sample, end) is None or _IS_CLOSED.match(sample, end) is not None


def _holds_two_objects(sample: bytes) -> bool:
    """Return whether the first two objects stand on one line."""
    places = objects(sample)
    first, second = next(places, None), next(places, None)
    return first is not None and second is not None and b"\n" not in sample[first[0] : second[1]]


def _holds_a_written_out_object(sample: bytes) -> bool:
    """Return whether the first object takes several lines, as `jq` and programs that indent write them."""
    start, stop = next(objects(sample), (0, 0))
    if b"\n" not in sample[start:stop]:
        return False
    try:
        json.loads(sample[start:stop])
    except ValueError:  # terms of Erlang, code
        return False
    return True


def _holds_two_events(sample: bytes) -> bool:
    """Return whether the second event begins on the line where the first one ends."""
    end = sample.find(_EVENT_END)
    behind = sample[end + len(_EVENT_END) :].lstrip(b" \t")
    return end >= 0 and behind.startswith(b"<Event")
