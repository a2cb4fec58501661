"""
What one line says, by the names of OpenTelemetry's log data model.

The fields that a format may name, in a pattern's groups or in its `fields`: ``time``, ``level``,
``pri`` (syslog priority), ``body``, ``file``, ``line``, ``logger``, ``host``, ``service``, ``pod``,
``area`` (the cloud area that an address is in, behind ``host``), ``trace``, ``span``, ``error``, ``zone`` (of the time), ``partial`` (P: more of the line follows); everything else becomes an attribute.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime
from functools import lru_cache

from paicha.kernel.levels import number_of
from paicha.kernel.times import from_micros
from paicha.values import dataclass

#: OpenTelemetry's names for what logs call thread, pid and so on.
ATTRIBUTE_NAMES = {
    "thread": "thread.name",
    "pid": "process.pid",
    "container": "k8s.container.name",
    "pod": "k8s.pod.name",
    "namespace": "k8s.namespace.name",
    "function": "code.function.name",
    "client": "client.address",
    "source_file": "log.file.name",
    "stream": "log.iostream",
}
#: What tells the streams of one file apart: what was written to, and by whom.
STREAM = ("log.iostream", "k8s.namespace.name", "k8s.pod.name", "k8s.container.name", "replica")
#: Severity of a syslog priority (RFC 5424, 6.2.1): its last three bits, by keyword.
_SYSLOG_KEYWORDS = ("EMERG", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG")
#: Characters of generated names: no vowels, no 0, 1, 3 (k8s.io/apimachinery/pkg/util/rand).
_GENERATED = "bcdfghjklmnpqrstvwxz2456789"
_DEPLOYMENT_POD = re.compile(rf"(.+)-[{_GENERATED}]{{6,10}}-[{_GENERATED}]{{5}}")
_DAEMON_POD = re.compile(rf"(.+)-[{_GENERATED}]{{5}}")
_STATEFUL_POD = re.compile(r"(.+)-\d{1,4}")
#: What an IP address looks like.
ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}")
#: A line of a file, and a syslog priority.
LINE_NUMBER = re.compile(r"\d{1,9}")


#: Writes a value as JSON with sorted keys, what JSON has no word for as its text.
as_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode
_quoted = json.encoder.encode_basestring


@dataclass(slots=True)
class ParsedLine:
    """What a line says. Empty text: nothing."""

    format: str
    timestamp_us: int | None = None
    severity_number: int = 0
    severity_text: str = ""
    body: str = ""
    service_name: str = ""
    host_ip: str = ""
    host_id: str = ""
    code_file_path: str = ""
    code_line_number: int | None = None
    scope_name: str = ""
    trace_id: str = ""
    span_id: str = ""
    attributes: dict[str, object] = field(default_factory=dict)
    time_assumed: bool = False  # the year or the day is not in the line
    unset: bool = (
        False  # its stamp is of a clock that was never set: no time, but a record of its own
    )
    opens: bool = False  # the first line of a record of several; what it says is not read yet
    partial: bool = False  # a piece of a line: more of it follows
    more: tuple[ParsedLine, ...] = ()  # further records of the same line

    @property
    def timestamp(self) -> datetime | None:
        """The moment in UTC."""
        return None if self.timestamp_us is None else from_micros(self.timestamp_us)

    @property
    def is_stamped(self) -> bool:
        """Whether it says when it was, though maybe by a clock that was never set."""
        return self.timestamp_us is not None or self.unset

    @property
    def attributes_json(self) -> str:
        """The attributes as a JSON object with sorted keys; empty when there are none."""
        return object_as_json(self.attributes) if self.attributes else ""


def object_as_json(values: Mapping[str, object]) -> str:
    r"""
    Return *values* as a JSON object with sorted keys, as `as_json` does.

    Attributes are nearly always texts: written one by one they take four tenths of the encoder's time (measured).

    Example:
        >>> object_as_json({"b": 'say "a"', "a": "好"}), object_as_json({"n": 1})
        ('{"a": "好", "b": "say \\"a\\""}', '{"n": 1}')
    """
    parts = []
    for name in sorted(values):
        value = values[name]
        if type(value) is not str:
            return as_json(values)
        parts.append(f"{_quoted(name)}: {_quoted(value)}")
    return "{" + ", ".join(parts) + "}"


def service_of_pod(pod: str) -> str:
    """
    Return the workload a pod belongs to: its name without the generated suffixes.

    Example:
        >>> service_of_pod("cart-api-6c9bd7f8d4-x2x9p"), service_of_pod("kafka-0")
        ('cart-api', 'kafka')
    """
    for shape in (_DEPLOYMENT_POD, _DAEMON_POD, _STATEFUL_POD):
        match = shape.fullmatch(pod)
        if match is not None:
            return match.group(1)
    return pod


def syslog_keyword(priority: str) -> str:
    """
    Return the severity of a syslog priority.

    Example:
        >>> syslog_keyword("34"), syslog_keyword("165")
        ('CRIT', 'NOTICE')
    """
    return _SYSLOG_KEYWORDS[int(priority) % 8]


def is_address(word: str) -> bool:
    """Return whether *word* is an IP address by its look."""
    return ADDRESS.fullmatch(word) is not None


def host_name(ip: str, cloud: str) -> str:
    """
    Return what a host is called where it is read: its address, with the cloud area before it where that is not 0.

    The same address in two areas is two machines; area 0 is the usual one. `bare_address` gives the address back.

    Example:
        >>> host_name("10.0.0.8", "0"), host_name("10.0.0.8", "3"), host_name("fd00::8", "3")
        ('10.0.0.8', '3:10.0.0.8', '3:[fd00::8]')
    """
    if not (cloud.isascii() and cloud.isdigit()) or not cloud.strip("0") or not is_address(ip):
        return ip
    return f"{cloud}:[{ip}]" if ":" in ip else f"{cloud}:{ip}"


_IN_AREA = re.compile(r"\d+:(?:\[([0-9a-fA-F:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3}))")


def bare_address(host: str) -> str:
    """
    Return the address of a host that is called by its cloud area as well; any other name as it is.

    Example:
        >>> bare_address("3:10.0.0.8"), bare_address("3:[fd00::8]"), bare_address("fd00::8"), bare_address("web-1")
        ('10.0.0.8', 'fd00::8', 'fd00::8', 'web-1')
    """
    found = _IN_AREA.fullmatch(host)
    return (found[1] or found[2]) if found else host


#: Addresses that no other machine knows a host by.
_NEAR = ("127.", "169.254.", "fe80:")


@lru_cache(maxsize=4096)
def main_address(words: str) -> str:
    """
    Return the one address that stands for a host which names several; *words* where they are no list of addresses.

    Beats and OpenTelemetry write every address of every interface (``host.ip``). The first that other machines
    could reach and that is written as four numbers is the one that metrics know it by.

    Example:
        >>> main_address('["fe80::1", "127.0.0.1", "10.0.0.8", "172.17.0.1"]'), main_address("web-1")
        ('10.0.0.8', 'web-1')
    """
    if not words.startswith("["):
        return words
    try:
        listed = [one for one in json.loads(words) if one != ""]
    except ValueError:
        return words
    addresses = [one for one in listed if isinstance(one, str) and is_address(one)]
    if not addresses or len(addresses) < len(listed):
        return words
    far = [one for one in addresses if one != "::1" and not one.startswith(_NEAR)] or addresses
    return next((one for one in far if ":" not in one), far[0])


#: Fields that are one column of the record.
_COLUMNS = {"body": "body", "logger": "scope_name"}
#: What a terminal is told: colours, and to clear a line.
COLOURS = r"\x1b\[[0-9;?]{0,20}[A-Za-z]"
_COLOURS, _COLOURS_OF_BYTES = re.compile(COLOURS), re.compile(COLOURS.encode())
FILE_AND_LINE = re.compile(r"([^\n]{1,1000}):(\d{1,7})")


def uncoloured(text: str) -> str:
    r"""
    Return *text* without the colours of a terminal, which JSON escapes.

    Example:
        >>> uncoloured("\x1b[31mlost\x1b[0m")
        'lost'
    """
    return _COLOURS.sub("", text) if "\x1b" in text else text


def uncoloured_bytes(raw: bytes) -> bytes:
    """Return the bytes of a line without them."""
    return _COLOURS_OF_BYTES.sub(b"", raw) if b"\x1b" in raw else raw


def put(parsed: ParsedLine, name: str, value: str) -> None:
    """Put one value other than time and level where it belongs."""
    column = _COLUMNS.get(name)
    if column is not None:
        setattr(parsed, column, uncoloured(value) if name == "body" else value.strip())
        return
    special = _SPECIAL.get(name)
    if special is not None:
        special(parsed, value)
    else:
        parsed.attributes[ATTRIBUTE_NAMES.get(name, name)] = value


def _put_file(parsed: ParsedLine, value: str) -> None:
    found = FILE_AND_LINE.fullmatch(value.strip())
    if found is None:
        parsed.code_file_path = value.strip()
    else:
        parsed.code_file_path, parsed.code_line_number = found.group(1), int(found.group(2))


def _put_line(parsed: ParsedLine, value: str) -> None:
    parsed.code_line_number = int(value) if LINE_NUMBER.fullmatch(value) else None


def _put_service(parsed: ParsedLine, value: str) -> None:
    parsed.service_name = value


def _put_pod(parsed: ParsedLine, value: str) -> None:
    parsed.attributes["k8s.pod.name"] = value
    parsed.service_name = parsed.service_name or service_of_pod(value)


def _put_host(parsed: ParsedLine, value: str) -> None:
    value = main_address(value)
    if is_address(value):
        parsed.host_ip = value
    else:
        parsed.host_id = value


def _put_area(parsed: ParsedLine, value: str) -> None:
    value = value.strip()
    named = host_name(parsed.host_ip, value)
    if named != parsed.host_ip:
        parsed.host_ip = named
    elif value.strip("0"):
        parsed.attributes["cloudId"] = value


def _put_trace(parsed: ParsedLine, value: str) -> None:
    parsed.trace_id = value if value.strip("0-") else ""


def _put_span(parsed: ParsedLine, value: str) -> None:
    parsed.span_id = value if value.strip("0-") else ""


def with_error(body: str, error: str) -> str:
    r"""
    Return a message with what went wrong, which often stands beside it in a field of its own.

    Of several lines it is a stack trace and reads like one.

    Example:
        >>> with_error("not saved", "disk full"), with_error("not saved", "E: full\n  at a.py")
        ('not saved error=disk full', 'not saved\nE: full\n  at a.py')
    """
    between = "\n" if "\n" in error else " error="
    return f"{body}{between}{error}" if body else error


def _put_error(parsed: ParsedLine, value: str) -> None:
    parsed.body = with_error(parsed.body, value)


def _put_priority(parsed: ParsedLine, value: str) -> None:
    if LINE_NUMBER.fullmatch(value):
        keyword = syslog_keyword(value)
        parsed.severity_number, parsed.severity_text = number_of(keyword), keyword


def _put_partial(parsed: ParsedLine, value: str) -> None:
    parsed.partial = value == "P"


_SPECIAL: dict[str, Callable[[ParsedLine, str], None]] = {
    "file": _put_file,
    "partial": _put_partial,
    "line": _put_line,
    "service": _put_service,
    "pod": _put_pod,
    "host": _put_host,
    "area": _put_area,
    "trace": _put_trace,
    "span": _put_span,
    "error": _put_error,
    "pri": _put_priority,
}


def as_text(value: object) -> str:
    """Return a value of a JSON object as text; a list of bytes (journald) as what they spell."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(_is_byte(item) for item in value):
        return bytes(value).decode("utf-8", "backslashreplace")
    if isinstance(value, (dict, list, bool)) or value is None:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def _is_byte(item: object) -> bool:
    return type(item) is int and 0 <= item <= 255
