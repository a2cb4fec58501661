"""What must hold between webhooks, channels, schedules and the rest, said where it does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from paicha.errors import QuestionError
from paicha.kernel.baselines import resolve_baseline
from paicha.kernel.cron import parse_cron
from paicha.kernel.moments import parse_duration
from paicha.kernel.times import find_zone
from paicha.locales import text
from paicha.model.question import Window
from paicha.wiring.alert_settings import (
    GROUP_FIELDS,
    SCOPE_FIELDS,
    SEVERITIES,
    ChannelSettings,
    ScheduleSettings,
    WebhookSettings,
)
from paicha.wiring.settings import Settings

#: A window to try baselines on.
_BRIEF = Window(
    datetime(2026, 1, 31, tzinfo=UTC), datetime(2026, 1, 31, tzinfo=UTC) + timedelta(seconds=1)
)


class Mistake(Protocol):
    """Hears of one mistake: its kind in the catalogue, the key, the facts."""

    def __call__(self, kind: str, place: str, /, **facts: object) -> None:
        """Keep it."""


def check_alerts(settings: Settings, mistake: Mistake, *, reachable: bool) -> None:
    """
    Tell *mistake* of everything in webhooks, channels and schedules that cannot be meant.

    Args:
        settings: Everything that was set.
        mistake: Hears it.
        reachable: Whether the service listens on more than loopback.
    """
    names = _Names(settings, mistake)
    for hook in settings.webhooks:
        path = f"webhooks.{hook.name}"
        _check_hook(hook, path, mistake)
        if reachable and not hook.secret and not hook.hmac:
            mistake("open_hook", f"{path}.secret")
        names.check(path, hook.profile, hook.channels)
    for channel in settings.channels:
        _check_channel(channel, f"channels.{channel.name}", mistake)
    for schedule in settings.schedules:
        path = f"schedules.{schedule.name}"
        _check_schedule(schedule, path, settings.general.zone or "UTC", mistake)
        names.check(path, schedule.profile, schedule.channels)


def _check_hook(hook: WebhookSettings, path: str, mistake: Mistake) -> None:
    for key in ("before", "after", "debounce", "cool_down"):
        if getattr(hook, key) != "0":  # none
            _check_length(getattr(hook, key), f"{path}.{key}", mistake)
    check_baseline(hook.baseline, f"{path}.baseline", mistake)
    if hook.per_hour < 0:
        mistake("negative", f"{path}.per_hour", value=hook.per_hour)
    if hook.max_body <= 0:
        mistake("not_positive", f"{path}.max_body", value=hook.max_body)
    for key, known in (
        ("group_by", GROUP_FIELDS),
        ("scope", SCOPE_FIELDS),
        ("critical", SEVERITIES),
    ):
        for name in getattr(hook, key):
            if name not in known:
                mistake("not_a_choice", f"{path}.{key}", value=name, known=", ".join(known))


def _check_channel(channel: ChannelSettings, path: str, mistake: Mistake) -> None:
    if channel.rate < 0:
        mistake("negative", f"{path}.rate", value=channel.rate)
    if channel.timeout_s <= 0:
        mistake("not_positive", f"{path}.timeout_s", value=channel.timeout_s)
    _check_length(channel.give_up, f"{path}.give_up", mistake)
    check_zone(channel.zone, f"{path}.zone", mistake)
    address = channel.url.reveal()
    if address and channel.kind != "apprise" and not address.startswith(("http://", "https://")):
        mistake("not_url", f"{path}.url")


def _check_schedule(schedule: ScheduleSettings, path: str, zone: str, mistake: Mistake) -> None:
    _check_length(schedule.window, f"{path}.window", mistake)
    check_baseline(schedule.baseline, f"{path}.baseline", mistake)
    if not check_zone(schedule.zone, f"{path}.zone", mistake) or not schedule.cron:
        return
    try:
        parse_cron(schedule.cron, schedule.zone or zone)
    except QuestionError as wrong:
        mistake(
            "not_cron",
            f"{path}.cron",
            value=schedule.cron,
            why=text(f"errors_{wrong.code}.what", **wrong.facts),
        )


class _Names:
    """Knows which profiles and channels there are."""

    def __init__(self, settings: Settings, mistake: Mistake) -> None:
        self._profiles = [profile.name for profile in settings.profiles]
        self._channels = [channel.name for channel in settings.channels]
        self._mistake = mistake

    def check(self, path: str, profile: str, channels: Iterable[str]) -> None:
        """Tell of a profile or channel that there is not."""
        self._known(f"{path}.profile", [profile] if profile else [], self._profiles)
        self._known(f"{path}.channels", channels, self._channels)

    def _known(self, path: str, wanted: Iterable[str], known: Sequence[str]) -> None:
        for name in wanted:
            if name not in known:
                self._mistake("no_such_name", path, name=name, known=", ".join(known) or "-")


def _check_length(words: str, path: str, mistake: Mistake) -> None:
    try:
        if words:
            parse_duration(words)
    except QuestionError:
        mistake("not_a_length", path, value=words)


def check_baseline(words: str, path: str, mistake: Mistake) -> None:
    """Tell of a baseline that no run could resolve, whatever its window is."""
    try:
        # No window is as short, so that one which overlaps is a matter of the question.
        resolve_baseline(words, _BRIEF, "UTC", _BRIEF.end)
    except QuestionError as wrong:
        if wrong.code == "baseline.unreadable":
            mistake("not_a_baseline", path, value=words)


def check_zone(name: str, path: str, mistake: Mistake) -> bool:
    """Tell of a zone that there is not; return whether it is there."""
    try:
        if name:
            find_zone(name)
    except QuestionError:
        mistake("unknown_zone", path, value=name)
        return False
    return True
