"""
One log format made ready to read lines with: patterns, JSON, CSV and logfmt.

The fields that a format may name, in a pattern's groups or in its `fields`: ``time``, ``level``,
``pri`` (syslog priority), ``body``, ``file``, ``line``, ``logger``, ``host``, ``service``, ``pod``,
``trace``, ``span``, ``error``; everything else becomes an attribute.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from paicha.kernel.levels import LevelReader, number_of
from paicha.kernel.times import TimeReader, from_micros
from paicha.model.knowledge import LogFormat

#: A pattern sees this much of a line; what follows belongs to the body. Keeps the worst pattern
#: on the longest line affordable.
HEAD = 4096
#: OpenTelemetry's names for what logs call thread, pid and so on.
_ATTRIBUTE_NAMES = {
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
#: Severity of a syslog priority (RFC 5424, 6.2.1): its last three bits, by keyword.
_SYSLOG_KEYWORDS = ("EMERG", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG")
#: Characters of generated names: no vowels, no 0, 1, 3 (k8s.io/apimachinery/pkg/util/rand).
_GENERATED = "bcdfghjklmnpqrstvwxz2456789"
_DEPLOYMENT_POD = re.compile(rf"(.+)-[{_GENERATED}]{{6,10}}-[{_GENERATED}]{{5}}")
_DAEMON_POD = re.compile(rf"(.+)-[{_GENERATED}]{{5}}")
_STATEFUL_POD = re.compile(r"(.+)-\d{1,4}")
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}")
_NUMBER = re.compile(r"\d{1,9}")
_REMEMBERED_PLANS = 1000
_LOGFMT_PAIR = re.compile(r'([\w.@/-]+)=("[^"\\]*(?:\\.[^"\\]*)*"|[^\s"]*)(?:\s+|$)')


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

    @property
    def timestamp(self) -> datetime | None:
        """The moment in UTC."""
        return None if self.timestamp_us is None else from_micros(self.timestamp_us)

    @property
    def attributes_json(self) -> str:
        """The attributes as a JSON object with sorted keys; empty when there are none."""
        if not self.attributes:
            return ""
        return json.dumps(self.attributes, ensure_ascii=False, sort_keys=True, default=str)


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


def is_address(word: str) -> bool:
    """Return whether *word* is an IP address by its look."""
    return _ADDRESS.fullmatch(word) is not None


class FieldMapping:
    """Puts values by their canonical names into a `ParsedLine`."""

    def __init__(self, log_format: LogFormat, times: TimeReader) -> None:
        self.format = log_format
        self._times = times
        self._levels = LevelReader(log_format.levels)

    def line(self, values: Mapping[str, str]) -> ParsedLine | None:
        """Return the line that *values* say; None when its time or level is none."""
        parsed = ParsedLine(self.format.name)
        for name, value in values.items():
            if not value:
                continue
            if name == "time":
                if not self._put_time(parsed, value):
                    return None
            elif name == "level":
                parsed.severity_number, parsed.severity_text = self._levels.read(value)
                if not parsed.severity_text:
                    return None
            else:
                _put(parsed, name, value)
        return parsed

    def _put_time(self, parsed: ParsedLine, value: str) -> bool:
        before = self._times.assumed
        kinds = self.format.time_formats
        parsed.timestamp_us = self._times.micros(value, kinds)
        parsed.time_assumed = self._times.assumed != before
        return parsed.timestamp_us is not None or self._times.has_form(value, kinds)

    def time(self, candidates: Sequence[str]) -> int | None:
        """Return the first of *candidates* that is a time."""
        for text in candidates:
            found = self._times.micros(text, self.format.time_formats)
            if found is not None:
                return found
        return None

    def level(self, word: str) -> tuple[int, str]:
        """Return severity number and text of *word*."""
        return self._levels.read(word)


#: Fields that are one column of the record.
_COLUMNS = {"body": "body", "file": "code_file_path", "logger": "scope_name"}


def _put(parsed: ParsedLine, name: str, value: str) -> None:
    """Put one value other than time and level where it belongs."""
    column = _COLUMNS.get(name)
    if column is not None:
        setattr(parsed, column, value if name == "body" else value.strip())
        return
    special = _SPECIAL.get(name)
    if special is not None:
        special(parsed, value)
    else:
        parsed.attributes[_ATTRIBUTE_NAMES.get(name, name)] = value


def _put_line(parsed: ParsedLine, value: str) -> None:
    parsed.code_line_number = int(value) if _NUMBER.fullmatch(value) else None


def _put_service(parsed: ParsedLine, value: str) -> None:
    parsed.service_name = value


def _put_pod(parsed: ParsedLine, value: str) -> None:
    parsed.attributes["k8s.pod.name"] = value
    parsed.service_name = parsed.service_name or service_of_pod(value)


def _put_host(parsed: ParsedLine, value: str) -> None:
    if is_address(value):
        parsed.host_ip = value
    else:
        parsed.host_id = value


def _put_trace(parsed: ParsedLine, value: str) -> None:
    parsed.trace_id = value if value.strip("0-") else ""


def _put_span(parsed: ParsedLine, value: str) -> None:
    parsed.span_id = value if value.strip("0-") else ""


def _put_error(parsed: ParsedLine, value: str) -> None:
    # What went wrong often stands beside the message, in a field of its own.
    parsed.body = f"{parsed.body} error={value}" if parsed.body else value


def _put_priority(parsed: ParsedLine, value: str) -> None:
    if _NUMBER.fullmatch(value):
        keyword = _SYSLOG_KEYWORDS[int(value) % 8]
        parsed.severity_number, parsed.severity_text = number_of(keyword), keyword


_SPECIAL: dict[str, Callable[[ParsedLine, str], None]] = {
    "line": _put_line,
    "service": _put_service,
    "pod": _put_pod,
    "host": _put_host,
    "trace": _put_trace,
    "span": _put_span,
    "error": _put_error,
    "pri": _put_priority,
}


class PatternFormat:
    """A format whose lines one regular expression reads."""

    def __init__(self, log_format: LogFormat, times: TimeReader) -> None:
        self.format = log_format
        self._match = re.compile(log_format.pattern, re.DOTALL).match
        self._mapping = FieldMapping(log_format, times)

    def read(self, text: str) -> ParsedLine | None:
        """Return what *text* says; None when it is not of this format."""
        match = self._match(text if len(text) <= HEAD else text[:HEAD])
        if match is None:
            return None
        parsed = self._mapping.line(match.groupdict(""))
        if parsed is not None and len(text) > HEAD:
            parsed.body += text[HEAD:]
        return parsed


class FieldFormat:
    """A format whose lines are named values: JSON objects, logfmt pairs, rows under a header."""

    def __init__(self, log_format: LogFormat, times: TimeReader) -> None:
        self.format = log_format
        self._gate = re.compile(log_format.pattern, re.DOTALL) if log_format.pattern else None
        self._mapping = FieldMapping(log_format, times)
        self._fields = dict(log_format.fields)
        self._plans: dict[tuple[str, ...], _Plan] = {}

    def read(self, text: str) -> ParsedLine | None:
        """Return what *text* says; None when it is not of this format."""
        kind = self.format.kind
        if kind == "csv" or (self._gate is not None and self._gate.match(text[:HEAD]) is None):
            return None
        values = _json_values(text) if kind == "json" else _logfmt_values(text)
        return None if values is None else self.read_values(values, text)

    def read_values(self, values: Mapping[str, object], text: str) -> ParsedLine | None:
        """Return the line that named *values* say, *text* standing in where there is no body."""
        plan = self._plan(values)
        used: set[str] = set()
        parsed = ParsedLine(self.format.name)
        parsed.timestamp_us = self._mapping.time(_present(values, plan.time, used))
        for word in _present(values, plan.level, used):
            parsed.severity_number, parsed.severity_text = self._mapping.level(word)
            if parsed.severity_text:
                break
        has_body = False
        for name, paths in plan.others:
            for path in paths:
                value = _find(values, path)
                if value is None or value == "":
                    continue
                used.add(path.partition(".")[0] if path not in values else path)
                _put(parsed, name, _as_text(value).rstrip("\r\n"))
                has_body = has_body or name == "body"
                break
        if not has_body:
            if parsed.timestamp_us is None:
                return None
            parsed.body = text
        self._keep_rest(parsed, values, used)
        return parsed

    def _plan(self, values: Mapping[str, object]) -> _Plan:
        """Return which candidates can be found under these names; lines of one program share them."""
        names = tuple(values)
        plan = self._plans.get(names)
        if plan is None:
            there = {
                name: tuple(
                    path for path in paths if path in values or path.partition(".")[0] in values
                )
                for name, paths in self.format.fields
            }
            others = (
                (name, paths)
                for name, paths in there.items()
                if paths and name not in ("time", "level")
            )
            plan = _Plan(there.get("time", ()), there.get("level", ()), tuple(others))
            if len(self._plans) >= _REMEMBERED_PLANS:
                self._plans.clear()
            self._plans[names] = plan
        return plan

    @staticmethod
    def _keep_rest(parsed: ParsedLine, values: Mapping[str, object], used: set[str]) -> None:
        for name, value in values.items():
            if name not in used and value not in (None, ""):
                parsed.attributes.setdefault(_ATTRIBUTE_NAMES.get(name, name), value)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where the values of lines with the same names are looked for: paths by canonical name."""

    time: tuple[str, ...]
    level: tuple[str, ...]
    others: tuple[tuple[str, tuple[str, ...]], ...]


def _present(values: Mapping[str, object], paths: Sequence[str], used: set[str]) -> list[str]:
    """Return the texts found at *paths*, and note in *used* where they stood."""
    found: list[str] = []
    for path in paths:
        value = _find(values, path)
        if value is not None and value != "" and not isinstance(value, Mapping):
            used.add(path.partition(".")[0] if path not in values else path)
            found.append(_as_text(value))
    return found


def _json_values(text: str) -> Mapping[str, object] | None:
    if not text.startswith("{"):
        return None
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):  # no JSON, or nested beyond all use
        return None
    return values if isinstance(values, dict) else None


def _logfmt_values(text: str) -> Mapping[str, object] | None:
    """Return the pairs of a line that consists of pairs only; None when it does not."""
    values: dict[str, object] = {}
    at = 0
    while at < len(text):
        match = _LOGFMT_PAIR.match(text, at)
        if match is None:
            return None
        name, value = match.groups()
        if value.startswith('"'):
            value = value[1:-1].replace('\\"', '"').replace("\\n", "\n")
        values.setdefault(name, value)
        at = match.end()
    return values if len(values) >= 2 else None


def _find(values: Mapping[str, object], path: str) -> object:
    """Return the value at a dotted path, a key that holds the dots itself first."""
    if path in values:
        return values[path]
    if "." not in path:
        return None
    found: object = values
    for key in path.split("."):
        if not isinstance(found, Mapping) or key not in found:
            return None
        found = found[key]
    return found


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list, bool)) or value is None:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)
