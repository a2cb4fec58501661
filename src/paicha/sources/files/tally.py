"""What one file turned out to hold, counted while it is read."""

from __future__ import annotations

from collections import Counter
from dataclasses import field

from paicha.kernel.times import from_micros
from paicha.model.coverage import FileCoverage
from paicha.sources.files.discovery import FoundFile
from paicha.sources.files.joining import Record
from paicha.sources.files.lines import Line
from paicha.values import dataclass

_EXAMPLES = 3
_EXAMPLE_CHARACTERS = 200


@dataclass(slots=True)
class Tally:
    """What one file turned out to hold."""

    file: FoundFile
    size: int = 0
    records: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    without_time: int = 0
    without_level: int = 0
    unset: int = 0  # of those without a time: stamps of a clock that was never set
    first_us: int | None = None
    last_us: int | None = None
    examples: list[str] = field(default_factory=list)
    assumed: int = 0
    cut_lines: int = 0
    cut_bytes: int = 0
    left_out: int = 0
    #: Who says the year of stamps without one, see `Reference.said_by`; "": the time of the file.
    years_by: str = ""

    def add(self, record: Record) -> None:
        """Count one record."""
        parsed = record.parsed
        self.records += 1
        if record.fits:
            self.formats[parsed.format] += 1
        elif len(self.examples) < _EXAMPLES:
            shown = parsed.body[:_EXAMPLE_CHARACTERS].partition("\n")[0]
            self.examples.append(f"{self.file.shown}:{record.line.number}: {shown}")
        self.without_level += not parsed.severity_text
        self.assumed += parsed.time_assumed
        self.left_out += record.left_out
        self.add_cut(record.line)
        if parsed.timestamp_us is None:
            self.without_time += 1
            self.unset += parsed.unset
            return
        if self.first_us is None or parsed.timestamp_us < self.first_us:
            self.first_us = parsed.timestamp_us
        if self.last_us is None or parsed.timestamp_us > self.last_us:
            self.last_us = parsed.timestamp_us

    def add_cut(self, line: Line) -> None:
        """Count what of a line was left out, be it of a record or not."""
        self.cut_lines += line.cut_bytes > 0
        self.cut_bytes += line.cut_bytes

    def coverage(self, encoding: str, damaged_bytes: int) -> FileCoverage:
        """Return it as the report shows it."""
        return FileCoverage(
            path=self.file.shown,
            size=self.size,
            records=self.records,
            formats=tuple(sorted(self.formats.items(), key=lambda pair: (-pair[1], pair[0]))),
            without_time=self.without_time,
            without_level=self.without_level,
            first=None if self.first_us is None else from_micros(self.first_us),
            last=None if self.last_us is None else from_micros(self.last_us),
            unparsed_examples=tuple(self.examples),
            damaged_bytes=damaged_bytes,
            encoding=encoding,
            placed=self.assumed,
        )
