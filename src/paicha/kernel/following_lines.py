"""
Lines of one record that a shipper sent as records of their own: a stack trace comes as twenty rows.

A store keeps what it was sent. Where rows say which file or container they were read from, those without a level that
read like part of a stack trace go on with the row before them in that stream, as the lines of a container's log do in a
file. Rows of programs that write to a store themselves name no such place, and are left alone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import field

import pyarrow as pa
import pyarrow.compute as pc

from paicha.kernel.levels import WARN
from paicha.kernel.parsed_line import object_as_json
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
_BODY, _ATTRIBUTES = RECORDS.get_field_index("body"), RECORDS.get_field_index("attributes")


@dataclass(slots=True)
class _Head:
    """A record that rows may go on with."""

    row: int
    in_trace: bool
    parts: list[str] = field(default_factory=list)
    size: int = 0
    left_out: int = 0

    def add(self, text: str) -> None:
        """Take a row that goes on with it, or count it where there is no room."""
        full = len(self.parts) >= _ROWS or self.size + len(text) > _CHARACTERS
        if full or self.left_out:
            self.left_out += 1
            return
        self.parts.append(text)
        self.size += len(text)


def joined_rows(records: pa.Table, stacks: StackReader) -> pa.Table:
    """
    Return *records* of one source with rows that go on with others joined to these, which keep time and locator.

    Rows of one stream are taken in order of time, then of their offset in the file, then as they were read.

    Args:
        records: `RECORDS`, all of a reading: of half a trace the other half would be records.
        stacks: Tells what reads like part of a stack trace.
    """
    unlevelled = pc.equal(records["severity_number"], 0).combine_chunks()
    may_follow = pc.filter(records["body"], unlevelled).to_pylist()
    if not any(_may_follow(text, stacks) for text in may_follow):
        return records
    records = records.combine_chunks()
    bodies, levels = records["body"].to_pylist(), records["severity_number"].to_pylist()
    services = records["service_name"].to_pylist()
    gone: set[int] = set()
    heads: list[_Head] = []
    for stream in _streams(records):
        open_heads: dict[str, _Head] = {}  # by service: containers of one pod may share a place
        for row in stream:
            text, service = bodies[row], services[row]
            head = open_heads.get(service) if levels[row] == 0 else None
            if head is not None and _follows(head, text, levels[head.row], stacks):
                head.add(text)
                gone.add(row)
                continue
            opens = levels[row] == 0 and stacks.opens(text)
            made = _Head(row, opens)
            heads.append(made)
            # What a line says of its service, the lines below it do not.
            open_heads[service] = open_heads[""] = made
    return _changed(records, bodies, [head for head in heads if head.parts], gone, stacks)


def _may_follow(text: str, stacks: StackReader) -> bool:
    return stacks.continues(text, in_trace=False) or stacks.opens(text)


def _follows(head: _Head, text: str, level: int, stacks: StackReader) -> bool:
    if not text.strip():
        return head.in_trace
    # Below a record of no failure an exception is news of its own.
    fails = level == 0 or level >= WARN
    head.in_trace = stacks.continues(text, in_trace=head.in_trace) or (fails and stacks.opens(text))
    return head.in_trace


def _streams(records: pa.Table) -> Iterator[Sequence[int]]:
    """Yield the rows of each stream in order; those without a time or a place are in none."""
    named = pc.dictionary_encode(records["attributes"].combine_chunks())
    places = [_place_of(words) for words in named.dictionary.to_pylist()]
    which = named.indices.to_pylist()
    times = records["timestamp"].cast(pa.int64()).to_pylist()
    hosts = zip(records["host_ip"].to_pylist(), records["host_id"].to_pylist(), strict=True)
    rows: dict[object, list[tuple[int, int, int]]] = defaultdict(list)
    for row, (at, host) in enumerate(zip(times, hosts, strict=True)):
        place, offset = places[which[row]]
        if place and at is not None:
            rows[host, place].append((at, offset, row))
    for stream in rows.values():
        stream.sort()
        yield [row for _, _, row in stream]


def _place_of(attributes: str) -> tuple[tuple[str, ...], int]:
    """Return what names the place that a row was read from, empty: nothing, and where it stood there."""
    if not attributes:
        return (), 0
    said = {_short(name): value for name, value in json.loads(attributes).items()}
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
    stacks: StackReader,
) -> pa.Table:
    if not gone:
        return records
    attributes = records["attributes"].to_pylist()
    for head in heads:
        more = f"\n[+{head.left_out}]" if head.left_out else ""
        body = "\n".join([bodies[head.row], *head.parts]).rstrip() + more
        bodies[head.row] = body
        told = stacks.read(body)
        if told:
            known = json.loads(attributes[head.row] or "{}")
            attributes[head.row] = object_as_json({**known, **told})
    records = records.set_column(_BODY, RECORDS[_BODY], pa.array(bodies, pa.string()))
    words = pa.array(attributes, pa.string())
    records = records.set_column(_ATTRIBUTES, RECORDS[_ATTRIBUTES], words)
    return records.filter(pa.array([row not in gone for row in range(records.num_rows)]))
