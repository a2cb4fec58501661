"""Which format took which lines of a file, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from paicha.errors import InputError
from paicha.kernel.explaining import explain_line
from paicha.kernel.normalise import LineReader, ParsedLine
from paicha.kernel.stacks import StackReader
from paicha.kernel.w3c_rows import DIRECTIVE
from paicha.locales import Text, readable, text
from paicha.model.explanation import FileExplanation, FormatShare, LineExplanation, Step
from paicha.model.knowledge import LogFormat, StackRule
from paicha.sources.files.joining import Record
from paicha.sources.files.lines import Line, TextLines
from paicha.sources.files.own_years import placed_by_file
from paicha.sources.files.packing import ByteStream
from paicha.sources.files.records import read_records

#: How many records are looked at: enough to see every format of a mixed file, soon enough to wait for.
RECORDS = 20_000
_CHARACTERS = 400  # of a line shown
_BLOCK_LINES = 60  # of a record of several lines


def explain_file(
    path: Path,
    formats: Sequence[LogFormat],
    stacks: Sequence[StackRule],
    zone: str,
    log_format: str = "",
) -> FileExplanation:
    """
    Return which format took which lines of the first `RECORDS` records of a file.

    Args:
        path: A plain or packed file.
        formats: The formats known.
        stacks: How languages write stack traces.
        zone: IANA name of the zone of stamps that name none.
        log_format: The one format that is tried; "": all.

    Raises:
        InputError: If the file cannot be read or is no text.
    """
    shown = readable(path.as_posix())
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        with path.open("rb") as raw:
            reader = LineReader(formats, zone, written, only=log_format)
            reader.place_by(placed_by_file(raw, written, lambda _: reader))
            lines = _Counted(TextLines(ByteStream(raw), shown, offsets=True))
            records = read_records(iter(lines), reader, named=True, stacks=StackReader(stacks))
            found = list(islice(records, RECORDS + 1))
    except FileNotFoundError as error:
        raise InputError("files.missing", path=shown, folder=Path.cwd().as_posix()) from error
    except PermissionError as error:
        raise InputError("files.permission", path=shown) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError("files.unreadable", path=shown, reason=reason) from error
    if not found:
        raise InputError("files.empty", path=shown)
    stopped = len(found) > RECORDS
    found = found[:RECORDS]
    begun = {(record.line.number, record.line.item) for record in found}
    headers = 0 if stopped else _headers(found, formats, reader, lines)
    return FileExplanation(
        path=shown,
        encoding=lines.encoding,
        lines=lines.seen,
        records=len(found),
        joined=0 if stopped else lines.filled - len(begun) - headers,
        headers=headers,
        formats=_shares(found, formats, reader, lines),
        stopped=stopped,
    )


class _Counted:
    """Lines that are counted while they are read."""

    def __init__(self, lines: TextLines) -> None:
        self._lines = lines
        self.seen = 0
        self.filled = 0  # not blank
        self.kept: dict[int, str] = {}

    @property
    def encoding(self) -> str:
        """The encoding the lines turned out to be in."""
        return self._lines.encoding

    def __iter__(self) -> Iterator[Line]:
        for line in self._lines:
            self.seen += not line.item
            self.filled += bool(line.text.strip())
            self.kept.setdefault(line.number, line.text[:8192])
            yield line


def _headers(
    records: Sequence[Record], formats: Sequence[LogFormat], reader: LineReader, lines: _Counted
) -> int:
    """Return how many lines name the columns of a table, or say more of it, and are of no record."""
    headed = {entry.name for entry in formats if entry.kind == "csv" or entry.headings}
    begun = {record.line.number for record in records}
    if not any(record.parsed.format.partition("/")[0] in headed for record in records):
        return 0
    first = min(begun)
    return sum(
        number < first or text.startswith(DIRECTIVE) or reader.is_heading(text, None)
        for number, text in lines.kept.items()
        if number not in begun and text.strip()
    )


def _shares(
    records: Sequence[Record], formats: Sequence[LogFormat], reader: LineReader, lines: _Counted
) -> tuple[FormatShare, ...]:
    titles = {entry.name: entry.title for entry in formats}
    counted: dict[str, list[Record]] = {}
    for record in records:
        counted.setdefault(record.parsed.format if record.fits else "", []).append(record)
    shares = [
        FormatShare(
            format=name,
            title=_title(name, titles),
            records=len(those),
            first_line=those[0].line.number,
            example=_example(those[0], reader, lines),
        )
        for name, those in counted.items()
    ]
    return tuple(sorted(shares, key=lambda share: (-share.records, share.format)))


def _title(name: str, titles: dict[str, Text]) -> Text:
    if not name:
        return text("formats.none")
    known = [titles[part] for part in name.split("/") if part in titles]
    return Text(zh=" › ".join(t.zh for t in known), en=" › ".join(t.en for t in known))


def _example(record: Record, reader: LineReader, lines: _Counted) -> LineExplanation:
    held = "" if record.line.item else lines.kept.get(record.line.number, "")
    first = held or record.line.text
    steps = explain_line(reader, first)
    outermost = record.parsed.format.partition("/")[0]
    if record.fits and (not steps or steps[0].format != outermost):
        steps = _of_several_lines(record.line.number, outermost, reader, lines)
    if not record.fits:
        steps = ()  # a broken row of a table: that it would fit as a line is no matter
    return LineExplanation(record.line.number, first[:_CHARACTERS], steps, _said(record.parsed))


def _of_several_lines(
    number: int, outermost: str, reader: LineReader, lines: _Counted
) -> tuple[Step, ...]:
    """Return who read a record of several lines, which is only whole with all of them."""
    block = [lines.kept.get(number, "")]
    for following in range(number + 1, number + _BLOCK_LINES):
        block.append(lines.kept.get(following, ""))
        steps = explain_line(reader, "\n".join(block))
        if steps and steps[0].format == outermost:
            return steps
    return ()


def _said(parsed: ParsedLine) -> tuple[tuple[str, str], ...]:
    moment = parsed.timestamp
    values = {
        "timestamp": moment.isoformat() if moment else "",
        "severity": f"{parsed.severity_text} ({parsed.severity_number})"
        if parsed.severity_text
        else "",
        "service_name": parsed.service_name,
        "host": parsed.host_ip or parsed.host_id,
        "code_file_path": parsed.code_file_path,
        "code_line_number": "" if parsed.code_line_number is None else str(parsed.code_line_number),
        "scope_name": parsed.scope_name,
        "trace_id": parsed.trace_id,
        "attributes": parsed.attributes_json,
        "body": parsed.body,
    }
    return tuple((name, value[:_CHARACTERS]) for name, value in values.items() if value)
