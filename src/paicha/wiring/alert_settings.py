"""What can be set of webhooks, schedules and the channels that messages go to."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from paicha.values import dataclass
from paicha.wiring.secret import NO_SECRET, Secret


def choice(default: str, *choices: str) -> Any:  # a dataclass field, whatever its type
    """Return a field that is one of *choices*."""
    return field(default=default, metadata={"choices": choices})


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """`[webhooks.NAME]`: who sends alerts, and when they become a run."""

    name: str
    kind: str = choice("generic", "bkmonitor", "alertmanager", "generic")
    profile: str = ""
    secret: Secret = NO_SECRET
    hmac: Secret = NO_SECRET
    mapping: str = ""
    before: str = ""
    after: str = ""
    debounce: str = "30s"
    cool_down: str = "15m"
    per_hour: int = 12
    critical: tuple[str, ...] = ("critical",)
    group_by: tuple[str, ...] = ()
    scope: tuple[str, ...] = ("biz", "host")
    host_by: str = choice("", "", "id", "address", "none")
    max_body: int = 1_048_576
    baseline: str = ""
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """`[channels.NAME]`: where messages about runs go."""

    name: str
    kind: str = choice("webhook", "wecom", "dingtalk", "feishu", "slack", "webhook", "apprise")
    url: Secret = field(default=NO_SECRET, metadata={"required": True})
    secret: Secret = NO_SECRET
    rate: int = 0
    language: str = choice("", "", "zh", "en")
    zone: str = ""
    link: bool = True
    give_up: str = "4h"
    timeout_s: float = 10.0
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """`[schedules.NAME]`: a run that comes again."""

    name: str
    cron: str = field(default="", metadata={"required": True})
    zone: str = ""
    profile: str = ""
    window: str = ""
    baseline: str = ""
    title: str = ""
    channels: tuple[str, ...] = ()


#: What `group_by` and `scope` of a webhook may name.
GROUP_FIELDS = ("group", "strategy", "biz", "host", "service", "title", "severity")
SCOPE_FIELDS = ("biz", "host", "service")
SEVERITIES = ("critical", "warning", "info")
EXAMPLES: dict[str, object] = {
    "webhooks.kind": "bkmonitor",
    "webhooks.profile": "checkout",
    "webhooks.group_by": ("biz", "strategy"),
    "webhooks.mapping": "our-alerts.toml",
    "webhooks.before": "5m",
    "webhooks.after": "1m",
    "webhooks.channels": ("duty",),
    "channels.kind": "wecom",
    "channels.language": "zh",
    "channels.zone": "Asia/Shanghai",
    "schedules.cron": "0 8 * * *",
    "schedules.zone": "Asia/Shanghai",
    "schedules.profile": "checkout",
    "schedules.window": "10h",
    "schedules.baseline": "last-week",
    "schedules.title": "The night",
    "schedules.channels": ("duty",),
}
EXAMPLE_NAMES: dict[str, str] = {"webhooks": "monitor", "channels": "duty", "schedules": "night"}
