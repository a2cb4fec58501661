"""
OpenTelemetry's JSON of logs, as the collector's file exporter writes it: one batch of many records on a line.

Wire form: opentelemetry-proto, ``LogsData`` as JSON (a resource, its scopes, their records; values by their kinds, 64-bit
numbers as texts).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from paicha.kernel.field_values import json_values

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
    records = [
        {**resource, **scope, **_record(record)}
        for of_resource in _mappings(values, "resourceLogs")
        for resource in (_attributes(_mapping(of_resource, "resource")),)
        for of_scope in _mappings(of_resource, "scopeLogs")
        for scope in (_scope(_mapping(of_scope, "scope")),)
        for record in _mappings(of_scope, "logRecords")
    ]
    return {RECORDS_OF_LINE: records}


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
