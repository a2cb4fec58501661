"""
Lines of one record that a shipper sent as records of their own: a stack trace comes as twenty rows.

A store keeps what it was sent. Where rows say which file or container they were read from, those without a level that
read like part of a stack trace go on with the row before them in that stream, as the lines of a container's log do in a
file. Rows of programs that write to a store themselves name no such place, and are left alone.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.levels import WARN
from paicha.kernel.parsed_line import ParsedLine, object_as_json
from paicha.kernel.stacks import StackReader
from paicha.model.schema import RECORDS
from paicha.values import dataclass

#: How many further rows, and how much text, join one record; the rest is counted.
_ROWS = 500
_CHARACTERS = 1 << 16
#: What names the file or the container that a row was read from, as the last parts of an attribute's name.
_PLACES = frozenset(
    {
        *("log.file.path", "log.file.name", "file.path", "docker_id", "container.id"),
        *("k8s.pod.name", "kubernetes.pod.name", "kubernetes.pod_name", "k8s.container.name"),
        *("k8s_pod_name", "pod_name", "pod", "__ext.container_id", "_STREAM_ID"),
    }
)
#: What tells apart what one container writes; by itself it names no place.
_WITHIN = frozenset({"stream", "log.iostream", "iostream"})
#: Where in its file a row stood.
_OFFSETS = ("log.offset", "log.file.offset", "offset")
_PREFIXES = ("ResourceAttributes.", "LogAttributes.", "resource.attributes.", "attributes.")
#: What ends a message that went over lines, and a frame that Ruby's logger prints with a header of its own.
_CLOSING = re.compile(r"[)\]}>]{1,4}[:;,.]?$")
_LEVELLED_FRAME = re.compile(
    r"(?:[\w.-]{1,80} \([\w.-]{1,40}\) )?[\w@./-]{1,300}\.(?:rb|erb|rake|ru):\d{1,7}:in "
)
#: The columns that what follows may tell anew.
_TOLD = ("body", "severity_number", "severity_text", "scope_name", "attributes")
#: Reads a whole record as a line of a file is read; None: no format fits.
Read = Callable[[str], ParsedLine | None]


@dataclass(slots=True)
class _Head:
    """A record that rows may go on with."""

    row: int
    level: int
    in_trace: bool
    is_blank: bool  # and so is all that followed
    parts: list[str] = field(default_factory=list)
    size: int = 0
    left_out: int = 0

    def add(self, text: str) -> None:
        """Take a row that goes on with it, or count it where there is no room."""
        self.is_blank = self.is_blank and not text.strip()
        full = len(self.parts) >= _ROWS or self.size + len(text) > _CHARACTERS
        if full or self.left_out:
            self.left_out += 1
            return
        self.parts.append(text)
        self.size += len(text)


def joined_rows(records: pa.Table, stacks: StackReader, read: Read | None = None) -> pa.Table:
    """
    Return *records* of one source with rows that go on with others joined to these, which keep time and locator.

    Rows of one stream are taken in order of time, then of their offset in the file, then as they were read.

    Args:
        records: `RECORDS`, all of a reading: of half a trace the other half would be records.
        stacks: Tells what reads like part of a stack trace.
        read: Reads records again whose first line said no level: one over two lines (.NET's console) does as a whole.
    """
    bodies, levels = records["body"].to_pylist(), records["severity_number"].to_pylist()
    rows = zip(bodies, levels, strict=True)
    if not any(_may_follow(text, stacks) if level == 0 else _frames(text) for text, level in rows):
        return records
    records = records.combine_chunks()
    services = records["service_name"].to_pylist()
    gone: set[int] = set()
    heads: list[_Head] = []
    for stream, blank in _streams(records):
        open_heads: dict[str, _Head] = {}  # by service: containers of one pod may share a place
        for row in stream:
            text, level, service = "" if row in blank else bodies[row], levels[row], services[row]
            head = open_heads.get(service)
            if head is not None and _follows(head, text, level, stacks):
                head.add(text)
                gone.add(row)
                continue
            opens = level == 0 and stacks.opens(text)
            made = _Head(row, level, opens, not text.strip())
            heads.append(made)
            # What a line says of its service, the lines below it do not.
            open_heads[service] = open_heads[""] = made
    if not gone:
        return records
    return _changed(records, bodies, [head for head in heads if head.parts], gone, (stacks, read))


def _may_follow(text: str, stacks: StackReader) -> bool:
    return stacks.continues(text, in_trace=False) or stacks.opens(text)


def _frames(text: str) -> bool:
    return _LEVELLED_FRAME.match(text) is not None


def _follows(head: _Head, text: str, level: int, stacks: StackReader) -> bool:
    if level:
        # Rails prints what was raised between blanks, and each frame, at the level of the failure.
        same = level == head.level and level >= WARN
        return same and (head.is_blank or not text.strip() or _frames(text))
    if not text.strip() or _CLOSING.match(text):
        return head.in_trace
    # Below a record of no failure an exception is news of its own.
    fails = head.level == 0 or head.level >= WARN
    head.in_trace = stacks.continues(text, in_trace=head.in_trace) or (fails and stacks.opens(text))
    return head.in_trace


def _streams(records: pa.Table) -> Iterator[tuple[Sequence[int], set[int]]]:
    """Yield the rows of each stream in order, with those that say nothing; those without a time or a place are in none."""
    named = pc.dictionary_encode(records["attributes"].combine_chunks())
    places = [_place_of(words) for words in named.dictionary.to_pylist()]
    which = named.indices.to_pylist()
    bodies = records["body"].to_pylist()
    times = records["timestamp"].cast(pa.int64()).to_pylist()
    hosts = zip(records["host_ip"].to_pylist(), records["host_id"].to_pylist(), strict=True)
    rows: dict[object, list[tuple[int, int, int]]] = defaultdict(list)
    blank: set[int] = set()
    for row, (at, host) in enumerate(zip(times, hosts, strict=True)):
        place, offset = places[which[row]]
        if place and at is not None:
            rows[host, place].append((at, offset, row))
            # A row without a message is told as all that it says.
            if bodies[row].startswith("{") and _place_of(bodies[row])[0] == place:
                blank.add(row)
    for stream in rows.values():
        stream.sort()
        yield [row for _, _, row in stream], blank


def _place_of(attributes: str) -> tuple[tuple[str, ...], int]:
    """Return what names the place that a row was read from, empty: nothing, and where it stood there."""
    if not attributes:
        return (), 0
    try:
        known = json.loads(attributes)
    except ValueError:  # a message that only begins like an object
        return (), 0
    said = {_short(name): value for name, value in known.items()}
    named = sorted(name for name in said if name in _PLACES)
    if not named:
        return (), 0
    within = sorted(name for name in said if name in _WITHIN)
    offset = next((said[name] for name in _OFFSETS if name in said), 0)
    where = str(offset)
    at = int(where) if where.isascii() and where.isdigit() else 0
    return tuple(f"{name}={said[name]}" for name in (*named, *within)), at


def _short(name: str) -> str:
    for prefix in _PREFIXES:
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return "docker_id" if name.endswith(".docker_id") else name


def _changed(
    records: pa.Table,
    bodies: list[str],
    heads: Sequence[_Head],
    gone: set[int],
    readers: tuple[StackReader, Read | None],
) -> pa.Table:
    stacks, read = readers
    columns = {name: records[name].to_pylist() for name in _TOLD}
    columns["body"] = bodies
    for head in heads:
        row = head.row
        more = f"\n[+{head.left_out}]" if head.left_out else ""
        body = "\n".join([bodies[row], *head.parts]).strip("\n").rstrip() + more
        attributes = stacks.read(body)
        parsed = read(body) if read is not None and head.level == 0 else None
        if parsed is not None and parsed.severity_number:
            body = parsed.body
            columns["severity_number"][row] = parsed.severity_number
            columns["severity_text"][row] = parsed.severity_text
            columns["scope_name"][row] = columns["scope_name"][row] or parsed.scope_name
            attributes = {**parsed.attributes, **attributes}
        bodies[row] = body
        if attributes:
            known = json.loads(columns["attributes"][row] or "{}")
            columns["attributes"][row] = object_as_json({**attributes, **known})
    for name, values in columns.items():
        at = RECORDS.get_field_index(name)
        records = records.set_column(at, RECORDS[at], pa.array(values, RECORDS[at].type))
    return records.filter(pa.array([row not in gone for row in range(records.num_rows)]))
