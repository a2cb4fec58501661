"""What the values of a line of named fields are for: its stamp, its message, its names, or nothing that decides."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from paicha.kernel.kept_values import Attribute, Column, Kept, kept_of
from paicha.kernel.line_formats import HEAD, FieldFormat
from paicha.kernel.named_places import NamedValue
from paicha.kernel.parsed_line import ATTRIBUTE_NAMES, STREAM, ParsedLine, put, uncoloured

#: Fields whose values sums depend on; others are attributes.
_DECIDE = frozenset(
    (
        "time",
        "level",
        "pri",
        "body",
        "error",
        "file",
        "logger",
        "service",
        "pod",
        "host",
        "area",
        "zone",
    )
) | {"stream", "partial"}
#: Fields of names that are read where they stand, in the order of a lesson.
_NAMES = ("logger", "file", "service", "pod", "host")
#: Numbers that may be a time; with a fraction they are read as Python rounds and writes them.
_EPOCH = re.compile(r"[0-9]{1,20}|[0-9]{1,10}\.[0-9]{1,9}")
#: What may be escaped in a message.
_ESCAPED = re.compile(r'\\(?:["\\/tnr]|u[0-9A-Fa-f]{4})')
#: What controls something or ends a line, but for ends of lines in a message; half a character.
_NO_MESSAGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NO_WRAPPED = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
#: What streams of containers are told by beside what was written to.
_STREAMS = frozenset(STREAM) - {"log.iostream"}

Span = tuple[int, int]


class Said(NamedTuple):
    """What a line says beside its time and its message."""

    level: str
    module: str
    service: str
    host: str
    address: str


class Lesson(NamedTuple):
    """
    How lines like one are read; stretches in bytes.

    Lines like it have the same names in the same order, and the same values beside those given here.

    Args:
        format: The name of its format.
        severity: Its severity.
        said: What it says.
        names: Where logger, file, service, pod and host stand, if they are read from each line.
        time: Where the stamp stands; None: that of the line around it counts.
        body: Where the message stands; None: the line is its own.
        error: Where what went wrong stands, which belongs to the message.
        free: Where values stand that decide nothing.
        absent: Texts of which none may stand in a line: it might be of another format.
        stream: The stream of a container whose line it is around; None: it is around none.
        kept: What they say beside what is counted; None: only Python tells.
        may_be_listed: Whether a line may hold several such in a list, which stands in this one with the only item.
        told: Where what tells its format ends; of a line that is longer than a pattern sees that must stand in what one sees.
    """

    format: str
    severity: int
    said: Said
    names: tuple[Span | None, ...]
    time: Span | None
    body: Span | None
    error: Span | None
    free: list[Span]
    absent: list[str]
    stream: str | None
    kept: Kept[Span] | None
    may_be_listed: bool = False
    told: int = 0


class Untaught(Exception):
    """Nothing can be said of lines like this one."""


def told_of(
    line: str,
    parsed: ParsedLine,
    named: tuple[FieldFormat, Mapping[str, object] | None, Sequence[NamedValue]],
    others: tuple[list[str], set[str]],
    *,
    inside: bool,
) -> Lesson:
    """
    Return how lines like one are read.

    Args:
        line: The line.
        parsed: What it says.
        named: Its format, the values it names, and where they stand.
        others: What lines of formats asked before hold, and the names of values that these are told by.
        inside: Whether it stands inside another.
    """
    form, values, found = named
    absent, told = others
    paths = [one.path for one in found if not one.listed]
    if values is None or form.format.says or len(paths) != len(set(paths)):
        raise Untaught
    if form.format.wraps and any(ATTRIBUTE_NAMES.get(one, one) in _STREAMS for one in values):
        raise Untaught  # its streams have names that stand elsewhere
    asked = dict(form.asked(values))
    roles = Counter(path for paths in asked.values() for path in paths)
    if max(roles.values(), default=0) > 1:
        raise Untaught  # what one field may leave free, another may decide by
    read = _message(form, values, found, parsed, line)
    try:
        read["time"] = _time(form, values, found, parsed, line)
    except Untaught:
        if not inside or read["body"] is None:
            raise
        asked.pop("time", None)  # that of the line around it counts, or Python's
    for name in _named(form, values, parsed):
        read[name] = _name(name, _text_at(form.taken(values, name), found), parsed, line)
    if parsed.code_file_path:
        asked.pop("logger", None)  # a file is the module
    if form.taken(values, "service"):
        asked.pop("pod", None)  # no workload is asked for
    free = _free(found, asked, read, told)
    kept = kept_of(form, values, found, parsed, _DECIDE & set(asked))
    place = _places_of(line)
    spans = {name: None if one is None else place(one) for name, one in read.items()}
    return Lesson(
        parsed.format,
        parsed.severity_number,
        _said(parsed),
        tuple(map(spans.get, _NAMES)),
        spans.get("time"),
        spans["body"],
        spans["error"],
        [place(one) for one in free],
        absent,
        stream_of(parsed) if form.format.wraps else None,
        None if kept is None else _placed(kept, place),
        told=len(line[: _told_until(form, found, told, line)].encode()),
    )


def _told_until(
    form: FieldFormat, found: Sequence[NamedValue], told: Collection[str], line: str
) -> int:
    """Return where what tells the format of a line ends, and that it is of no format asked before."""
    # Rows are told by the line above them.
    gate = 0 if form.format.kind == "csv" else form.told_until(line)
    telling = (one.end + 1 for one in found if one.path.rpartition(".")[2] in told)
    end = max((gate, *telling))
    if end > HEAD < len(line):
        raise Untaught
    return end


def _placed(kept: Kept[NamedValue], place: Callable[[NamedValue], Span]) -> Kept[Span]:
    """Return the same with the places of values in bytes."""
    return Kept(
        [Column(place(one.place), one.name, one.must_say) for one in kept.columns],
        [
            Attribute(
                one.name,
                one.is_text,
                one.must_say,
                [(text, None if leaf is None else place(leaf)) for text, leaf in one.parts],
            )
            for one in kept.attributes
        ],
    )


def stream_of(parsed: ParsedLine) -> str:
    """Return the stream that a container's line is of, as it is joined by; most name no more than that."""
    stream, *others = (str(parsed.attributes.get(name, "")) for name in STREAM)
    if not parsed.service_name and not any(others):
        return stream
    return "/".join(("", parsed.service_name, stream, *others))


def _free(
    found: Sequence[NamedValue],
    asked: Mapping[str, Sequence[str]],
    read: Mapping[str, NamedValue | None],
    told: Collection[str],
) -> list[NamedValue]:
    """Return the values that decide nothing: not asked for, or behind the one that is taken."""
    decide = {
        path
        for name, paths in asked.items()
        if name in _DECIDE
        for path in _before(paths, read.get(name))
    }
    known = [one for one in read.values() if one is not None]
    telling = [one for one in found if one.path.rpartition(".")[2] in told]
    if any(one in known for one in telling):
        raise Untaught
    return [
        one
        for one in found
        if one not in known and one not in telling and not _is_part(one.path, decide)
    ]


def _before(paths: Sequence[str], chosen: NamedValue | None) -> Sequence[str]:
    """Return those paths that are looked at and not taken."""
    return paths if chosen is None else paths[: list(paths).index(chosen.path)]


def _time(
    form: FieldFormat,
    values: Mapping[str, object],
    found: Sequence[NamedValue],
    parsed: ParsedLine,
    line: str,
) -> NamedValue:
    """Return the value that is the time: the first that is looked at."""
    path = form.first_time(values)
    for one in found:
        if one.path == path and not one.listed:
            text = line[one.start : one.end]
            plain = "\\" not in text and (one.quoted or _EPOCH.fullmatch(text))
            if plain and form.micros(text) == parsed.timestamp_us:
                return one
    raise Untaught


def _message(
    form: FieldFormat,
    values: Mapping[str, object],
    found: Sequence[NamedValue],
    parsed: ParsedLine,
    line: str,
) -> dict[str, NamedValue | None]:
    """Return the values that are the message and what went wrong, if both together are what a line says."""
    body, error = (_text_at(form.taken(values, name), found) for name in ("body", "error"))
    if not form.taken(values, "body") and parsed.body == line:
        return {"body": None, "error": None}
    if body is None:
        raise Untaught
    kind = "wrapped" if form.format.wraps else form.format.kind
    places = {"body": body, "error": error}
    told = [
        _unescaped(line[one.start : one.end], kind, name)
        for name, one in places.items()
        if one is not None
    ]
    between = "\n" if "\n" in told[-1] else " error="
    if between.join(told) != parsed.body:
        raise Untaught
    return places


def _text_at(path: str, found: Sequence[NamedValue]) -> NamedValue | None:
    """Return the text that stands at a place; None: nothing, or no text."""
    for one in found:
        if one.path == path and one.quoted and not one.listed:
            return one
    return None


def _unescaped(text: str, kind: str, name: str) -> str:
    """Return what a value of a field says, where nothing that is escaped in it ends a line or controls something."""
    if kind == "csv":
        said = text.replace('""', '"')
        plain = bool(said)
    elif kind == "properties":
        said, plain = text, bool(text)
    elif kind == "logfmt":
        said = text.replace('\\"', '"')
        plain = "\\n" not in said
    else:
        text = _without_ends(text)
        said = json.loads(f'"{text}"')
        said = uncoloured(said) if name == "body" else said
        unread = _NO_WRAPPED if kind == "wrapped" else _NO_MESSAGE
        plain = bool(said) and "\\" not in _ESCAPED.sub("", text) and not unread.search(said)
    if not plain:
        raise Untaught
    return said


def _without_ends(text: str) -> str:
    """Return a text of JSON without the ends of lines behind it, in one pass: there may be very many."""
    end = len(text)
    while text.endswith(("\\n", "\\r"), 0, end):
        escapes = end - 1
        while escapes and text[escapes - 1] == "\\":
            escapes -= 1
        if (end - 1 - escapes) % 2 == 0:
            break
        end -= 2
    return text[:end]


def _said(parsed: ParsedLine) -> Said:
    return Said(
        parsed.severity_text,
        parsed.code_file_path or parsed.scope_name,
        parsed.service_name,
        parsed.host_ip or parsed.host_id,
        parsed.host_ip,
    )


def _named(form: FieldFormat, values: Mapping[str, object], parsed: ParsedLine) -> tuple[str, ...]:
    """Return the fields that module, service and host of a line are read from."""
    module = "file" if parsed.code_file_path else "logger"
    return module, "service" if form.taken(values, "service") else "pod", "host"


def _name(name: str, value: NamedValue | None, parsed: ParsedLine, line: str) -> NamedValue | None:
    """Return the value of a field that alone says what a line says of it; None: it does not."""
    if value is None:
        return None
    text = line[value.start : value.end]
    alone = ParsedLine(parsed.format)
    put(alone, name, text)
    is_plain = text and text == text.strip() and "\\" not in text and not text.startswith("[")
    said = [_said_of(name, one) for one in (alone, parsed)]
    return value if is_plain and said[0] == said[1] else None


def _said_of(name: str, parsed: ParsedLine) -> tuple[str, ...]:
    """Return what a line says where a field is put."""
    if name == "host":
        return parsed.host_ip, parsed.host_id
    if name in ("service", "pod"):
        return (parsed.service_name,)
    return parsed.code_file_path, parsed.scope_name if name == "logger" else ""


def _is_part(path: str, of: Collection[str]) -> bool:
    """Whether a value is one of some, or stands inside one."""
    parts = path.split(".")
    return any(".".join(parts[:n]) in of for n in range(1, len(parts) + 1))


def _places_of(line: str) -> Callable[[NamedValue], Span]:
    """Return what turns places of characters into those of bytes."""
    if line.isascii():
        return lambda value: (value.start, value.end)

    def place(value: NamedValue) -> Span:
        start = len(line[: value.start].encode())
        return start, start + len(line[value.start : value.end].encode())

    return place
