"""What is asked before anything was read, and what an investigation works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime

from paicha.analysis.records import RecordQueries
from paicha.kernel.caps import CAPS, Caps
from paicha.kernel.following_lines import Read
from paicha.kernel.stacks import StackReader
from paicha.locales import Language
from paicha.model.knowledge import Knowledge
from paicha.model.question import Limits, Scope, Window, never
from paicha.model.redaction import BUILT_IN, RedactionRules
from paicha.ports import CaseStore, Engine, LogSource, MetricSource, Progress, TraceSource
from paicha.values import dataclass

_WHOLE_WORLD = Scope()
#: Up to so much of files, or of a store's messages, the case keeps every record: some 200,000 lines [bytes].
KEEP_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class Inquiry:
    """
    What is asked, before anything was read.

    Args:
        window: None: the whole of what the files hold.
        baseline: What the window is compared with; None: with nothing.
        baseline_choice: How it was asked for; "": nobody did, so it may be out of reach.
        scope: Which part of the world.
        zone: IANA name of the reader's zone.
        language: The reader's language.
        inputs: Files or source names, as given.
        max_records: How many records are read whole from one source at most.
        keep_bytes: Up to so much of files, or of messages of one store, the case keeps every record; of
            more the counts, and of the records the earliest and the last of each shape and level. None:
            every record, always [bytes].
        commands: How to ask the same again.
        stop: Whether somebody asks to read no further: what was read by then is reported.
        max_bytes: How many bytes are read from one source at most; 0: no limit.
        max_seconds: How long one source is read at most [s]; 0: no limit.
        limits: The same three of sources that have limits of their own, by name.
        clock: Seconds since any moment, for that limit alone.
        redaction: What is covered in log text.
        now: When it is asked; None: nobody said, so no window lies in the future.
        keep_raw: Whether the case keeps its records as they were read; reports are covered all the same.
    """

    window: Window | None
    scope: Scope = _WHOLE_WORLD
    zone: str = "UTC"
    language: Language = "en"
    inputs: tuple[str, ...] = ()
    max_records: int = 1_000_000
    keep_bytes: int | None = KEEP_BYTES
    commands: tuple[str, ...] = ()
    baseline: Window | None = None
    baseline_choice: str = ""
    stop: Callable[[], bool] = never
    max_bytes: int = 0
    max_seconds: float = 0.0
    limits: Mapping[str, Limits] = field(default_factory=dict)
    clock: Callable[[], float] = float  # 0.0: time stands still
    redaction: RedactionRules = BUILT_IN
    keep_raw: bool = False
    now: datetime | None = None


#: What tells lines of a stack trace, and what reads a whole record, if anything does.
Readers = tuple[StackReader, Read | None]


def _no_languages() -> Readers:
    return StackReader(()), None


@dataclass(frozen=True, slots=True)
class Workshop:
    """
    What an investigation works with.

    Args:
        logs: Where the records come from.
        metrics: Where the series come from.
        engine: Runs shape and count.
        knowledge: Gives problem classes and metric concepts: reading needs none of them.
        record_queries: Answers questions about single records of a case.
        progress: Hears how far it is.
        configuration: Fingerprint of the settings that change a report.
        traces: Where the spans come from.
        caps: What the sums may hold that are made while a store is read.
        readers: Makes what tells rows of a store that are lines of a stack trace, and what reads such a record as a whole.
    """

    logs: Sequence[LogSource]
    metrics: Sequence[MetricSource]
    engine: Engine
    knowledge: Callable[[], Knowledge]
    record_queries: Callable[[CaseStore], RecordQueries]
    progress: Progress
    configuration: str = ""
    traces: Sequence[TraceSource] = ()
    caps: Caps = CAPS
    readers: Callable[[], Readers] = _no_languages
