"""What is asked: a window, a scope, a zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from datetime import UTC, datetime, timedelta

from paicha.locales import Language
from paicha.values import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """
    A half-open stretch of time ``[start, end)``, in UTC.

    Raises:
        ValueError: If a time has no zone, or the end is not after the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window needs times with a zone")
        if self.end <= self.start:
            raise ValueError(f"the window ends at {self.end}, not after its start {self.start}")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    def holds(self, moment: datetime) -> bool:
        """Return whether *moment* lies inside; the end does not."""
        return self.start <= moment < self.end


#: What stands for a window where there is no time at all.
NO_TIME = Window(datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, 0, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the world the question is about; empty means everything the source has."""

    bk_biz_id: int | None = None
    index_set_id: int | None = None
    index_set_name: str = ""
    hosts: tuple[str, ...] = ()  # addresses or ids, as asked
    services: tuple[str, ...] = ()
    where: str = ""  # the filter, as written


@dataclass(frozen=True, slots=True)
class Question:
    """
    Everything that decides what a report says, beside the data.

    `window` is the resolved one; `asked_window` is false when it was taken from the data itself. None: nobody
    asked for one, and no record has a time to take it from.
    """

    window: Window | None
    asked_window: bool
    scope: Scope
    zone: str  # IANA name the reader thinks in
    language: Language
    inputs: tuple[str, ...] = ()  # files or source names, as given
    baseline: Window | None = None  # what the window is compared with; None: with nothing
    baseline_choice: str = ""  # how it was asked for; "": nobody did, it is the stretch before

    @property
    def extent(self) -> Window:
        """The window; of records without any time a stretch in which none lies, which no reader is shown."""
        return self.window or NO_TIME


def never() -> bool:
    """Return that nobody asks to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What reading one log source may cost.

    Args:
        max_records: How many records are read whole at most.
        max_bytes: How many bytes are received at most; 0: no limit.
        max_seconds: How long it is read at most [s]; 0: no limit.
    """

    max_records: int
    max_bytes: int = 0
    max_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class LogQuery:
    """
    What a log source is asked for. No window: everything there is (files only).

    A source that asks `stop` now and then and ends early says in its coverage what it did not read.
    """

    window: Window | None
    scope: Scope
    zone: str
    max_records: int
    max_bytes: int = 0  # received from one store; 0: no limit
    max_seconds: float = 0.0  # of reading one source [s]; 0: no limit
    #: Of more bytes of files only counts and few records are kept; None: every record, always.
    keep_bytes: int | None = None
    stop: Callable[[], bool] = field(default=never, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """
    What a metric source is asked for.

    `hosts` are the addresses and ids seen in the logs or asked for; empty: all the source has. What
    measures one of `services` (its pods, its containers) is wanted as well. `ids` are pairs of an id and
    the address that is the same host by the logs.
    """

    window: Window
    hosts: tuple[str, ...]
    bk_biz_id: int | None
    step_s: int = 60
    services: tuple[str, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TraceQuery:
    """What a trace source is asked for: spans that began inside the window or the baseline."""

    window: Window
    baseline: Window | None = None
