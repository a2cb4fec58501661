"""What a running service keeps: requests, runs, tokens, and who asked what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from paicha.locales import Language, Text
from paicha.model.question import Window
from paicha.values import dataclass

State = Literal["queued", "running", "done", "failed", "cancelled"]
Trigger = Literal["page", "api", "mcp", "webhook", "schedule"]
Role = Literal["read", "run", "admin"]

STATES: tuple[State, ...] = ("queued", "running", "done", "failed", "cancelled")
#: Those that a run ends in.
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")
#: Each role may do what those before it may.
ROLES: tuple[Role, ...] = ("read", "run", "admin")
#: A run whose process went away is started so often at most.
MOST_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class RunRequest:
    """
    What is asked of the service: names of configured sources, never a path or an address.

    Args:
        sources: Names of log sources; empty: the profile's, else those of the settings.
        metrics: Names of metric sources; None: the profile's, else those of the settings.
        start: ISO 8601, ``now-30m`` or epoch; what ``now`` means is when the run was submitted.
        end: Likewise; not included.
        last: Length such as ``15m``, back from the end.
        hosts: Addresses or ids.
        services: Service names.
        where: Filter, such as ``level>=WARN AND "timeout"``.
        biz: BlueKing business id.
        index_set: BlueKing index set id.
        zone: IANA name; "": the profile's, else the settings'.
        language: Of the report where a reader names none; None: the profile's, else the settings'.
        baseline: What to compare with; "": the profile's, else the stretch before the window.
        profile: Name of a profile of the settings that fills in what is not said here.
        title: What people call it.
        trigger: What asked.
        asked_by: Who asked: the name of a token, a hook or a schedule.
        max_records: Records read whole from one source at most; 0: as the settings say.
        max_bytes: Bytes read from one source at most; 0: as the settings say.
        max_seconds: How long one source is read at most [s]; 0: as the settings say.
    """

    sources: tuple[str, ...] = ()
    metrics: tuple[str, ...] | None = None
    start: str = ""
    end: str = ""
    last: str = ""
    hosts: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    where: str = ""
    biz: int | None = None
    index_set: int | None = None
    zone: str = ""
    language: Language | None = None
    baseline: str = ""
    profile: str = ""
    title: str = ""
    trigger: Trigger = "api"
    asked_by: str = ""
    max_records: int = 0
    max_bytes: int = 0
    max_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class HeadlineProblem:
    """One of the first problems of a report, as a list of runs shows it."""

    number: int
    title: Text
    priority: str
    n: int


@dataclass(frozen=True, slots=True)
class Headline:
    """What a finished run says in a list: its first sentence and its first problems."""

    verdict: Text
    records: int
    abnormal: int
    problems: int
    top: tuple[HeadlineProblem, ...]
    contradictions: int
    incomplete: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A line added to a run afterwards, for example that an alert recovered."""

    at: datetime
    text: Text


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is; *total* None: nobody knows."""

    stage: str = ""
    done: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """
    One investigation that the service was asked for.

    Args:
        id: 26 characters that sort by the time of the request.
        state: Where it stands.
        request: What was asked, names and limits filled in.
        window: The stretch it is about; None: all that the files hold.
        created: When it was asked for.
        started: When its last attempt began.
        ended: When it came to its end.
        attempts: How often it was begun.
        reason: Why it failed, or was cancelled, or was begun again.
        headline: What was found.
        notes: Lines added later, in their order.
        progress: How far it is.
        cancelling: Whether somebody asked that it stop.
    """

    id: str
    state: State
    request: RunRequest
    created: datetime
    window: Window | None = None
    started: datetime | None = None
    ended: datetime | None = None
    attempts: int = 0
    reason: Text | None = None
    headline: Headline | None = None
    notes: tuple[Note, ...] = ()
    progress: RunProgress = RunProgress()
    cancelling: bool = False

    @property
    def over(self) -> bool:
        """Whether it came to its end."""
        return self.state in ("done", "failed", "cancelled")

    @property
    def took(self) -> timedelta | None:
        """
        How long its last attempt took; None where that is not known: it never began, or the clock was set back meanwhile.
        """
        if self.started is None or self.ended is None or self.ended < self.started:
            return None
        return self.ended - self.started


@dataclass(frozen=True, slots=True)
class Token:
    """A way in for a program or a person; what it is itself is known to its holder only."""

    id: str
    name: str
    role: Role
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None
    used: datetime | None = None

    def allows(self, role: Role, now: datetime) -> bool:
        """Return whether it may do what *role* may, at *now*."""
        if self.revoked is not None or (self.expires is not None and now >= self.expires):
            return False
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asked what, and what came of it: one line of the audit log."""

    at: datetime
    who: str  # name of a token, a session's token, a hook, or "local"
    address: str  # where the request came from
    action: str  # method and route, or a command
    subject: str  # id of a run, name of a source, …
    status: int  # HTTP status that was answered
    id: int = 0
