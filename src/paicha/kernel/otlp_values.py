"""
OpenTelemetry's JSON of logs, as the collector's file exporter writes it: one batch of many records on a line.

Wire form: opentelemetry-proto, ``LogsData`` as JSON (a resource, its scopes, their records; values by their kinds, 64-bit
numbers as texts).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from paicha.kernel.field_values import json_values
from paicha.kernel.named_places import NamedValue, NoPlaces, json_places

#: What the records of a line stand under, in what `otlp_values` returns.
RECORDS_OF_LINE = "logRecords"
#: Kinds of values that are what they say.
_PLAIN = ("stringValue", "intValue", "doubleValue", "boolValue", "bytesValue")
#: What a part of a body is called that is the message: by most, by journald, by Windows' receiver as well.
_MESSAGES = ("message", "msg", "MESSAGE")


def otlp_values(text: str) -> Mapping[str, object] | None:
    """
    Return the records of a line, each with the attributes of its resource; None when it is no batch of logs.

    Example:
        >>> line = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"lost"}}]}]}]}'
        >>> otlp_values(line)
        {'logRecords': [{'body': 'lost'}]}
    """
    values = json_values(text)
    if values is None or "resourceLogs" not in values:
        return None
    return {RECORDS_OF_LINE: list(_records(values))}


def otlp_places(line: str) -> list[NamedValue]:
    """
    Return where the values of the only record of a line stand, in the order in which `otlp_values` has them.

    Raises:
        NoPlaces: If there are several, or what is a value of it depends on what others say.
    """
    leaves = json_places(line)
    try:
        (found,) = _records(_with_places(json.loads(line), leaves))
        (record,) = _records(json.loads(line))
    except ValueError as error:
        raise NoPlaces from error
    if list(found) != list(record):
        raise NoPlaces
    return list(_flat("", found, listed=False))


class _Leaf(str):
    """A value of a line without parts that knows where it stands."""

    __slots__ = ("place",)
    place: NamedValue


def _with_places(value: object, places: Iterator[NamedValue]) -> Any:
    if isinstance(value, dict):
        return {name: _with_places(part, places) for name, part in value.items()}
    if isinstance(value, list):
        return [_with_places(part, places) for part in value]
    leaf = _Leaf(value)
    leaf.place = next(places)
    return leaf


def _flat(path: str, value: object, *, listed: bool) -> Iterator[NamedValue]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _flat(f"{path}.{name}" if path else name, part, listed=listed)
    elif isinstance(value, list):
        for part in value:
            yield from _flat(path, part, listed=True)
    elif isinstance(value, _Leaf):
        yield value.place._replace(path=path, listed=listed)
    else:
        raise NoPlaces


def _records(values: Mapping[str, object]) -> Iterator[dict[str, object]]:
    for of_resource in _mappings(values, "resourceLogs"):
        resource = _attributes(_mapping(of_resource, "resource"))
        for of_scope in _mappings(of_resource, "scopeLogs"):
            scope = _scope(_mapping(of_scope, "scope"))
            for record in _mappings(of_scope, "logRecords"):
                yield {**resource, **scope, **_record(record)}


def _record(record: Mapping[str, object]) -> dict[str, object]:
    body = _of_body(_value(record["body"])) if "body" in record else {}
    said = {name: value for name, value in record.items() if name not in ("attributes", "body")}
    # What somebody called as a part of the record is not that part.
    told = {name: body[name] for name in ("body",) if name in body}
    return {**body, **_attributes(record), **said, **told}


def _of_body(body: object) -> dict[str, object]:
    """Return a body; of one that names its parts the message, the others beside it, or all of it where none is one."""
    if not isinstance(body, Mapping):
        return {"body": body}
    message = next((name for name in _MESSAGES if body.get(name)), "")
    if message and isinstance(body[message], _Leaf) and sum(name in body for name in _MESSAGES) > 1:
        raise NoPlaces  # another is the message where this one says nothing
    others = {name: value for name, value in body.items() if name != message}
    return others | {"body": body[message] if message else json.dumps(body, ensure_ascii=False)}


def _scope(scope: Mapping[str, object]) -> dict[str, object]:
    return {"scope.name": scope["name"]} if scope.get("name") else {}


def _attributes(holder: Mapping[str, object]) -> dict[str, object]:
    return {
        str(pair["key"]): _value(pair.get("value"))
        for pair in _mappings(holder, "attributes")
        if "key" in pair
    }


def _value(value: object) -> object:
    """Return what a value is, whatever its kind."""
    if not isinstance(value, Mapping):
        return value
    for kind in _PLAIN:
        if kind in value:
            return value[kind]
    if "arrayValue" in value:
        return [_value(one) for one in _mappings(_mapping(value, "arrayValue"), "values")]
    if "kvlistValue" in value:
        pairs = _mappings(_mapping(value, "kvlistValue"), "values")
        return {str(pair.get("key", "")): _value(pair.get("value")) for pair in pairs}
    return None


def _mapping(holder: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = holder.get(name)
    return found if isinstance(found, Mapping) else {}


def _mappings(holder: Mapping[str, object], name: str) -> Iterator[Mapping[str, object]]:
    found = holder.get(name)
    return (
        (one for one in found if isinstance(one, Mapping)) if isinstance(found, list) else iter(())
    )
