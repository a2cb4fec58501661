"""A `paicha.ports.TraceSource` over files."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from paicha.errors import InputError
from paicha.locales import Text, text
from paicha.model.coverage import TraceCoverage
from paicha.model.question import TraceQuery, Window
from paicha.model.schema import SPANS, TIME
from paicha.sources.trace_files.columns import is_header_of_spans, read_csv, read_parquet
from paicha.sources.trace_files.jaeger import is_jaeger, read_jaeger
from paicha.sources.trace_files.otlp import is_otlp, read_otlp
from paicha.sources.trace_files.raw import RawSpans
from paicha.values import dataclass

#: A file is read whole; a bigger one is to be exported for a shorter window.
LARGEST = 512 * 1024 * 1024  # [bytes]
_PARQUET = b"PAR1"
#: What is looked at of a file that nobody named [bytes], and how many of those without traces are named.
_BEGINNING = 1 << 16
_NAMED = 3


@dataclass(frozen=True, slots=True)
class TraceFileReading:
    """One answer, whole; a `paicha.ports.TraceReading`."""

    spans: pa.Table
    coverage: TraceCoverage


class TraceFileSource:
    """
    Traces that somebody exported.

    The format is told from the content: OpenTelemetry JSON (a document, or one in every line), Jaeger's
    JSON, or a CSV or Parquet table with a row per span.

    Args:
        paths: The files.
        name: Its name.
        found: Those of them that nobody named, found in a folder: what holds no traces is passed over, with a note.
    """

    def __init__(
        self, paths: Sequence[Path], *, name: str = "trace_files", found: Collection[Path] = ()
    ) -> None:
        self._paths = tuple(paths)
        self._name = name
        self._found = frozenset(found)

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    def read(self, query: TraceQuery) -> TraceFileReading:
        """
        Read the spans that began inside the window or the baseline.

        Raises:
            InputError: If a file is missing or holds no traces.
        """
        raw, passed_over = RawSpans(), []
        others: list[str] = []
        for path in self._paths:
            if path in self._found and not may_hold_traces(path):
                others.append(path.name)
                continue
            try:
                read_file(path, raw)
            except InputError as error:
                if path not in self._found:
                    raise
                reason = error.first_lines
                passed_over.append(text("traces.passed_over", path=path.name, reason=reason))
        if others:
            shown = ", ".join(others[:_NAMED]) + (" …" if len(others) > _NAMED else "")
            passed_over.append(text("traces.passed_over_others", n=f"{len(others):,}", names=shown))
        whole = _table(raw)
        inside = _begun_in(query.window)
        if query.baseline is not None:
            inside |= _begun_in(query.baseline)
        spans = whole.filter(inside)
        order = ("start", "trace_id", "span_id", "locator")
        spans = spans.sort_by([(column, "ascending") for column in order])
        return TraceFileReading(spans, self._coverage(raw, whole.num_rows, spans, passed_over))

    def check(self) -> Sequence[tuple[Text, bool, Text]]:
        """Return one line per file: how many spans it holds, or what is wrong with it."""
        found = []
        for path in self._paths:
            raw = RawSpans()
            try:
                read_file(path, raw)
            except InputError as error:
                found.append((Text.same(str(path)), False, error.texts))
                continue
            said = text("traces.check_readable", path=path.name, spans=f"{len(raw.rows):,}")
            found.append((Text.same(str(path)), True, said))
        return found

    def _coverage(
        self, raw: RawSpans, read: int, spans: pa.Table, passed_over: Sequence[Text]
    ) -> TraceCoverage:
        incomplete = [] if read else list(passed_over)
        notes = list(passed_over) if read else []
        if raw.unreadable:
            incomplete.append(text("traces.unreadable_spans", n=f"{raw.unreadable:,}"))
        if read and not spans.num_rows:
            incomplete.append(text("traces.nothing_inside", n=f"{read:,}"))
        elif read > spans.num_rows:
            notes.append(text("traces.outside", n=f"{read - spans.num_rows:,}"))
        return TraceCoverage(
            source=self._name,
            kind="trace_files",
            read=read,
            kept=spans.num_rows,
            unreadable=raw.unreadable,
            traces=pc.count_distinct(spans["trace_id"]).as_py(),
            services=tuple(sorted(spans["service_name"].unique().to_pylist())),
            incomplete=tuple(incomplete),
            notes=tuple(notes),
        )


def _begun_in(window: Window) -> pc.Expression:
    start = pc.field("start")
    return (start >= pa.scalar(window.start, TIME)) & (start < pa.scalar(window.end, TIME))


def may_hold_traces(path: Path) -> bool:
    """Return whether the file at *path* begins as a file of traces does. Cost: its beginning."""
    try:
        with path.open("rb") as file:
            begin = file.read(_BEGINNING)
    except OSError:
        return True  # reading it says why
    words = begin.decode("utf-8-sig", "replace").lstrip()
    is_table = is_header_of_spans(words.partition("\n")[0].rstrip("\r"))
    return begin.startswith(_PARQUET) or words[:1] in ("{", "[") or is_table


def read_file(path: Path, into: RawSpans) -> None:
    """
    Add the spans of the file at *path*.

    Raises:
        InputError: If it is missing, unreadable, too big, empty, or holds no traces.
    """
    begin = _begin(path)
    if begin.startswith(_PARQUET):
        read_parquet(path, into)
        return
    content = _content(path)
    first = content.lstrip()[:1]
    if not first:
        raise InputError("traces.empty", path=path)
    if first not in "{[":
        read_csv(path, content, into)
        return
    before = len(into.rows) + into.unreadable
    for place, document in _documents(path, content):
        if is_otlp(document):
            read_otlp(document, place, into)
        elif is_jaeger(document):
            read_jaeger(document, place, into)
        else:
            raise InputError("traces.unknown", path=path, keys=", ".join(list(document)[:8]))
    if len(into.rows) + into.unreadable == before:
        raise InputError("traces.empty", path=path)


def _begin(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise InputError("traces.too_big", path=path, size=size, limit=LARGEST)
        with path.open("rb") as file:
            return file.read(len(_PARQUET))
    except FileNotFoundError as error:
        raise InputError("traces.missing", path=path) from error
    except OSError as error:
        raise InputError("traces.unreadable", path=path, reason=error.strerror) from error


def _content(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("traces.unreadable", path=path, reason=error.reason) from error


def _documents(path: Path, content: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the JSON objects of a file: one document, an array of them, or one in every line."""
    try:
        whole = json.loads(content)
    except ValueError:
        whole = None
    except RecursionError as error:
        raise InputError("traces.unreadable", path=path, reason=error) from error
    if whole is not None:
        for number, one in enumerate(whole if isinstance(whole, list) else [whole], start=1):
            yield f"{path}:{number}", one if isinstance(one, Mapping) else {}
        return
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError("traces.broken_json", path=path, line=number, reason=error) from error
        yield f"{path}:{number}", one if isinstance(one, Mapping) else {}


def _table(raw: RawSpans) -> pa.Table:
    columns = list(zip(*raw.rows, strict=True)) or [()] * len(SPANS)
    arrays = [
        pa.array(values, pa.int64()).cast(TIME)
        if column.type == TIME
        else pa.array(values, column.type)
        for values, column in zip(columns, SPANS, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=SPANS)
