"""
When alerts become a run: pure functions of (state, alert, now) that know no clock and no ledger.

Of one group key at most one run waits at a time. Its first alert opens it, those of the debounce time
after that join it, then it starts. During the cool-down after a start further alerts are lines of that
run. A critical alert waits for nothing: it starts a waiting run at once, and a new one in spite of the
cool-down unless a critical alert is in the last run already. More starts than the cap allows wait until an
hour has room, critical ones do not. A recovery is a line of the run its alert is in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from paicha.locales import Text, text
from paicha.model.alerts import Alert, HostBy, Severity
from paicha.model.question import Window
from paicha.values import dataclass

Outcome = Literal["opened", "joined", "noted", "recovered", "unmatched", "shielded", "left_out"]
NoteKind = Literal["late", "recovered", "closed"]
GroupField = Literal["group", "strategy", "biz", "host", "service", "title", "severity"]
ScopeField = Literal["biz", "host", "service"]

HOUR = timedelta(hours=1)
#: A run over the alerts of a group reads at most this much.
_LONGEST_WINDOW = timedelta(hours=6)
#: More hosts than these are no narrowing any more; the run then reads all that its profile names.
MOST_HOSTS = 100
_MOST_TITLES = 20
_MOST_NAMES = 5
_LONGEST_NAME = 200  # [characters] of an alert in a line
_ORDER: tuple[Severity, ...] = ("critical", "warning", "info")


@dataclass(frozen=True, slots=True)
class Rules:
    """How one hook joins alerts."""

    group_by: tuple[GroupField, ...] = ("strategy",)
    scope: tuple[ScopeField, ...] = ("biz", "host")
    host_by: HostBy = "id"
    debounce_s: float = 30.0
    cool_down_s: float = 900.0
    per_hour: int = 12  # 0: no cap
    critical: tuple[Severity, ...] = ("critical",)
    before_s: int = 0  # 0: five intervals of the alert
    after_s: int = 0  # 0: one interval
    held_s: float = 21_600.0  # a run that the cap holds back this long is left out, and counted


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that is not started yet, and what its alerts say so far."""

    key: str
    opened: datetime
    due: datetime
    start: datetime
    end: datetime
    n: int = 0
    severity: Severity = "info"
    critical: bool = False
    biz: int | None = None
    hosts: tuple[str, ...] = ()
    hostless: bool = False  # an alert of it names no host, or there are too many
    services: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    text: str = ""
    held: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The state of one group key."""

    waiting: Waiting | None = None
    run: str = ""  # key of the last run that was started
    run_at: datetime | None = None
    run_critical: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one alert."""

    group: Group
    outcome: Outcome
    run: str = ""  # key of the run it belongs to
    note: NoteKind | None = None  # it is a line of that run


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of a group whose run is due."""

    group: Group
    start: Waiting | None = None
    left_out: Waiting | None = None


def group_key(rules: Rules, alert: Alert) -> str:
    """
    Return which group an alert belongs to; at most 200 characters.

    Example:
        >>> rules = Rules(group_by=("biz", "strategy"))
        >>> group_key(rules, Alert("1", "t", "firing", "info", "", datetime(2026, 1, 5, tzinfo=UTC), strategy="11", biz=2))
        'biz=2/strategy=11'
    """
    parts = []
    for name in rules.group_by:
        match name:
            case "host":
                value = ",".join(sorted(host.name(rules.host_by) for host in alert.hosts))
            case "service":
                value = ",".join(sorted(alert.services))
            case "biz":
                value = "" if alert.biz is None else str(alert.biz)
            case _:
                value = getattr(alert, name)
        parts.append(f"{name}={value}")
    key = "/".join(parts)
    return key if len(key) <= 200 else f"{key[:150]}…{_digest(key)}"


def receive(
    group: Group, rules: Rules, alert: Alert, now: datetime, *, key: str, earlier: str = ""
) -> Decision:
    """
    Return what becomes of *alert*.

    Args:
        group: The state of its group.
        rules: The hook's.
        alert: One that was not seen before.
        now: When it is decided.
        key: The group's key; with the opening time it names the run.
        earlier: Key of the run that the alert of the same event is in; "": there is none.
    """
    if alert.over:
        kind: NoteKind = "closed" if alert.state == "closed" else "recovered"
        return (
            Decision(group, "recovered", earlier, kind) if earlier else Decision(group, "unmatched")
        )
    if alert.shielded:
        return Decision(group, "shielded")
    critical = alert.severity in rules.critical
    if group.waiting:
        joined = _joined(group.waiting, rules, alert, critical=critical)
        if critical:
            joined = replace(joined, due=min(now, joined.due))
        return Decision(replace(group, waiting=joined), "joined", joined.key)
    escalates = critical and not group.run_critical
    if _cooling(group, rules, now) and not escalates:
        return Decision(group, "noted", group.run, "late")
    waiting = _opened(rules, alert, now, key, critical=critical)
    return Decision(replace(group, waiting=waiting), "opened", waiting.key)


def _cooling(group: Group, rules: Rules, now: datetime) -> bool:
    return group.run_at is not None and now < group.run_at + timedelta(seconds=rules.cool_down_s)


def _opened(rules: Rules, alert: Alert, now: datetime, key: str, *, critical: bool) -> Waiting:
    window = alert.window(rules.before_s, rules.after_s)
    first = Waiting(
        key=f"{_digest(key)}-{now.astimezone(UTC):%Y%m%dT%H%M%S%f}",
        opened=now,
        due=now if critical else now + timedelta(seconds=rules.debounce_s),
        start=window.start,
        end=window.end,
        biz=alert.biz,
        text=alert.text,
    )
    return _joined(first, rules, alert, critical=critical)


def _joined(waiting: Waiting, rules: Rules, alert: Alert, *, critical: bool) -> Waiting:
    window = alert.window(rules.before_s, rules.after_s)
    end = max(waiting.end, window.end)
    start = max(min(waiting.start, window.start), end - _LONGEST_WINDOW)
    named = {host.name(rules.host_by) for host in alert.hosts}
    hosts = {*waiting.hosts, *named}
    known = waiting.titles
    new = alert.title and alert.title not in known and len(known) < _MOST_TITLES
    hostless = waiting.hostless or not named or len(hosts) > MOST_HOSTS
    return replace(
        waiting,
        start=start,
        end=end,
        n=waiting.n + 1,
        severity=min(waiting.severity, alert.severity, key=_ORDER.index),
        critical=waiting.critical or critical,
        biz=waiting.biz if waiting.biz == alert.biz else None,
        hosts=() if hostless else tuple(sorted(hosts)),
        hostless=hostless,
        services=tuple(sorted({*waiting.services, *alert.services}))[:MOST_HOSTS],
        titles=(*known, alert.title) if new else known,
    )


def turn(group: Group, rules: Rules, now: datetime, starts: Sequence[datetime]) -> Turn:
    """
    Return what becomes of the run that waits in *group*.

    Args:
        group: The state.
        rules: The hook's.
        now: When it is decided.
        starts: When the hook started runs within the hour before *now*, in any order.
    """
    waiting = group.waiting
    if waiting is None or now < waiting.due:
        return Turn(group)
    recent = sorted(moment for moment in starts if moment > now - HOUR)
    if rules.per_hour and len(recent) >= rules.per_hour and not waiting.critical:
        if now >= waiting.opened + timedelta(seconds=rules.held_s):
            return Turn(replace(group, waiting=None), left_out=waiting)
        room = recent[len(recent) - rules.per_hour] + HOUR
        return Turn(replace(group, waiting=replace(waiting, due=room, held=True)))
    started = Group(None, waiting.key, now, waiting.critical)
    return Turn(started, start=waiting)


def window_of(waiting: Waiting, now: datetime) -> Window:
    """Return the stretch that a run reads: nothing is read of a time that has not come."""
    return Window(waiting.start, min(waiting.end, now) if now > waiting.start else waiting.end)


@dataclass(frozen=True, slots=True)
class Tally:
    """Lines for one run that are told together, so that a storm does not become a thousand of them."""

    kind: NoteKind
    due: datetime
    n: int = 0
    names: tuple[str, ...] = ()
    first: datetime | None = None
    last: datetime | None = None

    def add(self, alert: Alert) -> Tally:
        """Return it with one more alert."""
        place = alert.hosts[0].name("address") if alert.hosts else ""
        name = (alert.title or alert.event_id) + (f" ({place})" if place else "")
        name = name[:_LONGEST_NAME]
        new = name not in self.names and len(self.names) < _MOST_NAMES
        return replace(
            self,
            n=self.n + 1,
            names=(*self.names, name) if new else self.names,
            first=min(self.first or alert.at, alert.at),
            last=max(self.last or alert.at, alert.at),
        )

    def text(self, zone: str = "UTC") -> Text:
        """Return the line; its times are those of *zone*."""
        one = "_one" if self.n == 1 else ""
        assert self.first is not None
        assert self.last is not None
        return text(
            f"alerts.note.{self.kind}{one}",
            n=self.n,
            names=Text.list_of(self.names),
            first=self.first.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S"),
            last=f"{self.last.astimezone(ZoneInfo(zone)):{'%Y-%m-%d %H:%M:%S' if self.n == 1 else '%H:%M:%S'}} ({zone})",
        )


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:12]
