"""
What can be set of a running service: ``[service]``, and tables with names of their own.

A new section is a dataclass here, its line in `SINGLE` or `NAMED`, a field of its name in
`paicha.wiring.settings.Settings`, and the catalogue ``locales/*/settings_SECTION.toml`` with ``about`` and
a sentence for each key.
"""

from __future__ import annotations

from typing import Any

from paicha.model.redaction import RedactionRules
from paicha.values import dataclass
from paicha.wiring import alert_settings
from paicha.wiring.alert_settings import (
    ChannelSettings,
    ScheduleSettings,
    WebhookSettings,
    choice,
)
from paicha.wiring.secret import NO_SECRET, Secret


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """`[service]`: where it keeps what, where it listens, how much it does at once."""

    data: str = "paicha-data"
    listen: str = "127.0.0.1:8420"
    external_url: str = ""
    hosts: tuple[str, ...] = ()
    database: Secret = NO_SECRET
    tokens: str = choice("auto", "auto", "required", "off")
    parallel: int = 1
    queue: int = 100
    max_records: int = 0  # 0: as `max_records` on top of the file
    max_bytes: int = 0  # 0: no limit [bytes]
    max_seconds: float = 900.0
    max_memory_mb: int = 4096
    niceness: int = 10
    keep_days: int = 90  # 0: for ever
    keep_audit_days: int = 365  # 0: for ever
    traces_url: str = ""


@dataclass(frozen=True, slots=True)
class ProfileSettings:
    """`[profiles.NAME]`: a question that is asked again and again, without its window's place."""

    name: str
    title: str = ""
    sources: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    where: str = ""
    biz: int = 0
    index_set: int = 0
    window: str = "15m"
    baseline: str = ""
    language: str = choice("", "", "zh", "en")
    zone: str = ""


#: What holds where nobody set anything.
DEFAULT_SERVICE = ServiceSettings()
#: Sections that are one table.
SINGLE: dict[str, type[Any]] = {"service": ServiceSettings, "redaction": RedactionRules}
#: Sections with a table per name.
NAMED: dict[str, type[Any]] = {
    "profiles": ProfileSettings,
    "webhooks": WebhookSettings,
    "channels": ChannelSettings,
    "schedules": ScheduleSettings,
}
#: What `paicha config init` sets as an example where an empty default would show nothing.
EXAMPLES: dict[str, object] = {
    "service.external_url": "https://paicha.example.com",
    "service.hosts": ("paicha.internal",),
    "service.traces_url": "http://127.0.0.1:4318/v1/traces",
    "redaction.names": ("door_code",),
    "redaction.patterns": (r"\bEMP-\d{6}\b",),
    "redaction.exceptions": (r"noreply@example\.com",),
    "profiles.title": "Checkout",
    "profiles.sources": ("app-logs",),
    "profiles.metrics": ("host-metrics",),
    "profiles.services": ("checkout",),
    "profiles.zone": "Asia/Shanghai",
    **alert_settings.EXAMPLES,
}
#: The name of the example of a section with names.
EXAMPLE_NAMES: dict[str, str] = {"profiles": "checkout", **alert_settings.EXAMPLE_NAMES}
