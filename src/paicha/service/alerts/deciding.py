"""From alerts that were kept to runs and lines: the joining rules over the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import get_args

import msgspec

from paicha.composition.words import utc
from paicha.decoding import decode
from paicha.locales import Text, text
from paicha.model.alerts import Alert
from paicha.model.service import RunRequest
from paicha.service.alerts.hooks import Hook
from paicha.service.alerts.joining import (
    HOUR,
    MOST_HOSTS,
    Group,
    NoteKind,
    Outcome,
    Tally,
    Waiting,
    group_key,
    receive,
    turn,
    window_of,
)
from paicha.stores.ledger.hooks import Deciding, Hooks
from paicha.stores.ledger.planned import Plan
from paicha.values import dataclass

#: Alerts decided about in one transaction.
_AT_ONCE = 200
#: How long lines of one kind are collected before they are told [s].
_TELL_AFTER = timedelta(seconds=15)
_MOST_NAMES = 5
_ABOUT = "What became of alerts, and runs they started or that were left out, by hook."

Count = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Decider:
    """
    Decides about the alerts of one hook.

    Args:
        hook: Which.
        hooks: Where alerts are.
        count: Takes figures for the metrics: name, what it is, how many, labels.
    """

    hook: Hook
    hooks: Hooks
    count: Count

    def begin_figures(self) -> None:
        """Let its figures begin at 0."""
        self._counted(dict.fromkeys((*get_args(Outcome), "started"), 0))

    def decide(self, now: datetime) -> bool:
        """
        Decide about what came in and what is due; return whether there is more at once.

        Raises:
            LedgerError: If nothing could be decided; then nothing was.
        """
        if not self.hooks.has_work(self.hook.name, now):
            return False
        outcomes: dict[str, int] = {}
        with self.hooks.deciding(self.hook.name) as inside:
            new = inside.new(_AT_ONCE)
            for identity, stored, arrived in new:
                alert = decode(stored, Alert)
                outcome = self._take(inside, identity, alert, arrived)
                outcomes[outcome] = outcomes.get(outcome, 0) + 1
            for key, state in inside.due_groups(now):
                self._turn(inside, key, decode(state, Group), now, outcomes)
            for run, kind, stored in inside.due_tallies(now):
                words = decode(stored, Tally).text(self.hook.zone)
                inside.told(run, kind, stored, words, now)
        self._counted(outcomes)
        return len(new) == _AT_ONCE

    def _take(self, inside: Deciding, identity: str, alert: Alert, arrived: datetime) -> str:
        key = group_key(self.hook.rules, alert)
        stored = inside.group(key)
        group = decode(stored, Group) if stored else Group()
        found = receive(
            group,
            self.hook.rules,
            alert,
            arrived,
            key=f"{self.hook.name}/{key}",
            earlier=inside.run_of(alert.event_id) if alert.over else "",
        )
        if found.group != group:
            _put(inside, key, found.group, arrived)
        if found.note:
            self._tally(inside, found.run, found.note, alert, arrived)
        inside.decided(identity, found.outcome, found.run)
        return found.outcome

    def _tally(
        self, inside: Deciding, run: str, kind: NoteKind, alert: Alert, now: datetime
    ) -> None:
        stored = inside.tally(run, kind)
        tally = decode(stored, Tally) if stored else Tally(kind, now + _TELL_AFTER)
        inside.put_tally(run, kind, msgspec.json.encode(tally.add(alert)).decode(), tally.due)

    def _turn(
        self, inside: Deciding, key: str, group: Group, now: datetime, outcomes: dict[str, int]
    ) -> None:
        done = turn(group, self.hook.rules, now, inside.starts_since(now - HOUR))
        _put(inside, key, done.group, now)
        if done.start:
            inside.plan(plan_of(self.hook, done.start, now), now)
            outcomes["started"] = outcomes.get("started", 0) + 1
        if done.left_out:
            inside.plan(plan_of(self.hook, done.left_out, now), now, "left_out")
            outcomes["left_out"] = outcomes.get("left_out", 0) + 1

    def _counted(self, outcomes: dict[str, int]) -> None:
        for outcome, n in sorted(outcomes.items()):
            self.count("paicha_alerts_total", _ABOUT, n, hook=self.hook.name, outcome=outcome)


def _put(inside: Deciding, key: str, group: Group, now: datetime) -> None:
    due = group.waiting.due if group.waiting else None
    inside.put_group(key, msgspec.json.encode(group).decode(), due, now)


def plan_of(hook: Hook, waiting: Waiting, now: datetime) -> Plan:
    """Return the run that *waiting* has become."""
    settings, scope = hook.settings, hook.rules.scope
    window = window_of(waiting, now)
    named = "host" in scope and hook.rules.host_by != "none"
    request = RunRequest(
        start=utc(window.start),
        end=utc(window.end),
        hosts=waiting.hosts if named else (),
        services=waiting.services if "service" in scope else (),
        biz=waiting.biz if "biz" in scope else None,
        baseline=settings.baseline,
        profile=settings.profile,
        title=_title(hook, waiting),
        trigger="webhook",
        asked_by=hook.name,
    )
    return Plan(waiting.key, request, tuple(_words(hook, waiting, now, wide=named)))


def _title(hook: Hook, waiting: Waiting) -> str:
    first = waiting.titles[0] if waiting.titles else hook.name
    return first[:120] if waiting.n == 1 else f"{first[:120]} (+{waiting.n - 1})"


def _words(hook: Hook, waiting: Waiting, now: datetime, *, wide: bool) -> list[Text]:
    one = "_one" if waiting.n == 1 else ""
    names = waiting.titles[:_MOST_NAMES] or (waiting.text[:200] or "-",)
    words = [
        text(
            f"alerts.note.started{one}",
            n=waiting.n,
            severity=text(f"alerts.severity.{waiting.severity}"),
            hook=hook.name,
            names=Text.list_of(names),
        )
    ]
    if wide and waiting.hostless:
        words.append(text("alerts.note.wide", most=MOST_HOSTS))
    if waiting.held:
        waited = round((now - waiting.opened).total_seconds())
        words.append(
            text("alerts.note.held", hook=hook.name, per_hour=hook.rules.per_hour, seconds=waited)
        )
    return words
