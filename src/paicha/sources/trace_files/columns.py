"""A table with one row per span, as CSV or Parquet: its columns are told by their names."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from paicha.errors import InputError
from paicha.kernel.line_formats import service_of_pod
from paicha.sources.trace_files.raw import RawSpans, micros

#: Names of columns without case and punctuation, best first.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "trace": ("traceid", "trace"),
    "span": ("spanid", "span", "id"),
    "parent": ("parentspanid", "parentid", "parent"),
    "service": ("servicename", "service", "processservicename"),
    "host": ("podname", "pod", "instance", "hostname", "host"),
    "name": ("operationname", "spanname", "operation", "name"),
    "kind": ("spankind", "kind"),
    "start": (
        *("starttimeunixnano", "starttimeunixmicro", "starttimeunixmilli", "starttime"),
        *("start", "timestamp"),
    ),
    "end": ("endtimeunixnano", "endtimeunixmicro", "endtimeunixmilli", "endtime", "end"),
    "duration": (
        "durationus",
        "durationmicros",
        "durationns",
        "durationnano",
        "durationms",
        "duration",
    ),
    "status": ("statuscode", "status", "error"),
}
_NEEDED = ("trace", "span", "name", "start")
#: What a duration's column is counted in; without a word of it: microseconds, as Jaeger has it.
_UNITS = (("ns", 0.001), ("nano", 0.001), ("ms", 1000.0))
#: How tables write "nobody called it".
_NOBODY = frozenset(("", "root", "null", "none", "nan", "0", "0000000000000000"))
_FAILED = frozenset(("2", "error", "true", "statuscodeerror", "failed"))
_FINE = frozenset(("1", "ok", "false", "statuscodeok"))


def read_parquet(path: Path, into: RawSpans) -> None:
    """
    Add the spans of a Parquet file.

    Raises:
        InputError: If it cannot be read, or its columns are not those of spans.
    """
    try:
        names = pq.read_schema(path).names
        places = _places(path, names)
        table = pq.read_table(path, columns=sorted({names[at] for at in places.values()}))
    except (pa.ArrowException, OSError) as error:
        raise InputError("traces.unreadable", path=path, reason=error) from error
    columns = {field: table[names[at]].to_pylist() for field, at in places.items()}
    for number in range(table.num_rows):
        row = {field: values[number] for field, values in columns.items()}
        _add(row, _unit(names, places), f"{path}:{number + 1}", into)


def read_csv(path: Path, content: str, into: RawSpans) -> None:
    """
    Add the spans of a CSV file.

    Raises:
        InputError: If its columns are not those of spans.
    """
    rows = csv.reader(content.splitlines())
    try:
        names = next(rows)
        places = _places(path, names)
        for number, cells in enumerate(rows, start=2):
            row = {field: cells[at] if at < len(cells) else "" for field, at in places.items()}
            _add(row, _unit(names, places), f"{path}:{number}", into)
    except csv.Error as error:
        raise InputError("traces.unreadable", path=path, reason=error) from error


def is_header_of_spans(header: str) -> bool:
    """Return whether a line names the columns of a table of spans."""
    try:
        _places(Path(), next(csv.reader([header]), []))
    except (InputError, csv.Error):
        return False
    return True


def _places(path: Path, names: Sequence[str]) -> dict[str, int]:
    plain = ["".join(c for c in name.lower() if c.isalnum()) for name in names]
    places = {
        field: plain.index(found)
        for field, candidates in _NAMES.items()
        if (found := next((name for name in candidates if name in plain), None)) is not None
    }
    missing = [field for field in _NEEDED if field not in places]
    if "end" not in places and "duration" not in places:
        missing.append("duration")
    if "service" not in places and "host" not in places:
        missing.append("service")
    if missing:
        shown = ", ".join(name[:40] for name in names[:20])
        raise InputError("traces.no_columns", path=path, missing=", ".join(missing), columns=shown)
    return places


def _unit(names: Sequence[str], places: Mapping[str, int]) -> float:
    name = names[places["duration"]].lower() if "duration" in places else ""
    return next((factor for word, factor in _UNITS if word in name), 1.0)


def _add(row: Mapping[str, object], unit: float, locator: str, into: RawSpans) -> None:
    said = {field: "" if value is None else str(value).strip() for field, value in row.items()}
    try:
        start = micros(said["start"])
        duration = (
            micros(said["end"]) - start if said.get("end") else int(float(said["duration"]) * unit)
        )
    except (ValueError, OverflowError, KeyError):
        into.unreadable += 1
        return
    host = said.get("host", "")
    status = said.get("status", "").lower().replace("_", "")
    into.add(
        trace=said["trace"],
        span=said["span"],
        parent="" if said.get("parent", "").lower() in _NOBODY else said["parent"],
        service=said.get("service") or service_of_pod(host),
        host=host,
        name=said["name"],
        kind=said.get("kind", "").lower().removeprefix("span_kind_"),
        start=start,
        duration=duration,
        status="error" if status in _FAILED else "ok" if status in _FINE else "",
        locator=locator,
    )
