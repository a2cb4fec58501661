"""What was asked, what is there, what was read, what was understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, fields, replace
from datetime import datetime
from itertools import chain
from typing import Any

from paicha.locales import Text
from paicha.model.question import Window
from paicha.model.redaction import Redaction
from paicha.values import dataclass


@dataclass(frozen=True, slots=True)
class FileCoverage:
    """One file's share of the reading."""

    path: str
    size: int  # [bytes] as stored
    records: int
    formats: tuple[tuple[str, int], ...]  # (format name, records), most first
    without_time: int
    without_level: int
    first: datetime | None
    last: datetime | None
    unparsed_examples: tuple[
        str, ...
    ] = ()  # of records no format fits: "path:line: text", at most 3
    damaged_bytes: int = 0  # bytes that are not text in the file's encoding, kept visibly
    encoding: str = "utf-8"
    placed: int = 0  # records whose stamps do not say their year or day

    @property
    def unparsed(self) -> int:
        """Records that no format fits."""
        return self.records - sum(n for _, n in self.formats)


@dataclass(frozen=True, slots=True)
class LogPage:
    """
    Where people look at a store's records themselves.

    Args:
        address: With ``{query}``, ``{start_ms}`` and ``{end_ms}`` (epoch, inclusive) where these belong; a link of a report leads there.
        query: What was asked of it, in the store's language.
        lines: Fields that hold the line or its message.
        locators: What the locators of its records begin with.
    """

    address: str
    query: str
    lines: tuple[str, ...]
    locators: str


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """
    One source's answer to one query.

    ``read = kept + outside + filtered + duplicates`` always holds: no record vanishes unnamed.
    """

    source: str  # its configured name
    kind: str  # files | blueking_logs | …
    window: Window | None
    present: int | None  # records the window holds in scope; None: the source cannot tell
    read: int  # records taken from the source
    kept: int  # records that went into the analysis
    outside: int  # read, but not inside the window
    filtered: int  # read, but not in scope (host, service, filter applied here)
    duplicates: int  # read a second time and left out
    without_time: int  # of `kept`: kept although no time could be read
    without_level: int  # of `kept`
    incomplete: tuple[Text, ...] = ()  # every reason why this is not the whole truth; empty: it is
    notes: tuple[Text, ...] = ()  # worth knowing, harmless
    queries: tuple[str, ...] = ()  # how to read it again, without secrets
    files: tuple[FileCoverage, ...] = ()
    given_host: int = 0  # of `kept`: name no host, and count as the one asked for
    elsewhere: int = 0  # of `filtered`: name another host than was asked for
    without_host: int = 0  # of `kept`: name no host, and more than one was asked for
    without_service: int = 0  # of `kept`: name no service, and one was asked for
    page: LogPage | None = None  # None: it has none, or nobody said where


def together(parts: Sequence[SourceCoverage]) -> SourceCoverage:
    """
    Return the coverage of readings of one source as that of one: figures are added, texts stand once.

    Files and queries are sorted, so that it does not matter which reading was first.

    Args:
        parts: At least one.
    """
    first = parts[0]
    changes: dict[str, Any] = {}
    for column in fields(SourceCoverage):
        values = [getattr(part, column.name) for part in parts]
        if isinstance(values[0], tuple):
            changes[column.name] = tuple(dict.fromkeys(chain.from_iterable(values)))
        elif column.name == "present":
            changes[column.name] = None if None in values else sum(values)
        elif isinstance(values[0], int):
            changes[column.name] = sum(values)
    changes["queries"] = tuple(sorted(changes["queries"]))
    changes["files"] = tuple(sorted(changes["files"], key=lambda file: file.path))
    return replace(first, **changes)


@dataclass(frozen=True, slots=True)
class MetricCoverage:
    """One metric source's answer."""

    source: str
    kind: str
    series: int
    points: int
    null_points: int
    missing: tuple[str, ...] = ()  # concepts asked for without any point
    hosts: tuple[str, ...] = ()  # hosts the points belong to
    incomplete: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    queries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TraceCoverage:
    """One trace source's answer."""

    source: str
    kind: str
    read: int  # spans in the source
    kept: int  # of these, begun inside the window or the baseline
    unreadable: int  # spans without an id or a time
    traces: int  # distinct ones among the kept
    services: tuple[str, ...] = ()
    incomplete: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    queries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """Everything a report rests on."""

    logs: tuple[SourceCoverage, ...] = field(default=())
    metrics: tuple[MetricCoverage, ...] = field(default=())
    baseline: tuple[SourceCoverage, ...] = field(default=())  # of the logs, over the baseline
    traces: tuple[TraceCoverage, ...] = field(default=())
    #: What was covered in log text; None: kept by a version that did not count it.
    redaction: Redaction | None = None

    @property
    def incomplete(self) -> bool:
        """Whether any source did not give the whole truth."""
        return (
            any(source.incomplete for source in self.logs)
            or any(source.incomplete for source in self.metrics)
            or any(source.incomplete for source in self.traces)
        )
