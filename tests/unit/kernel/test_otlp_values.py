"""Lines that hold a batch of OpenTelemetry's records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from paicha.kernel.otlp_values import otlp_values
from paicha.knowledge.formats_loader import load_formats
from paicha.model.question import LogQuery, Scope
from paicha.model.schema import RECORDS
from paicha.sources.files import FileSource


def pair(key: str, **value: object) -> dict[str, object]:
    """Return an attribute."""
    return {"key": key, "value": value}


def batch(*records: Mapping[str, object], **resource: str) -> str:
    """Return a line with some records of one resource."""
    attributes = [pair(name, stringValue=value) for name, value in resource.items()]
    scopes = [{"scope": {"name": "lease"}, "logRecords": list(records)}]
    return json.dumps(
        {"resourceLogs": [{"resource": {"attributes": attributes}, "scopeLogs": scopes}]}
    )


def test_values_of_all_kinds_are_what_they_say() -> None:
    """Lists and mappings hold values of any kind again."""
    nested = {"values": [pair("n", intValue="7"), pair("on", boolValue=True)]}
    many = {"values": [{"stringValue": "a"}, {"doubleValue": 0.5}, {"kvlistValue": nested}]}
    record = {"body": {"arrayValue": many}, "attributes": [pair("of", bytesValue="YQ==")]}

    expected = {
        "scope.name": "lease",
        "body": ["a", 0.5, {"n": "7", "on": True}],
        "of": "YQ==",
    }
    assert {"logRecords": [expected]} == otlp_values(batch(record))


def test_a_body_that_names_its_parts_is_its_message() -> None:
    """Its other parts stand beside it; without a message it is all of them, and nothing else of the record."""
    parts = [pair("message", stringValue="lease lost"), pair("shard", intValue="12")]
    told = otlp_values(batch({"body": {"kvlistValue": {"values": parts}}}))
    bare = otlp_values(batch({"body": {"kvlistValue": {"values": parts[1:]}}}, pod="keeper-0"))
    named = {"scope.name": "lease", "shard": "12", "body": "lease lost"}
    alone = {"pod": "keeper-0", "scope.name": "lease", "shard": "12", "body": '{"shard": "12"}'}

    assert {"logRecords": [named]} == told
    assert {"logRecords": [alone]} == bare


def test_an_attribute_named_as_a_part_of_a_record_is_not_that_part() -> None:
    """Whoever calls an attribute so changes neither time nor level."""
    attributes = [pair("timeUnixNano", stringValue="1"), pair("severityNumber", intValue="1")]
    record = {"timeUnixNano": "1741064767891000000", "severityNumber": 17, "attributes": attributes}

    expected = {
        "scope.name": "lease",
        "timeUnixNano": "1741064767891000000",
        "severityNumber": 17,
    }
    assert {"logRecords": [expected]} == otlp_values(batch(record))


@pytest.mark.parametrize(
    "line",
    [
        '{"resourceLogs":null}',
        '{"resourceLogs":[7,{"scopeLogs":"x"},{"scopeLogs":[{"logRecords":[null]}]}]}',
        '{"resourceLogs":[{"resource":{"attributes":[{"value":{}}]}}]}',
    ],
)
def test_what_is_no_record_is_none(line: str) -> None:
    """A line may say anything."""
    assert {"logRecords": []} == otlp_values(line)


def test_each_record_of_a_line_is_one_of_its_own(tmp_path: Path) -> None:
    """Time, level, message, service and attributes are the record's, the rest its resource's."""
    first = {
        "timeUnixNano": "1741064767891000000",
        "severityNumber": 18,
        "body": {"stringValue": "lease lost"},
        "traceId": "0a0b",
        "attributes": [pair("shard", intValue="12"), pair("exception.message", stringValue="gone")],
    }
    second = {
        "timeUnixNano": "0",
        "observedTimeUnixNano": "1741064768000000000",
        "severityText": "WARN",
        "body": {"stringValue": "lease is late"},
    }
    path = tmp_path / "logs.json"
    path.write_text(batch(first, second, **{"service.name": "keeper"}) + "\n", "utf-8")
    source = FileSource([path], load_formats())
    with source.open(LogQuery(None, Scope(), "UTC", 100)) as answer:
        rows = pa.Table.from_batches(list(answer), RECORDS).to_pylist()

    names = ("timestamp", "severity_number", "body", "service_name", "scope_name", "trace_id")
    at = datetime(2025, 3, 4, 5, 6, 7, 891000, UTC)
    expected = [
        (at, 18, "lease lost error=gone", "keeper", "lease", "0a0b"),
        (datetime(2025, 3, 4, 5, 6, 8, 0, UTC), 13, "lease is late", "keeper", "lease", ""),
    ]
    assert expected == [tuple(row[name] for name in names) for row in rows]
    assert "12" == json.loads(rows[0]["attributes"])["shard"]
