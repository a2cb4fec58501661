"""Traces out of files: OpenTelemetry, Jaeger, tables; and what is wrong with a file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from paicha.errors import InputError
from paicha.model.question import TraceQuery, Window
from paicha.sources.trace_files import TraceFileReading, TraceFileSource

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
HOUR = TraceQuery(Window(NOON, NOON + timedelta(hours=1)))
START_US = int(NOON.timestamp()) * 1_000_000
TRACE, SPAN, PARENT = "5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174", "eee19b7ec3c1b173"

JAEGER = {
    "data": [
        {
            "traceID": TRACE,
            "spans": [
                {
                    "traceID": TRACE,
                    "spanID": SPAN,
                    "operationName": "Charge",
                    "references": [{"refType": "CHILD_OF", "traceID": TRACE, "spanID": PARENT}],
                    "startTime": START_US,
                    "duration": 1500,
                    "tags": [
                        {"key": "error", "type": "bool", "value": True},
                        {"key": "span.kind", "value": "server"},
                    ],
                    "processID": "p1",
                }
            ],
            "processes": {
                "p1": {"serviceName": "pay", "tags": [{"key": "hostname", "value": "pay-1"}]}
            },
        }
    ]
}


def otlp(**changes: Any) -> dict[str, Any]:
    span = {
        "traceId": TRACE.upper(),
        "spanId": SPAN,
        "parentSpanId": PARENT,
        "name": "Charge",
        "kind": 2,
        "startTimeUnixNano": str(START_US * 1000),
        "endTimeUnixNano": str((START_US + 1500) * 1000),
        "status": {"code": 2},
    }
    attributes = [
        {"key": "service.name", "value": {"stringValue": "pay"}},
        {"key": "k8s.pod.name", "value": {"stringValue": "pay-1"}},
    ]
    part = {"resource": {"attributes": attributes}, "scopeSpans": [{"spans": [span | changes]}]}
    return {"resourceSpans": [part]}


def table(**changes: Any) -> dict[str, Any]:
    return {
        "TraceID": TRACE,
        "SpanID": SPAN,
        "ParentID": PARENT,
        "Service": "pay",
        "Host": "pay-1",
        "OperationName": "Charge",
        "Kind": "server",
        "StartTimeUnixNano": START_US * 1000,
        "EndTimeUnixNano": (START_US + 1500) * 1000,
        "Status": "error",
    } | changes


def read(path: Path) -> TraceFileReading:
    return TraceFileSource([path]).read(HOUR)


def written(folder: Path, kind: str) -> Path:
    path = folder / f"traces.{kind}"
    row = table()
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist([row]), path)
    elif kind == "csv":
        path.write_text(f"{','.join(row)}\n{','.join(map(str, row.values()))}\n")
    elif kind == "jaeger":
        path.write_text(json.dumps(JAEGER))
    elif kind == "lines":
        path.write_text(json.dumps(otlp()) + "\n" + json.dumps(otlp(spanId=PARENT, name="Order")))
    else:
        path.write_text(json.dumps(otlp()))
    return path


@pytest.mark.parametrize("kind", ["otlp", "lines", "jaeger", "csv", "parquet"])
def test_every_format_gives_the_same_span(kind: str, tmp_path: Path) -> None:
    """Ids in lower case, times in microseconds, status and kind in one word."""
    (span, *_) = read(written(tmp_path, kind)).spans.sort_by("name").to_pylist()
    span.pop("locator")

    assert {
        "trace_id": TRACE,
        "span_id": SPAN,
        "parent_span_id": PARENT,
        "service_name": "pay",
        "host": "pay-1",
        "name": "Charge",
        "kind": "server",
        "start": NOON,
        "duration_us": 1500,
        "status": "error",
    } == span


def test_ids_in_base64_are_read_as_protobuf_writes_them(tmp_path: Path) -> None:
    """Protobuf's own JSON writes bytes in base64, OpenTelemetry's in hexadecimal."""
    path = tmp_path / "t.json"
    path.write_text(json.dumps(otlp(traceId="W47/95gDgQPSabYzgT/GDA==")))

    assert [TRACE] == read(path).spans["trace_id"].to_pylist()


def test_a_tables_service_is_the_pod_without_its_suffixes(tmp_path: Path) -> None:
    """A table that names only pods tells services as Kubernetes named them."""
    row = table(Host="pay-579f59597d-wc2lz")
    del row["Service"]
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "t.parquet")

    assert ["pay"] == read(tmp_path / "t.parquet").spans["service_name"].to_pylist()


def test_spans_outside_and_spans_without_a_time_are_counted(tmp_path: Path) -> None:
    """No span vanishes unnamed."""
    path = tmp_path / "t.jsonl"
    late = str((START_US + 7200 * 1_000_000) * 1000)
    documents = [
        otlp(),
        otlp(startTimeUnixNano="soon"),
        otlp(startTimeUnixNano=late, endTimeUnixNano=late),
    ]
    path.write_text("\n".join(map(json.dumps, documents)))
    coverage = read(path).coverage

    assert (2, 1, 1) == (coverage.read, coverage.kept, coverage.unreadable)
    assert ["1 span has no id or no time and was left out"] == [
        text.en for text in coverage.incomplete
    ]


def test_spans_between_the_baseline_and_the_window_are_in_neither(tmp_path: Path) -> None:
    """Of yesterday's baseline all spans of the day between were counted as kept and as those of the report."""
    path = tmp_path / "t.jsonl"
    moments = [START_US + hours * 3_600_000_000 for hours in (-24, -12, -23, 0)]
    stamps = [str(at * 1000) for at in moments]
    documents = [otlp(startTimeUnixNano=at, endTimeUnixNano=at) for at in stamps]
    path.write_text("\n".join(map(json.dumps, documents)))
    day = timedelta(days=1)
    query = replace(HOUR, baseline=Window(HOUR.window.start - day, HOUR.window.end - day))
    reading = TraceFileSource([path]).read(query)

    assert (4, 2) == (reading.coverage.read, reading.coverage.kept)
    assert [-day, 0 * day] == [at - NOON for at in reading.spans["start"].to_pylist()]
    assert "2 spans began outside" in reading.coverage.notes[0].en


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.json", "", "holds no span"),
        ("other.json", '{"logs": []}', "neither OpenTelemetry's nor Jaeger's: its keys are logs"),
        ("cut.jsonl", '{"resourceSpans": []}\n{"resourceSp', "Line 2 of the trace file"),
        ("table.csv", "a,b\n1,2\n", "no column of it is the spans' trace, span, name, start"),
    ],
)
def test_what_holds_no_traces_is_refused_with_its_reason(
    name: str, content: str, said: str, tmp_path: Path
) -> None:
    """The error names the file and what is wrong with it."""
    path = tmp_path / name
    path.write_text(content)

    with pytest.raises(InputError) as refused:
        read(path)

    assert said in str(refused.value)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    """Not "unreadable"."""
    with pytest.raises(InputError) as refused:
        read(tmp_path / "none.json")

    assert "does not exist" in str(refused.value)


def test_doctor_hears_how_many_spans_there_are(tmp_path: Path) -> None:
    """One line per file."""
    ((_, fine, said),) = TraceFileSource([written(tmp_path, "otlp")]).check()

    assert (True, "traces.otlp: 1 span") == (fine, said.en)


def test_what_holds_no_traces_in_a_folder_is_passed_over_and_said(tmp_path: Path) -> None:
    """
    A file that was named must be one; a file found in a folder need not be.
    """
    good, bad = tmp_path / "a.json", tmp_path / "b.json"
    good.write_text(json.dumps(JAEGER))
    bad.write_text('{"rows": 1}')
    logs = [tmp_path / f"{number}.log" for number in range(4)]
    for log in logs:
        log.write_text("2025-12-19 10:00:00 ERROR disk full\n")

    coverage = TraceFileSource([good, bad, *logs], found={good, bad, *logs}).read(HOUR).coverage

    assert (1, ()) == (coverage.kept, coverage.incomplete)
    assert coverage.notes[0].en.startswith("b.json holds no traces and was passed over: ")
    others = "4 files found there hold no traces and were passed over: 0.log, 1.log, 2.log …"
    assert others == coverage.notes[1].en
    alone = TraceFileSource([bad], found={bad}).read(HOUR).coverage
    assert 1 == len(alone.incomplete)
    with pytest.raises(InputError):
        TraceFileSource([good, bad]).read(HOUR)
